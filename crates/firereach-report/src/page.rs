//! The page for the meeting: one file that opens by double-click, without server or network.
//!
//! Everything the page shows travels as JSON inside it. Text from data reaches the document only as text
//! (`textContent`), never as markup, and the page's own policy forbids every request.

mod data;
mod pool;
mod sheets;
mod words;

use crate::sheet::Material;
use crate::words::Language;

const FRAME: &str = include_str!("page/page.html");
const LOOK: &str = include_str!("page/page.css");
/// The parts of the program in the order in which they use each other.
const PROGRAM: &[&str] = &[
    include_str!("page/data.js"),
    include_str!("page/symbols.js"),
    include_str!("page/map.js"),
    include_str!("page/charts.js"),
    include_str!("page/sheet.js"),
    include_str!("page/main.js"),
];

/// Renders the page of a run.
///
/// It opens in `language` and can be switched to the other one. What it says of a site is that site's policy sheet, as
/// each scenario has it. Shapes are drawn in working coordinates, rounded to a decimetre; areas reached are generalised
/// to two metres. The same run gives the same bytes.
pub fn render_page(material: &Material<'_>, language: Language) -> String {
    let data = data::compose(material, language);
    let json = serde_json::to_string(&data).expect("numbers are finite or absent and keys are text");
    let mut page = String::with_capacity(json.len() + json.len() / 8);
    let mut rest = FRAME;
    // Each placeholder is filled once, in the order of the frame, so that nothing in the data is taken for one.
    for (place, text) in [
        ("{{lang}}", language.pick("en", "zh-Hans").to_owned()),
        ("{{title}}", as_markup(&material.record.title)),
        ("{{look}}", LOOK.to_owned()),
        ("{{data}}", as_script_data(&json)),
        ("{{program}}", PROGRAM.join("\n")),
    ] {
        let (before, after) = rest.split_once(place).expect("the frame has every placeholder once, in this order");
        page.push_str(before);
        page.push_str(&text);
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that no reader of HTML can mistake for the end of its element.
///
/// These characters stand only inside strings, where JSON allows to write them by their numbers.
fn as_script_data(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
    text
}

/// Text as it stands between two tags.
fn as_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
