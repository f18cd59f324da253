//! Policy sheets: they say what the tables say, take any name, and are the same bytes twice.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::program::{firereach, rows, scratch, succeed, word};

/// The table of sites and the data of some sheets, from one run of a study's base.
struct Printed {
    rows: BTreeMap<String, BTreeMap<String, String>>,
    sheets: BTreeMap<String, Value>,
}

fn print(study: &Path, result: &Path, sites: &str) -> Printed {
    let words = ["run", &word(study), "-o", &word(result), "--scenario", "today", "--sheets", sites, "--sheet-data"];
    succeed(&words);
    let table = rows(&result.join("sites.csv"));
    let rows = table.into_iter().map(|row| (row["site_id"].clone(), row)).collect();
    let mut sheets = BTreeMap::new();
    for entry in std::fs::read_dir(result.join("sheets")).expect("sheets were written") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        match path.extension().and_then(|e| e.to_str()) {
            Some("pdf") => assert!(bytes.starts_with(b"%PDF"), "{}", path.display()),
            Some("json") => {
                let data: Value = serde_json::from_slice(&bytes).expect("JSON");
                let sheet = data["sheets"][0].clone();
                sheets.insert(sheet["code"].as_str().expect("a code").to_owned(), sheet);
            }
            _ => {
                let text = String::from_utf8(bytes).expect("UTF-8");
                assert!(text.starts_with("<svg") && !text.contains("<script"), "{}", path.display());
            }
        }
    }
    Printed { rows, sheets }
}

/// Every fact of a sheet that names columns shows their cells.
fn check_against_the_table(printed: &Printed) -> usize {
    let mut compared = 0;
    for (code, sheet) in &printed.sheets {
        let row = &printed.rows[code];
        let blocks = sheet["blocks"].as_array().expect("a list");
        for fact in blocks.iter().flat_map(|block| block["facts"].as_array().expect("a list")) {
            let shown = fact["value"]["text"]["en"].as_str().expect("a text");
            let basis = fact["basis"]["en"].as_str().expect("a text");
            for column in fact["columns"].as_array().expect("a list") {
                let cell = &row[column.as_str().expect("a key")];
                let Ok(number) = cell.parse::<f64>() else { continue };
                let is_share = column.as_str().is_some_and(|key| key.starts_with("gap_"));
                let text = if is_share {
                    format!("{:.1}", number * 100.0).trim_end_matches(".0").to_owned()
                } else {
                    cell.clone()
                };
                assert!(
                    shown.contains(&text) || basis.contains(&text) || fact["value"]["is_unknown"] == true,
                    "{code}, {column}: the table says {cell}, the sheet {shown:?}"
                );
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn a_sheet_says_what_the_table_says_and_is_the_same_twice() {
    let folder = scratch();
    let town = folder.path().join("town");
    succeed(&["demo", "hill-town", "-o", &word(&town)]);
    let study = town.join("study.toml");
    let sites = "WW-001,WW-002,WW-050,WW-149,JQ-01,FM-01";
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let printed = print(&study, &first, sites);
    assert_eq!(printed.sheets.len(), 6);
    assert!(check_against_the_table(&printed) > 100, "too few figures were compared");
    print(&study, &second, sites);
    for name in ["WW-001.pdf", "FM-01.pdf", "atlas.pdf", "JQ-01.svg"] {
        let bytes = |run: &Path| std::fs::read(run.join("sheets").join(name)).expect("written");
        assert!(bytes(&first) == bytes(&second), "{name} differs between two runs");
    }
    for name in ["reach", "lanes", "water"] {
        let picture = |run: &Path| std::fs::read(run.join("maps").join(format!("{name}.png"))).expect("written");
        assert!(picture(&first).starts_with(b"\x89PNG"), "maps/{name}.png is no picture");
        assert!(picture(&first) == picture(&second), "maps/{name}.png differs between two runs");
    }
}

#[test]
fn any_name_is_printed_and_none_is_markup() {
    let folder = scratch();
    let town = folder.path().join("town");
    succeed(&["demo", "hill-town", "-o", &word(&town)]);
    let path = town.join("sites.geojson");
    let mut sites: Value = serde_json::from_slice(&std::fs::read(&path).expect("written")).expect("JSON");
    let long = "长名".repeat(150);
    let names =
        ["<script>alert(1)</script>", &long, "", "#panic() $x$ *a* @b \\ [c", "بيت قديم", "𠮷㙟䶮龘", "=1+1\u{0}\u{7}"];
    for (feature, name) in sites["features"].as_array_mut().expect("a list").iter_mut().zip(names) {
        feature["properties"]["name"] = Value::from(name);
    }
    std::fs::write(&path, sites.to_string()).expect("it can be written");
    let ids: Vec<String> = (1..=names.len()).map(|n| format!("WW-{n:03}")).collect();
    let printed = print(&town.join("study.toml"), &folder.path().join("result"), &ids.join(","));
    assert_eq!(printed.sheets.len(), names.len());
    assert_eq!(printed.sheets["WW-001"]["name"], names[0]);
    assert_eq!(printed.sheets["WW-003"]["name"], "WW-003");
}

#[test]
fn a_site_that_is_not_there_and_a_template_with_a_fault_are_named() {
    let folder = scratch();
    let town = folder.path().join("town");
    succeed(&["demo", "hill-town", "-o", &word(&town)]);
    let study = town.join("study.toml");
    let run = |sites: &str| {
        let result = folder.path().join("result");
        firereach(&["run", &word(&study), "-o", &word(&result), "--scenario", "today", "--sheets", sites])
    };
    let called = run("WW-001,nowhere");
    assert_eq!(called.code, 3);
    assert!(called.err.contains("nowhere"), "{}", called.err);
    let text =
        std::fs::read_to_string(&study).expect("written").replacen("[base]\n", "[base]\ntemplate = \"own.typ\"\n", 1);
    std::fs::write(&study, text).expect("it can be written");
    std::fs::write(town.join("own.typ"), "#let a = 1\n#no-such-thing\n").expect("it can be written");
    let called = run("WW-001");
    assert_eq!(called.code, 3);
    assert!(called.err.contains("own.typ, line 2"), "{}", called.err);
}
