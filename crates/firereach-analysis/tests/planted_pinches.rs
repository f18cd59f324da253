//! The lane check on the synthetic district: every planted pinch point is found, and none is invented.

use std::collections::{BTreeMap, BTreeSet};

use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::field::name_of;
use firereach_analysis::clearance::{assess_lanes, site_rulings, survey};
use firereach_analysis::network::Network;
use firereach_io::rule_file::{built_in_rulebook, built_in_vehicles};
use firereach_model::bounds::Bounds;
use firereach_model::feature::{
    Body, Building, BuildingStructure, BuildingUse, Direction, Obstacle, ObstacleKind, Road, RoadClass, Site, SiteKind,
    StatedHeight, StatedWidth, Structure, WidthMeaning,
};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::rules::{Date, Rulebook, Verdict};
use firereach_model::study::Study;
use firereach_model::units::{Metres, Tonnes};
use firereach_town::{Bed, HillTown, Size};
use geo::Centroid;
use geo_types::{Coord, LineString, Point};

fn road(street: &firereach_town::Street) -> Road {
    let class = RoadClass::from_code(street.class).unwrap_or(RoadClass::Unknown);
    let widths = street.stated_width.into_iter().map(|(width, meaning)| StatedWidth {
        width: Metres::of(width),
        meaning: WidthMeaning::from_code(meaning).unwrap_or(WidthMeaning::Clear),
        key: "width_m".to_owned(),
    });
    let heights = street.clear_height_m.into_iter().map(|height| StatedHeight {
        height: Metres::of(height),
        is_physical: true,
        key: "clear_height_m".to_owned(),
    });
    Road {
        origin: Origin::of_study("hill-town", &street.id),
        name: street.name.clone(),
        direction: Direction::from_code(street.direction).unwrap_or(Direction::Both),
        widths: widths.collect(),
        clear_heights: heights.collect(),
        max_mass: street.max_mass_t.and_then(|t| Tonnes::new(t).ok()),
        lanes: street.lanes.and_then(|n| u8::try_from(n).ok()),
        level: i16::from(street.bed == Bed::Bridge) - i16::from(street.bed == Bed::Tunnel),
        is_level_stated: street.bed == Bed::Bridge,
        structure: match street.bed {
            Bed::Ground => Structure::Ground,
            Bed::Bridge => Structure::Bridge,
            Bed::Tunnel => Structure::Tunnel,
            Bed::Covered => Structure::Covered,
        },
        step_count: street.step_count,
        ..Road::plain(&street.id, class, LineString(street.line.clone()))
    }
}

/// The town as the readers would hand it over, in its own working coordinates, without its terrain.
fn layers(town: &HillTown) -> Layers {
    let kind = |code: &str| ObstacleKind::from_code(code).unwrap_or(ObstacleKind::Other);
    let obstacles = town.obstacles.iter().map(|o| Obstacle {
        is_removable: o.is_removable,
        clear_width: o.clear_width_m.map(Metres::of),
        clear_height: o.clear_height_m.map(Metres::of),
        lets_engines_pass: o.lets_engines_pass,
        radius: o.radius_m.map(Metres::of),
        ..Obstacle::plain(&o.id, kind(o.kind), o.shape.clone())
    });
    let body = |house: &firereach_town::House| Body {
        height: house.height_m.map_or(Bounds::unknown(), |h| Bounds::exactly(Metres::of(h))),
        storeys: u16::try_from(house.storeys).ok(),
        structure: BuildingStructure::from_code(house.structure),
        fire_grade: u8::try_from(house.fire_grade).ok(),
        usage: BuildingUse::from_code(house.usage),
        ..Body::default()
    };
    let buildings = town.houses.iter().map(|house| Building {
        origin: Origin::of_study("hill-town", &house.id),
        id: house.id.clone(),
        name: None,
        footprint: house.footprint.clone(),
        body: body(house),
        min_height: None,
        level: 0,
        is_roof: false,
    });
    let sites = town.sites.iter().map(|site| Site {
        origin: Origin::of_study("hill-town", &site.id),
        id: site.id.clone(),
        name: Some(site.name.clone()),
        kind: SiteKind::from_code(site.kind).unwrap_or(SiteKind::Relic),
        grade: None,
        shape: site.shape.clone(),
        body: site.house.map(|h| body(&town.houses[h])).unwrap_or_default(),
        people: Some(site.people),
        lon_lat: (0.0, 0.0),
        point: site.shape.centroid().unwrap_or(Point::new(0.0, 0.0)),
        height_m: None,
        level: None,
        building: site.house.map(|h| town.houses[h].id.clone()),
        details: BTreeMap::new(),
    });
    Layers {
        roads: town.streets.iter().map(road).collect(),
        obstacles: obstacles.collect(),
        buildings: buildings.collect(),
        sites: sites.collect(),
        ..Layers::default()
    }
}

