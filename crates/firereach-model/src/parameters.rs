//! Everything the kernels are parameterised with; a rule pack gives the values, a study may override them.

pub mod lanes;
pub mod movement;
pub mod water;

use serde::{Deserialize, Serialize};

pub use lanes::LaneParameters;
pub use movement::MovementParameters;
pub use water::WaterParameters;

/// The parameters of one pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Driving, walking, turnout.
    pub movement: MovementParameters,
    /// Widths, heights, slopes, corners.
    pub lanes: LaneParameters,
    /// Need, hose, supply, ranking.
    pub water: WaterParameters,
}
