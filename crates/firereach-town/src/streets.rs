//! The streets of a town: rows along the terraces, links and stairs between them, switchbacks, bridges, tunnels, spurs.

use geo_types::Coord;

use crate::courts::{LEG_M, REACH_M};
use crate::names;
use crate::plan::{AreaKind, Plan, RIDGE, ROWS, is_steep};
use crate::plane::{Xy, distance, xy};
use crate::random::Random;

/// How a street lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bed {
    /// On the ground.
    Ground,
    /// On a bridge, one level up.
    Bridge,
    /// In a tunnel, one level down.
    Tunnel,
    /// Through a building.
    Covered,
}

/// What part a street plays in the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A piece of a row along a terrace.
    Row(usize),
    /// A link across the strip above a row.
    Link(usize),
    /// A switchback up a steep strip.
    Switchback(usize),
    /// A dead end into a block.
    Spur(usize),
    /// An alley under a bridge.
    Gully,
    /// A tunnel through the ridge.
    Tunnel,
    /// A way from the riverside road down to an intake.
    Quay,
    /// A blind lane to a relic in a rear court.
    Court,
}

/// Vehicles parked along one side of a street.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParkedSide {
    /// The engine's word for how they stand.
    pub kind: &'static str,
    /// Hours of the day as text; `None` for all of them.
    pub hours: Option<&'static str>,
}

/// One way of the town between two junctions.
#[derive(Clone, Debug)]
pub struct Street {
    /// Unique.
    pub id: String,
    /// Name of the street it is part of.
    pub name: Option<String>,
    /// The engine's word for its class.
    pub class: &'static str,
    /// The part it plays.
    pub role: Role,
    /// Centre line in working coordinates.
    pub line: Vec<Coord<f64>>,
    /// Nothing but what is planted stands nearer to the centre line than this, metres.
    pub half_gap_m: f64,
    /// How it lies.
    pub bed: Bed,
    /// Clear width where it is narrow throughout, metres.
    pub narrow_m: Option<f64>,
    /// Whether it is one of the lanes on which nothing but planted pinch points is narrow.
    pub is_checked: bool,
    /// Parking on the left and on the right.
    pub parking: [Option<ParkedSide>; 2],
    /// A width that the source states, with its meaning.
    pub stated_width: Option<(f64, &'static str)>,
    /// Clear height that the source states, metres.
    pub clear_height_m: Option<f64>,
    /// Number of lanes.
    pub lanes: Option<u32>,
    /// `both`, `forward` or `backward`.
    pub direction: &'static str,
    /// Number of steps of stairs.
    pub step_count: Option<u32>,
    /// Surface.
    pub surface: Option<&'static str>,
    /// Greatest mass, tonnes.
    pub max_mass_t: Option<f64>,
}

impl Street {
    pub(crate) fn new(id: String, class: &'static str, role: Role, line: Vec<Xy>, half_gap_m: f64) -> Self {
        Self {
            id,
            name: None,
            class,
            role,
            line,
            half_gap_m,
            bed: Bed::Ground,
            narrow_m: None,
            is_checked: false,
            parking: [None, None],
            stated_width: None,
            clear_height_m: None,
            lanes: None,
            direction: "both",
            step_count: None,
            surface: None,
            max_mass_t: None,
        }
    }

    /// Length of the centre line in plan, metres.
    pub fn length_m(&self) -> f64 {
        self.line.windows(2).map(|p| distance(p[0], p[1])).sum()
    }

    /// Whether vehicles use its class.
    pub fn is_for_vehicles(&self) -> bool {
        !matches!(self.class, "footway" | "steps")
    }

    pub(crate) fn ends(&self) -> (Xy, Xy) {
        (self.line[0], self.line[self.line.len() - 1])
    }
}

/// The class of a row and the distance that buildings keep from its centre line.
fn row_class(row: usize) -> (&'static str, f64) {
    match row {
        0 | 23 => ("primary", 11.0),
        5 | 11 | 15 => ("secondary", 8.0),
        2 | 7 | 10 | 13 | 19 => ("tertiary", 6.0),
        1 | 14 | 17 | 22 => ("alley", 2.7),
        _ => ("residential", 4.4),
    }
}

/// Two junctions of one row are at least this far apart, metres.
const APART_M: f64 = 20.0;

struct Draft<'a> {
    plan: &'a Plan,
    /// Places of the junctions along each row.
    nodes: Vec<Vec<f64>>,
    /// Places along each strip where no link may start or end.
    reserved: Vec<Vec<(f64, f64)>>,
    streets: Vec<Street>,
}

