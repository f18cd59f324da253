//! What the lanes mean for a site.

use firereach_analysis::clearance::site_rulings;
use firereach_model::bounds::Method;
use firereach_model::feature::{
    BuildingUse, ObstacleKind, Parking, ParkingKind, RoadClass, StatedHeight, StatedWidth, Structure, WidthMeaning,
    ZoneKind,
};
use firereach_model::findings::lanes::{Freed, PinchPoint};
use firereach_model::layers::Layers;
use firereach_model::rules::Verdict;
use firereach_model::units::Metres;
use geo_types::Coord;

use crate::town::{alley, high, house, judged, obstacle, road, site, study, zone};

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
    let piece = &found.pieces[pinch.piece];
    assert_eq!((piece.class_high.as_str(), piece.class_cleared.as_deref()), ("P2", Some("P5")));
    let freed = pinch.frees.as_ref().expect("the shed can be removed");
    let vehicles: Vec<&str> = freed.sites.iter().map(|(_, vehicle)| vehicle.as_str()).collect();
    assert_eq!(vehicles, ["V1", "V2", "V3", "V4", "V5", "V9"]);
    assert_eq!(freed.people, 30.0);
    assert_eq!(found.first_steps.len(), 1);
    assert_eq!(found.first_steps[0].frees.sites.len(), 6);
}

#[test]
fn a_lane_known_to_be_wide_enough_counts_whatever_nobody_measured_beside_it() {
    let mut layers = alley();
    layers.obstacles.clear();
    let unmeasured = judged(&layers, 10);
    assert_eq!(
        unmeasured.sites[0].width.as_ref().and_then(|width| width.bounds.low),
        None,
        "nobody measured the alley"
    );
    // A second lane, eight metres off, is known to be six metres wide and five high.
    layers.roads[1] = road("main east", RoadClass::Tertiary, &[(0.0, 0.0), (8.0, 0.0)]);
    layers.roads.push(road("main far east", RoadClass::Tertiary, &[(8.0, 0.0), (200.0, 0.0)]));
    let mut wide = road("wide", RoadClass::Alley, &[(8.0, 0.0), (8.0, 112.0)]);
    let (width, height) = (Metres::of(6.0), Metres::of(5.0));
    wide.widths.push(StatedWidth { width, meaning: WidthMeaning::Clear, key: "width".to_owned() });
    wide.clear_heights.push(StatedHeight { height, is_physical: true, key: "height".to_owned() });
    layers.roads.push(wide);
    let found = judged(&layers, 10);
    assert_eq!(found.sites[0].width.as_ref().and_then(|width| width.bounds.low), Some(width));
    assert_eq!(found.sites[0].unmeasured_m, 0.0);
}

#[test]
fn a_fence_that_may_be_set_back_frees_what_comes_after_the_sheds_are_gone() {
    let mut layers = alley();
    layers.roads[2] = road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 60.0)]);
    layers.roads.push(road("alley end", RoadClass::Alley, &[(0.0, 60.0), (0.0, 100.0)]));
    let mut fence = obstacle("fence", ObstacleKind::Fence, &[(-2.5, 62.0), (-0.1, 62.0)], false);
    fence.is_removable = None;
    layers.obstacles.push(fence);
    let found = judged(&layers, 10);
    // The fence leaves 2.6 m, enough for the two small engines; nobody said whether it can be moved.
    let steps: Vec<(bool, usize)> =
        found.first_steps.iter().map(|step| (step.is_widening, step.frees.sites.len())).collect();
    assert_eq!(steps, [(false, 2), (true, 4)], "{:?}", found.first_steps);
    let fence = found.pinch_points.iter().find(|p| p.is_widenable).expect("the fence narrows the lane");
    assert_eq!(
        fence.frees_widened.as_ref().map(|freed| freed.sites.len()),
        Some(4),
        "beyond what clearing the shed frees"
    );
    layers.obstacles[3].is_removable = Some(false);
    assert_eq!(judged(&layers, 10).first_steps.len(), 1, "a fence that stays frees nothing");
}

