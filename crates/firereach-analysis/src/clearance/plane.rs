//! The few constructions in the plane on which the gaps rest: nearest points, crossings, chords through a point.

use geo_types::Coord;

/// A straight piece between two points; a single point when both are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) a: Coord<f64>,
    pub(crate) b: Coord<f64>,
}

pub(crate) fn minus(a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    Coord { x: a.x - b.x, y: a.y - b.y }
}

pub(crate) fn along(a: Coord<f64>, b: Coord<f64>, t: f64) -> Coord<f64> {
    Coord { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }
}

pub(crate) fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}

pub(crate) fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

pub(crate) fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let d = minus(a, b);
    // Distances within a city are neither so small nor so large that their squares would need care.
    dot(d, d).sqrt()
}

/// On which side of the line from `a` to `b` a point lies: positive on the left.
pub(crate) fn side(a: Coord<f64>, b: Coord<f64>, p: Coord<f64>) -> f64 {
    cross(minus(b, a), minus(p, a))
}

impl Segment {
    pub(crate) fn length(&self) -> f64 {
        distance(self.a, self.b)
    }

    /// The point of the segment nearest to `p`.
    pub(crate) fn nearest(&self, p: Coord<f64>) -> Coord<f64> {
        let d = minus(self.b, self.a);
        let squared = dot(d, d);
        if squared == 0.0 {
            return self.a;
        }
        along(self.a, self.b, (dot(minus(p, self.a), d) / squared).clamp(0.0, 1.0))
    }

    pub(crate) fn distance_to(&self, p: Coord<f64>) -> f64 {
        distance(self.nearest(p), p)
    }

    /// Whether the two segments have a point in common, touching included.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let (s1, s2) = (side(self.a, self.b, other.a), side(self.a, self.b, other.b));
        let (s3, s4) = (side(other.a, other.b, self.a), side(other.a, other.b, self.b));
        if s1 * s2 < 0.0 && s3 * s4 < 0.0 {
            return true;
        }
        let within = |s: &Self, p: Coord<f64>| {
            p.x >= s.a.x.min(s.b.x) && p.x <= s.a.x.max(s.b.x) && p.y >= s.a.y.min(s.b.y) && p.y <= s.a.y.max(s.b.y)
        };
        (s1 == 0.0 && within(self, other.a))
            || (s2 == 0.0 && within(self, other.b))
            || (s3 == 0.0 && within(other, self.a))
            || (s4 == 0.0 && within(other, self.b))
    }

    /// The nearest pair of points, the first on `self`; `None` when the segments meet.
    pub(crate) fn closest(&self, other: &Self) -> Option<(Coord<f64>, Coord<f64>)> {
        if self.meets(other) {
            return None;
        }
        let candidates = [
            (self.a, other.nearest(self.a)),
            (self.b, other.nearest(self.b)),
            (self.nearest(other.a), other.a),
            (self.nearest(other.b), other.b),
        ];
        let squared = |(p, q): &(Coord<f64>, Coord<f64>)| {
            let d = minus(*p, *q);
            dot(d, d)
        };
        let mut best = candidates[0];
        let mut least = squared(&best);
        for pair in &candidates[1..] {
            let now = squared(pair);
            if now < least {
                (best, least) = (*pair, now);
            }
        }
        Some(best)
    }

    /// The distance between two segments; zero when they meet.
    pub(crate) fn distance(&self, other: &Self) -> f64 {
        self.closest(other).map_or(0.0, |(p, q)| distance(p, q))
    }

    /// The part of the segment on the left of the line from `a` to `b`, or on it.
    pub(crate) fn left_of(&self, a: Coord<f64>, b: Coord<f64>) -> Option<Self> {
        let (sa, sb) = (side(a, b, self.a), side(a, b, self.b));
        match (sa >= 0.0, sb >= 0.0) {
            (true, true) => Some(*self),
            (false, false) => None,
            (true, false) => Some(Self { a: self.a, b: along(self.a, self.b, sa / (sa - sb)) }),
            (false, true) => Some(Self { a: along(self.a, self.b, sa / (sa - sb)), b: self.b }),
        }
    }
}

