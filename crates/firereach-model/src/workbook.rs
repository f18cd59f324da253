//! A workbook on its way to a file: sheets of cells with headings that people read.

use crate::symbols::Colour;
use crate::table::Cell;

/// A workbook.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// Its title, in the file's properties and above every printed page.
    pub title: String,
    /// Said above every printed page, for example that the data is synthetic.
    pub banner: Option<String>,
    /// The sheets in order.
    pub sheets: Vec<Sheet>,
}

/// One sheet: a row of headings, then rows of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The name on its tab, at most 31 characters.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<SheetColumn>,
    /// One cell a column in each row.
    pub rows: Vec<Vec<Cell>>,
    /// How many columns stay in view while the rest moves sideways.
    pub kept_columns: u16,
}

/// One column of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetColumn {
    /// Its heading, with the unit.
    pub heading: String,
    /// Its width in characters of a digit's width.
    pub width: u16,
    /// Whether long text is broken into lines.
    pub wraps: bool,
    /// Cells with one of these texts are drawn in its colours.
    pub tones: Vec<(String, Tone)>,
    /// Whether a bar behind the number shows its size.
    pub has_bar: bool,
}

/// The colours of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// Behind the text.
    pub fill: Colour,
    /// The text.
    pub ink: Colour,
}
