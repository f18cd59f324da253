//! Floods from places on the network over the costs of one mover.

use super::price::{IMPASSABLE, Mode};
use super::queue::Queue;
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

/// The label of what no flood has reached.
const UNREACHED: u64 = u64::MAX;
pub(super) const FROM_SEED: u32 = 1 << 31;
/// No flood runs longer: half of what a time can hold, so that a time and a cost add up.
const LONGEST: u32 = (1 << 31) - 1;

/// The memory of a flood, reused from one to the next; one per thread.
///
/// The cost of a flood depends on what it reaches within its cutoff, not on the size of the network.
#[derive(Clone, Debug)]
pub struct Search {
    /// Labels of states; those of the flood before are taken back by `touched`, so that no label says whose it is.
    labels: Vec<u64>,
    /// By state the step by which it was reached, or [`FROM_SEED`] and the number of the seed.
    vias: Vec<u32>,
    /// First arrivals by node, of a flood in reverse in a vehicle.
    nodes: Vec<u64>,
    /// By node the state that arrives, or [`FROM_SEED`].
    node_vias: Vec<u32>,
    /// Nodes with a label.
    met: Vec<u32>,
    queue: Queue,
    /// Every state with a label, in the order of their first labels.
    touched: Vec<u32>,
    /// Of these the ones within the cutoff.
    settled: Vec<u32>,
    /// States whose only way in was just taken, still to be left.
    ahead: Vec<(u64, u32)>,
    seeds: Vec<Seed>,
    /// The seeds that lie on edges, by edge.
    edge_seeds: Vec<(EdgeId, u32)>,
    /// A bit for each edge with a seed, by the last digits of its number.
    seeded: u64,
    has_node_seeds: bool,
    cutoff_ms: u32,
    mode: Mode,
    is_reverse: bool,
}

impl Search {
    /// Memory for floods over a network.
    pub fn new(network: &Network) -> Self {
        let states = network.walk_graph().state_count().max(network.drive_graph().state_count());
        Self {
            labels: vec![UNREACHED; states],
            vias: vec![0; states],
            nodes: vec![UNREACHED; network.node_count()],
            node_vias: vec![0; network.node_count()],
            met: Vec::new(),
            queue: Queue::default(),
            touched: Vec::new(),
            settled: Vec::new(),
            ahead: Vec::new(),
            seeds: Vec::new(),
            edge_seeds: Vec::new(),
            seeded: 0,
            has_node_seeds: false,
            cutoff_ms: 0,
            mode: Mode::Walk,
            is_reverse: false,
        }
    }

