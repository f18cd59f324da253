//! OpenStreetMap extracts: PBF and XML, plain or gzipped, to every layer a study may need.
//!
//! An extract is read whole into plain elements ordered by identifier, so that the order of the file changes nothing;
//! then every element is asked what it is. One element may feed several layers (a historic building is a building and
//! a site) and is counted in each. What tags state is taken with its unit; what they do not state stays unknown.
//!
//! # Source
//!
//! The meaning of tags follows the OpenStreetMap wiki's pages on the keys named in each module.

mod area;
pub(crate) mod boundary;
mod building;
mod extract;
mod form;
mod geometry;
mod ledger;
mod obstacle;
mod parking;
mod pbf;
mod quantity;
mod restriction;
mod road;
mod site;
mod supply;
mod xml;
mod zone;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};

use firereach_model::problem::{Done, Severity};
use flate2::bufread::MultiGzDecoder;
use geo::Contains;
use rayon::prelude::*;

use self::extract::{Extract, MemberKind, TagView, Tags};
use self::form::Form;
use self::ledger::{Layer, Ledger, Remark, Wanted};
use crate::part::Part;
use crate::read_error::ReadError;
use crate::source::Source;

#[cfg(test)]
mod tests;

/// Elements one worker takes at a time.
const CHUNK: usize = 2048;

/// Reads an extract into layers, in degrees (EPSG:4326).
///
/// The kind of file is told from its first bytes, not from its name. A layer is `supplied` when the study names it in
/// `feeds` or the extract holds something of it: that volunteers drew no hydrant says nothing about hydrants.
///
/// # Errors
///
/// When the file cannot be opened, is no OpenStreetMap extract, is packed in a way this reader does not unpack, or is
/// cut off or damaged. Faults of single elements are [`Problem`](firereach_model::problem::Problem)s instead.
pub fn read_osm(source: &Source) -> Result<Part, ReadError> {
    let extract = read_extract(source)?;
    Ok(take_extract(source, &extract))
}

/// Reads an extract as [`read_osm`] does, and looks in it for what a new study needs.
///
/// # Errors
///
/// As [`read_osm`].
pub(crate) fn read_osm_to_scaffold(source: &Source, area: Option<&str>) -> Result<Survey, ReadError> {
    let extract = read_extract(source)?;
    Ok(Survey {
        part: take_extract(source, &extract),
        area: area.map(|name| boundary::find(&extract, name)),
        country: boundary::country(&extract),
    })
}

/// An extract as a new study sees it.
pub(crate) struct Survey {
    pub(crate) part: Part,
    pub(crate) area: Option<boundary::Search>,
    /// The country most addresses name, as a code of two letters.
    pub(crate) country: Option<String>,
}

fn read_extract(source: &Source) -> Result<Extract, ReadError> {
    let mut file = File::open(&source.path).map_err(|e| ReadError::of_file(&source.path, &e))?;
    let mut head = Vec::new();
    let of_file = |e: std::io::Error| ReadError::of_file(&source.path, &e);
    file.by_ref().take(32).read_to_end(&mut head).map_err(of_file)?;
    file.rewind().map_err(of_file)?;
    let refuse = |found: &str, remedy: &str| {
        let expected = "an OpenStreetMap extract: .osm.pbf, .osm or .osm.gz";
        Err(ReadError::new(&source.shown, found, expected, remedy))
    };
    let is_text = |bytes: &[u8]| {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
    };
    match head.as_slice() {
        [] => refuse("an empty file", "download or export the extract again"),
        [0x1f, 0x8b, ..] => xml::read(source, BufReader::new(MultiGzDecoder::new(BufReader::new(file)))),
        [b'B', b'Z', b'h', ..] => refuse("a bzip2 file", "unpack it first: `bunzip2 FILE.osm.bz2`"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => refuse("an xz file", "unpack it first: `unxz FILE.osm.xz`"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => refuse("a zstd file", "unpack it first: `unzstd FILE`"),
        [b'P', b'K', 3, 4, ..] => refuse("a zip archive", "unpack it first: `unzip FILE`"),
        [0xff, 0xe0, ..] | [0xff, 0xff, b'o', b'5', ..] => {
            refuse("an o5m file", "convert it: `osmium cat FILE.o5m -o FILE.osm.pbf`")
        }
        [b'{' | b'[', ..] => refuse("a JSON file", "ask for the answer as XML (`[out:xml]`), or name it as GeoJSON"),
        bytes if is_text(bytes) => xml::read(source, BufReader::new(file)),
        bytes if bytes.windows(9).any(|window| window == b"OSMHeader") => pbf::read(source, file),
        _ => refuse("a file of another kind", "name an OpenStreetMap extract, or give the source its own format"),
    }
}

/// What a relation with an area is, with the tags that count.
struct AreaRelation<'e> {
    id: i64,
    tags: TagView<'e>,
    form: Form,
    place: Option<extract::Place>,
}

/// What a member way owes to a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outline {
    /// The relation has no tags of its own and takes the way's.
    LendsTags,
    /// Both are tagged as the same building.
    SameBuilding(i64),
}

