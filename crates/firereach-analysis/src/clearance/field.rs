//! Everything that stands beside, on or over the lanes, indexed once.

use firereach_model::feature::{Building, Obstacle, ObstacleKind, ZoneKind};
use firereach_model::layers::Layers;
use geo::unary_union;
use geo_types::{Coord, Geometry, LineString, Polygon};

use super::grid::{Box2, Grid};
use super::plane::Segment;
use crate::change::is_hour_in;

/// What a thing that stands in the field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A building, by index in the layer.
    Building(u32),
    /// An obstacle, by index in the layer.
    Obstacle(u32),
    /// Water, by index in the layer of zones.
    Water(u32),
    /// The edge of the ground drawn as carriageway.
    Carriageway,
}

/// What it means when a lane's centre line runs into a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// The lane runs through it: an archway or passage, or a line drawn wrongly. Its other sides stay where they are.
    Through,
    /// It lies across the lane: a gate, a chain, a wall without a known opening.
    Across,
    /// It stands on the lane, which divides around it: a post, a tree, a shed, a parked car.
    Around,
}

/// One thing of the field.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// What it is.
    pub what: What,
    /// What it means when the centre line meets it.
    pub meeting: Meeting,
    /// Whether it bounds the lanes beside it.
    pub is_side: bool,
    /// Whether it can be taken away.
    pub is_removable: Option<bool>,
}

/// One edge of a thing's outline, or a point with a radius.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) segment: Segment,
    /// Half of the thing's extent across the edge, metres.
    pub(crate) radius_m: f64,
    pub(crate) thing: u32,
    pub(crate) id: u32,
    pub(crate) level: i16,
    pub(crate) is_side: bool,
}

/// Everything that stands in the city at one hour, indexed by place; frozen.
#[derive(Debug)]
pub struct Field {
    edges: Grid,
    things: Vec<Thing>,
    /// The edges of each thing in the order of its outline: `outlines[first_edge[t]..first_edge[t + 1]]`.
    outlines: Vec<Segment>,
    first_edge: Vec<u32>,
}

/// What it means when a lane runs into an obstacle. A row of posts or blocks drawn as a line lies across the lane, with gaps
/// that nobody stated; a row of trees is drawn past its end there.
fn meeting_of(obstacle: &Obstacle) -> Meeting {
    use Geometry::{Line, LineString, MultiLineString};
    let is_row = matches!(obstacle.shape, Line(_) | LineString(_) | MultiLineString(_));
    match obstacle.kind {
        ObstacleKind::Tree if is_row => Meeting::Through,
        ObstacleKind::Bollard | ObstacleKind::Block | ObstacleKind::Pole if is_row => Meeting::Across,
        ObstacleKind::Bollard
        | ObstacleKind::Block
        | ObstacleKind::Tree
        | ObstacleKind::Shed
        | ObstacleKind::Stall
        | ObstacleKind::ParkedCar
        | ObstacleKind::Pole
        | ObstacleKind::Other => Meeting::Around,
        // A road that runs over water does so on something that the data may not tell.
        ObstacleKind::Arch | ObstacleKind::Overhead | ObstacleKind::Entrance | ObstacleKind::Water => Meeting::Through,
        ObstacleKind::Wall
        | ObstacleKind::Fence
        | ObstacleKind::Hedge
        | ObstacleKind::Gate
        | ObstacleKind::LiftGate
        | ObstacleKind::Kerb
        | ObstacleKind::Drop
        | ObstacleKind::Rail
        | ObstacleKind::Chicane
        | ObstacleKind::Chain => Meeting::Across,
    }
}

/// Whether an obstacle of this kind and shape bounds the lane it stands beside.
fn is_side(obstacle: &Obstacle) -> bool {
    match obstacle.kind {
        // A kerb is driven over, an arch or a wire is passed under, an entrance is an opening.
        ObstacleKind::Kerb | ObstacleKind::Arch | ObstacleKind::Overhead | ObstacleKind::Entrance => false,
        // A gate drawn as a point has no extent that anybody knows.
        ObstacleKind::Gate | ObstacleKind::LiftGate | ObstacleKind::Chain | ObstacleKind::Chicane => {
            !matches!(obstacle.shape, Geometry::Point(_) | Geometry::MultiPoint(_))
        }
        _ => true,
    }
}

