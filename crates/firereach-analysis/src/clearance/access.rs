//! What the lanes mean for each site: which vehicle comes how near, by which way, and what decides it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::RoadClass;
use firereach_model::findings::lanes::{Clearance, LaneBasis, PinchPoint, SiteAccess, VehicleAccess};
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use firereach_model::units::Metres;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo_types::{Coord, LineString};
use rayon::prelude::*;

use super::lanes::tell_road;
use super::stops::Stops;
use super::survey::Survey;
use super::ways::{BestWays, End, Ways};
use crate::change::Conditions;
use crate::network::{Costs, EdgeId, Entry, Impassable, Network, NodeId, Passage, Search, Seed, Snap, entry};

/// A place to stop, and from there to the site on foot, metres.
type Stop = (Coord<f64>, f64);

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
pub(crate) fn millimetres(m: f64) -> u64 {
    (m * 1000.0).round().max(0.0) as u64
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
        .filter_map(|state| {
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
    pub(crate) ways: &'a Ways,
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

/// What decides how near a vehicle comes to a site.
pub(crate) struct Approach<'a> {
    pub(crate) network: &'a Network,
    pub(crate) layers: &'a Layers,
    pub(crate) entries: &'a Entries,
    pub(crate) reached: &'a Reached,
    pub(crate) stops: &'a Stops,
}

impl Approach<'_> {
    /// The nearest place to a site where a vehicle can stop, for certain or possibly, and from there on foot, metres.
    pub(crate) fn nearest_stop(&self, around: &Around, v: usize, is_certain: bool) -> Option<Stop> {
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
}

impl Ground<'_> {
    /// How near every vehicle comes to a site, and the widest way to it.
    pub(crate) fn judge_site(&self, around: &Around) -> SiteWay {
        let reach = self.study.rulebook.parameters.lanes.access_reach_m;
        let Ground { network, layers, entries, reached, stops, .. } = *self;
        let approach = Approach { network, layers, entries, reached, stops };
        let vehicles: Vec<VehicleAccess> = self
            .study
            .vehicles
            .iter()
            .enumerate()
            .take(MOST_VEHICLES)
            .filter(|(_, vehicle)| vehicle.mobility != Mobility::Carried)
            .map(|(v, vehicle)| VehicleAccess {
                vehicle: vehicle.code.clone(),
                certain: approach.nearest_stop(around, v, true),
                possible: approach.nearest_stop(around, v, false),
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
        let (edges, decides) = self.judge_way(around, &mut access);
        SiteWay { access, edges, decides }
    }

    /// Fills in how wide and high the ways to a site are and the one that is drawn: one that certainly fits, else one that
    /// may, else the highest of those wide enough, else the widest. Returns its edges, and the one that decides.
    ///
    /// Width is that of the widest way. Height is that of the highest of the ways that are wide enough, so that both pass
    /// only where one way does for both, and one of them fails where none can.
    fn judge_way(&self, around: &Around, access: &mut SiteAccess) -> (Vec<usize>, Option<(usize, bool)>) {
        let (ways, parameters) = (self.ways, &self.study.rulebook.parameters.lanes);
        let ends = ways.ends(self.network, around, self.is_lane, parameters.access_reach_m);
        let Some(widest) = ways.width.may.best(&ends) else {
            access.because = if access.stop.is_some() {
                "the nearest stop is on a main road itself".to_owned()
            } else {
                format!("no lane leads to within {} m on foot", parameters.stop_search_m)
            };
            return (Vec::new(), None);
        };
        let passage = |e: usize| &self.survey.passages[e];
        let is_below = |of: &Bounds<Metres>, limit: Option<f64>| {
            of.high.zip(limit).is_some_and(|(high, limit)| high.get() < limit)
        };
        let width = self.between(&ways.width.may, &ways.width.is, &ends, |p| &p.width);
        let is_narrow = width.as_ref().is_some_and(|w| is_below(&w.bounds, ways.limits_m.0));
        let may_high = if is_narrow { &ways.height } else { &ways.height_where_wide };
        let is_wide = ways
            .limits_m
            .0
            .is_none_or(|limit| width.as_ref().is_some_and(|w| w.bounds.low.is_some_and(|low| low.get() >= limit)));
        let is_high = if is_wide { &ways.height_where_wide } else { &ways.height };
        let height = self.between(&may_high.may, &is_high.is, &ends, |p| &p.height);
        let is_low = height.as_ref().is_some_and(|h| is_below(&h.bounds, ways.limits_m.1));
        let proves = |of: &Option<Clearance>| of.as_ref().map_or(Method::Unmeasured, |c| c.high_by);
        let by_width = if is_narrow { proves(&width) } else { ways.width_by.method(&ends) };
        let high_ways = if is_wide { &ways.height_by_where_wide } else { &ways.height_by };
        let by_height = if is_low { proves(&height) } else { high_ways.method(&ends) };
        let both = match (is_narrow, is_low) {
            (true, true) => by_width.min(by_height),
            (true, false) => by_width,
            (false, true) => by_height,
            (false, false) => ways.fitting_by.method(&ends),
        };
        access.basis = Some(LaneBasis { width: by_width, height: by_height, both });

        let drawn = [&ways.fitting.is, &ways.fitting.may].into_iter().find_map(|of| Some((of, of.best(&ends)?)));
        let tall = || ways.height_where_wide.may.best(&ends).filter(|_| !is_narrow);
        let (of, end) =
            drawn.or_else(|| tall().map(|end| (&ways.height_where_wide.may, end))).unwrap_or((&ways.width.may, widest));
        let edges = self.draw_way(around, of, &end, access);
        let stays = of.arcs_to(self.network, end.node).is_empty() && end.last.is_none();
        for &e in edges.iter().filter(|_| !stays) {
            access.way_m += self.network.edges()[e].length_m;
            if passage(e).width.bounds.is_unknown() {
                access.unmeasured_m += self.network.edges()[e].length_m;
            }
        }
        access.passability_class = self.class_of_ways(&ends);
        let lowest_by = |of: fn(&Passage) -> &Clearance| {
            let high = |e: usize| of(passage(e)).bounds.high.map_or(f64::INFINITY, Metres::get);
            edges.iter().copied().min_by(|&a, &b| high(a).total_cmp(&high(b)))
        };
        let decides = if is_narrow {
            lowest_by(|p| &p.width).map(|e| (e, false))
        } else if is_low {
            lowest_by(|p| &p.height).map(|e| (e, true))
        } else {
            None
        };
        access.because = match decides {
            Some((e, is_height)) => {
                let of = if is_height { &passage(e).height } else { &passage(e).width };
                format!("the widest way of {:.0} m is limited by {}", access.way_m, of.because)
            }
            None if stays => "the nearest stop is on a main road itself".to_owned(),
            None => format!(
                "nothing measured limits the widest way of {:.0} m; of {:.0} m the width is unknown",
                access.way_m, access.unmeasured_m
            ),
        };
        (access.width, access.height) = (width, height);
        (edges, decides)
    }

    /// A clearance that is at most that of one way, and at least that of another.
    fn between(
        &self,
        may: &BestWays,
        is: &BestWays,
        ends: &[End],
        of: fn(&Passage) -> &Clearance,
    ) -> Option<Clearance> {
        let passage = |e: usize| &self.survey.passages[e];
        let worst = |ways: &BestWays, value: fn(&Bounds<Metres>) -> f64| {
            let edges = ways.edges_to(self.network, &ways.best(ends)?);
            let value = |e: usize| value(&of(passage(e)).bounds);
            edges.into_iter().min_by(|&a, &b| value(a).total_cmp(&value(b)))
        };
        let most = worst(may, |bounds| bounds.high.map_or(f64::INFINITY, Metres::get))?;
        let mut known = of(passage(most)).clone();
        let least = worst(is, |bounds| bounds.low.map_or(0.0, Metres::get));
        let low = least.and_then(|e| of(passage(e)).bounds.low);
        known.bounds.low = match (low, known.bounds.high) {
            (Some(low), Some(high)) => Some(low.min(high)),
            (low, _) => low,
        };
        known.low_by = least.map_or(Method::Unmeasured, |e| of(passage(e)).low_by);
        if let Some(least) = least.filter(|&least| least != most && of(passage(least)).because != known.because) {
            known.because = format!("{}; at least by {}", known.because, of(passage(least)).because);
        }
        Some(known)
    }

    /// The best class that any of the ways certainly has, and the best that any may have.
    fn class_of_ways(&self, ends: &[End]) -> Option<String> {
        let classes = &self.study.rulebook.parameters.lanes.classes;
        let code = |ways: &BestWays| -> Option<&str> {
            let above = usize::try_from(ways.quality(&ways.best(ends)?)).ok()?;
            classes.get(classes.len().checked_sub(above)?).map(|class| class.code.as_str())
        };
        let (low, high) = (code(&self.ways.class.is)?, code(&self.ways.class.may)?);
        Some(if low == high { low.to_owned() } else { format!("{low}-{high}") })
    }

    /// Draws a way into the access and names the main road it leaves; returns its edges.
    fn draw_way(&self, around: &Around, ways: &BestWays, end: &End, access: &mut SiteAccess) -> Vec<usize> {
        let arcs = ways.arcs_to(self.network, end.node);
        let start = arcs.first().map_or(end.node, |arc| self.network.tail(*arc));
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
        if let Some(last) = end.last.filter(|last| !is_on_way(last))
            && let Some(snap) = around.snaps.iter().find(|snap| snap.edge == last)
        {
            let whole = self.network.edge(last).plan_m();
            let from_m = if self.network.edge(last).from == end.node { 0.0 } else { whole };
            let part = self.network.part_line(self.layers, last, from_m, snap.offset_m).0;
            line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
        }
        access.way = (line.len() >= 2).then_some(LineString(line));
        ways.edges_to(self.network, end)
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
