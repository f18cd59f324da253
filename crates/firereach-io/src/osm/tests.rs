use std::path::PathBuf;

use firereach_model::feature::{
    Building, BuildingUse, Direction, Grade, HydrantKind, ObstacleKind, Permission, RestrictionKind, Road, RoadClass,
    SiteKind, Structure, WaterSourceKind, WidthMeaning, ZoneKind,
};

use firereach_model::problem::SourceCount;
use proptest::prelude::*;

use super::*;

/// The real data, or `None` with a loud word.
fn real(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "the real data is missing: {}", path.display());
    eprintln!("SKIPPED: real data is not here: {}", path.display());
    None
}

fn source_at(path: PathBuf) -> Source {
    let shown = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Source { name: "osm".to_owned(), path, shown, ..Source::default() }
}

/// Reads a real extract; every account adds up.
fn read_real(path: &str) -> Option<Part> {
    let part = read_osm(&source_at(real(path)?)).expect("the real extract is sound");
    for count in &part.counts {
        assert!(count.adds_up(), "{count:?}");
    }
    Some(part)
}

fn count_of(part: &Part, layer: &str) -> (u64, u64) {
    let count = part.counts.iter().find(|count| count.layer == layer).expect("every layer has an account");
    (count.read, count.set_aside)
}

fn roads(part: &Part, holds: impl Fn(&Road) -> bool) -> usize {
    part.layers.roads.iter().filter(|road| holds(road)).count()
}

fn of_class(part: &Part, class: RoadClass) -> usize {
    roads(part, |road| road.class == class)
}

#[test]
fn a_steep_district_is_read_as_its_readme_counts_it() {
    let Some(part) = read_real("yuzhong/yuzhong.osm.pbf") else { return };
    assert_eq!(count_of(&part, "roads"), (3201, 0));
    let classes = [RoadClass::Steps, RoadClass::Footway, RoadClass::Residential];
    assert_eq!(classes.map(|class| of_class(&part, class)), [345, 855, 372]);
    assert_eq!(of_class(&part, RoadClass::Service) + of_class(&part, RoadClass::Alley), 508);
    assert_eq!(roads(&part, |r| r.lanes.is_some()), 325);
    assert_eq!(roads(&part, |r| r.structure == Structure::Bridge), 333);
    // 1,034 carry the tag, 22 of them say no; five more are roundabouts or ramps of a motorway without it.
    let directed = [Direction::Forward, Direction::Backward].map(|way| roads(&part, |r| r.direction == way));
    assert_eq!(directed, [1034 - 22 - 2 + 5, 2]);
    assert_eq!(
        roads(&part, |r| r.widths.iter().any(|w| w.key == "width" && w.meaning == WidthMeaning::Carriageway)),
        4
    );
    assert_eq!(roads(&part, |r| r.widths.iter().any(|w| w.key == "maxwidth" && w.width.get() == 3.0)), 26);
    let height = |metres: f64| roads(&part, |r| r.clear_heights.iter().any(|h| h.height.get() == metres));
    assert_eq!((height(2.3), height(4.5)), (26, 5));
    assert_eq!(count_of(&part, "buildings"), (2043, 2));
    let buildings = &part.layers.buildings;
    // Two of the 716 with storeys are single points.
    assert_eq!(buildings.iter().filter(|b| b.body.storeys.is_some()).count(), 716 - 2);
    assert_eq!(buildings.iter().filter(|b| b.body.height.value().is_some()).count(), 32);
    assert_eq!(part.layers.stations.len(), 1);
    assert_eq!(part.layers.sites.len(), 38);
    assert!(!part.layers.is_supplied("hydrants"));
}

