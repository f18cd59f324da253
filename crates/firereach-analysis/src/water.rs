//! Water: what a site needs, what comes to it by hose, what is missing, and what would mend it.

mod amounts;
mod at_site;
mod boxes;
mod combine;
mod figures;
mod fleet;
pub mod flow;
pub mod gap;
pub mod hose;
mod inventory;
mod kerb;
mod lane;
mod lay;
pub mod need;
mod remedy;
mod rulings;
mod subject;
pub mod supply;
mod survey;
mod told;
mod volume;
mod widen;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use firereach_model::findings::lanes::LaneService;
use firereach_model::findings::water::{SiteWater, WaterFindings};
use firereach_model::findings::{LaneFindings, ReachFindings};
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::study::Study;
use geo::{BoundingRect, Distance, Euclidean};
use geo_types::Geometry;
use rayon::prelude::*;

use crate::change::Conditions;
use crate::network::{Network, Passage, Search};
use crate::ranking::{Contender, kendall_tau, places, rank_contenders, unsettled_share};
use amounts::{lps_of, m3_of, whole};
use boxes::Boxes;
use fleet::Fleet;
use gap::{Evaluation, Needed, SiteCase, evaluate_each};
use hose::Hose;
use kerb::Kerbs;
use lay::{Lays, Way};
use need::Need;
use subject::Buildings;
use supply::{Supply, duration_s};
use survey::Doubt;

pub(crate) use inventory::tests_to_come;

/// Assesses need, supply, gap and order of all sites for one scenario, and takes stock of the hydrants.
///
/// `layers` are the scenario's, as in `conditions.layers`; `network`, `passages` and `lanes` are of them: what is known of
/// passing each edge, and the pinch points that say why. Two checks stand side by
/// side: the legal screen in plan, and the hose along ways that people walk. One flood a site answers for all its sources.
/// Sites are assessed on all cores and collected in order.
pub fn assess_water(
    layers: &Layers,
    network: &Network,
    (passages, lanes): (&[Passage], &LaneFindings),
    reach: &ReachFindings,
    study: &Study,
    conditions: &Conditions<'_>,
) -> WaterFindings {
    let parameters = &study.rulebook.parameters.water;
    let movement = &study.rulebook.parameters.movement;
    let supply = Supply::build(layers, parameters, study.rulebook.as_of);
    let lays = Lays::build(network, layers, &supply, movement.snap_limit_m, movement.site_reach_m);
    let fleet = Fleet::build(network, (passages, lanes), study, conditions, &supply, &lays);
    let buildings = Buildings::build(layers);
    let hose = Hose::of(parameters);
    let kerbs = Kerbs::build(layers, network, &study.rulebook.parameters.lanes);
    let mains = layers.mains.iter().enumerate().filter_map(|(index, main)| Some((index, main.line.bounding_rect()?)));
    let zones = layers.zones.iter().enumerate().filter_map(|(index, zone)| Some((index, zone.area.bounding_rect()?)));
    let (mains, zones) = (Boxes::build(mains), Boxes::build(zones));
    let services = lanes
        .services
        .iter()
        .filter_map(|service| Some((service.site.as_deref()?, service)))
        .collect::<BTreeMap<_, _>>();
    let ground = Ground {
        layers,
        network,
        reach,
        study,
        supply: &supply,
        lays: &lays,
        fleet: &fleet,
        hose,
        buildings: &buildings,
        kerbs: &kerbs,
        mains: &mains,
        zones: &zones,
        services: &services,
    };
    let assessed: Vec<Assessed> = (0..layers.sites.len())
        .into_par_iter()
        .map_init(|| Search::new(network), |search, index| ground.assess_site(search, index))
        .collect();

    let weights =
        [parameters.gap_weights.0, parameters.gap_weights.1, parameters.gap_weights.2, parameters.gap_weights.3];
    let contenders: Vec<Contender> = assessed.iter().map(|site| site.contender).collect();
    let standings = rank_contenders(&contenders, weights, &parameters.ranking);
    let base = places(&contenders, weights, &parameters.ranking);
    // Where nothing is known of what any site gets, the order says nothing of the models.
    let is_known = assessed.iter().any(|site| site.contender.gaps[0] != (0.0, 1.0));
    let rank_correlation = parameters
        .need
        .compare
        .iter()
        .filter(|_| is_known)
        .enumerate()
        .map(|(position, model)| {
            let others: Vec<Contender> = assessed.iter().map(|site| site.by_model[position]).collect();
            (*model, kendall_tau(&base, &places(&others, weights, &parameters.ranking)))
        })
        .collect::<Vec<_>>();
    let surveys = survey::surveys(layers, &supply, parameters, &assessed);
    let hydrants = inventory::take_stock(layers, &supply, &lays, (&buildings, &kerbs), study, &assessed);
    let without_hydrant = figures::without_hydrant(layers, &supply, parameters);
    let unsettled = unsettled_share(&contenders, weights, &parameters.ranking);
    let figures = figures::figures(
        layers,
        &supply,
        parameters,
        (&assessed, &hydrants, &without_hydrant),
        (&rank_correlation, unsettled),
    );
    let sources = inventory::other_sources(layers, &supply, (&fleet, lanes), (&buildings, &kerbs), study, &assessed);
    let sites = assessed
        .into_iter()
        .zip(standings)
        .map(|(Assessed { mut water, .. }, standing)| {
            water.score = standing.score;
            water.rank = Some(standing.rank);
            water.class_ranked = standing.class;
            water.rank_low = Some(standing.rank_low);
            water.rank_high = Some(standing.rank_high);
            water.first_probability = standing.first_probability;
            water
        })
        .collect();
    WaterFindings {
        sites,
        hydrants_supplied: supply.knows_hydrants,
        sources_supplied: supply.knows_sources,
        hydrants,
        sources,
        without_hydrant,
        figures,
        rank_correlation,
        unsettled_share: unsettled,
        surveys,
    }
}

