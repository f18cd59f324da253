//! Stations held against the rules on their areas and places.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{BuildingUse, RoadClass, Station, StationKind, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::reach::{Isochrone, ReachFindings, StationReach};
use firereach_model::rules::Verdict;
use firereach_model::units::{Count, Metres, Quantity, SquareKilometres};
use geo::{Area, Distance, Euclidean};
use geo_types::Geometry;

use super::coverage::View;
use super::units::Post;

/// Area, farthest road, formula and place of every station, in the order of the layer.
pub(super) fn assess_stations(view: &View<'_>, posts: &[Post<'_>], findings: &ReachFindings) -> Vec<StationReach> {
    let movement = &view.study.rulebook.parameters.movement;
    let farthest = view.farthest_by_owner();
    let legal_cutoff = view.legal_s.map(super::whole_seconds);
    let area_of = |post: &Post<'_>, is_first_due: bool| -> Option<&Isochrone> {
        findings.isochrones.iter().find(|isochrone| {
            isochrone.station.as_deref() == Some(post.station.id.as_str())
                && isochrone.is_first_due == is_first_due
                && Some(isochrone.cutoff_s) == legal_cutoff
        })
    };
    let km2 = |isochrone: &Isochrone| isochrone.area.unsigned_area() / 1e6;
    posts
        .iter()
        .map(|post| {
            let first_due = area_of(post, true);
            let neighbours: Vec<&Post<'_>> = posts
                .iter()
                .filter(|other| other.rank != post.rank)
                .filter(|other| {
                    first_due.zip(area_of(other, true)).is_some_and(|(a, b)| touch(a, b, movement.isochrone_buffer_m))
                })
                .collect();
            let snap = view.network.snap(post.station.at, movement.snap_limit_m, |_| true);
            let id = post.station.id.as_str();
            let is_first = |arrival: &Option<firereach_model::findings::reach::Arrival>| {
                arrival.as_ref().is_some_and(|arrival| arrival.station == id)
            };
            let first_due_sites = findings.sites.iter().filter(|site| is_first(&site.first)).count();
            let mut station = StationReach {
                station: id.to_owned(),
                vehicles: post.vehicle_codes.clone(),
                is_staffed: post.is_staffed,
                turnout_s: super::seconds(post.turnout_ms),
                snapped_m: snap.map(|snap| snap.distance_m),
                first_due_km2: first_due.map(km2),
                reach_km2: area_of(post, false).map(km2),
                formula_km2: formula_km2(view, post),
                farthest_s: farthest.get(&post.rank).copied(),
                first_due_sites: u32::try_from(first_due_sites).unwrap_or(u32::MAX),
                neighbours: neighbours.iter().map(|other| other.station.id.clone()).collect(),
                rulings: Vec::new(),
            };
            station.rulings = rulings(view, post.station, &station, &neighbours, snap.map(|snap| snap.edge));
            station
        })
        .collect()
}

/// What the area formula gives for a station that drives at its district's planning speed from its turnout to the legal
/// time: `A = 2 (S / lambda)^2`.
///
/// The speed is the mean of the class speeds of residential and primary roads at the scenario's hour. `None` without a
/// legal time.
fn formula_km2(view: &View<'_>, post: &Post<'_>) -> Option<(f64, f64)> {
    use firereach_model::parameters::movement::Period;
    let movement = &view.study.rulebook.parameters.movement;
    let drive_s = (view.legal_s? - super::seconds(post.turnout_ms)).max(0.0);
    let speed = |class: RoadClass| {
        movement.speeds_kmh.get(&class).map(|speed| match movement.period(view.conditions.hour) {
            Period::Congested => speed.congested,
            Period::Normal => speed.normal,
            Period::Night => speed.night,
        })
    };
    let kmh = (speed(RoadClass::Residential)? + speed(RoadClass::Primary)?) / 2.0 * view.conditions.speed_factor;
    let way_km = kmh * drive_s / 3600.0;
    let area = |detour: f64| 2.0 * (way_km / detour).powi(2);
    let (least, greatest) = movement.detour_factor;
    Some((area(greatest), area(least)))
}

/// Whether two first-due areas lie side by side: what parts them is at most the drawing's own width.
fn touch(a: &Isochrone, b: &Isochrone, radius_m: f64) -> bool {
    use geo::BoundingRect;
    let (Some(box_a), Some(box_b)) = (a.area.bounding_rect(), b.area.bounding_rect()) else { return false };
    let apart = |low: f64, high: f64| low - high > radius_m;
    if apart(box_a.min().x, box_b.max().x)
        || apart(box_b.min().x, box_a.max().x)
        || apart(box_a.min().y, box_b.max().y)
        || apart(box_b.min().y, box_a.max().y)
    {
        return false;
    }
    Euclidean.distance(&a.area, &b.area) <= radius_m
}

