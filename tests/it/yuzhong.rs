//! The notice's own district: the steps of `datasets/yuzhong/README.md`, as written there.

use std::path::Path;

use crate::program::{real_data, rows, scratch, succeed, word};

const THREE: &str = "three small stations, Wangjiaba a PLACEHOLDER";

#[test]
fn the_steps_of_the_template_work_as_written_and_tell_the_three_stations_apart() {
    let Some(extract) = real_data("yuzhong/yuzhong.osm.pbf") else { return };
    let Some(terrain) = real_data("yuzhong/elevation_srtm30_utm48n.tif") else { return };
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let study = at("study");
    let words =
        ["init", "--osm", &word(&extract), "--area", "渝中区", "--terrain", &word(&terrain), "-o", &word(&study)];
    succeed(&words);
    // sed -n '/copy from here/,$p' datasets/yuzhong/yuzhong.toml >> study/study.toml
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/yuzhong/yuzhong.toml");
    let template = std::fs::read_to_string(template).expect("the template is shipped");
    let from = template.find("copy from here").and_then(|at| template[..at].rfind('\n')).expect("the dashed line");
    let file = study.join("study.toml");
    let own = std::fs::read_to_string(&file).expect("written by init");
    std::fs::write(&file, own + &template[from + 1..]).expect("written");
    succeed(&["check", &word(&file)]);
    let out = at("out");
    succeed(&["run", &word(&file), "-o", &word(&out), "--sheets", "none", "--scenario", "today", "--scenario", THREE]);
    succeed(&["compare", &word(&out), "--to", THREE]);

    let sets = rows(&out.join("proposals.csv"));
    let named: Vec<&str> = sets.iter().map(|row| row["stations"].as_str()).collect();
    let expected = [
        "XX-SBT",
        "XX-DJX",
        "XX-WJB",
        "XX-SBT + XX-DJX",
        "XX-SBT + XX-WJB",
        "XX-DJX + XX-WJB",
        "XX-SBT + XX-DJX + XX-WJB",
    ];
    assert_eq!(named, expected);
    let number = |row: usize, key: &str| sets[row][key].parse::<f64>().expect("a number");
    // Two stations 750 m apart share most of their area, so neither adds much beside the other; together never less than one.
    for row in [0, 1] {
        assert!(number(row, "unique_km2") < number(row, "area_km2") / 1.5, "{:?}", sets[row]);
        assert!(number(3, "area_km2") >= number(row, "area_km2") && number(3, "sites") >= number(row, "sites"));
    }
    // Nobody mapped a width: nothing is in time for certain.
    assert!(sets.iter().all(|row| row["certain_sites"] == "0"));
    let stations = rows(&out.join("stations.csv"));
    let placeholder = stations.iter().find(|row| row["station_id"] == "XX-WJB").expect("it is in the scenario");
    assert!(placeholder["rulings"].contains("ST-15: unknown"), "{placeholder:?}");

    let differences = rows(&out.join("compare/differences.csv"));
    assert_eq!(differences.len(), 38);
    assert!(differences.iter().all(|row| row["change"] == "gain" || row["change"] == "same"), "{differences:?}");
    let svg = std::fs::read_to_string(out.join("compare/difference-001.svg")).expect("the map is drawn");
    assert!(svg.contains("十八梯") && svg.contains("sooner"), "it names the new stations and the classes");
}
