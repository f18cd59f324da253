//! From working metres to millimetres on the sheet.

use geo_types::{Coord, LineString, Polygon, Rect};

use super::drawing::Place;

/// The scales a map of a site may have, as denominators from the largest map to the smallest.
///
/// The first four are those of a site's sheet; the others are for sites too large for them.
pub const SCALES: &[u32] = &[500, 1000, 1500, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000];

/// A window on the ground at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The place in the middle of the window, working metres.
    pub centre: Coord<f64>,
    /// Metres on the ground for one metre on paper.
    pub scale: f64,
    /// Left, top, width and height of the window on the sheet, millimetres.
    pub window: [f64; 4],
}

impl View {
    /// The view of the largest of [`SCALES`] at which a box with a margin about it fits into the window.
    ///
    /// `margin` is the share of the window left free on each side.
    pub fn at_stated_scale(of: &Rect<f64>, window: [f64; 4], margin: f64) -> Self {
        let needed = denominator(of, window, margin);
        let scale = SCALES.iter().copied().map(f64::from).find(|scale| *scale >= needed);
        Self { centre: of.center(), scale: scale.unwrap_or_else(|| round_up(needed)), window }
    }

    /// The view whose scale is the next round number at which a box with a margin about it fits into the window.
    pub fn fitted(of: &Rect<f64>, window: [f64; 4], margin: f64) -> Self {
        Self { centre: of.center(), scale: round_up(denominator(of, window, margin)), window }
    }

    /// Where a place comes to lie on the sheet.
    pub fn place(&self, at: Coord<f64>) -> Place {
        let [x, y, width, height] = self.window;
        let mm = 1000.0 / self.scale;
        [x + width / 2.0 + (at.x - self.centre.x) * mm, y + height / 2.0 - (at.y - self.centre.y) * mm]
    }

    /// A length on the ground as millimetres on the sheet.
    pub fn millimetres(&self, metres: f64) -> f64 {
        metres * 1000.0 / self.scale
    }

    /// What of the ground the window shows.
    pub fn ground(&self) -> Rect<f64> {
        let metres = self.scale / 1000.0;
        let half = Coord { x: self.window[2] / 2.0 * metres, y: self.window[3] / 2.0 * metres };
        Rect::new(self.centre - half, self.centre + half)
    }

    /// Whether a place on the sheet lies in the window.
    pub fn shows(&self, [px, py]: Place) -> bool {
        let [x, y, width, height] = self.window;
        (x..=x + width).contains(&px) && (y..=y + height).contains(&py)
    }

    /// A line on the sheet.
    pub fn line(&self, line: &LineString<f64>) -> Vec<Place> {
        line.0.iter().map(|at| self.place(*at)).collect()
    }

    /// A polygon's rings on the sheet, the outer one first.
    pub fn rings(&self, polygon: &Polygon<f64>) -> Vec<Vec<Place>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| self.line(ring)).collect()
    }

    /// The parts of a line that the window shows, cut at its edges.
    pub fn visible(&self, line: &LineString<f64>) -> Vec<Vec<Place>> {
        let mut parts: Vec<Vec<Place>> = Vec::new();
        for side in self.line(line).windows(2) {
            let Some([from, to]) = self.cut(side[0], side[1]) else { continue };
            match parts.last_mut() {
                Some(part) if part.last() == Some(&from) => part.push(to),
                _ => parts.push(vec![from, to]),
            }
        }
        parts
    }

    /// The part of a straight piece that lies in the window (Liang and Barsky, 1984).
    fn cut(&self, from: Place, to: Place) -> Option<[Place; 2]> {
        let [x, y, width, height] = self.window;
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (step, room) in
            [(-dx, from[0] - x), (dx, x + width - from[0]), (-dy, from[1] - y), (dy, y + height - from[1])]
        {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                enter = enter.max(room / step);
            } else {
                leave = leave.min(room / step);
            }
        }
        let at = |t: f64| {
            if t == 0.0 {
                from
            } else if t == 1.0 {
                to
            } else {
                [from[0] + t * dx, from[1] + t * dy]
            }
        };
        (enter < leave).then(|| [at(enter), at(leave)])
    }
}

/// The scale at which a box just fits.
fn denominator(of: &Rect<f64>, window: [f64; 4], margin: f64) -> f64 {
    let free = 1.0 - 2.0 * margin;
    (of.width() * 1000.0 / (window[2] * free)).max(of.height() * 1000.0 / (window[3] * free)).max(1.0)
}

/// The next number of the series 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 and their tenfolds.
fn round_up(number: f64) -> f64 {
    let decade = 10.0_f64.powf(number.log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.iter().map(|step| step * decade).find(|round| *round >= number * (1.0 - 1e-12)).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(side_m: f64) -> Rect<f64> {
        Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: side_m, y: side_m })
    }

    #[test]
    fn the_largest_scale_that_shows_the_whole_site_is_taken() {
        // A window of 200 mm with a tenth free on each side holds 80 m at 1:500 and 160 m at 1:1000.
        let scale = |side| View::at_stated_scale(&square(side), [0.0, 0.0, 200.0, 200.0], 0.1).scale;
        assert_eq!([scale(10.0), scale(80.0), scale(81.0), scale(320.0)], [500.0, 500.0, 1000.0, 2000.0]);
    }

    #[test]
    fn a_metre_north_is_a_millimetre_up_at_one_to_a_thousand() {
        let view = View { centre: Coord { x: 100.0, y: 100.0 }, scale: 1000.0, window: [10.0, 10.0, 100.0, 100.0] };
        assert_eq!(view.place(Coord { x: 101.0, y: 101.0 }), [61.0, 59.0]);
    }

    #[test]
    fn a_line_is_cut_at_the_window() {
        let view = View { centre: Coord { x: 0.0, y: 0.0 }, scale: 1000.0, window: [0.0, 0.0, 100.0, 100.0] };
        let line = LineString::from(vec![(-100.0, 0.0), (100.0, 0.0), (100.0, 200.0), (0.0, 200.0), (0.0, 0.0)]);
        assert_eq!(view.visible(&line), [vec![[0.0, 50.0], [100.0, 50.0]], vec![[50.0, 0.0], [50.0, 50.0]]]);
    }

    #[test]
    fn a_free_scale_is_a_round_number() {
        assert_eq!([round_up(1001.0), round_up(1500.0), round_up(8700.0)], [1500.0, 1500.0, 10_000.0]);
    }
}
