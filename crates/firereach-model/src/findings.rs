//! What the engine found: measures with their rulings, in a fixed order.

pub mod comparison;
pub mod ground;
pub mod lanes;
pub mod proposals;
pub mod reach;
pub mod sparse;
pub mod uncovered;
pub mod water;

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::rules::Verdict;

pub use ground::SiteGround;
pub use lanes::LaneFindings;
pub use reach::ReachFindings;
pub use water::WaterFindings;

/// One measure of one thing held against one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// The rule's identifier.
    pub rule: String,
    /// The measure's name.
    pub measure: String,
    /// Least value it may have, in the rule's unit.
    pub low: Option<f64>,
    /// Greatest value it may have.
    pub high: Option<f64>,
    /// Whether there was anything to measure; `false` for what cannot be reached.
    pub is_reached: bool,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why, in one line of plain English: the chain from source to value.
    pub because: String,
}

/// Everything found for one scenario. Site lists are in the order of the layer of sites.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The scenario's name.
    pub scenario: String,
    /// Response, isochrones, coverage.
    pub reach: ReachFindings,
    /// Clear width and height, pinch points, access.
    pub lanes: LaneFindings,
    /// Need, supply, gap, rank.
    pub water: WaterFindings,
    /// All rulings of each site, in the order of the sites.
    pub site_rulings: Vec<Vec<Ruling>>,
    /// What of each site is measured on the ground alone, in the order of the sites.
    #[serde(default)]
    pub grounds: Vec<SiteGround>,
    /// Problems found while analysing, for example crossings decided by guess.
    pub problems: Vec<Problem>,
}