#[test]
fn setting_a_fence_back_does_not_claim_what_clearing_a_shed_frees() {
    // Both stand along one piece: the shed leaves 2 m, the fence 3.2 m, enough for a light pumper.
    let mut layers = alley();
    let mut fence = obstacle("fence", ObstacleKind::Fence, &[(-2.5, 30.0), (-0.7, 30.0)], false);
    fence.is_removable = None;
    layers.obstacles.push(fence);
    let found = judged(&layers, 10);
    let pinch = |name: &str| {
        let is_it = |p: &&PinchPoint| p.obstacles.iter().any(|o| o == name);
        found.pinch_points.iter().find(is_it).unwrap_or_else(|| panic!("{name} is no pinch point"))
    };
    let vehicles = |frees: &Option<Freed>| -> Vec<String> {
        frees.iter().flat_map(|freed| &freed.sites).map(|(_, vehicle)| vehicle.clone()).collect()
    };
    assert_eq!(vehicles(&pinch("shed shed").frees), ["V3", "V4", "V5"]);
    assert_eq!(vehicles(&pinch("fence fence").frees_widened), ["V1", "V2", "V9"]);
    let mut claimed: Vec<&(String, String)> = found.first_steps.iter().flat_map(|step| &step.frees.sites).collect();
    let count = claimed.len();
    claimed.sort();
    claimed.dedup();
    assert_eq!((count, claimed.len()), (6, 6), "{:?}", found.first_steps);
}

#[test]
fn setting_a_fence_back_does_not_claim_what_stops_near_enough_before_it() {
    // With the shed gone an engine comes to the fence, some 30 m before the site.
    let mut layers = alley();
    let mut fence = obstacle("fence", ObstacleKind::Fence, &[(-2.5, 85.0), (0.5, 85.0)], false);
    fence.is_removable = None;
    layers.obstacles.push(fence);
    let found = judged(&layers, 10);
    assert!(found.first_steps.iter().all(|step| !step.is_widening), "{:?}", found.first_steps);
}

#[test]
fn of_two_sheds_along_one_piece_neither_frees_anything_alone() {
    let mut layers = alley();
    let second = [(-2.5, 80.0), (0.5, 80.0), (0.5, 83.0), (-2.5, 83.0), (-2.5, 80.0)];
    layers.obstacles.push(obstacle("second", ObstacleKind::Shed, &second, true));
    let found = judged(&layers, 10);
    let frees: Vec<usize> = found.pinch_points.iter().filter_map(|p| Some(p.frees.as_ref()?.sites.len())).collect();
    assert_eq!(frees, [0, 0]);
    assert_eq!(found.first_steps.iter().map(|step| step.frees.sites.len()).collect::<Vec<_>>(), [6]);
}

#[test]
fn what_stands_along_a_narrow_stretch_is_cleared_with_its_narrowest_place() {
    // A stall against the shed leaves 3 m: one stretch, two things to clear.
    let mut layers = alley();
    let stall = [(-2.5, 53.0), (-0.5, 53.0), (-0.5, 56.0), (-2.5, 56.0), (-2.5, 53.0)];
    layers.obstacles.push(obstacle("stall", ObstacleKind::Stall, &stall, true));
    let found = judged(&layers, 10);
    let [pinch] = &found.pinch_points[..] else { panic!("{:?}", found.pinch_points) };
    assert_eq!(pinch.also_removable, ["stall stall"]);
    assert_eq!(pinch.frees.as_ref().map(|freed| freed.sites.len()), Some(6));
}

