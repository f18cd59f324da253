//! The tables of several finished runs, joined: one file a table, with a first column that names the study.

use std::path::{Path, PathBuf};

use firereach_model::record::Record;
use firereach_model::symbols::LayerStyle;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use gdal::vector::{FieldValue, LayerAccess, OGRFieldType, OGRwkbGeometryType};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};
use geo::MapCoordsInPlace;
use geo_types::{Coord, Geometry};

use crate::formats::wkb;
use crate::gdal_setup::prepare_gdal;
use crate::projection::{Projector, System};
use crate::read_error::ReadError;
use crate::record::{is_run, read_record};
use crate::write::{BEHIND_KEY, WriteError, write_gpkg, write_whole};

/// The column that names the study.
const STUDY: &str = "study";
/// The table of styles, which is made anew.
const STYLES: &str = "layer_styles";
/// The system of a joined file whose runs have several: metres on a plane wherever they are, for looking, not measuring.
const COMMON_SYSTEM: &str = "EPSG:3857";

/// A finished run with its name.
#[derive(Clone, Debug)]
pub struct NamedRun {
    /// The study: the name of the run's folder.
    pub study: String,
    /// The folder.
    pub folder: PathBuf,
    /// What its scenarios share.
    pub record: Record,
}

/// Finds finished runs: the folders themselves, or what lies directly below them; ordered by the study's name.
///
/// # Errors
///
/// When a folder holds no finished run, or a record cannot be read.
pub fn find_runs(folders: &[PathBuf]) -> Result<Vec<NamedRun>, ReadError> {
    let mut found = Vec::new();
    for folder in folders {
        if is_run(folder) {
            found.push(folder.clone());
            continue;
        }
        let entries = std::fs::read_dir(folder).map_err(|error| ReadError::of_file(folder, &error))?;
        let below: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| !is_hidden(path) && is_run(path)).collect();
        if below.is_empty() {
            return Err(ReadError::new(
                folder.display().to_string(),
                "no finished run in it or directly below it",
                "the folder of a finished run, or of a batch",
                "give folders named with -o in `firereach run`",
            ));
        }
        found.extend(below);
    }
    let name = |folder: &Path| {
        let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let runs =
        found.into_iter().map(|folder| Ok(NamedRun { study: name(&folder), record: read_record(&folder)?, folder }));
    let mut runs = runs.collect::<Result<Vec<_>, ReadError>>()?;
    runs.sort_by(|a, b| a.study.cmp(&b.study).then_with(|| a.folder.cmp(&b.folder)));
    Ok(runs)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Joins every CSV file of the runs' folders by its name, and returns the names in order.
///
/// Columns are matched by their keys, in the order in which they first appear; a run that lacks one has empty cells there.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn join_csv(runs: &[NamedRun], into: &Path) -> Result<Vec<String>, ReadError> {
    let mut names: Vec<String> = Vec::new();
    for run in runs {
        let entries = std::fs::read_dir(&run.folder).map_err(|error| ReadError::of_file(&run.folder, &error))?;
        let files = entries.flatten().map(|entry| entry.path());
        let tables = files.filter(|path| !is_hidden(path) && path.extension().is_some_and(|ending| ending == "csv"));
        names.extend(tables.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())));
    }
    names.sort_unstable();
    names.dedup();
    for name in &names {
        join_one(runs, name, &into.join(name))?;
    }
    Ok(names)
}

