//! GeoJSON, feature by feature, so that one broken feature costs only itself.
//!
//! Source: RFC 7946; the `crs` member of the 2008 draft is honoured and reported.

use std::fmt;
use std::path::Path;

use firereach_model::problem::{Done, Severity};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use geojson::{GeometryValue, Position};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::gdal_vector::open_ring;
use super::raw::{Fault, Row, Shape, Table, Value};
use crate::encoding::{Statements, decide};
use crate::read_error::ReadError;
use crate::source::Source;

/// What RFC 7946 says of a file without a `crs` member.
const USUAL_CRS: &str = "EPSG:4326";

/// Reads a collection, a single feature or a bare geometry.
pub(super) fn read_geojson(path: &Path, source: &Source) -> Result<Table, ReadError> {
    let shown = &source.shown;
    let bytes =
        std::fs::read(path).map_err(|error| ReadError { path: shown.clone(), ..ReadError::of_file(path, &error) })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut notes = Vec::new();
    let decoded;
    let bytes = if std::str::from_utf8(bytes).is_ok() {
        bytes
    } else {
        let statements = Statements { key: source.encoding.as_deref(), ..Statements::default() };
        let decision = decide(statements, std::iter::once(bytes)).map_err(|error| {
            ReadError::new(shown, error.to_string(), "UTF-8, as RFC 7946 asks", "save the file as UTF-8")
        })?;
        notes.push(decision.words());
        decoded = decision.decode(bytes).0;
        decoded.as_bytes()
    };
    let mut table = Table { geometry: "any".to_owned(), notes, ..Table::default() };
    let mut columns = Columns::default();
    match parse(bytes, &mut columns) {
        Ok(document) => fill(&mut table, columns, document, shown)?,
        Err(error) => {
            // Some writers put NaN and Infinity where JSON has no word; each becomes null and is then reported.
            let mut again = Columns::default();
            let (repaired, count) = without_nan(bytes);
            let parsed = if count > 0 { parse(&repaired, &mut again).ok() } else { None };
            let Some(document) = parsed else {
                return Err(ReadError::new(
                    shown,
                    error.to_string(),
                    "GeoJSON",
                    "open the file in an editor at that line; it may have been cut off",
                )
                .at(format!("line {}, column {}", error.line(), error.column())));
            };
            table.faults.push(Fault::new(
                "IO-JSON-NAN",
                Severity::Warning,
                Done::Repaired,
                format!("{count} times NaN or Infinity, which JSON does not have"),
                "numbers or null",
                "write null for what is not known",
            ));
            fill(&mut table, again, document, shown)?;
        }
    }
    Ok(table)
}

fn fill(table: &mut Table, columns: Columns, document: Document, shown: &str) -> Result<(), ReadError> {
    if !document.is_geojson {
        return Err(ReadError::new(
            shown,
            "a JSON file without features",
            "a FeatureCollection, a Feature or a geometry",
            "check that the file is GeoJSON; an answer of a mapping service has to be converted first",
        ));
    }
    table.columns = columns.names;
    table.rows = document.rows;
    let width = table.columns.len();
    for row in &mut table.rows {
        row.values.resize(width, Value::Null);
    }
    table.layer = document.name;
    table.crs = Some(match document.crs {
        None => USUAL_CRS.to_owned(),
        Some(stated) => {
            let crs = crs_code(&stated);
            if crs != USUAL_CRS {
                table.faults.push(Fault::new(
                    "IO-CRS-GEOJSON",
                    Severity::Warning,
                    Done::Kept,
                    format!("a `crs` member that says {stated}"),
                    "longitudes and latitudes in WGS 84, as RFC 7946 asks",
                    "nothing needs to be done if the member is right; other programs may ignore it",
                ));
            }
            crs
        }
    });
    Ok(())
}