#[test]
fn a_ring_is_measured_all_round() {
    // A ring of 40 m by 40 m about a house 3 m from its line, with a fence 2 m outside near its first vertex; a lane joins
    // it elsewhere.
    let ring = [(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0), (0.0, 0.0)];
    let mut around = road("ring", RoadClass::Service, &ring);
    around.nodes = vec![1, 2, 3, 4, 1];
    let mut main = road("main", RoadClass::Tertiary, &[(40.0, 40.0), (200.0, 40.0)]);
    main.nodes = vec![3, 5];
    let layers = Layers {
        roads: vec![around, main],
        buildings: vec![house("house", (3.0, 3.0), (37.0, 37.0), None, BuildingUse::Dwelling)],
        obstacles: vec![
            obstacle("south", ObstacleKind::Fence, &[(6.0, -2.0), (30.0, -2.0)], false),
            obstacle("west", ObstacleKind::Fence, &[(-1.0, 6.0), (-1.0, 30.0)], false),
        ],
        ..Layers::default()
    };
    let found = judged(&layers, 10);
    let mut widths: Vec<Option<f64>> = found.pieces.iter().filter(|p| p.road == 0).map(|p| high(&p.width)).collect();
    widths.sort_by(|a, b| a.partial_cmp(b).expect("widths are numbers"));
    assert_eq!(widths, [Some(4.0), Some(5.0)]);
}

#[test]
fn a_site_to_which_no_lane_leads_fails_where_no_road_is_missing() {
    let mut layers = alley();
    layers.sites = vec![site("hermitage", 0.0, 3000.0, 0.0)];
    let verdicts = |layers: &Layers| -> Vec<Verdict> {
        let rulings = site_rulings(layers, &study().rulebook, &judged(layers, 10));
        rulings[0].iter().filter(|r| r.measure == "lane_clear_width").map(|r| r.verdict).collect()
    };
    // The clear width asked for, and the one recommended.
    assert_eq!(verdicts(&layers), [Verdict::MandatoryFail, Verdict::AdvisoryFail]);
    layers.complete.clear();
    assert_eq!(verdicts(&layers), [Verdict::Unknown, Verdict::Unknown]);
}

#[test]
fn branches_hang_over_the_lane_as_far_as_the_crown_reaches() {
    let mut layers = alley();
    layers.obstacles.clear();
    let mut tree = obstacle("tree", ObstacleKind::Tree, &[(5.0, 50.0), (5.0, 50.0)], true);
    tree.shape = geo_types::Point::new(5.0, 50.0).into();
    tree.clear_height = Some(Metres::of(3.0));
    layers.obstacles.push(tree);
    let height = |layers: &Layers| judged(layers, 10).pieces[2].height.bounds.high;
    assert_eq!(height(&layers), None, "a trunk 5 m from the line says nothing of its branches");
    layers.obstacles[0].crown_radius = Some(Metres::of(3.5));
    assert_eq!(height(&layers), Some(Metres::of(3.0)));
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
    assert_eq!(found.sites[0].dead_end, Some(0), "the engine stops in it");
}

