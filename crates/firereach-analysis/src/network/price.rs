//! What each step costs one mover in given conditions.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Direction, Permission, Road, RoadClass};
use firereach_model::parameters::{MovementParameters, Parameters};
use firereach_model::units::Metres;
use firereach_model::vehicle::{Mobility, Vehicle};
use serde::{Deserialize, Serialize};

use super::packed::LANES;
use super::{ArcId, Barrier, Edge, Graph, Network, Passage};
use crate::change::Conditions;

/// What is assumed of a passage of which nobody knows whether the vehicle fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assumption {
    /// What is unknown passes, and is as wide as it may be.
    Optimistic,
    /// What is unknown does not pass, and is as narrow as it may be.
    Cautious,
}

/// How a mover uses the network; decides the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In a vehicle.
    Drive,
    /// On foot.
    Walk,
}

impl Mode {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Drive => "drive",
            Self::Walk => "walk",
        }
    }
}

/// Why a vehicle does not enter an edge, or may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impassable {
    /// The kind of way: stairs, a footway.
    Class,
    /// Closed by the scenario.
    Closed,
    /// Forbidden, and the study obeys.
    Access,
    /// Something stands across it.
    Barrier,
    /// Too narrow.
    Width,
    /// Too low.
    Height,
    /// Too weak.
    Mass,
    /// Too steep.
    Slope,
    /// A bend too tight.
    Corner,
}

impl Impassable {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Closed => "closed",
            Self::Access => "access",
            Self::Barrier => "barrier",
            Self::Width => "width",
            Self::Height => "height",
            Self::Mass => "mass",
            Self::Slope => "slope",
            Self::Corner => "corner",
        }
    }
}

/// Milliseconds for each arc and each step of one mover in one set of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    /// Which graph the steps are of.
    pub mode: Mode,
    pub(super) arc_ms: Vec<u32>,
    /// By the graph's number of the step.
    step_ms: Vec<u32>,
    /// The same in rows, as a flood meets them.
    pub(super) rows: Vec<[Step; LANES]>,
    /// In a vehicle by slot what the arc just driven costs, or [`IMPASSABLE`]; empty on foot.
    pub(super) slot_ms: Vec<u32>,
}

/// A step as a flood meets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// The slot it leads to, and in the highest bits whether any passable step leads on from there and whether the row goes
    /// on.
    head: u32,
    /// The turn and the whole arc behind it, milliseconds, or [`NEVER`].
    ms: u32,
}

impl Step {
    /// The slot it leads to.
    #[inline]
    pub(super) fn head(self) -> u32 {
        self.head & !(LEADS_ON | GOES_ON)
    }

    /// Whether any passable step leads on from there.
    #[inline]
    pub(super) fn leads_on(self) -> bool {
        self.head & LEADS_ON != 0
    }

    /// What it adds to a label; a label with what cannot be passed is later than any that is kept.
    #[inline]
    pub(super) fn adds(self) -> u64 {
        u64::from(self.ms) << 32
    }

    /// Whether it is the last of a row that goes on in another.
    #[inline]
    pub(super) fn goes_on(self) -> bool {
        self.head & GOES_ON != 0
    }
}

const LEADS_ON: u32 = 1 << 31;
const GOES_ON: u32 = 1 << 30;
/// No label that is kept is as late as this, milliseconds: what cannot be passed may be added like everything else.
pub(super) const NEVER: u32 = 1 << 31;

/// The cost of what cannot be passed.
pub(super) const IMPASSABLE: u32 = u32::MAX;
/// No passable arc or step costs more, so that a time and a cost add up without overflow.
pub(super) const DEAREST: u32 = 1 << 30;

impl Costs {
    /// Costs of a mover on foot by a function of the arc; `None` where it cannot pass.
    pub fn on_foot(network: &Network, arc_ms: impl Fn(ArcId) -> Option<u32>) -> Self {
        let arc_ms = by_arc(network, arc_ms);
        let graph = network.walk_graph();
        let step_ms = graph.arc.iter().map(|&arc| arc_ms[arc as usize]).collect();
        Self::in_rows(Mode::Walk, graph, arc_ms, step_ms)
    }

    /// Costs of a vehicle by a function of the arc, and one of the step that says what the turn into it adds.
    pub fn in_vehicle(
        network: &Network,
        arc_ms: impl Fn(ArcId) -> Option<u32>,
        turn_ms: impl Fn(usize) -> Option<u32>,
    ) -> Self {
        let arc_ms = by_arc(network, arc_ms);
        let graph = network.drive_graph();
        let step_ms = graph.arc.iter().enumerate().map(|(step, &arc)| match arc_ms[arc as usize] {
            IMPASSABLE => IMPASSABLE,
            ms => turn_ms(step).map_or(IMPASSABLE, |turn| (ms + turn.min(DEAREST)).min(DEAREST)),
        });
        let step_ms = step_ms.collect();
        Self::in_rows(Mode::Drive, graph, arc_ms, step_ms)
    }

