//! Elevation files made by hand, and real ones against slopes that other software computed.

use std::path::Path;

use firereach_model::feature::{Road, RoadClass, Structure};
use firereach_model::origin::Origin;
use geo_types::{LineString, line_string};

use super::roads::give_heights;
use super::*;

fn projector(text: &str) -> Projector {
    Projector::named(text).expect("the test names a known system")
}

fn source(path: &Path, crs: Option<&str>, unit: Option<&str>) -> TerrainSource {
    TerrainSource {
        path: path.to_owned(),
        shown: path.file_name().expect("a file").to_string_lossy().into_owned(),
        crs: crs.map(str::to_owned),
        unit: unit.map(str::to_owned),
    }
}

fn square(west: f64, south: f64, east: f64, north: f64) -> Rect<f64> {
    Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
}

pub(crate) fn road(id: &str, line: LineString<f64>, structure: Structure) -> Road {
    Road { origin: Origin::of_study("test", id), structure, ..Road::plain(id, RoadClass::Residential, line) }
}

/// A slope that rises 1 m in 10 m eastwards, 20 x 20 cells of 10 m, with one cell missing in its north-west corner.
fn slope(folder: &Path, name: &str, west: f64) -> std::path::PathBuf {
    let mut text =
        format!("ncols 20\nnrows 20\nxllcorner {west}\nyllcorner 3270000\ncellsize 10\nNODATA_value -9999\n");
    for row in 0..20 {
        for column in 0..20 {
            let height = (west + 5.0 + f64::from(column) * 10.0 - 359_000.0) / 10.0;
            text += &if row == 0 && column == 0 { "-9999 ".to_owned() } else { format!("{height} ") };
        }
        text.push('\n');
    }
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the folder is writable");
    path
}

#[test]
fn two_tiles_that_only_touch_make_one_ground_without_a_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    let tiles = [slope(folder.path(), "a.asc", 359_000.0), slope(folder.path(), "b.asc", 359_200.0)];
    let sources: Vec<_> = tiles.iter().map(|path| source(path, Some("EPSG:4545"), None)).collect();
    let working = projector("EPSG:4545");
    let reading = read_terrain(&sources, &working, square(359_050.0, 3_270_050.0, 359_350.0, 3_270_150.0));
    let terrain = reading.expect("both tiles are good").terrain;
    assert_eq!(terrain.grids.len(), 1);
    for x in [359_060.0, 359_195.0, 359_200.0, 359_204.0, 359_340.0] {
        let height = terrain.height_at(Coord { x, y: 3_270_100.0 }).expect("the ground is covered");
        assert!((height.height_m - (x - 359_000.0) / 10.0).abs() < 1e-4, "{x}: {height:?}");
    }
}

#[test]
fn another_zone_sees_the_same_ground() {
    let folder = tempfile::tempdir().expect("a folder");
    let tile = slope(folder.path(), "a.asc", 359_000.0);
    let (own, other) = (projector("EPSG:4545"), projector("EPSG:4544"));
    let corner = |x: f64, y: f64| {
        let (lon, lat) = own.to_lon_lat(Coord { x, y });
        other.from_lon_lat(lon, lat)
    };
    let extent = Rect::new(corner(359_000.0, 3_270_000.0), corner(359_200.0, 3_270_200.0));
    let terrain = read_terrain(&[source(&tile, Some("EPSG:4545"), None)], &other, extent).expect("a good tile").terrain;
    for (x, y) in [(359_050.0, 3_270_100.0), (359_120.0, 3_270_060.0), (359_170.0, 3_270_150.0)] {
        let height = terrain.height_at(corner(x, y)).expect("the ground is covered");
        assert!((height.height_m - (x - 359_000.0) / 10.0).abs() < 1e-3, "{x}: {height:?}");
    }
}

#[test]
fn a_cell_without_data_has_no_height() {
    let folder = tempfile::tempdir().expect("a folder");
    let tile = slope(folder.path(), "a.asc", 359_000.0);
    let whole = square(359_000.0, 3_270_000.0, 359_200.0, 3_270_200.0);
    let reading = read_terrain(&[source(&tile, Some("EPSG:4545"), None)], &projector("EPSG:4545"), whole);
    let terrain = reading.expect("a good tile").terrain;
    assert_eq!(terrain.height_at(Coord { x: 359_008.0, y: 3_270_192.0 }), None);
    assert!(terrain.height_at(Coord { x: 359_030.0, y: 3_270_170.0 }).is_some());
}

#[test]
fn a_file_without_a_system_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let tile = slope(folder.path(), "a.asc", 359_000.0);
    let whole = square(359_000.0, 3_270_000.0, 359_200.0, 3_270_200.0);
    let error = read_terrain(&[source(&tile, None, None)], &projector("EPSG:4545"), whole).expect_err("no system");
    assert!(error.to_string().contains("crs ="), "{error}");
}

