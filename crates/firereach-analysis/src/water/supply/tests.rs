use firereach_model::units::{CubicMetres, LitresPerSecond};
use geo_types::LineString;

use super::*;
use crate::water::fixture::parameters;
use crate::water::tests::hydrant;

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
fn without_valves_five_neighbours_along_a_main_fail_together_and_with_them_a_segment_does() {
    let mut layers = Layers { mains: vec![main("M", 0.0, 1000.0, MainLayout::Ring)], ..Layers::default() };
    layers.hydrants = (0..7).rev().map(|i| hydrant(&i.to_string(), f64::from(i) * 100.0, 0.0, None)).collect();
    let segments = |layers: &Layers| -> Vec<Option<Failure>> {
        let is_segment = |failure: &&Failure| matches!(failure, Failure::Segment(_));
        supply(layers).sources.iter().map(|source| source.failures.iter().find(is_segment).copied()).collect()
    };
    let parts = segments(&layers);
    // The layer lists them backwards; along the main the first five are the last five of it.
    assert!(parts[2..].iter().all(|part| *part == parts[6]) && parts[0] == parts[1] && parts[0] != parts[6]);
    layers.mains[0].segment = Some("V1-V2".to_owned());
    let whole = segments(&layers);
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
