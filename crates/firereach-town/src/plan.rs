//! How large a town is and where its rows, terraces, blocks and parks lie.

use crate::courts::REACH_M;
use crate::plane::{Xy, xy};
use crate::projection::GaussKrueger;
use crate::random::Random;

/// The zone the towns are drawn in: CGCS2000, three degrees, central meridian 105 degrees east (EPSG:4544).
pub const ZONE: GaussKrueger = GaussKrueger { central_meridian_deg: 105.0 };

/// The code of [`ZONE`], as a study names it.
pub const ZONE_CODE: &str = "EPSG:4544";

/// The south-western corner of every town in [`ZONE`], metres; near 106.2 degrees east, 30.2 degrees north.
pub(crate) const CORNER: Xy = Xy { x: 613_500.0, y: 3_341_000.0 };

/// North-south extent of every town in metres; from the middle of one river to the middle of the other.
pub(crate) const DEPTH_M: f64 = 2000.0;

/// The number of rows of streets: eight terraces of three rows, four on each side of the ridge.
pub(crate) const ROWS: usize = 24;

/// The strip over the ridge.
pub(crate) const RIDGE: usize = 11;

/// How much of everything a town has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// East-west extent in metres.
    pub length_m: f64,
    /// Relic buildings.
    pub relics: usize,
    /// Historic blocks.
    pub historic_blocks: usize,
    /// Character areas.
    pub character_areas: usize,
    /// Parks.
    pub parks: usize,
    /// Subdistricts.
    pub subdistricts: usize,
    /// Hydrants.
    pub hydrants: usize,
    /// Planted pinch points; each of the causes in turn.
    pub pinches: usize,
    /// Rear courts whose relic is reached once something is cleared away.
    pub courts: usize,
}

impl Size {
    /// The size of the mission: about 4 km by 2 km, 149 relics, 3 blocks, 9 areas, 8 parks, 11 subdistricts.
    pub fn mission() -> Self {
        Self {
            length_m: 4000.0,
            relics: 149,
            historic_blocks: 3,
            character_areas: 9,
            parks: 8,
            subdistricts: 11,
            hydrants: 400,
            pinches: 72,
            courts: 6,
        }
    }

    /// A town that repeats the mission's pattern over another length, with everything in proportion.
    ///
    /// # Panics
    ///
    /// When `length_m` is below 800 m: a shorter town has no room for its switchbacks.
    pub fn of_length(length_m: f64) -> Self {
        assert!(length_m >= 800.0, "a town is at least 800 m long");
        let mission = Self::mission();
        let share = |count: usize| ((count as f64 * length_m / mission.length_m).round() as usize).max(1);
        Self {
            length_m,
            relics: share(mission.relics),
            historic_blocks: share(mission.historic_blocks),
            character_areas: share(mission.character_areas),
            parks: share(mission.parks),
            subdistricts: share(mission.subdistricts).max(2),
            hydrants: share(mission.hydrants),
            pinches: share(mission.pinches),
            courts: share(mission.courts),
        }
    }

    fn tiles(&self) -> usize {
        (self.length_m / Self::mission().length_m).ceil() as usize
    }

    /// Places a pattern of one mission length over the whole town.
    pub(crate) fn place(&self, fraction: f64, tile: usize) -> f64 {
        (tile as f64 + fraction) * self.length_m / self.tiles() as f64
    }

    /// Every place of one fraction of the pattern, from west to east.
    pub(crate) fn everywhere(&self, fraction: f64) -> impl Iterator<Item = f64> {
        (0..self.tiles()).map(move |tile| self.place(fraction, tile))
    }
}

/// What a planned area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AreaKind {
    Historic,
    Character,
    Park,
}

/// A part of the town between two rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) kind: AreaKind,
    pub(crate) west: f64,
    pub(crate) east: f64,
    pub(crate) rows: (usize, usize),
}

