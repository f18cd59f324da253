//! Real cities from their extracts alone, with no study written by hand.

use std::collections::BTreeMap;
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
    succeed(&["run", &study, "-o", &word(&result), "--geojson"]);
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
    // Both names reach the layer of lanes; what drives there is not held against anything here.
    let lanes = std::fs::read_to_string(city.file("lanes.geojson")).expect("written");
    assert!(lanes.contains("十八梯") && lanes.contains("大井巷"));
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
