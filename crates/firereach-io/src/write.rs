//! Tables and records on their way to files: GeoPackage, CSV, GeoJSON, JSON.
//!
//! Every file is written under a temporary name and renamed when it is whole; the same tables give the same bytes.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use firereach_model::problem::{Done, Problem, Severity, SourceCount};
use firereach_model::symbols::LayerStyle;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use geo_types::{Coord, Geometry, Point};
use serde::Serialize;

use crate::projection::Projector;

mod folder;
mod geopackage;
pub(crate) use geopackage::BEHIND_KEY;
mod qgis;
mod style;
mod xlsx;

pub use folder::OutputFolder;
pub use geopackage::write_gpkg;
pub use qgis::{QgisProject, write_qgis_project};
pub use xlsx::write_xlsx;

/// Why something could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {found}; {remedy}")]
pub struct WriteError {
    /// The file or folder.
    pub path: String,
    /// What is wrong.
    pub found: String,
    /// What the reader of this message can do.
    pub remedy: String,
}

impl WriteError {
    fn new(path: &Path, found: impl Into<String>, remedy: &str) -> Self {
        Self { path: path.display().to_string(), found: found.into(), remedy: remedy.to_owned() }
    }

    fn of_file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(path, error.to_string(), "check the permissions of the folder and the space on the disk")
    }
}

/// Writes a file whole under its final name: first beside it, then renamed.
///
/// # Errors
///
/// When the file cannot be written or renamed; nothing is left behind then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| WriteError::of_file(path, &error))?;
    file.write_all(bytes).map_err(|error| WriteError::of_file(path, &error))?;
    file.persist(path).map_err(|error| WriteError::of_file(path, &error.error))?;
    let_others_read(path)
}

/// A temporary file is its owner's alone; a finished one is anyone's to read.
fn let_others_read(path: &Path) -> Result<(), WriteError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let permissions = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(path, permissions).map_err(|error| WriteError::of_file(path, &error))?;
    }
    Ok(())
}

/// Writes anything serialisable as indented JSON with a line feed at its end: `run.json`, `findings.json`, `problems.json`.
///
/// Keys keep the order of the fields; a value with maps from a hash table does not belong here.
///
/// # Errors
///
/// When the value cannot be said in JSON (a key that is no text) or the file cannot be written.
pub fn write_json<T: Serialize + ?Sized>(path: &Path, value: &T) -> Result<(), WriteError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| {
        WriteError::new(path, error.to_string(), "this is a fault of the program; please report it")
    })?;
    bytes.push(b'\n');
    write_whole(path, &bytes)
}

/// Writes anything serialisable as JSON on one line, for files that only programs read.
///
/// # Errors
///
/// As for [`write_json`].
pub fn write_json_compact<T: Serialize + ?Sized>(path: &Path, value: &T) -> Result<(), WriteError> {
    let mut bytes = serde_json::to_vec(value).map_err(|error| {
        WriteError::new(path, error.to_string(), "this is a fault of the program; please report it")
    })?;
    bytes.push(b'\n');
    write_whole(path, &bytes)
}

/// Tables of one name put one below the other, in the order of their first appearance.
///
/// Each scenario has its own table of sites; a file has one.
fn stacked(tables: &[Table]) -> Vec<Stack<'_>> {
    let mut stacks: Vec<Stack<'_>> = Vec::new();
    for table in tables {
        match stacks.iter_mut().find(|stack| stack.name == table.name) {
            Some(stack) => {
                debug_assert_eq!(stack.columns, table.columns, "tables of one name have the same columns");
                stack.rows.extend(&table.rows);
            }
            None => stacks.push(Stack {
                name: &table.name,
                columns: &table.columns,
                shape: table.shape,
                rows: table.rows.iter().collect(),
            }),
        }
    }
    stacks
}

/// One or several tables of one name.
struct Stack<'a> {
    name: &'a str,
    columns: &'a [Column],
    shape: ShapeKind,
    rows: Vec<&'a Row>,
}

impl Stack<'_> {
    /// Degrees for every cell that asks for them, in the order of rows and cells; found in bulk.
    fn degrees(&self, projector: &Projector) -> Vec<Coord<f64>> {
        let mut places: Vec<Coord<f64>> = self
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter_map(|cell| match cell {
                Cell::Longitude(at) | Cell::Latitude(at) => Some(*at),
                _ => None,
            })
            .collect();
        projector.all_to_lon_lat(&mut places);
        places
    }
}

/// Decimals of a degree in every file: a centimetre.
const DEGREE_DECIMALS: u8 = 7;

/// A cell with degrees resolved.
enum Resolved<'a> {
    Empty,
    Text(&'a str),
    Integer(i64),
    Number(f64, u8),
    Flag(bool),
}

