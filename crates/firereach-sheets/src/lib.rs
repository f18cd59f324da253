//! Typesets policy sheets as PDF, and turns maps into PNG.
//!
//! The content of a sheet and its map come from `firereach-report`; this crate knows paper, fonts and typst, and nothing of
//! cities. What a template receives is said at the head of the built-in one, `templates/sheet.typ`.

mod fonts;
mod png;
mod typeset;
mod world;

pub use fonts::{FontError, Fonts};
pub use png::{Painter, PngError};
pub use typeset::{Language, Paper, Printed, Settings, SheetError, Typesetter, file_stem};
