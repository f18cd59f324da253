//! What one scenario changes against another, and the scenarios by which proposals are taken apart.

use std::collections::BTreeMap;

use firereach_model::feature::Site;
use firereach_model::findings::comparison::{Comparison, CoverageChange, SiteChange};
use firereach_model::findings::reach::SiteReach;
use firereach_model::findings::{Findings, Ruling};
use firereach_model::study::{Change, Scenario};

/// Compares two scenarios' findings over the same sites.
///
/// Findings hold one entry a site in the order of `sites`. A verdict that both have and that differs is listed under its
/// rule. Which change is behind a gain is left open; [`attribute`] fills it in.
pub fn compare(sites: &[Site], from: &Findings, to: &Findings) -> Comparison {
    let site_changes = sites
        .iter()
        .enumerate()
        .map(|(i, site)| {
            let (a, b) = (from.reach.sites.get(i), to.reach.sites.get(i));
            let (before_s, after_s) = (a.and_then(response_s), b.and_then(response_s));
            let station = |reach: Option<&SiteReach>| reach?.first.as_ref().map(|arrival| arrival.station.clone());
            let class = |findings: &Findings| findings.water.sites.get(i).map(|water| water.class.code().to_owned());
            SiteChange {
                site: site.id.clone(),
                name: site.name.clone(),
                at: site.point,
                before_s,
                after_s,
                gain_s: before_s.zip(after_s).map(|(before, after)| to_milliseconds(before - after)),
                station_before: station(a),
                station_after: station(b),
                verdicts: changed_verdicts(from.site_rulings.get(i), to.site_rulings.get(i)),
                water_class: class(from).zip(class(to)).filter(|(a, b)| a != b),
                because: None,
            }
        })
        .collect();
    let mut before: BTreeMap<(&str, &str), (f64, f64)> = BTreeMap::new();
    for coverage in &from.reach.coverage {
        before.insert((&coverage.measure, &coverage.part), (coverage.covered, coverage.covered_high));
    }
    let coverage = to
        .reach
        .coverage
        .iter()
        .filter_map(|coverage| {
            let before = *before.get(&(coverage.measure.as_str(), coverage.part.as_str()))?;
            Some(CoverageChange {
                measure: coverage.measure.clone(),
                part: coverage.part.clone(),
                before,
                after: (coverage.covered, coverage.covered_high),
                of: coverage.of,
                unit: coverage.unit.clone(),
            })
        })
        .collect();
    Comparison { from: from.scenario.clone(), to: to.scenario.clone(), sites: site_changes, coverage }
}

fn response_s(reach: &SiteReach) -> Option<f64> {
    reach.first.as_ref().map(|arrival| arrival.components.total_s())
}

/// Differences of sums of milliseconds are whole milliseconds; what lies beyond is the floating point's.
fn to_milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0 + 0.0
}

fn changed_verdicts(a: Option<&Vec<Ruling>>, b: Option<&Vec<Ruling>>) -> Vec<(String, String, String)> {
    let (Some(a), Some(b)) = (a, b) else { return Vec::new() };
    a.iter()
        .filter_map(|before| {
            let after = b.iter().find(|after| after.rule == before.rule && after.measure == before.measure)?;
            (after.verdict != before.verdict)
                .then(|| (before.rule.clone(), before.verdict.code().to_owned(), after.verdict.code().to_owned()))
        })
        .collect()
}

/// Says which single change explains a site's gain or loss: the one that alone moves the response most in the same
/// direction, and by at least half as much as all together. `alone` holds each change's text with the findings of the base
/// and that change only; ties fall to the earlier.
pub fn attribute(comparison: &mut Comparison, from: &Findings, alone: &[(String, Findings)]) {
    for (i, site) in comparison.sites.iter_mut().enumerate() {
        let time = |findings: &Findings| findings.reach.sites.get(i).and_then(response_s).unwrap_or(f64::INFINITY);
        let (before, after) = (site.before_s.unwrap_or(f64::INFINITY), site.after_s.unwrap_or(f64::INFINITY));
        let moved = shift(before, after);
        if moved == 0.0 {
            continue;
        }
        let mut best: Option<(f64, &str)> = None;
        for (text, findings) in alone {
            let own = shift(time(from), time(findings)) * moved.signum();
            if best.is_none_or(|(most, _)| own > most) {
                best = Some((own, text));
            }
        }
        site.because = best.filter(|&(own, _)| own >= moved.abs() / 2.0).map(|(_, text)| text.to_owned());
    }
}

