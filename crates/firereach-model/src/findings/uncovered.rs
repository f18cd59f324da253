//! What is not covered: sites, buildings and stretches of road, each with its nearest time and what keeps it.

use geo_types::{LineString, Point};
use serde::{Deserialize, Serialize};

/// How a place stands to the legal time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// In time if everything that nobody measured lets the engine pass; not for certain.
    NotCertain,
    /// Reached, but too late whatever nobody measured.
    Late,
    /// Not reached at all.
    NotReached,
}

impl Shortfall {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotCertain => "not_certain",
            Self::Late => "late",
            Self::NotReached => "not_reached",
        }
    }
}

/// What keeps a place from being reached in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No brigade station with vehicles is staffed.
    NoStation,
    /// No way lies near the place: the data has none.
    NoData,
    /// No way leads there from any staffed station.
    NoWay,
    /// Too far: it would be late even if nothing stood in the way.
    #[default]
    TooFar,
    /// Something known keeps the vehicle out of a lane; without it the place would be reached in time.
    Barred,
    /// Nobody measured whether the vehicle gets through a lane, or how quickly; if it does, and quickly, the place is reached
    /// in time.
    Unmeasured,
}

impl Cause {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStation => "no_station",
            Self::NoData => "no_data",
            Self::NoWay => "no_way",
            Self::TooFar => "too_far",
            Self::Barred => "barred",
            Self::Unmeasured => "unmeasured",
        }
    }
}

/// The first place on the quickest way at which a vehicle is held up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Index of the road in the layer as the scenario has it.
    pub road: u32,
    /// Its identifier.
    pub road_id: String,
    /// The stretch of the road between two junctions, plan metres along its line.
    pub stretch_m: (f64, f64),
    /// The code of the vehicle.
    pub vehicle: String,
    /// Why: `width`, `height`, `mass`, `slope`, `corner`, `barrier`, `closed`; `speed` where the vehicle gets through for
    /// certain and only how quickly hangs on a width nobody measured: then it is the lane on which most time does.
    pub reason: String,
    /// The narrowest pinch point of the stretch, where one is known.
    pub pinch: Option<String>,
}

/// What keeps a place, and how soon it would be reached without.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The kind of hindrance.
    pub cause: Cause,
    /// Where a vehicle is held up, for [`Cause::Barred`] and [`Cause::Unmeasured`].
    pub bar: Option<Bar>,
    /// First arrival if nothing that stands, narrows, slopes or was closed held a vehicle up, seconds from the dispatch
    /// order; kinds of way and access stay as they are. `None` when it is not reached even so.
    pub best_s: Option<f64>,
}

/// When a place is reached and what keeps it, seconds from the dispatch order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// How it stands to the legal time.
    pub shortfall: Shortfall,
    /// First arrival, what nobody measured taken as passable; `None` when it is not reached.
    pub possible_s: Option<f64>,
    /// First arrival by the cautious run.
    pub certain_s: Option<f64>,
    /// The station that arrives first; empty when none does.
    pub station: String,
    /// What keeps it.
    pub binding: Binding,
}

/// A building that is not certainly reached in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UncoveredBuilding {
    /// Index of the building in the layer.
    pub building: u32,
    /// Its middle, working coordinates.
    pub at: Point<f64>,
    /// When the way nearest to it is reached.
    pub nearest: Nearest,
}

/// A stretch of a road for vehicles that is not certainly reached in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UncoveredStretch {
    /// Index of the road in the layer as the scenario has it.
    pub road: u32,
    /// Its identifier: a road that the scenario adds is not in the layer of the base.
    pub road_id: String,
    /// From where to where along the road's line, plan metres.
    pub stretch_m: (f64, f64),
    /// Length along the ground, metres.
    pub length_m: f64,
    /// When its middle is reached; of several pieces in one row the piece reached last.
    pub nearest: Nearest,
    /// Its drawing.
    pub line: LineString<f64>,
}

/// Everything in one scenario that is not certainly reached within the legal time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Uncovered {
    /// What keeps each site, in the order of the sites; `None` for those that are covered.
    pub sites: Vec<Option<Binding>>,
    /// Buildings, in the order of the layer.
    pub buildings: Vec<UncoveredBuilding>,
    /// Stretches of the study's roads for vehicles, by road and along it.
    pub stretches: Vec<UncoveredStretch>,
}
