//! How much is covered within a time, always with what it is a share of.

use std::collections::BTreeMap;

use firereach_model::feature::{Building, ZoneKind};
use firereach_model::findings::reach::{Coverage, Figure, Isochrone, ReachFindings, SiteReach};
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use geo::{Area, BooleanOps, BoundingRect, Centroid, Contains, MultiPolygon};
use geo_types::Point;
use rayon::prelude::*;

use super::after_dispatch_s;
use super::lengths::{Stretch, length_m, reached_m};
use super::people::Residents;
use crate::change::Conditions;
use crate::network::{EdgeId, EdgePart, Fronts, Network, Snap};

/// What coverage is measured on.
pub(super) struct View<'a> {
    pub(super) network: &'a Network,
    pub(super) study: &'a Study,
    pub(super) conditions: &'a Conditions<'a>,
    /// First arrivals when what is unknown passes.
    pub(super) possible: &'a Fronts,
    /// First arrivals when it does not.
    pub(super) certain: &'a Fronts,
    pub(super) legal_s: Option<f64>,
    /// Where each building meets the network.
    pub(super) snaps: &'a [Option<Snap>],
    /// Who lives where, if anybody said.
    pub(super) residents: Option<&'a Residents>,
    /// What is reached for certain, by cutoff; none where no area is measured.
    pub(super) certain_areas: &'a [Isochrone],
    /// Ways for vehicles: all of them, then by measured area.
    pub(super) roads: &'a [(String, Vec<Stretch>)],
}

/// Whether coverage is measured in areas of a kind.
pub(super) fn is_measured(kind: ZoneKind) -> bool {
    matches!(
        kind,
        ZoneKind::Study
            | ZoneKind::District
            | ZoneKind::Subdistrict
            | ZoneKind::Community
            | ZoneKind::HistoricBlock
            | ZoneKind::CharacterArea
    )
}

/// Where each building meets the network: the nearest way to its middle.
pub(super) fn building_snaps(network: &Network, layers: &Layers, limit_m: f64) -> Vec<Option<Snap>> {
    let buildings = layers.buildings.par_iter();
    let middle = |building: &Building| building.footprint.centroid().unwrap_or(Point::new(0.0, 0.0));
    buildings.map(|building| network.snap(middle(building), limit_m, |_| true)).collect()
}

/// One thing that may be covered: its weight, and the earliest and the latest arrival.
#[derive(Clone, Copy)]
struct Demand {
    weight: f64,
    possible_s: Option<f64>,
    certain_s: Option<f64>,
}

/// The earliest and the latest arrival, seconds.
type Interval = (Option<f64>, Option<f64>);

