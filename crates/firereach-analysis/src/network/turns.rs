//! The two graphs that lie over the arcs, and what turns and restrictions do to the one for vehicles.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use firereach_model::feature::RestrictionKind;
use firereach_model::layers::Layers;
use geo_types::Coord;

use super::build::{Joins, number};
use super::packed::Packed;
use super::{ArcId, Drawing, Edge, NodeId};

/// States and the steps between them, in packed arrays, forwards and backwards.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The first step out of each state; one longer than there are states.
    pub(super) first_out: Vec<u32>,
    /// The state each step leads to.
    pub(super) head: Vec<u32>,
    /// The arc each step runs over.
    pub(super) arc: Vec<u32>,
    /// Deflection of the step in degrees, 0 straight on to 180 back; zero on foot.
    pub(super) deflection: Vec<u8>,
    /// Whether a turn restriction that binds engines forbids the step.
    pub(super) is_restricted: Vec<bool>,
    /// Whether three or more pieces of public streets meet where the step begins; yards and alleys do not count.
    pub(super) is_at_junction: Vec<bool>,
    /// The node at which each state is.
    pub(super) node_of_state: Vec<u32>,
    /// Copies of arcs as arc and state, by arc.
    pub(super) copies: Vec<(u32, u32)>,
    /// Whether there are copies of an arc; empty on foot.
    pub(super) is_copied: Vec<bool>,
    /// The arc each state has just driven; empty on foot.
    pub(super) arc_of_state: Vec<u32>,
    /// The first step into each state, as an index into `step_in`.
    pub(super) first_in: Vec<u32>,
    /// Steps by the state they lead to.
    pub(super) step_in: Vec<u32>,
    /// The state each step comes from.
    pub(super) tail: Vec<u32>,
    /// The same states and steps as a flood meets them.
    pub(super) packed: Arc<Packed>,
}

impl Graph {
    /// Number of states.
    pub fn state_count(&self) -> usize {
        self.first_out.len() - 1
    }

    /// Number of steps.
    pub fn step_count(&self) -> usize {
        self.head.len()
    }

    /// The steps out of a state.
    pub fn steps_of(&self, state: u32) -> Range<usize> {
        self.first_out[state as usize] as usize..self.first_out[state as usize + 1] as usize
    }

    /// The state a step comes from.
    pub fn tail(&self, step: usize) -> u32 {
        self.tail[step]
    }

    /// The state a step leads to.
    pub fn head(&self, step: usize) -> u32 {
        self.head[step]
    }

    /// The arc a step runs over.
    pub fn arc(&self, step: usize) -> ArcId {
        ArcId(self.arc[step])
    }

    /// The node at which a state is.
    pub fn node(&self, state: u32) -> NodeId {
        NodeId(self.node_of_state[state as usize])
    }

    /// The arc a state has just driven; `None` on foot.
    pub fn arc_of(&self, state: u32) -> Option<ArcId> {
        self.arc_of_state.get(state as usize).map(|&arc| ArcId(arc))
    }

    /// Adds what follows from the steps; `begins_at` names the node at which what a state stands for begins.
    fn finish(mut self, nodes: &[Coord<f64>], begins_at: impl Fn(u32) -> u32) -> Self {
        let states = self.state_count();
        let mut first_in = vec![0u32; states + 1];
        for &head in &self.head {
            first_in[head as usize + 1] += 1;
        }
        for i in 0..states {
            first_in[i + 1] += first_in[i];
        }
        let mut next = first_in.clone();
        let mut step_in = vec![0u32; self.head.len()];
        let mut tail = vec![0u32; self.head.len()];
        for state in 0..states {
            for step in self.first_out[state] as usize..self.first_out[state + 1] as usize {
                tail[step] = number(state);
                let place = &mut next[self.head[step] as usize];
                step_in[*place as usize] = number(step);
                *place += 1;
            }
        }
        self.first_in = first_in;
        self.step_in = step_in;
        self.tail = tail;
        self.packed = Arc::new(Packed::of(&self, nodes, begins_at));
        self
    }
}

/// A state is a node; a step is an arc. Arcs of a node are in order of their number.
pub(super) fn walk_graph(edges: &[Edge], nodes: &[Coord<f64>]) -> Graph {
    let node_count = nodes.len();
    let mut first_out = vec![0u32; node_count + 1];
    for edge in edges {
        first_out[edge.from.index() + 1] += 1;
        first_out[edge.to.index() + 1] += 1;
    }
    for i in 0..node_count {
        first_out[i + 1] += first_out[i];
    }
    let mut next = first_out.clone();
    let mut head = vec![0u32; edges.len() * 2];
    let mut arc = vec![0u32; edges.len() * 2];
    for (e, edge) in edges.iter().enumerate() {
        for (tail, to, a) in [(edge.from, edge.to, 2 * e), (edge.to, edge.from, 2 * e + 1)] {
            let place = next[tail.index()] as usize;
            next[tail.index()] += 1;
            head[place] = to.0;
            arc[place] = number(a);
        }
    }
    let steps = head.len();
    Graph {
        first_out,
        head,
        arc,
        deflection: vec![0; steps],
        is_restricted: vec![false; steps],
        is_at_junction: vec![false; steps],
        node_of_state: (0..number(node_count)).collect(),
        arc_of_state: Vec::new(),
        ..Graph::default()
    }
    .finish(nodes, |state| state)
}

