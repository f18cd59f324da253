use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use geo::{Contains, Distance, Euclidean, Intersects, Validation};
use geo_types::{Coord, Geometry, Line, LineString, Point};

use super::*;

const SEED: u64 = 2023;

static TOWN: LazyLock<HillTown> = LazyLock::new(|| HillTown::new(SEED));

fn line_of(street: &Street) -> LineString<f64> {
    LineString(street.line.clone())
}

fn obstacle(id: &str) -> &'static TownObstacle {
    TOWN.obstacles.iter().find(|o| o.id == id).expect("every obstacle of the truth is in the layer")
}

#[test]
fn the_town_has_what_the_mission_names() {
    let sites = |kind: &str| TOWN.sites.iter().filter(|s| s.kind == kind).count();
    let zones = |kind: &str| TOWN.zones.iter().filter(|z| z.kind == kind).count();
    assert_eq!((sites("relic"), sites("historic_block"), sites("character_area")), (149, 3, 9));
    assert_eq!((zones("historic_block"), zones("character_area"), zones("park")), (3, 9, 8));
    assert_eq!((zones("subdistrict"), zones("community")), (11, 44));
    assert_eq!(TOWN.hydrants.len(), 400);
    assert!((2800..3200).contains(&TOWN.streets.len()), "{} ways", TOWN.streets.len());
    assert!((5700..6300).contains(&TOWN.houses.len()), "{} buildings", TOWN.houses.len());
    assert!(TOWN.pinches.len() >= 60, "{} pinch points", TOWN.pinches.len());
    let heights = &TOWN.terrain.heights_m;
    let relief = heights.iter().copied().fold(f64::MIN, f64::max) - heights.iter().copied().fold(f64::MAX, f64::min);
    assert!((180.0..220.0).contains(&relief), "{relief} m of relief");
}

#[test]
fn every_cause_is_planted_at_least_five_times() {
    for cause in Cause::ALL {
        let count = TOWN.pinches.iter().filter(|p| p.cause == cause).count();
        assert!(count >= 5, "{} is planted {count} times", cause.code());
    }
}

#[test]
fn every_word_is_one_of_the_engines_own() {
    use firereach_model::feature::{
        BuildingStructure, BuildingUse, Direction, Grade, HydrantKind, MainLayout, ObstacleKind, ParkingKind,
        RoadClass, Service, SiteKind, StationKind, WaterSourceKind, WidthMeaning, ZoneKind,
    };
    fn check<'a, T>(read: fn(&str) -> Option<T>, words: impl Iterator<Item = &'a str>) {
        for word in words {
            assert!(read(word).is_some(), "`{word}` is not a word of {}", std::any::type_name::<T>());
        }
    }
    check(RoadClass::from_code, TOWN.streets.iter().map(|s| s.class));
    check(Direction::from_code, TOWN.streets.iter().map(|s| s.direction));
    check(WidthMeaning::from_code, TOWN.streets.iter().filter_map(|s| s.stated_width).map(|w| w.1));
    check(ParkingKind::from_code, TOWN.streets.iter().flat_map(|s| s.parking).flatten().map(|p| p.kind));
    check(ObstacleKind::from_code, TOWN.obstacles.iter().map(|o| o.kind));
    check(BuildingStructure::from_code, TOWN.houses.iter().map(|h| h.structure));
    check(BuildingUse::from_code, TOWN.houses.iter().map(|h| h.usage));
    check(HydrantKind::from_code, TOWN.hydrants.iter().map(|h| h.kind));
    check(Service::from_code, TOWN.hydrants.iter().map(|h| h.status).chain(TOWN.waters.iter().map(|w| w.status)));
    check(WaterSourceKind::from_code, TOWN.waters.iter().map(|w| w.kind));
    check(MainLayout::from_code, TOWN.mains.iter().map(|m| m.layout));
    check(StationKind::from_code, TOWN.stations.iter().map(|s| s.kind));
    check(SiteKind::from_code, TOWN.sites.iter().map(|s| s.kind));
    check(Grade::from_code, TOWN.sites.iter().filter_map(|s| s.grade));
    check(ZoneKind::from_code, TOWN.zones.iter().map(|z| z.kind));
}

#[test]
fn identifiers_are_unique_in_every_layer() {
    #[track_caller]
    fn check<'a>(ids: impl Iterator<Item = &'a String>) {
        let ids: Vec<_> = ids.collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }
    check(TOWN.streets.iter().map(|s| &s.id));
    check(TOWN.houses.iter().map(|h| &h.id));
    check(TOWN.obstacles.iter().map(|o| &o.id));
    check(TOWN.hydrants.iter().map(|h| &h.id));
    check(TOWN.waters.iter().map(|w| &w.id));
    check(TOWN.mains.iter().map(|m| &m.id));
    check(TOWN.stations.iter().map(|s| &s.id));
    check(TOWN.sites.iter().map(|s| &s.id));
    check(TOWN.zones.iter().map(|z| &z.id));
    check(TOWN.pinches.iter().map(|p| &p.id));
}

