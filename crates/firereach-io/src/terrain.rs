//! Heights of the ground: elevation files of any common format and system, brought into the working frame.
//!
//! Tiles of one system and cell size become one grid, so that no gap opens where they meet. A grid that is already in the
//! working system keeps its cells as they are; any other is resampled bilinearly at its own resolution.

use std::path::PathBuf;

use firereach_model::terrain::{Grid, Terrain};
use gdal::Dataset;
use geo_types::{Coord, Rect};

use crate::gdal_setup::prepare_gdal;
use crate::projection::{Projector, System};
use crate::read_error::ReadError;

pub mod roads;

/// One elevation file of a study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerrainSource {
    /// The file on disk.
    pub path: PathBuf,
    /// The file as the study names it.
    pub shown: String,
    /// Its coordinate system; omitted to take the file's own.
    pub crs: Option<String>,
    /// The unit of its heights (`m`, `ft`, `us-ft`); omitted to take the file's own.
    pub unit: Option<String>,
}

/// The ground of a study with what was decided on the way.
#[derive(Clone, Debug, Default)]
pub struct TerrainReading {
    /// The grids, the finest first.
    pub terrain: Terrain,
    /// Decisions and findings in plain words: units, resolutions, files that do not touch the data.
    pub notes: Vec<String>,
    /// The transformations used, one a source system.
    pub operations: Vec<String>,
    /// Files that do not touch the data, as the study names them.
    pub beside: Vec<String>,
}

/// Cells read around the data, so that a height at its edge has all its neighbours.
const MARGIN_CELLS: f64 = 3.0;
/// How far two cell sizes or origins may differ, as a share of a cell, to be one mosaic.
const SAME_CELL: f64 = 0.01;

/// Reads elevation files and brings them into the working frame, cropped to `extent` with a small margin.
///
/// Formats: whatever GDAL reads, among them GeoTIFF (`.tif`, `.tiff`), SRTM `.hgt` and `.hgt.zip`, ESRI ASCII grids
/// (`.asc`), and any of them alone in a `.zip`. Cells without data stay without a height.
///
/// # Errors
///
/// When a file cannot be read, is rotated, has no coordinate system and the study gives none, or when the unit of its
/// heights can only be guessed.
pub fn read_terrain(
    sources: &[TerrainSource],
    projector: &Projector,
    extent: Rect<f64>,
) -> Result<TerrainReading, ReadError> {
    let mut reading = TerrainReading::default();
    let mut mosaics: Vec<Mosaic> = Vec::new();
    for source in sources {
        let tile = open_tile(source, &mut reading.notes)?;
        let Some(window) = tile.window(projector, extent) else {
            reading.notes.push(format!("{}: does not touch the data and is not used", source.shown));
            reading.beside.push(source.shown.clone());
            continue;
        };
        match mosaics.iter_mut().find(|mosaic| mosaic.takes(&tile)) {
            Some(mosaic) => mosaic.tiles.push((tile, window)),
            None => mosaics.push(Mosaic { tiles: vec![(tile, window)] }),
        }
    }
    for mosaic in mosaics {
        let (first, _) = &mosaic.tiles[0];
        let operation = projector.operation(&first.system);
        if !reading.operations.contains(&operation) {
            reading.operations.push(operation);
        }
        let grid = mosaic.into_grid(projector, extent)?;
        reading.notes.push(format!(
            "{}: {} x {} cells of {:.2} m, resolution of the source {:.1} m",
            grid.file, grid.columns, grid.rows, grid.cell_m, grid.resolution_m
        ));
        reading.terrain.grids.push(grid);
    }
    reading.terrain.grids.sort_by(|a, b| a.resolution_m.total_cmp(&b.resolution_m));
    Ok(reading)
}

/// An opened elevation file.
struct Tile {
    dataset: Dataset,
    shown: String,
    system: System,
    /// The corner of the first cell and the size of a cell, in the file's units; the rows run downwards.
    corner: Coord<f64>,
    step: Coord<f64>,
    size: (usize, usize),
    metres_per_height: f64,
}

