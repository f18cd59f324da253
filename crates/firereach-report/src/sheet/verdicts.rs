//! Every rule the site was held against, and the few figures that say most.

use firereach_model::findings::Ruling;
use firereach_model::rules::{Limit, Rule, Verdict};

use super::figures::{interval, number};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};

/// A number of a rule or ruling in as many decimals as it needs, two at most.
fn short(value: f64) -> String {
    let text = number(value, 2);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn measured(ruling: &Ruling) -> Value {
    if ruling.is_reached {
        interval(ruling.low.map(short), ruling.high.map(short))
    } else {
        Value::text(Phrase::new("unreached", "不可达"))
    }
}

fn limit(rule: &Rule) -> String {
    match rule.limit {
        Limit::AtLeast(limit) => format!("≥ {}", short(limit)),
        Limit::AtMost(limit) => format!("≤ {}", short(limit)),
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
            let unit = rule.map(|rule| Phrase::of(|l| l.unit(&rule.unit))).unwrap_or_default();
            vec![
                Value::same(ruling.rule.clone()),
                Value::text(asks),
                measured(ruling).unit(unit.en.clone()),
                rule.map_or_else(Value::default, |rule| Value::same(limit(rule)).unit(unit.en)),
                rule.map_or_else(Value::default, |rule| Value::text(Phrase::reason(&rule.basis))),
                rule.map_or_else(Value::default, |rule| Value::text(Phrase::of(|l| l.known_from(rule.known_from)))),
                Value::verdict(ruling.verdict),
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

/// Response, lane and water in one line each.
pub(super) fn summary(case: &Case<'_>) -> Vec<Fact> {
    let figures = &case.figures;
    let one = |key: &'static str, en: &str, zh: &str| {
        let verdict = figures.verdict(key).unwrap_or(Verdict::Unknown);
        Fact { columns: vec![key], ..fact(key, Phrase::new(en, zh), Value::verdict(verdict)) }
    };
    let class = case.base.water.sites.get(case.index).map(|water| water.class).unwrap_or_default();
    vec![
        one("response_verdict", "response", "响应"),
        one("lane_verdict", "lane", "车道"),
        one("water_verdict", "water", "水源"),
        Fact {
            columns: vec!["water_class"],
            ..fact(
                "water_class",
                Phrase::new("water class", "水源等级"),
                Value { is_unknown: class == Default::default(), ..Value::text(Phrase::of(|l| l.water_class(class))) },
            )
        },
        Fact { columns: vec!["rank"], ..fact("rank", Phrase::new("rank", "排名"), figures.value("rank")) },
    ]
}
