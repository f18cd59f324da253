//! Water and crews: mains, hydrants, ponds, jars, intakes, stations and micro-stations.

use geo_types::{Coord, LineString};

use crate::ground::{Ground, RIVER_M};
use crate::names;
use crate::plan::{CORNER, Plan, ROWS};
use crate::plane::{Axis, TakenGround, xy};
use crate::random::Random;
use crate::streets::{Bed, Role, Street};

/// A water main.
#[derive(Clone, Debug)]
pub struct TownMain {
    /// Unique.
    pub id: String,
    /// Line in working coordinates.
    pub line: LineString<f64>,
    /// Diameter, millimetres.
    pub diameter_mm: f64,
    /// `ring`, `branch` or `unknown`.
    pub layout: &'static str,
    /// Isolation segment.
    pub segment: String,
    /// Pressure zone.
    pub pressure_zone: String,
}

/// A hydrant.
#[derive(Clone, Debug)]
pub struct TownHydrant {
    /// Unique.
    pub id: String,
    /// Place in working coordinates.
    pub at: Coord<f64>,
    /// The engine's word for how it is built.
    pub kind: &'static str,
    /// The engine's word for whether it works.
    pub status: &'static str,
    /// Flow at the last test, litres per second.
    pub flow_lps: Option<f64>,
    /// Pressure at the last test, megapascals.
    pub pressure_mpa: Option<f64>,
    /// Diameter of its main, millimetres.
    pub diameter_mm: Option<f64>,
    /// Its main.
    pub main_id: Option<String>,
    /// Date of the last test.
    pub tested_on: Option<String>,
}

/// A pond, tank, group of jars or intake.
#[derive(Clone, Debug)]
pub struct TownWater {
    /// Unique.
    pub id: String,
    /// Name.
    pub name: String,
    /// The engine's word for what it is.
    pub kind: &'static str,
    /// Place in working coordinates.
    pub at: Coord<f64>,
    /// Volume, cubic metres.
    pub volume_m3: Option<f64>,
    /// Refill, litres per second.
    pub refill_lps: Option<f64>,
    /// Height of the place where a pump stands, metres above datum.
    pub deck_height_m: Option<f64>,
    /// Height of the water, metres above datum.
    pub water_level_m: Option<f64>,
    /// Gauge that a scenario sets.
    pub gauge: Option<&'static str>,
    /// The engine's word for whether it can be used.
    pub status: &'static str,
}

/// A fire station or micro-station.
#[derive(Clone, Debug)]
pub struct TownStation {
    /// Unique.
    pub id: String,
    /// Name.
    pub name: String,
    /// The engine's word for its kind.
    pub kind: &'static str,
    /// Place in working coordinates.
    pub at: Coord<f64>,
    /// Codes of its vehicles.
    pub vehicles: Vec<&'static str>,
    /// Turnout, seconds; `None` for the default.
    pub turnout_s: Option<f64>,
    /// People on duty.
    pub crew: u32,
    /// Hours at which it is staffed; `None` for always.
    pub hours: Option<&'static str>,
}

/// Part of the town from its western edge that mains have not reached yet.
const WITHOUT_MAINS: f64 = 0.34;