/// A block of cells of a tile: first column and row, columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    column: usize,
    row: usize,
    columns: usize,
    rows: usize,
}

fn open_tile(source: &TerrainSource, notes: &mut Vec<String>) -> Result<Tile, ReadError> {
    prepare_gdal();
    let shown = source.shown.clone();
    if let Err(error) = std::fs::metadata(&source.path) {
        return Err(ReadError { path: shown, ..ReadError::of_file(&source.path, &error) });
    }
    let unreadable = |error: gdal::errors::GdalError| {
        ReadError::new(
            shown.clone(),
            error.to_string(),
            "an elevation raster (GeoTIFF, SRTM .hgt or .hgt.zip, ESRI .asc)",
            "check that the file is whole, or convert it to GeoTIFF",
        )
    };
    let dataset = Dataset::open(&source.path).or_else(|error| {
        // A raster alone in an archive; GDAL opens .hgt.zip by itself.
        if !source.path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("zip")) {
            return Err(error);
        }
        let archive = format!("/vsizip/{}", source.path.display());
        let mut inside = gdal::vsi::read_dir(&archive, true)?;
        inside.sort();
        let is_raster = |path: &PathBuf| {
            path.extension().and_then(|ext| ext.to_str()).is_some_and(|ext| {
                ["tif", "tiff", "hgt", "asc", "img", "dem"].iter().any(|known| ext.eq_ignore_ascii_case(known))
            })
        };
        match inside.iter().find(|path| is_raster(path)) {
            Some(path) => Dataset::open(PathBuf::from(&archive).join(path)),
            None => Err(error),
        }
    });
    let dataset = dataset.map_err(unreadable)?;
    let [west, dx, skew_x, north, skew_y, dy] = dataset.geo_transform().map_err(unreadable)?;
    if skew_x != 0.0 || skew_y != 0.0 || dx <= 0.0 || dy >= 0.0 {
        return Err(ReadError::new(
            shown,
            "the raster is rotated or mirrored, or has no place",
            "a raster with north up",
            "convert it with `gdalwarp` to a raster with north up",
        ));
    }
    let own = dataset.spatial_ref().ok().and_then(|reference| match (reference.auth_name(), reference.auth_code()) {
        (Some(authority), Ok(code)) => Some(format!("{authority}:{code}")),
        _ => reference.to_wkt().ok(),
    });
    let Some(text) = source.crs.clone().or(own) else {
        return Err(ReadError::new(
            shown,
            format!("no coordinate system; its corner is at {west}, {north} and a cell is {dx} wide"),
            "a file that states its coordinate system, or a study that does",
            "write `terrain = [{ path = \"…\", crs = \"EPSG:…\" }]` in the study",
        ));
    };
    let system = System::parse(&text).map_err(|error| {
        ReadError::new(
            shown.clone(),
            error.to_string(),
            "a known coordinate system",
            "state it in the study: `terrain = [{ path = \"…\", crs = \"EPSG:…\" }]`",
        )
    })?;
    let unit = dataset.rasterband(1).map_err(unreadable)?.unit();
    let stated = source.unit.clone().or_else(|| (!unit.trim().is_empty()).then(|| unit.clone()));
    let metres_per_height = match stated.as_deref().map(|unit| unit.trim().to_lowercase()) {
        Some(unit) => match unit.as_str() {
            "m" | "metre" | "metres" | "meter" | "meters" | "米" => 1.0,
            "ft" | "foot" | "feet" | "international foot" => 0.3048,
            "us-ft" | "ftus" | "us survey foot" | "us survey feet" | "foot_us" | "us_survey_foot" => 1200.0 / 3937.0,
            "cm" => 0.01,
            "dm" => 0.1,
            _ => {
                return Err(ReadError::new(
                    shown,
                    format!("heights in `{unit}`"),
                    "heights in m, ft or us-ft",
                    "state the unit in the study: `terrain = [{ path = \"…\", unit = \"m\" }]`",
                ));
            }
        },
        // A grid in feet may hold heights in metres and does so often enough: nothing follows from its plane.
        None if system.metres_per_unit().is_some_and(|metres| (metres - 1.0).abs() > 1e-9) => {
            return Err(ReadError::new(
                shown,
                format!("the plane is not in metres ({}) and the unit of the heights is not stated", system.name()),
                "a stated unit of the heights",
                "state it in the study: `terrain = [{ path = \"…\", unit = \"m\" }]` or `\"us-ft\"`",
            ));
        }
        None => {
            notes.push(format!("{shown}: the file states no unit of height; taken as metres"));
            1.0
        }
    };
    let size = dataset.raster_size();
    Ok(Tile {
        dataset,
        shown,
        system,
        corner: Coord { x: west, y: north },
        step: Coord { x: dx, y: -dy },
        size,
        metres_per_height,
    })
}

