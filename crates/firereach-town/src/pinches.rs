//! Pinch points of known width and height, planted on lanes that are wide enough everywhere else.

use geo_types::{Coord, Geometry, LineString, Point};

use crate::plane::{Axis, TakenGround, Xy, polygon};
use crate::random::Random;
use crate::streets::{Bed, Role, Street};

/// Something that stands in or over a way.
#[derive(Clone, Debug)]
pub struct TownObstacle {
    /// Unique.
    pub id: String,
    /// The engine's word for what it is.
    pub kind: &'static str,
    /// Outline, line or point, working coordinates.
    pub shape: Geometry<f64>,
    /// Whether it can be removed without building work.
    pub is_removable: Option<bool>,
    /// The clear width it leaves, where a survey states it, metres.
    pub clear_width_m: Option<f64>,
    /// The clear height under it, metres.
    pub clear_height_m: Option<f64>,
    /// Whether it lets engines pass.
    pub lets_engines_pass: Option<bool>,
    /// Half of its extent around its point, metres.
    pub radius_m: Option<f64>,
    /// Hours at which it is there; `None` for always.
    pub hours: Option<&'static str>,
}

impl TownObstacle {
    pub(crate) fn new(id: String, kind: &'static str, shape: impl Into<Geometry<f64>>) -> Self {
        Self {
            id,
            kind,
            shape: shape.into(),
            is_removable: None,
            clear_width_m: None,
            clear_height_m: None,
            lets_engines_pass: None,
            radius_m: None,
            hours: None,
        }
    }
}

/// What makes a planted pinch point narrow or low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The corner of a wall.
    WallCorner,
    /// A shed.
    Shed,
    /// Two bollards.
    BollardPair,
    /// A gate whose opening a survey states.
    Gate,
    /// An arch whose height, and sometimes width, a survey states.
    Arch,
    /// The trunk of a tree.
    Tree,
    /// A pole.
    Pole,
    /// Two walls whose ends face each other at a slant.
    SlantedWalls,
    /// A parked car.
    ParkedCar,
    /// A stall.
    Stall,
    /// A wire.
    Overhead,
    /// A passage through a building.
    Passage,
}

impl Cause {
    /// Every cause, in the order in which they are planted.
    pub const ALL: [Self; 12] = [
        Self::WallCorner,
        Self::Shed,
        Self::BollardPair,
        Self::Gate,
        Self::Arch,
        Self::Tree,
        Self::Pole,
        Self::SlantedWalls,
        Self::ParkedCar,
        Self::Stall,
        Self::Overhead,
        Self::Passage,
    ];

    /// The word in `truth.csv`.
    pub fn code(self) -> &'static str {
        match self {
            Self::WallCorner => "wall_corner",
            Self::Shed => "shed",
            Self::BollardPair => "bollard_pair",
            Self::Gate => "gate",
            Self::Arch => "arch",
            Self::Tree => "tree",
            Self::Pole => "pole",
            Self::SlantedWalls => "slanted_walls",
            Self::ParkedCar => "parked_car",
            Self::Stall => "stall",
            Self::Overhead => "overhead",
            Self::Passage => "passage",
        }
    }
}

/// A planted pinch point: the truth that a check of the lanes has to find.
#[derive(Clone, Debug)]
pub struct Pinch {
    /// Unique.
    pub id: String,
    /// The middle of the gap, working coordinates.
    pub at: Coord<f64>,
    /// Clear width, metres; `None` where only the height is limited.
    pub clear_width_m: Option<f64>,
    /// Clear height, metres; `None` where only the width is limited.
    pub clear_height_m: Option<f64>,
    /// What makes it.
    pub cause: Cause,
    /// The street it is on.
    pub street: String,
    /// The obstacles that make it: one on each side, or the one whose survey states it.
    pub obstacles: Vec<String>,
    /// What clearing it frees, where that is known by construction.
    pub frees: Option<Frees>,
}

/// What clearing a planted pinch point frees.
#[derive(Clone, Debug)]
pub struct Frees {
    /// Other pinch points that have to be cleared with it; without them it frees nothing.
    pub together_with: Vec<String>,
    /// The clear width of the lane once all of them are gone, metres.
    pub cleared_width_m: f64,
    /// The site that is reached then.
    pub site: String,
    /// People there.
    pub people: f64,
}

/// Classes by their least clear width, the best first; heights are not limited where they are asked.
const CLASSES: [(&str, f64); 6] = [("P5", 4.0), ("P4", 3.0), ("P3", 2.2), ("P2", 1.2), ("P1", 0.9), ("P0", 0.0)];

/// The passability class of a clear width.
pub(crate) fn class_of(width_m: f64) -> &'static str {
    CLASSES.iter().find(|(_, least)| width_m >= *least).map_or("P0", |(code, _)| code)
}

/// A building that a passage leads through, to be built over the street.
pub(crate) struct Gatehouse {
    pub(crate) hull: [Xy; 4],
}

