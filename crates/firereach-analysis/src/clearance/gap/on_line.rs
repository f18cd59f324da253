//! What stands on a lane's centre line: what it runs through or into, and what it divides around.

use geo_types::Coord;

use super::super::field::{Edge, Field, Meeting};
use super::super::grid::Box2;
use super::super::plane::{Segment, along, cross, distance, dot, minus};
use super::{Chunk, Gap, LaneLine, MEETS_M, Met, Near, Stretch, TINY, gap_of};

/// Finds what stands on the centre line: which edges are open there, and around what the lane divides.
pub(super) fn meet(field: &Field, lane: &LaneLine<'_>, chunk: &Chunk, met: &mut Vec<Met>, open: &mut Open<'_>) {
    // The ends of a lane that leads up to a passage may stop short of the wall by a rounding of the source.
    let line = Segment {
        a: if chunk.from_m == 0.0 { beyond(&chunk.line, true) } else { chunk.line.a },
        b: if chunk.is_end { beyond(&chunk.line, false) } else { chunk.line.b },
    };
    field.visit(&Box2::around(line.a, line.b, MEETS_M), |edge| {
        let slack = match field.thing(edge.thing).meeting {
            Meeting::Through | Meeting::Across => MEETS_M,
            Meeting::Around => TINY,
        };
        if edge.level != lane.level || line.distance(&edge.segment) > edge.radius_m + slack {
            return;
        }
        open.at(field, edge);
        let t = meeting_place(&chunk.line, &edge.segment);
        let place = Met {
            thing: edge.thing,
            at_m: chunk.from_m + t * chunk.length_m,
            at: along(chunk.line.a, chunk.line.b, t),
        };
        match met.iter_mut().find(|m| m.thing == edge.thing) {
            Some(known) if known.at_m <= place.at_m => {}
            Some(known) => *known = place,
            None => met.push(place),
        }
    });
}

/// A line's end moved outwards by [`MEETS_M`].
fn beyond(line: &Segment, is_start: bool) -> Coord<f64> {
    let t = MEETS_M / line.length().max(TINY);
    if is_start { along(line.a, line.b, -t) } else { along(line.a, line.b, 1.0 + t) }
}

/// What the lane's line, or its continuation, runs into.
pub(super) struct Open<'a> {
    pub(super) dropped: &'a mut Vec<u32>,
    pub(super) around: &'a mut Vec<u32>,
}

impl Open<'_> {
    fn at(&mut self, field: &Field, edge: &Edge) {
        match field.thing(edge.thing).meeting {
            Meeting::Through | Meeting::Across => self.dropped.push(edge.id),
            Meeting::Around if !self.around.contains(&edge.thing) => self.around.push(edge.thing),
            Meeting::Around => {}
        }
    }

    /// Opens what the continuation of the lane runs into.
    pub(super) fn along_continuation(&mut self, field: &Field, lane: &LaneLine<'_>) {
        let (before, after) = (&lane.coords[..=lane.own.0], &lane.coords[lane.own.1..]);
        for pair in before.windows(2).chain(after.windows(2)) {
            let line = Segment { a: pair[0], b: pair[1] };
            field.visit(&Box2::around(line.a, line.b, 0.0), |edge| {
                if edge.level == lane.level && line.distance(&edge.segment) <= edge.radius_m + TINY {
                    self.at(field, edge);
                }
            });
        }
    }
}

/// Where along `line` an edge that touches it, or comes within its radius, is nearest; 0 to 1.
fn meeting_place(line: &Segment, edge: &Segment) -> f64 {
    let d = minus(line.b, line.a);
    let e = minus(edge.b, edge.a);
    let denominator = cross(d, e);
    if denominator.abs() > TINY {
        let t = cross(minus(edge.a, line.a), e) / denominator;
        if (0.0..=1.0).contains(&t) && line.meets(edge) {
            return t;
        }
    }
    let on_line = |p| (dot(minus(p, line.a), d) / dot(d, d)).clamp(0.0, 1.0);
    let (ta, tb) = (on_line(edge.a), on_line(edge.b));
    let gap = |t: f64| edge.distance_to(along(line.a, line.b, t));
    if gap(ta) <= gap(tb) { ta } else { tb }
}

/// The wider of the two gaps beside a thing that stands on the centre line, if something stands on both sides of it.
pub(super) fn divide(chunk: &Chunk, thing: u32, near: &[Near], met: &[Met]) -> Option<Stretch> {
    let place = met.iter().find(|m| m.thing == thing)?;
    if place.at_m < chunk.from_m || place.at_m > chunk.from_m + chunk.length_m {
        return None;
    }
    let (p, q) = (chunk.line.a, chunk.line.b);
    // Gaps to the left and to the right: the nearest other thing on each side.
    let mut best: [Option<Gap>; 2] = [None, None];
    let (mut from, mut to) = (place.at_m, place.at_m);
    let d = minus(q, p);
    for n in near.iter().filter(|n| n.edge.thing == thing) {
        for end in [n.edge.segment.a, n.edge.segment.b] {
            let at = dot(minus(end, p), d) / chunk.length_m;
            from = from.min(chunk.from_m + at - n.edge.radius_m);
            to = to.max(chunk.from_m + at + n.edge.radius_m);
        }
        for other in near.iter().filter(|o| o.edge.thing != thing) {
            for (k, (a, b)) in [(p, q), (q, p)].into_iter().enumerate() {
                let Some(part) = other.edge.segment.left_of(a, b) else { continue };
                let reach = n.edge.radius_m + other.edge.radius_m;
                let (x, y) = n.edge.segment.closest(&part).unwrap_or((part.a, part.a));
                let width_m = (distance(x, y) - reach).max(0.0);
                if best[k].is_none_or(|g| width_m < g.width_m) {
                    let gap = gap_of(chunk, 0.0, (x, y), (&n.edge, &other.edge));
                    best[k] = Some(Gap { at: place.at, at_m: place.at_m, ..gap });
                }
            }
        }
    }
    let [Some(l), Some(r)] = best else { return None };
    let gap = if r.width_m > l.width_m { r } else { l };
    Some(Stretch { from_m: from.max(0.0), to_m: to, gap })
}
