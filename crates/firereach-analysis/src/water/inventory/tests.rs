use firereach_model::origin::Origin;
use firereach_model::rules::{Limit, Rule};
use firereach_model::units::Megapascals;
use geo_types::LineString;
use proptest::prelude::*;

use super::*;
use crate::water::tests::{assess_with, hydrant, street};

#[test]
fn a_leap_year_has_366_days_and_text_that_is_no_date_has_no_number() {
    let day = |text| days_of(text).expect("a date").0;
    assert_eq!(day("2025-01-01") - day("2024-01-01"), 366);
    assert_eq!(day("2024-03-01") - day("2024-02-28"), 2);
    for text in ["last year", "2019-13", "2019-00-01", "2019-05-20-1", ""] {
        assert_eq!(days_of(text), None, "{text}");
    }
}

/// Whether a test of so written a date is overdue on 2023-06-01 after 365 days.
#[track_caller]
fn check(tested_on: &str, expected: Option<bool>) {
    let one = Hydrant { tested_on: Some(tested_on.to_owned()), ..hydrant("H", 0.0, 0.0, None) };
    assert_eq!(is_overdue(&one, Date { year: 2023, month: 6, day: 1 }, 365), expected, "{tested_on}");
}

#[test]
fn a_month_or_a_year_is_overdue_by_its_last_day_and_recent_by_its_first() {
    check("2022-06-01", Some(false));
    check("2022-05-31", Some(true));
    check("2022-05", Some(true));
    check("2022-06", Some(false));
    check("2021", Some(true));
    check("2022", None);
    check("2023", Some(false));
    check("2023-06", Some(false));
}

#[test]
fn a_test_to_come_is_not_known_and_a_problem() {
    check("2023-06-02", None);
    check("2024", None);
    let layers = |dates: &[&str]| Layers {
        hydrants: dates
            .iter()
            .map(|date| Hydrant { tested_on: Some((*date).to_owned()), ..hydrant(date, 0.0, 0.0, None) })
            .collect(),
        ..Layers::default()
    };
    let found = |dates: &[&str]| {
        tests_to_come(&layers(dates), Date { year: 2023, month: 6, day: 1 }).map(|problem| problem.found)
    };
    assert_eq!(found(&["2023-06-01", "2023", "last year"]), None);
    let expected = "2 tests after 2023-06-01, the first of them on 2023-07 (2023-07)";
    assert_eq!(found(&["2022", "2023-07", "2033-01-01"]).as_deref(), Some(expected));
}

proptest! {
    #[test]
    fn the_days_of_a_year_are_those_of_its_months_one_after_the_other(year in 1900..2100_i64) {
        let months: Vec<_> = (1..=12).map(|month| days_of(&format!("{year}-{month:02}")).expect("a month")).collect();
        prop_assert!(months.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
        prop_assert_eq!(days_of(&year.to_string()), Some((months[0].0, months[11].1)));
    }
}

/// The verdicts on a hydrant of 20 L/s by the rules of China on flow, pressure and pipe.
#[track_caller]
fn check_rulings(change: impl FnOnce(&mut Hydrant, &mut Vec<Main>), expected: &str) {
    let mut layers = street(vec![hydrant("1", 50.0, 0.0, Some(20.0))]);
    change(&mut layers.hydrants[0], &mut layers.mains);
    let found = assess_with(&layers, |study| {
        let rule = |id: &str, measure: &str, limit, applies_to: &[&str]| Rule {
            id: id.to_owned(),
            measure: measure.to_owned(),
            limit: Limit::AtLeast(limit),
            applies_to: applies_to.iter().map(|word| (*word).to_owned()).collect(),
            ..study.rulebook.rules[0].clone()
        };
        study.rulebook.rules = vec![
            rule("HY-03", "hydrant_flow", 15.0, &[]),
            rule("HY-05", "hydrant_pressure", 0.10, &[]),
            rule("HY-04", "hydrant_static_pressure", 0.14, &[]),
            rule("HY-16", "main_diameter", 150.0, &["ring"]),
            rule("HY-17", "main_diameter", 100.0, &["outdoor"]),
        ];
    });
    let rulings = found.hydrants[0].rulings.iter();
    let shown: Vec<String> = rulings.map(|ruling| format!("{} {}", ruling.rule, ruling.verdict.code())).collect();
    let mut shown = shown.iter().map(|ruling| ruling.replace("mandatory_fail", "fail")).collect::<Vec<_>>();
    shown.sort();
    assert_eq!(shown.join(", "), expected);
}

#[test]
fn pressure_during_a_fire_and_at_rest_are_ruled_on_apart() {
    let exactly = |mpa: f64| Bounds::exactly(Megapascals::new(mpa).expect("a pressure"));
    check_rulings(|_, _| {}, "HY-03 pass, HY-04 unknown, HY-05 unknown, HY-17 unknown");
    let flowing = |mpa| move |one: &mut Hydrant, _: &mut Vec<Main>| one.pressure = exactly(mpa);
    check_rulings(flowing(0.14), "HY-03 pass, HY-04 pass, HY-05 pass, HY-17 unknown");
    check_rulings(flowing(0.12), "HY-03 pass, HY-04 unknown, HY-05 pass, HY-17 unknown");
    // 20 L/s at 0.08 MPa may be less than 15 L/s at 0.10 MPa.
    check_rulings(flowing(0.08), "HY-03 unknown, HY-04 unknown, HY-05 fail, HY-17 unknown");
    let resting = |mpa| move |one: &mut Hydrant, _: &mut Vec<Main>| one.static_pressure = exactly(mpa);
    check_rulings(resting(0.20), "HY-03 pass, HY-04 pass, HY-05 unknown, HY-17 unknown");
    check_rulings(resting(0.12), "HY-03 pass, HY-04 fail, HY-05 unknown, HY-17 unknown");
    check_rulings(resting(0.08), "HY-03 unknown, HY-04 fail, HY-05 fail, HY-17 unknown");
    let marked = |one: &mut Hydrant, _: &mut Vec<Main>| one.lacks_pressure = true;
    check_rulings(marked, "HY-03 unknown, HY-04 unknown, HY-05 unknown, HY-17 unknown");
}

#[test]
fn an_outdoor_main_is_ruled_on_by_its_own_diameter_else_by_what_the_hydrant_states() {
    let main = |mm: Option<f64>| Main {
        origin: Origin::of_study("test", "M"),
        id: "M".to_owned(),
        line: LineString::from(vec![(0.0, 0.0), (100.0, 0.0)]),
        diameter_mm: mm,
        layout: MainLayout::Ring,
        segment: None,
        pressure_zone: None,
    };
    let states = |of_main: Option<Option<f64>>, of_hydrant: Option<f64>| {
        move |one: &mut Hydrant, mains: &mut Vec<Main>| {
            one.main_diameter_mm = of_hydrant;
            mains.extend(of_main.map(main));
        }
    };
    let rest = "HY-03 pass, HY-04 unknown, HY-05 unknown";
    check_rulings(states(None, Some(100.0)), &format!("{rest}, HY-17 pass"));
    check_rulings(states(None, Some(80.0)), &format!("{rest}, HY-17 fail"));
    check_rulings(states(Some(Some(100.0)), Some(80.0)), &format!("{rest}, HY-16 fail, HY-17 pass"));
    check_rulings(states(Some(None), Some(200.0)), &format!("{rest}, HY-16 pass, HY-17 pass"));
    check_rulings(states(Some(None), None), &format!("{rest}, HY-16 unknown, HY-17 unknown"));
}
