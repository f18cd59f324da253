//! Shapefiles: which of the companion files are there, what is done without them, and how the table's text is encoded.

use std::path::{Path, PathBuf};

use firereach_model::problem::{Done, Severity};

use super::gdal_vector::{Opening, read};
use super::raw::{Fault, Table};
use super::recode::{RAW_BYTES, decode_table};
use crate::encoding::Statements;
use crate::read_error::ReadError;
use crate::source::Source;

/// Reads one shapefile.
pub(super) fn read_shapefile(path: &Path, source: &Source) -> Result<Table, ReadError> {
    let shown = &source.shown;
    let folder = path.parent().unwrap_or(Path::new("."));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let companion = |extension: &str| find_companion(folder, &stem, extension);
    let mut faults = Vec::new();
    let has_index = companion("shx").is_some();
    let table_file = companion("dbf");
    // A missing index is rebuilt beside a copy, because the source's folder is not ours to write to.
    let copy = if has_index { None } else { Some(copy_without_index(path, shown, &companion)?) };
    if !has_index {
        faults.push(Fault::new(
            "IO-SHP-NO-INDEX",
            Severity::Warning,
            Done::Kept,
            "no .shx file",
            "an index file beside the shapes",
            "deliver the .shx file too; it was rebuilt for this run",
        ));
        set_restore(true);
    }
    let raw_bytes = format!("ENCODING={RAW_BYTES}");
    let opening = Opening {
        drivers: Some(&["ESRI Shapefile"]),
        options: Some(&[raw_bytes.as_str()]),
        layer: None,
        usual_layer: "",
        takes_all: true,
        has_ids: false,
    };
    let opened = copy.as_ref().map_or(path, |(_, copied)| copied.as_path());
    let result = read(opened, shown, &opening);
    if !has_index {
        set_restore(false);
    }
    let mut table = result?
        .into_iter()
        .next()
        .ok_or_else(|| ReadError::new(shown, "no layer in the shapefile", "shapes", "export the file again"))?;
    table.layer = Some(stem.clone());
    table.has_short_names = true;
    match table_file {
        None => {
            table.columns.clear();
            table.rows.iter_mut().for_each(|row| row.values.clear());
            faults.push(Fault::new(
                "IO-SHP-NO-TABLE",
                Severity::Error,
                Done::Kept,
                format!("no .dbf file: {} shapes without names, kinds or any other attribute", table.rows.len()),
                "a table beside the shapes",
                "deliver the .dbf file too; until then nothing but the shapes is known",
            ));
        }
        Some(table_file) => {
            let cpg = companion("cpg").and_then(|file| std::fs::read_to_string(file).ok());
            let language_byte = language_byte(&table_file);
            decode_table(&mut table, source, Statements { key: None, cpg: cpg.as_deref(), language_byte })?;
        }
    }
    if table.crs.is_none() {
        faults.push(Fault::new(
            "IO-CRS-MISSING",
            Severity::Warning,
            Done::Kept,
            if companion("prj").is_none() { "no .prj file" } else { "a .prj file that names no coordinate system" },
            "the coordinate system of the shapes",
            "deliver the .prj file or set `crs` of the source",
        ));
    }
    table.faults.extend(faults);
    Ok(table)
}

fn set_restore(on: bool) {
    // A failure leaves the option as it was; opening the file then reports the missing index.
    let key = "SHAPE_RESTORE_SHX";
    let _ = if on {
        gdal::config::set_thread_local_config_option(key, "YES")
    } else {
        gdal::config::clear_thread_local_config_option(key)
    };
}

fn copy_without_index(
    path: &Path,
    shown: &str,
    companion: &dyn Fn(&str) -> Option<PathBuf>,
) -> Result<(tempfile::TempDir, PathBuf), ReadError> {
    let of_io = |error: std::io::Error| {
        ReadError::new(shown, error.to_string(), "room for a copy of the shapefile", "check the temporary folder")
    };
    let folder = tempfile::tempdir().map_err(of_io)?;
    let target = folder.path().join("shapes.shp");
    std::fs::copy(path, &target).map_err(of_io)?;
    for extension in ["dbf", "prj"] {
        if let Some(file) = companion(extension) {
            std::fs::copy(file, folder.path().join(format!("shapes.{extension}"))).map_err(of_io)?;
        }
    }
    Ok((folder, target))
}

/// The file with the same stem and an extension in any mixture of cases.
fn find_companion(folder: &Path, stem: &str, extension: &str) -> Option<PathBuf> {
    let direct = folder.join(format!("{stem}.{extension}"));
    if direct.exists() {
        return Some(direct);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| {
            path.file_stem().is_some_and(|s| s.to_string_lossy() == stem)
                && path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension))
        })
        .collect();
    found.sort();
    found.into_iter().next()
}

/// The byte of a dBASE header that tells the language, where it is not zero.
fn language_byte(table_file: &Path) -> Option<u8> {
    use std::io::Read;
    let mut header = [0; 32];
    std::fs::File::open(table_file).ok()?.read_exact(&mut header).ok()?;
    Some(header[29]).filter(|&byte| byte != 0)
}
