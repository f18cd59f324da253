//! Reads a study file: where the data is, which rules hold as of when, and which scenarios are to be compared.
//!
//! A study is read in two steps, because a scenario names features of the data. [`read_study_file`] reads the file, its
//! rule pack and its vehicles; [`StudyFile::sources`], [`StudyFile::terrain`] and [`StudyFile::area`] say what data to
//! read; [`StudyFile::resolve`] then checks every id against that data. Each step reports everything it finds wrong at
//! once, with line and column, and nothing has been written by then.

mod form;
mod keys;
mod resolve;
mod settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use firereach_model::feature::{SiteKind, StationKind, ZoneKind};
use firereach_model::parameters::Parameters;
use firereach_model::rules::{Date, Rulebook};
use firereach_model::study::ParameterOrigin;
use firereach_model::vehicle::Vehicle;
use serde::Deserialize as _;
use toml::de::DeTable;
use toml::{Spanned, Table, Value};

use crate::projection::System;
use crate::read_error::told;
use crate::rule_file::{self, Pack};
use crate::source::{FieldMapping, Source};
use crate::study_error::{Reader, StudyError, did_you_mean, nearest, whole_file};
use crate::terrain::TerrainSource;
pub(crate) use form::StudyForm;
use form::{FieldForm, OneOrMany, PlaceForm, SourceForm};
pub use form::{Language, Paper, SheetsForm};

/// The layers that a source can feed.
pub const LAYERS: &[&str] =
    &["roads", "obstacles", "buildings", "hydrants", "water_sources", "mains", "stations", "sites", "zones"];

/// The layers that a study can vouch for: those whose gaps bear on a verdict.
pub const VOUCHED: &[&str] = &["hydrants", "water_sources", "stations", "buildings", "hazards", "barriers", "roads"];

/// File endings of OpenStreetMap data, which feeds every layer.
const OSM_ENDINGS: &[&str] = &[".osm", ".osm.gz", ".osm.pbf", ".pbf", ".osm.xml"];

/// Words that a mapping may stand for besides the engine's own: truth values.
const TRUTH_WORDS: &[&str] = &["true", "false", "yes", "no"];

/// A study as its file states it, with its rule pack, parameters and vehicles; ids are not yet checked.
#[derive(Debug)]
pub struct StudyFile {
    file: String,
    folder: PathBuf,
    text: String,
    form: StudyForm,
    pack: Pack,
    as_of: Date,
    parameters: Parameters,
    origins: Vec<ParameterOrigin>,
    vehicles: Vec<Vehicle>,
}

/// Reads a study file.
///
/// # Errors
///
/// With every fault found: unknown keys, wrong kinds, files that are not there, unknown coordinate systems, rule packs,
/// parameters and vehicles, each with line, column and remedy.
pub fn read_study_file(path: &Path) -> Result<StudyFile, StudyError> {
    read_study_file_with(path, &[])
}

/// Reads a study file with single values overridden from the command line, as `base.hour` = `20` or `movement.call_s` =
/// `45`; the latter is short for `base.parameters.movement.call_s`.
///
/// # Errors
///
/// As [`read_study_file`]; a fault of an override says `command line` where another says the file.
pub fn read_study_file_with(path: &Path, settings: &[(String, String)]) -> Result<StudyFile, StudyError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| whole_file(&shown, format!("the study cannot be read: {}", told(&cause)), "check the path"))?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let study = parse_study(&shown, &folder, text, settings)?;
    let mut reader = Reader::new(&study.file, &study.text);
    study.check_files(&mut reader);
    reader.finish()?;
    Ok(study)
}

/// Whether a file is meant as a study: TOML with a table `base`, or nothing that can be read as TOML, so that a study with a
/// slip of the pen is named as one.
pub fn is_study(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.parse::<Table>().map_or(true, |table| table.contains_key("base"))
}

