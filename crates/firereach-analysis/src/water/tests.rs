//! Hand towns: streets along one line, hydrants of 1, 2, 4 and 8 L/s, one site.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Building, Hydrant, HydrantKind, Main, MainLayout, RoadClass, Service, Zone, ZoneKind};
use firereach_model::findings::water::WaterClass;
use firereach_model::origin::Origin;
use firereach_model::rules::{KnownFrom, Level, Limit, Rule};
use firereach_model::units::{CubicMetres, LitresPerSecond, Megapascals, Metres};
use geo_types::{Geometry, LineString, Point, polygon};

use super::*;
use crate::network::tagged_passages;
use crate::network::tests::{road, town};
use crate::reach::tests::{site, study};

pub(crate) fn hydrant(id: &str, x: f64, y: f64, lps: Option<f64>) -> Hydrant {
    Hydrant {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        at: Point::new(x, y),
        kind: HydrantKind::Pillar,
        service: Service::InService,
        flow: lps.map_or(Bounds::unknown(), |lps| Bounds::exactly(LitresPerSecond::of(lps))),
        pressure: Bounds::unknown(),
        static_pressure: Bounds::unknown(),
        lacks_pressure: false,
        main_diameter_mm: None,
        main_id: None,
        outlets: None,
        tested_on: None,
        height_m: Some(0.0),
        level: 0,
    }
}

/// A street of 1000 m along y = 0, the site at its beginning, 10 m off; height zero everywhere, no stations.
pub(crate) fn street(hydrants: Vec<Hydrant>) -> Layers {
    let mut layers = town(vec![road("street", RoadClass::Residential, &[(0.0, 0.0), (1000.0, 0.0)], &[])]);
    let mut place = site("S", 0.0, 10.0);
    place.height_m = Some(0.0);
    layers.sites = vec![place];
    layers.hydrants = hydrants;
    layers.supplied = vec!["roads".to_owned(), "hydrants".to_owned(), "water_sources".to_owned(), "mains".to_owned()];
    layers.complete = vec!["hydrants".to_owned(), "water_sources".to_owned()];
    layers
}

pub(crate) fn assess(layers: &Layers) -> WaterFindings {
    assess_with(layers, |_| {})
}

pub(crate) fn assess_with(layers: &Layers, change: impl FnOnce(&mut Study)) -> WaterFindings {
    let mut study = study();
    study.rulebook.parameters.water.supply.relay_pumps = 1;
    study.rulebook.parameters.water.supply.assumes_appliances = true;
    study.rulebook.rules.push(Rule {
        id: "HY-01".to_owned(),
        measure: "hydrant_spacing".to_owned(),
        limit: Limit::AtMost(120.0),
        unit: "m".to_owned(),
        level: Level::Mandatory,
        from: None,
        to: None,
        basis: "test".to_owned(),
        known_from: KnownFrom::Project,
        applies_to: vec![],
        exempt_in_core: false,
        says: String::new(),
        says_zh: String::new(),
        note: None,
        conflict: None,
    });
    change(&mut study);
    let network = Network::build(layers, 0.5);
    let passages = tagged_passages(layers, &network, &study.rulebook.parameters.lanes);
    let conditions = Conditions::of(layers, 10);
    assess_water(
        layers,
        &network,
        (&passages, &LaneFindings::default()),
        &ReachFindings::default(),
        &study,
        &conditions,
    )
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

/// A street whose site needs 15 L/s and 108 m3 for certain: 1000 m3 of grade 3, alone.
pub(crate) fn known_need() -> Layers {
    let mut layers = street(vec![]);
    layers.sites[0].body.volume = CubicMetres::new(1000.0).ok();
    layers.sites[0].body.fire_grade = Some(3);
    layers.supplied.push("buildings".to_owned());
    layers
}

/// A main in the street that is part of a ring, its valves not known.
pub(crate) fn ring_main() -> Main {
    Main {
        origin: Origin::of_study("test", "M"),
        id: "M".to_owned(),
        line: LineString::from(vec![(-50.0, 0.0), (300.0, 0.0)]),
        diameter_mm: Some(200.0),
        layout: MainLayout::Ring,
        segment: None,
        pressure_zone: None,
    }
}

pub(crate) fn zone(id: &str, kind: ZoneKind, (x, y): (f64, f64), side: f64) -> Zone {
    let area = polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)];
    Zone { origin: Origin::of_study("test", id), id: id.to_owned(), name: None, kind, area: area.into(), people: None }
}

