use firereach_model::units::{CubicMetres, LitresPerSecond, Megapascals};
use geo_types::LineString;

use super::*;
use crate::water::fixture::parameters;
use crate::water::tests::{assess, hydrant, street};

fn main(id: &str, from: f64, to: f64, layout: MainLayout) -> Main {
    Main {
        origin: firereach_model::origin::Origin::of_study("test", id),
        id: id.to_owned(),
        line: LineString::from(vec![(from, 0.0), (to, 0.0)]),
        diameter_mm: Some(200.0),
        layout,
        segment: None,
        pressure_zone: None,
    }
}

fn pond(kind: WaterSourceKind, deck_m: Option<f64>, level_m: Option<f64>, m3: Option<f64>) -> WaterSource {
    WaterSource {
        origin: firereach_model::origin::Origin::of_study("test", "W"),
        id: "W".to_owned(),
        name: None,
        kind,
        at: Point::new(0.0, 0.0),
        body: None,
        service: Service::InService,
        volume: m3.map_or(Bounds::unknown(), |m3| Bounds::exactly(CubicMetres::of(m3))),
        refill: Bounds::unknown(),
        deck_height_m: deck_m,
        water_level_m: level_m,
        gauge: None,
        height_m: None,
    }
}

fn supply(layers: &Layers) -> Supply {
    Supply::build(layers, &parameters(), Date { year: 2023, month: 6, day: 1 })
}

#[test]
fn branches_that_touch_are_one_and_a_ring_is_none() {
    let mut layers = Layers {
        mains: vec![
            main("ring", -100.0, -50.0, MainLayout::Ring),
            main("B", 0.0, 50.0, MainLayout::Branch),
            main("C", 50.0, 100.0, MainLayout::Branch),
            main("far", 500.0, 600.0, MainLayout::Branch),
            main("unsaid", 900.0, 950.0, MainLayout::Unknown),
        ],
        ..Layers::default()
    };
    layers.hydrants = [-75.0, 20.0, 70.0, 550.0, 920.0, 2000.0].map(|x| hydrant("h", x, 1.0, Some(15.0))).to_vec();
    let branch: Vec<_> = supply(&layers).sources.iter().map(|source| source.branch).collect();
    assert_eq!(branch[0], (None, None));
    assert_eq!(branch[1], branch[2]);
    assert!(branch[1].1.is_some() && branch[3].1.is_some() && branch[1] != branch[3]);
    // In doubt a main of unknown layout is a branch, and so is what stands on no main at all.
    assert!(branch[4].0.is_some() && branch[4].1.is_none());
    assert_eq!(branch[5], (Some(usize::MAX), None));
}

#[test]
fn without_valves_five_neighbours_along_a_main_may_fail_together_and_with_them_a_segment_does() {
    let mut layers = Layers { mains: vec![main("M", 0.0, 1000.0, MainLayout::Ring)], ..Layers::default() };
    layers.hydrants = (0..7).rev().map(|i| hydrant(&i.to_string(), f64::from(i) * 100.0, 0.0, None)).collect();
    let segments = |layers: &Layers| -> Vec<Option<Failure>> {
        let is_segment = |failure: &&Failure| matches!(failure, Failure::Segment(_));
        let of = |source: &Source| source.failures.iter().chain(&source.failures_in_doubt).find(is_segment).copied();
        supply(layers).sources.iter().map(of).collect()
    };
    let parts = segments(&layers);
    assert!(
        supply(&layers).sources.iter().all(|source| source.failures.len() == 1 && source.failures_in_doubt.len() == 1)
    );
    // The layer lists them backwards; along the main the first five are the last five of it.
    assert!(parts[2..].iter().all(|part| *part == parts[6]) && parts[0] == parts[1] && parts[0] != parts[6]);
    layers.mains[0].segment = Some("V1-V2".to_owned());
    let whole = segments(&layers);
    assert!(
        supply(&layers).sources.iter().all(|source| source.failures.len() == 2 && source.failures_in_doubt.is_empty())
    );
    assert!(whole.iter().all(|part| *part == whole[0]));
    assert_eq!(supply(&layers).name(whole[0].expect("a segment")).as_deref(), Some("segment V1-V2 of the main"));
}

