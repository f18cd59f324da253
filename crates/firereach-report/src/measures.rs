//! What is to be done, by whom and by when: the remedies, clearings and markings of a scenario with the study's duties.

use std::borrow::Cow;
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
    pub duty: Option<Cow<'a, Responsibility>>,
    /// Why, in one line.
    pub because: String,
}

/// The remedy that a site's row proposes: the one that its line names.
///
/// `None` for a site that is green for certain, or whose line names none.
pub fn proposed_remedy(water: &SiteWater) -> Option<&Remedy> {
    water.named().filter(|_| water.class != WaterClass::Green)
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

#[cfg(test)]
mod tests {
    use firereach_model::feature::{Body, SiteKind};
    use firereach_model::findings::water::WaterFindings;
    use firereach_model::origin::Origin;
    use geo_types::{Coord, Geometry, Point};

    use super::*;

    fn remedy(kind: &str, is_efficient: bool) -> Remedy {
        Remedy {
            kind: kind.to_owned(),
            quantity: 1.0,
            unit: "piece".to_owned(),
            at: Some(Coord { x: 0.0, y: 0.0 }),
            places: Vec::new(),
            place: format!("where the {kind} stands"),
            in_protection_zone: false,
            zones: Vec::new(),
            rulings: Vec::new(),
            lanes: Vec::new(),
            clears: false,
            clears_if_reached: false,
            condition: None,
            clears_on_condition: false,
            class: WaterClass::Orange,
            gap_flow: (0.0, 0.5),
            gap_volume: (0.0, 0.5),
            gap_n1: (0.0, 0.5),
            gap_time: (0.0, 0.5),
            left_if_reached: (0.5, 0.5, 0.5),
            cost: None,
            heritage_impact: None,
            is_efficient,
            because: format!("1 piece {kind}"),
        }
    }

    /// The measures for a site whose line names the remedy of this number, and those that its sheet lists.
    fn told(named_remedy: Option<usize>) -> (Vec<String>, Vec<String>) {
        let site = Site {
            origin: Origin::of_study("test", "S"),
            id: "S".to_owned(),
            name: None,
            kind: SiteKind::Relic,
            grade: None,
            shape: Geometry::Point(Point::new(0.0, 0.0)),
            body: Body::default(),
            people: None,
            lon_lat: (106.0, 29.0),
            point: Point::new(0.0, 0.0),
            height_m: None,
            level: None,
            building: None,
            details: BTreeMap::new(),
        };
        let layers = Layers { sites: vec![site], ..Layers::default() };
        let remedies = vec![remedy("hydrant", true), remedy("pond", true), remedy("jars", false)];
        let water = SiteWater { class: WaterClass::Red, remedies, named_remedy, ..SiteWater::default() };
        let listed = water.listed_remedies().map(|remedy| remedy.kind.clone()).collect();
        let findings =
            Findings { water: WaterFindings { sites: vec![water], ..WaterFindings::default() }, ..Findings::default() };
        let duties = BTreeMap::new();
        let all = measures(&layers, &duties, &findings, Language::English);
        (all.iter().map(|measure| measure.kind.to_owned()).collect(), listed)
    }

    #[test]
    fn the_measure_of_a_site_is_the_one_that_its_line_names_and_its_sheet_lists_it_first() {
        assert_eq!(told(Some(1)), (vec!["pond".to_owned()], vec!["pond".to_owned(), "hydrant".to_owned()]));
        // What another one beats is listed where it is named.
        let (proposed, listed) = told(Some(2));
        assert_eq!((proposed.as_slice(), listed.join(" ")), (&["jars".to_owned()][..], "jars hydrant pond".to_owned()));
        assert_eq!(told(None), (Vec::new(), vec!["hydrant".to_owned(), "pond".to_owned()]));
    }
}
