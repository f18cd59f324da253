//! From sheets and maps to PDF files, one per site, and the atlas of all.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use firereach_report::map::SiteMap;
use firereach_report::map::site::MapOptions;
use firereach_report::sheet::Sheet;
use firereach_report::svg::render_svg;
use firereach_report::words::Wording;
use serde::Serialize;
use typst::foundations::{Bytes, Smart};
use typst::model::Document as _;
use typst::syntax::Source;
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::fonts::{FontError, Fonts};
use crate::world::{SheetWorld, file_id};

/// The built-in template; its head says what data it receives.
const TEMPLATE: &str = include_str!("../templates/sheet.typ");

/// Bytes of stack for one document.
const STACK: usize = 64 << 20;

/// Documents after which typst forgets a result that none of them asked for.
const KEPT: usize = 4;

/// The paper of the sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Paper {
    /// A3 landscape: the map at the left, tables at the right.
    #[default]
    A3,
    /// A4 portrait: the map above, tables below and on the pages that follow.
    A4,
}

impl Paper {
    /// Width and height of the map on the first page, millimetres.
    fn map_mm(self) -> (f64, f64) {
        match self {
            Self::A3 => (261.0, 259.0),
            Self::A4 => (180.0, 229.0),
        }
    }
}

/// The language of the sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
    /// Both, the Chinese first.
    #[default]
    Both,
}

/// How sheets are printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The paper.
    pub paper: Paper,
    /// The language.
    pub language: Language,
    /// The office that issues the sheets, for the title block.
    pub office: String,
    /// Who compiled them.
    pub compiled_by: String,
    /// Who checked them.
    pub checked_by: String,
    /// Who approved them.
    pub approved_by: String,
    /// The number of the map review (审图号).
    pub review_number: String,
}

impl Settings {
    /// How the map of a sheet is to be drawn.
    pub fn map_options(&self) -> MapOptions {
        let (width_mm, height_mm) = self.paper.map_mm();
        MapOptions { width_mm, height_mm, wording: self.wording() }
    }

    fn wording(&self) -> Wording {
        match self.language {
            Language::Zh => Wording::Chinese,
            Language::En => Wording::English,
            Language::Both => Wording::Both,
        }
    }
}

/// One sheet with its map.
#[derive(Clone, Debug)]
pub struct Printed {
    /// What it says.
    pub sheet: Sheet,
    /// Its map.
    pub map: SiteMap,
    /// Its photograph, a JPEG or PNG file, where there is one.
    pub photograph: Option<Vec<u8>>,
}

impl Printed {
    /// The ending of the photograph's file by its first bytes; `None` for what is neither JPEG nor PNG.
    fn photograph_ending(&self) -> Option<&'static str> {
        let bytes = self.photograph.as_deref()?;
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some("jpg"),
            [0x89, b'P', b'N', b'G', ..] => Some("png"),
            _ => None,
        }
    }
}

/// Why sheets could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Fonts.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The template does not compile.
    #[error("sheet template {template}, {place}: {message}")]
    Template {
        /// The template.
        template: String,
        /// The line, or what is being set.
        place: String,
        /// What typst says.
        message: String,
    },
}

/// Typesets sheets; made once and shared by all threads.
pub struct Typesetter {
    library: LazyHash<Library>,
    fonts: Fonts,
    template: Source,
    template_name: String,
    settings: Settings,
}

/// What a template receives as `/data.json`; described at the head of the built-in one.
#[derive(Serialize)]
struct Data<'a> {
    settings: &'a Settings,
    fonts: Vec<&'a str>,
    is_atlas: bool,
    /// How many pages of sheets come before each sheet of an atlas.
    starts: Vec<usize>,
    sheets: Vec<DataSheet<'a>>,
}

#[derive(Serialize)]
struct DataSheet<'a> {
    #[serde(flatten)]
    sheet: Cow<'a, Sheet>,
    map: String,
    photo: Option<String>,
    scale: f64,
}

impl Typesetter {
    /// A typesetter with the built-in template, or with one given by name and text.
    pub fn new(fonts: Fonts, settings: Settings, template: Option<(String, String)>) -> Self {
        let (template_name, text) = template.unwrap_or_else(|| ("built-in".to_owned(), TEMPLATE.to_owned()));
        Self {
            library: LazyHash::new(Library::default()),
            fonts,
            template: Source::new(file_id("/sheet.typ"), text),
            template_name,
            settings,
        }
    }

