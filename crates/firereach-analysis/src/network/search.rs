//! Floods from places on the network over the costs of one mover.

mod reading;

use std::sync::Arc;

use super::packed::{LANES, Packed};
use super::price::{IMPASSABLE, Mode, NEVER, Step};
use super::queue::{Queue, bucket_of};
use super::{ArcId, Costs, EdgeId, Graph, Network, NodeId};
pub(super) use reading::Reached;

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
const UNREACHED: u64 = (NEVER as u64) << 32;
pub(super) const FROM_SEED: u32 = 1 << 31;
/// No flood runs longer, some twelve days: so that a time and a cost add up, even that of what cannot be passed.
const LONGEST: u32 = (1 << 30) - 1;

/// What a flood keeps of a state.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The packed [`Label`], or [`UNREACHED`].
    label: u64,
    /// The packed step by which it was reached, or [`FROM_SEED`] and the number of the seed.
    via: u32,
}

const UNMARKED: Mark = Mark { label: UNREACHED, via: 0 };

/// The memory of a flood, reused from one to the next; one per thread.
///
/// The cost of a flood depends on what it reaches within its cutoff, not on the size of the network.
#[derive(Clone, Debug)]
pub struct Search {
    /// By slot; the marks of the flood before are taken back by `touched`, so that none says whose it is.
    marks: Vec<Mark>,
    /// First arrivals by node, of a flood in reverse in a vehicle.
    nodes: Vec<u64>,
    /// By node the state that arrives, or [`FROM_SEED`].
    node_vias: Vec<u32>,
    /// Nodes with a label.
    met: Vec<u32>,
    queue: Queue,
    /// The slots of the bucket that is being left, and the steps out of them that count.
    bucket: Vec<u32>,
    offers: Vec<Offer>,
    /// The slots with a label are the first so many of these, in the order of their first labels.
    touched: Vec<u32>,
    touched_count: usize,
    seeds: Vec<Seed>,
    /// The seeds that lie on edges, by edge.
    edge_seeds: Vec<(EdgeId, u32)>,
    /// A bit for each edge with a seed, by the last digits of its number.
    seeded: u64,
    has_node_seeds: bool,
    cutoff_ms: u32,
    mode: Mode,
    is_reverse: bool,
    walk: Arc<Packed>,
    drive: Arc<Packed>,
}

