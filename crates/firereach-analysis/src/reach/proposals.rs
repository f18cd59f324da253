//! What a scenario's proposed stations add: each alone, each pair, all, and all but one.
//!
//! A new station changes nothing for another one's vehicles. So the first arrival of any set of stations is the earliest of
//! theirs, the area they reach the union of their areas, and one assessment of all proposals holds those of every set.

use std::collections::BTreeMap;

use firereach_model::feature::Site;
use firereach_model::findings::proposals::{ProposalSet, SetRole};
use firereach_model::findings::reach::Isochrone;
use geo::{Area, BooleanOps, BoundingRect, Intersects, unary_union};
use geo_types::MultiPolygon;
use rayon::prelude::*;

use super::coverage::percentile;
use super::people::Residents;
use super::times::{StationTimes, earlier};
use super::units::Post;
use super::{milliseconds, seconds, whole_seconds};
use crate::network::{Fronts, Snap};

/// Everything that the proposals of one scenario are measured on.
pub(super) struct Ground<'a> {
    pub(super) sites: &'a [Site],
    pub(super) posts: &'a [Post<'a>],
    /// Identifiers of the proposed stations, in the order of the scenario's changes.
    pub(super) added: &'a [String],
    pub(super) times: &'a StationTimes,
    /// The times from the dispatch order that brigade and micro-stations are held against.
    pub(super) limit_s: Option<f64>,
    pub(super) micro_limit_s: Option<f64>,
    pub(super) isochrones: &'a [Isochrone],
    /// Who lives where, with which posts are at which building within their limit.
    pub(super) homes: Option<(&'a Residents, &'a [Vec<bool>])>,
}

/// Which buildings each station may reach within its limit, in the order of the posts.
pub(super) fn buildings_in_time(
    posts: &[Post<'_>],
    by_station: &[Fronts],
    snaps: &[Option<Snap>],
    limit_s: impl Fn(&Post<'_>) -> Option<f64> + Sync,
) -> Vec<Vec<bool>> {
    posts
        .par_iter()
        .zip(by_station)
        .map(|(post, fronts)| {
            let limit_ms = limit_s(post).map(|limit_s| limit_s * 1000.0);
            let is_in_time = |snap: &Option<Snap>| {
                let arrival = snap.as_ref().and_then(|snap| fronts.at(snap.edge, snap.offset_m));
                arrival.zip(limit_ms).is_some_and(|((ms, _), limit_ms)| ms <= limit_ms)
            };
            snaps.iter().map(is_in_time).collect()
        })
        .collect()
}

impl Ground<'_> {
    /// Every set of proposals: those of the brigade first, then micro-stations among themselves.
    pub(super) fn sets(&self) -> Vec<ProposalSet> {
        let mut sets = Vec::new();
        for (is_micro, limit_s) in [(false, self.limit_s), (true, self.micro_limit_s)] {
            let Some(limit_s) = limit_s else { continue };
            let is_meant = |post: &Post<'_>| post.is_brigade() != is_micro;
            let proposed: Vec<usize> = self
                .added
                .iter()
                .filter_map(|id| self.posts.iter().position(|post| post.station.id == *id && is_meant(post)))
                .collect();
            if proposed.is_empty() {
                continue;
            }
            let others: Vec<usize> =
                (0..self.posts.len()).filter(|p| is_meant(&self.posts[*p]) && !proposed.contains(p)).collect();
            let areas = self.new_areas(&proposed, &others, limit_s);
            let family = Family { ground: self, is_micro, limit_s, proposed: &proposed, others: &others, areas };
            let roles: Vec<(Vec<usize>, Vec<SetRole>)> = self.roles(&proposed);
            sets.extend(roles.into_par_iter().map(|(set, roles)| family.measure(&set, roles)).collect::<Vec<_>>());
        }
        sets
    }

    /// The sets to look at, smaller ones first, each with why; sets are positions among the proposals.
    fn roles(&self, proposed: &[usize]) -> Vec<(Vec<usize>, Vec<SetRole>)> {
        let all: Vec<usize> = (0..proposed.len()).collect();
        let mut sets: BTreeMap<(usize, Vec<usize>), Vec<SetRole>> = BTreeMap::new();
        let mut add = |set: Vec<usize>, role: SetRole| sets.entry((set.len(), set)).or_default().push(role);
        for &a in &all {
            add(vec![a], SetRole::Alone);
            for &b in &all[a + 1..] {
                add(vec![a, b], SetRole::Pair);
            }
        }
        add(all.clone(), SetRole::All);
        for &out in all.iter().filter(|_| all.len() > 1) {
            let id = self.posts[proposed[out]].station.id.clone();
            add(all.iter().copied().filter(|&i| i != out).collect(), SetRole::Without(id));
        }
        sets.into_iter().map(|((_, set), roles)| (set, roles)).collect()
    }

    /// What each proposal reaches within the limit and no other station does; `None` where nothing was drawn at the limit.
    fn new_areas(&self, proposed: &[usize], others: &[usize], limit_s: f64) -> Option<Vec<MultiPolygon<f64>>> {
        let cutoff_s = whole_seconds(limit_s);
        let drawn = || self.isochrones.iter().filter(|i| i.cutoff_s == cutoff_s && !i.is_first_due);
        drawn().next()?;
        let area_of = |post: &usize| {
            let id = self.posts[*post].station.id.as_str();
            drawn().find(|isochrone| isochrone.station.as_deref() == Some(id)).map(|isochrone| &isochrone.area)
        };
        let others: Vec<&MultiPolygon<f64>> = others.iter().filter_map(area_of).collect();
        let new = |post: &usize| {
            let Some(area) = area_of(post) else { return MultiPolygon::new(Vec::new()) };
            let own_box = area.bounding_rect();
            let near: Vec<&MultiPolygon<f64>> = others
                .iter()
                .copied()
                .filter(|other| own_box.zip(other.bounding_rect()).is_some_and(|(a, b)| a.intersects(&b)))
                .collect();
            if near.is_empty() { area.clone() } else { area.difference(&unary_union(near)) }
        };
        Some(proposed.par_iter().map(new).collect())
    }
}

/// Proposals that are compared with each other.
struct Family<'a> {
    ground: &'a Ground<'a>,
    is_micro: bool,
    limit_s: f64,
    /// Positions among the posts.
    proposed: &'a [usize],
    /// The stations that stand already, positions among the posts.
    others: &'a [usize],
    /// What each proposal reaches and no station that stands already.
    areas: Option<Vec<MultiPolygon<f64>>>,
}

