//! What proposed stations add, alone and together, and which verdicts hang on an assumed speed or turnout.

use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::rules::Verdict;

/// Why a set of proposals is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetRole {
    /// One proposal.
    Alone,
    /// Two proposals.
    Pair,
    /// All proposals of the scenario.
    All,
    /// All but this one.
    Without(String),
}

/// What a set of a scenario's proposed stations adds to the same scenario without any of its proposals.
///
/// All other changes of the scenario hold in both. In time means within `limit_s` of the dispatch order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposalSet {
    /// The stations, in the order of the scenario's changes.
    pub stations: Vec<String>,
    /// Why the set is looked at; a set of two of three is a pair and leaves one out.
    pub roles: Vec<SetRole>,
    /// Whether micro-stations and fire points are compared among themselves; brigade stations otherwise.
    pub is_micro: bool,
    /// The time they are held against, seconds from the dispatch order.
    pub limit_s: f64,
    /// Sites that may be reached in time now and could not be before, what nobody measured taken as passable.
    pub sites: Vec<String>,
    /// Sites that are reached in time for certain now and were not before.
    pub certain_sites: Vec<String>,
    /// How many of `sites` are of each grade, by the grade's code; `unknown` for those without one.
    pub by_grade: Vec<(String, u32)>,
    /// Sites that would be lost if this set were left out of all proposals: what no other proposal adds.
    pub unique_sites: Vec<String>,
    /// Residents who may be reached in time now and could not be before, least and greatest; `None` where nobody said how
    /// many live where.
    pub people: Option<(f64, f64)>,
    /// Sites reached sooner than before, however late.
    pub sooner: u32,
    /// Mean gain of these, seconds.
    pub mean_gain_s: Option<f64>,
    /// Median gain of these, seconds.
    pub median_gain_s: Option<f64>,
    /// Greatest gain, seconds.
    pub max_gain_s: Option<f64>,
    /// Area reached in time now and not before, km2; `None` where no area was drawn at the limit.
    pub area_km2: Option<f64>,
    /// The part of it that no other proposal reaches in time, km2.
    pub unique_km2: Option<f64>,
    /// The area, working coordinates.
    pub area: MultiPolygon<f64>,
}

/// The scenario once more with another speed or turnout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// `as_given`, `speed_up`, `speed_down`, `turnout_up`, `turnout_down`.
    pub name: String,
    /// Factor on all driving speeds.
    pub speed_factor: f64,
    /// Seconds added to every turnout.
    pub turnout_shift_s: f64,
    /// The time sites are held against, seconds from the dispatch order.
    pub limit_s: f64,
    /// Sites reached in time for certain.
    pub in_time_low: u32,
    /// Sites that may be reached in time.
    pub in_time_high: u32,
    /// All sites.
    pub of: u32,
    /// Median of the times from the dispatch order of the sites that are reached, seconds; what nobody measured passes.
    pub median_s: Option<f64>,
    /// Sites whose verdict differs from that of the scenario as given: site, verdict as given, verdict here.
    pub flips: Vec<(String, Verdict, Verdict)>,
}

/// What the verdict on one site's response hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firmness {
    /// No variant changes it, and everything that decides it was measured.
    Firm,
    /// It is unknown in every variant: what nobody measured decides.
    Unmeasured,
    /// Another speed changes it.
    Speed,
    /// Another turnout changes it.
    Turnout,
    /// Either changes it.
    SpeedAndTurnout,
}

impl Firmness {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Unmeasured => "hangs_on_measurement",
            Self::Speed => "hangs_on_speed",
            Self::Turnout => "hangs_on_turnout",
            Self::SpeedAndTurnout => "hangs_on_speed_and_turnout",
        }
    }
}

/// One site in every variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteFirmness {
    /// What its verdict hangs on; `None` where no rule on the response applies.
    pub firmness: Option<Firmness>,
    /// The worst verdict of the rules on the response, in the order of the variants.
    pub verdicts: Vec<Option<Verdict>>,
    /// Seconds from the dispatch order in each variant, what nobody measured taken as passable; `None` when unreached.
    pub possible_s: Vec<Option<f64>>,
    /// The same by the cautious run.
    pub certain_s: Vec<Option<f64>>,
}

/// Which verdicts of a scenario are firm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// The scenario as given, then its variants.
    pub variants: Vec<Variant>,
    /// One entry a site, in the order of the sites.
    pub sites: Vec<SiteFirmness>,
}
