//! Where an engine can pass and what stands in its way.

use geo_types::{Coord, LineString};
use serde::{Deserialize, Serialize};

use crate::bounds::{Bounds, Method};
use crate::findings::Ruling;
use crate::units::Metres;

/// A measured length with how it was obtained and from where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clearance {
    /// What is known of it.
    pub bounds: Bounds<Metres>,
    /// How the lower bound was obtained.
    pub low_by: Method,
    /// How the upper bound was obtained.
    pub high_by: Method,
    /// Where it is least.
    pub at: Option<Coord<f64>>,
    /// The tags, obstacles or classes it rests on.
    pub because: String,
}

/// One piece of a road between two junctions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LanePiece {
    /// Index of the road in the layer.
    pub road: usize,
    /// Where the piece begins and ends along the road, metres.
    pub from_m: f64,
    /// End.
    pub to_m: f64,
    /// Its line.
    pub line: LineString<f64>,
    /// Clear width.
    pub width: Clearance,
    /// Clear height.
    pub height: Clearance,
    /// Steepest slope over the running length, percent, if the terrain or a tag tells.
    pub slope_percent: Option<f64>,
    /// Passability class: the best one it certainly has, and the best one it may have.
    pub class_low: String,
    /// The best class it may have.
    pub class_high: String,
    /// Its rulings.
    pub rulings: Vec<Ruling>,
}

/// A place where a lane is narrower or lower than a limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinchPoint {
    /// Identifier, stable for the same input.
    pub id: String,
    /// Index of the road in the layer.
    pub road: usize,
    /// Index of the piece in [`LaneFindings::pieces`].
    pub piece: usize,
    /// Where it is.
    pub at: Coord<f64>,
    /// The gap as a short line between the two obstacles.
    pub gap: Option<LineString<f64>>,
    /// Clear width there.
    pub width: Bounds<Metres>,
    /// Clear height there.
    pub height: Bounds<Metres>,
    /// What stands on the two sides, or above.
    pub obstacles: Vec<String>,
    /// Whether all that narrows it can be removed; `None` when nobody said.
    pub is_removable: Option<bool>,
    /// Identifiers of the sites whose way depends on it.
    pub sites: Vec<String>,
}

/// How near engines can come to one site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteAccess {
    /// Clear width along the way of the first-arriving vehicle, or of the nearest lane.
    pub width: Option<Clearance>,
    /// Clear height along the same way.
    pub height: Option<Clearance>,
    /// The largest vehicle that certainly comes within reach.
    pub largest_vehicle: Option<String>,
    /// The largest vehicle that may come within reach.
    pub largest_vehicle_high: Option<String>,
    /// Passability class of the way.
    pub passability_class: Option<String>,
    /// Where it stops.
    pub stop: Option<Coord<f64>>,
    /// From there to the site on foot, metres.
    pub stop_to_site_m: Option<f64>,
    /// Index of the deciding pinch in [`LaneFindings::pinch_points`].
    pub pinch: Option<usize>,
    /// The reason in one line.
    pub because: String,
}

/// Everything about lanes in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneFindings {
    /// Pieces by road and offset.
    pub pieces: Vec<LanePiece>,
    /// Pinch points by road and place.
    pub pinch_points: Vec<PinchPoint>,
    /// One entry a site.
    pub sites: Vec<SiteAccess>,
}
