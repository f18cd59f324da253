//! The steepest slope along a piece of a road, over a running length.

use geo_types::Coord;

use super::plane::distance;

/// The steepest slope in percent, without a sign, of any stretch of `run_m` whose middle lies between `from_m` and
/// `to_m` along the line; `None` where a height is missing.
///
/// Heights between two vertices are linear, so the steepest stretch begins or ends at a vertex, or has its middle at an
/// end of the piece. A road shorter than the running length is taken as a whole, one shorter than half of it has no
/// slope that means anything. O(n log n).
pub fn steepest(line: &[Coord<f64>], heights_m: &[Option<f64>], from_m: f64, to_m: f64, run_m: f64) -> Option<f64> {
    if heights_m.len() != line.len() || line.len() < 2 {
        return None;
    }
    let mut at = Vec::with_capacity(line.len());
    let mut done = 0.0;
    for (i, p) in line.iter().enumerate() {
        if i > 0 {
            done += distance(line[i - 1], *p);
        }
        at.push(done);
    }
    let total = done;
    if total < run_m / 2.0 {
        return None;
    }
    let run = run_m.min(total);
    let height = |m: f64| {
        let i = at.partition_point(|&a| a <= m).clamp(1, at.len() - 1);
        let (a, b) = (heights_m[i - 1]?, heights_m[i]?);
        let span = at[i] - at[i - 1];
        Some(if span > 0.0 { a + (b - a) * ((m - at[i - 1]) / span).clamp(0.0, 1.0) } else { b })
    };
    let slope_around = |middle: f64| {
        let start = (middle - run / 2.0).clamp(0.0, total - run);
        Some((height(start + run)? - height(start)?).abs() / run * 100.0)
    };
    let inner = at.iter().flat_map(|&a| [a - run / 2.0, a + run / 2.0]).filter(|m| *m > from_m && *m < to_m);
    let mut steepest: Option<f64> = None;
    for middle in [from_m, to_m].into_iter().chain(inner) {
        let slope = slope_around(middle)?;
        steepest = Some(steepest.map_or(slope, |s: f64| s.max(slope)));
    }
    steepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(xs: &[f64]) -> Vec<Coord<f64>> {
        xs.iter().map(|&x| Coord { x, y: 0.0 }).collect()
    }

    #[test]
    fn a_short_ramp_counts_with_the_level_road_around_it() {
        // 2 m up in 10 m between level roads: over a running length of 20 m that is 10 %.
        let heights = [Some(0.0), Some(0.0), Some(2.0), Some(2.0)];
        let slope = steepest(&line(&[0.0, 50.0, 60.0, 110.0]), &heights, 0.0, 110.0, 20.0);
        assert!(slope.is_some_and(|s| (s - 10.0).abs() < 1e-9), "{slope:?}");
    }

    #[test]
    fn a_piece_far_from_the_ramp_is_level() {
        let heights = [Some(0.0), Some(0.0), Some(2.0), Some(2.0)];
        assert_eq!(steepest(&line(&[0.0, 50.0, 60.0, 110.0]), &heights, 0.0, 30.0, 20.0), Some(0.0));
    }

    #[test]
    fn a_missing_height_leaves_the_slope_unknown() {
        assert_eq!(steepest(&line(&[0.0, 50.0]), &[Some(0.0), None], 0.0, 50.0, 20.0), None);
        assert_eq!(steepest(&line(&[0.0, 5.0]), &[Some(0.0), Some(1.0)], 0.0, 5.0, 20.0), None);
    }
}
