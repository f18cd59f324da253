use super::*;
use crate::columns::words_of;

#[test]
fn every_column_of_the_sheets_has_words_in_both_languages() {
    let table = crate::tables::sites(&Layers::default(), &Findings::default());
    for column in &table.columns {
        let words = words_of(&column.key);
        assert!(words.is_some(), "column `{}` of sites.csv has no words; add them to columns.rs", column.key);
    }
}

#[test]
fn a_code_becomes_the_reader_s_word_and_a_name_stays() {
    let text = |word: &str| Cell::Text(word.to_owned());
    assert_eq!(in_words("water_verdict", &text("mandatory_fail"), Language::Chinese), text("不符合(应)"));
    assert_eq!(in_words("response_firmness", &text("hangs_on_speed"), Language::Chinese), text("取决于车速"));
    assert_eq!(in_words("name", &text("pass"), Language::Chinese), text("pass"));
    assert_eq!(in_words("kind", &text("relic"), Language::English), text("relic building"));
}

#[test]
fn long_text_is_broken_and_a_heading_fits_in_two_lines() {
    let mut column = SheetColumn { heading: "Clear width, greatest (m)".to_owned(), ..SheetColumn::default() };
    fit(&mut column, [Cell::Number(3.5, 2)].iter());
    assert!(column.width >= 14 && !column.wraps, "{}", column.width);
    fit(&mut column, [Cell::Text("x".repeat(300))].iter());
    assert!(column.wraps);
}