/// The remedies as `quantity unit kind: class`, those that clear the site with an exclamation mark.
pub(crate) fn remedies(found: &SiteWater) -> Vec<String> {
    let clears = |remedy: &firereach_model::findings::water::Remedy| if remedy.clears { "!" } else { "" };
    let mut all: Vec<String> = found
        .remedies
        .iter()
        .map(|r| format!("{} {} {}: {}{}", r.quantity, r.unit, r.kind, r.class.code(), clears(r)))
        .collect();
    all.sort();
    all
}

/// Ground of height zero everywhere.
pub(crate) fn level_ground() -> firereach_model::terrain::Grid {
    firereach_model::terrain::Grid {
        file: "level ground".to_owned(),
        first: geo_types::Coord { x: -1000.0, y: 1000.0 },
        cell_m: 2000.0,
        columns: 2,
        rows: 2,
        heights: vec![0.0; 4],
        resolution_m: 1.0,
    }
}

/// An intake with a deck of height zero, its state, and the level and gauge of its water.
pub(crate) fn intake(
    id: &str,
    at: (f64, f64),
    (service, water_level_m, gauge): (Service, Option<f64>, Option<&str>),
) -> firereach_model::feature::WaterSource {
    firereach_model::feature::WaterSource {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: firereach_model::feature::WaterSourceKind::Intake,
        at: at.into(),
        service,
        volume: Bounds::unknown(),
        refill: Bounds::unknown(),
        deck_height_m: Some(0.0),
        water_level_m,
        gauge: gauge.map(str::to_owned),
        height_m: Some(0.0),
        body: None,
    }
}

#[test]
fn two_hydrants_on_a_ring_clear_a_site_and_one_does_not() {
    let mut layers = known_need();
    layers.mains.push(ring_main());
    // A house over the nearest part of the main: no hydrant stands within 5 m of its wall.
    let house = polygon![(x: -40.0, y: -10.0), (x: 30.0, y: -10.0), (x: 30.0, y: -1.0), (x: -40.0, y: -1.0)];
    layers.buildings.push(Building {
        origin: Origin::of_study("test", "B"),
        id: "B".to_owned(),
        name: None,
        footprint: house.clone(),
        body: firereach_model::feature::Body::default(),
        min_height: None,
        level: 0,
        is_roof: false,
    });
    // Every hydrant between valves of its own: two on one segment would be lost together.
    let found = &assess_with(&layers, |study| study.rulebook.parameters.water.supply.segment_hydrants = 1).sites[0];
    assert_eq!((found.class, found.gap_flow), (WaterClass::Red, (1.0, 1.0)));
    let tried = remedies(found);
    assert!(tried.contains(&"1 piece hydrant: orange".to_owned()), "{tried:?}");
    assert!(tried.contains(&"2 piece hydrant: green!".to_owned()), "{tried:?}");
    let line = found.cheapest_remedy.as_deref().expect("a remedy");
    assert!(line.starts_with("2 piece hydrant on main M (ring)"), "{line}");
    let at = found.remedies.iter().find(|r| r.kind == "hydrant").and_then(|r| r.at).expect("a place");
    assert!(Euclidean.distance(&Point(at), &house) >= 5.0 && (30.0..=40.0).contains(&at.x), "{at:?}");
}

