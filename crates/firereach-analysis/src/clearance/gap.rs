//! The true narrowest gap between what stands left and what stands right of a lane, along its whole length.
//!
//! # What is measured
//!
//! The width of a piece of a lane is the length of the shortest straight line that begins on a thing on one side, ends
//! on a thing on the other and crosses the piece. A disc wider than that cannot move along the piece without leaving
//! the way drawn, so the figure is an upper bound of every clear width; slanted gaps count like square ones. Whatever
//! is hidden behind something nearer cannot decide, because the nearer thing makes a shorter line through the same
//! place.
//!
//! - *Sides.* The line must cross the lane's line, with its continuation into the neighbouring lanes, an odd number of
//!   times: a chord that cuts a bend has both ends on the same side and is no gap.
//! - *Ends.* Where a lane ends and nothing continues it, what lies ahead of the end is not beside the lane.
//! - *On the line.* A thing on the centre line divides the lane: the wider of the gaps left and right of it counts.
//!   A building or a wall that the line runs through keeps its other sides; the sides that the line crosses are open, and
//!   inside the building its own outer walls say nothing.
//! - *Levels.* Only things on the lane's own level count.
//!
//! # How
//!
//! For two straight edges the length is convex in the positions of the two ends, so the shortest admissible line is
//! either the shortest one of all or passes through an end of the piece: two closed constructions a pair, and pairs are
//! pruned by the sum of their distances from the lane. The result is exact to rounding.

use geo_types::Coord;

use super::field::{Edge, Field, What};
use super::grid::Box2;
use super::plane::{Segment, along, chord_through, cross, distance, dot, minus, side};

use on_line::{Open, divide, meet};

mod on_line;

/// Longest stretch of a centre line looked at in one go, metres: keeps boxes small on slanting streets.
const CHUNK_M: f64 = 20.0;
/// The length of a stretch below a limit is found to this, metres.
const STRETCH_M: f64 = 0.01;
/// A wall or building this near to the centre line is met by it, metres: the sources' own rounding.
const MEETS_M: f64 = 0.01;
/// Rounding in the plane, metres.
const TINY: f64 = 1e-9;

/// One lane to be measured.
#[derive(Clone, Copy, Debug)]
pub struct LaneLine<'a> {
    /// The centre line with its continuation at both ends.
    pub coords: &'a [Coord<f64>],
    /// First and last vertex of the lane itself.
    pub own: (usize, usize),
    /// Its level.
    pub level: i16,
    /// Whether nothing continues the lane before its first and after its last vertex.
    pub closed: (bool, bool),
    /// Where the pieces begin and end, metres along the lane: ascending, zero first, its length last.
    pub cuts: &'a [f64],
}

/// The shortest line across a lane between two things.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Its length, metres.
    pub width_m: f64,
    /// Its end on the left.
    pub left: Coord<f64>,
    /// Its end on the right.
    pub right: Coord<f64>,
    /// Where it crosses the centre line.
    pub at: Coord<f64>,
    /// The same, in metres along the lane.
    pub at_m: f64,
    /// The things left and right.
    pub things: [u32; 2],
}

/// A stretch of a lane that is narrower than a limit, with its narrowest gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins, metres along the lane.
    pub from_m: f64,
    /// Where it ends.
    pub to_m: f64,
    /// Its narrowest gap.
    pub gap: Gap,
}

/// A thing on the centre line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Met {
    /// The thing.
    pub thing: u32,
    /// Where it is first met, metres along the lane.
    pub at_m: f64,
    /// The same as a place.
    pub at: Coord<f64>,
}

/// What was measured of one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gaps {
    /// The narrowest gap of each piece; `None` where none is within the search width.
    pub pieces: Vec<Option<Gap>>,
    /// For each limit, the stretches narrower than it, in order along the lane.
    pub stretches: Vec<Vec<Stretch>>,
    /// For each stretch below the last limit, everything that narrows it below that, in order.
    pub narrowing: Vec<Vec<u32>>,
    /// The things on the centre line, in order along the lane.
    pub met: Vec<Met>,
}

