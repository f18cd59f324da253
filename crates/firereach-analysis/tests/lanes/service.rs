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
/// it, 12 m from the southern centre line. No road is missing from the data.
fn block() -> Layers {
    let ring = [(0.0, 0.0), (120.0, 0.0), (120.0, 80.0), (0.0, 80.0), (0.0, 0.0)];
    let street = |i: usize| road(&format!("street {i}"), RoadClass::Tertiary, &ring[i..=i + 1]);
    let mut hall = site("hall", 60.0, 22.0, 0.0);
    hall.shape = rectangle((40.0, 12.0), (80.0, 32.0)).into();
    hall.body.usage = Some(BuildingUse::Public);
    let complete = vec!["roads".to_owned()];
    Layers { roads: (0..4).map(street).collect(), sites: vec![hall], complete, ..Layers::default() }
}

fn service(layers: &Layers) -> LaneService {
    judged(layers, 10).services.into_iter().find(|s| s.site.as_deref() == Some("hall")).expect("the hall is served")
}

/// The same where nobody says that no road is missing.
fn unvouched(layers: &Layers) -> Layers {
    Layers { complete: Vec::new(), ..layers.clone() }
}

/// Ground that rises eastwards by so many metres in a hundred.
fn plane(percent: f32) -> firereach_model::terrain::Grid {
    let (columns, rows) = (260, 160);
    firereach_model::terrain::Grid {
        file: "plane".to_owned(),
        first: Coord { x: -60.0, y: 110.0 },
        cell_m: 1.0,
        columns,
        rows,
        heights: (0..rows * columns).map(|i| (i % columns) as f32 * percent / 100.0).collect(),
        resolution_m: 1.0,
    }
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
    check_ruling(&after, "aerial_site_share", &[("AO-01", Verdict::MandatoryFail)]);
}

/// A hall of 100 m by 20 m, 30 m high, in a block of 120 m by 80 m, a wall behind it; open ground all round where `is_open`;
/// another wall takes the ground before its southern side between two places.
fn long_hall(is_open: bool, taken: Option<(f64, f64)>) -> Layers {
    let mut layers = block();
    layers.sites[0].shape = rectangle((10.0, 12.0), (110.0, 32.0)).into();
    layers.sites[0].body.height = Bounds::exactly(Metres::of(30.0));
    if is_open {
        layers.zones.push(zone(ZoneKind::Open, (-40.0, -20.0), (160.0, 70.0)));
    }
    layers.obstacles.push(obstacle("behind", ObstacleKind::Wall, &[(-20.0, 38.0), (140.0, 38.0)], false));
    let wall = |(from, to)| obstacle("wall", ObstacleKind::Wall, &[(from, 6.0), (to, 6.0)], false);
    layers.obstacles.extend(taken.map(wall));
    layers
}

#[track_caller]
fn check_run(layers: &Layers, share: (f64, f64), gap_m: Option<f64>, verdict: Verdict) {
    let found = service(layers);
    let end = |of: Option<firereach_model::units::Share>| of.map_or(0.0, |s| (s.get() * 100.0).round() / 100.0);
    let told = (end(found.operating_share.low), end(found.operating_share.high));
    assert_eq!((told, found.operating_gap_m.map(f64::round)), (share, gap_m), "{:?}", found.operating_run);
    check_ruling(&found, "aerial_site_share", &[("AO-01", verdict)]);
}

#[test]
fn operating_sites_run_along_a_whole_long_side() {
    check_run(&long_hall(true, None), (1.0, 1.0), None, Verdict::Pass);
    check_run(&long_hall(false, None), (0.0, 1.0), None, Verdict::Unknown);
}

