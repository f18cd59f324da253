//! From a study file to layers and a resolved study: what `check`, `run` and `network` begin with.

use std::borrow::Cow;

use firereach_analysis::network::Network;
use firereach_io::read::{Area, Progress as Step, ReadOptions, Reading, digest_files, read_layers};
use firereach_io::record::{VERSION, input_digest};
use firereach_io::study_file::{StudyFile, read_study_file_with};
use firereach_model::feature::{SiteKind, ZoneKind};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::problem::{Done, Problem, Severity};
use firereach_model::record::{Record, ScenarioRecord};
use firereach_model::study::{Scenario, Study};

use crate::args::StudyArguments;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::speech::Speech;

/// A study with everything it needs in memory.
pub(crate) struct Loaded {
    /// The study as written.
    pub(crate) file: StudyFile,
    /// The layers with the account of how they were read.
    pub(crate) reading: Reading,
    /// The study with every identifier checked.
    pub(crate) study: Study,
    /// The network of the base.
    pub(crate) network: Network,
}

/// Settings of the form `key=value`.
fn settings(arguments: &StudyArguments) -> Result<Vec<(String, String)>, Failure> {
    arguments
        .settings
        .iter()
        .map(|text| match text.split_once('=') {
            Some((key, value)) => Ok((key.trim().to_owned(), value.trim().to_owned())),
            None => Err(Failure::Study(format!("--set {text}: expected KEY=VALUE, for example --set base.hour=20"))),
        })
        .collect()
}

/// Reads the study file alone.
pub(crate) fn load_file(arguments: &StudyArguments) -> Result<StudyFile, Failure> {
    if let Some(jobs) = arguments.jobs {
        // A second call in one process would fail; there is none.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
    }
    read_study_file_with(&arguments.study, &settings(arguments)?).map_err(|error| Failure::study(&error))
}

/// Reads the study and its data and joins the network.
pub(crate) fn load(
    arguments: &StudyArguments,
    speech: &Speech,
    progress: &mut Progress<'_>,
) -> Result<Loaded, Failure> {
    progress.phase(speech.say("reading the study", "读取研究文件"));
    let file = load_file(arguments)?;
    progress.phase(speech.say("reading data", "读取数据"));
    let area = file.area().map(|source| Area::File(Box::new(source)));
    let terrain = file.terrain();
    let bar = progress.bar();
    let report = |step: Step<'_>| {
        bar.set_message(format!("{} {} {}/{}", step.phase, step.file.unwrap_or(""), step.done, step.total));
    };
    let no_building = file.rulebook().parameters.water.need.no_building;
    let options = ReadOptions {
        crs: file.crs(),
        area: area.as_ref(),
        terrain: &terrain,
        no_building: Some(&no_building),
        on_progress: &report,
        ..ReadOptions::default()
    };
    let mut reading = read_layers(&file.sources(), &options).map_err(|error| Failure::input(&error))?;
    reading.layers.complete = file.complete();
    reading.notes.push(match reading.layers.complete.join(", ") {
        none if none.is_empty() => {
            "the study vouches for no list of hydrants or other water, so no gap in water is certain".to_owned()
        }
        layers => format!("the study vouches that nothing is missing from: {layers}"),
    });
    for note in &reading.notes {
        speech.detail("READ-DECISION", note);
    }
    let projector = &reading.projector;
    let study = file
        .resolve(&reading.layers, &|lon, lat| projector.from_lon_lat(lon, lat))
        .map_err(|error| Failure::study(&error))?;
    progress.phase(speech.say("joining the network", "构建路网"));
    let network = Network::build(&reading.layers, study.rulebook.parameters.movement.join_tolerance_m);
    reading.problems.extend(network.problems(&reading.layers));
    reading.problems.extend(miscounted(&study, &reading.layers));
    let loaded = Loaded { file, reading, study, network };
    loaded.refuse_lost_features(arguments.strict, speech)?;
    Ok(loaded)
}

