//! Water: what a site needs, what comes to it by hose, what is missing, and what would mend it.

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
mod subject;
pub mod supply;
mod survey;
mod widen;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::Site;
use firereach_model::findings::water::{ModelNeed, SiteWater, SourceAtSite, WaterClass, WaterFindings};
use firereach_model::findings::{LaneFindings, ReachFindings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::rules::Rulebook;
use firereach_model::study::Study;
use firereach_model::units::{CubicMetres, LitresPerSecond, Metres, Quantity, Share};
use geo::{Distance, Euclidean};
use geo_types::Geometry;
use rayon::prelude::*;

use crate::change::Conditions;
use crate::network::{EdgeId, Network, Passage, Search};
use crate::ranking::{Contender, kendall_tau, places, rank_contenders, unsettled_share};
use fleet::Fleet;
use gap::{Candidate, Evaluation, Failure, SiteCase, evaluate};
use hose::Hose;
use kerb::Kerbs;
use lay::{Lays, Way};
use need::{Need, show};
use subject::Buildings;
use supply::{ENDLESS_FLOW, Supply, decilitres, duration_s};

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
    let supply = Supply::build(layers, parameters);
    let lays = Lays::build(network, layers, &supply, movement.snap_limit_m, movement.site_reach_m);
    let fleet = Fleet::build(network, (passages, lanes), study, conditions, &supply, &lays);
    let buildings = Buildings::build(layers);
    let hose = Hose::of(parameters);
    let kerbs = Kerbs::build(layers, network, &study.rulebook.parameters.lanes);
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
    };
    let assessed: Vec<(SiteWater, SiteCase, Contender, Vec<usize>)> = (0..layers.sites.len())
        .into_par_iter()
        .map_init(|| Search::new(network), |search, index| ground.assess_site(search, index))
        .collect();

    let weights =
        [parameters.gap_weights.0, parameters.gap_weights.1, parameters.gap_weights.2, parameters.gap_weights.3];
    let contenders: Vec<Contender> = assessed.iter().map(|(_, _, contender, _)| *contender).collect();
    let standings = rank_contenders(&contenders, weights, &parameters.ranking);
    let base = places(&contenders, weights, &parameters.ranking);
    let rank_correlation = parameters
        .need
        .compare
        .iter()
        .enumerate()
        .map(|(position, model)| {
            let others: Vec<Contender> = assessed
                .par_iter()
                .map(|(water, case, contender, _)| {
                    let need = &water.needs[position];
                    let case = SiteCase { need_lps: lps_of(&need.flow), need_m3: m3_of(&need.volume), ..case.clone() };
                    let found = evaluate(&case, &parameters.ranking);
                    Contender { gaps: found.gaps, disagrees: found.disagrees(), ..*contender }
                })
                .collect();
            (*model, kendall_tau(&base, &places(&others, weights, &parameters.ranking)))
        })
        .collect();
    let surveys = survey::surveys(layers, &supply, parameters, &assessed);
    let (hydrants, mains_without_hydrant, parks_without_hydrant) =
        inventory::take_stock(layers, &supply, &lays, (&buildings, &kerbs), study, &assessed);
    let sources = inventory::other_sources(layers, &supply, &fleet, &buildings, study, &assessed);
    let sites = assessed
        .into_iter()
        .zip(standings)
        .map(|((mut water, ..), standing)| {
            water.score = standing.score;
            water.rank = Some(standing.rank);
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
        mains_without_hydrant,
        parks_without_hydrant,
        rank_correlation,
        unsettled_share: unsettled_share(&contenders, weights, &parameters.ranking),
        surveys,
    }
}

/// The flow of a jet in L/s, least and greatest, as far as known.
type Jet = (Option<f64>, Option<f64>);

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
}

