//! The sheet for a first look: one row a site with the figures that say most.

use firereach_model::feature::Zone;
use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::table::Cell;
use firereach_model::workbook::{Sheet, SheetColumn};

use super::{column, in_words, tones, verdict_tones, zone_name};
use crate::words::Language;

/// The columns, of the table of sites but for the subdistrict; together they fit across one page.
const KEYS: &[&str] = &[
    "site_id",
    "name",
    "kind",
    "grade",
    "subdistrict",
    "response_s",
    "response_high_s",
    "response_verdict",
    "response_station",
    "clear_width_low_m",
    "clear_width_high_m",
    "lane_verdict",
    "largest_vehicle",
    "flow_required_lps",
    "flow_low_lps",
    "flow_high_lps",
    "gap_flow",
    "water_verdict",
    "water_class",
    "rank",
    "cheapest_remedy",
];

/// Every site as the base has it, and what its verdict on the response is in the other scenarios; `None` without
/// scenarios.
pub(super) fn objects_sheet(
    layers: &Layers,
    subdistricts: &[Option<&Zone>],
    findings: &[Findings],
    language: Language,
) -> Option<Sheet> {
    let (base, others) = findings.split_first()?;
    let table = crate::tables::sites(layers, base);
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let verdict = at("response_verdict")?;
    let others: Vec<_> = others.iter().map(|found| (found, crate::tables::sites(layers, found))).collect();
    let mut columns: Vec<SheetColumn> = KEYS
        .iter()
        .map(|key| SheetColumn { tones: tones(key, language), has_bar: *key == "rank", ..column(key, language) })
        .collect();
    columns.extend(others.iter().map(|(found, _)| SheetColumn {
        heading: format!("{}{}", language.pick("Response: ", "到场："), found.scenario),
        tones: verdict_tones(language),
        ..SheetColumn::default()
    }));
    let rows = table
        .rows
        .iter()
        .zip(subdistricts)
        .enumerate()
        .map(|(index, (row, zone))| {
            let own = KEYS.iter().map(|key| match at(key) {
                Some(place) => in_words(key, &row.cells[place], language),
                None => zone_name(*zone),
            });
            let elsewhere = others.iter().map(|(_, other)| {
                let cell = other.rows.get(index).map_or(&Cell::Empty, |row| &row.cells[verdict]);
                in_words("response_verdict", cell, language)
            });
            own.chain(elsewhere).collect()
        })
        .collect();
    Some(Sheet { name: language.pick("Sites", "对象").to_owned(), columns, rows, kept_columns: 2 })
}
