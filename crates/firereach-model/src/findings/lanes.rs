//! Where an engine can pass and what stands in its way.

use geo_types::{Coord, LineString, Polygon};
use serde::{Deserialize, Serialize};

use crate::bounds::{Bounds, Method};
use crate::findings::Ruling;
use crate::problem::Problem;
use crate::rules::Verdict;
use crate::units::{Metres, Percent, Share};

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
    /// The best class it may have once everything removable is gone, where that is a better one.
    #[serde(default)]
    pub class_cleared: Option<String>,
    /// The greatest mass allowed, tonnes, where stated.
    #[serde(default)]
    pub max_mass_t: Option<f64>,
    /// Its rulings.
    pub rulings: Vec<Ruling>,
    /// Metres of it narrower than each class limit, in the order of the classes; proven by what stands there.
    #[serde(default)]
    pub narrower_m: Vec<f64>,
    /// Chance that the widest class's width is free of parked vehicles, 0 to 1; `None` where nobody counted.
    #[serde(default)]
    pub passable_prob: Option<f64>,
    /// What stands across it: `none`, `passable`, `unknown` or `closed`.
    #[serde(default)]
    pub barrier: String,
    /// Codes of the vehicles that certainly pass.
    #[serde(default)]
    pub vehicles_certain: Vec<String>,
    /// Codes of the vehicles that may pass.
    #[serde(default)]
    pub vehicles_possible: Vec<String>,
}

impl LanePiece {
    /// The weaker of the two methods by which it is certainly so wide and so high; `None` where it certainly is neither.
    pub fn class_low_by(&self) -> Option<Method> {
        let is_known = self.width.bounds.low.is_some() && self.height.bounds.low.is_some();
        is_known.then(|| self.width.low_by.max(self.height.low_by))
    }
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
    /// What else can be removed that narrows the stretch, less than those do.
    #[serde(default)]
    pub also_removable: Vec<String>,
    /// Whether all that narrows it can be removed; `None` when nobody said.
    pub is_removable: Option<bool>,
    /// Identifiers of the sites whose way depends on it.
    pub sites: Vec<String>,
    /// Where the stretch below the limit begins and ends, metres along the road.
    #[serde(default)]
    pub stretch_m: (f64, f64),
    /// How the width or height was obtained.
    #[serde(default = "unmeasured")]
    pub method: Method,
    /// Clear width there once everything removable is gone; nothing known means no bound.
    #[serde(default)]
    pub width_cleared: Bounds<Metres>,
    /// Whether something stands there that lets no engine pass, however wide the lane is.
    #[serde(default)]
    pub is_closed: bool,
    /// What clearing it alone frees, everything else left where it is; only where something removable stands there.
    #[serde(default)]
    pub frees: Option<Freed>,
    /// Whether something stands there that building work may set back: of its kind, and nobody said that it stays.
    #[serde(default)]
    pub is_widenable: bool,
    /// What setting that back alone frees beyond what clearing the city of everything removable does.
    #[serde(default)]
    pub frees_widened: Option<Freed>,
}

fn unmeasured() -> Method {
    Method::Unmeasured
}

/// What a clearing frees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Freed {
    /// Sites that a vehicle may reach then and could not before, each with the vehicle's code, in their order.
    pub sites: Vec<(String, String)>,
    /// People at those sites, each site once, where stated.
    pub people: f64,
    /// Metres of lane that the largest vehicle that gains may enter then.
    pub lane_m: f64,
}

/// One step of the best sequence of clearings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstStep {
    /// Indices of the pinch points cleared together, in [`LaneFindings::pinch_points`].
    pub pinches: Vec<usize>,
    /// What the step frees beyond the steps before it.
    pub frees: Freed,
    /// Whether it takes building work; such steps come after everything removable is gone.
    #[serde(default)]
    pub is_widening: bool,
}

