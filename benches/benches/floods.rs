//! How long floods take, and what their cost depends on.
//!
//! Against a general library both sides answer one question on one graph: the first arrival at every state, from one
//! state, without a cutoff. On foot a state is a node and a step an arc; in an engine a state is an arc just driven and a
//! step the turn into the next one together with it. The library is given the passable steps with our milliseconds, its
//! graph built beforehand as ours is; its labels are checked against ours before anything is timed. The exact area of
//! the reach is likewise held against a general library's union of buffers around the same lines.
//!
//! What a 300 s reach with its exact parts costs is a matter of how much it reaches: it is timed from the place that
//! reaches most of a few tried, and from 256 places all over two cities.
//!
//! The network is that of the first real extract found in `../shared/data`, priced for a main pumper; without the data a
//! grid town of the same size stands in and the bench says so.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use firereach_analysis::change::Conditions;
use firereach_analysis::network::{
    ArcId, Assumption, Costs, EdgeId, Graph, Network, NodeId, Search, Seed, price_drive, price_walk, tagged_passages,
};
use firereach_analysis::reach::area_around;
use firereach_io::read::{ReadOptions, read_layers};
use firereach_io::source::Source;
use firereach_model::feature::{Direction, Road, RoadClass};
use firereach_model::layers::Layers;
use firereach_model::parameters::Parameters;
use firereach_model::vehicle::Vehicle;
use flate2::read::GzDecoder;
use geo::Area;
use geo::algorithm::buffer::{Buffer, BufferStyle, LineCap, LineJoin};
use geo_types::{Coord, LineString, MultiLineString, MultiPolygon, Point};
use petgraph::graph::{DiGraph, NodeIndex};
use quick_xml::Reader;
use quick_xml::events::Event;
use rayon::prelude::*;

const CUTOFF_MS: u32 = 300_000;
const RADIUS_M: f64 = 25.0;

fn parameters() -> (Parameters, Vehicle) {
    let pack: toml::Table = include_str!("../../datasets/rules/cn.toml").parse().expect("the shipped pack is TOML");
    let parameters = pack["parameters"].clone().try_into().expect("the shipped pack holds every parameter");
    let catalogue: toml::Table =
        include_str!("../../datasets/rules/vehicles.toml").parse().expect("the shipped catalogue is TOML");
    let vehicles: Vec<Vehicle> = catalogue["vehicle"].clone().try_into().expect("the catalogue holds vehicles");
    let pumper = vehicles.into_iter().find(|vehicle| vehicle.code == "V2").expect("the catalogue holds V2");
    (parameters, pumper)
}

/// The roads of a real city, or of a grid town.
fn city() -> (String, Layers) {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/");
    for file in ["helsinki/helsinki-centre.osm.pbf", "yuzhong/yuzhong.osm.pbf"] {
        let path = PathBuf::from(format!("{data}{file}"));
        if path.exists() {
            let source = Source { name: "roads".to_owned(), path, shown: file.to_owned(), ..Source::default() };
            if let Ok(reading) = read_layers(&[source], &ReadOptions::default()) {
                return (file.to_owned(), reading.layers);
            }
        }
    }
    eprintln!("REAL DATA ABSENT: a grid town stands in for a city");
    ("grid town".to_owned(), grid(240, 80.0))
}

fn grid(n: i64, step_m: f64) -> Layers {
    let mut roads = Vec::new();
    for i in 0..n {
        for (is_row, kind) in [(true, "row"), (false, "column")] {
            let place = |j: i64| if is_row { (j, i) } else { (i, j) };
            let line = (0..n).map(|j| Coord { x: place(j).0 as f64 * step_m, y: place(j).1 as f64 * step_m });
            let mut road = Road::plain(&format!("{kind}{i}"), RoadClass::Service, line.collect());
            road.nodes = (0..n).map(|j| place(j).1 * n + place(j).0).collect();
            roads.push(road);
        }
    }
    Layers { roads, ..Layers::default() }
}

