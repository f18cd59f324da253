//! The height of the ground: terraces that climb from two rivers to a ridge, gullies under bridges, graded ramps.

use crate::plan::{CORNER, DEPTH_M, Plan, RIDGE, ROWS, row_base};
use crate::plane::{Xy, distance, nearest_on, xy};

/// Height of both rivers, metres above datum.
pub(crate) const RIVER_M: f64 = 164.0;

/// How deep a gully is under its bridge, metres.
const GULLY_M: f64 = 7.5;

/// Half the width of the graded bed of a ramp, metres.
const BED_M: f64 = 6.0;

/// The distance from a ramp at which the slope is natural again, metres.
const NATURAL_M: f64 = 14.0;

/// A ramp up a strip with the height at each of its vertices, along which the ground is graded.
#[derive(Clone, Debug)]
struct Ramp {
    strip: usize,
    line: Vec<Xy>,
    heights: Vec<f64>,
    low: Xy,
    high: Xy,
}

/// The ground of a town as a function of the place.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    plan: Plan,
    /// Height of each row before the terraces are tilted.
    row_heights: Vec<f64>,
    ramps: Vec<Ramp>,
}

/// A regular grid of heights.
#[derive(Clone, Debug, PartialEq)]
pub struct HeightGrid {
    /// The outer corner of the south-western cell, working coordinates.
    pub corner: Xy,
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Number of columns.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// Heights of the cells' centres in metres, row by row from the north.
    pub heights_m: Vec<f64>,
}

fn between(at: f64, from: (f64, f64), to: (f64, f64)) -> f64 {
    let share = ((at - from.0) / (to.0 - from.0)).clamp(0.0, 1.0);
    from.1 + (to.1 - from.1) * share
}

impl Ground {
    pub(crate) fn new(plan: &Plan) -> Self {
        let climb = |strip: usize| if strip % 3 == 2 { 54.0 } else { 2.6 };
        let southern = |row: usize| 174.0 + (0..row).map(climb).sum::<f64>();
        let row_heights = (0..ROWS).map(|row| southern(row.min(ROWS - 1 - row))).collect();
        Self { plan: plan.clone(), row_heights, ramps: Vec::new() }
    }

    /// The height of a section through the town: rivers, quays, rows and the crest.
    fn section(&self, x: f64, y: f64) -> f64 {
        let row_y = |row: usize| self.plan.on_row(row, x).y;
        // Rows are bent by less than the depth of a strip, so that the right strip is one of two or three.
        let across = y - CORNER.y - self.plan.bend(x);
        let guess = (0..ROWS).take_while(|&row| row_base(row) < across).count();
        let mut above = guess.saturating_sub(1);
        while above < ROWS && row_y(above) <= y {
            above += 1;
        }
        if above == 0 || above == ROWS {
            let (is_north, row) = (above == ROWS, if above == 0 { 0 } else { ROWS - 1 });
            let bank = self.plan.bank(is_north, x).y;
            let quay = bank + if is_north { -2.0 } else { 2.0 };
            let foot = (quay, RIVER_M + 5.5);
            return if (y - quay) * (row_y(row) - quay) > 0.0 {
                between(y, foot, (row_y(row), self.row_heights[row]))
            } else {
                between(y, (bank, RIVER_M), foot)
            };
        }
        let (low, high) = (above - 1, above);
        let (from, to) = ((row_y(low), self.row_heights[low]), (row_y(high), self.row_heights[high]));
        if low == RIDGE {
            let crest = ((from.0 + to.0) / 2.0, from.1 + 4.0);
            return if y < crest.0 { between(y, from, crest) } else { between(y, crest, to) };
        }
        between(y, from, to)
    }

    /// How far a place is inside a strip, metres northward or southward; negative outside.
    fn inside(&self, strip: usize, at: Xy) -> f64 {
        let row_y = |row: usize| self.plan.on_row(row, at.x - CORNER.x).y;
        (at.y - row_y(strip)).min(row_y(strip + 1) - at.y)
    }

