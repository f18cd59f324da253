//! Hand towns and laws of response.

use std::collections::BTreeMap;

use firereach_model::feature::{Direction, RoadClass, Signal, Site, SiteKind, Station, StationKind};
use firereach_model::findings::reach::Components;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::parameters::Parameters;
use firereach_model::rules::{Date, KnownFrom, Level, Rule};
use firereach_model::study::{Change, Scenario};
use firereach_model::vehicle::Vehicle;
use geo_types::{Geometry, Point};
use proptest::prelude::*;

use super::*;
use crate::change::apply;
use crate::network::tagged_passages;
use crate::network::tests::{road, town};

/// The parameters of the pack `cn`, its vehicles, and one rule: 300 s from the dispatch order.
pub(crate) fn study() -> Study {
    let pack: toml::Table =
        include_str!("../../../../datasets/rules/cn.toml").parse().expect("the shipped pack is TOML");
    let parameters: Parameters = pack["parameters"].clone().try_into().expect("the shipped pack holds every parameter");
    let catalogue: toml::Table =
        include_str!("../../../../datasets/rules/vehicles.toml").parse().expect("the shipped catalogue is TOML");
    let vehicles: Vec<Vehicle> = catalogue["vehicle"].clone().try_into().expect("the shipped catalogue holds vehicles");
    Study {
        title: "test".to_owned(),
        rulebook: Rulebook {
            name: "test".to_owned(),
            version: "1".to_owned(),
            as_of: Date { year: 2026, month: 1, day: 1 },
            rules: vec![Rule {
                id: "ST-01".to_owned(),
                measure: "response_time".to_owned(),
                limit: Limit::AtMost(300.0),
                unit: "s".to_owned(),
                level: Level::Mandatory,
                from: None,
                to: None,
                basis: String::new(),
                known_from: KnownFrom::Project,
                applies_to: Vec::new(),
                exempt_in_core: false,
                says: String::new(),
                says_zh: String::new(),
                conflict: None,
                note: None,
            }],
            parameters,
        },
        vehicles,
        scenarios: Vec::new(),
        parameters: Vec::new(),
        data_date: None,
        expected_counts: BTreeMap::new(),
        responsibilities: BTreeMap::new(),
        remedies: BTreeMap::new(),
        template: None,
        banner: None,
        marks: Vec::new(),
    }
}

pub(crate) fn station(id: &str, x: f64, y: f64, vehicles: &[&str]) -> Station {
    Station {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: StationKind::First,
        at: Point::new(x, y),
        outline: None,
        vehicles: vehicles.iter().map(|&v| v.to_owned()).collect(),
        turnout_s: Some(60.0),
        hours: Vec::new(),
        crew: None,
        is_proposed: false,
        is_co_built: None,
        accuracy_m: None,
        level: None,
    }
}

pub(crate) fn site(id: &str, x: f64, y: f64) -> Site {
    Site {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: SiteKind::Relic,
        grade: None,
        shape: Geometry::Point(Point::new(x, y)),
        body: Default::default(),
        people: None,
        lon_lat: (0.0, 0.0),
        point: Point::new(x, y),
        height_m: None,
        level: None,
        building: None,
        details: BTreeMap::new(),
    }
}

pub(crate) fn scenario(changes: Vec<Change>) -> Scenario {
    Scenario { name: "test".to_owned(), hour: 10, change_texts: vec![String::new(); changes.len()], changes }
}

pub(crate) fn assess(layers: &Layers, study: &Study, changes: Vec<Change>) -> ReachFindings {
    let conditions = apply(layers, &scenario(changes), study.rulebook.parameters.movement.snap_limit_m);
    let network = Network::build(&conditions.layers, study.rulebook.parameters.movement.join_tolerance_m);
    let passages = tagged_passages(&conditions.layers, &network, &study.rulebook.parameters.lanes);
    assess_reach(&network, &passages, study, &conditions)
}

/// A primary road of 1,050 m, then 70 m of stairs to the site; the station is at its beginning.
pub(crate) fn stairs_town() -> Layers {
    Layers {
        stations: vec![station("s", 0.0, 0.0, &["V2"])],
        sites: vec![site("top", 1050.0, 70.0), site("street", 1050.0, 5.0)],
        ..town(vec![
            road("main", RoadClass::Primary, &[(0.0, 0.0), (1050.0, 0.0)], &[1, 2]),
            road("stairs", RoadClass::Steps, &[(1050.0, 0.0), (1050.0, 70.0)], &[2, 3]),
        ])
    }
}

