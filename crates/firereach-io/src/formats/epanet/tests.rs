use std::path::Path;

use firereach_model::feature::{MainLayout, WaterSourceKind};

use crate::formats::read_features;
use crate::part::Part;
use crate::read_error::ReadError;
use crate::source::Source;

/// A square ring A-B-C-D fed by R through A, with a tail C-T; pipes P1 to P6.
const SQUARE: &str = "[TITLE]\nanything [goes\n\
    [JUNCTIONS]\n A 10\n B 10\n C 10 ; a comment\n D 10\n T 10\n\
    [RESERVOIRS]\n R 50\n\
    [PIPES]\n P1 R A 100 300 100\n P2 A B 100 200 100\n P3 B C 100 200 100\n P4 C D 100 200 100\n P5 D A 100 200 100\n\
    P6 C T 100 100 100\n\
    [OPTIONS]\n Units LPS\n\
    [COORDINATES]\n R 0 0\n A 100 0\n B 200 0\n C 200 100\n D 100 100\n T 300 100\n\
    [VERTICES]\n P6 250 120\n[END]\n";

fn try_read(content: &str, feeds: &[&str]) -> Result<Part, ReadError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("net.inp");
    std::fs::write(&path, content).expect("a file");
    let feeds = feeds.iter().map(|feed| (*feed).to_owned()).collect();
    read_features(&Source { name: "network".to_owned(), path, shown: "net.inp".to_owned(), feeds, ..Source::default() })
}

#[track_caller]
fn read(content: &str, feeds: &[&str]) -> Part {
    let part = try_read(content, feeds).expect("the network can be read");
    assert!(part.counts.iter().all(|count| count.adds_up()), "{:?}", part.counts);
    part
}

/// Every main as `id diameter layout`.
fn shown(part: &Part) -> Vec<String> {
    let main = |main: &firereach_model::feature::Main| {
        format!("{} {} {}", main.id, main.diameter_mm.unwrap_or_default(), main.layout.code())
    };
    part.layers.mains.iter().map(main).collect()
}

#[test]
fn pipes_are_mains_and_the_graph_says_which_are_rings() {
    let part = read(SQUARE, &[]);
    assert_eq!(
        shown(&part),
        ["P1 300 branch", "P2 200 ring", "P3 200 ring", "P4 200 ring", "P5 200 ring", "P6 100 branch"]
    );
    assert_eq!(part.layers.supplied, ["mains"]);
    assert_eq!(part.layers.mains[5].line.0.len(), 3, "a vertex bends the pipe");
    assert_eq!(part.layers.mains[5].segment, None, "no valves, no segments");
}

#[test]
fn gallons_a_minute_mean_inches() {
    let part = read(&SQUARE.replace("Units LPS", "UNITS gpm").replace("100 300 100", "100 12 100"), &[]);
    assert_eq!(part.layers.mains[0].diameter_mm, Some(304.8));
}

#[test]
fn a_pipe_closed_by_its_status_opens_the_ring_and_has_no_layout() {
    let part = read(&SQUARE.replace("[OPTIONS]", "[STATUS]\n P3 Closed\n[OPTIONS]"), &[]);
    assert_eq!(part.layers.mains[2].layout, MainLayout::Unknown);
    assert_eq!(part.layers.mains[1].layout, MainLayout::Branch);
}

#[test]
fn a_throttle_valve_parts_segments_and_a_pressure_valve_parts_zones() {
    let with = |kind: &str| {
        let valve = format!("[VALVES]\n V1 C T 200 {kind} 0 0\n[OPTIONS]");
        read(
            &SQUARE
                .replace("P6 C T 100 100 100\n", "P6 T U 100 100 100\n")
                .replace(" T 10\n", " T 10\n U 10\n")
                .replace("[VERTICES]", " U 400 100\n[VERTICES]")
                .replace("[OPTIONS]", &valve),
            &[],
        )
    };
    let (throttle, pressure) = (with("TCV"), with("PRV"));
    let segments = |part: &Part| [0, 5].map(|i| part.layers.mains[i].segment.clone());
    let zones = |part: &Part| [0, 5].map(|i| part.layers.mains[i].pressure_zone.clone());
    let two = [Some("P1".to_owned()), Some("P6".to_owned())];
    assert_eq!((segments(&throttle), zones(&throttle)), (two.clone(), [None, None]));
    assert_eq!((segments(&pressure), zones(&pressure)), ([None, None], two));
}

