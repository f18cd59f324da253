//! Numbers with units as people write them in tables: `15 l/s`, `900 L/min`, `4米`, `约3.5m`, `4~6`, `13'6"`, `十二`.

use firereach_model::bounds::Bounds;
use firereach_model::units::Quantity;

/// What a number measures; each has one unit in which the engine keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// Metres.
    Length,
    /// Millimetres of a pipe.
    Diameter,
    /// Litres a second.
    Flow,
    /// Megapascals.
    Pressure,
    /// Cubic metres.
    Volume,
    /// Tonnes.
    Mass,
    /// Percent.
    Slope,
    /// Seconds.
    Time,
    /// Kilometres an hour.
    Speed,
    /// Pieces.
    Count,
}

impl Dimension {
    /// The engine's own unit.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Length => "m",
            Self::Diameter => "mm",
            Self::Flow => "L/s",
            Self::Pressure => "MPa",
            Self::Volume => "m3",
            Self::Mass => "t",
            Self::Slope => "%",
            Self::Time => "s",
            Self::Speed => "km/h",
            Self::Count => "1",
        }
    }

    /// Another unit in which people write it in tables, for advice.
    pub(crate) fn rival(self) -> &'static str {
        match self {
            Self::Flow => "L/min",
            Self::Pressure => "kPa",
            _ => self.unit(),
        }
    }

    /// How many of the engine's units one of the named ones is; `None` for a unit of something else.
    ///
    /// Factors: the SI brochure (9th edition), table 8, and for the international foot, the US gallon (231 cubic inches)
    /// and the pound-force their definitions.
    pub(crate) fn factor(self, unit: &str) -> Option<f64> {
        let unit = plain_unit(unit);
        let unit = unit.as_str();
        let factor = match self {
            Self::Length | Self::Diameter => {
                let metres = match unit {
                    "m" | "米" | "公尺" | "metre" | "metres" | "meter" | "meters" => 1.0,
                    "cm" | "厘米" | "公分" => 0.01,
                    "mm" | "毫米" => 0.001,
                    "km" | "公里" | "千米" => 1000.0,
                    "ft" | "feet" | "foot" | "'" | "英尺" => 0.3048,
                    "in" | "inch" | "inches" | "\"" | "英寸" => 0.0254,
                    _ => return None,
                };
                if self == Self::Diameter { metres * 1000.0 } else { metres }
            }
            Self::Flow => match unit {
                "l/s" | "lps" | "升/秒" | "l/sec" | "ls" => 1.0,
                "l/min" | "lpm" | "升/分" | "升/分钟" | "l/m" | "lmin" => 1.0 / 60.0,
                "m3/h" | "cmh" | "立方米/小时" | "立方/小时" | "方/小时" | "m3/hr" | "吨/小时" | "t/h" => {
                    1.0 / 3.6
                }
                "m3/s" | "cms" | "立方米/秒" => 1000.0,
                "m3/min" | "cmm" | "立方米/分" => 1000.0 / 60.0,
                "gpm" | "usgpm" | "gal/min" | "galmin" => 3.785_411_784 / 60.0,
                _ => return None,
            },
            Self::Pressure => match unit {
                "mpa" | "兆帕" => 1.0,
                "kpa" | "千帕" => 0.001,
                "pa" | "帕" => 1e-6,
                "bar" | "巴" => 0.1,
                "psi" => 0.006_894_757_293_168,
                "kg/cm2" | "kgf/cm2" | "公斤" | "公斤/平方厘米" | "公斤力/平方厘米" | "kg" => {
                    0.098_066_5
                }
                "mh2o" | "米水柱" | "m" | "米" => 0.009_806_65,
                "atm" => 0.101_325,
                _ => return None,
            },
            Self::Volume => match unit {
                "m3" | "立方米" | "立方" | "方" | "吨" | "t" | "公吨" => 1.0,
                "l" | "升" | "公升" | "liter" | "litre" | "liters" | "litres" => 0.001,
                "gal" | "加仑" => 0.003_785_411_784,
                _ => return None,
            },
            Self::Mass => match unit {
                "t" | "吨" | "公吨" | "ton" | "tons" => 1.0,
                "kg" | "公斤" | "千克" => 0.001,
                "lb" | "lbs" | "磅" => 0.000_453_592_37,
                _ => return None,
            },
            Self::Slope => match unit {
                "%" | "percent" => 1.0,
                "‰" => 0.1,
                _ => return None,
            },
            Self::Time => match unit {
                "s" | "秒" | "sec" | "second" | "seconds" => 1.0,
                "min" | "分" | "分钟" | "minute" | "minutes" => 60.0,
                "h" | "小时" => 3600.0,
                _ => return None,
            },
            Self::Speed => match unit {
                "km/h" | "kmh" | "kph" | "公里/小时" | "千米/小时" => 1.0,
                "mph" => 1.609_344,
                "m/s" | "米/秒" => 3.6,
                _ => return None,
            },
            Self::Count => match unit {
                "1" | "个" | "层" | "级" | "人" | "f" | "层楼" | "车道" | "条" | "步" | "名" | "辆" => 1.0,
                _ => return None,
            },
        };
        Some(factor)
    }
}

