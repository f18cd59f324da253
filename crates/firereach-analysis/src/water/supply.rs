//! Every source of water of a city as numbers: what it gives, what it shares, what fails it.

use std::collections::BTreeMap;

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Hydrant, HydrantKind, Main, MainLayout, Service, WaterSource, WaterSourceKind};
use firereach_model::findings::water::ENDLESS_LPS;
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::parameters::water::SupplyParameters;
use firereach_model::rules::Date;
use firereach_model::units::{CubicMetres, LitresPerSecond, Megapascals, Quantity};
use geo::{BoundingRect, Rect};
use geo_types::{Geometry, Point};
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use super::amounts::{decilitres, whole};
use super::gap::Failure;
use super::hose::can_draw;
use super::inventory::is_overdue;

mod mains;

use mains::{Mains, chunks_along, shut_off_together};

/// Stands for water without an end, dL/s.
pub(super) const ENDLESS_FLOW: u64 = ENDLESS_LPS as u64 * 10;
/// Stands for a volume without an end, litres.
pub(super) const ENDLESS_VOLUME: u64 = 1_000_000_000_000;

/// Branches numbered from here on are bodies of water that several sources draw from, and no mains.
const FIRST_BODY: usize = usize::MAX / 2;
/// The branch that all hydrants share in doubt of which no main is known.
const NO_MAIN: usize = usize::MAX;

/// Whether a branch is a body of water that several sources draw from.
pub(super) fn is_body(branch: usize) -> bool {
    (FIRST_BODY..NO_MAIN).contains(&branch)
}

/// Whether a branch is one of mains that the data holds.
pub(super) fn is_of_mains(branch: usize) -> bool {
    branch < FIRST_BODY
}

/// One hydrant, pond, tank, jar group or intake.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its identifier.
    pub id: String,
    /// `hydrant`, or the word of the kind of source.
    pub kind: &'static str,
    /// Whether it is a hydrant.
    pub is_hydrant: bool,
    /// The body of water that it shares with other sources.
    pub body: Option<String>,
    /// Where water is taken.
    pub at: Point<f64>,
    /// The height of the ground there.
    pub height_m: Option<f64>,
    /// Whether it works.
    pub service: Service,
    /// What it gives, dL/s, least and greatest.
    pub flow: (u64, u64),
    /// What it gives over the whole duration, litres.
    pub volume: (u64, u64),
    /// What it gives at most at one time, dL/s; `u64::MAX` where its water is stored.
    pub draw: (u64, u64),
    /// What it counts by the legal screen, dL/s.
    pub counted: (u64, u64),
    /// The most lines that certainly come from it at once, and that may.
    pub outlets: (u32, u32),
    /// The branch or body of water it shares when in doubt, and for certain.
    pub branch: (Option<usize>, Option<usize>),
    /// Its main, an index into the layer.
    pub main: Option<usize>,
    /// What fails it.
    pub failures: Vec<Failure>,
    /// What else may fail it, to be counted on at the lower end alone.
    pub failures_in_doubt: Vec<Failure>,
    /// The pressure it has during a fire, MPa, least and greatest, as far as known.
    pub pressure_mpa: (Option<f64>, Option<f64>),
    /// Height of the pump above the water, metres; `None` for hydrants and vessels and where a height is not known.
    pub suction_m: Option<f64>,
    /// Whether its water can be drawn by suction; `None` when a height is not known. Hydrants and vessels need none.
    pub can_draw: Option<bool>,
    /// What nobody measured, in words.
    pub unknown: Vec<&'static str>,
}

/// All sources of a city.
#[derive(Clone, Debug)]
pub struct Supply {
    /// Hydrants in the order of their layer, then the other sources in the order of theirs.
    pub sources: Vec<Source>,
    /// Whether the study speaks for hydrants.
    pub knows_hydrants: bool,
    /// Whether the study speaks for other sources.
    pub knows_sources: bool,
    /// Whether the study vouches that no hydrant is missing.
    pub has_all_hydrants: bool,
    /// Whether the study vouches that no other source is missing.
    pub has_all_sources: bool,
    segments: Vec<String>,
    mains: Vec<String>,
    zones: Vec<String>,
    gauges: Vec<String>,
    tree: RTree<GeomWithData<[f64; 2], usize>>,
    /// What a new hydrant on each main would share.
    on_mains: Vec<OnMain>,
    segment_hydrants: usize,
}

