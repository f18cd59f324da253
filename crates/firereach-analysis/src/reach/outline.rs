//! The outline of everything within the radius of a field's lines.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::field::{Field, SIDE};

/// The neighbours of a place against the clock; two that follow each other and the place make a triangle of the grid.
const AROUND: [(i64, i64); 6] = [(1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1)];
const EAST: usize = 0;
const WEST: usize = 3;
/// No vertex comes nearer to a place of the grid than this part of the way to the next: rings never touch themselves.
const APART: f64 = 1e-3;
/// A vertex that lies on the line of its neighbours by this much, metres, is left out.
const STRAIGHT_M: f64 = 1e-4;

/// The outline of all places within the radius of a line, or of those that are nearest to one owner's lines.
///
/// The grid is cut into triangles and the distance taken as linear in each. So wherever one field is nowhere farther than
/// another, its outline contains the other's; the areas of two owners share borders and never overlap; and rings neither
/// cross nor touch. O(b + v) for b blocks and v vertices, but for sorting where rows leave holes.
pub(super) fn outline(field: &Field, owner: Option<u32>) -> MultiPolygon<f64> {
    let mut inside = vec![[0u32; SIDE]; field.block_count()];
    for (block, _) in field.blocks() {
        inside[block] = field.rows_within(block, owner);
    }
    let mut tracer =
        Tracer { field, owner, seen: vec![[0u32; SIDE]; inside.len()], inside, line: Vec::new(), walls: Vec::new() };
    let mut rings = Vec::new();
    for (block, (column, row)) in field.blocks() {
        for j in 0..SIDE {
            let bits = tracer.inside[block][j];
            if bits == 0 {
                continue;
            }
            let at_row = row + j as i64;
            let beyond = u32::from(tracer.is_inside(column + SIDE as i64, at_row)) << (SIDE - 1);
            let ends = bits & !((bits >> 1) | beyond);
            loop {
                let left = ends & !tracer.seen[block][j];
                if left == 0 {
                    break;
                }
                let start = (column + i64::from(left.trailing_zeros()), at_row);
                rings.push(tracer.trace(start, rings.len()));
            }
        }
    }
    tracer.walls.sort_unstable();
    nest(rings, &tracer.walls)
}

/// One closed line of the outline, the inside on its left.
struct Ring {
    line: Vec<Coord<f64>>,
    /// Twice its area, square metres; below zero around a hole.
    doubled: f64,
    /// Row and column of the last place inside before its westernmost edge to the east.
    west: (i64, i64),
}

struct Tracer<'a> {
    field: &'a Field,
    owner: Option<u32>,
    /// By block and row, one bit a place.
    inside: Vec<[u32; SIDE]>,
    /// Places inside whose edge to the east was crossed by a ring.
    seen: Vec<[u32; SIDE]>,
    /// The ring being followed: memory that is used again for the next.
    line: Vec<Coord<f64>>,
    /// Row and column of the first place inside of every run of places, and the ring that bounds it.
    walls: Vec<(i64, i64, usize)>,
}

