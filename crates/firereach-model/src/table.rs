//! Tables on their way to a file: rows of cells with one shape each.

use std::borrow::Cow;

use geo_types::{Coord, Geometry};

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known or nothing applies.
    Empty,
    /// Text, written as it is and never read as a formula.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number written with this many decimals.
    Number(f64, u8),
    /// Yes or no.
    Flag(bool),
    /// The longitude (WGS 84) of a place in working coordinates; the writer transforms it.
    Longitude(Coord<f64>),
    /// The latitude (WGS 84) of a place in working coordinates.
    Latitude(Coord<f64>),
}

impl Cell {
    /// A number with fixed decimals, or empty.
    pub fn number(value: Option<f64>, decimals: u8) -> Self {
        value.map_or(Self::Empty, |v| Self::Number(v, decimals))
    }

    /// A text, or empty.
    pub fn text(value: Option<&str>) -> Self {
        value.map_or(Self::Empty, |v| Self::Text(v.to_owned()))
    }
}

/// The kind of value a column holds; decides the column's type in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with decimals, longitudes and latitudes.
    Number,
    /// Yes or no.
    Flag,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key in files: lower case, ending in its unit.
    pub key: Cow<'static, str>,
    /// What it holds.
    pub kind: ColumnKind,
}

impl Column {
    /// A column with a fixed key.
    pub const fn new(key: &'static str, kind: ColumnKind) -> Self {
        Self { key: Cow::Borrowed(key), kind }
    }
}

/// The shapes a table's rows may have; decides the geometry type of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    /// No geometry.
    None,
    /// Points.
    Point,
    /// Lines or several lines.
    Line,
    /// Polygons or several polygons.
    Polygon,
}

/// One row: the cells in the order of the columns, and a shape in working coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// The row's place, if it has one.
    pub shape: Option<Geometry<f64>>,
}

/// A named table: a layer of a GeoPackage, a CSV file, a sheet of a workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The layer's name, English and lower case.
    pub name: Cow<'static, str>,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// What shapes the rows have.
    pub shape: ShapeKind,
    /// The rows in their documented order.
    pub rows: Vec<Row>,
}
