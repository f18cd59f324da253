//! The lane check on real streets: how tags and measured gaps agree, and the narrowest places held against footprints.

use std::path::PathBuf;

use firereach_analysis::change::Conditions;
use firereach_analysis::clearance::field::What;
use firereach_analysis::clearance::{Survey, assess_lanes, survey};
use firereach_analysis::network::Network;
use firereach_io::osm::read_osm;
use firereach_io::read::{ReadOptions, Reading, assemble};
use firereach_io::rule_file::{built_in_rulebook, built_in_vehicles};
use firereach_io::source::Source;
use firereach_model::bounds::Method;
use firereach_model::feature::WidthMeaning;
use firereach_model::layers::Layers;
use firereach_model::rules::{Date, Rulebook};
use firereach_model::study::Study;
use firereach_model::units::Metres;
use geo::{Distance, Euclidean};
use geo_types::Point;

fn rulebook() -> Rulebook {
    built_in_rulebook("cn", Date { year: 2023, month: 6, day: 2 })
}

/// A city of the shared data; says so aloud where it is absent.
fn city(path: &str) -> Option<Layers> {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        eprintln!("SKIPPED: {} is not there", file.display());
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is not there", file.display());
        return None;
    }
    let source = Source { name: "roads".to_owned(), shown: path.to_owned(), path: file, ..Source::default() };
    let part = read_osm(&source).expect("the extract is readable");
    let Reading { layers, .. } =
        assemble(vec![(source, part)], &ReadOptions::default()).expect("the extract has one frame");
    Some(layers)
}

fn measured(layers: &Layers) -> (Network, Survey) {
    let rulebook = rulebook();
    let network = Network::build(layers, rulebook.parameters.movement.join_tolerance_m);
    let clock = std::time::Instant::now();
    let survey = survey(&network, &rulebook, &Conditions::of(layers, 10));
    eprintln!(
        "{} roads, {} buildings, {} obstacles: surveyed {} edges in {:?}, {} pinches, {} problems",
        layers.roads.len(),
        layers.buildings.len(),
        layers.obstacles.len(),
        network.edge_count(),
        clock.elapsed(),
        survey.pinches.len(),
        survey.problems.len()
    );
    (network, survey)
}

/// The widest pieces of evidence against us: the ten narrowest lanes between two buildings, each held against the distance
/// of the two footprints as another library measures it, and every pinch against the outlines it names.
fn hold_against_footprints(layers: &Layers, network: &Network, survey: &Survey) {
    let mut narrow: Vec<(Metres, usize)> = survey
        .passages
        .iter()
        .enumerate()
        .filter(|(e, p)| {
            p.width.high_by == Method::BetweenObstacles
                && layers.roads[network.edges()[*e].road as usize].class.is_for_vehicles()
        })
        .filter_map(|(e, p)| p.width.bounds.high.map(|width| (width, e)))
        .collect();
    narrow.sort();
    let mut held = 0;
    for (width, e) in narrow.into_iter().take(10) {
        let clearance = &survey.passages[e].width;
        let road = &layers.roads[network.edges()[e].road as usize];
        let at = clearance.at.expect("a measured gap has a place");
        eprintln!(
            "{:.2} m at {:.1} {:.1} on {} ({}): {}",
            width.get(),
            at.x,
            at.y,
            road.id,
            road.class,
            clearance.because
        );
        let told = |id: &str| clearance.because.split_whitespace().any(|word| word.trim_end_matches(',') == id);
        let named: Vec<_> = layers.buildings.iter().filter(|building| told(&building.id)).collect();
        if let [a, b] = named[..] {
            let apart = Euclidean.distance(&a.footprint, &b.footprint);
            assert!(apart <= width.get() + 0.001, "{} and {} are {apart} m apart", a.id, b.id);
            let across = Euclidean.distance(&Point(at), &a.footprint) + Euclidean.distance(&Point(at), &b.footprint);
            assert!(
                across <= width.get() + 0.001,
                "the place of the gap lies {across} m between {} and {}",
                a.id,
                b.id
            );
            held += 1;
        }
    }
    eprintln!("{held} of the ten are between two buildings");
    for pinch in &survey.pinches {
        let Some((a, b)) = pinch.gap else { continue };
        for (end, thing) in [a, b].iter().zip(&pinch.things) {
            let What::Building(i) = *thing else { continue };
            let outline = &layers.buildings[i as usize].footprint;
            let rings = std::iter::once(outline.exterior()).chain(outline.interiors());
            let off = rings.map(|ring| Euclidean.distance(&Point(*end), ring)).fold(f64::INFINITY, f64::min);
            assert!(off < 1e-6, "the end of a gap lies {off} m off building {}", layers.buildings[i as usize].id);
        }
        let length = Euclidean.distance(Point(a), Point(b));
        assert!((length - pinch.width.high.map_or(f64::NAN, Metres::get)).abs() < 1e-3);
    }
}

