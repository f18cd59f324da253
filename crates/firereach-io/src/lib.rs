//! Files and coordinate systems on one side, layers in metres on the other.
//!
//! Beyond this crate coordinates are metres on a plane and every feature knows its origin. Only this crate knows that
//! GDAL exists.

pub mod datum;
pub mod encoding;
pub mod formats;
pub mod gather;
mod gdal_setup;
mod mapping;
pub mod osm;
pub mod part;
pub mod projection;
pub mod read;
pub mod read_error;
pub mod record;
pub mod rule_file;
pub mod scaffold;
pub mod schema;
pub mod source;
pub mod study_error;
pub mod study_file;
pub mod terrain;
pub mod write;