    fn in_rows(mode: Mode, graph: &Graph, arc_ms: Vec<u32>, step_ms: Vec<u32>) -> Self {
        let packing = &*graph.packed;
        let leads_on: Vec<u32> = (0u32..)
            .take(graph.state_count())
            .map(|state| {
                let leads_on = graph.steps_of(state).any(|step| step_ms[step] != IMPASSABLE);
                packing.slot_of_state[state as usize] | if leads_on { LEADS_ON } else { 0 }
            })
            .collect();
        let rows = packing
            .rows()
            .map(|(steps, tail, goes_on)| {
                let mut row = steps.map(|step| match step {
                    Some(step) => Step {
                        head: leads_on[graph.head[step as usize] as usize],
                        ms: step_ms[step as usize].min(NEVER),
                    },
                    None => Step { head: tail, ms: NEVER },
                });
                row[LANES - 1].head |= if goes_on { GOES_ON } else { 0 };
                row
            })
            .collect();
        let driven = |&state: &u32| arc_ms[graph.arc_of_state[state as usize] as usize];
        let slot_ms = match mode {
            Mode::Drive => packing.state_of_slot.iter().map(driven).collect(),
            Mode::Walk => Vec::new(),
        };
        Self { mode, arc_ms, step_ms, rows, slot_ms }
    }

    /// What an arc costs from end to end; `None` when it cannot be passed.
    pub fn arc_ms(&self, arc: ArcId) -> Option<u32> {
        Some(self.arc_ms[arc.index()]).filter(|&ms| ms != IMPASSABLE)
    }

    /// What a part of an arc costs, by its length in plan, rounded to the millisecond.
    pub fn part_ms(&self, network: &Network, arc: ArcId, part_m: f64) -> Option<u32> {
        self.arc_ms(arc).map(|ms| super::search::share(ms, part_m, network.edge(arc.edge()).plan_m()))
    }

    /// What a step costs, the turn and the whole arc behind it; `None` when it cannot be taken.
    pub fn step_ms(&self, step: usize) -> Option<u32> {
        Some(self.step_ms[step]).filter(|&ms| ms != IMPASSABLE)
    }

    /// Whether an edge can be passed in either direction.
    pub fn is_passable(&self, edge: super::EdgeId) -> bool {
        self.arc_ms(edge.forward()).is_some() || self.arc_ms(edge.backward()).is_some()
    }
}

fn by_arc(network: &Network, arc_ms: impl Fn(ArcId) -> Option<u32>) -> Vec<u32> {
    (0..2 * super::build::number(network.edge_count()))
        .map(|arc| arc_ms(ArcId(arc)).map_or(IMPASSABLE, |ms| ms.min(DEAREST)))
        .collect()
}

/// Seconds as whole milliseconds, at least one for a time above zero.
pub(super) fn milliseconds(seconds: f64) -> u32 {
    let ms = (seconds * 1000.0).round().clamp(f64::from(u8::from(seconds > 0.0)), f64::from(DEAREST));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=2^30")]
    let whole = ms as u32;
    whole
}

