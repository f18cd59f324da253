//! What is known about passing along each edge.

use std::collections::{BTreeMap, BTreeSet};

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::{ObstacleKind, Road, WidthMeaning};
use firereach_model::findings::lanes::Clearance;
use firereach_model::layers::Layers;
use firereach_model::parameters::LaneParameters;
use firereach_model::units::{Metres, Tonnes};
use geo_types::Coord;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Edge, Network, NodeId};

/// What stands across an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// Nothing.
    #[default]
    None,
    /// Something that lets engines pass.
    Passable,
    /// Something of which nobody said whether it lets engines pass.
    Unknown,
    /// Something that lets no engine pass.
    Closed,
}

/// A bend inside an edge that is tight enough to ask whether a vehicle gets round it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corner {
    /// Distance from the edge's beginning, plan metres.
    pub offset_m: f64,
    /// Deflection, degrees.
    pub angle_deg: f64,
    /// Clear width there.
    pub width: Bounds<Metres>,
}

/// What is known about passing along one edge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Clear width at its narrowest.
    pub width: Clearance,
    /// Clear height at its lowest.
    pub height: Clearance,
    /// The greatest mass allowed.
    pub max_mass: Option<Tonnes>,
    /// Steepest slope over the running length, percent, without a sign; `None` where nothing tells.
    pub slope_percent: Option<f64>,
    /// How far that slope may be off, percent: zero for a stated incline, more the coarser the terrain.
    pub slope_error_percent: f64,
    /// How far a height of the road taken from the terrain may be off, metres.
    pub height_error_m: f64,
    /// What stands across it.
    pub barrier: Barrier,
    /// Bends inside the edge, in order along it.
    pub tight_corners: Vec<Corner>,
}

/// The passages of all edges by what tags and classes say, without looking at what stands beside the roads.
///
/// A stated clear width is exact, a carriageway width a lower bound, a right of way, an estimate and a limit an upper
/// bound; lanes and the rule pack's class table give lower bounds. Heights stated are exact when physical and upper bounds
/// when a sign gives them. A gate, post or bar that stands on a node of a road is across the edges that have the node
/// inside them, or end there on a road of the lowest class that meets there.
pub fn tagged_passages(layers: &Layers, network: &Network, lanes: &LaneParameters) -> Vec<Passage> {
    let mut passages = stated_passages(layers, network, lanes);
    for on in on_nodes(layers, network) {
        let (passage, obstacle) = (&mut passages[on.edge], &layers.obstacles[on.obstacle]);
        passage.barrier = passage.barrier.max(on.barrier);
        let because = || format!("{} {}", obstacle.kind, obstacle.id);
        if let Some(width) = obstacle.clear_width {
            pass_through(&mut passage.width, width, Method::Tagged, None, because());
        }
        if let Some(height) = obstacle.clear_height {
            pass_through(&mut passage.height, height, Method::Tagged, None, because());
        }
    }
    passages
}

/// The passages of all edges by what tags and classes say of the roads themselves; what stands on their nodes is left out.
pub(crate) fn stated_passages(layers: &Layers, network: &Network, lanes: &LaneParameters) -> Vec<Passage> {
    let of_edge = |edge: &Edge| {
        let road = &layers.roads[edge.road as usize];
        let height_error_m = height_error_m(layers, road, lanes);
        Passage {
            width: tagged_width(road, lanes),
            height: tagged_height(road, lanes),
            max_mass: road.max_mass,
            slope_percent: road.incline.map(|i| i.get().abs()).or_else(|| slope_of(edge)),
            slope_error_percent: if road.incline.is_some() || edge.plan_m() <= 0.0 {
                0.0
            } else {
                height_error_m / edge.plan_m() * 100.0
            },
            height_error_m,
            barrier: Barrier::None,
            tight_corners: Vec::new(),
        }
    };
    network.edges().par_iter().map(of_edge).collect()
}

