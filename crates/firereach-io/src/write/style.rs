//! Styles of layers in the form that QGIS 3 reads.

use std::fmt::Write;

use firereach_model::bounds::Method;
use firereach_model::symbols::{ASSUMED, Class, ClassBy, Colour, LayerStyle, Mark, Marker};
use firereach_model::table::ShapeKind;

/// The style of a layer as a document of its own, as the table `layer_styles` holds it.
pub(super) fn qml(shape: ShapeKind, style: &LayerStyle) -> String {
    let mut text = String::from("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    let has_labels = u8::from(style.label_key.is_some());
    let _ = writeln!(
        text,
        "<qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields|Rendering\" labelsEnabled=\"{has_labels}\">"
    );
    text += &body(shape, style);
    text += "</qgis>\n";
    text
}

/// The renderer, the labels and the names of the columns: what a style and a layer of a project share.
pub(super) fn body(shape: ShapeKind, style: &LayerStyle) -> String {
    // Areas within areas: the largest is drawn first and all are opaque, the layer as a whole lets the ground show through;
    // otherwise the smallest, being the soonest, would be the darkest.
    let nested = match &style.by {
        ClassBy::Value(key) if shape == ShapeKind::Polygon && are_numbers(&style.classes) => Some(key.as_str()),
        _ => None,
    };
    let mut text = renderer(shape, &expression(&style.by), &style.classes, nested);
    if nested.is_some() {
        text += " <layerOpacity>0.7</layerOpacity>\n";
    }
    if let Some(key) = &style.label_key {
        text += &labeling(shape, key);
    }
    text += " <aliases>\n";
    for (index, (key, name)) in style.aliases.iter().enumerate() {
        let _ = writeln!(text, "  <alias index=\"{index}\" field=\"{}\" name=\"{}\"/>", escaped(key), escaped(name));
    }
    text += " </aliases>\n";
    let _ = writeln!(text, " <layerGeometryType>{}</layerGeometryType>", geometry_number(shape));
    text
}

/// Whether all classes are told apart by a number.
fn are_numbers(classes: &[Class]) -> bool {
    !classes.is_empty() && classes.iter().all(|class| class.value.parse::<f64>().is_ok())
}

fn geometry_number(shape: ShapeKind) -> u8 {
    match shape {
        ShapeKind::Point => 0,
        ShapeKind::Line => 1,
        ShapeKind::Polygon => 2,
        ShapeKind::None => 4,
    }
}

/// What decides the class of a row, in QGIS's language of expressions.
fn expression(by: &ClassBy) -> String {
    match by {
        ClassBy::Nothing => "''".to_owned(),
        ClassBy::Value(key) => format!("\"{key}\""),
        ClassBy::Agreed { low, high, low_by } => {
            let assumed: Vec<String> = Method::ASSUMED.iter().map(|method| format!("'{}'", method.code())).collect();
            let agree = format!("\"{low}\" = \"{high}\"");
            format!(
                "CASE WHEN {agree} AND \"{low_by}\" IN ({}) THEN \"{high}\" || '{ASSUMED}' \
                 WHEN {agree} THEN \"{high}\" ELSE '' END",
                assumed.join(", ")
            )
        }
        ClassBy::Step(key, step) => format!("ceil(\"{key}\" / {step}.0) * {step}"),
        ClassBy::Worst(keys) => {
            let mut expression = "CASE".to_owned();
            for verdict in ["mandatory_fail", "advisory_fail", "exempt_with_plan", "unknown", "pass"] {
                let any = keys.iter().map(|key| format!("\"{key}\" = '{verdict}'")).collect::<Vec<_>>().join(" OR ");
                let _ = write!(expression, " WHEN {any} THEN '{verdict}'");
            }
            expression + " ELSE '' END"
        }
    }
}

/// Text as it stands in XML, without the characters that XML has not.
pub(super) fn escaped(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    let mut clean = String::with_capacity(text.len());
    for c in text.chars().filter(is_allowed) {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '"' => clean.push_str("&quot;"),
            other => clean.push(other),
        }
    }
    clean
}