/// Prices the network for a vehicle.
///
/// `speed = class(hour) x width x slope x surface x the scenario's factor`; a lane narrower than the first point of the
/// width curve is driven at the narrow-lane speed at most. A junction of three or more public streets costs the
/// junction delay, or at a traffic light the signal delay where that is more, and a sharp turn there the turn delay; a light
/// between junctions holds up those it faces. Lights that follow each other within `signal_join_m` along the way are one
/// crossing and hold up once; where that hangs on the way one comes, the optimistic price counts once. One-way streets, turn restrictions and closed access are obeyed or
/// waived as the parameters say. A vehicle enters an edge as [`entry`] says; what is unknown passes under
/// [`Assumption::Optimistic`] only. A turn at a junction is possible if the vehicle's swept path fits the diagonal of the
/// two widths.
///
/// # Source
///
/// RULES 11 (passage rule), 14 DR-01 to DR-06, 1.1 (swept path); all project defaults, values from the rule pack.
pub fn price_drive(
    network: &Network,
    passages: &[Passage],
    vehicle: &Vehicle,
    parameters: &Parameters,
    conditions: &Conditions<'_>,
    assumption: Assumption,
) -> Costs {
    let movement = &parameters.movement;
    let roads = &conditions.layers.roads;
    let seconds: Vec<Option<f64>> = network
        .edges()
        .iter()
        .zip(passages)
        .map(|(edge, passage)| {
            let road = &roads[edge.road as usize];
            match entry(road, edge.road, passage, vehicle, parameters, conditions) {
                Entry::Passes => {}
                Entry::Unknown(_) if assumption == Assumption::Optimistic => {}
                _ => return None,
            }
            let kmh = drive_speed_kmh(road, edge, passage, vehicle, movement, conditions, assumption);
            (kmh > 0.0).then(|| edge.length_m * 3.6 / kmh)
        })
        .collect();
    let swept = swept_width_m(vehicle, movement);
    let graph = network.drive_graph();
    let is_obeying_restrictions = movement.emergency.obey_turn_restrictions;
    let is_cautious = assumption == Assumption::Cautious;
    let (least_s, most_s) = movement.signal_delay_s;
    let signal_ms = milliseconds(if is_cautious { most_s } else { least_s });
    let junction_ms = milliseconds(movement.junction_delay_s);
    let turn_ms = milliseconds(movement.turn_delay_s);
    Costs::in_vehicle(
        network,
        |arc| {
            let edge = arc.edge();
            let against = match roads[network.edge(edge).road as usize].direction {
                Direction::Both => false,
                Direction::Forward => !arc.is_forward(),
                Direction::Backward => arc.is_forward(),
            };
            let (certain, possible) = network.lights_inside(arc.0, movement.signal_join_m);
            let lights = if is_cautious { possible } else { certain };
            let drive_ms =
                seconds[edge.index()].filter(|_| !against || !movement.emergency.obey_oneway).map(milliseconds);
            drive_ms.map(|ms| ms.saturating_add(lights * signal_ms))
        },
        |step| {
            if is_obeying_restrictions && graph.is_restricted[step] {
                return None;
            }
            let angle = f64::from(graph.deflection[step]);
            let mut ms = 0;
            let (is_held_up, may_be_held_up) =
                network.light_at_end(graph.arc_of_state[graph.tail[step] as usize], movement.signal_join_m);
            if is_held_up || (is_cautious && may_be_held_up) {
                ms += signal_ms.max(junction_ms);
            } else if graph.is_at_junction[step] {
                ms += junction_ms;
            }
            if graph.is_at_junction[step] && angle > movement.turn_angle_deg {
                ms += turn_ms;
            }
            if angle > parameters.lanes.corner_angle_deg {
                let from = graph.arc_of_state[graph.tail[step] as usize] as usize / 2;
                let to = graph.arc[step] as usize / 2;
                let fit = fits_corner(&passages[from].width.bounds, &passages[to].width.bounds, swept);
                if fit == Some(false) || (fit.is_none() && assumption == Assumption::Cautious) {
                    return None;
                }
            }
            Some(ms)
        },
    )
}

/// Whether a vehicle enters an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It does.
    Passes,
    /// Nobody knows, for this reason.
    Unknown(Impassable),
    /// It does not, for this reason.
    Impassable(Impassable),
}