impl Draft<'_> {
    /// The junction of a row close to a place, or the place itself where there is none.
    fn snapped(&self, row: usize, x: f64) -> f64 {
        let near = self.nodes[row].iter().copied().min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()));
        near.filter(|there| (there - x).abs() < APART_M).unwrap_or(x)
    }

    /// The junction of a row close to a place, new where there is none.
    fn node(&mut self, row: usize, x: f64) -> f64 {
        let at = self.snapped(row, x);
        if !self.nodes[row].contains(&at) {
            self.nodes[row].push(at);
        }
        at
    }

    fn is_reserved(&self, strip: usize, x: f64) -> bool {
        self.reserved[strip].iter().any(|(west, east)| (*west..=*east).contains(&x))
    }

    /// Whether a street may end at a place of a row without coming too near a bridge.
    fn is_open(&self, row: usize, x: f64) -> bool {
        !self.plan.gullies.iter().any(|&(r, at)| r == row && (at - x).abs() < 36.0 + APART_M && (at - x).abs() != 36.0)
    }

    fn next_id(&self, prefix: &str) -> String {
        format!("{prefix}{:05}", self.streets.len() + 1)
    }
}

/// Lays out all streets of a plan but those of the courts; returns them with the lines of the lanes into those.
pub(crate) fn build_streets(seed: u64, plan: &Plan) -> (Vec<Street>, Vec<[Xy; 3]>) {
    let length = plan.size.length_m;
    let mut draft = Draft {
        plan,
        nodes: vec![vec![20.0, length - 20.0]; ROWS],
        reserved: vec![Vec::new(); ROWS - 1],
        streets: Vec::new(),
    };
    lay_gullies(&mut draft);
    lay_tunnels(&mut draft);
    lay_switchbacks(&mut draft);
    lay_quays(&mut draft);
    let courts = leave_courts(&mut draft);
    lay_links(seed, &mut draft);
    lay_spurs(seed, &mut draft);
    lay_rows(seed, &mut draft);
    furnish(seed, &mut draft.streets);
    (draft.streets, courts)
}

/// Keeps the ground of the courts free of other streets: from a row to the middle of the strip and along that.
fn leave_courts(draft: &mut Draft<'_>) -> Vec<[Xy; 3]> {
    let plan = draft.plan;
    let leave = |&(row, x): &(usize, f64)| {
        let at = draft.node(row, x);
        draft.reserved[row].push((at - REACH_M.0, at + REACH_M.1));
        [plan.on_row(row, at), plan.in_strip(row, at, 0.5), plan.in_strip(row, at + LEG_M, 0.5)]
    };
    plan.courts.iter().map(leave).collect()
}

fn lay_gullies(draft: &mut Draft<'_>) {
    for (row, x) in draft.plan.gullies.clone() {
        draft.nodes[row].extend([x - 36.0, x + 36.0]);
        let (south, north) = (draft.node(row - 1, x), draft.node(row + 1, x));
        for strip in [row - 1, row] {
            draft.reserved[strip].push((x - 56.0, x + 56.0));
        }
        let bottom = draft.plan.on_row(row, x);
        let line = vec![draft.plan.on_row(row - 1, south), bottom, draft.plan.on_row(row + 1, north)];
        let mut street = Street::new(draft.next_id("G"), "alley", Role::Gully, line, 2.8);
        street.surface = Some("sett");
        draft.streets.push(street);
    }
}

fn lay_tunnels(draft: &mut Draft<'_>) {
    for x in draft.plan.tunnels.clone() {
        let (south, north) = (draft.node(RIDGE - 1, x), draft.node(RIDGE + 2, x));
        let line = vec![draft.plan.on_row(RIDGE - 1, south), draft.plan.on_row(RIDGE + 2, north)];
        for strip in [RIDGE - 1, RIDGE, RIDGE + 1] {
            draft.reserved[strip].push((x - 26.0, x + 26.0));
        }
        let mut street = Street::new(draft.next_id("T"), "tertiary", Role::Tunnel, line, 4.5);
        street.bed = Bed::Tunnel;
        street.lanes = Some(2);
        street.clear_height_m = Some(4.5);
        street.stated_width = Some((7.0, "carriageway"));
        draft.streets.push(street);
    }
}