    /// The fonts.
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// Sees to it that every character of the sheets and of their maps has a glyph.
    ///
    /// # Errors
    ///
    /// When no font holds one; the error names the character, the site and the text.
    pub fn cover(&mut self, printed: &[Printed]) -> Result<(), FontError> {
        let settings = &self.settings;
        let own = [&settings.office, &settings.compiled_by, &settings.checked_by, &settings.approved_by];
        self.fonts.cover("the title block", own.into_iter().map(String::as_str))?;
        if settings.language != Language::En {
            self.fonts.cover("the template", [self.template.text()])?;
        }
        for one in printed {
            self.fonts.cover(&one.sheet.code, one.sheet.texts(settings.wording()))?;
            self.fonts.cover(&one.sheet.code, one.map.drawing.texts().iter().map(|text| text.text.as_str()))?;
        }
        Ok(())
    }

    /// One PDF a sheet, in their order, and one of all sheets with an index and a summary before them.
    ///
    /// Every sheet is laid out once: the atlas takes over the pages.
    ///
    /// # Errors
    ///
    /// When the template does not compile.
    pub fn sheets(&self, printed: &[Printed]) -> Result<(Vec<Vec<u8>>, Vec<u8>), SheetError> {
        let laid_out = self.share_out(printed.len(), |index| {
            let one = &printed[index];
            let document = self.lay_out(std::slice::from_ref(one), None, &one.sheet.code);
            // What the last few documents had no use for would only be searched in vain.
            typst::comemo::evict(KEPT);
            document
        });
        typst::comemo::evict(0);
        let documents = laid_out.into_iter().collect::<Result<Vec<PagedDocument>, SheetError>>()?;
        // The atlas is as much work as all sheets together, and one thread's: it begins first, and they are made beside it.
        let files = self.share_out(documents.len() + 1, |index| match index.checked_sub(1) {
            None => self.atlas(printed, &documents),
            Some(index) => self.export(&documents[index], printed, &printed[index].sheet.code),
        });
        typst::comemo::evict(0);
        let mut files = files.into_iter();
        let atlas = files.next().expect("the atlas was asked for")?;
        Ok((files.collect::<Result<Vec<_>, SheetError>>()?, atlas))
    }

    fn atlas(&self, printed: &[Printed], sheets: &[PagedDocument]) -> Result<Vec<u8>, SheetError> {
        let ends = sheets.iter().scan(0, |end, sheet| {
            *end += sheet.pages().len();
            Some(*end)
        });
        let starts = std::iter::once(0).chain(ends).take(sheets.len()).collect();
        let front = self.lay_out(printed, Some(starts), "atlas")?;
        let pages = std::iter::once(&front).chain(sheets).flat_map(|document| document.pages().iter().cloned());
        let whole = PagedDocument::new(pages.collect(), front.info().clone());
        self.export(&whole, printed, "atlas")
    }

