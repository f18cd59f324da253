//! From sources to layers: reads, settles coordinate systems, projects, checks, and puts everything in one frame.
//!
//! Nothing is lost on the way: every feature that was read is kept, repaired or set aside, and the counts add up.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use firereach_model::feature::ZoneKind;
use firereach_model::layers::Layers;
use firereach_model::parameters::water::NoBuilding;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};
use firereach_model::record::InputFile;
use geo_types::{Coord, MultiPolygon};
use rayon::prelude::*;

use crate::datum::{self, Witness};
use crate::part::Part;
use crate::projection::magnitude::{self, Placed};
use crate::projection::{Projector, System};
use crate::read_error::ReadError;
use crate::source::Source;
use crate::terrain::TerrainSource;

mod account;
mod area;
mod digest;
mod feature;
mod ground;
mod sites;

pub use area::Area;
pub use digest::digest_files;

use account::{Ids, layer_of, move_count, whole_source};
use area::{set_aside_outside, united, zone_named};
use feature::{Feature, coords_of, for_each_layer, replace_coords};
use ground::give_ground;

/// A step of reading, for showing progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is being done: `read`, `project`, `terrain`, `match`, `digest`.
    pub phase: &'a str,
    /// The file, where one is being read.
    pub file: Option<&'a str>,
    /// Steps done of this phase.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// How sources become layers.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The working coordinate system; `None` to have it chosen from the data.
    pub crs: Option<&'a str>,
    /// Which sites are taken; `None` for all.
    pub area: Option<&'a Area>,
    /// Elevation files.
    pub terrain: &'a [TerrainSource],
    /// How far a site drawn as a point may lie from the footprint it takes, metres.
    pub match_within_m: f64,
    /// What sources call places that are no buildings: one that is called so takes no footprint that it only lies
    /// beside, unless it hangs on a wall.
    pub no_building: Option<&'a NoBuilding>,
    /// Told of every step.
    pub on_progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { crs: None, area: None, terrain: &[], match_within_m: 5.0, no_building: None, on_progress: &|_| {} }
    }
}

/// Everything that was read, in the working frame, with the account of it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The features and the ground.
    pub layers: Layers,
    /// What was wrong with single features, in the order of the sources.
    pub problems: Vec<Problem>,
    /// Read, kept, repaired and set aside per source and layer.
    pub counts: Vec<SourceCount>,
    /// The files with their digests, in the order of the sources, each once.
    pub inputs: Vec<InputFile>,
    /// Decisions taken, in plain words.
    pub notes: Vec<String>,
    /// The way between working coordinates and degrees.
    pub projector: Projector,
    /// The area that sites were taken from, if one was asked for.
    pub area: Option<MultiPolygon<f64>>,
}

/// The name of the source that an area's boundary file is read as.
const AREA_SOURCE: &str = "area";
/// Features farther than this from the middle of the data are set aside: no city is so large.
const FARTHEST_M: f64 = 1_000_000.0;
/// Coordinates compared of each source when systems are checked.
const SAMPLE: usize = 2000;
/// Coordinates projected by one thread at a time.
const PROJECTED_AT_A_TIME: usize = 1 << 16;

/// Reads every source and brings all into one frame.
///
/// OpenStreetMap extracts are read by [`crate::osm`], everything else by [`crate::formats`]; the files' digests are taken
/// meanwhile. The result depends on nothing but the files, the sources' order and the options.
///
/// # Errors
///
/// When a file cannot be read, and as for [`assemble`].
pub fn read_layers(sources: &[Source], options: &ReadOptions<'_>) -> Result<Reading, ReadError> {
    let mut all = sources.to_vec();
    if let Some(Area::File(boundary)) = options.area {
        let mut boundary =
            Source { name: AREA_SOURCE.to_owned(), feeds: vec!["zones".to_owned()], ..(**boundary).clone() };
        boundary.constants.entry("kind".to_owned()).or_insert_with(|| ZoneKind::Study.code().to_owned());
        all.push(boundary);
    }
    let files = all.iter().map(|source| (source.path.as_path(), source.shown.as_str()));
    let files = files.chain(options.terrain.iter().map(|terrain| (terrain.path.as_path(), terrain.shown.as_str())));
    let files: Vec<(&Path, &str)> = files.collect();
    let total = all.len();
    let read_all = || {
        let read_one = |(done, source): (usize, &Source)| {
            (options.on_progress)(Progress { phase: "read", file: Some(&source.shown), done, total });
            let part =
                if is_osm(&source.path) { crate::osm::read_osm(source) } else { crate::formats::read_features(source) };
            part.map(|part| (source.clone(), part))
        };
        all.iter().enumerate().map(read_one).collect::<Result<Vec<(Source, Part)>, ReadError>>()
    };
    let (inputs, parts) = rayon::join(|| digest_files(files.into_iter()), read_all);
    let (parts, inputs) = (parts?, inputs?);
    Ok(Reading { inputs, ..assemble(parts, options)? })
}

