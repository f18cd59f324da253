//! Hand towns with one thing in the way.

use firereach_model::bounds::Method;
use firereach_model::feature::{Body, Building, Road, RoadClass, StatedWidth, WidthMeaning};
use firereach_model::findings::reach::ReachFindings;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::study::Change;
use geo_types::{Coord, Rect, coord};

use super::*;
use crate::network::tests::{road, town};
use crate::reach::tests::{assess, site, station, study};

fn house(id: &str, x: f64, y: f64) -> Building {
    Building {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        footprint: Rect::new(coord! { x: x - 4.0, y: y - 4.0 }, coord! { x: x + 4.0, y: y + 4.0 }).to_polygon(),
        body: Body::default(),
        min_height: None,
        level: 0,
        is_roof: false,
    }
}

fn with_width(road: Road, width_m: f64, meaning: WidthMeaning) -> Road {
    let width = Metres::new(width_m).expect("a width");
    Road { widths: vec![StatedWidth { width, meaning, key: "width".to_owned() }], ..road }
}

/// A wide primary road of `main_m` metres from the station, then an alley of 200 m with a house and a site at its end.
fn lane_town(main_m: f64, width_m: f64, meaning: WidthMeaning) -> Layers {
    let main = road("main", RoadClass::Primary, &[(0.0, 0.0), (main_m, 0.0)], &[1, 2]);
    let lane = road("lane", RoadClass::Alley, &[(main_m, 0.0), (main_m, 200.0)], &[2, 3]);
    Layers {
        stations: vec![station("s", 0.0, 0.0, &["V2"])],
        sites: vec![site("end", main_m, 205.0)],
        buildings: vec![house("first", 10.0, 10.0), house("last", main_m, 206.0)],
        ..town(vec![with_width(main, 12.0, WidthMeaning::Clear), with_width(lane, width_m, meaning)])
    }
}

fn found(layers: &Layers, changes: Vec<Change>) -> ReachFindings {
    let mut study = study();
    study.rulebook.parameters.movement.site_reach_m = 10.0;
    assess(layers, &study, changes)
}

/// The state, the cause, the lane and the reason of the house and of the site at the end of the lane.
#[track_caller]
fn check(layers: &Layers, changes: Vec<Change>, expected: &str) {
    let found = found(layers, changes).uncovered;
    let said = |binding: &Binding| {
        let bar = binding.bar.as_ref().map(|bar| format!(" {} {} {}", bar.vehicle, bar.road_id, bar.reason));
        format!("{}{}", binding.cause.code(), bar.unwrap_or_default())
    };
    let last = found.buildings.iter().find(|building| building.building == 1).expect("the last house is not covered");
    let of_house = format!("{} {}", last.nearest.shortfall.code(), said(&last.nearest.binding));
    assert_eq!(of_house, expected);
    let of_site = found.sites[0].as_ref().expect("the site is not covered");
    assert!(expected.ends_with(&said(of_site)), "the site says {}", said(of_site));
}

#[test]
fn a_lane_known_to_be_too_narrow_bars_the_engine() {
    // On foot up the alley the crew is late; through it, were it 4 m wide, in time.
    check(&lane_town(1000.0, 2.0, WidthMeaning::Clear), vec![], "late barred V2 lane width");
}

#[test]
fn a_lane_nobody_measured_leaves_it_uncertain() {
    check(&lane_town(1000.0, 3.0, WidthMeaning::Carriageway), vec![], "not_certain unmeasured V2 lane width");
}

#[test]
fn where_only_the_speed_is_in_doubt_the_lane_is_named_on_which_most_hangs() {
    // A carriageway of 4 m under open sky lets the engine through for certain; how quickly depends on what lies beside it.
    let lanes = (5..60).map(|k| {
        let mut layers = lane_town(f64::from(k) * 100.0, 4.0, WidthMeaning::Carriageway);
        layers.roads[1].class = RoadClass::Primary;
        layers
    });
    let in_doubt: Vec<Layers> = lanes
        .filter(|layers| {
            let found = found(layers, vec![]).uncovered;
            found.sites[0].as_ref().is_some_and(|binding| binding.cause == Cause::Unmeasured)
        })
        .collect();
    assert!(!in_doubt.is_empty(), "at some distance the speed decides");
    for layers in in_doubt {
        check(&layers, vec![], "not_certain unmeasured V2 lane speed");
    }
}

