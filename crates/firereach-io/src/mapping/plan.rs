//! Which columns of a table an engine's attributes are read from.

use std::collections::HashSet;

use firereach_model::problem::{Done, Severity};

use super::fields::{self, Field, Kind};
use super::header::{Header, compact, plain};
use super::quantity::{Dimension, is_missing, parse};
use super::words::{flag, is_known};
use crate::formats::raw::{Fault, Row, Table, Value};
use crate::read_error::ReadError;
use crate::source::Source;

/// Keys of a mapping that name a row's place, which the readers of tables use.
const PLACE_KEYS: &[&str] = &["lon", "lat", "x", "y", "wkt", "geometry"];

/// Where one attribute comes from.
#[derive(Clone, Debug)]
pub(crate) struct FieldPlan {
    /// The attribute.
    pub(crate) field: Field,
    /// The columns to look in, the first that holds a value wins.
    pub(crate) columns: Vec<usize>,
    /// The unit of numbers that carry none.
    pub(crate) unit: Option<String>,
    /// The columns whose numbers without a unit of their own say nothing, because they cannot all be in the engine's.
    pub(crate) unitless: Vec<usize>,
    /// What the number means.
    pub(crate) meaning: Option<String>,
    /// The engine's words and the source's words for them, compacted.
    pub(crate) values: Vec<(String, Vec<String>)>,
    /// The value where the columns hold none.
    pub(crate) constant: Option<String>,
}

/// Where all attributes of a layer come from in one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    fields: Vec<FieldPlan>,
    /// What was decided without the study, in words.
    pub(crate) notes: Vec<String>,
}

impl Plan {
    /// Settles the columns for a layer; the study's mapping first, then usual headers.
    pub(crate) fn of(source: &Source, table: &Table, rows: &[Row], layer: &str) -> Self {
        let headers: Vec<Header> = table.columns.iter().map(|column| plain(column)).collect();
        let taken: HashSet<usize> = source
            .fields
            .values()
            .flat_map(|mapping| &mapping.from)
            .filter_map(|from| table.columns.iter().position(|column| column == from))
            .chain(table.drawing_layer)
            .chain(table.place_columns.iter().copied())
            .collect();
        let mut plan = Self::default();
        let mut guessed = Vec::new();
        for field in fields::of_layer(layer) {
            let constant = source.constants.get(field.key).cloned();
            let mut settled = FieldPlan {
                field,
                columns: Vec::new(),
                unit: None,
                unitless: Vec::new(),
                meaning: None,
                values: Vec::new(),
                constant,
            };
            if let Some(mapping) = source.fields.get(field.key) {
                settled.columns = mapping
                    .from
                    .iter()
                    .filter_map(|from| table.columns.iter().position(|column| column == from))
                    .collect();
                settled.unit.clone_from(&mapping.unit);
                settled.meaning.clone_from(&mapping.meaning);
                settled.values = mapping
                    .values
                    .iter()
                    .map(|(word, words)| (compact(word), words.iter().map(|word| compact(word)).collect()))
                    .collect();
                if settled.unit.is_none() {
                    settled.unit = settled.columns.first().and_then(|&column| headers[column].unit.clone());
                }
            } else {
                let found = candidates(field, &headers, table, &taken);
                let chosen = if field.key == "id" {
                    found.into_iter().find(|&(column, _)| is_identifying(rows, column))
                } else {
                    // A header alone is a weak sign: most of the column's values have to say something here.
                    found.into_iter().find(|(column, unit)| {
                        let fits = is_telling(rows, *column, layer, field, unit.as_deref());
                        if !fits {
                            let name = &table.columns[*column];
                            plan.notes.push(format!(
                                "{layer}: column {name} could be `{}` by its header, but its values are not known words \
                                 or numbers of that; map it in `fields` if it is",
                                field.key
                            ));
                        }
                        fits
                    })
                };
                if let Some((column, unit)) = chosen {
                    settled.columns = vec![column];
                    settled.unit = unit;
                    if compact(&table.columns[column]) != compact(field.key) {
                        guessed.push(format!("{} from {}", field.key, table.columns[column]));
                    }
                }
            }
            // A unit that belongs to something else says nothing here; a mapping's unit was checked before.
            if let (Kind::Quantity(dimension), Some(unit)) = (field.kind, &settled.unit)
                && dimension.factor(unit).is_none()
            {
                settled.unit = None;
            }
            if !settled.columns.is_empty() || settled.constant.is_some() {
                plan.fields.push(settled);
            }
        }
        if !guessed.is_empty() {
            plan.notes.push(format!("{layer}, read by its headers: {}", guessed.join(", ")));
        }
        plan
    }

