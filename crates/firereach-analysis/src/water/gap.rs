//! What is missing at one site, what hurts most when it fails, and which class that makes.
//!
//! A [`SiteCase`] holds everything that bears on one site as plain numbers, so that the same function tells what is
//! missing today and what would be missing with a remedy.

use firereach_model::findings::water::WaterClass;
use firereach_model::parameters::water::RankingParameters;

use super::amounts::whole;
use super::flow::{Confluence, HoseLine, Rounding, Tap};
use super::supply::is_body;
use super::volume::most_over;

/// One thing that can fail. Numbers are indices into the lists that the supply names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// One hydrant, pond, tank or intake.
    Source(u32),
    /// One segment of a main between valves.
    Segment(u32),
    /// All of a branch, at its beginning: the first of the mains that hang together.
    Branch(u32),
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
    /// What it gives at most at one time, dL/s; `u64::MAX` where its water is stored.
    pub draw: (u64, u64),
    /// What it counts by the legal screen; zero when it does not count.
    pub flow_in_plan: (u64, u64),
    /// The branch it shares when in doubt, and for certain.
    pub branch: (Option<usize>, Option<usize>),
    /// The most lines that certainly come from it at once, and that may.
    pub outlets: (u32, u32),
    /// Hose lines that certainly come from it.
    pub lines_low: Vec<HoseLine>,
    /// Hose lines that may come from it.
    pub lines_high: Vec<HoseLine>,
    /// Hose lines that certainly come from it once it is certain that the appliances that may get to it do.
    pub lines_reached: Vec<HoseLine>,
    /// Time to lay and fill a line from it, seconds.
    pub lay_s: f64,
    /// What fails it as a whole, for certain.
    pub failures: Vec<Failure>,
    /// What may fail it as well, as far as anybody knows.
    pub failures_in_doubt: Vec<Failure>,
    /// The only lanes by which appliances certainly get to it: the pumps that need them, and the lane.
    pub lanes_low: Vec<(usize, u32)>,
    /// The only lanes even where everything in doubt can be passed.
    pub lanes_high: Vec<(usize, u32)>,
}

impl Candidate {
    /// The lines that certainly come from it once the appliances that may get to it do: those that are certain anyway, and of
    /// all other kinds those that then are.
    pub(super) fn lines_if_reached(&self) -> impl Iterator<Item = &HoseLine> {
        let is_further = |line: &&HoseLine| self.lines_low.iter().all(|known| known.kind != line.kind);
        self.lines_low.iter().chain(self.lines_reached.iter().filter(is_further))
    }

    /// Everything that fails it, for certain or in doubt.
    pub(super) fn failures_mut(&mut self) -> impl Iterator<Item = &mut Failure> {
        self.failures.iter_mut().chain(&mut self.failures_in_doubt)
    }

    /// Whether something fails it, for certain or in doubt.
    pub(super) fn may_fail_with(&self, failure: Failure) -> bool {
        self.failures.contains(&failure) || self.failures_in_doubt.contains(&failure)
    }

    /// Makes it certain that every appliance that may get to it does.
    pub(super) fn reach(&mut self) {
        self.lines_low = self.lines_if_reached().copied().collect();
        self.lanes_low.clone_from(&self.lanes_high);
    }

    /// Makes it certain that it gives what it may give; by the legal screen it then counts `counted` dL/s at least.
    pub(super) fn prove_good(&mut self, counted: u64) {
        (self.flow.0, self.volume.0, self.draw.0) = (self.flow.1, self.volume.1, self.draw.1);
        self.branch.0 = self.branch.1;
        self.flow_in_plan.0 = self.flow_in_plan.1.min(counted);
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
    /// How many appliances of each kind there are, `u32::MAX` where that is no limit; kinds beyond the list are not limited.
    pub appliances: Vec<u32>,
    /// How long an appliance stays at one source at least before it moves on to another, seconds.
    pub stint_s: u64,
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
        self.arrival_s.0 == self.arrival_s.1
            && self.candidates.iter().all(|candidate| {
                candidate.lanes_low == candidate.lanes_high
                    && candidate.lines_if_reached().count() == candidate.lines_low.len()
            })
    }

