//! A study: which rules, which vehicles, which scenarios.

use std::collections::BTreeMap;

use geo_types::{Geometry, LineString, Point};
use serde::{Deserialize, Serialize};

use crate::feature::{Hydrant, Station, WaterSource};
use crate::rules::Rulebook;
use crate::vehicle::Vehicle;

/// One change that a scenario makes to the base. Ids have been checked against the layers.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Adds a station.
    AddStation(Station),
    /// Takes a station away.
    RemoveStation(String),
    /// Moves a station.
    MoveStation {
        /// The station.
        id: String,
        /// Its new place, working coordinates.
        to: Point<f64>,
    },
    /// Changes a station's vehicles, turnout or hours; `None` leaves as it is.
    ChangeStation {
        /// The station.
        id: String,
        /// New vehicles.
        vehicles: Option<Vec<String>>,
        /// New turnout, seconds.
        turnout_s: Option<f64>,
        /// New hours.
        hours: Option<Vec<(u8, u8)>>,
    },
    /// Closes a road to vehicles.
    CloseRoad(String),
    /// Opens a road to vehicles whatever its tags say.
    OpenRoad(String),
    /// Gives a road a clear width.
    WidenRoad {
        /// The road.
        id: String,
        /// Its new clear width, metres.
        clear_width_m: f64,
    },
    /// Adds a road.
    LinkRoad {
        /// The new road's identifier.
        id: String,
        /// Its line, working coordinates.
        line: LineString<f64>,
        /// Its clear width, metres.
        clear_width_m: Option<f64>,
    },
    /// Limits a road.
    RestrictRoad {
        /// The road.
        id: String,
        /// Its new clear width, metres.
        clear_width_m: Option<f64>,
        /// Its new clear height, metres.
        clear_height_m: Option<f64>,
        /// Its new mass limit, tonnes.
        max_mass_t: Option<f64>,
    },
    /// Removes an obstacle.
    RemoveObstacle(String),
    /// Removes every obstacle that can be removed.
    RemoveRemovable,
    /// Turns parking on or off, on one road or everywhere.
    Parking {
        /// The road; `None` for all.
        road: Option<String>,
        /// On or off.
        is_on: bool,
    },
    /// Adds a hydrant.
    AddHydrant(Hydrant),
    /// Takes a hydrant out.
    RemoveHydrant(String),
    /// Adds a pond, tank, jar group or intake.
    AddWaterSource(WaterSource),
    /// Takes one out.
    RemoveWaterSource(String),
    /// Sets the water level at a gauge, metres.
    WaterLevel {
        /// The gauge.
        gauge: String,
        /// The level.
        level_m: f64,
    },
    /// Changes all driving speeds by a factor.
    SpeedFactor(f64),
    /// Changes all turnout times by so many seconds.
    TurnoutShift(f64),
}

/// One set of conditions; the first of a study is the one the others are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name, unique in the study.
    pub name: String,
    /// The hour of the day, 0 to 23.
    pub hour: u8,
    /// What it changes, in order.
    pub changes: Vec<Change>,
    /// One line per change, as the study states it, for reports.
    pub change_texts: Vec<String>,
}

/// Where a parameter's value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterOrigin {
    /// The key, for example `movement.call_s`.
    pub key: String,
    /// The value as text.
    pub value: String,
    /// `rule pack cn`, `study`, `command line`, `default`.
    pub from: String,
}

/// A duty of the responsibility table, for the measures on the sheets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// Lead unit.
    pub lead: String,
    /// Supporting units.
    #[serde(default)]
    pub support: Vec<String>,
    /// Due date, ISO 8601.
    #[serde(default)]
    pub due: Option<String>,
}

/// What a remedy costs and what it does to the heritage, as the study says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyCost {
    /// Cost of one, in the study's currency.
    pub cost: f64,
    /// Heritage impact, 0 to 1.
    #[serde(default)]
    pub heritage_impact: f64,
}

/// Everything a run is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The study's title.
    pub title: String,
    /// Rules as of a date, and parameters.
    pub rulebook: Rulebook,
    /// The catalogue of vehicles.
    pub vehicles: Vec<Vehicle>,
    /// The scenarios, the base first.
    pub scenarios: Vec<Scenario>,
    /// Every parameter with where it came from.
    pub parameters: Vec<ParameterOrigin>,
    /// The date the data stands for, as the study states it.
    pub data_date: Option<String>,
    /// Counts the study expects (`relic` = 149, …), checked on reading.
    pub expected_counts: BTreeMap<String, u64>,
    /// Who is responsible for which kind of measure.
    pub responsibilities: BTreeMap<String, Responsibility>,
    /// What each kind of remedy costs.
    pub remedies: BTreeMap<String, RemedyCost>,
    /// A template for the sheets instead of the built-in one; path relative to the study.
    pub template: Option<String>,
    /// Said on every output, for example that the data is synthetic.
    pub banner: Option<String>,
    /// Places the study draws attention to, working coordinates.
    pub marks: Vec<(String, Geometry<f64>)>,
}
