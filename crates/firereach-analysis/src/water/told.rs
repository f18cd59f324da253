//! What is said of a site: its gap, what binds, what fails most, and what to find out first.

use firereach_model::bounds::Bounds;
use firereach_model::feature::Site;
use firereach_model::findings::water::{ModelNeed, SiteWater, SourceAtSite, WaterClass};
use firereach_model::units::Quantity;

use super::amounts::{bounds_lps, bounds_m3, count, decilitres};
use super::gap::{Evaluation, Failure, SiteCase, evaluate};
use super::need::{Need, OpenAir, show};
use super::supply::Supply;
use super::{Ground, lane};
use crate::network::EdgeId;

impl Ground<'_> {
    /// Everything that one site is told, without its order, its rulings and its remedies.
    pub(super) fn describe(
        &self,
        site: &Site,
        (need, needs): (&Need, Vec<Need>),
        sources: Vec<SourceAtSite>,
        case: &SiteCase,
        found: &Evaluation,
        used: &[usize],
    ) -> SiteWater {
        let parameters = self.parameters();
        let is_hydrant = |source: &&SourceAtSite| source.kind == "hydrant";
        let hydrants_in_plan = sources.iter().filter(is_hydrant).filter(|s| s.counts_in_plan).count();
        let by_hose = sources.iter().filter(|s| s.counts_by_hose == Some(true)).count();
        let may_by_hose = sources.iter().filter(|s| s.counts_by_hose != Some(false)).count();
        let knows_any = self.supply.knows_hydrants || self.supply.knows_sources;
        let worst_failure = found.worst_failure.and_then(|failure| self.failure_words(failure, found));
        let in_vain = sources.iter().filter(|s| s.counts_in_plan && s.counts_by_hose == Some(false)).count();
        let beyond = sources.iter().filter(|s| !s.counts_in_plan && s.counts_by_hose == Some(true)).count();
        let disagreement = match (found.is_enough_in_plan, found.is_enough_by_hose) {
            (Some(true), Some(false)) => Some("enough within the legal radius, not enough by hose".to_owned()),
            (Some(false), Some(true)) => Some("not enough within the legal radius, enough by hose".to_owned()),
            _ if in_vain > 0 => Some(format!("{in_vain} source(s) within the legal radius cannot be used by hose")),
            _ if beyond > 0 => Some(format!("{beyond} source(s) beyond the legal radius can be used by hose")),
            _ => None,
        };
        let flow = show(Some(found.flow_lps.0), found.flow_lps.1, 1, "L/s");
        let asked = show(case.need_lps.0, case.need_lps.1, 0, "L/s");
        let open = open_sources(case);
        let open_air = OpenAir::of(site, parameters);
        let perhaps_none = open_air.as_ref().filter(|open_air| !open_air.is_certain);
        let survey_first = match perhaps_none {
            Some(OpenAir { word, .. }) => Some(format!("it needs nothing if no building stands there ({word})")),
            None => self.survey_first(case, found, &open, used),
        };
        let mut binding = if let Some(OpenAir { word, is_certain: true }) = &open_air {
            format!("nothing is asked for what is no building ({word})")
        } else if !self.supply.knows_hydrants {
            "no layer of hydrants was supplied: what is there is not known".to_owned()
        } else if !self.knows_ways() {
            "no layer of roads was supplied: where hose can be laid is not known".to_owned()
        } else if sources.is_empty() {
            "no source of water within reach of plan or hose".to_owned()
        } else if may_by_hose == 0 {
            sources.first().map_or_else(String::new, |nearest| {
                format!("no source can be used by hose; nearest {} {}: {}", nearest.kind, nearest.id, nearest.because)
            })
        } else if found.gaps[0].0 > 0.0 || !case.is_complete && found.gaps[0].1 > 0.0 {
            format!("sources within reach give {flow} of {asked}")
        } else if found.gaps[2].0 > 0.0 || !case.is_complete && found.gaps[2].1 > 0.0 {
            format!("not enough without {}", worst_failure.as_deref().unwrap_or("one source"))
        } else if found.gaps[1].0 > 0.0 {
            let (held, asked) = (
                show(Some(found.volume_m3.0), found.volume_m3.1, 0, "m3"),
                show(case.need_m3.0, case.need_m3.1, 0, "m3"),
            );
            format!("sources within reach hold {held} of {asked}")
        } else if found.best != found.worst {
            self.in_doubt(found, survey_first.as_deref())
        } else {
            disagreement.clone().unwrap_or_else(|| "nothing".to_owned())
        };
        let is_vouched = self.supply.has_all_hydrants && self.supply.has_all_sources;
        if self.supply.knows_hydrants && !is_vouched && found.best != found.worst {
            binding.push_str(&format!("; {} may be missing from the data", self.supply.unvouched()));
        }
        let mut surveys: Vec<String> = Vec::new();
        if !self.supply.knows_hydrants {
            surveys.push("list the hydrants about the site with position, state and tested flow".to_owned());
        }
        if !self.supply.knows_sources {
            surveys.push("list ponds, tanks and intakes about the site with volume and water level".to_owned());
        }
        if !self.knows_ways() {
            surveys.push("draw the roads and paths about the site, along which hose is laid".to_owned());
        }
        if let Some(OpenAir { word, .. }) = perhaps_none {
            surveys.push(format!("find out whether a building stands there ({word})"));
        }
        surveys.extend(open.iter().map(|position| survey_of(self.supply, used[*position])));
        let in_doubt = |position: &usize| {
            let candidate = &case.candidates[*position];
            candidate.flow.1 > 0 && candidate.lines_low.is_empty() && !candidate.lines_reached.is_empty()
        };
        if found.best != found.worst
            && let Some(position) = (0..case.candidates.len()).find(in_doubt)
        {
            let source = &self.supply.sources[used[position]];
            let mut survey = format!("lanes to {} {}: find out whether an engine gets there", source.kind, source.id);
            let lanes = self.unmeasured_lanes(used[position]);
            if !lanes.is_empty() {
                survey.push_str(&format!(", first the width of {}", lanes.join(" and ")));
            }
            surveys.push(survey);
        }
        if self.supply.knows_hydrants && !is_vouched && found.best != found.worst {
            surveys.push(format!("walk about the site: {} may be missing from the data", self.supply.unvouched()));
        }
        if case.need_lps.0 != case.need_lps.1 {
            surveys.push("measure height, structure and fire grade of the building".to_owned());
        }
        if open_air.is_some_and(|open_air| open_air.is_certain) {
            surveys.clear();
        }
        let flow_spread = spread(std::iter::once(&need.flow).chain(needs.iter().map(|need| &need.flow)));
        let volume_spread = spread(std::iter::once(&need.volume).chain(needs.iter().map(|need| &need.volume)));
        SiteWater {
            flow_required: need.flow,
            volume_required: need.volume,
            need_because: need.because.clone(),
            hydrants_in_plan: count(hydrants_in_plan),
            sources_by_hose: count(by_hose),
            hydrants_for_connection: parameters
                .supply
                .connection_plan_m
                .map(|_| count(sources.iter().filter(|source| source.feeds_connection == Some(true)).count())),
            flow_available: if knows_any { bounds_lps(found.flow_lps) } else { Bounds::unknown() },
            volume_available: if knows_any { bounds_m3(found.volume_m3) } else { Bounds::unknown() },
            gap_flow: found.gaps[0],
            gap_volume: found.gaps[1],
            gap_n1: found.gaps[2],
            gap_time: found.gaps[3],
            class: found.class(),
            class_best: found.best,
            class_worst: found.worst,
            because: format!(
                "needs {asked}, gets {}; {binding}",
                if knows_any { flow } else { "an unknown supply".to_owned() }
            ),
            needs: parameters
                .need
                .compare
                .iter()
                .zip(needs)
                .map(|(model, need)| ModelNeed { model: *model, flow: need.flow, volume: need.volume })
                .collect(),
            flow_spread,
            volume_spread,
            flow_in_plan: bounds_lps(found.in_plan_lps),
            is_enough_in_plan: found.is_enough_in_plan,
            is_enough_by_hose: found.is_enough_by_hose,
            disagreement,
            worst_failure,
            time_to_water_s: found.water_s,
            binding,
            survey_first,
            surveys,
            sources,
            ..SiteWater::default()
        }
    }
}

