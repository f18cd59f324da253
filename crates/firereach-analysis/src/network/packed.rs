//! A graph as a flood meets it: states and steps packed so that what lies together in the city lies together in memory.

use geo_types::Coord;

use super::Graph;
use super::build::number;

/// Steps in a row.
pub(super) const LANES: usize = 4;
/// Stands for no step where a row is not full.
const NO_STEP: u32 = u32::MAX;
/// Stands for the other direction of an edge of which there are copies in either direction.
pub(super) const SPECIAL: u32 = u32::MAX;
/// Set where the state of a slot has driven its edge along the road's line.
pub(super) const FORWARD: u32 = 1 << 31;

/// The states of a graph along a curve that fills the plane, and the steps out of them in rows.
///
/// A flood reaches a part of a city at a time. Numbered as the roads are, its states are scattered over all of memory;
/// here they fill a few pages. A place in this order is a slot. The row with the number of a slot holds the first steps
/// out of its state; a state with more than fill a row goes on in one behind those of all slots. So where a row lies and
/// how long it is need not be looked up.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    pub(super) slot_of_state: Vec<u32>,
    pub(super) state_of_slot: Vec<u32>,
    /// The graph's number of each step by row and lane, or [`NO_STEP`].
    steps: Vec<[u32; LANES]>,
    /// The slot at which each row begins.
    tails: Vec<u32>,
    /// Rows and the rows in which they go on.
    more: Vec<(u32, u32)>,
    /// By slot that of the other direction of the same edge, with [`FORWARD`], or [`SPECIAL`]; empty on foot.
    pub(super) other: Vec<u32>,
    /// By slot the length in plan of its edge, metres; empty on foot.
    pub(super) plan_m: Vec<f64>,
}

impl Packed {
    /// Puts the states of a graph in the order of the places at which what they stand for begins.
    pub(super) fn of(graph: &Graph, nodes: &[Coord<f64>], begins_at: impl Fn(u32) -> u32) -> Self {
        let curve = Curve::over(nodes);
        let states = number(graph.state_count());
        let mut keyed: Vec<(u32, u32, u32)> = (0..states)
            .map(|state| {
                let node = begins_at(state);
                (curve.along(nodes[node as usize]), node, state)
            })
            .collect();
        keyed.sort_unstable();
        let mut packed = Self {
            state_of_slot: keyed.into_iter().map(|(_, _, state)| state).collect(),
            slot_of_state: vec![0; graph.state_count()],
            ..Self::default()
        };
        packed.tails = (0..states).collect();
        packed.steps = vec![[NO_STEP; LANES]; graph.state_count()];
        for slot in 0..states {
            let state = packed.state_of_slot[slot as usize];
            packed.slot_of_state[state as usize] = slot;
            let mut row = slot as usize;
            let steps: Vec<u32> = graph.steps_of(state).map(number).collect();
            for (nth, steps) in steps.chunks(LANES).enumerate() {
                if nth > 0 {
                    packed.more.push((number(row), number(packed.steps.len())));
                    row = packed.steps.len();
                    packed.steps.push([NO_STEP; LANES]);
                    packed.tails.push(slot);
                }
                packed.steps[row][..steps.len()].copy_from_slice(steps);
            }
        }
        packed.more.sort_unstable();
        if !graph.is_copied.is_empty() {
            let is_copied = |arc: u32| graph.is_copied.get(arc as usize).is_none_or(|&is_copied| is_copied);
            let other = |&state: &u32| {
                let forward = if state & 1 == 0 { FORWARD } else { 0 };
                if is_copied(state) || is_copied(state ^ 1) {
                    SPECIAL
                } else {
                    packed.slot_of_state[(state ^ 1) as usize] | forward
                }
            };
            packed.other = packed.state_of_slot.iter().map(other).collect();
        }
        packed
    }

    /// Keeps the lengths in plan of the edges that the states have driven, metres by state.
    pub(super) fn measure(&mut self, plan_m: &[f64]) {
        self.plan_m = self.state_of_slot.iter().map(|&state| plan_m[state as usize]).collect();
    }

