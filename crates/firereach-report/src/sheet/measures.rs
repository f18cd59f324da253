//! What to do: clearings and remedies, with who is responsible and until when.

use firereach_model::feature::Site;
use firereach_model::findings::Findings;
use firereach_model::findings::lanes::PinchPoint;
use firereach_model::findings::water::Remedy;
use firereach_model::rules::Verdict;
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
    clause: String,
    place: Phrase,
    quantity: Value,
    cost: Option<f64>,
    effect: Phrase,
}

/// The numbers that the measures of a site have on its sheet, for its map.
pub(crate) struct Numbers {
    clearings: Vec<usize>,
}

impl Numbers {
    /// The numbers of the measures of the site with this index.
    pub(crate) fn of(base: &Findings, site: &Site, index: usize) -> Self {
        Self { clearings: clearing_steps(base, site, index).into_iter().map(|(pinch, _)| pinch).collect() }
    }

    /// The number of the clearing of a pinch point, by its index; `None` where it is no measure of the site.
    pub(crate) fn of_pinch(&self, pinch: usize) -> Option<usize> {
        self.clearings.iter().position(|own| *own == pinch).map(|position| position + 1)
    }

    /// The number of a remedy, by its place among the listed ones of the site.
    pub(crate) fn of_remedy(&self, position: usize) -> usize {
        self.clearings.len() + position + 1
    }
}

