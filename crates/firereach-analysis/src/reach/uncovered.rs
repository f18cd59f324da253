//! What is not covered and what keeps it: a lane too narrow, a lane nobody measured, or the distance.
//!
//! Three runs are held against each other: the cautious one, the optimistic one, and one in which nothing that stands,
//! narrows, slopes or was closed holds a vehicle up. Where a freer run is in time and the stricter one is not, the first
//! place on the freer run's quickest way that the stricter run does not let pass is what keeps the place.

use firereach_model::bounds::Bounds;
use firereach_model::findings::lanes::PinchPoint;
use firereach_model::findings::reach::SiteReach;
use firereach_model::findings::uncovered::{
    Bar, Binding, Cause, Nearest, Shortfall, Uncovered, UncoveredBuilding, UncoveredStretch,
};
use firereach_model::units::Metres;
use firereach_model::vehicle::{Mobility, Vehicle};
use geo::Centroid;
use geo_types::LineString;
use rayon::prelude::*;

use super::arrivals::Access;
use super::coverage::View;
use super::lengths::of_edge;
use super::units::Unit;
use super::{Flood, after_dispatch_s, milliseconds, seconds, station_of};
use crate::change::Conditions;
use crate::network::{
    ArcId, Barrier, Costs, EdgeId, EdgePart, Entry, Fronts, NodeId, Passage, PathPart, Search, Seed, entry,
    needed_width_m, price_drive, swept_width_m,
};

/// Pieces of a road shorter than this, metres, come from rounding and are no stretches.
const SLIVER_M: f64 = 1e-3;

/// What the three runs are made from.
pub(super) struct Runs<'a> {
    /// The view on coverage, with the fronts of the first two runs.
    pub(super) view: &'a View<'a>,
    /// The optimistic flood.
    pub(super) flood: &'a Flood<'a>,
    /// Prices when what is unknown does not pass.
    pub(super) cautious: &'a [Option<Costs>],
    pub(super) passages: &'a [Passage],
    pub(super) accesses: &'a [Access],
    /// The legal time, seconds from the dispatch order.
    pub(super) limit_s: f64,
}

/// Everything that is not certainly reached within the legal time.
pub(super) fn uncovered(runs: &Runs<'_>, sites: &[SiteReach]) -> Uncovered {
    let flood = runs.flood;
    let units: Vec<Unit> = flood.units.iter().copied().filter(|unit| flood.posts[unit.post].is_brigade()).collect();
    let cleared_costs = price_cleared(flood, runs.passages, &units);
    let cleared_flood = Flood { possible: &cleared_costs, ..*flood };
    let (possible, cleared) =
        rayon::join(|| Kept::of(flood, &units, flood.possible), || Kept::of(&cleared_flood, &units, &cleared_costs));
    let finder = Finder { runs, units: &units, possible, cleared };
    Uncovered { sites: finder.sites(sites), buildings: finder.buildings(), stretches: finder.stretches() }
}

/// Names the narrowest pinch point of every stretch at which a vehicle is held up.
pub(crate) fn name_pinches(uncovered: &mut Uncovered, pinches: &[PinchPoint]) {
    let Uncovered { sites, buildings, stretches } = uncovered;
    let nearest = buildings
        .iter_mut()
        .map(|building| &mut building.nearest)
        .chain(stretches.iter_mut().map(|stretch| &mut stretch.nearest));
    let bindings = sites.iter_mut().flatten().chain(nearest.map(|nearest| &mut nearest.binding));
    for bar in bindings.filter_map(|binding| binding.bar.as_mut()) {
        let measured = |pinch: &PinchPoint| -> Option<f64> {
            let of = |bounds: &Bounds<Metres>| bounds.high.map(Metres::get);
            match bar.reason.as_str() {
                "width" | "corner" => of(&pinch.width),
                "height" => of(&pinch.height),
                _ => None,
            }
        };
        let here = pinches.iter().filter(|pinch| {
            pinch.road == bar.road as usize
                && pinch.stretch_m.0 <= bar.stretch_m.1
                && pinch.stretch_m.1 >= bar.stretch_m.0
        });
        let narrowest = here.filter_map(|pinch| Some((measured(pinch)?, pinch.id.as_str())));
        bar.pinch = narrowest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1))).map(|(_, id)| id.to_owned());
    }
}