/// A bend or junction where a vehicle's swept path was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CornerCheck {
    /// Index of the road one comes from, in the layer.
    pub road: usize,
    /// Index of the road one turns into; the same for a bend.
    pub to_road: usize,
    /// Where the bend is.
    pub at: Coord<f64>,
    /// Deflection, degrees.
    pub angle_deg: f64,
    /// The vehicle's code.
    pub vehicle: String,
    /// The width the vehicle sweeps, lateral clearance included, metres.
    pub swept_m: f64,
    /// Clear width there.
    pub width: Bounds<Metres>,
    /// Whether it gets round; `None` when nobody knows.
    pub fits: Option<bool>,
    /// The least distance from the best track to what stands there, metres; negative is overlap.
    pub margin_m: Option<f64>,
    /// The track of the outer front corner.
    pub outer: LineString<f64>,
    /// The track of the inner rear wheel.
    pub inner: LineString<f64>,
    /// What is nearest to the tracks.
    pub obstacle: Option<String>,
}

/// A dead end for road vehicles, and whether they can turn there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadEnd {
    /// Index of the road at the end, in the layer.
    pub road: usize,
    /// The end.
    pub at: Coord<f64>,
    /// From the last junction with a way out to the end, metres.
    pub length_m: f64,
    /// The way from that junction.
    pub line: LineString<f64>,
    /// The largest square of the sides asked for that is free near the end, metres; `None` when there is none.
    pub square_m: Option<f64>,
    /// The square.
    pub square: Option<Polygon<f64>>,
    /// Whether a three-point turn into a side branch near the end is possible.
    pub has_hammerhead: bool,
    /// The bar across the lane that makes the hammerhead; `None` where a square is free or no bar is.
    #[serde(default)]
    pub hammerhead: Option<Polygon<f64>>,
    /// Whether anything bounds the ground there at all; without it the free square means little.
    pub is_bounded: bool,
    /// Its rulings.
    pub rulings: Vec<Ruling>,
}

/// Two buildings nearer to each other than the table distance, or a site and its neighbour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Separation {
    /// One building.
    pub building: String,
    /// The other.
    pub neighbour: String,
    /// The site one of them is, if any.
    pub site: Option<String>,
    /// Distance between the walls, metres.
    pub distance_m: f64,
    /// The distance asked for, least and greatest over what is not known of the two.
    pub required_m: (f64, f64),
    /// The shortest line between them.
    pub line: LineString<f64>,
    /// The group of buildings through which fire can spread, numbered from one by its first building; zero for none.
    pub cluster: u32,
    /// Buildings in that group.
    #[serde(default)]
    pub cluster_buildings: u32,
    /// Ground that they cover together, square metres.
    #[serde(default)]
    pub cluster_m2: f64,
    /// The ruling that decides.
    pub ruling: Ruling,
}

/// Buildings and obstacles that stand in a firebreak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encroachment {
    /// The firebreak.
    pub zone: String,
    /// What stands in it.
    pub thing: String,
    /// Area that it takes, square metres; zero for lines and points.
    pub area_m2: f64,
    /// Where.
    pub at: Coord<f64>,
}

/// What has to be painted and put up along one road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marking {
    /// Index of the road in the layer.
    pub road: usize,
    /// Metres of lane.
    pub lane_m: f64,
    /// Metres of line, both sides.
    pub line_m: f64,
    /// Boxes with the words that keep the lane free.
    pub boxes: u32,
    /// Entrances with a hatch over the full width.
    pub entrances: u32,
    /// Warning signs.
    pub signs: u32,
    /// The lane.
    pub line: LineString<f64>,
}

/// A single lane on which sites hang: without it they cannot be driven to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dependence {
    /// Index of the piece in [`LaneFindings::pieces`].
    pub piece: usize,
    /// The road's identifier, and its name where it has one.
    #[serde(default)]
    pub road_told: String,
    /// Identifiers of the sites that hang on it, in the order of the layer.
    pub sites: Vec<String>,
    /// People there, where stated.
    pub people: f64,
}

/// What the verdict on the lanes to a site rests on.
///
/// Of a pass it is the weakest evidence on the way where that is firmest, so that a pass by class alone is one that no
/// surveyed, tagged or drawn way makes; of a failure the evidence that proves it; of anything else nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneBasis {
    /// Of clear width.
    pub width: Method,
    /// Of clear height.
    pub height: Method,
    /// Of both together.
    pub both: Method,
}

