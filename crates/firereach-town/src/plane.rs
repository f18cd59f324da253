//! Plane geometry that the towns are laid out with: axes, distances, and ground that is already taken.

use std::collections::BTreeMap;

use geo_types::{Coord, LineString, Polygon};

/// A place in working coordinates, metres.
pub(crate) type Xy = Coord<f64>;

pub(crate) fn xy(x: f64, y: f64) -> Xy {
    Coord { x, y }
}

/// A straight piece of a street, along which and beside which things are placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    from: Xy,
    along: Xy,
    pub(crate) length_m: f64,
}

impl Axis {
    pub(crate) fn between(from: Xy, to: Xy) -> Self {
        let length_m = (to - from).x.hypot((to - from).y);
        Self { from, along: (to - from) / length_m, length_m }
    }

    /// The place `s` metres along and `left` metres to the left.
    pub(crate) fn at(&self, s: f64, left: f64) -> Xy {
        xy(self.from.x + self.along.x * s - self.along.y * left, self.from.y + self.along.y * s + self.along.x * left)
    }

    /// The corners of a rectangle beside the axis, counter-clockwise for a positive `left`.
    pub(crate) fn rectangle(&self, s0: f64, s1: f64, near: f64, far: f64) -> [Xy; 4] {
        [self.at(s0, near), self.at(s1, near), self.at(s1, far), self.at(s0, far)]
    }
}

pub(crate) fn distance(a: Xy, b: Xy) -> f64 {
    (a - b).x.hypot((a - b).y)
}

fn cross(a: Xy, b: Xy) -> f64 {
    a.x * b.y - a.y * b.x
}

/// The place on a segment that is nearest to a point.
pub(crate) fn nearest_on(p: Xy, a: Xy, b: Xy) -> Xy {
    let d = b - a;
    let square = d.x * d.x + d.y * d.y;
    if square == 0.0 {
        return a;
    }
    let t = (((p - a).x * d.x + (p - a).y * d.y) / square).clamp(0.0, 1.0);
    a + d * t
}

/// Whether two segments cross or touch.
pub(crate) fn meet(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let (s, t) = (cross(b - a, c - a), cross(b - a, d - a));
    let (u, v) = (cross(d - c, a - c), cross(d - c, b - c));
    s * t <= 0.0 && u * v <= 0.0 && (s != t || u != v)
}

/// The shortest connection between two segments; of no length where they meet.
pub(crate) fn connection(a: Xy, b: Xy, c: Xy, d: Xy) -> (Xy, Xy) {
    let ends = [(a, nearest_on(a, c, d)), (b, nearest_on(b, c, d)), (nearest_on(c, a, b), c), (nearest_on(d, a, b), d)];
    if meet(a, b, c, d) {
        return (a, a);
    }
    ends.into_iter().min_by(|l, r| distance(l.0, l.1).total_cmp(&distance(r.0, r.1))).unwrap_or((a, c))
}

pub(crate) fn segment_distance(a: Xy, b: Xy, c: Xy, d: Xy) -> f64 {
    let (p, q) = connection(a, b, c, d);
    distance(p, q)
}

/// Whether a point lies in a convex ring given counter-clockwise or clockwise.
pub(crate) fn is_inside(ring: &[Xy; 4], p: Xy) -> bool {
    let turns = |i: usize| cross(ring[(i + 1) % 4] - ring[i], p - ring[i]);
    (0..4).all(|i| turns(i) > 0.0) || (0..4).all(|i| turns(i) < 0.0)
}

/// A polygon with its outer ring counter-clockwise, as RFC 7946 wants it.
pub(crate) fn polygon(mut ring: Vec<Xy>) -> Polygon<f64> {
    let origin = ring[0];
    let twice_area: f64 = (0..ring.len()).map(|i| cross(ring[i] - origin, ring[(i + 1) % ring.len()] - origin)).sum();
    if twice_area < 0.0 {
        ring.reverse();
    }
    Polygon::new(LineString(ring), Vec::new())
}

