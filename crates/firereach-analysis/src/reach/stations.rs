//! Stations held against the rules on their areas and places.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{BuildingUse, RoadClass, Station, StationKind, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::reach::{Isochrone, ReachFindings, StationReach};
use firereach_model::layers::Layers;
use firereach_model::rules::{Rule, Verdict};
use firereach_model::units::{Count, Metres, Quantity, Share, SquareKilometres};
use geo::{Area, Centroid, Contains, Distance, Euclidean, Intersects};
use geo_types::Geometry;

use super::barriers::Barriers;
use super::coverage::View;
use super::units::Post;
use crate::change::Conditions;
use crate::network::{EdgeId, Mode, is_public};

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
    let barriers = Barriers::of(&view.conditions.layers, movement);
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
                at: Some(post.station.at),
                vehicles: post.vehicle_codes.clone(),
                is_staffed: post.is_staffed,
                turnout_s: super::seconds(post.turnout_ms),
                snapped_m: snap.map(|snap| snap.distance_m),
                first_due_km2: first_due.map(km2),
                reach_km2: area_of(post, false).map(km2),
                formula_km2: formula_km2(view, post),
                farthest_s: farthest.get(&post.rank).copied(),
                first_due_sites: u32::try_from(first_due_sites).unwrap_or(u32::MAX),
                centrality: first_due.and_then(|area| centrality(post.station, area)),
                corridor_m: corridor_m(view, post.station),
                neighbours: neighbours.iter().map(|other| other.station.id.clone()).collect(),
                rulings: Vec::new(),
                as_it_is: Some(post.station.clone()),
            };
            let edge = snap.map(|snap| snap.edge);
            station.rulings = rulings(view, post.station, &station, &neighbours, edge, (findings, &barriers));
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
    (findings, barriers): (&ReachFindings, &Barriers<'_>),
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
    let may_adjoin = neighbours.iter().any(|other| other.station.kind == StationKind::Unknown);
    judge.rule(
        "station_adjoins_larger",
        // A station without an area of its own is not known to be apart, nor is one beside a station of unknown kind or
        // where nobody vouches that all stations are in the layer.
        match reach.first_due_km2 {
            Some(_) if adjoining || (!may_adjoin && layers.is_complete("stations")) => yes_or_no(adjoining),
            Some(_) => Bounds::between(Count::ZERO, Count::of(1.0)),
            None => Bounds::unknown(),
        },
        "first-due areas that touch those of first-class, second-class or special stations in the layer of stations",
    );

    let shape = station.outline.clone().map_or(Geometry::Point(station.at), Geometry::Polygon);
    let slack_m = station.accuracy_m.unwrap_or(0.0);
    judge.rule(
        "station_exit_distance",
        exit_bounds(layers, station, &shape, slack_m),
        "the nearest building that may be for assembly: its exits lie on its outline, and a building of unknown use may be one",
    );

    let hazards = layers
        .zones
        .iter()
        .filter(|zone| zone.kind == ZoneKind::Hazard)
        .map(|zone| Euclidean.distance(&shape, &Geometry::MultiPolygon(zone.area.clone())))
        .min_by(f64::total_cmp);
    judge.rule(
        "station_hazard_distance",
        to_nearest(view, station, hazards, slack_m, "hazards"),
        if layers.is_complete("hazards") {
            "the nearest hazard in the layers, which the study vouches for; on which side the wind blows is not measured"
        } else {
            "the nearest hazard in the layers; nobody vouches that all hazards are mapped"
        },
    );

    // The set-back is from the red line, which lies between the carriageway and the front: the way's axis is farther.
    let setback =
        edge.and_then(|edge| view.network.nearest_on_edge(layers, edge, &shape)).map_or(Bounds::unknown(), |snap| {
            Bounds { low: Some(Metres::of(0.0)), high: Metres::new(snap.distance_m + slack_m).ok() }
        });
    judge.rule("station_setback", setback, "the distance to the road's axis bounds the set-back from the red line");

    let reached = findings.reached_roads.iter().filter(|part| {
        part.station == station.id && part.mode == Mode::Drive.code() && view.legal_s.is_some_and(|s| part.to_s <= s)
    });
    let crossed = barriers.crossed_by(layers, reached);
    let count = Count::of(crossed.len() as f64);
    judge.rule(
        "station_barriers",
        // A station that reaches nothing first lies across nothing known; and none among those in the layers is no proof that
        // there is none.
        match reach.first_due_km2 {
            Some(_) => Bounds { low: Some(count), high: Some(count).filter(|_| layers.is_complete("barriers")) },
            None => Bounds::unknown(),
        },
        &if crossed.is_empty() {
            "no expressway, railway or large river in the layers lies across the roads it reaches first".to_owned()
        } else {
            format!("the roads it reaches first cross {}", crossed.into_iter().collect::<Vec<_>>().join(", "))
        },
    );

    let main = &view.study.rulebook.parameters.lanes.main_classes;
    let (is_on_main, because) = frontage(view, &shape, slack_m, |class| main.contains(&class));
    judge.rule("station_main_frontage", is_on_main, &because);
    let (is_on_street, because) = frontage(view, &shape, slack_m, is_public);
    judge.rule("station_street_front", is_on_street, &because);
    let centrality = reach
        .centrality
        .map_or(Bounds::unknown(), |(low, high)| Bounds { low: Share::new(low).ok(), high: Share::new(high).ok() });
    judge.rule(
        "station_centrality",
        centrality,
        "where the station lies between the centre of its first-due area and the edge of a diamond of the same area",
    );
    judge.rule(
        "station_corridor_distance",
        to_nearest(view, station, reach.corridor_m, slack_m, "roads"),
        "the nearest road of a class that counts as a corridor; which are designated is not in the data",
    );
    let own_building = station.is_co_built.map(|is_co_built| !is_co_built);
    judge.rule(
        "station_own_building",
        own_building.map_or(Bounds::unknown(), yes_or_no),
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

fn yes_or_no(yes: bool) -> Bounds<Count> {
    Bounds::exactly(if yes { Count::of(1.0) } else { Count::ZERO })
}

/// The distance to the nearest of a layer's features: exact to the accuracy of the place where the study vouches for the
/// layer, and at most that elsewhere. Where it vouches and there is none, none is nearer than the edge of the study's area.
fn to_nearest(view: &View<'_>, station: &Station, nearest_m: Option<f64>, slack_m: f64, layer: &str) -> Bounds<Metres> {
    let is_complete = view.conditions.layers.is_complete(layer);
    let least_m = nearest_m.or_else(|| edge_of_study_m(view.conditions, station)).filter(|_| is_complete);
    Bounds {
        low: least_m.and_then(|m| Metres::new((m - slack_m).max(0.0)).ok()),
        high: nearest_m.and_then(|m| Metres::new(m + slack_m).ok()),
    }
}

/// How far the edge of the study's area is from a station inside it.
fn edge_of_study_m(conditions: &Conditions<'_>, station: &Station) -> Option<f64> {
    let of_study = conditions.layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Study);
    of_study
        .filter(|zone| zone.area.contains(&station.at))
        .flat_map(|zone| {
            zone.area.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        })
        .map(|ring| Euclidean.distance(&station.at, ring))
        .min_by(f64::total_cmp)
}

/// The distance to the nearest exit of a building for assembly.
///
/// An exit lies on the outline. So the nearest building that is or may be one bounds the distance from below, if nothing
/// is missing from the layer, and the farthest corner of the nearest that is one from above. The building the station
/// stands in counts only if it is one.
fn exit_bounds(layers: &Layers, station: &Station, shape: &Geometry<f64>, slack_m: f64) -> Bounds<Metres> {
    let (mut low, mut high): (Option<f64>, Option<f64>) = (None, None);
    let smaller = |a: Option<f64>, b: f64| Some(a.map_or(b, |a| a.min(b)));
    for building in &layers.buildings {
        let is_one = building.body.usage == Some(BuildingUse::Assembly);
        let is_unknown = building.body.usage.is_none_or(|usage| usage == BuildingUse::Unknown);
        let is_own = || building.footprint.intersects(&station.at);
        if is_one || (is_unknown && !is_own()) {
            low = smaller(low, Euclidean.distance(shape, &Geometry::Polygon(building.footprint.clone())));
        }
        if is_one {
            let corners = building.footprint.exterior().points();
            high = smaller(high, corners.map(|at| Euclidean.distance(shape, &Geometry::Point(at))).fold(0.0, f64::max));
        }
    }
    Bounds {
        low: low.filter(|_| layers.is_complete("buildings")).and_then(|low| Metres::new((low - slack_m).max(0.0)).ok()),
        high: high.and_then(|high| Metres::new(high + slack_m).ok()),
    }
}

/// Whether the station fronts a road of a class: 1 or 0, or either where its place is not known well enough to say.
fn frontage(
    view: &View<'_>,
    shape: &Geometry<f64>,
    slack_m: f64,
    is_meant: impl Fn(RoadClass) -> bool,
) -> (Bounds<Count>, String) {
    let layers = &view.conditions.layers;
    let movement = &view.study.rulebook.parameters.movement;
    let class = |edge: EdgeId| layers.roads[view.network.edge(edge).road as usize].class;
    let is_way = |edge: EdgeId| class(edge).is_for_vehicles();
    let near = view.network.snap_all(layers, shape, movement.snap_limit_m + slack_m, is_way);
    let Some(nearest) = near.iter().min_by(|a, b| a.distance_m.total_cmp(&b.distance_m)) else {
        return (Bounds::unknown(), "no way for vehicles near the station".to_owned());
    };
    // The true place may lie on the other side of the stated one: what is nearest there is at most this far from here.
    let fronts =
        near.iter().filter(|snap| snap.edge == nearest.edge || snap.distance_m < nearest.distance_m + 2.0 * slack_m);
    let mut is_one: Vec<bool> = fronts.map(|snap| is_meant(class(snap.edge))).collect();
    is_one.sort_unstable();
    is_one.dedup();
    let because = format!("the nearest way for vehicles is {}", class(nearest.edge));
    match is_one.as_slice() {
        [only] => (yes_or_no(*only), because),
        _ => (
            Bounds::between(Count::ZERO, Count::of(1.0)),
            format!("{because}; the place is stated to {slack_m:.0} m, and other ways may be nearer"),
        ),
    }
}

/// How central the station lies in its first-due area: 1 in its centre, 0 at the edge or beyond, least and greatest within
/// the accuracy of its place. The edge is that of a diamond of the same area, after the area formula.
fn centrality(station: &Station, first_due: &Isochrone) -> Option<(f64, f64)> {
    let centre = first_due.area.centroid()?;
    let radius_m = (first_due.area.unsigned_area() / 2.0).sqrt();
    let off_m = Euclidean.distance(&centre, &station.at);
    let slack_m = station.accuracy_m.unwrap_or(0.0);
    let of = |off_m: f64| (1.0 - off_m.max(0.0) / radius_m).clamp(0.0, 1.0);
    (radius_m > 0.0).then(|| (of(off_m + slack_m), of(off_m - slack_m)))
}

/// How far the nearest emergency corridor is in plan.
fn corridor_m(view: &View<'_>, station: &Station) -> Option<f64> {
    let roads = &view.conditions.layers.roads;
    let corridors = &view.study.rulebook.parameters.movement.corridor_classes;
    let is_corridor = |edge: EdgeId| corridors.contains(&roads[view.network.edge(edge).road as usize].class);
    view.network.snap(station.at, f64::INFINITY, is_corridor).map(|snap| snap.distance_m)
}

/// Whether a rule names every kind of station that the brigade may have.
fn is_for_all(rule: &Rule) -> bool {
    let kinds = [StationKind::First, StationKind::Second, StationKind::Special, StationKind::Small];
    kinds.iter().all(|kind| rule.applies(&[kind.code()]))
}

struct Judge<'a> {
    view: &'a View<'a>,
    station: &'a Station,
    rulings: Vec<Ruling>,
}

impl Judge<'_> {
    fn rule<Q: Quantity>(&mut self, measure: &str, bounds: Bounds<Q>, because: &str) {
        let is_small_alone = self.station.kind == StationKind::Small && self.station.is_co_built == Some(false);
        let is_kind_open = self.station.kind == StationKind::Unknown && self.station.is_co_built != Some(false);
        let words = [self.station.kind.code(), if is_small_alone { "small_alone" } else { "" }];
        for rule in self.view.study.rulebook.on(measure, &words) {
            let verdict = match rule.judge(&Measure::Known(bounds), false) {
                _ if bounds.is_unknown() => Verdict::Unknown,
                // A station of unknown kind may be of one that the rule exempts.
                Verdict::AdvisoryFail | Verdict::MandatoryFail if is_kind_open && !is_for_all(rule) => Verdict::Unknown,
                verdict => verdict,
            };
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

#[cfg(test)]
mod tests;
