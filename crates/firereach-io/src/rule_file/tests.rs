use firereach_model::rules::Limit;

use super::*;

const fn day(year: u16, month: u8, day: u8) -> Date {
    Date { year, month, day }
}

fn ids(rulebook: &Rulebook, measure: &str) -> Vec<String> {
    rulebook.on(measure, &[]).map(|rule| rule.id.clone()).collect()
}

const HEAD: &str = "[pack]\nname = \"own\"\ntitle = \"Own\"\nversion = \"1\"\n";

#[track_caller]
fn check_refused(rest: &str, expected: &str) {
    let text = format!("{HEAD}{rest}");
    let error = pack::read_pack_text("own.toml", &text).map(|_| ()).expect_err("the pack is at fault");
    assert_eq!(error.to_string(), expected);
}

fn read(rest: &str) -> Pack {
    pack::read_pack_text("own.toml", &format!("{HEAD}{rest}")).expect("the pack is in order")
}

#[test]
fn every_built_in_pack_is_complete_on_every_day_that_matters() {
    for name in built_in_packs() {
        for as_of in [day(2000, 1, 1), day(2015, 5, 1), day(2023, 3, 9), day(2023, 6, 1), day(2026, 1, 1)] {
            let rulebook = built_in_rulebook(name, as_of);
            assert!(!rulebook.parameters.movement.speeds_kmh.is_empty(), "{name}");
            assert!(rulebook.rules.iter().all(|rule| rule.holds_on(as_of)), "{name}");
        }
        let rulebook = built_in_rulebook(name, day(2026, 1, 1));
        assert!(rulebook.rules.iter().all(|rule| !rule.says.is_empty() && !rule.says_zh.is_empty()), "{name}");
    }
}

#[test]
fn each_pack_rules_on_what_its_standards_state_and_on_nothing_else() {
    let packs: Vec<&str> = built_in_packs().collect();
    assert_eq!(packs, ["cn", "nfpa-ifc-iso", "uk", "jp"]);
    for (name, measures) in [
        ("cn", &["response_time", "lane_clear_width", "hydrant_plan_distance", "hydrant_flow"][..]),
        ("nfpa-ifc-iso", &["response_time", "turnout_time", "lane_clear_width", "lane_wall_reach", "hose_way_length"]),
        ("uk", &["lane_clear_width", "gate_clear_width", "dead_end_length", "lane_wall_reach"]),
        ("jp", &["any_source_plan_distance", "source_yield_volume", "suction_lift"]),
    ] {
        let rulebook = built_in_rulebook(name, day(2026, 1, 1));
        assert_eq!(rulebook.name, name);
        for measure in measures {
            assert!(rulebook.rules.iter().any(|rule| rule.measure == *measure), "{name} rules on {measure}");
        }
    }
    // Neither England nor Japan has a national response time, and the Japanese standard knows no lanes.
    assert!(ids(&built_in_rulebook("uk", day(2026, 1, 1)), "response_time").is_empty());
    assert!(ids(&built_in_rulebook("jp", day(2026, 1, 1)), "lane_clear_width").is_empty());
}

#[test]
fn foreign_units_are_converted_to_the_last_figure_that_matters() {
    let book = built_in_rulebook("nfpa-ifc-iso", day(2026, 1, 1));
    for (measure, stated, factor) in [
        ("lane_clear_width", 20.0, 0.3048),
        ("lane_clear_height", 13.5, 0.3048),
        ("lane_wall_reach", 150.0, 0.3048),
        ("turnaround_side", 96.0, 0.3048),
        ("hose_way_length", 400.0, 0.3048),
        ("lane_bearing", 75.0, 0.453_592_37),
        ("hydrant_pressure", 20.0, 0.006_894_757),
        ("station_road_distance", 1.5, 1609.344),
    ] {
        let limit = book.limit(measure).unwrap_or(f64::NAN);
        assert!((limit / (stated * factor) - 1.0).abs() < 1e-3, "{measure}: {limit} instead of {}", stated * factor);
    }
}

#[test]
fn no_pack_borrows_from_another_what_a_standard_fixes() {
    for name in built_in_packs().filter(|name| *name != DEFAULTS) {
        let pack = read_pack(name, Path::new(".")).expect("the pack is built in");
        let (_, origins) = pack.parameter_table();
        for fixed in [
            "movement.call_s",
            "movement.turnout_s",
            "movement.cutoffs_s",
            "lanes.classes",
            "lanes.access_reach_m",
            "water.flow_table",
            "water.duration_h",
            "water.counted_lps",
            "water.suction_m",
            "water.hose_friction",
            "water.need",
            "water.supply",
        ] {
            let mut stated = origins.iter().filter(|origin| origin.key.starts_with(fixed)).peekable();
            assert!(stated.peek().is_some(), "{name} has no {fixed}");
            assert!(stated.all(|origin| origin.from == format!("rule pack {name}")), "{name} borrows {fixed}");
        }
    }
}

