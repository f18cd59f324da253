//! `firereach run`: read, assess every scenario, write.

use std::path::Path;

use firereach_analysis::assess::assess_scenario;
use firereach_io::record::write_record;
use firereach_io::write::{problem_table, write_csv, write_geojson, write_gpkg, write_json, write_problems};
use firereach_model::findings::Findings;
use firereach_model::record::Record;
use firereach_model::rules::Verdict;
use firereach_model::study::Scenario;
use firereach_model::table::{Cell, Column, ColumnKind, Table};
use firereach_report::outlook::{render_firmness, render_proposals};
use firereach_report::sheet::Material;
use firereach_report::summary::{ScenarioSummary, render_summary, summarise};
use firereach_report::symbols::styles;
use firereach_report::tables;

use crate::args::{FailOn, Run};
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::pipeline::{Loaded, load};
use crate::progress::Progress;
use crate::publish::{publish, write_maps};
use crate::speech::Speech;
use crate::verbs::sheets::write_sheets;

/// Tables that office staff open without a GIS.
const CSV_TABLES: &[&str] = &[
    "sites",
    "pinch_points",
    "clear_first",
    "coverage",
    "stations",
    "arrivals",
    "uncovered",
    "uncovered_buildings",
    "uncovered_roads",
    "proposals",
    "sensitivity",
    "firmness",
    "water_gaps",
    "ranking",
    "water_figures",
    "needs",
    "without_hydrant",
    "remedies",
    "surveys",
    "hydrants",
    "marking",
];

/// Does the main job: for a study, or for every study of a folder.
pub(crate) fn run(arguments: &Run, speech: &Speech) -> Result<u8, Failure> {
    if arguments.study.study.is_dir() {
        return super::batch::run_folder(arguments, speech);
    }
    if arguments.shard.is_some() {
        return Err(Failure::Study("--shard parts a folder of studies; this is one study".to_owned()));
    }
    if arguments.dry_run {
        return super::plan::plan(&arguments.study, speech);
    }
    let ran = run_study(arguments, speech)?;
    let Ran { record, summaries, .. } = &ran;
    let mut text = render_summary(record, summaries, speech.language());
    for more in &ran.outlook {
        text.push_str(&format!("\n\n{more}"));
    }
    let opened = [
        ("sites.csv", speech.say("one row per scenario and site", "每情景每对象一行")),
        (
            "sites.xlsx",
            speech.say("the same for office staff, with measures and definitions", "办公用表:对象、措施、释义"),
        ),
        (
            "report.html",
            speech
                .say("maps, sites and charts for the meeting; opens by itself", "会议用页面:地图、对象、图表,双击打开"),
        ),
        ("findings.gpkg", speech.say("all layers, styled, for QGIS", "全部图层(含样式),用 QGIS 打开")),
        (
            "project.qgz",
            speech.say("the same layers by scenario, with a print layout, for QGIS", "QGIS 工程:按情景分组,含打印布局"),
        ),
        ("maps", speech.say("the main maps as PNG and SVG, for slides", "主要图件(PNG、SVG),用于演示文稿")),
        ("problems.csv", speech.say("what was wrong with the data", "数据问题清单")),
        ("run.json", speech.say("inputs, parameters and their origins", "输入、参数及其来源")),
    ];
    text.push_str(&format!("\n\n{} {}", speech.say("written to", "成果目录"), arguments.output.display()));
    for (file, what) in opened {
        text.push_str(&format!("\n  {}  {what}", arguments.output.join(file).display()));
    }
    if ran.sheets > 0 {
        let sheets = ran.sheets;
        let what = speech.say("policy sheets; the atlas holds all of them", "份图则；atlas.pdf 为汇编");
        text.push_str(&format!("\n  {}  {sheets} {what}", arguments.output.join("sheets").display()));
    }
    text.push_str(&format!(
        "\n{}: firereach explain {} {}",
        speech.say("why, for one site", "查看单个对象的依据"),
        arguments.output.display(),
        record.sites.first().map_or("SITE", |site| site.id.as_str()),
    ));
    let json = serde_json::json!({
        "output": arguments.output,
        "input_digest": record.input_digest,
        "sheets": ran.sheets,
        "scenarios": summaries.iter().map(|s| serde_json::json!({
            "name": s.name, "sites": s.sites, "median_response_s": s.median_response_s,
            "response": { "pass": s.response[0], "unknown": s.response[1], "fail": s.response[2] },
            "lane": { "pass": s.lane[0], "unknown_but_wide_by_class": s.lane_assumed, "unknown": s.lane[1], "fail": s.lane[2] },
            "water": { "red": s.water[0], "orange": s.water[1], "yellow": s.water[2], "green": s.water[3], "unknown": s.water[4] },
        })).collect::<Vec<_>>(),
    });
    speech.result(&text, &json)?;
    Ok(u8::from(ran.has_failed))
}

