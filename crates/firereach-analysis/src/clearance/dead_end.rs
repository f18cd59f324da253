//! Dead ends, and whether an engine can turn there.

use firereach_model::bounds::Bounds;
use firereach_model::feature::ZoneKind;
use firereach_model::findings::lanes::DeadEnd;
use firereach_model::layers::Layers;
use firereach_model::rules::Limit;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo::Contains;
use geo_types::{Coord, LineString, Polygon};
use rayon::prelude::*;

use super::field::Field;
use super::judge::{Cores, rule_on};
use super::plane::{Segment, along, cross, distance, dot, minus};
use super::separation::{boxes_of, buildings_at};
use super::survey::Survey;
use crate::network::{ArcId, Network, NodeId};

/// Centres of squares are tried on a grid of this step, metres: a square with so much play is found.
const STEP_M: f64 = 1.0;
/// A place so near to a line was taken from it, metres.
const ON_THE_LINE_M: f64 = 0.01;
/// Squares are tried turned by this step, degrees.
const TURN_DEG: u32 = 5;

/// Every dead end of the lanes longer than the shortest limit of the rulebook.
///
/// Its length runs from the last junction of lanes, or from a main road, to the end. Near the end the largest free square
/// of the sides that rules ask for is looked for, in any rotation and touching the lane. A square that is only free of
/// what the data holds may still be a slope or a garden, so it gives an upper bound; inside an area drawn as open ground
/// or carriageway it counts. Where nobody vouches for the roads, the lane may go on, and no dead end fails for certain.
///
/// # Source
///
/// GB 55037-2022, 3.4.5 (length) and GB 50016-2014 (2018), 7.1.9 (squares); figures from the rule pack.
pub(crate) fn find_dead_ends(
    network: &Network,
    layers: &Layers,
    survey: &Survey,
    study: &Study,
    lanes: &[bool],
    roots: &[usize],
    cores: &Cores<'_>,
) -> Vec<DeadEnd> {
    let limits = |measure: &str| -> Vec<f64> {
        let rules = study.rulebook.rules.iter().filter(|rule| rule.measure == measure);
        rules
            .map(|rule| match rule.limit {
                Limit::AtLeast(m) | Limit::AtMost(m) => m,
            })
            .collect()
    };
    let Some(shortest) = limits("dead_end_length").into_iter().min_by(f64::total_cmp) else { return Vec::new() };
    let mut sides = limits("turnaround_side");
    sides.sort_by(|a, b| b.total_cmp(a));
    sides.dedup();
    let mut is_root = vec![false; network.node_count()];
    for &root in roots {
        is_root[network.edges()[root].from.index()] = true;
        is_root[network.edges()[root].to.index()] = true;
    }
    let boxes = boxes_of(layers);
    let may_go_on = !layers.is_complete("roads");
    let lanes_at = |node: NodeId| network.arcs_out(node).filter(|arc| lanes[arc.edge().index()]);
    let ends: Vec<NodeId> = (0..network.node_count())
        .map(|n| NodeId(u32::try_from(n).expect("nodes are counted by a u32")))
        .filter(|&node| !is_root[node.index()] && lanes_at(node).count() == 1)
        .collect();
    ends.into_par_iter()
        .filter_map(|end| {
            let mut arcs: Vec<ArcId> = Vec::new();
            let mut at = end;
            let mut length_m = 0.0;
            loop {
                let back = lanes_at(at).find(|arc| arcs.last().is_none_or(|last| arc.edge() != last.edge()))?;
                arcs.push(back);
                length_m += network.edge(back.edge()).length_m;
                at = network.head(back);
                if is_root[at.index()] || lanes_at(at).count() != 2 || at == end {
                    break;
                }
            }
            (length_m > shortest && at != end).then_some((end, arcs, length_m))
        })
        .map(|(end, arcs, length_m)| {
            let mut line: Vec<Coord<f64>> = Vec::new();
            for arc in &arcs {
                let mut part = network.edge_line(layers, arc.edge()).0;
                if !arc.is_forward() {
                    part.reverse();
                }
                line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
            }
            let road = network.edge(arcs[0].edge()).road as usize;
            let at = network.node_at(end);
            let level = layers.roads[road].level;
            let ground = Ground::near(&survey.field, &line, level, study, sides.first().copied());
            // Where no wall crosses a place to turn, its middle tells whether all of it lies inside a building.
            let is_built = |at: Coord<f64>| !buildings_at(layers, &boxes, at, level).is_empty();
            let square = sides.iter().find_map(|&side| ground.free(side, side, &is_built).map(|found| (side, found)));
            let (long, wide) = study.rulebook.parameters.lanes.hammerhead_m;
            let is_open = square.as_ref().is_some_and(|(_, found)| {
                let open = |kind| matches!(kind, ZoneKind::Open | ZoneKind::Carriageway);
                layers.zones.iter().any(|zone| open(zone.kind) && zone.area.contains(found))
            });
            let in_core = cores.contain(at);
            let side = square.as_ref().and_then(|(side, _)| Metres::new(*side).ok());
            let hammerhead = if square.is_some() { None } else { ground.free(long, wide, &is_built) };
            let has_hammerhead = square.is_some() || hammerhead.is_some();
            let turnaround = match side {
                Some(side) if is_open => Bounds::at_least(side),
                // Nothing the data holds stands there; what the ground is nobody said.
                Some(_) => Bounds::unknown(),
                None if may_go_on => Bounds::unknown(),
                None => {
                    Bounds { low: None, high: sides.last().and_then(|least| Metres::new((least - 0.01).max(0.0)).ok()) }
                }
            };
            let mut rulings = Vec::new();
            // A dead end with a turnaround may be as long as it likes.
            let length = Metres::new(length_m).map_or(Bounds::unknown(), |m| match turnaround {
                Bounds { low: Some(_), .. } => Bounds::at_most(Metres::ZERO),
                Bounds { high: Some(_), .. } => Bounds::exactly(m),
                _ => Bounds::between(Metres::ZERO, m),
            });
            let because = match (&square, is_open) {
                (Some((side, _)), true) => format!("{length_m:.0} m long with a square of {side} m on open ground"),
                (Some((side, _)), false) => {
                    format!("{length_m:.0} m long; {side} m by {side} m near its end are free of what the data holds")
                }
                (None, _) => {
                    let least = sides.last().copied().unwrap_or_default();
                    format!("{length_m:.0} m long; no square of {least} m is free near its end")
                }
            };
            let book = &study.rulebook;
            rulings.extend(rule_on(book, ("dead_end_length", &[]), &length, in_core, &because));
            rulings.extend(rule_on(book, ("turnaround_side", &["ordinary"]), &turnaround, in_core, &because));
            DeadEnd {
                road,
                at,
                length_m,
                line: LineString(line),
                square_m: square.as_ref().map(|(side, _)| *side),
                square: square.map(|(_, found)| found),
                has_hammerhead,
                hammerhead,
                is_bounded: !ground.edges.is_empty(),
                rulings,
            }
        })
        .collect()
}