/// Whether a vehicle enters a road by its class, access, barriers, width, height, load, slope and bends; `road_index` is
/// the road's place in the layer, by which the scenario closes and opens roads.
///
/// Road vehicles keep to ways for vehicles and to streets for people on foot; stairs, footways and paths are not for
/// them, unless tags let emergency or motor vehicles in or the scenario opens the road. Small vehicles may use paths as
/// well, never stairs. A slope is an interval, wide where the terrain is coarse. One that is unknown, or on both sides of
/// the vehicle's limit, keeps it out of the cautious run only where the way is a yard, an alley, a track or a street for
/// people on foot: public streets are built to be driven. A mass limit binds where it is stated.
pub fn entry(
    road: &Road,
    road_index: u32,
    passage: &Passage,
    vehicle: &Vehicle,
    parameters: &Parameters,
    conditions: &Conditions<'_>,
) -> Entry {
    let movement = &parameters.movement;
    let is_opened = conditions.is_opened(road_index);
    if conditions.is_closed(road_index) {
        return Entry::Impassable(Impassable::Closed);
    }
    let is_let_in = is_opened || road.emergency == Permission::Yes || road.motor == Permission::Yes;
    let by_class = match vehicle.mobility {
        Mobility::Road => road.class.is_for_vehicles() || is_let_in,
        Mobility::Path => road.class.is_walkable() || road.class.is_for_vehicles(),
        Mobility::Carried => false,
    };
    let is_never = matches!(road.class, RoadClass::Steps | RoadClass::Corridor | RoadClass::Elevator);
    if !by_class || (is_never && !is_opened) {
        return Entry::Impassable(Impassable::Class);
    }
    let is_forbidden = road.emergency == Permission::No
        || (matches!(road.motor, Permission::No | Permission::Limited)
            && movement.emergency.obey_access
            && road.emergency != Permission::Yes);
    if is_forbidden && !is_opened {
        return Entry::Impassable(Impassable::Access);
    }
    let mut doubt = None;
    let mut ask = |answer: Option<bool>, reason: Impassable| match answer {
        Some(true) => None,
        Some(false) => Some(Entry::Impassable(reason)),
        None => {
            doubt = doubt.or(Some(reason));
            None
        }
    };
    let barrier = match passage.barrier {
        Barrier::None | Barrier::Passable => Some(true),
        Barrier::Unknown => None,
        Barrier::Closed => Some(false),
    };
    let swept = swept_width_m(vehicle, movement);
    let most = vehicle.max_slope_percent.get();
    let answers = [
        (if is_opened { Some(true) } else { barrier }, Impassable::Barrier),
        (is_at_least(&passage.width.bounds, needed_width_m(vehicle, movement)), Impassable::Width),
        (is_at_least(&passage.height.bounds, vehicle.height_m.get()), Impassable::Height),
        (Some(passage.max_mass.is_none_or(|mass| mass >= vehicle.mass_t)), Impassable::Mass),
        (
            match passage.slope_percent {
                Some(slope) if slope.abs() - passage.slope_error_percent > most => Some(false),
                Some(slope) if slope.abs() + passage.slope_error_percent <= most => Some(true),
                _ if is_public(road.class) => Some(true),
                _ => None,
            },
            Impassable::Slope,
        ),
        (
            passage.tight_corners.iter().map(|corner| is_at_least(&corner.width, swept)).fold(Some(true), both),
            Impassable::Corner,
        ),
    ];
    for (answer, reason) in answers {
        if let Some(no) = ask(answer, reason) {
            return no;
        }
    }
    doubt.map_or(Entry::Passes, Entry::Unknown)
}

