//! Puts points and shapes on the network.

use firereach_model::layers::Layers;
use geo::{BoundingRect, Distance, Euclidean};
use geo_types::{Coord, Geometry, LineString, Point};
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use super::build::{distance, number};
use super::{Drawing, Edge, EdgeId, Network};

/// A place on the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The edge.
    pub edge: EdgeId,
    /// Distance from the edge's beginning along its drawing, plan metres.
    pub offset_m: f64,
    /// How far it is from what was snapped, metres in plan.
    pub distance_m: f64,
    /// Where it is.
    pub at: Coord<f64>,
}

type Segment = GeomWithData<Line<[f64; 2]>, (u32, f64)>;

/// The segments of all edges in a tree.
#[derive(Clone, Debug)]
pub struct SnapIndex {
    tree: RTree<Segment>,
    /// The place of each edge in the order of the roads' identifiers, by which ties are settled: so that the order of the
    /// layer does not matter.
    ranks: Vec<u32>,
}

impl SnapIndex {
    pub(super) fn build(layers: &Layers, edges: &[Edge], drawings: &[Drawing]) -> Self {
        let mut segments = Vec::new();
        for (e, (edge, drawing)) in edges.iter().zip(drawings).enumerate() {
            let vertices = &layers.roads[edge.road as usize].line.0;
            let inner = &vertices[drawing.first_vertex as usize..drawing.end_vertex as usize];
            let mut offset_m = 0.0;
            let mut last = drawing.from;
            for &next in inner.iter().chain(std::iter::once(&drawing.to)) {
                if next != last {
                    let line = Line::new([last.x, last.y], [next.x, next.y]);
                    segments.push(Segment::new(line, (number(e), offset_m)));
                    offset_m += distance(last, next);
                }
                last = next;
            }
        }
        let mut by_id: Vec<u32> = (0..number(edges.len())).collect();
        by_id.sort_by(|&a, &b| {
            let (a, b) = (&edges[a as usize], &edges[b as usize]);
            let id = |edge: &Edge| layers.roads[edge.road as usize].id.as_str();
            id(a).cmp(id(b)).then(a.road.cmp(&b.road)).then(a.from_m.total_cmp(&b.from_m))
        });
        let mut ranks = vec![0; edges.len()];
        for (rank, &edge) in (0u32..).zip(&by_id) {
            ranks[edge as usize] = rank;
        }
        Self { tree: RTree::bulk_load(segments), ranks }
    }
}

impl Network {
    /// Puts a point on the nearest edge that `filter` lets through, at most `limit_m` away; ties to the
    /// road with the smaller identifier.
    pub fn snap(&self, point: Point<f64>, limit_m: f64, filter: impl Fn(EdgeId) -> bool) -> Option<Snap> {
        let from = [point.x(), point.y()];
        // One measure decides what is nearer and what as near: another, rounded otherwise, would end the search between two
        // that are as near.
        let mut best: Option<(f64, Snap)> = None;
        for (segment, distance_2) in self.snaps.tree.nearest_neighbor_iter_with_distance_2(&from) {
            if distance_2.sqrt() > limit_m || best.is_some_and(|(least_2, _)| distance_2 > least_2) {
                break;
            }
            let snap = snap_to(segment, from);
            if filter(snap.edge)
                && best.is_none_or(|(_, b)| self.snaps.ranks[snap.edge.index()] < self.snaps.ranks[b.edge.index()])
            {
                best = Some((distance_2, snap));
            }
        }
        best.map(|(_, snap)| snap)
    }

