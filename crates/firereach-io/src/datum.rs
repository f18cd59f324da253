//! Finds sources whose coordinates are shifted (GCJ-02, BD-09) although nobody says so.
//!
//! A shifted layer lies some 500 m beside the others and looks perfectly sound. It is recognised by what it shares with
//! them: it fits after the shift has been undone, and neither before nor after any other shift of the same length. In a
//! dense city everything lies near some road, so that the distance alone proves nothing; the comparison with the other
//! shifts does. Nothing is corrected: the run stops until the study says which system the source is in.

use std::collections::BTreeMap;

use firereach_model::layers::Layers;
use geo::{Centroid, Contains};
use geo_types::{Coord, Geometry, Line, Point, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::projection::{Projector, gcj02};
use crate::read_error::ReadError;

/// One source of a study, its features in working coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Witness<'a> {
    /// The file as the study names it.
    pub shown: &'a str,
    /// Its features.
    pub layers: &'a Layers,
    /// Whether its system is beyond doubt: the study states it, or the format knows no other.
    pub is_settled: bool,
}

/// What the comparison of one source with the others says.
#[derive(Clone, Debug, PartialEq)]
pub enum Opinion {
    /// The source fits as it is, or there is nothing to compare it with.
    Sound,
    /// The figures allow no opinion; the sentence gives them.
    Undecided(String),
    /// The source fits only after a shift has been undone.
    Shifted {
        /// `gcj02` or `bd09`.
        system: &'static str,
        /// The figures, in one sentence.
        evidence: String,
    },
}

/// A shift counts as undone when the median distance falls to this share of what it was …
const SHARE_OF_BEFORE: f64 = 0.5;
/// … and to this share of the best that any other shift of the same length reaches …
const SHARE_OF_OTHERS: f64 = 0.6;
/// … and by at least this many metres.
const LEAST_GAIN_M: f64 = 10.0;
/// Fewer positions than this carry no opinion.
const LEAST_POSITIONS: usize = 20;
/// Fewer features of the same name than this carry no opinion.
const LEAST_NAMES: usize = 5;
/// Positions compared at most; taken evenly from all.
const MOST_POSITIONS: usize = 1000;
/// Other directions in which a shift of the same length is tried.
const OTHER_DIRECTIONS: u32 = 7;

/// Compares every source that is not settled with all the others; one opinion each, in their order.
///
/// Costs some ten thousand nearest-neighbour queries a source, and nothing outside China.
pub fn compare(witnesses: &[Witness<'_>], projector: &Projector) -> Vec<Opinion> {
    witnesses
        .iter()
        .enumerate()
        .map(|(index, suspect)| {
            if suspect.is_settled {
                return Opinion::Sound;
            }
            // Settled sources speak alone where there are any; otherwise all others speak.
            let others = || witnesses.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, w)| w);
            let trusted: Vec<&Layers> = others().filter(|w| w.is_settled).map(|w| w.layers).collect();
            let reference = if trusted.is_empty() { others().map(|w| w.layers).collect() } else { trusted };
            opinion_of(suspect.layers, &reference, projector)
        })
        .collect()
}

/// Stops the run at the first source that is shifted; otherwise returns a sentence for each undecided one, with its place
/// in `witnesses`.
///
/// # Errors
///
/// When a source fits the others only after GCJ-02 or BD-09 has been undone; the message has both figures.
pub fn refuse_shifted(witnesses: &[Witness<'_>], projector: &Projector) -> Result<Vec<(usize, String)>, ReadError> {
    let mut undecided = Vec::new();
    for (index, (witness, opinion)) in witnesses.iter().zip(compare(witnesses, projector)).enumerate() {
        match opinion {
            Opinion::Sound => {}
            Opinion::Undecided(sentence) => undecided.push((index, sentence)),
            Opinion::Shifted { system, evidence } => {
                return Err(ReadError::new(
                    witness.shown,
                    format!("it fits the other sources only after {} has been undone: {evidence}", name_of(system)),
                    "a source in the system it is said to be in",
                    format!(
                        "write `crs = \"{system}\"` for this source in the study if that is so, or `crs = \"EPSG:4326\"` \
                         (or whatever it is) to insist"
                    ),
                ));
            }
        }
    }
    Ok(undecided)
}

fn name_of(system: &str) -> &'static str {
    if system == "bd09" { "BD-09" } else { "GCJ-02" }
}

