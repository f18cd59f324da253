use firereach_model::bounds::Bounds;
use firereach_model::feature::{
    Main, MainLayout, RoadClass, Service, StatedHeight, StatedWidth, WidthMeaning, ZoneKind,
};
use firereach_model::findings::water::{Remedy, SiteWater, WaterClass};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::study::{Change, Study};
use firereach_model::units::{Megapascals, Metres};
use geo_types::LineString;

use crate::network::tests::road;
use crate::reach::tests::station;
use crate::water::tests::{
    assess, assess_with, carriageway, hydrant, intake, known_need, level_ground, remedies, street, zone,
};

/// A ring main along the street, its hydrants on one segment between two valves.
fn one_segment(places: &[f64]) -> Layers {
    let mut layers = known_need();
    layers.hydrants = places.iter().map(|x| hydrant(&format!("at {x}"), *x, 0.0, Some(15.0))).collect();
    layers.mains.push(Main {
        origin: Origin::of_study("test", "M"),
        id: "M".to_owned(),
        line: LineString::from(vec![(0.0, 0.0), (200.0, 0.0)]),
        diameter_mm: Some(200.0),
        layout: MainLayout::Ring,
        segment: Some("S1".to_owned()),
        pressure_zone: None,
    });
    layers
}

#[test]
fn a_valve_between_the_hydrants_of_a_segment_leaves_half_of_them_when_it_is_closed() {
    let found = &assess(&one_segment(&[20.0, 40.0])).sites[0];
    assert_eq!((found.gap_flow, found.gap_n1), ((0.0, 0.0), (1.0, 1.0)));
    let of_valve: Vec<_> = found.remedies.iter().filter(|remedy| remedy.kind == "valve").collect();
    assert!(remedies(found).contains(&"1 piece valve: green!".to_owned()), "{of_valve:?}");
    let valve = found.remedies.iter().find(|remedy| remedy.kind == "valve").expect("a valve");
    assert_eq!(valve.place, "on main M between hydrant at 20 and hydrant at 40");
    let at = valve.at.expect("a place");
    assert!((at.x - 30.0).abs() < 1e-9 && at.y == 0.0, "{at:?}");
    // One hydrant alone is lost with its segment, wherever a valve is.
    let alone = assess(&one_segment(&[20.0])).sites[0].clone();
    assert!(alone.remedies.iter().all(|remedy| remedy.kind != "valve"));
}

#[test]
fn a_valve_brings_what_it_promises_when_the_site_is_run_again_with_two_segments() {
    let layers = one_segment(&[20.0, 60.0, 90.0]);
    let before = assess(&layers).sites[0].clone();
    let valve = before.remedies.iter().find(|remedy| remedy.kind == "valve").expect("a valve");
    let at = valve.at.expect("a place").x;
    let mut parted = layers.clone();
    parted.mains = [(0.0, at, "S1"), (at, 200.0, "S2")]
        .into_iter()
        .map(|(from, to, segment)| Main {
            id: segment.to_owned(),
            line: LineString::from(vec![(from, 0.0), (to, 0.0)]),
            segment: Some(segment.to_owned()),
            ..layers.mains[0].clone()
        })
        .collect();
    let after = assess(&parted).sites[0].clone();
    assert_eq!((after.gap_flow, after.gap_n1), (valve.gap_flow, valve.gap_n1));
    assert!(after.gap_n1.1 < before.gap_n1.1);
}

#[test]
fn a_booster_feeds_a_nozzle_where_no_pump_comes() {
    let mut one = hydrant("1", 100.0, 0.0, Some(15.0));
    one.pressure = Bounds::exactly(Megapascals::of(0.1));
    let weak = |layers: &Layers| {
        assess_with(layers, |study| study.rulebook.parameters.water.supply.default_pump_mpa = 0.1).sites[0].clone()
    };
    let before = weak(&street(vec![one.clone()]));
    assert_eq!(before.flow_available.high.map(|lps| lps.get()), Some(0.0));
    let booster = before.remedies.iter().find(|remedy| remedy.kind == "booster").expect("a booster");
    assert!(booster.place.ends_with("holding 0.5 MPa"), "{}", booster.place);
    one.pressure = Bounds::exactly(Megapascals::of(0.5));
    let after = weak(&street(vec![one]));
    assert_eq!(after.gap_flow, booster.gap_flow);
    assert!(after.gap_flow.1 < before.gap_flow.1);
}

