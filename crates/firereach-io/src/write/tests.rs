//! Files written, read back by other software, and written again.

use firereach_model::origin::Origin;
use gdal::vector::LayerAccess;
use geo_types::{LineString, Polygon, line_string, polygon};

use super::*;

fn projector() -> Projector {
    Projector::named("EPSG:4545").expect("known")
}

const HOME: Coord<f64> = Coord { x: 360_000.0, y: 3_272_000.0 };

/// A table of two sites in each of two scenarios would look like this for one of them.
fn sites(scenario: &str) -> Table {
    let text = |key| Column::new(key, ColumnKind::Text);
    let number = |key| Column::new(key, ColumnKind::Number);
    let row = |id: &str, width: Option<f64>, verdict: &str, east: f64| {
        let at = Coord { x: HOME.x + east, y: HOME.y };
        Row {
            cells: vec![
                Cell::Text(scenario.to_owned()),
                Cell::Text(id.to_owned()),
                Cell::Longitude(at),
                Cell::Latitude(at),
                Cell::number(width, 2),
                Cell::Text(verdict.to_owned()),
                Cell::Flag(true),
                Cell::Integer(7),
            ],
            shape: Some(Geometry::Point(Point(at))),
        }
    };
    Table {
        name: "sites".into(),
        columns: vec![
            text("scenario"),
            text("site_id"),
            number("lon"),
            number("lat"),
            number("clear_width_low_m"),
            text("lane_verdict"),
            Column::new("is_area", ColumnKind::Flag),
            Column::new("rank", ColumnKind::Integer),
        ],
        shape: ShapeKind::Point,
        rows: vec![row("=1+1, \"十八梯\"", Some(3.2349), "mandatory_fail", 0.0), row("b", None, "unknown", 100.0)],
    }
}

fn roads() -> Table {
    let line: LineString<f64> = line_string![(x: HOME.x, y: HOME.y), (x: HOME.x + 50.0, y: HOME.y)];
    let columns = vec![Column::new("scenario", ColumnKind::Text), Column::new("band_s", ColumnKind::Integer)];
    let rows = [60, 120, 300]
        .map(|band| Row {
            cells: vec![Cell::Text("today".to_owned()), Cell::Integer(band)],
            shape: Some(Geometry::LineString(line.clone())),
        })
        .to_vec();
    Table { name: "reached_roads".into(), columns, shape: ShapeKind::Line, rows }
}

fn zones() -> Table {
    let area: Polygon<f64> =
        polygon![(x: HOME.x, y: HOME.y), (x: HOME.x, y: HOME.y + 40.0), (x: HOME.x + 40.0, y: HOME.y)];
    let columns = vec![Column::new("scenario", ColumnKind::Text), Column::new("kind", ColumnKind::Text)];
    let cells = vec![Cell::Text("today".to_owned()), Cell::Text("park".to_owned())];
    let rows = vec![Row { cells, shape: Some(Geometry::Polygon(area)) }];
    Table { name: "zones".into(), columns, shape: ShapeKind::Polygon, rows }
}

/// A style for each layer, with a hostile title.
fn styles() -> Vec<LayerStyle> {
    use firereach_model::symbols::{Class, ClassBy, Colour, Mark, Marker};
    let mark = Mark {
        colour: Colour(192, 33, 47),
        outline: Colour(60, 60, 60),
        size_mm: 2.6,
        marker: Marker::Square,
        is_unknown: false,
        opacity: 0.6,
    };
    let style = |layer: &str, by: ClassBy| LayerStyle {
        layer: layer.to_owned(),
        listed_as: layer.to_owned(),
        title: format!("<{layer}> & \"对象\""),
        description: String::new(),
        group: String::new(),
        is_in_every_scenario: true,
        by,
        classes: vec![Class { value: "mandatory_fail".to_owned(), label: "a < b".to_owned(), mark }],
        label_key: Some("site_id".to_owned()),
        only: None,
        is_shown: true,
        aliases: vec![("lane_verdict".to_owned(), "结论".to_owned())],
    };
    vec![
        style("sites", ClassBy::Worst(vec!["lane_verdict".to_owned(), "water_verdict".to_owned()])),
        style("reached_roads", ClassBy::Step("band_s".to_owned(), 60)),
        style("zones", ClassBy::Nothing),
    ]
}