/// Memory that is used again from lane to lane; one a thread.
#[derive(Debug, Default)]
pub struct Scratch {
    near: Vec<Near>,
    left: Vec<Beside>,
    right: Vec<Beside>,
    chunks: Vec<Chunk>,
    dropped: Vec<u32>,
    around: Vec<u32>,
    narrow: Vec<(usize, Stretch)>,
}

#[derive(Clone, Copy, Debug)]
struct Near {
    edge: Edge,
    /// It is at least so far from the chunk.
    from_line_m: f64,
    /// Where it lies along the chunk, and to the left of it: least and greatest, metres.
    x: (f64, f64),
    y: (f64, f64),
}

impl Near {
    /// The square of a lower bound of the distance between two edges, their radii left out.
    fn apart_2(&self, other: &Self) -> f64 {
        let gap = |a: (f64, f64), b: (f64, f64)| (a.0 - b.1).max(b.0 - a.1).max(0.0);
        let (along, across) = (gap(self.x, other.x), gap(self.y, other.y));
        along * along + across * across
    }
}

#[derive(Clone, Copy, Debug)]
struct Beside {
    from_line_m: f64,
    near: u32,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    line: Segment,
    from_m: f64,
    length_m: f64,
    piece: usize,
    /// Whether the piece begins or ends here.
    is_first: bool,
    is_last: bool,
    /// Whether the lane ends here.
    is_end: bool,
}

/// Measures one lane against everything that stands in the field.
///
/// `limits_m` are the widths below which stretches are wanted; `search_m`, no less than any of them, is the widest gap
/// of interest: wider ones are not reported, so that no thing farther than that from the line is looked at. Exact to rounding; stretches to a centimetre. The time is that
/// of one query of the index a chunk of 20 m and of the pairs whose distances from the line add up to less than the
/// narrowest gap found.
pub fn measure_gaps(
    field: &Field,
    lane: &LaneLine<'_>,
    limits_m: &[f64],
    search_m: f64,
    scratch: &mut Scratch,
) -> Gaps {
    let mut gaps = Gaps {
        pieces: vec![None; lane.cuts.len().saturating_sub(1)],
        stretches: vec![Vec::new(); limits_m.len()],
        narrowing: Vec::new(),
        met: Vec::new(),
    };
    let Scratch { near, left, right, chunks, dropped, around, narrow } = scratch;
    lay_chunks(lane, chunks);
    dropped.clear();
    around.clear();
    narrow.clear();
    let mut open = Open { dropped, around };
    for chunk in chunks.iter() {
        meet(field, lane, chunk, &mut gaps.met, &mut open);
    }
    open.along_continuation(field, lane);
    gaps.met.sort_by(|a, b| a.at_m.total_cmp(&b.at_m).then(a.thing.cmp(&b.thing)));
    let ends = [end_normal(lane, false, search_m), end_normal(lane, true, search_m)];
    let widest_limit = limits_m.iter().copied().fold(0.0, f64::max);
    for chunk in chunks.iter() {
        gather(field, lane, chunk, search_m, &ends, dropped, near);
        let best = &mut gaps.pieces[chunk.piece];
        sides(near, around, best.map_or(search_m, |g| g.width_m).max(widest_limit), left, right);
        for l in left.iter() {
            let bound = best.map_or(search_m, |g: Gap| g.width_m).max(widest_limit);
            let Some(closest_right) = right.first() else { break };
            if l.from_line_m + closest_right.from_line_m >= bound {
                break;
            }
            let from_left = &near[l.near as usize];
            let e = from_left.edge;
            for r in right.iter() {
                let bound = best.map_or(search_m, |g| g.width_m).max(widest_limit);
                if l.from_line_m + r.from_line_m >= bound {
                    break;
                }
                let from_right = &near[r.near as usize];
                let f = from_right.edge;
                let least = bound + e.radius_m + f.radius_m;
                if e.id == f.id || from_left.apart_2(from_right) >= least * least {
                    continue;
                }
                let Some((a, b)) = e.segment.closest(&f.segment) else { continue };
                let width_m = (distance(a, b) - e.radius_m - f.radius_m).max(0.0);
                if width_m >= bound {
                    continue;
                }
                let t = crossing(chunk, a, b);
                let found = t
                    .filter(|&t| {
                        separates(lane.coords, a, b) || (is_at_end(chunk, t) && is_between(lane, chunk, t, a, b))
                    })
                    .map(|t| gap_of(chunk, t, (a, b), (&e, &f)))
                    .filter(|gap| is_in_the_open(field, gap));
                if let Some(gap) = found
                    && best.is_none_or(|g| gap.width_m < g.width_m)
                {
                    *best = Some(gap);
                }
                if width_m < widest_limit && (t.is_none() || found.is_some()) {
                    stretch_below((field, lane), chunk, (&e, &f), found, limits_m, narrow);
                }
            }
        }
        for (is_cut, t) in [(chunk.is_first, 0.0), (chunk.is_last, 1.0)] {
            if is_cut {
                narrowest_through((field, lane), chunk, (t, search_m), (near, left, right), best);
            }
        }
        for met in around.iter() {
            if let Some(stretch) = divide(chunk, *met, near, &gaps.met) {
                if stretch.gap.width_m < best.map_or(search_m, |g| g.width_m) {
                    *best = Some(stretch.gap);
                }
                for (i, limit) in limits_m.iter().enumerate() {
                    if stretch.gap.width_m < *limit {
                        narrow.push((i, stretch));
                    }
                }
            }
        }
    }
    merge(narrow, &mut gaps);
    gaps
}

