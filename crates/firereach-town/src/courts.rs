//! Rear courts: blind lanes with a relic at their end, closed to engines by things that can be cleared away.
//!
//! What clearing them frees is known by construction: the walls along the lane stand so far apart that every vehicle fits
//! once the lane is clear, no other way comes near the relic, and the narrow place lies farther from it than crews pull hose.

use geo_types::{Geometry, LineString, Point};

use crate::houses::{House, furnished_relic};
use crate::pinches::{Cause, Frees, Pinch, TownObstacle, centimetres, take};
use crate::plan::Plan;
use crate::plane::{Axis, TakenGround, Xy, polygon};
use crate::random::Random;
use crate::streets::{Role, Street};

/// From the bend to the end along the strip, metres.
pub(crate) const LEG_M: f64 = 40.0;
/// Half of the width between the walls, metres.
const HALF_M: f64 = 3.3;
/// Where the first narrow place lies on the first leg, the joint behind it, and the second place; metres.
const PLACES_M: (f64, f64, f64) = (10.0, 16.0, 22.0);
/// Between the walls behind what can be cleared, where that is not all that narrows the lane, metres.
const TIGHT_M: f64 = 3.4;
/// From the end of the lane to the relic, and the relic's depth and half width, metres.
const RELIC_M: (f64, f64, f64) = (3.5, 9.0, 6.0);

/// How far a court reaches west and east of the place where it leaves its row, metres.
pub(crate) const REACH_M: (f64, f64) = (45.0, 95.0);

/// What narrows the lane of a court.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One pair of things, of a cause.
    One(Cause),
    /// Two pairs, one behind the other; only both together free anything.
    Two(Cause, Cause),
    /// One pair, and walls behind it that stay.
    Tight(Cause),
}

const KINDS: [Kind; 6] = [
    Kind::One(Cause::Shed),
    Kind::One(Cause::ParkedCar),
    Kind::Two(Cause::Stall, Cause::BollardPair),
    Kind::Tight(Cause::Stall),
    Kind::One(Cause::BollardPair),
    Kind::One(Cause::Shed),
];

/// Everything that the courts of a town are made of.
#[derive(Default)]
pub(crate) struct Courts {
    pub(crate) streets: Vec<Street>,
    pub(crate) obstacles: Vec<TownObstacle>,
    pub(crate) pinches: Vec<Pinch>,
    pub(crate) relics: Vec<House>,
}

