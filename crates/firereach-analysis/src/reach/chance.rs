//! The chance to arrive in time when travel times scatter.

/// The chance that `fixed_s` and a travel time around `travel_s` are together at most `limit_s`.
///
/// The travel time is lognormal with the mean `travel_s` and the coefficient of variation `cv`; the fixed part does not
/// scatter. Without scatter, or without travel, the answer is 0 or 1.
///
/// # Source
///
/// RULES 14, DR-12. The normal distribution function is that of Abramowitz and Stegun (1964), 7.1.26, with an error below
/// 1.5e-7.
pub fn arrive_in_time_prob(travel_s: f64, fixed_s: f64, limit_s: f64, cv: f64) -> f64 {
    let left = limit_s - fixed_s;
    if left < 0.0 {
        return 0.0;
    }
    if travel_s <= 0.0 || cv <= 0.0 {
        return if travel_s <= left { 1.0 } else { 0.0 };
    }
    if left == 0.0 {
        return 0.0;
    }
    let variance = (1.0 + cv * cv).ln();
    let mean = travel_s.ln() - variance / 2.0;
    let z = (left.ln() - mean) / variance.sqrt();
    0.5 * (1.0 + error_function(z / std::f64::consts::SQRT_2))
}

fn error_function(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let value = 1.0 - series.iter().fold(0.0, |sum, a| (sum + a) * t) * (-x * x).exp();
    value.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_scatter_one_arrives_or_does_not() {
        assert_eq!(arrive_in_time_prob(240.0, 60.0, 300.0, 0.0), 1.0);
        assert_eq!(arrive_in_time_prob(241.0, 60.0, 300.0, 0.0), 0.0);
    }

    #[test]
    fn a_travel_time_at_its_median_has_an_even_chance() {
        // The median of a lognormal is its mean divided by the root of 1 + cv^2.
        let median = 240.0 / (1.0f64 + 0.25 * 0.25).sqrt();
        assert!((arrive_in_time_prob(240.0, 60.0, 60.0 + median, 0.25) - 0.5).abs() < 1e-7);
    }

    #[test]
    fn one_standard_deviation_of_the_logarithm_is_84_percent() {
        let variance = (1.0f64 + 0.25 * 0.25).ln();
        let left = (240.0f64.ln() - variance / 2.0 + variance.sqrt()).exp();
        assert!((arrive_in_time_prob(240.0, 0.0, left, 0.25) - 0.841_344_75).abs() < 1e-6);
    }
}
