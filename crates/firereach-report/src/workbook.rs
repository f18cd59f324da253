//! The workbook for office staff: sites, measures, subdistricts, surveys, definitions, provenance.

mod objects;

use std::collections::BTreeMap;

use firereach_model::bounds::Method;
use firereach_model::feature::{Grade, Site, SiteKind, Zone, ZoneKind};
use firereach_model::findings::Findings;
use firereach_model::findings::proposals::Firmness;
use firereach_model::findings::water::WaterClass;
use firereach_model::layers::Layers;
use firereach_model::record::Record;
use firereach_model::rules::{Limit, Verdict};
use firereach_model::study::Responsibility;
use firereach_model::table::{Cell, Column, Table};
use firereach_model::workbook::{Sheet, SheetColumn, Tone, Workbook};

use crate::columns::words_of;
use crate::ground::is_inside_any;
use crate::measures::measures;
use crate::palette::{tone_of_verdict, tone_of_water_class};
use crate::summary::summarise;
use crate::words::Language;

use objects::objects_sheet;

/// Composes the workbook of a run.
///
/// The first sheet has one row per site with the figures that say most, as the base has them; the second one row per
/// scenario and site with every column of `sites.csv` and the subdistrict. The measures, the subdistricts and the surveys
/// are those of the first scenario, the base. Words are in `language`; numbers are those
/// of the findings. Columns of coordinates stay as [`Cell::Longitude`] and [`Cell::Latitude`] for the writer.
pub fn compose_workbook(
    record: &Record,
    layers: &Layers,
    duties: &BTreeMap<String, Responsibility>,
    findings: &[Findings],
    language: Language,
) -> Workbook {
    let say = |english: &str, chinese: &str| language.pick(english, chinese).to_owned();
    let subdistricts: Vec<Option<&Zone>> = layers.sites.iter().map(|site| subdistrict_of(layers, site)).collect();
    let mut sheets: Vec<Sheet> = objects_sheet(layers, &subdistricts, findings, language).into_iter().collect();
    sheets.push(scenarios_sheet(layers, &subdistricts, findings, language));
    if let Some(base) = findings.first() {
        sheets.push(measures_sheet(layers, &subdistricts, duties, base, language));
        sheets.push(subdistricts_sheet(&subdistricts, base, language));
        sheets.push(surveys_sheet(base, language));
    }
    sheets.push(rules_sheet(record, language));
    let definitions = definitions_sheet(&sheets, language);
    sheets.push(definitions);
    sheets.push(provenance_sheet(record, language));
    for sheet in &mut sheets {
        for (index, column) in sheet.columns.iter_mut().enumerate() {
            fit(column, sheet.rows.iter().filter_map(|row| row.get(index)));
        }
    }
    Workbook {
        title: if record.title.is_empty() { say("Fire reach", "消防救援覆盖") } else { record.title.clone() },
        banner: record.banner.clone(),
        sheets,
    }
}

/// The subdistrict in which a site's point lies: the first one of the layer.
fn subdistrict_of<'a>(layers: &'a Layers, site: &Site) -> Option<&'a Zone> {
    layers.zones.iter().find(|zone| zone.kind == ZoneKind::Subdistrict && is_inside_any(site.point.0, &zone.area))
}

fn zone_name(zone: Option<&Zone>) -> Cell {
    zone.map_or(Cell::Empty, |zone| Cell::Text(zone.name.clone().unwrap_or_else(|| zone.id.clone())))
}

/// A column by its key, with the words of [`words_of`]; the key itself where there are none.
fn column(key: &str, language: Language) -> SheetColumn {
    let heading = words_of(key).map_or_else(|| key.to_owned(), |words| words.heading(language));
    SheetColumn { heading, ..SheetColumn::default() }
}

fn verdict_tones(language: Language) -> Vec<(String, Tone)> {
    VERDICTS.iter().map(|&verdict| (language.verdict(verdict).to_owned(), tone_of_verdict(verdict))).collect()
}

fn class_tones(language: Language) -> Vec<(String, Tone)> {
    CLASSES.iter().map(|&class| (language.water_class(class).to_owned(), tone_of_water_class(class))).collect()
}

const VERDICTS: &[Verdict] =
    &[Verdict::Pass, Verdict::Unknown, Verdict::ExemptWithPlan, Verdict::AdvisoryFail, Verdict::MandatoryFail];