    /// The case as it is once every way that an appliance may take to a source has proved to be one that it can take.
    pub fn if_reached(&self) -> Self {
        let mut reached = self.clone();
        reached.candidates.iter_mut().for_each(Candidate::reach);
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
/// touch, one failure at a time. Of what comes no more is told than is needed.
///
/// # Source
///
/// The project's formula for the gap in water supply: shares of the need that are missing.
pub fn evaluate(case: &SiteCase, ranking: &RankingParameters) -> Evaluation {
    let need = case.need();
    let coming = |assumed| Coming::to(case, assumed, &[need], Extent::AsNeeded);
    coming(Assumed::Certain).against(&coming(Assumed::Possible), need, ranking)
}

/// What is missing by each of some needs in place of the case's own: what comes is the same for all, and all of it is told.
pub fn evaluate_each(case: &SiteCase, needs: &[Needed], ranking: &RankingParameters) -> Vec<Evaluation> {
    let coming = |assumed| Coming::to(case, assumed, needs, Extent::Whole);
    let (low, high) = (coming(Assumed::Certain), coming(Assumed::Possible));
    needs.iter().map(|need| low.against(&high, *need, ranking)).collect()
}

/// What is missing, and what would be once every way that an appliance may take to a source has proved to be one that it can
/// take: the evaluation of the case, and that of [`SiteCase::if_reached`].
pub fn evaluate_and_reached(case: &SiteCase, ranking: &RankingParameters) -> (Evaluation, Evaluation) {
    let need = case.need();
    let coming = |assumed| Coming::to(case, assumed, &[need], Extent::AsNeeded);
    let high = coming(Assumed::Possible);
    let found = coming(Assumed::Certain).against(&high, need, ranking);
    if case.is_certainly_reached() {
        return (found.clone(), found);
    }
    let reached = coming(Assumed::Reached).against(&high, need, ranking);
    (found, reached)
}

/// Whether a case can be clear at all, even once appliances get wherever they may get; a quick no for most that cannot.
pub fn can_be_clear(case: &SiteCase, ranking: &RankingParameters) -> bool {
    let Some((need_lps, need_m3)) = case.need_lps.1.zip(case.need_m3.1) else { return false };
    let side = Side::of(case, Assumed::Reached);
    let losses = side.losses();
    let flow = side.flow.most_of(enough(need_lps, &losses), |_| true, |_, _| true);
    let left = |lps: f64| class_of([gap(lps, need_lps), 0.0, gap(lps, need_lps), 0.0], false, ranking);
    left(lps(flow)) == WaterClass::Green
        && gap(side.volume(litres(need_m3)) as f64 / 1000.0, need_m3) <= ranking.orange_gap
        && side
            .worst_failure(flow, need_lps, &losses)
            .is_none_or(|(left, _)| gap(lps(left), need_lps) <= ranking.orange_gap)
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

impl Assumed {
    fn rounding(self) -> Rounding {
        if self == Self::Possible { Rounding::Up } else { Rounding::Down }
    }
}

/// The sources of a case with their hose and appliances, under one assumption.
struct Side<'a> {
    case: &'a SiteCase,
    assumed: Assumed,
    flow: Confluence,
}

/// So many ways to give out the appliances are told apart for a flow, and for a volume: more than the appliances of one
/// fire make.
const MOST_STATES: (usize, usize) = (1024, 256);

impl<'a> Side<'a> {
    fn of(case: &'a SiteCase, assumed: Assumed) -> Self {
        let taps = Self::taps(case, assumed, |candidate| candidate.flow, 1);
        Self { case, assumed, flow: Confluence::build(&case.appliances, assumed.rounding(), MOST_STATES.0, taps) }
    }

    fn is_high(&self) -> bool {
        self.assumed == Assumed::Possible
    }

    /// The sources, each with so much for every unit that its lines are given in.
    fn taps(
        case: &'a SiteCase,
        assumed: Assumed,
        gives: impl Fn(&Candidate) -> (u64, u64),
        over: u64,
    ) -> impl Iterator<Item = Tap> {
        let is_high = assumed == Assumed::Possible;
        case.candidates.iter().map(move |candidate| Tap {
            amount: pick(gives(candidate), is_high),
            branch: pick(candidate.branch, is_high),
            outlets: pick(candidate.outlets, is_high),
            lines: Self::lines_under(assumed, candidate)
                .map(|line| {
                    let carries = line.carries.min(pick(candidate.draw, is_high)).saturating_mul(over);
                    HoseLine { carries, ..*line }
                })
                .collect(),
        })
    }

    fn lines_under(assumed: Assumed, candidate: &Candidate) -> Box<dyn Iterator<Item = &HoseLine> + '_> {
        match assumed {
            Assumed::Certain => Box::new(candidate.lines_low.iter()),
            Assumed::Reached => Box::new(candidate.lines_if_reached()),
            Assumed::Possible => Box::new(candidate.lines_high.iter()),
        }
    }

    /// The hose lines from a source.
    fn lines<'c>(&self, candidate: &'c Candidate) -> impl Iterator<Item = &'c HoseLine> + 'c {
        Self::lines_under(self.assumed, candidate)
    }

