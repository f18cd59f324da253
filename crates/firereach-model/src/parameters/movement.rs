//! How fast things move and what is added before and after they do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature::{RoadClass, StationKind};

/// Driving speed of one road class at three times of day, km/h.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassSpeed {
    /// In the rush hours.
    pub congested: f64,
    /// In the day.
    pub normal: f64,
    /// At night.
    pub night: f64,
}

/// The three times of day that speeds are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Rush hours.
    Congested,
    /// Day.
    Normal,
    /// Night.
    Night,
}

/// A factor that changes linearly between given points and is constant beyond them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Curve(pub Vec<(f64, f64)>);

impl Curve {
    /// The factor at `x`; 1 for an empty curve. Points are ordered by their first number.
    pub fn at(&self, x: f64) -> f64 {
        let Some(first) = self.0.first() else { return 1.0 };
        let mut previous = *first;
        if x <= previous.0 {
            return previous.1;
        }
        for &(px, py) in &self.0[1..] {
            if x <= px {
                return previous.1 + (py - previous.1) * (x - previous.0) / (px - previous.0);
            }
            previous = (px, py);
        }
        previous.1
    }
}

/// Walking, with equipment and without.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Walking {
    /// Tobler's speed at its best slope, km/h.
    pub tobler_kmh: f64,
    /// Tobler's exponent.
    pub tobler_exponent: f64,
    /// Tobler's best slope, as a ratio (downhill is negative).
    pub tobler_best_slope: f64,
    /// Factor off paths.
    pub off_path_factor: f64,
    /// Factor for firefighters carrying equipment.
    pub loaded_factor: f64,
    /// Up stairs along the slope, unloaded, m/s.
    pub stairs_up_mps: f64,
    /// Down stairs along the slope, unloaded, m/s.
    pub stairs_down_mps: f64,
    /// Factor in a crowd; 1 without one.
    pub crowd_factor: f64,
}

/// Which traffic rules an engine on a call keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emergency {
    /// Whether it keeps to one-way streets.
    pub obey_oneway: bool,
    /// Whether it keeps to turn restrictions.
    pub obey_turn_restrictions: bool,
    /// Whether it stays out of roads that are private or closed to motor traffic by sign; posts and gates stop it anyway.
    pub obey_access: bool,
}

/// What an isochrone shows at each of its cutoffs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IsochroneShape {
    /// Everything reached by then.
    #[default]
    Discs,
    /// What is reached by then and was not at the cutoff before: bands do not overlap.
    Bands,
}

/// Which way the times of an isochrone run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// From the station: turnout, drive, dismount, walk.
    #[default]
    From,
    /// To the station, from wherever one is: walk, get in, drive. Turnout does not count.
    To,
}

