//! What it costs to measure the true narrowest gap along every lane, against a plain loop and as the town grows.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::field::Field;
use firereach_analysis::clearance::gap::{Gaps, LaneLine, Scratch, measure_gaps};
use firereach_analysis::clearance::survey;
use firereach_analysis::network::Network;
use firereach_io::osm::read_osm;
use firereach_io::read::{ReadOptions, assemble};
use firereach_io::rule_file::built_in_rulebook;
use firereach_io::source::Source;
use firereach_model::feature::{Building, Road};
use firereach_model::layers::Layers;
use firereach_model::rules::Date;
use geo::{Distance, Euclidean};
use geo_types::{Coord, Line, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line as TreeLine};
use rstar::{AABB, RTree};

/// Gaps wider than this are of no interest, metres.
const SEARCH_M: f64 = 15.0;
/// How far apart the plain loop looks, metres: to be exact to a centimetre it would have to look every few centimetres.
const STEP_M: f64 = 0.25;
/// The widths below which stretches are wanted.
const LIMITS_M: [f64; 1] = [4.0];

/// The lanes and footprints of a real town: Helsinki's centre, or the synthetic district where it is absent.
fn town() -> (String, Layers) {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/helsinki/helsinki-centre.osm.pbf"));
    if file.exists() {
        let source = Source { name: "roads".to_owned(), shown: "helsinki".to_owned(), path: file, ..Source::default() };
        let part = read_osm(&source).expect("the extract is readable");
        let reading = assemble(vec![(source, part)], &ReadOptions::default()).expect("the extract has one frame");
        let mut layers =
            Layers { roads: reading.layers.roads, buildings: reading.layers.buildings, ..Layers::default() };
        layers.roads.retain(|road| road.class.is_for_vehicles());
        ("helsinki".to_owned(), layers)
    } else {
        eprintln!("SKIPPED the real town: {} is not there", file.display());
        ("empty".to_owned(), Layers::default())
    }
}

/// The town repeated `side` by `side` times, side by side.
fn tiled(layers: &Layers, side: u32) -> Layers {
    let span = |along: fn(&Coord<f64>) -> f64| {
        let all = layers.roads.iter().flat_map(|road| road.line.0.iter().map(along));
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)));
        if low.is_finite() { high - low + 100.0 } else { 0.0 }
    };
    let (width, height) = (span(|p| p.x), span(|p| p.y));
    let mut tiled = Layers::default();
    for (i, j) in (0..side).flat_map(|i| (0..side).map(move |j| (i, j))) {
        let by = Coord { x: f64::from(i) * width, y: f64::from(j) * height };
        let moved = |p: &Coord<f64>| Coord { x: p.x + by.x, y: p.y + by.y };
        for road in &layers.roads {
            let line = road.line.0.iter().map(moved).collect();
            // Tiles share no node, or lanes would go on from one into another far away.
            tiled.roads.push(Road { line, nodes: Vec::new(), ..road.clone() });
        }
        for building in &layers.buildings {
            let ring = building.footprint.exterior().0.iter().map(moved).collect();
            let holes = building.footprint.interiors().iter().map(|h| h.0.iter().map(moved).collect()).collect();
            tiled.buildings.push(Building { footprint: geo_types::Polygon::new(ring, holes), ..building.clone() });
        }
    }
    tiled
}

fn length(line: &[Coord<f64>]) -> f64 {
    line.windows(2).map(|w| Euclidean.distance(Point(w[0]), Point(w[1]))).sum()
}

fn measure(field: &Field, road: &Road, scratch: &mut Scratch) -> Gaps {
    let coords = &road.line.0;
    let cuts = [0.0, length(coords)];
    let lane = LaneLine { coords, own: (0, coords.len() - 1), level: road.level, closed: (false, false), cuts: &cuts };
    measure_gaps(field, &lane, &LIMITS_M, SEARCH_M, scratch)
}

fn measure_all(field: &Field, roads: &[Road]) -> usize {
    let mut scratch = Scratch::default();
    roads.iter().filter(|road| measure(field, road, &mut scratch).pieces[0].is_some()).count()
}

type Wall = GeomWithData<TreeLine<[f64; 2]>, Line<f64>>;

fn walls(layers: &Layers) -> RTree<Wall> {
    let rings =
        layers.buildings.iter().flat_map(|b| std::iter::once(b.footprint.exterior()).chain(b.footprint.interiors()));
    let lines = rings.flat_map(|ring| ring.lines());
    RTree::bulk_load(lines.map(|l| Wall::new(TreeLine::new([l.start.x, l.start.y], [l.end.x, l.end.y]), l)).collect())
}

/// The plain loop: every step along the lane, the nearest wall on either side, and their sum.
fn nearest_walls(tree: &RTree<Wall>, road: &Road) -> Option<f64> {
    let mut least: Option<f64> = None;
    for line in road.line.lines() {
        let span = Euclidean.distance(Point(line.start), Point(line.end));
        if span == 0.0 {
            continue;
        }
        let (dx, dy) = (line.dx() / span, line.dy() / span);
        let mut done = 0.0;
        while done <= span {
            let at = Point::new(line.start.x + dx * done, line.start.y + dy * done);
            let around =
                AABB::from_corners([at.x() - SEARCH_M, at.y() - SEARCH_M], [at.x() + SEARCH_M, at.y() + SEARCH_M]);
            let mut sides = [f64::INFINITY; 2];
            for wall in tree.locate_in_envelope_intersecting(&around) {
                let middle = (wall.data.start + wall.data.end) / 2.0;
                let is_left = dx * (middle.y - at.y()) - dy * (middle.x - at.x()) > 0.0;
                let far = Euclidean.distance(&at, &wall.data);
                let side = &mut sides[usize::from(is_left)];
                *side = side.min(far);
            }
            let width = sides[0] + sides[1];
            if width < least.unwrap_or(SEARCH_M) {
                least = Some(width);
            }
            done += STEP_M;
        }
    }
    least
}