/// Lays mains along the rows of wide streets and up some links, and says which main each street has.
///
/// The quarter at the western edge has none, so that what a site lacks, and what would mend it, is seen there.
pub(crate) fn lay_mains(seed: u64, plan: &Plan, streets: &[Street]) -> (Vec<TownMain>, Vec<Option<usize>>) {
    /// Street pieces between two valves.
    const PIECES: usize = 4;
    let mut random = Random::for_purpose(seed, 9);
    let mut mains: Vec<TownMain> = Vec::new();
    let mut main_of = vec![None; streets.len()];
    let mut pieces = 0;
    let quarters: Vec<(f64, f64)> = plan.size.everywhere(0.0).zip(plan.size.everywhere(WITHOUT_MAINS)).collect();
    let is_without = |street: &Street| {
        let x = (street.line[0].x + street.ends().1.x) / 2.0 - CORNER.x;
        quarters.iter().any(|(west, east)| (*west..*east).contains(&x))
    };
    for (index, street) in streets.iter().enumerate() {
        if is_without(street) {
            continue;
        }
        let (diameter_mm, layout) = match (street.class, street.role) {
            (_, Role::Tunnel | Role::Gully | Role::Court) | ("footway" | "steps" | "service", _) => continue,
            ("primary", _) => (400.0, "ring"),
            ("secondary", _) => (300.0, "ring"),
            ("tertiary", _) => (200.0, "ring"),
            ("residential", Role::Row(row)) => (150.0, if row % 4 == 0 { "unknown" } else { "ring" }),
            ("residential", _) => (150.0, "ring"),
            ("alley", Role::Row(_)) => (100.0, "unknown"),
            _ if random.chance(0.3) => (100.0, "branch"),
            _ => continue,
        };
        let zone = match street.role {
            Role::Row(row) | Role::Link(row) | Role::Switchback(row) | Role::Spur(row) => row.min(ROWS - 1) / 3,
            Role::Gully | Role::Tunnel | Role::Quay | Role::Court => continue,
        };
        let extends = matches!(street.role, Role::Row(_)) && pieces < PIECES && {
            let end = mains.last().and_then(|m| m.line.0.last().copied());
            end == Some(street.line[0]) && mains.last().is_some_and(|m| m.diameter_mm == diameter_mm)
        };
        match mains.last_mut() {
            Some(main) if extends => {
                main.line.0.extend(street.line.iter().skip(1));
                pieces += 1;
            }
            _ => {
                let number = mains.len() + 1;
                mains.push(TownMain {
                    id: format!("M{number:04}"),
                    line: LineString(street.line.clone()),
                    diameter_mm,
                    layout,
                    segment: format!("S{zone}-{number:04}"),
                    pressure_zone: format!("Z{}", zone + 1),
                });
                pieces = 1;
            }
        }
        main_of[index] = Some(mains.len() - 1);
    }
    (mains, main_of)
}

/// Sets hydrants beside the streets that have a main, evenly spaced up to some chance.
///
/// Most were tested in the year before the study's day, as a district that keeps its hydrants does; some are overdue, some
/// were never tested, and a few are broken or nobody told of them. What one gives follows the bore of its main.
pub(crate) fn set_hydrants(
    seed: u64,
    count: usize,
    streets: &[Street],
    mains: &[TownMain],
    main_of: &[Option<usize>],
) -> Vec<TownHydrant> {
    let mut random = Random::for_purpose(seed, 10);
    let served: Vec<(&Street, usize)> = streets
        .iter()
        .zip(main_of)
        .filter_map(|(s, m)| m.map(|m| (s, m)))
        .filter(|(s, _)| s.bed == Bed::Ground && s.line.len() == 2 && s.length_m() > 20.0)
        .collect();
    let total: f64 = served.iter().map(|(s, _)| s.length_m()).sum();
    let spacing = total / count as f64;
    let mut hydrants = Vec::new();
    let (mut run, mut next) = (0.0, spacing / 2.0);
    for (street, main) in served {
        let axis = Axis::between(street.line[0], street.line[1]);
        while next < run + axis.length_m && hydrants.len() < count {
            let s = (next - run).clamp(8.0, axis.length_m - 8.0);
            let side = if random.chance(0.5) { 1.0 } else { -1.0 };
            let status = match random.unit() {
                v if v < 0.90 => "in_service",
                v if v < 0.96 => "out_of_service",
                _ => "unknown",
            };
            let is_tested = random.chance(0.92);
            let main = &mains[main];
            let (least, most) = match main.diameter_mm {
                mm if mm < 150.0 => (4.0, 12.0),
                mm if mm < 200.0 => (9.0, 22.0),
                _ => (15.0, 40.0),
            };
            hydrants.push(TownHydrant {
                id: format!("H{:04}", hydrants.len() + 1),
                at: axis.at(s, side * (street.half_gap_m - 0.4)),
                kind: random.pick(&["pillar", "pillar", "pillar", "underground", "wall", "unknown"]),
                status,
                flow_lps: is_tested.then(|| (random.between(least, most) * 10.0).round() / 10.0),
                pressure_mpa: is_tested.then(|| (random.between(0.08, 0.42) * 100.0).round() / 100.0),
                diameter_mm: random.chance(0.8).then_some(main.diameter_mm),
                main_id: random.chance(0.9).then(|| main.id.clone()),
                tested_on: is_tested.then(|| {
                    let day = 1 + random.index(28);
                    // From June 2022 to April 2023, or in the years before.
                    let (year, month) = match random.index(11) {
                        month if random.chance(0.88) => (2022 + (month + 5) / 12, (month + 5) % 12 + 1),
                        month => (2019 + random.index(3), month + 1),
                    };
                    format!("{year}-{month:02}-{day:02}")
                }),
            });
            next += spacing;
        }
        run += axis.length_m;
    }
    hydrants
}

