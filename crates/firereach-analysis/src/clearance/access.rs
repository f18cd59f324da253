//! What the lanes mean for each site: which vehicle comes how near, by which way, and what decides it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use firereach_model::bounds::Bounds;
use firereach_model::feature::RoadClass;
use firereach_model::findings::lanes::{Clearance, PinchPoint, SiteAccess, VehicleAccess};
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo_types::{Coord, LineString};
use rayon::prelude::*;

use super::lanes::tell_road;
use super::stops::Stops;
use super::survey::Survey;
use crate::change::Conditions;
use crate::network::{ArcId, Costs, EdgeId, Entry, Impassable, Network, NodeId, Passage, Search, Seed, Snap, entry};

/// Nobody knows how wide the way is: as good as any width while the widest way is looked for.
const UNKNOWN_MM: u32 = u32::MAX;

/// A place to stop, and from there to the site on foot, metres.
type Stop = (Coord<f64>, f64);

/// A way's greatest least width, the distance on foot at its end, its last node, and the edge on which it stops.
type Candidate = (u32, Reverse<u64>, Reverse<u32>, Option<EdgeId>);

/// Whether each vehicle enters each edge.
pub(crate) struct Entries {
    by_vehicle: Vec<Vec<Entry>>,
}

impl Entries {
    pub(crate) fn of(network: &Network, passages: &[Passage], study: &Study, conditions: &Conditions<'_>) -> Self {
        let by_vehicle = study
            .vehicles
            .par_iter()
            .map(|vehicle| {
                let parameters = &study.rulebook.parameters;
                let roads = &conditions.layers.roads;
                let ask = |(edge, passage): (&crate::network::Edge, &Passage)| {
                    entry(&roads[edge.road as usize], edge.road, passage, vehicle, parameters, conditions)
                };
                network.edges().iter().zip(passages).map(ask).collect()
            })
            .collect();
        Self { by_vehicle }
    }

    pub(crate) fn passes(&self, vehicle: usize, edge: usize, is_certain: bool) -> bool {
        match self.by_vehicle[vehicle][edge] {
            Entry::Passes => true,
            Entry::Unknown(_) => !is_certain,
            Entry::Impassable(_) => false,
        }
    }

    pub(crate) fn get(&self, vehicle: usize, edge: usize) -> Entry {
        self.by_vehicle[vehicle][edge]
    }
}

/// Which nodes each vehicle comes to from the main roads, certainly and possibly.
pub(crate) struct Reached {
    /// Bit `2 v` says that vehicle `v` certainly comes to the node, bit `2 v + 1` that it may.
    pub(crate) nodes: Vec<u64>,
}

pub(crate) fn bit(vehicle: usize, is_certain: bool) -> u64 {
    1 << (2 * vehicle + usize::from(!is_certain))
}

/// More vehicles than this are not told apart; catalogues have about ten.
pub(crate) const MOST_VEHICLES: usize = 32;

/// The edges on which ways to sites begin: those of the main classes; without any, those at stations; without any
/// either, all ways for vehicles.
pub(crate) fn roots(network: &Network, layers: &Layers, study: &Study) -> Vec<usize> {
    let main = &study.rulebook.parameters.lanes.main_classes;
    let of_class = |is_root: &dyn Fn(RoadClass) -> bool| -> Vec<usize> {
        let edges = network.edges().iter().enumerate();
        edges.filter(|(_, edge)| is_root(layers.roads[edge.road as usize].class)).map(|(e, _)| e).collect()
    };
    let on_main = of_class(&|class| main.contains(&class));
    if !on_main.is_empty() {
        return on_main;
    }
    let limit = study.rulebook.parameters.movement.snap_limit_m;
    let is_drivable = |edge: EdgeId| layers.roads[network.edge(edge).road as usize].class.is_for_vehicles();
    let at_stations: BTreeSet<usize> = layers
        .stations
        .iter()
        .filter_map(|station| network.snap(station.at, limit, is_drivable).map(|snap| snap.edge.index()))
        .collect();
    if at_stations.is_empty() { of_class(&RoadClass::is_for_vehicles) } else { at_stations.into_iter().collect() }
}

