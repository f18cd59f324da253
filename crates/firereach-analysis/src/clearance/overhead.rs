//! What is passed under: arches, wires, branches, roofs, buildings that stand above the ground, decks of bridges.

use firereach_model::feature::{Obstacle, Road, Structure};
use firereach_model::layers::Layers;
use firereach_model::units::Metres;
use geo::{Contains, Intersects};
use geo_types::{Coord, Geometry, Line, Point};
use rstar::{AABB, RTree, RTreeObject};

use super::field::{What, each_line, name_of};
use super::plane::{Segment, along, distance};
use crate::change::Conditions;

/// One thing over a road.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Low {
    pub(crate) what: Option<What>,
    pub(crate) name: String,
    /// Clear height under it, metres, where known.
    pub(crate) height_m: Option<f64>,
    /// From the road to the surface of a deck over it, metres, where both heights are known.
    pub(crate) rise_m: Option<f64>,
    pub(crate) at: Coord<f64>,
    pub(crate) at_m: f64,
}

#[derive(Clone, Copy, Debug)]
enum Over {
    Thing(What),
    /// A road, and the vertex at which a piece of its deck begins.
    Deck(u32, u32),
}

#[derive(Clone, Copy, Debug)]
struct Item {
    over: Over,
    least: [f64; 2],
    greatest: [f64; 2],
}

impl RTreeObject for Item {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.least, self.greatest)
    }
}

/// Everything that may be passed under, by place; frozen.
#[derive(Debug)]
pub(crate) struct Overhead {
    tree: RTree<Item>,
}

impl Overhead {
    pub(crate) fn build(layers: &Layers) -> Self {
        let mut items = Vec::new();
        let index = |i: usize| u32::try_from(i).expect("a layer has fewer features than a u32 counts");
        let mut add = |over: Over, corners: &[Coord<f64>]| {
            let Some(first) = corners.first() else { return };
            let start = ([first.x, first.y], [first.x, first.y]);
            let (least, greatest) = corners
                .iter()
                .fold(start, |(l, g), p| ([l[0].min(p.x), l[1].min(p.y)], [g[0].max(p.x), g[1].max(p.y)]));
            items.push(Item { over, least, greatest });
        };
        for (i, building) in layers.buildings.iter().enumerate() {
            if building.is_roof || building.min_height.is_some_and(|h| h.get() > 0.0) {
                add(Over::Thing(What::Building(index(i))), &building.footprint.exterior().0);
            }
        }
        for (i, obstacle) in layers.obstacles.iter().enumerate() {
            // What stands on a node of a road is taken in with the tags.
            if obstacle.clear_height.is_some() && obstacle.node.is_none() {
                let reach_m = reach_m(obstacle);
                let mut corners = Vec::new();
                each_line(&obstacle.shape, &mut |line| {
                    let about = |by: f64| move |p: &Coord<f64>| Coord { x: p.x + by, y: p.y + by };
                    corners.extend(line.iter().map(about(-reach_m)).chain(line.iter().map(about(reach_m))));
                });
                add(Over::Thing(What::Obstacle(index(i))), &corners);
            }
        }
        for (i, road) in layers.roads.iter().enumerate() {
            if road.structure == Structure::Bridge {
                for (v, pair) in road.line.0.windows(2).enumerate() {
                    add(Over::Deck(index(i), index(v)), pair);
                }
            }
        }
        Self { tree: RTree::bulk_load(items) }
    }

    /// What a road passes under, in order along it; `beside_m` is how far from the centre line something drawn as a point, or
    /// its branches, still hangs over the lane.
    pub(crate) fn over(&self, layers: &Layers, conditions: &Conditions<'_>, road: &Road, beside_m: f64) -> Vec<Low> {
        let mut found: Vec<Low> = Vec::new();
        let mut done = 0.0;
        for (v, pair) in road.line.0.windows(2).enumerate() {
            let line = Segment { a: pair[0], b: pair[1] };
            let length = line.length();
            let envelope = AABB::from_corners(
                [line.a.x.min(line.b.x) - beside_m, line.a.y.min(line.b.y) - beside_m],
                [line.a.x.max(line.b.x) + beside_m, line.a.y.max(line.b.y) + beside_m],
            );
            for item in self.tree.locate_in_envelope_intersecting(&envelope) {
                let low = match item.over {
                    Over::Thing(what) => under_thing(layers, conditions, road, &line, what, beside_m),
                    Over::Deck(deck, at) => under_deck(&layers.roads[deck as usize], road, v, at as usize),
                };
                if let Some((t, low)) = low {
                    found.push(Low { at: along(line.a, line.b, t), at_m: done + t * length, ..low });
                }
            }
            done += length;
        }
        found.sort_by(|a, b| a.name.cmp(&b.name).then(a.at_m.total_cmp(&b.at_m)).then(a.what.cmp(&b.what)));
        found.dedup_by(|b, a| a.name == b.name && a.what == b.what);
        found.sort_by(|a, b| a.at_m.total_cmp(&b.at_m).then_with(|| a.name.cmp(&b.name)));
        found
    }
}