impl View<'_> {
    fn cutoffs(&self) -> Vec<f64> {
        let movement = &self.study.rulebook.parameters.movement;
        let mut cutoffs: Vec<f64> = movement.cutoffs_s.iter().map(|&s| f64::from(s)).chain(self.legal_s).collect();
        cutoffs.sort_by(f64::total_cmp);
        cutoffs.dedup();
        cutoffs
    }

    /// The parts a site belongs to: all, its kind, its grade, the zones it lies in.
    fn parts_of_sites(&self) -> Vec<Vec<String>> {
        let layers = &self.conditions.layers;
        layers
            .sites
            .iter()
            .map(|site| {
                let mut parts = vec!["all".to_owned(), format!("kind:{}", site.kind)];
                let is_building = !site.kind.is_area();
                parts.push(site.grade.map_or("grade:unknown".to_owned(), |grade| format!("grade:{grade}")));
                for zone in &layers.zones {
                    let is_asked = match zone.kind {
                        ZoneKind::Subdistrict | ZoneKind::Community | ZoneKind::District => true,
                        ZoneKind::HistoricBlock | ZoneKind::CharacterArea => is_building,
                        _ => false,
                    };
                    if is_asked && zone.area.contains(&site.point) {
                        parts.push(format!("{}:{}", zone.kind, zone.id));
                    }
                }
                parts
            })
            .collect()
    }

    /// Coverage at every cutoff and at the legal time: sites by part, second arrivals, backup, buildings, footprints, floors,
    /// people, road length and area of the study and of every area in it.
    pub(super) fn coverage(&self, findings: &ReachFindings) -> Vec<Coverage> {
        let parts = self.parts_of_sites();
        let sites = |weight: &dyn Fn(usize) -> f64, time: &dyn Fn(&SiteReach) -> Interval| {
            let mut by_part: BTreeMap<String, Vec<Demand>> = BTreeMap::new();
            for (i, reach) in findings.sites.iter().enumerate() {
                let (possible_s, certain_s) = time(reach);
                for part in &parts[i] {
                    let demand = Demand { weight: weight(i), possible_s, certain_s };
                    by_part.entry(part.clone()).or_default().push(demand);
                }
            }
            by_part
        };
        let first = |reach: &SiteReach| {
            (reach.first.as_ref().map(after_dispatch_s), reach.cautious.as_ref().map(after_dispatch_s))
        };
        let second = |reach: &SiteReach| {
            let call_s = self.study.rulebook.parameters.movement.call_s;
            (reach.second.as_ref().map(after_dispatch_s), reach.second_cautious_s.map(|s| s - call_s))
        };
        let micro = |reach: &SiteReach| {
            (reach.micro.as_ref().map(after_dispatch_s), reach.micro_cautious.as_ref().map(after_dispatch_s))
        };
        let layers = &self.conditions.layers;
        let mut list = Vec::new();
        let one = |_: usize| 1.0;
        let people = |i: usize| layers.sites[i].people.unwrap_or(0.0);
        let buildings = self.buildings();
        let building_parts = self.parts_of_buildings();
        let site_parts = sites(&one, &first);
        let second_parts = sites(&one, &second);
        let micro_parts = sites(&one, &micro);
        let people_parts = sites(&people, &first);
        let has_people = layers.sites.iter().any(|site| site.people.is_some());
        for cutoff_s in self.cutoffs() {
            let mut add = |measure: &str, unit: &str, parts: &BTreeMap<String, Vec<Demand>>| {
                for (part, demands) in parts {
                    list.push(covered(measure, cutoff_s, part, unit, demands));
                }
            };
            add("sites", "sites", &site_parts);
            add("sites_by_second_arrival", "sites", &second_parts);
            if layers.stations.iter().any(|station| !super::units::is_brigade(station.kind)) {
                add("sites_by_micro_station", "sites", &micro_parts);
            }
            if has_people {
                add("people_at_sites", "people", &people_parts);
            }
            for (name, unit, weight) in [
                ("buildings", "buildings", 0usize),
                ("footprint_area", "m2", 1),
                ("floor_area_where_storeys_known", "m2", 2),
                ("people_where_known", "people", 3),
            ] {
                let demand = |&(weights, demand): &([Option<f64>; 4], Demand)| {
                    weights[weight].map(|weight| Demand { weight, ..demand })
                };
                let demands: Vec<Demand> = buildings.iter().filter_map(demand).collect();
                if !demands.is_empty() {
                    list.push(covered(name, cutoff_s, "all", unit, &demands));
                }
                for (part, members) in &building_parts {
                    let demands: Vec<Demand> = members.iter().filter_map(|&i| demand(&buildings[i])).collect();
                    if !demands.is_empty() {
                        list.push(covered(name, cutoff_s, part, unit, &demands));
                    }
                }
            }
            list.extend(self.people(cutoff_s, &buildings));
            list.extend(self.road_length(cutoff_s));
            list.extend(self.areas(cutoff_s, findings));
        }
        list
    }

    /// Buildings with their weights (one, footprint, floors, people) and arrivals at the nearest way.
    fn buildings(&self) -> Vec<([Option<f64>; 4], Demand)> {
        let layers = &self.conditions.layers;
        layers
            .buildings
            .par_iter()
            .zip(self.snaps)
            .map(|(building, snap)| {
                let footprint = building.footprint.unsigned_area();
                let floors = building.body.storeys.map(|storeys| footprint * f64::from(storeys));
                let people = building.body.occupants.map(f64::from);
                let time = |fronts: &Fronts| {
                    snap.as_ref().and_then(|snap| fronts.at(snap.edge, snap.offset_m)).map(|(ms, _)| ms / 1000.0)
                };
                let demand = Demand { weight: 1.0, possible_s: time(self.possible), certain_s: time(self.certain) };
                ([Some(1.0), Some(footprint), floors, people], demand)
            })
            .collect()
    }

    /// The buildings of every measured area but the study's own, by area.
    fn parts_of_buildings(&self) -> Vec<(String, Vec<usize>)> {
        let layers = &self.conditions.layers;
        let middles: Vec<Option<Point<f64>>> = layers.buildings.iter().map(|b| b.footprint.centroid()).collect();
        let zones: Vec<_> =
            layers.zones.iter().filter(|zone| is_measured(zone.kind) && zone.kind != ZoneKind::Study).collect();
        zones
            .into_par_iter()
            .map(|zone| {
                let bounds = zone.area.bounding_rect();
                let is_in = |at: &Point<f64>| bounds.is_some_and(|b| b.contains(at)) && zone.area.contains(at);
                let members = middles.iter().enumerate().filter(|(_, at)| at.as_ref().is_some_and(is_in));
                (format!("{}:{}", zone.kind, zone.id), members.map(|(i, _)| i).collect())
            })
            .collect()
    }

    /// Residents of the areas that state theirs: all, and by area.
    fn people(&self, cutoff_s: f64, buildings: &[([Option<f64>; 4], Demand)]) -> Vec<Coverage> {
        let Some(residents) = self.residents.filter(|residents| residents.parts().next().is_some()) else {
            return Vec::new();
        };
        let is_in = |time: Option<f64>| time.is_some_and(|s| s <= cutoff_s);
        let possible = |building: usize| is_in(buildings[building].1.possible_s);
        let certain = |building: usize| is_in(buildings[building].1.certain_s);
        let coverage = |part: &str, low: (f64, f64), high: (f64, f64), of: f64| Coverage {
            measure: name("people", cutoff_s),
            part: part.to_owned(),
            covered: low.0,
            covered_high: high.1,
            of,
            unit: "people".to_owned(),
        };
        let all = coverage("all", residents.living_in(certain), residents.living_in(possible), residents.total());
        let by_area = residents.parts().map(|(area, part, of)| {
            coverage(part, residents.living_in_area(area, &certain), residents.living_in_area(area, &possible), of)
        });
        std::iter::once(all).chain(by_area).collect()
    }

    fn road_length(&self, cutoff_s: f64) -> Vec<Coverage> {
        let parts =
            |fronts: &Fronts| -> Vec<EdgePart> { fronts.clone().parts(self.network, super::milliseconds(cutoff_s)) };
        let (certain, possible) = rayon::join(|| parts(self.certain), || parts(self.possible));
        self.roads
            .par_iter()
            .filter(|(part, stretches)| part == "all" || !stretches.is_empty())
            .map(|(part, stretches)| Coverage {
                measure: name("road_length", cutoff_s),
                part: part.clone(),
                covered: reached_m(self.network, stretches, &certain),
                covered_high: reached_m(self.network, stretches, &possible),
                of: length_m(self.network, stretches),
                unit: "m".to_owned(),
            })
            .collect()
    }

    /// The study's own area and every other measured one, of which the merged isochrone covers so much.
    fn areas(&self, cutoff_s: f64, findings: &ReachFindings) -> Vec<Coverage> {
        let zones = &self.conditions.layers.zones;
        let of_study = zones.iter().filter(|zone| zone.kind == ZoneKind::Study);
        let study = of_study.fold(MultiPolygon::new(Vec::new()), |all, zone| all.union(&zone.area));
        let mut parts: Vec<(String, &MultiPolygon<f64>)> = Vec::new();
        if !study.0.is_empty() {
            parts.push(("all".to_owned(), &study));
        }
        let others = zones.iter().filter(|zone| is_measured(zone.kind) && zone.kind != ZoneKind::Study);
        parts.extend(others.map(|zone| (format!("{}:{}", zone.kind, zone.id), &zone.area)));
        let at = |isochrones: &[Isochrone]| {
            let all = isochrones.iter().filter(|i| i.station.is_none());
            all.filter(|i| f64::from(i.cutoff_s) == cutoff_s).map(|i| i.area.clone()).next()
        };
        let Some(possible) = at(&findings.isochrones) else { return Vec::new() };
        let certain = at(self.certain_areas).unwrap_or(MultiPolygon::new(Vec::new()));
        let within = |area: &MultiPolygon<f64>, of: &MultiPolygon<f64>| area.intersection(of).unsigned_area() / 1e6;
        parts
            .into_par_iter()
            .map(|(part, of)| Coverage {
                measure: name("area", cutoff_s),
                part,
                covered: within(&certain, of),
                covered_high: within(&possible, of),
                of: of.unsigned_area() / 1e6,
                unit: "km2".to_owned(),
            })
            .collect()
    }

    /// Median, 90th and 95th percentile, greatest and Gini index of the response to sites by part, from the dispatch order;
    /// the latest arrival at a road of the study's area.
    pub(super) fn figures(&self, findings: &ReachFindings) -> Vec<Figure> {
        let mut by_part: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, parts) in self.parts_of_sites().into_iter().enumerate() {
            for part in parts {
                by_part.entry(part).or_default().push(i);
            }
        }
        let mut figures = Vec::new();
        for (part, sites) in by_part {
            let times = |run: &dyn Fn(&SiteReach) -> Option<f64>| {
                let mut times: Vec<f64> =
                    sites.iter().map(|&i| run(&findings.sites[i]).unwrap_or(f64::INFINITY)).collect();
                times.sort_by(f64::total_cmp);
                times
            };
            let low = times(&|reach| reach.first.as_ref().map(after_dispatch_s));
            let high = times(&|reach| reach.cautious.as_ref().map(after_dispatch_s));
            let figure = |measure: &str, unit: &str, of: &dyn Fn(&[f64]) -> f64| Figure {
                measure: measure.to_owned(),
                part: part.clone(),
                low: Some(of(&low)).filter(|v| v.is_finite()),
                high: Some(of(&high)).filter(|v| v.is_finite()),
                unit: unit.to_owned(),
                count: sites.len() as u64,
            };
            figures.push(figure("response_p50", "s", &|t| percentile(t, 0.5)));
            figures.push(figure("response_p90", "s", &|t| percentile(t, 0.9)));
            figures.push(figure("response_p95", "s", &|t| percentile(t, 0.95)));
            figures.push(figure("response_max", "s", &|t| percentile(t, 1.0)));
            figures.push(figure("response_gini", "share", &gini));
        }
        figures.extend(self.worst_edges());
        figures
    }

    /// The legal criterion: the latest arrival anywhere on a way for vehicles of the study's area and of every other measured
    /// one, without any that nobody reaches; `None` when not all are.
    fn worst_edges(&self) -> Vec<Figure> {
        let study = self.edges_of_study().into_iter();
        let study = study.map(|(edge, plan_m)| Stretch { edge, from_m: 0.0, to_m: plan_m }).collect();
        let all = ("all".to_owned(), study);
        let others = self.roads.iter().skip(1).filter(|(_, stretches)| !stretches.is_empty());
        std::iter::once(&all)
            .chain(others)
            .map(|(part, stretches)| Figure {
                measure: "worst_edge".to_owned(),
                part: part.clone(),
                low: latest_s(self.possible, stretches),
                high: latest_s(self.certain, stretches),
                unit: "s".to_owned(),
                count: stretches.len() as u64,
            })
            .collect()
    }

    /// Edges of ways for vehicles whose middle lies in the study's area, with their lengths in plan.
    pub(super) fn edges_of_study(&self) -> Vec<(EdgeId, f64)> {
        let layers = &self.conditions.layers;
        let study: Vec<&MultiPolygon<f64>> =
            layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Study).map(|zone| &zone.area).collect();
        let edges: Vec<u32> = (0u32..).take(self.network.edge_count()).collect();
        edges
            .par_iter()
            .filter_map(|&e| {
                let edge = self.network.edge(EdgeId(e));
                let is_road = layers.roads[edge.road as usize].class.is_for_vehicles();
                let is_inside = || {
                    let at = Point(self.network.place(layers, EdgeId(e), edge.plan_m() / 2.0));
                    study.is_empty() || study.iter().any(|area| area.contains(&at))
                };
                (is_road && is_inside()).then(|| (EdgeId(e), edge.plan_m()))
            })
            .collect()
    }

    /// The latest arrival at a way for vehicles in the study's area, by owner: the time by rank of station.
    pub(super) fn farthest_by_owner(&self) -> BTreeMap<u32, f64> {
        let times: Vec<Option<(f64, u32)>> = self
            .edges_of_study()
            .par_iter()
            .map(|&(edge, plan_m)| {
                [0.0, plan_m / 2.0, plan_m]
                    .iter()
                    .filter_map(|&m| self.possible.at(edge, m))
                    .max_by(|a, b| a.0.total_cmp(&b.0))
            })
            .collect();
        let mut farthest: BTreeMap<u32, f64> = BTreeMap::new();
        for (ms, owner) in times.into_iter().flatten() {
            let latest = farthest.entry(owner).or_insert(0.0);
            *latest = latest.max(ms / 1000.0);
        }
        farthest
    }
}

