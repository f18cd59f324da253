//! From tables to features: which column means what, what its values say, and an account of every row.
//!
//! A study names columns in `fields`; where it does not, usual Chinese and English headers are recognised. A value that
//! cannot be read costs only itself and is reported; a row without a usable shape is set aside. Columns that nobody uses
//! are listed in the notes, and for sites they travel along as details.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity, SourceCount};
use geo::CoordsIter;

use crate::formats::raw::{Fault, Row, Shape, Table};
use crate::part::Part;
use crate::read_error::ReadError;
use crate::source::Source;

pub(crate) mod build;
pub(crate) mod date;
pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod plan;
pub(crate) mod quantity;
pub(crate) mod row;
pub(crate) mod shapes;
pub(crate) mod words;

use plan::Plan;

/// Builds the features of one source from its tables.
pub(crate) fn build_part(source: &Source, tables: Vec<Table>) -> Result<Part, ReadError> {
    let feeds = feeds(source, &tables)?;
    plan::check_mappings(source, &feeds, &tables)?;
    let mut builder = Builder {
        source,
        file: source.shown.as_str().into(),
        part: Part::default(),
        ids: HashMap::new(),
        lines: HashMap::new(),
    };
    builder.part.layers.supplied.clone_from(&feeds);
    builder.part.crs = tables.iter().find_map(|table| table.crs.clone());
    for table in tables {
        match table.only_for {
            None => builder.read_table(table, &feeds)?,
            Some(only) if feeds.iter().any(|feed| feed == only) => builder.read_table(table, &[only.to_owned()])?,
            Some(_) if table.rows.is_empty() => {}
            Some(only) => {
                let rows = table.rows.len();
                builder.part.notes.push(format!("{rows} rows could be {only} and are not read: add it to `feeds`"));
            }
        }
    }
    Ok(builder.part)
}

/// The layers a source feeds: as the study says, by the drawing layers, or by the source's own name.
fn feeds(source: &Source, tables: &[Table]) -> Result<Vec<String>, ReadError> {
    let is_drawing = tables.iter().any(|table| table.drawing_layer.is_some());
    let mut feeds: Vec<String> = if is_drawing && !source.drawing_layers.is_empty() {
        source.drawing_layers.values().map(|target| split_target(target).0.to_owned()).collect()
    } else if source.feeds.is_empty() {
        // A format that knows what it holds needs no name of a layer.
        let own = tables.iter().find_map(|table| table.only_for);
        let name = own.filter(|_| !fields::LAYERS.contains(&source.name.as_str())).unwrap_or(&source.name);
        vec![name.to_owned()]
    } else {
        source.feeds.clone()
    };
    let mut seen = HashSet::new();
    feeds.retain(|feed| seen.insert(feed.clone()));
    match feeds.iter().find(|feed| !fields::LAYERS.contains(&feed.as_str())) {
        None => Ok(feeds),
        Some(unknown) => Err(ReadError::new(
            &source.shown,
            format!("`{unknown}` is no layer of the engine"),
            format!("one of {}", fields::LAYERS.join(", ")),
            if is_drawing {
                "correct `drawing_layers` of the source, for example \"WALL\" = \"obstacles/wall\""
            } else {
                "name the source after a layer, or say which layers it feeds"
            },
        )),
    }
}

/// `roads/alley` as the layer and the class.
fn split_target(target: &str) -> (&str, Option<&str>) {
    match target.split_once('/') {
        Some((layer, class)) => (layer, Some(class)),
        None => (target, None),
    }
}

/// The layer and class for a row of a drawing.
fn drawing_target<'s>(source: &'s Source, row: &Row, column: usize) -> Option<(&'s str, Option<&'s str>)> {
    let layer = row.values.get(column)?.shown()?;
    let target = source.drawing_layers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&layer))?.1;
    Some(split_target(target))
}

/// What one table's rows become.
pub(crate) struct Builder<'a> {
    source: &'a Source,
    file: Arc<str>,
    part: Part,
    /// How often an identifier was used, by layer; only ever looked up.
    ids: HashMap<(&'static str, String), u32>,
    /// Roads by a fingerprint of their vertices; only ever looked up.
    lines: HashMap<u64, Vec<usize>>,
}

/// One row on its way to features.
pub(crate) struct Feature {
    /// Where it came from, with its identifier.
    pub(crate) origin: Origin,
    /// What was noticed.
    pub(crate) faults: Vec<Fault>,
}