/// Resolves the cells of a row; `degrees` gives the next place for each that asks.
fn resolve<'a>(cell: &'a Cell, degrees: &mut impl Iterator<Item = Coord<f64>>) -> Resolved<'a> {
    let finite = |value: f64, decimals: u8| {
        if value.is_finite() { Resolved::Number(rounded(value, decimals), decimals) } else { Resolved::Empty }
    };
    let mut next = || degrees.next().expect("one place for each cell that asks for degrees");
    match cell {
        Cell::Empty => Resolved::Empty,
        Cell::Text(text) => Resolved::Text(text),
        Cell::Integer(value) => Resolved::Integer(*value),
        Cell::Number(value, decimals) => finite(*value, *decimals),
        Cell::Flag(value) => Resolved::Flag(*value),
        Cell::Longitude(_) => finite(next().x, DEGREE_DECIMALS),
        Cell::Latitude(_) => finite(next().y, DEGREE_DECIMALS),
    }
}

/// A number as it is printed with so many decimals; never a negative zero.
fn rounded(value: f64, decimals: u8) -> f64 {
    format!("{value:.*}", usize::from(decimals)).parse::<f64>().map_or(value, |v| v + 0.0)
}

/// Writes tables of one name as one CSV file: UTF-8, a header line, line feeds, empty cells for what is not known.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_csv(path: &Path, tables: &[Table], projector: &Projector) -> Result<(), WriteError> {
    let fault = |error: csv::Error| WriteError::new(path, error.to_string(), "check the space on the disk");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for stack in stacked(tables).iter().take(1) {
        writer.write_record(stack.columns.iter().map(|column| column.key.as_bytes())).map_err(fault)?;
        let mut degrees = stack.degrees(projector).into_iter();
        let mut record: Vec<Cow<'_, str>> = Vec::with_capacity(stack.columns.len());
        for row in &stack.rows {
            record.clear();
            for cell in &row.cells {
                record.push(match resolve(cell, &mut degrees) {
                    Resolved::Empty => Cow::Borrowed(""),
                    Resolved::Text(text) => Cow::Borrowed(text),
                    Resolved::Integer(value) => Cow::Owned(value.to_string()),
                    Resolved::Number(value, decimals) => Cow::Owned(format!("{value:.*}", usize::from(decimals))),
                    Resolved::Flag(value) => Cow::Borrowed(if value { "true" } else { "false" }),
                });
            }
            writer.write_record(record.iter().map(|cell| cell.as_bytes())).map_err(fault)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| WriteError::of_file(path, error.error()))?;
    write_whole(path, &bytes)
}

/// Writes tables of one name as GeoJSON after RFC 7946: longitude and latitude on WGS 84 with seven decimals.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_geojson(path: &Path, tables: &[Table], projector: &Projector) -> Result<(), WriteError> {
    let mut text = String::from("{\"type\":\"FeatureCollection\"");
    let stacks = stacked(tables);
    if let Some(stack) = stacks.first() {
        text += &format!(",\"name\":{}", serde_json::Value::from(stack.name));
    }
    text += ",\"features\":[";
    for stack in stacks.iter().take(1) {
        let mut degrees = stack.degrees(projector).into_iter();
        for (index, row) in stack.rows.iter().enumerate() {
            text += if index == 0 { "\n" } else { ",\n" };
            let mut properties = serde_json::Map::new();
            for (column, cell) in stack.columns.iter().zip(&row.cells) {
                let value = match resolve(cell, &mut degrees) {
                    Resolved::Empty => serde_json::Value::Null,
                    Resolved::Text(text) => text.into(),
                    Resolved::Integer(value) => value.into(),
                    Resolved::Number(value, _) => value.into(),
                    Resolved::Flag(value) => value.into(),
                };
                properties.insert(column.key.clone().into_owned(), value);
            }
            let shape = row.shape.as_ref().and_then(|shape| in_degrees(shape, projector));
            let geometry = shape.map_or(serde_json::Value::Null, |shape| {
                serde_json::to_value(geojson::Geometry::new(geojson::GeometryValue::from(&shape)))
                    .expect("finite coordinates are numbers in JSON")
            });
            text += &format!(
                "{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{}}}",
                serde_json::Value::Object(properties)
            );
        }
    }
    text += "\n]}\n";
    write_whole(path, text.as_bytes())
}

/// A shape in degrees with seven decimals, its rings turned as RFC 7946 asks; `None` when some position has none.
fn in_degrees(shape: &Geometry<f64>, projector: &Projector) -> Option<Geometry<f64>> {
    use geo::{CoordsIter, MapCoords, Orient, orient::Direction};
    let mut places: Vec<Coord<f64>> = shape.coords_iter().collect();
    projector.all_to_lon_lat(&mut places);
    if places.iter().any(|at| !(at.x.is_finite() && at.y.is_finite())) {
        return None;
    }
    let next = std::cell::RefCell::new(places.into_iter());
    let moved = shape.map_coords(|_| {
        let at = next.borrow_mut().next().expect("as many positions as before");
        Coord { x: rounded(at.x, DEGREE_DECIMALS), y: rounded(at.y, DEGREE_DECIMALS) }
    });
    Some(match moved {
        Geometry::Polygon(polygon) => Geometry::Polygon(polygon.orient(Direction::Default)),
        Geometry::MultiPolygon(polygons) => Geometry::MultiPolygon(polygons.orient(Direction::Default)),
        other => other,
    })
}

