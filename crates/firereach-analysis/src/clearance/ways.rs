//! The best way from the main roads to every place, by one quality of the lanes: how wide, how high, of which class.
//!
//! A way is as good as its worst lane. What is not known makes two answers of one question: how good the best way may be,
//! and how good it certainly is. Both are taken over all ways, not over the one way that is drawn, so that a lane that
//! becomes better never makes an answer worse.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use firereach_model::bounds::{Bounds, Method};
use firereach_model::layers::Layers;
use firereach_model::parameters::LaneParameters;
use firereach_model::rules::Rulebook;
use firereach_model::units::Metres;
use rayon::prelude::*;

use super::access::{Around, millimetres};
use super::judge::class_of;
use crate::network::{ArcId, EdgeId, Network, NodeId, Passage};

/// How a bound was obtained, from the weakest to the firmest: as a quality of an edge, its place counted from one.
const FIRMNESS: [Method; 10] = [
    Method::Unmeasured,
    Method::Assumed,
    Method::Computed,
    Method::FromClass,
    Method::FromLanes,
    Method::Terrain,
    Method::BetweenObstacles,
    Method::Polygon,
    Method::Tagged,
    Method::Surveyed,
];

/// As good as any: nobody knows an upper bound.
const ANY: u32 = u32::MAX;

/// Where a way to a site ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// Its last node.
    pub(crate) node: NodeId,
    /// The edge beside the site that is entered from there; `None` where the node itself is near.
    pub(crate) last: Option<EdgeId>,
    /// From there to the site on foot.
    pub(crate) on_foot_mm: u64,
}

/// For every node the way from the main roads whose worst lane is best; of equally good ones the shortest.
pub(crate) struct BestWays {
    /// How good each edge is; zero where it is no part of any way.
    edges: Vec<u32>,
    /// How good the worst edge on the way to each node is; zero where none leads.
    nodes: Vec<u32>,
    length_mm: Vec<u64>,
    via: Vec<Option<ArcId>>,
    /// The best main road at each node of one.
    main: Vec<Option<EdgeId>>,
}

impl BestWays {
    fn of(network: &Network, edges: Vec<u32>, roots: &[usize]) -> Self {
        let n = network.node_count();
        let mut ways =
            Self { edges, nodes: vec![0; n], length_mm: vec![u64::MAX; n], via: vec![None; n], main: vec![None; n] };
        let mut heap = BinaryHeap::new();
        for &root in roots {
            let edge = &network.edges()[root];
            let id = EdgeId(u32::try_from(root).expect("edges are counted by a u32"));
            for node in [edge.from, edge.to] {
                let known = &mut ways.main[node.index()];
                if known.is_none_or(|known| ways.edges[root] > ways.edges[known.index()]) {
                    *known = Some(id);
                }
                // A way begins where it leaves the main road, whatever is known of that.
                (ways.nodes[node.index()], ways.length_mm[node.index()]) = (ANY, 0);
                heap.push((ANY, Reverse(0u64), Reverse(node.0)));
            }
        }
        let mut is_done = vec![false; n];
        while let Some((good, Reverse(length), Reverse(node))) = heap.pop() {
            if std::mem::replace(&mut is_done[node as usize], true) {
                continue;
            }
            for arc in network.arcs_out(NodeId(node)) {
                let through = good.min(ways.edges[arc.edge().index()]);
                let head = network.head(arc).index();
                if through == 0 || is_done[head] {
                    continue;
                }
                let length = length + millimetres(network.edge(arc.edge()).length_m);
                let is_better =
                    through > ways.nodes[head] || (through == ways.nodes[head] && length < ways.length_mm[head]);
                if is_better {
                    (ways.nodes[head], ways.length_mm[head], ways.via[head]) = (through, length, Some(arc));
                    heap.push((through, Reverse(length), Reverse(network.head(arc).0)));
                }
            }
        }
        ways
    }

    pub(crate) fn leads_to(&self, node: NodeId) -> bool {
        self.nodes[node.index()] > 0
    }

    /// How good the way to an end is; zero where none leads there. A way that stays on a main road is as good as that.
    pub(crate) fn quality(&self, end: &End) -> u32 {
        let node = self.nodes[end.node.index()];
        let stays = self.main[end.node.index()].filter(|_| end.last.is_none());
        node.min(end.last.or(stays).map_or(ANY, |edge| self.edges[edge.index()]))
    }