    /// Makes so many documents, on as many threads as the machine has for us, in their order.
    ///
    /// Typst spreads the pages of one document over the threads about it, and a thread that waits takes up other work: from
    /// the common pool that would be the next document, and so on until its stack is full. Each document therefore has a
    /// pool of one thread, with a stack for deep layouts.
    fn share_out<T: Send>(&self, count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let threads = rayon::current_num_threads().min(count).max(1);
        let work = || {
            let mut made = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return made;
                }
                made.push((index, make(index)));
            }
        };
        let mut made: Vec<(usize, T)> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| match rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build() {
                        Ok(pool) => pool.install(work),
                        Err(_) => work(),
                    })
                })
                .collect();
            running.into_iter().flat_map(|thread| thread.join().expect("typesetting does not panic")).collect()
        });
        made.sort_by_key(|(index, _)| *index);
        made.into_iter().map(|(_, document)| document).collect()
    }

    /// The data that the template receives for one sheet, as JSON, and its map as SVG: for those who write templates.
    pub fn data(&self, one: &Printed) -> (String, String) {
        let families = self.fonts.families();
        (self.json(std::slice::from_ref(one), None), render_svg(&one.map.drawing, &families))
    }

    fn json(&self, printed: &[Printed], starts: Option<Vec<usize>>) -> String {
        let is_atlas = starts.is_some();
        // What stands before the sheets of an atlas shows none of their blocks.
        let shown = |sheet: &'_ Sheet| Sheet { blocks: Vec::new(), ..sheet.clone() };
        let data = Data {
            settings: &self.settings,
            fonts: self.fonts.families(),
            is_atlas,
            starts: starts.unwrap_or_default(),
            sheets: printed
                .iter()
                .enumerate()
                .map(|(index, one)| DataSheet {
                    sheet: if is_atlas { Cow::Owned(shown(&one.sheet)) } else { Cow::Borrowed(&one.sheet) },
                    map: format!("/maps/{index}.svg"),
                    photo: one.photograph_ending().map(|ending| format!("/photos/{index}.{ending}")),
                    scale: one.map.scale,
                })
                .collect(),
        };
        serde_json::to_string(&data).expect("plain data becomes JSON")
    }

    /// Lays out one sheet, or with the pages before each sheet what stands before all of them in an atlas.
    fn lay_out(
        &self,
        printed: &[Printed],
        starts: Option<Vec<usize>>,
        ident: &str,
    ) -> Result<PagedDocument, SheetError> {
        let mut files = BTreeMap::new();
        if starts.is_none() {
            let families = self.fonts.families();
            for (index, one) in printed.iter().enumerate() {
                let map = render_svg(&one.map.drawing, &families);
                files.insert(format!("/maps/{index}.svg"), Bytes::from_string(map));
                if let (Some(ending), Some(bytes)) = (one.photograph_ending(), &one.photograph) {
                    files.insert(format!("/photos/{index}.{ending}"), Bytes::new(bytes.clone()));
                }
            }
        }
        files.insert("/data.json".to_owned(), Bytes::from_string(self.json(printed, starts)));
        let world = SheetWorld { library: &self.library, fonts: &self.fonts, template: &self.template, files };
        typst::compile(&world).output.map_err(|errors| self.fault(Some(&world), &errors, ident))
    }

    fn export(&self, document: &PagedDocument, printed: &[Printed], ident: &str) -> Result<Vec<u8>, SheetError> {
        let digest = printed.first().map_or("", |one| one.sheet.footer.input_digest.as_str());
        let options = PdfOptions {
            ident: Smart::Custom(format!("firereach {ident} {digest}")),
            creator: Smart::Custom(Some("firereach".to_owned())),
            timestamp: None,
            tagged: false,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(document, &options).map_err(|errors| self.fault(None, &errors, ident))
    }

    /// The first fault of a template with its line.
    fn fault(
        &self,
        world: Option<&SheetWorld<'_>>,
        errors: &[typst::diag::SourceDiagnostic],
        ident: &str,
    ) -> SheetError {
        let first = errors.first();
        let line = first.zip(world).and_then(|(error, world)| {
            let range = world.range(error.span)?;
            let text = world.source(world.main()).ok()?;
            text.lines().byte_to_line(range.start).map(|line| line + 1)
        });
        let message = first.map(|error| {
            let hints: Vec<String> = error.hints.iter().map(|hint| format!("; {}", hint.v)).collect();
            format!("{}{}", error.message, hints.concat())
        });
        SheetError::Template {
            template: self.template_name.clone(),
            place: line.map_or_else(|| format!("sheet {ident}"), |line| format!("line {line}, sheet {ident}")),
            message: message.unwrap_or_else(|| "it does not compile".to_owned()),
        }
    }
}

/// A file name without its extension that any system takes, for a code that may hold anything.
///
/// Letters and digits of any script, `-`, `_` and `.` stay; everything else becomes `_`. A name that was changed, cut or
/// is one that systems reserve has the digest of the code behind it, so that two codes never share a file.
pub fn file_stem(code: &str) -> String {
    const MOST: usize = 60;
    let mut stem: String = code
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' })
        .take(MOST)
        .collect();
    let reserved = ["con", "prn", "aux", "nul", "atlas"];
    let lower = stem.to_lowercase();
    let is_plain = stem == code
        && !stem.starts_with('.')
        && !stem.ends_with('.')
        && !stem.is_empty()
        && !reserved.contains(&lower.split('.').next().unwrap_or_default());
    if is_plain {
        return stem;
    }
    stem = stem.trim_matches('.').to_owned();
    format!("{stem}~{:08x}", digest(code))
}

/// Fowler, Noll and Vo's hash (FNV-1a, 32 bits) of a text.
fn digest(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_file_name_that_leads_nowhere_else() {
        assert_eq!(file_stem("WW-001"), "WW-001");
        assert_eq!(file_stem("文物-3"), "文物-3");
        for hostile in ["../../etc/passwd", "way/4221", "", ".", "..", "con", "a\0b", "<script>", &"长".repeat(300)] {
            let stem = file_stem(hostile);
            assert!(!stem.contains(['/', '\\', '\0', '<']) && !stem.is_empty() && !stem.starts_with('.'), "{stem}");
            assert!(stem.len() < 200, "{}", stem.len());
        }
        assert_ne!(file_stem("way/1"), file_stem("way_1"));
    }
}
