//! One assessment of all proposals against an assessment of every set by itself.

use std::collections::BTreeSet;

use firereach_model::feature::{Station, StationKind};
use firereach_model::findings::proposals::{Firmness, ProposalSet, SetRole};
use firereach_model::findings::reach::{Arrival, ReachFindings};
use firereach_model::layers::Layers;
use firereach_model::study::{Change, Study};
use geo::{Area, BooleanOps};
use proptest::prelude::*;

use crate::reach::after_dispatch_s;
use crate::reach::tests::{assess, random_town, site, stairs_town, station, study};

/// The shipped parameters with one cutoff, so that little is drawn.
fn quick_study() -> Study {
    let mut study = study();
    study.rulebook.parameters.movement.cutoffs_s = vec![300];
    let mut micro = study.rulebook.rules[0].clone();
    micro.measure = "micro_response_time".to_owned();
    study.rulebook.rules.push(micro);
    study
}

fn seconds_of(arrival: &Option<Arrival>) -> Option<f64> {
    arrival.as_ref().map(after_dispatch_s)
}

/// The sites in time: possibly and certainly.
fn in_time(findings: &ReachFindings, is_micro: bool, limit_s: f64) -> [BTreeSet<usize>; 2] {
    let among = |pick: &dyn Fn(&firereach_model::findings::reach::SiteReach) -> Option<f64>| {
        let sites = findings.sites.iter().enumerate();
        sites.filter(|(_, site)| pick(site).is_some_and(|s| s <= limit_s)).map(|(i, _)| i).collect()
    };
    [
        among(&|site| seconds_of(if is_micro { &site.micro } else { &site.first })),
        among(&|site| seconds_of(if is_micro { &site.micro_cautious } else { &site.cautious })),
    ]
}

fn names(layers: &Layers, sites: impl Iterator<Item = usize>) -> Vec<String> {
    sites.map(|i| layers.sites[i].id.clone()).collect()
}

fn merged_area(findings: &ReachFindings) -> geo_types::MultiPolygon<f64> {
    let merged = findings.isochrones.iter().find(|i| i.station.is_none() && i.cutoff_s == 300);
    merged.map(|i| i.area.clone()).expect("the merged area is drawn at the legal time")
}

