//! The print layout of a project: A3 landscape with title, map, legend, scale bar, north arrow and source line.

use std::fmt::Write;

use geo_types::Rect;

use super::{Layer, QgisProject, tree_layer};
use crate::write::style::escaped;

/// The map's window on the page, millimetres: left, top, width, height.
const MAP: [f64; 4] = [10.0, 26.0, 316.0, 252.0];
const MAP_ID: &str = "{0f1e2d3c-0000-4000-8000-000000000001}";
/// Numbers by which QGIS knows its kinds of items.
const PAGE_ITEM: u32 = 65_638;
const MAP_ITEM: u32 = 65_639;
const PICTURE_ITEM: u32 = 65_640;
const LABEL_ITEM: u32 = 65_641;
const LEGEND_ITEM: u32 = 65_642;
const SCALE_BAR_ITEM: u32 = 65_646;

pub(super) fn layout(project: &QgisProject<'_>, extent: &Rect<f64>, shown: &[&Layer<'_>]) -> String {
    let mut text =
        format!(" <Layouts>\n  <Layout name=\"{}\" units=\"mm\" printResolution=\"300\">\n", escaped(project.layout));
    text +=
        "   <Snapper snapToItems=\"1\" snapToGrid=\"0\" tolerance=\"5\" snapToGuides=\"1\"/>\n   <PageCollection>\n";
    text += "    <symbol type=\"fill\" name=\"\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
             <layer class=\"SimpleFill\" enabled=\"1\" pass=\"0\" locked=\"0\"><Option type=\"Map\">\
             <Option type=\"QString\" name=\"color\" value=\"255,255,255,255\"/>\
             <Option type=\"QString\" name=\"outline_style\" value=\"no\"/></Option></layer></symbol>\n";
    text += &item(PAGE_ITEM, 0, [0.0, 0.0, 420.0, 297.0], "", "");
    text += "   </PageCollection>\n";
    // The window's shape decides what the map shows: the box of the data is widened to it.
    let centre = extent.center();
    let per_mm = (extent.width() / MAP[2]).max(extent.height() / MAP[3]);
    let (half_width, half_height) = (per_mm * MAP[2] / 2.0, per_mm * MAP[3] / 2.0);
    let shown_extent = format!(
        "<Extent xmin=\"{:.3}\" ymin=\"{:.3}\" xmax=\"{:.3}\" ymax=\"{:.3}\"/><LayerSet/>",
        centre.x - half_width,
        centre.y - half_height,
        centre.x + half_width,
        centre.y + half_height
    );
    let map_attributes = format!(
        "uuid=\"{MAP_ID}\" templateUuid=\"{MAP_ID}\" followPreset=\"false\" keepLayerSet=\"false\" \
         drawCanvasItems=\"true\" mapRotation=\"0\" labelMargin=\"0,mm\" background=\"true\" frame=\"true\" "
    );
    text += &item(MAP_ITEM, 1, MAP, &map_attributes, &shown_extent);
    text += &label(2, [10.0, 8.0, 260.0, 12.0], 18, project.title, 8);
    if let Some(banner) = project.banner {
        text += &label(3, [270.0, 10.0, 140.0, 10.0], 10, banner, 2);
    }
    text += &label(4, [10.0, 281.0, 400.0, 8.0], 8, project.note, 8);
    text += &legend(shown);
    text += &scale_bar(per_mm);
    text += &item(
        PICTURE_ITEM,
        7,
        [390.0, 256.0, 18.0, 20.0],
        "file=\":/images/north_arrows/layout_default_north_arrow.svg\" mode=\"2\" resizeMode=\"0\" anchorPoint=\"4\" \
         northMode=\"0\" background=\"false\" svgFillColor=\"0,0,0,255\" svgBorderColor=\"0,0,0,255\" ",
        "",
    );
    text + "  </Layout>\n </Layouts>\n"
}

