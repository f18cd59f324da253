use firereach_model::layers::Layers;

use crate::water::tests::{assess, assess_with, hydrant, known_need, ring_main};

/// A ring main along the street with these hydrants, each between valves of its own.
fn ring(hydrants: &[(&str, f64, Option<f64>)]) -> Layers {
    let mut layers = known_need();
    layers.hydrants = hydrants.iter().map(|(id, x, lps)| hydrant(id, *x, 0.0, *lps)).collect();
    layers.mains.push(ring_main());
    layers
}

/// The sources that a survey names, with what it settles.
fn surveys(layers: &Layers) -> Vec<String> {
    let found = assess_with(layers, |study| study.rulebook.parameters.water.supply.segment_hydrants = 1);
    found.surveys.iter().map(|survey| format!("{} {:.2}", survey.id, survey.settles)).collect()
}

#[test]
fn a_test_that_changes_nothing_settles_nothing() {
    let enough = [("a", 20.0, Some(15.0)), ("b", 40.0, Some(15.0))];
    assert_eq!(surveys(&ring(&enough)), [""; 0]);
    // A third hydrant that nobody tested: without it enough is certain.
    assert_eq!(surveys(&ring(&[enough[0], enough[1], ("open", 30.0, None)])), [""; 0]);
}

#[test]
fn the_test_that_settles_most_comes_first() {
    // 15 L/s are needed, also when one fails. "far" may give 4 L/s at most, "open" 15.
    let mut layers = ring(&[("good", 20.0, Some(15.0)), ("far", 60.0, None), ("open", 40.0, None)]);
    layers.hydrants[1].flow.high = Some(firereach_model::units::LitresPerSecond::of(4.0));
    let found = surveys(&layers);
    assert!(found[0].starts_with("open "), "{found:?}");
    assert!(found[1].starts_with("far "), "{found:?}");
}

#[test]
fn of_two_hydrants_either_of_which_is_enough_each_settles_what_it_does_alone() {
    // Nothing is certain: all of the flow, of the volume and of the flow after a failure may be missing. If one gives 15 L/s,
    // only the flow after a failure stays open; if it gives none, that is certainly missing and the rest stays open.
    assert_eq!(surveys(&ring(&[("a", 20.0, None), ("b", 40.0, None)])), ["a 0.50", "b 0.50"]);
}

#[test]
fn where_nobody_lists_hydrants_one_survey_stands_for_all() {
    let mut layers = known_need();
    layers.supplied.clear();
    layers.complete.clear();
    let found = assess(&layers);
    assert_eq!(
        found.surveys.iter().map(|survey| (survey.id.as_str(), survey.settles)).collect::<Vec<_>>(),
        [("hydrants", 1.0)]
    );
}
