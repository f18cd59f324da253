//! How far the places of a fixed grid lie from the nearest line, and whose line that is.

use geo_types::{Coord, LineString};

use super::ends::Ends;

/// Grid cells to a radius: the finer, the nearer the outline is to the exact one, and the more there are of them.
const CELLS_TO_RADIUS: f64 = 4.0;
/// How far beyond the radius distances are kept, in cells: the outline needs them one diagonal beyond it.
const MARGIN: f64 = 1.5;
const REACH: f64 = CELLS_TO_RADIUS + MARGIN;
/// How far from a line the farthest corner of a tile lies that holds any such place, in cells, and a little more.
const SPILL: f64 = 16.0;
/// By this part the square of a distance from an end of a line is taken as less, a cell and more beyond it, and by so much of
/// it nearer to the end: what an outline of chords lacks of a circle in area, it gets back. Found by drawing circles of this
/// radius anywhere on the grid.
const AROUND_ENDS: f32 = 0.008;
/// Lines that bend by no more than twice the angle of this tangent run on into each other; sharper bends are rounded.
const GENTLE: f64 = 0.3;
/// Lines that leave a place open by half a turn and no more than some degrees beside it need no rounding there: a strip goes
/// on beyond its end by this part of its reach.
const AJAR: f64 = 0.07;

/// Places to a side of a block, one bit each in a row of [`Field::rows_within`].
pub(super) const SIDE: usize = 32;
const PLACES: usize = SIDE * SIDE;
/// Places to a side of a tile: the tiles of a block lie one behind the other, and so do the rows of a tile.
const TILE: usize = 4;
const ABSENT: u32 = u32::MAX;
/// Blocks that memory is set aside for at once.
const ROOM: usize = 1024;

/// Distances from lines that belong to owners, at the places of a grid.
///
/// The places lie at whole multiples of the cell in both coordinates, whatever the lines are, so that two fields with one
/// radius share their places. Only blocks of the grid near some line are kept: memory follows the lines, not the city.
/// Lines may be added at any time, which only brings places nearer. Columns and rows are counted from a corner of the
/// field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    cell_m: f64,
    /// The column and row of the plane's grid at which those of the field begin, in cells.
    origin: Coord<f64>,
    columns: usize,
    /// Number of the block by row and column, or [`ABSENT`].
    index: Vec<u32>,
    /// By block and place, the square of the distance to the nearest line, in cells.
    near: Vec<f32>,
    /// Whose line that is; empty when nobody asks.
    owner: Vec<u32>,
    /// The square of the distance to the nearest line of anybody else; empty when nobody asks.
    rival: Vec<f32>,
    is_shared: bool,
}

/// A straight piece, seen from where it begins; lengths in cells.
#[derive(Clone, Copy)]
struct Piece {
    along: Coord<f64>,
    length: f64,
}

impl Piece {
    /// From one place to another.
    fn between(from: Coord<f64>, to: Coord<f64>) -> Self {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = (dx * dx + dy * dy).sqrt();
        Self { along: Coord { x: dx / length, y: dy / length }, length }
    }

    /// The squares of the distances of a tile whose lowest place lies at `at`.
    ///
    /// Four places at a time, without a branch: this is where the time goes.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "some thousand cells at most; the squares are kept as 32 bits")]
    fn squares(self, at: Coord<f64>) -> [[f32; TILE]; TILE] {
        let (ex, ey, length) = (self.along.x as f32, self.along.y as f32, self.length as f32);
        let (x, y) = (at.x as f32, at.y as f32);
        let mut squares = [[0.0; TILE]; TILE];
        let steps = [0.0, 1.0, 2.0, 3.0];
        let over = steps.map(|k| ((x + k) * ex, (x + k) * ey));
        for (row, k) in squares.iter_mut().zip(steps) {
            let (up, aside) = ((y + k) * ey, (y + k) * ex);
            for (square, (over, across)) in row.iter_mut().zip(over) {
                let along = over + up;
                let across = aside - across;
                let beyond = more(more(-along, along - length), 0.0);
                let plain = across * across + beyond * beyond;
                *square = plain * (1.0 - AROUND_ENDS * less(beyond, 1.0));
            }
        }
        squares
    }
}

