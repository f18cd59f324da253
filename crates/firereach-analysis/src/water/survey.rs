//! Which survey would settle most: tests of single sources, and walks where the list of sources may lack some.

use firereach_model::findings::water::Survey;
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::Assessed;
use super::amounts::count;
use super::gap::{SiteCase, evaluate};
use super::supply::Supply;
use super::told::survey_of;

/// Surveys of single sources and walks about sites, the most telling first; ties in the order of the sources.
///
/// The width of each site's gap in flow is shared among the sources whose flow is in doubt there, by how much. Where the
/// study does not vouch for its list of sources, [`walks`] are added.
pub(super) fn surveys(
    layers: &Layers,
    supply: &Supply,
    parameters: &WaterParameters,
    assessed: &[Assessed],
) -> Vec<Survey> {
    let closed: Vec<f64> = assessed
        .iter()
        .map(
            |Assessed { water, case, .. }| {
                if case.is_complete { water.gap_flow.0 } else { certain_if_complete(case, parameters) }
            },
        )
        .collect();
    let mut settles = vec![(0_u32, 0.0_f64); supply.sources.len()];
    for (Assessed { water, case, sources, .. }, closed) in assessed.iter().zip(&closed) {
        let width = water.gap_flow.1 - closed;
        let doubt = |position: usize| {
            let candidate = &case.candidates[position];
            if candidate.lines_high.is_empty() { 0 } else { candidate.flow.1 - candidate.flow.0 }
        };
        let all: u64 = (0..sources.len()).map(doubt).sum();
        if all == 0 || width <= 0.0 {
            continue;
        }
        for (position, source) in sources.iter().enumerate().filter(|(position, _)| doubt(*position) > 0) {
            settles[*source].0 += 1;
            settles[*source].1 += width * doubt(position) as f64 / all as f64;
        }
    }
    let mut surveys: Vec<(usize, Survey)> = settles
        .into_iter()
        .enumerate()
        .filter(|(_, (sites, _))| *sites > 0)
        .map(|(index, (sites, settles))| {
            let source = &supply.sources[index];
            let survey =
                Survey { what: survey_of(supply, index), id: source.id.clone(), at: Some(source.at.0), sites, settles };
            (index, survey)
        })
        .collect();
    if !supply.knows_hydrants && !layers.sites.is_empty() {
        let survey = Survey {
            what: "list all hydrants with position, state and tested flow".to_owned(),
            id: "hydrants".to_owned(),
            at: None,
            sites: count(layers.sites.len()),
            settles: assessed.iter().map(|site| site.water.gap_flow.1 - site.water.gap_flow.0).sum(),
        };
        surveys.push((usize::MAX, survey));
    }
    surveys.extend(walks(layers, supply, parameters, (assessed, &closed)).into_iter().map(|walk| (usize::MAX, walk)));
    surveys.sort_by(|a, b| b.1.settles.total_cmp(&a.1.settles).then(a.0.cmp(&b.0)));
    surveys.into_iter().map(|(_, survey)| survey).collect()
}

/// The part of the flow that would certainly be missing if nothing were missing from the data.
fn certain_if_complete(case: &SiteCase, parameters: &WaterParameters) -> f64 {
    evaluate(&SiteCase { is_complete: true, ..case.clone() }, &parameters.ranking).gaps[0].0
}

/// Walks about sites in the order in which they are best taken, each with what it adds to those before it.
///
/// A walk about a site looks for sources that the data lacks as far as the legal screen counts them, and so for every
/// other site there too. What it settles of a site is the part of its gap in flow that is certain only once nothing is
/// missing from the data. The walk that settles most comes first; ties fall to the first site.
fn walks(
    layers: &Layers,
    supply: &Supply,
    parameters: &WaterParameters,
    (assessed, closed): (&[Assessed], &[f64]),
) -> Vec<Survey> {
    if supply.has_all_hydrants && supply.has_all_sources {
        return Vec::new();
    }
    let reach_m = parameters.supply.counted_plan_m.1;
    let mut open: Vec<f64> = assessed.iter().zip(closed).map(|(site, closed)| closed - site.water.gap_flow.0).collect();
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
