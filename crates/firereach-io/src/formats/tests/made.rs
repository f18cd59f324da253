//! Small files written by the tests, each with one thing wrong.

use std::collections::BTreeMap;
use std::path::Path;

use firereach_model::feature::{Direction, Hydrant, RoadClass, Service, WidthMeaning};
use firereach_model::problem::Done;
use firereach_model::units::Megapascals;

use crate::formats::read_features;
use crate::part::Part;
use crate::read_error::ReadError;
use crate::source::{FieldMapping, Source};

/// Reads `content` as a file `name` that feeds `layer`, after `change` was made to the source.
fn try_read(
    layer: &str,
    name: &str,
    content: impl AsRef<[u8]>,
    change: impl FnOnce(&mut Source),
) -> Result<Part, ReadError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a file");
    let mut source = Source { name: layer.to_owned(), path, shown: name.to_owned(), ..Source::default() };
    change(&mut source);
    read_features(&source)
}

#[track_caller]
fn read(layer: &str, name: &str, content: impl AsRef<[u8]>) -> Part {
    let part = try_read(layer, name, content, |_| {}).expect("the file can be read");
    assert!(part.counts.iter().all(|count| count.adds_up()), "{:?}", part.counts);
    part
}

/// The problems as `code done` in order.
fn codes(part: &Part) -> Vec<String> {
    part.problems.iter().map(|problem| format!("{} {:?}", problem.code, problem.done)).collect()
}

fn collection(features: &str) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
    )
}

#[test]
fn canonical_names_need_no_mapping() {
    let properties = r#""id":"R1","name":"x","class":"alley","width_m":3.2,"width_meaning":"clear","clear_height_m":4.1,
        "lanes":1,"direction":"forward","level":1,"bridge":true,"max_mass_t":12,"step_count":0,"incline_percent":-4.5,
        "surface":"sett","parking_left":"parallel","parking_hours":"18-8""#;
    let part = read("roads", "roads.geojson", collection(&feature(properties, "LineString", "[[0,0,5],[1,0,6]]")));
    let road = &part.layers.roads[0];
    assert_eq!(
        (road.id.as_str(), road.class, road.direction, road.level),
        ("R1", RoadClass::Alley, Direction::Forward, 1)
    );
    assert_eq!((road.widths[0].width.get(), road.widths[0].meaning), (3.2, WidthMeaning::Clear));
    assert_eq!(road.clear_heights[0].height.get(), 4.1);
    assert_eq!(road.heights_m, [Some(5.0), Some(6.0)]);
    assert_eq!(road.parking.left.as_ref().map(|parking| parking.hours.clone()), Some(vec![(18, 8)]));
    assert_eq!(road.incline.map(|incline| incline.get()), Some(-4.5));
    assert_eq!(codes(&part), Vec::<String>::new());
}

#[test]
fn broken_features_cost_only_themselves() {
    let features = [
        feature("", "Point", "[1,2]"),
        feature("", "Point", "[1,null]"),
        r#"{"type":"Feature","properties":{},"geometry":null}"#.to_owned(),
        feature("", "LineString", "[[1,2],[1,2]]"),
        feature("", "Polygon", "[[[0,0],[4,0],[4,4],[0,4]]]"),
    ];
    let part = read("hydrants", "h.geojson", collection(&features.join(",")));
    assert_eq!(
        codes(&part),
        [
            "IO-GEOM-BROKEN SetAside",
            "IO-GEOM-MISSING SetAside",
            "IO-GEOM-ZERO-LENGTH SetAside",
            "IO-GEOM-UNCLOSED Repaired",
            "IO-GEOM-AS-POINT Repaired",
        ]
    );
    assert_eq!((part.layers.hydrants.len(), part.counts[0].kept, part.counts[0].set_aside), (2, 1, 3));
    assert_eq!(part.problems[0].origin.row, 2);
}

