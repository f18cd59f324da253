//! Joins roads into nodes and edges.

use std::collections::HashMap;

use firereach_model::layers::Layers;
use geo_types::Coord;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, PointDistance, RTree};

use super::lights::Lights;
use super::snap::SnapIndex;
use super::turns::{drive_graph, walk_graph};
use super::{Drawing, Edge, Network, NodeId};

/// How the roads were joined, for the check report.
#[derive(Clone, Debug, Default)]
pub(super) struct Joins {
    /// Tolerance in metres.
    pub(super) tolerance_m: f64,
    /// Roads of no length, by index.
    pub(super) without_length: Vec<u32>,
    /// Ends joined to the inside of another road: the road, the other road, where.
    pub(super) tees: Vec<(u32, u32, Coord<f64>)>,
    /// Restrictions that could not be placed on the network, by index, with the reason.
    pub(super) lost_restrictions: Vec<(u32, &'static str)>,
}

/// A place where a road is cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    road: u32,
    offset_m: f64,
    /// The vertex it lies on, or the first vertex behind it.
    vertex: u32,
    is_vertex: bool,
    at: Coord<f64>,
    height: Option<f64>,
    node: u32,
}

pub(super) fn build(layers: &Layers, join_tolerance_m: f64) -> Network {
    let mut joins = Joins { tolerance_m: join_tolerance_m, ..Joins::default() };
    let mut nodes: Vec<Coord<f64>> = Vec::new();
    let mut source_nodes: Vec<Option<i64>> = Vec::new();
    let mut node_by_source: HashMap<i64, NodeId> = HashMap::new();
    let mut cuts: Vec<Cut> = Vec::new();

    let uses = count_uses(layers);
    let mut plain_ends: Vec<PlainEnd> = Vec::new();
    for (index, road) in layers.roads.iter().enumerate() {
        let index = number(index);
        let line = &road.line.0;
        if line.windows(2).all(|w| w[0] == w[1]) {
            joins.without_length.push(index);
            continue;
        }
        let has_nodes = road.nodes.len() == line.len();
        let mut offset_m = 0.0;
        for (i, &at) in line.iter().enumerate() {
            if i > 0 {
                offset_m += distance(line[i - 1], at);
            }
            let is_end = i == 0 || i + 1 == line.len();
            let cut = Cut {
                road: index,
                offset_m,
                vertex: number(i),
                is_vertex: true,
                at,
                height: road.heights_m.get(i).copied().flatten(),
                node: u32::MAX,
            };
            if has_nodes {
                let id = road.nodes[i];
                if is_end || uses.get(&id).is_some_and(|&n| n > 1) {
                    let node = *node_by_source.entry(id).or_insert_with(|| {
                        nodes.push(at);
                        source_nodes.push(Some(id));
                        NodeId(number(nodes.len() - 1))
                    });
                    cuts.push(Cut { node: node.0, ..cut });
                }
            } else if is_end {
                plain_ends.push(PlainEnd { cut: cuts.len(), road: index, at });
                cuts.push(cut);
            }
        }
    }
    if !plain_ends.is_empty() {
        join_plain_ends(&plain_ends, join_tolerance_m, &mut cuts, &mut nodes, &mut source_nodes);
        join_tees(layers, &plain_ends, join_tolerance_m, &mut cuts, &mut joins);
    }

    // Stable: cuts of one road stay in the order of their vertices where offsets are equal.
    cuts.sort_by(|a, b| a.road.cmp(&b.road).then(a.offset_m.total_cmp(&b.offset_m)));
    let mut heights: Vec<Option<f64>> = vec![None; nodes.len()];
    let mut edges = Vec::with_capacity(cuts.len());
    let mut drawings = Vec::with_capacity(cuts.len());
    let mut first_edge_of_road = vec![0u32; layers.roads.len() + 1];
    for cut in &cuts {
        let height = &mut heights[cut.node as usize];
        *height = height.or(cut.height);
    }
    let mut next_road = 0usize;
    for pair in cuts.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        if a.road != b.road || b.offset_m - a.offset_m <= 0.0 {
            continue;
        }
        while next_road <= a.road as usize {
            first_edge_of_road[next_road] = number(edges.len());
            next_road += 1;
        }
        let first_vertex = if a.is_vertex { a.vertex + 1 } else { a.vertex };
        let (length_m, rise_m) = measure(layers, a, b, first_vertex);
        edges.push(Edge {
            road: a.road,
            from: NodeId(a.node),
            to: NodeId(b.node),
            from_m: a.offset_m,
            to_m: b.offset_m,
            length_m,
            rise_m,
        });
        drawings.push(Drawing { from: a.at, to: b.at, first_vertex, end_vertex: b.vertex.max(first_vertex) });
    }
    while next_road < first_edge_of_road.len() {
        first_edge_of_road[next_road] = number(edges.len());
        next_road += 1;
    }

    let walk = walk_graph(&edges, &nodes);
    let drive = drive_graph(layers, (&nodes, &edges), &drawings, &walk, &node_by_source, &mut joins);
    let snaps = SnapIndex::build(layers, &edges, &drawings);
    let lights = Lights::of(layers, (&edges, &drawings), &node_by_source, nodes.len());
    Network {
        lights,
        nodes,
        heights,
        source_nodes,
        node_by_source,
        edges,
        drawings,
        first_edge_of_road,
        walk,
        drive,
        snaps,
        joins,
    }
}

