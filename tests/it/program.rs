//! The program as a user calls it, and what its files say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// What one call came to.
pub(crate) struct Called {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Calls `firereach` with these words, in English.
pub(crate) fn firereach<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Called {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_firereach"))
        .args(words)
        .env("LC_ALL", "C")
        .output()
        .expect("it can be started");
    Called {
        code: status.code().expect("it ended by itself"),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// Calls `firereach` and wants exit code 0.
#[track_caller]
pub(crate) fn succeed<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> String {
    let called = firereach(words);
    assert_eq!(called.code, 0, "standard error: {}", called.err);
    called.out
}

/// A folder that goes away with the test.
pub(crate) fn scratch() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A path as the program takes it.
pub(crate) fn word(path: &Path) -> String {
    path.display().to_string()
}

/// The rows of a CSV file by column.
pub(crate) fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the table was written");
    reader.deserialize().collect::<Result<_, _>>().expect("every row has every column")
}

/// A file of the real data that lies beside the project, or `None` with a loud line when it does not.
///
/// With `CI=true` in the environment its absence fails the test.
pub(crate) fn real_data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "real data is missing in CI: {name}; it belongs beside the project, in shared/data"
    );
    eprintln!("SKIPPED: no {name} beside the project; this test proves nothing here");
    None
}

/// Every file below a folder with its bytes, without the one that holds wall times.
pub(crate) fn bytes_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "timings.json") {
                let name = path.strip_prefix(folder).expect("below the folder").display().to_string();
                files.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    files
}
