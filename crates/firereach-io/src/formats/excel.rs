//! Workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};

use super::raw::{Table, Value};
use super::tabular::{Grid, table_of_grid};
use crate::read_error::ReadError;
use crate::source::Source;

/// Reads the sheet named by `layer`, or the only one that holds places.
pub(super) fn read_workbook(path: &Path, source: &Source) -> Result<Table, ReadError> {
    let shown = &source.shown;
    let bad = |error: calamine::Error| {
        ReadError::new(shown, error.to_string(), "a workbook", "open it in a spreadsheet program and save it as .xlsx")
    };
    let mut workbook = open_workbook_auto(path).map_err(bad)?;
    let sheets = workbook.sheet_names();
    let wanted: Vec<String> = match &source.layer {
        Some(layer) if !sheets.contains(layer) => {
            return Err(ReadError::new(
                shown,
                format!("no sheet `{layer}`"),
                format!("one of {}", sheets.join(", ")),
                "correct `layer` of the source",
            ));
        }
        Some(layer) => vec![layer.clone()],
        None => sheets,
    };
    let mut tables = Vec::new();
    let mut fault = None;
    for sheet in wanted {
        let range = workbook.worksheet_range(&sheet).map_err(bad)?;
        let Some((row, column)) = range.start() else { continue };
        let cells = range.rows().map(|cells| cells.iter().map(value_of).collect()).collect();
        let grid = Grid {
            sheet: Some(sheet),
            first_row: u64::from(row) + 1,
            first_column: column as usize,
            has_addresses: true,
            cells,
        };
        match table_of_grid(grid, source) {
            Ok(table) => tables.push(table),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    match (tables.len(), fault) {
        (1, _) => Ok(tables.remove(0)),
        (0, Some(error)) => Err(error),
        (0, None) => Err(ReadError::new(shown, "only empty sheets", "a header and rows", "check the workbook")),
        (count, _) => {
            let names: Vec<String> = tables.into_iter().filter_map(|table| table.layer).collect();
            Err(ReadError::new(
                shown,
                format!("{count} sheets with places and no word which one is meant"),
                format!("`layer` to be one of {}", names.join(", ")),
                "add `layer = \"…\"` to the source",
            ))
        }
    }
}

fn value_of(cell: &Data) -> Value {
    match cell {
        Data::Int(number) => Value::Integer(*number),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^52 fits")]
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 4.0e15 => Value::Integer(*number as i64),
        Data::Float(number) => Value::Number(*number),
        Data::String(text) => Value::of_text(text),
        Data::Bool(flag) => Value::Flag(*flag),
        Data::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            Value::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => Value::of_text(text),
        Data::Error(_) | Data::Empty => Value::Null,
    }
}
