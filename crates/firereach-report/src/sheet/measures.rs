//! What to do: clearings and remedies, with who is responsible and until when.

use firereach_model::findings::lanes::PinchPoint;
use firereach_model::findings::water::Remedy;
use firereach_model::study::responsible_for;

use super::figures::{bounds, number, percent};
use super::{Block, Case, Grid, Phrase, Value, heading};

/// The kind of measure that a removable obstacle asks for, by the word its description begins with.
fn clearing(pinch: &PinchPoint) -> &'static str {
    let is_all = |word: &str| !pinch.obstacles.is_empty() && pinch.obstacles.iter().all(|o| o.starts_with(word));
    match pinch.is_removable {
        _ if is_all("tree ") => "prune",
        _ if is_all("parked_car ") => "parking",
        Some(true) => "remove_obstacle",
        _ => "widen_lane",
    }
}

/// One row before it is numbered.
struct Measure {
    kind: &'static str,
    word: String,
    place: Phrase,
    quantity: Value,
    cost: Option<f64>,
    effect: Phrase,
}

pub(super) fn block(case: &Case<'_>) -> Block {
    let mut measures = clearings(case);
    if let Some(water) = case.base.water.sites.get(case.index) {
        measures.extend(water.remedies.iter().filter(|remedy| remedy.is_efficient).map(of_remedy));
    }
    let rows: Vec<Vec<Value>> = measures
        .into_iter()
        .enumerate()
        .map(|(index, measure)| {
            let duty = responsible_for(case.material.responsibilities, &measure.word);
            let open = || Value::text(Phrase::new("to be named", "待定"));
            vec![
                Value::same((index + 1).to_string()),
                Value::text(Phrase::of(|l| l.measure_kind(&measure.word))),
                Value::text(measure.place),
                measure.quantity,
                measure.cost.map_or_else(Value::default, |cost| Value::same(number(cost, 1))),
                Value::text(measure.effect),
                duty.map_or_else(open, |duty| Value::same(duty.lead.clone())),
                duty.map_or_else(Value::default, |duty| Value::same(duty.support.join("、"))),
                duty.and_then(|duty| duty.due.clone()).map_or_else(open, Value::same),
                Value::text(match measure.kind {
                    "clearing" => Phrase::new("proposed, clear first", "拟议·优先清除"),
                    _ => Phrase::new("proposed", "拟议"),
                }),
            ]
        })
        .collect();
    let note = if !rows.is_empty() {
        Phrase::new(
            "Each measure was tried by assessing the site again with it. Costs are the study's own.",
            "各措施均以加入后重新评估得出；费用为研究自设值。",
        )
    } else if case.base.water.hydrants_supplied {
        Phrase::new("The findings propose no measure here.", "评估结果未提出措施。")
    } else {
        Phrase::new(
            "No measure is proposed while the sources of water are not known: the survey comes first.",
            "水源现状不明，未提出措施：应先调查。",
        )
    };
    Block {
        key: "measures",
        title: Phrase::new("Measures", "整治措施"),
        facts: Vec::new(),
        grid: Grid {
            headings: vec![
                heading("number", "no.", "序号", "", 0.75),
                heading("measure", "measure", "措施", "", 1.7),
                heading("place", "place", "位置", "", 1.9),
                heading("quantity", "quantity", "数量", "", 0.9),
                heading("cost", "cost", "费用", "", 0.8),
                heading("effect", "effect", "效果", "", 2.0),
                heading("lead", "lead unit", "牵头单位", "", 1.3),
                heading("support", "support", "配合单位", "", 1.8),
                heading("due", "due", "期限", "", 1.2),
                heading("status", "status", "状态", "", 1.0),
            ],
            rows,
        },
        note: if case.material.cost_unit.is_empty() {
            note
        } else {
            Phrase::new(
                format!("{} Cost in {}.", note.en, case.material.cost_unit),
                format!("{}费用单位：{}。", note.zh, case.material.cost_unit),
            )
        },
    }
}

/// The pinch points of the clear-first sequence that free this site, then the one that decides its way.
fn clearings(case: &Case<'_>) -> Vec<Measure> {
    let lanes = &case.base.lanes;
    let id = case.site.id.as_str();
    let mut taken: Vec<usize> = Vec::new();
    let mut measures = Vec::new();
    for (number, step) in (1..).zip(&lanes.first_steps) {
        let vehicles: Vec<&str> =
            step.frees.sites.iter().filter(|(site, _)| site == id).map(|(_, vehicle)| vehicle.as_str()).collect();
        if vehicles.is_empty() {
            continue;
        }
        for &index in &step.pinches {
            let Some(pinch) = lanes.pinch_points.get(index) else { continue };
            taken.push(index);
            let list = vehicles.join(", ");
            measures.push(of_pinch(
                pinch,
                Phrase::new(
                    format!("step {number} of the sequence; lets in {list}"),
                    format!("清障序列第 {number} 步；可通行 {list}"),
                ),
            ));
        }
    }
    let deciding = lanes.sites.get(case.index).and_then(|access| access.pinch).filter(|p| !taken.contains(p));
    if let Some(pinch) = deciding.and_then(|p| lanes.pinch_points.get(p)) {
        let cleared = bounds(&pinch.width_cleared, 2);
        let effect = if cleared.is_unknown || pinch.is_removable != Some(true) {
            Phrase::new("decides the width of the way", "决定通路净宽")
        } else {
            Phrase::new(format!("width afterwards {} m", cleared.text.en), format!("清除后净宽 {} m", cleared.text.zh))
        };
        measures.push(of_pinch(pinch, effect));
    }
    measures
}

fn of_pinch(pinch: &PinchPoint, effect: Phrase) -> Measure {
    let what = Phrase::reason(&pinch.obstacles.join(" | "));
    Measure {
        kind: "clearing",
        word: clearing(pinch).to_owned(),
        place: Phrase::new(format!("{} {}", pinch.id, what.en), format!("{} {}", pinch.id, what.zh)),
        quantity: Value::text(Phrase::of(|l| format!("1 {}", l.unit("piece")))),
        cost: None,
        effect,
    }
}

fn of_remedy(remedy: &Remedy) -> Measure {
    let gap = percent(remedy.gap_flow).text;
    let zone = if remedy.in_protection_zone {
        Phrase::new("; in a protection zone, heritage consent", "；位于保护区划内，须经文物部门同意")
    } else {
        Phrase::default()
    };
    let place = Phrase::reason(&remedy.place);
    Measure {
        kind: "remedy",
        word: remedy.kind.clone(),
        place: Phrase::new(format!("{}{}", place.en, zone.en), format!("{}{}", place.zh, zone.zh)),
        quantity: Value::text(Phrase::of(|l| format!("{} {}", short(remedy.quantity), l.unit(&remedy.unit)))),
        cost: remedy.cost,
        effect: Phrase::of(|l| {
            let class = l.water_class(remedy.class);
            l.pick(
                &format!("class {class}, missing flow {} %", gap.en),
                &format!("水源等级{class}，流量缺口 {} %", gap.zh),
            )
            .to_owned()
        }),
    }
}

fn short(quantity: f64) -> String {
    let text = number(quantity, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
