//! The colours and symbols that all maps share.

use std::borrow::Cow;

use firereach_model::bounds::Method;
use firereach_model::feature::{BuildingStructure, Service, SiteKind, ZoneKind};
use firereach_model::findings::lanes::LanePiece;

use super::drawing::{Anchor, Command, Fill, Place, Stroke, Text};

/// Text and symbols.
pub const INK: &str = "#222222";
/// Failed, closed.
pub const FAIL: &str = "#c0212f";
/// Passes.
pub const PASS: &str = "#3168a0";
/// Nobody knows.
pub const GREY: &str = "#8c8c8c";
/// Protected places.
pub const HERITAGE: &str = "#78481e";
/// Water sources and hose.
pub const WATER: &str = "#2171b5";
/// The way of the engine.
pub const ENGINE: &str = "#d9480f";
/// The way on foot.
pub const FOOT: &str = "#7b2d8b";
/// Proposals.
pub const PROPOSED: &str = "#1b7f4d";
/// White.
pub const PAPER: &str = "#ffffff";

/// How lanes of the classes are drawn, from the widest class to the narrowest: colour, width in millimetres, dashes.
const LANES: [(&str, f64, &[f64]); 6] = [
    ("#084081", 1.5, &[]),
    ("#2b8cbe", 1.2, &[]),
    ("#41b6a6", 1.0, &[3.0, 0.8]),
    ("#9aa53a", 0.9, &[1.4, 0.8]),
    ("#b07a3c", 0.7, &[0.5, 0.7]),
    (FAIL, 0.9, &[0.8, 0.8]),
];

/// How far a lane's class is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaneClass {
    /// It certainly is of this class, counted from the widest, by what somebody looked at.
    Certain(usize),
    /// It is of this class by the class of the road or its lanes alone: nobody looked at the lane.
    ByRoad(usize),
    /// It may be of this class at best; nobody measured enough.
    AtBest(usize),
    /// Nothing is known.
    Unknown,
}

impl LaneClass {
    /// The class of a piece of lane, by the codes of the classes from the widest to the narrowest.
    pub fn of(piece: &LanePiece, codes: &[&str]) -> Self {
        let place = |code: &str| codes.iter().position(|known| *known == code);
        match (place(&piece.class_low), place(&piece.class_high)) {
            (Some(low), Some(high)) if low == high => {
                let is_assumed = piece.class_low_by().is_some_and(Method::is_assumed);
                if is_assumed { Self::ByRoad(high) } else { Self::Certain(high) }
            }
            // From nothing to everything is what is said of a lane nobody looked at.
            (Some(low), Some(0)) if low + 1 == codes.len() => Self::Unknown,
            (_, Some(high)) => Self::AtBest(high),
            _ => Self::Unknown,
        }
    }

    /// The strokes that draw a lane of this class, one over the other: a full line is certain, a hollow one is not,
    /// and one with a pale core goes by the road it is on.
    pub fn strokes(self) -> Vec<Stroke> {
        let of = |class: usize| {
            let (colour, width_mm, dash) = LANES[class.min(LANES.len() - 1)];
            Stroke { colour: Cow::Borrowed(colour), width_mm, dash_mm: Cow::Borrowed(dash) }
        };
        match self {
            Self::Certain(class) => vec![of(class)],
            Self::ByRoad(class) => {
                let outer = of(class);
                let core =
                    Stroke { colour: Cow::Owned(pale(&outer.colour)), width_mm: outer.width_mm * 0.5, ..outer.clone() };
                vec![outer, core]
            }
            Self::AtBest(class) => {
                let outer = of(class);
                let inner = Stroke::solid(PAPER, outer.width_mm * 0.5);
                vec![outer, inner]
            }
            Self::Unknown => vec![Stroke::solid(GREY, 0.9), Stroke::solid(PAPER, 0.6)],
        }
    }
}

/// A colour of the form `#rrggbb` on its half way to white.
fn pale(colour: &str) -> String {
    let part = |from: usize| {
        colour.get(from..from + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).map_or(255, |part| part / 2 + 128)
    };
    format!("#{:02x}{:02x}{:02x}", part(1), part(3), part(5))
}

/// How a building is filled and edged.
pub fn building(structure: Option<BuildingStructure>) -> (Fill, Stroke) {
    let fill = match structure {
        Some(BuildingStructure::Timber) => Fill::hatch("#a0763f", "#f3e6d0", 0.9, 0.28, 45.0),
        Some(BuildingStructure::BrickTimber) => Fill::hatch("#b99a70", "#f7efe2", 1.5, 0.22, 45.0),
        Some(BuildingStructure::Mixed) => Fill::hatch("#b0b0b0", "#f3f1ee", 1.5, 0.2, 0.0),
        Some(BuildingStructure::Masonry) => Fill::plain("#e4dfda"),
        Some(BuildingStructure::Concrete) => Fill::plain("#d3d5d8"),
        Some(BuildingStructure::Steel) => Fill::hatch("#9fb0bf", "#dfe5ea", 1.2, 0.2, 90.0),
        None => Fill::plain("#f1f0ee"),
    };
    (fill, Stroke::solid("#8f8a85", 0.13))
}