/// What a finished run says of itself.
pub(crate) struct Ran {
    pub(crate) record: Record,
    pub(crate) summaries: Vec<ScenarioSummary>,
    /// Paragraphs on firm verdicts and proposed stations.
    outlook: Vec<String>,
    /// How many policy sheets were written.
    sheets: usize,
    /// Whether a finding is at or above `--fail-on`.
    pub(crate) has_failed: bool,
}

/// Reads one study, assesses it and writes its findings.
pub(crate) fn run_study(arguments: &Run, speech: &Speech) -> Result<Ran, Failure> {
    let mut progress = speech.progress();
    // Before anything is computed: a folder that may not be written is refused now.
    let folder = begin_folder(&arguments.output, arguments.force, speech)?;
    let loaded = load(&arguments.study, speech, &mut progress)?;
    let scenarios = wanted(&loaded.study.scenarios, &arguments.scenarios)?;
    let mut findings = Vec::with_capacity(scenarios.len());
    for scenario in &scenarios {
        progress.phase(&format!("{} {}", speech.say("assessing", "评估情景"), scenario.name));
        findings.push(assess_scenario(&loaded.reading.layers, &loaded.network, &loaded.study, scenario));
    }
    let record = loaded.record(&scenarios);
    write_all(folder.path(), arguments, &loaded, &record, &findings, speech, &mut progress)?;
    progress.phase(speech.say("typesetting sheets", "排印图则"));
    let sheets = write_sheets(folder.path(), &arguments.sheets, &loaded, &record, &findings, speech)?;
    let (phases, total) = progress.finish();
    let seconds = |d: std::time::Duration| (d.as_secs_f64() * 1000.0).round() / 1000.0;
    let timings = serde_json::json!({
        "phases_s": phases.iter().map(|(name, d)| (name.clone(), seconds(*d).into())).collect::<serde_json::Map<_, _>>(),
        "total_s": seconds(total),
    });
    write_json(&folder.path().join("timings.json"), &timings).map_err(|error| Failure::input(&error))?;
    folder.finish().map_err(|error| Failure::input(&error))?;
    let outlook = [render_firmness(&findings, speech.language()), render_proposals(&findings, speech.language())];
    Ok(Ran {
        summaries: findings.iter().map(summarise).collect(),
        outlook: outlook.into_iter().filter(|text| !text.is_empty()).collect(),
        sheets,
        has_failed: has_failed(&findings, arguments.fail_on),
        record,
    })
}

/// The scenarios asked for, in the study's order.
fn wanted<'a>(scenarios: &'a [Scenario], names: &[String]) -> Result<Vec<&'a Scenario>, Failure> {
    let unknown: Vec<&str> =
        names.iter().map(String::as_str).filter(|n| scenarios.iter().all(|s| s.name != *n)).collect();
    if !unknown.is_empty() {
        let known: Vec<&str> = scenarios.iter().map(|s| s.name.as_str()).collect();
        return Err(Failure::Study(format!(
            "the study has no scenario named {}; it has: {}",
            unknown.join(", "),
            known.join(", ")
        )));
    }
    Ok(scenarios.iter().filter(|s| names.is_empty() || names.contains(&s.name)).collect())
}

