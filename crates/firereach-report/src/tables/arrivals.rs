//! Who arrives at each site in which order, and the force assembled by then.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};

use super::{integer, number, text, word};

/// Every unit of the brigade at every site in the order of its arrival, what nobody measured taken as passable.
///
/// `due` counts the stations: 1 for units of the station that arrives first, 2 for those of the second, and so on.
pub fn arrivals(layers: &Layers, findings: &Findings) -> Table {
    let mut rows = Vec::new();
    for (site, reach) in layers.sites.iter().zip(&findings.reach.sites) {
        let mut stations: Vec<&str> = Vec::new();
        for (unit, order) in reach.force.iter().zip(1..) {
            if !stations.contains(&unit.station.as_str()) {
                stations.push(&unit.station);
            }
            let due =
                stations.iter().position(|station| *station == unit.station).and_then(|at| i64::try_from(at).ok());
            rows.push(Row {
                cells: vec![
                    word(&findings.scenario),
                    word(&site.id),
                    Cell::text(site.name.as_deref()),
                    Cell::Integer(order),
                    due.map_or(Cell::Empty, |at| Cell::Integer(at + 1)),
                    word(&unit.station),
                    word(&unit.vehicle),
                    Cell::Number(unit.response_s, 1),
                    Cell::Integer(i64::from(unit.crew)),
                    Cell::Integer(i64::from(unit.assembled)),
                ],
                shape: None,
            });
        }
    }
    Table {
        name: Cow::Borrowed("arrivals"),
        columns: vec![
            text("scenario"),
            text("site_id"),
            text("name"),
            integer("order"),
            integer("due"),
            text("station_id"),
            text("vehicle"),
            number("response_s"),
            integer("crew"),
            integer("assembled_crew"),
        ],
        shape: ShapeKind::None,
        rows,
    }
}