#[test]
fn a_tank_holds_what_lies_between_its_levels_and_a_reservoir_is_set_aside() {
    let with =
        SQUARE.replace("[PIPES]", "[TANKS]\n K 60 5 1 10 20 0\n[PIPES]").replace("[VERTICES]", " K 5 5\n[VERTICES]");
    let part = read(&with, &["mains", "water_sources"]);
    let tank = &part.layers.water_sources[0];
    // A circle of 20 m across, 4 m deep.
    assert_eq!((tank.id.as_str(), tank.kind), ("K", WaterSourceKind::Tank));
    assert!((tank.volume.value().expect("known").get() - 1256.6).abs() < 0.1);
    let count = part.counts.iter().find(|count| count.layer == "water_sources").expect("counted");
    assert_eq!((count.read, count.kept, count.set_aside), (2, 1, 1));
}

#[test]
fn a_junction_is_a_hydrant_where_a_tag_or_an_emitter_says_so() {
    let with = SQUARE.replace("[OPTIONS]", "[TAGS]\n NODE B fire-hydrant\n[EMITTERS]\n T 0.8\n D 0\n[OPTIONS]");
    let part = read(&with, &["mains", "hydrants"]);
    let found: Vec<_> =
        part.layers.hydrants.iter().map(|h| (h.id.as_str(), h.main_id.as_deref(), h.main_diameter_mm)).collect();
    assert_eq!(found, [("B", Some("P2"), Some(200.0)), ("T", Some("P6"), Some(100.0))]);
    assert!(part.layers.hydrants.iter().all(|hydrant| hydrant.flow.is_unknown()));
}

#[test]
fn a_fault_costs_its_line_only_and_names_section_and_line() {
    let check = |from: &str, to: &str, left: usize, expected: &str| {
        let part = read(&SQUARE.replace(from, to), &[]);
        assert_eq!(part.layers.mains.len(), left);
        let problem = &part.problems[0];
        assert_eq!((problem.origin.layer.as_deref(), problem.origin.row), (Some("PIPES"), 14));
        assert!(problem.found.contains(expected), "{}", problem.found);
    };
    check("P3 B C", "P3 B X", 5, "line 14 of section [PIPES] ends at node `X`, which is in none of");
    check(" C 200 100\n", "", 3, "which has no line under [COORDINATES]");
    check("P3 B C 100 200 100", "P3 B C", 5, "line 14 of section [PIPES] has 3 values");
}

#[test]
fn a_diameter_that_is_no_number_is_reported_and_not_known() {
    let part = read(&SQUARE.replace("P3 B C 100 200", "P3 B C 100 wide"), &[]);
    assert_eq!((part.layers.mains[2].diameter_mm, part.problems.len()), (None, 1));
}

#[test]
fn a_file_that_is_no_network_is_refused_with_the_reason() {
    let check = |content: &str, expected: &str| {
        let message = try_read(content, &[]).expect_err("no network").to_string();
        assert!(message.starts_with("net.inp") && message.contains(expected), "{message}");
    };
    check("id,x,y\n", "line 1: `id,x,y` before any section");
    check("[JUNCTIONS]\n A 1\n", "no pipe under [PIPES]");
    check(SQUARE.split("[COORDINATES]").next().expect("a part"), "no line under [COORDINATES]");
    check(&SQUARE.replace("LPS", "PINTS"), "line 19, section [OPTIONS]: the flow unit `PINTS`");
}

#[test]
fn real_networks_are_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/epanet");
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", folder.display());
        eprintln!("SKIPPED: {} is not there", folder.display());
        return;
    }
    // The numbers of pipes that the files' own description gives.
    for (name, pipes) in [("Net3", 117), ("ky4", 1156), ("ky10", 1043), ("Net6", 3829)] {
        let path = folder.join(format!("{name}.inp"));
        let source = Source { name: "mains".to_owned(), path, shown: name.to_owned(), ..Source::default() };
        let part = read_features(&source).expect("a network");
        assert_eq!(
            (part.layers.mains.len(), part.counts[0].read),
            (pipes, pipes as u64),
            "{name}: {:?}",
            part.problems
        );
        let rings = part.layers.mains.iter().filter(|main| main.layout == MainLayout::Ring).count();
        assert!(rings > 0 && rings < pipes, "{name}: {rings} rings");
    }
}
