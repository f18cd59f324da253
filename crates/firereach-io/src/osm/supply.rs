//! Fire hydrants, other water for fire-fighting, and fire stations.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Hydrant, HydrantKind, Service, Station, StationKind, WaterSource, WaterSourceKind};
use firereach_model::problem::{Done, Severity};
use firereach_model::units::{CubicMetres, LitresPerSecond, Megapascals, Quantity};

use super::extract::{Place, TagView};
use super::form::Form;
use super::ledger::{Entry, Layer, Ledger, Remark};
use super::quantity::{self, Number};
use super::road::{name, whole};
use crate::mapping::date::iso_date;

/// What an element of the water supply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Supply {
    Hydrant,
    Water(WaterSourceKind),
    Station,
}

/// What the element is, where it belongs to the supply; second, whether tags say that it is no longer in use.
pub(super) fn supply(tags: &TagView<'_>) -> Option<(Supply, bool)> {
    if let Some(kind) = supply_now(tags, "emergency", "amenity") {
        return Some((kind, false));
    }
    for before in ["disused", "abandoned"] {
        let found = supply_now(tags, &format!("{before}:emergency"), &format!("{before}:amenity"));
        if matches!(found, Some(Supply::Hydrant | Supply::Water(_))) {
            return found.map(|kind| (kind, true));
        }
    }
    None
}

fn supply_now(tags: &TagView<'_>, emergency: &str, amenity: &str) -> Option<Supply> {
    use WaterSourceKind as W;
    let emergency = tags.get(emergency);
    let is_hydrant = emergency == Some("fire_hydrant") || tags.is(amenity, "fire_hydrant");
    match (is_hydrant, tags.get("fire_hydrant:type")) {
        (true, Some("pond" | "underground_pond" | "fire_pond")) => return Some(Supply::Water(W::Pond)),
        (true, _) => return Some(Supply::Hydrant),
        _ => {}
    }
    match emergency {
        Some("water_tank" | "fire_water_tank") => return Some(Supply::Water(W::Tank)),
        Some("suction_point") => return Some(Supply::Water(W::SuctionPoint)),
        Some("fire_water_pond" | "fire_pond") => return Some(Supply::Water(W::Pond)),
        _ => {}
    }
    if tags.is(amenity, "fire_station") {
        return Some(Supply::Station);
    }
    if amenity != "amenity" {
        return None;
    }
    match (tags.get("man_made"), tags.get("content")) {
        (Some("water_tank" | "reservoir_covered"), _) | (Some("storage_tank"), Some("water" | "fire_water")) => {
            return Some(Supply::Water(W::Tank));
        }
        _ => {}
    }
    let is_pool = tags.is("leisure", "swimming_pool") || tags.is("amenity", "swimming_pool");
    (is_pool && !tags.is("indoor", "yes")).then_some(Supply::Water(W::Pool))
}

/// Takes one hydrant, water source or station.
pub(super) fn take(ledger: &mut Ledger, id: &str, at: Option<Place>, tags: &TagView<'_>, form: &Form) {
    let Some((what, is_disused)) = supply(tags) else { return };
    let layer = match what {
        Supply::Hydrant => Layer::Hydrants,
        Supply::Water(_) => Layer::WaterSources,
        Supply::Station => Layer::Stations,
    };
    let mut entry = ledger.enter(layer, id.to_owned(), at);
    if form.shape(&mut entry).is_none() {
        return;
    }
    let Some(point) = form.point() else { return };
    match what {
        Supply::Hydrant => {
            let needs_suction = matches!(tags.first(&["fire_hydrant:pressure", "pressure"]), Some((_, "suction")));
            let pressure = if needs_suction {
                entry.remark(Remark {
                    code: "OSM-HYDRANT-SUCTION",
                    severity: Severity::Info,
                    done: Done::Kept,
                    found: "a hydrant without pressure of its own (pressure=suction)".to_owned(),
                    expected: "a hydrant under pressure",
                    repair: "none needed: its pressure counts as zero, an engine has to draw the water",
                });
                Bounds::exactly(Megapascals::ZERO)
            } else {
                quantity_of(&mut entry, tags, &["fire_hydrant:pressure", "pressure"], Megapascals::new, |text| {
                    quantity::megapascals(text)
                })
            };
            let hydrant = Hydrant {
                origin: entry.origin(),
                id: id.to_owned(),
                at: point,
                kind: hydrant_kind(tags),
                service: service(tags, is_disused),
                flow: flow(&mut entry, tags),
                pressure,
                main_diameter_mm: diameter(&mut entry, tags),
                main_id: None,
                outlets: outlets(tags),
                static_pressure: Bounds::unknown(),
                lacks_pressure: false,
                tested_on: tested_on(&mut entry, tags),
                height_m: None,
                level: tags.get("layer").and_then(whole).unwrap_or(0),
            };
            entry.layers().hydrants.push(hydrant);
        }
        Supply::Water(kind) => {
            // The volume of a fire-fighting tank or pond has an agreed unit; a bare number elsewhere has none.
            let volume = volume(&mut entry, tags);
            let source = WaterSource {
                origin: entry.origin(),
                id: id.to_owned(),
                name: name(tags).or_else(|| tags.get("ref").map(str::to_owned)),
                kind,
                at: point,
                body: None,
                service: service(tags, is_disused),
                volume,
                refill: Bounds::unknown(),
                deck_height_m: None,
                water_level_m: None,
                gauge: None,
                height_m: None,
            };
            entry.layers().water_sources.push(source);
        }
        Supply::Station => {
            let outline = match form {
                Form::Area(area) => area.polygons.first().cloned(),
                _ => None,
            };
            let name = name(tags);
            let station = Station {
                origin: entry.origin(),
                id: id.to_owned(),
                kind: station_kind(name.as_deref().unwrap_or_default()),
                name,
                at: point,
                outline,
                vehicles: Vec::new(),
                turnout_s: None,
                hours: Vec::new(),
                crew: None,
                is_proposed: false,
                is_co_built: None,
                accuracy_m: None,
                level: tags.first(&["layer", "level"]).and_then(|(_, text)| whole(text)),
            };
            entry.layers().stations.push(station);
        }
    }
}

