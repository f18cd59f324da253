//! Which pumps and hose come to which source.

use std::collections::BTreeMap;

use firereach_model::findings::LaneFindings;
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::study::Study;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo_types::{Geometry, Point};

use super::hose::Hose;
use super::lane::OnlyLanes;
use super::lay::Lays;
use super::supply::Supply;
use super::widen::{SettingOut, Widening};
use crate::change::Conditions;
use crate::network::{
    Assumption, Costs, EdgeId, Network, NodeId, Passage, Search, Seed, Snap, price_drive, price_walk,
};
use crate::reach::milliseconds;
use crate::reach::units::{Post, enter, posts, price_vehicles, set_out, units};

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

    /// The most pumps of the kind that work in one relay.
    pub(super) fn relay(&self, parameters: &WaterParameters) -> u32 {
        self.count.min(parameters.supply.relay_pumps).max(1)
    }

    /// Pumps in line and flow in L/s of the lays from a source for which hose and pressure are enough: the one with the fewest
    /// pumps first, then those with more that bring more.
    ///
    /// Every pump of a relay brings its own hose and takes an even share of the way and the lift. Hose that is left lies as
    /// further parallel lines.
    pub(super) fn lines(
        &self,
        hose: &Hose,
        lengths: u32,
        lift_m: f64,
        parameters: &WaterParameters,
    ) -> Vec<(u32, f64)> {
        self.lines_over(hose, lengths, lengths, lift_m, parameters)
    }

    /// The same where only some of the way is carried hose and the friction is that of another number of lengths.
    pub(super) fn lines_over(
        &self,
        hose: &Hose,
        carried: u32,
        friction: u32,
        lift_m: f64,
        parameters: &WaterParameters,
    ) -> Vec<(u32, f64)> {
        let metres = f64::from(carried) * hose.length_m;
        let mut lines: Vec<(u32, f64)> = Vec::new();
        let Some(by_pressure) = hose.pumps_for(self.pump_mpa, friction, lift_m) else { return lines };
        for pumps in by_pressure..=self.relay(parameters) {
            if metres > f64::from(pumps) * self.hose_m {
                continue;
            }
            let stage = hose.line_flow(self.pump_mpa, friction.div_ceil(pumps), lift_m / f64::from(pumps));
            let parallel = (f64::from(pumps) * self.hose_m / metres).floor().max(1.0);
            let flow = (parallel * stage.unwrap_or(hose.nozzle_lps)).min(self.pump_lps);
            if lines.last().is_none_or(|(_, most)| flow > *most) {
                lines.push((pumps, flow));
            }
        }
        lines
    }
}

/// All appliances with a pump, and which source each kind gets to.
pub(super) struct Fleet<'a> {
    /// The kinds, in the order of the catalogue.
    pub(super) pools: Vec<Pool>,
    /// For each source the kinds that certainly get there and those that may, as bits.
    pub(super) reaches: Vec<(u64, u64)>,
    /// For each edge the kinds that certainly get onto it and those that may, as bits; empty where no station is known.
    edges: Vec<(u64, u64)>,
    /// The kinds that certainly get anywhere that people walk, and those that may, as bits.
    anywhere: (u64, u64),
    /// For each source the only lanes of each kind, when certain and when everything in doubt can be passed.
    pub(super) lanes: Vec<(LanesByKind, LanesByKind)>,
    /// The single lanes of each kind, when certain and (with `true`) when everything in doubt can be passed.
    only: Vec<(usize, bool, OnlyLanes)>,
    /// What a motorcycle at the brigade's stations would get to, where the catalogue has one and a station is known.
    pub(super) motorcycle: Option<Motorcycle>,
    /// What of the lanes would have to be widened for the kind that the rule pack names, where the fleet has it.
    pub(super) widening: Option<Widening<'a>>,
}

/// Kinds of appliances with a lane that each needs.
pub(super) type LanesByKind = Vec<(usize, u32)>;

/// A motorcycle that nobody has yet.
pub(super) struct Motorcycle {
    /// Itself.
    pub(super) pool: Pool,
    /// For each source whether it certainly gets there, and whether it may.
    pub(super) sources: Vec<(bool, bool)>,
    /// The same for each edge.
    pub(super) edges: Vec<(bool, bool)>,
}

/// Where one kind gets under one assumption.
struct Arrived {
    costs: Costs,
    seeds: Vec<Seed>,
    /// For each source the edges about it that the kind gets onto.
    there: Vec<Vec<EdgeId>>,
    /// For each edge whether the kind gets onto it.
    edges: Vec<bool>,
}

