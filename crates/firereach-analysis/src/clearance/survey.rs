//! What is known about passing along every edge once everything that stands in the city has been measured.

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::{Obstacle, ObstacleKind, Road, Structure};
use firereach_model::findings::lanes::Clearance;
use firereach_model::layers::Layers;
use firereach_model::parameters::Parameters;
use firereach_model::problem::{Done, Problem, Severity};
use firereach_model::rules::Rulebook;
use firereach_model::units::Metres;
use geo::Contains;
use geo_types::{Coord, Point};
use rayon::prelude::*;

use super::bend::{Bend, ONE_BEND_M, bends};
use super::continuation::Continued;
use super::evidence::{AGREES_M, forget_assumed, metres, narrow, pass_under, under_deck_m};
use super::field::{Field, Meeting, What, name_of};
use super::gap::{Gap, Gaps, LaneLine, Met, Scratch, measure_gaps};
use super::overhead::{Low, Overhead};
use super::parked::{parked_rows, take_off};
use super::plane::distance;
use super::slope::steepest;
use crate::change::Conditions;
use crate::network::{Barrier, Corner, EdgeId, Network, OnNode, Passage, on_nodes, pass_through, stated_passages};

/// A place on an edge that is narrower or lower than the widest limit, before anybody asks whom it concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinch {
    /// The edge.
    pub edge: EdgeId,
    /// Where it is narrowest or lowest.
    pub at: Coord<f64>,
    /// The same, metres along the road.
    pub at_m: f64,
    /// Where the stretch below the limit begins and ends, metres along the road.
    pub stretch_m: (f64, f64),
    /// The gap as a line.
    pub gap: Option<(Coord<f64>, Coord<f64>)>,
    /// Clear width there.
    pub width: Bounds<Metres>,
    /// Clear height there.
    pub height: Bounds<Metres>,
    /// What makes it.
    pub things: Vec<What>,
    /// What else narrows the stretch below the limit, less than that.
    pub others: Vec<What>,
    /// How it was obtained.
    pub method: Method,
    /// Whether what stands there lets no engine pass, however wide the lane is.
    pub is_closed: bool,
}

impl Pinch {
    /// The place under something that leaves a height between two figures.
    fn under(low: &Low, edge: EdgeId, (least_m, most_m): (f64, f64), method: Method) -> Self {
        Self {
            edge,
            at: low.at,
            at_m: low.at_m,
            stretch_m: (low.at_m, low.at_m),
            gap: None,
            width: Bounds::unknown(),
            height: Bounds { low: metres(least_m), high: metres(most_m) },
            things: low.what.into_iter().collect(),
            others: Vec::new(),
            method,
            is_closed: false,
        }
    }
}

/// What the survey says of one edge beside its passage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeSurvey {
    /// Metres narrower than each limit of [`Survey::limits_m`].
    pub narrower_m: Vec<f64>,
    /// Chance that the widest limit is free of parked vehicles, where somebody counted them.
    pub passable_prob: Option<f64>,
    /// The narrowest gap near its beginning and near its end, metres, where anything is measured there.
    pub end_gaps_m: [Option<f64>; 2],
    /// Where something stands across it that lets no engine pass, metres along the road.
    pub closed_at_m: Vec<f64>,
}

/// Everything measured along the lanes of a city in one set of conditions.
#[derive(Debug)]
pub struct Survey {
    /// What is known about passing each edge, by edge.
    pub passages: Vec<Passage>,
    /// More about each edge.
    pub edges: Vec<EdgeSurvey>,
    /// Places below the widest limits, by road and place.
    pub pinches: Vec<Pinch>,
    /// The widths looked at, those of the classes in their order.
    pub limits_m: Vec<f64>,
    /// What contradicts what.
    pub problems: Vec<Problem>,
    /// Everything that stands there.
    pub field: Field,
    /// Kerbs and edges of carriageways, where anybody drew them.
    pub(crate) kerbs: Option<Field>,
    /// What tags and classes say of each edge itself, without a look at what stands on it or beside it.
    pub(crate) tagged: Vec<Passage>,
}

