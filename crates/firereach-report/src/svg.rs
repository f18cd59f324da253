//! Turns a drawing into SVG: the same bytes for the same drawing, and every text escaped.

use std::fmt::Write;

use crate::map::drawing::{Anchor, Command, Drawing, Fill, Place, Stroke, Text};

/// How wide the white edge of a text is beside the size of its letters; half of it is seen.
const HALO: f64 = 0.34;

/// Renders a drawing as a complete SVG document whose unit is the millimetre.
///
/// `font_families` are the families to try for every text, the first one first; what they do not hold is left to the
/// viewer's own choice.
pub fn render_svg(drawing: &Drawing, font_families: &[&str]) -> String {
    let families: Vec<String> = font_families.iter().map(|family| format!("'{}'", family.replace('\'', ""))).collect();
    let families = if families.is_empty() { "sans-serif".to_owned() } else { families.join(", ") + ", sans-serif" };
    let (width, height) = (number(drawing.width_mm), number(drawing.height_mm));
    let mut renderer = Renderer { body: String::new(), patterns: Vec::new(), windows: 0 };
    for command in &drawing.commands {
        renderer.command(command);
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"butt\">\n",
        escape(&families)
    );
    if !renderer.patterns.is_empty() {
        svg.push_str("<defs>\n");
        for (index, fill) in renderer.patterns.iter().enumerate() {
            if let Fill::Hatch { colour, ground, step_mm, width_mm, angle_deg } = fill {
                let step = number(*step_mm);
                let _ = writeln!(
                    svg,
                    "<pattern id=\"hatch{index}\" width=\"{step}\" height=\"{step}\" patternUnits=\"userSpaceOnUse\" \
                     patternTransform=\"rotate({})\"><rect width=\"{step}\" height=\"{step}\" fill=\"{}\"/>\
                     <rect width=\"{step}\" height=\"{}\" fill=\"{}\"/></pattern>",
                    number(-angle_deg),
                    escape(ground),
                    number(*width_mm),
                    escape(colour),
                );
            }
        }
        svg.push_str("</defs>\n");
    }
    svg.push_str(&renderer.body);
    svg.push_str("</svg>\n");
    svg
}

/// Whether a letter is of a script whose letters join or stack, from Hebrew to Myanmar.
fn joins(letter: char) -> bool {
    ('\u{0590}'..='\u{109f}').contains(&letter)
}

struct Renderer {
    body: String,
    patterns: Vec<Fill>,
    windows: usize,
}

impl Renderer {
    fn command(&mut self, command: &Command) {
        match command {
            Command::Area { rings, fill, stroke } => {
                let mut path = String::new();
                for ring in rings.iter().filter(|ring| ring.len() >= 3) {
                    let ring = if ring.first() == ring.last() { &ring[..ring.len() - 1] } else { ring };
                    trace(&mut path, ring);
                    path.push('z');
                }
                if path.is_empty() {
                    return;
                }
                let paint = self.paint(fill.as_ref(), stroke.as_ref());
                let _ = writeln!(self.body, "<path d=\"{path}\" fill-rule=\"evenodd\"{paint}/>");
            }
            Command::Line { places, stroke } => {
                if places.len() < 2 {
                    return;
                }
                let mut path = String::new();
                trace(&mut path, places);
                let paint = self.paint(None, Some(stroke));
                let _ = writeln!(self.body, "<path d=\"{path}\"{paint}/>");
            }
            Command::Band { lines, stroke } => {
                let mut path = String::new();
                for line in lines.iter().filter(|line| line.len() >= 2) {
                    trace(&mut path, line);
                }
                if path.is_empty() {
                    return;
                }
                let paint = self.paint(None, Some(stroke));
                let _ = writeln!(self.body, "<path d=\"{path}\" stroke-linecap=\"round\"{paint}/>");
            }
            Command::Circle { at: [x, y], radius_mm, fill, stroke } => {
                let paint = self.paint(fill.as_ref(), stroke.as_ref());
                let _ = writeln!(
                    self.body,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{paint}/>",
                    number(*x),
                    number(*y),
                    number(*radius_mm)
                );
            }
            Command::Text(text) => self.text(text),
            Command::Clipped { window: [x, y, width, height], commands } => {
                let id = self.windows;
                self.windows += 1;
                let _ = writeln!(
                    self.body,
                    "<clipPath id=\"window{id}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n\
                     <g clip-path=\"url(#window{id})\">",
                    number(*x),
                    number(*y),
                    number(*width),
                    number(*height)
                );
                for inner in commands {
                    self.command(inner);
                }
                self.body.push_str("</g>\n");
            }
        }
    }

