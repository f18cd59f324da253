use super::*;
use crate::water::fixture::parameters;

/// A pump of 0.8 MPa and 40 L/s with so much hose.
fn pool(hose_m: f64, count: u32) -> Pool {
    Pool { code: "P".to_owned(), hose_m, pump_mpa: 0.8, pump_lps: 40.0, count }
}

fn line(pool: &Pool, lengths: u32, lift_m: f64) -> Option<(u32, f64)> {
    let parameters = parameters();
    pool.line(&Hose::of(&parameters), lengths, lift_m, &parameters)
}

#[test]
fn hose_that_is_left_lies_as_parallel_lines() {
    // Nine lengths on the flat: sqrt((64 - 27) / (9 x 0.035)) = 10.8 L/s a line.
    let flow = |hose_m: f64| line(&pool(hose_m, 1), 9, 0.0).expect("it reaches").1;
    assert!((flow(180.0) - 10.84).abs() < 0.01);
    assert!((flow(360.0) - 21.68).abs() < 0.01);
    assert!((flow(2000.0) - 40.0).abs() < 1e-9, "no more than the pump moves");
}

#[test]
fn one_pump_s_hose_ends_where_a_relay_begins() {
    assert_eq!(line(&pool(180.0, 1), 10, 0.0), None);
    assert_eq!(line(&pool(180.0, 2), 10, 0.0).map(|(pumps, _)| pumps), Some(2));
    assert_eq!(line(&pool(180.0, 2), 19, 0.0), None);
}

#[test]
fn a_rise_that_one_pump_does_not_overcome_takes_two() {
    assert_eq!(line(&pool(180.0, 1), 2, 40.0), None);
    assert_eq!(line(&pool(180.0, 2), 2, 40.0).map(|(pumps, _)| pumps), Some(2));
}

#[test]
fn a_pipe_that_stands_ready_needs_no_hose_and_loses_less() {
    let parameters = parameters();
    let hose = Hose::of(&parameters);
    let (carried, friction) = (4, 7);
    let with_pipe = pool(100.0, 1).line_over(&hose, carried, friction, 20.0, &parameters);
    assert_eq!(line(&pool(100.0, 1), 10, 20.0), None);
    assert!(with_pipe.is_some_and(|(pumps, lps)| pumps == 1 && lps >= hose.nozzle_lps), "{with_pipe:?}");
}
