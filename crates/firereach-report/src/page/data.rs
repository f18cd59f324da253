//! What the page knows: everything it shows, as JSON, with texts and shapes said once.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::ZoneKind;
use firereach_model::findings::Findings;
use firereach_model::findings::reach::Arrival;
use firereach_model::findings::water::SiteWater;
use firereach_model::layers::Layers;
use firereach_model::parameters::movement::Heading;
use firereach_model::record::Record;
use firereach_model::rules::Limit;
use firereach_model::table::Cell;
use firereach_model::units::Quantity;
use geo_types::Coord;
use serde::Serialize;
use serde_json::{Value, json};

use super::pool::{Numbered, Pool, Shape};
use super::sheets::{SheetParts, SheetPool};
use super::words;
use crate::columns::words_of;
use crate::credit::sources;
use crate::measures::measures;
use crate::sheet::{Material, compose_in};
use crate::summary::summarise;
use crate::words::Language;

/// How much a shape may lose, metres: buildings and lanes little, areas reached more.
const FINE_M: f64 = 0.2;
const COARSE_M: f64 = 2.0;
/// Columns of the table of sites by which the page sorts, colours and draws; the sheets say all others.
const KEPT: &[&str] = &["response_s", "response_high_s", "response_verdict", "lane_verdict", "water_class", "rank"];

/// The whole page.
#[derive(Serialize)]
pub(super) struct Data {
    language: &'static str,
    words: BTreeMap<String, [String; 2]>,
    symbols: Value,
    about: Value,
    texts: Vec<String>,
    /// The Chinese of those texts that are reasons, by their numbers.
    texts_zh: BTreeMap<usize, String>,
    shapes: Vec<Shape>,
    /// What every column of the table of sites means.
    columns: Vec<Value>,
    /// The columns of `rows`, in their order.
    kept: &'static [&'static str],
    /// Limits of the rules on the response, seconds.
    limits_s: Vec<f64>,
    base: Value,
    sites: Vec<Value>,
    sheets: SheetParts,
    /// Lanes, pinch points and what is drawn for a site, each said once.
    lanes: Vec<Value>,
    pinches: Vec<Value>,
    details: Vec<Value>,
    scenarios: Vec<Value>,
    measures: Vec<Value>,
}

/// What is the same in several scenarios, said once.
#[derive(Default)]
struct Shared {
    sheets: SheetPool,
    lanes: Numbered<Value>,
    pinches: Numbered<Value>,
    details: Numbered<Value>,
}

/// Composes the data of a run.
pub(super) fn compose(material: &Material<'_>, language: Language) -> Data {
    let Material { record, layers, findings, responsibilities, cost_unit: _ } = *material;
    let mut pool = Pool::new(middle(layers));
    let base = base(layers, &mut pool);
    let sites: Vec<Value> = layers
        .sites
        .iter()
        .map(|site| {
            json!({
                "id": site.id,
                "name": site.name,
                "kind": site.kind.code(),
                "grade": site.grade.map(|grade| grade.code()),
                "at": pool.place(site.point.0),
                "shape": pool.outline(&site.shape, FINE_M),
            })
        })
        .collect();
    let columns = findings.first().map_or_else(Vec::new, |found| definitions(layers, found));
    let mut shared = Shared::default();
    let scenarios: Vec<Value> =
        (0..findings.len()).map(|index| scenario(material, index, &mut shared, &mut pool)).collect();
    let todo = findings.first().map_or_else(Vec::new, |found| measures(layers, responsibilities, found, language));
    let todo = todo
        .iter()
        .map(|measure| {
            json!({
                "kind": measure.kind,
                "site": measure.site.map(|site| site.id.as_str()),
                "place": pool.reason(&measure.place),
                "quantity": rounded(measure.quantity, 1),
                "unit": measure.unit,
                "cost": measure.cost.map(|cost| rounded(cost, 2)),
                "lead": measure.duty.as_ref().map(|duty| duty.lead.as_str()),
                "support": measure.duty.as_ref().map(|duty| duty.support.join(language.pick(", ", "、"))),
                "due": measure.duty.as_ref().and_then(|duty| duty.due.as_deref()),
            })
        })
        .collect();
    let of_response = record.rulebook.rules.iter().filter(|rule| rule.measure == "response_time" && rule.unit == "s");
    let limits_s = of_response
        .map(|rule| match rule.limit {
            Limit::AtLeast(limit) | Limit::AtMost(limit) => limit,
        })
        .collect();
    let (texts, texts_zh, shapes) = pool.into_parts();
    Data {
        language: language.pick("en", "zh"),
        words: words::all(),
        symbols: words::symbols(),
        about: about(record),
        texts,
        texts_zh,
        shapes,
        columns,
        kept: KEPT,
        limits_s,
        base,
        sites,
        sheets: shared.sheets.into_parts(),
        lanes: shared.lanes.into_things(),
        pinches: shared.pinches.into_things(),
        details: shared.details.into_things(),
        scenarios,
        measures: todo,
    }
}

