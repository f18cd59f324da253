//! Fire separation, firebreaks and the schedule of marking.

use firereach_model::feature::{BuildingStructure, BuildingUse, ObstacleKind, ZoneKind};
use firereach_model::layers::Layers;
use firereach_model::rules::Verdict;

use crate::town::{alley, house, judged, obstacle, site, zone};

/// Two houses so far apart; the western one is a site. Both of the grades given.
fn pair(apart_m: f64, grades: (Option<u8>, Option<u8>), heights: (f64, f64)) -> Layers {
    let mut west = house("west", (0.0, 0.0), (10.0, 10.0), Some(heights.0), BuildingUse::Dwelling);
    let mut east = house("east", (10.0 + apart_m, 0.0), (20.0 + apart_m, 10.0), Some(heights.1), BuildingUse::Dwelling);
    (west.body.fire_grade, east.body.fire_grade) = grades;
    let mut temple = site("temple", 5.0, 5.0, 0.0);
    temple.building = Some("west".to_owned());
    Layers { buildings: vec![west, east], sites: vec![temple], ..Layers::default() }
}

/// `expected` is the verdict and the table distance, least and greatest; `None` where the pair stands far enough apart.
#[track_caller]
fn check(layers: &Layers, expected: Option<(Verdict, (f64, f64))>) {
    let found = judged(layers, 10).separations;
    let told = found.first().map(|pair| (pair.ruling.verdict, pair.required_m));
    assert_eq!(told, expected, "{found:?}");
}

#[test]
fn low_houses_of_grade_two_stand_six_metres_apart() {
    let (both, low) = ((Some(2), Some(2)), (9.0, 9.0));
    check(&pair(6.0, both, low), None);
    check(&pair(5.99, both, low), Some((Verdict::MandatoryFail, (6.0, 6.0))));
}

#[test]
fn a_worse_grade_and_a_higher_house_ask_for_more() {
    check(&pair(8.0, (Some(3), Some(4)), (9.0, 9.0)), Some((Verdict::MandatoryFail, (10.0, 10.0))));
    check(&pair(12.0, (Some(1), Some(2)), (60.0, 60.0)), Some((Verdict::MandatoryFail, (13.0, 13.0))));
    check(&pair(13.0, (Some(1), Some(4)), (60.0, 9.0)), Some((Verdict::MandatoryFail, (14.0, 14.0))));
}

#[test]
fn a_group_counts_its_buildings_and_their_ground() {
    // Three houses of 10 m by 10 m in a row, 3 m apart: the third is no neighbour of the site, and of its group.
    let mut layers = pair(3.0, (Some(2), Some(2)), (9.0, 9.0));
    let mut third = house("third", (26.0, 0.0), (36.0, 10.0), Some(9.0), BuildingUse::Dwelling);
    third.body.fire_grade = Some(2);
    layers.buildings.push(third);
    let found = judged(&layers, 10).separations;
    let told: Vec<(u32, u32, f64)> = found.iter().map(|p| (p.cluster, p.cluster_buildings, p.cluster_m2)).collect();
    assert_eq!(told, [(1, 3, 300.0)], "{found:?}");
}

#[test]
fn an_unknown_grade_leaves_open_whether_seven_metres_are_enough() {
    check(&pair(6.5, (Some(2), None), (9.0, 9.0)), Some((Verdict::Unknown, (6.0, 7.0))));
}

#[test]
fn a_structure_says_which_grades_a_house_may_have() {
    let mut layers = pair(8.0, (Some(2), None), (9.0, 9.0));
    layers.buildings[1].body.structure = Some(BuildingStructure::Timber);
    check(&layers, Some((Verdict::MandatoryFail, (9.0, 9.0))));
}

#[test]
fn houses_on_different_levels_are_no_neighbours() {
    let mut layers = pair(3.0, (Some(2), Some(2)), (9.0, 9.0));
    layers.buildings[1].level = 1;
    check(&layers, None);
}

#[test]
fn the_line_between_two_houses_is_as_long_as_their_distance() {
    let found = judged(&pair(4.5, (Some(2), Some(2)), (9.0, 9.0)), 10).separations;
    assert_eq!((found[0].distance_m, found[0].line.0[0].x, found[0].line.0[1].x), (4.5, 10.0, 14.5));
    assert_eq!((found[0].site.as_deref(), found[0].neighbour.as_str()), (Some("temple"), "east"));
}

#[test]
fn fire_spreads_along_a_row_and_not_across_a_gap() {
    let mut layers = pair(2.0, (Some(3), Some(3)), (6.0, 6.0));
    let mut third = house("third", (24.0, 0.0), (34.0, 10.0), Some(6.0), BuildingUse::Dwelling);
    let mut far = house("far", (50.0, 0.0), (60.0, 10.0), Some(6.0), BuildingUse::Dwelling);
    (third.body.fire_grade, far.body.fire_grade) = (Some(3), Some(3));
    layers.buildings.extend([third, far]);
    let mut shrine = site("shrine", 55.0, 5.0, 0.0);
    shrine.building = Some("far".to_owned());
    layers.sites.push(shrine);
    let found = judged(&layers, 10).separations;
    assert_eq!(found.iter().map(|pair| (pair.neighbour.as_str(), pair.cluster)).collect::<Vec<_>>(), [("east", 1)]);
}

#[test]
fn what_stands_in_a_firebreak_is_told_with_the_area_it_takes() {
    let mut layers = pair(20.0, (Some(2), Some(2)), (9.0, 9.0));
    layers.zones.push(zone(ZoneKind::Firebreak, (8.0, -5.0), (28.0, 15.0)));
    let shed = [(15.0, 0.0), (18.0, 0.0), (18.0, 4.0), (15.0, 4.0), (15.0, 0.0)];
    layers.obstacles.push(obstacle("shed", ObstacleKind::Shed, &shed, true));
    let found = judged(&layers, 10).encroachments;
    let told: Vec<(&str, f64)> = found.iter().map(|e| (e.thing.as_str(), e.area_m2)).collect();
    assert_eq!(told, [("building west", 20.0), ("shed shed", 12.0)]);
}

#[test]
fn a_lane_of_a_hundred_metres_is_marked_with_five_boxes_and_one_hatch() {
    let found = judged(&alley(), 10).markings;
    let [marking] = &found[..] else { panic!("the alley alone leads to the site: {found:?}") };
    assert_eq!((marking.lane_m, marking.line_m, marking.boxes), (100.0, 200.0, 5));
    assert_eq!((marking.entrances, marking.signs), (1, 2));
}