/// How far a time moves, seconds; infinite when it begins or ceases to exist.
fn shift(before: f64, after: f64) -> f64 {
    if before == after { 0.0 } else { before - after }
}

/// A scenario for each change of a scenario alone, in their order, named by the change.
pub fn each_alone(scenario: &Scenario) -> Vec<Scenario> {
    (0..scenario.changes.len()).map(|i| subset(scenario, &[i], text_of(scenario, i))).collect()
}

/// The scenarios that take proposed stations apart: the base without any, each alone, each pair, all, all but one.
///
/// Every change of `scenario` that adds a station is a proposal; its other changes hold in all of them. Sets that would be
/// the same are listed once.
pub fn take_proposals_apart(scenario: &Scenario) -> Vec<Scenario> {
    let is_proposal = |i: &usize| matches!(scenario.changes[*i], Change::AddStation(_));
    let (proposals, others): (Vec<usize>, Vec<usize>) = (0..scenario.changes.len()).partition(is_proposal);
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    sets.extend(proposals.iter().map(|&i| vec![i]));
    for (n, &a) in proposals.iter().enumerate() {
        sets.extend(proposals[n + 1..].iter().map(|&b| vec![a, b]));
    }
    sets.push(proposals.clone());
    sets.extend(proposals.iter().map(|&out| proposals.iter().copied().filter(|&i| i != out).collect()));
    let mut seen: Vec<Vec<usize>> = Vec::new();
    sets.retain(|set| {
        let is_new = !seen.contains(set);
        if is_new {
            seen.push(set.clone());
        }
        is_new
    });
    sets.into_iter()
        .map(|set| {
            let names: Vec<&str> = set.iter().map(|&i| station_of(&scenario.changes[i])).collect();
            let name = match names.as_slice() {
                [] => format!("{}: no proposal", scenario.name),
                names => format!("{}: {}", scenario.name, names.join(" + ")),
            };
            let mut all: Vec<usize> = others.iter().copied().chain(set).collect();
            all.sort_unstable();
            subset(scenario, &all, name)
        })
        .collect()
}

/// The scenario with speeds a share higher and lower, and turnouts longer and shorter by so many seconds.
pub fn vary(scenario: &Scenario, speed_share: f64, turnout_s: f64) -> Vec<Scenario> {
    let with = |change: Change, text: String| {
        let mut varied = scenario.clone();
        varied.name = format!("{}: {text}", scenario.name);
        varied.changes.push(change);
        varied.change_texts.push(text);
        varied
    };
    let percent = speed_share * 100.0;
    vec![
        with(Change::SpeedFactor(1.0 + speed_share), format!("speeds +{percent:.0} %")),
        with(Change::SpeedFactor(1.0 - speed_share), format!("speeds -{percent:.0} %")),
        with(Change::TurnoutShift(turnout_s), format!("turnout +{turnout_s:.0} s")),
        with(Change::TurnoutShift(-turnout_s), format!("turnout -{turnout_s:.0} s")),
    ]
}

fn subset(scenario: &Scenario, of: &[usize], name: String) -> Scenario {
    Scenario {
        name,
        hour: scenario.hour,
        changes: of.iter().map(|&i| scenario.changes[i].clone()).collect(),
        change_texts: of.iter().map(|&i| text_of(scenario, i)).collect(),
    }
}

fn text_of(scenario: &Scenario, change: usize) -> String {
    scenario.change_texts.get(change).cloned().unwrap_or_default()
}

fn station_of(change: &Change) -> &str {
    match change {
        Change::AddStation(station) => &station.id,
        _ => "",
    }
}

/// What a set of proposals adds to the base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// Sites reached within the limit now and not before.
    pub sites: Vec<String>,
    /// Of these, those that the set without the proposal does not reach: what nobody else adds.
    pub unique_sites: Vec<String>,
    /// Seconds saved over all sites reached before and after.
    pub saved_s: f64,
    /// Greatest saving at one site.
    pub greatest_s: f64,
    /// Area reached within the limit now and not before, km2.
    pub area_km2: f64,
}