#[test]
fn a_rule_that_is_not_yet_in_force_is_absent() {
    assert!(ids(&built_in_rulebook("uk", day(2007, 4, 5)), "lane_clear_width").is_empty());
    assert_eq!(ids(&built_in_rulebook("uk", day(2007, 4, 6)), "lane_clear_width"), ["IN-22"]);
    assert!(ids(&built_in_rulebook("jp", day(1964, 12, 9)), "suction_lift").is_empty());
    assert_eq!(ids(&built_in_rulebook("jp", day(1964, 12, 10)), "suction_lift"), ["IN-27"]);
    assert!(ids(&built_in_rulebook("nfpa-ifc-iso", day(2019, 12, 31)), "second_travel_time").is_empty());
    assert_eq!(ids(&built_in_rulebook("nfpa-ifc-iso", day(2020, 1, 1)), "second_travel_time"), ["IN-03"]);
    assert_eq!(ids(&built_in_rulebook("cn", day(2023, 5, 31)), "dead_end_length"), ["FL-07b"]);
    assert_eq!(ids(&built_in_rulebook("cn", day(2023, 6, 1)), "dead_end_length"), ["FL-07", "FL-07b"]);
    assert!(ids(&built_in_rulebook("cn", day(2010, 1, 1)), "lane_clear_width").is_empty());
}

#[test]
fn one_rule_of_each_id_holds_on_a_day_and_its_basis_follows_the_day() {
    let basis =
        |as_of| built_in_rulebook("cn", as_of).on("hydrant_flow", &[]).map(|r| r.basis.clone()).collect::<Vec<_>>();
    for name in built_in_packs() {
        for as_of in [day(2015, 5, 1), day(2023, 6, 1), day(2026, 1, 1)] {
            let rulebook = built_in_rulebook(name, as_of);
            let side = |rule: &Rule| matches!(rule.limit, Limit::AtLeast(_));
            let mut ids: Vec<(&str, &str, bool)> =
                rulebook.rules.iter().map(|rule| (rule.id.as_str(), rule.measure.as_str(), side(rule))).collect();
            ids.sort_unstable();
            let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            assert!(twice.is_empty(), "{name}: {twice:?}");
        }
    }
    assert_eq!(basis(day(2023, 2, 28)), ["GB 50974-2014, 7.2.8"]);
    assert_eq!(basis(day(2023, 3, 1)), ["GB 55036-2022, 3.0.3; GB 50974-2014, 7.2.8"]);
}

#[test]
fn the_catalogue_holds_v1_to_v9() {
    let codes: Vec<String> = built_in_vehicles().into_iter().map(|vehicle| vehicle.code).collect();
    assert_eq!(codes, ["V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9"]);
}

#[test]
fn the_vehicles_that_stations_have_by_default_are_in_the_catalogue() {
    let known: Vec<String> = built_in_vehicles().into_iter().map(|vehicle| vehicle.code).collect();
    for name in built_in_packs() {
        let parameters = built_in_rulebook(name, day(2026, 1, 1)).parameters;
        for codes in parameters.movement.default_vehicles.values() {
            assert!(codes.iter().all(|code| known.contains(code)), "{name}");
        }
    }
}

#[test]
fn a_rule_with_two_limits_is_two_rules_of_one_id() {
    let pack = read(
        "[[hydrant_kerb_distance]]\nid = \"K\"\nlevel = \"mandatory\"\nbasis = \"b\"\nknown_from = \"memory\"\nat_least_m = 0.5\nat_most_m = 2\n",
    );
    let limits: Vec<Limit> = pack.rules.iter().map(|rule| rule.limit).collect();
    assert_eq!(limits, [Limit::AtLeast(0.5), Limit::AtMost(2.0)]);
    assert!(pack.rules.iter().all(|rule| rule.id == "K"));
}

#[test]
fn two_rules_on_one_measure_stand_side_by_side_in_the_order_of_the_file() {
    let rule = |id: &str, limit: f64| {
        format!(
            "[[dead_end_length]]\nid = \"{id}\"\nlevel = \"mandatory\"\nbasis = \"b\"\nknown_from = \"memory\"\nat_most_m = {limit:?}\n"
        )
    };
    let pack = read(&(rule("A", 40.0) + &rule("B", 35.0)));
    assert_eq!(pack.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn every_fault_is_reported_at_once_with_line_and_column() {
    check_refused(
        "[[lane_clear_width]]\nid = \"A\"\nlevle = \"mandatory\"\nlevel = \"mandatory\"\nbasis = \"b\"\nknown_from = \"memory\"\nat_least_cm = 400\nfrom = 2023-13-01\n[[lane_clear_widht]]\n",
        "own.toml:7:1: a rule has no key `levle`; did you mean `level`?\n\
         own.toml:11:1: `lane_clear_width` is measured in m, not in cm; write at_least_m and convert the figure\n\
         own.toml:12:8: invalid date, expected month between 01 and 12; correct the TOML\n\
         own.toml:13:3: there is no measure `lane_clear_widht`; did you mean `lane_clear_width` or `lane_clear_height`?",
    );
}

#[test]
fn a_wrong_unit_is_refused() {
    check_refused(
        "[[lane_clear_width]]\nid = \"A\"\nlevel = \"mandatory\"\nbasis = \"b\"\nknown_from = \"memory\"\nat_least_cm = 400\n",
        "own.toml:10:1: `lane_clear_width` is measured in m, not in cm; write at_least_m and convert the figure",
    );
}

#[test]
fn the_same_rule_twice_for_one_day_is_refused() {
    let rule = |dates: &str| {
        format!(
            "[[dead_end_length]]\nid = \"A\"\nlevel = \"mandatory\"\nbasis = \"b\"\nknown_from = \"memory\"\nat_most_m = 40\n{dates}\n"
        )
    };
    check_refused(
        &(rule("from = 2015-05-01") + &rule("from = 2023-06-01")),
        "own.toml:12:1: rule A on `dead_end_length` stands twice for the same days (the other one holds from 2015-05-01); end the earlier one with `to`, or give one of them another id",
    );
    assert_eq!(read(&(rule("to = 2023-05-31") + &rule("from = 2023-06-01"))).rules.len(), 2);
}
