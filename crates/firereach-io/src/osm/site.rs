//! Historic and protected features: the places the study is about, where no official list is at hand.

use std::collections::BTreeMap;

use firereach_model::feature::{Body, Grade, Site, SiteKind};
use firereach_model::problem::Severity;

use super::building::{body, is_building};
use super::extract::{Place, TagView};
use super::form::Form;
use super::ledger::{Layer, Ledger};
use super::road::{name, whole};

/// Tags that tell something about the place on its sheet.
const DETAILS: [&str; 16] = [
    "historic",
    "memorial",
    "tomb",
    "heritage",
    "protection_title",
    "historic:civilization",
    "ruins",
    "construction_date",
    "architect",
    "addr:district",
    "addr:housenumber",
    "wikidata",
    "wikipedia",
    "name:en",
    "name:zh",
    "inscription",
];

/// Whether the element is a historic or protected feature, or an area of them.
pub(super) fn is_site(tags: &TagView<'_>) -> bool {
    tags.has("historic") || tags.has("heritage") || is_quarter(tags)
}

/// Whether it is a whole quarter that is protected or historic rather than a building.
pub(super) fn is_quarter(tags: &TagView<'_>) -> bool {
    let is_protected_culture = matches!(tags.get("boundary"), Some("protected_area" | "heritage"))
        && (tags.is("protect_class", "22") || tags.has("heritage") || tags.has("historic"));
    is_protected_culture || matches!(tags.get("historic"), Some("district" | "quarter"))
}

/// Takes one site.
pub(super) fn take(ledger: &mut Ledger, id: &str, at: Option<Place>, tags: &TagView<'_>, form: &Form) {
    if !is_site(tags) {
        return;
    }
    let mut entry = ledger.enter(Layer::Sites, id.to_owned(), at);
    if let Some(state @ ("demolished" | "removed" | "razed" | "lost")) = tags.get("historic") {
        let found = format!("historic={state}");
        entry.set_aside("OSM-SITE-STATE", Severity::Info, found, "a place that stands", "none needed");
        return;
    }
    let Some(shape) = form.shape(&mut entry) else { return };
    let Some(point) = form.point() else { return };
    let kind = kind(tags, form);
    let body = if kind.is_area() { Body::default() } else { body(&mut entry, tags) };
    let site = Site {
        origin: entry.origin(),
        id: id.to_owned(),
        name: name(tags),
        kind,
        grade: grade(tags),
        shape,
        body,
        people: None,
        lon_lat: (point.x(), point.y()),
        point,
        height_m: None,
        level: tags.first(&["layer", "level"]).and_then(|(_, text)| whole(text)),
        building: (is_building(tags) && matches!(form, Form::Area(_))).then(|| id.to_owned()),
        details: details(tags),
    };
    entry.layers().sites.push(site);
}

fn kind(tags: &TagView<'_>, form: &Form) -> SiteKind {
    if is_quarter(tags) && matches!(form, Form::Area(_)) {
        return SiteKind::HistoricBlock;
    }
    let has_list_number = tags.iter().any(|(key, _)| {
        key.starts_with("heritage:ref")
            || key.starts_with("ref:heritage")
            || key == "ref:mhs"
            || key == "ref:nhle"
            || key == "protection_title"
    });
    if tags.has("heritage") || has_list_number { SiteKind::Relic } else { SiteKind::Historic }
}

/// The level of protection, where the tag states one that the engine knows.
///
/// `heritage` holds the administrative level of the protecting authority: 2 the country, 4 a province, region or a
/// city of that rank, 6 a county or district. World heritage (1) and the levels between have no counterpart here; the
/// number stays in the details.
fn grade(tags: &TagView<'_>) -> Option<Grade> {
    let title = tags.first(&["protection_title", "heritage:title"]).map(|(_, title)| title).unwrap_or_default();
    const TITLES: [(&str, Grade); 8] = [
        ("全国重点", Grade::National),
        ("国家级", Grade::National),
        ("省级", Grade::Municipal),
        ("市级", Grade::Municipal),
        ("区级", Grade::District),
        ("县级", Grade::District),
        ("不可移动文物", Grade::Registered),
        ("未定级", Grade::Registered),
    ];
    if let Some((_, grade)) = TITLES.iter().find(|(word, _)| title.contains(word)) {
        return Some(*grade);
    }
    match tags.get("heritage")? {
        "2" => Some(Grade::National),
        "4" => Some(Grade::Municipal),
        "6" => Some(Grade::District),
        _ => None,
    }
}

/// Details of a sheet with the tags that hold them, the best first.
const NAMED: [(&str, &[&str]); 6] = [
    ("era", &["start_date", "construction_date"]),
    ("listed_on", &["heritage:since", "heritage:date"]),
    ("owner", &["owner"]),
    ("user", &["operator"]),
    ("opening_hours", &["opening_hours"]),
    ("address", &["addr:full", "addr:street"]),
];

fn details(tags: &TagView<'_>) -> BTreeMap<String, String> {
    let wanted = |key: &str| DETAILS.contains(&key) || key.starts_with("ref:") || key.starts_with("heritage:");
    let mut taken: Vec<&str> = Vec::new();
    let mut details = BTreeMap::new();
    for (key, from) in NAMED {
        if let Some((tag, text)) = tags.first(from) {
            taken.push(tag);
            details.insert(key.to_owned(), text.to_owned());
        }
    }
    let rest = tags.iter().filter(|(key, _)| wanted(key) && !taken.contains(key));
    details.extend(rest.map(|(key, value)| (key.to_owned(), value.to_owned())));
    details
}
