//! Files inside zip archives and folders: what is unpacked, and which of several files is meant.

use std::path::{Component, Path, PathBuf};

use encoding_rs::GB18030;

use crate::read_error::ReadError;

/// Endings of the files that can be a source, the most telling first.
const ENDINGS: &[&str] = &["shp", "gpkg", "geojson", "json", "kml", "kmz", "gml", "dxf", "csv", "xlsx", "xls", "wkt"];

/// Unpacks an archive into a temporary folder that lives as long as the returned value.
pub(super) fn unpack(path: &Path, shown: &str) -> Result<tempfile::TempDir, ReadError> {
    let bad = |found: String| {
        ReadError::new(shown, found, "a zip archive that can be unpacked", "pack the files again or unpack them")
    };
    let file = std::fs::File::open(path).map_err(|error| ReadError::of_file(path, &error))?;
    let mut archive = zip::ZipArchive::new(std::io::BufReader::new(file)).map_err(|error| bad(error.to_string()))?;
    let folder = tempfile::tempdir().map_err(|error| bad(error.to_string()))?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| bad(error.to_string()))?;
        if entry.is_dir() {
            continue;
        }
        // Archives packed on Chinese systems carry names in CP936 without saying so.
        let name = match std::str::from_utf8(entry.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => GB18030.decode(entry.name_raw()).0.into_owned(),
        };
        let name = name.replace('\\', "/");
        let inside: PathBuf =
            Path::new(&name).components().filter(|part| matches!(part, Component::Normal(_))).collect();
        if inside.as_os_str().is_empty() || name.starts_with("__MACOSX") {
            continue;
        }
        let target = folder.path().join(inside);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(|error| bad(error.to_string()))?;
        }
        let mut out = std::fs::File::create(&target).map_err(|error| bad(error.to_string()))?;
        std::io::copy(&mut entry, &mut out).map_err(|error| bad(format!("{name}: {error}")))?;
    }
    Ok(folder)
}

/// The one file of a folder that is the source, chosen by `layer` where there are several.
///
/// The second value tells whether the layer's name was used up by choosing the file.
pub(super) fn choose(folder: &Path, shown: &str, layer: Option<&str>) -> Result<(PathBuf, bool), ReadError> {
    let mut found = Vec::new();
    collect(folder, &mut found).map_err(|error| ReadError::of_file(folder, &error))?;
    found.sort();
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if let Some(wanted) = layer
        && let Some(path) = found.iter().find(|path| stem(path) == wanted)
    {
        return Ok((path.clone(), true));
    }
    for ending in std::iter::once(&"gdb").chain(ENDINGS) {
        let of_kind: Vec<&PathBuf> = found.iter().filter(|path| has_ending(path, ending)).collect();
        match of_kind.as_slice() {
            [] => {}
            [only] => return Ok(((*only).clone(), false)),
            several => {
                let names: Vec<String> = several.iter().map(|path| stem(path)).collect();
                return Err(ReadError::new(
                    shown,
                    format!("{} files and no word which one is meant", several.len()),
                    format!("`layer` to be one of {}", names.join(", ")),
                    "add `layer = \"…\"` to the source",
                ));
            }
        }
    }
    Err(ReadError::new(
        shown,
        "no file in it that can be read",
        format!("a file geodatabase or a file ending in {}", ENDINGS.join(", ")),
        "check what was packed",
    ))
}

/// Whether a path ends so, in any mixture of cases.
pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if has_ending(&path, "gdb") {
                found.push(path);
            } else {
                collect(&path, found)?;
            }
        } else if ENDINGS.iter().any(|ending| has_ending(&path, ending)) {
            found.push(path);
        }
    }
    Ok(())
}