/// The check report as a table: one row per problem, in their order.
pub fn problem_table(problems: &[Problem]) -> Table {
    const KEYS: [&str; 13] = [
        "code",
        "severity",
        "source",
        "file",
        "layer",
        "row",
        "feature_id",
        "lon",
        "lat",
        "found",
        "expected",
        "done",
        "repair",
    ];
    let columns = KEYS.map(|key| {
        let kind = match key {
            "row" => ColumnKind::Integer,
            "lon" | "lat" => ColumnKind::Number,
            _ => ColumnKind::Text,
        };
        Column::new(key, kind)
    });
    let severity = |problem: &Problem| match problem.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let done = |problem: &Problem| match problem.done {
        Done::Kept => "kept",
        Done::Repaired => "repaired",
        Done::SetAside => "set_aside",
    };
    let rows = problems
        .iter()
        .map(|problem| {
            let place = problem.at.filter(|at| at.x.is_finite() && at.y.is_finite());
            Row {
                cells: vec![
                    Cell::Text(problem.code.clone().into_owned()),
                    Cell::Text(severity(problem).to_owned()),
                    Cell::Text(problem.source_name.clone()),
                    Cell::Text(problem.origin.file.to_string()),
                    Cell::text(problem.origin.layer.as_deref()),
                    match i64::try_from(problem.origin.row) {
                        Ok(row) if row > 0 => Cell::Integer(row),
                        _ => Cell::Empty,
                    },
                    Cell::text(problem.origin.id.as_deref()),
                    place.map_or(Cell::Empty, Cell::Longitude),
                    place.map_or(Cell::Empty, Cell::Latitude),
                    Cell::Text(problem.found.clone()),
                    Cell::Text(problem.expected.clone()),
                    Cell::Text(done(problem).to_owned()),
                    Cell::Text(problem.repair.clone()),
                ],
                shape: place.map(|at| Geometry::Point(Point(at))),
            }
        })
        .collect();
    Table { name: Cow::Borrowed("problems"), columns: columns.to_vec(), shape: ShapeKind::Point, rows }
}

/// The counts as a table: one row per source and layer, in their order.
pub fn count_table(counts: &[SourceCount]) -> Table {
    let text = |key| Column::new(key, ColumnKind::Text);
    let integer = |key| Column::new(key, ColumnKind::Integer);
    let number = |value: u64| i64::try_from(value).map_or(Cell::Empty, Cell::Integer);
    let rows = counts
        .iter()
        .map(|count| Row {
            cells: vec![
                Cell::Text(count.source_name.clone()),
                Cell::Text(count.file.clone()),
                Cell::Text(count.layer.clone()),
                number(count.read),
                number(count.kept),
                number(count.repaired),
                number(count.set_aside),
            ],
            shape: None,
        })
        .collect();
    let columns = vec![
        text("source"),
        text("file"),
        text("layer"),
        integer("read"),
        integer("kept"),
        integer("repaired"),
        integer("set_aside"),
    ];
    Table { name: Cow::Borrowed("counts"), columns, shape: ShapeKind::None, rows }
}

/// Writes the check report into a folder: `problems.csv`, `problems.gpkg` (drawn by the style of its name, if `styles` has
/// one), `problems.json` and `counts.csv`.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_problems(
    folder: &Path,
    problems: &[Problem],
    counts: &[SourceCount],
    styles: &[LayerStyle],
    projector: &Projector,
) -> Result<(), WriteError> {
    let tables = [problem_table(problems), count_table(counts)];
    write_csv(&folder.join("problems.csv"), &tables[..1], projector)?;
    write_csv(&folder.join("counts.csv"), &tables[1..], projector)?;
    write_gpkg(&folder.join("problems.gpkg"), &tables, styles, projector)?;
    write_json(&folder.join("problems.json"), &Report { problems, counts })
}

#[derive(Serialize)]
struct Report<'a> {
    problems: &'a [Problem],
    counts: &'a [SourceCount],
}

/// The name a temporary file or folder has beside its final place.
fn beside(path: &Path, what: &str) -> PathBuf {
    path.with_file_name(format!("{}-{}", unfinished(path, what), std::process::id()))
}

/// The same without the process that writes it.
fn unfinished(path: &Path, what: &str) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!(".{name}.{what}")
}

#[cfg(test)]
mod tests;
