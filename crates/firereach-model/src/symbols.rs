//! How layers look: colours, marks and legends, the same in a GIS, on a page and on a sheet.

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// The colour as `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The colour as one number, `0xrrggbb`.
    pub fn number(self) -> u32 {
        u32::from_be_bytes([0, self.0, self.1, self.2])
    }

    /// The colour that lies the share `t` (0 to 1) of the way from this one to another.
    #[must_use]
    pub fn towards(self, other: Self, t: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
        let between = |a: u8, b: u8| {
            (f64::from(a) + (f64::from(b) - f64::from(a)) * t.clamp(0.0, 1.0)).round().clamp(0.0, 255.0) as u8
        };
        Self(between(self.0, other.0), between(self.1, other.1), between(self.2, other.2))
    }
}

/// The shape of a point's mark, so that classes differ without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A diamond.
    Diamond,
    /// A pentagon.
    Pentagon,
    /// A star.
    Star,
    /// A cross with body.
    Cross,
}

/// How one class is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Fill of areas and points, colour of lines.
    pub colour: Colour,
    /// Outline of areas and points.
    pub outline: Colour,
    /// Diameter of a point or width of a line, millimetres.
    pub size_mm: f64,
    /// The shape of a point.
    pub marker: Marker,
    /// Drawn hollow, dashed or hatched, because nobody knows.
    pub is_unknown: bool,
    /// How much of what lies under an area is hidden, 0 to 1.
    pub opacity: f64,
}

/// One entry of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// The value of the layer's expression; empty for everything else.
    pub value: String,
    /// What the legend says.
    pub label: String,
    /// How it is drawn.
    pub mark: Mark,
}

/// A layer as a GIS shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerStyle {
    /// The table's name.
    pub layer: String,
    /// The layer's name in a GeoPackage, by which a GIS lists it: the table's name, or the title where the reader's
    /// language is not that of the keys.
    pub listed_as: String,
    /// The layer's name for a reader.
    pub title: String,
    /// What a reader has to know of its rows that no column says; empty for nothing.
    pub description: String,
    /// The group it belongs to, for a reader.
    pub group: String,
    /// Whether each scenario has its own picture of it.
    pub is_in_every_scenario: bool,
    /// The columns whose worst verdict, or whose only value, decides the class; see [`ClassBy`].
    pub by: ClassBy,
    /// The classes in the order of the legend.
    pub classes: Vec<Class>,
    /// The column whose text is written beside the feature, if any.
    pub label_key: Option<String>,
    /// A condition in SQL: only such rows are shown.
    pub only: Option<String>,
    /// Whether the layer is shown when a project is opened.
    pub is_shown: bool,
    /// What each column is called for a reader: key and name.
    pub aliases: Vec<(String, String)>,
}

/// Stands behind the value of a class that rests on a default which nobody looked at.
pub const ASSUMED: &str = "~";

/// What decides the class of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassBy {
    /// Nothing: all rows alike.
    Nothing,
    /// The value of one column.
    Value(String),
    /// The value that two columns agree on, the least and the greatest; where they differ, nobody knows the class. With
    /// [`ASSUMED`] behind it where a third column says that the least one is a default which nobody looked at.
    Agreed {
        /// The least.
        low: String,
        /// The greatest.
        high: String,
        /// By which method the least is known.
        low_by: String,
    },
    /// A number of one column in whole steps upwards: 61 to 120 count as 120 with a step of 60.
    Step(String, u32),
    /// The worst verdict of several columns.
    Worst(Vec<String>),
}
