//! Puts labels where they cover neither each other nor what must be seen.

use super::drawing::{Anchor, Colour, Place, Text};

/// A rectangle on the sheet: left, top, right, bottom, millimetres.
pub type Area = [f64; 4];

/// What a label belongs to and where it may stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it says.
    pub text: String,
    /// Height of its letters' body, millimetres.
    pub size_mm: f64,
    /// Its colour.
    pub colour: Colour,
    /// Whether it is set in a bold face.
    pub is_bold: bool,
    /// Where it belongs.
    pub to: Target,
}

/// What a label belongs to.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A symbol at a place with a radius, millimetres: the label stands beside it, as near as there is room.
    Symbol(Place, f64),
    /// A line: the label stands along its longest straight part.
    Along(Vec<Place>),
    /// A place in an area: the label is centred there.
    Centre(Place),
}

/// Labels that have been placed, and what else may not be covered.
#[derive(Clone, Debug)]
pub struct Labels {
    window: Area,
    taken: Vec<Area>,
    texts: Vec<Text>,
}

/// Free space about a label, millimetres.
const GAP_MM: f64 = 0.4;

impl Labels {
    /// No labels yet in a window given as left, top, width and height.
    pub fn new([x, y, width, height]: [f64; 4]) -> Self {
        Self { window: [x, y, x + width, y + height], taken: Vec::new(), texts: Vec::new() }
    }

    /// Keeps labels off a rectangle.
    pub fn keep_off(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Keeps labels off a symbol.
    pub fn keep_off_symbol(&mut self, [x, y]: Place, radius_mm: f64) {
        self.keep_off([x - radius_mm, y - radius_mm, x + radius_mm, y + radius_mm]);
    }

    /// Puts a label at the first of its possible places that is free; `false` when there is none and it is left out.
    ///
    /// Labels placed earlier are never moved: the most important come first.
    pub fn place(&mut self, label: &Label) -> bool {
        let width = text_width_mm(&label.text, label.size_mm);
        if label.text.is_empty() {
            return false;
        }
        let candidates = match &label.to {
            Target::Symbol(at, radius) => beside(*at, *radius, label.size_mm),
            Target::Centre(at) => {
                let mut all = vec![centred(*at, 0.0)];
                for step in [1.3, -1.3, 2.6, -2.6] {
                    all.push(centred([at[0], at[1] + step * label.size_mm], 0.0));
                }
                all
            }
            Target::Along(line) => along(line, width, label.size_mm),
        };
        for (at, anchor, turn_deg) in candidates {
            let areas = areas_of(at, anchor, turn_deg, width, label.size_mm);
            let is_free = areas.iter().all(|area| {
                area[0] >= self.window[0]
                    && area[1] >= self.window[1]
                    && area[2] <= self.window[2]
                    && area[3] <= self.window[3]
                    && !self.taken.iter().any(|other| overlap(area, other))
            });
            if is_free {
                self.taken.extend(areas);
                self.texts.push(Text {
                    at,
                    text: label.text.clone(),
                    size_mm: label.size_mm,
                    anchor,
                    colour: label.colour.clone(),
                    has_halo: true,
                    turn_deg,
                    is_bold: label.is_bold,
                });
                return true;
            }
        }
        false
    }

    /// The placed labels, in the order of placing.
    pub fn into_texts(self) -> Vec<Text> {
        self.texts
    }
}

/// Whether two rectangles overlap; touching edges do not.
fn overlap(a: &Area, b: &Area) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// A generous width of a text, millimetres: an ideograph takes its full height, a Latin letter about half of it.
pub fn text_width_mm(text: &str, size_mm: f64) -> f64 {
    let body = |c: char| match u32::from(c) {
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFFEF => {
            1.0
        }
        0x20000..=0x3FFFD => 1.0,
        0x20 | 0x2E | 0x2C | 0x69 | 0x6C | 0x7C => 0.32,
        0x6D | 0x77 | 0x57 | 0x25 => 0.9,
        0x41..=0x5A => 0.68,
        _ => 0.58,
    };
    text.chars().map(body).sum::<f64>() * size_mm
}

type Candidate = (Place, Anchor, f64);

fn centred([x, y]: Place, turn_deg: f64) -> Candidate {
    ([x, y], Anchor::Middle, turn_deg)
}

/// Places beside a symbol: right, left, above, below, the corners, then the same farther off.
fn beside([x, y]: Place, radius: f64, size: f64) -> Vec<Candidate> {
    let mut all = Vec::new();
    for off in [radius + 0.7, radius + 2.2, radius + 4.2] {
        let slant = off * 0.72;
        all.extend([
            ([x + off, y + size * 0.36], Anchor::Start, 0.0),
            ([x - off, y + size * 0.36], Anchor::End, 0.0),
            ([x + slant, y - slant], Anchor::Start, 0.0),
            ([x + slant, y + slant + size * 0.75], Anchor::Start, 0.0),
            ([x - slant, y - slant], Anchor::End, 0.0),
            ([x - slant, y + slant + size * 0.75], Anchor::End, 0.0),
            ([x, y - off], Anchor::Middle, 0.0),
            ([x, y + off + size * 0.78], Anchor::Middle, 0.0),
        ]);
    }
    all
}

/// Places along a line: above, below and on the middle of its longest parts, never upside down.
fn along(line: &[Place], width: f64, size: f64) -> Vec<Candidate> {
    let length = |side: &[Place]| (side[1][0] - side[0][0]).hypot(side[1][1] - side[0][1]);
    let mut sides: Vec<&[Place]> = line.windows(2).filter(|side| length(side) >= width * 0.8).collect();
    // The sort is stable: of equal parts the first along the line comes first.
    sides.sort_by(|a, b| length(b).total_cmp(&length(a)));
    let mut all = Vec::new();
    for side in sides.into_iter().take(3) {
        let (dx, dy) = (side[1][0] - side[0][0], side[1][1] - side[0][1]);
        let mut turn = dy.atan2(dx).to_degrees();
        if turn > 90.0 || turn <= -90.0 {
            turn += if turn > 0.0 { -180.0 } else { 180.0 };
        }
        let (sin, cos) = turn.to_radians().sin_cos();
        for share in [0.5, 0.3, 0.7] {
            let (mx, my) = (side[0][0] + share * dx, side[0][1] + share * dy);
            for up in [-0.5, 1.25, 0.36] {
                all.push(centred([mx - sin * up * size, my + cos * up * size], turn));
            }
        }
    }
    all
}

/// The rectangles a text covers: one for a level text, several small ones along a turned text.
fn areas_of([x, y]: Place, anchor: Anchor, turn_deg: f64, width: f64, size: f64) -> Vec<Area> {
    let start = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (top, bottom) = (-0.88 * size, 0.24 * size);
    let boxed = |from: f64, to: f64| {
        let (sin, cos) = turn_deg.to_radians().sin_cos();
        let corners = [[from, top], [to, top], [to, bottom], [from, bottom]]
            .map(|[u, v]| [x + u * cos - v * sin, y + u * sin + v * cos]);
        let reach =
            |axis: usize, start: f64, pick: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).fold(start, pick);
        [
            reach(0, f64::INFINITY, f64::min) - GAP_MM,
            reach(1, f64::INFINITY, f64::min) - GAP_MM,
            reach(0, f64::NEG_INFINITY, f64::max) + GAP_MM,
            reach(1, f64::NEG_INFINITY, f64::max) + GAP_MM,
        ]
    };
    if turn_deg == 0.0 {
        return vec![boxed(start, start + width)];
    }
    let mut areas = Vec::new();
    let mut from = start;
    while from < start + width {
        let to = (from + size).min(start + width);
        areas.push(boxed(from, to));
        from = to;
    }
    areas
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    fn label(text: &str, to: Target) -> Label {
        Label { text: text.to_owned(), size_mm: 2.0, colour: Cow::Borrowed("#000"), is_bold: false, to }
    }

