//! What is needed of water, how hose carries it, and how gaps are weighed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature::{BuildingStructure, BuildingUse, Grade, SiteKind};

/// One row of the table of design flows: flow by volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowRow {
    /// Fire-resistance grades the row is for.
    pub grades: Vec<u8>,
    /// Uses the row is for; empty for all others.
    pub uses: Vec<BuildingUse>,
    /// `(volume in m3 up to and including, flow in L/s)`, ordered; the last volume may be infinite.
    #[serde(deserialize_with = "finite_pairs")]
    pub flow_by_volume: Vec<(f64, f64)>,
}

/// How the water needed against a fire is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedModel {
    /// The table of outdoor design flows by fire-resistance grade, use and volume (GB 50974-2014, 3.3.2).
    FlowTable,
    /// The least water supply of a rural site by volume, hazard and construction (NFPA 1142).
    Nfpa1142,
    /// The needed fire flow by construction and effective area (ISO Fire Suppression Rating Schedule).
    IsoNff,
    /// The table of fire flows by area (IFC, appendix B).
    IfcB,
    /// A rate by burning area, as commanders estimate it in the field.
    Intensity,
    /// One fixed source (Japan, standard for fire water supply).
    Japan,
}

impl NeedModel {
    /// Every model, in order.
    pub const ALL: &'static [Self] =
        &[Self::FlowTable, Self::Nfpa1142, Self::IsoNff, Self::IfcB, Self::Intensity, Self::Japan];

    /// The stable word that files and tables use.
    pub fn code(self) -> &'static str {
        match self {
            Self::FlowTable => "flow_table",
            Self::Nfpa1142 => "nfpa1142",
            Self::IsoNff => "iso_nff",
            Self::IfcB => "ifc_b",
            Self::Intensity => "intensity",
            Self::Japan => "japan",
        }
    }
}

/// The figures of NFPA 1142, in its own units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nfpa1142 {
    /// Occupancy hazard number of a protected building, least (most severe) and greatest.
    pub hazard: (f64, f64),
    /// Construction number by structure.
    pub construction: BTreeMap<BuildingStructure, f64>,
    /// Construction number where the structure is not known, least and greatest.
    pub unknown_construction: (f64, f64),
    /// Factor for an exposed building.
    pub exposure_factor: f64,
    /// Another building this near makes an exposure, metres.
    pub exposure_m: f64,
    /// Least supply, US gallons: alone and exposed.
    pub least_gal: (f64, f64),
    /// Flow in US gallons a minute by supply in US gallons up to and including, ordered.
    #[serde(deserialize_with = "finite_pairs")]
    pub flow_by_supply: Vec<(f64, f64)>,
}

/// The figures of the needed fire flow, in its own units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IsoNff {
    /// Construction coefficient `F` by structure.
    pub construction: BTreeMap<BuildingStructure, f64>,
    /// Construction coefficient where the structure is not known, least and greatest.
    pub unknown_construction: (f64, f64),
    /// Occupancy factor.
    pub occupancy: f64,
    /// Exposure and communication together, least and greatest.
    pub exposure: (f64, f64),
    /// Share of each further storey in the effective area.
    pub storey_share: f64,
    /// Rounded to so many gallons a minute.
    pub round_gpm: f64,
    /// Least and greatest flow, gallons a minute.
    pub range_gpm: (f64, f64),
    /// Hours by flow in gallons a minute up to and including, ordered.
    #[serde(deserialize_with = "finite_pairs")]
    pub duration_by_flow: Vec<(f64, f64)>,
}

/// The table of IFC appendix B for combustible construction, in its own units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IfcB {
    /// Flow in gallons a minute by floor area in square feet up to and including, ordered; beyond the last area nothing is an
    /// upper limit.
    #[serde(deserialize_with = "finite_pairs")]
    pub flow_by_area: Vec<(f64, f64)>,
    /// Hours by flow in gallons a minute up to and including, ordered.
    #[serde(deserialize_with = "finite_pairs")]
    pub duration_by_flow: Vec<(f64, f64)>,
    /// The row of dwellings.
    pub dwelling: IfcDwelling,
}

/// What IFC appendix B asks for at a small dwelling, whatever it is built of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IfcDwelling {
    /// The row is for dwellings of no more floor area than this, square feet.
    pub most_ft2: f64,
    /// Flow, gallons a minute.
    pub gpm: f64,
    /// Duration, hours.
    pub hours: f64,
}