    /// Takes nothing from columns that name no unit and hold numbers that no such thing has in the engine's own unit: what is
    /// plausible of them is in the wrong unit too. `most` is the most that is plausible of each attribute of that kind.
    pub(crate) fn doubt_units(&mut self, table: &Table, rows: &[Row], most: &[(&str, f64)]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for settled in &mut self.fields {
            let Some(&(key, most)) = most.iter().find(|(key, _)| *key == settled.field.key) else { continue };
            let (Kind::Quantity(dimension), None) = (settled.field.kind, &settled.unit) else { continue };
            for &column in &settled.columns {
                // The engine's own name of an attribute ends in its unit.
                if compact(&table.columns[column]) == compact(key) {
                    continue;
                }
                let bare: Vec<(String, f64)> = rows
                    .iter()
                    .filter_map(|row| row.values.get(column).and_then(Value::shown))
                    .filter_map(|text| {
                        let amount = parse(&text, dimension, None).ok().filter(|amount| !amount.had_unit)?;
                        Some((text, amount.high.or(amount.low)?))
                    })
                    .collect();
                let beyond: Vec<&str> =
                    bare.iter().filter(|(_, value)| *value > most).map(|(text, _)| text.as_str()).collect();
                if beyond.is_empty() {
                    continue;
                }
                let (name, unit) = (&table.columns[column], dimension.unit());
                let shown = beyond.iter().take(3).map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
                faults.push(Fault::new(
                    "IO-COLUMN-UNIT",
                    Severity::Error,
                    Done::Kept,
                    format!(
                        "column {name} names no unit, and {} of its {} numbers are more than {most} {unit}, such as {shown}",
                        beyond.len(),
                        bare.len()
                    ),
                    format!("numbers of {unit}, or a unit in the study, in the column's name or behind every number"),
                    format!(
                        "state the unit: {key} = {{ from = \"{name}\", unit = \"{}\" }}; here no number without a unit is \
                         taken from the column, and all of them count as not stated",
                        dimension.rival()
                    ),
                ));
                settled.unitless.push(column);
            }
        }
        faults
    }

    /// Where an attribute comes from.
    pub(crate) fn field(&self, key: &str) -> Option<&FieldPlan> {
        self.fields.iter().find(|plan| plan.field.key == key)
    }

    /// Whether the table says anything about an attribute.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.field(key).is_some()
    }

    /// The columns in use.
    pub(crate) fn used_columns(&self) -> impl Iterator<Item = usize> {
        self.fields.iter().flat_map(|plan| plan.columns.iter().copied())
    }

    /// The names of an attribute's columns.
    pub(crate) fn columns_of(&self, key: &str, table: &Table) -> String {
        let columns = self.field(key).map_or(&[][..], |plan| &plan.columns);
        columns.iter().map(|&column| table.columns[column].as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Columns that could hold a field, the likeliest first, with the unit their header states.
fn candidates(field: Field, headers: &[Header], table: &Table, taken: &HashSet<usize>) -> Vec<(usize, Option<String>)> {
    let key = compact(field.key);
    let names: Vec<&str> = std::iter::once(key.as_str()).chain(field.headers.iter().copied()).collect();
    let mut found: Vec<(usize, Option<String>)> = Vec::new();
    let mut add = |column: usize, unit: Option<String>| {
        if !taken.contains(&column) && !found.iter().any(|(other, _)| *other == column) {
            found.push((column, unit));
        }
    };
    for (rank, name) in names.iter().enumerate() {
        for (column, header) in headers.iter().enumerate() {
            if header.name == *name {
                // The canonical name carries the engine's own unit already.
                add(column, if rank == 0 { None } else { header.unit.clone() });
            } else if let (Kind::Quantity(dimension), Some(stem), Some(unit)) = (field.kind, &header.stem, &header.unit)
                && stem == name
                && fits(dimension, unit)
            {
                add(column, Some(unit.clone()));
            }
        }
    }
    if table.has_short_names {
        for (column, header) in headers.iter().enumerate() {
            let is_cut = table.columns[column].len() == 10 && header.name.len() >= 8;
            if is_cut && names.iter().any(|name| name.starts_with(&header.name)) {
                add(column, None);
            }
        }
    }
    found
}

fn fits(dimension: Dimension, unit: &str) -> bool {
    dimension.factor(unit).is_some()
}

/// Whether a column tells most rows apart.
fn is_identifying(rows: &[Row], column: usize) -> bool {
    let values: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            row.values.get(column).filter(|value| !matches!(value, Value::List(_))).and_then(Value::shown)
        })
        .collect();
    let distinct: HashSet<&str> = values.iter().map(String::as_str).collect();
    distinct.len() * 2 >= rows.len().max(1)
}

