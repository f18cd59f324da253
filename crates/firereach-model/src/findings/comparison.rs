//! What one scenario changes against another.

use geo_types::Point;
use serde::{Deserialize, Serialize};

/// What becomes of one site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteChange {
    /// The site.
    pub site: String,
    /// Its name.
    pub name: Option<String>,
    /// Where it is.
    pub at: Point<f64>,
    /// Response before, seconds from the alarm; `None` when nobody got there.
    pub before_s: Option<f64>,
    /// Response after.
    pub after_s: Option<f64>,
    /// Seconds gained; below zero when lost, `None` when it is unreached before or after.
    pub gain_s: Option<f64>,
    /// First station before.
    pub station_before: Option<String>,
    /// First station after.
    pub station_after: Option<String>,
    /// Rules whose ruling changed: rule, verdict before, verdict after.
    pub verdicts: Vec<(String, String, String)>,
    /// Water class before and after, where it changed.
    pub water_class: Option<(String, String)>,
    /// The change of the scenario that explains most of the gain or loss, where one does.
    pub because: Option<String>,
}

impl SiteChange {
    /// `gain`, `loss`, `new` (reached now), `lost` (no longer reached) or `same`.
    pub fn kind(&self) -> &'static str {
        match (self.before_s, self.after_s, self.gain_s) {
            (None, Some(_), _) => "new",
            (Some(_), None, _) => "lost",
            (_, _, Some(gain)) if gain > 0.0 => "gain",
            (_, _, Some(gain)) if gain < 0.0 => "loss",
            _ => "same",
        }
    }
}

/// A coverage figure before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageChange {
    /// The measure's name.
    pub measure: String,
    /// Of what part.
    pub part: String,
    /// Covered before, least and greatest.
    pub before: (f64, f64),
    /// Covered after.
    pub after: (f64, f64),
    /// Of how much, after.
    pub of: f64,
    /// The unit.
    pub unit: String,
}

/// One scenario against another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The scenario compared with.
    pub from: String,
    /// The scenario compared.
    pub to: String,
    /// One entry a site, in the order of the sites.
    pub sites: Vec<SiteChange>,
    /// Coverage figures that both have.
    pub coverage: Vec<CoverageChange>,
}
