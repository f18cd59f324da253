//! The study file as it is written: the shape that the parser fills and that the JSON Schema describes.

use std::collections::BTreeMap;

use firereach_model::rules::Date;
use firereach_model::study::{RemedyCost, Responsibility};
use firereach_model::vehicle::Vehicle;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A firereach study: where the data is, which rules hold, and what is to be compared.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "firereach study")]
pub(crate) struct StudyForm {
    /// What all scenarios share.
    pub(crate) base: Base,
    /// Vehicles of the study's own; a code of the catalogue replaces that vehicle.
    #[serde(default)]
    #[schemars(with = "Vec<VehicleForm>")]
    pub(crate) vehicle: Vec<Vehicle>,
    /// The scenarios; the first is the one the others are compared with. Without any, the data as it is.
    #[serde(default)]
    pub(crate) scenario: Vec<ScenarioForm>,
}

/// What all scenarios share. Paths are relative to the study file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Base {
    /// The study's title.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Working coordinate system: an EPSG code or a PROJ string; omitted: chosen from the data.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// Rule pack: `cn`, `nfpa-ifc-iso`, `uk`, `jp`, or the path of a pack's file.
    #[schemars(with = "String")]
    pub(crate) rules: Spanned<String>,
    /// The day as of which the rules are taken; omitted: the day of the pack's newest rule.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) rules_as_of: Option<Day>,
    /// The study's area: a boundary file.
    #[serde(default)]
    #[schemars(with = "Option<PlaceForm>")]
    pub(crate) area: Option<Spanned<PlaceForm>>,
    /// Elevation files.
    #[serde(default)]
    #[schemars(with = "Vec<PlaceForm>")]
    pub(crate) terrain: Vec<Spanned<PlaceForm>>,
    /// The date the data stands for.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) data_date: Option<Stamp>,
    /// Said on every output, for example that the data is synthetic.
    #[serde(default)]
    pub(crate) banner: Option<String>,
    /// The hour of the day for scenarios that name none, 0 to 23.
    #[serde(default)]
    #[schemars(with = "Option<u8>")]
    pub(crate) hour: Option<Spanned<u8>>,
    /// A template for the sheets instead of the built-in one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) template: Option<Spanned<String>>,
    /// Language of the sheets.
    #[serde(default)]
    pub(crate) language: Option<Language>,
    /// A catalogue of vehicles instead of the built-in one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) vehicles: Option<Spanned<String>>,
    /// The data, by name; a name that is a layer (`roads`, `hydrants`, …) feeds that layer.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, SourceForm>")]
    pub(crate) sources: InOrder<Spanned<SourceForm>>,
    /// Counts that the data has to have, by kind (`relic = 149`).
    #[serde(default)]
    pub(crate) expected_counts: BTreeMap<String, u64>,
    /// Parameters that differ from the rule pack's, by section and key as in the pack.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, serde_json::Value>>")]
    pub(crate) parameters: toml::Table,
    /// Which traffic rules an engine on a call keeps to.
    #[serde(default)]
    pub(crate) emergency: EmergencyForm,
    /// Who is responsible for which kind of measure.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, ResponsibilityForm>")]
    pub(crate) responsibilities: BTreeMap<String, Responsibility>,
    /// What each kind of remedy costs and does to the heritage.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RemedyForm>")]
    pub(crate) remedies: BTreeMap<String, RemedyCost>,
    /// Places to draw attention to on maps.
    #[serde(default)]
    pub(crate) marks: Vec<MarkForm>,
}

/// Traffic rules that an engine on a call keeps to; omitted: as in the rule pack.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmergencyForm {
    /// Keeps to one-way streets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) obey_oneway: Option<bool>,
    /// Keeps to turn restrictions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) obey_turn_restrictions: Option<bool>,
    /// Stays out of roads that are private or closed to motor traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) obey_access: Option<bool>,
}

/// Language of the sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// A file, or a file with what it does not say of itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields, expecting = "expected a path, or { path = \"…\", crs = \"…\" }")]
pub(crate) enum PlaceForm {
    /// The path alone.
    Path(String),
    /// With its coordinate system, layer or unit.
    Described {
        /// The path.
        path: String,
        /// Coordinate system: an EPSG code, a PROJ string, `gcj02` or `bd09`.
        crs: Option<String>,
        /// The layer inside the file.
        layer: Option<String>,
        /// Unit of heights: `m`, `ft` or `us-ft`.
        unit: Option<String>,
    },
}

