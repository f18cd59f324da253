//! Which single lanes lead to a place: those whose closing cuts it off from every station.

use firereach_model::layers::Layers;
use geo::{Distance, Euclidean};
use geo_types::{Coord, Point};
use petgraph::algo::bridges::bridges;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;

use crate::network::{EdgeId, Network, NodeId};

/// The lanes of one kind of vehicle, ready to be asked what hangs on which of them.
///
/// Ways that stay joined when any one lane is closed form one part; the parts hang together as a tree whose branches are
/// the single lanes. Directions are not looked at: a lane that is needed only because another one runs the wrong way does
/// not count as the only one. The lane that a station itself stands on is not counted either.
pub(super) struct OnlyLanes {
    /// The part of each node; a fleet keeps one of these for every kind, so numbers are small.
    parts: Vec<u32>,
    /// For each part the lane to it and the part before it, towards the stations; none for parts that hold a station or
    /// are cut off.
    before: Vec<Option<(EdgeId, u32)>>,
}

impl OnlyLanes {
    /// Finds the single lanes among the edges that can be passed, seen from the nodes where vehicles set out.
    ///
    /// # Source
    ///
    /// Tarjan, "A note on finding the bridges of a graph", 1974, as `petgraph` has it. O(edges).
    pub(super) fn build(network: &Network, is_passable: impl Fn(EdgeId) -> bool, starts: &[NodeId]) -> Self {
        let nodes = network.node_count();
        let mut graph: UnGraph<(), u32> =
            UnGraph::with_capacity(nodes + network.edge_count(), 2 * network.edge_count());
        for _ in 0..nodes {
            graph.add_node(());
        }
        let mut sets = UnionFind::new(nodes);
        let passable = || (0_u32..).take(network.edge_count()).map(EdgeId).filter(|edge| is_passable(*edge));
        let ends = |edge: EdgeId| (network.tail(edge.forward()).0 as usize, network.head(edge.forward()).0 as usize);
        for edge in passable() {
            let (from, to) = ends(edge);
            if from != to {
                // A node halfway keeps two lanes between the same junctions apart.
                let halfway = graph.add_node(());
                graph.add_edge(NodeIndex::new(from), halfway, edge.0);
                graph.add_edge(halfway, NodeIndex::new(to), edge.0);
            }
        }
        // The stations stand together: what one of them cannot reach, another may.
        for pair in starts.windows(2) {
            let halfway = graph.add_node(());
            graph.add_edge(NodeIndex::new(pair[0].0 as usize), halfway, u32::MAX);
            graph.add_edge(halfway, NodeIndex::new(pair[1].0 as usize), u32::MAX);
            sets.union(pair[0].0 as usize, pair[1].0 as usize);
        }
        let mut is_single = vec![false; network.edge_count()];
        for bridge in bridges(&graph) {
            if let Some(single) = is_single.get_mut(*bridge.weight() as usize) {
                *single = true;
            }
        }
        for edge in passable().filter(|edge| !is_single[edge.index()]) {
            let (from, to) = ends(edge);
            sets.union(from, to);
        }
        let parts: Vec<usize> = (0..nodes).map(|node| sets.find(node)).collect();
        let mut joins: Vec<Vec<(EdgeId, usize)>> = vec![Vec::new(); nodes];
        for edge in passable().filter(|edge| is_single[edge.index()]) {
            let (from, to) = ends(edge);
            joins[parts[from]].push((edge, parts[to]));
            joins[parts[to]].push((edge, parts[from]));
        }
        let mut before = vec![None; nodes];
        let mut is_seen = vec![false; nodes];
        let mut open: Vec<usize> = starts.iter().take(1).map(|start| parts[start.0 as usize]).collect();
        open.iter().for_each(|part| is_seen[*part] = true);
        while let Some(part) = open.pop() {
            for &(edge, next) in &joins[part] {
                if !is_seen[next] {
                    is_seen[next] = true;
                    before[next] = Some((edge, number(part)));
                    open.push(next);
                }
            }
        }
        Self { parts: parts.into_iter().map(number).collect(), before }
    }

    /// The lanes whose closing cuts off every one of the places on `edges`, of those within `reach_m` of `at` in plan, in
    /// order.
    ///
    /// Where all places lie on one edge, that edge is one of them.
    pub(super) fn to(
        &self,
        network: &Network,
        layers: &Layers,
        edges: &[EdgeId],
        at: Point<f64>,
        reach_m: f64,
    ) -> Vec<EdgeId> {
        let mut common: Option<Vec<EdgeId>> = None;
        for edge in edges {
            let (from, to) = (network.tail(edge.forward()), network.head(edge.forward()));
            let (one, other) = (self.up(from), self.up(to));
            let mut lanes: Vec<EdgeId> = one.into_iter().filter(|lane| other.contains(lane)).collect();
            if !lanes.contains(edge) {
                lanes.push(*edge);
            }
            common = Some(match common {
                None => lanes,
                Some(known) => known.into_iter().filter(|lane| lanes.contains(lane)).collect(),
            });
        }
        let is_near = |lane: &EdgeId| Euclidean.distance(&at, &network.edge_line(layers, *lane)) <= reach_m;
        let mut lanes: Vec<EdgeId> = common.unwrap_or_default().into_iter().filter(is_near).collect();
        lanes.sort_unstable();
        lanes
    }

    /// The single lanes between a node and the stations.
    fn up(&self, node: NodeId) -> Vec<EdgeId> {
        let mut part = self.parts[node.0 as usize];
        let mut lanes = Vec::new();
        while let Some((lane, next)) = self.before[part as usize] {
            lanes.push(lane);
            part = next;
        }
        lanes
    }
}

