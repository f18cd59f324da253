//! From the survey of the lanes to the findings: pieces, pinch points, access, what to clear first.

use std::collections::{BTreeMap, BTreeSet};

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Obstacle, Road};
use firereach_model::findings::LaneFindings;
use firereach_model::findings::lanes::{Dependence, LanePiece, PinchPoint, SiteAccess};
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use firereach_model::units::{Percent, Tonnes};
use rayon::prelude::*;

use super::access::{
    Approach, Around, Entries, Ground, MOST_VEHICLES, Reached, edges_to_stop_on, is_lane, look_around, pinch_on, roots,
    walk_in_millimetres,
};
use super::corner::check_corners;
use super::dead_end::{dead_end_at, find_dead_ends};
use super::field::{What, name_of};
use super::first::{Clearing, hanging};
use super::judge::{Cores, class_of, rule_on, rule_on_known_by};
use super::marking::schedule;
use super::separation::{encroachments, separations};
use super::serving::Serving;
use super::stops::{Looking, Stops};
use super::survey::{Pinch, Survey, survey};
use super::ways::Ways;
use crate::change::Conditions;
use crate::network::{Barrier, Network, Search};

/// Judges everything that was surveyed along the lanes, and says what it means for every site.
///
/// Findings are in the order of roads, places and sites. The cost is that of one flood on foot a site and of one survey
/// more where something removable narrows a lane; `survey` must have been made of the same network and conditions.
pub fn assess_lanes(network: &Network, survey: &Survey, study: &Study, conditions: &Conditions<'_>) -> LaneFindings {
    let layers: &Layers = &conditions.layers;
    let cores = Cores::of(layers);
    let vehicles = &study.vehicles;
    let reach_m = study.rulebook.parameters.lanes.access_reach_m;
    let entries = Entries::of(network, &survey.passages, study, conditions);
    let roots = roots(network, layers, study);
    let reached = Reached::of(network, &entries, vehicles, &roots);
    let lanes: Vec<bool> = (0..network.edge_count()).map(|e| is_lane(&entries, vehicles, e)).collect();
    let ways = Ways::of(network, layers, &survey.passages, &lanes, &roots, &study.rulebook);

    let mut findings = LaneFindings {
        pieces: pieces(network, survey, study, layers, &entries, &cores),
        problems: survey.problems.clone(),
        ..LaneFindings::default()
    };
    let drivable = |pinch: &&Pinch| lanes[pinch.edge.index()];
    findings.pinch_points = survey
        .pinches
        .iter()
        .filter(drivable)
        .enumerate()
        .map(|(i, p)| pinch_point(i, p, network, layers, study))
        .collect();
    let mut by_edge: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, pinch) in survey.pinches.iter().filter(drivable).enumerate() {
        by_edge.entry(pinch.edge.index()).or_default().push(i);
    }

    let walk = walk_in_millimetres(network, layers);
    let around: Vec<Around> = (0..layers.sites.len())
        .into_par_iter()
        .map_init(|| Search::new(network), |search, site| look_around(network, layers, study, &walk, search, site))
        .collect();
    let looking = Looking { network, layers, survey, study, conditions, entries: &entries };
    let stops = Stops::of(&looking, &edges_to_stop_on(network, (&entries, &reached), vehicles, &around));
    let ground = Ground {
        network,
        layers,
        study,
        survey,
        entries: &entries,
        reached: &reached,
        is_lane: &lanes,
        stops: &stops,
        ways: &ways,
    };
    let judged: Vec<_> = around.par_iter().map(|site| ground.judge_site(site)).collect();
    let mut used = vec![false; network.edge_count()];
    for (site, mut way) in judged.into_iter().enumerate() {
        way.edges.iter().for_each(|&edge| used[edge] = true);
        if let Some((edge, is_height)) = way.decides {
            way.access.pinch = pinch_on(&findings.pinch_points, &by_edge, edge, is_height);
        }
        for pinch in way.edges.iter().filter_map(|edge| by_edge.get(edge)).flatten() {
            findings.pinch_points[*pinch].sites.push(layers.sites[site].id.clone());
        }
        findings.sites.push(way.access);
    }

    findings.dependences = dependences((network, layers), &hanging(network, &lanes, &roots, &around, reach_m));
    let to_clear = ToClear {
        network,
        before: survey,
        study,
        conditions,
        entries: &entries,
        reached: &reached,
        roots: &roots,
        around: &around,
    };
    to_clear.work_out(&survey.pinches.iter().filter(drivable).collect::<Vec<_>>(), &by_edge, &mut findings);
    findings.corners = check_corners(network, layers, survey, study, &lanes, &entries);
    findings.dead_ends = find_dead_ends(network, layers, survey, study, &lanes, &roots, &cores);
    for access in &mut findings.sites {
        access.dead_end = access.stop.and_then(|at| dead_end_at(&findings.dead_ends, at));
    }
    findings.separations = separations(layers, study, &cores);
    findings.encroachments = encroachments(layers);
    let serving = Serving::of(network, layers, survey, study, &cores, &lanes);
    findings.blocks = serving.blocks();
    findings.services = serving.services();
    findings.markings = schedule(network, layers, study, &used);
    findings
}

