//! Which characters a table's bytes stand for: what the file says, what the bytes say, and which of the two is believed.
//!
//! The order of belief: the study's `encoding` key; the `.cpg` file; the language byte of the table; a strict test for
//! UTF-8; a test for CP936 (GBK); and where none fires, the study has to say. A statement that the bytes contradict is
//! not believed, and the contradiction is reported.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// The share of characters beyond ASCII that must be common Chinese ones for bytes to pass as CP936.
///
/// Chinese names in a real table are nearly all within GB 2312; random bytes that happen to be valid GBK are not.
const COMMON_SHARE: f64 = 0.8;

/// What settled the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The study's `encoding` key.
    Key,
    /// The `.cpg` file beside the table, or the mark at the start of the text.
    Stated,
    /// The language byte in the table's header.
    LanguageByte,
    /// There is nothing but ASCII, so that it does not matter.
    Ascii,
    /// The bytes are valid UTF-8, which other encodings are not by chance.
    Utf8,
    /// The bytes are valid CP936 and nearly all of them common Chinese characters.
    Cp936,
}

impl Rule {
    /// The rule in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Key => "the study says so",
            Self::Stated => "the file says so",
            Self::LanguageByte => "the language byte of the table says so",
            Self::Ascii => "there is nothing but ASCII",
            Self::Utf8 => "the bytes are valid UTF-8",
            Self::Cp936 => "the bytes are valid CP936 and common Chinese characters",
        }
    }
}

/// How a table's text is to be read, and why.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// What settled it.
    pub rule: Rule,
    /// What the file states although its bytes contradict it.
    pub contradicted: Option<&'static Encoding>,
}

impl Decision {
    /// The decision in words, for the log.
    pub fn words(&self) -> String {
        let mut words = format!("text read as {}: {}", self.encoding.name(), self.rule.words());
        if let Some(stated) = self.contradicted {
            words.push_str(&format!("; the file states {}, which its bytes contradict", stated.name()));
        }
        words
    }

    /// Decodes one text; the second value tells whether bytes had no meaning and were replaced.
    pub fn decode(&self, bytes: &[u8]) -> (String, bool) {
        let (text, had_errors) = self.encoding.decode_without_bom_handling(bytes);
        (text.into_owned(), had_errors)
    }
}

/// The statements about a table's encoding, strongest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statements<'a> {
    /// The study's `encoding` key.
    pub key: Option<&'a str>,
    /// The content of the `.cpg` file.
    pub cpg: Option<&'a str>,
    /// The language byte in the header of the table.
    pub language_byte: Option<u8>,
}

/// Why an encoding could not be settled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The study names an encoding that does not exist.
    #[error("`{0}` is not the name of an encoding")]
    UnknownName(String),
    /// Neither a statement nor the bytes settle it.
    #[error("the text is neither UTF-8 nor CP936, and nothing says what it is (first such bytes: {0})")]
    Silent(String),
}