fn rulings(
    view: &View<'_>,
    station: &Station,
    reach: &StationReach,
    neighbours: &[&Post<'_>],
    edge: Option<crate::network::EdgeId>,
) -> Vec<Ruling> {
    let layers = &view.conditions.layers;
    let mut judge = Judge { view, station, rulings: Vec::new() };
    let area = reach.first_due_km2.and_then(|km2| SquareKilometres::new(km2).ok());
    judge.rule(
        "station_area",
        area.map_or(Bounds::unknown(), Bounds::exactly),
        "the area drawn around the roads it reaches first within the legal time",
    );

    let adjoining = neighbours
        .iter()
        .any(|other| matches!(other.station.kind, StationKind::First | StationKind::Second | StationKind::Special));
    judge.rule(
        "station_adjoins_larger",
        Bounds::exactly(if adjoining { Count::of(1.0) } else { Count::ZERO }),
        "first-due areas that touch those of first-class, second-class or special stations",
    );

    let shape = station.outline.clone().map_or(Geometry::Point(station.at), Geometry::Polygon);
    let slack_m = station.accuracy_m.unwrap_or(0.0);
    let exits = layers
        .buildings
        .iter()
        .filter(|building| building.body.usage == Some(BuildingUse::Assembly))
        .map(|building| Euclidean.distance(&shape, &Geometry::Polygon(building.footprint.clone())))
        .min_by(f64::total_cmp);
    // An exit lies on the outline or inside it, so the distance to the building is a lower bound of that to its exits.
    let exit_bounds = match exits {
        Some(distance_m) => metres_from((distance_m - slack_m).max(0.0), None),
        None => Bounds::unknown(),
    };
    judge.rule(
        "station_exit_distance",
        exit_bounds,
        "the nearest building for assembly in the layers; exits are not mapped, nor are buildings of unknown use",
    );

    let hazards = layers
        .zones
        .iter()
        .filter(|zone| zone.kind == ZoneKind::Hazard)
        .map(|zone| Euclidean.distance(&shape, &Geometry::MultiPolygon(zone.area.clone())))
        .min_by(f64::total_cmp);
    let hazard_bounds = match hazards {
        Some(distance_m) => metres_from((distance_m - slack_m).max(0.0), Some(distance_m + slack_m)),
        None => Bounds::unknown(),
    };
    judge.rule("station_hazard_distance", hazard_bounds, "the nearest hazard in the layers; unmapped ones are unknown");

    // The set-back is from the red line, which lies between the carriageway and the front: the way's axis is farther.
    let setback = edge
        .and_then(|edge| view.network.nearest_on_edge(layers, edge, &shape))
        .map_or(Bounds::unknown(), |snap| metres_from(0.0, Some(snap.distance_m + slack_m)));
    judge.rule("station_setback", setback, "the distance to the road's axis bounds the set-back from the red line");

    let class = edge.map(|edge| layers.roads[view.network.edge(edge).road as usize].class);
    let is_main = class.map(|class| {
        matches!(class, RoadClass::Trunk | RoadClass::Primary | RoadClass::Secondary | RoadClass::Tertiary)
    });
    judge.rule(
        "station_main_frontage",
        is_main.map_or(Bounds::unknown(), |yes| Bounds::exactly(if yes { Count::of(1.0) } else { Count::ZERO })),
        &class.map_or("no way near the station".to_owned(), |class| format!("the nearest way is {class}")),
    );
    let own_building = station.is_co_built.map(|is_co_built| !is_co_built);
    judge.rule(
        "station_own_building",
        own_building.map_or(Bounds::unknown(), |yes| Bounds::exactly(if yes { Count::of(1.0) } else { Count::ZERO })),
        "as the layer of stations states it",
    );
    let vehicles = Count::new(station.vehicles.len() as f64).ok().filter(|_| !station.vehicles.is_empty());
    judge.rule(
        "station_vehicles",
        vehicles.map_or(Bounds::unknown(), Bounds::exactly),
        "the vehicles the layer of stations names",
    );
    let crew = station.crew.and_then(|crew| Count::new(f64::from(crew)).ok());
    judge.rule(
        "station_crew",
        crew.map_or(Bounds::unknown(), Bounds::exactly),
        "the people on duty the layer of stations names",
    );
    judge.rulings
}

fn metres_from(low: f64, high: Option<f64>) -> Bounds<Metres> {
    Bounds { low: Metres::new(low).ok(), high: high.and_then(|high| Metres::new(high).ok()) }
}

struct Judge<'a> {
    view: &'a View<'a>,
    station: &'a Station,
    rulings: Vec<Ruling>,
}

impl Judge<'_> {
    fn rule<Q: Quantity>(&mut self, measure: &str, bounds: Bounds<Q>, because: &str) {
        let is_small_alone = self.station.kind == StationKind::Small && self.station.is_co_built == Some(false);
        let words = [self.station.kind.code(), if is_small_alone { "small_alone" } else { "" }];
        for rule in self.view.study.rulebook.on(measure, &words) {
            let verdict =
                if bounds.is_unknown() { Verdict::Unknown } else { rule.judge(&Measure::Known(bounds), false) };
            self.rulings.push(Ruling {
                rule: rule.id.clone(),
                measure: measure.to_owned(),
                low: bounds.low.map(Q::get),
                high: bounds.high.map(Q::get),
                is_reached: true,
                verdict,
                because: because.to_owned(),
            });
        }
    }
}
