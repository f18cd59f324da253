//! How much water a site needs, gets and lacks.

use geo_types::LineString;
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;
use crate::units::{CubicMetres, LitresPerSecond};

/// A source of water as one site sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceAtSite {
    /// The hydrant or source.
    pub id: String,
    /// `hydrant`, `pond`, …
    pub kind: String,
    /// Distance in plan to the site's edge, metres.
    pub plan_m: f64,
    /// Length of the hose way, metres; `None` when no way was found.
    pub hose_m: Option<f64>,
    /// Rise from the source to the site, metres.
    pub lift_m: Option<f64>,
    /// Flow it gives, L/s.
    pub flow: Bounds<LitresPerSecond>,
    /// Whether it counts by the legal rule.
    pub counts_in_plan: bool,
    /// Whether it counts by the hose rule; `None` when not known.
    pub counts_by_hose: Option<bool>,
    /// Why it counts or not.
    pub because: String,
    /// The hose's way.
    pub way: Option<LineString<f64>>,
}

/// Water class: red, orange, yellow, green, or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaterClass {
    /// More than half of the flow is missing, or no source can be used.
    Red,
    /// Fails when one thing fails, or in volume.
    Orange,
    /// The legal and the hose check disagree.
    Yellow,
    /// Nothing missing.
    Green,
    /// Nobody measured enough to tell.
    #[default]
    Unknown,
}

impl WaterClass {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Unknown => "unknown",
        }
    }
}

/// Need, supply and gap of one site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteWater {
    /// Flow needed.
    pub flow_required: Bounds<LitresPerSecond>,
    /// Volume needed.
    pub volume_required: Bounds<CubicMetres>,
    /// Why so much.
    pub need_because: String,
    /// Sources near the site, nearest first.
    pub sources: Vec<SourceAtSite>,
    /// Hydrants that count within the legal radius.
    pub hydrants_in_plan: u32,
    /// Sources that count by hose.
    pub sources_by_hose: u32,
    /// Flow available.
    pub flow_available: Bounds<LitresPerSecond>,
    /// Volume available.
    pub volume_available: Bounds<CubicMetres>,
    /// Missing share of the flow, 0 to 1: least and greatest.
    pub gap_flow: (f64, f64),
    /// Missing share of the volume.
    pub gap_volume: (f64, f64),
    /// Class.
    pub class: WaterClass,
    /// Score for the order, greatest first: least and greatest.
    pub score: (f64, f64),
    /// Rank, 1 first; ties share.
    pub rank: Option<u32>,
    /// The reason in one line.
    pub because: String,
}

/// Everything about water in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaterFindings {
    /// One entry a site.
    pub sites: Vec<SiteWater>,
}
