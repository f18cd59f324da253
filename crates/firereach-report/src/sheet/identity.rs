//! What the site is.

use std::borrow::Cow;

use firereach_model::feature::ZoneKind;

use super::figures::{bounds, number};
use super::visit::{detail, has_place};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact};
use crate::ground::is_inside_any;
use crate::words::Language;

/// Areas whose names say where a site lies; those that protect it stand in a block of their own.
const LOCATING: &[ZoneKind] =
    &[ZoneKind::Subdistrict, ZoneKind::Community, ZoneKind::HistoricBlock, ZoneKind::CharacterArea];

pub(super) fn block(case: &Case<'_>) -> Block {
    let site = case.site;
    let body = &site.body;
    let figures = &case.figures;
    let mut facts = vec![
        Fact { columns: vec!["site_id"], ..fact("code", Phrase::new("code", "编号"), Value::same(site.id.clone())) },
        Fact {
            columns: vec!["name"],
            ..fact(
                "name",
                Phrase::new("name", "名称"),
                site.name.clone().filter(|n| !n.trim().is_empty()).map_or_else(Value::unknown, Value::same),
            )
        },
        fact("kind", Phrase::new("kind", "类别"), Value::text(Phrase::of(|l| l.site_kind(site.kind)))),
        fact(
            "grade",
            Phrase::new("grade", "保护级别"),
            site.grade.map_or_else(Value::unknown, |grade| Value::text(Phrase::of(|l| l.grade(grade)))),
        ),
    ];
    let area = case.base.grounds.get(case.index).and_then(|ground| ground.area_m2);
    if site.kind.is_area() {
        facts.push(fact(
            "area",
            Phrase::new("area within the boundary", "边界内面积"),
            area.map_or_else(Value::to_survey, |m2| Value::same(number(m2 / 10_000.0, 2)).unit("ha")),
        ));
    } else {
        facts.push(detail(case, "era"));
        facts.extend([
            fact(
                "structure",
                Phrase::new("structure", "结构"),
                body.structure.map_or_else(Value::unknown, |s| Value::text(Phrase::of(|l| l.structure(s)))),
            ),
            fact(
                "storeys",
                Phrase::new("storeys", "层数"),
                body.storeys.map_or_else(Value::unknown, |n| Value::same(n.to_string())),
            ),
            Fact {
                basis: body.height_from.as_deref().map(Phrase::reason).unwrap_or_default(),
                ..fact(
                    "height",
                    Phrase::new("height", "建筑高度"),
                    // A height made from storeys is a table's, not a tape's.
                    bounds(&body.height, 1)
                        .unit("m")
                        .assumed(body.height_from.as_deref().is_some_and(|from| from.contains(" x "))),
                )
            },
            fact(
                "fire_grade",
                Phrase::new("fire-resistance grade", "耐火等级"),
                body.fire_grade.map_or_else(Value::unknown, |grade| Value::same(grade.to_string())),
            ),
            fact(
                "usage",
                Phrase::new("use", "用途"),
                body.usage.map_or_else(Value::unknown, |usage| Value::text(Phrase::of(|l| l.usage(usage)))),
            ),
        ]);
        facts.push(fact(
            "footprint",
            Phrase::new("footprint", "占地面积"),
            area.map_or_else(Value::to_survey, |m2| Value::same(number(m2, 0)).unit("m²")),
        ));
        facts.push(detail(case, "floor_area"));
        facts.push(fact(
            "volume",
            Phrase::new("volume", "体积"),
            body.volume.map_or_else(Value::to_survey, |volume| Value::same(number(volume.get(), 0)).unit("m³")),
        ));
    }
    facts.extend(["owner", "user", "opening_hours", "visitors"].map(|key| detail(case, key)));
    let people = site.people.map(|people| number(people, 0)).or(body.occupants.map(|n| n.to_string()));
    facts.push(fact("people", Phrase::new("people", "人数"), people.map_or_else(Value::unknown, Value::same)));
    facts.push(detail(case, "address"));
    for kind in LOCATING {
        let names: Vec<String> = case
            .material
            .layers
            .zones
            .iter()
            .filter(|zone| zone.kind == *kind && zone.id != site.id && is_inside_any(site.point.0, &zone.area))
            .map(|zone| zone.name.clone().unwrap_or_else(|| zone.id.clone()))
            .collect();
        if !names.is_empty() {
            facts.push(fact(
                kind.code(),
                Phrase::of(|l| {
                    if *kind == ZoneKind::Community { l.pick("community", "社区") } else { l.zone_kind(*kind) }
                }),
                Value::same(names.join(", ")),
            ));
        }
    }
    let place = figures.shown("lon").zip(figures.shown("lat")).map(|(lon, lat)| format!("{lon}, {lat}"));
    facts.push(Fact {
        columns: vec!["lon", "lat"],
        ..fact(
            "lon_lat",
            Phrase::new("longitude, latitude (WGS 84)", "经度, 纬度 (WGS 84)"),
            place.map_or_else(Value::unknown, Value::same).unit("°"),
        )
    });
    let frame = &case.material.record.frame;
    facts.push(fact(
        "east_north",
        Phrase::new(format!("east, north ({})", frame.crs), format!("东, 北坐标 ({})", frame.crs)),
        Value::same(format!("{}, {}", number(site.point.x(), 2), number(site.point.y(), 2))).unit("m"),
    ));
    facts.push(fact(
        "ground_height",
        Phrase::new("ground height", "地面高程"),
        site.height_m.map_or_else(Value::unknown, |height| Value::same(number(height, 1)).unit("m")),
    ));
    let others = site.details.iter().filter(|(key, value)| !has_place(key) && !value.trim().is_empty());
    for (key, value) in others {
        facts.push(Fact {
            key: Cow::Owned(format!("detail.{key}")),
            label: Phrase::of(|language: Language| language.detail(key)),
            value: Value::same(value.clone()),
            basis: Phrase::default(),
            columns: Vec::new(),
        });
    }
    facts.push(Fact {
        columns: vec!["origin"],
        ..fact("origin", Phrase::new("read from", "数据来源"), Value::text(Phrase::reason(&site.origin.to_string())))
    });
    Block {
        key: "identity",
        title: Phrase::new("Identity", "基本信息"),
        facts,
        grid: Grid::default(),
        note: Phrase::default(),
    }
}
