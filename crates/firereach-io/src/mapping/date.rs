//! Dates as people write them in tables: `2019-05-20`, `2019/5/20`, `2019年5月20日`, `20190520`, `二〇一九年五月`, `2019`.

use super::quantity::{chinese_number, half_width};

/// Years that a test or a survey can be of; other numbers of four digits are no years.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2999;

/// A date as ISO 8601 writes it: a day, or a month or year alone where that is all that is told. The time of day is dropped.
///
/// The year comes first and in four digits: where it comes last, which of the others is the month would be a guess. A day
/// that no calendar has is no date.
pub(crate) fn iso_date(text: &str) -> Option<String> {
    let text = half_width(text);
    let parts = match text.split_once('年') {
        Some((year, rest)) => in_characters(year, rest),
        None => in_signs(text.trim()),
    };
    match parts?[..] {
        [year] if YEARS.contains(&year) => Some(format!("{year}")),
        [year, month @ 1..=12] if YEARS.contains(&year) => Some(format!("{year}-{month:02}")),
        [year, month @ 1..=12, day] if YEARS.contains(&year) && (1..=days_in(year, month)).contains(&day) => {
            Some(format!("{year}-{month:02}-{day:02}"))
        }
        _ => None,
    }
}

/// Year, month and day about the characters for them: `2019年5月20日`, `二〇一九年五月`.
fn in_characters(year: &str, rest: &str) -> Option<Vec<u32>> {
    let digit = |c: char| "〇一二三四五六七八九".chars().zip('0'..='9').find(|pair| pair.0 == c).map(|pair| pair.1);
    let year: String = year.trim().chars().map(|c| digit(if c == '零' { '〇' } else { c }).unwrap_or(c)).collect();
    let (month, rest) = rest.split_once('月').unwrap_or((rest, ""));
    let day = rest.split(['日', '号', '號']).next().unwrap_or_default();
    let number = |text: &str| match text.parse() {
        Ok(number) => Some(number),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 100,000")]
        Err(_) => chinese_number(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number as u32),
    };
    let later = [month, day].map(str::trim).into_iter().filter(|part| !part.is_empty()).map(number);
    std::iter::once(year.parse().ok()).chain(later).collect()
}

/// Year, month and day between signs, or in digits alone: `2019-05-20 10:30`, `2019/5/20`, `2019.5.20`, `20190520`.
fn in_signs(text: &str) -> Option<Vec<u32>> {
    let date = text.split(['T', ' ']).next()?;
    if !date.chars().all(|c| c.is_ascii_digit() || "-/.".contains(c)) {
        return None;
    }
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let parts = match parts[..] {
        [all] if matches!(all.len(), 6 | 8) => [&all[..4], &all[4..6], &all[6..]].to_vec(),
        // `2019.1` may be what a spreadsheet left of October.
        [_, month] if date.contains('.') && month.len() < 2 => return None,
        _ => parts,
    };
    let (year, later) = parts.split_first().filter(|(year, _)| year.len() == 4)?;
    let later = later.iter().filter(|part| !part.is_empty());
    std::iter::once(year).chain(later).map(|part| part.parse().ok()).collect()
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::iso_date;

    #[track_caller]
    fn check(written: &[&str], expected: Option<&str>) {
        for text in written {
            assert_eq!(iso_date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_however_it_is_written() {
        check(
            &[
                "2019-05-20",
                "2019-5-20",
                "2019/05/20",
                "2019/5/20",
                "2019.5.20",
                "20190520",
                "2019年5月20日",
                "2019 年 05 月 20 日",
                "２０１９年５月２０日",
                "二〇一九年五月二十日",
                "2019-05-20T10:30:00Z",
                "2019/05/20 00:00:00+00",
            ],
            Some("2019-05-20"),
        );
    }

    #[test]
    fn a_month_or_a_year_alone_stays_one() {
        check(&["2019-05", "2019-5", "2019/5", "2019.05", "201905", "2019年5月", "二零一九年五月"], Some("2019-05"));
        check(&["2019", "2019年"], Some("2019"));
    }

    #[test]
    fn what_is_no_date_or_may_be_two_is_none() {
        check(&["last year", "", "2019-13-01", "2019-02-29", "2019-00-10", "0", "43605", "1200", "去年五月"], None);
        check(&["05/06/2019", "19-05-20", "2019.1", "2019年上半年", "2019-05-20-1", "-2019"], None);
    }

    proptest! {
        #[test]
        fn a_written_day_reads_as_itself_and_once_read_stays(year in 1900..2100_u32, month in 1..=12_u32, day in 1..=28_u32) {
            let iso = format!("{year}-{month:02}-{day:02}");
            prop_assert_eq!(iso_date(&format!("{year}/{month}/{day}")), Some(iso.clone()));
            prop_assert_eq!(iso_date(&iso), Some(iso));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,14}", digits in "[0-9年月日./-]{0,12}") {
            let _ = (iso_date(&text), iso_date(&digits));
        }
    }
}