/// How far a thing hangs out from where it is drawn, metres.
fn reach_m(obstacle: &Obstacle) -> f64 {
    [obstacle.radius, obstacle.crown_radius].into_iter().flatten().map(Metres::get).fold(0.0, f64::max)
}

fn low(what: Option<What>, name: String, height_m: Option<f64>) -> Low {
    Low { what, name, height_m, rise_m: None, at: Coord { x: 0.0, y: 0.0 }, at_m: 0.0 }
}

fn under_thing(
    layers: &Layers,
    conditions: &Conditions<'_>,
    road: &Road,
    line: &Segment,
    what: What,
    beside_m: f64,
) -> Option<(f64, Low)> {
    let drawn = Line::new(line.a, line.b);
    match what {
        What::Building(i) => {
            let building = &layers.buildings[i as usize];
            if building.level < road.level || !building.footprint.intersects(&drawn) {
                return None;
            }
            let inside = |t: f64| building.footprint.contains(&Point(along(line.a, line.b, t)));
            let t = [0.5, 0.0, 1.0, 0.25, 0.75].into_iter().find(|t| inside(*t)).unwrap_or(0.5);
            let height = building.min_height.map(|h| h.get()).filter(|h| *h > 0.0);
            Some((t, low(Some(what), name_of(layers, what), height)))
        }
        What::Water(_) | What::Carriageway => None,
        What::Obstacle(i) => {
            let obstacle = &layers.obstacles[i as usize];
            if obstacle.level < road.level || !conditions.is_hour_in(&obstacle.hours) {
                return None;
            }
            let t = match &obstacle.shape {
                Geometry::Point(p) => {
                    let near = line.nearest(p.0);
                    let hangs_over = distance(near, p.0) <= beside_m + reach_m(obstacle);
                    hangs_over.then(|| distance(line.a, near) / line.length().max(1e-9))
                }
                shape => {
                    let mut least: Option<(f64, f64)> = None;
                    let mut see = |points: &[Coord<f64>]| {
                        for pair in points.windows(2) {
                            let edge = Segment { a: pair[0], b: pair[1] };
                            let (p, _) = line.closest(&edge).unwrap_or_else(|| (crossing(line, &edge), pair[0]));
                            let far = edge.distance_to(p);
                            if least.is_none_or(|(d, _)| far < d) {
                                least = Some((far, distance(line.a, p) / line.length().max(1e-9)));
                            }
                        }
                    };
                    each_line(shape, &mut see);
                    let within_m = obstacle.crown_radius.map_or(1e-3, |crown| beside_m + crown.get());
                    least.filter(|(far, _)| *far <= within_m || shape.intersects(&drawn)).map(|(_, t)| t)
                }
            }?;
            Some((t.clamp(0.0, 1.0), low(Some(what), name_of(layers, what), obstacle.clear_height.map(|h| h.get()))))
        }
    }
}

/// The deck of a bridge over the road: by level, and by heights where both are known.
fn under_deck(bridge: &Road, road: &Road, vertex: usize, of_deck: usize) -> Option<(f64, Low)> {
    let piece = |road: &Road, v: usize| Segment { a: road.line.0[v], b: road.line.0[v + 1] };
    let (line, over) = (piece(road, vertex), piece(bridge, of_deck));
    if bridge.level <= road.level || !line.meets(&over) {
        return None;
    }
    let at = crossing(&line, &over);
    let is_shared = [line.a, line.b].iter().any(|p| *p == over.a || *p == over.b);
    if is_shared {
        return None;
    }
    let height = |road: &Road, v: usize, piece: &Segment| {
        let known = |v: usize| road.heights_m.get(v).copied().flatten();
        let t = distance(piece.a, at) / piece.length().max(1e-9);
        known(v).zip(known(v + 1)).map(|(a, b)| a + (b - a) * t.clamp(0.0, 1.0))
    };
    let rise_m = height(bridge, of_deck, &over).zip(height(road, vertex, &line)).map(|(deck, ground)| deck - ground);
    let found = Low { rise_m, ..low(None, format!("bridge {}", bridge.id), None) };
    Some((distance(line.a, at) / line.length().max(1e-9), found))
}

fn crossing(line: &Segment, other: &Segment) -> Coord<f64> {
    use super::plane::{cross, minus};
    let (d, e) = (minus(line.b, line.a), minus(other.b, other.a));
    let denominator = cross(d, e);
    if denominator.abs() < 1e-12 {
        return line.nearest(other.a);
    }
    along(line.a, line.b, (cross(minus(other.a, line.a), e) / denominator).clamp(0.0, 1.0))
}
