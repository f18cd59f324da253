//! Every source of water of a city as numbers: what it gives, what it shares, what fails it.

use std::collections::BTreeMap;

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Hydrant, HydrantKind, Main, MainLayout, Service, WaterSource, WaterSourceKind};
use firereach_model::findings::water::ENDLESS_LPS;
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::rules::Date;
use firereach_model::units::Quantity;
use geo::{BoundingRect, Rect};
use geo_types::{Coord, Geometry, Point};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, PointDistance, RTree};

use super::amounts::{decilitres, whole};
use super::gap::Failure;
use super::hose::can_draw;
use super::inventory::is_overdue;

/// Stands for water without an end, dL/s.
pub(super) const ENDLESS_FLOW: u64 = ENDLESS_LPS as u64 * 10;
/// Stands for a volume without an end, litres.
pub(super) const ENDLESS_VOLUME: u64 = 1_000_000_000_000;

/// One hydrant, pond, tank, jar group or intake.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its identifier.
    pub id: String,
    /// `hydrant`, or the word of the kind of source.
    pub kind: &'static str,
    /// Whether it is a hydrant.
    pub is_hydrant: bool,
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
    /// What it counts by the legal screen, dL/s.
    pub counted: (u64, u64),
    /// The branch it shares when in doubt, and for certain.
    pub branch: (Option<usize>, Option<usize>),
    /// Its main, an index into the layer.
    pub main: Option<usize>,
    /// What fails it.
    pub failures: Vec<Failure>,
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
    zones: Vec<String>,
    gauges: Vec<String>,
    tree: RTree<GeomWithData<[f64; 2], usize>>,
}

impl Supply {
    /// Reads the layers as sources of water.
    ///
    /// A hydrant gives what was measured, no more than may be counted for one; without a measurement anything from
    /// nothing to that, and nothing is certain of a hydrant whose state nobody told, or whose last test is overdue where the
    /// rules do not trust it. A pond gives its volume and its refill
    /// over the duration; without a volume anything. An intake on a river has no end once its level is known. Water that
    /// lies too deep, or over the deck, gives nothing.
    ///
    /// Hydrants on one branch share the water of one. In doubt, that is on a main whose layout nobody told or on none,
    /// they do so at the lower end of every interval only. Branch mains that touch are one branch. Hydrants between the same
    /// valves fail together; where valves are not known, as many neighbours along a main as one segment may have.
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
                let segment = main
                    .segment
                    .clone()
                    .unwrap_or_else(|| format!("{}, part {} (valves not known)", main.id, chunks[index] + 1));
                source.failures.push(Failure::Segment(Names::number(&mut names.segments, segment)));
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
        for water in &layers.water_sources {
            let mut source = of_water_source(water, parameters, duration_s);
            source.failures.push(Failure::Source(number(sources.len())));
            if let Some(gauge) = &water.gauge {
                source.failures.push(Failure::Gauge(Names::number(&mut names.gauges, gauge.clone())));
            }
            sources.push(source);
        }
        let points = sources.iter().enumerate().map(|(i, s)| GeomWithData::new([s.at.x(), s.at.y()], i)).collect();
        Self {
            tree: RTree::bulk_load(points),
            knows_hydrants: layers.is_supplied("hydrants"),
            knows_sources: layers.is_supplied("water_sources"),
            has_all_hydrants: layers.is_complete("hydrants"),
            has_all_sources: layers.is_complete("water_sources"),
            segments: names.segments.into_sorted(),
            zones: names.zones.into_sorted(),
            gauges: names.gauges.into_sorted(),
            sources,
        }
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
                format!("{} {}", source.kind, source.id)
            }
            Failure::Segment(index) => format!("segment {} of the main", self.segments[index as usize]),
            Failure::Zone(index) => format!("pressure zone {}", self.zones[index as usize]),
            Failure::Gauge(index) => format!("water level at {}", self.gauges[index as usize]),
            Failure::Lane(_) | Failure::New(_) => return None,
        })
    }
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