#[test]
fn a_hydrant_gives_what_was_measured_capped_at_what_counts_and_nothing_is_certain_of_an_unknown_one() {
    let check = |service: Service, lps: Option<f64>, expected: (u64, u64)| {
        let one = Hydrant { service, ..hydrant("h", 0.0, 0.0, lps) };
        let layers = Layers { hydrants: vec![one], ..Layers::default() };
        assert_eq!(supply(&layers).sources[0].flow, expected, "{service:?} {lps:?}");
    };
    check(Service::InService, Some(8.0), (80, 80));
    check(Service::InService, Some(40.0), (150, 150));
    check(Service::InService, None, (0, 150));
    check(Service::Unknown, Some(8.0), (0, 80));
    check(Service::OutOfService, Some(8.0), (0, 0));
    let dry = Hydrant { kind: HydrantKind::DryRiser, ..hydrant("h", 0.0, 0.0, Some(8.0)) };
    assert_eq!(supply(&Layers { hydrants: vec![dry], ..Layers::default() }).sources[0].flow, (0, 0));
}

#[test]
fn a_pond_gives_its_volume_a_river_has_no_end_and_water_too_deep_gives_nothing() {
    let volume = |source: WaterSource| {
        let layers = Layers { water_sources: vec![source], ..Layers::default() };
        supply(&layers).sources[0].volume
    };
    use WaterSourceKind::{Intake, Jars, Pond};
    assert_eq!(volume(pond(Pond, Some(5.0), Some(0.0), Some(100.0))), (100_000, 100_000));
    assert_eq!(volume(pond(Pond, Some(7.0), Some(0.0), Some(100.0))), (0, 0), "seven metres are too deep");
    assert_eq!(volume(pond(Pond, None, None, Some(100.0))), (0, 100_000), "heights that nobody measured");
    assert_eq!(volume(pond(Jars, None, None, Some(2.0))), (2_000, 2_000), "a vessel needs no suction");
    assert_eq!(volume(pond(Intake, Some(5.0), Some(0.0), None)), (ENDLESS_VOLUME, ENDLESS_VOLUME));
    assert_eq!(volume(pond(Intake, Some(-1.0), Some(0.0), None)), (0, 0), "the deck is flooded");
    let refilled = WaterSource {
        refill: Bounds::exactly(LitresPerSecond::of(1.0)),
        ..pond(Pond, Some(5.0), Some(0.0), Some(100.0))
    };
    assert_eq!(volume(refilled), (107_200, 107_200), "one litre a second for two hours");
}

#[test]
fn only_a_layer_that_is_vouched_for_is_complete() {
    let mut layers = Layers { supplied: vec!["hydrants".to_owned()], ..Layers::default() };
    let flags = |layers: &Layers| {
        let supply = supply(layers);
        (supply.knows_hydrants, supply.has_all_hydrants, supply.has_all_sources, supply.unvouched())
    };
    assert_eq!(flags(&layers), (true, false, false, "hydrants, ponds or intakes"));
    layers.complete = vec!["water_sources".to_owned()];
    assert_eq!(flags(&layers), (true, false, true, "hydrants"));
    layers = Layers { complete: vec!["hydrants".to_owned()], ..Layers::default() };
    assert_eq!(flags(&layers), (true, true, false, "ponds, tanks or intakes"));
}

