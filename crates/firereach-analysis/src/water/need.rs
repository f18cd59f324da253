//! How much water a fire in a building asks for: flow, time and volume, by the model the study chose.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Body, BuildingStructure, BuildingUse, Grade, Site};
use firereach_model::parameters::WaterParameters;
use firereach_model::parameters::water::{FlowRow, NeedModel};
use firereach_model::units::{CubicMetres, LitresPerSecond, Metres};

/// Litres in a US gallon.
const LITRES_PER_GALLON: f64 = 3.785_411_784;
/// Square feet in a square metre.
const SQUARE_FEET_PER_M2: f64 = 1.0 / 0.092_903_04;
/// Cubic feet in a cubic metre.
const CUBIC_FEET_PER_M3: f64 = 1.0 / 0.028_316_846_592;

/// How a building stands to what is protected, which decides its row and the storeys it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is itself protected.
    Protected,
    /// It stands in a protected area and is not known to be protected itself.
    InProtectedArea,
    /// It is any other building.
    Other,
}

/// What burns: one building, or one with the volume of an adjacent one added.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Volume.
    pub volume: Bounds<CubicMetres>,
    /// Footprint, square metres, where there is one.
    pub area_m2: Option<f64>,
    /// Storeys, least and greatest.
    pub storeys: (f64, f64),
    /// What it is built of.
    pub structure: Option<BuildingStructure>,
    /// Fire-resistance grades it may have.
    pub grades: Vec<u8>,
    /// What it is used for.
    pub usage: Option<BuildingUse>,
    /// Whether another building is near enough to be an exposure; `None` when buildings are not known.
    pub is_exposed: Option<bool>,
    /// How volume and grade were obtained.
    pub because: String,
}

impl Subject {
    /// One building of this footprint.
    ///
    /// A stated volume is taken as it is. Otherwise the volume is footprint times height; a height that nobody gave is
    /// storeys times the storey height of the rule pack, and storeys that nobody counted are the pack's interval for
    /// protected buildings, or for others. Without a footprint the volume is not known.
    ///
    /// # Source
    ///
    /// GB 50974-2014, table 3.3.2, note 2: protected buildings of timber or brick and timber take the row of grade 3. The
    /// buildings of a protected area take it too.
    pub fn of_building(body: &Body, area_m2: Option<f64>, standing: Standing, parameters: &WaterParameters) -> Self {
        let storeys = match (body.storeys, standing) {
            (Some(counted), _) => (counted, counted),
            (None, Standing::Protected) => parameters.unknown_storeys,
            (None, Standing::InProtectedArea | Standing::Other) => parameters.need.other_storeys,
        };
        let (height, from) = height(body, storeys, parameters);
        let (volume, volume_from) = match (body.volume, area_m2) {
            (Some(volume), _) => (Bounds::exactly(volume), "stated volume".to_owned()),
            (None, Some(area)) => {
                let times = |h: Metres| volume_of(area * h.get());
                (
                    Bounds { low: height.low.map(times), high: height.high.map(times) },
                    format!("footprint {area:.0} m2 x {from}"),
                )
            }
            (None, None) => (Bounds::unknown(), "no footprint, volume not known".to_owned()),
        };
        let need = &parameters.need;
        let timber = body.structure.filter(|s| standing != Standing::Other && need.grade_three_structures.contains(s));
        let (grades, grade_from) = match (timber, body.fire_grade, body.structure) {
            (Some(structure), ..) => (vec![3], format!("protected {structure} building: row of grade 3")),
            (None, Some(grade), _) => (vec![grade], format!("grade {grade} stated")),
            (None, None, Some(structure)) => match need.grades_by_structure.get(&structure) {
                Some(grades) => (grades.clone(), format!("grade {} by structure {structure}", list(grades))),
                None => (need.unknown_grades.clone(), format!("structure {structure} says nothing of the grade")),
            },
            (None, None, None) => {
                (need.unknown_grades.clone(), format!("structure not known: grades {}", list(&need.unknown_grades)))
            }
        };
        Self {
            volume,
            area_m2,
            storeys: (f64::from(storeys.0), f64::from(storeys.1)),
            structure: body.structure,
            grades,
            usage: body.usage.filter(|usage| *usage != BuildingUse::Unknown),
            is_exposed: None,
            because: format!("{volume_from}; {grade_from}"),
        }
    }

