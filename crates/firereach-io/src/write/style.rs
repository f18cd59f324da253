//! The colours a layer has when it is opened in QGIS.
//!
//! Red means failed and nothing else. Verdicts differ in shape as well as in colour, what nobody knows is grey and hollow
//! or hatched, times run from light (soon) to dark in one hue, differences diverge from a neutral middle.

use std::collections::BTreeSet;
use std::fmt::Write;

use firereach_model::table::{Cell, ShapeKind};

use super::Stack;

/// A style of one layer.
pub(super) struct Style {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) qml: String,
}

const FAIL: &str = "192,33,47";
const ADVISORY: &str = "229,138,143";
const EXEMPT: &str = "150,110,60";
const PASS: &str = "49,104,160";
const GREY: &str = "140,140,140";
const INK: &str = "60,60,60";
const WATER: &str = "33,113,181";
const HERITAGE: &str = "120,72,30";

/// How one class is drawn.
struct Class {
    /// The value of the expression; empty for all others.
    value: String,
    label: String,
    mark: Mark,
}

#[derive(Clone)]
struct Mark {
    /// Fill or line colour, `r,g,b`.
    colour: String,
    outline: &'static str,
    /// Marker size or line width, millimetres.
    size: f64,
    marker: &'static str,
    /// Drawn hollow, dashed or hatched: nobody knows.
    is_unknown: bool,
}

fn mark(colour: &str, size: f64, marker: &'static str) -> Mark {
    Mark { colour: colour.to_owned(), outline: INK, size, marker, is_unknown: false }
}

fn unknown(size: f64) -> Mark {
    Mark { colour: GREY.to_owned(), outline: GREY, size, marker: "circle", is_unknown: true }
}

fn class(value: &str, label: &str, mark: Mark) -> Class {
    Class { value: value.to_owned(), label: label.to_owned(), mark }
}

