//! Water on real ground: what is certain, what is not, and what a study's word makes of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use firereach_analysis::change::Conditions;
use firereach_analysis::network::{Network, tagged_passages};
use firereach_analysis::water::assess_water;
use firereach_io::read::{Reading, read_layers};
use firereach_io::study_file::parse_study;
use firereach_model::feature::MainLayout;
use firereach_model::findings::water::{WaterClass, WaterFindings};
use firereach_model::findings::{LaneFindings, ReachFindings};

fn data(name: &str) -> Option<PathBuf> {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if file.exists() {
        return Some(file);
    }
    eprintln!("SKIPPED: {} is not there", file.display());
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is not there", file.display());
    None
}

/// Reads a study whose paths start at the folder of the real data, and assesses its water, with and without its word.
fn assess(title: &str, text: &str) -> (Reading, WaterFindings, WaterFindings) {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let file = parse_study("study.toml", &folder, text.to_owned(), &[]).expect("the study is in order");
    let terrain = file.terrain();
    let options = firereach_io::read::ReadOptions { crs: file.crs(), terrain: &terrain, ..Default::default() };
    let mut reading = read_layers(&file.sources(), &options).expect("the data can be read");
    let projector = &reading.projector;
    let study = file.resolve(&reading.layers, &|lon, lat| projector.from_lon_lat(lon, lat)).expect("ids that exist");
    let network = Network::build(&reading.layers, study.rulebook.parameters.movement.join_tolerance_m);
    let run = |reading: &Reading| {
        let passages = tagged_passages(&reading.layers, &network, &study.rulebook.parameters.lanes);
        let conditions = Conditions::of(&reading.layers, 10);
        let clock = std::time::Instant::now();
        let found = assess_water(
            &reading.layers,
            &network,
            (&passages, &LaneFindings::default()),
            &ReachFindings::default(),
            &study,
            &conditions,
        );
        describe(title, &reading.layers.complete, &found, clock.elapsed());
        found
    };
    let open = run(&reading);
    reading.layers.complete = vec!["hydrants".to_owned(), "water_sources".to_owned()];
    let vouched = run(&reading);
    (reading, open, vouched)
}

/// The findings in a few lines, for people who look.
fn describe(title: &str, complete: &[String], found: &WaterFindings, took: std::time::Duration) {
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for site in &found.sites {
        let key = format!("{} ({}..{})", site.class.code(), site.class_best.code(), site.class_worst.code());
        *classes.entry(key).or_default() += 1;
    }
    eprintln!(
        "{title}, vouched for {complete:?}: {} sites, {} hydrants, {} other sources in {took:?}: {classes:?}",
        found.sites.len(),
        found.hydrants.len(),
        found.sources.len()
    );
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for ruling in found.hydrants.iter().flat_map(|hydrant| &hydrant.rulings) {
        *verdicts.entry(format!("{} {}", ruling.rule, ruling.verdict.code())).or_default() += 1;
    }
    eprintln!("  rulings on hydrants: {verdicts:?}");
    let step = found.sites.len().div_ceil(6).max(1);
    for site in found.sites.iter().step_by(step) {
        eprintln!("  {} | survey: {} | remedy: {:?}", site.because, site.surveys.join("; "), site.cheapest_remedy);
    }
    let failures = found.sites.iter().filter_map(|site| site.worst_failure.as_deref());
    for failure in failures.filter(|failure| failure.contains("lane")).take(3) {
        eprintln!("  fails most: {failure}");
    }
}

fn count(found: &WaterFindings, class: WaterClass) -> usize {
    found.sites.iter().filter(|site| site.class == class).count()
}

/// A study's word makes gaps certain; it takes nothing away that is there.
#[track_caller]
fn check_word(open: &WaterFindings, vouched: &WaterFindings) {
    for (open, vouched) in open.sites.iter().zip(&vouched.sites) {
        assert_eq!((open.gap_flow.0, open.gap_n1.0, open.gap_volume.0), (0.0, 0.0, 0.0), "{}", open.because);
        assert_eq!(open.class_best, WaterClass::Green);
        assert_eq!((open.gap_flow.1, open.flow_available.low), (vouched.gap_flow.1, vouched.flow_available.low));
    }
}

#[test]
fn six_reds_of_a_map_s_hydrants_are_certain_only_when_a_study_vouches_for_them() {
    if data("helsinki/helsinki-centre.osm.pbf").is_none() {
        return;
    }
    // Most sites of the map are statues; here the study says that each is a building.
    let text = "[base]\nrules = \"cn\"\n[base.sources.osm]\npath = \"helsinki/helsinki-centre.osm.pbf\"\n\
        [base.parameters.water.need.no_building]\nkeys = []\nnever = []\nmaybe = []\n";
    let (_, open, vouched) = assess("helsinki", text);
    check_word(&open, &vouched);
    assert_eq!(count(&open, WaterClass::Red), 0);
    assert!(count(&vouched, WaterClass::Red) > 0);
}

