//! Heights from terrain for everything that stands on the ground.

use std::borrow::Cow;

use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity};
use geo_types::{Coord, Rect};

use super::feature::Feature;
use crate::projection::Projector;
use crate::read_error::ReadError;
use crate::terrain::{TerrainSource, read_terrain, roads};

/// Reads the ground and gives heights to everything that stands on it.
pub(super) fn give_ground(
    layers: &mut Layers,
    sources: &[TerrainSource],
    projector: &Projector,
    notes: &mut Vec<String>,
    problems: &mut Vec<Problem>,
) -> Result<(), ReadError> {
    let Some(extent) = extent_of(layers) else { return Ok(()) };
    let reading = read_terrain(sources, projector, extent)?;
    for shown in reading.beside {
        problems.push(Problem {
            code: Cow::Borrowed("TERRAIN-BESIDE"),
            severity: Severity::Warning,
            source_name: "terrain".to_owned(),
            origin: Origin { file: shown.into(), layer: None, row: 0, id: None },
            at: None,
            found: "an elevation file that does not touch the data".to_owned(),
            expected: "elevation of the city".to_owned(),
            done: Done::SetAside,
            repair: "take it out of the study, or check its coordinate system".to_owned(),
        });
    }
    notes.extend(reading.notes);
    for operation in reading.operations {
        if !layers.frame.operations.contains(&operation) {
            layers.frame.operations.push(operation);
        }
    }
    layers.terrain = reading.terrain;
    let missing = roads::give_heights(&mut layers.roads, &layers.terrain);
    if missing > 0 {
        notes.push(format!("{missing} vertices of roads have no height: the terrain does not cover them"));
    }
    let ground = |at: Coord<f64>| layers.terrain.height_at(at).map(|height| height.height_m);
    for site in &mut layers.sites {
        site.height_m = site.height_m.or_else(|| ground(site.point.0));
    }
    for hydrant in &mut layers.hydrants {
        hydrant.height_m = hydrant.height_m.or_else(|| ground(hydrant.at.0));
    }
    for water in &mut layers.water_sources {
        water.height_m = water.height_m.or_else(|| ground(water.at.0));
    }
    Ok(())
}

/// The rectangle around everything but zones, which may reach far; around zones when there is nothing else.
fn extent_of(layers: &Layers) -> Option<Rect<f64>> {
    let mut bounds: Option<Rect<f64>> = None;
    let mut grow = |at: Coord<f64>| {
        let (low, high) = bounds.map_or((at, at), |known| (known.min(), known.max()));
        bounds = Some(Rect::new(
            Coord { x: low.x.min(at.x), y: low.y.min(at.y) },
            Coord { x: high.x.max(at.x), y: high.y.max(at.y) },
        ));
    };
    layers.roads.iter().for_each(|road| road.for_each_coord(&mut grow));
    layers.sites.iter().for_each(|site| site.for_each_coord(&mut grow));
    layers.buildings.iter().for_each(|building| building.for_each_coord(&mut grow));
    layers.hydrants.iter().for_each(|hydrant| hydrant.for_each_coord(&mut grow));
    layers.water_sources.iter().for_each(|water| water.for_each_coord(&mut grow));
    layers.stations.iter().for_each(|station| station.for_each_coord(&mut grow));
    let is_zones_alone = layers.roads.is_empty() && layers.sites.is_empty() && layers.buildings.is_empty();
    if is_zones_alone && layers.hydrants.is_empty() && layers.water_sources.is_empty() && layers.stations.is_empty() {
        layers.zones.iter().for_each(|zone| zone.for_each_coord(&mut grow));
    }
    bounds
}
