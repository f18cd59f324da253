//! The height of the ground: terraces that climb from two rivers to a ridge, gullies under bridges, graded ramps.

use crate::plan::{CORNER, DEPTH_M, Plan, RIDGE, ROWS, row_base};
use crate::plane::{Xy, distance, nearest_on, xy};

/// Height of both rivers, metres above datum.
pub(crate) const RIVER_M: f64 = 164.0;

/// How deep a gully is under its bridge, metres.
const GULLY_M: f64 = 7.5;

/// A ramp with the height at each of its vertices, along which the ground is graded.
#[derive(Clone, Debug)]
struct Ramp {
    line: Vec<Xy>,
    heights: Vec<f64>,
    low: Xy,
    high: Xy,
}

/// The ground of a town as a function of the place.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    plan: Plan,
    /// Distance from the southern edge and height, before the rows are bent.
    profile: Vec<(f64, f64)>,
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

impl Ground {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut profile = vec![(0.0, RIVER_M), (row_base(0) - 52.0, RIVER_M)];
        let mut height = 174.0;
        for row in 0..ROWS / 2 {
            profile.push((row_base(row), height));
            height += if row % 3 == 2 { 53.0 } else { 2.6 };
        }
        let crest = profile[profile.len() - 1].1 + 8.0;
        let southern = profile.clone();
        profile.push(((row_base(RIDGE) + row_base(RIDGE + 1)) / 2.0, crest));
        profile.extend(southern.iter().rev().map(|&(at, height)| (DEPTH_M - at, height)));
        Self { plan: plan.clone(), profile, ramps: Vec::new() }
    }

    /// Grades the ground along a line from the height of its first to that of its last vertex.
    pub(crate) fn grade(&mut self, line: &[Xy]) {
        let total: f64 = line.windows(2).map(|p| distance(p[0], p[1])).sum();
        let (first, last) = (self.natural(line[0]), self.natural(line[line.len() - 1]));
        let mut run = 0.0;
        let mut heights = vec![first];
        for pair in line.windows(2) {
            run += distance(pair[0], pair[1]);
            heights.push(first + (last - first) * run / total);
        }
        let (mut low, mut high) = (line[0], line[0]);
        for p in line {
            low = xy(low.x.min(p.x), low.y.min(p.y));
            high = xy(high.x.max(p.x), high.y.max(p.y));
        }
        self.ramps.push(Ramp { line: line.to_vec(), heights, low, high });
    }

    /// The height before ramps are graded.
    fn natural(&self, at: Xy) -> f64 {
        let x = at.x - CORNER.x;
        let across = at.y - CORNER.y - self.plan.bend(x);
        let index = self.profile.partition_point(|p| p.0 <= across).clamp(1, self.profile.len() - 1);
        let ((a, low), (b, high)) = (self.profile[index - 1], self.profile[index]);
        let share = ((across - a) / (b - a)).clamp(0.0, 1.0);
        let relief = low + (high - low) * share - RIVER_M;
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
        /// Half the width of a graded bed, and the distance at which the slope is natural again.
        const BED_M: f64 = 8.0;
        const NATURAL_M: f64 = 20.0;
        let natural = self.natural(at);
        let mut best: Option<(f64, f64)> = None;
        for ramp in &self.ramps {
            let near = |v: f64, low: f64, high: f64| v > low - NATURAL_M && v < high + NATURAL_M;
            if !near(at.x, ramp.low.x, ramp.high.x) || !near(at.y, ramp.low.y, ramp.high.y) {
                continue;
            }
            for (i, pair) in ramp.line.windows(2).enumerate() {
                let foot = nearest_on(at, pair[0], pair[1]);
                let off = distance(at, foot);
                if off < NATURAL_M && best.is_none_or(|b| off < b.0) {
                    let share = distance(pair[0], foot) / distance(pair[0], pair[1]);
                    best = Some((off, ramp.heights[i] + (ramp.heights[i + 1] - ramp.heights[i]) * share));
                }
            }
        }
        best.map_or(natural, |(off, graded)| {
            let share = ((off - BED_M) / (NATURAL_M - BED_M)).clamp(0.0, 1.0);
            graded + (natural - graded) * share
        })
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