/// How an area is filled and edged; `None` for kinds that maps leave out.
pub fn zone(kind: ZoneKind) -> Option<(Option<Fill>, Option<Stroke>)> {
    let filled = |fill: Fill, edge: &'static str| Some((Some(fill), Some(Stroke::solid(edge, 0.15))));
    match kind {
        ZoneKind::Water => filled(Fill::plain("#cfe2f3"), "#7ba7cc"),
        ZoneKind::Park => filled(Fill::plain("#e3efd9"), "#a9c796"),
        ZoneKind::Open => filled(Fill::plain("#f7f6ee"), "#c9c6b0"),
        ZoneKind::Firebreak => filled(Fill::hatch("#c9bd57", "#fbf8df", 1.6, 0.2, -45.0), "#a89c33"),
        ZoneKind::Hazard => filled(Fill::hatch("#d98f12", "#fff3da", 1.2, 0.3, 45.0), "#d98f12"),
        ZoneKind::Core => Some((None, Some(Stroke::dashed(HERITAGE, 0.5, &[4.0, 1.0, 0.6, 1.0])))),
        ZoneKind::Protection => Some((None, Some(Stroke::dashed(HERITAGE, 0.4, &[2.4, 1.0])))),
        ZoneKind::Control => Some((None, Some(Stroke::dashed("#b07f4f", 0.35, &[1.2, 0.9])))),
        ZoneKind::HistoricBlock | ZoneKind::CharacterArea => {
            Some((None, Some(Stroke::dashed("#8a6a3f", 0.35, &[6.0, 1.2]))))
        }
        ZoneKind::Study | ZoneKind::District => {
            Some((None, Some(Stroke::dashed("#555555", 0.5, &[5.0, 1.2, 0.8, 1.2]))))
        }
        ZoneKind::Subdistrict | ZoneKind::Community | ZoneKind::Carriageway => None,
    }
}

/// The edge of a site: heavy where the sheet is about it, light where it is another one.
pub fn site(kind: SiteKind, is_subject: bool) -> (Option<Fill>, Stroke) {
    match (kind.is_area(), is_subject) {
        (true, true) => (None, Stroke::solid(HERITAGE, 0.9)),
        (true, false) => (None, Stroke::dashed("#8a6a3f", 0.35, &[6.0, 1.2])),
        (false, true) => (Some(Fill::plain("#e9c79b")), Stroke::solid("#4f2c0d", 0.9)),
        (false, false) => (Some(Fill::plain("#f0dcc0")), Stroke::solid(HERITAGE, 0.3)),
    }
}

/// A dot in place of a site without an outline.
pub fn site_dot(at: Place, is_subject: bool) -> Command {
    Command::Circle {
        at,
        radius_mm: if is_subject { 1.8 } else { 0.9 },
        fill: Some(Fill::plain("#e9c79b")),
        stroke: Some(Stroke::solid("#4f2c0d", if is_subject { 0.7 } else { 0.3 })),
    }
}

/// Half the extent of the symbols below, millimetres.
pub const SYMBOL_MM: f64 = 1.5;

fn letter(at: Place, letter: &str, size_mm: f64, colour: &'static str) -> Command {
    Command::Text(Text {
        anchor: Anchor::Middle,
        colour: Cow::Borrowed(colour),
        is_bold: true,
        ..Text::new([at[0], at[1] + size_mm * 0.36], letter, size_mm)
    })
}

/// A hydrant: a red disc with an H; hollow when nobody knows whether it works, crossed out when it does not.
pub fn hydrant(at: Place, service: Service) -> Vec<Command> {
    let (fill, ink) = match service {
        Service::InService => ("#d5202c", PAPER),
        Service::OutOfService | Service::Unknown => (PAPER, "#d5202c"),
    };
    let mut commands = vec![
        Command::Circle {
            at,
            radius_mm: 1.3,
            fill: Some(Fill::plain(fill)),
            stroke: Some(Stroke::solid("#d5202c", 0.35)),
        },
        letter(at, "H", 1.9, ink),
    ];
    if service == Service::OutOfService {
        let [x, y] = at;
        for slope in [1.0, -1.0] {
            commands.push(Command::Line {
                places: vec![[x - 1.6, y - 1.6 * slope], [x + 1.6, y + 1.6 * slope]],
                stroke: Stroke::solid(INK, 0.35),
            });
        }
    }
    commands
}