#[test]
fn beside_a_building_up_to_fifty_metres_sites_may_be_thirty_metres_apart() {
    // 40 m and 40 m before the southern side and 20 m before either short one: 120 m for the 100 m asked for.
    check_run(&long_hall(true, Some((50.0, 70.0))), (1.0, 1.0), Some(20.0), Verdict::Pass);
    check_ruling(&service(&long_hall(true, Some((50.0, 70.0)))), "aerial_site_gap", &[("AO-03", Verdict::Pass)]);
    let mut high = long_hall(true, Some((50.0, 70.0)));
    high.sites[0].body.height = Bounds::exactly(Metres::of(60.0));
    // Without a break 40 m and 20 m join round a corner: 60 m of the 100 m.
    check_run(&high, (0.6, 0.6), None, Verdict::MandatoryFail);
    // 35 m and 20 m, a gap of 35 m too wide to pass over.
    check_run(&long_hall(true, Some((45.0, 80.0))), (0.55, 0.55), None, Verdict::MandatoryFail);
}

#[test]
fn a_podium_of_three_metres_is_worked_over_and_one_of_six_is_not() {
    let podium = |depth_m: f64, height: Option<f64>| {
        let mut layers = long_hall(true, None);
        layers.buildings.push(house("podium", (10.0, 12.0 - depth_m), (110.0, 12.0), height, BuildingUse::Shop));
        layers
    };
    let shallow = podium(3.0, Some(8.0));
    check_run(&shallow, (1.0, 1.0), None, Verdict::Pass);
    check_ruling(&service(&shallow), "podium_depth", &[("AO-02", Verdict::Pass)]);
    let deep = podium(6.0, Some(8.0));
    check_ruling(&service(&deep), "podium_depth", &[("AO-02", Verdict::MandatoryFail)]);
    check_run(&deep, (0.2, 0.2), None, Verdict::MandatoryFail);
    // How high a neighbour against the wall is, decides whether it is a podium at all.
    check_ruling(&service(&podium(6.0, None)), "podium_depth", &[("AO-02", Verdict::Unknown)]);
    check_ruling(&service(&long_hall(true, None)), "podium_depth", &[("AO-02", Verdict::Unknown)]);
}

#[test]
fn the_ground_of_an_operating_site_slopes_by_three_in_a_hundred_at_most() {
    for (percent, verdict) in [(2.0, Verdict::Pass), (5.0, Verdict::AdvisoryFail)] {
        let mut layers = long_hall(true, None);
        layers.terrain.grids.push(plane(percent));
        let found = service(&layers);
        let slope = found.operating_slope;
        assert!(slope.high.is_some_and(|s| (s.get() - f64::from(percent)).abs() < 0.2), "{slope:?}");
        check_ruling(&found, "aerial_site_slope", &[("AO-06", verdict)]);
    }
    check_ruling(&service(&long_hall(true, None)), "aerial_site_slope", &[("AO-06", Verdict::Unknown)]);
}

#[test]
fn a_tower_in_the_middle_of_a_deep_podium_has_no_ground_to_work_on() {
    let mut layers = long_hall(true, None);
    layers.sites[0].shape = rectangle((40.0, 30.0), (80.0, 50.0)).into();
    layers.buildings.push(house("podium", (3.0, 3.0), (117.0, 77.0), Some(12.0), BuildingUse::Shop));
    let found = service(&layers);
    assert!(found.operating_site.is_none() && found.operating_run.is_empty(), "{:?}", found.operating_site);
}

#[test]
fn a_wire_over_the_ground_takes_it() {
    let mut layers = long_hall(true, None);
    let wire = [(60.0, -30.0), (60.0, 40.0)];
    layers.obstacles.push(obstacle("wire", ObstacleKind::Overhead, &wire, false));
    let found = service(&layers);
    assert_eq!(found.operating_site.map(|site| site.length_m), Some(70.0), "from 20 m before the wall to the wire");
}

