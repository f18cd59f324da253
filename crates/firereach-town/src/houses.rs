//! Houses along the streets, each clear of every street, and what stands between them.

use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use crate::pinches::{Planted, TownObstacle};
use crate::plan::{AreaKind, CORNER, Plan, ROWS, is_steep};
use crate::plane::{Axis, TakenGround, Xy, polygon};
use crate::random::Random;
use crate::streets::{Bed, Role, Street};

/// A building of the town.
#[derive(Clone, Debug)]
pub struct House {
    /// Unique.
    pub id: String,
    /// Footprint in working coordinates.
    pub footprint: Polygon<f64>,
    /// The middle of its rectangle.
    pub middle: Coord<f64>,
    /// Storeys above the ground.
    pub storeys: u32,
    /// Height, where stated, metres.
    pub height_m: Option<f64>,
    /// The engine's word for what it is built of.
    pub structure: &'static str,
    /// Fire-resistance grade.
    pub fire_grade: u32,
    /// The engine's word for its use.
    pub usage: &'static str,
    /// People in it.
    pub occupants: u32,
    /// Whether a passage leads through it.
    pub is_gatehouse: bool,
    /// Whether it stands in a historic block or character area.
    pub is_in_area: bool,
    /// Whether it is the relic of a rear court.
    pub is_court: bool,
}

/// Margin between two houses, metres.
const MARGIN_M: f64 = 0.35;

/// Builds houses along all streets; ground that they take is added to `ground`. The relics of the courts, whose ground is
/// taken already, come last.
pub(crate) fn build_houses(
    seed: u64,
    plan: &Plan,
    streets: &[Street],
    planted: &Planted,
    relics: Vec<House>,
    ground: &mut TakenGround,
) -> Vec<House> {
    let mut random = Random::for_purpose(seed, 6);
    let mut houses = Vec::new();
    for gatehouse in &planted.gatehouses {
        let mut house = furnished(&mut random, plan, gatehouse.hull, gatehouse.hull.to_vec());
        house.is_gatehouse = true;
        ground.add_building(gatehouse.hull, MARGIN_M);
        houses.push(house);
    }
    for street in streets {
        let is_lined = street.bed == Bed::Ground
            && match street.role {
                Role::Switchback(_) | Role::Tunnel | Role::Court => false,
                Role::Link(strip) => !is_steep(strip) || random.chance(0.3),
                Role::Row(_) | Role::Spur(_) | Role::Gully | Role::Quay => true,
            };
        if !is_lined {
            continue;
        }
        for pair in street.line.windows(2) {
            for side in [1.0, -1.0] {
                line_with_houses(&mut random, plan, street, Axis::between(pair[0], pair[1]), side, ground, &mut houses);
            }
        }
    }
    houses.extend(relics);
    for (index, house) in houses.iter_mut().enumerate() {
        house.id = format!("B{:05}", index + 1);
    }
    houses
}

fn line_with_houses(
    random: &mut Random,
    plan: &Plan,
    street: &Street,
    axis: Axis,
    side: f64,
    ground: &mut TakenGround,
    houses: &mut Vec<House>,
) {
    let mut s = random.between(2.0, 6.0);
    while s < axis.length_m - 6.0 {
        let front = axis.at(s + 5.0, side * (street.half_gap_m + 6.0));
        let area = area_of(plan, front);
        if area == Some(AreaKind::Park) {
            return;
        }
        let is_old = area == Some(AreaKind::Historic);
        let (frontage, depth) = if is_old {
            (random.between(6.5, 11.0), random.between(7.0, 12.0))
        } else {
            (random.between(9.0, 21.0), random.between(8.0, 14.5))
        };
        let set_back = if random.chance(0.45) { 0.0 } else { random.between(0.1, if is_old { 0.8 } else { 2.5 }) };
        let near = street.half_gap_m + set_back;
        // Where the full depth does not fit, a shallower house may.
        let built = [1.0, 0.8, 0.62].iter().find_map(|share| {
            let hull =
                axis.rectangle(s, s + frontage * (0.5 + share / 2.0), side * near, side * (near + depth * share));
            ground.is_free(&hull).then_some(hull)
        });
        let is_skipped = random.chance(if is_old { 0.04 } else { 0.58 });
        match built {
            Some(hull) if !is_skipped => {
                let outline = shaped(random, &hull);
                houses.push(furnished(random, plan, hull, outline));
                ground.add_building(hull, MARGIN_M);
                s += frontage + if is_old { random.between(0.4, 1.5) } else { random.between(0.5, 9.0) };
            }
            Some(_) => s += random.between(8.0, 20.0),
            None => s += 3.0,
        }
    }
}

fn area_of(plan: &Plan, at: Xy) -> Option<AreaKind> {
    let x = at.x - CORNER.x;
    let inside = |a: &&crate::plan::Area| {
        x > a.west && x < a.east && at.y > plan.on_row(a.rows.0, x).y && at.y < plan.on_row(a.rows.1, x).y
    };
    plan.areas.iter().find(inside).map(|a| a.kind)
}

