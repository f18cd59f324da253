//! What is to be done, by whom and by when: the remedies, clearings and markings of a scenario with the study's duties.

use std::collections::BTreeMap;

use firereach_model::feature::Site;
use firereach_model::findings::Findings;
use firereach_model::findings::water::{Remedy, SiteWater, WaterClass};
use firereach_model::layers::Layers;
use firereach_model::study::{Responsibility, responsible_for};

use crate::words::Language;

/// One measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure<'a> {
    /// The kind, a key of the study's table of remedies: `hydrant`, `remove_obstacle`, `marking`, …
    pub kind: &'a str,
    /// The site it serves; `None` for a measure on a road that serves several.
    pub site: Option<&'a Site>,
    /// Where.
    pub place: String,
    /// How many, or how much.
    pub quantity: f64,
    /// The quantity's unit: `piece`, `m3`, `m`.
    pub unit: &'a str,
    /// By the study's costs; `None` where it states none.
    pub cost: Option<f64>,
    /// Heritage impact by the study, 0 to 1.
    pub heritage_impact: Option<f64>,
    /// The site's water class afterwards, for a measure on water.
    pub class_after: Option<WaterClass>,
    /// Who leads and who helps, by when; `None` where the study names nobody.
    pub duty: Option<&'a Responsibility>,
    /// Why, in one line.
    pub because: String,
}

/// The remedy that a site's row proposes: the one its finding names as the cheapest that clears it, else the first
/// efficient one.
///
/// `None` for a site that is green for certain, or for which nothing was tried.
pub fn proposed_remedy(water: &SiteWater) -> Option<&Remedy> {
    if water.class == WaterClass::Green {
        return None;
    }
    let cheapest = water.cheapest_remedy.as_deref().unwrap_or_default();
    let named = |remedy: &&Remedy| (remedy.clears || remedy.clears_if_reached) && cheapest.ends_with(&remedy.because);
    water.remedies.iter().find(named).or_else(|| water.remedies.iter().find(|remedy| remedy.is_efficient))
}

/// Every measure of a scenario: obstacles to clear first, then the proposed remedy of each site by rank, then markings.
pub fn measures<'a>(
    layers: &'a Layers,
    duties: &'a BTreeMap<String, Responsibility>,
    findings: &'a Findings,
    language: Language,
) -> Vec<Measure<'a>> {
    let duty = |kind: &str| responsible_for(duties, kind);
    let road = |index: usize| {
        layers.roads.get(index).map_or_else(String::new, |road| match &road.name {
            Some(name) => format!("{name} ({})", road.id),
            None => road.id.clone(),
        })
    };
    let mut measures = Vec::new();
    for step in &findings.lanes.first_steps {
        let pinches: Vec<_> = step.pinches.iter().filter_map(|&p| findings.lanes.pinch_points.get(p)).collect();
        let Some(first) = pinches.first() else { continue };
        let freed: Vec<String> = step.frees.sites.iter().map(|(site, vehicle)| format!("{site} ({vehicle})")).collect();
        let kind = if step.is_widening { "widen_lane" } else { "remove_obstacle" };
        measures.push(Measure {
            kind,
            site: None,
            place: format!(
                "{}: {}",
                road(first.road),
                pinches.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(" ")
            ),
            quantity: pinches.iter().map(|pinch| pinch.obstacles.len()).sum::<usize>() as f64,
            unit: "piece",
            cost: None,
            heritage_impact: None,
            class_after: None,
            duty: duty(kind),
            because: match language {
                Language::English => format!("frees {}", freed.join(", ")),
                Language::Chinese => format!("可通达 {}", freed.join("、")),
            },
        });
    }
    let mut sites: Vec<_> = layers.sites.iter().zip(&findings.water.sites).collect();
    sites.sort_by_key(|(_, water)| water.rank.unwrap_or(u32::MAX));
    for (site, water) in sites {
        let Some(remedy) = proposed_remedy(water) else { continue };
        measures.push(Measure {
            kind: &remedy.kind,
            site: Some(site),
            place: remedy.place.clone(),
            quantity: remedy.quantity,
            unit: &remedy.unit,
            cost: remedy.cost,
            heritage_impact: remedy.heritage_impact,
            class_after: Some(remedy.class),
            duty: duty(&remedy.kind),
            because: remedy.because.clone(),
        });
    }
    for marking in &findings.lanes.markings {
        measures.push(Measure {
            kind: "marking",
            site: None,
            place: road(marking.road),
            quantity: marking.line_m,
            unit: "m",
            cost: None,
            heritage_impact: None,
            class_after: None,
            duty: duty("marking"),
            because: match language {
                Language::English => {
                    format!("{} boxes, {} entrances, {} signs", marking.boxes, marking.entrances, marking.signs)
                }
                Language::Chinese => {
                    format!("黄字框{}处,出入口{}处,警示牌{}块", marking.boxes, marking.entrances, marking.signs)
                }
            },
        });
    }
    measures
}