/// Reads a study from its text; the files it names need not exist.
///
/// # Errors
///
/// As [`read_study_file`], apart from files that are not there.
pub fn parse_study(
    file: &str,
    folder: &Path,
    text: String,
    settings: &[(String, String)],
) -> Result<StudyFile, StudyError> {
    let (form, pack, as_of, parameters, origins, vehicles) = {
        let mut reader = Reader::new(file, &text);
        let (mut document, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            reader.fault(error.span(), error.message(), "correct the TOML");
        }
        if !reader.faults.is_empty() {
            return Err(reader.finish().err().unwrap_or_else(|| whole_file(file, "the TOML is at fault", "")));
        }
        settings::apply(&mut reader, document.get_mut(), settings);
        let form = match StudyForm::deserialize(toml::de::Deserializer::from(document.clone())) {
            Ok(form) => form,
            Err(error) => {
                keys::list_unknown_keys(&mut reader, document.get_ref());
                reader.fault(error.span(), error.message(), "see `firereach schema` for the keys of a study");
                return Err(reader.finish().err().unwrap_or_else(|| whole_file(file, "the study is at fault", "")));
            }
        };
        check_form(&mut reader, &form);
        let pack = match rule_file::read_pack(form.base.rules.get_ref(), folder) {
            Ok(pack) => pack,
            Err(error) => {
                match error.faults.as_slice() {
                    [fault] if fault.at.is_none() => {
                        reader.fault(Some(form.base.rules.span()), fault.cause.clone(), fault.remedy.clone());
                    }
                    _ => reader.faults.extend(error.faults),
                }
                return Err(reader.finish().err().unwrap_or_else(|| whole_file(file, "the rule pack is at fault", "")));
            }
        };
        let as_of = form.base.rules_as_of.map_or_else(|| newest_day(&pack), |day| day.0);
        let merged = settings::merge_parameters(&mut reader, &document, &form, &pack, settings);
        let vehicles = read_vehicles(&mut reader, &form, folder);
        reader.finish()?;
        let (parameters, mut origins) = merged.ok_or_else(|| whole_file(file, "the parameters are at fault", ""))?;
        settings::list_base(&form, as_of, settings, &mut origins);
        (form, pack, as_of, parameters, origins, vehicles)
    };
    Ok(StudyFile {
        file: file.to_owned(),
        folder: folder.to_path_buf(),
        text,
        form,
        pack,
        as_of,
        parameters,
        origins,
        vehicles,
    })
}

impl StudyFile {
    /// The study's title; its file name where it states none.
    pub fn title(&self) -> String {
        self.form.base.title.clone().unwrap_or_else(|| {
            Path::new(&self.file)
                .file_stem()
                .map_or_else(|| self.file.clone(), |stem| stem.to_string_lossy().into_owned())
        })
    }

    /// The study file as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The folder that the study's paths are relative to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The study's text, for its digest.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language of the sheets, where the study names one.
    pub fn language(&self) -> Option<Language> {
        self.form.base.language
    }

    /// The working coordinate system, where the study names one.
    pub fn crs(&self) -> Option<&str> {
        self.form.base.crs.as_ref().map(|crs| crs.get_ref().as_str())
    }

    /// The layers that the study vouches for, as [`Layers::complete`](firereach_model::layers::Layers::complete) has them.
    pub fn complete(&self) -> Vec<String> {
        self.form.base.complete.iter().map(|layer| layer.get_ref().clone()).collect()
    }

    /// How the sheets are printed, where the study asks for them.
    pub fn sheets(&self) -> Option<&SheetsForm> {
        self.form.base.sheets.as_ref()
    }

    /// A template for the sheets, where the study names one.
    pub fn template(&self) -> Option<PathBuf> {
        self.form.base.template.as_ref().map(|path| self.folder.join(path.get_ref()))
    }

    /// The rule pack's own file, where it is not a built-in one.
    pub fn rule_pack_file(&self) -> Option<PathBuf> {
        let name = self.form.base.rules.get_ref().as_str();
        (!rule_file::built_in_packs().any(|known| known == name)).then(|| self.folder.join(name))
    }

