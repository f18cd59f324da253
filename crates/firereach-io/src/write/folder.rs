//! A folder of results that appears whole or not at all.

use std::path::{Path, PathBuf};

use super::{WriteError, beside, unfinished};

/// The file by which a folder of results is known to be one, so that it may be replaced.
const MARK: &str = ".firereach";

/// A folder of results being written: beside its final place until [`OutputFolder::finish`].
///
/// Dropped unfinished, it disappears and what stood in its place before still stands.
#[derive(Debug)]
pub struct OutputFolder {
    target: PathBuf,
    working: Option<PathBuf>,
    cleared: Vec<PathBuf>,
}

impl OutputFolder {
    /// Begins a folder that will stand at `target`.
    ///
    /// What a run of the same name left unfinished because it was killed is cleared away, if its process is gone: see
    /// [`OutputFolder::cleared`].
    ///
    /// # Errors
    ///
    /// When something stands there already: an earlier result without `force`, or, whatever `force` says, a file or a
    /// folder with something in it that no run of this program made. When its parent cannot be written to.
    pub fn create(target: &Path, force: bool) -> Result<Self, WriteError> {
        if let Ok(meta) = std::fs::symlink_metadata(target) {
            if !meta.is_dir() {
                return Err(WriteError::new(target, "there is a file of this name", "choose another folder"));
            }
            let mut entries = std::fs::read_dir(target).map_err(|error| WriteError::of_file(target, &error))?;
            let is_empty = entries.next().is_none();
            let is_ours = target.join(MARK).exists();
            if !is_empty && !is_ours {
                return Err(WriteError::new(
                    target,
                    "the folder holds things that no run of firereach made",
                    "choose another folder, or empty it yourself",
                ));
            }
            if !is_empty && !force {
                return Err(WriteError::new(
                    target,
                    "the folder holds an earlier result",
                    "choose another folder, or overwrite it with --force",
                ));
            }
        }
        let target = if target.file_name().is_some() {
            target.to_owned()
        } else {
            std::fs::canonicalize(target).map_err(|error| WriteError::of_file(target, &error))?
        };
        let cleared = clear_stale(&target)?;
        let working = beside(&target, "writing");
        if working.exists() {
            std::fs::remove_dir_all(&working).map_err(|error| WriteError::of_file(&working, &error))?;
        }
        std::fs::create_dir_all(&working).map_err(|error| WriteError::of_file(&target, &error))?;
        let folder = Self { target, working: Some(working.clone()), cleared };
        let text = "This folder was written by firereach; with --force it may be replaced as a whole.\n";
        std::fs::write(working.join(MARK), text).map_err(|error| WriteError::of_file(&working, &error))?;
        Ok(folder)
    }

    /// Where the files are to be written now.
    pub fn path(&self) -> &Path {
        self.working.as_deref().expect("a folder that is neither finished nor dropped has a working place")
    }

    /// Unfinished folders of killed runs that were cleared away, by name.
    pub fn cleared(&self) -> &[PathBuf] {
        &self.cleared
    }

    /// Where the folder will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Puts the folder in its final place; an earlier result there is replaced as a whole.
    ///
    /// # Errors
    ///
    /// When the folder cannot be renamed; the earlier result is put back then.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let working = self.path().to_owned();
        let fault = |error: std::io::Error| WriteError::of_file(&self.target, &error);
        let old = beside(&self.target, "replaced");
        let has_old = self.target.exists();
        if has_old {
            std::fs::rename(&self.target, &old).map_err(fault)?;
        }
        if let Err(error) = std::fs::rename(&working, &self.target) {
            if has_old {
                std::fs::rename(&old, &self.target).map_err(fault)?;
            }
            return Err(fault(error));
        }
        self.working = None;
        if has_old {
            std::fs::remove_dir_all(&old).map_err(|error| WriteError::of_file(&old, &error))?;
        }
        Ok(())
    }
}

/// Removes the folders that runs with this target left unfinished and whose processes are gone.
///
/// A system that does not list its processes keeps them all: nobody knows which are gone.
fn clear_stale(target: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return Ok(Vec::new());
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(parent) else { return Ok(Vec::new()) };
    let prefix = format!("{}-", unfinished(target, "writing"));
    let mut stale: Vec<PathBuf> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let process: u32 = name.strip_prefix(&prefix)?.parse().ok()?;
            let is_ours = entry.path().join(MARK).exists();
            (is_ours && !processes.join(process.to_string()).exists()).then(|| entry.path())
        })
        .collect();
    stale.sort();
    for folder in &stale {
        std::fs::remove_dir_all(folder).map_err(|error| WriteError::of_file(folder, &error))?;
    }
    Ok(stale)
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if let Some(working) = &self.working {
            // Nothing more can be done about a folder that does not go; its name says that it is unfinished.
            let _ = std::fs::remove_dir_all(working);
        }
    }
}
