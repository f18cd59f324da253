//! Corners: whether each vehicle's swept path fits between what stands at a bend or junction.

use firereach_model::bounds::Bounds;
use firereach_model::findings::lanes::CornerCheck;
use firereach_model::layers::Layers;
use firereach_model::parameters::MovementParameters;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo::Contains;
use geo_types::{Coord, LineString, Point, Polygon};
use rayon::prelude::*;

use super::access::{Entries, MOST_VEHICLES};
use super::bend::{ONE_BEND_M, bends};
use super::plane::{Segment, along, cross, distance, dot, minus};
use super::survey::{Survey, width_there};
use crate::network::{ArcId, Entry, Network, NodeId};

/// The centre of the turn is tried on a grid of this step about its place on the centre lines, metres.
const SHIFT_M: f64 = 0.5;
/// So many steps to either side.
const SHIFTS: i32 = 3;
/// How deep a wall stands in the ground that a vehicle sweeps is looked for at places so far apart, metres.
const DEEPEST_STEP_M: f64 = 0.25;
/// Straight pieces of the arcs that are drawn and tried.
const ARC_STEPS: i32 = 12;

/// A turn from one heading into another.
struct Turn {
    road: usize,
    to_road: usize,
    at: Coord<f64>,
    /// Where the lines before and after it meet.
    apex: Coord<f64>,
    headings: (Coord<f64>, Coord<f64>),
    /// How far the lane runs straight before and after that place, metres.
    straight_m: (f64, f64),
    angle_deg: f64,
    width: Bounds<Metres>,
    level: i16,
    edges: (usize, usize),
}

/// The radii of a rigid vehicle on its tightest turn: inner rear wheel and outer front corner, metres.
///
/// # Source
///
/// RULES 1.1: `Ri = sqrt(Ro^2 - Lf^2) - W`.
pub fn turn_radii(vehicle: &Vehicle) -> (f64, f64) {
    let (outer, reach) = (vehicle.turning_radius_m.get(), vehicle.front_reach_m.get());
    (((outer * outer - reach * reach).max(0.0).sqrt() - vehicle.width_m.get()).max(0.0), outer)
}

/// The tracks of a vehicle through a turn about a given centre: the outer front corner's and the inner rear wheel's, each
/// with so many metres straight before and after the arc.
pub fn tracks(
    vehicle: &Vehicle,
    centre: Coord<f64>,
    headings: (Coord<f64>, Coord<f64>),
    straight_m: (f64, f64),
) -> (LineString<f64>, LineString<f64>) {
    let (inner, outer) = turn_radii(vehicle);
    let is_left = cross(headings.0, headings.1) > 0.0;
    // From the centre outwards, square to the heading.
    let out = |h: Coord<f64>| if is_left { Coord { x: h.y, y: -h.x } } else { Coord { x: -h.y, y: h.x } };
    let (from, to) = (out(headings.0), out(headings.1));
    let start = from.y.atan2(from.x);
    let sweep = cross(from, to).atan2(dot(from, to));
    let length = vehicle.length_m.get();
    let body = inner + vehicle.width_m.get();
    // The front comes in from its straight track over the length of the vehicle; a shorter straight ends on the way.
    let outer_after = |m: f64| outer + (body - outer) * (m / length).min(1.0);
    let at = |n: Coord<f64>, r: f64, h: Coord<f64>, on: f64| Coord {
        x: centre.x + n.x * r + h.x * on,
        y: centre.y + n.y * r + h.y * on,
    };
    let line = |arc: f64, (before, after): (f64, f64)| {
        let mut points = vec![at(from, before, headings.0, -straight_m.0)];
        points.extend((0..=ARC_STEPS).map(|i| {
            let angle = start + sweep * f64::from(i) / f64::from(ARC_STEPS);
            at(Coord { x: angle.cos(), y: angle.sin() }, arc, headings.0, 0.0)
        }));
        points.push(at(to, after, headings.1, straight_m.1));
        LineString(points)
    };
    (line(outer, (outer_after(straight_m.0), outer_after(straight_m.1))), line(inner, (inner, inner)))
}