#[test]
fn feet_are_feet() {
    let folder = tempfile::tempdir().expect("a folder");
    let tile = slope(folder.path(), "a.asc", 359_000.0);
    let whole = square(359_000.0, 3_270_000.0, 359_200.0, 3_270_200.0);
    let reading = read_terrain(&[source(&tile, Some("EPSG:4545"), Some("ft"))], &projector("EPSG:4545"), whole);
    let height = reading.expect("a good tile").terrain.height_at(Coord { x: 359_100.0, y: 3_270_100.0 });
    assert!((height.expect("covered").height_m - 3.048).abs() < 1e-5, "{height:?}");
}

/// The ground is a valley: 100 m at x = 0 and x = 200, down to 0 m at x = 100.
fn valley() -> Terrain {
    let heights = (0..2).flat_map(|_| (0..21).map(|column: i16| f32::from((column - 10).abs()) * 10.0)).collect();
    let first = Coord { x: 0.0, y: 5.0 };
    let grid =
        Grid { file: "valley".to_owned(), first, cell_m: 10.0, columns: 21, rows: 2, heights, resolution_m: 10.0 };
    Terrain { grids: vec![grid] }
}

#[test]
fn a_bridge_of_two_pieces_spans_the_valley_evenly() {
    let mut roads = vec![
        road("west", line_string![(x: 0.0, y: 0.0), (x: 20.0, y: 0.0)], Structure::Ground),
        road("bridge 1", line_string![(x: 20.0, y: 0.0), (x: 50.0, y: 0.0), (x: 100.0, y: 0.0)], Structure::Bridge),
        road("bridge 2", line_string![(x: 100.0, y: 0.0), (x: 190.0, y: 0.0)], Structure::Bridge),
        road("east", line_string![(x: 190.0, y: 0.0), (x: 200.0, y: 0.0)], Structure::Ground),
        road("below", line_string![(x: 100.0, y: -5.0), (x: 100.0, y: 5.0)], Structure::Ground),
    ];
    assert_eq!(give_heights(&mut roads, &valley()), 0);
    let close =
        |found: Option<f64>, expected: f64| assert!((found.expect("a height") - expected).abs() < 1e-3, "{found:?}");
    // 80 m at x = 20, 90 m at x = 190: 10 m in 170 m.
    close(roads[1].heights_m[0], 80.0);
    close(roads[1].heights_m[1], 80.0 + 30.0 / 17.0);
    close(roads[1].heights_m[2], 80.0 + 80.0 / 17.0);
    close(roads[2].heights_m[0], 80.0 + 80.0 / 17.0);
    close(roads[2].heights_m[1], 90.0);
    close(roads[4].heights_m[0], 0.0);
}

#[test]
fn a_bridge_that_forks_balances_at_the_fork() {
    // Three branches of 40 m from the fork at x = 60 to the ground at x = 20 (80 m), x = 100 (0 m) and x = 60, y = 40.
    let mut roads = vec![
        road("a", line_string![(x: 20.0, y: 0.0), (x: 60.0, y: 0.0)], Structure::Bridge),
        road("b", line_string![(x: 60.0, y: 0.0), (x: 100.0, y: 0.0)], Structure::Bridge),
        road("c", line_string![(x: 60.0, y: 0.0), (x: 20.0, y: 0.1)], Structure::Bridge),
        road("ground a", line_string![(x: 20.0, y: 0.0), (x: 10.0, y: 0.0)], Structure::Ground),
        road("ground b", line_string![(x: 100.0, y: 0.0), (x: 110.0, y: 0.0)], Structure::Ground),
        road("ground c", line_string![(x: 20.0, y: 0.1), (x: 10.0, y: 0.1)], Structure::Ground),
    ];
    give_heights(&mut roads, &valley());
    // Two branches to 80 m and one to 0 m, all of one length.
    assert!((roads[0].heights_m[1].expect("a height") - 160.0 / 3.0).abs() < 0.01, "{:?}", roads[0].heights_m);
}

#[test]
fn surveyed_heights_are_kept() {
    let mut surveyed = road("s", line_string![(x: 0.0, y: 0.0), (x: 20.0, y: 0.0)], Structure::Ground);
    surveyed.heights_m = vec![Some(7.0), Some(8.0)];
    let mut roads = vec![surveyed];
    give_heights(&mut roads, &valley());
    assert_eq!(roads[0].heights_m, [Some(7.0), Some(8.0)]);
}

/// The folder of real data, or `None` with a loud word; missing data fails where `CI` says so.
fn real_data(name: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").is_err(), "real data is missing: {}", path.display());
    eprintln!("SKIPPED: no real data at {}", path.display());
    None
}

