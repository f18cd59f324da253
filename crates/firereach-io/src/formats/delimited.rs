//! Comma-separated text and files of well-known text.

use std::path::Path;

use super::raw::{Row, Shape, Table, Value};
use super::tabular::{Grid, shape_of_text, table_of_grid};
use crate::encoding::{Decision, Rule, Statements, decide};
use crate::read_error::ReadError;
use crate::source::Source;

/// Reads a table of separated values; the separator is the one of comma, semicolon, tab and bar that the header has most of.
pub(super) fn read_csv(path: &Path, source: &Source) -> Result<Table, ReadError> {
    let (text, decision) = read_text(path, source)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator = *[b',', b'\t', b';', b'|']
        .iter()
        .max_by_key(|&&candidate| (first.bytes().filter(|&b| b == candidate).count(), candidate == b','))
        .unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut cells = Vec::new();
    let mut uneven = 0_u64;
    for record in reader.records() {
        let record = record.map_err(|error| {
            let place = error.position().map_or_else(String::new, |at| format!("line {}", at.line()));
            ReadError::new(&source.shown, error.to_string(), "separated values", "correct the line").at(place)
        })?;
        uneven += u64::from(cells.first().is_some_and(|row: &Vec<Value>| row.len() != record.len()));
        cells.push(record.iter().map(Value::of_text).collect());
    }
    if cells.is_empty() {
        return Err(ReadError::new(&source.shown, "an empty file", "a header and rows", "deliver the file again"));
    }
    let grid = Grid { sheet: None, first_row: 1, first_column: 0, has_addresses: false, cells };
    let mut table = table_of_grid(grid, source)?;
    table.notes.push(decision.words());
    table.encoding = Some(decision.encoding.name().to_owned());
    if uneven > 0 {
        table.notes.push(format!("{uneven} lines have more or fewer values than the header"));
    }
    Ok(table)
}

/// Reads a file with one well-known text a line.
pub(super) fn read_wkt(path: &Path, source: &Source) -> Result<Table, ReadError> {
    let (text, _) = read_text(path, source)?;
    let mut table = Table { geometry: "well-known text".to_owned(), ..Table::default() };
    let mut curves = 0;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut faults = Vec::new();
        let shape = shape_of_text(line.trim(), &mut faults, &mut curves);
        table.rows.push(Row { number: index as u64 + 1, id: None, shape, values: Vec::new(), faults });
    }
    if !table.rows.is_empty() && table.rows.iter().all(|row| matches!(row.shape, Shape::Broken(_))) {
        return Err(ReadError::new(
            &source.shown,
            "no line of well-known text",
            "one shape a line, such as POINT (106.57 29.55)",
            "check the file, or export it as GeoJSON",
        ));
    }
    Ok(table)
}

pub(super) fn read_text(path: &Path, source: &Source) -> Result<(String, Decision), ReadError> {
    let bytes = std::fs::read(path)
        .map_err(|error| ReadError { path: source.shown.clone(), ..ReadError::of_file(path, &error) })?;
    if bytes.contains(&0) && !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::new(
            &source.shown,
            "binary data",
            "text",
            "check the file's ending; a workbook has to end in .xlsx or .xls",
        ));
    }
    // The mark at the start of a text names its encoding; spreadsheet programs write it before UTF-8.
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(&bytes) {
        let decision = Decision { encoding, rule: Rule::Stated, contradicted: None };
        return Ok((decision.decode(&bytes[length..]).0, decision));
    }
    let statements = Statements { key: source.encoding.as_deref(), ..Statements::default() };
    let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    let decision = decide(statements, lines.into_iter()).map_err(|error| {
        ReadError::new(
            &source.shown,
            error.to_string(),
            "an encoding that the bytes agree with",
            "set `encoding` of the source, for example \"cp936\", \"utf-8\" or \"windows-1252\"",
        )
    })?;
    Ok((decision.decode(&bytes).0, decision))
}
