//! Finds the fonts that a sheet's texts need, and says which glyph none of them has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

/// Files that hold a good Chinese sans-serif face, the best first; a bold face stands in a file of its own.
const PREFERRED: &[(&str, Option<&str>)] = &[
    ("NotoSansCJK-Regular.ttc", Some("NotoSansCJK-Bold.ttc")),
    ("NotoSansCJKsc-Regular.otf", Some("NotoSansCJKsc-Bold.otf")),
    ("NotoSansSC-Regular.otf", Some("NotoSansSC-Bold.otf")),
    ("SourceHanSansSC-Regular.otf", Some("SourceHanSansSC-Bold.otf")),
    ("SourceHanSansCN-Regular.otf", Some("SourceHanSansCN-Bold.otf")),
    ("msyh.ttc", Some("msyhbd.ttc")),
    ("PingFang.ttc", None),
    ("wqy-microhei.ttc", None),
    ("wqy-zenhei.ttc", None),
    ("simhei.ttf", None),
    ("DejaVuSans.ttf", Some("DejaVuSans-Bold.ttf")),
];

/// Why fonts could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// A named font cannot be read.
    #[error("font {path}: {cause}; name a TrueType or OpenType file, or a folder of them")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// There is no font at all.
    #[error(
        "no font was found in {searched}; install one that holds Chinese (Debian: fonts-noto-cjk), \
         or name files under `fonts` of [base.sheets]"
    )]
    None {
        /// Where it was looked for.
        searched: String,
    },
    /// A character is in no font.
    #[error(
        "no font holds the character {glyph:?} (U+{:04X}) of {site}, in the text {text:?}; the fonts are {fonts}; \
         install a font that holds it (Debian: fonts-noto-cjk, fonts-hanazono), or name its file under `fonts` of [base.sheets]",
        *glyph as u32
    )]
    Missing {
        /// The character.
        glyph: char,
        /// The site on whose sheet it stands.
        site: String,
        /// The text that holds it.
        text: String,
        /// The families that were tried.
        fonts: String,
    },
}

/// Fonts in the order in which they are tried.
pub struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    families: Vec<String>,
    covered: BTreeSet<char>,
    spare: Vec<PathBuf>,
}

impl Fonts {
    /// The named files, or all in the named folders; without any, a Chinese sans-serif of the system.
    ///
    /// # Errors
    ///
    /// When a named file cannot be read, or there is no font.
    pub fn find(named: &[PathBuf]) -> Result<Self, FontError> {
        let mut fonts = Self {
            book: LazyHash::new(FontBook::new()),
            fonts: Vec::new(),
            families: Vec::new(),
            covered: BTreeSet::new(),
            spare: Vec::new(),
        };
        let folders = system_folders();
        let mut files = Vec::new();
        for folder in &folders {
            list(folder, &mut files);
        }
        for path in named {
            let unreadable = |cause: String| FontError::Unreadable { path: path.clone(), cause };
            let mut own = Vec::new();
            if path.is_dir() {
                list(path, &mut own);
            } else {
                own.push(path.clone());
            }
            for file in own {
                let found = read(&file).map_err(|error| unreadable(error.to_string()))?;
                if found.is_empty() {
                    return Err(unreadable("it holds no font".to_owned()));
                }
                fonts.add(found);
            }
        }
        if named.is_empty() {
            let by_name = |name: &str| files.iter().find(|file| file.file_name().is_some_and(|own| own == name));
            let chosen = PREFERRED.iter().find_map(|(regular, bold)| Some((by_name(regular)?, *bold)));
            if let Some((regular, bold)) = chosen {
                for file in [Some(regular), bold.and_then(by_name)].into_iter().flatten() {
                    fonts.add(read(file).unwrap_or_default());
                }
            }
        }
        fonts.spare = files;
        if fonts.fonts.is_empty() {
            // Any font is better than none: what it lacks is named when a text needs it.
            let first = fonts.spare.iter().find_map(|file| read(file).ok().filter(|found| !found.is_empty()));
            fonts.add(first.unwrap_or_default());
        }
        if fonts.fonts.is_empty() {
            let searched = folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ");
            return Err(FontError::None { searched });
        }
        Ok(fonts)
    }

    /// The families, the first one first.
    pub fn families(&self) -> Vec<&str> {
        self.families.iter().map(String::as_str).collect()
    }