/// A state is an arc just driven; a step is the turn into the next arc together with that arc.
///
/// There is no step back onto the arc one came by: an engine does not turn round in the road. States beyond the arcs are
/// copies of arcs that lie on the way of a restriction over roads, entered only from where the restriction begins.
pub(super) fn drive_graph(
    layers: &Layers,
    (nodes, edges): (&[Coord<f64>], &[Edge]),
    drawings: &[Drawing],
    walk: &Graph,
    node_by_source: &HashMap<i64, NodeId>,
    joins: &mut Joins,
) -> Graph {
    let arcs = edges.len() * 2;
    let head_node = |arc: usize| if arc & 1 == 0 { edges[arc / 2].to } else { edges[arc / 2].from };
    let bearings = bearings(layers, edges, drawings);
    let ways: Vec<u8> = {
        let mut ways = vec![0u8; walk.state_count()];
        for edge in edges {
            if super::price::is_public(layers.roads[edge.road as usize].class) {
                for node in [edge.from, edge.to] {
                    ways[node.index()] = ways[node.index()].saturating_add(1);
                }
            }
        }
        ways
    };
    let mut graph = Graph { first_out: vec![0], ..Graph::default() };
    for arc in 0..arcs {
        let node = head_node(arc);
        for step in walk.steps_of(node.0) {
            let next = walk.arc[step] as usize;
            if next == arc ^ 1 {
                continue;
            }
            graph.head.push(number(next));
            graph.arc.push(number(next));
            // The bearing at the end of an arc is that of its other direction, turned round.
            let turned = bearings[next] - (bearings[arc ^ 1] + std::f64::consts::PI);
            graph.deflection.push(deflection(turned));
            graph.is_restricted.push(false);
            graph.is_at_junction.push(ways[node.index()] >= 3);
        }
        graph.first_out.push(number(graph.head.len()));
        graph.node_of_state.push(node.0);
        graph.arc_of_state.push(number(arc));
    }
    restrict(layers, edges, walk, node_by_source, joins, &mut graph);
    graph.copies = (number(arcs)..number(graph.arc_of_state.len()))
        .map(|state| (graph.arc_of_state[state as usize], state))
        .collect();
    graph.copies.sort_unstable();
    graph.is_copied = vec![false; arcs];
    for &(arc, _) in &graph.copies {
        graph.is_copied[arc as usize] = true;
    }
    let begins: Vec<u32> = graph.arc_of_state.iter().map(|&arc| head_node(arc as usize ^ 1).0).collect();
    let plan_m: Vec<f64> = graph.arc_of_state.iter().map(|&arc| edges[arc as usize / 2].plan_m()).collect();
    let mut graph = graph.finish(nodes, |state| begins[state as usize]);
    Arc::make_mut(&mut graph.packed).measure(&plan_m);
    graph
}

/// The direction in which each arc sets out, radians.
fn bearings(layers: &Layers, edges: &[Edge], drawings: &[Drawing]) -> Vec<f64> {
    let mut bearings = Vec::with_capacity(edges.len() * 2);
    for (edge, drawing) in edges.iter().zip(drawings) {
        let vertices = &layers.roads[edge.road as usize].line.0;
        let inner = &vertices[drawing.first_vertex as usize..drawing.end_vertex as usize];
        let towards = |a: Coord<f64>, b: Coord<f64>| (b.y - a.y).atan2(b.x - a.x);
        let second = inner.iter().find(|&&v| v != drawing.from).copied().unwrap_or(drawing.to);
        let last_but_one = inner.iter().rev().find(|&&v| v != drawing.to).copied().unwrap_or(drawing.from);
        bearings.push(towards(drawing.from, second));
        bearings.push(towards(drawing.to, last_but_one));
    }
    bearings
}

fn deflection(turned: f64) -> u8 {
    let degrees = turned.to_degrees().rem_euclid(360.0);
    let degrees = if degrees > 180.0 { 360.0 - degrees } else { degrees };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 180")]
    let rounded = degrees.round() as u8;
    rounded
}

