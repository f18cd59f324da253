//! The classes of legends.

use firereach_model::feature::{StationKind, ZoneKind};
use firereach_model::findings::proposals::Firmness;
use firereach_model::findings::uncovered::Cause;
use firereach_model::findings::water::WaterClass;
use firereach_model::rules::Verdict;
use firereach_model::symbols::{ASSUMED, Class, Colour, Mark, Marker};

use super::mark;
use crate::gain::GainClass;
use crate::palette;
use crate::words::Language;

fn class(value: &str, label: &str, mark: Mark) -> Class {
    Class { value: value.to_owned(), label: label.to_owned(), mark }
}

/// Drawn hollow, dashed or hatched: nobody knows.
pub(super) fn unknown(size: f64) -> Mark {
    Mark {
        colour: palette::UNKNOWN,
        outline: palette::UNKNOWN,
        size_mm: size,
        marker: Marker::Circle,
        is_unknown: true,
        opacity: 0.5,
    }
}

pub(super) fn verdicts(size: f64, language: Language) -> Vec<Class> {
    let of = |verdict: Verdict, mark: Mark| class(verdict.code(), language.verdict(verdict), mark);
    vec![
        of(Verdict::Pass, mark(palette::PASS, size, Marker::Circle)),
        of(Verdict::ExemptWithPlan, mark(palette::EXEMPT, size, Marker::Pentagon)),
        of(Verdict::AdvisoryFail, mark(palette::ADVISORY, size * 1.1, Marker::Triangle)),
        of(Verdict::MandatoryFail, mark(palette::FAIL, size * 1.2, Marker::Square)),
        class("", language.verdict(Verdict::Unknown), unknown(size)),
    ]
}

pub(super) fn water_classes(size: f64, language: Language) -> Vec<Class> {
    let of = |water: WaterClass, marker: Marker| {
        class(water.code(), language.water_class(water), mark(palette::of_water_class(water), size, marker))
    };
    vec![
        of(WaterClass::Red, Marker::Square),
        of(WaterClass::Orange, Marker::Triangle),
        of(WaterClass::Yellow, Marker::Diamond),
        of(WaterClass::Green, Marker::Circle),
        class("", language.water_class(WaterClass::Unknown), unknown(size)),
    ]
}

/// What may pass a class of lane.
pub(super) const PASSABILITY: [(&str, &str, &str); 6] = [
    ("P5", "all engines", "各类消防车"),
    ("P4", "light engines", "轻型消防车"),
    ("P3", "mini engines", "微型消防车"),
    ("P2", "motorcycles and hand carts", "摩托与手推装备"),
    ("P1", "crew on foot", "徒步"),
    ("P0", "nothing passes", "不可通行"),
];

pub(super) fn passability(size: f64, language: Language) -> Vec<Class> {
    let colours = palette::PASSABILITY.into_iter().chain([palette::FAIL]);
    let mut classes: Vec<Class> = PASSABILITY
        .iter()
        .zip(colours)
        .zip(0_u8..)
        .map(|((&(code, english, chinese), colour), step)| {
            // Wider lanes are drawn wider.
            let width = if code == "P0" { size * 1.3 } else { size * (1.8 - 0.3 * f64::from(step)) };
            class(code, &format!("{code} {}", language.pick(english, chinese)), mark(colour, width, Marker::Circle))
        })
        .collect();
    let not_measured = language.pick("by the class of the road, not measured", "按道路等级推定,未实测");
    let by_road: Vec<Class> = classes
        .iter()
        .map(|known| Class {
            value: format!("{}{ASSUMED}", known.value),
            label: format!("{} {not_measured}", known.value),
            mark: Mark { colour: known.mark.colour.towards(palette::PAPER, 0.5), ..known.mark },
        })
        .collect();
    classes.extend(by_road);
    classes.push(class("", language.verdict(Verdict::Unknown), unknown(size)));
    classes
}

pub(super) fn services(language: Language) -> Vec<Class> {
    const SIZE: f64 = 2.4;
    let out = Mark { outline: palette::FAIL, ..mark(palette::PAPER, SIZE, Marker::Cross) };
    vec![
        class("in_service", language.pick("in service", "在用"), mark(palette::WATER, SIZE, Marker::Circle)),
        class("out_of_service", language.pick("out of service", "停用"), out),
        class("", language.verdict(Verdict::Unknown), unknown(SIZE)),
    ]
}

