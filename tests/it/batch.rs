//! Folders of studies, shards, joined tables and comparisons, as a user runs them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Called, bytes_below, firereach, rows, scratch, succeed, word};

/// A street of about a kilometre with a station at its beginning and sites along it; `sites` shifts them.
fn write_town(folder: &Path, sites: &[(&str, f64)]) {
    std::fs::create_dir_all(folder).expect("a folder");
    let collection =
        |features: Vec<String>| format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
    let point = |properties: String, lon: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon},30.0]}}}}"
        )
    };
    let road = "{\"type\":\"Feature\",\"properties\":{\"id\":\"main\",\"class\":\"primary\",\"direction\":\"both\"},\
                \"geometry\":{\"type\":\"LineString\",\"coordinates\":[[105.0,30.0],[105.005,30.0],[105.03,30.0]]}}";
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).expect("written");
    write("roads.geojson", collection(vec![road.to_owned()]));
    write("stations.geojson", collection(vec![point("\"id\":\"S\",\"kind\":\"second\"".to_owned(), 105.0)]));
    let sites = sites.iter().map(|(id, lon)| point(format!("\"id\":\"{id}\",\"kind\":\"relic\""), *lon));
    write("sites.geojson", collection(sites.collect()));
}

/// A study of a town in the folder beside it, with a second scenario that adds two stations.
fn study_of(town: &str) -> String {
    let sources: String = ["roads", "stations", "sites"]
        .iter()
        .map(|layer| format!("[base.sources.{layer}]\npath = \"{town}{layer}.geojson\"\n"))
        .collect();
    format!(
        "[base]\nrules = \"cn\"\nrules_as_of = 2023-06-01\ncrs = \"EPSG:4544\"\n{sources}\
         [[scenario]]\nname = \"today\"\n\
         [[scenario]]\nname = \"two more\"\nchange = [\n\
         {{ add-station = {{ id = \"P1\", kind = \"small\", at = [105.02, 30.0] }} }},\n\
         {{ add-station = {{ id = \"P2\", kind = \"small\", at = [105.025, 30.0] }} }},\n]\n"
    )
}

/// A folder of four studies: two at its top, two in folders of their own; and a file that is none.
fn folder_of_studies() -> (TempDir, PathBuf) {
    let folder = scratch();
    let studies = folder.path().join("studies");
    for (town, lon) in [("a", 105.004), ("b", 105.021)] {
        write_town(&studies.join(format!("data-{town}")), &[("T1", lon), ("T2", 105.029)]);
        std::fs::write(studies.join(format!("{town}.toml")), study_of(&format!("data-{town}/"))).expect("written");
    }
    for (town, lon) in [("c", 105.01), ("d", 105.015)] {
        write_town(&studies.join(town), &[("T1", lon), ("T3", 105.028)]);
        std::fs::write(studies.join(town).join("study.toml"), study_of("")).expect("written");
    }
    std::fs::write(studies.join("notes.toml"), "remark = \"no study\"\n").expect("written");
    (folder, studies)
}

fn outcomes(ledger: &Path) -> Vec<String> {
    let text = std::fs::read(ledger).expect("the ledger was written");
    let batch: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let studies = batch["studies"].as_array().expect("a list");
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    studies.iter().map(|entry| format!("{} {}", word(&entry["study"]), word(&entry["outcome"]))).collect()
}

fn run(studies: &Path, out: &Path, more: &[&str]) -> Called {
    let (studies, out) = (word(studies), word(out));
    firereach(&[&["run", &studies, "-o", &out], more].concat())
}