/// Whether the class is a public street, built to be driven.
pub(crate) fn is_public(class: RoadClass) -> bool {
    class.is_for_vehicles()
        && !matches!(
            class,
            RoadClass::Service | RoadClass::Alley | RoadClass::Track | RoadClass::Pedestrian | RoadClass::Unknown
        )
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The clear width a vehicle needs on the straight, metres: body, mirrors and clearance on both sides, and never less
/// than the narrowest lane it is sent into.
pub fn needed_width_m(vehicle: &Vehicle, movement: &MovementParameters) -> f64 {
    let sides = match vehicle.mobility {
        Mobility::Road => 2.0 * (movement.mirror_m + movement.lateral_m),
        Mobility::Path | Mobility::Carried => 2.0 * movement.path_lateral_m,
    };
    (vehicle.width_m.get() + sides).max(vehicle.min_lane_width_m.get())
}

/// The width a vehicle sweeps on its tightest turn, with lateral clearance, metres; its body's where it has no radius.
///
/// # Source
///
/// RULES 1.1: `Ri = sqrt(Ro^2 - Lf^2) - W`, `swept = Ro - Ri`.
pub fn swept_width_m(vehicle: &Vehicle, movement: &MovementParameters) -> f64 {
    let (outer, reach, width) = (vehicle.turning_radius_m.get(), vehicle.front_reach_m.get(), vehicle.width_m.get());
    let lateral = match vehicle.mobility {
        Mobility::Road => movement.lateral_m,
        Mobility::Path | Mobility::Carried => movement.path_lateral_m,
    };
    let inner = (outer * outer - reach * reach).max(0.0).sqrt() - width;
    let swept = if outer > 0.0 { outer - inner } else { width };
    swept + 2.0 * lateral
}

/// Whether a quantity is at least so much; `None` when nobody knows.
fn is_at_least(bounds: &Bounds<Metres>, least: f64) -> Option<bool> {
    match (bounds.low.map(Metres::get), bounds.high.map(Metres::get)) {
        (Some(low), _) if low >= least => Some(true),
        (_, Some(high)) if high < least => Some(false),
        _ => None,
    }
}

/// Whether a swept path fits where two roads meet: at an open junction the diagonal of the two widths counts.
fn fits_corner(a: &Bounds<Metres>, b: &Bounds<Metres>, swept: f64) -> Option<bool> {
    let diagonal = |x: Option<Metres>, y: Option<Metres>| x.zip(y).map(|(x, y)| x.get().hypot(y.get()));
    let alone = |x: Option<Metres>| x.map_or(0.0, Metres::get);
    let low = diagonal(a.low, b.low).unwrap_or_else(|| alone(a.low).max(alone(b.low)));
    if low >= swept {
        return Some(true);
    }
    match diagonal(a.high, b.high) {
        Some(high) if high < swept => Some(false),
        _ => None,
    }
}

/// The speed of a vehicle on an edge, km/h.
fn drive_speed_kmh(
    road: &Road,
    edge: &Edge,
    passage: &Passage,
    vehicle: &Vehicle,
    movement: &MovementParameters,
    conditions: &Conditions<'_>,
    assumption: Assumption,
) -> f64 {
    let class_kmh = movement.speeds_kmh.get(&road.class).or_else(|| movement.speeds_kmh.get(&RoadClass::Unknown));
    let mut kmh = match class_kmh {
        Some(speed) => match movement.period(conditions.hour) {
            firereach_model::parameters::movement::Period::Congested => speed.congested,
            firereach_model::parameters::movement::Period::Normal => speed.normal,
            firereach_model::parameters::movement::Period::Night => speed.night,
        },
        None if vehicle.mobility == Mobility::Path => movement.path_kmh,
        None => movement.narrow_lane_kmh,
    };
    if vehicle.mobility == Mobility::Path && !road.class.is_for_vehicles() {
        kmh = movement.path_kmh;
    }
    let width = match assumption {
        Assumption::Optimistic => passage.width.bounds.high,
        Assumption::Cautious => passage.width.bounds.low,
    };
    // Width slows large vehicles down where two meet; small ones are as quick in a lane as in a street.
    if vehicle.mobility == Mobility::Road
        && let Some(width) = width
    {
        if movement.width_factor.0.first().is_some_and(|&(least, _)| width.get() < least) {
            kmh = kmh.min(movement.narrow_lane_kmh);
        } else {
            kmh *= movement.width_factor.at(width.get());
        }
    }
    if let Some(rise) = edge.rise_m
        && edge.plan_m() > 0.0
    {
        kmh *= movement.slope_factor.at((rise.abs() - passage.height_error_m).max(0.0) / edge.plan_m() * 100.0);
    }
    if road.is_paved == Some(false) {
        kmh *= movement.unpaved_factor;
    }
    kmh * conditions.speed_factor
}

/// Prices the network for people on foot, loaded as firefighters are.
///
/// Along a way by Tobler's speed at the edge's mean slope, times the loaded and the crowd factor; a slope nobody knows is
/// taken as level. On stairs by the stairs' own speeds along the slope, by the direction of the rise, which the incline
/// or the heights tell; where neither does, both ways cost what going up costs. Ways in buildings are walked, expressways
/// are not; access limits do not bind a crew.
///
/// # Source
///
/// RULES 13, FT-01, FT-03, FT-04; Tobler, W. (1993), *Three presentations on geographical analysis and modeling*.
pub fn price_walk(network: &Network, parameters: &Parameters, conditions: &Conditions<'_>) -> Costs {
    let roads = &conditions.layers.roads;
    Costs::on_foot(network, |arc| {
        let edge = network.edge(arc.edge());
        let road = &roads[edge.road as usize];
        if !road.class.is_walkable() {
            return None;
        }
        let speed = walk_speed_mps(road, edge, arc.is_forward(), &parameters.movement);
        (speed > 0.0).then(|| milliseconds(edge.length_m / speed))
    })
}

/// The speed on foot on an edge in one direction, metres a second along the ground.
pub fn walk_speed_mps(road: &Road, edge: &Edge, is_forward: bool, movement: &MovementParameters) -> f64 {
    let walking = &movement.walking;
    let factor = walking.loaded_factor * walking.crowd_factor;
    let sign = if is_forward { 1.0 } else { -1.0 };
    if road.class == RoadClass::Steps {
        let rise = road.incline.map(|incline| incline.get()).filter(|&i| i != 0.0).or(edge.rise_m);
        return match rise {
            Some(rise) if rise * sign < 0.0 => walking.stairs_down_mps * factor,
            _ => walking.stairs_up_mps * factor,
        };
    }
    let slope = edge.rise_m.filter(|_| edge.plan_m() > 0.0).map_or(0.0, |rise| sign * rise / edge.plan_m());
    let kmh = walking.tobler_kmh * (-walking.tobler_exponent * (slope - walking.tobler_best_slope).abs()).exp();
    kmh / 3.6 * factor
}