#[test]
fn a_street_of_stairs_is_steps_and_a_lane_for_people_is_a_footway() {
    let Some(part) = read_real("yuzhong/yuzhong.osm.pbf") else { return };
    let classes = |name: &str| -> Vec<RoadClass> {
        let mut classes: Vec<RoadClass> =
            part.layers.roads.iter().filter(|r| r.name.as_deref() == Some(name)).map(|r| r.class).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    };
    // One way of that name is the stairs, the other the flat street for people that leads to them.
    assert_eq!(classes("十八梯"), [RoadClass::Pedestrian, RoadClass::Steps]);
    assert_eq!(classes("大井巷"), [RoadClass::Footway]);
}

#[test]
fn an_inner_city_with_hydrants_is_read_as_its_readme_counts_it() {
    let Some(part) = read_real("helsinki/helsinki-centre.osm.pbf") else { return };
    assert_eq!(count_of(&part, "hydrants"), (102, 0));
    assert_eq!(part.layers.hydrants.iter().filter(|h| h.kind != HydrantKind::Unknown).count(), 86);
    assert_eq!(count_of(&part, "restrictions").0, 97);
    assert_eq!(count_of(&part, "buildings").0, 1588);
    assert_eq!(count_of(&part, "stations").0, 1);
    assert_eq!(count_of(&part, "sites").0, 56);
    let posts: Vec<_> = part
        .layers
        .obstacles
        .iter()
        .filter(|o| o.kind == ObstacleKind::Bollard && o.id.starts_with("node/"))
        .map(|o| o.node.is_some())
        .collect();
    assert_eq!(posts.len(), 180);
    assert_eq!(posts.iter().filter(|is_on_road| **is_on_road).count(), 54);
}

#[test]
fn the_small_extracts_are_read_as_their_readmes_count_them() {
    // A README counts ways; areas drawn as relations are added, and two ways that draw one building are one.
    // Roads, buildings, hydrants, stations, restrictions as read; `None` where the README gives no number.
    let cases: [(&str, [Option<u64>; 5]); 7] = [
        ("monaco/monaco-2021.osm.pbf", [Some(2379 + 2), Some(1208), Some(3), Some(2), Some(45)]),
        ("monaco/monaco-riviera-old.osm.pbf", [Some(2927), Some(23379), None, Some(3), None]),
        ("shanghai/shanghai_center_roads.osm", [Some(4701), None, None, None, None]),
        ("north-bayreuth/north-bayreuth.osm.gz", [Some(2056), Some(4269), Some(19), Some(7), Some(40)]),
        ("osm-extracts/krems.osm.gz", [Some(838), Some(1196), Some(2), Some(1), None]),
        ("osm-extracts/liechtenstein.osm.pbf", [Some(4660), Some(9001 - 1), None, Some(6), None]),
        ("osm-extracts/taipei-corner.osm", [None, Some(61), Some(11), None, Some(17)]),
    ];
    for (path, expected) in cases {
        let Some(part) = read_real(path) else { continue };
        let layers = ["roads", "buildings", "hydrants", "stations", "restrictions"];
        for (layer, expected) in layers.into_iter().zip(expected) {
            if let Some(expected) = expected {
                assert_eq!(count_of(&part, layer).0, expected, "{layer} of {path}");
            }
        }
    }
}

/// Reads elements written as XML inside `<osm>`.
#[track_caller]
fn read_text(elements: &str) -> Part {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("town.osm");
    std::fs::write(&path, format!("<osm version='0.6'>{elements}</osm>")).expect("a temporary file can be written");
    let part = read_osm(&source_at(path)).expect("the text is an extract");
    for count in &part.counts {
        assert!(count.adds_up(), "{count:?}");
    }
    part
}

/// Nodes 1 to 9 on a line, one ten-thousandth of a degree apart.
fn nodes() -> String {
    (1..10).map(|i| format!("<node id='{i}' lon='10.{i:04}' lat='50.0'/>")).collect()
}

fn tags(tags: &str) -> String {
    tags.split_whitespace()
        .filter_map(|tag| tag.split_once('='))
        .map(|(key, value)| format!("<tag k='{key}' v='{value}'/>"))
        .collect()
}