    /// This building with the volume of an adjacent one added, in its own row.
    ///
    /// The other one's row is asked by the same call the other way round: which of the two rows gives the larger flow is not
    /// known before both have been looked up.
    ///
    /// # Source
    ///
    /// GB 50974-2014, table 3.3.2, note 1.
    #[must_use]
    pub fn with_neighbour(&self, neighbour: &Self, name: &str) -> Self {
        let sum = |a: Option<CubicMetres>, b: Option<CubicMetres>| Some(volume_of(a?.get() + b?.get()));
        Self {
            volume: Bounds {
                // Even where one of the two is not known the pair is no smaller than the other.
                low: sum(self.volume.low, neighbour.volume.low).or(self.volume.low).or(neighbour.volume.low),
                high: sum(self.volume.high, neighbour.volume.high),
            },
            because: format!("{}; with the adjacent building {name} (note 1)", self.because),
            ..self.clone()
        }
    }
}

/// A place of which the source says what is no building, or may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAir {
    /// What the source says, with the column or tag that says it.
    pub word: String,
    /// Whether that is never a building.
    pub is_certain: bool,
}

impl OpenAir {
    /// What the source of a site says, unless the site is an area or has taken a building's footprint, or its source counts
    /// storeys or tells a volume. Reading sees to it that what stands free takes only a footprint that it lies in.
    pub fn of(site: &Site, parameters: &WaterParameters) -> Option<Self> {
        let has_building = site.building.is_some() || site.body.storeys.is_some() || site.body.volume.is_some();
        if site.kind.is_area() || has_building {
            return None;
        }
        let (word, is_certain) = parameters.need.no_building.word_in(&site.details)?;
        Some(Self { word, is_certain })
    }
}

/// What a fire asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// Flow.
    pub flow: Bounds<LitresPerSecond>,
    /// Volume.
    pub volume: Bounds<CubicMetres>,
    /// The chain from the building to the figures.
    pub because: String,
}

impl Need {
    /// The lower ends of flow and volume, in the order in which needs are greater.
    fn low_end(&self) -> (Option<LitresPerSecond>, Option<CubicMetres>) {
        (self.flow.low, self.volume.low)
    }

    /// The upper ends of flow and volume, in the order in which needs are greater; a missing end is greater than any.
    fn high_end(&self) -> (bool, Option<LitresPerSecond>, bool, Option<CubicMetres>) {
        (self.flow.high.is_none(), self.flow.high, self.volume.high.is_none(), self.volume.high)
    }

    /// Whether it is greater than another at either end.
    pub(super) fn exceeds(&self, other: &Self) -> bool {
        self.low_end() > other.low_end() || self.high_end() > other.high_end()
    }

    /// The largest of some needs of which any may be asked, each end on its own; the first of equal ones gives the reason.
    pub(super) fn largest(needs: &[Self]) -> Option<Self> {
        let (low_end, high_end) = (needs.iter().map(Self::low_end).max()?, needs.iter().map(Self::high_end).max()?);
        let has_low = |need: &&Self| need.low_end() == low_end;
        let has_high = |need: &&Self| need.high_end() == high_end;
        if let Some(both) = needs.iter().filter(has_low).find(has_high) {
            return Some(both.clone());
        }
        let (low, high) = (needs.iter().find(has_low)?, needs.iter().find(has_high)?);
        Some(Self {
            flow: Bounds { low: low.flow.low, high: high.flow.high },
            volume: Bounds { low: low.volume.low, high: high.volume.high },
            because: format!("low end: {}; high end: {}", low.because, high.because),
        })
    }
}

