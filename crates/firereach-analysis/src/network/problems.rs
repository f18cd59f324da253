//! What was odd about joining the roads: crossings decided by guess, ends that do not meet, islands.

use std::collections::BTreeMap;

use firereach_model::feature::{Road, Structure};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo_types::Coord;
use petgraph::unionfind::UnionFind;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use super::build::{distance, number};
use super::{EdgeId, Network, NodeId};

/// How a crossing in plan without a common node was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Decided {
    Level,
    Bridge,
    Tunnel,
    Guess,
}

impl Decided {
    fn of(a: &Road, b: &Road) -> Self {
        let has = |structure: Structure| (a.structure == structure) != (b.structure == structure);
        if (a.is_level_stated || b.is_level_stated) && a.level != b.level {
            Self::Level
        } else if has(Structure::Bridge) {
            Self::Bridge
        } else if has(Structure::Tunnel) {
            Self::Tunnel
        } else {
            Self::Guess
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Level => "stated levels differ",
            Self::Bridge => "one of them is a bridge",
            Self::Tunnel => "one of them is a tunnel",
            Self::Guess => "nothing tells them apart; taken as not meeting",
        }
    }
}

impl Network {
    /// Everything the check report says about the network, in the order of code and then of the features.
    ///
    /// `NET-CROSSING`: two roads cross in plan without a common node, with how it was decided. `NET-DANGLE`: an end that
    /// stops short of another road by less than ten times the join tolerance. `NET-LENGTH`: a road of no length.
    /// `NET-DUPLICATE`: two edges with the same drawing. `NET-ISLAND`: ways for vehicles, or any ways, without connection
    /// to the largest part. `NET-RESTRICTION`: a turn restriction that could not be placed. `NET-TEE`: an end joined to
    /// the inside of a road by tolerance. O(n log n).
    pub fn problems(&self, layers: &Layers) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.crossings(layers, &mut problems);
        self.dangles(layers, &mut problems);
        self.duplicates(layers, &mut problems);
        self.islands(layers, true, &mut problems);
        self.islands(layers, false, &mut problems);
        for &road in &self.joins.without_length {
            let road = &layers.roads[road as usize];
            problems.push(Problem {
                found: format!("road {} has no length", road.id),
                expected: "a line with two different vertices".to_owned(),
                done: Done::SetAside,
                repair: "remove it or draw it".to_owned(),
                ..problem("NET-LENGTH", Severity::Warning, &road.origin, road.line.0.first().copied())
            });
        }
        for &(restriction, why) in &self.joins.lost_restrictions {
            let restriction = &layers.restrictions[restriction as usize];
            problems.push(Problem {
                found: format!("a turn restriction from {} to {}: {why}", restriction.from, restriction.to),
                expected: "roads of the layer that meet at a junction".to_owned(),
                done: Done::SetAside,
                repair: "correct the restriction's members, or ignore it if it lies outside the area".to_owned(),
                ..problem("NET-RESTRICTION", Severity::Info, &restriction.origin, None)
            });
        }
        for &(road, _, at) in &self.joins.tees {
            let road = &layers.roads[road as usize];
            problems.push(Problem {
                found: format!("an end of another road touches the inside of {}", road.id),
                expected: "a common vertex".to_owned(),
                done: Done::Repaired,
                repair: format!("joined within {} m; add a vertex to say so", self.joins.tolerance_m),
                ..problem("NET-TEE", Severity::Info, &road.origin, Some(at))
            });
        }
        problems
    }

    fn crossings(&self, layers: &Layers, problems: &mut Vec<Problem>) {
        type Segment = GeomWithData<Line<[f64; 2]>, u32>;
        let mut segments: Vec<Segment> = Vec::new();
        for (r, road) in layers.roads.iter().enumerate() {
            for pair in road.line.0.windows(2).filter(|pair| pair[0] != pair[1]) {
                let line = Line::new([pair[0].x, pair[0].y], [pair[1].x, pair[1].y]);
                segments.push(Segment::new(line, number(r)));
            }
        }
        let tree = RTree::bulk_load(segments.clone());
        let mut found: BTreeMap<(u32, u32), Coord<f64>> = BTreeMap::new();
        for segment in &segments {
            let (a, b) = (segment.geom().from, segment.geom().to);
            let reach = AABB::from_corners(a, b);
            let own = line_of(segment.geom());
            for other in tree.locate_in_envelope_intersecting(&reach) {
                if other.data <= segment.data {
                    continue;
                }
                if let Some(LineIntersection::SinglePoint { intersection, .. }) =
                    line_intersection(own, line_of(other.geom()))
                {
                    let key = (segment.data, other.data);
                    if !self.meet_near(layers, key, intersection) {
                        let at = found.entry(key).or_insert(intersection);
                        if (intersection.x, intersection.y) < (at.x, at.y) {
                            *at = intersection;
                        }
                    }
                }
            }
        }
        for ((a, b), at) in found {
            let (a, b) = (&layers.roads[a as usize], &layers.roads[b as usize]);
            let decided = Decided::of(a, b);
            let severity = if decided == Decided::Guess { Severity::Warning } else { Severity::Info };
            problems.push(Problem {
                found: format!("{} and {} cross in plan without a common node: {}", a.id, b.id, decided.words()),
                expected: "a common node where they meet, or a level, bridge or tunnel where they do not".to_owned(),
                done: Done::Kept,
                repair: "add the node or the level".to_owned(),
                ..problem("NET-CROSSING", severity, &a.origin, Some(at))
            });
        }
    }

    /// Whether two roads have a common node within the tolerance of a place, at least a centimetre.
    fn meet_near(&self, layers: &Layers, roads: (u32, u32), at: Coord<f64>) -> bool {
        let near = self.joins.tolerance_m.max(0.01);
        let (a, b) = (&layers.roads[roads.0 as usize], &layers.roads[roads.1 as usize]);
        if a.nodes.len() == a.line.0.len() && b.nodes.len() == b.line.0.len() {
            return a
                .nodes
                .iter()
                .zip(&a.line.0)
                .any(|(id, &vertex)| distance(vertex, at) <= near && b.nodes.contains(id));
        }
        let ends = |road: u32| self.edges_of_road(road as usize).flat_map(|e| [self.edges[e].from, self.edges[e].to]);
        let on_b: Vec<NodeId> = ends(roads.1).collect();
        ends(roads.0).any(|node| distance(self.node_at(node), at) <= 2.0 * near && on_b.contains(&node))
    }

    fn dangles(&self, layers: &Layers, problems: &mut Vec<Problem>) {
        let reach = 10.0 * self.joins.tolerance_m;
        for node in (0..number(self.node_count())).map(NodeId) {
            let mut arcs = self.arcs_out(node);
            let (Some(arc), None) = (arcs.next(), arcs.next()) else { continue };
            let own = self.edge(arc.edge()).road;
            let level = layers.roads[own as usize].level;
            let at = self.node_at(node);
            let near = self.snap(geo_types::Point(at), reach, |edge| {
                let edge = self.edge(edge);
                edge.road != own && layers.roads[edge.road as usize].level == level
            });
            let is_neighbour = |edge: EdgeId| {
                let (edge, own) = (self.edge(edge), self.edge(arc.edge()));
                [edge.from, edge.to].iter().any(|n| *n == own.from || *n == own.to)
            };
            if let Some(near) = near.filter(|near| !is_neighbour(near.edge)) {
                let road = &layers.roads[own as usize];
                let other = &layers.roads[self.edge(near.edge).road as usize];
                problems.push(Problem {
                    found: format!("{} ends {:.1} m from {}", road.id, near.distance_m, other.id),
                    expected: "a junction, or a clear distance".to_owned(),
                    done: Done::Kept,
                    repair: "join them if one can pass".to_owned(),
                    ..problem("NET-DANGLE", Severity::Info, &road.origin, Some(at))
                });
            }
        }
    }

    fn duplicates(&self, layers: &Layers, problems: &mut Vec<Problem>) {
        let mut by_ends: Vec<(NodeId, NodeId, u32)> = self
            .edges
            .iter()
            .enumerate()
            .map(|(e, edge)| (edge.from.min(edge.to), edge.from.max(edge.to), number(e)))
            .collect();
        by_ends.sort_unstable();
        for group in by_ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|group| group.len() > 1) {
            for (i, &(.., a)) in group.iter().enumerate() {
                for &(.., b) in &group[i + 1..] {
                    let (first, mut second) =
                        (self.edge_line(layers, EdgeId(a)).0, self.edge_line(layers, EdgeId(b)).0);
                    if first.first() != second.first() {
                        second.reverse();
                    }
                    if first == second {
                        let (a, b) = (self.edges[a as usize].road, self.edges[b as usize].road);
                        let (a, b) = (&layers.roads[a as usize], &layers.roads[b as usize]);
                        problems.push(Problem {
                            found: format!("{} and {} have the same line", a.id, b.id),
                            expected: "one line a way".to_owned(),
                            done: Done::Kept,
                            repair: "remove one of them".to_owned(),
                            ..problem("NET-DUPLICATE", Severity::Info, &b.origin, first.first().copied())
                        });
                    }
                }
            }
        }
    }

    fn islands(&self, layers: &Layers, is_for_vehicles: bool, problems: &mut Vec<Problem>) {
        let is_meant = |e: usize| {
            let class = layers.roads[self.edges[e].road as usize].class;
            if is_for_vehicles { class.is_for_vehicles() } else { true }
        };
        let mut parts: UnionFind<u32> = UnionFind::new(self.node_count());
        for (_, edge) in self.edges.iter().enumerate().filter(|&(e, _)| is_meant(e)) {
            parts.union(edge.from.0, edge.to.0);
        }
        let mut sizes: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
        for (e, edge) in self.edges.iter().enumerate().filter(|&(e, _)| is_meant(e)) {
            let size = sizes.entry(parts.find(edge.from.0)).or_insert((0.0, number(e)));
            size.0 += edge.length_m;
        }
        let Some(largest) = sizes.iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0)).map(|(&root, _)| root) else { return };
        let mut islands: Vec<(f64, u32)> =
            sizes.iter().filter(|&(&root, _)| root != largest).map(|(_, &size)| size).collect();
        islands.sort_by_key(|&(_, edge)| edge);
        let of = if is_for_vehicles { "ways for vehicles" } else { "ways of any kind" };
        for (length_m, edge) in islands {
            let road = &layers.roads[self.edges[edge as usize].road as usize];
            problems.push(Problem {
                found: format!("{length_m:.0} m of {of} around {} have no connection to the largest part", road.id),
                expected: "one connected network".to_owned(),
                done: Done::Kept,
                repair: "add the missing junction or way; across the edge of the area this is to be expected"
                    .to_owned(),
                ..problem("NET-ISLAND", Severity::Warning, &road.origin, road.line.0.first().copied())
            });
        }
    }
}

fn line_of(line: &Line<[f64; 2]>) -> geo_types::Line<f64> {
    let at = |p: [f64; 2]| Coord { x: p[0], y: p[1] };
    geo_types::Line::new(at(line.from), at(line.to))
}

fn problem(code: &'static str, severity: Severity, origin: &Origin, at: Option<Coord<f64>>) -> Problem {
    Problem {
        code: code.into(),
        severity,
        source_name: "network".to_owned(),
        origin: origin.clone(),
        at,
        found: String::new(),
        expected: String::new(),
        done: Done::Kept,
        repair: String::new(),
    }
}