impl Tile {
    /// The cells that the data needs, with a margin; `None` when the tile does not touch the data.
    fn window(&self, projector: &Projector, extent: Rect<f64>) -> Option<Window> {
        let mut outline = outline_of(extent);
        projector.all_to_lon_lat(&mut outline);
        self.system.from_lon_lat(&mut outline);
        let mut columns = (f64::INFINITY, f64::NEG_INFINITY);
        let mut rows = (f64::INFINITY, f64::NEG_INFINITY);
        for at in outline.iter().filter(|at| at.x.is_finite() && at.y.is_finite()) {
            let (column, row) = ((at.x - self.corner.x) / self.step.x, (self.corner.y - at.y) / self.step.y);
            columns = (columns.0.min(column), columns.1.max(column));
            rows = (rows.0.min(row), rows.1.max(row));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the raster just before"
        )]
        let span = |(low, high): (f64, f64), size: usize| {
            let (low, high) = ((low - MARGIN_CELLS).floor().max(0.0), (high + MARGIN_CELLS).ceil().min(size as f64));
            (low < high).then_some((low as usize, (high - low) as usize))
        };
        let ((column, columns), (row, rows)) = (span(columns, self.size.0)?, span(rows, self.size.1)?);
        Some(Window { column, row, columns, rows })
    }

    /// The heights of a window in metres, NaN where there is no data.
    fn heights(&self, window: Window) -> Result<Vec<f32>, ReadError> {
        let fault = |error: gdal::errors::GdalError| {
            ReadError::new(
                self.shown.clone(),
                error.to_string(),
                "readable heights",
                "the file is damaged; fetch it again",
            )
        };
        let band = self.dataset.rasterband(1).map_err(fault)?;
        let size = (window.columns, window.rows);
        let at = (
            isize::try_from(window.column).expect("a raster's column fits"),
            isize::try_from(window.row).expect("a raster's row fits"),
        );
        let cells = band.read_as::<f64>(at, size, size, None).map_err(fault)?;
        let missing = band.no_data_value();
        let (scale, offset) = (band.scale().unwrap_or(1.0), band.offset().unwrap_or(0.0));
        #[expect(clippy::cast_possible_truncation, reason = "half a millimetre in a height of 4 km")]
        let height = |raw: &f64| {
            let is_missing = raw.is_nan() || missing == Some(*raw);
            if is_missing { f32::NAN } else { ((raw * scale + offset) * self.metres_per_height) as f32 }
        };
        Ok(cells.data().iter().map(height).collect())
    }
}

/// Points along the outline of a rectangle, close enough to see a curved image of it.
fn outline_of(extent: Rect<f64>) -> Vec<Coord<f64>> {
    const PIECES: u32 = 16;
    let (low, high) = (extent.min(), extent.max());
    (0..=PIECES)
        .flat_map(|i| {
            let t = f64::from(i) / f64::from(PIECES);
            let (x, y) = (low.x + (high.x - low.x) * t, low.y + (high.y - low.y) * t);
            [Coord { x, y: low.y }, Coord { x, y: high.y }, Coord { x: low.x, y }, Coord { x: high.x, y }]
        })
        .collect()
}

/// Tiles of one system and cell size whose cells fall on one raster.
struct Mosaic {
    tiles: Vec<(Tile, Window)>,
}