/// What `with` adds to `base` within a limit from the dispatch order, and how much of it `without` lacks.
///
/// `without` are the findings of all proposals but the one in question.
pub fn measure_added(
    sites: &[Site],
    base: &Findings,
    with: &Findings,
    without: Option<&Findings>,
    limit_s: f64,
) -> Added {
    use geo::{Area, BooleanOps};
    let within = |findings: &Findings, i: usize| {
        let first = findings.reach.sites.get(i).and_then(|reach| reach.first.as_ref());
        first.is_some_and(|arrival| crate::reach::after_dispatch_s(arrival) <= limit_s)
    };
    let mut added = Added::default();
    for (i, site) in sites.iter().enumerate() {
        if within(with, i) && !within(base, i) {
            added.sites.push(site.id.clone());
            if without.is_some_and(|without| !within(without, i)) {
                added.unique_sites.push(site.id.clone());
            }
        }
        let time = |findings: &Findings| findings.reach.sites.get(i).and_then(response_s);
        if let (Some(before), Some(after)) = (time(base), time(with)) {
            added.saved_s += before - after;
            added.greatest_s = added.greatest_s.max(before - after);
        }
    }
    let area = |findings: &Findings| {
        let all = findings.reach.isochrones.iter();
        all.filter(|i| i.station.is_none() && f64::from(i.cutoff_s) == limit_s).map(|i| i.area.clone()).next()
    };
    if let (Some(before), Some(after)) = (area(base), area(with)) {
        added.area_km2 = after.difference(&before).unsigned_area() / 1e6;
    }
    added
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(count: usize) -> Scenario {
        let station = |i: usize| Change::AddStation(crate::reach::tests::station(&format!("p{i}"), 0.0, 0.0, &["V2"]));
        let mut changes: Vec<Change> = (0..count).map(station).collect();
        changes.push(Change::SpeedFactor(0.5));
        let change_texts = (0..changes.len()).map(|i| format!("change {i}")).collect();
        Scenario { name: "x".to_owned(), hour: 8, changes, change_texts }
    }

    #[test]
    fn three_proposals_are_taken_apart_into_eight_sets() {
        let sets = take_proposals_apart(&scenario(3));
        let names: Vec<&str> = sets.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(
            names,
            ["x: no proposal", "x: p0", "x: p1", "x: p2", "x: p0 + p1", "x: p0 + p2", "x: p1 + p2", "x: p0 + p1 + p2"]
        );
        assert!(sets.iter().all(|s| s.changes.last() == Some(&Change::SpeedFactor(0.5))));
    }

    #[test]
    fn a_single_proposal_is_with_and_without() {
        assert_eq!(take_proposals_apart(&scenario(1)).len(), 2);
    }

    fn findings(times: &[Option<f64>]) -> Findings {
        let mut findings = Findings::default();
        for time in times {
            let first = time.map(|s| firereach_model::findings::reach::Arrival {
                station: "s".to_owned(),
                vehicle: "V2".to_owned(),
                components: firereach_model::findings::reach::Components { drive_s: s, ..Default::default() },
                stop: None,
                drive: None,
                walk: None,
                drive_m: 0.0,
                walk_m: 0.0,
            });
            findings.reach.sites.push(SiteReach { first, ..SiteReach::default() });
        }
        findings
    }

    #[test]
    fn gains_losses_and_their_causes() {
        let sites: Vec<Site> = (0..4).map(|i| crate::reach::tests::site(&format!("t{i}"), 0.0, 0.0)).collect();
        let base = findings(&[Some(400.0), Some(100.0), None, Some(50.0)]);
        let all = findings(&[Some(250.0), Some(130.0), Some(300.0), Some(50.0)]);
        let mut comparison = compare(&sites, &base, &all);
        let kinds: Vec<&str> = comparison.sites.iter().map(SiteChange::kind).collect();
        assert_eq!(kinds, ["gain", "loss", "new", "same"]);
        assert_eq!(comparison.sites[0].gain_s, Some(150.0));
        let alone = vec![
            ("station".to_owned(), findings(&[Some(250.0), Some(100.0), None, Some(50.0)])),
            ("road".to_owned(), findings(&[Some(400.0), Some(130.0), Some(300.0), Some(50.0)])),
        ];
        attribute(&mut comparison, &base, &alone);
        let causes: Vec<Option<&str>> = comparison.sites.iter().map(|s| s.because.as_deref()).collect();
        assert_eq!(causes, [Some("station"), Some("road"), Some("road"), None]);
    }
}
