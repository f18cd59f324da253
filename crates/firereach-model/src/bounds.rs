//! What is known of a quantity: a value, an interval, or nothing.

use serde::{Deserialize, Serialize};

use crate::units::Quantity;

/// The interval in which a quantity is known to lie, both ends included.
///
/// A missing end means that nobody measured a limit on that side; it is never read as zero or as infinity by accident,
/// because every consumer has to say what it does with `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds<Q> {
    /// The quantity is at least this.
    pub low: Option<Q>,
    /// The quantity is at most this.
    pub high: Option<Q>,
}

impl<Q> Default for Bounds<Q> {
    fn default() -> Self {
        Self { low: None, high: None }
    }
}

impl<Q: Quantity> Bounds<Q> {
    /// A quantity that was measured.
    pub fn exactly(value: Q) -> Self {
        Self { low: Some(value), high: Some(value) }
    }

    /// A quantity of which only a lower limit is known.
    pub fn at_least(low: Q) -> Self {
        Self { low: Some(low), high: None }
    }

    /// A quantity of which only an upper limit is known.
    pub fn at_most(high: Q) -> Self {
        Self { low: None, high: Some(high) }
    }

    /// A quantity between two limits, in either order.
    pub fn between(a: Q, b: Q) -> Self {
        Self { low: Some(a.min(b)), high: Some(a.max(b)) }
    }

    /// A quantity of which nothing is known.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// The value, when both ends agree.
    pub fn value(&self) -> Option<Q> {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether nothing at all is known.
    pub fn is_unknown(&self) -> bool {
        self.low.is_none() && self.high.is_none()
    }

    /// The bounds of the smaller of two quantities, for example of the narrowest of two pieces.
    ///
    /// The smaller one is at least something only if both are; it is at most whatever either is at most.
    #[must_use]
    pub fn smaller(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: match (self.high, other.high) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// The bounds of the larger of two quantities.
    #[must_use]
    pub fn larger(self, other: Self) -> Self {
        Self {
            low: match (self.low, other.low) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            },
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }

    /// What two independent pieces of evidence about one quantity say together; `None` when they contradict each other.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (low, high) {
            (Some(l), Some(h)) if l > h => None,
            _ => Some(Self { low, high }),
        }
    }
}

/// How a measure was obtained, from the firmest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Somebody measured it on site and the study's data says so.
    Surveyed,
    /// A tag or attribute of the source states it.
    Tagged,
    /// Taken from a carriageway, kerb or right-of-way polygon.
    Polygon,
    /// Geometry: the gap between what stands on the left and what stands on the right.
    BetweenObstacles,
    /// Computed from terrain heights.
    Terrain,
    /// Derived from the number of lanes.
    FromLanes,
    /// Derived from the class of the road, by the rule pack's table.
    FromClass,
    /// Computed by a kernel from other measures.
    Computed,
    /// A named assumption of the study or the rule pack.
    Assumed,
    /// Nobody measured it.
    Unmeasured,
}

impl Method {
    /// The methods by which nobody looked at the thing itself: a default of its class or its lanes, or another named
    /// assumption.
    pub const ASSUMED: [Self; 3] = [Self::FromLanes, Self::FromClass, Self::Assumed];

    /// Whether nobody looked at the thing itself.
    pub fn is_assumed(self) -> bool {
        Self::ASSUMED.contains(&self)
    }

    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Surveyed => "surveyed",
            Self::Tagged => "tagged",
            Self::Polygon => "polygon",
            Self::BetweenObstacles => "between_obstacles",
            Self::Terrain => "terrain",
            Self::FromLanes => "from_lanes",
            Self::FromClass => "from_class",
            Self::Computed => "computed",
            Self::Assumed => "assumed",
            Self::Unmeasured => "unmeasured",
        }
    }
}

/// What a kernel says about one quantity: bounds, or that the thing cannot be reached at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure<Q> {
    /// The quantity lies within these bounds.
    Known(Bounds<Q>),
    /// There is no such quantity, because what it is measured to cannot be reached.
    Unreached,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Metres;

    fn m(low: Option<f64>, high: Option<f64>) -> Bounds<Metres> {
        Bounds { low: low.map(Metres::of), high: high.map(Metres::of) }
    }

    #[test]
    fn the_narrower_of_a_known_and_an_unknown_piece_has_only_an_upper_bound() {
        assert_eq!(m(Some(5.0), Some(5.0)).smaller(Bounds::unknown()), m(None, Some(5.0)));
    }

    #[test]
    fn contradicting_evidence_has_no_intersection() {
        assert_eq!(m(Some(5.0), None).intersection(m(None, Some(3.0))), None);
        assert_eq!(m(Some(2.0), None).intersection(m(None, Some(3.0))), Some(m(Some(2.0), Some(3.0))));
    }
}
