//! How lanes serve buildings: along their long sides, in a ring around them, how near, how level, and where aerial
//! appliances can work.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Body, Zone, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::{LaneService, StreetBlock};
use firereach_model::layers::Layers;
use firereach_model::rules::Rulebook;
use firereach_model::study::Study;
use firereach_model::units::{Count, Metres, Percent, Quantity, Share};
use geo::{Area, Distance, Euclidean, InteriorPoint};
use geo_types::{Coord, Geometry, LineString, Polygon};
use rayon::prelude::*;

use super::blocks::Blocks;
use super::field::What;
use super::judge::{Cores, rule_on};
use super::operating::{Asked, Side, sides_of};
use super::plane::{Segment, cross, distance, minus};
use super::separation::{Boxes, boxes_of, site_of_building};
use super::slope::steepest;
use super::survey::Survey;
use crate::network::{Barrier, EdgeId, Network, Passage, Snap};
use words::{Words, is_asked_about, words_of};

mod aerial;
mod frontage;
mod words;

/// Lanes beside a wall are looked for from places this far apart, metres.
const STEP_M: f64 = 1.0;

/// Streets that engines certainly pass, and streets that they may pass, with the blocks between them.
pub(crate) struct Serving<'a> {
    network: &'a Network,
    layers: &'a Layers,
    survey: &'a Survey,
    study: &'a Study,
    cores: &'a Cores<'a>,
    is_certain: Vec<bool>,
    is_possible: Vec<bool>,
    certain: Blocks,
    possible: Blocks,
    boxes: Boxes,
    asked: Option<Asked>,
    /// Whether roads may be missing from the data: what fails for want of one fails for certain only where nobody can.
    may_be_undrawn: bool,
    /// How far the branches of any tree reach, metres.
    crown_m: f64,
}

/// What one building is judged by beside what is measured of it.
struct Judged<'a> {
    words: &'a Words,
    at: Coord<f64>,
    /// Where other streets meet the ring, for certain and at most.
    connections: (u32, u32),
    is_aerial: bool,
    longest_m: Option<f64>,
    may_be_sloping: bool,
}

/// A footprint that rules ask about.
struct Target<'a> {
    site: Option<usize>,
    building: Option<usize>,
    footprint: Polygon<f64>,
    body: &'a Body,
}

impl<'a> Serving<'a> {
    /// `lanes` says which edges engines use by their nature.
    pub(crate) fn of(
        network: &'a Network,
        layers: &'a Layers,
        survey: &'a Survey,
        study: &'a Study,
        cores: &'a Cores<'a>,
        lanes: &[bool],
    ) -> Self {
        let width_m = study.rulebook.limit("lane_clear_width").unwrap_or(0.0);
        let height_m = study.rulebook.limit("lane_clear_height").unwrap_or(0.0);
        let certain = |p: &Passage| {
            let is = |of: &Bounds<Metres>, least: f64| least <= 0.0 || of.low.is_some_and(|m| m.get() >= least);
            is(&p.width.bounds, width_m)
                && is(&p.height.bounds, height_m)
                && matches!(p.barrier, Barrier::None | Barrier::Passable)
        };
        let possible = |p: &Passage| {
            let is = |of: &Bounds<Metres>, least: f64| of.high.is_none_or(|m| m.get() >= least);
            is(&p.width.bounds, width_m) && is(&p.height.bounds, height_m) && p.barrier != Barrier::Closed
        };
        let pick = |test: &dyn Fn(&Passage) -> bool| -> Vec<bool> {
            survey.passages.iter().zip(lanes).map(|(passage, &is_lane)| is_lane && test(passage)).collect()
        };
        let (is_certain, is_possible) = (pick(&certain), pick(&possible));
        let blocks = |streets: &[bool]| Blocks::of(network, layers, streets);
        let (certain, possible) = rayon::join(|| blocks(&is_certain), || blocks(&is_possible));
        let asked = Asked::of(&study.rulebook);
        let boxes = boxes_of(layers);
        let may_be_undrawn = !layers.is_complete("roads");
        let crowns = layers.obstacles.iter().filter_map(|obstacle| obstacle.crown_radius);
        let crown_m = crowns.map(Metres::get).fold(0.0, f64::max);
        Self {
            network,
            layers,
            survey,
            study,
            cores,
            is_certain,
            is_possible,
            certain,
            possible,
            boxes,
            asked,
            may_be_undrawn,
            crown_m,
        }
    }

