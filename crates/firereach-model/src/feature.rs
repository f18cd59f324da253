//! The things a city is made of, as the engine needs them.
//!
//! Shapes are planar, in metres, in the study's working coordinate system. Every feature knows its [`Origin`].

use std::collections::BTreeMap;

use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon};
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;
use crate::origin::Origin;
use crate::units::{CubicMetres, LitresPerSecond, Megapascals, Metres, Percent, Tonnes};

/// Declares an enumeration whose variants have one stable word each, used in files, tables and mappings.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word that files and tables use.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The variant with this word.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

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
        /// A tree: trunk as a point, crown by `clear_height`.
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
        /// Railway or tram fence, rails not to be crossed.
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
    /// Hours of the day at which it is there; empty for always.
    pub hours: Vec<(u8, u8)>,
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
    /// Pressure.
    pub pressure: Bounds<Megapascals>,
    /// Diameter of its main or pipe in millimetres.
    pub main_diameter_mm: Option<f64>,
    /// The identifier of its main.
    pub main_id: Option<String>,
    /// Outlets as stated.
    pub outlets: Option<String>,
    /// Date of the last test, ISO 8601.
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
    /// Other columns of the source, for the sheet: owner, era, address and so on.
    pub details: BTreeMap<String, String>,
}

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