    /// Grades the ground of a strip evenly along a line from one of its rows to the other.
    ///
    /// Next to the rows the ground stays as it is, so that they are not undercut.
    pub(crate) fn grade(&mut self, strip: usize, line: &[Xy]) {
        let mut fine = Vec::new();
        for pair in line.windows(2) {
            let pieces = (distance(pair[0], pair[1]) / 8.0).ceil();
            fine.extend((0..pieces as usize).map(|i| pair[0] + (pair[1] - pair[0]) * (i as f64 / pieces)));
        }
        fine.extend(line.last());
        let mut heights: Vec<f64> = fine.iter().map(|&p| self.natural(p)).collect();
        let free = |p: &Xy| self.inside(strip, *p) > BED_M;
        if let (Some(first), Some(last)) = (fine.iter().position(free), fine.iter().rposition(free)) {
            let mut run = vec![0.0];
            for pair in fine[first..=last].windows(2) {
                run.push(run[run.len() - 1] + distance(pair[0], pair[1]));
            }
            let (from, to) = ((0.0, heights[first]), (run[run.len() - 1], heights[last]));
            for (height, at) in heights[first..=last].iter_mut().zip(run) {
                *height = between(at, from, to);
            }
        }
        let (mut low, mut high) = (line[0], line[0]);
        for p in line {
            low = xy(low.x.min(p.x), low.y.min(p.y));
            high = xy(high.x.max(p.x), high.y.max(p.y));
        }
        self.ramps.push(Ramp { strip, line: fine, heights, low, high });
    }

    /// The height before ramps are graded.
    fn natural(&self, at: Xy) -> f64 {
        let x = at.x - CORNER.x;
        let relief = self.section(x, at.y) - RIVER_M;
        let mut height = RIVER_M + relief * (0.95 + 0.05 * (x / 590.0).sin());
        for &(row, along) in &self.plan.gullies {
            let bottom = self.plan.on_row(row, along);
            let (dx, dy) = ((at.x - bottom.x) / 16.0, (at.y - bottom.y) / 50.0);
            if dx.abs() < 5.0 && dy.abs() < 5.0 {
                height -= GULLY_M * (-dx * dx - dy * dy).exp();
            }
        }
        height
    }

    /// The height of the ground, metres above datum.
    pub(crate) fn height(&self, at: Xy) -> f64 {
        let natural = self.natural(at);
        let mut best: Option<(f64, f64)> = None;
        for ramp in &self.ramps {
            let near = |v: f64, low: f64, high: f64| v > low - NATURAL_M && v < high + NATURAL_M;
            if !near(at.x, ramp.low.x, ramp.high.x) || !near(at.y, ramp.low.y, ramp.high.y) {
                continue;
            }
            // Near the rows that it joins a ramp gives way to them, and beyond them it grades nothing.
            let weight = (self.inside(ramp.strip, at) / BED_M).clamp(0.0, 1.0);
            for (i, pair) in ramp.line.windows(2).enumerate() {
                let foot = nearest_on(at, pair[0], pair[1]);
                let off = distance(at, foot);
                if off < NATURAL_M && best.is_none_or(|b| off < b.0) {
                    let share = distance(pair[0], foot) / distance(pair[0], pair[1]);
                    let graded = ramp.heights[i] + (ramp.heights[i + 1] - ramp.heights[i]) * share;
                    best = Some((off, natural + (graded - natural) * weight));
                }
            }
        }
        best.map_or(natural, |(off, graded)| between(off, (BED_M, graded), (NATURAL_M, natural)))
    }

    /// The heights of the whole town with a margin of 100 m around it.
    pub(crate) fn grid(&self, cell_m: f64) -> HeightGrid {
        let margin = 100.0;
        let columns = ((self.plan.size.length_m + 2.0 * margin) / cell_m).round() as usize;
        let rows = ((DEPTH_M + 2.0 * margin) / cell_m).round() as usize;
        let corner = CORNER - xy(margin, margin);
        let heights_m = (0..rows)
            .rev()
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| self.height(corner + xy((column as f64 + 0.5) * cell_m, (row as f64 + 0.5) * cell_m)))
            .collect();
        HeightGrid { corner, cell_m, columns, rows, heights_m }
    }
}
