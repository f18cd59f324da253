//! Areas on grids, by hand, and against exact unions of buffers.

use firereach_model::feature::RoadClass;
use firereach_model::layers::Layers;
use firereach_model::parameters::movement::IsochroneShape;
use geo::Area;
use geo_types::Point;
use proptest::prelude::*;

use super::*;
use crate::network::tests::{road, town};
use crate::reach::tests::{assess, stairs_town, station, study};

/// A grid town of `n` by `n` streets, `step_m` apart.
fn grid(n: usize, step_m: f64, class: RoadClass) -> Layers {
    let mut roads = Vec::new();
    for i in 0..n {
        let along = |j: usize| j as f64 * step_m;
        let rows: Vec<(f64, f64)> = (0..n).map(|j| (along(j), along(i))).collect();
        let columns: Vec<(f64, f64)> = (0..n).map(|j| (along(i), along(j))).collect();
        let ids = |f: &dyn Fn(usize) -> usize| (0..n).map(|j| f(j) as i64).collect::<Vec<_>>();
        roads.push(road(&format!("row{i}"), class, &rows, &ids(&|j| i * n + j)));
        roads.push(road(&format!("column{i}"), class, &columns, &ids(&|j| j * n + i)));
    }
    town(roads)
}

#[test]
fn on_a_fine_grid_the_area_tends_to_a_diamond() {
    // 20 m apart, 30 km/h for 60 s: a diamond of half-diagonal 500 m, 0.5 km2.
    let mut study = study();
    let movement = &mut study.rulebook.parameters.movement;
    movement.junction_delay_s = 0.0;
    movement.turn_delay_s = 0.0;
    movement.isochrone_buffer_m = 10.0;
    movement.cutoffs_s = vec![120];
    movement.speeds_kmh.insert(
        RoadClass::Primary,
        firereach_model::parameters::movement::ClassSpeed { congested: 30.0, normal: 30.0, night: 30.0 },
    );
    let mut layers = grid(61, 20.0, RoadClass::Primary);
    layers.stations.push(station("s", 600.0, 600.0, &["V2"]));
    let findings = assess(&layers, &study, Vec::new());
    let drawn = findings
        .isochrones
        .iter()
        .find(|i| i.station.is_none() && i.cutoff_s == 120)
        .map(|i| i.area.unsigned_area())
        .unwrap_or(0.0);
    let diamond = 2.0 * 500.0f64 * 500.0;
    // The drawing adds a rim of 10 m around a diamond of 2,828 m round.
    assert!((drawn - diamond) / diamond < 0.07 && drawn > diamond * 0.97, "{drawn} against {diamond}");
    // Streets 20 m apart both ways: 0.1 m of road for a square metre.
    let reached = findings.isochrones.iter().find(|i| i.station.is_none() && i.cutoff_s == 120).map(|i| i.reached_m);
    assert!((reached.unwrap_or(0.0) - diamond / 10.0).abs() / (diamond / 10.0) < 0.02, "{reached:?}");
}

/// The union of buffers by a general library, its arcs drawn ten times as fine as a planner needs: the slow twin.
fn buffer_union(lines: &[geo_types::LineString<f64>], radius_m: f64) -> geo_types::MultiPolygon<f64> {
    use geo::algorithm::buffer::{Buffer, BufferStyle, LineCap, LineJoin};
    let style = BufferStyle::new(radius_m).line_cap(LineCap::Round(0.03)).line_join(LineJoin::Round(0.03));
    geo_types::MultiLineString(lines.to_vec()).buffer_with_style(style)
}