/// What is known about passing each edge: tags and classes, narrowed by what stands beside, on and over the lanes.
///
/// The passages of [`survey`] alone.
pub fn measure_passages(network: &Network, rulebook: &Rulebook, conditions: &Conditions<'_>) -> Vec<Passage> {
    survey(network, rulebook, conditions).passages
}

/// Measures every edge: what tags and classes say, then the gaps between what stands left and right, what is passed under,
/// slopes over their running length, the parked rows of the hour, and the openings of what stands across.
///
/// A gap is an upper bound of the clear width. Where it contradicts a stated width, the gap is taken and the
/// contradiction reported; a width that only the class or the number of lanes suggests gives way silently. Works road by
/// road on all threads; the order of everything returned is that of the roads.
pub fn survey(network: &Network, rulebook: &Rulebook, conditions: &Conditions<'_>) -> Survey {
    let layers: &Layers = &conditions.layers;
    let parameters = &rulebook.parameters;
    let lanes = &parameters.lanes;
    let ((field, kerbs), (overhead, (tagged, on_nodes))) = rayon::join(
        || {
            let tolerance_m = parameters.movement.join_tolerance_m;
            rayon::join(|| Field::build(layers, conditions.hour, tolerance_m), || Field::of_kerbs(layers))
        },
        || {
            let stated = || (stated_passages(layers, network, lanes), on_nodes(layers, network));
            rayon::join(|| Overhead::build(layers), stated)
        },
    );
    let limits_m: Vec<f64> = parameters.lanes.classes.iter().map(|class| class.width_m).collect();
    let widest = rulebook.limit("lane_clear_width").unwrap_or(0.0);
    let least_height = rulebook.limit("lane_clear_height").unwrap_or(0.0);
    let task = Task {
        layers,
        network,
        parameters,
        conditions,
        field: &field,
        kerbs: kerbs.as_ref(),
        overhead: &overhead,
        on_nodes: &on_nodes,
        widest,
        least_height,
    };
    let roads: Vec<RoadSurvey> = (0..layers.roads.len())
        .into_par_iter()
        .map_init(Scratch::default, |scratch, road| task.survey_road(road, &tagged, &limits_m, scratch))
        .collect();
    let mut survey = Survey {
        passages: Vec::new(),
        edges: Vec::new(),
        pinches: Vec::new(),
        limits_m,
        problems: Vec::new(),
        field,
        kerbs,
        tagged,
    };
    for road in roads {
        survey.passages.extend(road.passages);
        survey.edges.extend(road.edges);
        survey.pinches.extend(road.pinches);
        survey.problems.extend(road.problems);
    }
    survey
}

/// An opening that something across a lane leaves, by its place.
struct Opening {
    piece: usize,
    width: Metres,
    at: Coord<f64>,
    method: Method,
    because: String,
}

#[derive(Default)]
struct RoadSurvey {
    openings: Vec<Opening>,
    passages: Vec<Passage>,
    edges: Vec<EdgeSurvey>,
    pinches: Vec<Pinch>,
    problems: Vec<Problem>,
}

/// Something across a lane, where it stands.
#[derive(Clone, Copy)]
struct Across<'a> {
    obstacle: &'a Obstacle,
    what: What,
    at: Coord<f64>,
    at_m: f64,
    is_closed: bool,
}

struct Task<'a> {
    layers: &'a Layers,
    network: &'a Network,
    parameters: &'a Parameters,
    conditions: &'a Conditions<'a>,
    field: &'a Field,
    /// Kerbs and edges of carriageways, where anybody drew them.
    kerbs: Option<&'a Field>,
    overhead: &'a Overhead,
    /// What stands on nodes of roads, by edge.
    on_nodes: &'a [OnNode],
    widest: f64,
    least_height: f64,
}