#[test]
fn the_distance_between_the_two_obstacles_of_a_planted_pinch_is_its_clear_width() {
    let mut measured = 0;
    for pinch in &TOWN.pinches {
        let [left, right] = &pinch.obstacles[..] else { continue };
        let (left, right) = (obstacle(left), obstacle(right));
        let radii = left.radius_m.unwrap_or(0.0) + right.radius_m.unwrap_or(0.0);
        let gap = Euclidean.distance(&left.shape, &right.shape) - radii;
        let truth = pinch.clear_width_m.expect("two obstacles leave a width");
        assert!(
            (gap - truth).abs() < 1e-6,
            "{} ({}): {gap} m between them, {truth} m stated",
            pinch.id,
            pinch.cause.code()
        );
        // The place in the truth is the middle of that gap.
        for side in [left, right] {
            let off = Euclidean.distance(&Geometry::Point(Point(pinch.at)), &side.shape) - side.radius_m.unwrap_or(0.0);
            assert!((off - truth / 2.0).abs() < 1e-6, "{}: {off} m from the middle to {}", pinch.id, side.id);
        }
        measured += 1;
    }
    assert!(measured >= 40, "{measured} were measured");
}

#[test]
fn a_stated_pinch_repeats_what_its_obstacle_or_its_road_states() {
    for pinch in &TOWN.pinches {
        match &pinch.obstacles[..] {
            [only] => {
                let stated = obstacle(only);
                assert_eq!(stated.clear_width_m, pinch.clear_width_m, "{}", pinch.id);
                assert_eq!(stated.clear_height_m, pinch.clear_height_m, "{}", pinch.id);
            }
            [] => {
                let street = TOWN.streets.iter().find(|s| s.id == pinch.street).expect("its road exists");
                assert_eq!((street.clear_height_m, street.bed), (pinch.clear_height_m, Bed::Covered), "{}", pinch.id);
            }
            _ => {}
        }
        assert!(pinch.clear_width_m.or(pinch.clear_height_m).is_some_and(|v| v < 3.9), "{} limits nothing", pinch.id);
    }
}

#[test]
fn the_relic_of_a_court_is_reached_by_its_lane_alone_and_lies_far_behind_what_closes_it() {
    let courts: Vec<&House> = TOWN.houses.iter().filter(|house| house.is_court).collect();
    assert!(courts.len() >= 5, "{} courts", courts.len());
    for relic in &courts {
        let site = TOWN.sites.iter().find(|s| s.house.is_some_and(|h| TOWN.houses[h].id == relic.id));
        let site = site.expect("it is protected");
        let closing: Vec<&Pinch> =
            TOWN.pinches.iter().filter(|p| p.frees.as_ref().is_some_and(|f| f.site == site.id)).collect();
        assert!(!closing.is_empty(), "{} is closed", site.id);
        assert!(closing.iter().all(|p| p.frees.as_ref().is_some_and(|f| f.people == site.people)));
        let near: BTreeSet<&str> = TOWN
            .streets
            .iter()
            .filter(|s| s.bed != Bed::Tunnel && Euclidean.distance(&line_of(s), &relic.footprint) <= 20.0)
            .map(|s| s.id.as_str())
            .collect();
        assert_eq!(near.len(), 1, "{near:?} come near {}", site.id);
        // In plan, which is no longer than the way along the lane.
        for pinch in closing {
            let far = Euclidean.distance(&Point(pinch.at), &relic.footprint);
            assert!(far > 40.0, "{} lies {far:.0} m before {}", pinch.id, site.id);
        }
    }
}

/// One edge of what stands in the way, or a trunk or post as an edge of no length.
struct Edge {
    line: Line<f64>,
    radius_m: f64,
}