/// A pond, tank or intake: a blue square with a W, hollow when nobody knows whether it can be used.
pub fn water_source(at: Place, service: Service) -> Vec<Command> {
    let [x, y] = at;
    let (fill, ink) = if service == Service::InService { (WATER, PAPER) } else { (PAPER, WATER) };
    vec![
        super::drawing::rectangle(
            [x - 1.3, y - 1.3, 2.6, 2.6],
            Some(Fill::plain(fill)),
            Some(Stroke::solid(WATER, 0.35)),
        ),
        letter(at, "W", 1.8, ink),
    ]
}

/// A station: a red-framed square with an F.
pub fn station(at: Place, is_proposed: bool) -> Vec<Command> {
    let [x, y] = at;
    let edge = if is_proposed { Stroke::dashed("#d5202c", 0.45, &[0.8, 0.5]) } else { Stroke::solid("#d5202c", 0.5) };
    vec![
        super::drawing::rectangle([x - 1.7, y - 1.7, 3.4, 3.4], Some(Fill::plain(PAPER)), Some(edge)),
        letter(at, "F", 2.6, "#d5202c"),
    ]
}

/// Where an engine stops: an orange square on its corner with an S.
pub fn stop(at: Place) -> Vec<Command> {
    let [x, y] = at;
    vec![
        Command::Area {
            rings: vec![vec![[x, y - 2.0], [x + 2.0, y], [x, y + 2.0], [x - 2.0, y], [x, y - 2.0]]],
            fill: Some(Fill::plain(PAPER)),
            stroke: Some(Stroke::solid(ENGINE, 0.5)),
        },
        letter(at, "S", 2.0, ENGINE),
    ]
}

/// A pinch point: two wedges that point at each other; filled when the lane certainly is too narrow there.
pub fn pinch(at: Place, is_certain: bool) -> Vec<Command> {
    let [x, y] = at;
    let wedge = |side: f64| Command::Area {
        rings: vec![vec![[x, y], [x + side * 1.7, y - 1.1], [x + side * 1.7, y + 1.1], [x, y]]],
        fill: Some(Fill::plain(if is_certain { FAIL } else { PAPER })),
        stroke: Some(Stroke::solid(FAIL, 0.3)),
    };
    vec![wedge(-1.0), wedge(1.0)]
}

/// Something proposed: a green plus in a circle.
pub fn proposal(at: Place) -> Vec<Command> {
    let [x, y] = at;
    vec![
        Command::Circle {
            at,
            radius_mm: 1.5,
            fill: Some(Fill::plain(PAPER)),
            stroke: Some(Stroke::dashed(PROPOSED, 0.4, &[0.7, 0.4])),
        },
        Command::Line { places: vec![[x - 0.9, y], [x + 0.9, y]], stroke: Stroke::solid(PROPOSED, 0.5) },
        Command::Line { places: vec![[x, y - 0.9], [x, y + 0.9]], stroke: Stroke::solid(PROPOSED, 0.5) },
    ]
}

/// The way of the engine.
pub fn engine_way() -> [Stroke; 2] {
    [Stroke::solid(PAPER, 1.5), Stroke::solid(ENGINE, 0.8)]
}

/// The way of the crew on foot.
pub fn foot_way() -> [Stroke; 2] {
    [Stroke::solid(PAPER, 1.2), Stroke::dashed(FOOT, 0.7, &[0.7, 0.7])]
}

/// The way of a hose; certain to be usable or not.
pub fn hose(is_usable: bool) -> [Stroke; 2] {
    // Long dashes with little between them are water; short ones far apart are not proven.
    let dash: &'static [f64] = if is_usable { &[3.0, 0.8, 0.8, 0.8] } else { &[2.2, 1.6] };
    [Stroke::solid(PAPER, 1.1), Stroke::dashed(WATER, 0.55, dash)]
}

/// The outline and the ground of what hose reaches, so wide in all.
pub fn hose_reach(width_mm: f64) -> [Stroke; 2] {
    [Stroke::solid("#5b9bd0", width_mm), Stroke::solid("#edf5fb", (width_mm - 0.6).max(width_mm * 0.5))]
}

/// The track of an engine at a corner; certain not to fit, or in doubt.
pub fn track(is_certain: bool) -> Stroke {
    if is_certain { Stroke::dashed(FAIL, 0.3, &[1.6, 0.5]) } else { Stroke::dashed(INK, 0.22, &[0.8, 0.6]) }
}

/// The circle within which a hydrant counts by the legal rule.
pub fn radius() -> Stroke {
    Stroke::dashed("#d5202c", 0.22, &[2.0, 1.4])
}
