//! The boundary that a name stands for, and the country an extract lies in.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::MultiPolygon;

use super::area;
use super::extract::{Extract, Relation, TagView, Way};
use super::road::name;

/// A named area of an extract.
pub(crate) struct Boundary {
    /// `relation/4738525`.
    pub(crate) id: String,
    /// Its own name.
    pub(crate) name: String,
    /// What it is, as tags say: `boundary=administrative, admin_level=6`.
    pub(crate) what: String,
    /// In degrees.
    pub(crate) area: MultiPolygon<f64>,
}

/// What a search for a name came to.
pub(crate) struct Search {
    /// Complete areas of that name, the best first.
    pub(crate) found: Vec<Boundary>,
    /// Areas of that name that cannot be used, with the reason.
    pub(crate) unusable: Vec<String>,
    /// Points of that name that stand for a place.
    pub(crate) places: Vec<String>,
    /// Names of the complete boundaries that a study could take instead; of places where there is no boundary.
    pub(crate) others: Vec<String>,
}

/// Looks for areas by any of their names.
///
/// Administrative boundaries come before other boundaries, these before places and these before anything else that is
/// drawn as an area; the wider level comes first, then the smaller identifier.
pub(super) fn find(extract: &Extract, wanted: &str) -> Search {
    let mut search = Search { found: Vec::new(), unusable: Vec::new(), places: Vec::new(), others: Vec::new() };
    let mut ranked: Vec<((u8, u8, String), Boundary)> = Vec::new();
    let (mut boundaries, mut named_places) = (BTreeSet::new(), BTreeSet::new());
    let relations = extract.relations.iter().map(Candidate::Relation);
    let ways = extract.ways.iter().filter(|way| way.is_closed()).map(Candidate::Way);
    for candidate in relations.chain(ways) {
        let (id, tags) = match candidate {
            Candidate::Relation(relation) => (format!("relation/{}", relation.id), relation.tags.view()),
            Candidate::Way(way) => (format!("way/{}", way.id), way.tags.view()),
        };
        let Some(rank) = rank(&tags) else { continue };
        let is_wanted = is_named(&tags, wanted);
        // Anything drawn as an area may be meant by its name, but only boundaries and places are worth proposing.
        let is_proposal = rank.0 < 3;
        if !is_wanted && !is_proposal {
            continue;
        }
        let area = match candidate {
            Candidate::Relation(relation) => area::of_relation(extract, relation),
            Candidate::Way(way) => area::of_way(extract, &way.refs),
        };
        match (area, is_wanted) {
            (Ok(found), true) => {
                let name = name(&tags).unwrap_or_else(|| wanted.to_owned());
                let boundary = Boundary { id: id.clone(), name, what: what(&tags), area: found.multi() };
                ranked.push(((rank.0, rank.1, id), boundary));
            }
            (Ok(_), false) if rank.0 < 2 => boundaries.extend(name(&tags)),
            (Ok(_), false) => named_places.extend(name(&tags)),
            (Err(fault), true) => search.unusable.push(format!("{id} ({}): {fault}", what(&tags))),
            (Err(_), false) => {}
        }
    }
    for node in &extract.nodes {
        let tags = node.tags.view();
        if tags.get("place").is_some() && is_named(&tags, wanted) {
            search.places.push(format!("node/{} ({})", node.id, what(&tags)));
        }
    }
    ranked.sort_by(|a, b| a.0.cmp(&b.0));
    search.found = ranked.into_iter().map(|(_, boundary)| boundary).collect();
    let others = if boundaries.is_empty() { named_places } else { boundaries };
    search.others = others.into_iter().collect();
    search
}

/// Something that may be drawn as an area.
#[derive(Clone, Copy)]
enum Candidate<'e> {
    Relation(&'e Relation),
    Way(&'e Way),
}

/// How likely an area is meant when its name is given: kind, then level.
fn rank(tags: &TagView<'_>) -> Option<(u8, u8)> {
    // Lines of buses and the like are relations with names too.
    let is_area_relation = tags.get("type").is_none_or(|kind| matches!(kind, "multipolygon" | "boundary"));
    if !is_area_relation {
        return None;
    }
    let level = tags.get("admin_level").and_then(|level| level.parse().ok()).unwrap_or(u8::MAX);
    match tags.get("boundary") {
        Some("administrative") => Some((0, level)),
        Some(_) => Some((1, level)),
        None if tags.get("place").is_some() => Some((2, level)),
        None if tags.get("highway").is_none() => Some((3, level)),
        None => None,
    }
}

fn is_named(tags: &TagView<'_>, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    let is_name = |key: &str| {
        matches!(key, "name" | "official_name" | "alt_name" | "short_name" | "loc_name" | "old_name" | "int_name")
            || key.starts_with("name:")
            || key.starts_with("official_name:")
            || key.starts_with("alt_name:")
    };
    tags.iter()
        .filter(|(key, _)| is_name(key))
        .any(|(_, names)| names.split(';').any(|name| name.trim().to_lowercase() == wanted))
}

fn what(tags: &TagView<'_>) -> String {
    let told: Vec<String> = ["boundary", "admin_level", "place", "leisure", "landuse", "building", "historic"]
        .iter()
        .filter_map(|key| Some(format!("{key}={}", tags.get(key)?)))
        .collect();
    if told.is_empty() { "an area".to_owned() } else { told.join(", ") }
}

/// The country that most addresses name; the first in the alphabet of equals.
pub(super) fn country(extract: &Extract) -> Option<String> {
    let mut votes: BTreeMap<String, u64> = BTreeMap::new();
    let tags = extract.nodes.iter().map(|node| &node.tags).chain(extract.ways.iter().map(|way| &way.tags));
    for tags in tags {
        if let Some(code) = tags.view().get("addr:country").filter(|code| code.len() == 2) {
            *votes.entry(code.to_uppercase()).or_default() += 1;
        }
    }
    let most = votes.values().max().copied()?;
    votes.into_iter().find(|(_, count)| *count == most).map(|(code, _)| code)
}
