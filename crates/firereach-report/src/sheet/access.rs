//! How engines come to the site, and what stands near it.

use firereach_model::bounds::Method;
use firereach_model::findings::lanes::{Clearance, Separation, SiteAccess};

use super::figures::{bounds, interval, number, yes_or_no};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};

/// The code and the name of a vehicle of the catalogue.
pub(super) fn vehicle(case: &Case<'_>, code: &str) -> Phrase {
    match case.material.record.vehicles.iter().find(|vehicle| vehicle.code == code) {
        Some(vehicle) => Phrase::new(format!("{code} {}", vehicle.name), format!("{code} {}", vehicle.name_zh)),
        None => Phrase::same(code),
    }
}

/// The name of a station, with its code where it has a name.
pub(super) fn station(case: &Case<'_>, code: &str) -> String {
    let named = case.material.layers.stations.iter().find(|station| station.id == code);
    match named.and_then(|station| station.name.as_deref()).filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_owned(),
    }
}

/// Whether a clearance, or the verdict on it, rests on what nobody looked at.
fn is_assumed(of: &Clearance, basis: Option<Method>) -> bool {
    let by_bounds =
        of.bounds.low.is_some() && of.low_by.is_assumed() || of.bounds.high.is_some() && of.high_by.is_assumed();
    by_bounds || basis.is_some_and(Method::is_assumed)
}

fn obtained(of: &Clearance) -> Phrase {
    let method = Phrase::of(|language| match (of.bounds.low.is_some(), of.bounds.high.is_some()) {
        (true, true) if of.low_by != of.high_by => {
            format!("{} / {}", language.method(of.low_by), language.method(of.high_by))
        }
        (true, _) => language.method(of.low_by).to_owned(),
        (false, true) => language.method(of.high_by).to_owned(),
        (false, false) => String::new(),
    });
    let because = Phrase::reason(&of.because);
    match (method.is_empty(), because.is_empty()) {
        (true, _) => because,
        (_, true) => method,
        _ => Phrase::new(format!("{}: {}", method.en, because.en), format!("{}：{}", method.zh, because.zh)),
    }
}

pub(super) fn block(case: &Case<'_>) -> Block {
    let figures = &case.figures;
    let mut facts = Vec::new();
    let access = case.base.lanes.sites.get(case.index);
    let lane = figures.verdict("lane_verdict");
    let width = access.and_then(|a| a.width.as_ref());
    let basis = access.and_then(|a| a.basis);
    facts.push(Fact {
        basis: width.map(obtained).unwrap_or_default(),
        columns: vec!["clear_width_low_m", "clear_width_high_m"],
        ..fact(
            "clear_width",
            Phrase::new("least clear width of the way", "通路最小净宽"),
            figures
                .interval("clear_width_low_m", "clear_width_high_m")
                .unit("m")
                .assumed(width.is_some_and(|width| is_assumed(width, basis.map(|basis| basis.width))))
                .judged(lane),
        )
    });
    if let Some(basis) = basis {
        facts.push(fact(
            "lane_basis",
            Phrase::new("the lane's verdict rests on", "车道结论依据"),
            Value::text(Phrase::of(|l| l.method(basis.both))).assumed(basis.both.is_assumed()),
        ));
    }
    let height = access.and_then(|a| a.height.as_ref());
    facts.push(Fact {
        basis: height.map(obtained).unwrap_or_default(),
        columns: vec!["clear_height_low_m", "clear_height_high_m"],
        ..fact(
            "clear_height",
            Phrase::new("least clear height", "最小净高"),
            figures
                .interval("clear_height_low_m", "clear_height_high_m")
                .unit("m")
                .assumed(height.is_some_and(|height| is_assumed(height, basis.map(|basis| basis.height)))),
        )
    });
    let class = figures.shown("passability_class");
    let classes = &case.material.record.rulebook.parameters.lanes.classes;
    let means = class.as_deref().and_then(|code| classes.iter().find(|class| class.code == code));
    facts.push(Fact {
        basis: means.map(|class| Phrase::new(class.means.clone(), class.means_zh.clone())).unwrap_or_default(),
        columns: vec!["passability_class"],
        ..fact(
            "passability",
            Phrase::new("passability class", "通行等级"),
            class.map_or_else(Value::unknown, |class| Value::same(class.replace('-', "–"))),
        )
    });
    for (key, en, zh) in [
        ("largest_vehicle", "largest vehicle that certainly comes near", "确能接近的最大车型"),
        ("largest_vehicle_possible", "largest vehicle that may come near", "可能接近的最大车型"),
    ] {
        facts.push(Fact {
            columns: vec![key],
            ..fact(
                key,
                Phrase::new(en, zh),
                figures
                    .shown(key)
                    .map_or_else(|| Value::text(Phrase::new("none", "无")), |code| Value::text(vehicle(case, &code))),
            )
        });
    }
    facts.push(Fact {
        columns: vec!["stop_to_site_m"],
        ..fact(
            "stop_to_site",
            Phrase::new("from the stop to the site, on foot", "停车位置至本处步行"),
            figures.value("stop_to_site_m").unit("m"),
        )
    });
    facts.extend(access.filter(|access| access.stop.is_some()).map(|access| dead_end(case, access)));
    if let Some(access) = access.filter(|access| access.way_m > 0.0) {
        facts.push(fact(
            "way",
            Phrase::new("widest way from the main road", "自主路最宽通路"),
            Value::same(number(access.way_m, 0)).unit("m"),
        ));
        facts.push(fact(
            "way_unmeasured",
            Phrase::new("of it without known width", "其中宽度不明"),
            Value::same(number(access.unmeasured_m, 0)).unit("m"),
        ));
    }
    if let Some(pinch) = access.and_then(|a| a.pinch).and_then(|p| case.base.lanes.pinch_points.get(p)) {
        facts.push(Fact {
            basis: Phrase::reason(&pinch.obstacles.join(" | ")),
            columns: vec!["pinch_width_m"],
            ..fact(
                "pinch",
                Phrase::new(format!("deciding pinch point {}", pinch.id), format!("控制瓶颈点 {}", pinch.id)),
                bounds(&pinch.width, 2).unit("m"),
            )
        });
        facts.push(fact(
            "pinch_removable",
            Phrase::new("it can be removed", "瓶颈可清除"),
            yes_or_no(pinch.is_removable),
        ));
    }
    let note = figures.shown("lane_because").map(|text| Phrase::reason(&text)).unwrap_or_default();
    Block { key: "access", title: Phrase::new("Access", "消防通达"), facts, grid: Grid::default(), note }
}