#[test]
fn links_on_foot_into_a_court_are_eighty_metres_apart_at_most() {
    let building = |links: &[f64]| {
        let mut layers = block();
        let (outer, court) = (rectangle((5.0, 12.0), (115.0, 62.0)), rectangle((20.0, 24.0), (100.0, 50.0)));
        let shape = geo_types::Polygon::new(outer.exterior().clone(), vec![court.exterior().clone()]);
        layers.sites[0].shape = shape.into();
        layers.roads.truncate(1);
        for (i, &x) in links.iter().enumerate() {
            // Drawn in two pieces, which meet inside the building.
            layers.roads.push(road(&format!("outer {i}"), RoadClass::Footway, &[(x, 0.0), (x, 18.0)]));
            layers.roads.push(road(&format!("inner {i}"), RoadClass::Footway, &[(x, 18.0), (x, 40.0)]));
        }
        layers
    };
    let check = |links: &[f64], spacing_m: Option<f64>, verdict: Verdict| {
        let found = service(&building(links));
        assert_eq!(found.link_spacing_m.high.map(Metres::get), spacing_m, "{:?}", found.courts);
        check_ruling(&found, "courtyard_link_spacing", &[("FL-14", verdict)]);
    };
    check(&[], None, Verdict::Unknown);
    check(&[60.0], Some(55.0), Verdict::Pass);
    // From 5 m to 25 m, to 60 m, and 55 m to the eastern end.
    check(&[25.0, 60.0], Some(55.0), Verdict::Pass);
    check(&[25.0], Some(90.0), Verdict::Unknown);
    // Without a street along it the rule asks nothing, unless nobody vouches that none is missing.
    let mut inside = building(&[60.0]);
    inside.roads.remove(0);
    check_ruling(&service(&inside), "courtyard_link_spacing", &[]);
    check_ruling(&service(&unvouched(&inside)), "courtyard_link_spacing", &[("FL-14", Verdict::Unknown)]);
}

#[test]
fn what_fails_for_want_of_a_lane_is_unknown_where_lanes_may_be_missing() {
    let mut layers = block();
    layers.sites[0].body.height = Bounds::exactly(Metres::of(30.0));
    layers.sites[0].body.usage = Some(BuildingUse::Office);
    layers.roads.truncate(1);
    layers.supplied.push("zones".to_owned());
    layers.terrain.grids.push(plane(0.0));
    layers.obstacles.push(obstacle("before", ObstacleKind::Wall, &[(10.0, 4.0), (110.0, 4.0)], false));
    let measures = [("ring_lane", "FL-12"), ("lane_long_sides", "FL-21"), ("aerial_site_length", "AO-04")];
    let (sure, unsure) = (service(&layers), service(&unvouched(&layers)));
    for (measure, rule) in measures {
        check_ruling(&sure, measure, &[(rule, Verdict::MandatoryFail)]);
        check_ruling(&unsure, measure, &[(rule, Verdict::Unknown)]);
    }
    // Where walls leave no ground at all, no lane would help.
    layers.obstacles.push(obstacle("behind", ObstacleKind::Wall, &[(10.0, 40.0), (110.0, 40.0)], false));
    check_ruling(&service(&unvouched(&layers)), "aerial_site_length", &[("AO-04", Verdict::MandatoryFail)]);
    let mut far = block();
    far.buildings.push(house("shed", (10.0, 60.0), (20.0, 70.0), Some(4.0), BuildingUse::Storage));
    far.roads[2] = road("street 2", RoadClass::Tertiary, &[(120.0, 400.0), (0.0, 400.0)]);
    far.roads[1] = road("street 1", RoadClass::Tertiary, &[(400.0, 0.0), (400.0, 400.0)]);
    far.roads[0] = road("street 0", RoadClass::Tertiary, &[(0.0, 0.0), (400.0, 0.0)]);
    far.roads[2].line.0[0].x = 400.0;
    far.roads[3] = road("street 3", RoadClass::Tertiary, &[(0.0, 400.0), (0.0, 0.0)]);
    let verdict = |layers: &Layers| judged(layers, 10).blocks[0].rulings[0].verdict;
    assert_eq!((verdict(&far), verdict(&unvouched(&far))), (Verdict::AdvisoryFail, Verdict::Unknown));
}

