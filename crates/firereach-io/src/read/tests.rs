//! Small parts made by hand, put together.

use std::collections::BTreeMap;

use firereach_model::bounds::Bounds;
use firereach_model::feature::{
    Body, Building, BuildingStructure, Hydrant, HydrantKind, RestrictionKind, Service, Site, SiteKind, Structure,
    TurnRestriction, Zone,
};
use firereach_model::units::Metres;
use geo_types::{Geometry, LineString, Point, Polygon};

use firereach_model::origin::Origin;

use super::*;

mod real;

/// The corner of the test town: metres of EPSG:4545.
const HOME: Coord<f64> = Coord { x: 360_000.0, y: 3_272_000.0 };

fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x: HOME.x + x, y: HOME.y + y }
}

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    let corners = vec![at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side), at(x, y)];
    Polygon::new(LineString(corners), Vec::new())
}

fn origin(id: &str) -> Origin {
    Origin { file: "town.gpkg".into(), layer: None, row: 1, id: Some(id.to_owned()) }
}

fn road(id: &str, from: (f64, f64), to: (f64, f64)) -> firereach_model::feature::Road {
    let line = LineString(vec![at(from.0, from.1), at(to.0, to.1)]);
    crate::terrain::tests::road(id, line, Structure::Ground)
}

fn hydrant(id: &str, place: Coord<f64>) -> Hydrant {
    Hydrant {
        origin: origin(id),
        id: id.to_owned(),
        at: Point(place),
        kind: HydrantKind::Unknown,
        service: Service::Unknown,
        flow: Bounds::unknown(),
        pressure: Bounds::unknown(),
        static_pressure: Bounds::unknown(),
        lacks_pressure: false,
        main_diameter_mm: None,
        main_id: None,
        outlets: None,
        tested_on: None,
        height_m: None,
        level: 0,
    }
}

fn site(id: &str, kind: SiteKind, shape: Geometry<f64>) -> Site {
    Site {
        origin: origin(id),
        id: id.to_owned(),
        name: Some(format!("site {id}")),
        kind,
        grade: None,
        shape,
        body: Body::default(),
        people: None,
        lon_lat: (0.0, 0.0),
        point: Point::new(0.0, 0.0),
        height_m: None,
        level: None,
        building: None,
        details: BTreeMap::new(),
    }
}

fn building(id: &str, footprint: Polygon<f64>) -> Building {
    let body = Body {
        height: Bounds::exactly(Metres::of(7.0)),
        structure: Some(BuildingStructure::Timber),
        storeys: Some(2),
        ..Body::default()
    };
    Building {
        origin: origin(id),
        id: id.to_owned(),
        name: None,
        footprint,
        body,
        min_height: None,
        level: 0,
        is_roof: false,
    }
}

fn zone(id: &str, kind: ZoneKind, area: Polygon<f64>) -> Zone {
    Zone {
        origin: origin(id),
        id: id.to_owned(),
        name: Some(id.to_owned()),
        kind,
        area: MultiPolygon(vec![area]),
        people: None,
    }
}

fn source(name: &str) -> Source {
    Source { name: name.to_owned(), path: "town.gpkg".into(), shown: "town.gpkg".to_owned(), ..Source::default() }
}

/// A part in working coordinates, with one count for each layer that holds something.
fn part(name: &str, layers: Layers) -> (Source, Part) {
    let counts = layer_sizes(&layers)
        .into_iter()
        .filter(|(_, size)| *size > 0)
        .map(|(layer, size)| SourceCount {
            source_name: name.to_owned(),
            file: "town.gpkg".to_owned(),
            layer: layer.to_owned(),
            read: size as u64,
            kept: size as u64,
            ..SourceCount::default()
        })
        .collect();
    (source(name), Part { layers, crs: Some("EPSG:4545".to_owned()), counts, ..Part::default() })
}

fn town() -> Layers {
    Layers {
        roads: vec![road("r1", (0.0, 0.0), (100.0, 0.0)), road("r2", (100.0, 0.0), (100.0, 100.0))],
        buildings: vec![building("b1", square(10.0, 10.0, 20.0)), building("b2", square(50.0, 10.0, 20.0))],
        sites: vec![
            site("inside", SiteKind::Relic, Geometry::Point(Point(at(20.0, 20.0)))),
            site("beside", SiteKind::Relic, Geometry::Point(Point(at(47.0, 20.0)))),
            site("alone", SiteKind::Relic, Geometry::Point(Point(at(90.0, 90.0)))),
        ],
        hydrants: vec![hydrant("h", at(50.0, 0.0))],
        zones: vec![
            zone("old town", ZoneKind::HistoricBlock, square(0.0, 0.0, 40.0)),
            zone("district", ZoneKind::District, square(0.0, 0.0, 80.0)),
        ],
        ..Layers::default()
    }
}

fn read(parts: Vec<(Source, Part)>, options: &ReadOptions<'_>) -> Reading {
    let reading = assemble(parts, options).expect("a good town");
    assert!(reading.counts.iter().all(SourceCount::adds_up), "{:?}", reading.counts);
    reading
}

