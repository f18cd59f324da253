//! Measures of lanes held against the rules of the rulebook, and the class a lane has.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Measure, Method};
use firereach_model::feature::{RoadClass, ZoneKind};
use firereach_model::findings::lanes::SiteAccess;
use firereach_model::findings::{LaneFindings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::parameters::LaneParameters;
use firereach_model::rules::Rulebook;
use firereach_model::units::{Metres, Quantity};
use geo::{BoundingRect, Contains};
use geo_types::{Coord, Point, Rect};

use crate::network::{Barrier, Passage};

/// Holds a measure against every rule on it that applies to a thing with these words.
pub(crate) fn rule_on<Q: Quantity>(
    rulebook: &Rulebook,
    (measure, words): (&str, &[&str]),
    bounds: &Bounds<Q>,
    in_core: bool,
    because: &str,
) -> Vec<Ruling> {
    rule_on_known_by(rulebook, (measure, words), (bounds, Method::Computed), in_core, because)
}

/// The same for a measure that would pass by a method: what nobody looked at passes nothing.
pub(crate) fn rule_on_known_by<Q: Quantity>(
    rulebook: &Rulebook,
    (measure, words): (&str, &[&str]),
    (bounds, passes_by): (&Bounds<Q>, Method),
    in_core: bool,
    because: &str,
) -> Vec<Ruling> {
    rulebook
        .on(measure, words)
        .map(|rule| Ruling {
            rule: rule.id.clone(),
            measure: measure.to_owned(),
            low: bounds.low.map(Q::get),
            high: bounds.high.map(Q::get),
            is_reached: true,
            verdict: rule.judge_known_by(&Measure::Known(*bounds), passes_by, in_core),
            because: because.to_owned(),
        })
        .collect()
}

/// The rulings on each site, in the order of the sites: clear width and height of the way to it, and how lanes serve it.
///
/// A site to which no lane leads fails, because what cannot be reached does; where nobody vouches for the roads, a lane that
/// nobody drew may lead there.
pub fn site_rulings(layers: &Layers, rulebook: &Rulebook, findings: &LaneFindings) -> Vec<Vec<Ruling>> {
    let cores = Cores::of(layers);
    let is_certain = layers.is_complete("roads");
    let unreached: Measure<Metres> = if is_certain { Measure::Unreached } else { Measure::Known(Bounds::unknown()) };
    let mut served: BTreeMap<&str, &[Ruling]> = BTreeMap::new();
    for service in &findings.services {
        if let Some(site) = &service.site {
            served.entry(site).or_insert(&service.rulings);
        }
    }
    let of_site = |(site, access): (&firereach_model::feature::Site, &SiteAccess)| {
        let in_core = cores.contain(site.point.0);
        let mut rulings = Vec::new();
        // The firmest of the ways that pass decides by what they do.
        let (by_width, by_height) =
            access.basis.map_or((Method::Unmeasured, Method::Unmeasured), |b| (b.width, b.height));
        for (measure, clearance, by) in
            [("lane_clear_width", &access.width, by_width), ("lane_clear_height", &access.height, by_height)]
        {
            match clearance {
                Some(c) => {
                    let known = (&c.bounds, by);
                    rulings.extend(rule_on_known_by(rulebook, (measure, &[]), known, in_core, &c.because));
                }
                None if access.stop.is_none() => rulings.extend(rulebook.on(measure, &[]).map(|rule| Ruling {
                    rule: rule.id.clone(),
                    measure: measure.to_owned(),
                    low: None,
                    high: None,
                    is_reached: false,
                    verdict: rule.judge(&unreached, in_core),
                    because: access.because.clone(),
                })),
                // The site lies on a main road itself.
                None => {}
            }
        }
        rulings.extend(served.get(site.id.as_str()).copied().unwrap_or_default().iter().cloned());
        rulings
    };
    layers.sites.iter().zip(&findings.sites).map(of_site).collect()
}

/// The protected cores, for the question whether a place lies in one.
#[derive(Debug)]
pub(crate) struct Cores<'a> {
    zones: Vec<(Rect<f64>, &'a geo_types::MultiPolygon<f64>)>,
}

impl<'a> Cores<'a> {
    pub(crate) fn of(layers: &'a Layers) -> Self {
        let cores = layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Core);
        Self { zones: cores.filter_map(|zone| zone.area.bounding_rect().map(|rect| (rect, &zone.area))).collect() }
    }

    pub(crate) fn contain(&self, at: Coord<f64>) -> bool {
        self.zones.iter().any(|(rect, area)| rect.contains(&at) && area.contains(&Point(at)))
    }
}

/// The best class a passage certainly has and the best it may have, as positions in the list of classes.
///
/// What is not known counts as nothing for the first and as enough for the second. Stairs have the class of stairs
/// whatever their width; what is barred has the last class, what may be barred may have it.
///
/// # Source
///
/// RULES 8.3 (project default): width and height together decide; stairs are P1; gated is P0.
pub(crate) fn class_of(passage: &Passage, class: RoadClass, lanes: &LaneParameters) -> (usize, usize) {
    let last = lanes.classes.len().saturating_sub(1);
    if class == RoadClass::Steps {
        let stairs = lanes.classes.iter().position(|c| c.code == lanes.stairs_class).unwrap_or(last);
        return (stairs, stairs);
    }
    let best = |width: f64, height: f64| {
        lanes.classes.iter().position(|c| width >= c.width_m && height >= c.height_m).unwrap_or(last)
    };
    let low = |of: &Bounds<Metres>| of.low.map_or(0.0, Metres::get);
    let high = |of: &Bounds<Metres>| of.high.map_or(f64::INFINITY, Metres::get);
    let (w, h) = (&passage.width.bounds, &passage.height.bounds);
    let certain = match passage.barrier {
        Barrier::None | Barrier::Passable => best(low(w), low(h)),
        Barrier::Unknown | Barrier::Closed => last,
    };
    let possible = if passage.barrier == Barrier::Closed { last } else { best(high(w), high(h)) };
    (certain, possible)
}