/// Brings the parts that the readers made of `sources`, in the same order, into one frame.
///
/// # Errors
///
/// When a coordinate system is missing, unknown or contradicted by the coordinates, when a source is shifted and the study
/// does not say so, when an elevation file cannot be used, or when the area does not exist.
pub fn assemble(parts: Vec<(Source, Part)>, options: &ReadOptions<'_>) -> Result<Reading, ReadError> {
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    let mut counts = Vec::new();

    // Which system each source is in.
    let mut systems = Vec::with_capacity(parts.len());
    let mut samples = Vec::with_capacity(parts.len());
    for (source, part) in &parts {
        let coords = coords_of(&part.layers);
        let step = coords.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<Coord<f64>> = coords.iter().copied().step_by(step).collect();
        let settled = magnitude::settle_system(&source.shown, source.crs.as_deref(), part.crs.as_deref(), &sample)?;
        if let Some(note) = settled.1 {
            problems.push(whole_source(
                source,
                "CRS-ABSENT",
                Severity::Warning,
                &note,
                "write `crs = \"…\"` for this source in the study",
            ));
        }
        systems.push(settled.0);
        samples.push(sample);
    }
    let projector = working_system(&parts, &systems, &samples, options.crs)?;
    let reference = home_of(&parts);
    for (index, (source, _)) in parts.iter().enumerate() {
        if Some(index) == reference || samples[index].is_empty() {
            continue;
        }
        let placed = |i: usize| Placed { shown: &parts[i].0.shown, system: &systems[i], coords: &samples[i] };
        let Some(home) = reference else { continue };
        if let Some(sentence) = magnitude::check_together(&placed(index), &placed(home))? {
            problems.push(whole_source(
                source,
                "CRS-APART",
                Severity::Warning,
                &sentence,
                "check the source's coordinate system and whether it belongs to this city",
            ));
        }
    }

    // Into the frame.
    let mut frame = projector.frame();
    let mut placed = Vec::with_capacity(parts.len());
    let total = parts.len();
    for (done, ((source, mut part), system)) in parts.into_iter().zip(&systems).enumerate() {
        (options.on_progress)(Progress { phase: "project", file: Some(&source.shown), done, total });
        project_part(&mut part, system, &projector);
        let operation = projector.operation(system);
        if !frame.operations.contains(&operation) {
            frame.operations.push(operation);
        }
        placed.push((source, part));
    }
    set_aside_strays(&mut placed);
    let witnesses: Vec<Witness<'_>> = placed
        .iter()
        .map(|(source, part)| Witness {
            shown: &source.shown,
            layers: &part.layers,
            is_settled: source.crs.is_some() || is_osm(&source.path),
        })
        .collect();
    for (index, sentence) in datum::refuse_shifted(&witnesses, &projector)? {
        problems.push(whole_source(
            &placed[index].0,
            "CRS-DATUM-UNDECIDED",
            Severity::Warning,
            &format!("whether the source is in GCJ-02, BD-09 or neither cannot be told from the data: {sentence}"),
            "state it: `crs = \"EPSG:4490\"`, `\"gcj02\"` or `\"bd09\"` for this source in the study",
        ));
    }

    // One set of layers.
    let mut layers = Layers { frame, ..Layers::default() };
    let mut area_polygons = Vec::new();
    let mut ids = Ids::default();
    for (source, part) in placed {
        let Part { layers: mut mine, counts: mut its_counts, problems: its_problems, notes: its_notes, .. } = part;
        problems.extend(its_problems);
        notes.extend(
            its_notes
                .into_iter()
                .map(|note| if note.starts_with(&source.shown) { note } else { format!("{}: {note}", source.shown) }),
        );
        if source.name == AREA_SOURCE {
            for zone in &mut mine.zones {
                zone.kind = ZoneKind::Study;
                area_polygons.push(zone.area.clone());
            }
        }
        ids.settle(&source, &mut mine, &mut its_counts, &mut problems);
        append(&mut layers, mine);
        counts.extend(its_counts);
    }

    let added = sites::add_area_sites(&mut layers);
    if added > 0 {
        notes.push(format!("{added} historic blocks and character areas of the zones became sites"));
    }
    sites::place(&mut layers.sites, &projector);
    let area = match options.area {
        None => None,
        Some(Area::File(source)) if area_polygons.is_empty() => {
            return Err(ReadError::new(
                source.shown.clone(),
                "no polygon",
                "at least one polygon that bounds the area",
                "give a file with the boundary as a polygon",
            ));
        }
        Some(Area::File(_)) => Some(united(area_polygons)),
        Some(Area::Zone(name)) => Some(zone_named(&layers, name)?),
    };
    if let Some(area) = &area {
        set_aside_outside(&mut layers, area, &mut counts, &mut problems, &mut notes);
    }
    (options.on_progress)(Progress { phase: "match", file: None, done: 0, total: 1 });
    let matched = sites::match_buildings(&mut layers, options.match_within_m, options.no_building);
    if matched > 0 {
        notes.push(format!("{matched} sites drawn as points took the footprint they lie in or beside"));
        sites::place(&mut layers.sites, &projector);
    }

    // The ground.
    if !options.terrain.is_empty() {
        (options.on_progress)(Progress { phase: "terrain", file: None, done: 0, total: options.terrain.len() });
        give_ground(&mut layers, options.terrain, &projector, &mut notes, &mut problems)?;
    }
    debug_assert!(counts.iter().all(SourceCount::adds_up), "every feature read is kept, repaired or set aside");
    Ok(Reading { layers, problems, counts, inputs: Vec::new(), notes, projector, area })
}