/// How much faster than the plain loop, on one thread, in the same run.
fn against_a_plain_loop(c: &mut Criterion) {
    let (name, layers) = town();
    let (field, tree) = (Field::build(&layers, 12, 0.5), walls(&layers));
    let metres: f64 = layers.roads.iter().map(|road| length(&road.line.0)).sum();
    let mut group = c.benchmark_group(format!("clearance/{name}"));
    group.sample_size(10).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length in whole metres")]
    group.throughput(Throughput::Elements(metres as u64));
    group.bench_function("exact", |b| b.iter(|| measure_all(&field, black_box(&layers.roads))));
    group.bench_function(format!("plain loop every {STEP_M} m"), |b| {
        b.iter(|| layers.roads.iter().filter(|road| nearest_walls(&tree, road).is_some()).count());
    });
    group.finish();
    let time = |run: &dyn Fn() -> usize| {
        let best = (0..3).map(|_| {
            let clock = Instant::now();
            black_box(run());
            clock.elapsed()
        });
        best.min().unwrap_or_default()
    };
    let exact = time(&|| measure_all(&field, &layers.roads));
    let plain = time(&|| layers.roads.iter().filter(|road| nearest_walls(&tree, road).is_some()).count());
    eprintln!(
        "{name}: {} lanes, {metres:.0} m, {} walls: exact {exact:?}, plain loop every {STEP_M} m {plain:?}, ratio {:.1}",
        layers.roads.len(),
        tree.size(),
        plain.as_secs_f64() / exact.as_secs_f64().max(1e-9)
    );
}

/// Processor time that this process has used, in clock ticks of the system; `None` where the system does not tell.
fn ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit(')').next()?;
    let mut fields = after_name.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

/// What one run took: seconds by the clock, and ticks of processor time.
#[derive(Clone, Copy)]
struct Took {
    clock_s: f64,
    ticks: Option<u64>,
}

/// What a second thread gives: by the clock, and by the processor time that both spend, which a busy machine does not spoil.
///
/// Runs on one and on two threads take turns and the best of each counts, so that what else the machine does falls on both.
fn tell_threads(run: &dyn Fn(usize)) {
    let measure = |threads: usize| {
        let (clock, before) = (Instant::now(), ticks());
        run(threads);
        let ticks = ticks().zip(before).map(|(after, before)| after - before);
        Took { clock_s: clock.elapsed().as_secs_f64(), ticks }
    };
    let (one, two): (Vec<Took>, Vec<Took>) = (0..10).map(|_| (measure(1), measure(2))).unzip();
    let least = |runs: &[Took]| runs.iter().map(|took| took.clock_s).fold(f64::INFINITY, f64::min);
    let spent = |runs: &[Took]| runs.iter().map(|took| took.ticks).sum::<Option<u64>>();
    let by_work = spent(&one).zip(spent(&two)).map(|(one, two)| 2.0 * one as f64 / (two as f64).max(1.0));
    eprintln!(
        "two threads: {:.2} times one by the clock; {by_work:.2?} times if both had a processor of their own, by the work they did",
        least(&one) / least(&two).max(1e-9)
    );
}

/// Whether the cost grows as the town does, and what a second thread gives.
fn tiles_and_threads(c: &mut Criterion) {
    let (name, layers) = town();
    let mut group = c.benchmark_group(format!("clearance/{name} tiled"));
    group.sample_size(10).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
    for side in [1, 2, 4] {
        let town = tiled(&layers, side);
        let field = Field::build(&town, 12, 0.5);
        group.throughput(Throughput::Elements(town.roads.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(side * side), |b| b.iter(|| measure_all(&field, &town.roads)));
        if side == 2 {
            let pools = [1, 2].map(|threads| {
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
            });
            let on = |threads: usize| {
                pools[threads - 1].install(|| {
                    let found = town
                        .roads
                        .par_iter()
                        .map_init(Scratch::default, |scratch, road| measure(&field, road, scratch).pieces[0].is_some());
                    found.filter(|is_found| *is_found).count()
                })
            };
            for threads in [1, 2] {
                group.bench_function(BenchmarkId::new("four tiles, threads", threads), |b| b.iter(|| on(threads)));
            }
            tell_threads(&|threads| {
                black_box(on(threads));
            });
        }
    }
    group.finish();
}

/// What a second thread gives the whole survey of the lanes: fields and grids, gaps, heights, slopes, bends.
fn survey_threads(c: &mut Criterion) {
    let (name, layers) = town();
    let town = tiled(&layers, 2);
    let day = Date { year: 2023, month: 6, day: 2 };
    let rulebook = built_in_rulebook("cn", day);
    let network = Network::build(&town, rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(&town, 12);
    let pools = [1, 2]
        .map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started"));
    let on = |threads: usize| pools[threads - 1].install(|| survey(&network, &rulebook, &conditions).pinches.len());
    let mut group = c.benchmark_group(format!("clearance/{name} surveyed"));
    group.sample_size(10).measurement_time(Duration::from_secs(4)).warm_up_time(Duration::from_secs(1));
    group.throughput(Throughput::Elements(network.edge_count() as u64));
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::new("four tiles, threads", threads), |b| b.iter(|| on(threads)));
    }
    group.finish();
    tell_threads(&|threads| {
        black_box(on(threads));
    });
}

criterion_group!(benches, against_a_plain_loop, tiles_and_threads, survey_threads);
criterion_main!(benches);
