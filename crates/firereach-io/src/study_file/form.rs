//! The study file as it is written: the shape that the parser fills and that the JSON Schema describes.

use std::collections::BTreeMap;

use firereach_model::rules::Date;
use firereach_model::study::{RemedyCost, Responsibility};
use firereach_model::vehicle::Vehicle;
use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use toml::Spanned;

mod change;

pub(crate) use change::*;

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
    /// Layers the study vouches for: nothing of them is missing from the data in and about the area. Without this a hydrant
    /// that the data lacks may stand anywhere, and no water is certainly missing.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) complete: Vec<Spanned<String>>,
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
    /// Language of the sheets; omitted: both.
    #[serde(default)]
    pub(crate) language: Option<Language>,
    /// How the policy sheets are printed; with this table a run writes them.
    #[serde(default)]
    pub(crate) sheets: Option<SheetsForm>,
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
    /// Both, the Chinese first.
    Both,
}

/// The paper of the sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Paper {
    /// A3 landscape, the map at the left and tables at the right.
    #[default]
    A3,
    /// A4 portrait, the map above and tables on the pages that follow.
    A4,
}

/// How the policy sheets are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetsForm {
    /// The paper: `A3` or `A4`.
    #[serde(default)]
    pub paper: Paper,
    /// Fonts, files or folders, the one to prefer first; omitted: a Chinese font of the system.
    #[serde(default)]
    pub fonts: Vec<String>,
    /// The office that issues the sheets, for the title block.
    #[serde(default)]
    pub office: String,
    /// Who compiled them.
    #[serde(default)]
    pub compiled_by: String,
    /// Who checked them.
    #[serde(default)]
    pub checked_by: String,
    /// Who approved them.
    #[serde(default)]
    pub approved_by: String,
    /// The number of the map review (审图号).
    #[serde(default)]
    pub review_number: String,
    /// What the costs of `[base.remedies]` are counted in, for example `thousand yuan`.
    #[serde(default)]
    pub cost_unit: String,
    /// A folder of photographs (JPEG or PNG), named by the sites' identifiers or by the column `photograph` of the sites.
    #[serde(default)]
    pub photographs: Option<String>,
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
    /// Day on which work begins, as text.
    #[serde(default)]
    start: Option<String>,
    /// Due date, as text.
    #[serde(default)]
    due: Option<String>,
    /// What shows that it is done.
    #[serde(default)]
    acceptance: Option<String>,
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
