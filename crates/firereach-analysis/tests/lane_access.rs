//! What the lanes mean for a site, on towns that can be checked by hand.

use std::collections::BTreeMap;

use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::{assess_lanes, survey};
use firereach_analysis::network::Network;
use firereach_io::rule_file::{built_in_rulebook, built_in_vehicles};
use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::{
    Building, BuildingUse, Direction, Obstacle, ObstacleKind, Parking, ParkingKind, ParkingSides, Permission, Road,
    RoadClass, Site, SiteKind, Structure, Zone, ZoneKind,
};
use firereach_model::findings::LaneFindings;
use firereach_model::findings::lanes::LaneService;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::rules::{Date, Verdict};
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};

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

fn rectangle((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Polygon<f64> {
    Polygon::new([(x1, y1), (x2, y1), (x2, y2), (x1, y2)].iter().map(|&(x, y)| Coord { x, y }).collect(), vec![])
}

fn house(id: &str, low: (f64, f64), high: (f64, f64), height: Option<f64>, usage: BuildingUse) -> Building {
    let mut body = firereach_model::feature::Body { usage: Some(usage), ..Default::default() };
    body.height = height.map_or(Bounds::unknown(), |h| Bounds::exactly(Metres::of(h)));
    Building {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        footprint: rectangle(low, high),
        body,
        min_height: None,
        level: 0,
        is_roof: false,
    }
}

fn zone(kind: ZoneKind, low: (f64, f64), high: (f64, f64)) -> Zone {
    let area = MultiPolygon(vec![rectangle(low, high)]);
    Zone { origin: Origin::of_study("test", "zone"), id: "zone".to_owned(), name: None, kind, area, people: None }
}

/// A block of 120 m by 80 m between four tertiary streets whose centre lines are its sides; one site of 40 m by 20 m in
/// it, 12 m from the southern centre line.
fn block() -> Layers {
    let ring = [(0.0, 0.0), (120.0, 0.0), (120.0, 80.0), (0.0, 80.0), (0.0, 0.0)];
    let street = |i: usize| road(&format!("street {i}"), RoadClass::Tertiary, &ring[i..=i + 1]);
    let mut hall = site("hall", 60.0, 22.0, 0.0);
    hall.shape = rectangle((40.0, 12.0), (80.0, 32.0)).into();
    hall.body.usage = Some(BuildingUse::Public);
    Layers { roads: (0..4).map(street).collect(), sites: vec![hall], ..Layers::default() }
}

fn service(layers: &Layers) -> LaneService {
    judged(layers, 10).services.into_iter().find(|s| s.site.as_deref() == Some("hall")).expect("the hall is served")
}

#[track_caller]
fn check_ruling(service: &LaneService, measure: &str, expected: &[(&str, Verdict)]) {
    let found: Vec<(&str, Verdict)> =
        service.rulings.iter().filter(|r| r.measure == measure).map(|r| (r.rule.as_str(), r.verdict)).collect();
    assert_eq!(found, expected, "{:?}", service.because);
}

#[test]
fn a_block_is_as_deep_as_the_circle_that_fits_between_its_streets() {
    let mut layers = block();
    layers.buildings.push(house("shed", (10.0, 60.0), (20.0, 70.0), Some(4.0), BuildingUse::Storage));
    let found = judged(&layers, 10);
    let [block] = &found.blocks[..] else { panic!("one block with a building: {:?}", found.blocks) };
    assert_eq!((block.area_m2, block.buildings, block.connections), (9600.0, 1, 0));
    assert!(block.spacing_m.low.is_some_and(|m| (m.get() - 80.0).abs() < 0.6), "{:?}", block.spacing_m);
    assert_eq!(block.spacing_m.low, block.spacing_m.high, "tertiary streets are built wide enough");
    assert_eq!(block.rulings[0].verdict, Verdict::Pass);
    assert_eq!(block.sites, ["hall"]);
}

#[test]
fn streets_two_hundred_metres_apart_are_too_far() {
    let mut layers = block();
    for street in &mut layers.roads {
        street.line.0.iter_mut().for_each(|p| *p = Coord { x: p.x * 2.5, y: p.y * 2.5 });
    }
    layers.buildings.push(house("shed", (10.0, 60.0), (20.0, 70.0), Some(4.0), BuildingUse::Storage));
    let found = judged(&layers, 10);
    assert!(found.blocks[0].spacing_m.low.is_some_and(|m| (m.get() - 200.0).abs() < 0.6));
    assert_eq!(found.blocks[0].rulings[0].verdict, Verdict::AdvisoryFail);
}

#[test]
fn a_block_without_one_of_its_streets_is_none() {
    let mut layers = block();
    layers.roads.pop();
    layers.buildings.push(house("shed", (10.0, 60.0), (20.0, 70.0), Some(4.0), BuildingUse::Storage));
    assert!(judged(&layers, 10).blocks.is_empty());
    assert_eq!(service(&layers).ring, (false, false));
}

#[test]
fn a_street_along_one_long_side_serves_it() {
    // The southern street runs 12 m before one long side; the northern one is 48 m from the other.
    let found = service(&block());
    let mut served = found.served.clone();
    served.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(served, [(0.0, 0.0), (1.0, 1.0)]);
    assert_eq!((found.sides, found.ring), ((1, 1), (true, true)));
}

#[test]
fn a_house_between_hides_the_street() {
    let mut layers = block();
    layers.buildings.push(house("front", (40.0, 4.0), (60.0, 8.0), Some(4.0), BuildingUse::Shop));
    let most = service(&layers).served.iter().map(|s| s.1).fold(0.0, f64::max);
    assert_eq!(most, 0.5);
}

#[test]
fn the_distance_to_the_wall_counts_from_the_edge_of_the_lane() {
    // Centre line 12 m from the wall; at least 5.5 m wide by class, so the edge is at most 12 - 2.75 away.
    let found = service(&block());
    assert_eq!((found.wall_distance_m.low, found.wall_distance_m.high), (Some(Metres::ZERO), Some(Metres::of(9.25))));
    check_ruling(&found, "lane_wall_distance", &[("FL-05", Verdict::Unknown)]);
    let mut layers = block();
    layers.roads[0].widths.push(firereach_model::feature::StatedWidth {
        width: Metres::of(6.0),
        meaning: firereach_model::feature::WidthMeaning::Clear,
        key: "surveyed".to_owned(),
    });
    check_ruling(&service(&layers), "lane_wall_distance", &[("FL-05", Verdict::Pass)]);
}

#[test]
fn a_level_street_is_level_enough_to_work_on() {
    check_ruling(&service(&block()), "working_slope", &[("FL-06c", Verdict::Pass)]);
    let mut layers = block();
    layers.roads[0].heights_m = vec![Some(0.0), Some(6.0)];
    check_ruling(&service(&layers), "working_slope", &[("FL-06c", Verdict::AdvisoryFail)]);
}

#[test]
fn nobody_knows_whether_a_building_of_unknown_height_needs_two_sides() {
    // One side has a lane, the ring is there: the ring passes, two sides would fail if the hall were high-rise.
    let found = service(&block());
    check_ruling(&found, "ring_lane", &[("FL-12", Verdict::Pass)]);
    check_ruling(&found, "lane_long_sides", &[("FL-21", Verdict::Unknown)]);
    let mut high = block();
    high.sites[0].body.height = Bounds::exactly(Metres::of(30.0));
    check_ruling(&service(&high), "lane_long_sides", &[("FL-21", Verdict::MandatoryFail)]);
    let mut low = block();
    low.sites[0].body.height = Bounds::exactly(Metres::of(8.0));
    check_ruling(&service(&low), "lane_long_sides", &[]);
}

#[test]
fn a_high_building_has_room_for_a_ladder_before_its_long_side() {
    let mut layers = block();
    layers.sites[0].body.height = Bounds::exactly(Metres::of(30.0));
    let before = service(&layers);
    let found = before.operating_site.as_ref().expect("the ground before the hall is free");
    // Five metres from the wall, 10 m wide, and free as far as it is looked for: 20 m past either end of the wall.
    assert_eq!((found.distance_m, found.width_m, found.is_open), (5.0, 10.0, false));
    assert!((found.length_m - 80.0).abs() < 1e-9, "{}", found.length_m);
    check_ruling(&before, "aerial_site_length", &[("AO-04", Verdict::Unknown)]);
    layers.zones.push(zone(ZoneKind::Open, (10.0, -10.0), (110.0, 10.0)));
    check_ruling(&service(&layers), "aerial_site_length", &[("AO-04", Verdict::Pass)]);
    // Walls across leave 14 m between them, and walls along take the rest.
    for (id, x) in [("left", 50.0), ("right", 64.0)] {
        layers.obstacles.push(obstacle(id, ObstacleKind::Wall, &[(x, -20.0), (x, 11.0)], false));
    }
    for (id, from, to) in [("far left", 10.0, 50.0), ("far right", 64.0, 110.0)] {
        layers.obstacles.push(obstacle(id, ObstacleKind::Wall, &[(from, 6.0), (to, 6.0)], false));
    }
    let after = service(&layers);
    let most = after.operating_site.as_ref().map(|s| s.length_m);
    assert!(most.is_some_and(|m| (m - 14.0).abs() < 1e-9), "{most:?}");
    check_ruling(&after, "aerial_site_length", &[("AO-04", Verdict::MandatoryFail)]);
}

#[test]
fn kerbs_on_both_sides_give_the_width_itself() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    for (id, x) in [("left kerb", -1.6), ("right kerb", 1.7)] {
        layers.obstacles.push(obstacle(id, ObstacleKind::Kerb, &[(x, -4.0), (x, 104.0)], false));
    }
    let width = judged(&layers, 10).pieces[2].width.clone();
    assert_eq!(
        (width.bounds.value(), width.low_by, width.high_by),
        (Some(Metres::of(3.3)), Method::Polygon, Method::Polygon)
    );
}

#[test]
fn a_carriageway_drawn_for_half_of_a_lane_bounds_it_from_above_only() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    layers.zones.push(zone(ZoneKind::Carriageway, (-1.75, -4.0), (1.75, 50.0)));
    let half = judged(&layers, 10).pieces[2].width.clone();
    assert_eq!((half.bounds.low, half.bounds.high, half.high_by), (None, Some(Metres::of(3.5)), Method::Polygon));
    layers.zones.push(zone(ZoneKind::Carriageway, (-1.75, 50.0), (1.75, 104.0)));
    let whole = judged(&layers, 10).pieces[2].width.clone();
    assert_eq!(whole.bounds.value(), Some(Metres::of(3.5)), "two polygons that touch are one carriageway");
}