fn of_hydrant(hydrant: &Hydrant, parameters: &WaterParameters, duration_s: u64, as_of: Date) -> Source {
    let (counted_low, counted_high) = parameters.counted_lps;
    let (low, high) = ends(&hydrant.flow);
    let gives = hydrant.service != Service::OutOfService && hydrant.kind != HydrantKind::DryRiser;
    let rules = &parameters.supply;
    let is_overdue = !rules.trusts_overdue_tests && is_overdue(hydrant, as_of, rules.test_days) == Some(true);
    let is_sure = gives && hydrant.service == Service::InService && !is_overdue;
    let least = if is_sure { low.unwrap_or(0.0).min(counted_high) } else { 0.0 };
    let most = if gives { high.unwrap_or(counted_high).min(counted_high) } else { 0.0 };
    let flow = (decilitres(least), decilitres(most).max(decilitres(least)));
    let mut unknown = Vec::new();
    if gives && hydrant.service == Service::Unknown {
        unknown.push("service");
    }
    if gives && (low.is_none() || high.is_none()) {
        unknown.push("flow");
    } else if gives && is_overdue {
        unknown.push("whether it still gives what its last test found");
    }
    let counted_sure = if is_sure { low.unwrap_or(counted_low).min(counted_low) } else { 0.0 };
    Source {
        id: hydrant.id.clone(),
        kind: "hydrant",
        is_hydrant: true,
        at: hydrant.at,
        height_m: hydrant.height_m,
        service: hydrant.service,
        flow,
        volume: (flow.0 * duration_s / 10, flow.1 * duration_s / 10),
        counted: (decilitres(counted_sure), flow.1),
        branch: (None, None),
        main: None,
        failures: Vec::new(),
        pressure_mpa: ends(&hydrant.pressure),
        suction_m: None,
        can_draw: Some(true),
        unknown,
    }
}

fn of_water_source(water: &WaterSource, parameters: &WaterParameters, duration_s: u64) -> Source {
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
    let (low, high) = ends(&water.volume);
    let (refill_low, refill_high) = ends(&water.refill);
    let volume = |stated: Option<f64>, refill: Option<f64>, otherwise: u64| match stated {
        Some(m3) => whole(m3 * 1000.0) + whole(refill.unwrap_or(0.0) * duration_s as f64),
        None => otherwise,
    };
    let least = volume(low, refill_low, if is_river { ENDLESS_VOLUME } else { 0 });
    let most = volume(high, refill_high, ENDLESS_VOLUME);
    let volume = (if is_sure { least } else { 0 }, if gives { most.max(least) } else { 0 });
    let flow_of = |litres: u64| (litres * 10 / duration_s.max(1)).min(ENDLESS_FLOW);
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
    Source {
        id: water.id.clone(),
        kind: water.kind.code(),
        is_hydrant: false,
        at: water.at,
        height_m: water.height_m.or(water.deck_height_m),
        service: water.service,
        flow: (flow_of(volume.0), flow_of(volume.1)),
        volume,
        // Each intake counts as one hydrant.
        counted: (
            flow_of(volume.0).min(decilitres(counted_low)),
            if gives { flow_of(volume.1).min(decilitres(counted_high)) } else { 0 },
        ),
        branch: (None, None),
        main: None,
        failures: Vec::new(),
        pressure_mpa: (None, None),
        suction_m,
        can_draw: drawn,
        unknown,
    }
}

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

/// A straight piece of a main: the main, and how far along it the piece begins.
type Piece = GeomWithData<Line<[f64; 2]>, (usize, f64)>;

/// The mains with what touches what.
struct Mains<'a> {
    mains: &'a [Main],
    by_id: BTreeMap<&'a str, usize>,
    tree: RTree<Piece>,
    /// The group of touching mains that are no rings, and the group of touching ones that are branches for certain.
    groups: (Vec<usize>, Vec<usize>),
    reach_m: f64,
}

