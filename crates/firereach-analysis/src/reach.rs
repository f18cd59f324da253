//! Who arrives where and when; what is covered.
//!
//! Two clocks run. A response is counted from the alarm: call handling, turnout, drive, dismounting, walk. What is reached
//! within a cutoff, and what the legal times are held against, is counted from the dispatch order: the same without the
//! call handling, as the codes word it. Everything is computed twice, with what nobody measured taken as passable and as
//! impassable, so that a time is an interval.

mod area;
mod arrivals;
mod barriers;
mod chance;
mod coverage;
mod ends;
mod export;
mod field;
mod lengths;
mod outline;
mod people;
mod proposals;
mod sensitivity;
mod stations;
mod times;
mod uncovered;
pub(crate) mod units;

#[cfg(test)]
pub(crate) mod tests;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::Site;
use firereach_model::findings::Ruling;
use firereach_model::findings::reach::{Arrival, ReachFindings, ReachedRoad, SiteReach};
use firereach_model::layers::Layers;
use firereach_model::parameters::movement::{Heading, IsochroneShape};
use firereach_model::rules::{Limit, Rulebook};
use firereach_model::study::Study;
use firereach_model::units::Seconds;
use firereach_model::vehicle::Mobility;

use crate::change::Conditions;
use crate::network::{Assumption, Costs, Fronts, Network, NodeId, Passage, Search, Seed, price_walk};
use arrivals::Ground;
use people::Residents;
use times::StationTimes;
use units::{Post, Unit, enter, price_vehicles, seed, set_out};

pub use area::{AREA_ERROR, area_around};
pub use chance::arrive_in_time_prob;
pub use export::export_network;
pub(crate) use uncovered::name_pinches;

/// Assesses the response to every site, what is reached, and what is covered, for one scenario.
///
/// `network` and `passages` are of `conditions.layers`. Sites are in the order of the layer. Floods run on all cores and
/// are collected in order.
pub fn assess_reach(
    network: &Network,
    passages: &[Passage],
    study: &Study,
    conditions: &Conditions<'_>,
) -> ReachFindings {
    let layers: &Layers = &conditions.layers;
    let movement = &study.rulebook.parameters.movement;
    let posts = units::posts(study, conditions);
    let units = units::units(&posts);
    let walk = price_walk(network, &study.rulebook.parameters, conditions);
    let optimistic = price_vehicles(network, passages, study, conditions, &units, Assumption::Optimistic);
    let cautious = price_vehicles(network, passages, study, conditions, &units, Assumption::Cautious);

    let ground = Ground { network, passages, study, conditions, posts: &posts, walk: &walk };
    let accesses = ground.accesses();
    let runs = ground.run_units(&units, &optimistic, &cautious, &accesses);
    let times = StationTimes::of(&runs, posts.len(), layers.sites.len());
    let mut sites = ground.respond(&units, &optimistic, &cautious, &accesses, &runs);
    for (site, reach) in layers.sites.iter().zip(&mut sites) {
        let chance = |arrival: &Option<Arrival>| chance_of(site, arrival.as_ref(), &study.rulebook, movement.travel_cv);
        (reach.arrive_in_time_prob_low, reach.arrive_in_time_prob) = (chance(&reach.cautious), chance(&reach.first));
    }

    let flood = Flood { network, study, conditions, posts: &posts, units: &units, walk: &walk, possible: &optimistic };
    let longest = movement.longest_s.saturating_mul(1000);
    let possible = flood.fronts(&optimistic, |post| post.is_brigade(), longest);
    let certain = flood.fronts(&cautious, |post| post.is_brigade(), longest);
    let last = movement.cutoffs_s.iter().copied().max().unwrap_or(0);
    let legal_s = strictest_s(&study.rulebook, "response_time");
    let micro_legal_s = strictest_s(&study.rulebook, "micro_response_time");
    let drawing = area::Drawing::new(network, layers, movement, legal_s);
    let by_station = flood.fronts_by_station(Heading::From, drawing.last_ms());

    let snaps = coverage::building_snaps(network, layers, movement.snap_limit_m);
    let residents = Residents::of(layers, movement);
    let homes_in_time = residents.as_ref().filter(|_| !conditions.added_stations.is_empty()).map(|_| {
        let limit_s = |post: &Post<'_>| if post.is_brigade() { legal_s } else { micro_legal_s };
        proposals::buildings_in_time(&posts, &by_station, &snaps, limit_s)
    });

    let mut findings = ReachFindings { sites, legal_s, ..ReachFindings::default() };
    findings.sensitivity = sensitivity::assess_sensitivity(&ground, &units, &accesses, &times, legal_s);
    let mut merged = possible.clone();
    findings.reached_roads = merged
        .parts(network, last.saturating_mul(1000))
        .iter()
        .map(|part| ReachedRoad {
            road: network.edge(part.edge).road as usize,
            from_s: part.from_ms.min(part.to_ms) / 1000.0,
            to_s: part.from_ms.max(part.to_ms) / 1000.0,
            station: station_of(&posts, part.owner),
            mode: part.mode.code().to_owned(),
            line: if part.from_ms <= part.to_ms {
                network.part_line(layers, part.edge, part.from_m, part.to_m)
            } else {
                network.part_line(layers, part.edge, part.to_m, part.from_m)
            },
        })
        .collect();
    findings.isochrones = drawing.isochrones(Heading::From, &posts, &mut merged, by_station);
    let proposed = proposals::Ground {
        sites: &layers.sites,
        posts: &posts,
        added: &conditions.added_stations,
        times: &times,
        limit_s: legal_s,
        micro_limit_s: micro_legal_s,
        isochrones: &findings.isochrones,
        homes: residents.as_ref().zip(homes_in_time.as_deref()),
    };
    findings.proposals = proposed.sets();
    let has_area = layers.zones.iter().any(|zone| coverage::is_measured(zone.kind));
    let certain_areas = if has_area { drawing.merged(&mut certain.clone()) } else { Vec::new() };
    let roads = lengths::roads_by_area(network, layers);
    let view = coverage::View {
        network,
        study,
        conditions,
        possible: &possible,
        certain: &certain,
        legal_s,
        snaps: &snaps,
        residents: residents.as_ref(),
        certain_areas: &certain_areas,
        roads: &roads,
    };
    findings.coverage = view.coverage(&findings);
    findings.figures = view.figures(&findings);
    findings.stations = stations::assess_stations(&view, &posts, &findings);
    if let Some(limit_s) = legal_s {
        let runs =
            uncovered::Runs { view: &view, flood: &flood, cautious: &cautious, passages, accesses: &accesses, limit_s };
        findings.uncovered = uncovered::uncovered(&runs, &findings.sites);
    }
    if movement.isochrone_headings.contains(&Heading::To) {
        let alone = flood.fronts_by_station(Heading::To, drawing.last_ms());
        let mut all = flood.fronts_back(|post| post.is_brigade(), drawing.last_ms());
        findings.isochrones.extend(drawing.isochrones(Heading::To, &posts, &mut all, alone));
    }
    if movement.isochrone_shapes.contains(&IsochroneShape::Bands) {
        findings.bands = area::bands(&findings.isochrones);
    }
    findings
}