/// Works out the need of a subject by one model.
///
/// Doubt is carried through: whatever is not known of volume, grade, use or structure widens the interval, and an end is
/// missing where the model's table ends before the building does.
///
/// # Source
///
/// GB 50974-2014, 3.3.2, 3.6.1 and 3.6.2; NFPA 1142, chapter 4; ISO Fire Suppression Rating Schedule, needed fire flow;
/// IFC, table B105.1; practice formula of supply intensity; Japan, standard for fire water supply, article 3. The figures
/// are the rule pack's.
pub fn measure_need(subject: &Subject, model: NeedModel, parameters: &WaterParameters) -> Need {
    match model {
        NeedModel::FlowTable => by_flow_table(subject, parameters),
        NeedModel::Nfpa1142 => by_nfpa1142(subject, parameters),
        NeedModel::IsoNff => by_iso(subject, parameters),
        NeedModel::IfcB => by_ifc(subject, parameters),
        NeedModel::Intensity => by_intensity(subject, parameters),
        NeedModel::Japan => {
            let fixed = &parameters.need.japan;
            Need {
                flow: Bounds::exactly(flow_of(fixed.lps)),
                volume: Bounds::exactly(volume_of(fixed.m3)),
                because: format!("one source of {:.1} L/s and {:.0} m3", fixed.lps, fixed.m3),
            }
        }
    }
}

/// A need as it is where no building stands: nothing, or anything from nothing where one may.
pub fn without_building(need: Need, open_air: &OpenAir) -> Need {
    let Need { flow, volume, because } = need;
    let word = &open_air.word;
    if open_air.is_certain {
        let (flow, volume) = (Bounds::exactly(LitresPerSecond::ZERO), Bounds::exactly(CubicMetres::ZERO));
        return Need { flow, volume, because: format!("{word}: no building, for which nothing is asked") };
    }
    Need {
        flow: Bounds { low: Some(LitresPerSecond::ZERO), ..flow },
        volume: Bounds { low: Some(CubicMetres::ZERO), ..volume },
        because: format!("{word}: nothing if no building stands there; else {because}"),
    }
}

/// A need with what further systems draw on the same water, where the study counts it: hydrants indoors by the volume of a
/// protected building, and jets for its neighbours.
///
/// # Source
///
/// GB 50974-2014, 3.5.2 and 3.6.1: the volumes of all systems add up.
pub fn with_further(need: Need, subject: &Subject, grade: Option<Grade>, parameters: &WaterParameters) -> Need {
    let rules = &parameters.need.further;
    let mut need = need;
    let add = |bounds: &mut Bounds<CubicMetres>, (low, high): (f64, f64)| {
        bounds.low = bounds.low.map(|m3| volume_of(m3.get() + low));
        bounds.high = bounds.high.map(|m3| volume_of(m3.get() + high));
    };
    if rules.counts_indoor {
        let is_of = |of: bool, is_known: bool| if is_known { (of, of) } else { (false, true) };
        let (sure, may) = is_of(
            subject.structure.is_some_and(|structure| rules.indoor_structures.contains(&structure)),
            subject.structure.is_some(),
        );
        let has_grade = grade.is_some_and(|grade| rules.indoor_grades.contains(&grade));
        let flow = |m3: f64| step_or_last(&rules.indoor_by_volume, m3);
        let low = subject.volume.low.map_or(0.0, |volume| flow(volume.get()));
        let high = flow(subject.volume.high.map_or(f64::INFINITY, CubicMetres::get));
        let (low, high) = (if sure { low } else { 0.0 }, if may { high } else { 0.0 });
        if has_grade && high > 0.0 {
            add(&mut need.volume, (volume_for(low, rules.indoor_h), volume_for(high, rules.indoor_h)));
            need.because.push_str(&format!("; with {} indoors", show(Some(low), Some(high), 0, "L/s")));
        }
    }
    if rules.counts_exposure && subject.is_exposed != Some(false) {
        let low = if subject.is_exposed == Some(true) { rules.exposure_lps } else { 0.0 };
        let high = rules.exposure_lps;
        need.flow.low = need.flow.low.map(|lps| flow_of(lps.get() + low));
        need.flow.high = need.flow.high.map(|lps| flow_of(lps.get() + high));
        let hours = parameters.duration_h;
        add(&mut need.volume, (volume_for(low, hours), volume_for(high, hours)));
        need.because.push_str(&format!("; with {} for neighbours", show(Some(low), Some(high), 1, "L/s")));
    }
    need
}