/// A ring main under the middle of the street, and the rule on the distance to the edge of the road.
fn kerb_town(change: impl FnOnce(&mut Layers)) -> WaterFindings {
    let mut layers = known_need();
    layers.mains.push(Main {
        origin: Origin::of_study("test", "M"),
        id: "M".to_owned(),
        line: LineString::from(vec![(0.0, 0.0), (300.0, 0.0)]),
        diameter_mm: Some(200.0),
        layout: MainLayout::Ring,
        segment: None,
        pressure_zone: None,
    });
    layers.sites[0].point = Point::new(0.0, 25.0);
    layers.sites[0].shape = Geometry::Point(layers.sites[0].point);
    change(&mut layers);
    assess_with(&layers, |study| {
        let kerb = |limit| Rule {
            id: "HY-07".to_owned(),
            measure: "hydrant_kerb_distance".to_owned(),
            limit,
            ..study.rulebook.rules[0].clone()
        };
        let both = [kerb(Limit::AtLeast(0.5)), kerb(Limit::AtMost(2.0))];
        study.rulebook.rules.extend(both);
    })
}

pub(crate) fn carriageway(metres: f64) -> firereach_model::feature::StatedWidth {
    firereach_model::feature::StatedWidth {
        width: Metres::new(metres).expect("a width"),
        meaning: firereach_model::feature::WidthMeaning::Carriageway,
        key: "width".to_owned(),
    }
}

#[test]
fn a_new_hydrant_stands_beside_the_carriageway_and_not_over_the_main_in_it() {
    let found = kerb_town(|layers| layers.roads[0].widths = vec![carriageway(6.0)]);
    let hydrant = found.sites[0].remedies.iter().find(|remedy| remedy.kind == "hydrant").expect("a hydrant");
    // Half of 6 m, and the middle of 0.5 to 2.0 m.
    assert_eq!(hydrant.at.expect("a place").y.abs(), 4.25);
    assert!(hydrant.rulings.iter().all(|ruling| ruling.verdict.code() == "pass"), "{:?}", hydrant.rulings);
    assert!(hydrant.place.contains("1.2 m from the kerb (street: width=6)"), "{}", hydrant.place);
}

#[test]
fn a_new_hydrant_at_a_road_of_unknown_width_is_offered_with_its_kerb_in_doubt() {
    let found = kerb_town(|_| {});
    let hydrant = found.sites[0].remedies.iter().find(|remedy| remedy.kind == "hydrant").expect("a hydrant");
    assert!(hydrant.rulings.iter().any(|ruling| ruling.verdict.code() == "unknown"));
    assert!(hydrant.place.contains("to be set out from the kerb"), "{}", hydrant.place);
}

#[test]
fn no_hydrant_is_offered_where_houses_stand_at_both_kerbs() {
    let found = kerb_town(|layers| {
        layers.roads[0].widths = vec![carriageway(6.0)];
        for (id, y) in [("north", 5.0), ("south", -10.0)] {
            layers.buildings.push(Building {
                origin: Origin::of_study("test", id),
                id: id.to_owned(),
                name: None,
                footprint: polygon![(x: -200.0, y: y), (x: 400.0, y: y), (x: 400.0, y: y + 5.0), (x: -200.0, y: y + 5.0)],
                body: firereach_model::feature::Body::default(),
                min_height: None,
                level: 0,
                is_roof: false,
            });
        }
    });
    assert!(found.sites[0].remedies.iter().all(|remedy| remedy.kind != "hydrant"), "{:?}", found.sites[0].remedies);
}