/// Prices with everything out of a vehicle's way that stands, narrows, slopes or was closed.
fn price_cleared(flood: &Flood<'_>, passages: &[Passage], units: &[Unit]) -> Vec<Option<Costs>> {
    let parameters = &flood.study.rulebook.parameters;
    let open = Conditions { closed: Vec::new(), ..flood.conditions.at_speed(1.0) };
    flood
        .study
        .vehicles
        .par_iter()
        .enumerate()
        .map(|(index, vehicle)| {
            let is_used = units.iter().any(|unit| unit.vehicle == index) && vehicle.mobility != Mobility::Carried;
            let needed_m = needed_width_m(vehicle, &parameters.movement);
            let wide = needed_m.max(swept_width_m(vehicle, &parameters.movement));
            is_used.then(|| {
                let cleared: Vec<Passage> = passages.iter().map(|passage| clear(passage, wide)).collect();
                let optimistic = crate::network::Assumption::Optimistic;
                price_drive(flood.network, &cleared, vehicle, parameters, &open, optimistic)
            })
        })
        .collect()
}

/// The passage with nothing in the way; where it is known to be narrower than `wide_m`, it is as wide as that.
fn clear(passage: &Passage, wide_m: f64) -> Passage {
    let mut cleared = passage.clone();
    let wide = Metres::new(wide_m).ok();
    cleared.width.bounds =
        Bounds { low: None, high: passage.width.bounds.high.max(wide).filter(|_| passage.width.bounds.high.is_some()) };
    cleared.height.bounds = Bounds::unknown();
    cleared.max_mass = None;
    cleared.slope_percent = None;
    cleared.barrier = Barrier::None;
    cleared.tight_corners = Vec::new();
    cleared
}

/// The floods of one run, kept so that the ways they took can be followed.
struct Kept<'a> {
    flood: &'a Flood<'a>,
    costs: &'a [Option<Costs>],
    /// One for each kind of vehicle that drives.
    drives: Vec<(usize, Search)>,
    walk: Search,
}

/// A first arrival, and by which of a run's floods.
#[derive(Clone, Copy)]
struct Arrived {
    ms: u32,
    owner: u32,
    by: By,
}

#[derive(Clone, Copy)]
enum By {
    /// In a vehicle to a place on an edge: number of the flood.
    Drive(usize, EdgeId, f64),
    /// On foot from a node that a vehicle reached.
    WalkFrom(NodeId, usize),
    /// On foot all the way.
    Foot,
}

impl<'a> Kept<'a> {
    fn of(flood: &'a Flood<'a>, units: &[Unit], costs: &'a [Option<Costs>]) -> Self {
        let longest_ms = flood.study.rulebook.parameters.movement.longest_s.saturating_mul(1000);
        let mut drives = Vec::new();
        let mut search = Search::new(flood.network);
        flood.flood_each(&mut search, units, costs, longest_ms, |vehicle, _, search| {
            if let Some(vehicle) = vehicle {
                drives.push((vehicle, search.clone()));
            }
        });
        Self { flood, costs, drives, walk: search }
    }

    fn costs_of(&self, drive: usize) -> Option<&Costs> {
        self.costs[self.drives[drive].0].as_ref()
    }

    /// First arrival at a place on an edge.
    fn at(&self, edge: EdgeId, offset_m: f64) -> Option<Arrived> {
        let network = self.flood.network;
        let mut best: Option<Arrived> = None;
        for (drive, (_, search)) in self.drives.iter().enumerate() {
            if let Some(label) = self.costs_of(drive).and_then(|costs| search.at(network, costs, edge, offset_m))
                && best.is_none_or(|best| (label.ms, label.owner) < (best.ms, best.owner))
            {
                best = Some(Arrived { ms: label.ms, owner: label.owner, by: By::Drive(drive, edge, offset_m) });
            }
        }
        if let Some(label) = self.walk.at(network, self.flood.walk, edge, offset_m)
            && best.is_none_or(|best| (label.ms, label.owner) < (best.ms, best.owner))
        {
            let by = match self.walk.seed_of(network, self.flood.walk, edge, offset_m) {
                Some(Seed::AtNode { node, start_ms, owner }) => self.left_at(node, start_ms, owner),
                _ => By::Foot,
            };
            best = Some(Arrived { ms: label.ms, owner: label.owner, by });
        }
        best
    }

