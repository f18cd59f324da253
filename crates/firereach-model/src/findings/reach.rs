//! Who arrives where, when, and what is covered.

use geo_types::{Coord, LineString, MultiPolygon, Point};
use serde::{Deserialize, Serialize};

use crate::feature::Station;
use crate::findings::Ruling;
use crate::findings::proposals::{ProposalSet, Sensitivity};
use crate::findings::uncovered::Uncovered;
use crate::parameters::movement::Heading;

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

/// When one unit can be at a site, and what it brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitArrival {
    /// The station.
    pub station: String,
    /// The vehicle's code.
    pub vehicle: String,
    /// Seconds from the alarm, everything included.
    pub response_s: f64,
    /// Crew of the vehicle.
    pub crew: u32,
    /// Crew assembled by then, this one included.
    pub assembled: u32,
}

/// The response to one site.
///
/// First, second, third and cautious arrivals are those of the fire brigade; micro-stations and fire points are apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteReach {
    /// First arrival with unknown widths and heights taken as passable; `None` when nobody gets there.
    pub first: Option<Arrival>,
    /// First arrival by the cautious run, in which what is unknown does not pass; `None` when nobody gets there.
    pub cautious: Option<Arrival>,
    /// Second arrival, from another station.
    pub second: Option<Arrival>,
    /// When a second station arrives by the cautious run, seconds from the alarm; `None` when none does for certain.
    #[serde(default)]
    pub second_cautious_s: Option<f64>,
    /// Third arrival, from a third station.
    #[serde(default)]
    pub third: Option<Arrival>,
    /// First arrival from a micro-station or fire point, unknown widths and heights taken as passable.
    #[serde(default)]
    pub micro: Option<Arrival>,
    /// The same by the cautious run.
    #[serde(default)]
    pub micro_cautious: Option<Arrival>,
    /// Every unit of the brigade in the order of its arrival.
    #[serde(default)]
    pub force: Vec<UnitArrival>,
    /// How far the site is from the network, metres; `None` when beyond the snap limit.
    pub snapped_m: Option<f64>,
    /// Chance to arrive within the limit under the travel error, 0 to 1, unknown widths and heights taken as passable.
    pub arrive_in_time_prob: Option<f64>,
    /// The same by the cautious run: what nobody measured lets nobody pass.
    #[serde(default)]
    pub arrive_in_time_prob_low: Option<f64>,
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
///
/// The union of all places within a fixed distance of a reached part of a road. Bridges, tunnels and roads off the ground
/// are left out of the picture, so that they do not cover by drawing alone what lies under or over them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Isochrone {
    /// The station, or `None` for all together.
    pub station: Option<String>,
    /// Whether the times run from the station or to it.
    #[serde(default)]
    pub heading: Heading,
    /// The cutoff in seconds: from the dispatch order, with turnout, drive, dismount and walk; to the station the way alone.
    pub cutoff_s: u32,
    /// Whether it is only the part nearest to the roads that the station reaches first; then it overlaps with no other
    /// station's.
    #[serde(default)]
    pub is_first_due: bool,
    /// Length of road reached, metres.
    pub reached_m: f64,
    /// The area.
    pub area: MultiPolygon<f64>,
    /// Greatest relative error of the area against the exact buffer of the reached roads, where known.
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

/// One figure of a distribution of times: a percentile, the greatest, an index of inequality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The figure's name, for example `response_p90_s`.
    pub measure: String,
    /// Of what part: `all`, a grade, a kind, a zone, a station.
    pub part: String,
    /// By the optimistic run; `None` when it is not reached.
    pub low: Option<f64>,
    /// By the cautious run.
    pub high: Option<f64>,
    /// The unit.
    pub unit: String,
    /// Over how many things it was taken.
    pub count: u64,
}

/// One station in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StationReach {
    /// The station.
    pub station: String,
    /// Where its vehicles leave, working coordinates.
    #[serde(default)]
    pub at: Option<Point<f64>>,
    /// Codes of its vehicles, as stated or by default for its kind.
    pub vehicles: Vec<String>,
    /// Whether it is staffed at the scenario's hour.
    pub is_staffed: bool,
    /// Turnout, seconds, with the scenario's shift.
    pub turnout_s: f64,
    /// How far it is from the network, metres; `None` when beyond the snap limit.
    pub snapped_m: Option<f64>,
    /// The area in which it arrives first within the legal time, km2.
    pub first_due_km2: Option<f64>,
    /// The area it reaches within the legal time, km2.
    pub reach_km2: Option<f64>,
    /// What the area formula gives for the legal time, km2, least and greatest.
    pub formula_km2: Option<(f64, f64)>,
    /// The latest arrival at a road in its first-due part of the study's area, seconds from the dispatch order.
    pub farthest_s: Option<f64>,
    /// Sites at which it arrives first.
    pub first_due_sites: u32,
    /// How central it lies in its first-due area, 1 in the centre and 0 at the edge, least and greatest within the accuracy
    /// of its place.
    #[serde(default)]
    pub centrality: Option<(f64, f64)>,
    /// How far the nearest expressway, trunk road or arterial is in plan, metres.
    #[serde(default)]
    pub corridor_m: Option<f64>,
    /// Stations whose first-due areas touch its own.
    pub neighbours: Vec<String>,
    /// Rulings on its area and its place.
    pub rulings: Vec<Ruling>,
    /// The station as the scenario has it: one that was added or moved is not in the layer of the base.
    #[serde(default)]
    pub as_it_is: Option<Station>,
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
    /// What each of them adds to the one at the cutoff before, where bands are asked for; first-due parts have none.
    #[serde(default)]
    pub bands: Vec<Isochrone>,
    /// Coverage figures.
    pub coverage: Vec<Coverage>,
    /// Percentiles, greatest values and inequality.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// One entry a station, in the order of the layer as the scenario has it.
    #[serde(default)]
    pub stations: Vec<StationReach>,
    /// The time sites are held against, seconds from the dispatch order: the strictest rule on the response.
    #[serde(default)]
    pub legal_s: Option<f64>,
    /// What the scenario's proposed stations add, alone first, then pairs, then larger sets; empty without proposals.
    #[serde(default)]
    pub proposals: Vec<ProposalSet>,
    /// What other speeds and turnouts would change.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// What is not certainly reached within the legal time; empty without one.
    #[serde(default)]
    pub uncovered: Uncovered,
}