impl Reached {
    pub(crate) fn of(network: &Network, entries: &Entries, vehicles: &[Vehicle], roots: &[usize]) -> Self {
        let mut nodes = vec![0u64; network.node_count()];
        for (v, _) in vehicles.iter().enumerate().take(MOST_VEHICLES) {
            for is_certain in [true, false] {
                let mark = bit(v, is_certain);
                let mut stack: Vec<NodeId> = Vec::new();
                for &root in roots.iter().filter(|&&root| entries.passes(v, root, is_certain)) {
                    let edge = &network.edges()[root];
                    stack.extend([edge.from, edge.to]);
                }
                while let Some(node) = stack.pop() {
                    if nodes[node.index()] & mark != 0 {
                        continue;
                    }
                    nodes[node.index()] |= mark;
                    for arc in network.arcs_out(node) {
                        if entries.passes(v, arc.edge().index(), is_certain) {
                            stack.push(network.head(arc));
                        }
                    }
                }
            }
        }
        Self { nodes }
    }
}

/// How wide a passage may be, millimetres: where nobody knows, as wide as any.
fn possible_mm(passage: &Passage) -> u32 {
    passage.width.bounds.high.map_or(UNKNOWN_MM, width_mm)
}

/// How wide a passage certainly is, millimetres: where nobody knows it, or how high it is, not at all.
fn certain_mm(passage: &Passage) -> u32 {
    let is_height_known = passage.height.bounds.low.is_some();
    passage.width.bounds.low.filter(|_| is_height_known).map_or(0, width_mm)
}

fn width_mm(width: Metres) -> u32 {
    u32::try_from(millimetres(width.get())).unwrap_or(UNKNOWN_MM)
}

/// The widest way from the main roads to every node, by one of the two ends of what is known of widths.
pub(crate) struct WidestWays {
    /// How wide a passage counts.
    width_of: fn(&Passage) -> u32,
    /// Greatest least width of a way to the node, millimetres; zero where none leads.
    width_mm: Vec<u32>,
    length_mm: Vec<u64>,
    via: Vec<Option<ArcId>>,
    is_root: Vec<bool>,
}

