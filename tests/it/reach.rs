//! Response and coverage of the synthetic district from end to end: the lists of what is not covered, the checks of
//! stations, and areas drawn both ways.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tempfile::TempDir;

use crate::program::{rows, scratch, succeed, word};

const SCENARIOS: [&str; 2] = ["today", "three small stations"];

/// One run of two scenarios with areas from and to the stations.
struct Run {
    _folder: TempDir,
    result: PathBuf,
}

impl Run {
    fn of_both_ways() -> Self {
        let folder = scratch();
        let town = folder.path().join("town");
        succeed(&["demo", "hill-town", "-o", &word(&town)]);
        let study = town.join("study.toml");
        let text = std::fs::read_to_string(&study).expect("written by the demo");
        let with_both = text.replacen(
            "[base.sheets]",
            "[base.parameters.movement]\nisochrone_headings = [\"from\", \"to\"]\n\n[base.sheets]",
            1,
        );
        assert_ne!(text, with_both, "the study has a table to put the parameters before");
        std::fs::write(&study, with_both).expect("writable");
        let result = folder.path().join("result");
        let mut words = vec!["run".to_owned(), word(&study), "-o".to_owned(), word(&result), "--geojson".to_owned()];
        words.extend(["--sheets", "none"].map(str::to_owned));
        words.extend(SCENARIOS.iter().flat_map(|name| ["--scenario".to_owned(), (*name).to_owned()]));
        succeed(&words);
        Self { _folder: folder, result }
    }
}

#[test]
fn a_run_says_what_is_not_covered_and_why_and_draws_areas_both_ways() {
    let run = Run::of_both_ways();
    areas_are_drawn_from_the_stations_and_to_them(&run);
    a_scenario_lists_the_area_of_a_single_station_only_where_it_changes(&run);
    what_is_not_covered_is_listed_with_what_keeps_it(&run);
    a_station_is_held_against_every_rule_on_its_place(&run);
    coverage_is_measured_in_every_area_too(&run);
}

fn number(row: &BTreeMap<String, String>, key: &str) -> Option<f64> {
    row[key].parse().ok()
}

/// The features of a layer, as their properties and the area of their outer rings in square degrees.
fn features(run: &Run, name: &str) -> Vec<(serde_json::Map<String, serde_json::Value>, f64)> {
    let text = std::fs::read(run.result.join(format!("{name}.geojson"))).expect("written");
    let layer: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let area = |rings: &serde_json::Value| {
        let ring = rings[0].as_array().expect("a ring");
        let at = |i: usize| (ring[i][0].as_f64().expect("a number"), ring[i][1].as_f64().expect("a number"));
        (1..ring.len()).map(|i| at(i - 1).0 * at(i).1 - at(i).0 * at(i - 1).1).sum::<f64>() / 2.0
    };
    let of = |feature: &serde_json::Value| {
        let shape = &feature["geometry"];
        let parts = shape["coordinates"].as_array().cloned().unwrap_or_default();
        let total = if shape["type"] == "Polygon" { area(&shape["coordinates"]) } else { parts.iter().map(area).sum() };
        (feature["properties"].as_object().expect("properties").clone(), total)
    };
    layer["features"].as_array().expect("a list").iter().map(of).collect()
}

