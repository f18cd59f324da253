//! Which pumps and hose come to which source.

use std::collections::BTreeMap;

use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::study::Study;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo_types::{Geometry, Point};

use super::hose::Hose;
use super::lane::OnlyLanes;
use super::lay::Lays;
use super::supply::{Supply, decilitres};
use crate::change::Conditions;
use crate::network::{Assumption, EdgeId, Network, NodeId, Passage, Search, Seed, Snap};
use crate::reach::units::{posts, price_vehicles, set_out, units};

/// The appliances of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pool {
    /// The catalogue's code; empty where no appliance is known and the rule pack's default stands for one.
    pub(super) code: String,
    /// Hose that one carries, metres.
    pub(super) hose_m: f64,
    /// Pump pressure, MPa.
    pub(super) pump_mpa: f64,
    /// Flow of one pump, L/s.
    pub(super) pump_lps: f64,
    /// How many work at one site.
    pub(super) count: u32,
}

impl Pool {
    pub(super) fn of(vehicle: &Vehicle, count: u32) -> Option<Self> {
        Some(Self {
            code: vehicle.code.clone(),
            hose_m: vehicle.hose_m.get(),
            pump_mpa: vehicle.pump_mpa?.get(),
            pump_lps: vehicle.pump_lps?.get(),
            count,
        })
    }

    fn default_of(parameters: &WaterParameters) -> Self {
        Self {
            code: String::new(),
            hose_m: parameters.hose_max_m,
            pump_mpa: parameters.supply.default_pump_mpa,
            pump_lps: parameters.supply.default_pump_lps,
            count: parameters.supply.appliances,
        }
    }

    /// What all pumps of the kind move together, dL/s.
    pub(super) fn moves(&self) -> u64 {
        decilitres(self.pump_lps * f64::from(self.count))
    }

    /// The most pumps of the kind that work in one relay.
    pub(super) fn relay(&self, parameters: &WaterParameters) -> u32 {
        self.count.min(parameters.supply.relay_pumps).max(1)
    }

    /// Pumps in line and flow in L/s of the best lay from a source, when hose and pressure are enough.
    ///
    /// Every pump of a relay brings its own hose and takes an even share of the way and the lift. Hose that is left lies as
    /// further parallel lines.
    pub(super) fn line(
        &self,
        hose: &Hose,
        lengths: u32,
        lift_m: f64,
        parameters: &WaterParameters,
    ) -> Option<(u32, f64)> {
        self.line_over(hose, lengths, lengths, lift_m, parameters)
    }

    /// The same where only some of the way is carried hose and the friction is that of another number of lengths.
    pub(super) fn line_over(
        &self,
        hose: &Hose,
        carried: u32,
        friction: u32,
        lift_m: f64,
        parameters: &WaterParameters,
    ) -> Option<(u32, f64)> {
        let metres = f64::from(carried) * hose.length_m;
        let most = self.relay(parameters);
        let by_pressure = hose.pumps_for(self.pump_mpa, friction, lift_m)?;
        (by_pressure..=most).find(|pumps| metres <= f64::from(*pumps) * self.hose_m).map(|pumps| {
            let stage = hose.line_flow(self.pump_mpa, friction.div_ceil(pumps), lift_m / f64::from(pumps));
            let parallel = (f64::from(pumps) * self.hose_m / metres).floor().max(1.0);
            (pumps, (parallel * stage.unwrap_or(hose.nozzle_lps)).min(self.pump_lps))
        })
    }
}

/// All appliances with a pump, and which source each kind gets to.
pub(super) struct Fleet {
    /// The kinds, in the order of the catalogue.
    pub(super) pools: Vec<Pool>,
    /// For each source the kinds that certainly get there and those that may, as bits.
    pub(super) reaches: Vec<(u64, u64)>,
    /// For each edge the kinds that certainly get onto it and those that may, as bits; empty where no station is known.
    edges: Vec<(u64, u64)>,
    /// The kinds that are carried wherever people walk, as bits.
    carried: u64,
    /// For each source the only lanes of each kind, when certain and when everything in doubt can be passed.
    pub(super) lanes: Vec<(LanesByKind, LanesByKind)>,
}

/// Kinds of appliances with a lane that each needs.
type LanesByKind = Vec<(usize, u32)>;