/// A way over nodes with tags `key=value` separated by blanks.
fn way(id: i64, refs: &[i64], pairs: &str) -> String {
    let refs: String = refs.iter().map(|r| format!("<nd ref='{r}'/>")).collect();
    format!("<way id='{id}'>{refs}{}</way>", tags(pairs))
}

/// The only road of one way with these tags.
#[track_caller]
fn road(pairs: &str) -> Road {
    let part = read_text(&(nodes() + &way(1, &[1, 2], pairs)));
    assert_eq!(part.layers.roads.len(), 1);
    part.layers.roads[0].clone()
}

#[test]
fn the_most_specific_access_tag_counts() {
    let permissions = |pairs: &str| {
        let road = road(pairs);
        (road.motor, road.emergency, road.foot)
    };
    use Permission as P;
    assert_eq!(permissions("highway=service"), (P::Unsaid, P::Unsaid, P::Unsaid));
    assert_eq!(permissions("highway=service access=no motor_vehicle=private"), (P::Limited, P::Unsaid, P::No));
    assert_eq!(permissions("highway=pedestrian vehicle=no emergency=yes foot=yes"), (P::No, P::Yes, P::Yes));
    assert_eq!(permissions("highway=service service=emergency_access"), (P::No, P::Yes, P::Unsaid));
    assert_eq!(permissions("highway=footway motor_vehicle:conditional=no@(Sa)"), (P::Limited, P::Unsaid, P::Unsaid));
}

#[test]
fn direction_follows_oneway_roundabouts_and_motorways() {
    use Direction as D;
    for (pairs, expected) in [
        ("highway=residential", D::Both),
        ("highway=residential oneway=yes", D::Forward),
        ("highway=residential oneway=-1", D::Backward),
        ("highway=motorway", D::Forward),
        ("highway=motorway oneway=no", D::Both),
        ("highway=tertiary junction=roundabout", D::Forward),
        ("highway=residential oneway=yes oneway:emergency=no", D::Both),
    ] {
        assert_eq!(road(pairs).direction, expected, "{pairs}");
    }
}

#[test]
fn level_and_structure_come_from_layer_bridge_and_tunnel() {
    use Structure as S;
    for (pairs, expected) in [
        ("highway=service", (0, false, S::Ground)),
        ("highway=service bridge=yes", (1, false, S::Bridge)),
        ("highway=service bridge=viaduct layer=2", (2, true, S::Bridge)),
        ("highway=service tunnel=yes", (-1, false, S::Tunnel)),
        ("highway=service tunnel=building_passage", (0, false, S::Covered)),
        ("highway=steps covered=yes", (0, false, S::Covered)),
        ("highway=corridor level=-2", (-2, true, S::Covered)),
        ("highway=service bridge=no tunnel=no", (0, false, S::Ground)),
    ] {
        let road = road(pairs);
        assert_eq!((road.level, road.is_level_stated, road.structure), expected, "{pairs}");
    }
}

#[test]
fn what_stands_in_the_way_is_read_by_its_kind() {
    use ObstacleKind as K;
    for (pairs, expected) in [
        ("barrier=wall", Some(K::Wall)),
        ("barrier=fence", Some(K::Fence)),
        ("barrier=guard_rail", Some(K::Fence)),
        ("barrier=gate", Some(K::Gate)),
        ("barrier=bollard", Some(K::Bollard)),
        ("barrier=retaining_wall", Some(K::Drop)),
        ("natural=cliff", Some(K::Drop)),
        ("natural=earth_bank", Some(K::Drop)),
        ("man_made=embankment", Some(K::Drop)),
        ("natural=coastline", Some(K::Water)),
        ("natural=tree_row", Some(K::Tree)),
        ("power=line", Some(K::Overhead)),
        ("railway=rail", Some(K::Rail)),
        ("railway=rail tunnel=yes", None),
        ("railway=rail bridge=viaduct", None),
        ("railway=light_rail embedded=yes", None),
        ("railway=tram", None),
        ("railway=disused", None),
    ] {
        let part = read_text(&(nodes() + &way(1, &[1, 2, 3], pairs)));
        let kinds: Vec<K> = part.layers.obstacles.iter().map(|o| o.kind).collect();
        assert_eq!(kinds, Vec::from_iter(expected), "{pairs}");
    }
}

