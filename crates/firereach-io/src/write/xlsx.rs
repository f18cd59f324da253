//! Workbooks as .xlsx files.

use std::path::Path;

use firereach_model::symbols::Colour;
use firereach_model::table::Cell;
use firereach_model::workbook::{Sheet, SheetColumn, Workbook};
use geo_types::Coord;
use rust_xlsxwriter::{
    Color, ConditionalFormatDataBar, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet,
    XlsxError,
};

use super::{DEGREE_DECIMALS, Resolved, WriteError, resolve, write_whole};
use crate::projection::Projector;

/// The most characters a cell can hold.
const LONGEST_TEXT: usize = 32_767;
/// A3, in the format's own numbering.
const A3_PAPER: u8 = 8;

/// The height of a line, points.
const LINE_HEIGHT: f64 = 15.0;
/// More lines than these are read in the cell itself; a table too wide for one page is a list to look through, and its rows
/// stay low.
const MOST_LINES: u16 = 12;
const MOST_LINES_OF_A_LIST: u16 = 3;
/// How many characters side by side an A3 page shows legibly.
const WIDEST_ON_ONE_PAGE: u32 = 360;

/// Writes a workbook: headings that stay in view and filter, numbers with the decimals of their cells, verdicts in their
/// colours, prepared for printing on A3: one page wide, headings on every page.
///
/// Text is written as text, whatever it begins with; nothing becomes a formula. The same workbook gives the same bytes:
/// its date of creation is fixed.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_xlsx(path: &Path, workbook: &Workbook, projector: &Projector) -> Result<(), WriteError> {
    let fault =
        |error: XlsxError| WriteError::new(path, error.to_string(), "this is a fault of the program; please report it");
    let mut file = rust_xlsxwriter::Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(fault)?;
    let comment = workbook.banner.as_deref().unwrap_or_default();
    let properties = DocProperties::new()
        .set_title(workbook.title.as_str())
        .set_comment(comment)
        .set_author("firereach")
        .set_creation_datetime(&created);
    file.set_properties(&properties);
    for sheet in &workbook.sheets {
        let worksheet = file.add_worksheet();
        fill(worksheet, workbook, sheet, projector).map_err(fault)?;
    }
    let bytes = file.save_to_buffer().map_err(fault)?;
    write_whole(path, &bytes)
}

fn colour(colour: Colour) -> Color {
    Color::RGB(colour.number())
}

