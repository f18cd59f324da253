//! The most water that sources, shared mains and pumps let through to one place.

use petgraph::algo::dinics;
use petgraph::graph::{DiGraph, NodeIndex};

/// Sources as they come to one place, ready to be asked how much comes through when some of them fail.
///
/// The water of a tap passes its branch, the tap itself, a hose line, and the pool of pumps of that line. A branch lets
/// through as much as the greatest of its taps that are there: a branch main counts for one hydrant. Amounts are whole
/// decilitres a second, or whole litres for volumes.
#[derive(Clone, Debug, Default)]
pub struct Confluence {
    /// The taps that give something, those of one branch together.
    taps: Vec<Tap>,
    /// The hose lines of all taps.
    lines: Vec<Line>,
    /// What the pumps of each kind move together.
    pools: Vec<u64>,
    /// How many appliances each kind has; kinds beyond the list lay as many lines as they like.
    appliances: Vec<u32>,
    /// For each pool a bit of its own where all lines together could exhaust it, else none.
    scarce: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Tap {
    /// Its number among all that were given.
    number: usize,
    amount: u64,
    branch: Option<usize>,
    /// Where its lines begin and end.
    lines: (usize, usize),
}

#[derive(Clone, Copy, Debug)]
struct Line {
    pool: usize,
    carries: u64,
    /// How many appliances it takes: more than one in a relay.
    takes: usize,
}

/// With more appliances of a kind than this their number is no limit.
const MOST_APPLIANCES: usize = 16;

/// So many pools are tried on both sides of a cut; with more, Dinitz's algorithm is the shorter way.
const MOST_CUTS_OF: usize = 8;

impl Confluence {
    /// Puts taps and pools together; each tap is what it gives, the branch whose water it shares, and its lines.
    pub fn build<L: IntoIterator<Item = (usize, u64)>>(
        pools: Vec<u64>,
        all: impl IntoIterator<Item = (u64, Option<usize>, L)>,
    ) -> Self {
        let all = all.into_iter();
        let mut taps = Vec::with_capacity(all.size_hint().0);
        let mut lines = Vec::with_capacity(all.size_hint().0);
        for (number, (amount, branch, of_tap)) in all.enumerate().filter(|(_, tap)| tap.0 > 0) {
            let from = lines.len();
            lines.extend(of_tap.into_iter().map(|(pool, carries)| Line { pool, carries, takes: 1 }));
            taps.push(Tap { number, amount, branch, lines: (from, lines.len()) });
        }
        taps.sort_by_key(|tap| tap.branch);
        let mut all = Self { taps, lines, pools, appliances: Vec::new(), scarce: Vec::new() };
        all.find_scarce();
        all
    }

    /// The same where kinds have so many appliances, and a line from a tap takes so many of its kind at once.
    ///
    /// Together the lines of a kind then bring no more than the best set of them that its appliances can lay. That is exact
    /// for one kind; where several share the taps it is the most that may be.
    #[must_use]
    pub fn limited(mut self, appliances: &[u32], takes: impl Fn(usize, usize) -> u32) -> Self {
        for tap in &self.taps {
            for line in &mut self.lines[tap.lines.0..tap.lines.1] {
                line.takes = takes(tap.number, line.pool) as usize;
            }
        }
        self.appliances = appliances.to_vec();
        self.find_scarce();
        self
    }

    fn find_scarce(&mut self) {
        let mut drawn = vec![0_u64; self.pools.len()];
        for tap in &self.taps {
            for line in &self.lines[tap.lines.0..tap.lines.1] {
                drawn[line.pool] += tap.amount.min(line.carries);
            }
        }
        let mut bits = (0..u32::BITS).map(|bit| 1 << bit);
        let is_scarce = |pool: usize| drawn[pool] > self.moves(pool, |_| true, |_, _| true);
        let scarce = (0..drawn.len()).map(|pool| if is_scarce(pool) { bits.next().unwrap_or(0) } else { 0 });
        self.scarce = scarce.collect();
    }

