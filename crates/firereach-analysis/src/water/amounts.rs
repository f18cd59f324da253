//! Amounts of water: between the quantities of the model, the whole numbers of a maximum flow, and counts.

use firereach_model::bounds::Bounds;
use firereach_model::units::{CubicMetres, LitresPerSecond};

/// The ends of a flow in L/s, as far as known.
pub(super) fn lps_of(flow: &Bounds<LitresPerSecond>) -> (Option<f64>, Option<f64>) {
    (flow.low.map(LitresPerSecond::get), flow.high.map(LitresPerSecond::get))
}

/// The ends of a volume in m3, as far as known.
pub(super) fn m3_of(volume: &Bounds<CubicMetres>) -> (Option<f64>, Option<f64>) {
    (volume.low.map(CubicMetres::get), volume.high.map(CubicMetres::get))
}

/// A flow from its ends in L/s.
pub(super) fn bounds_lps((low, high): (f64, Option<f64>)) -> Bounds<LitresPerSecond> {
    Bounds { low: LitresPerSecond::new(low).ok(), high: high.and_then(|h| LitresPerSecond::new(h).ok()) }
}

/// A volume from its ends in m3.
pub(super) fn bounds_m3((low, high): (f64, Option<f64>)) -> Bounds<CubicMetres> {
    Bounds { low: CubicMetres::new(low).ok(), high: high.and_then(|h| CubicMetres::new(h).ok()) }
}

/// Whole decilitres a second as a flow.
pub(super) fn lps_from(decilitres: u64) -> LitresPerSecond {
    LitresPerSecond::new(decilitres as f64 / 10.0).unwrap_or(LitresPerSecond::ZERO)
}

/// A number that is zero or more as a whole one, rounded to the nearest.
pub(super) fn whole(value: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate, and NaN becomes zero")]
    let whole = value.round().max(0.0) as u64;
    whole
}

/// Litres a second as whole decilitres.
pub(super) fn decilitres(lps: f64) -> u64 {
    whole(lps * 10.0)
}

/// How many there are of something.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
