//! A folder of results that appears whole or not at all.

use std::path::{Path, PathBuf};

use super::{WriteError, beside};

/// The file by which a folder of results is known to be one, so that it may be replaced.
const MARK: &str = ".firereach";

/// A folder of results being written: beside its final place until [`OutputFolder::finish`].
///
/// Dropped unfinished, it disappears and what stood in its place before still stands.
#[derive(Debug)]
pub struct OutputFolder {
    target: PathBuf,
    working: Option<PathBuf>,
}

impl OutputFolder {
    /// Begins a folder that will stand at `target`.
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
        let working = beside(&target, "writing");
        if working.exists() {
            std::fs::remove_dir_all(&working).map_err(|error| WriteError::of_file(&working, &error))?;
        }
        std::fs::create_dir_all(&working).map_err(|error| WriteError::of_file(&target, &error))?;
        let folder = Self { target, working: Some(working.clone()) };
        let text = "This folder was written by firereach; with --force it may be replaced as a whole.\n";
        std::fs::write(working.join(MARK), text).map_err(|error| WriteError::of_file(&working, &error))?;
        Ok(folder)
    }

    /// Where the files are to be written now.
    pub fn path(&self) -> &Path {
        self.working.as_deref().expect("a folder that is neither finished nor dropped has a working place")
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

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if let Some(working) = &self.working {
            // Nothing more can be done about a folder that does not go; its name says that it is unfinished.
            let _ = std::fs::remove_dir_all(working);
        }
    }
}
