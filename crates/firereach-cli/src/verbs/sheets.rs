//! The policy sheets of a run: one PDF per site, and the atlas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use firereach_io::study_file;
use firereach_model::feature::Site;
use firereach_model::findings::Findings;
use firereach_model::record::Record;
use firereach_report::map::site_map;
use firereach_report::sheet::{Material, compose};
use firereach_report::words;
use firereach_sheets::{FontError, Fonts, Language, Paper, Printed, Settings, SheetError, Typesetter, file_stem};
use rayon::prelude::*;

use crate::args::SheetArguments;
use crate::failure::Failure;
use crate::pipeline::Loaded;
use crate::speech::Speech;

/// Writes the sheets asked for into `sheets/` of a run's folder; how many there are.
pub(crate) fn write_sheets(
    folder: &Path,
    arguments: &SheetArguments,
    loaded: &Loaded,
    record: &Record,
    findings: &[Findings],
    speech: &Speech,
) -> Result<usize, Failure> {
    let wanted = wanted(arguments, loaded, record)?;
    if wanted.is_empty() || findings.is_empty() {
        return Ok(0);
    }
    let form = loaded.file.sheets().cloned().unwrap_or_default();
    let settings = settings(loaded, &form, speech);
    let options = settings.map_options();
    let named: Vec<PathBuf> =
        arguments.fonts.iter().cloned().chain(form.fonts.iter().map(|font| loaded.file.folder().join(font))).collect();
    let fonts = Fonts::find(&named).map_err(|error| fault(&error.into()))?;
    let template = match loaded.file.template() {
        None => None,
        Some(path) => {
            let text = fs::read_to_string(&path)
                .map_err(|error| Failure::Study(format!("sheet template {}: {error}", path.display())))?;
            Some((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text))
        }
    };
    let mut typesetter = Typesetter::new(fonts, settings, template);
    let responsibilities: &BTreeMap<_, _> = &loaded.study.responsibilities;
    let material =
        Material { record, layers: &loaded.reading.layers, findings, responsibilities, cost_unit: &form.cost_unit };
    let printed: Vec<Printed> = wanted
        .par_iter()
        .map(|&index| Printed {
            sheet: compose(&material, index),
            map: site_map(&material, index, &options),
            photograph: photograph(loaded, &form, &loaded.reading.layers.sites[index]),
        })
        .collect();
    typesetter.cover(&printed).map_err(|error| fault(&error.into()))?;
    let (pdfs, atlas) = typesetter.sheets(&printed).map_err(|error| fault(&error))?;
    let place = folder.join("sheets");
    fs::create_dir_all(&place).map_err(|error| at(&place, &error))?;
    let write = |name: String, bytes: &[u8]| {
        let path = place.join(name);
        fs::write(&path, bytes).map_err(|error| at(&path, &error))
    };
    for (one, pdf) in printed.iter().zip(&pdfs) {
        let stem = file_stem(&one.sheet.code);
        write(format!("{stem}.pdf"), pdf)?;
        if arguments.sheet_data {
            let (data, map) = typesetter.data(one);
            write(format!("{stem}.json"), data.as_bytes())?;
            write(format!("{stem}.svg"), map.as_bytes())?;
        }
    }
    write("atlas.pdf".to_owned(), &atlas)?;
    Ok(printed.len())
}

/// The photograph of a site: the file its column `photograph` names, else one named by its identifier, in the study's
/// folder of photographs; without such a folder, a file beside the study.
fn photograph(loaded: &Loaded, form: &study_file::SheetsForm, site: &Site) -> Option<Vec<u8>> {
    let folder = loaded.file.folder();
    let place = form.photographs.as_ref().map_or_else(|| folder.to_path_buf(), |own| folder.join(own));
    // A table's cell names a file in the folder, and none that lies elsewhere.
    let is_below = |name: &&String| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let named = site.details.get("photograph").filter(is_below).map(|name| place.join(name));
    let stem = file_stem(&site.id);
    let by_identifier = form.photographs.iter().flat_map(|_| {
        ["jpg", "jpeg", "png", "JPG", "JPEG", "PNG"].map(|ending| place.join(format!("{stem}.{ending}")))
    });
    named.into_iter().chain(by_identifier).find_map(|path| fs::read(path).ok())
}

/// The sites whose sheets are asked for, in the order of the layer.
fn wanted(arguments: &SheetArguments, loaded: &Loaded, record: &Record) -> Result<Vec<usize>, Failure> {
    let all = || (0..record.sites.len()).collect();
    match arguments.sheets.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(if loaded.file.sheets().is_some() { all() } else { Vec::new() }),
        ["all"] => Ok(all()),
        ["none"] => Ok(Vec::new()),
        ref ids => {
            let unknown: Vec<&str> =
                ids.iter().copied().filter(|id| record.sites.iter().all(|site| site.id != *id)).collect();
            if unknown.is_empty() {
                Ok((0..record.sites.len()).filter(|&index| ids.contains(&record.sites[index].id.as_str())).collect())
            } else {
                Err(Failure::Study(format!(
                    "--sheets: the study has no site {}; name sites by the column site_id of sites.csv, or say all or none",
                    unknown.join(", ")
                )))
            }
        }
    }
}

fn settings(loaded: &Loaded, form: &study_file::SheetsForm, speech: &Speech) -> Settings {
    Settings {
        paper: match form.paper {
            study_file::Paper::A3 => Paper::A3,
            study_file::Paper::A4 => Paper::A4,
        },
        language: match (speech.typed_language(), loaded.file.language()) {
            (Some(words::Language::Chinese), _) | (None, Some(study_file::Language::Zh)) => Language::Zh,
            (Some(words::Language::English), _) | (None, Some(study_file::Language::En)) => Language::En,
            (None, Some(study_file::Language::Both) | None) => Language::Both,
        },
        office: form.office.clone(),
        compiled_by: form.compiled_by.clone(),
        checked_by: form.checked_by.clone(),
        approved_by: form.approved_by.clone(),
        review_number: form.review_number.clone(),
    }
}

/// A fault of fonts is one of the environment, a fault of the template one of the study.
fn fault(error: &SheetError) -> Failure {
    match error {
        SheetError::Font(FontError::Unreadable { .. }) | SheetError::Template { .. } => Failure::study(error),
        SheetError::Font(_) => Failure::input(error),
    }
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Input(format!("{}: {error}", path.display()))
}