    /// The vehicle that was left at a node at a time.
    fn left_at(&self, node: NodeId, start_ms: u32, owner: u32) -> By {
        let dismount_ms = self.dismount_ms();
        let is_it = |search: &Search| {
            search
                .at_node(self.flood.network, node)
                .is_some_and(|label| label.ms + dismount_ms == start_ms && label.owner == owner)
        };
        let drive = self.drives.iter().position(|(_, search)| is_it(search));
        drive.map_or(By::Foot, |drive| By::WalkFrom(node, drive))
    }

    fn dismount_ms(&self) -> u32 {
        milliseconds(self.flood.study.rulebook.parameters.movement.dismount_s)
    }

    /// First arrival at a site.
    fn at_site(&self, access: &Access, units: &[Unit]) -> Option<Arrived> {
        let network = self.flood.network;
        let dismount_ms = self.dismount_ms();
        let mut best: Option<Arrived> = None;
        let mut offer = |arrived: Arrived| {
            if best.is_none_or(|best| (arrived.ms, arrived.owner) < (best.ms, best.owner)) {
                best = Some(arrived);
            }
        };
        for (drive, (_, search)) in self.drives.iter().enumerate() {
            let Some(costs) = self.costs_of(drive) else { continue };
            for (snap, off_ms) in access.places.iter().filter(|(snap, _)| costs.is_passable(snap.edge)) {
                if let Some(label) = search.at(network, costs, snap.edge, snap.offset_m) {
                    let ms = label.ms + off_ms + if *off_ms > 0 { dismount_ms } else { 0 };
                    offer(Arrived { ms, owner: label.owner, by: By::Drive(drive, snap.edge, snap.offset_m) });
                }
            }
            for &(node, walk_ms) in &access.approach {
                if let Some(label) = search.at_node(network, node) {
                    let ms = label.ms + dismount_ms + walk_ms;
                    offer(Arrived { ms, owner: label.owner, by: By::WalkFrom(node, drive) });
                }
            }
        }
        for unit in units {
            let is_on_foot = self.flood.study.vehicles[unit.vehicle].mobility == Mobility::Carried;
            if let Some(walk_ms) = access.on_foot[unit.post].filter(|_| is_on_foot) {
                let post = &self.flood.posts[unit.post];
                offer(Arrived { ms: post.turnout_ms + walk_ms, owner: post.rank, by: By::Foot });
            }
        }
        best
    }

    /// The way that a vehicle of an arrival drove, and the number of its flood; `None` for who came on foot.
    fn driven(&self, arrived: Arrived) -> Option<(usize, Vec<PathPart>)> {
        let network = self.flood.network;
        match arrived.by {
            By::Drive(drive, edge, offset_m) => {
                Some((drive, self.drives[drive].1.path_to(network, self.costs_of(drive)?, edge, offset_m)))
            }
            By::WalkFrom(node, drive) => Some((drive, self.drives[drive].1.path_to_node(network, node))),
            By::Foot => None,
        }
    }

    /// The lane on the way of an arrival on which stricter prices lose most time: its road, the stretch of it that is driven
    /// in one go, plan metres along the road, and the vehicle's place in the catalogue. Ties to the first on the way.
    fn slowest(&self, arrived: Arrived, stricter: &[Option<Costs>]) -> Option<(u32, (f64, f64), usize)> {
        let network = self.flood.network;
        let (drive, parts) = self.driven(arrived)?;
        let vehicle = self.drives[drive].0;
        let (costs, stricter) = (self.costs_of(drive)?, stricter[vehicle].as_ref()?);
        let mut lanes: Vec<(u32, (f64, f64), f64)> = Vec::new();
        for part in &parts {
            let Some(arc) = arc_of(part) else { continue };
            let edge = network.edge(part.edge);
            let lost_ms = match (costs.arc_ms(arc), stricter.arc_ms(arc)) {
                (Some(ms), Some(most_ms)) => f64::from(most_ms.saturating_sub(ms)),
                _ => 0.0,
            };
            let lost_ms = lost_ms * (part.to_m - part.from_m).abs() / edge.plan_m();
            let stretch_m = (edge.from_m + part.from_m.min(part.to_m), edge.from_m + part.from_m.max(part.to_m));
            match lanes.last_mut() {
                Some((road, driven_m, lost)) if *road == edge.road => {
                    *driven_m = (driven_m.0.min(stretch_m.0), driven_m.1.max(stretch_m.1));
                    *lost += lost_ms;
                }
                _ => lanes.push((edge.road, stretch_m, lost_ms)),
            }
        }
        let most = lanes.iter().map(|lane| lane.2).fold(0.0, f64::max);
        let slowest = lanes.into_iter().find(|lane| lane.2 == most && most > 0.0);
        slowest.map(|(road, stretch_m, _)| (road, stretch_m, vehicle))
    }

