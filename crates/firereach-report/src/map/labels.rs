//! Puts labels where they cover neither each other nor what must be seen.

use super::drawing::{Anchor, Colour, Command, Place, Stroke, Text};

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
    /// A symbol as before; where there is no room beside it, the label stands farther off and a thin line leads to it.
    Led(Place, f64),
}

/// Labels that have been placed, and what else may not be covered.
#[derive(Clone, Debug)]
pub struct Labels {
    window: Area,
    taken: Vec<Area>,
    crossed: Vec<[Place; 2]>,
    leaders: Vec<[Place; 2]>,
    texts: Vec<Text>,
}

/// Colour and width of the lines that lead from labels to their symbols, millimetres.
const LEADER: &str = "#444444";
const LEADER_MM: f64 = 0.15;

/// Free space about a label, millimetres.
const GAP_MM: f64 = 0.4;

impl Labels {
    /// No labels yet in a window given as left, top, width and height.
    pub fn new([x, y, width, height]: [f64; 4]) -> Self {
        Self {
            window: [x, y, x + width, y + height],
            taken: Vec::new(),
            crossed: Vec::new(),
            leaders: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Keeps labels off a rectangle.
    pub fn keep_off(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Keeps labels off a symbol.
    pub fn keep_off_symbol(&mut self, [x, y]: Place, radius_mm: f64) {
        self.keep_off([x - radius_mm, y - radius_mm, x + radius_mm, y + radius_mm]);
    }

    /// Keeps labels off a line as long as they have another place.
    pub fn rather_not_cross(&mut self, line: &[Place]) {
        self.crossed.extend(line.windows(2).map(|side| [side[0], side[1]]));
    }

    /// Puts a label at the first of its possible places that is free and crosses no line, else at the first that is free;
    /// `false` when there is none and it is left out.
    ///
    /// Labels placed earlier are never moved: the most important come first.
    pub fn place(&mut self, label: &Label) -> bool {
        let width = text_width_mm(&label.text, label.size_mm);
        if label.text.is_empty() {
            return false;
        }
        let candidates = match &label.to {
            Target::Symbol(at, radius) | Target::Led(at, radius) => beside(*at, *radius, label.size_mm),
            Target::Centre(at) => {
                let mut all = vec![centred(*at, 0.0)];
                for step in [1.3, -1.3, 2.6, -2.6] {
                    all.push(centred([at[0], at[1] + step * label.size_mm], 0.0));
                }
                all
            }
            Target::Along(line) => along(line, width, label.size_mm),
        };
        // A label along a line lies on it by intent.
        let may_cross = matches!(label.to, Target::Along(_));
        let mut second: Option<(Candidate, Vec<Area>)> = None;
        for candidate in candidates {
            let (at, anchor, turn_deg) = candidate;
            let areas = areas_of(at, anchor, turn_deg, width, label.size_mm);
            if !self.is_free(&areas) {
                continue;
            }
            if may_cross || !self.crossed.iter().any(|side| areas.iter().any(|area| crosses(side, area))) {
                self.take(label, candidate, areas);
                return true;
            }
            second.get_or_insert((candidate, areas));
        }
        if let Some((candidate, areas)) = second {
            self.take(label, candidate, areas);
            return true;
        }
        let Target::Led(from, radius) = label.to else { return false };
        self.place_led(label, from, radius, width)
    }

    /// Puts a label farther off, with a line to its symbol that crosses no other label or line of its kind.
    fn place_led(&mut self, label: &Label, from: Place, radius: f64, width: f64) -> bool {
        for candidate in around(from, radius, label.size_mm) {
            let (at, anchor, turn_deg) = candidate;
            let areas = areas_of(at, anchor, turn_deg, width, label.size_mm);
            let leader = led(from, radius, nearest_of(&areas, from));
            let is_open = |other: &Area| within(from, other) || !crosses(&leader, other);
            let is_clear = self.is_free(&areas)
                && self.texts_areas().iter().all(is_open)
                && !self.leaders.iter().any(|other| meet(&leader, other) || areas.iter().any(|a| crosses(other, a)));
            if is_clear {
                self.leaders.push(leader);
                // Labels to come rather stand elsewhere.
                self.crossed.push(leader);
                self.take(label, candidate, areas);
                return true;
            }
        }
        false
    }

    fn is_free(&self, areas: &[Area]) -> bool {
        areas.iter().all(|area| {
            area[0] >= self.window[0]
                && area[1] >= self.window[1]
                && area[2] <= self.window[2]
                && area[3] <= self.window[3]
                && !self.taken.iter().any(|other| overlap(area, other))
        })
    }

    fn take(&mut self, label: &Label, (at, anchor, turn_deg): Candidate, areas: Vec<Area>) {
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
    }

    /// What the labels placed so far cover.
    fn texts_areas(&self) -> Vec<Area> {
        let of = |t: &Text| areas_of(t.at, t.anchor, t.turn_deg, text_width_mm(&t.text, t.size_mm), t.size_mm);
        self.texts.iter().flat_map(of).collect()
    }

    /// The lines that lead from labels to their symbols.
    pub fn leaders(&self) -> Vec<Command> {
        let line =
            |side: &[Place; 2]| Command::Line { places: side.to_vec(), stroke: Stroke::solid(LEADER, LEADER_MM) };
        self.leaders.iter().map(line).collect()
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

/// Whether a place lies in a rectangle.
fn within([x, y]: Place, area: &Area) -> bool {
    (area[0]..=area[2]).contains(&x) && (area[1]..=area[3]).contains(&y)
}

/// Whether a straight line shares a place with a rectangle.
fn crosses(side: &[Place; 2], area: &Area) -> bool {
    let [from, to] = *side;
    let is_beyond = |axis: usize, low: usize, high: usize| {
        from[axis].max(to[axis]) <= area[low] || from[axis].min(to[axis]) >= area[high]
    };
    if is_beyond(0, 0, 2) || is_beyond(1, 1, 3) {
        return false;
    }
    let turn = |corner: Place| (to[0] - from[0]) * (corner[1] - from[1]) - (to[1] - from[1]) * (corner[0] - from[0]);
    let corners = [[area[0], area[1]], [area[2], area[1]], [area[2], area[3]], [area[0], area[3]]].map(turn);
    corners.iter().any(|t| *t >= 0.0) && corners.iter().any(|t| *t <= 0.0)
}

/// Whether two straight lines cross.
fn meet(a: &[Place; 2], b: &[Place; 2]) -> bool {
    let turn = |[from, to]: &[Place; 2], at: Place| {
        (to[0] - from[0]) * (at[1] - from[1]) - (to[1] - from[1]) * (at[0] - from[0])
    };
    turn(a, b[0]) * turn(a, b[1]) <= 0.0 && turn(b, a[0]) * turn(b, a[1]) <= 0.0
}

/// The line from the edge of a symbol to a place.
fn led([x, y]: Place, radius: f64, to: Place) -> [Place; 2] {
    let (dx, dy) = (to[0] - x, to[1] - y);
    let share = radius / dx.hypot(dy).max(radius);
    [[x + share * dx, y + share * dy], to]
}

/// The place of some rectangles that is nearest to a place.
fn nearest_of(areas: &[Area], [x, y]: Place) -> Place {
    let off = |place: &Place| (place[0] - x).hypot(place[1] - y);
    let nearest = areas.iter().map(|area| [x.clamp(area[0], area[2]), y.clamp(area[1], area[3])]);
    nearest.min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or([x, y])
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

/// Places about a symbol farther off, the nearest first, in directions all around.
fn around([x, y]: Place, radius: f64, size: f64) -> Vec<Candidate> {
    const DIRECTIONS: u32 = 32;
    let mut all = Vec::new();
    for off in [4.0, 5.5, 7.0, 9.0, 11.0, 13.5, 16.0, 20.0, 25.0].map(|off| radius + off) {
        for step in 0..DIRECTIONS {
            let (sin, cos) = (f64::from(step) * std::f64::consts::TAU / f64::from(DIRECTIONS)).sin_cos();
            let anchor = match cos {
                cos if cos > 0.3 => Anchor::Start,
                cos if cos < -0.3 => Anchor::End,
                _ => Anchor::Middle,
            };
            all.push(([x + off * cos, y + off * sin + size * 0.36], anchor, 0.0));
        }
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

    #[test]
    fn a_label_crosses_a_line_only_where_it_has_no_other_place() {
        let at = |lines: &[[Place; 2]]| {
            let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
            lines.iter().for_each(|line| labels.rather_not_cross(line));
            assert!(labels.place(&label("one", Target::Symbol([50.0, 50.0], 1.0))));
            labels.into_texts()[0].at
        };
        let [right, _] = at(&[]);
        assert!(right > 50.0);
        assert!(at(&[[[53.0, 0.0], [53.0, 100.0]]])[0] < 50.0, "a line at the right");
        let all_about = [-40.0, -30.0, -20.0, -10.0, -5.0, -2.0, 0.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0]
            .map(|off| [[0.0, 50.0 + off], [100.0, 50.0 + off]]);
        assert_eq!(at(&all_about)[0], right, "lines everywhere");
    }

    #[test]
    fn a_label_without_room_beside_its_symbol_is_led_to_it() {
        let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
        labels.keep_off([44.0, 44.0, 56.0, 56.0]);
        assert!(!labels.place(&label("1", Target::Symbol([50.0, 50.0], 1.0))));
        for number in ["1", "2", "3", "4", "5", "6"] {
            assert!(labels.place(&label(number, Target::Led([50.0, 50.0], 1.0))));
        }
        let leaders = &labels.leaders;
        assert_eq!(leaders.len(), 6);
        for [from, to] in leaders {
            assert!(((from[0] - 50.0).hypot(from[1] - 50.0) - 1.0).abs() < 1e-9, "it begins at the symbol's edge");
            assert!(!within(*to, &[44.0, 44.0, 56.0, 56.0]), "it ends outside of what is taken");
        }
    }

    proptest! {
        #[test]
        fn leaders_meet_neither_each_other_nor_other_labels(
            places in prop::collection::vec((40.0..60.0_f64, 40.0..60.0_f64), 1..30),
        ) {
            let mut labels = Labels::new([0.0, 0.0, 100.0, 100.0]);
            places.iter().for_each(|at| labels.keep_off_symbol([at.0, at.1], 1.0));
            for (number, (x, y)) in places.into_iter().enumerate() {
                labels.place(&label(&number.to_string(), Target::Led([x, y], 1.0)));
            }
            let leaders = labels.leaders;
            for (index, own) in leaders.iter().enumerate() {
                prop_assert!(!leaders[..index].iter().any(|other| meet(own, other)));
            }
        }

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
