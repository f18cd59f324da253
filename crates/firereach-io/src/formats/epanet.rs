//! EPANET networks: pipes as mains with what their graph says of rings and pressure zones, tanks, and marked hydrants.
//!
//! The network is read, not solved: pressures and flows at hydrants are taken from the hydrants' own columns, as tested or
//! as a hydraulic model exported them. A demand of a model says nothing of what a hydrant gives.

use std::collections::HashMap;
use std::path::Path;

use firereach_model::problem::{Done, Severity};
use geo_types::{Coord, Geometry, LineString, Point};

use super::delimited::read_text;
use super::raw::{Fault, Row, Shape, Table, Value};
use crate::read_error::ReadError;
use crate::source::Source;

mod graph;

#[cfg(test)]
mod tests;

use graph::{Join, Link, measure_layout};

const MILLIMETRES_PER_INCH: f64 = 25.4;
const METRES_PER_FOOT: f64 = 0.3048;

/// The sections a network is read from; others are known and say nothing that is used here.
const SECTIONS: [&str; 12] = [
    "TITLE",
    "JUNCTIONS",
    "RESERVOIRS",
    "TANKS",
    "PIPES",
    "PUMPS",
    "VALVES",
    "STATUS",
    "OPTIONS",
    "TAGS",
    "COORDINATES",
    "VERTICES",
];
const UNUSED: [&str; 17] = [
    "DEMANDS",
    "PATTERNS",
    "CURVES",
    "CONTROLS",
    "RULES",
    "ENERGY",
    "QUALITY",
    "SOURCES",
    "REACTIONS",
    "MIXING",
    "TIMES",
    "REPORT",
    "LABELS",
    "BACKDROP",
    "ROUGHNESS",
    "LEAKAGE",
    "END",
];
const EMITTERS: &str = "EMITTERS";

/// One line of a section.
struct Line {
    number: u64,
    words: Vec<String>,
}

/// The lines of a file by section, and what was noticed on the way.
#[derive(Default)]
struct Sections {
    lines: HashMap<&'static str, Vec<Line>>,
    unknown: Vec<String>,
}

impl Sections {
    fn of(&self, name: &str) -> &[Line] {
        self.lines.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Reads a network as one table a layer: `mains`, `water_sources` (tanks) and `hydrants` (junctions that are marked).
///
/// Diameters and levels come in the units that the flow unit of `[OPTIONS]` implies: inches and feet, or millimetres and
/// metres. A pipe on a cycle is part of a ring, any other one a branch; all sources count as joined behind the network,
/// links that pass water one way feed their far end, and closed pipes join nothing. Pumps and regulating valves divide
/// pressure zones. The format has no isolation valves of its own: throttle valves (`TCV`) stand for them, and without any
/// the segments stay unknown. A junction is a hydrant where it has an emitter or a tag that says so.
///
/// # Errors
///
/// When the file has no pipes, no coordinates, an unknown flow unit, a line before the first section, or text that its
/// encoding does not fit. What is wrong with one line costs that line only and is reported with section and line.
///
/// # Source
///
/// EPANET 2.2 User Manual, appendix C.2 (input file format), and 2.2's table of units.
pub(super) fn read_network(path: &Path, source: &Source) -> Result<Vec<Table>, ReadError> {
    let (text, decision) = read_text(path, source)?;
    let sections = split(&text, source)?;
    let scale = Scale::of(&sections, source)?;
    let places = places(&sections);
    if sections.of("PIPES").is_empty() {
        let remedy = "check that the file is an EPANET network, exported as text (.inp)";
        return Err(ReadError::new(&source.shown, "no pipe under [PIPES]", "a network of pipes", remedy));
    }
    if places.is_empty() {
        let remedy = "export the network with its coordinates, and name their system with `crs` in the study";
        return Err(ReadError::new(&source.shown, "no line under [COORDINATES]", "a place for every node", remedy));
    }
    let mut tables = vec![
        mains(&sections, &places, &scale),
        tanks(&sections, &places, &scale),
        hydrants(&sections, &places, &scale),
    ];
    let first = &mut tables[0];
    first.notes.push(decision.words());
    first.encoding = Some(decision.encoding.name().to_owned());
    first.notes.push(format!("EPANET network in {}; the network is read, not solved", scale.unit));
    if !sections.unknown.is_empty() {
        first.notes.push(format!("sections that the format does not know: {}", sections.unknown.join(", ")));
    }
    Ok(tables)
}

/// Splits the text into sections. A section is known by its first four letters, as EPANET itself knows it.
fn split(text: &str, source: &Source) -> Result<Sections, ReadError> {
    let mut sections = Sections::default();
    let mut current: Option<&'static str> = None;
    let mut is_skipped = false;
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.split(';').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or_default().trim().to_ascii_uppercase();
            let is_named = |known: &&&str| {
                let length = known.len().min(4);
                name.len() >= length && name.is_char_boundary(length) && name[..length] == known[..length]
            };
            current = SECTIONS.iter().chain([&EMITTERS]).find(is_named).copied();
            is_skipped = current.is_none();
            if is_skipped && !UNUSED.iter().any(|known| is_named(&known)) {
                sections.unknown.push(format!("[{name}] in line {number}"));
            }
            continue;
        }
        match current {
            Some("TITLE") => {}
            Some(section) => {
                sections.lines.entry(section).or_default().push(Line { number, words: words(line) });
            }
            None if is_skipped => {}
            None => {
                return Err(ReadError::new(
                    &source.shown,
                    format!("`{line}` before any section"),
                    "a section such as [JUNCTIONS] first",
                    "check that the file is an EPANET network, exported as text (.inp)",
                )
                .at(format!("line {number}")));
            }
        }
    }
    Ok(sections)
}

