//! The colours of everything that is drawn. Red means failed and nothing else.
//!
//! Verdicts differ in brightness as well as in hue, so that they survive a black-and-white print; what nobody knows is
//! grey; times run from light (soon) to dark in one hue; differences diverge from a neutral middle.

use firereach_model::feature::ZoneKind;
use firereach_model::findings::water::WaterClass;
use firereach_model::rules::Verdict;
use firereach_model::symbols::Colour;
use firereach_model::workbook::Tone;

/// Outlines and text.
pub const INK: Colour = Colour(60, 60, 60);
/// What nobody knows.
pub const UNKNOWN: Colour = Colour(140, 140, 140);
/// What passes.
pub const PASS: Colour = Colour(49, 104, 160);
/// What fails, and a plan may stand in.
pub const EXEMPT: Colour = Colour(150, 110, 60);
/// What fails a recommendation.
pub const ADVISORY: Colour = Colour(229, 138, 143);
/// What fails.
pub const FAIL: Colour = Colour(192, 33, 47);
/// Hydrants, ponds and everything that gives water.
pub const WATER: Colour = Colour(33, 113, 181);
/// Outlines of protected places.
pub const HERITAGE: Colour = Colour(120, 72, 30);
/// Paper.
pub const PAPER: Colour = Colour(255, 255, 255);
/// Footprints.
pub const BUILDING: Colour = Colour(226, 226, 222);
/// Their outlines.
pub const BUILDING_EDGE: Colour = Colour(170, 172, 168);
/// A time that is soon.
pub const SOON: Colour = Colour(224, 236, 244);
/// A time that is late.
pub const LATE: Colour = Colour(37, 52, 110);
/// Passability classes from the widest (P5) to the narrowest that still lets somebody pass (P1).
pub const PASSABILITY: [Colour; 5] =
    [Colour(8, 64, 129), Colour(43, 140, 190), Colour(65, 182, 166), Colour(154, 165, 58), Colour(176, 122, 60)];
/// Reached now and not before.
pub const NEW: Colour = Colour(1, 95, 85);
/// Sooner than before.
pub const GAIN: Colour = Colour(1, 133, 113);
/// As before.
pub const SAME: Colour = Colour(225, 225, 225);
/// Later than before.
pub const LOSS: Colour = Colour(166, 97, 26);
/// No longer reached.
pub const LOST: Colour = Colour(120, 60, 10);

/// The colour of a verdict.
pub fn of_verdict(verdict: Verdict) -> Colour {
    match verdict {
        Verdict::Pass => PASS,
        Verdict::Unknown => UNKNOWN,
        Verdict::ExemptWithPlan => EXEMPT,
        Verdict::AdvisoryFail => ADVISORY,
        Verdict::MandatoryFail => FAIL,
    }
}

/// The colour of a water class.
pub fn of_water_class(class: WaterClass) -> Colour {
    match class {
        WaterClass::Red => FAIL,
        WaterClass::Orange => Colour(236, 135, 40),
        WaterClass::Yellow => Colour(246, 214, 84),
        WaterClass::Green => Colour(76, 153, 98),
        WaterClass::Unknown => UNKNOWN,
    }
}

/// The colour of a kind of area.
pub fn of_zone(kind: ZoneKind) -> Colour {
    match kind {
        ZoneKind::HistoricBlock => Colour(205, 170, 125),
        ZoneKind::CharacterArea => Colour(225, 205, 170),
        ZoneKind::Core => Colour(180, 130, 80),
        ZoneKind::Protection => Colour(200, 160, 120),
        ZoneKind::Control => Colour(235, 225, 205),
        ZoneKind::Park => Colour(190, 220, 180),
        ZoneKind::Water => Colour(180, 210, 235),
        ZoneKind::Firebreak => Colour(225, 225, 160),
        ZoneKind::Open => Colour(235, 235, 225),
        ZoneKind::Carriageway => Colour(215, 215, 215),
        ZoneKind::Hazard => Colour(240, 200, 90),
        ZoneKind::Study | ZoneKind::District | ZoneKind::Subdistrict | ZoneKind::Community => PAPER,
    }
}

/// The colour of the band `index` of `count` from soon to late.
pub fn of_band(index: usize, count: usize) -> Colour {
    let last = count.max(2) - 1;
    SOON.towards(LATE, index as f64 / last as f64)
}

/// The colours of a cell that holds a verdict.
pub fn tone_of_verdict(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone { fill: Colour(219, 233, 246), ink: Colour(20, 69, 107) },
        Verdict::Unknown => Tone { fill: Colour(236, 236, 236), ink: Colour(85, 85, 85) },
        Verdict::ExemptWithPlan => Tone { fill: Colour(239, 227, 208), ink: Colour(107, 74, 26) },
        Verdict::AdvisoryFail => Tone { fill: Colour(247, 217, 219), ink: Colour(138, 43, 51) },
        Verdict::MandatoryFail => Tone { fill: FAIL, ink: PAPER },
    }
}

/// The colours of a cell that holds a water class.
pub fn tone_of_water_class(class: WaterClass) -> Tone {
    match class {
        WaterClass::Red => Tone { fill: FAIL, ink: PAPER },
        WaterClass::Orange => Tone { fill: Colour(250, 209, 166), ink: Colour(110, 55, 5) },
        WaterClass::Yellow => Tone { fill: Colour(252, 241, 186), ink: Colour(95, 75, 5) },
        WaterClass::Green => Tone { fill: Colour(213, 236, 219), ink: Colour(25, 80, 40) },
        WaterClass::Unknown => Tone { fill: Colour(236, 236, 236), ink: Colour(85, 85, 85) },
    }
}
