//! What is missing at one site, what hurts most when it fails, and which class that makes.
//!
//! A [`SiteCase`] holds everything that bears on one site as plain numbers, so that the same function tells what is
//! missing today and what would be missing with a remedy.

use firereach_model::findings::water::WaterClass;
use firereach_model::parameters::water::RankingParameters;

use super::flow::Confluence;

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
    /// Kinds of pumps of which a line from it takes more than one appliance, a relay, and how many.
    pub relays: Vec<(usize, u32)>,
    /// The only lanes by which appliances certainly get to it: the pumps that need them, and the lane.
    pub lanes_low: Vec<(usize, u32)>,
    /// The only lanes even where everything in doubt can be passed.
    pub lanes_high: Vec<(usize, u32)>,
}

impl Candidate {
    /// Notes how many appliances of a kind a line from it takes; the most that any of its lines does.
    pub fn takes(&mut self, kind: usize, appliances: u32) {
        match self.relays.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, known)) => *known = appliances.max(*known),
            None if appliances > 1 => self.relays.push((kind, appliances)),
            None => {}
        }
    }
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
    /// How many appliances of each kind there are; kinds beyond the list are not limited.
    pub appliances: Vec<u32>,
    /// Whether the study vouches for its hydrants and other sources; if not, any number of them may be there.
    pub is_complete: bool,
    /// Time from the alarm to the crew, seconds: by the optimistic and by the cautious run; `None` when it never comes.
    pub arrival_s: (Option<f64>, Option<f64>),
    /// Whether arrivals were computed at all.
    pub knows_arrival: bool,
}

impl SiteCase {
    /// What is needed.
    pub fn need(&self) -> Needed {
        [self.need_lps, self.need_m3]
    }

    /// Whether [`SiteCase::if_reached`] is the case as it is.
    fn is_certainly_reached(&self) -> bool {
        let is_known = |candidate: &Candidate, pool: usize| candidate.lines_low.iter().any(|line| line.0 == pool);
        self.pumps_low == self.pumps_high
            && self.arrival_s.0 == self.arrival_s.1
            && self.candidates.iter().all(|candidate| {
                candidate.lanes_low == candidate.lanes_high
                    && candidate.lines_reached.iter().all(|line| is_known(candidate, line.0))
            })
    }

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

/// A need, each least and greatest as far as known: flow in L/s, and volume in m3.
pub type Needed = [(Option<f64>, Option<f64>); 2];

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
    let need = case.need();
    Coming::to(case, Assumed::Certain, &[need]).against(&Coming::to(case, Assumed::Possible, &[need]), need, ranking)
}

/// What is missing by each of some needs in place of the case's own: what comes is the same for all.
pub fn evaluate_each(case: &SiteCase, needs: &[Needed], ranking: &RankingParameters) -> Vec<Evaluation> {
    let (low, high) = (Coming::to(case, Assumed::Certain, needs), Coming::to(case, Assumed::Possible, needs));
    needs.iter().map(|need| low.against(&high, *need, ranking)).collect()
}

/// What is missing, and what would be once every way that an appliance may take to a source has proved to be one that it can
/// take: the evaluation of the case, and that of [`SiteCase::if_reached`].
pub fn evaluate_and_reached(case: &SiteCase, ranking: &RankingParameters) -> (Evaluation, Evaluation) {
    let need = case.need();
    let high = Coming::to(case, Assumed::Possible, &[need]);
    let found = Coming::to(case, Assumed::Certain, &[need]).against(&high, need, ranking);
    if case.is_certainly_reached() {
        return (found.clone(), found);
    }
    let reached = Coming::to(case, Assumed::Reached, &[need]).against(&high, need, ranking);
    (found, reached)
}

/// Whether a case can be clear at all, even once appliances get wherever they may get; a quick no for most that cannot.
pub fn can_be_clear(case: &SiteCase, ranking: &RankingParameters) -> bool {
    let Some((need_lps, need_m3)) = case.need_lps.1.zip(case.need_m3.1) else { return false };
    let side = Side::of(case, Assumed::Reached);
    let flow = side.flow.most();
    let left = |lps: f64| class_of([gap(lps, need_lps), 0.0, gap(lps, need_lps), 0.0], false, ranking);
    left(lps(flow)) == WaterClass::Green
        && gap(side.volume() as f64 / 1000.0, need_m3) <= ranking.orange_gap
        && side.worst_failure(flow, need_lps).is_none_or(|(left, _)| gap(lps(left), need_lps) <= ranking.orange_gap)
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

/// What is taken to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Assumed {
    /// Only what is certain.
    Certain,
    /// That, and that appliances get wherever they may get.
    Reached,
    /// Everything that may be.
    Possible,
}

/// The sources of a case with their hose and pumps, under one assumption.
struct Side<'a> {
    case: &'a SiteCase,
    assumed: Assumed,
    flow: Confluence,
}