/// The working system: the one named, or a source's own plane in metres (that of the roads first), or one for the place.
fn working_system(
    parts: &[(Source, Part)],
    systems: &[System],
    samples: &[Vec<Coord<f64>>],
    named: Option<&str>,
) -> Result<Projector, ReadError> {
    let fault = |error: crate::projection::ProjectionError| {
        ReadError::new(
            "the study",
            error.to_string(),
            "a working coordinate system",
            "write `crs = \"EPSG:4545\"` or another projected system in metres under `[base]`",
        )
    };
    if let Some(text) = named {
        return Projector::named(text).map_err(fault);
    }
    // Web Mercator is in metres by name only.
    let is_plane = |system: &System| {
        system.metres_per_unit() == Some(1.0)
            && !system.name().contains("Mercator /")
            && !system.name().contains("Pseudo-Mercator")
    };
    let planes = || (0..parts.len()).filter(|i| is_plane(&systems[*i]) && !samples[*i].is_empty());
    let plane = planes().find(|i| !parts[*i].1.layers.roads.is_empty()).or_else(|| planes().next());
    if let Some(index) = plane {
        let reason = format!("the system of {}", parts[index].0.shown);
        return Projector::with_reason(systems[index].clone(), reason).map_err(fault);
    }
    let places_of = |is_wanted: &dyn Fn(&Part) -> bool| {
        let mut places: Vec<Coord<f64>> = Vec::new();
        for (index, _) in parts.iter().enumerate().filter(|(_, (_, part))| is_wanted(part)) {
            let mut sample = samples[index].clone();
            systems[index].to_lon_lat(&mut sample);
            places.extend(sample);
        }
        places
    };
    let on_roads = places_of(&|part| !part.layers.roads.is_empty());
    let places = if on_roads.is_empty() { places_of(&|_| true) } else { on_roads };
    let Some(middle) = magnitude::middle(&places) else {
        return Err(ReadError::new(
            "the study",
            "no source holds a single feature",
            "at least one feature",
            "check the paths and layers of the sources",
        ));
    };
    Projector::around(middle.x, middle.y).map_err(fault)
}