    /// Sees to it that every character of some texts has a glyph: what the fonts at hand lack is looked for in the other
    /// fonts of the system, in the order of their paths.
    ///
    /// # Errors
    ///
    /// When no font holds a character; the error names it with its site and text.
    pub fn cover<'t>(&mut self, site: &str, texts: impl IntoIterator<Item = &'t str>) -> Result<(), FontError> {
        for text in texts {
            for glyph in text.chars().filter(|c| is_drawn(*c)) {
                if self.covered.contains(&glyph) || self.borrow(glyph) {
                    continue;
                }
                return Err(FontError::Missing {
                    glyph,
                    site: site.to_owned(),
                    text: text.to_owned(),
                    fonts: self.families.join(", "),
                });
            }
        }
        Ok(())
    }

    /// Adds the first font of the system that holds a character.
    fn borrow(&mut self, glyph: char) -> bool {
        let holds = |font: &Font| font.info().coverage.contains(glyph.into());
        let found = self.spare.iter().find_map(|file| read(file).ok()?.into_iter().find(holds));
        let is_found = found.is_some();
        self.add(found.into_iter().collect());
        is_found
    }

    fn add(&mut self, fonts: Vec<Font>) {
        for font in fonts {
            let info: FontInfo = font.info().clone();
            self.covered.extend(info.coverage.iter().filter_map(char::from_u32));
            if !self.families.contains(&info.family.to_string()) {
                self.families.push(info.family.to_string());
            }
            self.fonts.push(font);
        }
        self.book = LazyHash::new(FontBook::from_fonts(&self.fonts));
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    pub(crate) fn all(&self) -> &[Font] {
        &self.fonts
    }
}

/// Whether a character needs a glyph: controls, spaces and marks of direction do not.
fn is_drawn(c: char) -> bool {
    let is_invisible =
        matches!(u32::from(c), 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xAD);
    !(c.is_control() || c.is_whitespace() || is_invisible)
}

/// The faces of a file that are wanted: of a collection for several regions, the simplified Chinese one.
fn read(file: &Path) -> std::io::Result<Vec<Font>> {
    let data = Bytes::new(fs::read(file)?);
    let first = Font::new(data.clone(), 0);
    let is_regional = first.as_ref().is_some_and(|font| font.info().family.contains(" CJK "));
    if is_regional {
        // The faces of one file share their outlines; one of them is enough.
        let simplified = (1..16)
            .map_while(|index| FontInfo::new(&data, index).map(|info| (index, info)))
            .find(|(_, info)| info.family.ends_with(" CJK SC"));
        if let Some(font) = simplified.and_then(|(index, _)| Font::new(data.clone(), index)) {
            return Ok(vec![font]);
        }
    }
    Ok(first.into_iter().collect())
}

/// Font files below a folder, in the order of their paths.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let is_font = path.extension().and_then(|e| e.to_str()).is_some_and(|extension| {
            ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
        });
        if path.is_dir() {
            list(&path, files);
        } else if is_font {
            files.push(path);
        }
    }
}

/// Where systems keep their fonts.
fn system_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:\\Windows\\Fonts"]
            .iter()
            .map(PathBuf::from)
            .collect();
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([home.join(".fonts"), home.join(".local/share/fonts"), home.join("Library/Fonts")]);
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_no_font_holds_is_named_with_its_site_and_text() {
        let mut fonts = Fonts::find(&[]).expect("the set-up installs a font");
        fonts.spare.clear();
        // A character of the private use area, which no font of a system defines.
        let error = fonts.cover("WW-001", ["plain", "name \u{F8FE}"]).expect_err("no font holds it").to_string();
        assert!(error.contains("U+F8FE") && error.contains("WW-001") && error.contains("name"), "{error}");
    }

    #[test]
    fn marks_of_direction_and_spaces_need_no_glyph() {
        let mut fonts = Fonts::find(&[]).expect("the set-up installs a font");
        fonts.cover("WW-001", ["a\u{200F}b\u{202E}\t\n c"]).expect("nothing is drawn for them");
    }

    #[test]
    fn a_named_font_that_is_not_there_is_an_error_with_its_path() {
        let error = Fonts::find(&[PathBuf::from("no/such.ttf")]).err().expect("it is not there").to_string();
        assert!(error.contains("no/such.ttf"), "{error}");
    }
}
