//! A site's case with remedies put into it.

use firereach_model::findings::water::SourceAtSite;

use super::Failure;
use crate::network::EdgeId;
use crate::water::Ground;
use crate::water::amounts::decilitres;
use crate::water::fleet::Pool;
use crate::water::gap::{Candidate, SiteCase};

/// How hose comes from a place to the site.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayFrom {
    /// Lengths of hose.
    pub(super) lengths: u32,
    /// Rise, metres: the least and the most it may be.
    pub(super) lift_m: (f64, f64),
    /// Time to lay and fill, seconds.
    pub(super) lay_s: f64,
    /// Pumps that certainly get there, as bits of the fleet's kinds, and those that may.
    pub(super) pumps: (u64, u64),
    /// Whether a motorcycle certainly gets there, and whether it may.
    pub(super) motorcycle: (bool, bool),
}

/// A source that a remedy puts there.
#[derive(Clone, Debug)]
pub(super) struct NewSource {
    /// Its number among the new ones.
    pub(super) number: u32,
    /// What it gives, dL/s.
    pub(super) flow: u64,
    /// What it gives over the whole duration.
    pub(super) litres: u64,
    /// What the legal screen counts of it, dL/s, least and greatest.
    pub(super) in_plan: (u64, u64),
    /// The branch it shares with other new ones.
    pub(super) branch: Option<usize>,
    /// How hose comes from it; `None` when there is no way for one.
    pub(super) lay: Option<LayFrom>,
}

/// One change to a case.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// A new source.
    Source(NewSource),
    /// One more appliance, put at every source it gets to and can serve with its hose and pressure.
    Pool(Pool, Mover),
    /// These edges widened for the kind of engine that the fleet's widening is for.
    Widen(Vec<EdgeId>),
    /// All branches closed to loops.
    Loop,
    /// A segment of a main parted by a valve: these sources, in the order of the site, no longer fail with it.
    Valve {
        /// What the valve parts.
        segment: Failure,
        /// The sources beyond it.
        beyond: Vec<usize>,
    },
    /// This pressure, MPa, held at the hydrants, so that they feed a nozzle without a pump.
    Booster(f64),
    /// A dry riser in place of the hose on the stairs from one source.
    Riser {
        /// The source, in the order of the site.
        source: usize,
        /// Length on stairs, metres.
        stairs_m: f64,
    },
    /// A crew that is at the site after so many seconds at the latest.
    CrewWithin(f64),
}

/// How an appliance that a remedy brings gets about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mover {
    /// Carried to any source that hose leads from.
    Carried,
    /// On a motorcycle from the nearest station.
    Motorcycle,
}

/// The failure of what lies beyond a new valve.
const BEYOND_VALVE: u32 = u32::MAX;

/// A case, with what lines are made of.
#[derive(Clone)]
pub(super) struct Mended<'a> {
    ground: &'a Ground<'a>,
    pub(super) case: SiteCase,
    /// The kinds of pumps with their numbers in the case.
    pools: Vec<(usize, Pool)>,
    /// For each source of the case the lengths of hose and the rise; no lengths where no way leads.
    lays: Vec<(Option<u32>, (f64, f64))>,
    /// For each source the kinds of the fleet that certainly get there, and those that may.
    pumps: Vec<(u64, u64)>,
    /// The same for a motorcycle.
    motorcycle: Vec<(bool, bool)>,
    /// For each source of the city among them its number there.
    numbers: &'a [usize],
}

impl<'a> Mended<'a> {
    pub(super) fn of(ground: &'a Ground<'a>, case: &SiteCase, sources: &[SourceAtSite], numbers: &'a [usize]) -> Self {
        let motorcycle = ground.fleet.motorcycle.as_ref();
        let unknown = ground.parameters().supply.unknown_lift_m;
        let lift = |source: &SourceAtSite| source.lift_m.map_or(unknown, |lift| (lift, lift));
        Self {
            ground,
            case: case.clone(),
            pools: ground.fleet.pools.iter().cloned().enumerate().collect(),
            lays: sources.iter().map(|source| (source.lengths, lift(source))).collect(),
            pumps: numbers.iter().map(|number| ground.fleet.reaches[*number]).collect(),
            motorcycle: numbers
                .iter()
                .map(|number| motorcycle.map_or((false, false), |motorcycle| motorcycle.sources[*number]))
                .collect(),
            numbers,
        }
    }