fn pieces(
    network: &Network,
    survey: &Survey,
    study: &Study,
    layers: &Layers,
    entries: &Entries,
    cores: &Cores<'_>,
) -> Vec<LanePiece> {
    let parameters = &study.rulebook.parameters.lanes;
    let piece = |e: usize| {
        let edge = &network.edges()[e];
        let road = &layers.roads[edge.road as usize];
        let passage = &survey.passages[e];
        let line = network.edge_line(layers, crate::network::EdgeId(u32::try_from(e).expect("edges fit a u32")));
        let (low, high) = class_of(passage, road.class, parameters);
        let code = |i: usize| parameters.classes.get(i).map(|class| class.code.clone()).unwrap_or_default();
        let middle = line.0[line.0.len() / 2];
        let in_core = cores.contain(passage.width.at.unwrap_or(middle));
        let mut rulings = Vec::new();
        if road.class.is_for_vehicles() {
            let rulebook = &study.rulebook;
            let (width, height) = (&passage.width, &passage.height);
            for (measure, of) in [("lane_clear_width", width), ("lane_clear_height", height)] {
                let known = (&of.bounds, of.low_by);
                rulings.extend(rule_on_known_by(rulebook, (measure, &[]), known, in_core, &of.because));
            }
            if road.structure == firereach_model::feature::Structure::Covered {
                let known = (&width.bounds, width.low_by);
                rulings.extend(rule_on_known_by(rulebook, ("passage_width", &[]), known, in_core, &width.because));
            }
            let off = passage.slope_error_percent;
            let slope = passage.slope_percent.map(f64::abs);
            let least = slope.and_then(|slope| Percent::new((slope - off).max(0.0)).ok());
            let most = slope.and_then(|slope| Percent::new(slope + off).ok());
            let because = match (road.incline, layers.terrain.finest_resolution_m()) {
                (Some(_), _) => "stated incline".to_owned(),
                (None, Some(resolution)) => format!(
                    "heights over a running length of {} m; the terrain is known every {resolution} m, so the slope may be \
                     off by {off:.0} %",
                    parameters.slope_run_m
                ),
                (None, None) => "heights of the road".to_owned(),
            };
            let bounds = Bounds { low: least, high: most };
            rulings.extend(rule_on(rulebook, ("lane_slope", &[]), &bounds, in_core, &because));
        }
        let passing = |is_certain: bool| -> Vec<String> {
            let all = study.vehicles.iter().enumerate().take(MOST_VEHICLES);
            all.filter(|(v, _)| entries.passes(*v, e, is_certain)).map(|(_, vehicle)| vehicle.code.clone()).collect()
        };
        LanePiece {
            road: edge.road as usize,
            from_m: edge.from_m,
            to_m: edge.to_m,
            line,
            width: passage.width.clone(),
            height: passage.height.clone(),
            slope_percent: passage.slope_percent,
            class_low: code(low),
            class_high: code(high),
            class_cleared: None,
            max_mass_t: passage.max_mass.map(Tonnes::get),
            rulings,
            narrower_m: survey.edges[e].narrower_m.clone(),
            passable_prob: survey.edges[e].passable_prob,
            barrier: match passage.barrier {
                Barrier::None => "none",
                Barrier::Passable => "passable",
                Barrier::Unknown => "unknown",
                Barrier::Closed => "closed",
            }
            .to_owned(),
            vehicles_certain: passing(true),
            vehicles_possible: passing(false),
        }
    };
    (0..network.edge_count()).into_par_iter().map(piece).collect()
}