impl Ground<'_> {
    /// A failure with what it leaves, in one line.
    fn failure_words(&self, failure: Failure, found: &Evaluation) -> Option<String> {
        let what = match failure {
            Failure::Lane(lane) => {
                let lane = EdgeId(lane);
                let (name, at) = lane::lane_name(self.network, self.layers, lane);
                format!("the only lane {name} at {:.0} {:.0}", at.x, at.y)
            }
            _ => self.supply.name(failure)?,
        };
        let left = show(Some(found.left_lps.0), found.left_lps.1, 1, "L/s");
        let had = show(Some(found.flow_lps.0), found.flow_lps.1, 1, "L/s");
        Some(format!("{what}: leaves {left} of {had}"))
    }
}

/// Sources of a site whose tests say most about it that are named.
const SURVEYS_NAMED: usize = 3;

/// The positions of the sources of which most is not known, among those that hose may come from.
fn open_sources(case: &SiteCase) -> Vec<usize> {
    let doubt = |position: &usize| case.candidates[*position].flow.1 - case.candidates[*position].flow.0;
    let mut open: Vec<usize> = (0..case.candidates.len())
        .filter(|position| doubt(position) > 0 && !case.candidates[*position].lines_high.is_empty())
        .collect();
    open.sort_by_key(|position| std::cmp::Reverse(doubt(position)));
    open.truncate(SURVEYS_NAMED);
    open
}