#[test]
fn a_hydrant_is_ruled_on_by_its_distance_to_the_kerb() {
    let verdicts = |y: f64| {
        let found = kerb_town(|layers| {
            layers.roads[0].widths = vec![carriageway(6.0)];
            layers.hydrants = vec![hydrant("1", 50.0, y, Some(15.0))];
        });
        let of_kerb = found.hydrants[0].rulings.iter().filter(|ruling| ruling.rule == "HY-07");
        of_kerb.map(|ruling| ruling.verdict.code()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        [verdicts(4.0), verdicts(2.0), verdicts(6.0)],
        ["pass pass", "mandatory_fail pass", "pass mandatory_fail"]
    );
}

#[test]
fn a_widened_lane_names_its_stretch_and_brings_what_it_promises_when_the_site_is_run_again() {
    use firereach_model::study::Change;

    let mut layers = known_need();
    let stated = |metres: f64| firereach_model::feature::StatedWidth {
        meaning: firereach_model::feature::WidthMeaning::Clear,
        ..carriageway(metres)
    };
    let lane = |id: &str, from: f64, to: f64, nodes: &[i64], metres: f64| {
        let mut lane = road(id, RoadClass::Residential, &[(from, 0.0), (to, 0.0)], nodes);
        lane.widths = vec![stated(metres)];
        lane.clear_heights = vec![firereach_model::feature::StatedHeight {
            height: Metres::new(5.0).expect("a height"),
            is_physical: true,
            key: "height".to_owned(),
        }];
        lane
    };
    layers.roads = vec![
        lane("approach", -500.0, -100.0, &[1, 2], 6.0),
        lane("neck", -100.0, -40.0, &[2, 3], 2.4),
        lane("street", -40.0, 300.0, &[3, 4], 6.0),
    ];
    layers.hydrants = vec![hydrant("1", 50.0, 0.0, Some(15.0)), hydrant("2", 60.0, 0.0, Some(15.0))];
    for one in &mut layers.hydrants {
        one.pressure = Bounds::exactly(Megapascals::of(0.1));
    }
    layers.stations = vec![crate::reach::tests::station("N", -500.0, 0.0, &["V2"])];
    let only_failing_hydrants = |study: &mut Study| study.rulebook.parameters.water.supply.only_lane_m = 1.0;
    let before = assess_with(&layers, only_failing_hydrants).sites[0].clone();
    assert_eq!(before.gap_flow, (1.0, 1.0), "the pumper of 4 m does not pass 2.4 m");
    let remedy = before.remedies.iter().find(|remedy| remedy.kind == "widen_lane").expect("a lane to widen");
    assert_eq!(remedy.place, "for V2: neck from 0 to 60 m, from 2.40 m to 4.00 m");
    assert_eq!((remedy.lanes.len(), remedy.lanes[0].road.as_str(), remedy.lanes[0].widened_m), (1, "neck", 4.0));
    let change = Change::WidenRoad { id: "neck".to_owned(), clear_width_m: remedy.lanes[0].widened_m };
    let widened = crate::change::apply(&layers, &crate::reach::tests::scenario(vec![change]), 10.0);
    let after = assess_with(&widened.layers, only_failing_hydrants).sites[0].clone();
    assert_eq!(after.gap_flow, remedy.gap_flow);
    assert_eq!(after.gap_n1, remedy.gap_n1);
    assert!(after.gap_flow.1 < before.gap_flow.1);
}

#[test]
fn a_motorcycle_brings_water_up_a_lane_too_narrow_for_engines_if_it_has_a_pump() {
    let mut layers = known_need();
    let lane = |id: &str, from: f64, to: f64, nodes: &[i64], metres: f64| {
        let mut lane = road(id, RoadClass::Residential, &[(from, 0.0), (to, 0.0)], nodes);
        let meaning = firereach_model::feature::WidthMeaning::Clear;
        lane.widths = vec![firereach_model::feature::StatedWidth { meaning, ..carriageway(metres) }];
        lane.clear_heights = vec![firereach_model::feature::StatedHeight {
            height: Metres::of(5.0),
            is_physical: true,
            key: "height".to_owned(),
        }];
        lane
    };
    layers.roads = vec![lane("approach", -500.0, -100.0, &[1, 2], 6.0), lane("alley", -100.0, 60.0, &[2, 3], 1.8)];
    layers.hydrants = vec![hydrant("1", 15.0, 0.0, Some(15.0)), hydrant("2", 20.0, 0.0, Some(15.0))];
    for one in &mut layers.hydrants {
        one.pressure = Bounds::exactly(Megapascals::of(0.1));
    }
    layers.stations = vec![crate::reach::tests::station("N", -500.0, 0.0, &["V2"])];
    let offered = |code: &str| {
        let found = assess_with(&layers, |study| {
            study.rulebook.parameters.water.supply.only_lane_m = 1.0;
            study.rulebook.parameters.water.remedies.motorcycle = code.to_owned();
        });
        let site = found.sites[0].clone();
        assert_eq!(site.gap_flow, (1.0, 1.0), "no engine enters 1.8 m");
        site.remedies.into_iter().find(|remedy| remedy.kind == "motorcycle").map(|remedy| remedy.gap_flow.1)
    };
    // That of the catalogue carries 40 L and a line, no pump.
    assert_eq!(offered("V7"), None);
    // A three-wheeler of the catalogue has a pump of 10 L/s.
    let left = offered("V6").expect("a vehicle for the alley with a pump");
    assert!(left < 0.9, "{left}");
}

#[test]
fn a_pond_lies_on_open_ground_away_from_walls_and_two_remedies_clear_what_one_does_not() {
    let mut layers = known_need();
    layers.zones.push(zone("square", ZoneKind::Open, (20.0, -40.0), 80.0));
    layers.zones.push(zone("river", ZoneKind::Water, (-120.0, -60.0), 100.0));
    layers.roads[0].widths = vec![carriageway(6.0)];
    layers.terrain.grids.push(level_ground());
    // An intake that is broken tells how deep the water is.
    layers.water_sources.push(intake("W", (-100.0, 38.0), (Service::OutOfService, Some(-3.0), None)));
    // Two ponds are as good as a pond and an intake, and are one measure: no pair is sought.
    let two_ponds = remedies(&assess(&layers).sites[0]);
    assert!(two_ponds.contains(&"220 m3 pond: green!".to_owned()), "{two_ponds:?}");
    assert!(!two_ponds.iter().any(|line| line.contains('+')), "{two_ponds:?}");
    let found = &assess_with(&layers, |study| study.rulebook.parameters.water.remedies.ponds = 1).sites[0];
    let tried = remedies(found);
    // Each of them alone is lost when it fails; both together are not.
    assert!(tried.contains(&"110 m3 pond: orange".to_owned()), "{tried:?}");
    assert!(tried.contains(&"1 piece intake: orange".to_owned()), "{tried:?}");
    assert!(
        tried.iter().any(|line| line.contains("pond+intake: green!") || line.contains("intake+pond: green!")),
        "{tried:?}"
    );
    let pond = found.remedies.iter().find(|remedy| remedy.kind == "pond").expect("a pond");
    let at = pond.at.expect("a place");
    assert!((20.0..=100.0).contains(&at.x) && (-40.0..=40.0).contains(&at.y), "{at:?}");
    assert!(
        found.cheapest_remedy.as_deref().is_some_and(|line| line.contains(", and ")),
        "{:?}",
        found.cheapest_remedy
    );
}

#[test]
fn a_hydrant_feeds_a_nozzle_by_itself_only_with_enough_pressure() {
    let by_hose = |mpa: Option<f64>| {
        let mut one = hydrant("1", 100.0, 0.0, Some(15.0));
        one.pressure = mpa.map_or(Bounds::unknown(), |mpa| Bounds::exactly(Megapascals::new(mpa).expect("a pressure")));
        // The only pump there is cannot even give a nozzle its head.
        let found = assess_with(&street(vec![one]), |study| {
            study.rulebook.parameters.water.supply.default_pump_mpa = 0.1;
        });
        (found.sites[0].sources[0].counts_by_hose, found.sites[0].sources[0].because.clone())
    };
    // 110 m of way are seven lengths: 0.1 MPa drives sqrt(10 / (7 x 0.035 + 27 / 6.5^2)) = 3.4 L/s, 0.5 MPa 7.5 L/s.
    let (weak, because) = by_hose(Some(0.1));
    assert_eq!(weak, Some(false));
    assert!(because.contains("its own pressure gives 3.4 L/s, less than a nozzle's 6.5"), "{because}");
    let (strong, because) = by_hose(Some(0.5));
    assert_eq!(strong, Some(true));
    assert!(because.contains("its own pressure feeds 7.5 L/s without a pump"), "{because}");
    assert_eq!(by_hose(None).0, None);
}

#[test]
fn an_intake_is_ruled_on_by_its_suction_lift() {
    let mut layers = street(vec![]);
    let source = |deck: f64, level: Option<f64>| firereach_model::feature::WaterSource {
        origin: Origin::of_study("test", "W"),
        id: format!("W{deck}"),
        name: None,
        kind: firereach_model::feature::WaterSourceKind::Intake,
        at: Point::new(20.0, 0.0),
        body: None,
        service: Service::InService,
        volume: Bounds::unknown(),
        refill: Bounds::unknown(),
        deck_height_m: Some(deck),
        water_level_m: level,
        gauge: Some("G".to_owned()),
        height_m: Some(deck),
    };
    layers.water_sources =
        vec![source(6.0, Some(0.0)), source(7.0, Some(0.0)), source(-1.0, Some(0.0)), source(5.0, None)];
    let found = assess_with(&layers, |study| {
        let lift = Rule {
            id: "FL-18".to_owned(),
            measure: "suction_lift".to_owned(),
            limit: Limit::AtMost(6.0),
            ..study.rulebook.rules[0].clone()
        };
        study.rulebook.rules.push(lift);
    });
    let verdicts: Vec<_> = found.sources.iter().map(|s| s.rulings[0].verdict.code()).collect();
    assert_eq!(verdicts, ["pass", "mandatory_fail", "mandatory_fail", "unknown"]);
    assert_eq!(
        found.sources.iter().map(|s| s.can_draw).collect::<Vec<_>>(),
        [Some(true), Some(false), Some(false), None]
    );
}

#[test]
fn the_only_lane_that_brings_the_pump_is_named_with_what_its_closing_leaves() {
    let mut layers = known_need();
    let lane = |id: &str, from: f64, to: f64, nodes: &[i64]| {
        road(id, RoadClass::Residential, &[(from, 0.0), (to, 0.0)], nodes)
    };
    layers.roads = vec![lane("approach", -500.0, 0.0, &[1, 2]), lane("street", 0.0, 1000.0, &[2, 3])];
    layers.hydrants = vec![hydrant("1", 50.0, 0.0, Some(15.0)), hydrant("2", 60.0, 0.0, Some(15.0))];
    for one in &mut layers.hydrants {
        one.pressure = Bounds::exactly(Megapascals::of(0.1));
    }
    layers.stations = vec![crate::reach::tests::station("N", -500.0, 0.0, &["V2"])];
    let found = &assess(&layers).sites[0];
    assert_eq!((found.gap_flow.0, found.gap_n1), (0.0, (1.0, 1.0)));
    let worst = found.worst_failure.as_deref().expect("a failure");
    assert_eq!(
        worst, "the only lane street at 500 0: leaves 0.0 L/s of 0.0 to 15.0 L/s",
        "one engine draws at one of the two"
    );
}

#[test]
fn a_site_in_doubt_says_which_tests_would_clear_it() {
    let mut layers = known_need();
    layers.hydrants = vec![
        hydrant("tested", 30.0, 0.0, Some(15.0)),
        hydrant("open", 60.0, 0.0, None),
        hydrant("other", 20.0, 0.0, Some(4.0)),
    ];
    layers.mains.push(ring_main());
    let found = assess_with(&layers, |study| study.rulebook.parameters.water.supply.segment_hydrants = 1);
    let site = &found.sites[0];
    assert_eq!((site.class_best, site.class_worst), (WaterClass::Green, WaterClass::Orange));
    assert!(
        site.binding.starts_with("in doubt without hydrant tested: leaves 4.0 to 19.0 L/s of 19.0 to 34.0 L/s"),
        "{}",
        site.binding
    );
    assert!(site.binding.ends_with("good tests of open would clear it"), "{}", site.binding);
}

#[test]
fn what_an_overdue_test_found_is_no_longer_certain_unless_the_rules_trust_it() {
    let certain = |tested_on: Option<&str>, trusts: bool| {
        let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(8.0))]);
        layers.hydrants[0].tested_on = tested_on.map(str::to_owned);
        let found = assess_with(&layers, |study| {
            study.rulebook.as_of = firereach_model::rules::Date { year: 2023, month: 6, day: 1 };
            study.rulebook.parameters.water.supply.trusts_overdue_tests = trusts;
        });
        let flow = found.hydrants[0].flow;
        (flow.low.map(LitresPerSecond::get), flow.high.map(LitresPerSecond::get), found.hydrants[0].is_overdue)
    };
    assert_eq!(certain(Some("2022-06-02"), false), (Some(8.0), Some(8.0), Some(false)));
    assert_eq!(certain(Some("2022-05-30"), false), (Some(0.0), Some(8.0), Some(true)));
    assert_eq!(certain(Some("2022-05-30"), true), (Some(8.0), Some(8.0), Some(true)));
    assert_eq!(certain(None, false), (Some(8.0), Some(8.0), None));
}