impl<'a> Side<'a> {
    fn of(case: &'a SiteCase, assumed: Assumed) -> Self {
        let mut side = Self { case, assumed, flow: Confluence::default() };
        // Over the whole duration an appliance may move on to another source; at one time it may not.
        side.flow =
            side.confluence(|candidate| candidate.flow, |amount| amount).limited(&case.appliances, |tap, pool| {
                let relays = &case.candidates[tap].relays;
                relays.iter().find(|(relay, _)| *relay == pool).map_or(1, |(_, pumps)| *pumps)
            });
        side
    }

    fn is_high(&self) -> bool {
        self.assumed == Assumed::Possible
    }

    fn confluence(&self, gives: impl Fn(&Candidate) -> (u64, u64), over: impl Fn(u64) -> u64 + Copy) -> Confluence {
        let pumps = if self.assumed == Assumed::Certain { &self.case.pumps_low } else { &self.case.pumps_high };
        let taps = self.case.candidates.iter().map(|candidate| {
            let lines = self.lines(candidate).map(move |(pool, carries)| (pool, over(carries)));
            (pick(gives(candidate), self.is_high()), pick(candidate.branch, self.is_high()), lines)
        });
        Confluence::build(pumps.iter().map(|amount| over(*amount)).collect(), taps)
    }

    /// The hose lines from a source.
    fn lines<'c>(&self, candidate: &'c Candidate) -> impl Iterator<Item = (usize, u64)> + 'c {
        let (sure, reached): (&[_], &[_]) = match self.assumed {
            Assumed::Certain => (&candidate.lines_low, &[]),
            Assumed::Reached => (&candidate.lines_low, &candidate.lines_reached),
            Assumed::Possible => (&candidate.lines_high, &[]),
        };
        let is_further = |line: &&(usize, u64)| sure.iter().all(|(pool, _)| *pool != line.0);
        sure.iter().chain(reached.iter().filter(is_further)).copied()
    }

    /// The same problem in litres over the whole duration.
    fn volume(&self) -> u64 {
        let duration_s = self.case.duration_s;
        self.confluence(|candidate| candidate.volume, |amount| (amount * duration_s).div_ceil(10)).most()
    }

    /// What the legal screen counts: every source by itself, a branch for its greatest.
    fn in_plan(&self) -> u64 {
        let counted = |candidate: &Candidate| {
            (pick(candidate.branch, self.is_high()), pick(candidate.flow_in_plan, self.is_high()))
        };
        let mut all: Vec<(Option<usize>, u64)> = self.case.candidates.iter().map(counted).collect();
        all.sort_unstable();
        let together = all.chunk_by(|a, b| a.0.is_some() && a.0 == b.0);
        together.map(|same| same.iter().map(|(_, amount)| amount).max().unwrap_or(&0)).sum()
    }

    fn lanes(&self, candidate: &'a Candidate) -> &'a [(usize, u32)] {
        if self.assumed == Assumed::Certain { &candidate.lanes_low } else { &candidate.lanes_high }
    }

    /// Whether water may come from a source under the assumption.
    fn is_useful(&self, candidate: &Candidate) -> bool {
        pick(candidate.flow, self.is_high()) > 0 && self.lines(candidate).next().is_some()
    }

    /// The shortest time to lay and fill a line, seconds.
    fn lay_s(&self) -> Option<f64> {
        let useful = self.case.candidates.iter().filter(|candidate| self.is_useful(candidate));
        useful.map(|candidate| candidate.lay_s).min_by(f64::total_cmp)
    }

    /// The flow when one thing has failed. Where a lane is closed, pumps that need it are lost, and those that are carried
    /// are not.
    fn flow_without(&self, failure: Failure) -> u64 {
        let candidates = &self.case.candidates;
        match failure {
            Failure::Lane(lane) => {
                self.flow.most_of(|_| true, |tap, pool| !self.lanes(&candidates[tap]).contains(&(pool, lane)))
            }
            _ => self.flow.most_of(|tap| !candidates[tap].failures.contains(&failure), |_, _| true),
        }
    }

    /// No less than what is lost without a source: what it gives, and, of every kind that has only so many appliances, what its
    /// line carries, since another line of that kind may have to take its place.
    fn may_take(&self, candidate: &Candidate) -> u64 {
        let amount = pick(candidate.flow, self.is_high());
        let limited = self.lines(candidate).filter(|(pool, _)| *pool < self.case.appliances.len());
        amount + limited.map(|(_, carries)| amount.min(carries)).sum::<u64>()
    }

    /// The failure that leaves least, and what it leaves; ties to the smaller failure. None where every failure leaves
    /// `enough` L/s.
    fn worst_failure(&self, flow: u64, enough: f64) -> Option<(u64, Failure)> {
        let mut lost: Vec<(Failure, u64)> = Vec::new();
        for candidate in self.case.candidates.iter().filter(|candidate| self.is_useful(candidate)) {
            let amount = self.may_take(candidate);
            let of_tap = lost.len();
            lost.extend(candidate.failures.iter().map(|failure| (*failure, amount)));
            for (_, lane) in
                self.lanes(candidate).iter().filter(|(pool, _)| self.lines(candidate).any(|(other, _)| other == *pool))
            {
                let failure = Failure::Lane(*lane);
                if lost[of_tap..].iter().all(|(known, _)| *known != failure) {
                    lost.push((failure, amount));
                }
            }
        }
        lost.sort_unstable();
        let mut failures: Vec<(u64, Failure)> = lost
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same.iter().map(|(_, amount)| amount).sum(), same[0].0))
            .collect();
        // The failure that can take most comes first: once the rest cannot do worse, the search is over.
        failures.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut worst: Option<(u64, Failure)> = None;
        for (most, failure) in failures {
            let least = flow.saturating_sub(most);
            if lps(least) >= enough || worst.is_some_and(|(left, _)| least > left) {
                break;
            }
            let found = (self.flow_without(failure), failure);
            worst = Some(worst.map_or(found, |known| known.min(found)));
        }
        worst.filter(|(left, _)| lps(*left) < enough)
    }
}

