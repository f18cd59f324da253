//! Hand towns, slow twins and laws.

use firereach_model::feature::{Direction, RestrictionKind, Road, RoadClass, TurnRestriction};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use geo_types::{Coord, LineString, Point};
use proptest::prelude::*;

use super::*;

/// A road through places, with the source's node identifiers or without.
pub(crate) fn road(id: &str, class: RoadClass, places: &[(f64, f64)], nodes: &[i64]) -> Road {
    let line = LineString(places.iter().map(|&(x, y)| Coord { x, y }).collect());
    Road { nodes: nodes.to_vec(), ..Road::plain(id, class, line) }
}

pub(crate) fn town(roads: Vec<Road>) -> Layers {
    Layers { roads, ..Layers::default() }
}

fn no(from: &str, via: i64, to: &str) -> TurnRestriction {
    TurnRestriction {
        origin: Origin::of_study("test", "restriction"),
        from: from.to_owned(),
        via_node: Some(via),
        via_roads: Vec::new(),
        to: to.to_owned(),
        kind: RestrictionKind::No,
        excepts_emergency: false,
    }
}

/// One millisecond a metre, one-way streets obeyed, restrictions too.
fn metre_costs(layers: &Layers, network: &Network) -> Costs {
    let graph = network.drive_graph();
    Costs::in_vehicle(network, |arc| metre_arc(layers, network, arc), |step| (!graph.is_restricted[step]).then_some(0))
}

fn metre_arc(layers: &Layers, network: &Network, arc: ArcId) -> Option<u32> {
    let edge = network.edge(arc.edge());
    let is_open = match layers.roads[edge.road as usize].direction {
        Direction::Both => true,
        Direction::Forward => arc.is_forward(),
        Direction::Backward => !arc.is_forward(),
    };
    is_open.then(|| super::price::milliseconds(edge.length_m / 1000.0))
}

fn at(network: &Network, x: f64, y: f64) -> Snap {
    network.snap(Point::new(x, y), 1.0, |_| true).expect("the test's place lies on a road")
}

fn seed_at(network: &Network, x: f64, y: f64) -> Seed {
    let snap = at(network, x, y);
    Seed::OnEdge { edge: snap.edge, offset_m: snap.offset_m, start_ms: 0, owner: 0 }
}

#[track_caller]
fn check_time(layers: &Layers, from: (f64, f64), to: (f64, f64), expected: Option<u32>) {
    let network = Network::build(layers, 0.5);
    let costs = metre_costs(layers, &network);
    let mut search = Search::new(&network);
    search.run(&network, &costs, &[seed_at(&network, from.0, from.1)], 1_000_000);
    let goal = at(&network, to.0, to.1);
    assert_eq!(search.at(&network, &costs, goal.edge, goal.offset_m).map(|label| label.ms), expected);
    let mut back = Search::new(&network);
    back.run_reverse(&network, &costs, &[seed_at(&network, to.0, to.1)], 1_000_000);
    let start = at(&network, from.0, from.1);
    assert_eq!(back.from(&network, &costs, start.edge, start.offset_m).map(|label| label.ms), expected, "in reverse");
}

#[test]
fn roads_meet_where_they_share_a_node_and_nowhere_else() {
    let layers = town(vec![
        road("a", RoadClass::Residential, &[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], &[1, 2, 3]),
        road("b", RoadClass::Residential, &[(100.0, 0.0), (100.0, 100.0)], &[2, 4]),
        road("bridge", RoadClass::Residential, &[(150.0, -50.0), (150.0, 50.0)], &[5, 6]),
    ]);
    let network = Network::build(&layers, 0.5);
    assert_eq!((network.node_count(), network.edge_count()), (6, 4));
    assert_eq!(network.edges_of_road(0), 0..2);
    assert_eq!(network.edges_of_road(1), 2..3);
    check_time(&layers, (10.0, 0.0), (100.0, 60.0), Some(150));
    check_time(&layers, (10.0, 0.0), (150.0, 40.0), None);
    let codes: Vec<_> = network.problems(&layers).into_iter().map(|p| p.code.into_owned()).collect();
    assert_eq!(codes.iter().filter(|code| *code == "NET-CROSSING").count(), 1);
}