    /// The first place on the way of an arrival that stricter prices do not let the vehicle pass: the edge, whether it is
    /// the turn into it, and the vehicle's place in the catalogue.
    fn first_barred(&self, arrived: Arrived, stricter: &[Option<Costs>]) -> Option<(EdgeId, bool, usize)> {
        let network = self.flood.network;
        let (drive, parts) = self.driven(arrived)?;
        let vehicle = self.drives[drive].0;
        let costs = stricter[vehicle].as_ref()?;
        let arcs: Vec<ArcId> = parts.iter().filter_map(arc_of).collect();
        let is_barred = |arc: &ArcId| costs.arc_ms(*arc).is_none();
        // A vehicle that is stationed behind such ways gets out all the same: these count only if there are no others.
        let out = arcs.iter().take_while(|arc| is_barred(arc)).count();
        let on_the_way = (out..arcs.len()).find_map(|i| {
            if is_barred(&arcs[i]) {
                return Some((arcs[i].edge(), false, vehicle));
            }
            let is_turn_barred = i > out && {
                let graph = network.drive_graph();
                let mut turns = graph.steps_of(arcs[i - 1].0).filter(|&step| graph.arc(step) == arcs[i]);
                turns.next().is_some_and(|step| costs.step_ms(step).is_none())
            };
            is_turn_barred.then(|| (arcs[i].edge(), true, vehicle))
        });
        on_the_way.or_else(|| arcs.first().filter(|_| out > 0).map(|arc| (arc.edge(), false, vehicle)))
    }
}

/// The direction in which a part is driven; `None` for one without length.
fn arc_of(part: &PathPart) -> Option<ArcId> {
    if part.from_m == part.to_m {
        return None;
    }
    Some(if part.from_m < part.to_m { part.edge.forward() } else { part.edge.backward() })
}

struct Finder<'a> {
    runs: &'a Runs<'a>,
    units: &'a [Unit],
    possible: Kept<'a>,
    cleared: Kept<'a>,
}

