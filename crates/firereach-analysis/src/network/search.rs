//! Floods from places on the network over the costs of one mover.

use super::price::{IMPASSABLE, Mode};
use super::{ArcId, Costs, EdgeId, Graph, Network, NodeId};

/// Where a flood starts: a place on an edge or a node, when, and in whose name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seed {
    /// At a distance along an edge's drawing.
    OnEdge {
        /// The edge.
        edge: EdgeId,
        /// Distance from its beginning, plan metres.
        offset_m: f64,
        /// When, milliseconds.
        start_ms: u32,
        /// Whose flood it is.
        owner: u32,
    },
    /// At a node.
    AtNode {
        /// The node.
        node: NodeId,
        /// When, milliseconds.
        start_ms: u32,
        /// Whose flood it is.
        owner: u32,
    },
    /// In a vehicle that has just driven an arc and is at its end, whether or not it could drive it again.
    Driven {
        /// The arc.
        arc: ArcId,
        /// When, milliseconds.
        start_ms: u32,
        /// Whose flood it is.
        owner: u32,
    },
}

/// First arrival and whose it is; ordered by time and then by owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Milliseconds.
    pub ms: u32,
    /// The owner of the seed; the smaller one where several arrive at once.
    pub owner: u32,
}

impl Label {
    fn packed(self) -> u64 {
        (u64::from(self.ms) << 32) | u64::from(self.owner)
    }

    fn of_packed(packed: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of the number")]
        let (ms, owner) = ((packed >> 32) as u32, packed as u32);
        Self { ms, owner }
    }

    /// The same owner, later.
    #[must_use]
    pub fn after(self, ms: u32) -> Self {
        Self { ms: self.ms + ms, owner: self.owner }
    }
}

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

#[derive(Clone, Copy, Debug)]
struct Slot {
    label: u64,
    round: u32,
    /// The step by which the state was reached, or [`FROM_SEED`] and the number of the seed.
    via: u32,
}

const FROM_SEED: u32 = 1 << 31;
const FAR: u64 = u64::MAX;
/// No flood runs longer: half of what a time can hold, so that a time and a cost add up.
const LONGEST: u32 = (1 << 31) - 1;

/// The memory of a flood, reused from one to the next; one per thread.
///
/// The cost of a flood depends on what it reaches within its cutoff, not on the size of the network.
#[derive(Clone, Debug)]
pub struct Search {
    slots: Vec<Slot>,
    nodes: Vec<(u64, u32)>,
    node_rounds: Vec<u32>,
    heap: Heap,
    round: u32,
    settled: Vec<u32>,
    seeds: Vec<Seed>,
    /// The seeds that lie on edges, by edge.
    edge_seeds: Vec<(EdgeId, u32)>,
    cutoff_ms: u32,
    mode: Mode,
    is_reverse: bool,
}

impl Search {
    /// Memory for floods over a network.
    pub fn new(network: &Network) -> Self {
        let states = network.walk_graph().state_count().max(network.drive_graph().state_count());
        Self {
            slots: vec![Slot { label: FAR, round: 0, via: 0 }; states],
            nodes: vec![(FAR, 0); network.node_count()],
            node_rounds: vec![0; network.node_count()],
            heap: Heap::default(),
            round: 0,
            settled: Vec::new(),
            seeds: Vec::new(),
            edge_seeds: Vec::new(),
            cutoff_ms: 0,
            mode: Mode::Walk,
            is_reverse: false,
        }
    }