/// Settles the encoding of a table from statements and from all its texts.
///
/// A text may end in the middle of a character, because tables cut at a width in bytes; that contradicts nothing.
///
/// # Errors
///
/// When the study names an unknown encoding, or when nothing settles the question.
pub fn decide<'a>(
    statements: Statements<'_>,
    texts: impl Iterator<Item = &'a [u8]> + Clone,
) -> Result<Decision, Undecided> {
    if let Some(key) = statements.key {
        let encoding = named(key).ok_or_else(|| Undecided::UnknownName(key.to_owned()))?;
        return Ok(Decision { encoding, rule: Rule::Key, contradicted: None });
    }
    let beyond_ascii = texts.filter(|text| !text.is_ascii());
    let stated =
        statements.cpg.and_then(named).map(|encoding| (encoding, Rule::Stated)).or_else(|| {
            statements.language_byte.and_then(of_language_byte).map(|encoding| (encoding, Rule::LanguageByte))
        });
    if beyond_ascii.clone().next().is_none() {
        let encoding = stated.map_or(UTF_8, |(encoding, _)| encoding);
        return Ok(Decision { encoding, rule: stated.map_or(Rule::Ascii, |(_, rule)| rule), contradicted: None });
    }
    let is_utf8 = beyond_ascii.clone().all(is_valid_utf8);
    let is_cp936 = || is_likely_cp936(beyond_ascii.clone());
    let seen = || {
        if is_utf8 {
            Some((UTF_8, Rule::Utf8))
        } else if is_cp936() {
            Some((GB18030, Rule::Cp936))
        } else {
            None
        }
    };
    match stated {
        Some((encoding, rule)) => {
            let is_single_byte = encoding.is_single_byte();
            let fits = if encoding == UTF_8 {
                is_utf8
            } else if is_single_byte {
                // Every byte means something in these, so only the bytes' own evidence can contradict.
                !is_utf8 && !is_cp936()
            } else {
                !is_utf8 && beyond_ascii.clone().all(|text| is_valid(encoding, text))
            };
            if fits {
                return Ok(Decision { encoding, rule, contradicted: None });
            }
            Ok(match seen() {
                Some((other, rule)) => Decision { encoding: other, rule, contradicted: Some(encoding) },
                None => Decision { encoding, rule, contradicted: None },
            })
        }
        None => match seen() {
            Some((encoding, rule)) => Ok(Decision { encoding, rule, contradicted: None }),
            None => {
                let shown = beyond_ascii.clone().find(|text| !is_valid_utf8(text)).map_or_else(String::new, |text| {
                    text.iter().filter(|b| !b.is_ascii()).take(6).map(|b| format!("{b:02X} ")).collect()
                });
                Err(Undecided::Silent(shown.trim_end().to_owned()))
            }
        },
    }
}

/// The encoding with a name as `.cpg` files and studies write it: `UTF-8`, `936`, `cp936`, `GBK`, `ISO88591`, `ANSI 936`.
pub fn named(name: &str) -> Option<&'static Encoding> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let number = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    match plain.as_str() {
        "utf8" => return Some(UTF_8),
        "gbk" | "gb18030" | "gb2312" | "euccn" => return Some(GB18030),
        "big5" => return Some(BIG5),
        "shiftjis" | "sjis" => return Some(SHIFT_JIS),
        "iso88591" | "88591" | "latin1" | "oem" | "ansi" => return Some(WINDOWS_1252),
        _ => {}
    }
    match number {
        "936" | "54936" => Some(GB18030),
        "950" => Some(BIG5),
        "932" => Some(SHIFT_JIS),
        "949" => Some(EUC_KR),
        "65001" => Some(UTF_8),
        "1250" => Some(WINDOWS_1250),
        "1251" => Some(WINDOWS_1251),
        "1252" => Some(WINDOWS_1252),
        _ => Encoding::for_label(name.trim().as_bytes()),
    }
}

/// What the language byte of a dBASE header says; the byte for "ANSI, whatever the system's" says nothing.
fn of_language_byte(byte: u8) -> Option<&'static Encoding> {
    match byte {
        0x4d | 0x7a => Some(GB18030),
        0x4f | 0x78 => Some(BIG5),
        0x13 | 0x7b => Some(SHIFT_JIS),
        0x4e | 0x79 => Some(EUC_KR),
        0x03 | 0x58 | 0x59 => Some(WINDOWS_1252),
        0xc8 => Some(WINDOWS_1250),
        0xc9 => Some(WINDOWS_1251),
        _ => None,
    }
}

