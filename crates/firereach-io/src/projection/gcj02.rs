//! The shifted coordinates of Chinese public maps: GCJ-02, and BD-09 on top of it.
//!
//! Neither has a definition in PROJ. The forward formula and its constants are public knowledge; the inverse is found by
//! iteration. Longitudes and latitudes are in degrees.

use std::f64::consts::PI;

/// Semi-major axis of the ellipsoid in the formula, metres.
const SEMI_MAJOR_M: f64 = 6_378_245.0;
/// Square of its first eccentricity.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// Where an inverse stops, degrees: about a hundredth of a millimetre.
const CLOSE_ENOUGH: f64 = 1e-10;
/// Rounds after which an inverse stops in any case; four or five suffice.
const MOST_ROUNDS: usize = 30;

/// A coarse outline of the land where the shift is applied: the mainland and Hainan with a margin at sea.
///
/// It is drawn inside the neighbours rather than around them: the box that is often used instead holds Hanoi, Seoul,
/// Ulaanbaatar and Almaty. Within some tens of kilometres of a land border it decides nothing reliably.
const LAND: &[(f64, f64)] = &[
    (73.5, 39.4),
    (74.8, 40.5),
    (76.3, 40.4),
    (78.0, 41.1),
    (80.2, 42.1),
    (80.3, 43.1),
    (80.8, 43.2),
    (80.4, 44.7),
    (79.9, 44.9),
    (82.5, 45.2),
    (82.3, 45.5),
    (83.0, 47.2),
    (85.5, 47.1),
    (85.7, 48.4),
    (87.0, 49.1),
    (87.8, 49.1),
    (88.6, 48.2),
    (90.0, 47.8),
    (90.9, 46.9),
    (91.0, 45.2),
    (93.5, 44.9),
    (95.4, 44.3),
    (96.4, 42.7),
    (99.5, 42.6),
    (101.8, 42.5),
    (105.0, 41.6),
    (107.5, 42.4),
    (109.5, 42.5),
    (111.9, 43.8),
    (111.5, 44.3),
    (112.0, 45.1),
    (113.6, 44.8),
    (114.5, 45.4),
    (116.2, 46.2),
    (117.4, 46.5),
    (119.7, 46.6),
    (119.9, 46.9),
    (118.0, 47.9),
    (115.6, 47.9),
    (116.7, 49.8),
    (117.8, 49.6),
    (119.3, 50.1),
    (119.3, 50.6),
    (120.1, 51.7),
    (120.8, 53.3),
    (123.6, 53.6),
    (125.6, 53.1),
    (126.9, 51.4),
    (127.5, 50.3),
    (127.6, 49.8),
    (129.5, 49.5),
    (130.7, 48.9),
    (130.9, 47.8),
    (132.5, 47.8),
    (134.8, 48.4),
    (134.0, 46.8),
    (133.1, 45.1),
    (131.9, 45.3),
    (131.0, 44.8),
    (131.2, 43.5),
    (130.5, 42.6),
    (129.8, 42.4),
    (128.1, 42.0),
    (126.9, 41.8),
    (126.1, 40.9),
    (124.4, 40.05),
    (124.0, 39.4),
    (123.0, 38.6),
    (123.2, 37.2),
    (121.5, 35.5),
    (122.6, 32.0),
    (123.4, 30.8),
    (122.8, 29.5),
    (122.0, 27.8),
    (120.6, 26.3),
    (119.9, 25.0),
    (118.7, 24.2),
    (117.3, 23.2),
    (115.0, 22.0),
    (113.5, 21.5),
    (111.5, 20.8),
    (111.5, 19.5),
    (110.2, 17.9),
    (108.5, 18.0),
    (108.2, 19.3),
    (109.0, 20.5),
    (108.5, 21.3),
    (107.9, 21.5),
    (107.0, 21.9),
    (106.6, 22.3),
    (106.7, 22.8),
    (105.3, 23.3),
    (104.0, 22.4),
    (102.5, 22.7),
    (101.7, 22.4),
    (101.7, 21.2),
    (100.1, 21.4),
    (99.2, 22.1),
    (99.4, 23.0),
    (98.7, 23.8),
    (97.5, 23.8),
    (97.6, 24.8),
    (98.7, 26.0),
    (98.6, 27.5),
    (97.4, 28.2),
    (95.4, 29.0),
    (93.0, 28.2),
    (91.6, 27.7),
    (90.0, 28.2),
    (88.9, 27.3),
    (88.1, 27.9),
    (86.0, 27.9),
    (84.1, 28.9),
    (82.0, 30.2),
    (81.0, 30.2),
    (79.0, 31.1),
    (78.6, 32.5),
    (78.2, 34.6),
    (77.8, 35.5),
    (75.9, 36.5),
    (74.6, 37.1),
    (74.9, 38.4),
    (73.8, 38.6),
];

