//! A study: which rules, which vehicles, which scenarios.

use std::borrow::Cow;
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
    /// Day on which work begins, ISO 8601.
    #[serde(default)]
    pub start: Option<String>,
    /// Due date, ISO 8601.
    #[serde(default)]
    pub due: Option<String>,
    /// What shows that it is done, in the words of the one who accepts it.
    #[serde(default)]
    pub acceptance: Option<String>,
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

/// Kinds of measures by the group whose responsibility they share where the study names none of their own.
pub const MEASURE_GROUPS: &[(&str, &[&str])] = &[
    ("water", &["hydrant", "loop", "valve", "booster", "pond", "jars", "dry_riser", "intake", "hand_pump"]),
    ("lane", &["widen_lane", "turnaround", "remove_obstacle", "prune", "parking", "marking"]),
    ("station", &["micro_station", "motorcycle"]),
    ("heritage", &["fire_point"]),
];

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
    /// Who is responsible for which kind of measure; a kind finds its own entry, else that of its group
    /// ([`responsible_for`]).
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

/// Who is responsible for a kind of measure: the entry of its own name, else that of its group in [`MEASURE_GROUPS`]. For
/// two measures as one, `widen_lane+pond`, those of both together.
pub fn responsible_for<'a>(
    responsibilities: &'a BTreeMap<String, Responsibility>,
    kind: &str,
) -> Option<Cow<'a, Responsibility>> {
    let of_one = |kind: &str| {
        let group = MEASURE_GROUPS.iter().find(|(_, kinds)| kinds.contains(&kind)).map(|(group, _)| *group);
        responsibilities.get(kind).or_else(|| responsibilities.get(group?))
    };
    match (of_one(kind), kind.split_once('+')) {
        (None, Some((first, second))) => match (of_one(first), of_one(second)) {
            (Some(first), Some(second)) if first != second => Some(Cow::Owned(first.with(second))),
            (first, second) => first.or(second).map(Cow::Borrowed),
        },
        (own, _) => own.map(Cow::Borrowed),
    }
}

impl Responsibility {
    /// Two duties as one: both lead, all of their helpers help, and it takes from the earlier start to the later due date.
    fn with(&self, other: &Self) -> Self {
        let joined = |own: &str, other: &str, mark: &str| match (own.is_empty(), other.is_empty() || own == other) {
            (true, _) => other.to_owned(),
            (false, true) => own.to_owned(),
            (false, false) => format!("{own}{mark}{other}"),
        };
        let both = |own: &Option<String>, other: &Option<String>, mark: &str| match (own, other) {
            (Some(own), Some(other)) => Some(joined(own, other, mark)),
            (own, other) => own.clone().or_else(|| other.clone()),
        };
        let mut support = self.support.clone();
        support.extend(other.support.iter().filter(|unit| !self.support.contains(*unit)).cloned());
        support.retain(|unit| *unit != self.lead && *unit != other.lead);
        Self {
            lead: joined(&self.lead, &other.lead, "、"),
            support,
            start: self.start.iter().chain(&other.start).min().cloned(),
            due: self.due.iter().chain(&other.due).max().cloned(),
            acceptance: both(&self.acceptance, &other.acceptance, "；"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_measure_finds_its_own_entry_before_that_of_its_group() {
        let unit = |lead: &str| Responsibility { lead: lead.to_owned(), ..Responsibility::default() };
        let table = BTreeMap::from([("water".to_owned(), unit("works")), ("pond".to_owned(), unit("parks"))]);
        let lead = |kind| responsible_for(&table, kind).map(|unit| unit.lead.clone()).unwrap_or_default();
        assert_eq!([lead("pond"), lead("hydrant"), lead("marking")], ["parks", "works", ""]);
        assert_eq!([lead("valve"), lead("booster")], ["works", "works"]);
    }

    #[test]
    fn two_measures_as_one_are_the_duty_of_both_from_the_first_start_to_the_last_date() {
        let unit = |lead: &str, support: &[&str], due: &str| Responsibility {
            lead: lead.to_owned(),
            support: support.iter().map(|unit| (*unit).to_owned()).collect(),
            due: Some(due.to_owned()),
            ..Responsibility::default()
        };
        let table = BTreeMap::from([
            ("water".to_owned(), unit("works", &["brigade", "roads"], "2027-06-30")),
            ("lane".to_owned(), unit("roads", &["brigade", "police"], "2026-12-31")),
        ]);
        let both = responsible_for(&table, "widen_lane+pond").expect("a duty").into_owned();
        assert_eq!(both, unit("roads、works", &["brigade", "police"], "2027-06-30"));
        let alike = responsible_for(&table, "hydrant+valve").expect("a duty").into_owned();
        assert_eq!(alike, table["water"]);
        assert_eq!(responsible_for(&table, "motorcycle+pond").expect("a duty").into_owned(), table["water"]);
    }
}
