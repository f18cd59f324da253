//! `firereach network`: the priced network, so that coverage can be checked with other software.

use firereach_analysis::change;
use firereach_analysis::clearance::measure_passages;
use firereach_analysis::network::Network;
use firereach_analysis::reach::export_network;
use firereach_io::write::write_csv;

use crate::args::NetworkArguments;
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::pipeline::load;
use crate::speech::Speech;

/// Writes `nodes.csv`, `edges.csv`, `snaps.csv` and `times.csv`.
pub(crate) fn network(arguments: &NetworkArguments, speech: &Speech) -> Result<u8, Failure> {
    let mut progress = speech.progress();
    let folder = begin_folder(&arguments.output, arguments.force, speech)?;
    let loaded = load(&arguments.study, speech, &mut progress)?;
    let scenario = match &arguments.scenario {
        None => loaded.study.scenarios.first(),
        Some(name) => loaded.study.scenarios.iter().find(|scenario| scenario.name == *name),
    };
    let Some(scenario) = scenario else {
        let known: Vec<&str> = loaded.study.scenarios.iter().map(|s| s.name.as_str()).collect();
        return Err(Failure::Study(format!(
            "the study has no scenario named {}; it has: {}",
            arguments.scenario.as_deref().unwrap_or("-"),
            known.join(", ")
        )));
    };
    let movement = &loaded.study.rulebook.parameters.movement;
    let conditions = change::apply(&loaded.reading.layers, scenario, movement.snap_limit_m);
    let rebuilt;
    let network = if conditions.is_shape_changed {
        rebuilt = Network::build(&conditions.layers, movement.join_tolerance_m);
        &rebuilt
    } else {
        &loaded.network
    };
    let vehicle = match &arguments.vehicle {
        Some(code) => code.clone(),
        None => {
            let of_station = conditions.layers.stations.iter().find_map(|station| {
                station
                    .vehicles
                    .first()
                    .or_else(|| movement.default_vehicles.get(&station.kind).and_then(|v| v.first()))
            });
            of_station.or(loaded.study.vehicles.first().map(|vehicle| &vehicle.code)).cloned().unwrap_or_default()
        }
    };
    progress.phase(speech.say("pricing", "计算路网成本"));
    let passages = measure_passages(network, &loaded.study.rulebook, &conditions);
    let Some(tables) = export_network(network, &passages, &loaded.study, &conditions, &vehicle) else {
        let known: Vec<&str> = loaded.study.vehicles.iter().map(|v| v.code.as_str()).collect();
        return Err(Failure::Study(format!("the catalogue has no vehicle {vehicle}; it has: {}", known.join(", "))));
    };
    progress.phase(speech.say("writing", "写出成果"));
    for table in &tables {
        let path = folder.path().join(format!("{}.csv", table.name));
        write_csv(&path, std::slice::from_ref(table), &loaded.reading.projector)
            .map_err(|error| Failure::input(&error))?;
    }
    folder.finish().map_err(|error| Failure::input(&error))?;
    progress.finish();
    let sizes: Vec<String> = tables.iter().map(|table| format!("{}.csv {}", table.name, table.rows.len())).collect();
    let text = format!(
        "{}: {}, {} {}\n{}\n{} {}",
        speech.say("scenario", "情景"),
        scenario.name,
        speech.say("vehicle", "车辆"),
        vehicle,
        sizes.join("\n"),
        speech.say("written to", "成果目录"),
        arguments.output.display()
    );
    let json = serde_json::json!({
        "scenario": scenario.name,
        "vehicle": vehicle,
        "rows": tables.iter().map(|t| (t.name.to_string(), t.rows.len().into())).collect::<serde_json::Map<_, _>>(),
        "output": arguments.output,
    });
    speech.result(&text, &json)?;
    Ok(0)
}
