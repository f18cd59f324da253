//! Houses of 10 m by 10 m in a row, so far apart, each of so many cubic metres.

use firereach_model::bounds::Bounds;
use firereach_model::feature::BuildingStructure::{BrickTimber, Concrete, Timber};
use firereach_model::feature::BuildingUse::{Dwelling, Public};
use firereach_model::feature::{Body, Building, BuildingStructure, BuildingUse, SiteKind};
use firereach_model::origin::Origin;
use firereach_model::units::{CubicMetres, LitresPerSecond};
use geo_types::Rect;
use proptest::prelude::*;

use super::super::need::show;
use super::*;
use crate::network::tests::town;
use crate::reach::tests::site;
use crate::water::fixture::parameters;

type House = (f64, Option<BuildingStructure>, Option<BuildingUse>);

/// The houses in a row along y = 0, named by their numbers.
fn row(houses: &[House], apart_m: f64) -> Layers {
    let mut layers = town(vec![]);
    layers.supplied.push("buildings".to_owned());
    for (number, (m3, structure, usage)) in houses.iter().enumerate() {
        let x = f64::from(u32::try_from(number).expect("a short row")) * (10.0 + apart_m);
        layers.buildings.push(Building {
            origin: Origin::of_study("test", "row"),
            id: number.to_string(),
            name: None,
            footprint: Rect::new((x, 0.0), (x + 10.0, 10.0)).to_polygon(),
            body: Body {
                volume: Some(CubicMetres::new(*m3).expect("a volume")),
                structure: *structure,
                usage: *usage,
                ..Body::default()
            },
            min_height: None,
            level: 0,
            is_roof: false,
        });
    }
    layers
}

/// A relic of concrete, public.
const RELIC: House = (2500.0, Some(Concrete), Some(Public));

/// A house of the row as a relic.
fn relic_in(layers: &Layers, number: usize) -> Site {
    let house = &layers.buildings[number];
    let at = house.footprint.centroid().expect("a square has a middle");
    Site {
        shape: Geometry::Polygon(house.footprint.clone()),
        body: house.body.clone(),
        building: Some(house.id.clone()),
        ..site("relic", at.x(), at.y())
    }
}

/// What is asked for by the table where the first house of the row is a relic.
fn need_of_first(houses: &[House], apart_m: f64) -> Need {
    let mut layers = row(houses, apart_m);
    layers.sites.push(relic_in(&layers, 0));
    Buildings::build(&layers).needs(&layers.sites[0], &parameters()).0
}

/// What is asked for by the table where a block holds the whole row.
fn need_of_block(houses: &[House], apart_m: f64) -> Need {
    let mut layers = row(houses, apart_m);
    let shape = Geometry::Polygon(Rect::new((-5.0, -5.0), (5000.0, 15.0)).to_polygon());
    layers.sites.push(Site { kind: SiteKind::HistoricBlock, shape, ..site("block", 0.0, 0.0) });
    Buildings::build(&layers).needs(&layers.sites[0], &parameters()).0
}

fn flow(need: &Need) -> String {
    show(need.flow.low.map(LitresPerSecond::get), need.flow.high.map(LitresPerSecond::get), 0, "L/s")
}

#[track_caller]
fn check(need: &Need, expected: &str, because: &str) {
    assert_eq!(flow(need), expected, "{}", need.because);
    assert!(need.because.contains(because), "{}", need.because);
}

#[test]
fn a_hut_beside_a_relic_takes_nothing_from_what_the_relic_asks_for() {
    // 4200 m3 in the relic's row of grade 3 are 20 L/s; in the hut's, of any grade and use, 15 to 20.
    check(&need_of_first(&[(4000.0, Some(Timber), None), (200.0, None, None)], 2.0), "20 L/s", "volume 4000 m3");
    // 16 200 m3: 25 L/s in the row of grade 3, 15 to 25 in that of a dwelling of any grade.
    check(&need_of_first(&[(16_000.0, Some(Timber), None), (200.0, None, Some(Dwelling))], 2.0), "25 L/s", "16000 m3");
}

#[test]
fn an_adjacent_building_adds_its_volume_in_the_row_of_either_and_one_farther_off_does_not() {
    let relics = [(4000.0, Some(Timber), None), (2000.0, Some(Timber), None)];
    check(&need_of_first(&relics, 2.0), "25 L/s", "with the adjacent building 1 (note 1); volume 6000 m3");
    check(&need_of_first(&relics, 9.0), "20 L/s", "volume 4000 m3");
    // Concrete of 4500 m3 asks for 15 L/s, timber of grade 4 for 20.
    let mixed = [(4000.0, Some(Concrete), Some(Public)), (500.0, Some(Timber), Some(Public))];
    check(&need_of_first(&mixed, 2.0), "20 L/s", "building 1; stated volume; grade 4 by structure timber");
}