/// Volume that a flow uses up in some hours: `V = 3.6 Q t` (GB 50974-2014, 3.6.1).
pub fn volume_for(flow_lps: f64, hours: f64) -> f64 {
    3.6 * flow_lps * hours
}

fn by_flow_table(subject: &Subject, parameters: &WaterParameters) -> Need {
    let rows: Vec<&FlowRow> =
        subject.grades.iter().flat_map(|grade| rows_for(&parameters.flow_table, *grade, subject.usage)).collect();
    let low = rows
        .iter()
        .filter_map(|row| row_flow(row, subject.volume.low.map_or(0.0, CubicMetres::get)))
        .fold(None, |least: Option<f64>, flow| Some(least.map_or(flow, |l| l.min(flow))));
    let high = match subject.volume.high {
        // A table that ends below the volume gives no upper limit.
        Some(volume) => rows.iter().try_fold(0.0_f64, |most, row| row_flow(row, volume.get()).map(|f| most.max(f))),
        None => rows.iter().filter_map(|row| row.flow_by_volume.last()).map(|last| last.1).reduce(f64::max),
    };
    // Beyond the end of every row the greatest last entry is the least that can be meant, as the row it ends was the last to.
    let low =
        low.or_else(|| rows.iter().filter_map(|row| row.flow_by_volume.last()).map(|last| last.1).reduce(f64::max));
    let hours = parameters.duration_h;
    let high = if rows.is_empty() { None } else { high };
    Need {
        flow: Bounds { low: low.map(flow_of), high: high.map(flow_of) },
        volume: Bounds {
            low: low.map(|q| volume_of(volume_for(q, hours))),
            high: high.map(|q| volume_of(volume_for(q, hours))),
        },
        because: format!(
            "{}; volume {}; table of design flows gives {}; {hours} h",
            subject.because,
            show(subject.volume.low.map(CubicMetres::get), subject.volume.high.map(CubicMetres::get), 0, "m3"),
            show(low, high, 0, "L/s"),
        ),
    }
}

/// The rows that may decide for a grade and a use: the row of the use, else the row for all other uses; every row of the
/// grade where the use is not known.
fn rows_for(table: &[FlowRow], grade: u8, usage: Option<BuildingUse>) -> Vec<&FlowRow> {
    let of_grade = || table.iter().filter(move |row| row.grades.contains(&grade));
    match usage {
        None => of_grade().collect(),
        Some(usage) => of_grade()
            .find(|row| row.uses.contains(&usage))
            .or_else(|| of_grade().find(|row| row.uses.is_empty()))
            .into_iter()
            .collect(),
    }
}

fn row_flow(row: &FlowRow, volume_m3: f64) -> Option<f64> {
    step(&row.flow_by_volume, volume_m3)
}

/// The second number of the first entry whose first number is no less than `x`.
fn step(table: &[(f64, f64)], x: f64) -> Option<f64> {
    table.iter().find(|entry| x <= entry.0).map(|entry| entry.1)
}

/// As [`step`], with the last entry beyond the end.
fn step_or_last(table: &[(f64, f64)], x: f64) -> f64 {
    step(table, x).or(table.last().map(|entry| entry.1)).unwrap_or(0.0)
}

