//! Why the program stops, and with which exit code.

use std::fmt;

/// A fault that ends the run before anything is left under a final name.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file, the terrain, the disk: exit code 2.
    Input(String),
    /// What was typed, the study or a rule pack: exit code 3.
    Study(String),
}

impl Failure {
    /// The exit code of wrong usage or a wrong study.
    pub(crate) const USAGE: u8 = 3;
    /// The exit code of wrong input or environment.
    pub(crate) const INPUT: u8 = 2;

    /// The exit code of a batch of which some studies ran and some did not.
    pub(crate) const PARTIAL: u8 = 4;

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => Self::INPUT,
            Self::Study(_) => Self::USAGE,
        }
    }

    /// A fault of a file or of the environment.
    pub(crate) fn input(error: &dyn fmt::Display) -> Self {
        Self::Input(error.to_string())
    }

    /// A fault of the study or of what was typed.
    pub(crate) fn study(error: &dyn fmt::Display) -> Self {
        Self::Study(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(text) | Self::Study(text) => f.write_str(text),
        }
    }
}
