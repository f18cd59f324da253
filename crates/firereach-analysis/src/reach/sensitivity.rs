//! Which verdicts on the response hang on an assumed speed or turnout.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::Site;
use firereach_model::findings::proposals::{Firmness, Sensitivity, SiteFirmness, Variant};
use firereach_model::rules::{Rulebook, Verdict};
use firereach_model::units::Seconds;

use super::arrivals::{Access, Ground};
use super::coverage::percentile;
use super::times::{Arrivals, StationTimes};
use super::units::{Unit, price_vehicles};
use super::{milliseconds, seconds};
use crate::network::Assumption;

/// What is varied in one variant.
struct Varied {
    name: &'static str,
    speed_factor: f64,
    turnout_shift_s: f64,
    times: StationTimes,
}

/// Holds the scenario's response against the rules once more at other speeds and turnouts.
///
/// Another speed is a pricing and a flood of every unit; the ways on foot stay. Another turnout moves every arrival of a
/// station by as much.
pub(super) fn assess_sensitivity(
    ground: &Ground<'_>,
    units: &[Unit],
    accesses: &[Access],
    as_given: &StationTimes,
    limit_s: Option<f64>,
) -> Sensitivity {
    let Some(limit_s) = limit_s else { return Sensitivity::default() };
    let study = ground.study;
    let movement = &study.rulebook.parameters.movement;
    let sites = &ground.conditions.layers.sites;
    let share = movement.vary_speed_share;
    let at_speed = |speed_factor: f64| {
        let conditions = ground.conditions.at_speed(speed_factor);
        let price = |assumption: Assumption| {
            price_vehicles(ground.network, ground.passages, study, &conditions, units, assumption)
        };
        let runs = ground.run_units(units, &price(Assumption::Optimistic), &price(Assumption::Cautious), accesses);
        StationTimes::of(&runs, ground.posts.len(), sites.len())
    };
    let at_turnout = |shift_s: f64| {
        let shift_ms = i64::from(milliseconds(shift_s.abs())) * if shift_s < 0.0 { -1 } else { 1 };
        as_given.with_turnouts(ground.posts, shift_ms, movement.longest_s.saturating_mul(1000))
    };
    let varied = |name, speed_factor, turnout_shift_s, times| Varied { name, speed_factor, turnout_shift_s, times };
    let shift_s = movement.vary_turnout_s;
    let variants = [
        varied("as_given", 1.0, 0.0, at_turnout(0.0)),
        varied("speed_up", 1.0 + share, 0.0, at_speed(1.0 + share)),
        varied("speed_down", 1.0 - share, 0.0, at_speed(1.0 - share)),
        varied("turnout_up", 1.0, shift_s, at_turnout(shift_s)),
        varied("turnout_down", 1.0, -shift_s, at_turnout(-shift_s)),
    ];
    let brigade: Vec<usize> = (0..ground.posts.len()).filter(|&post| ground.posts[post].is_brigade()).collect();
    let arrivals: Vec<Vec<Arrivals>> = variants
        .iter()
        .map(|variant| (0..sites.len()).map(|site| variant.times.first(brigade.iter().copied(), site)).collect())
        .collect();
    let verdicts: Vec<Vec<Option<Verdict>>> = arrivals
        .iter()
        .map(|times| sites.iter().zip(times).map(|(site, times)| verdict(site, *times, &study.rulebook)).collect())
        .collect();
    let limit_ms = milliseconds(limit_s);
    Sensitivity {
        variants: variants
            .iter()
            .enumerate()
            .map(|(v, variant)| summarise(variant, limit_s, limit_ms, sites, &arrivals[v], &verdicts[0], &verdicts[v]))
            .collect(),
        sites: (0..sites.len())
            .map(|site| {
                let of_site: Vec<Option<Verdict>> = verdicts.iter().map(|verdicts| verdicts[site]).collect();
                let time = |pick: fn(Arrivals) -> Option<u32>| {
                    arrivals.iter().map(|times| pick(times[site]).map(seconds)).collect::<Vec<_>>()
                };
                SiteFirmness {
                    firmness: firmness(&of_site),
                    verdicts: of_site,
                    possible_s: time(|arrivals| arrivals.0),
                    certain_s: time(|arrivals| arrivals.1),
                }
            })
            .collect(),
    }
}

