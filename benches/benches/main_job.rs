//! How long the main job takes on a real city: from the extract to the network, and from the network to findings.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use firereach_analysis::assess::assess_scenario;
use firereach_analysis::network::Network;
use firereach_io::read::{ReadOptions, read_layers};
use firereach_io::source::Source;
use firereach_io::study_file::parse_study;

/// From the bytes of an extract to a joined network, and from there to the findings of one scenario.
fn main_job(c: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/yuzhong");
    let path = folder.join("yuzhong.osm.pbf");
    if !path.exists() {
        eprintln!("SKIPPED: the real extract is not beside the project; nothing is measured");
        return;
    }
    let source = Source { name: "osm".to_owned(), path, shown: "yuzhong.osm.pbf".to_owned(), ..Source::default() };
    let sources = [source];
    let reading = read_layers(&sources, &ReadOptions::default()).expect("the extract is sound");
    let text = "[base]\nrules = \"cn\"\nrules_as_of = 2023-06-01\n[base.sources.osm]\npath = \"yuzhong.osm.pbf\"\n";
    let study = parse_study("study.toml", &folder, text.to_owned(), &[])
        .and_then(|file| file.resolve(&reading.layers, &|lon, lat| reading.projector.from_lon_lat(lon, lat)))
        .expect("the study is in order");
    let tolerance_m = study.rulebook.parameters.movement.join_tolerance_m;
    let network = Network::build(&reading.layers, tolerance_m);
    eprintln!(
        "{} roads, {} edges, {} sites",
        reading.layers.roads.len(),
        network.edge_count(),
        reading.layers.sites.len()
    );

    let mut group = c.benchmark_group("main job/3201 ways");
    group.sample_size(10);
    group.bench_function("extract to network", |b| {
        b.iter(|| {
            let reading = read_layers(black_box(&sources), &ReadOptions::default()).expect("the extract is sound");
            Network::build(&reading.layers, tolerance_m)
        });
    });
    group.bench_function("network to findings", |b| {
        b.iter(|| assess_scenario(&reading.layers, &network, &study, black_box(&study.scenarios[0])));
    });
    group.finish();
}

criterion_group!(benches, main_job);
criterion_main!(benches);
