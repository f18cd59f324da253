//! Findings as tables: the layers of a GeoPackage, the rows of a CSV file.
//!
//! Keys are lower case and end in their unit. Rows keep the order of the findings, which is documented and stable.

pub mod lanes;
pub mod reach;
mod sites;
mod zones;

pub use sites::sites;
pub use zones::zones;

use firereach_model::table::{Cell, Column, ColumnKind};

/// A column of text.
pub(crate) const fn text(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Text)
}

/// A column of numbers.
pub(crate) const fn number(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Number)
}

/// A column of whole numbers.
pub(crate) const fn integer(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Integer)
}

/// A text cell that is empty for an empty text.
pub(crate) fn word(value: &str) -> Cell {
    if value.is_empty() { Cell::Empty } else { Cell::Text(value.to_owned()) }
}
