//! What rules call a building.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Body, BuildingUse};
use firereach_model::parameters::LaneParameters;
use firereach_model::units::Metres;

/// What rules call a building: certainly, and possibly.
#[derive(Default)]
pub(super) struct Words {
    pub(super) certain: Vec<&'static str>,
    pub(super) possible: Vec<&'static str>,
}

fn and(all: &[Option<bool>]) -> Option<bool> {
    if all.contains(&Some(false)) {
        return Some(false);
    }
    if all.contains(&None) { None } else { Some(true) }
}

/// Whether a height reaches a limit.
fn reaches(height: &Bounds<Metres>, limit: f64) -> Option<bool> {
    if height.low.is_some_and(|low| low.get() >= limit) {
        return Some(true);
    }
    height.high.filter(|high| high.get() < limit).map(|_| false)
}

/// What rules call a building of this body and footprint.
///
/// # Source
///
/// GB 50016-2014 (2018), 2.1.1 (high-rise), 7.1.2 (large public buildings); figures from the rule pack.
pub(super) fn words_of(body: &Body, area_m2: f64, parameters: &LaneParameters) -> Words {
    use BuildingUse as Use;
    let known = body.usage.filter(|usage| *usage != Use::Unknown);
    let is_dwelling = known.map(|usage| usage == Use::Dwelling);
    let is_civil = known.map(|usage| !matches!(usage, Use::Storage | Use::Industrial));
    let is_public = known.map(|usage| !matches!(usage, Use::Dwelling | Use::Storage | Use::Industrial | Use::Vacant));
    let (dwelling_m, other_m) = parameters.high_rise_m;
    let reaches_high = match is_dwelling {
        Some(true) => reaches(&body.height, dwelling_m),
        Some(false) => reaches(&body.height, other_m),
        None if reaches(&body.height, dwelling_m.max(other_m)) == Some(true) => Some(true),
        None if reaches(&body.height, dwelling_m.min(other_m)) == Some(false) => Some(false),
        None => None,
    };
    let is_high = and(&[reaches_high, is_civil]);
    let is_tall = reaches(&body.height, parameters.tall_m);
    let answers = [
        ("dwelling", is_dwelling),
        ("high_rise", is_high),
        ("high_rise_dwelling", and(&[is_high, is_dwelling])),
        ("high_rise_public", and(&[is_high, is_public])),
        ("large_public", and(&[is_public, Some(area_m2 > parameters.large_public_m2)])),
        ("above_50_m", and(&[is_high, is_tall])),
        ("up_to_50_m", and(&[is_high, is_tall.map(|is| !is)])),
    ];
    let pick = |wanted: Option<bool>| answers.iter().filter(|(_, is)| *is == wanted).map(|(word, _)| *word).collect();
    Words { certain: pick(Some(true)), possible: pick(None) }
}

/// Whether rules ask for lanes around a building that is no site: it is high-rise or a large public building, or its stated
/// height or its ground leaves that open. A building of which nobody stated any height is asked about only by its ground.
pub(super) fn is_asked_about(body: &Body, area_m2: f64, parameters: &LaneParameters) -> bool {
    let words = words_of(body, area_m2, parameters);
    let is = |word: &str, list: &[&str]| list.contains(&word);
    let is_large = is("large_public", &words.certain) || is("large_public", &words.possible);
    let is_high = is("high_rise", &words.certain) || (is("high_rise", &words.possible) && body.height.high.is_some());
    is_large || is_high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> LaneParameters {
        let day = firereach_model::rules::Date { year: 2023, month: 6, day: 2 };
        firereach_io::rule_file::built_in_rulebook("cn", day).parameters.lanes
    }

    #[track_caller]
    fn check(
        height: (Option<f64>, Option<f64>),
        usage: Option<BuildingUse>,
        area_m2: f64,
        certain: &str,
        possible: &str,
    ) {
        let height = Bounds { low: height.0.map(Metres::of), high: height.1.map(Metres::of) };
        let body = Body { height, usage, ..Body::default() };
        let words = words_of(&body, area_m2, &parameters());
        assert_eq!((words.certain.join(" ").as_str(), words.possible.join(" ").as_str()), (certain, possible));
    }

    #[test]
    fn a_building_is_called_what_its_height_use_and_ground_say() {
        let home = Some(BuildingUse::Dwelling);
        check((Some(26.0), Some(26.0)), home, 400.0, "dwelling", "");
        check((Some(27.0), Some(27.0)), home, 400.0, "dwelling high_rise high_rise_dwelling up_to_50_m", "");
        check((Some(60.0), Some(60.0)), Some(BuildingUse::Office), 400.0, "high_rise high_rise_public above_50_m", "");
        check((Some(9.0), Some(9.0)), Some(BuildingUse::Museum), 3000.1, "large_public", "");
        check((Some(30.0), Some(30.0)), Some(BuildingUse::Industrial), 9000.0, "", "");
    }

    #[test]
    fn what_nobody_said_of_a_building_leaves_open_what_rules_ask() {
        check(
            (Some(25.0), Some(25.0)),
            None,
            400.0,
            "",
            "dwelling high_rise high_rise_dwelling high_rise_public up_to_50_m",
        );
        check((None, None), Some(BuildingUse::Worship), 100.0, "", "high_rise high_rise_public above_50_m up_to_50_m");
        check((None, Some(20.0)), None, 100.0, "", "dwelling");
    }

    #[test]
    fn a_building_of_unknown_height_is_asked_about_only_by_its_ground() {
        let body = Body::default();
        assert!(!is_asked_about(&body, 500.0, &parameters()));
        assert!(is_asked_about(&body, 5000.0, &parameters()));
    }
}