impl Ground<'_> {
    fn parameters(&self) -> &WaterParameters {
        &self.study.rulebook.parameters.water
    }

    fn assess_site(&self, search: &mut Search, index: usize) -> (SiteWater, SiteCase, Contender, Vec<usize>) {
        let parameters = self.parameters();
        let site = &self.layers.sites[index];
        let (need, needs) = self.buildings.needs(site, parameters);
        let limit_m = self.fleet.longest_way_m(&self.hose, parameters);
        let near = self.supply.near(&site.shape, limit_m.max(parameters.supply.counted_plan_m.1));
        let ways = self.lays.flood(search, site, limit_m);
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
        let found = evaluate(&case, &parameters.ranking);
        let contender = Contender {
            gaps: found.gaps,
            disagrees: found.disagrees(),
            weight: self.buildings.weight(site, parameters),
        };
        let mut water = self.describe(&need, needs, sources, &case, &found, &used);
        water.hose_reach_m = self.hose.way_for(parameters.hose_max_m).min(limit_m);
        water.hose_reach = self.lays.reached(&ways, water.hose_reach_m);
        water.rulings = rulings(&water, self.supply, &self.study.rulebook, site);
        if self.supply.knows_hydrants {
            remedy::try_remedies(self, &ways, site, (&case, &used), &found, &mut water);
        }
        (water, case, contender, used)
    }

    /// Whether the study has any way that hose could be laid on; without one, that none leads anywhere says nothing.
    fn knows_ways(&self) -> bool {
        !self.layers.roads.is_empty()
    }

    /// Time to lay and fill a line, seconds.
    fn lay_s(&self, way: &Way, lengths: u32) -> f64 {
        let rules = &self.parameters().supply;
        (way.m - way.stairs_m).max(0.0) / rules.lay_mps
            + way.stairs_m / rules.lay_stairs_mps
            + f64::from(lengths.saturating_sub(1)) * rules.joint_s
            + way.m * rules.charge_s_per_m
    }

    fn empty_case(&self, index: usize, need: &Need) -> SiteCase {
        let reach = self.reach.sites.get(index);
        let total =
            |arrival: Option<&firereach_model::findings::reach::Arrival>| arrival.map(|a| a.components.total_s());
        // The last one stands for the hydrants' own pressure, which no pump limits.
        let pumps: Vec<u64> = self.fleet.pools.iter().map(fleet::Pool::moves).chain([ENDLESS_FLOW]).collect();
        SiteCase {
            need_lps: lps_of(&need.flow),
            need_m3: m3_of(&need.volume),
            duration_s: duration_s(self.parameters()),
            candidates: Vec::new(),
            pumps_low: pumps.clone(),
            pumps_high: pumps,
            is_complete: self.supply.has_all_hydrants && self.supply.has_all_sources && self.knows_ways(),
            arrival_s: (total(reach.and_then(|r| r.first.as_ref())), total(reach.and_then(|r| r.cautious.as_ref()))),
            knows_arrival: reach.is_some() && !self.layers.stations.is_empty(),
        }
    }

    fn source_at_site(&self, site: &Site, index: usize, plan_m: f64, way: Option<Way>) -> (Candidate, SourceAtSite) {
        let parameters = self.parameters();
        let rules = &parameters.supply;
        let source = &self.supply.sources[index];
        let counts_in_plan =
            (rules.counted_plan_m.0..=rules.counted_plan_m.1).contains(&plan_m) && source.counted.1 > 0;
        let ground = |height: Option<f64>, at| {
            height.or_else(|| self.layers.terrain.height_at(at).map(|ground| ground.height_m))
        };
        let lift =
            ground(site.height_m, site.point.0).zip(ground(source.height_m, source.at.0)).map(|(to, from)| to - from);
        let (lift_low, lift_high) = lift.map_or(rules.unknown_lift_m, |lift| (lift, lift));
        let mut candidate = Candidate {
            flow: source.flow,
            volume: source.volume,
            flow_in_plan: if counts_in_plan { source.counted } else { (0, 0) },
            branch: source.branch,
            failures: source.failures.clone(),
            lanes_low: self.fleet.lanes[index].0.clone(),
            lanes_high: self.fleet.lanes[index].1.clone(),
            ..Candidate::default()
        };
        let lengths = way.as_ref().map(|way| self.hose.lengths_for(way.m));
        let (sure, may) = self.fleet.reaches[index];
        // The best line: certain ones first, then the fewest pumps, then the greatest flow.
        let mut best: Option<(bool, u32, f64, &str)> = None;
        for (bit, pool) in self.fleet.pools.iter().enumerate() {
            let Some(lengths) = lengths else { break };
            for (bits, lift_m, is_sure) in [(sure, lift_high, true), (may, lift_low, false)] {
                if bits >> bit & 1 == 0 {
                    continue;
                }
                let Some((pumps, flow)) = pool.line(&self.hose, lengths, lift_m, parameters) else { continue };
                let lines = if is_sure { &mut candidate.lines_low } else { &mut candidate.lines_high };
                lines.push((bit, decilitres(flow)));
                let is_better = best.is_none_or(|(sure, p, f, _)| {
                    (is_sure && !sure) || (is_sure == sure && (pumps < p || (pumps == p && flow > f)))
                });
                if is_better {
                    best = Some((is_sure, pumps, flow, &pool.code));
                }
            }
        }
        candidate.lines_reached = lengths.map_or_else(Vec::new, |lengths| {
            let may_be = self.fleet.pools.iter().enumerate().filter(|(bit, _)| may >> bit & 1 == 1);
            may_be
                .filter_map(|(bit, pool)| Some((bit, pool.line(&self.hose, lengths, lift_high, parameters)?.1)))
                .map(|(bit, flow)| (bit, decilitres(flow)))
                .collect()
        });
        let direct = lengths.and_then(|lengths| self.direct(source, lengths, (lift_low, lift_high)));
        if let Some((low, high)) = direct {
            let number = self.fleet.pools.len();
            let feeds = |lps: &f64| *lps >= self.hose.nozzle_lps;
            candidate.lines_low.extend(low.filter(feeds).map(|lps| (number, decilitres(lps))));
            candidate.lines_high.extend(high.filter(feeds).map(|lps| (number, decilitres(lps))));
        }
        if let (Some(way), Some(lengths)) = (&way, lengths) {
            candidate.lay_s = self.lay_s(way, lengths);
        }
        let counts_by_hose = if candidate.lines_high.is_empty() || source.flow.1 == 0 {
            Some(false)
        } else if !candidate.lines_low.is_empty() && source.flow.0 > 0 {
            Some(true)
        } else {
            None
        };
        let because = self.why(
            index,
            plan_m,
            way.as_ref(),
            (lengths, lift),
            (sure, may),
            (best.map(|b| (b.0, b.1, b.2)), direct),
        );
        let as_lps = |dl: u64| LitresPerSecond::new(dl as f64 / 10.0).unwrap_or(LitresPerSecond::ZERO);
        let seen = SourceAtSite {
            id: source.id.clone(),
            kind: source.kind.to_owned(),
            plan_m,
            hose_m: way.as_ref().map(|way| way.m),
            lift_m: lift,
            flow: Bounds { low: Some(as_lps(source.flow.0)), high: Some(as_lps(source.flow.1)) },
            counts_in_plan,
            counts_by_hose,
            because,
            stairs_m: way.as_ref().map_or(0.0, |way| way.stairs_m),
            way: way.map(|way| way.line),
            lengths,
            loss_mpa: lengths.map(|lengths| self.hose.loss_mpa(lengths)),
            pumps: best.map(|(_, pumps, ..)| pumps),
            appliance: best.map(|(.., code)| code.to_owned()).filter(|code| !code.is_empty()),
            line_lps: best.map(|(_, _, flow, _)| flow),
            shared: source.main.map(|main| format!("main {}", self.layers.mains[main].id)),
        };
        (candidate, seen)
    }

    /// The jet that a hydrant's own pressure feeds without a pump, L/s, least and greatest; `None` where hose is not enough,
    /// or where there is no pressure to speak of. A pressure that nobody told may be any the hydrant's flow allows.
    ///
    /// Hose is brought by the crew on foot, so it is no longer than what is on hand where nobody says.
    fn direct(&self, source: &supply::Source, lengths: u32, (lift_low, lift_high): (f64, f64)) -> Option<Jet> {
        let hose_m = f64::from(lengths) * self.hose.length_m;
        if !source.is_hydrant || source.flow.1 == 0 || hose_m > self.parameters().hose_max_m {
            return None;
        }
        let jet = |mpa: f64, lift_m: f64| self.hose.direct_flow(mpa, lengths, lift_m);
        let low = source.pressure_mpa.0.and_then(|mpa| jet(mpa, lift_high));
        let high = match source.pressure_mpa.1 {
            Some(mpa) => jet(mpa, lift_low),
            None => Some(source.flow.1 as f64 / 10.0),
        };
        (low.is_some() || high.is_some()).then_some((low, high))
    }

    /// Why a source counts by hose or not, in one line.
    fn why(
        &self,
        index: usize,
        plan_m: f64,
        way: Option<&Way>,
        (lengths, lift): (Option<u32>, Option<f64>),
        (sure, may): (u64, u64),
        (best, direct): (Option<(bool, u32, f64)>, Option<Jet>),
    ) -> String {
        let source = &self.supply.sources[index];
        let mut parts = vec![format!("{plan_m:.0} m in plan")];
        match (way, lengths) {
            (Some(way), Some(lengths)) => {
                let stairs =
                    if way.stairs_m > 0.0 { format!(", {:.0} m of it on stairs", way.stairs_m) } else { String::new() };
                let rise = lift.map_or("rise not known".to_owned(), |lift| format!("rise {lift:.0} m"));
                parts.push(format!("{:.0} m of hose way{stairs}, {lengths} lengths, {rise}", way.m));
                match best {
                    Some((is_sure, pumps, flow)) => {
                        let relay = if pumps > 1 { format!("in relay of {pumps} pumps ") } else { String::new() };
                        let doubt = if is_sure { "" } else { ", if an appliance gets there" };
                        parts.push(format!("{relay}up to {flow:.0} L/s{doubt}"));
                    }
                    None if may | sure == 0 => parts.push("no appliance with a pump gets to it".to_owned()),
                    None => parts.push("hose or pressure of the appliances that get there is not enough".to_owned()),
                }
                match direct.filter(|_| best.is_none_or(|(is_sure, ..)| !is_sure)) {
                    Some((Some(low), _)) if low >= self.hose.nozzle_lps => {
                        parts.push(format!("its own pressure feeds {low:.1} L/s without a pump"));
                    }
                    Some((_, Some(high))) if high < self.hose.nozzle_lps => parts.push(format!(
                        "its own pressure gives {high:.1} L/s, less than a nozzle's {}",
                        self.hose.nozzle_lps
                    )),
                    Some(_) => parts.push("whether its own pressure feeds a nozzle is not known".to_owned()),
                    None => {}
                }
            }
            _ => parts.push("no way for a hose within what appliances carry".to_owned()),
        }
        if source.flow.1 == 0 {
            parts.push(match source.can_draw {
                Some(false) => "water too deep or over the deck".to_owned(),
                _ => "gives no water".to_owned(),
            });
        }
        if !source.unknown.is_empty() {
            parts.push(format!("{} not known", source.unknown.join(", ")));
        }
        parts.join("; ")
    }

    fn describe(
        &self,
        need: &Need,
        needs: Vec<Need>,
        sources: Vec<SourceAtSite>,
        case: &SiteCase,
        found: &Evaluation,
        used: &[usize],
    ) -> SiteWater {
        let parameters = self.parameters();
        let is_hydrant = |source: &&SourceAtSite| source.kind == "hydrant";
        let hydrants_in_plan = sources.iter().filter(is_hydrant).filter(|s| s.counts_in_plan).count();
        let by_hose = sources.iter().filter(|s| s.counts_by_hose == Some(true)).count();
        let may_by_hose = sources.iter().filter(|s| s.counts_by_hose != Some(false)).count();
        let knows_any = self.supply.knows_hydrants || self.supply.knows_sources;
        let worst_failure = found.worst_failure.and_then(|failure| self.failure_words(failure, found));
        let in_vain = sources.iter().filter(|s| s.counts_in_plan && s.counts_by_hose == Some(false)).count();
        let beyond = sources.iter().filter(|s| !s.counts_in_plan && s.counts_by_hose == Some(true)).count();
        let disagreement = match (found.is_enough_in_plan, found.is_enough_by_hose) {
            (Some(true), Some(false)) => Some("enough within the legal radius, not enough by hose".to_owned()),
            (Some(false), Some(true)) => Some("not enough within the legal radius, enough by hose".to_owned()),
            _ if in_vain > 0 => Some(format!("{in_vain} source(s) within the legal radius cannot be used by hose")),
            _ if beyond > 0 => Some(format!("{beyond} source(s) beyond the legal radius can be used by hose")),
            _ => None,
        };
        let flow = show(Some(found.flow_lps.0), found.flow_lps.1, 1, "L/s");
        let asked = show(case.need_lps.0, case.need_lps.1, 0, "L/s");
        let open = open_sources(case);
        let survey_first = self.survey_first(case, found, &open, used);
        let mut binding = if !self.supply.knows_hydrants {
            "no layer of hydrants was supplied: what is there is not known".to_owned()
        } else if !self.knows_ways() {
            "no layer of roads was supplied: where hose can be laid is not known".to_owned()
        } else if sources.is_empty() {
            "no source of water within reach of plan or hose".to_owned()
        } else if may_by_hose == 0 {
            sources.first().map_or_else(String::new, |nearest| {
                format!("no source can be used by hose; nearest {} {}: {}", nearest.kind, nearest.id, nearest.because)
            })
        } else if found.gaps[0].0 > 0.0 || !case.is_complete && found.gaps[0].1 > 0.0 {
            format!("sources within reach give {flow} of {asked}")
        } else if found.gaps[2].0 > 0.0 || !case.is_complete && found.gaps[2].1 > 0.0 {
            format!("not enough without {}", worst_failure.as_deref().unwrap_or("one source"))
        } else if found.gaps[1].0 > 0.0 {
            "volume".to_owned()
        } else if found.best != found.worst {
            self.in_doubt(found, survey_first.as_deref())
        } else {
            disagreement.clone().unwrap_or_else(|| "nothing".to_owned())
        };
        let is_vouched = self.supply.has_all_hydrants && self.supply.has_all_sources;
        if self.supply.knows_hydrants && !is_vouched && found.best != found.worst {
            binding.push_str(&format!("; {} may be missing from the data", self.supply.unvouched()));
        }
        let mut surveys: Vec<String> = Vec::new();
        if !self.supply.knows_hydrants {
            surveys.push("list the hydrants about the site with position, state and tested flow".to_owned());
        }
        if !self.supply.knows_sources {
            surveys.push("list ponds, tanks and intakes about the site with volume and water level".to_owned());
        }
        surveys.extend(open.iter().map(|position| survey_of(self.supply, used[*position])));
        let in_doubt = |position: &usize| {
            let candidate = &case.candidates[*position];
            candidate.flow.1 > 0 && candidate.lines_low.is_empty() && !candidate.lines_reached.is_empty()
        };
        if found.best != found.worst
            && let Some(position) = (0..case.candidates.len()).find(in_doubt)
        {
            let source = &self.supply.sources[used[position]];
            surveys.push(format!("lanes to {} {}: find out whether an engine gets there", source.kind, source.id));
        }
        if self.supply.knows_hydrants && !is_vouched && found.best != found.worst {
            surveys.push(format!("walk about the site: {} may be missing from the data", self.supply.unvouched()));
        }
        if case.need_lps.0 != case.need_lps.1 {
            surveys.push("measure height, structure and fire grade of the building".to_owned());
        }
        SiteWater {
            flow_required: need.flow,
            volume_required: need.volume,
            need_because: need.because.clone(),
            hydrants_in_plan: count(hydrants_in_plan),
            sources_by_hose: count(by_hose),
            flow_available: if knows_any { bounds_lps(found.flow_lps) } else { Bounds::unknown() },
            volume_available: if knows_any { bounds_m3(found.volume_m3) } else { Bounds::unknown() },
            gap_flow: found.gaps[0],
            gap_volume: found.gaps[1],
            gap_n1: found.gaps[2],
            gap_time: found.gaps[3],
            class: found.class(),
            class_best: found.best,
            class_worst: found.worst,
            because: format!(
                "needs {asked}, gets {}; {binding}",
                if knows_any { flow } else { "an unknown supply".to_owned() }
            ),
            needs: parameters
                .need
                .compare
                .iter()
                .zip(needs)
                .map(|(model, need)| ModelNeed { model: *model, flow: need.flow, volume: need.volume })
                .collect(),
            flow_in_plan: bounds_lps(found.in_plan_lps),
            is_enough_in_plan: found.is_enough_in_plan,
            is_enough_by_hose: found.is_enough_by_hose,
            disagreement,
            worst_failure,
            time_to_water_s: found.water_s,
            binding,
            survey_first,
            surveys,
            sources,
            ..SiteWater::default()
        }
    }
}