#[test]
fn where_nothing_clears_a_site_the_line_says_what_leaves_least() {
    let found = assess_with(&known_need(), |study| {
        study.rulebook.parameters.water.remedies.ponds = 0;
    });
    let named = found.sites[0].named().expect("a remedy");
    assert!(found.sites[0].cheapest_remedy.as_ref().is_some_and(|line| line.ends_with(&named.because)));
    let line = |site: &SiteWater| site.cheapest_remedy.clone().unwrap_or_default();
    assert!(found.sites[0].remedies.iter().all(|remedy| !remedy.clears));
    assert!(
        line(&found.sites[0]).starts_with("nothing tried clears it for certain, least is left by "),
        "{}",
        line(&found.sites[0])
    );
}

#[test]
fn a_dry_riser_stands_on_the_stairs_and_loses_less_than_their_hose() {
    // 27 m up and 8 lengths are too much for 0.8 MPa: 64 - 27 - 27 = 10 m are left, and 8 x 1.48 m are lost. A pipe of 80 mm
    // in place of 5 of them loses as much as 3: 6 x 1.48 m.
    let mut layers = known_need();
    layers.roads = vec![
        road("top", RoadClass::Residential, &[(0.0, 0.0), (10.0, 0.0)], &[1, 2]),
        road("stairs", RoadClass::Steps, &[(10.0, 0.0), (110.0, 0.0)], &[2, 3]),
        road("foot", RoadClass::Residential, &[(110.0, 0.0), (400.0, 0.0)], &[3, 4]),
    ];
    layers.hydrants = vec![hydrant("1", 120.0, 0.0, Some(15.0))];
    layers.hydrants[0].height_m = Some(-27.0);
    layers.hydrants[0].pressure = Bounds::exactly(Megapascals::of(0.1));
    let found = &assess(&layers).sites[0];
    assert_eq!((found.sources[0].lengths, found.sources[0].counts_by_hose), (Some(8), Some(false)));
    let riser = found.remedies.iter().find(|remedy| remedy.kind == "dry_riser").expect("a riser");
    assert_eq!(riser.at.map(|at| (at.x, at.y)), Some((60.0, 0.0)), "the middle of the stairs");
    assert_eq!(riser.place, "along the 100 m of stairs from hydrant 1");
    assert!(riser.gap_flow.1 < found.gap_flow.1, "{:?} before {:?}", riser.gap_flow, found.gap_flow);
}

#[test]
fn where_nothing_clears_a_site_only_what_leaves_much_less_is_named() {
    let named = |least_gain: f64| {
        let found = assess_with(&known_need(), |study| {
            study.rulebook.parameters.water.remedies.least_gain = least_gain;
        });
        found.sites[0].cheapest_remedy.clone()
    };
    // A pond beside the site leaves no flow and no volume missing, and all of it when it fails: two shares of three.
    assert!(
        named(1.9).is_some_and(|line| line.starts_with("nothing tried clears it for certain, least is left by 110 m3"))
    );
    assert_eq!(named(2.1), None);
}