/// What was read: an interval in the engine's unit, and the unit it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Amount {
    /// At least this.
    pub(crate) low: Option<f64>,
    /// At most this.
    pub(crate) high: Option<f64>,
    /// Whether the unit stood in the text itself.
    pub(crate) had_unit: bool,
}

impl Amount {
    /// The number, where it is one; of an interval the lower end, or the upper one where there is no lower.
    pub(crate) fn single(&self) -> Option<f64> {
        self.low.or(self.high)
    }

    /// The bounds as a quantity; ends that the quantity does not allow are refused as a whole.
    pub(crate) fn bounds<Q: Quantity + TryFrom<f64>>(&self) -> Option<Bounds<Q>> {
        let end = |value: Option<f64>| match value {
            None => Some(None),
            Some(value) => Q::try_from(value).ok().map(Some),
        };
        Some(Bounds { low: end(self.low)?, high: end(self.high)? })
    }
}

/// Reads a number with or without a unit; one without is in `unit`, or in the engine's own.
pub(crate) fn parse(text: &str, dimension: Dimension, unit: Option<&str>) -> Result<Amount, String> {
    let whole = half_width(text);
    let mut rest = whole.trim();
    let usual = unit.and_then(|unit| dimension.factor(unit)).unwrap_or(1.0);
    let mut sense = Sense::Exactly;
    for (mark, meant) in SENSES {
        if let Some(after) = rest.strip_prefix(mark) {
            sense = *meant;
            rest = after.trim_start();
            break;
        }
    }
    for (mark, meant) in AFTER {
        if let Some(before) = rest.strip_suffix(mark) {
            sense = *meant;
            rest = before.trim_end();
            break;
        }
    }
    if dimension == Dimension::Slope
        && let Some(slope) = slope(rest)
    {
        return Ok(sense.of(slope, true));
    }
    if dimension == Dimension::Time
        && let Some(seconds) = clock(rest)
    {
        return Ok(sense.of(seconds, true));
    }
    if matches!(dimension, Dimension::Diameter) {
        rest = rest.trim_start_matches(['D', 'N', 'd', 'n', 'Φ', 'φ', 'ø', 'Ø']);
    }
    let (first, after) = number(rest).ok_or("no number")?;
    let after = after.trim_start();
    // An interval: `4-6`, `4~6 m`, `15至20`.
    for mark in ["-", "~", "—", "–", "～", "至", "到", ".."] {
        if let Some(second) = after.strip_prefix(mark) {
            let (second, tail) = number(second.trim_start()).ok_or("an interval without its end")?;
            let (factor, had_unit) = factor_of(tail, dimension, usual)?;
            let (a, b) = (first * factor, second * factor);
            return Ok(Amount { low: Some(a.min(b)), high: Some(a.max(b)), had_unit });
        }
    }
    // Feet and inches.
    if dimension == Dimension::Length
        && let Some(inches) = after.strip_prefix('\'').map(|tail| tail.trim().trim_end_matches('"'))
        && !inches.is_empty()
    {
        let (inches, _) = number(inches).ok_or("inches without a number")?;
        return Ok(sense.of((first * 12.0 + inches) * 0.0254, true));
    }
    let (factor, had_unit) = factor_of(after, dimension, usual)?;
    Ok(sense.of(first * factor, had_unit))
}

#[derive(Clone, Copy)]
enum Sense {
    Exactly,
    AtLeast,
    AtMost,
}

impl Sense {
    fn of(self, value: f64, had_unit: bool) -> Amount {
        match self {
            Self::Exactly => Amount { low: Some(value), high: Some(value), had_unit },
            Self::AtLeast => Amount { low: Some(value), high: None, had_unit },
            Self::AtMost => Amount { low: None, high: Some(value), had_unit },
        }
    }
}

const SENSES: &[(&str, Sense)] = &[
    (">=", Sense::AtLeast),
    ("≥", Sense::AtLeast),
    ("不小于", Sense::AtLeast),
    ("不少于", Sense::AtLeast),
    ("大于", Sense::AtLeast),
    (">", Sense::AtLeast),
    ("<=", Sense::AtMost),
    ("≤", Sense::AtMost),
    ("不大于", Sense::AtMost),
    ("小于", Sense::AtMost),
    ("<", Sense::AtMost),
    ("约", Sense::Exactly),
    ("約", Sense::Exactly),
    ("~", Sense::Exactly),
    ("ca.", Sense::Exactly),
];

