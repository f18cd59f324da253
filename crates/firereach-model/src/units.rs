//! Quantities that cannot be confused with each other and are never NaN.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What every quantity of this module can do.
pub trait Quantity: Copy + Ord + fmt::Debug {
    /// The unit's symbol as it is printed behind the number.
    const UNIT: &'static str;

    /// The plain number, in [`Self::UNIT`].
    fn get(self) -> f64;
}

/// Why a number could not become a quantity.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{value} is not a usable number of {unit}: expected {expected}")]
pub struct BadQuantity {
    /// The number as it was found.
    pub value: f64,
    /// The unit it was meant to be in.
    pub unit: &'static str,
    /// What would have been accepted.
    pub expected: &'static str,
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $least:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0.0);

            /// A quantity written in the source; a bad literal does not compile when used in a `const`.
            ///
            /// # Panics
            ///
            /// When `value` is not finite or outside the quantity's range.
            pub const fn of(value: f64) -> Self {
                assert!(value.is_finite() && value >= $least, "a quantity is finite and within its range");
                Self(value)
            }

            /// A quantity from outside.
            ///
            /// # Errors
            ///
            /// When `value` is not finite or outside the quantity's range.
            pub fn new(value: f64) -> Result<Self, BadQuantity> {
                if value.is_finite() && value >= $least {
                    // Adding zero turns -0.0 into 0.0, so that equal quantities have equal bytes.
                    Ok(Self(value + 0.0))
                } else {
                    Err(BadQuantity { value, unit: $unit, expected: $expected })
                }
            }

            /// The plain number.
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl Quantity for $name {
            const UNIT: &'static str = $unit;

            fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = BadQuantity;

            fn try_from(value: f64) -> Result<Self, BadQuantity> {
                Self::new(value)
            }
        }

        impl From<$name> for f64 {
            fn from(quantity: $name) -> f64 {
                quantity.0
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match f.precision() {
                    Some(decimals) => write!(f, "{:.*} {}", decimals, self.0, $unit),
                    None => write!(f, "{} {}", self.0, $unit),
                }
            }
        }
    };
}

quantity!(
    /// A length, width, distance or height above the ground: zero or more.
    Metres, "m", 0.0, "zero or more"
);
quantity!(
    /// A height above the vertical datum; may be negative.
    Elevation, "m", f64::MIN, "any finite number"
);
quantity!(
    /// An area.
    SquareMetres, "m2", 0.0, "zero or more"
);
quantity!(
    /// A volume of water or of a building.
    CubicMetres, "m3", 0.0, "zero or more"
);
quantity!(
    /// A flow of water.
    LitresPerSecond, "L/s", 0.0, "zero or more"
);
quantity!(
    /// A water pressure above that of the air.
    Megapascals, "MPa", 0.0, "zero or more"
);
quantity!(
    /// A mass or a permitted load.
    Tonnes, "t", 0.0, "zero or more"
);
quantity!(
    /// A slope, positive uphill.
    Percent, "%", f64::MIN, "any finite number"
);
quantity!(
    /// A driving speed.
    KilometresPerHour, "km/h", 0.0, "zero or more"
);

quantity!(
    /// A time.
    Seconds, "s", 0.0, "zero or more"
);
quantity!(
    /// A long time, such as that of filling a pond.
    Hours, "h", 0.0, "zero or more"
);
quantity!(
    /// The area a station serves.
    SquareKilometres, "km2", 0.0, "zero or more"
);

quantity!(
    /// The bore of a pipe.
    Millimetres, "mm", 0.0, "zero or more"
);

quantity!(
    /// A number of things; one or none for what is or is not so.
    Count, "", 0.0, "zero or more"
);

quantity!(
    /// A part of a whole: 0 is none of it, 1 all.
    Share, "share", 0.0, "zero or more"
);

impl std::ops::Add for Metres {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_finite_and_not_negative() {
        assert!(Metres::new(f64::NAN).is_err());
        assert!(Metres::new(f64::INFINITY).is_err());
        assert!(Metres::new(-0.1).is_err());
        assert_eq!(Metres::new(-0.0).map(|m| m.get().is_sign_positive()), Ok(true));
    }

    #[test]
    fn an_error_names_the_number_the_unit_and_what_is_wanted() {
        let message = Metres::new(-3.0).map_err(|e| e.to_string());
        assert_eq!(message, Err("-3 is not a usable number of m: expected zero or more".to_owned()));
    }
}