#[test]
fn nan_in_json_is_reported_and_costs_one_feature() {
    let features = [feature("", "Point", "[1,2]"), feature(r#""name":"NaN""#, "Point", "[NaN,2]")];
    let part = read("hydrants", "h.geojson", collection(&features.join(",")));
    assert_eq!(codes(&part), ["IO-JSON-NAN Repaired", "IO-GEOM-BROKEN SetAside"]);
}

#[test]
fn a_cut_off_file_names_the_line() {
    let error = try_read("hydrants", "h.geojson", "{\"type\":\"FeatureCollection\",\n\"features\":[{", |_| {})
        .expect_err("the file is cut off");
    assert!(error.to_string().starts_with("h.geojson, line 2"), "{error}");
}

#[test]
fn a_projected_geojson_keeps_its_system_and_says_so() {
    let text = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4545"}},
        "features":[]}"#;
    let part = read("hydrants", "h.geojson", text);
    assert_eq!(part.crs.as_deref(), Some("EPSG:4545"));
    assert_eq!(codes(&part), ["IO-CRS-GEOJSON Kept"]);
    assert!(part.layers.is_supplied("hydrants"), "an empty layer is a supplied one");
}

#[test]
fn a_csv_in_gbk_with_a_title_degrees_and_units_is_read() {
    let text = "某某区消火栓登记表,,,,\n编号,经度,纬度,流量(L/min),状态\nXH-1,106°34′16.5″,29°33′26″,900,正常\n\
                XH-2,106.58,29.56,坏,停用\nXH-3,,,600,正常\nXH-4,29.55,106.57,600,正常\n";
    let bytes = encoding_rs::GB18030.encode(text).0.into_owned();
    let part = read("hydrants", "消火栓.csv", bytes);
    let hydrants = &part.layers.hydrants;
    assert_eq!(hydrants.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["XH-1", "XH-2", "XH-4"]);
    assert!((hydrants[0].at.x() - 106.571_25).abs() < 1e-9);
    assert_eq!(hydrants[0].flow.value().map(|flow| flow.get()), Some(15.0));
    assert_eq!((hydrants[1].service, hydrants[1].flow.is_unknown()), (Service::OutOfService, true));
    assert_eq!(codes(&part), ["IO-VALUE-GARBAGE Kept", "IO-GEOM-MISSING SetAside", "IO-COORD-SWAPPED Repaired"]);
    let garbage = &part.problems[0];
    assert_eq!((garbage.origin.row, garbage.found.contains("坏")), (4, true), "{garbage}");
}

/// Hydrants of a table with one column of such a name and such values: what is known of each, and the problems.
#[track_caller]
fn check_column(column: &str, values: &[&str], shown: impl Fn(&Hydrant) -> String, expected: &str) {
    let rows: String = values.iter().enumerate().map(|(i, value)| format!("H{i},106.57,29.{i}6,{value}\n")).collect();
    let part = read("hydrants", "h.csv", format!("id,lon,lat,{column}\n{rows}"));
    let known: Vec<String> = part.layers.hydrants.iter().map(shown).collect();
    assert_eq!(format!("{}; {}", known.join(" "), codes(&part).join(", ")), expected, "{column} {values:?}");
}

#[test]
fn a_column_without_a_unit_says_nothing_where_one_of_its_numbers_cannot_be_in_the_engines() {
    let flow = |one: &Hydrant| one.flow.value().map_or("-".to_owned(), |flow| format!("{:.1}", flow.get()));
    check_column("流量", &["12", "20"], flow, "12.0 20.0; ");
    check_column("流量", &["156", "900", "0"], flow, "- - -; IO-COLUMN-UNIT Kept");
    check_column("流量(L/min)", &["156", "900"], flow, "2.6 15.0; ");
    // What carries its own unit is known all the same.
    check_column("流量", &["156", "900", "15 L/s"], flow, "- - 15.0; IO-COLUMN-UNIT Kept");
    // A slip in a column of which the unit is known is one slip.
    check_column("流量(L/min)", &["90000", "900"], flow, "- 15.0; IO-VALUE-IMPLAUSIBLE Kept");
    check_column("flow_lps", &["900", "15"], flow, "- 15.0; IO-VALUE-IMPLAUSIBLE Kept");
    let pressure = |one: &Hydrant| one.pressure.value().map_or("-".to_owned(), |mpa| format!("{:.2}", mpa.get()));
    check_column("水压", &["0.2", "2.5"], pressure, "0.20 2.50; ");
    check_column("水压", &["2", "3"], pressure, "- -; IO-COLUMN-UNIT Kept");
    check_column("水压/kPa", &["200", "300"], pressure, "0.20 0.30; ");
}

#[test]
fn pressure_at_rest_is_no_pressure_during_a_fire() {
    let both = |one: &Hydrant| format!("{:?}/{:?}", one.pressure.value(), one.static_pressure.value());
    let shown = |mpa: f64| format!("{:?}", Some(Megapascals::of(mpa)));
    check_column("静水压", &["0.3"], both, &format!("None/{}; ", shown(0.3)));
    check_column("动水压", &["0.2"], both, &format!("{}/None; ", shown(0.2)));
    check_column("水压", &["0.2"], both, &format!("{}/None; ", shown(0.2)));
    // Where both are there each goes to its own, whichever comes first.
    let text = "id,lon,lat,静水压,水压,动水压\nH,106.57,29.56,0.3,0.25,0.2\n";
    let part = read("hydrants", "h.csv", text);
    assert_eq!(both(&part.layers.hydrants[0]), format!("{}/{}", shown(0.2), shown(0.3)));
}

#[test]
fn a_mark_that_pressure_is_lacking_is_read() {
    check_column("水壓不足", &["True", "False", ""], |one| one.lacks_pressure.to_string(), "true false false; ");
}

#[test]
fn test_dates_are_brought_to_one_form_and_what_is_none_is_a_problem() {
    let date = |one: &Hydrant| one.tested_on.clone().unwrap_or("-".to_owned());
    let written = ["2019/05/20", "2019年5月20日", "20190520", "2019-05", "2019", ""];
    check_column("检测日期", &written, date, "2019-05-20 2019-05-20 2019-05-20 2019-05 2019 -; ");
    check_column("检测日期", &["去年", "2019-02-30"], date, "- -; IO-VALUE-GARBAGE Kept, IO-VALUE-GARBAGE Kept");
    // When a receiver took the position is no test.
    check_column("GPS_Date", &["2013/04/23"], date, "-; ");
}

#[test]
fn draft_positions_name_the_water_they_share() {
    let text = "编号,经度,纬度,类型,容积,所属水池\nW1,106.57,29.56,水池,108,P\nW2,106.58,29.56,水池,108,P\nW3,106.58,29.57,水池,50,\n";
    let bodies: Vec<_> =
        read("water_sources", "w.csv", text).layers.water_sources.iter().map(|source| source.body.clone()).collect();
    assert_eq!(bodies, [Some("P".to_owned()), Some("P".to_owned()), None]);
}

#[test]
fn swapped_columns_are_put_right_where_there_is_no_doubt() {
    let part = read("hydrants", "h.csv", "id,lon,lat\nA,29.55,106.57\nB,29.56,106.58\n");
    assert_eq!(part.layers.hydrants[0].at.x(), 106.57);
    assert_eq!(codes(&part), ["IO-COORD-SWAPPED Repaired"]);
}

#[test]
fn a_table_without_a_place_is_refused_with_its_columns() {
    let error = try_read("hydrants", "h.csv", "id,flow\nA,15\n", |_| {}).expect_err("there is no place");
    assert!(error.to_string().contains("id, flow") && error.to_string().contains("经度"), "{error}");
}

#[test]
fn a_mapping_to_a_column_that_is_not_there_lists_those_that_are() {
    let error = try_read("hydrants", "h.csv", "id,lon,lat\nA,1,2\n", |source| {
        source
            .fields
            .insert("flow_lps".to_owned(), FieldMapping { from: vec!["流量".to_owned()], ..Default::default() });
    })
    .expect_err("there is no such column");
    assert_eq!(
        error.to_string(),
        "h.csv: no column `流量` for `flow_lps`; expected one of id, lon, lat; correct `fields` of the source"
    );
}

#[test]
fn a_unit_of_something_else_and_an_unknown_attribute_are_refused() {
    let with = |key: &'static str, unit: &'static str| {
        try_read("hydrants", "h.csv", "id,lon,lat\nA,1,2\n", move |source| {
            let mapping =
                FieldMapping { from: vec!["id".to_owned()], unit: Some(unit.to_owned()), ..Default::default() };
            source.fields.insert(key.to_owned(), mapping);
        })
        .map(|part| part.layers.hydrants.len())
    };
    assert!(with("flow_lps", "MPa").is_err());
    assert!(with("color", "m").is_err());
    assert_eq!(with("flow_lps", "gpm"), Ok(1));
}

#[test]
fn a_mapping_translates_words() {
    let part = try_read("hydrants", "h.csv", "id,lon,lat,st\nA,1,2,甲\nB,1,3,乙\nC,1,4,丙\n", |source| {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let values =
            BTreeMap::from([("in_service".to_owned(), words(&["甲"])), ("out_of_service".to_owned(), words(&["乙"]))]);
        source
            .fields
            .insert("status".to_owned(), FieldMapping { from: vec!["st".to_owned()], values, ..Default::default() });
    })
    .expect("the file can be read");
    let services: Vec<_> = part.layers.hydrants.iter().map(|hydrant| hydrant.service).collect();
    assert_eq!(services, [Service::InService, Service::OutOfService, Service::Unknown]);
    assert_eq!(codes(&part), ["IO-WORD-UNKNOWN Kept"]);
}

#[test]
fn a_workbook_with_two_heading_rows_names_the_cell() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("h.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 1, 0, 3, "某某区消火栓", &plain).expect("a title");
    sheet.merge_range(1, 1, 2, 1, "编号", &plain).expect("a heading");
    sheet.merge_range(1, 2, 1, 3, "坐标", &plain).expect("a heading");
    sheet.merge_range(1, 4, 2, 4, "流量(L/s)", &plain).expect("a heading");
    sheet.write(2, 2, "经度").expect("a heading");
    sheet.write(2, 3, "纬度").expect("a heading");
    for (row, (id, flow)) in [("A", "15"), ("B", "15 x")].iter().enumerate() {
        let row = row as u32 + 3;
        sheet.write(row, 1, *id).expect("a cell");
        sheet.write(row, 2, 106.5).expect("a cell");
        sheet.write(row, 3, 29.5 + f64::from(row)).expect("a cell");
        sheet.write(row, 4, *flow).expect("a cell");
    }
    workbook.save(&path).expect("a workbook");
    let source = Source { name: "hydrants".to_owned(), path, shown: "h.xlsx".to_owned(), ..Source::default() };
    let part = read_features(&source).expect("the workbook can be read");
    assert_eq!(part.layers.hydrants.len(), 2);
    assert_eq!(part.layers.hydrants[0].flow.value().map(|flow| flow.get()), Some(15.0));
    let problem = &part.problems[0];
    assert!(problem.found.contains("cell E5 (流量(L/s)) holds `15 x`"), "{problem}");
}

#[test]
fn lines_drawn_there_and_back_are_one_road() {
    let there = "[[0,0],[1,0],[1,1]]";
    let back = "[[1,1],[1,0],[0,0]]";
    let line =
        |id: u32, coordinates: &str| feature(&format!(r#""id":{id},"class":"residential""#), "LineString", coordinates);
    let features = [line(1, there), line(2, back), line(3, "[[5,5],[6,6]]")];
    let part = read("roads", "r.geojson", collection(&features.join(",")));
    let directions: Vec<_> = part.layers.roads.iter().map(|road| (road.id.as_str(), road.direction)).collect();
    assert_eq!(directions, [("1", Direction::Both), ("3", Direction::Forward)]);
    assert_eq!(codes(&part), ["IO-ROAD-TWICE SetAside", "IO-ROAD-DIRECTED Kept"]);
}

#[test]
fn one_way_lines_there_and_back_are_both_kept() {
    let line = |id: u32, coordinates: &str| feature(&format!(r#""id":{id},"oneway":"yes""#), "LineString", coordinates);
    let features = [line(1, "[[0,0],[1,0]]"), line(2, "[[1,0],[0,0]]")];
    let part = read("roads", "r.geojson", collection(&features.join(",")));
    assert_eq!((part.layers.roads.len(), part.problems.len()), (2, 0));
}

#[test]
fn the_same_identifier_twice_is_told_apart() {
    let part = read("hydrants", "h.csv", "id,lon,lat\nA,1,2\nA,1,3\n");
    assert_eq!(part.layers.hydrants.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(), ["A", "A#2"]);
    assert_eq!((codes(&part), part.counts[0].repaired), (vec!["IO-ID-DUPLICATE Repaired".to_owned()], 1));
}

/// A drawing of a closed outline on HOUSE, a line on 围墙, a text on HOUSE and a line on MISC.
const DRAWING: &str = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1021\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n\
    0\nLWPOLYLINE\n8\nHOUSE\n90\n4\n70\n1\n10\n0\n20\n0\n10\n10\n20\n0\n10\n10\n20\n8\n10\n0\n20\n8\n\
    0\nLINE\n8\n围墙\n10\n0\n20\n20\n11\n30\n21\n20\n\
    0\nTEXT\n8\nHOUSE\n10\n5\n20\n4\n40\n1\n1\n3F\n\
    0\nLINE\n8\nMISC\n10\n0\n20\n0\n11\n1\n21\n1\n\
    0\nENDSEC\n0\nEOF\n";

#[test]
fn a_drawing_is_sorted_by_its_layers() {
    let part = try_read("plan", "plan.dxf", DRAWING, |source| {
        source.drawing_layers.insert("house".to_owned(), "buildings".to_owned());
        source.drawing_layers.insert("围墙".to_owned(), "obstacles/wall".to_owned());
    })
    .expect("the drawing can be read");
    assert_eq!(part.layers.buildings.len(), 1);
    assert_eq!(part.layers.obstacles.iter().map(|o| o.kind.code()).collect::<Vec<_>>(), ["wall"]);
    let counts: Vec<_> = part.counts.iter().map(|c| (c.read, c.kept, c.repaired, c.set_aside)).collect();
    assert_eq!(counts, [(2, 1, 0, 1), (1, 1, 0, 0), (1, 0, 0, 1)]);
    assert_eq!(codes(&part), ["IO-DRAWING-TEXT SetAside", "IO-DRAWING-LAYER SetAside"]);
}

#[test]
fn an_older_drawing_in_gbk_has_its_layers_by_name() {
    let older = DRAWING.replace("AC1021", "AC1015");
    let bytes = encoding_rs::GB18030.encode(&older).0.into_owned();
    let part = try_read("plan", "plan.dxf", bytes, |source| {
        source.drawing_layers.insert("围墙".to_owned(), "obstacles/wall".to_owned());
        source.encoding = Some("cp936".to_owned());
    })
    .expect("the drawing can be read");
    assert_eq!(part.layers.obstacles.len(), 1);
}

#[test]
fn a_newer_drawing_is_refused_with_advice() {
    let error = try_read("roads", "plan.dwg", b"AC1032 and so on", |_| {}).expect_err("it is too new");
    assert!(error.to_string().contains("save as DXF 2007 or later"), "{error}");
}

#[test]
fn a_missing_file_is_named_as_the_study_names_it() {
    let source = Source {
        name: "roads".to_owned(),
        path: Path::new("nowhere/roads.shp").to_owned(),
        shown: "roads.shp".to_owned(),
        ..Source::default()
    };
    let error = read_features(&source).expect_err("there is no such file");
    assert!(error.to_string().starts_with("roads.shp: "), "{error}");
}

#[test]
fn well_known_text_is_read_line_by_line() {
    let part = read("roads", "r.wkt", "LINESTRING (0 0, 1 1)\n\nLINESTRING (0 0, nonsense\n");
    assert_eq!((part.layers.roads.len(), codes(&part)), (1, vec!["IO-GEOM-BROKEN SetAside".to_owned()]));
    assert_eq!(part.problems[0].origin.row, 3);
    assert_eq!(part.problems[0].done, Done::SetAside);
}

#[test]
fn whatever_bytes_a_file_holds_the_reader_answers() {
    let noise: Vec<u8> = (0..2000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for name in [
        "a.csv",
        "a.geojson",
        "a.shp",
        "a.gpkg",
        "a.kml",
        "a.kmz",
        "a.gml",
        "a.dxf",
        "a.xlsx",
        "a.xls",
        "a.wkt",
        "a.zip",
    ] {
        assert!(try_read("roads", name, &noise, |_| {}).is_err(), "{name}");
        assert!(try_read("roads", name, b"", |_| {}).map(|part| part.layers.roads.len()).unwrap_or(0) == 0, "{name}");
    }
}
