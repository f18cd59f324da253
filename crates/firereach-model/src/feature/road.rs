//! Roads and what is stated about them.

use geo_types::LineString;
use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::units::{Metres, Percent, Tonnes};

words!(
    /// What kind of way a road is; the words follow OpenStreetMap's `highway` where one exists.
    RoadClass {
        /// Expressway.
        Motorway = "motorway",
        /// Urban expressway or trunk road.
        Trunk = "trunk",
        /// Arterial.
        Primary = "primary",
        /// Secondary road.
        Secondary = "secondary",
        /// Collector.
        Tertiary = "tertiary",
        /// Minor public road.
        Unclassified = "unclassified",
        /// Street to homes.
        Residential = "residential",
        /// Traffic-calmed street shared with people on foot.
        LivingStreet = "living_street",
        /// Driveway, yard or access road.
        Service = "service",
        /// Narrow lane between buildings.
        Alley = "alley",
        /// Field or forest track.
        Track = "track",
        /// Street or square for people on foot, wide enough for an engine where nothing stands in the way.
        Pedestrian = "pedestrian",
        /// Path for people on foot.
        Footway = "footway",
        /// Unspecified path.
        Path = "path",
        /// Path for bicycles.
        Cycleway = "cycleway",
        /// Path for riders.
        Bridleway = "bridleway",
        /// Stairs.
        Steps = "steps",
        /// Way inside a building.
        Corridor = "corridor",
        /// Lift.
        Elevator = "elevator",
        /// A way whose kind the source does not tell.
        Unknown = "unknown",
    }
);

impl RoadClass {
    /// Whether vehicles use the class by its nature, before width, access and barriers are asked.
    pub fn is_for_vehicles(self) -> bool {
        matches!(
            self,
            Self::Motorway
                | Self::Trunk
                | Self::Primary
                | Self::Secondary
                | Self::Tertiary
                | Self::Unclassified
                | Self::Residential
                | Self::LivingStreet
                | Self::Service
                | Self::Alley
                | Self::Track
                | Self::Pedestrian
                | Self::Unknown
        )
    }

    /// Whether people on foot use the class; expressways are not walked.
    pub fn is_walkable(self) -> bool {
        !matches!(self, Self::Motorway | Self::Trunk)
    }
}

words!(
    /// Which ways along its line a road may be driven.
    Direction {
        /// Both ways.
        Both = "both",
        /// Along the line only.
        Forward = "forward",
        /// Against the line only.
        Backward = "backward",
    }
);

/// A traffic light at a node of the roads' source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The source's identifier of the node.
    pub node: i64,
    /// The traffic it holds up, by the line of the road on which it stands.
    pub direction: Direction,
}

words!(
    /// Whether a kind of traffic may use a road.
    Permission {
        /// Nothing was said; the class decides.
        Unsaid = "unsaid",
        /// Explicitly allowed.
        Yes = "yes",
        /// Allowed to some (private, destination, delivery, customers, permit): an engine on a call may enter.
        Limited = "limited",
        /// Forbidden by law; an engine on a call may enter if it fits.
        No = "no",
    }
);

words!(
    /// How a road lies with respect to the ground.
    Structure {
        /// On the ground.
        Ground = "ground",
        /// On a bridge.
        Bridge = "bridge",
        /// In a tunnel.
        Tunnel = "tunnel",
        /// Under a roof or through a building.
        Covered = "covered",
    }
);

words!(
    /// What a stated width is the width of.
    WidthMeaning {
        /// Free of obstacles, by survey.
        Clear = "clear",
        /// Between kerbs.
        Carriageway = "carriageway",
        /// Between property lines: an upper bound of everything.
        RightOfWay = "right_of_way",
        /// Somebody's estimate.
        Estimated = "estimated",
        /// The greatest width of a vehicle that signs or posts allow.
        Limit = "limit",
    }
);

/// A width that a source states for a road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedWidth {
    /// The number.
    pub width: Metres,
    /// What it is the width of.
    pub meaning: WidthMeaning,
    /// The tag or column it was read from.
    pub key: String,
}

/// A height that a source states above a road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedHeight {
    /// The number.
    pub height: Metres,
    /// Whether it is a physical clearance (true) or the limit on a sign, which is at most that (false).
    pub is_physical: bool,
    /// The tag or column it was read from.
    pub key: String,
}

words!(
    /// How vehicles are parked along one side of a road.
    ParkingKind {
        /// Explicitly none.
        None = "none",
        /// Along the kerb.
        Parallel = "parallel",
        /// At an angle.
        Diagonal = "diagonal",
        /// Square to the kerb.
        Perpendicular = "perpendicular",
        /// On the kerb or verge, partly in the lane.
        HalfOnKerb = "half_on_kerb",
        /// There is parking; how is not told.
        Unknown = "unknown",
    }
);