    /// The slot of a state.
    pub(super) fn slot(&self, state: u32) -> usize {
        self.slot_of_state[state as usize] as usize
    }

    /// The row in which a row goes on.
    #[cold]
    pub(super) fn row_after(&self, row: u32) -> Option<u32> {
        let place = self.more.binary_search_by_key(&row, |&(row, _)| row).ok()?;
        Some(self.more[place].1)
    }

    /// The graph's number of the step of a lane, counted over all rows.
    pub(super) fn step(&self, lane: u32) -> u32 {
        self.steps[lane as usize / LANES][lane as usize % LANES]
    }

    /// Every row by lane: the graph's number of the step, or nothing, the slot at which the row begins, and whether the row
    /// goes on in another.
    pub(super) fn rows(&self) -> impl Iterator<Item = ([Option<u32>; LANES], u32, bool)> + '_ {
        let mut more = self.more.iter().peekable();
        (0u32..).zip(self.steps.iter().zip(&self.tails)).map(move |(row, (steps, &tail))| {
            let goes_on = more.next_if(|&&(of, _)| of == row).is_some();
            (steps.map(|step| Some(step).filter(|&step| step != NO_STEP)), tail, goes_on)
        })
    }
}

/// Hilbert's curve over the square around a city.
struct Curve {
    low: Coord<f64>,
    cells_to_metre: f64,
}

impl Curve {
    fn over(nodes: &[Coord<f64>]) -> Self {
        let mut low = Coord { x: f64::INFINITY, y: f64::INFINITY };
        let mut high = Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        for node in nodes {
            low = Coord { x: low.x.min(node.x), y: low.y.min(node.y) };
            high = Coord { x: high.x.max(node.x), y: high.y.max(node.y) };
        }
        let side_m = (high.x - low.x).max(high.y - low.y);
        Self { low, cells_to_metre: if side_m > 0.0 { f64::from(u16::MAX) / side_m } else { 0.0 } }
    }

    /// How far along the curve the cell of a place is.
    fn along(&self, at: Coord<f64>) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 16 bits")]
        let cell = |m: f64| (m * self.cells_to_metre).clamp(0.0, f64::from(u16::MAX)) as u16;
        let (mut x, mut y) = (cell(at.x - self.low.x), cell(at.y - self.low.y));
        let mut along = 0u32;
        for digit in (0..16).rev() {
            let (right, upper) = (x >> digit & 1, y >> digit & 1);
            along = along << 2 | u32::from((3 * right) ^ upper);
            if upper == 0 {
                if right == 1 {
                    (x, y) = (!x, !y);
                }
                (x, y) = (y, x);
            }
        }
        along
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a grid of a power of two the curve passes every cell once, and from each to one beside it.
    #[test]
    fn the_curve_goes_from_cell_to_neighbour() {
        let side = 16u16;
        let at = |i: u16| f64::from(i) * f64::from(u16::MAX) / f64::from(side - 1);
        let nodes: Vec<Coord<f64>> = (0..side * side).map(|i| Coord { x: at(i % side), y: at(i / side) }).collect();
        let curve = Curve::over(&nodes);
        let mut order: Vec<(u32, Coord<f64>)> = nodes.iter().map(|&node| (curve.along(node), node)).collect();
        order.sort_by_key(|&(along, _)| along);
        for pair in order.windows(2) {
            let (a, b) = (pair[0].1, pair[1].1);
            assert!(pair[0].0 < pair[1].0, "no cell twice");
            assert!(((a.x - b.x).abs() + (a.y - b.y).abs() - at(1)).abs() < 1.0, "{a:?} is beside {b:?}");
        }
    }

    #[test]
    fn a_city_in_one_place_has_a_curve() {
        assert_eq!(Curve::over(&[Coord { x: 3.0, y: 4.0 }]).along(Coord { x: 3.0, y: 4.0 }), 0);
    }
}