#[test]
fn a_closed_court_has_no_room_to_turn() {
    let mut layers = alley();
    layers.obstacles.push(obstacle("north", ObstacleKind::Wall, &[(-2.5, 110.0), (2.5, 110.0)], false));
    let found = judged(&layers, 10);
    let end = &found.dead_ends[0];
    assert_eq!((end.square_m, end.has_hammerhead), (None, false));
    assert!(end.rulings.iter().any(|r| r.measure == "turnaround_side" && r.verdict == Verdict::MandatoryFail));
    // Where roads may be missing, the lane may go on.
    layers.complete.clear();
    let open = judged(&layers, 10).dead_ends.remove(0);
    assert!(open.rulings.iter().all(|r| r.verdict == Verdict::Unknown), "{:?}", open.rulings);
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
fn a_court_of_fourteen_metres_holds_the_square_however_the_map_is_turned() {
    for degrees in [0.0_f64, 7.0, 33.0, 45.0, 62.5, 88.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let place = |(x, y): (f64, f64)| (x * cos - y * sin, x * sin + y * cos);
        let line = |points: &[(f64, f64)]| points.iter().copied().map(place).collect::<Vec<_>>();
        let court = [
            (-2.5, 6.0),
            (-2.5, 95.0),
            (-7.0, 95.0),
            (-7.0, 109.0),
            (7.0, 109.0),
            (7.0, 95.0),
            (2.5, 95.0),
            (2.5, 6.0),
        ];
        let layers = Layers {
            roads: vec![
                road("main", RoadClass::Tertiary, &line(&[(-200.0, 0.0), (0.0, 0.0)])),
                road("alley", RoadClass::Alley, &line(&[(0.0, 0.0), (0.0, 100.0)])),
            ],
            obstacles: vec![obstacle("court", ObstacleKind::Wall, &line(&court), false)],
            ..Layers::default()
        };
        let found = judged(&layers, 10);
        let end = found.dead_ends.iter().find(|end| end.road == 1).expect("the alley is one");
        assert_eq!(end.square_m, Some(12.0), "turned by {degrees} degrees");
    }
}

#[test]
fn a_bar_across_the_end_of_a_lane_makes_a_hammerhead() {
    let mut layers = alley();
    // A court 16 m across and 6 m deep: no square of 12 m, but room for a bar of 13 m by 4 m.
    let court =
        [(-2.5, 6.0), (-2.5, 95.0), (-8.0, 95.0), (-8.0, 101.0), (8.0, 101.0), (8.0, 95.0), (2.5, 95.0), (2.5, 6.0)];
    layers.obstacles = vec![obstacle("court", ObstacleKind::Wall, &court, false)];
    let end = &judged(&layers, 10).dead_ends[0];
    let bar = end.hammerhead.as_ref().expect("the bar fits");
    assert_eq!((end.square_m, end.has_hammerhead), (None, true));
    let inside = |p: &Coord<f64>| p.x.abs() <= 8.0 + 1e-9 && p.y >= 95.0 - 1e-9 && p.y <= 101.0 + 1e-9;
    assert!(bar.exterior().0.iter().all(inside), "{bar:?}");
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

/// The alley with a vertex half way, at which something stands as a node of the road.
fn alley_with(kind: ObstacleKind, clear_width_m: Option<f64>, is_removable: bool, passes: Option<bool>) -> Layers {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    layers.roads[2] = road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 50.0), (0.0, 100.0)]);
    layers.roads[2].nodes = vec![1, 2, 3];
    let mut thing = obstacle("thing", kind, &[(0.0, 50.0), (0.0, 50.1)], is_removable);
    (thing.shape, thing.node) = (geo_types::Point::new(0.0, 50.0).into(), Some(2));
    (thing.clear_width, thing.lets_engines_pass) = (clear_width_m.map(Metres::of), passes);
    layers.obstacles.push(thing);
    layers
}

#[test]
fn a_gate_on_a_node_is_a_pinch_point_where_it_stands() {
    let found = judged(&alley_with(ObstacleKind::Gate, Some(3.1), true, Some(true)), 10);
    let [pinch] = &found.pinch_points[..] else { panic!("one place is narrow: {:?}", found.pinch_points) };
    assert_eq!((pinch.at.y, pinch.width.value(), pinch.is_removable), (50.0, Some(Metres::of(3.1)), Some(true)));
    assert_eq!(pinch.obstacles, ["gate thing"]);
    assert_eq!(pinch.width_cleared.high, Some(Metres::of(5.0)));
}

#[test]
fn an_opening_on_a_node_leaves_what_is_known_of_the_rest() {
    let mut layers = alley_with(ObstacleKind::Gate, Some(3.1), true, Some(true));
    layers.roads[2].widths.push(StatedWidth {
        width: Metres::of(4.5),
        meaning: WidthMeaning::Clear,
        key: "width".to_owned(),
    });
    let width = judged(&layers, 10).pieces[2].width.clone();
    assert_eq!((width.bounds.value(), width.low_by), (Some(Metres::of(3.1)), Method::Tagged));
    // A gap between the walls that contradicts the stated width contradicts it with the gate as without it.
    layers.roads[2].widths[0].width = Metres::of(6.0);
    let width = judged(&layers, 10).pieces[2].width.clone();
    assert_eq!((width.bounds.low, width.bounds.high), (None, Some(Metres::of(3.1))));
}

