//! Whole cities from their files to one frame.

use std::path::PathBuf;

use super::*;

/// The folder of real data, or `None` with a loud word; missing data fails where `CI` says so.
fn real_data(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").is_err(), "real data is missing: {}", path.display());
    eprintln!("SKIPPED: no real data at {}", path.display());
    None
}

fn file(folder: &Path, name: &str, layer: &str) -> Source {
    let feeds = if layer == "osm" { Vec::new() } else { vec![layer.to_owned()] };
    Source { name: layer.to_owned(), path: folder.join(name), shown: name.to_owned(), feeds, ..Source::default() }
}

fn tile(folder: &Path, name: &str) -> TerrainSource {
    TerrainSource { path: folder.join(name), shown: name.to_owned(), crs: None, unit: None }
}

fn summary(reading: &Reading) {
    let sizes = layer_sizes(&reading.layers);
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in &reading.problems {
        *codes.entry(problem.code.as_ref()).or_default() += 1;
    }
    eprintln!("{:?}\n{sizes:?}\n{codes:?}\n{:#?}", reading.layers.frame, reading.notes);
    assert!(reading.counts.iter().all(SourceCount::adds_up), "{:?}", reading.counts);
}

#[test]
fn yuzhong_with_its_boundary_and_terrain() {
    let Some(folder) = real_data("yuzhong") else { return };
    let area = Area::File(Box::new(file(&folder, "boundary_osm_wgs84.geojson", "zones")));
    let terrain = [tile(&folder, "elevation_srtm30_utm48n.tif")];
    let options = ReadOptions { area: Some(&area), terrain: &terrain, ..ReadOptions::default() };
    let start = std::time::Instant::now();
    let reading = read_layers(&[file(&folder, "yuzhong.osm.pbf", "osm")], &options).expect("a good city");
    eprintln!("yuzhong read in {:?}", start.elapsed());
    summary(&reading);
    let layers = &reading.layers;
    assert_eq!(layers.frame.crs, "EPSG:4545");
    assert_eq!(reading.inputs.len(), 3);
    assert!(reading.area.is_some());
    // The bridges over both rivers stand far above the water; every site lies on the peninsula.
    let inside = |lon: f64, lat: f64| (106.47..106.60).contains(&lon) && (29.52..29.58).contains(&lat);
    assert!(!layers.sites.is_empty() && layers.sites.iter().all(|site| inside(site.lon_lat.0, site.lon_lat.1)));
    let heights: Vec<f64> = layers.roads.iter().flat_map(|road| road.heights_m.iter().flatten().copied()).collect();
    assert!(heights.len() > 20_000 && heights.iter().all(|height| (130.0..420.0).contains(height)));
    assert!(layers.terrain.finest_resolution_m().is_some_and(|cell| (29.0..31.0).contains(&cell)));
}

#[test]
fn the_shifted_boundary_of_yuzhong_stops_the_run_until_the_study_says_what_it_is() {
    let Some(folder) = real_data("yuzhong") else { return };
    let sources = [file(&folder, "yuzhong.osm.pbf", "osm"), file(&folder, "boundary_osm_wgs84.geojson", "zones")];
    let mut boundary = file(&folder, "boundary_500103_gcj02.json", "zones");
    boundary.name = "boundary".to_owned();
    boundary.constants.insert("kind".to_owned(), "district".to_owned());
    let mut truth = sources[1].clone();
    truth.crs = Some("EPSG:4326".to_owned());
    truth.constants.insert("kind".to_owned(), "district".to_owned());
    let error = read_layers(&[sources[0].clone(), truth.clone(), boundary.clone()], &ReadOptions::default());
    let text = error.expect_err("shifted by 460 m").to_string();
    eprintln!("{text}");
    assert!(text.contains("boundary_500103_gcj02.json") && text.contains("crs = \"gcj02\""), "{text}");
    boundary.crs = Some("gcj02".to_owned());
    summary(&read_layers(&[sources[0].clone(), truth, boundary], &ReadOptions::default()).expect("said"));
}

#[test]
fn monaco_with_its_tile_of_heights() {
    let Some(folder) = real_data("monaco") else { return };
    let terrain = [tile(&folder, "N43E007.hgt.zip")];
    let options = ReadOptions { terrain: &terrain, ..ReadOptions::default() };
    let reading = read_layers(&[file(&folder, "monaco-2021.osm.pbf", "osm")], &options).expect("a good city");
    summary(&reading);
    assert_eq!(reading.layers.frame.crs, "EPSG:32632");
    assert!(reading.layers.roads.len() > 1000);
}

#[test]
fn sound_sources_of_shanghai_are_read_and_a_shifted_one_stops_the_run() {
    let Some(folder) = real_data("shanghai") else { return };
    let roads = file(&folder, "shanghai_center_roads.osm", "osm");
    let areas = |crs: Option<&str>| Source {
        crs: crs.map(str::to_owned),
        constants: BTreeMap::from([("kind".to_owned(), "character_area".to_owned())]),
        ..file(&folder, "conservation_areas_gcj02.geojson", "zones")
    };
    let error = read_layers(&[roads.clone(), areas(None)], &ReadOptions::default()).expect_err("shifted");
    eprintln!("{error}");
    assert!(error.to_string().contains("gcj02"), "{error}");
    let buildings = file(&folder, "buildings_mapzen_tiles.geojson", "buildings");
    let reading = read_layers(&[roads, areas(Some("gcj02")), buildings], &ReadOptions::default()).expect("said");
    summary(&reading);
    assert_eq!(reading.layers.sites.iter().filter(|site| site.kind == SiteKind::CharacterArea).count(), 12);
}
