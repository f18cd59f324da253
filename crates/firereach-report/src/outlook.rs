//! Proposed stations and firm verdicts, in the few lines that fit on a terminal.

use std::collections::BTreeMap;

use firereach_model::findings::Findings;
use firereach_model::findings::proposals::{Firmness, ProposalSet, SetRole};

use crate::summary::align;
use crate::words::Language;

/// What the proposals of a run add: of the scenario with the most of them, and of these the first. Empty without any.
pub fn render_proposals(findings: &[Findings], language: Language) -> String {
    let alone = |found: &&Findings| {
        let sets = found.reach.proposals.iter();
        sets.filter(|set| set.roles.contains(&SetRole::Alone)).count()
    };
    let most = findings.iter().map(|found| alone(&found)).max().unwrap_or(0);
    let Some(found) = findings.iter().find(|found| most > 0 && alone(found) == most) else { return String::new() };
    let say = |english, chinese| language.pick(english, chinese);
    let mut lines = vec![match language {
        Language::English => format!(
            "proposed stations in \"{}\": what each set adds to the same without any (possible / certain in time)",
            found.scenario
        ),
        Language::Chinese => format!("情景“{}”的拟建消防站:各组合相对于不建站的增量(可能/确定按时)", found.scenario),
    }];
    let header = [
        say("stations", "消防站"),
        say("sites", "对象"),
        say("only these", "唯一增加"),
        say("people", "人口"),
        "km2",
        say("only these", "唯一增加"),
        say("sooner", "缩短的对象"),
        say("median / max gain s", "缩短秒数 中位/最大"),
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(found.reach.proposals.iter().map(row));
    lines.extend(align(&rows).into_iter().map(|line| format!("  {line}")));
    lines.join("\n")
}

fn row(set: &ProposalSet) -> Vec<String> {
    let number = |value: Option<f64>, decimals: usize| value.map_or("-".to_owned(), |v| format!("{v:.decimals$}"));
    vec![
        set.stations.join(" + "),
        format!("+{} / +{}", set.sites.len(), set.certain_sites.len()),
        set.unique_sites.len().to_string(),
        set.people.map_or("-".to_owned(), |(low, high)| format!("{low:.0} - {high:.0}")),
        number(set.area_km2, 2),
        number(set.unique_km2, 2),
        set.sooner.to_string(),
        format!("{} / {}", number(set.median_gain_s, 0), number(set.max_gain_s, 0)),
    ]
}

/// How firm the verdicts on the response are in the first scenario, and how many sites are in time at other speeds and
/// turnouts. Empty without a rule on the response.
pub fn render_firmness(findings: &[Findings], language: Language) -> String {
    let Some(found) = findings.first().filter(|found| !found.reach.sensitivity.variants.is_empty()) else {
        return String::new();
    };
    let mut counts: BTreeMap<Firmness, usize> = BTreeMap::new();
    for firmness in found.reach.sensitivity.sites.iter().filter_map(|site| site.firmness) {
        *counts.entry(firmness).or_default() += 1;
    }
    let word = |firmness: Firmness| match firmness {
        Firmness::Firm => language.pick("firm", "确定"),
        Firmness::Unmeasured => language.pick("hang on what nobody measured", "取决于未测数据"),
        Firmness::Speed => language.pick("hang on the speed", "取决于车速"),
        Firmness::Turnout => language.pick("hang on the turnout", "取决于出动时间"),
        Firmness::SpeedAndTurnout => language.pick("hang on both", "取决于车速与出动时间"),
    };
    let counted: Vec<String> = counts.iter().map(|(&firmness, sites)| format!("{} {sites}", word(firmness))).collect();
    let variants: Vec<String> = found
        .reach
        .sensitivity
        .variants
        .iter()
        .map(|variant| {
            let percent = (variant.speed_factor - 1.0) * 100.0;
            let name = match variant.name.as_str() {
                "as_given" => language.pick("as given", "现有参数").to_owned(),
                name if name.starts_with("speed") => {
                    format!("{} {percent:+.0} %", language.pick("speeds", "车速"))
                }
                _ => format!("{} {:+.0} s", language.pick("turnout", "出动"), variant.turnout_shift_s),
            };
            format!("{name}: {}-{}", variant.in_time_low, variant.in_time_high)
        })
        .collect();
    let of = found.reach.sensitivity.sites.len();
    let heading = match language {
        Language::English => format!("verdicts on the response in \"{}\"", found.scenario),
        Language::Chinese => format!("情景“{}”的响应结论", found.scenario),
    };
    let in_time = match language {
        Language::English => format!("sites in time (certain-possible of {of})"),
        Language::Chinese => format!("按时到达对象数(确定-可能,共{of})"),
    };
    format!("{heading}: {}\n{in_time}: {}", counted.join(", "), variants.join("; "))
}

#[cfg(test)]
mod tests {
    use firereach_model::findings::proposals::{SiteFirmness, Variant};

    use super::*;

    #[test]
    fn the_scenario_with_the_most_proposals_speaks() {
        let set = |id: &str| ProposalSet {
            stations: vec![id.to_owned()],
            roles: vec![SetRole::Alone],
            is_micro: false,
            limit_s: 300.0,
            sites: vec!["a".to_owned(), "b".to_owned()],
            certain_sites: Vec::new(),
            by_grade: Vec::new(),
            unique_sites: vec!["a".to_owned()],
            people: Some((10.0, 20.0)),
            sooner: 3,
            mean_gain_s: Some(70.0),
            median_gain_s: Some(60.0),
            max_gain_s: Some(90.0),
            area_km2: Some(0.5),
            unique_km2: None,
            area: geo_types::MultiPolygon(Vec::new()),
        };
        let mut one = Findings { scenario: "one".to_owned(), ..Findings::default() };
        one.reach.proposals = vec![set("p")];
        let mut two = Findings { scenario: "two".to_owned(), ..Findings::default() };
        two.reach.proposals = vec![set("p"), set("q")];
        let text = render_proposals(&[Findings::default(), one, two], Language::English);
        assert!(text.contains("\"two\"") && text.contains("+2 / +0"), "{text}");
        assert!(text.contains("10 - 20") && text.contains("60 / 90"), "{text}");
        assert_eq!(render_proposals(&[Findings::default()], Language::English), "");
    }

    #[test]
    fn firm_verdicts_are_counted_and_variants_named() {
        let mut found = Findings { scenario: "today".to_owned(), ..Findings::default() };
        let variant = |name: &str, speed_factor: f64, turnout_shift_s: f64, low: u32| Variant {
            name: name.to_owned(),
            speed_factor,
            turnout_shift_s,
            limit_s: 300.0,
            in_time_low: low,
            in_time_high: 2,
            of: 2,
            median_s: None,
            flips: Vec::new(),
        };
        found.reach.sensitivity.variants = vec![
            variant("as_given", 1.0, 0.0, 1),
            variant("speed_down", 0.8, 0.0, 0),
            variant("turnout_up", 1.0, 20.0, 1),
        ];
        let site = |firmness| SiteFirmness {
            firmness: Some(firmness),
            verdicts: Vec::new(),
            possible_s: Vec::new(),
            certain_s: Vec::new(),
        };
        found.reach.sensitivity.sites = vec![site(Firmness::Firm), site(Firmness::Speed)];
        let text = render_firmness(&[found], Language::English);
        assert!(text.contains("firm 1, hang on the speed 1"), "{text}");
        assert!(text.contains("as given: 1-2; speeds -20 %: 0-2; turnout +20 s: 1-2"), "{text}");
    }
}
