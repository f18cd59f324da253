//! Hand towns and laws of response.

use std::collections::BTreeMap;

use firereach_model::feature::{Direction, Road, RoadClass, Signal, Site, SiteKind, Station, StationKind};
use firereach_model::findings::reach::Components;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::parameters::Parameters;
use firereach_model::rules::{Date, KnownFrom, Level, Rule};
use firereach_model::study::{Change, Scenario};
use firereach_model::vehicle::Vehicle;
use geo::Area;
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
fn a_station_of_unknown_kind_may_be_of_one_that_a_rule_exempts() {
    let mut study = study();
    study.rulebook.rules = vec![Rule {
        id: "set-back".to_owned(),
        measure: "station_setback".to_owned(),
        limit: Limit::AtLeast(15.0),
        unit: "m".to_owned(),
        applies_to: ["first", "unknown"].map(str::to_owned).to_vec(),
        ..study.rulebook.rules[0].clone()
    }];
    let verdict = |kind: StationKind, is_co_built: Option<bool>| {
        let mut layers = stairs_town();
        layers.stations = vec![Station { kind, is_co_built, ..station("s", 0.0, 5.0, &["V2"]) }];
        assess(&layers, &study, Vec::new()).stations[0].rulings[0].verdict.code()
    };
    assert_eq!(verdict(StationKind::First, None), "mandatory_fail");
    assert_eq!(verdict(StationKind::Unknown, None), "unknown");
    assert_eq!(verdict(StationKind::Unknown, Some(false)), "mandatory_fail");
}