/// The style of a layer by its name and columns; `None` for tables without shapes.
pub(super) fn style_of(stack: &Stack<'_>) -> Option<Style> {
    if stack.shape == ShapeKind::None {
        return None;
    }
    let has = |key: &str| stack.columns.iter().any(|column| column.key == key);
    let first_of = |keys: &[&'static str]| keys.iter().copied().find(|key| has(key));
    let size = if stack.shape == ShapeKind::Point { 2.6 } else { 0.6 };
    let verdict_keys: Vec<&str> =
        ["verdict", "response_verdict", "lane_verdict", "water_verdict", "width_verdict", "height_verdict"]
            .into_iter()
            .filter(|key| has(key))
            .collect();
    let (name, description, expression, classes) = match stack.name {
        "reached_roads" | "isochrones" => {
            let key = first_of(&["band_s", "cutoff_s", "up_to_s", "time_s", "arrival_s", "to_s", "seconds"])?;
            let (expression, classes) = bands(stack, key, size);
            ("time bands", "Light is soon, dark is late", expression, classes)
        }
        name if name.contains("difference") || name.contains("comparison") => {
            let key = first_of(&["change", "difference", "outcome", "change_s", "difference_s"])?;
            ("difference", "Better and worse from a neutral middle", quoted(key), differences(size))
        }
        "hydrants" => {
            let key = first_of(&["service", "status", "state"])?;
            ("service", "In service, out of service, not known", quoted(key), services())
        }
        "problems" => ("severity", "Problems by severity", quoted("severity"), severities()),
        "zones" => {
            let key = first_of(&["kind"])?;
            ("kind", "Areas by kind", quoted(key), zone_kinds())
        }
        _ => match first_of(&["passability_class", "passability"]).filter(|_| stack.shape != ShapeKind::Point) {
            Some(key) => {
                ("passability", "What can pass, from P5 (all engines) to P0 (nothing)", quoted(key), passability(size))
            }
            None if verdict_keys.is_empty() => {
                ("plain", "All alike", "''".to_owned(), vec![class("", stack.name, mark(HERITAGE, size, "diamond"))])
            }
            None => ("verdict", "The worst verdict of the rules", worst(&verdict_keys), verdicts(size)),
        },
    };
    let qml = qml(stack.shape, &expression, &classes);
    Some(Style { name, description, qml })
}

fn quoted(key: &str) -> String {
    format!("\"{key}\"")
}

/// An expression for the worst of several verdicts.
fn worst(keys: &[&str]) -> String {
    let mut expression = "CASE".to_owned();
    for verdict in ["mandatory_fail", "advisory_fail", "exempt_with_plan", "unknown", "pass"] {
        let any = keys.iter().map(|key| format!("\"{key}\" = '{verdict}'")).collect::<Vec<_>>().join(" OR ");
        let _ = write!(expression, " WHEN {any} THEN '{verdict}'");
    }
    expression + " ELSE '' END"
}

fn verdicts(size: f64) -> Vec<Class> {
    vec![
        class("pass", "passes", mark(PASS, size, "circle")),
        class("exempt_with_plan", "fails, a fire safety plan may stand in", mark(EXEMPT, size, "pentagon")),
        class("advisory_fail", "fails a recommendation", mark(ADVISORY, size * 1.1, "triangle")),
        class("mandatory_fail", "fails a mandatory rule", mark(FAIL, size * 1.2, "square")),
        class("", "not known", unknown(size)),
    ]
}

fn passability(size: f64) -> Vec<Class> {
    let ramp = ["8,64,129", "43,140,190", "123,204,196", "204,210,120", "200,150,80"];
    let words = ["all engines", "light engines", "mini engines", "motorcycles and hand carts", "crew on foot"];
    let mut classes: Vec<Class> = (0..5_u8)
        .map(|step| {
            let code = format!("P{}", 5 - step);
            let index = usize::from(step);
            // Wider lanes are drawn wider.
            let width = size * (1.8 - 0.3 * f64::from(step));
            class(&code, &format!("{code} {}", words[index]), mark(ramp[index], width, "circle"))
        })
        .collect();
    classes.push(class("P0", "P0 nothing passes", mark(FAIL, size, "square")));
    classes.push(class("", "not known", unknown(size)));
    classes
}

fn services() -> Vec<Class> {
    vec![
        class("in_service", "in service", mark(WATER, 2.4, "circle")),
        class("out_of_service", "out of service", Mark { outline: FAIL, ..mark("255,255,255", 2.4, "cross_fill") }),
        class("", "not known", unknown(2.4)),
    ]
}

fn severities() -> Vec<Class> {
    vec![
        class("error", "error", mark(FAIL, 2.6, "square")),
        class("warning", "warning", mark("230,160,40", 2.4, "triangle")),
        class("info", "good to know", mark("180,180,180", 1.8, "circle")),
    ]
}

fn zone_kinds() -> Vec<Class> {
    let area = |value: &str, label: &str, colour: &str| class(value, label, mark(colour, 0.4, "square"));
    vec![
        area("historic_block", "historic block", "205,170,125"),
        area("character_area", "character area", "225,205,170"),
        area("core", "core protection range", "180,130,80"),
        area("protection", "protection range", "200,160,120"),
        area("control", "construction control zone", "235,225,205"),
        area("park", "park", "190,220,180"),
        area("water", "water", "180,210,235"),
        area("firebreak", "firebreak", "225,225,160"),
        area("open", "open ground", "235,235,225"),
        area("carriageway", "carriageway", "215,215,215"),
        area("hazard", "hazard", "240,200,90"),
        class("", "boundary", Mark { is_unknown: true, ..mark("255,255,255", 0.5, "square") }),
    ]
}

fn differences(size: f64) -> Vec<Class> {
    vec![
        class("new", "reached now", mark("1,95,85", size, "star")),
        class("gain", "sooner", mark("1,133,113", size, "circle")),
        class("same", "the same", mark("225,225,225", size, "circle")),
        class("loss", "later", mark("166,97,26", size, "square")),
        class("lost", "no longer reached", mark("120,60,10", size, "diamond")),
        class("", "not known", unknown(size)),
    ]
}

/// Time bands from light to dark with the expression that tells them apart: the values of the column where they are few,
/// otherwise whole minutes.
fn bands(stack: &Stack<'_>, key: &str, size: f64) -> (String, Vec<Class>) {
    const MOST: usize = 24;
    const MINUTE: i64 = 60;
    let column = stack.columns.iter().position(|column| column.key == key);
    let mut seconds: BTreeSet<i64> = BTreeSet::new();
    let mut is_whole = true;
    for row in &stack.rows {
        match column.and_then(|column| row.cells.get(column)) {
            Some(Cell::Integer(value)) => {
                seconds.insert(*value);
            }
            #[expect(clippy::cast_possible_truncation, reason = "seconds of a drive")]
            Some(Cell::Number(value, _)) if value.is_finite() => {
                is_whole &= value.fract() == 0.0;
                seconds.insert(value.ceil() as i64);
            }
            _ => {}
        }
    }
    let is_few = is_whole && seconds.len() <= MOST;
    let expression = if is_few { quoted(key) } else { format!("ceil(\"{key}\" / {MINUTE}.0) * {MINUTE}") };
    if !is_few {
        seconds = seconds.iter().map(|value| (value + MINUTE - 1).div_euclid(MINUTE) * MINUTE).collect();
    }
    let last = seconds.len().clamp(2, MOST) - 1;
    let mut classes: Vec<Class> = seconds
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(index, seconds)| {
            let t = index as f64 / last as f64;
            let between = |light: f64, dark: f64| (light + (dark - light) * t).round();
            let colour = format!("{},{},{}", between(224.0, 37.0), between(236.0, 52.0), between(244.0, 110.0));
            class(&seconds.to_string(), &format!("up to {seconds} s"), mark(&colour, size, "circle"))
        })
        .collect();
    classes.push(class("", "not reached or beyond the bands", unknown(size)));
    (expression, classes)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A categorised renderer in the form that QGIS 3 reads.
fn qml(shape: ShapeKind, expression: &str, classes: &[Class]) -> String {
    let mut text = String::from("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    text += "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n";
    let _ = writeln!(
        text,
        " <renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\">",
        escaped(expression)
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
        let (kind, layer, options) = symbol(shape, &class.mark);
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
    text += "  </symbols>\n </renderer-v2>\n</qgis>\n";
    text
}

type Options = Vec<(&'static str, String)>;

fn symbol(shape: ShapeKind, mark: &Mark) -> (&'static str, &'static str, Options) {
    let colour = |rgb: &str, alpha: u8| format!("{rgb},{alpha}");
    match shape {
        ShapeKind::Point | ShapeKind::None => (
            "marker",
            "SimpleMarker",
            vec![
                ("name", mark.marker.to_owned()),
                ("color", colour(&mark.colour, if mark.is_unknown { 0 } else { 255 })),
                ("outline_color", colour(mark.outline, 255)),
                ("outline_style", if mark.is_unknown { "dot" } else { "solid" }.to_owned()),
                ("outline_width", if mark.is_unknown { "0.4" } else { "0.2" }.to_owned()),
                ("outline_width_unit", "MM".to_owned()),
                ("size", format!("{:.2}", mark.size)),
                ("size_unit", "MM".to_owned()),
            ],
        ),
        ShapeKind::Line => (
            "line",
            "SimpleLine",
            vec![
                ("line_color", colour(&mark.colour, 255)),
                ("line_style", if mark.is_unknown { "dash" } else { "solid" }.to_owned()),
                ("line_width", format!("{:.2}", mark.size)),
                ("line_width_unit", "MM".to_owned()),
                ("capstyle", "round".to_owned()),
                ("joinstyle", "round".to_owned()),
            ],
        ),
        ShapeKind::Polygon => (
            "fill",
            "SimpleFill",
            vec![
                ("color", colour(&mark.colour, if mark.is_unknown { 120 } else { 150 })),
                ("style", if mark.is_unknown { "b_diagonal" } else { "solid" }.to_owned()),
                ("outline_color", colour(mark.outline, 200)),
                ("outline_style", "solid".to_owned()),
                ("outline_width", "0.2".to_owned()),
                ("outline_width_unit", "MM".to_owned()),
            ],
        ),
    }
}