/// The source that the others are compared with: the one with the most roads, or the first with any feature.
fn home_of(parts: &[(Source, Part)]) -> Option<usize> {
    let roads = |index: &usize| parts[*index].1.layers.roads.len();
    let most = (0..parts.len()).rev().max_by_key(roads).filter(|index| roads(index) > 0);
    most.or_else(|| (0..parts.len()).find(|index| !coords_of(&parts[*index].1.layers).is_empty()))
}

fn project_part(part: &mut Part, system: &System, projector: &Projector) {
    let mut coords = coords_of(&part.layers);
    if coords.len() > PROJECTED_AT_A_TIME {
        coords.par_chunks_mut(PROJECTED_AT_A_TIME).for_each(|chunk| projector.project(system, chunk));
    } else {
        projector.project(system, &mut coords);
    }
    replace_coords(&mut part.layers, coords);
    let mut places: Vec<Coord<f64>> = part.problems.iter().filter_map(|problem| problem.at).collect();
    projector.project(system, &mut places);
    for (problem, at) in part.problems.iter_mut().filter(|problem| problem.at.is_some()).zip(places) {
        problem.at = (at.x.is_finite() && at.y.is_finite()).then_some(at);
    }
}

/// Sets features aside that have no place in the working system, or one far beyond the rest.
fn set_aside_strays(parts: &mut [(Source, Part)]) {
    let mut all: Vec<Coord<f64>> = Vec::new();
    for (_, part) in parts.iter() {
        let coords = coords_of(&part.layers);
        all.extend(coords.iter().step_by(coords.len().div_ceil(SAMPLE).max(1)));
    }
    let middle = magnitude::middle(&all);
    let is_near = |at: Coord<f64>| middle.is_none_or(|middle| (at.x - middle.x).hypot(at.y - middle.y) <= FARTHEST_M);
    for (source, part) in parts {
        let Part { layers, counts, problems, .. } = part;
        for_each_layer!(mut layers, |features| features.retain(|feature| {
            let (mut is_finite, mut is_good) = (true, true);
            feature.for_each_coord(&mut |at| {
                is_finite &= at.x.is_finite() && at.y.is_finite();
                is_good &= is_near(at);
            });
            if is_finite && is_good {
                return true;
            }
            move_count(counts, &source.name, &source.shown, layer_of(feature), Done::SetAside);
            problems.push(Problem {
                code: Cow::Borrowed(if is_finite { "CRS-STRAY" } else { "CRS-NO-PLACE" }),
                severity: Severity::Error,
                source_name: source.name.clone(),
                origin: feature.origin().clone(),
                at: None,
                found: if is_finite {
                    format!("a position more than {} km from the rest of the data", FARTHEST_M / 1000.0)
                } else {
                    "a position without a place in the working coordinate system".to_owned()
                },
                expected: "positions of one city".to_owned(),
                done: Done::SetAside,
                repair: "correct the coordinates of the feature".to_owned(),
            });
            false
        }));
    }
}

fn append(layers: &mut Layers, mine: Layers) {
    let Layers {
        roads,
        restrictions,
        signals,
        obstacles,
        buildings,
        hydrants,
        water_sources,
        mains,
        stations,
        sites,
        zones,
        supplied,
        ..
    } = mine;
    layers.roads.extend(roads);
    layers.restrictions.extend(restrictions);
    layers.signals.extend(signals);
    layers.obstacles.extend(obstacles);
    layers.buildings.extend(buildings);
    layers.hydrants.extend(hydrants);
    layers.water_sources.extend(water_sources);
    layers.mains.extend(mains);
    layers.stations.extend(stations);
    layers.sites.extend(sites);
    layers.zones.extend(zones);
    for name in supplied {
        if !layers.is_supplied(&name) {
            layers.supplied.push(name);
        }
    }
}

/// Whether a file is an OpenStreetMap extract, which is always in WGS 84.
pub fn is_osm(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml"].iter().any(|ending| name.ends_with(ending))
}

/// Counts of the features in each layer, by the layer's name, for a summary.
pub fn layer_sizes(layers: &Layers) -> BTreeMap<&'static str, usize> {
    let mut sizes = BTreeMap::new();
    fn name<F: Feature>(_: &[F]) -> &'static str {
        F::LAYER
    }
    for_each_layer!(ref layers, |features| sizes.insert(name(features), features.len()));
    sizes
}

#[cfg(test)]
mod tests;
