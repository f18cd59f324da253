//! Edges cut at the exact time: which parts are reached, by whom, and when.

use std::hint::select_unpredictable;

use super::packed::{FORWARD, SPECIAL};
use super::price::{DEAREST, IMPASSABLE, Mode, NEVER};
use super::search::{Label, Seed};
use super::{ArcId, Costs, EdgeId, Network, NodeId, Search};

/// One front that runs along an edge from a place, in one direction or from a seed in both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Front {
    /// The edge.
    pub edge: EdgeId,
    /// Where it starts, plan metres from the edge's beginning.
    pub start_m: f64,
    /// When, milliseconds.
    pub start_ms: f64,
    /// Milliseconds a metre towards the edge's end; below zero when it runs towards the beginning.
    pub ms_per_m: f64,
    /// Whose it is.
    pub owner: u32,
    /// How it moves.
    pub mode: Mode,
}

impl Front {
    /// When it is at a place; `None` for what lies behind it.
    fn at(&self, offset_m: f64) -> Option<f64> {
        let ahead = (offset_m - self.start_m) * self.ms_per_m.signum();
        (ahead >= 0.0).then(|| self.start_ms + ahead * self.ms_per_m.abs())
    }

    /// How far it gets by a time, as an interval of the edge.
    fn interval(&self, plan_m: f64, cutoff_ms: f64) -> Option<(f64, f64)> {
        if self.start_ms > cutoff_ms {
            return None;
        }
        let run = if self.ms_per_m == 0.0 { plan_m } else { (cutoff_ms - self.start_ms) / self.ms_per_m.abs() };
        Some(if self.ms_per_m >= 0.0 {
            (self.start_m, (self.start_m + run).min(plan_m))
        } else {
            ((self.start_m - run).max(0.0), self.start_m)
        })
    }
}

/// A part of an edge reached within a cutoff.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgePart {
    /// The edge.
    pub edge: EdgeId,
    /// Where it begins, plan metres from the edge's beginning.
    pub from_m: f64,
    /// Where it ends, greater than where it begins.
    pub to_m: f64,
    /// First arrival at its beginning, milliseconds.
    pub from_ms: f64,
    /// First arrival at its end.
    pub to_ms: f64,
    /// Whose front arrives first.
    pub owner: u32,
    /// How it moves.
    pub mode: Mode,
}

/// Fronts of one or several floods, by edge.
#[derive(Clone, Debug, Default)]
pub struct Fronts {
    fronts: Vec<Front>,
    marks: Vec<f64>,
}

impl Fronts {
    /// No fronts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all fronts and keeps the memory.
    pub fn clear(&mut self) {
        self.fronts.clear();
    }

    /// All fronts, in the order in which they were added.
    pub fn all(&self) -> &[Front] {
        &self.fronts
    }

    /// Adds a front.
    pub fn push(&mut self, front: Front) {
        self.fronts.push(front);
    }

    /// Adds the fronts of a flood that was run forwards, with owners renamed by `owner`.
    pub fn add(&mut self, network: &Network, costs: &Costs, search: &Search, owner: impl Fn(u32) -> u32) {
        search.each_front(network, costs, |front| self.fronts.push(Front { owner: owner(front.owner), ..front }));
    }

    /// Adds the fronts of a flood that was run in reverse, with owners renamed by `owner`: times from a place to a seed.
    pub fn add_back(&mut self, network: &Network, costs: &Costs, search: &Search, owner: impl Fn(u32) -> u32) {
        search.each_front_back(network, costs, |front| self.fronts.push(Front { owner: owner(front.owner), ..front }));
    }

    /// First arrival at a place and its front's owner; the fronts have been ordered by [`Fronts::order`].
    pub fn at(&self, edge: EdgeId, offset_m: f64) -> Option<(f64, u32)> {
        let first = self.fronts.partition_point(|front| front.edge < edge);
        let mut best: Option<(f64, u32)> = None;
        for front in self.fronts[first..].iter().take_while(|front| front.edge == edge) {
            if let Some(ms) = front.at(offset_m)
                && best.is_none_or(|(least, owner)| ms < least || (ms == least && front.owner < owner))
            {
                best = Some((ms, front.owner));
            }
        }
        best
    }

