//! Rules as dated data, and the one place that holds a measure against one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bounds::{Measure, Method};
use crate::parameters::Parameters;
use crate::units::Quantity;

/// A calendar day, ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// On which side of its limit a measure has to be. The limit itself is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limit {
    /// The measure is at least this.
    AtLeast(f64),
    /// The measure is at most this.
    AtMost(f64),
}

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Must (应).
    Mandatory,
    /// Should (宜).
    Recommended,
    /// A guide's advice.
    Guidance,
    /// A default of this project that no standard fixes.
    Project,
}

/// How well the source of a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownFrom {
    /// The text itself was read.
    Primary,
    /// Another text quotes it.
    Secondary,
    /// Remembered; to be verified.
    Memory,
    /// Derived here, or chosen by this project.
    Project,
}

/// What holding a measure against a rule comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval is on the good side.
    Pass,
    /// The interval lies on both sides, or nothing is known.
    Unknown,
    /// Fails, but a site-specific fire safety plan may stand in for it.
    ExemptWithPlan,
    /// The whole interval fails a recommendation or guidance.
    AdvisoryFail,
    /// The whole interval fails a mandatory rule, or the thing cannot be reached at all.
    MandatoryFail,
}

impl Verdict {
    /// The stable word that tables and files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::ExemptWithPlan => "exempt_with_plan",
            Self::AdvisoryFail => "advisory_fail",
            Self::MandatoryFail => "mandatory_fail",
        }
    }

    /// Whether it is a failure of any kind, exempted ones included.
    pub fn is_fail(self) -> bool {
        matches!(self, Self::AdvisoryFail | Self::MandatoryFail | Self::ExemptWithPlan)
    }
}

/// One requirement on one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The pack's identifier, for example `FL-01`.
    pub id: String,
    /// The measure it rules on, for example `lane_clear_width`.
    pub measure: String,
    /// The limit, in `unit`.
    pub limit: Limit,
    /// The unit of the limit, as in the key of the rule file (`m`, `s`, `percent`, `lps`, …).
    pub unit: String,
    /// How binding it is.
    pub level: Level,
    /// First day on which it holds; `None` for always.
    pub from: Option<Date>,
    /// Last day on which it holds; `None` for still.
    pub to: Option<Date>,
    /// Document and clause.
    pub basis: String,
    /// How well the source is known.
    pub known_from: KnownFrom,
    /// What it applies to, words of the measure's own vocabulary (a station kind, a site kind); empty for everything.
    pub applies_to: Vec<String>,
    /// Whether a failure inside a protected core may be covered by a site-specific plan.
    pub exempt_in_core: bool,
    /// What the rule asks, in English.
    pub says: String,
    /// What the rule asks, in Chinese.
    pub says_zh: String,
    /// Something a reader of the ruling should know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where sources disagree about the figure or its standing, and how.
    #[serde(default)]
    pub conflict: Option<String>,
}

impl Rule {
    /// Whether the rule holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether the rule applies to a thing with these words.
    pub fn applies(&self, words: &[&str]) -> bool {
        self.applies_to.is_empty() || self.applies_to.iter().any(|word| words.contains(&word.as_str()))
    }

    /// Holds a measure against the rule.
    ///
    /// Passes when the whole interval passes, fails when the whole interval fails, and is [`Verdict::Unknown`]
    /// otherwise. What cannot be reached fails. `in_core` says whether the thing lies in a protected core, where a
    /// failure may be covered by a plan if the rule allows it.
    ///
    /// The measure is taken to be in the rule's unit; kernels document the unit of each measure.
    pub fn judge<Q: Quantity>(&self, measure: &Measure<Q>, in_core: bool) -> Verdict {
        let fail = match self.level {
            _ if in_core && self.exempt_in_core => Verdict::ExemptWithPlan,
            Level::Mandatory => Verdict::MandatoryFail,
            Level::Recommended | Level::Guidance | Level::Project => Verdict::AdvisoryFail,
        };
        let Measure::Known(bounds) = measure else { return fail };
        let (low, high) = (bounds.low.map(Q::get), bounds.high.map(Q::get));
        let (passes, fails) = match self.limit {
            Limit::AtLeast(limit) => (low.is_some_and(|l| l >= limit), high.is_some_and(|h| h < limit)),
            Limit::AtMost(limit) => (high.is_some_and(|h| h <= limit), low.is_some_and(|l| l > limit)),
        };
        match (passes, fails) {
            (true, _) => Verdict::Pass,
            (false, true) => fail,
            (false, false) => Verdict::Unknown,
        }
    }
}

