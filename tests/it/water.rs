//! Water on real ground, as whole runs: what is certain, what is not, and what a study's word makes of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{firereach, real_data, rows, scratch, succeed, word};

type Rows = Vec<BTreeMap<String, String>>;

/// Runs a study of these lines; `DATA` in them is the folder of the real data.
fn run(lines: &str, files: &[(&str, &str)], options: &[&str]) -> (TempDir, PathBuf) {
    let folder = scratch();
    let data = word(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    std::fs::write(folder.path().join("study.toml"), lines.replace("DATA", &data)).expect("a study");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let (study, result) = (word(&folder.path().join("study.toml")), folder.path().join("result"));
    let mut words = vec!["run", &study, "-o"];
    let out = word(&result);
    words.push(&out);
    words.extend(options);
    succeed(&words);
    (folder, result)
}

/// What a study says where every site of a map is to be looked at as a building, statues too.
const ALL_BUILDINGS: &str = "[base.parameters.water.need.no_building]\nkeys = []\nnever = []\nmaybe = []\n";

fn count(rows: &Rows, key: &str, value: &str) -> usize {
    rows.iter().filter(|row| row[key] == value).count()
}

#[test]
fn hydrants_that_nobody_vouches_for_make_no_certain_red() {
    if real_data("helsinki/helsinki-centre.osm.pbf").is_none() {
        return;
    }
    let study = format!(
        "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"DATA/helsinki/helsinki-centre.osm.pbf\"\n{ALL_BUILDINGS}"
    );
    let (_folder, result) = run(&study, &[], &[]);
    let open = rows(&result.join("water_gaps.csv"));
    assert_eq!(count(&open, "water_class", "red"), 0, "a hydrant that the map lacks may stand there");
    assert!(open.iter().all(|row| row["gap_flow_low"] == "0.000"), "no gap is certain");
    let vouched = study.replace("[base.sources", "complete = [\"hydrants\", \"water_sources\"]\n[base.sources");
    let (_folder, result) = run(&vouched, &[], &[]);
    let closed = rows(&result.join("water_gaps.csv"));
    assert!(count(&closed, "water_class", "red") > 0);
    // The study's word narrows what may be; it never takes away what is there.
    for (open, closed) in open.iter().zip(&closed) {
        assert_eq!((&open["site_id"], &open["gap_flow"]), (&closed["site_id"], &closed["gap_flow"]));
        assert!(open["gap_flow_low"] <= closed["gap_flow_low"]);
    }
}

#[test]
fn the_statues_of_a_map_ask_for_no_water_and_its_buildings_do() {
    if real_data("helsinki/helsinki-centre.osm.pbf").is_none() {
        return;
    }
    let study = "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"DATA/helsinki/helsinki-centre.osm.pbf\"\n";
    let (_folder, result) = run(study, &[], &["--geojson"]);
    let gaps = rows(&result.join("water_gaps.csv"));
    let row = |id: &str| gaps.iter().find(|row| row["site_id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let statue = row("node/279749827");
    assert_eq!((figure(statue, "flow_required_high_lps"), statue["water_class"].as_str()), (0.0, "green"));
    assert!(statue["because"].contains("memorial=statue") && statue["survey"].is_empty(), "{statue:?}");
    let grave = row("node/319920233");
    assert_eq!((figure(grave, "flow_required_low_lps"), grave["water_class"].as_str()), (0.0, "unknown"));
    assert!(grave["survey"].starts_with("find out whether a building stands there"), "{}", grave["survey"]);
    let house = row("way/28775218");
    assert!(figure(house, "flow_required_low_lps") >= 15.0 && house["water_class"] == "unknown", "{house:?}");
    let remedies = rows(&result.join("remedies.csv"));
    assert!(
        remedies.iter().all(|remedy| remedy["site_id"] != "node/279749827" && remedy["site_id"] != "node/319920233")
    );
}

#[test]
fn a_district_without_hydrants_is_unknown_with_what_to_survey() {
    if real_data("yuzhong/yuzhong.osm.pbf").is_none() {
        return;
    }
    let study = "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"DATA/yuzhong/yuzhong.osm.pbf\"\n";
    let (_folder, result) = run(study, &[], &[]);
    let gaps = rows(&result.join("water_gaps.csv"));
    assert!(!gaps.is_empty());
    for row in &gaps {
        assert_eq!((row["water_class"].as_str(), row["flow_high_lps"].as_str()), ("unknown", ""), "{row:?}");
        assert!(row["enough_in_plan"].is_empty() && row["enough_by_hose"].is_empty() && row["disagree"].is_empty());
        assert!(row["survey"].starts_with("list the hydrants about the site"), "{}", row["survey"]);
        assert!(row["cheapest_remedy"].is_empty(), "nothing is built before anybody looked: {row:?}");
    }
}

#[test]
fn hydrants_with_missing_flows_are_intervals() {
    if real_data("taichung-hydrants/hydrants.geojson").is_none() {
        return;
    }
    let study = "[base]\nrules = \"cn\"\ncomplete = [\"hydrants\", \"water_sources\"]\n\
        [base.sources.hydrants]\npath = \"DATA/taichung-hydrants/hydrants.geojson\"\n\
        fields = { flow_lps = { from = \"出水量\", unit = \"L/min\" } }\n\
        [base.sources.sites]\npath = \"sites.csv\"\n";
    let sites = "id,kind,lon,lat,volume_m3,fire_grade\nS1,relic,120.6960,24.1021,2000,3\nS2,relic,120.9,24.3,2000,3\n";
    let (_folder, result) = run(study, &[("sites.csv", sites)], &["--geojson"]);
    let text = std::fs::read_to_string(result.join("hydrants.geojson")).expect("written");
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let all = all["features"].as_array().expect("features");
    assert!(all.len() > 6000);
    let low = |feature: &serde_json::Value| feature["properties"]["flow_low_lps"].as_f64().expect("a number");
    let high = |feature: &serde_json::Value| feature["properties"]["flow_high_lps"].as_f64().expect("a number");
    // A stated flow of a hydrant that works is what it gives; where nobody measured, it gives anything up to the counted one.
    assert!(all.iter().all(|feature| low(feature) <= high(feature) && high(feature) <= 15.0));
    assert!(all.iter().any(|feature| high(feature) > 0.0 && high(feature) < 15.0), "a flow that somebody measured");
    let gaps = rows(&result.join("water_gaps.csv"));
    assert_eq!(gaps[0]["enough_in_plan"], "", "flows that nobody measured leave it open");
    assert!(gaps.iter().all(|row| row["disagreement"].is_empty() && row["cheapest_remedy"].is_empty()), "{gaps:?}");
    assert!(gaps[0]["survey"].starts_with("draw the roads"), "{}", gaps[0]["survey"]);
    assert!(
        gaps.iter().all(|row| row["water_class"] == "unknown"),
        "without roads nobody knows where hose can be laid"
    );
}

#[test]
fn a_city_s_buildings_are_held_against_its_hydrants() {
    if real_data("freeport-bahamas/Fire_Hydrants_shp.zip").is_none() {
        return;
    }
    let study = "[base]\nrules = \"nfpa-ifc-iso\"\ncomplete = [\"hydrants\", \"water_sources\"]\n\
        [base.sources.roads]\npath = \"DATA/freeport-bahamas/Roads_shp.zip\"\n\
        [base.sources.hydrants]\npath = \"DATA/freeport-bahamas/Fire_Hydrants_shp.zip\"\n\
        [base.sources.stations]\npath = \"DATA/freeport-bahamas/Fire_Stations_shp.zip\"\n\
        [base.sources.sites]\npath = \"DATA/freeport-bahamas/Building_Footprint_shp.zip\"\n\
        constants = { kind = \"historic_building\" }\n";
    let (_folder, result) = run(study, &[], &[]);
    let gaps = rows(&result.join("water_gaps.csv"));
    assert!(gaps.len() > 14_000, "{} buildings", gaps.len());
    // 176 hydrants cannot serve a city of 14,768 buildings: most have none in reach.
    assert!(count(&gaps, "water_class", "red") > gaps.len() / 2);
    assert_eq!(count(&gaps, "water_class", "green"), 0, "no hydrant of the list was tested");
}

#[test]
fn a_water_network_gives_rings_and_branches_and_a_study_vouches_only_for_what_it_can() {
    if real_data("epanet/ky4.inp").is_none() {
        return;
    }
    let study = "[base]\nrules = \"nfpa-ifc-iso\"\n[base.sources.network]\npath = \"DATA/epanet/ky4.inp\"\n\
        feeds = [\"mains\", \"water_sources\"]\ncrs = \"EPSG:3547\"\n\
        [base.sources.hydrants]\npath = \"DATA/epanet/ky4_junctions.geojson\"\n\
        [base.sources.sites]\npath = \"sites.csv\"\n";
    let sites = "id,kind,lon,lat,volume_m3\nS1,relic,-85.5757999,38.0492272,3000\n";
    let (_folder, result) = run(study, &[("sites.csv", sites)], &["--geojson"]);
    let counts = rows(&result.join("counts.csv"));
    let of = |layer: &str| counts.iter().find(|row| row["layer"] == layer).expect("counted").clone();
    assert_eq!((of("mains")["kept"].as_str(), of("water_sources")["set_aside"].as_str()), ("1156", "1"));
    let text = std::fs::read_to_string(result.join("hydrants.geojson")).expect("written");
    let hydrants: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let hydrants = hydrants["features"].as_array().expect("features");
    let mains = hydrants.iter().filter(|feature| feature["properties"]["main"].is_string()).count();
    assert!(mains > 900, "{mains} of 959 junctions lie on a pipe");
    let folder = scratch();
    let path = folder.path().join("study.toml");
    std::fs::write(&path, "[base]\nrules = \"cn\"\ncomplete = [\"hydrant\"]\n[base.sources.roads]\npath = \".\"\n")
        .expect("a study");
    let called = firereach(&["run", &word(&path), "-o", &word(&folder.path().join("out"))]);
    assert_eq!(called.code, 3);
    assert!(called.err.contains("`complete` names `hydrant`") && called.err.contains("hydrants"), "{}", called.err);
}

/// The number in a cell.
fn figure(row: &BTreeMap<String, String>, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("`{key}` is {:?}", row[key]))
}

#[test]
fn a_pond_on_real_ground_brings_what_was_promised_when_the_city_is_run_again_with_it() {
    if real_data("helsinki/helsinki-centre.osm.pbf").is_none() {
        return;
    }
    // The pack's appliance is assumed to stand at every source, so that water alone is looked at.
    let study = "[base]\nrules = \"cn\"\ncomplete = [\"hydrants\", \"water_sources\"]\n[base.sources.osm]\n\
        path = \"DATA/helsinki/helsinki-centre.osm.pbf\"\n\
        feeds = [\"roads\", \"hydrants\", \"buildings\", \"sites\", \"zones\"]\n";
    let study = format!("{study}{ALL_BUILDINGS}[base.parameters.water.supply]\nassumes_appliances = true\n");
    let (_folder, result) = run(&study, &[], &["--geojson"]);
    let text = std::fs::read_to_string(result.join("remedies.geojson")).expect("written");
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut scenarios = String::new();
    let mut promised: Vec<(String, serde_json::Value)> = Vec::new();
    for remedy in all["features"].as_array().expect("features") {
        let of = &remedy["properties"];
        let site = of["site_id"].as_str().expect("a site").to_owned();
        let is_one = of["remedy"] == "pond" && !of["place"].as_str().expect("a place").contains("; and ");
        let has_place = of["condition"].is_null();
        if !is_one || !has_place || promised.len() == 5 || promised.iter().any(|(known, _)| *known == site) {
            continue;
        }
        let place = of["place"].as_str().expect("a place");
        assert!(place.contains("no wall of the data within 15 m"), "{place}");
        let at = &remedy["geometry"]["coordinates"];
        let volume = of["quantity"].as_f64().expect("a volume");
        scenarios.push_str(&format!(
            "[[scenario]]\nname = \"{site}\"\nchange = [{{ add-water-source = {{ id = \"new\", kind = \"pond\", \
             at = {at}, volume_m3 = {volume}, deck_height_m = 0.0, water_level_m = 0.0 }} }}]\n"
        ));
        promised.push((site, of.clone()));
    }
    assert_eq!(promised.len(), 5, "ponds are offered on the open ground of the city");
    let again = format!("{study}[[scenario]]\nname = \"today\"\n{scenarios}");
    let (_folder, result) = run(&again, &[], &[]);
    let gaps = rows(&result.join("water_gaps.csv"));
    for (site, of) in &promised {
        let row = |scenario: &str| {
            gaps.iter().find(|row| row["scenario"] == scenario && row["site_id"] == *site).expect("a row").clone()
        };
        let (before, after) = (row("today"), row(site));
        for (found, told) in
            [("gap_flow", "gap_flow_after"), ("gap_volume", "gap_volume_after"), ("gap_n1", "gap_n1_after")]
        {
            let told = of[told].as_f64().expect("a number");
            assert!((figure(&after, found) - told).abs() < 0.0015, "{site}: {found} {} for {told}", after[found]);
            assert!(figure(&after, found) <= figure(&before, found));
        }
        assert!(figure(&after, "gap_volume") < figure(&before, "gap_volume"), "{site}");
    }
}

#[test]
fn a_later_scenario_keeps_what_is_its_own_and_is_read_back_whole() {
    if real_data("helsinki/helsinki-centre.osm.pbf").is_none() {
        return;
    }
    let study = "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"DATA/helsinki/helsinki-centre.osm.pbf\"\n\
        [[scenario]]\nname = \"today\"\n[[scenario]]\nname = \"closed\"\n\
        change = [{ close-road = { road = \"way/25522292\" } }]\n";
    let (_folder, both) = run(study, &[], &["--geojson"]);
    let (_folder, alone) = run(study, &[], &["--scenario", "closed"]);
    let site = "node/2636487758";
    let [of_both, of_one] =
        [&both, &alone].map(|result| succeed(&["explain", &word(result), site, "--scenario", "closed"]));
    assert!(of_one.contains("hydrant"), "{of_one}");
    assert_eq!(of_both, of_one);
    let bytes = |name: &str| std::fs::metadata(both.join("findings").join(name)).expect("written").len();
    assert!(bytes("001.json") * 2 < bytes("000.json"), "{} of {}", bytes("001.json"), bytes("000.json"));
    for layer in ["hose_lays", "supply"] {
        let text = std::fs::read_to_string(both.join(format!("{layer}.geojson"))).expect("written");
        let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        for feature in all["features"].as_array().expect("features") {
            let of = |key: &str| feature["properties"][key].as_str().expect("a text").to_owned();
            *counts.entry((of("scenario"), of("against_first"))).or_default() += 1;
        }
        let firsts = counts.remove(&("today".to_owned(), "first".to_owned())).expect("rows of the first scenario");
        assert!(counts.keys().all(|(scenario, how)| scenario == "closed" && how != "first"), "{layer}: {counts:?}");
        assert!(counts.values().sum::<usize>() < firsts, "{layer}: {counts:?} of {firsts}");
    }
}