const CLASSES: &[WaterClass] =
    &[WaterClass::Red, WaterClass::Orange, WaterClass::Yellow, WaterClass::Green, WaterClass::Unknown];

/// A code of the tables as the reader's word; everything else stays as it is.
fn in_words(key: &str, cell: &Cell, language: Language) -> Cell {
    let Cell::Text(code) = cell else {
        return match cell {
            Cell::Flag(true) => Cell::Text(language.pick("yes", "是").to_owned()),
            Cell::Flag(false) => Cell::Text(language.pick("no", "否").to_owned()),
            other => other.clone(),
        };
    };
    let word = match key {
        "kind" => SiteKind::from_code(code).map(|kind| language.site_kind(kind)),
        "grade" => Grade::from_code(code).map(|grade| language.grade(grade)),
        "clear_width_by" => METHODS.iter().find(|m| m.code() == code).map(|&method| language.method(method)),
        key if key.ends_with("verdict") => {
            VERDICTS.iter().find(|v| v.code() == code).map(|&verdict| language.verdict(verdict))
        }
        "water_class" | "class_after" => {
            CLASSES.iter().find(|c| c.code() == code).map(|&class| language.water_class(class))
        }
        "response_firmness" => {
            FIRMNESSES.iter().find(|f| f.code() == code).map(|&firmness| language.firmness(firmness))
        }
        key if is_reason(key) => return Cell::Text(language.reason(code)),
        _ => None,
    };
    Cell::Text(word.map_or_else(|| code.clone(), str::to_owned))
}

/// Whether a column of the table of sites holds reasons, which have a Chinese form.
fn is_reason(key: &str) -> bool {
    key.ends_with("because") || REASONS.contains(&key)
}

/// Columns that hold reasons besides those whose key says so.
const REASONS: &[&str] = &["cheapest_remedy", "worst_failure", "water_disagreement", "origin"];

const FIRMNESSES: &[Firmness] =
    &[Firmness::Firm, Firmness::Unmeasured, Firmness::Speed, Firmness::Turnout, Firmness::SpeedAndTurnout];

const METHODS: &[Method] = &[
    Method::Surveyed,
    Method::Tagged,
    Method::Polygon,
    Method::BetweenObstacles,
    Method::Terrain,
    Method::FromLanes,
    Method::FromClass,
    Method::Computed,
    Method::Assumed,
    Method::Unmeasured,
];

/// The tones of a column by its key.
fn tones(key: &str, language: Language) -> Vec<(String, Tone)> {
    match key {
        key if key.ends_with("verdict") => verdict_tones(language),
        "water_class" | "class_after" => class_tones(language),
        _ => Vec::new(),
    }
}

/// Columns that a reader of the sheet wants before all others.
const FIRST_COLUMNS: usize = 5;

fn scenarios_sheet(
    layers: &Layers,
    subdistricts: &[Option<&Zone>],
    findings: &[Findings],
    language: Language,
) -> Sheet {
    let tables: Vec<Table> = findings.iter().map(|found| crate::tables::sites(layers, found)).collect();
    let keys: Vec<Column> = tables.first().map(|table| table.columns.clone()).unwrap_or_default();
    let mut columns: Vec<SheetColumn> = keys
        .iter()
        .map(|key| SheetColumn {
            tones: tones(&key.key, language),
            has_bar: key.key == "rank",
            ..column(&key.key, language)
        })
        .collect();
    let at = FIRST_COLUMNS.min(columns.len());
    columns.insert(at, column("subdistrict", language));
    let mut rows = Vec::new();
    for table in &tables {
        for (row, zone) in table.rows.iter().zip(subdistricts) {
            let mut cells: Vec<Cell> =
                row.cells.iter().zip(&keys).map(|(cell, key)| in_words(&key.key, cell, language)).collect();
            cells.insert(at, zone_name(*zone));
            rows.push(cells);
        }
    }
    Sheet { name: language.pick("Scenarios", "各情景").to_owned(), columns, rows, kept_columns: 3 }
}

