//! What a map needs beside its content: frame, scale bar, north arrow, legend.

use std::borrow::Cow;

use super::drawing::{Anchor, Command, Drawing, Fill, Place, Stroke, Text, rectangle};
use super::labels::text_width_mm;
use super::signs::{INK, PAPER};
use super::view::View;

/// One entry of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it says.
    pub text: String,
    /// How its sample is drawn about a place, millimetres.
    pub sample: Sample,
}

/// A sample in a legend.
#[derive(Clone, Debug, PartialEq)]
pub enum Sample {
    /// A short line in these strokes, one over the other.
    Line(Vec<Stroke>),
    /// A small rectangle.
    Area(Option<Fill>, Option<Stroke>),
    /// A symbol drawn about the place 0, 0.
    Symbol(Vec<Command>),
}

/// Commands moved by so many millimetres.
pub fn moved(commands: Vec<Command>, [dx, dy]: Place) -> Vec<Command> {
    let shift = |[x, y]: Place| [x + dx, y + dy];
    commands
        .into_iter()
        .map(|command| match command {
            Command::Area { rings, fill, stroke } => Command::Area {
                rings: rings.into_iter().map(|ring| ring.into_iter().map(shift).collect()).collect(),
                fill,
                stroke,
            },
            Command::Line { places, stroke } => {
                Command::Line { places: places.into_iter().map(shift).collect(), stroke }
            }
            Command::Band { lines, stroke } => Command::Band {
                lines: lines.into_iter().map(|line| line.into_iter().map(shift).collect()).collect(),
                stroke,
            },
            Command::Circle { at, radius_mm, fill, stroke } => {
                Command::Circle { at: shift(at), radius_mm, fill, stroke }
            }
            Command::Text(text) => Command::Text(Text { at: shift(text.at), ..text }),
            Command::Clipped { window: [x, y, width, height], commands } => {
                Command::Clipped { window: [x + dx, y + dy, width, height], commands: moved(commands, [dx, dy]) }
            }
        })
        .collect()
}

/// The frame about a map's window.
pub fn frame(window: [f64; 4]) -> Command {
    rectangle(window, None, Some(Stroke::solid(INK, 0.35)))
}

/// A scale bar whose lower left corner is at a place, at most `longest_mm` long: four divisions, of which the first is
/// divided again, and the scale as a number.
pub fn scale_bar(view: &View, [x, y]: Place, longest_mm: f64) -> Vec<Command> {
    let division_m = bar_division(view.scale, longest_mm);
    let division = view.millimetres(division_m);
    let mut commands = Vec::new();
    let height = 1.2;
    for index in 0..4_u8 {
        let fill = if index % 2 == 0 { INK } else { PAPER };
        let left = x + f64::from(index) * division;
        commands.push(rectangle(
            [left, y - height, division, height],
            Some(Fill::plain(fill)),
            Some(Stroke::solid(INK, 0.2)),
        ));
    }
    for index in 0..=4_u8 {
        let metres = f64::from(index) * division_m;
        let unit = if index == 4 { " m" } else { "" };
        let at = [x + f64::from(index) * division, y - height - 0.8];
        commands.push(Command::Text(Text { anchor: Anchor::Middle, ..Text::new(at, format!("{metres}{unit}"), 2.1) }));
    }
    commands.push(Command::Text(Text {
        is_bold: true,
        ..Text::new([x, y + 3.0], format!("1 : {}", grouped(view.scale)), 2.6)
    }));
    commands
}

/// The length of one division of a scale bar: 1, 2 or 5 times a power of ten.
fn bar_division(scale: f64, longest_mm: f64) -> f64 {
    let longest_m = longest_mm / 4.0 * scale / 1000.0;
    let decade = 10.0_f64.powf(longest_m.log10().floor());
    [5.0, 2.0, 1.0].iter().map(|step| step * decade).find(|step| *step <= longest_m).unwrap_or(decade)
}

