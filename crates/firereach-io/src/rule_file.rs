//! Reads rule packs and catalogues of vehicles.
//!
//! A pack is a TOML file. `[pack]` names it, `[parameters.*]` holds what the kernels are parameterised with, and every
//! other table is a list of rules on the measure whose name it bears. The packs of `datasets/rules` are built in and are
//! chosen by name; any other is chosen by its path.

mod pack;
mod vehicles;

use std::path::Path;

use firereach_model::parameters::Parameters;
use firereach_model::rules::{Date, Rule, Rulebook};
use firereach_model::study::ParameterOrigin;
use firereach_model::vehicle::Vehicle;
use serde::Deserialize as _;
use toml::Table;

pub(crate) use pack::deep_key_span;

use crate::study_error::{StudyError, did_you_mean, nearest, whole_file};

/// The packs that are built in, by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("cn", include_str!("../../../datasets/rules/cn.toml")),
    ("nfpa-ifc-iso", include_str!("../../../datasets/rules/nfpa-ifc-iso.toml")),
    ("uk", include_str!("../../../datasets/rules/uk.toml")),
    ("jp", include_str!("../../../datasets/rules/jp.toml")),
];

/// The pack whose parameters fill in what another pack leaves out.
const DEFAULTS: &str = "cn";

/// A rule pack as its file states it, rules of all dates included.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name, for example `cn`.
    pub name: String,
    /// What it is, in English.
    pub title: String,
    /// What it is, in Chinese.
    pub title_zh: Option<String>,
    /// Its version.
    pub version: String,
    /// Where its rules hold, if it says.
    pub jurisdiction: Option<String>,
    /// What a reader should know about it as a whole.
    pub note: Option<String>,
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// Its parameters, as it states them.
    parameters: Table,
}

impl Pack {
    /// The rules as they stood on a day.
    pub fn rules_on(&self, day: Date) -> Vec<Rule> {
        self.rules.iter().filter(|rule| rule.holds_on(day)).cloned().collect()
    }

    /// The parameters as text values, in order, each with where it comes from; what the pack leaves out is taken from
    /// the built-in pack `cn` and says so.
    pub fn parameter_table(&self) -> (Table, Vec<ParameterOrigin>) {
        let mut merged = Table::new();
        let mut origins = Vec::new();
        for (file, from) in [
            (Some(built_in_table(DEFAULTS)), format!("default (pack {DEFAULTS})")),
            (None, format!("rule pack {}", self.name)),
        ] {
            for (section, values) in file.as_ref().unwrap_or(&self.parameters) {
                let Some(values) = values.as_table() else { continue };
                let target = merged.entry(section.clone()).or_insert_with(|| Table::new().into());
                let Some(target) = target.as_table_mut() else { continue };
                for (key, value) in values {
                    target.insert(key.clone(), value.clone());
                    let key = format!("{section}.{key}");
                    origins.retain(|origin: &ParameterOrigin| {
                        origin.key != key && !origin.key.strip_prefix(&key).is_some_and(|rest| rest.starts_with('.'))
                    });
                    list_values(&key, value, &from, &mut origins);
                }
            }
        }
        (merged, origins)
    }
}

/// Lists the values of a table of parameters under their dotted keys.
pub(crate) fn list_values(key: &str, value: &toml::Value, from: &str, origins: &mut Vec<ParameterOrigin>) {
    match value {
        toml::Value::Table(table) => {
            for (inner, value) in table {
                list_values(&format!("{key}.{inner}"), value, from, origins);
            }
        }
        _ => origins.push(ParameterOrigin { key: key.to_owned(), value: value.to_string(), from: from.to_owned() }),
    }
}

fn built_in_table(name: &str) -> Table {
    let text = built_in_text(name).expect("the pack of defaults is built in");
    pack::read_pack_text(name, text).expect("the built-in packs are read by the tests").parameters
}

fn built_in_text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of the packs that are built in.
pub fn built_in_packs() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// Reads a pack: a built-in one by its name, any other by its path relative to `base_dir`.
///
/// # Errors
///
/// When there is no such pack, or with every unknown key, unit, measure, word or date in it and every rule that is
/// stated twice for one day.
pub fn read_pack(pack: &str, base_dir: &Path) -> Result<Pack, StudyError> {
    if let Some(text) = built_in_text(pack) {
        return pack::read_pack_text(pack, text);
    }
    let path = base_dir.join(pack);
    match std::fs::read_to_string(&path) {
        Ok(text) => pack::read_pack_text(pack, &text),
        Err(cause) => {
            let known: Vec<&str> = built_in_packs().collect();
            let remedy = format!("name a built-in pack ({}) or the path of a pack's file", known.join(", "));
            Err(whole_file(pack, format!("the rule pack cannot be read: {cause}"), remedy))
        }
    }
}

/// Reads a pack as it stood on a day, with the parameters it states.
///
/// # Errors
///
/// As [`read_pack`], and when a parameter is missing or wrong.
pub fn read_rules(pack: &str, base_dir: &Path, as_of: Date) -> Result<Rulebook, StudyError> {
    let read = read_pack(pack, base_dir)?;
    let (table, _) = read.parameter_table();
    let parameters =
        parameters_from(table).map_err(|cause| whole_file(pack, cause, "correct the pack's parameters"))?;
    Ok(Rulebook {
        name: read.name.clone(),
        version: read.version.clone(),
        as_of,
        rules: read.rules_on(as_of),
        parameters,
    })
}

/// Turns a merged table of parameters into parameters.
pub(crate) fn parameters_from(table: Table) -> Result<Parameters, String> {
    Parameters::deserialize(toml::Value::Table(table)).map_err(|error| {
        let words: Vec<&str> = error.message().split('`').skip(1).step_by(2).collect();
        match (error.message().starts_with("unknown field"), words.split_first()) {
            (true, Some((unknown, known))) => {
                let near = did_you_mean(&nearest(unknown, known.iter().copied()));
                let near = near.unwrap_or_else(|| format!("the parameters here are {}", known.join(", ")));
                format!("there is no parameter `{unknown}`; {near}")
            }
            _ => format!("parameters: {}", error.message()),
        }
    })
}

/// A built-in pack as it stood on a day, for tests and demonstrations.
///
/// # Panics
///
/// When there is no built-in pack of that name.
pub fn built_in_rulebook(name: &str, as_of: Date) -> Rulebook {
    read_rules(name, Path::new("."), as_of).expect("the pack is built in and its file is read by the tests")
}

/// Reads a catalogue of vehicles from a file.
///
/// # Errors
///
/// When the file cannot be read, or with the first key or figure that is wrong.
pub fn read_vehicles(path: &Path, shown: &str) -> Result<Vec<Vehicle>, StudyError> {
    let text = std::fs::read_to_string(path).map_err(|cause| {
        whole_file(shown, format!("the catalogue of vehicles cannot be read: {cause}"), "check the path")
    })?;
    vehicles::read_vehicles_text(shown, &text)
}

/// The built-in catalogue, V1 to V9.
pub fn built_in_vehicles() -> Vec<Vehicle> {
    vehicles::read_vehicles_text("vehicles.toml", include_str!("../../../datasets/rules/vehicles.toml"))
        .expect("the built-in catalogue is read by the tests")
}

#[cfg(test)]
mod tests;