/// Every bend and junction movement of the lanes that a road vehicle does not get round, or may not.
///
/// A movement is looked at where the measured width is below the widest swept path; the vehicle must pass the lanes
/// before and after it as far as anybody knows. The tracks run straight before and after the arc as far as the lane does, a
/// vehicle's length at most. They are laid about centres near the one on the centre lines, and the
/// best of them is reported where less than the lateral clearance is left; that no such track fits is no proof that a
/// driver finds none. The vehicle certainly does not get round where the clear width at the turn is below the swept width,
/// which is the quick test, and every track runs into something.
pub(crate) fn check_corners(
    network: &Network,
    layers: &Layers,
    survey: &Survey,
    study: &Study,
    lanes: &[bool],
    entries: &Entries,
) -> Vec<CornerCheck> {
    let parameters = &study.rulebook.parameters;
    let vehicles: Vec<(usize, &Vehicle)> = study
        .vehicles
        .iter()
        .enumerate()
        .take(MOST_VEHICLES)
        .filter(|(_, vehicle)| vehicle.mobility == Mobility::Road && vehicle.turning_radius_m.get() > 0.0)
        .collect();
    let swept = |vehicle: &Vehicle| swept_m(vehicle, &parameters.movement);
    let widest = vehicles.iter().map(|(_, vehicle)| swept(vehicle)).fold(0.0, f64::max);
    let mut turns = turns(network, layers, survey, lanes, parameters.lanes.corner_angle_deg);
    turns.retain(|turn| turn.width.high.is_some_and(|high| high.get() < widest));
    turns
        .into_par_iter()
        .flat_map_iter(|turn| {
            let mut checks = Vec::new();
            let near = near(survey, &turn, widest);
            for (v, vehicle) in &vehicles {
                let enters = |e: usize| !matches!(entries.get(*v, e), Entry::Impassable(reason) if reason != crate::network::Impassable::Corner);
                if !enters(turn.edges.0) || !enters(turn.edges.1) {
                    continue;
                }
                let needed = swept(vehicle);
                if turn.width.low.is_some_and(|low| low.get() >= needed) || near.is_empty() {
                    continue;
                }
                let best = best_track(vehicle, &turn, &near);
                let lateral = parameters.movement.lateral_m;
                if best.margin_m >= lateral {
                    continue;
                }
                let is_too_narrow = turn.width.high.is_some_and(|high| high.get() < needed - 2.0 * lateral);
                let is_proven = is_too_narrow && best.margin_m < 0.0;
                checks.push(CornerCheck {
                    road: turn.road,
                    to_road: turn.to_road,
                    at: turn.at,
                    angle_deg: turn.angle_deg,
                    vehicle: vehicle.code.clone(),
                    swept_m: needed,
                    width: turn.width,
                    fits: is_proven.then_some(false),
                    margin_m: Some(best.margin_m),
                    outer: best.outer,
                    inner: best.inner,
                    obstacle: best.thing.map(|thing| survey.field.name(layers, thing)),
                });
            }
            checks
        })
        .collect()
}

/// The swept width with lateral clearance on both sides, metres.
fn swept_m(vehicle: &Vehicle, movement: &MovementParameters) -> f64 {
    let (inner, outer) = turn_radii(vehicle);
    outer - inner + 2.0 * movement.lateral_m
}