/// Whether a building stands on the ground, so that lanes run beside it and not under it.
fn stands_on_ground(building: &Building) -> bool {
    !building.is_roof && building.min_height.is_none_or(|height| height.get() <= 0.0)
}

/// Appends the edges of one line, ring or point of a thing.
fn push_edges(edges: &mut Vec<Edge>, line: &[Coord<f64>], (thing, level, radius_m, is_side): (u32, i16, f64, bool)) {
    let mut push = |a, b| {
        let id = u32::try_from(edges.len()).expect("a city has fewer edges than a u32 counts");
        edges.push(Edge { segment: Segment { a, b }, radius_m, thing, id, level, is_side });
    };
    match line {
        [] => {}
        [point] => push(*point, *point),
        _ => line.windows(2).filter(|w| w[0] != w[1]).for_each(|w| push(w[0], w[1])),
    }
}

pub(crate) fn each_line(shape: &Geometry<f64>, visit: &mut impl FnMut(&[Coord<f64>])) {
    let mut ring = |line: &LineString<f64>| visit(&line.0);
    let mut polygon = |polygon: &Polygon<f64>| {
        ring(polygon.exterior());
        polygon.interiors().iter().for_each(&mut ring);
    };
    match shape {
        Geometry::Point(p) => visit(&[p.0]),
        Geometry::MultiPoint(points) => points.iter().for_each(|p| visit(&[p.0])),
        Geometry::Line(line) => visit(&[line.start, line.end]),
        Geometry::LineString(line) => visit(&line.0),
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| visit(&line.0)),
        Geometry::Polygon(p) => polygon(p),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(polygon),
        Geometry::Rect(rect) => polygon(&rect.to_polygon()),
        Geometry::Triangle(triangle) => polygon(&triangle.to_polygon()),
        Geometry::GeometryCollection(shapes) => shapes.iter().for_each(|shape| each_line(shape, visit)),
    }
}