#[test]
fn a_post_on_a_carriageway_narrows_it_and_contradicts_nobody() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    layers.zones.push(zone(ZoneKind::Carriageway, (-1.75, -4.0), (1.75, 104.0)));
    layers.obstacles.push(obstacle("planter", ObstacleKind::Block, &[(1.0, 40.0), (2.5, 40.0)], true));
    let found = judged(&layers, 10);
    // From the western wall at -2.5 to the planter at 1 m.
    assert_eq!(found.pieces[2].width.bounds.high, Some(Metres::of(3.5)));
    layers.obstacles.push(obstacle("bin", ObstacleKind::Block, &[(-2.5, 41.0), (-1.0, 41.0)], true));
    let found = judged(&layers, 10);
    assert!(found.pieces[2].width.bounds.high.is_some_and(|w| w.get() < 2.3), "{:?}", found.pieces[2].width);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
}

#[test]
fn a_deck_of_known_height_leaves_an_interval_below_it() {
    let mut layers = alley();
    let mut bridge = road("flyover", RoadClass::Secondary, &[(-100.0, -50.0), (-100.0, 50.0)]);
    (bridge.level, bridge.structure) = (1, Structure::Bridge);
    bridge.heights_m = vec![Some(6.0), Some(8.0)];
    layers.roads.push(bridge);
    // Seven metres up where it crosses; 0.5 m to 2.5 m of deck leave 4.5 m to 6.5 m.
    let height = judged(&layers, 10).pieces[0].height.clone();
    assert_eq!((height.bounds.low, height.bounds.high), (Some(Metres::of(4.5)), Some(Metres::of(6.5))));
    layers.roads[3].heights_m = vec![Some(3.0), Some(5.0)];
    let found = judged(&layers, 10);
    let height = &found.pieces[0].height;
    assert_eq!((height.bounds.low, height.bounds.high), (Some(Metres::of(1.5)), Some(Metres::of(3.5))));
    assert_eq!(height.high_by, Method::Terrain);
    assert!(found.pinch_points.iter().any(|p| p.height.high == Some(Metres::of(3.5)) && p.at.x == -100.0));
}