/// One file of data.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceForm {
    /// The file or folder.
    #[schemars(with = "String")]
    pub(crate) path: Spanned<String>,
    /// The layer inside the file.
    #[serde(default)]
    pub(crate) layer: Option<String>,
    /// The layers it feeds; omitted: the source's name, and for OpenStreetMap data all.
    #[serde(default)]
    #[schemars(with = "Option<OneOrMany>")]
    pub(crate) feeds: Option<Spanned<OneOrMany>>,
    /// Character encoding, for example `cp936`; omitted: sniffed.
    #[serde(default)]
    pub(crate) encoding: Option<String>,
    /// Coordinate system: an EPSG code, a PROJ string, `gcj02` or `bd09`; omitted: the file's own.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// Which column holds which attribute.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, FieldForm>")]
    pub(crate) fields: BTreeMap<String, Spanned<FieldForm>>,
    /// Values that every feature takes unless its columns say otherwise.
    #[serde(default)]
    pub(crate) constants: BTreeMap<String, Plain>,
    /// For drawings: what each layer of the drawing is, as `roads/alley` or `buildings`.
    #[serde(default)]
    pub(crate) drawing_layers: BTreeMap<String, String>,
}

/// A text or a list of texts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(crate) enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// A text, a number or a truth value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, a number, true or false")]
pub(crate) enum Plain {
    /// A text.
    Text(String),
    /// A truth value.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
}

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// The column or columns of one attribute, the first that holds a value wins.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a column, a list of columns, or { from = \"column\", unit = \"…\" }")]
pub(crate) enum FieldForm {
    /// One column or several.
    Columns(OneOrMany),
    /// With the unit and the meaning of its numbers, or the source's words for each word of the engine.
    Described {
        /// The column or columns.
        from: OneOrMany,
        /// Unit of the numbers, for example `L/min`.
        unit: Option<String>,
        /// What the number means, for example `carriageway` for a width.
        meaning: Option<String>,
        /// The source's words, by the engine's word: `in_service = ["正常"]`.
        #[serde(flatten)]
        words: BTreeMap<String, OneOrMany>,
    },
}

/// A place to draw attention to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkForm {
    /// What stands beside it.
    pub(crate) name: String,
    /// Longitude and latitude.
    #[schemars(with = "[f64; 2]")]
    pub(crate) at: Spanned<[f64; 2]>,
    /// `gcj02` or `bd09` where the place is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
}

/// One set of conditions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioForm {
    /// Its name, unique in the study.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// The hour of the day, 0 to 23.
    #[serde(default)]
    #[schemars(with = "Option<u8>")]
    pub(crate) hour: Option<Spanned<u8>>,
    /// What it changes, in order.
    #[serde(default)]
    #[schemars(with = "Vec<ChangeForm>")]
    pub(crate) change: Vec<Spanned<ChangeForm>>,
}