/// A whole number with thin groups of three digits.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A north arrow whose foot stands at a place; grid north is up.
pub fn north_arrow([x, y]: Place, height_mm: f64) -> Vec<Command> {
    let (half, notch) = (height_mm * 0.24, y - height_mm * 0.22);
    let top = [x, y - height_mm];
    vec![
        Command::Area {
            rings: vec![vec![top, [x, notch], [x - half, y], top]],
            fill: Some(Fill::plain(INK)),
            stroke: Some(Stroke::solid(INK, 0.25)),
        },
        Command::Area {
            rings: vec![vec![top, [x + half, y], [x, notch], top]],
            fill: Some(Fill::plain(PAPER)),
            stroke: Some(Stroke::solid(INK, 0.25)),
        },
        Command::Text(Text {
            anchor: Anchor::Middle,
            is_bold: true,
            ..Text::new([x, y - height_mm - 0.8], "N", height_mm * 0.32)
        }),
    ]
}

/// A legend in columns that fill a rectangle from top to bottom; gives the entries that found room.
///
/// Text that is too wide for its column is set smaller, down to half its size.
pub fn legend(entries: &[Entry], [left, top, width, height]: [f64; 4], size_mm: f64) -> (Vec<Command>, usize) {
    let line = size_mm * 1.62;
    let sample_width = 9.0;
    let mut commands = Vec::new();
    // The rectangle holds whole lines; the tiny addition keeps a whole number from being rounded down.
    let lines = ((height / line) + 1e-9).floor().max(1.0);
    let count = f64::from(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    let columns = (count / lines).ceil().max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of lines, one or more")]
    let lines = lines as usize;
    // Every column gets what its longest text asks for, as far as there is room for all of them.
    let asked: Vec<f64> = entries
        .chunks(lines)
        .map(|own| own.iter().map(|entry| text_width_mm(&entry.text, size_mm)).fold(0.0, f64::max) + sample_width + 1.5)
        .collect();
    let all: f64 = asked.iter().sum();
    let widths: Vec<f64> = if all <= width {
        asked.iter().map(|own| own + (width - all) / columns).collect()
    } else {
        // Short ones keep what they ask for; the long ones share the rest.
        let fair = width / columns;
        let short: f64 = asked.iter().filter(|own| **own <= fair).sum();
        let long: f64 = asked.iter().filter(|own| **own > fair).sum();
        asked.iter().map(|own| if *own <= fair { *own } else { own * (width - short) / long }).collect()
    };
    let mut shown = 0;
    let mut x = left;
    for (own, column_width) in entries.chunks(lines).zip(widths) {
        let mut y = top;
        for entry in own {
            let middle = y + line / 2.0;
            match &entry.sample {
                Sample::Line(strokes) => commands.extend(strokes.iter().map(|stroke| Command::Line {
                    places: vec![[x, middle], [x + sample_width - 2.0, middle]],
                    stroke: stroke.clone(),
                })),
                Sample::Area(fill, stroke) => commands.push(rectangle(
                    [x + 0.6, middle - line * 0.34, sample_width - 3.2, line * 0.68],
                    fill.clone(),
                    stroke.clone(),
                )),
                Sample::Symbol(symbol) => {
                    commands.extend(moved(symbol.clone(), [x + (sample_width - 2.0) / 2.0, middle]));
                }
            }
            let room = column_width - sample_width - 1.0;
            let natural = text_width_mm(&entry.text, size_mm);
            let size = if natural > room { (size_mm * room / natural).max(size_mm * 0.5) } else { size_mm };
            commands.push(Command::Text(Text {
                colour: Cow::Borrowed(INK),
                ..Text::new([x + sample_width, middle + size * 0.36], entry.text.clone(), size)
            }));
            y += line;
            shown += 1;
        }
        x += column_width;
    }
    (commands, shown)
}

/// Adds commands to a drawing.
pub fn add(drawing: &mut Drawing, commands: impl IntoIterator<Item = Command>) {
    drawing.commands.extend(commands);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_has_divisions_of_one_two_or_five() {
        // 60 mm at 1:500 are 30 m: four divisions of 5 m; at 1:2000 they are 120 m: four of 20 m.
        assert_eq!([bar_division(500.0, 60.0), bar_division(2000.0, 60.0)], [5.0, 20.0]);
    }

    #[test]
    fn a_legend_shows_every_entry_that_has_room() {
        let entry = |n: usize| Entry { text: format!("entry {n}"), sample: Sample::Area(None, None) };
        let entries: Vec<Entry> = (0..10).map(entry).collect();
        let (_, shown) = legend(&entries, [0.0, 0.0, 200.0, 20.0], 2.0);
        assert_eq!(shown, 10);
    }
}
