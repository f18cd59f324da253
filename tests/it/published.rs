//! The page and the workbook of a whole run, with names in it that mean harm: opened by other software.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use calamine::{Data, Reader, Xlsx, open_workbook};
use tempfile::TempDir;

use crate::program::{firereach, rows, scratch, succeed, word};

/// Names that have broken pages and workbooks of others.
fn harmful() -> Vec<String> {
    vec![
        "<script>alert(1)</script>".to_owned(),
        "</script><img src=x onerror=alert(1)>".to_owned(),
        "长".repeat(300),
        String::new(),
        "\u{202e}עברית من اليمين".to_owned(),
        "=1+1".to_owned(),
        "@SUM(A1) & \"more\" \u{2028} lines".to_owned(),
    ]
}

struct Published {
    _folder: TempDir,
    result: PathBuf,
}

/// One run of two scenarios, shared by the tests of a process.
fn published() -> &'static Published {
    static PUBLISHED: OnceLock<Published> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        let folder = scratch();
        let town = folder.path().join("town");
        succeed(&["demo", "hill-town", "-o", &word(&town)]);
        let path = town.join("sites.geojson");
        let text = std::fs::read(&path).expect("written");
        let mut sites: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for (index, name) in harmful().into_iter().enumerate() {
            sites["features"][index]["properties"]["name"] = name.into();
        }
        std::fs::write(&path, sites.to_string()).expect("writable");
        let (study, result) = (word(&town.join("study.toml")), folder.path().join("result"));
        let scenarios = ["--scenario", "today", "--scenario", "three small stations"];
        let sheets = ["--sheets", "WW-010", "--sheet-data"];
        succeed(&[&["run", &study, "-o", &word(&result)][..], &sheets[..], &scenarios[..]].concat());
        Published { _folder: folder, result }
    })
}

fn has_program(name: &str) -> bool {
    let is_there = Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(
        is_there || std::env::var("CI").as_deref() != Ok("true"),
        "{name} is missing in CI; .ci/setup.sh installs it"
    );
    if !is_there {
        eprintln!("SKIPPED: no {name} on this machine; this test proves nothing here");
    }
    is_there
}

/// What the page's reader does, and what is seen then; its findings stand in the document as JSON.
const READER: &str = include_str!("published/reader.html");

/// Opens a page without network and returns what its reader saw and what the browser complained of.
fn read_in_browser(page: &Path, folder: &Path) -> (serde_json::Value, Vec<String>) {
    let text = std::fs::read_to_string(page).expect("a page");
    let watch = "<head><script>window.faults = []; addEventListener('error', (e) => faults.push(e.message)); \
                 window.alert = () => faults.push('alert');</script>";
    let watched = text.replacen("<head>", watch, 1);
    let (before, after) = watched.rsplit_once("</body>").expect("a body");
    let path = folder.join("watched.html");
    std::fs::write(&path, format!("{before}{READER}</body>{after}")).expect("writable");
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--window-size=1440,900"])
        .args(["--virtual-time-budget=5000", "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom"])
        .arg(format!("--user-data-dir={}", word(&folder.join("profile"))))
        .arg(format!("file://{}", word(&path)))
        .output()
        .expect("it can be started");
    let dom = String::from_utf8_lossy(&output.stdout);
    let (_, rest) = dom.split_once("<pre id=\"proof\">").expect("the proof in the document");
    let (json, _) = rest.split_once("</pre>").expect("its end");
    let proof = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let complaints = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .map(str::to_owned)
        .collect();
    (proof, complaints)
}

