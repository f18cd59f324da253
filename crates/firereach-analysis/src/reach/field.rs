//! How far the places of a fixed grid lie from the nearest line, and whose line that is.

use geo_types::{Coord, LineString};

/// Grid cells to a radius: the finer, the nearer the outline is to the exact one.
const CELLS_TO_RADIUS: f64 = 4.0;
/// How far beyond the radius distances are kept, in cells: the outline needs them one diagonal beyond it.
const MARGIN: f64 = 1.5;
/// Bends of less than this many radians are mitred: the corner is then too near by a four-hundredth at most.
const MITRED: f64 = 0.14;
/// Places on the border of two pieces belong to both, by this part of a cell.
const SLACK: f64 = 1e-6;

/// Places to a side of a block, one bit each in a row of [`Field::rows_within`].
pub(super) const SIDE: usize = 32;
const PLACES: usize = SIDE * SIDE;
const ABSENT: u32 = u32::MAX;
/// Blocks that memory is set aside for at once.
const ROOM: usize = 1024;

/// Distances from lines that belong to owners, at the places of a grid.
///
/// The places lie at whole multiples of the cell in both coordinates, whatever the lines are, so that two fields with one
/// radius share their places. Only blocks of the grid near some line are kept: memory follows the lines, not the city.
/// Lines may be added at any time, which only brings places nearer.
#[derive(Clone, Debug)]
pub(super) struct Field {
    cell_m: f64,
    /// The lowest column and row of blocks that the index holds, and how many columns.
    first: (i64, i64),
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

/// The places `low..=high` of a row between which a condition holds.
#[derive(Clone, Copy)]
struct Span {
    low: f64,
    high: f64,
}

impl Span {
    /// What is left of the span where `least <= a x + b <= most`.
    fn where_between(self, a: f64, b: f64, least: f64, most: f64) -> Self {
        if a.abs() < 1e-12 {
            return if b < least || b > most { Self { low: 1.0, high: 0.0 } } else { self };
        }
        let (one, other) = ((least - b) / a, (most - b) / a);
        Self { low: self.low.max(one.min(other)), high: self.high.min(one.max(other)) }
    }
}

/// A line or a point from which places of one row lie `hypot(at + step * x, aside)` away.
#[derive(Clone, Copy)]
struct Away {
    at: f64,
    step: f64,
    aside: f64,
}

impl Field {
    /// An empty field for lines between two corners, with distances up to a little beyond `radius_m`.
    ///
    /// `is_shared` says whether the lines of several owners are told apart.
    pub(super) fn new(radius_m: f64, corners: (Coord<f64>, Coord<f64>), is_shared: bool) -> Self {
        let cell_m = radius_m / CELLS_TO_RADIUS;
        let reach_m = radius_m + MARGIN * cell_m;
        let block_of = |m: f64| whole(m / cell_m).div_euclid(SIDE as i64);
        let first = (block_of(corners.0.x - reach_m), block_of(corners.0.y - reach_m));
        let last = (block_of(corners.1.x + reach_m) + 1, block_of(corners.1.y + reach_m) + 1);
        let count = |first: i64, last: i64| usize::try_from(last - first + 1).unwrap_or(0);
        let columns = count(first.0, last.0);
        let slots = columns * count(first.1, last.1);
        Self {
            cell_m,
            first,
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
        for line in lines {
            field.add(&line.0, 0);
        }
        field
    }

    /// Brings nearer whatever lies near a line: exact on both sides of it, round its ends and outside its bends.
    pub(super) fn add(&mut self, line: &[Coord<f64>], owner: u32) {
        let reach = CELLS_TO_RADIUS + MARGIN;
        let cell_m = self.cell_m;
        let in_cells = |at: Coord<f64>| Coord { x: at.x / cell_m, y: at.y / cell_m };
        let Some(&first) = line.first() else { return };
        let mut from = in_cells(first);
        let mut ahead = line[1..].iter().map(|&at| in_cells(at));
        // The direction of the piece before, and how far the next piece is drawn back to meet it.
        let (mut before, mut mitre) = (None, 0.0);
        let mut next = ahead.find(|&at| at != from).map(|to| (to, direction(from, to)));
        while let Some((to, (along, length))) = next {
            next = ahead.find(|&at| at != to).map(|after| (after, direction(to, after)));
            if mitre == 0.0 {
                self.add_corner(from, before, Some(along), reach, owner);
            }
            let bend = next.map(|(_, (after, _))| {
                (along.x * after.y - along.y * after.x).atan2(along.x * after.x + along.y * after.y).abs()
            });
            let ahead_by =
                bend.filter(|&bend| bend < MITRED).map_or(0.0, |bend| (reach * (bend / 2.0).tan()).max(SLACK));
            self.add_piece(from, along, (-mitre, length + ahead_by), reach, owner);
            (before, mitre, from) = (Some(along), ahead_by, to);
        }
        self.add_corner(from, before, None, reach, owner);
    }

    /// The strip beside a straight piece.
    fn add_piece(&mut self, from: Coord<f64>, along: Coord<f64>, stretch: (f64, f64), reach: f64, owner: u32) {
        let ends = [stretch.0, stretch.1].map(|m| from.y + along.y * m);
        let aside = reach * along.x.abs();
        let (low, high) = (ends[0].min(ends[1]) - aside, ends[0].max(ends[1]) + aside);
        for row in whole_up(low)..=whole(high) {
            let dy = row as f64 - from.y;
            let across = Away { at: along.y * from.x + along.x * dy, step: -along.y, aside: 0.0 };
            let span = Span { low: f64::NEG_INFINITY, high: f64::INFINITY }
                .where_between(along.x, along.y * dy - along.x * from.x, stretch.0 - SLACK, stretch.1 + SLACK)
                .where_between(across.step, across.at, -reach, reach);
            self.add_row(row, span, across, owner);
        }
    }

    /// What is nearest to a vertex: outside the bend, or beyond the end.
    fn add_corner(
        &mut self,
        at: Coord<f64>,
        before: Option<Coord<f64>>,
        after: Option<Coord<f64>>,
        reach: f64,
        owner: u32,
    ) {
        for row in whole_up(at.y - reach)..=whole(at.y + reach) {
            let dy = row as f64 - at.y;
            let half = (reach * reach - dy * dy).max(0.0).sqrt();
            let mut span = Span { low: at.x - half, high: at.x + half };
            if let Some(e) = before {
                span = span.where_between(e.x, e.y * dy - e.x * at.x, -SLACK, f64::INFINITY);
            }
            if let Some(e) = after {
                span = span.where_between(e.x, e.y * dy - e.x * at.x, f64::NEG_INFINITY, SLACK);
            }
            self.add_row(row, span, Away { at: -at.x, step: 1.0, aside: dy }, owner);
        }
    }

    fn add_row(&mut self, row: i64, span: Span, away: Away, owner: u32) {
        if span.low > span.high {
            return;
        }
        let (mut column, last) = (whole_up(span.low), whole(span.high));
        #[expect(clippy::cast_possible_truncation, reason = "a few cells at most; the squares are kept as 32 bits")]
        let (step, aside) = (away.step as f32, (away.aside * away.aside) as f32);
        while column <= last {
            let block = self.block_at(column, row) * PLACES;
            let first = block + place_in_row(row) * SIDE + place_in_row(column);
            let count = usize::try_from(last - column + 1).unwrap_or(0).min(SIDE - place_in_row(column));
            #[expect(clippy::cast_possible_truncation, reason = "a few cells at most")]
            let start = (away.at + away.step * column as f64) as f32;
            let squares = (0u16..).map(|k| {
                let v = start + step * f32::from(k);
                v * v + aside
            });
            let places = first..first + count;
            if self.is_shared {
                for (place, square) in places.zip(squares) {
                    self.take(place, square, owner);
                }
            } else {
                for (near, square) in self.near[places].iter_mut().zip(squares) {
                    *near = near.min(square);
                }
            }
            column += count as i64;
        }
    }

    /// Keeps the nearest line's distance and owner, and that of the nearest of anybody else; ties to the smaller owner.
    fn take(&mut self, place: usize, square: f32, owner: u32) {
        let (near, of) = (self.near[place], self.owner[place]);
        if owner == of {
            self.near[place] = near.min(square);
        } else if square < near || (square == near && owner < of) {
            self.rival[place] = near;
            self.near[place] = square;
            self.owner[place] = owner;
        } else {
            self.rival[place] = self.rival[place].min(square);
        }
    }

    fn block_at(&mut self, column: i64, row: i64) -> usize {
        let slot = self.slot(column, row).expect("a field is made for all lines that are added to it");
        if self.index[slot] == ABSENT {
            self.index[slot] = u32::try_from(self.near.len() / PLACES).expect("fewer blocks than places fit in memory");
            self.near.resize(self.near.len() + PLACES, f32::INFINITY);
            if self.is_shared {
                self.owner.resize(self.near.len(), u32::MAX);
                self.rival.resize(self.near.len(), f32::INFINITY);
            }
        }
        self.index[slot] as usize
    }

    fn slot(&self, column: i64, row: i64) -> Option<usize> {
        let block_row = usize::try_from(row.div_euclid(SIDE as i64) - self.first.1).ok()?;
        let block_column = usize::try_from(column.div_euclid(SIDE as i64) - self.first.0).ok()?;
        let slot = block_row * self.columns + block_column;
        (block_column < self.columns && slot < self.index.len()).then_some(slot)
    }

    /// The side of a cell, metres.
    pub(super) fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// Number of blocks that are kept.
    pub(super) fn block_count(&self) -> usize {
        self.near.len() / PLACES
    }

    /// The blocks with the column and row of their lowest place, by row and then by column.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (usize, (i64, i64))> + '_ {
        let side = SIDE as i64;
        self.index.iter().enumerate().filter(|&(_, &block)| block != ABSENT).map(move |(slot, &block)| {
            let (row, column) = ((slot / self.columns) as i64, (slot % self.columns) as i64);
            (block as usize, ((self.first.0 + column) * side, (self.first.1 + row) * side))
        })
    }

