//! What a finished run leaves behind, written and read back.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use firereach_model::findings::Findings;
use firereach_model::findings::sparse::SparseFindings;
use firereach_model::record::{InputFile, Record, Run};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::read_error::ReadError;

/// The version of firereach that writes records.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One digest over a study's text and the digests of its inputs, hexadecimal.
///
/// Two runs with the same digest and the same version have the same findings.
pub fn input_digest(study_text: &str, inputs: &[InputFile]) -> String {
    let mut hash = Sha256::new();
    hash.update(study_text.as_bytes());
    for input in inputs {
        hash.update(b"\n");
        hash.update(input.file.as_bytes());
        hash.update(b" ");
        hash.update(input.sha256.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file that marks a folder as a finished run.
const RECORD_FILE: &str = "record.json";

/// Writes the record and one file of findings a scenario into an existing folder.
///
/// The files of all scenarios but the first hold what they do not share with the first.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write_record(folder: &Path, record: &Record, findings: &[Findings]) -> Result<(), ReadError> {
    for (scenario, found) in record.scenarios.iter().zip(findings) {
        let path = folder.join(&scenario.file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| ReadError::of_file(parent, &error))?;
        }
        match findings.first().filter(|first| !std::ptr::eq(*first, found)) {
            Some(first) => write_json(&path, &found.against(first))?,
            None => write_json(&path, found)?,
        }
    }
    write_json(&folder.join(RECORD_FILE), record)
}

/// Whether a folder holds a finished run.
pub fn is_run(folder: &Path) -> bool {
    folder.join(RECORD_FILE).is_file()
}

/// Reads what the scenarios of a finished run share, without their findings.
///
/// # Errors
///
/// When the folder holds no finished run, or one of another version whose record differs.
pub fn read_record(folder: &Path) -> Result<Record, ReadError> {
    let path = folder.join(RECORD_FILE);
    if !path.is_file() {
        return Err(ReadError::new(
            folder.display().to_string(),
            format!("there is no {RECORD_FILE} in it"),
            "the folder of a finished run",
            "give the folder named with -o in `firereach run`",
        ));
    }
    read_json(&path)
}

/// Reads a finished run back.
///
/// # Errors
///
/// When the folder holds no finished run, or one of another version whose files differ.
pub fn read_run(folder: &Path) -> Result<Run, ReadError> {
    let record = read_record(folder)?;
    let mut findings: Vec<Findings> = Vec::with_capacity(record.scenarios.len());
    for scenario in &record.scenarios {
        let path = folder.join(&scenario.file);
        let found = match findings.first() {
            None => read_json(&path)?,
            Some(first) => read_json::<SparseFindings>(&path)?.whole(first),
        };
        findings.push(found);
    }
    Ok(Run { record, findings })
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), ReadError> {
    let file = File::create(path).map_err(|error| ReadError::of_file(path, &error))?;
    let mut out = BufWriter::new(file);
    serde_json::to_writer(&mut out, value)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush())
        .map_err(|error| ReadError::of_file(path, &error))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ReadError> {
    let file = File::open(path).map_err(|error| ReadError::of_file(path, &error))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| {
        ReadError::new(
            path.display().to_string(),
            error.to_string(),
            "a file written by this version of firereach",
            "run the study again",
        )
        .at(format!("line {}, column {}", error.line(), error.column()))
    })
}
