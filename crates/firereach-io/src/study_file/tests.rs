use firereach_model::study::{Change, Study};
use geo_types::Coord;

use super::*;

const HEAD: &str = "[base]\nrules = \"cn\"\nrules_as_of = 2023-06-01\n[base.sources.osm]\npath = \"city.osm.pbf\"\n";

fn study(rest: &str, settings: &[(&str, &str)]) -> Result<StudyFile, StudyError> {
    let settings: Vec<(String, String)> =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    parse_study("study.toml", Path::new("."), format!("{HEAD}{rest}"), &settings)
}

/// Everything of a small town: one road `way/1`, no stations, working coordinates 100 000 times the degrees.
fn resolve(rest: &str) -> Result<Study, StudyError> {
    study(rest, &[])?.resolve(&small_town(), &|lon, lat| Coord { x: lon * 1e5, y: lat * 1e5 })
}

fn small_town() -> firereach_model::layers::Layers {
    use firereach_model::feature::*;
    let line = geo_types::LineString::from(vec![(0.0, 0.0), (100.0, 0.0)]);
    let road = Road::plain("way/1", RoadClass::Residential, line);
    firereach_model::layers::Layers { roads: vec![road], ..Default::default() }
}

/// Compares the faults; an expected one that ends with an ellipsis names only its beginning.
#[track_caller]
fn check_refused(result: Result<impl Sized, StudyError>, expected: &[&str]) {
    let error = result.map(|_| ()).expect_err("the study is at fault");
    let faults: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
    let is_as_expected = |(fault, expected): (&String, &&str)| match expected.strip_suffix('…') {
        Some(beginning) => fault.starts_with(beginning),
        None => fault == expected,
    };
    assert!(
        faults.len() == expected.len() && faults.iter().zip(expected).all(is_as_expected),
        "faults {faults:#?} instead of {expected:#?}"
    );
}

#[test]
fn unknown_keys_are_all_reported_with_line_and_column() {
    check_refused(
        study("encodng = \"cp936\"\n[[scenario]]\nname = \"a\"\nhuor = 3\n", &[]),
        &[
            "study.toml:6:1: there is no key `encodng` here; did you mean `encoding`?",
            "study.toml:9:1: there is no key `huor` here; did you mean `hour`?",
        ],
    );
}

#[test]
fn a_bad_date_is_refused_where_it_stands() {
    let text = HEAD.replace("2023-06-01", "\"June 2023\"");
    check_refused(
        parse_study("study.toml", Path::new("."), text, &[]),
        &[
            "study.toml:3:15: this is not a day, expected one like 2023-06-01; see `firereach schema` for the keys of a study",
        ],
    );
}

#[test]
fn ids_that_do_not_exist_are_reported_together_with_the_nearest_that_do() {
    check_refused(
        resolve(
            "[[scenario]]\nname = \"a\"\nchange = [\n  { close-road = { road = \"way/2\" } },\n  { remove-station = \"S1\" },\n  { add-station = { id = \"S2\", at = [1, 2], vehicles = [\"V77\"] } },\n]\n",
        ),
        &[
            "study.toml:9:18: there is no road `way/2`; did you mean `way/1`?",
            "study.toml:10:22: there is no station `S1`; the data and the changes before this one hold no station at all",
            "study.toml:11:57: the catalogue has no vehicle `V77`; it holds V1, V2, V3, V4, V5, V6, V7, V8, V9",
        ],
    );
}