#[test]
fn what_is_too_far_away_is_too_far_whatever_stands_in_the_way() {
    check(&lane_town(4000.0, 2.0, WidthMeaning::Clear), vec![], "late too_far");
}

#[test]
fn a_closed_road_bars_by_being_closed() {
    let closed = vec![Change::CloseRoad("lane".to_owned())];
    check(&lane_town(1000.0, 6.0, WidthMeaning::Clear), closed, "late barred V2 lane closed");
}

#[test]
fn without_a_staffed_station_there_is_no_other_cause() {
    let removed = vec![Change::RemoveStation("s".to_owned())];
    check(&lane_town(1000.0, 6.0, WidthMeaning::Clear), removed, "not_reached no_station");
}

#[test]
fn where_no_way_leads_or_lies_near_that_is_said() {
    let mut layers = lane_town(1000.0, 2.0, WidthMeaning::Clear);
    layers.roads.push(road("island", RoadClass::Residential, &[(0.0, 5000.0), (100.0, 5000.0)], &[8, 9]));
    layers.buildings.extend([house("on the island", 50.0, 5010.0), house("in the fields", 9000.0, 9000.0)]);
    let found = found(&layers, vec![]).uncovered;
    let cause = |building: u32| {
        found.buildings.iter().find(|found| found.building == building).map(|found| found.nearest.binding.cause)
    };
    assert_eq!(cause(0), None, "the house by the station is covered");
    assert_eq!((cause(2), cause(3)), (Some(Cause::NoWay), Some(Cause::NoData)));
}

#[test]
fn covered_and_uncovered_stretches_are_the_whole_road() {
    for (main_m, width_m) in [(1000.0, 2.0), (1000.0, 6.0), (3000.0, 6.0)] {
        let layers = lane_town(main_m, width_m, WidthMeaning::Clear);
        let found = found(&layers, vec![]);
        let uncovered: f64 = found.uncovered.stretches.iter().map(|stretch| stretch.length_m).sum();
        let coverage = found.coverage.iter().find(|c| c.measure == "road_length_within_300_s").expect("measured");
        assert!((coverage.covered + uncovered - coverage.of).abs() < 0.01, "{} + {uncovered}", coverage.covered);
        assert!(found.uncovered.stretches.iter().all(|stretch| stretch.line.0.len() >= 2));
    }
}

#[test]
fn the_narrowest_pinch_point_of_the_lane_is_named() {
    let mut uncovered = found(&lane_town(1000.0, 2.0, WidthMeaning::Clear), vec![]).uncovered;
    let pinch = |id: &str, road: usize, stretch_m: (f64, f64), width_m: f64| PinchPoint {
        id: id.to_owned(),
        road,
        piece: 0,
        at: Coord { x: 0.0, y: 0.0 },
        gap: None,
        width: Bounds { low: None, high: Metres::new(width_m).ok() },
        height: Bounds::unknown(),
        obstacles: Vec::new(),
        also_removable: Vec::new(),
        is_removable: None,
        sites: Vec::new(),
        stretch_m,
        method: Method::Unmeasured,
        width_cleared: Bounds::unknown(),
        is_closed: false,
        frees: None,
        is_widenable: false,
        frees_widened: None,
    };
    let pinches =
        [pinch("P1", 1, (10.0, 12.0), 2.4), pinch("P2", 1, (50.0, 60.0), 2.0), pinch("P3", 0, (10.0, 12.0), 1.0)];
    name_pinches(&mut uncovered, &pinches);
    let bar = uncovered.buildings.iter().find_map(|building| building.nearest.binding.bar.as_ref());
    assert_eq!(bar.and_then(|bar| bar.pinch.as_deref()), Some("P2"));
}
