//! Parking along a road, from the tags in use since 2022 (`parking:SIDE`) and from those before (`parking:lane:SIDE`).

use firereach_model::feature::{Parking, ParkingKind, ParkingSides};

use super::extract::TagView;

/// Parking on both sides, as far as tags say.
pub(super) fn sides(tags: &TagView<'_>) -> ParkingSides {
    if !tags.iter().any(|(key, _)| key.starts_with("parking:")) {
        return ParkingSides::default();
    }
    ParkingSides { left: side(tags, "left"), right: side(tags, "right") }
}

fn side(tags: &TagView<'_>, side: &str) -> Option<Parking> {
    let get = |before: &str, after: &str| {
        tags.get(&format!("{before}:{side}{after}")).or_else(|| tags.get(&format!("{before}:both{after}")))
    };
    if let Some(position) = get("parking", "") {
        let kind = match position {
            "no" => ParkingKind::None,
            // In a bay of its own, outside the lane.
            "street_side" => ParkingKind::None,
            // Drawn as an area of its own; the lane's tags say nothing.
            "separate" => return None,
            "half_on_kerb" | "on_kerb" | "shoulder" => ParkingKind::HalfOnKerb,
            _ => orientation(get("parking", ":orientation").unwrap_or_default()),
        };
        let restriction = get("parking", ":restriction");
        let at_times = get("parking", ":restriction:conditional");
        return Some(match (restriction, at_times) {
            _ if kind == ParkingKind::None => always(kind),
            (Some(word), None) if is_ban(word) => always(ParkingKind::None),
            (_, Some(rule)) => during(kind, rule),
            _ => always(kind),
        });
    }
    let lane = get("parking:lane", "")?;
    let place = get("parking:lane", &format!(":{lane}")).unwrap_or_default();
    let kind = match (lane, place) {
        ("separate", _) => return None,
        ("no", _) => ParkingKind::None,
        (lane, _) if is_ban(lane) => ParkingKind::None,
        (_, "street_side" | "lay_by") => ParkingKind::None,
        (_, "half_on_kerb" | "on_kerb" | "shoulder") => ParkingKind::HalfOnKerb,
        (lane, _) => orientation(lane),
    };
    if kind == ParkingKind::None {
        return Some(always(kind));
    }
    let times = get("parking:condition", ":time_interval");
    let otherwise = get("parking:condition", ":default");
    Some(match (get("parking:condition", ""), times) {
        (Some(word), None) if is_ban(word) => always(ParkingKind::None),
        (Some(word), Some(times)) if is_ban(word) => match hours(times) {
            Some(banned) if !banned.on_some_days => with_hours(kind, banned.outside()),
            _ => always(kind),
        },
        (Some(_), Some(times)) if otherwise.is_some_and(is_ban) => match hours(times) {
            Some(allowed) => with_hours(kind, allowed.touched()),
            None => always(kind),
        },
        _ => always(kind),
    })
}

fn orientation(word: &str) -> ParkingKind {
    match word {
        "parallel" => ParkingKind::Parallel,
        "diagonal" => ParkingKind::Diagonal,
        "perpendicular" | "orthogonal" => ParkingKind::Perpendicular,
        _ => ParkingKind::Unknown,
    }
}

fn is_ban(word: &str) -> bool {
    matches!(word, "no_parking" | "no_stopping" | "no_standing" | "fire_lane" | "prohibited")
}

fn always(kind: ParkingKind) -> Parking {
    Parking { kind, hours: Vec::new(), probability: None }
}

fn with_hours(kind: ParkingKind, hours: Option<Vec<(u8, u8)>>) -> Parking {
    match hours {
        Some(hours) => Parking { kind, hours, probability: None },
        None => always(ParkingKind::None),
    }
}

/// A ban in certain hours of every day leaves the other hours; on certain days only, it leaves every hour of the rest.
fn during(kind: ParkingKind, rule: &str) -> Parking {
    let Some((word, times)) = rule.split_once('@') else { return always(kind) };
    match hours(times) {
        Some(banned) if is_ban(word.trim()) && !banned.on_some_days => with_hours(kind, banned.outside()),
        _ => always(kind),
    }
}

/// Minutes of the day that a time rule names.
struct Hours {
    /// From and to in minutes; `to` may be below `from`.
    spans: Vec<(u32, u32)>,
    /// Whether the rule names days or months as well.
    on_some_days: bool,
}