/// The shape of a town before anything is built.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) size: Size,
    /// Phases of the bends of the rows.
    phases: [f64; 4],
    pub(crate) areas: Vec<Area>,
    /// Gullies where a row crosses an alley on a bridge: the row and the place along it.
    pub(crate) gullies: Vec<(usize, f64)>,
    /// Places along the rows of the tunnels through the ridge.
    pub(crate) tunnels: Vec<f64>,
    /// Quays with an intake: whether at the northern river, and the place along it.
    pub(crate) quays: Vec<(bool, f64)>,
    /// Rear courts: the row they leave, northwards, and the place along it.
    pub(crate) courts: Vec<(usize, f64)>,
    /// Switchbacks: the strip and the western and eastern end.
    pub(crate) switchbacks: Vec<(usize, f64, f64)>,
}

/// Whether a strip is a steep slope between two terraces.
pub(crate) fn is_steep(strip: usize) -> bool {
    strip % 3 == 2 && strip != RIDGE
}

/// The distance of a row from the southern edge before it is bent, metres.
pub(crate) fn row_base(row: usize) -> f64 {
    150.0 + (0..row).map(strip_depth).sum::<f64>()
}

fn strip_depth(strip: usize) -> f64 {
    if strip % 3 == 2 { 92.0 } else { 66.0 }
}

impl Plan {
    pub(crate) fn new(seed: u64, size: Size) -> Self {
        let mut random = Random::for_purpose(seed, 1);
        let phases = [0; 4].map(|_| random.between(0.0, std::f64::consts::TAU));
        let mut plan = Self {
            size,
            phases,
            areas: Vec::new(),
            gullies: Vec::new(),
            tunnels: size.everywhere(0.47).collect(),
            quays: Vec::new(),
            courts: Vec::new(),
            switchbacks: Vec::new(),
        };
        // Terrace and middle of each area, one mission length at a time.
        let historic = [(1, 0.25), (3, 0.58), (6, 0.70)];
        let character =
            [(0, 0.12), (0, 0.62), (1, 0.80), (2, 0.42), (4, 0.20), (4, 0.83), (5, 0.40), (6, 0.15), (7, 0.55)];
        let parks = [(RIDGE, 0.32), (RIDGE, 0.71), (2, 0.45), (5, 0.86), (8, 0.10), (14, 0.60), (17, 0.30), (20, 0.88)];
        plan.lay(AreaKind::Historic, &historic.map(|(t, x)| (3 * t, 3 * t + 2, x)), size.historic_blocks, 240.0);
        plan.lay(AreaKind::Character, &character.map(|(t, x)| (3 * t, 3 * t + 2, x)), size.character_areas, 200.0);
        plan.lay(AreaKind::Park, &parks.map(|(strip, x)| (strip, strip + 1, x)), size.parks, 250.0);
        for (row, fraction) in
            [(4, 0.12), (4, 0.55), (7, 0.25), (7, 0.78), (16, 0.18), (16, 0.66), (19, 0.35), (19, 0.92)]
        {
            plan.gullies.extend(size.everywhere(fraction).map(|x| (row, x)));
        }
        for is_north in [false, true] {
            for fraction in [0.15, 0.38, 0.63, 0.89] {
                plan.quays.extend(size.everywhere(fraction).map(|x| (is_north, x)));
            }
        }
        // On flat strips above two main rows, away from what else is planned there.
        let places = [(10, 0.10), (13, 0.38), (10, 0.30), (13, 0.60), (10, 0.75), (13, 0.92)];
        for i in 0..size.courts {
            let (row, fraction) = places[i % places.len()];
            let x = size.place(fraction, i / places.len());
            let (west, east) = (x - REACH_M.0, x + REACH_M.1);
            let is_clear = |a: &Area| !(a.rows.0..a.rows.1).contains(&row) || a.east < west || east < a.west;
            let has_tunnel = plan.tunnels.iter().any(|at| (west - 30.0..east + 30.0).contains(at));
            if west > 30.0 && east < size.length_m - 30.0 && !has_tunnel && plan.areas.iter().all(is_clear) {
                plan.courts.push((row, x));
            }
        }
        for strip in (0..ROWS - 1).filter(|&strip| is_steep(strip)) {
            for fraction in [0.20, 0.52, 0.74, 0.95] {
                for middle in size.everywhere(fraction - 0.008 * strip as f64 + 0.06) {
                    let (west, east) = (middle - 125.0, middle + 125.0);
                    let is_clear = |a: &Area| a.rows.0 != strip || a.east + 30.0 < west || east + 30.0 < a.west;
                    let apart = plan.switchbacks.last().is_none_or(|s: &(usize, f64, f64)| s.0 != strip || s.2 < west);
                    if west > 60.0 && east < size.length_m - 60.0 && apart && plan.areas.iter().all(is_clear) {
                        plan.switchbacks.push((strip, west, east));
                    }
                }
            }
        }
        plan
    }

