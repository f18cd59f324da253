//! Where each vehicle has to stop on an edge that it may enter and does not pass.

use std::collections::{BTreeMap, BTreeSet};

use firereach_model::bounds::Bounds;
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::Vehicle;
use rayon::prelude::*;

use super::access::{Entries, MOST_VEHICLES};
use super::continuation::Continued;
use super::gap::{LaneLine, Scratch, measure_gaps};
use super::parked::parked_for_sure_m;
use super::survey::{Pinch, Survey, has_ground_beside};
use crate::change::Conditions;
use crate::network::{Barrier, Entry, Network, entry, needed_width_m, swept_width_m};

/// The first and the last place of an edge that a vehicle does not pass, metres along the edge.
pub(crate) type Blocked = (f64, f64);

/// The places that stop each vehicle, for the edges that were asked about.
pub(crate) struct Stops {
    by_edge: BTreeMap<usize, Vec<Option<Blocked>>>,
}

/// Everything the places are worked out from.
pub(crate) struct Looking<'a> {
    pub(crate) network: &'a Network,
    pub(crate) layers: &'a Layers,
    pub(crate) survey: &'a Survey,
    pub(crate) study: &'a Study,
    pub(crate) conditions: &'a Conditions<'a>,
    pub(crate) entries: &'a Entries,
}

impl Stops {
    /// Measures the edges anew, with the width that each vehicle needs as the limit.
    ///
    /// A vehicle stops with its front where the first gap, gate, arch, deck or bend begins that it does not pass. Where all of
    /// the edge, or nobody knows which place of it, is too narrow, low, steep or weak, it does not enter.
    pub(crate) fn of(looking: &Looking<'_>, edges: &BTreeSet<usize>) -> Self {
        let mut pinches: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (i, pinch) in looking.survey.pinches.iter().enumerate() {
            pinches.entry(pinch.edge.index()).or_default().push(i);
        }
        let edges: Vec<usize> = edges.iter().copied().collect();
        let found: Vec<Vec<Option<Blocked>>> = edges
            .par_iter()
            .map_init(Scratch::default, |scratch, &e| {
                looking.look(e, pinches.get(&e).map_or(&[], Vec::as_slice), scratch)
            })
            .collect();
        Self { by_edge: edges.into_iter().zip(found).collect() }
    }

    /// The first and the last place of an edge that stop a vehicle, if it may enter.
    pub(crate) fn on(&self, edge: usize, vehicle: usize) -> Option<Blocked> {
        self.by_edge.get(&edge)?.get(vehicle).copied().flatten()
    }
}

impl Looking<'_> {
    fn look(&self, e: usize, pinches: &[usize], scratch: &mut Scratch) -> Vec<Option<Blocked>> {
        let edge = &self.network.edges()[e];
        let road = &self.layers.roads[edge.road as usize];
        let parameters = &self.study.rulebook.parameters;
        let passage = &self.survey.passages[e];
        let vehicles: Vec<_> = self.study.vehicles.iter().take(MOST_VEHICLES).collect();
        let parked_m = parked_for_sure_m(road, self.conditions, edge.road, &parameters.lanes);
        let needs: Vec<f64> = vehicles.iter().map(|vehicle| needed_width_m(vehicle, &parameters.movement)).collect();
        let mut narrow: Vec<Vec<Blocked>> = vec![Vec::new(); vehicles.len()];
        if has_ground_beside(road) {
            let limits: Vec<f64> = needs.iter().map(|need| need + parked_m).collect();
            let search_m = limits.iter().copied().fold(parameters.lanes.search_m, f64::max);
            let line = Continued::of(self.network, self.layers, edge.road as usize, &parameters.lanes, 2.0 * search_m);
            let cuts = [0.0, self.network.edges()[self.network.edges_of_road(edge.road as usize).end - 1].to_m];
            let lane =
                LaneLine { coords: &line.coords, own: line.own, level: road.level, closed: line.closed, cuts: &cuts };
            for field in std::iter::once(&self.survey.field).chain(&self.survey.kerbs) {
                let gaps = measure_gaps(field, &lane, &limits, search_m, scratch);
                for (all, stretches) in narrow.iter_mut().zip(gaps.stretches) {
                    all.extend(stretches.iter().map(|stretch| (stretch.from_m, stretch.to_m)));
                }
            }
        }
        let below = |bounds: &Bounds<Metres>, least: f64| bounds.high.is_some_and(|high| high.get() < least);
        let blocked = |(v, vehicle): (usize, &&Vehicle)| {
            if !matches!(self.entries.get(v, e), Entry::Impassable(_)) {
                return None;
            }
            let mut bare = self.survey.tagged[e].clone();
            (bare.slope_percent, bare.slope_error_percent) = (passage.slope_percent, passage.slope_error_percent);
            bare.barrier = Barrier::None;
            let by_nature = entry(road, edge.road, &bare, vehicle, parameters, self.conditions);
            if matches!(by_nature, Entry::Impassable(_)) {
                return None;
            }
            // Places by distance along the road; each reason has to have one.
            let mut places: Vec<Blocked> = Vec::new();
            let mut is_known = true;
            let mut take = |is_blocked: bool, found: Vec<Blocked>| {
                let on_edge = found.into_iter().filter(|(from, to)| *from <= edge.to_m && *to >= edge.from_m);
                let before = places.len();
                places.extend(on_edge);
                is_known &= !is_blocked || places.len() > before;
            };
            let of_pinches = |is_it: &dyn Fn(&Pinch) -> bool| -> Vec<Blocked> {
                let all = pinches.iter().map(|&p| &self.survey.pinches[p]);
                all.filter(|p| is_it(p)).map(|p| p.stretch_m).collect()
            };
            let need = needs[v];
            let mut widths = narrow[v].clone();
            widths.extend(of_pinches(&|p| p.gap.is_none() && below(&p.width, need)));
            take(below(&passage.width.bounds, need), widths);
            let height = vehicle.height_m.get();
            take(below(&passage.height.bounds, height), of_pinches(&|p| below(&p.height, height)));
            if passage.barrier == Barrier::Closed {
                let at = self.survey.edges[e].closed_at_m.iter();
                take(true, at.map(|&m| (m, m)).collect());
            }
            let swept = swept_width_m(vehicle, &parameters.movement);
            let bends = passage.tight_corners.iter().filter(|corner| below(&corner.width, swept));
            let bends: Vec<Blocked> = bends.map(|c| (edge.from_m + c.offset_m, edge.from_m + c.offset_m)).collect();
            take(!bends.is_empty(), bends);
            let first = places.iter().map(|p| p.0).min_by(f64::total_cmp)?;
            let last = places.iter().map(|p| p.1).max_by(f64::total_cmp)?;
            let on_edge = |m: f64| (m - edge.from_m).clamp(0.0, edge.plan_m());
            is_known.then(|| (on_edge(first), on_edge(last)))
        };
        vehicles.iter().enumerate().map(blocked).collect()
    }
}