/// The digest that a run of this study would have now, with nothing read but bytes.
pub(crate) fn digest_now(file: &StudyFile) -> Result<String, Failure> {
    let (sources, area, terrain) = (file.sources(), file.area(), file.terrain());
    let named = sources.iter().chain(&area).map(|source| (source.path.as_path(), source.shown.as_str()));
    let named = named.chain(terrain.iter().map(|terrain| (terrain.path.as_path(), terrain.shown.as_str())));
    let inputs = digest_files(named).map_err(|error| Failure::input(&error))?;
    Ok(input_digest(file.text(), &inputs))
}

/// A problem for every kind of which the data holds another number than the study expects.
fn miscounted(study: &Study, layers: &Layers) -> Vec<Problem> {
    let sites = |code: &str| layers.sites.iter().filter(|site| site.kind.code() == code).count();
    let zones = |code: &str| layers.zones.iter().filter(|zone| zone.kind.code() == code).count();
    let stations = |code: &str| layers.stations.iter().filter(|station| station.kind.code() == code).count();
    study
        .expected_counts
        .iter()
        .filter_map(|(key, &expected)| {
            let found = match key.as_str() {
                "roads" => layers.roads.len(),
                "buildings" => layers.buildings.len(),
                "obstacles" => layers.obstacles.len(),
                "hydrants" => layers.hydrants.len(),
                "water_sources" => layers.water_sources.len(),
                "mains" => layers.mains.len(),
                "stations" => layers.stations.len(),
                "sites" => layers.sites.len(),
                "zones" => layers.zones.len(),
                kind if SiteKind::from_code(kind).is_some() => sites(kind),
                kind if ZoneKind::from_code(kind).is_some() => zones(kind),
                kind => stations(kind),
            };
            (u64::try_from(found) != Ok(expected)).then(|| Problem {
                code: Cow::Borrowed("COUNT-EXPECTED"),
                severity: Severity::Warning,
                source_name: "study".to_owned(),
                origin: Origin::of_study("study", key),
                at: None,
                found: format!("{found} of {key}"),
                expected: format!("{expected}, as [base.expected_counts] says"),
                done: Done::Kept,
                repair: "complete the data, or correct the count the study expects".to_owned(),
            })
        })
        .collect()
}

impl Loaded {
    /// With `--strict`, any feature set aside for a fault fails the run.
    fn refuse_lost_features(&self, is_strict: bool, speech: &Speech) -> Result<(), Failure> {
        let is_lost = |problem: &&Problem| problem.done == Done::SetAside && problem.severity > Severity::Info;
        let lost: Vec<&Problem> = self.reading.problems.iter().filter(is_lost).collect();
        match lost.first() {
            Some(first) if is_strict => Err(Failure::Input(format!(
                "{} {}; {}: {first}",
                lost.len(),
                speech.say("features had to be set aside, and --strict was asked for", "个要素被搁置,且要求 --strict"),
                speech.say("the first", "首个"),
            ))),
            _ => Ok(()),
        }
    }

    /// The record of a run over these scenarios.
    pub(crate) fn record(&self, scenarios: &[&Scenario]) -> Record {
        Record {
            version: VERSION.to_owned(),
            title: self.study.title.clone(),
            banner: self.study.banner.clone(),
            data_date: self.study.data_date.clone(),
            scenarios: scenarios
                .iter()
                .enumerate()
                .map(|(index, scenario)| ScenarioRecord {
                    name: scenario.name.clone(),
                    hour: scenario.hour,
                    changes: scenario.change_texts.clone(),
                    file: format!("findings/{index:03}.json"),
                })
                .collect(),
            input_digest: input_digest(self.file.text(), &self.reading.inputs),
            inputs: self.reading.inputs.clone(),
            frame: self.reading.layers.frame.clone(),
            counts: self.reading.counts.clone(),
            notes: self.reading.notes.clone(),
            parameters: self.study.parameters.clone(),
            rulebook: self.study.rulebook.clone(),
            vehicles: self.study.vehicles.clone(),
            sites: self.reading.layers.sites.clone(),
            stations: self.reading.layers.stations.clone(),
        }
    }
}