/// Whether the engine stops in a dead end that the rules speak of, how long it is, and whether it can turn there.
fn dead_end(case: &Case<'_>, access: &SiteAccess) -> Fact {
    let label = Phrase::new("dead end at the stop", "停车处尽头路");
    let Some(end) = access.dead_end.and_then(|index| case.base.lanes.dead_ends.get(index)) else {
        return fact("dead_end", label, yes_or_no(Some(false)));
    };
    let worst = end.rulings.iter().map(|ruling| ruling.verdict).max();
    let because = end.rulings.first().map(|ruling| Phrase::reason(&ruling.because)).unwrap_or_default();
    Fact { basis: because, ..fact("dead_end", label, Value::same(number(end.length_m, 0)).unit("m").judged(worst)) }
}

/// Neighbours nearer than the table distance.
pub(super) fn separation(case: &Case<'_>) -> Block {
    let is_own = |pair: &&Separation| {
        pair.site.as_deref() == Some(case.site.id.as_str())
            || case.site.building.as_deref().is_some_and(|own| pair.building == own || pair.neighbour == own)
    };
    let own: Vec<&Separation> = case.base.lanes.separations.iter().filter(is_own).collect();
    let rows = own
        .iter()
        .map(|pair| {
            let is_other = case.site.building.as_deref() == Some(pair.neighbour.as_str());
            let other = if is_other { &pair.building } else { &pair.neighbour };
            vec![
                Value::same(other.clone()),
                Value::same(number(pair.distance_m, 2)),
                interval(Some(number(pair.required_m.0, 1)), Some(number(pair.required_m.1, 1))),
                if pair.cluster == 0 { Value::default() } else { Value::same(pair.cluster.to_string()) },
                Value::same(pair.ruling.rule.clone()),
                Value::verdict(pair.ruling.verdict),
            ]
        })
        .collect();
    let note = if own.is_empty() {
        Phrase::new(
            "No neighbour nearer than the table distance is in the data.",
            "数据中无小于规定防火间距的相邻建筑。",
        )
    } else {
        Phrase::new(
            "Fire walls and blank walls are not in the data; rows of one cluster may burn together.",
            "数据不含防火墙与无窗墙；同一连片编号的建筑可能连片燃烧。",
        )
    };
    Block {
        key: "separation",
        title: Phrase::new("Fire separation", "防火间距"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("neighbour", "neighbour", "相邻建筑", "", 2.0),
                heading("distance", "distance", "间距", "m", 1.0),
                heading("required", "asked for", "规定间距", "m", 1.2),
                heading("cluster", "cluster", "连片", "", 0.8),
                heading("rule", "rule", "规则", "", 1.0),
                heading("verdict", "verdict", "结论", "", 1.5),
            ],
            rows,
        },
        note,
    }
}
