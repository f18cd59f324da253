//! What one scenario changes against another, and because of which of its changes.

use std::collections::BTreeMap;

use firereach_model::feature::Site;
use firereach_model::findings::comparison::{Comparison, CoverageChange, SiteChange};
use firereach_model::findings::reach::SiteReach;
use firereach_model::findings::{Findings, Ruling};

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

/// Says which difference between two scenarios explains a site's gain or loss.
///
/// `differences` are all of them in words; where there is only one it explains everything. Else it is the one that alone
/// moves the response most in the same direction, and by at least half as much as all together: `alone` holds a difference
/// with the findings of the first scenario and that difference only; ties fall to the earlier. Where none of these explains
/// it and another station arrives first now, the difference that names this station does.
pub fn attribute(comparison: &mut Comparison, from: &Findings, alone: &[(String, &Findings)], differences: &[String]) {
    for (i, site) in comparison.sites.iter_mut().enumerate() {
        let time = |findings: &Findings| findings.reach.sites.get(i).and_then(response_s).unwrap_or(f64::INFINITY);
        let (before, after) = (site.before_s.unwrap_or(f64::INFINITY), site.after_s.unwrap_or(f64::INFINITY));
        let moved = shift(before, after);
        if moved == 0.0 {
            continue;
        }
        if let [only] = differences {
            site.because = Some(only.clone());
            continue;
        }
        let mut best: Option<(f64, &str)> = None;
        for (text, findings) in alone {
            let own = shift(time(from), time(findings)) * moved.signum();
            if best.is_none_or(|(most, _)| own > most) {
                best = Some((own, text));
            }
        }
        let explains = best.filter(|&(own, _)| own >= moved.abs() / 2.0).map(|(_, text)| text);
        let names_station = || {
            let station = site.station_after.as_ref().filter(|after| Some(*after) != site.station_before.as_ref())?;
            let name = format!("\"{station}\"");
            differences.iter().find(|difference| difference.contains(&name)).map(String::as_str)
        };
        site.because = explains.or_else(names_station).map(str::to_owned);
    }
}

/// How far a time moves, seconds; infinite when it begins or ceases to exist.
fn shift(before: f64, after: f64) -> f64 {
    if before == after { 0.0 } else { before - after }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let station = findings(&[Some(250.0), Some(100.0), None, Some(50.0)]);
        let road = findings(&[Some(400.0), Some(130.0), Some(300.0), Some(50.0)]);
        let alone = [("station".to_owned(), &station), ("road".to_owned(), &road)];
        let differences = ["station".to_owned(), "road".to_owned()];
        attribute(&mut comparison, &base, &alone, &differences);
        let causes = |comparison: &Comparison| -> Vec<Option<String>> {
            comparison.sites.iter().map(|s| s.because.clone()).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(causes(&comparison), [some("station"), some("road"), some("road"), None]);
        // What is the only difference explains everything that moved.
        attribute(&mut comparison, &base, &[], &differences[..1]);
        assert_eq!(causes(&comparison), [some("station"), some("station"), some("station"), None]);
    }

    #[test]
    fn a_station_that_arrives_first_now_is_found_by_its_name() {
        let sites = [crate::reach::tests::site("t", 0.0, 0.0)];
        let (base, mut all) = (findings(&[Some(400.0)]), findings(&[Some(250.0)]));
        if let Some(first) = &mut all.reach.sites[0].first {
            first.station = "N1".to_owned();
        }
        let mut comparison = compare(&sites, &base, &all);
        let differences = ["{ parking = { on = false } }", "{ add-station = { id = \"N1\" } }"].map(str::to_owned);
        attribute(&mut comparison, &base, &[], &differences);
        assert_eq!(comparison.sites[0].because.as_deref(), Some(differences[1].as_str()));
    }

    #[test]
    fn a_scenario_compared_with_itself_differs_in_nothing() {
        let sites: Vec<Site> = (0..2).map(|i| crate::reach::tests::site(&format!("t{i}"), 0.0, 0.0)).collect();
        let base = findings(&[Some(400.0), None]);
        let comparison = compare(&sites, &base, &base);
        assert!(comparison.sites.iter().all(|site| site.kind() == "same" && site.verdicts.is_empty()));
    }
}