    pub(super) fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Source(source) => self.add_source(source),
            Edit::Pool(pool, mover) => self.add_pool(pool, *mover),
            Edit::Widen(edges) => self.widen(edges),
            Edit::Loop => self.close_loops(),
            Edit::Valve { segment, beyond } => {
                for &spot in beyond {
                    let failures = &mut self.case.candidates[spot].failures;
                    failures
                        .iter_mut()
                        .filter(|failure| *failure == segment)
                        .for_each(|f| *f = Failure::New(BEYOND_VALVE));
                }
            }
            Edit::Booster(mpa) => self.boost(*mpa),
            Edit::Riser { source, stairs_m } => self.lay_riser(*source, *stairs_m),
            Edit::CrewWithin(seconds) => {
                let sooner = |known: Option<f64>| Some(known.map_or(*seconds, |known| known.min(*seconds)));
                self.case.arrival_s = (sooner(self.case.arrival_s.0), sooner(self.case.arrival_s.1));
                self.case.knows_arrival = true;
            }
        }
    }

    /// How many appliances a line of a pool takes over so much hose, and what it carries, dL/s.
    fn line(&self, pool: &Pool, lengths: u32, lift_m: f64) -> Option<(u32, u64)> {
        let line = pool.line(&self.ground.hose, lengths, lift_m, self.ground.parameters());
        line.map(|(pumps, lps)| (pumps, decilitres(lps)))
    }

    fn add_source(&mut self, source: &NewSource) {
        let mut candidate = Candidate {
            flow: (source.flow, source.flow),
            volume: (source.litres, source.litres),
            flow_in_plan: source.in_plan,
            branch: (source.branch, source.branch),
            failures: vec![Failure::New(source.number)],
            ..Candidate::default()
        };
        let lay = source.lay;
        if let Some(lay) = lay {
            candidate.lay_s = lay.lay_s;
            for &(index, ref pool) in &self.pools {
                // What a remedy itself brought is put where it is needed.
                let is_new = index >= self.ground.fleet.pools.len();
                let least = self.line(pool, lay.lengths, lay.lift_m.1);
                let most = self.line(pool, lay.lengths, lay.lift_m.0);
                for (pumps, _) in least.into_iter().chain(most) {
                    candidate.takes(index, pumps);
                }
                if is_new || lay.pumps.0 >> index & 1 == 1 {
                    candidate.lines_low.extend(least.map(|(_, dl)| (index, dl)));
                }
                if is_new || lay.pumps.1 >> index & 1 == 1 {
                    candidate.lines_high.extend(most.map(|(_, dl)| (index, dl)));
                    candidate.lines_reached.extend(least.map(|(_, dl)| (index, dl)));
                }
            }
        }
        self.case.candidates.push(candidate);
        self.lays.push((lay.map(|lay| lay.lengths), lay.map_or((0.0, 0.0), |lay| lay.lift_m)));
        self.pumps.push(lay.map_or((0, 0), |lay| lay.pumps));
        self.motorcycle.push(lay.map_or((false, false), |lay| lay.motorcycle));
    }

    fn add_pool(&mut self, pool: &Pool, mover: Mover) {
        let index = self.case.pumps_low.len();
        for spot in 0..self.lays.len() {
            let (Some(lengths), lift_m) = self.lays[spot] else { continue };
            let (is_sure, may_be) = match mover {
                Mover::Carried => (true, true),
                Mover::Motorcycle => self.motorcycle[spot],
            };
            let reached = self.line(pool, lengths, lift_m.1).filter(|_| may_be);
            let low = reached.filter(|_| is_sure);
            let high = self.line(pool, lengths, lift_m.0).filter(|_| may_be);
            let candidate = &mut self.case.candidates[spot];
            candidate.lines_low.extend(low.map(|(_, dl)| (index, dl)));
            candidate.lines_high.extend(high.map(|(_, dl)| (index, dl)));
            candidate.lines_reached.extend(reached.map(|(_, dl)| (index, dl)));
        }
        // What the hydrants' own pressure feeds, between the fleet and what remedies bring, takes no appliance.
        self.case.appliances.resize(index, u32::MAX);
        self.case.appliances.push(pool.count);
        self.case.pumps_low.push(pool.moves());
        self.case.pumps_high.push(pool.moves());
        self.pools.push((index, pool.clone()));
    }

    /// Lets the kind that the fleet's widening is for get to every source that it gets to over the widened edges.
    fn widen(&mut self, edges: &[EdgeId]) {
        let ground = self.ground;
        let Some(widening) = &ground.fleet.widening else { return };
        let bit = widening.bit;
        let reached: Vec<usize> = (0..self.numbers.len())
            .filter(|spot| {
                let (sure, may) = widening.reaches(self.numbers[*spot], edges);
                let (was_sure, might) = self.pumps[*spot];
                sure && was_sure >> bit & 1 == 0 || may && might >> bit & 1 == 0
            })
            .collect();
        let numbers: Vec<usize> = reached.iter().map(|spot| self.numbers[*spot]).collect();
        let reach_m = ground.parameters().supply.only_lane_m;
        let lanes = widening.only_lanes(ground.supply, &numbers, edges, reach_m);
        let pool = self.pools[bit].1.clone();
        for (spot, only) in reached.into_iter().zip(lanes) {
            let (sure, may) = widening.reaches(self.numbers[spot], edges);
            let (Some(lengths), lift_m) = self.lays[spot] else { continue };
            let (low, high) = (self.line(&pool, lengths, lift_m.1), self.line(&pool, lengths, lift_m.0));
            let candidate = &mut self.case.candidates[spot];
            for (pumps, _) in low.into_iter().chain(high) {
                candidate.takes(bit, pumps);
            }
            let (low, high) = (low.map(|(_, dl)| dl), high.map(|(_, dl)| dl));
            let [only_sure, only_may] = only;
            if sure && self.pumps[spot].0 >> bit & 1 == 0 {
                self.pumps[spot].0 |= 1 << bit;
                candidate.lines_low.extend(low.map(|dl| (bit, dl)));
                candidate.lanes_low.extend(only_sure.into_iter().map(|lane| (bit, lane)));
            }
            if may && self.pumps[spot].1 >> bit & 1 == 0 {
                self.pumps[spot].1 |= 1 << bit;
                candidate.lines_high.extend(high.map(|dl| (bit, dl)));
                candidate.lines_reached.extend(low.map(|dl| (bit, dl)));
                candidate.lanes_high.extend(only_may.into_iter().map(|lane| (bit, lane)));
            }
        }
    }

    fn close_loops(&mut self) {
        let duration_s = self.case.duration_s;
        let is_branch = |candidate: &&mut Candidate| candidate.branch.0.is_some_and(|branch| branch != usize::MAX);
        for candidate in self.case.candidates.iter_mut().filter(is_branch) {
            candidate.branch = (None, None);
            let litres = |dl: u64| dl * duration_s / 10;
            candidate.volume = (litres(candidate.flow.0), litres(candidate.flow.1));
        }
    }

    /// Feeds a nozzle from every hydrant by the pressure held there, as far as hose on hand leads.
    fn boost(&mut self, mpa: f64) {
        let ground = self.ground;
        let direct = ground.fleet.pools.len();
        for (spot, number) in self.numbers.iter().enumerate() {
            let source = &ground.supply.sources[*number];
            let (Some(lengths), (lift_low, lift_high)) = self.lays[spot] else { continue };
            let jet = |lift_m: f64| ground.jet(source, lengths, mpa, lift_m);
            let candidate = &mut self.case.candidates[spot];
            for (lift_m, lines) in [
                (lift_high, &mut candidate.lines_low),
                (lift_low, &mut candidate.lines_high),
                (lift_high, &mut candidate.lines_reached),
            ] {
                if let Some(lps) = jet(lift_m) {
                    lines.retain(|(pool, _)| *pool != direct);
                    lines.push((direct, decilitres(lps)));
                }
            }
        }
    }

    /// The pipe stands ready: no hose is carried for it, and it loses less than hose does.
    fn lay_riser(&mut self, spot: usize, stairs_m: f64) {
        let (Some(lengths), lift_m) = self.lays[spot] else { return };
        let hose = &self.ground.hose;
        let parameters = self.ground.parameters();
        let spared = hose.lengths_along(stairs_m);
        let carried = lengths.saturating_sub(spared).max(1);
        let share =
            parameters.hose_friction.get(&parameters.remedies.riser_diameter).map_or(1.0, |s| s / hose.friction);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen, and casts saturate")]
        let as_lengths = carried + (f64::from(lengths - carried.min(lengths)) * share).ceil() as u32;
        let line = |pool: &Pool, lift_m: f64| {
            pool.line_over(hose, carried, as_lengths, lift_m, parameters).map(|(pumps, lps)| (pumps, decilitres(lps)))
        };
        let (sure, may) = self.pumps[spot];
        let candidate = &mut self.case.candidates[spot];
        candidate.relays.clear();
        for &(index, ref pool) in self.pools.iter().take(self.ground.fleet.pools.len()) {
            for (pumps, _) in line(pool, lift_m.0).into_iter().chain(line(pool, lift_m.1)) {
                candidate.takes(index, pumps);
            }
        }
        for &(index, ref pool) in self.pools.iter().take(self.ground.fleet.pools.len()) {
            for (bits, lift_m, lines) in [
                (sure, lift_m.1, &mut candidate.lines_low),
                (may, lift_m.0, &mut candidate.lines_high),
                (may, lift_m.1, &mut candidate.lines_reached),
            ] {
                if bits >> index & 1 == 1
                    && let Some((_, dl)) = line(pool, lift_m)
                {
                    lines.retain(|(known, _)| *known != index);
                    lines.push((index, dl));
                }
            }
        }
    }
}
