//! What a block or an area holds: its streets, buildings, relics, hydrants and marking.

use firereach_model::feature::{BuildingStructure, Grade, Hydrant, ZoneKind};
use firereach_model::rules::Verdict;
use geo_types::Coord;

use super::figures::{Figures, bounds, number, yes_or_no};
use super::visit::{detail, is_post, zones_about};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};
use crate::ground::{halfway, is_inside_shape};

pub(super) fn blocks(case: &Case<'_>) -> Vec<Block> {
    vec![
        ground(case),
        stock(case),
        streets(case),
        rings(case),
        relics(case),
        hydrants(case),
        posts(case),
        hazards(case),
        marking(case),
    ]
}

fn holds(case: &Case<'_>, at: Coord<f64>) -> bool {
    is_inside_shape(at, &case.site.shape)
}

/// The core of the area, how it is divided, and the plan that its users share.
fn ground(case: &Case<'_>) -> Block {
    let core = zones_about(case, &[ZoneKind::Core]);
    let facts = vec![
        fact("core", Phrase::new("core area", "核心保护范围"), Value::stated(Some(&core.join(", ")))),
        detail(case, "sub_zones"),
        detail(case, "joint_plan"),
    ];
    Block {
        key: "ground",
        title: Phrase::new("Core area, sub-zones, joint plan", "核心区、防火控制分区、联动预案"),
        facts,
        grid: Grid::default(),
        note: Phrase::new(
            "Sub-zones of 3,000 to 5,000 m² are drawn by the planner; the blocks between streets below are what the ground gives.",
            "防火控制分区（3000～5000 m²）由编制单位划定；下表“街块与环通”为现状街巷围合的地块。",
        ),
    }
}

/// The buildings inside by what they are built of; a building belongs to the area that its first corner lies in.
fn stock(case: &Case<'_>) -> Block {
    let inside: Vec<Option<BuildingStructure>> = case
        .material
        .layers
        .buildings
        .iter()
        .filter(|building| building.footprint.exterior().0.first().is_some_and(|at| holds(case, *at)))
        .map(|building| building.body.structure)
        .collect();
    let count = |of: Option<BuildingStructure>| inside.iter().filter(|structure| **structure == of).count();
    let mut facts: Vec<Fact> = vec![fact(
        "buildings",
        Phrase::new("buildings in the data", "数据内建筑"),
        Value::same(inside.len().to_string()),
    )];
    for &structure in BuildingStructure::ALL {
        if count(Some(structure)) > 0 {
            facts.push(fact(
                structure.code(),
                Phrase::of(|l| l.structure(structure)),
                Value::same(count(Some(structure)).to_string()),
            ));
        }
    }
    facts.push(fact(
        "structure_unknown",
        Phrase::new("structure not stated", "结构未注明"),
        Value::same(count(None).to_string()),
    ));
    let of_grade = |wanted: Grade| {
        let inside = |site: &&firereach_model::feature::Site| !site.kind.is_area() && holds(case, site.point.0);
        case.material.layers.sites.iter().filter(inside).filter(|site| site.grade == Some(wanted)).count()
    };
    for &grade in Grade::ALL {
        facts.push(fact(grade.code(), Phrase::of(|l| l.grade(grade)), Value::same(of_grade(grade).to_string())));
    }
    for grade in 1..=4_u8 {
        let own = case.material.layers.buildings.iter().filter(|b| b.body.fire_grade == Some(grade));
        let count = own.filter(|b| b.footprint.exterior().0.first().is_some_and(|at| holds(case, *at))).count();
        if count > 0 {
            facts.push(fact(
                ["fire_grade_1", "fire_grade_2", "fire_grade_3", "fire_grade_4"][usize::from(grade) - 1],
                Phrase::new(format!("fire-resistance grade {grade}"), format!("耐火等级 {grade} 级")),
                Value::same(count.to_string()),
            ));
        }
    }
    let breaks = case.base.lanes.encroachments.iter().filter(|thing| holds(case, thing.at)).count();
    facts.push(fact(
        "encroachments",
        Phrase::new("things that stand in firebreaks", "侵占防火隔离带"),
        Value::same(breaks.to_string()),
    ));
    Block {
        key: "stock",
        title: Phrase::new("Building stock", "建筑构成"),
        facts,
        grid: Grid::default(),
        note: Phrase::default(),
    }
}