impl Ground<'_> {
    /// A failure with what it leaves, in one line.
    fn failure_words(&self, failure: Failure, found: &Evaluation) -> Option<String> {
        let what = match failure {
            Failure::Lane(lane) => {
                let lane = EdgeId(lane);
                let (name, at) = lane::lane_name(self.network, self.layers, lane);
                format!("the only lane {name} at {:.0} {:.0}", at.x, at.y)
            }
            _ => self.supply.name(failure)?,
        };
        let left = show(Some(found.left_lps.0), found.left_lps.1, 1, "L/s");
        let had = show(Some(found.flow_lps.0), found.flow_lps.1, 1, "L/s");
        Some(format!("{what}: leaves {left} of {had}"))
    }
}

/// Sources of a site whose tests say most about it that are named.
const SURVEYS_NAMED: usize = 3;

/// The positions of the sources of which most is not known, among those that hose may come from.
fn open_sources(case: &SiteCase) -> Vec<usize> {
    let doubt = |position: &usize| case.candidates[*position].flow.1 - case.candidates[*position].flow.0;
    let mut open: Vec<usize> = (0..case.candidates.len())
        .filter(|position| doubt(position) > 0 && !case.candidates[*position].lines_high.is_empty())
        .collect();
    open.sort_by_key(|position| std::cmp::Reverse(doubt(position)));
    open.truncate(SURVEYS_NAMED);
    open
}