/// The words of a line; a name in quotes is one word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(|c: char| c.is_whitespace()).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// What one unit of the file is in the engine's.
struct Scale {
    unit: String,
    diameter_mm: f64,
    metres: f64,
}

impl Scale {
    fn of(sections: &Sections, source: &Source) -> Result<Self, ReadError> {
        const US: [&str; 5] = ["CFS", "GPM", "MGD", "IMGD", "AFD"];
        const METRIC: [&str; 6] = ["LPS", "LPM", "MLD", "CMH", "CMD", "CMS"];
        let stated = sections.of("OPTIONS").iter().find_map(|line| match line.words.as_slice() {
            [key, unit, ..] if key.eq_ignore_ascii_case("units") => Some((line.number, unit.to_ascii_uppercase())),
            _ => None,
        });
        // Without a statement EPANET takes US gallons a minute.
        let (number, unit) = stated.unwrap_or((0, "GPM".to_owned()));
        if US.contains(&unit.as_str()) {
            Ok(Self { unit, diameter_mm: MILLIMETRES_PER_INCH, metres: METRES_PER_FOOT })
        } else if METRIC.contains(&unit.as_str()) {
            Ok(Self { unit, diameter_mm: 1.0, metres: 1.0 })
        } else {
            Err(ReadError::new(
                &source.shown,
                format!("the flow unit `{unit}`"),
                format!("one of {}", [&US[..], &METRIC[..]].concat().join(", ")),
                "correct `Units` under [OPTIONS]: it decides between inches and millimetres",
            )
            .at(format!("line {number}, section [OPTIONS]")))
        }
    }
}

/// The places of the nodes, by name.
fn places(sections: &Sections) -> HashMap<&str, Coord<f64>> {
    sections.of("COORDINATES").iter().filter_map(|line| Some((line.words.first()?.as_str(), coord(line)?))).collect()
}

/// The second and third word as a place.
fn coord(line: &Line) -> Option<Coord<f64>> {
    let number = |index: usize| line.words.get(index)?.parse::<f64>().ok().filter(|value| value.is_finite());
    Some(Coord { x: number(1)?, y: number(2)? })
}

/// A number brought to the engine's unit; text that is none stays as it is, so that it is reported.
fn quantity(line: &Line, index: usize, scale: f64) -> Value {
    match line.words.get(index) {
        None => Value::Null,
        Some(word) => match word.parse::<f64>() {
            Ok(value) if value.is_finite() => Value::Number((value * scale * 1e6).round() / 1e6),
            _ => Value::of_text(word),
        },
    }
}