/// Lays out the courts of a plan and takes their ground. Their numbers follow those of the other pinch points.
///
/// A lane runs from its row to a bend in the middle of the strip and along that to its end.
pub(crate) fn build(seed: u64, plan: &Plan, lanes: &[[Xy; 3]], planted: usize, ground: &mut TakenGround) -> Courts {
    let mut random = Random::for_purpose(seed, 17);
    let mut courts = Courts::default();
    for (number, &[from, bend, end]) in lanes.iter().enumerate() {
        let id = format!("C{:02}", number + 1);
        let (first, second) = (Axis::between(from, bend), Axis::between(bend, end));
        // Where the walls turn: on the bisector of the bend.
        let turn = |off: f64| {
            let (a, b) = (first.at(0.0, 1.0) - from, second.at(0.0, 1.0) - bend);
            bend + (a + b) * (off / (1.0 + a.x * b.x + a.y * b.y))
        };
        let kind = KINDS[number % KINDS.len()];
        let street = |suffix: &str, line: Vec<Xy>| {
            let mut street = Street::new(format!("{id}{suffix}"), "alley", Role::Court, line, HALF_M);
            (street.is_checked, street.surface) = (true, Some("stone"));
            street
        };
        let joint = first.at(PLACES_M.1, 0.0);
        courts.streets.push(street("a", vec![from, joint]));
        courts.streets.push(street("b", vec![joint, bend, end]));
        // The walls, outer and inner, each with the corner that it turns.
        let walls = [
            ("l", vec![first.at(8.0, HALF_M), turn(HALF_M), second.at(second.length_m, HALF_M)]),
            ("r", vec![first.at(8.0, -HALF_M), turn(-HALF_M), second.at(second.length_m, -HALF_M)]),
        ];
        for (part, line) in walls {
            let mut wall = TownObstacle::new(format!("O-{id}{part}"), "wall", LineString(line));
            wall.is_removable = Some(false);
            take(ground, &wall, 0.35);
            courts.obstacles.push(wall);
        }
        let mut made: Vec<usize> = Vec::new();
        let mut plant = |courts: &mut Courts, random: &mut Random, cause: Cause, at_m: f64, part: &str, clear: f64| {
            made.push(courts.pinches.len());
            let pinch = format!("P{:03}", planted + courts.pinches.len() + 1);
            narrow(random, &first, cause, at_m, clear, &pinch, &format!("{id}{part}"), courts);
        };
        let tight = |random: &mut Random| centimetres(random.between(1.7, 2.15));
        let mut behind = None;
        match kind {
            Kind::One(cause) | Kind::Tight(cause) => {
                let clear = tight(&mut random);
                plant(&mut courts, &mut random, cause, PLACES_M.0, "a", clear);
            }
            Kind::Two(near, far) => {
                let (a, b) = (tight(&mut random), tight(&mut random));
                plant(&mut courts, &mut random, near, PLACES_M.0, "a", a);
                plant(&mut courts, &mut random, far, PLACES_M.2, "b", b);
            }
        }
        if let Kind::Tight(_) = kind {
            behind = Some(TIGHT_M);
            let pinch = format!("P{:03}", planted + courts.pinches.len() + 1);
            narrow(&mut random, &first, Cause::WallCorner, PLACES_M.2, TIGHT_M, &pinch, &format!("{id}b"), &mut courts);
        }
        let ids: Vec<String> = made.iter().map(|&p| courts.pinches[p].id.clone()).collect();
        for &p in &made {
            let with = ids.iter().filter(|id| **id != courts.pinches[p].id).cloned().collect();
            let frees = Frees {
                together_with: with,
                cleared_width_m: behind.unwrap_or(2.0 * HALF_M),
                site: number.to_string(),
                people: 0.0,
            };
            courts.pinches[p].frees = Some(frees);
        }
        let (gap, depth, half) = RELIC_M;
        let hull = second.rectangle(second.length_m + gap, second.length_m + gap + depth, -half, half);
        ground.add_building(hull, 0.35);
        courts.relics.push(furnished_relic(&mut random, plan, hull));
    }
    courts
}

/// Two things that stand on either side of a lane and leave a clear width between them.
#[expect(clippy::too_many_arguments, reason = "one place of one court of the loop above")]
fn narrow(
    random: &mut Random,
    lane: &Axis,
    cause: Cause,
    at_m: f64,
    clear: f64,
    id: &str,
    street: &str,
    courts: &mut Courts,
) {
    let mut obstacles = Vec::new();
    for (part, side) in [("a", 1.0), ("b", -1.0)] {
        let at = |s: f64, o: f64| lane.at(at_m + s, side * o);
        let name = format!("O-{id}{part}");
        let near = clear / 2.0;
        // A box askew, so that only one corner of it is nearest to the other side.
        let mut askew = |length: f64, depth: f64| {
            let turn = random.between(0.02, 0.05);
            let (cos, sin) = (f64::cos(turn), f64::sin(turn));
            let corner = |u: f64, v: f64| at(u * cos - v * sin, near + u * sin + v * cos);
            let ring = vec![corner(0.0, 0.0), corner(length, 0.0), corner(length, depth), corner(0.0, depth)];
            Geometry::Polygon(polygon(ring))
        };
        let mut thing = match cause {
            Cause::BollardPair => {
                let mut post = TownObstacle::new(name, "bollard", Point(at(0.0, near + 0.1)));
                post.radius_m = Some(0.1);
                post
            }
            Cause::ParkedCar => TownObstacle::new(name, "parked_car", askew(3.6, HALF_M - near - 0.3)),
            Cause::Stall => TownObstacle::new(name, "stall", askew(2.0, 1.2)),
            Cause::WallCorner => TownObstacle::new(name, "wall", LineString(vec![at(0.0, near), at(0.0, HALF_M)])),
            _ => TownObstacle::new(name, "shed", askew(2.4, HALF_M - near - 0.3)),
        };
        thing.is_removable = Some(cause != Cause::WallCorner);
        obstacles.push(thing);
    }
    courts.pinches.push(Pinch {
        id: id.to_owned(),
        at: lane.at(at_m, 0.0),
        clear_width_m: Some(clear),
        clear_height_m: None,
        cause,
        street: street.to_owned(),
        obstacles: obstacles.iter().map(|o| o.id.clone()).collect(),
        frees: None,
    });
    courts.obstacles.extend(obstacles);
}