#[test]
fn rails_are_obstacles_but_where_a_road_crosses_them() {
    // Nodes are 7 m apart; the road crosses at the fifth.
    let road = way(2, &[5, 20], "highway=residential");
    let aside = "<node id='20' lon='10.0005' lat='50.001'/>";
    let rails = way(1, &[1, 2, 3, 4, 5, 6, 7, 8, 9], "railway=rail");
    let part = read_text(&(nodes() + aside + &rails + &road));
    let ends = |o: &firereach_model::feature::Obstacle| match &o.shape {
        geo_types::Geometry::LineString(line) => (line.0[0].x, line.0[line.0.len() - 1].x),
        shape => panic!("{shape:?}"),
    };
    let found: Vec<(&str, (f64, f64))> = part.layers.obstacles.iter().map(|o| (o.id.as_str(), ends(o))).collect();
    assert_eq!(found, [("way/1", (10.0001, 10.0003)), ("way/1/2", (10.0007, 10.0009))]);
}

#[test]
fn a_tree_is_as_wide_as_its_crown() {
    let tree =
        "<node id='20' lon='10.0005' lat='50.001'><tag k='natural' v='tree'/><tag k='diameter_crown' v='7'/></node>";
    let part = read_text(tree);
    let crowns: Vec<Option<f64>> =
        part.layers.obstacles.iter().map(|o| o.crown_radius.map(firereach_model::units::Metres::get)).collect();
    assert_eq!(crowns, [Some(3.5)]);
}

#[test]
fn a_width_that_is_no_number_is_named_and_the_road_is_kept_without_it() {
    let part = read_text(&(nodes() + &way(7, &[1, 2], "highway=service width=2-3 maxheight=default lanes=two")));
    assert!(part.layers.roads[0].widths.is_empty());
    let texts: Vec<String> = part.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "town.osm (way/7): `width` is \"2-3\", expected one length above zero in metres, or with its unit",
            "town.osm (way/7): `lanes` is \"two\", expected a small whole number",
        ]
    );
}

#[test]
fn a_gap_of_missing_nodes_is_not_bridged() {
    let part = read_text(&(nodes() + &way(1, &[1, 2, 77, 4, 5], "highway=residential")));
    let ids: Vec<(&str, &[i64])> = part.layers.roads.iter().map(|r| (r.id.as_str(), r.nodes.as_slice())).collect();
    assert_eq!(ids, [("way/1", &[1, 2][..]), ("way/1/2", &[4, 5][..])]);
    assert_eq!(count_of(&part, "roads"), (1, 0));
}

#[test]
fn a_road_with_one_node_is_set_aside_by_name() {
    let part = read_text(&(nodes() + &way(1, &[1, 77], "highway=residential")));
    assert_eq!(count_of(&part, "roads"), (1, 1));
    assert_eq!((part.problems[0].code.as_ref(), part.problems[0].done), ("OSM-WAY-NODES", Done::SetAside));
}

#[test]
fn roads_that_do_not_exist_yet_are_counted_and_set_aside() {
    let part = read_text(&(nodes() + &way(1, &[1, 2], "highway=construction construction=primary")));
    assert_eq!(count_of(&part, "roads"), (1, 1));
}

#[test]
fn the_order_of_the_file_changes_nothing() {
    let ways = [way(2, &[2, 3], "highway=steps"), way(1, &[1, 2], "highway=service")];
    let forward = read_text(&(nodes() + &ways[0] + &ways[1]));
    let backward = read_text(&(ways[1].clone() + &ways[0] + &nodes()));
    assert_eq!(forward.layers.roads, backward.layers.roads);
}

