//! Tables without shapes of their own: which row is the header, which columns hold the place, and what their text means.

use firereach_model::problem::{Done, Severity};
use geo_types::Point;

use super::gdal_vector::shape_of_wkb;
use super::raw::{Fault, Row, Shape, Table, Value, column_letters};
use crate::mapping::header::plain;
use crate::read_error::ReadError;
use crate::source::Source;

/// How many rows are searched for the header: titles and dates above it rarely take more.
const HEADER_SEARCH: usize = 10;

/// Headers of columns that hold an easting or a longitude, as [`plain`] writes them.
const EAST: &[&str] = &[
    "lon",
    "lng",
    "long",
    "longitude",
    "经度",
    "东经",
    "x",
    "x坐标",
    "坐标x",
    "横坐标",
    "东坐标",
    "easting",
    "pointx",
    "xcoord",
    "coordx",
    "lond",
    "wgs84lon",
    "gcj02lon",
    "bd09lon",
    "经度e",
    "gpslongitude",
    "wgsx",
];

/// Headers of columns that hold a northing or a latitude.
const NORTH: &[&str] = &[
    "lat",
    "latitude",
    "纬度",
    "北纬",
    "y",
    "y坐标",
    "坐标y",
    "纵坐标",
    "北坐标",
    "northing",
    "pointy",
    "ycoord",
    "coordy",
    "latd",
    "wgs84lat",
    "gcj02lat",
    "bd09lat",
    "纬度n",
    "gpslatitude",
    "wgsy",
];

/// Headers of columns that hold a shape as well-known text.
const TEXT_SHAPE: &[&str] = &["wkt", "geom", "geometry", "thegeom", "shape", "wktgeom", "几何", "空间位置"];

/// A grid of cells before its header is known; the first cell stands at `first_row` (from one) and `first_column`
/// (from zero).
pub(super) struct Grid {
    pub(super) sheet: Option<String>,
    pub(super) first_row: u64,
    pub(super) first_column: usize,
    pub(super) has_addresses: bool,
    pub(super) cells: Vec<Vec<Value>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    EastNorth(usize, usize),
    Text(usize),
}

/// Turns a grid into a table with shapes.
pub(super) fn table_of_grid(grid: Grid, source: &Source) -> Result<Table, ReadError> {
    let width = grid.cells.iter().map(Vec::len).max().unwrap_or(0);
    let (header, below, columns) = find_header(&grid, width, source);
    let place = find_place(&columns, source)?.ok_or_else(|| {
        ReadError::new(
            &source.shown,
            format!("no column with a place among {}", columns.join(", ")),
            "columns such as 经度 and 纬度, lon and lat, x and y, or wkt",
            "name them in `fields`, for example lon = \"…\", lat = \"…\"",
        )
        .at(match &grid.sheet {
            Some(sheet) => format!("sheet {sheet}, row {}", grid.first_row + header as u64),
            None => format!("line {}", grid.first_row + header as u64),
        })
    })?;
    let mut table = Table {
        layer: grid.sheet,
        columns,
        first_cell: grid.has_addresses.then_some(grid.first_column),
        geometry: "Point".to_owned(),
        ..Table::default()
    };
    if below > 1 {
        table.notes.push(format!("the header is row {}; {} rows belong to it", grid.first_row + header as u64, below));
    }
    for (index, mut values) in grid.cells.into_iter().enumerate().skip(header + below) {
        values.resize(width, Value::Null);
        if values.iter().all(|value| *value == Value::Null) {
            continue;
        }
        let number = grid.first_row + index as u64;
        table.rows.push(Row { number, id: None, shape: Shape::Missing, values, faults: Vec::new() });
    }
    table.place_columns = match place {
        Place::Text(column) => vec![column],
        Place::EastNorth(east, north) => vec![east, north],
    };
    match place {
        Place::Text(column) => place_by_text(&mut table, column),
        Place::EastNorth(east, north) => place_by_columns(&mut table, east, north),
    }
    Ok(table)
}

