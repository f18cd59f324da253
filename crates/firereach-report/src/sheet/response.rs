//! Who comes, and when, in every scenario.

use firereach_model::findings::Findings;
use firereach_model::findings::proposals::Firmness;
use firereach_model::rules::Verdict;

use super::access::{station, vehicle};
use super::figures::{Figures, number};
use super::{Block, Case, Fact, Grid, Phrase, Value, fact, heading};

/// The times of a cautious and of a hopeful assumption: one number where they agree.
pub(super) fn times(figures: &Figures, unit: &'static str) -> Value {
    match (figures.shown("response_s"), figures.shown("response_high_s")) {
        (None, _) => Value::text(Phrase::new("unreached", "不可达")),
        (Some(low), Some(high)) if low == high => Value::same(low).unit(unit),
        (Some(low), Some(high)) => Value::same(format!("{low}–{high}")).unit(unit).assumed(true),
        (Some(low), None) => {
            let low = format!("{low} {unit}");
            let low = low.trim_end();
            Value::text(Phrase::new(format!("{low} or never"), format!("{low}（或不可达）"))).assumed(true)
        }
    }
}

/// Whether the verdict on the lane rests on what nobody looked at.
pub(super) fn lane_is_assumed(findings: &Findings, index: usize) -> bool {
    let basis = findings.lanes.sites.get(index).and_then(|access| access.basis);
    basis.is_some_and(|basis| basis.both.is_assumed())
}

/// Whether the verdict on the response turns with what nobody measured, or with speeds and turnouts, which are assumed.
pub(super) fn hangs(findings: &Findings, index: usize) -> bool {
    let firmness = findings.reach.sensitivity.sites.get(index).and_then(|site| site.firmness);
    firmness.is_some_and(|firmness| firmness != Firmness::Firm)
}

pub(super) fn block(case: &Case<'_>) -> Block {
    let figures = &case.figures;
    let reach = case.base.reach.sites.get(case.index);
    let mut facts = Vec::new();
    let verdict = figures.verdict("response_verdict");
    facts.push(Fact {
        basis: Phrase::new("alarm to arrival on foot at the site", "自接警至到达"),
        columns: vec!["response_s", "response_high_s"],
        ..fact("response", Phrase::new("first arrival", "首达时间"), times(figures, "s").judged(verdict))
    });
    if let Some(first) = reach.and_then(|reach| reach.first.as_ref()) {
        let who = vehicle(case, &first.vehicle);
        let from = station(case, &first.station);
        facts.push(Fact {
            columns: vec!["response_station", "response_vehicle"],
            ..fact(
                "station",
                Phrase::new("from, with", "出动站、车型"),
                Value::text(Phrase::new(format!("{from}, {}", who.en), format!("{from}，{}", who.zh))),
            )
        });
        let part = |key: &str| figures.shown(key).unwrap_or_default();
        let text = Phrase::new(
            format!(
                "call {}, turnout {}, drive {}, dismount {}, walk {}",
                part("call_s"),
                part("turnout_s"),
                part("drive_s"),
                part("dismount_s"),
                part("walk_s")
            ),
            format!(
                "接警 {}，出动 {}，行车 {}，展开 {}，步行 {}",
                part("call_s"),
                part("turnout_s"),
                part("drive_s"),
                part("dismount_s"),
                part("walk_s")
            ),
        );
        facts.push(Fact {
            columns: vec!["call_s", "turnout_s", "drive_s", "dismount_s", "walk_s"],
            ..fact("parts", Phrase::new("made up of", "时间构成"), Value::text(text).unit("s"))
        });
        let way = Phrase::new(
            format!("drive {}, walk {}", part("drive_m"), part("walk_m")),
            format!("行车 {}，步行 {}", part("drive_m"), part("walk_m")),
        );
        facts.push(Fact {
            columns: vec!["drive_m", "walk_m"],
            ..fact("way", Phrase::new("way", "路程"), Value::text(way).unit("m"))
        });
    }
    let second = figures.shown("second_due_s").zip(figures.shown("second_due_station"));
    facts.push(Fact {
        basis: second.as_ref().map(|(_, code)| Phrase::same(station(case, code))).unwrap_or_default(),
        columns: vec!["second_due_s", "second_due_station"],
        ..fact(
            "second",
            Phrase::new("second arrival, from another station", "第二力量到达（另一站）"),
            second.map_or_else(|| Value::text(Phrase::new("none", "无")), |(s, _)| Value::same(s).unit("s")),
        )
    });
    if let Some(micro) = reach.and_then(|reach| reach.micro.as_ref()) {
        facts.push(Fact {
            basis: Phrase::same(station(case, &micro.station)),
            columns: vec!["micro_response_s", "micro_station"],
            ..fact(
                "micro",
                Phrase::new("micro-station or fire point", "微型消防站或消防点"),
                Value::same(number(micro.components.total_s(), 1)).unit("s"),
            )
        });
    }
    let chances = reach.and_then(|reach| reach.arrive_in_time_prob_low.zip(reach.arrive_in_time_prob));
    if let Some((low, high)) = chances {
        let chances = Value::same(format!("{} … {}", number(low, 3), number(high, 3)));
        facts.push(Fact {
            columns: vec!["arrive_in_time_prob_low", "arrive_in_time_prob"],
            ..fact("chance", Phrase::new("chance to arrive in time", "按时到达概率"), chances)
        });
    }
    let rows = case
        .material
        .findings
        .iter()
        .zip(&case.material.record.scenarios)
        .map(|(findings, scenario)| {
            let figures = Figures::of(case.site, findings, case.index);
            let judged = |key: &str| figures.verdict(key).map_or_else(Value::unknown, Value::verdict);
            let who = match figures.shown("response_station").zip(figures.shown("response_vehicle")) {
                Some((station, vehicle)) => Value::same(format!("{station} {vehicle}")),
                None => Value::default(),
            };
            let water = findings.water.sites.get(case.index).map(|water| water.class);
            vec![
                Value::same(format!("{} ({:02}:00)", findings.scenario, scenario.hour)),
                times(&figures, ""),
                who,
                judged("response_verdict").assumed(hangs(findings, case.index)),
                figures.shown("passability_class").map_or_else(Value::unknown, |c| Value::same(c.replace('-', "–"))),
                judged("lane_verdict").assumed(lane_is_assumed(findings, case.index)),
                water.map_or_else(Value::unknown, |class| Value::text(Phrase::of(|l| l.water_class(class)))),
            ]
        })
        .collect();
    let is_doubtful = verdict == Some(Verdict::Unknown);
    let note = if is_doubtful {
        Phrase::new(
            "Two times: everything unmeasured passable, and nothing unmeasured passable.",
            "两个时间：未测处均按可通行计；未测处均按不可通行计。",
        )
    } else {
        Phrase::default()
    };
    Block {
        key: "response",
        title: Phrase::new("Response, by scenario", "到场响应（各情景）"),
        facts,
        grid: Grid {
            headings: vec![
                heading("scenario", "scenario", "情景", "", 2.6),
                heading("arrival", "first arrival", "首达", "s", 1.7),
                heading("unit", "station, vehicle", "站、车", "", 1.3),
                heading("response", "response", "响应", "", 1.3),
                heading("passability", "class", "通行", "", 0.9),
                heading("lane", "lane", "车道", "", 1.3),
                heading("water", "water", "水源", "", 0.9),
            ],
            rows,
        },
        note,
    }
}
