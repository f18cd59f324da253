//! Where a feature, a number or a rule came from.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The place in the study's data from which a feature was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The file as the study names it, not an absolute path.
    pub file: Arc<str>,
    /// The layer inside the file, where the format has layers.
    pub layer: Option<Arc<str>>,
    /// The row as the table shows it, counted from one; zero where the format has no rows and the id says it all.
    pub row: u64,
    /// The feature's own identifier, for example `way/4221` or `XH-0312`.
    pub id: Option<String>,
}

impl Origin {
    /// The origin of something a study's change, or the engine itself, put there.
    pub fn of_study(file: &str, id: &str) -> Self {
        Self { file: file.into(), layer: None, row: 0, id: Some(id.to_owned()) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(layer) = &self.layer {
            write!(f, ", layer {layer}")?;
        }
        if self.row > 0 {
            write!(f, ", feature {}", self.row)?;
        }
        if let Some(id) = &self.id {
            write!(f, " ({id})")?;
        }
        Ok(())
    }
}