/// A town with a station, one approach, and mains of some layout with segments as given, the hydrants of `places` along them.
fn town_of_mains(layout: MainLayout, segment: Option<&str>, places: &[f64]) -> Layers {
    let mut layers = known_need();
    let lane = |id: &str, from: f64, to: f64, nodes: &[i64], metres: f64| {
        let mut lane = road(id, RoadClass::Residential, &[(from, 0.0), (to, 0.0)], nodes);
        lane.widths = vec![StatedWidth { meaning: WidthMeaning::Clear, ..carriageway(metres) }, carriageway(metres)];
        lane.clear_heights =
            vec![StatedHeight { height: Metres::of(5.0), is_physical: true, key: "height".to_owned() }];
        lane
    };
    layers.roads = vec![
        lane("approach", -500.0, -100.0, &[1, 2], 6.0),
        lane("neck", -100.0, -40.0, &[2, 3], 6.0),
        lane("street", -40.0, 300.0, &[3, 4], 6.0),
    ];
    layers.stations = vec![station("N", -500.0, 0.0, &["V2", "V2"])];
    layers.mains.push(Main {
        origin: Origin::of_study("test", "M"),
        id: "M".to_owned(),
        line: LineString::from(vec![(-40.0, 4.0), (300.0, 4.0)]),
        diameter_mm: Some(200.0),
        layout,
        segment: segment.map(str::to_owned),
        pressure_zone: Some("Z".to_owned()),
    });
    layers.hydrants = places.iter().map(|x| hydrant(&format!("at {x}"), *x, 4.0, Some(15.0))).collect();
    for one in &mut layers.hydrants {
        one.pressure = Bounds::exactly(Megapascals::of(0.1));
    }
    layers
}

/// The town with the hydrants of a remedy in its layer.
fn with_hydrants(layers: &Layers, remedy: &Remedy) -> Layers {
    let mut with = layers.clone();
    with.hydrants.extend(remedy.places.iter().enumerate().map(|(number, at)| {
        let mut new = hydrant(&format!("new {number}"), at.x, at.y, Some(15.0));
        new.pressure = Bounds::exactly(Megapascals::of(0.1));
        new.main_id = Some("M".to_owned());
        new
    }));
    with
}

/// Holds every number of new hydrants that mends something against a run with these hydrants in the layer; how many those
/// are.
#[track_caller]
fn check_hydrants(layers: &Layers, change: impl Fn(&mut Study)) -> usize {
    let before = assess_with(layers, &change).sites[0].clone();
    let tried: Vec<&Remedy> = before.remedies.iter().filter(|remedy| remedy.kind == "hydrant").collect();
    for remedy in &tried {
        let after = assess_with(&with_hydrants(layers, remedy), &change).sites[0].clone();
        let told = (remedy.gap_flow, remedy.gap_volume, remedy.gap_n1, remedy.gap_time);
        assert_eq!(told, (after.gap_flow, after.gap_volume, after.gap_n1, after.gap_time), "{}", remedy.because);
    }
    tried.len()
}

#[test]
fn new_hydrants_bring_what_they_promise_when_the_site_is_run_again_with_them() {
    let plain = |_: &mut Study| {};
    let parts_of_two = |study: &mut Study| study.rulebook.parameters.water.supply.segment_hydrants = 2;
    let far_lanes = |study: &mut Study| study.rulebook.parameters.water.supply.only_lane_m = 1000.0;
    for segment in [Some("S"), None] {
        for layout in [MainLayout::Ring, MainLayout::Branch, MainLayout::Unknown] {
            assert!(check_hydrants(&town_of_mains(layout, segment, &[]), plain) > 0);
            // A second hydrant that shares all with the first mends nothing, and then none is told.
            check_hydrants(&town_of_mains(layout, segment, &[20.0]), plain);
            check_hydrants(&town_of_mains(layout, segment, &[20.0, 60.0, 70.0]), parts_of_two);
        }
        check_hydrants(&town_of_mains(MainLayout::Ring, segment, &[20.0]), far_lanes);
    }
}

