//! Where an engine can pass: clear width and height, slopes, corners, dead ends, access.

pub mod bend;
pub mod field;
pub mod gap;
mod overhead;
mod plane;
pub mod slope;
pub mod survey;

pub use survey::{Survey, measure_passages, survey};