    /// The nearest place on every edge within `reach_m` of a shape, by edge.
    ///
    /// For an area, edges inside it are at distance zero; of such an edge the place is the one nearest to the middle of
    /// its part inside, found at its vertices. One place an edge.
    pub fn snap_all(
        &self,
        layers: &Layers,
        shape: &Geometry<f64>,
        reach_m: f64,
        filter: impl Fn(EdgeId) -> bool,
    ) -> Vec<Snap> {
        let Some(bounds) = shape.bounding_rect() else { return Vec::new() };
        let reach = AABB::from_corners(
            [bounds.min().x - reach_m, bounds.min().y - reach_m],
            [bounds.max().x + reach_m, bounds.max().y + reach_m],
        );
        let mut edges: Vec<u32> =
            self.snaps.tree.locate_in_envelope_intersecting(&reach).map(|segment| segment.data.0).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
            .into_iter()
            .map(EdgeId)
            .filter(|&edge| filter(edge))
            .filter_map(|edge| self.nearest_on_edge(layers, edge, shape).filter(|snap| snap.distance_m <= reach_m))
            .collect()
    }

    /// The place of an edge nearest to a shape; ties to the first along the edge.
    pub fn nearest_on_edge(&self, layers: &Layers, edge: EdgeId, shape: &Geometry<f64>) -> Option<Snap> {
        let line = self.edge_line(layers, edge);
        let mut best: Option<Snap> = None;
        let mut offset_m = 0.0;
        for segment in line.lines() {
            let length = distance(segment.start, segment.end);
            for share in nearest_shares(segment, shape) {
                let at = Coord {
                    x: segment.start.x + (segment.end.x - segment.start.x) * share,
                    y: segment.start.y + (segment.end.y - segment.start.y) * share,
                };
                let distance_m = Euclidean.distance(&Geometry::Point(Point(at)), shape);
                if distance_m.is_finite() && best.is_none_or(|b| distance_m < b.distance_m) {
                    best = Some(Snap { edge, offset_m: offset_m + share * length, distance_m, at });
                }
            }
            offset_m += length;
        }
        best
    }
}

fn snap_to(segment: &Segment, from: [f64; 2]) -> Snap {
    let at = segment.geom().nearest_point(&from);
    let along = (at[0] - segment.geom().from[0]).hypot(at[1] - segment.geom().from[1]);
    Snap {
        edge: EdgeId(segment.data.0),
        offset_m: segment.data.1 + along,
        distance_m: (at[0] - from[0]).hypot(at[1] - from[1]),
        at: Coord { x: at[0], y: at[1] },
    }
}

/// Where along a segment its point nearest to a shape can be: its ends, the feet of the shape's vertices, and where it
/// crosses the shape's outline.
fn nearest_shares(segment: geo_types::Line<f64>, shape: &Geometry<f64>) -> Vec<f64> {
    let mut shares = vec![0.0, 1.0];
    let (dx, dy) = (segment.end.x - segment.start.x, segment.end.y - segment.start.y);
    let squared = dx * dx + dy * dy;
    if squared <= 0.0 {
        return shares;
    }
    let mut foot = |at: Coord<f64>| {
        let share = ((at.x - segment.start.x) * dx + (at.y - segment.start.y) * dy) / squared;
        if share > 0.0 && share < 1.0 {
            shares.push(share);
        }
    };
    let mut crossings: Vec<Coord<f64>> = Vec::new();
    let mut outline = |line: &LineString<f64>| {
        for side in line.lines() {
            if let Some(geo::line_intersection::LineIntersection::SinglePoint { intersection, .. }) =
                geo::line_intersection::line_intersection(segment, side)
            {
                crossings.push(intersection);
            }
        }
    };
    match shape {
        Geometry::Polygon(polygon) => {
            outline(polygon.exterior());
            polygon.interiors().iter().for_each(&mut outline);
        }
        Geometry::MultiPolygon(many) => {
            for polygon in many {
                outline(polygon.exterior());
                polygon.interiors().iter().for_each(&mut outline);
            }
        }
        Geometry::LineString(line) => outline(line),
        Geometry::MultiLineString(many) => many.iter().for_each(&mut outline),
        _ => {}
    }
    geo::CoordsIter::coords_iter(shape).chain(crossings).for_each(&mut foot);
    shares.sort_by(f64::total_cmp);
    shares
}
