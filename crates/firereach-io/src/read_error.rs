//! Why a source as a whole cannot be used.

use std::fmt;
use std::path::Path;

/// A fault that stops the run before anything is written: the file, the place in it, the cause and the remedy.
///
/// A fault of a single feature is a [`Problem`](firereach_model::problem::Problem) instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ReadError {
    /// The file as the study names it.
    pub path: String,
    /// Where in the file, in words (`line 12`, `layer hydrants, feature 17`, `cell C4`), where that is known.
    pub place: Option<String>,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What the reader of this message can do.
    pub remedy: String,
}

impl ReadError {
    /// A fault of a whole file.
    pub fn new(
        path: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), place: None, found: found.into(), expected: expected.into(), remedy: remedy.into() }
    }

    /// The same fault with its place in the file.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// A file that could not be opened, read or written.
    pub fn of_file(path: &Path, error: &std::io::Error) -> Self {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; one in a study is relative to the study's own folder",
            std::io::ErrorKind::PermissionDenied => "check the permissions of the file and of its folder",
            _ => "check the disk and the file",
        };
        Self::new(path.display().to_string(), told(error), "a file that can be opened", remedy)
    }
}

/// What the system says of a file, in words for who chose the file.
pub(crate) fn told(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be opened".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::InvalidData => "it is not text in UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(place) = &self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}; expected {}; {}", self.found, self.expected, self.remedy)
    }
}