impl Tracer<'_> {
    fn is_inside(&self, column: i64, row: i64) -> bool {
        self.field
            .find(column, row)
            .is_some_and(|(block, place)| self.inside[block][place / SIDE] & (1 << (place % SIDE)) != 0)
    }

    /// Follows the outline from the edge to the east of a place inside until it closes.
    fn trace(&mut self, start: (i64, i64), ring: usize) -> Ring {
        let (mut at, mut towards) = (start, EAST);
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let mut west = start;
        loop {
            if towards == EAST {
                if let Some((block, place)) = self.field.find(at.0, at.1) {
                    self.seen[block][place / SIDE] |= 1 << (place % SIDE);
                }
                west = west.min(at);
            } else if towards == WEST {
                self.walls.push((at.1, at.0, ring));
            }
            push(&mut line, self.crossing(at, towards));
            let left = (towards + 1) % 6;
            let third = (at.0 + AROUND[left].0, at.1 + AROUND[left].1);
            if self.is_inside(third.0, third.1) {
                at = third;
                towards = (towards + 5) % 6;
            } else {
                towards = left;
            }
            if at == start && towards == EAST {
                break;
            }
        }
        if let Some(&first) = line.first() {
            push(&mut line, first);
        }
        let origin = line[0];
        let doubled = line
            .windows(2)
            .map(|pair| {
                (pair[0].x - origin.x) * (pair[1].y - origin.y) - (pair[1].x - origin.x) * (pair[0].y - origin.y)
            })
            .sum();
        let ring = Ring { line: line.clone(), doubled, west: (west.1, west.0) };
        self.line = line;
        ring
    }

    /// Where the outline crosses the edge from a place inside to a neighbour outside.
    fn crossing(&self, at: (i64, i64), towards: usize) -> Coord<f64> {
        let (dx, dy) = AROUND[towards];
        let value =
            |column, row| self.field.find(column, row).map_or(f64::INFINITY, |at| self.field.outside(at, self.owner));
        let (here, there) = (value(at.0, at.1), value(at.0 + dx, at.1 + dy));
        let part = if there > here { -here / (there - here) } else { 0.0 };
        let part = part.clamp(APART, 1.0 - APART);
        let cell_m = self.field.cell_m();
        Coord { x: (at.0 as f64 + part * dx as f64) * cell_m, y: (at.1 as f64 + part * dy as f64) * cell_m }
    }
}

/// Adds a vertex, and takes out the one before it where the line runs straight on through it.
fn push(line: &mut Vec<Coord<f64>>, at: Coord<f64>) {
    while let [.., a, b] = line[..] {
        let (abx, aby, acx, acy) = (b.x - a.x, b.y - a.y, at.x - a.x, at.y - a.y);
        let doubled = abx * acy - aby * acx;
        let is_on = doubled * doubled <= STRAIGHT_M * STRAIGHT_M * (acx * acx + acy * acy);
        if !is_on || abx * (at.x - b.x) + aby * (at.y - b.y) < 0.0 {
            break;
        }
        line.pop();
    }
    line.push(at);
}

/// Gives each hole to the ring around it.
///
/// West of a hole's westernmost edge its row runs inside until a wall: that of the ring around it, or of another hole in
/// the same ring, which lies farther west.
fn nest(rings: Vec<Ring>, walls: &[(i64, i64, usize)]) -> MultiPolygon<f64> {
    let mut outer_of: Vec<Option<usize>> =
        rings.iter().enumerate().map(|(i, ring)| (ring.doubled > 0.0).then_some(i)).collect();
    let mut holes: Vec<usize> = (0..rings.len()).filter(|&i| outer_of[i].is_none()).collect();
    holes.sort_by_key(|&i| (rings[i].west.1, rings[i].west.0));
    for hole in holes {
        let (row, column) = rings[hole].west;
        let after = walls.partition_point(|&(r, c, _)| (r, c) <= (row, column));
        let beside = after.checked_sub(1).map(|wall| walls[wall].2);
        outer_of[hole] = beside.and_then(|ring| outer_of[ring]);
    }
    let mut polygons: Vec<Option<Polygon<f64>>> = vec![None; rings.len()];
    let mut holes: Vec<(usize, LineString<f64>)> = Vec::new();
    for (i, ring) in rings.into_iter().enumerate().filter(|(_, ring)| ring.line.len() >= 4) {
        match outer_of[i] {
            Some(outer) if outer == i => polygons[i] = Some(Polygon::new(LineString(ring.line), Vec::new())),
            Some(outer) => holes.push((outer, LineString(ring.line))),
            None => {}
        }
    }
    for (outer, line) in holes {
        if let Some(polygon) = &mut polygons[outer] {
            polygon.interiors_push(line);
        }
    }
    MultiPolygon(polygons.into_iter().flatten().collect())
}