#[test]
fn plain_lines_meet_at_their_ends_and_where_an_end_touches_an_inside() {
    let layers = town(vec![
        road("a", RoadClass::Residential, &[(0.0, 0.0), (100.0, 0.0)], &[]),
        road("b", RoadClass::Residential, &[(100.3, 0.2), (200.0, 0.0)], &[]),
        road("tee", RoadClass::Residential, &[(50.0, 0.4), (50.0, 80.0)], &[]),
        road("over", RoadClass::Residential, &[(70.0, -50.0), (70.0, 50.0)], &[]),
    ]);
    let network = Network::build(&layers, 0.5);
    assert_eq!(network.edge_count(), 5);
    assert_eq!(network.edges_of_road(0), 0..2);
    let costs = metre_costs(&layers, &network);
    let mut search = Search::new(&network);
    search.run(&network, &costs, &[seed_at(&network, 50.0, 70.0)], 1000);
    let goal = at(&network, 150.0, 0.1);
    assert_eq!(search.at(&network, &costs, goal.edge, goal.offset_m).map(|label| label.ms), Some(170));
    let over = at(&network, 70.0, 40.0);
    assert_eq!(search.at(&network, &costs, over.edge, over.offset_m), None);
}

#[test]
fn an_end_on_another_level_does_not_join_an_inside() {
    let mut over = road("over", RoadClass::Residential, &[(50.0, 0.0), (50.0, 80.0)], &[]);
    over.level = 1;
    let layers = town(vec![road("a", RoadClass::Residential, &[(0.0, 0.0), (100.0, 0.0)], &[]), over]);
    assert_eq!(Network::build(&layers, 0.5).edge_count(), 2);
}

#[test]
fn a_closed_loop_is_one_edge_and_both_ways_round_are_open() {
    let layers = town(vec![
        road("in", RoadClass::Residential, &[(-50.0, 0.0), (0.0, 0.0)], &[1, 2]),
        road(
            "loop",
            RoadClass::Residential,
            &[(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0), (0.0, 0.0)],
            &[2, 3, 4, 5, 2],
        ),
    ]);
    check_time(&layers, (-50.0, 0.0), (30.0, 15.0), Some(95));
    check_time(&layers, (-50.0, 0.0), (0.0, 15.0), Some(65));
}

/// A square block, one street a side, 100 m each; nodes 1 to 4 from the south-west corner against the clock.
fn block() -> Vec<Road> {
    vec![
        road("south", RoadClass::Residential, &[(0.0, 0.0), (100.0, 0.0)], &[1, 2]),
        road("east", RoadClass::Residential, &[(100.0, 0.0), (100.0, 100.0)], &[2, 3]),
        road("north", RoadClass::Residential, &[(100.0, 100.0), (0.0, 100.0)], &[3, 4]),
        road("west", RoadClass::Residential, &[(0.0, 100.0), (0.0, 0.0)], &[4, 1]),
    ]
}

#[test]
fn one_way_streets_are_driven_one_way() {
    let mut roads = block();
    check_time(&town(roads.clone()), (50.0, 0.0), (100.0, 50.0), Some(100));
    roads[1].direction = Direction::Backward;
    check_time(&town(roads), (50.0, 0.0), (100.0, 50.0), Some(300));
}

#[test]
fn a_forbidden_turn_is_driven_round() {
    let mut layers = town(block());
    layers.restrictions.push(no("south", 2, "east"));
    check_time(&layers, (50.0, 0.0), (100.0, 50.0), Some(300));
    layers.restrictions[0].excepts_emergency = true;
    check_time(&layers, (50.0, 0.0), (100.0, 50.0), Some(100));
}

#[test]
fn an_only_turn_forbids_all_others() {
    let mut roads = block();
    roads.push(road("spur", RoadClass::Residential, &[(100.0, 0.0), (200.0, 0.0)], &[2, 5]));
    let mut layers = town(roads);
    layers.restrictions.push(TurnRestriction { kind: RestrictionKind::Only, ..no("south", 2, "east") });
    check_time(&layers, (50.0, 0.0), (150.0, 0.0), Some(50 + 400 + 50 - 100));
    check_time(&layers, (50.0, 0.0), (100.0, 50.0), Some(100));
}

