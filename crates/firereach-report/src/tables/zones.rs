//! The table of areas.

use std::borrow::Cow;

use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};
use geo_types::Geometry;

use super::{number, text};

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