#[test]
fn a_gate_on_a_road_knows_its_node_and_its_opening() {
    let gate = format!("<node id='20' lon='10.5' lat='50.0'>{}</node>", tags("barrier=gate width=3,2 locked=no"));
    let post = format!("<node id='21' lon='10.6' lat='50.0'>{}</node>", tags("barrier=bollard bollard=removable"));
    let stile = format!("<node id='22' lon='10.7' lat='50.0'>{}</node>", tags("barrier=stile"));
    let part = read_text(&(gate + &post + &stile + &nodes() + &way(1, &[1, 20, 2], "highway=service")));
    let facts: Vec<_> = part
        .layers
        .obstacles
        .iter()
        .map(|o| (o.kind, o.node, o.clear_width.map(|w| w.get()), o.lets_engines_pass))
        .collect();
    assert_eq!(
        facts,
        [
            (ObstacleKind::Gate, Some(20), Some(3.2), Some(true)),
            (ObstacleKind::Bollard, None, None, Some(true)),
            (ObstacleKind::Chicane, None, None, Some(false)),
        ]
    );
}

#[test]
fn wires_and_embankments_stand_in_the_way_and_a_line_in_the_ground_does_not() {
    let kinds = |pairs: &str| -> Vec<ObstacleKind> {
        let part = read_text(&(nodes() + &way(7, &[1, 2], pairs)));
        part.layers.obstacles.iter().map(|o| o.kind).collect()
    };
    assert_eq!(kinds("power=line"), [ObstacleKind::Overhead]);
    assert_eq!(kinds("power=minor_line"), [ObstacleKind::Overhead]);
    assert_eq!(kinds("power=line location=underground"), []);
    assert_eq!(kinds("man_made=embankment"), [ObstacleKind::Drop]);
}

/// A square of four nodes with numbers from `first`, its south-west corner at `at` ten-thousandths and `side` wide.
fn square(first: i64, at: i64, side: i64) -> String {
    [(at, at), (at + side, at), (at + side, at + side), (at, at + side)]
        .iter()
        .zip(first..)
        .map(|((x, y), id)| format!("<node id='{id}' lon='10.{x:04}' lat='50.{y:04}'/>"))
        .collect()
}

fn ring(first: i64) -> Vec<i64> {
    vec![first, first + 1, first + 2, first + 3, first]
}

#[test]
fn a_relation_gives_a_building_with_its_court() {
    let relation = format!(
        "<relation id='5'><member type='way' ref='1' role='outer'/><member type='way' ref='2' role='outer'/>\
         <member type='way' ref='3' role='inner'/>{}</relation>",
        tags("type=multipolygon building=apartments building:levels=6 height=18.5")
    );
    let text = square(1, 100, 40)
        + &square(11, 110, 10)
        + &way(1, &[1, 2, 3], "")
        + &way(2, &[1, 4, 3], "")
        + &way(3, &ring(11), "")
        + &relation;
    let part = read_text(&text);
    let buildings: &[Building] = &part.layers.buildings;
    assert_eq!(buildings.len(), 1);
    let building = &buildings[0];
    assert_eq!((building.id.as_str(), building.footprint.interiors().len()), ("relation/5", 1));
    assert_eq!((building.body.storeys, building.body.usage), (Some(6), Some(BuildingUse::Dwelling)));
    assert_eq!(building.body.height.value().map(|h| h.get()), Some(18.5));
}

#[test]
fn tags_on_the_outer_way_of_an_old_multipolygon_count_once() {
    let relation = format!(
        "<relation id='5'><member type='way' ref='1' role='outer'/><member type='way' ref='3' role='inner'/>{}</relation>",
        tags("type=multipolygon")
    );
    let text = square(1, 100, 40)
        + &square(11, 110, 10)
        + &way(1, &ring(1), "building=yes")
        + &way(3, &ring(11), "")
        + &relation;
    let part = read_text(&text);
    assert_eq!(count_of(&part, "buildings"), (1, 0));
    assert_eq!(part.layers.buildings[0].footprint.interiors().len(), 1);
}