/// What comes to a site under one assumption, whatever is needed there.
struct Coming<'a> {
    side: Side<'a>,
    /// Flow, dL/s.
    flow: u64,
    /// Volume, litres.
    volume: u64,
    /// Flow by the legal screen, dL/s.
    in_plan: u64,
    /// The failure that leaves least, with what it leaves, as far as it matters to the needs asked about.
    worst: Option<(u64, Failure)>,
    /// From the alarm to water at the site, seconds; none where it never comes.
    water_s: Option<f64>,
}

impl<'a> Coming<'a> {
    /// What comes, with the worst failure as far as it matters to any of some needs.
    fn to(case: &'a SiteCase, assumed: Assumed, needs: &[Needed]) -> Self {
        let side = Side::of(case, assumed);
        let flow = side.flow.most();
        // What is missing at least is less than the least need; nothing is, where sources may be missing from the data.
        let asked = |need: &Needed| match assumed {
            Assumed::Possible => need[0].0.filter(|_| case.is_complete),
            _ => need[0].1,
        };
        let worst =
            needs.iter().filter_map(asked).max_by(f64::total_cmp).and_then(|most| side.worst_failure(flow, most));
        let arrival_s = if assumed == Assumed::Certain { case.arrival_s.1 } else { case.arrival_s.0 };
        let water_s = arrival_s.zip(side.lay_s()).map(|(arrival, lay)| arrival + lay);
        Self { flow, volume: side.volume(), in_plan: side.in_plan(), worst, water_s, side }
    }

    /// What is missing of a need when at least this comes, and at most what comes on the other side.
    fn against(&self, high: &Self, need: Needed, ranking: &RankingParameters) -> Evaluation {
        let case = self.side.case;
        let [need_lps, need_m3] = need;
        let between = |low: f64, high: f64| (low, case.is_complete.then_some(high));
        let flow_lps = between(lps(self.flow), lps(high.flow));
        let volume_m3 = between(self.volume as f64 / 1000.0, high.volume as f64 / 1000.0);
        let in_plan_lps = between(lps(self.in_plan), lps(high.in_plan));
        let gap_flow = gaps(flow_lps, need_lps);
        let after = |coming: &Self, need: Option<f64>| {
            let (left, failure) = coming.worst?;
            Some((gap(lps(left), need?), failure)).filter(|(gap, _)| *gap > 0.0)
        };
        let (by_high, by_low) = (after(high, need_lps.0), after(self, need_lps.1));
        let n1_high = if need_lps.1.is_some() { by_low.map_or(0.0, |worst| worst.0) } else { 1.0 };
        let gap_n1 = (by_high.map_or(0.0, |worst| worst.0).max(gap_flow.0), n1_high.max(gap_flow.1));
        let late = |s: Option<f64>| s.map_or(1.0, |s| ((s - ranking.target_s) / ranking.target_s).clamp(0.0, 1.0));
        // Where a hydrant may be missing from the data, one may stand at the door.
        let soonest_s = if case.is_complete { high.water_s } else { case.arrival_s.0 };
        let gap_time = if case.knows_arrival { (late(soonest_s), late(self.water_s)) } else { (0.0, 1.0) };
        let all = [gap_flow, gaps(volume_m3, need_m3), gap_n1, gap_time];
        let mut found = Evaluation {
            flow_lps,
            volume_m3,
            in_plan_lps,
            is_enough_in_plan: is_enough(in_plan_lps, need_lps),
            is_enough_by_hose: is_enough(flow_lps, need_lps),
            gaps: all,
            worst_failure: by_high.or(by_low).map(|(_, failure)| failure),
            water_s: (high.water_s, self.water_s),
            ..Evaluation::default()
        };
        if let Some(failure) = found.worst_failure {
            let left = |coming: &Self| lps(coming.side.flow_without(failure));
            found.left_lps = between(left(self), left(high));
        }
        let disagrees = found.disagrees();
        found.best = class_of(all.map(|g| g.0), disagrees.unwrap_or(false), ranking);
        found.worst = class_of(all.map(|g| g.1), disagrees.unwrap_or(true), ranking);
        found
    }
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
