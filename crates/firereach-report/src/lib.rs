//! Draws and phrases findings. Every number it prints was computed before it was called.

pub mod columns;
pub mod credit;
pub mod explain;
pub mod gain;
pub mod ground;
pub mod map;
pub mod measures;
pub mod outlook;
pub mod page;
pub mod palette;
pub mod pictures;
pub mod sheet;
pub mod summary;
pub mod svg;
pub mod symbols;
pub mod tables;
pub mod words;
pub mod workbook;