fn item(kind: u32, order: u32, [left, top, width, height]: [f64; 4], attributes: &str, content: &str) -> String {
    format!(
        "   <LayoutItem type=\"{kind}\" zValue=\"{order}\" position=\"{left},{top},mm\" positionOnPage=\"{left},{top},mm\" \
         size=\"{width},{height},mm\" referencePoint=\"0\" visibility=\"1\" opacity=\"1\" outlineWidthM=\"0.2,mm\" \
         {attributes}>{content}</LayoutItem>\n"
    )
}

/// A line of text; `align` is Qt's number of the horizontal alignment (1 left, 2 right, 8 justified).
fn label(order: u32, place: [f64; 4], points: u32, text: &str, align: u32) -> String {
    let attributes = format!(
        "labelText=\"{}\" htmlState=\"0\" halign=\"{align}\" valign=\"128\" marginX=\"0\" marginY=\"0\" background=\"false\" ",
        escaped(text)
    );
    let font = format!("<LabelFont description=\"Sans Serif,{points},-1,5,50,0,0,0,0,0\" style=\"\"/>");
    item(LABEL_ITEM, order, place, &attributes, &font)
}

/// The legend has a tree of its own: the layers that are shown when the project is opened.
fn legend(shown: &[&Layer<'_>]) -> String {
    let mut content = String::from("<styles>");
    for (name, points, bold) in
        [("title", 12, 75), ("group", 10, 75), ("subgroup", 9, 75), ("symbol", 8, 50), ("symbolLabel", 8, 50)]
    {
        let _ = write!(
            content,
            "<style name=\"{name}\" alignment=\"1\" indent=\"0\" marginTop=\"1.2\" marginLeft=\"{}\">\
             <styleFont description=\"Sans Serif,{points},-1,5,{bold},0,0,0,0,0\" style=\"\"/></style>",
            if name == "symbolLabel" { 1.5 } else { 0.0 }
        );
    }
    content += "</styles><layer-tree-group>";
    for layer in shown {
        content += &tree_layer(layer).replace("expanded=\"0\"", "expanded=\"1\"");
    }
    content += "</layer-tree-group>";
    let attributes = format!(
        "map_uuid=\"{MAP_ID}\" title=\"\" symbolWidth=\"6\" symbolHeight=\"3.2\" boxSpace=\"1\" columnCount=\"1\" \
         columnSpace=\"2\" resizeToContents=\"1\" background=\"true\" fontColor=\"#202020\" "
    );
    item(LEGEND_ITEM, 5, [330.0, 26.0, 82.0, 220.0], &attributes, &content)
}

/// Two parts of a round length, together some forty millimetres long.
fn scale_bar(per_mm: f64) -> String {
    const LONGEST_MM: f64 = 25.0;
    let most = per_mm * LONGEST_MM;
    let power = 10_f64.powf(most.log10().floor());
    let part = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|n| *n <= most).unwrap_or(power);
    let attributes = format!(
        "mapUuid=\"{MAP_ID}\" style=\"Single Box\" unitType=\"meters\" unitLabel=\"m\" numMapUnitsPerScaleBarUnit=\"1\" \
         numUnitsPerSegment=\"{part}\" numSegments=\"2\" numSegmentsLeft=\"0\" height=\"2\" labelBarSpace=\"1\" \
         boxContentSpace=\"1\" segmentSizeMode=\"0\" alignment=\"0\" background=\"false\" "
    );
    let content = "<text-style fontFamily=\"Sans Serif\" fontSize=\"8\" fontSizeUnit=\"Point\" textColor=\"0,0,0,255\" \
                   textOpacity=\"1\"/><fillColor red=\"0\" green=\"0\" blue=\"0\" alpha=\"255\"/>\
                   <fillColor2 red=\"255\" green=\"255\" blue=\"255\" alpha=\"255\"/>";
    item(SCALE_BAR_ITEM, 6, [330.0, 262.0, 60.0, 12.0], &attributes, content)
}