fn by_nfpa1142(subject: &Subject, parameters: &WaterParameters) -> Need {
    let rules = &parameters.need.nfpa1142;
    let construction = subject
        .structure
        .and_then(|s| rules.construction.get(&s))
        .map_or(rules.unknown_construction, |number| (*number, *number));
    let exposed = |if_unknown: bool| subject.is_exposed.unwrap_or(if_unknown);
    let gallons = |volume: CubicMetres, hazard: f64, construction: f64, is_exposed: bool| {
        let (factor, least) =
            if is_exposed { (rules.exposure_factor, rules.least_gal.1) } else { (1.0, rules.least_gal.0) };
        (volume.get() * CUBIC_FEET_PER_M3 / hazard * construction * factor).max(least)
    };
    // The smaller hazard number is the more severe.
    let low = gallons(subject.volume.low.unwrap_or(CubicMetres::ZERO), rules.hazard.1, construction.0, exposed(false));
    let high = subject.volume.high.map(|v| gallons(v, rules.hazard.0, construction.1, exposed(true)));
    let flow = |gal: f64| flow_of(step_or_last(&rules.flow_by_supply, gal) * LITRES_PER_GALLON / 60.0);
    let volume = |gal: f64| volume_of(gal * LITRES_PER_GALLON / 1000.0);
    Need {
        flow: Bounds { low: Some(flow(low)), high: Some(high.map_or_else(|| flow(f64::INFINITY), flow)) },
        volume: Bounds { low: Some(volume(low)), high: high.map(volume) },
        because: format!("{}; least water supply {} by NFPA 1142", subject.because, show(Some(low), high, 0, "gal")),
    }
}

fn by_iso(subject: &Subject, parameters: &WaterParameters) -> Need {
    let rules = &parameters.need.iso_nff;
    let construction =
        subject.structure.and_then(|s| rules.construction.get(&s)).map_or(rules.unknown_construction, |f| (*f, *f));
    let flow = |area: f64, storeys: f64, construction: f64, exposure: f64| {
        let effective = area * SQUARE_FEET_PER_M2 * (1.0 + rules.storey_share * (storeys - 1.0).max(0.0));
        let needed = 18.0 * construction * effective.sqrt() * rules.occupancy * (1.0 + exposure);
        ((needed / rules.round_gpm).round() * rules.round_gpm).clamp(rules.range_gpm.0, rules.range_gpm.1)
    };
    let low =
        subject.area_m2.map_or(rules.range_gpm.0, |a| flow(a, subject.storeys.0, construction.0, rules.exposure.0));
    let high =
        subject.area_m2.map_or(rules.range_gpm.1, |a| flow(a, subject.storeys.1, construction.1, rules.exposure.1));
    let timed = |gpm: f64| (gpm, step_or_last(&rules.duration_by_flow, gpm));
    gallons_a_minute(timed(low), Some(timed(high)), &subject.because, "needed fire flow")
}

fn by_ifc(subject: &Subject, parameters: &WaterParameters) -> Need {
    let rules = &parameters.need.ifc_b;
    let combustible = subject.structure.is_some_and(|s| {
        matches!(s, BuildingStructure::Timber | BuildingStructure::BrickTimber | BuildingStructure::Mixed)
    });
    let floors = |storeys: f64| subject.area_m2.map(|area| area * storeys * SQUARE_FEET_PER_M2);
    let (least, most) = (floors(subject.storeys.0).unwrap_or(0.0), floors(subject.storeys.1));
    let timed = |gpm: f64| (gpm, step_or_last(&rules.duration_by_flow, gpm));
    // The table is that of combustible construction: an upper limit for any other, and for what is not known.
    let low = timed(step_or_last(&rules.flow_by_area, if combustible { least } else { 0.0 }));
    let high = most.and_then(|feet| step(&rules.flow_by_area, feet)).map(timed);
    // The row of dwellings asks for theirs whatever they are built of.
    let dwelling = (rules.dwelling.gpm, rules.dwelling.hours);
    let is_in_row = |feet: f64| feet <= rules.dwelling.most_ft2;
    let (low, high) = match subject.usage {
        Some(BuildingUse::Dwelling) => (
            if is_in_row(least) { dwelling } else { low },
            if most.is_some_and(is_in_row) { Some(dwelling) } else { high },
        ),
        None if is_in_row(least) && dwelling < low => (dwelling, high),
        _ => (low, high),
    };
    gallons_a_minute(low, high, &subject.because, "IFC table B105 for combustible construction")
}

