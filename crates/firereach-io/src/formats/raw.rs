//! A table as its file holds it: rows of values with one shape each, before any column has a meaning.

use firereach_model::problem::{Done, Severity};
use geo_types::Geometry;

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// Text as it stands, decoded.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Several values in one cell.
    List(Vec<String>),
}

impl Value {
    /// Text, or nothing where the text is only blanks.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }

    /// The value as a person would write it; whole numbers without a decimal point.
    pub(crate) fn shown(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Number(number) => Some(format!("{number}")),
            Self::Flag(flag) => Some(if *flag { "true" } else { "false" }.to_owned()),
            Self::List(values) => Some(values.join("; ")),
        }
    }
}

/// The place of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// There is none.
    Missing,
    /// A shape; `z` has one height for each of its coordinates in order, or is empty.
    Present {
        /// The shape in the source's coordinates, `x` east or longitude.
        shape: Geometry<f64>,
        /// Heights.
        z: Vec<f64>,
    },
    /// There is one that cannot be read, and why.
    Broken(String),
}

/// Something a reader noticed while it read a row or a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// The stable code.
    pub(crate) code: &'static str,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// What was found.
    pub(crate) found: String,
    /// What was expected.
    pub(crate) expected: String,
    /// What the reader did.
    pub(crate) done: Done,
    /// How a person can repair it.
    pub(crate) repair: String,
}

impl Fault {
    /// A fault with borrowed words.
    pub(crate) fn new(
        code: &'static str,
        severity: Severity,
        done: Done,
        found: impl Into<String>,
        expected: impl Into<String>,
        repair: impl Into<String>,
    ) -> Self {
        Self { code, severity, found: found.into(), expected: expected.into(), done, repair: repair.into() }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// The row as the table shows it, from one.
    pub(crate) number: u64,
    /// The identifier the format itself gives the feature, where that is more than a row number.
    pub(crate) id: Option<String>,
    /// Its place.
    pub(crate) shape: Shape,
    /// One value a column.
    pub(crate) values: Vec<Value>,
    /// What the reader noticed.
    pub(crate) faults: Vec<Fault>,
}

/// A table as a file holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// The one layer of the engine it is for, where the format itself says so.
    pub(crate) only_for: Option<&'static str>,
    /// The layer or sheet inside the file.
    pub(crate) layer: Option<String>,
    /// The columns' names, decoded.
    pub(crate) columns: Vec<String>,
    /// The letter of the first column, counted from zero, where cells have addresses such as `B17`.
    pub(crate) first_cell: Option<usize>,
    /// Whether column names may have been cut to ten bytes.
    pub(crate) has_short_names: bool,
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// The coordinate system the file states.
    pub(crate) crs: Option<String>,
    /// The kind of geometry the file states.
    pub(crate) geometry: String,
    /// The encoding of its text, where that had to be decided.
    pub(crate) encoding: Option<String>,
    /// The columns that the rows' places were read from.
    pub(crate) place_columns: Vec<usize>,
    /// The column that names a drawing's layer.
    pub(crate) drawing_layer: Option<usize>,
    /// Decisions, in plain words.
    pub(crate) notes: Vec<String>,
    /// What the reader noticed of the file as a whole.
    pub(crate) faults: Vec<Fault>,
}

impl Table {
    /// A value's place in words: `cell B17` in a workbook, `column FLOW` elsewhere.
    pub(crate) fn place(&self, row: u64, column: usize) -> String {
        match self.first_cell {
            Some(first) => format!("cell {}{row} ({})", column_letters(first + column), self.columns[column]),
            None => format!("column {}", self.columns[column]),
        }
    }
}

/// The letters of a workbook's column, counted from zero: `A`, `Z`, `AA`.
pub(crate) fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        letters.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(rest - 1) % 26]);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    letters.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn columns_are_lettered_as_a_workbook_shows_them() {
        let letters: Vec<_> = [0, 25, 26, 27, 701, 702].into_iter().map(column_letters).collect();
        assert_eq!(letters, ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