/// Whether a text is UTF-8, but for a last character that was cut.
fn is_valid_utf8(text: &[u8]) -> bool {
    match std::str::from_utf8(text) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Whether a text is valid in an encoding of several bytes a character, but for a last character that was cut.
fn is_valid(encoding: &'static Encoding, text: &[u8]) -> bool {
    let valid = |piece: &[u8]| encoding.decode_without_bom_handling_and_without_replacement(piece).is_some();
    valid(text) || text.split_last().is_some_and(|(_, shorter)| valid(shorter))
}

/// Whether all texts are valid GBK and nearly all their characters common ones.
fn is_likely_cp936<'a>(texts: impl Iterator<Item = &'a [u8]>) -> bool {
    let (mut common, mut all) = (0_usize, 0_usize);
    for text in texts {
        if !is_valid(GB18030, text) {
            return false;
        }
        let mut rest = text;
        while let [lead, after @ ..] = rest {
            if lead.is_ascii() {
                rest = after;
                continue;
            }
            let Some((trail, after)) = after.split_first() else { break };
            all += 1;
            // Rows 1 to 9 hold punctuation and full-width letters, 16 to 87 the characters of GB 2312.
            let is_common = matches!(lead, 0xa1..=0xa3 | 0xb0..=0xf7) && *trail >= 0xa1;
            common += usize::from(is_common);
            rest = after;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of characters in a table are far below 2^52")]
    let share = common as f64 / all.max(1) as f64;
    all > 0 && share >= COMMON_SHARE
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, UTF_8, WINDOWS_1252};
    use proptest::prelude::*;

    use super::{Decision, Rule, Statements, decide, named};

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn decided(statements: Statements<'_>, texts: &[&[u8]]) -> Decision {
        decide(statements, texts.iter().copied()).expect("the test's bytes settle it")
    }

    #[test]
    fn gbk_without_a_statement_is_found_by_its_bytes() {
        let text = gbk("老城门步行街");
        let decision = decided(Statements::default(), &[&text]);
        assert_eq!((decision.encoding, decision.rule), (GB18030, Rule::Cp936));
        assert_eq!(decision.decode(&text).0, "老城门步行街");
    }

    #[test]
    fn a_name_cut_inside_a_character_is_still_gbk() {
        let mut text = gbk("老城门步行街");
        text.pop();
        assert_eq!(decided(Statements::default(), &[&text]).rule, Rule::Cp936);
    }

    #[test]
    fn utf8_cut_inside_a_character_is_still_utf8() {
        let text = &"老城门".as_bytes()[..8];
        assert_eq!(decided(Statements::default(), &[text]).rule, Rule::Utf8);
    }

    #[test]
    fn a_statement_that_the_bytes_contradict_is_not_believed() {
        let statements = Statements { cpg: Some("ISO-8859-1"), ..Statements::default() };
        let decision = decided(statements, &["旧宫殿".as_bytes()]);
        assert_eq!((decision.encoding, decision.contradicted), (UTF_8, Some(WINDOWS_1252)));
        let statements = Statements { cpg: Some("UTF-8"), ..Statements::default() };
        let decision = decided(statements, &[&gbk("旧宫殿")]);
        assert_eq!((decision.encoding, decision.contradicted), (GB18030, Some(UTF_8)));
    }

    #[test]
    fn the_study_has_the_last_word() {
        let statements = Statements { key: Some("cp936"), cpg: Some("UTF-8"), language_byte: None };
        assert_eq!(decided(statements, &["旧宫殿".as_bytes()]).encoding, GB18030);
    }

    #[test]
    fn western_letters_without_a_statement_are_asked_about() {
        let error = decide(Statements::default(), [b"Gr\xfc\xdfe \xe4".as_slice()].into_iter());
        assert!(error.is_err());
    }

    #[test]
    fn names_of_encodings_are_read_as_people_write_them() {
        for name in ["936", "cp936", "CP936", "GBK", "gb2312", "ANSI 936", "GB18030"] {
            assert_eq!(named(name), Some(GB18030), "{name}");
        }
        assert_eq!(named("UTF-8"), Some(UTF_8));
        assert_eq!(named("ISO-8859-1"), Some(WINDOWS_1252));
        assert_eq!(named("klingon"), None);
    }

    proptest! {
        #[test]
        fn utf8_text_is_always_found_to_be_utf8(texts in prop::collection::vec("\\PC{1,20}", 1..10)) {
            let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
            let decision = decide(Statements::default(), bytes.iter().copied());
            prop_assert_eq!(decision.map(|d| d.encoding), Ok(UTF_8));
        }
    }
}
