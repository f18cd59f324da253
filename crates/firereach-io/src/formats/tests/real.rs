//! Real files of the shared data; every count is that of the data's own README.

use std::path::PathBuf;

use firereach_model::feature::{Direction, Grade, HydrantKind, RoadClass, Service, WidthMeaning};
use firereach_model::problem::Done;
use geo::BoundingRect;

use crate::formats::{inspect, read_features};
use crate::part::Part;
use crate::source::{FieldMapping, Source};

/// A file of the shared data; `None`, said aloud, where the data is absent.
fn shared(file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{file} is missing, and CI must have it");
    eprintln!("SKIPPED: {} is not here", path.display());
    None
}

fn source(layer: &str, file: &str) -> Option<Source> {
    let path = shared(file)?;
    Some(Source {
        name: layer.to_owned(),
        path,
        shown: file.to_owned(),
        feeds: vec![layer.to_owned()],
        ..Source::default()
    })
}

fn mapped(columns: &[&str], unit: Option<&str>) -> FieldMapping {
    FieldMapping {
        from: columns.iter().map(|&column| column.to_owned()).collect(),
        unit: unit.map(str::to_owned),
        ..FieldMapping::default()
    }
}

/// Reads a source, checks its account, and returns it.
#[track_caller]
fn read(source: &Source) -> Part {
    let part = read_features(source).expect("the file can be read");
    for count in &part.counts {
        assert!(count.adds_up(), "{count:?}");
    }
    part
}

/// `read kept repaired set_aside` of the only layer.
fn account(part: &Part) -> (u64, u64, u64, u64) {
    let count = &part.counts[0];
    (count.read, count.kept, count.repaired, count.set_aside)
}

fn with_code(part: &Part, code: &str) -> usize {
    part.problems.iter().filter(|problem| problem.code == code).count()
}

#[test]
fn freeport_hydrants_are_the_same_in_five_formats() {
    let endings = ["csv", "geojson", "gml", "kml", "wkt"];
    let mut parts = Vec::new();
    for ending in endings {
        let Some(source) = source("hydrants", &format!("freeport-bahamas/fire_hydrants.{ending}")) else { return };
        parts.push(read(&source));
    }
    let first: Vec<_> = parts[0].layers.hydrants.iter().map(|hydrant| hydrant.at).collect();
    assert_eq!(first.len(), 176);
    for (ending, part) in endings.iter().zip(&parts) {
        let places: Vec<_> = part.layers.hydrants.iter().map(|hydrant| hydrant.at).collect();
        assert_eq!(places.len(), 176, "{ending}");
        let farthest = first
            .iter()
            .zip(&places)
            .map(|(a, b)| (a.x() - b.x()).abs().max((a.y() - b.y()).abs()))
            .fold(0.0, f64::max);
        assert!(farthest < 1e-6, "{ending}: {farthest}");
        // The publisher's WKT lists every place twice, and without attributes.
        assert_eq!(with_code(part, "IO-DUPLICATE"), if *ending == "wkt" { 176 } else { 0 }, "{ending}");
        if *ending != "wkt" {
            let kinds =
                |part: &Part| part.layers.hydrants.iter().map(|h| (h.kind, h.outlets.clone())).collect::<Vec<_>>();
            assert_eq!(kinds(part), kinds(&parts[0]), "{ending}");
        }
    }
}

#[test]
fn freeport_shapefiles_hold_what_their_readme_says() {
    for (layer, file, count) in [
        ("hydrants", "Fire_Hydrants_shp.zip", 176),
        ("stations", "Fire_Stations_shp.zip", 1),
        ("roads", "Roads_shp.zip", 15_777),
        ("buildings", "Building_Footprint_shp.zip", 14_768),
    ] {
        let Some(source) = source(layer, &format!("freeport-bahamas/{file}")) else { return };
        let part = read(&source);
        assert_eq!(part.counts[0].read, count, "{file}");
        assert_eq!(part.crs.as_deref(), Some("EPSG:32617"), "{file}");
    }
}

