//! Reached roads, isochrones, coverage, stations, and what two scenarios differ in.

use std::borrow::Cow;
use std::collections::HashMap;

use firereach_model::findings::Findings;
use firereach_model::findings::comparison::Comparison;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use geo_types::Geometry;

use super::{integer, number, text};
use crate::gain::GainClass;

fn owned(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

/// Parts of roads reached within the largest cutoff, by road and along it; times from the dispatch order.
pub fn reached_roads(layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.reached_roads.iter().map(|part| {
        let road = layers.roads.get(part.road);
        Row {
            cells: vec![
                owned(&findings.scenario),
                Cell::text(road.map(|road| road.id.as_str())),
                Cell::text(road.and_then(|road| road.name.as_deref())),
                Cell::text(road.map(|road| road.class.code())),
                Cell::Number(part.from_s, 1),
                Cell::Number(part.to_s, 1),
                owned(&part.station),
                owned(&part.mode),
            ],
            shape: Some(Geometry::LineString(part.line.clone())),
        }
    });
    Table {
        name: Cow::Borrowed("reached_roads"),
        columns: vec![
            text("scenario"),
            text("road_id"),
            text("name"),
            text("class"),
            number("from_s"),
            number("to_s"),
            text("station_id"),
            text("mode"),
        ],
        shape: ShapeKind::Line,
        rows: rows.collect(),
    }
}

/// Areas reached within each cutoff: of each station, of all together (no station), and each station's first-due part.
///
/// Of several scenarios, the later ones list the areas of single stations only where they are not those of the first.
pub fn isochrones(_layers: &Layers, findings: &Findings) -> Table {
    let discs = findings
        .reach
        .isochrones
        .iter()
        .map(|isochrone| (isochrone, if isochrone.is_first_due { "first_due" } else { "reach" }));
    let bands = findings.reach.bands.iter().map(|isochrone| (isochrone, "band"));
    let rows = discs.chain(bands).map(|(isochrone, kind)| Row {
        cells: vec![
            owned(&findings.scenario),
            Cell::text(isochrone.station.as_deref()),
            Cell::Integer(i64::from(isochrone.cutoff_s)),
            owned(kind),
            Cell::Number(isochrone.reached_m, 0),
            Cell::number(isochrone.area_error, 4),
            owned(isochrone.heading.code()),
        ],
        shape: Some(Geometry::MultiPolygon(isochrone.area.clone())),
    });
    Table {
        name: Cow::Borrowed("isochrones"),
        columns: vec![
            text("scenario"),
            text("station_id"),
            integer("cutoff_s"),
            text("kind"),
            number("reached_m"),
            number("area_error_share"),
            text("direction"),
        ],
        shape: ShapeKind::Polygon,
        rows: rows.collect(),
    }
}

/// Leaves out what a later scenario does not change: the areas of single stations that are those of the first scenario.
///
/// The areas of all stations together and each station's first-due part stay in every scenario.
pub(super) fn leave_out_unchanged(isochrones: &mut Table) {
    const KEYS: [&str; 5] = ["scenario", "station_id", "cutoff_s", "kind", "direction"];
    let place = |key: &str| isochrones.columns.iter().position(|column| column.key == key);
    let [Some(scenario), Some(station), Some(cutoff), Some(kind), Some(direction)] = KEYS.map(place) else { return };
    let Some(first) = isochrones.rows.first().map(|row| row.cells[scenario].clone()) else { return };
    let is_own = |row: &Row| row.cells[station] != Cell::Empty && row.cells[kind] != owned("first_due");
    let base: Vec<Row> =
        isochrones.rows.iter().filter(|row| row.cells[scenario] == first && is_own(row)).cloned().collect();
    let is_same = |row: &Row, other: &Row| {
        [station, cutoff, kind, direction].iter().all(|&key| row.cells[key] == other.cells[key])
            && row.shape == other.shape
    };
    isochrones
        .rows
        .retain(|row| row.cells[scenario] == first || !is_own(row) || !base.iter().any(|other| is_same(row, other)));
}

/// Coverage figures with their denominators, and the figures of the distribution of times.
pub fn coverage(layers: &Layers, findings: &Findings) -> Table {
    // A part is named by what kind of part it is and its identifier.
    let names: HashMap<&str, &str> =
        layers.zones.iter().filter_map(|zone| Some((zone.id.as_str(), zone.name.as_deref()?))).collect();
    let name = |part: &str| Cell::text(part.split_once(':').and_then(|(_, id)| names.get(id).copied()));
    let covered = findings.reach.coverage.iter().map(|coverage| {
        let share = |value: f64| (coverage.of > 0.0).then(|| value / coverage.of);
        vec![
            owned(&findings.scenario),
            owned(&coverage.measure),
            owned(&coverage.part),
            name(&coverage.part),
            Cell::Number(coverage.covered, 3),
            Cell::Number(coverage.covered_high, 3),
            Cell::Number(coverage.of, 3),
            owned(&coverage.unit),
            Cell::number(share(coverage.covered), 4),
            Cell::number(share(coverage.covered_high), 4),
        ]
    });
    let figures = findings.reach.figures.iter().map(|figure| {
        vec![
            owned(&findings.scenario),
            owned(&figure.measure),
            owned(&figure.part),
            name(&figure.part),
            Cell::number(figure.low, 3),
            Cell::number(figure.high, 3),
            Cell::Number(figure.count as f64, 3),
            owned(&figure.unit),
            Cell::Empty,
            Cell::Empty,
        ]
    });
    Table {
        name: Cow::Borrowed("coverage"),
        columns: vec![
            text("scenario"),
            text("measure"),
            text("part"),
            text("part_name"),
            number("low"),
            number("high"),
            number("of"),
            text("unit"),
            number("low_share"),
            number("high_share"),
        ],
        shape: ShapeKind::None,
        rows: covered.chain(figures).map(|cells| Row { cells, shape: None }).collect(),
    }
}

/// Every station with its area, its neighbours and one column a checked rule's worst verdict.
pub fn stations(layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.stations.iter().map(|reach| {
        let of_the_base = || layers.stations.iter().find(|station| station.id == reach.station);
        let station = reach.as_it_is.as_ref().or_else(of_the_base);
        let rulings: Vec<String> =
            reach.rulings.iter().map(|ruling| format!("{}: {}", ruling.rule, ruling.verdict.code())).collect();
        Row {
            cells: vec![
                owned(&findings.scenario),
                owned(&reach.station),
                Cell::text(station.and_then(|station| station.name.as_deref())),
                Cell::text(station.map(|station| station.kind.code())),
                station.map_or(Cell::Empty, |station| Cell::Flag(station.is_proposed)),
                Cell::Flag(reach.is_staffed),
                owned(&reach.vehicles.join(" ")),
                Cell::Number(reach.turnout_s, 1),
                Cell::number(reach.snapped_m, 1),
                Cell::number(reach.first_due_km2, 3),
                Cell::number(reach.reach_km2, 3),
                Cell::number(reach.formula_km2.map(|formula| formula.0), 2),
                Cell::number(reach.formula_km2.map(|formula| formula.1), 2),
                Cell::number(reach.farthest_s, 1),
                Cell::Integer(i64::from(reach.first_due_sites)),
                Cell::number(reach.centrality.map(|share| share.0), 2),
                Cell::number(reach.centrality.map(|share| share.1), 2),
                Cell::number(reach.corridor_m, 0),
                owned(&reach.neighbours.join(" ")),
                owned(&rulings.join("; ")),
            ],
            shape: station.map(|station| Geometry::Point(station.at)),
        }
    });
    Table {
        name: Cow::Borrowed("stations"),
        columns: vec![
            text("scenario"),
            text("station_id"),
            text("name"),
            text("kind"),
            Column::new("is_proposed", ColumnKind::Flag),
            Column::new("is_staffed", ColumnKind::Flag),
            text("vehicles"),
            number("turnout_s"),
            number("snapped_m"),
            number("first_due_km2"),
            number("reach_km2"),
            number("formula_low_km2"),
            number("formula_high_km2"),
            number("farthest_s"),
            integer("first_due_sites"),
            number("centrality_low_share"),
            number("centrality_high_share"),
            number("corridor_m"),
            text("neighbours"),
            text("rulings"),
        ],
        shape: ShapeKind::Point,
        rows: rows.collect(),
    }
}

/// What becomes of every site from one scenario to another: the difference layer.
pub fn differences(comparison: &Comparison) -> Table {
    let rows = comparison.sites.iter().map(|site| {
        let verdicts: Vec<String> =
            site.verdicts.iter().map(|(rule, before, after)| format!("{rule}: {before} -> {after}")).collect();
        let class = site.water_class.as_ref().map(|(before, after)| format!("{before} -> {after}"));
        Row {
            cells: vec![
                owned(&comparison.from),
                owned(&comparison.to),
                owned(&site.site),
                Cell::text(site.name.as_deref()),
                owned(site.kind()),
                owned(&GainClass::of(site).code()),
                Cell::number(site.before_s, 1),
                Cell::number(site.after_s, 1),
                Cell::number(site.gain_s, 1),
                Cell::text(site.station_before.as_deref()),
                Cell::text(site.station_after.as_deref()),
                owned(&verdicts.join("; ")),
                Cell::text(class.as_deref()),
                Cell::text(site.because.as_deref()),
            ],
            shape: Some(Geometry::Point(site.at)),
        }
    });
    Table {
        name: Cow::Borrowed("differences"),
        columns: vec![
            text("from_scenario"),
            text("to_scenario"),
            text("site_id"),
            text("name"),
            text("change"),
            text("gain_class"),
            number("before_s"),
            number("after_s"),
            number("gain_s"),
            text("station_before"),
            text("station_after"),
            text("verdicts"),
            text("water_class"),
            text("because"),
        ],
        shape: ShapeKind::Point,
        rows: rows.collect(),
    }
}
