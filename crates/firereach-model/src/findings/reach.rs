//! Who arrives where, when, and what is covered.

use geo_types::{Coord, LineString, MultiPolygon};
use serde::{Deserialize, Serialize};

/// The time from the alarm to the crew at the site, by component, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Components {
    /// Call handling.
    pub call_s: f64,
    /// Turnout.
    pub turnout_s: f64,
    /// Driving.
    pub drive_s: f64,
    /// Dismounting; zero where the engine stops at the site.
    pub dismount_s: f64,
    /// Walking.
    pub walk_s: f64,
}

impl Components {
    /// The sum.
    pub fn total_s(&self) -> f64 {
        self.call_s + self.turnout_s + self.drive_s + self.dismount_s + self.walk_s
    }
}

/// One unit's arrival at a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// The station.
    pub station: String,
    /// The vehicle's code.
    pub vehicle: String,
    /// The time, by component.
    pub components: Components,
    /// Where the vehicle stops.
    pub stop: Option<Coord<f64>>,
    /// The way driven, for maps; empty where not asked for.
    pub drive: Option<LineString<f64>>,
    /// The way walked.
    pub walk: Option<LineString<f64>>,
    /// Length driven, metres.
    pub drive_m: f64,
    /// Length walked, metres.
    pub walk_m: f64,
}

/// The response to one site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteReach {
    /// First arrival with unknown widths and heights taken as passable; `None` when nobody gets there.
    pub first: Option<Arrival>,
    /// First arrival by the cautious run, in which what is unknown does not pass; `None` when nobody gets there.
    pub cautious: Option<Arrival>,
    /// Second arrival, from another station.
    pub second: Option<Arrival>,
    /// How far the site is from the network, metres; `None` when beyond the snap limit.
    pub snapped_m: Option<f64>,
    /// Chance to arrive within the limit under the travel error, 0 to 1.
    pub arrive_in_time_prob: Option<f64>,
    /// What keeps the time from being shorter, or the site from being reached.
    pub binding: String,
}

/// A part of a road reached within a cutoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReachedRoad {
    /// Index of the road in the layer.
    pub road: usize,
    /// First arrival at the nearer end of the part, seconds.
    pub from_s: f64,
    /// First arrival at the farther end, seconds.
    pub to_s: f64,
    /// The station that arrives first.
    pub station: String,
    /// `drive` or `walk`.
    pub mode: String,
    /// The part.
    pub line: LineString<f64>,
}

/// The area reached within a cutoff; a picture derived from the reached roads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isochrone {
    /// The station, or `None` for all together.
    pub station: Option<String>,
    /// The cutoff in seconds, everything included.
    pub cutoff_s: u32,
    /// Length of road reached, metres.
    pub reached_m: f64,
    /// The area.
    pub area: MultiPolygon<f64>,
    /// Relative error of the area against the exact buffer of the reached roads, where computed.
    pub area_error: Option<f64>,
}

/// One coverage figure with its denominator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The measure's name, for example `sites_within_300_s`.
    pub measure: String,
    /// Of what part: `all`, a grade, a kind, a zone.
    pub part: String,
    /// How much is covered for certain.
    pub covered: f64,
    /// How much may be covered.
    pub covered_high: f64,
    /// Of how much.
    pub of: f64,
    /// The denominator's unit.
    pub unit: String,
}

/// Everything about reach in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReachFindings {
    /// One entry a site.
    pub sites: Vec<SiteReach>,
    /// Reached parts of roads, by road and offset.
    pub reached_roads: Vec<ReachedRoad>,
    /// Areas, by station then cutoff.
    pub isochrones: Vec<Isochrone>,
    /// Coverage figures.
    pub coverage: Vec<Coverage>,
}
