//! `firereach compare`: who gains, who loses, and why.

use firereach_analysis::compare::{attribute, compare as measure};
use firereach_io::projection::Projector;
use firereach_io::record::read_run;
use firereach_io::write::{OutputFolder, write_csv, write_gpkg, write_json, write_whole};
use firereach_model::findings::comparison::Comparison;
use firereach_model::record::ScenarioRecord;
use firereach_report::map::difference::{DifferenceMaterial, difference_map};
use firereach_report::summary::align;
use firereach_report::svg::render_svg;
use firereach_report::symbols::styles;
use firereach_report::tables;

use crate::args::Compare;
use crate::failure::Failure;
use crate::speech::Speech;
use crate::verbs::explain::find_scenario;

/// Width and height of a difference map, millimetres: a sheet of A4 on its side.
const MAP_MM: [f64; 2] = [297.0, 210.0];
/// Families tried for the texts of a map, in this order.
const FONTS: &[&str] = &["Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC"];
/// Sites listed on a terminal for each comparison.
const LISTED: usize = 10;

/// Compares scenarios of a finished run and writes the differences.
pub(crate) fn compare(arguments: &Compare, speech: &Speech) -> Result<u8, Failure> {
    let run = read_run(&arguments.run).map_err(|error| Failure::input(&error))?;
    let from = find_scenario(&run, arguments.from.as_deref())?;
    let to: Vec<usize> = match &arguments.to {
        Some(name) => vec![find_scenario(&run, Some(name))?],
        None => (0..run.findings.len()).filter(|&index| index != from).collect(),
    };
    if to.is_empty() {
        return Err(Failure::Study("the run has one scenario only; there is nothing to compare it with".to_owned()));
    }
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
    let output = arguments.output.clone().unwrap_or_else(|| arguments.run.join("compare"));
    let folder = OutputFolder::create(&output, arguments.force).map_err(|error| Failure::input(&error))?;
    write_csv(&folder.path().join("differences.csv"), &tables, &projector).map_err(|error| Failure::input(&error))?;
    let styles = styles(&tables, speech.language());
    write_gpkg(&folder.path().join("differences.gpkg"), &tables, &styles, &projector)
        .map_err(|error| Failure::input(&error))?;
    write_json(&folder.path().join("comparison.json"), &comparisons).map_err(|error| Failure::input(&error))?;
    for (comparison, &index) in comparisons.iter().zip(&to) {
        let material = DifferenceMaterial {
            title: &run.record.title,
            banner: run.record.banner.as_deref(),
            comparison,
            from: &run.findings[from],
            to: &run.findings[index],
            language: speech.language(),
        };
        let svg = render_svg(&difference_map(&material, MAP_MM), FONTS);
        write_whole(&folder.path().join(format!("difference-{index:03}.svg")), svg.as_bytes())
            .map_err(|error| Failure::input(&error))?;
    }
    folder.finish().map_err(|error| Failure::input(&error))?;
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
    let counted: Vec<String> = kinds.iter().map(|kind| format!("{kind} {}", count(kind))).collect();
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
            site.because.clone().unwrap_or_default(),
        ]
    }));
    if rows.len() > 1 {
        lines.extend(align(&rows).into_iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}
