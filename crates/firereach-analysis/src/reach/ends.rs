//! Where lines end, and whether others go on from there.

use geo_types::{Coord, LineString};

/// Directions within so much of half a turn, as a sine, leave nothing that a strip would not reach.
const NEARLY_HALF: f64 = 0.12;
const NONE: u32 = u32::MAX;

/// The ends of lines by place.
///
/// What is nearest to an end of a line lies beyond the ends of all lines that meet there. Where these leave in directions
/// that are not within half a turn, nothing does, and the end need not be rounded; where they are, one of them does for all.
pub(super) struct Ends {
    /// Numbers of fans by the digits of their places, the next free one where several agree.
    slots: Vec<u32>,
    fans: Vec<Fan>,
}

/// The directions in which lines leave one place, within the lesser angle from the one to the other.
struct Fan {
    at: Coord<f64>,
    right: Coord<f64>,
    left: Coord<f64>,
    /// Nothing is left to round: the directions are not within half a turn, or the end was rounded.
    is_done: bool,
}

impl Ends {
    /// The ends of these lines. O(n).
    pub(super) fn of(lines: &[LineString<f64>]) -> Self {
        let count = (4 * lines.len()).next_power_of_two().max(4);
        let mut ends = Self { slots: vec![NONE; count], fans: Vec::with_capacity(lines.len()) };
        for line in lines {
            ends.leave(line.0.iter());
            ends.leave(line.0.iter().rev());
        }
        ends
    }

    /// Whether the beginning of a line is to be rounded; once for all lines that meet there.
    pub(super) fn take(&mut self, line: &[Coord<f64>]) -> bool {
        line.first().is_some_and(|&at| self.take_at(at))
    }

    /// The same of its end.
    pub(super) fn take_last(&mut self, line: &[Coord<f64>]) -> bool {
        line.last().is_some_and(|&at| self.take_at(at))
    }

    fn take_at(&mut self, at: Coord<f64>) -> bool {
        let fan = self.slots[self.slot(at)];
        fan != NONE && !std::mem::replace(&mut self.fans[fan as usize].is_done, true)
    }

    /// Notes the direction in which a line leaves its first place, if it leaves it.
    fn leave<'l>(&mut self, mut line: impl Iterator<Item = &'l Coord<f64>>) {
        let Some(&at) = line.next() else { return };
        let Some(&to) = line.find(|&&next| next != at) else { return };
        let (dx, dy) = (to.x - at.x, to.y - at.y);
        let length = (dx * dx + dy * dy).sqrt();
        let direction = Coord { x: dx / length, y: dy / length };
        let slot = self.slot(at);
        match self.slots[slot] {
            NONE => {
                self.slots[slot] = crate::network::number(self.fans.len());
                self.fans.push(Fan { at, right: direction, left: direction, is_done: false });
            }
            fan => self.fans[fan as usize].widen(direction),
        }
    }

    /// The slot of a place, or the free one in which it belongs: there are more slots than ends.
    fn slot(&self, at: Coord<f64>) -> usize {
        let digits = at.x.to_bits() ^ at.y.to_bits().rotate_left(32);
        // The high digits of a product with an odd number depend on all digits.
        let mixed = digits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let mut slot = usize::try_from(mixed).unwrap_or(0) % self.slots.len();
        while self.slots[slot] != NONE && self.fans[self.slots[slot] as usize].at != at {
            slot = (slot + 1) % self.slots.len();
        }
        slot
    }
}

impl Fan {
    fn widen(&mut self, to: Coord<f64>) {
        let turn = |a: Coord<f64>, b: Coord<f64>| a.x * b.y - a.y * b.x;
        let alike = |a: Coord<f64>, b: Coord<f64>| a.x * b.x + a.y * b.y;
        let (from_right, to_left) = (turn(self.right, to), turn(to, self.left));
        if from_right >= 0.0 && to_left >= 0.0 && alike(self.right, to) + alike(to, self.left) > 0.0 {
            return;
        }
        if from_right > 0.0 {
            self.left = to;
        } else if to_left > 0.0 {
            self.right = to;
        } else {
            self.is_done = true;
        }
        self.is_done |= alike(self.right, self.left) < 0.0 && turn(self.right, self.left) < NEARLY_HALF;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of lines from one place in directions in degrees, how many of their beginnings there are rounded.
    #[track_caller]
    fn check(degrees: &[f64], expected: usize) {
        let line = |degrees: &f64| {
            let (sine, cosine) = degrees.to_radians().sin_cos();
            LineString::from(vec![(7.0, 8.0), (7.0, 8.0), (7.0 + cosine, 8.0 + sine)])
        };
        let lines: Vec<LineString<f64>> = degrees.iter().map(line).collect();
        let mut ends = Ends::of(&lines);
        let rounded = lines.iter().filter(|line| ends.take(&line.0)).count();
        assert_eq!(rounded, expected, "{degrees:?}");
        assert!(lines.iter().all(|line| ends.take_last(&line.0)), "the far ends are alone");
    }

    #[test]
    fn one_of_the_lines_of_a_corner_is_rounded_and_none_of_a_crossing() {
        check(&[10.0], 1);
        check(&[10.0, 100.0], 1);
        check(&[10.0, 170.0, 90.0], 1);
        check(&[10.0, 190.0], 0);
        check(&[10.0, 188.0], 0);
        check(&[0.0, 90.0, 180.0], 0);
        check(&[0.0, 120.0, 240.0], 0);
        check(&[120.0, 0.0, 240.0], 0);
        check(&[350.0, 80.0, 20.0, 340.0], 1);
    }

    #[test]
    fn a_line_without_length_has_no_end_to_round() {
        let mut ends = Ends::of(&[LineString::from(vec![(1.0, 1.0), (1.0, 1.0)])]);
        assert!(!ends.take(&[Coord { x: 1.0, y: 1.0 }]));
    }
}
