//! Seeded synthetic districts, written to files, with the truth about what was planted in them.
//!
//! Everything in them is invented: the place, the names, the people. A district is drawn in plane metres first, so that
//! widths are known by construction, and converted to longitude and latitude by own code, so that what it states as true
//! does not depend on the libraries under test.

mod courts;
mod files;
mod ground;
mod houses;
mod names;
mod pinches;
mod places;
mod plan;
mod plane;
mod projection;
mod random;
mod streets;
mod supply;
mod town;

#[cfg(test)]
mod tests;

pub use files::{TownError, Written, write_district, write_town};
pub use ground::HeightGrid;
pub use houses::House;
pub use pinches::{Cause, Frees, Pinch, TownObstacle};
pub use places::{TownSite, TownZone};
pub use plan::{Size, ZONE, ZONE_CODE};
pub use projection::GaussKrueger;
pub use streets::{Bed, ParkedSide, Role, Street};
pub use supply::{TownHydrant, TownMain, TownStation, TownWater};
pub use town::HillTown;