    /// The rules as of the study's day, with the study's parameters.
    pub fn rulebook(&self) -> Rulebook {
        Rulebook {
            name: self.pack.name.clone(),
            version: self.pack.version.clone(),
            as_of: self.as_of,
            rules: self.pack.rules_on(self.as_of),
            parameters: self.parameters.clone(),
        }
    }

    /// The catalogue of vehicles, the study's own included.
    pub fn vehicles(&self) -> &[Vehicle] {
        &self.vehicles
    }

    /// Every parameter with where it came from.
    pub fn parameters(&self) -> &[ParameterOrigin] {
        &self.origins
    }

    /// Counts that the data has to have, by kind.
    pub fn expected_counts(&self) -> &BTreeMap<String, u64> {
        &self.form.base.expected_counts
    }

    /// Names of the scenarios in order, the base first.
    pub fn scenario_names(&self) -> Vec<String> {
        match self.form.scenario.as_slice() {
            [] => vec![resolve::ONLY_SCENARIO.to_owned()],
            scenarios => scenarios.iter().map(|scenario| scenario.name.get_ref().clone()).collect(),
        }
    }

    /// The data to read, in the order of the file.
    pub fn sources(&self) -> Vec<Source> {
        let sources = self.form.base.sources.0.iter();
        sources.map(|(name, form)| self.source(name, form.get_ref())).collect()
    }

    fn source(&self, name: &str, form: &SourceForm) -> Source {
        let path = form.path.get_ref();
        let feeds = match &form.feeds {
            Some(feeds) => feeds.get_ref().clone().into_vec(),
            None if is_osm(path) || !form.drawing_layers.is_empty() => Vec::new(),
            None => vec![name.to_owned()],
        };
        Source {
            name: name.to_owned(),
            path: self.folder.join(path),
            shown: path.clone(),
            layer: form.layer.clone(),
            feeds,
            encoding: form.encoding.clone(),
            crs: form.crs.as_ref().map(|crs| crs.get_ref().clone()),
            fields: form.fields.iter().map(|(key, field)| (key.clone(), mapping(field.get_ref()))).collect(),
            constants: form.constants.iter().map(|(key, value)| (key.clone(), value.to_string())).collect(),
            drawing_layers: form.drawing_layers.clone(),
        }
    }

    /// The elevation files, in the order of the study.
    pub fn terrain(&self) -> Vec<TerrainSource> {
        let one = |place: &Spanned<PlaceForm>| match place.get_ref().clone() {
            PlaceForm::Path(path) => {
                TerrainSource { path: self.folder.join(&path), shown: path, crs: None, unit: None }
            }
            PlaceForm::Described { path, crs, unit, .. } => {
                TerrainSource { path: self.folder.join(&path), shown: path, crs, unit }
            }
        };
        self.form.base.terrain.iter().map(one).collect()
    }

    /// The boundary of the study's area, as a source of zones.
    pub fn area(&self) -> Option<Source> {
        let (path, crs, layer) = match self.form.base.area.as_ref()?.get_ref().clone() {
            PlaceForm::Path(path) => (path, None, None),
            PlaceForm::Described { path, crs, layer, .. } => (path, crs, layer),
        };
        Some(Source {
            name: "area".to_owned(),
            path: self.folder.join(&path),
            shown: path,
            layer,
            feeds: vec!["zones".to_owned()],
            crs,
            ..Source::default()
        })
    }

    /// Reports the files that are not there.
    fn check_files(&self, reader: &mut Reader<'_>) {
        let base = &self.form.base;
        let place = |place: &Spanned<PlaceForm>| {
            let (PlaceForm::Path(path) | PlaceForm::Described { path, .. }) = place.get_ref().clone();
            (path, place.span())
        };
        let sources = base.sources.0.iter().map(|(_, source)| &source.get_ref().path);
        let named = sources.chain(&base.template).map(|path| (path.get_ref().clone(), path.span()));
        for (path, span) in named.chain(base.terrain.iter().chain(&base.area).map(place)) {
            if !self.folder.join(&path).exists() {
                let remedy = format!("paths are relative to the study's folder `{}`", self.folder.display());
                reader.fault(Some(span), format!("there is no file or folder `{path}`"), remedy);
            }
        }
    }
}