/// Parking along one side of a road.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parking {
    /// How vehicles stand.
    pub kind: ParkingKind,
    /// Hours of the day at which vehicles stand there, `[from, to)`; empty for all hours. `to` below `from` passes midnight.
    pub hours: Vec<(u8, u8)>,
    /// The chance that vehicles stand there in those hours, from 0 to 1; `None` when nobody counted.
    pub probability: Option<f64>,
}

/// Parking on both sides, seen along the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParkingSides {
    /// On the left; `None` when nothing was said.
    pub left: Option<Parking>,
    /// On the right; `None` when nothing was said.
    pub right: Option<Parking>,
}

/// A road, street, lane, alley, path or stair, drawn as one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Road {
    /// Where it came from.
    pub origin: Origin,
    /// Unique in the layer; for example `way/4221`.
    pub id: String,
    /// The street's name.
    pub name: Option<String>,
    /// What kind of way it is.
    pub class: RoadClass,
    /// Whether it is a ramp or link of its class.
    pub is_link: bool,
    /// The centre line; at least two different vertices.
    pub line: LineString<f64>,
    /// The height of the road surface at each vertex, where known; as long as the line's vertices, or empty.
    pub heights_m: Vec<Option<f64>>,
    /// Identifiers of the vertices where the source has shared nodes; as long as the line's vertices, or empty.
    ///
    /// Roads with node identifiers meet exactly where they share one; others meet at end points.
    pub nodes: Vec<i64>,
    /// Which ways it may be driven.
    pub direction: Direction,
    /// Whether motor vehicles may use it.
    pub motor: Permission,
    /// Whether emergency vehicles may use it; stronger than `motor`.
    pub emergency: Permission,
    /// Whether people on foot may use it.
    pub foot: Permission,
    /// Every width the source states.
    pub widths: Vec<StatedWidth>,
    /// Every height the source states.
    pub clear_heights: Vec<StatedHeight>,
    /// The greatest mass allowed.
    pub max_mass: Option<Tonnes>,
    /// The number of lanes.
    pub lanes: Option<u8>,
    /// The stated slope along the line, positive uphill.
    pub incline: Option<Percent>,
    /// Whether the surface is paved.
    pub is_paved: Option<bool>,
    /// The surface word of the source.
    pub surface: Option<String>,
    /// Speed limit, km/h.
    pub max_speed_kmh: Option<f64>,
    /// Parking along the road.
    pub parking: ParkingSides,
    /// The vertical order where roads cross without meeting; zero is the ground.
    pub level: i16,
    /// Whether the source stated the level.
    pub is_level_stated: bool,
    /// How it lies with respect to the ground.
    pub structure: Structure,
    /// The number of steps, for stairs.
    pub step_count: Option<u32>,
    /// Whether it is the outline of a square rather than a line to follow.
    pub is_area: bool,
}

impl Road {
    /// A road on the ground of which nothing is known but its identifier, its class and its line, at least two vertices.
    ///
    /// Its origin is the study's own; a reader states the feature it read.
    pub fn plain(id: &str, class: RoadClass, line: LineString<f64>) -> Self {
        Self {
            origin: Origin::of_study("study", id),
            id: id.to_owned(),
            name: None,
            class,
            is_link: false,
            line,
            heights_m: Vec::new(),
            nodes: Vec::new(),
            direction: Direction::Both,
            motor: Permission::Unsaid,
            emergency: Permission::Unsaid,
            foot: Permission::Unsaid,
            widths: Vec::new(),
            clear_heights: Vec::new(),
            max_mass: None,
            lanes: None,
            incline: None,
            is_paved: None,
            surface: None,
            max_speed_kmh: None,
            parking: ParkingSides::default(),
            level: 0,
            is_level_stated: false,
            structure: Structure::Ground,
            step_count: None,
            is_area: false,
        }
    }
}

words!(
    /// What a turn restriction says.
    RestrictionKind {
        /// The turn is forbidden.
        No = "no",
        /// Only this turn is allowed.
        Only = "only",
    }
);

/// A turn that is forbidden or the only one allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnRestriction {
    /// Where it came from.
    pub origin: Origin,
    /// The road one comes from.
    pub from: String,
    /// The node identifier at which one turns; `None` when the turn leads over `via_roads`.
    pub via_node: Option<i64>,
    /// The roads one turns over.
    pub via_roads: Vec<String>,
    /// The road one goes to.
    pub to: String,
    /// What it says.
    pub kind: RestrictionKind,
    /// Whether emergency vehicles are excepted.
    pub excepts_emergency: bool,
}