/// What the columns of `sites.csv` mean.
fn definitions(layers: &Layers, found: &Findings) -> Vec<Value> {
    let table = crate::tables::sites(layers, found);
    let words = table.columns.iter().filter_map(|column| words_of(&column.key));
    words
        .map(|words| {
            json!({
                "unit": words.unit,
                "name": [words.name(Language::English), words.name(Language::Chinese)],
                "says": [words.says(Language::English), words.says(Language::Chinese)],
            })
        })
        .collect()
}

/// The place from which coordinates are counted: near the middle of what is drawn, so that numbers are short.
fn middle(layers: &Layers) -> Coord<f64> {
    let places = || {
        let sites = layers.sites.iter().map(|site| site.point.0);
        let roads = layers.roads.iter().filter_map(|road| road.line.0.first().copied());
        sites.chain(roads)
    };
    let count = places().count().max(1) as f64;
    let sum = places().fold(Coord { x: 0.0, y: 0.0 }, |sum, at| sum + at);
    Coord { x: (sum.x / count).round(), y: (sum.y / count).round() }
}

fn about(record: &Record) -> Value {
    json!({
        "title": record.title,
        "banner": record.banner,
        "data_date": record.data_date,
        "version": record.version,
        "digest": record.input_digest,
        "sources": [sources(record, Language::English), sources(record, Language::Chinese)],
        "crs": format!("{} {}", record.frame.crs, record.frame.name),
        "rule_pack": format!("{} {}", record.rulebook.name, record.rulebook.version),
        "rules_as_of": record.rulebook.as_of.to_string(),
        "inputs": record.inputs.iter().map(|input| json!([input.file, input.sha256])).collect::<Vec<_>>(),
        "counts": record.counts.iter().map(|count| json!([
            count.layer, count.file, count.read, count.kept, count.repaired, count.set_aside
        ])).collect::<Vec<_>>(),
        "vehicles": record.vehicles.iter().map(|vehicle| json!([vehicle.code, vehicle.name, vehicle.name_zh])).collect::<Vec<_>>(),
    })
}

/// What all scenarios share: areas, houses, the lines of all ways.
fn base(layers: &Layers, pool: &mut Pool) -> Value {
    let zones: Vec<Value> = layers
        .zones
        .iter()
        .filter(|zone| zone.kind != ZoneKind::Community)
        .filter_map(|zone| Some(json!([zone.kind.code(), zone.name, pool.area(&zone.area, FINE_M)?])))
        .collect();
    let buildings: Vec<usize> = layers
        .buildings
        .iter()
        .filter(|building| !building.is_roof)
        .filter_map(|building| pool.polygon(&building.footprint, FINE_M))
        .collect();
    let sources: Vec<Value> = layers
        .water_sources
        .iter()
        .map(|source| json!({ "id": source.id, "name": source.name, "kind": source.kind.code(), "at": pool.place(source.at.0) }))
        .collect();
    let roads: Vec<Value> = layers
        .roads
        .iter()
        .map(|road| match &road.name {
            Some(name) => json!([road.id, name, road.class.code()]),
            None => json!([road.id, null, road.class.code()]),
        })
        .collect();
    json!({ "zones": zones, "buildings": buildings, "sources": sources, "roads": roads })
}