/// The roads of a city of 46,000 nodes with the speeds that its traffic model states; `None` where the data is absent.
///
/// A link is a one-way road from node to node, in metres as it lies there. Streets have two of them.
fn large_city() -> Option<Layers> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/large-graphs/melbourne_matsim_net.xml.gz");
    let Ok(file) = std::fs::File::open(path) else {
        eprintln!("REAL DATA ABSENT: no large city");
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("the network is text in gzip");
    let mut reader = Reader::from_str(&text);
    let mut nodes: HashMap<String, (i64, Coord<f64>)> = HashMap::new();
    let mut roads = Vec::new();
    loop {
        let event = reader.read_event().expect("the network is XML");
        let (Event::Start(element) | Event::Empty(element)) = &event else {
            if event == Event::Eof {
                break;
            }
            continue;
        };
        let word = |name: &str| -> String {
            let found = element.try_get_attribute(name).ok().flatten().expect("an attribute that every element has");
            String::from_utf8_lossy(&found.value).into_owned()
        };
        let figure = |name: &str| -> f64 { word(name).parse().expect("a number") };
        match element.name().as_ref() {
            b"node" => {
                let number = nodes.len() as i64;
                nodes.insert(word("id"), (number, Coord { x: figure("x"), y: figure("y") }));
            }
            b"link" => {
                let ((from, a), (to, b)) = (nodes[&word("from")], nodes[&word("to")]);
                if a == b {
                    continue;
                }
                let kmh = figure("freespeed") * 3.6;
                let class = match kmh {
                    90.0.. => RoadClass::Motorway,
                    75.0.. => RoadClass::Primary,
                    55.0.. => RoadClass::Secondary,
                    _ => RoadClass::Residential,
                };
                let mut road = Road::plain(&word("id"), class, LineString(vec![a, b]));
                road.nodes = vec![from, to];
                road.direction = Direction::Forward;
                road.max_speed_kmh = Some(kmh);
                roads.push(road);
            }
            _ => {}
        }
    }
    Some(Layers { roads, ..Layers::default() })
}

/// A 300 s reach with exact parts from 256 places all over a network: the mean of them is what is timed.
fn many_reaches(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, layers: &Layers, priced: &Priced) {
    let (network, drive) = (&priced.network, &priced.drive);
    let passable: Vec<EdgeId> =
        (0..network.edge_count() as u32).map(EdgeId).filter(|&edge| drive.is_passable(edge)).collect();
    let count = passable.len();
    let seeds: Vec<Seed> = (0..256)
        .map(|i| Seed::OnEdge { edge: passable[count * i / 256], offset_m: 0.0, start_ms: 0, owner: 0 })
        .collect();
    let mut search = Search::new(network);
    let mut parts = Vec::new();
    let mut reached: Vec<usize> = Vec::new();
    for &seed in &seeds {
        search.run(network, drive, &[seed], CUTOFF_MS);
        search.parts(network, drive, CUTOFF_MS, &mut parts);
        reached.push(parts.len());
    }
    reached.sort_unstable();
    let (middle, most) = (reached[128], reached[255]);
    eprintln!(
        "{name}: {} nodes, {count} edges to drive; 300 s reach {middle} parts at the median of 256 places, {most} at most",
        network.node_count()
    );
    let mut next = 0;
    group.bench_function(format!("300 s and exact parts, from 256 places/{name}"), |b| {
        b.iter(|| {
            next = (next + 1) % 256;
            search.run(network, drive, &[black_box(seeds[next])], CUTOFF_MS);
            search.parts(network, drive, CUTOFF_MS, &mut parts);
            parts.len()
        });
    });
    let all_lines: Vec<Vec<LineString<f64>>> = seeds
        .iter()
        .map(|&seed| {
            search.run(network, drive, &[seed], CUTOFF_MS);
            search.parts(network, drive, CUTOFF_MS, &mut parts);
            parts.iter().map(|part| network.part_line(layers, part.edge, part.from_m, part.to_m)).collect()
        })
        .collect();
    group.bench_function(format!("300 s polygon, from 256 places/{name}"), |b| {
        b.iter(|| {
            next = (next + 1) % 256;
            area_around(black_box(&all_lines[next]), RADIUS_M).0.len()
        });
    });
}

/// `n` by `n` copies of a city, every other one mirrored, joined where they touch.
fn tiled(roads: &[Road], n: i64) -> Layers {
    let all = || roads.iter().flat_map(|road| road.line.0.iter());
    let (min_x, max_x) = all().fold((f64::MAX, f64::MIN), |(a, b), c| (a.min(c.x), b.max(c.x)));
    let (min_y, max_y) = all().fold((f64::MAX, f64::MIN), |(a, b), c| (a.min(c.y), b.max(c.y)));
    let (width, height) = (max_x - min_x, max_y - min_y);
    let mut tiled = Vec::new();
    for row in 0..n {
        for column in 0..n {
            for road in roads {
                let mut copy = road.clone();
                copy.id = format!("{}/{row}/{column}", road.id);
                for at in &mut copy.line.0 {
                    let (dx, dy) = (at.x - min_x, at.y - min_y);
                    at.x = column as f64 * width + if column % 2 == 0 { dx } else { width - dx };
                    at.y = row as f64 * height + if row % 2 == 0 { dy } else { height - dy };
                }
                for node in &mut copy.nodes {
                    *node = *node * 64 + row * 8 + column;
                }
                tiled.push(copy);
            }
        }
    }
    Layers { roads: tiled, ..Layers::default() }
}

