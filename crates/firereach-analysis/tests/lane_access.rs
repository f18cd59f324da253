//! What the lanes mean for a site, on towns that can be checked by hand.

use std::collections::BTreeMap;

use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::{assess_lanes, survey};
use firereach_analysis::network::Network;
use firereach_io::rule_file::{built_in_rulebook, built_in_vehicles};
use firereach_model::feature::{
    Direction, Obstacle, ObstacleKind, Parking, ParkingKind, ParkingSides, Permission, Road, RoadClass, Site, SiteKind,
    Structure,
};
use firereach_model::findings::LaneFindings;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::rules::{Date, Verdict};
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

fn road(id: &str, class: RoadClass, line: &[(f64, f64)]) -> Road {
    Road {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        class,
        is_link: false,
        line: line.iter().map(|&(x, y)| Coord { x, y }).collect(),
        heights_m: vec![Some(0.0); line.len()],
        nodes: Vec::new(),
        direction: Direction::Both,
        motor: Permission::Unsaid,
        emergency: Permission::Unsaid,
        foot: Permission::Unsaid,
        widths: Vec::new(),
        clear_heights: Vec::new(),
        max_mass: None,
        lanes: None,
        incline: None,
        is_paved: None,
        surface: None,
        max_speed_kmh: None,
        parking: ParkingSides::default(),
        level: 0,
        is_level_stated: false,
        structure: Structure::Ground,
        step_count: None,
        is_area: false,
    }
}

fn obstacle(id: &str, kind: ObstacleKind, points: &[(f64, f64)], is_removable: bool) -> Obstacle {
    let line: LineString<f64> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
    let is_ring = points.len() > 3 && points.first() == points.last();
    let shape = if is_ring { Polygon::new(line, vec![]).into() } else { Geometry::LineString(line) };
    Obstacle {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        kind,
        shape,
        node: None,
        is_removable: Some(is_removable),
        clear_width: None,
        clear_height: None,
        lets_engines_pass: None,
        level: 0,
        radius: None,
        hours: Vec::new(),
    }
}

fn site(id: &str, x: f64, y: f64, people: f64) -> Site {
    Site {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: SiteKind::Relic,
        grade: None,
        shape: Point::new(x, y).into(),
        body: Default::default(),
        people: Some(people),
        lon_lat: (0.0, 0.0),
        point: Point::new(x, y),
        height_m: None,
        level: None,
        building: None,
        details: BTreeMap::new(),
    }
}

/// A main road along y = 0 and an alley of 100 m with walls 5 m apart; a shed half way leaves 2 m. One site at the end.
fn alley() -> Layers {
    let shed = [(-2.5, 50.0), (0.5, 50.0), (0.5, 53.0), (-2.5, 53.0), (-2.5, 50.0)];
    let wall = ObstacleKind::Wall;
    Layers {
        roads: vec![
            road("main", RoadClass::Tertiary, &[(-200.0, 0.0), (0.0, 0.0)]),
            road("main east", RoadClass::Tertiary, &[(0.0, 0.0), (200.0, 0.0)]),
            road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 100.0)]),
        ],
        obstacles: vec![
            obstacle("west", wall, &[(-2.5, 6.0), (-2.5, 110.0)], false),
            obstacle("east", wall, &[(2.5, 6.0), (2.5, 110.0)], false),
            obstacle("shed", ObstacleKind::Shed, &shed, true),
        ],
        sites: vec![site("temple", 0.0, 112.0, 30.0)],
        ..Layers::default()
    }
}

fn study() -> Study {
    Study {
        title: String::new(),
        rulebook: built_in_rulebook("cn", Date { year: 2023, month: 6, day: 2 }),
        vehicles: built_in_vehicles(),
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

fn judged(layers: &Layers, hour: u8) -> LaneFindings {
    let study = study();
    let network = Network::build(layers, study.rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(layers, hour);
    let survey = survey(&network, &study.rulebook, &conditions);
    assess_lanes(&network, &survey, &study, &conditions)
}

fn high(width: &firereach_model::findings::lanes::Clearance) -> Option<f64> {
    width.bounds.high.map(Metres::get)
}

#[test]
fn a_shed_on_the_line_leaves_two_metres_and_decides_the_access() {
    let found = judged(&alley(), 10);
    let access = &found.sites[0];
    // Walls at 2.5 m either side; the shed reaches from the west wall to 0.5 m east of the line: 2 m are left.
    assert_eq!(access.width.as_ref().and_then(high), Some(2.0));
    assert_eq!(access.largest_vehicle, None, "nobody knows that anything passes");
    assert_eq!(access.largest_vehicle_high.as_deref(), Some("V6"), "a three-wheeler needs 1.5 m");
    let pinch = &found.pinch_points[access.pinch.expect("the shed decides")];
    assert!(pinch.obstacles.iter().any(|name| name == "shed shed"), "{:?}", pinch.obstacles);
    assert_eq!((pinch.is_removable, &pinch.sites[..]), (Some(true), &["temple".to_owned()][..]));
}

#[test]
fn clearing_the_shed_frees_every_engine_that_fits_five_metres() {
    let found = judged(&alley(), 10);
    let pinch = &found.pinch_points[found.sites[0].pinch.expect("the shed decides")];
    assert_eq!(pinch.width_cleared.high, Some(Metres::of(5.0)));
    let freed = pinch.frees.as_ref().expect("the shed can be removed");
    let vehicles: Vec<&str> = freed.sites.iter().map(|(_, vehicle)| vehicle.as_str()).collect();
    assert_eq!(vehicles, ["V1", "V2", "V3", "V4", "V5", "V9"]);
    assert_eq!(freed.people, 30.0);
    assert_eq!(found.first_steps.len(), 1);
    assert_eq!(found.first_steps[0].frees.sites.len(), 6);
}

#[test]
fn two_sheds_in_a_row_are_cleared_together() {
    let mut layers = alley();
    layers.roads[2] = road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 60.0)]);
    layers.roads.push(road("alley end", RoadClass::Alley, &[(0.0, 60.0), (0.0, 100.0)]));
    let second = [(-2.5, 80.0), (0.5, 80.0), (0.5, 83.0), (-2.5, 83.0), (-2.5, 80.0)];
    layers.obstacles.push(obstacle("second", ObstacleKind::Shed, &second, true));
    let found = judged(&layers, 10);
    assert!(found.pinch_points.iter().all(|p| p.frees.as_ref().is_none_or(|f| f.sites.is_empty())));
    assert_eq!(found.first_steps.len(), 1);
    assert_eq!(found.first_steps[0].pinches.len(), 2);
    assert_eq!(found.first_steps[0].frees.sites.len(), 6);
}