fn too_short(line: &Line, section: &str, expected: &str) -> Fault {
    Fault::new(
        "IO-EPANET-LINE",
        Severity::Error,
        Done::SetAside,
        format!(
            "line {} of section [{section}] has {} values: {}",
            line.number,
            line.words.len(),
            line.words.join(" ")
        ),
        expected,
        "complete the line",
    )
}

/// A pipe, pump or valve with its two nodes; `None` when the line is too short.
fn link_of<'a>(line: &'a Line, join: Join, nodes: &HashMap<&'a str, usize>) -> Option<Link> {
    let [_, from, to, ..] = line.words.as_slice() else { return None };
    Some(Link { from: *nodes.get(from.as_str())?, to: *nodes.get(to.as_str())?, join })
}

fn mains(sections: &Sections, places: &HashMap<&str, Coord<f64>>, scale: &Scale) -> Table {
    let mut nodes: HashMap<&str, usize> = HashMap::new();
    let mut feeds = Vec::new();
    for (section, is_source) in [("JUNCTIONS", false), ("RESERVOIRS", true), ("TANKS", true)] {
        for line in sections.of(section) {
            let Some(name) = line.words.first() else { continue };
            let next = nodes.len();
            let node = *nodes.entry(name).or_insert(next);
            if is_source {
                feeds.push(node);
            }
        }
    }
    let statuses: HashMap<&str, &str> = sections
        .of("STATUS")
        .iter()
        .filter_map(|line| Some((line.words.first()?.as_str(), line.words.get(1)?.as_str())))
        .collect();
    let pipes = sections.of("PIPES");
    let join_of = |line: &Line| {
        let own = line.words.iter().skip(6).find(|word| word.parse::<f64>().is_err()).map(String::as_str);
        let later = line.words.first().and_then(|id| statuses.get(id.as_str()).copied());
        match later.or(own) {
            Some(word) if word.eq_ignore_ascii_case("closed") => Join::Closed,
            Some(word) if word.eq_ignore_ascii_case("cv") => Join::OneWay,
            _ => Join::Open,
        }
    };
    let mut links: Vec<Link> = Vec::new();
    let mut of_pipe: Vec<Option<usize>> = Vec::with_capacity(pipes.len());
    for line in pipes {
        let link = link_of(line, join_of(line), &nodes);
        of_pipe.push(link.map(|link| {
            links.push(link);
            links.len() - 1
        }));
    }
    for (section, line) in ["PUMPS", "VALVES"].iter().flat_map(|s| sections.of(s).iter().map(move |line| (*s, line))) {
        let is_closed = line
            .words
            .first()
            .and_then(|id| statuses.get(id.as_str()))
            .is_some_and(|s| s.eq_ignore_ascii_case("closed"));
        let is_throttle = section == "VALVES" && line.words.get(4).is_some_and(|kind| kind.eq_ignore_ascii_case("tcv"));
        let join = match (is_closed, is_throttle) {
            (true, _) => Join::Closed,
            (false, true) => Join::Valve,
            (false, false) => Join::OneWay,
        };
        links.extend(link_of(line, join, &nodes));
    }
    let layout = measure_layout(nodes.len(), &feeds, &links);

    let mut bends: HashMap<&str, Vec<Coord<f64>>> = HashMap::new();
    for line in sections.of("VERTICES") {
        if let (Some(id), Some(at)) = (line.words.first(), coord(line)) {
            bends.entry(id).or_default().push(at);
        }
    }
    let mut zones_of_pipes: Vec<usize> = of_pipe.iter().flatten().map(|link| layout.zones[links[*link].from]).collect();
    zones_of_pipes.sort_unstable();
    zones_of_pipes.dedup();
    let zone_count = zones_of_pipes.len();
    let has_valves = links.iter().any(|link| link.join == Join::Valve);
    let name_of = |groups: &[usize], link: usize| {
        let group = groups[links[link].from];
        let first = of_pipe.iter().position(|pipe| pipe.is_some_and(|pipe| groups[links[pipe].from] == group));
        first.and_then(|first| pipes[first].words.first().cloned()).map_or(Value::Null, Value::Text)
    };
    let (mut zone_names, mut segment_names) = (HashMap::new(), HashMap::new());
    let mut rows = Vec::with_capacity(pipes.len());
    let mut closed = 0;
    for (line, link) in pipes.iter().zip(&of_pipe) {
        let mut faults = Vec::new();
        let place = |index: usize| line.words.get(index).and_then(|node| places.get(node.as_str()).copied());
        let shape = if line.words.len() < 5 {
            faults.push(too_short(line, "PIPES", "name, two nodes, length and diameter"));
            Shape::Missing
        } else if let Some(node) = line.words[1..3].iter().find(|node| !nodes.contains_key(node.as_str())) {
            Shape::Broken(format!(
                "line {} of section [PIPES] ends at node `{node}`, which is in none of [JUNCTIONS], [RESERVOIRS], [TANKS]",
                line.number
            ))
        } else {
            match (place(1), place(2)) {
                (Some(from), Some(to)) => {
                    let between = bends.remove(line.words[0].as_str()).unwrap_or_default();
                    let line: Vec<Coord<f64>> = [from].into_iter().chain(between).chain([to]).collect();
                    Shape::Present { shape: Geometry::LineString(LineString(line)), z: Vec::new() }
                }
                (from, _) => Shape::Broken(format!(
                    "line {} of section [PIPES] ends at node `{}`, which has no line under [COORDINATES]",
                    line.number,
                    line.words[if from.is_none() { 1 } else { 2 }]
                )),
            }
        };
        let is_closed = link.is_some_and(|link| links[link].join == Join::Closed);
        closed += u64::from(is_closed);
        let word = link
            .filter(|_| !is_closed)
            .map_or(Value::Null, |link| Value::Text(if layout.is_ring[link] { "ring" } else { "branch" }.to_owned()));
        let zone = link.filter(|_| zone_count > 1).map_or(Value::Null, |link| {
            zone_names.entry(layout.zones[links[link].from]).or_insert_with(|| name_of(&layout.zones, link)).clone()
        });
        let segment = link.filter(|_| has_valves).map_or(Value::Null, |link| {
            segment_names
                .entry(layout.segments[links[link].from])
                .or_insert_with(|| name_of(&layout.segments, link))
                .clone()
        });
        rows.push(Row {
            number: line.number,
            id: line.words.first().cloned(),
            shape,
            values: vec![
                line.words.first().map_or(Value::Null, |id| Value::of_text(id)),
                quantity(line, 4, scale.diameter_mm),
                word,
                zone,
                segment,
            ],
            faults,
        });
    }
    let rings = layout.is_ring.iter().zip(&links).filter(|(ring, link)| **ring && link.join != Join::Closed).count();
    let mut notes = vec![format!("{rings} links lie on rings, {closed} pipes are closed and join nothing")];
    if zone_count > 1 {
        notes.push("pumps and regulating valves divide pressure zones; each is named after its first pipe".to_owned());
    }
    notes.push(
        if has_valves {
            "throttle valves (TCV) stand for isolation valves; each segment is named after its first pipe"
        } else {
            "the format has no isolation valves and the network no throttle valves: segments are not known"
        }
        .to_owned(),
    );
    Table {
        only_for: Some("mains"),
        layer: Some("PIPES".to_owned()),
        columns: ["id", "diameter_mm", "layout", "pressure_zone", "segment"].map(str::to_owned).to_vec(),
        rows,
        geometry: "LineString".to_owned(),
        notes,
        ..Table::default()
    }
}

