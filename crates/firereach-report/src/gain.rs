//! The classes of a difference: from much sooner over the same to much later, diverging from a neutral middle.

use firereach_model::findings::comparison::SiteChange;
use firereach_model::symbols::Colour;

use crate::palette;
use crate::words::Language;

/// From how many seconds on a change counts as so large, the largest first.
const STEPS_S: [u32; 4] = [300, 180, 60, 0];
/// Colours of gains in the order of [`STEPS_S`].
const GAINS: [Colour; 4] = [Colour(1, 102, 94), Colour(53, 151, 143), Colour(128, 205, 193), Colour(199, 234, 229)];
/// Colours of losses.
const LOSSES: [Colour; 4] = [Colour(140, 81, 10), Colour(191, 129, 45), Colour(223, 194, 125), Colour(246, 232, 195)];

/// The class of one site's change, in the order of a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GainClass {
    /// Reached now and not before.
    New,
    /// Sooner, by the number of a step.
    Gain(usize),
    /// The same.
    Same,
    /// Later, by the number of a step.
    Loss(usize),
    /// No longer reached.
    Lost,
    /// Reached neither before nor now.
    Unreached,
}

impl GainClass {
    /// All classes in the order of a legend.
    pub const ALL: [Self; 12] = [
        Self::New,
        Self::Gain(0),
        Self::Gain(1),
        Self::Gain(2),
        Self::Gain(3),
        Self::Same,
        Self::Loss(3),
        Self::Loss(2),
        Self::Loss(1),
        Self::Loss(0),
        Self::Lost,
        Self::Unreached,
    ];

    /// The class of a change.
    pub fn of(site: &SiteChange) -> Self {
        let step = |size: f64| STEPS_S.iter().position(|&from_s| size > f64::from(from_s)).unwrap_or(STEPS_S.len() - 1);
        match (site.before_s, site.after_s, site.gain_s) {
            (None, None, _) => Self::Unreached,
            (None, Some(_), _) => Self::New,
            (Some(_), None, _) => Self::Lost,
            (_, _, Some(gain)) if gain > 0.0 => Self::Gain(step(gain)),
            (_, _, Some(gain)) if gain < 0.0 => Self::Loss(step(-gain)),
            _ => Self::Same,
        }
    }

    /// The stable word that tables and styles use.
    pub fn code(self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Gain(step) => format!("gain_above_{}_s", STEPS_S[step]),
            Self::Same => "same".to_owned(),
            Self::Loss(step) => format!("loss_above_{}_s", STEPS_S[step]),
            Self::Lost => "lost".to_owned(),
            Self::Unreached => "unreached".to_owned(),
        }
    }

    /// What a legend says.
    pub fn says(self, language: Language) -> String {
        let range = |step: usize| {
            let from_s = STEPS_S[step];
            match step.checked_sub(1).map(|above| STEPS_S[above]) {
                None => format!("> {from_s} s"),
                Some(to_s) => format!("{from_s} - {to_s} s"),
            }
        };
        match self {
            Self::New => language.pick("reached now", "新增可达").to_owned(),
            Self::Gain(step) => format!("{} {}", language.pick("sooner", "缩短"), range(step)),
            Self::Same => language.pick("the same", "不变").to_owned(),
            Self::Loss(step) => format!("{} {}", language.pick("later", "延长"), range(step)),
            Self::Lost => language.pick("no longer reached", "不再可达").to_owned(),
            Self::Unreached => language.pick("reached in neither", "均不可达").to_owned(),
        }
    }

    /// The colour of its mark.
    pub fn colour(self) -> Colour {
        match self {
            Self::New => GAINS[0],
            Self::Gain(step) => GAINS[step],
            Self::Same => palette::SAME,
            Self::Loss(step) => LOSSES[step],
            Self::Lost => LOSSES[0],
            Self::Unreached => palette::UNKNOWN,
        }
    }

    /// How large its mark is, as a share of the largest.
    pub fn size(self) -> f64 {
        match self {
            Self::New | Self::Lost => 1.0,
            Self::Gain(step) | Self::Loss(step) => [1.0, 0.85, 0.7, 0.55][step],
            Self::Same | Self::Unreached => 0.4,
        }
    }

    /// Whether nothing moved.
    pub fn is_still(self) -> bool {
        matches!(self, Self::Same | Self::Unreached)
    }
}

#[cfg(test)]
mod tests {
    use geo_types::Point;

    use super::*;

    #[test]
    fn classes_diverge_from_what_stays_the_same() {
        let class = |before_s: Option<f64>, after_s: Option<f64>| {
            GainClass::of(&SiteChange {
                site: "x".to_owned(),
                name: None,
                at: Point::new(0.0, 0.0),
                before_s,
                after_s,
                gain_s: before_s.zip(after_s).map(|(before, after)| before - after),
                station_before: None,
                station_after: None,
                verdicts: Vec::new(),
                water_class: None,
                because: None,
            })
        };
        assert_eq!(class(Some(700.0), Some(300.0)), GainClass::Gain(0));
        assert_eq!(class(Some(400.0), Some(300.0)), GainClass::Gain(2));
        assert_eq!(class(Some(300.0), Some(300.0)), GainClass::Same);
        assert_eq!(class(Some(300.0), Some(330.0)), GainClass::Loss(3));
        assert_eq!((class(None, Some(1.0)), class(Some(1.0), None)), (GainClass::New, GainClass::Lost));
        assert_eq!(class(None, None), GainClass::Unreached);
        assert_eq!(GainClass::Gain(0).code(), "gain_above_300_s");
    }
}