#[test]
fn freeport_roads_take_their_right_of_way_in_feet() {
    let Some(mut source) = source("roads", "freeport-bahamas/Roads_shp.zip") else { return };
    source.fields.insert(
        "width_m".to_owned(),
        FieldMapping { meaning: Some("right_of_way".to_owned()), ..mapped(&["ROW"], Some("ft")) },
    );
    let part = read(&source);
    let stated = part.layers.roads.iter().flat_map(|road| &road.widths).collect::<Vec<_>>();
    assert!(stated.len() > 1000, "{}", stated.len());
    assert!(stated.iter().all(|width| width.meaning == WidthMeaning::RightOfWay && width.key == "ROW"));
}

#[test]
fn freeport_parks_are_the_same_in_six_formats() {
    for ending in ["csv", "geojson", "gml", "kml", "wkt"] {
        let Some(source) = source("sites", &format!("freeport-bahamas/parks_recreation.{ending}")) else { return };
        assert_eq!(read(&source).layers.sites.len(), 20, "{ending}");
    }
    let Some(source) = source("sites", "freeport-bahamas/Parks_shp.zip") else { return };
    assert_eq!(read(&source).layers.sites.len(), 20);
}

#[test]
fn gbk_without_a_word_about_it_is_read_as_chinese() {
    let Some(mut source) = source("zones", "dirty-formats/gbk_shapefile/chinese_encoding.shp") else { return };
    source.constants.insert("kind".to_owned(), "district".to_owned());
    let layers = inspect(&source).expect("the file can be read");
    assert_eq!(layers[0].rows, 78);
    assert_eq!(layers[0].encoding.as_deref(), Some("gb18030"));
    let texts: String = layers[0].columns.iter().flat_map(|column| column.samples.clone()).collect();
    assert!(texts.contains('市') || texts.contains('县'), "{texts}");
    let part = read(&source);
    assert_eq!(part.counts[0].read, 78);
    assert_eq!(with_code(&part, "IO-CRS-MISSING"), 1);
}

#[test]
fn chongqing_roads_have_classes_and_lanes_and_no_false_heights() {
    let Some(source) = source("roads", "dirty-formats/chongqing_gaoxin_shp/路网.shp") else { return };
    let part = read(&source);
    assert_eq!(part.counts[0].read, 1187);
    let roads = &part.layers.roads;
    assert!(roads.iter().all(|road| road.heights_m.is_empty()));
    assert!(roads.iter().any(|road| road.class == RoadClass::Primary));
    assert!(roads.iter().any(|road| road.class == RoadClass::Secondary));
    assert!(roads.iter().any(|road| road.lanes.is_some()));
    assert_eq!(with_code(&part, "IO-WORD-UNKNOWN"), 0);
}

#[test]
fn xian_footprints_are_read_without_their_table() {
    for (file, count) in [("碑林区", 1784), ("莲湖区", 2456), ("新城区", 2048)] {
        let Some(source) = source("buildings", &format!("dirty-formats/xian_buildings_shp/{file}.shp")) else { return };
        let part = read(&source);
        assert_eq!(part.counts[0].read, count);
        assert_eq!(with_code(&part, "IO-SHP-NO-TABLE"), 1);
    }
    let Some(source) = source("buildings", "dirty-formats/xian_buildings_shp/未央区.shp") else { return };
    assert_eq!(read(&source).counts[0].read, 447);
}

#[test]
fn a_shapefile_without_its_index_is_read_from_a_copy() {
    let Some(shapes) = shared("jinan/nodes.shp") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("nodes.shp");
    std::fs::copy(&shapes, &path).expect("a copy");
    std::fs::copy(shapes.with_extension("dbf"), folder.path().join("nodes.dbf")).expect("a copy");
    let source = Source { name: "hydrants".to_owned(), path, shown: "nodes.shp".to_owned(), ..Source::default() };
    let part = read(&source);
    assert_eq!(part.layers.hydrants.len(), 12_766);
    assert_eq!(with_code(&part, "IO-SHP-NO-INDEX"), 1);
    assert!(!folder.path().join("nodes.shx").exists(), "nothing is written beside the source");
}