/// The rulings of one site on the response: `response_time` and, where the study has micro-stations,
/// `micro_response_time`, in seconds from the dispatch order.
///
/// The earliest is the optimistic run's, the latest the cautious run's; where the cautious run does not arrive there is no
/// upper bound.
pub fn rule_on_response(site: &Site, reach: &SiteReach, rulebook: &Rulebook, has_micro: bool) -> Vec<Ruling> {
    let words = [site.kind.code()];
    let mut rulings = Vec::new();
    let asked = [
        ("response_time", &reach.first, &reach.cautious, true),
        ("micro_response_time", &reach.micro, &reach.micro_cautious, has_micro),
    ];
    for (measure, first, cautious, _) in asked.into_iter().filter(|asked| asked.3) {
        let (low, high) = (first.as_ref().map(after_dispatch_s), cautious.as_ref().map(after_dispatch_s));
        let value = match low.and_then(|s| Seconds::new(s).ok()) {
            Some(low) => Measure::Known(Bounds { low: Some(low), high: high.and_then(|s| Seconds::new(s).ok()) }),
            None => Measure::Unreached,
        };
        for rule in rulebook.on(measure, &words) {
            rulings.push(Ruling {
                rule: rule.id.clone(),
                measure: measure.to_owned(),
                low,
                high,
                is_reached: low.is_some(),
                verdict: rule.judge(&value, false),
                because: because(first.as_ref(), &reach.binding),
            });
        }
    }
    rulings
}

fn because(first: Option<&Arrival>, binding: &str) -> String {
    match first {
        Some(arrival) => format!(
            "{} of station {}: turnout {:.0} s, drive {:.0} s over {:.0} m, dismounting {:.0} s, walk {:.0} s over {:.0} m; {binding}",
            arrival.vehicle,
            arrival.station,
            arrival.components.turnout_s,
            arrival.components.drive_s,
            arrival.drive_m,
            arrival.components.dismount_s,
            arrival.components.walk_s,
            arrival.walk_m,
        ),
        None => binding.to_owned(),
    }
}

