//! Ways for vehicles by area: which stretches of them lie inside, and how much of these is reached.

use firereach_model::feature::ZoneKind;
use firereach_model::layers::Layers;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect, Contains, LinesIter, MultiPolygon};
use geo_types::{Coord, Line, LineString, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line as TreeLine};
use rstar::{AABB, RTree};

use super::coverage::is_measured;
use crate::network::{Edge, EdgeId, EdgePart, Network};

/// Stretches shorter than this, metres, come from rounding.
const SLIVER_M: f64 = 1e-6;

/// A stretch of an edge, plan metres from the edge's beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) edge: EdgeId,
    pub(super) from_m: f64,
    pub(super) to_m: f64,
}

/// Ways for vehicles: all of them, and those in every measured area but the study's own, by area.
pub(super) fn roads_by_area(network: &Network, layers: &Layers) -> Vec<(String, Vec<Stretch>)> {
    let whole = |(index, edge): (u32, &Edge)| {
        let is_road = layers.roads[edge.road as usize].class.is_for_vehicles();
        is_road.then(|| Stretch { edge: EdgeId(index), from_m: 0.0, to_m: edge.plan_m() })
    };
    let all: Vec<Stretch> = (0u32..).zip(network.edges()).filter_map(whole).collect();
    let areas: Vec<_> =
        layers.zones.iter().filter(|zone| is_measured(zone.kind) && zone.kind != ZoneKind::Study).collect();
    let in_areas: Vec<_> = areas
        .into_par_iter()
        .map(|zone| (format!("{}:{}", zone.kind, zone.id), stretches_in(network, layers, &zone.area)))
        .collect();
    std::iter::once(("all".to_owned(), all)).chain(in_areas).collect()
}

/// The stretches of all ways for vehicles that lie in an area, by edge and along it, cut where they cross its border.
fn stretches_in(network: &Network, layers: &Layers, area: &MultiPolygon<f64>) -> Vec<Stretch> {
    let Some(bounds) = area.bounding_rect() else { return Vec::new() };
    let border = Border::of(area);
    let mut stretches = Vec::new();
    for (index, edge) in (0u32..).zip(network.edges()) {
        if !layers.roads[edge.road as usize].class.is_for_vehicles() {
            continue;
        }
        let line = network.edge_line(layers, EdgeId(index));
        let is_near = line.bounding_rect().is_some_and(|own| {
            let (a, b) = ((own.min(), own.max()), (bounds.min(), bounds.max()));
            a.0.x <= b.1.x && a.1.x >= b.0.x && a.0.y <= b.1.y && a.1.y >= b.0.y
        });
        if is_near {
            let own = border.inside(&line, area).into_iter();
            stretches.extend(own.map(|(from_m, to_m)| Stretch { edge: EdgeId(index), from_m, to_m }));
        }
    }
    stretches
}

/// Length of stretches along the ground, metres.
pub(super) fn length_m(network: &Network, stretches: &[Stretch]) -> f64 {
    stretches.iter().map(|stretch| on_ground_m(network, stretch.edge, stretch.to_m - stretch.from_m)).sum()
}

/// How much of stretches lies in reached parts, metres along the ground; the parts are in the order of their edges.
pub(super) fn reached_m(network: &Network, stretches: &[Stretch], parts: &[EdgePart]) -> f64 {
    let mut reached = 0.0;
    for stretch in stretches {
        for part in of_edge(parts, stretch.edge) {
            let both_m = part.to_m.min(stretch.to_m) - part.from_m.max(stretch.from_m);
            reached += on_ground_m(network, stretch.edge, both_m.max(0.0));
        }
    }
    reached
}

/// The parts of one edge; parts are in the order of their edges.
pub(super) fn of_edge(parts: &[EdgePart], edge: EdgeId) -> &[EdgePart] {
    let first = parts.partition_point(|part| part.edge < edge);
    let count = parts[first..].partition_point(|part| part.edge == edge);
    &parts[first..first + count]
}

fn on_ground_m(network: &Network, edge: EdgeId, plan_m: f64) -> f64 {
    let own = network.edge(edge);
    own.length_m * plan_m / own.plan_m()
}

/// The sides of an area in a tree.
struct Border {
    sides: RTree<GeomWithData<TreeLine<[f64; 2]>, Line<f64>>>,
}

impl Border {
    fn of(area: &MultiPolygon<f64>) -> Self {
        let side = |line: Line<f64>| {
            GeomWithData::new(TreeLine::new([line.start.x, line.start.y], [line.end.x, line.end.y]), line)
        };
        Self { sides: RTree::bulk_load(area.lines_iter().map(side).collect()) }
    }

