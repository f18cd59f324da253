//! What a run leaves for people besides its tables: the workbook, the page, the project for QGIS and the main maps.

use std::path::Path;

use firereach_analysis::compare::compare;
use firereach_io::write::{QgisProject, write_qgis_project, write_whole, write_xlsx};
use firereach_model::findings::Findings;
use firereach_model::record::Record;
use firereach_model::symbols::LayerStyle;
use firereach_model::table::Table;
use firereach_report::page::render_page;
use firereach_report::pictures::pictures;
use firereach_report::sheet::Material;
use firereach_report::svg::render_svg;
use firereach_report::workbook::compose_workbook;

use crate::failure::Failure;
use crate::pipeline::Loaded;
use crate::speech::Speech;

/// Writes `sites.xlsx`, `report.html`, `project.qgz`, which shows `tables` in the `findings.gpkg` beside it, and `maps/`.
pub(crate) fn publish(
    folder: &Path,
    loaded: &Loaded,
    record: &Record,
    findings: &[Findings],
    tables: &[Table],
    styles: &[LayerStyle],
    speech: &Speech,
) -> Result<(), Failure> {
    let layers = &loaded.reading.layers;
    let projector = &loaded.reading.projector;
    let duties = &loaded.study.responsibilities;
    let language = speech.language();
    let workbook = compose_workbook(record, layers, duties, findings, language);
    write_xlsx(&folder.join("sites.xlsx"), &workbook, projector).map_err(|error| Failure::input(&error))?;
    let page = render_page(record, layers, duties, findings, language);
    write_whole(&folder.join("report.html"), page.as_bytes()).map_err(|error| Failure::input(&error))?;
    let scenarios: Vec<&str> = findings.iter().map(|found| found.scenario.as_str()).collect();
    let project = QgisProject {
        title: &record.title,
        banner: record.banner.as_deref(),
        note: &note(record, speech),
        layout: speech.say("A3 map", "A3 图"),
        geopackage: "findings.gpkg",
        scenarios: &scenarios,
        styles,
    };
    write_qgis_project(&folder.join("project.qgz"), &project, tables, projector)
        .map_err(|error| Failure::input(&error))?;
    write_maps(&folder.join("maps"), loaded, record, findings, speech)
}

/// Writes the main maps as SVG: of the base, and what every other scenario changes.
fn write_maps(
    folder: &Path,
    loaded: &Loaded,
    record: &Record,
    findings: &[Findings],
    speech: &Speech,
) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::input(&format!("{}: {error}", folder.display())))?;
    let layers = &loaded.reading.layers;
    let comparisons: Vec<_> =
        findings.iter().skip(1).filter_map(|found| Some(compare(&record.sites, findings.first()?, found))).collect();
    let material =
        Material { record, layers, findings, responsibilities: &loaded.study.responsibilities, cost_unit: "" };
    for picture in pictures(&material, &comparisons, speech.language()) {
        let svg = render_svg(&picture.drawing, FONT_FAMILIES);
        write_whole(&folder.join(format!("{}.svg", picture.name)), svg.as_bytes())
            .map_err(|error| Failure::input(&error))?;
    }
    Ok(())
}

/// Faces that have Chinese, the first that a reader's machine has.
pub(crate) const FONT_FAMILIES: &[&str] =
    &["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "sans-serif"];

/// The line below a map: what it rests on.
fn note(record: &Record, speech: &Speech) -> String {
    let book = &record.rulebook;
    format!(
        "{}{} {} {}, {} · {} {} · firereach {} · {} {}",
        record
            .data_date
            .as_ref()
            .map_or_else(String::new, |date| { format!("{} {date} · ", speech.say("data of", "数据日期")) }),
        speech.say("rules", "规则"),
        book.name,
        book.version,
        book.as_of,
        speech.say("system", "坐标系"),
        record.frame.crs,
        record.version,
        speech.say("input", "输入摘要"),
        record.input_digest.get(..16).unwrap_or(&record.input_digest),
    )
}
