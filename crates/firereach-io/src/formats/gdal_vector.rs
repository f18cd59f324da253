//! Tables read through GDAL: Shapefile, FileGDB, GeoPackage, KML, GML, DXF and whatever else it knows.

use std::path::Path;

use firereach_model::problem::{Done, Severity};
use gdal::errors::GdalError;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{FieldValue, LayerAccess};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::raw::{Fault, Row, Shape, Table, Value};
use super::wkb;
use crate::gdal_setup::{prepare_gdal, take_messages};
use crate::read_error::ReadError;

/// Columns that KML's reader adds to every layer and that say nothing about the feature.
const KML_COLUMNS: &[&str] = &[
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
    "snippet",
    "description",
];

/// OGR's number for a handle that points to nothing.
const INVALID_HANDLE: u32 = 6;

/// Makes GDAL ready and forgets what it said before.
pub(super) fn listen() {
    prepare_gdal();
    take_messages();
}

/// How a file is opened.
pub(super) struct Opening<'a> {
    /// The drivers that may try.
    pub(super) drivers: Option<&'a [&'a str]>,
    /// Their options.
    pub(super) options: Option<&'a [&'a str]>,
    /// The layer wanted.
    pub(super) layer: Option<&'a str>,
    /// The layer taken when none is named and there are several.
    pub(super) usual_layer: &'a str,
    /// Whether all layers are taken where none is named.
    pub(super) takes_all: bool,
    /// Whether the feature number is the feature's identifier.
    pub(super) has_ids: bool,
}

/// Opens a file for reading.
pub(super) fn open(path: &Path, shown: &str, opening: &Opening<'_>) -> Result<Dataset, ReadError> {
    listen();
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_READONLY
            | GdalOpenFlags::GDAL_OF_VECTOR
            | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
        allowed_drivers: opening.drivers,
        open_options: opening.options,
        sibling_files: None,
    };
    Dataset::open_ex(path, options).map_err(|error| {
        let said = take_messages().join("; ");
        let found = if said.is_empty() { error.to_string() } else { said };
        ReadError::new(
            shown,
            found.replace(&path.display().to_string(), shown),
            "a file that GDAL can read",
            "open it in QGIS to see whether it is damaged, and export it again",
        )
    })
}

/// Reads the layers asked for.
pub(super) fn read(path: &Path, shown: &str, opening: &Opening<'_>) -> Result<Vec<Table>, ReadError> {
    let dataset = open(path, shown, opening)?;
    let names: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    let chosen: Vec<usize> = match opening.layer {
        Some(wanted) => match names.iter().position(|name| name == wanted) {
            Some(index) => vec![index],
            None => {
                return Err(ReadError::new(
                    shown,
                    format!("no layer `{wanted}`"),
                    format!("one of the file's layers: {}", names.join(", ")),
                    "correct `layer` of the source",
                ));
            }
        },
        None if names.len() == 1 || opening.takes_all => (0..names.len()).collect(),
        None => match names.iter().position(|name| name.eq_ignore_ascii_case(opening.usual_layer)) {
            Some(index) => vec![index],
            None if names.is_empty() => {
                return Err(ReadError::new(shown, "no layer at all", "at least one layer", "export the file again"));
            }
            None => {
                return Err(ReadError::new(
                    shown,
                    format!("{} layers and no word which one is meant", names.len()),
                    format!("`layer` to be one of {}", names.join(", ")),
                    "add `layer = \"…\"` to the source",
                ));
            }
        },
    };
    let mut tables = Vec::new();
    for index in chosen {
        let layer = dataset.layer(index).map_err(|error| {
            ReadError::new(shown, error.to_string(), "a layer that can be read", "export the file again")
        })?;
        tables.push(read_layer(layer, opening.has_ids));
    }
    let said = take_messages();
    if let Some(first) = tables.first_mut() {
        first.notes.extend(
            said.into_iter().map(|text| format!("GDAL says: {}", text.replace(&path.display().to_string(), shown))),
        );
    }
    Ok(tables)
}