fn measures_sheet(
    layers: &Layers,
    subdistricts: &[Option<&Zone>],
    duties: &BTreeMap<String, Responsibility>,
    base: &Findings,
    language: Language,
) -> Sheet {
    const KEYS: &[&str] = &[
        "lead",
        "due",
        "support",
        "measure",
        "site_id",
        "name",
        "subdistrict",
        "place",
        "quantity",
        "unit",
        "cost",
        "heritage_impact",
        "class_after",
        "because",
    ];
    let mut found = measures(layers, duties, base, language);
    // By lead unit and due date; within one, the order of the measures stays. What nobody leads comes last.
    found.sort_by_key(|measure| match &measure.duty {
        Some(duty) => (false, duty.lead.clone(), duty.due.clone().unwrap_or_else(|| "~".to_owned())),
        None => (true, String::new(), String::new()),
    });
    let rows = found
        .iter()
        .map(|measure| {
            let site = measure.site;
            let index = site.and_then(|site| layers.sites.iter().position(|other| std::ptr::eq(other, site)));
            let zone = index.and_then(|index| subdistricts.get(index).copied().flatten());
            vec![
                Cell::text(measure.duty.as_ref().map(|duty| duty.lead.as_str())),
                Cell::text(measure.duty.as_ref().and_then(|duty| duty.due.as_deref())),
                measure
                    .duty
                    .as_ref()
                    .map_or(Cell::Empty, |duty| crate::tables::word(&duty.support.join(language.pick(", ", "、")))),
                Cell::Text(language.measure_kind(measure.kind)),
                Cell::text(site.map(|site| site.id.as_str())),
                Cell::text(site.and_then(|site| site.name.as_deref())),
                zone_name(zone),
                crate::tables::word(&language.reason(&measure.place)),
                Cell::Number(measure.quantity, 1),
                Cell::Text(language.unit(measure.unit)),
                Cell::number(measure.cost, 2),
                Cell::number(measure.heritage_impact, 2),
                Cell::text(measure.class_after.map(|class| language.water_class(class))),
                crate::tables::word(&language.reason(&measure.because)),
            ]
        })
        .collect();
    Sheet {
        name: language.pick("Measures", "措施").to_owned(),
        columns: columns(KEYS, language),
        rows,
        kept_columns: 2,
    }
}

fn columns(keys: &[&str], language: Language) -> Vec<SheetColumn> {
    keys.iter().map(|key| SheetColumn { tones: tones(key, language), ..column(key, language) }).collect()
}

