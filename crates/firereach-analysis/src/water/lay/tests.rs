use firereach_model::feature::{Building, RoadClass};
use firereach_model::findings::water::SiteWater;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use geo_types::polygon;

use crate::network::tests::road;
use crate::water::tests::{assess, hydrant, street};

/// A wall of a house from x = -30 to 30, between the street at y = 0 and the site at y = 10.
fn with_house(mut layers: Layers) -> Layers {
    layers.buildings.push(Building {
        origin: Origin::of_study("test", "B"),
        id: "B".to_owned(),
        footprint: polygon![(x: -30.0, y: 3.0), (x: 30.0, y: 3.0), (x: 30.0, y: 7.0), (x: -30.0, y: 7.0)],
        body: firereach_model::feature::Body::default(),
        name: None,
        min_height: None,
        level: 0,
        is_roof: false,
    });
    layers
}

/// Length of the hose way and whether the hydrant counts by hose.
fn by_hose(layers: &Layers) -> (Option<f64>, Option<bool>) {
    let site: SiteWater = assess(layers).sites[0].clone();
    (site.sources[0].hose_m.map(f64::round), site.sources[0].counts_by_hose)
}

#[test]
fn hose_does_not_lead_through_another_building_for_certain() {
    let open = street(vec![hydrant("1", 100.0, 0.0, Some(8.0))]);
    assert_eq!(by_hose(&open), (Some(110.0), Some(true)));
    let shut = with_house(open);
    assert_eq!(by_hose(&shut), (Some(110.0), None));
    let because = assess(&shut).sites[0].sources[0].because.clone();
    assert!(because.contains("another building stands between the site and every way"), "{because}");
}

#[test]
fn hose_ends_at_a_way_from_which_the_site_is_open() {
    // A lane round the house to the back of the site: 20 m less along the street, 50 m of lane, and 5 m to the site.
    let mut layers = with_house(street(vec![hydrant("1", 100.0, 0.0, Some(8.0))]));
    layers.roads = vec![
        road("street", RoadClass::Residential, &[(0.0, 0.0), (50.0, 0.0), (1000.0, 0.0)], &[1, 2, 3]),
        road("lane", RoadClass::Residential, &[(50.0, 0.0), (50.0, 15.0), (0.0, 15.0)], &[2, 4, 5]),
    ];
    assert_eq!(by_hose(&layers), (Some(120.0), Some(true)));
}

#[test]
fn hose_is_laid_on_ways_of_the_level_that_the_site_stands_on() {
    let mut layers = street(vec![hydrant("1", 100.0, 0.0, Some(8.0))]);
    layers.sites[0].level = Some(0);
    assert_eq!(by_hose(&layers), (Some(110.0), Some(true)));
    layers.roads[0].level = 1;
    layers.hydrants[0].level = 1;
    assert_eq!(by_hose(&layers), (None, Some(false)));
}