fn is_removable(layers: &Layers, what: &What) -> Option<bool> {
    match *what {
        What::Building(_) => Some(false),
        What::Obstacle(i) => layers.obstacles[i as usize].is_removable,
        What::Water(_) | What::Carriageway => Some(false),
    }
}

fn names_of_removable(layers: &Layers, things: &[What]) -> Vec<String> {
    things.iter().filter(|what| is_removable(layers, what) == Some(true)).map(|&what| name_of(layers, what)).collect()
}

fn pinch_point(number: usize, pinch: &Pinch, network: &Network, layers: &Layers, study: &Study) -> PinchPoint {
    let removable: Vec<Option<bool>> = pinch.things.iter().map(|what| is_removable(layers, what)).collect();
    // A gap between two things opens when either of them goes.
    let is_removable = if removable.contains(&Some(true)) {
        Some(true)
    } else if removable.is_empty() || removable.contains(&None) {
        None
    } else {
        Some(false)
    };
    let edge = network.edge(pinch.edge);
    let road = &layers.roads[edge.road as usize];
    let mut obstacles: Vec<String> = pinch.things.iter().map(|&what| name_of(layers, what)).collect();
    if obstacles.is_empty() {
        obstacles.push(format!("road {}", road.id));
    }
    PinchPoint {
        id: format!("pinch/{}", number + 1),
        road: edge.road as usize,
        piece: pinch.edge.index(),
        at: pinch.at,
        gap: pinch.gap.map(|(a, b)| geo_types::LineString(vec![a, b])),
        width: pinch.width,
        height: pinch.height,
        obstacles,
        also_removable: names_of_removable(layers, &pinch.others),
        is_removable,
        sites: Vec::new(),
        stretch_m: pinch.stretch_m,
        method: pinch.method,
        width_cleared: Bounds::unknown(),
        is_closed: pinch.is_closed,
        frees: None,
        is_widenable: pinch.things.iter().any(|what| match what {
            What::Obstacle(i) => is_widenable(&layers.obstacles[*i as usize], study),
            What::Building(_) | What::Water(_) | What::Carriageway => false,
        }),
        frees_widened: None,
    }
}

/// A road's identifier, with its name where it has one.
pub(crate) fn tell_road(road: &Road) -> String {
    road.name.as_ref().map_or_else(|| road.id.clone(), |name| format!("{} ({name})", road.id))
}

fn dependences((network, layers): (&Network, &Layers), hanging: &[Vec<usize>]) -> Vec<Dependence> {
    let mut by_edge: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (site, edges) in hanging.iter().enumerate() {
        for &edge in edges {
            by_edge.entry(edge).or_default().push(site);
        }
    }
    let mut all: Vec<Dependence> = by_edge
        .into_iter()
        .map(|(piece, sites)| Dependence {
            piece,
            road_told: tell_road(&layers.roads[network.edges()[piece].road as usize]),
            people: sites.iter().filter_map(|&site| layers.sites[site].people).fold(0.0, |sum, p| sum + p),
            sites: sites.into_iter().map(|site| layers.sites[site].id.clone()).collect(),
        })
        .collect();
    all.sort_by(|a, b| b.sites.len().cmp(&a.sites.len()).then(a.piece.cmp(&b.piece)));
    all
}

/// Everything that clearing is worked out from.
struct ToClear<'a> {
    network: &'a Network,
    before: &'a Survey,
    study: &'a Study,
    conditions: &'a Conditions<'a>,
    entries: &'a Entries,
    reached: &'a Reached,
    roots: &'a [usize],
    around: &'a [Around],
}

fn is_removable_pinch(pinch: &PinchPoint) -> bool {
    pinch.is_removable == Some(true)
}