/// Seconds from the dispatch order to the arrival: everything but the call handling, in whole milliseconds.
pub fn after_dispatch_s(arrival: &Arrival) -> f64 {
    // Parts are whole milliseconds; a sum of their seconds may be off in the last digit and miss a limit by it.
    seconds(milliseconds(arrival.components.total_s() - arrival.components.call_s))
}

/// The time the rulebook allows from the dispatch order, seconds: the strictest rule on a measure.
fn strictest_s(rulebook: &Rulebook, measure: &str) -> Option<f64> {
    rulebook
        .rules
        .iter()
        .filter(|rule| rule.measure == measure)
        .map(|rule| match rule.limit {
            Limit::AtMost(limit) | Limit::AtLeast(limit) => limit,
        })
        .min_by(f64::total_cmp)
}

/// The chance to arrive in time, none where nobody arrives; `None` without a legal time.
fn chance_of(site: &Site, arrival: Option<&Arrival>, rulebook: &Rulebook, cv: f64) -> Option<f64> {
    let words = [site.kind.code()];
    let limit = rulebook.on("response_time", &words).next().map(|rule| match rule.limit {
        Limit::AtMost(limit) | Limit::AtLeast(limit) => limit,
    })?;
    let Some(parts) = arrival.map(|arrival| arrival.components) else { return Some(0.0) };
    Some(arrive_in_time_prob(parts.drive_s + parts.walk_s, parts.turnout_s + parts.dismount_s, limit, cv))
}

fn station_of(posts: &[Post<'_>], rank: u32) -> String {
    posts.iter().find(|post| post.rank == rank).map_or_else(String::new, |post| post.station.id.clone())
}

/// Seconds as whole milliseconds.
pub(crate) fn milliseconds(seconds: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a time can hold")]
    let ms = (seconds * 1000.0).round().clamp(0.0, f64::from(1u32 << 30)) as u32;
    ms
}

fn whole_seconds(seconds: f64) -> u32 {
    milliseconds(seconds) / 1000
}

fn seconds(ms: u32) -> f64 {
    f64::from(ms) / 1000.0
}

/// Floods from all stations at once, and from each alone.
#[derive(Clone, Copy)]
struct Flood<'a> {
    network: &'a Network,
    study: &'a Study,
    conditions: &'a Conditions<'a>,
    posts: &'a [Post<'a>],
    units: &'a [Unit],
    walk: &'a Costs,
    /// Prices by which vehicles leave their stations.
    possible: &'a [Option<Costs>],
}