fn areas_are_drawn_from_the_stations_and_to_them(run: &Run) {
    let areas = features(run, "isochrones");
    let of = |heading: &str, scenario: &str| {
        let is_it = |row: &serde_json::Map<String, serde_json::Value>| {
            row["direction"] == heading
                && row["scenario"] == scenario
                && row["station_id"].is_null()
                && row["kind"] == "reach"
        };
        let mut found: Vec<(i64, f64)> = areas
            .iter()
            .filter(|(row, _)| is_it(row))
            .map(|(row, area)| (row["cutoff_s"].as_i64().expect("seconds"), *area))
            .collect();
        found.sort_by_key(|(cutoff, _)| *cutoff);
        found
    };
    for scenario in SCENARIOS {
        let (from, to) = (of("from", scenario), of("to", scenario));
        assert!(from.len() >= 3, "{from:?}");
        assert_eq!(from.iter().map(|(s, _)| s).collect::<Vec<_>>(), to.iter().map(|(s, _)| s).collect::<Vec<_>>());
        for pair in from.windows(2).chain(to.windows(2)) {
            assert!(pair[0].1 <= pair[1].1, "a larger cutoff covers more: {pair:?}");
        }
        // Nobody turns out on the way to a station: within one time more of the town gets there than is reached from it.
        for ((cutoff, from), (_, to)) in from.iter().zip(&to) {
            assert!(to > from, "within {cutoff} s: from {from}, to {to}");
        }
    }
}

fn what_is_not_covered_is_listed_with_what_keeps_it(run: &Run) {
    let result = &run.result;
    let coverage = rows(&result.join("coverage.csv"));
    let share = |scenario: &str, measure: &str| {
        let is_it = |row: &&BTreeMap<String, String>| {
            row["scenario"] == scenario && row["measure"] == measure && row["part"] == "all"
        };
        let row = coverage.iter().find(is_it).expect("it is measured");
        (number(row, "low").expect("a number"), number(row, "of").expect("a number"))
    };
    for (file, measure) in
        [("uncovered.csv", "sites_within_300_s"), ("uncovered_buildings.csv", "buildings_within_300_s")]
    {
        let listed = rows(&result.join(file));
        for scenario in SCENARIOS {
            let (covered, of) = share(scenario, measure);
            let count = listed.iter().filter(|row| row["scenario"] == scenario).count();
            assert_eq!(count as f64, of - covered, "{file}, {scenario}");
        }
        check_causes(file, &listed);
    }
    let roads = rows(&result.join("uncovered_roads.csv"));
    check_causes("uncovered_roads.csv", &roads);
    for scenario in SCENARIOS {
        let (covered, of) = share(scenario, "road_length_within_300_s");
        let of_scenario = roads.iter().filter(|row| row["scenario"] == scenario);
        let listed: f64 = of_scenario.filter_map(|row| number(row, "length_m")).sum();
        assert!((listed - (of - covered)).abs() < 0.001 * of, "{listed} m are listed of {} m", of - covered);
    }
    let causes: BTreeSet<&str> = roads.iter().map(|row| row["cause"].as_str()).collect();
    assert!(causes.contains("too_far") && causes.contains("unmeasured"), "{causes:?}");
}

/// Holds each row to its own times and to what its cause says.
fn check_causes(file: &str, listed: &[BTreeMap<String, String>]) {
    for row in listed {
        let limit = number(row, "limit_s").expect("the limit");
        let time = |key: &str| number(row, key);
        let (low, high, best) = (time("after_dispatch_low_s"), time("after_dispatch_high_s"), time("best_s"));
        // Files hold milliseconds.
        assert!(high.is_none_or(|s| s > limit - 0.001), "{file}: {row:?}");
        let state = match low {
            None => "not_reached",
            Some(s) if s > limit => "late",
            Some(_) => "not_certain",
        };
        let is_at_the_limit = low.is_some_and(|s| (s - limit).abs() < 0.001);
        assert!(row["state"] == state || is_at_the_limit, "{file}: {row:?}");
        let state = row["state"].as_str();
        // With everything out of the way nobody comes later than with what is known to be there.
        assert!(low.zip(best).is_none_or(|(low, best)| best <= low + 0.002), "{file}: {row:?}");
        let has_bar = !row["bar_road_id"].is_empty() && !row["bar_reason"].is_empty();
        match row["cause"].as_str() {
            "unmeasured" => assert!(state == "not_certain" && has_bar, "{file}: {row:?}"),
            "barred" => {
                assert!(
                    state != "not_certain" && has_bar && best.is_some_and(|s| s <= limit + 0.001),
                    "{file}: {row:?}"
                )
            }
            "too_far" => assert!(state != "not_certain" && !has_bar, "{file}: {row:?}"),
            "no_way" => assert!(low.is_none() && best.is_none(), "{file}: {row:?}"),
            other => panic!("{file}: {other} in a town with stations and ways"),
        }
    }
}

