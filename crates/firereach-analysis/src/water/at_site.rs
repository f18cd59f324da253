//! One source as it comes to one site: the hose, the pumps, and why it counts or not.

use firereach_model::bounds::Bounds;
use firereach_model::feature::Site;
use firereach_model::findings::water::SourceAtSite;

use super::Ground;
use super::amounts::{decilitres, lps_from};
use super::flow::HoseLine;
use super::gap::Candidate;
use super::lay::Way;
use super::supply::Source;

/// The flow of a jet in L/s, least and greatest, as far as known.
type Jet = (Option<f64>, Option<f64>);

/// Pumps in line and flow in L/s of some lays as lines of one kind of appliance.
pub(super) fn of_kind(kind: usize, lays: &[(u32, f64)]) -> impl Iterator<Item = HoseLine> + '_ {
    lays.iter().map(move |(pumps, lps)| HoseLine { kind, appliances: *pumps, carries: decilitres(*lps) })
}

impl Ground<'_> {
    /// Time to lay and fill a line, seconds.
    pub(super) fn lay_s(&self, way: &Way, lengths: u32) -> f64 {
        let rules = &self.parameters().supply;
        (way.m - way.stairs_m).max(0.0) / rules.lay_mps
            + way.stairs_m / rules.lay_stairs_mps
            + f64::from(lengths.saturating_sub(1)) * rules.joint_s
            + way.m * rules.charge_s_per_m
    }

    pub(super) fn source_at_site(
        &self,
        site: &Site,
        index: usize,
        plan_m: f64,
        way: Option<Way>,
    ) -> (Candidate, SourceAtSite) {
        let parameters = self.parameters();
        let rules = &parameters.supply;
        let source = &self.supply.sources[index];
        // Of an area that is too near to one of its buildings is not too near to the others.
        let least_m = if site.kind.is_area() { 0.0 } else { rules.counted_plan_m.0 };
        let counts_in_plan = (least_m..=rules.counted_plan_m.1).contains(&plan_m) && source.counted.1 > 0;
        let ground = |height: Option<f64>, at| {
            height.or_else(|| self.layers.terrain.height_at(at).map(|ground| ground.height_m))
        };
        let lift =
            ground(site.height_m, site.point.0).zip(ground(source.height_m, source.at.0)).map(|(to, from)| to - from);
        let (lift_low, lift_high) = lift.map_or(rules.unknown_lift_m, |lift| (lift, lift));
        let mut candidate = Candidate {
            flow: source.flow,
            volume: source.volume,
            draw: source.draw,
            flow_in_plan: if counts_in_plan { source.counted } else { (0, 0) },
            branch: source.branch,
            outlets: source.outlets,
            failures: source.failures.clone(),
            failures_in_doubt: source.failures_in_doubt.clone(),
            lanes_low: self.fleet.lanes[index].0.clone(),
            lanes_high: self.fleet.lanes[index].1.clone(),
            ..Candidate::default()
        };
        let lengths = way.as_ref().map(|way| self.hose.lengths_for(way.m));
        let is_walled_in = way.as_ref().is_some_and(|way| way.is_walled_in);
        let (sure, may) = self.fleet.reaches[index];
        // Whether hose gets past a building in the way, through a passage or round it, nobody told.
        let sure = if is_walled_in { 0 } else { sure };
        // The best line: certain ones first, then the fewest pumps, then the greatest flow.
        let mut best: Option<(bool, u32, f64, &str)> = None;
        for (bit, pool) in self.fleet.pools.iter().enumerate() {
            let Some(lengths) = lengths else { break };
            for (bits, lift_m, is_sure) in [(sure, lift_high, true), (may, lift_low, false)] {
                if bits >> bit & 1 == 0 {
                    continue;
                }
                let found = pool.lines(&self.hose, lengths, lift_m, parameters);
                let Some(&(pumps, flow)) = found.first() else { continue };
                let lines = if is_sure { &mut candidate.lines_low } else { &mut candidate.lines_high };
                lines.extend(of_kind(bit, &found));
                let is_better = best.is_none_or(|(sure, p, f, _)| {
                    (is_sure && !sure) || (is_sure == sure && (pumps < p || (pumps == p && flow > f)))
                });
                if is_better {
                    best = Some((is_sure, pumps, flow, &pool.code));
                }
            }
            if may >> bit & 1 == 1 && !is_walled_in {
                let reached = pool.lines(&self.hose, lengths, lift_high, parameters);
                candidate.lines_reached.extend(of_kind(bit, &reached));
            }
        }
        let direct = lengths.and_then(|lengths| self.direct(source, lengths, (lift_low, lift_high)));
        if let Some((low, high)) = direct {
            let kind = self.fleet.pools.len();
            let feeds = |lps: &f64| *lps >= self.hose.nozzle_lps;
            let line = |lps: f64| HoseLine { kind, appliances: 0, carries: decilitres(lps) };
            candidate.lines_low.extend(low.filter(|_| !is_walled_in).filter(feeds).map(line));
            candidate.lines_high.extend(high.filter(feeds).map(line));
        }
        if let (Some(way), Some(lengths)) = (&way, lengths) {
            candidate.lay_s = self.lay_s(way, lengths);
        }
        let counts_by_hose = if !self.knows_ways() {
            None
        } else if candidate.lines_high.is_empty() || source.flow.1 == 0 {
            Some(false)
        } else if !candidate.lines_low.is_empty() && source.flow.0 > 0 {
            Some(true)
        } else {
            None
        };
        let because = self.why(
            index,
            plan_m,
            way.as_ref(),
            (lengths, lift),
            (sure, may),
            (best.map(|b| (b.0, b.1, b.2)), direct),
        );
        let seen = SourceAtSite {
            id: source.id.clone(),
            kind: source.kind.to_owned(),
            plan_m,
            hose_m: way.as_ref().map(|way| way.m),
            lift_m: lift,
            flow: Bounds { low: Some(lps_from(source.flow.0)), high: Some(lps_from(source.flow.1)) },
            counts_in_plan,
            feeds_connection: rules
                .connection_plan_m
                .map(|(least, most)| source.is_hydrant && source.flow.1 > 0 && (least..=most).contains(&plan_m)),
            counts_by_hose,
            because,
            stairs_m: way.as_ref().map_or(0.0, |way| way.stairs_m),
            way: way.map(|way| way.line),
            lengths,
            loss_mpa: lengths.map(|lengths| self.hose.loss_mpa(lengths)),
            pumps: best.map(|(_, pumps, ..)| pumps),
            appliance: best.map(|(.., code)| code.to_owned()).filter(|code| !code.is_empty()),
            line_lps: best.map(|(_, _, flow, _)| flow),
            shared: source.main.map(|main| format!("main {}", self.layers.mains[main].id)),
        };
        (candidate, seen)
    }

    /// The jet that a hydrant's own pressure feeds without a pump, L/s, least and greatest; `None` where hose is not enough,
    /// or where there is no pressure to speak of. A pressure that nobody told may be any the hydrant's flow allows.
    ///
    /// Hose is brought by the crew on foot, so it is no longer than what is on hand where nobody says.
    fn direct(&self, source: &Source, lengths: u32, (lift_low, lift_high): (f64, f64)) -> Option<Jet> {
        if !self.is_fed_on_foot(source, lengths) {
            return None;
        }
        let jet = |mpa: f64, lift_m: f64| self.hose.direct_flow(mpa, lengths, lift_m);
        let low = source.pressure_mpa.0.and_then(|mpa| jet(mpa, lift_high));
        let high = match source.pressure_mpa.1 {
            Some(mpa) => jet(mpa, lift_low),
            None => Some(source.flow.1 as f64 / 10.0),
        };
        (low.is_some() || high.is_some()).then_some((low, high))
    }

    /// The jet of at least a nozzle that a hydrant feeds without a pump at so much pressure, L/s.
    pub(super) fn jet(&self, source: &Source, lengths: u32, mpa: f64, lift_m: f64) -> Option<f64> {
        let jet = self.hose.direct_flow(mpa, lengths, lift_m).filter(|lps| *lps >= self.hose.nozzle_lps);
        jet.filter(|_| self.is_fed_on_foot(source, lengths))
    }

    /// Whether a crew on foot has hose enough to lay a line from a hydrant that may give water.
    fn is_fed_on_foot(&self, source: &Source, lengths: u32) -> bool {
        let hose_m = f64::from(lengths) * self.hose.length_m;
        source.is_hydrant && source.flow.1 > 0 && hose_m <= self.parameters().hose_max_m
    }

    /// Why a source counts by hose or not, in one line.
    fn why(
        &self,
        index: usize,
        plan_m: f64,
        way: Option<&Way>,
        (lengths, lift): (Option<u32>, Option<f64>),
        (sure, may): (u64, u64),
        (best, direct): (Option<(bool, u32, f64)>, Option<Jet>),
    ) -> String {
        let source = &self.supply.sources[index];
        let mut parts = vec![format!("{plan_m:.0} m in plan")];
        match (way, lengths) {
            (Some(way), Some(lengths)) => {
                let stairs =
                    if way.stairs_m > 0.0 { format!(", {:.0} m of it on stairs", way.stairs_m) } else { String::new() };
                let rise = lift.map_or("rise not known".to_owned(), |lift| format!("rise {lift:.0} m"));
                parts.push(format!("{:.0} m of hose way{stairs}, {lengths} lengths, {rise}", way.m));
                if way.is_walled_in {
                    parts.push("another building stands between the site and every way".to_owned());
                }
                match best {
                    Some((is_sure, pumps, flow)) => {
                        let relay = if pumps > 1 { format!("in relay of {pumps} pumps ") } else { String::new() };
                        let doubt = if is_sure { "" } else { ", if an appliance gets there" };
                        parts.push(format!("{relay}up to {flow:.0} L/s{doubt}"));
                    }
                    None if may | sure == 0 => parts.push("no appliance with a pump gets to it".to_owned()),
                    None => parts.push("hose or pressure of the appliances that get there is not enough".to_owned()),
                }
                match direct.filter(|_| best.is_none_or(|(is_sure, ..)| !is_sure)) {
                    Some((Some(low), _)) if low >= self.hose.nozzle_lps => {
                        parts.push(format!("its own pressure feeds {low:.1} L/s without a pump"));
                    }
                    Some((_, Some(high))) if high < self.hose.nozzle_lps => parts.push(format!(
                        "its own pressure gives {high:.1} L/s, less than a nozzle's {}",
                        self.hose.nozzle_lps
                    )),
                    Some(_) => parts.push("whether its own pressure feeds a nozzle is not known".to_owned()),
                    None => {}
                }
            }
            _ if !self.knows_ways() => parts.push("where hose can be laid is not known".to_owned()),
            _ => parts.push("no way for a hose within what appliances carry".to_owned()),
        }
        if source.flow.1 == 0 {
            parts.push(match source.can_draw {
                Some(false) => "water too deep or over the deck".to_owned(),
                _ => "gives no water".to_owned(),
            });
        }
        if !source.unknown.is_empty() {
            parts.push(format!("{} not known", source.unknown.join(", ")));
        }
        parts.join("; ")
    }
}
