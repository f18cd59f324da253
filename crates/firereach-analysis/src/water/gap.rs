//! What is missing at one site, what hurts most when it fails, and which class that makes.
//!
//! A [`SiteCase`] holds everything that bears on one site as plain numbers, so that the same function tells what is
//! missing today and what would be missing with a remedy.

use std::collections::BTreeMap;

use firereach_model::findings::water::WaterClass;
use firereach_model::parameters::water::RankingParameters;

use super::flow::{Tap, most};

/// One thing that can fail. Numbers are indices into the lists that the supply names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// One hydrant, pond, tank or intake.
    Source(u32),
    /// One segment of a main between valves.
    Segment(u32),
    /// One pressure zone.
    Zone(u32),
    /// A low or flooded river at one gauge.
    Gauge(u32),
    /// The only lane by which some appliance gets to a source: an edge of the network.
    Lane(u32),
    /// Something that a remedy put there.
    New(u32),
}

/// One source as it comes to one site; flows in dL/s, volumes in litres, each least and greatest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidate {
    /// What it gives.
    pub flow: (u64, u64),
    /// What it gives over the whole duration.
    pub volume: (u64, u64),
    /// What it counts by the legal screen; zero when it does not count.
    pub flow_in_plan: (u64, u64),
    /// The branch it shares when in doubt, and for certain.
    pub branch: (Option<usize>, Option<usize>),
    /// Hose lines that certainly come from it.
    pub lines_low: Vec<(usize, u64)>,
    /// Hose lines that may come from it.
    pub lines_high: Vec<(usize, u64)>,
    /// Hose lines that certainly come from it once it is certain that the appliances that may get to it do.
    pub lines_reached: Vec<(usize, u64)>,
    /// Time to lay and fill a line from it, seconds.
    pub lay_s: f64,
    /// What fails it as a whole.
    pub failures: Vec<Failure>,
    /// The only lanes by which appliances certainly get to it: the pumps that need them, and the lane.
    pub lanes_low: Vec<(usize, u32)>,
    /// The only lanes even where everything in doubt can be passed.
    pub lanes_high: Vec<(usize, u32)>,
}

/// Everything that bears on one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteCase {
    /// Flow needed, L/s, least and greatest.
    pub need_lps: (Option<f64>, Option<f64>),
    /// Volume needed, m3, least and greatest.
    pub need_m3: (Option<f64>, Option<f64>),
    /// How long it is needed, seconds.
    pub duration_s: u64,
    /// The sources about it.
    pub candidates: Vec<Candidate>,
    /// Flow of the pumps of each kind that certainly come, dL/s.
    pub pumps_low: Vec<u64>,
    /// Flow of the pumps of each kind that may come.
    pub pumps_high: Vec<u64>,
    /// Whether the study vouches for its hydrants and other sources; if not, any number of them may be there.
    pub is_complete: bool,
    /// Time from the alarm to the crew, seconds: by the optimistic and by the cautious run; `None` when it never comes.
    pub arrival_s: (Option<f64>, Option<f64>),
    /// Whether arrivals were computed at all.
    pub knows_arrival: bool,
}

impl SiteCase {
    /// The case as it is once every way that an appliance may take to a source has proved to be one that it can take.
    pub fn if_reached(&self) -> Self {
        let mut reached = self.clone();
        for candidate in &mut reached.candidates {
            for line in &candidate.lines_reached {
                if candidate.lines_low.iter().all(|(pool, _)| *pool != line.0) {
                    candidate.lines_low.push(*line);
                }
            }
            candidate.lanes_low.clone_from(&candidate.lanes_high);
        }
        reached.pumps_low.clone_from(&self.pumps_high);
        reached.arrival_s.1 = self.arrival_s.0;
        reached
    }
}

/// What is missing at one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Flow that comes, L/s: least, and greatest if there is a limit.
    pub flow_lps: (f64, Option<f64>),
    /// Volume that comes, m3.
    pub volume_m3: (f64, Option<f64>),
    /// Flow by the legal screen, L/s.
    pub in_plan_lps: (f64, Option<f64>),
    /// Whether the legal screen finds enough.
    pub is_enough_in_plan: Option<bool>,
    /// Whether enough comes by hose.
    pub is_enough_by_hose: Option<bool>,
    /// Missing shares of flow, volume, flow after the worst failure, and time; each least and greatest.
    pub gaps: [(f64, f64); 4],
    /// The failure that hurts most when everything in doubt is there, else when it is not.
    pub worst_failure: Option<Failure>,
    /// What it leaves of the flow, L/s: least, and greatest if there is a limit.
    pub left_lps: (f64, Option<f64>),
    /// Time to water, seconds.
    pub water_s: (Option<f64>, Option<f64>),
    /// The best class it may have.
    pub best: WaterClass,
    /// The worst class it may have.
    pub worst: WaterClass,
}

impl Evaluation {
    /// The class, where it does not hang on anything unknown.
    pub fn class(&self) -> WaterClass {
        if self.best == self.worst { self.best } else { WaterClass::Unknown }
    }

