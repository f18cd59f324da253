//! What would mend a site: each remedy is tried by assessing the site again with it.

use firereach_model::feature::{MainLayout, Site, WaterSourceKind, ZoneKind};
use firereach_model::findings::water::{Remedy, SiteWater, WaterClass};
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use geo::{Closest, ClosestPoint, Distance, Euclidean, Intersects};
use geo_types::{Coord, Geometry, Point};

use super::fleet::Pool;
use super::gap::{Candidate, Evaluation, Failure, SiteCase, evaluate};
use super::hose::Hose;
use super::supply::{decilitres, whole};

/// A remedy before its effect is known.
struct Trial {
    kind: &'static str,
    quantity: f64,
    unit: &'static str,
    at: Option<Coord<f64>>,
    place: String,
    case: SiteCase,
}

/// Tries the remedies that the data offers a place for, and writes them to the site with the cheapest that clears it.
///
/// Not to be called where nobody lists hydrants: there a survey comes first. Costs and heritage impact are the study's
/// own; without them the remedy that clears with the smallest quantity is named first. New hydrants stand on a main of the
/// data, ponds on open ground or beside the site; distances to walls and kerbs are not looked at, and both are taken to be
/// within reach of one appliance.
pub(super) fn try_remedies(
    layers: &Layers,
    study: &Study,
    site: &Site,
    case: &SiteCase,
    found: &Evaluation,
    hose: &Hose,
    water: &mut SiteWater,
) {
    if found.worst == WaterClass::Green {
        return;
    }
    let parameters = &study.rulebook.parameters.water;
    let mut trials = Vec::new();
    trials.extend(hydrants(layers, study, site, case));
    trials.extend(loops(layers, case));
    trials.extend(stores(layers, study, site, case));
    trials.extend(carried(study, case, hose, water));
    let mut remedies: Vec<Remedy> = Vec::new();
    for trial in trials {
        let after = evaluate(&trial.case, &parameters.ranking);
        let class = after.class();
        let is_better = (0..3)
            .any(|gap| after.gaps[gap].1 < found.gaps[gap].1 - 1e-9 || after.gaps[gap].0 < found.gaps[gap].0 - 1e-9);
        if !is_better {
            continue;
        }
        let price = study.remedies.get(trial.kind);
        let pieces =
            if trial.unit == "m3" { trial.quantity / parameters.remedies.pond_step_m3 } else { trial.quantity };
        let place = trial.at.map(|at| Geometry::Point(Point(at)));
        remedies.push(Remedy {
            kind: trial.kind.to_owned(),
            quantity: trial.quantity,
            unit: trial.unit.to_owned(),
            at: trial.at,
            in_protection_zone: place.is_some_and(|place| is_protected(layers, &place)),
            clears: class == WaterClass::Green || (class == WaterClass::Yellow && found.worst > WaterClass::Yellow),
            class,
            gap_flow: after.gaps[0],
            gap_volume: after.gaps[1],
            gap_n1: after.gaps[2],
            cost: price.map(|price| price.cost * pieces),
            heritage_impact: price.map(|price| price.heritage_impact),
            is_efficient: true,
            because: format!(
                "{} {} {} {}: missing flow {:.0} % at most, {:.0} % after the worst failure, volume {:.0} %",
                trial.quantity,
                trial.unit,
                trial.kind.replace('_', " "),
                trial.place,
                after.gaps[0].1 * 100.0,
                after.gaps[2].1 * 100.0,
                after.gaps[1].1 * 100.0,
            ),
            place: trial.place,
        });
    }
    mark_efficient(&mut remedies);
    let cost = |remedy: &Remedy| remedy.cost.unwrap_or(f64::INFINITY);
    remedies.sort_by(|a, b| {
        b.is_efficient
            .cmp(&a.is_efficient)
            .then(b.clears.cmp(&a.clears))
            .then(cost(a).total_cmp(&cost(b)))
            .then(a.quantity.total_cmp(&b.quantity))
            .then(a.kind.cmp(&b.kind))
    });
    water.cheapest_remedy = remedies
        .iter()
        .filter(|remedy| remedy.clears)
        .min_by(|a, b| cost(a).total_cmp(&cost(b)).then(a.quantity.total_cmp(&b.quantity)))
        .map(|remedy| remedy.because.clone());
    water.remedies = remedies;
}

