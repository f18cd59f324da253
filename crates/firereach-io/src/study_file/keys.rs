//! Finds every unknown key of a study at once, by its schema; the parser alone stops at the first.

use serde_json::Value as Schema;
use toml::de::{DeTable, DeValue};

use crate::study_error::{Reader, did_you_mean, nearest};

/// Reports every key that the schema does not know.
pub(super) fn list_unknown_keys(reader: &mut Reader<'_>, document: &DeTable<'_>) {
    let schema = crate::schema::schema();
    walk_table(reader, document, &schema, &schema);
}

fn walk_table(reader: &mut Reader<'_>, table: &DeTable<'_>, schema: &Schema, root: &Schema) {
    let Some(schema) = object_schema(schema, root) else { return };
    let properties = schema.get("properties").and_then(Schema::as_object);
    let others = schema.get("additionalProperties");
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        match (properties.and_then(|known| known.get(name)), others) {
            (Some(inner), _) => walk(reader, value.get_ref(), inner, root),
            (None, Some(Schema::Bool(false))) => {
                let known: Vec<&str> = properties.into_iter().flat_map(|map| map.keys()).map(String::as_str).collect();
                let remedy = did_you_mean(&nearest(name, known.iter().copied()))
                    .unwrap_or_else(|| format!("the keys here are {}", known.join(", ")));
                reader.fault(Some(key.span()), format!("there is no key `{name}` here"), remedy);
            }
            (None, Some(inner)) => walk(reader, value.get_ref(), inner, root),
            (None, None) => {}
        }
    }
}

fn walk(reader: &mut Reader<'_>, value: &DeValue<'_>, schema: &Schema, root: &Schema) {
    match value {
        DeValue::Table(table) => walk_table(reader, table, schema, root),
        DeValue::Array(entries) => {
            let Some(items) = resolve(schema, root).get("items") else { return };
            for entry in entries.iter() {
                walk(reader, entry.get_ref(), items, root);
            }
        }
        _ => {}
    }
}

/// Follows references.
fn resolve<'s>(schema: &'s Schema, root: &'s Schema) -> &'s Schema {
    let name = schema.get("$ref").and_then(Schema::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
    match name.and_then(|name| root.get("$defs")?.get(name)) {
        Some(found) => resolve(found, root),
        None => schema,
    }
}

/// The one alternative of a schema that describes a table; `None` where there are several or none.
fn object_schema<'s>(schema: &'s Schema, root: &'s Schema) -> Option<&'s Schema> {
    let schema = resolve(schema, root);
    if schema.get("properties").is_some() || schema.get("additionalProperties").is_some() {
        return Some(schema);
    }
    let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
    let mut tables = alternatives.iter().filter_map(|alternative| object_schema(alternative, root));
    tables.next().filter(|_| tables.next().is_none())
}