const AFTER: &[(&str, Sense)] =
    &[("以上", Sense::AtLeast), ("及以上", Sense::AtLeast), ("以下", Sense::AtMost), ("左右", Sense::Exactly)];

fn factor_of(tail: &str, dimension: Dimension, usual: f64) -> Result<(f64, bool), String> {
    let tail = tail.trim();
    if tail.is_empty() {
        return Ok((usual, false));
    }
    match dimension.factor(tail) {
        Some(factor) => Ok((factor, true)),
        None => Err(format!("`{tail}` is no unit of this")),
    }
}

/// A number at the start of a text and what follows it.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text
        .char_indices()
        .take_while(|&(i, c)| c.is_ascii_digit() || c == '.' || c == ',' || (i == 0 && (c == '-' || c == '+')))
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8());
    let (digits, rest) = text.split_at(end);
    if digits.chars().any(|c| c.is_ascii_digit()) {
        // `..` is the mark of an interval, not part of a number.
        let (digits, rest) = match digits.find("..") {
            Some(at) => (&text[..at], &text[at..]),
            None => (digits, rest),
        };
        let mut plain = digits.trim_end_matches([',', '.']).to_owned();
        let rest = if plain.len() < digits.len() { &text[plain.len()..] } else { rest };
        let groups: Vec<&str> = plain.split(',').collect();
        if groups.len() > 1 {
            let is_grouped = groups[1..].iter().all(|group| group.split('.').next().is_some_and(|g| g.len() == 3));
            plain = if is_grouped {
                groups.concat()
            } else if groups.len() == 2 && !plain.contains('.') {
                plain.replace(',', ".")
            } else {
                return None;
            };
        }
        let exponent = rest.strip_prefix(['e', 'E']).and_then(|after| {
            let end =
                after.char_indices().take_while(|&(i, c)| c.is_ascii_digit() || i == 0 && "+-".contains(c)).count();
            after[..end].parse::<i32>().ok().map(|power| (power, &after[end..]))
        });
        let (value, rest) = match exponent {
            Some((power, after)) => (plain.parse::<f64>().ok()? * 10f64.powi(power), after),
            None => (plain.parse::<f64>().ok()?, rest),
        };
        return value.is_finite().then_some((value, rest));
    }
    chinese_number(text)
}

/// A Chinese numeral below one hundred thousand at the start of a text: `四`, `十二`, `二十三`, `一百零五`, `两`.
pub(crate) fn chinese_number(text: &str) -> Option<(f64, &str)> {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c).or((c == '两').then_some(2));
    let power = |c: char| [('十', 10_usize), ('百', 100), ('千', 1000)].into_iter().find(|p| p.0 == c).map(|p| p.1);
    let (mut total, mut pending, mut end) = (0_usize, None, 0);
    for (at, c) in text.char_indices() {
        if let Some(value) = digit(c) {
            pending = Some(value);
        } else if let Some(factor) = power(c) {
            total += pending.take().unwrap_or(1) * factor;
        } else {
            break;
        }
        end = at + c.len_utf8();
    }
    if end == 0 {
        return None;
    }
    total += pending.unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "numerals of this length are far below 2^52")]
    let value = total as f64;
    Some((value, &text[end..]))
}

/// A slope as `1:12` or in degrees.
fn slope(text: &str) -> Option<f64> {
    if let Some((rise, run)) = text.split_once(':') {
        let (rise, run): (f64, f64) = (rise.trim().parse().ok()?, run.trim().parse().ok()?);
        return (run != 0.0).then(|| rise / run * 100.0);
    }
    let degrees: f64 = text.strip_suffix(['°', '度'])?.trim().parse().ok()?;
    (degrees.abs() < 90.0).then(|| degrees.to_radians().tan() * 100.0)
}

/// A time as minutes and seconds: `1:30`.
fn clock(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.split_once(':')?;
    let (minutes, seconds): (f64, f64) = (minutes.trim().parse().ok()?, seconds.trim().parse().ok()?);
    (0.0..60.0).contains(&seconds).then_some(minutes * 60.0 + seconds)
}

/// Whether a word is a unit of anything the engine reads.
pub(crate) fn is_unit(word: &str) -> bool {
    let word = word.trim().trim_matches(|c| "()（）[]".contains(c));
    let known = [
        Dimension::Length,
        Dimension::Flow,
        Dimension::Pressure,
        Dimension::Volume,
        Dimension::Mass,
        Dimension::Slope,
        Dimension::Time,
        Dimension::Speed,
    ];
    !word.is_empty() && known.iter().any(|dimension| dimension.factor(word).is_some())
}

