//! Traffic lights, and which of them are one crossing to somebody who drives past.

use std::collections::{BTreeMap, HashMap};

use firereach_model::feature::Direction;
use firereach_model::layers::Layers;

use super::build::number;
use super::{Drawing, Edge, Network, NodeId};

/// Lights farther apart along the way than this are never one crossing, metres; a rule pack's distance is below.
const FARTHEST_JOINED_M: f64 = 100.0;
/// Pieces of road looked at on the ways back from one light; where there are more, what lies on the rest is open.
const PIECES: u32 = 256;

/// How far back along the way to a light the one before it is, metres: over the way with the nearest, and over that with
/// the farthest; infinite where there is none within [`FARTHEST_JOINED_M`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spacing {
    pub(super) nearest_m: f64,
    pub(super) farthest_m: f64,
}

impl Spacing {
    const ALONE: Self = Self { nearest_m: f64::INFINITY, farthest_m: f64::INFINITY };

    fn exactly(m: f64) -> Self {
        Self { nearest_m: m, farthest_m: m }
    }

    fn or(self, other: Self) -> Self {
        Self { nearest_m: self.nearest_m.min(other.nearest_m), farthest_m: self.farthest_m.max(other.farthest_m) }
    }
}

/// The lights that hold up who drives an arc.
#[derive(Clone, Debug, Default)]
struct OnArc {
    /// Those inside its edge.
    inside: Vec<Spacing>,
    /// That of the node at which it ends.
    at_end: Option<Spacing>,
}

/// The lights of a city.
#[derive(Clone, Debug, Default)]
pub(super) struct Lights {
    on_arcs: Vec<OnArc>,
    /// By arc its place among `on_arcs`, or [`NONE`]; empty where there are no lights.
    places: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Lights {
    fn on(&self, arc: u32) -> Option<&OnArc> {
        self.places.get(arc as usize).filter(|&&place| place != NONE).map(|&place| &self.on_arcs[place as usize])
    }

    /// Finds the lights of all arcs, and for each the one before it.
    pub(super) fn of(
        layers: &Layers,
        (edges, drawings): (&[Edge], &[Drawing]),
        node_by_source: &HashMap<i64, NodeId>,
        node_count: usize,
    ) -> Self {
        if layers.signals.is_empty() {
            return Self::default();
        }
        let ways = Ways::of(layers, (edges, drawings), node_by_source, node_count);
        let mut lights = Self { on_arcs: Vec::new(), places: vec![NONE; 2 * edges.len()] };
        for (arc, place) in (0u32..).zip(&mut lights.places) {
            let on_arc = ways.lights_on(arc);
            if on_arc.at_end.is_some() || !on_arc.inside.is_empty() {
                *place = number(lights.on_arcs.len());
                lights.on_arcs.push(on_arc);
            }
        }
        lights
    }
}

impl Network {
    /// How many lights inside an arc's edge hold up who drives it, where lights within `join_m` along the way are one
    /// crossing: for certain, and at most.
    pub(super) fn lights_inside(&self, arc: u32, join_m: f64) -> (u32, u32) {
        let Some(on_arc) = self.lights.on(arc) else { return (0, 0) };
        let count = |m: fn(&Spacing) -> f64| number(on_arc.inside.iter().filter(|light| m(light) > join_m).count());
        (count(|light| light.nearest_m), count(|light| light.farthest_m))
    }

    /// Whether the light at the end of an arc holds up who comes by it: for certain, and perhaps.
    pub(super) fn light_at_end(&self, arc: u32, join_m: f64) -> (bool, bool) {
        let light = self.lights.on(arc).and_then(|on_arc| on_arc.at_end);
        light.map_or((false, false), |light| (light.nearest_m > join_m, light.farthest_m > join_m))
    }
}

/// The ways of a city as somebody follows them back from a light.
struct Ways<'a> {
    edges: &'a [Edge],
    is_light: Vec<bool>,
    /// By arc where the lights inside are that face it, metres from its beginning, in this order.
    offsets: BTreeMap<u32, Vec<f64>>,
    /// By node the arcs that end there and may be driven, as [`Ways::first`] tells.
    arcs_in: Vec<u32>,
    first: Vec<u32>,
}

