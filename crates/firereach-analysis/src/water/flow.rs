//! The most water that sources, shared mains and pumps let through to one place.

use petgraph::algo::dinics;
use petgraph::graph::{DiGraph, NodeIndex};

/// One source as it comes to one site. Amounts are whole decilitres a second, or whole litres for volumes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tap {
    /// What the source gives.
    pub amount: u64,
    /// The branch whose water it shares, an index into the branches.
    pub branch: Option<usize>,
    /// The pumps that bring it: an index into the pools of pumps, and what the hose line from here carries.
    pub lines: Vec<(usize, u64)>,
}

/// The most that comes through from all taps for which `is_there` holds.
///
/// The water of a tap passes its branch, the tap itself, a hose line, and the pool of pumps of that line. A branch lets
/// through as much as the greatest of its taps that are there: a branch main counts for one hydrant. `pools` are the
/// amounts that the pumps of each kind move together. A maximum flow, not a sum; O(small), for a few dozen taps.
///
/// # Source
///
/// GB 50974-2014, 6.1.5, for the branch; Dinitz's algorithm for the flow.
pub fn most(taps: &[Tap], pools: &[u64], is_there: impl Fn(usize) -> bool) -> u64 {
    let there = |(index, tap): &(usize, &Tap)| tap.amount > 0 && is_there(*index);
    let mut graph: DiGraph<(), u64> = DiGraph::with_capacity(2 + 2 * taps.len() + pools.len(), 4 * taps.len());
    let (source, sink) = (graph.add_node(()), graph.add_node(()));
    let pumps: Vec<NodeIndex> = pools
        .iter()
        .map(|amount| {
            let node = graph.add_node(());
            graph.add_edge(node, sink, *amount);
            node
        })
        .collect();
    let mut branches: Vec<(usize, u64)> = Vec::new();
    for (_, tap) in taps.iter().enumerate().filter(there) {
        let Some(branch) = tap.branch else { continue };
        match branches.iter_mut().find(|(known, _)| *known == branch) {
            Some((_, greatest)) => *greatest = (*greatest).max(tap.amount),
            None => branches.push((branch, tap.amount)),
        }
    }
    let branch_nodes: Vec<NodeIndex> = branches
        .iter()
        .map(|(_, amount)| {
            let node = graph.add_node(());
            graph.add_edge(source, node, *amount);
            node
        })
        .collect();
    for (_, tap) in taps.iter().enumerate().filter(there) {
        let from = tap
            .branch
            .and_then(|branch| branches.iter().position(|(known, _)| *known == branch))
            .map_or(source, |position| branch_nodes[position]);
        let node = graph.add_node(());
        graph.add_edge(from, node, tap.amount);
        for (pool, carries) in &tap.lines {
            graph.add_edge(node, pumps[*pool], *carries);
        }
    }
    dinics(&graph, source, sink).0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hydrants on rings with one strong pump; the sum says which of them were counted.
    #[track_caller]
    fn check(taps: &[(u64, Option<usize>, u64)], pump: u64, expected: u64) {
        let taps: Vec<Tap> = taps
            .iter()
            .map(|(amount, branch, carries)| Tap { amount: *amount, branch: *branch, lines: vec![(0, *carries)] })
            .collect();
        assert_eq!(most(&taps, &[pump], |_| true), expected);
    }

    #[test]
    fn hydrants_on_a_ring_all_count() {
        check(&[(1, None, 99), (2, None, 99), (4, None, 99), (8, None, 99)], 99, 15);
    }

    #[test]
    fn a_branch_counts_for_its_greatest_hydrant_only() {
        check(&[(1, None, 99), (2, Some(7), 99), (4, Some(7), 99), (8, None, 99)], 99, 13);
        check(&[(1, Some(3), 99), (2, Some(7), 99), (4, Some(7), 99), (8, Some(3), 99)], 99, 12);
    }

    #[test]
    fn a_hose_line_or_a_pump_limits_what_comes() {
        check(&[(1, None, 99), (2, None, 99), (4, None, 99), (8, None, 5)], 99, 12);
        check(&[(1, None, 99), (2, None, 99), (4, None, 99), (8, None, 99)], 10, 10);
    }

    #[test]
    fn water_takes_another_pump_where_one_is_busy() {
        let taps = [
            Tap { amount: 8, branch: None, lines: vec![(0, 99)] },
            Tap { amount: 4, branch: None, lines: vec![(0, 99), (1, 3)] },
        ];
        assert_eq!(most(&taps, &[9, 0], |_| true), 9);
        assert_eq!(most(&taps, &[9, 9], |_| true), 12);
    }

    #[test]
    fn a_source_without_a_line_gives_nothing() {
        assert_eq!(most(&[Tap { amount: 8, branch: None, lines: vec![] }], &[9], |_| true), 0);
    }

    /// The slow twin: the least cut, over every subset of sources and of pools taken on the near side.
    fn least_cut(taps: &[Tap], pools: &[u64]) -> u64 {
        let mut least = u64::MAX;
        for near_taps in 0_u32..1 << taps.len() {
            for near_pools in 0_u32..1 << pools.len() {
                let is_near = |t: usize| near_taps >> t & 1 == 1;
                let pumps: u64 = (0..pools.len()).filter(|p| near_pools >> p & 1 == 1).map(|p| pools[p]).sum();
                let hoses: u64 = (0..taps.len())
                    .filter(|t| is_near(*t))
                    .flat_map(|t| &taps[t].lines)
                    .filter(|(pool, _)| near_pools >> pool & 1 == 0)
                    .map(|(_, carries)| carries)
                    .sum();
                // Water for taps on the far side is cut at the taps or, of a branch, at the branch if that is cheaper;
                // a branch cut there needs no cut at its taps.
                let mut cut = pumps + hoses;
                cut += (0..taps.len())
                    .filter(|t| !is_near(*t) && taps[*t].branch.is_none())
                    .map(|t| taps[t].amount)
                    .sum::<u64>();
                let mut branches: Vec<usize> = taps.iter().filter_map(|tap| tap.branch).collect();
                branches.sort_unstable();
                branches.dedup();
                for branch in branches {
                    let members = || (0..taps.len()).filter(|t| taps[*t].branch == Some(branch));
                    let whole = members().map(|t| taps[t].amount).max().unwrap_or(0);
                    let far: u64 = members().filter(|t| !is_near(*t)).map(|t| taps[t].amount).sum();
                    cut += whole.min(far);
                }
                least = least.min(cut);
            }
        }
        least
    }

    fn tap() -> impl Strategy<Value = Tap> {
        (0_u64..20, prop::option::of(0_usize..3), prop::collection::vec((0_usize..2, 0_u64..20), 0..3))
            .prop_map(|(amount, branch, lines)| Tap { amount, branch, lines })
    }

    proptest! {
        #[test]
        fn the_most_that_flows_is_the_least_cut(
            taps in prop::collection::vec(tap(), 0..7), pools in prop::array::uniform2(0_u64..40),
        ) {
            prop_assert_eq!(most(&taps, &pools, |_| true), least_cut(&taps, &pools));
        }

        #[test]
        fn one_more_source_never_gives_less(
            taps in prop::collection::vec(tap(), 0..7), more in tap(), pools in prop::array::uniform2(0_u64..40),
        ) {
            let before = most(&taps, &pools, |_| true);
            let mut after = taps;
            after.push(more);
            prop_assert!(most(&after, &pools, |_| true) >= before);
        }

        #[test]
        fn what_is_lost_with_one_source_is_no_more_than_the_source(
            taps in prop::collection::vec(tap(), 1..7), pools in prop::array::uniform2(0_u64..40),
        ) {
            let all = most(&taps, &pools, |_| true);
            for lost in 0..taps.len() {
                prop_assert!(most(&taps, &pools, |t| t != lost) + taps[lost].amount >= all);
            }
        }
    }
}
