//! What of a site is measured on the ground alone.

use serde::{Deserialize, Serialize};

/// Measures of one site that no scenario changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteGround {
    /// The area of its shape without holes, square metres; `None` for a point or a line.
    pub area_m2: Option<f64>,
    /// How far hazards were looked for, metres.
    pub near_m: f64,
    /// Hazards as far as that, the nearest first; where there is none, the nearest one farther off.
    pub hazards: Vec<HazardNear>,
}

/// A hazard near a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HazardNear {
    /// Its index in the layer of areas.
    pub zone: usize,
    /// From the site to it in plan, metres; zero where they share a place.
    pub metres: f64,
}