/// What can be compared of some layers.
#[derive(Default)]
struct Evidence {
    roads: Vec<Line<f64>>,
    borders: Vec<Line<f64>>,
    footprints: Vec<Polygon<f64>>,
    /// Places of things that stand somewhere: sites, hydrants, stations, water sources, footprints.
    places: Vec<Coord<f64>>,
    road_vertices: Vec<Coord<f64>>,
    border_vertices: Vec<Coord<f64>>,
    /// Names that occur once, with their place.
    names: BTreeMap<String, Option<Coord<f64>>>,
}

impl Evidence {
    fn of(all: &[&Layers]) -> Self {
        let mut evidence = Self::default();
        for layers in all {
            for road in &layers.roads {
                evidence.roads.extend(road.line.lines());
                evidence.road_vertices.extend(&road.line.0);
            }
            for zone in &layers.zones {
                for ring in zone.area.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
                    evidence.borders.extend(ring.lines());
                    evidence.border_vertices.extend(&ring.0);
                }
                evidence.add_name(zone.name.as_deref(), zone.area.centroid());
            }
            for building in &layers.buildings {
                evidence.footprints.push(building.footprint.clone());
                let centre = building.footprint.centroid();
                evidence.places.extend(centre.map(|point| point.0));
                evidence.add_name(building.name.as_deref(), centre);
            }
            for site in &layers.sites {
                if let Geometry::Polygon(polygon) = &site.shape {
                    evidence.footprints.push(polygon.clone());
                }
                let centre = site.shape.centroid();
                evidence.places.extend(centre.map(|point| point.0));
                evidence.add_name(site.name.as_deref(), centre);
            }
            for hydrant in &layers.hydrants {
                evidence.places.push(hydrant.at.0);
            }
            for water in &layers.water_sources {
                evidence.places.push(water.at.0);
            }
            for station in &layers.stations {
                evidence.places.push(station.at.0);
                evidence.add_name(station.name.as_deref(), Some(station.at));
            }
        }
        evidence
    }

    /// A name that occurs twice says nothing about where; but a building and the site in it are one thing.
    fn add_name(&mut self, name: Option<&str>, at: Option<Point<f64>>) {
        const SAME_THING_M: f64 = 50.0;
        let (Some(name), Some(at)) = (name, at) else { return };
        match self.names.get_mut(name) {
            None => {
                self.names.insert(name.to_owned(), Some(at.0));
            }
            Some(known) => {
                if known.is_some_and(|other| distance(other, at.0) > SAME_THING_M) {
                    *known = None;
                }
            }
        }
    }
}

