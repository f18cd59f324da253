//! Where an engine can pass: clear width and height, slopes, corners, dead ends, access.

pub mod field;
pub mod gap;
mod plane;
