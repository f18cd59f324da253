//! The whole job for one scenario: conditions, measures, findings, rulings.

use firereach_model::feature::StationKind;
use firereach_model::findings::{Findings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::study::{Scenario, Study};

use crate::network::Network;
use crate::reach::rule_on_response;
use crate::{change, clearance, ground, reach, water};

/// Does the whole job for one scenario.
///
/// `network` was built from `layers`; it is built anew only when the scenario adds roads. Cannot fail: what cannot be
/// reached or is not known is part of the findings.
pub fn assess_scenario(layers: &Layers, network: &Network, study: &Study, scenario: &Scenario) -> Findings {
    let rulebook = &study.rulebook;
    let movement = &rulebook.parameters.movement;
    let conditions = change::apply(layers, scenario, movement.snap_limit_m);
    let layers: &Layers = &conditions.layers;
    let rebuilt;
    let network = if conditions.is_shape_changed {
        rebuilt = Network::build(layers, movement.join_tolerance_m);
        &rebuilt
    } else {
        network
    };
    let survey = clearance::survey(network, rulebook, &conditions);
    let mut reach = reach::assess_reach(network, &survey.passages, study, &conditions);
    let mut lanes = clearance::assess_lanes(network, &survey, study, &conditions);
    reach::name_pinches(&mut reach.uncovered, &lanes.pinch_points);
    let water = water::assess_water(layers, network, (&survey.passages, &lanes), &reach, study, &conditions);

    let has_micro = layers.stations.iter().any(|station| station.kind == StationKind::Micro);
    let mut site_rulings: Vec<Vec<Ruling>> = layers
        .sites
        .iter()
        .zip(&reach.sites)
        .map(|(site, found)| rule_on_response(site, found, rulebook, has_micro))
        .collect();
    for (rulings, of_lanes) in site_rulings.iter_mut().zip(clearance::site_rulings(layers, rulebook, &lanes)) {
        rulings.extend(of_lanes);
    }
    for (rulings, of_water) in site_rulings.iter_mut().zip(&water.sites) {
        rulings.extend(of_water.rulings.iter().cloned());
    }
    let mut problems = std::mem::take(&mut lanes.problems);
    problems.extend(water::tests_to_come(layers, rulebook.as_of));
    let grounds = ground::measure_sites(layers, rulebook);
    Findings { scenario: scenario.name.clone(), reach, lanes, water, site_rulings, grounds, problems }
}