#[test]
fn a_boundary_with_missing_members_is_set_aside() {
    let relation = format!(
        "<relation id='5'><member type='way' ref='1' role='outer'/><member type='way' ref='9' role='outer'/>{}</relation>",
        tags("type=boundary boundary=administrative admin_level=6 name=Hill")
    );
    let part = read_text(&(square(1, 100, 40) + &way(1, &ring(1), "") + &relation));
    assert_eq!(count_of(&part, "zones"), (1, 1));
}

#[test]
fn a_historic_building_is_a_building_and_a_site_with_its_grade() {
    let text = square(1, 100, 40) + &way(1, &ring(1), "building=temple historic=building heritage=2 name=Old");
    let part = read_text(&text);
    let site = &part.layers.sites[0];
    assert_eq!((site.kind, site.grade), (SiteKind::Relic, Some(Grade::National)));
    assert_eq!(site.building.as_deref(), Some("way/1"));
    assert_eq!(site.body.usage, Some(BuildingUse::Worship));
    assert!((site.lon_lat.0 - 10.0120).abs() < 0.0021 && (site.lon_lat.1 - 50.0120).abs() < 0.0021);
    assert_eq!(part.layers.buildings.len(), 1);
}

#[test]
fn protection_is_not_invented_for_a_memorial() {
    let node = format!("<node id='1' lon='10' lat='50'>{}</node>", tags("historic=memorial heritage=no"));
    let site = &read_text(&node).layers.sites[0];
    assert_eq!((site.kind, site.grade), (SiteKind::Historic, None));
    assert_eq!(site.details.get("historic").map(String::as_str), Some("memorial"));
}

#[test]
fn what_a_sheet_has_a_place_for_goes_by_its_key() {
    let node = format!(
        "<node id='1' lon='10' lat='50'>{}</node>",
        tags("historic=house start_date=1890 construction_date=1880 operator=City opening_hours=Mo-Fr architect=Oka")
    );
    let details = &read_text(&node).layers.sites[0].details;
    let shown: Vec<String> = details.iter().map(|(key, text)| format!("{key}={text}")).collect();
    let expected =
        ["architect=Oka", "construction_date=1880", "era=1890", "historic=house", "opening_hours=Mo-Fr", "user=City"];
    assert_eq!(shown, expected);
}

#[test]
fn hydrants_and_other_water_keep_their_units() {
    let hydrant = "emergency=fire_hydrant fire_hydrant:type=underground fire_hydrant:diameter=100 \
                   flow_rate=1800l/min fire_hydrant:pressure=6";
    let text = format!(
        "<node id='1' lon='10' lat='50'>{}</node><node id='2' lon='10' lat='50'>{}</node>\
         <node id='3' lon='10' lat='50'>{}</node>",
        tags(hydrant),
        tags("emergency=fire_water_pond volume=50m3"),
        tags("disused:emergency=fire_hydrant"),
    );
    let part = read_text(&text);
    let hydrant = &part.layers.hydrants[0];
    assert_eq!(hydrant.kind, HydrantKind::Underground);
    assert_eq!(hydrant.flow.value().map(|f| f.get()), Some(30.0));
    assert!(hydrant.pressure.value().is_some_and(|p| (p.get() - 0.6).abs() < 1e-12));
    assert_eq!(part.layers.hydrants[1].service, firereach_model::feature::Service::OutOfService);
    let pond = &part.layers.water_sources[0];
    assert_eq!((pond.kind, pond.volume.value().map(|v| v.get())), (WaterSourceKind::Pond, Some(50.0)));
}

fn turn(members: &str, pairs: &str) -> String {
    let members: String = members
        .split_whitespace()
        .filter_map(|m| m.split_once('='))
        .map(|(role, id)| {
            let (kind, id) = if let Some(node) = id.strip_prefix('n') { ("node", node) } else { ("way", id) };
            format!("<member type='{kind}' ref='{id}' role='{role}'/>")
        })
        .collect();
    let roads: String = (1..4).map(|i| way(i, &[i, i + 1], "highway=service")).collect();
    format!("{}{roads}<relation id='9'>{members}{}</relation>", nodes(), tags(pairs))
}

