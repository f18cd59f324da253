//! Draws and phrases findings. Every number it prints was computed before it was called.

pub mod explain;
pub mod summary;
pub mod tables;
pub mod words;
