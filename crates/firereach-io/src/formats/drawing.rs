//! Drawings: DXF with a mapping of its layers, the coordinate system some of them carry, and the refusal of newer DWG.

use std::path::Path;

use firereach_model::problem::{Done, Severity};
use geo::MapCoordsInPlace;
use geo_types::{Coord, Geometry};

use super::gdal_vector::{Opening, read};
use super::raw::{Fault, Shape, Table, Value};
use super::recode::{RAW_BYTES, decode_table};
use crate::encoding::Statements;
use crate::read_error::ReadError;
use crate::source::Source;

/// The mark at the start of a DWG of AutoCAD 2000, the newest that the open reader knows.
const DWG_2000: &[u8] = b"AC1015";

/// How many lines of a DXF are searched for the variables at its start.
const HEADER_LINES: usize = 2000;

/// Reads a DXF.
pub(super) fn read_dxf(path: &Path, source: &Source) -> Result<Vec<Table>, ReadError> {
    let opening = Opening {
        drivers: Some(&["DXF"]),
        options: None,
        layer: source.layer.as_deref(),
        usual_layer: "entities",
        takes_all: true,
        has_ids: false,
    };
    let key = "DXF_ENCODING";
    // A failure leaves GDAL to its own idea of the text, which the decoding below then finds decoded already.
    let _ = gdal::config::set_thread_local_config_option(key, RAW_BYTES);
    let tables = read(path, &source.shown, &opening);
    let _ = gdal::config::clear_thread_local_config_option(key);
    let mut tables = tables?;
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let geodata = GeoData::of_dxf(&text);
    let stated = encoding_of_header(&text);
    for table in &mut tables {
        decode_table(table, source, Statements { cpg: stated.as_deref(), ..Statements::default() })?;
    }
    for table in &mut tables {
        finish(table);
        let Some(data) = &geodata else { continue };
        match data.crs().filter(|_| matches!(data.kind, GeoData::LOCAL | GeoData::PROJECTED) && table.crs.is_none()) {
            Some(crs) => {
                table.notes.push(format!("the drawing's GEODATA places it in {crs}"));
                for row in &mut table.rows {
                    if let Shape::Present { shape, .. } = &mut row.shape {
                        shape.map_coords_in_place(|at| data.place(at));
                    }
                }
                table.crs = Some(crs);
            }
            None => table.notes.push("the drawing's GEODATA cannot be used; set `crs` of the source".to_owned()),
        }
    }
    Ok(tables)
}

/// Reads a DWG of AutoCAD 2000, and refuses newer ones.
pub(super) fn read_dwg(path: &Path, source: &Source) -> Result<Vec<Table>, ReadError> {
    use std::io::Read;
    let mut mark = [0; 6];
    std::fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut mark))
        .map_err(|error| ReadError { path: source.shown.clone(), ..ReadError::of_file(path, &error) })?;
    if mark != DWG_2000 {
        return Err(ReadError::new(
            &source.shown,
            format!("a DWG of version {}", String::from_utf8_lossy(&mark)),
            "a DXF",
            "save as DXF 2007 or later",
        ));
    }
    let opening = Opening {
        drivers: Some(&["CAD"]),
        options: None,
        layer: source.layer.as_deref(),
        usual_layer: "",
        takes_all: true,
        has_ids: false,
    };
    let mut tables = read(path, &source.shown, &opening)?;
    for table in &mut tables {
        // This reader gives every drawing layer as a layer of its own.
        let name = table.layer.clone().unwrap_or_default();
        table.columns.push("Layer".to_owned());
        table.rows.iter_mut().for_each(|row| row.values.push(Value::Text(name.clone())));
        finish(table);
    }
    Ok(tables)
}