fn hydrant_kind(tags: &TagView<'_>) -> HydrantKind {
    match tags.get("fire_hydrant:type") {
        Some("pillar" | "dry_barrel" | "wet_barrel") => HydrantKind::Pillar,
        Some("underground") => HydrantKind::Underground,
        Some("wall") => HydrantKind::Wall,
        Some("pipe" | "dry_riser") => HydrantKind::DryRiser,
        _ => HydrantKind::Unknown,
    }
}

fn service(tags: &TagView<'_>, is_disused: bool) -> Service {
    if is_disused || tags.is("disused", "yes") || tags.is("abandoned", "yes") || tags.is("in_service", "no") {
        return Service::OutOfService;
    }
    match tags.first(&["operational_status", "fire_hydrant:status", "status"]) {
        Some((_, "operational" | "ok" | "in_service" | "functional" | "working")) => Service::InService,
        Some((
            _,
            "out_of_order" | "out_of_service" | "closed" | "broken" | "damaged" | "non_operational" | "inoperative"
            | "needs_maintenance" | "disused",
        )) => Service::OutOfService,
        _ if tags.is("in_service", "yes") => Service::InService,
        _ => Service::Unknown,
    }
}

fn flow(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Bounds<LitresPerSecond> {
    let keys = ["flow_rate", "flow_capacity", "fire_hydrant:flow_rate", "fire_hydrant:flow_capacity"];
    quantity_of(entry, tags, &keys, LitresPerSecond::new, quantity::litres_per_second)
}

fn volume(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Bounds<CubicMetres> {
    let keys = ["water_tank:volume", "water_volume", "volume", "storage:capacity", "capacity"];
    quantity_of(entry, tags, &keys, CubicMetres::new, |text| quantity::cubic_metres(text, None))
}

fn quantity_of<Q: Quantity, E>(
    entry: &mut Entry<'_>,
    tags: &TagView<'_>,
    keys: &[&str],
    new: impl Fn(f64) -> Result<Q, E>,
    read: impl Fn(&str) -> Number,
) -> Bounds<Q> {
    let Some((key, text)) = tags.first(keys) else { return Bounds::unknown() };
    match read(text) {
        Number::NotStated => Bounds::unknown(),
        Number::Is(number) => match new(number) {
            Ok(value) => Bounds::exactly(value),
            Err(_) => {
                entry.bad_value(key, text, "a number that is not negative");
                Bounds::unknown()
            }
        },
        Number::Bad => {
            entry.bad_value(key, text, "one number with its unit");
            Bounds::unknown()
        }
    }
}

fn diameter(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Option<f64> {
    let (key, text) = tags.first(&["fire_hydrant:diameter", "diameter"])?;
    match quantity::millimetres(text) {
        Number::Is(millimetres) if millimetres > 0.0 => Some(millimetres),
        Number::NotStated => None,
        _ => {
            entry.bad_value(key, text, "one diameter in millimetres, or with its unit");
            None
        }
    }
}

fn tested_on(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Option<String> {
    let (key, text) = tags.first(&["fire_hydrant:tested", "flow_test:date"])?;
    let date = iso_date(text);
    if date.is_none() {
        entry.bad_value(key, text, "a date such as 2019-05-20, 2019-05 or 2019");
    }
    date
}

fn outlets(tags: &TagView<'_>) -> Option<String> {
    let parts: Vec<&str> = [
        "couplings",
        "couplings:diameters",
        "couplings:type",
        "fire_hydrant:couplings",
        "fire_hydrant:couplings_size",
        "fire_hydrant:couplings_type",
    ]
    .iter()
    .filter_map(|key| tags.get(key))
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The class of a station, where its own name states one.
fn station_kind(name: &str) -> StationKind {
    const NAMED: [(&str, StationKind); 6] = [
        ("微型消防站", StationKind::Micro),
        ("小型消防站", StationKind::Small),
        ("小型消防救援站", StationKind::Small),
        ("特勤", StationKind::Special),
        ("消防点", StationKind::FirePoint),
        ("消防執勤點", StationKind::FirePoint),
    ];
    NAMED.iter().find(|(word, _)| name.contains(word)).map_or(StationKind::Unknown, |(_, kind)| *kind)
}