/// One row a subdistrict that has sites, then one for sites in none, then one for all.
fn subdistricts_sheet(subdistricts: &[Option<&Zone>], base: &Findings, language: Language) -> Sheet {
    const KEYS: &[&str] = &[
        "subdistrict",
        "sites",
        "response_pass",
        "response_unknown",
        "response_fail",
        "median_response_s",
        "lane_pass",
        "lane_unknown",
        "lane_by_class",
        "lane_fail",
        "water_red",
        "water_orange",
        "water_yellow",
        "water_green",
        "water_unknown",
    ];
    let mut zones: Vec<Option<&Zone>> = Vec::new();
    for zone in subdistricts.iter().flatten() {
        if !zones.iter().flatten().any(|other| std::ptr::eq(*other, *zone)) {
            zones.push(Some(zone));
        }
    }
    zones.sort_by(|a, b| a.map(|zone| &zone.id).cmp(&b.map(|zone| &zone.id)));
    if subdistricts.iter().any(Option::is_none) {
        zones.push(None);
    }
    let row = |name: Cell, is_in: &dyn Fn(usize) -> bool| {
        let summary = summarise(&part_of(base, is_in));
        let mut cells = vec![name, Cell::Integer(count(summary.sites))];
        cells.extend(summary.response.map(|n| Cell::Integer(count(n))));
        cells.push(Cell::number(summary.median_response_s, 1));
        let [pass, unknown, fail] = summary.lane;
        cells.extend([pass, unknown, summary.lane_assumed, fail].map(|n| Cell::Integer(count(n))));
        cells.extend(summary.water.map(|n| Cell::Integer(count(n))));
        cells
    };
    let mut rows: Vec<Vec<Cell>> = zones
        .iter()
        .map(|zone| {
            let name = match zone {
                Some(_) => zone_name(*zone),
                None => Cell::Text(language.pick("(in no subdistrict)", "(未落入街道)").to_owned()),
            };
            let same = |index: usize| match (subdistricts[index], *zone) {
                (Some(a), Some(b)) => std::ptr::eq(a, b),
                (None, None) => true,
                _ => false,
            };
            row(name, &same)
        })
        .collect();
    rows.push(row(Cell::Text(language.pick("All", "合计").to_owned()), &|_| true));
    let name = language.pick("Subdistricts", "街道汇总").to_owned();
    Sheet { name, columns: columns(KEYS, language), rows, kept_columns: 1 }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What a summary counts, of some sites only.
fn part_of(findings: &Findings, is_in: &dyn Fn(usize) -> bool) -> Findings {
    let mut part = Findings { scenario: findings.scenario.clone(), ..Findings::default() };
    for (index, rulings) in findings.site_rulings.iter().enumerate().filter(|(index, _)| is_in(*index)) {
        part.site_rulings.push(rulings.clone());
        part.water.sites.extend(
            findings
                .water
                .sites
                .get(index)
                .map(|water| firereach_model::findings::water::SiteWater { class: water.class, ..Default::default() }),
        );
        part.reach.sites.extend(findings.reach.sites.get(index).map(|reach| {
            firereach_model::findings::reach::SiteReach { first: reach.first.clone(), ..Default::default() }
        }));
    }
    part
}

fn surveys_sheet(base: &Findings, language: Language) -> Sheet {
    let rows = base
        .water
        .surveys
        .iter()
        .map(|survey| {
            vec![
                Cell::Text(survey.id.clone()),
                Cell::Text(language.reason(&survey.what)),
                Cell::Integer(survey.sites.into()),
                Cell::Number(survey.settles, 3),
                survey.at.map_or(Cell::Empty, Cell::Longitude),
                survey.at.map_or(Cell::Empty, Cell::Latitude),
            ]
        })
        .collect();
    let keys = ["source_id", "survey", "sites", "settles", "lon", "lat"];
    Sheet {
        name: language.pick("Surveys", "待测清单").to_owned(),
        columns: columns(&keys, language),
        rows,
        kept_columns: 1,
    }
}

fn rules_sheet(record: &Record, language: Language) -> Sheet {
    let keys = ["rule", "measure_key", "limit", "limit_unit", "level", "basis", "known_from", "says", "conflict"];
    let rows = record
        .rulebook
        .rules
        .iter()
        .map(|rule| {
            let (sign, limit) = match rule.limit {
                Limit::AtLeast(limit) => ("≥", limit),
                Limit::AtMost(limit) => ("≤", limit),
            };
            vec![
                Cell::Text(rule.id.clone()),
                Cell::Text(rule.measure.clone()),
                Cell::Text(format!("{sign} {limit}")),
                crate::tables::word(&language.unit(&rule.unit)),
                Cell::Text(language.level(rule.level).to_owned()),
                crate::tables::word(&language.reason(&rule.basis)),
                Cell::Text(language.known_from(rule.known_from).to_owned()),
                crate::tables::word(language.pick(&rule.says, &rule.says_zh)),
                Cell::text(rule.conflict.as_deref()),
            ]
        })
        .collect();
    Sheet {
        name: language.pick("Rules", "条款").to_owned(), columns: columns(&keys, language), rows, kept_columns: 1
    }
}

/// Every column of the sheets before it, once, in the order of their first appearance.
fn definitions_sheet(sheets: &[Sheet], language: Language) -> Sheet {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for sheet in sheets {
        for column in &sheet.columns {
            let is_known = rows.iter().any(|row| row[1] == Cell::Text(column.heading.clone()));
            let words = crate::columns::all().iter().find(|words| words.heading(language) == column.heading);
            let Some(words) = words.filter(|_| !is_known) else { continue };
            rows.push(vec![
                Cell::Text(sheet.name.clone()),
                Cell::Text(column.heading.clone()),
                Cell::Text(words.key.to_owned()),
                crate::tables::word(words.unit),
                Cell::Text(origin_of(words.key, language).to_owned()),
                Cell::Text(words.says(Language::English).to_owned()),
                Cell::Text(words.says(Language::Chinese).to_owned()),
            ]);
        }
    }
    let heading = |english: &str, chinese: &str| SheetColumn {
        heading: language.pick(english, chinese).to_owned(),
        ..SheetColumn::default()
    };
    let columns = vec![
        heading("Sheet", "工作表"),
        heading("Column", "列"),
        heading("Key in files", "文件中的键"),
        heading("Unit", "单位"),
        heading("From", "来源"),
        heading("Definition", "英文释义"),
        heading("Definition in Chinese", "释义"),
    ];
    Sheet { name: language.pick("Definitions", "释义").to_owned(), columns, rows, kept_columns: 2 }
}

/// Where the values of a column are from.
fn origin_of(key: &str, language: Language) -> &'static str {
    let (english, chinese) = match key {
        "site_id" | "name" | "kind" | "grade" | "lon" | "lat" | "people" | "origin" => {
            ("read from the layer of sites", "读自对象图层")
        }
        "subdistrict" => ("read from the layer of areas", "读自区域图层"),
        "scenario" | "lead" | "support" | "due" | "cost" | "heritage_impact" => ("stated by the study", "研究文件所列"),
        "rule" | "measure_key" | "limit" | "limit_unit" | "level" | "basis" | "known_from" | "says" | "conflict" => {
            ("rule pack", "规则包")
        }
        key if key.ends_with("verdict") => ("a measure held against the rules", "量测值按条款判定"),
        key if ["_pass", "_unknown", "_fail"].iter().any(|end| key.ends_with(end)) => ("counted", "计数"),
        "sites" | "water_red" | "water_orange" | "water_yellow" | "water_green" => ("counted", "计数"),
        _ => ("computed from layers and parameters", "由图层与参数计算"),
    };
    language.pick(english, chinese)
}