pub(super) fn station_kinds(language: Language) -> Vec<Class> {
    // A red frame is the sign of a station everywhere, the one exception to red for failures.
    let of = |kind: StationKind, size: f64| {
        let mark = Mark { outline: palette::FAIL, ..mark(palette::PAPER, size, Marker::Square) };
        class(kind.code(), language.station_kind(kind), mark)
    };
    let mut classes: Vec<Class> = [StationKind::Special, StationKind::First, StationKind::Second, StationKind::Small]
        .into_iter()
        .map(|kind| of(kind, 4.2))
        .collect();
    classes.push(of(StationKind::Micro, 2.8));
    classes.push(of(StationKind::FirePoint, 2.2));
    classes.push(Class { value: String::new(), ..of(StationKind::Unknown, 4.2) });
    classes
}

pub(super) fn severities(language: Language) -> Vec<Class> {
    vec![
        class("error", language.pick("error", "错误"), mark(palette::FAIL, 2.6, Marker::Square)),
        class("warning", language.pick("warning", "警告"), mark(Colour(230, 160, 40), 2.4, Marker::Triangle)),
        class("info", language.pick("good to know", "提示"), mark(Colour(180, 180, 180), 1.8, Marker::Circle)),
    ]
}

pub(super) fn zone_kinds(language: Language) -> Vec<Class> {
    const FILLED: [ZoneKind; 11] = [
        ZoneKind::HistoricBlock,
        ZoneKind::CharacterArea,
        ZoneKind::Core,
        ZoneKind::Protection,
        ZoneKind::Control,
        ZoneKind::Park,
        ZoneKind::Water,
        ZoneKind::Firebreak,
        ZoneKind::Open,
        ZoneKind::Carriageway,
        ZoneKind::Hazard,
    ];
    let mut classes: Vec<Class> = FILLED
        .into_iter()
        .map(|kind| {
            let is_heritage = matches!(kind, ZoneKind::HistoricBlock | ZoneKind::CharacterArea);
            let outline = if is_heritage { palette::HERITAGE } else { palette::of_zone(kind) };
            let mark = Mark { outline, opacity: 0.5, ..mark(palette::of_zone(kind), 0.4, Marker::Square) };
            class(kind.code(), language.zone_kind(kind), mark)
        })
        .collect();
    let border = Mark { opacity: 0.0, outline: palette::UNKNOWN, ..mark(palette::PAPER, 0.3, Marker::Square) };
    classes.push(class("", language.pick("boundary", "界线"), border));
    classes
}

/// What keeps a place from being reached in time.
pub(super) fn causes(size: f64, language: Language) -> Vec<Class> {
    let of = |cause: Cause, words: (&'static str, &'static str), mark: Mark| {
        class(cause.code(), language.pick(words.0, words.1), mark)
    };
    vec![
        of(Cause::TooFar, ("too far", "距离过远"), mark(palette::LOSS, size, Marker::Circle)),
        of(Cause::Barred, ("a lane is barred", "通道受阻"), mark(palette::FAIL, size, Marker::Square)),
        of(Cause::NoWay, ("no way leads there", "无路可达"), mark(palette::LOST, size, Marker::Diamond)),
        of(Cause::NoStation, ("no station is staffed", "无站值守"), mark(palette::ADVISORY, size, Marker::Triangle)),
        of(Cause::NoData, ("no way in the data", "数据中无道路"), mark(palette::SAME, size, Marker::Cross)),
        class("", language.pick("a lane nobody measured", "通道未测"), unknown(size)),
    ]
}

/// Whether the verdict on the response stays when speeds and turnouts vary.
pub(super) fn firmnesses(size: f64, language: Language) -> Vec<Class> {
    let of = |firmness: Firmness, mark: Mark| class(firmness.code(), language.firmness(firmness), mark);
    vec![
        of(Firmness::Firm, mark(palette::NEW, size, Marker::Circle)),
        of(Firmness::Speed, mark(palette::LOSS, size, Marker::Triangle)),
        of(Firmness::Turnout, mark(palette::LOSS, size, Marker::Diamond)),
        of(Firmness::SpeedAndTurnout, mark(palette::LOST, size, Marker::Pentagon)),
        class("", language.firmness(Firmness::Unmeasured), unknown(size)),
    ]
}

/// From much sooner over the same to much later: size and shape say what the colour does.
pub(super) fn differences(size: f64, language: Language) -> Vec<Class> {
    /// The largest mark against that of other layers.
    const LARGEST: f64 = 1.7;
    GainClass::ALL
        .into_iter()
        .map(|gain| {
            let marker = match gain {
                GainClass::New => Marker::Star,
                GainClass::Loss(_) => Marker::Square,
                GainClass::Lost => Marker::Diamond,
                GainClass::Gain(_) | GainClass::Same | GainClass::Unreached => Marker::Circle,
            };
            let size = size * LARGEST * gain.size();
            let mark = if gain == GainClass::Unreached { unknown(size) } else { mark(gain.colour(), size, marker) };
            class(&gain.code(), &gain.says(language), mark)
        })
        .collect()
}