/// Whether road vehicles use the edge by its nature, before width and height are asked.
pub(crate) fn is_lane(entries: &Entries, vehicles: &[Vehicle], edge: usize) -> bool {
    vehicles.iter().enumerate().take(MOST_VEHICLES).filter(|(_, vehicle)| vehicle.mobility == Mobility::Road).any(
        |(v, _)| {
            !matches!(
                entries.get(v, edge),
                Entry::Impassable(Impassable::Class | Impassable::Closed | Impassable::Access)
            )
        },
    )
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths within a city in millimetres")]
fn millimetres(m: f64) -> u64 {
    (m * 1000.0).round().max(0.0) as u64
}

impl WidestWays {
    /// The ways that may be the widest: an unmeasured passage may be as wide as any.
    pub(crate) fn possibly(network: &Network, passages: &[Passage], is_lane: &[bool], roots: &[usize]) -> Self {
        Self::of(network, passages, is_lane, roots, possible_mm)
    }

    /// The ways that are certainly the widest: they keep to passages whose least width is known.
    pub(crate) fn certainly(network: &Network, passages: &[Passage], is_lane: &[bool], roots: &[usize]) -> Self {
        Self::of(network, passages, is_lane, roots, certain_mm)
    }

    fn of(
        network: &Network,
        passages: &[Passage],
        is_lane: &[bool],
        roots: &[usize],
        width_of: fn(&Passage) -> u32,
    ) -> Self {
        let n = network.node_count();
        let mut ways = Self {
            width_of,
            width_mm: vec![0; n],
            length_mm: vec![u64::MAX; n],
            via: vec![None; n],
            is_root: vec![false; n],
        };
        let mut heap = BinaryHeap::new();
        for &root in roots {
            let edge = &network.edges()[root];
            for node in [edge.from, edge.to] {
                ways.width_mm[node.index()] = UNKNOWN_MM;
                ways.length_mm[node.index()] = 0;
                ways.is_root[node.index()] = true;
                heap.push((UNKNOWN_MM, Reverse(0u64), Reverse(node.0)));
            }
        }
        let mut is_done = vec![false; n];
        while let Some((width, Reverse(length), Reverse(node))) = heap.pop() {
            if std::mem::replace(&mut is_done[node as usize], true) {
                continue;
            }
            for arc in network.arcs_out(NodeId(node)) {
                let e = arc.edge().index();
                let head = network.head(arc).index();
                if !is_lane[e] || is_done[head] {
                    continue;
                }
                let through =
                    (width.min(width_of(&passages[e])), length + millimetres(network.edge(arc.edge()).length_m));
                let better = through.0 > ways.width_mm[head]
                    || (through.0 == ways.width_mm[head] && through.1 < ways.length_mm[head]);
                if better {
                    (ways.width_mm[head], ways.length_mm[head]) = through;
                    ways.via[head] = Some(arc);
                    heap.push((through.0, Reverse(through.1), Reverse(network.head(arc).0)));
                }
            }
        }
        ways
    }

    /// The arcs from a main road to a node, in order.
    fn to(&self, network: &Network, node: NodeId) -> Vec<ArcId> {
        let mut arcs = Vec::new();
        let mut at = node;
        while let Some(arc) = self.via[at.index()] {
            arcs.push(arc);
            at = network.tail(arc);
        }
        arcs.reverse();
        arcs
    }

    fn leads_to(&self, node: NodeId) -> bool {
        self.width_mm[node.index()] > 0 || self.is_root[node.index()]
    }
}

/// Where the ways around one site begin.
pub(crate) struct Around {
    /// The places of edges near the site, with their distances.
    pub(crate) snaps: Vec<Snap>,
    /// Nodes by distance on foot from the site, metres.
    pub(crate) nodes: Vec<(NodeId, f64)>,
}

/// Looks around one site on foot.
pub(crate) fn look_around(
    network: &Network,
    layers: &Layers,
    study: &Study,
    walk: &Costs,
    search: &mut Search,
    site: usize,
) -> Around {
    let parameters = &study.rulebook.parameters;
    let shape = &layers.sites[site].shape;
    let mut snaps = network.snap_all(layers, shape, parameters.movement.site_reach_m, |_| true);
    if snaps.is_empty() {
        let near = network.snap_all(layers, shape, parameters.movement.snap_limit_m, |_| true);
        snaps.extend(near.into_iter().min_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.edge.cmp(&b.edge))));
    }
    let seeds: Vec<Seed> = snaps
        .iter()
        .map(|snap| Seed::OnEdge {
            edge: snap.edge,
            offset_m: snap.offset_m,
            start_ms: u32::try_from(millimetres(snap.distance_m)).unwrap_or(u32::MAX / 4),
            owner: 0,
        })
        .collect();
    let cutoff = u32::try_from(millimetres(parameters.lanes.stop_search_m)).unwrap_or(u32::MAX / 4);
    search.run(network, walk, &seeds, cutoff);
    let mut nodes: Vec<(NodeId, f64)> = search
        .settled()
        .iter()
        .filter_map(|&state| {
            let node = NodeId(state);
            search.at_node(network, node).map(|label| (node, f64::from(label.ms) / 1000.0))
        })
        .collect();
    nodes.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    nodes.dedup_by_key(|(node, _)| *node);
    Around { snaps, nodes }
}

/// Metres on foot for each arc, as the millimetres a flood adds up.
pub(crate) fn walk_in_millimetres(network: &Network, layers: &Layers) -> Costs {
    Costs::on_foot(network, |arc| {
        let edge = network.edge(arc.edge());
        let is_walkable = layers.roads[edge.road as usize].class.is_walkable();
        is_walkable.then(|| u32::try_from(millimetres(edge.length_m)).unwrap_or(u32::MAX / 4))
    })
}

