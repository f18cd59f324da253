//! Fire separation: neighbours nearer than the table distance, groups through which fire can spread, firebreaks.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Body, Building, BuildingUse, Obstacle, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::{Encroachment, Separation};
use firereach_model::layers::Layers;
use firereach_model::rules::{Limit, Rule, Verdict};
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo::{Area, BooleanOps, Centroid, Contains, Intersects};
use geo_types::{Coord, Geometry, LineString, MultiPolygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::judge::Cores;
use super::plane::{Segment, distance};

/// The words of the table of separation that a building may have, by what is known of it.
///
/// A building from a height on is high-rise; others go by their fire-resistance grade, or by the grades that a building
/// of their structure may have.
fn words_of(body: &Body, study: &Study) -> Vec<&'static str> {
    let parameters = &study.rulebook.parameters;
    let (dwelling, other) = parameters.lanes.high_rise_m;
    let from = if body.usage == Some(BuildingUse::Dwelling) { dwelling } else { other };
    let need = &parameters.water.need;
    let grades: Vec<u8> = match (body.fire_grade, body.structure) {
        (Some(grade), _) => vec![grade],
        (None, Some(structure)) => {
            need.grades_by_structure.get(&structure).cloned().unwrap_or_else(|| need.unknown_grades.clone())
        }
        (None, None) => need.unknown_grades.clone(),
    };
    let may_be_high = body.height.high.is_some_and(|h| h.get() >= from);
    let is_high = body.height.low.is_some_and(|h| h.get() >= from);
    let mut words = Vec::new();
    for grade in grades {
        match grade {
            0..=2 => {
                if may_be_high {
                    words.push("high_12");
                }
                if !is_high {
                    words.push("low_12");
                }
            }
            3 => words.push("grade_3"),
            _ => words.push("grade_4"),
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The nearest pair of points of two outlines; the same point twice where they touch or overlap.
fn nearest_line(a: &Building, b: &Building) -> (Coord<f64>, Coord<f64>) {
    let edges = |building: &Building| -> Vec<Segment> {
        building.footprint.exterior().0.windows(2).map(|w| Segment { a: w[0], b: w[1] }).collect()
    };
    let (ea, eb) = (edges(a), edges(b));
    let start = a.footprint.exterior().0[0];
    let inside = |outer: &Building, inner: &Building| {
        inner.footprint.exterior().0.first().is_some_and(|p| outer.footprint.contains(&geo_types::Point(*p)))
    };
    if inside(a, b) || inside(b, a) {
        return (start, start);
    }
    let mut best: Option<(f64, Coord<f64>, Coord<f64>)> = None;
    for x in &ea {
        for y in &eb {
            let Some((p, q)) = x.closest(y) else {
                let at = if y.distance_to(x.a) < y.distance_to(x.b) { x.a } else { x.b };
                return (at, at);
            };
            let d = distance(p, q);
            if best.is_none_or(|(known, ..)| d < known) {
                best = Some((d, p, q));
            }
        }
    }
    best.map_or((start, start), |(_, p, q)| (p, q))
}

struct Pair {
    a: usize,
    b: usize,
    line: (Coord<f64>, Coord<f64>),
    distance_m: f64,
    required_m: (f64, f64),
    ruling: Ruling,
}

/// Every pair of neighbours of which one is a site and which stand nearer than the table asks, or may do so.
///
/// Groups are joined over all buildings that certainly stand too near to each other, sites or not. Whether a wall between
/// them excuses the pair (fire walls, blank walls) no layer tells. O(n log n) and the pairs within the search distance.
///
/// # Source
///
/// GB 50016-2014 (2018), 5.2.2; figures from the rule pack.
pub(crate) fn separations(layers: &Layers, study: &Study, cores: &Cores<'_>) -> Vec<Separation> {
    let reach = study.rulebook.parameters.lanes.separation_search_m;
    if !study.rulebook.rules.iter().any(|rule| rule.measure == "separation") {
        return Vec::new();
    }
    let tree = boxes_of(layers);
    let words: Vec<Vec<&str>> = layers.buildings.iter().map(|building| words_of(&building.body, study)).collect();
    let sites = sites_by_building(layers, &tree);
    let pairs: Vec<Pair> = (0..layers.buildings.len())
        .into_par_iter()
        .flat_map_iter(|a| {
            let ring = &layers.buildings[a].footprint.exterior().0;
            let corners: Vec<[f64; 2]> = ring.iter().map(|p| [p.x, p.y]).collect();
            let around = AABB::from_points(corners.iter());
            let (low, high) = (around.lower(), around.upper());
            let search = AABB::from_corners([low[0] - reach, low[1] - reach], [high[0] + reach, high[1] + reach]);
            let mut others: Vec<usize> =
                tree.locate_in_envelope_intersecting(&search).map(|item| item.data).filter(|&b| b > a).collect();
            if layers.buildings[a].is_roof {
                others.clear();
            }
            others.sort_unstable();
            others
                .into_iter()
                .filter(|&b| layers.buildings[a].level == layers.buildings[b].level)
                .filter_map(|b| judge_pair(layers, study, cores, (a, b), (&words[a], &words[b]), reach))
                .collect::<Vec<_>>()
        })
        .collect();
    let clusters = clusters(layers.buildings.len(), &pairs);
    let mut sizes: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
    for (building, &cluster) in layers.buildings.iter().zip(&clusters).filter(|(_, cluster)| **cluster > 0) {
        let (count, m2) = sizes.entry(cluster).or_default();
        (*count, *m2) = (*count + 1, *m2 + building.footprint.unsigned_area());
    }
    pairs
        .into_iter()
        .filter(|pair| sites.contains_key(&pair.a) || sites.contains_key(&pair.b))
        .map(|pair| {
            // The site first.
            let (a, b) = if sites.contains_key(&pair.a) { (pair.a, pair.b) } else { (pair.b, pair.a) };
            Separation {
                building: layers.buildings[a].id.clone(),
                neighbour: layers.buildings[b].id.clone(),
                site: sites.get(&a).map(|&site| layers.sites[site].id.clone()),
                distance_m: pair.distance_m,
                required_m: pair.required_m,
                line: LineString(vec![pair.line.0, pair.line.1]),
                cluster: clusters[a],
                cluster_buildings: sizes.get(&clusters[a]).map_or(0, |size| size.0),
                cluster_m2: sizes.get(&clusters[a]).map_or(0.0, |size| size.1),
                ruling: pair.ruling,
            }
        })
        .collect()
}

/// The boxes around buildings, with their indices.
pub(crate) type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

/// The boxes around all buildings that stand on the ground.
pub(crate) fn boxes_of(layers: &Layers) -> Boxes {
    let boxes = layers
        .buildings
        .iter()
        .enumerate()
        .filter(|(_, building)| building.footprint.exterior().0.len() > 3 && !building.is_roof)
        .map(|(i, building)| {
            let ring = &building.footprint.exterior().0;
            let bounds = AABB::from_points(ring.iter().map(|p| [p.x, p.y]).collect::<Vec<_>>().iter());
            GeomWithData::new(Rectangle::from_aabb(bounds), i)
        });
    RTree::bulk_load(boxes.collect())
}

/// The buildings on the ground of a level that hold a place, in their order.
pub(crate) fn buildings_at(layers: &Layers, boxes: &Boxes, at: Coord<f64>, level: i16) -> Vec<usize> {
    let near = boxes.locate_all_at_point(&[at.x, at.y]).map(|item| item.data);
    let holds = |b: &usize| {
        let building = &layers.buildings[*b];
        let is_on_ground = building.level == level && building.min_height.is_none_or(|height| height.get() <= 0.0);
        is_on_ground && building.footprint.contains(&geo_types::Point(at))
    };
    let mut found: Vec<usize> = near.filter(holds).collect();
    found.sort_unstable();
    found
}

/// The site that each building is, by building.
pub(crate) fn site_of_building(layers: &Layers) -> BTreeMap<usize, usize> {
    sites_by_building(layers, &boxes_of(layers))
}

fn sites_by_building(layers: &Layers, tree: &Boxes) -> BTreeMap<usize, usize> {
    let by_id: BTreeMap<&str, usize> = layers.buildings.iter().enumerate().map(|(i, b)| (b.id.as_str(), i)).collect();
    let mut sites = BTreeMap::new();
    for (s, site) in layers.sites.iter().enumerate().filter(|(_, site)| !site.kind.is_area()) {
        let matched = site.building.as_deref().and_then(|id| by_id.get(id).copied());
        let at = [site.point.x(), site.point.y()];
        let found = matched.or_else(|| {
            let mut under: Vec<usize> = tree
                .locate_all_at_point(&at)
                .map(|item| item.data)
                .filter(|&b| layers.buildings[b].footprint.intersects(&site.point))
                .collect();
            under.sort_unstable();
            under.first().copied()
        });
        if let Some(building) = found {
            sites.entry(building).or_insert(s);
        }
    }
    sites
}

fn judge_pair(
    layers: &Layers,
    study: &Study,
    cores: &Cores<'_>,
    (a, b): (usize, usize),
    (words_a, words_b): (&[&str], &[&str]),
    reach: f64,
) -> Option<Pair> {
    let line = nearest_line(&layers.buildings[a], &layers.buildings[b]);
    let distance_m = distance(line.0, line.1);
    if distance_m > reach {
        return None;
    }
    let measured = Metres::new((distance_m * 1e4).round() / 1e4).ok()?;
    let in_core = cores.contain(line.0) || cores.contain(line.1);
    let table: Vec<&Rule> = study.rulebook.rules.iter().filter(|rule| rule.measure == "separation").collect();
    let mut judged: Vec<(f64, Verdict, &Rule)> = Vec::new();
    for x in words_a {
        for y in words_b {
            let (xy, yx) = (format!("{x}-{y}"), format!("{y}-{x}"));
            for rule in table.iter().filter(|rule| rule.applies(&[&xy, &yx])) {
                let (Limit::AtLeast(limit) | Limit::AtMost(limit)) = rule.limit;
                judged.push((limit, rule.judge(&Measure::Known(Bounds::exactly(measured)), in_core), rule));
            }
        }
    }
    let least = judged.iter().min_by(|p, q| p.0.total_cmp(&q.0))?;
    let most = judged.iter().max_by(|p, q| p.0.total_cmp(&q.0))?;
    if !most.1.is_fail() {
        return None;
    }
    let verdict = if least.1.is_fail() { least.1 } else { Verdict::Unknown };
    let ruling = Ruling {
        rule: least.2.id.clone(),
        measure: "separation".to_owned(),
        low: Some(measured.get()),
        high: Some(measured.get()),
        is_reached: true,
        verdict,
        because: format!(
            "{distance_m:.2} m in plan; {} beside {}; fire walls and blank walls are not in the data",
            words_a.join(" or "),
            words_b.join(" or ")
        ),
    };
    Some(Pair { a, b, line, distance_m, required_m: (least.0, most.0), ruling })
}

/// The number of each building's group, from one by its first building; zero for buildings alone.
fn clusters(count: usize, pairs: &[Pair]) -> Vec<u32> {
    let mut parent: Vec<usize> = (0..count).collect();
    fn top(parent: &mut [usize], mut x: usize) -> usize {
        while parent[x] != x {
            parent[x] = parent[parent[x]];
            x = parent[x];
        }
        x
    }
    for pair in pairs.iter().filter(|pair| pair.ruling.verdict.is_fail()) {
        let (x, y) = (top(&mut parent, pair.a), top(&mut parent, pair.b));
        // The smaller number stays on top, so that a group is named after its first building.
        parent[x.max(y)] = x.min(y);
    }
    let mut size = vec![0u32; count];
    for i in 0..count {
        size[top(&mut parent, i)] += 1;
    }
    let mut number = vec![0u32; count];
    let mut next = 0;
    for i in 0..count {
        let t = top(&mut parent, i);
        if size[t] > 1 && number[t] == 0 {
            next += 1;
            number[t] = next;
        }
        number[i] = number[t];
    }
    number
}

/// What stands in firebreaks: buildings by the area they take, obstacles by their place.
pub(crate) fn encroachments(layers: &Layers) -> Vec<Encroachment> {
    let mut found = Vec::new();
    for zone in layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Firebreak) {
        for building in layers.buildings.iter().filter(|b| zone.area.intersects(&b.footprint)) {
            let part = zone.area.intersection(&MultiPolygon(vec![building.footprint.clone()]));
            if let Some(at) = part.centroid().filter(|_| part.unsigned_area() > 0.0) {
                found.push(Encroachment {
                    zone: zone.id.clone(),
                    thing: format!("building {}", building.id),
                    area_m2: part.unsigned_area(),
                    at: at.0,
                });
            }
        }
        for obstacle in layers.obstacles.iter().filter(|o| zone.area.intersects(&o.shape)) {
            if let Some(at) = place_of(obstacle) {
                let area_m2 = obstacle.shape.unsigned_area();
                let thing = format!("{} {}", obstacle.kind.code(), obstacle.id);
                found.push(Encroachment { zone: zone.id.clone(), thing, area_m2, at });
            }
        }
    }
    found
}

fn place_of(obstacle: &Obstacle) -> Option<Coord<f64>> {
    match &obstacle.shape {
        Geometry::Point(p) => Some(p.0),
        shape => shape.centroid().map(|p| p.0),
    }
}