fn take_extract(source: &Source, extract: &Extract) -> Part {
    let wanted = Wanted::of(source);
    let mut ledger = Ledger::new(source, wanted);
    let (areas, outlines) = area_relations(extract);

    let of_ways: Vec<Ledger> = extract
        .ways
        .par_chunks(CHUNK)
        .map(|ways| {
            let mut part = ledger.sibling();
            for way in ways.iter().filter(|way| way.tags != Tags::default()) {
                take_way(&mut part, extract, way, outlines.get(&way.id).copied());
            }
            part
        })
        .collect();
    // Roads first, since whether a node stands on a road decides what it blocks.
    let mut on_road: Vec<i64> =
        of_ways.iter().flat_map(|part| &part.layers.roads).flat_map(|road| &road.nodes).copied().collect();
    on_road.sort_unstable();
    on_road.dedup();

    let of_nodes: Vec<Ledger> = extract
        .nodes
        .par_chunks(CHUNK)
        .map(|nodes| {
            let mut part = ledger.sibling();
            for node in nodes {
                let tags = node.tags.view();
                let id = format!("node/{}", node.id);
                let is_on_road = on_road.binary_search(&node.id).is_ok();
                if wanted.has(Layer::Roads) && is_on_road {
                    part.layers.signals.extend(road::signal(node.id, &tags));
                }
                if wanted.has(Layer::Obstacles) {
                    obstacle::take_node(&mut part, node, &tags, is_on_road);
                }
                take_places(&mut part, &id, Some(node.at), &tags, &Form::Point(node.at), None);
            }
            part
        })
        .collect();

    for part in of_nodes.into_iter().chain(of_ways) {
        ledger.append(part);
    }
    if wanted.has(Layer::Obstacles) {
        for way in extract.ways.iter().filter(|way| way.tags != Tags::default()) {
            obstacle::take_rails(&mut ledger, extract, way, &way.tags.view(), &on_road);
        }
    }
    for relation in &areas {
        let id = format!("relation/{}", relation.id);
        if wanted.has(Layer::Roads) && relation.tags.get("highway").is_some() {
            let rings = match &relation.form {
                Form::Area(area) => area.outlines.clone(),
                _ => Vec::new(),
            };
            road::take_area(&mut ledger, &id, relation.place, &relation.tags, rings);
        }
        take_places(&mut ledger, &id, relation.place, &relation.tags, &relation.form, None);
    }
    if wanted.has(Layer::Restrictions) {
        let roads: HashSet<i64> = extract
            .ways
            .iter()
            .map(|way| way.id)
            .filter(|id| {
                let roads = &ledger.layers.roads;
                // Ways were taken in the order of their identifiers, relations after them.
                roads.binary_search_by_key(&(0, *id), |road| road_key(&road.id)).is_ok()
            })
            .collect();
        for relation in &extract.relations {
            restriction::take(&mut ledger, extract, relation, &relation.tags.view(), &roads);
        }
    }
    merge_stations(&mut ledger);
    remark_on_file(&mut ledger, extract);
    finish(source, extract, ledger)
}

/// A road's place in the order of reading: way or relation, then its number. Pieces of one way share the number.
fn road_key(id: &str) -> (u8, i64) {
    let mut parts = id.split('/');
    let kind = u8::from(parts.next() != Some("way"));
    (kind, parts.next().and_then(|number| number.parse().ok()).unwrap_or(0))
}