fn opinion_of(suspect: &Layers, reference: &[&Layers], projector: &Projector) -> Opinion {
    let mine = Evidence::of(&[suspect]);
    let Some(middle) = crate::projection::magnitude::middle(
        &[mine.road_vertices.as_slice(), &mine.border_vertices, &mine.places].concat(),
    ) else {
        return Opinion::Sound;
    };
    let (lon, lat) = projector.to_lon_lat(middle);
    if !gcj02::is_in_china(lon, lat) {
        return Opinion::Sound;
    }
    let theirs = Evidence::of(reference);
    let mut undecided = None;
    if let Some(opinion) = by_names(&mine, &theirs, projector) {
        return opinion;
    }
    let footprints = Footprints::build(&theirs.footprints);
    let (roads, borders) = (RTree::bulk_load(theirs.roads.clone()), RTree::bulk_load(theirs.borders.clone()));
    let to = |tree: &RTree<Line<f64>>, at: Coord<f64>| {
        tree.nearest_neighbor_iter_with_distance_2(&Point(at))
            .next()
            .map_or(f64::INFINITY, |(_, squared)| squared.sqrt())
    };
    let to_roads = |at| to(&roads, at);
    let to_borders = |at| to(&borders, at);
    let to_footprints = |at| footprints.distance(at);
    type DistanceTo<'a> = &'a dyn Fn(Coord<f64>) -> f64;
    let comparisons: [(&[Coord<f64>], bool, DistanceTo<'_>, &str); 5] = [
        (&mine.road_vertices, roads.size() > 0, &to_roads, "its road vertices lie from the other roads"),
        (&mine.border_vertices, borders.size() > 0, &to_borders, "its borders lie from the other borders"),
        (&mine.places, !footprints.is_empty(), &to_footprints, "its places lie from the other footprints"),
        (&mine.border_vertices, roads.size() > 0, &to_roads, "its borders lie from the roads"),
        (&mine.places, roads.size() > 0, &to_roads, "its places lie from the roads"),
    ];
    for (positions, has_reference, distance_to, words) in comparisons {
        if !has_reference || positions.len() < LEAST_POSITIONS {
            continue;
        }
        match by_distance(positions, distance_to, projector, words) {
            // What fits as it is fits; weaker comparisons need not be asked.
            Opinion::Sound => return Opinion::Sound,
            shifted @ Opinion::Shifted { .. } => return shifted,
            Opinion::Undecided(sentence) => undecided = undecided.or(Some(sentence)),
        }
    }
    undecided.map_or(Opinion::Sound, Opinion::Undecided)
}

/// Undoes a shift for working positions.
fn undone(positions: &[Coord<f64>], projector: &Projector, system: &str) -> Vec<Coord<f64>> {
    let inverse = if system == "bd09" { gcj02::wgs84_from_bd09 } else { gcj02::wgs84_from_gcj02 };
    let mut moved = positions.to_vec();
    projector.all_to_lon_lat(&mut moved);
    for at in &mut moved {
        (at.x, at.y) = inverse(at.x, at.y);
    }
    projector.all_from_lon_lat(&mut moved);
    moved
}

/// Things of the same name in both: the strongest evidence, since each knows where it belongs.
fn by_names(mine: &Evidence, theirs: &Evidence, projector: &Projector) -> Option<Opinion> {
    // Farther apart than any shift, two things merely share a name.
    const FARTHEST_M: f64 = 3000.0;
    let pairs: Vec<(Coord<f64>, Coord<f64>)> = mine
        .names
        .iter()
        .filter_map(|(name, at)| Some((((*at)?), (*theirs.names.get(name)?)?)))
        .filter(|(a, b)| distance(*a, *b) < FARTHEST_M)
        .collect();
    if pairs.len() < LEAST_NAMES {
        return None;
    }
    let positions: Vec<Coord<f64>> = pairs.iter().map(|(at, _)| *at).collect();
    let apart =
        |moved: &[Coord<f64>]| median(moved.iter().zip(&pairs).map(|(at, (_, home))| distance(*at, *home)).collect());
    let before = apart(&positions);
    let figures = |system: &'static str, after: f64| {
        format!(
            "{} features of the same name lie {before:.0} m apart (median) as the source is, {after:.0} m after undoing {}",
            pairs.len(),
            name_of(system)
        )
    };
    let (system, after) =
        best_of(["gcj02", "bd09"].map(|system| (system, apart(&undone(&positions, projector, system)))));
    Some(if after <= before * SHARE_OF_BEFORE && before - after >= LEAST_GAIN_M {
        Opinion::Shifted { system, evidence: figures(system, after) }
    } else if before <= after * SHARE_OF_BEFORE {
        Opinion::Sound
    } else {
        return None;
    })
}