impl Rule {
    /// Holds a measure against the rule, as [`Rule::judge`] does, knowing by which method it would pass.
    ///
    /// What nobody looked at passes nothing: a pass that rests on a default of the road's class or of its lanes is
    /// [`Verdict::Unknown`]. A failure needs evidence of its own and stays one.
    pub fn judge_known_by<Q: Quantity>(&self, measure: &Measure<Q>, passes_by: Method, in_core: bool) -> Verdict {
        match self.judge(measure, in_core) {
            Verdict::Pass if passes_by.is_assumed() => Verdict::Unknown,
            verdict => verdict,
        }
    }
}

/// The rules and parameters of one pack as they stood on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rulebook {
    /// The pack's name, for example `cn`.
    pub name: String,
    /// The pack's version.
    pub version: String,
    /// The day.
    pub as_of: Date,
    /// The rules that hold on that day, in the pack's order.
    pub rules: Vec<Rule>,
    /// Everything the kernels are parameterised with.
    pub parameters: Parameters,
}

impl Rulebook {
    /// The rules on a measure that apply to a thing with these words, in the pack's order.
    pub fn on<'a>(&'a self, measure: &'a str, words: &'a [&'a str]) -> impl Iterator<Item = &'a Rule> + 'a {
        self.rules.iter().filter(move |rule| rule.measure == measure && rule.applies(words))
    }

    /// The first limit of a measure in the pack, for kernels that need a length to look for (stretches below it).
    pub fn limit(&self, measure: &str) -> Option<f64> {
        self.rules.iter().find(|rule| rule.measure == measure).map(|rule| match rule.limit {
            Limit::AtLeast(limit) | Limit::AtMost(limit) => limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::Bounds;
    use crate::units::Metres;

    fn four_metres(level: Level) -> Rule {
        Rule {
            id: "FL-01".to_owned(),
            measure: "lane_clear_width".to_owned(),
            limit: Limit::AtLeast(4.0),
            unit: "m".to_owned(),
            level,
            from: None,
            to: None,
            basis: String::new(),
            known_from: KnownFrom::Project,
            applies_to: Vec::new(),
            exempt_in_core: true,
            says: String::new(),
            says_zh: String::new(),
            note: None,
            conflict: None,
        }
    }

    #[track_caller]
    fn check(low: Option<f64>, high: Option<f64>, expected: Verdict) {
        let bounds = Bounds { low: low.map(Metres::of), high: high.map(Metres::of) };
        assert_eq!(four_metres(Level::Mandatory).judge(&Measure::Known(bounds), false), expected);
    }

    #[test]
    fn a_rule_passes_or_fails_only_when_the_whole_interval_does() {
        check(Some(4.0), None, Verdict::Pass);
        check(Some(3.2), Some(6.0), Verdict::Unknown);
        check(None, Some(3.99), Verdict::MandatoryFail);
        check(None, Some(4.0), Verdict::Unknown);
        check(None, None, Verdict::Unknown);
    }

    #[test]
    fn what_nobody_looked_at_passes_nothing_and_fails_all_the_same() {
        let judge = |width: f64, by: Method| {
            let measure = Measure::Known(Bounds::exactly(Metres::of(width)));
            four_metres(Level::Mandatory).judge_known_by(&measure, by, false)
        };
        for by in Method::ASSUMED {
            assert_eq!(judge(6.0, by), Verdict::Unknown, "{}", by.code());
            assert_eq!(judge(3.0, by), Verdict::MandatoryFail, "{}", by.code());
        }
        assert_eq!(judge(6.0, Method::Tagged), Verdict::Pass);
        assert_eq!(judge(6.0, Method::Surveyed), Verdict::Pass);
    }

    #[test]
    fn what_cannot_be_reached_fails() {
        assert_eq!(four_metres(Level::Mandatory).judge(&Measure::<Metres>::Unreached, false), Verdict::MandatoryFail);
        assert_eq!(four_metres(Level::Recommended).judge(&Measure::<Metres>::Unreached, false), Verdict::AdvisoryFail);
    }

    #[test]
    fn a_failure_in_a_core_may_be_covered_by_a_plan_but_an_unknown_stays_unknown() {
        let narrow = Measure::Known(Bounds::exactly(Metres::of(2.0)));
        assert_eq!(four_metres(Level::Mandatory).judge(&narrow, true), Verdict::ExemptWithPlan);
        let unknown = Measure::Known(Bounds::<Metres>::unknown());
        assert_eq!(four_metres(Level::Mandatory).judge(&unknown, true), Verdict::Unknown);
    }
}
