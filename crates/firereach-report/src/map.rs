//! Maps as drawing commands in sheet millimetres at a stated scale.
//!
//! [`drawing`] is what a map is made of, [`view`] takes the ground to the sheet, [`labels`] puts names where they cover
//! nothing, [`furniture`] draws the frame, the scale bar, the north arrow and a legend of what is drawn and nothing else,
//! [`signs`] holds the colours and symbols that all maps share, [`site`] is the map of one policy sheet and
//! [`crate::svg::render_svg`] turns any drawing into SVG.
//!
//! Red means failed or closed and nothing else, but for the fire brigade's own symbols; every difference in colour is one
//! in line style or hatching too, so that a map can be read in black and white.

pub mod drawing;
pub mod furniture;
pub mod labels;
pub mod signs;
pub mod site;
pub mod view;

pub use site::{MapOptions, SiteMap, site_map};
