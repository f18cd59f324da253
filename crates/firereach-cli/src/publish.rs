//! What a run leaves for people besides its tables: the workbook, the page, the project for QGIS; and the main maps.

use std::path::{Path, PathBuf};

use firereach_analysis::compare::compare;
use firereach_io::write::{QgisProject, write_qgis_project, write_whole, write_xlsx};
use firereach_model::record::Record;
use firereach_model::symbols::LayerStyle;
use firereach_model::table::Table;
use firereach_report::credit::sources;
use firereach_report::page::render_page;
use firereach_report::pictures::{Picture, pictures};
use firereach_report::sheet::Material;
use firereach_report::svg::render_svg;
use firereach_report::words::Language;
use firereach_report::workbook::compose_workbook;
use firereach_sheets::{FontError, Fonts, Painter};
use rayon::prelude::*;

use crate::failure::Failure;
use crate::pipeline::Loaded;
use crate::progress::Progress;
use crate::speech::Speech;

/// Writes `sites.xlsx`, `report.html` and `project.qgz`, which shows `tables` in the `findings.gpkg` beside it.
pub(crate) fn publish(
    folder: &Path,
    loaded: &Loaded,
    material: &Material<'_>,
    tables: &[Table],
    styles: &[LayerStyle],
    speech: &Speech,
    progress: &mut Progress<'_>,
) -> Result<(), Failure> {
    let Material { record, layers, findings, responsibilities: duties, cost_unit: _ } = *material;
    let projector = &loaded.reading.projector;
    let language = speech.written_language(loaded.file.language());
    progress.phase(speech.say("writing the workbook", "写出工作簿"));
    let workbook = compose_workbook(record, layers, duties, findings, language);
    write_xlsx(&folder.join("sites.xlsx"), &workbook, projector).map_err(|error| Failure::input(&error))?;
    progress.phase(speech.say("writing the page", "写出页面"));
    let page = render_page(material, language);
    write_whole(&folder.join("report.html"), page.as_bytes()).map_err(|error| Failure::input(&error))?;
    let scenarios: Vec<&str> = findings.iter().map(|found| found.scenario.as_str()).collect();
    let project = QgisProject {
        title: &record.title,
        banner: record.banner.as_deref(),
        note: &note(record, language),
        layout: language.pick("A3 map", "A3 图"),
        geopackage: "findings.gpkg",
        scenarios: &scenarios,
        styles,
    };
    write_qgis_project(&folder.join("project.qgz"), &project, tables, projector).map_err(|error| Failure::input(&error))
}

/// Writes the main maps as SVG and PNG into `maps/`: of the base, and what every other scenario changes.
///
/// The texts of a PNG are set in the named fonts or in those of the system; without one that holds them there is none, and
/// that is said.
pub(crate) fn write_maps(
    folder: &Path,
    fonts: &[PathBuf],
    loaded: &Loaded,
    material: &Material<'_>,
    speech: &Speech,
) -> Result<(), Failure> {
    let folder = &folder.join("maps");
    std::fs::create_dir_all(folder).map_err(|error| Failure::input(&format!("{}: {error}", folder.display())))?;
    let Material { record, findings, .. } = *material;
    let comparisons: Vec<_> =
        findings.iter().skip(1).filter_map(|found| Some(compare(&record.sites, findings.first()?, found))).collect();
    let pictures = pictures(material, &comparisons, speech.written_language(loaded.file.language()));
    write_pictures(folder, &pictures, fonts, speech)
}

/// Writes pictures into a folder, each as SVG and as PNG.
pub(crate) fn write_pictures(
    folder: &Path,
    pictures: &[Picture],
    fonts: &[PathBuf],
    speech: &Speech,
) -> Result<(), Failure> {
    let texts = pictures.iter().flat_map(|picture| picture.drawing.texts()).map(|text| text.text.as_str());
    let painter = fonts_for(texts, fonts).map(|fonts| Painter::new(&fonts)).inspect_err(|error| {
        let left_out = speech.say("the maps were written as SVG only", "图件仅以 SVG 写出");
        speech.note("MAPS-NO-FONT", &format!("{left_out}: {error}"));
    });
    pictures.par_iter().try_for_each(|picture| {
        let write = |ending: &str, bytes: &[u8]| {
            let path = folder.join(format!("{}.{ending}", picture.name));
            write_whole(&path, bytes).map_err(|error| Failure::input(&error))
        };
        write("svg", render_svg(&picture.drawing, FONT_FAMILIES).as_bytes())?;
        let Ok(painter) = &painter else { return Ok(()) };
        let svg = render_svg(&picture.drawing, &painter.families());
        write("png", &painter.render_png(&svg, PICTURE_PX).map_err(|error| Failure::input(&error))?)
    })
}

/// Fonts that hold every character of some texts: the named ones, else those of the system.
fn fonts_for<'t>(texts: impl Iterator<Item = &'t str>, named: &[PathBuf]) -> Result<Fonts, FontError> {
    let mut fonts = Fonts::find(named)?;
    fonts.cover("the maps", texts)?;
    Ok(fonts)
}

/// Width of a picture for slides, pixels.
const PICTURE_PX: u32 = 2400;

/// Faces that have Chinese, the first that a reader's machine has.
const FONT_FAMILIES: &[&str] =
    &["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "sans-serif"];

/// The line below a map: what it rests on.
fn note(record: &Record, language: Language) -> String {
    let book = &record.rulebook;
    let sources = sources(record, language);
    format!(
        "{}{}{} {} {}, {} · {} {} · firereach {} · {} {} · {}",
        if sources.is_empty() { String::new() } else { format!("{} {sources} · ", language.pick("from", "数据")) },
        record
            .data_date
            .as_ref()
            .map_or_else(String::new, |date| { format!("{} {date} · ", language.pick("data of", "数据日期")) }),
        language.pick("rules", "规则"),
        book.name,
        book.version,
        book.as_of,
        language.pick("system", "坐标系"),
        record.frame.crs,
        record.version,
        language.pick("input", "输入摘要"),
        record.input_digest.get(..16).unwrap_or(&record.input_digest),
        language.pick("map review number: ________", "审图号:________"),
    )
}
