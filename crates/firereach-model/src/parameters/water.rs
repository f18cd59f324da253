//! What is needed of water, how hose carries it, and how gaps are weighed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature::{BuildingStructure, BuildingUse, Grade};

/// One row of the table of design flows: flow by volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowRow {
    /// Fire-resistance grades the row is for.
    pub grades: Vec<u8>,
    /// Uses the row is for; empty for all others.
    pub uses: Vec<BuildingUse>,
    /// `(volume in m3 up to and including, flow in L/s)`, ordered; the last volume may be infinite.
    pub flow_by_volume: Vec<(f64, f64)>,
}

/// Everything about water.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterParameters {
    /// The table of outdoor design flows.
    pub flow_table: Vec<FlowRow>,
    /// Duration of supply, hours.
    pub duration_h: f64,
    /// Height of a storey where only storeys are known, metres, least and greatest.
    pub storey_m: (f64, f64),
    /// Storeys of a protected building where nothing is known, least and greatest.
    pub unknown_storeys: (u16, u16),
    /// Flow counted for one hydrant, L/s, least and greatest.
    pub counted_lps: (f64, f64),
    /// Length of one hose, metres.
    pub hose_length_m: f64,
    /// Friction `S` of one hose length by diameter in mm: loss in 10^4 Pa is `S * Q^2`.
    pub hose_friction: BTreeMap<String, f64>,
    /// Nozzle pressure, 10^4 Pa.
    pub nozzle_head: f64,
    /// Nozzle flow, L/s.
    pub nozzle_lps: f64,
    /// Usage factor of the pump pressure.
    pub pump_factor: f64,
    /// Hose on hand where nobody says, metres.
    pub hose_max_m: f64,
    /// Greatest suction lift, metres.
    pub suction_m: f64,
    /// Weights of the gaps in flow, volume, redundancy and time.
    pub gap_weights: (f64, f64, f64, f64),
    /// Weight by grade of protection.
    pub grade_weight: BTreeMap<Grade, f64>,
    /// Weight by structure.
    pub structure_weight: BTreeMap<BuildingStructure, f64>,
    /// Weight by use.
    pub use_weight: BTreeMap<BuildingUse, f64>,
}
