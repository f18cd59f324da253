//! `firereach run FOLDER`: every study of a folder, one after the other, with resume.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use firereach_io::record::{VERSION, is_run, read_record};
use firereach_io::study_file::is_study;
use firereach_io::write::write_json;
use firereach_report::summary::align;
use serde::Serialize;

use crate::args::{Run, StudyArguments};
use crate::failure::Failure;
use crate::pipeline::{digest_now, load_file};
use crate::speech::Speech;
use crate::verbs::run::run_study;

/// A study found in the folder.
struct Found {
    /// The folder of its findings below the output.
    name: String,
    path: PathBuf,
}

/// What became of one study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It was run now.
    Done,
    /// An earlier run with the same inputs, parameters and version stands.
    Skipped,
    /// It could not be run.
    Failed,
}

/// One line of `batch.json`. No clock and no host, so that the same batch writes the same bytes.
#[derive(Debug, Serialize)]
struct Entry {
    study: String,
    file: String,
    outcome: Outcome,
    /// Why it was skipped, run again or not run.
    reason: Option<String>,
    input_digest: Option<String>,
    scenarios: Option<usize>,
    sites: Option<usize>,
    #[serde(skip)]
    code: u8,
    #[serde(skip)]
    has_failed: bool,
}

/// What `batch.json` holds.
#[derive(Serialize)]
struct Batch<'a> {
    version: &'a str,
    shard: Option<String>,
    studies: &'a [Entry],
}

/// Runs every study of a folder into a folder of its own below the output.
///
/// A finished run whose inputs, parameters, rules, version and scenarios are those asked for is skipped. A study that fails
/// does not end the batch. `batch.json` is written anew after each study, whole each time.
pub(crate) fn run_folder(arguments: &Run, speech: &Speech) -> Result<u8, Failure> {
    let found = studies_of(&arguments.study.study, speech)?;
    let own: Vec<&Found> = found
        .iter()
        .enumerate()
        .filter(|(place, _)| arguments.shard.is_none_or(|shard| shard.holds(*place)))
        .map(|(_, found)| found)
        .collect();
    if arguments.dry_run {
        let names: Vec<&str> = own.iter().map(|found| found.name.as_str()).collect();
        speech.result(&names.join("\n"), &names)?;
        return Ok(0);
    }
    std::fs::create_dir_all(&arguments.output)
        .map_err(|error| Failure::Input(format!("{}: {error}", arguments.output.display())))?;
    let ledger = match arguments.shard {
        Some(shard) => format!("batch-{}-of-{}.json", shard.index, shard.of),
        None => "batch.json".to_owned(),
    };
    let ledger = arguments.output.join(ledger);
    let shard = arguments.shard.map(|shard| format!("{}/{}", shard.index, shard.of));
    let mut entries: Vec<Entry> = Vec::with_capacity(own.len());
    for (number, found) in own.iter().enumerate() {
        speech.detail("BATCH-STUDY", &format!("{}/{} {}", number + 1, own.len(), found.name));
        entries.push(run_one(found, arguments, speech));
        let batch = Batch { version: VERSION, shard: shard.clone(), studies: &entries };
        write_json(&ledger, &batch).map_err(|error| Failure::input(&error))?;
    }
    let text = render(&entries, &ledger, speech);
    speech.result(&text, &Batch { version: VERSION, shard, studies: &entries })?;
    Ok(exit_code(&entries))
}

/// Runs one study, or finds that it need not be run.
fn run_one(found: &Found, arguments: &Run, speech: &Speech) -> Entry {
    let output = arguments.output.join(&found.name);
    let study = StudyArguments { study: found.path.clone(), ..arguments.study.clone() };
    let entry = |outcome, reason: Option<String>| Entry {
        study: found.name.clone(),
        file: found.path.display().to_string(),
        outcome,
        reason,
        input_digest: None,
        scenarios: None,
        sites: None,
        code: 0,
        has_failed: false,
    };
    let failed =
        |failure: &Failure| Entry { code: failure.code(), ..entry(Outcome::Failed, Some(failure.to_string())) };
    let stale = match standing(&study, &output, arguments) {
        Err(failure) => return failed(&failure),
        Ok(Standing::Finished { digest, scenarios, sites }) if !arguments.force => {
            return Entry {
                input_digest: Some(digest),
                scenarios: Some(scenarios),
                sites: Some(sites),
                ..entry(Outcome::Skipped, Some("finished with the same inputs".to_owned()))
            };
        }
        Ok(Standing::Finished { .. }) => Some("run again by --force".to_owned()),
        Ok(Standing::Stale(reason)) => Some(reason),
        Ok(Standing::Absent) => None,
    };
    // What stands there was written by us and is replaced as a whole, or the study is refused.
    let own = Run { study, output, force: true, shard: None, ..arguments.clone() };
    // A fault of ours in one study is not to take the others with it; nothing of it is left behind.
    let ran = catch_unwind(AssertUnwindSafe(|| run_study(&own, speech)));
    match ran {
        Ok(Ok(ran)) => Entry {
            input_digest: Some(ran.record.input_digest),
            scenarios: Some(ran.summaries.len()),
            sites: Some(ran.record.sites.len()),
            has_failed: ran.has_failed,
            ..entry(Outcome::Done, stale)
        },
        Ok(Err(failure)) => failed(&failure),
        Err(_) => failed(&Failure::Input("a fault of the program; please report it with its message above".to_owned())),
    }
}