fn summarise(
    variant: &Varied,
    limit_s: f64,
    limit_ms: u32,
    sites: &[Site],
    arrivals: &[Arrivals],
    as_given: &[Option<Verdict>],
    verdicts: &[Option<Verdict>],
) -> Variant {
    let count = |pick: fn(Arrivals) -> Option<u32>| {
        let in_time = arrivals.iter().filter(|times| pick(**times).is_some_and(|ms| ms <= limit_ms));
        u32::try_from(in_time.count()).unwrap_or(u32::MAX)
    };
    let mut times: Vec<f64> = arrivals.iter().filter_map(|times| times.0).map(seconds).collect();
    times.sort_by(f64::total_cmp);
    let flips = sites.iter().zip(as_given.iter().zip(verdicts)).filter_map(|(site, (before, after))| {
        let (before, after) = ((*before)?, (*after)?);
        (before != after).then(|| (site.id.clone(), before, after))
    });
    Variant {
        name: variant.name.to_owned(),
        speed_factor: variant.speed_factor,
        turnout_shift_s: variant.turnout_shift_s,
        limit_s,
        in_time_low: count(|arrivals| arrivals.1),
        in_time_high: count(|arrivals| arrivals.0),
        of: u32::try_from(sites.len()).unwrap_or(u32::MAX),
        median_s: (!times.is_empty()).then(|| percentile(&times, 0.5)),
        flips: flips.collect(),
    }
}

/// The worst verdict of the rules on the response; `None` where none applies.
fn verdict(site: &Site, (possible, certain): Arrivals, rulebook: &Rulebook) -> Option<Verdict> {
    let quantity = |ms: Option<u32>| ms.and_then(|ms| Seconds::new(seconds(ms)).ok());
    let value = match quantity(possible) {
        Some(low) => Measure::Known(Bounds { low: Some(low), high: quantity(certain) }),
        None => Measure::Unreached,
    };
    rulebook.on("response_time", &[site.kind.code()]).map(|rule| rule.judge(&value, false)).max()
}

/// What the verdict hangs on: as given first, then two speeds and two turnouts.
fn firmness(verdicts: &[Option<Verdict>]) -> Option<Firmness> {
    let [given, others @ ..] = verdicts else { return None };
    let as_given = (*given)?;
    let is_other = |verdict: &Option<Verdict>| verdict != given;
    let (speeds, turnouts) = others.split_at(others.len() / 2);
    Some(match (speeds.iter().any(is_other), turnouts.iter().any(is_other)) {
        (true, true) => Firmness::SpeedAndTurnout,
        (true, false) => Firmness::Speed,
        (false, true) => Firmness::Turnout,
        (false, false) if as_given == Verdict::Unknown => Firmness::Unmeasured,
        (false, false) => Firmness::Firm,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_firm_when_no_variant_changes_it() {
        let (pass, fail, unknown) = (Some(Verdict::Pass), Some(Verdict::MandatoryFail), Some(Verdict::Unknown));
        assert_eq!(firmness(&[pass, pass, pass, pass, pass]), Some(Firmness::Firm));
        assert_eq!(firmness(&[fail, fail, fail, fail, fail]), Some(Firmness::Firm));
        assert_eq!(firmness(&[unknown, unknown, unknown, unknown, unknown]), Some(Firmness::Unmeasured));
        assert_eq!(firmness(&[fail, pass, fail, fail, fail]), Some(Firmness::Speed));
        assert_eq!(firmness(&[fail, fail, fail, fail, unknown]), Some(Firmness::Turnout));
        assert_eq!(firmness(&[pass, pass, fail, fail, pass]), Some(Firmness::SpeedAndTurnout));
        assert_eq!(firmness(&[None, None, None, None, None]), None);
    }
}
