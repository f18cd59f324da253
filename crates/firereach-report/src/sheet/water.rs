//! How much water the site needs, gets and lacks.

use firereach_model::bounds::Bounds;
use firereach_model::findings::water::{ENDLESS_LPS, SourceAtSite, WaterClass};
use firereach_model::units::LitresPerSecond;

use super::figures::{bounds, interval, number, percent, yes_or_no};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};

pub(super) fn block(case: &Case<'_>) -> Block {
    let figures = &case.figures;
    let mut facts = Vec::new();
    let Some(water) = case.base.water.sites.get(case.index) else {
        return Block {
            key: "water",
            title: Phrase::new("Water", "消防水源"),
            facts,
            grid: Grid::default(),
            note: Phrase::unknown(),
        };
    };
    facts.push(Fact {
        columns: vec!["water_class"],
        ..fact("class", Phrase::new("class", "等级"), class_value(water.class, water.class_best, water.class_worst))
    });
    let rank = figures.value("rank");
    let range = figures
        .shown("rank_low")
        .zip(figures.shown("rank_high"))
        .filter(|(low, high)| low != high || rank.text.en != *low);
    facts.push(Fact {
        basis: range
            .map(|(low, high)| Phrase::new(format!("between {low} and {high}"), format!("可能介于 {low} 与 {high}")))
            .unwrap_or_default(),
        columns: vec!["rank", "rank_low", "rank_high"],
        ..fact(
            "rank",
            Phrase::new(
                format!("rank among {} sites", case.material.layers.sites.len()),
                format!("缺口排名（共 {} 处）", case.material.layers.sites.len()),
            ),
            rank,
        )
    });
    facts.push(Fact {
        columns: vec!["flow_required_low_lps", "flow_required_high_lps"],
        ..fact(
            "flow_required",
            Phrase::new("flow needed", "需水流量"),
            figures.interval("flow_required_low_lps", "flow_required_high_lps").unit("L/s"),
        )
    });
    facts.push(Fact {
        columns: vec!["flow_low_lps", "flow_high_lps"],
        ..fact(
            "flow_available",
            Phrase::new("flow available", "可用流量"),
            if is_endless(&water.flow_available) {
                flow(&water.flow_available)
            } else {
                figures.interval("flow_low_lps", "flow_high_lps").unit("L/s")
            },
        )
    });
    facts.push(fact(
        "volume_required",
        Phrase::new("volume needed", "需水总量"),
        bounds(&water.volume_required, 1).unit("m³"),
    ));
    facts.push(Fact {
        columns: vec!["volume_low_m3", "volume_high_m3"],
        ..fact(
            "volume_available",
            Phrase::new("volume available", "可用水量"),
            figures.interval("volume_low_m3", "volume_high_m3").unit("m³"),
        )
    });
    let knows = case.base.water.hydrants_supplied || case.base.water.sources_supplied;
    let share = |gap: (f64, f64)| if knows { percent(gap) } else { Value::unknown() };
    let verdict = figures.verdict("water_verdict");
    facts.push(Fact {
        columns: vec!["gap_flow_low", "gap_flow"],
        ..fact("gap_flow", Phrase::new("missing flow", "流量缺口"), share(water.gap_flow).judged(verdict))
    });
    facts.push(Fact {
        columns: vec!["gap_volume"],
        ..fact("gap_volume", Phrase::new("missing volume", "水量缺口"), share(water.gap_volume))
    });
    facts.push(Fact {
        basis: water
            .worst_failure
            .as_deref()
            .map(|failure| {
                let reason = Phrase::reason(failure);
                Phrase::new(format!("without {}", reason.en), format!("失去{}", reason.zh))
            })
            .unwrap_or_default(),
        columns: vec!["gap_n1", "worst_failure"],
        ..fact("gap_n1", Phrase::new("missing flow if one thing fails", "单一失效后流量缺口"), share(water.gap_n1))
    });
    facts.push(Fact {
        columns: vec!["hydrants_plan_150m"],
        ..fact(
            "hydrants_in_plan",
            Phrase::new("hydrants within the legal radius", "法定半径内消火栓"),
            figures.value("hydrants_plan_150m"),
        )
    });
    facts.push(Fact {
        columns: vec!["sources_by_hose"],
        ..fact(
            "sources_by_hose",
            Phrase::new("sources usable by hose", "水带可用水源"),
            figures.value("sources_by_hose"),
        )
    });
    let seconds = |s: Option<f64>| s.map(|s| number(s, 0));
    facts.push(fact(
        "time_to_water",
        Phrase::new("from alarm to water", "报警至出水"),
        interval(seconds(water.time_to_water_s.0), seconds(water.time_to_water_s.1)).unit("s"),
    ));
    if let Some(disagreement) = &water.disagreement {
        facts.push(Fact {
            columns: vec!["water_disagreement"],
            ..fact(
                "disagreement",
                Phrase::new("plan and hose disagree", "平面与水带校核不一致"),
                Value::text(Phrase::reason(disagreement)),
            )
        });
    }
    let note = figures.shown("water_because").map(|text| Phrase::reason(&text)).unwrap_or_default();
    Block { key: "water", title: Phrase::new("Water", "消防水源"), facts, grid: Grid::default(), note }
}

