//! Where the data offers a place for something new: on mains, on open ground, at the water.

use firereach_model::feature::{Zone, ZoneKind};
use geo::{BoundingRect, Closest, ClosestPoint, Contains, Distance, Euclidean};
use geo_types::{Coord, Geometry, LineString, Point};

use super::Case;
use super::edit::LayFrom;

/// A place for a hydrant.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnMain {
    pub(super) at: Point<f64>,
    /// The main, an index into the layer.
    pub(super) main: usize,
    /// Distance in plan to the site, metres.
    pub(super) plan_m: f64,
}

impl Case<'_> {
    /// How hose comes from a place to the site; `None` when no way leads there.
    pub(super) fn lay_from(&self, at: Point<f64>, reach_m: f64) -> Option<LayFrom> {
        let ground = self.ground;
        let way = ground.lays.way_from(self.ways, at)?;
        let to = self.site.height_m.or_else(|| self.height(self.site.point));
        let lift_m = to.zip(self.height(at)).map(|(to, from)| to - from);
        Some(LayFrom {
            lengths: ground.hose.lengths_for(way.m),
            lift_m: lift_m.map_or(ground.parameters().supply.unknown_lift_m, |lift_m| (lift_m, lift_m)),
            lay_s: ground.lay_s(&way, ground.hose.lengths_for(way.m)),
            pumps: ground.fleet.pumps_at(ground.network, ground.layers, at, reach_m),
        })
    }

    /// Hose from a place in the yard of the site.
    pub(super) fn lay_at_site(&self) -> LayFrom {
        LayFrom { lengths: 1, lift_m: (0.0, 0.0), lay_s: 0.0, pumps: self.ground.fleet.pumps_on(self.ways.edges()) }
    }

    fn height(&self, at: Point<f64>) -> Option<f64> {
        self.ground.layers.terrain.height_at(at.0).map(|ground| ground.height_m)
    }

    /// Places along mains, nearest first, that are far enough from every wall and from each other; those that a pump gets
    /// to come before all others.
    pub(super) fn places_on_mains(&self) -> Vec<OnMain> {
        let parameters = self.ground.parameters();
        let rules = &parameters.remedies;
        let (least_m, most_m) = parameters.supply.counted_plan_m;
        let Some(bounds) = self.site.shape.bounding_rect() else { return Vec::new() };
        let is_near = |line: &LineString<f64>| {
            line.bounding_rect().is_some_and(|other| {
                other.min().x <= bounds.max().x + most_m
                    && other.max().x >= bounds.min().x - most_m
                    && other.min().y <= bounds.max().y + most_m
                    && other.max().y >= bounds.min().y - most_m
            })
        };
        let mut places: Vec<OnMain> = self
            .ground
            .layers
            .mains
            .iter()
            .enumerate()
            .filter(|(_, main)| main.diameter_mm.is_none_or(|mm| mm >= rules.main_mm) && is_near(&main.line))
            .flat_map(|(index, main)| along(&main.line, rules.hydrant_wall_m).map(move |at| (index, at)))
            .map(|(main, at)| OnMain { at, main, plan_m: Euclidean.distance(&self.site.shape, &Geometry::Point(at)) })
            .filter(|place| (least_m..=most_m).contains(&place.plan_m))
            .collect();
        places.sort_by(|a, b| a.plan_m.total_cmp(&b.plan_m).then(a.main.cmp(&b.main)));
        let mut chosen: Vec<OnMain> = Vec::new();
        let mut spare: Vec<OnMain> = Vec::new();
        for place in places {
            if chosen.len() >= rules.hydrants as usize {
                break;
            }
            let is_apart = |other: &OnMain| Euclidean.distance(place.at, other.at) >= self.ground.hose.length_m;
            if !chosen.iter().chain(&spare).all(is_apart)
                || self.ground.buildings.wall_m(place.at, rules.hydrant_wall_m).is_some()
            {
                continue;
            }
            let pumps = self.ground.fleet.pumps_at(
                self.ground.network,
                self.ground.layers,
                place.at,
                parameters.supply.coupling_reach_m,
            );
            if pumps.1 == 0 { spare.push(place) } else { chosen.push(place) }
        }
        chosen.extend(spare);
        chosen.truncate(rules.hydrants as usize);
        chosen
    }

    /// Open ground for a pond, far enough from every wall; without any, a place to be found beside the site.
    pub(super) fn place_for_pond(&self) -> (Option<Point<f64>>, String, Option<LayFrom>) {
        let parameters = self.ground.parameters();
        let (wall_m, most_m) = (parameters.remedies.pond_wall_m, parameters.supply.counted_plan_m.1);
        let mut places: Vec<(f64, Point<f64>, &Zone)> = self
            .zones(&[ZoneKind::Open, ZoneKind::Park], most_m)
            .into_iter()
            .flat_map(|zone| self.grid(zone, wall_m, most_m).into_iter().map(move |at| (at, zone)))
            .map(|(at, zone)| (Euclidean.distance(&self.site.shape, &Geometry::Point(at)), at, zone))
            .filter(|(plan_m, ..)| (wall_m..=most_m).contains(plan_m))
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut spare = None;
        for (plan_m, at, zone) in places {
            if self.ground.buildings.wall_m(at, wall_m).is_some() {
                continue;
            }
            let Some(lay) = self.lay_from(at, parameters.supply.draft_reach_m) else { continue };
            let place =
                format!("on {} {}, {plan_m:.0} m from the site and no wall within {wall_m:.0} m", zone.kind, zone.id);
            if lay.pumps.1 != 0 {
                return (Some(at), place, Some(lay));
            }
            spare.get_or_insert((
                Some(at),
                format!("{place}, with a lane to it"),
                LayFrom { pumps: self.all(), ..lay },
            ));
        }
        match spare {
            Some((at, place, lay)) => (at, place, Some(lay)),
            None => {
                let place = format!(
                    "at a place to be found: no open ground of the data near it keeps {wall_m:.0} m from every wall"
                );
                let lengths = self.ground.hose.lengths_for(wall_m);
                (None, place, Some(LayFrom { lengths, lift_m: (0.0, 0.0), lay_s: 0.0, pumps: self.all() }))
            }
        }
    }

    /// The bank nearest to the site, where a platform can be built.
    pub(super) fn place_at_water(&self) -> Option<(Point<f64>, String, LayFrom)> {
        let ground = self.ground;
        let zones = self.zones(&[ZoneKind::Water], self.ways.limit_m);
        let closest = |zone: &Zone| match zone.area.closest_point(&self.site.point) {
            Closest::Intersection(at) | Closest::SinglePoint(at) => Some(at),
            Closest::Indeterminate => None,
        };
        let (plan_m, at, zone) = zones
            .into_iter()
            .filter_map(|zone| closest(zone).map(|at| (Euclidean.distance(at, self.site.point), at, zone)))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        let mut lay = self.lay_from(at, ground.parameters().supply.draft_reach_m)?;
        let mut access = String::new();
        if lay.pumps.1 == 0 {
            let limit_m = ground.study.rulebook.parameters.movement.snap_limit_m;
            let road = ground.network.snap(at, limit_m, |edge| ground.fleet.pumps_on([edge]).1 != 0)?;
            lay.pumps = ground.fleet.pumps_on([road.edge]);
            access = format!(", with {:.0} m of lane to it", road.distance_m);
        }
        let name = zone.name.as_deref().unwrap_or(&zone.id);
        let place = format!(
            "at {name}, {plan_m:.0} m from the site{access}, for the lowest level, which the data does not hold"
        );
        Some((at, place, lay))
    }

    /// All kinds of pumps of the fleet.
    fn all(&self) -> (u64, u64) {
        let all = (0..self.ground.fleet.pools.len()).fold(0, |bits, pool| bits | 1 << pool);
        (all, all)
    }

    fn zones(&self, kinds: &[ZoneKind], reach_m: f64) -> Vec<&Zone> {
        let Some(bounds) = self.site.shape.bounding_rect() else { return Vec::new() };
        let is_near = |zone: &Zone| {
            zone.area.bounding_rect().is_some_and(|other| {
                other.min().x <= bounds.max().x + reach_m
                    && other.max().x >= bounds.min().x - reach_m
                    && other.min().y <= bounds.max().y + reach_m
                    && other.max().y >= bounds.min().y - reach_m
            })
        };
        self.ground.layers.zones.iter().filter(|zone| kinds.contains(&zone.kind) && is_near(zone)).collect()
    }

    /// Places inside a zone and near the site, on a grid.
    fn grid(&self, zone: &Zone, step_m: f64, reach_m: f64) -> Vec<Point<f64>> {
        let (Some(zone_box), Some(site_box)) = (zone.area.bounding_rect(), self.site.shape.bounding_rect()) else {
            return Vec::new();
        };
        let low = Coord {
            x: zone_box.min().x.max(site_box.min().x - reach_m),
            y: zone_box.min().y.max(site_box.min().y - reach_m),
        };
        let high = Coord {
            x: zone_box.max().x.min(site_box.max().x + reach_m),
            y: zone_box.max().y.min(site_box.max().y + reach_m),
        };
        let steps = |from: f64, to: f64| {
            std::iter::successors(Some(from + step_m / 2.0), move |at| Some(at + step_m))
                .take_while(move |at| *at <= to)
        };
        steps(low.x, high.x)
            .flat_map(|x| steps(low.y, high.y).map(move |y| Point::new(x, y)))
            .filter(|at| zone.area.contains(at))
            .collect()
    }
}

/// Places along a line, its ends included, no farther apart than `step_m`.
fn along(line: &LineString<f64>, step_m: f64) -> impl Iterator<Item = Point<f64>> + '_ {
    let last = line.0.last().copied().map(Point);
    line.lines()
        .flat_map(move |segment| {
            let (dx, dy) = (segment.end.x - segment.start.x, segment.end.y - segment.start.y);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few hundred, and casts saturate"
            )]
            let pieces = (dx.hypot(dy) / step_m).ceil().max(1.0) as u32;
            (0..pieces).map(move |piece| {
                let share = f64::from(piece) / f64::from(pieces);
                Point::new(segment.start.x + dx * share, segment.start.y + dy * share)
            })
        })
        .chain(last)
}