fn read_layer(mut layer: gdal::vector::Layer<'_>, has_ids: bool) -> Table {
    let mut table = Table {
        layer: Some(layer.name()),
        crs: layer.spatial_ref().and_then(|srs| crs_text(&srs)),
        geometry: gdal::vector::geometry_type_to_name(layer.defn().geometry_type()),
        ..Table::default()
    };
    let names: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let is_kml = KML_COLUMNS.iter().filter(|column| names.iter().any(|name| name == *column)).count() > 5;
    let used: Vec<usize> =
        (0..names.len()).filter(|&i| !(is_kml && KML_COLUMNS.contains(&names[i].as_str()))).collect();
    table.columns = used.iter().map(|&i| names[i].clone()).collect();
    let (mut unread, mut curves) = (0_u64, 0_u64);
    for (index, feature) in layer.features().enumerate() {
        let mut faults = Vec::new();
        let shape = match feature.geometry().filter(|geometry| geometry.has_gdal_ptr()) {
            None => Shape::Missing,
            Some(geometry) => match geometry.wkb() {
                // A null shape is handed over as one without content.
                Err(GdalError::OgrError { err: INVALID_HANDLE, .. }) => Shape::Missing,
                Err(error) => Shape::Broken(error.to_string()),
                Ok(bytes) => shape_of_wkb(&bytes, &mut faults, &mut curves),
            },
        };
        let values = used
            .iter()
            .map(|&i| match feature.field(i) {
                Ok(value) => value_of(value),
                Err(_) => {
                    unread += 1;
                    Value::Null
                }
            })
            .collect();
        let id = feature.fid().filter(|_| has_ids).map(|fid| fid.to_string());
        table.rows.push(Row { number: index as u64 + 1, id, shape, values, faults });
    }
    if unread > 0 {
        table.notes.push(format!("{unread} values of a binary, time or damaged type are not read"));
    }
    if curves > 0 {
        table.notes.push(format!("{curves} features have curves, which become straight pieces of at most 5 degrees"));
    }
    table
}

/// A shape from binary; curves and open rings are noted.
pub(super) fn shape_of_wkb(bytes: &[u8], faults: &mut Vec<Fault>, curves: &mut u64) -> Shape {
    match wkb::decode(bytes) {
        Err(reason) => Shape::Broken(reason),
        Ok(decoded) => {
            if decoded.had_open_rings {
                faults.push(open_ring());
            }
            if decoded.had_curves {
                *curves += 1;
                faults.push(Fault::new(
                    "IO-GEOM-CURVE",
                    Severity::Info,
                    Done::Repaired,
                    "a curve",
                    "straight pieces",
                    "nothing needs to be done; the pieces stay within 0.1 % of the radius of the curve",
                ));
            }
            Shape::Present { shape: decoded.shape, z: decoded.z }
        }
    }
}

/// The fault of a ring that does not end where it begins.
pub(super) fn open_ring() -> Fault {
    Fault::new(
        "IO-GEOM-UNCLOSED",
        Severity::Warning,
        Done::Repaired,
        "a ring that does not end where it begins",
        "a closed ring",
        "close the ring in the source; here its ends were joined by a straight line",
    )
}

fn value_of(value: Option<FieldValue>) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::IntegerValue(number)) => Value::Integer(i64::from(number)),
        Some(FieldValue::Integer64Value(number)) => Value::Integer(number),
        Some(FieldValue::RealValue(number)) if number.is_nan() => Value::Null,
        Some(FieldValue::RealValue(number)) => Value::Number(number),
        Some(FieldValue::StringValue(text)) => Value::of_text(&text),
        Some(FieldValue::DateValue(date)) => Value::Text(date.to_string()),
        Some(FieldValue::DateTimeValue(time)) => Value::Text(time.to_string()),
        Some(FieldValue::StringListValue(list)) => Value::List(list),
        Some(FieldValue::IntegerListValue(list)) => Value::List(list.iter().map(ToString::to_string).collect()),
        Some(FieldValue::Integer64ListValue(list)) => Value::List(list.iter().map(ToString::to_string).collect()),
        Some(FieldValue::RealListValue(list)) => Value::List(list.iter().map(ToString::to_string).collect()),
    }
}

/// A coordinate system as a code where it has one, else as text.
fn crs_text(srs: &SpatialRef) -> Option<String> {
    let code = |srs: &SpatialRef| match (srs.auth_name(), srs.auth_code()) {
        (Some(name), Ok(code)) => Some(format!("{name}:{code}")),
        _ => None,
    };
    code(srs)
        .or_else(|| {
            let mut copy = srs.clone();
            copy.auto_identify_epsg().ok()?;
            code(&copy)
        })
        .or_else(|| srs.to_wkt().ok())
}