    /// Floods from the seeds up to and including the cutoff.
    ///
    /// Afterwards every node reached has its first arrival and the owner of the seed it came from. O(m log m) in the
    /// number m of arcs reached.
    pub fn run(&mut self, network: &Network, costs: &Costs, seeds: &[Seed], cutoff_ms: u32) {
        self.start(costs, seeds, cutoff_ms, false);
        let graph = graph_of(network, costs.mode);
        for (i, &seed) in seeds.iter().enumerate() {
            let via = FROM_SEED | super::build::number(i);
            match seed {
                Seed::OnEdge { edge, offset_m, start_ms, owner } => {
                    let plan_m = network.edge(edge).plan_m();
                    for (arc, rest_m) in [(edge.forward(), plan_m - offset_m), (edge.backward(), offset_m)] {
                        let ms = costs.arc_ms[arc.index()];
                        if ms == IMPASSABLE {
                            continue;
                        }
                        let label = Label { ms: start_ms, owner }.after(share(ms, rest_m, plan_m)).packed();
                        let state = if costs.mode == Mode::Drive { arc.0 } else { network.head(arc).0 };
                        self.offer(state, label, via);
                    }
                }
                Seed::AtNode { node, start_ms, owner } => {
                    let label = Label { ms: start_ms, owner };
                    if costs.mode == Mode::Walk {
                        self.offer(node.0, label.packed(), via);
                        continue;
                    }
                    if start_ms <= self.cutoff_ms {
                        self.lower_node(node.0, label.packed(), FROM_SEED);
                    }
                    for arc in network.arcs_out(node) {
                        let ms = costs.arc_ms[arc.index()];
                        if ms != IMPASSABLE {
                            self.offer(arc.0, label.after(ms).packed(), via);
                        }
                    }
                }
                Seed::Driven { arc, start_ms, owner } => {
                    let state = if costs.mode == Mode::Drive { arc.0 } else { network.head(arc).0 };
                    self.offer(state, Label { ms: start_ms, owner }.packed(), via);
                }
            }
        }
        let limit = (u64::from(self.cutoff_ms) << 32) | u64::from(u32::MAX);
        while let Some((label, state)) = self.heap.pop() {
            if self.slots[state as usize].label != label {
                continue;
            }
            self.settled.push(state);
            self.lower_node(graph.node_of_state[state as usize], label, state);
            for step in graph.steps_of(state) {
                let ms = costs.step_ms[step];
                if ms == IMPASSABLE {
                    continue;
                }
                let next = label + (u64::from(ms) << 32);
                let head = graph.head[step];
                let slot = &mut self.slots[head as usize];
                if slot.round != self.round {
                    *slot = Slot { label: next, round: self.round, via: step as u32 };
                } else if next < slot.label {
                    slot.label = next;
                    slot.via = step as u32;
                } else {
                    continue;
                }
                if next <= limit {
                    self.heap.push(next, head);
                }
            }
        }
    }

    /// Floods against the direction of travel: afterwards every label is the time from there to the nearest seed.
    ///
    /// The owner is the seed's that is reached first. Junction and turn delays are charged as on the way there.
    pub fn run_reverse(&mut self, network: &Network, costs: &Costs, seeds: &[Seed], cutoff_ms: u32) {
        self.start(costs, seeds, cutoff_ms, true);
        let graph = graph_of(network, costs.mode);
        for (i, &seed) in seeds.iter().enumerate() {
            let via = FROM_SEED | super::build::number(i);
            match seed {
                Seed::OnEdge { edge, offset_m, start_ms, owner } => {
                    let plan_m = network.edge(edge).plan_m();
                    for (arc, done_m) in [(edge.forward(), offset_m), (edge.backward(), plan_m - offset_m)] {
                        let ms = costs.arc_ms[arc.index()];
                        if ms == IMPASSABLE {
                            continue;
                        }
                        let label = Label { ms: start_ms, owner }.after(share(ms, done_m, plan_m));
                        if costs.mode == Mode::Walk {
                            self.offer(network.tail(arc).0, label.packed(), via);
                            continue;
                        }
                        self.lower_start(network.tail(arc).0, label.packed());
                        // Arriving on this arc costs the turn into it, without the whole arc.
                        for state in states_of_arc(graph, arc) {
                            for &step in in_steps(graph, state) {
                                if let Some(whole) = costs.step_ms(step as usize) {
                                    let label = label.after(whole - ms).packed();
                                    self.offer(graph.tail[step as usize], label, via);
                                }
                            }
                        }
                    }
                }
                Seed::Driven { arc, start_ms, owner } => {
                    let state = if costs.mode == Mode::Drive { arc.0 } else { network.head(arc).0 };
                    self.offer(state, Label { ms: start_ms, owner }.packed(), via);
                }
                Seed::AtNode { node, start_ms, owner } => {
                    let label = Label { ms: start_ms, owner }.packed();
                    if costs.mode == Mode::Walk {
                        self.offer(node.0, label, via);
                        continue;
                    }
                    self.lower_start(node.0, label);
                    for arc in network.arcs_out(node) {
                        for state in states_of_arc(graph, arc.reversed()) {
                            self.offer(state, label, via);
                        }
                    }
                }
            }
        }
        let limit = (u64::from(self.cutoff_ms) << 32) | u64::from(u32::MAX);
        while let Some((label, state)) = self.heap.pop() {
            if self.slots[state as usize].label != label {
                continue;
            }
            self.settled.push(state);
            // To be at the far end of an arc is worth the time to the seed; at its near end, the arc more.
            match costs.mode {
                Mode::Walk => self.lower_node(state, label, state),
                Mode::Drive => {
                    let arc = ArcId(graph.arc_of_state[state as usize]);
                    let ms = costs.arc_ms[arc.index()];
                    if ms != IMPASSABLE {
                        let label = label + (u64::from(ms) << 32);
                        if label <= limit {
                            self.lower_node(network.tail(arc).0, label, state);
                        }
                    }
                }
            }
            for &step in in_steps(graph, state) {
                let ms = costs.step_ms[step as usize];
                if ms == IMPASSABLE {
                    continue;
                }
                let next = label + (u64::from(ms) << 32);
                let tail = graph.tail[step as usize];
                let slot = &mut self.slots[tail as usize];
                if slot.round != self.round {
                    *slot = Slot { label: next, round: self.round, via: step };
                } else if next < slot.label {
                    slot.label = next;
                    slot.via = step;
                } else {
                    continue;
                }
                if next <= limit {
                    self.heap.push(next, tail);
                }
            }
        }
    }