/// Comparisons and not `min` and `max`: distances are numbers, so that nothing has to be asked about what is not.
#[inline]
fn more(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn less(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

impl Field {
    /// An empty field for lines between two corners, with distances up to a little beyond `radius_m`.
    ///
    /// `is_shared` says whether the lines of several owners are told apart.
    pub(super) fn new(radius_m: f64, corners: (Coord<f64>, Coord<f64>), is_shared: bool) -> Self {
        let cell_m = radius_m / CELLS_TO_RADIUS;
        let side = SIDE as f64;
        // A block more on every side than any distance is kept in: neighbours can be asked for without asking where.
        let first = |m: f64| ((m / cell_m - SPILL) / side).floor() - 1.0;
        let last = |m: f64| ((m / cell_m + SPILL) / side).floor() + 1.0;
        let first = Coord { x: first(corners.0.x), y: first(corners.0.y) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "blocks between two corners")]
        let count = |first: f64, last: f64| (last - first + 1.0) as usize;
        let columns = count(first.x, last(corners.1.x));
        let slots = columns * count(first.y, last(corners.1.y));
        Self {
            cell_m,
            origin: Coord { x: first.x * side, y: first.y * side },
            columns,
            index: vec![ABSENT; slots],
            near: Vec::with_capacity(slots.min(ROOM) * PLACES),
            owner: Vec::new(),
            rival: Vec::new(),
            is_shared,
        }
    }

    /// A field of lines that all belong to one owner.
    pub(super) fn of(lines: &[LineString<f64>], radius_m: f64) -> Self {
        let mut corners = Corners::default();
        for line in lines {
            line.0.iter().for_each(|&at| corners.add(at));
        }
        let mut field = Self::new(radius_m, corners.get(), false);
        let mut ends = Ends::of(lines);
        for line in lines {
            let is_round = [ends.take(&line.0), ends.take_last(&line.0)];
            field.add_between(&line.0, 0, is_round);
        }
        field
    }

    /// Brings nearer whatever lies near a line: exact on both sides of it, round its ends and outside its bends.
    pub(super) fn add(&mut self, line: &[Coord<f64>], owner: u32) {
        self.add_between(line, owner, [true; 2]);
    }

    /// The same for a line whose ends need not be rounded where others go on.
    fn add_between(&mut self, line: &[Coord<f64>], owner: u32, is_round: [bool; 2]) {
        let (cells, origin) = (1.0 / self.cell_m, self.origin);
        let mut ahead = line.iter().map(|at| Coord { x: at.x * cells - origin.x, y: at.y * cells - origin.y });
        let beyond = |is_round: bool| REACH * if is_round { 1.0 } else { AJAR };
        let Some(mut from) = ahead.next() else { return };
        let Some(first) = ahead.find(|&at| at != from) else {
            let piece = Piece { along: Coord { x: 1.0, y: 0.0 }, length: 0.0 };
            self.add_piece(from, piece, [REACH; 2], owner);
            return;
        };
        let (mut to, mut piece, mut before) = (first, Piece::between(from, first), beyond(is_round[0]));
        while let Some(next) = ahead.find(|&at| at != to) {
            let after = Piece::between(to, next);
            let (a, b) = (piece.along, after.along);
            // The tangent of half the bend; of a line that turns back, rounding would leave none. Sharp bends are rounded by the
            // piece before them.
            let onward = a.x * b.x + a.y * b.y;
            let tangent = (a.x * b.y - a.y * b.x).abs() / (1.0 + onward);
            let is_gentle = onward > 0.0 && tangent <= GENTLE;
            let (ends, begins) = if is_gentle { (tangent + AJAR, tangent + AJAR) } else { (1.0, AJAR) };
            self.add_piece(from, piece, [before, REACH * ends], owner);
            (from, to, piece, before) = (to, next, after, REACH * begins);
        }
        self.add_piece(from, piece, [before, beyond(is_round[1])], owner);
    }

    /// A straight piece, what lies beside it, and what lies beyond its ends by so much, tile by tile.
    fn add_piece(&mut self, from: Coord<f64>, piece: Piece, beyond: [f64; 2], owner: u32) {
        const SIDE_OF_TILE: f64 = TILE as f64;
        /// From the middle of a tile to its outermost row or column.
        const HALF: f64 = (TILE - 1) as f64 / 2.0;
        let along = piece.along;
        // Between which distances along the piece and beside it the middles of tiles lie that hold any such place.
        let slack = HALF * (along.x.abs() + along.y.abs());
        let (begins, ends, aside) = (-beyond[0] - slack, piece.length + beyond[1] + slack, REACH + slack);
        let tile = |middle: f64| (middle - HALF) / SIDE_OF_TILE;
        let (low, high) = (along.y * begins, along.y * ends);
        let (low_y, high_y) =
            (from.y + low.min(high) - aside * along.x.abs(), from.y + low.max(high) + aside * along.x.abs());
        let over = |part: f64| if part.abs() < 1e-9 { 0.0 } else { 1.0 / part };
        let (over_x, over_y) = (over(along.x), over(along.y));
        for row in whole_up(tile(low_y))..=whole(tile(high_y)) {
            let middle = row as f64 * SIDE_OF_TILE + HALF - from.y;
            let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
            if over_x != 0.0 {
                let (one, other) = ((begins - middle * along.y) * over_x, (ends - middle * along.y) * over_x);
                (low, high) = (one.min(other), one.max(other));
            }
            if over_y != 0.0 {
                let (at, half) = (middle * along.x * over_y, aside * over_y.abs());
                (low, high) = (low.max(at - half), high.min(at + half));
            }
            if low > high {
                continue;
            }
            for column in whole_up(tile(from.x + low))..=whole(tile(from.x + high)) {
                let lowest = Coord { x: column as f64 * SIDE_OF_TILE - from.x, y: row as f64 * SIDE_OF_TILE - from.y };
                let squares = piece.squares(lowest);
                self.add_tile(column, row, &squares, owner);
            }
        }
    }

    /// Takes the distances of a tile where they are less than those before.
    #[inline]
    fn add_tile(&mut self, column: usize, row: usize, squares: &[[f32; TILE]; TILE], owner: u32) {
        const TILES: usize = SIDE / TILE;
        let block = self.block_at(column / TILES, row / TILES);
        let first = block * PLACES + (row % TILES * TILES + column % TILES) * TILE * TILE;
        let places = first..first + TILE * TILE;
        if self.is_shared {
            for (place, &square) in places.zip(squares.as_flattened()) {
                self.take(place, square, owner);
            }
        } else {
            for (near, &square) in self.near[places].iter_mut().zip(squares.as_flattened()) {
                *near = less(square, *near);
            }
        }
    }

    /// Keeps the nearest line's distance and owner, and that of the nearest of anybody else; ties to the smaller owner.
    fn take(&mut self, place: usize, square: f32, owner: u32) {
        let (near, of) = (self.near[place], self.owner[place]);
        if owner == of {
            self.near[place] = less(square, near);
        } else if square < near || (square == near && owner < of) {
            self.rival[place] = near;
            self.near[place] = square;
            self.owner[place] = owner;
        } else {
            self.rival[place] = less(square, self.rival[place]);
        }
    }

    /// The number of a block by its column and row; a new one for a block that is not kept yet.
    #[inline]
    fn block_at(&mut self, column: usize, row: usize) -> usize {
        let slot = row * self.columns + column;
        let block = self.index[slot];
        if block == ABSENT { self.new_block(slot) } else { block as usize }
    }

    #[cold]
    fn new_block(&mut self, slot: usize) -> usize {
        let block = self.near.len() / PLACES;
        self.index[slot] = u32::try_from(block).expect("fewer blocks than places fit in memory");
        self.near.resize(self.near.len() + PLACES, f32::INFINITY);
        if self.is_shared {
            self.owner.resize(self.near.len(), u32::MAX);
            self.rival.resize(self.near.len(), f32::INFINITY);
        }
        block
    }

    /// Where on the plane a place of the grid lies, counted in cells.
    pub(super) fn on_plane(&self, column: f64, row: f64) -> Coord<f64> {
        Coord { x: (self.origin.x + column) * self.cell_m, y: (self.origin.y + row) * self.cell_m }
    }

    /// Number of blocks that are kept.
    pub(super) fn block_count(&self) -> usize {
        self.near.len() / PLACES
    }

    /// How many rows of places there are.
    pub(super) fn row_count(&self) -> usize {
        self.index.len() / self.columns * SIDE
    }

    /// The blocks with the column and row of their lowest place, by row and then by column.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (usize, (usize, usize))> + '_ {
        self.index
            .iter()
            .enumerate()
            .filter(|&(_, &block)| block != ABSENT)
            .map(move |(slot, &block)| (block as usize, (slot % self.columns * SIDE, slot / self.columns * SIDE)))
    }

    /// The block in which a place lies, if it is kept.
    #[inline]
    pub(super) fn block_of(&self, column: usize, row: usize) -> Option<usize> {
        let block = self.index[row / SIDE * self.columns + column / SIDE];
        (block != ABSENT).then_some(block as usize)
    }

    /// For each row of a block, one bit a place: whether it lies within the radius of a line, of this owner's first of all
    /// if one is given.
    pub(super) fn rows_within(&self, block: usize, owner: Option<u32>) -> [u32; SIDE] {
        let places = block * PLACES..(block + 1) * PLACES;
        let near = &self.near[places.clone()];
        match owner {
            None => rows_where(|place| near[place] <= MOST),
            Some(owner) => {
                let owners = &self.owner[places];
                if owners.contains(&owner) {
                    rows_where(|place| near[place] <= MOST && owners[place] == owner)
                } else {
                    [0; SIDE]
                }
            }
        }
    }

    /// How far a place lies outside, in cells; inside, zero or less. Linear on each side of a straight line.
    ///
    /// With an owner, outside is also what lies nearer to somebody else's line.
    #[inline]
    pub(super) fn outside(&self, block: usize, (column, row): (usize, usize), owner: Option<u32>) -> f64 {
        let place = block * PLACES + place_at(column % SIDE, row % SIDE);
        let near = f64::from(self.near[place]).sqrt();
        let beyond = near - CELLS_TO_RADIUS;
        match owner {
            None => beyond,
            Some(owner) => {
                let rival = f64::from(self.rival[place]).sqrt();
                beyond.max(if self.owner[place] == owner { near - rival } else { rival - near })
            }
        }
    }
}