fn counted(reading: &Reading, layer: &str) -> (u64, u64, u64, u64) {
    let lines = reading.counts.iter().filter(|count| count.layer == layer);
    lines.fold((0, 0, 0, 0), |sum, c| (sum.0 + c.read, sum.1 + c.kept, sum.2 + c.repaired, sum.3 + c.set_aside))
}

#[test]
fn the_plane_of_the_data_is_the_working_system() {
    let reading = read(vec![part("town", town())], &ReadOptions::default());
    assert_eq!(reading.layers.frame.crs, "EPSG:4545");
    assert_eq!(reading.layers.roads[0].line.0[0], at(0.0, 0.0));
}

#[test]
fn degrees_and_metres_meet_in_one_frame() {
    let projector = Projector::named("EPSG:4545").expect("known");
    let (lon, lat) = projector.to_lon_lat(at(50.0, 5.0));
    let mut degrees =
        part("hydrants", Layers { hydrants: vec![hydrant("h9", Coord { x: lon, y: lat })], ..Layers::default() });
    degrees.1.crs = Some("EPSG:4490".to_owned());
    let reading = read(vec![part("town", town()), degrees], &ReadOptions::default());
    let place = reading.layers.hydrants[1].at.0;
    assert!((place.x - at(50.0, 5.0).x).abs() < 1e-5 && (place.y - at(50.0, 5.0).y).abs() < 1e-5, "{place:?}");
    assert_eq!(reading.layers.frame.operations.len(), 2);
}

#[test]
fn a_site_takes_the_footprint_it_lies_in_or_beside_and_what_is_known_of_the_building() {
    let reading = read(vec![part("town", town())], &ReadOptions::default());
    let sites = &reading.layers.sites;
    assert_eq!(sites[0].building.as_deref(), Some("b1"));
    assert_eq!(sites[0].body.structure, Some(BuildingStructure::Timber));
    assert_eq!(sites[1].building.as_deref(), Some("b2"), "3 m beside it");
    assert_eq!(sites[2].building, None);
    assert!(matches!(sites[0].shape, Geometry::Polygon(_)) && matches!(sites[2].shape, Geometry::Point(_)));
    let (lon, lat) = sites[2].lon_lat;
    let back = reading.projector.from_lon_lat(lon, lat);
    assert!((back.x - at(90.0, 90.0).x).abs() < 1e-5, "{back:?}");
}

#[test]
fn a_bust_beside_a_house_is_not_the_house() {
    let words = NoBuilding {
        keys: vec!["memorial".to_owned()],
        never: vec!["bust".to_owned(), "plaque".to_owned()],
        maybe: vec!["tomb".to_owned()],
        on_wall: vec!["plaque".to_owned()],
    };
    let taken = |word: &str| {
        let mut layers = town();
        for site in &mut layers.sites {
            site.details.insert("memorial".to_owned(), word.to_owned());
        }
        let options = ReadOptions { no_building: Some(&words), ..ReadOptions::default() };
        read(vec![part("town", layers)], &options)
            .layers
            .sites
            .into_iter()
            .map(|site| site.building)
            .collect::<Vec<_>>()
    };
    let (b1, b2) = (Some("b1".to_owned()), Some("b2".to_owned()));
    assert_eq!(taken("plaza"), [b1.clone(), b2.clone(), None, None]);
    assert_eq!(taken("plaque"), [b1.clone(), b2, None, None], "it hangs on the wall");
    assert_eq!(taken("bust"), [b1.clone(), None, None, None], "the first one lies in a house");
    assert_eq!(taken("tomb"), [b1, None, None, None]);
}

#[test]
fn what_a_site_knows_of_itself_is_kept() {
    let mut layers = town();
    layers.sites[0].body.structure = Some(BuildingStructure::Masonry);
    let reading = read(vec![part("town", layers)], &ReadOptions::default());
    assert_eq!(reading.layers.sites[0].body.structure, Some(BuildingStructure::Masonry));
    assert_eq!(reading.layers.sites[0].body.storeys, Some(2));
}

#[test]
fn a_historic_block_of_the_zones_is_a_site_once() {
    let reading = read(vec![part("town", town())], &ReadOptions::default());
    let blocks = |reading: &Reading| reading.layers.sites.iter().filter(|s| s.kind == SiteKind::HistoricBlock).count();
    assert_eq!(blocks(&reading), 1);
    let mut layers = town();
    let shape = Geometry::Polygon(square(0.0, 0.0, 40.0));
    layers.sites.push(Site { name: Some("old town".to_owned()), ..site("s7", SiteKind::HistoricBlock, shape) });
    assert_eq!(blocks(&read(vec![part("town", layers)], &ReadOptions::default())), 1);
}