/// The shortest straight line from `e` to `f` that passes through `p`, with its two ends; `None` when no line does.
///
/// Seen from `p`, the way to a segment in direction `t` is `h / cos(t - t0)`, which is convex; so is the sum of the two
/// ways, and its least value is found by Newton's steps to far below a millimetre.
pub(crate) fn chord_through(p: Coord<f64>, e: &Segment, f: &Segment) -> Option<(Coord<f64>, Coord<f64>)> {
    use std::f64::consts::{PI, TAU};
    let bearing = |q: Coord<f64>| (q.y - p.y).atan2(q.x - p.x);
    let span = |s: &Segment, turn: f64| {
        let (from, to) = (bearing(s.a) + turn, bearing(s.b) + turn);
        // The segment is seen under less than half a turn, because p is not on it.
        let sweep = (to - from + PI).rem_euclid(TAU) - PI;
        if sweep >= 0.0 { (from, sweep) } else { (from + sweep, -sweep) }
    };
    if e.distance_to(p) < 1e-9 || f.distance_to(p) < 1e-9 {
        return None;
    }
    let (e_from, e_sweep) = span(e, 0.0);
    let (f_from, f_sweep) = span(f, PI);
    // Bring f's span beside e's, then cut them.
    let shift = (f_from - e_from + PI).rem_euclid(TAU) - PI;
    let mut overlap: Option<(f64, f64)> = None;
    for start in [shift, shift + TAU, shift - TAU] {
        let (lo, hi) = (start.max(0.0), (start + f_sweep).min(e_sweep));
        if hi >= lo - 1e-12 {
            overlap = Some((e_from + lo, e_from + hi.max(lo)));
            break;
        }
    }
    let (mut lo, mut hi) = overlap?;
    let hit = |s: &Segment, angle: f64, sign: f64| {
        let u = Coord { x: angle.cos() * sign, y: angle.sin() * sign };
        let d = minus(s.b, s.a);
        let denominator = cross(u, d);
        let reach =
            if denominator.abs() < 1e-15 { distance(s.nearest(p), p) } else { cross(minus(s.a, p), d) / denominator };
        Coord { x: p.x + u.x * reach, y: p.y + u.y * reach }
    };
    let ends = |angle: f64| (e.nearest(hit(e, angle, 1.0)), f.nearest(hit(f, angle, -1.0)));
    let length = |angle: f64| {
        let (a, b) = ends(angle);
        distance(a, b)
    };
    // The ways are h / cos(t - t0) each, h the distance of the wall's line and t0 the bearing of its foot.
    let foot = |s: &Segment, sign: f64| {
        let d = minus(s.b, s.a);
        let squared = dot(d, d);
        if squared == 0.0 {
            return None;
        }
        let to = along(s.a, s.b, dot(minus(p, s.a), d) / squared);
        let (x, y) = ((to.x - p.x) * sign, (to.y - p.y) * sign);
        Some((x.hypot(y), y.atan2(x)))
    };
    let feet = [foot(e, 1.0), foot(f, -1.0)];
    let slope = |angle: f64| {
        feet.iter().flatten().fold((0.0, 0.0), |(first, second), (h, at)| {
            let (sin, cos) = (angle - at).sin_cos();
            (first + h * sin / (cos * cos), second + h * (1.0 + sin * sin) / (cos * cos * cos))
        })
    };
    // Where the way only grows, or only shrinks, across the span, one of its ends is best.
    if slope(lo).0 >= 0.0 {
        return Some(ends(lo));
    }
    if slope(hi).0 <= 0.0 {
        return Some(ends(hi));
    }
    let mut middle = (lo + hi) / 2.0;
    // Newton's steps on the slope of a convex function, by halves where a step would leave the span.
    for _ in 0..60 {
        if hi - lo <= 1e-9 {
            break;
        }
        let (first, second) = slope(middle);
        if first > 0.0 {
            hi = middle;
        } else {
            lo = middle;
        }
        let next = middle - first / second;
        let is_inside = next > lo && next < hi;
        let step = if is_inside { next } else { (lo + hi) / 2.0 };
        if (step - middle).abs() < 1e-11 {
            break;
        }
        middle = step;
    }
    let best = [lo, middle, hi].into_iter().min_by(|a, b| length(*a).total_cmp(&length(*b)))?;
    Some(ends(best))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seg(ax: f64, ay: f64, bx: f64, by: f64) -> Segment {
        Segment { a: Coord { x: ax, y: ay }, b: Coord { x: bx, y: by } }
    }

    #[test]
    fn the_shortest_line_between_parallel_walls_is_square_to_them() {
        let chord = chord_through(Coord { x: 0.0, y: 1.0 }, &seg(-9.0, 3.0, 9.0, 3.0), &seg(9.0, -2.0, -9.0, -2.0));
        let (a, b) = chord.expect("a line through the point meets both walls");
        assert!((distance(a, b) - 5.0).abs() < 1e-9, "{a:?} {b:?}");
    }

    #[test]
    fn a_line_to_a_post_is_the_one_through_the_point() {
        let post = seg(0.0, 3.0, 0.0, 3.0);
        let (a, b) = chord_through(Coord { x: 0.0, y: 0.0 }, &post, &seg(-5.0, -1.0, 5.0, -1.0))
            .expect("the wall lies opposite");
        assert!((distance(a, b) - 4.0).abs() < 1e-9);
        assert!(chord_through(Coord { x: 0.0, y: 0.0 }, &post, &seg(1.0, -1.0, 5.0, -1.0)).is_none());
    }

    #[test]
    fn segments_that_touch_have_no_distance() {
        assert_eq!(seg(0.0, 0.0, 4.0, 0.0).distance(&seg(2.0, 0.0, 2.0, 5.0)), 0.0);
        assert_eq!(seg(0.0, 0.0, 4.0, 0.0).distance(&seg(6.0, 0.0, 9.0, 0.0)), 2.0);
    }
}
