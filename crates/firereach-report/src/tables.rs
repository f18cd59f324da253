//! Findings as tables: the layers of a GeoPackage, the rows of a CSV file.
//!
//! Keys are lower case and end in their unit. Rows keep the order of the findings, which is documented and stable.

pub mod arrivals;
pub mod lanes;
pub mod proposals;
pub mod reach;
pub mod serving;
mod sites;
pub mod uncovered;
pub mod water;
mod zones;

pub use sites::{site_cells, sites};
pub use zones::{buildings, zones};

use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Table};

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
    water::hose_lays,
    water::supply,
    water::water_gaps,
    water::remedies,
    water::widened_lanes,
    water::surveys,
];

/// Every table of a run, the rows of all scenarios one after the other.
///
/// `layers` are those of the base: findings speak of their roads and sites by index.
pub fn all(layers: &Layers, findings: &[Findings]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::with_capacity(MAKERS.len() + 1);
    for maker in MAKERS {
        let mut of_scenarios = findings.iter().map(|found| maker(layers, found));
        if let Some(mut table) = of_scenarios.next() {
            table.rows.extend(of_scenarios.flat_map(|other| other.rows));
            if table.name == "isochrones" {
                reach::leave_out_unchanged(&mut table);
            }
            tables.push(table);
        }
    }
    if let Some(first) = findings.first() {
        tables.push(buildings(layers, &first.scenario));
        tables.push(zones(layers, &first.scenario));
    }
    tables
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