/// The square of the radius in cells.
const MOST: f32 = 16.0;

/// The place of a column and a row in a block.
#[inline]
fn place_at(column: usize, row: usize) -> usize {
    (row / TILE * (SIDE / TILE) + column / TILE) * TILE * TILE + row % TILE * TILE + column % TILE
}

/// The corners of a box around places; the same two at the origin around none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corners {
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Default for Corners {
    fn default() -> Self {
        let all = |m: f64| Coord { x: m, y: m };
        Self { low: all(f64::INFINITY), high: all(f64::NEG_INFINITY) }
    }
}

impl Corners {
    /// Makes the box hold a place.
    pub(super) fn add(&mut self, at: Coord<f64>) {
        // Comparisons and not `min`: coordinates are numbers, so that nothing has to be asked about the others.
        let less = |a: f64, b: f64| if a < b { a } else { b };
        let more = |a: f64, b: f64| if a > b { a } else { b };
        self.low = Coord { x: less(at.x, self.low.x), y: less(at.y, self.low.y) };
        self.high = Coord { x: more(at.x, self.high.x), y: more(at.y, self.high.y) };
    }

    /// The least and the greatest coordinates.
    pub(super) fn get(self) -> (Coord<f64>, Coord<f64>) {
        if self.low.x <= self.high.x { (self.low, self.high) } else { Default::default() }
    }
}

fn rows_where(is_within: impl Fn(usize) -> bool) -> [u32; SIDE] {
    let mut rows = [0u32; SIDE];
    for (row, bits) in rows.iter_mut().enumerate() {
        for first in (0..SIDE).step_by(TILE) {
            let place = place_at(first, row);
            let four = u32::from(is_within(place))
                | u32::from(is_within(place + 1)) << 1
                | u32::from(is_within(place + 2)) << 2
                | u32::from(is_within(place + 3)) << 3;
            *bits |= four << first;
        }
    }
    rows
}

/// The greatest whole number that is not greater, of a number that is not below zero.
fn whole(tiles: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tiles from the corner of a field")]
    let whole = tiles as usize;
    whole
}

/// The least whole number that is not less, of a number that is not below zero.
fn whole_up(tiles: f64) -> usize {
    let whole = whole(tiles);
    whole + usize::from((whole as f64) < tiles)
}