#[test]
fn the_page_opens_offline_in_two_languages_and_no_name_does_harm() {
    if !has_program("chromium") {
        return;
    }
    let folder = scratch();
    let (proof, complaints) = read_in_browser(&published().result.join("report.html"), folder.path());
    assert!(complaints.is_empty(), "{complaints:?}");
    assert_eq!(proof["errors"], serde_json::json!([]), "{proof}");
    assert_eq!(proof["requests"], serde_json::json!([]), "the page asked for something");
    assert_eq!((&proof["ready"], &proof["rows"], &proof["rows_zh"]), (&"true".into(), &161.into(), &161.into()));
    assert!(proof["banner"].as_str().is_some_and(|banner| banner.contains("Synthetic district")), "{proof}");
    assert_eq!(proof["tabs"], serde_json::json!(["Sites", "Charts", "Measures", "About"]));
    assert_eq!(proof["tabs_zh"], serde_json::json!(["对象", "图表", "措施", "说明"]));
    let sites = rows(&published().result.join("sites.csv"));
    for (index, name) in harmful().into_iter().enumerate() {
        // A site without a name goes by its identifier.
        let said = if name.is_empty() { sites[index]["site_id"].clone() } else { name };
        assert_eq!(proof["names"][index], said.as_str());
        assert_eq!(proof["headings"][index], said.as_str());
    }
    check_against_the_sheet(&proof);
    assert_eq!(proof["images"], 0, "a name became markup");
    assert_eq!(proof["found"], 1);
    assert_eq!(proof["swipe"], true);
    assert!(proof["charts"].as_u64().is_some_and(|n| n >= 4), "{proof}");
    assert!(proof["rulings"].as_u64().is_some_and(|n| n >= 4), "{proof}");
    assert!(proof["colours"].as_u64().is_some_and(|n| n > 50), "an empty map: {proof}");
}

/// What the page said of WW-010 is what its policy sheet says, fact by fact, in both languages.
#[track_caller]
fn check_against_the_sheet(proof: &serde_json::Value) {
    let text = std::fs::read(published().result.join("sheets/WW-010.json")).expect("written");
    let data: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let blocks = data["sheets"][0]["blocks"].as_array().expect("a list");
    let titles: Vec<_> = blocks.iter().map(|block| block["title"]["en"].clone()).collect();
    assert_eq!(proof["blocks"], serde_json::Value::from(titles));
    for (language, said) in [("en", "facts"), ("zh", "facts_zh")] {
        let facts: Vec<_> = blocks.iter().flat_map(|block| block["facts"].as_array().expect("a list")).collect();
        assert!(facts.len() > 30, "only {} facts", facts.len());
        for fact in facts {
            let value = &fact["value"];
            let part = |part: &serde_json::Value| part.as_str().expect("a text").to_owned();
            let (text, unit) = (part(&value["text"][language]), part(&value["unit"]));
            let unit = if unit.is_empty() || text.is_empty() { String::new() } else { format!(" {unit}") };
            let mark = if value["is_assumed"] == true { " *" } else { "" };
            let expected = serde_json::json!([fact["label"][language], format!("{text}{unit}{mark}")]);
            let is_said = proof[said].as_array().expect("a list").contains(&expected);
            assert!(is_said || text.is_empty(), "the page does not say {expected}: {}", proof[said]);
        }
    }
    let verdicts = blocks.iter().find(|block| block["key"] == "verdicts").expect("a block of verdicts");
    assert_eq!(proof["cells"].as_u64(), verdicts["grid"]["rows"].as_array().map(|rows| rows.len() as u64));
    assert_eq!(proof["folded"], 1, "a block that was clicked folds");
}

#[test]
fn the_page_of_a_district_is_light_and_closes_its_own_doors() {
    let text = std::fs::read_to_string(published().result.join("report.html")).expect("written");
    assert!(text.len() < 6_000_000, "{} bytes", text.len());
    assert!(text.contains("default-src 'none'") && !text.contains("<script>alert"));
    assert_eq!(text.matches("<script").count(), 2, "the data and the program, nothing else");
}