#[test]
fn a_response_is_the_sum_of_its_parts_worked_by_hand() {
    let mut study = study();
    study.rulebook.parameters.movement.site_reach_m = 10.0;
    let findings = assess(&stairs_town(), &study, Vec::new());
    let top = findings.sites[0].first.as_ref().expect("the top is reached on foot");
    // 1,050 m at 35 km/h are 108 s; the crew dismounts for 60 s and climbs 60 m at 0.5 x 0.7 m/s to within 10 m... of the
    // site's nearest place, which is the end of the stairs itself: 70 m.
    let expected = Components { call_s: 60.0, turnout_s: 60.0, drive_s: 108.0, dismount_s: 60.0, walk_s: 200.0 };
    assert_eq!(top.components, expected);
    assert_eq!((top.drive_m, top.walk_m), (1050.0, 70.0));
    assert!(
        findings.sites[0].binding.contains("V2 stops before stairs (steps): class"),
        "{}",
        findings.sites[0].binding
    );
    let street = findings.sites[1].first.as_ref().expect("the street is reached by engine");
    assert_eq!(street.components.total_s(), 60.0 + 60.0 + 108.0);
    assert_eq!(findings.sites[1].cautious.as_ref().map(|a| a.components.total_s()), Some(228.0));
}

/// The least and the most seconds driven to the site in the street, with lights at nodes of the main road.
#[track_caller]
fn check_lights(signals: &[(i64, Direction)], expected: (f64, f64)) {
    let mut layers = stairs_town();
    layers.roads[0] = road("main", RoadClass::Primary, &[(0.0, 0.0), (500.0, 0.0), (1050.0, 0.0)], &[1, 9, 2]);
    layers.roads.push(road("on", RoadClass::Primary, &[(1050.0, 0.0), (1400.0, 0.0)], &[2, 4]));
    layers.roads.push(road("side", RoadClass::Residential, &[(1050.0, 0.0), (1050.0, -90.0)], &[2, 5]));
    layers.sites = vec![site("beyond", 1400.0, 5.0)];
    layers.signals = signals.iter().map(|&(node, direction)| Signal { node, direction }).collect();
    let mut study = study();
    study.rulebook.parameters.movement.site_reach_m = 10.0;
    let findings = assess(&layers, &study, Vec::new());
    let drive = |arrival: &Option<Arrival>| arrival.as_ref().map(|arrival| arrival.components.drive_s);
    let found = &findings.sites[0];
    assert_eq!((drive(&found.first), drive(&found.cautious)), (Some(expected.0), Some(expected.1)));
}

#[test]
fn a_traffic_light_costs_between_its_least_and_its_most() {
    // 1,400 m at 35 km/h are 144 s, and the junction 3 s; a light 8 to 14 s, at the junction instead of these 3 s.
    check_lights(&[], (147.0, 147.0));
    check_lights(&[(9, Direction::Both)], (155.0, 161.0));
    check_lights(&[(9, Direction::Forward)], (155.0, 161.0));
    check_lights(&[(9, Direction::Backward)], (147.0, 147.0));
    check_lights(&[(2, Direction::Both)], (152.0, 158.0));
    check_lights(&[(2, Direction::Both), (9, Direction::Both)], (160.0, 172.0));
    check_lights(&[(77, Direction::Both)], (147.0, 147.0));
}

#[test]
fn going_down_stairs_is_quicker_than_going_up_and_an_unknown_direction_counts_as_up() {
    let study = study();
    let walk = |heights: Vec<Option<f64>>| {
        let mut layers = stairs_town();
        layers.roads[1].heights_m = heights;
        assess(&layers, &study, Vec::new()).sites[0].first.as_ref().map(|a| a.components.walk_s)
    };
    let (up, down, unknown) = (walk(vec![Some(0.0), Some(30.0)]), walk(vec![Some(30.0), Some(0.0)]), walk(Vec::new()));
    let slope = 70.0f64.hypot(30.0);
    assert!((up.unwrap_or(0.0) - slope / 0.35).abs() < 0.002);
    assert!((down.unwrap_or(0.0) - slope / 0.49).abs() < 0.002);
    assert_eq!(unknown, Some(200.0));
}

