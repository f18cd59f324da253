//! Draws and phrases findings. Every number it prints was computed before it was called.

pub mod tables;