/// One site as far as it can be told without the others.
struct Assessed {
    /// Its findings, without its place in the order.
    water: SiteWater,
    /// The case behind them.
    case: SiteCase,
    /// What it brings to the order.
    contender: Contender,
    /// The same by each model that the study's is compared with.
    by_model: Vec<Contender>,
    /// The numbers of its sources.
    sources: Vec<usize>,
    /// What can be found out about it, about which source, and how much of what is unknown of its gaps that settles.
    doubts: Vec<(Doubt, usize, f64)>,
}

/// Everything that the assessment of one site looks at.
struct Ground<'a> {
    layers: &'a Layers,
    network: &'a Network,
    reach: &'a ReachFindings,
    study: &'a Study,
    supply: &'a Supply,
    lays: &'a Lays<'a>,
    fleet: &'a Fleet<'a>,
    hose: Hose,
    buildings: &'a Buildings<'a>,
    kerbs: &'a Kerbs<'a>,
    mains: &'a Boxes,
    zones: &'a Boxes,
    /// How lanes serve each site, by its identifier.
    services: &'a BTreeMap<&'a str, &'a LaneService>,
}

impl Ground<'_> {
    fn parameters(&self) -> &WaterParameters {
        &self.study.rulebook.parameters.water
    }

    fn assess_site(&self, search: &mut Search, index: usize) -> Assessed {
        let parameters = self.parameters();
        let site = &self.layers.sites[index];
        let (need, needs) = self.buildings.needs(site, parameters);
        let limit_m = self.fleet.longest_way_m(&self.hose, parameters);
        let near = self.supply.near(&site.shape, limit_m.max(parameters.supply.counted_plan_m.1));
        let ways = self.lays.flood(search, (site, self.buildings), limit_m);
        let mut order: Vec<(usize, f64, Option<Way>)> = near
            .into_iter()
            .map(|source| {
                let way = self.lays.way(&ways, source);
                let at = Geometry::Point(self.supply.sources[source].at);
                (source, Euclidean.distance(&site.shape, &at), way)
            })
            .filter(|(_, plan_m, way)| way.is_some() || *plan_m <= parameters.supply.counted_plan_m.1)
            .collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let mut case = self.empty_case(index, &need);
        let mut sources = Vec::with_capacity(order.len());
        let mut used = Vec::with_capacity(order.len());
        for (source, plan_m, way) in order {
            let (candidate, seen) = self.source_at_site(site, source, plan_m, way);
            case.candidates.push(candidate);
            sources.push(seen);
            used.push(source);
        }
        let others = needs.iter().map(|need| [lps_of(&need.flow), m3_of(&need.volume)]);
        let all: Vec<Needed> = std::iter::once(case.need()).chain(others).collect();
        let mut by_need = evaluate_each(&case, &all, &parameters.ranking);
        let others = by_need.split_off(1);
        let found = by_need.remove(0);
        let weight = self.buildings.weight(site, parameters);
        let contender = |found: &Evaluation| Contender { gaps: found.gaps, disagrees: found.disagrees(), weight };
        let by_model = others.iter().map(contender).collect();
        let contender = contender(&found);
        let mut water = self.describe(site, (&need, needs), sources, &case, &found, &used);
        water.hose_reach_m = self.hose.way_for(parameters.hose_max_m).min(limit_m);
        water.hose_reach = self.lays.reached(&ways, water.hose_reach_m);
        water.rulings = rulings::of_site(
            &water,
            (self.supply, &used),
            &self.study.rulebook,
            site,
            self.services.get(site.id.as_str()).copied(),
        );
        if self.supply.knows_hydrants && self.knows_ways() {
            remedy::try_remedies(self, &ways, site, (&case, &used), &found, &mut water);
        }
        let doubts = self.doubts(&case, &contender, &used);
        Assessed { water, case, contender, by_model, sources: used, doubts }
    }

    /// Whether the study has any way that hose could be laid on; without one, that none leads anywhere says nothing.
    fn knows_ways(&self) -> bool {
        !self.layers.roads.is_empty()
    }

    fn empty_case(&self, index: usize, need: &Need) -> SiteCase {
        let reach = self.reach.sites.get(index);
        let total =
            |arrival: Option<&firereach_model::findings::reach::Arrival>| arrival.map(|a| a.components.total_s());
        SiteCase {
            need_lps: lps_of(&need.flow),
            need_m3: m3_of(&need.volume),
            duration_s: duration_s(self.parameters()),
            candidates: Vec::new(),
            // The last one stands for the hydrants' own pressure, which takes no appliance.
            appliances: self.fleet.pools.iter().map(|pool| pool.count).chain([u32::MAX]).collect(),
            stint_s: whole(self.parameters().supply.stint_s),
            is_complete: self.supply.has_all_hydrants && self.supply.has_all_sources && self.knows_ways(),
            arrival_s: (total(reach.and_then(|r| r.first.as_ref())), total(reach.and_then(|r| r.cautious.as_ref()))),
            knows_arrival: reach.is_some() && !self.layers.stations.is_empty(),
        }
    }
}