    /// Whether the two checks disagree; `None` when one of them is not known.
    pub fn disagrees(&self) -> Option<bool> {
        Some(self.is_enough_in_plan? != self.is_enough_by_hose?)
    }
}

/// Measures what is missing at a site.
///
/// Each end of an interval is a maximum flow of its own: the lower one with what is certain (tested flow, known mains,
/// appliances that certainly get there), the upper one with everything that may be. Failures drop every source they
/// touch, one failure at a time.
///
/// # Source
///
/// The project's formula for the gap in water supply: shares of the need that are missing.
pub fn evaluate(case: &SiteCase, ranking: &RankingParameters) -> Evaluation {
    let low = Side::of(case, false);
    let high = Side::of(case, true);
    let flow_low = low.flow(|_| true);
    let flow_high = high.flow(|_| true);
    let unlimited = |amount: f64| case.is_complete.then_some(amount);

    let flow_lps = (lps(flow_low), unlimited(lps(flow_high)));
    let volume_m3 = (low.volume() as f64 / 1000.0, unlimited(high.volume() as f64 / 1000.0));
    let in_plan_lps = (lps(plan_flow(case, false)), unlimited(lps(plan_flow(case, true))));

    let gap_flow = gaps(flow_lps, case.need_lps);
    let gap_volume = gaps(volume_m3, case.need_m3);
    let (n1_low, by_high) = match case.need_lps.0 {
        Some(need) if case.is_complete => high.worst_failure(flow_high, need),
        _ => (0.0, None),
    };
    let (n1_high, by_low) = match case.need_lps.1 {
        Some(need) => low.worst_failure(flow_low, need),
        None => (1.0, None),
    };
    let water_s = time_to_water(case);
    let late = |s: Option<f64>| s.map_or(1.0, |s| ((s - ranking.target_s) / ranking.target_s).clamp(0.0, 1.0));
    // Where a hydrant may be missing from the data, one may stand at the door.
    let gap_time = match (case.knows_arrival, case.is_complete) {
        (true, true) => (late(water_s.0), late(water_s.1)),
        (true, false) => (late(case.arrival_s.0), late(water_s.1)),
        (false, _) => (0.0, 1.0),
    };
    let all = [gap_flow, gap_volume, (n1_low.max(gap_flow.0), n1_high.max(gap_flow.1)), gap_time];
    let mut found = Evaluation {
        flow_lps,
        volume_m3,
        in_plan_lps,
        is_enough_in_plan: is_enough(in_plan_lps, case.need_lps),
        is_enough_by_hose: is_enough(flow_lps, case.need_lps),
        gaps: all,
        worst_failure: by_high.or(by_low),
        water_s,
        ..Evaluation::default()
    };
    if let Some(failure) = found.worst_failure {
        found.left_lps = (lps(low.flow_without(failure)), unlimited(lps(high.flow_without(failure))));
    }
    let disagrees = found.disagrees();
    found.best = class_of(all.map(|g| g.0), disagrees.unwrap_or(false), ranking);
    found.worst = class_of(all.map(|g| g.1), disagrees.unwrap_or(true), ranking);
    found
}

/// The class that known gaps make: in flow, volume and flow after the worst failure.
///
/// # Source
///
/// The project's safeguard that the class comes first and the score second; limits from the rule pack.
pub fn class_of(gaps: [f64; 4], disagrees: bool, ranking: &RankingParameters) -> WaterClass {
    if gaps[0] > ranking.red_gap {
        WaterClass::Red
    } else if gaps[1] > ranking.orange_gap || gaps[2] > ranking.orange_gap {
        WaterClass::Orange
    } else if disagrees {
        WaterClass::Yellow
    } else {
        WaterClass::Green
    }
}

/// One end of the interval.
struct Side<'a> {
    case: &'a SiteCase,
    taps: Vec<Tap>,
    pumps: &'a [u64],
    is_high: bool,
}

impl<'a> Side<'a> {
    fn of(case: &'a SiteCase, is_high: bool) -> Self {
        let taps = case
            .candidates
            .iter()
            .map(|candidate| Tap {
                amount: pick(candidate.flow, is_high),
                branch: pick(candidate.branch, is_high),
                lines: (if is_high { &candidate.lines_high } else { &candidate.lines_low }).clone(),
            })
            .collect();
        Self { case, taps, pumps: if is_high { &case.pumps_high } else { &case.pumps_low }, is_high }
    }

    fn flow(&self, is_there: impl Fn(usize) -> bool) -> u64 {
        most(&self.taps, self.pumps, is_there)
    }

    /// The same problem in litres over the whole duration.
    fn volume(&self) -> u64 {
        let litres = |amount: u64| (amount * self.case.duration_s).div_ceil(10);
        let taps: Vec<Tap> = self
            .case
            .candidates
            .iter()
            .zip(&self.taps)
            .map(|(candidate, tap)| Tap {
                amount: pick(candidate.volume, self.is_high),
                branch: tap.branch,
                lines: tap.lines.iter().map(|(pool, carries)| (*pool, litres(*carries))).collect(),
            })
            .collect();
        let pumps: Vec<u64> = self.pumps.iter().map(|amount| litres(*amount)).collect();
        most(&taps, &pumps, |_| true)
    }

