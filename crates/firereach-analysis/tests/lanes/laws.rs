//! Laws that hold for every town and every vehicle.

use firereach_analysis::clearance::site_rulings;
use firereach_model::feature::{ObstacleKind, RoadClass, StatedHeight, StatedWidth, WidthMeaning};
use firereach_model::findings::LaneFindings;
use firereach_model::layers::Layers;
use firereach_model::rules::Verdict;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::Mobility;
use proptest::prelude::*;

use crate::town::{judged, judged_by, obstacle, road, site, study};

/// Streets of a little town: three from west to east, three from south to north, 40 m apart; the southern one is a main
/// road. A wall runs along some pieces, things stand on others, some widths and heights are stated.
#[derive(Clone, Debug)]
struct Piece {
    walls_m: Option<(f64, f64)>,
    thing: Option<(ObstacleKind, f64, f64)>,
    stated_m: Option<f64>,
    clear_m: Option<f64>,
    height_m: Option<f64>,
    /// A gate on a node in the middle, with its opening.
    on_node_m: Option<f64>,
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    use ObstacleKind::{Arch, Bollard, Gate, Shed, Wall};
    let thing = (prop::sample::select(vec![Shed, Bollard, Gate, Arch, Wall]), -3.0..3.0_f64, 1.5..6.0_f64);
    let piece = (
        prop::option::of((1.0..4.0_f64, 1.0..4.0_f64)),
        prop::option::of(thing),
        prop::option::of(2.5..6.0_f64),
        prop::option::weighted(0.7, 3.0..5.5_f64),
        prop::option::weighted(0.7, 3.0..5.5_f64),
        prop::option::weighted(0.3, 1.5..6.0_f64),
    );
    let piece = piece.prop_map(|(walls_m, thing, stated_m, clear_m, height_m, on_node_m)| Piece {
        walls_m,
        thing,
        stated_m,
        clear_m,
        height_m,
        on_node_m,
    });
    prop::collection::vec(piece, 10)
}

/// The number of the node at a place, half a metre apart.
fn node((x, y): (f64, f64)) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "places of a little town")]
    let number = ((x + 500.0) * 20_000.0 + (y + 500.0) * 2.0) as i64;
    number
}

fn town(pieces: &[Piece]) -> Layers {
    let mut layers = Layers::default();
    for (i, x) in [(0, -60.0), (1, 0.0), (2, 40.0)] {
        let ends = [(x, 0.0), ([0.0, 40.0, 140.0][i], 0.0)];
        let mut main = road(&format!("main {i}"), RoadClass::Tertiary, &ends);
        main.nodes = ends.map(node).to_vec();
        layers.roads.push(main);
    }
    let mut ends = Vec::new();
    for x in [0.0, 40.0] {
        ends.extend([((x, 0.0), (x, 40.0)), ((x, 40.0), (x, 80.0)), ((x, 80.0), (x, 120.0))]);
    }
    for y in [40.0, 80.0] {
        ends.extend([((0.0, y), (40.0, y)), ((40.0, y), (80.0, y))]);
    }
    for (i, (piece, (a, b))) in pieces.iter().zip(ends).enumerate() {
        let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let mut street = road(&format!("street {i}"), RoadClass::Residential, &[a, middle, b]);
        street.nodes = [a, middle, b].map(node).to_vec();
        let length = f64::hypot(b.0 - a.0, b.1 - a.1);
        let (u, n) = (((b.0 - a.0) / length, (b.1 - a.1) / length), ((a.1 - b.1) / length, (b.0 - a.0) / length));
        let at = |along: f64, left: f64| (a.0 + u.0 * along + n.0 * left, a.1 + u.1 * along + n.1 * left);
        let stated =
            |width_m: f64, meaning| StatedWidth { width: Metres::of(width_m), meaning, key: "width".to_owned() };
        street.widths.extend(piece.clear_m.map(|m| stated(m, WidthMeaning::Clear)));
        street.widths.extend(piece.stated_m.map(|m| stated(m, WidthMeaning::Carriageway)));
        street.clear_heights.extend(piece.height_m.map(|m| StatedHeight {
            height: Metres::of(m),
            is_physical: true,
            key: "height".to_owned(),
        }));
        layers.roads.push(street);
        if let Some(opening_m) = piece.on_node_m {
            let mut gate = obstacle(&format!("gate {i}"), ObstacleKind::Gate, &[middle, middle], true);
            (gate.shape, gate.node) = (geo_types::Point::new(middle.0, middle.1).into(), Some(node(middle)));
            (gate.clear_width, gate.lets_engines_pass) = (Some(Metres::of(opening_m)), Some(opening_m > 2.0));
            layers.obstacles.push(gate);
        }
        if let Some((left, right)) = piece.walls_m {
            for (side, far) in [("left", left), ("right", -right)] {
                let line = [at(8.0, far), at(length - 8.0, far)];
                layers.obstacles.push(obstacle(&format!("{side} {i}"), ObstacleKind::Wall, &line, false));
            }
        }
        if let Some((kind, off, size)) = piece.thing {
            let half = length / 2.0;
            let mut thing = match kind {
                ObstacleKind::Shed => {
                    let ring = [(0.0, 0.0), (2.0, 0.0), (2.0, size), (0.0, size), (0.0, 0.0)];
                    obstacle(&format!("thing {i}"), kind, &ring.map(|(x, y)| at(half + x, off + y)), true)
                }
                ObstacleKind::Bollard => {
                    obstacle(&format!("thing {i}"), kind, &[at(half, off), at(half, off + 0.1)], true)
                }
                ObstacleKind::Wall => {
                    obstacle(&format!("thing {i}"), kind, &[at(half, off), at(half, off.signum() * 6.0)], true)
                }
                _ => obstacle(&format!("thing {i}"), kind, &[at(half, -5.0), at(half, 5.0)], true),
            };
            if kind == ObstacleKind::Gate {
                thing.clear_width = Some(Metres::of(size));
                thing.lets_engines_pass = (off > -1.0).then_some(off > 0.0);
            }
            if kind == ObstacleKind::Arch {
                thing.clear_height = Some(Metres::of(size));
            }
            layers.obstacles.push(thing);
        }
    }
    layers.sites = vec![
        site("north west", -3.0, 121.0, 10.0),
        site("north east", 43.0, 121.0, 10.0),
        site("east", 83.0, 80.0, 10.0),
        site("middle", 20.0, 60.0, 10.0),
    ];
    layers
}

