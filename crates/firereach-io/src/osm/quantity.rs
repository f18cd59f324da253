//! Numbers as people type them into tags: decimal commas, units before and after, feet and inches, Chinese units.

/// What a tag that should hold a number holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// A number, in the unit asked for.
    Is(f64),
    /// A word that is known to say that there is no number (`none`, `default`, `unsigned`).
    NotStated,
    /// Something else.
    Bad,
}

impl Number {
    /// The same with the number changed.
    fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Is(number) => Self::Is(number * factor),
            other => other,
        }
    }
}

/// Words that stand where a limit or a size would, and give none.
const NO_NUMBER: [&str; 17] = [
    "none",
    "no",
    "default",
    "below_default",
    "unsigned",
    "no_sign",
    "no_indications",
    "unknown",
    "variable",
    "yes",
    "implicit",
    "signals",
    "walk",
    "national",
    "unlimited",
    "nan",
    "-",
];

/// A length or height in metres; a bare number is in metres.
pub(super) fn metres(text: &str) -> Number {
    if let Some(number) = feet_and_inches(text) {
        return Number::Is(number);
    }
    with_unit(text, |unit| match unit {
        "" | "m" | "metre" | "metres" | "meter" | "meters" | "mtr" | "米" | "公尺" => Some(1.0),
        "cm" | "厘米" | "公分" => Some(0.01),
        "mm" | "毫米" => Some(0.001),
        "km" | "公里" => Some(1000.0),
        "ft" | "feet" | "foot" => Some(0.3048),
        "in" | "inch" | "inches" | "\"" => Some(0.0254),
        "yd" => Some(0.9144),
        _ => None,
    })
}

/// A mass in tonnes; a bare number is in tonnes.
pub(super) fn tonnes(text: &str) -> Number {
    with_unit(text, |unit| match unit {
        "" | "t" | "to" | "ton" | "tons" | "tonne" | "tonnes" | "mt" | "吨" => Some(1.0),
        "kg" | "千克" | "公斤" => Some(0.001),
        "st" => Some(0.907_184_74),
        "lt" => Some(1.016_046_908_8),
        "lbs" | "lb" => Some(0.000_453_592_37),
        "cwt" => Some(0.050_802_345_44),
        _ => None,
    })
}

/// A speed in km/h; a bare number is in km/h. Zone words such as `CN:urban` state no number.
pub(super) fn kilometres_per_hour(text: &str) -> Number {
    if text.contains(':') {
        return Number::NotStated;
    }
    with_unit(text, |unit| match unit {
        "" | "km/h" | "kmh" | "kph" | "公里/小时" => Some(1.0),
        "mph" => Some(1.609_344),
        "knots" => Some(1.852),
        _ => None,
    })
}

/// A slope in percent, positive along the line uphill. `up`, `down` and `steep` state a sense but no number.
pub(super) fn slope_percent(text: &str) -> Number {
    let text = folded(text);
    if ["up", "down", "steep", "up/down", "both"].contains(&text.as_str()) {
        return Number::NotStated;
    }
    // `±4%` gives the size without the sense: a number that would be wrong half of the time.
    if text.starts_with('±') || text.starts_with("+/-") || text.starts_with("+-") {
        return Number::NotStated;
    }
    if let Some((rise, run)) = text.split_once(':').or_else(|| text.split_once('/')) {
        let sign = if rise.trim().starts_with('-') { -1.0 } else { 1.0 };
        let rise = rise.trim().trim_start_matches(['-', '+']);
        let rise = if rise.is_empty() { Some(1.0) } else { rise.parse::<f64>().ok() };
        return match (rise, run.trim().parse::<f64>()) {
            (Some(rise), Ok(run)) if run > 0.0 && rise.is_finite() => Number::Is(sign * rise / run * 100.0),
            _ => Number::Bad,
        };
    }
    if let Some(degrees) = ["°", "deg", "degrees", "度"].iter().find_map(|unit| text.strip_suffix(unit)) {
        return match degrees.trim().parse::<f64>() {
            Ok(angle) if angle.abs() < 90.0 => Number::Is(angle.to_radians().tan() * 100.0),
            _ => Number::Bad,
        };
    }
    with_unit(&text, |unit| match unit {
        "" | "%" | "percent" => Some(1.0),
        "‰" => Some(0.1),
        _ => None,
    })
}