/// One change; exactly one kind.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct ChangeForm {
    /// Adds a station.
    pub(crate) add_station: Option<AddStation>,
    /// Takes a station away.
    #[schemars(with = "Option<StationRef>")]
    pub(crate) remove_station: Option<Spanned<StationRef>>,
    /// Moves a station.
    pub(crate) move_station: Option<MoveStation>,
    /// Changes a station's vehicles, turnout or hours.
    pub(crate) change_station: Option<ChangeStation>,
    /// Closes a road to vehicles.
    #[schemars(with = "Option<RoadRef>")]
    pub(crate) close_road: Option<Spanned<RoadRef>>,
    /// Opens a road to vehicles whatever its tags say.
    #[schemars(with = "Option<RoadRef>")]
    pub(crate) open_road: Option<Spanned<RoadRef>>,
    /// Gives a road a clear width.
    pub(crate) widen_road: Option<WidenRoad>,
    /// Adds a road.
    pub(crate) link_road: Option<LinkRoad>,
    /// Limits a road in width, height or mass.
    pub(crate) restrict_road: Option<RestrictRoad>,
    /// Removes an obstacle.
    #[schemars(with = "Option<ObstacleRef>")]
    pub(crate) remove_obstacle: Option<Spanned<ObstacleRef>>,
    /// Removes every obstacle that can be removed.
    pub(crate) remove_removable: Option<Everything>,
    /// Turns parking on or off, on one road or everywhere.
    pub(crate) parking: Option<ParkingForm>,
    /// Adds a hydrant.
    pub(crate) add_hydrant: Option<AddHydrant>,
    /// Takes a hydrant out.
    #[schemars(with = "Option<HydrantRef>")]
    pub(crate) remove_hydrant: Option<Spanned<HydrantRef>>,
    /// Adds a pond, tank, jar group or intake.
    pub(crate) add_water_source: Option<AddWaterSource>,
    /// Takes a pond, tank, jar group or intake out.
    #[schemars(with = "Option<WaterSourceRef>")]
    pub(crate) remove_water_source: Option<Spanned<WaterSourceRef>>,
    /// Sets the water level at a gauge.
    pub(crate) water_level: Option<WaterLevel>,
    /// Changes all driving speeds by a factor.
    #[schemars(with = "Option<FactorForm>")]
    pub(crate) speed_factor: Option<Spanned<FactorForm>>,
    /// Changes all turnout times by so many seconds.
    #[schemars(with = "Option<ShiftForm>")]
    pub(crate) turnout_shift: Option<Spanned<ShiftForm>>,
    /// Why; for readers of the study.
    pub(crate) reason: Option<String>,
}

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $key:ident, $expecting:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(untagged, deny_unknown_fields, expecting = $expecting)]
        pub(crate) enum $name {
            /// The id alone.
            Bare(String),
            /// The id under its name.
            Named {
                /// The id.
                $key: String,
            },
        }

        impl $name {
            pub(crate) fn id(&self) -> &str {
                match self {
                    Self::Bare(id) | Self::Named { $key: id } => id,
                }
            }
        }
    };
}

reference!(
    /// A station's id.
    StationRef, station, "expected a station's id, as \"ST1\" or { station = \"ST1\" }"
);
reference!(
    /// A road's id.
    RoadRef, road, "expected a road's id, as \"way/1\" or { road = \"way/1\" }"
);
reference!(
    /// An obstacle's id.
    ObstacleRef, obstacle, "expected an obstacle's id, as \"OB1\" or { obstacle = \"OB1\" }"
);
reference!(
    /// A hydrant's id.
    HydrantRef, hydrant, "expected a hydrant's id, as \"H1\" or { hydrant = \"H1\" }"
);
reference!(
    /// The id of a pond, tank, jar group or intake.
    WaterSourceRef, water_source, "expected a water source's id, as \"P1\" or { water_source = \"P1\" }"
);

/// A factor, alone or under its name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields, expecting = "expected a factor, as 0.8 or { factor = 0.8 }")]
pub(crate) enum FactorForm {
    /// The factor alone.
    Bare(f64),
    /// The factor under its name.
    Named {
        /// The factor.
        factor: f64,
    },
}

/// Seconds, alone or under their name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields, expecting = "expected seconds, as 20 or { seconds = 20 }")]
pub(crate) enum ShiftForm {
    /// The seconds alone.
    Bare(f64),
    /// The seconds under their name.
    Named {
        /// Seconds.
        seconds: f64,
    },
}

/// `true` or `{}`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields, expecting = "expected true or {}")]
pub(crate) enum Everything {
    /// As `true`.
    Truth(bool),
    /// As `{}`.
    Empty {},
}