#[test]
fn figures_of_the_city_run_from_what_is_certain_to_what_may_be() {
    let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(15.0)), hydrant("2", 60.0, 0.0, None)]);
    layers.hydrants[1].service = Service::Unknown;
    layers.mains.push(Main {
        origin: Origin::of_study("test", "far"),
        id: "far".to_owned(),
        line: LineString::from(vec![(0.0, 500.0), (300.0, 500.0)]),
        diameter_mm: Some(200.0),
        layout: MainLayout::Ring,
        segment: None,
        pressure_zone: None,
    });
    let figure = |layers: &Layers, measure: &str| {
        let found = assess(layers);
        let figure = found.figures.iter().find(|figure| figure.measure == measure).expect("a figure").clone();
        (figure.low, figure.high, figure.of)
    };
    assert_eq!(figure(&layers, "sites_source_in_plan"), (1.0, 1.0, 1.0));
    assert_eq!(figure(&layers, "hydrants_in_service"), (1.0, 2.0, 2.0));
    assert_eq!(figure(&layers, "hydrants_out_of_service"), (0.0, 1.0, 2.0));
    assert_eq!(figure(&layers, "hydrants_of_known_flow"), (1.0, 1.0, 2.0));
    assert_eq!(figure(&layers, "without_hydrant"), (1.0, 1.0, 1.0));
    layers.complete.clear();
    layers.hydrants.clear();
    // Nobody vouches for the list: a hydrant may stand anywhere.
    assert_eq!(figure(&layers, "sites_source_in_plan"), (0.0, 1.0, 1.0));
    assert_eq!(figure(&layers, "without_hydrant"), (0.0, 1.0, 1.0));
}

