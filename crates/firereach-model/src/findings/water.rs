//! How much water a site needs, gets and lacks.

use geo_types::{Coord, LineString};
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;
use crate::feature::{HydrantKind, MainLayout, Service};
use crate::findings::Ruling;
use crate::parameters::water::NeedModel;
use crate::units::{CubicMetres, LitresPerSecond, Megapascals, Metres};

/// A source of water as one site sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceAtSite {
    /// The hydrant or source.
    pub id: String,
    /// `hydrant`, `pond`, …
    pub kind: String,
    /// Distance in plan to the site's edge, metres.
    pub plan_m: f64,
    /// Length of the hose way, metres; `None` when no way was found.
    pub hose_m: Option<f64>,
    /// Rise from the source to the site, metres.
    pub lift_m: Option<f64>,
    /// Flow it gives, L/s.
    pub flow: Bounds<LitresPerSecond>,
    /// Whether it counts by the legal rule.
    pub counts_in_plan: bool,
    /// Whether it is a hydrant near enough to feed a pump connection of the building; `None` where the rules ask for none.
    #[serde(default)]
    pub feeds_connection: Option<bool>,
    /// Whether it counts by the hose rule; `None` when not known.
    pub counts_by_hose: Option<bool>,
    /// Why it counts or not.
    pub because: String,
    /// The hose's way.
    pub way: Option<LineString<f64>>,
    /// Hose lengths carried for it, laying curves and handling included.
    pub lengths: Option<u32>,
    /// Metres of it on stairs.
    pub stairs_m: f64,
    /// Friction loss at the nozzle's flow, MPa, lift not included.
    pub loss_mpa: Option<f64>,
    /// Pumps in line, the first included; `None` when no number of pumps of the relay does it.
    pub pumps: Option<u32>,
    /// The appliance that draws there and lays the hose: the one that certainly comes, else the one that may.
    pub appliance: Option<String>,
    /// What the hose line carries with that appliance, L/s.
    pub line_lps: Option<f64>,
    /// The main or pond whose water it shares with others, if known.
    pub shared: Option<String>,
}

/// Something one can build or bring to one site, tried by assessing the site again with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// The kind, a key of the study's table of remedies: `hydrant`, `loop`, `pond`, …
    pub kind: String,
    /// How many, or how many m3.
    pub quantity: f64,
    /// The quantity's unit: `piece`, `m3`, `m`.
    pub unit: String,
    /// Where, if the data offers a place.
    pub at: Option<Coord<f64>>,
    /// Where each piece of it stands, the first of them [`Remedy::at`].
    #[serde(default)]
    pub places: Vec<Coord<f64>>,
    /// What the place is: `main 17`, `open ground P3`.
    pub place: String,
    /// Whether the place lies in a protection zone, where the heritage authority has to agree.
    pub in_protection_zone: bool,
    /// Those zones, by what they are and their names.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Rulings on the place, of all pieces in turn. A place that certainly breaks a rule is not offered; one of which
    /// something is not known is.
    #[serde(default)]
    pub rulings: Vec<Ruling>,
    /// The stretches of lane to be widened, where that is the remedy or part of it.
    #[serde(default)]
    pub lanes: Vec<WidenedLane>,
    /// Whether it clears the site: nothing is missing afterwards, whatever single thing fails. The class is green then, or
    /// yellow where it was red or orange before.
    pub clears: bool,
    /// Whether it clears the site once it is certain that the appliances that may get to its sources do.
    #[serde(default)]
    pub clears_if_reached: bool,
    /// What nobody knows to hold and the remedy hangs on, in words: a place to be found, the diameter of a main, a level of
    /// water. Everything told of it stands under this condition.
    #[serde(default)]
    pub condition: Option<String>,
    /// Whether it clears the site, or clears it once engines get there, if its condition holds. A remedy on a condition
    /// never clears for certain.
    #[serde(default)]
    pub clears_on_condition: bool,
    /// The class afterwards; unknown where it hangs on a condition.
    pub class: WaterClass,
    /// Missing share of the flow afterwards.
    pub gap_flow: (f64, f64),
    /// Missing share of the volume afterwards.
    pub gap_volume: (f64, f64),
    /// Missing share of the flow afterwards when one thing fails.
    pub gap_n1: (f64, f64),
    /// How far the time to water exceeds its aim afterwards, as a share of the aim.
    #[serde(default)]
    pub gap_time: (f64, f64),
    /// The greatest share of flow, of volume, and of flow when one thing fails, that is missing afterwards once it is certain
    /// that the appliances that may get to its sources do.
    #[serde(default)]
    pub left_if_reached: (f64, f64, f64),
    /// Cost by the study, in its currency; `None` when the study gives none.
    pub cost: Option<f64>,
    /// Heritage impact by the study, 0 to 1.
    pub heritage_impact: Option<f64>,
    /// Whether no other remedy of the site is at least as cheap, as gentle and as good in everything told of it, and better
    /// in one. What nobody told the cost or the impact of is neither better nor worse in it.
    pub is_efficient: bool,
    /// What was assumed and what came of it, in one line.
    pub because: String,
}