pub(super) fn block(case: &Case<'_>) -> Block {
    let mut measures = clearings(case);
    if let Some(water) = case.base.water.sites.get(case.index) {
        let clause = clause(case, &["flow_gap", "hydrant_plan_distance", "hose_way_length"]);
        let named = water.named();
        measures.extend(water.listed_remedies().map(|remedy| {
            let is_named = named.is_some_and(|named| std::ptr::eq(named, remedy));
            of_remedy(remedy, &clause, is_named)
        }));
    }
    let rows: Vec<Vec<Value>> = measures
        .into_iter()
        .enumerate()
        .map(|(index, measure)| {
            let duty = responsible_for(case.material.responsibilities, &measure.word);
            let open = || Value::text(Phrase::new("to be named", "待定"));
            let units = duty.as_ref().map_or_else(open, |duty| {
                let support = duty.support.join("、");
                if support.is_empty() {
                    Value::same(duty.lead.clone())
                } else {
                    Value::text(Phrase::new(
                        format!("{}; with {support}", duty.lead),
                        format!("{}；配合：{support}", duty.lead),
                    ))
                }
            });
            let begins = duty.as_ref().and_then(|duty| duty.start.clone()).unwrap_or_else(|| "____".to_owned());
            let ends = duty.as_ref().and_then(|duty| duty.due.clone());
            let period = ends.map_or_else(open, |due| Value::same(format!("{begins} – {due}")));
            vec![
                Value::same((index + 1).to_string()),
                Value::text(Phrase::of(|l| {
                    let (name, kind) = (l.measure_kind(&measure.word), l.measure_type(&measure.word));
                    let clause = &measure.clause;
                    let mark = l.pick(", ", "，");
                    let about = if clause.is_empty() { kind.to_owned() } else { format!("{kind}{mark}{clause}") };
                    l.pick(&format!("{name} ({about})"), &format!("{name}（{about}）")).to_owned()
                })),
                Value::text(measure.place),
                measure.quantity,
                measure.cost.map_or_else(Value::default, |cost| Value::same(number(cost, 1))),
                Value::text(measure.effect),
                units,
                period,
                Value::text(match measure.kind {
                    "clearing" => Phrase::new("proposed, clear first", "拟议·优先清除"),
                    "alternative" => Phrase::new("alternative", "备选"),
                    _ => Phrase::new("proposed", "拟议"),
                }),
                duty.and_then(|duty| duty.acceptance.clone()).map_or_else(Value::default, Value::same),
            ]
        })
        .collect();
    let note = if !rows.is_empty() {
        Phrase::new(
            "Each measure was tried by assessing the site again with it. Costs are the study's own. Start and evidence are filled in by the lead unit.",
            "各措施均以加入后重新评估得出；费用为研究自设值。开工日期与验收佐证由牵头单位填写。",
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
                heading("number", "no.", "序号", "", 0.6),
                heading("measure", "measure (type, rule)", "措施（类别，规则）", "", 1.7),
                heading("place", "place", "位置", "", 2.2),
                heading("quantity", "quantity", "数量", "", 0.95),
                heading("cost", "cost", "费用", "", 0.75),
                heading("effect", "effect", "效果", "", 1.6),
                heading("units", "lead and support", "牵头与配合单位", "", 1.8),
                heading("period", "start – due", "开工—期限", "", 1.65),
                heading("status", "status", "状态", "", 1.05),
                heading("acceptance", "acceptance, evidence", "验收与佐证", "", 1.15),
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

/// The first rule on one of some measures that the site does not pass, else the pack's first on them.
fn clause(case: &Case<'_>, measures: &[&str]) -> String {
    let rulings = case.base.site_rulings.get(case.index).map_or(&[][..], Vec::as_slice);
    let is_asked = |measure: &str| measures.contains(&measure);
    let failed = rulings.iter().find(|ruling| is_asked(&ruling.measure) && ruling.verdict != Verdict::Pass);
    let any = || rulings.iter().find(|ruling| is_asked(&ruling.measure));
    failed.or_else(any).map(|ruling| ruling.rule.clone()).unwrap_or_default()
}

/// A step of the clear-first sequence as one site sees it.
struct Step {
    number: usize,
    /// Codes of the vehicles that it lets in.
    vehicles: Vec<String>,
}

/// The pinch points that stand among the measures of a site, in order: those of the clear-first sequence that free it, each
/// with its step and the vehicles it lets in, then the one that decides its way.
fn clearing_steps(base: &Findings, site: &Site, index: usize) -> Vec<(usize, Option<Step>)> {
    let lanes = &base.lanes;
    let mut steps: Vec<(usize, Option<Step>)> = Vec::new();
    for (number, step) in (1..).zip(&lanes.first_steps) {
        let freed = step.frees.sites.iter().filter(|(own, _)| *own == site.id);
        let vehicles: Vec<String> = freed.map(|(_, vehicle)| vehicle.clone()).collect();
        if vehicles.is_empty() {
            continue;
        }
        let pinches = step.pinches.iter().filter(|pinch| lanes.pinch_points.get(**pinch).is_some());
        steps.extend(pinches.map(|pinch| (*pinch, Some(Step { number, vehicles: vehicles.clone() }))));
    }
    let deciding = lanes.sites.get(index).and_then(|access| access.pinch);
    let is_new = |pinch: &usize| lanes.pinch_points.get(*pinch).is_some() && steps.iter().all(|(own, _)| own != pinch);
    let last = deciding.filter(is_new);
    steps.extend(last.map(|pinch| (pinch, None)));
    steps
}

fn clearings(case: &Case<'_>) -> Vec<Measure> {
    let clause = clause(case, &["lane_clear_width", "lane_clear_height"]);
    clearing_steps(case.base, case.site, case.index)
        .into_iter()
        .map(|(index, step)| {
            let pinch = &case.base.lanes.pinch_points[index];
            let effect = match step {
                Some(Step { number, vehicles }) => {
                    let list = vehicles.join(", ");
                    Phrase::new(
                        format!("step {number} of the sequence; lets in {list}"),
                        format!("清障序列第 {number} 步；可通行 {list}"),
                    )
                }
                None => {
                    let cleared = bounds(&pinch.width_cleared, 2);
                    if cleared.is_unknown || pinch.is_removable != Some(true) {
                        Phrase::new("decides the width of the way", "决定通路净宽")
                    } else {
                        Phrase::new(
                            format!("width afterwards {} m", cleared.text.en),
                            format!("清除后净宽 {} m", cleared.text.zh),
                        )
                    }
                }
            };
            of_pinch(pinch, effect, &clause)
        })
        .collect()
}

fn of_pinch(pinch: &PinchPoint, effect: Phrase, clause: &str) -> Measure {
    let what = Phrase::reason(&pinch.obstacles.join(" | "));
    Measure {
        kind: "clearing",
        word: clearing(pinch).to_owned(),
        clause: clause.to_owned(),
        place: Phrase::new(format!("{} {}", pinch.id, what.en), format!("{} {}", pinch.id, what.zh)),
        quantity: Value::text(Phrase::of(|l| format!("1 {}", l.unit("piece")))),
        cost: None,
        effect,
    }
}

fn of_remedy(remedy: &Remedy, clause: &str, is_named: bool) -> Measure {
    let gap = percent(remedy.gap_flow).text;
    let zone = if remedy.in_protection_zone {
        Phrase::new("; in a protection zone, heritage consent", "；位于保护区划内，须经文物部门同意")
    } else {
        Phrase::default()
    };
    let place = Phrase::reason(&remedy.place);
    Measure {
        kind: if is_named { "remedy" } else { "alternative" },
        word: remedy.kind.clone(),
        clause: clause.to_owned(),
        place: Phrase::new(format!("{}{}", place.en, zone.en), format!("{}{}", place.zh, zone.zh)),
        quantity: Value::text(Phrase::of(|l| format!("{} {}", short(remedy.quantity), l.unit(&remedy.unit)))),
        cost: remedy.cost,
        effect: Phrase::of(|l| {
            let class = l.water_class(remedy.class);
            let on = remedy.condition.as_ref().map_or("", |_| l.pick("on its condition: ", "条件成立时："));
            l.pick(
                &format!("{on}class {class}, missing flow {} %", gap.en),
                &format!("{on}水源等级{class}，流量缺口 {} %", gap.zh),
            )
            .to_owned()
        }),
    }
}

fn short(quantity: f64) -> String {
    let text = number(quantity, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
