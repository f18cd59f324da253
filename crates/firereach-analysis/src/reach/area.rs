//! Areas drawn around reached roads.

use firereach_model::feature::Structure;
use firereach_model::findings::reach::Isochrone;
use firereach_model::layers::Layers;
use firereach_model::parameters::MovementParameters;
use geo::algorithm::buffer::{Buffer, BufferStyle, LineCap, LineJoin};
use geo::{BooleanOps, MultiPolygon};
use geo_types::{LineString, MultiLineString};
use rayon::prelude::*;

use super::units::Post;
use super::whole_seconds;
use crate::network::{EdgePart, Fronts, Network};

/// The angle between the vertices of a drawn arc, radians.
const ARC_STEP: f64 = 0.2;

/// All places within `radius_m` of the lines, as polygons with their holes; round ends and joins.
///
/// Arcs are drawn with a vertex every fifth of a radian, so the area is short of the exact one by at most
/// [`buffer_error`].
pub fn buffer_union(lines: &[LineString<f64>], radius_m: f64) -> MultiPolygon<f64> {
    let style = BufferStyle::new(radius_m).line_cap(LineCap::Round(ARC_STEP)).line_join(LineJoin::Round(ARC_STEP));
    MultiLineString(lines.to_vec()).buffer_with_style(style)
}

/// The greatest share of the exact area by which [`buffer_union`] can fall short: that of a circle drawn as a polygon.
pub fn buffer_error() -> f64 {
    1.0 - ARC_STEP.sin() / ARC_STEP
}

/// Isochrones of each station and of all together at every cutoff, then each station's first-due part at the legal time
/// and at every cutoff; by station in the order of the layer, all together last, then by cutoff.
pub(super) fn isochrones(
    network: &Network,
    layers: &Layers,
    movement: &MovementParameters,
    legal_s: Option<f64>,
    posts: &[Post<'_>],
    merged: &mut Fronts,
    by_station: Vec<Fronts>,
) -> Vec<Isochrone> {
    let cutoffs = cutoffs_s(movement, legal_s);
    let radius_m = movement.isochrone_buffer_m;
    let mut jobs: Vec<Job> = Vec::new();
    for (post, mut fronts) in posts.iter().zip(by_station) {
        if !fronts.all().is_empty() {
            jobs.push(Job {
                station: Some(post.station.id.clone()),
                is_first_due: false,
                parts: cutoffs.iter().map(|&s| (s, fronts.parts(network, s.saturating_mul(1000)))).collect(),
            });
        }
    }
    let all: Vec<(u32, Vec<EdgePart>)> =
        cutoffs.iter().map(|&s| (s, merged.parts(network, s.saturating_mul(1000)))).collect();
    jobs.push(Job { station: None, is_first_due: false, parts: all.clone() });
    for post in posts.iter().filter(|post| post.is_brigade() && post.is_staffed) {
        let own = |parts: &[EdgePart]| parts.iter().filter(|part| part.owner == post.rank).copied().collect();
        jobs.push(Job {
            station: Some(post.station.id.clone()),
            is_first_due: true,
            parts: all.iter().map(|(s, parts)| (*s, own(parts))).collect(),
        });
    }
    let mut isochrones: Vec<Isochrone> =
        jobs.par_iter().map(|job| job.draw(network, layers, radius_m)).collect::<Vec<_>>().concat();
    part_first_due(&mut isochrones);
    isochrones
}

/// The areas that all stations together reach for certain, by cutoff.
pub(super) fn certain_areas(
    network: &Network,
    layers: &Layers,
    movement: &MovementParameters,
    legal_s: Option<f64>,
    certain: &Fronts,
) -> Vec<Isochrone> {
    let mut certain = certain.clone();
    let mut parts = |s: &u32| (*s, certain.parts(network, s.saturating_mul(1000)));
    let parts = cutoffs_s(movement, legal_s).iter().map(&mut parts).collect();
    Job { station: None, is_first_due: false, parts }.draw(network, layers, movement.isochrone_buffer_m)
}

/// Every cutoff once, the legal time among them.
fn cutoffs_s(movement: &MovementParameters, legal_s: Option<f64>) -> Vec<u32> {
    let mut cutoffs = movement.cutoffs_s.clone();
    cutoffs.extend(legal_s.map(whole_seconds));
    cutoffs.sort_unstable();
    cutoffs.dedup();
    cutoffs
}

struct Job {
    station: Option<String>,
    is_first_due: bool,
    parts: Vec<(u32, Vec<EdgePart>)>,
}

impl Job {
    /// The areas at every cutoff; each contains the one before it.
    fn draw(&self, network: &Network, layers: &Layers, radius_m: f64) -> Vec<Isochrone> {
        let mut before = MultiPolygon::new(Vec::new());
        let mut isochrones = Vec::new();
        for (cutoff_s, parts) in &self.parts {
            let mut reached_m = 0.0;
            let mut lines: Vec<LineString<f64>> = Vec::new();
            for part in parts {
                let edge = network.edge(part.edge);
                reached_m += edge.length_m * (part.to_m - part.from_m) / edge.plan_m();
                let road = &layers.roads[edge.road as usize];
                if road.level == 0 && !matches!(road.structure, Structure::Bridge | Structure::Tunnel) {
                    let line = network.part_line(layers, part.edge, part.from_m, part.to_m);
                    // Parts that follow each other along a road are one line: fewer ends to round.
                    match lines.last_mut() {
                        Some(LineString(last)) if last.last() == line.0.first() => last.extend_from_slice(&line.0[1..]),
                        _ => lines.push(line),
                    }
                }
            }
            let mut area = buffer_union(&lines, radius_m);
            if !before.0.is_empty() && !self.is_first_due {
                area = area.union(&before);
            }
            before.clone_from(&area);
            isochrones.push(Isochrone {
                station: self.station.clone(),
                cutoff_s: *cutoff_s,
                is_first_due: self.is_first_due,
                reached_m,
                area,
                area_error: Some(buffer_error()),
            });
        }
        isochrones
    }
}

/// Takes from each first-due area what an earlier one already holds: the strips along the borders.
fn part_first_due(isochrones: &mut [Isochrone]) {
    let mut cutoffs: Vec<u32> = isochrones.iter().map(|isochrone| isochrone.cutoff_s).collect();
    cutoffs.sort_unstable();
    cutoffs.dedup();
    for cutoff_s in cutoffs {
        let mut taken = MultiPolygon::new(Vec::new());
        for isochrone in
            isochrones.iter_mut().filter(|isochrone| isochrone.is_first_due && isochrone.cutoff_s == cutoff_s)
        {
            if !taken.0.is_empty() {
                isochrone.area = isochrone.area.difference(&taken);
            }
            taken = taken.union(&isochrone.area);
        }
    }
}