impl Hours {
    /// Hours that lie outside every span, at least in part; `None` when there is none.
    fn outside(&self) -> Option<Vec<(u8, u8)>> {
        ranges(|hour| !(hour * 60..hour * 60 + 60).all(|minute| self.holds(minute)))
    }

    /// Hours that lie inside a span, at least in part; `None` when there is none.
    fn touched(&self) -> Option<Vec<(u8, u8)>> {
        ranges(|hour| (hour * 60..hour * 60 + 60).any(|minute| self.holds(minute)))
    }

    fn holds(&self, minute: u32) -> bool {
        self.spans.iter().any(
            |&(from, to)| {
                if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
            },
        )
    }
}

/// Reads times such as `Mo-Fr 08:00-18:00`, `(9-17)`, `07:30-09:00,16:00-18:00`; `None` where there is no time.
fn hours(text: &str) -> Option<Hours> {
    let mut spans = Vec::new();
    let mut numbers: Vec<u32> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[start..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let (hour, minute) = word.split_once(':').unwrap_or((word, "0"));
        let time = hour.parse::<u32>().ok()?.checked_mul(60)?.checked_add(minute.parse().ok()?)?;
        if time > 24 * 60 {
            return None;
        }
        numbers.push(time);
        let is_open = after.trim_start().starts_with(['-', '–']);
        if numbers.len() == 2 {
            spans.push((numbers[0], numbers[1]));
            numbers.clear();
        } else if !is_open {
            return None;
        }
        rest = after;
    }
    let on_some_days = text.chars().any(char::is_alphabetic);
    (numbers.is_empty() && !spans.is_empty()).then_some(Hours { spans, on_some_days })
}

/// The hours that hold, joined; empty for all of them, `None` for none.
fn ranges(holds: impl Fn(u32) -> bool) -> Option<Vec<(u8, u8)>> {
    let held: Vec<bool> = (0..24).map(holds).collect();
    if held.iter().all(|h| *h) {
        return Some(Vec::new());
    }
    let mut ranges = Vec::new();
    for start in (0..24_usize).filter(|&h| held[h] && !held[(h + 23) % 24]) {
        let length = (0..24).take_while(|&n| held[(start + n) % 24]).count();
        let end = (start + length) % 24;
        ranges.push((start as u8, if end == 0 { 24 } else { end as u8 }));
    }
    (!ranges.is_empty()).then_some(ranges)
}

#[cfg(test)]
mod tests {
    use super::super::extract::Tags;
    use super::*;

    /// `tags` as `key=value` separated by blanks; the right side as `kind from-to…`.
    #[track_caller]
    fn check(tags: &str, expected: &str) {
        let tags = Tags::pack(tags.split("  ").filter_map(|pair| pair.split_once('=')));
        let text = sides(&tags.view()).right.map_or("unsaid".to_owned(), |parking| {
            let hours: Vec<String> = parking.hours.iter().map(|(from, to)| format!(" {from}-{to}")).collect();
            format!("{}{}", parking.kind, hours.concat())
        });
        assert_eq!(text, expected);
    }

    #[test]
    fn both_schemes_say_how_vehicles_stand() {
        check("parking:right=lane  parking:right:orientation=parallel", "parallel");
        check("parking:both=half_on_kerb", "half_on_kerb");
        check("parking:lane:both=diagonal", "diagonal");
        check("parking:lane:right=parallel  parking:lane:right:parallel=half_on_kerb", "half_on_kerb");
        check("parking:left=lane", "unsaid");
        check("parking:right=separate", "unsaid");
        check("parking:right=street_side", "none");
        check("parking:lane:right=no_stopping", "none");
    }

    #[test]
    fn a_ban_by_day_leaves_the_night() {
        check("parking:right=lane  parking:right:restriction:conditional=no_parking @ (07:00-19:00)", "unknown 19-7");
        check(
            "parking:lane:both=parallel  parking:condition:both=no_parking  parking:condition:both:time_interval=08:30-18:00",
            "parallel 18-9",
        );
    }

    #[test]
    fn a_ban_on_working_days_leaves_every_hour_of_the_others() {
        check("parking:right=lane  parking:right:restriction:conditional=no_parking @ (Mo-Fr 07:00-19:00)", "unknown");
    }
}
