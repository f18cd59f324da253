//! Blocks: the ground that streets enclose, how far apart the streets around it lie, and who stands in a ring of them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{Area, BoundingRect, Contains};
use geo_types::{Coord, LineString, Point, Polygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::plane::{Segment, distance};
use crate::network::{ArcId, EdgeId, Network, NodeId};
use firereach_model::feature::Structure;
use firereach_model::layers::Layers;

/// The place farthest from the streets is found to this, metres.
const DEEPEST_M: f64 = 0.25;

/// One block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The centre lines around it.
    pub(crate) ring: Polygon<f64>,
    pub(crate) area_m2: f64,
    /// The place farthest from all streets around it, and how far it is from them.
    pub(crate) deepest: Coord<f64>,
    pub(crate) depth_m: f64,
    /// Places where other streets meet the ring.
    pub(crate) connections: u32,
}

/// All blocks between some streets, with an index by place.
pub(crate) struct Blocks {
    pub(crate) all: Vec<Block>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Blocks {
    /// The faces of the map of the streets that `is_street` names, on the ground and on its level; dead ends divide
    /// nothing. In the order of the first arc around each. O(n log n) and the search for the deepest place of each.
    pub(crate) fn of(network: &Network, layers: &Layers, is_street: &[bool]) -> Self {
        let is_in_plan = |e: usize| {
            let road = &layers.roads[network.edges()[e].road as usize];
            road.level == 0 && matches!(road.structure, Structure::Ground | Structure::Covered)
        };
        let streets: Vec<bool> = is_street.iter().enumerate().map(|(e, &is)| is && is_in_plan(e)).collect();
        let core = without_dead_ends(network, &streets);
        let rings = faces(network, layers, &core);
        let meets = |node: NodeId| network.arcs_out(node).filter(|arc| is_street[arc.edge().index()]).count() > 2;
        let mut all: Vec<Block> = rings
            .into_par_iter()
            .filter_map(|arcs| {
                let mut line: Vec<Coord<f64>> = Vec::new();
                for &arc in &arcs {
                    line.extend(drawn(network, layers, arc).into_iter().skip(usize::from(!line.is_empty())));
                }
                let ring = Polygon::new(LineString(line), vec![]);
                let area_m2 = ring.signed_area();
                if area_m2 <= 1.0 {
                    return None;
                }
                let (deepest, depth_m) = deepest(&ring);
                let mut nodes: Vec<NodeId> = arcs.iter().map(|&arc| network.tail(arc)).collect();
                nodes.sort_unstable();
                nodes.dedup();
                let connections =
                    u32::try_from(nodes.into_iter().filter(|&node| meets(node)).count()).unwrap_or(u32::MAX);
                Some(Block { ring, area_m2, deepest, depth_m, connections })
            })
            .collect();
        all.retain(|block| block.depth_m > 0.0);
        let boxes = all.iter().enumerate().filter_map(|(i, block)| {
            let rect = block.ring.bounding_rect()?;
            let corners = AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(Rectangle::from_aabb(corners), i))
        });
        let tree = RTree::bulk_load(boxes.collect());
        Self { all, tree }
    }

    /// The smallest block that contains a place.
    pub(crate) fn around(&self, at: Coord<f64>) -> Option<usize> {
        let boxes = self.tree.locate_all_at_point(&[at.x, at.y]).map(|item| item.data);
        let area = |i: usize| self.all[i].area_m2;
        boxes
            .filter(|&i| self.all[i].ring.contains(&Point(at)))
            .min_by(|&a, &b| area(a).total_cmp(&area(b)).then(a.cmp(&b)))
    }
}

/// The line of an arc in its own direction.
fn drawn(network: &Network, layers: &Layers, arc: ArcId) -> Vec<Coord<f64>> {
    let mut line = network.edge_line(layers, arc.edge()).0;
    if !arc.is_forward() {
        line.reverse();
    }
    line
}

/// The streets that are part of a ring, or join rings: dead ends are taken off one after the other.
fn without_dead_ends(network: &Network, streets: &[bool]) -> Vec<bool> {
    let mut core = streets.to_vec();
    let mut degree = vec![0u32; network.node_count()];
    for (e, edge) in network.edges().iter().enumerate().filter(|(e, _)| streets[*e]) {
        debug_assert!(core[e], "streets are the core at first");
        degree[edge.from.index()] += 1;
        degree[edge.to.index()] += 1;
    }
    let number = |n: usize| NodeId(u32::try_from(n).expect("nodes are counted by a u32"));
    let mut stack: Vec<NodeId> = (0..degree.len()).filter(|&n| degree[n] == 1).map(number).collect();
    while let Some(node) = stack.pop() {
        let Some(arc) = network.arcs_out(node).find(|arc| core[arc.edge().index()]) else { continue };
        if degree[node.index()] != 1 {
            continue;
        }
        core[arc.edge().index()] = false;
        let other = network.head(arc);
        degree[node.index()] -= 1;
        degree[other.index()] -= 1;
        if degree[other.index()] == 1 {
            stack.push(other);
        }
    }
    core
}