/// A position in an array as the number that packed arrays store.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a city has fewer than four thousand million of anything")
}

pub(super) fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (b.x - a.x).hypot(b.y - a.y)
}

/// How often each node identifier is used; a road that passes a node twice uses it twice.
fn count_uses(layers: &Layers) -> HashMap<i64, u32> {
    let mut uses: HashMap<i64, u32> = HashMap::new();
    for road in &layers.roads {
        if road.nodes.len() == road.line.0.len() {
            for (i, &id) in road.nodes.iter().enumerate() {
                if i == 0 || road.nodes[i - 1] != id {
                    *uses.entry(id).or_insert(0) += 1;
                }
            }
        }
    }
    uses
}

/// Length along the ground and net rise between two cuts of one road.
fn measure(layers: &Layers, a: &Cut, b: &Cut, first_vertex: u32) -> (f64, Option<f64>) {
    let road = &layers.roads[a.road as usize];
    let mut length_m = 0.0;
    let mut last = (a.at, a.height);
    for i in first_vertex..b.vertex {
        let next = (road.line.0[i as usize], road.heights_m.get(i as usize).copied().flatten());
        length_m += slope_length(last, next);
        last = next;
    }
    length_m += slope_length(last, (b.at, b.height));
    (length_m, a.height.zip(b.height).map(|(from, to)| to - from))
}

fn slope_length(a: (Coord<f64>, Option<f64>), b: (Coord<f64>, Option<f64>)) -> f64 {
    let plan = distance(a.0, b.0);
    a.1.zip(b.1).map_or(plan, |(from, to)| plan.hypot(to - from))
}

/// An end of a road without node identifiers.
struct PlainEnd {
    cut: usize,
    road: u32,
    at: Coord<f64>,
}

/// Makes one node of plain ends that lie within the tolerance of each other, or of a node of the source.
fn join_plain_ends(
    ends: &[PlainEnd],
    tolerance_m: f64,
    cuts: &mut [Cut],
    nodes: &mut Vec<Coord<f64>>,
    source_nodes: &mut Vec<Option<i64>>,
) {
    type Known = GeomWithData<[f64; 2], u32>;
    let tree: RTree<Known> =
        RTree::bulk_load(ends.iter().enumerate().map(|(i, e)| Known::new([e.at.x, e.at.y], number(i))).collect());
    let given: RTree<Known> =
        RTree::bulk_load(nodes.iter().enumerate().map(|(i, at)| Known::new([at.x, at.y], number(i))).collect());
    let within = tolerance_m * tolerance_m;
    let mut parent: Vec<u32> = (0..number(ends.len())).collect();
    for (i, end) in ends.iter().enumerate() {
        for near in tree.locate_within_distance([end.at.x, end.at.y], within) {
            let (a, b) = (root(&mut parent, number(i)), root(&mut parent, near.data));
            parent[a.max(b) as usize] = a.min(b);
        }
    }
    let mut node_of_root: Vec<u32> = vec![u32::MAX; ends.len()];
    // A group takes the node of the source nearest to any of its ends; ties to the smaller node.
    let mut nearest: Vec<(f64, u32)> = vec![(f64::INFINITY, u32::MAX); ends.len()];
    for (i, end) in ends.iter().enumerate() {
        let group = root(&mut parent, number(i)) as usize;
        let at = [end.at.x, end.at.y];
        for near in given.locate_within_distance(at, within) {
            let candidate = (near.geom().distance_2(&at), near.data);
            if candidate < nearest[group] {
                nearest[group] = candidate;
            }
        }
    }
    for (i, end) in ends.iter().enumerate() {
        let group = root(&mut parent, number(i)) as usize;
        if node_of_root[group] == u32::MAX {
            node_of_root[group] = if nearest[group].1 == u32::MAX {
                nodes.push(ends[group].at);
                source_nodes.push(None);
                number(nodes.len() - 1)
            } else {
                nearest[group].1
            };
        }
        cuts[end.cut].node = node_of_root[group];
    }
}