    /// The most that the appliances of one kind bring: what their pumps move, and what the best lines that they can lay carry.
    fn moves(&self, pool: usize, is_there: impl Fn(usize) -> bool, is_laid: impl Fn(usize, usize) -> bool) -> u64 {
        let count = self.appliances.get(pool).map_or(usize::MAX, |count| *count as usize);
        if count > MOST_APPLIANCES {
            return self.pools[pool];
        }
        let mut best = [0_u64; MOST_APPLIANCES + 1];
        for tap in self.taps.iter().filter(|tap| is_there(tap.number)) {
            let lines = self.lines[tap.lines.0..tap.lines.1].iter();
            for line in lines.filter(|line| line.pool == pool && is_laid(tap.number, pool)) {
                let brings = tap.amount.min(line.carries);
                for used in (line.takes..=count).rev() {
                    best[used] = best[used].max(best[used - line.takes] + brings);
                }
            }
        }
        self.pools[pool].min(best[count])
    }

    /// The most that comes through when all is there.
    pub fn most(&self) -> u64 {
        self.most_of(|_| true, |_, _| true)
    }

    /// The most that comes through from the taps that are there, by the lines that are laid: a tap's number, and a pool's.
    ///
    /// A maximum flow, not a sum: it is the least cut, and a cut parts the pools that are exhausted from those that are not.
    /// A pool that no set of lines exhausts is never cut. O(taps) for each set of exhausted pools.
    ///
    /// # Source
    ///
    /// GB 50974-2014, 6.1.5, for the branch; Ford and Fulkerson's theorem; Dinitz's algorithm where many pools may be
    /// exhausted.
    pub fn most_of(&self, is_there: impl Fn(usize) -> bool, is_laid: impl Fn(usize, usize) -> bool) -> u64 {
        let moves = |pool: usize| self.moves(pool, &is_there, &is_laid);
        let scarce: Vec<u64> = (0..self.pools.len()).filter(|pool| self.scarce[*pool] > 0).map(moves).collect();
        if scarce.len() > MOST_CUTS_OF {
            return self.by_dinitz(is_there, is_laid);
        }
        let cuts = 0..1_u32 << scarce.len();
        cuts.fold(u64::MAX, |least, exhausted| {
            let pools = scarce.iter().enumerate().filter(|(bit, _)| exhausted >> bit & 1 == 1);
            let pools: u64 = pools.map(|(_, moves)| moves).sum();
            self.cut((exhausted, pools), least, &is_there, &is_laid).min(least)
        })
    }

    /// What a cut lets through that parts some pools, as bits of the scarce ones, from all others; any number that is no less
    /// than `enough` where it lets that much through.
    fn cut(
        &self,
        (exhausted, pools): (u32, u64),
        enough: u64,
        is_there: impl Fn(usize) -> bool,
        is_laid: impl Fn(usize, usize) -> bool,
    ) -> u64 {
        let is_cut = |pool: usize| exhausted & self.scarce[pool] != 0;
        let through = |tap: &Tap| {
            let lines = self.lines[tap.lines.0..tap.lines.1].iter();
            let open = lines.filter(|line| !is_cut(line.pool) && is_laid(tap.number, line.pool));
            tap.amount.min(open.map(|line| line.carries).sum())
        };
        let mut all = pools;
        for together in self.taps.chunk_by(|a, b| a.branch.is_some() && a.branch == b.branch) {
            let there = together.iter().filter(|tap| is_there(tap.number));
            let (whole, sum) = there.fold((0, 0), |(whole, sum), tap| (tap.amount.max(whole), sum + through(tap)));
            all += whole.min(sum);
            if all >= enough {
                break;
            }
        }
        all
    }