/// Everything that can narrow a lane by its geometry, as edges with their bounding boxes left to the caller.
fn edges(town: &HillTown) -> Vec<Edge> {
    let lines = |line: &LineString<f64>, out: &mut Vec<Edge>| {
        out.extend(line.lines().map(|line| Edge { line, radius_m: 0.0 }));
    };
    let mut edges = Vec::new();
    for house in &town.houses {
        lines(house.footprint.exterior(), &mut edges);
    }
    for thing in town.obstacles.iter().filter(|o| !matches!(o.kind, "arch" | "overhead" | "gate" | "lift_gate")) {
        match &thing.shape {
            Geometry::Polygon(outline) => lines(outline.exterior(), &mut edges),
            Geometry::LineString(line) => lines(line, &mut edges),
            Geometry::Point(point) => {
                edges.push(Edge { line: Line::new(point.0, point.0), radius_m: thing.radius_m.unwrap_or(0.0) });
            }
            other => panic!("no obstacle is drawn as {other:?}"),
        }
    }
    edges
}

/// The shortest connection of two edges, by trying every end against the other edge.
fn connection(a: &Line<f64>, b: &Line<f64>) -> Line<f64> {
    let foot = |p: Coord<f64>, on: &Line<f64>| {
        let d = on.end - on.start;
        let square = d.x * d.x + d.y * d.y;
        let t = if square == 0.0 { 0.0 } else { ((p - on.start).x * d.x + (p - on.start).y * d.y) / square };
        Line::new(p, on.start + d * t.clamp(0.0, 1.0))
    };
    [foot(a.start, b), foot(a.end, b), foot(b.start, a), foot(b.end, a)]
        .into_iter()
        .min_by(|l, r| length(l).total_cmp(&length(r)))
        .expect("there are four")
}

fn length(line: &Line<f64>) -> f64 {
    line.delta().x.hypot(line.delta().y)
}

/// Tries every pair of edges near every checked lane; returns the number of lanes.
#[track_caller]
fn check_lanes(town: &HillTown) -> usize {
    const REACH_M: f64 = 9.0;
    let edges = edges(town);
    let mut found = BTreeSet::new();
    let mut lanes = 0;
    for street in town.streets.iter().filter(|s| s.is_checked) {
        lanes += 1;
        let lane = line_of(street);
        let near: Vec<&Edge> = edges
            .iter()
            .filter(|e| {
                let (low, high) = bounds(&street.line);
                e.line.start.x.max(e.line.end.x) > low.x - REACH_M
                    && e.line.start.x.min(e.line.end.x) < high.x + REACH_M
                    && e.line.start.y.max(e.line.end.y) > low.y - REACH_M
                    && e.line.start.y.min(e.line.end.y) < high.y + REACH_M
                    && Euclidean.distance(&e.line, &lane) < REACH_M
            })
            .collect();
        let planted: Vec<&Pinch> = town.pinches.iter().filter(|p| p.street == street.id).collect();
        for (index, one) in near.iter().enumerate() {
            for other in &near[index + 1..] {
                let across = connection(&one.line, &other.line);
                let gap = length(&across) - one.radius_m - other.radius_m;
                if gap >= 4.5 || !lane.intersects(&across) {
                    continue;
                }
                // A car that stands in the way is narrow along its whole length, not only at its nearest corner.
                let pinch = planted.iter().find(|p| Euclidean.distance(&Point(p.at), &across) < 6.0);
                let Some(pinch) = pinch else {
                    panic!(
                        "{}: a gap of {gap:.3} m that nobody planted, between {:?} and {:?}",
                        street.id, one.line, other.line
                    );
                };
                let truth = pinch.clear_width_m.expect("only widths are found here");
                assert!(gap >= truth - 1e-6, "{}: {gap:.4} m where {truth} m is stated", pinch.id);
                if gap < truth + 1e-6 {
                    found.insert(pinch.id.clone());
                }
            }
        }
    }
    let geometric = town.pinches.iter().filter(|p| p.obstacles.len() == 2).count();
    assert_eq!(found.len(), geometric, "every pinch between two obstacles is found");
    lanes
}

#[test]
fn nothing_but_the_planted_pinches_is_narrow_on_a_checked_lane() {
    let lanes = check_lanes(&TOWN);
    assert!(lanes > 1000, "{lanes} lanes were checked");
}

#[test]
fn nothing_but_the_planted_pinches_is_narrow_whatever_the_seed() {
    for seed in 0..6 {
        check_lanes(&HillTown::of_size(seed, Size::of_length(1000.0)));
    }
}

fn bounds(line: &[Coord<f64>]) -> (Coord<f64>, Coord<f64>) {
    line.iter().fold((line[0], line[0]), |(low, high), p| {
        (Coord { x: low.x.min(p.x), y: low.y.min(p.y) }, Coord { x: high.x.max(p.x), y: high.y.max(p.y) })
    })
}