/// Holds one set against runs of its own.
fn check(layers: &Layers, study: &Study, all: &[Change], set: &ProposalSet) {
    let is_of = |change: &Change, stations: &[String]| match change {
        Change::AddStation(station) => stations.contains(&station.id),
        _ => true,
    };
    let is_same_force = |change: &Change| match change {
        Change::AddStation(station) => super::super::units::is_brigade(station.kind) != set.is_micro,
        _ => true,
    };
    let with = |keep: &dyn Fn(&Change) -> bool| {
        assess(layers, study, all.iter().filter(|change| keep(change)).cloned().collect())
    };
    let base = with(&|change| !matches!(change, Change::AddStation(_)));
    let own = with(&|change| is_of(change, &set.stations));
    let full = with(&|change| is_same_force(change));
    let without = with(&|change| {
        is_same_force(change) && !(matches!(change, Change::AddStation(_)) && is_of(change, &set.stations))
    });
    let times = |findings: &ReachFindings| in_time(findings, set.is_micro, set.limit_s);
    let ([base_may, base_must], [own_may, own_must]) = (times(&base), times(&own));
    assert_eq!(set.sites, names(layers, own_may.difference(&base_may).copied()));
    assert_eq!(set.certain_sites, names(layers, own_must.difference(&base_must).copied()));
    let ([full_may, _], [without_may, _]) = (times(&full), times(&without));
    assert_eq!(set.unique_sites, names(layers, full_may.difference(&without_may).copied()));
    let mut gains: Vec<f64> = base
        .sites
        .iter()
        .zip(&own.sites)
        .filter_map(|(before, after)| {
            let time = |site: &firereach_model::findings::reach::SiteReach| {
                seconds_of(if set.is_micro { &site.micro } else { &site.first })
            };
            Some(time(before)? - time(after)?).filter(|&gain| gain > 1e-9)
        })
        .collect();
    gains.sort_by(f64::total_cmp);
    assert_eq!(set.sooner as usize, gains.len());
    assert!((set.max_gain_s.unwrap_or(0.0) - gains.last().copied().unwrap_or(0.0)).abs() < 1e-6);
    if !set.is_micro {
        let (base, own) = (merged_area(&base), merged_area(&own));
        let added = own.difference(&base).unsigned_area() / 1e6;
        // Round ends are drawn from other beginnings: the same area within the drawing's error.
        let slack = own.unsigned_area() / 1e6 * 0.02;
        assert!((set.area_km2.unwrap_or(0.0) - added).abs() <= slack, "{:?} against {added}", set.area_km2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_set_is_what_a_run_of_its_own_would_find(
        layers in random_town(),
        places in prop::collection::vec((0..16i32, any::<bool>()), 1..4),
    ) {
        let study = quick_study();
        let proposals = places.iter().enumerate().map(|(i, &(n, is_micro))| {
            let at = (f64::from(n % 4) * 130.0, f64::from(n / 4) * 90.0);
            let kind = if is_micro { StationKind::Micro } else { StationKind::Small };
            let vehicle = if is_micro { "V8" } else { "V3" };
            Change::AddStation(Station { kind, ..station(&format!("p{i}"), at.0, at.1, &[vehicle]) })
        });
        let all: Vec<Change> = proposals.chain([Change::SpeedFactor(0.1)]).collect();
        let found = assess(&layers, &study, all.clone());
        prop_assert!(!found.proposals.is_empty());
        for set in &found.proposals {
            check(&layers, &study, &all, set);
        }
    }

    #[test]
    fn every_variant_is_what_a_run_of_its_own_would_find(layers in random_town(), shift in 0.0..90.0f64) {
        let mut study = quick_study();
        let shift = shift.round();
        study.rulebook.parameters.movement.vary_turnout_s = shift;
        let found = assess(&layers, &study, Vec::new());
        let changes = [
            Vec::new(),
            vec![Change::SpeedFactor(1.2)],
            vec![Change::SpeedFactor(0.8)],
            vec![Change::TurnoutShift(shift)],
            vec![Change::TurnoutShift(-shift)],
        ];
        for (variant, change) in changes.into_iter().enumerate() {
            let own = assess(&layers, &study, change);
            for (site, reach) in found.sensitivity.sites.iter().zip(&own.sites) {
                prop_assert_eq!(site.possible_s[variant], seconds_of(&reach.first));
                prop_assert_eq!(site.certain_s[variant], seconds_of(&reach.cautious));
            }
        }
    }
}

#[test]
fn three_proposals_are_taken_apart_into_seven_sets() {
    let mut layers = stairs_town();
    layers.sites.push(site("yard", 700.0, 5.0));
    let proposals = ["p0", "p1", "p2"].map(|id| Change::AddStation(station(id, 1000.0, 0.0, &["V2"])));
    let found = assess(&layers, &quick_study(), proposals.to_vec());
    let sets: Vec<String> = found.proposals.iter().map(|set| set.stations.join("+")).collect();
    assert_eq!(sets, ["p0", "p1", "p2", "p0+p1", "p0+p2", "p1+p2", "p0+p1+p2"]);
    assert_eq!(found.proposals[3].roles, [SetRole::Pair, SetRole::Without("p2".to_owned())]);
    // Three at one place: what one of them adds, the others add too.
    assert!(found.proposals[..6].iter().all(|set| set.unique_sites.is_empty()));
    assert_eq!(found.proposals[6].sites, found.proposals[6].unique_sites);
}

#[test]
fn a_single_proposal_is_one_set_and_none_is_none() {
    let proposal = Change::AddStation(station("p", 1000.0, 0.0, &["V2"]));
    let found = assess(&stairs_town(), &quick_study(), vec![proposal]);
    assert_eq!(found.proposals.len(), 1);
    assert_eq!(found.proposals[0].roles, [SetRole::Alone, SetRole::All]);
    assert!(assess(&stairs_town(), &quick_study(), Vec::new()).proposals.is_empty());
}

#[test]
fn a_verdict_near_its_limit_hangs_on_speed_and_turnout_worked_by_hand() {
    // The street is reached 168 s after the order: turnout 60 s, 1,050 m at 35 km/h in 108 s. At 42 km/h it is 150 s, at
    // 28 km/h 195 s.
    let at = |limit_s: f64| {
        let mut study = quick_study();
        study.rulebook.rules[0].limit = firereach_model::rules::Limit::AtMost(limit_s);
        let found = assess(&stairs_town(), &study, Vec::new());
        (found.sensitivity.sites[1].possible_s.clone(), found.sensitivity.sites[1].firmness)
    };
    let times = vec![Some(168.0), Some(150.0), Some(195.0), Some(188.0), Some(148.0)];
    assert_eq!(at(170.0), (times.clone(), Some(Firmness::SpeedAndTurnout)));
    assert_eq!(at(190.0), (times.clone(), Some(Firmness::Speed)));
    assert_eq!(at(149.0), (times.clone(), Some(Firmness::Turnout)));
    assert_eq!(at(140.0), (times.clone(), Some(Firmness::Firm)));
    assert_eq!(at(200.0), (times, Some(Firmness::Firm)));
}
