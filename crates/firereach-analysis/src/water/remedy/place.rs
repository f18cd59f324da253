//! Where the data offers a place for something new: on mains, on open ground, at the water.

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{HydrantKind, WaterSource, WaterSourceKind, Zone, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::rules::{Limit, Verdict};
use firereach_model::units::Metres;
use geo::{
    Area, BoundingRect, Closest, ClosestPoint, Contains, Distance, Euclidean, InteriorPoint, Length, LineLocatePoint,
};
use geo_types::{Coord, Geometry, LineString, Point};

use super::Case;
use super::edit::LayFrom;
use crate::network::EdgeId;
use crate::water::fleet::LanesByKind;
use crate::water::gap::Failure;
use crate::water::rulings::{of_hazards, ruling};

/// A place for a hydrant.
#[derive(Clone, Debug)]
pub(super) struct OnMain {
    pub(super) at: Point<f64>,
    /// The main, an index into the layer.
    pub(super) main: usize,
    /// How far along the main its branch leaves it, metres.
    pub(super) along_m: f64,
    /// Distance in plan to the site, metres.
    pub(super) plan_m: f64,
    /// Where it stands at the road, in words.
    pub(super) beside: String,
    /// Its rulings; none of them is a failure.
    pub(super) rulings: Vec<Ruling>,
}

/// A place for a pond or an intake.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// Where; none where the data offers no place.
    pub(super) at: Option<Point<f64>>,
    /// What the place is, in words.
    pub(super) words: String,
    /// How hose comes from there.
    pub(super) lay: Option<LayFrom>,
    /// Its rulings.
    pub(super) rulings: Vec<Ruling>,
    /// What nobody knows to hold and it hangs on.
    pub(super) condition: Option<String>,
    /// What fails it beside itself.
    pub(super) failures: Vec<Failure>,
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
            motorcycle: ground.fleet.motorcycle_at(ground.network, ground.layers, at, reach_m),
            lanes: self.lanes_at(at, reach_m),
        })
    }

    /// The only lanes by which pumps come to within so many metres of a place.
    fn lanes_at(&self, at: Point<f64>, reach_m: f64) -> (LanesByKind, LanesByKind) {
        let ground = self.ground;
        let near = ground.network.snap_all(ground.layers, &Geometry::Point(at), reach_m, |_| true);
        let edges: Vec<EdgeId> = near.into_iter().map(|snap| snap.edge).collect();
        self.lanes_on(&edges, at)
    }

    fn lanes_on(&self, edges: &[EdgeId], at: Point<f64>) -> (LanesByKind, LanesByKind) {
        let ground = self.ground;
        let near_m = ground.parameters().supply.only_lane_m;
        ground.fleet.lanes_to(ground.network, ground.layers, edges, (at, near_m))
    }

    /// Hose from a place in the yard of the site.
    pub(super) fn lay_at_site(&self) -> LayFrom {
        let fleet = self.ground.fleet;
        LayFrom {
            lengths: 1,
            lift_m: (0.0, 0.0),
            lay_s: 0.0,
            pumps: fleet.pumps_on(self.ways.edges()),
            motorcycle: fleet.motorcycle_on(self.ways.edges()),
            lanes: self.lanes_on(&self.ways.edges().collect::<Vec<_>>(), self.site.point),
        }
    }

    fn height(&self, at: Point<f64>) -> Option<f64> {
        self.ground.layers.terrain.height_at(at.0).map(|ground| ground.height_m)
    }

    /// Places for hydrants along mains, nearest first, that keep the rules on distances to walls and to the edge of the
    /// road as far as these are known, stand in no way, and keep apart from each other; those that a pump gets to come
    /// before all others, and mains that are certainly wide enough before those whose diameter nobody told.
    ///
    /// A hydrant stands beside the road that the main lies at, on either side, and a short branch leads to it: in the middle
    /// of what the pack allows where it rules on the distance to the edge of the road, else at the edge where the main
    /// itself lies in the road.
    pub(super) fn places_on_mains(&self) -> Vec<OnMain> {
        let parameters = self.ground.parameters();
        let rules = &parameters.remedies;
        let (_, most_m) = parameters.supply.counted_plan_m;
        let near = self.ground.mains.near(&self.site.shape, most_m);
        let mut places: Vec<(f64, usize, Point<f64>)> = near
            .into_iter()
            .map(|index| (index, &self.ground.layers.mains[index]))
            .filter(|(_, main)| main.diameter_mm.is_none_or(|mm| mm >= rules.main_mm))
            .flat_map(|(index, main)| along(&main.line, rules.hydrant_wall_m).map(move |at| (index, at)))
            .map(|(main, at)| (Euclidean.distance(&self.site.shape, &Geometry::Point(at)), main, at))
            .filter(|(plan_m, ..)| *plan_m <= most_m + parameters.supply.main_reach_m)
            .collect();
        let is_in_doubt = |main: usize| self.ground.layers.mains[main].diameter_mm.is_none();
        places.sort_by(|a, b| is_in_doubt(a.1).cmp(&is_in_doubt(b.1)).then(a.0.total_cmp(&b.0)).then(a.1.cmp(&b.1)));
        let outside_m = self.middle_of("hydrant_kerb_distance");
        let mut chosen: Vec<OnMain> = Vec::new();
        let mut spare: Vec<OnMain> = Vec::new();
        for (_, main, on_main) in places {
            if chosen.len() >= rules.hydrants as usize {
                break;
            }
            let mut tried = self.ground.kerbs.beside(on_main, outside_m.unwrap_or(0.0));
            if outside_m.is_none() || tried.is_empty() {
                tried.insert(0, on_main);
            }
            for at in tried {
                let is_apart = |other: &OnMain| Euclidean.distance(at, other.at) >= self.ground.hose.length_m;
                if chosen.iter().chain(&spare).all(is_apart)
                    && Euclidean.distance(at, on_main) <= parameters.supply.main_reach_m
                    && let Some(place) = self.hydrant_at(at, main)
                {
                    let reach_m = parameters.supply.coupling_reach_m;
                    let pumps = self.ground.fleet.pumps_at(self.ground.network, self.ground.layers, at, reach_m);
                    if pumps.1 == 0 { spare.push(place) } else { chosen.push(place) }
                }
            }
        }
        chosen.extend(spare);
        chosen.truncate(rules.hydrants as usize);
        chosen
    }

    /// A hydrant at a place, unless it would stand in a way, or a rule on its distance to walls or to the edge of the road,
    /// or the counted distance to the site, is certainly broken there.
    fn hydrant_at(&self, at: Point<f64>, main: usize) -> Option<OnMain> {
        let ground = self.ground;
        let parameters = ground.parameters();
        let (least_m, most_m) = parameters.supply.counted_plan_m;
        let plan_m = Euclidean.distance(&self.site.shape, &Geometry::Point(at));
        let wall_m = parameters.remedies.hydrant_wall_m;
        if !(least_m..=most_m).contains(&plan_m)
            || ground.buildings.wall_m(at, wall_m).is_some()
            || ground.kerbs.is_in_a_way(at)
        {
            return None;
        }
        let line = &ground.layers.mains[main].line;
        let along_m = line.line_locate_point(&at).map_or(0.0, |share| share * Euclidean.length(line));
        let rulebook = &ground.study.rulebook;
        let words = [HydrantKind::Pillar.code()];
        let kerb = ground.kerbs.measure(at);
        let mut rulings: Vec<Ruling> = rulebook
            .on("hydrant_kerb_distance", &words)
            .map(|rule| ruling(rule, &Measure::Known(kerb.bounds), &kerb.because))
            .collect();
        rulings.extend(self.wall_rulings("hydrant_wall_distance", &words, wall_m));
        let beside = match (kerb.bounds.low, kerb.bounds.high) {
            _ if rulings.iter().all(|ruling| ruling.measure != "hydrant_kerb_distance") => String::new(),
            (Some(low), Some(high)) if low == high => {
                format!("; {:.1} m from the kerb ({})", low.get(), kerb.because)
            }
            _ => format!("; to be set out from the kerb, whose place is not known ({})", kerb.because),
        };
        let is_kept = !rulings.iter().any(|ruling| ruling.verdict.is_fail());
        is_kept.then_some(OnMain { at, main, along_m, plan_m, beside, rulings })
    }

    /// The rulings on a place that keeps so far from every wall of the data; certain where the study vouches for its
    /// buildings.
    fn wall_rulings(&self, measure: &str, words: &[&str], wall_m: f64) -> Vec<Ruling> {
        let is_certain = self.ground.layers.is_complete("buildings");
        let wall = Metres::new(wall_m).ok().filter(|_| is_certain).map_or(Bounds::unknown(), Bounds::at_least);
        let because = "no outer wall of the data is nearer than the rule asks";
        let rules = self.ground.study.rulebook.on(measure, words);
        rules.map(|rule| ruling(rule, &Measure::Known(wall), because)).collect()
    }

    /// The middle of what the rules on a measure allow; its limit where they bound one end only, none without rules.
    fn middle_of(&self, measure: &str) -> Option<f64> {
        let (mut low, mut high): (Option<f64>, Option<f64>) = (None, None);
        for rule in self.ground.study.rulebook.on(measure, &[HydrantKind::Pillar.code()]) {
            match rule.limit {
                Limit::AtLeast(limit) => low = Some(low.map_or(limit, |known| known.max(limit))),
                Limit::AtMost(limit) => high = Some(high.map_or(limit, |known| known.min(limit))),
            }
        }
        low.zip(high).map(|(low, high)| (low + high) / 2.0).or(low).or(high)
    }

    /// Open ground for ponds of so many m3, far enough from every wall, off the roads and off the water, nearest first and as
    /// far apart as the wall of the one is from the other; what is lacking of `least` is a place to be found beside the site.
    ///
    /// A square pond of that volume lies on the ground with its whole side, and its edge keeps all distances; it does so for
    /// certain, however little is known of a road.
    pub(super) fn places_for_ponds(&self, m3: f64, least: usize) -> Vec<Spot> {
        let ground = self.ground;
        let parameters = ground.parameters();
        let (wall_m, most_m) = (parameters.remedies.pond_wall_m, parameters.supply.counted_plan_m.1);
        let half_m = (m3 / parameters.remedies.pond_depth_m).sqrt() / 2.0;
        let from_wall_m = wall_m + half_m;
        let mut places: Vec<(f64, Point<f64>, &Zone)> = self
            .zones(&[ZoneKind::Open, ZoneKind::Park], most_m)
            .into_iter()
            .flat_map(|zone| self.grid(zone, wall_m, most_m).into_iter().map(move |at| (at, zone)))
            .map(|(at, zone)| (Euclidean.distance(&self.site.shape, &Geometry::Point(at)), at, zone))
            .filter(|(plan_m, ..)| (from_wall_m..=most_m).contains(plan_m))
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let water = self.zones(&[ZoneKind::Water], most_m);
        let (mut chosen, mut spare): (Vec<Spot>, Vec<Spot>) = (Vec::new(), Vec::new());
        for (plan_m, at, zone) in places {
            if chosen.len() >= parameters.remedies.ponds as usize {
                break;
            }
            let is_apart = |spot: &Spot| {
                spot.at.is_none_or(|other| Euclidean.distance(at, other) >= (2.0 * wall_m).max(wall_m + 2.0 * half_m))
            };
            if !chosen.iter().chain(&spare).all(is_apart)
                || ground.buildings.wall_m(at, from_wall_m).is_some()
                || from_edge_m(zone, at) < half_m
                || !ground.kerbs.is_off_roads(at, half_m)
                || water.iter().any(|zone| Euclidean.distance(&zone.area, &at) < half_m)
            {
                continue;
            }
            let Some(mut lay) = self.lay_from(at, parameters.supply.draft_reach_m) else { continue };
            let mut words = format!(
                "on {} {}; {plan_m:.0} m from the site; no wall of the data within {wall_m:.0} m",
                zone.kind, zone.id
            );
            let is_reached = lay.pumps.1 != 0;
            if !is_reached {
                let Some(access) = self.lane_to(at, &mut lay) else { continue };
                words += &access;
            }
            let mut rulings = self.wall_rulings("intake_wall_distance", &[WaterSourceKind::Pond.code()], wall_m);
            let hazards = of_hazards(ground.layers, &ground.study.rulebook, at);
            // A place that may be too near to dangerous goods is taken only where no other is left.
            let is_safe = hazards.iter().all(|ruling| ruling.verdict == Verdict::Pass);
            rulings.extend(hazards);
            let spot = Spot { at: Some(at), words, lay: Some(lay), rulings, condition: None, failures: Vec::new() };
            if is_reached && is_safe { chosen.push(spot) } else { spare.push(spot) }
        }
        chosen.extend(spare);
        chosen.truncate(parameters.remedies.ponds as usize);
        while chosen.len() < least {
            // A place nobody has found is reached by what gets to the site itself.
            let lay = LayFrom { lengths: ground.hose.lengths_for(wall_m), ..self.lay_at_site() };
            chosen.push(Spot {
                at: None,
                words: format!(
                    "at a place to be found: no open ground of the data near it keeps {wall_m:.0} m from every wall"
                ),
                lay: Some(lay),
                rulings: Vec::new(),
                condition: Some("if a place for it is found".to_owned()),
                failures: Vec::new(),
            });
        }
        chosen
    }

    /// The bank nearest to the site of water large enough to have no end, where a platform can be built and hose leads from;
    /// none that is certainly too near to a wall, or from which the water is certainly too deep to be drawn.
    ///
    /// The level is that of the nearest intake of the data on the same water; a platform stands on the bank, or at the water
    /// where the bank is lower. Where nobody told a level or the height of the bank, it hangs on the lift.
    pub(super) fn place_at_water(&self) -> Option<Spot> {
        let ground = self.ground;
        let parameters = ground.parameters();
        let least_m2 = parameters.remedies.intake_water_m2;
        let mut zones = self.zones(&[ZoneKind::Water], self.ways.limit_m);
        zones.retain(|zone| zone.area.unsigned_area() >= least_m2);
        let closest = |zone: &Zone| match zone.area.closest_point(&self.site.point) {
            Closest::Intersection(at) | Closest::SinglePoint(at) => Some(at),
            Closest::Indeterminate => None,
        };
        // After the nearest bank of each water, its whole bank in steps.
        let mut banks: Vec<(f64, Point<f64>, &Zone)> = zones
            .into_iter()
            .flat_map(|zone| {
                let rings = zone.area.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
                let steps = rings.flat_map(|ring| along(ring, parameters.remedies.pond_wall_m));
                closest(zone).into_iter().chain(steps).map(move |at| (at, zone))
            })
            .map(|(at, zone)| (Euclidean.distance(at, self.site.point), at, zone))
            .filter(|(plan_m, ..)| *plan_m <= self.ways.limit_m)
            .collect();
        banks.sort_by(|a, b| a.0.total_cmp(&b.0));
        banks.into_iter().find_map(|(plan_m, at, zone)| self.platform_at(plan_m, at, zone))
    }

    /// A platform on one place of a bank, if one can be built there.
    fn platform_at(&self, plan_m: f64, at: Point<f64>, zone: &Zone) -> Option<Spot> {
        let ground = self.ground;
        let parameters = ground.parameters();
        let rulebook = &ground.study.rulebook;
        let words = [WaterSourceKind::Intake.code()];
        let mut rulings: Vec<Ruling> = Vec::new();
        if let Some(reach_m) = rulebook.limit("intake_wall_distance") {
            let wall = Measure::Known(ground.buildings.wall_distance(at, reach_m));
            let rules = rulebook.on("intake_wall_distance", &words);
            rulings.extend(rules.map(|rule| ruling(rule, &wall, "to the nearest outer wall of the data")));
        }
        rulings.extend(of_hazards(ground.layers, rulebook, at));
        if rulings.iter().any(|ruling| ruling.verdict.is_fail()) {
            return None;
        }
        let beside = self.intake_on(zone, at);
        let level_m = beside.and_then(|index| ground.layers.water_sources[index].water_level_m);
        let lift_m = level_m.zip(self.height(at)).map(|(level_m, bank_m)| (bank_m - level_m).max(0.0));
        if lift_m.is_some_and(|lift_m| lift_m > parameters.suction_m) {
            return None;
        }
        let mut lay = self.lay_from(at, parameters.supply.draft_reach_m)?;
        let access = if lay.pumps.1 == 0 { self.lane_to(at, &mut lay)? } else { String::new() };
        let lift = Measure::Known(lift_m.and_then(|m| Metres::new(m).ok()).map_or(Bounds::unknown(), Bounds::exactly));
        let most_m = parameters.suction_m;
        let (level, condition) = match (beside, lift_m) {
            (Some(index), Some(lift_m)) => {
                (format!("{lift_m:.1} m above the water at intake {}", ground.layers.water_sources[index].id), None)
            }
            _ => {
                let condition = format!("if the water there is at most {most_m} m below it, which nobody tells");
                (format!("for the lowest level, which the data does not hold; {condition}"), Some(condition))
            }
        };
        let name = zone.name.as_deref().unwrap_or(&zone.id);
        let words_of_place = format!("at {name}; {plan_m:.0} m from the site; {level}{access}");
        let rules = rulebook.on("suction_lift", &words);
        rulings.extend(rules.map(|rule| ruling(rule, &lift, &level)));
        let gauge = |failure: &Failure| matches!(failure, Failure::Gauge(_));
        let failures = beside.map_or_else(Vec::new, |index| {
            let source = &ground.supply.sources[ground.layers.hydrants.len() + index];
            source.failures.iter().copied().filter(gauge).collect()
        });
        Some(Spot { at: Some(at), words: words_of_place, lay: Some(lay), rulings, condition, failures })
    }

    /// The nearest intake of the data on a water, one whose level is told before all others; an index into the layer.
    fn intake_on(&self, zone: &Zone, at: Point<f64>) -> Option<usize> {
        let reach_m = self.ground.parameters().supply.draft_reach_m;
        let intakes = self.ground.layers.water_sources.iter().enumerate().filter(|(_, water)| {
            water.kind == WaterSourceKind::Intake && Euclidean.distance(&zone.area, &water.at) <= reach_m
        });
        let key = |water: &WaterSource| (water.water_level_m.is_none(), Euclidean.distance(water.at, at));
        let nearer = |a: &(usize, &WaterSource), b: &(usize, &WaterSource)| {
            let ((no_level_a, metres_a), (no_level_b, metres_b)) = (key(a.1), key(b.1));
            no_level_a.cmp(&no_level_b).then(metres_a.total_cmp(&metres_b))
        };
        intakes.min_by(nearer).map(|(index, _)| index)
    }

    /// Lets pumps come to a place by a lane that is built from the nearest road that they get to; that lane in words.
    fn lane_to(&self, at: Point<f64>, lay: &mut LayFrom) -> Option<String> {
        let ground = self.ground;
        let limit_m = ground.study.rulebook.parameters.movement.snap_limit_m;
        let road = ground.network.snap(at, limit_m, |edge| ground.fleet.pumps_on([edge]).1 != 0)?;
        lay.pumps = ground.fleet.pumps_on([road.edge]);
        lay.lanes = self.lanes_on(&[road.edge], at);
        Some(format!("; with {:.0} m of new lane to it", road.distance_m))
    }

    fn zones(&self, kinds: &[ZoneKind], reach_m: f64) -> Vec<&Zone> {
        let near = self.ground.zones.near(&self.site.shape, reach_m).into_iter();
        near.map(|index| &self.ground.layers.zones[index]).filter(|zone| kinds.contains(&zone.kind)).collect()
    }

    /// Places inside a zone and near the site: on a grid, and one in its middle.
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
        let middle = zone.area.interior_point();
        steps(low.x, high.x)
            .flat_map(|x| steps(low.y, high.y).map(move |y| Point::new(x, y)))
            .chain(middle)
            .filter(|at| zone.area.contains(at))
            .collect()
    }
}

/// The distance from a place in a zone to the zone's edge, holes included.
fn from_edge_m(zone: &Zone, at: Point<f64>) -> f64 {
    let rings = zone.area.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    rings.map(|ring| Euclidean.distance(&at, ring)).fold(f64::INFINITY, f64::min)
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