#[test]
fn the_second_arrival_is_another_stations_and_the_force_adds_up() {
    let mut layers = stairs_town();
    layers.stations.push(station("far", 10.0, 0.0, &["V2", "V3"]));
    layers.stations[1].turnout_s = Some(90.0);
    let findings = assess(&layers, &study(), Vec::new());
    let street = &findings.sites[1];
    assert_eq!(street.first.as_ref().map(|a| a.station.as_str()), Some("s"));
    assert_eq!(street.second.as_ref().map(|a| a.station.as_str()), Some("far"));
    assert_eq!(street.third, None);
    let crews: Vec<u32> = street.force.iter().map(|unit| unit.assembled).collect();
    assert_eq!(crews.len(), 3);
    assert!(crews.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_station_that_is_not_staffed_does_not_set_out() {
    let mut layers = stairs_town();
    layers.stations[0].hours = vec![(20, 6)];
    let findings = assess(&layers, &study(), Vec::new());
    assert_eq!(findings.sites[1].first, None);
    assert!(findings.sites[1].binding.contains("staffed"), "{}", findings.sites[1].binding);
}

#[test]
fn a_lane_of_unknown_width_is_passable_in_one_run_and_not_in_the_other() {
    let mut layers = stairs_town();
    layers.roads[0].class = RoadClass::Residential;
    let findings = assess(&layers, &study(), Vec::new());
    assert!(findings.sites[1].first.is_some());
    assert_eq!(findings.sites[1].cautious, None);
    let rulings = rule_on_response(&layers.sites[1], &findings.sites[1], &study().rulebook, false);
    assert_eq!(rulings[0].verdict.code(), "unknown");
}

#[test]
fn widening_the_road_makes_it_certain_and_closing_it_stops_everyone() {
    let mut layers = stairs_town();
    layers.roads[0].class = RoadClass::Residential;
    layers.roads[0].clear_heights.push(firereach_model::feature::StatedHeight {
        height: firereach_model::units::Metres::of(4.5),
        is_physical: true,
        key: "test".to_owned(),
    });
    let wide = assess(&layers, &study(), vec![Change::WidenRoad { id: "main".to_owned(), clear_width_m: 6.0 }]);
    assert!(wide.sites[1].cautious.is_some());
    let closed = assess(&layers, &study(), vec![Change::CloseRoad("main".to_owned())]);
    assert_eq!(closed.sites[1].first, None);
}

#[test]
fn a_micro_station_is_apart_from_the_brigade() {
    let mut layers = stairs_town();
    layers.stations.push(Station { kind: StationKind::Micro, ..station("m", 1050.0, 60.0, &["V8"]) });
    let findings = assess(&layers, &study(), Vec::new());
    let micro = findings.sites[0].micro.as_ref().expect("the carriers walk");
    assert_eq!(micro.components.drive_s, 0.0);
    assert!((micro.components.walk_s - 10.0 / 0.35).abs() < 0.002);
    assert_eq!(findings.sites[0].first.as_ref().map(|a| a.station.as_str()), Some("s"));
}

#[test]
fn a_link_road_joins_the_network() {
    let mut layers = stairs_town();
    layers.sites.push(site("yard", 500.0, 200.0));
    assert_eq!(assess(&layers, &study(), Vec::new()).sites[2].first, None);
    let line = geo_types::LineString::from(vec![(500.0, 3.0), (500.0, 200.0)]);
    let link = Change::LinkRoad { id: "link".to_owned(), line, clear_width_m: Some(6.0) };
    let linked = assess(&layers, &study(), vec![link]);
    assert!(linked.sites[2].first.is_some());
    let time = |findings: &ReachFindings| findings.sites[1].first.as_ref().map(|a| a.components);
    assert_eq!(time(&linked), time(&assess(&layers, &study(), Vec::new())));
}

/// A small random town with a station and four sites.
pub(crate) fn random_town() -> impl Strategy<Value = Layers> {
    let roads = prop::collection::vec((0..16i64, 0..16i64, 0..7u8, any::<bool>()), 3..30);
    (roads, 0..16i64, prop::collection::vec(0..16i64, 4)).prop_map(|(roads, start, sites)| {
        let place = |n: i64| ((n % 4) as f64 * 130.0, (n / 4) as f64 * 90.0);
        let classes = [
            RoadClass::Primary,
            RoadClass::Primary,
            RoadClass::Residential,
            RoadClass::Alley,
            RoadClass::Footway,
            RoadClass::Steps,
            RoadClass::Tertiary,
        ];
        let roads = roads
            .into_iter()
            .enumerate()
            .filter(|(_, (a, b, ..))| a != b)
            .map(|(i, (a, b, class, is_one_way))| {
                let class = classes[usize::from(class)];
                let mut road = road(&format!("r{i}"), class, &[place(a), place(b)], &[a, b]);
                if is_one_way {
                    road.direction = Direction::Forward;
                }
                road
            })
            .collect();
        let at = |n: i64| {
            let (x, y) = place(n);
            (x + 1.0, y + 1.0)
        };
        Layers {
            stations: vec![station("s", at(start).0, at(start).1, &["V2", "V7"])],
            sites: sites.iter().enumerate().map(|(i, &n)| site(&format!("t{i}"), at(n).0, at(n).1)).collect(),
            ..town(roads)
        }
    })
}

fn total_s(findings: &ReachFindings) -> Vec<f64> {
    findings.sites.iter().map(|s| s.first.as_ref().map_or(f64::INFINITY, |a| a.components.total_s())).collect()
}

/// Rounding to the millisecond on every arc of a small town.
const SLACK_S: f64 = 0.05;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_empty_change_is_the_baseline(layers in random_town()) {
        let study = study();
        let base = assess(&layers, &study, Vec::new());
        let same = assess(&layers, &study, vec![Change::SpeedFactor(1.0), Change::TurnoutShift(0.0)]);
        prop_assert_eq!(base, same);
    }

    #[test]
    fn the_cautious_run_is_never_quicker(layers in random_town()) {
        for site in assess(&layers, &study(), Vec::new()).sites {
            if let Some(cautious) = &site.cautious {
                let first = site.first.as_ref().map(|a| a.components.total_s());
                prop_assert!(first.is_some_and(|s| s <= cautious.components.total_s()));
            }
        }
    }

    #[test]
    fn another_station_never_lengthens_a_response(layers in random_town(), x in 0.0..400.0, y in 0.0..280.0) {
        let study = study();
        let base = total_s(&assess(&layers, &study, Vec::new()));
        let more = total_s(&assess(&layers, &study, vec![Change::AddStation(station("z", x, y, &["V3"]))]));
        for (base, more) in base.iter().zip(&more) {
            prop_assert!(more <= base);
        }
    }

    #[test]
    fn closing_a_road_never_shortens_a_response(layers in random_town(), which in 0..30usize) {
        let study = study();
        let id = format!("r{which}");
        // A station whose own way is closed leaves by the next, which may lie better.
        prop_assume!(layers.roads.iter().all(|r| r.id != id || !may_leave_by(&layers, r)));
        let base = total_s(&assess(&layers, &study, Vec::new()));
        let closed = total_s(&assess(&layers, &study, vec![Change::CloseRoad(id)]));
        for (base, closed) in base.iter().zip(&closed) {
            prop_assert!(*closed >= base - SLACK_S);
        }
    }

    #[test]
    fn components_and_ways_fit_the_total(layers in random_town()) {
        for site in assess(&layers, &study(), Vec::new()).sites {
            for arrival in [&site.first, &site.cautious, &site.second, &site.micro].into_iter().flatten() {
                let parts = arrival.components;
                prop_assert!(parts.drive_s >= 0.0 && parts.walk_s >= 0.0 && parts.turnout_s == 60.0);
                prop_assert!(parts.drive_s > 0.0 || arrival.drive_m < 1e-6);
            }
            let times: Vec<f64> = site.force.iter().map(|unit| unit.response_s).collect();
            prop_assert!(times.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }

    #[test]
    fn shuffled_roads_change_no_time(layers in random_town(), by in 1..30usize) {
        let study = study();
        let base = total_s(&assess(&layers, &study, Vec::new()));
        let mut shuffled = layers.clone();
        let by = by % shuffled.roads.len().max(1);
        shuffled.roads.rotate_left(by);
        shuffled.roads.reverse();
        let other = total_s(&assess(&shuffled, &study, Vec::new()));
        prop_assert_eq!(base, other);
    }
}

/// Whether the station may leave by this road: it lies within the limit of snapping.
fn may_leave_by(layers: &Layers, road: &firereach_model::feature::Road) -> bool {
    use geo::{Distance, Euclidean};
    layers.stations.iter().any(|station| Euclidean.distance(&station.at, &road.line) <= 100.0)
}

/// Times by plain relaxation over the exported rows, knowing nothing of the network.
fn recompute(nodes: &firereach_model::table::Table, edges: &firereach_model::table::Table) -> BTreeMap<String, i64> {
    use firereach_model::table::Cell;
    let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
    let whole = |cell: &Cell| if let Cell::Integer(value) = cell { Some(*value) } else { None };
    let mut times: BTreeMap<String, i64> = BTreeMap::new();
    for row in &nodes.rows {
        if let Some(start) = whole(&row.cells[6]) {
            times.insert(text(&row.cells[0]), start);
        }
    }
    let arcs: Vec<(String, String, i64)> = edges
        .rows
        .iter()
        .map(|row| (text(&row.cells[1]), text(&row.cells[2]), whole(&row.cells[5]).unwrap_or(i64::MAX)))
        .collect();
    loop {
        let mut is_changed = false;
        for (from, to, ms) in &arcs {
            if let Some(&start) = times.get(from)
                && times.get(to).is_none_or(|&old| start + ms < old)
            {
                times.insert(to.clone(), start + ms);
                is_changed = true;
            }
        }
        if !is_changed {
            return times;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_exported_network_gives_the_exported_times(layers in random_town(), x in 0.0..400.0, y in 0.0..280.0) {
        use firereach_model::table::Cell;
        let study = study();
        let mut layers = layers;
        layers.stations.push(station("z", x, y, &["V2"]));
        let conditions = Conditions::of(&layers, 10);
        let network = Network::build(&layers, 0.5);
        let passages = tagged_passages(&layers, &network, &study.rulebook.parameters.lanes);
        let [nodes, edges, _, times] =
            export_network(&network, &passages, &study, &conditions, "V2").expect("the catalogue has V2");
        let expected: BTreeMap<String, i64> = times
            .rows
            .iter()
            .map(|row| match (&row.cells[0], &row.cells[1]) {
                (Cell::Text(node), Cell::Integer(ms)) => (node.clone(), *ms),
                _ => (String::new(), -1),
            })
            .collect();
        prop_assert_eq!(recompute(&nodes, &edges), expected);
    }

    #[test]
    fn a_quicker_hour_never_lengthens_a_response(layers in random_town()) {
        let study = study();
        let slow = total_s(&assess(&layers, &study, vec![Change::SpeedFactor(0.8)]));
        let quick = total_s(&assess(&layers, &study, vec![Change::SpeedFactor(1.2)]));
        for (slow, quick) in slow.iter().zip(&quick) {
            prop_assert!(quick <= slow);
        }
    }
}

/// Two streets lie on one line from the node where they begin: the station is as near to either.
#[test]
fn the_order_of_two_streets_on_one_line_does_not_matter() {
    let short = road("r8", RoadClass::Primary, &[(0.0, 180.0), (130.0, 90.0)], &[8, 5]);
    let long = road("r10", RoadClass::Primary, &[(0.0, 180.0), (260.0, 0.0)], &[8, 2]);
    let rest = road("r9", RoadClass::Primary, &[(130.0, 90.0), (0.0, 0.0)], &[5, 0]);
    let total = |roads: Vec<firereach_model::feature::Road>| {
        let mut layers = town(roads);
        layers.stations = vec![station("s", 1.0, 181.0, &["V2"])];
        layers.sites = vec![site("t", 1.0, 1.0)];
        total_s(&assess(&layers, &study(), Vec::new()))
    };
    let one = total(vec![short.clone(), long.clone(), rest.clone()]);
    assert!(one[0].is_finite());
    assert_eq!(one, total(vec![long.clone(), short.clone(), rest.clone()]));
    assert_eq!(one, total(vec![rest, long, short]));
}