    /// The same as a maximum flow through a graph.
    fn by_dinitz(&self, is_there: impl Fn(usize) -> bool, is_laid: impl Fn(usize, usize) -> bool) -> u64 {
        let mut graph: DiGraph<(), u64> = DiGraph::new();
        let (source, sink) = (graph.add_node(()), graph.add_node(()));
        let pumps: Vec<NodeIndex> = self.pools.iter().map(|_| graph.add_node(())).collect();
        for (pool, pump) in pumps.iter().enumerate() {
            graph.add_edge(*pump, sink, self.moves(pool, &is_there, &is_laid));
        }
        for together in self.taps.chunk_by(|a, b| a.branch.is_some() && a.branch == b.branch) {
            let there: Vec<&Tap> = together.iter().filter(|tap| is_there(tap.number)).collect();
            let branch = graph.add_node(());
            graph.add_edge(source, branch, there.iter().map(|tap| tap.amount).max().unwrap_or(0));
            for tap in there {
                let node = graph.add_node(());
                graph.add_edge(branch, node, tap.amount);
                for line in &self.lines[tap.lines.0..tap.lines.1] {
                    if is_laid(tap.number, line.pool) {
                        graph.add_edge(node, pumps[line.pool], line.carries);
                    }
                }
            }
        }
        dinics(&graph, source, sink).0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a source gives, the branch it shares, and its lines: the pool of pumps, and what each carries.
    type Tap = (u64, Option<usize>, Vec<(usize, u64)>);

    fn most(taps: &[Tap], pools: &[u64]) -> u64 {
        Confluence::build(pools.to_vec(), taps.iter().cloned()).most()
    }

    /// Hydrants on rings with one strong pump; the sum says which of them were counted.
    #[track_caller]
    fn check(taps: &[(u64, Option<usize>, u64)], pump: u64, expected: u64) {
        let taps: Vec<Tap> =
            taps.iter().map(|(amount, branch, carries)| (*amount, *branch, vec![(0, *carries)])).collect();
        assert_eq!(most(&taps, &[pump]), expected);
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
        let taps = [(8, None, vec![(0, 99)]), (4, None, vec![(0, 99), (1, 3)])];
        assert_eq!(most(&taps, &[9, 0]), 9);
        assert_eq!(most(&taps, &[9, 9]), 12);
    }

    #[test]
    fn appliances_lay_no_more_lines_than_there_are_of_them() {
        let hydrants = |takes: u32, appliances: u32| {
            let taps = (0..5).map(|_| (15, None, vec![(0, 10)]));
            Confluence::build(vec![99], taps).limited(&[appliances], |_, _| takes).most()
        };
        // Five lines of 10; each alone, or each a relay of two.
        assert_eq!(
            [hydrants(1, 9), hydrants(1, 4), hydrants(2, 4), hydrants(2, 3), hydrants(2, 1)],
            [50, 40, 20, 10, 0]
        );
    }

    #[test]
    fn a_source_without_a_line_gives_nothing() {
        assert_eq!(most(&[(8, None, vec![])], &[9]), 0);
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
                    .flat_map(|t| &taps[t].2)
                    .filter(|(pool, _)| near_pools >> pool & 1 == 0)
                    .map(|(_, carries)| carries)
                    .sum();
                // Water for taps on the far side is cut at the taps or, of a branch, at the branch if that is cheaper;
                // a branch cut there needs no cut at its taps.
                let mut cut = pumps + hoses;
                cut += (0..taps.len()).filter(|t| !is_near(*t) && taps[*t].1.is_none()).map(|t| taps[t].0).sum::<u64>();
                let mut branches: Vec<usize> = taps.iter().filter_map(|tap| tap.1).collect();
                branches.sort_unstable();
                branches.dedup();
                for branch in branches {
                    let members = || (0..taps.len()).filter(|t| taps[*t].1 == Some(branch));
                    let whole = members().map(|t| taps[t].0).max().unwrap_or(0);
                    let far: u64 = members().filter(|t| !is_near(*t)).map(|t| taps[t].0).sum();
                    cut += whole.min(far);
                }
                least = least.min(cut);
            }
        }
        least
    }