/// Marks what another remedy beats: at least as cheap, as gentle and as good, and better in one.
fn mark_efficient(remedies: &mut [Remedy]) {
    let figures: Vec<[f64; 5]> = remedies
        .iter()
        .map(|r| [r.cost.unwrap_or(0.0), r.heritage_impact.unwrap_or(0.0), r.gap_flow.1, r.gap_volume.1, r.gap_n1.1])
        .collect();
    for (index, remedy) in remedies.iter_mut().enumerate() {
        remedy.is_efficient = !figures.iter().enumerate().any(|(other, by)| {
            other != index
                && by.iter().zip(figures[index]).all(|(b, own)| *b <= own)
                && by.iter().zip(figures[index]).any(|(b, own)| *b < own)
        });
    }
}

fn is_protected(layers: &Layers, place: &Geometry<f64>) -> bool {
    layers
        .zones
        .iter()
        .filter(|zone| matches!(zone.kind, ZoneKind::Core | ZoneKind::Protection | ZoneKind::Control))
        .any(|zone| zone.area.intersects(place))
}

/// A source that stands where every kind of pump of the case draws from it.
fn source_for(case: &SiteCase, number: u32, lps: f64, m3: f64) -> Candidate {
    let amount = decilitres(lps);
    let lines: Vec<(usize, u64)> = (0..case.pumps_low.len()).map(|pool| (pool, amount)).collect();
    Candidate {
        flow: (amount, amount),
        volume: (whole(m3 * 1000.0), whole(m3 * 1000.0)),
        flow_in_plan: (amount, amount),
        lines_low: lines.clone(),
        lines_high: lines,
        failures: vec![Failure::New(number)],
        ..Candidate::default()
    }
}

/// One to a few hydrants on the nearest main that takes them.
fn hydrants(layers: &Layers, study: &Study, site: &Site, case: &SiteCase) -> Vec<Trial> {
    let parameters = &study.rulebook.parameters.water;
    let rules = &parameters.remedies;
    let main = layers
        .mains
        .iter()
        .filter(|main| main.diameter_mm.is_none_or(|mm| mm >= rules.main_mm))
        .map(|main| (Euclidean.distance(&site.shape, &Geometry::LineString(main.line.clone())), main))
        .filter(|(distance, _)| *distance <= parameters.supply.counted_plan_m.1)
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
    let Some((_, main)) = main else { return Vec::new() };
    let at = match main.line.closest_point(&site.point) {
        Closest::Intersection(at) | Closest::SinglePoint(at) => Some(at.0),
        Closest::Indeterminate => None,
    };
    let counts_volume = !parameters.supply.volume_needs_ring || main.layout == MainLayout::Ring;
    let m3 = if counts_volume { rules.hydrant_lps * case.duration_s as f64 / 1000.0 } else { 0.0 };
    (1..=rules.hydrants)
        .map(|count| {
            let mut with = case.clone();
            for number in 0..count {
                let mut hydrant = source_for(case, number, rules.hydrant_lps, m3);
                if main.layout == MainLayout::Branch {
                    hydrant.branch = (Some(usize::MAX - 1), Some(usize::MAX - 1));
                }
                with.candidates.push(hydrant);
            }
            Trial {
                kind: "hydrant",
                quantity: f64::from(count),
                unit: "piece",
                at,
                place: format!("on main {} ({})", main.id, main.layout),
                case: with,
            }
        })
        .collect()
}

