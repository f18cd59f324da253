//! How lanes serve a building, and the blocks between streets.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{BuildingUse, ObstacleKind, RoadClass, ZoneKind};
use firereach_model::findings::lanes::LaneService;
use firereach_model::layers::Layers;
use firereach_model::rules::Verdict;
use firereach_model::units::Metres;
use geo_types::Coord;

use crate::town::{house, judged, obstacle, rectangle, road, site, zone};

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
fn a_house_of_a_hundred_and_sixty_metres_along_a_street_wants_a_lane_through_it_or_around_it() {
    let mut layers = Layers {
        roads: vec![road("street", RoadClass::Tertiary, &[(-50.0, -10.0), (250.0, -10.0)])],
        sites: vec![site("hall", 80.0, 10.0, 0.0)],
        ..Layers::default()
    };
    layers.sites[0].shape = rectangle((0.0, 0.0), (160.0, 20.0)).into();
    let along = service(&layers);
    assert_eq!(along.front_m, Bounds::exactly(Metres::of(160.0)));
    check_ruling(&along, "building_frontage", &[("FL-11", Verdict::MandatoryFail)]);
    // Its length in all is no more than half of its outline, 180 m.
    check_ruling(&along, "building_length", &[]);
    layers.roads.push(road("passage", RoadClass::Tertiary, &[(80.0, -10.0), (80.0, 60.0)]));
    check_ruling(&service(&layers), "building_frontage", &[("FL-11", Verdict::Pass)]);
}

#[test]
fn a_court_of_thirty_metres_wants_a_lane_that_leads_in() {
    let mut layers = block();
    let (outer, court) = (rectangle((30.0, 12.0), (90.0, 72.0)), rectangle((45.0, 27.0), (75.0, 57.0)));
    let shape = geo_types::Polygon::new(outer.exterior().clone(), vec![court.exterior().clone()]);
    layers.sites[0].shape = shape.into();
    let closed = service(&layers);
    assert_eq!(closed.courts.iter().map(|c| (c.short_side_m, c.links)).collect::<Vec<_>>(), [(30.0, 0)]);
    check_ruling(&closed, "courtyard_side", &[("FL-13", Verdict::AdvisoryFail)]);
    layers.roads.push(road("way in", RoadClass::Tertiary, &[(60.0, 0.0), (60.0, 40.0)]));
    let led = service(&layers);
    assert_eq!(led.courts[0].links, 1);
    check_ruling(&led, "courtyard_side", &[("FL-13", Verdict::Pass)]);
}
