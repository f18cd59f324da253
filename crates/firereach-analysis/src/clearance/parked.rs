//! Vehicles parked along a lane: the width they take at an hour, and the chance that they leave enough.

use std::collections::BTreeMap;

use firereach_model::bounds::Method;
use firereach_model::feature::{ParkingKind, Road};
use firereach_model::findings::lanes::Clearance;
use firereach_model::parameters::LaneParameters;

use super::evidence::metres;
use crate::change::Conditions;

/// A row of parked vehicles on one side of a road.
pub(crate) struct ParkedRow {
    width_m: f64,
    probability: Option<f64>,
}

fn for_sure_m(rows: &[ParkedRow]) -> f64 {
    rows.iter().filter(|row| row.probability.is_none_or(|p| p >= 1.0)).map(|row| row.width_m).sum()
}

/// The width that parked vehicles certainly take of a road at the hour of the conditions, metres.
pub(crate) fn parked_for_sure_m(road: &Road, conditions: &Conditions<'_>, index: u32, lanes: &LaneParameters) -> f64 {
    for_sure_m(&parked_rows(road, conditions, index, lanes))
}

/// The rows of parked vehicles on a road at the hour of the conditions.
pub(crate) fn parked_rows(
    road: &Road,
    conditions: &Conditions<'_>,
    index: u32,
    lanes: &LaneParameters,
) -> Vec<ParkedRow> {
    let switch = conditions.parking_switch(index);
    if switch == Some(false) {
        return Vec::new();
    }
    let width_of = |kind: ParkingKind| lanes.parking_width_m.get(&kind).copied().unwrap_or(0.0);
    let mut rows: Vec<ParkedRow> = [&road.parking.left, &road.parking.right]
        .into_iter()
        .flatten()
        .filter(|side| switch == Some(true) || conditions.is_hour_in(&side.hours))
        .map(|side| ParkedRow {
            width_m: width_of(side.kind),
            probability: side.probability.filter(|_| switch.is_none()),
        })
        .filter(|row| row.width_m > 0.0)
        .collect();
    let is_unsaid = road.parking.left.is_none() && road.parking.right.is_none();
    if switch == Some(true) && is_unsaid && rows.is_empty() {
        rows.push(ParkedRow { width_m: width_of(ParkingKind::Parallel), probability: None });
    }
    rows
}

/// The chance that at least `limit_m` of `width_m` is free, each row being there or not by its own chance.
fn chance_of(rows: &[ParkedRow], width_m: f64, limit_m: f64) -> f64 {
    let mut by_width: BTreeMap<u64, f64> = BTreeMap::from([(0, 1.0)]);
    for row in rows {
        let mut next = BTreeMap::new();
        let p = row.probability.unwrap_or(1.0);
        for (&taken, &chance) in &by_width {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width in whole millimetres")]
            let there = taken + (row.width_m * 1000.0).round() as u64;
            *next.entry(there).or_insert(0.0) += chance * p;
            *next.entry(taken).or_insert(0.0) += chance * (1.0 - p);
        }
        by_width = next;
    }
    let free = |taken: u64| width_m - taken as f64 / 1000.0 >= limit_m;
    by_width.iter().filter(|(taken, _)| free(**taken)).map(|(_, chance)| chance).sum()
}

/// Takes the rows off a width. Returns the chance that at least `limit_m` of it is free, where somebody counted a row.
pub(crate) fn take_off(rows: &[ParkedRow], width: &mut Clearance, limit_m: f64) -> Option<f64> {
    let is_counted = rows.iter().any(|row| row.probability.is_some());
    let chance = width.bounds.high.filter(|_| is_counted).map(|high| chance_of(rows, high.get(), limit_m));
    let sure = for_sure_m(rows);
    let all: f64 = rows.iter().map(|row| row.width_m).sum();
    // A width that was measured between the cars already, by a survey, is not narrowed again.
    if width.low_by == Method::Surveyed && width.high_by == Method::Surveyed {
        return chance;
    }
    width.bounds.low = width.bounds.low.and_then(|low| metres((low.get() - all).max(0.0)));
    width.bounds.high = width.bounds.high.and_then(|high| metres((high.get() - sure).max(0.0)));
    width.because = format!("{}, less {all:.1} m of parked vehicles", width.because);
    chance
}