#[test]
fn a_new_hydrant_fails_with_its_main_and_with_the_only_lane_to_it() {
    let least = |segment: Option<&str>, zone: Option<&str>, only_lane_m: f64| {
        let mut layers = town_of_mains(MainLayout::Ring, segment, &[20.0]);
        layers.mains[0].pressure_zone = zone.map(str::to_owned);
        let found = assess_with(&layers, |study| {
            study.rulebook.parameters.water.supply.only_lane_m = only_lane_m;
            study.rulebook.parameters.water.supply.segment_hydrants = 1;
        });
        let tried = found.sites[0].remedies.iter().filter(|remedy| remedy.kind == "hydrant");
        tried.map(|remedy| remedy.gap_n1.1).fold(1.0, f64::min)
    };
    assert_eq!(least(None, None, 0.5), 0.0);
    assert_eq!([least(Some("S"), None, 0.5), least(None, Some("Z"), 0.5), least(None, None, 1000.0)], [1.0; 3]);
}

#[test]
fn a_widened_lane_brings_what_it_promises_where_mains_and_lanes_fail() {
    let mut layers = town_of_mains(MainLayout::Ring, Some("S"), &[20.0, 40.0]);
    layers.roads[1].widths = vec![StatedWidth { meaning: WidthMeaning::Clear, ..carriageway(2.4) }];
    let before = assess(&layers).sites[0].clone();
    let remedy = before.remedies.iter().find(|remedy| remedy.kind == "widen_lane").expect("a lane to widen");
    let change = Change::WidenRoad { id: "neck".to_owned(), clear_width_m: remedy.lanes[0].widened_m };
    let widened = crate::change::apply(&layers, &crate::reach::tests::scenario(vec![change]), 10.0);
    let after = assess(&widened.layers).sites[0].clone();
    assert_eq!(
        (after.gap_flow, after.gap_volume, after.gap_n1, after.gap_time),
        (remedy.gap_flow, remedy.gap_volume, remedy.gap_n1, remedy.gap_time)
    );
    assert!(after.gap_flow.1 < before.gap_flow.1);
}

#[test]
fn a_hydrant_on_a_main_of_unknown_diameter_clears_on_condition_only_and_says_so() {
    let of_diameter = |diameter_mm: Option<f64>| {
        let mut layers = known_need();
        layers.mains.push(Main {
            origin: Origin::of_study("test", "M"),
            id: "M".to_owned(),
            line: LineString::from(vec![(-50.0, 5.0), (300.0, 5.0)]),
            diameter_mm,
            layout: MainLayout::Ring,
            segment: None,
            pressure_zone: None,
        });
        let found = assess_with(&layers, |study| {
            study.rulebook.parameters.water.supply.segment_hydrants = 1;
            study.rulebook.parameters.water.remedies.ponds = 0;
        });
        let site = found.sites[0].clone();
        let line = site.cheapest_remedy.clone().unwrap_or_default();
        let best = site.remedies.into_iter().find(|remedy| remedy.kind == "hydrant" && remedy.quantity == 2.0);
        (best, line)
    };
    let (known, line) = of_diameter(Some(100.0));
    assert!(known.is_some_and(|known| known.clears && known.condition.is_none() && known.class == WaterClass::Green));
    assert!(line.starts_with("2 piece hydrant on main M (ring)"), "{line}");
    let (unknown, line) = of_diameter(None);
    let unknown = unknown.expect("two hydrants");
    let condition = "if main M is at least DN100, which nobody tells";
    assert_eq!(unknown.condition.as_deref(), Some(condition));
    assert_eq!((unknown.clears, unknown.clears_if_reached, unknown.clears_on_condition), (false, false, true));
    assert_eq!(unknown.class, WaterClass::Unknown);
    assert!(line.starts_with("on a condition that nobody knows to hold: 2 piece hydrant"), "{line}");
    assert!(line.contains(condition), "{line}");
    let (thin, _) = of_diameter(Some(75.0));
    assert!(thin.is_none());
}

