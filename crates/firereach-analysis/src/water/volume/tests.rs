use proptest::prelude::*;

use super::super::flow::{Confluence, HoseLine, Rounding};
use super::*;

/// Ponds of so many litres, each with what one appliance's line from it brings in a second; all appliances of one kind,
/// 100 s.
#[track_caller]
fn check(ponds: &[(u64, u64)], appliances: u32, expected: u64) {
    let taps: Vec<Tap> = ponds
        .iter()
        .map(|(amount, carries)| Tap {
            amount: *amount,
            branch: None,
            outlets: 1,
            lines: vec![HoseLine { kind: 0, appliances: 1, carries: *carries }],
        })
        .collect();
    assert_eq!(most_over(100, &[appliances], &taps), expected);
}

#[test]
fn an_appliance_empties_one_pond_after_the_other_until_time_is_over() {
    // 10 L/s for 100 s are 1,000 litres, however many ponds of 400 there are.
    check(&[(400, 10)], 1, 400);
    check(&[(400, 10), (400, 10)], 1, 800);
    check(&[(400, 10), (400, 10), (400, 10), (400, 10)], 1, 1000);
    check(&[(400, 10), (400, 10), (400, 10), (400, 10)], 2, 1600);
}

#[test]
fn an_appliance_goes_first_where_its_line_brings_most() {
    // 40 s for the near pond, and in 60 s at 5 L/s 300 litres of the far one.
    check(&[(400, 5), (400, 10)], 1, 700);
}

#[test]
fn one_intake_is_worked_by_one_appliance() {
    check(&[(5000, 10)], 3, 1000);
}

fn any_tap() -> impl Strategy<Value = Tap> {
    let line = (0_usize..2, 1_u32..3, 0_u64..20).prop_map(|(kind, appliances, carries)| HoseLine {
        kind,
        appliances,
        carries,
    });
    (0_u64..600, prop::option::of(0_usize..2), 0_u32..3, prop::collection::vec(line, 0..3))
        .prop_map(|(amount, branch, outlets, lines)| Tap { amount, branch, outlets, lines })
}

proptest! {
    #[test]
    fn whoever_stays_at_a_source_for_whole_stints_brings_no_more(
        taps in prop::collection::vec(any_tap(), 0..5), appliances in prop::collection::vec(0_u32..3, 2), stints in 1_u32..5,
    ) {
        // Lines of relays are left out: they stand side by side, which counting single stints does not see.
        let single: Vec<Tap> = taps
            .iter()
            .cloned()
            .map(|mut tap| {
                tap.lines.retain(|line| line.appliances == 1);
                tap
            })
            .collect();
        let in_stints = single.iter().cloned().map(|mut tap| {
            tap.outlets *= stints;
            tap.lines.iter_mut().for_each(|line| line.carries *= 60 / u64::from(stints));
            tap
        });
        let all: Vec<u32> = appliances.iter().map(|count| count * stints).collect();
        let stays = Confluence::build(&all, Rounding::Down, 1024, in_stints).most();
        prop_assert!(stays <= most_over(60, &appliances, &single));
        prop_assert!(most_over(60, &appliances, &single) <= most_over(60, &appliances, &taps));
    }

    #[test]
    fn more_time_sources_or_appliances_never_bring_less(
        taps in prop::collection::vec(any_tap(), 0..5), more in any_tap(), appliances in prop::collection::vec(0_u32..3, 2),
        kind in 0_usize..2,
    ) {
        let before = most_over(60, &appliances, &taps);
        prop_assert!(most_over(61, &appliances, &taps) >= before);
        let with_tap: Vec<Tap> = taps.iter().cloned().chain([more]).collect();
        prop_assert!(most_over(60, &appliances, &with_tap) >= before);
        let mut reinforced = appliances;
        reinforced[kind] += 1;
        prop_assert!(most_over(60, &reinforced, &taps) >= before);
    }

    #[test]
    fn no_more_is_brought_than_there_is(taps in prop::collection::vec(any_tap(), 0..5)) {
        let all: u64 = taps.iter().map(|tap| tap.amount).sum();
        prop_assert!(most_over(60, &[9, 9], &taps) <= all);
        prop_assert_eq!(most_over(60, &[0, 0], &taps), 0);
    }
}
