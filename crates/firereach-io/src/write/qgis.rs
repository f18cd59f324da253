//! A project for QGIS beside the GeoPackage: groups, filters by scenario, labels and a print layout.

mod layout;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use firereach_model::symbols::LayerStyle;
use firereach_model::table::{Cell, ShapeKind, Table};
use geo::BoundingRect;
use geo_types::{Coord, Rect};

use super::style::{body, escaped};
use super::{WriteError, write_whole};
use crate::projection::{Projector, spatial_reference};

/// What a project says besides its layers.
#[derive(Clone, Copy, Debug)]
pub struct QgisProject<'a> {
    /// The study's title.
    pub title: &'a str,
    /// Said on the print layout, for example that the data is synthetic.
    pub banner: Option<&'a str>,
    /// One line below the map: version, rules, date of the data.
    pub note: &'a str,
    /// The name of the print layout.
    pub layout: &'a str,
    /// The file of the layers, beside the project.
    pub geopackage: &'a str,
    /// The scenarios in the order of their groups; the first is shown.
    pub scenarios: &'a [&'a str],
    /// The layers from the top of the map to its bottom.
    pub styles: &'a [LayerStyle],
}

/// One layer of the project.
struct Layer<'a> {
    id: String,
    style: &'a LayerStyle,
    shape: ShapeKind,
    source: String,
    is_shown: bool,
}

/// A group of the tree.
struct Group<'a> {
    title: &'a str,
    is_shown: bool,
    layers: Vec<Layer<'a>>,
}

/// Writes a project that shows `tables`, which stand in a GeoPackage beside it.
///
/// Each scenario has its own group with the same layers, filtered by its name; only the first is switched on. Tables
/// without rows are left out. Paths are relative; the same tables give the same bytes.
///
/// # Errors
///
/// When the file cannot be written, or the coordinate system is not known.
pub fn write_qgis_project(
    path: &Path,
    project: &QgisProject<'_>,
    tables: &[Table],
    projector: &Projector,
) -> Result<(), WriteError> {
    let groups = groups(project, tables);
    let text = document(project, &groups, &extent(tables), &system(path, projector)?);
    let fault = |error: zip::result::ZipError| {
        WriteError::new(path, error.to_string(), "this is a fault of the program; please report it")
    };
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let name = path.file_stem().map_or_else(|| "project".into(), |stem| stem.to_string_lossy());
    // Without a time of its own the entry has the first one the format knows.
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    archive.start_file(format!("{name}.qgs"), options).map_err(fault)?;
    archive.write_all(text.as_bytes()).map_err(|error| WriteError::of_file(path, &error))?;
    let bytes = archive.finish().map_err(fault)?.into_inner();
    write_whole(path, &bytes)
}

fn groups<'a>(project: &QgisProject<'a>, tables: &[Table]) -> Vec<Group<'a>> {
    let mut count = 0;
    let mut layer = |style: &'a LayerStyle, scenario: Option<&str>, is_shown: bool| {
        let is_it = |table: &&Table| table.name == style.layer && !table.rows.is_empty();
        let table = tables.iter().find(is_it).filter(|table| table.shape != ShapeKind::None)?;
        let mut conditions = Vec::new();
        // Where a scenario has a layer as another one has it, the rows are said of that one alone.
        let scenario = scenario.map(|scenario| as_in(tables, &style.layer, scenario).unwrap_or(scenario));
        if let Some(scenario) = scenario.filter(|scenario| has_rows_of(table, scenario)) {
            conditions.push(format!("\"scenario\" = '{}'", scenario.replace('\'', "''")));
        }
        conditions.extend(style.only.clone());
        let mut source = format!("./{}|layername={}", project.geopackage, style.listed_as);
        if !conditions.is_empty() {
            let _ = write!(source, "|subset={}", conditions.join(" AND "));
        }
        count += 1;
        // QGIS ignores an identifier of ten characters or fewer and makes up its own.
        let id = format!("firereach_{}_{count:03}", style.layer);
        Some(Layer { id, style, shape: table.shape, source, is_shown: is_shown && style.is_shown })
    };
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (index, scenario) in project.scenarios.iter().enumerate() {
        let of_scenario = project.styles.iter().filter(|style| style.is_in_every_scenario);
        let layers = of_scenario.filter_map(|style| layer(style, Some(scenario), true)).collect();
        groups.push(Group { title: scenario, is_shown: index == 0, layers });
    }
    let base = project.scenarios.first().copied();
    for style in project.styles.iter().filter(|style| !style.is_in_every_scenario) {
        let Some(layer) = layer(style, base, true) else { continue };
        match groups.iter_mut().skip(project.scenarios.len()).find(|group| group.title == style.group) {
            Some(group) => group.layers.push(layer),
            None => groups.push(Group { title: &style.group, is_shown: true, layers: vec![layer] }),
        }
    }
    groups.retain(|group| !group.layers.is_empty());
    groups
}

/// The scenario that says the rows of a layer for this one, by the table `unchanged`.
fn as_in<'t>(tables: &'t [Table], layer: &str, scenario: &str) -> Option<&'t str> {
    let unchanged = tables.iter().find(|table| table.name == "unchanged")?;
    unchanged.rows.iter().find_map(|row| match row.cells.as_slice() {
        [Cell::Text(own), Cell::Text(name), Cell::Text(other)] if own == scenario && name == layer => {
            Some(other.as_str())
        }
        _ => None,
    })
}

