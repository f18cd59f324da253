//! What a flood has found: labels of nodes, states, arcs and places.

use super::{FROM_SEED, Label, Search, Seed, UNREACHED, in_steps, share, states_of_arc};
use crate::network::price::{IMPASSABLE, Mode};
use crate::network::{ArcId, Costs, EdgeId, Graph, Network, NodeId};

impl Search {
    /// First arrival at a node within the cutoff, with the state that arrives; of several at once that with the smaller
    /// number.
    pub(in crate::network) fn first_at_node(&self, network: &Network, node: NodeId) -> Option<(Label, u32)> {
        let limit = self.limit();
        let (label, state) = match self.mode {
            Mode::Walk => (self.label(node.0), node.0),
            Mode::Drive if self.is_reverse => (self.nodes[node.index()], self.node_vias[node.index()]),
            Mode::Drive => {
                let graph = network.drive_graph();
                let mut best = self.seed_at_node(node);
                let mut offer = |state: u32| {
                    let label = self.label(state);
                    if label < best.0 || (label == best.0 && best.1 & FROM_SEED == 0 && state < best.1) {
                        best = (label, state);
                    }
                };
                for arc in network.arcs_out(node).map(ArcId::reversed) {
                    offer(arc.0);
                    if graph.is_copied[arc.index()] {
                        states_of_arc(graph, arc).skip(1).for_each(&mut offer);
                    }
                }
                best
            }
        };
        (label <= limit).then(|| (Label::of_packed(label), state))
    }

    /// The first seed at a node, or nothing.
    fn seed_at_node(&self, node: NodeId) -> (u64, u32) {
        let own = self.seeds.iter().filter(|_| self.has_node_seeds).filter_map(|seed| match *seed {
            Seed::AtNode { node: at, start_ms, owner } if at == node => Some(Label { ms: start_ms, owner }.packed()),
            _ => None,
        });
        own.min().map_or((UNREACHED, 0), |label| (label, FROM_SEED))
    }

    /// First arrival at a node within the cutoff.
    pub fn at_node(&self, network: &Network, node: NodeId) -> Option<Label> {
        self.first_at_node(network, node).map(|(label, _)| label)
    }

    /// The step or the seed by which a state that was touched was reached.
    pub(in crate::network) fn via(&self, state: u32) -> u32 {
        let via = self.marks[self.packed().slot(state)].via;
        // A flood in reverse asks for steps by the graph's own numbers.
        if self.is_reverse || via & FROM_SEED != 0 { via } else { self.packed().step(via) }
    }

