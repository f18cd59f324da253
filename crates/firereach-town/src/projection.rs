//! The working coordinate system of the synthetic towns: a transverse Mercator zone on the CGCS2000 ellipsoid.
//!
//! Own code, so that the towns need no projection library and the truth they state is independent of the one under test.

use geo_types::Coord;

/// Semi-major axis of CGCS2000 in metres.
const MAJOR_M: f64 = 6_378_137.0;
/// Inverse flattening of CGCS2000.
const INVERSE_FLATTENING: f64 = 298.257_222_101;
/// False easting of the zone in metres.
const FALSE_EASTING_M: f64 = 500_000.0;

/// A Gauss-Krüger zone of three degrees without a zone number in its eastings.
///
/// # Source
///
/// Krüger (1912), "Konforme Abbildung des Erdellipsoids in der Ebene", in the form of Karney (2011), "Transverse Mercator
/// with an accuracy of a few nanometers", equations 7 to 12 and 35, 36, to the fourth order of the third flattening: within
/// a three-degree zone the error is below a thousandth of a millimetre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussKrueger {
    /// Longitude of the central meridian in degrees.
    pub central_meridian_deg: f64,
}

struct Series {
    /// Radius of the rectifying sphere.
    radius_m: f64,
    /// First eccentricity.
    eccentricity: f64,
    forward: [f64; 4],
    backward: [f64; 4],
}

impl Series {
    fn of_ellipsoid() -> Self {
        let f = 1.0 / INVERSE_FLATTENING;
        let n = f / (2.0 - f);
        let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
        Self {
            radius_m: MAJOR_M / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0),
            eccentricity: (f * (2.0 - f)).sqrt(),
            forward: [
                n / 2.0 - 2.0 / 3.0 * n2 + 5.0 / 16.0 * n3 + 41.0 / 180.0 * n4,
                13.0 / 48.0 * n2 - 3.0 / 5.0 * n3 + 557.0 / 1440.0 * n4,
                61.0 / 240.0 * n3 - 103.0 / 140.0 * n4,
                49_561.0 / 161_280.0 * n4,
            ],
            backward: [
                n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - 1.0 / 360.0 * n4,
                1.0 / 48.0 * n2 + 1.0 / 15.0 * n3 - 437.0 / 1440.0 * n4,
                17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
                4397.0 / 161_280.0 * n4,
            ],
        }
    }

    /// Tangent of the conformal latitude from the tangent of the geodetic latitude.
    fn conformal(&self, tau: f64) -> f64 {
        let root = tau.hypot(1.0);
        let sigma = (self.eccentricity * (self.eccentricity * tau / root).atanh()).sinh();
        tau * sigma.hypot(1.0) - sigma * root
    }
}

impl GaussKrueger {
    /// Working coordinates (east, north) in metres of a longitude and latitude in degrees.
    pub fn forward(&self, lon_deg: f64, lat_deg: f64) -> Coord<f64> {
        let series = Series::of_ellipsoid();
        let lambda = (lon_deg - self.central_meridian_deg).to_radians();
        let tau = series.conformal(lat_deg.to_radians().tan());
        let (xi0, eta0) = (tau.atan2(lambda.cos()), (lambda.sin() / tau.hypot(lambda.cos())).asinh());
        let (mut xi, mut eta) = (xi0, eta0);
        for (j, a) in series.forward.iter().enumerate() {
            let k = 2.0 * (j + 1) as f64;
            xi += a * (k * xi0).sin() * (k * eta0).cosh();
            eta += a * (k * xi0).cos() * (k * eta0).sinh();
        }
        Coord { x: FALSE_EASTING_M + series.radius_m * eta, y: series.radius_m * xi }
    }

    /// Longitude and latitude in degrees of working coordinates (east, north) in metres.
    pub fn backward(&self, at: Coord<f64>) -> (f64, f64) {
        let series = Series::of_ellipsoid();
        let (xi0, eta0) = (at.y / series.radius_m, (at.x - FALSE_EASTING_M) / series.radius_m);
        let (mut xi, mut eta) = (xi0, eta0);
        for (j, b) in series.backward.iter().enumerate() {
            let k = 2.0 * (j + 1) as f64;
            xi -= b * (k * xi0).sin() * (k * eta0).cosh();
            eta -= b * (k * xi0).cos() * (k * eta0).sinh();
        }
        let conformal = xi.sin() / eta.sinh().hypot(xi.cos());
        let lambda = eta.sinh().atan2(xi.cos());
        let e2 = series.eccentricity * series.eccentricity;
        // Newton's method from the conformal latitude; it doubles the digits each time and starts with three.
        let mut tau = conformal;
        for _ in 0..6 {
            let reached = series.conformal(tau);
            let slope = (1.0 - e2) * tau.hypot(1.0) * reached.hypot(1.0) / (1.0 + (1.0 - e2) * tau * tau);
            tau += (conformal - reached) / slope;
        }
        (self.central_meridian_deg + lambda.to_degrees(), tau.atan().to_degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forward_and_backward_close_to_a_thousandth_of_a_millimetre() {
        let zone = GaussKrueger { central_meridian_deg: 105.0 };
        for (x, y) in [(500_000.0, 0.0), (613_500.0, 3_341_000.0), (380_000.0, 2_500_000.0), (640_000.0, 5_200_000.0)] {
            let (lon, lat) = zone.backward(Coord { x, y });
            let again = zone.forward(lon, lat);
            assert!((again.x - x).abs() < 1e-6 && (again.y - y).abs() < 1e-6, "{x} {y} came back as {again:?}");
        }
    }

    #[test]
    fn the_central_meridian_is_drawn_true_to_length() {
        let zone = GaussKrueger { central_meridian_deg: 105.0 };
        // The quarter meridian of this ellipsoid is 10 001 965.729 m.
        let pole = zone.forward(105.0, 90.0 - 1e-12);
        assert!((pole.y - 10_001_965.729).abs() < 0.002, "{pole:?}");
        assert!((pole.x - 500_000.0).abs() < 1e-6);
    }
}