fn problem(at: Option<Coord<f64>>) -> Problem {
    Problem {
        code: "IO-GEOM-EMPTY".into(),
        severity: Severity::Warning,
        source_name: "hydrants".to_owned(),
        origin: Origin { file: "消火栓.shp".into(), layer: None, row: 17, id: Some("XH-0312".to_owned()) },
        at,
        found: "no geometry".to_owned(),
        expected: "a point".to_owned(),
        done: Done::SetAside,
        repair: "draw it".to_owned(),
    }
}

#[test]
fn csv_rows_of_two_scenarios_stand_below_each_other_with_fixed_decimals() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sites.csv");
    write_csv(&path, &[sites("today"), sites("evening")], &projector()).expect("writable");
    let text = std::fs::read_to_string(&path).expect("written");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "scenario,site_id,lon,lat,clear_width_low_m,lane_verdict,is_area,rank");
    let (lon, lat) = projector().to_lon_lat(HOME);
    assert_eq!(lines[1], format!("today,\"=1+1, \"\"十八梯\"\"\",{lon:.7},{lat:.7},3.23,mandatory_fail,true,7"));
    assert!(lines[2].starts_with("today,b,") && lines[2].ends_with(",,unknown,true,7"), "{}", lines[2]);
    assert!(lines[3].starts_with("evening,"));
}

#[test]
fn a_geopackage_is_read_back_with_its_system_styles_and_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("findings.gpkg");
    write_gpkg(&path, &[sites("today"), sites("evening"), roads(), zones()], &styles(), &projector())
        .expect("writable");
    let dataset = gdal::Dataset::open(&path).expect("a GeoPackage");
    let layer = dataset.layer_by_name("sites").expect("the layer");
    assert_eq!(layer.feature_count(), 4);
    assert_eq!(layer.spatial_ref().and_then(|srs| srs.auth_code().ok()), Some(4545));
    let sql = |query: &str| {
        let mut result =
            dataset.execute_sql(query, None, gdal::vector::sql::Dialect::DEFAULT).expect("SQL").expect("rows");
        result.features().map(|f| f.field_as_string(0).expect("a field").unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(sql("SELECT site_id FROM sites WHERE fid = 1"), ["=1+1, \"十八梯\""]);
    assert_eq!(sql("SELECT clear_width_low_m FROM sites WHERE fid = 2"), [""]);
    assert_eq!(
        sql("SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1"),
        ["sites", "reached_roads", "zones"]
    );
    assert_eq!(sql("SELECT count(*) FROM rtree_sites_geom"), ["4"]);
    for text in sql("SELECT styleQML FROM layer_styles") {
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Eof => break,
                _ => continue,
            }
        }
        assert!(text.contains("renderer-v2"));
    }
}

#[test]
fn a_layer_is_listed_in_the_reader_s_language_and_found_by_its_key() {
    use gdal::Metadata;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("findings.gpkg");
    let mut styles = styles();
    styles[0].listed_as = "保护\"对象\"".to_owned();
    write_gpkg(&path, &[sites("today"), roads()], &styles, &projector()).expect("writable");
    let dataset = gdal::Dataset::open(&path).expect("a GeoPackage");
    let listed: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    assert_eq!(listed, ["保护\"对象\"", "reached_roads", "layer_styles"]);
    let query = "SELECT table_name || description FROM gpkg_contents WHERE description <> ''";
    let mut rows = dataset.execute_sql(query, None, gdal::vector::sql::Dialect::DEFAULT).expect("SQL").expect("rows");
    let found: Vec<_> = rows.features().map(|row| row.field_as_string(0).expect("a text")).collect();
    assert_eq!(found, [Some("保护\"对象\"sites".to_owned())]);
    let layer = dataset.layer_by_name("保护\"对象\"").expect("the layer");
    assert_eq!((layer.feature_count(), layer.metadata_item("DESCRIPTION", "").as_deref()), (2, Some("sites")));
}

#[test]
fn the_same_tables_give_the_same_bytes_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str| {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).expect("writable");
        write_gpkg(&place.join("a.gpkg"), &[sites("today"), roads(), zones()], &styles(), &projector())
            .expect("writable");
        write_geojson(&place.join("a.geojson"), &[zones()], &projector()).expect("writable");
        write_problems(&place, &[problem(Some(HOME)), problem(None)], &[], &[], &projector()).expect("writable");
        ["a.gpkg", "a.geojson", "problems.gpkg", "problems.csv", "problems.json"]
            .map(|file| std::fs::read(place.join(file)).expect("written"))
    };
    let first = write("one");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(first == write("two"), "the same bytes a second later");
    let mut left: Vec<_> = std::fs::read_dir(folder.path().join("one"))
        .expect("there")
        .filter_map(Result::ok)
        .map(|e| e.file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["a.geojson", "a.gpkg", "counts.csv", "problems.csv", "problems.gpkg", "problems.json"]);
}

