//! Heights of the ground on regular grids.

use geo_types::Coord;
use serde::{Deserialize, Serialize};

/// One grid of heights in working coordinates.
///
/// Heights are those of the cell centres; the first is that of the north-west corner cell, rows run southwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The file it was made from.
    pub file: String,
    /// The centre of the first cell: least x, greatest y.
    pub first: Coord<f64>,
    /// Distance between cell centres, metres.
    pub cell_m: f64,
    /// Cells in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Heights in metres, row by row; NaN where the source has no data.
    pub heights: Vec<f32>,
    /// The resolution of the source in metres, which no resampling improves.
    pub resolution_m: f64,
}

impl Grid {
    /// The height at a place, bilinear between the four cell centres around it; `None` outside or beside a gap.
    pub fn height_at(&self, at: Coord<f64>) -> Option<f64> {
        let x = (at.x - self.first.x) / self.cell_m;
        let y = (self.first.y - at.y) / self.cell_m;
        if !(x >= 0.0 && y >= 0.0) || self.columns < 2 || self.rows < 2 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "both are zero or more, and compared below"
        )]
        let (column, row) = ((x.floor() as usize), (y.floor() as usize));
        if column + 1 > self.columns - 1 && x > (self.columns - 1) as f64
            || row + 1 > self.rows - 1 && y > (self.rows - 1) as f64
        {
            return None;
        }
        let (column, row) = (column.min(self.columns - 2), row.min(self.rows - 2));
        let (fx, fy) = (x - column as f64, y - row as f64);
        let cell = |r: usize, c: usize| f64::from(self.heights[r * self.columns + c]);
        let north = cell(row, column) * (1.0 - fx) + cell(row, column + 1) * fx;
        let south = cell(row + 1, column) * (1.0 - fx) + cell(row + 1, column + 1) * fx;
        let height = north * (1.0 - fy) + south * fy;
        height.is_finite().then_some(height)
    }
}

/// The ground of a study: grids from the finest to the coarsest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terrain {
    /// The grids; the first that knows a place answers.
    pub grids: Vec<Grid>,
}

/// A height and how fine the source was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroundHeight {
    /// Metres above the source's datum.
    pub height_m: f64,
    /// The source's resolution in metres.
    pub resolution_m: f64,
}

impl Terrain {
    /// The height of the ground at a place, from the first grid that covers it.
    pub fn height_at(&self, at: Coord<f64>) -> Option<GroundHeight> {
        self.grids.iter().find_map(|grid| {
            grid.height_at(at).map(|height_m| GroundHeight { height_m, resolution_m: grid.resolution_m })
        })
    }

    /// The resolution of the finest grid, if there is any.
    pub fn finest_resolution_m(&self) -> Option<f64> {
        self.grids.iter().map(|grid| grid.resolution_m).min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid {
            file: "test".to_owned(),
            first: Coord { x: 0.0, y: 10.0 },
            cell_m: 10.0,
            columns: 2,
            rows: 2,
            heights: vec![0.0, 10.0, 20.0, 30.0],
            resolution_m: 10.0,
        }
    }

    #[test]
    fn heights_are_bilinear_between_cell_centres() {
        assert_eq!(grid().height_at(Coord { x: 0.0, y: 10.0 }), Some(0.0));
        assert_eq!(grid().height_at(Coord { x: 10.0, y: 0.0 }), Some(30.0));
        assert_eq!(grid().height_at(Coord { x: 5.0, y: 5.0 }), Some(15.0));
    }

    #[test]
    fn outside_there_is_no_height() {
        assert_eq!(grid().height_at(Coord { x: -0.1, y: 5.0 }), None);
        assert_eq!(grid().height_at(Coord { x: 10.1, y: 5.0 }), None);
        assert_eq!(grid().height_at(Coord { x: 5.0, y: -0.1 }), None);
    }
}