fn is_osm(path: &str) -> bool {
    let path = path.to_lowercase();
    OSM_ENDINGS.iter().any(|ending| path.ends_with(ending))
}

fn mapping(field: &FieldForm) -> FieldMapping {
    match field.clone() {
        FieldForm::Columns(columns) => FieldMapping { from: columns.into_vec(), ..FieldMapping::default() },
        FieldForm::Described { from, unit, meaning, words } => FieldMapping {
            from: from.into_vec(),
            unit,
            meaning,
            values: words.into_iter().map(|(word, texts)| (word, texts.into_vec())).collect(),
        },
    }
}

/// The day of the newest rule of a pack.
fn newest_day(pack: &Pack) -> Date {
    let days = pack.rules.iter().filter_map(|rule| rule.from);
    days.max().unwrap_or(Date { year: 2000, month: 1, day: 1 })
}

fn read_vehicles(reader: &mut Reader<'_>, form: &StudyForm, folder: &Path) -> Vec<Vehicle> {
    let mut vehicles = match &form.base.vehicles {
        None => rule_file::built_in_vehicles(),
        Some(path) => match rule_file::read_vehicles(&folder.join(path.get_ref()), path.get_ref()) {
            Ok(vehicles) => vehicles,
            Err(error) => {
                for fault in error.faults {
                    match fault.at {
                        Some(_) => reader.faults.push(fault),
                        None => reader.fault(Some(path.span()), fault.cause, fault.remedy),
                    }
                }
                Vec::new()
            }
        },
    };
    for own in &form.vehicle {
        match vehicles.iter_mut().find(|vehicle| vehicle.code == own.code) {
            Some(vehicle) => *vehicle = own.clone(),
            None => vehicles.push(own.clone()),
        }
    }
    vehicles
}

/// Checks what the shape alone cannot say.
fn check_form(reader: &mut Reader<'_>, form: &StudyForm) {
    let base = &form.base;
    if base.sources.0.is_empty() {
        reader.fault(
            None,
            "the study has no source",
            "add [base.sources.roads] with the path of the roads, or an OpenStreetMap extract",
        );
    }
    if let Some(crs) = &base.crs {
        check_crs(reader, crs);
    }
    for layer in base.complete.iter().filter(|layer| !VOUCHED.contains(&layer.get_ref().as_str())) {
        let remedy = did_you_mean(&nearest(layer.get_ref(), VOUCHED.iter().copied()))
            .unwrap_or_else(|| format!("a study vouches for {}", VOUCHED.join(", ")));
        reader.fault(Some(layer.span()), format!("`complete` names `{}`", layer.get_ref()), remedy);
    }
    for hour in base.hour.iter().chain(form.scenario.iter().filter_map(|scenario| scenario.hour.as_ref())) {
        if *hour.get_ref() > 23 {
            reader.fault(Some(hour.span()), format!("there is no hour {}", hour.get_ref()), "an hour is 0 to 23");
        }
    }
    for (name, source) in &base.sources.0 {
        check_source(reader, name, source);
    }
    for key in base.expected_counts.keys() {
        let kinds = SiteKind::ALL.iter().map(|kind| kind.code());
        let known: Vec<&str> = kinds
            .chain(ZoneKind::ALL.iter().map(|kind| kind.code()))
            .chain(StationKind::ALL.iter().map(|kind| kind.code()))
            .chain(LAYERS.iter().copied())
            .collect();
        if !known.contains(&key.as_str()) {
            let remedy = did_you_mean(&nearest(key, known.iter().copied()))
                .unwrap_or_else(|| "count a layer, or a kind of site, zone or station".to_owned());
            let span = reader.text.find(key.as_str()).map(|at| at..at);
            reader.fault(span, format!("nothing can be counted as `{key}` in [base.expected_counts]"), remedy);
        }
    }
    for (at, scenario) in form.scenario.iter().enumerate() {
        let name = scenario.name.get_ref();
        if form.scenario[..at].iter().any(|other| other.name.get_ref() == name) {
            reader.fault(
                Some(scenario.name.span()),
                format!("two scenarios are called `{name}`"),
                "give each a name of its own",
            );
        }
        if name.trim().is_empty() {
            reader.fault(Some(scenario.name.span()), "a scenario has no name", "give it one");
        }
    }
}