/// A flow in litres a second. A bare number has no agreed unit among mappers, so it is not understood.
pub(super) fn litres_per_second(text: &str) -> Number {
    with_unit(text, |unit| match unit {
        "l/s" | "lps" | "升/秒" => Some(1.0),
        "l/min" | "lpm" | "l/m" | "升/分" => Some(1.0 / 60.0),
        "m3/h" | "m³/h" | "cmh" | "立方米/小时" => Some(1.0 / 3.6),
        "m3/min" | "m³/min" => Some(1000.0 / 60.0),
        "gpm" | "us gpm" | "gal/min" => Some(3.785_411_784 / 60.0),
        _ => None,
    })
}

/// A pressure in megapascals; a bare number is in bar.
pub(super) fn megapascals(text: &str) -> Number {
    with_unit(text, |unit| match unit {
        "" | "bar" | "bars" => Some(0.1),
        "mpa" | "兆帕" => Some(1.0),
        "kpa" | "千帕" => Some(0.001),
        "psi" => Some(0.006_894_757),
        "mwc" | "mh2o" => Some(0.009_806_65),
        _ => None,
    })
}

/// A pipe's diameter in millimetres; a bare number is in millimetres.
pub(super) fn millimetres(text: &str) -> Number {
    let bare = folded(text);
    let bare = bare.strip_prefix("dn").unwrap_or(&bare);
    with_unit(bare, |unit| match unit {
        "" | "mm" | "毫米" => Some(1.0),
        "cm" => Some(10.0),
        "m" => Some(1000.0),
        "in" | "inch" | "inches" | "\"" => Some(25.4),
        _ => None,
    })
}

/// A volume in cubic metres; a bare number is in `bare` cubic metres, where the tag has an agreed unit.
pub(super) fn cubic_metres(text: &str, bare: Option<f64>) -> Number {
    with_unit(text, |unit| match unit {
        "" => bare,
        "m3" | "m³" | "m^3" | "cbm" | "立方米" | "方" => Some(1.0),
        "l" | "litre" | "litres" | "liter" | "liters" | "升" => Some(0.001),
        "gal" | "gallons" => Some(0.003_785_411_784),
        _ => None,
    })
}

/// A whole number, at least zero.
pub(super) fn count(text: &str) -> Option<u32> {
    let text = folded(text);
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        // `lanes=1.5` is in use for a lane and a half: one lane is what is surely there.
        (number.is_finite() && (0.0..1e6).contains(&number)).then_some(number as u32)
    })
}