/// Everything the ways to one site are judged from.
pub(crate) struct Ground<'a> {
    pub(crate) network: &'a Network,
    pub(crate) layers: &'a Layers,
    pub(crate) study: &'a Study,
    pub(crate) survey: &'a Survey,
    pub(crate) entries: &'a Entries,
    pub(crate) reached: &'a Reached,
    pub(crate) is_lane: &'a [bool],
    pub(crate) stops: &'a Stops,
    /// The ways that may be the widest.
    pub(crate) ways: &'a WidestWays,
    /// The ways that certainly are.
    pub(crate) sure_ways: &'a WidestWays,
}

/// The edges that a vehicle may enter near a site and does not pass: those on which it could come nearer than `nearest_m`.
fn blocked_near<'a>(
    network: &'a Network,
    (entries, reached): (&'a Entries, &'a Reached),
    around: &'a Around,
    v: usize,
    nearest_m: f64,
) -> impl Iterator<Item = EdgeId> + 'a {
    let mark = bit(v, false);
    let comes_to = move |node: NodeId| reached.nodes[node.index()] & mark != 0;
    let is_blocked = move |edge: EdgeId| {
        let ends = network.edge(edge);
        !entries.passes(v, edge.index(), false) && (comes_to(ends.from) || comes_to(ends.to))
    };
    let at_nodes = around.nodes.iter().take_while(move |(_, metres)| *metres < nearest_m);
    let by_nodes = at_nodes.flat_map(move |(node, _)| network.arcs_out(*node).map(|arc| arc.edge()));
    by_nodes.chain(around.snaps.iter().map(|snap| snap.edge)).filter(move |&edge| is_blocked(edge))
}

/// Every edge on which some vehicle may have to stop on its way to some site.
pub(crate) fn edges_to_stop_on(
    network: &Network,
    (entries, reached): (&Entries, &Reached),
    vehicles: &[Vehicle],
    around: &[Around],
) -> BTreeSet<usize> {
    let of_site = |site: &Around| -> BTreeSet<usize> {
        let mut edges = BTreeSet::new();
        for (v, _) in vehicles.iter().enumerate().take(MOST_VEHICLES).filter(|(_, v)| v.mobility != Mobility::Carried) {
            let mark = bit(v, false);
            let nearest = site.nodes.iter().find(|(node, _)| reached.nodes[node.index()] & mark != 0);
            let Some(&(_, nearest_m)) = nearest else { continue };
            edges.extend(blocked_near(network, (entries, reached), site, v, nearest_m).map(EdgeId::index));
        }
        edges
    };
    around.par_iter().map(of_site).reduce(BTreeSet::new, |mut all, more| {
        all.extend(more);
        all
    })
}

/// The way to one site and the access it gives.
pub(crate) struct SiteWay {
    pub(crate) access: SiteAccess,
    pub(crate) edges: Vec<usize>,
    /// The edge that decides, and whether by its height.
    pub(crate) decides: Option<(usize, bool)>,
}

