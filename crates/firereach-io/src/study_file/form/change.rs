//! The changes of a scenario as they are written.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

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
    /// Pressure while water is drawn, megapascals; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) pressure_mpa: Option<Spanned<f64>>,
    /// Pressure at rest, megapascals; omitted: unknown.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    pub(crate) static_pressure_mpa: Option<Spanned<f64>>,
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
    /// The body of water it draws from, where it shares one.
    #[serde(default)]
    pub(crate) body: Option<String>,
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