/// What stands in a study's folder already.
enum Standing {
    /// Nothing.
    Absent,
    /// A finished run of the same.
    Finished { digest: String, scenarios: usize, sites: usize },
    /// A finished run of something else, with what differs.
    Stale(String),
}

fn standing(study: &StudyArguments, output: &Path, arguments: &Run) -> Result<Standing, Failure> {
    let file = load_file(study)?;
    if !is_run(output) {
        return Ok(Standing::Absent);
    }
    let Ok(record) = read_record(output) else {
        return Ok(Standing::Stale("the earlier run was written by another version".to_owned()));
    };
    let asked = file
        .scenario_names()
        .into_iter()
        .filter(|name| arguments.scenarios.is_empty() || arguments.scenarios.contains(name));
    let names = record.scenarios.iter().map(|scenario| scenario.name.clone());
    let has_geojson = !arguments.geojson || output.join("sites.geojson").exists();
    let digest = digest_now(&file)?;
    let differs = if record.version != VERSION {
        "another version ran it"
    } else if record.input_digest != digest {
        "the study or its inputs changed"
    } else if record.rulebook != file.rulebook() || record.vehicles != file.vehicles() {
        "the rules, parameters or vehicles changed"
    } else if record.parameters != file.parameters() {
        "the parameters' origins changed"
    } else if !asked.eq(names) || !has_geojson {
        "other scenarios or outputs are asked for"
    } else {
        return Ok(Standing::Finished { digest, scenarios: record.scenarios.len(), sites: record.sites.len() });
    };
    Ok(Standing::Stale(differs.to_owned()))
}

/// The studies at a folder's top and one level down, ordered by name.
///
/// A file is a study when it has a table `base`, or when it cannot be read as TOML at all: then it fails by name instead of
/// being passed over.
fn studies_of(folder: &Path, speech: &Speech) -> Result<Vec<Found>, Failure> {
    let mut files: Vec<(Option<String>, PathBuf)> = Vec::new();
    for path in entries_of(folder)? {
        if path.is_dir() {
            let name = name_of(&path);
            if !name.starts_with('.') {
                files.extend(entries_of(&path)?.into_iter().map(|file| (Some(name.clone()), file)));
            }
        } else {
            files.push((None, path));
        }
    }
    files.retain(|(_, file)| file.is_file() && file.extension().is_some_and(|ending| ending == "toml"));
    files.retain(|(_, file)| {
        let is_study = is_study(file);
        if !is_study {
            speech.detail("BATCH-NO-STUDY", &format!("{}: no study, it has no [base]", file.display()));
        }
        is_study
    });
    let mut in_folder: BTreeMap<String, usize> = BTreeMap::new();
    for (inner, _) in &files {
        *in_folder.entry(inner.clone().unwrap_or_default()).or_default() += 1;
    }
    let mut found: Vec<Found> = files
        .into_iter()
        .map(|(inner, path)| {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let name = match inner {
                None => stem,
                Some(inner) if in_folder[&inner] == 1 => inner,
                Some(inner) => format!("{inner}-{stem}"),
            };
            Found { name, path }
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.path.cmp(&b.path)));
    if let Some(pair) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(Failure::Study(format!(
            "{} and {} would both be written to `{}`; rename one",
            pair[0].path.display(),
            pair[1].path.display(),
            pair[0].name
        )));
    }
    if found.is_empty() {
        return Err(Failure::Study(format!(
            "{}: no study in this folder or one level below; expected files that end in .toml and have a table [base]",
            folder.display()
        )));
    }
    Ok(found)
}

fn entries_of(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fault = |error: std::io::Error| Failure::Input(format!("{}: {error}", folder.display()));
    let entries = std::fs::read_dir(folder).map_err(fault)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(fault)).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// 0 when all are finished, 1 when a finding is at or above `--fail-on`, 4 when some are finished, else the first failure's.
fn exit_code(entries: &[Entry]) -> u8 {
    let failed: Vec<&Entry> = entries.iter().filter(|entry| entry.outcome == Outcome::Failed).collect();
    match failed.first() {
        None => u8::from(entries.iter().any(|entry| entry.has_failed)),
        Some(_) if failed.len() < entries.len() => Failure::PARTIAL,
        Some(first) => first.code,
    }
}

fn render(entries: &[Entry], ledger: &Path, speech: &Speech) -> String {
    let word = |outcome: Outcome| match outcome {
        Outcome::Done => speech.say("done", "完成"),
        Outcome::Skipped => speech.say("skipped", "跳过"),
        Outcome::Failed => speech.say("failed", "失败"),
    };
    let header = [
        speech.say("study", "研究"),
        speech.say("outcome", "结果"),
        speech.say("scenarios", "情景"),
        speech.say("sites", "对象"),
        speech.say("why", "原因"),
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let count = |number: Option<usize>| number.map_or("-".to_owned(), |n| n.to_string());
    rows.extend(entries.iter().map(|entry| {
        // The first line says what; the rest is in the ledger.
        let reason = entry.reason.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
        vec![
            entry.study.clone(),
            word(entry.outcome).to_owned(),
            count(entry.scenarios),
            count(entry.sites),
            reason.to_owned(),
        ]
    }));
    let mut lines = align(&rows);
    let counted: Vec<String> = [Outcome::Done, Outcome::Skipped, Outcome::Failed]
        .into_iter()
        .map(|outcome| {
            let of = entries.iter().filter(|entry| entry.outcome == outcome).count();
            format!("{of} {}", word(outcome))
        })
        .collect();
    lines.push(format!("{}; {}", counted.join(", "), ledger.display()));
    lines.join("\n")
}