/// What a new hydrant on a main would share, and what would fail it.
#[derive(Clone, Debug)]
struct OnMain {
    branch: (Option<usize>, Option<usize>),
    zone: Option<u32>,
    segments: Segments,
    /// The hydrants on it, metres along it and by number, in order.
    hydrants: Vec<(f64, usize)>,
}

/// The segments of a main, by number.
#[derive(Clone, Debug)]
enum Segments {
    /// The one between known valves.
    One(u32),
    /// Where valves are not known its parts in order, with those that new hydrants would make.
    Parts(Vec<u32>),
}

/// What new hydrants on a main share with those that stand there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewOnMain {
    /// The branch, in doubt and for certain.
    pub(super) branch: (Option<usize>, Option<usize>),
    /// For each new hydrant what fails it beside itself for certain, and what may.
    pub(super) failures: Vec<(Vec<Failure>, Vec<Failure>)>,
    /// The segment that each hydrant of the main then fails with: where valves are not known, new ones shift the parts.
    pub(super) segments: Vec<(usize, Failure)>,
}

impl Supply {
    /// Reads the layers as sources of water.
    ///
    /// A hydrant gives what was measured, no more than may be counted for one; without a measurement anything from
    /// nothing to that, and nothing is certain of a hydrant whose state nobody told, or whose last test is overdue where the
    /// rules do not trust it. What it gives at less pressure than the rules want is an upper end alone. A pond gives its
    /// volume and its refill over the duration; without a volume, what refills it for certain and no more than anything.
    /// A refill that nobody mentions is not assumed at either end; of a pond it is said to be unknown. An intake on a river
    /// has no end once its level is known. Water that lies too deep, or over the deck, gives nothing.
    ///
    /// Hydrants on one branch share the water of one. In doubt, that is on a main whose layout nobody told or on none,
    /// they do so at the lower end of every interval only. Branch mains that touch are one branch. Sources that draw from one
    /// body share its water, and fail together. Hydrants between the same valves fail together; where valves are not known,
    /// as many neighbours along a main as one segment may have may do so, on what may be a branch all of them, and where no
    /// main is known as many neighbours as one segment may have.
    ///
    /// # Source
    ///
    /// GB 50974-2014, 4.3.7 (suction), 6.1.5 (branch, ponds), 7.3.2 (counted flow), 8.1.4 (segments, approximate).
    pub fn build(layers: &Layers, parameters: &WaterParameters, as_of: Date) -> Self {
        let mut names = Names::default();
        let mains = Mains::build(&layers.mains, parameters.supply.main_reach_m);
        let duration_s = duration_s(parameters);
        let mut sources = Vec::with_capacity(layers.hydrants.len() + layers.water_sources.len());
        let on_main: Vec<Option<(usize, f64)>> = layers.hydrants.iter().map(|hydrant| mains.of(hydrant)).collect();
        let chunks = chunks_along(&on_main, parameters.supply.segment_hydrants);
        for (index, hydrant) in layers.hydrants.iter().enumerate() {
            let mut source = of_hydrant(hydrant, parameters, duration_s, as_of);
            source.main = on_main[index].map(|(main, _)| main);
            source.branch = mains.branch(source.main);
            source.failures.push(Failure::Source(number(sources.len())));
            if let Some(main) = source.main {
                let main = &layers.mains[main];
                let mut segment = |name: String| Failure::Segment(Names::number(&mut names.segments, name));
                match &main.segment {
                    Some(known) => source.failures.push(segment(segment_of(known))),
                    None => source.failures_in_doubt.push(segment(part_of(main, chunks[index]))),
                }
                // What shuts off the beginning of a branch shuts off all of it, wherever its valves are.
                source.failures_in_doubt.extend(source.branch.0.map(|branch| Failure::Branch(number(branch))));
                if let Some(zone) = &main.pressure_zone {
                    source.failures.push(Failure::Zone(Names::number(&mut names.zones, zone.clone())));
                }
                source.volume = match (parameters.supply.volume_needs_ring, main.layout) {
                    (false, _) | (true, MainLayout::Ring) => source.volume,
                    (true, MainLayout::Unknown) => (0, source.volume.1),
                    (true, MainLayout::Branch) => (0, 0),
                };
            } else if parameters.supply.volume_needs_ring {
                source.volume.0 = 0;
            }
            if source.flow.1 > 0 && source.branch.0 != source.branch.1 {
                source.unknown.push("whether its main is a ring");
            }
            sources.push(source);
        }
        let is_without_main = |(_, source): &(usize, &Source)| source.main.is_none() && source.flow.1 > 0;
        let without_main: Vec<usize> = sources.iter().enumerate().filter(is_without_main).map(|(i, _)| i).collect();
        for group in shut_off_together(&sources, without_main, &parameters.supply) {
            let segment = format!("segment about hydrant {} (main not known)", sources[group[0]].id);
            let failure = Failure::Segment(Names::number(&mut names.segments, segment));
            group.iter().for_each(|index| sources[*index].failures_in_doubt.push(failure));
        }
        let mut bodies: BTreeMap<&str, (usize, Stated)> = BTreeMap::new();
        for (index, water) in layers.water_sources.iter().enumerate() {
            if let Some(body) = &water.body {
                let (_, stated) = bodies.entry(body).or_insert((sources.len() + index, Stated::default()));
                stated.add(water);
            }
        }
        for water in &layers.water_sources {
            let body = water.body.as_deref().and_then(|body| bodies.get(body));
            let stated = body.map_or_else(|| Stated::by(water), |(_, stated)| *stated);
            let mut source = of_water_source(water, stated, parameters, duration_s);
            let first = body.map_or(sources.len(), |(first, _)| *first);
            source.branch = (body.map(|_| FIRST_BODY + first), body.map(|_| FIRST_BODY + first));
            source.failures.push(Failure::Source(number(first)));
            if let Some(gauge) = &water.gauge {
                source.failures.push(Failure::Gauge(Names::number(&mut names.gauges, gauge.clone())));
            }
            sources.push(source);
        }
        let segment_hydrants = parameters.supply.segment_hydrants.max(1) as usize;
        let mut standing: Vec<Vec<(f64, usize)>> = vec![Vec::new(); layers.mains.len()];
        for (index, (main, along_m)) in on_main.iter().enumerate().filter_map(|(index, on)| Some((index, (*on)?))) {
            standing[main].push((along_m, index));
        }
        let on_mains = layers.mains.iter().zip(standing).enumerate().map(|(index, (main, mut hydrants))| {
            hydrants.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let all = hydrants.len() + parameters.remedies.hydrants as usize;
            let segments = match &main.segment {
                Some(segment) => Segments::One(Names::number(&mut names.segments, segment_of(segment))),
                None => Segments::Parts(
                    (0..all.div_ceil(segment_hydrants))
                        .map(|part| Names::number(&mut names.segments, part_of(main, part)))
                        .collect(),
                ),
            };
            let zone = main.pressure_zone.as_ref().map(|zone| Names::number(&mut names.zones, zone.clone()));
            OnMain { branch: mains.branch(Some(index)), zone, segments, hydrants }
        });
        let on_mains = on_mains.collect();
        let points = sources.iter().enumerate().map(|(i, s)| GeomWithData::new([s.at.x(), s.at.y()], i)).collect();
        Self {
            tree: RTree::bulk_load(points),
            knows_hydrants: layers.is_supplied("hydrants"),
            knows_sources: layers.is_supplied("water_sources"),
            has_all_hydrants: layers.is_complete("hydrants"),
            has_all_sources: layers.is_complete("water_sources"),
            segments: names.segments.into_sorted(),
            mains: layers.mains.iter().map(|main| main.id.clone()).collect(),
            zones: names.zones.into_sorted(),
            gauges: names.gauges.into_sorted(),
            sources,
            on_mains,
            segment_hydrants,
        }
    }

