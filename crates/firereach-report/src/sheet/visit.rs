//! What only an office's own files or a visit tell: protection, people, hazards, equipment.
//!
//! What the data holds is printed; every other field stays empty for a visit to fill in, and says so.

use std::borrow::Cow;

use firereach_model::feature::{Station, StationKind, ZoneKind};

use super::access::station;
use super::figures::number;
use super::{Block, Case, Fact, Grid, Phrase, Value, fact};
use crate::ground::{is_inside_any, polygons};

/// A detail of the site under its key.
pub(super) fn detail(case: &Case<'_>, key: &'static str) -> Fact {
    let stated = case.site.details.get(key).map(String::as_str);
    fact(key, Phrase::of(|language| language.detail(key)), Value::stated(stated))
}

fn details(case: &Case<'_>, keys: &[&'static str]) -> Vec<Fact> {
    keys.iter().map(|key| detail(case, key)).collect()
}

fn block(key: &'static str, title: Phrase, facts: Vec<Fact>, note: Phrase) -> Block {
    Block { key, title, facts, grid: Grid::default(), note }
}

/// The names of the zones of some kinds that the site lies in, or that lie in it.
pub(super) fn zones_about(case: &Case<'_>, kinds: &[ZoneKind]) -> Vec<String> {
    let holds = |polygon: &geo_types::Polygon<f64>| {
        let corner = polygon.exterior().0.first();
        corner.is_some_and(|at| polygons(&case.site.shape).iter().any(|own| crate::ground::is_inside(*at, own)))
    };
    let zones = case.material.layers.zones.iter().filter(|zone| kinds.contains(&zone.kind) && zone.id != case.site.id);
    zones
        .filter(|zone| is_inside_any(case.site.point.0, &zone.area) || zone.area.0.iter().any(holds))
        .map(|zone| zone.name.clone().unwrap_or_else(|| zone.id.clone()))
        .collect()
}

/// Under which protection the site stands, and who decides on changes.
pub(super) fn protection(case: &Case<'_>) -> Block {
    let mut facts = details(case, &["batch", "listed_on"]);
    for (key, kinds) in
        [("protection_range", &[ZoneKind::Core, ZoneKind::Protection][..]), ("control_zone", &[ZoneKind::Control])]
    {
        let mut own = detail(case, key);
        let drawn = zones_about(case, kinds);
        if own.value.is_unknown && !drawn.is_empty() {
            own.value = Value::same(drawn.join(", "));
            own.basis = Phrase::new("the zone as drawn in the data", "以数据所绘范围为准");
        }
        facts.push(own);
    }
    facts.extend(details(case, &["planning_constraints", "approval_body"]));
    block("protection", Phrase::new("Protection", "保护区划"), facts, Phrase::default())
}

/// Who answers for the site and who comes first from next door.
pub(super) fn people(case: &Case<'_>) -> Block {
    let mut facts = details(case, &["responsible", "manager", "telephone", "grid_member"]);
    let mut micro = detail(case, "micro_station");
    let nearest = case.base.reach.sites.get(case.index).and_then(|reach| reach.micro.as_ref());
    if let Some(arrival) = nearest.filter(|_| micro.value.is_unknown) {
        micro.value = Value::same(station(case, &arrival.station));
        let seconds = number(arrival.components.total_s(), 0);
        micro.basis =
            Phrase::new(format!("the first to arrive, after {seconds} s"), format!("最先到达，报警后 {seconds} s"));
    }
    facts.push(micro);
    facts.extend(details(case, &["volunteers", "joint_defence"]));
    block("people", Phrase::new("People", "消防责任与力量"), facts, Phrase::default())
}

/// What may start or feed a fire.
pub(super) fn hazards(case: &Case<'_>) -> Block {
    let keys = ["electrical", "open_flame", "gas", "storage", "unauthorised", "e_bikes", "lightning"];
    let mut facts = details(case, &keys);
    let own = case.site.building.as_deref();
    let taken: Vec<&str> = case
        .base
        .lanes
        .encroachments
        .iter()
        .filter(|thing| own.is_some_and(|own| thing.thing.split_whitespace().any(|word| word == own)))
        .map(|thing| thing.zone.as_str())
        .collect();
    let mut firebreak = detail(case, "firebreak");
    if firebreak.value.is_unknown && !taken.is_empty() {
        firebreak.value = Value::text(Phrase::new(
            format!("stands in firebreak {}", taken.join(", ")),
            format!("占用防火隔离带 {}", taken.join("、")),
        ));
    }
    facts.push(firebreak);
    let nearest = case.base.grounds.get(case.index).and_then(|ground| ground.hazards.first());
    let text = nearest.and_then(|hazard| {
        let zone = case.material.layers.zones.get(hazard.zone)?;
        Some(format!("{}, {} m", zone.name.as_ref().unwrap_or(&zone.id), number(hazard.metres, 0)))
    });
    facts.push(Fact {
        key: Cow::Borrowed("nearest_hazard"),
        ..fact(
            "nearest_hazard",
            Phrase::new("nearest fuel, gas or chemicals in the data", "数据内最近危险源"),
            Value::stated(text.as_deref()),
        )
    });
    block("hazards", Phrase::new("Hazards", "火灾隐患"), facts, Phrase::default())
}

/// What stands ready at the site.
pub(super) fn equipment(case: &Case<'_>) -> Block {
    let facts = details(case, &["alarm", "extinguishers", "hose_reels", "pumps", "motorcycles"]);
    block("equipment", Phrase::new("Equipment at the site", "消防设施与器材"), facts, Phrase::default())
}

/// Whether a station is one of those that stand in the streets themselves.
pub(super) fn is_post(station: &Station) -> bool {
    matches!(station.kind, StationKind::Micro | StationKind::FirePoint)
}

/// Details that have a place of their own on the sheet, so that they are not listed once more.
pub(super) fn has_place(key: &str) -> bool {
    firereach_model::feature::SITE_DETAILS.contains(&key)
}
