//! Mains: which one a hydrant stands on, what hangs together with what, and what is shut off together.

use std::collections::{BTreeMap, BTreeSet};

use firereach_model::feature::{Hydrant, Main, MainLayout};
use firereach_model::parameters::water::SupplyParameters;
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::{NO_MAIN, Source};

/// An end of a main this near another main touches it, metres: lines that were drawn by hand or moved from one coordinate
/// system to another miss each other by centimetres, while mains that do not meet lie farther apart than they are wide.
const TOUCHING_M: f64 = 0.1;

/// A straight piece of a main: the main, and how far along it the piece begins.
type Piece = GeomWithData<Line<[f64; 2]>, (usize, f64)>;

/// The mains with what touches what.
pub(super) struct Mains<'a> {
    mains: &'a [Main],
    by_id: BTreeMap<&'a str, usize>,
    tree: RTree<Piece>,
    /// The group of touching mains that are no rings, and the group of touching ones that are branches for certain.
    groups: (Vec<usize>, Vec<usize>),
    reach_m: f64,
}

impl<'a> Mains<'a> {
    pub(super) fn build(mains: &'a [Main], reach_m: f64) -> Self {
        let mut segments = Vec::new();
        for (index, main) in mains.iter().enumerate() {
            let mut done = 0.0;
            for line in main.line.lines() {
                let (a, b) = (line.start, line.end);
                segments.push(GeomWithData::new(Line::new([a.x, a.y], [b.x, b.y]), (index, done)));
                done += (b.x - a.x).hypot(b.y - a.y);
            }
        }
        let tree = RTree::bulk_load(segments);
        Self {
            mains,
            by_id: mains.iter().enumerate().rev().map(|(index, main)| (main.id.as_str(), index)).collect(),
            groups: (
                touching(mains, &tree, |layout| layout != MainLayout::Ring),
                touching(mains, &tree, |layout| layout == MainLayout::Branch),
            ),
            tree,
            reach_m,
        }
    }

    /// The main a hydrant names, else the nearest one within reach; and how far along it the hydrant stands.
    pub(super) fn of(&self, hydrant: &Hydrant) -> Option<(usize, f64)> {
        let at = [hydrant.at.x(), hydrant.at.y()];
        let named = hydrant.main_id.as_deref().and_then(|id| self.by_id.get(id)).copied();
        let mut nearest: Option<(f64, usize, f64)> = None;
        for segment in self.tree.nearest_neighbor_iter(&at) {
            let distance = segment.distance_2(&at).sqrt();
            let is_farther = nearest.is_some_and(|(d, ..)| distance > d);
            if is_farther || named.is_none() && distance > self.reach_m {
                break;
            }
            let (main, done) = segment.data;
            if named.is_none_or(|named| named == main) && nearest.is_none_or(|(_, m, _)| main < m) {
                let foot = segment.geom().nearest_point(&at);
                let from = segment.geom().from;
                nearest = Some((distance, main, done + (foot[0] - from[0]).hypot(foot[1] - from[1])));
            }
        }
        nearest.map(|(_, main, along)| (main, along)).or(named.map(|main| (main, 0.0)))
    }

    /// The branch of a hydrant in doubt and for certain. Hydrants without a known main are all on one branch in doubt.
    pub(super) fn branch(&self, main: Option<usize>) -> (Option<usize>, Option<usize>) {
        match main {
            None => (Some(NO_MAIN), None),
            Some(main) => match self.mains[main].layout {
                MainLayout::Ring => (None, None),
                MainLayout::Unknown => (Some(self.groups.0[main]), None),
                MainLayout::Branch => (Some(self.groups.0[main]), Some(self.groups.1[main])),
            },
        }
    }
}

/// For each main the first main of the group it touches, of those whose layout is taken. A main touches another where one
/// of its ends lies on the other's line, at its end or on its inside.
fn touching(mains: &[Main], tree: &RTree<Piece>, is_taken: impl Fn(MainLayout) -> bool) -> Vec<usize> {
    let mut group: Vec<usize> = (0..mains.len()).collect();
    fn first_of(group: &mut [usize], mut index: usize) -> usize {
        while group[index] != index {
            group[index] = group[group[index]];
            index = group[index];
        }
        index
    }
    for (index, main) in mains.iter().enumerate().filter(|(_, main)| is_taken(main.layout)) {
        for end in [main.line.0.first(), main.line.0.last()].into_iter().flatten() {
            let pieces = tree.locate_within_distance([end.x, end.y], TOUCHING_M * TOUCHING_M);
            for other in pieces.map(|piece| piece.data.0).filter(|other| is_taken(mains[*other].layout)) {
                let (a, b) = (first_of(&mut group, index), first_of(&mut group, other));
                group[a.max(b)] = a.min(b);
            }
        }
    }
    (0..mains.len()).map(|index| first_of(&mut group, index)).collect()
}

/// Groups of hydrants, given by number, that one closed segment of an unknown main may put out of service; none of a single
/// one.
///
/// Where the mains run nobody knows, so any neighbours may lie on one segment. The groups are greedy: each hydrant in the
/// order of the identifiers takes in its nearest ones that no group has yet, within the reach of the rules and as many as one
/// segment may have. Other groups may hurt a site more. O(n log n) for hydrants no denser than a city's.
pub(super) fn shut_off_together(
    sources: &[Source],
    mut hydrants: Vec<usize>,
    rules: &SupplyParameters,
) -> Vec<Vec<usize>> {
    hydrants.sort_by(|a, b| sources[*a].id.cmp(&sources[*b].id).then(a.cmp(b)));
    let place = |rank: usize| sources[hydrants[rank]].at.0;
    let at = |rank: usize| [place(rank).x, place(rank).y];
    let tree = RTree::bulk_load((0..hydrants.len()).map(|rank| GeomWithData::new(at(rank), rank)).collect());
    let mut left: BTreeSet<usize> = (0..hydrants.len()).collect();
    let mut groups = Vec::new();
    while let Some(first) = left.first().copied() {
        let near = tree.locate_within_distance(at(first), rules.segment_reach_m * rules.segment_reach_m);
        let mut near: Vec<(f64, usize)> = near
            .filter(|other| left.contains(&other.data))
            .map(|other| (other.distance_2(&at(first)), other.data))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate(rules.segment_hydrants.max(1) as usize);
        for (_, rank) in &near {
            left.remove(rank);
        }
        if near.len() > 1 {
            groups.push(near.into_iter().map(|(_, rank)| hydrants[rank]).collect());
        }
    }
    groups
}

/// For each hydrant the number of its part of the main, when every part holds so many hydrants in order along it.
pub(super) fn chunks_along(on_main: &[Option<(usize, f64)>], size: u32) -> Vec<usize> {
    let mut order: Vec<(usize, f64, usize)> =
        on_main.iter().enumerate().filter_map(|(i, place)| place.map(|(main, along)| (main, along, i))).collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut chunks = vec![0; on_main.len()];
    for run in order.chunk_by(|a, b| a.0 == b.0) {
        for (position, (_, _, index)) in run.iter().enumerate() {
            chunks[*index] = position / (size.max(1) as usize);
        }
    }
    chunks
}
