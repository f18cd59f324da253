//! The area whose sites a run is about.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use firereach_model::feature::ZoneKind;
use firereach_model::layers::Layers;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};
use geo::BooleanOps;
use geo_types::MultiPolygon;

use super::account::move_count;
use super::sites;
use crate::read_error::ReadError;
use crate::source::Source;

/// Which sites a run is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    /// Those inside the polygons of a file.
    File(Box<Source>),
    /// Those inside a zone of the data, by its name or identifier.
    Zone(String),
}

pub(super) fn united(polygons: Vec<MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let mut all = polygons.into_iter();
    let first = all.next().unwrap_or_else(|| MultiPolygon(Vec::new()));
    all.fold(first, |sum, next| sum.union(&next))
}

/// The zone with this name or identifier.
pub(super) fn zone_named(layers: &Layers, name: &str) -> Result<MultiPolygon<f64>, ReadError> {
    let found: Vec<MultiPolygon<f64>> = layers
        .zones
        .iter()
        .filter(|zone| zone.id == name || zone.name.as_deref() == Some(name))
        .map(|zone| zone.area.clone())
        .collect();
    if !found.is_empty() {
        return Ok(united(found));
    }
    let is_candidate = |kind: ZoneKind| {
        matches!(kind, ZoneKind::Study | ZoneKind::District | ZoneKind::Subdistrict | ZoneKind::Community)
    };
    let names: BTreeSet<&str> = layers
        .zones
        .iter()
        .filter(|zone| is_candidate(zone.kind))
        .map(|zone| zone.name.as_deref().unwrap_or(&zone.id))
        .collect();
    let listed =
        if names.is_empty() { "none".to_owned() } else { names.into_iter().take(20).collect::<Vec<_>>().join(", ") };
    Err(ReadError::new(
        "the study",
        format!("no zone is called `{name}`"),
        format!("one of the boundaries in the data ({listed}), or a boundary file"),
        "correct the `area` under `[base]`",
    ))
}

/// Sets sites outside the area aside; engines, water and roads come from outside and stay.
pub(super) fn set_aside_outside(
    layers: &mut Layers,
    area: &MultiPolygon<f64>,
    counts: &mut [SourceCount],
    problems: &mut Vec<Problem>,
    notes: &mut Vec<String>,
) {
    let zones: HashSet<String> = layers.zones.iter().map(|zone| zone.id.clone()).collect();
    let files: HashMap<String, String> =
        counts.iter().rev().map(|count| (count.file.clone(), count.source_name.clone())).collect();
    let mut outside = 0;
    layers.sites.retain(|site| {
        if sites::is_within(site, area) {
            return true;
        }
        outside += 1;
        // A site made of a zone was not read as one, so no count holds it.
        if site.kind.is_area() && zones.contains(&site.id) {
            return false;
        }
        let source_name = files.get(site.origin.file.as_ref()).cloned().unwrap_or_else(|| "sites".to_owned());
        move_count(counts, &source_name, "", "sites", Done::SetAside);
        problems.push(Problem {
            code: Cow::Borrowed("AREA-OUTSIDE"),
            severity: Severity::Info,
            source_name,
            origin: site.origin.clone(),
            at: Some(site.point.0),
            found: format!("the site {} lies outside the area of the study", site.name.as_deref().unwrap_or(&site.id)),
            expected: "sites inside the area".to_owned(),
            done: Done::SetAside,
            repair: "nothing, or widen the `area` of the study".to_owned(),
        });
        false
    });
    notes.push(format!("{} sites lie inside the area, {outside} outside", layers.sites.len()));
}
