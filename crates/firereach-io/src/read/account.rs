//! The account of what was read: counts that add up, identifiers that occur once, problems of whole sources.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};

use super::feature::{Feature, for_each_layer};
use crate::source::Source;

pub(super) fn layer_of<F: Feature>(_: &F) -> &'static str {
    F::LAYER
}

/// Moves one feature of a layer from kept to repaired or set aside.
pub(super) fn move_count(counts: &mut [SourceCount], source_name: &str, shown: &str, layer: &str, to: Done) {
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
pub(super) struct Ids {
    taken: HashMap<&'static str, HashSet<String>>,
}

impl Ids {
    /// Makes the identifiers of a source's features unique among all sources.
    pub(super) fn settle(
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

/// A problem of a source as a whole.
pub(super) fn whole_source(
    source: &Source,
    code: &'static str,
    severity: Severity,
    found: &str,
    repair: &str,
) -> Problem {
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