/// Closing every branch about the site to a loop.
fn loops(layers: &Layers, case: &SiteCase) -> Vec<Trial> {
    let is_on_branch = case.candidates.iter().any(|candidate| candidate.branch.0.is_some_and(|b| b != usize::MAX));
    if layers.mains.is_empty() || !is_on_branch {
        return Vec::new();
    }
    let mut with = case.clone();
    for candidate in with.candidates.iter_mut().filter(|c| c.branch.0.is_some_and(|b| b != usize::MAX)) {
        candidate.branch = (None, None);
        let litres = |dl: u64| dl * case.duration_s / 10;
        candidate.volume = (litres(candidate.flow.0), litres(candidate.flow.1));
    }
    vec![Trial {
        kind: "loop",
        quantity: 1.0,
        unit: "piece",
        at: None,
        place: "of the branches that feed the hydrants about it".to_owned(),
        case: with,
    }]
}

/// A pond sized to what is missing, and groups of jars.
fn stores(layers: &Layers, study: &Study, site: &Site, case: &SiteCase) -> Vec<Trial> {
    let parameters = &study.rulebook.parameters.water;
    let rules = &parameters.remedies;
    let mut trials = Vec::new();
    if let Some(need_m3) = case.need_m3.1 {
        let m3 = (need_m3.max(rules.pond_m3) / rules.pond_step_m3).ceil() * rules.pond_step_m3;
        let open = layers
            .zones
            .iter()
            .filter(|zone| matches!(zone.kind, ZoneKind::Open | ZoneKind::Park))
            .map(|zone| (Euclidean.distance(&site.shape, &Geometry::MultiPolygon(zone.area.clone())), zone))
            .filter(|(distance, _)| *distance <= parameters.supply.counted_plan_m.1)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
        let (at, place) = match open {
            Some((_, zone)) => {
                let at = match zone.area.closest_point(&site.point) {
                    Closest::Intersection(at) | Closest::SinglePoint(at) => Some(at.0),
                    Closest::Indeterminate => None,
                };
                (at, format!("on open ground {}", zone.id))
            }
            None => (None, "at a place to be found: the data holds no open ground near it".to_owned()),
        };
        let lps = m3 * 1000.0 / case.duration_s.max(1) as f64;
        let mut with = case.clone();
        with.candidates.push(source_for(case, 0, lps, m3));
        trials.push(Trial { kind: WaterSourceKind::Pond.code(), quantity: m3, unit: "m3", at, place, case: with });
    }
    let m3 = rules.jars_m3 * f64::from(rules.jar_groups);
    let mut with = case.clone();
    with.candidates.push(source_for(case, 0, m3 * 1000.0 / case.duration_s.max(1) as f64, m3));
    trials.push(Trial {
        kind: "jars",
        quantity: f64::from(rules.jar_groups),
        unit: "piece",
        at: Some(site.point.0),
        place: "in the yards of the site".to_owned(),
        case: with,
    });
    trials
}

/// A hand pump, a motorcycle, and a lane widened for an engine: each kind of appliance is put at every source a hose way
/// leads to, as far as its hose and pressure go.
fn carried(study: &Study, case: &SiteCase, hose: &Hose, water: &SiteWater) -> Vec<Trial> {
    let parameters = &study.rulebook.parameters.water;
    let rules = &parameters.remedies;
    [
        ("hand_pump", &rules.hand_pump, "at the site"),
        ("motorcycle", &rules.motorcycle, "at the nearest station"),
        ("widen_lane", &rules.widened_for, "to every source about the site"),
    ]
    .into_iter()
    .filter_map(|(kind, code, place)| {
        let vehicle = study.vehicles.iter().find(|vehicle| vehicle.code == *code)?;
        let pool = Pool::of(vehicle, 1)?;
        let mut with = case.clone();
        let number = with.pumps_low.len();
        with.pumps_low.push(pool.moves());
        with.pumps_high.push(pool.moves());
        for (candidate, source) in with.candidates.iter_mut().zip(&water.sources) {
            let lift = source.lift_m.unwrap_or(parameters.supply.unknown_lift_m.1);
            let line = source.lengths.and_then(|lengths| pool.line(hose, lengths, lift, parameters));
            if let Some((_, lps)) = line {
                candidate.lines_low.push((number, decilitres(lps)));
                candidate.lines_high.push((number, decilitres(lps)));
            }
        }
        Some(Trial { kind, quantity: 1.0, unit: "piece", at: None, place: format!("{place} ({code})"), case: with })
    })
    .collect()
}