fn with_unit(text: &str, factor: impl Fn(&str) -> Option<f64>) -> Number {
    let text = folded(text);
    if NO_NUMBER.contains(&text.as_str()) {
        return Number::NotStated;
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,+-".contains(c))).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let (Some(number), Some(factor)) = (decimal(digits), factor(unit.trim())) else { return Number::Bad };
    Number::Is(number).scaled(factor)
}

/// A number with a point or a single decimal comma; `1,500` is neither surely 1.5 nor surely 1500, so it is none.
fn decimal(digits: &str) -> Option<f64> {
    let number = match digits.split_once(',') {
        None => digits.parse::<f64>().ok()?,
        Some((whole, part)) if part.len() != 3 && !part.contains([',', '.']) => {
            format!("{whole}.{part}").parse().ok()?
        }
        Some((whole, part)) if whole == "0" => format!("{whole}.{part}").parse().ok()?,
        Some(_) => return None,
    };
    number.is_finite().then_some(number)
}

/// `12'6"`, `12'`, `12 ft 6 in`.
fn feet_and_inches(text: &str) -> Option<f64> {
    let text = folded(text).replace(['’', '′'], "'").replace(['”', '″'], "\"").replace("''", "\"");
    let (feet, rest) = text.split_once('\'').or_else(|| text.split_once("ft"))?;
    let feet: f64 = feet.trim().parse().ok()?;
    let rest = rest.trim().trim_end_matches(['"', '.']).trim_end_matches("in").trim();
    let inches: f64 = if rest.is_empty() { 0.0 } else { rest.parse().ok()? };
    (feet.is_finite() && inches.is_finite()).then_some((feet * 12.0 + inches) * 0.0254)
}

/// Trimmed, lower case, full-width digits and signs made plain.
fn folded(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{2212}' => '-',
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: Number, expected: f64) {
        match found {
            Number::Is(number) => assert!((number - expected).abs() < 1e-9, "{number} is not {expected}"),
            other => panic!("{other:?} is not {expected}"),
        }
    }

    #[test]
    fn a_length_is_read_in_every_usual_spelling() {
        for text in ["3.5", "3,5", "3.5 m", "3.5m", " 3.50 ", "350 cm", "３．５米", "3.5 metres"] {
            check(metres(text), 3.5);
        }
        check(metres("12'6\""), 3.81);
        check(metres("12'"), 3.6576);
        check(metres("13'8\""), 164.0 * 0.0254);
        check(metres("12 ft 6 in"), 3.81);
        check(metres("10 ft"), 3.048);
        check(metres("18\""), 0.4572);
    }

    #[test]
    fn words_that_state_no_limit_are_no_fault() {
        for text in ["default", "none", "below_default", "unsigned", "No"] {
            assert_eq!(metres(text), Number::NotStated);
        }
    }

    #[test]
    fn what_is_ambiguous_is_not_a_number() {
        for text in ["3;4", "2-3", "narrow", "~3", "1,500", "", "3.5.1", "4 lanes", "inf", "-"] {
            assert!(!matches!(metres(text), Number::Is(_)), "{text}");
        }
    }

    #[test]
    fn a_slope_may_be_percent_degrees_or_a_ratio() {
        check(slope_percent("10%"), 10.0);
        check(slope_percent("-7.4 %"), -7.4);
        check(slope_percent("45°"), 100.0);
        check(slope_percent("1:10"), 10.0);
        check(slope_percent(":20"), 5.0);
        check(slope_percent("-1:4"), -25.0);
        for text in ["up", "down", "steep", "±3.9%"] {
            assert_eq!(slope_percent(text), Number::NotStated);
        }
        assert_eq!(slope_percent("hill"), Number::Bad);
    }

    #[test]
    fn masses_speeds_flows_and_pressures_are_converted() {
        check(tonnes("3.5"), 3.5);
        check(tonnes("3500 kg"), 3.5);
        check(tonnes("7,5 t"), 7.5);
        check(kilometres_per_hour("30 mph"), 48.280_32);
        assert_eq!(kilometres_per_hour("CN:urban"), Number::NotStated);
        check(litres_per_second("1800 l/min"), 30.0);
        check(litres_per_second("108 m3/h"), 30.0);
        check(litres_per_second("15 L/s"), 15.0);
        assert_eq!(litres_per_second("15"), Number::Bad);
        check(megapascals("6"), 0.6);
        check(megapascals("0.3 MPa"), 0.3);
        check(millimetres("DN100"), 100.0);
        check(millimetres("4\""), 101.6);
        check(cubic_metres("50 m³", None), 50.0);
        check(cubic_metres("20000 l", None), 20.0);
        assert_eq!(cubic_metres("50", None), Number::Bad);
    }

    #[test]
    fn a_lane_and_a_half_counts_as_one() {
        assert_eq!(count("2"), Some(2));
        assert_eq!(count("1.5"), Some(1));
        assert_eq!(count("two"), None);
        assert_eq!(count("-1"), None);
    }
}