/// Whether building work may set an obstacle back: it is of such a kind, and nobody said whether it can be moved.
fn is_widenable(obstacle: &Obstacle, study: &Study) -> bool {
    obstacle.is_removable.is_none() && study.rulebook.parameters.lanes.widenable.contains(&obstacle.kind)
}

/// The city without some obstacles: what is measured along its lanes then, and who enters them.
struct Cleared<'a> {
    conditions: Conditions<'a>,
    survey: Survey,
    entries: Entries,
}

impl<'a> ToClear<'a> {
    /// Works out what clearing the removable frees, with a second survey of the city without it; then what setting back
    /// frees beyond that which may be set back, with a third. `pinches` are those of the findings, in their order.
    fn work_out(&self, pinches: &[&Pinch], by_edge: &BTreeMap<usize, Vec<usize>>, findings: &mut LaneFindings) {
        let is_gone = |_, obstacle: &Obstacle| obstacle.is_removable == Some(true);
        let removed = findings.pinch_points.iter().any(is_removable_pinch).then(|| self.without(&is_gone));
        let mut freed: BTreeSet<(String, String)> = BTreeSet::new();
        if let Some(removed) = &removed {
            freed = self.remove(removed, pinches, by_edge, findings);
        }
        let may_widen = |p: &PinchPoint| p.is_widenable;
        if !findings.pinch_points.iter().any(may_widen) {
            return;
        }
        let widened = self.without(&|i, obstacle| is_gone(i, obstacle) || is_widenable(obstacle, self.study));
        let entries = removed.as_ref().map_or(self.entries, |removed| &removed.entries);
        let reached = Reached::of(self.network, entries, &self.study.vehicles, self.roots);
        if let Some(removed) = &removed {
            freed.extend(self.near(removed, &reached));
        }
        let clearing = self.clearing(entries, &widened.entries, &reached, (&findings.sites, &freed));
        let (alone, steps) = (clearing.alone(), clearing.sequence());
        for (edge, frees) in alone {
            for pinch in on_edges(&[edge], by_edge, findings, may_widen) {
                findings.pinch_points[pinch].frees_widened = Some(frees.clone());
            }
        }
        for (edges, mut step) in steps {
            step.pinches = on_edges(&edges, by_edge, findings, may_widen);
            step.is_widening = true;
            findings.first_steps.push(step);
        }
    }

    /// What clearing frees, each pinch alone and in the best sequence; returns all that the sequence frees.
    fn remove(
        &self,
        removed: &Cleared<'_>,
        pinches: &[&Pinch],
        by_edge: &BTreeMap<usize, Vec<usize>>,
        findings: &mut LaneFindings,
    ) -> BTreeSet<(String, String)> {
        let layers: &Layers = &self.conditions.layers;
        let classes = &self.study.rulebook.parameters.lanes;
        for pinch in findings.pinch_points.iter_mut().filter(|p| is_removable_pinch(p)) {
            pinch.width_cleared = removed.survey.passages[pinch.piece].width.bounds;
        }
        let passages = self.before.passages.iter().zip(&removed.survey.passages);
        for (piece, (now, then)) in findings.pieces.iter_mut().zip(passages) {
            let class = layers.roads[piece.road].class;
            let ((_, now), (_, then)) = (class_of(now, class, classes), class_of(then, class, classes));
            piece.class_cleared = classes.classes.get(then).filter(|_| then < now).map(|class| class.code.clone());
        }
        let none = BTreeSet::new();
        let clearing = self.clearing(self.entries, &removed.entries, self.reached, (&findings.sites, &none));
        let (alone, steps) = (clearing.alone(), clearing.sequence());
        let mut crowded: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (edge, frees) in alone {
            let here = on_edges(&[edge], by_edge, findings, is_removable_pinch);
            if let &[pinch] = &here[..] {
                findings.pinch_points[pinch].frees = Some(frees);
            } else {
                crowded.insert(edge, here);
            }
        }
        self.one_by_one(&crowded, pinches, findings);
        let mut freed = BTreeSet::new();
        for (edges, mut step) in steps {
            step.pinches = on_edges(&edges, by_edge, findings, is_removable_pinch);
            freed.extend(step.frees.sites.iter().cloned());
            findings.first_steps.push(step);
        }
        freed
    }