/// Whether a place lies on the land where GCJ-02 is in force, by the coarse outline.
pub fn is_in_china(lon: f64, lat: f64) -> bool {
    let mut is_inside = false;
    let mut previous = LAND[LAND.len() - 1];
    for &corner in LAND {
        let ((x0, y0), (x1, y1)) = (previous, corner);
        if (y0 > lat) != (y1 > lat) && lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0 {
            is_inside = !is_inside;
        }
        previous = corner;
    }
    is_inside
}

/// GCJ-02 of a true place (WGS 84); the place itself outside China.
pub fn gcj02_from_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    if is_in_china(lon, lat) { shifted(lon, lat) } else { (lon, lat) }
}

/// The true place (WGS 84) of a GCJ-02 position; the position itself outside China.
pub fn wgs84_from_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let (true_lon, true_lat) = inverse((lon, lat), shifted);
    if is_in_china(true_lon, true_lat) { (true_lon, true_lat) } else { (lon, lat) }
}

/// BD-09 of a true place (WGS 84).
pub fn bd09_from_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = gcj02_from_wgs84(lon, lat);
    bent(lon, lat)
}

/// The true place (WGS 84) of a BD-09 position.
pub fn wgs84_from_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = inverse((lon, lat), bent);
    wgs84_from_gcj02(lon, lat)
}

/// The forward formula of GCJ-02 without regard to the land.
fn shifted(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |t: f64, terms: [(f64, f64); 2]| {
        terms.iter().map(|(size, period)| size * (t * PI / period).sin()).sum::<f64>() * 2.0 / 3.0
    };
    let ripple = waves(x, [(20.0, 1.0 / 6.0), (20.0, 0.5)]);
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + ripple
        + waves(y, [(20.0, 1.0), (40.0, 3.0)])
        + waves(y, [(160.0, 12.0), (320.0, 30.0)]);
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + ripple
        + waves(x, [(20.0, 1.0), (40.0, 3.0)])
        + waves(x, [(150.0, 12.0), (300.0, 30.0)]);
    let sine = lat.to_radians().sin();
    let squeeze = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (squeeze * squeeze.sqrt());
    let parallel_m = SEMI_MAJOR_M / squeeze.sqrt() * lat.to_radians().cos();
    (lon + (east_m / parallel_m).to_degrees(), lat + (north_m / meridian_m).to_degrees())
}

/// The forward formula of BD-09 from GCJ-02.
fn bent(lon: f64, lat: f64) -> (f64, f64) {
    const FREQUENCY: f64 = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * FREQUENCY).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * FREQUENCY).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

