//! Who can set out: stations that are staffed, their vehicles, and where they enter the network.

use firereach_model::feature::{Station, StationKind};
use firereach_model::parameters::MovementParameters;
use firereach_model::study::Study;
use firereach_model::vehicle::Mobility;

use crate::change::{Conditions, is_hour_in};
use crate::network::{Assumption, Costs, EdgeId, Network, Passage, Search, Seed, Snap, price_drive};

/// One station under the scenario's conditions.
pub(crate) struct Post<'a> {
    pub(crate) station: &'a Station,
    /// Its place among all stations ordered by identifier; ties between arrivals fall to the smaller.
    pub(crate) rank: u32,
    pub(crate) is_staffed: bool,
    pub(crate) turnout_ms: u32,
    /// Positions in the study's catalogue.
    pub(crate) vehicles: Vec<usize>,
    pub(crate) vehicle_codes: Vec<String>,
}

impl Post<'_> {
    /// Whether it belongs to the fire brigade, not to a neighbourhood.
    pub(crate) fn is_brigade(&self) -> bool {
        is_brigade(self.station.kind)
    }
}

/// Whether stations of a kind belong to the fire brigade.
pub(crate) fn is_brigade(kind: StationKind) -> bool {
    !matches!(kind, StationKind::Micro | StationKind::FirePoint)
}

/// One vehicle of one station.
#[derive(Clone, Copy)]
pub(crate) struct Unit {
    pub(crate) post: usize,
    pub(crate) vehicle: usize,
}

/// The stations of the scenario, in the order of the layer.
pub(crate) fn posts<'a>(study: &Study, conditions: &'a Conditions<'_>) -> Vec<Post<'a>> {
    let movement = &study.rulebook.parameters.movement;
    let stations = &conditions.layers.stations;
    let mut by_id: Vec<usize> = (0..stations.len()).collect();
    by_id.sort_by(|&a, &b| stations[a].id.cmp(&stations[b].id).then(a.cmp(&b)));
    let mut ranks = vec![0u32; stations.len()];
    for (rank, &index) in (0u32..).zip(&by_id) {
        ranks[index] = rank;
    }
    stations
        .iter()
        .zip(ranks)
        .map(|(station, rank)| {
            let turnout_s = station
                .turnout_s
                .or_else(|| movement.turnout_s.get(&station.kind).copied())
                .or_else(|| movement.turnout_s.get(&StationKind::Unknown).copied())
                .unwrap_or(0.0);
            let codes = if station.vehicles.is_empty() {
                let defaults = &movement.default_vehicles;
                defaults.get(&station.kind).or_else(|| defaults.get(&StationKind::Unknown)).cloned().unwrap_or_default()
            } else {
                station.vehicles.clone()
            };
            let mut vehicles: Vec<usize> = Vec::new();
            for code in &codes {
                if let Some(index) = study.vehicles.iter().position(|vehicle| vehicle.code == *code) {
                    vehicles.push(index);
                }
            }
            vehicles.sort_unstable();
            vehicles.dedup();
            Post {
                station,
                rank,
                is_staffed: is_hour_in(conditions.hour, &station.hours),
                turnout_ms: super::milliseconds((turnout_s + conditions.turnout_shift_s).max(0.0)),
                vehicles,
                vehicle_codes: codes,
            }
        })
        .collect()
}

/// Every vehicle of every staffed station, by station and then by the catalogue's order.
pub(crate) fn units(posts: &[Post<'_>]) -> Vec<Unit> {
    posts
        .iter()
        .enumerate()
        .filter(|(_, post)| post.is_staffed)
        .flat_map(|(post, of)| of.vehicles.iter().map(move |&vehicle| Unit { post, vehicle }))
        .collect()
}

/// Prices by vehicle under one assumption; only vehicles that some unit drives are priced.
pub(crate) fn price_vehicles(
    network: &Network,
    passages: &[Passage],
    study: &Study,
    conditions: &Conditions<'_>,
    units: &[Unit],
    assumption: Assumption,
) -> Vec<Option<Costs>> {
    use rayon::prelude::*;
    (0..study.vehicles.len())
        .into_par_iter()
        .map(|vehicle| {
            let mover = &study.vehicles[vehicle];
            let is_used = units.iter().any(|unit| unit.vehicle == vehicle) && mover.mobility != Mobility::Carried;
            is_used.then(|| price_drive(network, passages, mover, &study.rulebook.parameters, conditions, assumption))
        })
        .collect()
}

/// Where a station enters the network for a mover with these costs.
pub(crate) fn enter(
    network: &Network,
    station: &Station,
    conditions: &Conditions<'_>,
    costs: &Costs,
    limit_m: f64,
) -> Option<Snap> {
    let is_on_level = |edge: EdgeId| {
        station.level.is_none_or(|level| conditions.layers.roads[network.edge(edge).road as usize].level == level)
    };
    network.snap(station.at, limit_m, |edge| costs.is_passable(edge) && is_on_level(edge))
}

/// The seed of a station at the place where it enters.
pub(crate) fn seed(post: &Post<'_>, snap: &Snap) -> Seed {
    Seed::OnEdge { edge: snap.edge, offset_m: snap.offset_m, start_ms: post.turnout_ms, owner: post.rank }
}

/// Where and when a vehicle sets out from its station with prices under any assumption.
///
/// It enters where the optimistic prices let it. A vehicle that is stationed behind ways of unknown width gets out all the
/// same: the cautious run begins where its way first meets one that it can certainly take.
pub(crate) fn set_out(
    network: &Network,
    search: &mut Search,
    post: &Post<'_>,
    conditions: &Conditions<'_>,
    optimistic: &Costs,
    costs: &Costs,
    movement: &MovementParameters,
) -> Option<Seed> {
    let start = enter(network, post.station, conditions, optimistic, movement.snap_limit_m)?;
    let at_start = seed(post, &start);
    if costs.is_passable(start.edge) {
        return Some(at_start);
    }
    search.run(network, optimistic, &[at_start], movement.longest_s.saturating_mul(1000));
    let graph = network.drive_graph();
    search.in_order().into_iter().find_map(|state| {
        let is_certain = graph.steps_of(state).any(|step| costs.step_ms(step).is_some());
        let arc = graph.arc_of(state)?;
        let label = search.at_state(state)?;
        is_certain.then_some(Seed::Driven { arc, start_ms: label.ms, owner: post.rank })
    })
}
