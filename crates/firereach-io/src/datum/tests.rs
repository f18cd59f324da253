//! Shifted and sound layers, made up and real.

use std::path::Path;

use firereach_model::feature::{Building, Hydrant, HydrantKind, Service, Site, SiteKind, Zone, ZoneKind};
use firereach_model::origin::Origin;
use geo_types::{LineString, MultiPolygon};

use super::*;
use crate::projection::System;

/// Where the layers of a test come from: its folder of real data, or `None` with a loud word.
fn real_data(name: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").is_err(), "real data is missing: {}", path.display());
    eprintln!("SKIPPED: no real data at {}", path.display());
    None
}

fn working() -> Projector {
    Projector::named("EPSG:4545").expect("known")
}

#[derive(Clone, Copy)]
enum As {
    Sites,
    Zones,
    Buildings,
    Roads,
}

/// Reads the geometries and names of a GeoJSON file, for a test that must not depend on the readers.
fn geojson_layers(path: &Path, r#as: As, projector: &Projector, within: Option<[f64; 4]>) -> Layers {
    let text = std::fs::read_to_string(path).expect("readable");
    let parsed: geojson::GeoJson = text.parse().expect("GeoJSON");
    let features = match parsed {
        geojson::GeoJson::FeatureCollection(collection) => collection.features,
        geojson::GeoJson::Feature(feature) => vec![feature],
        geojson::GeoJson::Geometry(_) => panic!("features"),
    };
    let mut layers = Layers::default();
    for (index, feature) in features.into_iter().enumerate() {
        let name = feature.property("name").and_then(serde_json::Value::as_str).map(str::to_owned);
        let Some(geometry) = feature.geometry else { continue };
        let mut shape: Geometry<f64> = geometry.try_into().expect("a geometry");
        if let Some([west, east, south, north]) = within {
            let at = shape.centroid().expect("not empty");
            if at.x() < west || at.x() > east || at.y() < south || at.y() > north {
                continue;
            }
        }
        geo::MapCoordsInPlace::map_coords_in_place(&mut shape, |at| projector.from_lon_lat(at.x, at.y));
        add(&mut layers, r#as, index, name, shape);
    }
    layers
}

fn add(layers: &mut Layers, r#as: As, index: usize, name: Option<String>, shape: Geometry<f64>) {
    let id = index.to_string();
    let origin = Origin::of_study("test", &id);
    match (r#as, shape) {
        (As::Zones, Geometry::Polygon(polygon)) => layers.zones.push(Zone {
            origin,
            id,
            name,
            kind: ZoneKind::CharacterArea,
            area: MultiPolygon(vec![polygon]),
            people: None,
        }),
        (As::Zones, Geometry::MultiPolygon(area)) => {
            layers.zones.push(Zone { origin, id, name, kind: ZoneKind::CharacterArea, area, people: None });
        }
        (As::Buildings, Geometry::Polygon(footprint)) => layers.buildings.push(Building {
            origin,
            id,
            name,
            footprint,
            body: firereach_model::feature::Body::default(),
            min_height: None,
            level: 0,
            is_roof: false,
        }),
        (As::Buildings, Geometry::MultiPolygon(area)) => {
            for polygon in area {
                add(layers, r#as, index, name.clone(), Geometry::Polygon(polygon));
            }
        }
        (As::Sites, shape) => layers.sites.push(site(&id, name, shape)),
        (As::Roads, Geometry::LineString(line)) => layers.roads.push(road(&id, line)),
        _ => {}
    }
}

fn site(id: &str, name: Option<String>, shape: Geometry<f64>) -> Site {
    Site {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name,
        kind: SiteKind::Relic,
        grade: None,
        point: shape.centroid().unwrap_or(Point::new(0.0, 0.0)),
        shape,
        body: firereach_model::feature::Body::default(),
        people: None,
        lon_lat: (0.0, 0.0),
        height_m: None,
        level: None,
        building: None,
        details: BTreeMap::new(),
    }
}

fn road(id: &str, line: LineString<f64>) -> firereach_model::feature::Road {
    crate::terrain::tests::road(id, line, firereach_model::feature::Structure::Ground)
}

fn settled<'a>(shown: &'a str, layers: &'a Layers) -> Witness<'a> {
    Witness { shown, layers, is_settled: true }
}

fn doubted<'a>(shown: &'a str, layers: &'a Layers) -> Witness<'a> {
    Witness { shown, layers, is_settled: false }
}

/// The way elements of an OSM XML file as roads, for a test that must not depend on the readers.
fn osm_roads(path: &Path, projector: &Projector) -> Layers {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_file(path).expect("readable");
    let (mut nodes, mut layers) = (BTreeMap::new(), Layers::default());
    let (mut refs, mut is_road, mut buffer): (Vec<i64>, bool, Vec<u8>) = (Vec::new(), false, Vec::new());
    let value = |element: &quick_xml::events::BytesStart<'_>, key: &str| {
        let found = element.try_get_attribute(key).expect("well formed")?;
        Some(String::from_utf8(found.value.into_owned()).expect("UTF-8"))
    };
    loop {
        match reader.read_event_into(&mut buffer).expect("well formed") {
            Event::Eof => return layers,
            Event::Start(e) | Event::Empty(e) if e.name().as_ref() == b"node" => {
                let number = |key| value(&e, key).expect("stated").parse::<f64>().expect("a number");
                let id: i64 = value(&e, "id").expect("stated").parse().expect("a number");
                nodes.insert(id, projector.from_lon_lat(number("lon"), number("lat")));
            }
            Event::Start(e) if e.name().as_ref() == b"way" => {
                refs.clear();
                is_road = false;
            }
            Event::Empty(e) if e.name().as_ref() == b"nd" => {
                refs.push(value(&e, "ref").expect("stated").parse().expect("a number"));
            }
            Event::Empty(e) if e.name().as_ref() == b"tag" => is_road |= value(&e, "k").as_deref() == Some("highway"),
            Event::End(e) if e.name().as_ref() == b"way" && is_road => {
                let line: Vec<Coord<f64>> = refs.iter().filter_map(|node| nodes.get(node).copied()).collect();
                if line.len() > 1 {
                    layers.roads.push(road(&layers.roads.len().to_string(), LineString(line)));
                }
            }
            _ => {}
        }
        buffer.clear();
    }
}

/// The centre of Shanghai, where the roads are.
const SHANGHAI: [f64; 4] = [121.42, 121.54, 31.19, 31.27];

#[track_caller]
fn check_shifted(opinion: &Opinion, expected: &str) {
    match opinion {
        Opinion::Shifted { system, evidence } => {
            eprintln!("{evidence}");
            assert_eq!(*system, expected);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_shifted_boundary_of_yuzhong_is_found_against_the_true_one() {
    let Some(folder) = real_data("yuzhong") else { return };
    let projector = working();
    let shifted = geojson_layers(&folder.join("boundary_500103_gcj02.json"), As::Zones, &projector, None);
    let truth = geojson_layers(&folder.join("boundary_osm_wgs84.geojson"), As::Zones, &projector, None);
    let roads = geojson_layers(&folder.join("walk_network.geojson"), As::Roads, &projector, None);
    let opinions = compare(&[doubted("a", &shifted), settled("b", &truth), settled("c", &roads)], &projector);
    check_shifted(&opinions[0], "gcj02");
    let opinions = compare(&[doubted("true", &truth), settled("roads", &roads)], &projector);
    assert!(!matches!(opinions[0], Opinion::Shifted { .. }), "{opinions:?}");
}

#[test]
fn shifted_layers_of_shanghai_are_found_and_sound_ones_left_in_peace() {
    let Some(folder) = real_data("shanghai") else { return };
    let projector = Projector::around(121.48, 31.23).expect("known");
    let roads = osm_roads(&folder.join("shanghai_center_roads.osm"), &projector);
    assert_eq!(roads.roads.len(), 4701);
    let read = |name: &str, r#as| geojson_layers(&folder.join(name), r#as, &projector, Some(SHANGHAI));
    let heritage = read("heritage_osm.geojson", As::Sites);
    let (areas, parks) =
        (read("conservation_areas_gcj02.geojson", As::Zones), read("historic_parks_gcj02.geojson", As::Zones));
    let points = read("historic_buildings_gcj02.geojson", As::Sites);
    let (wikidata, footprints) =
        (read("wikidata_buildings.geojson", As::Sites), read("buildings_mapzen_tiles.geojson", As::Buildings));
    let ground = settled("roads", &roads);
    for layers in [&areas, &parks] {
        check_shifted(&compare(&[doubted("zones", layers), ground], &projector)[0], "gcj02");
    }
    check_shifted(
        &compare(&[doubted("points", &points), ground, settled("heritage", &heritage)], &projector)[0],
        "gcj02",
    );
    // Points along the streets of a dense city against roads alone: no opinion, and none is made up.
    assert!(matches!(compare(&[doubted("points", &points), ground], &projector)[0], Opinion::Undecided(_)));
    for layers in [&heritage, &wikidata, &footprints] {
        let opinion = &compare(&[doubted("sound", layers), ground], &projector)[0];
        assert!(!matches!(opinion, Opinion::Shifted { .. }), "{opinion:?}");
    }
    let opinion = &compare(&[doubted("sound", &wikidata), ground, settled("heritage", &heritage)], &projector)[0];
    assert!(!matches!(opinion, Opinion::Shifted { .. }), "{opinion:?}");
}

#[test]
fn sound_layers_of_yuzhong_are_left_in_peace() {
    let Some(folder) = real_data("yuzhong") else { return };
    let projector = working();
    let read = |name: &str, r#as| geojson_layers(&folder.join(name), r#as, &projector, None);
    let all = [
        ("drive", read("drive_roads.geojson", As::Roads)),
        ("walk", read("walk_network.geojson", As::Roads)),
        ("buildings", read("buildings.geojson", As::Buildings)),
        ("historic", read("historic_osm.geojson", As::Sites)),
        ("pois", read("pois.geojson", As::Sites)),
        ("transit", read("transit.geojson", As::Sites)),
        ("boundary", read("boundary_osm_wgs84.geojson", As::Zones)),
    ];
    let witnesses: Vec<_> = all.iter().map(|(shown, layers)| doubted(shown, layers)).collect();
    assert!(refuse_shifted(&witnesses, &projector).is_ok());
}

/// A made-up old town: streets 40 m apart with a house on each side of them.
fn town(projector: &Projector) -> Layers {
    let mut layers = Layers::default();
    let home = projector.from_lon_lat(106.56, 29.55);
    let at = |x: f64, y: f64| Coord { x: home.x + x, y: home.y + y };
    for i in 0..12_u32 {
        // Uneven spacing, so that no shift maps the town onto itself.
        let offset = f64::from(i * 40 + i * i);
        layers.roads.push(road(&format!("s{i}"), LineString(vec![at(offset, 0.0), at(offset, 600.0)])));
        for k in 0..14_u32 {
            let y = f64::from(k * 40 + (k * k) % 7);
            let house = |x: f64| {
                let corners = vec![at(x, y), at(x + 10.0, y), at(x + 10.0, y + 12.0), at(x, y + 12.0), at(x, y)];
                Polygon::new(LineString(corners), Vec::new())
            };
            add(&mut layers, As::Buildings, (i * 100 + k) as usize, None, Geometry::Polygon(house(offset + 6.0)));
        }
    }
    layers
}

/// The hydrants of the town, 3 m beside its streets, as a map service would give them.
fn hydrants(projector: &Projector, system: &str) -> Layers {
    let mut layers = Layers::default();
    let home = projector.from_lon_lat(106.56, 29.55);
    for i in 0..12_u32 {
        for k in 0..5_u32 {
            let at = Coord { x: home.x + f64::from(i * 40 + i * i) + 3.0, y: home.y + f64::from(k * 120) };
            let (lon, lat) = projector.to_lon_lat(at);
            let mut shifted = [Coord { x: lon, y: lat }];
            System::parse(system).expect("known").from_lon_lat(&mut shifted);
            layers.hydrants.push(Hydrant {
                origin: Origin::of_study("test", "h"),
                id: format!("{i}-{k}"),
                at: Point(projector.from_lon_lat(shifted[0].x, shifted[0].y)),
                kind: HydrantKind::Pillar,
                service: Service::Unknown,
                flow: firereach_model::bounds::Bounds::unknown(),
                pressure: firereach_model::bounds::Bounds::unknown(),
                static_pressure: firereach_model::bounds::Bounds::unknown(),
                lacks_pressure: false,
                main_diameter_mm: None,
                main_id: None,
                outlets: None,
                tested_on: None,
                height_m: None,
                level: 0,
            });
        }
    }
    layers
}

#[test]
fn hydrants_from_map_services_are_found_in_a_made_up_town() {
    let projector = working();
    let town = town(&projector);
    for system in ["gcj02", "bd09"] {
        let shifted = hydrants(&projector, system);
        check_shifted(&compare(&[settled("town", &town), doubted("hydrants", &shifted)], &projector)[1], system);
        // What the study states is not doubted.
        assert_eq!(compare(&[settled("town", &town), settled("hydrants", &shifted)], &projector)[1], Opinion::Sound);
    }
    let sound = hydrants(&projector, "EPSG:4326");
    assert_eq!(compare(&[settled("town", &town), doubted("hydrants", &sound)], &projector)[1], Opinion::Sound);
}

#[test]
fn the_refusal_states_both_figures_and_the_remedy() {
    let projector = working();
    let (town, shifted) = (town(&projector), hydrants(&projector, "gcj02"));
    let error = refuse_shifted(&[settled("town.pbf", &town), doubted("hydrants.csv", &shifted)], &projector);
    let text = error.expect_err("shifted").to_string();
    for word in ["hydrants.csv", "GCJ-02", "crs = \"gcj02\"", "after undoing", "as the source is"] {
        assert!(text.contains(word), "{text}");
    }
}