impl Ground<'_> {
    /// What is certain at a site whose class hangs on what nobody measured, and how few good tests would clear it.
    fn in_doubt(&self, found: &Evaluation, survey_first: Option<&str>) -> String {
        let mut text = format!("only {:.1} L/s are certain", found.flow_lps.0);
        if let Some(failure) = found.worst_failure.filter(|_| found.gaps[2].1 > found.gaps[0].1)
            && let Some(words) = self.failure_words(failure, found)
        {
            text.push_str(&format!("; {words}"));
        }
        if let Some(survey) = survey_first {
            text.push_str(&format!("; {survey}"));
        }
        text
    }

    /// The least that has to turn out well for the site to be green: a certain way for an engine, tests of the first of
    /// its open sources, or both; none where that is not enough, or where it is green already.
    ///
    /// What turns out well never makes anything worse, so the number of tests is found by halving.
    fn survey_first(&self, case: &SiteCase, found: &Evaluation, open: &[usize], used: &[usize]) -> Option<String> {
        if !self.supply.knows_hydrants || found.best != WaterClass::Green || found.worst == WaterClass::Green {
            return None;
        }
        let ranking = &self.parameters().ranking;
        let (counted_low, _) = self.parameters().counted_lps;
        let is_green = |case: &SiteCase, tests: usize| {
            let mut tested = case.clone();
            for position in &open[..tests] {
                let candidate = &mut tested.candidates[*position];
                (candidate.flow.0, candidate.volume.0) = (candidate.flow.1, candidate.volume.1);
                candidate.branch.0 = candidate.branch.1;
                candidate.flow_in_plan.0 = candidate.flow_in_plan.1.min(decilitres(counted_low));
            }
            evaluate(&tested, ranking).worst == WaterClass::Green
        };
        let least = |case: &SiteCase| {
            let (mut low, mut high) = (0, open.len());
            is_green(case, high).then(|| {
                while low < high {
                    let middle = low.midpoint(high);
                    if is_green(case, middle) { high = middle } else { low = middle + 1 }
                }
                high
            })
        };
        let named = |tests: usize| {
            let names: Vec<&str> = open[..tests].iter().map(|at| self.supply.sources[used[*at]].id.as_str()).collect();
            names.join(" and ")
        };
        if let Some(tests) = least(case) {
            return Some(format!("good tests of {} would clear it", named(tests)));
        }
        match least(&case.if_reached())? {
            0 => Some("it is clear if an engine gets to its sources, of which nothing is certain".to_owned()),
            tests => Some(format!(
                "good tests of {} would clear it if an engine gets there, of which nothing is certain",
                named(tests)
            )),
        }
    }
}

