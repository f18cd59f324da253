use petgraph::algo::dinics;
use petgraph::graph::DiGraph;
use proptest::prelude::*;

use super::*;

const STATES: usize = 1024;

fn line(kind: usize, appliances: u32, carries: u64) -> HoseLine {
    HoseLine { kind, appliances, carries }
}

fn tap(amount: u64, branch: Option<usize>, lines: &[HoseLine]) -> Tap {
    Tap { amount, branch, outlets: u32::MAX, lines: lines.to_vec() }
}

fn most(appliances: &[u32], taps: &[Tap]) -> u64 {
    Confluence::build(appliances, Rounding::Down, STATES, taps.iter().cloned()).most()
}

/// Hydrants with the branch they share and what a line from each carries, and any number of one kind of appliance; the sum
/// says which of them were counted.
#[track_caller]
fn check(hydrants: &[(u64, Option<usize>, u64)], expected: u64) {
    let taps: Vec<Tap> = hydrants
        .iter()
        .map(|(amount, branch, carries)| Tap { outlets: 1, ..tap(*amount, *branch, &[line(0, 1, *carries)]) })
        .collect();
    assert_eq!(most(&[u32::MAX], &taps), expected);
}

#[test]
fn hydrants_on_a_ring_all_count() {
    check(&[(1, None, 99), (2, None, 99), (4, None, 99), (8, None, 99)], 15);
}

#[test]
fn a_branch_counts_for_its_greatest_hydrant_only() {
    check(&[(1, None, 99), (2, Some(7), 99), (4, Some(7), 99), (8, None, 99)], 13);
    check(&[(1, Some(3), 99), (2, Some(7), 99), (4, Some(7), 99), (8, Some(3), 99)], 12);
}

#[test]
fn a_hose_line_limits_what_comes() {
    check(&[(1, None, 99), (2, None, 99), (4, None, 99), (8, None, 5)], 12);
}

#[test]
fn one_appliance_is_not_at_two_hydrants() {
    let hydrants: Vec<Tap> = [1, 2, 4, 8].map(|amount| tap(amount, None, &[line(0, 1, 99)])).to_vec();
    assert_eq!([0, 1, 2, 3, 4].map(|there_are| most(&[there_are], &hydrants)), [0, 8, 12, 14, 15]);
}

#[test]
fn kinds_that_share_the_hydrants_bring_no_more_than_the_hydrants_give() {
    // One appliance of each of two kinds, each with a line of 10: both at the large hydrant, or one at each.
    let both = [line(0, 1, 10), line(1, 1, 10)];
    assert_eq!(most(&[1, 1], &[tap(15, None, &both), tap(5, None, &both)]), 15);
    assert_eq!(most(&[1, 1], &[tap(15, None, &both), tap(6, None, &both)]), 16);
}

#[test]
fn the_pumps_of_a_relay_are_at_no_other_hydrant() {
    let brought = |takes: u32, there_are: u32| {
        most(&[there_are], &vec![Tap { outlets: 1, ..tap(15, None, &[line(0, takes, 10)]) }; 5])
    };
    // Five lines of 10; each alone, or each a relay of two.
    assert_eq!([brought(1, 9), brought(1, 4), brought(2, 4), brought(2, 3), brought(2, 1)], [50, 40, 20, 10, 0]);
}

#[test]
fn a_longer_relay_is_taken_where_it_brings_more() {
    let far = tap(15, None, &[line(0, 1, 4), line(0, 2, 9)]);
    // Two single pumps bring 8, a relay of them 9; with a third pump both.
    assert_eq!([1, 2, 3].map(|there_are| most(&[there_are], std::slice::from_ref(&far))), [4, 9, 13]);
}

#[test]
fn no_more_lines_come_from_a_source_than_it_has_outlets() {
    let pond = |outlets: u32| most(&[9], &[Tap { outlets, ..tap(100, None, &[line(0, 1, 30)]) }]);
    assert_eq!([pond(0), pond(1), pond(2), pond(4)], [0, 30, 60, 100]);
    // An outlet that feeds a weak jet by itself feeds no pump.
    let jet = [line(0, 1, 10), line(1, 0, 4)];
    let hydrant = |outlets: u32| most(&[1, u32::MAX], &[Tap { outlets, ..tap(15, None, &jet) }]);
    assert_eq!([hydrant(1), hydrant(2)], [10, 14]);
}