fn best_of(tried: [(&'static str, f64); 2]) -> (&'static str, f64) {
    if tried[1].1 < tried[0].1 { tried[1] } else { tried[0] }
}

fn by_distance(
    positions: &[Coord<f64>],
    distance_to: &dyn Fn(Coord<f64>) -> f64,
    projector: &Projector,
    words: &str,
) -> Opinion {
    let step = positions.len().div_ceil(MOST_POSITIONS);
    let sample: Vec<Coord<f64>> = positions.iter().copied().step_by(step).collect();
    let score = |at: &[Coord<f64>]| median(at.iter().map(|at| distance_to(*at)).collect());
    let before = score(&sample);
    let mut tried = Vec::new();
    for system in ["gcj02", "bd09"] {
        let moved = undone(&sample, projector, system);
        let shift = Coord {
            x: median(moved.iter().zip(&sample).map(|(a, b)| a.x - b.x).collect()),
            y: median(moved.iter().zip(&sample).map(|(a, b)| a.y - b.y).collect()),
        };
        let others = (1..=OTHER_DIRECTIONS).map(|turn| {
            let (sine, cosine) = (f64::from(turn) * std::f64::consts::TAU / f64::from(OTHER_DIRECTIONS + 1)).sin_cos();
            let turned = Coord { x: shift.x * cosine - shift.y * sine, y: shift.x * sine + shift.y * cosine };
            score(&sample.iter().map(|at| *at + turned).collect::<Vec<_>>())
        });
        tried.push((system, score(&moved), others.fold(f64::INFINITY, f64::min)));
    }
    let (system, after, others) = if tried[1].1 < tried[0].1 { tried[1] } else { tried[0] };
    let figures = format!(
        "{words} {before:.1} m away (median of {}) as the source is, {after:.1} m after undoing {}, {others:.1} m at best \
         after other shifts of that length",
        sample.len(),
        name_of(system)
    );
    let others_of_all = tried.iter().map(|t| t.2).fold(f64::INFINITY, f64::min);
    if after <= before * SHARE_OF_BEFORE && after <= others * SHARE_OF_OTHERS && before - after >= LEAST_GAIN_M {
        Opinion::Shifted { system, evidence: figures }
    } else if before <= after * SHARE_OF_OTHERS && before <= others_of_all * SHARE_OF_OTHERS {
        Opinion::Sound
    } else {
        Opinion::Undecided(figures)
    }
}

/// Footprints with a quick answer to how far a position lies from the nearest; inside one it is zero.
struct Footprints<'a> {
    polygons: &'a [Polygon<f64>],
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    edges: RTree<Line<f64>>,
}

impl<'a> Footprints<'a> {
    fn build(polygons: &'a [Polygon<f64>]) -> Self {
        use geo::BoundingRect;
        let boxes = polygons.iter().enumerate().filter_map(|(index, polygon)| {
            let bounds = polygon.bounding_rect()?;
            let corners = ([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y]);
            Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
        });
        let edges = polygons.iter().flat_map(|polygon| polygon.exterior().lines().collect::<Vec<_>>());
        Self { polygons, boxes: RTree::bulk_load(boxes.collect()), edges: RTree::bulk_load(edges.collect()) }
    }

    fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    fn distance(&self, at: Coord<f64>) -> f64 {
        let here = AABB::from_point([at.x, at.y]);
        let is_inside = |index: usize| self.polygons[index].contains(&Point(at));
        if self.boxes.locate_in_envelope_intersecting(&here).any(|found| is_inside(found.data)) {
            return 0.0;
        }
        let mut nearest = self.edges.nearest_neighbor_iter_with_distance_2(&Point(at));
        nearest.next().map_or(f64::INFINITY, |(_, squared)| squared.sqrt())
    }
}

fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The middle value; the lower of the two middle ones. Infinite for nothing.
fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::INFINITY;
    }
    let middle = (values.len() - 1) / 2;
    let (_, value, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    *value
}

#[cfg(test)]
mod tests;