#[test]
fn a_pond_whose_place_is_to_be_found_never_clears_for_certain_and_a_placed_one_is_named_before_it() {
    let ponds = |layers: &Layers| {
        let site = assess_with(layers, |study| study.rulebook.parameters.water.ranking.target_s = 1e6).sites[0].clone();
        let line = site.cheapest_remedy.clone().unwrap_or_default();
        (site.remedies.into_iter().filter(|remedy| remedy.kind == "pond").collect::<Vec<_>>(), line)
    };
    let mut layers = known_need();
    let (unplaced, line) = ponds(&layers);
    assert!(unplaced.iter().all(|pond| pond.at.is_none() && !pond.clears && !pond.clears_if_reached));
    assert!(unplaced.iter().all(|pond| pond.condition.as_deref() == Some("if a place for it is found")));
    assert!(line.contains("pond at a place to be found"), "{line}");
    layers.zones.push(zone("square", ZoneKind::Open, (20.0, -60.0), 100.0));
    let (placed, line) = ponds(&layers);
    assert!(placed.iter().any(|pond| pond.clears && pond.condition.is_none()), "{placed:?}");
    assert!(line.contains("pond on open square"), "{line}");
}

#[test]
fn a_pond_whose_place_is_to_be_found_is_reached_by_what_gets_to_the_site() {
    let left = |neck_m: f64| {
        let mut layers = town_of_mains(MainLayout::Ring, None, &[]);
        layers.mains.clear();
        layers.roads[1].widths = vec![StatedWidth { meaning: WidthMeaning::Clear, ..carriageway(neck_m) }];
        let site = assess(&layers).sites[0].clone();
        site.remedies.iter().filter(|remedy| remedy.kind == "pond").map(|pond| pond.gap_flow.1).fold(1.0, f64::min)
    };
    assert_eq!(left(6.0), 0.0);
    assert_eq!(left(2.4), 1.0, "no engine gets there");
}

#[test]
fn what_is_more_than_one_pond_may_hold_is_two_of_them() {
    let ponds = |most_m3: Option<f64>, ponds: u32| {
        let mut layers = known_need();
        layers.zones.push(zone("square", ZoneKind::Open, (20.0, -100.0), 140.0));
        let site = assess_with(&layers, |study| {
            study.rulebook.parameters.water.remedies.pond_most_m3 = most_m3;
            study.rulebook.parameters.water.remedies.ponds = ponds;
        });
        let mut found: Vec<(f64, usize)> = site.sites[0]
            .remedies
            .iter()
            .filter(|remedy| remedy.kind == "pond")
            .map(|pond| (pond.quantity, pond.places.len()))
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found
    };
    // 108 m3 are needed: one pond of 110 m3, and two so that one may fail.
    assert_eq!(ponds(Some(1000.0), 2), [(110.0, 1), (220.0, 2)]);
    // No more than 60 m3 each: two of them hold 54 m3.
    assert_eq!(ponds(Some(60.0), 2), [(120.0, 2)]);
    assert_eq!(ponds(Some(60.0), 1), []);
    // A pond that may hold just what is needed is one.
    assert_eq!(ponds(Some(110.0), 1), [(110.0, 1)]);
}

#[test]
fn the_edge_of_a_pond_and_not_its_middle_keeps_the_distance_to_the_wall() {
    let mut layers = known_need();
    layers.zones.push(zone("square", ZoneKind::Open, (10.0, -60.0), 100.0));
    let site = assess(&layers).sites[0].clone();
    let ponds: Vec<&Remedy> = site.remedies.iter().filter(|remedy| remedy.kind == "pond").collect();
    // 110 m3 at 3 m depth are a square of 6.06 m; the site stands at (0, 10), and the street of unknown width lies on y = 0.
    for at in ponds.iter().flat_map(|pond| &pond.places) {
        assert!(at.x.hypot(at.y - 10.0) >= 15.0 + 3.0 && at.y.abs() >= 15.0 + 3.0, "{at:?}");
    }
    assert!(ponds.iter().any(|pond| !pond.places.is_empty()));
}