#[test]
fn a_batch_resumes_where_it_stopped_and_runs_again_what_changed() {
    let (folder, studies) = folder_of_studies();
    let out = folder.path().join("out");
    let first = run(&studies, &out, &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(outcomes(&out.join("batch.json")), ["a done", "b done", "c done", "d done"]);
    let before = bytes_below(&out);

    let again = run(&studies, &out, &[]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("0 done, 4 skipped, 0 failed"), "{}", again.out);
    let after = bytes_below(&out);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(before.iter().all(|(name, bytes)| name == "batch.json" || bytes == &after[name]));

    // One town gets another site, one run is gone: these two are run, the others stand.
    write_town(&studies.join("c"), &[("T1", 105.01), ("T4", 105.012)]);
    std::fs::remove_dir_all(out.join("d")).expect("removed");
    assert_eq!(run(&studies, &out, &[]).code, 0);
    assert_eq!(outcomes(&out.join("batch.json")), ["a skipped", "b skipped", "c done", "d done"]);
    assert!(rows(&out.join("c/sites.csv")).iter().any(|row| row["site_id"] == "T4"));

    // Another parameter makes other findings, though the inputs are the same.
    assert_eq!(run(&studies, &out, &["--set", "movement.call_s=90"]).code, 0);
    assert_eq!(outcomes(&out.join("batch.json")), ["a done", "b done", "c done", "d done"]);
    assert!(rows(&out.join("a/sites.csv")).iter().all(|row| row["call_s"] == "90.0"));
    // And force runs everything again.
    assert_eq!(run(&studies, &out, &["--set", "movement.call_s=90", "--force"]).code, 0);
    assert_eq!(outcomes(&out.join("batch.json")), ["a done", "b done", "c done", "d done"]);
}

#[test]
fn a_failing_study_does_not_take_the_others_with_it() {
    let (folder, studies) = folder_of_studies();
    let out = folder.path().join("out");
    std::fs::write(studies.join("data-b/roads.geojson"), "no roads at all").expect("written");
    std::fs::write(studies.join("e.toml"), "[base\nrules = ").expect("written");
    let called = run(&studies, &out, &[]);
    assert_eq!(called.code, 4, "{}", called.err);
    assert_eq!(outcomes(&out.join("batch.json")), ["a done", "b failed", "c done", "d done", "e failed"]);
    assert!(called.out.contains("3 done, 0 skipped, 2 failed"), "{}", called.out);
    assert!(called.out.contains("roads.geojson"), "the reason is printed: {}", called.out);
    assert!(out.join("a/sites.csv").exists() && !out.join("b").exists() && !out.join("e").exists());
    let hidden = std::fs::read_dir(&out).expect("a folder").flatten();
    let left: Vec<_> = hidden.map(|entry| entry.file_name()).filter(|n| n.to_string_lossy().starts_with('.')).collect();
    assert!(left.is_empty(), "nothing half-written is left: {left:?}");
}

#[test]
fn a_batch_in_which_everything_fails_has_the_code_of_the_fault() {
    let folder = scratch();
    let studies = folder.path().join("studies");
    std::fs::create_dir_all(&studies).expect("a folder");
    std::fs::write(studies.join("e.toml"), "[base\nrules = ").expect("written");
    assert_eq!(run(&studies, &folder.path().join("out"), &[]).code, 3);
    std::fs::remove_file(studies.join("e.toml")).expect("removed");
    let empty = run(&studies, &folder.path().join("out"), &[]);
    assert_eq!(empty.code, 3);
    assert!(empty.err.contains("no study"), "{}", empty.err);
}

#[test]
fn shards_gathered_are_the_whole() {
    let (folder, studies) = folder_of_studies();
    let at = |name: &str| folder.path().join(name);
    assert_eq!(run(&studies, &at("whole"), &[]).code, 0);
    for shard in ["1/3", "2/3", "3/3"] {
        let out = at(&format!("shard-{}", &shard[..1]));
        assert_eq!(run(&studies, &out, &["--shard", shard]).code, 0);
        let ledger = out.join(format!("batch-{}-of-3.json", &shard[..1]));
        assert_eq!(outcomes(&ledger).len(), if shard == "1/3" { 2 } else { 1 });
    }
    let (whole, parts) = (at("all-of-whole"), at("all-of-shards"));
    succeed(&["gather", &word(&at("whole")), "-o", &word(&whole)]);
    let shards = ["shard-3", "shard-1", "shard-2"].map(|name| word(&at(name)));
    succeed(&["gather", &shards[0], &shards[1], &shards[2], "-o", &word(&parts)]);
    let (whole_bytes, part_bytes) = (bytes_below(&whole), bytes_below(&parts));
    assert_eq!(whole_bytes.keys().collect::<Vec<_>>(), part_bytes.keys().collect::<Vec<_>>());
    for (name, bytes) in &whole_bytes {
        assert!(bytes == &part_bytes[name], "{name} differs");
    }
    let sites = rows(&whole.join("sites.csv"));
    assert_eq!(sites.len(), 4 * 2 * 2, "four studies, two scenarios, two sites");
    let studies: Vec<&str> = sites.iter().map(|row| row["study"].as_str()).collect();
    assert_eq!((studies[0], studies[4], studies[15]), ("a", "b", "d"));
    for name in ["findings.gpkg", "proposals.csv", "coverage.csv", "gather.json"] {
        assert!(whole.join(name).exists(), "{name}");
    }
    // Each run's own rows stand unchanged behind the study's name.
    let own = rows(&at("whole/b/sites.csv"));
    for (own, joined) in own.iter().zip(sites.iter().filter(|row| row["study"] == "b")) {
        assert!(own.iter().all(|(key, value)| &joined[key] == value));
    }
}

#[test]
fn runs_under_different_rules_are_not_joined_by_accident() {
    let (folder, studies) = folder_of_studies();
    let at = |name: &str| word(&folder.path().join(name));
    succeed(&["run", &word(&studies.join("a.toml")), "-o", &at("one")]);
    succeed(&["run", &word(&studies.join("b.toml")), "-o", &at("two"), "--set", "base.rules=uk"]);
    let refused = firereach(&["gather", &at("one"), &at("two"), "-o", &at("all")]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("--mixed") && refused.err.contains("uk"), "{}", refused.err);
    assert!(!folder.path().join("all").exists());
    succeed(&["gather", &at("one"), &at("two"), "-o", &at("all"), "--mixed"]);
    // One run given twice is one too many.
    let twice = firereach(&["gather", &at("one"), &at("one"), "-o", &at("twice")]);
    assert_eq!(twice.code, 3, "{}", twice.err);
}

#[test]
fn proposals_are_told_apart_in_a_table_and_a_scenario_differs_from_itself_in_nothing() {
    let (folder, studies) = folder_of_studies();
    let out = folder.path().join("run");
    let text = succeed(&["run", &word(&studies.join("a.toml")), "-o", &word(&out)]);
    assert!(text.contains("P1 + P2") && text.contains("as given"), "{text}");
    let sets = rows(&out.join("proposals.csv"));
    let named: Vec<(&str, &str)> = sets.iter().map(|row| (row["stations"].as_str(), row["roles"].as_str())).collect();
    assert_eq!(named, [("P1", "alone; all without P2"), ("P2", "alone; all without P1"), ("P1 + P2", "pair; all")]);
    // T2 is 2.8 km from the station that stands and some hundred metres from either proposal: both add it, neither alone.
    for row in &sets[..2] {
        assert_eq!((row["sites"].as_str(), row["site_ids"].as_str(), row["unique_sites"].as_str()), ("1", "T2", "0"));
    }
    assert_eq!(sets[2]["unique_site_ids"], "T2");
    assert!(rows(&out.join("firmness.csv")).iter().all(|row| !row["firmness"].is_empty()));
    assert_eq!(rows(&out.join("sensitivity.csv")).len(), 2 * 5);

    let itself = folder.path().join("itself");
    let words = ["compare", &word(&out), "--from", "today", "--to", "today", "-o", &word(&itself)];
    let text = succeed(&words);
    assert!(text.contains("today -> today: same 2"), "{text}");
    let other = folder.path().join("other");
    succeed(&["compare", &word(&out), "-o", &word(&other)]);
    let moved = rows(&other.join("differences.csv"));
    let of_t2 = moved.iter().find(|row| row["site_id"] == "T2").expect("every site has a row");
    assert_eq!(of_t2["change"], "gain");
    assert!(of_t2["because"].contains("P2"), "the nearer proposal is the reason: {of_t2:?}");
}
