//! The catalogue of vehicles.

use firereach_model::vehicle::Vehicle;
use serde::Deserialize;

use crate::study_error::{Reader, StudyError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(default)]
    vehicle: Vec<toml::Spanned<Vehicle>>,
}

/// Reads a catalogue from its text; codes are unique.
pub(super) fn read_vehicles_text(file: &str, text: &str) -> Result<Vec<Vehicle>, StudyError> {
    let mut reader = Reader::new(file, text);
    let mut vehicles: Vec<Vehicle> = Vec::new();
    match toml::from_str::<Catalogue>(text) {
        Ok(catalogue) => {
            for entry in catalogue.vehicle {
                let span = entry.span();
                let vehicle = entry.into_inner();
                if vehicles.iter().any(|other| other.code == vehicle.code) {
                    let cause = format!("vehicle `{}` stands in the catalogue twice", vehicle.code);
                    reader.fault(Some(span), cause, "give each vehicle a code of its own");
                }
                vehicles.push(vehicle);
            }
            if vehicles.is_empty() {
                reader.fault(None, "the catalogue holds no vehicle", "state at least one [[vehicle]]");
            }
        }
        Err(error) => reader.fault(error.span(), error.message(), "see datasets/rules/vehicles.toml for the keys"),
    }
    reader.finish()?;
    Ok(vehicles)
}