#[test]
fn the_narrowest_places_of_monaco_stand_between_the_footprints_they_name() {
    let Some(layers) = city("monaco/monaco-2021.osm.pbf") else { return };
    let (network, survey) = measured(&layers);
    hold_against_footprints(&layers, &network, &survey);
}

#[test]
fn the_narrowest_places_of_yuzhong_stand_between_the_footprints_they_name() {
    let Some(layers) = city("yuzhong/yuzhong.osm.pbf") else { return };
    let (network, survey) = measured(&layers);
    hold_against_footprints(&layers, &network, &survey);
    let study = Study {
        title: String::new(),
        rulebook: rulebook(),
        vehicles: built_in_vehicles(),
        scenarios: Vec::new(),
        parameters: Vec::new(),
        data_date: None,
        expected_counts: Default::default(),
        responsibilities: Default::default(),
        remedies: Default::default(),
        template: None,
        banner: None,
        marks: Vec::new(),
    };
    let clock = std::time::Instant::now();
    let found = assess_lanes(&network, &survey, &study, &Conditions::of(&layers, 10));
    assert_eq!(found.sites.len(), layers.sites.len());
    eprintln!(
        "judged in {:?}: {} pinches, {} sites, {} corners, {} dead ends, {} dependences, {} first steps, {} separations",
        clock.elapsed(),
        found.pinch_points.len(),
        found.sites.len(),
        found.corners.len(),
        found.dead_ends.len(),
        found.dependences.len(),
        found.first_steps.len(),
        found.separations.len()
    );
    for (site, access) in layers.sites.iter().zip(&found.sites).take(5) {
        eprintln!(
            "{} {:?}: certain {:?}, possible {:?}, class {:?}, stop to site {:?}, {}",
            site.id,
            site.name,
            access.largest_vehicle,
            access.largest_vehicle_high,
            access.passability_class,
            access.stop_to_site_m,
            access.because
        );
    }
}

#[test]
fn the_tagged_widths_of_helsinki_fit_between_what_stands_there() {
    let Some(layers) = city("helsinki/helsinki-centre.osm.pbf") else { return };
    let (network, survey) = measured(&layers);
    let (mut both, mut fits, mut by_five) = (0u32, 0u32, 0u32);
    let mut differences: Vec<f64> = Vec::new();
    for (edge, passage) in network.edges().iter().zip(&survey.passages) {
        let road = &layers.roads[edge.road as usize];
        let stated = road
            .widths
            .iter()
            .find(|w| matches!(w.meaning, WidthMeaning::Clear | WidthMeaning::Carriageway))
            .map(|w| w.width.get());
        let gap = passage.width.bounds.high.map(Metres::get);
        if let (Some(stated), Some(gap)) = (stated, gap)
            && passage.width.high_by == Method::BetweenObstacles
        {
            both += 1;
            fits += u32::from(gap + 0.05 >= stated);
            by_five += u32::from(gap >= stated && gap <= 5.0 * stated);
            differences.push(gap - stated);
        }
    }
    differences.sort_by(f64::total_cmp);
    let contradicted = survey.problems.iter().filter(|p| p.code == "LANE-WIDTH-CONTRADICTED").count();
    eprintln!(
        "{both} pieces with a tag and a gap: {fits} gaps hold the tag, {by_five} within five times it, median gap minus \
         tag {:?} m, {contradicted} contradictions reported",
        differences.get(differences.len() / 2)
    );
    assert!(both > 0, "the extract has tagged widths between buildings");
    assert!(f64::from(fits) >= 0.9 * f64::from(both), "a carriageway as tagged stands between its walls");
}