    /// What hydrants put on a main so many metres along it share and what fails them, as if they stood last in the layer.
    pub(super) fn on_main(&self, main: usize, along_m: &[f64]) -> NewOnMain {
        let on = &self.on_mains[main];
        let first_new = self.sources.len();
        let new = along_m.iter().enumerate().map(|(index, metres)| (*metres, first_new + index));
        let mut order: Vec<(f64, usize)> = on.hydrants.iter().copied().chain(new).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let segment_at = |position: usize| match &on.segments {
            Segments::One(segment) => *segment,
            Segments::Parts(parts) => parts[(position / self.segment_hydrants).min(parts.len() - 1)],
        };
        let mut all: Vec<(usize, Failure)> = order
            .iter()
            .enumerate()
            .map(|(position, (_, index))| (*index, Failure::Segment(segment_at(position))))
            .collect();
        all.sort_unstable_by_key(|(index, _)| *index);
        let new = all.split_off(on.hydrants.len());
        let zone = on.zone.map(Failure::Zone);
        let branch = on.branch.0.map(|branch| Failure::Branch(number(branch)));
        let failures = new.into_iter().map(|(_, segment)| match &on.segments {
            Segments::One(_) => (std::iter::once(segment).chain(zone).collect(), branch.into_iter().collect()),
            Segments::Parts(_) => (zone.into_iter().collect(), std::iter::once(segment).chain(branch).collect()),
        });
        NewOnMain { branch: on.branch, failures: failures.collect(), segments: all }
    }