#[test]
fn a_branch_that_tees_off_the_inside_of_another_is_the_same_branch_as_when_that_one_is_cut_at_the_tee() {
    let along = |id: &str, from: (f64, f64), to: (f64, f64), layout| Main {
        line: LineString::from(vec![from, to]),
        ..main(id, 0.0, 0.0, layout)
    };
    let is_shared = |layout: MainLayout, mains: Vec<Main>| {
        let tee = along("tee", (50.0, 0.09), (50.0, 100.0), layout);
        let mut layers = Layers { mains, ..Layers::default() };
        layers.mains.push(tee);
        layers.hydrants = vec![hydrant("on", 20.0, 0.0, Some(15.0)), hydrant("off", 50.0, 80.0, Some(15.0))];
        let sources = supply(&layers).sources;
        let same =
            |pick: fn(&Source) -> Option<usize>| pick(&sources[0]).is_some() && pick(&sources[0]) == pick(&sources[1]);
        (same(|source| source.branch.0), same(|source| source.branch.1))
    };
    use MainLayout::{Branch, Ring, Unknown};
    let whole = |layout| vec![along("M", (0.0, 0.0), (100.0, 0.0), layout)];
    let cut = vec![along("M1", (0.0, 0.0), (50.0, 0.0), Branch), along("M2", (50.0, 0.0), (100.0, 0.0), Branch)];
    assert_eq!(is_shared(Branch, cut), (true, true));
    assert_eq!(is_shared(Branch, whole(Branch)), (true, true));
    assert_eq!(is_shared(Branch, whole(Unknown)), (true, false), "which may be a ring");
    assert_eq!(is_shared(Branch, whole(Ring)), (false, false), "a ring feeds each of its branches");
    let beside = along("M", (0.0, -0.02), (100.0, -0.02), Branch);
    assert_eq!(is_shared(Branch, vec![beside]), (false, false), "11 cm are no touch");
}

#[test]
fn hydrants_without_a_known_main_may_fail_five_at_a_time_with_their_nearest() {
    let groups = |places: &[(&str, f64)]| -> Vec<(String, String)> {
        let hydrants = places.iter().map(|(id, x)| hydrant(id, *x, 0.0, Some(15.0))).collect();
        let supply = supply(&Layers { hydrants, ..Layers::default() });
        let named = |source: &Source| {
            let names = source.failures_in_doubt.iter().filter_map(|failure| supply.name(*failure)).collect::<Vec<_>>();
            (source.id.clone(), names.join("; "))
        };
        let mut named: Vec<_> = supply.sources.iter().map(named).collect();
        named.sort();
        named
    };
    let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    };
    let about = |id: &str| format!("segment about hydrant {id} (main not known)");
    // Six in a row, of which the first takes in the four nearest; one stays alone, and one is too far away.
    let row = [("1", 0.0), ("2", 40.0), ("3", 80.0), ("4", 120.0), ("5", 160.0), ("6", 200.0), ("far", 900.0)];
    let one = about("1");
    let expected: Vec<(&str, &str)> =
        row.iter().map(|(id, _)| (*id, if ["6", "far"].contains(id) { "" } else { one.as_str() })).collect();
    assert_eq!(groups(&row), of(&expected));
    let shuffled: Vec<_> = row.iter().rev().copied().collect();
    assert_eq!(groups(&shuffled), of(&expected), "the order of the layer changes nothing");
    // 240 m are within reach, 241 m are not.
    assert_eq!(groups(&[("1", 0.0), ("2", 240.0)])[1].1, one);
    assert_eq!(groups(&[("1", 0.0), ("2", 241.0)])[1].1, "");
}

#[test]
fn a_hydrant_on_a_known_main_and_one_out_of_service_are_in_no_doubtful_segment() {
    let between_valves = Main { segment: Some("S".to_owned()), ..main("M", 0.0, 100.0, MainLayout::Ring) };
    let mut layers = Layers { mains: vec![between_valves], ..Layers::default() };
    layers.hydrants = [10.0, 20.0, 500.0, 510.0].map(|x| hydrant(&x.to_string(), x, 0.0, Some(15.0))).to_vec();
    layers.hydrants[3].service = Service::OutOfService;
    assert!(supply(&layers).sources.iter().all(|source| source.failures_in_doubt.is_empty()));
}

#[test]
fn all_hydrants_of_a_branch_may_fail_with_its_beginning_wherever_its_valves_are() {
    let part =
        |id: &str, from: f64, to: f64| Main { segment: Some(id.to_owned()), ..main(id, from, to, MainLayout::Branch) };
    let mut layers = Layers { mains: vec![part("A", 0.0, 100.0), part("B", 100.0, 200.0)], ..Layers::default() };
    layers.hydrants = [10.0, 190.0].map(|x| hydrant(&x.to_string(), x, 0.0, Some(15.0))).to_vec();
    let supply = supply(&layers);
    let [near, far] = [&supply.sources[0], &supply.sources[1]];
    assert_eq!((&near.failures_in_doubt, near.failures_in_doubt.len()), (&far.failures_in_doubt, 1));
    assert_eq!(supply.name(near.failures_in_doubt[0]).as_deref(), Some("branch of main A"));
}