#[test]
fn a_narrow_lane_has_walls_at_half_its_width_on_both_sides() {
    let narrow: Vec<&Street> = TOWN.streets.iter().filter(|s| s.narrow_m.is_some()).collect();
    assert!(narrow.len() >= 20, "{} narrow lanes", narrow.len());
    for street in narrow {
        let clear = street.narrow_m.expect("it is narrow");
        let (left, right) = (obstacle(&format!("O-{}a", street.id)), obstacle(&format!("O-{}b", street.id)));
        let gap = Euclidean.distance(&left.shape, &right.shape);
        assert!((gap - clear).abs() < 1e-6, "{}: {gap} m", street.id);
    }
}

#[test]
fn no_building_stands_on_a_street_and_all_keep_the_stated_distance() {
    for house in TOWN.houses.iter().filter(|h| !h.is_gatehouse) {
        for street in TOWN.streets.iter().filter(|s| s.bed != Bed::Tunnel) {
            let (low, high) = bounds(&street.line);
            if house.middle.x < low.x - 40.0 || house.middle.x > high.x + 40.0 {
                continue;
            }
            if house.middle.y < low.y - 40.0 || house.middle.y > high.y + 40.0 {
                continue;
            }
            let distance = Euclidean.distance(&house.footprint, &line_of(street));
            assert!(distance >= street.half_gap_m - 1e-6, "{} is {distance} m from {}", house.id, street.id);
        }
    }
}

#[test]
fn buildings_are_valid_and_do_not_overlap() {
    for (index, house) in TOWN.houses.iter().enumerate() {
        assert!(house.footprint.is_valid(), "{}", house.id);
        for other in &TOWN.houses[index + 1..] {
            let d = house.middle - other.middle;
            if d.x.hypot(d.y) < 40.0 {
                assert!(!house.footprint.intersects(&other.footprint), "{} and {}", house.id, other.id);
            }
        }
    }
}

#[test]
fn zones_are_valid_and_subdistricts_cover_the_district_once() {
    use geo::Area;
    for zone in &TOWN.zones {
        assert!(zone.outline.is_valid(), "{} ({})", zone.id, zone.kind);
    }
    let area =
        |kind: &str| -> f64 { TOWN.zones.iter().filter(|z| z.kind == kind).map(|z| z.outline.unsigned_area()).sum() };
    let district = area("district");
    assert!((area("subdistrict") - district).abs() < 1.0, "{} of {district}", area("subdistrict"));
    assert!((area("community") - district).abs() < 1.0);
}

#[test]
fn every_site_lies_in_the_district_and_every_point_relic_in_its_building() {
    let district = &TOWN.zones.iter().find(|z| z.kind == "district").expect("there is one").outline;
    for site in &TOWN.sites {
        assert!(district.intersects(&site.shape), "{}", site.id);
        if let (Geometry::Point(at), Some(house)) = (&site.shape, site.house) {
            assert!(TOWN.houses[house].footprint.contains(at), "{}", site.id);
        }
    }
}

#[track_caller]
fn check_crossings(town: &HillTown) {
    let level = |s: &Street| match s.bed {
        Bed::Bridge => 1,
        Bed::Tunnel => -1,
        Bed::Ground | Bed::Covered => 0,
    };
    for (index, one) in town.streets.iter().enumerate() {
        let (low, high) = bounds(&one.line);
        for other in &town.streets[index + 1..] {
            let (other_low, other_high) = bounds(&other.line);
            if level(one) != level(other)
                || other_low.x > high.x
                || low.x > other_high.x
                || other_low.y > high.y
                || low.y > other_high.y
            {
                continue;
            }
            for a in one.line.windows(2) {
                for b in other.line.windows(2) {
                    let share_an_end = b.contains(&a[0]) || b.contains(&a[1]);
                    let crosses = Line::new(a[0], a[1]).intersects(&Line::new(b[0], b[1]));
                    assert!(!crosses || share_an_end, "{} crosses {}", one.id, other.id);
                }
            }
        }
    }
}

#[test]
fn streets_meet_only_at_their_ends_or_at_different_levels() {
    check_crossings(&TOWN);
    for seed in 0..6 {
        check_crossings(&HillTown::of_size(seed, Size::of_length(1000.0)));
    }
}