/// Whether a text says that there is no value.
pub(crate) fn is_missing(text: &str) -> bool {
    matches!(
        text.trim().to_lowercase().as_str(),
        "" | "nan"
            | "null"
            | "<null>"
            | "none"
            | "n/a"
            | "na"
            | "#n/a"
            | "nil"
            | "-"
            | "--"
            | "—"
            | "/"
            | "\\"
            | "?"
            | "无"
            | "無"
            | "空"
            | "不详"
            | "不詳"
            | "不明"
            | "未知"
            | "暂无"
            | "unknown"
            | "未测"
            | "待查"
    )
}

/// Full-width letters, digits and signs as their ordinary ones.
pub(crate) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            '。' => '.',
            _ => c,
        })
        .collect()
}

fn plain_unit(unit: &str) -> String {
    half_width(unit)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '.')
        .map(|c| match c {
            '³' => '3',
            '²' => '2',
            '㎡' => '2',
            '′' | '’' => '\'',
            '″' | '”' => '"',
            '／' => '/',
            '頓' | '噸' => '吨',
            '鐘' | '鍾' => '钟',
            '時' => '时',
            other => other,
        })
        .collect::<String>()
        .replace("^3", "3")
        .replace("^2", "2")
        .replace("㎜", "mm")
        .replace("㎝", "cm")
        .replace("㎥", "m3")
        .replace("小時", "小时")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Dimension, parse};

    /// `written` reads as `low..high` in the engine's unit, three decimals.
    #[track_caller]
    fn check(written: &str, dimension: Dimension, unit: Option<&str>, expected: &str) {
        let shown = match parse(written, dimension, unit) {
            Err(error) => format!("error: {error}"),
            Ok(amount) => match (amount.low, amount.high) {
                (Some(low), Some(high)) if low == high => format!("{low:.3}"),
                (low, high) => {
                    let end = |v: Option<f64>| v.map_or_else(String::new, |v| format!("{v:.3}"));
                    format!("{}..{}", end(low), end(high))
                }
            },
        };
        assert_eq!(shown, expected, "{written}");
    }

    #[test]
    fn a_flow_is_read_in_any_unit() {
        use Dimension::Flow;
        check("15 l/s", Flow, None, "15.000");
        check("900.0", Flow, Some("L/min"), "15.000");
        check("54 m³/h", Flow, None, "15.000");
        check("1000", Flow, Some("gpm"), "63.090");
        check("１５升／秒", Flow, None, "15.000");
        check("15~20", Flow, None, "15.000..20.000");
        check("≥15 L/s", Flow, None, "15.000..");
    }

    #[test]
    fn a_width_is_read_as_a_surveyor_writes_it() {
        use Dimension::Length;
        check("4米", Length, None, "4.000");
        check("约3.5m", Length, None, "3.500");
        check("350", Length, Some("cm"), "3.500");
        check("四米", Length, None, "4.000");
        check("十二", Length, None, "12.000");
        check("13'6\"", Length, None, "4.115");
        check("12 ft", Length, None, "3.658");
        check("4米以上", Length, None, "4.000..");
        check("1,200", Length, None, "1200.000");
        check("3,5", Length, None, "3.500");
        check("4..6", Length, None, "4.000..6.000");
    }

    #[test]
    fn pressure_slope_and_time_have_their_own_ways() {
        check("0.35", Dimension::Pressure, None, "0.350");
        check("50 psi", Dimension::Pressure, None, "0.345");
        check("3.5公斤", Dimension::Pressure, None, "0.343");
        check("1:12", Dimension::Slope, None, "8.333");
        check("-8%", Dimension::Slope, None, "-8.000");
        check("1:30", Dimension::Time, None, "90.000");
        check("DN150", Dimension::Diameter, None, "150.000");
        check("6 in", Dimension::Diameter, None, "152.400");
    }

    #[test]
    fn garbage_is_an_error_and_never_a_number() {
        for written in ["green", "15 x", "", "m", "4-", "一般", "1,2,3"] {
            assert!(parse(written, Dimension::Flow, None).is_err(), "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_number_reads_as_itself(value in -1.0e6..1.0e6_f64) {
            let amount = parse(&value.to_string(), Dimension::Length, None);
            prop_assert_eq!(amount.map(|a| a.single()), Ok(Some(value)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,12}") {
            let _ = parse(&text, Dimension::Slope, None);
            let _ = parse(&text, Dimension::Time, None);
            let _ = parse(&text, Dimension::Length, Some("ft"));
        }
    }
}
