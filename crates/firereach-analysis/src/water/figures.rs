//! Counts and shares over the whole city: coverage by hydrants, the stock of them, how firm the order is.

use firereach_model::feature::{Main, Service, ZoneKind};
use firereach_model::findings::water::{HydrantFinding, WaterFigure, WithoutHydrant};
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::parameters::water::NeedModel;
use firereach_model::rules::Verdict;
use geo::{Area, Centroid, Distance, Euclidean, InterpolateLine, Length};
use geo_types::Geometry;
use rayon::prelude::*;

use super::Assessed;
use super::supply::Supply;

/// What is counted of some things: of how many it holds for certain, and of how many it may hold.
struct Tally(usize, usize, usize);

impl Tally {
    /// Counts answers, of which none is one that nobody knows.
    fn of(answers: impl Iterator<Item = Option<bool>>) -> Self {
        answers.fold(Self(0, 0, 0), |all, answer| {
            Self(all.0 + usize::from(answer == Some(true)), all.1 + usize::from(answer != Some(false)), all.2 + 1)
        })
    }

    fn figure(&self, measure: &str, unit: &str) -> WaterFigure {
        figure(measure, "all", (self.0 as f64, self.1 as f64, self.2 as f64), unit)
    }
}

fn figure(measure: &str, part: &str, (low, high, of): (f64, f64, f64), unit: &str) -> WaterFigure {
    let (measure, part, unit) = (measure.to_owned(), part.to_owned(), unit.to_owned());
    WaterFigure { measure, part, low, high, of, unit }
}

/// The figures of a city: first of its sites, then of its buildings, its hydrants, its mains and parks, then of the order.
///
/// Every one is an interval from what is certain to what may be. A list of hydrants that the study does not vouch for may
/// lack one anywhere, so that no site and no building is certainly without.
pub(super) fn figures(
    layers: &Layers,
    supply: &Supply,
    parameters: &WaterParameters,
    (assessed, hydrants, without): (&[Assessed], &[HydrantFinding], &[WithoutHydrant]),
    (taus, unsettled): (&[(NeedModel, f64)], f64),
) -> Vec<WaterFigure> {
    let sites = || assessed.iter().map(|site| &site.water);
    // What is missing at least, and at most: nothing missing at most is enough for certain.
    let closed = |(low, high): (f64, f64)| if high <= 0.0 { Some(true) } else { (low > 0.0).then_some(false) };
    let in_plan = assessed.iter().map(|site| {
        let counted = |is_high: bool| {
            site.case.candidates.iter().any(|c| (if is_high { c.flow_in_plan.1 } else { c.flow_in_plan.0 }) > 0)
        };
        known(counted(false), counted(true) || !supply.has_all_hydrants || !supply.has_all_sources)
    });
    let disagree = sites().map(|water| Some(water.is_enough_in_plan? != water.is_enough_by_hose?));
    let mut figures = vec![
        Tally::of(in_plan).figure("sites_source_in_plan", "sites"),
        Tally::of(sites().map(|water| water.is_enough_in_plan)).figure("sites_enough_in_plan", "sites"),
        Tally::of(sites().map(|water| water.is_enough_by_hose)).figure("sites_enough_by_hose", "sites"),
        Tally::of(disagree).figure("sites_where_plan_and_hose_disagree", "sites"),
        Tally::of(sites().map(|water| closed(water.gap_n1))).figure("sites_enough_after_one_failure", "sites"),
        Tally::of(sites().map(|water| closed(water.gap_volume))).figure("sites_enough_volume", "sites"),
        Tally::of(sites().map(|water| closed(water.gap_time))).figure("sites_water_in_time", "sites"),
    ];
    let (least_m, most_m) = parameters.supply.counted_plan_m;
    let buildings: Vec<Option<bool>> = layers
        .buildings
        .par_iter()
        .filter(|building| !building.is_roof)
        .map(|building| {
            let shape = Geometry::Polygon(building.footprint.clone());
            let near: Vec<Service> = supply
                .hydrants_near(&shape, most_m)
                .filter(|source| source.flow.1 > 0)
                .filter(|source| (least_m..=most_m).contains(&Euclidean.distance(&shape, &Geometry::Point(source.at))))
                .map(|source| source.service)
                .collect();
            known(near.contains(&Service::InService), !near.is_empty() || !supply.has_all_hydrants)
        })
        .collect();
    figures.push(Tally::of(buildings.into_iter()).figure("buildings_hydrant_in_plan", "buildings"));
    let of_hydrants = |measure: &str, of: &dyn Fn(&HydrantFinding) -> Option<bool>| {
        Tally::of(hydrants.iter().map(of)).figure(measure, "hydrants")
    };
    let service = |wanted: Service| {
        move |hydrant: &HydrantFinding| match hydrant.service {
            Service::Unknown => None,
            service => Some(service == wanted),
        }
    };
    figures.push(of_hydrants("hydrants_in_service", &service(Service::InService)));
    figures.push(of_hydrants("hydrants_out_of_service", &service(Service::OutOfService)));
    figures.push(of_hydrants("hydrants_overdue", &|hydrant| hydrant.is_overdue));
    figures.push(of_hydrants("hydrants_of_known_flow", &|hydrant| {
        Some(hydrant.service == Service::OutOfService || hydrant.flow.low == hydrant.flow.high)
    }));
    let rules: std::collections::BTreeSet<&str> =
        hydrants.iter().flat_map(|hydrant| &hydrant.rulings).map(|ruling| ruling.rule.as_str()).collect();
    for rule in rules {
        // A hydrant keeps a rule of two ends where it keeps both.
        let keeps = hydrants.iter().filter_map(|hydrant| {
            let worst =
                hydrant.rulings.iter().filter(|ruling| ruling.rule == rule).map(|ruling| ruling.verdict).max()?;
            Some(match worst {
                Verdict::Pass => Some(true),
                Verdict::Unknown => None,
                _ => Some(false),
            })
        });
        let Tally(low, high, of) = Tally::of(keeps);
        figures.push(figure("hydrants_keeping_rule", rule, (low as f64, high as f64, of as f64), "hydrants"));
    }
    let lacking = |kind: &str| without.iter().filter(|without| without.kind == kind).count() as f64;
    let of_kind = |kind: &str, of: usize, unit: &str| {
        // Where a hydrant may be missing from the data, one may stand there.
        let most = lacking(kind);
        let least = if supply.has_all_hydrants { most } else { 0.0 };
        figure("without_hydrant", kind, (least, most, of as f64), unit)
    };
    let parks = layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Park).count();
    let mains = layers.mains.iter().filter(|main| is_asked(main, parameters)).count();
    figures.push(of_kind("main", mains, "mains"));
    figures.push(of_kind("park", parks, "parks"));
    figures.push(figure("pairs_whose_order_is_not_settled", "all", (unsettled, unsettled, 1.0), "share"));
    figures.extend(taus.iter().map(|(model, tau)| figure("kendall_tau", model.code(), (*tau, *tau, 1.0), "")));
    figures
}