    /// Puts the fronts in the order of their edges.
    pub fn order(&mut self) {
        self.fronts.sort_by(|a, b| {
            (a.edge, a.mode, a.owner)
                .cmp(&(b.edge, b.mode, b.owner))
                .then(a.start_ms.total_cmp(&b.start_ms))
                .then(a.start_m.total_cmp(&b.start_m))
                .then(a.ms_per_m.total_cmp(&b.ms_per_m))
        });
    }

    /// The parts of edges reached up to and including the cutoff, by edge and along it.
    ///
    /// Where several fronts meet, each place belongs to the first to arrive; ties to the smaller owner, then to driving. A
    /// part ends where another front takes over, so an edge reached from both ends shows its unreached middle as a gap.
    pub fn parts(&mut self, network: &Network, cutoff_ms: u32) -> Vec<EdgePart> {
        self.order();
        let mut parts = Vec::new();
        for group in self.fronts.chunk_by(|a, b| a.edge == b.edge) {
            let plan_m = network.edge(group[0].edge).plan_m();
            cut_edge(group, plan_m, f64::from(cutoff_ms), &mut self.marks, &mut parts);
        }
        parts
    }
}

impl Search {
    /// Calls `take` with every front of the flood, each once.
    fn each_front(&self, network: &Network, costs: &Costs, mut take: impl FnMut(Front)) {
        let along = |arc: ArcId, label: Label| {
            let plan_m = network.edge(arc.edge()).plan_m();
            let rate = f64::from(costs.arc_ms[arc.index()]) / plan_m;
            let (start_m, ms_per_m) = if arc.is_forward() { (0.0, rate) } else { (plan_m, -rate) };
            Front {
                edge: arc.edge(),
                start_m,
                start_ms: f64::from(label.ms),
                ms_per_m,
                owner: label.owner,
                mode: costs.mode,
            }
        };
        self.each_entry(network, costs, |arc, label| take(along(arc, label)));
        for seed in self.seeds() {
            match *seed {
                Seed::OnEdge { edge, offset_m, start_ms, owner } => {
                    for arc in [edge.forward(), edge.backward()] {
                        if costs.arc_ms[arc.index()] != IMPASSABLE {
                            take(Front { start_m: offset_m, ..along(arc, Label { ms: start_ms, owner }) });
                        }
                    }
                }
                Seed::AtNode { .. } | Seed::Driven { .. } => {}
            }
        }
    }

    /// Calls `take` with every front of a flood in reverse, each once: it runs along an arc against its direction.
    fn each_front_back(&self, network: &Network, costs: &Costs, mut take: impl FnMut(Front)) {
        let mut against = |arc: ArcId, from_m: Option<f64>, label: Label| {
            let ms = costs.arc_ms[arc.index()];
            if ms == IMPASSABLE {
                return;
            }
            let plan_m = network.edge(arc.edge()).plan_m();
            let rate = f64::from(ms) / plan_m;
            let (end_m, ms_per_m) = if arc.is_forward() { (plan_m, -rate) } else { (0.0, rate) };
            take(Front {
                edge: arc.edge(),
                start_m: from_m.unwrap_or(end_m),
                start_ms: f64::from(label.ms),
                ms_per_m,
                owner: label.owner,
                mode: costs.mode,
            });
        };
        for state in self.settled() {
            let Some(label) = self.at_state(state) else { continue };
            match costs.mode {
                Mode::Walk => {
                    for arc in network.arcs_out(NodeId(state)) {
                        against(arc.reversed(), None, label);
                    }
                }
                // A copy of an arc is for those who came a certain way; whoever starts on an arc did not.
                Mode::Drive if (state as usize) < 2 * network.edge_count() => against(ArcId(state), None, label),
                Mode::Drive => {}
            }
        }
        for seed in self.seeds() {
            if let Seed::OnEdge { edge, offset_m, start_ms, owner } = *seed {
                for arc in [edge.forward(), edge.backward()] {
                    against(arc, Some(offset_m), Label { ms: start_ms, owner });
                }
            }
        }
    }

