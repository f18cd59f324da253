//! The tables of the ground: areas and footprints, the same in every scenario.

use std::borrow::Cow;

use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};
use firereach_model::units::Quantity;
use geo_types::Geometry;

use super::{integer, number, text};

/// Every area of the study with its kind; the same for all scenarios, so `scenario` names the one it was read for.
pub fn zones(layers: &Layers, scenario: &str) -> Table {
    Table {
        name: Cow::Borrowed("zones"),
        columns: vec![text("scenario"), text("zone_id"), text("name"), text("kind"), number("people"), text("origin")],
        shape: ShapeKind::Polygon,
        rows: layers
            .zones
            .iter()
            .map(|zone| Row {
                cells: vec![
                    Cell::Text(scenario.to_owned()),
                    Cell::Text(zone.id.clone()),
                    Cell::text(zone.name.as_deref()),
                    Cell::Text(zone.kind.code().to_owned()),
                    Cell::number(zone.people, 0),
                    Cell::Text(zone.origin.to_string()),
                ],
                shape: Some(Geometry::MultiPolygon(zone.area.clone())),
            })
            .collect(),
    }
}

/// Every footprint; the same for all scenarios, so `scenario` names the one it was read for.
pub fn buildings(layers: &Layers, scenario: &str) -> Table {
    Table {
        name: Cow::Borrowed("buildings"),
        columns: vec![
            text("scenario"),
            text("building_id"),
            text("name"),
            text("structure"),
            text("usage"),
            integer("storeys"),
            number("height_low_m"),
            number("height_high_m"),
            text("origin"),
        ],
        shape: ShapeKind::Polygon,
        rows: layers
            .buildings
            .iter()
            .map(|building| Row {
                cells: vec![
                    Cell::Text(scenario.to_owned()),
                    Cell::Text(building.id.clone()),
                    Cell::text(building.name.as_deref()),
                    Cell::text(building.body.structure.map(|structure| structure.code())),
                    Cell::text(building.body.usage.map(|usage| usage.code())),
                    building.body.storeys.map_or(Cell::Empty, |storeys| Cell::Integer(storeys.into())),
                    Cell::number(building.body.height.low.map(Quantity::get), 1),
                    Cell::number(building.body.height.high.map(Quantity::get), 1),
                    Cell::Text(building.origin.to_string()),
                ],
                shape: Some(Geometry::Polygon(building.footprint.clone())),
            })
            .collect(),
    }
}