/// Cuts the lane at its vertices, at the ends of its pieces and at every [`CHUNK_M`].
fn lay_chunks(lane: &LaneLine<'_>, chunks: &mut Vec<Chunk>) {
    chunks.clear();
    let mut at_m = 0.0;
    let mut piece = 0;
    let last_piece = lane.cuts.len().saturating_sub(2);
    let mut is_first = true;
    for pair in lane.coords[lane.own.0..=lane.own.1].windows(2) {
        let whole = Segment { a: pair[0], b: pair[1] };
        let length = whole.length();
        if length <= TINY {
            continue;
        }
        let mut done = 0.0;
        while done < length - TINY {
            let to_cut = if piece < last_piece { lane.cuts[piece + 1] - at_m } else { f64::INFINITY };
            let steps = ((length - done) / CHUNK_M).ceil().max(1.0);
            let step = ((length - done) / steps).min(to_cut);
            if step <= TINY {
                piece += 1;
                is_first = true;
                if let Some(last) = chunks.last_mut() {
                    last.is_last = true;
                }
                continue;
            }
            let line = Segment {
                a: along(whole.a, whole.b, done / length),
                b: along(whole.a, whole.b, ((done + step) / length).min(1.0)),
            };
            chunks.push(Chunk { line, from_m: at_m, length_m: step, piece, is_first, is_last: false, is_end: false });
            is_first = false;
            done += step;
            at_m += step;
        }
    }
    if let Some(last) = chunks.last_mut() {
        last.is_last = true;
        last.is_end = true;
    }
}

/// The line square to the lane at a closed end: `(end, a point to the left of it seen along the lane outwards)`.
///
/// `None` when the end is open, or when the lane itself comes back to the ground ahead of its end.
fn end_normal(lane: &LaneLine<'_>, is_last: bool, search_m: f64) -> Option<(Coord<f64>, Coord<f64>)> {
    let own = &lane.coords[lane.own.0..=lane.own.1];
    let (is_closed, end) = if is_last { (lane.closed.1, *own.last()?) } else { (lane.closed.0, *own.first()?) };
    if !is_closed {
        return None;
    }
    let far_enough = |p: &&Coord<f64>| distance(**p, end) > TINY;
    let before =
        if is_last { own.iter().rev().find(far_enough).copied() } else { own.iter().find(far_enough).copied() }?;
    let d = minus(end, before);
    let comes_back =
        own.iter().any(|p| distance(*p, end) < 3.0 * search_m && dot(minus(*p, end), d) > TINY * dot(d, d));
    (!comes_back).then_some((end, Coord { x: end.x - d.y, y: end.y + d.x }))
}