    /// The parts of edges reached by a flood from one seed or several, up to and including the cutoff, in no order.
    ///
    /// Quicker than [`Fronts::parts`], which it equals but for the order: nothing is sorted.
    pub fn parts(&self, network: &Network, costs: &Costs, cutoff_ms: u32, parts: &mut Vec<EdgePart>) {
        parts.clear();
        parts.reserve(self.touched_slots().len());
        let cutoff = f64::from(cutoff_ms);
        match costs.mode {
            Mode::Drive => self.parts_driven(network, costs, cutoff, parts),
            Mode::Walk => self.parts_walked(network, costs, cutoff, parts),
        }
        let mut marks = Vec::new();
        let front = |arc: ArcId, plan_m: f64, label: Label| {
            let rate = f64::from(costs.arc_ms[arc.index()]) / plan_m;
            let (start_m, ms_per_m) = if arc.is_forward() { (0.0, rate) } else { (plan_m, -rate) };
            let start_ms = f64::from(label.ms);
            Front { edge: arc.edge(), start_m, start_ms, ms_per_m, owner: label.owner, mode: costs.mode }
        };
        let mut group: Vec<Front> = Vec::new();
        let mut seeded: Vec<EdgeId> = self
            .seeds()
            .iter()
            .filter_map(|seed| match *seed {
                Seed::OnEdge { edge, .. } => Some(edge),
                Seed::AtNode { .. } | Seed::Driven { .. } => None,
            })
            .collect();
        seeded.sort_unstable();
        seeded.dedup();
        for edge in seeded {
            let plan_m = network.edge(edge).plan_m();
            group.clear();
            for arc in [edge.forward(), edge.backward()] {
                let entered =
                    self.entered(network, costs, arc).map(|label| (if arc.is_forward() { 0.0 } else { plan_m }, label));
                if costs.arc_ms[arc.index()] == IMPASSABLE {
                    continue;
                }
                for (start_m, label) in entered.into_iter().chain(self.seeds_on(edge)) {
                    group.push(Front { start_m, ..front(arc, plan_m, label) });
                }
            }
            group.sort_by(|a, b| a.owner.cmp(&b.owner).then(a.start_ms.total_cmp(&b.start_ms)));
            cut_edge(&group, plan_m, cutoff, &mut marks, parts);
        }
    }

    /// The parts of all edges without a seed that a flood on foot reached.
    fn parts_walked(&self, network: &Network, costs: &Costs, cutoff: f64, parts: &mut Vec<EdgePart>) {
        let graph = network.walk_graph();
        let mut cuts = Cuts::into(parts);
        for node in self.settled() {
            let Some(label) = self.at_state(node) else { continue };
            for step in graph.steps_of(node) {
                let arc = graph.arc(step);
                let ms = costs.arc_ms[arc.index()];
                if ms == IMPASSABLE || self.has_seed_on(arc.edge()) {
                    continue;
                }
                let back_ms = costs.arc_ms[arc.reversed().index()];
                let beyond = self.at_node(network, NodeId(graph.head(step))).filter(|_| back_ms != IMPASSABLE);
                let back = beyond.map(|label| Entered::of(label, back_ms));
                // Of an edge entered at both ends its first direction speaks.
                if back.is_none() || arc.is_forward() {
                    let back = back.unwrap_or(Entered::NEVER);
                    let plan_m = network.edge(arc.edge()).plan_m();
                    cuts.add(Mode::Walk, arc, plan_m, Entered::of(label, ms), back, cutoff);
                }
            }
        }
        cuts.finish();
    }

