//! What was taken from an extract, and the account of it: read = kept + repaired + set aside, layer by layer.

use std::sync::Arc;

use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};

use super::extract::{Place, degrees};
use crate::part::Part;
use crate::source::Source;

/// The layers an extract may feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Roads,
    Restrictions,
    Obstacles,
    Buildings,
    Hydrants,
    WaterSources,
    Stations,
    Sites,
    Zones,
}

impl Layer {
    pub(super) const ALL: [Self; 9] = [
        Self::Roads,
        Self::Restrictions,
        Self::Obstacles,
        Self::Buildings,
        Self::Hydrants,
        Self::WaterSources,
        Self::Stations,
        Self::Sites,
        Self::Zones,
    ];

    /// The name that studies, counts and problems use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Roads => "roads",
            Self::Restrictions => "restrictions",
            Self::Obstacles => "obstacles",
            Self::Buildings => "buildings",
            Self::Hydrants => "hydrants",
            Self::WaterSources => "water_sources",
            Self::Stations => "stations",
            Self::Sites => "sites",
            Self::Zones => "zones",
        }
    }
}

/// Which kinds of layer a source is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted([bool; Layer::ALL.len()]);

impl Wanted {
    /// Everything, unless the study names layers.
    pub(super) fn of(source: &Source) -> Self {
        let named = |layer: Layer| source.feeds.iter().any(|name| name == layer.name());
        // Turn restrictions are part of the roads they bind.
        let is_wanted = |layer: Layer| named(layer) || (layer == Layer::Restrictions && named(Layer::Roads));
        Self(Layer::ALL.map(|layer| source.feeds.is_empty() || is_wanted(layer)))
    }

    pub(super) fn has(self, layer: Layer) -> bool {
        self.0[layer as usize]
    }
}

/// What one worker has taken, with its account. Ledgers of successive elements are joined in their order.
pub(super) struct Ledger {
    pub(super) layers: Layers,
    pub(super) wanted: Wanted,
    counts: [[u64; 4]; Layer::ALL.len()],
    problems: Vec<Problem>,
    source_name: String,
    file: Arc<str>,
}

/// One element on its way into one layer.
///
/// It is kept unless something is said; the strongest word holds.
pub(super) struct Entry<'l> {
    ledger: &'l mut Ledger,
    layer: Layer,
    id: String,
    at: Option<Place>,
    done: Done,
}

/// What was found about an element; the rest of a [`Problem`] is known from the [`Entry`].
pub(super) struct Remark {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) done: Done,
    pub(super) found: String,
    pub(super) expected: &'static str,
    pub(super) repair: &'static str,
}

impl Ledger {
    pub(super) fn new(source: &Source, wanted: Wanted) -> Self {
        Self {
            layers: Layers::default(),
            wanted,
            counts: Default::default(),
            problems: Vec::new(),
            source_name: source.name.clone(),
            file: source.shown.as_str().into(),
        }
    }

    /// An empty ledger of the same source.
    pub(super) fn sibling(&self) -> Self {
        Self {
            layers: Layers::default(),
            wanted: self.wanted,
            counts: Default::default(),
            problems: Vec::new(),
            source_name: self.source_name.clone(),
            file: Arc::clone(&self.file),
        }
    }