fn lay_switchbacks(draft: &mut Draft<'_>) {
    /// Radius of a hairpin, metres.
    const HAIRPIN_M: f64 = 10.0;
    for (strip, west, east) in draft.plan.switchbacks.clone() {
        let (start, end) = (draft.node(strip, west), draft.node(strip + 1, east));
        draft.reserved[strip].push((west.min(start) - 24.0, east.max(end) + 24.0));
        let plan = draft.plan;
        let at = |x: f64, share: f64| plan.in_strip(strip, x, share);
        let depth = distance(at(west, 0.0), at(west, 1.0));
        let turn = 2.0 * HAIRPIN_M / depth;
        let rise = (1.0 - 2.0 * turn) / 3.0;
        let (left, right) = (west + HAIRPIN_M + 4.0, east - HAIRPIN_M - 4.0);
        let mut line = vec![plan.on_row(strip, start)];
        // A leg follows the bends of its strip, so that it never cuts across a row.
        let leg = |line: &mut Vec<Xy>, from: (f64, f64), to: (f64, f64)| {
            line.extend(
                (1..7)
                    .map(|i| f64::from(i) / 7.0)
                    .map(|t| at(from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)),
            );
        };
        let hairpin = |line: &mut Vec<Xy>, x: f64, share: f64, outwards: f64| {
            let middle = at(x, share + turn / 2.0);
            for i in 0..=8 {
                let angle = (f64::from(i) / 8.0 - 0.5) * std::f64::consts::PI;
                line.push(middle + xy(outwards * HAIRPIN_M * angle.cos(), HAIRPIN_M * angle.sin()));
            }
        };
        leg(&mut line, (start, 0.0), (right, rise));
        hairpin(&mut line, right, rise, 1.0);
        leg(&mut line, (right, rise + turn), (left, 2.0 * rise + turn));
        hairpin(&mut line, left, 2.0 * rise + turn, -1.0);
        leg(&mut line, (left, 1.0 - rise), (end, 1.0));
        line.push(plan.on_row(strip + 1, end));
        let mut street = Street::new(draft.next_id("S"), "tertiary", Role::Switchback(strip), line, 4.4);
        street.lanes = Some(2);
        street.surface = Some("asphalt");
        draft.streets.push(street);
    }
}

fn lay_quays(draft: &mut Draft<'_>) {
    for (is_north, x) in draft.plan.quays.clone() {
        let row = if is_north { ROWS - 1 } else { 0 };
        let node = draft.node(row, x);
        let (from, bank) = (draft.plan.on_row(row, node), draft.plan.bank(is_north, node));
        let away = if is_north { -4.5 } else { 4.5 };
        let line = vec![from, xy(from.x, bank.y + away)];
        draft.streets.push(Street::new(draft.next_id("Q"), "service", Role::Quay, line, 3.2));
    }
}

fn lay_links(seed: u64, draft: &mut Draft<'_>) {
    let length = draft.plan.size.length_m;
    for strip in 0..ROWS - 1 {
        let mut random = Random::for_purpose(seed, 100 + strip as u64);
        let (least, most) = if is_steep(strip) { (95.0, 165.0) } else { (58.0, 106.0) };
        let mut x = if is_steep(strip) { random.between(50.0, 120.0) } else { 20.0 };
        let mut previous = (f64::MIN, f64::MIN);
        loop {
            let skew = random.between(-9.0, 9.0);
            let start = draft.snapped(strip, x);
            let end = draft.snapped(strip + 1, x + if x == 20.0 || x == length - 20.0 { 0.0 } else { skew });
            let is_blocked = [start, end].iter().any(|&at| draft.is_reserved(strip, at));
            if !is_blocked && draft.is_open(strip, start) && draft.is_open(strip + 1, end) {
                let (start, end) = (draft.node(strip, start), draft.node(strip + 1, end));
                if start - previous.0 > 24.0 && end - previous.1 > 24.0 {
                    previous = (start, end);
                    lay_link(draft, &mut random, strip, start, end);
                }
            }
            if x >= length - 20.0 {
                break;
            }
            let is_old = draft.plan.area_at(strip, x).is_some_and(|a| a.kind == AreaKind::Historic);
            x += if is_old { random.between(25.0, 38.0) } else { random.between(least, most) };
            if x > length - 60.0 {
                if is_steep(strip) {
                    break;
                }
                x = length - 20.0;
            }
        }
    }
}