    fn lanes(&self, index: usize) -> &[(usize, u32)] {
        let candidate = &self.case.candidates[index];
        if self.is_high { &candidate.lanes_high } else { &candidate.lanes_low }
    }

    /// The flow when one thing has failed. Where a lane is closed, pumps that need it are lost, and those that are carried
    /// are not.
    fn flow_without(&self, failure: Failure) -> u64 {
        let Failure::Lane(lane) = failure else {
            return self.flow(|index| !self.case.candidates[index].failures.contains(&failure));
        };
        let taps: Vec<Tap> = self
            .taps
            .iter()
            .enumerate()
            .map(|(index, tap)| {
                let is_left = |pool: usize| !self.lanes(index).contains(&(pool, lane));
                Tap { lines: tap.lines.iter().copied().filter(|(pool, _)| is_left(*pool)).collect(), ..tap.clone() }
            })
            .collect();
        most(&taps, self.pumps, |_| true)
    }

    /// The greatest gap that one failure leaves, and the failure; ties to the smaller failure.
    fn worst_failure(&self, flow: u64, need_lps: f64) -> (f64, Option<Failure>) {
        let useful = |index: &usize| self.taps[*index].amount > 0 && !self.taps[*index].lines.is_empty();
        let mut lost_by: BTreeMap<Failure, u64> = BTreeMap::new();
        for index in (0..self.taps.len()).filter(useful) {
            let tap = &self.taps[index];
            for failure in &self.case.candidates[index].failures {
                *lost_by.entry(*failure).or_insert(0) += tap.amount;
            }
            let needs = |pool: usize| self.lanes(index).iter().filter(move |(p, _)| *p == pool).map(|(_, lane)| *lane);
            let mut lanes: Vec<u32> = tap.lines.iter().flat_map(|(pool, _)| needs(*pool)).collect();
            lanes.sort_unstable();
            lanes.dedup();
            for lane in lanes {
                *lost_by.entry(Failure::Lane(lane)).or_insert(0) += tap.amount;
            }
        }
        let mut failures: Vec<(u64, Failure)> = lost_by.into_iter().map(|(failure, lost)| (lost, failure)).collect();
        // The failure that can take most comes first: once the rest cannot do worse, the search is over.
        failures.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut worst: (f64, Option<Failure>) = (0.0, None);
        for (lost, failure) in failures {
            if gap(lps(flow.saturating_sub(lost)), need_lps) < worst.0
                || gap(lps(flow.saturating_sub(lost)), need_lps) <= 0.0
            {
                break;
            }
            let left = self.flow_without(failure);
            let found = gap(lps(left), need_lps);
            if found > worst.0 || found > 0.0 && found >= worst.0 && worst.1.is_some_and(|known| failure < known) {
                worst = (found, Some(failure));
            }
        }
        worst
    }
}

fn plan_flow(case: &SiteCase, is_high: bool) -> u64 {
    let taps: Vec<Tap> = case
        .candidates
        .iter()
        .map(|candidate| {
            let amount = pick(candidate.flow_in_plan, is_high);
            Tap { amount, branch: pick(candidate.branch, is_high), lines: vec![(0, amount)] }
        })
        .collect();
    let all = taps.iter().map(|tap| tap.amount).sum();
    most(&taps, &[all], |_| true)
}

fn time_to_water(case: &SiteCase) -> (Option<f64>, Option<f64>) {
    let lay = |is_high: bool| {
        case.candidates
            .iter()
            .filter(|c| pick(c.flow, is_high) > 0 && !(if is_high { &c.lines_high } else { &c.lines_low }).is_empty())
            .map(|c| c.lay_s)
            .min_by(f64::total_cmp)
    };
    (
        case.arrival_s.0.zip(lay(true)).map(|(arrival, lay)| arrival + lay),
        case.arrival_s.1.zip(lay(false)).map(|(arrival, lay)| arrival + lay),
    )
}

fn pick<T>(pair: (T, T), is_high: bool) -> T {
    if is_high { pair.1 } else { pair.0 }
}

fn lps(decilitres: u64) -> f64 {
    decilitres as f64 / 10.0
}

fn gap(have: f64, need: f64) -> f64 {
    if need > 0.0 { (1.0 - have / need).max(0.0) } else { 0.0 }
}

/// The least and the greatest share that may be missing.
fn gaps(have: (f64, Option<f64>), need: (Option<f64>, Option<f64>)) -> (f64, f64) {
    let low = have.1.zip(need.0).map_or(0.0, |(have, need)| gap(have, need));
    let high = need.1.map_or(1.0, |need| gap(have.0, need));
    (low, high.max(low))
}

fn is_enough(have: (f64, Option<f64>), need: (Option<f64>, Option<f64>)) -> Option<bool> {
    if need.1.is_some_and(|need| have.0 >= need) {
        Some(true)
    } else if have.1.zip(need.0).is_some_and(|(have, need)| have < need) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
