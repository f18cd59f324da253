//! Which stretches of lane keep an engine from which source, and what of them would have to be widened.

use std::collections::{BTreeMap, BTreeSet};

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::Service;
use firereach_model::findings::LaneFindings;
use firereach_model::findings::lanes::PinchPoint;
use firereach_model::findings::water::WidenedLane;
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::Vehicle;

use super::lane::OnlyLanes;
use super::supply::Supply;
use crate::change::Conditions;
use crate::clearance::field::{What, name_of};
use crate::network::{
    Assumption, Costs, EdgeId, Entry, Network, NodeId, Passage, Search, Seed, Snap, entry, needed_width_m, price_drive,
    swept_width_m,
};

/// What one metre costs in the search for the way with the least to widen, where nothing has to be widened there; a
/// metre to be widened costs [`TO_WIDEN`].
const AS_IT_IS: f64 = 1.0;
/// The cost of a metre to be widened: a kilometre round is taken for it.
const TO_WIDEN: f64 = 1000.0;

/// The least widening that brings one kind of engine to each source.
///
/// An edge can be widened when nothing but its width, or what is not known of it, keeps the engine out, and when nothing
/// that cannot be moved is known to stand in the way: a lane between two houses is not widened. Whoever widens a lane to
/// a width keeps that width from then on, so that an unknown width becomes a known one.
pub(super) struct Widening<'a> {
    network: &'a Network,
    layers: &'a Layers,
    lanes: &'a LaneFindings,
    passages: &'a [Passage],
    pinches: BTreeMap<usize, Vec<usize>>,
    /// The names of what can be taken away.
    movable: BTreeSet<String>,
    /// The kind's bit in the fleet.
    pub(super) bit: usize,
    /// The kind's code.
    pub(super) code: String,
    /// The width that each edge is widened to, metres.
    to_m: Vec<f64>,
    /// The sure side and the side of what may be.
    sides: [Side; 2],
    near: Vec<Vec<Snap>>,
}

/// One assumption.
struct Side {
    is_passable: Vec<bool>,
    starts: Vec<NodeId>,
    /// For each source the edges to be widened on the way there with least to widen, in order; none where no widening
    /// brings the engine there.
    to_widen: Vec<Option<Vec<EdgeId>>>,
}

/// What an engine of the fleet sets out with: its costs and seeds when certain, and when everything in doubt can be passed.
pub(super) type SettingOut = [Option<(Costs, Vec<Seed>)>; 2];