#[test]
fn a_restriction_over_a_road_forbids_the_sequence_only() {
    // From the spur over the east street into the north street; each turn alone is allowed.
    let mut roads = block();
    roads.push(road("spur", RoadClass::Residential, &[(200.0, 0.0), (100.0, 0.0)], &[5, 2]));
    let mut layers = town(roads);
    layers.restrictions.push(TurnRestriction {
        via_node: None,
        via_roads: vec!["east".to_owned()],
        ..no("spur", 0, "north")
    });
    check_time(&layers, (150.0, 0.0), (90.0, 100.0), Some(50 + 100 + 100 + 90));
    check_time(&layers, (150.0, 0.0), (100.0, 60.0), Some(110));
    check_time(&layers, (90.0, 0.0), (90.0, 100.0), Some(10 + 100 + 10));
}

#[test]
fn an_edge_reached_from_both_ends_shows_its_unreached_middle() {
    let layers = town(block());
    let network = Network::build(&layers, 0.5);
    let costs = metre_costs(&layers, &network);
    let mut search = Search::new(&network);
    search.run(&network, &costs, &[seed_at(&network, 50.0, 0.0)], 170);
    let mut parts = Vec::new();
    search.parts(&network, &costs, 170, &mut parts);
    let north: Vec<(f64, f64)> =
        parts.iter().filter(|part| network.edge(part.edge).road == 2).map(|part| (part.from_m, part.to_m)).collect();
    assert_eq!(north, vec![(0.0, 20.0), (80.0, 100.0)]);
    let mut fronts = Fronts::new();
    fronts.add(&network, &costs, &search, |owner| owner);
    let mut sorted = parts.clone();
    sorted.sort_by(|a, b| a.edge.cmp(&b.edge).then(a.from_m.total_cmp(&b.from_m)));
    assert_eq!(fronts.parts(&network, 170), sorted);
}

#[test]
fn a_path_leads_from_the_seed_to_the_place() {
    let layers = town(block());
    let network = Network::build(&layers, 0.5);
    let costs = metre_costs(&layers, &network);
    let mut search = Search::new(&network);
    search.run(&network, &costs, &[seed_at(&network, 50.0, 0.0)], 1000);
    let goal = at(&network, 70.0, 100.0);
    let path: Vec<(u32, f64, f64)> = search
        .path_to(&network, &costs, goal.edge, goal.offset_m)
        .iter()
        .map(|part| (network.edge(part.edge).road, part.from_m, part.to_m))
        .collect();
    assert_eq!(path, vec![(0, 50.0, 100.0), (1, 0.0, 100.0), (2, 0.0, 30.0)]);
}

#[test]
fn snapping_respects_the_limit_and_the_filter() {
    let layers = town(block());
    let network = Network::build(&layers, 0.5);
    assert_eq!(network.snap(Point::new(50.0, 40.0), 39.9, |_| true), None);
    let snap = network.snap(Point::new(50.0, 40.0), 60.0, |_| true).map(|s| (s.edge.0, s.offset_m, s.distance_m));
    assert_eq!(snap, Some((0, 50.0, 40.0)));
    let not_south = network.snap(Point::new(50.0, 40.0), 60.0, |edge| edge.0 != 0).map(|s| (s.edge.0, s.distance_m));
    assert_eq!(not_south, Some((1, 50.0)));
}

/// A random town: nodes on a small lattice, so that lengths and ties repeat; roads of two or three nodes.
fn random_town() -> impl Strategy<Value = (Layers, u32)> {
    let roads = prop::collection::vec((prop::collection::vec(0..12i64, 2..4), 0..4u8, -1..2i16), 1..22);
    let bans = prop::collection::vec((0..22usize, 0..12i64, 0..22usize, any::<bool>()), 0..6);
    (roads, bans, 0..10_000u32).prop_map(|(roads, bans, start)| {
        let place = |n: i64| ((n % 4) as f64 * 40.0, (n / 4) as f64 * 30.0);
        let roads: Vec<Road> = roads
            .into_iter()
            .enumerate()
            .filter_map(|(i, (mut nodes, direction, level))| {
                nodes.dedup();
                let places: Vec<(f64, f64)> = nodes.iter().map(|&n| place(n)).collect();
                (nodes.len() > 1).then(|| Road {
                    direction: [Direction::Both, Direction::Both, Direction::Forward, Direction::Backward]
                        [usize::from(direction)],
                    level,
                    ..road(&format!("r{i}"), RoadClass::Residential, &places, &nodes)
                })
            })
            .collect();
        let restrictions = bans
            .into_iter()
            .map(|(from, via, to, only)| TurnRestriction {
                kind: if only { RestrictionKind::Only } else { RestrictionKind::No },
                ..no(&format!("r{from}"), via, &format!("r{to}"))
            })
            .collect();
        (Layers { roads, restrictions, ..Layers::default() }, start)
    })
}