fn lay_link(draft: &mut Draft<'_>, random: &mut Random, strip: usize, start: f64, end: f64) {
    let plan = draft.plan;
    let (from, to) = (plan.on_row(strip, start), plan.on_row(strip + 1, end));
    let area = plan.area_at(strip, (start + end) / 2.0).map(|a| a.kind);
    let is_border = start == 20.0 || start == plan.size.length_m - 20.0;
    let id = draft.next_id("L");
    let role = Role::Link(strip);
    let street = if is_steep(strip) {
        // Stairs wind a little, and rest on two landings.
        let bow = random.between(-7.0, 7.0);
        let sideways = |share: f64, by: f64| from + (to - from) * share + xy(by, 0.0);
        let line = vec![from, sideways(0.3, bow), sideways(0.68, -bow), to];
        if random.chance(0.15) {
            Street::new(id, "footway", role, line, random.between(1.4, 2.0))
        } else {
            let mut stairs = Street::new(id, "steps", role, line, random.between(1.2, 2.2));
            stairs.step_count = random.chance(0.7).then(|| 300 + random.index(60) as u32);
            stairs.surface = Some("stone");
            stairs
        }
    } else {
        let line = vec![from, to];
        let draw = random.unit();
        if is_border {
            Street::new(id, "residential", role, line, 4.4)
        } else if area == Some(AreaKind::Park) {
            Street::new(id, if draw < 0.5 { "footway" } else { "steps" }, role, line, 1.6)
        } else if area == Some(AreaKind::Historic) && draw < 0.85 || area == Some(AreaKind::Character) && draw < 0.18 {
            let clear = (random.between(1.3, 3.7) * 20.0).round() / 20.0;
            let mut alley = Street::new(id, "alley", role, line, clear / 2.0);
            alley.narrow_m = Some(clear);
            alley.surface = Some("stone");
            alley
        } else if draw < 0.13 {
            Street::new(id, "residential", role, line, random.pick(&[3.6, 4.0, 4.4]))
        } else if draw < 0.74 {
            Street::new(id, "alley", role, line, random.pick(&[2.4, 2.5, 2.6, 2.75, 2.9, 3.1]))
        } else if draw < 0.88 {
            Street::new(id, "footway", role, line, random.between(1.4, 2.0))
        } else {
            let mut stairs = Street::new(id, "steps", role, line, random.between(1.2, 1.8));
            stairs.step_count = Some(8 + random.index(25) as u32);
            stairs
        }
    };
    draft.streets.push(street);
}

fn lay_spurs(seed: u64, draft: &mut Draft<'_>) {
    let mut random = Random::for_purpose(seed, 2);
    for strip in (0..ROWS - 1).filter(|&strip| !is_steep(strip)) {
        let mut links: Vec<(f64, f64)> = draft
            .streets
            .iter()
            .filter(|s| s.role == Role::Link(strip) || s.role == Role::Gully)
            .map(|s| (s.line[0], s.line[s.line.len() - 1]))
            .filter(|(from, _)| {
                (from.y - draft.plan.in_strip(strip, from.x - crate::plan::CORNER.x, 0.5).y).abs() < 60.0
            })
            .map(|(from, to)| (from.x - crate::plan::CORNER.x, to.x - crate::plan::CORNER.x))
            .collect();
        links.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in links.windows(2) {
            let (west, east) = (pair[0].0.max(pair[0].1), pair[1].0.min(pair[1].1));
            let x = (west + east) / 2.0;
            let is_wide = east - west > 62.0;
            if !is_wide
                || !random.chance(0.42)
                || draft.is_reserved(strip, x)
                || !draft.is_open(strip, x)
                || draft.plan.area_at(strip, x).is_some_and(|a| a.kind == AreaKind::Park)
            {
                continue;
            }
            let start = draft.node(strip, x);
            if start - west < 26.0 || east - start < 26.0 {
                continue;
            }
            let share = random.between(0.42, 0.70);
            let line = vec![draft.plan.on_row(strip, start), draft.plan.in_strip(strip, start, share)];
            let class = if random.chance(0.5) { "service" } else { "alley" };
            let half_gap = random.pick(&[2.4, 2.6, 3.0]);
            draft.streets.push(Street::new(draft.next_id("D"), class, Role::Spur(strip), line, half_gap));
        }
    }
}