/// A river beside the street whose intake has some level and gauge, its state, and the platform that is offered.
fn platform(service: Service, level_m: Option<f64>, gauge: Option<&str>) -> Option<Remedy> {
    let mut layers = known_need();
    layers.zones.push(zone("river", ZoneKind::Water, (30.0, -130.0), 100.0));
    layers.terrain.grids.push(level_ground());
    layers.water_sources.push(intake("W", (60.0, -28.0), (service, level_m, gauge)));
    let site = assess(&layers).sites[0].clone();
    site.remedies.into_iter().find(|remedy| remedy.kind == "intake")
}

#[test]
fn a_platform_draws_from_the_level_of_the_intake_beside_it_and_without_one_it_hangs_on_a_condition() {
    let of_level = |level_m: Option<f64>| platform(Service::OutOfService, level_m, None);
    let near = of_level(Some(-3.0)).expect("3 m are drawn");
    assert!(near.condition.is_none() && near.place.ends_with("3.0 m above the water at intake W"), "{}", near.place);
    assert!(of_level(Some(-6.0)).is_some());
    assert!(of_level(Some(-7.0)).is_none(), "7 m are more than a pump draws");
    // Where the bank lies under water the platform stands at the water.
    assert!(of_level(Some(2.0)).is_some_and(|platform| platform.place.contains("; 0.0 m above the water")));
    let unknown = of_level(None).expect("a platform");
    assert_eq!(unknown.condition.as_deref(), Some("if the water there is at most 6 m below it, which nobody tells"));
    assert!(!unknown.clears && !unknown.clears_if_reached);
}

#[test]
fn a_low_river_fails_the_platform_with_the_intake_at_the_same_gauge() {
    let after_failure =
        |gauge: Option<&str>| platform(Service::InService, Some(-3.0), gauge).map(|platform| platform.gap_n1.1);
    // Two lines of the other intake bring 13.3 of 15 L/s.
    assert!(after_failure(None).is_some_and(|left| left < 0.12));
    // Nothing is gained by a platform where both are lost.
    assert!(after_failure(Some("G")).is_none_or(|left| left == 1.0));
}

#[test]
fn a_remedy_is_beaten_only_by_one_that_is_known_to_be_no_dearer_and_no_worse_in_anything() {
    let plain = assess(&known_need()).sites[0].remedies[0].clone();
    // Of the second whether the first beats it.
    let beaten = |first: &dyn Fn(&mut Remedy), second: &dyn Fn(&mut Remedy)| {
        let mut both = [plain.clone(), plain.clone()];
        first(&mut both[0]);
        second(&mut both[1]);
        super::mark_efficient(&mut both);
        !both[1].is_efficient
    };
    let same = |_: &mut Remedy| {};
    let at_cost =
        |cost: Option<f64>| move |remedy: &mut Remedy| (remedy.cost, remedy.heritage_impact) = (cost, Some(0.0));
    assert!(!beaten(&same, &same));
    assert!(beaten(&at_cost(Some(1.0)), &at_cost(Some(2.0))));
    // What nobody priced is neither free nor dear.
    assert!(!beaten(&at_cost(None), &at_cost(Some(2.0))));
    assert!(!beaten(&at_cost(Some(2.0)), &at_cost(None)));
    // Where neither has a price, the rest decides: time, and what is left if engines get there.
    let late = |remedy: &mut Remedy| remedy.gap_time.1 += 0.5;
    let left = |remedy: &mut Remedy| remedy.left_if_reached.2 += 0.5;
    let open = |remedy: &mut Remedy| remedy.condition = Some("if it rains".to_owned());
    for worse in [&late as &dyn Fn(&mut Remedy), &left, &open] {
        assert_eq!((beaten(&same, worse), beaten(worse, &same)), (true, false));
    }
    let late_and_cheap = |remedy: &mut Remedy| (remedy.gap_time.1, remedy.cost) = (remedy.gap_time.1 + 0.5, Some(1.0));
    assert!(!beaten(&late_and_cheap, &at_cost(Some(2.0))) && !beaten(&at_cost(Some(2.0)), &late_and_cheap));
}