pub(crate) struct Planted {
    pub(crate) obstacles: Vec<TownObstacle>,
    pub(crate) pinches: Vec<Pinch>,
    pub(crate) gatehouses: Vec<Gatehouse>,
}

/// Plants `count` pinch points on straight checked alleys, spread over the town, and takes their ground.
pub(crate) fn plant(seed: u64, count: usize, streets: &mut Vec<Street>, ground: &mut TakenGround) -> Planted {
    let mut random = Random::for_purpose(seed, 5);
    let candidates: Vec<usize> = (0..streets.len())
        .filter(|&i| {
            let s = &streets[i];
            s.is_checked && s.class == "alley" && matches!(s.role, Role::Link(_)) && s.length_m() > 52.0
        })
        .collect();
    let mut planted = Planted { obstacles: Vec::new(), pinches: Vec::new(), gatehouses: Vec::new() };
    let count = count.min(candidates.len());
    let mut passages = Vec::new();
    for number in 0..count {
        let street = candidates[number * candidates.len() / count];
        let cause = Cause::ALL[number % Cause::ALL.len()];
        (streets[street].stated_width, streets[street].clear_height_m) = (None, None);
        if cause == Cause::Passage {
            passages.push((street, format!("P{:03}", number + 1)));
        } else {
            plant_one(&mut random, &streets[street], cause, number + 1, &mut planted, ground);
        }
    }
    for (street, id) in passages {
        cut_passage(&mut random, streets, street, id, &mut planted);
    }
    planted.pinches.sort_by(|a, b| a.id.cmp(&b.id));
    planted
}

