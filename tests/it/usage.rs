//! Wrong words and wrong files: a clear message, the right exit code, nothing left behind.

use crate::program::{firereach, scratch, succeed, word};

#[test]
fn wrong_words_are_a_fault_of_usage() {
    let called = firereach(&["fly"]);
    assert_eq!(called.code, 3);
    assert!(called.err.contains("fly"), "{}", called.err);
}

#[test]
fn help_and_version_are_answers() {
    assert!(succeed(&["--help"]).contains("Exit codes"));
    assert!(succeed(&["--version"]).starts_with("firereach "));
}

#[test]
fn a_study_that_is_not_there_is_a_fault_of_the_study_and_leaves_nothing() {
    let folder = scratch();
    let out = folder.path().join("result");
    let called = firereach(&["run", "no-such-study.toml", "-o", &word(&out)]);
    assert_eq!(called.code, 3);
    assert!(called.err.contains("no-such-study.toml"), "{}", called.err);
    assert!(!out.exists());
}

#[test]
fn an_unknown_key_is_named_with_line_and_column() {
    let folder = scratch();
    let study = folder.path().join("study.toml");
    std::fs::write(&study, "[base]\nrules = \"cn\"\nrulez_as_of = 2023-06-01\n").expect("written");
    let called = firereach(&["check", &word(&study)]);
    assert_eq!(called.code, 3);
    assert!(called.err.contains("study.toml:3:1") && called.err.contains("rulez_as_of"), "{}", called.err);
}

#[test]
fn a_damaged_extract_is_a_fault_of_the_input_and_leaves_nothing() {
    let folder = scratch();
    let extract = folder.path().join("city.osm.pbf");
    std::fs::write(&extract, b"this is no extract").expect("written");
    let study = folder.path().join("study.toml");
    std::fs::write(&study, "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"city.osm.pbf\"\n").expect("written");
    let out = folder.path().join("result");
    let called = firereach(&["run", &word(&study), "-o", &word(&out)]);
    assert_eq!(called.code, 2, "{}", called.err);
    assert!(called.err.contains("city.osm.pbf"), "{}", called.err);
    assert!(!out.exists());
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "only the two inputs are there: {left:?}");
}

#[test]
fn a_folder_that_is_not_ours_is_never_written_over() {
    let folder = scratch();
    std::fs::write(folder.path().join("thesis.txt"), "years of work").expect("written");
    for words in [&["demo", "-o"][..], &["demo", "--force", "-o"][..]] {
        let target = word(folder.path());
        let called = firereach(&[words, &[target.as_str()]].concat());
        assert_eq!(called.code, 2, "{}", called.err);
    }
    assert!(folder.path().join("thesis.txt").exists());
}

#[test]
fn the_schema_is_json_and_knows_the_base() {
    let schema = succeed(&["schema"]);
    assert!(schema.trim_start().starts_with('{') && schema.contains("\"base\""));
}

/// A study of one hydrant, which takes no time to read.
fn little_study(folder: &std::path::Path) -> String {
    std::fs::write(folder.join("hydrants.csv"), "x,y,id\n106.57,29.56,H1\n").expect("written");
    let study = folder.join("study.toml");
    let text = "[base]\nrules = \"cn\"\nhour = 9\n[base.sources.hydrants]\npath = \"hydrants.csv\"\n";
    std::fs::write(&study, text).expect("written");
    word(&study)
}

#[test]
fn a_plan_says_of_every_parameter_where_it_is_from() {
    let folder = scratch();
    let study = little_study(folder.path());
    let plan = succeed(&["plan", &study, "--set", "base.parameters.movement.call_s=75"]);
    let line = |key: &str| plan.lines().find(|line| line.starts_with(&format!("{key} = "))).expect("a parameter");
    assert!(line("movement.call_s").contains("75") && line("movement.call_s").ends_with("(command line)"), "{plan}");
    assert!(line("movement.join_tolerance_m").ends_with("(rule pack cn)"), "{plan}");
    let dry = ["run", &study, "-o", "nowhere", "--dry-run", "--set", "base.parameters.movement.call_s=75"];
    assert_eq!(succeed(&dry), plan, "a dry run says the same");
}

#[test]
fn a_log_for_programs_is_one_object_a_line_with_level_and_code() {
    let folder = scratch();
    let study = little_study(folder.path());
    let out = word(&folder.path().join("check"));
    let called = firereach(&["check", &study, "-o", &out, "--log-format", "json", "-v"]);
    assert_eq!(called.code, 0, "{}", called.err);
    let lines: Vec<serde_json::Value> =
        called.err.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let codes: Vec<_> = lines.iter().filter_map(|line| line["code"].as_str()).collect();
    assert!(codes.contains(&"PHASE") && codes.contains(&"READ-DECISION"), "{codes:?}");
    let failed = firereach(&["check", "nowhere.toml", "--log-format", "json"]);
    let fault: serde_json::Value = serde_json::from_str(failed.err.trim()).expect("one object");
    assert_eq!((failed.code, &fault["level"], &fault["code"]), (3, &"error".into(), &"STUDY".into()));
}
