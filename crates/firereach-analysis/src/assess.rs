//! Holds every measure of a scenario against every applicable rule.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Site, ZoneKind};
use firereach_model::findings::{Findings, LaneFindings, ReachFindings, Ruling, WaterFindings};
use firereach_model::layers::Layers;
use firereach_model::rules::Rulebook;
use firereach_model::study::{Scenario, Study};
use firereach_model::units::{Metres, Quantity};
use geo::Contains;

use crate::{change, clearance, network::Network, reach};

/// Does the whole job for one scenario.
///
/// `network` was built from `layers`; it is built anew only when the scenario adds roads. Cannot fail: what cannot be
/// reached or is not known is part of the findings.
pub fn assess_scenario(layers: &Layers, network: &Network, study: &Study, scenario: &Scenario) -> Findings {
    let conditions = change::apply(layers, scenario, study.rulebook.parameters.movement.snap_limit_m);
    let rebuilt;
    let network = if conditions.is_shape_changed {
        rebuilt = Network::build(&conditions.layers, study.rulebook.parameters.movement.join_tolerance_m);
        &rebuilt
    } else {
        network
    };
    let survey = clearance::survey(network, &study.rulebook, &conditions);
    let reach = reach::assess_reach(network, &survey.passages, study, &conditions);
    let lanes = clearance::assess_lanes(network, &survey, study, &conditions);
    let water = WaterFindings::default();
    let site_rulings = judge_sites(&conditions.layers, &study.rulebook, &reach, &lanes, &water);
    Findings { scenario: scenario.name.clone(), reach, lanes, water, site_rulings, problems: Vec::new() }
}

/// One measure of one site, ready to be ruled on.
struct SiteMeasure {
    name: &'static str,
    measure: Measure<Plain>,
    because: String,
}

/// A number in the unit of its rule; the measure's name fixes the unit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Plain(f64);

impl Eq for Plain {}

impl PartialOrd for Plain {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Plain {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Quantity for Plain {
    const UNIT: &'static str = "";

    fn get(self) -> f64 {
        self.0
    }
}

/// Rules on every measure of every site, in the order of the sites, the measures and the rules.
fn judge_sites(
    layers: &Layers,
    rulebook: &Rulebook,
    reach: &ReachFindings,
    lanes: &LaneFindings,
    water: &WaterFindings,
) -> Vec<Vec<Ruling>> {
    layers
        .sites
        .iter()
        .enumerate()
        .map(|(index, site)| {
            let in_core = is_in_core(layers, site);
            let words: Vec<&str> =
                [Some(site.kind.code()), site.grade.map(|grade| grade.code())].into_iter().flatten().collect();
            measures_of(index, reach, lanes, water)
                .into_iter()
                .flat_map(|measured| {
                    rulebook
                        .on(measured.name, &words)
                        .map(|rule| {
                            let (low, high) = match &measured.measure {
                                Measure::Known(bounds) => {
                                    (bounds.low.map(Quantity::get), bounds.high.map(Quantity::get))
                                }
                                Measure::Unreached => (None, None),
                            };
                            Ruling {
                                rule: rule.id.clone(),
                                measure: measured.name.to_owned(),
                                low,
                                high,
                                is_reached: measured.measure != Measure::Unreached,
                                verdict: rule.judge(&measured.measure, in_core),
                                because: measured.because.clone(),
                            }
                        })
                        .collect::<Vec<_>>()
                })
                .collect()
        })
        .collect()
}

/// Whether a site lies in a protected core, where a failure may be covered by a site-specific plan.
fn is_in_core(layers: &Layers, site: &Site) -> bool {
    layers
        .zones
        .iter()
        .any(|zone| matches!(zone.kind, ZoneKind::Core | ZoneKind::Protection) && zone.area.contains(&site.point))
}

fn lengths(bounds: &Bounds<Metres>) -> Measure<Plain> {
    Measure::Known(Bounds { low: bounds.low.map(|m| Plain(m.get())), high: bounds.high.map(|m| Plain(m.get())) })
}

fn measures_of(index: usize, reach: &ReachFindings, lanes: &LaneFindings, water: &WaterFindings) -> Vec<SiteMeasure> {
    let mut measures = Vec::new();
    if let Some(site) = reach.sites.get(index) {
        // The rules count from the dispatch order: call handling is not part of the measure.
        let seconds = |arrival: &firereach_model::findings::reach::Arrival| {
            Plain(arrival.components.total_s() - arrival.components.call_s)
        };
        measures.push(SiteMeasure {
            name: "response_time",
            measure: match &site.first {
                None => Measure::Unreached,
                Some(first) => {
                    Measure::Known(Bounds { low: Some(seconds(first)), high: site.cautious.as_ref().map(seconds) })
                }
            },
            because: site.binding.clone(),
        });
    }
    if let Some(site) = lanes.sites.get(index) {
        for (name, clearance) in [("lane_clear_width", &site.width), ("lane_clear_height", &site.height)] {
            if let Some(clearance) = clearance {
                measures.push(SiteMeasure {
                    name,
                    measure: lengths(&clearance.bounds),
                    because: clearance.because.clone(),
                });
            }
        }
    }
    if let Some(site) = water.sites.get(index) {
        for (name, gap) in [("flow_gap", site.gap_flow), ("volume_gap", site.gap_volume)] {
            measures.push(SiteMeasure {
                name,
                measure: Measure::Known(Bounds::between(Plain(gap.0), Plain(gap.1))),
                because: site.because.clone(),
            });
        }
    }
    measures
}