#[test]
fn one_long_side_does_for_a_high_dwelling_and_may_do_on_a_slope_or_beside_a_river() {
    let hall = |usage: BuildingUse, percent: f32, has_river: bool| {
        let mut layers = long_hall(usage == BuildingUse::Dwelling, None);
        layers.roads.truncate(1);
        layers.sites[0].body.usage = Some(usage);
        layers.supplied.push("zones".to_owned());
        layers.terrain.grids.push(plane(percent));
        if has_river {
            layers.zones.push(zone(ZoneKind::Water, (-40.0, 60.0), (160.0, 80.0)));
        }
        layers
    };
    let check = |layers: &Layers, verdict| check_ruling(&service(layers), "ring_lane", &[("FL-12", verdict)]);
    check(&hall(BuildingUse::Dwelling, 0.0, false), Verdict::Pass);
    check(&hall(BuildingUse::Office, 0.0, false), Verdict::MandatoryFail);
    check(&hall(BuildingUse::Office, 12.0, false), Verdict::Unknown);
    check(&hall(BuildingUse::Office, 0.0, true), Verdict::Unknown);
}

#[test]
fn a_tree_takes_the_ground_under_its_branches() {
    let mut layers = long_hall(true, None);
    let mut tree = obstacle("tree", ObstacleKind::Tree, &[(60.0, 1.0), (60.0, 1.0)], false);
    tree.shape = geo_types::Point::new(60.0, 1.0).into();
    layers.obstacles.push(tree);
    let length_m = |layers: &Layers| service(layers).operating_site.map(|site| site.length_m);
    assert_eq!(length_m(&layers), Some(70.0), "from 20 m before the wall to the trunk");
    layers.obstacles.last_mut().expect("the tree").crown_radius = Some(Metres::of(4.0));
    assert_eq!(length_m(&layers), Some(66.0));
}

#[test]
fn a_podium_that_comes_out_farther_beside_the_wall_takes_the_ground_there() {
    // The podium is 3 m deep before the tower, and 9 m deep from 5 m past its western end on.
    let mut layers = long_hall(true, None);
    layers.sites[0].shape = rectangle((40.0, 12.0), (110.0, 32.0)).into();
    let mut podium = house("podium", (0.0, 9.0), (110.0, 12.0), Some(8.0), BuildingUse::Shop);
    let ring = [(0.0, 12.0), (0.0, 3.0), (35.0, 3.0), (35.0, 9.0), (110.0, 9.0), (110.0, 12.0), (0.0, 12.0)];
    podium.footprint = geo_types::Polygon::new(ring.iter().map(|&(x, y)| Coord { x, y }).collect(), vec![]);
    layers.buildings.push(podium);
    let strip = service(&layers).operating_site.expect("the ground before the tower is free").area;
    let west = strip.exterior().0.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
    assert!((west - 35.0).abs() < 1e-9, "{west}");
}

#[test]
fn a_house_of_a_hundred_and_sixty_metres_along_a_street_wants_a_lane_through_it_or_around_it() {
    let mut layers = Layers {
        roads: vec![road("street", RoadClass::Tertiary, &[(-50.0, -10.0), (250.0, -10.0)])],
        sites: vec![site("hall", 80.0, 10.0, 0.0)],
        complete: vec!["roads".to_owned()],
        ..Layers::default()
    };
    layers.sites[0].shape = rectangle((0.0, 0.0), (160.0, 20.0)).into();
    let along = service(&layers);
    assert_eq!(along.front_m, Bounds::exactly(Metres::of(160.0)));
    check_ruling(&along, "building_frontage", &[("FL-11", Verdict::MandatoryFail)]);
    check_ruling(&service(&unvouched(&layers)), "building_frontage", &[("FL-11", Verdict::Unknown)]);
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
    check_ruling(&service(&unvouched(&layers)), "courtyard_side", &[("FL-13", Verdict::Unknown)]);
    let closed = service(&layers);
    assert_eq!(closed.courts.iter().map(|c| (c.short_side_m, c.links)).collect::<Vec<_>>(), [(30.0, 0)]);
    check_ruling(&closed, "courtyard_side", &[("FL-13", Verdict::AdvisoryFail)]);
    layers.roads.push(road("way in", RoadClass::Tertiary, &[(60.0, 0.0), (60.0, 40.0)]));
    let led = service(&layers);
    assert_eq!(led.courts[0].links, 1);
    check_ruling(&led, "courtyard_side", &[("FL-13", Verdict::Pass)]);
}
