//! What one policy sheet says, as plain data in both languages: every figure is taken from findings, none is made here.
//!
//! A sheet is a list of blocks. A block has facts (a label with a value), a grid (rows under headings), or both. The
//! typesetter decides how they look; the page and the atlas read the same data.

mod access;
mod area;
mod figures;
mod identity;
pub(crate) mod measures;
mod response;
mod survey;
mod verdicts;
mod visit;
mod water;

use std::borrow::Cow;
use std::collections::BTreeMap;

use firereach_model::feature::{Site, SiteKind};
use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::record::Record;
use firereach_model::rules::Verdict;
use firereach_model::study::Responsibility;
use serde::Serialize;

use crate::words::{Language, Wording};
use figures::Figures;

/// A phrase in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Phrase {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Phrase {
    /// Two phrases of one meaning.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// A text that is the same in both languages: a name, a number.
    pub fn same(text: impl Into<String>) -> Self {
        let text = printable(&text.into());
        Self { zh: text.clone(), en: text }
    }

    /// What [`Language`] says of something, in both.
    pub fn of<T: Into<String>>(say: impl Fn(Language) -> T) -> Self {
        Self { en: say(Language::English).into(), zh: say(Language::Chinese).into() }
    }

    /// A reason as findings give it, with its Chinese.
    pub fn reason(text: &str) -> Self {
        Self { en: text.to_owned(), zh: crate::words::phrases::in_chinese(text) }
    }

    /// What stands in a field that is left for a visit.
    pub fn to_survey() -> Self {
        Self::new("to be surveyed", "待查")
    }

    /// What stands for a value that nobody knows.
    pub fn unknown() -> Self {
        Self::new("not known", "待查")
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }
}

/// A text whose control characters have become spaces, as nothing prints them.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// One value with all that a reader should know of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Value {
    /// The value as text, without its unit; empty where nothing applies.
    pub text: Phrase,
    /// Its unit; empty for none.
    pub unit: Cow<'static, str>,
    /// What the rules on it come to, where there are any.
    pub verdict: Option<Verdict>,
    /// Whether nobody knows it.
    pub is_unknown: bool,
    /// Whether it rests on an assumption instead of a measurement.
    pub is_assumed: bool,
}

impl Value {
    /// A text.
    pub fn text(text: Phrase) -> Self {
        Self { text, ..Self::default() }
    }

    /// A name, a code or a number, the same in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        Self::text(Phrase::same(text))
    }

    /// What nobody knows.
    pub fn unknown() -> Self {
        Self { text: Phrase::unknown(), is_unknown: true, ..Self::default() }
    }

    /// A field that is left for a visit.
    pub fn to_survey() -> Self {
        Self { text: Phrase::to_survey(), is_unknown: true, ..Self::default() }
    }

    /// A text of the data; without one, a field that is left for a visit.
    pub fn stated(text: Option<&str>) -> Self {
        text.filter(|text| !text.trim().is_empty()).map_or_else(Self::to_survey, Self::same)
    }

    /// The same with a unit; a value that nobody knows has none.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<Cow<'static, str>>) -> Self {
        if !self.is_unknown && !self.text.is_empty() {
            self.unit = unit.into();
        }
        self
    }

    /// The same with a verdict.
    #[must_use]
    pub fn judged(mut self, verdict: Option<Verdict>) -> Self {
        self.verdict = verdict;
        self
    }

    /// The same, marked as assumed.
    #[must_use]
    pub fn assumed(mut self, is_assumed: bool) -> Self {
        self.is_assumed = is_assumed && !self.is_unknown;
        self
    }

    /// A verdict as a value.
    pub fn verdict(verdict: Verdict) -> Self {
        Self { text: Phrase::of(|language| language.verdict(verdict)), verdict: Some(verdict), ..Self::default() }
    }
}