/// Lines of a few vertices anywhere in a square kilometre far from the origin, short ones and long ones.
fn random_lines() -> impl Strategy<Value = Vec<geo_types::LineString<f64>>> {
    let vertices = prop::collection::vec((-60.0..60.0f64, -60.0..60.0f64), 1..7);
    prop::collection::vec((0.0..600.0f64, 0.0..600.0f64, vertices, 0.2..3.0f64), 1..14).prop_map(|lines| {
        let line = |(x, y, vertices, factor): (f64, f64, Vec<(f64, f64)>, f64)| {
            let mut at = (364_000.0 + x, 3_271_000.0 + y);
            let mut line = vec![at];
            for (dx, dy) in vertices {
                at = (at.0 + dx * factor, at.1 + dy * factor);
                line.push(at);
            }
            geo_types::LineString::from(line)
        };
        lines.into_iter().map(line).collect()
    })
}

#[test]
fn a_street_is_drawn_as_a_strip_with_round_ends() {
    let line = geo_types::LineString::from(vec![(0.0, 0.0), (100.0, 0.0)]);
    let exact = 100.0 * 20.0 + std::f64::consts::PI * 100.0;
    let drawn = area_around(&[line], 10.0).unsigned_area();
    assert!((drawn - exact).abs() <= exact * AREA_ERROR, "{drawn} of {exact}");
}

#[test]
fn a_street_that_turns_back_on_itself_covers_what_it_covers_one_way() {
    for turn in (0..64).map(|step| f64::from(step) * 0.1) {
        let at = |metres: f64| (metres * turn.cos(), metres * turn.sin());
        let once = area_around(&[geo_types::LineString::from(vec![at(0.0), at(137.0)])], 25.0).unsigned_area();
        let back =
            area_around(&[geo_types::LineString::from(vec![at(0.0), at(137.0), at(50.7)])], 25.0).unsigned_area();
        assert!((back / once - 1.0).abs() < AREA_ERROR, "turned by {turn}: {back} m2, not {once}");
    }
}

#[test]
fn a_block_keeps_its_yard_and_a_street_apart_is_a_part_of_its_own() {
    use geo::Contains;
    let line = |places: &[(f64, f64)]| geo_types::LineString::from(places.to_vec());
    let block = line(&[(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0), (0.0, 0.0)]);
    // A pond's shore in the yard, and a lane inside it: an island in a hole.
    let island = line(&[(95.0, 100.0), (105.0, 100.0)]);
    let apart = line(&[(400.0, 0.0), (500.0, 30.0)]);
    let area = area_around(&[block, island, apart], 25.0);
    let holes: Vec<usize> = area.0.iter().map(|polygon| polygon.interiors().len()).collect();
    assert_eq!(holes.iter().sum::<usize>(), 1);
    assert_eq!(area.0.len(), 3);
    assert!(!area.contains(&Point::new(60.0, 60.0)) && area.contains(&Point::new(100.0, 110.0)));
}