impl Heading {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// Everything about movement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovementParameters {
    /// Driving speeds by road class.
    pub speeds_kmh: BTreeMap<RoadClass, ClassSpeed>,
    /// Hours of congestion, `[from, to)`.
    pub congested_hours: Vec<(u8, u8)>,
    /// Hours of night, `[from, to)`; may pass midnight.
    pub night_hours: Vec<(u8, u8)>,
    /// The hour taken when a scenario names none.
    pub default_hour: u8,
    /// Speed factor by clear width in metres.
    pub width_factor: Curve,
    /// Speed factor by slope in percent, up or down.
    pub slope_factor: Curve,
    /// Speed factor on unpaved roads.
    pub unpaved_factor: f64,
    /// Speed of road vehicles on lanes narrower than the first point of the width curve, km/h.
    pub narrow_lane_kmh: f64,
    /// Speed of three-wheelers and motorcycles on paths, km/h.
    pub path_kmh: f64,
    /// Seconds lost at a junction of three or more drivable ways.
    pub junction_delay_s: f64,
    /// Seconds lost at a traffic light, least and greatest; at a junction with one, instead of the junction's own.
    #[serde(default)]
    pub signal_delay_s: (f64, f64),
    /// Traffic lights that follow each other within so many metres of the way are one crossing and hold up once; at most 100.
    #[serde(default)]
    pub signal_join_m: f64,
    /// Seconds lost in a turn sharper than `turn_angle_deg`.
    pub turn_delay_s: f64,
    /// Deflection from which a movement counts as a turn, degrees.
    pub turn_angle_deg: f64,
    /// Call handling, seconds.
    pub call_s: f64,
    /// Turnout by kind of station, seconds.
    pub turnout_s: BTreeMap<StationKind, f64>,
    /// Dismounting and setting up before the walk, seconds.
    pub dismount_s: f64,
    /// Vehicles of a station that names none, by kind.
    pub default_vehicles: BTreeMap<StationKind, Vec<String>>,
    /// Which traffic rules an engine on a call keeps to.
    pub emergency: Emergency,
    /// Walking.
    pub walking: Walking,
    /// Mirror on each side, metres.
    pub mirror_m: f64,
    /// Lateral clearance on each side, metres.
    pub lateral_m: f64,
    /// Extra width on each side for vehicles that use paths, metres.
    pub path_lateral_m: f64,
    /// Coefficient of variation of the travel time.
    pub travel_cv: f64,
    /// How far a site, station or hydrant may lie from the network, metres.
    pub snap_limit_m: f64,
    /// How near to a site's footprint a crew has to come, metres.
    pub site_reach_m: f64,
    /// End points of plain lines closer than this are one node, metres.
    pub join_tolerance_m: f64,
    /// Cutoffs of the isochrones, seconds from the dispatch order, turnout included.
    pub cutoffs_s: Vec<u32>,
    /// Which way the isochrones run. Those from a station are always drawn: rules and coverage are held against them.
    #[serde(default = "default_headings")]
    pub isochrone_headings: Vec<Heading>,
    /// What is drawn at each cutoff. Discs are always drawn: coverage is measured on them.
    #[serde(default = "default_shapes")]
    pub isochrone_shapes: Vec<IsochroneShape>,
    /// Half the width drawn around a reached road for the area of an isochrone, metres.
    #[serde(default = "default_buffer_m")]
    pub isochrone_buffer_m: f64,
    /// How far a crew walks to a site at most, seconds; what lies beyond counts as unreached.
    #[serde(default = "default_walk_s")]
    pub walk_limit_s: u32,
    /// How long a flood to sites runs at most, seconds; what lies beyond counts as unreached.
    #[serde(default = "default_longest_s")]
    pub longest_s: u32,
    /// Detour factors of the area formula `A = 2 (S / lambda)^2`, least and greatest.
    #[serde(default = "default_detour")]
    pub detour_factor: (f64, f64),
    /// Storeys that a building of which nobody stated any may have, least and greatest, where people are spread over homes.
    #[serde(default = "default_home_storeys")]
    pub home_storeys: (u16, u16),
    /// By what share speeds are raised and lowered to see which verdicts are firm; between 0 and 1.
    #[serde(default = "default_vary_speed")]
    pub vary_speed_share: f64,
    /// By how many seconds turnouts are lengthened and shortened for the same.
    #[serde(default = "default_vary_turnout")]
    pub vary_turnout_s: f64,
    /// Classes of road that count as emergency corridors.
    #[serde(default = "default_corridors")]
    pub corridor_classes: Vec<RoadClass>,
    /// Classes of road that a station's area should not lie across.
    #[serde(default = "default_barriers")]
    pub barrier_classes: Vec<RoadClass>,
    /// Water of so many square metres is a large river, which a station's area should not lie across.
    #[serde(default = "default_barrier_water")]
    pub barrier_water_m2: f64,
}

impl MovementParameters {
    /// The time of day an hour belongs to; congestion is asked first.
    pub fn period(&self, hour: u8) -> Period {
        let is_in = |spans: &[(u8, u8)]| {
            spans
                .iter()
                .any(|&(from, to)| if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to })
        };
        if is_in(&self.congested_hours) {
            Period::Congested
        } else if is_in(&self.night_hours) {
            Period::Night
        } else {
            Period::Normal
        }
    }
}

fn default_headings() -> Vec<Heading> {
    vec![Heading::From]
}

fn default_shapes() -> Vec<IsochroneShape> {
    vec![IsochroneShape::Discs]
}

fn default_buffer_m() -> f64 {
    25.0
}

fn default_walk_s() -> u32 {
    1800
}

fn default_longest_s() -> u32 {
    7200
}

fn default_detour() -> (f64, f64) {
    (1.3, 1.5)
}

fn default_vary_speed() -> f64 {
    0.2
}

fn default_vary_turnout() -> f64 {
    20.0
}

fn default_corridors() -> Vec<RoadClass> {
    vec![RoadClass::Motorway, RoadClass::Trunk, RoadClass::Primary]
}

fn default_barriers() -> Vec<RoadClass> {
    vec![RoadClass::Motorway, RoadClass::Trunk]
}

fn default_barrier_water() -> f64 {
    100_000.0
}

fn default_home_storeys() -> (u16, u16) {
    (1, 33)
}
