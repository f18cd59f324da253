//! The outline of everything within the radius of a field's lines.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::field::{Field, SIDE};

/// The neighbours of a place against the clock; two that follow each other and the place make a triangle of the grid.
const AROUND: [(isize, isize); 6] = [(1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1)];
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
/// cross nor touch. O(b + v) for b blocks and v vertices, but for holes, which look along their row.
pub(super) fn outline(field: &Field, owner: Option<u32>) -> MultiPolygon<f64> {
    let mut inside = vec![[0u32; SIDE]; field.block_count()];
    for (block, _) in field.blocks() {
        inside[block] = field.rows_within(block, owner);
    }
    let mut tracer =
        Tracer { field, owner, seen: vec![[0u32; SIDE]; inside.len()], inside, line: Vec::new(), walls: Vec::new() };
    let mut rings = Vec::new();
    for (block, (column, row)) in field.blocks() {
        let beyond = field.block_of(column + SIDE, row).map_or([0; SIDE], |east| tracer.inside[east]);
        for (j, beyond) in beyond.into_iter().enumerate() {
            let bits = tracer.inside[block][j];
            let ends = bits & !((bits >> 1) | (beyond << (SIDE - 1)));
            loop {
                let left = ends & !tracer.seen[block][j];
                if left == 0 {
                    break;
                }
                rings.push(tracer.trace((column + left.trailing_zeros() as usize, row + j), rings.len()));
            }
        }
    }
    nest(rings, &Walls::by_row(&tracer.walls, field.row_count()))
}

/// One closed line of the outline, the inside on its left.
struct Ring {
    line: Vec<Coord<f64>>,
    /// Twice its area, square metres; below zero around a hole.
    doubled: f64,
    /// Column and row of the last place inside before its westernmost edge to the east.
    west: (usize, usize),
}

/// A run of places inside: column and row of its first, and the ring that bounds it there.
#[derive(Clone, Copy)]
struct Wall {
    column: usize,
    row: usize,
    ring: usize,
}

/// Walls in the order of their rows.
struct Walls {
    first_of_row: Vec<usize>,
    walls: Vec<Wall>,
}

impl Walls {
    fn by_row(walls: &[Wall], rows: usize) -> Self {
        let mut first_of_row = vec![0; rows + 1];
        for wall in walls {
            first_of_row[wall.row + 1] += 1;
        }
        for row in 0..rows {
            first_of_row[row + 1] += first_of_row[row];
        }
        let mut next = first_of_row.clone();
        let mut sorted = vec![Wall { column: 0, row: 0, ring: 0 }; walls.len()];
        for wall in walls {
            sorted[next[wall.row]] = *wall;
            next[wall.row] += 1;
        }
        Self { first_of_row, walls: sorted }
    }

    /// The last wall of a row up to and including a column.
    fn before(&self, (column, row): (usize, usize)) -> Option<Wall> {
        let walls = &self.walls[self.first_of_row[row]..self.first_of_row[row + 1]];
        walls.iter().filter(|wall| wall.column <= column).max_by_key(|wall| wall.column).copied()
    }
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
    walls: Vec<Wall>,
}

impl Tracer<'_> {
    /// Whether a place is inside, and how far outside it lies.
    #[inline]
    fn at(&self, (column, row): (usize, usize)) -> (bool, f64) {
        self.field.block_of(column, row).map_or((false, f64::INFINITY), |block| {
            let is_inside = self.inside[block][row % SIDE] & (1 << (column % SIDE)) != 0;
            (is_inside, self.field.outside(block, (column, row), self.owner))
        })
    }

    /// Follows the outline from the edge to the east of a place inside until it closes.
    fn trace(&mut self, start: (usize, usize), ring: usize) -> Ring {
        let (mut at, mut towards) = (start, EAST);
        let (mut here, mut there) = (self.at(start).1, self.at(beside(start, EAST)).1);
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let mut west = start;
        loop {
            if towards == EAST {
                if let Some(block) = self.field.block_of(at.0, at.1) {
                    self.seen[block][at.1 % SIDE] |= 1 << (at.0 % SIDE);
                }
                west = west.min(at);
            } else if towards == WEST {
                self.walls.push(Wall { column: at.0, row: at.1, ring });
            }
            push(&mut line, self.crossing(at, towards, here, there));
            // Of the triangle to the left the third corner lies on one side of the outline or on the other.
            let left = (towards + 1) % 6;
            let third = beside(at, left);
            let (is_inside, beyond) = self.at(third);
            if is_inside {
                (at, here) = (third, beyond);
                towards = (towards + 5) % 6;
            } else {
                there = beyond;
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
        let ring = Ring { line: line.clone(), doubled, west };
        self.line = line;
        ring
    }

    /// Where the outline crosses the edge from a place inside to a neighbour outside, by how far outside they lie.
    #[inline]
    fn crossing(&self, at: (usize, usize), towards: usize, here: f64, there: f64) -> Coord<f64> {
        let part = if there > here { -here / (there - here) } else { 0.0 };
        let part = part.clamp(APART, 1.0 - APART);
        let (dx, dy) = AROUND[towards];
        self.field.on_plane(at.0 as f64 + part * dx as f64, at.1 as f64 + part * dy as f64)
    }
}

/// The neighbour of a place; there is a margin around a field.
#[inline]
fn beside(at: (usize, usize), towards: usize) -> (usize, usize) {
    let (dx, dy) = AROUND[towards];
    (at.0.wrapping_add_signed(dx), at.1.wrapping_add_signed(dy))
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
fn nest(rings: Vec<Ring>, walls: &Walls) -> MultiPolygon<f64> {
    let mut outer_of: Vec<Option<usize>> =
        rings.iter().enumerate().map(|(i, ring)| (ring.doubled > 0.0).then_some(i)).collect();
    let mut holes: Vec<usize> = (0..rings.len()).filter(|&i| outer_of[i].is_none()).collect();
    holes.sort_by_key(|&i| rings[i].west);
    for hole in holes {
        outer_of[hole] = walls.before(rings[hole].west).and_then(|wall| outer_of[wall.ring]);
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
