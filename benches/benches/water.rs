//! How long the water of a city takes: every building against every hydrant, by the size of a grid town.

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use firereach_analysis::change::Conditions;
use firereach_analysis::network::{Network, tagged_passages};
use firereach_analysis::water::assess_water;
use firereach_io::study_file::parse_study;
use firereach_model::bounds::Bounds;
use firereach_model::feature::{Body, Hydrant, HydrantKind, Road, RoadClass, Service, Site, SiteKind};
use firereach_model::findings::{LaneFindings, ReachFindings};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::units::{CubicMetres, LitresPerSecond};
use geo_types::{Coord, Geometry, Point, polygon};

/// The allocator of the program, so that what is measured is what is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Between two streets, metres.
const BLOCK_M: f64 = 100.0;

/// A grid of streets with one building in every block and one hydrant at every crossing, of which every third was tested.
fn grid_town(side: u32) -> Layers {
    let node = |i: u32, j: u32| i64::from(i * (side + 1) + j);
    let at = |i: u32, j: u32| Coord { x: f64::from(i) * BLOCK_M, y: f64::from(j) * BLOCK_M };
    let mut layers = Layers::default();
    for (name, is_turned) in [("row", false), ("column", true)] {
        for line in 0..=side {
            let place = |step: u32| if is_turned { (line, step) } else { (step, line) };
            let vertices = (0..=side).map(|step| at(place(step).0, place(step).1)).collect();
            let mut road = Road::plain(&format!("{name} {line}"), RoadClass::Service, vertices);
            road.nodes = (0..=side).map(|step| node(place(step).0, place(step).1)).collect();
            layers.roads.push(road);
        }
    }
    for (i, j) in (0..side).flat_map(|i| (0..side).map(move |j| (i, j))) {
        let (number, low) = (i * side + j, at(i, j));
        layers.hydrants.push(Hydrant {
            origin: Origin::of_study("town", "hydrant"),
            id: format!("H{number}"),
            at: Point(low),
            kind: HydrantKind::Pillar,
            service: Service::InService,
            flow: if number % 3 == 0 { Bounds::exactly(LitresPerSecond::of(12.0)) } else { Bounds::unknown() },
            pressure: Bounds::unknown(),
            static_pressure: Bounds::unknown(),
            lacks_pressure: false,
            main_diameter_mm: None,
            main_id: None,
            outlets: None,
            tested_on: None,
            height_m: Some(0.0),
            level: 0,
        });
        let (x, y) = (low.x + 15.0, low.y + 15.0);
        let house = polygon![(x: x, y: y), (x: x + 20.0, y: y), (x: x + 20.0, y: y + 15.0), (x: x, y: y + 15.0)];
        layers.sites.push(Site {
            origin: Origin::of_study("town", "site"),
            id: format!("S{number}"),
            name: None,
            kind: SiteKind::HistoricBuilding,
            grade: None,
            shape: Geometry::Polygon(house),
            body: Body { volume: CubicMetres::new(f64::from(1000 + number % 5000)).ok(), ..Body::default() },
            people: None,
            lon_lat: (0.0, 0.0),
            point: Point::new(x + 10.0, y + 7.0),
            height_m: Some(0.0),
            level: None,
            building: None,
            details: std::collections::BTreeMap::new(),
        });
    }
    layers.supplied = vec!["roads".to_owned(), "hydrants".to_owned()];
    layers.complete = vec!["hydrants".to_owned(), "water_sources".to_owned()];
    layers
}

/// Need, hose ways, flows in both bounds, failures, remedies, ranks and the inventory of a whole town, up to 15,129 buildings
/// against as many hydrants: as many buildings a second in a large town as in a small one.
fn whole_town(c: &mut Criterion) {
    // The path only has to be there; the town is made above.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets");
    let text = "[base]\nrules = \"cn\"\n[base.sources.hydrants]\npath = \"rules/cn.toml\"\n";
    let mut group = c.benchmark_group("water/buildings against hydrants");
    group.sample_size(10);
    for side in [31, 61, 123] {
        let layers = grid_town(side);
        let mut study = parse_study("study.toml", &folder, text.to_owned(), &[])
            .and_then(|file| file.resolve(&layers, &|x, y| Coord { x, y }))
            .expect("the study is in order");
        study.rulebook.parameters.water.supply.assumes_appliances = true;
        let network = Network::build(&layers, study.rulebook.parameters.movement.join_tolerance_m);
        let passages = tagged_passages(&layers, &network, &study.rulebook.parameters.lanes);
        let conditions = Conditions::of(&layers, 10);
        let (reach, lanes) = (ReachFindings::default(), LaneFindings::default());
        group.throughput(Throughput::Elements(layers.sites.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(layers.sites.len()), |b| {
            b.iter(|| assess_water(black_box(&layers), &network, (&passages, &lanes), &reach, &study, &conditions));
        });
    }
    group.finish();
}

criterion_group!(benches, whole_town);
criterion_main!(benches);
