//! What is not covered: sites, buildings, stretches of road, each with its nearest time and what keeps it.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::findings::reach::Arrival;
use firereach_model::findings::uncovered::{Binding, Nearest, Shortfall};
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, Row, ShapeKind, Table};
use geo_types::{Geometry, Point};

use super::{number, text, word};

/// The columns that say what keeps a place.
fn binding_columns() -> [Column; 7] {
    [
        text("cause"),
        number("best_s"),
        text("bar_road_id"),
        text("bar_name"),
        text("bar_vehicle"),
        text("bar_reason"),
        text("pinch_id"),
    ]
}

fn binding_cells(layers: &Layers, binding: Option<&Binding>) -> [Cell; 7] {
    let bar = binding.and_then(|binding| binding.bar.as_ref());
    let road = bar
        .and_then(|bar| layers.roads.get(bar.road as usize))
        .filter(|road| Some(&road.id) == bar.map(|b| &b.road_id));
    [
        Cell::text(binding.map(|binding| binding.cause.code())),
        Cell::number(binding.and_then(|binding| binding.best_s), 3),
        Cell::text(bar.map(|bar| bar.road_id.as_str())),
        Cell::text(road.and_then(|road| road.name.as_deref())),
        Cell::text(bar.map(|bar| bar.vehicle.as_str())),
        Cell::text(bar.map(|bar| bar.reason.as_str())),
        Cell::text(bar.and_then(|bar| bar.pinch.as_deref())),
    ]
}

/// The columns that say when a place is reached.
fn time_columns() -> [Column; 5] {
    [
        text("state"),
        number("limit_s"),
        number("after_dispatch_low_s"),
        number("after_dispatch_high_s"),
        text("station_id"),
    ]
}

fn time_cells(findings: &Findings, nearest: &Nearest) -> [Cell; 5] {
    [
        word(nearest.shortfall.code()),
        Cell::number(findings.reach.legal_s, 1),
        Cell::number(nearest.possible_s, 3),
        Cell::number(nearest.certain_s, 3),
        word(&nearest.station),
    ]
}

/// Sites not certainly reached within the legal time, with their times and what keeps them, in the order of the sites.
pub fn uncovered(layers: &Layers, findings: &Findings) -> Table {
    let bindings = &findings.reach.uncovered.sites;
    let rows = layers.sites.iter().zip(&findings.reach.sites).enumerate().filter_map(|(index, (site, reach))| {
        let limit_s = findings.reach.legal_s?;
        let time = |arrival: &Option<Arrival>| {
            // In whole milliseconds, as the rules are held against it.
            let after_s = |arrival: &Arrival| arrival.components.total_s() - arrival.components.call_s;
            arrival.as_ref().map(|arrival| (after_s(arrival) * 1000.0).round() / 1000.0)
        };
        let (low, high) = (time(&reach.first), time(&reach.cautious));
        if high.is_some_and(|s| s <= limit_s) {
            return None;
        }
        let shortfall = match low {
            None => Shortfall::NotReached,
            Some(low) if low > limit_s => Shortfall::Late,
            Some(_) => Shortfall::NotCertain,
        };
        let mut cells = vec![
            word(&findings.scenario),
            word(&site.id),
            Cell::text(site.name.as_deref()),
            word(site.kind.code()),
            Cell::text(site.grade.map(|grade| grade.code())),
            word(shortfall.code()),
            Cell::Number(limit_s, 1),
            Cell::number(low, 3),
            Cell::number(high, 3),
            Cell::text(reach.first.as_ref().map(|arrival| arrival.station.as_str())),
        ];
        cells.extend(binding_cells(layers, bindings.get(index).and_then(Option::as_ref)));
        cells.extend([
            Cell::number(reach.arrive_in_time_prob_low, 3),
            Cell::number(reach.arrive_in_time_prob, 3),
            word(&reach.binding),
            Cell::Longitude(site.point.0),
            Cell::Latitude(site.point.0),
        ]);
        Some(Row { cells, shape: Some(Geometry::Point(site.point)) })
    });
    let mut columns = vec![text("scenario"), text("site_id"), text("name"), text("kind"), text("grade")];
    columns.extend(time_columns());
    columns.extend(binding_columns());
    columns.extend([
        number("arrive_in_time_prob_low"),
        number("arrive_in_time_prob"),
        text("binding"),
        number("lon"),
        number("lat"),
    ]);
    Table { name: Cow::Borrowed("uncovered"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// Buildings whose nearest way is not certainly reached within the legal time, in the order of the layer.
pub fn uncovered_buildings(layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.uncovered.buildings.iter().map(|found| {
        let building = layers.buildings.get(found.building as usize);
        let mut cells = vec![
            word(&findings.scenario),
            Cell::text(building.map(|building| building.id.as_str())),
            Cell::text(building.and_then(|building| building.name.as_deref())),
        ];
        cells.extend(time_cells(findings, &found.nearest));
        cells.extend(binding_cells(layers, Some(&found.nearest.binding)));
        cells.extend([Cell::Longitude(found.at.0), Cell::Latitude(found.at.0)]);
        Row { cells, shape: Some(Geometry::Point(found.at)) }
    });
    let mut columns = vec![text("scenario"), text("building_id"), text("name")];
    columns.extend(time_columns());
    columns.extend(binding_columns());
    columns.extend([number("lon"), number("lat")]);
    Table { name: Cow::Borrowed("uncovered_buildings"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// Stretches of the study's roads for vehicles that are not certainly reached within the legal time, by road and along it.
pub fn uncovered_roads(layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.uncovered.stretches.iter().map(|stretch| {
        let road = layers.roads.get(stretch.road as usize).filter(|road| road.id == stretch.road_id);
        let middle = Point(stretch.line.0[stretch.line.0.len() / 2]);
        let mut cells = vec![
            word(&findings.scenario),
            word(&stretch.road_id),
            Cell::text(road.and_then(|road| road.name.as_deref())),
            Cell::text(road.map(|road| road.class.code())),
            Cell::Number(stretch.stretch_m.0, 1),
            Cell::Number(stretch.stretch_m.1, 1),
            Cell::Number(stretch.length_m, 1),
        ];
        cells.extend(time_cells(findings, &stretch.nearest));
        cells.extend(binding_cells(layers, Some(&stretch.nearest.binding)));
        cells.extend([Cell::Longitude(middle.0), Cell::Latitude(middle.0)]);
        Row { cells, shape: Some(Geometry::LineString(stretch.line.clone())) }
    });
    let mut columns = vec![
        text("scenario"),
        text("road_id"),
        text("name"),
        text("class"),
        number("from_m"),
        number("to_m"),
        number("length_m"),
    ];
    columns.extend(time_columns());
    columns.extend(binding_columns());
    columns.extend([number("lon"), number("lat")]);
    Table { name: Cow::Borrowed("uncovered_roads"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}