    /// The sources within so many metres of the box about a shape, by number.
    pub fn near(&self, shape: &Geometry<f64>, reach_m: f64) -> Vec<usize> {
        let Some(bounds) = shape.bounding_rect() else { return Vec::new() };
        let mut near: Vec<usize> =
            self.tree.locate_in_envelope(&envelope(bounds, reach_m)).map(|point| point.data).collect();
        near.sort_unstable();
        near
    }

    /// The nearest other hydrant that is not out of service, and its distance in plan.
    pub fn nearest_hydrant(&self, to: usize) -> Option<(usize, f64)> {
        self.hydrants_from(self.sources[to].at).find(|(other, _)| *other != to)
    }

    /// The hydrant that is not out of service and nearest to a place, and its distance in plan.
    pub fn nearest_hydrant_to(&self, at: Point<f64>) -> Option<(usize, f64)> {
        self.hydrants_from(at).next()
    }

    /// The hydrants that are not out of service, nearest to a place first.
    fn hydrants_from(&self, at: Point<f64>) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.tree
            .nearest_neighbor_iter_with_distance_2(&[at.x(), at.y()])
            .map(|(point, distance_2)| (point.data, distance_2.sqrt()))
            .filter(|(index, _)| {
                let source = &self.sources[*index];
                source.is_hydrant && source.service != Service::OutOfService
            })
    }

    /// Whether a hydrant that is not out of service lies within so many metres of a shape's box corners and its inside.
    pub fn hydrants_near(&self, shape: &Geometry<f64>, reach_m: f64) -> impl Iterator<Item = &Source> {
        self.near(shape, reach_m)
            .into_iter()
            .map(|index| &self.sources[index])
            .filter(|source| source.is_hydrant && source.service != Service::OutOfService)
    }

    /// The layers of which the study does not vouch that nothing is missing, in words.
    pub fn unvouched(&self) -> &'static str {
        match (self.has_all_hydrants, self.has_all_sources) {
            (true, true) => "nothing",
            (true, false) => "ponds, tanks or intakes",
            (false, true) => "hydrants",
            (false, false) => "hydrants, ponds or intakes",
        }
    }

    /// What fails, in words; lanes and new things are named by their users.
    pub fn name(&self, failure: Failure) -> Option<String> {
        Some(match failure {
            Failure::Source(index) => {
                let source = &self.sources[index as usize];
                format!("{} {}", source.kind, source.body.as_ref().unwrap_or(&source.id))
            }
            Failure::Segment(index) => self.segments[index as usize].clone(),
            Failure::Branch(main) => format!("branch of main {}", self.mains[main as usize]),
            Failure::Zone(index) => format!("pressure zone {}", self.zones[index as usize]),
            Failure::Gauge(index) => format!("water level at {}", self.gauges[index as usize]),
            Failure::Lane(_) | Failure::New(_) => return None,
        })
    }
}

