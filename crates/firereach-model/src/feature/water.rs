//! Hydrants, mains and other sources of water.

use geo_types::{LineString, Point};
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;
use crate::origin::Origin;
use crate::units::{CubicMetres, LitresPerSecond, Megapascals};

words!(
    /// Whether a source of water can be used.
    Service {
        /// In service.
        InService = "in_service",
        /// Out of service.
        OutOfService = "out_of_service",
        /// Nobody said.
        Unknown = "unknown",
    }
);

words!(
    /// How a hydrant is built.
    HydrantKind {
        /// Above ground.
        Pillar = "pillar",
        /// Below ground.
        Underground = "underground",
        /// In a wall.
        Wall = "wall",
        /// A dry riser or pipe.
        DryRiser = "dry_riser",
        /// Not known.
        Unknown = "unknown",
    }
);

/// A fire hydrant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hydrant {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Where it stands.
    pub at: Point<f64>,
    /// How it is built.
    pub kind: HydrantKind,
    /// Whether it works.
    pub service: Service,
    /// Flow at the residual pressure of the rule, or as the source states it.
    pub flow: Bounds<LitresPerSecond>,
    /// Pressure while water is drawn (动水压), or of which nobody said which it is.
    pub pressure: Bounds<Megapascals>,
    /// Pressure at rest (静水压); while water is drawn there is at most this.
    pub static_pressure: Bounds<Megapascals>,
    /// Whether the source marks it as lacking pressure, without a figure.
    pub lacks_pressure: bool,
    /// Diameter of its main or pipe in millimetres.
    pub main_diameter_mm: Option<f64>,
    /// The identifier of its main.
    pub main_id: Option<String>,
    /// Outlets as stated.
    pub outlets: Option<String>,
    /// Date of the last test, ISO 8601: a day, or only its month or year (`2019-05-20`, `2019-05`, `2019`).
    pub tested_on: Option<String>,
    /// The height of the ground there.
    pub height_m: Option<f64>,
    /// The level it stands on.
    pub level: i16,
}

words!(
    /// A source of water other than a hydrant.
    WaterSourceKind {
        /// Fire pond or cistern with an intake.
        Pond = "pond",
        /// Tank.
        Tank = "tank",
        /// Group of water jars.
        Jars = "jars",
        /// Intake at a river, lake or sea.
        Intake = "intake",
        /// Suction point or dry hydrant.
        SuctionPoint = "suction_point",
        /// Pool that may serve in need.
        Pool = "pool",
    }
);

/// A pond, tank, jar group or intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterSource {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub kind: WaterSourceKind,
    /// Where water is drawn.
    pub at: Point<f64>,
    /// The body of water it draws from; sources of the same body share one volume, which each of them states.
    pub body: Option<String>,
    /// Whether it can be used.
    pub service: Service,
    /// Usable volume.
    pub volume: Bounds<CubicMetres>,
    /// Refill while in use.
    pub refill: Bounds<LitresPerSecond>,
    /// Height of the place where a pump stands.
    pub deck_height_m: Option<f64>,
    /// Height of the water surface at its lowest usable level, or of the river in the scenario.
    pub water_level_m: Option<f64>,
    /// The intake's gauge name, by which a scenario sets the level.
    pub gauge: Option<String>,
    /// Height of the ground there.
    pub height_m: Option<f64>,
}

words!(
    /// How a water main is laid.
    MainLayout {
        /// Part of a ring.
        Ring = "ring",
        /// A branch fed from one end.
        Branch = "branch",
        /// Not known.
        Unknown = "unknown",
    }
);

/// A water main, or one segment of it between valves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Main {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Its line.
    pub line: LineString<f64>,
    /// Diameter in millimetres.
    pub diameter_mm: Option<f64>,
    /// How it is laid.
    pub layout: MainLayout,
    /// The isolation segment it belongs to, where valves are known.
    pub segment: Option<String>,
    /// Pressure zone.
    pub pressure_zone: Option<String>,
}