/// Collects the edges that bound the lane near a chunk, with a lower bound of their distances from it.
fn gather(
    field: &Field,
    lane: &LaneLine<'_>,
    chunk: &Chunk,
    search_m: f64,
    ends: &[Option<(Coord<f64>, Coord<f64>)>; 2],
    dropped: &[u32],
    near: &mut Vec<Near>,
) {
    near.clear();
    let reach = 2.0 * search_m;
    let d = minus(chunk.line.b, chunk.line.a);
    let scale = 1.0 / chunk.length_m;
    let ends = ends.map(|end| end.filter(|(at, _)| chunk.line.distance_to(*at) < reach));
    field.visit(&Box2::around(chunk.line.a, chunk.line.b, search_m), |edge| {
        if !edge.is_side || edge.level != lane.level {
            return;
        }
        let mut edge = *edge;
        for (end, square) in ends.iter().flatten() {
            match edge.segment.left_of(*end, *square) {
                Some(behind) => edge.segment = behind,
                None => return,
            }
        }
        // In the chunk's own frame: x along it, y to the left.
        let (a, b) = (minus(edge.segment.a, chunk.line.a), minus(edge.segment.b, chunk.line.a));
        let (xa, xb) = (dot(d, a) * scale, dot(d, b) * scale);
        let (ya, yb) = (cross(d, a) * scale, cross(d, b) * scale);
        let (x, y) = ((xa.min(xb), xa.max(xb)), (ya.min(yb), ya.max(yb)));
        let beside = (x.0 - chunk.length_m).max(-x.1).max(0.0);
        let across = y.0.max(-y.1).max(0.0);
        let least = edge.radius_m + search_m;
        if beside * beside + across * across > least * least || dropped.contains(&edge.id) {
            return;
        }
        let from_line_m = ((beside * beside + across * across).sqrt() - edge.radius_m).max(0.0);
        near.push(Near { edge, from_line_m, x, y });
    });
}

/// Sorts what is near into what reaches to the left and what reaches to the right of a chunk, nearest first; what is too
/// far from the line for a gap below `bound_m` with anything on the other side is left out.
fn sides(near: &[Near], around: &[u32], bound_m: f64, left: &mut Vec<Beside>, right: &mut Vec<Beside>) {
    left.clear();
    right.clear();
    let mut nearest = [f64::INFINITY; 2];
    for (i, n) in near.iter().enumerate() {
        if around.contains(&n.edge.thing) {
            continue;
        }
        let beside =
            Beside { from_line_m: n.from_line_m, near: u32::try_from(i).expect("a chunk has few edges near it") };
        if n.y.1 > 0.0 {
            left.push(beside);
            nearest[0] = nearest[0].min(n.from_line_m);
        }
        if n.y.0 < 0.0 {
            right.push(beside);
            nearest[1] = nearest[1].min(n.from_line_m);
        }
    }
    left.retain(|beside| beside.from_line_m + nearest[1] < bound_m);
    right.retain(|beside| beside.from_line_m + nearest[0] < bound_m);
    let order = |x: &Beside, y: &Beside| {
        let id = |b: &Beside| near[b.near as usize].edge.id;
        x.from_line_m.total_cmp(&y.from_line_m).then_with(|| id(x).cmp(&id(y)))
    };
    left.sort_unstable_by(order);
    right.sort_unstable_by(order);
}

/// Where on a chunk, 0 to 1, the line from `a` on its left to `b` on its right crosses it.
fn crossing(chunk: &Chunk, a: Coord<f64>, b: Coord<f64>) -> Option<f64> {
    let (p, q) = (chunk.line.a, chunk.line.b);
    let (sa, sb) = (side(p, q, a), side(p, q, b));
    if sa < 0.0 || sb > 0.0 || sa - sb <= 0.0 {
        return None;
    }
    let at = along(a, b, sa / (sa - sb));
    let d = minus(q, p);
    let t = dot(minus(at, p), d) / dot(d, d);
    let slack = TINY / chunk.length_m;
    (t >= -slack && t <= 1.0 + slack).then(|| t.clamp(0.0, 1.0))
}