fn finish(table: &mut Table) {
    table.drawing_layer = table.columns.iter().rposition(|column| column == "Layer");
    let text = table.columns.iter().position(|column| column == "Text");
    let mut texts = 0_u64;
    for row in &mut table.rows {
        let is_text = text.is_some_and(|column| row.values[column] != Value::Null);
        if is_text && matches!(&row.shape, Shape::Present { shape: Geometry::Point(_), .. }) {
            texts += 1;
            row.shape = Shape::Missing;
            row.faults.push(Fault::new(
                "IO-DRAWING-TEXT",
                Severity::Info,
                Done::SetAside,
                "a text",
                "a line, an area or a symbol",
                "nothing needs to be done; put what the text says into an attribute if the engine should know it",
            ));
        }
    }
    if texts > 0 {
        table.notes.push(format!("{texts} texts of the drawing are not used"));
    }
    // Handles are no names that a study would use, and symbols' styles say nothing.
    for column in &mut table.columns {
        if column == "EntityHandle" {
            "id".clone_into(column);
        }
    }
}

/// The encoding a DXF states: UTF-8 since AutoCAD 2007 (`AC1021`), before that the code page of its header.
fn encoding_of_header(text: &str) -> Option<String> {
    let value_of = |variable: &str| -> Option<&str> {
        let mut lines = text.lines().take(HEADER_LINES).map(str::trim);
        lines.find(|line| *line == variable)?;
        lines.nth(1)
    };
    if value_of("$ACADVER").is_some_and(|version| version >= "AC1021") {
        return Some("utf-8".to_owned());
    }
    value_of("$DWGCODEPAGE").map(str::to_owned)
}

/// Where a drawing lies: its GEODATA object.
///
/// Source: Autodesk, DXF reference, object GEODATA (`AcDbGeoData`): 70 kind of coordinates, 10 and 11 the design and
/// reference points, 40 the scale of the units, 12 the direction of north, 301 and 303 the coordinate system as XML.
#[derive(Clone, Debug, Default, PartialEq)]
struct GeoData {
    kind: i32,
    design: Coord<f64>,
    reference: Coord<f64>,
    scale: f64,
    north: Coord<f64>,
    definition: String,
}

impl GeoData {
    /// The kind of a drawing with a grid of its own, whose reference point is a place of the coordinate system.
    const LOCAL: i32 = 1;
    /// The kind of a drawing whose coordinates are those of the coordinate system.
    const PROJECTED: i32 = 2;

    fn of_dxf(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        // Groups are pairs of lines: a code and a value.
        let groups: Vec<(&str, &str)> = lines.chunks_exact(2).map(|pair| (pair[0].trim(), pair[1])).collect();
        let objects = groups.iter().position(|&(code, value)| code == "2" && value == "OBJECTS")?;
        let start = objects + groups[objects..].iter().position(|&group| group == ("0", "GEODATA"))?;
        let mut data = Self { scale: 1.0, north: Coord { x: 0.0, y: 1.0 }, ..Self::default() };
        for (code, value) in groups[start + 1..].iter().take_while(|(code, _)| *code != "0") {
            let number = value.trim().parse::<f64>().unwrap_or_default();
            match *code {
                "70" => data.kind = value.trim().parse().unwrap_or_default(),
                "10" => data.design.x = number,
                "20" => data.design.y = number,
                "11" => data.reference.x = number,
                "21" => data.reference.y = number,
                "40" => data.scale = number,
                "12" => data.north.x = number,
                "22" => data.north.y = number,
                "301" | "303" => data.definition.push_str(value),
                _ => {}
            }
        }
        Some(data)
    }

    /// The EPSG code of its coordinate system.
    fn crs(&self) -> Option<String> {
        let before = &self.definition[..self.definition.find("type=\"CoordinateSystem\"")?];
        let alias = &before[before.rfind("<Alias id=\"")? + "<Alias id=\"".len()..];
        let code: String = alias.chars().take_while(char::is_ascii_digit).collect();
        (!code.is_empty()).then(|| format!("EPSG:{code}"))
    }

    /// A place of the drawing in its coordinate system.
    fn place(&self, at: Coord<f64>) -> Coord<f64> {
        if self.kind == Self::PROJECTED {
            return at;
        }
        // North of the coordinate system is given as a direction of the drawing.
        let length = self.north.x.hypot(self.north.y);
        let (sin, cos) = if length > 0.0 { (self.north.x / length, self.north.y / length) } else { (0.0, 1.0) };
        let d = (at - self.design) * self.scale;
        self.reference + Coord { x: d.x * cos - d.y * sin, y: d.x * sin + d.y * cos }
    }
}