impl<'a> Widening<'a> {
    /// Finds the least widening to every source with one flood an assumption. Of no effect where nothing is to widen.
    pub(super) fn build(
        network: &'a Network,
        (passages, lanes): (&'a [Passage], &'a LaneFindings),
        study: &Study,
        conditions: &'a Conditions<'_>,
        (bit, vehicle, setting_out): (usize, &Vehicle, &SettingOut),
        (supply, near): (&Supply, &[Vec<Snap>]),
    ) -> Self {
        let layers: &Layers = &conditions.layers;
        let movement = &study.rulebook.parameters.movement;
        let (needed_m, swept_m) = (needed_width_m(vehicle, movement), swept_width_m(vehicle, movement));
        let turns = |passage: &Passage| {
            passage.tight_corners.iter().all(|corner| corner.width.low.is_some_and(|low| low.get() >= swept_m))
        };
        let to_m: Vec<f64> =
            passages.iter().map(|passage| if turns(passage) { needed_m } else { needed_m.max(swept_m) }).collect();
        let mut pinches: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, pinch) in lanes.pinch_points.iter().enumerate() {
            pinches.entry(pinch.piece).or_default().push(index);
        }
        let mut widening = Self {
            network,
            layers,
            lanes,
            passages,
            pinches,
            movable: layers
                .obstacles
                .iter()
                .zip(0_u32..)
                .filter(|(obstacle, _)| obstacle.is_removable == Some(true))
                .map(|(_, index)| name_of(layers, What::Obstacle(index)))
                .collect(),
            bit,
            code: vehicle.code.clone(),
            to_m,
            sides: [Side::closed(network), Side::closed(network)],
            near: near.to_vec(),
        };
        let widened: Vec<Passage> = (0..passages.len()).map(|edge| widening.passage_after(edge)).collect();
        let most_m = study.rulebook.parameters.water.remedies.widen_m;
        for (number, assumption) in [Assumption::Cautious, Assumption::Optimistic].into_iter().enumerate() {
            let Some((costs, seeds)) = &setting_out[number] else { continue };
            let after = price_drive(network, &widened, vehicle, &study.rulebook.parameters, conditions, assumption);
            let has_to_widen = |edge: EdgeId| {
                let road = network.edge(edge).road;
                let of = &layers.roads[road as usize];
                match entry(of, road, &passages[edge.index()], vehicle, &study.rulebook.parameters, conditions) {
                    Entry::Passes => false,
                    Entry::Unknown(_) => assumption == Assumption::Cautious,
                    Entry::Impassable(_) => true,
                }
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "metres of a road, saturating")]
            let weigh = |edge: EdgeId| {
                let metre = if has_to_widen(edge) { TO_WIDEN } else { AS_IT_IS };
                (network.edge(edge).plan_m() * metre).ceil() as u32
            };
            let weights = Costs::in_vehicle(
                network,
                |arc| after.arc_ms(arc).map(|_| weigh(arc.edge())),
                |step| after.step_ms(step).map(|_| 0),
            );
            let mut search = Search::new(network);
            search.run(network, &weights, seeds, u32::MAX / 4);
            let to_widen = supply.sources.iter().zip(near).map(|(source, near)| {
                let gives = source.service != Service::OutOfService && source.flow.1 > 0;
                let best = near
                    .iter()
                    .filter(|_| gives)
                    .filter_map(|snap| Some((search.at(network, &weights, snap.edge, snap.offset_m)?, snap)))
                    .min_by_key(|(label, snap)| (*label, snap.edge))?;
                let way = search.path_to(network, &weights, best.1.edge, best.1.offset_m);
                let mut edges: Vec<EdgeId> =
                    way.into_iter().map(|part| part.edge).filter(|e| has_to_widen(*e)).collect();
                edges.sort_unstable();
                edges.dedup();
                let all_m: f64 = edges.iter().map(|edge| network.edge(*edge).plan_m()).sum();
                (all_m <= most_m).then_some(edges)
            });
            widening.sides[number] = Side {
                to_widen: to_widen.collect(),
                is_passable: (0_u32..).take(network.edge_count()).map(|edge| costs.is_passable(EdgeId(edge))).collect(),
                starts: super::fleet::nodes_of(network, seeds),
            };
        }
        widening
    }

    /// What is known of passing an edge once it is widened, where it can be.
    fn passage_after(&self, edge: usize) -> Passage {
        let passage = &self.passages[edge];
        let to_m = self.to_m[edge];
        let is_enough = |bounds: &Bounds<Metres>| bounds.low.is_some_and(|low| low.get() >= to_m);
        let Ok(to) = Metres::new(to_m) else { return passage.clone() };
        if self.is_walled_in(edge) {
            return passage.clone();
        }
        let mut after = passage.clone();
        if !is_enough(&after.width.bounds) {
            after.width.bounds = Bounds::exactly(to);
        }
        for corner in after.tight_corners.iter_mut().filter(|corner| !is_enough(&corner.width)) {
            corner.width = Bounds::exactly(to);
        }
        after
    }

    /// Whether something that cannot be moved is known to leave less than the width asked for.
    fn is_walled_in(&self, edge: usize) -> bool {
        let to_m = self.to_m[edge];
        let is_less = |bounds: &Bounds<Metres>| bounds.high.is_some_and(|high| high.get() < to_m);
        let width = &self.passages[edge].width;
        if !is_less(&width.bounds) || matches!(width.high_by, Method::Tagged | Method::Surveyed) {
            return false;
        }
        let mut narrow = self.narrow(edge).peekable();
        narrow.peek().is_none() || narrow.any(|pinch| pinch.is_removable != Some(true) || is_less(&pinch.width_cleared))
    }

    /// The places of an edge that are known to be too narrow.
    fn narrow(&self, edge: usize) -> impl Iterator<Item = &PinchPoint> {
        let to_m = self.to_m[edge];
        self.pinches
            .get(&edge)
            .into_iter()
            .flatten()
            .map(|index| &self.lanes.pinch_points[*index])
            .filter(move |pinch| pinch.width.high.is_some_and(|high| high.get() < to_m))
    }

    /// The edges to be widened so that the engine gets to a source, for certain if that is possible; none where it does
    /// already, or where no widening of the length allowed brings it there.
    pub(super) fn to_source<'s>(&'s self, source: usize) -> Option<&'s [EdgeId]> {
        let [sure, may] = &self.sides;
        let of = |side: &'s Side| side.to_widen.get(source)?.as_deref().filter(|edges| !edges.is_empty());
        of(sure).or_else(|| of(may))
    }

    /// Whether the engine gets to a source for certain, and whether it may, once these edges are widened.
    pub(super) fn reaches(&self, source: usize, widened: &[EdgeId]) -> (bool, bool) {
        let by = |side: &Side| {
            let to_widen = side.to_widen.get(source).and_then(Option::as_ref);
            to_widen.is_some_and(|edges| edges.iter().all(|edge| widened.contains(edge)))
        };
        (by(&self.sides[0]), by(&self.sides[1]))
    }

    /// The only lanes to some sources once these edges are widened: for each source, when certain and when everything in
    /// doubt can be passed.
    pub(super) fn only_lanes(
        &self,
        supply: &Supply,
        sources: &[usize],
        widened: &[EdgeId],
        reach_m: f64,
    ) -> Vec<[Vec<u32>; 2]> {
        let of_side = |side: &Side| -> Vec<Vec<u32>> {
            if side.starts.is_empty() {
                return vec![Vec::new(); sources.len()];
            }
            let is_passable = |edge: EdgeId| side.is_passable[edge.index()] || widened.contains(&edge);
            let only = OnlyLanes::build(self.network, is_passable, &side.starts);
            sources
                .iter()
                .map(|&source| {
                    let there: Vec<EdgeId> =
                        self.near[source].iter().map(|snap| snap.edge).filter(|edge| is_passable(*edge)).collect();
                    let lanes = only.to(self.network, self.layers, &there, supply.sources[source].at, reach_m);
                    lanes.into_iter().map(|lane| lane.0).collect()
                })
                .collect()
        };
        let [sure, may] = [of_side(&self.sides[0]), of_side(&self.sides[1])];
        sure.into_iter().zip(may).map(|(sure, may)| [sure, may]).collect()
    }

    /// The stretches that a widening of these edges means: each place known to be too narrow, and all of an edge of which
    /// the width is not known.
    pub(super) fn stretches(&self, widened: &[EdgeId]) -> Vec<WidenedLane> {
        let mut stretches: Vec<WidenedLane> = Vec::new();
        for &id in widened {
            let edge = self.network.edge(id);
            let road = &self.layers.roads[edge.road as usize];
            let line = |from_m: f64, to_m: f64| {
                self.network.part_line(self.layers, id, from_m - edge.from_m, to_m - edge.from_m)
            };
            let of = |from_m: f64, to_m: f64, from: Bounds<Metres>, because: String, clear: Vec<String>| WidenedLane {
                road: road.id.clone(),
                name: road.name.clone(),
                from_m,
                to_m,
                width: from,
                widened_m: self.to_m[id.index()],
                because,
                clear,
                line: line(from_m, to_m),
            };
            let before = stretches.len();
            for pinch in self.narrow(id.index()) {
                let (from_m, to_m) = (pinch.stretch_m.0.max(edge.from_m), pinch.stretch_m.1.min(edge.to_m));
                let width = self.passages[id.index()].width.bounds.low;
                let width = Bounds { low: width.min(pinch.width.high), high: pinch.width.high };
                let because = format!("{} between {}", pinch.id, pinch.obstacles.join(" and "));
                let clear = pinch.obstacles.iter().filter(|name| self.movable.contains(*name)).cloned().collect();
                stretches.push(of(from_m, to_m, width, because, clear));
            }
            if stretches.len() == before {
                let width = &self.passages[id.index()].width;
                stretches.push(of(edge.from_m, edge.to_m, width.bounds, width.because.clone(), Vec::new()));
            }
        }
        stretches
    }
}

impl Side {
    fn closed(network: &Network) -> Self {
        Self { is_passable: vec![false; network.edge_count()], starts: Vec::new(), to_widen: Vec::new() }
    }
}