impl Search {
    /// Memory for floods over a network.
    pub fn new(network: &Network) -> Self {
        let states = network.walk_graph().state_count().max(network.drive_graph().state_count());
        Self {
            marks: vec![UNMARKED; states],
            nodes: vec![UNREACHED; network.node_count()],
            node_vias: vec![0; network.node_count()],
            met: Vec::new(),
            queue: Queue::default(),
            bucket: Vec::new(),
            offers: Vec::new(),
            // One more than there are: what is not counted is written all the same.
            touched: vec![0; states + 1],
            touched_count: 0,
            seeds: Vec::new(),
            edge_seeds: Vec::new(),
            seeded: 0,
            has_node_seeds: false,
            cutoff_ms: 0,
            mode: Mode::Walk,
            is_reverse: false,
            walk: Arc::clone(&network.walk_graph().packed),
            drive: Arc::clone(&network.drive_graph().packed),
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
        self.spread(graph, costs);
    }

    /// Takes every step out of what waits, until nothing is reached any sooner.
    ///
    /// Whether a step arrives sooner than all before it is a toss, and a processor that guesses wrong loses more time than
    /// the step takes. So the steps out of a whole bucket are looked at first, without a branch, and those that arrive in
    /// time to count are put in a row; what is then done with them is nearly always the same.
    fn spread(&mut self, graph: &Graph, costs: &Costs) {
        let limit = self.limit();
        let packed = &*graph.packed;
        let Self { marks, touched, queue, bucket, offers, .. } = self;
        let mut count = self.touched_count;
        while let Some(present) = queue.take_bucket(bucket) {
            let mut found = 0;
            let mut wide = 0;
            for &slot in &*bucket {
                let label = marks[slot as usize].label;
                // What was reached sooner meanwhile has been left already.
                if bucket_of(label) == present {
                    if found + LANES > offers.len() {
                        offers.resize(2 * offers.len() + LANES, Offer::default());
                    }
                    let row = &costs.rows[slot as usize];
                    found += look(marks, &mut offers[found..found + LANES], row, slot, label);
                    wide |= u32::from(row[LANES - 1].goes_on());
                }
            }
            if wide != 0 {
                for &slot in &*bucket {
                    let label = marks[slot as usize].label;
                    let mut row = slot;
                    while bucket_of(label) == present && costs.rows[row as usize][LANES - 1].goes_on() {
                        row = packed.row_after(row).expect("a row says that it goes on where it does");
                        if found + LANES > offers.len() {
                            offers.resize(2 * offers.len() + LANES, Offer::default());
                        }
                        found += look(marks, &mut offers[found..found + LANES], &costs.rows[row as usize], row, label);
                    }
                }
            }
            queue.make_room(found);
            for offer in &offers[..found] {
                let head = offer.step.head();
                let mark = marks[head as usize];
                if offer.arrival < mark.label {
                    marks[head as usize] = Mark { label: offer.arrival, via: offer.via };
                    touched[count] = head;
                    count += usize::from(mark.label == UNREACHED);
                    queue.push_where((offer.arrival <= limit) & offer.step.leads_on(), offer.arrival, head);
                } else if offer.arrival == mark.label && comes_first(graph, marks, offer) {
                    marks[head as usize].via = offer.via;
                }
            }
        }
        self.touched_count = count;
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
        let mut bucket = std::mem::take(&mut self.bucket);
        while self.queue.take_bucket(&mut bucket).is_some() {
            for &slot in &bucket {
                self.leave_back(network, costs, slot);
            }
        }
        self.bucket = bucket;
    }

    /// Takes every step into what a slot stands for.
    fn leave_back(&mut self, network: &Network, costs: &Costs, slot: u32) {
        let (graph, limit) = (graph_of(network, costs.mode), self.limit());
        let label = self.marks[slot as usize].label;
        let state = graph.packed.state_of_slot[slot as usize];
        // To be at the far end of an arc is worth the time to the seed; at its near end, the arc more.
        if costs.mode == Mode::Drive {
            let arc = ArcId(graph.arc_of_state[state as usize]);
            if let Some(ms) = costs.arc_ms(arc) {
                let label = label + (u64::from(ms) << 32);
                if label <= limit {
                    self.lower_node(network.tail(arc).0, label, state);
                }
            }
        }
        for &step in in_steps(graph, state) {
            if let Some(ms) = costs.step_ms(step as usize) {
                self.offer_back(graph, label + (u64::from(ms) << 32), step);
            }
        }
    }

    fn start(&mut self, costs: &Costs, seeds: &[Seed], cutoff_ms: u32, is_reverse: bool) {
        for &slot in &self.touched[..self.touched_count] {
            self.marks[slot as usize].label = UNREACHED;
        }
        for &node in &self.met {
            self.nodes[node as usize] = UNREACHED;
        }
        self.met.clear();
        self.queue.restart();
        self.touched_count = 0;
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
        let slot = self.packed().slot_of_state[state as usize];
        let known = self.marks[slot as usize].label;
        if label < known {
            self.marks[slot as usize] = Mark { label, via };
            if known == UNREACHED {
                self.touched[self.touched_count] = slot;
                self.touched_count += 1;
            }
            if label <= self.limit() {
                self.queue.push(label, slot);
            }
        }
    }

    /// Offers a label to where a step comes from; of ways that take as long the one counts whose next state is nearer to
    /// its seed, as on the way there.
    fn offer_back(&mut self, graph: &Graph, label: u64, step: u32) {
        let state = graph.tail[step as usize];
        let known = self.marks[graph.packed.slot(state)];
        if label == known.label && known.via & FROM_SEED == 0 {
            let place = |step: u32| {
                let next = graph.head[step as usize];
                (self.marks[graph.packed.slot(next)].label, next)
            };
            if place(step).0 < label && place(step) < place(known.via) {
                self.marks[graph.packed.slot(state)].via = step;
            }
        }
        self.offer(state, label, step);
    }

    /// The order in which the states of this flood lie.
    fn packed(&self) -> &Packed {
        match self.mode {
            Mode::Walk => &self.walk,
            Mode::Drive => &self.drive,
        }
    }

    /// The packed label of a state.
    fn label(&self, state: u32) -> u64 {
        self.marks[self.packed().slot(state)].label
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
}

/// A step that arrives as soon as any before it.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    arrival: u64,
    step: Step,
    /// Its lane, counted over all rows.
    via: u32,
}

/// Puts those steps of a row in front that arrive no later than what has a label, and counts them.
#[inline]
fn look(marks: &[Mark], offers: &mut [Offer], row: &[Step; LANES], number: u32, label: u64) -> usize {
    let mut found = 0;
    for (via, &step) in (number * LANES as u32..).zip(row) {
        let arrival = label.wrapping_add(step.adds());
        offers[found] = Offer { arrival, step, via };
        found += usize::from(arrival <= marks[step.head() as usize].label);
    }
    found
}

/// Whether a step comes from a state before the one from which what it leads to was reached as soon.
///
/// A step that takes no time does not count: ways through such steps must not come back to where they began.
#[cold]
fn comes_first(graph: &Graph, marks: &[Mark], offer: &Offer) -> bool {
    let packed = &*graph.packed;
    let head = marks[offer.step.head() as usize];
    if head.label == UNREACHED || head.via & FROM_SEED != 0 {
        return false;
    }
    let place = |via: u32| {
        let tail = graph.tail[packed.step(via) as usize];
        (marks[packed.slot(tail)].label, tail)
    };
    place(offer.via).0 < head.label && place(offer.via) < place(head.via)
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
