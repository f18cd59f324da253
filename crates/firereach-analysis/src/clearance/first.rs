//! What hangs on what: single lanes on which sites depend, and what to clear first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use firereach_model::findings::lanes::{FirstStep, Freed, SiteAccess};
use firereach_model::layers::Layers;
use firereach_model::vehicle::{Mobility, Vehicle};

use super::access::{Around, Entries, MOST_VEHICLES, Reached, bit};
use crate::network::{Entry, Network, NodeId};

/// How many steps of the best sequence are worked out.
const STEPS: usize = 20;

/// For each site, the edges without which none of its places is reached from the roots: bridges of the graph of lanes.
///
/// One walk over the graph with low points from all roots at once. O(n + m + sites).
pub(crate) fn hanging(
    network: &Network,
    is_lane: &[bool],
    roots: &[usize],
    around: &[Around],
    reach_m: f64,
) -> Vec<Vec<usize>> {
    let n = network.node_count();
    let mut order = vec![u32::MAX; n];
    let mut low = vec![u32::MAX; n];
    // The bridge by which a node hangs on what lies nearer to the roots, and the nearest node above it that has one.
    let mut parent: Vec<Option<(usize, NodeId)>> = vec![None; n];
    let mut is_bridge = vec![false; network.edge_count()];
    for &root in roots {
        for node in [network.edges()[root].from, network.edges()[root].to] {
            // All roots are one: what leads back to any of them is no bridge.
            (order[node.index()], low[node.index()]) = (0, 0);
        }
    }
    let root_nodes: BTreeSet<NodeId> =
        roots.iter().flat_map(|&root| [network.edges()[root].from, network.edges()[root].to]).collect();
    let mut clock = 1;
    for &root in &root_nodes {
        let mut stack: Vec<(NodeId, Option<usize>, usize)> = vec![(root, None, 0)];
        while let Some((node, via, next)) = stack.last().copied() {
            let arc = network.arcs_out(node).nth(next);
            let Some(arc) = arc else {
                stack.pop();
                if let (Some(edge), Some(&(above, ..))) = (via, stack.last()) {
                    let mine = low[node.index()];
                    low[above.index()] = low[above.index()].min(mine);
                    is_bridge[edge] = mine > order[above.index()];
                }
                continue;
            };
            if let Some(top) = stack.last_mut() {
                top.2 += 1;
            }
            let edge = arc.edge().index();
            if !is_lane[edge] || via == Some(edge) {
                continue;
            }
            let head = network.head(arc);
            if order[head.index()] == u32::MAX {
                order[head.index()] = clock;
                low[head.index()] = clock;
                clock += 1;
                parent[head.index()] = Some((edge, node));
                stack.push((head, Some(edge), 0));
            } else {
                low[node.index()] = low[node.index()].min(order[head.index()]);
            }
        }
    }
    let above = |mut node: NodeId| {
        let mut bridges = BTreeSet::new();
        while let Some((edge, up)) = parent[node.index()] {
            if is_bridge[edge] {
                bridges.insert(edge);
            }
            node = up;
        }
        bridges
    };
    around
        .iter()
        .map(|site| {
            let mut common: Option<BTreeSet<usize>> = None;
            let mut meet = |bridges: BTreeSet<usize>| {
                common = Some(match common.take() {
                    Some(known) => known.intersection(&bridges).copied().collect(),
                    None => bridges,
                });
            };
            for &(node, _) in site.nodes.iter().take_while(|(_, metres)| *metres <= reach_m) {
                if order[node.index()] != u32::MAX {
                    meet(above(node));
                }
            }
            for snap in site.snaps.iter().filter(|snap| is_lane[snap.edge.index()] && snap.distance_m <= reach_m) {
                let edge = network.edge(snap.edge);
                if order[edge.from.index()] != u32::MAX {
                    // Both ends hang on the same bridges, or the edge is one itself and hangs with its farther end.
                    let (a, b) = (above(edge.from), above(edge.to));
                    meet(if a.len() >= b.len() { a } else { b });
                }
            }
            common.unwrap_or_default().into_iter().collect()
        })
        .collect()
}