/// A rate by burning area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intensity {
    /// Litres a second for a square metre.
    pub lps_per_m2: f64,
    /// The area is taken no larger than a fire sub-zone, square metres, least and greatest.
    pub zone_m2: (f64, f64),
}

/// One fixed source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedNeed {
    /// Flow, L/s.
    pub lps: f64,
    /// Volume, m3.
    pub m3: f64,
}

/// What further systems draw on the same water, where a study counts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherNeed {
    /// Whether the water of hydrants indoors is added to the volume.
    pub counts_indoor: bool,
    /// Structures of protected buildings that have hydrants indoors.
    pub indoor_structures: Vec<BuildingStructure>,
    /// Grades of protection that have them.
    pub indoor_grades: Vec<Grade>,
    /// `(volume of the building in m3 up to and including, flow indoors in L/s)`, ordered.
    #[serde(deserialize_with = "finite_pairs")]
    pub indoor_by_volume: Vec<(f64, f64)>,
    /// How long the hydrants indoors are used, hours.
    pub indoor_h: f64,
    /// Whether the jets that protect neighbours are added to flow and volume.
    pub counts_exposure: bool,
    /// Flow of those jets, L/s.
    pub exposure_lps: f64,
}

/// Everything about need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedParameters {
    /// The model that decides.
    pub model: NeedModel,
    /// The models the order is compared with.
    pub compare: Vec<NeedModel>,
    /// Structures of a protected building that take the row of grade 3 whatever their own grade.
    pub grade_three_structures: Vec<BuildingStructure>,
    /// Fire-resistance grades by structure, where the grade is not stated.
    pub grades_by_structure: BTreeMap<BuildingStructure, Vec<u8>>,
    /// Fire-resistance grades that are possible where neither grade nor structure is stated.
    pub unknown_grades: Vec<u8>,
    /// Storeys of a building that is not protected itself where nothing is known, least and greatest.
    pub other_storeys: (u16, u16),
    /// Buildings nearer than this stand in one group, metres: the two adjacent ones with the larger flow count together.
    pub adjacent_m: f64,
    /// NFPA 1142.
    pub nfpa1142: Nfpa1142,
    /// ISO.
    pub iso_nff: IsoNff,
    /// IFC appendix B.
    pub ifc_b: IfcB,
    /// What is added to the table of design flows, where a study counts it.
    pub further: FurtherNeed,
    /// Rate by area.
    pub intensity: Intensity,
    /// Japan.
    pub japan: FixedNeed,
    /// What sources call places that are no buildings.
    #[serde(default)]
    pub no_building: NoBuilding,
}

/// Words of sources for protected places that are no buildings, so that no table of buildings asks for water there.
///
/// They are looked for in what a source tells of a site beyond the engine's own columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoBuilding {
    /// The columns or tags that tell what kind of place it is.
    pub keys: Vec<String>,
    /// What is never a building: a statue, a stele.
    pub never: Vec<String>,
    /// What may have a building or none: a tomb, a memorial.
    pub maybe: Vec<String>,
    /// What hangs on a building's wall, so that the building beside it is the one that is meant: a plaque.
    #[serde(default)]
    pub on_wall: Vec<String>,
}

impl NoBuilding {
    /// The first such word that a source tells of a place, with its key, and whether it is never a building; what never is
    /// one comes before what may be none.
    pub fn word_in(&self, details: &BTreeMap<String, String>) -> Option<(String, bool)> {
        let find = |words| self.find(words, details);
        find(&self.never).map(|word| (word, true)).or_else(|| Some((find(&self.maybe)?, false)))
    }

    /// Whether such a word tells of a place that no building beside it is meant by: a bust, but not a plaque.
    pub fn stands_free(&self, details: &BTreeMap<String, String>) -> bool {
        self.word_in(details).is_some() && self.find(&self.on_wall, details).is_none()
    }

    fn find(&self, words: &[String], details: &BTreeMap<String, String>) -> Option<String> {
        self.keys.iter().filter_map(|key| Some((key, details.get(key)?))).find_map(|(key, text)| {
            let word = text.split(';').map(str::trim).find(|word| words.iter().any(|known| known == word))?;
            Some(format!("{key}={word}"))
        })
    }
}