    /// The best of some ends: of equally good ones the nearest to the site, then the one of the smaller node.
    pub(crate) fn best(&self, ends: &[End]) -> Option<End> {
        let led = ends.iter().filter(|end| self.quality(end) > 0);
        led.max_by_key(|end| (self.quality(end), Reverse(end.on_foot_mm), Reverse(end.node), Reverse(end.last)))
            .copied()
    }

    /// The arcs from a main road to a node, in order.
    pub(crate) fn arcs_to(&self, network: &Network, node: NodeId) -> Vec<ArcId> {
        let mut arcs = Vec::new();
        let mut at = node;
        while let Some(arc) = self.via[at.index()] {
            arcs.push(arc);
            at = network.tail(arc);
        }
        arcs.reverse();
        arcs
    }

    /// The edges of the way to an end, the one it stops on last; of one that stays on a main road, that.
    pub(crate) fn edges_to(&self, network: &Network, end: &End) -> Vec<usize> {
        let mut edges: Vec<usize> = self.arcs_to(network, end.node).iter().map(|arc| arc.edge().index()).collect();
        let stays = self.main[end.node.index()].filter(|_| edges.is_empty());
        edges.extend(end.last.or(stays).map(EdgeId::index).filter(|last| !edges.contains(last)));
        edges
    }
}

/// One question asked of what may be, and of what certainly is.
pub(crate) struct Asked {
    pub(crate) may: BestWays,
    pub(crate) is: BestWays,
}

/// All ways that access is judged from.
pub(crate) struct Ways {
    /// How wide the widest way is.
    pub(crate) width: Asked,
    /// How high the highest way is.
    pub(crate) height: Asked,
    /// How high the highest of the ways is that are wide enough.
    pub(crate) height_where_wide: Asked,
    /// How wide the widest of the ways is that are wide and high enough.
    pub(crate) fitting: Asked,
    /// How many classes the best way is above none.
    pub(crate) class: Asked,
    /// What the firmest way rests on that is certainly wide enough.
    pub(crate) width_by: BestWays,
    /// What the height of the firmest way rests on that is certainly high enough.
    pub(crate) height_by: BestWays,
    /// The same of the ways that are certainly wide enough as well.
    pub(crate) height_by_where_wide: BestWays,
    /// What the firmest way rests on that is certainly wide and high enough.
    pub(crate) fitting_by: BestWays,
    /// Clear width and height that the rulebook asks for, metres.
    pub(crate) limits_m: (Option<f64>, Option<f64>),
}

impl Ways {
    /// Fourteen searches of the network, on all threads.
    pub(crate) fn of(
        network: &Network,
        layers: &Layers,
        passages: &[Passage],
        is_lane: &[bool],
        roots: &[usize],
        rulebook: &Rulebook,
    ) -> Self {
        let limits_m = (rulebook.limit("lane_clear_width"), rulebook.limit("lane_clear_height"));
        let lanes = &rulebook.parameters.lanes;
        let may_be = |of: &Bounds<Metres>, limit: Option<f64>| {
            limit.is_none_or(|limit| of.high.is_none_or(|high| high.get() >= limit))
        };
        let is = |of: &Bounds<Metres>, limit: Option<f64>| {
            limit.is_none_or(|limit| of.low.is_some_and(|low| low.get() >= limit))
        };
        let questions: [&(dyn Fn(usize) -> u32 + Sync); 14] = [
            &|e| at_most(&passages[e].width.bounds),
            &|e| at_least(&passages[e].width.bounds),
            &|e| at_most(&passages[e].height.bounds),
            &|e| at_least(&passages[e].height.bounds),
            &|e| {
                let passage = &passages[e];
                if may_be(&passage.width.bounds, limits_m.0) { at_most(&passage.height.bounds) } else { 0 }
            },
            &|e| {
                let passage = &passages[e];
                if is(&passage.width.bounds, limits_m.0) { at_least(&passage.height.bounds) } else { 0 }
            },
            &|e| {
                let (width, height) = (&passages[e].width.bounds, &passages[e].height.bounds);
                if may_be(width, limits_m.0) && may_be(height, limits_m.1) { at_most(width) } else { 0 }
            },
            &|e| {
                let (width, height) = (&passages[e].width.bounds, &passages[e].height.bounds);
                if is(width, limits_m.0) && is(height, limits_m.1) { at_least(width) } else { 0 }
            },
            &|e| above_none(network, layers, passages, lanes, e).1,
            &|e| above_none(network, layers, passages, lanes, e).0,
            &|e| {
                let width = &passages[e].width;
                if is(&width.bounds, limits_m.0) { firmness(width.low_by) } else { 0 }
            },
            &|e| {
                let height = &passages[e].height;
                if is(&height.bounds, limits_m.1) { firmness(height.low_by) } else { 0 }
            },
            &|e| {
                let Passage { width, height, .. } = &passages[e];
                let fits = is(&width.bounds, limits_m.0) && is(&height.bounds, limits_m.1);
                if fits { firmness(height.low_by) } else { 0 }
            },
            &|e| {
                let Passage { width, height, .. } = &passages[e];
                let fits = is(&width.bounds, limits_m.0) && is(&height.bounds, limits_m.1);
                if fits { firmness(width.low_by).min(firmness(height.low_by)) } else { 0 }
            },
        ];
        let ask = |quality: &&(dyn Fn(usize) -> u32 + Sync)| {
            let edges = (0..network.edge_count()).map(|e| if is_lane[e] { quality(e) } else { 0 }).collect();
            BestWays::of(network, edges, roots)
        };
        let mut answers = questions.par_iter().map(ask).collect::<Vec<_>>().into_iter();
        let mut one = || answers.next().expect("every question has its answer");
        let mut both = || Asked { may: one(), is: one() };
        let (width, height, height_where_wide) = (both(), both(), both());
        let (fitting, class) = (both(), both());
        let (width_by, height_by, height_by_where_wide, fitting_by) = (one(), one(), one(), one());
        Self {
            width,
            height,
            height_where_wide,
            fitting,
            class,
            width_by,
            height_by,
            height_by_where_wide,
            fitting_by,
            limits_m,
        }
    }

