//! Sources as the sites see them: the way of each hose, and the legal screen beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firereach_model::findings::Findings;
use firereach_model::findings::water::SourceAtSite;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};
use geo_types::Geometry;

use super::water::{flag, low, maybe, most_lps, whole};
use super::{integer, number, text, word};

/// The sources of every site, by site and then by distance in plan.
fn lays<'a>(layers: &'a Layers, findings: &'a Findings) -> impl Iterator<Item = (&'a str, &'a SourceAtSite)> {
    let sites = layers.sites.iter().zip(&findings.water.sites);
    sites.flat_map(|(site, water)| water.sources.iter().map(move |source| (site.id.as_str(), source)))
}

/// The way of each hose with its length, stairs, lift and loss.
///
/// Of several scenarios, the later ones list only what is not as in the first, as the column `against_first` says.
pub fn hose_lays(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("source_id"),
        text("source_kind"),
        number("hose_m"),
        number("stairs_m"),
        integer("hose_lengths"),
        number("lift_m"),
        number("loss_mpa"),
        integer("pumps"),
        text("appliance"),
        number("line_lps"),
        flag("counts_by_hose"),
        text("because"),
    ];
    let rows = lays(layers, findings)
        .filter_map(|(site, source)| {
            let way = source.way.clone()?;
            Some(Row {
                cells: vec![
                    Cell::Text(findings.scenario.clone()),
                    Cell::Text(site.to_owned()),
                    Cell::Text(source.id.clone()),
                    Cell::Text(source.kind.clone()),
                    Cell::number(source.hose_m, 1),
                    Cell::Number(source.stairs_m, 1),
                    source.lengths.map_or(Cell::Empty, whole),
                    Cell::number(source.lift_m, 1),
                    Cell::number(source.loss_mpa, 3),
                    source.pumps.map_or(Cell::Empty, whole),
                    Cell::text(source.appliance.as_deref()),
                    Cell::number(source.line_lps, 1),
                    maybe(source.counts_by_hose),
                    word(&source.because),
                ],
                shape: Some(Geometry::LineString(way)),
            })
        })
        .collect();
    Table { name: Cow::Borrowed("hose_lays"), columns, shape: ShapeKind::Line, rows }
}

/// Every source as every site sees it: the legal screen beside the hose.
///
/// Of several scenarios, the later ones list only what is not as in the first, as the column `against_first` says.
pub fn supply(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("source_id"),
        text("source_kind"),
        number("plan_m"),
        number("hose_m"),
        number("flow_low_lps"),
        number("flow_high_lps"),
        flag("counts_in_plan"),
        flag("feeds_connection"),
        flag("counts_by_hose"),
        text("shared_with"),
        text("because"),
    ];
    let rows = lays(layers, findings)
        .map(|(site, source)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(site.to_owned()),
                Cell::Text(source.id.clone()),
                Cell::Text(source.kind.clone()),
                Cell::Number(source.plan_m, 1),
                Cell::number(source.hose_m, 1),
                low(&source.flow),
                most_lps(&source.flow),
                Cell::Flag(source.counts_in_plan),
                maybe(source.feeds_connection),
                maybe(source.counts_by_hose),
                Cell::text(source.shared.as_deref()),
                word(&source.because),
            ],
            shape: None,
        })
        .collect();
    Table { name: Cow::Borrowed("supply"), columns, shape: ShapeKind::None, rows }
}

/// The columns that tell the rows of one scenario apart, of the tables whose later scenarios leave out what is as in the
/// first.
pub(super) const SPARSE: &[(&str, &[&str])] = &[
    ("hose_lays", &["site_id", "source_id", "source_kind"]),
    ("supply", &["site_id", "source_id", "source_kind"]),
    ("needs", &["site_id", "model"]),
];

/// The column that says how a row stands to the first scenario.
const AGAINST_FIRST: &str = "against_first";