impl Builder<'_> {
    fn read_table(&mut self, mut table: Table, feeds: &[String]) -> Result<(), ReadError> {
        let rows = std::mem::take(&mut table.rows);
        let layer_name: Option<Arc<str>> = table.layer.as_deref().map(Into::into);
        self.part.notes.append(&mut table.notes);
        let faults = std::mem::take(&mut table.faults);
        for fault in faults {
            let origin = Origin { file: self.file.clone(), layer: layer_name.clone(), row: 0, id: None };
            self.report(fault, &origin, None);
        }
        let has_useful_z = rows.iter().any(|row| match &row.shape {
            Shape::Present { z, .. } => z.iter().any(|z| z.is_finite() && *z != 0.0),
            _ => false,
        });
        if !has_useful_z && rows.iter().any(|row| matches!(&row.shape, Shape::Present { z, .. } if !z.is_empty())) {
            self.part.notes.push("the shapes carry heights that are all zero; they are not used".to_owned());
        }
        let source = self.source;
        let drawing = table.drawing_layer.filter(|_| !source.drawing_layers.is_empty());
        let mut used_columns: HashSet<usize> = table.place_columns.iter().copied().collect();
        for feed in feeds {
            let Some(feed) = fields::LAYERS.iter().copied().find(|layer| layer == feed) else { continue };
            let mut plan = Plan::of(self.source, &table, &rows, feed);
            for fault in plan.doubt_units(&table, &rows, build::OF_MANY_UNITS) {
                let origin = Origin { file: self.file.clone(), layer: layer_name.clone(), row: 0, id: None };
                self.report(fault, &origin, None);
            }
            used_columns.extend(plan.used_columns());
            self.part.notes.append(&mut plan.notes);
            let mut count = SourceCount {
                source_name: self.source.name.clone(),
                file: self.source.shown.clone(),
                layer: feed.to_owned(),
                ..SourceCount::default()
            };
            let first_road = self.part.layers.roads.len();
            let mut seen = HashMap::new();
            let mut several = 0_u64;
            let mut twins = Twins::default();
            for (index, row) in rows.iter().enumerate() {
                let class = match drawing {
                    None => None,
                    Some(column) => match drawing_target(source, row, column) {
                        Some((layer, class)) if layer == feed => class,
                        _ => continue,
                    },
                };
                count.read += 1;
                if let Some(first) = first_alike(&rows, index, &mut seen) {
                    count.set_aside += 1;
                    self.report_copy(row, first, layer_name.as_ref());
                    continue;
                }
                let (done, features) = self.read_row(&table, row, feed, &plan, class, has_useful_z, &mut twins)?;
                several += u64::from(features > 1);
                match done {
                    Done::Kept => count.kept += 1,
                    Done::Repaired => count.repaired += 1,
                    Done::SetAside => count.set_aside += 1,
                }
            }
            if feed == "roads" {
                self.settle_directions(&plan, &twins, first_road, layer_name.as_ref());
            }
            if several > 0 {
                self.part
                    .notes
                    .push(format!("{several} rows of {feed} have several parts, each of which is a feature"));
            }
            self.part.counts.push(count);
        }
        if let Some(column) = drawing {
            self.count_unmapped(&rows, column, layer_name.as_ref());
        }
        let unused: Vec<&str> = (0..table.columns.len())
            .filter(|column| !used_columns.contains(column) && Some(*column) != table.drawing_layer)
            .map(|column| table.columns[column].as_str())
            .collect();
        if !unused.is_empty() {
            self.part.notes.push(format!("columns that nothing is read from: {}", unused.join(", ")));
        }
        Ok(())
    }

    /// How many features each layer holds; the first is the number of roads.
    fn sizes(&self) -> [usize; 9] {
        let l: &Layers = &self.part.layers;
        [
            l.roads.len(),
            l.obstacles.len(),
            l.buildings.len(),
            l.hydrants.len(),
            l.water_sources.len(),
            l.mains.len(),
            l.stations.len(),
            l.sites.len(),
            l.zones.len(),
        ]
    }

    #[expect(clippy::too_many_arguments, reason = "one row in its table with what was settled for all of them")]
    fn read_row(
        &mut self,
        table: &Table,
        row: &Row,
        feed: &'static str,
        plan: &Plan,
        class: Option<&str>,
        has_useful_z: bool,
        twins: &mut Twins,
    ) -> Result<(Done, usize), ReadError> {
        let mut faults = row.faults.clone();
        let mut values = row::Values { table, row, plan, class, faults: Vec::new() };
        let id = self.identifier(feed, &mut values);
        let origin = Origin {
            file: self.file.clone(),
            layer: table.layer.as_deref().map(Into::into),
            row: row.number,
            id: Some(id),
        };
        let mut pieces = Vec::new();
        let mut place = None;
        match &row.shape {
            Shape::Missing if faults.iter().any(|fault| fault.done == Done::SetAside) => {}
            Shape::Missing => faults.push(Fault::new(
                "IO-GEOM-MISSING",
                Severity::Error,
                Done::SetAside,
                "a row without a place",
                "coordinates or a shape",
                "give the row its place, or delete it",
            )),
            Shape::Broken(reason) => faults.push(Fault::new(
                "IO-GEOM-BROKEN",
                Severity::Error,
                Done::SetAside,
                reason.clone(),
                "a shape that can be read",
                "draw the feature again",
            )),
            Shape::Present { shape, z } => {
                place = shape.coords_iter().find(|c| c.x.is_finite() && c.y.is_finite());
                let checked = shapes::check(shape.clone(), if has_useful_z { z } else { &[] });
                if checked.pieces.is_empty() && checked.faults.is_empty() {
                    faults.push(shapes::empty());
                }
                faults.extend(checked.faults);
                pieces = checked.pieces;
            }
        }
        let mut feature = Feature { origin, faults };
        let before = self.sizes().iter().sum::<usize>();
        if !pieces.is_empty() {
            self.build_features(feed, pieces, &mut values, &mut feature, twins);
        }
        let features = self.sizes().iter().sum::<usize>() - before;
        feature.faults.append(&mut values.faults);
        let mut done = if features == 0 { Done::SetAside } else { Done::Kept };
        for mut fault in feature.faults {
            // A lost piece of a feature that is otherwise used is a repair of the feature.
            if features > 0 && fault.done == Done::SetAside {
                fault.done = Done::Repaired;
            }
            if features > 0 {
                done = done.max(fault.done);
            } else if fault.done == Done::Repaired {
                fault.done = Done::SetAside;
            }
            let origin = feature.origin.clone();
            self.report(fault, &origin, place);
        }
        Ok((done, features))
    }

    fn report(&mut self, fault: Fault, origin: &Origin, at: Option<geo_types::Coord<f64>>) {
        self.part.problems.push(Problem {
            code: fault.code.into(),
            severity: fault.severity,
            source_name: self.source.name.clone(),
            origin: origin.clone(),
            at,
            found: fault.found,
            expected: fault.expected,
            done: fault.done,
            repair: fault.repair,
        });
    }

    /// Reports a row that says nothing that an earlier one did not say.
    fn report_copy(&mut self, row: &Row, first: u64, layer: Option<&Arc<str>>) {
        let origin = Origin { file: self.file.clone(), layer: layer.cloned(), row: row.number, id: row.id.clone() };
        let at = match &row.shape {
            Shape::Present { shape, .. } => shape.coords_iter().next(),
            _ => None,
        };
        let fault = Fault::new(
            "IO-DUPLICATE",
            Severity::Warning,
            Done::SetAside,
            format!("a copy of row {first}: the same place and the same values"),
            "every feature once",
            "delete the copy in the source",
        );
        self.report(fault, &origin, at);
    }

    /// The row's own identifier, or one made of the source and the row.
    fn identifier(&self, feed: &str, values: &mut row::Values<'_>) -> String {
        if let Some(id) = values.identifier() {
            return id;
        }
        if let Some(id) = &values.row.id {
            return id.clone();
        }
        let made = format!("{}/{}", self.source.name, values.row.number);
        if values.plan.has("id") {
            values.faults.push(Fault::new(
                "IO-ID-MISSING",
                Severity::Info,
                Done::Kept,
                format!("no identifier in {}", values.plan.columns_of("id", values.table)),
                format!("an identifier in every row of {feed}"),
                format!("give the row an identifier; here it is called `{made}`"),
            ));
        }
        made
    }

    /// Makes an identifier unique in its layer.
    fn unique(&mut self, feed: &'static str, feature: &mut Feature, part: usize) -> String {
        let id = feature.origin.id.clone().unwrap_or_default();
        let uses = self.ids.entry((feed, id.clone())).or_insert(0);
        *uses += 1;
        if *uses == 1 {
            return id;
        }
        let unique = format!("{id}#{uses}");
        if part == 0 {
            feature.faults.push(Fault::new(
                "IO-ID-DUPLICATE",
                Severity::Warning,
                Done::Repaired,
                format!("the identifier `{id}` again"),
                "an identifier that no other feature of the layer has",
                format!("give the feature its own identifier; here it is called `{unique}`"),
            ));
        }
        unique
    }

    fn count_unmapped(&mut self, rows: &[Row], column: usize, layer: Option<&Arc<str>>) {
        let source = self.source;
        let mut unmapped = std::collections::BTreeMap::<String, u64>::new();
        for row in rows {
            if drawing_target(source, row, column).is_none() {
                let name = row.values.get(column).and_then(|value| value.shown()).unwrap_or_default();
                *unmapped.entry(name).or_insert(0) += 1;
            }
        }
        let total: u64 = unmapped.values().sum();
        if total == 0 {
            return;
        }
        self.part.counts.push(SourceCount {
            source_name: self.source.name.clone(),
            file: self.source.shown.clone(),
            layer: "drawing layers that nothing is read from".to_owned(),
            read: total,
            set_aside: total,
            ..SourceCount::default()
        });
        for (name, count) in unmapped {
            let origin = Origin { file: self.file.clone(), layer: layer.cloned(), row: 0, id: Some(name.clone()) };
            let fault = Fault::new(
                "IO-DRAWING-LAYER",
                Severity::Info,
                Done::SetAside,
                format!("{count} entities on the drawing layer `{name}`"),
                "a drawing layer that `drawing_layers` names",
                format!("add \"{name}\" = \"roads/alley\" or the like to `drawing_layers` if the engine should use it"),
            );
            self.report(fault, &origin, None);
        }
    }

    /// Settles the direction of roads in a table that draws every direction as a line of its own.
    fn settle_directions(&mut self, plan: &Plan, twins: &Twins, first: usize, layer: Option<&Arc<str>>) {
        let roads = &mut self.part.layers.roads[first..];
        // In a table that draws every road once hardly a line runs back over another; two in five in pairs are a habit.
        if plan.has("direction") || twins.reversed * 5 < roads.len() + twins.reversed || roads.is_empty() {
            return;
        }
        let mut single = 0_usize;
        for (index, road) in roads.iter_mut().enumerate() {
            if !twins.paired.contains(&(first + index)) {
                road.direction = firereach_model::feature::Direction::Forward;
                single += 1;
            }
        }
        let origin = Origin { file: self.file.clone(), layer: layer.cloned(), row: 0, id: None };
        let fault = Fault::new(
            "IO-ROAD-DIRECTED",
            Severity::Warning,
            Done::Kept,
            format!(
                "{} lines run back over another line, and no column tells the direction: every direction is a line of its own",
                twins.reversed
            ),
            "one line for each road and a column for its direction",
            format!(
                "map `direction` if this is not so; here {single} lines without a counterpart are one-way along their line"
            ),
        );
        self.report(fault, &origin, None);
    }
}

/// The number of the first row with the same shape and the same values, if there is an earlier one.
fn first_alike(rows: &[Row], index: usize, seen: &mut HashMap<u64, Vec<usize>>) -> Option<u64> {
    let row = &rows[index];
    let Shape::Present { shape, .. } = &row.shape else { return None };
    let mut hasher = DefaultHasher::new();
    for coord in shape.coords_iter() {
        (coord.x.to_bits(), coord.y.to_bits()).hash(&mut hasher);
    }
    let alike = seen.entry(hasher.finish()).or_default();
    let first = alike.iter().find(|&&other| rows[other].shape == row.shape && rows[other].values == row.values);
    if let Some(&first) = first {
        return Some(rows[first].number);
    }
    alike.push(index);
    None
}

/// Roads of a table that are drawn twice.
#[derive(Debug, Default)]
pub(crate) struct Twins {
    /// Lines that run back over another one.
    pub(crate) reversed: usize,
    /// The roads over which another line runs back; only ever looked up.
    pub(crate) paired: HashSet<usize>,
}