impl Finder<'_> {
    /// How a place stands to the legal time; `None` where it is covered.
    fn shortfall(&self, possible_s: Option<f64>, certain_s: Option<f64>) -> Option<Shortfall> {
        let is_in = |time: Option<f64>| time.is_some_and(|s| s <= self.runs.limit_s);
        match possible_s {
            _ if is_in(certain_s) => None,
            None => Some(Shortfall::NotReached),
            Some(_) if is_in(possible_s) => Some(Shortfall::NotCertain),
            Some(_) => Some(Shortfall::Late),
        }
    }

    /// What keeps a place of which each run says when it arrives.
    fn binding(&self, shortfall: Shortfall, of: impl Fn(&Kept<'_>) -> Option<Arrived>) -> Binding {
        if self.units.is_empty() {
            return Binding { cause: Cause::NoStation, ..Binding::default() };
        }
        let cleared = of(&self.cleared);
        let best_s = cleared.map(|arrived| seconds(arrived.ms));
        if shortfall == Shortfall::NotCertain {
            let bar = of(&self.possible).and_then(|arrived| {
                let barred = self.possible.first_barred(arrived, self.runs.cautious).map(|barred| self.bar(barred));
                barred.or_else(|| self.possible.slowest(arrived, self.runs.cautious).map(|slow| self.slow(slow)))
            });
            return Binding { cause: Cause::Unmeasured, bar, best_s };
        }
        let Some(cleared) = cleared else { return Binding { cause: Cause::NoWay, ..Binding::default() } };
        let in_time = Some(cleared).filter(|cleared| seconds(cleared.ms) <= self.runs.limit_s);
        let barred = in_time.and_then(|cleared| self.cleared.first_barred(cleared, self.runs.flood.possible));
        let cause = if barred.is_some() { Cause::Barred } else { Cause::TooFar };
        Binding { cause, bar: barred.map(|barred| self.bar(barred)), best_s }
    }

    fn bar(&self, (edge, is_turn, vehicle): (EdgeId, bool, usize)) -> Bar {
        let flood = self.runs.flood;
        let own = flood.network.edge(edge);
        let road = &flood.conditions.layers.roads[own.road as usize];
        let vehicle: &Vehicle = &flood.study.vehicles[vehicle];
        let passage = &self.runs.passages[edge.index()];
        let parameters = &flood.study.rulebook.parameters;
        let reason = match entry(road, own.road, passage, vehicle, parameters, flood.conditions) {
            Entry::Impassable(reason) | Entry::Unknown(reason) if !is_turn => reason.code(),
            _ => "corner",
        };
        Bar {
            road: own.road,
            road_id: road.id.clone(),
            stretch_m: (own.from_m, own.to_m),
            vehicle: vehicle.code.clone(),
            reason: reason.to_owned(),
            pinch: None,
        }
    }

    /// A lane that is driven slower the narrower it turns out to be.
    fn slow(&self, (road, stretch_m, vehicle): (u32, (f64, f64), usize)) -> Bar {
        let flood = self.runs.flood;
        Bar {
            road,
            road_id: flood.conditions.layers.roads[road as usize].id.clone(),
            stretch_m,
            vehicle: flood.study.vehicles[vehicle].code.clone(),
            reason: "speed".to_owned(),
            pinch: None,
        }
    }

    fn sites(&self, sites: &[SiteReach]) -> Vec<Option<Binding>> {
        sites
            .par_iter()
            .zip(self.runs.accesses)
            .map(|(reach, access)| {
                let possible_s = reach.first.as_ref().map(after_dispatch_s);
                let shortfall = self.shortfall(possible_s, reach.cautious.as_ref().map(after_dispatch_s))?;
                if access.places.is_empty() {
                    return Some(Binding { cause: Cause::NoData, ..Binding::default() });
                }
                Some(self.binding(shortfall, |run| run.at_site(access, self.units)))
            })
            .collect()
    }

    fn buildings(&self) -> Vec<UncoveredBuilding> {
        let view = self.runs.view;
        let buildings = &view.conditions.layers.buildings;
        let found: Vec<Option<UncoveredBuilding>> = buildings
            .par_iter()
            .zip(view.snaps)
            .enumerate()
            .map(|(index, (building, snap))| {
                let at = building.footprint.centroid()?;
                let nearest = match snap {
                    Some(snap) => self.nearest(snap.edge, snap.offset_m)?,
                    None => Nearest {
                        shortfall: Shortfall::NotReached,
                        possible_s: None,
                        certain_s: None,
                        station: String::new(),
                        binding: Binding { cause: Cause::NoData, ..Binding::default() },
                    },
                };
                Some(UncoveredBuilding { building: u32::try_from(index).ok()?, at, nearest })
            })
            .collect();
        found.into_iter().flatten().collect()
    }

    /// When a place on an edge is reached and what keeps it; `None` where it is covered.
    fn nearest(&self, edge: EdgeId, offset_m: f64) -> Option<Nearest> {
        let view = self.runs.view;
        let time = |fronts: &Fronts| fronts.at(edge, offset_m).map(|(ms, owner)| (ms / 1000.0, owner));
        let (possible, certain) = (time(view.possible), time(view.certain));
        let (possible_s, certain_s) = (possible.map(|(s, _)| s), certain.map(|(s, _)| s));
        let shortfall = self.shortfall(possible_s, certain_s)?;
        Some(Nearest {
            shortfall,
            possible_s,
            certain_s,
            station: possible.map_or_else(String::new, |(_, owner)| station_of(self.runs.flood.posts, owner)),
            binding: self.binding(shortfall, |run| run.at(edge, offset_m)),
        })
    }

    /// The stretches of the study's roads for vehicles, joined along each road where they lack the same for the same reason.
    fn stretches(&self) -> Vec<UncoveredStretch> {
        let view = self.runs.view;
        let limit_ms = milliseconds(self.runs.limit_s);
        let certain = view.certain.clone().parts(view.network, limit_ms);
        let possible = view.possible.clone().parts(view.network, limit_ms);
        let pieces: Vec<Vec<UncoveredStretch>> = view
            .edges_of_study()
            .par_iter()
            .map(|&(edge, plan_m)| {
                gaps(of_edge(&certain, edge), of_edge(&possible, edge), plan_m)
                    .into_iter()
                    .filter_map(|(from_m, to_m)| self.piece(edge, from_m, to_m))
                    .collect()
            })
            .collect();
        let mut stretches: Vec<UncoveredStretch> = Vec::new();
        for piece in pieces.into_iter().flatten() {
            match stretches.last_mut() {
                Some(last) if is_more_of(last, &piece) => join(last, piece),
                _ => stretches.push(piece),
            }
        }
        stretches
    }

    fn piece(&self, edge: EdgeId, from_m: f64, to_m: f64) -> Option<UncoveredStretch> {
        let network = self.runs.view.network;
        let layers = &self.runs.view.conditions.layers;
        let own = network.edge(edge);
        let nearest = self.nearest(edge, (from_m + to_m) / 2.0)?;
        Some(UncoveredStretch {
            road: own.road,
            road_id: layers.roads[own.road as usize].id.clone(),
            stretch_m: (own.from_m + from_m, own.from_m + to_m),
            length_m: own.length_m * (to_m - from_m) / own.plan_m(),
            nearest,
            line: network.part_line(layers, edge, from_m, to_m),
        })
    }
}