/// A new station.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddStation {
    /// Its id.
    #[schemars(with = "String")]
    pub(crate) id: Spanned<String>,
    /// Its name.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// What kind it is: first, second, small, special, micro, `fire_point`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) kind: Option<Spanned<String>>,
    /// Longitude and latitude of its exit.
    #[schemars(with = "[f64; 2]")]
    pub(crate) at: Spanned<[f64; 2]>,
    /// `gcj02` or `bd09` where the place is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// How far the place may be off, metres.
    #[serde(default)]
    pub(crate) accuracy_m: Option<f64>,
    /// Codes of its vehicles; omitted: the rule pack's for the kind.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) vehicles: Vec<Spanned<String>>,
    /// Turnout, seconds; omitted: the rule pack's for the kind.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) turnout_s: Option<Spanned<f64>>,
    /// Hours at which it is staffed, `[[8, 20]]`; omitted: always.
    #[serde(default)]
    #[schemars(with = "Vec<[u8; 2]>")]
    pub(crate) hours: Vec<Spanned<(u8, u8)>>,
    /// People on duty.
    #[serde(default)]
    pub(crate) crew: Option<u32>,
    /// Whether it is built into another building.
    #[serde(default)]
    pub(crate) co_built: Option<bool>,
    /// The level it stands on.
    #[serde(default)]
    pub(crate) level: Option<i16>,
    /// Where the place and the figures come from; for readers of the study.
    #[serde(default)]
    #[expect(dead_code, reason = "it reaches reports with the change's own text, which is quoted whole")]
    pub(crate) source: Option<String>,
}

/// A station's new place.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveStation {
    /// The station.
    #[serde(alias = "id")]
    #[schemars(with = "String")]
    pub(crate) station: Spanned<String>,
    /// Longitude and latitude.
    #[serde(alias = "to")]
    #[schemars(with = "[f64; 2]")]
    pub(crate) at: Spanned<[f64; 2]>,
    /// `gcj02` or `bd09` where the place is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
}

/// A station's new vehicles, turnout or hours.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeStation {
    /// The station.
    #[serde(alias = "id")]
    #[schemars(with = "String")]
    pub(crate) station: Spanned<String>,
    /// New vehicles.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) vehicles: Option<Vec<Spanned<String>>>,
    /// New turnout, seconds.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) turnout_s: Option<Spanned<f64>>,
    /// New hours; an empty list for always.
    #[serde(default)]
    #[schemars(with = "Option<Vec<[u8; 2]>>")]
    pub(crate) hours: Option<Vec<Spanned<(u8, u8)>>>,
}

/// A road's new width.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WidenRoad {
    /// The road.
    #[serde(alias = "id")]
    #[schemars(with = "String")]
    pub(crate) road: Spanned<String>,
    /// Its new clear width, metres.
    #[schemars(with = "f64")]
    pub(crate) clear_width_m: Spanned<f64>,
}

/// A new road.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkRoad {
    /// Its id.
    #[schemars(with = "String")]
    pub(crate) id: Spanned<String>,
    /// Its line: longitudes and latitudes; its ends lie on the roads it links.
    #[schemars(with = "Vec<[f64; 2]>")]
    pub(crate) line: Spanned<Vec<[f64; 2]>>,
    /// `gcj02` or `bd09` where the line is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// Its clear width, metres.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) clear_width_m: Option<Spanned<f64>>,
}

/// A road's new limits.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictRoad {
    /// The road.
    #[serde(alias = "id")]
    #[schemars(with = "String")]
    pub(crate) road: Spanned<String>,
    /// Its new clear width, metres.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) clear_width_m: Option<Spanned<f64>>,
    /// Its new clear height, metres.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) clear_height_m: Option<Spanned<f64>>,
    /// Its new mass limit, tonnes.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) max_mass_t: Option<Spanned<f64>>,
}

/// Parking on or off.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParkingForm {
    /// The road; omitted: everywhere.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) road: Option<Spanned<String>>,
    /// Whether vehicles park.
    pub(crate) on: bool,
}

/// A new hydrant.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddHydrant {
    /// Its id.
    #[schemars(with = "String")]
    pub(crate) id: Spanned<String>,
    /// Longitude and latitude.
    #[schemars(with = "[f64; 2]")]
    pub(crate) at: Spanned<[f64; 2]>,
    /// `gcj02` or `bd09` where the place is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// How it is built: pillar, underground, wall, `dry_riser`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) kind: Option<Spanned<String>>,
    /// Flow, litres per second; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) flow_lps: Option<Spanned<f64>>,
    /// Pressure, megapascals; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) pressure_mpa: Option<Spanned<f64>>,
    /// Diameter of its main, millimetres.
    #[serde(default, alias = "diameter_mm")]
    #[schemars(with = "Option<f64>")]
    pub(crate) main_diameter_mm: Option<Spanned<f64>>,
    /// The id of its main.
    #[serde(default, alias = "main_id")]
    #[schemars(with = "Option<String>")]
    pub(crate) main: Option<Spanned<String>>,
    /// The level it stands on.
    #[serde(default)]
    pub(crate) level: i16,
}