/// A class with the best and the worst it may be.
fn class_value(class: WaterClass, best: WaterClass, worst: WaterClass) -> Value {
    let text = Phrase::of(|l| {
        if best == worst || class != WaterClass::Unknown {
            l.water_class(class).to_owned()
        } else {
            let (best, worst) = (l.water_class(best), l.water_class(worst));
            format!("{} ({})", l.water_class(class), l.pick(&format!("{best} to {worst}"), &format!("{best}至{worst}")))
        }
    });
    Value { is_unknown: class == WaterClass::Unknown, ..Value::text(text) }
}

/// Whether there is certainly no end to a flow.
fn is_endless(flow: &Bounds<LitresPerSecond>) -> bool {
    flow.low.is_some_and(|low| low.get() >= f64::from(ENDLESS_LPS))
}

/// A flow; what never runs out has no upper end.
fn flow(of: &Bounds<LitresPerSecond>) -> Value {
    if is_endless(of) {
        return Value::text(Phrase::new("no limit", "不限"));
    }
    bounds(&Bounds { low: of.low, high: of.high.filter(|high| high.get() < f64::from(ENDLESS_LPS)) }, 1)
}

/// Sources that a sheet lists although they do not count for certain: the nearest ones.
const LISTED_IN_DOUBT: usize = 12;

/// The sources about the site, nearest first: every one that counts for certain, and of the others the nearest.
pub(super) fn sources(case: &Case<'_>) -> Block {
    let sources = case.base.water.sites.get(case.index).map_or(&[][..], |water| &water.sources);
    let mut in_doubt = 0;
    let listed = sources.iter().filter(|source: &&SourceAtSite| {
        let counts = source.counts_in_plan || source.counts_by_hose == Some(true);
        in_doubt += usize::from(!counts);
        counts || in_doubt <= LISTED_IN_DOUBT
    });
    let rows = listed
        .map(|source| {
            let way = |metres: Option<f64>, decimals| {
                metres.map_or_else(Value::default, |metres| Value::same(number(metres, decimals)))
            };
            vec![
                Value::same(source.id.clone()),
                Value::text(Phrase::of(|l| l.source_kind(&source.kind))),
                Value::same(number(source.plan_m, 1)),
                source.hose_m.map_or_else(
                    || Value::text(Phrase::new("no way", "无路")),
                    |metres| Value::same(number(metres, 1)),
                ),
                way(source.lift_m, 1),
                way(source.hose_m.map(|_| source.stairs_m), 1),
                flow(&source.flow),
                yes_or_no(Some(source.counts_in_plan)),
                yes_or_no(source.counts_by_hose),
            ]
        })
        .collect::<Vec<_>>();
    let left_out = sources.len() - rows.len();
    let note = if left_out > 0 {
        Phrase::new(
            format!("{left_out} farther sources that count by neither rule for certain are left out."),
            format!("另有 {left_out} 处较远水源未列，两种规则均不能确定计入。"),
        )
    } else if !rows.is_empty() {
        Phrase::default()
    } else if case.base.water.hydrants_supplied {
        Phrase::new("No source of water within reach is in the data.", "数据中可达范围内无水源。")
    } else {
        Phrase::new("No layer of hydrants was supplied: what is there is not known.", "未提供消火栓数据，现状不明。")
    };
    Block {
        key: "sources",
        title: Phrase::new("Sources of water", "水源清单"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("source", "source", "编号", "", 1.5),
                heading("kind", "kind", "类型", "", 1.5),
                heading("plan", "plan", "平距", "m", 1.0),
                heading("hose", "hose", "水带", "m", 1.0),
                heading("lift", "lift", "高差", "m", 0.8),
                heading("stairs", "stairs", "梯道", "m", 0.9),
                heading("flow", "flow", "流量", "L/s", 1.3),
                heading("in_plan", "in plan", "平面计入", "", 1.1),
                heading("by_hose", "by hose", "水带计入", "", 1.4),
            ],
            rows,
        },
        note,
    }
}