/// Refuses a coordinate system that nobody knows.
fn check_crs(reader: &mut Reader<'_>, crs: &Spanned<String>) {
    if let Err(error) = System::parse(crs.get_ref()) {
        reader.fault(
            Some(crs.span()),
            error.to_string(),
            "an EPSG code such as \"EPSG:4545\", a PROJ string, \"gcj02\" or \"bd09\"",
        );
    }
}

fn check_source(reader: &mut Reader<'_>, name: &str, source: &Spanned<SourceForm>) {
    let form = source.get_ref();
    if let Some(crs) = &form.crs {
        check_crs(reader, crs);
    }
    match &form.feeds {
        Some(feeds) => {
            let (OneOrMany::One(_) | OneOrMany::Many(_)) = feeds.get_ref();
            for layer in feeds.get_ref().clone().into_vec() {
                if !LAYERS.contains(&layer.as_str()) {
                    let remedy = did_you_mean(&nearest(&layer, LAYERS.iter().copied()))
                        .unwrap_or_else(|| format!("the layers are {}", LAYERS.join(", ")));
                    reader.fault(Some(feeds.span()), format!("there is no layer `{layer}`"), remedy);
                }
            }
        }
        None if is_osm(form.path.get_ref())
            || form.path.get_ref().to_lowercase().ends_with(".inp")
            || !form.drawing_layers.is_empty()
            || LAYERS.contains(&name) => {}
        None => {
            let remedy = format!("add feeds = \"…\" with one of {}", LAYERS.join(", "));
            reader.fault(
                Some(form.path.span()),
                format!("it is not said which layer the source `{name}` feeds"),
                remedy,
            );
        }
    }
    for (field, stated) in &form.fields {
        let FieldForm::Described { words, .. } = stated.get_ref() else { continue };
        for word in words.keys() {
            if !TRUTH_WORDS.contains(&word.as_str()) && word.parse::<i64>().is_err() && !is_engine_word(word) {
                let remedy = did_you_mean(&nearest(word, engine_words().chain(["from", "unit", "meaning"])))
                    .unwrap_or_else(|| "besides from, unit and meaning a mapping holds words of the engine".to_owned());
                reader.fault(Some(stated.span()), format!("the engine has no word `{word}` for `{field}`"), remedy);
            }
        }
    }
}

fn is_engine_word(word: &str) -> bool {
    engine_words().any(|known| known == word)
}

/// Every word of every enumeration that a column can stand for.
fn engine_words() -> impl Iterator<Item = &'static str> {
    use firereach_model::feature::{
        BuildingStructure, BuildingUse, Direction, Grade, HydrantKind, MainLayout, ObstacleKind, ParkingKind,
        Permission, RoadClass, Service, Structure, WaterSourceKind, WidthMeaning,
    };
    macro_rules! words {
        ($($name:ident),+) => { std::iter::empty()$(.chain($name::ALL.iter().map(|word| word.code())))+ };
    }
    words!(
        RoadClass,
        Direction,
        Permission,
        Structure,
        WidthMeaning,
        ParkingKind,
        ObstacleKind,
        BuildingStructure,
        BuildingUse,
        Service,
        HydrantKind,
        WaterSourceKind,
        MainLayout,
        StationKind,
        SiteKind,
        Grade,
        ZoneKind
    )
}

/// The values of a table under their dotted keys.
fn dotted(prefix: &str, table: &Table, into: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let key = format!("{prefix}.{key}");
        match value {
            Value::Table(inner) => dotted(&key, inner, into),
            _ => into.push((key, value.clone())),
        }
    }
}

#[cfg(test)]
mod tests;