    /// The places within `reach_m` on foot of a site where ways may end; without any, the nearest place that ways lead to.
    pub(crate) fn ends(&self, network: &Network, around: &Around, is_lane: &[bool], reach_m: f64) -> Vec<End> {
        let mut ends = Vec::new();
        for snap in around.snaps.iter().filter(|snap| is_lane[snap.edge.index()] && snap.distance_m <= reach_m) {
            let edge = network.edge(snap.edge);
            let on_foot_mm = millimetres(snap.distance_m);
            let of = |node: NodeId| End { node, last: Some(snap.edge), on_foot_mm };
            ends.extend([edge.from, edge.to].into_iter().filter(|&node| self.width.may.leads_to(node)).map(of));
        }
        let led = || around.nodes.iter().filter(|(node, _)| self.width.may.leads_to(*node));
        let at_node = |&(node, metres): &(NodeId, f64)| End { node, last: None, on_foot_mm: millimetres(metres) };
        ends.extend(led().take_while(|(_, metres)| *metres <= reach_m).map(at_node));
        if ends.is_empty() {
            ends.extend(led().next().map(at_node));
        }
        ends
    }
}

/// How firm a method is, as a quality.
fn firmness(method: Method) -> u32 {
    let place = FIRMNESS.iter().position(|known| *known == method).unwrap_or(0);
    u32::try_from(place + 1).unwrap_or(1)
}

impl BestWays {
    /// The method of which the quality of the best way speaks; unmeasured where no way leads to any of the ends.
    pub(crate) fn method(&self, ends: &[End]) -> Method {
        let quality = self.best(ends).map_or(0, |end| self.quality(&end));
        let place = usize::try_from(quality).unwrap_or(0).checked_sub(1);
        place.and_then(|place| FIRMNESS.get(place)).copied().unwrap_or(Method::Unmeasured)
    }
}

/// An upper bound as a quality, tenths of a millimetre: where nobody knows one, as good as any. Never nothing, so that every
/// lane is part of some way.
fn at_most(of: &Bounds<Metres>) -> u32 {
    of.high.map_or(ANY, |m| tenths(m).max(1))
}

/// A lower bound as a quality, tenths of a millimetre: where nobody knows one, nothing.
fn at_least(of: &Bounds<Metres>) -> u32 {
    of.low.map_or(0, tenths)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths within a city, clamped")]
fn tenths(m: Metres) -> u32 {
    (m.get() * 1e4).round().clamp(0.0, f64::from(ANY - 1)) as u32
}

/// How many steps the class of an edge is above nothing, the last class being one: for certain, and at most.
fn above_none(
    network: &Network,
    layers: &Layers,
    passages: &[Passage],
    lanes: &LaneParameters,
    edge: usize,
) -> (u32, u32) {
    let road = network.edges()[edge].road as usize;
    let (low, high) = class_of(&passages[edge], layers.roads[road].class, lanes);
    let above = |class: usize| u32::try_from(lanes.classes.len().saturating_sub(class).max(1)).unwrap_or(ANY);
    (above(low), above(high))
}