    /// The block of a place, and where in it.
    pub(super) fn find(&self, column: i64, row: i64) -> Option<(usize, usize)> {
        let block = self.index[self.slot(column, row)?];
        (block != ABSENT).then(|| (block as usize, place_in_row(row) * SIDE + place_in_row(column)))
    }

    /// For each row of a block, one bit a place: whether it lies within the radius of a line, of this owner's first of all
    /// if one is given.
    pub(super) fn rows_within(&self, block: usize, owner: Option<u32>) -> [u32; SIDE] {
        #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
        let most = (CELLS_TO_RADIUS * CELLS_TO_RADIUS) as f32;
        let places = block * PLACES..(block + 1) * PLACES;
        let near = &self.near[places.clone()];
        match owner {
            None => rows_where(|place| near[place] <= most),
            Some(owner) => {
                let owners = &self.owner[places];
                if owners.contains(&owner) {
                    rows_where(|place| near[place] <= most && owners[place] == owner)
                } else {
                    [0; SIDE]
                }
            }
        }
    }

    /// How far a place lies outside, in cells; below zero inside. Linear on each side of a straight line.
    ///
    /// With an owner, outside is also what lies nearer to somebody else's line.
    pub(super) fn outside(&self, (block, place): (usize, usize), owner: Option<u32>) -> f64 {
        let place = block * PLACES + place;
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
        for column in 0..SIDE {
            *bits |= u32::from(is_within(row * SIDE + column)) << column;
        }
    }
    rows
}

fn direction(from: Coord<f64>, to: Coord<f64>) -> (Coord<f64>, f64) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    (Coord { x: dx / length, y: dy / length }, length)
}

fn place_in_row(place: i64) -> usize {
    usize::try_from(place.rem_euclid(SIDE as i64)).unwrap_or(0)
}

/// The greatest whole number that is not greater.
fn whole(cells: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "coordinates on a plane are far below what 64 bits hold")]
    let towards_zero = cells as i64;
    // Quicker than `floor`, which is a call where the processor is not known to have an instruction for it.
    towards_zero - i64::from(towards_zero as f64 > cells)
}

/// The least whole number that is not less.
fn whole_up(cells: f64) -> i64 {
    -whole(-cells)
}