fn point_of(line: &Line, section: &str, places: &HashMap<&str, Coord<f64>>) -> Shape {
    match line.words.first().and_then(|name| places.get(name.as_str())) {
        Some(at) => Shape::Present { shape: Geometry::Point(Point(*at)), z: Vec::new() },
        None => Shape::Broken(format!("line {} of section [{section}] has no line under [COORDINATES]", line.number)),
    }
}

/// The tanks with what they hold between their least and their initial level, and the reservoirs, which are set aside.
fn tanks(sections: &Sections, places: &HashMap<&str, Coord<f64>>, scale: &Scale) -> Table {
    let mut rows = Vec::new();
    for (section, line) in
        ["RESERVOIRS", "TANKS"].iter().flat_map(|s| sections.of(s).iter().map(move |line| (*s, line)))
    {
        let name = line.words.first().cloned();
        // Under [TANKS] a node without levels is a reservoir.
        let is_reservoir = section == "RESERVOIRS" || line.words.len() <= 3;
        let number = |index: usize| line.words.get(index).and_then(|word| word.parse::<f64>().ok());
        let has_curve = line.words.get(7).is_some_and(|curve| curve != "*");
        let volume =
            number(2).zip(number(3)).zip(number(5)).filter(|_| !has_curve).map(|((level, least), diameter)| {
                let (height, radius) = ((level - least).max(0.0) * scale.metres, diameter * scale.metres / 2.0);
                Value::Number((std::f64::consts::PI * radius * radius * height * 10.0).round() / 10.0)
            });
        let faults = if is_reservoir {
            vec![Fault::new(
                "IO-EPANET-RESERVOIR",
                Severity::Info,
                Done::SetAside,
                format!("line {} of section [{section}]: a reservoir, the edge of the model", line.number),
                "a tank",
                "give the intake at it as a water source of its own if engines draw there",
            )]
        } else {
            Vec::new()
        };
        let shape = if is_reservoir { Shape::Missing } else { point_of(line, section, places) };
        let id = name.clone().map_or(Value::Null, Value::Text);
        let values = vec![id, Value::Text("tank".to_owned()), volume.unwrap_or(Value::Null)];
        rows.push(Row { number: line.number, id: name, shape, values, faults });
    }
    Table {
        only_for: Some("water_sources"),
        layer: Some("TANKS".to_owned()),
        columns: ["id", "kind", "volume_m3"].map(str::to_owned).to_vec(),
        rows,
        geometry: "Point".to_owned(),
        notes: vec![
            "whether an engine can draw from a tank of the network is not known: state `service` in `constants`"
                .to_owned(),
        ],
        ..Table::default()
    }
}