/// The name of a segment between known valves.
fn segment_of(segment: &str) -> String {
    format!("segment {segment} of the main")
}

/// The name of a part of a main whose valves are not known.
fn part_of(main: &Main, part: usize) -> String {
    segment_of(&format!("{}, part {} (valves not known)", main.id, part + 1))
}

/// How long water is needed, whole seconds.
pub(super) fn duration_s(parameters: &WaterParameters) -> u64 {
    whole(parameters.duration_h * 3600.0)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a city has fewer than 2^32 sources")
}

fn envelope(bounds: Rect<f64>, reach_m: f64) -> AABB<[f64; 2]> {
    AABB::from_corners(
        [bounds.min().x - reach_m, bounds.min().y - reach_m],
        [bounds.max().x + reach_m, bounds.max().y + reach_m],
    )
}

fn ends<Q: Quantity>(bounds: &Bounds<Q>) -> (Option<f64>, Option<f64>) {
    (bounds.low.map(Q::get), bounds.high.map(Q::get))
}

/// The pressure a hydrant has while water is drawn: as stated, else no more than it has at rest, and no more than the rules
/// want where it is marked as lacking pressure.
pub(super) fn pressure_of(hydrant: &Hydrant, rules: &SupplyParameters) -> Bounds<Megapascals> {
    let marked = Megapascals::new(rules.residual_mpa).ok().filter(|_| hydrant.lacks_pressure);
    let most = || [hydrant.static_pressure.high, marked].into_iter().flatten().min();
    let high = hydrant.pressure.high.or_else(most);
    Bounds { low: hydrant.pressure.low.filter(|low| high.is_none_or(|high| *low <= high)), high }
}

/// Whether a hydrant may have less pressure while water is drawn than its yield counts at.
pub(super) fn is_weak(hydrant: &Hydrant, rules: &SupplyParameters) -> bool {
    let (low, high) = ends(&pressure_of(hydrant, rules));
    hydrant.lacks_pressure || [low, high].into_iter().flatten().any(|mpa| mpa < rules.residual_mpa)
}

/// The flow of a hydrant at the pressure at which its yield counts: what it gives at less is no more than an upper end.
///
/// # Source
///
/// GB 50974-2014, 7.2.8: 15 L/s at 0.10 MPa; the figure is the rule pack's.
pub(super) fn yield_of(hydrant: &Hydrant, rules: &SupplyParameters) -> Bounds<LitresPerSecond> {
    let low = if is_weak(hydrant, rules) { Some(LitresPerSecond::ZERO) } else { hydrant.flow.low };
    Bounds { low, high: hydrant.flow.high }
}