#[test]
fn a_district_without_hydrants_is_unknown_with_what_to_survey() {
    if data("yuzhong/yuzhong.osm.pbf").is_none() {
        return;
    }
    let text = "[base]\nrules = \"cn\"\nterrain = [\"yuzhong/elevation_srtm30_utm48n.tif\"]\n\
        [base.sources.osm]\npath = \"yuzhong/yuzhong.osm.pbf\"\n";
    let (_, open, _) = assess("yuzhong", text);
    for site in &open.sites {
        assert_eq!((site.class, site.flow_available.high), (WaterClass::Unknown, None), "{}", site.because);
        assert!(site.surveys[0].starts_with("list the hydrants about the site"));
        assert!(site.remedies.is_empty() && site.disagreement.is_none() && site.is_enough_in_plan.is_none());
    }
}

#[test]
fn a_city_s_buildings_are_held_against_its_hydrants() {
    if data("freeport-bahamas/Fire_Hydrants_shp.zip").is_none() {
        return;
    }
    let text = "[base]\nrules = \"nfpa-ifc-iso\"\n\
        [base.sources.roads]\npath = \"freeport-bahamas/Roads_shp.zip\"\n\
        [base.sources.hydrants]\npath = \"freeport-bahamas/Fire_Hydrants_shp.zip\"\n\
        [base.sources.stations]\npath = \"freeport-bahamas/Fire_Stations_shp.zip\"\n\
        [base.sources.sites]\npath = \"freeport-bahamas/Building_Footprint_shp.zip\"\n\
        constants = { kind = \"historic_building\" }\n";
    let (_, open, vouched) = assess("freeport", text);
    check_word(&open, &vouched);
    assert!(vouched.sites.len() > 14_000);
    // 176 hydrants, none of them tested, for 14,768 buildings: most have none in reach, and none is certainly served.
    assert!(count(&vouched, WaterClass::Red) > vouched.sites.len() / 2);
    assert_eq!(count(&vouched, WaterClass::Green), 0);
}

#[test]
fn hydrants_with_missing_flows_are_intervals() {
    if data("taichung-hydrants/hydrants.geojson").is_none() {
        return;
    }
    // The hydrants stand for the places too: every one is a site of its own.
    let text = "[base]\nrules = \"cn\"\n\
        [base.sources.hydrants]\npath = \"taichung-hydrants/hydrants.geojson\"\n\
        fields = { flow_lps = { from = \"出水量\", unit = \"L/min\" } }\n\
        [base.sources.sites]\npath = \"taichung-hydrants/hydrants.geojson\"\nconstants = { kind = \"relic\" }\n";
    let (reading, _, vouched) = assess("taichung", text);
    assert!(vouched.hydrants.len() > 6000);
    for (hydrant, found) in reading.layers.hydrants.iter().zip(&vouched.hydrants) {
        let (low, high) = (found.flow.low.expect("an end"), found.flow.high.expect("an end"));
        assert!(low <= high);
        if let Some(stated) = hydrant.flow.high {
            // Flows are whole tenths of a litre a second inside, rounded outwards.
            assert!(high.get() <= stated.get() + 0.1, "{}: {high:?} of {stated:?}", found.id);
        }
    }
    // Without a road nobody knows where hose can be laid, whatever the study vouches for.
    assert!(vouched.sites.iter().all(|site| site.class == WaterClass::Unknown));
    let unmeasured = vouched.surveys.iter().filter(|survey| survey.what.contains("flow")).count();
    eprintln!("  {unmeasured} surveys of flows");
}

#[test]
fn junctions_of_a_water_network_stand_on_its_mains() {
    if data("epanet/ky4.inp").is_none() {
        return;
    }
    let text = "[base]\nrules = \"nfpa-ifc-iso\"\n\
        [base.sources.network]\npath = \"epanet/ky4.inp\"\nfeeds = [\"mains\", \"water_sources\"]\ncrs = \"EPSG:3547\"\n\
        [base.sources.hydrants]\npath = \"epanet/ky4_junctions.geojson\"\nconstants = { status = \"in_service\" }\n\
        [base.sources.sites]\npath = \"epanet/ky4_junctions.geojson\"\nconstants = { kind = \"relic\" }\n";
    let (reading, _, vouched) = assess("ky4", text);
    let mains = &reading.layers.mains;
    let of = |layout: MainLayout| mains.iter().filter(|main| main.layout == layout).count();
    eprintln!("  {} rings, {} branches", of(MainLayout::Ring), of(MainLayout::Branch));
    assert_eq!(mains.len(), 1156);
    // The network has 959 junctions and 1156 pipes: many loops, and dead ends beside them.
    assert!(of(MainLayout::Ring) > 300 && of(MainLayout::Branch) > 300);
    assert!(vouched.hydrants.iter().all(|hydrant| hydrant.main.is_some()));
    let sides = (of(MainLayout::Ring) + of(MainLayout::Branch), of(MainLayout::Unknown));
    assert_eq!(sides.0 + sides.1, 1156);
}