fn known(is_sure: bool, may_be: bool) -> Option<bool> {
    if is_sure { Some(true) } else { (!may_be).then_some(false) }
}

/// Whether a main is so long that a hydrant is asked for along it.
fn is_asked(main: &Main, parameters: &WaterParameters) -> bool {
    Euclidean.length(&main.line) >= parameters.supply.inventory_m
}

/// The mains of some length without a hydrant along them that may work, and the parks without one near them.
pub(super) fn without_hydrant(layers: &Layers, supply: &Supply, parameters: &WaterParameters) -> Vec<WithoutHydrant> {
    if !supply.knows_hydrants {
        return Vec::new();
    }
    let reach_m = parameters.supply.inventory_m;
    let mut has_hydrant = vec![false; layers.mains.len()];
    let standing = supply.sources.iter().filter(|source| source.service != Service::OutOfService);
    for main in standing.filter_map(|source| source.main) {
        has_hydrant[main] = true;
    }
    let lacking = layers.mains.iter().zip(has_hydrant).filter(|(_, has_hydrant)| !has_hydrant).map(|(main, _)| main);
    let mains = lacking.filter(|main| is_asked(main, parameters)).map(|main| {
        let middle = Euclidean.point_at_ratio_from_start(&main.line, 0.5);
        WithoutHydrant {
            kind: "main".to_owned(),
            id: main.id.clone(),
            name: None,
            at: middle.map(|at| at.0),
            size: Euclidean.length(&main.line),
            nearest_m: middle.and_then(|at| supply.nearest_hydrant_to(at)).map(|(_, metres)| metres),
        }
    });
    let parks = layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Park).filter_map(|zone| {
        let shape = Geometry::MultiPolygon(zone.area.clone());
        let is_near = |at| Euclidean.distance(&shape, &Geometry::Point(at)) <= reach_m;
        if supply.hydrants_near(&shape, reach_m).any(|source| is_near(source.at)) {
            return None;
        }
        let middle = zone.area.centroid();
        let nearest = middle.and_then(|at| supply.nearest_hydrant_to(at));
        Some(WithoutHydrant {
            kind: "park".to_owned(),
            id: zone.id.clone(),
            name: zone.name.clone(),
            at: middle.map(|at| at.0),
            size: zone.area.unsigned_area(),
            nearest_m: nearest.map(|(index, _)| Euclidean.distance(&shape, &Geometry::Point(supply.sources[index].at))),
        })
    });
    mains.chain(parks).collect()
}