fn provenance_sheet(record: &Record, language: Language) -> Sheet {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut line = |what: &str, value: String, from: String| {
        rows.push(vec![Cell::Text(what.to_owned()), crate::tables::word(&value), crate::tables::word(&from)]);
    };
    let say = |english: &'static str, chinese: &'static str| language.pick(english, chinese);
    line(say("title", "标题"), record.title.clone(), String::new());
    if let Some(banner) = &record.banner {
        line(say("notice", "声明"), banner.clone(), String::new());
    }
    line(say("version of firereach", "firereach 版本"), record.version.clone(), String::new());
    line(say("date of the data", "数据日期"), record.data_date.clone().unwrap_or_default(), String::new());
    let book = &record.rulebook;
    line(say("rule pack", "规则包"), format!("{} {}", book.name, book.version), String::new());
    line(say("rules as of", "规则时点"), book.as_of.to_string(), String::new());
    line(say("digest of the input", "输入摘要"), record.input_digest.clone(), "SHA-256".to_owned());
    line(
        say("coordinate system", "坐标系"),
        format!("{} {}", record.frame.crs, record.frame.name),
        record.frame.chosen.clone(),
    );
    line(say("data from", "数据来源"), crate::credit::sources(record, language), String::new());
    for scenario in &record.scenarios {
        line(say("scenario", "情景"), scenario.name.clone(), scenario.changes.join("; "));
    }
    for input in &record.inputs {
        line(say("input file", "输入文件"), input.file.clone(), format!("{} B, SHA-256 {}", input.bytes, input.sha256));
    }
    for count in &record.counts {
        line(
            say("features read = kept + repaired + set aside", "读取=保留+修复+搁置"),
            format!("{} = {} + {} + {}", count.read, count.kept, count.repaired, count.set_aside),
            format!("{} {}", count.file, count.layer),
        );
    }
    for parameter in &record.parameters {
        line(&parameter.key, parameter.value.clone(), parameter.from.clone());
    }
    let heading = |english: &str, chinese: &str| SheetColumn {
        heading: language.pick(english, chinese).to_owned(),
        ..SheetColumn::default()
    };
    let columns = vec![heading("What", "项目"), heading("Value", "值"), heading("From", "来源")];
    Sheet { name: language.pick("Provenance", "来源").to_owned(), columns, rows, kept_columns: 1 }
}

/// Makes a column as wide as its texts want, within reason; longer ones are broken into lines.
fn fit<'a>(column: &mut SheetColumn, cells: impl Iterator<Item = &'a Cell>) {
    const LEAST: usize = 7;
    const MOST: usize = 48;
    // The heading may be broken into two lines; the filter's button takes two characters.
    let heading = crate::summary::screen_width(&column.heading);
    let longest = cells
        .map(|cell| match cell {
            Cell::Text(text) => text.lines().map(crate::summary::screen_width).max().unwrap_or(0),
            Cell::Longitude(_) | Cell::Latitude(_) => "106.1833846".len(),
            Cell::Number(value, decimals) => format!("{value:.*}", usize::from(*decimals)).len(),
            Cell::Integer(value) => value.to_string().len(),
            Cell::Flag(_) | Cell::Empty => 0,
        })
        .max()
        .unwrap_or(0);
    column.wraps = longest > MOST;
    let width = longest.max(heading.div_ceil(2) + 2).clamp(LEAST, MOST) + 1;
    column.width = u16::try_from(width).unwrap_or(u16::MAX);
}

#[cfg(test)]
mod tests;
