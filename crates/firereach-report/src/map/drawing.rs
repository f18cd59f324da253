//! What a map is made of once it is on paper: commands in millimetres, x to the right and y down.

use std::borrow::Cow;

use serde::Serialize;

/// A place on the sheet, millimetres from its upper left corner.
pub type Place = [f64; 2];

/// A colour as CSS writes it, for example `#c0212f`.
pub type Colour = Cow<'static, str>;

/// How a line is drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width, millimetres.
    pub width_mm: f64,
    /// Lengths of dashes and gaps, millimetres; empty for a solid line.
    pub dash_mm: Cow<'static, [f64]>,
}

impl Stroke {
    /// A solid line.
    pub const fn solid(colour: &'static str, width_mm: f64) -> Self {
        Self { colour: Cow::Borrowed(colour), width_mm, dash_mm: Cow::Borrowed(&[]) }
    }

    /// A dashed line.
    pub const fn dashed(colour: &'static str, width_mm: f64, dash_mm: &'static [f64]) -> Self {
        Self { colour: Cow::Borrowed(colour), width_mm, dash_mm: Cow::Borrowed(dash_mm) }
    }
}

/// How an area is filled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Fill {
    /// One colour.
    Plain(Colour),
    /// Parallel lines on a ground, so that the area is told from others without colour.
    Hatch {
        /// Colour of the lines.
        colour: Colour,
        /// Colour between them.
        ground: Colour,
        /// Distance between them, millimetres.
        step_mm: f64,
        /// Width of the lines, millimetres.
        width_mm: f64,
        /// Degrees anticlockwise from the horizontal.
        angle_deg: f64,
    },
}

impl Fill {
    /// One colour.
    pub const fn plain(colour: &'static str) -> Self {
        Self::Plain(Cow::Borrowed(colour))
    }

    /// Parallel lines.
    pub const fn hatch(
        colour: &'static str,
        ground: &'static str,
        step_mm: f64,
        width_mm: f64,
        angle_deg: f64,
    ) -> Self {
        Self::Hatch { colour: Cow::Borrowed(colour), ground: Cow::Borrowed(ground), step_mm, width_mm, angle_deg }
    }
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Anchor {
    /// The beginning of its base line.
    #[default]
    Start,
    /// The middle of its base line.
    Middle,
    /// The end of its base line.
    End,
}

/// A text on one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Text {
    /// Where it stands.
    pub at: Place,
    /// What it says; never markup.
    pub text: String,
    /// Height of the letters' body, millimetres.
    pub size_mm: f64,
    /// Which part of it stands at the place.
    pub anchor: Anchor,
    /// Its colour.
    pub colour: Colour,
    /// Whether a white edge sets it off from what lies under it.
    pub has_halo: bool,
    /// Degrees clockwise about its place.
    pub turn_deg: f64,
    /// Whether it is set in a bold face.
    pub is_bold: bool,
}

impl Text {
    /// A plain dark text that begins at its place.
    pub fn new(at: Place, text: impl Into<String>, size_mm: f64) -> Self {
        Self {
            at,
            text: text.into(),
            size_mm,
            anchor: Anchor::Start,
            colour: Cow::Borrowed("#222222"),
            has_halo: false,
            turn_deg: 0.0,
            is_bold: false,
        }
    }
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Command {
    /// An area: rings, of which the even-odd rule tells inside from outside.
    Area {
        /// The rings.
        rings: Vec<Vec<Place>>,
        /// Its fill.
        fill: Option<Fill>,
        /// Its edge.
        stroke: Option<Stroke>,
    },
    /// A line.
    Line {
        /// Its places.
        places: Vec<Place>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// Lines drawn as one, with round ends, so that they join: the band that they cover together.
    Band {
        /// The lines.
        lines: Vec<Vec<Place>>,
        /// How all of them are drawn.
        stroke: Stroke,
    },
    /// A circle.
    Circle {
        /// Its centre.
        at: Place,
        /// Its radius, millimetres.
        radius_mm: f64,
        /// Its fill.
        fill: Option<Fill>,
        /// Its edge.
        stroke: Option<Stroke>,
    },
    /// A text.
    Text(Text),
    /// Commands of which only what lies in a rectangle is seen.
    Clipped {
        /// Left, top, width and height, millimetres.
        window: [f64; 4],
        /// The commands.
        commands: Vec<Command>,
    },
}

/// A drawing of a given size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawing {
    /// Width, millimetres.
    pub width_mm: f64,
    /// Height, millimetres.
    pub height_mm: f64,
    /// What to draw, from the bottom to the top.
    pub commands: Vec<Command>,
}

impl Drawing {
    /// An empty drawing.
    pub fn new(width_mm: f64, height_mm: f64) -> Self {
        Self { width_mm, height_mm, commands: Vec::new() }
    }

    /// Every text of the drawing, in drawing order.
    pub fn texts(&self) -> Vec<&Text> {
        fn collect<'a>(commands: &'a [Command], texts: &mut Vec<&'a Text>) {
            for command in commands {
                match command {
                    Command::Text(text) => texts.push(text),
                    Command::Clipped { commands, .. } => collect(commands, texts),
                    Command::Area { .. } | Command::Line { .. } | Command::Band { .. } | Command::Circle { .. } => {}
                }
            }
        }
        let mut texts = Vec::new();
        collect(&self.commands, &mut texts);
        texts
    }
}

/// A rectangle as an area.
pub fn rectangle([x, y, width, height]: [f64; 4], fill: Option<Fill>, stroke: Option<Stroke>) -> Command {
    Command::Area {
        rings: vec![vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]],
        fill,
        stroke,
    }
}
