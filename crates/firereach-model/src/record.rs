//! What a finished run leaves behind for explaining, comparing and composing sheets.

use serde::{Deserialize, Serialize};

use crate::feature::{Site, Station};
use crate::findings::Findings;
use crate::layers::Frame;
use crate::problem::SourceCount;
use crate::rules::Rulebook;
use crate::study::ParameterOrigin;
use crate::vehicle::Vehicle;

/// A file that went into a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// The file as the study names it.
    pub file: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// The part of a run that all its scenarios share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The version of firereach.
    pub version: String,
    /// The study's title.
    pub title: String,
    /// Said on every output, for example that the data is synthetic.
    pub banner: Option<String>,
    /// The date the data stands for, as the study states it.
    pub data_date: Option<String>,
    /// Names of the scenarios in the order of their findings, the base first.
    pub scenarios: Vec<ScenarioRecord>,
    /// The files and their digests.
    pub inputs: Vec<InputFile>,
    /// One digest over the study and all inputs.
    pub input_digest: String,
    /// The working coordinate system.
    pub frame: Frame,
    /// Counts per source and layer.
    pub counts: Vec<SourceCount>,
    /// Decisions taken while reading, one line each.
    pub notes: Vec<String>,
    /// Every parameter with its origin.
    pub parameters: Vec<ParameterOrigin>,
    /// The rules and parameters.
    pub rulebook: Rulebook,
    /// The catalogue of vehicles.
    pub vehicles: Vec<Vehicle>,
    /// The protected places, in the order of the findings.
    pub sites: Vec<Site>,
    /// The stations of the base.
    pub stations: Vec<Station>,
}

/// One scenario of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Its name.
    pub name: String,
    /// The hour.
    pub hour: u8,
    /// What it changes, one line each.
    pub changes: Vec<String>,
    /// The file with its findings, relative to the run's folder.
    pub file: String,
}

/// A whole run read back from its folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What the scenarios share.
    pub record: Record,
    /// One entry a scenario, in the record's order.
    pub findings: Vec<Findings>,
}