    /// Floods from the seeds up to and including the cutoff.
    ///
    /// Afterwards every node reached has its first arrival and the owner of the seed it came from. Of ways that take as
    /// long the one counts whose last state but one is reached first, and then the one whose number is smaller.
    /// O(m log m) in the number m of arcs reached.
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
        while let Some((label, state)) = self.queue.pop() {
            if self.labels[state as usize] == label {
                self.leave(graph, costs, label, state);
            }
        }
    }

    /// Takes every step out of a state, and out of those to which it alone leads: no queue decides when they are reached.
    fn leave(&mut self, graph: &Graph, costs: &Costs, label: u64, state: u32) {
        let limit = self.limit();
        let mut next = Some((label, state));
        while let Some((label, state)) = next {
            for step in graph.steps_of(state) {
                let taken = costs.steps[step];
                if taken.ms == IMPASSABLE {
                    continue;
                }
                let (arrival, head) = (label + (u64::from(taken.ms) << 32), taken.head());
                let known = self.labels[head as usize];
                if !self.is_better(graph, (known, head), arrival, label, state) {
                    continue;
                }
                let is_fresh = known == UNREACHED;
                if is_fresh {
                    self.touched.push(head);
                }
                #[expect(clippy::cast_possible_truncation, reason = "steps are counted in 32 bits")]
                let via = step as u32;
                self.labels[head as usize] = arrival;
                self.vias[head as usize] = via;
                if arrival > limit || arrival == known {
                    continue;
                }
                if known > limit {
                    self.settled.push(head);
                }
                if is_fresh && taken.is_only_way() {
                    self.ahead.push((arrival, head));
                } else if self.mode == Mode::Walk || self.leads_on(graph, costs, arrival, head) {
                    self.queue.push(arrival, head);
                }
            }
            next = self.ahead.pop();
        }
    }

    /// Whether any step out of a state reaches something sooner than it has been reached.
    ///
    /// About half of the arcs of a city lead to where one has already been, and need not wait for their turn.
    fn leads_on(&self, graph: &Graph, costs: &Costs, label: u64, state: u32) -> bool {
        graph.steps_of(state).any(|step| {
            let taken = costs.steps[step];
            taken.ms != IMPASSABLE && {
                let known = self.labels[taken.head() as usize];
                self.is_better(graph, (known, taken.head()), label + (u64::from(taken.ms) << 32), label, state)
            }
        })
    }

    /// Whether a state is reached sooner than it was, or as soon from a state that comes first.
    fn is_better(&self, graph: &Graph, (known, head): (u64, u32), arrival: u64, label: u64, state: u32) -> bool {
        arrival < known || (arrival == known && self.comes_first(graph, head, arrival, label, state))
    }

    /// Whether a state is reached as soon from a state that comes before the one from which it was.
    #[cold]
    fn comes_first(&self, graph: &Graph, head: u32, arrival: u64, label: u64, state: u32) -> bool {
        let via = self.vias[head as usize];
        // A step that takes no time does not count: ways through such steps must not come back to where they began.
        label < arrival && via & FROM_SEED == 0 && {
            let before = graph.tail[via as usize];
            (label, state) < (self.labels[before as usize], before)
        }
    }

    fn limit(&self) -> u64 {
        (u64::from(self.cutoff_ms) << 32) | u64::from(u32::MAX)
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
        let limit = self.limit();
        while let Some((label, state)) = self.queue.pop() {
            if self.labels[state as usize] != label {
                continue;
            }
            // To be at the far end of an arc is worth the time to the seed; at its near end, the arc more.
            if costs.mode == Mode::Drive {
                let arc = ArcId(graph.arc_of_state[state as usize]);
                let ms = costs.arc_ms[arc.index()];
                if ms != IMPASSABLE {
                    let label = label + (u64::from(ms) << 32);
                    if label <= limit {
                        self.lower_node(network.tail(arc).0, label, state);
                    }
                }
            }
            for &step in in_steps(graph, state) {
                let ms = costs.steps[step as usize].ms;
                if ms == IMPASSABLE {
                    continue;
                }
                let next = label + (u64::from(ms) << 32);
                self.offer(graph.tail[step as usize], next, step);
            }
        }
    }

    fn start(&mut self, costs: &Costs, seeds: &[Seed], cutoff_ms: u32, is_reverse: bool) {
        for &state in &self.touched {
            self.labels[state as usize] = UNREACHED;
        }
        for &node in &self.met {
            self.nodes[node as usize] = UNREACHED;
        }
        self.met.clear();
        self.queue.restart();
        self.touched.clear();
        self.settled.clear();
        self.seeds.clear();
        self.seeds.extend_from_slice(seeds);
        self.edge_seeds.clear();
        self.edge_seeds.extend(seeds.iter().enumerate().filter_map(|(i, seed)| match seed {
            Seed::OnEdge { edge, .. } => Some((*edge, super::build::number(i))),
            Seed::AtNode { .. } | Seed::Driven { .. } => None,
        }));
        self.edge_seeds.sort_unstable();
        self.seeded = self.edge_seeds.iter().fold(0, |bits, (edge, _)| bits | 1 << (edge.0 % 64));
        self.has_node_seeds = seeds.iter().any(|seed| matches!(seed, Seed::AtNode { .. }));
        self.cutoff_ms = cutoff_ms.min(LONGEST);
        self.mode = costs.mode;
        self.is_reverse = is_reverse;
    }

    fn offer(&mut self, state: u32, label: u64, via: u32) {
        let known = self.labels[state as usize];
        if label < known {
            self.labels[state as usize] = label;
            self.vias[state as usize] = via;
            if known == UNREACHED {
                self.touched.push(state);
            }
            let limit = self.limit();
            if label <= limit {
                if known > limit {
                    self.settled.push(state);
                }
                self.queue.push(label, state);
            }
        }
    }

    fn lower_start(&mut self, node: u32, label: u64) {
        if Label::of_packed(label).ms <= self.cutoff_ms {
            self.lower_node(node, label, FROM_SEED);
        }
    }

    /// Keeps the first arrival at a node, and of several at once that of the state with the smaller number.
    fn lower_node(&mut self, node: u32, label: u64, state: u32) {
        let known = self.nodes[node as usize];
        let is_first = || {
            let via = self.node_vias[node as usize];
            label == known && via & FROM_SEED == 0 && state < via
        };
        if label < known || is_first() {
            if known == UNREACHED {
                self.met.push(node);
            }
            self.nodes[node as usize] = label;
            self.node_vias[node as usize] = state;
        }
    }

    /// First arrival at a node within the cutoff, with the state that arrives; of several at once that with the smaller
    /// number.
    pub(super) fn first_at_node(&self, network: &Network, node: NodeId) -> Option<(Label, u32)> {
        let limit = self.limit();
        let (label, state) = match self.mode {
            Mode::Walk => (self.labels[node.index()], node.0),
            Mode::Drive if self.is_reverse => (self.nodes[node.index()], self.node_vias[node.index()]),
            Mode::Drive => {
                let graph = network.drive_graph();
                let mut best = self.seed_at_node(node);
                let mut offer = |state: u32| {
                    let label = self.labels[state as usize];
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
    pub(super) fn via(&self, state: u32) -> u32 {
        self.vias[state as usize]
    }

    /// Every state with a label, in the order of their first labels.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// The label of a state that was touched, and whether it came from a seed.
    pub(super) fn own_label(&self, state: u32) -> Option<(Label, bool)> {
        self.at_state(state).map(|label| (label, self.is_from_seed(state)))
    }

    /// How the costs of the flood's mover are used.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Nothing later than this was reached.
    pub(super) fn cutoff_ms(&self) -> u32 {
        self.cutoff_ms
    }

    /// The seeds of the flood.
    pub(super) fn seeds(&self) -> &[Seed] {
        &self.seeds
    }

    pub(super) fn has_seed_on(&self, edge: EdgeId) -> bool {
        self.seeded & (1 << (edge.0 % 64)) != 0 && self.edge_seeds.binary_search_by_key(&edge, |&(on, _)| on).is_ok()
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
        if self.mode == Mode::Walk {
            let graph = network.walk_graph();
            for &state in &self.settled {
                let label = Label::of_packed(self.labels[state as usize]);
                for step in graph.steps_of(state).filter(|&step| costs.steps[step].ms != IMPASSABLE) {
                    take(graph.arc(step), label);
                }
            }
            return;
        }
        let graph = network.drive_graph();
        for &state in &self.touched {
            if !self.is_from_seed(state) && graph.is_copied.get(state as usize) == Some(&false) {
                let arc = ArcId(state);
                let label = Label::of_packed(self.labels[state as usize]);
                let entry = Label { ms: label.ms - costs.arc_ms[arc.index()], ..label };
                if entry.ms <= self.cutoff_ms {
                    take(arc, entry);
                }
                continue;
            }
            // Of an arc and its copies the first that was touched speaks.
            let arc = ArcId(graph.arc_of_state[state as usize]);
            let is_touched = |state: u32| self.labels[state as usize] != UNREACHED;
            if states_of_arc(graph, arc).find(|&state| is_touched(state)) == Some(state)
                && let Some(label) = self.entered(network, costs, arc)
            {
                take(arc, label);
            }
        }
    }

    /// The states reached within the cutoff, in no order that means anything.
    pub fn settled(&self) -> &[u32] {
        &self.settled
    }

    /// The states reached within the cutoff in the order of their labels, and then by number.
    pub fn in_order(&self) -> Vec<u32> {
        let mut states = self.settled.clone();
        states.sort_unstable_by_key(|&state| (self.labels[state as usize], state));
        states
    }

    /// First arrival at a state of the graph, whether or not within the cutoff; `None` when it was not touched.
    pub fn at_state(&self, state: u32) -> Option<Label> {
        let label = self.labels[state as usize];
        (label != UNREACHED).then(|| Label::of_packed(label))
    }

    /// Whether a state that was touched was reached straight from a seed.
    fn is_from_seed(&self, state: u32) -> bool {
        self.vias[state as usize] & FROM_SEED != 0
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

    pub(super) fn how_at(
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
pub(super) enum Reached {
    /// Over the arc from its beginning.
    Over(ArcId),
    /// From a seed on the edge itself, by its number.
    FromSeed(usize),
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

pub(super) fn graph_of(network: &Network, mode: Mode) -> &Graph {
    match mode {
        Mode::Drive => network.drive_graph(),
        Mode::Walk => network.walk_graph(),
    }
}

pub(super) fn in_steps(graph: &Graph, state: u32) -> &[u32] {
    &graph.step_in[graph.first_in[state as usize] as usize..graph.first_in[state as usize + 1] as usize]
}

/// The states that have just driven an arc: the arc itself, and the copies of it.
pub(super) fn states_of_arc(graph: &Graph, arc: ArcId) -> impl Iterator<Item = u32> + '_ {
    let first = graph.copies.partition_point(|&(of, _)| of < arc.0);
    let copies = graph.copies[first..].iter().take_while(move |&&(of, _)| of == arc.0);
    std::iter::once(arc.0).chain(copies.map(|&(_, state)| state))
}