fn take_way(ledger: &mut Ledger, extract: &Extract, way: &extract::Way, outline: Option<Outline>) {
    let tags = way.tags.view();
    if ledger.wanted.has(Layer::Roads) {
        road::take_way(ledger, extract, way, &tags);
    }
    if ledger.wanted.has(Layer::Obstacles) {
        obstacle::take_way(ledger, extract, way, &tags);
    }
    // An open boundary line draws a relation's outline and bounds nothing by itself.
    let is_boundary_line = tags.get("boundary").is_some() && !way.is_closed();
    if outline == Some(Outline::LendsTags) || is_boundary_line || !is_place(&tags, false) {
        return;
    }
    let drawing = geometry::draw(extract, &way.refs);
    // A site may be a line, such as a stretch of city wall; whatever else is not closed is an outline at fault.
    let is_line = !way.is_closed() && !building::is_building(&tags) && supply::supply(&tags).is_none();
    let is_line = is_line && zone::kind(&tags, false).is_none();
    let form = match drawing.pieces.into_iter().next() {
        Some(piece) if is_line => Form::Line(piece.line),
        _ => area::of_way(extract, &way.refs).map_or_else(Form::Nothing, Form::Area),
    };
    let same = match outline {
        Some(Outline::SameBuilding(relation)) => Some(relation),
        _ => None,
    };
    take_places(ledger, &format!("way/{}", way.id), drawing.at, &tags, &form, same);
}

/// Whether an element feeds a layer other than roads, restrictions and obstacles.
fn is_place(tags: &TagView<'_>, is_point: bool) -> bool {
    tags.get("building").is_some()
        || supply::supply(tags).is_some()
        || site::is_site(tags)
        || zone::kind(tags, is_point).is_some()
}

fn take_places(
    ledger: &mut Ledger,
    id: &str,
    at: Option<extract::Place>,
    tags: &TagView<'_>,
    form: &Form,
    same_building: Option<i64>,
) {
    let wanted = ledger.wanted;
    if wanted.has(Layer::Buildings) {
        building::take(ledger, id, at, tags, form, same_building);
    }
    let is_wanted = match supply::supply(tags) {
        Some((supply::Supply::Hydrant, _)) => wanted.has(Layer::Hydrants),
        Some((supply::Supply::Water(_), _)) => wanted.has(Layer::WaterSources),
        Some((supply::Supply::Station, _)) => wanted.has(Layer::Stations),
        None => false,
    };
    if is_wanted {
        supply::take(ledger, id, at, tags, form);
    }
    if wanted.has(Layer::Sites) {
        site::take(ledger, id, at, tags, form);
    }
    if wanted.has(Layer::Zones) {
        zone::take(ledger, id, at, tags, form);
    }
}

/// The relations that are areas of interest, and the ways that only draw them.
fn area_relations(extract: &Extract) -> (Vec<AreaRelation<'_>>, HashMap<i64, Outline>) {
    let mut outlines = HashMap::new();
    let mut chosen = Vec::new();
    for relation in &extract.relations {
        let own = relation.tags.view();
        if !matches!(own.get("type"), Some("multipolygon" | "boundary")) {
            continue;
        }
        let is_of_interest = |tags: &TagView<'_>| is_place(tags, false) || tags.get("highway").is_some();
        let outer: Vec<&extract::Way> = relation
            .members
            .iter()
            .filter(|m| m.kind == MemberKind::Way && matches!(&*m.role, "outer" | ""))
            .filter_map(|m| extract.way(m.id))
            .collect();
        if is_of_interest(&own) {
            if building::is_building(&own) {
                for way in outer.iter().filter(|way| building::is_building(&way.tags.view())) {
                    outlines.insert(way.id, Outline::SameBuilding(relation.id));
                }
            }
            chosen.push((relation, own));
        } else if own.iter().all(|(key, _)| is_silent(key)) {
            // Before 2017 a multipolygon's tags were often on its outer ways alone.
            let Some(lender) = outer.iter().find(|way| is_place(&way.tags.view(), false)) else { continue };
            let lent = lender.tags.view();
            let is_area = lent.get("highway").is_none() && lent.get("barrier").is_none();
            if is_area && outer.iter().all(|way| way.tags == lender.tags || way.tags == Tags::default()) {
                for way in &outer {
                    outlines.insert(way.id, Outline::LendsTags);
                }
                chosen.push((relation, lent));
            }
        }
    }
    let areas: Vec<AreaRelation<'_>> = chosen
        .into_par_iter()
        .map(|(relation, tags)| {
            let place = relation
                .members
                .iter()
                .filter(|m| m.kind == MemberKind::Way)
                .find_map(|m| extract.way(m.id)?.refs.iter().find_map(|id| extract.place(*id)));
            let form = area::of_relation(extract, relation).map_or_else(Form::Nothing, Form::Area);
            AreaRelation { id: relation.id, tags, form, place }
        })
        .collect();
    // Where the relation gives no area, its outlines speak for themselves.
    for relation in areas.iter().filter(|relation| matches!(relation.form, Form::Nothing(_))) {
        let same = Outline::SameBuilding(relation.id);
        outlines.retain(|_, outline| *outline != same);
    }
    (areas, outlines)
}