/// Time of having driven each arc, by relaxing every pair of arcs until nothing changes: the slow twin of the flood.
fn bellman_ford(layers: &Layers, network: &Network, start: EdgeId, offset_m: f64) -> Vec<Option<u32>> {
    let arcs: Vec<ArcId> = (0..network.edge_count() as u32 * 2).map(ArcId).collect();
    let cost: Vec<Option<u32>> = arcs.iter().map(|&arc| metre_arc(layers, network, arc)).collect();
    let name = |arc: ArcId| &layers.roads[network.edge(arc.edge()).road as usize].id;
    let is_allowed = |a: ArcId, b: ArcId| {
        let via = network.source_node(network.head(a));
        b != a.reversed()
            && layers.restrictions.iter().filter(|r| r.from == *name(a) && r.via_node == via).all(|r| {
                let is_known = layers.roads.iter().any(|road| road.id == r.to);
                !is_known || (r.to == *name(b)) == (r.kind == RestrictionKind::Only)
            })
    };
    let plan_m = network.edge(start).plan_m();
    let mut times: Vec<Option<u32>> = vec![None; arcs.len()];
    for (arc, rest_m) in [(start.forward(), plan_m - offset_m), (start.backward(), offset_m)] {
        times[arc.index()] = cost[arc.index()].map(|ms| super::search::share(ms, rest_m, plan_m));
    }
    loop {
        let mut is_changed = false;
        for &a in &arcs {
            for &b in &arcs {
                if network.head(a) == network.tail(b)
                    && is_allowed(a, b)
                    && let (Some(time), Some(ms)) = (times[a.index()], cost[b.index()])
                    && times[b.index()].is_none_or(|old| time + ms < old)
                {
                    times[b.index()] = Some(time + ms);
                    is_changed = true;
                }
            }
        }
        if !is_changed {
            return times;
        }
    }
}

