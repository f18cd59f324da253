//! Bends along a line: where the heading changes by more than an angle within a short way.

use geo_types::Coord;

use super::plane::{cross, distance, dot, minus};

/// Vertices nearer than this belong to one bend, metres: about the wheelbase of an engine.
pub(crate) const ONE_BEND_M: f64 = 5.0;

/// One bend of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    /// Its middle, metres along the line.
    pub at_m: f64,
    /// The same as a place: the vertex with the greatest deflection.
    pub at: Coord<f64>,
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
/// Deflections at vertices within 5 m of each other are one bend with the sum of them. O(n).
pub fn bends(line: &[Coord<f64>], from_m: f64, to_m: f64, least_deg: f64) -> Vec<Bend> {
    let mut vertices: Vec<Vertex> = Vec::new();
    let mut done = 0.0;
    let points: Vec<Coord<f64>> = {
        let mut points = line.to_vec();
        points.dedup();
        points
    };
    for w in points.windows(3) {
        done += distance(w[0], w[1]);
        let (before, after) = (unit(minus(w[1], w[0])), unit(minus(w[2], w[1])));
        let angle = cross(before, after).atan2(dot(before, after)).to_degrees();
        if done > from_m && done < to_m {
            vertices.push(Vertex { at_m: done, at: w[1], angle, before, after });
        }
    }
    let mut bends = Vec::new();
    let mut start = 0;
    while start < vertices.len() {
        let mut end = start + 1;
        while end < vertices.len()
            && vertices[end].at_m - vertices[end - 1].at_m < ONE_BEND_M
            && vertices[end].angle.signum() == vertices[start].angle.signum()
        {
            end += 1;
        }
        let run = &vertices[start..end];
        let angle_deg = run.iter().map(|v| v.angle).sum::<f64>().abs();
        if angle_deg >= least_deg
            && let Some(sharpest) = run.iter().max_by(|a, b| a.angle.abs().total_cmp(&b.angle.abs()))
        {
            let headings = (run[0].before, run[run.len() - 1].after);
            bends.push(Bend { at_m: sharpest.at_m, at: sharpest.at, angle_deg, headings });
        }
        start = end;
    }
    bends
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
    }

    #[test]
    fn a_slight_bend_is_none() {
        let line = [(0.0, 0.0), (20.0, 0.0), (40.0, 5.0)].map(|(x, y)| Coord { x, y });
        assert!(bends(&line, 0.0, 100.0, 30.0).is_empty());
    }
}
