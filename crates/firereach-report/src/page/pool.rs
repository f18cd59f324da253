//! Texts and shapes that are said once and then called by their number.

use std::collections::{BTreeMap, HashMap};

use geo::Simplify;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::words::phrases::in_chinese;

/// Steps of a coordinate in one metre: a decimetre is less than a line's width at any scale of the page.
const STEPS_PER_METRE: f64 = 10.0;

/// The rings of an area or the one line of a way, each a place and the steps from it.
pub(super) type Shape = Vec<Vec<i32>>;

/// What the page's data refers to by number.
pub(super) struct Pool {
    origin: Coord<f64>,
    texts: Vec<String>,
    text_numbers: HashMap<String, usize>,
    reason_numbers: HashMap<String, usize>,
    chinese: BTreeMap<usize, String>,
    shapes: Vec<Shape>,
    shape_numbers: HashMap<Shape, usize>,
}

impl Pool {
    /// An empty pool; coordinates are counted from `origin`.
    pub(super) fn new(origin: Coord<f64>) -> Self {
        Self {
            origin,
            texts: Vec::new(),
            text_numbers: HashMap::new(),
            reason_numbers: HashMap::new(),
            chinese: BTreeMap::new(),
            shapes: Vec::new(),
            shape_numbers: HashMap::new(),
        }
    }

    /// The texts, the Chinese of some by their numbers, and the shapes.
    pub(super) fn into_parts(self) -> (Vec<String>, BTreeMap<usize, String>, Vec<Shape>) {
        (self.texts, self.chinese, self.shapes)
    }

    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> usize {
        if let Some(&number) = self.text_numbers.get(text) {
            return number;
        }
        let number = self.texts.len();
        self.texts.push(text.to_owned());
        self.text_numbers.insert(text.to_owned(), number);
        number
    }

    /// The number of a reason, which has a Chinese form as far as its pattern is known.
    pub(super) fn reason(&mut self, text: &str) -> usize {
        // Apart from other texts: a code may read like a reason, and stays a code in every language.
        if let Some(&number) = self.reason_numbers.get(text) {
            return number;
        }
        let chinese = in_chinese(text);
        if chinese == text {
            return self.text(text);
        }
        let number = self.texts.len();
        self.texts.push(text.to_owned());
        self.chinese.insert(number, chinese);
        self.reason_numbers.insert(text.to_owned(), number);
        number
    }

    /// A place in steps from the origin.
    pub(super) fn place(&self, at: Coord<f64>) -> [i32; 2] {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a study is smaller than 200 000 km; beyond that it saturates"
        )]
        let step = |value: f64| (value * STEPS_PER_METRE).round() as i32;
        [step(at.x - self.origin.x), step(at.y - self.origin.y)]
    }

    /// The number of a line, generalised to `tolerance_m`.
    pub(super) fn line(&mut self, line: &LineString<f64>, tolerance_m: f64) -> Option<usize> {
        let steps = self.steps(&line.simplify(tolerance_m));
        if steps.len() < 4 { None } else { Some(self.shape(vec![steps])) }
    }

    /// The number of an area, generalised to `tolerance_m`; rings one after the other, to be filled by the even-odd rule.
    pub(super) fn area(&mut self, area: &MultiPolygon<f64>, tolerance_m: f64) -> Option<usize> {
        let rings = area.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let rings: Shape =
            rings.map(|ring| self.steps(&ring.simplify(tolerance_m))).filter(|steps| steps.len() >= 6).collect();
        if rings.is_empty() { None } else { Some(self.shape(rings)) }
    }

    /// The number of a polygon.
    pub(super) fn polygon(&mut self, polygon: &Polygon<f64>, tolerance_m: f64) -> Option<usize> {
        self.area(&MultiPolygon(vec![polygon.clone()]), tolerance_m)
    }

    /// The number of a site's shape where it is an area.
    pub(super) fn outline(&mut self, shape: &Geometry<f64>, tolerance_m: f64) -> Option<usize> {
        match shape {
            Geometry::Polygon(polygon) => self.polygon(polygon, tolerance_m),
            Geometry::MultiPolygon(area) => self.area(area, tolerance_m),
            _ => None,
        }
    }

    fn shape(&mut self, rings: Shape) -> usize {
        if let Some(&number) = self.shape_numbers.get(&rings) {
            return number;
        }
        let number = self.shapes.len();
        self.shapes.push(rings.clone());
        self.shape_numbers.insert(rings, number);
        number
    }

    /// The first place, then the way from each to the next; places that fall together are said once.
    fn steps(&self, line: &LineString<f64>) -> Vec<i32> {
        let mut steps: Vec<i32> = Vec::with_capacity(line.0.len() * 2);
        let mut last: Option<[i32; 2]> = None;
        for &at in &line.0 {
            let here = self.place(at);
            match last {
                None => steps.extend(here),
                Some(before) if before == here => continue,
                Some(before) => steps.extend([here[0].wrapping_sub(before[0]), here[1].wrapping_sub(before[1])]),
            }
            last = Some(here);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::line_string;

    #[test]
    fn a_line_is_its_first_place_and_then_its_steps() {
        let mut pool = Pool::new(Coord { x: 100.0, y: 200.0 });
        let line = line_string![(x: 101.0, y: 200.0), (x: 102.0, y: 205.0), (x: 102.01, y: 205.01)];
        assert_eq!(pool.line(&line, 0.0), Some(0));
        assert_eq!(pool.line(&line, 0.0), Some(0), "said once");
        assert_eq!(pool.into_parts().2, [vec![vec![10, 0, 10, 50]]]);
    }

    #[test]
    fn a_line_that_shrinks_to_a_place_is_no_line() {
        let mut pool = Pool::new(Coord { x: 0.0, y: 0.0 });
        assert_eq!(pool.line(&line_string![(x: 1.0, y: 1.0), (x: 1.01, y: 1.0)], 0.0), None);
    }
}
