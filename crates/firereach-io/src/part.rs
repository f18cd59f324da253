//! What one source holds, still in the source's own coordinates.

use firereach_model::layers::Layers;
use firereach_model::problem::{Problem, SourceCount};

/// The features of one source with the account of how they were read.
///
/// Coordinates are the source's own, `x` east or longitude and `y` north or latitude. `layers.frame` and
/// `layers.terrain` are empty; `layers.supplied` names the layers the source speaks for, even where it holds nothing.
/// Places in `problems` are in the source's coordinates too; the pipeline projects them with the features.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The features.
    pub layers: Layers,
    /// The coordinate system the file itself states: an EPSG code, a PROJ string or WKT; `None` when it is silent.
    pub crs: Option<String>,
    /// Read, kept, repaired and set aside, one line per layer; each adds up.
    pub counts: Vec<SourceCount>,
    /// What was wrong with single features.
    pub problems: Vec<Problem>,
    /// Decisions the reader took, in plain words, for example which rule settled the character encoding.
    pub notes: Vec<String>,
}
