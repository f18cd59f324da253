//! Footprints and what tags say of the body above them.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Body, Building, BuildingStructure, BuildingUse};
use firereach_model::problem::Severity;
use firereach_model::units::Metres;

use super::extract::{Place, TagView};
use super::form::Form;
use super::ledger::{Entry, Layer, Ledger};
use super::quantity;
use super::road::{length, name, whole};

/// Whether the element is a building. `building=entrance` is a door, not a building.
pub(super) fn is_building(tags: &TagView<'_>) -> bool {
    tags.get("building").is_some_and(|value| !matches!(value, "no" | "entrance"))
}

/// Takes one building. `twice_in` names the relation that already gives this outline.
pub(super) fn take(
    ledger: &mut Ledger,
    id: &str,
    at: Option<Place>,
    tags: &TagView<'_>,
    form: &Form,
    twice_in: Option<i64>,
) {
    let Some(word) = tags.get("building") else { return };
    let mut entry = ledger.enter(Layer::Buildings, id.to_owned(), at);
    if !is_building(tags) {
        let found = format!("building={word}");
        entry.set_aside("OSM-BUILDING-WORD", Severity::Info, found, "a building", "none needed");
        return;
    }
    if let Some(relation) = twice_in {
        entry.set_aside(
            "OSM-OUTLINE-TWICE",
            Severity::Info,
            format!("the outline of relation/{relation}, which is a building too"),
            "one element a building",
            "remove `building` from the outline; the relation is used",
        );
        return;
    }
    let Some(area) = form.area(&mut entry) else { return };
    let body = body(&mut entry, tags);
    let min_height = length(&mut entry, tags, "min_height");
    for (index, footprint) in area.polygons.iter().enumerate() {
        let building = Building {
            origin: entry.origin(),
            id: if index == 0 { id.to_owned() } else { format!("{id}/{}", index + 1) },
            name: name(tags),
            footprint: footprint.clone(),
            body: body.clone(),
            min_height,
            level: tags.get("layer").and_then(whole).unwrap_or(0),
            is_roof: matches!(tags.get("building"), Some("roof" | "canopy" | "carport" | "bridge"))
                || tags.is("wall", "no"),
        };
        entry.layers().buildings.push(building);
    }
}

/// What tags say of a building's body.
pub(super) fn body(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Body {
    let mut body = Body::default();
    for key in ["height", "building:height", "est_height"] {
        if let Some(height) = length(entry, tags, key).filter(|h| *h > Metres::ZERO) {
            body.height = Bounds::exactly(height);
            body.height_from = Some(format!("{key} tag"));
            break;
        }
    }
    if let Some((key, text)) = tags.first(&["building:levels", "levels"]) {
        body.storeys = quantity::count(text).and_then(|n| u16::try_from(n).ok());
        if body.storeys.is_none() {
            entry.bad_value(key, text, "a number of storeys");
        }
    }
    body.structure = structure(tags);
    body.usage = usage(tags);
    body
}

/// What it is built of. A facade's material is taken only where it is what stands, not what hangs before it.
fn structure(tags: &TagView<'_>) -> Option<BuildingStructure> {
    use BuildingStructure as S;
    let (_, word) = tags.first(&["building:structure", "building:construction", "building:material"])?;
    match word {
        "wood" | "timber" | "log" | "bamboo" | "timber_frame" | "timber_framing" | "timber-framed" | "木"
        | "木结构" => Some(S::Timber),
        "brick;wood" | "wood;brick" | "half-timbered" | "brick_timber" | "砖木" | "砖木结构" => {
            Some(S::BrickTimber)
        }
        "mixed" | "混合" => Some(S::Mixed),
        "brick" | "bricks" | "stone" | "masonry" | "sandstone" | "limestone" | "granite" | "cement_block"
        | "marble" | "brick;stone" | "stone;brick" | "load_bearing_walls" | "砖" | "砖石" | "砖混" => {
            Some(S::Masonry)
        }
        "concrete"
        | "reinforced_concrete"
        | "concrete_frame"
        | "concrete_panels"
        | "large_panel"
        | "钢混"
        | "钢筋混凝土" => Some(S::Concrete),
        "steel" | "metal" | "steel_frame" | "iron" | "钢" | "钢结构" => Some(S::Steel),
        _ => None,
    }
}

/// What it is used for; what happens in it tells more than the word on the building.
fn usage(tags: &TagView<'_>) -> Option<BuildingUse> {
    use BuildingUse as U;
    if tags.has("abandoned") || tags.has("disused") || tags.has("abandoned:building") || tags.is("ruins", "yes") {
        return Some(U::Vacant);
    }
    let from_amenity = match tags.get("amenity") {
        Some(
            "restaurant" | "cafe" | "bar" | "pub" | "fast_food" | "food_court" | "biergarten" | "nightclub"
            | "teahouse",
        ) => Some(U::Catering),
        Some("place_of_worship" | "monastery") => Some(U::Worship),
        Some(
            "hospital" | "clinic" | "school" | "kindergarten" | "college" | "university" | "cinema" | "theatre"
            | "nursing_home" | "social_facility" | "music_school" | "conference_centre" | "events_venue",
        ) => Some(U::Assembly),
        Some("marketplace") => Some(U::Shop),
        Some("parking") => Some(U::Storage),
        Some(
            "townhall" | "library" | "courthouse" | "police" | "fire_station" | "post_office" | "community_centre"
            | "public_building" | "arts_centre" | "bank" | "embassy",
        ) => Some(U::Public),
        _ => None,
    };
    let from_tourism = match tags.get("tourism") {
        Some("hotel" | "hostel" | "guest_house" | "motel" | "apartment" | "chalet") => Some(U::Catering),
        Some("museum" | "gallery") => Some(U::Museum),
        Some("attraction" | "information") => Some(U::Public),
        _ => None,
    };
    let from_building = match tags.get("building") {
        Some(
            "apartments" | "residential" | "house" | "detached" | "semidetached_house" | "terrace" | "dormitory"
            | "bungalow" | "farm" | "cabin" | "hut" | "villa",
        ) => Some(U::Dwelling),
        Some("hotel") => Some(U::Catering),
        Some("museum") => Some(U::Museum),
        Some(
            "church" | "chapel" | "cathedral" | "temple" | "mosque" | "synagogue" | "shrine" | "monastery"
            | "religious" | "pagoda",
        ) => Some(U::Worship),
        Some("office" | "commercial") => Some(U::Office),
        Some("retail" | "shop" | "supermarket" | "kiosk" | "mall") => Some(U::Shop),
        Some(
            "warehouse" | "garage" | "garages" | "barn" | "shed" | "storage_tank" | "silo" | "parking"
            | "parking_garage" | "stable",
        ) => Some(U::Storage),
        Some("industrial" | "manufacture" | "factory" | "works") => Some(U::Industrial),
        Some(
            "hospital" | "school" | "kindergarten" | "university" | "college" | "stadium" | "grandstand" | "theatre",
        ) => Some(U::Assembly),
        Some(
            "public" | "civic" | "government" | "train_station" | "transportation" | "fire_station" | "townhall"
            | "library",
        ) => Some(U::Public),
        Some("ruins" | "abandoned" | "collapsed") => Some(U::Vacant),
        _ => None,
    };
    let from_shop = tags.has("shop").then_some(U::Shop);
    let from_office = tags.has("office").then_some(U::Office);
    from_amenity.or(from_tourism).or(from_shop).or(from_office).or(from_building)
}
