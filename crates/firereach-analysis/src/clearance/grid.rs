//! An index of edges by place: a square grid with the edges of each cell side by side in memory.

use super::field::Edge;

/// Cells are no smaller than this, metres: about the length of a wall.
const LEAST_CELL_M: f64 = 12.0;
/// So many cells at most, where there are few edges, and so many an edge where there are more.
const CELLS: usize = 1 << 22;
const CELLS_AN_EDGE: usize = 4;
/// An edge whose box meets more cells is kept apart and looked at in every visit: a city has few of them.
const CELLS_OF_LONG: u64 = 4096;

/// A box in the plane: least and greatest corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Box2 {
    pub(crate) low: [f64; 2],
    pub(crate) high: [f64; 2],
}

impl Box2 {
    /// The box around two points, widened on all sides.
    pub(crate) fn around(a: geo_types::Coord<f64>, b: geo_types::Coord<f64>, margin: f64) -> Self {
        Self {
            low: [a.x.min(b.x) - margin, a.y.min(b.y) - margin],
            high: [a.x.max(b.x) + margin, a.y.max(b.y) + margin],
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.low[0] <= other.high[0]
            && self.high[0] >= other.low[0]
            && self.low[1] <= other.high[1]
            && self.high[1] >= other.low[1]
    }
}

/// An edge in one of the cells that its box meets.
#[derive(Clone, Copy, Debug)]
struct Item {
    edge: Edge,
    bounds: Box2,
    /// The first cell of the edge's box: column and row.
    first: [u32; 2],
}

/// The edges of a city by place; frozen.
///
/// Every row of cells reaches from its own first to its own last edge, so that a thing that strayed far away lengthens no
/// row but its own and makes no cell coarser.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    origin: [f64; 2],
    cell_m: f64,
    rows: Vec<CellRow>,
    /// The items of cell `c` are `items[start[c]..start[c + 1]]`.
    start: Vec<u32>,
    items: Vec<Item>,
    long: Vec<(Edge, Box2)>,
}

/// One row of cells: its first column, how many there are, and where they begin among all cells.
#[derive(Clone, Copy, Debug, Default)]
struct CellRow {
    first: u32,
    count: u32,
    cell: usize,
}

/// The first and the last cell of a box: column and row.
type Span = ([u32; 2], [u32; 2]);

fn bounds_of(e: &Edge) -> Box2 {
    Box2::around(e.segment.a, e.segment.b, e.radius_m)
}

fn is_long((low, high): &Span) -> bool {
    u64::from(high[0] - low[0] + 1) * u64::from(high[1] - low[1] + 1) > CELLS_OF_LONG
}

impl Grid {
    /// Sorts edges into cells. O(n) and the cells that their boxes meet.
    pub(crate) fn build(edges: &[Edge]) -> Self {
        let Some(first) = edges.first() else { return Self::default() };
        let origin = edges
            .iter()
            .map(bounds_of)
            .fold(bounds_of(first).low, |low, b| [low[0].min(b.low[0]), low[1].min(b.low[1])]);
        let mut grid = Self { origin, cell_m: LEAST_CELL_M, ..Self::default() };
        let most = CELLS.max(CELLS_AN_EDGE * edges.len());
        let (spans, cells) = loop {
            let spans: Vec<Span> = edges
                .iter()
                .map(|e| {
                    let b = bounds_of(e);
                    (grid.cell(b.low), grid.cell(b.high))
                })
                .collect();
            let cells = grid.lay_rows(&spans);
            if cells <= most {
                break (spans, cells);
            }
            grid.cell_m *= 2.0;
        };
        let each = |(low, high): Span, visit: &mut dyn FnMut(usize)| {
            for row in low[1]..=high[1] {
                let row = grid.rows[row as usize];
                for column in low[0]..=high[0] {
                    visit(row.cell + (column - row.first) as usize);
                }
            }
        };
        let mut start = vec![0u32; cells + 1];
        for span in spans.iter().filter(|span| !is_long(span)) {
            each(*span, &mut |cell| start[cell + 1] += 1);
        }
        for cell in 0..cells {
            start[cell + 1] += start[cell];
        }
        let mut next = start.clone();
        let place = |e: usize| Item { edge: edges[e], bounds: bounds_of(&edges[e]), first: spans[e].0 };
        let mut items = vec![place(0); start[cells] as usize];
        for (e, span) in spans.iter().enumerate().filter(|(_, span)| !is_long(span)) {
            each(*span, &mut |cell| {
                items[next[cell] as usize] = place(e);
                next[cell] += 1;
            });
        }
        let long = spans.iter().zip(edges).filter(|(span, _)| is_long(span)).map(|(_, e)| (*e, bounds_of(e))).collect();
        (grid.start, grid.items, grid.long) = (start, items, long);
        grid
    }

