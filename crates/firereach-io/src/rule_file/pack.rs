//! One pack's text, read so that every fault in it is found at once and has a place.

use std::ops::Range;

use firereach_model::measures::{self, MEASURES, MeasureName};
use firereach_model::rules::{Date, KnownFrom, Level, Limit, Rule};
use serde::Deserialize;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::{Spanned, Table};

use super::Pack;
use crate::study_error::{Reader, StudyError, did_you_mean, nearest};

type Node<'i> = Spanned<DeValue<'i>>;

const RULE_KEYS: &[&str] = &[
    "id",
    "level",
    "from",
    "to",
    "basis",
    "known_from",
    "applies_to",
    "exempt_in_core",
    "says",
    "says_zh",
    "note",
    "conflict",
];

/// Reads a pack from its text.
pub(super) fn read_pack_text(file: &str, text: &str) -> Result<Pack, StudyError> {
    let mut reader = Reader::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.fault(error.span(), error.message(), "correct the TOML");
    }
    let mut head = Table::new();
    let mut parameters = Table::new();
    let mut rules: Vec<(Rule, Range<usize>)> = Vec::new();
    for (key, value) in document.get_ref().iter() {
        match key.get_ref().as_ref() {
            "pack" => head = read_table(&mut reader, value),
            "parameters" => parameters = read_table(&mut reader, value),
            name => match measures::find(name) {
                Some(measure) => read_rules_on(&mut reader, measure, value, &mut rules),
                None => {
                    let near = nearest(name, MEASURES.iter().map(|m| m.name));
                    let remedy = did_you_mean(&near).unwrap_or_else(|| {
                        "a table of a pack is `pack`, `parameters` or the name of a measure".to_owned()
                    });
                    reader.fault(Some(key.span()), format!("there is no measure `{name}`"), remedy);
                }
            },
        }
    }
    refuse_doubles(&mut reader, &rules);
    rules.sort_by_key(|(_, span)| span.start);
    let word = |key: &str| head.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    for (key, value) in &head {
        if !["name", "title", "title_zh", "version", "jurisdiction", "note"].contains(&key.as_str()) || !value.is_str()
        {
            let span = document.get_ref().get("pack").and_then(|pack| key_span(pack, key));
            reader.fault(
                span,
                format!("`{key}` in [pack] is unknown or not a text"),
                "name, title, title_zh, version, jurisdiction and note are known",
            );
        }
    }
    if reader.faults.is_empty() {
        for key in ["name", "title", "version"] {
            if word(key).is_none() {
                reader.fault(None, format!("[pack] has no `{key}`"), "state name, title and version of the pack");
            }
        }
        check_parameters(&mut reader, &document, &parameters);
    }
    reader.finish()?;
    Ok(Pack {
        name: word("name").unwrap_or_default(),
        title: word("title").unwrap_or_default(),
        title_zh: word("title_zh"),
        version: word("version").unwrap_or_default(),
        jurisdiction: word("jurisdiction"),
        note: word("note"),
        rules: rules.into_iter().map(|(rule, _)| rule).collect(),
        parameters,
    })
}

fn read_table(reader: &mut Reader<'_>, value: &Node<'_>) -> Table {
    match Table::deserialize(ValueDeserializer::from(value.clone())) {
        Ok(table) => table,
        Err(error) => {
            reader.fault(error.span(), error.message(), "");
            Table::new()
        }
    }
}

/// Refuses parameters that the kernels do not know or that are not of the kind they want.
fn check_parameters(reader: &mut Reader<'_>, document: &Spanned<DeTable<'_>>, parameters: &Table) {
    if reader.file == super::DEFAULTS {
        return; // It is what the others are filled in from; its own completeness is what the tests check.
    }
    let mut merged = super::built_in_table(super::DEFAULTS);
    for (section, values) in parameters {
        match (merged.get_mut(section).and_then(toml::Value::as_table_mut), values.as_table()) {
            (Some(target), Some(values)) => target.extend(values.clone()),
            _ => {
                let span = document.get_ref().get("parameters").and_then(|p| key_span(p, section));
                let known: Vec<&str> = merged.keys().map(String::as_str).collect();
                let remedy = format!("the sections are {}", known.join(", "));
                reader.fault(span, format!("there are no parameters `{section}`"), remedy);
                return;
            }
        }
    }
    if let Err(cause) = super::parameters_from(merged) {
        let named = cause.split('`').nth(1).unwrap_or_default();
        let span = document.get_ref().get("parameters").and_then(|p| deep_key_span(p, named));
        reader.fault(span, cause, "see the built-in pack `cn` for the keys and their units");
    }
}