fn root(parent: &mut [u32], mut of: u32) -> u32 {
    while parent[of as usize] != of {
        parent[of as usize] = parent[parent[of as usize] as usize];
        of = parent[of as usize];
    }
    of
}

/// Cuts roads where the end of a plain one on the same level touches their inside.
fn join_tees(layers: &Layers, ends: &[PlainEnd], tolerance_m: f64, cuts: &mut Vec<Cut>, joins: &mut Joins) {
    type Segment = GeomWithData<Line<[f64; 2]>, (u32, u32, f64)>;
    let mut segments: Vec<Segment> = Vec::new();
    let mut lengths: Vec<f64> = Vec::with_capacity(layers.roads.len());
    for (r, road) in layers.roads.iter().enumerate() {
        let mut offset_m = 0.0;
        for (i, pair) in road.line.0.windows(2).enumerate() {
            let line = Line::new([pair[0].x, pair[0].y], [pair[1].x, pair[1].y]);
            segments.push(Segment::new(line, (number(r), number(i), offset_m)));
            offset_m += distance(pair[0], pair[1]);
        }
        lengths.push(offset_m);
    }
    let tree = RTree::bulk_load(segments);
    let mut found: Vec<Cut> = Vec::new();
    for end in ends {
        let own = &cuts[end.cut];
        let level = layers.roads[end.road as usize].level;
        let point = [end.at.x, end.at.y];
        let reach = AABB::from_corners(
            [end.at.x - tolerance_m, end.at.y - tolerance_m],
            [end.at.x + tolerance_m, end.at.y + tolerance_m],
        );
        for segment in tree.locate_in_envelope_intersecting(&reach) {
            let (road, i, start_m) = segment.data;
            let target = &layers.roads[road as usize];
            if target.level != level {
                continue;
            }
            let near = segment.geom().nearest_point(&point);
            if (near[0] - point[0]).hypot(near[1] - point[1]) > tolerance_m {
                continue;
            }
            let at = Coord { x: near[0], y: near[1] };
            let along = distance(target.line.0[i as usize], at);
            let offset_m = start_m + along;
            let is_inside = offset_m > tolerance_m && offset_m < lengths[road as usize] - tolerance_m;
            let is_own_end = road == end.road && (offset_m - own.offset_m).abs() <= 2.0 * tolerance_m;
            if !is_inside || is_own_end {
                continue;
            }
            let length = distance(target.line.0[i as usize], target.line.0[i as usize + 1]);
            let share = if length > 0.0 { along / length } else { 0.0 };
            let heights = target.heights_m.get(i as usize).copied().flatten();
            let height = heights
                .zip(target.heights_m.get(i as usize + 1).copied().flatten())
                .map(|(from, to)| from + (to - from) * share);
            let (vertex, is_vertex) = match (along <= 0.0, along >= length) {
                (true, _) => (i, true),
                (_, true) => (i + 1, true),
                _ => (i + 1, false),
            };
            found.push(Cut { road, offset_m, vertex, is_vertex, at, height, node: own.node });
        }
    }
    // One cut per node and road: the first along the road.
    found.sort_by(|a, b| (a.road, a.node).cmp(&(b.road, b.node)).then(a.offset_m.total_cmp(&b.offset_m)));
    found.dedup_by(|b, a| a.road == b.road && a.node == b.node && b.offset_m - a.offset_m <= 4.0 * tolerance_m);
    for cut in &found {
        joins.tees.push((cut.road, cut.node, cut.at));
    }
    cuts.extend(found);
}
