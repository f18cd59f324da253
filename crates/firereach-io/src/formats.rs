//! Every vector format but OpenStreetMap's: which reader a file needs, and what a file holds.

use std::path::{Path, PathBuf};

use crate::mapping;
use crate::part::Part;
use crate::read_error::ReadError;
use crate::source::Source;

mod archive;
mod delimited;
mod drawing;
mod epanet;
mod excel;
mod gdal_vector;
mod geojson;
pub(crate) mod raw;
mod recode;
mod shapefile;
mod tabular;
pub(crate) mod wkb;

#[cfg(test)]
mod tests;

use archive::has_ending;
use gdal_vector::Opening;
use raw::{Shape, Table};

/// Reads one source of any format but OpenStreetMap's into features, still in the source's own coordinates.
///
/// Shapefile (also in a folder or a zip archive), FileGDB (also zipped), GeoPackage, KML, KMZ, GML, DXF, DWG of AutoCAD
/// 2000, GeoJSON, CSV, workbooks, well-known text and EPANET networks. The height of a road's vertices is kept where the source has one.
/// A [`Site`](firereach_model::feature::Site) gets a point of its shape but neither longitude nor latitude, because
/// those depend on the coordinate system that the pipeline settles.
///
/// # Errors
///
/// When the file is missing, damaged or of a kind that is not read, when its text encoding cannot be settled, when it
/// has several layers and the source does not say which, or when the source maps attributes, columns or units that do
/// not exist. A fault of a single feature is a problem in the part instead.
pub fn read_features(source: &Source) -> Result<Part, ReadError> {
    let (tables, notes) = read_tables(source)?;
    let mut part = mapping::build_part(source, tables)?;
    part.notes.splice(0..0, notes);
    Ok(part)
}

/// One column of a layer, as [`inspect`] shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSummary {
    /// Its name.
    pub name: String,
    /// How many rows hold a value.
    pub filled: u64,
    /// Up to three different values, as they stand.
    pub samples: Vec<String>,
}

/// One layer of a file, as [`inspect`] shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerSummary {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The kind of geometry the file states.
    pub geometry: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many of them have no usable shape.
    pub without_shape: u64,
    /// The coordinate system the file states.
    pub crs: Option<String>,
    /// The encoding its text was read in, where that had to be decided.
    pub encoding: Option<String>,
    /// Its columns.
    pub columns: Vec<ColumnSummary>,
    /// What the reader decided or noticed, in words.
    pub notes: Vec<String>,
}

/// Says what a source holds before anything is mapped, for writing its `fields`.
///
/// # Errors
///
/// As [`read_features`], but for faults of the mapping.
pub fn inspect(source: &Source) -> Result<Vec<LayerSummary>, ReadError> {
    const SAMPLES: usize = 3;
    let (tables, _) = read_tables(source)?;
    let summaries = tables.into_iter().map(|table| {
        let columns = table.columns.iter().enumerate().map(|(column, name)| {
            let mut samples: Vec<String> = Vec::new();
            let mut filled = 0;
            for value in table.rows.iter().filter_map(|row| row.values.get(column)?.shown()) {
                filled += 1;
                if samples.len() < SAMPLES && !samples.contains(&value) {
                    samples.push(value);
                }
            }
            ColumnSummary { name: name.clone(), filled, samples }
        });
        let columns = columns.collect();
        let has_no_shape = |shape: &Shape| !matches!(shape, Shape::Present { .. });
        let mut notes = table.notes;
        notes.extend(table.faults.iter().map(|fault| format!("{}: {}", fault.code, fault.found)));
        LayerSummary {
            name: table.layer,
            geometry: table.geometry,
            rows: table.rows.len() as u64,
            without_shape: table.rows.iter().filter(|row| has_no_shape(&row.shape)).count() as u64,
            crs: table.crs,
            encoding: table.encoding,
            columns,
            notes,
        }
    });
    Ok(summaries.collect())
}

