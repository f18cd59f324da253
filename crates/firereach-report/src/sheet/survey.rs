//! What nobody measured: what to survey before the sheet can say more.

use firereach_model::rules::Verdict;

use super::figures::number;
use super::{Block, Case, Grid, Phrase, Value, heading};

pub(super) fn block(case: &Case<'_>) -> Block {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut add = |subject: Phrase, what: Phrase| {
        rows.push(vec![Value::same((rows.len() + 1).to_string()), Value::text(subject), Value::text(what)]);
    };
    let water = Phrase::new("water", "水源");
    let lane = Phrase::new("lane", "车道");
    if let Some(found) = case.base.water.sites.get(case.index) {
        for survey in &found.surveys {
            add(water.clone(), Phrase::reason(survey));
        }
    }
    if let Some(access) = case.base.lanes.sites.get(case.index) {
        if access.unmeasured_m > 0.0 {
            let metres = number(access.unmeasured_m, 0);
            add(
                lane.clone(),
                Phrase::new(
                    format!("measure the clear width of {metres} m of the way of which nobody knows it"),
                    format!("测量通路中宽度不明的 {metres} m 的净宽"),
                ),
            );
        }
        if access.height.as_ref().is_none_or(|height| height.bounds.low.is_none()) {
            add(lane, Phrase::new("measure the least clear height along the way", "测量通路沿线最小净高"));
        }
    }
    let rulings = case.base.site_rulings.get(case.index).map_or(&[][..], Vec::as_slice);
    let mut open: Vec<&str> =
        rulings.iter().filter(|r| r.verdict == Verdict::Unknown).map(|r| r.rule.as_str()).collect();
    open.dedup();
    let note = if open.is_empty() {
        Phrase::new("No verdict hangs on a survey.", "无待查判定。")
    } else {
        let list = open.join(", ");
        Phrase::new(format!("Rules left open: {list}"), format!("因此待查的规则：{list}"))
    };
    Block {
        key: "survey",
        title: Phrase::new("Not known: to survey", "待查事项"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("number", "no.", "序号", "", 0.5),
                heading("subject", "subject", "类别", "", 0.9),
                heading("what", "what to find out", "调查内容", "", 6.0),
            ],
            rows,
        },
        note,
    }
}