fn fill(worksheet: &mut Worksheet, workbook: &Workbook, sheet: &Sheet, projector: &Projector) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?;
    let line = Colour(200, 205, 210);
    let body = Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Hair).set_border_color(colour(line));
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(colour(Colour(38, 50, 64)))
        .set_font_color(Color::White)
        .set_border(FormatBorder::Thin)
        .set_border_color(colour(line));
    worksheet.set_row_height(0, 34)?;
    for (index, column) in (0_u16..).zip(&sheet.columns) {
        worksheet.write_string_with_format(0, index, &column.heading, &heading)?;
        worksheet.set_column_width(index, column.width)?;
    }
    let width: u32 = sheet.columns.iter().map(|column| u32::from(column.width)).sum();
    let is_list = width > WIDEST_ON_ONE_PAGE;
    let most_lines = if is_list { MOST_LINES_OF_A_LIST } else { MOST_LINES };
    let mut places: Vec<Coord<f64>> = sheet
        .rows
        .iter()
        .flatten()
        .filter_map(|cell| match cell {
            Cell::Longitude(at) | Cell::Latitude(at) => Some(*at),
            _ => None,
        })
        .collect();
    projector.all_to_lon_lat(&mut places);
    let mut degrees = places.into_iter();
    let mut row_number = 0;
    for row in &sheet.rows {
        row_number += 1;
        // Said, because not every program works out how high a row of broken lines is.
        let lines = lines_of(&sheet.columns, row);
        if lines > 1 {
            worksheet.set_row_height(row_number, LINE_HEIGHT * f64::from(lines.min(most_lines)))?;
        }
        for ((index, column), cell) in (0_u16..).zip(&sheet.columns).zip(row) {
            let plain = if column.wraps { body.clone().set_text_wrap() } else { body.clone() };
            match resolve(cell, &mut degrees) {
                Resolved::Empty => worksheet.write_blank(row_number, index, &plain)?,
                Resolved::Integer(value) => {
                    #[expect(clippy::cast_precision_loss, reason = "counts; a cell holds a floating-point number")]
                    let value = value as f64;
                    worksheet.write_number_with_format(row_number, index, value, &plain.set_num_format("0"))?
                }
                Resolved::Number(value, decimals) => {
                    let format = decimal_format(decimals);
                    worksheet.write_number_with_format(row_number, index, value, &plain.set_num_format(format))?
                }
                Resolved::Flag(value) => worksheet.write_boolean_with_format(row_number, index, value, &plain)?,
                Resolved::Text(text) => {
                    let tone = column.tones.iter().find(|(word, _)| word == text).map(|(_, tone)| tone);
                    let format = match tone {
                        Some(tone) => plain.set_background_color(colour(tone.fill)).set_font_color(colour(tone.ink)),
                        None => plain,
                    };
                    worksheet.write_string_with_format(row_number, index, fitting(text), &format)?
                }
            };
        }
    }
    let last = u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    if !sheet.columns.is_empty() {
        worksheet.autofilter(0, 0, row_number, last)?;
        worksheet.set_freeze_panes(1, sheet.kept_columns)?;
        worksheet.set_repeat_rows(0, 0)?;
    }
    for (index, column) in (0_u16..).zip(&sheet.columns) {
        if column.has_bar && row_number > 0 {
            let bar =
                ConditionalFormatDataBar::new().set_fill_color(colour(Colour(160, 190, 220))).set_solid_fill(true);
            worksheet.add_conditional_format(1, index, row_number, index, &bar)?;
        }
    }
    worksheet.set_landscape().set_paper_size(A3_PAPER);
    // A table too wide for one page is for the screen; on paper stand the columns that fit.
    let mut room = WIDEST_ON_ONE_PAGE;
    let fitting = sheet.columns.iter().take_while(|column| {
        let rest = room.checked_sub(u32::from(column.width));
        room = rest.unwrap_or(0);
        rest.is_some()
    });
    let printed = u16::try_from(fitting.count()).unwrap_or(u16::MAX);
    if is_list && let Some(last) = printed.checked_sub(1) {
        worksheet.set_print_area(0, 0, row_number, last)?;
    }
    worksheet.set_print_fit_to_pages(1, 0);
    // An ampersand begins a code in a header.
    let said = |text: &str| text.replace('&', "&&");
    let mut header = format!("&L{}", said(&workbook.title));
    if let Some(banner) = &workbook.banner {
        header += &format!("&R{}", said(banner));
    }
    // The format allows 255 characters.
    if header.chars().count() < 250 {
        worksheet.set_header(&header);
    }
    worksheet.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// How many lines the longest broken text of a row takes.
fn lines_of(columns: &[SheetColumn], row: &[Cell]) -> u16 {
    let lines = columns.iter().zip(row).filter(|(column, _)| column.wraps).map(|(column, cell)| {
        let Cell::Text(text) = cell else { return 1 };
        // Characters of East Asia take two places; words that do not fit leave some of a line empty.
        let places = |line: &str| line.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum::<usize>();
        let room = usize::from(column.width).saturating_sub(3).max(1);
        text.lines().map(|line| places(line).div_ceil(room).max(1)).sum::<usize>()
    });
    u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX)
}

/// Text as a cell can hold it: cut where the format ends, with an ellipsis, and without characters that XML has not.
fn fitting(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}');
    let clean: String = text.chars().filter(|&c| is_allowed(c)).collect();
    if clean.encode_utf16().count() <= LONGEST_TEXT {
        return clean;
    }
    let mut room = LONGEST_TEXT - 1;
    let mut cut: String = clean
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= room;
            room = room.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    cut.push('…');
    cut
}

fn decimal_format(decimals: u8) -> String {
    match decimals {
        0 => "0".to_owned(),
        n => format!("0.{}", "0".repeat(usize::from(n.min(DEGREE_DECIMALS)))),
    }
}

#[cfg(test)]
mod tests;