/// The place that `forward` moves to `target`.
fn inverse(target: (f64, f64), forward: fn(f64, f64) -> (f64, f64)) -> (f64, f64) {
    let (mut lon, mut lat) = target;
    for _ in 0..MOST_ROUNDS {
        let (x, y) = forward(lon, lat);
        let (dx, dy) = (x - target.0, y - target.1);
        (lon, lat) = (lon - dx, lat - dy);
        if dx.abs() < CLOSE_ENOUGH && dy.abs() < CLOSE_ENOUGH {
            break;
        }
    }
    (lon, lat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_near(found: (f64, f64), expected: (f64, f64), within_degrees: f64) {
        let (dx, dy) = (found.0 - expected.0, found.1 - expected.1);
        assert!(dx.abs() <= within_degrees && dy.abs() <= within_degrees, "{found:?} is not {expected:?}");
    }

    #[test]
    fn two_places_in_chongqing_come_back_from_gcj02() {
        check_near(wgs84_from_gcj02(106.57493, 29.55452), (106.571_238, 29.557_402), 1e-6);
        check_near(wgs84_from_gcj02(106.57708, 29.55773), (106.573_390, 29.560_613), 1e-6);
    }

    #[test]
    fn bd09_adds_about_six_thousandths_of_a_degree_to_gcj02() {
        let (gcj, bd) = (gcj02_from_wgs84(106.57, 29.55), bd09_from_wgs84(106.57, 29.55));
        check_near((bd.0 - gcj.0, bd.1 - gcj.1), (0.0065, 0.006), 6e-4);
    }

    #[test]
    fn neighbouring_capitals_are_not_in_china_and_chinese_cities_are() {
        let outside = [
            ("Hanoi", 105.85, 21.03),
            ("Ulaanbaatar", 106.92, 47.92),
            ("Vladivostok", 131.89, 43.12),
            ("Seoul", 126.98, 37.57),
            ("Pyongyang", 125.75, 39.03),
            ("Kathmandu", 85.32, 27.72),
            ("Almaty", 76.93, 43.24),
            ("Taipei", 121.56, 25.03),
            ("Delhi", 77.21, 28.61),
            ("Tokyo", 139.69, 35.69),
            ("Bishkek", 74.59, 42.87),
            ("Thimphu", 89.64, 27.47),
            ("Mandalay", 96.08, 21.97),
            ("Helsinki", 24.94, 60.17),
        ];
        for (name, lon, lat) in outside {
            assert!(!is_in_china(lon, lat), "{name}");
            assert_eq!(gcj02_from_wgs84(lon, lat), (lon, lat), "{name}");
            assert_eq!(wgs84_from_gcj02(lon, lat), (lon, lat), "{name}");
        }
        let inside = [
            ("Beijing", 116.40, 39.90),
            ("Shanghai", 121.47, 31.23),
            ("Chongqing", 106.55, 29.56),
            ("Urumqi", 87.62, 43.83),
            ("Lhasa", 91.11, 29.65),
            ("Harbin", 126.64, 45.76),
            ("Kunming", 102.83, 24.88),
            ("Haikou", 110.33, 20.04),
            ("Kashgar", 75.99, 39.47),
            ("Xiamen", 118.09, 24.48),
            ("Dalian", 121.61, 38.91),
            ("Hohhot", 111.75, 40.84),
            ("Mohe", 122.54, 52.97),
            ("Sanya", 109.51, 18.25),
            ("Yanji", 129.51, 42.89),
        ];
        for (name, lon, lat) in inside {
            assert!(is_in_china(lon, lat), "{name}");
        }
    }

    proptest! {
        /// 1e-11 degrees is about a thousandth of a millimetre.
        #[test]
        fn both_shifts_close(lon in 100.0..118.0, lat in 27.0..40.0) {
            let (gcj, bd) = (gcj02_from_wgs84(lon, lat), bd09_from_wgs84(lon, lat));
            prop_assert!((gcj.0 - lon).hypot(gcj.1 - lat) > 1e-4, "the shift is no identity");
            let (from_gcj, from_bd) = (wgs84_from_gcj02(gcj.0, gcj.1), wgs84_from_bd09(bd.0, bd.1));
            prop_assert!((from_gcj.0 - lon).abs() < 1e-11 && (from_gcj.1 - lat).abs() < 1e-11, "{from_gcj:?}");
            prop_assert!((from_bd.0 - lon).abs() < 1e-11 && (from_bd.1 - lat).abs() < 1e-11, "{from_bd:?}");
        }
    }
}
