//! The ways that a flood took: from a seed to a place, or from a place to a seed.

use super::price::Mode;
use super::search::{FROM_SEED, Label, Reached, Seed, graph_of, in_steps, states_of_arc};
use super::{ArcId, Costs, EdgeId, Network, NodeId, Search};

/// A part of a way: an edge between two distances along its drawing, backwards where the first is the greater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPart {
    /// The edge.
    pub edge: EdgeId,
    /// Where the part begins, plan metres from the edge's beginning.
    pub from_m: f64,
    /// Where it ends.
    pub to_m: f64,
}

impl Search {
    /// The way by which a place on an edge was first reached, from the seed to the place; empty when it was not.
    pub fn path_to(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Vec<PathPart> {
        let mut parts = Vec::new();
        match self.how_at(network, costs, edge, offset_m) {
            None => {}
            Some((_, Reached::FromSeed(seed))) => {
                if let Seed::OnEdge { offset_m: start_m, .. } = self.seeds()[seed] {
                    parts.push(PathPart { edge, from_m: start_m, to_m: offset_m });
                }
            }
            Some((entered, Reached::Over(arc))) => {
                let from_m = if arc.is_forward() { 0.0 } else { network.edge(edge).plan_m() };
                parts.push(PathPart { edge, from_m, to_m: offset_m });
                match self.mode() {
                    Mode::Walk => self.trace(network, network.tail(arc).0, &mut parts),
                    Mode::Drive => self.trace_into(network, costs, arc, entered.owner, &mut parts),
                }
                parts.reverse();
            }
        }
        parts
    }

    /// The way by which a node was first reached, from the seed; empty when it was not, or is where a seed is.
    pub fn path_to_node(&self, network: &Network, node: NodeId) -> Vec<PathPart> {
        let mut parts = Vec::new();
        if let Some((_, state)) = self.first_at_node(network, node).filter(|(_, state)| state & FROM_SEED == 0) {
            self.trace(network, state, &mut parts);
            parts.reverse();
        }
        parts
    }

    /// The way on foot from a node to the seed it is nearest to; for a flood on foot run in reverse.
    pub fn way_from_node(&self, network: &Network, node: NodeId) -> Vec<PathPart> {
        let graph = network.walk_graph();
        let mut parts = Vec::new();
        if self.at_node(network, node).is_none() {
            return parts;
        }
        let mut state = node.0;
        loop {
            let via = self.via(state);
            if via & FROM_SEED != 0 {
                if let Seed::OnEdge { edge, offset_m, .. } = self.seeds()[(via & !FROM_SEED) as usize] {
                    let own = network.edge(edge);
                    let is_at_end = own.to.0 == state && (own.from.0 != state || offset_m * 2.0 >= own.plan_m());
                    let from_m = if is_at_end { own.plan_m() } else { 0.0 };
                    parts.push(PathPart { edge, from_m, to_m: offset_m });
                }
                return parts;
            }
            parts.push(whole(network, graph.arc(via as usize)));
            state = graph.head[via as usize];
        }
    }

    /// The seed from which a node was first reached.
    pub fn seed_of_node(&self, network: &Network, node: NodeId) -> Option<Seed> {
        let graph = graph_of(network, self.mode());
        let (_, mut state) = self.first_at_node(network, node)?;
        if state & FROM_SEED != 0 {
            return self
                .seeds()
                .iter()
                .copied()
                .find(|seed| matches!(seed, Seed::AtNode { node: n, .. } if *n == node));
        }
        loop {
            let via = self.via(state);
            if via & FROM_SEED != 0 {
                return Some(self.seeds()[(via & !FROM_SEED) as usize]);
            }
            state = graph.tail[via as usize];
        }
    }

    /// The seed from which a place on an edge was first reached.
    pub fn seed_of(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Option<Seed> {
        match self.how_at(network, costs, edge, offset_m)? {
            (_, Reached::FromSeed(i)) => Some(self.seeds()[i]),
            (_, Reached::Over(arc)) => self.seed_of_node(network, network.tail(arc)),
        }
    }

    fn trace_into(&self, network: &Network, costs: &Costs, arc: ArcId, owner: u32, parts: &mut Vec<PathPart>) {
        let graph = network.drive_graph();
        let ms = costs.arc_ms[arc.index()];
        let mut best: Option<(Label, u32)> = None;
        for state in states_of_arc(graph, arc) {
            for &step in in_steps(graph, state) {
                let (Some(whole), Some(label)) =
                    (costs.step_ms(step as usize), self.at_state(graph.tail[step as usize]))
                else {
                    continue;
                };
                if label.ms > self.cutoff_ms() {
                    continue;
                }
                let candidate = (label.after(whole - ms), graph.tail[step as usize]);
                if best.is_none_or(|b| candidate < b) {
                    best = Some(candidate);
                }
            }
        }
        let at_seed = self.seeds().iter().any(|seed| {
            matches!(*seed, Seed::AtNode { node, start_ms, owner: o }
                if node == network.tail(arc) && o == owner && best.is_none_or(|(label, _)| start_ms <= label.ms))
        });
        if let Some((_, state)) = best
            && !at_seed
        {
            self.trace(network, state, parts);
        }
    }

    /// Adds the parts from a state back to its seed, last part first.
    fn trace(&self, network: &Network, from: u32, parts: &mut Vec<PathPart>) {
        let graph = graph_of(network, self.mode());
        let mut state = from;
        loop {
            let via = self.via(state);
            if via & FROM_SEED != 0 {
                match self.seeds()[(via & !FROM_SEED) as usize] {
                    Seed::OnEdge { edge, offset_m, .. } => {
                        let plan_m = network.edge(edge).plan_m();
                        let is_forward = match self.mode() {
                            Mode::Drive => graph.arc_of_state[state as usize] & 1 == 0,
                            Mode::Walk => {
                                let edge = network.edge(edge);
                                // On a loop both ends are one node: the nearer way round.
                                edge.to.0 == state && (edge.from.0 != state || offset_m * 2.0 >= plan_m)
                            }
                        };
                        parts.push(PathPart { edge, from_m: offset_m, to_m: if is_forward { plan_m } else { 0.0 } });
                    }
                    Seed::Driven { .. } => {}
                    Seed::AtNode { .. } => {
                        if self.mode() == Mode::Drive {
                            parts.push(whole(network, ArcId(graph.arc_of_state[state as usize])));
                        }
                    }
                }
                return;
            }
            parts.push(whole(network, graph.arc(via as usize)));
            state = graph.tail[via as usize];
        }
    }
}

fn whole(network: &Network, arc: ArcId) -> PathPart {
    let plan_m = network.edge(arc.edge()).plan_m();
    let (from_m, to_m) = if arc.is_forward() { (0.0, plan_m) } else { (plan_m, 0.0) };
    PathPart { edge: arc.edge(), from_m, to_m }
}