fn a_station_is_held_against_every_rule_on_its_place(run: &Run) {
    let stations = rows(&run.result.join("stations.csv"));
    let ruled = |row: &BTreeMap<String, String>, rule: &str| {
        let rulings = row["rulings"].clone();
        let own = rulings.split("; ").find_map(|ruling| ruling.strip_prefix(&format!("{rule}: ")));
        own.map(str::to_owned)
    };
    let brigade = |row: &&BTreeMap<String, String>| !["micro", "fire_point"].contains(&row["kind"].as_str());
    for row in stations.iter().filter(brigade) {
        for rule in ["ST-11", "ST-12", "ST-12b", "ST-14", "ST-14b", "ST-14c", "ST-15"] {
            assert!(ruled(row, rule).is_some(), "{rule} is not among {}", row["rulings"]);
        }
        // Nobody vouches for the list of hazards: none in it is no proof that there is none.
        assert_eq!(ruled(row, "ST-12").as_deref(), Some("unknown"), "{row:?}");
    }
    // The rules on places of fire stations are not for micro-stations.
    for row in stations.iter().filter(|row| !brigade(row)) {
        assert_eq!(ruled(row, "ST-15"), None, "{row:?}");
    }
}

fn a_scenario_lists_the_area_of_a_single_station_only_where_it_changes(run: &Run) {
    let areas = features(run, "isochrones");
    let own = |scenario: &str| {
        let is_own = |row: &serde_json::Map<String, serde_json::Value>| {
            row["scenario"] == scenario && row["kind"] == "reach" && row["direction"] == "from"
        };
        let of = areas.iter().filter(|(row, _)| is_own(row));
        of.filter_map(|(row, _)| row["station_id"].as_str().map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    assert_eq!(own(SCENARIOS[1]), ["N1", "N2", "N3"].map(str::to_owned).into(), "three stations are new");
    assert!(own(SCENARIOS[0]).len() > 10);
}

fn coverage_is_measured_in_every_area_too(run: &Run) {
    let coverage = rows(&run.result.join("coverage.csv"));
    let of_today = || coverage.iter().filter(|row| row["scenario"] == SCENARIOS[0]);
    let areas = |measure: &str| -> BTreeSet<&str> {
        let own = of_today().filter(|row| row["measure"] == measure);
        own.map(|row| row["part"].as_str()).filter(|part| part.contains(':')).collect()
    };
    let drawn = areas("area_within_300_s");
    assert!(!drawn.is_empty(), "the town has subdistricts");
    assert_eq!(areas("area_within_180_s"), drawn);
    assert_eq!(areas("road_length_within_300_s"), drawn);
    assert_eq!(areas("buildings_within_300_s"), drawn);
    for row in of_today().filter(|row| row["measure"].contains("_within_")) {
        let of = |key: &str| number(row, key).expect("a number");
        assert!(of("low") <= of("high") + 0.001 && of("high") <= of("of") * 1.0001 + 0.001, "{row:?}");
    }
    // Areas of one kind do not overlap: what lies in them is part of all there is.
    let length = |is_meant: &dyn Fn(&str) -> bool| -> f64 {
        let own = of_today().filter(|row| row["measure"] == "road_length_within_300_s" && is_meant(&row["part"]));
        own.filter_map(|row| number(row, "of")).sum()
    };
    let kinds: BTreeSet<&str> = drawn.iter().filter_map(|part| part.split(':').next()).collect();
    for kind in kinds {
        let inside = length(&|part| part.starts_with(&format!("{kind}:")));
        assert!(inside > 0.0 && inside <= length(&|part| part == "all") * 1.0001, "{kind}: {inside} m");
    }
    assert_eq!(areas("worst_edge"), drawn);
}
