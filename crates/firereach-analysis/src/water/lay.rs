//! The way of a hose from a source to a site: along ways that people walk, stairs included, with their true length.

use firereach_model::feature::{RoadClass, Service, Site};
use firereach_model::layers::Layers;
use geo::{Euclidean, InterpolateLine};
use geo_types::{Coord, Geometry, LineString, Point};
use petgraph::unionfind::UnionFind;
use rayon::prelude::*;

use super::subject::Buildings;
use super::supply::Supply;
use crate::network::{Costs, EdgeId, Fronts, Network, Search, Seed, Snap};

/// The ground that hose is laid on, with every source put on it.
pub(super) struct Lays<'a> {
    network: &'a Network,
    layers: &'a Layers,
    /// Millimetres along every edge.
    lengths: Costs,
    /// Where each source meets the ways, by source: at the nearest of them, and, where that hangs together with little
    /// else, at the nearest of those that hang together with most.
    pub(super) snaps: Vec<(Option<Snap>, Option<Snap>)>,
    snap_limit_m: f64,
    site_reach_m: f64,
}

/// One way of a hose.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    /// Its length along the ground, metres, the gaps between the ways and the two ends included.
    pub(super) m: f64,
    /// Metres of it on stairs.
    pub(super) stairs_m: f64,
    /// Whether it ends at a place from which another building stands before the site, and none ends elsewhere.
    pub(super) is_walled_in: bool,
    /// The middle of its longest stairs.
    pub(super) stairs_at: Option<Coord<f64>>,
    /// From the source to the site.
    pub(super) line: LineString<f64>,
}

/// Everything within a hose's way of one site, as the last flood of a search has it.
pub(super) struct SiteWays<'a> {
    search: &'a Search,
    ends: Vec<Snap>,
    /// Whether another building stands between the site and every one of its ends.
    pub(super) is_walled_in: bool,
    /// The longest way looked for, metres.
    pub(super) limit_m: f64,
}

impl SiteWays<'_> {
    /// The edges on which hose ends at the site, in order.
    pub(super) fn edges(&self) -> impl Iterator<Item = EdgeId> + '_ {
        self.ends.iter().map(|end| end.edge)
    }
}

impl<'a> Lays<'a> {
    pub(super) fn build(
        network: &'a Network,
        layers: &'a Layers,
        supply: &Supply,
        snap_limit_m: f64,
        site_reach_m: f64,
    ) -> Self {
        let is_laid_on = |edge: EdgeId| {
            let class = layers.roads[network.edge(edge).road as usize].class;
            class.is_walkable() && class != RoadClass::Elevator
        };
        let lengths = Costs::on_foot(network, |arc| {
            is_laid_on(arc.edge()).then(|| millimetres(network.edge(arc.edge()).length_m))
        });
        let is_joined = largest_part(network, is_laid_on);
        let levels = layers.hydrants.iter().map(|hydrant| Some(hydrant.level)).chain(std::iter::repeat(None));
        let snaps = supply
            .sources
            .iter()
            .zip(levels)
            .map(|(source, level)| {
                let is_way = |edge: EdgeId| is_laid_on(edge) && is_on_level(network, layers, edge, level);
                let nearest = network.snap(source.at, snap_limit_m, is_way);
                let is_stray = nearest.is_some_and(|snap| !is_joined[snap.edge.index()]);
                let joined = || network.snap(source.at, site_reach_m, |edge| is_way(edge) && is_joined[edge.index()]);
                (nearest, if is_stray { joined() } else { None })
            })
            .collect();
        Self { network, layers, lengths, snaps, snap_limit_m, site_reach_m }
    }

    /// For each hydrant the way to the nearest other one that may work, metres along the ground, if it is no longer than
    /// `limit_m`.
    pub(super) fn spacings(&self, supply: &Supply, limit_m: f64) -> Vec<Option<f64>> {
        let hydrants = supply.sources.iter().take_while(|source| source.is_hydrant).count();
        let flood = |search: &mut Search, index: usize| {
            let seeds: Vec<Seed> = both(self.snaps[index])
                .map(|from| Seed::OnEdge {
                    edge: from.edge,
                    offset_m: from.offset_m,
                    start_ms: millimetres(from.distance_m),
                    owner: 0,
                })
                .collect();
            search.run(self.network, &self.lengths, &seeds, millimetres(limit_m));
            let way_m = |other: usize| {
                let ways = both(self.snaps[other]).filter_map(|to| {
                    let label = search.at(self.network, &self.lengths, to.edge, to.offset_m)?;
                    Some(f64::from(label.ms) / 1000.0 + to.distance_m)
                });
                ways.min_by(f64::total_cmp)
            };
            supply
                .near(&Geometry::Point(supply.sources[index].at), limit_m)
                .into_iter()
                .filter(|other| *other != index && supply.sources[*other].is_hydrant)
                .filter(|other| supply.sources[*other].service != Service::OutOfService)
                .filter_map(way_m)
                .filter(|way_m| *way_m <= limit_m)
                .min_by(f64::total_cmp)
        };
        (0..hydrants).into_par_iter().map_init(|| Search::new(self.network), flood).collect()
    }