/// What a hydrant of 12 L/s gives for certain and at most, what it counts for certain, and its pressure while it does.
#[track_caller]
fn check_pressure(change: impl FnOnce(&mut Hydrant), expected: (u64, u64, u64), mpa: (Option<f64>, Option<f64>)) {
    let mut one = hydrant("h", 0.0, 0.0, Some(12.0));
    change(&mut one);
    let source = supply(&Layers { hydrants: vec![one], ..Layers::default() }).sources[0].clone();
    assert_eq!((source.flow.0, source.flow.1, source.counted.0), expected);
    assert_eq!(source.pressure_mpa, mpa);
}

#[test]
fn a_flow_at_less_pressure_than_the_rule_wants_is_an_upper_end_alone() {
    let exactly = |mpa: f64| Bounds::exactly(Megapascals::new(mpa).expect("a pressure"));
    let both = |mpa: f64| (Some(mpa), Some(mpa));
    check_pressure(|_| {}, (120, 120, 100), (None, None));
    check_pressure(|one| one.pressure = exactly(0.10), (120, 120, 100), both(0.10));
    check_pressure(|one| one.pressure = exactly(0.09), (0, 120, 0), both(0.09));
    // At rest 0.30 MPa: while water is drawn at most that, and nothing speaks against its flow.
    check_pressure(|one| one.static_pressure = exactly(0.30), (120, 120, 100), (None, Some(0.30)));
    check_pressure(|one| one.static_pressure = exactly(0.09), (0, 120, 0), (None, Some(0.09)));
    check_pressure(|one| one.lacks_pressure = true, (0, 120, 0), (None, Some(0.10)));
    let dry = |one: &mut Hydrant| (one.lacks_pressure, one.flow) = (true, Bounds::unknown());
    check_pressure(dry, (0, 150, 0), (None, Some(0.10)));
}

#[test]
fn a_test_without_a_date_is_trusted_where_the_rules_say_so_and_says_that_it_has_none() {
    let check = |tested_on: Option<&str>, trusts: bool, least: u64, unknown: &[&str]| {
        let mut parameters = parameters();
        parameters.supply.trusts_undated_tests = trusts;
        let one = Hydrant { tested_on: tested_on.map(str::to_owned), ..hydrant("h", 0.0, 0.0, Some(8.0)) };
        let mains = vec![main("M", -50.0, 50.0, MainLayout::Ring)];
        let layers = Layers { hydrants: vec![one], mains, ..Layers::default() };
        let source = Supply::build(&layers, &parameters, Date { year: 2023, month: 6, day: 1 }).sources[0].clone();
        assert_eq!((source.flow, source.unknown.as_slice()), ((least, 80), unknown), "{tested_on:?} {trusts}");
    };
    check(Some("2023-01-05"), false, 80, &[]);
    check(None, true, 80, &["date of the test"]);
    check(None, false, 0, &["date of the test"]);
    check(Some("2022"), false, 0, &["date of the test"]);
    check(Some("2030-01-01"), false, 0, &["date of the test"]);
    check(Some("2021"), true, 0, &["whether it still gives what its last test found"]);
}