/// What all kinds look at.
struct Streets<'a> {
    network: &'a Network,
    study: &'a Study,
    conditions: &'a Conditions<'a>,
    posts: Vec<Post<'a>>,
    near: Vec<Vec<Snap>>,
}

impl Streets<'_> {
    /// Floods on foot from the posts, as far as a pump is certainly carried.
    fn carry(&self, search: &mut Search, posts: &[usize], walk: &Costs) {
        let movement = &self.study.rulebook.parameters.movement;
        let carry_s = self.study.rulebook.parameters.water.supply.carry_s;
        let starts = posts.iter().filter_map(|post| {
            enter(self.network, self.posts[*post].station, self.conditions, walk, movement.snap_limit_m)
        });
        let seed = |snap: Snap| Seed::OnEdge { edge: snap.edge, offset_m: snap.offset_m, start_ms: 0, owner: 0 };
        let seeds: Vec<Seed> = starts.map(seed).collect();
        search.run(self.network, walk, &seeds, milliseconds(carry_s));
    }

    /// Floods from the posts with the costs of one kind.
    ///
    /// In doubt only ways of a source's own level lead to it; others may where everything in doubt turns out well.
    fn arrive(
        &self,
        search: &mut Search,
        posts: &[usize],
        (possible, costs, is_high): (&Costs, Costs, bool),
    ) -> Arrived {
        let movement = &self.study.rulebook.parameters.movement;
        let network = self.network;
        let seeds: Vec<Seed> = posts
            .iter()
            .filter_map(|post| {
                set_out(network, search, &self.posts[*post], self.conditions, possible, &costs, movement)
            })
            .collect();
        search.run(network, &costs, &seeds, movement.longest_s.saturating_mul(1000));
        let is_there = |snap: &&Snap| search.at(network, &costs, snap.edge, snap.offset_m).is_some();
        let layers = &self.conditions.layers;
        let is_on_level = |snap: &&Snap, level: Option<i16>| {
            is_high || level.is_none_or(|level| layers.roads[network.edge(snap.edge).road as usize].level == level)
        };
        let levels = layers.hydrants.iter().map(|hydrant| Some(hydrant.level)).chain(std::iter::repeat(None));
        let of_source = |(near, level): (&Vec<Snap>, Option<i16>)| {
            near.iter().filter(|snap| is_on_level(snap, level) && is_there(snap)).map(|snap| snap.edge).collect()
        };
        let there = self.near.iter().zip(levels).map(of_source).collect();
        let all = (0_u32..).take(network.edge_count()).map(EdgeId);
        let edges = all.map(|edge| search.at(network, &costs, edge, 0.0).is_some()).collect();
        Arrived { costs, seeds, there, edges }
    }
}