/// Whether at least half of a column's values can be read as an attribute; a column without values can.
fn is_telling(rows: &[Row], column: usize, layer: &str, field: Field, unit: Option<&str>) -> bool {
    let (mut told, mut all) = (0_usize, 0_usize);
    for row in rows {
        let Some(text) = row.values.get(column).and_then(Value::shown).filter(|text| !is_missing(text)) else {
            continue;
        };
        all += 1;
        let mut words =
            text.trim_matches(['[', ']']).split([';', ',']).map(|word| word.trim().trim_matches(['\'', '"']));
        told += usize::from(match field.kind {
            Kind::Word => is_known(layer, field.key, &text) || words.any(|word| is_known(layer, field.key, word)),
            Kind::Flag => flag(&compact(&text)).is_some() || words.any(|word| flag(&compact(word)).is_some()),
            Kind::Quantity(dimension) => {
                parse(&text, dimension, unit).is_ok() || words.any(|word| parse(word, dimension, unit).is_ok())
            }
            Kind::Text => true,
        });
    }
    told * 2 >= all
}

/// Refuses a mapping that names no attribute, no column or no unit.
pub(crate) fn check_mappings(source: &Source, feeds: &[String], tables: &[Table]) -> Result<(), ReadError> {
    let known: Vec<Field> = feeds.iter().flat_map(|feed| fields::of_layer(feed)).collect();
    let lacks_table = tables.iter().any(|table| table.faults.iter().any(|fault| fault.code == "IO-SHP-NO-TABLE"));
    for (key, mapping) in &source.fields {
        if PLACE_KEYS.contains(&key.as_str()) {
            continue;
        }
        let Some(field) = known.iter().find(|field| field.key == key) else {
            let mut keys: Vec<&str> = known.iter().map(|field| field.key).collect();
            keys.dedup();
            return Err(ReadError::new(
                &source.shown,
                format!("`{key}` is no attribute of {}", feeds.join(" or ")),
                format!("one of {}", keys.join(", ")),
                "correct `fields` of the source",
            ));
        };
        for from in &mapping.from {
            let exists = tables.iter().any(|table| table.columns.contains(from));
            if !exists && !lacks_table {
                let mut columns: Vec<&str> = Vec::new();
                for column in tables.iter().flat_map(|table| &table.columns) {
                    if !columns.contains(&column.as_str()) {
                        columns.push(column);
                    }
                }
                return Err(ReadError::new(
                    &source.shown,
                    format!("no column `{from}` for `{key}`"),
                    format!("one of {}", columns.join(", ")),
                    "correct `fields` of the source",
                ));
            }
        }
        if let Some(unit) = &mapping.unit {
            let fits = match field.kind {
                Kind::Quantity(dimension) => dimension.factor(unit).is_some(),
                _ => false,
            };
            if !fits {
                let wanted = match field.kind {
                    Kind::Quantity(dimension) => format!("a unit that can be turned into {}", dimension.unit()),
                    _ => "no unit, because the attribute is no quantity".to_owned(),
                };
                return Err(ReadError::new(
                    &source.shown,
                    format!("`{unit}` is no unit of `{key}`"),
                    wanted,
                    "correct `unit` in `fields` of the source",
                ));
            }
        }
    }
    Ok(())
}