#[test]
fn jinan_draws_every_direction_as_a_line_of_its_own() {
    let Some(source) = source("roads", "jinan/edges.shp") else { return };
    let part = read(&source);
    let count = &part.counts[0];
    assert_eq!(count.read, 28_597);
    assert_eq!(with_code(&part, "IO-ROAD-DIRECTED"), 1);
    assert_eq!(with_code(&part, "IO-GEOM-ZERO-LENGTH"), 1);
    let twice = with_code(&part, "IO-ROAD-TWICE") as u64;
    assert_eq!(twice + 1, count.set_aside);
    let one_way = part.layers.roads.iter().filter(|road| road.direction == Direction::Forward).count() as u64;
    assert_eq!(one_way + twice, part.layers.roads.len() as u64, "every two-way road was drawn twice");
}

#[test]
fn the_osmnx_tables_yield_a_report() {
    for (file, count) in [("drive_roads", 1880), ("walk_network", 6866)] {
        let Some(source) = source("roads", &format!("yuzhong/{file}.geojson")) else { return };
        let part = read(&source);
        assert_eq!(part.counts[0].read, count);
        assert!(with_code(&part, "IO-ROAD-TWICE") > 100, "{file}");
        assert!(part.layers.roads.iter().all(|road| road.name.as_deref() != Some("nan")));
    }
    let Some(source) = source("roads", "yuzhong/walk_network.geojson") else { return };
    let part = read(&source);
    assert!(with_code(&part, "IO-VALUE-LIST") > 10);
    let widths: Vec<f64> = part.layers.roads.iter().flat_map(|road| &road.widths).map(|w| w.width.get()).collect();
    assert!(widths.contains(&17.0) && widths.contains(&14.0), "{widths:?}");
}

fn taichung() -> Option<Source> {
    let mut source = source("hydrants", "taichung-hydrants/hydrants.geojson")?;
    source.fields.insert("id".to_owned(), mapped(&["消防栓編號", "自訂編號"], None));
    source.fields.insert("kind".to_owned(), mapped(&["種類"], None));
    source.fields.insert("flow_lps".to_owned(), mapped(&["出水量"], Some("L/min")));
    source.fields.insert("out_of_service".to_owned(), mapped(&["是否停用"], None));
    Some(source)
}

#[test]
fn taichung_hydrants_are_read_by_their_mapped_columns() {
    let Some(source) = taichung() else { return };
    let part = read(&source);
    let hydrants = &part.layers.hydrants;
    assert_eq!(hydrants.len(), 6328);
    let of_kind = |kind| hydrants.iter().filter(|hydrant| hydrant.kind == kind).count();
    assert_eq!((of_kind(HydrantKind::Underground), of_kind(HydrantKind::Pillar)), (3066, 814));
    let first = &hydrants[0];
    assert_eq!((first.id.as_str(), first.service), ("6025", Service::InService));
    let second = hydrants[1].flow.value().map(|flow| format!("{flow:.4}"));
    assert_eq!(second.as_deref(), Some("11.3333 L/s"), "680 litres a minute");
    let known = hydrants.iter().filter(|hydrant| !hydrant.flow.is_unknown()).count();
    assert_eq!(known + with_code(&part, "IO-VALUE-IMPLAUSIBLE"), 2658);
    assert_eq!(with_code(&part, "IO-VALUE-ZERO"), 1202);
}

#[test]
fn nothing_is_taken_from_taichungs_flow_while_nobody_states_its_unit() {
    let Some(mut source) = taichung() else { return };
    source.fields.insert("flow_lps".to_owned(), mapped(&["出水量"], None));
    let part = read(&source);
    assert!(part.layers.hydrants.iter().all(|hydrant| hydrant.flow.is_unknown()));
    let of_values = ["IO-VALUE-IMPLAUSIBLE", "IO-VALUE-ZERO", "IO-VALUE-GARBAGE"].map(|code| with_code(&part, code));
    assert_eq!((with_code(&part, "IO-COLUMN-UNIT"), of_values), (1, [0, 0, 0]));
    let problem = part.problems.iter().find(|problem| problem.code == "IO-COLUMN-UNIT").expect("one");
    assert!(problem.found.starts_with("column 出水量 names no unit, and 2490 of its 3860 numbers"), "{problem}");
    assert!(problem.repair.contains("unit = \"L/min\""), "{}", problem.repair);
    // Six are marked as lacking pressure; no mapping is needed for that.
    assert_eq!(part.layers.hydrants.iter().filter(|hydrant| hydrant.lacks_pressure).count(), 6);
}

