//! Bends along a line: where the heading changes by more than an angle within a short way.

use geo_types::Coord;

use super::plane::{cross, distance, dot, minus};

/// Vertices within so much of the line belong to one bend, metres: about the wheelbase of an engine. What turns more slowly
/// is a curve that engines follow without their tightest turn.
pub(crate) const ONE_BEND_M: f64 = 5.0;

/// One bend of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    /// Its middle, metres along the line.
    pub at_m: f64,
    /// The same as a place: the vertex with the greatest deflection.
    pub at: Coord<f64>,
    /// Where the lines before and after it would meet.
    pub apex: Coord<f64>,
    /// Deflection, degrees, without a sign.
    pub angle_deg: f64,
    /// Heading before and after, unit vectors.
    pub headings: (Coord<f64>, Coord<f64>),
}

struct Vertex {
    at_m: f64,
    at: Coord<f64>,
    angle: f64,
    before: Coord<f64>,
    after: Coord<f64>,
}

/// The bends of at least `least_deg` that lie between two distances along a line, the ends themselves left out.
///
/// Deflections to one side within 5 m of the line are one bend with the sum of them; where such stretches overlap, the one
/// that turns most is taken first. O(n log n).
pub fn bends(line: &[Coord<f64>], from_m: f64, to_m: f64, least_deg: f64) -> Vec<Bend> {
    let vertices = vertices(line, from_m, to_m);
    let mut runs: Vec<(f64, usize, usize)> = Vec::new();
    for (start, first) in vertices.iter().enumerate() {
        let belongs = |v: &&Vertex| v.at_m - first.at_m <= ONE_BEND_M && v.angle.signum() == first.angle.signum();
        let run: Vec<&Vertex> = vertices[start..].iter().take_while(belongs).collect();
        let angle_deg = run.iter().map(|v| v.angle).sum::<f64>().abs();
        if angle_deg >= least_deg {
            runs.push((angle_deg, start, start + run.len()));
        }
    }
    runs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut is_taken = vec![false; vertices.len()];
    let mut bends: Vec<Bend> = Vec::new();
    for (angle_deg, start, end) in runs {
        if is_taken[start..end].contains(&true) {
            continue;
        }
        is_taken[start..end].fill(true);
        let run = &vertices[start..end];
        let Some(sharpest) = run.iter().max_by(|a, b| a.angle.abs().total_cmp(&b.angle.abs())) else { continue };
        let headings = (run[0].before, run[run.len() - 1].after);
        let apex = meeting((run[0].at, headings.0), (run[run.len() - 1].at, headings.1));
        let apex = apex.filter(|p| distance(*p, sharpest.at) <= ONE_BEND_M).unwrap_or(sharpest.at);
        bends.push(Bend { at_m: sharpest.at_m, at: sharpest.at, apex, angle_deg, headings });
    }
    bends.sort_by(|a, b| a.at_m.total_cmp(&b.at_m));
    bends
}

fn vertices(line: &[Coord<f64>], from_m: f64, to_m: f64) -> Vec<Vertex> {
    let mut points = line.to_vec();
    points.dedup();
    let mut vertices = Vec::new();
    let mut done = 0.0;
    for w in points.windows(3) {
        done += distance(w[0], w[1]);
        let (before, after) = (unit(minus(w[1], w[0])), unit(minus(w[2], w[1])));
        let angle = cross(before, after).atan2(dot(before, after)).to_degrees();
        if done > from_m && done < to_m {
            vertices.push(Vertex { at_m: done, at: w[1], angle, before, after });
        }
    }
    vertices
}

/// Where two lines meet, each given by a place and a heading; `None` where they run side by side.
fn meeting((p, u): (Coord<f64>, Coord<f64>), (q, v): (Coord<f64>, Coord<f64>)) -> Option<Coord<f64>> {
    let denominator = cross(u, v);
    if denominator.abs() < 1e-6 {
        return None;
    }
    let t = cross(minus(q, p), v) / denominator;
    Some(Coord { x: p.x + u.x * t, y: p.y + u.y * t })
}

fn unit(v: Coord<f64>) -> Coord<f64> {
    let length = v.x.hypot(v.y);
    Coord { x: v.x / length, y: v.y / length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertices_close_together_are_one_bend() {
        let line = [(0.0, 0.0), (20.0, 0.0), (22.0, 1.0), (23.0, 3.0), (23.0, 30.0)].map(|(x, y)| Coord { x, y });
        let found = bends(&line, 0.0, 100.0, 30.0);
        assert_eq!(found.len(), 1);
        assert!((found[0].angle_deg - 90.0).abs() < 1e-9);
        assert_eq!(found[0].apex, Coord { x: 23.0, y: 0.0 });
    }

    /// A quarter of a circle in steps of 2 m.
    fn quarter(radius_m: f64) -> Vec<Coord<f64>> {
        let steps = (radius_m * std::f64::consts::FRAC_PI_2 / 2.0).round();
        let on_circle = |i: f64| {
            let angle = i / steps * std::f64::consts::FRAC_PI_2;
            Coord { x: 50.0 + radius_m * angle.sin(), y: radius_m - radius_m * angle.cos() }
        };
        let mut line = vec![Coord { x: 0.0, y: 0.0 }];
        line.extend(std::iter::successors(Some(0.0), |i| (*i < steps).then_some(i + 1.0)).map(on_circle));
        line.push(Coord { x: 50.0 + radius_m, y: 100.0 });
        line
    }

    #[test]
    fn a_curve_of_thirty_metres_is_no_bend_and_one_of_six_is() {
        assert!(bends(&quarter(30.0), 0.0, 1000.0, 30.0).is_empty());
        assert!(!bends(&quarter(6.0), 0.0, 1000.0, 30.0).is_empty());
    }

    #[test]
    fn the_sharpest_turn_within_five_metres_is_the_bend() {
        // Ten degrees at 20 m, then twice twenty-five within 2 m, 4.5 m farther on.
        let turned = |deg: f64| Coord { x: deg.to_radians().cos(), y: deg.to_radians().sin() };
        let mut line = vec![Coord { x: 0.0, y: 0.0 }];
        for (length, deg) in [(20.0, 0.0), (4.5, 10.0), (2.0, 35.0), (30.0, 60.0)] {
            let (last, d) = (line[line.len() - 1], turned(deg));
            line.push(Coord { x: last.x + length * d.x, y: last.y + length * d.y });
        }
        let found = bends(&line, 0.0, 100.0, 30.0);
        assert_eq!(found.len(), 1);
        assert!((found[0].angle_deg - 50.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn a_slight_bend_is_none() {
        let line = [(0.0, 0.0), (20.0, 0.0), (40.0, 5.0)].map(|(x, y)| Coord { x, y });
        assert!(bends(&line, 0.0, 100.0, 30.0).is_empty());
    }
}