/// Digs ponds, sets out jars, and builds tanks and intakes.
///
/// Most stand within two metres of a lane, as the rules want it; the rest somewhere in the blocks.
pub(crate) fn dig_ponds(
    seed: u64,
    plan: &Plan,
    ground: &Ground,
    streets: &[Street],
    taken: &mut TakenGround,
) -> Vec<TownWater> {
    /// Ground that a pond, a tank or a group of jars takes, metres around it.
    const ROOM_M: f64 = 1.2;
    let mut random = Random::for_purpose(seed, 11);
    let share = plan.size.length_m / 4000.0;
    let mut sources: Vec<TownWater> = Vec::new();
    for (kind, count, suffix) in [
        ("pond", 14.0, ("消防水池", "Fire Pond")),
        ("tank", 10.0, ("水箱", "Tank")),
        ("jars", 22.0, ("太平缸", "Jars")),
        ("pool", 3.0, ("泳池", "Pool")),
    ] {
        for _ in 0..((count * share) as usize).max(1) {
            let mut place = || {
                let area = plan.areas[random.index(plan.areas.len())];
                if random.chance(if kind == "jars" { 0.2 } else { 0.6 }) {
                    let street = &streets[random.index(streets.len())];
                    let axis = Axis::between(street.line[0], street.line[1]);
                    let side = if random.chance(0.5) { 1.0 } else { -1.0 };
                    axis.at(axis.length_m * random.between(0.2, 0.8), side * (street.half_gap_m + ROOM_M + 0.2))
                } else {
                    let x = random.between(area.west + 20.0, area.east - 20.0);
                    plan.in_strip(area.rows.0, x, random.between(0.2, 0.8))
                }
            };
            let mut at = place();
            for _ in 0..50 {
                if taken.is_free_around(at, ROOM_M) {
                    break;
                }
                at = place();
            }
            taken.add_line(&[at], ROOM_M);
            let volume = match kind {
                "pond" => random.between(60.0, 400.0),
                "tank" => random.between(18.0, 100.0),
                "jars" => random.between(1.0, 6.0),
                _ => random.between(200.0, 600.0),
            };
            let height = (ground.height(at) * 10.0).round() / 10.0;
            let is_open = matches!(kind, "pond" | "pool");
            sources.push(TownWater {
                id: String::new(),
                name: names::place(&mut random, suffix).0,
                kind,
                at,
                volume_m3: random.chance(0.85).then_some(volume.round()),
                refill_lps: (kind == "pond").then(|| random.between(1.0, 8.0).round()),
                deck_height_m: is_open.then_some(height),
                water_level_m: is_open.then_some(height - random.pick(&[1.5, 2.5, 4.0])),
                gauge: None,
                status: random.pick(&[
                    "in_service",
                    "in_service",
                    "in_service",
                    "in_service",
                    "in_service",
                    "in_service",
                    "unknown",
                    "out_of_service",
                ]),
            });
        }
    }
    for (number, street) in streets.iter().filter(|s| s.role == Role::Quay).enumerate() {
        let end = street.ends().1;
        let is_north = end.y > street.line[0].y;
        sources.push(TownWater {
            id: String::new(),
            name: names::place(&mut random, ("取水码头", "Intake")).0,
            kind: if number % 4 == 3 { "suction_point" } else { "intake" },
            at: end + xy(0.0, if is_north { 1.5 } else { -1.5 }),
            volume_m3: None,
            refill_lps: None,
            deck_height_m: Some(RIVER_M + random.pick(&[3.5, 4.5, 5.5, 6.5])),
            water_level_m: Some(RIVER_M),
            gauge: Some(if is_north { "north-river" } else { "south-river" }),
            status: "in_service",
        });
    }
    for (index, source) in sources.iter_mut().enumerate() {
        source.id = format!("W{:03}", index + 1);
    }
    sources
}

