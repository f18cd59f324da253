//! A site's case with remedies put into it.

use firereach_model::findings::water::SourceAtSite;

use super::Failure;
use crate::network::EdgeId;
use crate::water::Ground;
use crate::water::amounts::decilitres;
use crate::water::at_site::of_kind;
use crate::water::fleet::{LanesByKind, Pool};
use crate::water::flow::HoseLine;
use crate::water::gap::{Candidate, SiteCase};
use crate::water::supply::is_of_mains;

/// How hose comes from a place to the site.
#[derive(Clone, Debug)]
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
    /// The only lanes by which each kind of pump certainly gets there, and those even where everything in doubt is passed.
    pub(super) lanes: (LanesByKind, LanesByKind),
}

/// A source that a remedy puts there.
#[derive(Clone, Debug)]
pub(super) struct NewSource {
    /// Its number among the new ones.
    pub(super) number: u32,
    /// What it gives, dL/s.
    pub(super) flow: u64,
    /// What it gives over the whole duration, least and greatest; of a hydrant as far as its main is known to be a ring.
    pub(super) litres: (u64, u64),
    /// What it gives at most at one time, dL/s; `u64::MAX` where its water is stored.
    pub(super) draw: u64,
    /// What the legal screen counts of it, dL/s, least and greatest.
    pub(super) in_plan: (u64, u64),
    /// The most lines that certainly come from it at once.
    pub(super) outlets: u32,
    /// The main it is put on, and how far along it, metres.
    pub(super) on_main: Option<(usize, f64)>,
    /// What fails it beside itself and its main.
    pub(super) failures: Vec<Failure>,
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
    /// The new hydrants: where each stands in the case, its main and the metres along it.
    on_mains: Vec<(usize, (usize, f64))>,
    /// Whether branches are closed to loops.
    is_looped: bool,
    /// The segments that a new valve parts.
    valved: Vec<Failure>,
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
            on_mains: Vec::new(),
            is_looped: false,
            valved: Vec::new(),
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
                    let failures = self.case.candidates[spot].failures_mut();
                    failures.filter(|failure| *failure == segment).for_each(|f| *f = Failure::New(BEYOND_VALVE));
                }
                self.valved.push(*segment);
                for main in self.on_mains.iter().map(|(_, (main, _))| *main).collect::<Vec<_>>() {
                    self.share_main(main);
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

    /// The lines of a kind over so much hose.
    fn lines(&self, (kind, pool): (usize, &Pool), lengths: u32, lift_m: f64) -> Vec<HoseLine> {
        of_kind(kind, &pool.lines(&self.ground.hose, lengths, lift_m, self.ground.parameters())).collect()
    }

    fn add_source(&mut self, source: &NewSource) {
        let mut candidate = Candidate {
            flow: (source.flow, source.flow),
            volume: source.litres,
            draw: (source.draw, source.draw),
            flow_in_plan: source.in_plan,
            outlets: (source.outlets, u32::MAX),
            failures: std::iter::once(Failure::New(source.number)).chain(source.failures.iter().copied()).collect(),
            ..Candidate::default()
        };
        let lay = source.lay.as_ref();
        if let Some(lay) = lay {
            candidate.lay_s = lay.lay_s;
            (candidate.lanes_low, candidate.lanes_high) = lay.lanes.clone();
            for &(index, ref pool) in &self.pools {
                // What a remedy itself brought is put where it is needed.
                let is_new = index >= self.ground.fleet.pools.len();
                let least = self.lines((index, pool), lay.lengths, lay.lift_m.1);
                if is_new || lay.pumps.1 >> index & 1 == 1 {
                    candidate.lines_high.extend(self.lines((index, pool), lay.lengths, lay.lift_m.0));
                    candidate.lines_reached.extend(&least);
                }
                if is_new || lay.pumps.0 >> index & 1 == 1 {
                    candidate.lines_low.extend(least);
                }
            }
        }
        let spot = self.case.candidates.len();
        self.case.candidates.push(candidate);
        if let Some((main, along_m)) = source.on_main {
            self.on_mains.push((spot, (main, along_m)));
            self.share_main(main);
        }
        self.lays.push((lay.map(|lay| lay.lengths), lay.map_or((0.0, 0.0), |lay| lay.lift_m)));
        self.pumps.push(lay.map_or((0, 0), |lay| lay.pumps));
        self.motorcycle.push(lay.map_or((false, false), |lay| lay.motorcycle));
    }

    /// Gives the new hydrants of a main what they share with those that stand there: its branch, its pressure zone and the
    /// segment between its valves. Where valves are not known, new hydrants shift the parts of all others on the main.
    ///
    /// On which side of a new valve a new hydrant stands nobody says, so it fails with both.
    fn share_main(&mut self, main: usize) {
        let here: Vec<(usize, f64)> = self
            .on_mains
            .iter()
            .filter(|(_, (on, _))| *on == main)
            .map(|(spot, (_, along_m))| (*spot, *along_m))
            .collect();
        let along_m: Vec<f64> = here.iter().map(|(_, along_m)| *along_m).collect();
        let told = self.ground.supply.on_main(main, &along_m);
        let is_of_main = |failure: &Failure| {
            matches!(failure, Failure::Segment(_) | Failure::Branch(_) | Failure::Zone(_) | Failure::New(BEYOND_VALVE))
        };
        for ((spot, _), failures) in here.into_iter().zip(told.failures) {
            let candidate = &mut self.case.candidates[spot];
            candidate.branch = told.branch;
            for (own, mut told) in
                [(&mut candidate.failures, failures.0), (&mut candidate.failures_in_doubt, failures.1)]
            {
                own.retain(|failure| !is_of_main(failure));
                if told.iter().any(|failure| self.valved.contains(failure)) {
                    told.push(Failure::New(BEYOND_VALVE));
                }
                own.extend(told);
            }
        }
        for (source, segment) in told.segments {
            let Some(spot) = self.numbers.iter().position(|number| *number == source) else { continue };
            let mut failures = self.case.candidates[spot].failures_mut();
            if let Some(own) = failures.find(|failure| matches!(failure, Failure::Segment(_))) {
                *own = segment;
            }
        }
        if self.is_looped {
            self.close_loops();
        }
    }

    fn add_pool(&mut self, pool: &Pool, mover: Mover) {
        let index = self.case.appliances.len();
        for spot in 0..self.lays.len() {
            let (Some(lengths), lift_m) = self.lays[spot] else { continue };
            let (is_sure, may_be) = match mover {
                Mover::Carried => (true, true),
                Mover::Motorcycle => self.motorcycle[spot],
            };
            if !may_be {
                continue;
            }
            let reached = self.lines((index, pool), lengths, lift_m.1);
            let high = self.lines((index, pool), lengths, lift_m.0);
            let candidate = &mut self.case.candidates[spot];
            if is_sure {
                candidate.lines_low.extend(&reached);
            }
            candidate.lines_high.extend(high);
            candidate.lines_reached.extend(reached);
        }
        self.case.appliances.push(pool.count);
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
            let low = self.lines((bit, &pool), lengths, lift_m.1);
            let high = self.lines((bit, &pool), lengths, lift_m.0);
            let candidate = &mut self.case.candidates[spot];
            let [only_sure, only_may] = only;
            if may && self.pumps[spot].1 >> bit & 1 == 0 {
                self.pumps[spot].1 |= 1 << bit;
                candidate.lines_high.extend(high);
                candidate.lines_reached.extend(&low);
                candidate.lanes_high.extend(only_may.into_iter().map(|lane| (bit, lane)));
            }
            if sure && self.pumps[spot].0 >> bit & 1 == 0 {
                self.pumps[spot].0 |= 1 << bit;
                candidate.lines_low.extend(low);
                candidate.lanes_low.extend(only_sure.into_iter().map(|lane| (bit, lane)));
            }
        }
    }

    fn close_loops(&mut self) {
        self.is_looped = true;
        let duration_s = self.case.duration_s;
        let is_branch = |candidate: &&mut Candidate| candidate.branch.0.is_some_and(is_of_mains);
        for candidate in self.case.candidates.iter_mut().filter(is_branch) {
            candidate.branch = (None, None);
            candidate.failures_in_doubt.retain(|failure| !matches!(failure, Failure::Branch(_)));
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
                    lines.retain(|line| line.kind != direct);
                    lines.push(HoseLine { kind: direct, appliances: 0, carries: decilitres(lps) });
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
        let (sure, may) = self.pumps[spot];
        let candidate = &mut self.case.candidates[spot];
        for &(index, ref pool) in self.pools.iter().take(self.ground.fleet.pools.len()) {
            for (bits, lift_m, lines) in [
                (sure, lift_m.1, &mut candidate.lines_low),
                (may, lift_m.0, &mut candidate.lines_high),
                (may, lift_m.1, &mut candidate.lines_reached),
            ] {
                let laid = pool.lines_over(hose, carried, as_lengths, lift_m, parameters);
                if bits >> index & 1 == 1 && !laid.is_empty() {
                    lines.retain(|line| line.kind != index);
                    lines.extend(of_kind(index, &laid));
                }
            }
        }
    }
}