#[test]
fn the_pair_with_the_larger_flow_decides_and_not_the_one_with_the_larger_volume() {
    // The relic of 2500 m3 stands between the others: with the dwelling of 2400 m3 it asks for 15 L/s, with the 2300 m3 of
    // timber for 20 in the row of grade 4.
    let mut layers = row(&[(2400.0, Some(Concrete), Some(Dwelling)), RELIC, (2300.0, Some(Timber), None)], 2.0);
    layers.sites.push(relic_in(&layers, 1));
    let need = Buildings::build(&layers).needs(&layers.sites[0], &parameters()).0;
    check(&need, "20 L/s", "building 2; stated volume; grade 4 by structure timber; with the adjacent building relic");
}

#[test]
fn a_block_asks_for_what_any_of_its_buildings_or_pairs_does() {
    let row = [(18_000.0, None, None), (9000.0, Some(BrickTimber), None), (18_000.0, None, None)];
    // Far apart the one of brick and timber asks for 25 L/s for certain, and no other for more.
    check(&need_of_block(&row, 20.0), "25 L/s", "building 1; stated volume");
    // Adjacent, 27 000 m3 in its row are 30.
    check(&need_of_block(&row, 2.0), "30 L/s", "building 1; stated volume");
}

#[test]
fn both_ends_of_a_block_may_come_from_different_buildings() {
    let row = [(40_000.0, None, None), (9000.0, Some(BrickTimber), None)];
    check(&need_of_block(&row, 20.0), "25 to 30 L/s", "low end: building 1; ");
    check(&need_of_block(&row, 20.0), "25 to 30 L/s", "; high end: building 0; ");
}

#[test]
fn a_neighbour_of_unknown_storeys_may_be_a_tower_and_a_protected_building_is_none() {
    let mut layers = row(&[(1000.0, None, None), (1000.0, None, None)], 2.0);
    layers.buildings.iter_mut().for_each(|building| building.body.volume = None);
    layers.sites.push(Site { building: Some("0".to_owned()), ..site("relic", 5.0, 5.0) });
    let buildings = Buildings::build(&layers);
    let volume = |index| buildings.subject(index, Standing::Other, &parameters()).volume;
    // 100 m2 of one storey of 2.8 m to three of 4 m, and to 33 of them.
    assert_eq!(volume(0), Bounds::between(CubicMetres::of(280.0), CubicMetres::of(1200.0)));
    assert_eq!(volume(1), Bounds::between(CubicMetres::of(280.0), CubicMetres::of(13_200.0)));
}

fn any_house() -> impl Strategy<Value = House> {
    let structure = prop::sample::select(vec![None, Some(Timber), Some(BrickTimber), Some(Concrete)]);
    let usage = prop::sample::select(vec![None, Some(Dwelling), Some(Public)]);
    (100.0_f64..60_000.0, structure, usage)
}

/// Whether one need is no less than another at both ends.
fn is_no_less(more: &Need, less: &Need) -> bool {
    !less.exceeds(more)
}

proptest! {
    #[test]
    fn a_neighbour_never_lowers_the_need(relic in any_house(), others in prop::collection::vec(any_house(), 1..4)) {
        let row: Vec<House> = std::iter::once(relic).chain(others).collect();
        prop_assert!(is_no_less(&need_of_first(&row, 2.0), &need_of_first(&[relic], 2.0)));
    }

    #[test]
    fn more_volume_never_lowers_the_need(
        row in prop::collection::vec(any_house(), 1..4), which in any::<prop::sample::Index>(), more in 0.0_f64..30_000.0,
    ) {
        let mut larger = row.clone();
        larger[which.index(row.len())].0 += more;
        prop_assert!(is_no_less(&need_of_first(&larger, 2.0), &need_of_first(&row, 2.0)));
        prop_assert!(is_no_less(&need_of_block(&larger, 2.0), &need_of_block(&row, 2.0)));
    }

    #[test]
    fn a_block_asks_for_no_less_and_no_more_than_the_greatest_of_all_its_pairs(
        row in prop::collection::vec(any_house(), 1..8),
    ) {
        // Only those beside each other are adjacent.
        let mut needs: Vec<Need> = Vec::new();
        let parameters = parameters();
        let layers = super::tests::row(&row, 2.0);
        let buildings = Buildings::build(&layers);
        let subject = |index| buildings.subject(index, Standing::InProtectedArea, &parameters);
        let by_table = |subject: &Subject| measure_need(subject, NeedModel::FlowTable, &parameters);
        for index in 0..row.len() {
            needs.push(by_table(&subject(index)));
            if index > 0 {
                needs.push(by_table(&subject(index).with_neighbour(&subject(index - 1), "")));
                needs.push(by_table(&subject(index - 1).with_neighbour(&subject(index), "")));
            }
        }
        let (all, found) = (Need::largest(&needs).expect("a house"), need_of_block(&row, 2.0));
        prop_assert_eq!((all.flow, all.volume), (found.flow, found.volume));
    }
}