#[test]
fn sites_outside_the_area_are_set_aside_and_counted() {
    let area = Area::Zone("district".to_owned());
    let reading = read(vec![part("town", town())], &ReadOptions { area: Some(&area), ..ReadOptions::default() });
    assert_eq!(counted(&reading, "sites"), (3, 2, 0, 1));
    let outside: Vec<&Problem> = reading.problems.iter().filter(|problem| problem.code == "AREA-OUTSIDE").collect();
    assert_eq!(outside.len(), 1);
    assert_eq!(outside[0].origin.id.as_deref(), Some("alone"));
    assert_eq!(reading.layers.roads.len(), 2);
}

#[test]
fn an_area_that_does_not_exist_is_refused_with_those_that_do() {
    let area = Area::Zone("Atlantis".to_owned());
    let error = assemble(vec![part("town", town())], &ReadOptions { area: Some(&area), ..ReadOptions::default() });
    let text = error.expect_err("no such zone").to_string();
    assert!(text.contains("Atlantis") && text.contains("district"), "{text}");
}

#[test]
fn an_identifier_is_given_once_and_restrictions_follow_their_own_roads() {
    let mut second = town();
    second.restrictions.push(TurnRestriction {
        origin: origin("t"),
        from: "r1".to_owned(),
        via_node: None,
        via_roads: Vec::new(),
        to: "r2".to_owned(),
        kind: RestrictionKind::No,
        excepts_emergency: false,
    });
    let reading = read(vec![part("a", town()), part("b", second)], &ReadOptions::default());
    let ids: Vec<&str> = reading.layers.roads.iter().map(|road| road.id.as_str()).collect();
    assert_eq!(ids, ["r1", "r2", "r1~2", "r2~2"]);
    assert_eq!(
        (reading.layers.restrictions[0].from.as_str(), reading.layers.restrictions[0].to.as_str()),
        ("r1~2", "r2~2")
    );
    assert_eq!(counted(&reading, "roads"), (4, 2, 2, 0));
    assert!(reading.problems.iter().any(|problem| problem.code == "ID-DUPLICATE"));
}

#[test]
fn a_stray_is_set_aside_and_the_rest_stays() {
    let mut layers = town();
    layers.hydrants.push(hydrant("stray", Coord { x: 0.0, y: 0.0 }));
    layers.hydrants.push(hydrant("no place", Coord { x: f64::NAN, y: 0.0 }));
    let reading = read(vec![part("town", layers)], &ReadOptions::default());
    assert_eq!(counted(&reading, "hydrants"), (3, 1, 0, 2));
    let codes: Vec<&str> = reading.problems.iter().map(|problem| problem.code.as_ref()).collect();
    assert!(codes.contains(&"CRS-STRAY") && codes.contains(&"CRS-NO-PLACE"), "{codes:?}");
}

#[test]
fn a_file_has_its_known_digest_and_a_shapefile_brings_its_companions() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.shp", "a.dbf", "a.prj", "a.txt", "b.shp"] {
        std::fs::write(folder.path().join(name), "abc").expect("writable");
    }
    let path = folder.path().join("a.shp");
    let inputs = digest_files([(path.as_path(), "data/a.shp")].into_iter()).expect("readable");
    let names: Vec<&str> = inputs.iter().map(|input| input.file.as_str()).collect();
    assert_eq!(names, ["data/a.dbf", "data/a.prj", "data/a.shp"]);
    // FIPS 180-2, appendix B.1.
    assert_eq!(inputs[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(inputs[0].bytes, 3);
}

#[test]
fn terrain_lifts_roads_sites_and_hydrants() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flat.asc");
    let rows = "42 42 42 42 42 42\n".repeat(6);
    let text = format!("ncols 6\nnrows 6\nxllcorner 359950\nyllcorner 3271950\ncellsize 40\n{rows}");
    std::fs::write(&path, text).expect("writable");
    let terrain = [TerrainSource { path, shown: "flat.asc".to_owned(), crs: Some("EPSG:4545".to_owned()), unit: None }];
    let reading = read(vec![part("town", town())], &ReadOptions { terrain: &terrain, ..ReadOptions::default() });
    let layers = &reading.layers;
    assert_eq!(layers.roads[0].heights_m, [Some(42.0), Some(42.0)]);
    assert!(layers.sites.iter().all(|site| site.height_m == Some(42.0)));
    assert_eq!(layers.hydrants[0].height_m, Some(42.0));
}

#[test]
fn the_same_parts_in_gcj02_and_in_degrees_make_the_same_layers() {
    let projector = Projector::named("EPSG:4545").expect("known");
    let in_system = |text: &str| {
        let system = System::parse(text).expect("known");
        let mut layers = town();
        let mut coords = coords_of(&layers);
        projector.all_to_lon_lat(&mut coords);
        system.from_lon_lat(&mut coords);
        replace_coords(&mut layers, coords);
        let (mut source, part) = part("town", layers);
        source.crs = Some(text.to_owned());
        read(vec![(source, part)], &ReadOptions { crs: Some("EPSG:4545"), ..ReadOptions::default() }).layers
    };
    let (a, b) = (coords_of(&in_system("EPSG:4326")), coords_of(&in_system("gcj02")));
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(&b).all(|(a, b)| (a.x - b.x).hypot(a.y - b.y) < 1e-4));
}