/// The header's row, how many rows to skip with it, and the columns' names.
fn find_header(grid: &Grid, width: usize, source: &Source) -> (usize, usize, Vec<String>) {
    let text = |row: usize, column: usize| -> Option<String> {
        grid.cells.get(row)?.get(column)?.shown().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let named = |row: usize| -> Vec<String> {
        (0..width)
            .map(|column| {
                text(row, column)
                    // A heading merged over two rows stands in the upper one.
                    .or_else(|| if row > 0 && is_words(&grid.cells[row - 1]) { text(row - 1, column) } else { None })
                    .unwrap_or_else(|| format!("column {}", column_letters(grid.first_column + column)))
            })
            .collect()
    };
    let last = grid.cells.len().min(HEADER_SEARCH);
    let found = (0..last).find(|&row| matches!(find_place(&named(row), source), Ok(Some(_))));
    let header = found.unwrap_or_else(|| {
        let filled = |row: &Vec<Value>| row.iter().filter(|value| **value != Value::Null).count();
        grid.cells.iter().position(|row| filled(row) >= 2).unwrap_or(0)
    });
    let mut columns = if grid.cells.is_empty() { Vec::new() } else { named(header) };
    let mut below = 1;
    // A row of units under the header: only words, and in brackets or short.
    let is_units = |row: &Vec<Value>| {
        let words: Vec<String> = row.iter().filter_map(Value::shown).collect();
        !words.is_empty() && words.len() < width && words.iter().all(|word| crate::mapping::quantity::is_unit(word))
    };
    if let Some(units) = grid.cells.get(header + 1).filter(|row| is_units(row)) {
        below = 2;
        for (column, unit) in units.iter().enumerate() {
            if let Some(unit) = unit.shown() {
                let unit = unit.trim_matches(|c| "()（）[] ".contains(c)).to_owned();
                columns[column] = format!("{}({unit})", columns[column]);
            }
        }
    }
    (header, below, columns)
}

/// Whether a row could be a heading: some words and no number.
fn is_words(row: &[Value]) -> bool {
    let words = row.iter().filter(|value| matches!(value, Value::Text(_))).count();
    words >= 2 && row.iter().all(|value| matches!(value, Value::Text(_) | Value::Null))
}

fn find_place(columns: &[String], source: &Source) -> Result<Option<Place>, ReadError> {
    let mapped = |names: &[&str]| -> Result<Option<usize>, ReadError> {
        for name in names {
            if let Some(mapping) = source.fields.get(*name) {
                return mapping
                    .from
                    .iter()
                    .find_map(|from| columns.iter().position(|column| column == from))
                    .map(Some)
                    .ok_or_else(|| {
                        ReadError::new(
                            &source.shown,
                            format!("no column `{}` for `{name}`", mapping.from.join("`, `")),
                            format!("one of {}", columns.join(", ")),
                            "correct `fields` of the source",
                        )
                    });
            }
        }
        Ok(None)
    };
    if let Some(column) = mapped(&["wkt", "geometry"])? {
        return Ok(Some(Place::Text(column)));
    }
    if let (Some(east), Some(north)) = (mapped(&["lon", "x"])?, mapped(&["lat", "y"])?) {
        return Ok(Some(Place::EastNorth(east, north)));
    }
    let plain: Vec<String> = columns.iter().map(|column| plain(column).name).collect();
    let first = |aliases: &[&str]| aliases.iter().find_map(|alias| plain.iter().position(|name| name == alias));
    if let (Some(east), Some(north)) = (first(EAST), first(NORTH)) {
        return Ok(Some(Place::EastNorth(east, north)));
    }
    Ok(first(TEXT_SHAPE).map(Place::Text))
}

fn place_by_text(table: &mut Table, column: usize) {
    let mut curves = 0;
    for row in &mut table.rows {
        row.shape = match &row.values[column] {
            Value::Text(text) => shape_of_text(text, &mut row.faults, &mut curves),
            _ => Shape::Missing,
        };
        row.values[column] = Value::Null;
    }
    table.geometry = "well-known text".to_owned();
}

/// A shape from well-known text.
pub(super) fn shape_of_text(text: &str, faults: &mut Vec<Fault>, curves: &mut u64) -> Shape {
    super::gdal_vector::listen();
    // An extended text names its coordinate system in front.
    let text = text.split_once(';').filter(|(front, _)| front.starts_with("SRID")).map_or(text, |(_, rest)| rest);
    match gdal::vector::Geometry::from_wkt(text).and_then(|geometry| geometry.wkb()) {
        Ok(bytes) => shape_of_wkb(&bytes, faults, curves),
        Err(_) => {
            let start: String = text.chars().take(40).collect();
            Shape::Broken(format!("`{start}` is no well-known text"))
        }
    }
}

fn place_by_columns(table: &mut Table, east: usize, north: usize) {
    let mut degrees_text = 0_u64;
    let mut read: Vec<Option<(f64, f64)>> = Vec::with_capacity(table.rows.len());
    for index in 0..table.rows.len() {
        let mut one = |column: usize| -> Option<f64> {
            let row = &table.rows[index];
            match coordinate(&row.values[column]) {
                Coordinate::Missing => None,
                Coordinate::Number(number) => Some(number),
                Coordinate::Degrees(number) => {
                    degrees_text += 1;
                    Some(number)
                }
                Coordinate::Garbage(text) => {
                    let fault = Fault::new(
                        "IO-COORD-GARBAGE",
                        Severity::Error,
                        Done::SetAside,
                        format!("{} holds `{text}`", table.place(row.number, column)),
                        "a coordinate: a number or degrees, minutes and seconds",
                        "correct the cell",
                    );
                    table.rows[index].faults.push(fault);
                    None
                }
            }
        };
        let (x, y) = (one(east), one(north));
        read.push(x.zip(y).filter(|&(x, y)| (x, y) != (0.0, 0.0)));
    }
    if degrees_text > 0 {
        table.notes.push(format!("{degrees_text} coordinates were written in degrees, minutes and seconds"));
    }
    let swap = find_swap(read.iter().flatten().copied());
    if swap == Swap::All {
        let what = format!(
            "the columns {} and {} hold each other's coordinates: eastings or longitudes stand in the second",
            table.columns[east], table.columns[north]
        );
        table.faults.push(Fault::new(
            "IO-COORD-SWAPPED",
            Severity::Warning,
            Done::Repaired,
            what,
            format!("east in {} and north in {}", table.columns[east], table.columns[north]),
            "swap the headers in the source, or name the columns in `fields` as lon and lat",
        ));
    }
    for (row, place) in table.rows.iter_mut().zip(read) {
        let Some((mut x, mut y)) = place else { continue };
        if swap == Swap::All {
            (x, y) = (y, x);
        } else if let Swap::Some { min, max } = swap {
            let inside = |x: f64, y: f64| (min.0..=max.0).contains(&x) && (min.1..=max.1).contains(&y);
            if !inside(x, y) && inside(y, x) {
                row.faults.push(Fault::new(
                    "IO-COORD-SWAPPED",
                    Severity::Warning,
                    Done::Repaired,
                    format!("{x}, {y}, where the other rows lie only after the two are swapped"),
                    "the easting or longitude first",
                    "swap the two cells",
                ));
                (x, y) = (y, x);
            }
        }
        row.shape = Shape::Present { shape: Point::new(x, y).into(), z: Vec::new() };
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Swap {
    None,
    All,
    /// Single rows may be; the others lie between these corners.
    Some {
        min: (f64, f64),
        max: (f64, f64),
    },
}

/// Whether coordinates are swapped, as far as their magnitude leaves no doubt.
///
/// A latitude never exceeds 90 degrees, and an easting of a transverse Mercator zone without its number lies within
/// 100 and 900 km while a northing there is what is left. Where both could be either, nothing is changed.
fn find_swap(places: impl Iterator<Item = (f64, f64)> + Clone) -> Swap {
    let is_degree = |v: f64| v.abs() <= 180.0;
    let is_latitude = |v: f64| v.abs() <= 90.0;
    let is_easting = |v: f64| (100_000.0..=900_000.0).contains(&v);
    let is_northing_only = |v: f64| (1_000_000.0..=10_000_000.0).contains(&v);
    let (mut right, mut wrong, mut all) = (0_u64, 0_u64, 0_u64);
    for (x, y) in places.clone() {
        all += 1;
        if is_degree(x) && is_degree(y) {
            right += u64::from(!is_latitude(x) && is_latitude(y));
            wrong += u64::from(is_latitude(x) && !is_latitude(y));
        } else {
            right += u64::from(is_easting(x) && is_northing_only(y));
            wrong += u64::from(is_northing_only(x) && is_easting(y));
        }
    }
    if wrong > 0 && wrong * 10 >= all * 9 && right == 0 {
        return Swap::All;
    }
    if wrong > 0 && right > wrong {
        let straight = places.filter(|&(x, y)| !is_latitude(x) || is_latitude(y) || !is_degree(x));
        let (mut min, mut max) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (x, y) in straight.filter(|&(x, y)| !(is_northing_only(x) && is_easting(y))) {
            min = (min.0.min(x), min.1.min(y));
            max = (max.0.max(x), max.1.max(y));
        }
        // A swapped row lies near the others after it is turned; half a degree or 50 km is near for a city's table.
        let least = if max.0.abs() <= 180.0 { 0.5 } else { 50_000.0 };
        let margin = (((max.0 - min.0) * 0.1).max(least), ((max.1 - min.1) * 0.1).max(least));
        min = (min.0 - margin.0, min.1 - margin.1);
        max = (max.0 + margin.0, max.1 + margin.1);
        return Swap::Some { min, max };
    }
    Swap::None
}

#[derive(Clone, Debug, PartialEq)]
enum Coordinate {
    Missing,
    Number(f64),
    Degrees(f64),
    Garbage(String),
}

fn coordinate(value: &Value) -> Coordinate {
    match value {
        Value::Null | Value::Flag(_) | Value::List(_) => Coordinate::Missing,
        #[expect(clippy::cast_precision_loss, reason = "a coordinate is far below 2^52")]
        Value::Integer(number) => Coordinate::Number(*number as f64),
        Value::Number(number) => Coordinate::Number(*number),
        Value::Text(text) => {
            if crate::mapping::quantity::is_missing(text) {
                return Coordinate::Missing;
            }
            match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Coordinate::Number(number),
                Ok(_) => Coordinate::Missing,
                Err(_) => degrees(text).map_or_else(|| Coordinate::Garbage(text.clone()), Coordinate::Degrees),
            }
        }
    }
}

/// Degrees written with minutes and seconds or a letter: `106°34′16.5″E`, `29度33分26秒`, `N29 33 26`, `29.5574N`.
fn degrees(text: &str) -> Option<f64> {
    let mut sign = 1.0;
    let mut body = String::new();
    for c in text.trim().chars() {
        match c {
            'E' | 'e' | 'N' | 'n' | '东' | '北' | '東' => {}
            'W' | 'w' | 'S' | 's' | '西' | '南' => sign = -1.0,
            '经' | '纬' | '經' | '緯' => {}
            '0'..='9' | '.' => body.push(c),
            '-' if body.is_empty() => sign = -1.0,
            '°' | '度' | '′' | '\'' | '’' | '分' | '″' | '"' | '”' | '秒' | ' ' | ':' | '：' | 'º' | '˚' => {
                body.push(' ')
            }
            _ => return None,
        }
    }
    let parts: Vec<f64> = body.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let below_sixty = |v: f64| (0.0..60.0).contains(&v);
    let value = match *parts.as_slice() {
        [d] => d,
        [d, m] if below_sixty(m) => d + m / 60.0,
        [d, m, s] if below_sixty(m) && below_sixty(s) => d + m / 60.0 + s / 3600.0,
        _ => return None,
    };
    (value <= 180.0).then_some(sign * value)
}

#[cfg(test)]
mod tests {
    use super::{Swap, degrees, find_swap};

    #[test]
    fn degrees_are_read_as_people_write_them() {
        let expected = 106.0 + 34.0 / 60.0 + 16.5 / 3600.0;
        for text in ["106°34′16.5″E", "106度34分16.5秒", "E106 34 16.5", "东经106°34'16.5\"", "106:34:16.5"]
        {
            let value = degrees(text);
            assert!(value.is_some_and(|v| (v - expected).abs() < 1e-12), "{text}: {value:?}");
        }
        assert_eq!(degrees("29.5N"), Some(29.5));
        assert_eq!(degrees("78.5W"), Some(-78.5));
        assert_eq!(degrees("106°72′"), None);
        assert_eq!(degrees("Main Street 4"), None);
    }

    #[test]
    fn a_latitude_above_90_degrees_is_a_longitude() {
        assert_eq!(find_swap([(29.5, 106.5), (29.6, 106.6)].into_iter()), Swap::All);
        assert_eq!(find_swap([(106.5, 29.5)].into_iter()), Swap::None);
        assert_eq!(find_swap([(3_271_000.0, 456_000.0)].into_iter()), Swap::All);
    }

    #[test]
    fn where_both_orders_are_possible_nothing_is_swapped() {
        assert_eq!(find_swap([(24.9, 60.2), (60.2, 24.9)].into_iter()), Swap::None);
    }
}
