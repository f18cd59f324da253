//! Hand towns: streets along one line, hydrants of 1, 2, 4 and 8 L/s, one site.

use firereach_model::feature::{Hydrant, HydrantKind, RoadClass, Service};
use firereach_model::findings::water::WaterClass;
use firereach_model::origin::Origin;
use geo_types::Point;

use super::*;
use crate::network::tagged_passages;
use crate::network::tests::{road, town};
use crate::reach::tests::{site, study};

fn hydrant(id: &str, x: f64, y: f64, lps: Option<f64>) -> Hydrant {
    Hydrant {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        at: Point::new(x, y),
        kind: HydrantKind::Pillar,
        service: Service::InService,
        flow: lps.map_or(Bounds::unknown(), |lps| Bounds::exactly(LitresPerSecond::of(lps))),
        pressure: Bounds::unknown(),
        main_diameter_mm: None,
        main_id: None,
        outlets: None,
        tested_on: None,
        height_m: Some(0.0),
        level: 0,
    }
}

/// A street of 1000 m along y = 0, the site at its beginning, 10 m off; height zero everywhere, no stations.
fn street(hydrants: Vec<Hydrant>) -> Layers {
    let mut layers = town(vec![road("street", RoadClass::Residential, &[(0.0, 0.0), (1000.0, 0.0)], &[])]);
    let mut place = site("S", 0.0, 10.0);
    place.height_m = Some(0.0);
    layers.sites = vec![place];
    layers.hydrants = hydrants;
    layers.supplied = vec!["roads".to_owned(), "hydrants".to_owned(), "water_sources".to_owned(), "mains".to_owned()];
    layers.complete = vec!["hydrants".to_owned(), "water_sources".to_owned()];
    layers
}

fn assess(layers: &Layers) -> WaterFindings {
    let mut study = study();
    study.rulebook.parameters.water.supply.relay_pumps = 1;
    let network = Network::build(layers, 0.5);
    let passages = tagged_passages(layers, &network, &study.rulebook.parameters.lanes);
    let conditions = Conditions::of(layers, 10);
    assess_water(layers, &network, &passages, &ReachFindings::default(), &study, &conditions)
}

#[test]
fn a_hose_counts_to_153_m_of_way_and_the_sum_says_which_hydrants_did() {
    // Nine lengths are 153 m of way; 10 m of it lead from the street to the site.
    let layers = street(vec![
        hydrant("1", 100.0, 0.0, Some(1.0)),
        hydrant("2", 142.0, 0.0, Some(2.0)),
        hydrant("4", 144.0, 0.0, Some(4.0)),
        hydrant("8", 20.0, 0.0, Some(8.0)),
    ]);
    let found = &assess(&layers).sites[0];
    assert_eq!(found.flow_available.high, Some(LitresPerSecond::of(11.0)));
    // Without mains all may hang on one branch, which counts for its greatest hydrant.
    assert_eq!(found.flow_available.low, Some(LitresPerSecond::of(8.0)));
    assert_eq!(found.hydrants_in_plan, 4);
    assert_eq!(found.sources_by_hose, 3);
    let lengths: Vec<String> =
        found.sources.iter().map(|s| format!("{} {:.0}", s.id, s.hose_m.unwrap_or(f64::NAN))).collect();
    assert_eq!(lengths, ["8 30", "1 110", "2 152", "4 NaN"]);
}

#[test]
fn a_layer_that_nobody_supplied_is_unknown_and_an_empty_one_is_nothing() {
    let empty = &assess(&street(vec![])).sites[0];
    assert_eq!((empty.class, empty.gap_flow), (WaterClass::Red, (1.0, 1.0)));
    let mut layers = street(vec![]);
    layers.supplied.clear();
    layers.complete.clear();
    let unknown = &assess(&layers).sites[0];
    assert_eq!((unknown.class, unknown.gap_flow), (WaterClass::Unknown, (0.0, 1.0)));
    assert!(unknown.flow_available.is_unknown());
    assert!(unknown.remedies.is_empty());
    assert!(unknown.surveys[0].contains("list the hydrants"));
}