#[test]
fn geojson_is_in_degrees_and_its_rings_run_anticlockwise() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("zones.geojson");
    write_geojson(&path, &[zones()], &projector()).expect("writable");
    let text = std::fs::read_to_string(&path).expect("written");
    let geojson::GeoJson::FeatureCollection(collection) = text.parse().expect("GeoJSON") else {
        panic!("a collection")
    };
    let feature = &collection.features[0];
    assert_eq!(feature.property("kind").and_then(serde_json::Value::as_str), Some("park"));
    let shape: Geometry<f64> = feature.geometry.clone().expect("a shape").try_into().expect("a geometry");
    let Geometry::Polygon(ring) = shape else { panic!("a polygon") };
    let (lon, lat) = projector().to_lon_lat(HOME);
    assert!(ring.exterior().0.iter().any(|at| (at.x - lon).abs() < 1e-7 && (at.y - lat).abs() < 1e-7));
    assert!(geo::Area::signed_area(&ring) > 0.0);
}

#[test]
fn a_problem_says_where_to_look() {
    let folder = tempfile::tempdir().expect("a folder");
    write_problems(folder.path(), &[problem(Some(HOME))], &[], &[], &projector()).expect("writable");
    let text = std::fs::read_to_string(folder.path().join("problems.csv")).expect("written");
    let (lon, lat) = projector().to_lon_lat(HOME);
    let expected = format!(
        "IO-GEOM-EMPTY,warning,hydrants,消火栓.shp,,17,XH-0312,{lon:.7},{lat:.7},no geometry,a point,set_aside,draw it"
    );
    assert_eq!(text.lines().nth(1), Some(expected.as_str()));
}

#[test]
fn a_folder_appears_whole_or_not_at_all() {
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("out");
    {
        let folder = OutputFolder::create(&target, false).expect("nothing there");
        std::fs::write(folder.path().join("half"), "half").expect("writable");
    }
    assert_eq!(std::fs::read_dir(place.path()).expect("there").count(), 0, "an unfinished folder disappears");
    let folder = OutputFolder::create(&target, false).expect("nothing there");
    std::fs::write(folder.path().join("whole"), "1").expect("writable");
    assert!(!target.exists());
    folder.finish().expect("renamed");
    assert!(target.join("whole").exists());

    let refused = OutputFolder::create(&target, false).expect_err("an earlier result");
    assert!(refused.to_string().contains("--force"), "{refused}");
    let folder = OutputFolder::create(&target, true).expect("forced");
    std::fs::write(folder.path().join("new"), "2").expect("writable");
    folder.finish().expect("renamed");
    assert!(target.join("new").exists() && !target.join("whole").exists(), "replaced as a whole");
    assert_eq!(std::fs::read_dir(place.path()).expect("there").count(), 1);
}

#[test]
fn what_a_killed_run_left_is_cleared_by_the_next_of_its_name() {
    let place = tempfile::tempdir().expect("a folder");
    let make = |name: &str, has_mark: bool| {
        let folder = place.path().join(name);
        std::fs::create_dir(&folder).expect("writable");
        if has_mark {
            std::fs::write(folder.join(".firereach"), "").expect("writable");
        }
        folder
    };
    // No system gives a process so large a number.
    let killed = make(".result.writing-4294967294", true);
    let of_another = make(".other.writing-4294967294", true);
    let unmarked = make(".result.writing-4294967293", false);
    let running = make(&format!(".result.writing-{}", std::os::unix::process::parent_id()), true);
    let folder = OutputFolder::create(&place.path().join("result"), false).expect("nothing there");
    assert_eq!(folder.cleared(), std::slice::from_ref(&killed));
    assert!(!killed.exists() && of_another.exists() && unmarked.exists() && running.exists());
}

#[test]
fn what_we_did_not_make_is_never_replaced() {
    let place = tempfile::tempdir().expect("a folder");
    std::fs::write(place.path().join("thesis.doc"), "years").expect("writable");
    for force in [false, true] {
        assert!(OutputFolder::create(place.path(), force).is_err());
    }
    assert!(OutputFolder::create(&place.path().join("thesis.doc"), true).is_err());
    assert!(place.path().join("thesis.doc").exists());
}