#[test]
fn planters_that_close_a_lane_are_named_by_what_clearing_them_frees() {
    let found = judged(&alley_with(ObstacleKind::Block, None, true, Some(false)), 10);
    let [pinch] = &found.pinch_points[..] else { panic!("one place is closed: {:?}", found.pinch_points) };
    assert!(pinch.is_closed && pinch.at.y == 50.0);
    let [step] = &found.first_steps[..] else { panic!("one step: {:?}", found.first_steps) };
    assert_eq!((&step.pinches[..], step.frees.people), (&[0][..], 30.0));
    let barred = judged(&alley_with(ObstacleKind::Block, None, false, Some(false)), 10);
    assert!(barred.first_steps.is_empty(), "what cannot be removed frees nothing");
}

#[test]
fn a_row_of_posts_across_a_lane_has_gaps_that_nobody_stated() {
    let mut layers = alley();
    layers.obstacles.truncate(2);
    layers.obstacles.push(obstacle("posts", ObstacleKind::Bollard, &[(-2.5, 50.0), (2.5, 50.0)], false));
    let found = judged(&layers, 10);
    assert_eq!((high(&found.pieces[2].width), found.pieces[2].barrier.as_str()), (Some(5.0), "unknown"));
    // Along the lane the row is what the lane is measured to.
    layers.obstacles[2] = obstacle("posts", ObstacleKind::Bollard, &[(1.5, 20.0), (1.5, 80.0)], false);
    let found = judged(&layers, 10);
    assert_eq!((high(&found.pieces[2].width), found.pieces[2].barrier.as_str()), (Some(4.0), "none"));
}

#[test]
fn what_is_narrow_elsewhere_is_not_the_width_of_a_bend() {
    let mut layers = alley();
    layers.roads[2] = road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 60.0), (60.0, 60.0)]);
    // Walls 7 m apart all along, but for two that leave 4.2 m far before the bend.
    layers.obstacles = vec![
        obstacle("outer", ObstacleKind::Wall, &[(-3.5, 6.0), (-3.5, 63.5), (70.0, 63.5)], false),
        obstacle("inner", ObstacleKind::Wall, &[(3.5, 6.0), (3.5, 56.5), (70.0, 56.5)], false),
        obstacle("left", ObstacleKind::Wall, &[(-3.5, 20.0), (-2.1, 20.0)], false),
        obstacle("right", ObstacleKind::Wall, &[(3.5, 20.0), (2.1, 20.0)], false),
    ];
    layers.sites = vec![site("temple", 58.0, 60.0, 30.0)];
    let found = judged(&layers, 10);
    assert_eq!(high(&found.pieces[2].width), Some(4.2));
    assert_eq!(found.sites[0].largest_vehicle_high.as_deref(), Some("V9"), "7 m at the bend let the aerial round");
    assert!(found.corners.iter().all(|corner| corner.fits != Some(false)), "{:?}", found.corners);
    // Walls at the bend that leave 4.2 m there bar what sweeps more.
    layers.obstacles[2] = obstacle("left", ObstacleKind::Wall, &[(-3.5, 58.0), (-2.1, 58.0)], false);
    layers.obstacles[3] = obstacle("right", ObstacleKind::Wall, &[(3.5, 56.5), (2.1, 58.0)], false);
    let found = judged(&layers, 10);
    let pumper = found.sites[0].vehicles.iter().find(|a| a.vehicle == "V2").and_then(|a| a.possible);
    assert!(pumper.is_some_and(|(at, _)| at.y <= 60.0 && at.x < 1.0), "{pumper:?} stops before the bend");
}

#[test]
fn a_square_inside_a_building_is_no_place_to_turn() {
    let mut layers = alley();
    layers.obstacles.clear();
    // The lane ends in the middle of a hall of 60 m by 60 m.
    layers.buildings = vec![crate::town::house("hall", (-30.0, 70.0), (30.0, 130.0), None, BuildingUse::Storage)];
    let end = &judged(&layers, 10).dead_ends[0];
    assert!(end.square.as_ref().is_none_or(|square| square.exterior().0.iter().all(|p| p.y <= 70.0)), "{end:?}");
}

