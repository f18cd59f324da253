//! Values that override others: the study's over the rule pack's, the command line's over both.

use firereach_model::parameters::Parameters;
use firereach_model::rules::Date;
use firereach_model::study::ParameterOrigin;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::form::StudyForm;
use crate::rule_file::{self, Pack};
use crate::study_error::Reader;

const SECTIONS: &[&str] = &["movement", "lanes", "water"];

/// The place of what stands in no text; the reader of faults takes it for the command line.
const NOWHERE: std::ops::Range<usize> = usize::MAX..usize::MAX;

/// The key with its short form written out.
fn full_key(key: &str) -> String {
    let section = key.split('.').next().unwrap_or_default();
    if SECTIONS.contains(&section) { format!("base.parameters.{key}") } else { key.to_owned() }
}

/// Puts values of the command line into the study.
pub(super) fn apply<'i>(reader: &mut Reader<'_>, document: &mut DeTable<'i>, settings: &'i [(String, String)]) {
    for (key, value) in settings {
        let value = match DeValue::parse(value) {
            Ok(value) => nowhere(value),
            Err(_) => Spanned::new(NOWHERE, DeValue::String(value.as_str().into())),
        };
        let full = full_key(key);
        if !full.starts_with("base.") {
            let remedy = "override keys of [base], as base.hour=20, or parameters, as movement.call_s=45";
            reader.fault(Some(NOWHERE), format!("`{key}` cannot be overridden"), remedy);
            continue;
        }
        if !insert(document, &full, value) {
            reader.fault(
                Some(NOWHERE),
                format!("`{key}` leads through a value that is not a table"),
                "correct the key",
            );
        }
    }
}

fn insert<'i>(table: &mut DeTable<'i>, key: &str, value: Spanned<DeValue<'i>>) -> bool {
    let (first, rest) = match key.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (key, None),
    };
    let name = Spanned::new(NOWHERE, std::borrow::Cow::Owned(first.to_owned()));
    let Some(rest) = rest else {
        table.insert(name, value);
        return true;
    };
    let inner = table.entry(name).or_insert_with(|| Spanned::new(NOWHERE, DeValue::Table(DeTable::new())));
    match inner.get_mut() {
        DeValue::Table(inner) => insert(inner, rest, value),
        _ => false,
    }
}

/// The same value, placed nowhere.
fn nowhere(value: Spanned<DeValue<'_>>) -> Spanned<DeValue<'_>> {
    let inner = match value.into_inner() {
        DeValue::Array(mut array) => {
            for entry in array.iter_mut() {
                *entry = nowhere(std::mem::replace(entry, Spanned::new(NOWHERE, DeValue::Boolean(false))));
            }
            DeValue::Array(array)
        }
        DeValue::Table(table) => {
            let entries =
                table.into_iter().map(|(key, value)| (Spanned::new(NOWHERE, key.into_inner()), nowhere(value)));
            DeValue::Table(entries.collect())
        }
        other => other,
    };
    Spanned::new(NOWHERE, inner)
}

/// The pack's parameters with the study's and the command line's over them, and where each came from.
pub(super) fn merge_parameters(
    reader: &mut Reader<'_>,
    document: &Spanned<DeTable<'_>>,
    form: &StudyForm,
    pack: &Pack,
    settings: &[(String, String)],
) -> Option<(Parameters, Vec<ParameterOrigin>)> {
    let (mut merged, mut origins) = pack.parameter_table();
    let mut own = form.base.parameters.clone();
    if let Ok(Value::Table(emergency)) = Value::try_from(form.base.emergency)
        && !emergency.is_empty()
    {
        let mut movement = Table::new();
        movement.insert("emergency".to_owned(), emergency.into());
        let mut wrapped = Table::new();
        wrapped.insert("movement".to_owned(), movement.into());
        overlay(&mut own, &wrapped);
    }
    overlay(&mut merged, &own);
    let mut stated = Vec::new();
    for (section, values) in &own {
        if let Value::Table(values) = values {
            super::dotted(section, values, &mut stated);
        }
    }
    for (key, value) in stated {
        let typed = settings.iter().any(|(set, _)| {
            let set = full_key(set);
            let set = set
                .strip_prefix("base.parameters.")
                .map(str::to_owned)
                .or_else(|| set.strip_prefix("base.emergency.").map(|rest| format!("movement.emergency.{rest}")));
            set.is_some_and(|set| key == set || key.strip_prefix(&set).is_some_and(|rest| rest.starts_with('.')))
        });
        let from = if typed { "command line" } else { "study" }.to_owned();
        let value = value.to_string();
        match origins.iter_mut().find(|origin| origin.key == key) {
            Some(origin) => (origin.value, origin.from) = (value, from),
            None => origins.push(ParameterOrigin { key, value, from }),
        }
    }
    match rule_file::parameters_from(merged) {
        Ok(parameters) => Some((parameters, origins)),
        Err(cause) => {
            let named = cause.split('`').nth(1).unwrap_or_default();
            let base = document.get_ref().get("base").and_then(|base| base.get_ref().as_table());
            let span = base.and_then(|base| base.get("parameters")).and_then(|p| rule_file::deep_key_span(p, named));
            reader.fault(span, cause, "see the rule pack for the keys and their units");
            None
        }
    }
}

/// Writes one table over another, table by table and value by value.
fn overlay(under: &mut Table, over: &Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => overlay(under, over),
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Lists what the base settles besides the parameters.
pub(super) fn list_base(
    form: &StudyForm,
    as_of: Date,
    settings: &[(String, String)],
    origins: &mut Vec<ParameterOrigin>,
) {
    let base = &form.base;
    let day = base.rules_as_of.map(|_| as_of.to_string());
    let stated = [
        ("base.crs", base.crs.as_ref().map(|crs| crs.get_ref().clone()), "chosen from the data".to_owned()),
        ("base.rules", Some(base.rules.get_ref().clone()), String::new()),
        ("base.rules_as_of", day, format!("{as_of} (the pack's newest rule)")),
        (
            "base.hour",
            base.hour.as_ref().map(|hour| hour.get_ref().to_string()),
            "the rule pack's default_hour".to_owned(),
        ),
        ("base.vehicles", base.vehicles.as_ref().map(|path| path.get_ref().clone()), "built-in catalogue".to_owned()),
    ];
    for (key, value, default) in stated {
        let from = match &value {
            Some(_) if settings.iter().any(|(set, _)| set == key) => "command line",
            Some(_) => "study",
            None => "default",
        };
        let value = value.unwrap_or(default);
        origins.push(ParameterOrigin { key: key.to_owned(), value, from: from.to_owned() });
    }
}
