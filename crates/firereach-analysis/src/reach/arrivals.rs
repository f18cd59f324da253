//! First, second and third arrival at every site, with their parts.

use firereach_model::findings::reach::{Arrival, Components, SiteReach, UnitArrival};
use firereach_model::study::Study;
use firereach_model::vehicle::Mobility;
use geo_types::{Coord, LineString};
use rayon::prelude::*;

use super::units::{Post, Unit, enter, set_out};
use super::{milliseconds, seconds};
use crate::change::Conditions;
use crate::network::{Assumption, Costs, EdgeId, Entry, Network, NodeId, Passage, PathPart, Search, Seed, Snap, entry};

/// How a site is come at.
pub(super) struct Access {
    /// Places on the network from which the site is at hand, with the walk off the network that is left.
    pub(super) places: Vec<(Snap, u32)>,
    /// Distance to the nearest place, metres.
    pub(super) snapped_m: Option<f64>,
    /// Nodes from which one walks to the site, with the time, nearest first.
    pub(super) approach: Vec<(NodeId, u32)>,
    /// Walking times from the stations of units that walk all the way, in the order of the posts.
    pub(super) on_foot: Vec<Option<u32>>,
}

/// What all arrivals have in common.
pub(super) struct Ground<'a> {
    pub(super) network: &'a Network,
    pub(super) passages: &'a [Passage],
    pub(super) study: &'a Study,
    pub(super) conditions: &'a Conditions<'a>,
    pub(super) posts: &'a [Post<'a>],
    pub(super) walk: &'a Costs,
}