impl Ground<'_> {
    /// How near every vehicle comes to a site, and the widest way to it.
    pub(crate) fn judge_site(&self, around: &Around) -> SiteWay {
        let reach = self.study.rulebook.parameters.lanes.access_reach_m;
        let vehicles: Vec<VehicleAccess> = self
            .study
            .vehicles
            .iter()
            .enumerate()
            .take(MOST_VEHICLES)
            .filter(|(_, vehicle)| vehicle.mobility != Mobility::Carried)
            .map(|(v, vehicle)| VehicleAccess {
                vehicle: vehicle.code.clone(),
                certain: self.nearest_stop(around, v, true),
                possible: self.nearest_stop(around, v, false),
            })
            .collect();
        let largest = |stop: fn(&VehicleAccess) -> Option<Stop>| {
            let comes = vehicles.iter().filter(|a| stop(a).is_some_and(|(_, on_foot)| on_foot <= reach));
            let mass = |a: &&VehicleAccess| {
                self.study.vehicles.iter().find(|v| v.code == a.vehicle).map(|v| (v.mass_t, Reverse(v.code.clone())))
            };
            comes.max_by_key(mass).cloned()
        };
        let (certain, possible) = (largest(|a| a.certain), largest(|a| a.possible));
        let mut access = SiteAccess {
            largest_vehicle: certain.as_ref().map(|a| a.vehicle.clone()),
            largest_vehicle_high: possible.as_ref().map(|a| a.vehicle.clone()),
            ..SiteAccess::default()
        };
        let stop = certain.and_then(|a| a.certain).or(possible.and_then(|a| a.possible)).or_else(|| {
            let stops = vehicles.iter().filter_map(|a| a.possible);
            stops.min_by(|a, b| a.1.total_cmp(&b.1))
        });
        access.stop = stop.map(|(at, _)| at);
        access.stop_to_site_m = stop.map(|(_, m)| m);
        access.vehicles = vehicles;
        let edges = self.widest_way(around, &mut access);
        let decides = self.describe_way(&edges, &mut access);
        SiteWay { access, edges, decides }
    }

    fn nearest_stop(&self, around: &Around, v: usize, is_certain: bool) -> Option<(Coord<f64>, f64)> {
        let mark = bit(v, is_certain);
        let comes_to = |node: NodeId| self.reached.nodes[node.index()] & mark != 0;
        let on_edge = around
            .snaps
            .iter()
            .filter(|snap| {
                let edge = self.network.edge(snap.edge);
                self.entries.passes(v, snap.edge.index(), is_certain) && (comes_to(edge.from) || comes_to(edge.to))
            })
            .min_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.edge.cmp(&b.edge)))
            .map(|snap| (snap.at, snap.distance_m));
        let at_node = around
            .nodes
            .iter()
            .find(|(node, _)| comes_to(*node))
            .map(|&(node, metres)| (self.network.node_at(node), metres));
        // Nobody knows for certain how far a vehicle gets on a lane that it does not certainly pass.
        let before_a_pinch = at_node.filter(|_| !is_certain).and_then(|(_, nearest_m)| {
            let pair = (self.entries, self.reached);
            blocked_near(self.network, pair, around, v, nearest_m)
                .filter_map(|edge| self.stop_on(around, v, edge))
                .min_by(|a, b| a.1.total_cmp(&b.1))
        });
        [on_edge, at_node, before_a_pinch].into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Where a vehicle stops before the first place of an edge that it does not pass, and from there on foot, past it, to
    /// the site.
    fn stop_on(&self, around: &Around, v: usize, id: EdgeId) -> Option<Stop> {
        let (first, last) = self.stops.on(id.index(), v)?;
        let edge = self.network.edge(id);
        let mark = bit(v, false);
        let comes_to = |node: NodeId| self.reached.nodes[node.index()] & mark != 0;
        let on_ground = edge.length_m / edge.plan_m().max(1e-9);
        let walk_from = |node: NodeId| around.nodes.iter().find(|(n, _)| *n == node).map(|(_, metres)| *metres);
        let to_site = |at_m: f64| {
            let by_end = [(edge.from, at_m), (edge.to, edge.plan_m() - at_m)];
            let by_ends = by_end.into_iter().filter_map(|(node, m)| Some(walk_from(node)? + m * on_ground));
            let here = around.snaps.iter().filter(|snap| snap.edge == id);
            let by_snaps = here.map(|snap| snap.distance_m + (snap.offset_m - at_m).abs() * on_ground);
            by_ends.chain(by_snaps).min_by(f64::total_cmp)
        };
        let places = [(edge.from, first), (edge.to, last)];
        places
            .into_iter()
            .filter(|(node, _)| comes_to(*node))
            .filter_map(|(_, at_m)| Some((self.network.place(self.layers, id, at_m), to_site(at_m)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The edges of the widest way to a lane within reach of the site, or to the nearest lane.
    ///
    /// One way that certainly is as wide and as high as the rules want is enough, whatever nobody measured beside it.
    fn widest_way(&self, around: &Around, access: &mut SiteAccess) -> Vec<usize> {
        let rules = &self.study.rulebook;
        let limits = (rules.limit("lane_clear_width"), rules.limit("lane_clear_height"));
        let is_at_least = |low: Option<Metres>, limit: Option<f64>| {
            limit.is_none_or(|limit| low.is_some_and(|low| low.get() >= limit))
        };
        let is_sure = |edge: &usize| {
            let passage = &self.survey.passages[*edge];
            is_at_least(passage.width.bounds.low, limits.0) && is_at_least(passage.height.bounds.low, limits.1)
        };
        if let Some(end) = self.widest_end(around, self.sure_ways) {
            let edges = self.edges_to(self.sure_ways, end);
            if !edges.is_empty() && edges.iter().all(is_sure) {
                return self.draw_way(around, self.sure_ways, end, access);
            }
        }
        let nearest = || {
            let &(node, metres) = around.nodes.iter().find(|(node, _)| self.ways.leads_to(*node))?;
            Some((self.ways.width_mm[node.index()], Reverse(millimetres(metres)), Reverse(node.0), None))
        };
        match self.widest_end(around, self.ways).or_else(nearest) {
            Some(end) => self.draw_way(around, self.ways, end, access),
            None => Vec::new(),
        }
    }

    /// Where the widest of some ways comes within reach of the site.
    fn widest_end(&self, around: &Around, ways: &WidestWays) -> Option<Candidate> {
        let reach = self.study.rulebook.parameters.lanes.access_reach_m;
        let mut best: Option<Candidate> = None;
        let mut offer = |candidate: Candidate| {
            if best.is_none_or(|b| (candidate.0, candidate.1, candidate.2) > (b.0, b.1, b.2)) {
                best = Some(candidate);
            }
        };
        for snap in around.snaps.iter().filter(|snap| self.is_lane[snap.edge.index()] && snap.distance_m <= reach) {
            let edge = self.network.edge(snap.edge);
            let own = (ways.width_of)(&self.survey.passages[snap.edge.index()]);
            for node in [edge.from, edge.to].into_iter().filter(|&node| ways.leads_to(node)) {
                let width = ways.width_mm[node.index()].min(own);
                offer((width, Reverse(millimetres(snap.distance_m)), Reverse(node.0), Some(snap.edge)));
            }
        }
        for &(node, metres) in around.nodes.iter().take_while(|(_, metres)| *metres <= reach) {
            if ways.leads_to(node) {
                offer((ways.width_mm[node.index()], Reverse(millimetres(metres)), Reverse(node.0), None));
            }
        }
        best
    }

    /// The edges of a way to its end, the one it stops on last.
    fn edges_to(&self, ways: &WidestWays, (_, _, Reverse(node), last): Candidate) -> Vec<usize> {
        let arcs = ways.to(self.network, NodeId(node));
        let mut edges: Vec<usize> = arcs.iter().map(|arc| arc.edge().index()).collect();
        edges.extend(last.map(EdgeId::index).filter(|last| !edges.contains(last)));
        edges
    }

    /// Draws a way into the access and names the main road it leaves; returns its edges.
    fn draw_way(&self, around: &Around, ways: &WidestWays, end: Candidate, access: &mut SiteAccess) -> Vec<usize> {
        let (_, _, Reverse(node), last) = end;
        let arcs = ways.to(self.network, NodeId(node));
        let start = arcs.first().map_or(NodeId(node), |arc| self.network.tail(*arc));
        let main = &self.study.rulebook.parameters.lanes.main_classes;
        access.main_road = self
            .network
            .arcs_out(start)
            .map(|arc| self.network.edge(arc.edge()).road as usize)
            .find(|&road| main.contains(&self.layers.roads[road].class));
        access.main_road_told = access.main_road.map(|road| tell_road(&self.layers.roads[road]));
        let mut line: Vec<Coord<f64>> = Vec::new();
        for arc in &arcs {
            let mut part = self.network.edge_line(self.layers, arc.edge()).0;
            if !arc.is_forward() {
                part.reverse();
            }
            line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
        }
        let is_on_way = |last: &EdgeId| arcs.iter().any(|arc| arc.edge() == *last);
        if let Some(last) = last.filter(|last| !is_on_way(last))
            && let Some(snap) = around.snaps.iter().find(|snap| snap.edge == last)
        {
            let whole = self.network.edge(last).plan_m();
            let from_m = if self.network.edge(last).from == NodeId(node) { 0.0 } else { whole };
            let part = self.network.part_line(self.layers, last, from_m, snap.offset_m).0;
            line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
        }
        access.way = (line.len() >= 2).then_some(LineString(line));
        self.edges_to(ways, end)
    }

    /// Fills in width, height and class of the way; returns the edge that decides.
    fn describe_way(&self, edges: &[usize], access: &mut SiteAccess) -> Option<(usize, bool)> {
        let lanes = &self.study.rulebook.parameters.lanes;
        let Some(&first) = edges.first() else {
            access.because = if access.stop.is_some() {
                "the nearest stop is on a main road itself".to_owned()
            } else {
                format!("no lane leads to within {} m on foot", lanes.stop_search_m)
            };
            return None;
        };
        let passage = |e: usize| &self.survey.passages[e];
        let worst = |of: fn(&Passage) -> &Clearance| {
            let high = |e: usize| of(passage(e)).bounds.high.map_or(f64::INFINITY, Metres::get);
            let narrowest = edges.iter().copied().min_by(|&a, &b| high(a).total_cmp(&high(b))).unwrap_or(first);
            let bounds = edges.iter().skip(1).fold(of(passage(first)).bounds, |b, &e| b.smaller(of(passage(e)).bounds));
            let low_of = edges.iter().copied().min_by(|&a, &b| {
                let low = |e: usize| of(passage(e)).bounds.low.map_or(0.0, Metres::get);
                low(a).total_cmp(&low(b))
            });
            let low_by = low_of.map_or(of(passage(narrowest)).low_by, |e| of(passage(e)).low_by);
            (narrowest, Clearance { bounds, low_by, ..of(passage(narrowest)).clone() })
        };
        let (narrowest, width) = worst(|p| &p.width);
        let (lowest, height) = worst(|p| &p.height);
        let classes = edges.iter().map(|&e| {
            let road = self.network.edges()[e].road as usize;
            super::judge::class_of(passage(e), self.layers.roads[road].class, lanes)
        });
        let (low, high) = classes.fold((0, 0), |(l, h), (a, b)| (l.max(a), h.max(b)));
        let code = |i: usize| lanes.classes.get(i).map(|class| class.code.clone()).unwrap_or_default();
        access.passability_class = Some(if low == high { code(low) } else { format!("{}-{}", code(low), code(high)) });
        for &e in edges {
            access.way_m += self.network.edges()[e].length_m;
            if passage(e).width.bounds.is_unknown() {
                access.unmeasured_m += self.network.edges()[e].length_m;
            }
        }
        let missing = |bounds: &Bounds<Metres>, limit: Option<f64>| {
            bounds.high.zip(limit).map_or(0.0, |(high, limit)| (limit - high.get()).max(0.0))
        };
        let by_width = missing(&width.bounds, self.study.rulebook.limit("lane_clear_width"));
        let by_height = missing(&height.bounds, self.study.rulebook.limit("lane_clear_height"));
        access.because = if by_width > 0.0 || by_height > 0.0 {
            let decides = if by_width >= by_height { &width } else { &height };
            format!("the widest way of {:.0} m is limited by {}", access.way_m, decides.because)
        } else {
            let unknown = access.unmeasured_m;
            format!(
                "nothing measured limits the widest way of {:.0} m; of {unknown:.0} m the width is unknown",
                access.way_m
            )
        };
        access.width = Some(width);
        access.height = Some(height);
        match (by_width > 0.0, by_height > 0.0) {
            (false, false) => None,
            _ if by_width >= by_height => Some((narrowest, false)),
            _ => Some((lowest, true)),
        }
    }
}

/// The pinch on an edge that is narrowest, or lowest.
pub(crate) fn pinch_on(
    pinches: &[PinchPoint],
    by_edge: &BTreeMap<usize, Vec<usize>>,
    edge: usize,
    is_height: bool,
) -> Option<usize> {
    let value = |p: usize| {
        let bounds = if is_height { pinches[p].height } else { pinches[p].width };
        bounds.high.map_or(f64::INFINITY, Metres::get)
    };
    let on_edge = by_edge.get(&edge)?;
    on_edge.iter().copied().filter(|&p| value(p).is_finite()).min_by(|&a, &b| value(a).total_cmp(&value(b)))
}