/// The name of a lane for people, the road's own and its identifier, and its middle.
pub(super) fn lane_name(network: &Network, layers: &Layers, lane: EdgeId) -> (String, Coord<f64>) {
    let road = &layers.roads[network.edge(lane).road as usize];
    let name = road.name.as_ref().map_or_else(|| road.id.clone(), |name| format!("{name} ({})", road.id));
    (name, network.place(layers, lane, network.edge(lane).plan_m() / 2.0))
}

fn number(part: usize) -> u32 {
    u32::try_from(part).expect("a network has fewer than 2^32 nodes")
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::RoadClass;
    use proptest::prelude::*;

    use super::*;
    use crate::network::tests::{road, town};

    /// A lane from the station at the left to a square of lanes, and a dead end at its right.
    fn square() -> Layers {
        let lane = |id: &str, places: &[(f64, f64)], nodes: &[i64]| road(id, RoadClass::Service, places, nodes);
        town(vec![
            lane("neck", &[(0.0, 0.0), (100.0, 0.0)], &[1, 2]),
            lane("south", &[(100.0, 0.0), (200.0, 0.0), (200.0, 100.0)], &[2, 3, 4]),
            lane("north", &[(100.0, 0.0), (100.0, 100.0), (200.0, 100.0)], &[2, 5, 4]),
            lane("end", &[(200.0, 100.0), (300.0, 100.0)], &[4, 6]),
        ])
    }

    /// The lanes that a place on the roads named hangs on.
    #[track_caller]
    fn check(roads: &[&str], reach_m: f64, closed: &[&str], expected: &[&str]) {
        let layers = square();
        let network = Network::build(&layers, 0.5);
        let edges_of = |id: &str| {
            let road = layers.roads.iter().position(|road| road.id == id).expect("a road of this name");
            network.edges_of_road(road)
        };
        let first = |id: &str| EdgeId(u32::try_from(edges_of(id).start).expect("few edges"));
        let is_open = |edge: EdgeId| !closed.iter().any(|id| edges_of(id).contains(&edge.index()));
        let start = network.tail(first("neck").forward());
        let lanes = OnlyLanes::build(&network, is_open, &[start]);
        let edges: Vec<EdgeId> = roads.iter().map(|id| first(id)).collect();
        let found: Vec<String> = lanes
            .to(&network, &layers, &edges, Point::new(300.0, 100.0), reach_m)
            .into_iter()
            .map(|lane| lane_name(&network, &layers, lane).0)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_hangs_on_a_dead_end_hangs_on_the_neck_too() {
        check(&["end"], 1000.0, &[], &["neck", "end"]);
        check(&["end"], 150.0, &[], &["end"]);
    }

    #[test]
    fn either_side_of_the_square_leads_round() {
        check(&["south", "north"], 1000.0, &[], &["neck"]);
    }

    #[test]
    fn with_one_side_closed_the_other_is_the_only_lane() {
        check(&["end"], 1000.0, &["north"], &["neck", "south", "end"]);
    }

    /// Whether a place on one of `targets` is joined to `start` when one edge is closed; by walking.
    fn is_joined(network: &Network, start: NodeId, targets: &[EdgeId], closed: EdgeId) -> bool {
        let ends = |edge: EdgeId| [network.tail(edge.forward()), network.head(edge.forward())];
        let mut reached = vec![start];
        let mut next = 0;
        while let Some(&node) = reached.get(next) {
            next += 1;
            for edge in (0_u32..).take(network.edge_count()).map(EdgeId).filter(|edge| *edge != closed) {
                let [from, to] = ends(edge);
                for (here, there) in [(from, to), (to, from)] {
                    if here == node && !reached.contains(&there) {
                        reached.push(there);
                    }
                }
            }
        }
        targets.iter().any(|target| *target != closed && ends(*target).iter().any(|end| reached.contains(end)))
    }

    proptest! {
        #[test]
        fn the_only_lanes_are_those_whose_closing_cuts_a_place_off(
            pairs in prop::collection::vec((0_i64..7, 0_i64..7), 1..12), picks in prop::collection::vec(0_usize..12, 1..3),
        ) {
            let place = |node: i64| ((node as f64).cos() * 100.0, (node as f64).sin() * 100.0);
            let pairs: Vec<(i64, i64)> = pairs.into_iter().filter(|(from, to)| from != to).collect();
            prop_assume!(!pairs.is_empty());
            let roads = pairs
                .iter()
                .enumerate()
                .map(|(i, &(a, b))| road(&i.to_string(), RoadClass::Service, &[place(a), place(b)], &[a + 1, b + 1]))
                .collect();
            let layers = town(roads);
            let network = Network::build(&layers, 0.5);
            let start = network.tail(EdgeId(0).forward());
            let mut targets: Vec<EdgeId> =
                picks.into_iter().map(|pick| EdgeId(u32::try_from(pick % network.edge_count()).expect("few"))).collect();
            targets.sort_unstable();
            targets.dedup();
            let none = EdgeId(u32::MAX);
            targets.retain(|target| is_joined(&network, start, &[*target], none));
            prop_assume!(!targets.is_empty());
            let only = OnlyLanes::build(&network, |_| true, &[start]);
            let found = only.to(&network, &layers, &targets, Point::new(0.0, 0.0), 1e6);
            let all = (0_u32..).take(network.edge_count()).map(EdgeId);
            let slow: Vec<EdgeId> = all.filter(|edge| !is_joined(&network, start, &targets, *edge)).collect();
            prop_assert_eq!(found, slow);
        }
    }
}