fn scenario(material: &Material<'_>, index: usize, shared: &mut Shared, pool: &mut Pool) -> Value {
    let Material { record, layers, findings, .. } = *material;
    let found = &findings[index];
    let said = record.scenarios.get(index);
    let summary = summarise(found);
    let table = crate::tables::sites(layers, found);
    let place = |key: &&str| table.columns.iter().position(|column| column.key == *key);
    let kept: Vec<usize> = KEPT.iter().map(|key| place(key).expect("the table of sites has this column")).collect();
    let rows: Vec<Vec<Value>> =
        table.rows.iter().map(|row| kept.iter().map(|&column| cell(&row.cells[column])).collect()).collect();
    let lanes: Vec<usize> = found
        .lanes
        .pieces
        .iter()
        .filter_map(|piece| {
            let lane = json!([
                pool.line(&piece.line, FINE_M)?,
                pool.text(&piece.class_low),
                pool.text(&piece.class_high),
                piece.road,
                piece.width.bounds.low.map(|w| rounded(w.get(), 2)),
                piece.width.bounds.high.map(|w| rounded(w.get(), 2)),
                u8::from(piece.class_low_by().is_some_and(Method::is_assumed)),
            ]);
            Some(shared.lanes.number(lane))
        })
        .collect();
    let pinches: Vec<usize> = found
        .lanes
        .pinch_points
        .iter()
        .map(|pinch| {
            let pinch = json!([
                pool.place(pinch.at),
                pool.text(&pinch.id),
                ends(&pinch.width),
                ends(&pinch.height),
                pool.reason(&pinch.obstacles.join(" | ")),
                pinch.is_removable,
            ]);
            shared.pinches.number(pinch)
        })
        .collect();
    let reached: Vec<Value> = found
        .reach
        .isochrones
        .iter()
        .filter(|isochrone| {
            isochrone.station.is_none() && !isochrone.is_first_due && isochrone.heading == Heading::From
        })
        .filter_map(|isochrone| Some(json!([isochrone.cutoff_s, pool.area(&isochrone.area, COARSE_M)?])))
        .collect();
    let stations: Vec<Value> = found
        .reach
        .stations
        .iter()
        .filter_map(|reach| {
            let of_the_base = || layers.stations.iter().find(|station| station.id == reach.station);
            let station = reach.as_it_is.as_ref().or_else(of_the_base)?;
            Some(json!({
                "id": station.id,
                "name": station.name,
                "kind": station.kind.code(),
                "at": pool.place(station.at.0),
                "is_proposed": station.is_proposed,
                "is_staffed": reach.is_staffed,
                "vehicles": reach.vehicles.join(" "),
                "turnout_s": rounded(reach.turnout_s, 1),
                "sites": reach.first_due_sites,
                "reach_km2": reach.reach_km2.map(|area| rounded(area, 3)),
            }))
        })
        .collect();
    let hydrants: Vec<Value> = found
        .water
        .hydrants
        .iter()
        .map(|hydrant| {
            json!([pool.place(hydrant.at), pool.text(&hydrant.id), hydrant.service.code(), ends(&hydrant.flow)])
        })
        .collect();
    let coverage: Vec<Value> = found
        .reach
        .coverage
        .iter()
        .filter(|coverage| coverage.part == "all")
        .map(|c| json!([c.measure, rounded(c.covered, 3), rounded(c.covered_high, 3), rounded(c.of, 3), c.unit]))
        .collect();
    let details: Vec<usize> = (0..layers.sites.len())
        .map(|site| {
            let sheet = shared.sheets.sheet(&compose_in(material, index, site), pool);
            shared.details.number(detail(found, site, sheet, pool))
        })
        .collect();
    json!({
        "name": found.scenario,
        "hour": said.map(|said| said.hour),
        "changes": said.map(|said| said.changes.clone()).unwrap_or_default(),
        "summary": {
            "response": summary.response, "lane": summary.lane, "lane_assumed": summary.lane_assumed, "water": summary.water, "median_s": summary.median_response_s,
        },
        "lanes": lanes, "pinches": pinches, "reached": reached, "stations": stations, "hydrants": hydrants,
        "coverage": coverage, "rows": rows, "details": details,
    })
}