fn join_one(runs: &[NamedRun], name: &str, target: &Path) -> Result<(), ReadError> {
    let mut keys: Vec<String> = Vec::new();
    let mut parts = Vec::new();
    for run in runs {
        let path = run.folder.join(name);
        if !path.is_file() {
            continue;
        }
        let fault = |error: csv::Error| {
            ReadError::new(path.display().to_string(), error.to_string(), "a table of a finished run", "run it again")
        };
        let mut reader = csv::Reader::from_path(&path).map_err(fault)?;
        let mut places = Vec::new();
        for key in reader.headers().map_err(fault)? {
            places.push(keys.iter().position(|known| known == key).unwrap_or_else(|| {
                keys.push(key.to_owned());
                keys.len() - 1
            }));
        }
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>().map_err(fault)?;
        parts.push((run.study.as_str(), places, rows));
    }
    let fault = |error: csv::Error| {
        ReadError::new(target.display().to_string(), error.to_string(), "a table", "check the disk")
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([STUDY].into_iter().chain(keys.iter().map(String::as_str))).map_err(fault)?;
    let mut cells: Vec<&str> = Vec::new();
    for (study, places, rows) in &parts {
        for row in rows {
            cells.clear();
            cells.resize(keys.len() + 1, "");
            cells[0] = study;
            for (&place, cell) in places.iter().zip(row) {
                cells[place + 1] = cell;
            }
            writer.write_record(&cells).map_err(fault)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| ReadError::of_file(target, error.error()))?;
    write_whole(target, &bytes).map_err(|error| of_write(&error))
}

fn of_write(error: &WriteError) -> ReadError {
    ReadError::new(error.path.clone(), error.found.clone(), "a file that can be written", error.remedy.clone())
}

/// Joins `findings.gpkg` of the runs, layer by layer with the `styles` of the joined tables, and returns the system it is in.
///
/// Runs in one working system keep it; runs in several are brought into one for the whole globe.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn join_findings(
    runs: &[NamedRun],
    target: &Path,
    styles: &dyn Fn(&[Table]) -> Vec<LayerStyle>,
) -> Result<String, ReadError> {
    let first = runs.first().map_or(COMMON_SYSTEM, |run| run.record.frame.crs.as_str());
    let is_one = runs.iter().all(|run| run.record.frame.crs == first);
    let common = if is_one { first } else { COMMON_SYSTEM };
    let system_fault = |error: crate::projection::ProjectionError| {
        ReadError::new(target.display().to_string(), error.to_string(), "a working system in metres", "run it again")
    };
    let projector = Projector::named(common).map_err(system_fault)?;
    let mut joined: Vec<Table> = Vec::new();
    for run in runs {
        let path = run.folder.join("findings.gpkg");
        let from = System::parse(&run.record.frame.crs).map_err(system_fault)?;
        for mut table in read_tables(&path)? {
            for row in &mut table.rows {
                row.cells.insert(0, Cell::Text(run.study.clone()));
                if let Some(shape) = row.shape.as_mut().filter(|_| !is_one) {
                    move_shape(shape, &from, &projector);
                }
            }
            table.columns.insert(0, Column::new(STUDY, ColumnKind::Text));
            match joined.iter_mut().find(|known| known.name == table.name) {
                Some(known) => append(known, table),
                None => joined.push(table),
            }
        }
    }
    write_gpkg(target, &joined, &styles(&joined), &projector).map_err(|error| of_write(&error))?;
    Ok(common.to_owned())
}

/// Puts the rows of one table below those of another, columns matched by their keys.
fn append(known: &mut Table, mut more: Table) {
    if known.columns != more.columns {
        for column in &more.columns {
            if known.columns.iter().all(|own| own.key != column.key) {
                known.columns.push(column.clone());
                known.rows.iter_mut().for_each(|row| row.cells.push(Cell::Empty));
            }
        }
        let places: Vec<Option<usize>> =
            known.columns.iter().map(|own| more.columns.iter().position(|column| column.key == own.key)).collect();
        for row in &mut more.rows {
            let cell = |place: &Option<usize>| place.map_or(Cell::Empty, |place| row.cells[place].clone());
            row.cells = places.iter().map(cell).collect();
        }
    }
    known.rows.append(&mut more.rows);
}

fn move_shape(shape: &mut Geometry<f64>, from: &System, to: &Projector) {
    shape.map_coords_in_place(|at| {
        let mut moved = [at];
        to.project(from, &mut moved);
        let [Coord { x, y }] = moved;
        Coord { x, y }
    });
}

/// The layers of a GeoPackage that [`write_gpkg`] wrote, as the tables they were.
fn read_tables(path: &Path) -> Result<Vec<Table>, ReadError> {
    prepare_gdal();
    let fault = |error: &dyn std::fmt::Display| {
        ReadError::new(
            path.display().to_string(),
            error.to_string(),
            "the findings of a finished run",
            "run the study again",
        )
    };
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_READONLY | GdalOpenFlags::GDAL_OF_VECTOR,
        ..DatasetOptions::default()
    };
    let dataset = Dataset::open_ex(path, options).map_err(|error| fault(&error))?;
    let mut tables = Vec::new();
    for mut layer in dataset.layers().filter(|layer| layer.name() != STYLES) {
        let shape = match layer.defn().geometry_type() {
            OGRwkbGeometryType::wkbPoint => ShapeKind::Point,
            OGRwkbGeometryType::wkbMultiLineString => ShapeKind::Line,
            OGRwkbGeometryType::wkbMultiPolygon => ShapeKind::Polygon,
            _ => ShapeKind::None,
        };
        let columns: Vec<Column> = layer
            .defn()
            .fields()
            .map(|field| Column {
                key: field.name().into(),
                kind: match field.field_type() {
                    OGRFieldType::OFTInteger64 => ColumnKind::Integer,
                    OGRFieldType::OFTReal => ColumnKind::Number,
                    OGRFieldType::OFTInteger => ColumnKind::Flag,
                    _ => ColumnKind::Text,
                },
            })
            .collect();
        // A layer listed by another name than the table's says the table's name.
        let description = layer.metadata_item("DESCRIPTION", "").filter(|text| !text.is_empty());
        let key = description.map(|text| text.split_once(BEHIND_KEY).map_or(text.clone(), |(key, _)| key.to_owned()));
        let name = key.unwrap_or_else(|| layer.name()).into();
        let mut table = Table { name, columns, shape, rows: Vec::new() };
        for feature in layer.features() {
            let cells = (0..table.columns.len())
                .map(|index| {
                    Ok(match feature.field(index).map_err(|error| fault(&error))? {
                        Some(FieldValue::IntegerValue(value)) => Cell::Flag(value != 0),
                        Some(FieldValue::Integer64Value(value)) => Cell::Integer(value),
                        Some(FieldValue::RealValue(value)) => Cell::Number(value, DECIMALS),
                        Some(FieldValue::StringValue(text)) => Cell::Text(text),
                        _ => Cell::Empty,
                    })
                })
                .collect::<Result<_, ReadError>>()?;
            let shape = match feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty()) {
                None => None,
                Some(geometry) => {
                    let bytes = geometry.wkb().map_err(|error| fault(&error))?;
                    Some(wkb::decode(&bytes).map_err(|reason| fault(&reason))?.shape)
                }
            };
            table.rows.push(Row { cells, shape });
        }
        tables.push(table);
    }
    Ok(tables)
}

/// More decimals than any table writes, so that a number read back is written as it was.
const DECIMALS: u8 = 12;
