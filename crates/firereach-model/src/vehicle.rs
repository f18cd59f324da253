//! The things that carry crews, hose and pumps.

use serde::{Deserialize, Serialize};

use crate::units::{CubicMetres, LitresPerSecond, Megapascals, Metres, Percent, Tonnes};

/// How a vehicle gets about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mobility {
    /// Drives on roads and lanes.
    Road,
    /// Small enough for paths as well as lanes: three-wheelers, motorcycles.
    Path,
    /// Carried by people, stairs included.
    Carried,
}

/// A vehicle or a hand-carried pump of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// The catalogue's code, for example `V2`.
    pub code: String,
    /// English name.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
    /// How it gets about.
    pub mobility: Mobility,
    /// Length over all.
    pub length_m: Metres,
    /// Body width without mirrors.
    pub width_m: Metres,
    /// Height.
    pub height_m: Metres,
    /// Outer turning radius.
    pub turning_radius_m: Metres,
    /// Wheelbase plus front overhang, for the swept width.
    pub front_reach_m: Metres,
    /// Mass when loaded.
    pub mass_t: Tonnes,
    /// Water carried.
    pub water_m3: CubicMetres,
    /// The narrowest straight lane it is sent into.
    pub min_lane_width_m: Metres,
    /// The steepest slope it climbs.
    pub max_slope_percent: Percent,
    /// Hose carried, metres of 65 mm equivalent.
    pub hose_m: Metres,
    /// Pump outlet pressure; absent without a pump.
    pub pump_mpa: Option<Megapascals>,
    /// Pump flow at that pressure.
    pub pump_lps: Option<LitresPerSecond>,
    /// Crew it brings.
    pub crew: u32,
    /// Where the figures come from.
    pub basis: String,
}
