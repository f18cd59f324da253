//! The digests of the files that a run was made from.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use firereach_model::record::InputFile;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::read_error::ReadError;

/// The digests of the files of some sources: each file once, folders and the companions of shapefiles with all their files.
///
/// # Errors
///
/// When a file cannot be read.
pub fn digest_files<'a>(files: impl Iterator<Item = (&'a Path, &'a str)>) -> Result<Vec<InputFile>, ReadError> {
    let mut wanted: Vec<(PathBuf, String)> = Vec::new();
    let mut seen = HashSet::new();
    for (path, shown) in files {
        for (file, name) in companions(path, shown)? {
            if seen.insert(file.clone()) {
                wanted.push((file, name));
            }
        }
    }
    wanted
        .par_iter()
        .map(|(path, shown)| {
            let fault = |error: std::io::Error| ReadError { path: shown.clone(), ..ReadError::of_file(path, &error) };
            let mut file = std::fs::File::open(path).map_err(fault)?;
            let mut hash = Sha256::new();
            let mut buffer = vec![0_u8; 1 << 18];
            let mut bytes = 0_u64;
            loop {
                let read = std::io::Read::read(&mut file, &mut buffer).map_err(fault)?;
                if read == 0 {
                    break;
                }
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(InputFile { file: shown.clone(), sha256, bytes })
        })
        .collect()
}

/// A source's own files with the names to show, in the order of their names.
fn companions(path: &Path, shown: &str) -> Result<Vec<(PathBuf, String)>, ReadError> {
    let fault = |error: std::io::Error| ReadError { path: shown.to_owned(), ..ReadError::of_file(path, &error) };
    let meta = std::fs::metadata(path).map_err(fault)?;
    let list = |folder: &Path| -> Result<Vec<PathBuf>, ReadError> {
        let entries = std::fs::read_dir(folder).map_err(fault)?;
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()).collect();
        files.sort();
        Ok(files)
    };
    let name_of = |file: &Path| file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if meta.is_dir() {
        let files = list(path)?;
        return Ok(files.into_iter().map(|file| (file.clone(), format!("{shown}/{}", name_of(&file)))).collect());
    }
    let is_shapefile = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("shp"));
    let (Some(folder), true) = (path.parent(), is_shapefile) else {
        return Ok(vec![(path.to_owned(), shown.to_owned())]);
    };
    const PARTS: [&str; 5] = ["shp", "shx", "dbf", "prj", "cpg"];
    let prefix = shown.rfind('/').map_or("", |slash| &shown[..=slash]);
    let is_part = |file: &PathBuf| {
        file.file_stem() == path.file_stem()
            && file.extension().is_some_and(|ext| PARTS.iter().any(|part| ext.eq_ignore_ascii_case(part)))
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let stem_folder = list(folder)?;
    Ok(stem_folder
        .into_iter()
        .filter(is_part)
        .map(|file| (file.clone(), format!("{prefix}{}", name_of(&file))))
        .collect())
}