/// Where a key of a table stands.
fn key_span(table: &Node<'_>, key: &str) -> Option<Range<usize>> {
    let (found, _) = table.get_ref().as_table()?.iter().find(|(known, _)| known.get_ref().as_ref() == key)?;
    Some(found.span())
}

/// Where a key stands in a table or in any table inside it.
pub(crate) fn deep_key_span(table: &Node<'_>, key: &str) -> Option<Range<usize>> {
    key_span(table, key).or_else(|| match table.get_ref() {
        DeValue::Table(inner) => inner.iter().find_map(|(_, value)| deep_key_span(value, key)),
        DeValue::Array(inner) => inner.iter().find_map(|value| deep_key_span(value, key)),
        _ => None,
    })
}

fn read_rules_on(
    reader: &mut Reader<'_>,
    measure: &'static MeasureName,
    value: &Node<'_>,
    rules: &mut Vec<(Rule, Range<usize>)>,
) {
    let Some(entries) = value.get_ref().as_array() else {
        let remedy = format!("write [[{}]] for each rule", measure.name);
        reader.fault(Some(value.span()), format!("`{}` is not a list of rules", measure.name), remedy);
        return;
    };
    for entry in entries.iter() {
        match entry.get_ref().as_table() {
            Some(table) => read_rule(reader, measure, table, entry.span(), rules),
            None => reader.fault(Some(entry.span()), "a rule is a table", ""),
        }
    }
}

/// Reads one entry; an entry with a least and a greatest value is two rules of one id.
fn read_rule(
    reader: &mut Reader<'_>,
    measure: &'static MeasureName,
    table: &DeTable<'_>,
    span: Range<usize>,
    rules: &mut Vec<(Rule, Range<usize>)>,
) {
    let mut rule = Rule {
        id: String::new(),
        measure: measure.name.to_owned(),
        limit: Limit::AtLeast(0.0),
        unit: measure.unit.to_owned(),
        level: Level::Project,
        from: None,
        to: None,
        basis: String::new(),
        known_from: KnownFrom::Project,
        applies_to: Vec::new(),
        exempt_in_core: false,
        says: String::new(),
        says_zh: String::new(),
        note: None,
        conflict: None,
    };
    let mut limits = Vec::new();
    let mut stated: Vec<&str> = Vec::new();
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        if let Some((side, unit)) = limit_key(name) {
            match (unit == measure.unit, number(value)) {
                (false, _) => {
                    let cause = format!("`{}` is measured in {}, not in {unit}", measure.name, measure.unit);
                    let remedy = format!("write {side}_{} and convert the figure", measure.unit);
                    reader.fault(Some(key.span()), cause, remedy);
                }
                (true, None) => reader.fault(Some(value.span()), format!("`{name}` is not a finite number"), ""),
                (true, Some(limit)) if side == "at_least" => limits.push(Limit::AtLeast(limit)),
                (true, Some(limit)) => limits.push(Limit::AtMost(limit)),
            }
            stated.push(name);
            continue;
        }
        match name {
            "id" => rule.id = text(reader, name, value),
            "basis" => rule.basis = text(reader, name, value),
            "says" => rule.says = text(reader, name, value),
            "says_zh" => rule.says_zh = text(reader, name, value),
            "note" => rule.note = Some(text(reader, name, value)),
            "conflict" => rule.conflict = Some(text(reader, name, value)),
            "level" => take(reader, value, &mut rule.level, "mandatory, recommended, guidance or project"),
            "known_from" => take(reader, value, &mut rule.known_from, "primary, secondary, memory or project"),
            "applies_to" => take(reader, value, &mut rule.applies_to, "a list of words"),
            "exempt_in_core" => take(reader, value, &mut rule.exempt_in_core, "true or false"),
            "from" => rule.from = date(reader, value),
            "to" => rule.to = date(reader, value),
            _ => {
                let near = nearest(name, RULE_KEYS.iter().copied());
                let remedy = did_you_mean(&near).unwrap_or_else(|| {
                    format!(
                        "a limit is at_least_{0} or at_most_{0}; the other keys are {1}",
                        measure.unit,
                        RULE_KEYS.join(", ")
                    )
                });
                reader.fault(Some(key.span()), format!("a rule has no key `{name}`"), remedy);
            }
        }
        stated.push(name);
    }
    for required in ["id", "level", "basis", "known_from"] {
        if !stated.contains(&required) {
            reader.fault(
                Some(span.clone()),
                format!("a rule on `{}` has no `{required}`", measure.name),
                format!("add `{required}`"),
            );
        }
    }
    if let (Some(from), Some(to)) = (rule.from, rule.to)
        && to < from
    {
        reader.fault(
            Some(span.clone()),
            format!("rule {} ends on {to}, before it begins on {from}", rule.id),
            "correct the dates",
        );
    }
    if !stated.iter().any(|key| limit_key(key).is_some()) {
        let remedy = format!("add at_least_{0} or at_most_{0}", measure.unit);
        reader.fault(Some(span.clone()), format!("rule {} has no limit", rule.id), remedy);
    }
    rules.extend(limits.into_iter().map(|limit| (Rule { limit, ..rule.clone() }, span.clone())));
}

