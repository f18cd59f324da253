//! What was typed: the verbs and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Can a fire engine get there, how far must the hose run, how much water is missing, and what is to be done?
#[derive(Debug, Parser)]
#[command(name = "firereach", version, about, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 clean; 1 findings at or above --fail-on; 2 input or environment; \
                        3 usage or study; 4 a batch finished in part.")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// Options of every verb.
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// How the program speaks.
#[derive(Clone, Debug, Args)]
pub(crate) struct Voice {
    /// Print results as JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more: every decision taken while reading.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only errors.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// No progress bars, even on a terminal.
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Language of messages, and of everything a run writes for people; omitted: messages by LANG, outputs by the study's
    /// `language`. Keys and codes stay English.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Language>,
    /// How standard error is written: lines for people, or one JSON object a line with `level`, `code` and `message`.
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// From which verdict on a run counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Anything nobody measured, and every failure.
    Unknown,
    /// Recommendations that fail, and mandatory rules.
    Advisory,
    /// Mandatory rules that fail.
    Mandatory,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write a synthetic district with its study.
    Demo(Demo),
    /// Scaffold a study from an OpenStreetMap extract.
    Init(Init),
    /// Read everything and write the problem report; compute nothing else.
    Check(Check),
    /// Print every parameter that a study comes to, with its origin: default, rule pack, file and line, command line.
    Plan(StudyArguments),
    /// The main job: read, assess every scenario, write findings; for one study, or for every study of a folder.
    Run(Run),
    /// Join the tables of several finished runs.
    Gather(Gather),
    /// Print the chain of reasons behind one site's findings.
    Explain(Explain),
    /// Compare two scenarios of a finished run: who gains, who loses, and why.
    Compare(Compare),
    /// Write the priced network, so that coverage can be checked with other software.
    Network(NetworkArguments),
    /// Print the JSON Schema of the study file.
    Schema,
}

/// `firereach demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The district's name.
    #[arg(default_value = "hill-town")]
    pub(crate) name: String,
    /// The folder to write to.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// The seed; the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write over an earlier one.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `firereach init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The extract: .osm.pbf, .osm or .osm.gz.
    #[arg(long)]
    pub(crate) osm: PathBuf,
    /// The area: the name of a boundary in the extract, or a boundary file.
    #[arg(long)]
    pub(crate) area: Option<String>,
    /// Terrain: GeoTIFF, .hgt, .hgt.zip or .asc; may be given several times.
    #[arg(long, num_args = 1..)]
    pub(crate) terrain: Vec<PathBuf>,
    /// The folder to write the study to.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// Write over an earlier one.
    #[arg(long)]
    pub(crate) force: bool,
}

/// What every verb that reads a study takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct StudyArguments {
    /// The study file; for `run` also a folder of studies, each run into a folder of its name below the output.
    pub(crate) study: PathBuf,
    /// Override one value of the study: `--set base.rules_as_of=2023-06-01`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) settings: Vec<String>,
    /// Threads; all cores when omitted. The output does not depend on it.
    #[arg(short = 'j', long = "jobs")]
    pub(crate) jobs: Option<usize>,
    /// Fail when any feature had to be set aside.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// `firereach check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) study: StudyArguments,
    /// The folder for the problem report; beside the study, named `check`, when omitted.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
    /// Write over an earlier report.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `firereach run`
#[derive(Clone, Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) study: StudyArguments,
    /// The folder for the findings.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// Only these scenarios; all when omitted. The base is always computed first when it is among them.
    #[arg(long = "scenario", value_name = "NAME")]
    pub(crate) scenarios: Vec<String>,
    /// Write over earlier findings; with a folder of studies, run finished ones again.
    #[arg(long)]
    pub(crate) force: bool,
    /// Of a folder of studies only every N-th, beginning with the I-th by name: `--shard 1/4`.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Exit with 1 when a site's verdict is at least this.
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Write every layer as GeoJSON (WGS 84) as well.
    #[arg(long)]
    pub(crate) geojson: bool,
    /// Print the resolved parameters with their origin and stop, as `plan` does; of a folder, the studies that would run.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) sheets: SheetArguments,
}

/// Which policy sheets a run writes.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SheetArguments {
    /// Policy sheets as PDF: `all` with an atlas, `none`, or the identifiers of sites; omitted: all when the study has a
    /// table [base.sheets].
    #[arg(long, value_name = "all|none|SITE", num_args = 1.., value_delimiter = ',')]
    pub(crate) sheets: Vec<String>,
    /// A font for the sheets, a file or a folder, before those of the study.
    #[arg(long = "font", value_name = "PATH")]
    pub(crate) fonts: Vec<PathBuf>,
    /// Write the data that a template receives, and the map, beside every sheet.
    #[arg(long)]
    pub(crate) sheet_data: bool,
}

/// One of several equal parts of a batch, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Which part.
    pub(crate) index: usize,
    /// Of how many.
    pub(crate) of: usize,
}

impl Shard {
    /// Whether the study at this place, counted from zero, belongs to it.
    pub(crate) fn holds(self, place: usize) -> bool {
        place % self.of == self.index - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err("expected I/N with I from 1 to N, for example 1/4".to_owned()),
        }
    }
}

/// `firereach gather`
#[derive(Debug, Args)]
pub(crate) struct Gather {
    /// Folders of finished runs, or of batches, of which every finished run is taken.
    #[arg(required = true)]
    pub(crate) runs: Vec<PathBuf>,
    /// The folder for the joined tables.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// Join runs of different versions or rule packs all the same.
    #[arg(long)]
    pub(crate) mixed: bool,
    /// Write over earlier joined tables.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `firereach explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The folder of a finished run.
    pub(crate) run: PathBuf,
    /// The site's identifier, or its name where only one site has it.
    pub(crate) site: String,
    /// The scenario; the first when omitted.
    #[arg(long)]
    pub(crate) scenario: Option<String>,
}
/// `firereach compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The folder of a finished run.
    pub(crate) run: PathBuf,
    /// The scenario to compare with; the first when omitted.
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// The scenario to compare; every other one when omitted.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// The folder for the comparison; `compare` inside the run's folder when omitted.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
    /// Write over an earlier comparison.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `firereach network`
#[derive(Debug, Args)]
pub(crate) struct NetworkArguments {
    #[command(flatten)]
    pub(crate) study: StudyArguments,
    /// The folder for the tables.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// The scenario; the first when omitted.
    #[arg(long)]
    pub(crate) scenario: Option<String>,
    /// The vehicle's code; the first vehicle of the first station when omitted.
    #[arg(long)]
    pub(crate) vehicle: Option<String>,
    /// Write over earlier tables.
    #[arg(long)]
    pub(crate) force: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_part_a_batch_without_rest() {
        let shards: Vec<Shard> = ["1/3", "2/3", "3/3"].map(|text| text.parse().expect("a shard")).to_vec();
        for place in 0..10 {
            assert_eq!(shards.iter().filter(|shard| shard.holds(place)).count(), 1);
        }
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