/// What the clearings of a city are worked out from.
pub(crate) struct Clearing<'a> {
    pub(crate) network: &'a Network,
    pub(crate) layers: &'a Layers,
    pub(crate) vehicles: &'a [Vehicle],
    pub(crate) before: &'a Entries,
    /// Entries once everything removable is gone.
    pub(crate) after: &'a Entries,
    pub(crate) reached: &'a Reached,
    pub(crate) around: &'a [Around],
    pub(crate) reach_m: f64,
    /// How near each vehicle that drives comes to each site as things stand, stops before pinches included.
    pub(crate) stands: &'a [SiteAccess],
    /// Sites and vehicles that are near already, or freed by earlier steps, by identifier and code.
    pub(crate) freed: &'a BTreeSet<(String, String)>,
}

/// The edges cleared in one step, and what it frees.
type Step = (Vec<usize>, FirstStep);

/// Sites a vehicle may come near to, by site and vehicle.
type Pairs = BTreeSet<(usize, usize)>;

impl Clearing<'_> {
    /// Edges that are blocked for a vehicle and would not be if what is removable were gone.
    pub(crate) fn freeable(&self) -> BTreeSet<usize> {
        let blocked = |v: usize, e: usize| {
            matches!(self.before.get(v, e), Entry::Impassable(_))
                && !matches!(self.after.get(v, e), Entry::Impassable(_))
        };
        (0..self.network.edge_count()).filter(|&e| self.movers().any(|v| blocked(v, e))).collect()
    }

    fn movers(&self) -> impl Iterator<Item = usize> + '_ {
        let moves = |(_, vehicle): &(usize, &Vehicle)| vehicle.mobility != Mobility::Carried;
        self.vehicles.iter().enumerate().take(MOST_VEHICLES).filter(moves).map(|(v, _)| v)
    }

    fn passes(&self, v: usize, e: usize, cleared: &BTreeSet<usize>) -> bool {
        let entries = if cleared.contains(&e) { self.after } else { self.before };
        !matches!(entries.get(v, e), Entry::Impassable(_))
    }

    /// The sites that lie at a node, within reach on foot, by node.
    fn sites_by_node(&self) -> BTreeMap<u32, Vec<usize>> {
        let mut by_node: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (site, around) in self.around.iter().enumerate() {
            for &(node, _) in around.nodes.iter().take_while(|(_, metres)| *metres <= self.reach_m) {
                by_node.entry(node.0).or_default().push(site);
            }
        }
        by_node
    }

    fn sites_by_edge(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut by_edge: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (site, around) in self.around.iter().enumerate() {
            for snap in around.snaps.iter().filter(|snap| snap.distance_m <= self.reach_m) {
                by_edge.entry(snap.edge.index()).or_default().push(site);
            }
        }
        by_edge
    }

    /// What clearing each edge alone frees.
    pub(crate) fn alone(&self) -> BTreeMap<usize, Freed> {
        let start = self.start();
        let freed = |e: usize| {
            let Start { movers, state, near, index } = &start;
            self.gain(&[e], &BTreeSet::new(), movers, state, near, index).freed(self)
        };
        self.freeable().into_iter().map(|e| (e, freed(e))).collect()
    }

    /// How things stand before anything is cleared.
    fn start(&self) -> Start {
        let index = Index { nodes: self.sites_by_node(), edges: self.sites_by_edge() };
        let mut state: Vec<Vec<bool>> = Vec::new();
        let movers: Vec<usize> = self.movers().collect();
        for &v in &movers {
            state.push(self.reached.nodes.iter().map(|bits| bits & bit(v, false) != 0).collect());
        }
        let none = BTreeSet::new();
        let mut near: Pairs = Pairs::new();
        for (k, &v) in movers.iter().enumerate() {
            for (site, _) in self.around.iter().enumerate() {
                let code = &self.vehicles[v].code;
                let stop = self.stands[site].vehicles.iter().find(|a| a.vehicle == *code).and_then(|a| a.possible);
                let is_near = stop.is_some_and(|(_, on_foot)| on_foot <= self.reach_m);
                let is_freed = || self.freed.contains(&(self.layers.sites[site].id.clone(), code.clone()));
                if is_near || is_freed() || self.is_near(v, site, &state[k], &none) {
                    near.insert((site, v));
                }
            }
        }
        Start { movers, state, near, index }
    }

    /// The best sequence of clearings: each frees most vehicles at sites of what is left for every edge cleared, and of those
    /// that free as many the one that frees most people.
    pub(crate) fn sequence(&self) -> Vec<Step> {
        let freeable = self.freeable();
        let Start { movers, mut state, mut near, index } = self.start();
        let mut steps = Vec::new();
        let mut cleared = BTreeSet::new();
        while steps.len() < STEPS {
            let left: Vec<usize> = freeable.iter().copied().filter(|e| !cleared.contains(e)).collect();
            let singles = left.iter().map(|&e| vec![e]);
            let best = |bundles: &mut dyn Iterator<Item = Vec<usize>>| {
                bundles
                    .map(|bundle| (self.gain(&bundle, &cleared, &movers, &state, &near, &index), bundle))
                    .filter(|(gain, _)| !gain.pairs.is_empty())
                    .max_by(|(a, x), (b, y)| {
                        let people = || {
                            let each = |gain: &Gain, bundle: &[usize]| gain.people(self) / bundle.len() as f64;
                            each(a, x).total_cmp(&each(b, y))
                        };
                        let vehicles = (a.pairs.len() * y.len()).cmp(&(b.pairs.len() * x.len()));
                        vehicles.then_with(people).then_with(|| y.cmp(x))
                    })
            };
            let found = best(&mut singles.into_iter())
                .or_else(|| best(&mut self.bundles(&movers, &state, &cleared, &freeable, &near, &index).into_iter()));
            let Some((gain, bundle)) = found else { break };
            cleared.extend(bundle.iter().copied());
            let frees = gain.freed(self);
            near.extend(gain.pairs.iter().copied());
            for (k, nodes) in gain.nodes {
                for node in nodes {
                    state[k][node as usize] = true;
                }
            }
            steps.push((bundle, FirstStep { pinches: Vec::new(), frees, is_widening: false }));
        }
        steps
    }

    fn is_near(&self, v: usize, site: usize, reached: &[bool], cleared: &BTreeSet<usize>) -> bool {
        let around = &self.around[site];
        around.nodes.iter().take_while(|(_, m)| *m <= self.reach_m).any(|(node, _)| reached[node.index()])
            || around.snaps.iter().filter(|snap| snap.distance_m <= self.reach_m).any(|snap| {
                let edge = self.network.edge(snap.edge);
                self.passes(v, snap.edge.index(), cleared) && (reached[edge.from.index()] || reached[edge.to.index()])
            })
    }

    /// What clearing a bundle of edges adds to what is cleared.
    fn gain(
        &self,
        bundle: &[usize],
        cleared: &BTreeSet<usize>,
        movers: &[usize],
        state: &[Vec<bool>],
        near: &Pairs,
        index: &Index,
    ) -> Gain {
        let mut with: BTreeSet<usize> = cleared.clone();
        with.extend(bundle.iter().copied());
        let mut gain = Gain::default();
        for (k, &v) in movers.iter().enumerate() {
            let reached = &state[k];
            let mut new: BTreeSet<u32> = BTreeSet::new();
            let mut stack: Vec<NodeId> = Vec::new();
            for &e in bundle.iter().filter(|&&e| self.passes(v, e, &with)) {
                let edge = &self.network.edges()[e];
                let (a, b) = (reached[edge.from.index()], reached[edge.to.index()]);
                if a || b {
                    stack.extend(
                        [(edge.from, a), (edge.to, b)].iter().filter(|(_, known)| !known).map(|(node, _)| *node),
                    );
                    for &site in index.edges.get(&e).into_iter().flatten() {
                        if !near.contains(&(site, v)) {
                            gain.pairs.insert((site, v));
                        }
                    }
                }
            }
            while let Some(node) = stack.pop() {
                if reached[node.index()] || !new.insert(node.0) {
                    continue;
                }
                for arc in self.network.arcs_out(node) {
                    let e = arc.edge().index();
                    if self.passes(v, e, &with) {
                        stack.push(self.network.head(arc));
                        gain.edges.insert(e);
                        for &site in index.edges.get(&e).into_iter().flatten() {
                            if !near.contains(&(site, v)) {
                                gain.pairs.insert((site, v));
                            }
                        }
                    }
                }
            }
            for node in &new {
                for &site in index.nodes.get(node).into_iter().flatten() {
                    if !near.contains(&(site, v)) {
                        gain.pairs.insert((site, v));
                    }
                }
            }
            if !new.is_empty() {
                gain.nodes.push((k, new));
            }
        }
        gain
    }

    /// For vehicles and sites that no single clearing joins: the fewest clearings on one way to them.
    fn bundles(
        &self,
        movers: &[usize],
        state: &[Vec<bool>],
        cleared: &BTreeSet<usize>,
        freeable: &BTreeSet<usize>,
        near: &Pairs,
        index: &Index,
    ) -> BTreeSet<Vec<usize>> {
        let mut bundles = BTreeSet::new();
        for (k, &v) in movers.iter().enumerate() {
            let mut count: BTreeMap<u32, u32> = BTreeMap::new();
            let mut via: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
            let mut queue: VecDeque<(u32, u32)> = VecDeque::new();
            for &e in freeable.iter().filter(|e| !cleared.contains(e)) {
                let edge = &self.network.edges()[e];
                for node in [edge.from, edge.to].into_iter().filter(|node| state[k][node.index()]) {
                    count.insert(node.0, 0);
                    queue.push_back((node.0, 0));
                }
            }
            while let Some((node, so_far)) = queue.pop_front() {
                if count.get(&node).is_some_and(|&known| known < so_far) {
                    continue;
                }
                for arc in self.network.arcs_out(NodeId(node)) {
                    let e = arc.edge().index();
                    let needs = !self.passes(v, e, cleared);
                    if needs && matches!(self.after.get(v, e), Entry::Impassable(_)) {
                        continue;
                    }
                    let head = self.network.head(arc);
                    let cost = so_far + u32::from(needs);
                    if !state[k][head.index()] && count.get(&head.0).is_none_or(|&known| cost < known) {
                        count.insert(head.0, cost);
                        via.insert(head.0, (e, node));
                        if needs { queue.push_back((head.0, cost)) } else { queue.push_front((head.0, cost)) }
                    }
                }
            }
            for (&node, _) in via
                .iter()
                .filter(|(node, _)| index.nodes.get(node).into_iter().flatten().any(|&site| !near.contains(&(site, v))))
            {
                let mut bundle = BTreeSet::new();
                let mut at = node;
                while let Some(&(e, before)) = via.get(&at) {
                    if !self.passes(v, e, cleared) {
                        bundle.insert(e);
                    }
                    at = before;
                }
                if bundle.len() > 1 {
                    bundles.insert(bundle.into_iter().collect());
                }
            }
        }
        bundles
    }
}