    /// Floods about a site as far as hose leads, once for all sources.
    ///
    /// A hose ends at the nearest place of any way within reach of the site's footprint, and crosses the gap to it; where
    /// no way comes that near, at the way nearest to the site. No gap that another building stands in is crossed unless one
    /// stands in all of them. It is the same length either way round, so the flood starts at the site.
    pub(super) fn flood<'s>(
        &self,
        search: &'s mut Search,
        (site, buildings): (&Site, &Buildings<'_>),
        limit_m: f64,
    ) -> SiteWays<'s> {
        let is_laid_on =
            |edge: EdgeId| self.lengths.is_passable(edge) && is_on_level(self.network, self.layers, edge, site.level);
        let mut ends = self.network.snap_all(self.layers, &site.shape, self.site_reach_m, is_laid_on);
        if ends.is_empty() {
            ends.extend(self.network.snap(site.point, self.snap_limit_m, is_laid_on));
        }
        let is_open: Vec<bool> = ends.iter().map(|end| buildings.is_open_between(site, end.at)).collect();
        let is_walled_in = !ends.is_empty() && !is_open.contains(&true);
        if !is_walled_in {
            let mut is_open = is_open.into_iter();
            ends.retain(|_| is_open.next() == Some(true));
        }
        let seeds: Vec<Seed> = (0..)
            .zip(&ends)
            .map(|(owner, end)| Seed::OnEdge {
                edge: end.edge,
                offset_m: end.offset_m,
                start_ms: millimetres(end.distance_m),
                owner,
            })
            .collect();
        search.run(self.network, &self.lengths, &seeds, millimetres(limit_m));
        SiteWays { search, ends, is_walled_in, limit_m }
    }

    /// The parts of ways from which hose along so many metres of way gets to the site, in the order of the edges.
    pub(super) fn reached(&self, ways: &SiteWays<'_>, way_m: f64) -> Vec<LineString<f64>> {
        let mut fronts = Fronts::new();
        fronts.add(self.network, &self.lengths, ways.search, |owner| owner);
        let parts = fronts.parts(self.network, millimetres(way_m.min(ways.limit_m)));
        parts.iter().map(|part| self.network.part_line(self.layers, part.edge, part.from_m, part.to_m)).collect()
    }

    /// The way from a source to the site, where there is one.
    pub(super) fn way(&self, ways: &SiteWays<'_>, source: usize) -> Option<Way> {
        let found = both(self.snaps[source]).filter_map(|snap| self.way_of(ways, &snap));
        found.min_by(|a, b| a.m.total_cmp(&b.m))
    }

    /// The way from any place to the site, where there is one.
    pub(super) fn way_from(&self, ways: &SiteWays<'_>, at: Point<f64>) -> Option<Way> {
        let snap = self.network.snap(at, self.snap_limit_m, |edge| self.lengths.is_passable(edge))?;
        self.way_of(ways, &snap)
    }

    fn way_of(&self, ways: &SiteWays<'_>, snap: &Snap) -> Option<Way> {
        let label = ways.search.at(self.network, &self.lengths, snap.edge, snap.offset_m)?;
        let m = f64::from(label.ms) / 1000.0 + snap.distance_m;
        if m > ways.limit_m {
            return None;
        }
        let mut line: Vec<Coord<f64>> = Vec::new();
        let mut stairs_m = 0.0;
        let mut longest: Option<(f64, Coord<f64>)> = None;
        for part in ways.search.path_to(self.network, &self.lengths, snap.edge, snap.offset_m) {
            let edge = self.network.edge(part.edge);
            let along = self.network.part_line(self.layers, part.edge, part.from_m, part.to_m);
            if self.layers.roads[edge.road as usize].class == RoadClass::Steps && edge.plan_m() > 0.0 {
                let metres = edge.length_m * (part.to_m - part.from_m).abs() / edge.plan_m();
                stairs_m += metres;
                let middle = Euclidean.point_at_ratio_from_start(&along, 0.5);
                if let Some(middle) = middle.filter(|_| longest.is_none_or(|(most_m, _)| metres > most_m)) {
                    longest = Some((metres, middle.0));
                }
            }
            line.extend(along.0);
        }
        line.reverse();
        line.insert(0, Coord { x: snap.at.x, y: snap.at.y });
        line.push(ways.ends[label.owner as usize].at);
        line.dedup();
        if line.len() < 2 {
            line.push(line[0]);
        }
        Some(Way {
            m,
            stairs_m,
            is_walled_in: ways.is_walled_in,
            stairs_at: longest.map(|(_, at)| at),
            line: LineString(line),
        })
    }
}

/// The places where one source meets the ways.
fn both((nearest, joined): (Option<Snap>, Option<Snap>)) -> impl Iterator<Item = Snap> {
    nearest.into_iter().chain(joined)
}

/// Whether a way runs on a level; any does where no level is stated.
fn is_on_level(network: &Network, layers: &Layers, edge: EdgeId, level: Option<i16>) -> bool {
    level.is_none_or(|level| layers.roads[network.edge(edge).road as usize].level == level)
}

/// For each edge whether it is one of those ways that hang together with most others; by number of edges, ties to the first.
fn largest_part(network: &Network, is_laid_on: impl Fn(EdgeId) -> bool) -> Vec<bool> {
    let mut sets = UnionFind::new(network.node_count());
    let ends = |edge: EdgeId| (network.tail(edge.forward()).0 as usize, network.head(edge.forward()).0 as usize);
    let laid = || (0_u32..).take(network.edge_count()).map(EdgeId).filter(|edge| is_laid_on(*edge));
    for edge in laid() {
        let (from, to) = ends(edge);
        sets.union(from, to);
    }
    let mut sizes = vec![0_usize; network.node_count()];
    for edge in laid() {
        sizes[sets.find(ends(edge).0)] += 1;
    }
    let largest = (0..sizes.len()).max_by(|a, b| sizes[*a].cmp(&sizes[*b]).then(b.cmp(a)));
    let mut is_joined = vec![false; network.edge_count()];
    for edge in laid() {
        is_joined[edge.index()] = Some(sets.find(ends(edge).0)) == largest;
    }
    is_joined
}

/// Metres as whole millimetres.
fn millimetres(m: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
    let whole = (m * 1000.0).round().clamp(0.0, f64::from(1_u32 << 30)) as u32;
    whole
}

#[cfg(test)]
mod tests;