/// Marks the steps that restrictions forbid; adds copies of arcs where a restriction leads over roads.
fn restrict(
    layers: &Layers,
    edges: &[Edge],
    walk: &Graph,
    node_by_source: &HashMap<i64, NodeId>,
    joins: &mut Joins,
    graph: &mut Graph,
) {
    if layers.restrictions.is_empty() {
        return;
    }
    let roads: HashMap<&str, u32> =
        layers.roads.iter().enumerate().rev().map(|(i, road)| (road.id.as_str(), number(i))).collect();
    let road_of = |arc: u32| edges[arc as usize / 2].road;
    let head_node = |arc: u32| if arc & 1 == 0 { edges[arc as usize / 2].to } else { edges[arc as usize / 2].from };
    for (r, restriction) in layers.restrictions.iter().enumerate() {
        if restriction.excepts_emergency {
            continue;
        }
        let mut lose = |why: &'static str| joins.lost_restrictions.push((number(r), why));
        let (Some(&from), Some(&to)) = (roads.get(restriction.from.as_str()), roads.get(restriction.to.as_str()))
        else {
            lose("its roads are not in the layer");
            continue;
        };
        if let Some(via) = restriction.via_node {
            let Some(&node) = node_by_source.get(&via) else {
                lose("its node is not a junction of the network");
                continue;
            };
            let mut is_placed = false;
            for step in walk.steps_of(node.0) {
                let arrived = walk.arc[step] ^ 1;
                if road_of(arrived) != from {
                    continue;
                }
                is_placed = true;
                for turn in graph.steps_of(arrived) {
                    let is_to = road_of(graph.arc[turn]) == to;
                    graph.is_restricted[turn] |= is_to == (restriction.kind == RestrictionKind::No);
                }
            }
            if !is_placed {
                lose("its road does not arrive at its node");
            }
            continue;
        }
        let via: Option<Vec<u32>> = restriction.via_roads.iter().map(|id| roads.get(id.as_str()).copied()).collect();
        let Some(via) = via.filter(|via| !via.is_empty()) else {
            lose("it names no place at which one turns");
            continue;
        };
        match chain(edges, walk, from, &via, to) {
            Some(arcs) => copy_chain(graph, &arcs, to, restriction.kind, &road_of, &head_node),
            None => lose("its roads do not follow each other"),
        }
    }
}

/// The arcs from the last one of `from` over all of `via` to the node where `to` begins.
fn chain(edges: &[Edge], walk: &Graph, from: u32, via: &[u32], to: u32) -> Option<Vec<u32>> {
    let road_of = |arc: u32| edges[arc as usize / 2].road;
    let ends = |arc: u32| {
        let edge = &edges[arc as usize / 2];
        if arc & 1 == 0 { (edge.from, edge.to) } else { (edge.to, edge.from) }
    };
    let touches = |node: NodeId, road: u32| walk.steps_of(node.0).any(|step| road_of(walk.arc[step]) == road);
    // Every arc of the first road over which one may enter leads to at most one chain: try them in order.
    for start in edges.iter().enumerate().filter(|(_, edge)| edge.road == via[0]) {
        for first in [number(2 * start.0), number(2 * start.0 + 1)] {
            let entry = ends(first).0;
            let Some(arrived) = walk
                .steps_of(entry.0)
                .map(|step| walk.arc[step] ^ 1)
                .find(|&arc| road_of(arc) == from && arc != first ^ 1)
            else {
                continue;
            };
            let mut arcs = vec![arrived, first];
            let mut part = 0;
            loop {
                let last = arcs[arcs.len() - 1];
                let node = ends(last).1;
                if part + 1 == via.len() && touches(node, to) {
                    return Some(arcs);
                }
                let follow = |road: u32| {
                    walk.steps_of(node.0).map(|step| walk.arc[step]).find(|&a| road_of(a) == road && a != last ^ 1)
                };
                let next = match via.get(part + 1).and_then(|&road| follow(road)) {
                    Some(next) => {
                        part += 1;
                        Some(next)
                    }
                    None => follow(via[part]),
                };
                match next {
                    Some(next) if arcs.len() < 64 => arcs.push(next),
                    _ => break,
                }
            }
        }
    }
    None
}

/// Lets the first step of a chain lead to copies of its arcs, the last of which lacks what is forbidden.
///
/// A copy lets go wherever the original does; only the step along the chain leads to the next copy.
fn copy_chain(
    graph: &mut Graph,
    arcs: &[u32],
    to: u32,
    kind: RestrictionKind,
    road_of: &impl Fn(u32) -> u32,
    head_node: &impl Fn(u32) -> NodeId,
) {
    let first_copy = number(graph.first_out.len() - 1);
    for (i, pair) in arcs.windows(2).enumerate() {
        if i == 0 {
            for step in graph.steps_of(pair[0]) {
                if graph.head[step] == pair[1] {
                    graph.head[step] = first_copy;
                }
            }
        }
        let (arc, next) = (pair[1], arcs.get(i + 2));
        for step in graph.steps_of(arc) {
            let step_arc = graph.arc[step];
            let is_along = next == Some(&step_arc);
            let head = if is_along { first_copy + number(i) + 1 } else { graph.head[step] };
            let is_to = next.is_none() && road_of(step_arc) == to;
            let forbidden = match kind {
                RestrictionKind::No => is_to,
                RestrictionKind::Only => !(is_to || is_along),
            };
            graph.head.push(head);
            graph.arc.push(step_arc);
            graph.deflection.push(graph.deflection[step]);
            graph.is_restricted.push(graph.is_restricted[step] || forbidden);
            graph.is_at_junction.push(graph.is_at_junction[step]);
        }
        graph.first_out.push(number(graph.head.len()));
        graph.node_of_state.push(head_node(arc).0);
        graph.arc_of_state.push(arc);
    }
}