impl Task<'_> {
    fn survey_road(&self, road: usize, tagged: &[Passage], limits_m: &[f64], scratch: &mut Scratch) -> RoadSurvey {
        let edges = self.network.edges_of_road(road);
        let mut done = RoadSurvey { passages: tagged[edges.clone()].to_vec(), ..RoadSurvey::default() };
        done.edges = vec![EdgeSurvey { narrower_m: vec![0.0; limits_m.len()], ..EdgeSurvey::default() }; edges.len()];
        if edges.is_empty() {
            return done;
        }
        let r = &self.layers.roads[road];
        let cuts: Vec<f64> = std::iter::once(self.network.edges()[edges.start].from_m)
            .chain(edges.clone().map(|e| self.network.edges()[e].to_m))
            .collect();
        let piece_at = |at_m: f64| cuts[1..].partition_point(|&cut| cut < at_m).min(edges.len() - 1);
        let edge_id = |piece: usize| EdgeId(u32::try_from(edges.start + piece).expect("edges are counted by a u32"));
        if has_ground_beside(r) {
            let Continued { coords, own, closed } = Continued::of(
                self.network,
                self.layers,
                road,
                &self.parameters.lanes,
                2.0 * self.parameters.lanes.search_m,
            );
            let lane = LaneLine { coords: &coords, own, level: r.level, closed, cuts: &cuts };
            let least_deg = self.parameters.lanes.corner_angle_deg;
            let bends: Vec<Vec<Bend>> =
                (0..edges.len()).map(|piece| bends(&r.line.0, cuts[piece], cuts[piece + 1], least_deg)).collect();
            let fine = if r.class.is_for_vehicles() { finer(&cuts, &bends) } else { cuts.clone() };
            if let Some(kerbs) = self.kerbs {
                self.between_kerbs(kerbs, r, &lane, edge_id(0), scratch, &mut done);
            }
            let mut all_limits = limits_m.to_vec();
            all_limits.push(self.widest);
            let finely = LaneLine { cuts: &fine, ..lane };
            let mut gaps = measure_gaps(self.field, &finely, &all_limits, self.parameters.lanes.search_m, scratch);
            let parts = std::mem::take(&mut gaps.pieces);
            let narrowest = |from_m: f64, to_m: f64| -> Option<Gap> {
                let first = fine.partition_point(|&cut| cut < from_m - JOINED_M);
                let last = fine.partition_point(|&cut| cut < to_m - JOINED_M).min(parts.len());
                let within = parts.get(first..last.max(first)).unwrap_or_default();
                within.iter().flatten().min_by(|a, b| a.width_m.total_cmp(&b.width_m)).copied()
            };
            gaps.pieces = cuts.windows(2).map(|piece| narrowest(piece[0], piece[1])).collect();
            self.narrow_by_gaps(r, &gaps, &cuts, &mut done);
            for met in &gaps.met {
                self.meet(r, met, piece_at(met.at_m), edge_id(piece_at(met.at_m)), &mut done);
            }
            for (stretch, narrowing) in gaps.stretches.last().into_iter().flatten().zip(&gaps.narrowing) {
                let piece = piece_at(stretch.gap.at_m);
                let others = narrowing.iter().filter(|thing| !stretch.gap.things.contains(thing));
                done.pinches.push(Pinch {
                    edge: edge_id(piece),
                    at: stretch.gap.at,
                    at_m: stretch.gap.at_m,
                    stretch_m: (stretch.from_m, stretch.to_m),
                    gap: Some((stretch.gap.left, stretch.gap.right)),
                    width: Bounds { low: None, high: metres(stretch.gap.width_m) },
                    height: Bounds::unknown(),
                    things: stretch.gap.things.iter().map(|&thing| self.field.thing(thing).what).collect(),
                    others: others.map(|&thing| self.field.thing(thing).what).collect(),
                    method: Method::BetweenObstacles,
                    is_closed: false,
                });
            }
            for (piece, passage) in done.passages.iter_mut().enumerate() {
                let (from, to) = (cuts[piece], cuts[piece + 1]);
                let ends = [(from, (from + ONE_BEND_M).min(to)), ((to - ONE_BEND_M).max(from), to)];
                done.edges[piece].end_gaps_m = ends.map(|(from, to)| narrowest(from, to).map(|gap| gap.width_m));
                for bend in &bends[piece] {
                    let (start, end) = ((bend.at_m - ONE_BEND_M).max(from), (bend.at_m + ONE_BEND_M).min(to));
                    let width = width_there(&passage.width, narrowest(start, end).map(|gap| gap.width_m));
                    passage.tight_corners.push(Corner { offset_m: bend.at_m - from, angle_deg: bend.angle_deg, width });
                }
            }
        }
        for low in self.overhead.over(self.layers, self.conditions, r, self.widest / 2.0) {
            self.lower(&low, piece_at(low.at_m), edge_id(piece_at(low.at_m)), &mut done);
        }
        for (piece, passage) in done.passages.iter_mut().enumerate() {
            let (from, to) = (cuts[piece], cuts[piece + 1]);
            if r.incline.is_none() {
                let lanes = &self.parameters.lanes;
                passage.slope_percent = steepest(&r.line.0, &r.heights_m, from, to, lanes.slope_run_m);
                passage.slope_error_percent = passage.height_error_m / lanes.slope_run_m * 100.0;
            }
        }
        for on in self.on_nodes_of(&edges) {
            self.meet_on_node(on, on.edge - edges.start, &mut done);
        }
        self.park(r, road, &mut done);
        // Vehicles park before and behind an opening, not in it.
        for Opening { piece, width, at, method, because } in std::mem::take(&mut done.openings) {
            pass_through(&mut done.passages[piece].width, width, method, Some(at), because);
        }
        self.place_the_rest(r, &cuts, &edge_id, &mut done);
        done.pinches.sort_by(|a, b| a.at_m.total_cmp(&b.at_m));
        done
    }

    /// Takes the width between kerbs, or between the edges of the carriageway as drawn. Where they stand on both sides all
    /// along a piece the width is known; elsewhere it is an upper bound.
    fn between_kerbs(
        &self,
        kerbs: &Field,
        road: &Road,
        lane: &LaneLine<'_>,
        first: EdgeId,
        scratch: &mut Scratch,
        done: &mut RoadSurvey,
    ) {
        // Streets are wider between kerbs than lanes are between walls.
        let search_m = 2.0 * self.parameters.lanes.search_m;
        let gaps = measure_gaps(kerbs, lane, &[self.widest, search_m], search_m, scratch);
        for (piece, gap) in gaps.pieces.iter().enumerate() {
            let Some(gap) = gap else { continue };
            let (from, to) = (lane.cuts[piece], lane.cuts[piece + 1]);
            let is_whole = gaps.stretches[1].iter().any(|s| s.from_m <= from + AGREES_M && s.to_m >= to - AGREES_M);
            let because = format!("{:.2} m between kerbs", gap.width_m);
            let width = &mut done.passages[piece].width;
            if width.low_by == Method::Surveyed && width.high_by == Method::Surveyed {
                continue;
            }
            if let Some(stated) = narrow(width, gap.width_m, gap.at, Method::Polygon, because.clone()) {
                done.problems.push(contradiction(road, stated, gap, &because));
            }
            if is_whole
                && width.bounds.low.is_none_or(|low| low.get() < gap.width_m)
                && width.high_by == Method::Polygon
            {
                (width.bounds.low, width.low_by) = (width.bounds.high, Method::Polygon);
                width.because = because;
            }
        }
        for stretch in &gaps.stretches[0] {
            let piece = lane.cuts[1..].partition_point(|&cut| cut < stretch.gap.at_m).min(lane.cuts.len() - 2);
            done.pinches.push(Pinch {
                edge: EdgeId(first.0 + u32::try_from(piece).expect("pieces are counted by a u32")),
                at: stretch.gap.at,
                at_m: stretch.gap.at_m,
                stretch_m: (stretch.from_m, stretch.to_m),
                gap: Some((stretch.gap.left, stretch.gap.right)),
                width: Bounds { low: None, high: metres(stretch.gap.width_m) },
                height: Bounds::unknown(),
                things: stretch.gap.things.iter().map(|&thing| kerbs.thing(thing).what).collect(),
                others: Vec::new(),
                method: Method::Polygon,
                is_closed: false,
            });
        }
    }

    fn narrow_by_gaps(&self, road: &Road, gaps: &Gaps, cuts: &[f64], done: &mut RoadSurvey) {
        for (piece, gap) in gaps.pieces.iter().enumerate() {
            if let Some(gap) = gap {
                let because = self.between(gap);
                let width = &mut done.passages[piece].width;
                if let Some(stated) = narrow(width, gap.width_m, gap.at, Method::BetweenObstacles, because) {
                    done.problems.push(contradiction(road, stated, gap, &self.between(gap)));
                }
            }
        }
        for (limit, stretches) in gaps.stretches.iter().take(done.edges[0].narrower_m.len()).enumerate() {
            for stretch in stretches {
                for (piece, edge) in done.edges.iter_mut().enumerate() {
                    let common = stretch.to_m.min(cuts[piece + 1]) - stretch.from_m.max(cuts[piece]);
                    edge.narrower_m[limit] += common.max(0.0);
                }
            }
        }
    }

    fn between(&self, gap: &Gap) -> String {
        let [left, right] = gap.things.map(|thing| self.field.name(self.layers, thing));
        format!("{:.2} m between {left} and {right}", gap.width_m)
    }

    /// Takes in what stands on the centre line.
    fn meet(&self, road: &Road, met: &Met, piece: usize, edge: EdgeId, done: &mut RoadSurvey) {
        let thing = self.field.thing(met.thing);
        let passage = &mut done.passages[piece];
        match thing.what {
            What::Building(i) => {
                let building = &self.layers.buildings[i as usize];
                let is_inside = |p: &Coord<f64>| building.footprint.contains(&Point(*p));
                let ends_inside = [road.line.0.first(), road.line.0.last()].into_iter().flatten().any(is_inside);
                let length = road.line.0.windows(2).map(|w| distance(w[0], w[1])).sum::<f64>();
                let touches_end = met.at_m < 0.1 || met.at_m > length - 0.1;
                if matches!(road.structure, Structure::Covered | Structure::Tunnel) {
                    forget_assumed(&mut passage.width);
                    forget_assumed(&mut passage.height);
                } else if !ends_inside && !touches_end && !road.is_area {
                    forget_assumed(&mut passage.width);
                    forget_assumed(&mut passage.height);
                    done.problems.push(Problem {
                        code: "LANE-THROUGH-BUILDING".into(),
                        severity: Severity::Warning,
                        source_name: "lanes".to_owned(),
                        origin: road.origin.clone(),
                        at: Some(met.at),
                        found: format!("{} runs through building {}", road.id, building.id),
                        expected: "a passage that the data states, or a line beside the building".to_owned(),
                        done: Done::Kept,
                        repair: "state the passage (tunnel=building_passage, covered=yes) with its width and height, \
                                 or correct the line; until then both count as unknown"
                            .to_owned(),
                    });
                }
            }
            What::Water(_) | What::Carriageway => {}
            What::Obstacle(i) => {
                let obstacle = &self.layers.obstacles[i as usize];
                // What stands on a node of the road is taken in with the tags.
                if obstacle.node.is_some() {
                    return;
                }
                let barrier = barrier_of(obstacle, thing.meeting);
                passage.barrier = passage.barrier.max(barrier);
                if barrier == Barrier::Closed {
                    done.edges[piece].closed_at_m.push(met.at_m);
                }
                if thing.meeting == Meeting::Around && barrier != Barrier::Closed {
                    return;
                }
                let is_closed = barrier == Barrier::Closed;
                let across = Across { obstacle, what: thing.what, at: met.at, at_m: met.at_m, is_closed };
                // What stands on the lane is gone round: its gaps are measured.
                if thing.meeting != Meeting::Around {
                    self.open(&across, piece, Method::Surveyed, done);
                }
                self.stated_pinch(&across, edge, Method::Surveyed, done);
            }
        }
    }

    /// What stands on nodes of the edges of one road.
    fn on_nodes_of(&self, edges: &std::ops::Range<usize>) -> &[OnNode] {
        let start = self.on_nodes.partition_point(|on| on.edge < edges.start);
        let end = self.on_nodes.partition_point(|on| on.edge < edges.end);
        &self.on_nodes[start..end]
    }

    /// Takes in what stands on a node of the road.
    fn meet_on_node(&self, on: &OnNode, piece: usize, done: &mut RoadSurvey) {
        let obstacle = &self.layers.obstacles[on.obstacle];
        let passage = &mut done.passages[piece];
        passage.barrier = passage.barrier.max(on.barrier);
        let is_closed = on.barrier == Barrier::Closed;
        if is_closed {
            done.edges[piece].closed_at_m.push(on.at_m);
        }
        let index = u32::try_from(on.obstacle).expect("a layer has fewer features than a u32 counts");
        let across = Across { obstacle, what: What::Obstacle(index), at: on.at, at_m: on.at_m, is_closed };
        self.open(&across, piece, Method::Tagged, done);
        let edge = EdgeId(u32::try_from(on.edge).expect("edges are counted by a u32"));
        self.stated_pinch(&across, edge, Method::Tagged, done);
    }

    /// Takes in the opening that something across the lane states.
    fn open(&self, across: &Across<'_>, piece: usize, method: Method, done: &mut RoadSurvey) {
        let because = name_of(self.layers, across.what);
        if let Some(height) = across.obstacle.clear_height {
            pass_through(&mut done.passages[piece].height, height, method, Some(across.at), because.clone());
        }
        if let Some(width) = across.obstacle.clear_width {
            done.openings.push(Opening { piece, width, at: across.at, method, because });
        }
    }

    fn stated_pinch(&self, across: &Across<'_>, edge: EdgeId, method: Method, done: &mut RoadSurvey) {
        let Across { obstacle, at, at_m, is_closed, .. } = *across;
        let width = obstacle.clear_width.filter(|w| w.get() < self.widest);
        let height = obstacle.clear_height.filter(|h| h.get() < self.least_height);
        if width.is_some() || height.is_some() || is_closed {
            done.pinches.push(Pinch {
                edge,
                at,
                at_m,
                stretch_m: (at_m, at_m),
                gap: None,
                width: obstacle.clear_width.map_or(Bounds::unknown(), Bounds::exactly),
                height: obstacle.clear_height.map_or(Bounds::unknown(), Bounds::exactly),
                things: vec![across.what],
                others: Vec::new(),
                method,
                is_closed,
            });
        }
    }

    /// Takes in what is passed under.
    fn lower(&self, low: &Low, piece: usize, edge: EdgeId, done: &mut RoadSurvey) {
        let height = &mut done.passages[piece].height;
        let Some(height_m) = low.height_m else {
            let off = 2.0 * done.passages[piece].height_error_m;
            let height = &mut done.passages[piece].height;
            if let Some((least, most)) = under_deck_m(low.rise_m, self.parameters.lanes.deck_depth_m, off) {
                pass_under(height, (least, most), low);
                if most < self.least_height {
                    done.pinches.push(Pinch::under(low, edge, (least, most), Method::Terrain));
                }
            } else if forget_assumed(height) {
                height.because = format!("{}, under {}", height.because, low.name);
            }
            return;
        };
        let Some(known) = metres(height_m) else { return };
        pass_through(height, known, Method::Tagged, Some(low.at), low.name.clone());
        let is_known =
            done.pinches.iter().any(|p| p.edge == edge && low.what.is_some() && low.what == p.things.first().copied());
        if height_m < self.least_height && !is_known {
            done.pinches.push(Pinch::under(low, edge, (height_m, height_m), Method::Tagged));
        }
    }

    /// Takes the rows of parked vehicles of the hour off the width.
    fn park(&self, road: &Road, index: usize, done: &mut RoadSurvey) {
        let index = u32::try_from(index).expect("roads are counted by a u32");
        let rows = parked_rows(road, self.conditions, index, &self.parameters.lanes);
        if rows.is_empty() {
            return;
        }
        for (passage, edge) in done.passages.iter_mut().zip(&mut done.edges) {
            edge.passable_prob = take_off(&rows, &mut passage.width, self.widest).or(edge.passable_prob);
        }
    }

    /// A pinch in the middle of every piece that is below a limit for certain without a known place.
    fn place_the_rest(&self, road: &Road, cuts: &[f64], edge_id: &impl Fn(usize) -> EdgeId, done: &mut RoadSurvey) {
        for (piece, passage) in done.passages.iter().enumerate() {
            let edge = edge_id(piece);
            let width = passage.width.bounds.high.filter(|w| w.get() < self.widest);
            let height = passage.height.bounds.high.filter(|h| h.get() < self.least_height);
            let has = |narrow: bool| {
                done.pinches
                    .iter()
                    .any(|p| p.edge == edge && if narrow { p.width.high.is_some() } else { p.height.high.is_some() })
            };
            let width = width.filter(|_| !has(true));
            let height = height.filter(|_| !has(false));
            if width.is_none() && height.is_none() {
                continue;
            }
            let at_m = (cuts[piece] + cuts[piece + 1]) / 2.0;
            let method = if width.is_some() { passage.width.high_by } else { passage.height.high_by };
            let at = passage.width.at.filter(|_| width.is_some()).unwrap_or_else(|| place_on(&road.line.0, at_m));
            let pinch = Pinch {
                edge,
                at,
                at_m,
                stretch_m: (cuts[piece], cuts[piece + 1]),
                gap: None,
                width: width.map_or(Bounds::unknown(), |_| passage.width.bounds),
                height: height.map_or(Bounds::unknown(), |_| passage.height.bounds),
                things: Vec::new(),
                others: Vec::new(),
                method,
                is_closed: false,
            };
            done.pinches.push(pinch);
        }
    }
}