    /// What comes over the whole duration, litres.
    ///
    /// An appliance may move on from one source to another. What is certain is brought by appliances that stay for whole
    /// stints, so that one that moves on loses the rest of its stint; what may be is brought by any that waste no time.
    ///
    /// Of what is certain any number may be told that is no less than `enough` where that much comes.
    fn volume(&self, enough: u64) -> u64 {
        let case = self.case;
        let decilitres = |candidate: &Candidate| (candidate.volume.0 * 10, candidate.volume.1 * 10);
        if self.is_high() {
            let taps: Vec<Tap> = Self::taps(case, self.assumed, decilitres, 1).collect();
            return most_over(case.duration_s, &case.appliances, &taps).div_ceil(10);
        }
        let enough = enough.saturating_mul(10);
        let stay = Self::taps(case, self.assumed, decilitres, case.duration_s);
        let staying = Confluence::build(&case.appliances, Rounding::Down, MOST_STATES.1, stay);
        let staying = staying.most_of(enough, |_| true, |_, _| true);
        let moving = match stints(case) {
            stints if stints > 1 && staying < enough => {
                let taps = Self::taps(case, self.assumed, decilitres, case.duration_s / u64::from(stints));
                self.moving(stints, taps).most_of(enough, |_| true, |_, _| true)
            }
            _ => 0,
        };
        staying.max(moving) / 10
    }

    /// What appliances certainly bring that stay at a source for one of so many stints or for several, dL; the lines of the
    /// taps carry so much in one stint.
    ///
    /// Whatever they bring in single stints they can bring one after the other, each source being worked by no more lines at
    /// once than it has outlets for: a preemptive open shop (Gonzalez and Sahni, 1976). What is not stored is worked by one line
    /// at a time, and of one branch one hydrant, as only that much flows at once. Relays stand side by side, and what is left
    /// of the appliances beside them stands idle.
    fn moving(&self, stints: u32, taps: impl Iterator<Item = Tap>) -> Confluence {
        let appliances = &self.case.appliances;
        let mut all: Vec<Tap> = Vec::new();
        for (mut tap, candidate) in taps.zip(&self.case.candidates).filter(|(tap, _)| tap.amount > 0) {
            tap.lines.retain_mut(|line| {
                let there_are = appliances.get(line.kind).copied().filter(|count| *count != u32::MAX);
                let Some(there_are) = there_are.filter(|_| line.appliances > 0) else { return true };
                let at_once = there_are / line.appliances;
                line.appliances = if at_once > 0 { there_are.div_ceil(at_once) } else { 0 };
                at_once > 0
            });
            if pick(candidate.draw, self.is_high()) < u64::MAX {
                tap.outlets = tap.outlets.min(1);
            }
            tap.outlets = tap.outlets.saturating_mul(stints);
            match all.iter_mut().find(|other| other.branch.is_some() && other.branch == tap.branch) {
                Some(branch) => {
                    branch.amount = branch.amount.max(tap.amount);
                    for line in tap.lines {
                        let is_like =
                            |known: &&mut HoseLine| (known.kind, known.appliances) == (line.kind, line.appliances);
                        match branch.lines.iter_mut().find(is_like) {
                            Some(known) => known.carries = known.carries.max(line.carries),
                            None => branch.lines.push(line),
                        }
                    }
                }
                None => all.push(tap),
            }
        }
        let appliances: Vec<u32> = appliances.iter().map(|count| count.saturating_mul(stints)).collect();
        Confluence::build(&appliances, Rounding::Down, MOST_STATES.1, all)
    }