/// The tables of a source, and notes on how they were found.
fn read_tables(source: &Source) -> Result<(Vec<Table>, Vec<String>), ReadError> {
    let path = source.path.as_path();
    if let Err(error) = std::fs::metadata(path) {
        return Err(ReadError { path: source.shown.clone(), ..ReadError::of_file(path, &error) });
    }
    if path.is_dir() && !has_ending(path, "gdb") {
        return read_chosen(path, source);
    }
    if has_ending(path, "zip") {
        let folder = archive::unpack(path, &source.shown)?;
        return read_chosen(folder.path(), source);
    }
    Ok((read_file(path, source)?, Vec::new()))
}

/// Reads the one file of a folder that is meant.
fn read_chosen(folder: &Path, source: &Source) -> Result<(Vec<Table>, Vec<String>), ReadError> {
    let (path, is_layer_used) = archive::choose(folder, &source.shown, source.layer.as_deref())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let notes = vec![format!("read {name} in {}", source.shown)];
    let layer = if is_layer_used { None } else { source.layer.clone() };
    let inside = Source { layer, ..source.clone() };
    Ok((read_file(&path, &inside)?, notes))
}

fn read_file(path: &Path, source: &Source) -> Result<Vec<Table>, ReadError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let gdal = |drivers: Option<&[&str]>, takes_all: bool, has_ids: bool| {
        let opening = Opening {
            drivers,
            options: None,
            layer: source.layer.as_deref(),
            usual_layer: &source.name,
            takes_all,
            has_ids,
        };
        gdal_vector::read(path, &source.shown, &opening)
    };
    match ending.as_str() {
        "shp" => Ok(vec![shapefile::read_shapefile(path, source)?]),
        "dbf" | "shx" | "prj" | "cpg" => {
            let shapes: PathBuf = path.with_extension("shp");
            if shapes.exists() {
                return Ok(vec![shapefile::read_shapefile(&shapes, source)?]);
            }
            Err(ReadError::new(
                &source.shown,
                "a companion of a shapefile without its .shp",
                "the .shp file",
                "name the .shp file and deliver its companions with it",
            ))
        }
        "gdb" => gdal(Some(&["OpenFileGDB"]), false, true),
        "gpkg" => gdal(Some(&["GPKG"]), false, true),
        "kml" | "kmz" => gdal(Some(&["LIBKML", "KML"]), true, false),
        "gml" => read_gml(path, source),
        "dxf" => drawing::read_dxf(path, source),
        "dwg" => drawing::read_dwg(path, source),
        "geojson" | "json" => Ok(vec![geojson::read_geojson(path, source)?]),
        "inp" => epanet::read_network(path, source),
        "csv" | "txt" | "tsv" => Ok(vec![delimited::read_csv(path, source)?]),
        "wkt" => Ok(vec![delimited::read_wkt(path, source)?]),
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => Ok(vec![excel::read_workbook(path, source)?]),
        "mdb" | "accdb" => Err(ReadError::new(
            &source.shown,
            "an Access database",
            "a file geodatabase or a GeoPackage",
            "export the layers to a file geodatabase (.gdb) or a GeoPackage",
        )),
        "tif" | "tiff" | "hgt" => {
            Err(ReadError::new(&source.shown, "a grid of heights", "a file of features", "name it under `terrain`"))
        }
        _ => gdal(None, false, false),
    }
}

/// GML is read from a copy, because its reader leaves a file beside what it reads.
fn read_gml(path: &Path, source: &Source) -> Result<Vec<Table>, ReadError> {
    let of_io = |error: std::io::Error| {
        ReadError::new(&source.shown, error.to_string(), "room for a copy of the file", "check the temporary folder")
    };
    let folder = tempfile::tempdir().map_err(of_io)?;
    let copy = folder.path().join("features.gml");
    std::fs::copy(path, &copy).map_err(of_io)?;
    let schema = path.with_extension("xsd");
    if schema.exists() {
        std::fs::copy(schema, folder.path().join("features.xsd")).map_err(of_io)?;
    }
    let opening = Opening {
        drivers: Some(&["GML"]),
        options: None,
        layer: source.layer.as_deref(),
        usual_layer: &source.name,
        takes_all: true,
        has_ids: false,
    };
    gdal_vector::read(&copy, &source.shown, &opening)
}