impl Ground<'_> {
    fn movement(&self) -> &firereach_model::parameters::MovementParameters {
        &self.study.rulebook.parameters.movement
    }

    fn walk_seeds(access: &Access) -> Vec<Seed> {
        access
            .places
            .iter()
            .zip(0u32..)
            .map(|((snap, off_ms), owner)| Seed::OnEdge {
                edge: snap.edge,
                offset_m: snap.offset_m,
                start_ms: *off_ms,
                owner,
            })
            .collect()
    }

    /// Finds how every site is come at: one flood on foot around each, against the direction of travel.
    pub(super) fn accesses(&self) -> Vec<Access> {
        let layers = &self.conditions.layers;
        let movement = self.movement();
        let walking = &movement.walking;
        let off_path_mps = walking.tobler_kmh / 3.6
            * (walking.tobler_exponent * walking.tobler_best_slope).exp()
            * walking.off_path_factor
            * walking.loaded_factor
            * walking.crowd_factor;
        let foot_starts: Vec<Option<Snap>> = self
            .posts
            .iter()
            .map(|post| {
                let is_walking = post.vehicles.iter().any(|&v| self.study.vehicles[v].mobility == Mobility::Carried);
                let is_setting_out = is_walking && post.is_staffed;
                is_setting_out
                    .then(|| enter(self.network, post.station, self.conditions, self.walk, movement.snap_limit_m))
                    .flatten()
            })
            .collect();
        layers
            .sites
            .par_iter()
            .map_init(
                || Search::new(self.network),
                |search, site| {
                    let is_way = |edge: EdgeId| {
                        let road = &layers.roads[self.network.edge(edge).road as usize];
                        site.level.is_none_or(|level| road.level == level)
                    };
                    let near = self.network.snap_all(layers, &site.shape, movement.site_reach_m, is_way);
                    let mut places: Vec<(Snap, u32)> = near.into_iter().map(|snap| (snap, 0)).collect();
                    if places.is_empty() {
                        let far = self.network.snap_all(layers, &site.shape, movement.snap_limit_m, is_way);
                        // The nearest, and what is as near: of two ways along one line either may be the one that is open.
                        let nearest = far.iter().map(|snap| snap.distance_m).fold(f64::INFINITY, f64::min);
                        let as_near = far.into_iter().filter(|snap| snap.distance_m <= nearest + 1e-3);
                        places.extend(as_near.map(|snap| (snap, milliseconds(snap.distance_m / off_path_mps))));
                    }
                    let mut access = Access {
                        snapped_m: places.iter().map(|(snap, _)| snap.distance_m).min_by(f64::total_cmp),
                        places,
                        approach: Vec::new(),
                        on_foot: vec![None; self.posts.len()],
                    };
                    let seeds = Self::walk_seeds(&access);
                    search.run_reverse(self.network, self.walk, &seeds, movement.walk_limit_s.saturating_mul(1000));
                    access.approach = search
                        .in_order()
                        .into_iter()
                        .filter_map(|node| {
                            search.at_node(self.network, NodeId(node)).map(|label| (NodeId(node), label.ms))
                        })
                        .collect();
                    for (time, start) in access.on_foot.iter_mut().zip(&foot_starts) {
                        *time = start
                            .and_then(|snap| search.from(self.network, self.walk, snap.edge, snap.offset_m))
                            .map(|label| label.ms);
                    }
                    access
                },
            )
            .collect()
    }

    /// The quickest arrival of one unit at every site.
    pub(super) fn unit_times(
        &self,
        search: &mut Search,
        unit: Unit,
        prices: Option<(&Costs, &Costs)>,
        accesses: &[Access],
    ) -> Vec<Option<(u32, Stop)>> {
        let post = &self.posts[unit.post];
        let movement = self.movement();
        let Some((optimistic, costs)) = prices else {
            return accesses
                .iter()
                .map(|access| access.on_foot[unit.post].map(|walk_ms| (post.turnout_ms + walk_ms, Stop::Station)))
                .collect();
        };
        let start = set_out(self.network, search, post, self.conditions, optimistic, costs, movement);
        let Some(start) = start else {
            return vec![None; accesses.len()];
        };
        search.run(self.network, costs, &[start], movement.longest_s.saturating_mul(1000));
        let dismount_ms = milliseconds(movement.dismount_s);
        accesses
            .iter()
            .map(|access| {
                let mut best: Option<(u32, Stop)> = None;
                let mut offer = |ms: u32, stop: Stop| {
                    if best.is_none_or(|(least, _)| ms < least) {
                        best = Some((ms, stop));
                    }
                };
                for (place, (snap, off_ms)) in access.places.iter().enumerate() {
                    if costs.is_passable(snap.edge)
                        && let Some(label) = search.at(self.network, costs, snap.edge, snap.offset_m)
                    {
                        let dismount = if *off_ms > 0 { dismount_ms } else { 0 };
                        offer(label.ms + off_ms + dismount, Stop::AtSite(place));
                    }
                }
                for &(node, walk_ms) in &access.approach {
                    if best.is_some_and(|(least, _)| post.turnout_ms + dismount_ms + walk_ms >= least) {
                        break;
                    }
                    if let Some(label) = search.at_node(self.network, node) {
                        let ms = label.ms + dismount_ms + walk_ms;
                        if best.is_none_or(|(least, _)| ms < least) {
                            best = Some((ms, Stop::AtNode(node)));
                        }
                    }
                }
                best.filter(|&(ms, _)| ms <= movement.longest_s.saturating_mul(1000))
            })
            .collect()
    }

    /// One arrival with its components, its ways and their lengths; the search holds the unit's own flood.
    fn arrival(
        &self,
        drive: &Search,
        walk: &mut Search,
        unit: Unit,
        costs: Option<&Costs>,
        access: &Access,
        (ms, stop): (u32, Stop),
    ) -> (Arrival, Option<EdgeId>) {
        let post = &self.posts[unit.post];
        let movement = self.movement();
        let layers = &self.conditions.layers;
        let (mut driven, mut walked) = (Vec::new(), Vec::new());
        let mut components =
            Components { call_s: movement.call_s, turnout_s: seconds(post.turnout_ms), ..Components::default() };
        let rest_ms = ms - post.turnout_ms;
        let place = match (stop, costs) {
            (Stop::AtSite(place), Some(costs)) => {
                let (snap, off_ms) = access.places[place];
                driven = drive.path_to(self.network, costs, snap.edge, snap.offset_m);
                components.walk_s = seconds(off_ms);
                components.dismount_s = if off_ms > 0 { movement.dismount_s } else { 0.0 };
                let dismount_ms = if off_ms > 0 { milliseconds(movement.dismount_s) } else { 0 };
                components.drive_s = seconds(rest_ms - off_ms - dismount_ms);
                Some(snap.at)
            }
            (Stop::AtNode(node), Some(_)) => {
                driven = drive.path_to_node(self.network, node);
                let dismount_ms = milliseconds(movement.dismount_s);
                let drive_ms = drive.at_node(self.network, node).map_or(0, |label| label.ms - post.turnout_ms);
                components.drive_s = seconds(drive_ms);
                components.dismount_s = movement.dismount_s;
                components.walk_s = seconds(rest_ms - drive_ms - dismount_ms);
                walk.run_reverse(
                    self.network,
                    self.walk,
                    &Self::walk_seeds(access),
                    movement.walk_limit_s.saturating_mul(1000),
                );
                walked = walk.way_from_node(self.network, node);
                Some(self.network.node_at(node))
            }
            _ => {
                components.walk_s = seconds(rest_ms);
                enter(self.network, post.station, self.conditions, self.walk, movement.snap_limit_m).map(|snap| snap.at)
            }
        };
        let first_walked = walked.first().map(|part: &PathPart| part.edge);
        let arrival = Arrival {
            station: post.station.id.clone(),
            vehicle: self.study.vehicles[unit.vehicle].code.clone(),
            components,
            stop: place,
            drive: line_of(self.network, layers, &driven),
            walk: line_of(self.network, layers, &walked),
            drive_m: length_of(self.network, &driven),
            walk_m: length_of(self.network, &walked),
        };
        (arrival, first_walked)
    }

    /// The quickest arrival of every unit at every site, under both assumptions.
    pub(super) fn run_units(
        &self,
        units: &[Unit],
        optimistic: &[Option<Costs>],
        cautious: &[Option<Costs>],
        accesses: &[Access],
    ) -> UnitRuns {
        let runs: Vec<(Unit, Assumption)> = [Assumption::Optimistic, Assumption::Cautious]
            .iter()
            .flat_map(|&a| units.iter().map(move |&u| (u, a)))
            .collect();
        let times = runs
            .par_iter()
            .map_init(
                || Search::new(self.network),
                |search, run| self.unit_times(search, run.0, prices(run, optimistic, cautious), accesses),
            )
            .collect();
        UnitRuns { runs, times }
    }

    /// The response to every site.
    pub(super) fn respond(
        &self,
        units: &[Unit],
        optimistic: &[Option<Costs>],
        cautious: &[Option<Costs>],
        accesses: &[Access],
        UnitRuns { runs, times }: &UnitRuns,
    ) -> Vec<SiteReach> {
        let prices = |run: &(Unit, Assumption)| prices(run, optimistic, cautious);
        // For each site the runs that decide something, then the ways of each run's sites in one more flood.
        let picks: Vec<Picks> = (0..accesses.len()).map(|site| self.pick(runs, times, site)).collect();
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        for (site, pick) in picks.iter().enumerate() {
            wanted.extend(pick.all().map(|run| (run, site)));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let groups: Vec<&[(usize, usize)]> = wanted.chunk_by(|a, b| a.0 == b.0).collect();
        let details: Vec<Vec<Detail>> = groups
            .par_iter()
            .map_init(
                || (Search::new(self.network), Search::new(self.network)),
                |(drive, walk), group| {
                    let run = &runs[group[0].0];
                    let post = &self.posts[run.0.post];
                    let movement = self.movement();
                    if let Some((possible, costs)) = prices(run)
                        && let Some(start) =
                            set_out(self.network, drive, post, self.conditions, possible, costs, movement)
                    {
                        drive.run(self.network, costs, &[start], movement.longest_s.saturating_mul(1000));
                    }
                    group
                        .iter()
                        .filter_map(|&(r, site)| {
                            let best = times[r][site]?;
                            Some((
                                (r, site),
                                self.arrival(
                                    drive,
                                    walk,
                                    run.0,
                                    prices(run).map(|(_, costs)| costs),
                                    &accesses[site],
                                    best,
                                ),
                            ))
                        })
                        .collect()
                },
            )
            .collect();
        let details: Vec<Detail> = details.into_iter().flatten().collect();
        let detail = |run: Option<usize>, site: usize| {
            let found = details.binary_search_by_key(&(run?, site), |(key, _)| *key).ok()?;
            Some(details[found].1.clone())
        };
        picks
            .iter()
            .enumerate()
            .map(|(site, pick)| {
                let arrival = |run: Option<usize>| detail(run, site).map(|(arrival, _)| arrival);
                let first = detail(pick.first, site);
                let mut reach = SiteReach {
                    cautious: arrival(pick.cautious),
                    second: arrival(pick.second),
                    third: arrival(pick.third),
                    micro: arrival(pick.micro),
                    micro_cautious: arrival(pick.micro_cautious),
                    snapped_m: accesses[site].snapped_m,
                    second_cautious_s: pick
                        .second_cautious
                        .and_then(|run| times[run][site])
                        .map(|(ms, _)| self.movement().call_s + seconds(ms)),
                    force: self.force(runs, times, site),
                    ..SiteReach::default()
                };
                reach.binding = self.binding(units, &accesses[site], first.as_ref(), reach.cautious.is_some());
                reach.first = first.map(|(arrival, _)| arrival);
                reach
            })
            .collect()
    }

    fn pick(&self, runs: &[(Unit, Assumption)], times: &[Vec<Option<(u32, Stop)>>], site: usize) -> Picks {
        let best = |assumption: Assumption, is_brigade: bool, without: &[usize]| {
            runs.iter()
                .enumerate()
                .filter(|(_, (unit, a))| {
                    *a == assumption
                        && self.posts[unit.post].is_brigade() == is_brigade
                        && !without.contains(&unit.post)
                })
                .filter_map(|(r, (unit, _))| {
                    times[r][site].map(|(ms, _)| (ms, self.posts[unit.post].rank, unit.vehicle, r))
                })
                .min()
                .map(|(.., r)| r)
        };
        let post_of = |run: Option<usize>| run.map(|r| runs[r].0.post);
        let first = best(Assumption::Optimistic, true, &[]);
        let second = post_of(first).and_then(|a| best(Assumption::Optimistic, true, &[a]));
        let cautious = best(Assumption::Cautious, true, &[]);
        let second_cautious = post_of(cautious).and_then(|a| best(Assumption::Cautious, true, &[a]));
        let third = post_of(first).zip(post_of(second)).and_then(|(a, b)| best(Assumption::Optimistic, true, &[a, b]));
        Picks {
            first,
            cautious,
            second,
            second_cautious,
            third,
            micro: best(Assumption::Optimistic, false, &[]),
            micro_cautious: best(Assumption::Cautious, false, &[]),
        }
    }

    /// Every brigade unit by its arrival, with the crew assembled.
    fn force(&self, runs: &[(Unit, Assumption)], times: &[Vec<Option<(u32, Stop)>>], site: usize) -> Vec<UnitArrival> {
        let mut arrivals: Vec<(u32, u32, usize, usize)> = runs
            .iter()
            .enumerate()
            .filter(|(_, (unit, a))| *a == Assumption::Optimistic && self.posts[unit.post].is_brigade())
            .filter_map(|(r, (unit, _))| {
                times[r][site].map(|(ms, _)| (ms, self.posts[unit.post].rank, unit.vehicle, unit.post))
            })
            .collect();
        arrivals.sort_unstable();
        let mut assembled = 0;
        arrivals
            .into_iter()
            .map(|(ms, _, vehicle, post)| {
                let vehicle = &self.study.vehicles[vehicle];
                assembled += vehicle.crew;
                UnitArrival {
                    station: self.posts[post].station.id.clone(),
                    vehicle: vehicle.code.clone(),
                    response_s: self.movement().call_s + seconds(ms),
                    crew: vehicle.crew,
                    assembled,
                }
            })
            .collect()
    }

    /// What keeps the time from being shorter, or the site from being reached.
    fn binding(
        &self,
        units: &[Unit],
        access: &Access,
        first: Option<&(Arrival, Option<EdgeId>)>,
        is_certain: bool,
    ) -> String {
        let Some((arrival, walked)) = first else {
            if access.places.is_empty() {
                return format!("no way within {} m of the site", self.movement().snap_limit_m);
            }
            return if units.iter().any(|unit| self.posts[unit.post].is_brigade()) {
                "no way from any staffed station to the site".to_owned()
            } else {
                "no brigade station with vehicles is staffed at this hour".to_owned()
            };
        };
        let parts = &arrival.components;
        let (name, value) = [
            ("drive", parts.drive_s),
            ("walk", parts.walk_s),
            ("turnout", parts.turnout_s),
            ("call handling", parts.call_s),
            ("dismounting", parts.dismount_s),
        ]
        .into_iter()
        .fold(("drive", f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a });
        let mut text = format!("{name}: {value:.0} s of {:.0} s", parts.total_s());
        if let Some(edge) = walked
            && let Some(vehicle) = self.study.vehicles.iter().find(|vehicle| vehicle.code == arrival.vehicle)
        {
            let road_index = self.network.edge(*edge).road;
            let road = &self.conditions.layers.roads[road_index as usize];
            let parameters = &self.study.rulebook.parameters;
            let passage = &self.passages[edge.index()];
            if let Entry::Impassable(reason) = entry(road, road_index, passage, vehicle, parameters, self.conditions) {
                let way = road.name.as_deref().unwrap_or(&road.id);
                text += &format!("; {} stops before {way} ({}): {}", vehicle.code, road.class, reason.code());
            }
        }
        if !is_certain {
            text += "; no way is certain to let a vehicle through: widths, heights or barriers on all ways are unknown";
        }
        text
    }
}

