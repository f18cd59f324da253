//! The chain of reasons behind one site's findings, from source row to verdict.

mod access;

use firereach_model::bounds::Bounds;
use firereach_model::findings::reach::Arrival;
use firereach_model::findings::water::ENDLESS_LPS;
use firereach_model::record::Run;
use firereach_model::rules::{Limit, Rule};
use firereach_model::units::{LitresPerSecond, Quantity};
use serde::Serialize;

use crate::words::Language;

/// One block of the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// Explains one site of one scenario: where it was read, who comes and why not sooner, which lane decides, where the
/// water comes from, and every rule it was held against.
///
/// # Panics
///
/// When `scenario` or `site` is not an index of the run.
pub fn explain(run: &Run, scenario: usize, site: usize, language: Language) -> Vec<Section> {
    let say = |english: &str, chinese: &str| language.pick(english, chinese).to_owned();
    let findings = &run.findings[scenario];
    let place = &run.record.sites[site];
    let mut sections = Vec::new();

    let mut lines = vec![
        format!("{}: {}", say("identifier", "编号"), place.id),
        format!("{}: {}", say("name", "名称"), place.name.as_deref().unwrap_or("-")),
        format!("{}: {}", say("kind", "类别"), language.site_kind(place.kind)),
        format!(
            "{}: {}",
            say("grade", "级别"),
            place.grade.map_or_else(|| say("not stated", "未注明"), |g| language.grade(g).to_owned())
        ),
        format!("{}: {}", say("read from", "数据来源"), language.reason(&place.origin.to_string())),
        format!("{}: {:.6}, {:.6} (WGS 84)", say("longitude, latitude", "经纬度"), place.lon_lat.0, place.lon_lat.1),
        format!("{}: {}", say("scenario", "情景"), findings.scenario),
    ];
    if let Some(building) = &place.building {
        lines.push(format!("{}: {building}", say("footprint taken from building", "轮廓取自建筑")));
    }
    sections.push(Section { title: say("Site", "对象"), lines });

    if let Some(reach) = findings.reach.sites.get(site) {
        let mut lines = Vec::new();
        match reach.snapped_m {
            Some(metres) => lines.push(format!("{}: {metres:.1} m", say("distance from the network", "距路网"))),
            None => lines.push(say("not joined to the network within the limit", "限距内未能接入路网")),
        }
        let mut arrival = |title: String, arrival: Option<&Arrival>| match arrival {
            None => lines.push(format!("{title}: {}", say("nobody gets there", "无法到达"))),
            Some(a) => {
                let c = &a.components;
                lines.push(format!("{title}: {} {} {:.0} s = {} {:.0} + {} {:.0} + {} {:.0} + {} {:.0} + {} {:.0}; {} {:.0} m, {} {:.0} m",
                    a.station, a.vehicle, c.total_s(),
                    say("call", "接警"), c.call_s, say("turnout", "出动"), c.turnout_s, say("drive", "行车"), c.drive_s,
                    say("dismount", "下车"), c.dismount_s, say("walk", "步行"), c.walk_s,
                    say("driven", "行车"), a.drive_m, say("walked", "步行"), a.walk_m));
            }
        };
        arrival(say("first, if everything unmeasured passes", "首达(未测处按可通行)"), reach.first.as_ref());
        arrival(say("first, if nothing unmeasured passes", "首达(未测处按不可通行)"), reach.cautious.as_ref());
        arrival(say("second", "次达"), reach.second.as_ref());
        if reach.micro.is_some() {
            arrival(
                say("micro-station, if everything unmeasured passes", "微型消防站(未测处按可通行)"),
                reach.micro.as_ref(),
            );
            arrival(
                say("micro-station, if nothing unmeasured passes", "微型消防站(未测处按不可通行)"),
                reach.micro_cautious.as_ref(),
            );
        }
        if let Some((low, high)) = reach.arrive_in_time_prob_low.zip(reach.arrive_in_time_prob) {
            let chance = say("chance to arrive in time", "按时到达概率");
            lines.push(format!("{chance}: {:.0} % … {:.0} %", low * 100.0, high * 100.0));
        }
        if !reach.binding.is_empty() {
            lines.push(format!("{}: {}", say("what binds", "制约因素"), language.reason(&reach.binding)));
        }
        sections.push(Section { title: say("Response", "响应"), lines });
    }

    if findings.lanes.sites.get(site).is_some() {
        let lines = access::lines(findings, site, &place.id, language);
        sections.push(Section { title: say("Access", "通达"), lines });
    }

    if let Some(water) = findings.water.sites.get(site) {
        let mut lines = vec![
            format!(
                "{}: {} ({})",
                say("flow required", "需水流量"),
                interval(&water.flow_required),
                language.reason(&water.need_because)
            ),
            format!("{}: {}", say("volume required", "需水量"), interval(&water.volume_required)),
            format!("{}: {}", say("flow available", "可用流量"), flow(&water.flow_available, language)),
            format!("{}: {}", say("volume available", "可用水量"), interval(&water.volume_available)),
            format!(
                "{}: {} ({})",
                say("class", "等级"),
                language.water_class(water.class),
                language.reason(&water.because)
            ),
        ];
        if !water.needs.is_empty() {
            let each: Vec<String> = water
                .needs
                .iter()
                .map(|need| format!("{} {}, {}", need.model.code(), interval(&need.flow), interval(&need.volume)))
                .collect();
            lines.push(format!(
                "{}: {}, {} ({})",
                say("spread over the models of need", "各需水模型的离散"),
                interval(&water.flow_spread),
                interval(&water.volume_spread),
                each.join("; ")
            ));
        }
        let counts = |value: Option<bool>| match value {
            Some(true) => say("yes", "是"),
            Some(false) => say("no", "否"),
            None => say("unknown", "待查"),
        };
        let missing = |(low, high): (f64, f64)| format!("{:.0} % … {:.0} %", low * 100.0, high * 100.0);
        lines.push(format!(
            "{}: {} {}, {} {}, {} {}",
            say("missing", "缺口"),
            say("flow", "流量"),
            missing(water.gap_flow),
            say("volume", "水量"),
            missing(water.gap_volume),
            say("flow after one failure", "单项失效后流量"),
            missing(water.gap_n1),
        ));
        lines.extend(
            water
                .worst_failure
                .as_ref()
                .map(|what| format!("{}: {}", say("fails most", "最不利失效"), language.reason(what))),
        );
        lines.push(format!(
            "{}: {} {} ({}), {} {}",
            say("enough", "是否足够"),
            say("within the legal radius", "法定半径内"),
            counts(water.is_enough_in_plan),
            flow(&water.flow_in_plan, language),
            say("by hose", "按水带"),
            counts(water.is_enough_by_hose),
        ));
        lines.extend(water.disagreement.as_deref().map(|text| language.reason(text)));
        if !water.binding.is_empty() {
            lines.push(format!("{}: {}", say("what binds", "制约因素"), language.reason(&water.binding)));
        }
        if let Some(((rank, low), high)) = water.rank.zip(water.rank_low).zip(water.rank_high) {
            lines.push(format!(
                "{}: {rank} ({low} … {high}), {} {:.0} %",
                say("rank", "排序"),
                say("among the first", "进入前列"),
                water.first_probability * 100.0
            ));
        }
        lines.extend(
            water.cheapest_remedy.as_ref().map(|what| format!("{}: {}", say("remedy", "措施"), language.reason(what))),
        );
        lines.extend(
            water.surveys.iter().map(|what| format!("{}: {}", say("survey", "待查事项"), language.reason(what))),
        );
        for source in &water.sources {
            lines.push(format!(
                "{} {}: {} {:.0} m, {} {}, {} {}; {} {}; {} {}: {}",
                language.source_kind(&source.kind),
                source.id,
                say("plan", "平面"),
                source.plan_m,
                say("hose", "水带"),
                source.hose_m.map_or_else(|| "-".to_owned(), |m| format!("{m:.0} m")),
                say("lift", "高差"),
                source.lift_m.map_or_else(|| "-".to_owned(), |m| format!("{m:.0} m")),
                say("counts in plan", "按平面计入"),
                counts(Some(source.counts_in_plan)),
                say("by hose", "按水带计入"),
                counts(source.counts_by_hose),
                language.reason(&source.because)
            ));
        }
        sections.push(Section { title: say("Water", "水源"), lines });
    }

    let rulings = findings.site_rulings.get(site).map_or(&[][..], Vec::as_slice);
    let lines = rulings
        .iter()
        .map(|ruling| {
            let rule =
                run.record.rulebook.rules.iter().find(|rule| rule.id == ruling.rule && rule.measure == ruling.measure);
            let span = match (ruling.is_reached, ruling.low, ruling.high) {
                (false, _, _) => say("not reachable", "无法到达"),
                (true, low, high) => format!("{} .. {}", number(low), number(high)),
            };
            let clause = rule.map_or_else(String::new, |rule| {
                format!(
                    "; {} {} ({}, {})",
                    limit(rule),
                    language.reason(&rule.basis),
                    language.level(rule.level),
                    language.known_from(rule.known_from)
                )
            });
            format!("{} {}: {span} -> {}{clause}", ruling.rule, ruling.measure, language.verdict(ruling.verdict))
        })
        .collect();
    sections.push(Section { title: say("Rulings", "判定"), lines });

    let prefix = ["movement.", "lanes.", "water."];
    sections.push(Section {
        title: say("Parameters set by the study", "研究文件设定的参数"),
        lines: run
            .record
            .parameters
            .iter()
            .filter(|p| prefix.iter().any(|start| p.key.contains(start)) && !p.from.starts_with("rule pack"))
            .map(|p| format!("{} = {} ({})", p.key, p.value, p.from))
            .collect(),
    });
    sections.push(Section {
        title: say("Provenance", "溯源"),
        lines: vec![
            format!("firereach {}", run.record.version),
            format!(
                "{} {} {} {}",
                say("rule pack", "规则包"),
                run.record.rulebook.name,
                say("as of", "截至"),
                run.record.rulebook.as_of
            ),
            format!("{} {}", say("input digest", "输入摘要"), run.record.input_digest),
        ],
    });
    sections
}

