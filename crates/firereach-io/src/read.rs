//! From sources to layers: reads, settles coordinate systems, projects, checks, and puts everything in one frame.
//!
//! Nothing is lost on the way: every feature that was read is kept, repaired or set aside, and the counts add up.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use firereach_model::feature::ZoneKind;
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};
use firereach_model::record::InputFile;
use geo::BooleanOps;
use geo_types::{Coord, MultiPolygon, Rect};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::datum::{self, Witness};
use crate::part::Part;
use crate::projection::magnitude::{self, Placed};
use crate::projection::{Projector, System};
use crate::read_error::ReadError;
use crate::source::Source;
use crate::terrain::{TerrainSource, read_terrain, roads};

mod feature;
mod sites;

use feature::{Feature, coords_of, for_each_layer, replace_coords};

/// Which sites a run is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Area {
    /// Those inside the polygons of a file.
    File(Box<Source>),
    /// Those inside a zone of the data, by its name or identifier.
    Zone(String),
}

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
    /// Told of every step.
    pub on_progress: &'a (dyn Fn(Progress<'_>) + Sync),
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { crs: None, area: None, terrain: &[], match_within_m: 5.0, on_progress: &|_| {} }
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
    let matched = sites::match_buildings(&mut layers, options.match_within_m);
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

fn layer_of<F: Feature>(_: &F) -> &'static str {
    F::LAYER
}

/// Moves one feature of a layer from kept to repaired or set aside.
fn move_count(counts: &mut [SourceCount], source_name: &str, shown: &str, layer: &str, to: Done) {
    let is_mine = |count: &SourceCount| count.source_name == source_name && (count.file == shown || shown.is_empty());
    let has_any = |count: &SourceCount| count.kept + count.repaired > 0;
    let index = counts
        .iter()
        .position(|count| is_mine(count) && count.layer == layer && has_any(count))
        .or_else(|| counts.iter().position(|count| is_mine(count) && has_any(count)));
    let Some(count) = index.map(|index| &mut counts[index]) else { return };
    match to {
        Done::Kept => {}
        Done::Repaired => {
            if count.kept > 0 {
                count.kept -= 1;
                count.repaired += 1;
            }
        }
        Done::SetAside => {
            if count.kept > 0 {
                count.kept -= 1
            } else {
                count.repaired -= 1
            }
            count.set_aside += 1;
        }
    }
}

/// Identifiers given so far, by layer.
#[derive(Default)]
struct Ids {
    taken: HashMap<&'static str, HashSet<String>>,
}

impl Ids {
    /// Makes the identifiers of a source's features unique among all sources.
    fn settle(
        &mut self,
        source: &Source,
        layers: &mut Layers,
        counts: &mut [SourceCount],
        problems: &mut Vec<Problem>,
    ) {
        let mut first_coord = None;
        let mut renamed: HashMap<String, String> = HashMap::new();
        for_each_layer!(mut layers, |features| for feature in features.iter_mut() {
            let layer = layer_of(feature);
            let taken = self.taken.entry(layer).or_default();
            if taken.insert(feature.id().to_owned()) {
                continue;
            }
            let old = feature.id().to_owned();
            let new = (2_u64..)
                .map(|number| format!("{old}~{number}"))
                .find(|candidate| !taken.contains(candidate))
                .expect("some number is free");
            taken.insert(new.clone());
            feature.set_id(new.clone());
            first_coord.take();
            feature.for_each_coord(&mut |at| {
                first_coord.get_or_insert(at);
            });
            move_count(counts, &source.name, &source.shown, layer, Done::Repaired);
            problems.push(Problem {
                code: Cow::Borrowed("ID-DUPLICATE"),
                severity: Severity::Warning,
                source_name: source.name.clone(),
                origin: feature.origin().clone(),
                at: first_coord,
                found: format!("the identifier `{old}` a second time among the {layer}"),
                expected: "identifiers that occur once in a layer".to_owned(),
                done: Done::Repaired,
                repair: format!("it is called `{new}` here; give it an identifier of its own"),
            });
            if layer == "roads" {
                renamed.insert(old, new);
            }
        });
        // A restriction means the roads of its own source.
        let own: HashSet<&str> = layers.roads.iter().map(|road| road.id.as_str()).collect();
        for restriction in &mut layers.restrictions {
            let names = [&mut restriction.from, &mut restriction.to].into_iter().chain(&mut restriction.via_roads);
            for name in names.filter(|name| !own.contains(name.as_str())) {
                if let Some(new) = renamed.get(name) {
                    name.clone_from(new);
                }
            }
        }
    }
}

