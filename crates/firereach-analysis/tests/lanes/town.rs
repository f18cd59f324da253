//! Towns of a few streets that can be checked by hand.

use std::collections::BTreeMap;

use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::{assess_lanes, survey};
use firereach_analysis::network::Network;
use firereach_io::rule_file::{built_in_rulebook, built_in_vehicles};
use firereach_model::bounds::Bounds;
use firereach_model::feature::{
    Building, BuildingUse, Obstacle, ObstacleKind, Road, RoadClass, Site, SiteKind, Zone, ZoneKind,
};
use firereach_model::findings::LaneFindings;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::rules::Date;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};

pub(crate) fn road(id: &str, class: RoadClass, line: &[(f64, f64)]) -> Road {
    let line: LineString<f64> = line.iter().map(|&(x, y)| Coord { x, y }).collect();
    Road { heights_m: vec![Some(0.0); line.0.len()], ..Road::plain(id, class, line) }
}

pub(crate) fn obstacle(id: &str, kind: ObstacleKind, points: &[(f64, f64)], is_removable: bool) -> Obstacle {
    let line: LineString<f64> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
    let is_ring = points.len() > 3 && points.first() == points.last();
    let shape = if is_ring { Polygon::new(line, vec![]).into() } else { Geometry::LineString(line) };
    Obstacle { is_removable: Some(is_removable), ..Obstacle::plain(id, kind, shape) }
}

pub(crate) fn site(id: &str, x: f64, y: f64, people: f64) -> Site {
    Site {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        kind: SiteKind::Relic,
        grade: None,
        shape: Point::new(x, y).into(),
        body: Default::default(),
        people: Some(people),
        lon_lat: (0.0, 0.0),
        point: Point::new(x, y),
        height_m: None,
        level: None,
        building: None,
        details: BTreeMap::new(),
    }
}

/// A main road along y = 0 and an alley of 100 m with walls 5 m apart; a shed half way leaves 2 m. One site at the end. No
/// road is missing from the data.
pub(crate) fn alley() -> Layers {
    let shed = [(-2.5, 50.0), (0.5, 50.0), (0.5, 53.0), (-2.5, 53.0), (-2.5, 50.0)];
    let wall = ObstacleKind::Wall;
    Layers {
        roads: vec![
            road("main", RoadClass::Tertiary, &[(-200.0, 0.0), (0.0, 0.0)]),
            road("main east", RoadClass::Tertiary, &[(0.0, 0.0), (200.0, 0.0)]),
            road("alley", RoadClass::Alley, &[(0.0, 0.0), (0.0, 100.0)]),
        ],
        obstacles: vec![
            obstacle("west", wall, &[(-2.5, 6.0), (-2.5, 110.0)], false),
            obstacle("east", wall, &[(2.5, 6.0), (2.5, 110.0)], false),
            obstacle("shed", ObstacleKind::Shed, &shed, true),
        ],
        sites: vec![site("temple", 0.0, 112.0, 30.0)],
        complete: vec!["roads".to_owned()],
        ..Layers::default()
    }
}

pub(crate) fn study() -> Study {
    Study {
        title: String::new(),
        rulebook: built_in_rulebook("cn", Date { year: 2023, month: 6, day: 2 }),
        vehicles: built_in_vehicles(),
        scenarios: Vec::new(),
        parameters: Vec::new(),
        data_date: None,
        expected_counts: BTreeMap::new(),
        responsibilities: BTreeMap::new(),
        remedies: BTreeMap::new(),
        template: None,
        banner: None,
        marks: Vec::new(),
    }
}

pub(crate) fn judged(layers: &Layers, hour: u8) -> LaneFindings {
    judged_by(layers, &study(), hour)
}

pub(crate) fn judged_by(layers: &Layers, study: &Study, hour: u8) -> LaneFindings {
    let network = Network::build(layers, study.rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(layers, hour);
    let survey = survey(&network, &study.rulebook, &conditions);
    assess_lanes(&network, &survey, study, &conditions)
}

pub(crate) fn high(width: &firereach_model::findings::lanes::Clearance) -> Option<f64> {
    width.bounds.high.map(Metres::get)
}

pub(crate) fn rectangle((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Polygon<f64> {
    Polygon::new([(x1, y1), (x2, y1), (x2, y2), (x1, y2)].iter().map(|&(x, y)| Coord { x, y }).collect(), vec![])
}

pub(crate) fn house(id: &str, low: (f64, f64), high: (f64, f64), height: Option<f64>, usage: BuildingUse) -> Building {
    let mut body = firereach_model::feature::Body { usage: Some(usage), ..Default::default() };
    body.height = height.map_or(Bounds::unknown(), |h| Bounds::exactly(Metres::of(h)));
    Building {
        origin: Origin::of_study("test", id),
        id: id.to_owned(),
        name: None,
        footprint: rectangle(low, high),
        body,
        min_height: None,
        level: 0,
        is_roof: false,
    }
}

pub(crate) fn zone(kind: ZoneKind, low: (f64, f64), high: (f64, f64)) -> Zone {
    let area = MultiPolygon(vec![rectangle(low, high)]);
    Zone { origin: Origin::of_study("test", "zone"), id: "zone".to_owned(), name: None, kind, area, people: None }
}