/// A need from gallons a minute for so many hours, least and greatest; the greatest is missing where a table ends before it.
fn gallons_a_minute(low: (f64, f64), high: Option<(f64, f64)>, because: &str, name: &str) -> Need {
    let lps = |gpm: f64| gpm * LITRES_PER_GALLON / 60.0;
    let flow = |(gpm, _): (f64, f64)| flow_of(lps(gpm));
    let volume = |(gpm, hours): (f64, f64)| volume_of(volume_for(lps(gpm), hours));
    Need {
        flow: Bounds { low: Some(flow(low)), high: high.map(flow) },
        volume: Bounds { low: Some(volume(low)), high: high.map(volume) },
        because: format!("{because}; {name} {}", show(Some(low.0), high.map(|h| h.0), 0, "gal/min")),
    }
}

fn by_intensity(subject: &Subject, parameters: &WaterParameters) -> Need {
    let rules = &parameters.need.intensity;
    let flow = |zone: f64| subject.area_m2.map(|area| rules.lps_per_m2 * area.min(zone));
    let (low, high) = (flow(rules.zone_m2.0), flow(rules.zone_m2.1));
    let volume = |q: f64| volume_of(volume_for(q, parameters.duration_h));
    Need {
        flow: Bounds { low: low.map(flow_of), high: high.map(flow_of) },
        volume: Bounds { low: low.map(volume), high: high.map(volume) },
        because: format!("{}; {} L/(s m2) on the burning area", subject.because, rules.lps_per_m2),
    }
}

/// The height of a body of at least and at most so many storeys, with how it was obtained.
fn height(body: &Body, (least, most): (u16, u16), parameters: &WaterParameters) -> (Bounds<Metres>, String) {
    if body.height.low.is_some() && body.height.high.is_some() {
        let from = body.height_from.clone().unwrap_or_else(|| "stated height".to_owned());
        return (body.height, from);
    }
    let counted = Bounds {
        low: Some(metres(f64::from(least) * parameters.storey_m.0)),
        high: Some(metres(f64::from(most) * parameters.storey_m.1)),
    };
    let from = match body.storeys {
        Some(storeys) => format!("{storeys} storeys of {} to {} m", parameters.storey_m.0, parameters.storey_m.1),
        None => format!("height not known, {least} to {most} storeys assumed"),
    };
    // A stated half of the interval stays where it does not contradict the counted one.
    (body.height.intersection(counted).unwrap_or(counted), from)
}

fn list(grades: &[u8]) -> String {
    grades.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}

/// An interval in words.
pub(super) fn show(low: Option<f64>, high: Option<f64>, decimals: usize, unit: &str) -> String {
    match (low, high) {
        (Some(l), Some(h)) if format!("{l:.decimals$}") == format!("{h:.decimals$}") => {
            format!("{l:.decimals$} {unit}")
        }
        (Some(l), Some(h)) => format!("{l:.decimals$} to {h:.decimals$} {unit}"),
        (Some(l), None) => format!("at least {l:.decimals$} {unit}"),
        (None, Some(h)) => format!("at most {h:.decimals$} {unit}"),
        (None, None) => "not known".to_owned(),
    }
}

fn metres(value: f64) -> Metres {
    Metres::new(value).unwrap_or(Metres::ZERO)
}

fn flow_of(lps: f64) -> LitresPerSecond {
    LitresPerSecond::new(lps).unwrap_or(LitresPerSecond::ZERO)
}

fn volume_of(m3: f64) -> CubicMetres {
    CubicMetres::new(m3).unwrap_or(CubicMetres::ZERO)
}

#[cfg(test)]
mod tests;