    fn lay(&mut self, kind: AreaKind, pattern: &[(usize, usize, f64)], count: usize, width: f64) {
        for i in 0..count {
            let (low, high, fraction) = pattern[i % pattern.len()];
            let middle = self.size.place(fraction, i / pattern.len());
            let half = width.min(0.3 * self.size.length_m) / 2.0;
            let west = (middle - half).max(40.0);
            let east = (middle + half).min(self.size.length_m - 40.0);
            self.areas.push(Area { kind, west, east, rows: (low, high) });
        }
    }

    /// How far everything is shifted northward at a place along the town, metres.
    pub(crate) fn bend(&self, x: f64) -> f64 {
        28.0 * (x / 493.0 + self.phases[0]).sin() + 14.0 * (x / 207.0 + self.phases[1]).sin()
    }

    /// A place on a row, working coordinates.
    pub(crate) fn on_row(&self, row: usize, x: f64) -> Xy {
        let own = 5.0 * (x / 111.0 + self.phases[2] + row as f64 * 1.7).sin();
        xy(CORNER.x + x, CORNER.y + row_base(row) + self.bend(x) + own)
    }

    /// A place in the strip above a row: zero on the row, one on the next.
    pub(crate) fn in_strip(&self, strip: usize, x: f64, share: f64) -> Xy {
        let (low, high) = (self.on_row(strip, x), self.on_row(strip + 1, x));
        low + (high - low) * share
    }

    /// The line of a row between two places, every twenty metres.
    pub(crate) fn row_line(&self, row: usize, west: f64, east: f64, shift: f64) -> Vec<Xy> {
        let steps = ((east - west) / 20.0).ceil().max(1.0) as usize;
        (0..=steps).map(|i| self.on_row(row, west + (east - west) * i as f64 / steps as f64) + xy(0.0, shift)).collect()
    }

    /// The line of the ridge between two places.
    pub(crate) fn crest(&self, x: f64) -> Xy {
        self.in_strip(RIDGE, x, 0.5)
    }

    /// The bank of the southern (`false`) or northern (`true`) river.
    pub(crate) fn bank(&self, is_north: bool, x: f64) -> Xy {
        let base = if is_north { row_base(ROWS - 1) + 52.0 } else { row_base(0) - 52.0 };
        xy(CORNER.x + x, CORNER.y + base + self.bend(x) * 0.9)
    }

    /// The area of a kind that a place in a strip lies in.
    pub(crate) fn area_at(&self, strip: usize, x: f64) -> Option<&Area> {
        self.areas.iter().find(|a| (a.rows.0..a.rows.1).contains(&strip) && (a.west..=a.east).contains(&x))
    }

    /// The outline of an area, moved outwards by a margin (inwards when negative).
    pub(crate) fn outline(&self, area: &Area, margin: f64) -> Vec<Xy> {
        let (west, east) = (area.west - margin, area.east + margin);
        let mut ring = self.row_line(area.rows.0, west, east, -margin);
        ring.extend(self.row_line(area.rows.1, west, east, margin).into_iter().rev());
        ring
    }
}