/// Whether a table has a column of scenarios and rows of this one.
fn has_rows_of(table: &Table, scenario: &str) -> bool {
    let column = table.columns.iter().position(|column| column.key == "scenario");
    column.is_some_and(|column| {
        table.rows.iter().any(|row| matches!(&row.cells[column], Cell::Text(name) if name == scenario))
    })
}

/// The box around the protected places and the areas, with room; a box of one kilometre where there are none.
fn extent(tables: &[Table]) -> Rect<f64> {
    const ROOM: f64 = 0.03;
    let shapes = tables
        .iter()
        .filter(|table| ["sites", "zones", "stations"].contains(&table.name.as_ref()))
        .flat_map(|table| table.rows.iter().filter_map(|row| row.shape.as_ref()?.bounding_rect()));
    let all = shapes.reduce(|a, b| {
        Rect::new(
            Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
            Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
        )
    });
    let all = all.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 }));
    let room = (all.width().max(all.height()) * ROOM).max(20.0);
    Rect::new(
        Coord { x: all.min().x - room, y: all.min().y - room },
        Coord { x: all.max().x + room, y: all.max().y + room },
    )
}

/// The working system as QGIS reads it.
fn system(path: &Path, projector: &Projector) -> Result<String, WriteError> {
    let definition = projector.system().definition();
    let unknown = |error: &dyn std::fmt::Display| WriteError::new(path, error.to_string(), "name a known system");
    let reference = spatial_reference(definition).map_err(|error| unknown(&error))?;
    let wkt = reference.to_wkt().map_err(|error| unknown(&error))?;
    let code = if definition.to_ascii_uppercase().starts_with("EPSG:") { definition } else { "" };
    Ok(format!(
        "<spatialrefsys><wkt>{}</wkt><authid>{}</authid><description>{}</description></spatialrefsys>",
        escaped(&wkt),
        escaped(&code.to_ascii_uppercase()),
        escaped(projector.system().name())
    ))
}

fn document(project: &QgisProject<'_>, groups: &[Group<'_>], extent: &Rect<f64>, system: &str) -> String {
    let title = escaped(project.title);
    let mut text = String::from("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    let _ = writeln!(
        text,
        "<qgis version=\"3.22.0\" projectname=\"{title}\">\n <homePath path=\"\"/>\n <title>{title}</title>"
    );
    let _ = writeln!(text, " <projectCrs>{system}</projectCrs>");
    text += " <layer-tree-group>\n";
    for group in groups {
        text += &tree_group(group);
    }
    text += " </layer-tree-group>\n <projectlayers>\n";
    for layer in groups.iter().flat_map(|group| &group.layers) {
        text += &map_layer(layer, system);
    }
    text += " </projectlayers>\n";
    let (min, max) = (extent.min(), extent.max());
    let _ = writeln!(
        text,
        " <mapcanvas name=\"theMapCanvas\"><units>meters</units><extent><xmin>{:.2}</xmin><ymin>{:.2}</ymin>\
         <xmax>{:.2}</xmax><ymax>{:.2}</ymax></extent><rotation>0</rotation>\
         <destinationsrs>{system}</destinationsrs></mapcanvas>",
        min.x, min.y, max.x, max.y
    );
    text += " <properties>\n  <Paths><Absolute type=\"bool\">false</Absolute></Paths>\n  \
             <Measurement><DistanceUnits type=\"QString\">meters</DistanceUnits></Measurement>\n </properties>\n";
    let shown: Vec<&Layer<'_>> = groups
        .iter()
        .filter(|group| group.is_shown)
        .flat_map(|group| group.layers.iter().filter(|layer| layer.is_shown))
        .collect();
    text += &layout::layout(project, extent, &shown);
    text += "</qgis>\n";
    text
}

fn checked(is_checked: bool) -> &'static str {
    if is_checked { "Qt::Checked" } else { "Qt::Unchecked" }
}

fn tree_group(group: &Group<'_>) -> String {
    let mut text = format!(
        "  <layer-tree-group name=\"{}\" checked=\"{}\" expanded=\"{}\">\n",
        escaped(group.title),
        checked(group.is_shown),
        u8::from(group.is_shown)
    );
    for layer in &group.layers {
        text += &tree_layer(layer);
    }
    text + "  </layer-tree-group>\n"
}

/// A layer of a tree: of the project's, or of a legend's own.
fn tree_layer(layer: &Layer<'_>) -> String {
    format!(
        "   <layer-tree-layer id=\"{}\" name=\"{}\" source=\"{}\" providerKey=\"ogr\" checked=\"{}\" expanded=\"0\"/>\n",
        layer.id,
        escaped(&layer.style.title),
        escaped(&layer.source),
        checked(layer.is_shown)
    )
}

fn map_layer(layer: &Layer<'_>, system: &str) -> String {
    let geometry = match layer.shape {
        ShapeKind::Point => "Point",
        ShapeKind::Line => "Line",
        ShapeKind::Polygon => "Polygon",
        ShapeKind::None => "No geometry",
    };
    format!(
        "  <maplayer type=\"vector\" geometry=\"{geometry}\" styleCategories=\"AllStyleCategories\" labelsEnabled=\"{}\" \
         hasScaleBasedVisibilityFlag=\"0\" minScale=\"100000000\" maxScale=\"0\">\n <id>{}</id>\n \
         <datasource>{}</datasource>\n <layername>{}</layername>\n <srs>{system}</srs>\n \
         <provider encoding=\"UTF-8\">ogr</provider>\n{}  </maplayer>\n",
        u8::from(layer.style.label_key.is_some()),
        layer.id,
        escaped(&layer.source),
        escaped(&layer.style.title),
        body(layer.shape, layer.style)
    )
}

#[cfg(test)]
mod tests;