pub(crate) fn centimetres(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn plant_one(
    random: &mut Random,
    street: &Street,
    cause: Cause,
    number: usize,
    planted: &mut Planted,
    ground: &mut TakenGround,
) {
    let axis = Axis::between(street.line[0], street.line[1]);
    let middle = axis.length_m * random.between(0.4, 0.6);
    let side = if random.chance(0.5) { 1.0 } else { -1.0 };
    let half = street.half_gap_m;
    // `s` along the lane from the pinch, `o` towards the side that protrudes.
    let at = |s: f64, o: f64| axis.at(middle + s, side * o);
    let id = format!("P{number:03}");
    let mut obstacles: Vec<TownObstacle> = Vec::new();
    let make =
        |kind: &'static str, part: &str, shape: Geometry<f64>| TownObstacle::new(format!("O-{id}{part}"), kind, shape);
    let line = |points: Vec<Xy>| Geometry::LineString(LineString(points));
    // A width that one protruding thing can leave without reaching the centre line.
    let one_sided = |random: &mut Random, low: f64, high: f64| {
        centimetres(random.between(low.max(half + 0.35), high.max(half + 0.45)).min(3.85))
    };
    let facing_wall = || line(vec![at(-3.0, -half), at(3.0, -half)]);
    // A box standing askew on the protruding side: only its corner at the origin is nearest.
    let askew = |near: f64, length: f64, depth: f64, turn: f64| {
        let (cos, sin) = (turn.cos(), turn.sin());
        let corner = |u: f64, v: f64| at(u * cos - v * sin, near + u * sin + v * cos);
        Geometry::Polygon(polygon(vec![
            corner(0.0, 0.0),
            corner(length, 0.0),
            corner(length, depth),
            corner(0.0, depth),
        ]))
    };
    let (mut width, mut height, mut gap_middle) = (None, None, at(0.0, 0.0));
    match cause {
        Cause::WallCorner | Cause::Shed | Cause::ParkedCar | Cause::Stall => {
            let wanted = match cause {
                Cause::ParkedCar => one_sided(random, 2.0 * half - 2.3, 2.0 * half - 2.0),
                _ => one_sided(random, 2.8, 3.8),
            };
            let near = wanted - half;
            let mut protruding = match cause {
                Cause::WallCorner => {
                    make("wall", "a", line(vec![at(-2.5, half + 0.2), at(0.0, near), at(0.5, half + 0.2)]))
                }
                Cause::Shed => make("shed", "a", askew(near, 2.6, half - near + 0.3, 0.06)),
                Cause::ParkedCar => make("parked_car", "a", askew(near, 4.6, 1.8, 0.04)),
                _ => make("stall", "a", askew(near, 2.0, (half - near).min(1.2), 0.05)),
            };
            protruding.is_removable = Some(cause != Cause::WallCorner);
            obstacles = vec![protruding, make("wall", "b", facing_wall())];
            width = Some(wanted);
            gap_middle = at(0.0, (near - half) / 2.0);
        }
        Cause::Tree | Cause::Pole => {
            let wanted = one_sided(random, 2.9, 3.8);
            let radius = if cause == Cause::Tree { centimetres(random.between(0.15, 0.35)) } else { 0.12 };
            let near = wanted - half;
            let kind = if cause == Cause::Tree { "tree" } else { "pole" };
            let mut trunk = make(kind, "a", Point(at(0.0, near + radius)).into());
            trunk.radius_m = Some(radius);
            trunk.is_removable = Some(cause == Cause::Pole);
            obstacles = vec![trunk, make("wall", "b", facing_wall())];
            width = Some(wanted);
            gap_middle = at(0.0, (near - half) / 2.0);
        }
        Cause::BollardPair => {
            let wanted = centimetres(random.between(2.2, 3.4));
            for (part, sign) in [("a", 1.0), ("b", -1.0)] {
                let mut bollard = make("bollard", part, Point(at(0.0, sign * (wanted / 2.0 + 0.1))).into());
                bollard.radius_m = Some(0.1);
                bollard.is_removable = Some(true);
                obstacles.push(bollard);
            }
            width = Some(wanted);
        }
        Cause::SlantedWalls => {
            let wanted = centimetres(random.between(2.7, 3.7));
            let along = 0.9;
            let across = (wanted * wanted - 4.0 * along * along).sqrt() / 2.0;
            obstacles = vec![
                make("wall", "a", line(vec![at(-along - 2.5, half + 0.2), at(-along, across)])),
                make("wall", "b", line(vec![at(along + 2.5, -half - 0.2), at(along, -across)])),
            ];
            width = Some(wanted);
        }
        Cause::Gate => {
            let wanted = centimetres(random.between(2.4, 3.7));
            let mut gate = make("gate", "a", Point(at(0.0, 0.0)).into());
            gate.clear_width_m = Some(wanted);
            gate.lets_engines_pass = Some(true);
            gate.is_removable = Some(random.chance(0.5));
            obstacles.push(gate);
            width = Some(wanted);
        }
        Cause::Arch | Cause::Overhead => {
            let kind = if cause == Cause::Arch { "arch" } else { "overhead" };
            let mut over = make(kind, "a", line(vec![at(0.0, -half), at(0.0, half)]));
            let wanted = centimetres(random.between(2.4, 3.85));
            over.clear_height_m = Some(wanted);
            height = Some(wanted);
            if cause == Cause::Arch && random.chance(0.5) {
                let stated = centimetres(random.between(2.5, 3.8));
                over.clear_width_m = Some(stated);
                width = Some(stated);
            }
            over.is_removable = Some(cause == Cause::Overhead);
            obstacles.push(over);
        }
        Cause::Passage => {}
    }
    for obstacle in &obstacles {
        take(ground, obstacle, 0.35);
    }
    planted.pinches.push(Pinch {
        id,
        at: gap_middle,
        clear_width_m: width,
        clear_height_m: height,
        cause,
        street: street.id.clone(),
        obstacles: obstacles.iter().map(|o| o.id.clone()).collect(),
        frees: None,
    });
    planted.obstacles.extend(obstacles);
}

/// Takes the ground of an obstacle.
pub(crate) fn take(ground: &mut TakenGround, obstacle: &TownObstacle, margin_m: f64) {
    match &obstacle.shape {
        Geometry::Polygon(outline) => ground.add_line(&outline.exterior().0, margin_m),
        Geometry::LineString(line) => ground.add_line(&line.0, margin_m),
        Geometry::Point(point) => ground.add_line(&[point.0], margin_m + obstacle.radius_m.unwrap_or(0.0)),
        _ => {}
    }
}

/// Cuts a lane into three and leads the middle piece through a building of limited height.
fn cut_passage(random: &mut Random, streets: &mut Vec<Street>, street: usize, id: String, planted: &mut Planted) {
    let whole = streets[street].clone();
    let axis = Axis::between(whole.line[0], whole.line[1]);
    let (start, end) = (axis.length_m / 2.0 - 5.0, axis.length_m / 2.0 + 5.0);
    let height = centimetres(random.between(2.6, 3.85));
    let piece = |suffix: &str, line: Vec<Xy>| Street { id: format!("{}{suffix}", whole.id), line, ..whole.clone() };
    let mut covered = piece("b", vec![axis.at(start, 0.0), axis.at(end, 0.0)]);
    covered.bed = Bed::Covered;
    covered.clear_height_m = Some(height);
    covered.stated_width = Some((4.2, "clear"));
    covered.is_checked = false;
    planted.pinches.push(Pinch {
        id,
        at: axis.at(axis.length_m / 2.0, 0.0),
        clear_width_m: None,
        clear_height_m: Some(height),
        cause: Cause::Passage,
        street: covered.id.clone(),
        obstacles: Vec::new(),
        frees: None,
    });
    planted.gatehouses.push(Gatehouse {
        hull: axis.rectangle(start + 0.5, end - 0.5, -half_of_house(random), half_of_house(random)),
    });
    streets[street] = piece("a", vec![whole.line[0], axis.at(start, 0.0)]);
    streets.push(covered);
    streets.push(piece("c", vec![axis.at(end, 0.0), whole.line[1]]));
}

fn half_of_house(random: &mut Random) -> f64 {
    random.between(7.0, 10.0)
}