/// The latest arrival at the ends and the middles of stretches, seconds; `None` where nobody arrives at one of them.
fn latest_s(fronts: &Fronts, stretches: &[Stretch]) -> Option<f64> {
    let of_stretch = |stretch: &Stretch| {
        let places = [stretch.from_m, (stretch.from_m + stretch.to_m) / 2.0, stretch.to_m];
        let times = places.map(|m| fronts.at(stretch.edge, m).map(|(ms, _)| ms));
        times.into_iter().try_fold(0.0, |latest: f64, ms| Some(latest.max(ms?)))
    };
    let all: Option<Vec<f64>> = stretches.par_iter().map(of_stretch).collect();
    all.and_then(|times| times.into_iter().reduce(f64::max)).map(|ms| ms / 1000.0)
}

fn name(measure: &str, cutoff_s: f64) -> String {
    format!("{measure}_within_{cutoff_s:.0}_s")
}

fn covered(measure: &str, cutoff_s: f64, part: &str, unit: &str, demands: &[Demand]) -> Coverage {
    let within = |time: &dyn Fn(&Demand) -> Option<f64>| -> f64 {
        demands.iter().filter(|d| time(d).is_some_and(|s| s <= cutoff_s)).map(|d| d.weight).sum()
    };
    Coverage {
        measure: name(measure, cutoff_s),
        part: part.to_owned(),
        covered: within(&|d| d.certain_s),
        covered_high: within(&|d| d.possible_s),
        of: demands.iter().map(|d| d.weight).sum(),
        unit: unit.to_owned(),
    }
}

