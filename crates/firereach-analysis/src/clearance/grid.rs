//! An index of edges by place: a square grid with the edges of each cell side by side in memory.

use super::field::Edge;

/// Cells are no smaller than this, metres: about the length of a wall.
const LEAST_CELL_M: f64 = 12.0;
/// So many cells an edge at most, where the city is thin.
const CELLS_AN_EDGE: f64 = 4.0;

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
#[derive(Debug, Default)]
pub(crate) struct Grid {
    origin: [f64; 2],
    cell_m: f64,
    columns: u32,
    rows: u32,
    /// The items of cell `c` are `items[start[c]..start[c + 1]]`; cells run along rows.
    start: Vec<u32>,
    items: Vec<Item>,
}

impl Grid {
    /// Sorts edges into cells. O(n) and the cells that long edges meet.
    pub(crate) fn build(edges: &[Edge]) -> Self {
        let bounds = |e: &Edge| Box2::around(e.segment.a, e.segment.b, e.radius_m);
        let Some(first) = edges.first() else { return Self::default() };
        let whole = edges.iter().map(bounds).fold(bounds(first), |w, b| Box2 {
            low: [w.low[0].min(b.low[0]), w.low[1].min(b.low[1])],
            high: [w.high[0].max(b.high[0]), w.high[1].max(b.high[1])],
        });
        let (width, height) = (whole.high[0] - whole.low[0], whole.high[1] - whole.low[1]);
        let cell_m = (width * height / (CELLS_AN_EDGE * edges.len() as f64)).sqrt().max(LEAST_CELL_M);
        // A city as thin as a line still has cells no shorter than its length over their number.
        let cell_m = cell_m.max(width.max(height) / (CELLS_AN_EDGE * edges.len() as f64).max(1.0));
        let mut grid = Self { origin: whole.low, cell_m, columns: 1, rows: 1, start: Vec::new(), items: Vec::new() };
        (grid.columns, grid.rows) = (u32::MAX, u32::MAX);
        let last = grid.cell(whole.high);
        (grid.columns, grid.rows) = (last[0] + 1, last[1] + 1);
        let cells = grid.columns as usize * grid.rows as usize;
        let mut start = vec![0u32; cells + 1];
        let spans: Vec<([u32; 2], [u32; 2])> = edges
            .iter()
            .map(|e| {
                let b = bounds(e);
                (grid.cell(b.low), grid.cell(b.high))
            })
            .collect();
        let each = |(low, high): ([u32; 2], [u32; 2]), visit: &mut dyn FnMut(usize)| {
            for row in low[1]..=high[1] {
                for column in low[0]..=high[0] {
                    visit(row as usize * grid.columns as usize + column as usize);
                }
            }
        };
        for span in &spans {
            each(*span, &mut |cell| start[cell + 1] += 1);
        }
        for cell in 0..cells {
            start[cell + 1] += start[cell];
        }
        let mut next = start.clone();
        let place = |e: usize| Item { edge: edges[e], bounds: bounds(&edges[e]), first: spans[e].0 };
        let mut items = vec![place(0); start[cells] as usize];
        for (e, span) in spans.iter().enumerate() {
            each(*span, &mut |cell| {
                items[next[cell] as usize] = place(e);
                next[cell] += 1;
            });
        }
        (grid.start, grid.items) = (start, items);
        grid
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid")]
    fn cell(&self, at: [f64; 2]) -> [u32; 2] {
        let index = |k: usize, count: u32| {
            let cell = ((at[k] - self.origin[k]) / self.cell_m).floor();
            cell.clamp(0.0, f64::from(count - 1)) as u32
        };
        [index(0, self.columns), index(1, self.rows)]
    }

    /// Visits every edge whose box meets a box, each once, in the order of cells and then of edges.
    pub(crate) fn visit(&self, within: &Box2, mut visit: impl FnMut(&Edge)) {
        if self.items.is_empty() {
            return;
        }
        let (low, high) = (self.cell(within.low), self.cell(within.high));
        for row in low[1]..=high[1] {
            for column in low[0]..=high[0] {
                let cell = row as usize * self.columns as usize + column as usize;
                for item in &self.items[self.start[cell] as usize..self.start[cell + 1] as usize] {
                    // An edge in several cells is visited in the first that it and the box share.
                    let is_first = item.first[0].max(low[0]) == column && item.first[1].max(low[1]) == row;
                    if is_first && item.bounds.meets(within) {
                        visit(&item.edge);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clearance::plane::Segment;
    use geo_types::Coord;
    use proptest::prelude::*;

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