/// How a source comes to a site: counting, laying, pumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplyParameters {
    /// A hydrant or intake counts by the legal screen between these distances in plan, metres.
    pub counted_plan_m: (f64, f64),
    /// A hydrant feeds a pump connection of a building between these distances in plan from it, metres; omitted: the rules
    /// ask for none.
    #[serde(default)]
    pub connection_plan_m: Option<(f64, f64)>,
    /// The diameter of the hose laid, a key of the friction table.
    pub hose_diameter: String,
    /// Share of a hose that ends up along the way; the rest lies in curves.
    pub hose_slack: f64,
    /// Hose used up by handling at the fire, metres.
    pub hose_handling_m: f64,
    /// Pressure during a fire at which the yield of a hydrant counts, MPa: what it gives at less is no more than an upper end.
    pub residual_mpa: f64,
    /// Head left at the inlet of the next pump of a relay, 10^4 Pa.
    pub residual_head: f64,
    /// Most pumps in one relay, the first included.
    pub relay_pumps: u32,
    /// Most appliances of one kind at work at one site.
    pub appliances: u32,
    /// Lines that certainly come from one hydrant at once, where nobody tells its outlets.
    pub hydrant_lines: u32,
    /// Appliances that certainly draw from one pond, tank, jar group or intake at once.
    pub intake_lines: u32,
    /// A group of jars holds no more than this where nobody tells, m3.
    pub jars_most_m3: f64,
    /// How long a crew certainly carries a pump from its post, seconds.
    pub carry_s: f64,
    /// Whether the default appliance certainly comes to every source where a study names no station.
    pub assumes_appliances: bool,
    /// How long an appliance stays at one source at least, seconds: one that moves on loses the rest of it.
    pub stint_s: f64,
    /// Pump pressure where no appliance is known, MPa.
    pub default_pump_mpa: f64,
    /// Pump flow where no appliance is known, L/s.
    pub default_pump_lps: f64,
    /// How far from a road's centre line an appliance draws from open water, metres.
    pub draft_reach_m: f64,
    /// How far from a road's centre line an appliance couples to a hydrant, metres.
    pub coupling_reach_m: f64,
    /// Rise from a source to a site where heights are not known, metres, least and greatest.
    pub unknown_lift_m: (f64, f64),
    /// How far a hydrant may stand from its main where it does not name one, metres.
    pub main_reach_m: f64,
    /// Most hydrants shut off with one segment of a main, where its valves are not known.
    pub segment_hydrants: u32,
    /// Hydrants whose main is not known may be shut off together within this distance of each other, metres.
    pub segment_reach_m: f64,
    /// Whether the mains count towards the volume only when they are a ring.
    pub volume_needs_ring: bool,
    /// Laying speed on the flat, m/s.
    pub lay_mps: f64,
    /// Laying speed on stairs, along the slope, m/s.
    pub lay_stairs_mps: f64,
    /// Time for one joint, seconds.
    pub joint_s: f64,
    /// Time to fill one metre, seconds.
    pub charge_s_per_m: f64,
    /// A way counts as the only lane to a source when its loss is within this of the source, metres along the way.
    pub only_lane_m: f64,
    /// A test older than this many days is overdue.
    pub test_days: u32,
    /// Whether what an overdue test found is still certain.
    pub trusts_overdue_tests: bool,
    /// Whether what a test found is certain where its date is not known.
    pub trusts_undated_tests: bool,
    /// A main or park without a hydrant is listed from this length or within this distance, metres.
    pub inventory_m: f64,
}

/// How gaps become classes, scores and ranks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankingParameters {
    /// A greater missing share of the flow is red.
    pub red_gap: f64,
    /// A greater missing share of the volume, or of the flow when one thing fails, is orange.
    pub orange_gap: f64,
    /// Time to water that is aimed at, seconds.
    pub target_s: f64,
    /// Weight by kind of site where it has no grade of protection.
    pub kind_weight: BTreeMap<SiteKind, f64>,
    /// Buildings nearer than this expose a site, metres.
    pub exposure_m: f64,
    /// Weight without exposure, and what full exposure adds.
    pub exposure_weight: (f64, f64),
    /// Weight by number of people up to and including, ordered; the first and the last bound what is not known.
    #[serde(deserialize_with = "finite_pairs")]
    pub life_weight: Vec<(f64, f64)>,
    /// Draws of the weight sampling.
    pub draws: u32,
    /// Concentration of the Dirichlet distribution about the weights of the gaps.
    pub concentration: f64,
    /// Seed of the sampling.
    pub seed: u64,
    /// The chance to be among so many first ones is reported.
    pub first: u32,
    /// The part of the draws that the rank interval leaves out at each end.
    pub tail: f64,
}

