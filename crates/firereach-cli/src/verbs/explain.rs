//! `firereach explain`: the chain of reasons behind one site's findings.

use firereach_io::record::read_run;
use firereach_model::record::Run;
use firereach_report::explain::{explain as compose, render_explanation};

use crate::args::Explain;
use crate::failure::Failure;
use crate::speech::Speech;

/// Reads the run back and prints the chain.
pub(crate) fn explain(arguments: &Explain, speech: &Speech) -> Result<u8, Failure> {
    let run = read_run(&arguments.run).map_err(|error| Failure::input(&error))?;
    let scenario = find_scenario(&run, arguments.scenario.as_deref())?;
    let site = find_site(&run, &arguments.site)?;
    let sections = compose(&run, scenario, site, speech.language());
    speech.result(&render_explanation(&sections), &sections)?;
    Ok(0)
}

/// The index of a scenario by name; the first when none is named.
pub(crate) fn find_scenario(run: &Run, name: Option<&str>) -> Result<usize, Failure> {
    let Some(name) = name else { return Ok(0) };
    run.record.scenarios.iter().position(|scenario| scenario.name == name).ok_or_else(|| {
        let names: Vec<&str> = run.record.scenarios.iter().map(|s| s.name.as_str()).collect();
        Failure::Study(format!("the run has no scenario \"{name}\"; it has: {}", names.join(", ")))
    })
}

fn find_site(run: &Run, wanted: &str) -> Result<usize, Failure> {
    if let Some(index) = run.record.sites.iter().position(|site| site.id == wanted) {
        return Ok(index);
    }
    let named: Vec<usize> =
        (0..run.record.sites.len()).filter(|&index| run.record.sites[index].name.as_deref() == Some(wanted)).collect();
    match named[..] {
        [index] => Ok(index),
        [] => {
            let near: Vec<&str> = run
                .record
                .sites
                .iter()
                .filter(|s| s.id.contains(wanted) || s.name.as_deref().is_some_and(|n| n.contains(wanted)))
                .map(|s| s.id.as_str())
                .take(8)
                .collect();
            let hint = if near.is_empty() {
                "sites.csv lists the identifiers".to_owned()
            } else {
                format!("similar: {}", near.join(", "))
            };
            Err(Failure::Study(format!("the run has no site \"{wanted}\"; {hint}")))
        }
        _ => {
            let ids: Vec<&str> = named.iter().map(|&index| run.record.sites[index].id.as_str()).collect();
            Err(Failure::Study(format!("several sites are named \"{wanted}\"; give one of: {}", ids.join(", "))))
        }
    }
}
