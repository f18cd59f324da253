//! The network of ways: shape once, one price per mover and conditions, floods over both.
//!
//! [`Network`] holds shape only and is frozen after [`Network::build`]. An [`Edge`] is the piece of one road between two
//! junctions; it carries two arcs, one each way. Two graphs lie over the arcs. On foot a state is a node. For vehicles a
//! state is an arc just driven, so that what a turn costs, and whether it is allowed or possible at all, is a matter of
//! the step from one arc to the next. [`price_drive`] and [`price_walk`] say in whole milliseconds what each step costs
//! one mover in given conditions, and [`Search`] floods over these [`Costs`].

mod build;
mod front;
mod lights;
mod packed;
mod passage;
mod price;
mod problems;
mod queue;
mod search;
mod snap;
mod turns;
mod ways;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;
use std::ops::Range;

use firereach_model::layers::Layers;
use geo_types::{Coord, LineString};

pub(crate) use build::number;
pub use front::{EdgePart, Front, Fronts};
pub use passage::{Barrier, Corner, Passage, tagged_passages};
pub(crate) use passage::{OnNode, on_nodes, pass_through, stated_passages};
pub(crate) use price::is_public;
pub use price::{
    Assumption, Costs, Entry, Impassable, Mode, entry, needed_width_m, price_drive, price_walk, swept_width_m,
    walk_speed_mps,
};
pub use search::{Label, Search, Seed};
pub use snap::{Snap, SnapIndex};
pub use turns::Graph;
pub use ways::PathPart;

/// A junction or an end of a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// The piece of one road between two nodes, without a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// One direction of an edge: twice the edge's number along the line, and one more against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

impl NodeId {
    /// The position in arrays by node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl EdgeId {
    /// The position in arrays by edge.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The arc along the road's line.
    pub fn forward(self) -> ArcId {
        ArcId(self.0 * 2)
    }

    /// The arc against the road's line.
    pub fn backward(self) -> ArcId {
        ArcId(self.0 * 2 + 1)
    }
}

impl ArcId {
    /// The position in arrays by arc.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The edge it runs on.
    pub fn edge(self) -> EdgeId {
        EdgeId(self.0 / 2)
    }

    /// Whether it runs along the road's line.
    pub fn is_forward(self) -> bool {
        self.0 & 1 == 0
    }

    /// The other direction of the same edge.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// The piece of a road between two nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Index of the road in the layer of roads.
    pub road: u32,
    /// Where it begins, along the road's line.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// Distance of its beginning along the road's line, plan metres.
    pub from_m: f64,
    /// Distance of its end along the road's line, plan metres.
    pub to_m: f64,
    /// Length along the ground, metres: with the rise where heights are known, in plan where they are not.
    pub length_m: f64,
    /// Height of its end above its beginning, metres; `None` where a height is not known.
    pub rise_m: Option<f64>,
}

impl Edge {
    /// Length in plan, metres.
    pub fn plan_m(&self) -> f64 {
        self.to_m - self.from_m
    }
}

/// The exact drawing of an edge: its end points, and the road's vertices between them.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drawing {
    from: Coord<f64>,
    to: Coord<f64>,
    first_vertex: u32,
    end_vertex: u32,
}

/// The shape of all ways of a city.
///
/// Nodes, edges and arcs are numbered in the order of the layer of roads, so the numbers are the same for the same input.
#[derive(Clone, Debug)]
pub struct Network {
    nodes: Vec<Coord<f64>>,
    heights: Vec<Option<f64>>,
    source_nodes: Vec<Option<i64>>,
    node_by_source: HashMap<i64, NodeId>,
    edges: Vec<Edge>,
    drawings: Vec<Drawing>,
    lights: lights::Lights,
    first_edge_of_road: Vec<u32>,
    walk: Graph,
    drive: Graph,
    snaps: SnapIndex,
    joins: build::Joins,
}