/// The rows of a sheet by heading.
fn sheet(workbook: &mut Xlsx<std::io::BufReader<std::fs::File>>, name: &str) -> Vec<BTreeMap<String, Data>> {
    let range = workbook.worksheet_range(name).expect("the sheet");
    let mut all = range.rows();
    let headings: Vec<String> = all.next().expect("headings").iter().map(ToString::to_string).collect();
    all.map(|row| headings.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

/// How many cells of a row hold what the table of sites has in their column; each that can be compared has to agree.
fn agreeing_cells(
    row: &BTreeMap<String, Data>,
    expected: &BTreeMap<String, String>,
    definitions: &[BTreeMap<String, Data>],
) -> usize {
    let mut compared = 0;
    for definition in definitions {
        let (heading, key) = (definition["Column"].to_string(), definition["Key in files"].to_string());
        let (Some(found), Some(expected)) = (row.get(&heading), expected.get(&key)) else { continue };
        match found {
            Data::Float(value) => {
                assert_eq!(Ok(*value), expected.parse(), "{heading}");
                compared += 1;
            }
            Data::Empty => assert!(expected.is_empty(), "{heading}: {expected}"),
            Data::String(text) if ["Code", "Name", "First station", "Read from"].contains(&heading.as_str()) => {
                assert_eq!(text, expected, "{heading}");
                compared += 1;
            }
            Data::String(_) => {}
            other => panic!("{heading}: {other:?}"),
        }
    }
    compared
}

#[test]
fn every_row_of_the_workbook_agrees_with_the_table_of_sites() {
    let mut workbook: Xlsx<_> = open_workbook(published().result.join("sites.xlsx")).expect("a workbook");
    let names = ["Sites", "Scenarios", "Measures", "Subdistricts", "Surveys", "Rules", "Definitions", "Provenance"];
    assert_eq!(workbook.sheet_names(), names);
    let table = rows(&published().result.join("sites.csv"));
    let definitions = sheet(&mut workbook, "Definitions");
    let base = &table[..161];
    for (name, expected_rows, least) in [("Scenarios", &table[..], 20), ("Sites", base, 10)] {
        let sites = sheet(&mut workbook, name);
        assert_eq!(sites.len(), expected_rows.len());
        let mut compared = 0;
        for (row, expected) in sites.iter().zip(expected_rows) {
            compared += agreeing_cells(row, expected, &definitions);
        }
        assert!(compared > least * sites.len(), "only {compared} cells of {} rows were compared", sites.len());
    }
    let objects = sheet(&mut workbook, "Sites");
    let (other, heading) = (&table[161..322], format!("Response: {}", table[161]["scenario"]));
    for (row, expected) in objects.iter().zip(other) {
        let said = row[&heading].to_string().replace(' ', "_");
        assert_eq!(said, expected["response_verdict"], "{}", expected["site_id"]);
    }
    let measures = sheet(&mut workbook, "Measures");
    assert!(measures.iter().any(|row| matches!(&row["Lead unit"], Data::String(unit) if unit.contains('区'))));
    let all = sheet(&mut workbook, "Subdistricts").pop().expect("a last row");
    assert_eq!(all["Sites"], Data::Float(161.0));
}

#[test]
fn a_chinese_run_has_chinese_headings() {
    let folder = scratch();
    let town = folder.path().join("town");
    succeed(&["demo", "hill-town", "-o", &word(&town)]);
    let result = folder.path().join("result");
    let words = [
        "run",
        &word(&town.join("study.toml")),
        "-o",
        &word(&result),
        "--scenario",
        "today",
        "--sheets",
        "none",
        "--lang",
        "zh",
    ]
    .map(str::to_owned);
    assert_eq!(firereach(&words).code, 0);
    let mut workbook: Xlsx<_> = open_workbook(result.join("sites.xlsx")).expect("a workbook");
    let first = sheet(&mut workbook, "对象").remove(0);
    assert!(first.contains_key("到场时间 (s)") && first.contains_key("水源等级"), "{first:?}");
}