/// Whether a line's two ends lie on different sides of the lane: it crosses the lane's line an odd number of times.
fn separates(coords: &[Coord<f64>], a: Coord<f64>, b: Coord<f64>) -> bool {
    let mut is_odd = false;
    let mut before = side(a, b, coords[0]) >= 0.0;
    for pair in coords.windows(2) {
        let now = side(a, b, pair[1]) >= 0.0;
        if now != before && (side(pair[0], pair[1], a) >= 0.0) != (side(pair[0], pair[1], b) >= 0.0) {
            is_odd = !is_odd;
        }
        before = now;
    }
    is_odd
}

/// Whether a gap lies outside the thing on both of its sides: where the lane runs through a building, the building's own
/// outer walls are no measure of the passage.
fn is_in_the_open(field: &Field, gap: &Gap) -> bool {
    let [left, right] = gap.things;
    let has_ground = matches!(field.thing(left).what, What::Building(_) | What::Water(_));
    left != right || !has_ground || !field.is_inside(left, gap.at, MEETS_M)
}

fn gap_of(chunk: &Chunk, t: f64, (a, b): (Coord<f64>, Coord<f64>), (e, f): (&Edge, &Edge)) -> Gap {
    let length = distance(a, b);
    let width_m = (length - e.radius_m - f.radius_m).max(0.0);
    let shorten = |from, to, by: f64| if length > 0.0 { along(from, to, (by / length).min(1.0)) } else { from };
    Gap {
        width_m,
        left: shorten(a, b, e.radius_m),
        right: shorten(b, a, f.radius_m),
        at: along(chunk.line.a, chunk.line.b, t),
        at_m: chunk.from_m + t * chunk.length_m,
        things: [e.thing, f.thing],
    }
}