/// One label with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// A stable key.
    pub key: Cow<'static, str>,
    /// What it is.
    pub label: Phrase,
    /// The value.
    pub value: Value,
    /// How it was obtained, or why it is so; empty where the value says it all.
    pub basis: Phrase,
    /// The columns of `sites.csv` whose cells it shows.
    pub columns: Vec<&'static str>,
}

/// One heading of a grid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heading {
    /// A stable key.
    pub key: &'static str,
    /// The heading.
    pub title: Phrase,
    /// The unit of all values under it; empty for none.
    pub unit: &'static str,
    /// How wide its column wants to be beside the others.
    pub weight: f64,
}

/// Rows under headings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Grid {
    /// The headings.
    pub headings: Vec<Heading>,
    /// One value a heading.
    pub rows: Vec<Vec<Value>>,
}

/// One block of a sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Block {
    /// A stable key: `identity`, `access`, `water`, …
    pub key: &'static str,
    /// Its heading.
    pub title: Phrase,
    /// Its facts.
    pub facts: Vec<Fact>,
    /// Its grid, without rows where there is nothing to list.
    pub grid: Grid,
    /// What to say below, for example that the list is empty; empty for nothing.
    pub note: Phrase,
}

/// What kind of sheet it is; each kind has blocks of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// One building, one policy (一文物建筑一策).
    Building,
    /// One block, one policy (一街区一策).
    Block,
    /// One area, one policy (一风貌区一策).
    Area,
}

impl SheetKind {
    /// The kind of sheet that a kind of site has.
    pub fn of(kind: SiteKind) -> Self {
        match kind {
            SiteKind::HistoricBlock => Self::Block,
            SiteKind::CharacterArea => Self::Area,
            SiteKind::Relic | SiteKind::HistoricBuilding | SiteKind::Historic => Self::Building,
        }
    }

    /// What sheets of this kind are called.
    pub fn heading(self) -> Phrase {
        match self {
            Self::Building => Phrase::new("One building, one policy", "一文物建筑一策"),
            Self::Block => Phrase::new("One block, one policy", "一街区一策"),
            Self::Area => Phrase::new("One area, one policy", "一风貌区一策"),
        }
    }
}

/// What the foot of every page of a sheet says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Footer {
    /// The study.
    pub study: String,
    /// The version of firereach.
    pub version: String,
    /// The rule pack with its version.
    pub rules: String,
    /// The day as of which the rules were taken.
    pub rules_as_of: String,
    /// The date the data stands for; empty when not stated.
    pub data_date: String,
    /// The digest over the study and its inputs.
    pub input_digest: String,
    /// Said on every output; empty for nothing.
    pub banner: String,
    /// The working coordinate system.
    pub crs: String,
}

/// One policy sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// The site's code, under which the sheet is filed.
    pub code: String,
    /// Its name; the code where it has none.
    pub name: String,
    /// What kind of sheet it is.
    pub kind: SheetKind,
    /// What sheets of this kind are called.
    pub heading: Phrase,
    /// The name of the photograph's file as the data states it; empty where it states none.
    pub photograph: String,
    /// The figures that say most, for the head of the sheet and the index of an atlas.
    pub summary: Vec<Fact>,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The foot of every page.
    pub footer: Footer,
}

impl Sheet {
    /// The block with this key.
    pub fn block(&self, key: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.key == key)
    }

    /// Every text of the sheet as it is printed in some language, for checking fonts.
    pub fn texts(&self, wording: Wording) -> Vec<&str> {
        let footer = &self.footer;
        let mut texts = vec![self.code.as_str(), &self.name, &self.photograph];
        texts.extend([&footer.study, &footer.rules, &footer.banner, &footer.crs].map(String::as_str));
        let mut phrases = vec![&self.heading];
        let facts = self.summary.iter().chain(self.blocks.iter().flat_map(|block| &block.facts));
        for fact in facts {
            phrases.extend([&fact.label, &fact.value.text, &fact.basis]);
            texts.push(&fact.value.unit);
        }
        for block in &self.blocks {
            phrases.extend([&block.title, &block.note]);
            for heading in &block.grid.headings {
                phrases.push(&heading.title);
                texts.push(heading.unit);
            }
            for value in block.grid.rows.iter().flatten() {
                phrases.push(&value.text);
                texts.push(&value.unit);
            }
        }
        for phrase in phrases {
            if wording != Wording::English {
                texts.push(&phrase.zh);
            }
            if wording != Wording::Chinese {
                texts.push(&phrase.en);
            }
        }
        texts
    }
}