/// The junctions that have an emitter, or a tag that says hydrant.
fn hydrants(sections: &Sections, places: &HashMap<&str, Coord<f64>>, scale: &Scale) -> Table {
    let has_emitter = |line: &&Line| {
        let coefficient = line.words.get(1).and_then(|word| word.parse::<f64>().ok());
        coefficient.is_some_and(|coefficient| coefficient > 0.0)
    };
    let tags = sections.of("TAGS").iter().filter(|line| {
        let is_node = line.words.first().is_some_and(|word| word.eq_ignore_ascii_case("node"));
        let tag = line.words.get(2).map(|tag| tag.to_lowercase()).unwrap_or_default();
        is_node && (tag.contains("hydrant") || tag.contains("消火栓") || tag.contains("消防栓"))
    });
    let emitters = sections.of(EMITTERS).iter().filter(has_emitter).filter_map(|line| line.words.first());
    let marked: std::collections::HashSet<&String> =
        emitters.chain(tags.filter_map(|line| line.words.get(1))).collect();
    let mut mains: HashMap<&str, (f64, &Line)> = HashMap::new();
    for line in sections.of("PIPES").iter().filter(|line| line.words.len() >= 5) {
        let diameter = line.words[4].parse().unwrap_or(0.0);
        for node in &line.words[1..3] {
            let best = mains.entry(node).or_insert((diameter, line));
            if diameter > best.0 {
                *best = (diameter, line);
            }
        }
    }
    let rows = sections
        .of("JUNCTIONS")
        .iter()
        .filter(|line| line.words.first().is_some_and(|name| marked.contains(name)))
        .map(|line| {
            let main = mains.get(line.words[0].as_str());
            Row {
                number: line.number,
                id: Some(line.words[0].clone()),
                shape: point_of(line, "JUNCTIONS", places),
                values: vec![
                    Value::Text(line.words[0].clone()),
                    quantity(line, 1, scale.metres),
                    main.map_or(Value::Null, |(_, main)| Value::Text(main.words[0].clone())),
                    main.map_or(Value::Null, |(_, main)| quantity(main, 4, scale.diameter_mm)),
                ],
                faults: Vec::new(),
            }
        })
        .collect();
    Table {
        only_for: Some("hydrants"),
        layer: Some("JUNCTIONS".to_owned()),
        columns: ["id", "height_m", "main_id", "diameter_mm"].map(str::to_owned).to_vec(),
        rows,
        geometry: "Point".to_owned(),
        notes: vec![format!(
            "{} junctions have an emitter or a tag that says hydrant; what they give is not known",
            marked.len()
        )],
        ..Table::default()
    }
}
