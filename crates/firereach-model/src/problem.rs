//! What was wrong with a feature and what was done about it.

use geo_types::Coord;
use serde::{Deserialize, Serialize};

use crate::origin::Origin;

/// What the reader did with a feature that was not as expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// Used as it is; the reader should know.
    Kept,
    /// Changed so that it could be used; still counted as one feature.
    Repaired,
    /// Not used; counted and listed.
    SetAside,
}

/// How much a problem matters to the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Some result may be weaker for it.
    Warning,
    /// A feature was lost or a result depends on a guess.
    Error,
}

/// One line of the check report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{origin}: {found}, expected {expected}")]
pub struct Problem {
    /// A stable code such as `IO-GEOM-EMPTY` or `NET-CROSSING`; the same in every output.
    pub code: std::borrow::Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// The study's name of the source (`roads`, `hydrants`, …) or of the step (`network`).
    pub source_name: String,
    /// Where it came from.
    pub origin: Origin,
    /// Where it is, in working coordinates, if it has a place.
    pub at: Option<Coord<f64>>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What the reader did.
    pub done: Done,
    /// How a person can repair it.
    pub repair: String,
}

/// What became of the features of one layer of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    /// The study's name of the source.
    pub source_name: String,
    /// The file.
    pub file: String,
    /// The layer the features went to (`roads`, `buildings`, …), or the layer inside the file.
    pub layer: String,
    /// Features read.
    pub read: u64,
    /// Features used as they were.
    pub kept: u64,
    /// Features used after a repair.
    pub repaired: u64,
    /// Features set aside.
    pub set_aside: u64,
}

impl SourceCount {
    /// Whether nothing was lost.
    pub fn adds_up(&self) -> bool {
        self.read == self.kept + self.repaired + self.set_aside
    }
}
