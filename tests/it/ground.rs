//! Real cities from their extracts alone, with no study written by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tempfile::TempDir;

use crate::program::{real_data, rows, scratch, succeed, word};

struct City {
    folder: TempDir,
    sites: Vec<BTreeMap<String, String>>,
}

impl City {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("result").join(name)
    }
}

/// Scaffolds, checks and runs a city.
fn city(extract: &str, more: &[&str], terrain: Option<&str>) -> Option<City> {
    let extract = word(&real_data(extract)?);
    let folder = scratch();
    let study = word(&folder.path().join("study"));
    let mut words = vec!["init", "--osm", &extract, "-o", &study];
    words.extend(more);
    let terrain = terrain.and_then(real_data).map(|path| word(&path));
    if let Some(path) = &terrain {
        words.extend(["--terrain", path]);
    }
    succeed(&words);
    let study = word(&folder.path().join("study/study.toml"));
    succeed(&["check", &study]);
    let result = folder.path().join("result");
    succeed(&["run", &study, "-o", &word(&result), "--sheets", "none", "--geojson"]);
    let sites = rows(&result.join("sites.csv"));
    Some(City { folder, sites })
}

fn add_up(counts: &[BTreeMap<String, String>]) {
    for row in counts {
        let n = |key: &str| row[key].parse::<u64>().expect("a count");
        assert_eq!(n("read"), n("kept") + n("repaired") + n("set_aside"), "{row:?}");
    }
}

#[test]
fn the_mission_s_own_district_runs_from_its_extract() {
    let terrain = "yuzhong/elevation_srtm30_utm48n.tif";
    let Some(city) = city("yuzhong/yuzhong.osm.pbf", &["--area", "渝中区"], Some(terrain)) else { return };
    add_up(&rows(&city.file("counts.csv")));
    assert_eq!(city.sites.len(), 38);
    // One station for a whole district: some places are reached in minutes, and nobody flies.
    let times: Vec<f64> = city.sites.iter().filter_map(|row| row["response_s"].parse().ok()).collect();
    assert!(times.len() > 30, "{} of 38 are reached", times.len());
    assert!(times.iter().all(|&s| s > 120.0 && s < 3600.0), "{times:?}");
    for row in &city.sites {
        if let (Ok(drive_s), Ok(drive_m)) = (row["drive_s"].parse::<f64>(), row["drive_m"].parse::<f64>()) {
            assert!(drive_m <= drive_s * 55.0 / 3.6 + 1.0, "faster than any road allows: {row:?}");
        }
    }
    // Nobody mapped a hydrant: supply is unknown, neither nothing nor enough.
    for row in &city.sites {
        assert_eq!(row["water_class"], "unknown", "{row:?}");
        assert!(row["hydrants_plan_150m"].is_empty() && row["flow_high_lps"].is_empty(), "{row:?}");
    }
    // The stairs of 十八梯 take nothing on wheels, and the footway 大井巷 nothing wider than a three-wheeler. The street below the
    // stairs bears their name too: it is paved for people on foot and joins a residential street, so an engine may get in, but
    // nobody measured it, so none certainly does.
    let lanes = pieces(&city);
    let named = |name: &str, class: &str| -> Vec<&BTreeMap<String, String>> {
        lanes.iter().filter(|lane| lane["name"] == name && lane["class"] == class).collect()
    };
    let stairs = named("十八梯", "steps");
    assert!(!stairs.is_empty());
    for piece in &stairs {
        assert_eq!((piece["class_high"].as_str(), piece["vehicles_possible"].as_str()), ("P1", ""), "{piece:?}");
    }
    let footway = named("大井巷", "footway");
    assert!(!footway.is_empty());
    for piece in footway {
        assert!(piece["vehicles_possible"].split_whitespace().all(|code| code == "V6" || code == "V7"), "{piece:?}");
    }
    let below = named("十八梯", "pedestrian");
    assert!(!below.is_empty());
    assert!(
        below.iter().all(|piece| piece["vehicles_certain"].is_empty() && piece["width_verdict"] != "pass"),
        "{below:?}"
    );
    // Nor does the priced network let an engine up the stairs.
    let study = word(&city.folder.path().join("study/study.toml"));
    let network = city.folder.path().join("network");
    succeed(&["network", &study, "-o", &word(&network)]);
    let roads: BTreeSet<&str> = stairs.iter().map(|piece| piece["road_id"].as_str()).collect();
    let edges = rows(&network.join("edges.csv"));
    let of_stairs: Vec<_> = edges.iter().filter(|edge| roads.contains(edge["road"].as_str())).collect();
    assert!(of_stairs.iter().all(|edge| edge["mode"] != "drive"), "{of_stairs:?}");
}

/// The pieces of the lanes with their columns as text; what is not known is empty.
fn pieces(city: &City) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(city.file("lanes.geojson")).expect("written");
    let collection: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let text_of = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let features = collection["features"].as_array().expect("features");
    features
        .iter()
        .map(|feature| {
            let properties = feature["properties"].as_object().expect("properties");
            properties.iter().map(|(key, value)| (key.clone(), text_of(value))).collect()
        })
        .collect()
}

#[test]
fn helsinki_runs_unchanged_and_its_hydrants_count() {
    let Some(city) = city("helsinki/helsinki-centre.osm.pbf", &[], None) else { return };
    add_up(&rows(&city.file("counts.csv")));
    assert_eq!(city.sites.len(), 56);
    assert!(city.sites.iter().any(|row| row["hydrants_plan_150m"].parse::<u32>().is_ok_and(|n| n > 0)));
}

#[test]
fn monaco_runs_unchanged_on_its_slopes() {
    let Some(city) = city("monaco/monaco-2021.osm.pbf", &[], Some("monaco/N43E007.hgt.zip")) else { return };
    add_up(&rows(&city.file("counts.csv")));
    assert_eq!(city.sites.len(), 16);
    assert!(city.sites.iter().filter(|row| row["response_s"].parse::<f64>().is_ok()).count() >= 12);
}
