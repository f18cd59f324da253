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

/// Whether a text holds two words of plain English in a row.
fn holds_english(text: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    let words: Vec<&str> = text.split([' ', ',', ';', '(', ')', '；', '，', '：', '（', '）']).collect();
    words.windows(2).any(|pair| is_word(pair[0]) && is_word(pair[1]))
}

/// The Chinese phrases of a sheet that hold English; what the data calls its things is its own.
fn english_in_chinese(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => match (fields.get("en"), fields.get("zh")) {
            (Some(_), Some(Value::String(text))) if holds_english(text) => found.push(text.clone()),
            _ => {
                let is_own = fields.get("key").and_then(Value::as_str).is_some_and(|key| key.starts_with("detail."));
                fields.values().filter(|_| !is_own).for_each(|inner| english_in_chinese(inner, found));
            }
        },
        Value::Array(items) => items.iter().for_each(|inner| english_in_chinese(inner, found)),
        _ => {}
    }
}

#[track_caller]
fn check_chinese(printed: &Printed) {
    let mut found = Vec::new();
    printed.sheets.values().for_each(|sheet| english_in_chinese(sheet, &mut found));
    assert!(found.is_empty(), "{} Chinese phrases hold English: {found:#?}", found.len());
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
    assert!(holds_english("车道：no lane leads there") && !holds_english("2.31 m，位于 墙 W-1 与 建筑 B-7 之间"));
    check_chinese(&printed);
    print(&study, &second, sites);
    for name in ["WW-001.pdf", "FM-01.pdf", "atlas.pdf", "JQ-01.svg"] {
        let bytes = |run: &Path| std::fs::read(run.join("sheets").join(name)).expect("written");
        assert!(bytes(&first) == bytes(&second), "{name} differs between two runs");
    }
    for name in ["reach", "lanes", "water", "dead-ends", "operating-sites"] {
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

/// A picture of one grey pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3A, 0x7E, 0x9B, b'U', 0, 0, 0, 0x0A, b'I', b'D', b'A', b'T', b'x', 0xDA, b'c', b'h', 0, 0, 0, 0x82,
    0, 0x81, 0xDA, b'E', 8, 0x3B, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, b'B', 0x60, 0x82,
];

#[test]
fn what_the_data_holds_is_printed_and_what_it_does_not_is_left_to_be_filled_in() {
    let folder = scratch();
    let town = folder.path().join("town");
    succeed(&["demo", "hill-town", "-o", &word(&town)]);
    let path = town.join("sites.geojson");
    let mut sites: Value = serde_json::from_slice(&std::fs::read(&path).expect("written")).expect("JSON");
    let told = &mut sites["features"][0]["properties"];
    told["灭火器"] = Value::from("4 具");
    told["消防安全责任人"] = Value::from("张三");
    told["照片"] = Value::from("front.png");
    std::fs::write(&path, sites.to_string()).expect("it can be written");
    std::fs::create_dir(town.join("photos")).expect("it can be made");
    for name in ["front.png", "WW-002.png"] {
        std::fs::write(town.join("photos").join(name), PIXEL).expect("it can be written");
    }
    let study = town.join("study.toml");
    let text = std::fs::read_to_string(&study).expect("written");
    let text = text.replacen("[base.sheets]\n", "[base.sheets]\nphotographs = \"photos\"\n", 1);
    assert!(text.contains("photographs"), "the study has a table of sheets");
    std::fs::write(&study, text).expect("it can be written");
    let printed = print(&study, &folder.path().join("result"), "WW-001,WW-002,WW-003,JQ-01,FM-01");
    let value = |site: &str, block: &str, key: &str| {
        let blocks = printed.sheets[site]["blocks"].as_array().expect("a list");
        let own = blocks.iter().find(|own| own["key"] == block).expect("the block is there");
        let fact = own["facts"].as_array().expect("a list").iter().find(|fact| fact["key"] == key);
        fact.unwrap_or_else(|| panic!("{site} has no {block}.{key}"))["value"]["text"]["zh"].clone()
    };
    assert_eq!(value("WW-001", "equipment", "extinguishers"), "4 具");
    assert_eq!(value("WW-001", "people", "responsible"), "张三");
    for (site, block, key) in [
        ("WW-001", "equipment", "alarm"),
        ("WW-002", "people", "responsible"),
        ("WW-002", "hazards", "e_bikes"),
        ("WW-002", "protection", "approval_body"),
        ("JQ-01", "ground", "joint_plan"),
        ("FM-01", "ground", "sub_zones"),
    ] {
        assert_eq!(value(site, block, key), "待查", "{site} {block} {key}");
    }
    let photo = |site: &str| printed.sheets[site]["photo"].clone();
    assert_eq!(
        [photo("WW-001"), photo("WW-002"), photo("WW-003")],
        ["/photos/0.png".into(), "/photos/0.png".into(), Value::Null]
    );
    let has_image = |site: &str| {
        let bytes = std::fs::read(folder.path().join(format!("result/sheets/{site}.pdf"))).expect("written");
        bytes.windows(14).any(|part| part == b"/Subtype/Image" || part == b"/Subtype /Imag")
    };
    assert_eq!([has_image("WW-001"), has_image("WW-003")], [true, false]);
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