#[test]
fn tulsa_hydrants_are_reported_where_they_cannot_be_true() {
    let Some(mut source) = source("hydrants", "tulsa-hydrants/hydrants.csv") else { return };
    source.fields.insert("flow_lps".to_owned(), mapped(&["FLOW"], Some("gpm")));
    source.fields.insert("static_pressure_mpa".to_owned(), mapped(&["STATIC_PRE"], Some("psi")));
    let part = read(&source);
    let (read, _, _, set_aside) = account(&part);
    assert_eq!((read, set_aside), (16_201, 80), "76 have no position, and four rows are there twice");
    assert_eq!((with_code(&part, "IO-GEOM-MISSING"), with_code(&part, "IO-DUPLICATE")), (76, 4));
    assert_eq!(part.layers.hydrants.len(), 16_121);
    assert!(with_code(&part, "IO-VALUE-IMPLAUSIBLE") > 1858, "11100 gallons a minute is no hydrant's flow");
    let most = part.layers.hydrants.iter().filter_map(|hydrant| hydrant.flow.high).max().map(|flow| flow.get());
    assert!(most.is_some_and(|most| most <= 300.0), "{most:?}");
    let bad = part.problems.iter().find(|p| p.code == "IO-VALUE-IMPLAUSIBLE" && p.origin.row == 4);
    assert!(bad.is_some_and(|p| p.found.contains("FLOW") && p.found.contains("41902")), "{bad:?}");
}

#[test]
fn shanghai_sites_have_their_grades() {
    let Some(mut source) = source("sites", "shanghai/heritage_library_listed.csv") else { return };
    source.fields.insert("name".to_owned(), mapped(&["nameS"], None));
    let part = read(&source);
    let (read, _, _, set_aside) = account(&part);
    assert_eq!((read, set_aside), (694, 61), "61 have no coordinates");
    let of = |grade| part.layers.sites.iter().filter(|site| site.grade == Some(grade)).count();
    let graded = of(Grade::National) + of(Grade::Municipal) + of(Grade::District);
    assert_eq!((graded, part.layers.sites.len()), (632, 633), "one is listed as something else");
    assert!(part.layers.sites.iter().all(|site| site.details.contains_key("address") || site.name.is_some()));
}

#[test]
fn a_file_of_points_and_polygons_gives_the_polygons_to_the_buildings() {
    let Some(source) = source("buildings", "shanghai/buildings_mapzen_tiles.geojson") else { return };
    let part = read(&source);
    let (read, _, _, set_aside) = account(&part);
    assert_eq!(read, 1981);
    assert!(set_aside >= 409, "409 are points");
    assert_eq!(with_code(&part, "IO-GEOM-TYPE"), 409);
    assert!(with_code(&part, "IO-ID-DUPLICATE") > 0, "footprints cut at tile edges keep their number");
    assert!(part.layers.buildings.iter().filter(|b| !b.body.height.is_unknown()).count() > 700);
}

#[test]
fn vermont_has_many_hydrants_and_a_few_flows() {
    let Some(mut source) = source("hydrants", "vermont/hydrant_coords.geojson") else { return };
    source.fields.insert("flow_lps".to_owned(), mapped(&["FLOWRATE"], Some("gpm")));
    let part = read(&source);
    assert_eq!(part.layers.hydrants.len(), 14_156);
    let known = part.layers.hydrants.iter().filter(|hydrant| !hydrant.flow.is_unknown()).count();
    assert!((400..=424).contains(&known), "{known}");
    assert_eq!(with_code(&part, "IO-ID-DUPLICATE"), 3);
}