impl<'a> Ways<'a> {
    fn of(
        layers: &Layers,
        (edges, drawings): (&'a [Edge], &[Drawing]),
        node_by_source: &HashMap<i64, NodeId>,
        node_count: usize,
    ) -> Self {
        let mut is_light = vec![false; node_count];
        for node in layers.signals.iter().filter_map(|signal| node_by_source.get(&signal.node)) {
            is_light[node.index()] = true;
        }
        let mut keyed: Vec<(u32, u32)> = (0..2 * number(edges.len()))
            .filter(|&arc| may_be_driven(layers, edges, arc))
            .map(|arc| (head(edges, arc), arc))
            .collect();
        keyed.sort_unstable();
        let mut first = vec![0; node_count + 1];
        for &(node, _) in &keyed {
            first[node as usize + 1] += 1;
        }
        for node in 0..node_count {
            first[node + 1] += first[node];
        }
        let arcs_in = keyed.into_iter().map(|(_, arc)| arc).collect();
        Self { edges, is_light, offsets: offsets(layers, edges, drawings), arcs_in, first }
    }

    fn head(&self, arc: u32) -> u32 {
        head(self.edges, arc)
    }

    fn length_m(&self, arc: u32) -> f64 {
        self.edges[arc as usize / 2].plan_m()
    }

    fn inside(&self, arc: u32) -> &[f64] {
        self.offsets.get(&arc).map_or(&[], Vec::as_slice)
    }

    /// The lights of an arc, each with how far back the one before it is.
    fn lights_on(&self, arc: u32) -> OnArc {
        let before = |way_m: f64| self.before(arc, way_m, &mut PIECES.clone());
        let offsets = self.inside(arc);
        let since = |at_m: f64, last: Option<&f64>| last.map_or_else(|| before(at_m), |m| Spacing::exactly(at_m - m));
        let inside = offsets.iter().enumerate().map(|(i, &m)| since(m, i.checked_sub(1).map(|last| &offsets[last])));
        OnArc {
            inside: inside.collect(),
            at_end: self.is_light[self.head(arc) as usize].then(|| since(self.length_m(arc), offsets.last())),
        }
    }

    /// The light before the beginning of an arc, which is `way_m` from the light that is asked about.
    fn before(&self, arc: u32, way_m: f64, pieces: &mut u32) -> Spacing {
        if way_m > FARTHEST_JOINED_M {
            return Spacing::ALONE;
        }
        let tail = self.head(arc ^ 1);
        if self.is_light[tail as usize] {
            return Spacing::exactly(way_m);
        }
        let arcs_in = self.first[tail as usize] as usize..self.first[tail as usize + 1] as usize;
        let mut found: Option<Spacing> = None;
        for &before in self.arcs_in[arcs_in].iter().filter(|&&before| before != arc ^ 1) {
            let Some(left) = pieces.checked_sub(1) else {
                return found.map_or(Spacing::ALONE, |found| found.or(Spacing::ALONE));
            };
            *pieces = left;
            let length_m = self.length_m(before);
            let own = match self.inside(before).last() {
                Some(&m) if way_m + length_m - m <= FARTHEST_JOINED_M => Spacing::exactly(way_m + length_m - m),
                Some(_) => Spacing::ALONE,
                None => self.before(before, way_m + length_m, pieces),
            };
            found = Some(found.map_or(own, |found| found.or(own)));
        }
        found.unwrap_or(Spacing::ALONE)
    }
}

fn head(edges: &[Edge], arc: u32) -> u32 {
    let edge = &edges[arc as usize / 2];
    if arc & 1 == 0 { edge.to.0 } else { edge.from.0 }
}

fn may_be_driven(layers: &Layers, edges: &[Edge], arc: u32) -> bool {
    let road = &layers.roads[edges[arc as usize / 2].road as usize];
    let against = if arc & 1 == 0 { Direction::Backward } else { Direction::Forward };
    road.class.is_for_vehicles() && road.direction != against
}

/// Where the lights inside each arc's edge are that face it, metres from the arc's beginning, in this order.
fn offsets(layers: &Layers, edges: &[Edge], drawings: &[Drawing]) -> BTreeMap<u32, Vec<f64>> {
    let lights: HashMap<i64, Direction> = layers.signals.iter().map(|signal| (signal.node, signal.direction)).collect();
    let mut offsets: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (edge, (own, drawing)) in (0u32..).zip(edges.iter().zip(drawings)) {
        let road = &layers.roads[own.road as usize];
        let inner = drawing.first_vertex as usize..drawing.end_vertex as usize;
        let mut from_begin_m = 0.0;
        let mut last = drawing.from;
        for (&at, node) in road.line.0[inner.clone()].iter().zip(road.nodes.get(inner).into_iter().flatten()) {
            from_begin_m += (at.x - last.x).hypot(at.y - last.y);
            last = at;
            let Some(light) = lights.get(node) else { continue };
            let to_end_m = (own.plan_m() - from_begin_m).max(0.0);
            for (arc, against, m) in
                [(2 * edge, Direction::Backward, from_begin_m), (2 * edge + 1, Direction::Forward, to_end_m)]
            {
                if *light != against {
                    offsets.entry(arc).or_default().push(m);
                }
            }
        }
    }
    for (arc, offsets) in &mut offsets {
        if arc & 1 == 1 {
            offsets.reverse();
        }
    }
    offsets
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::{Road, RoadClass, Signal};

    use super::*;
    use crate::network::tests::{road, town};

    const JOIN_M: f64 = 40.0;

    /// Certain and possible lights at the end of the last road of a town, driven along its line.
    #[track_caller]
    fn check(roads: Vec<Road>, lights: &[i64], expected: (bool, bool)) {
        let last = number(roads.len() - 1);
        let mut layers = town(roads);
        layers.signals = lights.iter().map(|&node| Signal { node, direction: Direction::Both }).collect();
        let network = Network::build(&layers, 0.5);
        let edge = (0..).zip(network.edges()).filter(|(_, edge)| edge.road == last).map(|(i, _)| i).max();
        assert_eq!(network.light_at_end(2 * edge.expect("the road has an edge"), JOIN_M), expected);
    }

    fn street(id: &str, points: &[(f64, f64)], nodes: &[i64]) -> Road {
        road(id, RoadClass::Primary, points, nodes)
    }

    #[test]
    fn a_light_just_behind_another_holds_up_nobody_again() {
        let way = |to_light_m: f64| street("way", &[(0.0, 0.0), (100.0, 0.0), (100.0 + to_light_m, 0.0)], &[1, 2, 3]);
        check(vec![way(30.0)], &[3], (true, true));
        check(vec![way(30.0)], &[2, 3], (false, false));
        check(vec![way(41.0)], &[2, 3], (true, true));
        check(vec![way(30.0)], &[1, 3], (true, true));
    }

    /// The light before lies on one of two ways to the next: who comes by the other is held up.
    #[test]
    fn where_the_way_decides_the_light_is_possible_and_not_certain() {
        let ways = |class: RoadClass| {
            vec![
                street("by a light", &[(-20.0, 0.0), (0.0, 0.0)], &[1, 2]),
                road("past none", class, &[(0.0, -200.0), (0.0, 0.0)], &[4, 2]),
                street("on", &[(0.0, 0.0), (10.0, 0.0)], &[2, 3]),
            ]
        };
        check(ways(RoadClass::Primary), &[1, 3], (false, true));
        // Nobody drives up the stairs.
        check(ways(RoadClass::Steps), &[1, 3], (false, false));
        let mut one_way = ways(RoadClass::Primary);
        one_way[1].direction = Direction::Backward;
        check(one_way, &[1, 3], (false, false));
    }

    #[test]
    fn cutting_a_road_at_a_stairs_changes_no_light() {
        for stairs in [false, true] {
            let mut roads = vec![street("way", &[(0.0, 0.0), (70.0, 0.0), (85.0, 0.0), (100.0, 0.0)], &[1, 2, 3, 4])];
            if stairs {
                roads.insert(0, road("stairs", RoadClass::Steps, &[(85.0, 0.0), (85.0, 9.0)], &[3, 9]));
            }
            check(roads.clone(), &[2, 4], (false, false));
            check(roads, &[4], (true, true));
        }
    }

    #[test]
    fn lights_inside_an_edge_count_by_the_way_they_face() {
        let mut layers =
            town(vec![street("way", &[(0.0, 0.0), (60.0, 0.0), (90.0, 0.0), (300.0, 0.0)], &[1, 2, 3, 4])]);
        let facing = |node, direction| Signal { node, direction };
        layers.signals = vec![facing(2, Direction::Both), facing(3, Direction::Forward)];
        let network = Network::build(&layers, 0.5);
        // Forwards two lights 30 m apart are one crossing; backwards there is only one.
        assert_eq!(network.lights_inside(0, JOIN_M), (1, 1));
        assert_eq!(network.lights_inside(0, 20.0), (2, 2));
        assert_eq!(network.lights_inside(1, 0.0), (1, 1));
    }
}