/// The passable steps of a graph, as a general library keeps them.
fn general(graph: &Graph, costs: &Costs) -> DiGraph<(), u32, u32> {
    let mut general: DiGraph<(), u32, u32> = DiGraph::default();
    let states: Vec<_> = (0..graph.state_count()).map(|_| general.add_node(())).collect();
    for step in 0..graph.step_count() {
        if let Some(ms) = costs.step_ms(step) {
            general.add_edge(states[graph.tail(step) as usize], states[graph.head(step) as usize], ms);
        }
    }
    general
}

/// The union of buffers with arcs of a fifth of a radian.
fn buffer_union(lines: &[LineString<f64>]) -> MultiPolygon<f64> {
    let style = BufferStyle::new(RADIUS_M).line_cap(LineCap::Round(0.2)).line_join(LineJoin::Round(0.2));
    MultiLineString(lines.to_vec()).buffer_with_style(style)
}

struct Priced {
    network: Network,
    drive: Costs,
    walk: Costs,
}

fn price(layers: &Layers, parameters: &Parameters, vehicle: &Vehicle) -> Priced {
    let network = Network::build(layers, parameters.movement.join_tolerance_m);
    let passages = tagged_passages(layers, &network, &parameters.lanes);
    let conditions = Conditions::of(layers, 10);
    let drive = price_drive(&network, &passages, vehicle, parameters, &conditions, Assumption::Optimistic);
    let walk = price_walk(&network, parameters, &conditions);
    Priced { network, drive, walk }
}

/// The drivable edge from which most is reached, of a few tried: a place in the middle of the city.
fn centre(priced: &Priced) -> Seed {
    let mut search = Search::new(&priced.network);
    let count = priced.network.edge_count();
    (0..64)
        .map(|i| EdgeId(u32::try_from(count * i / 64).unwrap_or(0)))
        .filter(|&edge| priced.drive.is_passable(edge))
        .map(|edge| Seed::OnEdge { edge, offset_m: 0.0, start_ms: 0, owner: 0 })
        .max_by_key(|seed| {
            search.run(&priced.network, &priced.drive, &[*seed], CUTOFF_MS);
            search.settled().count()
        })
        .expect("a city has edges")
}