/// Who moves, which nodes each may reach, and what they come near to.
struct Start {
    movers: Vec<usize>,
    state: Vec<Vec<bool>>,
    near: Pairs,
    index: Index,
}

struct Index {
    nodes: BTreeMap<u32, Vec<usize>>,
    edges: BTreeMap<usize, Vec<usize>>,
}

#[derive(Default)]
struct Gain {
    pairs: Pairs,
    edges: BTreeSet<usize>,
    /// Nodes newly reached, by position in the list of vehicles.
    nodes: Vec<(usize, BTreeSet<u32>)>,
}

impl Gain {
    /// People at the sites it frees, each site once, where stated.
    fn people(&self, clearing: &Clearing<'_>) -> f64 {
        let sites: BTreeSet<usize> = self.pairs.iter().map(|&(site, _)| site).collect();
        sites.iter().filter_map(|&site| clearing.layers.sites[site].people).fold(0.0, |sum, p| sum + p)
    }

    fn freed(&self, clearing: &Clearing<'_>) -> Freed {
        Freed {
            sites: self
                .pairs
                .iter()
                .map(|&(site, v)| (clearing.layers.sites[site].id.clone(), clearing.vehicles[v].code.clone()))
                .collect(),
            people: self.people(clearing),
            lane_m: self.edges.iter().map(|&e| clearing.network.edges()[e].length_m).fold(0.0, |sum, m| sum + m),
        }
    }
}