/// Something that stands on a node of a road, at one of the edges that it concerns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnNode {
    /// The edge.
    pub(crate) edge: usize,
    /// The obstacle, by index in the layer.
    pub(crate) obstacle: usize,
    /// What it means to an engine.
    pub(crate) barrier: Barrier,
    /// Where it stands.
    pub(crate) at: Coord<f64>,
    /// The same, plan metres along the road.
    pub(crate) at_m: f64,
}

/// Everything that stands on nodes of roads, by edge and along it: at the edges that have the node inside them, or end there
/// on a road of the lowest class that meets there.
pub(crate) fn on_nodes(layers: &Layers, network: &Network) -> Vec<OnNode> {
    let barriers = barriers_by_node(layers);
    let mut found = Vec::new();
    if barriers.is_empty() {
        return found;
    }
    for (e, edge) in network.edges().iter().enumerate() {
        let road = &layers.roads[edge.road as usize];
        if road.nodes.len() != road.line.0.len() {
            continue;
        }
        let drawing = network.drawings[e];
        let end = |node: NodeId| {
            let meets = network.arcs_out(node).map(|arc| network.edge(arc.edge()).road);
            let least = meets.map(|road| layers.roads[road as usize].class).max();
            network.source_node(node).filter(|_| least == Some(road.class))
        };
        let mut place = |node: i64, at: Coord<f64>, at_m: f64| {
            for &obstacle in barriers.get(&node).into_iter().flatten() {
                let barrier = barrier_of(&layers.obstacles[obstacle]);
                found.push(OnNode { edge: e, obstacle, barrier, at, at_m });
            }
        };
        if let Some(node) = end(edge.from) {
            place(node, network.node_at(edge.from), edge.from_m);
        }
        for vertex in drawing.first_vertex as usize..drawing.end_vertex as usize {
            if barriers.contains_key(&road.nodes[vertex]) {
                let before = road.line.0[..=vertex].windows(2);
                let at_m = before.map(|w| (w[1].x - w[0].x).hypot(w[1].y - w[0].y)).sum();
                place(road.nodes[vertex], road.line.0[vertex], at_m);
            }
        }
        if let Some(node) = end(edge.to).filter(|_| edge.to != edge.from) {
            place(node, network.node_at(edge.to), edge.to_m);
        }
    }
    found
}

/// How far a height of a road taken from the terrain may be off, metres: the ground may bend between two heights of a
/// coarse model, by its curvature times the square of the resolution over eight. Zero where the terrain does not reach.
fn height_error_m(layers: &Layers, road: &Road, lanes: &LaneParameters) -> f64 {
    let at = road.line.0.first().copied();
    let ground = at.and_then(|at| layers.terrain.height_at(at));
    let resolution_m = ground.map(|g| g.resolution_m).or_else(|| layers.terrain.finest_resolution_m()).unwrap_or(0.0);
    lanes.terrain_curvature_per_m * resolution_m * resolution_m / 8.0
}

fn barriers_by_node(layers: &Layers) -> BTreeMap<i64, Vec<usize>> {
    let used: BTreeSet<i64> = layers.obstacles.iter().filter_map(|obstacle| obstacle.node).collect();
    let mut barriers: BTreeMap<i64, Vec<usize>> = used.into_iter().map(|node| (node, Vec::new())).collect();
    for (i, obstacle) in layers.obstacles.iter().enumerate() {
        if let Some(list) = obstacle.node.and_then(|node| barriers.get_mut(&node)) {
            list.push(i);
        }
    }
    barriers
}

fn barrier_of(obstacle: &firereach_model::feature::Obstacle) -> Barrier {
    match (obstacle.kind, obstacle.lets_engines_pass) {
        (ObstacleKind::Entrance, _) => Barrier::None,
        (_, Some(true)) => Barrier::Passable,
        (_, Some(false)) => Barrier::Closed,
        // A kerb, a tree or an arch narrows or lowers a way; it does not close it.
        (
            ObstacleKind::Kerb | ObstacleKind::Tree | ObstacleKind::Arch | ObstacleKind::Overhead | ObstacleKind::Pole,
            None,
        ) => Barrier::None,
        (_, None) => Barrier::Unknown,
    }
}