fn of_hydrant(hydrant: &Hydrant, parameters: &WaterParameters, duration_s: u64, as_of: Date) -> Source {
    let (counted_low, counted_high) = parameters.counted_lps;
    let rules = &parameters.supply;
    let (low, high) = ends(&yield_of(hydrant, rules));
    let gives = hydrant.service != Service::OutOfService && hydrant.kind != HydrantKind::DryRiser;
    let is_overdue = is_overdue(hydrant, as_of, rules.test_days).filter(|_| !rules.trusts_overdue_tests);
    let is_undated = is_overdue.is_none() && !rules.trusts_overdue_tests;
    let is_trusted = is_overdue != Some(true) && (!is_undated || rules.trusts_undated_tests);
    let is_sure = gives && hydrant.service == Service::InService && is_trusted;
    let least = if is_sure { low.unwrap_or(0.0).min(counted_high) } else { 0.0 };
    let most = if gives { high.unwrap_or(counted_high).min(counted_high) } else { 0.0 };
    let flow = (decilitres(least), decilitres(most).max(decilitres(least)));
    let mut unknown = Vec::new();
    if gives && hydrant.service == Service::Unknown {
        unknown.push("service");
    }
    if gives && (hydrant.flow.low.is_none() || high.is_none()) {
        unknown.push("flow");
    } else if gives && is_overdue == Some(true) {
        unknown.push("whether it still gives what its last test found");
    } else if gives && is_undated {
        unknown.push("date of the test");
    }
    if gives && is_weak(hydrant, rules) && !hydrant.flow.is_unknown() {
        unknown.push("flow at the pressure of the rule");
    }
    let counted_sure = if is_sure { low.unwrap_or(counted_low).min(counted_low) } else { 0.0 };
    Source {
        id: hydrant.id.clone(),
        kind: "hydrant",
        is_hydrant: true,
        body: None,
        at: hydrant.at,
        height_m: hydrant.height_m,
        service: hydrant.service,
        flow,
        volume: (flow.0 * duration_s / 10, flow.1 * duration_s / 10),
        draw: flow,
        counted: (decilitres(counted_sure), flow.1),
        outlets: hydrant.outlets.as_deref().and_then(outlets).map_or((rules.hydrant_lines, u32::MAX), |all| (all, all)),
        branch: (None, None),
        main: None,
        failures: Vec::new(),
        failures_in_doubt: Vec::new(),
        pressure_mpa: ends(&pressure_of(hydrant, rules)),
        suction_m: None,
        can_draw: Some(true),
        unknown,
    }
}

/// What is stated of the water that a source draws from: its volume and its refill.
#[derive(Clone, Copy, Default)]
struct Stated {
    volume: Bounds<CubicMetres>,
    refill: Bounds<LitresPerSecond>,
}

impl Stated {
    fn by(water: &WaterSource) -> Self {
        Self { volume: water.volume, refill: water.refill }
    }

    /// What one more source says of the same body: of volumes that differ the interval from the least to the greatest.
    fn add(&mut self, water: &WaterSource) {
        self.volume = hull(self.volume, water.volume);
        self.refill = hull(self.refill, water.refill);
    }
}

/// The interval that holds both, where both say something; else what one of them says.
fn hull<Q: Quantity>(a: Bounds<Q>, b: Bounds<Q>) -> Bounds<Q> {
    match (a.is_unknown(), b.is_unknown()) {
        (true, _) => b,
        (_, true) => a,
        _ => Bounds { low: a.low.zip(b.low).map(|(a, b)| a.min(b)), high: a.high.zip(b.high).map(|(a, b)| a.max(b)) },
    }
}

