//! Areas drawn around reached roads.

use firereach_model::feature::Structure;
use firereach_model::findings::reach::Isochrone;
use firereach_model::layers::Layers;
use firereach_model::parameters::MovementParameters;
use firereach_model::parameters::movement::Heading;
use geo::{BooleanOps, MultiPolygon};
use geo_types::{Coord, LineString};
use rayon::prelude::*;

use super::field::{Corners, Field};
use super::outline::outline;
use super::units::Post;
use super::whole_seconds;
use crate::network::{EdgePart, Fronts, Network};

/// The greatest share of the exact area by which a drawn one was found to differ, rounded up.
///
/// Measured, not proven: against exact unions of buffers around random lines and grids. Strips along straight roads are
/// exact; arcs around ends and bends are drawn as chords of a circle wider by what chords lack; corners between strips are
/// cut by less than a cell of the grid that the area is drawn on, and a gap narrower than a cell may be lost.
pub const AREA_ERROR: f64 = 0.01;

/// All places within `radius_m` of the lines, as polygons with their holes; the area is exact to [`AREA_ERROR`].
pub fn area_around(lines: &[LineString<f64>], radius_m: f64) -> MultiPolygon<f64> {
    outline(&Field::of(lines, radius_m), None)
}

/// What each area adds to that of the same station and heading at the cutoff before; the first is a whole area.
pub(super) fn bands(isochrones: &[Isochrone]) -> Vec<Isochrone> {
    let whole: Vec<&Isochrone> = isochrones.iter().filter(|isochrone| !isochrone.is_first_due).collect();
    whole
        .par_iter()
        .enumerate()
        .map(|(index, isochrone)| {
            let before = index.checked_sub(1).map(|before| whole[before]);
            let before = before
                .filter(|before| (&before.station, before.heading) == (&isochrone.station, isochrone.heading))
                .filter(|before| before.cutoff_s < isochrone.cutoff_s);
            match before {
                None => (*isochrone).clone(),
                Some(before) => Isochrone {
                    reached_m: isochrone.reached_m - before.reached_m,
                    area: isochrone.area.difference(&before.area),
                    ..(*isochrone).clone()
                },
            }
        })
        .collect()
}

/// How areas are drawn in one scenario.
pub(super) struct Drawing<'a> {
    network: &'a Network,
    layers: &'a Layers,
    /// Seconds, least first.
    cutoffs: Vec<u32>,
    radius_m: f64,
}

impl<'a> Drawing<'a> {
    /// Areas at every cutoff of the rulebook and at the legal time.
    pub(super) fn new(
        network: &'a Network,
        layers: &'a Layers,
        movement: &MovementParameters,
        legal_s: Option<f64>,
    ) -> Self {
        let mut cutoffs = movement.cutoffs_s.clone();
        cutoffs.extend(legal_s.map(whole_seconds));
        cutoffs.sort_unstable();
        cutoffs.dedup();
        Self { network, layers, cutoffs, radius_m: movement.isochrone_buffer_m }
    }

    /// The last cutoff, milliseconds.
    pub(super) fn last_ms(&self) -> u32 {
        self.cutoffs.last().map_or(0, |s| s.saturating_mul(1000))
    }

