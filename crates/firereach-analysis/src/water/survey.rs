//! Which survey would settle most: tests of single sources, and walks where the list of sources may lack some.

use std::collections::BTreeMap;

use firereach_model::findings::water::Survey;
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::amounts::{count, decilitres};
use super::gap::{Candidate, SiteCase, evaluate};
use super::supply::Supply;
use super::told::survey_of;
use super::{Assessed, Ground};
use crate::ranking::Contender;

/// Something that can be found out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// What a source gives, by its number.
    Source(usize),
    /// Whether appliances get to a source, where no lane is named.
    Ways(usize),
    /// Whether appliances get along lanes whose width is not known.
    Lanes(Vec<String>),
}

impl Ground<'_> {
    /// What can be found out about one site, and how much of what is unknown of its gaps each of that settles by itself, with the
    /// source that it is about.
    ///
    /// The site is assessed again with the best and with the worst that may be found; what is settled is by how much its gaps
    /// in flow, volume and after a failure are narrower then, in the mean of both results and of the three.
    pub(super) fn doubts(&self, case: &SiteCase, contender: &Contender, used: &[usize]) -> Vec<(Doubt, usize, f64)> {
        let ranking = &self.parameters().ranking;
        let width = contender.width();
        if !self.supply.knows_hydrants || width <= 0.0 {
            return Vec::new();
        }
        let settles = |position: usize, good: &dyn Fn(&mut Candidate), bad: &dyn Fn(&mut Candidate)| {
            let left = |change: &dyn Fn(&mut Candidate)| {
                let mut told = case.clone();
                change(&mut told.candidates[position]);
                Contender { gaps: evaluate(&told, ranking).gaps, ..*contender }.width()
            };
            (width - left(good).midpoint(left(bad))).max(0.0)
        };
        let (counted_low, _) = self.parameters().counted_lps;
        let mut doubts = Vec::new();
        for (position, candidate) in case.candidates.iter().enumerate() {
            let is_open = candidate.flow.0 < candidate.flow.1 || candidate.volume.0 < candidate.volume.1;
            if is_open && !candidate.lines_high.is_empty() {
                let bad = |candidate: &mut Candidate| {
                    (candidate.flow.1, candidate.volume.1) = (candidate.flow.0, candidate.volume.0);
                    candidate.flow_in_plan.1 = candidate.flow_in_plan.0;
                };
                let settled = settles(position, &|candidate| candidate.prove_good(decilitres(counted_low)), &bad);
                doubts.push((Doubt::Source(used[position]), used[position], settled));
            }
            let is_reached = candidate.lines_if_reached().count() > candidate.lines_low.len();
            if is_reached && candidate.flow.1 > 0 {
                let lanes = self.unmeasured_lanes(used[position]);
                let doubt = if lanes.is_empty() { Doubt::Ways(used[position]) } else { Doubt::Lanes(lanes) };
                let good = |candidate: &mut Candidate| candidate.reach();
                let bad = |candidate: &mut Candidate| candidate.lines_high.clone_from(&candidate.lines_low);
                doubts.push((doubt, used[position], settles(position, &good, &bad)));
            }
        }
        doubts.retain(|(.., settled)| *settled > 0.0);
        doubts
    }
}