#[test]
fn two_draft_positions_of_one_pond_share_its_water_and_fail_with_it() {
    let at_pond = |id: &str, body: Option<&str>, m3: Option<f64>| WaterSource {
        id: id.to_owned(),
        body: body.map(str::to_owned),
        ..pond(WaterSourceKind::Pond, Some(5.0), Some(0.0), m3)
    };
    let layers = Layers {
        hydrants: vec![hydrant("h", 0.0, 0.0, Some(15.0))],
        mains: vec![main("M", -50.0, 50.0, MainLayout::Branch)],
        water_sources: vec![
            at_pond("alone", None, Some(108.0)),
            at_pond("west", Some("lake"), Some(108.0)),
            at_pond("east", Some("lake"), None),
            at_pond("other", Some("pool"), Some(50.0)),
        ],
        ..Layers::default()
    };
    let supply = supply(&layers);
    let [hydrant, alone, west, east, other] = &supply.sources[..] else { panic!("five sources") };
    assert_eq!(alone.branch, (None, None));
    assert_eq!(west.branch, east.branch);
    assert!(west.branch.0.is_some() && west.branch.0 == west.branch.1);
    assert!(west.branch.0 != other.branch.0 && west.branch.0 != hydrant.branch.0);
    // The position of which nobody stated a volume draws from the same 108 m3.
    assert_eq!((west.volume, east.volume), ((108_000, 108_000), (108_000, 108_000)));
    assert_eq!(west.failures, east.failures);
    assert_eq!(supply.name(west.failures[0]).as_deref(), Some("pond lake"));
    assert_eq!(supply.name(alone.failures[0]).as_deref(), Some("pond alone"));
}

#[test]
fn an_intake_counts_as_one_hydrant_however_little_lies_behind_it() {
    use WaterSourceKind::{Intake, Jars, Pond, Tank};
    let counted =
        |source: WaterSource| supply(&Layers { water_sources: vec![source], ..Layers::default() }).sources[0].counted;
    assert_eq!(counted(pond(Pond, Some(5.0), Some(0.0), Some(50.0))), (100, 150));
    assert_eq!(counted(pond(Pond, None, None, Some(50.0))), (0, 150), "nobody knows whether it can be drawn from");
    assert_eq!(counted(pond(Pond, Some(7.0), Some(0.0), Some(50.0))), (0, 0), "too deep");
    assert_eq!(counted(pond(Pond, Some(5.0), Some(0.0), None)), (0, 150), "it may be empty");
    assert_eq!(counted(pond(Intake, Some(5.0), Some(0.0), None)), (100, 150));
    // 36 m3 over two hours are 5 L/s: a vessel is no intake.
    assert_eq!(counted(pond(Tank, None, None, Some(36.0))), (50, 50));
    assert_eq!(counted(pond(Jars, None, None, Some(36.0))), (50, 50));
}

#[test]
fn what_refills_a_pond_for_certain_is_there_even_where_its_volume_is_not_known() {
    let check = |m3: Option<f64>, refill: Bounds<LitresPerSecond>, volume: (u64, u64), unknown: &[&str]| {
        let source = WaterSource { refill, ..pond(WaterSourceKind::Pond, Some(5.0), Some(0.0), m3) };
        let source = supply(&Layers { water_sources: vec![source], ..Layers::default() }).sources[0].clone();
        assert_eq!((source.volume, source.unknown.as_slice()), (volume, unknown), "{m3:?} {refill:?}");
    };
    let lps = LitresPerSecond::of(2.0);
    // Two litres a second for two hours are 14.4 m3.
    check(None, Bounds::exactly(lps), (14_400, ENDLESS_VOLUME), &["volume"]);
    check(Some(100.0), Bounds::exactly(lps), (114_400, 114_400), &[]);
    check(Some(100.0), Bounds::at_least(lps), (114_400, ENDLESS_VOLUME), &[]);
    check(Some(100.0), Bounds::unknown(), (100_000, 100_000), &["refill"]);
    check(None, Bounds::unknown(), (0, ENDLESS_VOLUME), &["volume", "refill"]);
}