impl Fleet {
    /// Floods once for each kind of vehicle and assumption.
    ///
    /// A vehicle gets to a source when it gets to a place on a road within coupling reach of a hydrant or drawing reach of
    /// open water. A carried pump gets wherever people walk. Without any station the rule pack's default appliance is taken
    /// to stand at every source.
    pub(super) fn build(
        network: &Network,
        passages: &[Passage],
        study: &Study,
        conditions: &Conditions<'_>,
        supply: &Supply,
        lays: &Lays<'_>,
    ) -> Self {
        let parameters = &study.rulebook.parameters.water;
        let movement = &study.rulebook.parameters.movement;
        let layers: &Layers = &conditions.layers;
        let posts = posts(study, conditions);
        let units = units(&posts);
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for unit in &units {
            *counts.entry(unit.vehicle).or_insert(0) += 1;
        }
        let kinds: Vec<(usize, Pool)> = counts
            .into_iter()
            .filter_map(|(vehicle, count)| {
                Pool::of(&study.vehicles[vehicle], count.min(parameters.supply.appliances)).map(|pool| (vehicle, pool))
            })
            .take(64)
            .collect();
        if units.is_empty() {
            return Self {
                pools: vec![Pool::default_of(parameters)],
                reaches: vec![(1, 1); supply.sources.len()],
                edges: Vec::new(),
                carried: 1,
                lanes: vec![(Vec::new(), Vec::new()); supply.sources.len()],
            };
        }
        let near: Vec<Vec<Snap>> = supply
            .sources
            .iter()
            .map(|source| {
                let reach = if source.is_hydrant {
                    parameters.supply.coupling_reach_m
                } else {
                    parameters.supply.draft_reach_m
                };
                network.snap_all(layers, &Geometry::Point(source.at), reach, |_| true)
            })
            .collect();
        let optimistic = price_vehicles(network, passages, study, conditions, &units, Assumption::Optimistic);
        let cautious = price_vehicles(network, passages, study, conditions, &units, Assumption::Cautious);
        let mut reaches = vec![(0_u64, 0_u64); supply.sources.len()];
        let mut edges = vec![(0_u64, 0_u64); network.edge_count()];
        let mut carried = 0_u64;
        let mut lanes = vec![(Vec::new(), Vec::new()); supply.sources.len()];
        let mut search = Search::new(network);
        for (bit, (vehicle, _)) in kinds.iter().enumerate() {
            if study.vehicles[*vehicle].mobility == Mobility::Carried {
                carried |= 1 << bit;
                for (reach, snap) in reaches.iter_mut().zip(&lays.snaps) {
                    if snap.is_some() {
                        reach.0 |= 1 << bit;
                        reach.1 |= 1 << bit;
                    }
                }
                continue;
            }
            let Some(possible) = &optimistic[*vehicle] else { continue };
            for (costs, is_high) in [(cautious[*vehicle].as_ref(), false), (Some(possible), true)] {
                let Some(costs) = costs else { continue };
                let seeds: Vec<_> = units
                    .iter()
                    .filter(|unit| unit.vehicle == *vehicle)
                    .filter_map(|unit| {
                        set_out(network, &mut search, &posts[unit.post], conditions, possible, costs, movement)
                    })
                    .collect();
                search.run(network, costs, &seeds, movement.longest_s.saturating_mul(1000));
                let starts = nodes_of(network, &seeds);
                let only = OnlyLanes::build(network, |edge| costs.is_passable(edge), &starts);
                let of_side = |pair: &mut (u64, u64)| {
                    *(if is_high { &mut pair.1 } else { &mut pair.0 }) |= 1 << bit;
                };
                for ((reach, lanes), (near, source)) in
                    reaches.iter_mut().zip(&mut lanes).zip(near.iter().zip(&supply.sources))
                {
                    let there: Vec<EdgeId> = near
                        .iter()
                        .filter(|snap| search.at(network, costs, snap.edge, snap.offset_m).is_some())
                        .map(|snap| snap.edge)
                        .collect();
                    if there.is_empty() {
                        continue;
                    }
                    of_side(reach);
                    let needed = only.to(network, layers, &there, source.at, parameters.supply.only_lane_m);
                    let lanes: &mut LanesByKind = if is_high { &mut lanes.1 } else { &mut lanes.0 };
                    lanes.extend(needed.into_iter().map(|lane| (bit, lane.0)));
                }
                for (edge, reach) in (0_u32..).map(EdgeId).zip(&mut edges) {
                    if search.at(network, costs, edge, 0.0).is_some() {
                        of_side(reach);
                    }
                }
            }
        }
        Self { pools: kinds.into_iter().map(|(_, pool)| pool).collect(), reaches, edges, carried, lanes }
    }

    /// The kinds that certainly get onto one of some edges and those that may, as bits.
    pub(super) fn pumps_on(&self, edges: impl IntoIterator<Item = EdgeId>) -> (u64, u64) {
        let known = |edge: EdgeId| self.edges.get(edge.index()).copied().unwrap_or((0, 0));
        edges.into_iter().map(known).fold((self.carried, self.carried), |all, edge| (all.0 | edge.0, all.1 | edge.1))
    }

    /// The kinds that get to within so many metres of a place.
    pub(super) fn pumps_at(&self, network: &Network, layers: &Layers, at: Point<f64>, reach_m: f64) -> (u64, u64) {
        let near = network.snap_all(layers, &Geometry::Point(at), reach_m, |_| true);
        self.pumps_on(near.into_iter().map(|snap| snap.edge))
    }

    /// The longest way that any kind can lay, relay included, metres.
    pub(super) fn longest_way_m(&self, hose: &Hose, parameters: &WaterParameters) -> f64 {
        self.pools.iter().map(|pool| hose.way_for(pool.hose_m * f64::from(pool.relay(parameters)))).fold(0.0, f64::max)
    }
}

/// The junctions about the places where vehicles set out, in order.
fn nodes_of(network: &Network, seeds: &[Seed]) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = seeds
        .iter()
        .flat_map(|seed| match *seed {
            Seed::OnEdge { edge, .. } => vec![network.tail(edge.forward()), network.head(edge.forward())],
            Seed::AtNode { node, .. } => vec![node],
            Seed::Driven { arc, .. } => vec![network.head(arc)],
        })
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

#[cfg(test)]
mod tests;