/// `urn:ogc:def:crs:EPSG::3763` as `EPSG:3763`, and the names for longitude and latitude in WGS 84 as one code.
fn crs_code(stated: &str) -> String {
    let upper = stated.to_ascii_uppercase();
    if upper.ends_with("CRS84") || upper.ends_with("CRS83") {
        return USUAL_CRS.to_owned();
    }
    match upper.find("EPSG") {
        Some(at) => {
            let code: String = upper[at..].rsplit([':', '/']).next().unwrap_or_default().to_owned();
            format!("EPSG:{code}")
        }
        None => stated.to_owned(),
    }
}

/// Names of properties in the order of their first appearance.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    index: std::collections::HashMap<String, usize>,
}

impl Columns {
    fn of(&mut self, name: &str) -> usize {
        if let Some(&index) = self.index.get(name) {
            return index;
        }
        let index = self.names.len();
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), index);
        index
    }
}

#[derive(Default)]
struct Document {
    rows: Vec<Row>,
    crs: Option<String>,
    name: Option<String>,
    is_geojson: bool,
}

fn parse(bytes: &[u8], columns: &mut Columns) -> serde_json::Result<Document> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let document = DocumentSeed(columns).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(document)
}

struct DocumentSeed<'a>(&'a mut Columns);

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        let mut single = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    document.rows = map.next_value_seed(FeaturesSeed(&mut *self.0))?;
                    document.is_geojson = true;
                }
                "crs" => {
                    let stated: Json = map.next_value()?;
                    document.crs = stated.pointer("/properties/name").and_then(Json::as_str).map(str::to_owned);
                }
                "name" => document.name = map.next_value::<Json>()?.as_str().map(str::to_owned),
                "type" | "geometry" | "properties" | "id" | "coordinates" | "geometries" => {
                    single.insert(key, map.next_value()?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !document.is_geojson {
            let is_feature = single.get("type").and_then(Json::as_str) == Some("Feature");
            if is_feature {
                document.rows = vec![row(1, Json::Object(single), self.0)];
                document.is_geojson = true;
            } else if single.contains_key("coordinates") || single.contains_key("geometries") {
                let mut feature = serde_json::Map::new();
                feature.insert("type".to_owned(), "Feature".into());
                feature.insert("geometry".to_owned(), Json::Object(single));
                document.rows = vec![row(1, Json::Object(feature), self.0)];
                document.is_geojson = true;
            }
        }
        Ok(document)
    }
}

struct FeaturesSeed<'a>(&'a mut Columns);

impl<'de> DeserializeSeed<'de> for FeaturesSeed<'_> {
    type Value = Vec<Row>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Row>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for FeaturesSeed<'_> {
    type Value = Vec<Row>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<Row>, A::Error> {
        let mut rows = Vec::new();
        while let Some(feature) = sequence.next_element::<Json>()? {
            rows.push(row(rows.len() as u64 + 1, feature, self.0));
        }
        Ok(rows)
    }
}

fn row(number: u64, feature: Json, columns: &mut Columns) -> Row {
    let mut faults = Vec::new();
    let Json::Object(mut members) = feature else {
        let shape = Shape::Broken("this is no feature".to_owned());
        return Row { number, id: None, shape, values: Vec::new(), faults };
    };
    let id = match members.remove("id") {
        Some(Json::String(id)) => Some(id),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let shape = match members.remove("geometry") {
        None | Some(Json::Null) => Shape::Missing,
        Some(geometry) => match serde_json::from_value::<geojson::Geometry>(geometry) {
            Err(error) => Shape::Broken(error.to_string()),
            Ok(geometry) => {
                let mut z = Vec::new();
                let mut has_open_ring = false;
                match shape_of(&geometry.value, &mut z, &mut has_open_ring) {
                    None => Shape::Broken("a position with fewer than two numbers".to_owned()),
                    Some(shape) => {
                        if has_open_ring {
                            faults.push(open_ring());
                        }
                        if z.iter().all(|height| height.is_nan()) {
                            z.clear();
                        }
                        Shape::Present { shape, z }
                    }
                }
            }
        },
    };
    let mut values = Vec::new();
    if let Some(Json::Object(properties)) = members.remove("properties") {
        for (name, value) in properties {
            let index = columns.of(&name);
            if values.len() <= index {
                values.resize(index + 1, Value::Null);
            }
            values[index] = value_of(value);
        }
    }
    Row { number, id, shape, values, faults }
}

fn value_of(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => number.as_f64().map_or(Value::Null, Value::Number),
        },
        Json::String(text) => Value::of_text(&text),
        Json::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| match item {
                    Json::String(text) => text,
                    other => other.to_string(),
                })
                .collect(),
        ),
        Json::Object(members) => Value::Text(Json::Object(members).to_string()),
    }
}

