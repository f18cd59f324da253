//! The synthetic district from end to end, against the truth that was planted in it.

use std::path::PathBuf;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::program::{bytes_below, firereach, rows, scratch, succeed, word};

/// One district and one run of its base, shared by the tests of a process.
struct District {
    _folder: TempDir,
    study: PathBuf,
    result: PathBuf,
}

fn district() -> &'static District {
    static DISTRICT: OnceLock<District> = OnceLock::new();
    DISTRICT.get_or_init(|| {
        let folder = scratch();
        let town = folder.path().join("town");
        succeed(&["demo", "hill-town", "-o", &word(&town)]);
        let study = town.join("study.toml");
        let result = folder.path().join("result");
        let words =
            ["run", &word(&study), "-o", &word(&result), "--scenario", "today", "--sheets", "none", "--geojson"];
        succeed(&words);
        District { _folder: folder, study, result }
    })
}

#[test]
fn every_protected_place_of_the_mission_has_its_row() {
    let sites = rows(&district().result.join("sites.csv"));
    let count = |kind: &str| sites.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!((count("relic"), count("historic_block"), count("character_area")), (149, 3, 9));
    assert!(sites.iter().all(|row| row["scenario"] == "today"));
}

#[test]
fn every_planted_pinch_point_is_found_to_the_centimetre() {
    let district = district();
    let truth = rows(&district.study.with_file_name("truth.csv"));
    assert!(truth.len() >= 60, "{} planted", truth.len());
    let text = std::fs::read(district.result.join("findings/000.json")).expect("written");
    let findings: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let found = findings["lanes"]["pinch_points"].as_array().expect("a list");
    let number = |row: &std::collections::BTreeMap<String, String>, key: &str| row[key].parse::<f64>().ok();
    let mut missed = Vec::new();
    for planted in &truth {
        let (x, y) = (number(planted, "x_m").expect("a number"), number(planted, "y_m").expect("a number"));
        let near = found.iter().filter(|row| {
            let (fx, fy) = (row["at"]["x"].as_f64().expect("a number"), row["at"]["y"].as_f64().expect("a number"));
            (fx - x).hypot(fy - y) <= 6.0
        });
        let agrees = |wanted: Option<f64>, measured: Option<f64>| match (wanted, measured) {
            (Some(wanted), Some(measured)) => (wanted - measured).abs() <= 0.01,
            (Some(_), None) => false,
            (None, _) => true,
        };
        // A planted thing narrows or lowers its lane below the rule; one that states both has to be found in both.
        let (width, height) = (number(planted, "clear_width_m"), number(planted, "clear_height_m"));
        let rows: Vec<_> = near.collect();
        let has_width =
            width.is_none_or(|w| w >= 4.0) || rows.iter().any(|row| agrees(width, row["width"]["high"].as_f64()));
        let has_height =
            height.is_none_or(|h| h >= 4.0) || rows.iter().any(|row| agrees(height, row["height"]["high"].as_f64()));
        if !(has_width && has_height) {
            missed.push(format!("{} {} {width:?} {height:?}: {rows:?}", planted["id"], planted["cause"]));
        }
    }
    assert!(missed.is_empty(), "{} of {} missed:\n{}", missed.len(), truth.len(), missed.join("\n"));
}

#[test]
fn what_to_clear_first_is_what_was_planted_to_be_cleared() {
    let district = district();
    let truth = rows(&district.study.with_file_name("truth.csv"));
    let steps = rows(&district.result.join("clear_first.csv"));
    let planted: Vec<_> = truth.iter().filter(|row| !row["frees_site"].is_empty()).collect();
    assert!(planted.len() >= 5, "{} planted", planted.len());
    for row in &planted {
        let site = format!("{}:", row["frees_site"]);
        let step = steps.iter().find(|step| step["freed"].split(' ').any(|pair| pair.starts_with(&site)));
        let step = step.unwrap_or_else(|| panic!("no step frees {site} {steps:?}"));
        assert_eq!((&step["people_freed"], &step["sites_freed"]), (&row["frees_people"], &"1".to_owned()), "{step:?}");
        let together = row["together_with"].split_whitespace().count() + 1;
        assert_eq!(step["pinch_ids"].split(' ').count(), together, "{step:?}");
        // Engines of every kind once the lane is wide enough for them, and none where walls stay too near.
        assert_eq!(step["freed"].contains(&format!("{site}V1")), row["class_after"] == "P5", "{step:?}");
    }
}

#[test]
fn a_run_is_the_same_bytes_on_one_thread_and_on_two() {
    let district = district();
    let folder = scratch();
    let runs: Vec<PathBuf> = ["1", "2"]
        .iter()
        .map(|jobs| {
            let out = folder.path().join(format!("jobs-{jobs}"));
            succeed(&[
                "run",
                &word(&district.study),
                "-o",
                &word(&out),
                "--scenario",
                "today",
                "--sheets",
                "none",
                "-j",
                jobs,
            ]);
            out
        })
        .collect();
    let (one, two) = (bytes_below(&runs[0]), bytes_below(&runs[1]));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(bytes == &two[name], "{name} differs between one thread and two");
    }
}

#[test]
fn every_site_can_be_explained_down_to_its_source() {
    let result = word(&district().result);
    let sites = rows(&district().result.join("sites.csv"));
    let first = &sites[0]["site_id"];
    let text = succeed(&["explain", &result, first]);
    assert!(text.contains("sites.geojson") && text.contains("input digest"), "{text}");
    let chinese = succeed(&["explain", &result, first, "--lang", "zh"]);
    assert!(chinese.contains("数据来源"), "{chinese}");
    assert_eq!(firereach(&["explain", &result, "no such site"]).code, 3);
}

#[test]
fn a_threshold_turns_findings_into_an_exit_code() {
    let district = district();
    let folder = scratch();
    let out = word(&folder.path().join("result"));
    let study = word(&district.study);
    let called =
        firereach(&["run", &study, "-o", &out, "--scenario", "today", "--sheets", "none", "--fail-on", "mandatory"]);
    assert_eq!(called.code, 1, "{}", called.err);
}