#[test]
fn a_source_without_a_line_gives_nothing() {
    assert_eq!(most(&[9], &[tap(8, None, &[])]), 0);
}

#[test]
fn with_more_kinds_than_can_be_told_apart_the_answer_errs_as_asked() {
    let lines: Vec<HoseLine> = (0..3).map(|kind| line(kind, 1, 10)).collect();
    let taps = vec![Tap { outlets: 1, ..tap(15, None, &lines) }; 20];
    // Four each of three kinds bring 120. With 27 states two of each are counted on; or all twelve are one kind.
    let found = |rounding, states| Confluence::build(&[4, 4, 4], rounding, states, taps.iter().cloned()).most();
    assert_eq!((found(Rounding::Down, 125), found(Rounding::Up, 125)), (120, 120));
    assert_eq!((found(Rounding::Down, 27), found(Rounding::Up, 27)), (60, 120));
    assert_eq!(
        found(Rounding::Up, 2),
        200,
        "not even the twelve are told apart: every hydrant gives what one line brings"
    );
}

#[test]
fn more_kinds_than_can_be_told_apart_are_counted_on_or_taken_together() {
    // Twelve kinds of one appliance each, of which every one brings 10 from a hydrant of its own.
    let taps: Vec<Tap> =
        (0..12).map(|kind| tap(10, None, &[line(kind, 1, 10), line((kind + 1) % 12, 1, 10)])).collect();
    let found = |rounding| Confluence::build(&[1; 12], rounding, STATES, taps.iter().cloned()).most();
    assert!(found(Rounding::Down) >= 80 && found(Rounding::Down) <= 120, "{}", found(Rounding::Down));
    assert_eq!(found(Rounding::Up), 120);
}

/// The slow twin: lays every line as often as appliances and outlets allow, in every combination.
fn by_trying_all(left: &mut Vec<u32>, taps: &[Tap], is_there: &dyn Fn(usize) -> bool) -> u64 {
    fn lay(
        left: &mut Vec<u32>,
        taps: &[Tap],
        is_there: &dyn Fn(usize) -> bool,
        (tap, line, outlets): (usize, usize, u32),
        carried: &mut Vec<u64>,
    ) -> u64 {
        let Some(at) = taps.get(tap) else { return together(taps, is_there, carried) };
        let next = |tap: usize| (tap, 0, taps.get(tap).map_or(0, |tap| tap.outlets));
        if !is_there(tap) {
            return lay(left, taps, is_there, next(tap + 1), carried);
        }
        let Some(laid) = at.lines.get(line) else { return lay(left, taps, is_there, next(tap + 1), carried) };
        let mut best = lay(left, taps, is_there, (tap, line + 1, outlets), carried);
        if outlets > 0 && left[laid.kind] >= laid.appliances {
            left[laid.kind] -= laid.appliances;
            carried[tap] += laid.carries;
            best = best.max(lay(left, taps, is_there, (tap, line, outlets - 1), carried));
            carried[tap] -= laid.carries;
            left[laid.kind] += laid.appliances;
        }
        best
    }
    fn together(taps: &[Tap], is_there: &dyn Fn(usize) -> bool, carried: &[u64]) -> u64 {
        let through = |tap: usize| taps[tap].amount.min(carried[tap]);
        let there = || (0..taps.len()).filter(|tap| is_there(*tap));
        let alone: u64 = there().filter(|tap| taps[*tap].branch.is_none()).map(through).sum();
        let branches: std::collections::BTreeSet<usize> = there().filter_map(|tap| taps[tap].branch).collect();
        let shared = branches.into_iter().map(|branch| {
            let of_branch = || there().filter(|tap| taps[*tap].branch == Some(branch));
            let whole = of_branch().map(|tap| taps[tap].amount).max().unwrap_or(0);
            of_branch().map(through).sum::<u64>().min(whole)
        });
        alone + shared.sum::<u64>()
    }
    let first = taps.first().map_or(0, |tap| tap.outlets);
    lay(left, taps, is_there, (0, 0, first), &mut vec![0; taps.len()])
}

fn any_line() -> impl Strategy<Value = HoseLine> {
    (0_usize..3, 1_u32..3, 0_u64..20).prop_map(|(kind, appliances, carries)| line(kind, appliances, carries))
}

