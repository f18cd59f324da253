//! What is assumed of lanes that nobody measured, and how measured ones are classed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature::{ParkingKind, RoadClass};

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
}