/// What each remedy is taken to bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyParameters {
    /// Flow of a new hydrant, L/s.
    pub hydrant_lps: f64,
    /// Most new hydrants tried at one site.
    pub hydrants: u32,
    /// Least diameter of a main that takes a new hydrant, mm.
    pub main_mm: f64,
    /// Least distance of a new hydrant from a building, metres.
    pub hydrant_wall_m: f64,
    /// Least volume of a pond, m3.
    pub pond_m3: f64,
    /// Most ponds tried at one site.
    pub ponds: u32,
    /// A pond is sized in steps of so many m3.
    pub pond_step_m3: f64,
    /// The most that a single pond may hold, m3; omitted: anything.
    #[serde(default)]
    pub pond_most_m3: Option<f64>,
    /// Depth of a pond, metres.
    pub pond_depth_m: f64,
    /// Least distance of a pond's intake from a building, metres.
    pub pond_wall_m: f64,
    /// Volume of one group of jars, m3.
    pub jars_m3: f64,
    /// Most groups of jars tried at one site.
    pub jar_groups: u32,
    /// Diameter whose friction stands for a dry riser's, a key of the friction table.
    pub riser_diameter: String,
    /// Pressure that a booster holds at the hydrants behind it, MPa.
    pub booster_mpa: f64,
    /// So many of the most promising remedies are tried in pairs where no single one clears a site.
    pub pair_of: u32,
    /// Where nothing clears a site a remedy is named only if it leaves so much less missing: the shares of flow, of volume and
    /// of flow after the worst failure, added up.
    #[serde(default)]
    pub least_gain: f64,
    /// Most hand pumps tried at one site.
    pub hand_pumps: u32,
    /// Water smaller than this is no source for an intake: a basin is soon empty, square metres.
    pub intake_water_m2: f64,
    /// The vehicle of the catalogue that stands for a hand pump with its hose.
    pub hand_pump: String,
    /// The vehicle that stands for a motorcycle.
    pub motorcycle: String,
    /// The vehicle that a widened lane lets in, where the fleet has it.
    pub widened_for: String,
    /// Most sources that lanes are widened to at one site.
    pub widenings: u32,
    /// Most metres of lane widened to get to one source.
    pub widen_m: f64,
}

/// Everything about water.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterParameters {
    /// The table of outdoor design flows.
    pub flow_table: Vec<FlowRow>,
    /// Duration of supply, hours.
    pub duration_h: f64,
    /// Height of a storey where only storeys are known, metres, least and greatest.
    pub storey_m: (f64, f64),
    /// Storeys of a protected building where nothing is known, least and greatest.
    pub unknown_storeys: (u16, u16),
    /// Flow counted for one hydrant, L/s, least and greatest.
    pub counted_lps: (f64, f64),
    /// Length of one hose, metres.
    pub hose_length_m: f64,
    /// Friction `S` of one hose length by diameter in mm: loss in 10^4 Pa is `S * Q^2`.
    pub hose_friction: BTreeMap<String, f64>,
    /// Nozzle pressure, 10^4 Pa.
    pub nozzle_head: f64,
    /// Nozzle flow, L/s.
    pub nozzle_lps: f64,
    /// Usage factor of the pump pressure.
    pub pump_factor: f64,
    /// Hose on hand where nobody says, metres.
    pub hose_max_m: f64,
    /// Greatest suction lift, metres.
    pub suction_m: f64,
    /// Weights of the gaps in flow, volume, redundancy and time.
    pub gap_weights: (f64, f64, f64, f64),
    /// Weight by grade of protection.
    pub grade_weight: BTreeMap<Grade, f64>,
    /// Weight by structure.
    pub structure_weight: BTreeMap<BuildingStructure, f64>,
    /// Weight by use.
    pub use_weight: BTreeMap<BuildingUse, f64>,
    /// Need.
    pub need: NeedParameters,
    /// Supply.
    pub supply: SupplyParameters,
    /// Classes, scores, ranks.
    pub ranking: RankingParameters,
    /// Remedies.
    pub remedies: RemedyParameters,
}

/// Pairs of numbers whose infinite ends become the greatest finite number, so that they survive formats that know no
/// infinity.
fn finite_pairs<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<(f64, f64)>, D::Error> {
    let pairs = Vec::<(f64, f64)>::deserialize(deserializer)?;
    Ok(pairs.into_iter().map(|(a, b)| (a.clamp(f64::MIN, f64::MAX), b.clamp(f64::MIN, f64::MAX))).collect())
}