/// Everything that sheets are composed from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// What the scenarios of the run share.
    pub record: &'a Record,
    /// The layers of the base.
    pub layers: &'a Layers,
    /// The findings of every scenario, the base first.
    pub findings: &'a [Findings],
    /// Who is responsible for which kind of measure, as the study says.
    pub responsibilities: &'a BTreeMap<String, Responsibility>,
    /// What costs are counted in, as the study says; empty when it does not.
    pub cost_unit: &'a str,
}

/// One site with what was found of it in the base.
struct Case<'a> {
    material: &'a Material<'a>,
    index: usize,
    site: &'a Site,
    base: &'a Findings,
    figures: Figures,
}

/// Composes the sheet of the site with this index in the layer of sites, as the base has it.
///
/// # Panics
///
/// When there are no findings, or no such site.
pub fn compose(material: &Material<'_>, index: usize) -> Sheet {
    compose_in(material, 0, index)
}

/// Composes the sheet of a site as the scenario with this index has it.
///
/// # Panics
///
/// When there is no such scenario, or no such site.
pub fn compose_in(material: &Material<'_>, scenario: usize, index: usize) -> Sheet {
    let base = &material.findings[scenario];
    let site = &material.layers.sites[index];
    let case = Case { material, index, site, base, figures: Figures::of(site, base, index) };
    let kind = SheetKind::of(site.kind);
    let mut blocks = vec![
        identity::block(&case),
        access::block(&case),
        water::block(&case),
        response::block(&case),
        measures::block(&case),
        water::sources(&case),
        visit::protection(&case),
    ];
    if kind != SheetKind::Building {
        blocks.extend(area::blocks(&case));
    }
    blocks.extend([visit::people(&case), visit::hazards(&case), visit::equipment(&case)]);
    blocks.push(survey::block(&case));
    blocks.push(access::separation(&case));
    blocks.push(verdicts::block(&case));
    Sheet {
        code: printable(&site.id),
        name: printable(site.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&site.id)),
        kind,
        heading: kind.heading(),
        photograph: site.details.get("photograph").cloned().unwrap_or_default(),
        summary: verdicts::summary(&case),
        blocks,
        footer: footer(material.record),
    }
}

/// The foot that all sheets of a run share.
pub fn footer(record: &Record) -> Footer {
    Footer {
        study: record.title.clone(),
        version: record.version.clone(),
        rules: format!("{} {}", record.rulebook.name, record.rulebook.version),
        rules_as_of: record.rulebook.as_of.to_string(),
        data_date: record.data_date.clone().unwrap_or_default(),
        input_digest: record.input_digest.clone(),
        banner: record.banner.clone().unwrap_or_default(),
        crs: if record.frame.name.is_empty() {
            record.frame.crs.clone()
        } else {
            format!("{} ({})", record.frame.name, record.frame.crs)
        },
    }
}

/// A fact that shows one text.
fn fact(key: &'static str, label: Phrase, value: Value) -> Fact {
    Fact { key: Cow::Borrowed(key), label, value, basis: Phrase::default(), columns: Vec::new() }
}

fn heading(key: &'static str, en: &str, zh: &str, unit: &'static str, weight: f64) -> Heading {
    Heading { key, title: Phrase::new(en, zh), unit, weight }
}