impl Mosaic {
    fn takes(&self, tile: &Tile) -> bool {
        let (first, _) = &self.tiles[0];
        let whole = |distance: f64, step: f64| (distance / step - (distance / step).round()).abs() < SAME_CELL;
        tile.system == first.system
            && (tile.step.x / first.step.x - 1.0).abs() < 1e-9
            && (tile.step.y / first.step.y - 1.0).abs() < 1e-9
            && whole(tile.corner.x - first.corner.x, first.step.x)
            && whole(tile.corner.y - first.corner.y, first.step.y)
    }

    /// One grid of all tiles in the working frame; where tiles overlap the first that has a height gives it.
    fn into_grid(self, projector: &Projector, extent: Rect<f64>) -> Result<Grid, ReadError> {
        let (first, _) = &self.tiles[0];
        let (corner, step) = (first.corner, first.step);
        // Each window's place on the raster of the first tile.
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers far below 2^53")]
        let places: Vec<(i64, i64)> = self
            .tiles
            .iter()
            .map(|(tile, window)| {
                let column = ((tile.corner.x - corner.x) / step.x).round() as i64 + window.column as i64;
                let row = ((corner.y - tile.corner.y) / step.y).round() as i64 + window.row as i64;
                (column, row)
            })
            .collect();
        let left = places.iter().map(|place| place.0).min().expect("a mosaic has a tile");
        let top = places.iter().map(|place| place.1).min().expect("a mosaic has a tile");
        let ends = self.tiles.iter().zip(&places);
        let right = ends.clone().map(|((_, w), place)| place.0 + w.columns as i64).max().expect("a mosaic has a tile");
        let bottom = ends.map(|((_, w), place)| place.1 + w.rows as i64).max().expect("a mosaic has a tile");
        let (columns, rows) = (cells_between(left, right), cells_between(top, bottom));
        let mut heights = vec![f32::NAN; columns * rows];
        for ((tile, window), place) in self.tiles.iter().zip(&places) {
            let block = tile.heights(*window)?;
            let (column, row) = (cells_between(left, place.0), cells_between(top, place.1));
            for (r, line) in block.chunks_exact(window.columns).enumerate() {
                let start = (row + r) * columns + column;
                for (cell, height) in heights[start..start + window.columns].iter_mut().zip(line) {
                    if cell.is_nan() {
                        *cell = *height;
                    }
                }
            }
        }
        let raster = Raster {
            centre: Coord { x: corner.x + (left as f64 + 0.5) * step.x, y: corner.y - (top as f64 + 0.5) * step.y },
            step,
            columns,
            rows,
            heights,
        };
        let file = self.tiles.iter().map(|(tile, _)| tile.shown.as_str()).collect::<Vec<_>>().join(", ");
        Ok(raster.into_grid(file, &first.system, projector, extent))
    }
}

fn cells_between(low: i64, high: i64) -> usize {
    usize::try_from(high - low).expect("the high end of a span is not below its low end")
}

/// Heights in the source's own system.
struct Raster {
    centre: Coord<f64>,
    step: Coord<f64>,
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
}