/// Keys that say nothing about what a relation is.
fn is_silent(key: &str) -> bool {
    matches!(key, "type" | "created_by" | "source" | "note" | "fixme" | "FIXME" | "attribution")
}

/// A station drawn as a point inside a station drawn as an area is the same one.
fn merge_stations(ledger: &mut Ledger) {
    let outlined: Vec<(String, geo_types::Polygon<f64>)> = ledger
        .layers
        .stations
        .iter()
        .filter_map(|station| Some((station.id.clone(), station.outline.clone()?)))
        .collect();
    let mut twice = Vec::new();
    ledger.layers.stations.retain(|station| {
        let within = outlined.iter().find(|(id, area)| *id != station.id && area.contains(&station.at));
        match within {
            Some((around, _)) if station.outline.is_none() => {
                twice.push((station.id.clone(), around.clone()));
                false
            }
            _ => true,
        }
    });
    for (id, around) in twice {
        let found = format!("a station inside {around}, which is a station too");
        ledger.set_aside_later(
            Layer::Stations,
            id,
            Remark {
                code: "OSM-STATION-TWICE",
                severity: Severity::Info,
                done: Done::SetAside,
                found,
                expected: "one element a station",
                repair: "remove the point; the outline is used",
            },
        );
    }
}

fn remark_on_file(ledger: &mut Ledger, extract: &Extract) {
    for id in &extract.misplaced {
        ledger.note_problem(
            format!("node/{id}"),
            Remark {
                code: "OSM-NODE-PLACE",
                severity: Severity::Error,
                done: Done::SetAside,
                found: "a place that is not on the globe".to_owned(),
                expected: "a longitude within 180 and a latitude within 90 degrees",
                repair: "correct the coordinates at the source; ways are cut at this node",
            },
        );
    }
    if extract.repeated > 0 {
        ledger.note_problem(
            "file".to_owned(),
            Remark {
                code: "OSM-ID-REPEAT",
                severity: Severity::Warning,
                done: Done::Repaired,
                found: format!("{} element(s) come more than once", extract.repeated),
                expected: "every identifier once",
                repair: "merge extracts with `osmium merge`; the last of each was taken",
            },
        );
    }
}

fn finish(source: &Source, extract: &Extract, ledger: Ledger) -> Part {
    let wanted = ledger.wanted;
    let mut part = ledger.into_part();
    let held = |layer: Layer| part.counts.iter().any(|count| count.layer == layer.name() && count.read > 0);
    let is_named = |layer: Layer| source.feeds.iter().any(|name| name == layer.name());
    let (supplied, silent): (Vec<Layer>, Vec<Layer>) =
        Layer::ALL.into_iter().filter(|l| wanted.has(*l)).partition(|layer| held(*layer) || is_named(*layer));
    part.notes.push(format!(
        "OpenStreetMap extract of {} nodes, {} ways and {} relations",
        extract.node_count(),
        extract.ways.len(),
        extract.relations.len()
    ));
    if !silent.is_empty() {
        let names: Vec<&str> = silent.iter().map(|layer| layer.name()).collect();
        part.notes.push(format!(
            "nothing of these in the extract, which does not mean that there is none: {}",
            names.join(", ")
        ));
    }
    part.layers.supplied = supplied.iter().map(|layer| layer.name().to_owned()).collect();
    part
}