/// A categorised renderer; `nested` names the number by which areas lie within each other, the largest of which is drawn first.
fn renderer(shape: ShapeKind, expression: &str, classes: &[Class], nested: Option<&str>) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        " <renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" enableorderby=\"{}\" forceraster=\"0\">",
        escaped(expression),
        u8::from(nested.is_some())
    );
    text += "  <categories>\n";
    for (index, class) in classes.iter().enumerate() {
        let _ = writeln!(
            text,
            "   <category value=\"{}\" label=\"{}\" symbol=\"{index}\" render=\"true\"/>",
            escaped(&class.value),
            escaped(&class.label)
        );
    }
    text += "  </categories>\n  <symbols>\n";
    for (index, class) in classes.iter().enumerate() {
        let mark = Mark { opacity: if nested.is_some() { 1.0 } else { class.mark.opacity }, ..class.mark };
        let (kind, layer, options) = symbol(shape, &mark);
        let _ = writeln!(
            text,
            "   <symbol type=\"{kind}\" name=\"{index}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\n    \
             <layer class=\"{layer}\" enabled=\"1\" pass=\"0\" locked=\"0\">\n     <Option type=\"Map\">"
        );
        for (name, value) in options {
            let _ = writeln!(text, "      <Option type=\"QString\" name=\"{name}\" value=\"{}\"/>", escaped(&value));
        }
        text += "     </Option>\n    </layer>\n   </symbol>\n";
    }
    text += "  </symbols>\n";
    if let Some(key) = nested {
        let _ = writeln!(
            text,
            "  <orderby>\n   <orderByClause asc=\"0\" nullsFirst=\"0\">\"{}\"</orderByClause>\n  </orderby>",
            escaped(key)
        );
    }
    text += " </renderer-v2>\n";
    text
}

type Options = Vec<(&'static str, String)>;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an opacity is between 0 and 1")]
fn symbol(shape: ShapeKind, mark: &Mark) -> (&'static str, &'static str, Options) {
    let rgba = |Colour(r, g, b): Colour, alpha: u8| format!("{r},{g},{b},{alpha}");
    match shape {
        ShapeKind::Point | ShapeKind::None => (
            "marker",
            "SimpleMarker",
            vec![
                ("name", marker_name(mark.marker).to_owned()),
                ("color", rgba(mark.colour, if mark.is_unknown { 0 } else { 255 })),
                ("outline_color", rgba(mark.outline, 255)),
                ("outline_style", if mark.is_unknown { "dot" } else { "solid" }.to_owned()),
                ("outline_width", if mark.is_unknown || mark.size_mm > 4.0 { "0.4" } else { "0.2" }.to_owned()),
                ("outline_width_unit", "MM".to_owned()),
                ("size", format!("{:.2}", mark.size_mm)),
                ("size_unit", "MM".to_owned()),
            ],
        ),
        ShapeKind::Line => (
            "line",
            "SimpleLine",
            vec![
                ("line_color", rgba(mark.colour, 255)),
                ("line_style", if mark.is_unknown { "dash" } else { "solid" }.to_owned()),
                ("line_width", format!("{:.2}", if mark.is_unknown { mark.size_mm * 0.6 } else { mark.size_mm })),
                ("line_width_unit", "MM".to_owned()),
                ("capstyle", "round".to_owned()),
                ("joinstyle", "round".to_owned()),
            ],
        ),
        ShapeKind::Polygon => (
            "fill",
            "SimpleFill",
            vec![
                ("color", rgba(mark.colour, (mark.opacity.clamp(0.0, 1.0) * 255.0).round() as u8)),
                ("style", if mark.is_unknown { "b_diagonal" } else { "solid" }.to_owned()),
                ("outline_color", rgba(mark.outline, 220)),
                ("outline_style", if mark.opacity == 0.0 { "dash" } else { "solid" }.to_owned()),
                ("outline_width", "0.2".to_owned()),
                ("outline_width_unit", "MM".to_owned()),
            ],
        ),
    }
}

fn marker_name(marker: Marker) -> &'static str {
    match marker {
        Marker::Circle => "circle",
        Marker::Square => "square",
        Marker::Triangle => "triangle",
        Marker::Diamond => "diamond",
        Marker::Pentagon => "pentagon",
        Marker::Star => "star",
        Marker::Cross => "cross_fill",
    }
}

/// Labels from one column, with a halo, where they do not cover each other.
fn labeling(shape: ShapeKind, key: &str) -> String {
    // Around a point, along a line, over an area.
    let placement = match shape {
        ShapeKind::Line => 2,
        ShapeKind::Polygon => 0,
        ShapeKind::Point | ShapeKind::None => 6,
    };
    let key = escaped(key);
    format!(
        " <labeling type=\"simple\">\n  <settings calloutType=\"simple\">\n   \
         <text-style fieldName=\"{key}\" isExpression=\"0\" fontFamily=\"Sans Serif\" fontSize=\"8\" fontSizeUnit=\"Point\" \
         textColor=\"40,40,40,255\" textOpacity=\"1\">\n    \
         <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" \
         bufferOpacity=\"1\" bufferNoFill=\"1\"/>\n   </text-style>\n   \
         <placement placement=\"{placement}\" dist=\"1\" distUnits=\"MM\" priority=\"5\"/>\n   \
         <rendering obstacle=\"1\" drawLabels=\"1\" displayAll=\"0\" scaleVisibility=\"1\" scaleMax=\"15000\" \
         scaleMin=\"0\"/>\n  </settings>\n </labeling>\n"
    )
}
