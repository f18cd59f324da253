//! `firereach plan`: what a study comes to, before anything is read but the study.

use crate::args::StudyArguments;
use crate::failure::Failure;
use crate::pipeline::load_file;
use crate::speech::Speech;

/// Prints the resolved parameters with their origin.
pub(crate) fn plan(arguments: &StudyArguments, speech: &Speech) -> Result<u8, Failure> {
    let file = load_file(arguments)?;
    let lines: Vec<String> =
        file.parameters().iter().map(|p| format!("{} = {}  ({})", p.key, p.value, p.from)).collect();
    speech.result(&lines.join("\n"), &file.parameters())?;
    Ok(0)
}