/// The rings of arcs with a face on their left, by the first arc of each.
fn faces(network: &Network, layers: &Layers, core: &[bool]) -> Vec<Vec<ArcId>> {
    // The arcs that leave each node, by bearing.
    let mut after = vec![ArcId(u32::MAX); core.len() * 2];
    for n in 0..network.node_count() {
        let node = NodeId(u32::try_from(n).expect("nodes are counted by a u32"));
        let here = network.node_at(node);
        let mut out: Vec<(f64, ArcId)> = network
            .arcs_out(node)
            .filter(|arc| core[arc.edge().index()])
            .map(|arc| {
                let line = drawn(network, layers, arc);
                let ahead = line.iter().copied().find(|p| distance(*p, here) > 1e-6).unwrap_or(here);
                ((ahead.y - here.y).atan2(ahead.x - here.x), arc)
            })
            .collect();
        out.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // Coming in against an arc, one leaves by the next one clockwise, so that the face stays on the left.
        for (i, (_, arc)) in out.iter().enumerate() {
            after[arc.reversed().index()] = out[(i + out.len() - 1) % out.len()].1;
        }
    }
    let mut is_done = vec![false; core.len() * 2];
    let mut rings = Vec::new();
    for e in (0..core.len()).filter(|&e| core[e]) {
        let edge = EdgeId(u32::try_from(e).expect("edges are counted by a u32"));
        for start in [edge.forward(), edge.backward()] {
            let mut ring = Vec::new();
            let mut arc = start;
            while !std::mem::replace(&mut is_done[arc.index()], true) {
                ring.push(arc);
                arc = after[arc.index()];
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
    }
    rings
}

/// A square of ground that may hold the deepest place.
struct Cell {
    centre: Coord<f64>,
    half_m: f64,
    depth_m: f64,
}

impl Cell {
    /// No place in the square is deeper than this.
    fn hope(&self) -> f64 {
        self.depth_m + self.half_m * std::f64::consts::SQRT_2
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_place = |a: &Self, b: &Self| a.centre.x.total_cmp(&b.centre.x).then(a.centre.y.total_cmp(&b.centre.y));
        self.hope().total_cmp(&other.hope()).then_with(|| by_place(other, self))
    }
}

/// The place inside a ring that is farthest from it, and how far: the centre of the largest circle that fits.
///
/// Squares are divided, the most hopeful first, until none can hold a place deeper by [`DEEPEST_M`].
fn deepest(ring: &Polygon<f64>) -> (Coord<f64>, f64) {
    let Some(bounds) = ring.bounding_rect() else { return (Coord { x: 0.0, y: 0.0 }, 0.0) };
    let sides: Vec<Segment> = ring.exterior().lines().map(|l| Segment { a: l.start, b: l.end }).collect();
    let cell = |centre: Coord<f64>, half_m: f64| {
        let crosses = |s: &&Segment| {
            (s.a.y > centre.y) != (s.b.y > centre.y)
                && centre.x < s.a.x + (centre.y - s.a.y) / (s.b.y - s.a.y) * (s.b.x - s.a.x)
        };
        let is_inside = sides.iter().filter(crosses).count() % 2 == 1;
        let far = sides.iter().map(|s| s.distance_to(centre)).fold(f64::INFINITY, f64::min);
        Cell { centre, half_m, depth_m: if is_inside { far } else { -far } }
    };
    let half_m = bounds.width().min(bounds.height()).max(1.0) / 2.0;
    let mut heap = BinaryHeap::new();
    let mut x = bounds.min().x;
    while x < bounds.max().x {
        let mut y = bounds.min().y;
        while y < bounds.max().y {
            heap.push(cell(Coord { x: x + half_m, y: y + half_m }, half_m));
            y += 2.0 * half_m;
        }
        x += 2.0 * half_m;
    }
    let mut best = (bounds.center(), 0.0);
    while let Some(next) = heap.pop() {
        if next.depth_m > best.1 {
            best = (next.centre, next.depth_m);
        }
        if next.hope() <= best.1 + DEEPEST_M {
            break;
        }
        let h = next.half_m / 2.0;
        for (dx, dy) in [(-h, -h), (h, -h), (-h, h), (h, h)] {
            heap.push(cell(Coord { x: next.centre.x + dx, y: next.centre.y + dy }, h));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Polygon<f64> {
        Polygon::new(points.iter().map(|&(x, y)| Coord { x, y }).collect(), vec![])
    }

    #[test]
    fn the_deepest_place_of_a_long_block_is_half_its_width_from_both_streets() {
        let (_, depth) = deepest(&ring(&[(0.0, 0.0), (300.0, 0.0), (300.0, 80.0), (0.0, 80.0)]));
        assert!((depth - 40.0).abs() <= DEEPEST_M, "{depth}");
    }

    #[test]
    fn the_deepest_place_of_an_angle_lies_in_its_corner() {
        // Two arms of 20 m: at the inner corner a circle touches both outer sides and the corner itself.
        // r + r / sqrt(2) = 20 measured along each axis from the outer corner (0, 0) to the inner one (20, 20):
        // (20 - r) * sqrt(2) = r, so r = 20 * sqrt(2) / (1 + sqrt(2)).
        let angle = [(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (20.0, 20.0), (20.0, 100.0), (0.0, 100.0)];
        let (_, depth) = deepest(&ring(&angle));
        let root = std::f64::consts::SQRT_2;
        assert!((depth - 20.0 * root / (1.0 + root)).abs() <= DEEPEST_M, "{depth}");
    }
}