    /// The blocks with buildings in them, with the spacing of the streets around them.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.1.1: between the centre lines of the streets. Taken at the place of the block that is
    /// farthest from all of them, so that a long block between two near streets passes.
    pub(crate) fn blocks(&self) -> Vec<StreetBlock> {
        let mut buildings = vec![0usize; self.possible.all.len()];
        let inside: Vec<Option<usize>> = self
            .layers
            .buildings
            .par_iter()
            .map(|b| b.footprint.interior_point().and_then(|p| self.possible.around(p.0)))
            .collect();
        inside.into_iter().flatten().for_each(|block| buildings[block] += 1);
        let mut sites: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for site in self.layers.sites.iter().filter(|site| !site.kind.is_area()) {
            if let Some(block) = self.possible.around(site.point.0) {
                sites.entry(block).or_default().push(site.id.clone());
            }
        }
        let of_block = |i: usize| {
            let block = &self.possible.all[i];
            let outer = self.certain.around(block.deepest).map(|o| &self.certain.all[o]);
            let metres = |depth: f64| Metres::new(depth * 2.0).ok();
            // The block between the certain streets holds this one, so that only rounding could make it less deep.
            let high = outer.and_then(|o| metres(o.depth_m.max(block.depth_m)));
            let low = if self.may_be_undrawn { Some(Metres::ZERO) } else { metres(block.depth_m) };
            let spacing_m = Bounds { low, high };
            let because = format!(
                "{:.0} m between the streets around {:.0} m2 with {} buildings, at the place farthest from them",
                2.0 * block.depth_m,
                block.area_m2,
                buildings[i]
            );
            let in_core = self.cores.contain(block.deepest);
            StreetBlock {
                ring: block.ring.clone(),
                area_m2: block.area_m2,
                buildings: buildings[i],
                sites: sites.get(&i).cloned().unwrap_or_default(),
                connections: block.connections,
                is_certain: outer.is_some(),
                spacing_m,
                deepest: block.deepest,
                rulings: rule_on(&self.study.rulebook, ("street_spacing", &[]), &spacing_m, in_core, &because),
            }
        };
        (0..self.possible.all.len()).into_par_iter().filter(|&i| buildings[i] > 0).map(of_block).collect()
    }