fn any_tap() -> impl Strategy<Value = Tap> {
    (0_u64..25, prop::option::of(0_usize..2), 0_u32..3, prop::collection::vec(any_line(), 0..3))
        .prop_map(|(amount, branch, outlets, lines)| Tap { amount, branch, outlets, lines })
}

fn any_taps() -> impl Strategy<Value = Vec<Tap>> {
    prop::collection::vec(any_tap(), 0..5)
}

fn any_appliances() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0_u32..4, 3)
}

proptest! {
    #[test]
    fn the_most_that_flows_is_the_best_of_all_layings_whatever_fails(
        taps in any_taps(), appliances in any_appliances(), gone in prop::collection::btree_set(0_usize..5, 0..3),
        unlaid in prop::collection::btree_set((0_usize..5, 0_usize..3), 0..4),
    ) {
        let confluence = Confluence::build(&appliances, Rounding::Down, STATES, taps.iter().cloned());
        let is_laid = |tap, kind| !unlaid.contains(&(tap, kind));
        let found = confluence.most_of(u64::MAX, |tap| !gone.contains(&tap), is_laid);
        let mut left = taps;
        for (number, tap) in left.iter_mut().enumerate() {
            tap.lines.retain(|line| is_laid(number, line.kind));
        }
        let is_there = |tap: usize| !gone.contains(&tap);
        prop_assert_eq!(found, by_trying_all(&mut appliances.clone(), &left, &is_there));
        // Asked only whether it is enough, the answer is as good.
        for enough in [1, 10, 20, 40] {
            let told = confluence.most_of(enough, is_there, is_laid);
            prop_assert_eq!(told >= enough, found >= enough);
            prop_assert!(told >= enough || told == found);
        }
    }

    #[test]
    fn with_fewer_states_than_it_takes_the_answer_errs_on_the_side_asked_for(
        taps in any_taps(), appliances in any_appliances(), states in 1_usize..40,
    ) {
        let exact = most(&appliances, &taps);
        let found = |rounding| Confluence::build(&appliances, rounding, states, taps.iter().cloned()).most();
        prop_assert!(found(Rounding::Down) <= exact && exact <= found(Rounding::Up));
    }

    /// Where appliances are no limit, it is a maximum flow through branches, taps and lines.
    #[test]
    fn with_appliances_enough_it_is_the_maximum_flow_through_a_graph(taps in any_taps()) {
        let mut graph: DiGraph<(), u64> = DiGraph::new();
        let (source, sink) = (graph.add_node(()), graph.add_node(()));
        let mut branches = std::collections::BTreeMap::new();
        for tap in &taps {
            let node = graph.add_node(());
            let from = tap.branch.map_or(source, |branch| *branches.entry(branch).or_insert_with(|| graph.add_node(())));
            graph.add_edge(from, node, tap.amount);
            let mut lines: Vec<u64> = tap.lines.iter().map(|line| line.carries).collect();
            lines.sort_unstable();
            // The strongest line from every outlet.
            let strongest = lines.last().copied().unwrap_or(0);
            (0..tap.outlets).for_each(|_| { graph.add_edge(node, sink, strongest); });
        }
        for (branch, node) in branches {
            let of_branch = taps.iter().filter(|tap| tap.branch == Some(branch));
            graph.add_edge(source, node, of_branch.map(|tap| tap.amount).max().unwrap_or(0));
        }
        prop_assert_eq!(most(&[u32::MAX; 3], &taps), dinics(&graph, source, sink).0);
    }

    #[test]
    fn one_more_source_or_appliance_never_gives_less(
        taps in any_taps(), more in any_tap(), appliances in any_appliances(), kind in 0_usize..3,
    ) {
        let before = most(&appliances, &taps);
        let with_tap: Vec<Tap> = taps.iter().cloned().chain([more]).collect();
        prop_assert!(most(&appliances, &with_tap) >= before);
        let mut reinforced = appliances;
        reinforced[kind] += 1;
        prop_assert!(most(&reinforced, &taps) >= before);
    }

    #[test]
    fn what_is_lost_with_one_source_is_no_more_than_the_source(taps in any_taps(), appliances in any_appliances()) {
        let confluence = Confluence::build(&appliances, Rounding::Down, STATES, taps.iter().cloned());
        for (lost, tap) in taps.iter().enumerate() {
            let without = confluence.most_of(u64::MAX, |t| t != lost, |_, _| true);
            prop_assert!(without + tap.amount >= confluence.most());
        }
    }
}
