//! `firereach gather`: the tables of several finished runs as one.

use firereach_io::gather::{NamedRun, find_runs, join_csv, join_findings};
use firereach_io::write::write_json;
use firereach_model::table::Table;
use firereach_report::summary::align;
use firereach_report::symbols::styles;

use crate::args::Gather;
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::speech::Speech;

/// Joins finished runs.
pub(crate) fn gather(arguments: &Gather, speech: &Speech) -> Result<u8, Failure> {
    let runs = find_runs(&arguments.runs).map_err(|error| Failure::input(&error))?;
    refuse_twins(&runs)?;
    if !arguments.mixed {
        refuse_mixtures(&runs)?;
    }
    let folder = begin_folder(&arguments.output, arguments.force, speech)?;
    let tables = join_csv(&runs, folder.path()).map_err(|error| Failure::input(&error))?;
    let looks = |tables: &[Table]| styles(tables, speech.language());
    let crs =
        join_findings(&runs, &folder.path().join("findings.gpkg"), &looks).map_err(|error| Failure::input(&error))?;
    let json = serde_json::json!({
        "runs": runs.iter().map(|run| serde_json::json!({
            "study": run.study,
            "title": run.record.title,
            "version": run.record.version,
            "rule_pack": rule_pack(run),
            "input_digest": run.record.input_digest,
            "crs": run.record.frame.crs,
            "scenarios": run.record.scenarios.iter().map(|scenario| &scenario.name).collect::<Vec<_>>(),
            "sites": run.record.sites.len(),
        })).collect::<Vec<_>>(),
        "findings_crs": crs,
        "tables": tables,
    });
    write_json(&folder.path().join("gather.json"), &json).map_err(|error| Failure::input(&error))?;
    folder.finish().map_err(|error| Failure::input(&error))?;

    let header = [speech.say("study", "研究"), speech.say("scenarios", "情景"), speech.say("sites", "对象"), "CRS"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(runs.iter().map(|run| {
        vec![
            run.study.clone(),
            run.record.scenarios.len().to_string(),
            run.record.sites.len().to_string(),
            run.record.frame.crs.clone(),
        ]
    }));
    let mut lines = align(&rows);
    lines.push(format!(
        "{} {}: {}, findings.gpkg ({crs}), gather.json",
        speech.say("written to", "成果目录"),
        arguments.output.display(),
        tables.join(", ")
    ));
    speech.result(&lines.join("\n"), &json)?;
    Ok(0)
}

/// Two runs of one name could not be told apart.
fn refuse_twins(runs: &[NamedRun]) -> Result<(), Failure> {
    match runs.windows(2).find(|pair| pair[0].study == pair[1].study) {
        None => Ok(()),
        Some(pair) => Err(Failure::Study(format!(
            "{} and {} are both named `{}`; give one of them, or rename a folder",
            pair[0].folder.display(),
            pair[1].folder.display(),
            pair[0].study
        ))),
    }
}

/// Runs of different versions or rules are not to be compared by accident.
fn refuse_mixtures(runs: &[NamedRun]) -> Result<(), Failure> {
    let made_by = |run: &NamedRun| format!("firereach {}, rules {}", run.record.version, rule_pack(run));
    match runs.windows(2).find(|pair| made_by(&pair[0]) != made_by(&pair[1])) {
        None => Ok(()),
        Some(pair) => Err(Failure::Study(format!(
            "{} was made by {} and {} by {}; run them alike, or say --mixed",
            pair[0].study,
            made_by(&pair[0]),
            pair[1].study,
            made_by(&pair[1])
        ))),
    }
}

fn rule_pack(run: &NamedRun) -> String {
    let rulebook = &run.record.rulebook;
    format!("{} {} as of {}", rulebook.name, rulebook.version, rulebook.as_of)
}
