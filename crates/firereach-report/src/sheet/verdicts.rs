//! Every rule the site was held against, and the few figures that say most.

use firereach_model::findings::Ruling;
use firereach_model::rules::{Limit, Rule, Verdict};

use super::figures::{interval, number, percent, percent_of};
use super::response::{hangs, lane_is_assumed, times};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};
use crate::words::Language;

/// A number of a rule or ruling in as many decimals as it needs, two at most.
fn short(value: f64) -> String {
    let text = number(value, 2);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What was measured, in the rule's unit; a share as a percentage.
fn measured(ruling: &Ruling, unit: &str) -> Value {
    if !ruling.is_reached {
        return Value::text(Phrase::new("unreached", "不可达"));
    }
    let shown = |end: Option<f64>| end.map(|value| if unit == SHARE { percent_of(value) } else { short(value) });
    interval(shown(ruling.low), shown(ruling.high)).unit(unit_of(unit))
}

fn limit(rule: &Rule) -> Value {
    let (sign, limit) = match rule.limit {
        Limit::AtLeast(limit) => ("≥", limit),
        Limit::AtMost(limit) => ("≤", limit),
    };
    let limit = if rule.unit == SHARE { percent_of(limit) } else { short(limit) };
    Value::same(format!("{sign} {limit}")).unit(unit_of(&rule.unit))
}

/// The unit of rules whose measures are parts of one.
const SHARE: &str = "share";

fn unit_of(unit: &str) -> String {
    if unit == SHARE { "%".to_owned() } else { Language::English.unit(unit) }
}

/// Whether a verdict rests on what nobody looked at, or turns with what is assumed.
fn is_assumed(case: &Case<'_>, measure: &str) -> bool {
    let basis = case.base.lanes.sites.get(case.index).and_then(|access| access.basis);
    match measure {
        "response_time" => hangs(case.base, case.index),
        "lane_clear_width" => basis.is_some_and(|basis| basis.width.is_assumed()),
        "lane_clear_height" => basis.is_some_and(|basis| basis.height.is_assumed()),
        _ => false,
    }
}

pub(super) fn block(case: &Case<'_>) -> Block {
    let rulings = case.base.site_rulings.get(case.index).map_or(&[][..], Vec::as_slice);
    let rules = &case.material.record.rulebook.rules;
    let rows = rulings
        .iter()
        .map(|ruling| {
            let rule = rules.iter().find(|rule| rule.id == ruling.rule && rule.measure == ruling.measure);
            let asks = rule.map_or_else(
                || Phrase::same(ruling.measure.replace('_', " ")),
                |rule| Phrase::new(rule.says.clone(), rule.says_zh.clone()),
            );
            let unit = rule.map(|rule| rule.unit.as_str()).unwrap_or_default();
            vec![
                Value::same(ruling.rule.clone()),
                Value::text(asks),
                measured(ruling, unit),
                rule.map_or_else(Value::default, limit),
                rule.map_or_else(Value::default, |rule| Value::text(Phrase::reason(&rule.basis))),
                rule.map_or_else(Value::default, |rule| Value::text(Phrase::of(|l| l.known_from(rule.known_from)))),
                Value::verdict(ruling.verdict).assumed(is_assumed(case, &ruling.measure)),
            ]
        })
        .collect();
    let note = if rulings.is_empty() {
        Phrase::new("No rule of the pack applies.", "规则集中无适用规则。")
    } else {
        Phrase::default()
    };
    Block {
        key: "verdicts",
        title: Phrase::new("Verdicts by clause", "逐条判定"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("rule", "rule", "规则", "", 0.9),
                heading("asks", "asks for", "要求", "", 2.9),
                heading("measured", "measured", "实测", "", 1.3),
                heading("limit", "limit", "限值", "", 1.1),
                heading("basis", "clause", "条款依据", "", 2.3),
                heading("known", "text known", "条文来源", "", 1.1),
                heading("verdict", "verdict", "结论", "", 1.4),
            ],
            rows,
        },
        note,
    }
}

/// Response, lane and water in one line each: what was measured, and what it comes to.
pub(super) fn summary(case: &Case<'_>) -> Vec<Fact> {
    let figures = &case.figures;
    let one = |key: &'static str, en: &str, zh: &str, is_assumed: bool| {
        let verdict = figures.verdict(key).unwrap_or(Verdict::Unknown);
        Fact { columns: vec![key], ..fact(key, Phrase::new(en, zh), Value::verdict(verdict).assumed(is_assumed)) }
    };
    let water = case.base.water.sites.get(case.index);
    let class = water.map(|water| water.class).unwrap_or_default();
    let knows = case.base.water.hydrants_supplied || case.base.water.sources_supplied;
    let gap = water.filter(|_| knows).map_or_else(Value::unknown, |water| percent(water.gap_flow));
    vec![
        one("response_verdict", "response", "响应", hangs(case.base, case.index)),
        one("lane_verdict", "lane", "车道", lane_is_assumed(case.base, case.index)),
        one("water_verdict", "water", "水源", false),
        Fact {
            columns: vec!["water_class"],
            ..fact(
                "water_class",
                Phrase::new("water class", "水源等级"),
                Value { is_unknown: class == Default::default(), ..Value::text(Phrase::of(|l| l.water_class(class))) },
            )
        },
        Fact { columns: vec!["rank"], ..fact("rank", Phrase::new("rank", "排名"), figures.value("rank")) },
        Fact {
            columns: vec!["response_s", "response_high_s"],
            ..fact("response", Phrase::new("first arrival", "首达"), times(figures, "s"))
        },
        Fact {
            columns: vec!["clear_width_low_m", "clear_width_high_m"],
            ..fact(
                "clear_width",
                Phrase::new("clear width", "净宽"),
                figures.interval("clear_width_low_m", "clear_width_high_m").unit("m"),
            )
        },
        Fact {
            columns: vec!["gap_flow_low", "gap_flow"],
            ..fact("gap_flow", Phrase::new("missing flow", "流量缺口"), gap)
        },
    ]
}
