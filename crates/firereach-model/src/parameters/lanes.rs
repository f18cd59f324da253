//! What is assumed of lanes that nobody measured, and how measured ones are classed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature::{ObstacleKind, ParkingKind, RoadClass};

/// One passability class: a lane belongs to the best class whose limits it meets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassabilityClass {
    /// `P5` to `P0`.
    pub code: String,
    /// Least clear width, metres.
    pub width_m: f64,
    /// Least clear height, metres.
    pub height_m: f64,
    /// What is expected to pass, English.
    pub means: String,
    /// What is expected to pass, Chinese.
    pub means_zh: String,
}

/// Everything about lanes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneParameters {
    /// Classes from the widest to the narrowest.
    pub classes: Vec<PassabilityClass>,
    /// Least carriageway width of a class where nothing is stated, metres; a class without an entry is unknown.
    pub class_width_m: BTreeMap<RoadClass, f64>,
    /// Least clear height of a class where nothing is stated and nothing is above, metres.
    pub class_height_m: BTreeMap<RoadClass, f64>,
    /// Least width of one traffic lane, metres.
    pub lane_width_m: f64,
    /// Width that parking takes on one side, metres.
    pub parking_width_m: BTreeMap<ParkingKind, f64>,
    /// How far from the centre line an obstacle is looked for, metres.
    pub search_m: f64,
    /// Deflection from which a bend is checked for the swept path, degrees.
    pub corner_angle_deg: f64,
    /// Running length over which a slope is taken, metres.
    pub slope_run_m: f64,
    /// How sharply the ground may bend between two heights of the terrain, 1/m: between them it may be off by this times
    /// the square of the resolution over eight.
    pub terrain_curvature_per_m: f64,
    /// How far a crew pulls hose or raises a ladder from where an engine stops: within it the engine has come to the
    /// site; metres on foot.
    #[serde(default = "default_access_reach_m")]
    pub access_reach_m: f64,
    /// How far from a site a stop is looked for, metres on foot.
    #[serde(default = "default_stop_search_m")]
    pub stop_search_m: f64,
    /// Classes from which lanes branch off: a way to a site begins on one of them.
    #[serde(default = "default_main_classes")]
    pub main_classes: Vec<RoadClass>,
    /// The class that stairs have whatever their width.
    #[serde(default = "default_stairs_class")]
    pub stairs_class: String,
    /// How far from the end of a dead end a place to turn is looked for, metres.
    #[serde(default = "default_turnaround_search_m")]
    pub turnaround_search_m: f64,
    /// Length and width of the bar that makes a hammerhead with the lane, metres.
    #[serde(default = "default_hammerhead_m")]
    pub hammerhead_m: (f64, f64),
    /// Height from which a building counts as high-rise, metres (dwellings, others).
    #[serde(default = "default_high_rise_m")]
    pub high_rise_m: (f64, f64),
    /// How far apart two neighbours are looked at for separation, metres.
    #[serde(default = "default_separation_search_m")]
    pub separation_search_m: f64,
    /// How far from a wall the centre line of a lane may run that still serves it, metres.
    #[serde(default = "default_beside_m")]
    pub beside_m: f64,
    /// Part of a long side along which a lane has to run to serve it, 0 to 1.
    #[serde(default = "default_beside_share")]
    pub beside_share: f64,
    /// Footprint from which a public building counts as large, square metres.
    #[serde(default = "default_large_public_m2")]
    pub large_public_m2: f64,
    /// Height from which an aerial operating site is longer, metres.
    #[serde(default = "default_tall_m")]
    pub tall_m: f64,
    /// Depth of a bridge's deck from its surface to its underside, least and greatest, metres.
    #[serde(default = "default_deck_depth_m")]
    pub deck_depth_m: (f64, f64),
    /// A lane goes on past a junction of several ways if one of them leaves within this deflection, degrees.
    #[serde(default = "default_continues_deg")]
    pub continues_deg: f64,
    /// What stands nearer to a wall than this belongs to it and takes no ground before it, metres.
    #[serde(default = "default_on_wall_m")]
    pub on_wall_m: f64,
    /// Slope of the ground under a building from which it may stand on a hillside, percent.
    #[serde(default = "default_hillside_percent")]
    pub hillside_percent: f64,
    /// How near to water a building may stand beside a river, metres.
    #[serde(default = "default_riverside_m")]
    pub riverside_m: f64,
    /// What building work can set back where nobody said that it cannot be moved.
    #[serde(default = "default_widenable")]
    pub widenable: Vec<ObstacleKind>,
}

fn default_widenable() -> Vec<ObstacleKind> {
    use ObstacleKind::{Block, Bollard, Chain, Chicane, Fence, Gate, Hedge, Kerb, LiftGate, Pole, Wall};
    vec![Wall, Fence, Hedge, Gate, LiftGate, Bollard, Block, Kerb, Chicane, Chain, Pole]
}

fn default_hillside_percent() -> f64 {
    5.0
}

fn default_riverside_m() -> f64 {
    50.0
}

fn default_continues_deg() -> f64 {
    60.0
}

fn default_on_wall_m() -> f64 {
    0.05
}

fn default_beside_m() -> f64 {
    20.0
}

fn default_beside_share() -> f64 {
    0.75
}

fn default_large_public_m2() -> f64 {
    3000.0
}

fn default_tall_m() -> f64 {
    50.0
}

fn default_deck_depth_m() -> (f64, f64) {
    (0.5, 2.5)
}

fn default_access_reach_m() -> f64 {
    45.0
}

fn default_stop_search_m() -> f64 {
    500.0
}

fn default_main_classes() -> Vec<RoadClass> {
    vec![RoadClass::Motorway, RoadClass::Trunk, RoadClass::Primary, RoadClass::Secondary, RoadClass::Tertiary]
}

fn default_stairs_class() -> String {
    "P1".to_owned()
}

fn default_turnaround_search_m() -> f64 {
    25.0
}

fn default_hammerhead_m() -> (f64, f64) {
    (13.0, 4.0)
}

fn default_high_rise_m() -> (f64, f64) {
    (27.0, 24.0)
}

fn default_separation_search_m() -> f64 {
    14.0
}