    fn start(&mut self, costs: &Costs, seeds: &[Seed], cutoff_ms: u32, is_reverse: bool) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.slots.fill(Slot { label: FAR, round: 0, via: 0 });
            self.node_rounds.fill(0);
            self.round = 1;
        }
        self.heap.clear();
        self.settled.clear();
        self.seeds.clear();
        self.seeds.extend_from_slice(seeds);
        self.edge_seeds.clear();
        self.edge_seeds.extend(seeds.iter().enumerate().filter_map(|(i, seed)| match seed {
            Seed::OnEdge { edge, .. } => Some((*edge, super::build::number(i))),
            Seed::AtNode { .. } | Seed::Driven { .. } => None,
        }));
        self.edge_seeds.sort_unstable();
        self.cutoff_ms = cutoff_ms.min(LONGEST);
        self.mode = costs.mode;
        self.is_reverse = is_reverse;
    }

    fn offer(&mut self, state: u32, label: u64, via: u32) {
        let slot = &mut self.slots[state as usize];
        if slot.round != self.round || label < slot.label {
            *slot = Slot { label, round: self.round, via };
            if Label::of_packed(label).ms <= self.cutoff_ms {
                self.heap.push(label, state);
            }
        }
    }

    fn lower_start(&mut self, node: u32, label: u64) {
        if Label::of_packed(label).ms <= self.cutoff_ms {
            self.lower_node(node, label, FROM_SEED);
        }
    }

    fn lower_node(&mut self, node: u32, label: u64, state: u32) {
        let is_new = self.node_rounds[node as usize] != self.round;
        if is_new || label < self.nodes[node as usize].0 {
            self.node_rounds[node as usize] = self.round;
            self.nodes[node as usize] = (label, state);
        }
    }

    /// First arrival at a node within the cutoff.
    pub fn at_node(&self, node: NodeId) -> Option<Label> {
        (self.node_rounds[node.index()] == self.round).then(|| Label::of_packed(self.nodes[node.index()].0))
    }

    /// The seeds of the flood.
    pub(super) fn seeds(&self) -> &[Seed] {
        &self.seeds
    }

    /// Where the seeds on an edge are, and when.
    pub(super) fn seeds_on(&self, edge: EdgeId) -> impl Iterator<Item = (f64, Label)> + '_ {
        let first = self.edge_seeds.partition_point(|&(on, _)| on < edge);
        self.edge_seeds[first..].iter().take_while(move |&&(on, _)| on == edge).filter_map(|&(_, i)| {
            match self.seeds[i as usize] {
                Seed::OnEdge { offset_m, start_ms, owner, .. } => Some((offset_m, Label { ms: start_ms, owner })),
                Seed::AtNode { .. } | Seed::Driven { .. } => None,
            }
        })
    }

    /// Calls `take` with every arc entered at its beginning within the cutoff and when, each arc once.
    pub(super) fn each_entry(&self, network: &Network, costs: &Costs, mut take: impl FnMut(ArcId, Label)) {
        let graph = graph_of(network, self.mode);
        for &state in &self.settled {
            let label = Label::of_packed(self.slots[state as usize].label);
            for step in graph.steps_of(state) {
                let ms = costs.step_ms[step];
                if ms == IMPASSABLE {
                    continue;
                }
                let arc = graph.arc(step);
                if self.mode == Mode::Walk {
                    take(arc, label);
                    continue;
                }
                // The best step into an arc speaks for it, unless a seed on the arc or a copy of it hides which that is.
                let entry = label.after(ms - costs.arc_ms[arc.index()]);
                let via = self.slots[graph.head[step] as usize].via;
                let speaks = if via & FROM_SEED == 0 && graph.head[step] == arc.0 && !has_copies(graph) {
                    via as usize == step
                } else {
                    self.entered(network, costs, arc) == Some(entry)
                        && self.first_into(graph, costs, arc, entry) == step
                };
                if speaks && entry.ms <= self.cutoff_ms {
                    take(arc, entry);
                }
            }
        }
    }

    /// The first step by number that enters an arc at a given time.
    fn first_into(&self, graph: &Graph, costs: &Costs, arc: ArcId, entry: Label) -> usize {
        states_of_arc(graph, arc)
            .flat_map(|state| in_steps(graph, state).iter().map(|&step| step as usize))
            .filter(|&step| {
                costs.step_ms(step).is_some_and(|ms| {
                    self.at_state(graph.tail[step])
                        .is_some_and(|label| label.after(ms - costs.arc_ms[arc.index()]) == entry)
                })
            })
            .min()
            .unwrap_or(usize::MAX)
    }

    /// The states reached within the cutoff, in the order of their times.
    pub fn settled(&self) -> &[u32] {
        &self.settled
    }

    /// First arrival at a state of the graph, whether or not within the cutoff; `None` when it was not touched.
    pub fn at_state(&self, state: u32) -> Option<Label> {
        let slot = &self.slots[state as usize];
        (slot.round == self.round).then(|| Label::of_packed(slot.label))
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
            return self.at_node(network.tail(arc));
        }
        let graph = network.drive_graph();
        let mut best: Option<Label> = None;
        for state in states_of_arc(graph, arc) {
            let slot = &self.slots[state as usize];
            if slot.round != self.round {
                continue;
            }
            let label = if slot.via & FROM_SEED == 0 {
                let label = Label::of_packed(slot.label);
                Some(Label { ms: label.ms - ms, ..label })
            } else {
                self.entered_past_seed(graph, costs, state, ms)
            };
            best = [best, label].into_iter().flatten().min();
        }
        let from_node = self.seeds.iter().filter_map(|seed| match *seed {
            Seed::AtNode { node, start_ms, owner } if node == network.tail(arc) => Some(Label { ms: start_ms, owner }),
            _ => None,
        });
        // Only arcs first reached from a seed can have been entered from one.
        if self.slots[arc.index()].round == self.round && self.slots[arc.index()].via & FROM_SEED != 0 {
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
                Mode::Walk => self.at_node(network.head(arc)),
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

    fn how_at(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Option<(Label, Reached)> {
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

    /// The way by which a place on an edge was first reached, from the seed to the place; empty when it was not.
    pub fn path_to(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Vec<PathPart> {
        let mut parts = Vec::new();
        match self.how_at(network, costs, edge, offset_m) {
            None => {}
            Some((_, Reached::FromSeed(seed))) => {
                if let Seed::OnEdge { offset_m: start_m, .. } = self.seeds[seed] {
                    parts.push(PathPart { edge, from_m: start_m, to_m: offset_m });
                }
            }
            Some((entered, Reached::Over(arc))) => {
                let from_m = if arc.is_forward() { 0.0 } else { network.edge(edge).plan_m() };
                parts.push(PathPart { edge, from_m, to_m: offset_m });
                match self.mode {
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
        if self.node_rounds[node.index()] == self.round && self.nodes[node.index()].1 & FROM_SEED == 0 {
            self.trace(network, self.nodes[node.index()].1, &mut parts);
            parts.reverse();
        }
        parts
    }

    /// The way on foot from a node to the seed it is nearest to; for a flood on foot run in reverse.
    pub fn way_from_node(&self, network: &Network, node: NodeId) -> Vec<PathPart> {
        let graph = network.walk_graph();
        let mut parts = Vec::new();
        if self.node_rounds[node.index()] != self.round {
            return parts;
        }
        let mut state = node.0;
        loop {
            let via = self.slots[state as usize].via;
            if via & FROM_SEED != 0 {
                if let Seed::OnEdge { edge, offset_m, .. } = self.seeds[(via & !FROM_SEED) as usize] {
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
        let graph = graph_of(network, self.mode);
        if self.node_rounds[node.index()] != self.round {
            return None;
        }
        let mut state = self.nodes[node.index()].1;
        if state & FROM_SEED != 0 {
            return self.seeds.iter().copied().find(|seed| matches!(seed, Seed::AtNode { node: n, .. } if *n == node));
        }
        loop {
            let via = self.slots[state as usize].via;
            if via & FROM_SEED != 0 {
                return Some(self.seeds[(via & !FROM_SEED) as usize]);
            }
            state = graph.tail[via as usize];
        }
    }

    /// The seed from which a place on an edge was first reached.
    pub fn seed_of(&self, network: &Network, costs: &Costs, edge: EdgeId, offset_m: f64) -> Option<Seed> {
        match self.how_at(network, costs, edge, offset_m)? {
            (_, Reached::FromSeed(i)) => Some(self.seeds[i]),
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
                if label.ms > self.cutoff_ms {
                    continue;
                }
                let candidate = (label.after(whole - ms), graph.tail[step as usize]);
                if best.is_none_or(|b| candidate < b) {
                    best = Some(candidate);
                }
            }
        }
        let at_seed = self.seeds.iter().any(|seed| {
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
        let graph = graph_of(network, self.mode);
        let mut state = from;
        loop {
            let via = self.slots[state as usize].via;
            if via & FROM_SEED != 0 {
                match self.seeds[(via & !FROM_SEED) as usize] {
                    Seed::OnEdge { edge, offset_m, .. } => {
                        let plan_m = network.edge(edge).plan_m();
                        let is_forward = match self.mode {
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
                        if self.mode == Mode::Drive {
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

#[derive(Clone, Copy)]
enum Reached {
    Over(ArcId),
    FromSeed(usize),
}

fn whole(network: &Network, arc: ArcId) -> PathPart {
    let plan_m = network.edge(arc.edge()).plan_m();
    let (from_m, to_m) = if arc.is_forward() { (0.0, plan_m) } else { (plan_m, 0.0) };
    PathPart { edge: arc.edge(), from_m, to_m }
}

/// The cost of a part of an arc, rounded to the millisecond.
pub(super) fn share(arc_ms: u32, part_m: f64, plan_m: f64) -> u32 {
    if plan_m <= 0.0 {
        return 0;
    }
    let ms = (f64::from(arc_ms) * (part_m / plan_m).clamp(0.0, 1.0)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and the arc's own cost")]
    let whole = ms as u32;
    whole
}

fn graph_of(network: &Network, mode: Mode) -> &Graph {
    match mode {
        Mode::Drive => network.drive_graph(),
        Mode::Walk => network.walk_graph(),
    }
}

fn in_steps(graph: &Graph, state: u32) -> &[u32] {
    &graph.step_in[graph.first_in[state as usize] as usize..graph.first_in[state as usize + 1] as usize]
}

/// The states that have just driven an arc: the arc itself, and the copies of it.
fn states_of_arc(graph: &Graph, arc: ArcId) -> impl Iterator<Item = u32> + '_ {
    let first = graph.copies.partition_point(|&(of, _)| of < arc.0);
    let copies = graph.copies[first..].iter().take_while(move |&&(of, _)| of == arc.0);
    std::iter::once(arc.0).chain(copies.map(|&(_, state)| state))
}

fn has_copies(graph: &Graph) -> bool {
    !graph.copies.is_empty()
}

/// A heap of labels with four children a node.
#[derive(Clone, Debug, Default)]
struct Heap {
    items: Vec<(u64, u32)>,
}

impl Heap {
    fn clear(&mut self) {
        self.items.clear();
    }

    fn push(&mut self, label: u64, state: u32) {
        let mut hole = self.items.len();
        self.items.push((label, state));
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.items[parent] <= (label, state) {
                break;
            }
            self.items[hole] = self.items[parent];
            hole = parent;
        }
        self.items[hole] = (label, state);
    }

    fn pop(&mut self) -> Option<(u64, u32)> {
        let last = self.items.pop()?;
        let Some(&top) = self.items.first() else { return Some(last) };
        let length = self.items.len();
        let mut hole = 0;
        loop {
            let first = hole * 4 + 1;
            if first >= length {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + 4).min(length) {
                if self.items[child] < self.items[least] {
                    least = child;
                }
            }
            if last <= self.items[least] {
                break;
            }
            self.items[hole] = self.items[least];
            hole = least;
        }
        self.items[hole] = last;
        Some(top)
    }
}
