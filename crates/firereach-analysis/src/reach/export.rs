//! The priced network as tables, so that anyone can check a flood with other software.

use std::borrow::Cow;

use firereach_model::study::Study;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use geo_types::{Coord, Geometry};

use super::units;
use crate::change::Conditions;
use crate::network::{Assumption, Costs, Network, Passage, Search, Seed, price_drive};

/// `nodes`, `edges`, `snaps` and `times` of one vehicle in one scenario, by the optimistic prices.
///
/// A node is a state of the drive: having just driven one direction of one edge, so that turns have their price. Its number
/// is twice the edge's, and one more against the road's line; numbers beyond are copies that remember a forbidden sequence
/// of turns. It lies at the end of that edge. Every row of `edges` is one directed arc between two such nodes, the turn and
/// the whole edge behind it, with its time in whole milliseconds; impassable arcs are absent. Every staffed station that
/// has the vehicle is a node of its own, `station/ID`, with the turnout in `start_ms`, and with up to two arcs that lead
/// along the edge it is snapped to, to the nodes at its ends. A shortest path search over `edges` that begins at all these
/// nodes at their `start_ms` gives `times` to the millisecond; `station_id` is the station of the smallest identifier among
/// the earliest. `snaps` says where stations, sites and hydrants are on the network; of a site, the nearest place.
///
/// `None` when the catalogue has no such vehicle.
pub fn export_network(
    network: &Network,
    passages: &[Passage],
    study: &Study,
    conditions: &Conditions<'_>,
    vehicle_code: &str,
) -> Option<[Table; 4]> {
    let vehicle_index = study.vehicles.iter().position(|vehicle| vehicle.code == vehicle_code)?;
    let vehicle = &study.vehicles[vehicle_index];
    let parameters = &study.rulebook.parameters;
    let movement = &parameters.movement;
    let costs = price_drive(network, passages, vehicle, parameters, conditions, Assumption::Optimistic);
    let posts = units::posts(study, conditions);
    let starts: Vec<(&units::Post<'_>, crate::network::Snap)> = posts
        .iter()
        .filter(|post| post.is_staffed && post.vehicles.contains(&vehicle_index))
        .filter_map(|post| {
            units::enter(network, post.station, conditions, &costs, movement.snap_limit_m).map(|snap| (post, snap))
        })
        .collect();
    let seeds: Vec<Seed> = starts.iter().map(|(post, snap)| units::seed(post, snap)).collect();
    let mut search = Search::new(network);
    search.run(network, &costs, &seeds, movement.longest_s.saturating_mul(1000));
    Some([
        nodes(network, &costs, &starts),
        edges(network, conditions, &costs, &starts),
        snaps(network, study, conditions, &starts),
        times(&search, &posts, &starts),
    ])
}

type Start<'a, 'b> = (&'a units::Post<'b>, crate::network::Snap);

fn column(key: &'static str, kind: ColumnKind) -> Column {
    Column::new(key, kind)
}

fn table(name: &'static str, columns: Vec<Column>, shape: ShapeKind, rows: Vec<Row>) -> Table {
    Table { name: Cow::Borrowed(name), columns, shape, rows }
}

fn name_of_station(post: &units::Post<'_>) -> String {
    format!("station/{}", post.station.id)
}

fn place_cells(at: Coord<f64>, height_m: Option<f64>) -> [Cell; 5] {
    [Cell::Number(at.x, 3), Cell::Number(at.y, 3), Cell::Longitude(at), Cell::Latitude(at), Cell::number(height_m, 2)]
}

fn nodes(network: &Network, costs: &Costs, starts: &[Start<'_, '_>]) -> Table {
    let graph = network.drive_graph();
    let mut rows = Vec::new();
    for state in (0u32..).take(graph.state_count()) {
        if graph.arc_of(state).is_none_or(|arc| costs.arc_ms(arc).is_none()) {
            continue;
        }
        let node = graph.node(state);
        let at = network.node_at(node);
        let mut cells = vec![Cell::Text(state.to_string())];
        cells.extend(place_cells(at, network.node_height(node)));
        cells.push(Cell::Empty);
        rows.push(Row { cells, shape: Some(Geometry::Point(at.into())) });
    }
    for (post, snap) in starts {
        let mut cells = vec![Cell::Text(name_of_station(post))];
        cells.extend(place_cells(snap.at, None));
        cells.push(Cell::Integer(i64::from(post.turnout_ms)));
        rows.push(Row { cells, shape: Some(Geometry::Point(snap.at.into())) });
    }
    let columns = vec![
        column("node_id", ColumnKind::Text),
        column("x_m", ColumnKind::Number),
        column("y_m", ColumnKind::Number),
        column("lon", ColumnKind::Number),
        column("lat", ColumnKind::Number),
        column("z_m", ColumnKind::Number),
        column("start_ms", ColumnKind::Integer),
    ];
    table("nodes", columns, ShapeKind::Point, rows)
}

fn edges(network: &Network, conditions: &Conditions<'_>, costs: &Costs, starts: &[Start<'_, '_>]) -> Table {
    let graph = network.drive_graph();
    let roads = &conditions.layers.roads;
    let mut rows = Vec::new();
    let row = |edge: crate::network::EdgeId, from: String, to: String, length_m: f64, ms: u32| Row {
        cells: vec![
            Cell::Integer(i64::from(edge.0)),
            Cell::Text(from),
            Cell::Text(to),
            Cell::Text(roads[network.edge(edge).road as usize].id.clone()),
            Cell::Number(length_m, 3),
            Cell::Integer(i64::from(ms)),
            Cell::Text("drive".to_owned()),
        ],
        shape: None,
    };
    for step in 0..graph.step_count() {
        let is_from_passable = graph.arc_of(graph.tail(step)).is_some_and(|arc| costs.arc_ms(arc).is_some());
        if let Some(ms) = costs.step_ms(step).filter(|_| is_from_passable) {
            let edge = graph.arc(step).edge();
            let (from, to) = (graph.tail(step).to_string(), graph.head(step).to_string());
            rows.push(row(edge, from, to, network.edge(edge).length_m, ms));
        }
    }
    for (post, snap) in starts {
        let own = network.edge(snap.edge);
        for (arc, rest_m) in
            [(snap.edge.forward(), own.plan_m() - snap.offset_m), (snap.edge.backward(), snap.offset_m)]
        {
            if let Some(ms) = costs.part_ms(network, arc, rest_m) {
                let length_m = own.length_m * rest_m / own.plan_m();
                rows.push(row(snap.edge, name_of_station(post), arc.0.to_string(), length_m, ms));
            }
        }
    }
    let columns = vec![
        column("edge_id", ColumnKind::Integer),
        column("from", ColumnKind::Text),
        column("to", ColumnKind::Text),
        column("road", ColumnKind::Text),
        column("length_m", ColumnKind::Number),
        column("time_ms", ColumnKind::Integer),
        column("mode", ColumnKind::Text),
    ];
    table("edges", columns, ShapeKind::None, rows)
}

fn snaps(network: &Network, study: &Study, conditions: &Conditions<'_>, starts: &[Start<'_, '_>]) -> Table {
    let layers = &conditions.layers;
    let limit_m = study.rulebook.parameters.movement.snap_limit_m;
    let mut rows = Vec::new();
    let mut add = |layer: &str, id: &str, snap: Option<crate::network::Snap>| {
        rows.push(Row {
            cells: vec![
                Cell::Text(layer.to_owned()),
                Cell::Text(id.to_owned()),
                snap.map_or(Cell::Empty, |snap| Cell::Integer(i64::from(snap.edge.0))),
                Cell::number(snap.map(|snap| snap.offset_m), 3),
                Cell::number(snap.map(|snap| snap.distance_m), 3),
            ],
            shape: None,
        });
    };
    for station in &layers.stations {
        let start = starts.iter().find(|(post, _)| std::ptr::eq(post.station, station)).map(|&(_, snap)| snap);
        add("stations", &station.id, start.or_else(|| network.snap(station.at, limit_m, |_| true)));
    }
    for site in &layers.sites {
        let near = network.snap_all(layers, &site.shape, limit_m, |_| true);
        add("sites", &site.id, near.into_iter().min_by(|a, b| a.distance_m.total_cmp(&b.distance_m)));
    }
    for hydrant in &layers.hydrants {
        let is_on_level =
            |edge: crate::network::EdgeId| layers.roads[network.edge(edge).road as usize].level == hydrant.level;
        add("hydrants", &hydrant.id, network.snap(hydrant.at, limit_m, is_on_level));
    }
    let columns = vec![
        column("layer", ColumnKind::Text),
        column("feature_id", ColumnKind::Text),
        column("edge_id", ColumnKind::Integer),
        column("offset_m", ColumnKind::Number),
        column("distance_m", ColumnKind::Number),
    ];
    table("snaps", columns, ShapeKind::None, rows)
}

fn times(search: &Search, posts: &[units::Post<'_>], starts: &[Start<'_, '_>]) -> Table {
    let mut settled = search.settled().to_vec();
    settled.sort_unstable();
    let mut rows: Vec<Row> = settled
        .into_iter()
        .filter_map(|state| search.at_state(state).map(|label| (state, label)))
        .map(|(state, label)| Row {
            cells: vec![
                Cell::Text(state.to_string()),
                Cell::Integer(i64::from(label.ms)),
                Cell::Text(super::station_of(posts, label.owner)),
            ],
            shape: None,
        })
        .collect();
    rows.extend(starts.iter().map(|(post, _)| Row {
        cells: vec![
            Cell::Text(name_of_station(post)),
            Cell::Integer(i64::from(post.turnout_ms)),
            Cell::Text(post.station.id.clone()),
        ],
        shape: None,
    }));
    let columns = vec![
        column("node_id", ColumnKind::Text),
        column("time_ms", ColumnKind::Integer),
        column("station_id", ColumnKind::Text),
    ];
    table("times", columns, ShapeKind::None, rows)
}
