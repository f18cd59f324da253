//! What the page knows: everything it shows, as JSON, with texts and shapes said once.

use std::collections::BTreeMap;

use firereach_model::bounds::Bounds;
use firereach_model::feature::ZoneKind;
use firereach_model::findings::reach::{Arrival, SiteReach};
use firereach_model::findings::water::SiteWater;
use firereach_model::findings::{Findings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::parameters::movement::Heading;
use firereach_model::record::Record;
use firereach_model::rules::Limit;
use firereach_model::study::Responsibility;
use firereach_model::table::Cell;
use firereach_model::units::Quantity;
use geo_types::Coord;
use serde::Serialize;
use serde_json::{Value, json};

use super::pool::{Pool, Shape};
use super::words;
use crate::columns::words_of;
use crate::measures::measures;
use crate::summary::summarise;
use crate::words::Language;
use crate::workbook::is_reason;

/// How much a shape may lose, metres: buildings and lanes little, areas reached more.
const FINE_M: f64 = 0.2;
const COARSE_M: f64 = 2.0;
/// Sources of water told for each site: all that count, and the nearest of the others up to so many.
const MOST_SOURCES: usize = 8;
/// Hose ways drawn for each site.
const MOST_HOSES: usize = 4;
/// Columns of the table of sites that the page shows in other ways.
const LEFT_OUT: &[&str] = &["scenario", "stop_lon", "stop_lat", "pinch_lon", "pinch_lat", "response_low_s"];

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
    columns: Vec<Value>,
    rules: Vec<Value>,
    base: Value,
    sites: Vec<Value>,
    scenarios: Vec<Value>,
    measures: Vec<Value>,
}

