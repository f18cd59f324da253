//! Draws and phrases findings. Every number it prints was computed before it was called.

pub mod explain;
pub mod ground;
pub mod map;
pub mod outlook;
pub mod sheet;
pub mod summary;
pub mod svg;
pub mod tables;
pub mod words;