impl Field {
    /// Indexes the buildings, the water and the obstacles that are there at an hour. O(n).
    ///
    /// A gate, an arch or an entrance drawn as a point belongs to a lane within `join_tolerance_m` of it.
    pub fn build(layers: &Layers, hour: u8, join_tolerance_m: f64) -> Self {
        let (mut edges, mut things) = (Vec::new(), Vec::new());
        let index = |i: usize| u32::try_from(i).expect("a layer has fewer features than a u32 counts");
        for (i, building) in layers.buildings.iter().enumerate() {
            let what = What::Building(index(i));
            if !stands_on_ground(building) {
                continue;
            }
            let thing = index(things.len());
            things.push(Thing { what, meeting: Meeting::Through, is_side: true, is_removable: Some(false) });
            for ring in std::iter::once(building.footprint.exterior()).chain(building.footprint.interiors()) {
                push_edges(&mut edges, &ring.0, (thing, building.level, 0.0, true));
            }
        }
        for (i, zone) in layers.zones.iter().enumerate().filter(|(_, zone)| zone.kind == ZoneKind::Water) {
            let thing = index(things.len());
            let what = What::Water(index(i));
            things.push(Thing { what, meeting: Meeting::Through, is_side: true, is_removable: Some(false) });
            for ring in zone.area.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors())) {
                push_edges(&mut edges, &ring.0, (thing, 0, 0.0, true));
            }
        }
        for (i, obstacle) in layers.obstacles.iter().enumerate() {
            if !is_hour_in(hour, &obstacle.hours) {
                continue;
            }
            let what = What::Obstacle(index(i));
            let thing = index(things.len());
            let is_side = is_side(obstacle) && obstacle.node.is_none();
            let is_removable = obstacle.is_removable;
            things.push(Thing { what, meeting: meeting_of(obstacle), is_side, is_removable });
            let drawn_m = obstacle.radius.map_or(0.0, |r| r.get());
            let radius_m = if is_side { drawn_m } else { drawn_m.max(join_tolerance_m) };
            each_line(&obstacle.shape, &mut |line| {
                push_edges(&mut edges, line, (thing, obstacle.level, radius_m, is_side))
            });
        }
        Self::indexed(edges, things)
    }

    fn indexed(edges: Vec<Edge>, things: Vec<Thing>) -> Self {
        let outlines = edges.iter().map(|edge: &Edge| edge.segment).collect();
        let mut first_edge = vec![0u32; things.len() + 1];
        edges.iter().for_each(|edge| first_edge[edge.thing as usize + 1] += 1);
        for i in 1..first_edge.len() {
            first_edge[i] += first_edge[i - 1];
        }
        Self { edges: Grid::build(&edges), things, outlines, first_edge }
    }

    /// Indexes the kerbs and the edges of all ground drawn as carriageway, which lie on the ground; `None` where the layers
    /// hold neither. Carriageways that touch are one.
    pub(crate) fn of_kerbs(layers: &Layers) -> Option<Self> {
        let (mut edges, mut things) = (Vec::new(), Vec::new());
        let index = |i: usize| u32::try_from(i).expect("a layer has fewer features than a u32 counts");
        let kerb = |what: What| Thing { what, meeting: Meeting::Through, is_side: true, is_removable: Some(false) };
        for (i, obstacle) in layers.obstacles.iter().enumerate() {
            let is_point = matches!(obstacle.shape, Geometry::Point(_) | Geometry::MultiPoint(_));
            if obstacle.kind == ObstacleKind::Kerb && !is_point {
                let thing = index(things.len());
                things.push(kerb(What::Obstacle(index(i))));
                each_line(&obstacle.shape, &mut |line| {
                    push_edges(&mut edges, line, (thing, obstacle.level, 0.0, true))
                });
            }
        }
        let drawn = layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Carriageway);
        let drawn: Vec<&Polygon<f64>> = drawn.flat_map(|zone| zone.area.iter()).collect();
        for polygon in &unary_union(drawn) {
            let thing = index(things.len());
            things.push(kerb(What::Carriageway));
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                push_edges(&mut edges, &ring.0, (thing, 0, 0.0, true));
            }
        }
        (!edges.is_empty()).then(|| Self::indexed(edges, things))
    }

    /// A thing by its number.
    pub fn thing(&self, thing: u32) -> &Thing {
        &self.things[thing as usize]
    }

    /// Visits every edge whose box meets a box, each once.
    pub(crate) fn visit(&self, within: &Box2, visit: impl FnMut(&Edge)) {
        self.edges.visit(within, visit);
    }

    /// The edges whose boxes meet a box, by number.
    pub(crate) fn edges_near(&self, low: [f64; 2], high: [f64; 2]) -> Vec<Edge> {
        let mut edges = Vec::new();
        self.visit(&Box2 { low, high }, |edge| edges.push(*edge));
        edges.sort_unstable_by_key(|edge| edge.id);
        edges
    }

    /// Whether a place lies inside a thing's outline, its holes left out, or within `margin_m` of it.
    pub(crate) fn is_inside(&self, thing: u32, at: Coord<f64>, margin_m: f64) -> bool {
        let range = self.first_edge[thing as usize] as usize..self.first_edge[thing as usize + 1] as usize;
        let crosses = |s: &&Segment| {
            (s.a.y > at.y) != (s.b.y > at.y) && at.x < s.a.x + (at.y - s.a.y) / (s.b.y - s.a.y) * (s.b.x - s.a.x)
        };
        let outline = &self.outlines[range];
        outline.iter().filter(crosses).count() % 2 == 1 || outline.iter().any(|s| s.distance_to(at) <= margin_m)
    }

    /// The name of a thing for people and files: its layer and identifier.
    pub fn name(&self, layers: &Layers, thing: u32) -> String {
        name_of(layers, self.thing(thing).what)
    }
}

/// The name of a thing for people and files: what it is and its identifier.
pub fn name_of(layers: &Layers, what: What) -> String {
    match what {
        What::Building(i) => format!("building {}", layers.buildings[i as usize].id),
        What::Obstacle(i) => {
            let obstacle = &layers.obstacles[i as usize];
            format!("{} {}", obstacle.kind.code(), obstacle.id)
        }
        What::Water(i) => format!("water {}", layers.zones[i as usize].id),
        What::Carriageway => "the edge of the carriageway".to_owned(),
    }
}