    /// Between which distances along it a line runs inside the area.
    fn inside(&self, line: &LineString<f64>, area: &MultiPolygon<f64>) -> Vec<(f64, f64)> {
        let distance = |a: Coord<f64>, b: Coord<f64>| (b.x - a.x).hypot(b.y - a.y);
        let mut marks = vec![0.0];
        let mut done_m = 0.0;
        for segment in line.lines() {
            let (a, b) = (segment.start, segment.end);
            let reach = AABB::from_corners([a.x.min(b.x), a.y.min(b.y)], [a.x.max(b.x), a.y.max(b.y)]);
            for side in self.sides.locate_in_envelope_intersecting(&reach) {
                match line_intersection(segment, side.data) {
                    Some(LineIntersection::SinglePoint { intersection, .. }) => {
                        marks.push(done_m + distance(a, intersection));
                    }
                    Some(LineIntersection::Collinear { intersection }) => {
                        marks.extend([intersection.start, intersection.end].map(|at| done_m + distance(a, at)));
                    }
                    None => {}
                }
            }
            done_m += distance(a, b);
        }
        marks.push(done_m);
        marks.sort_by(f64::total_cmp);
        let mut inside: Vec<(f64, f64)> = Vec::new();
        for pair in marks.windows(2).filter(|pair| pair[1] - pair[0] > SLIVER_M) {
            if area.contains(&Point(place(line, (pair[0] + pair[1]) / 2.0))) {
                match inside.last_mut() {
                    Some(last) if pair[0] - last.1 <= SLIVER_M => last.1 = pair[1],
                    _ => inside.push((pair[0], pair[1])),
                }
            }
        }
        inside
    }
}

/// The place at a distance along a line.
fn place(line: &LineString<f64>, m: f64) -> Coord<f64> {
    let mut left_m = m;
    for segment in line.lines() {
        let length_m = segment.dx().hypot(segment.dy());
        if left_m <= length_m && length_m > 0.0 {
            let share = left_m / length_m;
            return Coord { x: segment.start.x + segment.dx() * share, y: segment.start.y + segment.dy() * share };
        }
        left_m -= length_m;
    }
    line.0[line.0.len() - 1]
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::RoadClass;
    use geo_types::Rect;

    use super::*;
    use crate::network::Mode;
    use crate::network::tests::{road, town};

    /// An area from 100 to 200 m east without the 20 m in its middle.
    fn area() -> MultiPolygon<f64> {
        let square = |a: f64, b: f64| Rect::new(Coord { x: a, y: -50.0 }, Coord { x: b, y: 50.0 }).to_polygon();
        MultiPolygon(vec![square(100.0, 140.0), square(160.0, 200.0)])
    }

    #[track_caller]
    fn check(places: &[(f64, f64)], reached: &[(f64, f64)], expected: (f64, f64)) {
        let layers = town(vec![
            road("street", RoadClass::Residential, places, &[]),
            road("stairs", RoadClass::Steps, &[(110.0, 0.0), (110.0, 30.0)], &[]),
        ]);
        let network = Network::build(&layers, 0.1);
        let stretches = stretches_in(&network, &layers, &area());
        let parts: Vec<EdgePart> = (0u32..)
            .zip(network.edges())
            .filter(|(_, edge)| edge.road == 0)
            .flat_map(|(index, edge)| {
                let clipped = reached.iter().map(|&(a, b)| (a.max(edge.from_m), b.min(edge.to_m)));
                clipped.filter(|(a, b)| a < b).map(move |(a, b)| EdgePart {
                    edge: EdgeId(index),
                    from_m: a - edge.from_m,
                    to_m: b - edge.from_m,
                    from_ms: 0.0,
                    to_ms: 0.0,
                    owner: 0,
                    mode: Mode::Drive,
                })
            })
            .collect();
        let (of, covered) = (length_m(&network, &stretches), reached_m(&network, &stretches, &parts));
        assert!((of - expected.1).abs() < 1e-6 && (covered - expected.0).abs() < 1e-6, "{covered} of {of}");
    }

    #[test]
    fn a_street_through_two_halves_counts_where_it_lies_in_them() {
        check(&[(0.0, 0.0), (300.0, 0.0)], &[], (0.0, 80.0));
        check(&[(0.0, 0.0), (120.0, 0.0), (300.0, 0.0)], &[(130.0, 170.0)], (20.0, 80.0));
    }

    #[test]
    fn a_street_inside_counts_whole_and_one_outside_not_at_all() {
        check(&[(105.0, 0.0), (135.0, 0.0)], &[(0.0, 10.0), (20.0, 25.0)], (15.0, 30.0));
        check(&[(300.0, 0.0), (400.0, 0.0)], &[(0.0, 100.0)], (0.0, 0.0));
    }

    #[test]
    fn a_street_along_the_border_does_not_count() {
        check(&[(100.0, -80.0), (100.0, 80.0)], &[(0.0, 160.0)], (0.0, 0.0));
    }
}
