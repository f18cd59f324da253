//! Workbooks written and read back by other software.

use calamine::{Data, Reader, Xlsx, open_workbook};
use firereach_model::workbook::{SheetColumn, Tone};

use super::*;

const HOME: Coord<f64> = Coord { x: 360_000.0, y: 3_272_000.0 };

fn written(rows: Vec<Vec<Cell>>) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("sites.xlsx");
    let tone = Tone { fill: Colour(192, 33, 47), ink: Colour(255, 255, 255) };
    let columns = vec![
        SheetColumn { heading: "名称".to_owned(), width: 20, ..SheetColumn::default() },
        SheetColumn {
            heading: "Verdict".to_owned(),
            width: 12,
            tones: vec![("fails".to_owned(), tone)],
            has_bar: true,
            wraps: true,
        },
    ];
    let sheet = Sheet { name: "对象".to_owned(), columns, rows, kept_columns: 1 };
    let workbook = Workbook { title: "R&D".to_owned(), banner: Some("synthetic".to_owned()), sheets: vec![sheet] };
    let projector = Projector::named("EPSG:4545").expect("known");
    write_xlsx(&path, &workbook, &projector).expect("written");
    (folder, path)
}

/// The cells below the headings as another reader sees them.
fn read_back(rows: Vec<Vec<Cell>>) -> Vec<Vec<Data>> {
    let (_folder, path) = written(rows);
    let mut workbook: Xlsx<_> = open_workbook(&path).expect("a workbook");
    let range = workbook.worksheet_range("对象").expect("the sheet");
    let formulas = workbook.worksheet_formula("对象").expect("the sheet");
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "a text became a formula");
    range.rows().skip(1).map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    for hostile in
        ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "&#0; ﷽ \u{202e}abc"]
    {
        let cells = read_back(vec![vec![text(hostile), text("fails")]]);
        assert_eq!(cells[0][0], Data::String(hostile.to_owned()));
    }
}

#[test]
fn numbers_keep_the_decimals_of_their_cells_and_what_is_not_known_stays_empty() {
    let cells = read_back(vec![
        vec![Cell::Number(3.456, 2), Cell::Integer(7)],
        vec![Cell::Empty, Cell::Number(f64::NAN, 1)],
        vec![Cell::Flag(true), text("x")],
    ]);
    assert_eq!(cells[0], [Data::Float(3.46), Data::Float(7.0)]);
    assert_eq!(cells[1], [Data::Empty, Data::Empty]);
    assert_eq!(cells[2][0], Data::Bool(true));
}

#[test]
fn places_become_degrees() {
    let cells = read_back(vec![vec![Cell::Longitude(HOME), Cell::Latitude(HOME)]]);
    let degrees = |data: &Data| match data {
        Data::Float(value) => *value,
        other => panic!("{other:?}"),
    };
    assert!((degrees(&cells[0][0]) - 106.55).abs() < 0.1 && (degrees(&cells[0][1]) - 29.56).abs() < 0.1, "{cells:?}");
}

#[test]
fn a_text_longer_than_a_cell_is_cut_with_an_ellipsis_and_a_zero_byte_goes() {
    let cells = read_back(vec![vec![text(&"字".repeat(40_000)), text("a\0b")]]);
    let Data::String(cut) = &cells[0][0] else { panic!("{cells:?}") };
    assert_eq!(cut.chars().count(), LONGEST_TEXT);
    assert!(cut.ends_with('…'));
    assert_eq!(cells[0][1], Data::String("ab".to_owned()));
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let rows = || vec![vec![text("a"), text("fails")], vec![Cell::Number(1.5, 1), Cell::Empty]];
    let (_a, first) = written(rows());
    let (_b, second) = written(rows());
    assert_eq!(std::fs::read(first).expect("a file"), std::fs::read(second).expect("a file"));
}

#[test]
fn a_sheet_without_rows_is_written_with_its_headings() {
    assert!(read_back(Vec::new()).is_empty());
}