#[test]
fn a_pond_far_from_its_lane_and_slow_to_fill_says_so() {
    let mut layers = street(vec![]);
    layers.roads[0].widths = vec![carriageway(6.0)];
    let pond = |id: &str, y: f64, m3: f64| firereach_model::feature::WaterSource {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: firereach_model::feature::WaterSourceKind::Pond,
        at: Point::new(20.0, y),
        body: None,
        service: Service::InService,
        volume: Bounds::exactly(CubicMetres::of(m3)),
        refill: Bounds::exactly(LitresPerSecond::of(1.0)),
        deck_height_m: Some(1.0),
        water_level_m: Some(0.0),
        gauge: None,
        height_m: Some(0.0),
    };
    // The kerb is 3 m from the centre line.
    layers.water_sources = vec![pond("near", 5.0, 100.0), pond("far", 5.1, 40.0), pond("slow", 4.0, 200.0)];
    let found = assess_with(&layers, |study| {
        let rule = |id: &str, measure: &str, limit| Rule {
            id: id.to_owned(),
            measure: measure.to_owned(),
            limit,
            ..study.rulebook.rules[0].clone()
        };
        let more = [
            rule("FL-17", "intake_lane_distance", Limit::AtMost(2.0)),
            rule("FD-08b", "pond_volume", Limit::AtLeast(50.0)),
            rule("FD-09", "pond_refill_time", Limit::AtMost(48.0)),
        ];
        study.rulebook.rules.extend(more);
    });
    let verdicts = |index: usize| {
        let rulings = found.sources[index].rulings.iter();
        rulings.map(|ruling| format!("{} {}", ruling.rule, ruling.verdict.code())).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(verdicts(0), "FL-17 pass, FD-08b pass, FD-09 pass");
    assert_eq!(verdicts(1), "FL-17 mandatory_fail, FD-08b mandatory_fail, FD-09 pass");
    // 200 m3 at 1 L/s take 55.6 hours.
    assert_eq!(verdicts(2), "FL-17 pass, FD-08b pass, FD-09 mandatory_fail");
}

#[test]
fn a_hydrant_beside_a_stray_way_is_reached_from_the_ways_that_hang_together() {
    let mut layers = street(vec![hydrant("1", 50.0, 6.0, Some(8.0))]);
    layers.roads.push(road("outline", RoadClass::Footway, &[(40.0, 6.5), (60.0, 6.5)], &[]));
    layers.roads.push(road("beyond", RoadClass::Residential, &[(1000.0, 0.0), (1100.0, 0.0)], &[]));
    let source = assess(&layers).sites[0].sources[0].clone();
    // 50 m of street, 10 m from it to the site, 6 m from the hydrant to it.
    assert_eq!(source.hose_m.map(f64::round), Some(66.0));
}

#[test]
fn a_main_whose_only_hydrant_is_out_of_service_is_without_one_and_short_ones_are_not_asked() {
    let mains = |service: Service| {
        let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(15.0))]);
        layers.hydrants[0].service = service;
        let main = |id: &str, y: f64, metres: f64| Main {
            origin: Origin::of_study("test", id),
            id: id.to_owned(),
            line: LineString::from(vec![(0.0, y), (metres, y)]),
            diameter_mm: Some(200.0),
            layout: MainLayout::Ring,
            segment: None,
            pressure_zone: None,
        };
        layers.mains = vec![main("served", 0.0, 300.0), main("bare", 500.0, 300.0), main("short", 600.0, 100.0)];
        let found = assess(&layers);
        let of_mains = found.figures.iter().find(|f| f.measure == "without_hydrant" && f.part == "main");
        let figure = of_mains.expect("a figure").clone();
        (figure.low, figure.high, figure.of)
    };
    assert_eq!(mains(Service::InService), (1.0, 1.0, 2.0));
    assert_eq!(mains(Service::Unknown), (1.0, 1.0, 2.0));
    assert_eq!(mains(Service::OutOfService), (2.0, 2.0, 2.0));
}

#[test]
fn hydrants_from_5_to_40_m_off_feed_a_pump_connection() {
    let found = |connection_plan_m: Option<(f64, f64)>| {
        let mut layers =
            street([4.9, 5.0, 40.0, 40.1].map(|y| hydrant(&y.to_string(), 0.0, 10.0 + y, Some(15.0))).to_vec());
        layers.hydrants.push(hydrant("broken", 0.0, 30.0, Some(15.0)));
        layers.hydrants[4].service = Service::OutOfService;
        let found = assess_with(&layers, |study| {
            study.rulebook.parameters.water.supply.connection_plan_m = connection_plan_m;
        });
        let site = found.sites[0].clone();
        let mut feeding: Vec<String> =
            site.sources.iter().filter(|source| source.feeds_connection == Some(true)).map(|s| s.id.clone()).collect();
        feeding.sort();
        (site.hydrants_for_connection, feeding.join(" "))
    };
    assert_eq!(found(Some((5.0, 40.0))), (Some(2), "40 5".to_owned()));
    assert_eq!(found(None), (None, String::new()));
}