fn has_failed(findings: &[Findings], fail_on: Option<FailOn>) -> bool {
    let Some(fail_on) = fail_on else { return false };
    let least = match fail_on {
        FailOn::Unknown => Verdict::Unknown,
        FailOn::Advisory => Verdict::AdvisoryFail,
        FailOn::Mandatory => Verdict::MandatoryFail,
    };
    findings.iter().flat_map(|f| &f.site_rulings).flatten().any(|ruling| ruling.verdict >= least)
}

/// Writes every output of the run into its folder.
fn write_all(
    folder: &Path,
    arguments: &Run,
    loaded: &Loaded,
    record: &Record,
    findings: &[Findings],
    speech: &Speech,
    progress: &mut Progress<'_>,
) -> Result<(), Failure> {
    let layers = &loaded.reading.layers;
    let language = speech.written_language(loaded.file.language());
    let projector = &loaded.reading.projector;
    let input = |error: &dyn std::fmt::Display| Failure::input(error);
    let mut problems = loaded.reading.problems.clone();
    for found in findings {
        problems.extend(found.problems.iter().cloned());
    }
    let mut tables = tables::all(layers, findings);
    tables.push(of_all_scenarios(problem_table(&problems)));
    let styles = styles(&tables, language);
    progress.phase(speech.say("writing layers", "写出图层"));
    write_gpkg(&folder.join("findings.gpkg"), &tables, &styles, projector).map_err(|error| input(&error))?;
    for table in tables.iter().filter(|table| CSV_TABLES.contains(&table.name.as_ref())) {
        let path = folder.join(format!("{}.csv", table.name));
        write_csv(&path, std::slice::from_ref(table), projector).map_err(|error| input(&error))?;
    }
    if arguments.geojson {
        for table in &tables {
            let path = folder.join(format!("{}.geojson", table.name));
            write_geojson(&path, std::slice::from_ref(table), projector).map_err(|error| input(&error))?;
        }
    }
    let cost_unit = loaded.file.sheets().map_or("", |form| form.cost_unit.as_str());
    let responsibilities = &loaded.study.responsibilities;
    let material = Material { record, layers, findings, responsibilities, cost_unit };
    publish(folder, loaded, &material, &tables, &styles, speech, progress)?;
    drop(tables);
    progress.phase(speech.say("drawing maps", "绘制图件"));
    write_maps(folder, &arguments.sheets.fonts, loaded, &material, speech)?;
    progress.phase(speech.say("writing findings", "写出评估结果"));
    write_problems(folder, &problems, &loaded.reading.counts, &styles, projector).map_err(|error| input(&error))?;
    write_json(&folder.join("run.json"), &run_json(record, findings)).map_err(|error| input(&error))?;
    write_record(folder, record, findings).map_err(|error| input(&error))?;
    Ok(())
}

/// The table with a first column that says that its rows hold in every scenario.
fn of_all_scenarios(mut table: Table) -> Table {
    table.columns.insert(0, Column::new("scenario", ColumnKind::Text));
    for row in &mut table.rows {
        row.cells.insert(0, Cell::Text("all".to_owned()));
    }
    table
}

/// What an auditor asks for: digests, version, every parameter with its origin, counts. No clock, host or thread count.
fn run_json(record: &Record, findings: &[Findings]) -> serde_json::Value {
    let lanes: Vec<serde_json::Value> = findings
        .iter()
        .map(summarise)
        .map(|s| {
            serde_json::json!({
                "scenario": s.name, "pass": s.lane[0], "unknown_but_wide_by_class": s.lane_assumed,
                "unknown": s.lane[1], "fail": s.lane[2],
            })
        })
        .collect();
    serde_json::json!({
        "version": record.version,
        "title": record.title,
        "banner": record.banner,
        "data_date": record.data_date,
        "input_digest": record.input_digest,
        "inputs": record.inputs,
        "frame": record.frame,
        "rule_pack": {
            "name": record.rulebook.name,
            "version": record.rulebook.version,
            "as_of": record.rulebook.as_of.to_string(),
            "rules": record.rulebook.rules.len(),
        },
        "scenarios": record.scenarios,
        "counts": record.counts,
        "notes": record.notes,
        "lane_verdicts": lanes,
        "parameters": record.parameters,
    })
}