#[test]
fn street_slopes_of_lisbon_agree_with_other_software() {
    let Some(folder) = real_data("lisbon-slopes") else { return };
    let text = std::fs::read_to_string(folder.join("lisbon_road_network_epsg3763.geojson")).expect("readable");
    let geojson::GeoJson::FeatureCollection(collection) = text.parse().expect("GeoJSON") else {
        panic!("a collection")
    };
    let working = projector("EPSG:3763");
    let dem = source(&folder.join("dem_lisbon.tif"), Some("EPSG:3763"), None);
    let reading = read_terrain(&[dem], &working, square(-88_285.0, -106_485.0, -86_285.0, -105_155.0)).expect("good");
    let (mut ours, mut theirs, mut low_errors, mut slope_errors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for feature in collection.features {
        let number = |key: &str| feature.property(key).and_then(serde_json::Value::as_f64).expect("a number");
        let (z_min, published) = (number("Z_Min"), number("Avg_Slope"));
        let geometry: geo_types::Geometry<f64> =
            feature.geometry.clone().expect("a line").try_into().expect("a geometry");
        let geo_types::Geometry::LineString(line) = geometry else { panic!("a line") };
        let mut roads = vec![road("r", line, Structure::Ground)];
        give_heights(&mut roads, &reading.terrain);
        let heights: Option<Vec<f64>> = roads[0].heights_m.iter().copied().collect();
        let Some(heights) = heights else { continue };
        let (mut climb, mut length) = (0.0, 0.0);
        for (pair, ends) in heights.windows(2).zip(roads[0].line.0.windows(2)) {
            climb += (pair[1] - pair[0]).abs();
            length += (ends[1].x - ends[0].x).hypot(ends[1].y - ends[0].y);
        }
        let slope = climb / length * 100.0;
        low_errors.push((heights.iter().copied().fold(f64::INFINITY, f64::min) - z_min).abs());
        slope_errors.push((slope - published).abs());
        ours.push(slope);
        theirs.push(published);
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (low, slope) = (median(&mut low_errors), median(&mut slope_errors));
    let agreement = correlation(&ours, &theirs);
    eprintln!(
        "lisbon: {} streets; lowest point off by {low:.3} m (median), {:.3} m (90 of 100); average slope off by {slope:.3} \
         percent points (median), {:.3} (90 of 100); correlation {agreement:.4}",
        ours.len(),
        low_errors[low_errors.len() * 9 / 10],
        slope_errors[slope_errors.len() * 9 / 10],
    );
    assert!(ours.len() >= 260, "{} streets lie on the raster", ours.len());
    assert!(low < 0.01, "the lowest points are the same: {low}");
    assert!(agreement > 0.98, "{agreement}");
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - mean_a) * (y - mean_b);
        aa += (x - mean_a).powi(2);
        bb += (y - mean_b).powi(2);
    }
    ab / (aa * bb).sqrt()
}

#[test]
fn tiles_of_andorra_meet_and_cover_it() {
    let Some(folder) = real_data("andorra") else { return };
    let sources: Vec<_> =
        ["N42E001.hgt.zip", "N41E001.hgt.zip"].iter().map(|name| source(&folder.join(name), None, None)).collect();
    let working = Projector::around(1.52, 42.5).expect("on the Earth");
    let (south, north) = (working.from_lon_lat(1.45, 41.98), working.from_lon_lat(1.55, 42.52));
    let reading = read_terrain(&sources, &working, Rect::new(south, north)).expect("good tiles");
    assert_eq!(reading.terrain.grids.len(), 1, "{:?}", reading.notes);
    // Andorra la Vella lies at 1,020 m or so; the seam of the tiles is the 42nd parallel.
    let height = |lon, lat| reading.terrain.height_at(working.from_lon_lat(lon, lat)).map(|height| height.height_m);
    assert!(height(1.5218, 42.5063).is_some_and(|h| (990.0..1120.0).contains(&h)), "{:?}", height(1.5218, 42.5063));
    for lat in [41.9995, 41.9999, 42.0, 42.0001, 42.0005] {
        assert!(height(1.5, lat).is_some(), "{lat}");
    }
}

#[test]
fn a_grid_in_feet_that_is_silent_about_its_heights_is_refused() {
    let Some(folder) = real_data("epanet") else { return };
    let path = folder.join("ky4_elevation.tif");
    let working = Projector::around(-85.59, 38.05).expect("on the Earth");
    let (a, b) = (working.from_lon_lat(-85.65, 38.02), working.from_lon_lat(-85.55, 38.08));
    let error = read_terrain(&[source(&path, None, None)], &working, Rect::new(a, b)).expect_err("a silent file");
    assert!(error.to_string().contains("unit"), "{error}");
    let reading = read_terrain(&[source(&path, None, Some("m"))], &working, Rect::new(a, b)).expect("a stated unit");
    let grid = &reading.terrain.grids[0];
    // Cells of 90.975 US survey feet.
    assert!((grid.resolution_m - 27.73).abs() < 0.1, "{}", grid.resolution_m);
    let height = reading.terrain.height_at(working.from_lon_lat(-85.6, 38.05)).expect("covered").height_m;
    assert!((117.0..227.0).contains(&height), "{height}");
}