impl<'a> Mains<'a> {
    fn build(mains: &'a [Main], reach_m: f64) -> Self {
        let mut segments = Vec::new();
        for (index, main) in mains.iter().enumerate() {
            let mut done = 0.0;
            for line in main.line.lines() {
                let (a, b) = (line.start, line.end);
                segments.push(GeomWithData::new(Line::new([a.x, a.y], [b.x, b.y]), (index, done)));
                done += (b.x - a.x).hypot(b.y - a.y);
            }
        }
        Self {
            mains,
            by_id: mains.iter().enumerate().rev().map(|(index, main)| (main.id.as_str(), index)).collect(),
            tree: RTree::bulk_load(segments),
            groups: (
                touching(mains, |layout| layout != MainLayout::Ring),
                touching(mains, |layout| layout == MainLayout::Branch),
            ),
            reach_m,
        }
    }

    /// The main a hydrant names, else the nearest one within reach; and how far along it the hydrant stands.
    fn of(&self, hydrant: &Hydrant) -> Option<(usize, f64)> {
        let at = [hydrant.at.x(), hydrant.at.y()];
        let named = hydrant.main_id.as_deref().and_then(|id| self.by_id.get(id)).copied();
        let mut nearest: Option<(f64, usize, f64)> = None;
        for segment in self.tree.nearest_neighbor_iter(&at) {
            let distance = segment.distance_2(&at).sqrt();
            let is_farther = nearest.is_some_and(|(d, ..)| distance > d);
            if is_farther || named.is_none() && distance > self.reach_m {
                break;
            }
            let (main, done) = segment.data;
            if named.is_none_or(|named| named == main) && nearest.is_none_or(|(_, m, _)| main < m) {
                let foot = segment.geom().nearest_point(&at);
                let from = segment.geom().from;
                nearest = Some((distance, main, done + (foot[0] - from[0]).hypot(foot[1] - from[1])));
            }
        }
        nearest.map(|(_, main, along)| (main, along)).or(named.map(|main| (main, 0.0)))
    }

    /// The branch of a hydrant in doubt and for certain. Hydrants without a known main are all on one branch in doubt.
    fn branch(&self, main: Option<usize>) -> (Option<usize>, Option<usize>) {
        match main {
            None => (Some(usize::MAX), None),
            Some(main) => match self.mains[main].layout {
                MainLayout::Ring => (None, None),
                MainLayout::Unknown => (Some(self.groups.0[main]), None),
                MainLayout::Branch => (Some(self.groups.0[main]), Some(self.groups.1[main])),
            },
        }
    }
}

/// For each main the first main of the group it touches, of those whose layout is taken; ends that agree to the
/// millimetre touch.
fn touching(mains: &[Main], is_taken: impl Fn(MainLayout) -> bool) -> Vec<usize> {
    let mut group: Vec<usize> = (0..mains.len()).collect();
    fn first_of(group: &mut [usize], mut index: usize) -> usize {
        while group[index] != index {
            group[index] = group[group[index]];
            index = group[index];
        }
        index
    }
    let mut seen: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    #[expect(clippy::cast_possible_truncation, reason = "coordinates of a city in millimetres fit")]
    let key = |c: Coord<f64>| ((c.x * 1000.0).round() as i64, (c.y * 1000.0).round() as i64);
    for (index, main) in mains.iter().enumerate().filter(|(_, main)| is_taken(main.layout)) {
        for end in [main.line.0.first(), main.line.0.last()].into_iter().flatten() {
            let other = *seen.entry(key(*end)).or_insert(index);
            let (a, b) = (first_of(&mut group, index), first_of(&mut group, other));
            group[a.max(b)] = a.min(b);
        }
    }
    (0..mains.len()).map(|index| first_of(&mut group, index)).collect()
}

/// For each hydrant the number of its part of the main, when every part holds so many hydrants in order along it.
fn chunks_along(on_main: &[Option<(usize, f64)>], size: u32) -> Vec<usize> {
    let mut order: Vec<(usize, f64, usize)> =
        on_main.iter().enumerate().filter_map(|(i, place)| place.map(|(main, along)| (main, along, i))).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut chunks = vec![0; on_main.len()];
    for run in order.chunk_by(|a, b| a.0 == b.0) {
        for (position, (_, _, index)) in run.iter().enumerate() {
            chunks[*index] = position / (size.max(1) as usize);
        }
    }
    chunks
}

#[cfg(test)]
mod tests;
