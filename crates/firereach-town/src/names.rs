//! Invented names, in Chinese with their transcription; some hold characters that older encodings lack.

use crate::random::Random;

const FIRST: [(&str, &str); 22] = [
    ("岚", "Lan"),
    ("叠", "Die"),
    ("澄", "Cheng"),
    ("霁", "Ji"),
    ("漱", "Shu"),
    ("榕", "Rong"),
    ("砚", "Yan"),
    ("樨", "Xi"),
    ("筠", "Yun"),
    ("翎", "Ling"),
    ("栖", "Qi"),
    ("棠", "Tang"),
    ("湜", "Shi"),
    ("磬", "Qing"),
    ("萤", "Ying"),
    ("杼", "Zhu"),
    ("龘", "Da"),
    ("㙟", "Huai"),
    ("犇", "Ben"),
    ("甪", "Lu"),
    ("䶮", "Yan"),
    ("𠮷", "Ji"),
];

/// The characters of [`FIRST`] that every encoding has come first.
const COMMON_FIRST: usize = 16;

const SECOND: [(&str, &str); 12] = [
    ("石", "shi"),
    ("云", "yun"),
    ("溪", "xi"),
    ("桥", "qiao"),
    ("井", "jing"),
    ("台", "tai"),
    ("坡", "po"),
    ("泉", "quan"),
    ("园", "yuan"),
    ("林", "lin"),
    ("门", "men"),
    ("塘", "tang"),
];

const RELICS: [(&str, &str); 14] = [
    ("公馆", "Mansion"),
    ("会馆", "Guild Hall"),
    ("祠堂", "Ancestral Hall"),
    ("书院", "Academy"),
    ("民居", "Residence"),
    ("宅院", "Courtyard House"),
    ("教堂旧址", "Former Church"),
    ("寺", "Temple"),
    ("阁", "Pavilion"),
    ("戏楼", "Opera Stage"),
    ("茶馆", "Teahouse"),
    ("货栈旧址", "Former Warehouse"),
    ("钱庄旧址", "Former Bank"),
    ("学堂旧址", "Former School"),
];

/// The word for a kind of street, in Chinese and English.
pub(crate) fn suffix_of_class(class: &str) -> (&'static str, &'static str) {
    match class {
        "primary" | "secondary" => ("大道", "Avenue"),
        "tertiary" => ("路", "Road"),
        "residential" => ("街", "Street"),
        _ => ("巷", "Alley"),
    }
}

/// A name of two syllables and a suffix, in Chinese and in English.
pub(crate) fn place(random: &mut Random, suffix: (&str, &str)) -> (String, String) {
    let limit = if random.chance(0.07) { FIRST.len() } else { COMMON_FIRST };
    let first = if limit == FIRST.len() {
        FIRST[COMMON_FIRST + random.index(FIRST.len() - COMMON_FIRST)]
    } else {
        FIRST[random.index(COMMON_FIRST)]
    };
    let second = random.pick(&SECOND);
    (format!("{}{}{}", first.0, second.0, suffix.0), format!("{}{} {}", first.1, second.1, suffix.1))
}

/// The name of a street.
pub(crate) fn street(random: &mut Random, suffix: (&str, &str)) -> String {
    place(random, suffix).0
}

/// The name of a relic.
pub(crate) fn relic(random: &mut Random) -> (String, String) {
    let suffix = random.pick(&RELICS);
    place(random, suffix)
}