/// A stretch of lane to be widened, or to be kept as wide where nobody knows how wide it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WidenedLane {
    /// The road's identifier.
    pub road: String,
    /// Its name.
    pub name: Option<String>,
    /// Where the stretch begins along the road, metres.
    pub from_m: f64,
    /// Where it ends.
    pub to_m: f64,
    /// Clear width today.
    pub width: Bounds<Metres>,
    /// Clear width asked for, metres.
    pub widened_m: f64,
    /// What tells the width of today: a pinch point with what stands there, or tags.
    pub because: String,
    /// What has to be taken away there, by kind and identifier; only what the data says can be.
    pub clear: Vec<String>,
    /// The stretch.
    pub line: LineString<f64>,
}

impl WidenedLane {
    /// The stretch in one line: where, from which width to which, and what is taken away.
    pub fn told(&self) -> String {
        let name = self.name.as_ref().map_or_else(|| self.road.clone(), |name| format!("{} ({name})", self.road));
        let metres = |end: Option<Metres>| end.map(|metres| format!("{:.2} m", metres.get()));
        let width = match (metres(self.width.low), metres(self.width.high)) {
            (Some(low), Some(high)) if low == high => low,
            (Some(low), Some(_)) if self.width.high.is_some_and(|high| high.get() >= self.widened_m) => {
                format!("at least {low}")
            }
            (Some(low), Some(high)) => format!("between {low} and {high}"),
            (None, Some(high)) => format!("at most {high}"),
            (Some(low), None) => format!("at least {low}"),
            (None, None) => "a width nobody knows".to_owned(),
        };
        let clear = if self.clear.is_empty() { String::new() } else { format!(" without {}", self.clear.join(", ")) };
        format!("{name} from {:.0} to {:.0} m, from {width} to {:.2} m{clear}", self.from_m, self.to_m, self.widened_m)
    }
}

/// The need by one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelNeed {
    /// The model.
    pub model: NeedModel,
    /// Flow needed.
    pub flow: Bounds<LitresPerSecond>,
    /// Volume needed.
    pub volume: Bounds<CubicMetres>,
}

/// Water class: red, orange, yellow, green, or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaterClass {
    /// More than half of the flow is missing, or no source can be used.
    Red,
    /// Fails when one thing fails, or in volume.
    Orange,
    /// The legal and the hose check disagree.
    Yellow,
    /// Nothing missing.
    Green,
    /// Nobody measured enough to tell.
    #[default]
    Unknown,
}

impl WaterClass {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Unknown => "unknown",
        }
    }
}