/// What of an edge the first parts leave, cut where the second begin and end.
fn gaps(certain: &[EdgePart], possible: &[EdgePart], plan_m: f64) -> Vec<(f64, f64)> {
    let covers = |parts: &[EdgePart], m: f64| parts.iter().any(|part| part.from_m <= m && m <= part.to_m);
    let mut marks: Vec<f64> = certain.iter().chain(possible).flat_map(|part| [part.from_m, part.to_m]).collect();
    marks.extend([0.0, plan_m]);
    marks.sort_by(f64::total_cmp);
    let mut gaps: Vec<(f64, f64, bool)> = Vec::new();
    for pair in marks.windows(2).filter(|pair| pair[1] - pair[0] > SLIVER_M) {
        let middle = (pair[0] + pair[1]) / 2.0;
        if covers(certain, middle) {
            continue;
        }
        let is_possible = covers(possible, middle);
        match gaps.last_mut() {
            Some((_, to_m, was)) if *was == is_possible && pair[0] - *to_m <= SLIVER_M => *to_m = pair[1],
            _ => gaps.push((pair[0], pair[1], is_possible)),
        }
    }
    gaps.into_iter().map(|(from_m, to_m, _)| (from_m, to_m)).collect()
}

/// Whether a piece goes on where a stretch ends, and lacks the same for the same reason.
fn is_more_of(stretch: &UncoveredStretch, piece: &UncoveredStretch) -> bool {
    let (a, b) = (&stretch.nearest, &piece.nearest);
    stretch.road == piece.road
        && (piece.stretch_m.0 - stretch.stretch_m.1).abs() <= SLIVER_M
        && (a.shortfall, a.binding.cause) == (b.shortfall, b.binding.cause)
        && a.station == b.station
        && a.binding.bar == b.binding.bar
}

fn join(stretch: &mut UncoveredStretch, piece: UncoveredStretch) {
    stretch.stretch_m.1 = piece.stretch_m.1;
    stretch.length_m += piece.length_m;
    let LineString(line) = piece.line;
    let skipped = usize::from(stretch.line.0.last() == line.first());
    stretch.line.0.extend(line.into_iter().skip(skipped));
    let latest = |nearest: &Nearest| nearest.possible_s.unwrap_or(f64::INFINITY);
    if latest(&piece.nearest) > latest(&stretch.nearest) {
        stretch.nearest = piece.nearest;
    }
}

#[cfg(test)]
mod tests;