fn append(layers: &mut Layers, mine: Layers) {
    let Layers {
        roads,
        restrictions,
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

fn united(polygons: Vec<MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let mut all = polygons.into_iter();
    let first = all.next().unwrap_or_else(|| MultiPolygon(Vec::new()));
    all.fold(first, |sum, next| sum.union(&next))
}

/// The zone with this name or identifier.
fn zone_named(layers: &Layers, name: &str) -> Result<MultiPolygon<f64>, ReadError> {
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
fn set_aside_outside(
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

/// Reads the ground and gives heights to everything that stands on it.
fn give_ground(
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
        bounds = Some(bounds.map_or_else(
            || Rect::new(at, at),
            |known| {
                let (low, high) = (known.min(), known.max());
                Rect::new(
                    Coord { x: low.x.min(at.x), y: low.y.min(at.y) },
                    Coord { x: high.x.max(at.x), y: high.y.max(at.y) },
                )
            },
        ));
    };
    layers.roads.iter().for_each(|road| road.for_each_coord(&mut grow));
    layers.sites.iter().for_each(|site| site.for_each_coord(&mut grow));
    layers.buildings.iter().for_each(|building| building.for_each_coord(&mut grow));
    layers.hydrants.iter().for_each(|hydrant| hydrant.for_each_coord(&mut grow));
    layers.water_sources.iter().for_each(|water| water.for_each_coord(&mut grow));
    layers.stations.iter().for_each(|station| station.for_each_coord(&mut grow));
    if bounds.is_none() {
        layers.zones.iter().for_each(|zone| {
            zone.for_each_coord(&mut |at| {
                bounds = Some(bounds.map_or_else(
                    || Rect::new(at, at),
                    |known| {
                        let (low, high) = (known.min(), known.max());
                        Rect::new(
                            Coord { x: low.x.min(at.x), y: low.y.min(at.y) },
                            Coord { x: high.x.max(at.x), y: high.y.max(at.y) },
                        )
                    },
                ));
            });
        });
    }
    bounds
}

/// A problem of a source as a whole.
fn whole_source(source: &Source, code: &'static str, severity: Severity, found: &str, repair: &str) -> Problem {
    Problem {
        code: Cow::Borrowed(code),
        severity,
        source_name: source.name.clone(),
        origin: Origin { file: source.shown.as_str().into(), layer: None, row: 0, id: None },
        at: None,
        found: found.to_owned(),
        expected: "coordinates in a stated system, together with the rest of the city".to_owned(),
        done: Done::Kept,
        repair: repair.to_owned(),
    }
}

/// Whether a file is an OpenStreetMap extract, which is always in WGS 84.
pub fn is_osm(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml"].iter().any(|ending| name.ends_with(ending))
}

/// The digests of the files of some sources: each file once, folders and the companions of shapefiles with all their files.
///
/// # Errors
///
/// When a file cannot be read.
pub fn digest_files<'a>(files: impl Iterator<Item = (&'a Path, &'a str)>) -> Result<Vec<InputFile>, ReadError> {
    let mut wanted: Vec<(PathBuf, String)> = Vec::new();
    let mut seen = HashSet::new();
    for (path, shown) in files {
        for (file, name) in companions(path, shown)? {
            if seen.insert(file.clone()) {
                wanted.push((file, name));
            }
        }
    }
    wanted
        .par_iter()
        .map(|(path, shown)| {
            let fault = |error: std::io::Error| ReadError { path: shown.clone(), ..ReadError::of_file(path, &error) };
            let mut file = std::fs::File::open(path).map_err(fault)?;
            let mut hash = Sha256::new();
            let mut buffer = vec![0_u8; 1 << 18];
            let mut bytes = 0_u64;
            loop {
                let read = std::io::Read::read(&mut file, &mut buffer).map_err(fault)?;
                if read == 0 {
                    break;
                }
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            Ok(InputFile { file: shown.clone(), sha256, bytes })
        })
        .collect()
}

/// A source's own files with the names to show, in the order of their names.
fn companions(path: &Path, shown: &str) -> Result<Vec<(PathBuf, String)>, ReadError> {
    let fault = |error: std::io::Error| ReadError { path: shown.to_owned(), ..ReadError::of_file(path, &error) };
    let meta = std::fs::metadata(path).map_err(fault)?;
    let list = |folder: &Path| -> Result<Vec<PathBuf>, ReadError> {
        let entries = std::fs::read_dir(folder).map_err(fault)?;
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()).collect();
        files.sort();
        Ok(files)
    };
    let name_of = |file: &Path| file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if meta.is_dir() {
        let files = list(path)?;
        return Ok(files.into_iter().map(|file| (file.clone(), format!("{shown}/{}", name_of(&file)))).collect());
    }
    let is_shapefile = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("shp"));
    let (Some(folder), true) = (path.parent(), is_shapefile) else {
        return Ok(vec![(path.to_owned(), shown.to_owned())]);
    };
    const PARTS: [&str; 5] = ["shp", "shx", "dbf", "prj", "cpg"];
    let prefix = shown.rfind('/').map_or("", |slash| &shown[..=slash]);
    let is_part = |file: &PathBuf| {
        file.file_stem() == path.file_stem()
            && file.extension().is_some_and(|ext| PARTS.iter().any(|part| ext.eq_ignore_ascii_case(part)))
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let stem_folder = list(folder)?;
    Ok(stem_folder
        .into_iter()
        .filter(is_part)
        .map(|file| (file.clone(), format!("{prefix}{}", name_of(&file))))
        .collect())
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
