//! Where the data of a run is from, as maps and pages have to say it.

use firereach_model::record::Record;

use crate::words::Language;

/// Whom the licence of OpenStreetMap's data asks to name.
const OSM: &str = "© OpenStreetMap contributors (ODbL)";
/// Files that are named; the others are counted.
const NAMED: usize = 3;

/// The files a run was made from, the first by name, and whom their licences ask to name; empty for no files.
pub fn sources(record: &Record, language: Language) -> String {
    let names: Vec<&str> = record.inputs.iter().map(|input| file_name(&input.file)).collect();
    if names.is_empty() {
        return String::new();
    }
    let named = names[..names.len().min(NAMED)].join(language.pick(", ", "、"));
    let rest = names.len().saturating_sub(NAMED);
    let files = match (rest, language) {
        (0, _) => named,
        (rest, Language::English) => format!("{named} and {rest} more"),
        (_, Language::Chinese) => format!("{named}等{}个文件", names.len()),
    };
    if names.iter().any(|name| is_osm(name)) { format!("{files} {OSM}") } else { files }
}

/// A path without its folders, however it separates them.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn is_osm(name: &str) -> bool {
    let name = name.to_lowercase();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_said_by_its_last_part() {
        assert_eq!([file_name("a/b.shp"), file_name("c:\\d\\e.dxf"), file_name("f.csv")], ["b.shp", "e.dxf", "f.csv"]);
    }

    #[test]
    fn an_extract_of_openstreetmap_is_known_by_its_ending() {
        assert!(is_osm("yuzhong.osm.PBF") && is_osm("a.osm.gz") && !is_osm("osm_sites.geojson"));
    }
}
