//! `firereach schema`: the JSON Schema of the study file.

use crate::failure::Failure;
use crate::speech::Speech;

/// Prints it.
pub(crate) fn schema(speech: &Speech) -> Result<u8, Failure> {
    let schema = firereach_io::schema::schema();
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Failure::input(&error))?;
    speech.result(&text, &schema)?;
    Ok(0)
}
