//! The priced network as tables, so that anyone can check a flood with other software.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firereach_model::study::Study;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use geo_types::{Coord, Geometry};

use super::units;
use crate::change::Conditions;
use crate::network::{ArcId, Assumption, Costs, EdgeId, Network, NodeId, Passage, Search, Seed, price_drive};

/// `nodes`, `edges`, `snaps` and `times` of one vehicle in one scenario, by the optimistic prices.
///
/// Every direction of every edge that the vehicle may drive is a row of `edges` of its own, with mode `drive` and
/// `edge_id` twice the edge's number, and one more against the road's line; numbers beyond are copies that remember a
/// forbidden sequence of turns. It leads from a node of its own at its beginning to a node of its own at its end, and rows
/// of mode `turn`, without length, join the end of one to the beginning of the next with what the turn costs; a turn that
/// is not possible or not allowed is absent. Times are whole milliseconds.
///
/// Every staffed station that has the vehicle is a node `station/ID` with its turnout in `start_ms`, from which rows of mode
/// `enter` lead along the edge it is snapped to, to its ends. A shortest path search over `edges` that begins at these nodes
/// at their `start_ms` gives `times` to the millisecond; `station_id` is the station of the smallest identifier among the
/// earliest. `snaps` says where stations, sites and hydrants are: one row for each direction of the edge, with `offset_m`
/// from the row's beginning along its `length_m`; of a site, the nearest place.
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
        times(network, &costs, &search, &posts, &starts),
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

/// The states of the drive that the vehicle can be in, with the direction of the edge just driven.
fn driven_states(network: &Network, costs: &Costs) -> Vec<(u32, ArcId)> {
    let graph = network.drive_graph();
    (0u32..)
        .take(graph.state_count())
        .filter_map(|state| graph.arc_of(state).map(|arc| (state, arc)))
        .filter(|&(_, arc)| costs.arc_ms(arc).is_some())
        .collect()
}

/// The number of the node at the beginning of what is driven into a state; the state's own number is that of the end.
fn begin_of(states: usize, state: u32) -> u32 {
    u32::try_from(states).expect("states are numbered by 32 bits") + state
}

/// The nodes at the beginning and the end of one direction of an edge.
fn ends(network: &Network, arc: ArcId) -> (NodeId, NodeId) {
    let edge = network.edge(arc.edge());
    if arc.is_forward() { (edge.from, edge.to) } else { (edge.to, edge.from) }
}

fn nodes(network: &Network, costs: &Costs, starts: &[Start<'_, '_>]) -> Table {
    let graph = network.drive_graph();
    let mut rows = Vec::new();
    let states = driven_states(network, costs);
    for &(state, arc) in &states {
        let (tail, head) = ends(network, arc);
        for (id, node) in [(state, head), (begin_of(graph.state_count(), state), tail)] {
            let at = network.node_at(node);
            let mut cells = vec![Cell::Text(id.to_string())];
            cells.extend(place_cells(at, network.node_height(node)));
            cells.push(Cell::Empty);
            rows.push(Row { cells, shape: Some(Geometry::Point(at.into())) });
        }
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

/// What the turn of a step costs by itself: the step without the edge behind it.
fn turn_ms(network: &Network, costs: &Costs, step: usize) -> Option<u32> {
    let arc_ms = costs.arc_ms(network.drive_graph().arc(step))?;
    costs.step_ms(step).map(|ms| ms.saturating_sub(arc_ms))
}

fn edges(network: &Network, conditions: &Conditions<'_>, costs: &Costs, starts: &[Start<'_, '_>]) -> Table {
    let graph = network.drive_graph();
    let roads = &conditions.layers.roads;
    let mut rows = Vec::new();
    let row = |id: usize, edge: EdgeId, ends: (String, String), length_m: f64, ms: u32, mode: &str| Row {
        cells: vec![
            i64::try_from(id).map_or(Cell::Empty, Cell::Integer),
            Cell::Text(ends.0),
            Cell::Text(ends.1),
            Cell::Text(roads[network.edge(edge).road as usize].id.clone()),
            Cell::Number(length_m, 3),
            Cell::Integer(i64::from(ms)),
            Cell::Text(mode.to_owned()),
        ],
        shape: None,
    };
    let states = graph.state_count();
    for (state, arc) in driven_states(network, costs) {
        let Some(ms) = costs.arc_ms(arc) else { continue };
        let ends = (begin_of(states, state).to_string(), state.to_string());
        rows.push(row(state as usize, arc.edge(), ends, network.edge(arc.edge()).length_m, ms, "drive"));
    }
    for step in 0..graph.step_count() {
        let is_from_passable = graph.arc_of(graph.tail(step)).is_some_and(|arc| costs.arc_ms(arc).is_some());
        if let Some(turn_ms) = turn_ms(network, costs, step).filter(|_| is_from_passable) {
            let ends = (graph.tail(step).to_string(), begin_of(states, graph.head(step)).to_string());
            rows.push(row(states + step, graph.arc(step).edge(), ends, 0.0, turn_ms, "turn"));
        }
    }
    let mut id = states + graph.step_count();
    for (post, snap) in starts {
        let own = network.edge(snap.edge);
        for (arc, rest_m) in
            [(snap.edge.forward(), own.plan_m() - snap.offset_m), (snap.edge.backward(), snap.offset_m)]
        {
            if let Some(ms) = costs.part_ms(network, arc, rest_m) {
                let length_m = own.length_m * rest_m / own.plan_m();
                rows.push(row(id, snap.edge, (name_of_station(post), arc.0.to_string()), length_m, ms, "enter"));
                id += 1;
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
        let Some(snap) = snap else {
            let cells =
                vec![Cell::Text(layer.to_owned()), Cell::Text(id.to_owned()), Cell::Empty, Cell::Empty, Cell::Empty];
            rows.push(Row { cells, shape: None });
            return;
        };
        let edge = network.edge(snap.edge);
        let scale = if edge.plan_m() > 0.0 { edge.length_m / edge.plan_m() } else { 1.0 };
        for (arc, offset_m) in
            [(snap.edge.forward(), snap.offset_m), (snap.edge.backward(), edge.plan_m() - snap.offset_m)]
        {
            rows.push(Row {
                cells: vec![
                    Cell::Text(layer.to_owned()),
                    Cell::Text(id.to_owned()),
                    Cell::Integer(i64::from(arc.0)),
                    Cell::Number(offset_m * scale, 3),
                    Cell::Number(snap.distance_m, 3),
                ],
                shape: None,
            });
        }
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

fn times(
    network: &Network,
    costs: &Costs,
    search: &Search,
    posts: &[units::Post<'_>],
    starts: &[Start<'_, '_>],
) -> Table {
    let graph = network.drive_graph();
    // First arrival and station by node: ends as the search settled them, beginnings over the turns that lead there.
    let mut first: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for state in search.settled() {
        if let Some(label) = search.at_state(state) {
            first.insert(state, (label.ms, label.owner));
        }
    }
    for step in 0..graph.step_count() {
        let (Some(turn_ms), Some(label)) = (turn_ms(network, costs, step), search.at_state(graph.tail(step))) else {
            continue;
        };
        let arrival = (label.ms.saturating_add(turn_ms), label.owner);
        let begin = first.entry(begin_of(graph.state_count(), graph.head(step))).or_insert(arrival);
        *begin = arrival.min(*begin);
    }
    let mut rows: Vec<Row> = first
        .into_iter()
        .map(|(node, (ms, owner))| Row {
            cells: vec![
                Cell::Text(node.to_string()),
                Cell::Integer(i64::from(ms)),
                Cell::Text(super::station_of(posts, owner)),
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