proptest! {
    #[test]
    fn a_flood_finds_what_relaxing_every_pair_finds((layers, start) in random_town()) {
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let edge = EdgeId(start % network.edge_count() as u32);
        let offset_m = (network.edge(edge).plan_m() / 3.0).round();
        let costs = metre_costs(&layers, &network);
        let mut search = Search::new(&network);
        search.run(&network, &costs, &[Seed::OnEdge { edge, offset_m, start_ms: 0, owner: 0 }], 1_000_000);
        let slow = bellman_ford(&layers, &network, edge, offset_m);
        for (arc, expected) in slow.iter().enumerate() {
            prop_assert_eq!(search.at_state(arc as u32).map(|label| label.ms), *expected, "arc {}", arc);
        }
        for node in (0..network.node_count() as u32).map(NodeId) {
            let expected = network.arcs_out(node).filter_map(|arc| slow[arc.reversed().index()]).min();
            prop_assert_eq!(search.at_node(&network, node).map(|label| label.ms), expected);
        }
    }

    #[test]
    fn the_way_there_backwards_takes_as_long((layers, start) in random_town(), goal in 0..10_000u32) {
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let place = |n: u32| {
            let edge = EdgeId(n % network.edge_count() as u32);
            (edge, (network.edge(edge).plan_m() / 2.0).round())
        };
        let ((a, a_m), (b, b_m)) = (place(start), place(goal));
        let costs = metre_costs(&layers, &network);
        let mut there = Search::new(&network);
        there.run(&network, &costs, &[Seed::OnEdge { edge: a, offset_m: a_m, start_ms: 0, owner: 0 }], 1_000_000);
        let mut back = Search::new(&network);
        back.run_reverse(&network, &costs, &[Seed::OnEdge { edge: b, offset_m: b_m, start_ms: 0, owner: 0 }], 1_000_000);
        prop_assert_eq!(
            there.at(&network, &costs, b, b_m).map(|label| label.ms),
            back.from(&network, &costs, a, a_m).map(|label| label.ms)
        );
        let parts = there.path_to(&network, &costs, b, b_m);
        let length: f64 = parts.iter().map(|part| (part.to_m - part.from_m).abs()).sum();
        if let Some(label) = there.at(&network, &costs, b, b_m) {
            // Every part is rounded to the millisecond.
            let slack = parts.len() as f64 * 0.5 + 1e-6;
            prop_assert!((length - f64::from(label.ms)).abs() <= slack, "the path is as long as the time says");
        }
    }

    #[test]
    fn a_larger_cutoff_contains_a_smaller((layers, start) in random_town(), less in 0..200u32, more in 0..200u32) {
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let edge = EdgeId(start % network.edge_count() as u32);
        let seeds = [Seed::OnEdge { edge, offset_m: 7.0, start_ms: 0, owner: 0 }];
        let costs = metre_costs(&layers, &network);
        let parts = |cutoff: u32| {
            let mut search = Search::new(&network);
            search.run(&network, &costs, &seeds, cutoff);
            let mut quick = Vec::new();
            search.parts(&network, &costs, cutoff, &mut quick);
            quick.sort_by(|a, b| a.edge.cmp(&b.edge).then(a.from_m.total_cmp(&b.from_m)));
            let mut fronts = Fronts::new();
            fronts.add(&network, &costs, &search, |owner| owner);
            (quick, fronts.parts(&network, cutoff))
        };
        let length = |parts: &[EdgePart]| parts.iter().map(|part| part.to_m - part.from_m).sum::<f64>();
        let ((small, small_slow), (large, _)) = (parts(less), parts(less + more));
        prop_assert!((length(&small) - length(&small_slow)).abs() < 1e-9, "both ways of cutting agree");
        for part in &small {
            for m in [part.from_m, (part.from_m + part.to_m) / 2.0, part.to_m] {
                prop_assert!(large.iter().any(|l| l.edge == part.edge && l.from_m <= m + 1e-9 && m <= l.to_m + 1e-9));
            }
        }
    }

    #[test]
    fn reversing_all_edges_swaps_to_and_from((layers, start) in random_town(), cutoff in 1..400u32) {
        let mut layers = layers;
        // That one may only turn one way cannot be said from the other end.
        layers.restrictions.retain(|restriction| restriction.kind == RestrictionKind::No);
        let mut turned = layers.clone();
        for road in &mut turned.roads {
            road.direction = match road.direction {
                Direction::Forward => Direction::Backward,
                Direction::Backward => Direction::Forward,
                Direction::Both => Direction::Both,
            };
        }
        for restriction in &mut turned.restrictions {
            std::mem::swap(&mut restriction.from, &mut restriction.to);
        }
        let (network, back) = (Network::build(&layers, 0.5), Network::build(&turned, 0.5));
        prop_assume!(network.edge_count() > 0);
        let edge = EdgeId(start % network.edge_count() as u32);
        let seeds = [Seed::OnEdge { edge, offset_m: 7.0, start_ms: 0, owner: 0 }];
        let mut search = Search::new(&network);
        let (mut to, mut from) = (Fronts::new(), Fronts::new());
        let costs = metre_costs(&layers, &network);
        search.run_reverse(&network, &costs, &seeds, cutoff);
        to.add_back(&network, &costs, &search, |owner| owner);
        let costs = metre_costs(&turned, &back);
        search.run(&back, &costs, &seeds, cutoff);
        from.add(&back, &costs, &search, |owner| owner);
        prop_assert_eq!(to.parts(&network, cutoff), from.parts(&back, cutoff));
    }

    #[test]
    fn the_parts_are_what_each_place_says_of_itself_with_forbidden_sequences_too(
        (layers, start) in random_town(), cutoff in 1..400u32,
        sequences in prop::collection::vec((0..22usize, 0..22usize, 0..22usize, any::<bool>()), 0..5),
    ) {
        let mut layers = layers;
        layers.restrictions.extend(sequences.into_iter().map(|(from, via, to, only)| TurnRestriction {
            via_node: None,
            via_roads: vec![format!("r{via}")],
            kind: if only { RestrictionKind::Only } else { RestrictionKind::No },
            ..no(&format!("r{from}"), 0, &format!("r{to}"))
        }));
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let edge = EdgeId(start % network.edge_count() as u32);
        let costs = metre_costs(&layers, &network);
        let mut search = Search::new(&network);
        search.run(&network, &costs, &[Seed::OnEdge { edge, offset_m: 7.0, start_ms: 0, owner: 0 }], cutoff);
        let mut parts = Vec::new();
        search.parts(&network, &costs, cutoff, &mut parts);
        for edge in (0..network.edge_count() as u32).map(EdgeId) {
            for share in [0.02, 0.3, 0.5, 0.77, 0.98] {
                let m = network.edge(edge).plan_m() * share;
                let mine = parts.iter().filter(|part| part.edge == edge && part.from_m <= m && m <= part.to_m);
                let by_parts = mine
                    .map(|part| part.from_ms + (part.to_ms - part.from_ms) * (m - part.from_m) / (part.to_m - part.from_m))
                    .min_by(f64::total_cmp);
                match (by_parts, search.at(&network, &costs, edge, m)) {
                    (Some(ms), Some(label)) => prop_assert!((ms - f64::from(label.ms)).abs() <= 1.0),
                    // Only at the very edge of the cutoff may rounding to the millisecond decide.
                    (Some(ms), None) => prop_assert!(ms > f64::from(cutoff) - 1.0),
                    (None, Some(label)) => prop_assert!(label.ms + 1 > cutoff),
                    (None, None) => {}
                }
            }
        }
    }

    #[test]
    fn driving_and_then_walking_is_what_relaxing_everything_finds((layers, start) in random_town(), dismount in 0..90u32) {
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let edge = EdgeId(start % network.edge_count() as u32);
        let slow_drive = bellman_ford(&layers, &network, edge, 7.0);
        let pace = |arc: ArcId| 3 * super::price::milliseconds(network.edge(arc.edge()).length_m / 1000.0);
        let walk = Costs::on_foot(&network, |arc| Some(pace(arc)));
        let mut search = Search::new(&network);
        let seeds = [Seed::OnEdge { edge, offset_m: 7.0, start_ms: 0, owner: 0 }];
        search.run(&network, &metre_costs(&layers, &network), &seeds, 1_000_000);
        let nodes: Vec<NodeId> = (0..network.node_count() as u32).map(NodeId).collect();
        let on_foot: Vec<Seed> = nodes
            .iter()
            .filter_map(|&node| {
                search.at_node(&network, node).map(|label| Seed::AtNode { node, start_ms: label.ms + dismount, owner: 0 })
            })
            .collect();
        search.run(&network, &walk, &on_foot, 1_000_000);
        let mut slow: Vec<Option<u32>> = nodes
            .iter()
            .map(|&node| network.arcs_out(node).filter_map(|arc| slow_drive[arc.reversed().index()]).min())
            .map(|ms| ms.map(|ms| ms + dismount))
            .collect();
        for _ in 0..nodes.len() {
            for arc in (0..network.edge_count() as u32 * 2).map(ArcId) {
                if let Some(ms) = slow[network.tail(arc).index()].map(|ms| ms + pace(arc)) {
                    let there = &mut slow[network.head(arc).index()];
                    *there = Some(there.map_or(ms, |old| old.min(ms)));
                }
            }
        }
        for &node in &nodes {
            prop_assert_eq!(search.at_node(&network, node).map(|label| label.ms), slow[node.index()]);
        }
    }

    #[test]
    fn the_memory_of_a_search_keeps_nothing_from_one_flood_to_the_next((layers, start) in random_town()) {
        let network = Network::build(&layers, 0.5);
        prop_assume!(network.edge_count() > 0);
        let edges = network.edge_count() as u32;
        let costs = metre_costs(&layers, &network);
        let seed = |n: u32| [Seed::OnEdge { edge: EdgeId(n % edges), offset_m: 3.0, start_ms: 0, owner: 0 }];
        let mut used = Search::new(&network);
        used.run(&network, &costs, &seed(start + 1), 500);
        used.run_reverse(&network, &costs, &seed(start + 2), 500);
        used.run(&network, &costs, &seed(start), 500);
        let mut fresh = Search::new(&network);
        fresh.run(&network, &costs, &seed(start), 500);
        prop_assert!(used.settled().eq(fresh.settled()));
        for node in (0..network.node_count() as u32).map(NodeId) {
            prop_assert_eq!(used.at_node(&network, node), fresh.at_node(&network, node));
        }
    }
}