/// The sheet of one site, and what is drawn for it on the map and beside the sheet.
fn detail(found: &Findings, site: usize, sheet: Vec<usize>, pool: &mut Pool) -> Value {
    let reach = found.reach.sites.get(site);
    let access = found.lanes.sites.get(site);
    let water = found.water.sites.get(site);
    json!({
        "sheet": sheet,
        "first": reach.and_then(|reach| reach.first.as_ref()).map(|arrival| arrival_of(arrival, pool)),
        "cautious": reach.and_then(|reach| reach.cautious.as_ref()).map(|arrival| arrival_of(arrival, pool)),
        "stop": access.and_then(|access| access.stop).map(|at| pool.place(at)),
        "vehicles": access.map(|access| {
            let walk = |end: &Option<(Coord<f64>, f64)>| end.as_ref().map(|(_, metres)| rounded(*metres, 1));
            access.vehicles.iter().map(|v| json!([v.vehicle, walk(&v.certain), walk(&v.possible)])).collect::<Vec<_>>()
        }),
        "hoses": water.map(|water| hoses(water, pool)),
        "sources": water.map(|water| {
            let counted = water.sources.iter().filter(|s| s.counts_in_plan || s.counts_by_hose == Some(true));
            counted.map(|source| pool.text(&source.id)).collect::<Vec<_>>()
        }),
    })
}

fn arrival_of(arrival: &Arrival, pool: &mut Pool) -> Value {
    let c = &arrival.components;
    let parts = [c.call_s, c.turnout_s, c.drive_s, c.dismount_s, c.walk_s].map(|s| rounded(s, 1));
    json!({
        "station": arrival.station,
        "vehicle": arrival.vehicle,
        "parts": parts,
        "total": rounded(c.total_s(), 1),
        "drive_m": rounded(arrival.drive_m, 1),
        "walk_m": rounded(arrival.walk_m, 1),
        "drive": arrival.drive.as_ref().and_then(|line| pool.line(line, FINE_M)),
        "walk": arrival.walk.as_ref().and_then(|line| pool.line(line, FINE_M)),
    })
}

/// The hose ways of all sources that count by hose.
fn hoses(water: &SiteWater, pool: &mut Pool) -> Vec<usize> {
    let counted = water.sources.iter().filter(|source| source.counts_by_hose == Some(true));
    counted.filter_map(|source| pool.line(source.way.as_ref()?, FINE_M)).collect()
}

fn ends<Q: Quantity>(bounds: &Bounds<Q>) -> [Option<f64>; 2] {
    [bounds.low.map(|q| rounded(q.get(), 2)), bounds.high.map(|q| rounded(q.get(), 2))]
}

pub(super) fn rounded(value: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    let value = (value * factor).round() / factor;
    // Minus zero would be printed with its sign.
    if value == 0.0 { 0.0 } else { value }
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Empty | Cell::Longitude(_) | Cell::Latitude(_) => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Integer(value) => json!(value),
        Cell::Number(value, decimals) => json!(rounded(*value, (*decimals).into())),
        Cell::Flag(value) => json!(value),
    }
}
