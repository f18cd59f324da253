//! `firereach check`: the problem report, and nothing else.

use std::collections::BTreeMap;

use firereach_io::write::{problem_table, write_problems};
use firereach_model::problem::{Done, Severity};
use firereach_report::summary::align;
use firereach_report::symbols::styles;

use crate::args::Check;
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::pipeline::{Loaded, load};
use crate::speech::Speech;

/// Reads everything, writes the report, prints its counts.
pub(crate) fn check(arguments: &Check, speech: &Speech) -> Result<u8, Failure> {
    let mut progress = speech.progress();
    let loaded = load(&arguments.study, speech, &mut progress)?;
    let output = arguments.output.clone().unwrap_or_else(|| loaded.file.folder().join("check"));
    progress.phase(speech.say("writing the report", "写出检查报告"));
    let folder = begin_folder(&output, arguments.force, speech)?;
    let problems = &loaded.reading.problems;
    let styles = styles(&[problem_table(problems)], speech.language());
    write_problems(folder.path(), problems, &loaded.reading.counts, &styles, &loaded.reading.projector)
        .map_err(|error| Failure::input(&error))?;
    folder.finish().map_err(|error| Failure::input(&error))?;
    progress.finish();
    let text = format!("{}\n{} {}", render(&loaded, speech), speech.say("report:", "报告:"), output.display());
    let json = serde_json::json!({
        "counts": loaded.reading.counts,
        "problems": loaded.reading.problems.len(),
        "report": output,
    });
    speech.result(&text, &json)?;
    Ok(0)
}

/// What was read per source and layer, and the problems by code.
pub(crate) fn render(loaded: &Loaded, speech: &Speech) -> String {
    let header = ["source", "layer", "read", "kept", "repaired", "set aside"];
    let header_zh = ["来源", "图层", "读入", "保留", "修复", "搁置"];
    let mut rows = vec![header.iter().zip(header_zh).map(|(en, zh)| speech.say(en, zh).to_owned()).collect()];
    for count in &loaded.reading.counts {
        rows.push(vec![
            count.file.clone(),
            count.layer.clone(),
            count.read.to_string(),
            count.kept.to_string(),
            count.repaired.to_string(),
            count.set_aside.to_string(),
        ]);
    }
    let mut lines = align(&rows);
    let mut codes: BTreeMap<(&str, Severity, Done), usize> = BTreeMap::new();
    for problem in &loaded.reading.problems {
        *codes.entry((&problem.code, problem.severity, problem.done)).or_default() += 1;
    }
    if !codes.is_empty() {
        lines.push(String::new());
        let rows: Vec<Vec<String>> = codes
            .iter()
            .map(|((code, severity, done), count)| {
                let done = match done {
                    Done::Kept => speech.say("kept", "保留"),
                    Done::Repaired => speech.say("repaired", "修复"),
                    Done::SetAside => speech.say("set aside", "搁置"),
                };
                let severity = match severity {
                    Severity::Info => speech.say("info", "提示"),
                    Severity::Warning => speech.say("warning", "警告"),
                    Severity::Error => speech.say("error", "错误"),
                };
                vec![
                    (*code).to_owned(),
                    severity.to_owned(),
                    done.to_owned(),
                    count.to_string(),
                    speech.language().problem(code),
                ]
            })
            .collect();
        lines.extend(align(&rows));
    }
    lines.join("\n")
}