fn of_water_source(water: &WaterSource, stated: Stated, parameters: &WaterParameters, duration_s: u64) -> Source {
    let deck_m = water.deck_height_m.or(water.height_m);
    let is_vessel = matches!(water.kind, WaterSourceKind::Tank | WaterSourceKind::Jars);
    let suction_m = deck_m.zip(water.water_level_m).map(|(deck, level)| deck - level).filter(|_| !is_vessel);
    let drawn = match water.kind {
        // Vessels stand on the ground or feed an outlet.
        WaterSourceKind::Tank | WaterSourceKind::Jars => Some(true),
        _ => can_draw(deck_m, water.water_level_m, parameters.suction_m),
    };
    let gives = water.service != Service::OutOfService && drawn != Some(false);
    let is_sure = gives && water.service == Service::InService && drawn == Some(true);
    let is_river = water.kind == WaterSourceKind::Intake && water.water_level_m.is_some();
    let (low, high) = ends(&stated.volume);
    let (refill_low, refill_high) = ends(&stated.refill);
    let litres = |m3: f64, refill: Option<f64>| whole(m3 * 1000.0) + whole(refill.unwrap_or(0.0) * duration_s as f64);
    let least = if low.is_none() && is_river { ENDLESS_VOLUME } else { litres(low.unwrap_or(0.0), refill_low) };
    // A refill of at least so much has no upper end; one that nobody mentions is none.
    let has_end = refill_low.is_none() || refill_high.is_some();
    let high = high.or((water.kind == WaterSourceKind::Jars).then_some(parameters.supply.jars_most_m3));
    let most = high.filter(|_| has_end).map_or(ENDLESS_VOLUME, |m3| litres(m3, refill_high));
    let volume = (if is_sure { least } else { 0 }, if gives { most.max(least) } else { 0 });
    let flow_of = |litres: u64| (litres * 10 / duration_s.max(1)).min(ENDLESS_FLOW);
    // Each intake counts as one hydrant, whatever lies behind it: the volume is a check of its own. What is no place to draw
    // from by the rules counts no more than it gives.
    let is_intake =
        matches!(water.kind, WaterSourceKind::Pond | WaterSourceKind::Intake | WaterSourceKind::SuctionPoint);
    let counted = |litres: u64, lps: f64| match litres {
        0 => 0,
        _ if is_intake => decilitres(lps),
        _ => flow_of(litres).min(decilitres(lps)),
    };
    let (counted_low, counted_high) = parameters.counted_lps;
    let mut unknown = Vec::new();
    if gives && water.service == Service::Unknown {
        unknown.push("service");
    }
    if gives && drawn.is_none() {
        unknown.push("water level and deck height");
    }
    if gives && low.is_none() && !is_river {
        unknown.push("volume");
    }
    if gives && water.kind == WaterSourceKind::Pond && stated.refill.is_unknown() {
        unknown.push("refill");
    }
    Source {
        id: water.id.clone(),
        kind: water.kind.code(),
        is_hydrant: false,
        body: water.body.clone(),
        at: water.at,
        height_m: water.height_m.or(water.deck_height_m),
        service: water.service,
        flow: (flow_of(volume.0), flow_of(volume.1)),
        volume,
        // What comes in while water is drawn is there only as it comes.
        draw: (if refill_low.unwrap_or(0.0) > 0.0 { flow_of(volume.0) } else { u64::MAX }, u64::MAX),
        counted: (counted(volume.0, counted_low), counted(volume.1, counted_high)),
        outlets: (parameters.supply.intake_lines, u32::MAX),
        branch: (None, None),
        main: None,
        failures: Vec::new(),
        failures_in_doubt: Vec::new(),
        pressure_mpa: (None, None),
        suction_m,
        can_draw: drawn,
        unknown,
    }
}

/// How many outlets a hydrant has, as far as its own words tell: a number, or sizes of which each may stand several times,
/// as in `DN150, 2xDN65`.
fn outlets(words: &str) -> Option<u32> {
    let parts = words.split([',', ';', '+', '/', '、', '，', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let times = |part: &str| -> Option<(Option<u32>, u32)> {
        let part = part.to_lowercase();
        let (count, size) = part.split_once(['x', '×', '*']).map_or((None, part.as_str()), |(n, size)| (Some(n), size));
        let size = size.trim_start_matches("dn").trim_start_matches('φ').trim_end_matches("mm").trim();
        Some((count.map(|n| n.trim().parse()).transpose().ok()?, size.parse().ok()?))
    };
    let mut sizes = 0;
    for (place, part) in parts.enumerate() {
        match times(part)? {
            // A small number at the beginning counts them; what follows are their sizes.
            (None, count @ 1..=MOST_OUTLETS) if place == 0 => return Some(count),
            (None, _) => sizes += 1,
            (Some(count), _) => sizes += count,
        }
    }
    (1..=MOST_OUTLETS).contains(&sizes).then_some(sizes)
}

/// A greater number of outlets is a size or an error.
const MOST_OUTLETS: u32 = 8;

/// Names with numbers, in the order of first use.
#[derive(Debug, Default)]
struct Names {
    segments: Numbered,
    zones: Numbered,
    gauges: Numbered,
}

#[derive(Debug, Default)]
struct Numbered(BTreeMap<String, u32>);

impl Names {
    fn number(names: &mut Numbered, name: String) -> u32 {
        let next = number(names.0.len());
        *names.0.entry(name).or_insert(next)
    }
}

impl Numbered {
    fn into_sorted(self) -> Vec<String> {
        let mut pairs: Vec<(u32, String)> = self.0.into_iter().map(|(name, number)| (number, name)).collect();
        pairs.sort_unstable();
        pairs.into_iter().map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
mod tests;
