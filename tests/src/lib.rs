//! Where real data lies, and how a test says that it is not there.

use std::path::{Path, PathBuf};

/// The folder of real data that may lie beside the project.
fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")
}

/// A file of the real data, or `None` with a loud line when the data is not there.
///
/// # Panics
///
/// With `CI=true` in the environment, where skipping would be a lie.
pub fn real_data(name: &str) -> Option<PathBuf> {
    let path = data_folder().join(name);
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

/// The rule pack and other files that the project ships.
pub fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets")
}