impl Network {
    /// Joins the roads into a network.
    ///
    /// Roads with node identifiers meet where they share one, at inner vertices too. Roads without meet where their ends
    /// lie within `join_tolerance_m` of each other, whatever their levels, and where an end lies within the tolerance of
    /// the inside of a road on the same level. A crossing in plan alone is never a junction; [`Network::problems`] lists
    /// each with how it was decided. O(n log n) in the number of vertices.
    pub fn build(layers: &Layers, join_tolerance_m: f64) -> Self {
        build::build(layers, join_tolerance_m)
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Number of edges; there are twice as many arcs.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Where a node lies.
    pub fn node_at(&self, node: NodeId) -> Coord<f64> {
        self.nodes[node.index()]
    }

    /// The height of a node, metres, where known.
    pub fn node_height(&self, node: NodeId) -> Option<f64> {
        self.heights[node.index()]
    }

    /// The source's own identifier of a node, where it has one.
    pub fn source_node(&self, node: NodeId) -> Option<i64> {
        self.source_nodes[node.index()]
    }

    /// The node that carries an identifier of the source; only junctions and ends of roads are nodes.
    pub fn node_of_source(&self, id: i64) -> Option<NodeId> {
        self.node_by_source.get(&id).copied()
    }

    /// An edge.
    pub fn edge(&self, edge: EdgeId) -> &Edge {
        &self.edges[edge.index()]
    }

    /// All edges, by road and then along it.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The edges of one road, in order along it.
    pub fn edges_of_road(&self, road: usize) -> Range<usize> {
        self.first_edge_of_road[road] as usize..self.first_edge_of_road[road + 1] as usize
    }

    /// Where an arc begins.
    pub fn tail(&self, arc: ArcId) -> NodeId {
        let edge = &self.edges[arc.edge().index()];
        if arc.is_forward() { edge.from } else { edge.to }
    }

    /// Where an arc ends.
    pub fn head(&self, arc: ArcId) -> NodeId {
        self.tail(arc.reversed())
    }

    /// The arcs that leave a node, by number.
    pub fn arcs_out(&self, node: NodeId) -> impl ExactSizeIterator<Item = ArcId> + '_ {
        self.walk.steps_of(node.0).map(|step| ArcId(self.walk.arc[step]))
    }

    /// The graph people on foot move on: a state is a node.
    pub fn walk_graph(&self) -> &Graph {
        &self.walk
    }

    /// The graph vehicles move on: a state is an arc just driven, or a copy of one that remembers a forbidden sequence.
    pub fn drive_graph(&self) -> &Graph {
        &self.drive
    }

    /// The drawing of an edge, along the road's line.
    pub fn edge_line(&self, layers: &Layers, edge: EdgeId) -> LineString<f64> {
        let drawing = self.drawings[edge.index()];
        let vertices = &layers.roads[self.edges[edge.index()].road as usize].line.0;
        let inner = &vertices[drawing.first_vertex as usize..drawing.end_vertex as usize];
        let mut line = Vec::with_capacity(inner.len() + 2);
        line.push(drawing.from);
        line.extend_from_slice(inner);
        line.push(drawing.to);
        LineString(line)
    }

    /// The part of an edge's drawing between two distances along the edge, plan metres; at least two vertices.
    pub fn part_line(&self, layers: &Layers, edge: EdgeId, from_m: f64, to_m: f64) -> LineString<f64> {
        let line = self.edge_line(layers, edge);
        let (low, high) = (from_m.min(to_m), from_m.max(to_m));
        let mut part: Vec<Coord<f64>> = Vec::new();
        let mut done = 0.0;
        let mut last = line.0[0];
        for segment in line.lines() {
            let (a, b) = (segment.start, segment.end);
            let length = (b.x - a.x).hypot(b.y - a.y);
            let at = |m: f64| {
                let t = if length > 0.0 { ((m - done) / length).clamp(0.0, 1.0) } else { 0.0 };
                Coord { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }
            };
            if part.is_empty() && done + length >= low {
                part.push(at(low));
            }
            if !part.is_empty() {
                last = at(high);
                if done + length >= high {
                    break;
                }
                if part.last() != Some(&b) {
                    part.push(b);
                }
            } else {
                last = b;
            }
            done += length;
        }
        if part.is_empty() {
            part.push(last);
        }
        if part.len() < 2 || part.last() != Some(&last) {
            part.push(last);
        }
        if from_m > to_m {
            part.reverse();
        }
        LineString(part)
    }

    /// Adds the vertices of a reached part to a line.
    pub fn part_into(&self, layers: &Layers, part: &EdgePart, line: &mut Vec<Coord<f64>>) {
        let edge = &self.edges[part.edge.index()];
        if part.from_m > 0.0 || part.to_m < edge.plan_m() {
            line.extend(self.part_line(layers, part.edge, part.from_m, part.to_m).0);
            return;
        }
        let drawing = self.drawings[part.edge.index()];
        let vertices = &layers.roads[edge.road as usize].line.0;
        line.push(drawing.from);
        line.extend_from_slice(&vertices[drawing.first_vertex as usize..drawing.end_vertex as usize]);
        line.push(drawing.to);
    }

    /// The place at a distance along an edge, plan metres.
    pub fn place(&self, layers: &Layers, edge: EdgeId, offset_m: f64) -> Coord<f64> {
        self.part_line(layers, edge, offset_m, offset_m).0[0]
    }
}
