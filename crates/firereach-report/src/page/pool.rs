//! Texts and shapes that are said once and then called by their number.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use geo::Simplify;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::sheet::Phrase;

/// Steps of a coordinate in one metre: a decimetre is less than a line's width at any scale of the page.
const STEPS_PER_METRE: f64 = 10.0;

/// The rings of an area or the one line of a way, each a place and the steps from it.
pub(super) type Shape = Vec<Vec<i32>>;

/// Things that are kept once, each under the number of its first appearance.
#[derive(Clone, Debug)]
pub(super) struct Numbered<T> {
    things: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { things: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    /// The number of a thing.
    pub(super) fn number(&mut self, thing: T) -> usize {
        if let Some(&number) = self.numbers.get(&thing) {
            return number;
        }
        let number = self.things.len();
        self.things.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }

    /// The things in the order of their numbers.
    pub(super) fn into_things(self) -> Vec<T> {
        self.things
    }
}

/// What the page's data refers to by number.
pub(super) struct Pool {
    origin: Coord<f64>,
    phrases: Numbered<(String, String)>,
    shapes: Numbered<Shape>,
}

impl Pool {
    /// An empty pool; coordinates are counted from `origin`.
    pub(super) fn new(origin: Coord<f64>) -> Self {
        Self { origin, phrases: Numbered::default(), shapes: Numbered::default() }
    }

    /// The texts in English, the Chinese of those that differ by their numbers, and the shapes.
    pub(super) fn into_parts(self) -> (Vec<String>, BTreeMap<usize, String>, Vec<Shape>) {
        let mut texts = Vec::new();
        let mut chinese = BTreeMap::new();
        for (number, (english, other)) in self.phrases.into_things().into_iter().enumerate() {
            if english != other {
                chinese.insert(number, other);
            }
            texts.push(english);
        }
        (texts, chinese, self.shapes.into_things())
    }

    /// The number of a text that is the same in every language.
    pub(super) fn text(&mut self, text: &str) -> usize {
        self.phrases.number((text.to_owned(), text.to_owned()))
    }

    /// The number of a text with its Chinese.
    pub(super) fn phrase(&mut self, phrase: &Phrase) -> usize {
        self.phrases.number((phrase.en.clone(), phrase.zh.clone()))
    }

    /// The number of a reason, which has a Chinese form as far as its pattern is known.
    pub(super) fn reason(&mut self, text: &str) -> usize {
        self.phrase(&Phrase::reason(text))
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
        self.shapes.number(rings)
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