#[test]
fn a_list_that_nobody_vouches_for_leaves_no_certain_gap() {
    let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(4.0))]);
    let complete = assess(&layers).sites[0].clone();
    assert!(complete.gap_flow.0 > 0.5 && complete.class == WaterClass::Red, "{:?}", complete.gap_flow);
    layers.complete = vec!["water_sources".to_owned()];
    let found = &assess(&layers).sites[0];
    assert_eq!((found.class, found.class_worst), (WaterClass::Unknown, WaterClass::Red));
    assert_eq!((found.gap_flow.0, found.gap_flow.1), (0.0, complete.gap_flow.1));
    assert!(found.binding.ends_with("hydrants may be missing from the data"), "{}", found.binding);
    assert!(found.surveys.iter().any(|survey| survey.contains("may be missing")));
    // What is known to be enough is enough whatever else there is.
    let mut enough = street(vec![hydrant("1", 50.0, 0.0, Some(15.0)), hydrant("2", 60.0, 0.0, Some(15.0))]);
    let vouched = assess(&enough).sites[0].gap_flow.1;
    enough.complete.clear();
    assert_eq!(assess(&enough).sites[0].gap_flow.1, vouched);
}

#[test]
fn hydrants_stand_as_far_apart_as_the_way_between_them() {
    let spacing = |x: f64, is_complete: bool| {
        let mut layers = street(vec![hydrant("1", 100.0, 0.0, None), hydrant("2", 100.0 + x, 0.0, None)]);
        if !is_complete {
            layers.complete.clear();
        }
        let found = assess(&layers);
        let ruling = found.hydrants[0].rulings.iter().find(|ruling| ruling.measure == "hydrant_spacing");
        ruling.expect("a rule on spacing").verdict.code()
    };
    assert_eq!((spacing(120.0, true), spacing(121.0, true)), ("pass", "mandatory_fail"));
    // Between two hydrants of an incomplete list a third one may stand.
    assert_eq!((spacing(120.0, false), spacing(121.0, false)), ("pass", "unknown"));
}

#[test]
fn a_hydrant_across_a_wall_counts_in_plan_and_not_by_hose() {
    // A second street 60 m away that meets the first only 1000 m on.
    let mut layers = street(vec![hydrant("1", 0.0, 60.0, Some(15.0))]);
    layers.roads.push(road("other", RoadClass::Residential, &[(0.0, 60.0), (1000.0, 60.0), (1000.0, 0.0)], &[]));
    let found = &assess(&layers).sites[0];
    assert!(found.sources[0].counts_in_plan);
    assert_eq!(found.sources[0].counts_by_hose, Some(false));
    assert_eq!(found.flow_available.high, Some(LitresPerSecond::ZERO));
    assert!(found.disagreement.as_deref().is_some_and(|text| text.contains("cannot be used by hose")));
}

#[test]
fn an_untested_hydrant_is_the_first_thing_to_survey() {
    let found = assess(&street(vec![hydrant("1", 50.0, 0.0, None)]));
    assert_eq!(found.sites[0].class, WaterClass::Unknown);
    assert_eq!(found.surveys[0].id, "1");
    assert_eq!(found.sites[0].sources[0].counts_by_hose, None);
}

#[test]
fn closing_a_way_never_shortens_a_hose() {
    let mut layers = street(vec![hydrant("1", 100.0, 0.0, Some(8.0))]);
    layers.roads.push(road("steps", RoadClass::Steps, &[(0.0, 0.0), (50.0, 3.0), (100.0, 0.0)], &[]));
    let both = assess(&layers).sites[0].sources[0].hose_m.expect("a way");
    layers.roads.remove(0);
    let steps = assess(&layers).sites[0].sources[0].hose_m.expect("a way over the steps");
    assert!(steps >= both);
    assert!(assess(&layers).sites[0].sources[0].stairs_m > 90.0);
}

#[test]
fn one_thread_finds_what_many_find() {
    let layers = street((0..8).map(|i| hydrant(&i.to_string(), f64::from(i) * 30.0, 0.0, None)).collect());
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
    assert_eq!(one.install(|| assess(&layers)), assess(&layers));
}