/// Streets inside with the width and height of every piece, the worst first.
fn streets(case: &Case<'_>) -> Block {
    let mut pieces: Vec<_> = case
        .base
        .lanes
        .pieces
        .iter()
        .filter(|piece| halfway(&piece.line).is_some_and(|at| holds(case, at)))
        .map(|piece| {
            let worst = piece.rulings.iter().filter(|r| r.measure == "lane_clear_width").map(|r| r.verdict).max();
            (worst, piece)
        })
        .collect();
    pieces.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    let rows = pieces
        .into_iter()
        .map(|(worst, piece)| {
            let road = case.material.layers.roads.get(piece.road);
            let name = road.map(|road| road.name.clone().unwrap_or_else(|| road.id.clone())).unwrap_or_default();
            let class = if piece.class_low == piece.class_high {
                piece.class_low.clone()
            } else {
                format!("{}–{}", piece.class_low, piece.class_high)
            };
            vec![
                Value::same(name),
                road.map_or_else(Value::default, |road| Value::text(Phrase::of(|l| l.road_class(road.class)))),
                Value::same(format!("{}–{}", number(piece.from_m, 0), number(piece.to_m, 0))),
                bounds(&piece.width.bounds, 2),
                bounds(&piece.height.bounds, 2),
                Value::same(class),
                worst.map_or_else(Value::default, Value::verdict),
            ]
        })
        .collect::<Vec<_>>();
    let note = empty_note(&rows);
    Block {
        key: "streets",
        title: Phrase::new("Streets: clear width and height", "街巷净宽净高"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("street", "street", "街巷", "", 2.2),
                heading("kind", "kind", "类型", "", 1.3),
                heading("along", "along", "桩距", "m", 1.1),
                heading("width", "width", "净宽", "m", 1.3),
                heading("height", "height", "净高", "m", 1.3),
                heading("class", "class", "通行", "", 0.9),
                heading("verdict", "verdict", "结论", "", 1.3),
            ],
            rows,
        },
        note,
    }
}

/// The blocks between streets and whether engines get round them.
fn rings(case: &Case<'_>) -> Block {
    let own = case.base.lanes.blocks.iter().filter(|block| holds(case, block.deepest));
    let rows = own
        .enumerate()
        .map(|(index, block)| {
            let worst = block.rulings.iter().map(|ruling| ruling.verdict).max();
            vec![
                Value::same((index + 1).to_string()),
                Value::same(number(block.area_m2, 0)),
                Value::same(block.buildings.to_string()),
                Value::same(block.sites.len().to_string()),
                Value::same(block.connections.to_string()),
                if block.is_certain { yes_or_no(Some(true)) } else { Value::unknown() },
                bounds(&block.spacing_m, 0),
                worst.map_or_else(Value::default, Value::verdict),
            ]
        })
        .collect::<Vec<_>>();
    let note = empty_note(&rows);
    Block {
        key: "rings",
        title: Phrase::new("Blocks between streets and ring lanes", "街块与环通"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("number", "no.", "序号", "", 0.7),
                heading("area", "area", "面积", "m²", 1.1),
                heading("buildings", "buildings", "建筑", "", 1.0),
                heading("sites", "sites", "保护对象", "", 0.9),
                heading("connections", "links", "接口", "", 0.8),
                heading("ring", "ring certain", "环道确证", "", 1.0),
                heading("spacing", "lanes apart", "车道间距", "m", 1.2),
                heading("verdict", "verdict", "结论", "", 1.3),
            ],
            rows,
        },
        note,
    }
}

