use proptest::prelude::*;

use super::*;
use crate::water::fixture::parameters;

fn hose() -> Hose {
    Hose::of(&parameters())
}

/// One row of the table of reach: one 65 mm line with a 19 mm nozzle at 6.5 L/s, for lifts of 0, 10, 20, 30 and 40 m.
#[track_caller]
fn check_reach(pump_mpa: f64, expected: [Option<u32>; 5]) {
    let reach = [0.0, 10.0, 20.0, 30.0, 40.0].map(|lift| hose().most_lengths(pump_mpa, lift).map(|n| n * 20));
    assert_eq!(reach, expected);
}

#[test]
fn a_pump_of_0_8_mpa_reaches_500_m_on_the_flat_and_nothing_40_m_up() {
    check_reach(0.8, [Some(500), Some(360), Some(220), Some(80), None]);
}

#[test]
fn a_pump_of_1_0_mpa_reaches_700_m_on_the_flat_and_160_m_40_m_up() {
    check_reach(1.0, [Some(700), Some(580), Some(440), Some(300), Some(160)]);
}

#[test]
fn a_pump_of_1_3_mpa_reaches_1040_m_on_the_flat_and_500_m_40_m_up() {
    check_reach(1.3, [Some(1040), Some(900), Some(760), Some(620), Some(500)]);
}

/// One row of the table of losses: 50, 65, 80 and 90 mm, to the table's decimals.
#[track_caller]
fn check_losses(flow: f64, expected: [&str; 4]) {
    let parameters = parameters();
    let losses = ["50", "65", "80", "90"].map(|mm| {
        let hose = Hose { friction: parameters.hose_friction[mm], ..hose() };
        hose.loss_per_length(flow)
    });
    for (loss, expected) in losses.iter().zip(expected) {
        let decimals = expected.split('.').nth(1).map_or(0, str::len);
        // Half a unit of the last digit, with a hair for figures that end in a 5.
        let tolerance = 0.5 * 0.1_f64.powi(i32::try_from(decimals).expect("few decimals")) + 1e-9;
        let expected: f64 = expected.parse().expect("a number");
        assert!((loss - expected).abs() <= tolerance, "{flow} L/s: {loss} is not {expected}");
    }
}

#[test]
fn losses_of_one_length_are_those_of_the_practice_table() {
    check_losses(4.6, ["3.17", "0.74", "0.32", "0.17"]);
    check_losses(6.5, ["6.34", "1.48", "0.63", "0.34"]);
    check_losses(10.0, ["15.0", "3.5", "1.5", "0.8"]);
    check_losses(15.0, ["33.8", "7.9", "3.4", "1.8"]);
    check_losses(20.0, ["60.0", "14.0", "6.0", "3.2"]);
}

#[test]
fn nine_lengths_reach_the_150_m_of_the_code_and_ten_are_needed_beyond_153_m() {
    assert_eq!(hose().lengths_for(150.0), 9);
    assert_eq!(hose().lengths_for(153.0), 9);
    assert_eq!(hose().lengths_for(153.1), 10);
    assert!((hose().way_for(180.0) - 153.0).abs() < 1e-9);
}

#[test]
fn a_hydrant_at_0_10_mpa_without_a_pump_gives_one_weak_jet() {
    let flows = [1, 6].map(|n| hose().direct_flow(0.10, n, 0.0).map(|q| format!("{q:.1}")));
    assert_eq!(flows, [Some("3.9".to_owned()), Some("3.4".to_owned())]);
}

#[test]
fn a_relay_is_needed_where_one_pump_does_not_reach_and_two_do() {
    // 0.8 MPa on the flat: 25 lengths. The first of two pumps leaves 10 of its 64, the last 27: 54 + 37 = 91 for friction.
    assert_eq!(hose().pumps_for(0.8, 25, 0.0), Some(1));
    assert_eq!(hose().pumps_for(0.8, 26, 0.0), Some(2));
    assert_eq!(hose().pumps_for(0.8, 61, 0.0), Some(2));
    assert_eq!(hose().pumps_for(0.8, 62, 0.0), Some(3));
    assert_eq!(hose().pumps_for(0.3, 1, 0.0), None);
}

#[test]
fn water_more_than_six_metres_down_or_above_the_deck_cannot_be_drawn() {
    assert_eq!(can_draw(Some(180.0), Some(174.0), 6.0), Some(true));
    assert_eq!(can_draw(Some(180.0), Some(173.9), 6.0), Some(false));
    assert_eq!(can_draw(Some(180.0), Some(191.6), 6.0), Some(false));
    assert_eq!(can_draw(Some(180.0), None, 6.0), None);
}

#[test]
fn a_pump_too_weak_for_a_nozzle_beside_it_feeds_one_far_enough_below() {
    let weak = 0.3285;
    assert!(hose().head_of(weak) < hose().nozzle_head);
    assert_eq!((hose().pumps_for(weak, 1, 0.0), hose().pumps_for(weak, 1, -8.3)), (None, Some(1)));
    assert!(hose().line_flow(weak, 1, -8.3).is_some());
}

proptest! {
    #[test]
    fn a_line_feeds_its_nozzle_exactly_where_the_lengths_allow(
        pump in 0.3_f64..1.6, lengths in 1_u32..60, lift in -10.0_f64..60.0,
    ) {
        let hose = hose();
        let most = hose.most_lengths(pump, lift).unwrap_or(0);
        // Where a pump is just enough, the last digit of a sum decides.
        let spare = hose.head_of(pump) - hose.nozzle_head - lift - f64::from(lengths) * hose.loss_per_length(hose.nozzle_lps);
        prop_assume!(spare.abs() > 1e-6);
        prop_assert_eq!(hose.line_flow(pump, lengths, lift).is_some(), lengths <= most);
        prop_assert_eq!(hose.pumps_for(pump, lengths, lift) == Some(1), lengths <= most);
    }

    #[test]
    fn a_longer_or_higher_lay_never_carries_more(
        pump in 0.3_f64..1.6, lengths in 1_u32..60, lift in -10.0_f64..60.0, more in 1_u32..10, higher in 0.0_f64..20.0,
    ) {
        let hose = hose();
        let flow = hose.line_flow(pump, lengths, lift).unwrap_or(0.0);
        prop_assert!(hose.line_flow(pump, lengths + more, lift).unwrap_or(0.0) <= flow);
        prop_assert!(hose.line_flow(pump, lengths, lift + higher).unwrap_or(0.0) <= flow);
    }

    #[test]
    fn what_is_enough_hose_for_a_way_is_enough_by_both_formulas(way in 0.0_f64..500.0, hose_m in 0.0_f64..500.0) {
        let hose = hose();
        let enough = f64::from(hose.lengths_for(way)) * hose.length_m <= hose_m;
        prop_assume!((way - hose.way_for(hose_m)).abs() > 1e-6 && hose_m >= 20.0);
        prop_assert_eq!(enough, way <= hose.way_for(hose_m));
    }
}