    fn tap() -> impl Strategy<Value = Tap> {
        (0_u64..20, prop::option::of(0_usize..3), prop::collection::vec((0_usize..2, 0_u64..20), 0..3))
    }

    proptest! {
        #[test]
        fn the_most_that_flows_is_the_least_cut(
            taps in prop::collection::vec(tap(), 0..7), pools in prop::array::uniform2(0_u64..40),
        ) {
            prop_assert_eq!(most(&taps, &pools), least_cut(&taps, &pools));
        }

        #[test]
        fn a_cut_by_exhausted_pools_is_the_flow_through_a_graph_whatever_fails(
            taps in prop::collection::vec(tap(), 0..12), pools in prop::array::uniform2(0_u64..80),
            gone in prop::collection::btree_set(0_usize..12, 0..4),
            unlaid in prop::collection::btree_set((0_usize..12, 0_usize..2), 0..6),
        ) {
            let confluence = Confluence::build(pools.to_vec(), taps).limited(&[3, 2], |tap, pool| 1 + (tap + pool) as u32 % 2);
            let (is_there, is_laid) = (|tap| !gone.contains(&tap), |tap, pool| !unlaid.contains(&(tap, pool)));
            prop_assert_eq!(confluence.most_of(is_there, is_laid), confluence.by_dinitz(is_there, is_laid));
        }

        #[test]
        fn a_tap_that_is_not_there_is_as_if_it_had_never_been_given(
            taps in prop::collection::vec(tap(), 1..7), pools in prop::array::uniform2(0_u64..40),
        ) {
            for lost in 0..taps.len() {
                let mut left = taps.clone();
                left.remove(lost);
                let all = Confluence::build(pools.to_vec(), taps.iter().cloned());
                prop_assert_eq!(all.most_of(|tap| tap != lost, |_, _| true), most(&left, &pools));
            }
        }

        #[test]
        fn one_kind_brings_what_the_best_set_of_lines_does_that_it_can_lay(
            taps in prop::collection::vec((0_u64..20, 0_u64..20, 1_u32..4), 0..8), appliances in 0_u32..6, pump in 0_u64..60,
        ) {
            let all = Confluence::build(vec![pump], taps.iter().map(|(amount, carries, _)| (*amount, None, [(0, *carries)])));
            let found = all.limited(&[appliances], |tap, _| taps[tap].2).most();
            let laid = |set: u32| taps.iter().enumerate().filter(move |(tap, _)| set >> tap & 1 == 1);
            let slow = (0..1_u32 << taps.len())
                .filter(|set| laid(*set).map(|(_, tap)| tap.2).sum::<u32>() <= appliances)
                .map(|set| laid(set).map(|(_, tap)| tap.0.min(tap.1)).sum::<u64>().min(pump));
            prop_assert_eq!(found, slow.max().unwrap_or(0));
        }

        #[test]
        fn one_more_source_never_gives_less(
            taps in prop::collection::vec(tap(), 0..7), more in tap(), pools in prop::array::uniform2(0_u64..40),
        ) {
            let before = most(&taps, &pools);
            let mut after = taps;
            after.push(more);
            prop_assert!(most(&after, &pools) >= before);
        }

        #[test]
        fn what_is_lost_with_one_source_is_no_more_than_the_source(
            taps in prop::collection::vec(tap(), 1..7), pools in prop::array::uniform2(0_u64..40),
        ) {
            let confluence = Confluence::build(pools.to_vec(), taps.iter().cloned());
            for (lost, tap) in taps.iter().enumerate() {
                prop_assert!(confluence.most_of(|t| t != lost, |_, _| true) + tap.0 >= confluence.most());
            }
        }
    }
}