    /// Lays the rows over the edges, the long ones left out; returns how many cells there are.
    fn lay_rows(&mut self, spans: &[Span]) -> usize {
        let last_row = spans.iter().filter(|span| !is_long(span)).map(|(_, high)| high[1]).max();
        let mut ends = vec![(u32::MAX, 0u32); last_row.map_or(0, |row| row as usize + 1)];
        for (low, high) in spans.iter().filter(|span| !is_long(span)) {
            for row in &mut ends[low[1] as usize..=high[1] as usize] {
                *row = (row.0.min(low[0]), row.1.max(high[0]));
            }
        }
        let mut cells = 0;
        self.rows.clear();
        for (first, last) in ends {
            let count = if first <= last { last - first + 1 } else { 0 };
            self.rows.push(CellRow { first, count, cell: cells });
            cells += count as usize;
        }
        cells
    }

    /// The cell of a place; places before the first cell count as in it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a u32 counts")]
    fn cell(&self, at: [f64; 2]) -> [u32; 2] {
        let index = |k: usize| ((at[k] - self.origin[k]) / self.cell_m).floor().clamp(0.0, f64::from(u32::MAX)) as u32;
        [index(0), index(1)]
    }

    /// Visits every edge whose box meets a box, each once, in the order of cells and then of edges, long ones last.
    pub(crate) fn visit(&self, within: &Box2, mut visit: impl FnMut(&Edge)) {
        let (low, high) = (self.cell(within.low), self.cell(within.high));
        let rows = self.rows.iter().enumerate().skip(low[1] as usize).take((high[1] - low[1]) as usize + 1);
        for (number, row) in rows.filter(|(_, row)| row.count > 0) {
            let (from, to) = (low[0].max(row.first), high[0].min(row.first + row.count - 1));
            for column in from..=to {
                let cell = row.cell + (column - row.first) as usize;
                for item in &self.items[self.start[cell] as usize..self.start[cell + 1] as usize] {
                    // An edge in several cells is visited in the first that it and the box share.
                    let is_first = item.first[0].max(low[0]) == column && item.first[1].max(low[1]) as usize == number;
                    if is_first && item.bounds.meets(within) {
                        visit(&item.edge);
                    }
                }
            }
        }
        self.long.iter().filter(|(_, bounds)| bounds.meets(within)).for_each(|(edge, _)| visit(edge));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clearance::plane::Segment;
    use geo_types::Coord;
    use proptest::prelude::*;

    fn edge(a: (f64, f64), b: (f64, f64), id: u32) -> Edge {
        let segment = Segment { a: Coord { x: a.0, y: a.1 }, b: Coord { x: b.0, y: b.1 } };
        Edge { segment, radius_m: 0.0, thing: 0, id, level: 0, is_side: true }
    }

    #[test]
    fn a_wall_that_strayed_to_another_country_makes_no_cell_coarser() {
        let near = (0..100).map(|i| edge((f64::from(i) * 10.0, 0.0), (f64::from(i) * 10.0, 8.0), i));
        let mut edges: Vec<Edge> = near.collect();
        let cells = Grid::build(&edges).start.len();
        edges.push(edge((900_000.0, 400_000.0), (900_010.0, 400_000.0), 100));
        let grid = Grid::build(&edges);
        assert_eq!((grid.cell_m, grid.start.len()), (LEAST_CELL_M, cells + 1), "the stray has a cell of its own");
        let mut found = Vec::new();
        grid.visit(&Box2 { low: [895_000.0, 395_000.0], high: [905_000.0, 405_000.0] }, |e| found.push(e.id));
        assert_eq!(found, [100]);
    }

    #[test]
    fn a_line_across_the_whole_map_is_found_from_anywhere_once() {
        let edges = [edge((0.0, 0.0), (5.0, 0.0), 0), edge((-50_000.0, -50_000.0), (50_000.0, 50_000.0), 1)];
        let grid = Grid::build(&edges);
        assert_eq!((grid.cell_m, grid.long.len()), (LEAST_CELL_M, 1));
        let mut found = Vec::new();
        grid.visit(&Box2 { low: [-1.0, -1.0], high: [1.0, 1.0] }, |e| found.push(e.id));
        assert_eq!(found, [0, 1]);
    }

    proptest! {
        #[test]
        fn every_edge_whose_box_meets_a_box_is_visited_once(
            ends in prop::collection::vec((0.0..300.0_f64, 0.0..300.0_f64, -90.0..90.0_f64, -90.0..90.0_f64, 0.0..3.0_f64), 0..60),
            corner in (-50.0..350.0_f64, -50.0..350.0_f64), size in (0.0..120.0_f64, 0.0..120.0_f64),
        ) {
            let edges: Vec<Edge> = ends.iter().zip(0..).map(|(&(x, y, dx, dy, radius_m), id)| {
                let segment = Segment { a: Coord { x, y }, b: Coord { x: x + dx, y: y + dy } };
                Edge { segment, radius_m, thing: 0, id, level: 0, is_side: true }
            }).collect();
            let within = Box2 { low: [corner.0, corner.1], high: [corner.0 + size.0, corner.1 + size.1] };
            let mut found = Vec::new();
            Grid::build(&edges).visit(&within, |edge| found.push(edge.id));
            found.sort_unstable();
            let meets = |e: &&Edge| Box2::around(e.segment.a, e.segment.b, e.radius_m).meets(&within);
            let expected: Vec<u32> = edges.iter().filter(meets).map(|e| e.id).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