    #[test]
    fn a_second_label_at_one_place_stands_elsewhere() {
        let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
        assert!(labels.place(&label("one", Target::Symbol([50.0, 50.0], 1.0))));
        assert!(labels.place(&label("two", Target::Symbol([50.0, 50.0], 1.0))));
        let texts = labels.into_texts();
        assert_eq!([texts[0].anchor, texts[1].anchor], [Anchor::Start, Anchor::End]);
    }

    #[test]
    fn a_label_without_room_is_left_out() {
        let mut labels = Labels::new([0.0, 0.0, 10.0, 10.0]);
        labels.keep_off([0.0, 0.0, 10.0, 10.0]);
        assert!(!labels.place(&label("no", Target::Centre([5.0, 5.0]))));
    }

    #[test]
    fn a_street_is_never_named_upside_down() {
        for (x, y) in [(90.0, 50.0), (10.0, 50.0), (50.0, 90.0), (50.0, 10.0), (20.0, 80.0)] {
            let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
            assert!(labels.place(&label("lane", Target::Along(vec![[50.0, 50.0], [x, y]]))));
            let turn = labels.into_texts()[0].turn_deg;
            assert!((-90.0..=90.0).contains(&turn), "{turn}");
        }
    }

    proptest! {
        #[test]
        fn no_label_covers_another_or_leaves_the_window(
            places in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64, 0.0..360.0_f64, 1_usize..9), 1..60),
        ) {
            let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
            for (index, (x, y, turn, letters)) in places.into_iter().enumerate() {
                let (sin, cos) = turn.to_radians().sin_cos();
                let to = match index % 3 {
                    0 => Target::Symbol([x, y], 1.0),
                    1 => Target::Centre([x, y]),
                    _ => Target::Along(vec![[x, y], [x + 30.0 * cos, y + 30.0 * sin]]),
                };
                labels.place(&label(&"字".repeat(letters), to));
            }
            let areas: Vec<Vec<Area>> = labels
                .into_texts()
                .iter()
                .map(|t| areas_of(t.at, t.anchor, t.turn_deg, text_width_mm(&t.text, t.size_mm), t.size_mm))
                .collect();
            for (index, own) in areas.iter().enumerate() {
                prop_assert!(own.iter().all(|a| a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= 100.0 && a[3] <= 100.0));
                for other in &areas[..index] {
                    prop_assert!(!own.iter().any(|a| other.iter().any(|b| overlap(a, b))));
                }
            }
        }
    }
}
