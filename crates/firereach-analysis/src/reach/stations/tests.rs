//! Rulings on stations in hand towns.

use firereach_model::feature::{Road, RoadClass, Station, StationKind};
use firereach_model::rules::{Level, Limit, Rule};

use crate::network::tests::road;
use crate::reach::tests::{assess, stairs_town, station, study};

#[test]
fn a_station_of_unknown_kind_may_be_of_one_that_a_rule_exempts() {
    let mut study = study();
    study.rulebook.rules = vec![Rule {
        id: "set-back".to_owned(),
        measure: "station_setback".to_owned(),
        limit: Limit::AtLeast(15.0),
        unit: "m".to_owned(),
        applies_to: ["first", "unknown"].map(str::to_owned).to_vec(),
        ..study.rulebook.rules[0].clone()
    }];
    let verdict = |kind: StationKind, is_co_built: Option<bool>| {
        let mut layers = stairs_town();
        layers.stations = vec![Station { kind, is_co_built, ..station("s", 0.0, 5.0, &["V2"]) }];
        assess(&layers, &study, Vec::new()).stations[0].rulings[0].verdict.code()
    };
    assert_eq!(verdict(StationKind::First, None), "mandatory_fail");
    assert_eq!(verdict(StationKind::Unknown, None), "unknown");
    assert_eq!(verdict(StationKind::Unknown, Some(false)), "mandatory_fail");
}

#[test]
fn an_area_lies_across_what_its_roads_pass_over_or_under() {
    let mut study = study();
    study.rulebook.rules.push(Rule {
        id: "across".to_owned(),
        measure: "station_barriers".to_owned(),
        limit: Limit::AtMost(0.0),
        unit: "count".to_owned(),
        level: Level::Recommended,
        ..study.rulebook.rules[0].clone()
    });
    let ruled = |more: Vec<Road>, is_complete: bool| {
        let mut layers = stairs_town();
        layers.roads.extend(more);
        if is_complete {
            layers.complete.push("barriers".to_owned());
        }
        let ruling = assess(&layers, &study, Vec::new()).stations[0].rulings[0].clone();
        (ruling.low, ruling.high, ruling.verdict.code())
    };
    let across = |class| road("across", class, &[(500.0, -80.0), (500.0, 80.0)], &[91, 92]);
    assert_eq!(ruled(Vec::new(), false), (Some(0.0), None, "unknown"));
    assert_eq!(ruled(Vec::new(), true), (Some(0.0), Some(0.0), "pass"));
    assert_eq!(ruled(vec![across(RoadClass::Trunk)], false), (Some(1.0), None, "advisory_fail"));
    assert_eq!(ruled(vec![across(RoadClass::Secondary)], true), (Some(0.0), Some(0.0), "pass"));
    // Nobody sets out: where its area would lie is not known.
    let mut layers = stairs_town();
    layers.complete.push("barriers".to_owned());
    layers.stations[0].hours = vec![(20, 6)];
    assert_eq!(assess(&layers, &study, Vec::new()).stations[0].rulings[0].verdict.code(), "unknown");
    // What begins where the street ends is met, not crossed.
    let met = road("met", RoadClass::Trunk, &[(1050.0, 0.0), (1050.0, -80.0)], &[2, 93]);
    assert_eq!(ruled(vec![met], true), (Some(0.0), Some(0.0), "pass"));
}