    fn text(&mut self, text: &Text) {
        if text.text.trim().is_empty() {
            return;
        }
        let anchor = match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (number(text.at[0]), number(text.at[1]));
        let turn = if text.turn_deg == 0.0 {
            String::new()
        } else {
            format!(" transform=\"rotate({} {x} {y})\"", number(text.turn_deg))
        };
        let weight = if text.is_bold { " font-weight=\"bold\"" } else { "" };
        let size = number(text.size_mm);
        let said = escape(&text.text);
        let edge =
            format!(" stroke=\"#ffffff\" stroke-width=\"{}\" stroke-linejoin=\"round\"", number(text.size_mm * HALO));
        let halo = match text.has_halo {
            false => "",
            // Letters that join are drawn one by one, and the edge of each would cover the one before.
            true if text.text.contains(joins) => {
                let _ = writeln!(
                    self.body,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"#ffffff\"{anchor}{weight}{edge}{turn}>{said}</text>"
                );
                ""
            }
            true => &format!("{edge} paint-order=\"stroke\""),
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{}\"{anchor}{weight}{halo}{turn}>{said}</text>",
            escape(&text.colour),
        );
    }

    fn paint(&mut self, fill: Option<&Fill>, stroke: Option<&Stroke>) -> String {
        let mut paint = match fill {
            None => " fill=\"none\"".to_owned(),
            Some(Fill::Plain(colour)) => format!(" fill=\"{}\"", escape(colour)),
            Some(hatch) => {
                let index = self.patterns.iter().position(|known| known == hatch).unwrap_or_else(|| {
                    self.patterns.push(hatch.clone());
                    self.patterns.len() - 1
                });
                format!(" fill=\"url(#hatch{index})\"")
            }
        };
        if let Some(stroke) = stroke {
            let _ =
                write!(paint, " stroke=\"{}\" stroke-width=\"{}\"", escape(&stroke.colour), number(stroke.width_mm));
            if !stroke.dash_mm.is_empty() {
                let dashes: Vec<String> = stroke.dash_mm.iter().map(|mm| number(*mm)).collect();
                let _ = write!(paint, " stroke-dasharray=\"{}\"", dashes.join(" "));
            }
        }
        paint
    }
}

/// Appends a line to a path; places that fall together at the precision of the file are written once.
fn trace(path: &mut String, places: &[Place]) {
    let mut last: Option<[String; 2]> = None;
    for [x, y] in places {
        let at = [number(*x), number(*y)];
        if last.as_ref() == Some(&at) {
            continue;
        }
        let _ = write!(path, "{}{} {}", if last.is_none() { 'M' } else { 'L' }, at[0], at[1]);
        last = Some(at);
    }
}

/// A number with at most two decimals, a hundredth of a millimetre; never a negative zero.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text that is data in XML whatever it holds; characters that XML does not know are left out.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_text() {
        let mut drawing = Drawing::new(10.0, 10.0);
        drawing.commands.push(Command::Text(Text::new([1.0, 2.0], "<script>alert(\"1\")</script>\u{0} & more", 3.0)));
        let svg = render_svg(&drawing, &["Noto Sans"]);
        assert!(svg.contains(">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more</text>"), "{svg}");
    }

    #[test]
    fn the_lines_of_a_band_are_one_path_with_round_ends() {
        let mut drawing = Drawing::new(10.0, 10.0);
        let lines = vec![vec![[1.0, 1.0], [5.0, 1.0]], vec![[5.0, 1.0], [5.0, 9.0]], vec![[3.0, 3.0]]];
        drawing.commands.push(Command::Band { lines, stroke: Stroke::solid("#123456", 2.0) });
        let svg = render_svg(&drawing, &[]);
        assert!(svg.contains("<path d=\"M1 1L5 1M5 1L5 9\" stroke-linecap=\"round\""), "{svg}");
    }

    #[test]
    fn letters_that_join_have_their_edge_under_all_of_them() {
        let edges = |name: &str| {
            let mut drawing = Drawing::new(10.0, 10.0);
            drawing.commands.push(Command::Text(Text { has_halo: true, ..Text::new([1.0, 2.0], name, 3.0) }));
            let svg = render_svg(&drawing, &[]);
            (svg.matches("<text").count(), svg.matches("paint-order").count())
        };
        assert_eq!([edges("مسجد"), edges("寺")], [(2, 0), (1, 1)]);
    }

    #[test]
    fn hatches_are_defined_once() {
        let mut drawing = Drawing::new(10.0, 10.0);
        let hatch = Fill::hatch("#000000", "#ffffff", 1.0, 0.2, 45.0);
        for x in [0.0, 5.0] {
            drawing.commands.push(crate::map::drawing::rectangle([x, 0.0, 4.0, 4.0], Some(hatch.clone()), None));
        }
        let svg = render_svg(&drawing, &[]);
        assert_eq!(svg.matches("<pattern").count(), 1);
        assert_eq!(svg.matches("url(#hatch0)").count(), 2);
    }

    #[test]
    fn numbers_have_two_decimals_and_no_negative_zero() {
        assert_eq!([number(-0.001), number(1.239), number(100.0)], ["0", "1.24", "100"]);
    }
}