#[test]
fn two_draft_positions_of_one_pond_bring_the_water_of_one() {
    let volume = |bodies: [Option<&str>; 2]| {
        let mut layers = street(vec![]);
        layers.water_sources = [(0, 20.0), (1, 40.0)]
            .map(|(index, x)| WaterSource {
                origin: firereach_model::origin::Origin::of_study("test", "pond"),
                id: format!("P{index}"),
                name: None,
                kind: WaterSourceKind::Pond,
                at: Point::new(x, 0.0),
                body: bodies[index].map(str::to_owned),
                service: Service::InService,
                volume: Bounds::exactly(CubicMetres::of(108.0)),
                refill: Bounds::unknown(),
                deck_height_m: Some(1.0),
                water_level_m: Some(0.0),
                gauge: None,
                height_m: Some(0.0),
            })
            .to_vec();
        let site = assess(&layers).sites[0].clone();
        (site.volume_available.high.map(CubicMetres::get), site.volume_available.low.map(CubicMetres::get))
    };
    assert_eq!(volume([None, None]).0, Some(216.0));
    assert_eq!(volume([Some("lake"), Some("lake")]).0, Some(108.0));
}

/// Mains `ring` and `B` (a branch) and `unsaid`, with hydrants 10 m apart on each; three of them make a part.
fn mains_with_hydrants(counts: [usize; 3]) -> Layers {
    let mut layers = Layers {
        mains: vec![
            main("ring", 0.0, 100.0, MainLayout::Ring),
            main("B", 200.0, 300.0, MainLayout::Branch),
            main("unsaid", 400.0, 500.0, MainLayout::Unknown),
        ],
        ..Layers::default()
    };
    layers.mains[1].segment = Some("S".to_owned());
    layers.mains[1].pressure_zone = Some("Z".to_owned());
    layers.hydrants = (0..3)
        .flat_map(|main: usize| (0..counts[main]).map(move |i| (main as f64).mul_add(200.0, 10.0 * i as f64 + 5.0)))
        .map(|x| hydrant("h", x, 1.0, Some(15.0)))
        .collect();
    layers
}

/// Puts hydrants on a main, and holds what they are told to share against a supply that is built with them.
#[track_caller]
fn check_on_main(counts: [usize; 3], main: usize, along_m: &[f64]) {
    let build = |layers: &Layers| {
        let mut parameters = parameters();
        parameters.supply.segment_hydrants = 3;
        Supply::build(layers, &parameters, Date { year: 2023, month: 6, day: 1 })
    };
    let layers = mains_with_hydrants(counts);
    let before = build(&layers);
    let told = before.on_main(main, along_m);
    let mut with = layers.clone();
    with.hydrants.extend(along_m.iter().map(|m| hydrant("new", (main as f64).mul_add(200.0, *m), 1.0, Some(15.0))));
    let after = build(&with);
    let shared = |supply: &Supply, failures: &[Failure]| -> Vec<Option<String>> {
        let is_own = |failure: &&Failure| matches!(failure, Failure::Source(_));
        failures.iter().filter(|failure| !is_own(failure)).map(|failure| supply.name(*failure)).collect()
    };
    for (new, failures) in told.failures.iter().enumerate() {
        let built = &after.sources[layers.hydrants.len() + new];
        assert_eq!(told.branch, built.branch);
        assert_eq!(shared(&before, &failures.0), shared(&after, &built.failures));
        assert_eq!(shared(&before, &failures.1), shared(&after, &built.failures_in_doubt));
    }
    for (source, segment) in told.segments {
        let of_source = &after.sources[source];
        let all = [&of_source.failures[..], &of_source.failures_in_doubt].concat();
        let own = all.iter().find(|failure| matches!(failure, Failure::Segment(_))).expect("a segment");
        assert_eq!(before.name(segment), after.name(*own));
    }
}

#[test]
fn a_new_hydrant_shares_what_one_of_the_layer_shares() {
    check_on_main([2, 2, 2], 0, &[50.0]);
    check_on_main([2, 2, 2], 1, &[50.0, 60.0]);
    check_on_main([2, 2, 2], 2, &[50.0]);
    // Where nobody stands yet.
    check_on_main([0, 0, 0], 1, &[50.0]);
    check_on_main([0, 0, 0], 0, &[50.0, 60.0, 70.0, 80.0]);
}

#[test]
fn new_hydrants_shift_the_parts_of_a_main_whose_valves_are_not_known() {
    check_on_main([5, 0, 0], 0, &[0.0]);
    check_on_main([5, 0, 0], 0, &[12.0, 1.0]);
    check_on_main([6, 0, 0], 0, &[99.0]);
}