/// The other sites inside, with what their own sheets say in short.
fn relics(case: &Case<'_>) -> Block {
    let rows = case
        .material
        .layers
        .sites
        .iter()
        .enumerate()
        .filter(|(index, site)| *index != case.index && !site.kind.is_area() && holds(case, site.point.0))
        .map(|(index, site)| {
            let figures = Figures::of(site, case.base, index);
            let judged = |key| figures.verdict(key).unwrap_or(Verdict::Unknown);
            let class = case.base.water.sites.get(index).map(|water| water.class).unwrap_or_default();
            vec![
                Value::same(site.id.clone()),
                Value::same(site.name.clone().unwrap_or_default()),
                site.grade.map_or_else(Value::unknown, |grade| Value::text(Phrase::of(|l| l.grade(grade)))),
                Value::verdict(judged("response_verdict")),
                Value::verdict(judged("lane_verdict")),
                Value::text(Phrase::of(|l| l.water_class(class))),
            ]
        })
        .collect::<Vec<_>>();
    let note = empty_note(&rows);
    Block {
        key: "relics",
        title: Phrase::new("Protected buildings inside", "区内文物与历史建筑"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("code", "code", "编号", "", 1.0),
                heading("name", "name", "名称", "", 2.4),
                heading("grade", "grade", "级别", "", 1.4),
                heading("response", "response", "响应", "", 1.3),
                heading("lane", "lane", "车道", "", 1.3),
                heading("water", "water", "水源", "", 0.9),
            ],
            rows,
        },
        note,
    }
}

/// Hydrants inside with what was found of each.
fn hydrants(case: &Case<'_>) -> Block {
    let is_inside = |hydrant: &&Hydrant| holds(case, hydrant.at.0);
    let rows = case
        .material
        .layers
        .hydrants
        .iter()
        .filter(is_inside)
        .filter_map(|hydrant| case.base.water.hydrants.iter().find(|found| found.id == hydrant.id))
        .map(|found| {
            vec![
                Value::same(found.id.clone()),
                Value::text(Phrase::of(|l| l.service(found.service))),
                bounds(&found.flow, 1),
                found.spacing_m.map_or_else(Value::default, |metres| Value::same(number(metres, 1))),
                found.tested_on.clone().map_or_else(Value::unknown, Value::same),
                Value::same(found.sites_by_hose.to_string()),
            ]
        })
        .collect::<Vec<_>>();
    let note = if case.base.water.hydrants_supplied {
        empty_note(&rows)
    } else {
        Phrase::new("No layer of hydrants was supplied.", "未提供消火栓数据。")
    };
    Block {
        key: "hydrants",
        title: Phrase::new("Hydrants inside", "区内消火栓"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("hydrant", "hydrant", "编号", "", 1.2),
                heading("service", "state", "状况", "", 1.0),
                heading("flow", "flow", "流量", "L/s", 1.1),
                heading("spacing", "to the next", "间距", "m", 1.0),
                heading("tested", "last test", "最近测试", "", 1.3),
                heading("sites", "sites by hose", "水带可达处数", "", 1.0),
            ],
            rows,
        },
        note,
    }
}