struct Piece {
    a: Xy,
    b: Xy,
    /// How far others keep from it.
    reach_m: f64,
    /// The building it is an edge of.
    building: Option<usize>,
}

/// The ground that streets, walls and buildings have taken, asked by each new building.
#[derive(Default)]
pub(crate) struct TakenGround {
    cells: BTreeMap<(i64, i64), Vec<u32>>,
    pieces: Vec<Piece>,
    buildings: Vec<[Xy; 4]>,
}

/// Side of an index cell and the greatest distance that anything keeps, metres.
const CELL_M: f64 = 20.0;

fn cells(low: Xy, high: Xy, margin: f64) -> impl Iterator<Item = (i64, i64)> {
    let cell = |v: f64| (v / CELL_M).floor() as i64;
    let (x0, x1) = (cell(low.x - margin), cell(high.x + margin));
    let (y0, y1) = (cell(low.y - margin), cell(high.y + margin));
    (x0..=x1).flat_map(move |x| (y0..=y1).map(move |y| (x, y)))
}

fn corners(points: &[Xy]) -> (Xy, Xy) {
    points.iter().fold((points[0], points[0]), |(low, high), p| {
        (xy(low.x.min(p.x), low.y.min(p.y)), xy(high.x.max(p.x), high.y.max(p.y)))
    })
}

impl TakenGround {
    fn add(&mut self, piece: Piece) {
        let (low, high) = corners(&[piece.a, piece.b]);
        for cell in cells(low, high, 0.0) {
            self.cells.entry(cell).or_default().push(self.pieces.len() as u32);
        }
        self.pieces.push(piece);
    }

    /// Takes the ground within `reach_m` of a line; a line of one point is a point.
    pub(crate) fn add_line(&mut self, line: &[Xy], reach_m: f64) {
        debug_assert!(reach_m <= CELL_M, "a search looks no farther than one cell");
        if let [only] = line {
            self.add(Piece { a: *only, b: *only, reach_m, building: None });
        }
        for pair in line.windows(2) {
            self.add(Piece { a: pair[0], b: pair[1], reach_m, building: None });
        }
    }

    /// Takes the ground of a building with a margin around it.
    pub(crate) fn add_building(&mut self, hull: [Xy; 4], reach_m: f64) {
        for i in 0..4 {
            self.add(Piece { a: hull[i], b: hull[(i + 1) % 4], reach_m, building: Some(self.buildings.len()) });
        }
        self.buildings.push(hull);
    }

    /// Whether a rectangle keeps its distance from everything that is there.
    pub(crate) fn is_free(&self, hull: &[Xy; 4]) -> bool {
        let (low, high) = corners(hull);
        let centre = (hull[0] + hull[2]) / 2.0;
        cells(low, high, CELL_M).filter_map(|cell| self.cells.get(&cell)).flatten().all(|&index| {
            let piece = &self.pieces[index as usize];
            let keeps_off =
                (0..4).all(|i| segment_distance(hull[i], hull[(i + 1) % 4], piece.a, piece.b) >= piece.reach_m);
            keeps_off
                && !is_inside(hull, (piece.a + piece.b) / 2.0)
                && !piece.building.is_some_and(|b| is_inside(&self.buildings[b], centre))
        })
    }

    /// Whether a disc keeps its distance from everything that is there.
    pub(crate) fn is_free_around(&self, at: Xy, radius_m: f64) -> bool {
        cells(at, at, CELL_M).filter_map(|cell| self.cells.get(&cell)).flatten().all(|&index| {
            let piece = &self.pieces[index as usize];
            distance(at, nearest_on(at, piece.a, piece.b)) >= piece.reach_m + radius_m
                && !piece.building.is_some_and(|b| is_inside(&self.buildings[b], at))
        })
    }
}