/// Every unit under each assumption, with its quickest arrival at every site and where it stops.
pub(super) struct UnitRuns {
    pub(super) runs: Vec<(Unit, Assumption)>,
    pub(super) times: Vec<Vec<Option<(u32, Stop)>>>,
}

/// The prices by which a unit sets out and those by which it drives.
fn prices<'a>(
    (unit, assumption): &(Unit, Assumption),
    optimistic: &'a [Option<Costs>],
    cautious: &'a [Option<Costs>],
) -> Option<(&'a Costs, &'a Costs)> {
    let possible = optimistic[unit.vehicle].as_ref()?;
    match assumption {
        Assumption::Optimistic => Some((possible, possible)),
        Assumption::Cautious => cautious[unit.vehicle].as_ref().map(|certain| (possible, certain)),
    }
}

/// Where a crew leaves its vehicle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stop {
    /// At one of the site's own places.
    AtSite(usize),
    /// At a node, from which it walks.
    AtNode(NodeId),
    /// It walks from the station.
    Station,
}

/// A run and a site, with the arrival and the edge on which the crew goes on foot first.
type Detail = ((usize, usize), (Arrival, Option<EdgeId>));

struct Picks {
    first: Option<usize>,
    cautious: Option<usize>,
    second: Option<usize>,
    /// Of which only the time is wanted.
    second_cautious: Option<usize>,
    third: Option<usize>,
    micro: Option<usize>,
    micro_cautious: Option<usize>,
}

impl Picks {
    fn all(&self) -> impl Iterator<Item = usize> {
        [self.first, self.cautious, self.second, self.third, self.micro, self.micro_cautious].into_iter().flatten()
    }
}

fn length_of(network: &Network, parts: &[PathPart]) -> f64 {
    parts
        .iter()
        .map(|part| {
            let edge = network.edge(part.edge);
            let plan_m = edge.plan_m();
            if plan_m > 0.0 { edge.length_m * (part.to_m - part.from_m).abs() / plan_m } else { 0.0 }
        })
        // An empty sum of floats is minus zero.
        .fold(0.0, |sum, metres| sum + metres)
}

fn line_of(network: &Network, layers: &firereach_model::layers::Layers, parts: &[PathPart]) -> Option<LineString<f64>> {
    let mut line: Vec<Coord<f64>> = Vec::new();
    for part in parts {
        for at in network.part_line(layers, part.edge, part.from_m, part.to_m).0 {
            if line.last() != Some(&at) {
                line.push(at);
            }
        }
    }
    (line.len() >= 2).then_some(LineString(line))
}
