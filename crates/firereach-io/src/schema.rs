//! The JSON Schema of the study file, for editors that complete keys and check as one types.

use crate::study_file::StudyForm;

/// The JSON Schema (draft 2020-12) of a study file.
///
/// # Example
///
/// ```
/// let schema = firereach_io::schema::schema();
/// assert_eq!(schema["title"], "firereach study");
/// ```
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(StudyForm).to_value()
}