#[track_caller]
fn check_connected(town: &HillTown) {
    let key = |p: Coord<f64>| (p.x.to_bits(), p.y.to_bits());
    let mut reached = BTreeSet::from([key(town.streets[0].line[0])]);
    loop {
        let before = reached.len();
        for street in &town.streets {
            let ends = [key(street.line[0]), key(street.line[street.line.len() - 1])];
            if ends.iter().any(|end| reached.contains(end)) {
                reached.extend(ends);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let lost = town.streets.iter().filter(|s| !reached.contains(&key(s.line[0]))).count();
    assert_eq!(lost, 0);
}

#[test]
fn all_streets_hang_together() {
    check_connected(&TOWN);
    for seed in 0..6 {
        check_connected(&HillTown::of_size(seed, Size::of_length(1000.0)));
    }
}

fn ground(p: Coord<f64>) -> f64 {
    let grid = &TOWN.terrain;
    let column = ((p.x - grid.corner.x) / grid.cell_m) as usize;
    let row = grid.rows - 1 - ((p.y - grid.corner.y) / grid.cell_m) as usize;
    grid.heights_m[row * grid.columns + column]
}

#[test]
fn an_engine_passes_under_every_bridge() {
    let bridges: Vec<&Street> = TOWN.streets.iter().filter(|s| s.bed == Bed::Bridge).collect();
    assert_eq!(bridges.len(), 8);
    for bridge in bridges {
        let deck = (ground(bridge.line[0]) + ground(bridge.line[1])) / 2.0;
        let middle = (bridge.line[0] + bridge.line[1]) / 2.0;
        let under = TOWN.streets.iter().filter(|s| s.role == Role::Gully && line_of(s).intersects(&line_of(bridge)));
        assert_eq!(under.count(), 1, "{}", bridge.id);
        assert!(deck - ground(middle) > 6.0, "{}: {} m", bridge.id, deck - ground(middle));
    }
}

#[test]
fn the_people_of_the_subdistricts_are_those_of_the_buildings() {
    let people: f64 = TOWN.zones.iter().filter(|z| z.kind == "subdistrict").filter_map(|z| z.people).sum();
    let occupants: u32 = TOWN.houses.iter().map(|h| h.occupants).sum();
    assert!((people - f64::from(occupants)).abs() < 0.5, "{people} and {occupants}");
}

#[test]
fn switchbacks_are_not_steeper_than_an_engine_climbs() {
    let switchbacks: Vec<&Street> = TOWN.streets.iter().filter(|s| matches!(s.role, Role::Switchback(_))).collect();
    assert!(switchbacks.len() >= 12);
    for street in switchbacks {
        let rise = ground(street.line[street.line.len() - 1]) - ground(street.line[0]);
        assert!((rise / street.length_m()).abs() < 0.11, "{}: {rise} m over {} m", street.id, street.length_m());
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (a, b, c) = (tempdir(), tempdir(), tempdir());
    let small = |seed| HillTown::of_size(seed, Size::of_length(800.0));
    let first = write_town(&small(1), 1, a.path()).expect("written");
    write_town(&small(1), 1, b.path()).expect("written");
    write_town(&small(2), 2, c.path()).expect("written");
    for (name, _) in &first.files {
        let read = |dir: &tempfile::TempDir| fs::read(dir.path().join(name)).expect("it was written");
        assert_eq!(read(&a), read(&b), "{name}");
        if name.ends_with("roads.geojson") || name == "truth.csv" {
            assert_ne!(read(&a), read(&c), "{name}");
        }
    }
}

fn tempdir() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system has room for a folder")
}

#[test]
fn written_coordinates_come_back_within_a_tenth_of_a_millimetre() {
    let dir = tempdir();
    let town = HillTown::of_size(5, Size::of_length(800.0));
    write_town(&town, 5, dir.path()).expect("written");
    let text = fs::read_to_string(dir.path().join("roads.geojson")).expect("it was written");
    let roads: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    for (street, feature) in town.streets.iter().zip(roads["features"].as_array().expect("a list")) {
        assert_eq!(feature["properties"]["id"], street.id.as_str());
        let line = feature["geometry"]["coordinates"].as_array().expect("a list");
        for (at, position) in street.line.iter().zip(line) {
            let number = |i: usize| position[i].as_f64().expect("a number");
            let back = ZONE.forward(number(0), number(1));
            assert!((back.x - at.x).hypot(back.y - at.y) < 1e-4, "{}: {back:?}", street.id);
        }
    }
}

#[test]
fn an_unknown_district_is_refused_with_the_known_ones_and_nothing_is_written() {
    let dir = tempdir();
    let target = dir.path().join("out");
    let message = write_district("flat-town", 1, &target).expect_err("there is none").to_string();
    assert_eq!(message, "there is no synthetic district `flat-town`; the known ones are: hill-town");
    assert!(!target.exists());
}

#[test]
fn a_longer_town_repeats_the_pattern() {
    let town = HillTown::of_size(3, Size::of_length(8000.0));
    let share = town.streets.len() as f64 / TOWN.streets.len() as f64;
    assert!((1.8..2.2).contains(&share), "{share}");
    assert_eq!(town.sites.iter().filter(|s| s.kind == "relic").count(), 298);
}