/// The side and the unit of a limit's key.
fn limit_key(key: &str) -> Option<(&'static str, &str)> {
    ["at_least", "at_most"].into_iter().find_map(|side| Some((side, key.strip_prefix(side)?.strip_prefix('_')?)))
}

fn number(value: &Node<'_>) -> Option<f64> {
    f64::deserialize(ValueDeserializer::from(value.clone())).ok().filter(|number| number.is_finite())
}

fn text(reader: &mut Reader<'_>, name: &str, value: &Node<'_>) -> String {
    match value.get_ref().as_str() {
        Some(text) if !text.trim().is_empty() => text.to_owned(),
        _ => {
            reader.fault(Some(value.span()), format!("`{name}` is not a text"), "write it in quotation marks");
            String::new()
        }
    }
}

fn take<'i, T: Deserialize<'i>>(reader: &mut Reader<'_>, value: &Node<'i>, into: &mut T, expected: &str) {
    match T::deserialize(ValueDeserializer::from(value.clone())) {
        Ok(read) => *into = read,
        Err(error) => reader.fault(Some(value.span()), error.message(), format!("expected {expected}")),
    }
}

fn date(reader: &mut Reader<'_>, value: &Node<'_>) -> Option<Date> {
    let found = match value.get_ref() {
        DeValue::Datetime(stamp) if stamp.time.is_none() => stamp.date,
        DeValue::String(text) => {
            text.parse::<toml::value::Datetime>().ok().filter(|d| d.time.is_none()).and_then(|d| d.date)
        }
        _ => None,
    };
    if found.is_none() {
        reader.fault(Some(value.span()), "this is not a date", "write a day as 2023-06-01");
    }
    found.map(|d| Date { year: d.year, month: d.month, day: d.day })
}

/// Refuses a rule that is stated twice for one day: same id, same measure, overlapping dates.
fn refuse_doubles(reader: &mut Reader<'_>, rules: &[(Rule, Range<usize>)]) {
    for (at, (rule, span)) in rules.iter().enumerate() {
        let double = rules[..at].iter().find(|(other, other_span)| {
            other_span != span
                && other.id == rule.id
                && other.measure == rule.measure
                && other.applies_to.iter().all(|word| rule.applies_to.contains(word))
                    == rule.applies_to.iter().all(|word| other.applies_to.contains(word))
                && overlaps(other, rule)
        });
        if let Some((other, _)) = double {
            let since = other.from.map_or_else(|| "always".to_owned(), |from| from.to_string());
            let cause = format!(
                "rule {} on `{}` stands twice for the same days (the other one holds from {since})",
                rule.id, rule.measure
            );
            reader.fault(Some(span.clone()), cause, "end the earlier one with `to`, or give one of them another id");
        }
    }
}

fn overlaps(a: &Rule, b: &Rule) -> bool {
    let before = |first: &Rule, second: &Rule| matches!((first.to, second.from), (Some(to), Some(from)) if to < from);
    !before(a, b) && !before(b, a)
}