/// Places along a road that differ by less are one, metres.
const JOINED_M: f64 = 1e-6;

/// The pieces of a road cut again before and after its bends, and behind its beginning and before its end, so that what is
/// narrow elsewhere is not taken for the width where one turns.
fn finer(cuts: &[f64], bends: &[Vec<Bend>]) -> Vec<f64> {
    let mut fine = cuts.to_vec();
    for (piece, bends) in cuts.windows(2).zip(bends) {
        let about = bends.iter().flat_map(|bend| [bend.at_m - ONE_BEND_M, bend.at_m + ONE_BEND_M]);
        let places = [piece[0] + ONE_BEND_M, piece[1] - ONE_BEND_M].into_iter().chain(about);
        fine.extend(places.filter(|m| *m > piece[0] + JOINED_M && *m < piece[1] - JOINED_M));
    }
    fine.sort_by(f64::total_cmp);
    fine.dedup_by(|b, a| *b - *a < JOINED_M);
    fine
}

/// What is known of the width at one place of a lane: at most the gap measured there, else what is stated of the whole lane.
pub(crate) fn width_there(of: &Clearance, gap_m: Option<f64>) -> Bounds<Metres> {
    let stated = of.bounds.high.filter(|_| of.high_by != Method::BetweenObstacles);
    let high = match (gap_m.and_then(metres), stated) {
        (Some(gap), Some(stated)) => Some(gap.min(stated)),
        (gap, stated) => gap.or(stated),
    };
    Bounds { low: of.bounds.low, high }
}