#[test]
fn turn_restrictions_name_their_roads() {
    let part = read_text(&turn("from=1 via=n2 to=2", "type=restriction restriction=no_left_turn except=psv;emergency"));
    let rule = &part.layers.restrictions[0];
    assert_eq!((rule.from.as_str(), rule.via_node, rule.to.as_str()), ("way/1", Some(2), "way/2"));
    assert_eq!((rule.kind, rule.excepts_emergency), (RestrictionKind::No, true));

    let part = read_text(&turn("from=1 via=2 to=3", "type=restriction restriction=only_straight_on"));
    let rule = &part.layers.restrictions[0];
    assert_eq!((rule.kind, rule.via_node), (RestrictionKind::Only, None));
    assert_eq!(rule.via_roads, ["way/2"]);
}

#[test]
fn traffic_lights_on_roads_are_known_by_their_nodes_and_directions() {
    let light = |id: i64, pairs: &str| format!("<node id='{id}' lon='10.5' lat='50.0'>{}</node>", tags(pairs));
    let lights = [
        light(20, "highway=traffic_signals"),
        light(21, "highway=traffic_signals traffic_signals:direction=forward"),
        light(22, "highway=traffic_signals direction=backward"),
        light(23, "highway=crossing crossing=traffic_signals"),
        light(24, "highway=traffic_signals"),
    ];
    let part = read_text(&(lights.concat() + &nodes() + &way(1, &[1, 20, 21, 22, 23, 2], "highway=primary")));
    let found: Vec<_> = part.layers.signals.iter().map(|signal| (signal.node, signal.direction)).collect();
    assert_eq!(found, [(20, Direction::Both), (21, Direction::Forward), (22, Direction::Backward)]);
}

#[test]
fn malformed_turn_restrictions_are_set_aside_each_for_its_reason() {
    for (members, pairs, code) in [
        ("from=1 via=n2", "type=restriction restriction=no_left_turn", "OSM-TURN-MEMBERS"),
        ("from=1 via=n4 to=2", "type=restriction restriction=no_left_turn", "OSM-TURN-APART"),
        ("from=1 via=n2 to=88", "type=restriction restriction=no_left_turn", "OSM-TURN-OUTSIDE"),
        ("from=1 via=n2 to=2", "type=restriction restriction=maybe", "OSM-TURN-WORD"),
        ("from=1 via=n2 to=2", "type=restriction restriction:hgv=no_left_turn", "OSM-TURN-OTHERS"),
    ] {
        let part = read_text(&turn(members, pairs));
        assert_eq!(count_of(&part, "restrictions"), (1, 1), "{members}");
        assert_eq!(part.problems[0].code, code);
    }
}

#[test]
fn squares_parks_and_hazards_become_zones() {
    let text = square(1, 100, 40)
        + &way(1, &ring(1), "highway=pedestrian area=yes")
        + &way(2, &ring(1), "leisure=park")
        + &format!("<node id='30' lon='10' lat='50'>{}</node>", tags("amenity=fuel"));
    let part = read_text(&text);
    let kinds: Vec<ZoneKind> = part.layers.zones.iter().map(|zone| zone.kind).collect();
    assert_eq!(kinds, [ZoneKind::Hazard, ZoneKind::Open, ZoneKind::Park]);
    assert!(part.layers.roads[0].is_area);
}

#[test]
fn only_the_layers_a_study_asks_for_are_read() {
    let Some(path) = real("osm-extracts/taipei-corner.osm") else { return };
    let source = Source { feeds: vec!["hydrants".to_owned()], ..source_at(path) };
    let part = read_osm(&source).expect("the real extract is sound");
    assert_eq!((part.layers.hydrants.len(), part.layers.roads.len(), part.counts.len()), (11, 0, 1));
    assert_eq!(part.layers.supplied, ["hydrants"]);
}

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("town.osm");
    std::fs::write(&path, bytes).expect("a temporary file can be written");
    read_osm(&source_at(path)).expect_err("the file is no extract").to_string()
}