fn turns(network: &Network, layers: &Layers, survey: &Survey, lanes: &[bool], least_deg: f64) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (e, edge) in network.edges().iter().enumerate().filter(|(e, _)| lanes[*e]) {
        let road = &layers.roads[edge.road as usize];
        for bend in bends(&road.line.0, edge.from_m, edge.to_m, least_deg) {
            let (back, on) = (Coord { x: -bend.headings.0.x, y: -bend.headings.0.y }, bend.headings.1);
            let (before, after) = parted(&road.line.0, bend.at_m);
            turns.push(Turn {
                road: edge.road as usize,
                to_road: edge.road as usize,
                at: bend.at,
                apex: bend.apex,
                straight_m: (straight_m(&before, bend.apex, back), straight_m(&after, bend.apex, on)),
                headings: bend.headings,
                angle_deg: bend.angle_deg,
                width: at_bend(survey, e, bend.at_m - edge.from_m),
                level: road.level,
                edges: (e, e),
            });
        }
    }
    for n in 0..network.node_count() {
        let node = NodeId(u32::try_from(n).expect("nodes are counted by a u32"));
        let out: Vec<ArcId> = network.arcs_out(node).filter(|arc| lanes[arc.edge().index()]).collect();
        for (i, a) in out.iter().enumerate() {
            for b in &out[i + 1..] {
                let (Some(ha), Some(hb)) = (heading(network, layers, *a), heading(network, layers, *b)) else {
                    continue;
                };
                let inwards = Coord { x: -ha.x, y: -ha.y };
                let angle_deg = cross(inwards, hb).atan2(dot(inwards, hb)).to_degrees().abs();
                if angle_deg < least_deg || angle_deg > 175.0 {
                    continue;
                }
                let (ea, eb) = (a.edge().index(), b.edge().index());
                let (wa, wb) = (at_end(survey, network, node, *a), at_end(survey, network, node, *b));
                turns.push(Turn {
                    road: network.edges()[ea].road as usize,
                    to_road: network.edges()[eb].road as usize,
                    at: network.node_at(node),
                    apex: network.node_at(node),
                    straight_m: (straight_along(network, layers, *a, ha), straight_along(network, layers, *b, hb)),
                    headings: (inwards, hb),
                    angle_deg,
                    // At an open junction the diagonal of the two widths counts.
                    width: Bounds {
                        low: wa.low.zip(wb.low).and_then(|(x, y)| Metres::new(x.get().hypot(y.get())).ok()),
                        high: wa.high.zip(wb.high).and_then(|(x, y)| Metres::new(x.get().hypot(y.get())).ok()),
                    },
                    level: layers.roads[network.edges()[ea].road as usize].level,
                    edges: (ea, eb),
                });
            }
        }
    }
    turns
}

/// A line's vertices from a place on it back to its beginning, and on to its end.
fn parted(line: &[Coord<f64>], at_m: f64) -> (Vec<Coord<f64>>, Vec<Coord<f64>>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut done = 0.0;
    for (i, p) in line.iter().enumerate() {
        done += if i > 0 { distance(line[i - 1], *p) } else { 0.0 };
        if done < at_m - SHIFT_M {
            before.push(*p)
        } else if done > at_m + SHIFT_M {
            after.push(*p)
        }
    }
    before.reverse();
    (before, after)
}

/// How far a line keeps to a ray, metres along the ray: up to its end, or to where it is half a metre beside it.
fn straight_m(line: &[Coord<f64>], from: Coord<f64>, ray: Coord<f64>) -> f64 {
    let mut known = 0.0;
    let mut last = from;
    for p in line {
        let (along_ray, off) = (dot(minus(*p, from), ray), cross(ray, minus(*p, from)).abs());
        // The vertices of the bend itself lie beside the ray, near its beginning.
        if off > SHIFT_M && distance(*p, from) > ONE_BEND_M {
            let off_before = cross(ray, minus(last, from)).abs().min(SHIFT_M);
            return known + (along_ray - known).max(0.0) * (SHIFT_M - off_before) / (off - off_before);
        }
        known = along_ray.max(known);
        last = *p;
    }
    known
}

/// The same along an arc out of its node.
fn straight_along(network: &Network, layers: &Layers, arc: ArcId, heading: Coord<f64>) -> f64 {
    let mut line = network.edge_line(layers, arc.edge()).0;
    if !arc.is_forward() {
        line.reverse();
    }
    straight_m(&line[1..], line[0], heading)
}

/// What is known of the width at a bend of an edge; of an edge without ground beside it that of the whole.
fn at_bend(survey: &Survey, edge: usize, offset_m: f64) -> Bounds<Metres> {
    let passage = &survey.passages[edge];
    let here = passage.tight_corners.iter().find(|corner| (corner.offset_m - offset_m).abs() < 1e-3);
    here.map_or(passage.width.bounds, |corner| corner.width)
}

/// What is known of the width where an arc leaves a node.
fn at_end(survey: &Survey, network: &Network, node: NodeId, arc: ArcId) -> Bounds<Metres> {
    let edge = arc.edge().index();
    debug_assert_eq!(network.tail(arc), node, "arcs leave their node");
    let near = survey.edges[edge].end_gaps_m[usize::from(!arc.is_forward())];
    width_there(&survey.passages[edge].width, near)
}