/// Whether what stands on the ground narrows the road: not on bridges, in tunnels, or inside buildings.
pub(crate) fn has_ground_beside(road: &Road) -> bool {
    use firereach_model::feature::RoadClass;
    match road.structure {
        Structure::Tunnel => false,
        Structure::Bridge => road.level != 0,
        Structure::Ground | Structure::Covered => !matches!(road.class, RoadClass::Corridor | RoadClass::Elevator),
    }
}

fn barrier_of(obstacle: &Obstacle, meeting: Meeting) -> Barrier {
    match (meeting, obstacle.kind, obstacle.lets_engines_pass) {
        (_, ObstacleKind::Kerb, _) | (Meeting::Around | Meeting::Through, _, None) => Barrier::None,
        (_, _, Some(true)) => Barrier::Passable,
        (_, _, Some(false)) => Barrier::Closed,
        (Meeting::Across, _, None) => Barrier::Unknown,
    }
}

fn contradiction(road: &Road, (stated, key): (Metres, String), gap: &Gap, between: &str) -> Problem {
    Problem {
        code: "LANE-WIDTH-CONTRADICTED".into(),
        severity: Severity::Warning,
        source_name: "lanes".to_owned(),
        origin: road.origin.clone(),
        at: Some(gap.at),
        found: format!("{} is stated {:.2} m wide ({key}), but has only {between}", road.id, stated.get()),
        expected: "a stated width that fits between what stands there".to_owned(),
        done: Done::Kept,
        repair: "survey the place; until then the gap is taken".to_owned(),
    }
}

/// The place at a distance along a line.
pub(crate) fn place_on(line: &[Coord<f64>], at_m: f64) -> Coord<f64> {
    let mut done = 0.0;
    for pair in line.windows(2) {
        let length = distance(pair[0], pair[1]);
        if length > 0.0 && done + length >= at_m {
            return super::plane::along(pair[0], pair[1], ((at_m - done) / length).clamp(0.0, 1.0));
        }
        done += length;
    }
    line[line.len() - 1]
}