#[test]
fn bands_do_not_overlap_and_make_up_the_discs() {
    let mut study = study();
    study.rulebook.parameters.movement.isochrone_shapes.push(IsochroneShape::Bands);
    let findings = assess(&stairs_town(), &study, Vec::new());
    let discs: Vec<_> = findings.isochrones.iter().filter(|isochrone| !isochrone.is_first_due).collect();
    assert_eq!(discs.len(), findings.bands.len());
    for (index, (disc, band)) in discs.iter().zip(&findings.bands).enumerate() {
        assert_eq!((&disc.station, disc.cutoff_s), (&band.station, band.cutoff_s));
        let before = index.checked_sub(1).map(|i| discs[i]).filter(|before| before.station == disc.station);
        let (inner, reached_m) = before.map_or((0.0, 0.0), |b| (b.area.unsigned_area(), b.reached_m));
        assert!((band.area.unsigned_area() + inner - disc.area.unsigned_area()).abs() < 0.01);
        assert!((band.reached_m + reached_m - disc.reached_m).abs() < 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_drawn_area_is_that_of_the_exact_buffers_within_its_stated_error(lines in random_lines(), radius_m in 12.0..40.0f64) {
        use geo::{Validation, BooleanOps};
        let (drawn, exact) = (area_around(&lines, radius_m), buffer_union(&lines, radius_m));
        let (a, b) = (drawn.unsigned_area(), exact.unsigned_area());
        prop_assert!((a - b).abs() <= b * AREA_ERROR, "{} against {}, {} %", a, b, (a - b) / b * 100.0);
        prop_assert!(drawn.is_valid(), "{:?}", drawn.validation_errors());
        prop_assert!(drawn.xor(&exact).unsigned_area() <= b * 2.0 * AREA_ERROR);
    }

    /// Streets between neighbours of a bent lattice, each a line of its own: crossings, corners and ends in one. They lie so
    /// far apart that no gap between two is narrower than the grid.
    #[test]
    fn streets_that_meet_are_drawn_as_exactly_as_those_apart(
        bends in prop::collection::vec((-20.0..20.0f64, -20.0..20.0f64), 25),
        streets in prop::collection::vec((0..5usize, 0..5usize, 0..4usize), 1..40),
    ) {
        use geo::{BooleanOps, Validation};
        let place = |column: usize, row: usize| {
            let (dx, dy) = bends[row * 5 + column];
            (364_000.0 + column as f64 * 120.0 + dx, 3_271_000.0 + row as f64 * 120.0 + dy)
        };
        let lines: Vec<geo_types::LineString<f64>> = streets
            .into_iter()
            .map(|(column, row, towards)| {
                let (right, up) = [(1, 0), (0, 1), (1, 1), (1, 0)][towards];
                let ends = [place(column, row), place((column + right).min(4), (row + up).min(4))];
                geo_types::LineString::from(if towards == 3 { vec![ends[1], ends[0]] } else { ends.to_vec() })
            })
            .collect();
        let (drawn, exact) = (area_around(&lines, 25.0), buffer_union(&lines, 25.0));
        let (a, b) = (drawn.unsigned_area(), exact.unsigned_area());
        prop_assert!((a - b).abs() <= b * AREA_ERROR, "{} against {}, {} %", a, b, (a - b) / b * 100.0);
        prop_assert!(drawn.is_valid(), "{:?}", drawn.validation_errors());
        prop_assert!(drawn.xor(&exact).unsigned_area() <= b * 2.0 * AREA_ERROR);
    }

    #[test]
    fn more_lines_cover_all_that_fewer_cover(lines in random_lines(), keep in 0..14usize) {
        use geo::BooleanOps;
        let few = &lines[..keep.min(lines.len())];
        let (small, large) = (area_around(few, 25.0), area_around(&lines, 25.0));
        // Vertices on straight borders are left out when they are a tenth of a millimetre off.
        prop_assert!(small.difference(&large).unsigned_area() < 0.5);
        for line in few {
            for at in &line.0 {
                prop_assert!(geo::Contains::contains(&small, &Point(*at)));
            }
        }
    }
}

#[test]
fn first_due_areas_do_not_overlap_and_the_start_lies_in_its_own() {
    use geo::{BooleanOps, Contains};
    let mut layers = grid(21, 50.0, RoadClass::Primary);
    layers.stations = vec![station("a", 200.0, 500.0, &["V2"]), station("b", 800.0, 500.0, &["V2"])];
    let findings = assess(&layers, &study(), Vec::new());
    let of = |id: &str| {
        findings
            .isochrones
            .iter()
            .find(|i| i.is_first_due && i.station.as_deref() == Some(id) && i.cutoff_s == 180)
            .map(|i| i.area.clone())
            .expect("both stations set out")
    };
    let (a, b) = (of("a"), of("b"));
    assert!(a.intersection(&b).unsigned_area() < 1e-3);
    assert!(a.contains(&Point::new(200.0, 500.0)) && b.contains(&Point::new(800.0, 500.0)));
    assert!((a.unsigned_area() - b.unsigned_area()).abs() / a.unsigned_area() < 0.1);
    assert_eq!(findings.stations[0].neighbours, vec!["b".to_owned()]);
}