/// Micro-stations and fire points inside.
fn posts(case: &Case<'_>) -> Block {
    let rows = case
        .material
        .layers
        .stations
        .iter()
        .filter(|station| is_post(station) && holds(case, station.at.0))
        .map(|station| {
            let hours = match station.hours.as_slice() {
                [] => Value::text(Phrase::new("always", "全天")),
                hours => {
                    Value::same(hours.iter().map(|(from, to)| format!("{from}–{to}")).collect::<Vec<_>>().join(", "))
                }
            };
            vec![
                Value::same(station.id.clone()),
                Value::same(station.name.clone().unwrap_or_default()),
                Value::text(Phrase::of(|l| l.station_kind(station.kind))),
                station.crew.map_or_else(Value::to_survey, |crew| Value::same(crew.to_string())),
                hours,
                Value::text(if station.is_proposed {
                    Phrase::new("proposed", "拟建")
                } else {
                    Phrase::new("existing", "现状")
                }),
            ]
        })
        .collect::<Vec<_>>();
    let note = empty_note(&rows);
    Block {
        key: "posts",
        title: Phrase::new("Fire points and micro-stations inside", "区内消防点与微型消防站"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("code", "code", "编号", "", 1.0),
                heading("name", "name", "名称", "", 2.4),
                heading("kind", "kind", "类型", "", 1.4),
                heading("crew", "crew", "人员", "", 0.8),
                heading("hours", "hours", "值守", "h", 1.0),
                heading("state", "state", "状态", "", 0.9),
            ],
            rows,
        },
        note,
    }
}

/// Fuel, gas and chemicals inside the area or beside it.
fn hazards(case: &Case<'_>) -> Block {
    let ground = case.base.grounds.get(case.index);
    let near = ground.map_or(0.0, |ground| ground.near_m);
    let found = ground.into_iter().flat_map(|ground| &ground.hazards).filter(|hazard| hazard.metres <= near);
    let rows = found
        .filter_map(|hazard| {
            let zone = case.material.layers.zones.get(hazard.zone)?;
            Some(vec![
                Value::same(zone.id.clone()),
                Value::same(zone.name.clone().unwrap_or_default()),
                Value::same(number(hazard.metres, 0)),
                yes_or_no(Some(hazard.metres == 0.0)),
            ])
        })
        .collect::<Vec<_>>();
    let note = if rows.is_empty() {
        Phrase::new(
            format!("None in the data inside or within {} m.", number(near, 0)),
            format!("数据中区内及周边 {} m 无危险源。", number(near, 0)),
        )
    } else {
        Phrase::default()
    };
    Block {
        key: "exclusions",
        title: Phrase::new("Fuel, gas and chemicals to be kept out", "燃气油料等危险源管控"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("code", "code", "编号", "", 1.0),
                heading("name", "name", "名称", "", 3.0),
                heading("distance", "distance", "距离", "m", 1.0),
                heading("inside", "inside", "区内", "", 0.8),
            ],
            rows,
        },
        note,
    }
}

/// What has to be painted and put up on the lanes inside.
fn marking(case: &Case<'_>) -> Block {
    let rows = case
        .base
        .lanes
        .markings
        .iter()
        .filter(|marking| halfway(&marking.line).is_some_and(|at| holds(case, at)))
        .map(|marking| {
            let road = case.material.layers.roads.get(marking.road);
            let name = road.map(|road| road.name.clone().unwrap_or_else(|| road.id.clone())).unwrap_or_default();
            vec![
                Value::same(name),
                Value::same(number(marking.lane_m, 1)),
                Value::same(number(marking.line_m, 1)),
                Value::same(marking.boxes.to_string()),
                Value::same(marking.entrances.to_string()),
                Value::same(marking.signs.to_string()),
            ]
        })
        .collect::<Vec<_>>();
    let note = empty_note(&rows);
    Block {
        key: "marking",
        title: Phrase::new("Marking of fire lanes", "消防车通道标识"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("street", "street", "街巷", "", 2.4),
                heading("lane", "lane", "车道", "m", 1.0),
                heading("line", "line", "标线", "m", 1.0),
                heading("boxes", "boxes", "禁停标字", "", 1.0),
                heading("entrances", "entrances", "出入口", "", 1.0),
                heading("signs", "signs", "标牌", "", 1.0),
            ],
            rows,
        },
        note,
    }
}

fn empty_note(rows: &[Vec<Value>]) -> Phrase {
    if rows.is_empty() { Phrase::new("None in the data.", "数据中无。") } else { Phrase::default() }
}
