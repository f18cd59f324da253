//! What a study says about one file: where it is, how it is encoded, and what its columns mean.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// How one attribute of the engine is found in a source's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldMapping {
    /// The columns to look in, the first that holds a value wins.
    pub from: Vec<String>,
    /// The unit of the column's numbers, for example `L/min`; omitted when the values carry it or it is the engine's own.
    pub unit: Option<String>,
    /// What the number means where that is not plain, for example `carriageway` for a width.
    pub meaning: Option<String>,
    /// For words: the engine's word and the source's words that stand for it.
    pub values: BTreeMap<String, Vec<String>>,
}

/// One source of a study, resolved against the study's folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The study's name of the source; also the layer it feeds unless `feeds` says otherwise.
    pub name: String,
    /// The file on disk.
    pub path: PathBuf,
    /// The file as the study names it: what every origin and message shows.
    pub shown: String,
    /// The layer inside the file, where there are several.
    pub layer: Option<String>,
    /// The engine's layers it feeds (`roads`, `buildings`, `hydrants`, …); for an OSM extract empty means all.
    pub feeds: Vec<String>,
    /// Character encoding of the text; omitted to sniff.
    pub encoding: Option<String>,
    /// Coordinate system: an EPSG code, a PROJ string, `gcj02` or `bd09`; omitted to take the file's own.
    pub crs: Option<String>,
    /// Columns.
    pub fields: BTreeMap<String, FieldMapping>,
    /// Values that every feature of the source takes unless its columns say otherwise.
    pub constants: BTreeMap<String, String>,
    /// For drawings: the engine's layer and class for each layer of the drawing, as `roads/alley` or `buildings`.
    pub drawing_layers: BTreeMap<String, String>,
}