fn lay_rows(seed: u64, draft: &mut Draft<'_>) {
    let mut random = Random::for_purpose(seed, 3);
    for row in 0..ROWS {
        let mut places = std::mem::take(&mut draft.nodes[row]);
        places.sort_by(f64::total_cmp);
        places.dedup();
        let (class, half_gap_m) = row_class(row);
        let own_class = names::suffix_of_class(class);
        let mut name = names::street(&mut random, own_class);
        let mut since = 0.0;
        for pair in places.windows(2) {
            since += pair[1] - pair[0];
            if since > 900.0 {
                since = 0.0;
                name = names::street(&mut random, own_class);
            }
            let middle = (pair[0] + pair[1]) / 2.0;
            let is_bridge = draft.plan.gullies.iter().any(|&(r, x)| r == row && (x - middle).abs() < 1.0);
            let line = vec![draft.plan.on_row(row, pair[0]), draft.plan.on_row(row, pair[1])];
            let mut street = Street::new(draft.next_id("R"), class, Role::Row(row), line, half_gap_m);
            street.name = Some(name.clone());
            if is_bridge {
                street.bed = Bed::Bridge;
                street.max_mass_t = random.chance(0.5).then_some(20.0);
                street.stated_width = Some((half_gap_m * 2.0 - 1.5, "carriageway"));
            }
            draft.streets.push(street);
        }
    }
}

/// What a survey states above a street that nothing hangs over: the clearance for motor traffic, metres.
const SURVEYED_HEIGHT_M: f64 = 4.5;

/// Gives the streets what a survey of some of them would say, and says which are the checked lanes.
fn furnish(seed: u64, streets: &mut [Street]) {
    let mut random = Random::for_purpose(seed, 4);
    for street in streets.iter_mut() {
        match street.class {
            "primary" => {
                street.lanes = Some(4);
                street.surface = Some("asphalt");
                if random.chance(0.3) {
                    street.parking = [None, Some(ParkedSide { kind: "parallel", hours: Some("19-7") })];
                }
            }
            "secondary" | "tertiary" if street.bed == Bed::Ground => {
                street.lanes = Some(2);
                if random.chance(0.35) {
                    let side = ParkedSide { kind: "parallel", hours: random.pick(&[None, Some("18-8")]) };
                    street.parking = if random.chance(0.3) { [Some(side); 2] } else { [Some(side), None] };
                }
            }
            "residential" if street.bed == Bed::Ground => {
                if random.chance(0.35) {
                    let side = ParkedSide { kind: random.pick(&["parallel", "perpendicular"]), hours: Some("18-8") };
                    street.parking = if random.chance(0.4) { [Some(side); 2] } else { [None, Some(side)] };
                }
                if random.chance(0.08) {
                    street.direction = random.pick(&["forward", "backward"]);
                }
            }
            _ => {}
        }
        if street.class != "steps" && street.class != "footway" && street.name.is_none() && random.chance(0.5) {
            street.name = Some(names::street(&mut random, names::suffix_of_class(street.class)));
        }
        if street.class == "steps" && street.name.is_none() && random.chance(0.3) {
            street.name = Some(names::street(&mut random, ("梯", "Steps")));
        }
        let is_lane = matches!(street.class, "alley" | "service" | "residential");
        street.is_checked = is_lane
            && street.bed == Bed::Ground
            && street.narrow_m.is_none()
            && street.parking == [None, None]
            && street.half_gap_m >= 2.3;
        if street.is_checked && random.chance(0.12) {
            street.stated_width = Some((street.half_gap_m * 2.0, "clear"));
        } else if matches!(street.class, "primary" | "secondary" | "tertiary") && random.chance(0.35) {
            street.stated_width.get_or_insert((street.half_gap_m * 2.0 - 4.0, "carriageway"));
        }
        // Who measures a street's width in passing measures its height too.
        if street.bed == Bed::Ground && street.stated_width.is_some() {
            street.clear_height_m.get_or_insert(SURVEYED_HEIGHT_M);
        }
    }
}