impl Flood<'_> {
    /// First arrivals of all stations that `is_meant` lets through: a drive per kind of vehicle, and one walk from
    /// wherever a vehicle was.
    fn fronts(&self, costs: &[Option<Costs>], is_meant: impl Fn(&Post<'_>) -> bool, cutoff_ms: u32) -> Fronts {
        let mut search = Search::new(self.network);
        let mut fronts = Fronts::new();
        let meant: Vec<Unit> = self.units.iter().copied().filter(|unit| is_meant(&self.posts[unit.post])).collect();
        self.flood(&mut search, &meant, costs, cutoff_ms, &mut fronts);
        fronts.order();
        fronts
    }

    /// First arrivals at any of the stations that `is_meant` lets through, from everywhere.
    fn fronts_back(&self, is_meant: impl Fn(&Post<'_>) -> bool, cutoff_ms: u32) -> Fronts {
        let mut search = Search::new(self.network);
        let mut fronts = Fronts::new();
        let meant: Vec<Unit> = self.units.iter().copied().filter(|unit| is_meant(&self.posts[unit.post])).collect();
        self.flood_back(&mut search, &meant, cutoff_ms, &mut fronts);
        fronts.order();
        fronts
    }

    /// The fronts of every station alone, when what is unknown passes, in the order of the posts; none for stations that
    /// do not set out.
    fn fronts_by_station(&self, heading: Heading, cutoff_ms: u32) -> Vec<Fronts> {
        use rayon::prelude::*;
        (0..self.posts.len())
            .into_par_iter()
            .map_init(
                || Search::new(self.network),
                |search, post| {
                    let own: Vec<Unit> = self.units.iter().copied().filter(|unit| unit.post == post).collect();
                    let mut fronts = Fronts::new();
                    match heading {
                        Heading::From => self.flood(search, &own, self.possible, cutoff_ms, &mut fronts),
                        Heading::To => self.flood_back(search, &own, cutoff_ms, &mut fronts),
                    }
                    fronts.order();
                    fronts
                },
            )
            .collect()
    }

    fn flood(&self, search: &mut Search, units: &[Unit], costs: &[Option<Costs>], cutoff_ms: u32, fronts: &mut Fronts) {
        self.flood_each(search, units, costs, cutoff_ms, |_, costs, search| {
            fronts.add(self.network, costs, search, |owner| owner);
        });
    }

    /// Calls `take` after the drive of each kind of vehicle with its place in the catalogue, and after the walk without one;
    /// the search holds the walk in the end.
    fn flood_each(
        &self,
        search: &mut Search,
        units: &[Unit],
        costs: &[Option<Costs>],
        cutoff_ms: u32,
        mut take: impl FnMut(Option<usize>, &Costs, &Search),
    ) {
        let movement = &self.study.rulebook.parameters.movement;
        let dismount_ms = milliseconds(movement.dismount_s);
        let mut on_foot: Vec<(u32, u32, u32)> = Vec::new();
        let mut walk_seeds: Vec<Seed> = Vec::new();
        for (vehicle, mover) in self.study.vehicles.iter().enumerate() {
            let own = units.iter().filter(|unit| unit.vehicle == vehicle);
            if mover.mobility == Mobility::Carried {
                walk_seeds.extend(own.filter_map(|unit| {
                    let post = &self.posts[unit.post];
                    enter(self.network, post.station, self.conditions, self.walk, movement.snap_limit_m)
                        .map(|snap| seed(post, &snap))
                }));
                continue;
            }
            let (Some(costs), Some(possible)) = (&costs[vehicle], &self.possible[vehicle]) else { continue };
            let seeds: Vec<Seed> = own
                .filter_map(|unit| {
                    let post = &self.posts[unit.post];
                    set_out(self.network, search, post, self.conditions, possible, costs, movement)
                })
                .collect();
            if seeds.is_empty() {
                continue;
            }
            search.run(self.network, costs, &seeds, cutoff_ms);
            take(Some(vehicle), costs, search);
            for state in search.settled() {
                // Of several states at a node the first counts, below.
                let node = self.network.drive_graph().node(state);
                if let Some(label) = search.at_state(state)
                    && label.ms.saturating_add(dismount_ms) <= cutoff_ms
                {
                    on_foot.push((node.0, label.ms + dismount_ms, label.owner));
                }
            }
        }
        walk_seeds.extend(first_on_foot(on_foot));
        search.run(self.network, self.walk, &walk_seeds, cutoff_ms);
        take(None, self.walk, search);
    }

    /// The same against the direction of travel: on foot to a vehicle wherever it may be, and in it to a station. Turnout
    /// does not count; getting in takes as long as getting out.
    fn flood_back(&self, search: &mut Search, units: &[Unit], cutoff_ms: u32, fronts: &mut Fronts) {
        let movement = &self.study.rulebook.parameters.movement;
        let dismount_ms = milliseconds(movement.dismount_s);
        let at_station = |unit: &Unit, costs: &Costs| -> Option<Seed> {
            let post = &self.posts[unit.post];
            let snap = enter(self.network, post.station, self.conditions, costs, movement.snap_limit_m)?;
            Some(Seed::OnEdge { edge: snap.edge, offset_m: snap.offset_m, start_ms: 0, owner: post.rank })
        };
        let mut on_foot: Vec<(u32, u32, u32)> = Vec::new();
        let mut walk_seeds: Vec<Seed> = Vec::new();
        for (vehicle, mover) in self.study.vehicles.iter().enumerate() {
            let own = units.iter().filter(|unit| unit.vehicle == vehicle);
            if mover.mobility == Mobility::Carried {
                walk_seeds.extend(own.filter_map(|unit| at_station(unit, self.walk)));
                continue;
            }
            let Some(costs) = &self.possible[vehicle] else { continue };
            let seeds: Vec<Seed> = own.filter_map(|unit| at_station(unit, costs)).collect();
            if seeds.is_empty() {
                continue;
            }
            search.run_reverse(self.network, costs, &seeds, cutoff_ms);
            fronts.add_back(self.network, costs, search, |owner| owner);
            for node in (0..).take(self.network.node_count()).map(NodeId) {
                if let Some(label) = search.at_node(self.network, node)
                    && label.ms.saturating_add(dismount_ms) <= cutoff_ms
                {
                    on_foot.push((node.0, label.ms + dismount_ms, label.owner));
                }
            }
        }
        walk_seeds.extend(first_on_foot(on_foot));
        search.run_reverse(self.network, self.walk, &walk_seeds, cutoff_ms);
        fronts.add_back(self.network, self.walk, search, |owner| owner);
    }
}

/// A seed for each node at the first of the times at which somebody is there.
fn first_on_foot(mut on_foot: Vec<(u32, u32, u32)>) -> impl Iterator<Item = Seed> {
    on_foot.sort_unstable();
    on_foot.dedup_by_key(|&mut (node, ..)| node);
    on_foot.into_iter().map(|(node, start_ms, owner)| Seed::AtNode { node: NodeId(node), start_ms, owner })
}
