//! Text of tables whose reader hands over raw bytes: decoded here, by one rule for all of them.

use firereach_model::problem::{Done, Severity};

use super::raw::{Fault, Table, Value};
use crate::encoding::{Statements, decide};
use crate::read_error::ReadError;
use crate::source::Source;

/// GDAL maps each byte of this encoding to the character of the same number, so that the bytes can be had back.
pub(super) const RAW_BYTES: &str = "ISO-8859-1";

/// Turns the raw bytes of names and texts into characters; the study's `encoding` key goes before all statements.
pub(super) fn decode_table(table: &mut Table, source: &Source, statements: Statements<'_>) -> Result<(), ReadError> {
    let names: Vec<Vec<u8>> = table.columns.iter().map(|name| bytes_of(name)).collect();
    let texts: Vec<Vec<u8>> = table
        .rows
        .iter()
        .flat_map(|row| &row.values)
        .filter_map(|value| match value {
            Value::Text(text) if !text.is_ascii() => Some(bytes_of(text)),
            _ => None,
        })
        .collect();
    let statements = Statements { key: source.encoding.as_deref(), ..statements };
    let all = names.iter().chain(&texts).map(Vec::as_slice);
    let decision = decide(statements, all).map_err(|error| {
        ReadError::new(
            &source.shown,
            error.to_string(),
            "an encoding that the bytes agree with",
            "set `encoding` of the source, for example \"cp936\", \"utf-8\" or \"big5\"",
        )
    })?;
    if let Some(stated) = decision.contradicted {
        table.faults.push(Fault::new(
            "IO-TEXT-CPG",
            Severity::Warning,
            Done::Repaired,
            format!("the file states the encoding {}, which its bytes contradict", stated.name()),
            format!("{}, as the bytes are", decision.encoding.name()),
            "correct the statement (for a shapefile its .cpg file) or set `encoding` of the source",
        ));
    }
    for (name, bytes) in table.columns.iter_mut().zip(&names) {
        *name = decision.decode(bytes).0.trim_end_matches('\u{fffd}').trim().to_owned();
    }
    let mut lost = 0_u64;
    for row in &mut table.rows {
        for (value, column) in row.values.iter_mut().zip(&table.columns) {
            let Value::Text(text) = value else { continue };
            if text.is_ascii() {
                // A run of question marks is what is left of text that was written in an encoding that lacks it.
                lost += u64::from(is_lost(text));
                continue;
            }
            let (decoded, had_errors) = decision.decode(&bytes_of(text));
            if had_errors {
                row.faults.push(Fault::new(
                    "IO-TEXT-CUT",
                    Severity::Info,
                    Done::Kept,
                    format!("column {column} holds text that ends or breaks inside a character: `{decoded}`"),
                    "whole characters",
                    "shorten the text in the source, or deliver a GeoPackage, which cuts nothing",
                ));
            }
            *value = Value::of_text(decoded.trim_end_matches('\u{fffd}'));
        }
    }
    if lost > 0 {
        table.faults.push(Fault::new(
            "IO-TEXT-LOST",
            Severity::Warning,
            Done::Kept,
            format!("{lost} values are nothing but question marks"),
            "the characters that were there before the file was written",
            "export the table again in UTF-8; what was replaced by question marks cannot be had back",
        ));
    }
    table.notes.push(decision.words());
    table.encoding = Some(decision.encoding.name().to_owned());
    Ok(())
}

fn is_lost(text: &str) -> bool {
    text.chars().filter(|&c| c == '?').count() >= 2 && text.chars().all(|c| c == '?' || c.is_ascii_whitespace())
}

/// The bytes behind text that was read with [`RAW_BYTES`].
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