/// The index of the dead end in which a place of the lanes lies; the first one where several share it, and none at the
/// junction that leads out.
pub(crate) fn dead_end_at(ends: &[DeadEnd], at: Coord<f64>) -> Option<usize> {
    let is_in = |end: &DeadEnd| {
        let is_way_out = end.line.0.last().is_some_and(|&way_out| distance(way_out, at) <= ON_THE_LINE_M);
        let sides = end.line.0.windows(2).map(|pair| Segment { a: pair[0], b: pair[1] });
        !is_way_out && sides.into_iter().any(|side| side.distance_to(at) <= ON_THE_LINE_M)
    };
    ends.iter().position(is_in)
}

/// What stands near the end of a lane.
struct Ground {
    /// Edges with half of their extent across.
    edges: Vec<(Segment, f64)>,
    /// The last stretch of the lane, from its end backwards.
    lane: Vec<Segment>,
    /// Places to try, nearest to the end first: the place, the nearest place of the lane, and how far nothing stands.
    centres: Vec<(Coord<f64>, Coord<f64>, f64)>,
}

impl Ground {
    fn near(field: &Field, line: &[Coord<f64>], level: i16, study: &Study, widest: Option<f64>) -> Self {
        let search_m = study.rulebook.parameters.lanes.turnaround_search_m;
        let reach = search_m + widest.unwrap_or(0.0) * 1.5;
        let end = line[0];
        let (low, high) = ([end.x - reach, end.y - reach], [end.x + reach, end.y + reach]);
        let edges = field.edges_near(low, high);
        let mut lane = Vec::new();
        let mut done = 0.0;
        for pair in line.windows(2).filter(|pair| pair[0] != pair[1]) {
            let length = distance(pair[0], pair[1]);
            let part = (search_m - done).min(length);
            lane.push(Segment { a: pair[0], b: along(pair[0], pair[1], part / length) });
            done += length;
            if done >= search_m {
                break;
            }
        }
        let sides = edges.iter().filter(|edge| edge.is_side && edge.level == level);
        let edges: Vec<(Segment, f64)> = sides.map(|edge| (edge.segment, edge.radius_m)).collect();
        #[expect(clippy::cast_possible_truncation, reason = "a few dozen steps")]
        let steps = ((search_m + widest.unwrap_or(0.0) / 2.0) / STEP_M).ceil() as i32;
        let mut centres: Vec<_> = (-steps..=steps)
            .flat_map(|i| (-steps..=steps).map(move |j| (i, j)))
            .filter_map(|(i, j)| {
                let at = Coord { x: end.x + f64::from(i) * STEP_M, y: end.y + f64::from(j) * STEP_M };
                let on_lane = lane
                    .iter()
                    .map(|s: &Segment| s.nearest(at))
                    .min_by(|p, q| distance(*p, at).total_cmp(&distance(*q, at)))?;
                if distance(on_lane, at) > widest.unwrap_or(0.0) / 2.0 {
                    return None;
                }
                let free = edges.iter().map(|(e, r)| e.distance_to(at) - r).fold(f64::INFINITY, f64::min);
                Some((at, on_lane, free))
            })
            .collect();
        centres.sort_by(|(a, ..), (b, ..)| {
            distance(*a, end).total_cmp(&distance(*b, end)).then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y))
        });
        Self { edges, lane, centres }
    }

    /// A free rectangle that touches the last stretch of the lane, if the grid finds one.
    fn free(&self, long: f64, wide: f64, is_built: &dyn Fn(Coord<f64>) -> bool) -> Option<Polygon<f64>> {
        let (half_long, half_wide) = (long / 2.0, wide / 2.0);
        let (inner, outer) = (half_wide.min(half_long), half_long.hypot(half_wide));
        let last = self.lane.first()?;
        let ahead = minus(last.a, last.b);
        let length = distance(last.a, last.b).max(1e-9);
        let ahead = Coord { x: ahead.x / length, y: ahead.y / length };
        self.centres.iter().find_map(|&(centre, near, free)| {
            let from_lane = distance(near, centre);
            if self.lane.is_empty() || from_lane > inner || free < inner {
                return None;
            }
            // What stands between the lane and the middle of the square keeps the engine out of it.
            let way = Segment { a: near, b: centre };
            if from_lane > 0.0 && self.edges.iter().any(|(e, _)| e.meets(&way)) {
                return None;
            }
            (0..if free >= outer { 1 } else { 180 / TURN_DEG }).find_map(|k| {
                let angle = f64::from(k * TURN_DEG).to_radians();
                let is_bar = long > wide;
                let (u, v) = (Coord { x: angle.cos(), y: angle.sin() }, Coord { x: -angle.sin(), y: angle.cos() });
                // The bar of a hammerhead lies across the lane, not along it.
                if is_bar && free < outer && dot(u, ahead).abs() > std::f64::consts::FRAC_1_SQRT_2 {
                    return None;
                }
                let is_free =
                    self.edges.iter().all(|(e, r)| !meets_rectangle(e, centre, (u, half_long + r), (v, half_wide + r)))
                        && !is_built(centre);
                is_free.then(|| {
                    let corner = |s: f64, t: f64| Coord {
                        x: centre.x + u.x * half_long * s + v.x * half_wide * t,
                        y: centre.y + u.y * half_long * s + v.y * half_wide * t,
                    };
                    let ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
                    Polygon::new(LineString(ring.iter().map(|&(s, t)| corner(s, t)).collect()), vec![])
                })
            })
        })
    }
}

/// Whether a segment has a point inside a rectangle given by its centre and half sides.
fn meets_rectangle(
    e: &Segment,
    centre: Coord<f64>,
    (u, half_long): (Coord<f64>, f64),
    (v, half_wide): (Coord<f64>, f64),
) -> bool {
    let (a, b) = (minus(e.a, centre), minus(e.b, centre));
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (axis, half) in [(u, half_long), (v, half_wide)] {
        let (pa, pb) = (dot(a, axis), dot(b, axis));
        let d = pb - pa;
        if d.abs() < 1e-12 {
            if pa.abs() >= half {
                return false;
            }
            continue;
        }
        let (t1, t2) = ((-half - pa) / d, (half - pa) / d);
        from = from.max(t1.min(t2));
        to = to.min(t1.max(t2));
    }
    // A wall along the side of the square touches it; it does not stand in it.
    to - from > 1e-9 || (cross(u, v) != 0.0 && e.a == e.b && from <= to)
}