/// How near one vehicle can come to one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VehicleAccess {
    /// The vehicle's code.
    pub vehicle: String,
    /// Where it certainly can stop nearest, and from there to the site on foot, metres.
    pub certain: Option<(Coord<f64>, f64)>,
    /// Where it may be able to stop nearest, and from there to the site on foot, metres.
    pub possible: Option<(Coord<f64>, f64)>,
}

/// How near engines can come to one site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteAccess {
    /// Clear width along the way of the first-arriving vehicle, or of the nearest lane.
    pub width: Option<Clearance>,
    /// Clear height along the same way.
    pub height: Option<Clearance>,
    /// What the verdict on them rests on; `None` where no lane leads.
    #[serde(default)]
    pub basis: Option<LaneBasis>,
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
    /// Index in [`LaneFindings::dead_ends`] of the one in which the vehicle stops.
    #[serde(default)]
    pub dead_end: Option<usize>,
    /// Index of the deciding pinch in [`LaneFindings::pinch_points`].
    pub pinch: Option<usize>,
    /// The reason in one line.
    pub because: String,
    /// Every vehicle of the catalogue, in its order.
    #[serde(default)]
    pub vehicles: Vec<VehicleAccess>,
    /// The widest way from the nearest main road to the place nearest to the site.
    #[serde(default)]
    pub way: Option<LineString<f64>>,
    /// Index of that main road in the layer.
    #[serde(default)]
    pub main_road: Option<usize>,
    /// Its identifier, and its name where it has one.
    #[serde(default)]
    pub main_road_told: Option<String>,
    /// Length of the way, metres.
    #[serde(default)]
    pub way_m: f64,
    /// Length of the way of which nobody knows the width, metres.
    #[serde(default)]
    pub unmeasured_m: f64,
}

/// A block: ground enclosed by streets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreetBlock {
    /// The centre lines of the streets around it.
    pub ring: Polygon<f64>,
    /// Its area, square metres.
    pub area_m2: f64,
    /// Buildings in it.
    pub buildings: usize,
    /// Identifiers of the sites in it, in the order of the layer.
    pub sites: Vec<String>,
    /// Places where other streets meet the ring.
    pub connections: u32,
    /// Whether every street of a ring around it certainly lets engines pass.
    pub is_certain: bool,
    /// Between the centre lines of the streets on its two sides, at the place farthest from all of them: least with every
    /// street that engines may pass, greatest with those that they certainly pass.
    pub spacing_m: Bounds<Metres>,
    /// The place farthest from the streets.
    pub deepest: Coord<f64>,
    /// Its rulings.
    pub rulings: Vec<Ruling>,
}

/// A place beside a long side of a building where an aerial appliance can stand and work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatingSite {
    /// The ground, as long as it is free of what the data holds.
    pub area: Polygon<f64>,
    /// Its length along the building, metres.
    pub length_m: f64,
    /// Its width, metres.
    pub width_m: f64,
    /// From its near edge to the wall, metres.
    pub distance_m: f64,
    /// Whether it lies on ground drawn as open or as carriageway; elsewhere nobody said what the ground is.
    pub is_open: bool,
}