/// The direction in which an arc leaves its node, over its first few metres.
fn heading(network: &Network, layers: &Layers, arc: ArcId) -> Option<Coord<f64>> {
    let mut line = network.edge_line(layers, arc.edge()).0;
    if !arc.is_forward() {
        line.reverse();
    }
    let start = line[0];
    let ahead = line.iter().copied().find(|p| distance(*p, start) > 3.0).or(line.last().copied())?;
    let d = minus(ahead, start);
    let length = d.x.hypot(d.y);
    (length > 0.0).then(|| Coord { x: d.x / length, y: d.y / length })
}

struct Edge {
    segment: Segment,
    radius_m: f64,
    thing: u32,
}

fn near(survey: &Survey, turn: &Turn, widest: f64) -> Vec<Edge> {
    let reach = 4.0 * widest;
    let (low, high) = ([turn.at.x - reach, turn.at.y - reach], [turn.at.x + reach, turn.at.y + reach]);
    let edges = survey.field.edges_near(low, high).into_iter().filter(|edge| edge.is_side && edge.level == turn.level);
    edges.map(|e| Edge { segment: e.segment, radius_m: e.radius_m, thing: e.thing }).collect()
}

struct Track {
    margin_m: f64,
    outer: LineString<f64>,
    inner: LineString<f64>,
    thing: Option<u32>,
}

/// The track with the greatest margin about centres near the one that lies on the centre lines.
fn best_track(vehicle: &Vehicle, turn: &Turn, near: &[Edge]) -> Track {
    let (inner, outer) = turn_radii(vehicle);
    let middle = (inner + outer) / 2.0;
    let (h, k) = turn.headings;
    // From the bend to the centre: the middle of the track touches both centre lines.
    let bisector = minus(k, h);
    let length = bisector.x.hypot(bisector.y).max(1e-9);
    let away = middle / (turn.angle_deg.to_radians() / 2.0).cos().max(0.05);
    let centre = Coord { x: turn.apex.x + bisector.x / length * away, y: turn.apex.y + bisector.y / length * away };
    let to_arc_m = middle * (turn.angle_deg.to_radians() / 2.0).tan();
    let left_m = |straight: f64| (straight - to_arc_m).clamp(0.0, vehicle.length_m.get());
    let straight_m = (left_m(turn.straight_m.0), left_m(turn.straight_m.1));
    let mut best: Option<Track> = None;
    for i in -SHIFTS..=SHIFTS {
        for j in -SHIFTS..=SHIFTS {
            let (a, b) = (f64::from(i) * SHIFT_M, f64::from(j) * SHIFT_M);
            let at = Coord { x: centre.x + h.x * a + k.x * b, y: centre.y + h.y * a + k.y * b };
            let (outer, inner) = tracks(vehicle, at, turn.headings, straight_m);
            let (margin_m, thing) = margin(&outer, &inner, near);
            if best.as_ref().is_none_or(|known| margin_m > known.margin_m) {
                best = Some(Track { margin_m, outer, inner, thing });
            }
        }
    }
    best.expect("the grid of centres is not empty")
}