/// The place beside a row from which vehicles leave.
pub(crate) fn gate_on_row(plan: &Plan, streets: &[Street], row: usize, x: f64) -> Coord<f64> {
    let target = plan.on_row(row, x);
    let own = streets.iter().filter(|s| s.role == Role::Row(row) && s.bed == Bed::Ground);
    let middle = |s: &Street| (s.line[0] + s.line[1]) / 2.0;
    let nearest = own.min_by(|a, b| (middle(a).x - target.x).abs().total_cmp(&(middle(b).x - target.x).abs()));
    nearest.map_or(target, |s| {
        let axis = Axis::between(s.line[0], s.line[1]);
        axis.at(axis.length_m / 2.0, s.half_gap_m - 1.0)
    })
}

/// Founds the existing stations and micro-stations.
pub(crate) fn found_stations(seed: u64, plan: &Plan, streets: &[Street]) -> Vec<TownStation> {
    let mut random = Random::for_purpose(seed, 12);
    let mut stations = Vec::new();
    for (kind, row, fraction, vehicles) in [
        ("first", 0, 0.30, vec!["V1", "V2", "V2", "V9", "V3"]),
        ("second", 23, 0.66, vec!["V2", "V2", "V3", "V9"]),
        ("second", 11, 0.88, vec!["V2", "V3", "V4"]),
    ] {
        for x in plan.size.everywhere(fraction) {
            stations.push(TownStation {
                id: format!("F{:02}", stations.len() + 1),
                name: names::place(&mut random, ("消防救援站", "Fire Station")).0,
                kind,
                at: gate_on_row(plan, streets, row, x),
                crew: 5 * vehicles.len() as u32,
                vehicles: vehicles.clone(),
                turnout_s: Some(random.pick(&[50.0, 60.0, 70.0])),
                hours: None,
            });
        }
    }
    let micro = ((18.0 * plan.size.length_m / 4000.0) as usize).max(2);
    for number in 0..micro {
        let row = (number * 7 + 1) % ROWS;
        let x = plan.size.length_m * (number as f64 + 0.5) / micro as f64;
        let kind = if number % 9 == 8 { "fire_point" } else { "micro" };
        stations.push(TownStation {
            id: format!("F{:02}", stations.len() + 1),
            name: names::place(&mut random, ("微型消防站", "Micro-station")).0,
            kind,
            at: gate_on_row(plan, streets, row, x),
            vehicles: if kind == "micro" {
                random.pick(&[&["V7"][..], &["V7", "V8"], &["V5", "V8"]]).to_vec()
            } else {
                vec!["V8"]
            },
            turnout_s: random.chance(0.5).then_some(60.0),
            crew: 6 + random.index(3) as u32,
            hours: if kind == "micro" { random.pick(&[None, None, Some("8-20")]) } else { Some("7-22") },
        });
    }
    stations
}