#[test]
fn every_layer_of_a_file_geodatabase_can_be_read() {
    let Some(mut source) = source("obstacles", "dirty-formats/filegdb/testopenfilegdb.gdb.zip") else { return };
    let error = read_features(&source).expect_err("which layer is not said");
    assert!(error.to_string().contains("multipolygonzm"), "{error}");
    for layer in
        ["point", "linestringzm", "multipolygon25D", "multipatch", "null_polygon", "empty_polygon", "several_polygons"]
    {
        source.layer = Some(layer.to_owned());
        let part = read(&source);
        assert!(part.counts[0].read > 0, "{layer}");
    }
}

#[test]
fn curve_types_are_read_as_lines_and_areas() {
    for (file, layer) in [("curve", "roads"), ("curvepolygon", "buildings"), ("multisurface", "buildings")] {
        let Some(source) = source(layer, &format!("dirty-formats/gpkg/{file}.gpkg")) else { return };
        let part = read(&source);
        // These curves happen to have no arcs; arcs are tried beside the decoder.
        assert_eq!(account(&part), (1, 1, 0, 0), "{file}: {:?}", part.problems);
    }
    let Some(source) = source("roads", "dirty-formats/gpkg/line_zm.gpkg") else { return };
    assert!(read(&source).layers.roads[0].heights_m.iter().all(Option::is_some));
}

#[test]
fn a_geopackage_of_several_layers_is_read_by_the_name_of_its_layer() {
    for (layer, count) in [("roads", 717), ("buildings", 4708)] {
        let Some(source) = source(layer, "dirty-formats/gpkg/swellendam_training_data.gpkg") else { return };
        assert_eq!(read(&source).counts[0].read, count);
    }
}

#[test]
fn nulls_are_no_values() {
    let Some(source) = source("hydrants", "dirty-formats/gpkg/test_gpkg_nulls.gpkg") else { return };
    assert_eq!(read(&source).counts[0].read, 4);
}

#[test]
fn a_drawing_is_read_by_its_layers_and_the_rest_is_listed() {
    let Some(mut source) = source("buildings", "dirty-formats/dxf/houses_of_parliament_georeferenced.dxf") else {
        return;
    };
    source.feeds = Vec::new();
    let layers = inspect(&source).expect("the drawing can be read");
    assert_eq!((layers[0].rows, layers[0].crs.as_deref()), (1, Some("EPSG:27700")));
    source.drawing_layers.insert("no such layer".to_owned(), "obstacles/wall".to_owned());
    let part = read(&source);
    assert!(with_code(&part, "IO-DRAWING-LAYER") > 0);
    assert!(part.problems.iter().all(|problem| problem.done == Done::SetAside));
}

#[test]
fn a_drawing_lies_where_its_geodata_says() {
    let Some(mut source) = source("obstacles", "dirty-formats/dxf/houses_of_parliament_georeferenced.dxf") else {
        return;
    };
    source.constants.insert("kind".to_owned(), "wall".to_owned());
    let part = read(&source);
    let place = part.layers.obstacles[0].shape.bounding_rect().map(|b| b.center());
    // The Palace of Westminster on the British National Grid.
    assert!(place.is_some_and(|c| (c.x - 530_300.0).abs() < 300.0 && (c.y - 179_500.0).abs() < 300.0), "{place:?}");
}

#[test]
fn the_three_shanghai_tables_in_gcj02_are_read_whole() {
    for (layer, file, count) in [
        ("zones", "conservation_areas_gcj02", 12),
        ("zones", "historic_parks_gcj02", 31),
        ("sites", "historic_buildings_gcj02", 663),
        ("sites", "heritage_osm", 1408),
        ("sites", "wikidata_buildings", 1202),
    ] {
        let Some(mut source) = source(layer, &format!("shanghai/{file}.geojson")) else { return };
        if layer == "zones" {
            source.constants.insert("kind".to_owned(), "historic_block".to_owned());
        }
        let part = read(&source);
        assert_eq!(part.counts[0].read, count, "{file}");
        assert_eq!(
            part.counts[0].set_aside,
            0,
            "{file}: {:?}",
            part.problems.iter().find(|p| p.done == Done::SetAside)
        );
        let boxed = part.layers.zones.iter().filter_map(|zone| zone.area.bounding_rect()).next();
        assert!(boxed.is_none_or(|b| b.min().x > 120.0 && b.max().y < 32.0));
    }
}