    /// Isochrones of each station and of all together, then each station's first-due part; by station in the order of the
    /// layer, all together last, then by cutoff.
    ///
    /// `merged` are the fronts of all brigade stations, `by_station` those of each alone, all of them run one way.
    pub(super) fn isochrones(
        &self,
        heading: Heading,
        posts: &[Post<'_>],
        merged: &mut Fronts,
        by_station: Vec<Fronts>,
    ) -> Vec<Isochrone> {
        let first_due: Vec<&Post<'_>> = posts.iter().filter(|post| post.is_brigade() && post.is_staffed).collect();
        let jobs: Vec<(&Post<'_>, Fronts)> =
            posts.iter().zip(by_station).filter(|(_, fronts)| !fronts.all().is_empty()).collect();
        let (own, (all, parted)) = rayon::join(
            || {
                jobs.into_par_iter()
                    .map(|(post, mut fronts)| self.draw(heading, &mut fronts, Some(post), &[]).0)
                    .collect::<Vec<_>>()
            },
            || self.draw(heading, merged, None, &first_due),
        );
        own.into_iter().flatten().chain(all).chain(parted).collect()
    }

    /// The areas that all stations together reach by these fronts, by cutoff.
    pub(super) fn merged(&self, fronts: &mut Fronts) -> Vec<Isochrone> {
        self.draw(Heading::From, fronts, None, &[]).0
    }

    /// The area at every cutoff, each containing the one before it; and of those whose share is asked for the part that is
    /// nearest to what they reach first, by owner and then by cutoff.
    fn draw(
        &self,
        heading: Heading,
        fronts: &mut Fronts,
        station: Option<&Post<'_>>,
        shares: &[&Post<'_>],
    ) -> (Vec<Isochrone>, Vec<Isochrone>) {
        let by_cutoff: Vec<Vec<EdgePart>> =
            self.cutoffs.iter().map(|&s| fronts.parts(self.network, s.saturating_mul(1000))).collect();
        let mut corners = Corners::default();
        let mut line = Vec::new();
        for part in by_cutoff.last().into_iter().flatten().filter(|part| self.is_drawn(part)) {
            line.clear();
            self.network.part_into(self.layers, part, &mut line);
            line.iter().for_each(|&at| corners.add(at));
        }
        let mut field = Field::new(self.radius_m, corners.get(), !shares.is_empty());
        let mut before: &[EdgePart] = &[];
        let mut areas = Vec::new();
        let mut parted: Vec<Vec<Isochrone>> = vec![Vec::new(); shares.len()];
        for (&cutoff_s, parts) in self.cutoffs.iter().zip(&by_cutoff) {
            self.add_new(&mut field, parts, before);
            before = parts;
            let isochrone = |post: Option<&Post<'_>>, owner: Option<u32>| Isochrone {
                station: post.map(|post| post.station.id.clone()),
                heading,
                cutoff_s,
                is_first_due: owner.is_some(),
                reached_m: self.length_m(parts.iter().filter(|part| owner.is_none_or(|owner| part.owner == owner))),
                area: outline(&field, owner),
                area_error: Some(AREA_ERROR),
            };
            areas.push(isochrone(station, None));
            let now: Vec<Isochrone> = shares.par_iter().map(|post| isochrone(Some(*post), Some(post.rank))).collect();
            parted.iter_mut().zip(now).for_each(|(list, isochrone)| list.push(isochrone));
        }
        (areas, parted.concat())
    }

    /// Whether a road is part of the picture: what lies on a bridge or in a tunnel does not cover what is under or over it.
    fn is_drawn(&self, part: &EdgePart) -> bool {
        let road = &self.layers.roads[self.network.edge(part.edge).road as usize];
        road.level == 0 && !matches!(road.structure, Structure::Bridge | Structure::Tunnel)
    }

    fn length_m<'p>(&self, parts: impl Iterator<Item = &'p EdgePart>) -> f64 {
        parts.fold(0.0, |sum, part| {
            let edge = self.network.edge(part.edge);
            sum + edge.length_m * (part.to_m - part.from_m) / edge.plan_m()
        })
    }

    /// Adds the parts that were not there before; both lists are in the order of their edges and along them.
    fn add_new(&self, field: &mut Field, parts: &[EdgePart], before: &[EdgePart]) {
        let mut old = before.iter().peekable();
        let mut line: Vec<Coord<f64>> = Vec::new();
        let mut owner = 0;
        for part in parts.iter().filter(|part| self.is_drawn(part)) {
            let place = |part: &EdgePart| (part.edge, part.from_m);
            while old
                .next_if(|known| place(known).partial_cmp(&place(part)).is_some_and(|order| order.is_lt()))
                .is_some()
            {}
            let is_known = |known: &&EdgePart| {
                known.edge == part.edge
                    && (known.from_m, known.to_m, known.owner) == (part.from_m, part.to_m, part.owner)
            };
            if old.peek().is_some_and(is_known) {
                continue;
            }
            // Parts that follow each other along a road are one line: fewer ends to round.
            let end = line.last().copied();
            let length = line.len();
            self.network.part_into(self.layers, part, &mut line);
            if length > 0 && (owner != part.owner || end != line.get(length).copied()) {
                field.add(&line[..length], owner);
                line.drain(..length);
            }
            owner = part.owner;
        }
        if !line.is_empty() {
            field.add(&line, owner);
        }
    }
}

#[cfg(test)]
mod tests;