#[test]
fn an_area_lies_across_what_its_roads_pass_over_or_under() {
    let mut study = study();
    study.rulebook.rules.push(Rule {
        id: "across".to_owned(),
        measure: "station_barriers".to_owned(),
        limit: Limit::AtMost(0.0),
        unit: "count".to_owned(),
        level: Level::Recommended,
        ..study.rulebook.rules[0].clone()
    });
    let ruled = |more: Vec<Road>, is_complete: bool| {
        let mut layers = stairs_town();
        layers.roads.extend(more);
        if is_complete {
            layers.complete.push("barriers".to_owned());
        }
        let ruling = assess(&layers, &study, Vec::new()).stations[0].rulings[0].clone();
        (ruling.low, ruling.high, ruling.verdict.code())
    };
    let across = |class| road("across", class, &[(500.0, -80.0), (500.0, 80.0)], &[91, 92]);
    assert_eq!(ruled(Vec::new(), false), (Some(0.0), None, "unknown"));
    assert_eq!(ruled(Vec::new(), true), (Some(0.0), Some(0.0), "pass"));
    assert_eq!(ruled(vec![across(RoadClass::Trunk)], false), (Some(1.0), None, "advisory_fail"));
    assert_eq!(ruled(vec![across(RoadClass::Secondary)], true), (Some(0.0), Some(0.0), "pass"));
    // What begins where the street ends is met, not crossed.
    let met = road("met", RoadClass::Trunk, &[(1050.0, 0.0), (1050.0, -80.0)], &[2, 93]);
    assert_eq!(ruled(vec![met], true), (Some(0.0), Some(0.0), "pass"));
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

/// A grid town of `n` by `n` streets, `step_m` apart.
fn grid(n: usize, step_m: f64, class: RoadClass) -> Layers {
    let mut roads = Vec::new();
    for i in 0..n {
        let along = |j: usize| j as f64 * step_m;
        let rows: Vec<(f64, f64)> = (0..n).map(|j| (along(j), along(i))).collect();
        let columns: Vec<(f64, f64)> = (0..n).map(|j| (along(i), along(j))).collect();
        let ids = |f: &dyn Fn(usize) -> usize| (0..n).map(|j| f(j) as i64).collect::<Vec<_>>();
        roads.push(road(&format!("row{i}"), class, &rows, &ids(&|j| i * n + j)));
        roads.push(road(&format!("column{i}"), class, &columns, &ids(&|j| j * n + i)));
    }
    town(roads)
}

#[test]
fn on_a_fine_grid_the_area_tends_to_a_diamond() {
    // 20 m apart, 30 km/h for 60 s: a diamond of half-diagonal 500 m, 0.5 km2.
    let mut study = study();
    let movement = &mut study.rulebook.parameters.movement;
    movement.junction_delay_s = 0.0;
    movement.turn_delay_s = 0.0;
    movement.isochrone_buffer_m = 10.0;
    movement.cutoffs_s = vec![120];
    movement.speeds_kmh.insert(
        RoadClass::Primary,
        firereach_model::parameters::movement::ClassSpeed { congested: 30.0, normal: 30.0, night: 30.0 },
    );
    let mut layers = grid(61, 20.0, RoadClass::Primary);
    layers.stations.push(station("s", 600.0, 600.0, &["V2"]));
    let findings = assess(&layers, &study, Vec::new());
    let drawn = findings
        .isochrones
        .iter()
        .find(|i| i.station.is_none() && i.cutoff_s == 120)
        .map(|i| i.area.unsigned_area())
        .unwrap_or(0.0);
    let diamond = 2.0 * 500.0f64 * 500.0;
    // The drawing adds a rim of 10 m around a diamond of 2,828 m round.
    assert!((drawn - diamond) / diamond < 0.07 && drawn > diamond * 0.97, "{drawn} against {diamond}");
    // Streets 20 m apart both ways: 0.1 m of road for a square metre.
    let reached = findings.isochrones.iter().find(|i| i.station.is_none() && i.cutoff_s == 120).map(|i| i.reached_m);
    assert!((reached.unwrap_or(0.0) - diamond / 10.0).abs() / (diamond / 10.0) < 0.02, "{reached:?}");
}

/// The union of buffers by a general library, its arcs drawn ten times as fine as a planner needs: the slow twin.
fn buffer_union(lines: &[geo_types::LineString<f64>], radius_m: f64) -> geo_types::MultiPolygon<f64> {
    use geo::algorithm::buffer::{Buffer, BufferStyle, LineCap, LineJoin};
    let style = BufferStyle::new(radius_m).line_cap(LineCap::Round(0.03)).line_join(LineJoin::Round(0.03));
    geo_types::MultiLineString(lines.to_vec()).buffer_with_style(style)
}

/// Lines of a few vertices anywhere in a square kilometre far from the origin, short ones and long ones.
fn random_lines() -> impl Strategy<Value = Vec<geo_types::LineString<f64>>> {
    let vertices = prop::collection::vec((-60.0..60.0f64, -60.0..60.0f64), 1..7);
    prop::collection::vec((0.0..600.0f64, 0.0..600.0f64, vertices, 0.2..3.0f64), 1..14).prop_map(|lines| {
        let line = |(x, y, vertices, factor): (f64, f64, Vec<(f64, f64)>, f64)| {
            let mut at = (364_000.0 + x, 3_271_000.0 + y);
            let mut line = vec![at];
            for (dx, dy) in vertices {
                at = (at.0 + dx * factor, at.1 + dy * factor);
                line.push(at);
            }
            geo_types::LineString::from(line)
        };
        lines.into_iter().map(line).collect()
    })
}

#[test]
fn a_street_is_drawn_as_a_strip_with_round_ends() {
    let line = geo_types::LineString::from(vec![(0.0, 0.0), (100.0, 0.0)]);
    let exact = 100.0 * 20.0 + std::f64::consts::PI * 100.0;
    let drawn = area_around(&[line], 10.0).unsigned_area();
    assert!((drawn - exact).abs() <= exact * AREA_ERROR, "{drawn} of {exact}");
}

#[test]
fn a_street_that_turns_back_on_itself_covers_what_it_covers_one_way() {
    for turn in (0..64).map(|step| f64::from(step) * 0.1) {
        let at = |metres: f64| (metres * turn.cos(), metres * turn.sin());
        let once = area_around(&[geo_types::LineString::from(vec![at(0.0), at(137.0)])], 25.0).unsigned_area();
        let back =
            area_around(&[geo_types::LineString::from(vec![at(0.0), at(137.0), at(50.7)])], 25.0).unsigned_area();
        assert!((back / once - 1.0).abs() < AREA_ERROR, "turned by {turn}: {back} m2, not {once}");
    }
}

#[test]
fn a_block_keeps_its_yard_and_a_street_apart_is_a_part_of_its_own() {
    use geo::Contains;
    let line = |places: &[(f64, f64)]| geo_types::LineString::from(places.to_vec());
    let block = line(&[(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0), (0.0, 0.0)]);
    // A pond's shore in the yard, and a lane inside it: an island in a hole.
    let island = line(&[(95.0, 100.0), (105.0, 100.0)]);
    let apart = line(&[(400.0, 0.0), (500.0, 30.0)]);
    let area = area_around(&[block, island, apart], 25.0);
    let holes: Vec<usize> = area.0.iter().map(|polygon| polygon.interiors().len()).collect();
    assert_eq!(holes.iter().sum::<usize>(), 1);
    assert_eq!(area.0.len(), 3);
    assert!(!area.contains(&Point::new(60.0, 60.0)) && area.contains(&Point::new(100.0, 110.0)));
}

#[test]
fn bands_do_not_overlap_and_make_up_the_discs() {
    let mut study = study();
    study.rulebook.parameters.movement.isochrone_shapes.push(IsochroneShape::Bands);
    let findings = assess(&stairs_town(), &study, Vec::new());
    let discs: Vec<_> = findings.isochrones.iter().filter(|isochrone| !isochrone.is_first_due).collect();
    assert_eq!(discs.len(), findings.bands.len());
    for (index, (disc, band)) in discs.iter().zip(&findings.bands).enumerate() {
        assert_eq!((&disc.station, disc.cutoff_s), (&band.station, band.cutoff_s));
        let before = index.checked_sub(1).map(|i| discs[i]).filter(|before| before.station == disc.station);
        let (inner, reached_m) = before.map_or((0.0, 0.0), |b| (b.area.unsigned_area(), b.reached_m));
        assert!((band.area.unsigned_area() + inner - disc.area.unsigned_area()).abs() < 0.01);
        assert!((band.reached_m + reached_m - disc.reached_m).abs() < 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_drawn_area_is_that_of_the_exact_buffers_within_its_stated_error(lines in random_lines(), radius_m in 12.0..40.0f64) {
        use geo::{Validation, BooleanOps};
        let (drawn, exact) = (area_around(&lines, radius_m), buffer_union(&lines, radius_m));
        let (a, b) = (drawn.unsigned_area(), exact.unsigned_area());
        prop_assert!((a - b).abs() <= b * AREA_ERROR, "{} against {}, {} %", a, b, (a - b) / b * 100.0);
        prop_assert!(drawn.is_valid(), "{:?}", drawn.validation_errors());
        prop_assert!(drawn.xor(&exact).unsigned_area() <= b * 2.0 * AREA_ERROR);
    }

    /// Streets between neighbours of a bent lattice, each a line of its own: crossings, corners and ends in one. They lie so
    /// far apart that no gap between two is narrower than the grid.
    #[test]
    fn streets_that_meet_are_drawn_as_exactly_as_those_apart(
        bends in prop::collection::vec((-20.0..20.0f64, -20.0..20.0f64), 25),
        streets in prop::collection::vec((0..5usize, 0..5usize, 0..4usize), 1..40),
    ) {
        use geo::{BooleanOps, Validation};
        let place = |column: usize, row: usize| {
            let (dx, dy) = bends[row * 5 + column];
            (364_000.0 + column as f64 * 120.0 + dx, 3_271_000.0 + row as f64 * 120.0 + dy)
        };
        let lines: Vec<geo_types::LineString<f64>> = streets
            .into_iter()
            .map(|(column, row, towards)| {
                let (right, up) = [(1, 0), (0, 1), (1, 1), (1, 0)][towards];
                let ends = [place(column, row), place((column + right).min(4), (row + up).min(4))];
                geo_types::LineString::from(if towards == 3 { vec![ends[1], ends[0]] } else { ends.to_vec() })
            })
            .collect();
        let (drawn, exact) = (area_around(&lines, 25.0), buffer_union(&lines, 25.0));
        let (a, b) = (drawn.unsigned_area(), exact.unsigned_area());
        prop_assert!((a - b).abs() <= b * AREA_ERROR, "{} against {}, {} %", a, b, (a - b) / b * 100.0);
        prop_assert!(drawn.is_valid(), "{:?}", drawn.validation_errors());
        prop_assert!(drawn.xor(&exact).unsigned_area() <= b * 2.0 * AREA_ERROR);
    }

    #[test]
    fn more_lines_cover_all_that_fewer_cover(lines in random_lines(), keep in 0..14usize) {
        use geo::BooleanOps;
        let few = &lines[..keep.min(lines.len())];
        let (small, large) = (area_around(few, 25.0), area_around(&lines, 25.0));
        // Vertices on straight borders are left out when they are a tenth of a millimetre off.
        prop_assert!(small.difference(&large).unsigned_area() < 0.5);
        for line in few {
            for at in &line.0 {
                prop_assert!(geo::Contains::contains(&small, &Point(*at)));
            }
        }
    }
}

#[test]
fn first_due_areas_do_not_overlap_and_the_start_lies_in_its_own() {
    use geo::{BooleanOps, Contains};
    let mut layers = grid(21, 50.0, RoadClass::Primary);
    layers.stations = vec![station("a", 200.0, 500.0, &["V2"]), station("b", 800.0, 500.0, &["V2"])];
    let findings = assess(&layers, &study(), Vec::new());
    let of = |id: &str| {
        findings
            .isochrones
            .iter()
            .find(|i| i.is_first_due && i.station.as_deref() == Some(id) && i.cutoff_s == 180)
            .map(|i| i.area.clone())
            .expect("both stations set out")
    };
    let (a, b) = (of("a"), of("b"));
    assert!(a.intersection(&b).unsigned_area() < 1e-3);
    assert!(a.contains(&Point::new(200.0, 500.0)) && b.contains(&Point::new(800.0, 500.0)));
    assert!((a.unsigned_area() - b.unsigned_area()).abs() / a.unsigned_area() < 0.1);
    assert_eq!(findings.stations[0].neighbours, vec!["b".to_owned()]);
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
