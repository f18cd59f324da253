use firereach_model::findings::water::SiteWater;
use firereach_model::layers::Layers;

use super::*;
use crate::reach::tests::station;
use crate::water::fixture::parameters;
use crate::water::tests::{assess, assess_with, hydrant, street};

/// A pump of 0.8 MPa and 40 L/s with so much hose.
fn pool(hose_m: f64, count: u32) -> Pool {
    Pool { code: "P".to_owned(), hose_m, pump_mpa: 0.8, pump_lps: 40.0, count }
}

fn line(pool: &Pool, lengths: u32, lift_m: f64) -> Option<(u32, f64)> {
    let parameters = parameters();
    pool.lines(&Hose::of(&parameters), lengths, lift_m, &parameters).first().copied()
}

#[test]
fn hose_that_is_left_lies_as_parallel_lines() {
    // Nine lengths on the flat: sqrt((64 - 27) / (9 x 0.035)) = 10.8 L/s a line.
    let flow = |hose_m: f64| line(&pool(hose_m, 1), 9, 0.0).expect("it reaches").1;
    assert!((flow(180.0) - 10.84).abs() < 0.01);
    assert!((flow(360.0) - 21.68).abs() < 0.01);
    assert!((flow(2000.0) - 40.0).abs() < 1e-9, "no more than the pump moves");
}

#[test]
fn one_pump_s_hose_ends_where_a_relay_begins() {
    assert_eq!(line(&pool(180.0, 1), 10, 0.0), None);
    assert_eq!(line(&pool(180.0, 2), 10, 0.0).map(|(pumps, _)| pumps), Some(2));
    assert_eq!(line(&pool(180.0, 2), 19, 0.0), None);
}

#[test]
fn a_rise_that_one_pump_does_not_overcome_takes_two() {
    assert_eq!(line(&pool(180.0, 1), 2, 40.0), None);
    assert_eq!(line(&pool(180.0, 2), 2, 40.0).map(|(pumps, _)| pumps), Some(2));
}

#[test]
fn a_pipe_that_stands_ready_needs_no_hose_and_loses_less() {
    let parameters = parameters();
    let hose = Hose::of(&parameters);
    let (carried, friction) = (4, 7);
    let with_pipe = pool(100.0, 1).lines_over(&hose, carried, friction, 20.0, &parameters).first().copied();
    assert_eq!(line(&pool(100.0, 1), 10, 20.0), None);
    assert!(with_pipe.is_some_and(|(pumps, lps)| pumps == 1 && lps >= hose.nozzle_lps), "{with_pipe:?}");
}

/// The flow that comes to the site of a street, least and greatest, in L/s.
fn flow(found: &SiteWater) -> (f64, f64) {
    let lps = |end: Option<firereach_model::units::LitresPerSecond>| end.map_or(f64::NAN, |lps| lps.get());
    (lps(found.flow_available.low), lps(found.flow_available.high))
}

#[test]
fn where_no_station_is_named_an_appliance_may_come_and_is_certain_only_if_the_study_assumes_it() {
    let layers = street(vec![hydrant("1", 50.0, 0.0, Some(8.0))]);
    let found = |assumes: bool| {
        let found = assess_with(&layers, |study| {
            study.rulebook.parameters.water.supply.assumes_appliances = assumes;
        });
        flow(&found.sites[0])
    };
    assert_eq!((found(true), found(false)), ((8.0, 8.0), (0.0, 8.0)));
}

#[test]
fn stations_that_are_all_closed_send_nobody() {
    let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(8.0))]);
    // The town is looked at at ten.
    layers.stations = vec![station("N", 100.0, 0.0, &["V2"])];
    layers.stations[0].hours = vec![(8, 20)];
    assert_eq!(flow(&assess(&layers).sites[0]).1, 8.0);
    layers.stations[0].hours = vec![(12, 20)];
    assert_eq!(flow(&assess(&layers).sites[0]), (0.0, 0.0));
}

#[test]
fn a_carried_pump_is_certain_as_far_as_its_crew_carries_it() {
    let found = |post_m: f64| {
        let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(8.0))]);
        layers.stations = vec![station("N", post_m, 0.0, &["V8"])];
        flow(&assess(&layers).sites[0])
    };
    // Loaded, a crew goes some 590 m on the flat in ten minutes.
    assert_eq!((found(500.0), found(900.0)), ((8.0, 8.0), (0.0, 8.0)));
}

/// A street 5 m before a hydrant on another level is not one that an engine couples to it from, for certain.
#[test]
fn an_engine_couples_to_a_hydrant_from_a_road_of_its_own_level_for_certain() {
    let found = |level: i16| -> (f64, f64) {
        let mut layers: Layers = street(vec![hydrant("1", 50.0, 5.0, Some(8.0))]);
        layers.stations = vec![station("N", 100.0, 0.0, &["V2"])];
        layers.roads[0].clear_heights = vec![firereach_model::feature::StatedHeight {
            height: firereach_model::units::Metres::of(5.0),
            is_physical: true,
            key: "height".to_owned(),
        }];
        let meaning = firereach_model::feature::WidthMeaning::Clear;
        layers.roads[0].widths =
            vec![firereach_model::feature::StatedWidth { meaning, ..crate::water::tests::carriageway(6.0) }];
        layers.hydrants[0].level = level;
        flow(&assess(&layers).sites[0])
    };
    assert_eq!(found(0), (8.0, 8.0));
    // Nor is hose laid from it along that street.
    assert_eq!(found(1), (0.0, 0.0));
}