/// Leaves out what a later scenario does not change, and says of every row how it stands to the first scenario.
///
/// A row of the first scenario is `first` and holds in every later one that has no row of the same `keys`. A row of a later
/// one is `changed` where the first has another row of those keys, and `new` where it has none. What the first has and a
/// later one has not is a row of the keys alone that says `gone`; it comes after the others of its scenario.
pub(super) fn leave_out_unchanged(table: &mut Table, keys: &[&str]) {
    let place = |key: &str| table.columns.iter().position(|column| column.key == key);
    let Some(scenario) = place("scenario") else { return };
    let keys: Vec<usize> = keys.iter().filter_map(|key| place(key)).collect();
    let key_of = |row: &Row| keys.iter().map(|key| format!("{:?}", row.cells[*key])).collect::<Vec<_>>();
    let rows = std::mem::take(&mut table.rows);
    let width = table.columns.len();
    let base_end = rows.iter().take_while(|row| row.cells[scenario] == rows[0].cells[scenario]).count();
    let (base, later) = rows.split_at(base_end);
    let by_key: BTreeMap<Vec<String>, usize> =
        base.iter().enumerate().map(|(index, row)| (key_of(row), index)).collect();
    let is_same = |row: &Row, other: &Row| {
        row.shape == other.shape && (0..width).all(|cell| cell == scenario || row.cells[cell] == other.cells[cell])
    };
    let told = |mut row: Row, how: &str| {
        row.cells.push(Cell::Text(how.to_owned()));
        row
    };
    let mut kept: Vec<Row> = base.iter().cloned().map(|row| told(row, "first")).collect();
    for of_scenario in later.chunk_by(|a, b| a.cells[scenario] == b.cells[scenario]) {
        let mut is_left = vec![true; base.len()];
        for row in of_scenario {
            match by_key.get(&key_of(row)) {
                None => kept.push(told(row.clone(), "new")),
                Some(&index) => {
                    is_left[index] = false;
                    if !is_same(row, &base[index]) {
                        kept.push(told(row.clone(), "changed"));
                    }
                }
            }
        }
        kept.extend(base.iter().zip(is_left).filter(|(_, is_left)| *is_left).map(|(row, _)| {
            let mut cells = vec![Cell::Empty; width];
            for &key in &keys {
                cells[key] = row.cells[key].clone();
            }
            cells[scenario] = of_scenario[0].cells[scenario].clone();
            told(Row { cells, shape: None }, "gone")
        }));
    }
    table.columns.push(text(AGAINST_FIRST));
    table.rows = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scenarios as lists of `key=value`; the rows that are kept read `scenario key=value how`.
    #[track_caller]
    fn check(scenarios: &[&str], expected: &str) {
        let rows = scenarios.iter().enumerate().flat_map(|(number, words)| {
            words.split_whitespace().map(move |word| {
                let (key, value) = word.split_once('=').expect("a key and a value");
                let cells = [number.to_string(), key.to_owned(), value.to_owned()].map(Cell::Text).to_vec();
                Row { cells, shape: None }
            })
        });
        let columns = vec![text("scenario"), text("site_id"), text("flow")];
        let mut table = Table { name: Cow::Borrowed("supply"), columns, shape: ShapeKind::None, rows: rows.collect() };
        leave_out_unchanged(&mut table, &["site_id"]);
        let word = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            _ => String::new(),
        };
        let kept = table.rows.iter().map(|row| {
            let [scenario, key, value, how] = [0, 1, 2, 3].map(|cell| word(&row.cells[cell]));
            format!("{scenario} {key}={value} {how}")
        });
        assert_eq!(kept.collect::<Vec<_>>().join(", "), expected);
    }

    #[test]
    fn what_is_as_in_the_first_scenario_is_left_out_of_the_later_ones() {
        check(&["a=1 b=2", "a=1 b=2"], "0 a=1 first, 0 b=2 first");
        check(&["a=1 b=2", "a=1 b=3", "a=1 b=2"], "0 a=1 first, 0 b=2 first, 1 b=3 changed");
    }

    #[test]
    fn what_comes_and_what_goes_is_said() {
        check(&["a=1", "a=1 c=4"], "0 a=1 first, 1 c=4 new");
        check(&["a=1 b=2", "b=2"], "0 a=1 first, 0 b=2 first, 1 a= gone");
    }
}