#[test]
fn what_is_no_extract_is_refused_with_advice() {
    assert!(refused(b"BZh91AY").contains("bunzip2"));
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"\xff\xe0\x04o5m2").contains("osmium cat"));
    assert!(refused(b"<gpx/>").contains("<gpx>"));
    assert!(refused(b"<osmChange/>").contains("apply-changes"));
    assert!(refused(b"id;name").contains("another kind"));
    assert!(refused(b"<osm>\n<node id='1'/>\n</osm>").contains("line 2"));
    assert!(refused(b"<osm>\n<node id='1' lon='1' lat='1'>\n").contains("ends inside an element"));
}

#[test]
fn a_file_that_was_cut_off_is_refused_by_name() {
    for path in ["yuzhong/yuzhong.osm.pbf", "osm-extracts/krems.osm.gz", "osm-extracts/taipei-corner.osm"] {
        let Some(path) = real(path) else { return };
        let bytes = std::fs::read(&path).expect("the real extract can be read");
        for part in [3, 2] {
            let message = refused(&bytes[..bytes.len() / part]);
            assert!(message.starts_with("town.osm") && message.contains("again"), "{message}");
        }
    }
}

#[test]
fn a_damaged_file_is_refused_or_read_with_a_sound_account() {
    let Some(path) = real("monaco/monaco-2021.osm.pbf") else { return };
    let bytes = std::fs::read(&path).expect("the real extract can be read");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("town.osm.pbf");
    for step in 0..40 {
        let mut damaged = bytes.clone();
        // Some in the first headers, the others spread over the file.
        let at = if step < 20 { step * 7 } else { (bytes.len() / 21) * (step - 19) };
        damaged[at] ^= 0x5a;
        std::fs::write(&path, &damaged).expect("a temporary file can be written");
        match read_osm(&source_at(path.clone())) {
            Ok(part) => assert!(part.counts.iter().all(SourceCount::adds_up), "byte {at}"),
            Err(error) => assert!(error.to_string().contains("town.osm.pbf"), "{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any byte of a small town may be wrong: the answer is a refusal or a sound account, never a panic.
    #[test]
    fn a_misprinted_town_is_refused_or_read_with_a_sound_account(at in 0..2000_usize, byte in 0..128_u8) {
        let text = square(1, 100, 40)
            + &square(11, 110, 10)
            + &way(1, &ring(1), "building=yes height=12 historic=yes")
            + &way(2, &[1, 2, 3], "highway=service width=3.5 layer=1 oneway=yes")
            + &way(3, &[3, 4], "barrier=wall")
            + &turn("from=1 via=n2 to=2", "type=restriction restriction=no_left_turn");
        let mut bytes = format!("<osm version='0.6'>{text}</osm>").into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("town.osm");
        std::fs::write(&path, &bytes).expect("a temporary file can be written");
        if let Ok(part) = read_osm(&source_at(path)) {
            prop_assert!(part.counts.iter().all(SourceCount::adds_up));
        }
    }
}

#[test]
fn every_area_of_the_real_extracts_is_valid() {
    use geo::Validation;

    for path in ["yuzhong/yuzhong.osm.pbf", "helsinki/helsinki-centre.osm.pbf", "osm-extracts/baltimore.osm.pbf"] {
        let Some(part) = read_real(path) else { continue };
        for building in &part.layers.buildings {
            assert!(building.footprint.is_valid(), "{} of {path}", building.id);
        }
        for zone in part.layers.zones.iter().filter(|zone| zone.area.0.len() < 20) {
            assert!(zone.area.0.iter().all(Validation::is_valid), "{} of {path}", zone.id);
        }
        for road in &part.layers.roads {
            assert_eq!(road.nodes.len(), road.line.0.len(), "{} of {path}", road.id);
            assert!(road.line.0.iter().any(|c| *c != road.line.0[0]), "{} of {path}", road.id);
        }
    }
}