    /// The parts of all edges without a seed that a flood in a vehicle reached, straight from its labels.
    fn parts_driven(&self, network: &Network, costs: &Costs, cutoff: f64, parts: &mut Vec<EdgePart>) {
        let graph = network.drive_graph();
        let packed = &*graph.packed;
        // Of an edge whose two directions have a label the first speaks. Which of them comes up is a toss, so nothing is
        // decided by it.
        let touched = self.touched_slots();
        let mut speaking = vec![0; touched.len() + 1];
        let mut count = 0;
        for &slot in touched {
            let other = packed.other[slot as usize];
            let is_alone = other == SPECIAL || self.at_slot(other & !FORWARD).0.ms >= NEVER;
            speaking[count] = slot;
            count += usize::from((other & FORWARD != 0) | is_alone);
        }
        let mut special: Vec<EdgeId> = Vec::new();
        let mut cuts = Cuts::into(parts);
        for &slot in &speaking[..count] {
            let state = packed.state_of_slot[slot as usize];
            let other = packed.other[slot as usize];
            if other == SPECIAL {
                special.push(ArcId(graph.arc_of_state[state as usize]).edge());
                continue;
            }
            // What is not a copy has the number of its arc.
            let arc = ArcId(state);
            let back_slot = other & !FORWARD;
            let (own, is_seed) = self.at_slot(slot);
            let (back, is_seed_back) = self.at_slot(back_slot);
            if is_seed | is_seed_back || self.has_seed_on(arc.edge()) {
                special.push(arc.edge());
                continue;
            }
            // When an arc was entered: its own label tells.
            let own = Entered::before(own, costs.slot_ms[slot as usize]);
            let back = Entered::before(back, costs.slot_ms[back_slot as usize]);
            cuts.add(Mode::Drive, arc, packed.plan_m[slot as usize], own, back, cutoff);
        }
        special.sort_unstable();
        special.dedup();
        for edge in special.into_iter().filter(|&edge| !self.has_seed_on(edge)) {
            let entered = |arc: ArcId| {
                let label = self.entered(network, costs, arc);
                label.map_or(Entered::NEVER, |label| Entered::of(label, costs.arc_ms[arc.index()]))
            };
            let (there, back) = (entered(edge.forward()), entered(edge.backward()));
            cuts.add(Mode::Drive, edge.forward(), network.edge(edge).plan_m(), there, back, cutoff);
        }
        cuts.finish();
    }
}

/// One direction of an edge that was entered at its beginning: when, what it takes from end to end, and in whose name.
#[derive(Clone, Copy)]
struct Entered {
    ms: f64,
    whole_ms: f64,
    owner: u32,
}

impl Entered {
    /// Later than any cutoff.
    const NEVER: Self = Self { ms: 1e12, whole_ms: 1.0, owner: 0 };

    fn of(label: Label, arc_ms: u32) -> Self {
        Self { ms: f64::from(label.ms), whole_ms: f64::from(arc_ms), owner: label.owner }
    }

    /// By when its end was reached; of one that has no label, later than any cutoff.
    #[inline]
    fn before(label: Label, arc_ms: u32) -> Self {
        let whole_ms = arc_ms.min(DEAREST);
        Self { ms: f64::from(label.ms - whole_ms), whole_ms: f64::from(whole_ms), owner: label.owner }
    }

    /// This one, or another where a condition does not hold.
    #[inline]
    fn or(self, other: Self, is_this: bool) -> Self {
        Self {
            ms: select_unpredictable(is_this, self.ms, other.ms),
            whole_ms: select_unpredictable(is_this, self.whole_ms, other.whole_ms),
            owner: select_unpredictable(is_this, self.owner, other.owner),
        }
    }

    /// How far it gets by a time, metres, and when it is there.
    #[inline]
    fn until(self, plan_m: f64, cutoff: f64) -> (f64, f64) {
        let end = self.ms + self.whole_ms;
        let is_whole = end <= cutoff;
        let part_m = (cutoff - self.ms) * plan_m / self.whole_ms;
        (select_unpredictable(is_whole, plan_m, part_m), select_unpredictable(is_whole, end, cutoff))
    }
}

/// Collects parts of edges by when their two directions were entered.
///
/// Whether an edge is reached whole, from both ends, or at all is a toss, so both of its parts are written in any case and
/// only counted where there are any.
struct Cuts<'a> {
    parts: &'a mut Vec<EdgePart>,
    block: [EdgePart; Cuts::BLOCK],
    count: usize,
}

impl<'a> Cuts<'a> {
    /// Parts written before they are moved on together.
    const BLOCK: usize = 64;

    fn into(parts: &'a mut Vec<EdgePart>) -> Self {
        let none =
            EdgePart { edge: EdgeId(0), from_m: 0.0, to_m: 0.0, from_ms: 0.0, to_ms: 0.0, owner: 0, mode: Mode::Drive };
        Self { parts, block: [none; Self::BLOCK], count: 0 }
    }

