//! What stands in the way, and buildings.

use geo_types::{Geometry, Polygon};
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;
use crate::origin::Origin;
use crate::units::{CubicMetres, Metres};

words!(
    /// What stands in the way.
    ObstacleKind {
        /// A wall.
        Wall = "wall",
        /// A fence or railing.
        Fence = "fence",
        /// A hedge.
        Hedge = "hedge",
        /// A gate across the way.
        Gate = "gate",
        /// A bar that lifts or swings.
        LiftGate = "lift_gate",
        /// A post, or a row of them.
        Bollard = "bollard",
        /// Blocks of stone or concrete.
        Block = "block",
        /// A kerb.
        Kerb = "kerb",
        /// A tree: trunk as a point, crown by `clear_height` and `crown_radius`.
        Tree = "tree",
        /// A shed or other unauthorised structure.
        Shed = "shed",
        /// A stall.
        Stall = "stall",
        /// A parked vehicle or a row of them.
        ParkedCar = "parked_car",
        /// A post, lamp or pole.
        Pole = "pole",
        /// A retaining wall or steep drop.
        Drop = "drop",
        /// Railway lines that an engine does not drive over.
        Rail = "rail",
        /// Water's edge.
        Water = "water",
        /// An arch, gateway or beam over the way.
        Arch = "arch",
        /// A wire, cable or sign over the way.
        Overhead = "overhead",
        /// A chicane or cycle barrier.
        Chicane = "chicane",
        /// A chain across the way.
        Chain = "chain",
        /// An entrance or passage without a gate.
        Entrance = "entrance",
        /// Something the source names but the engine has no word for.
        Other = "other",
    }
);

/// Something that narrows, lowers or closes a way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Obstacle {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// What it is.
    pub kind: ObstacleKind,
    /// Its outline, line or point.
    pub shape: Geometry<f64>,
    /// The node of a road on which it stands, where the source says so.
    pub node: Option<i64>,
    /// Whether it can be removed, trimmed or moved without building work; `None` when nobody said.
    pub is_removable: Option<bool>,
    /// The clear width it leaves, where stated (a gate's opening, the gap between bollards).
    pub clear_width: Option<Metres>,
    /// The clear height under it, where stated.
    pub clear_height: Option<Metres>,
    /// Whether it lets engines pass: an open or openable gate, a folding bollard.
    pub lets_engines_pass: Option<bool>,
    /// The level it stands on.
    pub level: i16,
    /// Half of its extent across its point or line in metres (trunk radius, half a wall's thickness).
    pub radius: Option<Metres>,
    /// How far a tree's branches reach from its trunk, where stated.
    pub crown_radius: Option<Metres>,
    /// Hours of the day at which it is there; empty for always.
    pub hours: Vec<(u8, u8)>,
}

impl Obstacle {
    /// An obstacle on the ground of which nothing is known but its identifier, what it is and where.
    ///
    /// Its origin is the study's own; a reader states the feature it read.
    pub fn plain(id: &str, kind: ObstacleKind, shape: Geometry<f64>) -> Self {
        Self {
            origin: Origin::of_study("study", id),
            id: id.to_owned(),
            kind,
            shape,
            node: None,
            is_removable: None,
            clear_width: None,
            clear_height: None,
            lets_engines_pass: None,
            level: 0,
            radius: None,
            crown_radius: None,
            hours: Vec::new(),
        }
    }
}

words!(
    /// What a building is built of.
    BuildingStructure {
        /// Timber.
        Timber = "timber",
        /// Brick and timber.
        BrickTimber = "brick_timber",
        /// Mixed.
        Mixed = "mixed",
        /// Brick or stone masonry.
        Masonry = "masonry",
        /// Reinforced concrete.
        Concrete = "concrete",
        /// Steel.
        Steel = "steel",
    }
);

words!(
    /// What a building is used for, as far as fire protection asks.
    BuildingUse {
        /// Homes.
        Dwelling = "dwelling",
        /// Public building.
        Public = "public",
        /// Catering, lodging or open flame.
        Catering = "catering",
        /// Museum or exhibition.
        Museum = "museum",
        /// Place of worship.
        Worship = "worship",
        /// Office.
        Office = "office",
        /// Shop.
        Shop = "shop",
        /// Storage.
        Storage = "storage",
        /// Industrial.
        Industrial = "industrial",
        /// Hospital, school, nursery, cinema, stadium: a place whose exits a station keeps away from.
        Assembly = "assembly",
        /// Empty.
        Vacant = "vacant",
        /// Not known.
        Unknown = "unknown",
    }
);

/// What is known of a building's body; shared by buildings and sites.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Height above the ground.
    pub height: Bounds<Metres>,
    /// How the height was obtained, in words for the explanation (`height tag`, `3 levels x 3 m`).
    pub height_from: Option<String>,
    /// Storeys above ground.
    pub storeys: Option<u16>,
    /// What it is built of.
    pub structure: Option<BuildingStructure>,
    /// Fire-resistance grade, 1 to 4.
    pub fire_grade: Option<u8>,
    /// What it is used for.
    pub usage: Option<BuildingUse>,
    /// Volume, where stated.
    pub volume: Option<CubicMetres>,
    /// People in it, where stated.
    pub occupants: Option<u32>,
}

/// A building's footprint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Building {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The footprint; valid, holes kept.
    pub footprint: Polygon<f64>,
    /// What is known of its body.
    pub body: Body,
    /// Clear height below it where it stands above the ground (a roof, a bridge building), if so.
    pub min_height: Option<Metres>,
    /// The level, zero for the ground.
    pub level: i16,
    /// Whether it is only a roof, which one passes under.
    pub is_roof: bool,
}