fn interval<Q: Quantity>(bounds: &Bounds<Q>) -> String {
    match (bounds.low, bounds.high) {
        (Some(low), Some(high)) if low == high => format!("{:.2} {}", low.get(), Q::UNIT),
        (low, high) => format!("{} .. {} {}", number(low.map(Q::get)), number(high.map(Q::get)), Q::UNIT),
    }
}

/// A flow as an interval; what never runs out has no upper end.
fn flow(bounds: &Bounds<LitresPerSecond>, language: Language) -> String {
    let is_endless = |end: Option<LitresPerSecond>| end.is_some_and(|end| end.get() >= f64::from(ENDLESS_LPS));
    let no_limit = language.pick("no limit", "不限");
    match (is_endless(bounds.low), is_endless(bounds.high)) {
        (true, _) => no_limit.to_owned(),
        (false, true) => format!("{} L/s .. {no_limit}", number(bounds.low.map(Quantity::get))),
        (false, false) => interval(bounds),
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), |v| format!("{v:.2}"))
}

fn limit(rule: &Rule) -> String {
    match rule.limit {
        Limit::AtLeast(value) => format!(">= {value} {}", rule.unit),
        Limit::AtMost(value) => format!("<= {value} {}", rule.unit),
    }
}

/// The explanation as text.
pub fn render_explanation(sections: &[Section]) -> String {
    let mut lines = Vec::new();
    for section in sections.iter().filter(|section| !section.lines.is_empty()) {
        lines.push(section.title.clone());
        lines.extend(section.lines.iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_runs_out_has_no_upper_end() {
        let shown = |low: f64, high: f64| {
            let ends = [low, high].map(|lps| LitresPerSecond::new(lps).ok());
            flow(&Bounds { low: ends[0], high: ends[1] }, Language::English)
        };
        assert_eq!(shown(10.4, 100_054.3), "10.40 L/s .. no limit");
        assert_eq!(shown(100_000.0, 100_054.3), "no limit");
        assert_eq!(shown(10.0, 15.0), "10.00 .. 15.00 L/s");
    }
}