fn floods(c: &mut Criterion) {
    let (parameters, vehicle) = parameters();
    let started = Instant::now();
    let (name, layers) = city();
    eprintln!("{name}: {} roads read in {:?}", layers.roads.len(), started.elapsed());
    let started = Instant::now();
    let priced = price(&layers, &parameters, &vehicle);
    let (network, drive) = (&priced.network, &priced.drive);
    eprintln!(
        "{} nodes, {} edges, built and priced in {:?}",
        network.node_count(),
        network.edge_count(),
        started.elapsed()
    );
    let seed = centre(&priced);
    let mut search = Search::new(network);

    let mut group = c.benchmark_group("floods");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));

    let start = NodeId(network.node_count() as u32 / 2);
    let on_foot = Seed::AtNode { node: start, start_ms: 0, owner: 0 };
    let Seed::OnEdge { edge: central, .. } = seed else { return };
    let arc = [central.forward(), central.backward()].into_iter().find(|&arc| drive.arc_ms(arc).is_some());
    let arc: ArcId = arc.expect("the centre lies on an edge that can be driven");
    let driven = Seed::Driven { arc, start_ms: 0, owner: 0 };
    for (name, graph, costs, seed, state) in [
        ("on foot", network.walk_graph(), &priced.walk, on_foot, start.0),
        ("in an engine", network.drive_graph(), drive, driven, arc.0),
    ] {
        let general = general(graph, costs);
        let from = NodeIndex::new(state as usize);
        let labels = petgraph::algo::dijkstra(&general, from, None, |edge| *edge.weight());
        search.run(network, costs, &[seed], u32::MAX);
        assert_eq!(labels.len(), search.settled().count(), "both reach the same states");
        for state in search.settled() {
            let ours = search.at_state(state).map(|label| label.ms);
            assert_eq!(labels.get(&NodeIndex::new(state as usize)).copied(), ours, "both reach a state at one time");
        }
        eprintln!("whole city {name}: {} states, {} passable steps", labels.len(), general.edge_count());
        group.bench_function(format!("whole city {name}/petgraph dijkstra"), |b| {
            b.iter(|| petgraph::algo::dijkstra(&general, black_box(from), None, |edge| *edge.weight()).len());
        });
        group.bench_function(format!("whole city {name}/firereach"), |b| {
            b.iter(|| {
                search.run(network, costs, &[black_box(seed)], u32::MAX);
                search.settled().count()
            });
        });
    }

    many_reaches(&mut group, &name, &layers, &priced);
    if let Some(layers) = large_city() {
        many_reaches(&mut group, "a traffic model's city", &layers, &price(&layers, &parameters, &vehicle));
    }

    let mut parts = Vec::new();
    group.bench_function("300 s/flood", |b| {
        b.iter(|| {
            search.run(network, drive, &[black_box(seed)], CUTOFF_MS);
            search.settled().count()
        });
    });
    group.bench_function("300 s/flood and exact parts", |b| {
        b.iter(|| {
            search.run(network, drive, &[black_box(seed)], CUTOFF_MS);
            search.parts(network, drive, CUTOFF_MS, &mut parts);
            parts.len()
        });
    });
    // Whichever benches were asked for, this is what those below work on.
    search.run(network, drive, &[seed], CUTOFF_MS);
    search.parts(network, drive, CUTOFF_MS, &mut parts);
    eprintln!("300 s reach {} arcs, {} parts", search.settled().count(), parts.len());
    let lines: Vec<_> =
        parts.iter().map(|part| network.part_line(&layers, part.edge, part.from_m, part.to_m)).collect();
    group.bench_function("300 s/polygon", |b| b.iter(|| area_around(black_box(&lines), RADIUS_M).0.len()));
    group.sample_size(10).bench_function("300 s/polygon by a general library", |b| {
        b.iter(|| buffer_union(black_box(&lines)).0.len());
    });
    let (drawn, exact) = (area_around(&lines, RADIUS_M).unsigned_area(), buffer_union(&lines).unsigned_area());
    eprintln!("300 s covers {:.3} km2, {:+.3} % of the library's", drawn / 1e6, (drawn / exact - 1.0) * 100.0);
    group.sample_size(20);

    let edges = network.edge_count();
    let passable: Vec<EdgeId> = (0..edges as u32).map(EdgeId).filter(|&edge| drive.is_passable(edge)).collect();
    let stations: Vec<Seed> = (0..50u32)
        .map(|i| Seed::OnEdge {
            edge: passable[passable.len() * i as usize / 50],
            offset_m: 0.0,
            start_ms: 60_000,
            owner: i,
        })
        .collect();
    group.bench_function("nearest of 50 stations, whole city", |b| {
        b.iter(|| {
            search.run(network, drive, black_box(&stations), u32::MAX);
            search.settled().count()
        });
    });
    group.sample_size(10);
    group.bench_function("1000 candidates, 300 s each, all cores", |b| {
        b.iter(|| {
            (0..1000usize)
                .into_par_iter()
                .map_init(
                    || Search::new(network),
                    |search, i| {
                        let edge = passable[passable.len() * i / 1000];
                        let seeds = [Seed::OnEdge { edge, offset_m: 0.0, start_ms: 60_000, owner: 0 }];
                        search.run(network, drive, &seeds, CUTOFF_MS);
                        search.settled().count()
                    },
                )
                .sum::<usize>()
        });
    });
    let passages = tagged_passages(&layers, network, &parameters.lanes);
    let conditions = Conditions::of(&layers, 8);
    group.bench_function("price of a scenario", |b| {
        b.iter(|| price_drive(network, &passages, &vehicle, &parameters, &conditions, Assumption::Optimistic));
    });

    // The same centre in ever larger cities. The first extract tiled is kept small enough for the largest tiling.
    let Seed::OnEdge { edge, .. } = seed else { return };
    let middle = network.place(&layers, edge, 0.0);
    let near: Vec<Road> = layers
        .roads
        .iter()
        .filter(|road| road.line.0.iter().all(|at| (at.x - middle.x).abs().max((at.y - middle.y).abs()) < 4000.0))
        .cloned()
        .collect();
    let all = || near.iter().flat_map(|road| road.line.0.iter());
    let (min_x, min_y) = all().fold((f64::MAX, f64::MAX), |(x, y), at| (x.min(at.x), y.min(at.y)));
    for n in [1, 2, 4] {
        let layers = tiled(&near, n);
        let priced = price(&layers, &parameters, &vehicle);
        let place = Point::new(middle.x - min_x, middle.y - min_y);
        let Some(snap) = priced.network.snap(place, 100.0, |edge| priced.drive.is_passable(edge)) else { continue };
        let seed = Seed::OnEdge { edge: snap.edge, offset_m: snap.offset_m, start_ms: 0, owner: 0 };
        let mut search = Search::new(&priced.network);
        let id = BenchmarkId::new("300 s in a tiling", format!("{}x, {} nodes", n * n, priced.network.node_count()));
        group.bench_function(id, |b| {
            b.iter(|| {
                search.run(&priced.network, &priced.drive, &[black_box(seed)], CUTOFF_MS);
                search.settled().count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, floods);
criterion_main!(benches);
