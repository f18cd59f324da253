//! `firereach compare`: who gains, who loses, and why.

use std::collections::BTreeMap;

use firereach_analysis::compare::{attribute, compare as measure};
use firereach_io::projection::Projector;
use firereach_io::record::read_run;
use firereach_io::write::{write_csv, write_gpkg, write_json};
use firereach_model::findings::comparison::Comparison;
use firereach_model::layers::Layers;
use firereach_model::record::ScenarioRecord;
use firereach_report::pictures::{Picture, difference};
use firereach_report::sheet::Material;
use firereach_report::summary::align;
use firereach_report::symbols::styles;
use firereach_report::tables;

use crate::args::Compare;
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::publish::write_pictures;
use crate::speech::Speech;
use crate::verbs::explain::find_scenario;

/// Sites listed on a terminal for each comparison.
const LISTED: usize = 10;

/// Compares scenarios of a finished run and writes the differences.
pub(crate) fn compare(arguments: &Compare, speech: &Speech) -> Result<u8, Failure> {
    let mut progress = speech.progress();
    progress.phase(speech.say("reading the run", "读取成果"));
    let run = read_run(&arguments.run).map_err(|error| Failure::input(&error))?;
    let from = find_scenario(&run, arguments.from.as_deref())?;
    let to: Vec<usize> = match &arguments.to {
        Some(name) => vec![find_scenario(&run, Some(name))?],
        None => (0..run.findings.len()).filter(|&index| index != from).collect(),
    };
    if to.is_empty() {
        return Err(Failure::Study("the run has one scenario only; there is nothing to compare it with".to_owned()));
    }
    progress.phase(speech.say("comparing", "对比情景"));
    let projector = Projector::named(&run.record.frame.crs).map_err(|error| Failure::input(&error))?;
    let comparisons: Vec<Comparison> = to
        .iter()
        .map(|&index| {
            let mut comparison = measure(&run.record.sites, &run.findings[from], &run.findings[index]);
            let (base, other) = (&run.record.scenarios[from], &run.record.scenarios[index]);
            // A scenario of the run that differs from the first in one of these only shows what it does alone.
            let alone: Vec<_> = run
                .record
                .scenarios
                .iter()
                .zip(&run.findings)
                .filter_map(|(scenario, findings)| match differences(base, scenario).as_slice() {
                    [only] if differences(base, other).contains(only) => Some((only.clone(), findings)),
                    _ => None,
                })
                .collect();
            attribute(&mut comparison, &run.findings[from], &alone, &differences(base, other));
            comparison
        })
        .collect();
    let tables: Vec<_> = comparisons.iter().map(tables::reach::differences).collect();
    progress.phase(speech.say("writing", "写出成果"));
    let output = arguments.output.clone().unwrap_or_else(|| arguments.run.join("compare"));
    let folder = begin_folder(&output, arguments.force, speech)?;
    write_csv(&folder.path().join("differences.csv"), &tables, &projector).map_err(|error| Failure::input(&error))?;
    let styles = styles(&tables, speech.language());
    write_gpkg(&folder.path().join("differences.gpkg"), &tables, &styles, &projector)
        .map_err(|error| Failure::input(&error))?;
    write_json(&folder.path().join("comparison.json"), &comparisons).map_err(|error| Failure::input(&error))?;
    // The ground is not read again: the map shows the ways that either scenario reaches.
    let layers = Layers { sites: run.record.sites.clone(), ..Layers::default() };
    let material = Material {
        record: &run.record,
        layers: &layers,
        findings: &run.findings,
        responsibilities: &BTreeMap::new(),
        cost_unit: "",
    };
    let pictures: Vec<Picture> = comparisons
        .iter()
        .zip(&to)
        .map(|(comparison, index)| Picture {
            name: format!("difference-{index:03}"),
            drawing: difference(&material, comparison, speech.language()),
        })
        .collect();
    write_pictures(folder.path(), &pictures, &[], speech)?;
    folder.finish().map_err(|error| Failure::input(&error))?;
    progress.finish();
    let mut lines: Vec<String> = comparisons.iter().map(|comparison| render(comparison, speech)).collect();
    lines.push(format!("{} {}", speech.say("written to", "成果目录"), output.display()));
    speech.result(&lines.join("\n"), &comparisons)?;
    Ok(0)
}

/// What one scenario has and the other has not, one line each.
fn differences(base: &ScenarioRecord, other: &ScenarioRecord) -> Vec<String> {
    let added = other.changes.iter().filter(|change| !base.changes.contains(change)).cloned();
    let dropped = base.changes.iter().filter(|change| !other.changes.contains(change));
    let hour = (base.hour != other.hour).then(|| format!("hour = {}", other.hour));
    added.chain(dropped.map(|change| format!("without {change}"))).chain(hour).collect()
}

fn render(comparison: &Comparison, speech: &Speech) -> String {
    let count = |kind: &str| comparison.sites.iter().filter(|site| site.kind() == kind).count();
    let mut kinds: Vec<&str> =
        comparison.sites.iter().map(firereach_model::findings::comparison::SiteChange::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let counted: Vec<String> =
        kinds.iter().map(|kind| format!("{} {}", speech.language().change(kind), count(kind))).collect();
    let mut lines = vec![format!("{} -> {}: {}", comparison.from, comparison.to, counted.join(", "))];
    let mut moved: Vec<_> =
        comparison.sites.iter().filter(|site| site.gain_s.is_some_and(|gain| gain != 0.0)).collect();
    moved.sort_by(|a, b| {
        let size = |gain: Option<f64>| gain.unwrap_or(0.0).abs();
        size(b.gain_s).total_cmp(&size(a.gain_s)).then_with(|| a.site.cmp(&b.site))
    });
    let seconds = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.0}"));
    let mut rows = vec![vec![
        speech.say("site", "对象").to_owned(),
        speech.say("name", "名称").to_owned(),
        speech.say("before s", "前 秒").to_owned(),
        speech.say("after s", "后 秒").to_owned(),
        speech.say("gain s", "缩短 秒").to_owned(),
        speech.say("because", "原因").to_owned(),
    ]];
    rows.extend(moved.iter().take(LISTED).map(|site| {
        vec![
            site.site.clone(),
            site.name.clone().unwrap_or_default(),
            seconds(site.before_s),
            seconds(site.after_s),
            seconds(site.gain_s),
            site.because.as_deref().map(short).unwrap_or_default(),
        ]
    }));
    if rows.len() > 1 {
        lines.extend(align(&rows).into_iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// A change by its kind and the name of what it changes, as far as a terminal has room.
fn short(change: &str) -> String {
    /// Characters of a change that names nothing.
    const ROOM: usize = 60;
    let kind = change.split(" = ").next().unwrap_or(change);
    let value = |key: &str| {
        let (_, rest) = change.split_once(&format!("{key} = \""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    match value("id").or_else(|| value("road")).or_else(|| value("station")) {
        Some(id) => format!("{kind} {id}"),
        None if change.chars().count() > ROOM => change.chars().take(ROOM - 1).chain(['…']).collect(),
        None => change.to_owned(),
    }
}
