//! The values of one row, read as what the engine needs.

use firereach_model::problem::{Done, Severity};

use super::date::iso_date;
use super::fields::Kind;
use super::header::compact;
use super::plan::{FieldPlan, Plan};
use super::quantity::{Amount, Dimension, is_missing, parse};
use crate::formats::raw::{Fault, Row, Table, Value};

/// A quantity with the words it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// What it says.
    pub(crate) amount: Amount,
    /// Where it stood and how it was written, for messages.
    pub(crate) written: String,
    /// The column or constant it came from.
    pub(crate) column: String,
}

/// Reads the values of one row and remembers what was wrong with them.
pub(crate) struct Values<'a> {
    pub(crate) table: &'a Table,
    pub(crate) row: &'a Row,
    pub(crate) plan: &'a Plan,
    /// The class or kind that a drawing's layer stands for.
    pub(crate) class: Option<&'a str>,
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Values<'a> {
    /// The first value of an attribute that is one, and its column.
    fn raw(&self, plan: &'a FieldPlan) -> Option<(Value, Option<usize>)> {
        let keeps_words = matches!(plan.field.kind, Kind::Word | Kind::Flag);
        for &column in &plan.columns {
            let value = match self.row.values.get(column)? {
                Value::Null => continue,
                Value::Text(text) if text.starts_with('[') && text.ends_with(']') => Value::List(list_of_text(text)),
                Value::Text(text) => {
                    let says_nothing = if keeps_words { is_blank(text) } else { is_missing(text) };
                    if says_nothing {
                        continue;
                    }
                    Value::Text(text.clone())
                }
                Value::List(items) if items.is_empty() => continue,
                other => other.clone(),
            };
            return Some((value, Some(column)));
        }
        plan.constant.as_ref().map(|constant| (Value::Text(constant.clone()), None))
    }

    fn place(&self, column: Option<usize>) -> String {
        column.map_or_else(|| "the study".to_owned(), |column| self.table.place(self.row.number, column))
    }

    /// The row's identifier as its columns give it; `6025.0` is `6025`.
    pub(crate) fn identifier(&self) -> Option<String> {
        let plan = self.plan.field("id")?;
        let (value, _) = self.raw(plan)?;
        let text = value.shown()?;
        let whole = text.strip_suffix(".0").filter(|body| body.bytes().all(|b| b.is_ascii_digit()));
        Some(whole.map_or(text.clone(), str::to_owned))
    }

    /// A text; of several the whole list.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let plan = self.plan.field(key)?;
        let (value, _) = self.raw(plan)?;
        value.shown().filter(|text| !text.is_empty())
    }

    /// A date as ISO 8601: a day, or a month or year where that is all.
    pub(crate) fn date(&mut self, key: &str) -> Option<String> {
        let plan = self.plan.field(key)?;
        let (value, column) = self.raw(plan)?;
        let shown = value.shown().filter(|text| !text.is_empty())?;
        let date = iso_date(&shown);
        if date.is_none() {
            self.faults.push(Fault::new(
                "IO-VALUE-GARBAGE",
                Severity::Warning,
                Done::Kept,
                format!("{} holds `{shown}`: no date", self.place(column)),
                "a date such as 2019-05-20, 2019/5/20, 2019年5月20日, 20190520, 2019-05 or 2019",
                "correct the cell; here the date counts as not known",
            ));
        }
        date
    }

    /// What a mapping says a number means.
    pub(crate) fn meaning(&self, key: &str) -> Option<&str> {
        self.plan.field(key)?.meaning.as_deref()
    }

    /// A quantity; of several the smallest.
    pub(crate) fn quantity(&mut self, key: &str) -> Option<Found> {
        let plan = self.plan.field(key)?;
        let Kind::Quantity(dimension) = plan.field.kind else { return None };
        let (value, column) = self.raw(plan)?;
        let place = self.place(column);
        let name = column.map_or_else(|| key.to_owned(), |column| self.table.columns[column].clone());
        let one = |text: &str| parse(text, dimension, plan.unit.as_deref());
        let shown = value.shown()?;
        let written = match &plan.unit {
            Some(unit) => format!("{place} holds `{shown}` ({unit})"),
            None => format!("{place} holds `{shown}`"),
        };
        let read = match &value {
            Value::List(items) => {
                let mut read: Vec<Amount> = items.iter().filter_map(|item| one(item).ok()).collect();
                read.sort_by(|a, b| a.single().unwrap_or(0.0).total_cmp(&b.single().unwrap_or(0.0)));
                if items.len() > 1 && !read.is_empty() {
                    self.faults.push(several(&written, "the smallest"));
                }
                read.into_iter().next().ok_or_else(|| "no number".to_owned())
            }
            _ => one(&shown),
        };
        match read {
            // What is wrong with such a column was said once for all of it.
            Ok(amount) if !amount.had_unit && column.is_some_and(|column| plan.unitless.contains(&column)) => None,
            Ok(amount) => Some(Found { amount, written, column: name }),
            Err(reason) => {
                self.faults.push(garbage(&written, &reason, dimension));
                None
            }
        }
    }

    /// A whole number of pieces.
    pub(crate) fn count(&mut self, key: &str, most: u32) -> Option<u32> {
        let found = self.quantity(key)?;
        let value = found.amount.single()?;
        if value == 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within the range")]
        if value.fract() == 0.0 && value > 0.0 && value <= f64::from(most) {
            return Some(value as u32);
        }
        self.faults.push(implausible(&found.written, &format!("a whole number from 1 to {most}")));
        None
    }

    /// A number that may be negative or zero, such as a level.
    pub(crate) fn whole(&mut self, key: &str) -> Option<i16> {
        let found = self.quantity(key)?;
        let value = found.amount.single()?;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be within the range")]
        if value.abs() <= 100.0 {
            // Half levels, as between two floors, belong to the lower one.
            return Some(value.floor() as i16);
        }
        self.faults.push(implausible(&found.written, "a level between -100 and 100"));
        None
    }

    /// A quantity that is more than zero and at most `most`; zero in a table means that nobody measured.
    pub(crate) fn plausible(&mut self, key: &str, most: f64, why: &str) -> Option<Found> {
        let found = self.quantity(key)?;
        let value = found.amount.single()?;
        if value == 0.0 {
            self.faults.push(Fault::new(
                "IO-VALUE-ZERO",
                Severity::Info,
                Done::Kept,
                found.written.clone(),
                "a measured value or nothing",
                "leave the cell empty where nobody measured; here zero counts as not known",
            ));
            return None;
        }
        if value < 0.0 || found.amount.high.is_some_and(|high| high > most) {
            self.faults.push(implausible(&found.written, &format!("more than 0 and at most {most} ({why})")));
            return None;
        }
        Some(found)
    }

    /// A word of a list; of several the first that is known.
    pub(crate) fn word<T>(&mut self, key: &str, known: fn(&str) -> Option<T>, wanted: &str) -> Option<T> {
        let plan = self.plan.field(key)?;
        let (value, column) = self.raw(plan)?;
        let one = |text: &str| -> Option<T> {
            let plain = compact(text);
            let mapped = plan.values.iter().find(|(_, words)| words.contains(&plain)).map(|(word, _)| word.as_str());
            known(mapped.unwrap_or(&plain))
        };
        let shown = value.shown()?;
        let place = self.place(column);
        let written = format!("{place} holds `{shown}`");
        let read = match &value {
            Value::List(items) => {
                let read = items.iter().find_map(|item| one(item));
                if items.len() > 1 && read.is_some() {
                    self.faults.push(several(&written, "the first that is known"));
                }
                read
            }
            Value::Text(text) if text.contains(';') && one(text).is_none() => {
                let read = text.split(';').find_map(one);
                if read.is_some() {
                    self.faults.push(several(&written, "the first that is known"));
                }
                read
            }
            _ => one(&shown),
        };
        if read.is_none() {
            self.faults.push(Fault::new(
                "IO-WORD-UNKNOWN",
                Severity::Info,
                Done::Kept,
                written,
                wanted,
                format!("map the word in `fields`: {key} = {{ from = \"…\", WORD = [\"{shown}\"] }}"),
            ));
        }
        read
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, key: &str) -> Option<bool> {
        self.word(key, super::words::flag, "yes or no")
    }

    /// Hours of the day, as `8-18; 20:00-6:00`.
    pub(crate) fn hours(&mut self, key: &str) -> Vec<(u8, u8)> {
        let Some(text) = self.text(key) else { return Vec::new() };
        match hours(&text) {
            Some(hours) => hours,
            None => {
                self.faults.push(Fault::new(
                    "IO-VALUE-GARBAGE",
                    Severity::Warning,
                    Done::Kept,
                    format!("`{text}` as hours"),
                    "hours of the day such as 8-18 or 20-6; several separated by a semicolon",
                    "correct the cell; here the hours count as not stated",
                ));
                Vec::new()
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    matches!(
        text.trim().to_lowercase().as_str(),
        "" | "nan" | "null" | "<null>" | "n/a" | "na" | "#n/a" | "-" | "--" | "—" | "?"
    )
}

/// `['16', '14']` or `["a", "b"]` or `[1, 2]` as its items.
fn list_of_text(text: &str) -> Vec<String> {
    text.trim_matches(['[', ']'])
        .split(',')
        .map(|item| item.trim().trim_matches(['\'', '"']).to_owned())
        .filter(|item| !is_blank(item))
        .collect()
}

/// `8-18`, `08:00-18:00`, `20-6`, several separated by semicolons or commas.
pub(crate) fn hours(text: &str) -> Option<Vec<(u8, u8)>> {
    text.split([';', ',', '；', '，', '、'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (from, to) = piece.split_once(['-', '~', '至', '–'])?;
            let hour = |part: &str| -> Option<u8> {
                let part = part.trim().trim_matches(['(', ')', '时', '点']);
                let hour: u8 = part.split_once(':').map_or(part, |(hour, _)| hour).trim().parse().ok()?;
                (hour <= 24).then_some(hour)
            };
            Some((hour(from)?, hour(to)?))
        })
        .collect()
}

fn several(written: &str, taken: &str) -> Fault {
    Fault::new(
        "IO-VALUE-LIST",
        Severity::Info,
        Done::Kept,
        format!("{written}, which is several values"),
        "one value",
        format!("split the feature where the value changes; here {taken} was taken"),
    )
}

fn garbage(written: &str, reason: &str, dimension: Dimension) -> Fault {
    Fault::new(
        "IO-VALUE-GARBAGE",
        Severity::Warning,
        Done::Kept,
        format!("{written}: {reason}"),
        format!("a number of {}", dimension.unit()),
        "correct the cell; here the value counts as not known",
    )
}

/// A value that no such thing has.
pub(crate) fn implausible(written: &str, expected: &str) -> Fault {
    Fault::new(
        "IO-VALUE-IMPLAUSIBLE",
        Severity::Warning,
        Done::Kept,
        written,
        expected,
        "check the value and its unit; here it counts as not known",
    )
}