/// Surveys of single sources, of lanes, and walks about sites, the most telling first; ties in the order of the sources.
///
/// What a survey settles is what it settles of each site by itself, summed over sites. Where the study does not vouch for
/// its list of sources, [`walks`] are added.
pub(super) fn surveys(
    layers: &Layers,
    supply: &Supply,
    parameters: &WaterParameters,
    assessed: &[Assessed],
) -> Vec<Survey> {
    let mut settles: BTreeMap<&Doubt, (usize, u32, f64)> = BTreeMap::new();
    for (doubt, source, settled) in assessed.iter().flat_map(|site| &site.doubts) {
        let (first, sites, all) = settles.entry(doubt).or_insert((*source, 0, 0.0));
        (*first, *sites, *all) = ((*first).min(*source), *sites + 1, *all + settled);
    }
    let mut surveys: Vec<(usize, Survey)> = settles
        .into_iter()
        .map(|(doubt, (index, sites, settles))| {
            let source = &supply.sources[index];
            let what = match doubt {
                Doubt::Source(source) => survey_of(supply, *source),
                Doubt::Ways(_) => {
                    format!("lanes to {} {}: find out whether an engine gets there", source.kind, source.id)
                }
                Doubt::Lanes(lanes) => format!("measure the width of {}", lanes.join(" and ")),
            };
            (index, Survey { what, id: source.id.clone(), at: Some(source.at.0), sites, settles })
        })
        .collect();
    if !supply.knows_hydrants && !layers.sites.is_empty() {
        let survey = Survey {
            what: "list all hydrants with position, state and tested flow".to_owned(),
            id: "hydrants".to_owned(),
            at: None,
            sites: count(layers.sites.len()),
            settles: assessed.iter().map(|site| site.contender.width()).sum(),
        };
        surveys.push((usize::MAX, survey));
    }
    surveys.extend(walks(layers, supply, parameters, assessed).into_iter().map(|walk| (usize::MAX, walk)));
    surveys.sort_by(|a, b| b.1.settles.total_cmp(&a.1.settles).then(a.0.cmp(&b.0)));
    surveys.into_iter().map(|(_, survey)| survey).collect()
}

/// The part of flow, volume and flow after a failure that is certainly missing, in the mean.
fn certain(gaps: &[(f64, f64); 4]) -> f64 {
    gaps[..3].iter().map(|gap| gap.0).sum::<f64>() / 3.0
}

/// Walks about sites in the order in which they are best taken, each with what it adds to those before it.
///
/// A walk about a site looks for sources that the data lacks as far as the legal screen counts them, and so for every
/// other site there too. What it settles of a site is the part of its gap in flow that is certain only once nothing is
/// missing from the data. The walk that settles most comes first; ties fall to the first site.
fn walks(layers: &Layers, supply: &Supply, parameters: &WaterParameters, assessed: &[Assessed]) -> Vec<Survey> {
    if !supply.knows_hydrants || supply.has_all_hydrants && supply.has_all_sources {
        return Vec::new();
    }
    let reach_m = parameters.supply.counted_plan_m.1;
    // What would certainly be missing if nothing were missing from the data, less what is anyway.
    let settled = |Assessed { case, contender, .. }: &Assessed| {
        let complete = SiteCase { is_complete: true, ..case.clone() };
        certain(&evaluate(&complete, &parameters.ranking).gaps) - certain(&contender.gaps)
    };
    let mut open: Vec<f64> = assessed.par_iter().map(settled).collect();
    let place = |index: usize| [layers.sites[index].point.x(), layers.sites[index].point.y()];
    let tree = RTree::bulk_load((0..open.len()).map(|index| GeomWithData::new(place(index), index)).collect());
    let about: Vec<Vec<usize>> = (0..open.len())
        .map(|index| {
            let near = tree.locate_within_distance(place(index), reach_m * reach_m);
            let mut near: Vec<usize> = near.map(|site| site.data).filter(|site| open[*site] > 0.0).collect();
            near.sort_unstable();
            near
        })
        .collect();
    let mut walks = Vec::new();
    loop {
        let settles = |index: usize| about[index].iter().map(|site| open[*site]).sum::<f64>();
        let best = (0..open.len())
            .map(|index| (settles(index), index))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .filter(|(settles, _)| *settles > 0.0);
        let Some((settles, index)) = best else { return walks };
        let site = &layers.sites[index];
        walks.push(Survey {
            what: format!("walk about {}: list {} within {reach_m:.0} m", site.id, supply.unvouched()),
            id: site.id.clone(),
            at: Some(site.point.0),
            sites: count(about[index].iter().filter(|site| open[**site] > 0.0).count()),
            settles,
        });
        for site in &about[index] {
            open[*site] = 0.0;
        }
    }
}

#[cfg(test)]
mod tests;