impl Ground<'_> {
    /// What is certain at a site whose class hangs on what nobody measured, and how few good tests would clear it.
    fn in_doubt(&self, found: &Evaluation, survey_first: Option<&str>) -> String {
        let [flow, volume, after_failure, _] = found.gaps.map(|gap| gap.1);
        let mut parts: Vec<String> = Vec::new();
        if flow > 0.0 {
            parts.push(format!("only {:.1} L/s are certain", found.flow_lps.0));
        }
        if after_failure > flow {
            let failure = found.worst_failure.and_then(|failure| self.failure_words(failure, found));
            parts.extend(failure.map(|failure| format!("in doubt without {failure}")));
        }
        if volume > 0.0 {
            parts.push(format!("only {:.0} m3 are certain", found.volume_m3.0));
        }
        if parts.is_empty() {
            parts.push("whether the legal radius holds enough is not known".to_owned());
        }
        let mut text = parts.join("; ");
        if let Some(survey) = survey_first {
            text.push_str(&format!("; {survey}"));
        }
        text
    }

    /// The lanes nearest to a source whose width would have to be known for an engine to get there for certain.
    pub(super) fn unmeasured_lanes(&self, source: usize) -> Vec<String> {
        let Some(widening) = &self.fleet.widening else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for edge in widening.to_source(source).into_iter().flatten() {
            let (name, _) = lane::lane_name(self.network, self.layers, *edge);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(SURVEYS_NAMED);
        names
    }

    /// The least that has to turn out well for the site to be green: a certain way for an engine, tests of the first of
    /// its open sources, or both; none where that is not enough, or where it is green already.
    ///
    /// What turns out well never makes anything worse, so the number of tests is found by halving.
    fn survey_first(&self, case: &SiteCase, found: &Evaluation, open: &[usize], used: &[usize]) -> Option<String> {
        if !self.supply.knows_hydrants || found.best != WaterClass::Green || found.worst == WaterClass::Green {
            return None;
        }
        let ranking = &self.parameters().ranking;
        let (counted_low, _) = self.parameters().counted_lps;
        let is_green = |case: &SiteCase, tests: usize| {
            let mut tested = case.clone();
            for position in &open[..tests] {
                tested.candidates[*position].prove_good(decilitres(counted_low));
            }
            evaluate(&tested, ranking).worst == WaterClass::Green
        };
        let least = |case: &SiteCase| {
            let (mut low, mut high) = (0, open.len());
            is_green(case, high).then(|| {
                while low < high {
                    let middle = low.midpoint(high);
                    if is_green(case, middle) { high = middle } else { low = middle + 1 }
                }
                high
            })
        };
        let named = |tests: usize| {
            let names: Vec<&str> = open[..tests].iter().map(|at| self.supply.sources[used[*at]].id.as_str()).collect();
            names.join(" and ")
        };
        if let Some(tests) = least(case) {
            return Some(format!("good tests of {} would clear it", named(tests)));
        }
        match least(&case.if_reached())? {
            0 => Some("it is clear if an engine gets to its sources, of which nothing is certain".to_owned()),
            tests => Some(format!(
                "good tests of {} would clear it if an engine gets there, of which nothing is certain",
                named(tests)
            )),
        }
    }
}

/// From the least to the greatest end that any of some intervals has.
fn spread<'b, Q: Quantity + 'b>(all: impl Iterator<Item = &'b Bounds<Q>> + Clone) -> Bounds<Q> {
    Bounds { low: all.clone().filter_map(|bounds| bounds.low).min(), high: all.filter_map(|bounds| bounds.high).max() }
}

/// What to do about one source that nobody measured.
pub(super) fn survey_of(supply: &Supply, source: usize) -> String {
    let source = &supply.sources[source];
    let what = match source.unknown.as_slice() {
        [] => "its main".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    format!("{} {}: find out {what}", source.kind, source.id)
}