impl Raster {
    fn into_grid(self, file: String, system: &System, projector: &Projector, extent: Rect<f64>) -> Grid {
        let is_square = (self.step.x / self.step.y - 1.0).abs() < 1e-9;
        if system == projector.system() && is_square {
            return Grid {
                file,
                first: self.centre,
                cell_m: self.step.x,
                columns: self.columns,
                rows: self.rows,
                heights: self.heights,
                resolution_m: self.step.x,
            };
        }
        let (wide, high) = self.cell_in_metres(system, projector);
        let cell_m = wide.min(high);
        // The working extent of what was read, no larger than the data with its margin.
        let margin = MARGIN_CELLS * wide.max(high);
        let mut outline = outline_of(Rect::new(
            self.centre,
            Coord {
                x: self.centre.x + (self.columns - 1) as f64 * self.step.x,
                y: self.centre.y - (self.rows - 1) as f64 * self.step.y,
            },
        ));
        system.to_lon_lat(&mut outline);
        projector.all_from_lon_lat(&mut outline);
        let bounds = outline.iter().filter(|at| at.x.is_finite() && at.y.is_finite());
        let low_x = bounds.clone().map(|at| at.x).fold(f64::INFINITY, f64::min).max(extent.min().x - margin);
        let high_x = bounds.clone().map(|at| at.x).fold(f64::NEG_INFINITY, f64::max).min(extent.max().x + margin);
        let low_y = bounds.clone().map(|at| at.y).fold(f64::INFINITY, f64::min).max(extent.min().y - margin);
        let high_y = bounds.map(|at| at.y).fold(f64::NEG_INFINITY, f64::max).min(extent.max().y + margin);
        // Cell centres at whole multiples of the cell: the same ground is sampled at the same places whatever the extent.
        let (first_x, first_y) = ((low_x / cell_m).floor() * cell_m, (high_y / cell_m).ceil() * cell_m);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the bounds are finite and ordered"
        )]
        let count = |length: f64| (length / cell_m).ceil().max(0.0) as usize + 1;
        let (columns, rows) = (count(high_x - first_x), count(first_y - low_y));
        let mut heights = Vec::with_capacity(columns * rows);
        let mut line = Vec::with_capacity(columns);
        for row in 0..rows {
            line.clear();
            let y = first_y - row as f64 * cell_m;
            line.extend((0..columns).map(|column| Coord { x: first_x + column as f64 * cell_m, y }));
            projector.all_to_lon_lat(&mut line);
            system.from_lon_lat(&mut line);
            heights.extend(line.iter().map(|at| self.height_at(*at)));
        }
        Grid {
            file,
            first: Coord { x: first_x, y: first_y },
            cell_m,
            columns,
            rows,
            heights,
            resolution_m: wide.max(high),
        }
    }

    /// Width and height of a cell in the middle, measured in the working frame.
    fn cell_in_metres(&self, system: &System, projector: &Projector) -> (f64, f64) {
        let middle = Coord {
            x: self.centre.x + (self.columns / 2) as f64 * self.step.x,
            y: self.centre.y - (self.rows / 2) as f64 * self.step.y,
        };
        let mut corners = [
            middle,
            Coord { x: middle.x + self.step.x, y: middle.y },
            Coord { x: middle.x, y: middle.y + self.step.y },
        ];
        system.to_lon_lat(&mut corners);
        projector.all_from_lon_lat(&mut corners);
        let distance = |a: Coord<f64>, b: Coord<f64>| (a.x - b.x).hypot(a.y - b.y);
        (distance(corners[0], corners[1]), distance(corners[0], corners[2]))
    }

    /// Bilinear between the four cell centres around; NaN outside or where one that counts has no data.
    fn height_at(&self, at: Coord<f64>) -> f32 {
        let (x, y) = ((at.x - self.centre.x) / self.step.x, (self.centre.y - at.y) / self.step.y);
        let (last_x, last_y) = ((self.columns - 1) as f64, (self.rows - 1) as f64);
        // A hair outside is inside: the centre of the last cell comes back from its transformation with rounding.
        const HAIR: f64 = 1e-6;
        if !(x >= -HAIR && y >= -HAIR && x <= last_x + HAIR && y <= last_y + HAIR) {
            return f32::NAN;
        }
        let (x, y) = (x.clamp(0.0, last_x), y.clamp(0.0, last_y));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped just before")]
        let (column, row) = (x.floor() as usize, y.floor() as usize);
        let (fx, fy) = (x - column as f64, y - row as f64);
        let mut sum = 0.0;
        for (c, r, weight) in [
            (column, row, (1.0 - fx) * (1.0 - fy)),
            (column + 1, row, fx * (1.0 - fy)),
            (column, row + 1, (1.0 - fx) * fy),
            (column + 1, row + 1, fx * fy),
        ] {
            // A neighbour without weight may be missing.
            if weight > 0.0 {
                sum += weight * f64::from(self.heights[r.min(self.rows - 1) * self.columns + c.min(self.columns - 1)]);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "half a millimetre in a height of 4 km")]
        let height = sum as f32;
        height
    }
}

#[cfg(test)]
pub(crate) mod tests;