impl<'a> Fleet<'a> {
    /// Floods once for each kind of vehicle and assumption.
    ///
    /// A vehicle gets to a source when it gets to a place on a road within coupling reach of a hydrant or drawing reach of
    /// open water, for certain only on a road of its own level. A carried pump certainly gets as far as its crew carries it,
    /// and may be driven anywhere. Where no station is known, the rule pack's default appliance may stand at every source, and
    /// certainly does only where the study assumes so.
    pub(super) fn build(
        network: &'a Network,
        (passages, found_lanes): (&'a [Passage], &'a LaneFindings),
        study: &'a Study,
        conditions: &'a Conditions<'a>,
        supply: &Supply,
        lays: &Lays<'_>,
    ) -> Self {
        let parameters = &study.rulebook.parameters.water;
        let layers: &Layers = &conditions.layers;
        let posts = posts(study, conditions);
        let units = units(&posts);
        let mut of_kind: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for unit in &units {
            of_kind.entry(unit.vehicle).or_default().push(unit.post);
        }
        let kinds: Vec<(usize, Pool)> = of_kind
            .iter()
            .filter_map(|(&vehicle, posts)| {
                let count = u32::try_from(posts.len()).unwrap_or(u32::MAX).min(parameters.supply.appliances);
                Pool::of(&study.vehicles[vehicle], count).map(|pool| (vehicle, pool))
            })
            .take(64)
            .collect();
        if units.is_empty() {
            // Where nobody says what stations there are, appliances may come; where all of them are closed, none does.
            let is_known = !layers.stations.is_empty();
            let anywhere = (u64::from(!is_known && parameters.supply.assumes_appliances), u64::from(!is_known));
            return Self {
                pools: if is_known { Vec::new() } else { vec![Pool::default_of(parameters)] },
                reaches: vec![anywhere; supply.sources.len()],
                edges: Vec::new(),
                anywhere,
                lanes: vec![(Vec::new(), Vec::new()); supply.sources.len()],
                only: Vec::new(),
                motorcycle: None,
                widening: None,
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
        let streets = Streets { network, study, conditions, posts, near };
        let widened = kinds.iter().position(|(_, pool)| pool.code == parameters.remedies.widened_for);
        let optimistic = price_vehicles(network, passages, study, conditions, &units, Assumption::Optimistic);
        let cautious = price_vehicles(network, passages, study, conditions, &units, Assumption::Cautious);
        let mut fleet = Self {
            pools: Vec::new(),
            reaches: vec![(0_u64, 0_u64); supply.sources.len()],
            edges: vec![(0_u64, 0_u64); network.edge_count()],
            anywhere: (0, 0),
            lanes: vec![(Vec::new(), Vec::new()); supply.sources.len()],
            only: Vec::new(),
            motorcycle: None,
            widening: None,
        };
        let mut search = Search::new(network);
        for (bit, (vehicle, _)) in kinds.iter().enumerate() {
            if study.vehicles[*vehicle].mobility == Mobility::Carried {
                // Somebody may drive it anywhere; for certain it gets as far as its crew carries it.
                fleet.anywhere.1 |= 1 << bit;
                let walk = price_walk(network, &study.rulebook.parameters, conditions);
                streets.carry(&mut search, &of_kind[vehicle], &walk);
                let is_there = |snap: &Snap| search.at(network, &walk, snap.edge, snap.offset_m).is_some();
                for (reach, near) in fleet.reaches.iter_mut().zip(&lays.snaps) {
                    let mut near = near.0.into_iter().chain(near.1);
                    reach.1 |= u64::from(near.clone().next().is_some()) << bit;
                    let is_carried =
                        near.any(|snap| snap.distance_m <= parameters.supply.coupling_reach_m && is_there(&snap));
                    reach.0 |= u64::from(is_carried) << bit;
                }
                for (edge, reach) in (0_u32..).map(EdgeId).zip(&mut fleet.edges) {
                    reach.0 |= u64::from(search.at(network, &walk, edge, 0.0).is_some()) << bit;
                }
                continue;
            }
            let Some(possible) = &optimistic[*vehicle] else { continue };
            let mut setting_out: SettingOut = [None, None];
            for (costs, is_high) in [(cautious[*vehicle].as_ref(), false), (Some(possible), true)] {
                let Some(costs) = costs else { continue };
                let arrived = streets.arrive(&mut search, &of_kind[vehicle], (possible, costs.clone(), is_high));
                let starts = nodes_of(network, &arrived.seeds);
                let only = OnlyLanes::build(network, |edge| arrived.costs.is_passable(edge), &starts);
                let side = |pair: &mut (u64, u64), is_there: bool| {
                    *(if is_high { &mut pair.1 } else { &mut pair.0 }) |= u64::from(is_there) << bit;
                };
                for (index, there) in arrived.there.iter().enumerate().filter(|(_, there)| !there.is_empty()) {
                    side(&mut fleet.reaches[index], true);
                    let at = supply.sources[index].at;
                    let needed = only.to(network, layers, there, at, parameters.supply.only_lane_m);
                    let lanes = &mut fleet.lanes[index];
                    let lanes: &mut LanesByKind = if is_high { &mut lanes.1 } else { &mut lanes.0 };
                    lanes.extend(needed.into_iter().map(|lane| (bit, lane.0)));
                }
                for (reach, is_there) in fleet.edges.iter_mut().zip(&arrived.edges) {
                    side(reach, *is_there);
                }
                fleet.only.push((bit, is_high, only));
                setting_out[usize::from(is_high)] = Some((arrived.costs, arrived.seeds));
            }
            if widened == Some(bit) {
                fleet.widening = Some(Widening::build(
                    network,
                    (passages, found_lanes),
                    study,
                    conditions,
                    (bit, &study.vehicles[*vehicle], &setting_out),
                    (supply, &streets.near),
                ));
            }
        }
        fleet.motorcycle = motorcycle(&streets, passages, &mut search);
        fleet.pools = kinds.into_iter().map(|(_, pool)| pool).collect();
        fleet
    }

    /// The kinds that certainly get onto one of some edges and those that may, as bits.
    pub(super) fn pumps_on(&self, edges: impl IntoIterator<Item = EdgeId>) -> (u64, u64) {
        let known = |edge: EdgeId| self.edges.get(edge.index()).copied().unwrap_or((0, 0));
        edges.into_iter().map(known).fold(self.anywhere, |all, edge| (all.0 | edge.0, all.1 | edge.1))
    }

    /// The kinds that get to within so many metres of a place.
    pub(super) fn pumps_at(&self, network: &Network, layers: &Layers, at: Point<f64>, reach_m: f64) -> (u64, u64) {
        let near = network.snap_all(layers, &Geometry::Point(at), reach_m, |_| true);
        self.pumps_on(near.into_iter().map(|snap| snap.edge))
    }

    /// The only lanes of each kind to a place at which it stops on some edges, when certain and when everything in doubt can
    /// be passed.
    pub(super) fn lanes_to(
        &self,
        network: &Network,
        layers: &Layers,
        edges: &[EdgeId],
        (at, reach_m): (Point<f64>, f64),
    ) -> (LanesByKind, LanesByKind) {
        let mut lanes = (Vec::new(), Vec::new());
        for (bit, is_high, only) in &self.only {
            let gets_onto = |edge: &&EdgeId| {
                let (sure, may) = self.edges.get(edge.index()).copied().unwrap_or((0, 0));
                (if *is_high { may } else { sure }) >> bit & 1 == 1
            };
            let there: Vec<EdgeId> = edges.iter().filter(gets_onto).copied().collect();
            let needed = only.to(network, layers, &there, at, reach_m);
            let side: &mut LanesByKind = if *is_high { &mut lanes.1 } else { &mut lanes.0 };
            side.extend(needed.into_iter().map(|lane| (*bit, lane.0)));
        }
        lanes
    }

    /// Whether a motorcycle certainly gets onto one of some edges, and whether it may.
    pub(super) fn motorcycle_on(&self, edges: impl IntoIterator<Item = EdgeId>) -> (bool, bool) {
        let Some(motorcycle) = &self.motorcycle else { return (false, false) };
        let known = |edge: EdgeId| motorcycle.edges[edge.index()];
        edges.into_iter().map(known).fold((false, false), |all, edge| (all.0 | edge.0, all.1 | edge.1))
    }

    /// Whether a motorcycle certainly gets to within so many metres of a place, and whether it may.
    pub(super) fn motorcycle_at(
        &self,
        network: &Network,
        layers: &Layers,
        at: Point<f64>,
        reach_m: f64,
    ) -> (bool, bool) {
        let near = network.snap_all(layers, &Geometry::Point(at), reach_m, |_| true);
        self.motorcycle_on(near.into_iter().map(|snap| snap.edge))
    }

    /// The longest way that any kind can lay, relay included, metres.
    pub(super) fn longest_way_m(&self, hose: &Hose, parameters: &WaterParameters) -> f64 {
        self.pools.iter().map(|pool| hose.way_for(pool.hose_m * f64::from(pool.relay(parameters)))).fold(0.0, f64::max)
    }
}

/// What a motorcycle of the catalogue would get to from the staffed stations.
fn motorcycle(streets: &Streets<'_>, passages: &[Passage], search: &mut Search) -> Option<Motorcycle> {
    let study = streets.study;
    let code = &study.rulebook.parameters.water.remedies.motorcycle;
    let vehicle = study.vehicles.iter().find(|vehicle| vehicle.code == *code)?;
    let pool = Pool::of(vehicle, 1)?;
    let staffed: Vec<usize> = (0..streets.posts.len()).filter(|post| streets.posts[*post].is_staffed).collect();
    let price = |assumption| {
        let parameters = &study.rulebook.parameters;
        price_drive(streets.network, passages, vehicle, parameters, streets.conditions, assumption)
    };
    let possible = price(Assumption::Optimistic);
    let sure = streets.arrive(search, &staffed, (&possible, price(Assumption::Cautious), false));
    let may = streets.arrive(search, &staffed, (&possible, possible.clone(), true));
    let there = sure.there.iter().zip(&may.there);
    Some(Motorcycle {
        pool,
        sources: there.map(|(sure, may)| (!sure.is_empty(), !may.is_empty())).collect(),
        edges: sure.edges.iter().copied().zip(may.edges.iter().copied()).collect(),
    })
}

/// The junctions about the places where vehicles set out, in order.
pub(super) fn nodes_of(network: &Network, seeds: &[Seed]) -> Vec<NodeId> {
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