/// The outline of a house in its rectangle: some have a corner cut out at the back.
fn shaped(random: &mut Random, hull: &[Xy; 4]) -> Vec<Xy> {
    if !random.chance(0.22) {
        return hull.to_vec();
    }
    let (u, v) = (hull[1] - hull[0], hull[3] - hull[0]);
    let (a, b) = (random.between(0.35, 0.65), random.between(0.4, 0.7));
    vec![hull[0], hull[1], hull[1] + v * b, hull[0] + u * a + v * b, hull[0] + u * a + v, hull[3]]
}

fn furnished(random: &mut Random, plan: &Plan, hull: [Xy; 4], outline: Vec<Xy>) -> House {
    let middle = (hull[0] + hull[2]) / 2.0;
    let area = area_of(plan, middle);
    let (structure, storeys) = match area {
        Some(AreaKind::Historic) => {
            (random.pick(&["timber", "brick_timber", "brick_timber", "masonry"]), 1 + random.index(3))
        }
        Some(AreaKind::Character) => {
            (random.pick(&["brick_timber", "masonry", "masonry", "mixed"]), 1 + random.index(4))
        }
        _ if random.chance(0.12) => ("concrete", 9 + random.index(24)),
        _ => (random.pick(&["masonry", "masonry", "concrete", "mixed"]), 3 + random.index(6)),
    };
    let fire_grade = match structure {
        "timber" => 4,
        "brick_timber" => 3,
        "concrete" => 1,
        _ => 2,
    };
    let usage = match random.unit() {
        v if v < 0.70 => "dwelling",
        v if v < 0.80 => "shop",
        v if v < 0.85 => "catering",
        v if v < 0.90 => "office",
        v if v < 0.93 => "public",
        v if v < 0.95 => "assembly",
        v if v < 0.97 => "storage",
        _ => "vacant",
    };
    let (u, v) = (hull[1] - hull[0], hull[3] - hull[0]);
    let floor = (u.x * v.y - u.y * v.x).abs();
    let storeys = storeys as u32;
    let occupants = if usage == "vacant" { 0.0 } else { floor * f64::from(storeys) / 32.0 * random.between(0.5, 1.1) };
    House {
        id: String::new(),
        footprint: polygon(outline),
        middle,
        storeys,
        height_m: random.chance(0.7).then(|| (f64::from(storeys) * random.between(2.9, 3.5) * 10.0).round() / 10.0),
        structure,
        fire_grade,
        usage,
        occupants: occupants.round() as u32,
        is_gatehouse: false,
        is_in_area: matches!(area, Some(AreaKind::Historic | AreaKind::Character)),
        is_court: false,
    }
}

/// A house of the kind that is protected, as tall as its neighbours were when it was built.
pub(crate) fn furnished_relic(random: &mut Random, plan: &Plan, hull: [Xy; 4]) -> House {
    let mut house = furnished(random, plan, hull, hull.to_vec());
    (house.storeys, house.height_m) = (2, Some(7.2));
    (house.structure, house.fire_grade) = ("brick_timber", 3);
    (house.usage, house.is_court) = ("dwelling", true);
    house.occupants = 12 + random.index(40) as u32;
    house
}

/// Walls on both sides of every lane that is narrow throughout, taken from the ground before houses are built.
pub(crate) fn wall_narrow_lanes(streets: &[Street], ground: &mut TakenGround) -> Vec<TownObstacle> {
    let mut walls = Vec::new();
    for street in streets {
        let Some(clear) = street.narrow_m else { continue };
        let (from, to) = street.ends();
        let axis = Axis::between(from, to);
        let wide = |end: Xy| {
            let meets = |s: &&Street| s.id != street.id && (s.ends().0 == end || s.ends().1 == end);
            streets.iter().filter(meets).map(|s| s.half_gap_m).fold(0.0, f64::max)
        };
        let (start, end) = (wide(from) + 1.5, axis.length_m - wide(to) - 1.5);
        for (part, side) in [("a", 0.5), ("b", -0.5)] {
            let line = LineString(vec![axis.at(start, side * clear), axis.at(end, side * clear)]);
            ground.add_line(&line.0, 0.2);
            let mut wall = TownObstacle::new(format!("O-{}{part}", street.id), "wall", line);
            wall.is_removable = Some(false);
            walls.push(wall);
        }
    }
    walls
}

