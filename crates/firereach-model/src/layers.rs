//! Everything read from a city, in one coordinate system.

use serde::{Deserialize, Serialize};

use crate::feature::{
    Building, Hydrant, Main, Obstacle, Road, Signal, Site, Station, TurnRestriction, WaterSource, Zone,
};
use crate::terrain::Terrain;

/// The working coordinate system and how coordinates got there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// An EPSG code or a PROJ string.
    pub crs: String,
    /// Its name.
    pub name: String,
    /// Why this system was taken: named in the study, or chosen from the data.
    pub chosen: String,
    /// The operations used to get there, one per source system, with their stated accuracy.
    pub operations: Vec<String>,
}

/// A city as the engine sees it. Order within a layer is the order of reading and is stable.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The working coordinate system.
    pub frame: Frame,
    /// Roads, paths and stairs.
    pub roads: Vec<Road>,
    /// Turn restrictions between them.
    pub restrictions: Vec<TurnRestriction>,
    /// Traffic lights on them.
    pub signals: Vec<Signal>,
    /// Walls, gates, bollards, trees, sheds, parked cars.
    pub obstacles: Vec<Obstacle>,
    /// Footprints.
    pub buildings: Vec<Building>,
    /// Hydrants.
    pub hydrants: Vec<Hydrant>,
    /// Ponds, tanks, jars and intakes.
    pub water_sources: Vec<WaterSource>,
    /// Water mains.
    pub mains: Vec<Main>,
    /// Fire stations.
    pub stations: Vec<Station>,
    /// Protected places.
    pub sites: Vec<Site>,
    /// Areas.
    pub zones: Vec<Zone>,
    /// The ground.
    pub terrain: Terrain,
    /// Names of the layers a source was given for, whether or not it held anything (`hydrants`, …).
    ///
    /// A layer that nobody supplied is unknown; one that was supplied and is empty is known to be empty.
    pub supplied: Vec<String>,
    /// Names of the layers, and `hazards` of the areas and `barriers` (expressways, railways, large rivers), that the study
    /// vouches for: nothing of them is missing from the data in and about the area.
    ///
    /// Only what is missing from such a layer is certainly not there; elsewhere one hydrant more may stand that nobody
    /// listed.
    pub complete: Vec<String>,
}

impl Layers {
    /// Whether the study has a source that speaks for a layer.
    pub fn is_supplied(&self, layer: &str) -> bool {
        self.supplied.iter().any(|name| name == layer) || self.is_complete(layer)
    }

    /// Whether the study vouches that nothing of a layer is missing.
    pub fn is_complete(&self, layer: &str) -> bool {
        self.complete.iter().any(|name| name == layer)
    }
}