/// The worst verdict on the lanes to each site, the least clear width of its widest way, and that way's greatest.
fn standing(layers: &Layers, study: &Study, found: &LaneFindings) -> Vec<(Option<Verdict>, f64, f64)> {
    let rulings = site_rulings(layers, &study.rulebook, found);
    let of_lanes = |measure: &str| matches!(measure, "lane_clear_width" | "lane_clear_height");
    let worst = rulings.iter().map(|all| all.iter().filter(|r| of_lanes(&r.measure)).map(|r| r.verdict).max());
    let width = found.sites.iter().map(|site| site.width.as_ref().map(|w| w.bounds));
    worst
        .zip(width)
        .map(|(worst, width)| {
            let (low, high) = width.map_or((None, None), |w| (w.low, w.high));
            (worst, low.map_or(0.0, Metres::get), high.map_or(f64::INFINITY, Metres::get))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn removing_any_obstacle_never_worsens_a_site(pieces in pieces()) {
        let (study, layers) = (study(), town(&pieces));
        let before = standing(&layers, &study, &judged(&layers, 10));
        for gone in 0..layers.obstacles.len() {
            let mut cleared = layers.clone();
            let thing = cleared.obstacles.remove(gone);
            let after = standing(&cleared, &study, &judged(&cleared, 10));
            for (site, (was, is)) in layers.sites.iter().zip(before.iter().zip(&after)) {
                let told = format!("{} without {}: {was:?}, then {is:?}", site.id, thing.id);
                prop_assert!(is.0 <= was.0, "verdict of {told}");
                prop_assert!(is.1 >= was.1 - 2e-4 && is.2 >= was.2 - 2e-4, "width of {told}");
            }
        }
    }

    #[test]
    fn a_wider_higher_and_heavier_vehicle_never_comes_nearer(
        pieces in pieces(), wider_m in 0.0..1.0_f64, higher_m in 0.0..1.0_f64,
    ) {
        let layers = town(&pieces);
        let (small, mut large) = (study(), study());
        for vehicle in &mut large.vehicles {
            let more = |m: Metres, by: f64| Metres::new(m.get() + by).expect("still a length");
            vehicle.width_m = more(vehicle.width_m, wider_m);
            vehicle.min_lane_width_m = more(vehicle.min_lane_width_m, wider_m);
            vehicle.height_m = more(vehicle.height_m, higher_m);
        }
        let (of_small, of_large) = (judged_by(&layers, &small, 10), judged_by(&layers, &large, 10));
        let drives: Vec<&str> =
            small.vehicles.iter().filter(|v| v.mobility == Mobility::Road).map(|v| v.code.as_str()).collect();
        for (site, (a, b)) in layers.sites.iter().zip(of_small.sites.iter().zip(&of_large.sites)) {
            for (x, y) in a.vehicles.iter().zip(&b.vehicles).filter(|(x, _)| drives.contains(&x.vehicle.as_str())) {
                let far = |stop: Option<(geo_types::Coord<f64>, f64)>| stop.map_or(f64::INFINITY, |(_, m)| m);
                prop_assert!(far(y.certain) >= far(x.certain) - 1e-6, "{}: {x:?} {y:?}", site.id);
                prop_assert!(far(y.possible) >= far(x.possible) - 1e-6, "{}: {x:?} {y:?}", site.id);
            }
        }
    }
}