/// The smallest value that at least a share of the ordered values does not exceed.
pub(super) fn percentile(ordered: &[f64], share: f64) -> f64 {
    if ordered.is_empty() {
        return f64::INFINITY;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between one and the length")]
    let rank = (share * ordered.len() as f64).ceil().max(1.0) as usize;
    ordered[rank.min(ordered.len()) - 1]
}

/// The Gini index of ordered values: 0 when all are equal; infinite values make it infinite, hence unknown.
fn gini(ordered: &[f64]) -> f64 {
    let sum: f64 = ordered.iter().sum();
    if !sum.is_finite() {
        return f64::INFINITY;
    }
    if sum <= 0.0 {
        return 0.0;
    }
    let n = ordered.len() as f64;
    let weighted: f64 = ordered.iter().zip(1u32..).map(|(value, i)| f64::from(i) * value).sum();
    2.0 * weighted / (n * sum) - (n + 1.0) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_90th_percentile_of_ten_times_is_the_ninth() {
        let times: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(percentile(&times, 0.9), 9.0);
        assert_eq!(percentile(&times, 1.0), 10.0);
        assert_eq!(percentile(&times[..1], 0.9), 1.0);
    }

    #[test]
    fn equal_times_have_no_inequality_and_one_late_site_of_two_has_a_half() {
        assert_eq!(gini(&[5.0, 5.0, 5.0]), 0.0);
        assert_eq!(gini(&[0.0, 10.0]), 0.5);
    }
}