/// Takes in an opening on the way, known exactly at its place: the way is as wide, or as high, as its least part.
///
/// It contradicts nothing: what is known of the rest stays known, and the lower bound rests on the weaker of both. An
/// opening no less than what is known changes nothing.
pub(crate) fn pass_through(of: &mut Clearance, by: Metres, method: Method, at: Option<Coord<f64>>, because: String) {
    let bounds = of.bounds.smaller(Bounds::exactly(by));
    if bounds == of.bounds {
        return;
    }
    if bounds.low != of.bounds.low {
        of.low_by = of.low_by.max(method);
    }
    if bounds.high != of.bounds.high {
        (of.high_by, of.at) = (method, at);
        of.because = because;
    }
    of.bounds = bounds;
}

fn tagged_width(road: &Road, lanes: &LaneParameters) -> Clearance {
    let mut bounds = Bounds::unknown();
    let (mut low_by, mut high_by) = (Method::Unmeasured, Method::Unmeasured);
    let mut because = Vec::new();
    for stated in &road.widths {
        let (evidence, low, high) = match stated.meaning {
            WidthMeaning::Clear => (Bounds::exactly(stated.width), Some(Method::Surveyed), Some(Method::Surveyed)),
            WidthMeaning::Carriageway => (Bounds::at_least(stated.width), Some(Method::Tagged), None),
            WidthMeaning::RightOfWay | WidthMeaning::Limit | WidthMeaning::Estimated => {
                (Bounds::at_most(stated.width), None, Some(Method::Tagged))
            }
        };
        because.push(format!("{}={}", stated.key, stated.width.get()));
        // Evidence that contradicts what a firmer tag said is left out; tags are in the reader's order of firmness.
        if let Some(both) = bounds.intersection(evidence) {
            bounds = both;
            low_by = low.filter(|_| bounds.low == evidence.low).unwrap_or(low_by);
            high_by = high.filter(|_| bounds.high == evidence.high).unwrap_or(high_by);
        }
    }
    let assumed = match road.lanes {
        Some(count) if count > 0 && lanes.lane_width_m > 0.0 => {
            because.push(format!("lanes={count}"));
            Some((f64::from(count) * lanes.lane_width_m, Method::FromLanes))
        }
        _ => lanes.class_width_m.get(&road.class).map(|&width| (width, Method::FromClass)),
    };
    if bounds.low.is_none()
        && let Some((width, method)) = assumed
        && let Ok(width) = Metres::new(width)
        && let Some(both) = bounds.intersection(Bounds::at_least(width))
    {
        bounds = both;
        low_by = method;
    }
    if because.is_empty() {
        because.push(format!("class {}", road.class));
    }
    Clearance { bounds, low_by, high_by, at: None, because: because.join(", ") }
}

fn tagged_height(road: &Road, lanes: &LaneParameters) -> Clearance {
    let mut bounds = Bounds::unknown();
    let (mut low_by, mut high_by) = (Method::Unmeasured, Method::Unmeasured);
    let mut because = Vec::new();
    for stated in &road.clear_heights {
        let evidence = if stated.is_physical { Bounds::exactly(stated.height) } else { Bounds::at_most(stated.height) };
        if let Some(both) = bounds.intersection(evidence) {
            bounds = both;
            high_by = Method::Tagged;
            if stated.is_physical {
                low_by = Method::Tagged;
            }
        }
        because.push(format!("{}={}", stated.key, stated.height.get()));
    }
    if bounds.is_unknown()
        && let Some(height) = lanes.class_height_m.get(&road.class).and_then(|&h| Metres::new(h).ok())
    {
        bounds = Bounds::at_least(height);
        low_by = Method::FromClass;
    }
    if because.is_empty() {
        because.push(format!("class {}", road.class));
    }
    Clearance { bounds, low_by, high_by, at: None, because: because.join(", ") }
}

/// The mean slope of an edge, percent, where heights are known and it is long enough to have one.
fn slope_of(edge: &Edge) -> Option<f64> {
    edge.rise_m.filter(|_| edge.plan_m() > 0.0).map(|rise| rise.abs() / edge.plan_m() * 100.0)
}