#[test]
fn an_engine_stops_just_before_the_shed() {
    let mut layers = alley();
    layers.sites = vec![site("gate house", 0.0, 62.0, 0.0)];
    let found = judged(&layers, 10);
    let access = &found.sites[0];
    let pumper = access.vehicles.iter().find(|a| a.vehicle == "V2").expect("the catalogue has a pumper");
    // The shed stands from 50 m to 53 m and leaves 2 m from its corner (0.5, 50) to the wall at 2.5 m. A slanted line of
    // 4 m through the place where the pumper stops runs from that corner to the wall: it reaches 2 sqrt(3) m back along
    // the wall and crosses the centre line beyond the corner, so the stretch begins where the walls' own line of 5 m ends:
    // at the shed's western foot, where nothing is narrower than 5 m before 50 m.
    let (stop, on_foot) = pumper.possible.expect("the pumper comes as far as the shed");
    assert!(stop.y > 47.0 && stop.y <= 50.0, "{stop:?}");
    assert!((on_foot - (62.0 - stop.y)).abs() < 1e-6, "{on_foot}");
    assert_eq!(pumper.certain.map(|(at, _)| at.y), Some(0.0), "nobody measured that it gets so far");
    let small = access.vehicles.iter().find(|a| a.vehicle == "V6").and_then(|a| a.possible).expect("it passes");
    assert_eq!(small.1, 0.0, "the three-wheeler drives up to the site");
}

#[test]
fn a_wider_vehicle_never_reaches_more() {
    for hour in [3, 10, 20] {
        let mut layers = alley();
        layers.roads[2].parking.left =
            Some(Parking { kind: ParkingKind::Parallel, hours: vec![(18, 24)], probability: None });
        let study = study();
        let found = judged(&layers, hour);
        let mut by_size: Vec<_> = study
            .vehicles
            .iter()
            .zip(&found.sites[0].vehicles)
            .filter(|(v, _)| v.mobility == firereach_model::vehicle::Mobility::Road)
            .collect();
        by_size.sort_by_key(|(v, _)| (v.min_lane_width_m, v.width_m));
        for pair in by_size.windows(2) {
            let far = |k: usize| pair[k].1.possible.map_or(f64::INFINITY, |(_, m)| m);
            let is_smaller_in_all = pair[0].0.height_m <= pair[1].0.height_m;
            assert!(!is_smaller_in_all || far(0) <= far(1) + 1e-9, "{:?} {:?}", pair[0].1, pair[1].1);
        }
    }
}
