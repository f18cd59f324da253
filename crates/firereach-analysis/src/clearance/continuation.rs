//! A road's line with what continues it past its ends.

use firereach_model::layers::Layers;
use firereach_model::parameters::LaneParameters;
use geo_types::Coord;

use super::plane::{cross, distance, dot, minus};
use crate::network::{ArcId, Network, NodeId};

/// A road's line with what continues it.
pub(crate) struct Continued {
    pub(crate) coords: Vec<Coord<f64>>,
    pub(crate) own: (usize, usize),
    pub(crate) closed: (bool, bool),
}

impl Continued {
    /// The road's line with what continues it at both ends, which vertices are its own, and which ends nothing continues.
    pub(crate) fn of(
        network: &Network,
        layers: &Layers,
        road: usize,
        parameters: &LaneParameters,
        reach_m: f64,
    ) -> Self {
        let far = (parameters.continues_deg, reach_m);
        let own = &layers.roads[road].line.0;
        let edges = network.edges_of_road(road);
        let (first, last) = (network.edges()[edges.start], network.edges()[edges.end - 1]);
        let mut before = continuation((network, layers), edges.start, first.from, own.iter().copied(), far);
        let after = continuation((network, layers), edges.end - 1, last.to, own.iter().rev().copied(), far);
        let closed = (before.is_none(), after.is_none());
        let mut coords = before.take().unwrap_or_default();
        coords.reverse();
        let start = coords.len();
        coords.extend_from_slice(own);
        let end = coords.len() - 1;
        coords.extend(after.unwrap_or_default());
        Self { coords, own: (start, end), closed }
    }
}

/// What continues a road past one of its ends, outwards, without the end itself; `None` when nothing does.
///
/// At a node of two edges the other one does, however sharp the bend; at a junction the one that leaves straightest, if
/// it does so within the deflection given. Where that is the road itself, which comes back to its end, nothing is added: its
/// line is there already, and what crosses it once would cross it twice.
fn continuation(
    (network, layers): (&Network, &Layers),
    edge: usize,
    node: NodeId,
    inwards: impl Iterator<Item = Coord<f64>>,
    (continues_deg, reach_m): (f64, f64),
) -> Option<Vec<Coord<f64>>> {
    if network.edges()[edge].from == network.edges()[edge].to {
        return Some(Vec::new());
    }
    let here = network.node_at(node);
    let behind = inwards.into_iter().find(|p| distance(*p, here) > 1.0)?;
    let out = minus(here, behind);
    let mut others: Vec<(f64, ArcId, Vec<Coord<f64>>)> = Vec::new();
    for arc in network.arcs_out(node) {
        if arc.edge().index() == edge {
            continue;
        }
        let mut line = network.edge_line(layers, arc.edge()).0;
        if !arc.is_forward() {
            line.reverse();
        }
        let Some(next) = line.iter().copied().find(|p| distance(*p, here) > 1.0).or(line.last().copied()) else {
            continue;
        };
        let on = minus(next, here);
        let angle = cross(out, on).atan2(dot(out, on)).abs().to_degrees();
        others.push((angle, arc, line));
    }
    let count = others.len();
    let (angle, arc, line) = others.into_iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    if count > 1 && angle > continues_deg {
        return None;
    }
    if network.edge(arc.edge()).road == network.edges()[edge].road {
        return Some(Vec::new());
    }
    let mut length = 0.0;
    let mut last = here;
    let mut way = Vec::new();
    for p in line.into_iter().skip(1) {
        length += distance(last, p);
        way.push(p);
        last = p;
        if length > reach_m {
            break;
        }
    }
    (!way.is_empty()).then_some(way)
}
