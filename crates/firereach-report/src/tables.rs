//! Findings as tables: the layers of a GeoPackage, the rows of a CSV file.
//!
//! Keys are lower case and end in their unit. Rows keep the order of the findings, which is documented and stable.

pub mod arrivals;
pub mod hoses;
pub mod lanes;
pub mod proposals;
pub mod reach;
pub mod serving;
mod sites;
pub mod uncovered;
pub mod water;
pub mod water_order;
mod zones;

pub use sites::{site_cells, sites};
pub use zones::{buildings, zones};

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};

/// Makes one table of one scenario.
type Maker = fn(&Layers, &Findings) -> Table;

/// The tables of every run, in the order of a GeoPackage's layers.
const MAKERS: &[Maker] = &[
    sites,
    lanes::lanes,
    lanes::pinch_points,
    lanes::gaps,
    lanes::clear_first,
    lanes::corners,
    lanes::swept_paths,
    lanes::dead_ends,
    lanes::turnarounds,
    serving::lane_service,
    serving::operating_sites,
    serving::courts,
    serving::blocks,
    lanes::site_access,
    lanes::stops,
    lanes::dependences,
    lanes::separation,
    lanes::encroachments,
    lanes::marking,
    reach::reached_roads,
    reach::isochrones,
    reach::coverage,
    reach::stations,
    arrivals::arrivals,
    uncovered::uncovered,
    uncovered::uncovered_buildings,
    uncovered::uncovered_roads,
    proposals::proposals,
    proposals::sensitivity,
    proposals::firmness,
    water::hydrants,
    water::water_sources,
    water::without_hydrant,
    hoses::hose_lays,
    hoses::supply,
    water_order::needs,
    water::water_gaps,
    water_order::ranking,
    water_order::water_figures,
    water::remedies,
    water::widened_lanes,
    water::surveys,
];

/// Layers that a scenario seldom changes, that are large and that no CSV file holds: where a later scenario has just the rows
/// of the first, they are not said again. The table `unchanged` says where that is so.
const SELDOM_CHANGED: &[&str] = &[
    "lanes",
    "gaps",
    "corners",
    "swept_paths",
    "dead_ends",
    "turnarounds",
    "lane_service",
    "operating_sites",
    "courts",
    "blocks",
    "site_access",
    "dependences",
    "separation",
    "encroachments",
    "reached_roads",
];

/// Every table of a run, the rows of all scenarios one after the other.
///
/// `layers` are those of the base: findings speak of their roads and sites by index.
pub fn all(layers: &Layers, findings: &[Findings]) -> Vec<Table> {
    let Some((first, others)) = findings.split_first() else { return Vec::new() };
    let mut tables: Vec<Table> = Vec::with_capacity(MAKERS.len() + 3);
    let mut unchanged = Vec::new();
    for maker in MAKERS {
        let mut table = maker(layers, first);
        let of_first = table.rows.len();
        let may_be_left_out = SELDOM_CHANGED.contains(&table.name.as_ref()) && of_first > 0;
        for found in others {
            let other = maker(layers, found);
            if may_be_left_out && is_same_but_for_the_scenario(&table.rows[..of_first], &other.rows) {
                unchanged.push((table.name.clone(), found.scenario.clone(), first.scenario.clone()));
            } else {
                table.rows.extend(other.rows);
            }
        }
        if table.name == "isochrones" {
            reach::leave_out_unchanged(&mut table);
        }
        if let Some((_, keys)) = hoses::SPARSE.iter().find(|(name, _)| *name == table.name) {
            hoses::leave_out_unchanged(&mut table, keys);
        }
        tables.push(table);
    }
    tables.push(of_unchanged(unchanged));
    tables.push(buildings(layers, &first.scenario));
    tables.push(zones(layers, &first.scenario));
    tables
}

/// Whether rows are the same, cell by cell and place by place, in all but their first cell, which names the scenario.
fn is_same_but_for_the_scenario(some: &[Row], others: &[Row]) -> bool {
    let is_same = |(a, b): (&Row, &Row)| a.cells.get(1..) == b.cells.get(1..) && a.shape == b.shape;
    some.len() == others.len() && some.iter().zip(others).all(is_same)
}

/// Which layers a scenario has as another one has them, so that its own rows are left out.
fn of_unchanged(layers: Vec<(Cow<'static, str>, String, String)>) -> Table {
    let rows = layers.into_iter().map(|(layer, scenario, as_in)| Row {
        cells: vec![Cell::Text(scenario), Cell::Text(layer.into_owned()), Cell::Text(as_in)],
        shape: None,
    });
    Table {
        name: Cow::Borrowed("unchanged"),
        columns: vec![text("scenario"), text("layer"), text("as_in_scenario")],
        shape: ShapeKind::None,
        rows: rows.collect(),
    }
}

/// Whether the later scenarios of a table leave out the rows that are as in the first.
pub(crate) fn is_sparse(table: &str) -> bool {
    hoses::SPARSE.iter().any(|(name, _)| *name == table)
}

/// A column of text.
pub(crate) const fn text(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Text)
}

/// A column of numbers.
pub(crate) const fn number(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Number)
}

/// A column of whole numbers.
pub(crate) const fn integer(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Integer)
}

/// A text cell that is empty for an empty text.
pub(crate) fn word(value: &str) -> Cell {
    if value.is_empty() { Cell::Empty } else { Cell::Text(value.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use firereach_model::findings::reach::ReachedRoad;
    use geo_types::LineString;

    /// Findings of a scenario with one road, reached by an engine of `station`.
    fn found(scenario: &str, station: &str) -> Findings {
        let mut found = Findings { scenario: scenario.to_owned(), ..Findings::default() };
        found.reach.reached_roads.push(ReachedRoad {
            road: 0,
            line: LineString(Vec::new()),
            from_s: 1.0,
            to_s: 2.0,
            station: station.to_owned(),
            mode: "drive".to_owned(),
        });
        found
    }

    #[test]
    fn a_layer_that_a_scenario_does_not_change_is_said_once() {
        let run = [found("today", "A"), found("evening", "A"), found("a station more", "B")];
        let tables = all(&Layers::default(), &run);
        let rows = |name: &str| &tables.iter().find(|table| table.name == name).expect("a table of a run").rows;
        let scenarios: Vec<&Cell> = rows("reached_roads").iter().map(|row| &row.cells[0]).collect();
        let text = |word: &str| Cell::Text(word.to_owned());
        assert_eq!(scenarios, [&text("today"), &text("a station more")]);
        let unchanged: Vec<&[Cell]> = rows("unchanged").iter().map(|row| row.cells.as_slice()).collect();
        assert_eq!(unchanged, [&[text("evening"), text("reached_roads"), text("today")]]);
    }
}