/// A new pond, tank, jar group or intake.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddWaterSource {
    /// Its id.
    #[schemars(with = "String")]
    pub(crate) id: Spanned<String>,
    /// Its name.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// What it is: pond, tank, jars, intake, `suction_point`, pool.
    #[schemars(with = "String")]
    pub(crate) kind: Spanned<String>,
    /// Longitude and latitude of the place where water is drawn.
    #[schemars(with = "[f64; 2]")]
    pub(crate) at: Spanned<[f64; 2]>,
    /// `gcj02` or `bd09` where the place is not in WGS 84.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) crs: Option<Spanned<String>>,
    /// Usable volume, cubic metres; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) volume_m3: Option<Spanned<f64>>,
    /// Refill while in use, litres per second; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) refill_lps: Option<Spanned<f64>>,
    /// Height of the place where a pump stands, metres.
    #[serde(default)]
    pub(crate) deck_height_m: Option<f64>,
    /// Height of the water, metres.
    #[serde(default)]
    pub(crate) water_level_m: Option<f64>,
    /// The gauge that sets its level.
    #[serde(default)]
    pub(crate) gauge: Option<String>,
}

/// The water level at a gauge.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaterLevel {
    /// The gauge.
    #[schemars(with = "String")]
    pub(crate) gauge: Spanned<String>,
    /// The level, metres.
    pub(crate) level_m: f64,
}

/// A day, written as a TOML date or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stamp = match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(stamp) => Some(stamp),
            toml::Value::String(text) => text.parse().ok(),
            _ => None,
        };
        stamp
            .filter(|stamp| stamp.time.is_none())
            .and_then(|stamp| stamp.date)
            .map(|date| Self(Date { year: date.year, month: date.month, day: date.day }))
            .ok_or_else(|| D::Error::custom("this is not a day, expected one like 2023-06-01"))
    }
}

/// A point in time as the study writes it: a TOML date or any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(pub(crate) String);

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(stamp) => Ok(Self(stamp.to_string())),
            toml::Value::String(text) => Ok(Self(text)),
            toml::Value::Integer(year) => Ok(Self(year.to_string())),
            _ => Err(D::Error::custom("expected a date or a text")),
        }
    }
}

/// A table whose entries keep the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct InOrder<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = InOrder<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InOrder(entries))
            }
        }
        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

/// Who is responsible for a kind of measure.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the model's type in the schema")]
struct ResponsibilityForm {
    /// Lead unit.
    lead: String,
    /// Supporting units.
    #[serde(default)]
    support: Vec<String>,
    /// Due date, as text.
    #[serde(default)]
    due: Option<String>,
}

/// What a kind of remedy costs.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the model's type in the schema")]
struct RemedyForm {
    /// Cost of one, in the study's currency.
    cost: f64,
    /// Heritage impact, 0 to 1.
    #[serde(default)]
    heritage_impact: f64,
}

/// A vehicle or a hand-carried pump.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the model's type in the schema")]
struct VehicleForm {
    /// The catalogue's code, for example `V2`.
    code: String,
    /// English name.
    name: String,
    /// Chinese name.
    name_zh: String,
    /// How it gets about: road, path or carried.
    mobility: String,
    /// Length over all, metres.
    length_m: f64,
    /// Body width without mirrors, metres.
    width_m: f64,
    /// Height, metres.
    height_m: f64,
    /// Outer turning radius, metres.
    turning_radius_m: f64,
    /// Wheelbase plus front overhang, metres.
    front_reach_m: f64,
    /// Mass when loaded, tonnes.
    mass_t: f64,
    /// Water carried, cubic metres.
    water_m3: f64,
    /// The narrowest straight lane it is sent into, metres.
    min_lane_width_m: f64,
    /// The steepest slope it climbs, percent.
    max_slope_percent: f64,
    /// Hose carried, metres of 65 mm equivalent.
    hose_m: f64,
    /// Pump outlet pressure, megapascals; absent without a pump.
    pump_mpa: Option<f64>,
    /// Pump flow at that pressure, litres per second.
    pump_lps: Option<f64>,
    /// Crew it brings.
    crew: u32,
    /// Where the figures come from.
    basis: String,
}