/// Improves a piece's narrowest gap by the lines through one of its ends.
fn narrowest_through(
    (field, lane): (&Field, &LaneLine<'_>),
    chunk: &Chunk,
    (t, search_m): (f64, f64),
    (near, left, right): (&[Near], &[Beside], &[Beside]),
    best: &mut Option<Gap>,
) {
    let p = along(chunk.line.a, chunk.line.b, t);
    for l in left {
        let bound = best.map_or(search_m, |g| g.width_m);
        let Some(closest_right) = right.first() else { return };
        if l.from_line_m + closest_right.from_line_m >= bound {
            return;
        }
        let e = &near[l.near as usize].edge;
        let from_e = (e.segment.distance_to(p) - e.radius_m).max(0.0);
        if from_e + closest_right.from_line_m >= bound {
            continue;
        }
        for r in right {
            let bound = best.map_or(search_m, |g| g.width_m);
            if from_e + r.from_line_m >= bound {
                break;
            }
            let f = &near[r.near as usize].edge;
            if e.id == f.id || from_e + f.segment.distance_to(p) - f.radius_m >= bound {
                continue;
            }
            let Some((a, b)) = chord_through(p, &e.segment, &f.segment) else { continue };
            let gap = gap_of(chunk, t, (a, b), (e, f));
            if gap.width_m < bound && is_between(lane, chunk, t, a, b) && is_in_the_open(field, &gap) {
                *best = Some(gap);
            }
        }
    }
}

/// Whether a place lies at one of the chunk's ends: a line through it meets the lane's line at a vertex, where rounding
/// decides on which side of the line the vertex lies.
fn is_at_end(chunk: &Chunk, t: f64) -> bool {
    let slack = 1e-6 / chunk.length_m;
    t <= slack || t >= 1.0 - slack
}

/// Whether a line through a place on a chunk has its ends on different sides of the lane.
///
/// The line is moved a micrometre into the chunk, so that it crosses inside a segment and not at a vertex.
fn is_between(lane: &LaneLine<'_>, chunk: &Chunk, t: f64, a: Coord<f64>, b: Coord<f64>) -> bool {
    let push = if t < 0.5 { 1e-6 } else { -1e-6 } / chunk.length_m;
    let d = minus(chunk.line.b, chunk.line.a);
    let moved = |q: Coord<f64>| Coord { x: q.x + d.x * push, y: q.y + d.y * push };
    separates(lane.coords, moved(a), moved(b))
}

/// Notes where on a chunk the lines between two edges are shorter than each limit.
///
/// The lines no longer than a limit form a convex set, so the places where they cross the chunk form one interval,
/// which contains the crossing of the shortest line or the end of the chunk nearest to it.
fn stretch_below(
    (field, lane): (&Field, &LaneLine<'_>),
    chunk: &Chunk,
    (e, f): (&Edge, &Edge),
    found: Option<Gap>,
    limits_m: &[f64],
    narrow: &mut Vec<(usize, Stretch)>,
) {
    let gap_at = |t: f64| {
        let p = along(chunk.line.a, chunk.line.b, t);
        chord_through(p, &e.segment, &f.segment).map(|ends| gap_of(chunk, t, ends, (e, f)))
    };
    let (start, least) = match found {
        Some(gap) => (((gap.at_m - chunk.from_m) / chunk.length_m).clamp(0.0, 1.0), gap),
        None => {
            let ends = [0.0, 1.0].map(|t| gap_at(t).map(|gap| (t, gap)));
            let shortest = ends.into_iter().flatten().min_by(|x, y| x.1.width_m.total_cmp(&y.1.width_m));
            let Some((t, gap)) = shortest else { return };
            if !is_between(lane, chunk, t, gap.left, gap.right) || !is_in_the_open(field, &gap) {
                return;
            }
            (t, gap)
        }
    };
    for (i, &limit) in limits_m.iter().enumerate() {
        if least.width_m >= limit {
            continue;
        }
        // No line through a place is shorter than the two ways from it.
        let may_be_below = |t: f64| {
            let p = along(chunk.line.a, chunk.line.b, t);
            e.segment.distance_to(p) + f.segment.distance_to(p) - e.radius_m - f.radius_m < limit
        };
        let is_below = |t: f64| may_be_below(t) && gap_at(t).is_some_and(|gap| gap.width_m < limit);
        let reach = |end: f64| {
            if is_below(end) {
                return end;
            }
            let (mut inside, mut outside) = (start, end);
            while (outside - inside).abs() * chunk.length_m > STRETCH_M {
                let middle = (inside + outside) / 2.0;
                if is_below(middle) { inside = middle } else { outside = middle }
            }
            inside
        };
        let (from, to) = (reach(0.0), reach(1.0));
        let at = |t: f64| chunk.from_m + t * chunk.length_m;
        narrow.push((i, Stretch { from_m: at(from), to_m: at(to), gap: least }));
    }
}

/// Joins overlapping stretches of each limit, keeping the narrowest gap, and of the last limit what narrows them.
fn merge(narrow: &mut [(usize, Stretch)], gaps: &mut Gaps) {
    let Gaps { stretches, narrowing, .. } = gaps;
    let last_limit = stretches.len().saturating_sub(1);
    narrow.sort_by(|(i, a), (j, b)| {
        i.cmp(j).then(a.from_m.total_cmp(&b.from_m)).then(a.gap.width_m.total_cmp(&b.gap.width_m))
    });
    for &(limit, stretch) in narrow.iter() {
        match stretches[limit].last_mut() {
            Some(last) if stretch.from_m <= last.to_m + 2.0 * STRETCH_M => {
                last.to_m = last.to_m.max(stretch.to_m);
                if stretch.gap.width_m < last.gap.width_m {
                    last.gap = stretch.gap;
                }
            }
            _ => {
                stretches[limit].push(stretch);
                if limit == last_limit {
                    narrowing.push(Vec::new());
                }
            }
        }
        if let Some(things) = narrowing.last_mut().filter(|_| limit == last_limit) {
            things.extend(stretch.gap.things);
        }
    }
    for things in narrowing {
        things.sort_unstable();
        things.dedup();
    }
}

#[cfg(test)]
mod tests;