    /// Every state with a label, in the order of their first labels.
    pub(in crate::network) fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        let states = &self.packed().state_of_slot;
        self.touched_slots().iter().map(|&slot| states[slot as usize])
    }

    /// The slots of these states.
    pub(in crate::network) fn touched_slots(&self) -> &[u32] {
        &self.touched[..self.touched_count]
    }

    /// The label of a slot, later than any other where there is none, and whether it came from a seed.
    #[inline]
    pub(in crate::network) fn at_slot(&self, slot: u32) -> (Label, bool) {
        let mark = self.marks[slot as usize];
        (Label::of_packed(mark.label), mark.label != UNREACHED && mark.via & FROM_SEED != 0)
    }

    /// The label of a state that was touched, and whether it came from a seed.
    pub(in crate::network) fn own_label(&self, state: u32) -> Option<(Label, bool)> {
        self.at_state(state).map(|label| (label, self.is_from_seed(state)))
    }

    /// How the costs of the flood's mover are used.
    pub(in crate::network) fn mode(&self) -> Mode {
        self.mode
    }

    /// Nothing later than this was reached.
    pub(in crate::network) fn cutoff_ms(&self) -> u32 {
        self.cutoff_ms
    }

    /// The seeds of the flood.
    pub(in crate::network) fn seeds(&self) -> &[Seed] {
        &self.seeds
    }

    pub(in crate::network) fn has_seed_on(&self, edge: EdgeId) -> bool {
        self.seeded & (1 << (edge.0 % 64)) != 0 && self.edge_seeds.binary_search_by_key(&edge, |&(on, _)| on).is_ok()
    }

    /// Where the seeds on an edge are, and when.
    pub(in crate::network) fn seeds_on(&self, edge: EdgeId) -> impl Iterator<Item = (f64, Label)> + '_ {
        let first = self.edge_seeds.partition_point(|&(on, _)| on < edge);
        self.edge_seeds[first..].iter().take_while(move |&&(on, _)| on == edge).filter_map(|&(_, i)| {
            match self.seeds[i as usize] {
                Seed::OnEdge { offset_m, start_ms, owner, .. } => Some((offset_m, Label { ms: start_ms, owner })),
                Seed::AtNode { .. } | Seed::Driven { .. } => None,
            }
        })
    }

    /// Calls `take` with every arc entered at its beginning within the cutoff and when, each arc once.
    pub(in crate::network) fn each_entry(&self, network: &Network, costs: &Costs, mut take: impl FnMut(ArcId, Label)) {
        if self.mode == Mode::Walk {
            let graph = network.walk_graph();
            for state in self.settled() {
                let label = Label::of_packed(self.label(state));
                for step in graph.steps_of(state).filter(|&step| costs.step_ms(step).is_some()) {
                    take(graph.arc(step), label);
                }
            }
            return;
        }
        let graph = network.drive_graph();
        for state in self.touched() {
            if !self.is_from_seed(state) && graph.is_copied.get(state as usize) == Some(&false) {
                let arc = ArcId(state);
                let label = Label::of_packed(self.label(state));
                let entry = Label { ms: label.ms - costs.arc_ms[arc.index()], ..label };
                if entry.ms <= self.cutoff_ms {
                    take(arc, entry);
                }
                continue;
            }
            // Of an arc and its copies the first that was touched speaks.
            let arc = ArcId(graph.arc_of_state[state as usize]);
            let is_touched = |state: u32| self.label(state) != UNREACHED;
            if states_of_arc(graph, arc).find(|&state| is_touched(state)) == Some(state)
                && let Some(label) = self.entered(network, costs, arc)
            {
                take(arc, label);
            }
        }
    }

    /// The states reached within the cutoff, in no order that means anything.
    pub fn settled(&self) -> impl Iterator<Item = u32> + '_ {
        let (limit, states) = (self.limit(), &self.packed().state_of_slot);
        let slots = self.touched_slots().iter().filter(move |&&slot| self.marks[slot as usize].label <= limit);
        slots.map(|&slot| states[slot as usize])
    }

    /// The states reached within the cutoff in the order of their labels, and then by number.
    pub fn in_order(&self) -> Vec<u32> {
        let mut states: Vec<u32> = self.settled().collect();
        states.sort_unstable_by_key(|&state| (self.label(state), state));
        states
    }

    /// First arrival at a state of the graph, whether or not within the cutoff; `None` when it was not touched.
    pub fn at_state(&self, state: u32) -> Option<Label> {
        let label = self.label(state);
        (label != UNREACHED).then(|| Label::of_packed(label))
    }

    /// Whether a state that was touched was reached straight from a seed.
    fn is_from_seed(&self, state: u32) -> bool {
        self.marks[self.packed().slot(state)].via & FROM_SEED != 0
    }

    /// When an arc is entered at its beginning, coming from elsewhere: the turn into it is paid.
    ///
    /// For a flood run forwards. `None` when nobody gets there within the cutoff.
    pub fn entered(&self, network: &Network, costs: &Costs, arc: ArcId) -> Option<Label> {
        let ms = costs.arc_ms[arc.index()];
        if ms == IMPASSABLE {
            return None;
        }
        if self.mode == Mode::Walk {
            return self.at_node(network, network.tail(arc));
        }
        let graph = network.drive_graph();
        let own = self.own_label(arc.0);
        if !graph.is_copied[arc.index()] && own.is_none_or(|(_, is_from_seed)| !is_from_seed) {
            let entry = own.map(|(label, _)| Label { ms: label.ms - ms, ..label });
            return entry.filter(|label| label.ms <= self.cutoff_ms);
        }
        let mut best: Option<Label> = None;
        for state in states_of_arc(graph, arc) {
            let Some((label, is_from_seed)) = self.own_label(state) else { continue };
            let label = if is_from_seed {
                self.entered_past_seed(graph, costs, state, ms)
            } else {
                Some(Label { ms: label.ms - ms, ..label })
            };
            best = [best, label].into_iter().flatten().min();
        }
        let from_node = self.seeds.iter().filter_map(|seed| match *seed {
            Seed::AtNode { node, start_ms, owner } if node == network.tail(arc) => Some(Label { ms: start_ms, owner }),
            _ => None,
        });
        // Only arcs first reached from a seed can have been entered from one.
        if own.is_some_and(|(_, is_from_seed)| is_from_seed) {
            best = best.into_iter().chain(from_node).min();
        }
        best.filter(|label| label.ms <= self.cutoff_ms)
    }

    /// A seed on the arc itself hides when the arc was entered from elsewhere: ask the steps into it.
    fn entered_past_seed(&self, graph: &Graph, costs: &Costs, state: u32, arc_ms: u32) -> Option<Label> {
        in_steps(graph, state)
            .iter()
            .filter_map(|&step| {
                let ms = costs.step_ms(step as usize)?;
                let label = self.at_state(graph.tail[step as usize]).filter(|label| label.ms <= self.cutoff_ms)?;
                Some(label.after(ms - arc_ms))
            })
            .min()
    }

    /// First arrival at a place on an edge, within the cutoff; for a flood run forwards.
    pub fn at(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Option<Label> {
        self.how_at(network, costs, edge, offset_m).map(|(label, _)| label)
    }

    /// Time from a place on an edge to the nearest seed, within the cutoff; for a flood run in reverse.
    pub fn from(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Option<Label> {
        let plan_m = network.edge(edge).plan_m();
        let mut best: Option<Label> = None;
        for (arc, rest_m) in [(edge.forward(), plan_m - offset_m), (edge.backward(), offset_m)] {
            let Some(ms) = costs.arc_ms(arc) else { continue };
            let beyond = match self.mode {
                Mode::Walk => self.at_node(network, network.head(arc)),
                Mode::Drive => self.at_state(arc.0),
            };
            let ahead = self
                .seeds_on(edge)
                .filter(|&(seed_m, _)| if arc.is_forward() { seed_m >= offset_m } else { seed_m <= offset_m });
            let direct = ahead.map(|(seed_m, label)| label.after(share(ms, (seed_m - offset_m).abs(), plan_m)));
            let over = beyond.map(|label| label.after(share(ms, rest_m, plan_m)));
            best = best.into_iter().chain(direct).chain(over).min();
        }
        best.filter(|label| label.ms <= self.cutoff_ms)
    }

    pub(in crate::network) fn how_at(
        &self,
        network: &Network,
        costs: &Costs,
        edge: EdgeId,
        offset_m: f64,
    ) -> Option<(Label, Reached)> {
        let plan_m = network.edge(edge).plan_m();
        let mut best: Option<(Label, Reached)> = None;
        let mut offer = |label: Label, how: Reached| {
            if label.ms <= self.cutoff_ms && best.is_none_or(|(b, _)| label < b) {
                best = Some((label, how));
            }
        };
        for (arc, done_m) in [(edge.forward(), offset_m), (edge.backward(), plan_m - offset_m)] {
            if let Some(label) = self.entered(network, costs, arc) {
                offer(label.after(share(costs.arc_ms[arc.index()], done_m, plan_m)), Reached::Over(arc));
            }
        }
        let first = self.edge_seeds.partition_point(|&(on, _)| on < edge);
        for &(_, i) in self.edge_seeds[first..].iter().take_while(|&&(on, _)| on == edge) {
            let i = i as usize;
            if let Seed::OnEdge { offset_m: start_m, start_ms, owner, .. } = self.seeds[i] {
                let arc = if offset_m >= start_m { edge.forward() } else { edge.backward() };
                if let Some(ms) = costs.arc_ms(arc) {
                    let way = share(ms, (offset_m - start_m).abs(), plan_m);
                    offer(Label { ms: start_ms, owner }.after(way), Reached::FromSeed(i));
                } else if offset_m == start_m {
                    offer(Label { ms: start_ms, owner }, Reached::FromSeed(i));
                }
            }
        }
        best
    }
}

/// How a place on an edge was reached.
#[derive(Clone, Copy)]
pub(in crate::network) enum Reached {
    /// Over the arc from its beginning.
    Over(ArcId),
    /// From a seed on the edge itself, by its number.
    FromSeed(usize),
}