    /// How lanes serve every site with a footprint, and every other building that is, or by its stated height or ground
    /// may be, of a kind that rules ask about.
    pub(crate) fn services(&self) -> Vec<LaneService> {
        let parameters = &self.study.rulebook.parameters.lanes;
        let site_of = site_of_building(self.layers);
        let mut building_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (&building, &site) in &site_of {
            building_of.entry(site).or_insert(building);
        }
        let mut targets: Vec<Target<'_>> = Vec::new();
        for (i, site) in self.layers.sites.iter().enumerate().filter(|(_, site)| !site.kind.is_area()) {
            let building = building_of.get(&i).copied();
            let drawn = match &site.shape {
                Geometry::Polygon(p) => Some(p.clone()),
                Geometry::MultiPolygon(all) => {
                    all.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area())).cloned()
                }
                _ => None,
            };
            let of_building = building.map(|b| &self.layers.buildings[b]);
            if let Some(footprint) = drawn.or_else(|| of_building.map(|b| b.footprint.clone())) {
                let is_known = !site.body.height.is_unknown() || of_building.is_none();
                let body = of_building.filter(|_| !is_known).map_or(&site.body, |b| &b.body);
                targets.push(Target { site: Some(i), building, footprint, body });
            }
        }
        for (i, building) in self.layers.buildings.iter().enumerate() {
            let is_target = !site_of.contains_key(&i)
                && building.level == 0
                && !building.is_roof
                && (is_asked_about(&building.body, building.footprint.unsigned_area(), parameters)
                    || self.is_long_or_has_a_court(&building.footprint));
            if is_target {
                let footprint = building.footprint.clone();
                targets.push(Target { site: None, building: Some(i), footprint, body: &building.body });
            }
        }
        targets.par_iter().filter_map(|target| self.serve(target)).collect()
    }

    fn serve(&self, target: &Target<'_>) -> Option<LaneService> {
        let lanes = &self.study.rulebook.parameters.lanes;
        let sides = sides_of(&target.footprint)?;
        let [first, second, ..] = sides;
        let area_m2 = target.footprint.unsigned_area();
        let words = words_of(target.body, area_m2, lanes);
        let centre = target.footprint.interior_point()?.0;
        let shape = Geometry::Polygon(target.footprint.clone());
        let beside = self.network.snap_all(self.layers, &shape, lanes.beside_m, |edge| {
            self.is_possible[edge.index()] && self.is_on_ground(edge)
        });
        let near = Near::of(self, &beside);
        let served: Vec<(f64, f64)> = [first, second].iter().map(|side| self.share(side, target, &near)).collect();
        let count = |share: fn(&(f64, f64)) -> f64| {
            u32::try_from(served.iter().filter(|s| share(s) >= lanes.beside_share).count()).unwrap_or(2)
        };
        let side_count = (count(|s| s.0), count(|s| s.1));
        let blocks = (self.certain.around(centre), self.possible.around(centre));
        let ring = (blocks.0.is_some(), blocks.1.is_some());
        let nearest = self.nearest_lane(target, &beside);
        let piece = nearest.map(|(snap, _)| snap.edge.index());
        let wall_distance_m = nearest.map_or(Bounds::unknown(), |(snap, _)| {
            let width = self.survey.passages[snap.edge.index()].width.bounds;
            let less = |half: f64| Metres::new((snap.distance_m - half).max(0.0)).ok();
            let low = width.high.map_or(Some(Metres::ZERO), |w| less(w.get() / 2.0));
            Bounds { low, high: less(width.low.map_or(0.0, |w| w.get() / 2.0)) }
        });
        let wall_m = first.line.length();
        let working_slope = nearest.map_or(Bounds::unknown(), |(snap, _)| self.slope_at(&snap, wall_m));
        let is_high = |list: &[&str]| list.contains(&"high_rise");
        let is_aerial = is_high(&words.certain) || is_high(&words.possible);
        let aerial = self.asked.filter(|_| is_aerial).map(|asked| self.aerial(target, &sides, &near, &words, asked));
        let is_aerial = aerial.is_some();
        let aerial = aerial.unwrap_or_default();
        let longest_m = aerial.longest_m;
        let because = self.tell(&served, ring, nearest.as_ref());
        let front = if self.is_long_or_has_a_court(&target.footprint) {
            self.frontage(target, &sides, &near)
        } else {
            frontage::Frontage::default()
        };
        let mut service = LaneService {
            site: target.site.map(|s| self.layers.sites[s].id.clone()),
            building: target.building.map(|b| self.layers.buildings[b].id.clone()),
            words: words.certain.iter().map(|w| (*w).to_owned()).collect(),
            words_possible: words.possible.iter().map(|w| (*w).to_owned()).collect(),
            long_sides: [first, second].iter().map(|s| LineString(vec![s.line.a, s.line.b])).collect(),
            served,
            sides: side_count,
            ring,
            piece,
            to_lane: nearest.map(|(snap, from)| LineString(vec![from, snap.at])),
            wall_distance_m,
            working_slope,
            operating_site: aerial.best,
            operating_run: aerial.sites,
            operating_share: aerial.share,
            operating_gap_m: aerial.gap_m,
            operating_slope: aerial.slope,
            podium_depth_m: aerial.podium_m,
            front_m: front.front_m,
            length_m: front.length_m,
            through: front.through,
            courts: front.courts,
            link_spacing_m: front.link_spacing_m,
            rulings: Vec::new(),
            because,
        };
        let connections = (
            blocks.0.map_or(0, |b| self.certain.all[b].connections),
            blocks.1.map_or(0, |b| self.possible.all[b].connections),
        );
        let may_be_sloping = self.may_stand_on_a_slope_or_by_a_river(&target.footprint, &sides);
        let asked = Judged { words: &words, at: centre, connections, is_aerial, longest_m, may_be_sloping };
        self.judge(&mut service, &asked);
        Some(service)
    }

    fn judge(&self, service: &mut LaneService, judged: &Judged<'_>) {
        let Judged { words, at, connections, is_aerial, longest_m, may_be_sloping } = *judged;
        let book = &self.study.rulebook;
        let in_core = self.cores.contain(at);
        let because = service.because.clone();
        let mut rulings = Vec::new();
        let needs_lanes = |word: &str| matches!(word, "high_rise" | "large_public");
        let asks = words.certain.iter().chain(&words.possible).any(|word| needs_lanes(word));
        let both = (service.sides.0 >= 2, service.sides.1 >= 2 || self.may_be_undrawn);
        let one = self.does_one_side_do(service, words, may_be_sloping);
        let ring = counts(u32::from(service.ring.0 || both.0 || one.0), u32::from(service.ring.1 || both.1 || one.1));
        let told = match (service.ring.0 || both.0, one) {
            (false, (true, _)) => format!("{because}; one long side does for a high-rise dwelling (FL-12b)"),
            (false, (_, true)) => format!("{because}; one long side may do (FL-12b)"),
            _ => because.clone(),
        };
        rulings.extend(rule_if(book, "ring_lane", words, &ring, in_core, &told));
        let most = if self.may_be_undrawn { 2 } else { service.sides.1 };
        let sides = counts(service.sides.0, most);
        rulings.extend(rule_if(book, "lane_long_sides", words, &sides, in_core, &because));
        if asks && service.ring.1 {
            let low = if service.ring.0 { connections.0 } else { 0 };
            let mut found = counts(low, connections.1.max(low));
            found.high = found.high.filter(|_| !self.may_be_undrawn);
            rulings.extend(rule_if(book, "ring_connections", words, &found, in_core, &because));
        }
        if service.piece.is_some() {
            rulings.extend(rule_on(book, ("lane_wall_distance", &[]), &service.wall_distance_m, in_core, &because));
            rulings.extend(rule_on(book, ("working_slope", &[]), &service.working_slope, in_core, &because));
        }
        if is_aerial {
            rulings.extend(self.judge_aerial(service, longest_m, words, in_core));
        }
        rulings.extend(self.judge_frontage(service, in_core));
        service.rulings = rulings;
    }

    /// Whether a lane along one long side is enough, for certain and possibly: of a high-rise dwelling, or of a high-rise on a
    /// slope or beside a river, where engines work before that side.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.1.2 (FL-12b).
    fn does_one_side_do(&self, service: &LaneService, words: &Words, may_be_sloping: bool) -> (bool, bool) {
        let is = |word: &str| words.certain.contains(&word);
        let may_be = |word: &str| is(word) || words.possible.contains(&word);
        let is_whole = |share: Option<Share>| share.is_some_and(|share| share.get() >= 1.0);
        let share = &service.operating_share;
        let certain = is("high_rise_dwelling") && service.sides.0 >= 1 && is_whole(share.low);
        let may_excuse = may_be("high_rise_dwelling") || may_be("high_rise") && may_be_sloping;
        let has_side = (service.sides.1 >= 1 || self.may_be_undrawn) && (share.high.is_none() || is_whole(share.high));
        (certain, certain || may_excuse && has_side)
    }

    /// Whether the ground under a building may be a slope, or a river's edge: steeper between the corners of the rectangle
    /// around it than the parameter says, or with water near. Without terrain or zones nobody knows.
    fn may_stand_on_a_slope_or_by_a_river(&self, footprint: &Polygon<f64>, sides: &[Side; 4]) -> bool {
        let lanes = &self.study.rulebook.parameters.lanes;
        let is_level = sides.iter().all(|side| {
            let height = |at: Coord<f64>| self.layers.terrain.height_at(at).map(|found| found.height_m);
            let rise_m = height(side.line.a).zip(height(side.line.b)).map(|(a, b)| (b - a).abs());
            rise_m.is_some_and(|rise| rise * 100.0 < lanes.hillside_percent * side.line.length())
        });
        let is_near = |zone: &Zone| {
            zone.kind == ZoneKind::Water && Euclidean.distance(&zone.area, footprint) <= lanes.riverside_m
        };
        !is_level || !self.layers.is_supplied("zones") || self.layers.zones.iter().any(is_near)
    }

    fn tell(&self, served: &[(f64, f64)], ring: (bool, bool), nearest: Option<&(Snap, Coord<f64>)>) -> String {
        let share = |(low, high): &(f64, f64)| {
            let (low, high) = (low * 100.0, high * 100.0);
            if (high - low).abs() < 0.5 { format!("{high:.0} %") } else { format!("{low:.0} to {high:.0} %") }
        };
        let sides: Vec<String> = served.iter().map(share).collect();
        let around = match ring {
            (true, _) => "a ring of lanes around it",
            (false, true) => "a ring of lanes around it if all that nobody measured passes",
            (false, false) => "no ring of lanes around it",
        };
        let near = nearest.map_or("no lane beside it".to_owned(), |(snap, _)| {
            let road = &self.layers.roads[self.network.edge(snap.edge).road as usize];
            format!("centre line of {} {:.1} m from the wall", road.id, snap.distance_m)
        });
        format!("{near}; lanes along {} of its long sides; {around}", sides.join(" and "))
    }

    /// The nearest lane in front of a building with nothing built between, and the place of the wall nearest to it.
    fn nearest_lane(&self, target: &Target<'_>, beside: &[Snap]) -> Option<(Snap, Coord<f64>)> {
        let mut lanes: Vec<&Snap> = beside.iter().filter(|snap| snap.distance_m > 0.0).collect();
        lanes.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.edge.cmp(&b.edge)));
        lanes.into_iter().find_map(|snap| {
            let nearest = |p: &Coord<f64>, q: &Coord<f64>| distance(*p, snap.at).total_cmp(&distance(*q, snap.at));
            let walls = target.footprint.exterior().lines().map(|l| Segment { a: l.start, b: l.end });
            let from = walls.map(|wall| wall.nearest(snap.at)).min_by(nearest)?;
            let way = Segment { a: from, b: snap.at };
            let is_hidden = self.hiding(target, &way).into_iter().any(|wall| wall.meets(&way));
            (!is_hidden).then_some((*snap, from))
        })
    }

    /// The walls of other buildings near a line.
    fn hiding(&self, target: &Target<'_>, line: &Segment) -> Vec<Segment> {
        let low = [line.a.x.min(line.b.x), line.a.y.min(line.b.y)];
        let high = [line.a.x.max(line.b.x), line.a.y.max(line.b.y)];
        let edges = self.survey.field.edges_near(low, high).into_iter();
        edges
            .filter(|edge| match self.survey.field.thing(edge.thing).what {
                What::Building(b) => edge.level == 0 && Some(b as usize) != target.building,
                What::Obstacle(_) | What::Water(_) | What::Carriageway => false,
            })
            .map(|edge| edge.segment)
            .collect()
    }

    /// The part of a side that has a lane in front of it with nothing built between: for certain, and at most.
    fn share(&self, side: &Side, target: &Target<'_>, near: &Near) -> (f64, f64) {
        let reach_m = self.study.rulebook.parameters.lanes.beside_m;
        let length = side.line.length();
        let corners = [(0.0, 0.0), (length, 0.0), (0.0, reach_m), (length, reach_m)].map(|(x, y)| side.place(x, y));
        let least = |f: fn(&Coord<f64>) -> f64| corners.iter().map(f).fold(f64::INFINITY, f64::min);
        let most = |f: fn(&Coord<f64>) -> f64| corners.iter().map(f).fold(f64::NEG_INFINITY, f64::max);
        let around = Segment {
            a: Coord { x: least(|p| p.x), y: least(|p| p.y) },
            b: Coord { x: most(|p| p.x), y: most(|p| p.y) },
        };
        let walls = self.hiding(target, &around);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a wall has few metres")]
        let steps = (length / STEP_M).ceil().max(1.0) as u32;
        let (mut certain, mut possible) = (0u32, 0u32);
        for i in 0..steps {
            let along = (f64::from(i) + 0.5) / f64::from(steps) * length;
            let ray = Segment { a: side.place(along, 0.0), b: side.place(along, reach_m) };
            let hidden = walls.iter().filter_map(|wall| hit(&ray, wall)).fold(f64::INFINITY, f64::min);
            let first = |is_certain: bool| {
                let lines = near.lines.iter().filter(|(_, is)| *is || !is_certain);
                lines.filter_map(|(line, _)| hit(&ray, line)).fold(f64::INFINITY, f64::min)
            };
            let is_before = |at: f64| at.is_finite() && at < hidden;
            certain += u32::from(is_before(first(true)));
            possible += u32::from(is_before(first(false)));
        }
        (f64::from(certain) / f64::from(steps), f64::from(possible) / f64::from(steps))
    }

    /// The slope of a lane over a length about a place on it.
    fn slope_at(&self, snap: &Snap, length_m: f64) -> Bounds<Percent> {
        let edge = self.network.edge(snap.edge);
        let road = &self.layers.roads[edge.road as usize];
        let passage = &self.survey.passages[snap.edge.index()];
        let middle = edge.from_m + snap.offset_m;
        let (from, to) = ((middle - length_m / 2.0).max(edge.from_m), (middle + length_m / 2.0).min(edge.to_m));
        let run = self.study.rulebook.parameters.lanes.slope_run_m;
        let stated = road.incline.map(|incline| incline.get().abs());
        let slope = stated.or_else(|| steepest(&road.line.0, &road.heights_m, from, to.max(from), run));
        let off = if stated.is_some() { 0.0 } else { passage.slope_error_percent };
        Bounds {
            low: slope.and_then(|s| Percent::new((s - off).max(0.0)).ok()),
            high: slope.and_then(|s| Percent::new(s + off).ok()),
        }
    }
}