/// The least distance from the swept area to what stands there; negative where something stands in it.
fn margin(outer: &LineString<f64>, inner: &LineString<f64>, near: &[Edge]) -> (f64, Option<u32>) {
    let ring: Vec<Coord<f64>> = outer.0.iter().chain(inner.0.iter().rev()).copied().collect();
    let sides: Vec<Segment> =
        ring.iter().zip(ring.iter().cycle().skip(1)).take(ring.len()).map(|(a, b)| Segment { a: *a, b: *b }).collect();
    let area = Polygon::new(LineString(ring), vec![]);
    let mut least = (f64::INFINITY, None);
    for edge in near {
        let mut apart = f64::INFINITY;
        for side in &sides {
            apart = apart.min(side.distance(&edge.segment) - edge.radius_m);
        }
        // A wall that runs across the ground swept stands in it by as much as its deepest place.
        let steps = if apart <= 0.0 { (edge.segment.length() / DEEPEST_STEP_M).ceil().max(1.0) } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a wall has few metres")]
        for i in 0..=steps as u32 {
            let place = along(edge.segment.a, edge.segment.b, f64::from(i) / steps);
            if area.contains(&Point(place)) {
                let depth = sides.iter().map(|side| side.distance_to(place)).fold(f64::INFINITY, f64::min);
                apart = apart.min(-depth - edge.radius_m);
            }
        }
        if apart < least.0 {
            least = (apart, Some(edge.thing));
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use firereach_model::units::{CubicMetres, Percent, Tonnes};

    fn pumper() -> Vehicle {
        Vehicle {
            code: "V2".to_owned(),
            name: String::new(),
            name_zh: String::new(),
            mobility: Mobility::Road,
            length_m: Metres::of(9.0),
            width_m: Metres::of(2.5),
            height_m: Metres::of(3.6),
            turning_radius_m: Metres::of(9.0),
            front_reach_m: Metres::of(5.9),
            mass_t: Tonnes::of(19.0),
            water_m3: CubicMetres::of(3.0),
            min_lane_width_m: Metres::of(4.0),
            max_slope_percent: Percent::of(10.0),
            hose_m: Metres::of(400.0),
            pump_mpa: None,
            pump_lps: None,
            crew: 6,
            basis: String::new(),
        }
    }

    #[test]
    fn a_pumper_of_nine_metres_sweeps_four_metres_seventy() {
        let (inner, outer) = turn_radii(&pumper());
        assert!((outer - inner - 4.70).abs() < 0.005, "{}", outer - inner);
    }

    fn corner(width: f64) -> Vec<Edge> {
        // Lanes along x and y that meet at the origin: the outer walls south and east, the inner corner north-west.
        let h = width / 2.0;
        let wall = |ax: f64, ay: f64, bx: f64, by: f64| Edge {
            segment: Segment { a: Coord { x: ax, y: ay }, b: Coord { x: bx, y: by } },
            radius_m: 0.0,
            thing: 0,
        };
        vec![wall(-40.0, -h, h, -h), wall(h, -h, h, 40.0), wall(-40.0, h, -h, h), wall(-h, h, -h, 40.0)]
    }

    fn right_angle() -> Turn {
        Turn {
            road: 0,
            to_road: 0,
            at: Coord { x: 0.0, y: 0.0 },
            apex: Coord { x: 0.0, y: 0.0 },
            headings: (Coord { x: 1.0, y: 0.0 }, Coord { x: 0.0, y: 1.0 }),
            straight_m: (40.0, 40.0),
            angle_deg: 90.0,
            width: Bounds::unknown(),
            level: 0,
            edges: (0, 0),
        }
    }

    #[test]
    fn a_wide_corner_lets_the_pumper_round_and_a_lane_of_four_metres_does_not() {
        assert!(best_track(&pumper(), &right_angle(), &corner(7.0)).margin_m > 0.0);
        assert!(best_track(&pumper(), &right_angle(), &corner(4.0)).margin_m < 0.0);
    }

    #[test]
    fn a_wall_across_the_straight_counts_only_as_far_as_the_lane_is_straight() {
        // Where the lane turns away 12 m after the corner, a wall stands on its former course 14 m after it.
        let mut walls = corner(7.0);
        let across = Segment { a: Coord { x: -3.5, y: 14.0 }, b: Coord { x: 3.5, y: 14.0 } };
        walls.push(Edge { segment: across, radius_m: 0.0, thing: 1 });
        assert!(best_track(&pumper(), &right_angle(), &walls).margin_m < 0.0);
        let turning = Turn { straight_m: (40.0, 12.0), ..right_angle() };
        assert!(best_track(&pumper(), &turning, &walls).margin_m > 0.0);
    }

    #[test]
    fn a_lane_is_straight_as_far_as_it_keeps_to_its_heading() {
        let line = [(3.0, 0.0), (10.0, 0.2), (20.0, 5.0)].map(|(x, y)| Coord { x, y });
        let (from, ray) = (Coord { x: 0.0, y: 0.0 }, Coord { x: 1.0, y: 0.0 });
        let straight = straight_m(&line, from, ray);
        assert!((straight - 10.625).abs() < 1e-9, "{straight}");
        assert!((straight_m(&line[..2], from, ray) - 10.0).abs() < 1e-9);
    }
}
