//! The few figures of a run that fit on a terminal.

use firereach_model::findings::lanes::SiteAccess;
use firereach_model::findings::water::WaterClass;
use firereach_model::findings::{Findings, Ruling};
use firereach_model::record::Record;
use firereach_model::rules::Verdict;

use crate::words::Language;

/// The figures of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioSummary {
    /// The scenario.
    pub name: String,
    /// Sites.
    pub sites: usize,
    /// Sites whose response passes, is unknown and fails.
    pub response: [usize; 3],
    /// Sites whose access lane passes, is unknown and fails.
    pub lane: [usize; 3],
    /// Those of the unknown ones that would pass by the class of the road or its lanes alone: nobody looked at the lane.
    pub lane_assumed: usize,
    /// Sites by water class: red, orange, yellow, green, unknown.
    pub water: [usize; 5],
    /// Median of the response, seconds, of the sites that are reached.
    pub median_response_s: Option<f64>,
}

/// The measures whose rules decide on the lanes to a site.
const LANE: [&str; 2] = ["lane_clear_width", "lane_clear_height"];

/// Counts what a scenario came to.
pub fn summarise(findings: &Findings) -> ScenarioSummary {
    let worst = |measures: &[&str]| {
        let mut counts = [0; 3];
        for rulings in &findings.site_rulings {
            match rulings.iter().filter(|r| measures.contains(&r.measure.as_str())).map(|r| r.verdict).max() {
                Some(Verdict::Pass) => counts[0] += 1,
                Some(Verdict::Unknown) | None => counts[1] += 1,
                Some(_) => counts[2] += 1,
            }
        }
        counts
    };
    let is_unknown = |rulings: &[Ruling]| {
        let verdicts = rulings.iter().filter(|r| LANE.contains(&r.measure.as_str())).map(|r| r.verdict);
        verdicts.max() == Some(Verdict::Unknown)
    };
    let on_assumption = |access: &SiteAccess| access.basis.is_some_and(|basis| basis.both.is_assumed());
    let lanes = findings.site_rulings.iter().zip(&findings.lanes.sites);
    let lane_assumed = lanes.filter(|(rulings, access)| is_unknown(rulings) && on_assumption(access)).count();
    let mut water = [0; 5];
    for site in &findings.water.sites {
        water[match site.class {
            WaterClass::Red => 0,
            WaterClass::Orange => 1,
            WaterClass::Yellow => 2,
            WaterClass::Green => 3,
            WaterClass::Unknown => 4,
        }] += 1;
    }
    let mut times: Vec<f64> =
        findings.reach.sites.iter().filter_map(|s| s.first.as_ref()).map(|a| a.components.total_s()).collect();
    times.sort_by(f64::total_cmp);
    ScenarioSummary {
        name: findings.scenario.clone(),
        sites: findings.site_rulings.len(),
        response: worst(&["response_time"]),
        lane: worst(&LANE),
        lane_assumed,
        water,
        median_response_s: times.get(times.len() / 2).copied(),
    }
}

/// The summary table for a terminal, one line a scenario.
pub fn render_summary(record: &Record, summaries: &[ScenarioSummary], language: Language) -> String {
    let say = |english, chinese| language.pick(english, chinese);
    let mut lines = vec![record.title.clone()];
    if let Some(banner) = &record.banner {
        lines.push(banner.clone());
    }
    let header = [
        say("scenario", "情景"),
        say("sites", "对象"),
        say("in time / ? / late", "按时/待查/超时"),
        say("median s", "中位秒"),
        say("lane ok / ? (wide by class) / not", "车道合格/待查(按等级应合格)/不合格"),
        say("water red/orange/yellow/green/?", "水源 红/橙/黄/绿/待查"),
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for summary in summaries {
        let join = |counts: &[usize]| counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" / ");
        rows.push(vec![
            summary.name.clone(),
            summary.sites.to_string(),
            join(&summary.response),
            summary.median_response_s.map_or_else(|| "-".to_owned(), |s| format!("{s:.0}")),
            format!("{} / {} ({}) / {}", summary.lane[0], summary.lane[1], summary.lane_assumed, summary.lane[2]),
            join(&summary.water),
        ]);
    }
    lines.extend(align(&rows));
    lines.join("\n")
}

/// Aligns the cells of a table on a fixed-width screen, where a Chinese character takes two columns.
pub fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| screen_width(cell)).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - screen_width(cell))))
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// The columns a text takes on a fixed-width screen.
pub(crate) fn screen_width(text: &str) -> usize {
    let is_wide = |c: char| matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD);
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_columns() {
        let rows = [vec!["今天".to_owned(), "1".to_owned()], vec!["now".to_owned(), "2".to_owned()]];
        assert_eq!(align(&rows), ["今天  1", "now   2"]);
    }
}