    /// Opens the account of one element in one layer; counted when the entry is dropped.
    pub(super) fn enter(&mut self, layer: Layer, id: String, at: Option<Place>) -> Entry<'_> {
        Entry { ledger: self, layer, id, at, done: Done::Kept }
    }

    /// Adds what came after.
    pub(super) fn append(&mut self, later: Self) {
        let (mine, theirs) = (&mut self.layers, later.layers);
        mine.roads.extend(theirs.roads);
        mine.restrictions.extend(theirs.restrictions);
        mine.signals.extend(theirs.signals);
        mine.obstacles.extend(theirs.obstacles);
        mine.buildings.extend(theirs.buildings);
        mine.hydrants.extend(theirs.hydrants);
        mine.water_sources.extend(theirs.water_sources);
        mine.stations.extend(theirs.stations);
        mine.sites.extend(theirs.sites);
        mine.zones.extend(theirs.zones);
        for (mine, theirs) in self.counts.iter_mut().zip(later.counts) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        self.problems.extend(later.problems);
    }

    /// A problem of no single layer.
    pub(super) fn note_problem(&mut self, id: String, remark: Remark) {
        let problem = self.problem(id, None, remark);
        self.problems.push(problem);
    }

    /// Sets aside an element that had been kept.
    pub(super) fn set_aside_later(&mut self, layer: Layer, id: String, remark: Remark) {
        let counts = &mut self.counts[layer as usize];
        counts[Done::Kept as usize] = counts[Done::Kept as usize].saturating_sub(1);
        counts[Done::SetAside as usize] += 1;
        self.note_problem(id, remark);
    }

    fn problem(&self, id: String, at: Option<Place>, remark: Remark) -> Problem {
        Problem {
            code: remark.code.into(),
            severity: remark.severity,
            source_name: self.source_name.clone(),
            origin: origin(&self.file, id),
            at: at.map(degrees),
            found: remark.found,
            expected: remark.expected.to_owned(),
            done: remark.done,
            repair: remark.repair.to_owned(),
        }
    }

    /// Closes the account.
    pub(super) fn into_part(self) -> Part {
        let mut counts = Vec::new();
        let mut layers = self.layers;
        for layer in Layer::ALL.into_iter().filter(|layer| self.wanted.has(*layer)) {
            let [kept, repaired, set_aside, read] = self.counts[layer as usize];
            counts.push(SourceCount {
                source_name: self.source_name.clone(),
                file: self.file.to_string(),
                layer: layer.name().to_owned(),
                read,
                kept,
                repaired,
                set_aside,
            });
        }
        layers.supplied.clear();
        Part { layers, crs: Some("EPSG:4326".to_owned()), counts, problems: self.problems, notes: Vec::new() }
    }
}

fn origin(file: &Arc<str>, id: String) -> Origin {
    Origin { file: Arc::clone(file), layer: None, row: 0, id: Some(id) }
}

impl Entry<'_> {
    /// The layers, to push the feature to.
    pub(super) fn layers(&mut self) -> &mut Layers {
        &mut self.ledger.layers
    }

    /// The origin of the feature.
    pub(super) fn origin(&self) -> Origin {
        origin(&self.ledger.file, self.id.clone())
    }

    /// The identifier under which the feature is filed.
    pub(super) fn id(&self) -> String {
        self.id.clone()
    }

    /// Writes down what was found; the entry becomes repaired or set aside with it.
    pub(super) fn remark(&mut self, remark: Remark) {
        self.done = self.done.max(remark.done);
        let problem = self.ledger.problem(self.id.clone(), self.at, remark);
        self.ledger.problems.push(problem);
    }

    /// A value that could not be understood; the feature is kept without it.
    pub(super) fn bad_value(&mut self, key: &str, value: &str, expected: &'static str) {
        self.remark(Remark {
            code: "OSM-TAG-VALUE",
            severity: Severity::Warning,
            done: Done::Kept,
            found: format!("`{key}` is \"{value}\""),
            expected,
            repair: "correct the tag, or survey the place; the feature is used without this value",
        });
    }

    /// Sets the element aside.
    pub(super) fn set_aside(
        &mut self,
        code: &'static str,
        severity: Severity,
        found: impl Into<String>,
        expected: &'static str,
        repair: &'static str,
    ) {
        self.remark(Remark { code, severity, done: Done::SetAside, found: found.into(), expected, repair });
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let counts = &mut self.ledger.counts[self.layer as usize];
        counts[self.done as usize] += 1;
        counts[3] += 1;
    }
}