impl Family<'_> {
    fn measure(&self, set: &[usize], roles: Vec<SetRole>) -> ProposalSet {
        let Ground { sites, posts, times, .. } = self.ground;
        let limit_ms = milliseconds(self.limit_s);
        let is_in = |time: Option<u32>| time.is_some_and(|ms| ms <= limit_ms);
        let rest: Vec<usize> = (0..self.proposed.len()).filter(|i| !set.contains(i)).collect();
        let posts_of = |positions: &[usize]| positions.iter().map(|&i| self.proposed[i]).collect::<Vec<usize>>();
        let (own, rest_posts) = (posts_of(set), posts_of(&rest));

        let (mut gained, mut certain, mut unique) = (Vec::new(), Vec::new(), Vec::new());
        let mut by_grade: BTreeMap<String, u32> = BTreeMap::new();
        let mut gains_s: Vec<f64> = Vec::new();
        for (index, site) in sites.iter().enumerate() {
            let before = times.first(self.others.iter().copied(), index);
            let new = times.first(own.iter().copied(), index);
            if is_in(new.0) && !is_in(before.0) {
                gained.push(site.id.clone());
                let grade = site.grade.map_or("unknown", |grade| grade.code());
                *by_grade.entry(grade.to_owned()).or_default() += 1;
                let without = times.first(rest_posts.iter().copied(), index);
                if !is_in(without.0) {
                    unique.push(site.id.clone());
                }
            }
            if is_in(new.1) && !is_in(before.1) {
                certain.push(site.id.clone());
            }
            if let (Some(old), Some(after)) = (before.0, earlier(before.0, new.0))
                && after < old
            {
                gains_s.push(seconds(old - after));
            }
        }
        gains_s.sort_by(f64::total_cmp);
        let of_gains = |value: f64| (!gains_s.is_empty()).then_some(value);
        let people = self.ground.homes.map(|(residents, in_time)| {
            residents.living_in(|building| {
                own.iter().any(|&post| in_time[post][building])
                    && !self.others.iter().any(|&post| in_time[post][building])
            })
        });
        let area = self.areas.as_ref().map(|areas| unary_union(set.iter().map(|&i| &areas[i])));
        let unique_km2 = self.areas.as_ref().zip(area.as_ref()).map(|(areas, area)| {
            let others = unary_union(rest.iter().map(|&i| &areas[i]));
            area.difference(&others).unsigned_area() / 1e6
        });
        ProposalSet {
            stations: own.iter().map(|&post| posts[post].station.id.clone()).collect(),
            roles,
            is_micro: self.is_micro,
            limit_s: self.limit_s,
            sites: gained,
            certain_sites: certain,
            by_grade: by_grade.into_iter().collect(),
            unique_sites: unique,
            people,
            sooner: u32::try_from(gains_s.len()).unwrap_or(u32::MAX),
            mean_gain_s: of_gains(gains_s.iter().sum::<f64>() / gains_s.len().max(1) as f64),
            median_gain_s: of_gains(percentile(&gains_s, 0.5)),
            max_gain_s: gains_s.last().copied(),
            area_km2: area.as_ref().map(|area| area.unsigned_area() / 1e6),
            unique_km2,
            area: area.unwrap_or_else(|| MultiPolygon::new(Vec::new())),
        }
    }
}

#[cfg(test)]
mod tests;
