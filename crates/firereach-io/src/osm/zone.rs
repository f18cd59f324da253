//! Areas: boundaries, historic quarters, parks, water, open ground, hazards, carriageways.

use firereach_model::feature::{Zone, ZoneKind};
use firereach_model::problem::{Done, Severity};
use geo_types::{Coord, MultiPolygon, Rect};

use super::extract::{Place, TagView, degrees};
use super::form::Form;
use super::ledger::{Layer, Ledger, Remark};
use super::road::name;
use super::site::is_quarter;

/// Half the side of the square that stands for a hazard drawn as a point, in degrees: about half a metre.
const HAZARD_HALF_SIDE: f64 = 0.000_005;

/// What area the element stands for, if any. `is_point` for nodes, which only a hazard may be.
pub(super) fn kind(tags: &TagView<'_>, is_point: bool) -> Option<ZoneKind> {
    if is_hazard(tags) {
        return Some(ZoneKind::Hazard);
    }
    if is_point {
        return None;
    }
    if tags.is("boundary", "administrative") {
        return match tags.get("admin_level") {
            Some("6") => Some(ZoneKind::District),
            Some("8") => Some(ZoneKind::Subdistrict),
            Some("9" | "10") => Some(ZoneKind::Community),
            _ => None,
        };
    }
    if is_quarter(tags) {
        return Some(ZoneKind::HistoricBlock);
    }
    if tags.has("area:highway") {
        return Some(ZoneKind::Carriageway);
    }
    if matches!(tags.get("leisure"), Some("park" | "garden")) {
        return Some(ZoneKind::Park);
    }
    let is_open_river = matches!(tags.get("waterway"), Some("riverbank" | "dock"));
    if tags.is("natural", "water") || is_open_river || matches!(tags.get("landuse"), Some("reservoir" | "basin")) {
        return Some(ZoneKind::Water);
    }
    let is_surface_parking = tags.is("amenity", "parking")
        && !matches!(
            tags.get("parking"),
            Some(
                "underground"
                    | "multi-storey"
                    | "rooftop"
                    | "garage_boxes"
                    | "carports"
                    | "sheds"
                    | "street_side"
                    | "lane"
            )
        )
        && tags.get("building").is_none();
    let is_pedestrian_area = tags.is("highway", "pedestrian")
        && (tags.is("area", "yes") || tags.is("type", "multipolygon"))
        && !tags.has("tunnel")
        && !tags.has("covered");
    let is_court = tags.is("leisure", "pitch") && !tags.is("indoor", "yes");
    if tags.is("place", "square") || is_surface_parking || is_pedestrian_area || is_court {
        return Some(ZoneKind::Open);
    }
    None
}

fn is_hazard(tags: &TagView<'_>) -> bool {
    const DANGEROUS: [&str; 9] = ["fuel", "oil", "gas", "lng", "lpg", "petrol", "gasoline", "diesel", "chemicals"];
    let holds_danger = || tags.first(&["content", "substance"]).is_some_and(|(_, what)| DANGEROUS.contains(&what));
    tags.is("amenity", "fuel")
        || matches!(tags.get("man_made"), Some("gasometer" | "petroleum_well" | "offshore_platform"))
        || (matches!(tags.get("man_made"), Some("storage_tank")) && holds_danger())
        || matches!(
            tags.get("industrial"),
            Some("oil" | "gas" | "chemical" | "refinery" | "petroleum_terminal" | "gas_storage" | "oil_storage")
        )
        || tags.is("shop", "gas")
}

/// Takes one area.
pub(super) fn take(ledger: &mut Ledger, id: &str, at: Option<Place>, tags: &TagView<'_>, form: &Form) {
    let Some(kind) = kind(tags, matches!(form, Form::Point(_))) else { return };
    let mut entry = ledger.enter(Layer::Zones, id.to_owned(), at);
    let area = match form {
        Form::Point(place) => {
            entry.remark(Remark {
                code: "OSM-HAZARD-POINT",
                severity: Severity::Info,
                done: Done::Repaired,
                found: "a hazard drawn as a single point".to_owned(),
                expected: "the outline of its site",
                repair: "draw the outline; until then a square of about one metre stands for it",
            });
            let Coord { x, y } = degrees(*place);
            let corner = |side: f64| Coord { x: x + side, y: y + side };
            MultiPolygon::new(vec![Rect::new(corner(-HAZARD_HALF_SIDE), corner(HAZARD_HALF_SIDE)).to_polygon()])
        }
        _ => match form.area(&mut entry) {
            Some(area) => area.multi(),
            None => return,
        },
    };
    let people =
        tags.get("population").and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite() && *n >= 0.0);
    let zone = Zone { origin: entry.origin(), id: id.to_owned(), name: name(tags), kind, area, people };
    entry.layers().zones.push(zone);
}