    /// What each of several removable pinches of one edge frees alone: one survey more for the first of every such edge, one
    /// for the second, and so on.
    fn one_by_one(&self, crowded: &BTreeMap<usize, Vec<usize>>, pinches: &[&Pinch], findings: &mut LaneFindings) {
        let layers: &Layers = &self.conditions.layers;
        let none = BTreeSet::new();
        for turn in 0..crowded.values().map(Vec::len).max().unwrap_or(0) {
            let now: Vec<(usize, usize)> =
                crowded.iter().filter_map(|(edge, here)| Some((*edge, *here.get(turn)?))).collect();
            let things = now.iter().flat_map(|&(_, p)| pinches[p].things.iter().chain(&pinches[p].others));
            let gone: BTreeSet<usize> = things
                .filter(|what| is_removable(layers, what) == Some(true))
                .filter_map(|what| match what {
                    What::Obstacle(i) => Some(*i as usize),
                    What::Building(_) | What::Water(_) | What::Carriageway => None,
                })
                .collect();
            let after = self.without(&|i, _| gone.contains(&i));
            let alone = self.clearing(self.entries, &after.entries, self.reached, (&findings.sites, &none)).alone();
            for (edge, pinch) in now {
                findings.pinch_points[pinch].frees = Some(alone.get(&edge).cloned().unwrap_or_default());
            }
        }
    }

    fn without(&self, is_gone: &dyn Fn(usize, &Obstacle) -> bool) -> Cleared<'a> {
        let mut conditions = self.conditions.clone();
        let mut at = 0;
        conditions.layers.to_mut().obstacles.retain(|obstacle| {
            at += 1;
            !is_gone(at - 1, obstacle)
        });
        let survey = survey(self.network, &self.study.rulebook, &conditions);
        debug_assert_eq!(self.before.passages.len(), survey.passages.len(), "both surveys are of one network");
        let entries = Entries::of(self.network, &survey.passages, self.study, &conditions);
        Cleared { conditions, survey, entries }
    }

    /// The sites that each vehicle may come near to in a cleared city, stops before what is left included.
    fn near(&self, cleared: &Cleared<'_>, reached: &Reached) -> BTreeSet<(String, String)> {
        let Cleared { conditions, survey, entries } = cleared;
        let (layers, network, study): (&Layers, _, _) = (&conditions.layers, self.network, self.study);
        let looking = Looking { network, layers, survey, study, conditions, entries };
        let edges = edges_to_stop_on(network, (entries, reached), &study.vehicles, self.around);
        let stops = Stops::of(&looking, &edges);
        let approach = Approach { network, layers, entries, reached, stops: &stops };
        let reach_m = study.rulebook.parameters.lanes.access_reach_m;
        let mut near = BTreeSet::new();
        for (site, around) in layers.sites.iter().zip(self.around) {
            for (v, vehicle) in study.vehicles.iter().enumerate().take(MOST_VEHICLES) {
                if approach.nearest_stop(around, v, false).is_some_and(|(_, on_foot)| on_foot <= reach_m) {
                    near.insert((site.id.clone(), vehicle.code.clone()));
                }
            }
        }
        near
    }

    fn clearing<'b>(
        &'b self,
        before: &'b Entries,
        after: &'b Entries,
        reached: &'b Reached,
        (stands, freed): (&'b [SiteAccess], &'b BTreeSet<(String, String)>),
    ) -> Clearing<'b> {
        Clearing {
            network: self.network,
            layers: &self.conditions.layers,
            vehicles: &self.study.vehicles,
            before,
            after,
            reached,
            around: self.around,
            reach_m: self.study.rulebook.parameters.lanes.access_reach_m,
            stands,
            freed,
        }
    }
}

/// The pinch points of some kind on some edges, in the order of the edges.
fn on_edges(
    edges: &[usize],
    by_edge: &BTreeMap<usize, Vec<usize>>,
    findings: &LaneFindings,
    is_it: impl Fn(&PinchPoint) -> bool,
) -> Vec<usize> {
    let on_edge = |edge: &usize| by_edge.get(edge).map_or(&[][..], Vec::as_slice);
    edges.iter().flat_map(on_edge).copied().filter(|&p| is_it(&findings.pinch_points[p])).collect()
}
