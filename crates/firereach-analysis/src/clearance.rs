//! Where an engine can pass: clear width and height, slopes, corners, dead ends, access.
//!
//! [`survey()`] measures every edge of a network once in one set of conditions; [`assess_lanes`] judges what was measured and
//! says what it means for every site.

mod access;
pub mod bend;
mod blocks;
mod continuation;
pub mod corner;
mod dead_end;
mod evidence;
pub mod field;
mod first;
pub mod gap;
mod grid;
mod judge;
mod lanes;
mod marking;
mod operating;
mod overhead;
mod parked;
mod plane;
mod separation;
mod serving;
pub mod slope;
mod stops;
pub mod survey;
mod ways;

pub use judge::site_rulings;
pub use lanes::assess_lanes;
pub use survey::{Survey, measure_passages, survey};