#[test]
fn every_kind_of_change_is_understood() {
    let study = resolve(
        "[[scenario]]\nname = \"all\"\nhour = 20\nchange = [
  { add-station = { id = \"s\", at = [106.5, 29.5], kind = \"small\", vehicles = [\"V3\", \"V4\"], turnout_s = 60, accuracy_m = 50, hours = [[8, 20]] } },
  { move-station = { station = \"s\", at = [106.6, 29.5] } },
  { change-station = { station = \"s\", vehicles = [\"V2\"], turnout_s = 45, hours = [] } },
  { remove-station = { station = \"s\" } },
  { close-road = { road = \"way/1\" } },
  { open-road = \"way/1\" },
  { widen-road = { road = \"way/1\", clear_width_m = 4 }, reason = \"sheds go\" },
  { link-road = { id = \"new\", line = [[106.5, 29.5], [106.5, 29.6]], clear_width_m = 4.5 } },
  { restrict-road = { road = \"new\", max_mass_t = 10 } },
  { remove-removable = true },
  { parking = { on = false } },
  { parking = { road = \"way/1\", on = true } },
  { add-hydrant = { id = \"h\", at = [106.5, 29.5], flow_lps = 15 } },
  { remove-hydrant = \"h\" },
  { add-water-source = { id = \"p\", kind = \"intake\", at = [106.5, 29.5], gauge = \"river\" } },
  { water-level = { gauge = \"river\", level_m = 160.5 } },
  { remove-water-source = \"p\" },
  { speed-factor = 0.8 },
  { turnout-shift = -20 },
]\n",
    )
    .expect("the study is in order");
    let scenario = &study.scenarios[0];
    assert_eq!((scenario.changes.len(), scenario.hour), (19, 20));
    assert_eq!(scenario.changes[17], Change::SpeedFactor(0.8));
    assert_eq!(scenario.changes[18], Change::TurnoutShift(-20.0));
    assert_eq!(scenario.change_texts[4], "close-road = { road = \"way/1\" }");
    let Change::AddStation(station) = &scenario.changes[0] else { panic!("the first change adds a station") };
    assert_eq!(station.at, geo_types::Point::new(106.5 * 1e5, 29.5 * 1e5));
    assert!(station.is_proposed);
}

#[test]
fn a_change_of_two_kinds_or_of_none_is_refused() {
    check_refused(
        resolve(
            "[[scenario]]\nname = \"a\"\nchange = [{ open-road = \"way/1\", close-road = \"way/1\" }, { reason = \"why\" }]\n",
        ),
        &[
            "study.toml:8:11: a change has 2 kinds; write one kind in each pair of braces, as { close-road = \"way/1\" }",
            "study.toml:8:58: a change has 0 kinds; write one kind in each pair of braces, as { close-road = \"way/1\" }",
        ],
    );
}

#[test]
fn a_place_in_gcj02_is_moved_back() {
    let rest = "[[scenario]]\nname = \"a\"\nchange = [{ add-station = { id = \"s\", at = [106.57493, 29.55452], crs = \"gcj02\" } }]\n";
    let study = resolve(rest).expect("the study is in order");
    let Change::AddStation(station) = &study.scenarios[0].changes[0] else { panic!("it adds a station") };
    assert!((station.at.x() / 1e5 - 106.571_238).abs() < 2e-6 && (station.at.y() / 1e5 - 29.557_402).abs() < 2e-6);
}

#[test]
fn a_place_with_its_numbers_swapped_is_refused() {
    check_refused(
        resolve("[[scenario]]\nname = \"a\"\nchange = [{ add-station = { id = \"s\", at = [29.5, 106.5] } }]\n"),
        &["study.toml:8:44: [29.5, 106.5] is no place; expected [longitude, latitude] in degrees, the longitude first"],
    );
}

fn origin(study: &StudyFile, key: &str) -> (String, String) {
    let found: Vec<_> = study.parameters().iter().filter(|origin| origin.key == key).collect();
    assert_eq!(found.len(), 1, "{key} is listed once");
    (found[0].value.clone(), found[0].from.clone())
}

#[test]
fn the_command_line_overrides_the_study_and_the_study_the_pack_and_each_is_named() {
    let rest = "[base.parameters.movement]\ncall_s = 45\nturnout_s.small = 50\n[base.emergency]\nobey_oneway = false\n";
    let read = study(rest, &[]).expect("the study is in order");
    assert_eq!(origin(&read, "movement.call_s"), ("45".to_owned(), "study".to_owned()));
    assert_eq!(origin(&read, "movement.turnout_s.small").1, "study");
    assert_eq!(origin(&read, "movement.turnout_s.first"), ("60.0".to_owned(), "rule pack cn".to_owned()));
    assert_eq!(origin(&read, "movement.emergency.obey_oneway").1, "study");
    assert!(!read.rulebook().parameters.movement.emergency.obey_oneway);

    let read = study(rest, &[("movement.call_s", "30"), ("base.rules_as_of", "2015-05-01")]).expect("in order");
    assert_eq!(origin(&read, "movement.call_s"), ("30".to_owned(), "command line".to_owned()));
    assert_eq!(origin(&read, "base.rules_as_of"), ("2015-05-01".to_owned(), "command line".to_owned()));
    assert!(read.rulebook().parameters.movement.call_s.eq(&30.0));
    assert!(!read.rulebook().rules.iter().any(|rule| rule.id == "FL-07"));
}

#[test]
fn an_override_at_fault_names_the_command_line() {
    check_refused(
        study("", &[("movement.cal_s", "30")]),
        &["command line: there is no parameter `cal_s`; did you mean `call_s`?…"],
    );
    check_refused(study("", &[("base.hour", "25")]), &["command line: there is no hour 25; an hour is 0 to 23"]);
}

#[test]
fn a_parameter_at_fault_is_refused_where_it_stands() {
    check_refused(
        study("[base.parameters.movement]\ncal_s = 45\n", &[]),
        &["study.toml:7:1: there is no parameter `cal_s`; did you mean `call_s`?…"],
    );
}

#[test]
fn a_source_says_which_layer_it_feeds() {
    check_refused(
        study(
            "[base.sources.pipes]\npath = \"a.shp\"\n[base.sources.more]\npath = \"b.shp\"\nfeeds = [\"roads\", \"hydrant\"]\n",
            &[],
        ),
        &[
            "study.toml:7:8: it is not said which layer the source `pipes` feeds; add feeds = \"…\" with one of roads, obstacles, buildings, hydrants, water_sources, mains, stations, sites, zones",
            "study.toml:10:9: there is no layer `hydrant`; did you mean `hydrants`?",
        ],
    );
}

#[test]
fn a_mapping_keeps_columns_units_and_words() {
    let rest = "[base.sources.hydrants]\npath = \"消火栓.shp\"\nencoding = \"cp936\"\ncrs = \"gcj02\"\nfields = { id = \"编号\", flow_lps = { from = [\"流量\", \"出水量\"], unit = \"L/min\" }, status = { from = \"状态\", in_service = [\"正常\"] } }\nconstants = { kind = \"pillar\", level = 0 }\n";
    let sources = study(rest, &[]).expect("the study is in order").sources();
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["osm", "hydrants"]);
    assert!(sources[0].feeds.is_empty(), "an extract feeds everything");
    let hydrants = &sources[1];
    assert_eq!(hydrants.feeds, ["hydrants"]);
    assert_eq!(hydrants.fields["flow_lps"].from, ["流量", "出水量"]);
    assert_eq!(hydrants.fields["flow_lps"].unit.as_deref(), Some("L/min"));
    assert_eq!(hydrants.fields["status"].values["in_service"], ["正常"]);
    assert_eq!(hydrants.constants["level"], "0");
    check_refused(
        study(&rest.replace("unit =", "unti ="), &[]),
        &["study.toml:10:34: the engine has no word `unti` for `flow_lps`; did you mean `unit`?"],
    );
}

#[test]
fn files_that_are_not_there_are_all_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("study.toml");
    std::fs::write(
        &path,
        format!(
            "{}[base.sources.sites]\npath = \"sites.shp\"\n",
            HEAD.replace("rules_as_of", "terrain = [\"dem.tif\"]\nrules_as_of")
        ),
    )
    .expect("the study is written");
    let error = read_study_file(&path).expect_err("the files are missing");
    let causes: Vec<&str> = error.faults.iter().map(|fault| fault.cause.as_str()).collect();
    assert_eq!(
        causes,
        [
            "there is no file or folder `dem.tif`",
            "there is no file or folder `city.osm.pbf`",
            "there is no file or folder `sites.shp`"
        ]
    );
}

#[test]
fn an_unknown_rule_pack_is_refused_where_it_is_named() {
    let text = HEAD.replace("\"cn\"", "\"cm\"");
    let error = parse_study("study.toml", Path::new("nowhere"), text, &[]).expect_err("there is no such pack");
    assert_eq!(error.faults[0].at, Some((2, 9)));
    assert!(error.to_string().contains("name a built-in pack (cn"), "{error}");
}

#[test]
fn a_vehicle_of_the_study_replaces_or_joins_the_catalogue() {
    let own = |code: &str| {
        format!(
            "[[vehicle]]\ncode = \"{code}\"\nname = \"n\"\nname_zh = \"n\"\nmobility = \"road\"\nlength_m = 5\nwidth_m = 1.6\nheight_m = 2\nturning_radius_m = 5\nfront_reach_m = 3\nmass_t = 2\nwater_m3 = 0.3\nmin_lane_width_m = 2\nmax_slope_percent = 15\nhose_m = 100\ncrew = 2\nbasis = \"the brigade's list\"\n"
        )
    };
    let read = study(&(own("V4") + &own("X1")), &[]).expect("the study is in order");
    assert_eq!(read.vehicles().len(), 10);
    assert_eq!(read.vehicles()[3].basis, "the brigade's list");
}

#[test]
fn a_study_without_scenarios_is_the_data_as_it_is() {
    let study = resolve("").expect("the study is in order");
    assert_eq!((study.scenarios.len(), study.scenarios[0].name.as_str(), study.scenarios[0].hour), (1, "today", 10));
}

#[test]
fn the_template_of_a_district_is_a_study_whose_scenarios_hold() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/yuzhong"));
    let text = std::fs::read_to_string(folder.join("yuzhong.toml")).expect("the template is kept with the code");
    let template = parse_study("yuzhong.toml", folder, text.clone(), &[]).expect("the template is in order");
    let study = template
        .resolve(&small_town(), &|lon, lat| Coord { x: lon * 1e5, y: lat * 1e5 })
        .expect("the scenarios name nothing that the data has to hold");
    assert_eq!(study.expected_counts.values().collect::<Vec<_>>(), [&9, &3, &149]);
    assert!(study.remedies.is_empty(), "the notice states no cost");
    assert!(study.responsibilities.values().all(|unit| unit.due.as_deref() == Some("2025-12-31")));
    for kind in firereach_model::study::MEASURE_GROUPS.iter().flat_map(|(_, kinds)| *kinds) {
        let unit = firereach_model::study::responsible_for(&study.responsibilities, kind);
        assert!(unit.is_some(), "nobody is responsible for {kind}");
    }
    let mut stations: Vec<(String, bool)> = Vec::new();
    for scenario in &study.scenarios {
        for change in &scenario.changes {
            if let Change::AddStation(station) = change {
                // A place that is not known stands in scenarios that say so, and in no other.
                let is_placeholder = station.accuracy_m.expect("the place states its accuracy") > 1000.0;
                assert!(!is_placeholder || scenario.name.contains("PLACEHOLDER"), "{}", scenario.name);
                stations.push((station.id.clone(), is_placeholder));
            }
        }
    }
    stations.sort();
    stations.dedup();
    let expected = [("XX-DJX", false), ("XX-SBT", false), ("XX-WJB", true)];
    assert_eq!(stations, expected.map(|(id, is_placeholder)| (id.to_owned(), is_placeholder)));

    // What its README tells to copy below a study that was scaffolded.
    let (_, copied) = text.split_once("copy from here").expect("the template says what to copy");
    let below = format!("[[scenario]]\nname = \"today\"\n# {copied}");
    assert_eq!(study_names(&below), study.scenarios.iter().map(|s| s.name.clone()).collect::<Vec<_>>());
}

fn study_names(rest: &str) -> Vec<String> {
    study(rest, &[]).expect("the study is in order").scenario_names()
}