/// What to do about one source that nobody measured.
fn survey_of(supply: &Supply, source: usize) -> String {
    let source = &supply.sources[source];
    let what = match source.unknown.as_slice() {
        [] => "its main".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    format!("{} {}: find out {what}", source.kind, source.id)
}

/// The rulings of a site on distances, hose and gaps.
fn rulings(water: &SiteWater, supply: &Supply, rulebook: &Rulebook, site: &Site) -> Vec<Ruling> {
    let mut rulings = Vec::new();
    // A hydrant of which nobody told whether it works is a lower bound only.
    // Where one may be missing from the data, it may stand nearer than all that are known.
    let nearest =
        |is_complete: bool, of: &dyn Fn(&SourceAtSite) -> Option<f64>, is_sure: &dyn Fn(&SourceAtSite) -> bool| {
            let least =
                |sure: bool| water.sources.iter().filter(|s| !sure || is_sure(s)).filter_map(of).min_by(f64::total_cmp);
            match (is_complete, least(false), least(true)) {
                (false, _, high) => Measure::Known(Bounds { low: None, high: high.and_then(|h| Metres::new(h).ok()) }),
                (true, None, _) => Measure::Unreached,
                (true, Some(low), high) => {
                    Measure::Known(Bounds { low: Metres::new(low).ok(), high: high.and_then(|h| Metres::new(h).ok()) })
                }
            }
        };
    let works = |source: &SourceAtSite| source.flow.high.is_some_and(|flow| flow > LitresPerSecond::ZERO);
    let flows = |source: &SourceAtSite| source.flow.low.is_some_and(|flow| flow > LitresPerSecond::ZERO);
    let plan = nearest(supply.has_all_hydrants, &|s| (s.kind == "hydrant" && works(s)).then_some(s.plan_m), &flows);
    rule(&mut rulings, rulebook, "hydrant_plan_distance", site, &plan, &water.binding);
    let all = supply.has_all_hydrants && supply.has_all_sources;
    let hose =
        nearest(all, &|s| s.hose_m.filter(|_| works(s) && s.pumps.is_some()), &|s| s.counts_by_hose == Some(true));
    rule(&mut rulings, rulebook, "hose_way_length", site, &hose, &water.binding);
    let share = |gap: (f64, f64)| Bounds { low: Share::new(gap.0).ok(), high: Share::new(gap.1).ok() };
    rule(&mut rulings, rulebook, "flow_gap", site, &Measure::Known(share(water.gap_flow)), &water.because);
    rule(&mut rulings, rulebook, "volume_gap", site, &Measure::Known(share(water.gap_volume)), &water.because);
    rulings
}

fn rule<Q: Quantity>(
    rulings: &mut Vec<Ruling>,
    rulebook: &Rulebook,
    measure: &str,
    site: &Site,
    value: &Measure<Q>,
    because: &str,
) {
    for rule in rulebook.on(measure, &[site.kind.code()]) {
        rulings.push(ruling(rule, value, because));
    }
}

/// One measure against one rule.
fn ruling<Q: Quantity>(rule: &firereach_model::rules::Rule, value: &Measure<Q>, because: &str) -> Ruling {
    let (low, high) = match value {
        Measure::Known(bounds) => (bounds.low.map(Q::get), bounds.high.map(Q::get)),
        Measure::Unreached => (None, None),
    };
    Ruling {
        rule: rule.id.clone(),
        measure: rule.measure.clone(),
        low,
        high,
        is_reached: matches!(value, Measure::Known(_)),
        verdict: rule.judge(value, false),
        because: because.to_owned(),
    }
}

fn lps_of(flow: &Bounds<LitresPerSecond>) -> (Option<f64>, Option<f64>) {
    (flow.low.map(LitresPerSecond::get), flow.high.map(LitresPerSecond::get))
}

fn m3_of(volume: &Bounds<CubicMetres>) -> (Option<f64>, Option<f64>) {
    (volume.low.map(CubicMetres::get), volume.high.map(CubicMetres::get))
}

fn bounds_lps((low, high): (f64, Option<f64>)) -> Bounds<LitresPerSecond> {
    Bounds { low: LitresPerSecond::new(low).ok(), high: high.and_then(|h| LitresPerSecond::new(h).ok()) }
}

fn bounds_m3((low, high): (f64, Option<f64>)) -> Bounds<CubicMetres> {
    Bounds { low: CubicMetres::new(low).ok(), high: high.and_then(|h| CubicMetres::new(h).ok()) }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