#[test]
fn a_site_at_the_end_of_an_alley_hangs_on_it() {
    let found = judged(&alley(), 10);
    assert_eq!(found.dependences.len(), 1);
    assert_eq!(found.pieces[found.dependences[0].piece].road, 2);
    assert_eq!(found.dependences[0].sites, ["temple"]);
}

#[test]
fn the_alley_is_a_dead_end_of_a_hundred_metres() {
    let found = judged(&alley(), 10);
    assert_eq!(found.dead_ends.len(), 1);
    assert!((found.dead_ends[0].length_m - 100.0).abs() < 1e-9);
}

#[test]
fn a_closed_court_has_no_room_to_turn() {
    let mut layers = alley();
    layers.obstacles.push(obstacle("north", ObstacleKind::Wall, &[(-2.5, 110.0), (2.5, 110.0)], false));
    let found = judged(&layers, 10);
    let end = &found.dead_ends[0];
    assert_eq!((end.square_m, end.has_hammerhead), (None, false));
    assert!(end.rulings.iter().any(|r| r.measure == "turnaround_side" && r.verdict == Verdict::MandatoryFail));
}

#[test]
fn a_court_of_thirteen_metres_holds_the_square_of_twelve() {
    let mut layers = alley();
    layers.obstacles.truncate(0);
    // Walls of the alley, then a court of 13 m by 13 m at its end.
    let court =
        [(-2.5, 6.0), (-2.5, 95.0), (-6.5, 95.0), (-6.5, 108.0), (6.5, 108.0), (6.5, 95.0), (2.5, 95.0), (2.5, 6.0)];
    layers.obstacles.push(obstacle("court", ObstacleKind::Wall, &court, false));
    let found = judged(&layers, 10);
    assert_eq!(found.dead_ends[0].square_m, Some(12.0));
}

#[test]
fn parked_cars_take_their_width_in_their_hours_only() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    let row = Parking { kind: ParkingKind::Parallel, hours: vec![(18, 24)], probability: None };
    layers.roads[2].parking.left = Some(row);
    let width = |hour| high(&judged(&layers, hour).pieces[2].width);
    assert_eq!(width(10), Some(5.0));
    assert!(width(20).is_some_and(|w| (w - 2.9).abs() < 1e-9), "{:?}", width(20));
}

#[test]
fn a_row_that_is_there_one_day_in_four_leaves_the_lane_open_on_three() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    layers.roads[2].parking.left =
        Some(Parking { kind: ParkingKind::Parallel, hours: Vec::new(), probability: Some(0.25) });
    let found = judged(&layers, 10);
    assert_eq!(found.pieces[2].passable_prob, Some(0.75));
    assert_eq!(high(&found.pieces[2].width), Some(5.0), "the cars may be away");
}

#[test]
fn an_arch_lowers_the_lane_to_its_stated_height() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    let mut arch = obstacle("arch", ObstacleKind::Arch, &[(-2.5, 60.0), (2.5, 60.0)], false);
    arch.clear_height = Some(Metres::of(2.9));
    layers.obstacles.push(arch);
    let found = judged(&layers, 10);
    assert_eq!(found.pieces[2].height.bounds.high, Some(Metres::of(2.9)));
    let pinch = found.pinch_points.iter().find(|p| p.height.high == Some(Metres::of(2.9)));
    assert!(pinch.is_some_and(|p| (p.at.y - 60.0).abs() < 1e-6));
}

#[test]
fn a_bridge_overhead_takes_the_assumed_height_away() {
    let mut layers = alley();
    let before = judged(&layers, 10).pieces[0].height.bounds.low;
    assert_eq!(before, Some(Metres::of(4.5)), "a public street is built to a height");
    let mut bridge = road("flyover", RoadClass::Secondary, &[(-100.0, -50.0), (-100.0, 50.0)]);
    (bridge.level, bridge.structure) = (1, Structure::Bridge);
    layers.roads.push(bridge);
    assert_eq!(judged(&layers, 10).pieces[0].height.bounds.low, None);
}

#[test]
fn a_gate_across_the_lane_leaves_what_a_survey_states() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    let mut gate = obstacle("gate", ObstacleKind::Gate, &[(-2.5, 30.0), (2.5, 30.0)], false);
    gate.clear_width = Some(Metres::of(3.1));
    layers.obstacles.push(gate);
    let found = judged(&layers, 10);
    assert_eq!(high(&found.pieces[2].width), Some(3.1));
    assert_eq!(found.pieces[2].barrier, "unknown", "nobody said that it opens");
}