fn coord(position: &Position, z: &mut Vec<f64>) -> Option<Coord<f64>> {
    match *position.as_slice() {
        [x, y] => {
            z.push(f64::NAN);
            Some(Coord { x, y })
        }
        [x, y, height, ..] => {
            z.push(height);
            Some(Coord { x, y })
        }
        _ => None,
    }
}

fn line(positions: &[Position], z: &mut Vec<f64>) -> Option<LineString<f64>> {
    positions.iter().map(|position| coord(position, z)).collect::<Option<Vec<_>>>().map(LineString)
}

fn polygon(rings: &[Vec<Position>], z: &mut Vec<f64>, has_open_ring: &mut bool) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|ring| line(ring, z)).collect::<Option<Vec<_>>>()?;
    *has_open_ring |= rings.iter().any(|ring| !ring.is_closed());
    if rings.is_empty() {
        return Some(Polygon::new(LineString(Vec::new()), Vec::new()));
    }
    let outer = rings.remove(0);
    Some(Polygon::new(outer, rings))
}

fn shape_of(value: &GeometryValue, z: &mut Vec<f64>, has_open_ring: &mut bool) -> Option<Geometry<f64>> {
    Some(match value {
        GeometryValue::Point { coordinates } if coordinates.as_slice().is_empty() => MultiPoint(Vec::new()).into(),
        GeometryValue::Point { coordinates } => Point(coord(coordinates, z)?).into(),
        GeometryValue::MultiPoint { coordinates } => {
            let points = coordinates.iter().map(|position| coord(position, z).map(Point)).collect::<Option<_>>()?;
            MultiPoint(points).into()
        }
        GeometryValue::LineString { coordinates } => line(coordinates, z)?.into(),
        GeometryValue::MultiLineString { coordinates } => {
            MultiLineString(coordinates.iter().map(|part| line(part, z)).collect::<Option<_>>()?).into()
        }
        GeometryValue::Polygon { coordinates } => polygon(coordinates, z, has_open_ring)?.into(),
        GeometryValue::MultiPolygon { coordinates } => {
            let parts = coordinates.iter().map(|part| polygon(part, z, has_open_ring)).collect::<Option<_>>()?;
            MultiPolygon(parts).into()
        }
        GeometryValue::GeometryCollection { geometries } => Geometry::GeometryCollection(GeometryCollection(
            geometries.iter().map(|part| shape_of(&part.value, z, has_open_ring)).collect::<Option<_>>()?,
        )),
    })
}

/// The text with every NaN and Infinity outside of strings replaced by null, and how many there were.
fn without_nan(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut at, mut is_string, mut count) = (0, false, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if is_string {
            let step = if rest[0] == b'\\' { 2.min(rest.len()) } else { 1 };
            is_string = rest[0] != b'"';
            out.extend_from_slice(&rest[..step]);
            at += step;
            continue;
        }
        let word: Option<&[u8]> =
            [b"-Infinity".as_slice(), b"Infinity", b"NaN"].into_iter().find(|word| rest.starts_with(word));
        if let Some(word) = word {
            out.extend_from_slice(b"null");
            at += word.len();
            count += 1;
        } else {
            is_string = rest[0] == b'"';
            out.push(rest[0]);
            at += 1;
        }
    }
    (out, count)
}