/// The lines of the lanes near a building, and whether engines certainly pass each.
struct Near {
    lines: Vec<(Segment, bool)>,
}

impl Near {
    fn of(serving: &Serving<'_>, beside: &[Snap]) -> Self {
        let mut edges: Vec<EdgeId> = beside.iter().map(|snap| snap.edge).collect();
        edges.sort_unstable();
        let mut lines = Vec::new();
        for edge in edges {
            let is_certain = serving.is_certain[edge.index()];
            let line = serving.network.edge_line(serving.layers, edge);
            lines.extend(line.lines().map(|l| (Segment { a: l.start, b: l.end }, is_certain)));
        }
        Self { lines }
    }

    fn segments(&self) -> Vec<Segment> {
        self.lines.iter().map(|(line, _)| *line).collect()
    }
}

/// How far along a ray a segment crosses it, 0 to 1.
fn hit(ray: &Segment, other: &Segment) -> Option<f64> {
    let (d, e) = (minus(ray.b, ray.a), minus(other.b, other.a));
    let denominator = cross(d, e);
    if denominator.abs() < 1e-12 {
        return None;
    }
    let from = minus(other.a, ray.a);
    let (t, s) = (cross(from, e) / denominator, cross(from, d) / denominator);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&s)).then_some(t)
}

fn counts(low: u32, high: u32) -> Bounds<Count> {
    Bounds { low: Count::new(f64::from(low)).ok(), high: Count::new(f64::from(high)).ok() }
}

/// Holds a measure against every rule that applies, or may apply. Where nobody knows whether it does, a failure is none
/// that is known.
fn rule_if<Q: Quantity>(
    book: &Rulebook,
    measure: &str,
    words: &Words,
    bounds: &Bounds<Q>,
    in_core: bool,
    because: &str,
) -> Vec<Ruling> {
    let mut rulings = rule_on(book, (measure, &words.certain), bounds, in_core, because);
    for rule in book.on(measure, &words.possible).filter(|rule| !rule.applies(&words.certain)) {
        let judged = rule.judge(&Measure::Known(*bounds), in_core);
        let unknown = rule.judge(&Measure::Known(Bounds::<Q>::unknown()), in_core);
        rulings.push(Ruling {
            rule: rule.id.clone(),
            measure: measure.to_owned(),
            low: bounds.low.map(Q::get),
            high: bounds.high.map(Q::get),
            is_reached: true,
            verdict: if judged.is_fail() { unknown } else { judged },
            because: format!("{because}; whether the rule asks it of this building nobody said"),
        });
    }
    rulings
}