/// How lanes serve one building: along its long sides, around it, and where engines work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneService {
    /// The site it is, if any.
    pub site: Option<String>,
    /// The building, where the footprint is one's.
    pub building: Option<String>,
    /// What rules call it, for certain: `high_rise`, `high_rise_dwelling`, `high_rise_public`, `large_public`, `dwelling`,
    /// `up_to_50_m`, `above_50_m`.
    pub words: Vec<String>,
    /// What else it may be.
    pub words_possible: Vec<String>,
    /// Its long sides.
    pub long_sides: Vec<LineString<f64>>,
    /// Part of each long side along which a lane runs, 0 to 1: for certain, and if all that is unknown passes.
    pub served: Vec<(f64, f64)>,
    /// Long sides along which a lane runs for certain, and at most.
    pub sides: (u32, u32),
    /// Whether it stands within a ring of lanes for certain, and at most.
    pub ring: (bool, bool),
    /// The nearest lane beside it, as an index in [`LaneFindings::pieces`].
    pub piece: Option<usize>,
    /// The shortest line from its wall to the centre line of that lane.
    pub to_lane: Option<LineString<f64>>,
    /// From the edge of that lane to the wall.
    pub wall_distance_m: Bounds<Metres>,
    /// Slope of that lane beside it.
    pub working_slope: Bounds<Percent>,
    /// The best place for an aerial appliance; only looked for where the building is, or may be, high-rise.
    pub operating_site: Option<OperatingSite>,
    /// The places that together run along most of what rules ask for, in their order around the building.
    #[serde(default)]
    pub operating_run: Vec<OperatingSite>,
    /// How much of a long side, or of a quarter of the outline, they run along; with gaps where rules allow them.
    #[serde(default)]
    pub operating_share: Bounds<Share>,
    /// The widest gap between two of them; `None` where they are continuous.
    #[serde(default)]
    pub operating_gap_m: Option<f64>,
    /// Slope of the ground of the best place.
    #[serde(default)]
    pub operating_slope: Bounds<Percent>,
    /// Depth of what is lower and adjoins the building between it and these places.
    #[serde(default)]
    pub podium_depth_m: Bounds<Metres>,
    /// Its longest front along streets that engines may use, and its length in all: from its longest side to half of its
    /// outline.
    #[serde(default)]
    pub front_m: Bounds<Metres>,
    /// Length in all.
    #[serde(default)]
    pub length_m: Bounds<Metres>,
    /// Whether a lane runs through it, for certain and possibly.
    #[serde(default)]
    pub through: (bool, bool),
    /// Its courts, in the order of its outline.
    #[serde(default)]
    pub courts: Vec<Court>,
    /// The longest stretch of its front along streets without a link on foot into a court, as far as anybody drew links.
    #[serde(default)]
    pub link_spacing_m: Bounds<Metres>,
    /// Its rulings.
    pub rulings: Vec<Ruling>,
    /// What it rests on, in one line.
    pub because: String,
}

/// A court that one building encloses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Court {
    /// Its ground.
    pub area: Polygon<f64>,
    /// Its shorter side, metres: that of the smallest rectangle around it.
    pub short_side_m: f64,
    /// Whether a lane leads in, for certain and possibly.
    pub led_in: (bool, bool),
    /// Ways on foot that lead in, as far as anybody drew them.
    pub links: u32,
    /// Whether a lane leads in where rules ask for one; `None` where they ask for none.
    #[serde(default)]
    pub verdict: Option<Verdict>,
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
    /// Bends and junctions where a vehicle does not get round, or may not.
    #[serde(default)]
    pub corners: Vec<CornerCheck>,
    /// Dead ends longer than the shortest limit.
    #[serde(default)]
    pub dead_ends: Vec<DeadEnd>,
    /// Single lanes on which sites hang, the one with most sites first.
    #[serde(default)]
    pub dependences: Vec<Dependence>,
    /// What to clear first: each step frees most of what is left.
    #[serde(default)]
    pub first_steps: Vec<FirstStep>,
    /// Neighbours nearer than the table distance.
    #[serde(default)]
    pub separations: Vec<Separation>,
    /// What stands in firebreaks.
    #[serde(default)]
    pub encroachments: Vec<Encroachment>,
    /// The schedule of marking.
    #[serde(default)]
    pub markings: Vec<Marking>,
    /// Blocks with buildings in them, by the first street around them.
    #[serde(default)]
    pub blocks: Vec<StreetBlock>,
    /// How lanes serve sites, by site, and then other buildings that rules ask about, in the order of the layer.
    #[serde(default)]
    pub services: Vec<LaneService>,
    /// Contradictions between what is stated and what stands there.
    #[serde(default)]
    pub problems: Vec<Problem>,
}
