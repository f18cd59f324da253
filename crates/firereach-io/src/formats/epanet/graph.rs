//! What the graph of a water network says: which links lie on rings, and what its valves divide.

use petgraph::algo::bridges::bridges;
use petgraph::graph::UnGraph;
use petgraph::unionfind::UnionFind;

/// How a link joins its two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// An open pipe.
    Open,
    /// An open valve that can be closed by hand.
    Valve,
    /// A pump, a check valve or a regulating valve: water passes one way, and the pressure differs on its two sides.
    OneWay,
    /// Closed.
    Closed,
}

/// A link between two nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) join: Join,
}

/// What the graph says.
#[derive(Debug)]
pub(super) struct Layout {
    /// For each link whether it lies on a ring.
    pub(super) is_ring: Vec<bool>,
    /// For each node its pressure zone.
    pub(super) zones: Vec<usize>,
    /// For each node the segment that one closing of valves shuts off.
    pub(super) segments: Vec<usize>,
}

/// Finds rings, zones and segments.
///
/// A link lies on a ring when the network stays in one piece without it, all feeds taken as joined by one node beyond the
/// network; so a pipe between two sources is fed from both ends. A link of one way is no part of a ring, and its far end
/// counts as fed. Numbers of zones and segments follow the nodes. O(nodes + links).
pub(super) fn measure_layout(nodes: usize, feeds: &[usize], links: &[Link]) -> Layout {
    let mut graph: UnGraph<(), Option<usize>> = UnGraph::with_capacity(nodes + links.len() + 1, 2 * links.len());
    let at: Vec<_> = (0..nodes).map(|_| graph.add_node(())).collect();
    let beyond = graph.add_node(());
    let far_ends = links.iter().filter(|link| link.join == Join::OneWay).map(|link| link.to);
    let mut fed: Vec<usize> = feeds.iter().copied().chain(far_ends).collect();
    fed.sort_unstable();
    fed.dedup();
    for node in fed {
        graph.add_edge(beyond, at[node], None);
    }
    for (number, link) in links.iter().enumerate() {
        if matches!(link.join, Join::Open | Join::Valve) && link.from != link.to {
            // A node halfway keeps two pipes between the same nodes apart.
            let halfway = graph.add_node(());
            graph.add_edge(at[link.from], halfway, Some(number));
            graph.add_edge(halfway, at[link.to], Some(number));
        }
    }
    let mut is_ring: Vec<bool> =
        links.iter().map(|link| matches!(link.join, Join::Open | Join::Valve) && link.from != link.to).collect();
    for number in bridges(&graph).filter_map(|bridge| *bridge.weight()) {
        is_ring[number] = false;
    }
    Layout {
        is_ring,
        zones: groups(nodes, links, &[Join::Open, Join::Valve]),
        segments: groups(nodes, links, &[Join::Open]),
    }
}

/// For each node the number of its group, when links of these kinds join.
fn groups(nodes: usize, links: &[Link], joins: &[Join]) -> Vec<usize> {
    let mut sets = UnionFind::new(nodes);
    for link in links.iter().filter(|link| joins.contains(&link.join)) {
        sets.union(link.from, link.to);
    }
    let mut numbers = vec![None; nodes];
    let mut next = 0;
    (0..nodes)
        .map(|node| {
            let root: usize = sets.find(node);
            *numbers[root].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links as `from-to`, with `~` for a closed one, `>` for one way and `|` for a valve; the answer marks rings with `o`.
    #[track_caller]
    fn check(feeds: &[usize], links: &str, rings: &str) {
        let links: Vec<Link> = links
            .split_whitespace()
            .map(|text| {
                let sign = text.find(['-', '~', '>', '|']).expect("a sign between two nodes");
                let join = match &text[sign..=sign] {
                    "~" => Join::Closed,
                    ">" => Join::OneWay,
                    "|" => Join::Valve,
                    _ => Join::Open,
                };
                let node = |text: &str| text.parse().expect("a number");
                Link { from: node(&text[..sign]), to: node(&text[sign + 1..]), join }
            })
            .collect();
        let found = measure_layout(6, feeds, &links).is_ring;
        assert_eq!(found.iter().map(|ring| if *ring { 'o' } else { '.' }).collect::<String>(), rings);
    }

    #[test]
    fn a_triangle_is_a_ring_and_its_tail_a_branch() {
        check(&[0], "0-1 1-2 2-3 3-1 3-4", ".ooo.");
    }

    #[test]
    fn two_pipes_between_the_same_nodes_are_a_ring() {
        check(&[0], "0-1 1-2 1-2", ".oo");
    }

    #[test]
    fn a_closed_pipe_opens_the_ring() {
        check(&[0], "0-1 1-2 2~3 3-1", "....");
    }

    #[test]
    fn a_pipe_between_two_sources_is_fed_from_both_ends() {
        check(&[0, 2], "0-1 1-2 1-3", "oo.");
    }

    #[test]
    fn a_pump_feeds_its_far_end_and_closes_no_ring_behind_itself() {
        check(&[0], "0-1 1>2 2-3", "...");
        check(&[0], "0-1 1>2 2-3 3-4 1>4", "..oo.");
    }

    #[test]
    fn valves_divide_segments_and_regulators_divide_zones() {
        let link = |from, to, join| Link { from, to, join };
        let layout =
            measure_layout(4, &[0], &[link(0, 1, Join::Open), link(1, 2, Join::Valve), link(2, 3, Join::OneWay)]);
        assert_eq!(layout.zones, [0, 0, 0, 1]);
        assert_eq!(layout.segments, [0, 0, 1, 2]);
    }
}