    /// The parts of an edge of which `arc` is one direction and `back` tells of the other.
    ///
    /// Each direction goes on until the cutoff, or until it meets the other.
    #[inline]
    fn add(&mut self, mode: Mode, arc: ArcId, plan_m: f64, own: Entered, back: Entered, cutoff: f64) {
        if self.count + 2 > Self::BLOCK {
            self.move_on();
        }
        let edge = arc.edge();
        let is_forward = arc.is_forward();
        let there = own.or(back, is_forward);
        let back = back.or(own, is_forward);
        // Where they meet, if nothing stops them: behind the one's beginning where the other has already been.
        let both_ms = there.whole_ms + back.whole_ms;
        let ahead_ms = (back.ms - there.ms + back.whole_ms).clamp(0.0, both_ms);
        let ahead = ahead_ms / both_ms;
        let meet_m = select_unpredictable(ahead_ms < both_ms, ahead * plan_m, plan_m);
        let meet_ms = there.ms + there.whole_ms * ahead;
        let (there_m, there_ms) = there.until(plan_m, cutoff);
        let is_met = meet_m < there_m;
        let to_m = select_unpredictable(is_met, meet_m, there_m);
        let to_ms = select_unpredictable(is_met, meet_ms, there_ms);
        self.block[self.count] =
            EdgePart { edge, from_m: 0.0, to_m, from_ms: there.ms, to_ms, owner: there.owner, mode };
        self.count += usize::from((there_m > 0.0) & (meet_m > 0.0));
        let (back_m, back_ms) = back.until(plan_m, cutoff);
        let is_met = meet_m > plan_m - back_m;
        let from_m = select_unpredictable(is_met, meet_m, plan_m - back_m);
        let from_ms = select_unpredictable(is_met, meet_ms, back_ms);
        self.block[self.count] =
            EdgePart { edge, from_m, to_m: plan_m, from_ms, to_ms: back.ms, owner: back.owner, mode };
        self.count += usize::from((back_m > 0.0) & (meet_m < plan_m));
    }

    fn move_on(&mut self) {
        self.parts.extend_from_slice(&self.block[..self.count]);
        self.count = 0;
    }

    fn finish(mut self) {
        self.move_on();
    }
}

impl EdgePart {
    /// The part of an edge between two distances, as one front passes it.
    fn of(front: &Front, from_m: f64, to_m: f64) -> Self {
        let at = |m: f64| front.start_ms + (m - front.start_m) * front.ms_per_m;
        Self {
            edge: front.edge,
            from_m,
            to_m,
            from_ms: at(from_m),
            to_ms: at(to_m),
            owner: front.owner,
            mode: front.mode,
        }
    }
}

/// Where two fronts on one edge are at the same time, if they were on their way there.
fn meeting(a: &Front, b: &Front) -> f64 {
    (b.start_ms - a.start_ms + a.start_m * a.ms_per_m - b.start_m * b.ms_per_m) / (a.ms_per_m - b.ms_per_m)
}

/// The lower envelope of the fronts of one edge, cut at the cutoff.
fn cut_edge(group: &[Front], plan_m: f64, cutoff_ms: f64, marks: &mut Vec<f64>, parts: &mut Vec<EdgePart>) {
    if let [only] = group {
        if let Some((from_m, to_m)) = only.interval(plan_m, cutoff_ms)
            && to_m > from_m
        {
            parts.push(EdgePart::of(only, from_m, to_m));
        }
        return;
    }
    marks.clear();
    for (i, a) in group.iter().enumerate() {
        let Some((from_m, to_m)) = a.interval(plan_m, cutoff_ms) else { continue };
        marks.extend([from_m, to_m]);
        for b in &group[i + 1..] {
            if a.ms_per_m != b.ms_per_m {
                let meet = meeting(a, b);
                if meet > 0.0 && meet < plan_m {
                    marks.push(meet);
                }
            }
        }
    }
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    let mut open: Option<(usize, f64, f64)> = None;
    for pair in marks.windows(2) {
        let middle = (pair[0] + pair[1]) / 2.0;
        let mut best: Option<(f64, usize)> = None;
        for (i, front) in group.iter().enumerate() {
            if let Some(ms) = front.at(middle)
                && ms <= cutoff_ms
                && best.is_none_or(|(least, _)| ms < least)
            {
                best = Some((ms, i));
            }
        }
        match (best, open) {
            (Some((_, i)), Some((j, from_m, to_m))) if i == j && to_m == pair[0] => open = Some((i, from_m, pair[1])),
            (best, before) => {
                if let Some((j, from_m, to_m)) = before {
                    parts.push(EdgePart::of(&group[j], from_m, to_m));
                }
                open = best.map(|(_, i)| (i, pair[0], pair[1]));
            }
        }
    }
    if let Some((j, from_m, to_m)) = open {
        parts.push(EdgePart::of(&group[j], from_m, to_m));
    }
}