/// Retaining walls and drops along the rows beside steep strips.
pub(crate) fn hold_terraces(seed: u64, streets: &[Street], ground: &mut TakenGround) -> Vec<TownObstacle> {
    let mut random = Random::for_purpose(seed, 7);
    let mut walls = Vec::new();
    for street in streets {
        let Role::Row(row) = street.role else { continue };
        if street.bed != Bed::Ground || street.length_m() < 36.0 || !random.chance(0.45) {
            continue;
        }
        // North of a row lies strip `row`, south of it strip `row - 1`; the ridge is in the middle.
        let side = if is_steep(row) {
            1.0
        } else if row > 0 && is_steep(row - 1) {
            -1.0
        } else {
            continue;
        };
        let is_uphill = (side > 0.0) == (row < 12);
        let axis = Axis::between(street.line[0], street.line[1]);
        let off = side * (street.half_gap_m + 0.6);
        let (start, end) = (axis.at(9.0, off), axis.at(axis.length_m - 9.0, off));
        if !ground.is_free_around(start, 0.1) || !ground.is_free_around(end, 0.1) {
            continue;
        }
        let line = LineString(vec![start, end]);
        // A switchback leaves its row at a flat angle, so that a wall with free ends may still be in its way.
        let is_free = (0..=20).all(|i| {
            let share = f64::from(i) / 20.0;
            ground.is_free_around(start + (end - start) * share, 0.1)
        });
        if !is_free {
            continue;
        }
        ground.add_line(&line.0, 0.5);
        let kind = if is_uphill { "wall" } else { random.pick(&["drop", "drop", "fence"]) };
        let mut wall = TownObstacle::new(format!("O-{}", street.id), kind, line);
        wall.is_removable = Some(false);
        walls.push(wall);
    }
    walls
}

/// Squares in the blocks of the flat strips; their ground is taken.
pub(crate) fn leave_squares(seed: u64, plan: &Plan, ground: &mut TakenGround) -> Vec<[Xy; 4]> {
    let mut random = Random::for_purpose(seed, 15);
    let wanted = ((10.0 * plan.size.length_m / 4000.0) as usize).max(1);
    let mut squares = Vec::new();
    for _ in 0..wanted * 30 {
        let strip = random.index(ROWS - 1);
        let x = random.between(60.0, plan.size.length_m - 60.0);
        let middle = plan.in_strip(strip, x, 0.5);
        let (half_wide, half_deep) = (random.between(10.0, 16.0), random.between(8.0, 12.0));
        let along = Axis::between(middle - Coord { x: half_wide, y: 0.0 }, middle + Coord { x: half_wide, y: 0.0 });
        let hull = along.rectangle(0.0, 2.0 * half_wide, -half_deep, half_deep);
        if !is_steep(strip) && plan.area_at(strip, x).is_none() && squares.len() < wanted && ground.is_free(&hull) {
            ground.add_building(hull, MARGIN_M);
            squares.push(hull);
        }
    }
    squares
}

/// Trees, poles, sheds, stalls and barriers that stand where they make no lane narrow.
pub(crate) fn scatter(seed: u64, streets: &[Street], ground: &mut TakenGround) -> Vec<TownObstacle> {
    let mut random = Random::for_purpose(seed, 8);
    let mut things: Vec<TownObstacle> = Vec::new();
    for street in streets.iter().filter(|s| s.bed == Bed::Ground) {
        let (from, to) = (street.line[0], street.line[1]);
        let axis = Axis::between(from, to);
        let side = if random.chance(0.5) { 1.0 } else { -1.0 };
        let s = axis.length_m * random.between(0.25, 0.75);
        let id = format!("O-{}x", street.id);
        let draw = random.unit();
        let is_wide = street.half_gap_m >= 6.0;
        if is_wide && draw < 0.5 || !is_wide && street.is_for_vehicles() && draw < 0.04 {
            // Street trees stand inside the building line of wide streets and behind that of lanes.
            let radius = (random.between(0.12, 0.3) * 100.0).round() / 100.0;
            let off = street.half_gap_m + if is_wide { -0.9 } else { 0.05 } + radius;
            let at = axis.at(s, side * off);
            if is_wide || ground.is_free_around(at, radius) {
                let kind = if random.chance(0.8) { "tree" } else { "pole" };
                let mut tree = TownObstacle::new(id, kind, Point(at));
                tree.radius_m = Some(radius);
                tree.clear_height_m = (kind == "tree").then_some(5.0);
                tree.is_removable = Some(false);
                ground.add_line(&[at], radius);
                things.push(tree);
            }
        } else if street.is_checked && draw < 0.30 {
            let (kind, length, depth) = if random.chance(0.65) { ("shed", 2.6, 1.8) } else { ("stall", 2.0, 1.2) };
            let near = street.half_gap_m + random.between(0.02, 0.6);
            let hull = axis.rectangle(s, s + length, side * near, side * (near + depth));
            if ground.is_free(&hull) {
                let mut shed = TownObstacle::new(id, kind, Geometry::Polygon(polygon(hull.to_vec())));
                shed.is_removable = Some(true);
                ground.add_building(hull, MARGIN_M);
                things.push(shed);
            }
        } else if street.class == "footway" && draw < 0.35 {
            let mut bollard = TownObstacle::new(id, "bollard", Point(axis.at(3.0_f64.min(axis.length_m / 4.0), 0.0)));
            bollard.radius_m = Some(0.1);
            bollard.is_removable = Some(random.chance(0.4));
            things.push(bollard);
        } else if street.class == "service" && draw < 0.6 {
            let mut gate = TownObstacle::new(id, "lift_gate", Point(axis.at(axis.length_m * 0.4, 0.0)));
            gate.clear_width_m = Some(4.6);
            gate.lets_engines_pass = Some(true);
            things.push(gate);
        }
    }
    things
}