    /// What the legal screen counts: every source by itself, each intake of a pond too, and a branch for its greatest.
    fn in_plan(&self) -> u64 {
        let counted = |candidate: &Candidate| {
            let branch = pick(candidate.branch, self.is_high()).filter(|branch| !is_body(*branch));
            (branch, pick(candidate.flow_in_plan, self.is_high()))
        };
        let mut all: Vec<(Option<usize>, u64)> = self.case.candidates.iter().map(counted).collect();
        all.sort_unstable();
        let together = all.chunk_by(|a, b| a.0.is_some() && a.0 == b.0);
        together.map(|same| same.iter().map(|(_, amount)| amount).max().unwrap_or(&0)).sum()
    }

    fn lanes(&self, candidate: &'a Candidate) -> &'a [(usize, u32)] {
        if self.assumed == Assumed::Certain { &candidate.lanes_low } else { &candidate.lanes_high }
    }

    /// What fails a source: what may do so counts unless everything is to turn out well.
    fn failures<'c>(&self, candidate: &'c Candidate) -> impl Iterator<Item = Failure> + 'c {
        let in_doubt: &[Failure] = if self.is_high() { &[] } else { &candidate.failures_in_doubt };
        candidate.failures.iter().chain(in_doubt).copied()
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

    /// The flow when one thing has failed, or any that is no less than `enough`. Where a lane is closed, pumps that need it
    /// are lost, and those that are carried are not.
    fn flow_without(&self, failure: Failure, enough: u64) -> u64 {
        let candidates = &self.case.candidates;
        match failure {
            Failure::Lane(lane) => {
                self.flow.most_of(enough, |_| true, |tap, kind| !self.lanes(&candidates[tap]).contains(&(kind, lane)))
            }
            _ => {
                let fails = |tap: usize| self.failures(&candidates[tap]).any(|other| other == failure);
                self.flow.most_of(enough, |tap| !fails(tap), |_, _| true)
            }
        }
    }

    /// Everything that can fail with the most that it can take, dL/s: what can take most comes first.
    fn losses(&self) -> Vec<(u64, Failure)> {
        let mut lost: Vec<(Failure, u64)> = Vec::new();
        for candidate in self.case.candidates.iter().filter(|candidate| self.is_useful(candidate)) {
            // What is lost with a source is no more than what it gives: all others can be worked as before.
            let amount = pick(candidate.flow, self.is_high());
            let of_tap = lost.len();
            lost.extend(self.failures(candidate).map(|failure| (failure, amount)));
            for (_, lane) in
                self.lanes(candidate).iter().filter(|(pool, _)| self.lines(candidate).any(|line| line.kind == *pool))
            {
                let failure = Failure::Lane(*lane);
                if lost[of_tap..].iter().all(|(known, _)| *known != failure) {
                    lost.push((failure, amount));
                }
            }
        }
        lost.sort_unstable();
        let mut losses: Vec<(u64, Failure)> = lost
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same.iter().map(|(_, amount)| amount).sum(), same[0].0))
            .collect();
        losses.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        losses
    }

    /// The failure that leaves least of a flow, and what it leaves; ties to the smaller failure. None where every failure
    /// leaves `enough` L/s.
    fn worst_failure(&self, flow: u64, enough: f64, losses: &[(u64, Failure)]) -> Option<(u64, Failure)> {
        // Once the rest cannot do worse, the search is over.
        let mut worst: Option<(u64, Failure)> = None;
        for &(most, failure) in losses {
            let least = flow.saturating_sub(most);
            if lps(least) >= enough || worst.is_some_and(|(left, _)| least > left) {
                break;
            }
            let found = (self.flow_without(failure, decilitres_of(enough)), failure);
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
    extent: Extent,
}

/// How much of what comes is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// All of it.
    Whole,
    /// Whether it is enough for the needs asked about, and if not, how much it is.
    AsNeeded,
}