#[test]
fn an_engine_stops_before_a_closed_gate_on_a_node() {
    let mut layers = alley_with(ObstacleKind::Gate, None, false, Some(false));
    layers.sites = vec![site("gate house", 0.0, 62.0, 0.0)];
    let found = judged(&layers, 10);
    let pumper = found.sites[0].vehicles.iter().find(|a| a.vehicle == "V2").and_then(|a| a.possible);
    assert_eq!(pumper.map(|(at, on_foot)| (at.y, on_foot)), Some((50.0, 12.0)));
}

/// What the verdict on the way along an alley of a stated width and height rests on.
#[track_caller]
fn check_basis(
    class: RoadClass,
    lanes: Option<u8>,
    stated: Option<WidthMeaning>,
    height_m: Option<f64>,
    (width, height, both): (Method, Method, Method),
) {
    let mut layers = alley();
    layers.obstacles.clear();
    layers.roads[2] = road("alley", class, &[(0.0, 0.0), (0.0, 100.0)]);
    layers.roads[2].lanes = lanes;
    let of = |meaning| StatedWidth { width: Metres::of(5.6), meaning, key: "width".to_owned() };
    layers.roads[2].widths.extend(stated.map(of));
    layers.roads[2].clear_heights.extend(height_m.map(|m| StatedHeight {
        height: Metres::of(m),
        is_physical: true,
        key: "height".to_owned(),
    }));
    let basis = judged(&layers, 10).sites[0].basis.expect("a lane leads there");
    assert_eq!((basis.width, basis.height, basis.both), (width, height, both));
}

#[test]
fn a_pass_rests_on_the_weakest_evidence_of_its_way() {
    use Method::{FromClass, FromLanes, Surveyed, Tagged, Unmeasured};
    let (clear, carriageway) = (Some(WidthMeaning::Clear), Some(WidthMeaning::Carriageway));
    check_basis(RoadClass::Alley, None, clear, Some(4.5), (Surveyed, Tagged, Tagged));
    check_basis(RoadClass::Alley, None, carriageway, Some(4.5), (Tagged, Tagged, Tagged));
    check_basis(RoadClass::Residential, Some(2), None, Some(4.5), (FromLanes, Tagged, FromLanes));
    check_basis(RoadClass::Alley, None, clear, None, (Surveyed, Unmeasured, Unmeasured));
    check_basis(RoadClass::Alley, None, clear, Some(3.0), (Surveyed, Tagged, Tagged));
    check_basis(RoadClass::Tertiary, None, None, None, (FromClass, FromClass, FromClass));
}

#[test]
fn a_pass_by_lanes_is_none_where_a_surveyed_way_leads_as_well() {
    let mut layers = alley();
    layers.obstacles.clear();
    layers.roads = vec![
        road("main", RoadClass::Secondary, &[(-200.0, 0.0), (0.0, 0.0)]),
        road("main east", RoadClass::Secondary, &[(0.0, 0.0), (8.0, 0.0)]),
        road("surveyed", RoadClass::Alley, &[(8.0, 0.0), (8.0, 112.0)]),
        road("wide", RoadClass::Residential, &[(0.0, 0.0), (0.0, 112.0)]),
    ];
    layers.roads[3].lanes = Some(3);
    let stated = |m: f64| StatedHeight { height: Metres::of(m), is_physical: true, key: "height".to_owned() };
    layers.roads[3].clear_heights.push(stated(5.0));
    assert_eq!(judged(&layers, 10).sites[0].basis.map(|basis| basis.both), Some(Method::FromLanes));
    let width = StatedWidth { width: Metres::of(4.2), meaning: WidthMeaning::Clear, key: "width".to_owned() };
    layers.roads[2].widths.push(width);
    layers.roads[2].clear_heights.push(stated(5.0));
    assert_eq!(judged(&layers, 10).sites[0].basis.map(|basis| basis.both), Some(Method::Tagged));
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