/// Composes the data of a run.
pub(super) fn compose(
    record: &Record,
    layers: &Layers,
    duties: &BTreeMap<String, Responsibility>,
    findings: &[Findings],
    language: Language,
) -> Data {
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
                "details": site.details.iter().map(|(key, value)| json!([
                    [Language::English.detail(key), Language::Chinese.detail(key)], value,
                ])).collect::<Vec<_>>(),
                "people": site.people,
                "body": {
                    "storeys": site.body.storeys,
                    "height": ends(&site.body.height),
                    "structure": site.body.structure.map(|structure| structure.code()),
                    "usage": site.body.usage.map(|usage| usage.code()),
                },
                "lon_lat": [rounded(site.lon_lat.0, 6), rounded(site.lon_lat.1, 6)],
            })
        })
        .collect();
    let mut columns = Vec::new();
    let scenarios: Vec<Value> = findings
        .iter()
        .enumerate()
        .map(|(index, found)| {
            let table = crate::tables::sites(layers, found);
            let kept: Vec<usize> =
                (0..table.columns.len()).filter(|&c| !LEFT_OUT.contains(&table.columns[c].key.as_ref())).collect();
            if columns.is_empty() {
                columns = kept
                    .iter()
                    .map(|&c| {
                        let key = table.columns[c].key.as_ref();
                        match words_of(key) {
                            Some(words) => json!({
                                "key": key,
                                "unit": words.unit,
                                "name": [words.name(Language::English), words.name(Language::Chinese)],
                                "says": [words.says(Language::English), words.says(Language::Chinese)],
                            }),
                            None => json!({ "key": key, "unit": "", "name": [key, key], "says": ["", ""] }),
                        }
                    })
                    .collect();
            }
            let rows: Vec<Vec<Value>> = table
                .rows
                .iter()
                .map(|row| kept.iter().map(|&c| cell(&table.columns[c].key, &row.cells[c], &mut pool)).collect())
                .collect();
            scenario(record, layers, found, index, rows, &mut pool)
        })
        .collect();
    let todo = findings.first().map_or_else(Vec::new, |found| measures(layers, duties, found, language));
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
                "after": measure.class_after.map(|class| class.code()),
                "lead": measure.duty.map(|duty| duty.lead.as_str()),
                "support": measure.duty.map(|duty| duty.support.join(language.pick(", ", "、"))),
                "due": measure.duty.and_then(|duty| duty.due.as_deref()),
                "because": pool.reason(&measure.because),
            })
        })
        .collect();
    let rules = record
        .rulebook
        .rules
        .iter()
        .map(|rule| {
            let (sign, limit) = match rule.limit {
                Limit::AtLeast(limit) => ("≥", limit),
                Limit::AtMost(limit) => ("≤", limit),
            };
            json!({
                "id": rule.id, "measure": rule.measure, "sign": sign, "limit": limit, "unit": rule.unit,
                "level": rule.level, "basis": rule.basis, "known_from": rule.known_from,
                "says": [rule.says, rule.says_zh],
            })
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
        rules,
        base,
        sites,
        scenarios,
        measures: todo,
    }
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

fn scenario(
    record: &Record,
    layers: &Layers,
    found: &Findings,
    index: usize,
    rows: Vec<Vec<Value>>,
    pool: &mut Pool,
) -> Value {
    let said = record.scenarios.get(index);
    let summary = summarise(found);
    let lanes: Vec<Value> = found
        .lanes
        .pieces
        .iter()
        .filter_map(|piece| {
            Some(json!([
                pool.line(&piece.line, FINE_M)?,
                pool.text(&piece.class_low),
                pool.text(&piece.class_high),
                piece.road,
                piece.width.bounds.low.map(|w| rounded(w.get(), 2)),
                piece.width.bounds.high.map(|w| rounded(w.get(), 2)),
            ]))
        })
        .collect();
    let pinches: Vec<Value> = found
        .lanes
        .pinch_points
        .iter()
        .map(|pinch| {
            json!([
                pool.place(pinch.at),
                pool.text(&pinch.id),
                pinch.road,
                ends(&pinch.width),
                ends(&pinch.height),
                pool.reason(&pinch.obstacles.join(" | ")),
                pinch.is_removable,
                pinch.sites.len(),
            ])
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
    let details: Vec<Value> = (0..layers.sites.len()).map(|site| detail(found, site, record, pool)).collect();
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

/// What the sheet of one site says beyond its row.
fn detail(found: &Findings, site: usize, record: &Record, pool: &mut Pool) -> Value {
    let reach = found.reach.sites.get(site);
    let access = found.lanes.sites.get(site);
    let water = found.water.sites.get(site);
    let rulings: Vec<Value> =
        found.site_rulings.get(site).into_iter().flatten().map(|r| ruling(r, record, pool)).collect();
    json!({
        "first": reach.and_then(|reach| reach.first.as_ref()).map(|arrival| arrival_of(arrival, pool)),
        "cautious": reach.and_then(|reach: &SiteReach| reach.cautious.as_ref()).map(|arrival| arrival_of(arrival, pool)),
        "stop": access.and_then(|access| access.stop).map(|at| pool.place(at)),
        "pinch": access.and_then(|access| access.pinch),
        "vehicles": access.map(|access| {
            let walk = |end: &Option<(Coord<f64>, f64)>| end.as_ref().map(|(_, metres)| rounded(*metres, 1));
            access.vehicles.iter().map(|v| json!([v.vehicle, walk(&v.certain), walk(&v.possible)])).collect::<Vec<_>>()
        }),
        "sources": water.map(|water| sources(water, pool)),
        "remedies": water.map(|water| {
            water.remedies.iter().filter(|remedy| remedy.is_efficient).map(|remedy| json!([
                remedy.kind, rounded(remedy.quantity, 1), remedy.unit, pool.reason(&remedy.place), remedy.clears,
                remedy.class.code(), remedy.cost.map(|cost| rounded(cost, 2)), remedy.at.map(|at| pool.place(at)),
                remedy.in_protection_zone,
            ])).collect::<Vec<_>>()
        }),
        "surveys": water.map(|water| water.surveys.iter().map(|survey| pool.reason(survey)).collect::<Vec<_>>()),
        "rulings": rulings,
    })
}

fn ruling(ruling: &Ruling, record: &Record, pool: &mut Pool) -> Value {
    let rule = record.rulebook.rules.iter().position(|rule| rule.id == ruling.rule && rule.measure == ruling.measure);
    json!([
        rule,
        ruling.verdict.code(),
        ruling.low.map(|low| rounded(low, 3)),
        ruling.high.map(|high| rounded(high, 3)),
        ruling.is_reached,
        pool.reason(&ruling.because),
        ruling.rule,
        ruling.measure,
    ])
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

/// Sources that count, then the nearest others; the hose ways of the first few that count by hose.
fn sources(water: &SiteWater, pool: &mut Pool) -> Vec<Value> {
    let mut hoses = 0;
    let mut told = 0;
    let mut values = Vec::new();
    for source in &water.sources {
        let counts = source.counts_in_plan || source.counts_by_hose == Some(true);
        if !counts && told >= MOST_SOURCES {
            continue;
        }
        told += 1;
        let is_drawn = source.counts_by_hose == Some(true) && hoses < MOST_HOSES;
        let way = source.way.as_ref().filter(|_| is_drawn).and_then(|way| pool.line(way, FINE_M));
        hoses += usize::from(way.is_some());
        values.push(json!([
            pool.text(&source.id),
            source.kind,
            rounded(source.plan_m, 1),
            source.hose_m.map(|m| rounded(m, 1)),
            source.lift_m.map(|m| rounded(m, 1)),
            ends(&source.flow),
            source.counts_in_plan,
            source.counts_by_hose,
            way,
        ]));
    }
    values
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

fn cell(key: &str, cell: &Cell, pool: &mut Pool) -> Value {
    match cell {
        Cell::Empty | Cell::Longitude(_) | Cell::Latitude(_) => Value::Null,
        Cell::Text(text) if is_reason(key) => json!({ "t": pool.reason(text) }),
        Cell::Text(text) => json!({ "t": pool.text(text) }),
        Cell::Integer(value) => json!(value),
        Cell::Number(value, decimals) => json!(rounded(*value, (*decimals).into())),
        Cell::Flag(value) => json!(value),
    }
}