/// Failures of which each is tried by itself before it is asked whether the others matter at all.
const TRIED: usize = 8;

/// A flow of which it does not matter how much more comes: but for the [`TRIED`] greatest, not even the greatest loss leaves
/// less than `need` L/s of it.
fn enough(need: f64, losses: &[(u64, Failure)]) -> u64 {
    decilitres_of(need).saturating_add(losses.get(TRIED).map_or(0, |(most, _)| *most))
}

/// A need of L/s in dL/s, and one of m3 in litres: no less than it is.
fn decilitres_of(lps: f64) -> u64 {
    whole((lps * 10.0).ceil())
}

fn litres(m3: f64) -> u64 {
    whole((m3 * 1000.0).ceil())
}

impl<'a> Coming<'a> {
    /// What comes, with the worst failure as far as it matters to any of some needs.
    fn to(case: &'a SiteCase, assumed: Assumed, needs: &[Needed], extent: Extent) -> Self {
        let side = Side::of(case, assumed);
        let losses = side.losses();
        let most = |needed: usize| {
            let ends = needs.iter().flat_map(|need| [need[needed].0, need[needed].1]).flatten();
            ends.max_by(f64::total_cmp).unwrap_or(0.0)
        };
        let (enough_flow, enough_litres) = match extent {
            Extent::Whole => (u64::MAX, u64::MAX),
            Extent::AsNeeded => (enough(most(0), &losses), litres(most(1))),
        };
        let flow = side.flow.most_of(enough_flow, |_| true, |_, _| true);
        // What is missing at least is less than the least need; nothing is, where sources may be missing from the data.
        let asked = |need: &Needed| match assumed {
            Assumed::Possible => need[0].0.filter(|_| case.is_complete),
            _ => need[0].1,
        };
        let asked = needs.iter().filter_map(asked).max_by(f64::total_cmp);
        let worst = asked.and_then(|most| side.worst_failure(flow, most, &losses));
        let arrival_s = if assumed == Assumed::Certain { case.arrival_s.1 } else { case.arrival_s.0 };
        let water_s = arrival_s.zip(side.lay_s()).map(|(arrival, lay)| arrival + lay);
        Self { flow, volume: side.volume(enough_litres), in_plan: side.in_plan(), worst, water_s, extent, side }
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
        if let Some(failure) = found.worst_failure.filter(|_| self.extent == Extent::Whole) {
            let left = |coming: &Self| lps(coming.side.flow_without(failure, u64::MAX));
            found.left_lps = between(left(self), left(high));
        }
        let disagrees = found.disagrees();
        found.best = class_of(all.map(|g| g.0), disagrees.unwrap_or(false), ranking);
        found.worst = class_of(all.map(|g| g.1), disagrees.unwrap_or(true), ranking);
        found
    }
}

/// The number of stints that the duration of a case is told in: whole seconds each, and so few that what every kind of
/// appliance does in each of them can be tried.
fn stints(case: &SiteCase) -> u32 {
    let most = u32::try_from(case.duration_s / case.stint_s.max(1)).unwrap_or(u32::MAX).max(1);
    let ways = |stints: u32| {
        let limited = case.appliances.iter().filter(|count| **count != u32::MAX);
        limited.fold(1_usize, |ways, count| ways.saturating_mul(count.saturating_mul(stints) as usize + 1))
    };
    let is_told = |stints: &u32| case.duration_s.is_multiple_of(u64::from(*stints)) && ways(*stints) <= MOST_STATES.1;
    (2..=most).rev().find(is_told).unwrap_or(1)
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