/// Need, supply and gap of one site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteWater {
    /// Flow needed.
    pub flow_required: Bounds<LitresPerSecond>,
    /// Volume needed.
    pub volume_required: Bounds<CubicMetres>,
    /// Why so much.
    pub need_because: String,
    /// Sources near the site, nearest first.
    pub sources: Vec<SourceAtSite>,
    /// Hydrants that count within the legal radius.
    pub hydrants_in_plan: u32,
    /// Sources that count by hose.
    pub sources_by_hose: u32,
    /// Hydrants near enough to feed a pump connection of the building; `None` where the rules ask for none.
    #[serde(default)]
    pub hydrants_for_connection: Option<u32>,
    /// Flow available.
    pub flow_available: Bounds<LitresPerSecond>,
    /// Volume available.
    pub volume_available: Bounds<CubicMetres>,
    /// Missing share of the flow, 0 to 1: least and greatest.
    pub gap_flow: (f64, f64),
    /// Missing share of the volume.
    pub gap_volume: (f64, f64),
    /// Class.
    pub class: WaterClass,
    /// Score for the order, greatest first: least and greatest.
    pub score: (f64, f64),
    /// Rank, 1 first; ties share.
    pub rank: Option<u32>,
    /// The reason in one line.
    pub because: String,
    /// Need by the models the study compares.
    pub needs: Vec<ModelNeed>,
    /// From the least to the greatest flow that any of the models gives.
    #[serde(default)]
    pub flow_spread: Bounds<LitresPerSecond>,
    /// The same for the volume.
    #[serde(default)]
    pub volume_spread: Bounds<CubicMetres>,
    /// Flow that counts by the legal screen: distance in plan, branch and ring, counted flow.
    pub flow_in_plan: Bounds<LitresPerSecond>,
    /// Whether the legal screen finds enough; `None` when not known.
    pub is_enough_in_plan: Option<bool>,
    /// Whether enough comes by hose; `None` when not known.
    pub is_enough_by_hose: Option<bool>,
    /// Where the two checks disagree, in one line.
    pub disagreement: Option<String>,
    /// Missing share of the flow after the single failure that hurts most.
    pub gap_n1: (f64, f64),
    /// That failure, in words.
    pub worst_failure: Option<String>,
    /// Time from the alarm to water at the site, seconds: least and greatest; `None` when not known or never.
    pub time_to_water_s: (Option<f64>, Option<f64>),
    /// How far the time to water exceeds its aim, as a share of the aim, 0 to 1.
    pub gap_time: (f64, f64),
    /// The best class it may have.
    pub class_best: WaterClass,
    /// The worst class it may have.
    pub class_worst: WaterClass,
    /// What keeps the site from being better, in one line.
    pub binding: String,
    /// The class that it is ranked in: the one it has when everything unknown lies in the middle.
    #[serde(default)]
    pub class_ranked: WaterClass,
    /// Lowest rank number under the sampling of weights and of what is not known.
    pub rank_low: Option<u32>,
    /// Highest rank number.
    pub rank_high: Option<u32>,
    /// Chance to be among the first ones.
    pub first_probability: f64,
    /// What was tried, efficient ones first, by cost.
    pub remedies: Vec<Remedy>,
    /// The cheapest remedy that clears the site, in one line, after what to survey first where that may be enough.
    pub cheapest_remedy: Option<String>,
    /// The place in [`SiteWater::remedies`] of the remedy that this line names; none where it names none.
    #[serde(default)]
    pub named_remedy: Option<usize>,
    /// What would clear the site if it turned out well, in one line: tests of sources, a certain way for an engine.
    #[serde(default)]
    pub survey_first: Option<String>,
    /// What to survey, the most telling first.
    pub surveys: Vec<String>,
    /// Rulings on hydrants and hose for this site.
    pub rulings: Vec<Ruling>,
    /// Length of way along which the hose of one appliance leads, metres.
    #[serde(default)]
    pub hose_reach_m: f64,
    /// The parts of ways from which that hose gets to the site: for maps alone, so no file keeps them.
    #[serde(skip)]
    pub hose_reach: Vec<LineString<f64>>,
}

impl SiteWater {
    /// The remedy that the site's line names: the cheapest that clears it, else what leaves least missing.
    pub fn named(&self) -> Option<&Remedy> {
        self.remedies.get(self.named_remedy?)
    }

    /// The remedies worth listing: the named one first, then all others that nothing beats.
    pub fn listed_remedies(&self) -> impl Iterator<Item = &Remedy> {
        let named = self.named_remedy;
        let is_other = move |(index, remedy): &(usize, &Remedy)| remedy.is_efficient && Some(*index) != named;
        self.named().into_iter().chain(self.remedies.iter().enumerate().filter(is_other).map(|(_, remedy)| remedy))
    }
}

/// The flow that stands for a river or another source that never runs out, litres a second: more than anything asks for.
pub const ENDLESS_LPS: u32 = 100_000;

/// One hydrant as the inventory sees it. In the order of the layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HydrantFinding {
    /// The hydrant.
    pub id: String,
    /// Where it stands.
    pub at: Coord<f64>,
    /// How it is built.
    pub kind: HydrantKind,
    /// Whether it works.
    pub service: Service,
    /// Date of its last test, as stated.
    pub tested_on: Option<String>,
    /// Where it came from.
    pub origin: String,
    /// Flow it gives, capped at what may be counted for one hydrant.
    pub flow: Bounds<LitresPerSecond>,
    /// Pressure while water is drawn, as stated.
    #[serde(default)]
    pub pressure: Bounds<Megapascals>,
    /// Pressure at rest, as stated.
    #[serde(default)]
    pub static_pressure: Bounds<Megapascals>,
    /// Outlets, as stated.
    #[serde(default)]
    pub outlets: Option<String>,
    /// How its main is laid.
    #[serde(default)]
    pub main_layout: Option<MainLayout>,
    /// Diameter of its main, millimetres; where that is not known, of its own pipe.
    #[serde(default)]
    pub main_mm: Option<f64>,
    /// Distance in plan to the nearest other hydrant that is not out of service, metres.
    pub spacing_m: Option<f64>,
    /// The nearest other hydrant.
    pub neighbour: Option<String>,
    /// The main it stands on: named by it, or the nearest one.
    pub main: Option<String>,
    /// Whether its last test is older than allowed; `None` when the date is not known.
    pub is_overdue: Option<bool>,
    /// Sites it counts for by the legal screen.
    pub sites_in_plan: u32,
    /// Sites it serves by hose, for certain.
    pub sites_by_hose: u32,
    /// Distance to the nearest road that hose or engines use, metres.
    pub snapped_m: Option<f64>,
    /// Rulings on it.
    pub rulings: Vec<Ruling>,
}