fn rulebook() -> Rulebook {
    built_in_rulebook("cn", Date { year: 2023, month: 6, day: 2 })
}

fn study() -> Study {
    Study {
        title: "hill-town".to_owned(),
        rulebook: rulebook(),
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

/// How far from where a place was planted it may be found, metres: within what stands there.
const PLACED_M: f64 = 1.5;
/// How far from there the same things may narrow the lane once more, metres.
const BESIDE_M: f64 = 3.0;

#[test]
fn every_planted_pinch_is_found_to_a_centimetre_and_none_is_invented() {
    let town = HillTown::of_size(7, Size::mission());
    let layers = layers(&town);
    let rulebook = rulebook();
    let network = Network::build(&layers, rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(&layers, 10);
    let clock = std::time::Instant::now();
    let survey = survey(&network, &rulebook, &conditions);
    eprintln!("surveyed {} edges in {:?}", network.edge_count(), clock.elapsed());
    let road_of =
        |p: &firereach_analysis::clearance::survey::Pinch| &layers.roads[network.edge(p.edge).road as usize].id;
    let mut claimed = BTreeSet::new();
    let mut missed = Vec::new();
    for planted in &town.pinches {
        let found = survey.pinches.iter().enumerate().find(|(_, p)| {
            let near = (p.at.x - planted.at.x).hypot(p.at.y - planted.at.y) < PLACED_M;
            let is = |wanted: Option<f64>, found: Option<Metres>| {
                wanted.is_none_or(|w| found.is_some_and(|f| (f.get() - w).abs() <= 0.01))
            };
            *road_of(p) == planted.street
                && near
                && is(planted.clear_width_m, p.width.high)
                && is(planted.clear_height_m, p.height.high)
        });
        match found {
            Some((i, _)) => {
                claimed.insert(i);
            }
            None => missed.push(format!("{planted:?}")),
        }
    }
    // What makes a planted place may narrow the lane again beside it, and never below the stated width.
    let belongs = |p: &firereach_analysis::clearance::survey::Pinch| {
        let names: Vec<String> = p.things.iter().map(|&what| name_of(&layers, what)).collect();
        town.pinches.iter().any(|planted| {
            *road_of(p) == planted.street
                && (p.at.x - planted.at.x).hypot(p.at.y - planted.at.y) < BESIDE_M
                && planted.obstacles.iter().any(|id| names.iter().any(|name| name.ends_with(&format!(" {id}"))))
                && p.width.high.zip(planted.clear_width_m).is_some_and(|(high, stated)| high.get() >= stated - 0.01)
        })
    };
    let checked: BTreeSet<&str> = town.streets.iter().filter(|s| s.is_checked).map(|s| s.id.as_str()).collect();
    let invented: Vec<_> = survey
        .pinches
        .iter()
        .enumerate()
        .filter(|(i, p)| !claimed.contains(i) && !belongs(p) && checked.contains(road_of(p).as_str()))
        .map(|(_, p)| {
            let things: Vec<String> = p.things.iter().map(|&what| name_of(&layers, what)).collect();
            format!("{} {things:?} {p:?}", road_of(p))
        })
        .collect();
    eprintln!(
        "{} planted, {} missed, {} found beside them, {} invented on {} checked lanes",
        town.pinches.len(),
        missed.len(),
        survey.pinches.iter().enumerate().filter(|(i, p)| !claimed.contains(i) && belongs(p)).count(),
        invented.len(),
        checked.len()
    );
    assert!(
        missed.is_empty() && invented.is_empty(),
        "missed {missed:#?}\ninvented {:#?}",
        &invented[..invented.len().min(20)]
    );
}

#[test]
fn the_lanes_of_the_town_are_judged_whole() {
    let town = HillTown::of_size(7, Size::mission());
    let layers = layers(&town);
    let study = study();
    let network = Network::build(&layers, study.rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(&layers, 10);
    let survey = survey(&network, &study.rulebook, &conditions);
    let clock = std::time::Instant::now();
    let findings = assess_lanes(&network, &survey, &study, &conditions);
    eprintln!(
        "judged in {:?}: {} pieces, {} pinches, {} sites, {} corners, {} dead ends, {} dependences, {} first steps, {} \
         separations, {} markings, {} problems",
        clock.elapsed(),
        findings.pieces.len(),
        findings.pinch_points.len(),
        findings.sites.len(),
        findings.corners.len(),
        findings.dead_ends.len(),
        findings.dependences.len(),
        findings.first_steps.len(),
        findings.separations.len(),
        findings.markings.len(),
        findings.problems.len()
    );
    for step in &findings.first_steps {
        eprintln!("{:?}: {} pairs, {} people", step.pinches, step.frees.sites.len(), step.frees.people);
    }
    assert_eq!(findings.sites.len(), layers.sites.len());
    assert_eq!(findings.pieces.len(), network.edge_count());
    assert!(findings.sites.iter().all(|site| site.largest_vehicle_high.is_some() || site.stop.is_none()));
}

/// What each vehicle needs on the straight, metres: RULES 11, its passage rule and the narrowest lane it is sent into.
const NEEDS_M: [(&str, f64); 8] =
    [("V1", 4.0), ("V2", 4.0), ("V3", 3.0), ("V4", 2.6), ("V5", 2.4), ("V6", 1.5), ("V7", 1.5), ("V9", 4.0)];

#[test]
fn clearing_what_closes_a_rear_court_frees_its_relic_for_those_who_fit() {
    let town = HillTown::of_size(7, Size::mission());
    let layers = layers(&town);
    let study = study();
    let network = Network::build(&layers, study.rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(&layers, 10);
    let survey = survey(&network, &study.rulebook, &conditions);
    let findings = assess_lanes(&network, &survey, &study, &conditions);
    let found_at = |planted: &firereach_town::Pinch| {
        let near = |p: &firereach_model::findings::lanes::PinchPoint| {
            layers.roads[p.road].id == planted.street
                && (p.at.x - planted.at.x).hypot(p.at.y - planted.at.y) < PLACED_M
                && p.is_removable == Some(true)
        };
        findings.pinch_points.iter().position(near).unwrap_or_else(|| panic!("{planted:?} is not found"))
    };
    let mut sites = BTreeSet::new();
    for planted in &town.pinches {
        let Some(frees) = &planted.frees else { continue };
        sites.insert(frees.site.clone());
        let together: Vec<&firereach_town::Pinch> =
            town.pinches.iter().filter(|p| p.id == planted.id || frees.together_with.contains(&p.id)).collect();
        let before = together.iter().filter_map(|p| p.clear_width_m).fold(f64::INFINITY, f64::min);
        let gains = NEEDS_M.iter().filter(|(_, need)| *need > before && *need <= frees.cleared_width_m);
        let expected: Vec<(String, String)> = gains.map(|(code, _)| (frees.site.clone(), (*code).to_owned())).collect();
        assert!(expected.len() >= 3, "{planted:?}");
        let alone = findings.pinch_points[found_at(planted)].frees.clone().unwrap_or_default();
        let is_alone = frees.together_with.is_empty();
        assert_eq!(alone.sites, if is_alone { expected.clone() } else { Vec::new() }, "{planted:?} alone");
        let step = findings.first_steps.iter().find(|step| step.pinches.contains(&found_at(planted)));
        let step = step.unwrap_or_else(|| panic!("no step clears {planted:?}"));
        assert_eq!((&step.frees.sites, step.frees.people), (&expected, frees.people), "{planted:?}");
        let cleared: BTreeSet<usize> = together.iter().map(|p| found_at(p)).collect();
        assert_eq!(step.pinches.iter().copied().collect::<BTreeSet<_>>(), cleared, "{planted:?}");
    }
    assert!(sites.len() >= 5, "{sites:?}");
    // What frees most for each clearing comes first, of what frees as many vehicles what frees most people.
    let worth = |step: &firereach_model::findings::lanes::FirstStep| {
        let cleared = step.pinches.len().max(1) as f64;
        (step.frees.sites.len() as f64 / cleared, step.frees.people / cleared)
    };
    let alone: Vec<(f64, f64)> =
        findings.first_steps.iter().filter(|step| step.pinches.len() == 1).map(worth).collect();
    assert!(alone.len() > 3 && alone.is_sorted_by(|a, b| a >= b), "{:?}", findings.first_steps);
}

/// The worst verdict on the lanes to each site, and the least clear width of the widest way to it.
fn standing(layers: &Layers, study: &Study) -> Vec<(Option<Verdict>, f64)> {
    let network = Network::build(layers, study.rulebook.parameters.movement.join_tolerance_m);
    let conditions = Conditions::of(layers, 10);
    let survey = survey(&network, &study.rulebook, &conditions);
    let found = assess_lanes(&network, &survey, study, &conditions);
    let rulings = site_rulings(layers, &study.rulebook, &found);
    let of_lanes = |measure: &str| matches!(measure, "lane_clear_width" | "lane_clear_height");
    let worst = rulings.iter().map(|all| all.iter().filter(|r| of_lanes(&r.measure)).map(|r| r.verdict).max());
    let low = found.sites.iter().map(|site| site.width.as_ref().and_then(|w| w.bounds.low).map_or(0.0, Metres::get));
    worst.zip(low).collect()
}

#[test]
fn clearing_the_town_worsens_no_site() {
    let study = study();
    let layers = layers(&HillTown::of_size(7, Size::mission()));
    let before = standing(&layers, &study);
    let removable: Vec<&str> =
        layers.obstacles.iter().filter(|o| o.is_removable == Some(true)).map(|o| o.id.as_str()).collect();
    // Everything at once, and some things alone.
    let each = removable.iter().step_by(removable.len() / 8 + 1).map(|id| vec![*id]);
    for gone in std::iter::once(removable.clone()).chain(each) {
        let mut cleared = layers.clone();
        cleared.obstacles.retain(|obstacle| !gone.contains(&obstacle.id.as_str()));
        for (site, (was, is)) in layers.sites.iter().zip(before.iter().zip(standing(&cleared, &study))) {
            assert!(is.0 <= was.0 && is.1 >= was.1 - 2e-4, "{} without {gone:?}: {was:?}, then {is:?}", site.id);
        }
    }
}

/// The narrowest known upper bound of each road, metres.
fn narrowest_by_road(layers: &Layers, rulebook: &Rulebook) -> Vec<Option<f64>> {
    let network = Network::build(layers, rulebook.parameters.movement.join_tolerance_m);
    let survey = survey(&network, rulebook, &Conditions::of(layers, 10));
    let mut widths: Vec<Option<f64>> = vec![None; layers.roads.len()];
    for (edge, passage) in network.edges().iter().zip(&survey.passages) {
        let least = &mut widths[edge.road as usize];
        if let Some(high) = passage.width.bounds.high.map(Metres::get) {
            *least = Some(least.map_or(high, |known| known.min(high)));
        }
    }
    widths
}

/// Figures are rounded to a tenth of a millimetre.
fn agree(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 2e-4,
        (a, b) => a == b,
    }
}

#[test]
fn a_town_moved_and_turned_has_the_same_widths() {
    use geo::MapCoords;
    let layers = layers(&HillTown::of_size(7, Size::mission()));
    let rulebook = rulebook();
    let (sin, cos) = 0.7_f64.sin_cos();
    let place = |p: Coord<f64>| Coord { x: p.x * cos - p.y * sin + 4_000.0, y: p.x * sin + p.y * cos - 9_000.0 };
    let mut moved = layers.clone();
    moved.roads.iter_mut().for_each(|road| road.line = road.line.map_coords(place));
    moved.buildings.iter_mut().for_each(|building| building.footprint = building.footprint.map_coords(place));
    moved.obstacles.iter_mut().for_each(|obstacle| obstacle.shape = obstacle.shape.map_coords(place));
    let (before, after) = (narrowest_by_road(&layers, &rulebook), narrowest_by_road(&moved, &rulebook));
    let differ: Vec<_> =
        layers.roads.iter().zip(before.iter().zip(&after)).filter(|(_, (a, b))| !agree(**a, **b)).collect();
    let told: Vec<_> = differ.iter().map(|(road, widths)| (&road.id, widths)).collect();
    assert!(told.is_empty(), "{} of {} roads: {:?}", told.len(), layers.roads.len(), &told[..told.len().min(20)]);
    assert!(before.iter().flatten().count() > 1000, "the town has measured lanes");
}

#[test]
fn roads_cut_in_two_are_as_narrow_as_before() {
    let layers = layers(&HillTown::of_size(7, Size::mission()));
    let rulebook = rulebook();
    let mut cut = layers.clone();
    cut.roads.clear();
    let mut parts_of: Vec<Vec<usize>> = Vec::new();
    for road in &layers.roads {
        let middle = road.line.0.len() / 2;
        let mut parts = Vec::new();
        for (name, range) in [("a", 0..=middle), ("b", middle..=road.line.0.len() - 1)] {
            if range.clone().count() < 2 {
                continue;
            }
            let mut part = road.clone();
            part.id = format!("{}/{name}", road.id);
            part.line.0 = road.line.0[range.clone()].to_vec();
            part.nodes = road.nodes.get(range.clone()).map(<[i64]>::to_vec).unwrap_or_default();
            part.heights_m = road.heights_m.get(range).map(<[Option<f64>]>::to_vec).unwrap_or_default();
            parts.push(cut.roads.len());
            cut.roads.push(part);
        }
        parts_of.push(parts);
    }
    let (before, after) = (narrowest_by_road(&layers, &rulebook), narrowest_by_road(&cut, &rulebook));
    let mut differ = Vec::new();
    for (r, parts) in parts_of.iter().enumerate() {
        let least = parts.iter().filter_map(|&part| after[part]).min_by(f64::total_cmp);
        if !agree(before[r], least) {
            differ.push((&layers.roads[r].id, before[r], least));
        }
    }
    assert!(
        differ.is_empty(),
        "{} of {} roads: {:?}",
        differ.len(),
        layers.roads.len(),
        &differ[..differ.len().min(20)]
    );
}
