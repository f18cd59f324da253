//! Stations, protected places and zones.

use std::collections::BTreeMap;

use geo_types::{Geometry, MultiPolygon, Point, Polygon};
use serde::{Deserialize, Serialize};

use super::structure::Body;
use crate::origin::Origin;

words!(
    /// What kind of station it is.
    StationKind {
        /// First-class ordinary station (一级站).
        First = "first",
        /// Second-class ordinary station (二级站).
        Second = "second",
        /// Small station (小型站).
        Small = "small",
        /// Special station (特勤站).
        Special = "special",
        /// Micro-station (微型消防站).
        Micro = "micro",
        /// Fire point (消防点).
        FirePoint = "fire_point",
        /// A station whose class is not known.
        Unknown = "unknown",
    }
);

/// A fire station, micro-station or fire point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What kind it is.
    pub kind: StationKind,
    /// Where its vehicles leave.
    pub at: Point<f64>,
    /// Its site or building, where drawn.
    pub outline: Option<Polygon<f64>>,
    /// Codes of its vehicles in the catalogue; empty when not known, then the rule pack's default for the kind.
    pub vehicles: Vec<String>,
    /// Turnout in seconds; `None` for the rule pack's default.
    pub turnout_s: Option<f64>,
    /// Hours at which it is staffed; empty for always.
    pub hours: Vec<(u8, u8)>,
    /// People on duty.
    pub crew: Option<u32>,
    /// Whether it only exists as a proposal.
    pub is_proposed: bool,
    /// Whether it is built into another building.
    pub is_co_built: Option<bool>,
    /// How far the given place may be off, metres; `None` when not said.
    pub accuracy_m: Option<f64>,
    /// The level it stands on.
    pub level: Option<i16>,
}

words!(
    /// What kind of protected place a site is.
    SiteKind {
        /// Relic building (文物建筑).
        Relic = "relic",
        /// Historic building (历史建筑).
        HistoricBuilding = "historic_building",
        /// Historic and cultural block (历史文化街区).
        HistoricBlock = "historic_block",
        /// Traditional-character area (传统风貌区).
        CharacterArea = "character_area",
        /// A historic feature whose protection nobody stated.
        Historic = "historic",
    }
);

impl SiteKind {
    /// Whether the site is an area rather than a building.
    pub fn is_area(self) -> bool {
        matches!(self, Self::HistoricBlock | Self::CharacterArea)
    }
}

words!(
    /// The level at which a site is protected.
    Grade {
        /// National (国保).
        National = "national",
        /// Provincial or municipal (市保).
        Municipal = "municipal",
        /// District or county (区保).
        District = "district",
        /// Registered, not graded (一般不可移动文物).
        Registered = "registered",
    }
);

/// A protected place: the thing a policy sheet is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Where it came from.
    pub origin: Origin,
    /// The code under which the sheet is filed; unique in the layer.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// The level of protection.
    pub grade: Option<Grade>,
    /// Its footprint or boundary, or a point where nothing better is known.
    pub shape: Geometry<f64>,
    /// What is known of its body; empty for areas.
    pub body: Body,
    /// People who live or work there.
    pub people: Option<f64>,
    /// Longitude and latitude (WGS 84) of its representative point, degrees.
    pub lon_lat: (f64, f64),
    /// A point inside or on the shape, working coordinates.
    pub point: Point<f64>,
    /// Height of the ground there.
    pub height_m: Option<f64>,
    /// The level it is entered at, where stated.
    pub level: Option<i16>,
    /// Identifier of the building whose footprint it took, where a point was matched to one.
    pub building: Option<String>,
    /// What else the source says, for the sheet: under a key of [`SITE_DETAILS`] where it is one of them, else under the
    /// column's own name.
    pub details: BTreeMap<String, String>,
}

/// What a sheet has a place for and no rule asks about, by the key under which a study maps it.
pub const SITE_DETAILS: &[&str] = &[
    "batch",
    "listed_on",
    "era",
    "owner",
    "user",
    "address",
    "floor_area",
    "opening_hours",
    "visitors",
    "photograph",
    "protection_range",
    "control_zone",
    "planning_constraints",
    "approval_body",
    "responsible",
    "manager",
    "telephone",
    "grid_member",
    "micro_station",
    "volunteers",
    "joint_defence",
    "electrical",
    "open_flame",
    "gas",
    "storage",
    "unauthorised",
    "e_bikes",
    "lightning",
    "firebreak",
    "alarm",
    "extinguishers",
    "hose_reels",
    "pumps",
    "motorcycles",
    "sub_zones",
    "joint_plan",
];

words!(
    /// What an area stands for.
    ZoneKind {
        /// The boundary of the study.
        Study = "study",
        /// District.
        District = "district",
        /// Subdistrict (街道).
        Subdistrict = "subdistrict",
        /// Community (社区).
        Community = "community",
        /// Historic block.
        HistoricBlock = "historic_block",
        /// Traditional-character area.
        CharacterArea = "character_area",
        /// Core protection range (核心保护范围).
        Core = "core",
        /// Protection range of a relic (保护范围).
        Protection = "protection",
        /// Construction control zone (建设控制地带).
        Control = "control",
        /// Park or green.
        Park = "park",
        /// River, lake or sea.
        Water = "water",
        /// Firebreak.
        Firebreak = "firebreak",
        /// Carriageway or kerb polygon.
        Carriageway = "carriageway",
        /// Open ground: square, parking, court.
        Open = "open",
        /// Hazard: fuel, gas or chemicals.
        Hazard = "hazard",
    }
);

/// A named area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// What it stands for.
    pub kind: ZoneKind,
    /// Its area; valid, holes kept.
    pub area: MultiPolygon<f64>,
    /// People who live there, where stated.
    pub people: Option<f64>,
}