/// One pond, tank, jar group or intake as the inventory sees it. In the order of the layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterSourceFinding {
    /// The source.
    pub id: String,
    /// Where water is drawn.
    pub at: Coord<f64>,
    /// `pond`, `tank`, `jars`, …
    pub kind: String,
    /// The body of water it draws from, where it shares one.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether it works.
    pub service: Service,
    /// What it gives over the whole duration.
    pub volume: Bounds<CubicMetres>,
    /// Height of the pump above the water, metres; negative where the deck is flooded. `None` for vessels, which need no
    /// suction, and where a height is not known.
    pub suction_m: Option<f64>,
    /// Whether its water can be drawn; `None` when not known.
    pub can_draw: Option<bool>,
    /// Kinds of appliances that certainly get to it.
    pub appliances: Vec<String>,
    /// Sites it counts for by the legal screen.
    pub sites_in_plan: u32,
    /// Sites it serves by hose, for certain.
    pub sites_by_hose: u32,
    /// Where it came from.
    pub origin: String,
    /// Rulings on it.
    pub rulings: Vec<Ruling>,
}

/// A survey that would settle something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// What to measure: `test hydrant H-12`.
    pub what: String,
    /// The hydrant, source or site.
    pub id: String,
    /// Where it is.
    pub at: Option<Coord<f64>>,
    /// Sites whose gap hangs on it.
    pub sites: u32,
    /// How much of the width of their gaps it would settle, shared among what is unknown at each site.
    pub settles: f64,
}

/// A main or a park without a hydrant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithoutHydrant {
    /// `main` or `park`.
    pub kind: String,
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// A place on it.
    pub at: Option<Coord<f64>>,
    /// Length of the main in metres, area of the park in square metres.
    pub size: f64,
    /// Distance to the nearest hydrant that is not out of service, metres; `None` where the layer has none.
    pub nearest_m: Option<f64>,
}

/// A count or a share over the whole city, as an interval where it hangs on what nobody measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaterFigure {
    /// What is counted: `sites_enough_by_hose`, `hydrants_overdue`, …
    pub measure: String,
    /// Which part of it: a model of need, a kind of site; `all` for the whole.
    pub part: String,
    /// What is certain.
    pub low: f64,
    /// What may be.
    pub high: f64,
    /// Of how many; zero where there is nothing to be a part of.
    pub of: f64,
    /// `sites`, `hydrants`, `buildings`, …
    pub unit: String,
}

/// Everything about water in one scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaterFindings {
    /// One entry a site.
    pub sites: Vec<SiteWater>,
    /// Whether the study has a layer of hydrants; if not, supply is unknown and nothing is counted as missing.
    pub hydrants_supplied: bool,
    /// Whether the study has a layer of ponds, tanks and intakes.
    pub sources_supplied: bool,
    /// One entry a hydrant.
    pub hydrants: Vec<HydrantFinding>,
    /// One entry a pond, tank, jar group or intake.
    #[serde(default)]
    pub sources: Vec<WaterSourceFinding>,
    /// Mains and parks without a hydrant, mains first, each in the order of its layer.
    #[serde(default)]
    pub without_hydrant: Vec<WithoutHydrant>,
    /// Counts and shares over the whole city.
    #[serde(default)]
    pub figures: Vec<WaterFigure>,
    /// Kendall's tau between the order by the study's model and by another one.
    pub rank_correlation: Vec<(NeedModel, f64)>,
    /// Share of the pairs of sites whose order hangs on what nobody measured, 0 to 1.
    pub unsettled_share: f64,
    /// Surveys, the most telling first.
    pub surveys: Vec<Survey>,
}
