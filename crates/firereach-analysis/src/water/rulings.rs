//! What the rule pack says of a measure of water.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Site, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::LaneService;
use firereach_model::findings::water::{SiteWater, SourceAtSite};
use firereach_model::layers::Layers;
use firereach_model::rules::{Rule, Rulebook};
use firereach_model::units::{Count, LitresPerSecond, Metres, Quantity, Share};
use geo::{Centroid, Distance, Euclidean, InterpolateLine};
use geo_types::{LineString, Point};

use super::supply::Supply;

/// The rulings of a site on distances, hose and gaps; `numbers` are those of its sources in the city.
pub(super) fn of_site(
    water: &SiteWater,
    (supply, numbers): (&Supply, &[usize]),
    rulebook: &Rulebook,
    site: &Site,
    service: Option<&LaneService>,
) -> Vec<Ruling> {
    let mut rulings = Vec::new();
    // A hydrant of which nobody told whether it works is a lower bound only.
    // Where one may be missing from the data, it may stand nearer than all that are known.
    let nearest =
        |is_complete: bool, of: &dyn Fn(&SourceAtSite) -> Option<f64>, is_sure: &dyn Fn(&SourceAtSite) -> bool| {
            let least =
                |sure: bool| water.sources.iter().filter(|s| !sure || is_sure(s)).filter_map(of).min_by(f64::total_cmp);
            match (is_complete, least(false), least(true)) {
                (false, _, high) => Measure::Known(Bounds { low: None, high: high.and_then(|h| Metres::new(h).ok()) }),
                (true, None, _) => Measure::Unreached,
                (true, Some(low), high) => {
                    Measure::Known(Bounds { low: Metres::new(low).ok(), high: high.and_then(|h| Metres::new(h).ok()) })
                }
            }
        };
    let works = |source: &SourceAtSite| source.flow.high.is_some_and(|flow| flow > LitresPerSecond::ZERO);
    let flows = |source: &SourceAtSite| source.flow.low.is_some_and(|flow| flow > LitresPerSecond::ZERO);
    let plan = nearest(supply.has_all_hydrants, &|s| (s.kind == "hydrant" && works(s)).then_some(s.plan_m), &flows);
    rule(&mut rulings, rulebook, "hydrant_plan_distance", site, &plan, &water.binding);
    let all = supply.has_all_hydrants && supply.has_all_sources;
    let any = nearest(all, &|s| works(s).then_some(s.plan_m), &flows);
    rule(&mut rulings, rulebook, "any_source_plan_distance", site, &any, &water.binding);
    // The hose that is laid for the way: with its curves, and with what is handled at the fire.
    let length_m = rulebook.parameters.water.hose_length_m;
    let laid = |source: &SourceAtSite| source.lengths.map(|lengths| f64::from(lengths) * length_m);
    let hose =
        nearest(all, &|s| laid(s).filter(|_| works(s) && s.pumps.is_some()), &|s| s.counts_by_hose == Some(true));
    rule(&mut rulings, rulebook, "hose_way_length", site, &hose, &water.binding);
    // A pond is asked for its distance where one is counted on, and not missed where there is none.
    if water.sources.iter().any(|source| source.kind != "hydrant" && source.counts_by_hose != Some(false)) {
        let is_pond = |source: &SourceAtSite| source.kind != "hydrant" && works(source);
        let pond = nearest(supply.has_all_sources, &|s| is_pond(s).then_some(s.plan_m), &flows);
        rule(&mut rulings, rulebook, "source_plan_distance", site, &pond, &water.binding);
    }
    if let Some((area, wall)) = service.and_then(operating_side) {
        let on_side = |is_certain: bool| {
            let counted = numbers.iter().zip(&water.sources).filter(|(number, source)| {
                let is_there = source.kind == "hydrant" && if is_certain { flows(source) } else { works(source) };
                is_there && source.counts_in_plan && is_before(wall, area, supply.sources[**number].at)
            });
            Count::new(counted.count() as f64).ok()
        };
        let hydrants = Bounds { low: on_side(true), high: on_side(false).filter(|_| supply.has_all_hydrants) };
        let because = "hydrants that count, on the side of the building where an aerial appliance can work";
        rule(&mut rulings, rulebook, "hydrants_on_operating_side", site, &Measure::Known(hydrants), because);
    }
    let share = |gap: (f64, f64)| Bounds { low: Share::new(gap.0).ok(), high: Share::new(gap.1).ok() };
    rule(&mut rulings, rulebook, "flow_gap", site, &Measure::Known(share(water.gap_flow)), &water.because);
    rule(&mut rulings, rulebook, "volume_gap", site, &Measure::Known(share(water.gap_volume)), &water.because);
    rulings
}

/// The middle of the place where an aerial appliance can work, and the middle of the long side that it is nearest to.
fn operating_side(service: &LaneService) -> Option<(Point<f64>, Point<f64>)> {
    let area = service.operating_site.as_ref()?.area.centroid()?;
    let distance_m = |side: &&LineString<f64>| Euclidean.distance(&area, *side);
    let wall = service.long_sides.iter().min_by(|a, b| distance_m(a).total_cmp(&distance_m(b)))?;
    Some((area, Euclidean.point_at_ratio_from_start(wall, 0.5)?))
}

/// Whether a place lies on the side of a wall on which a given other place lies.
fn is_before(wall: Point<f64>, other: Point<f64>, at: Point<f64>) -> bool {
    (other - wall).dot(at - wall) > 0.0
}

fn rule<Q: Quantity>(
    rulings: &mut Vec<Ruling>,
    rulebook: &Rulebook,
    measure: &str,
    site: &Site,
    value: &Measure<Q>,
    because: &str,
) {
    for rule in rulebook.on(measure, &[site.kind.code()]) {
        rulings.push(ruling(rule, value, because));
    }
}

/// One measure against one rule.
pub(super) fn ruling<Q: Quantity>(rule: &Rule, value: &Measure<Q>, because: &str) -> Ruling {
    let (low, high) = match value {
        Measure::Known(bounds) => (bounds.low.map(Q::get), bounds.high.map(Q::get)),
        Measure::Unreached => (None, None),
    };
    Ruling {
        rule: rule.id.clone(),
        measure: rule.measure.clone(),
        low,
        high,
        is_reached: matches!(value, Measure::Known(_)),
        verdict: rule.judge(value, false),
        because: because.to_owned(),
    }
}

/// The rulings on the distance in plan from a place where water is drawn to the nearest store of dangerous goods.
///
/// What a store of the data holds is not known, and one that the data lacks may be nearer than all of them: enough is a
/// pass of the stores of the data, too little may be one of goods that the rule does not speak of. None without a store.
pub(super) fn of_hazards(layers: &Layers, rulebook: &Rulebook, at: Point<f64>) -> Vec<Ruling> {
    let hazards = layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Hazard);
    let nearest = hazards
        .map(|zone| (Euclidean.distance(&zone.area, &at), zone))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .and_then(|(metres, zone)| Some((Metres::new(metres).ok()?, zone)));
    let Some((metres, zone)) = nearest else { return Vec::new() };
    let because = format!("to {}, of which is not known what it holds", zone.name.as_deref().unwrap_or(&zone.id));
    let measure = Measure::Known(Bounds::at_least(metres));
    let rules = rulebook.on("intake_hazard_distance", &["liquid", "gas"]);
    rules.map(|rule| ruling(rule, &measure, &because)).collect()
}
