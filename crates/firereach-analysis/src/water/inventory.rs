//! Stock of the hydrants and of the other sources, each with its rulings.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Hydrant, HydrantKind, Main, MainLayout, WaterSource, WaterSourceKind};
use firereach_model::findings::lanes::DeadEnd;
use firereach_model::findings::water::{HydrantFinding, WaterSourceFinding};
use firereach_model::findings::{LaneFindings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::problem::{Done, Problem, Severity};
use firereach_model::rules::{Date, Rulebook};
use firereach_model::study::Study;
use firereach_model::units::{Count, CubicMetres, Hours, LitresPerSecond, Metres, Millimetres};
use geo::{Distance, Euclidean};

use super::Assessed;
use super::fleet::Fleet;
use super::kerb::Kerbs;
use super::lay::Lays;
use super::rulings::{of_hazards, ruling};
use super::subject::Buildings;
use super::supply::{ENDLESS_VOLUME, Supply, is_weak, pressure_of, yield_of};

/// One entry a hydrant.
pub(super) fn take_stock(
    layers: &Layers,
    supply: &Supply,
    lays: &Lays<'_>,
    (buildings, kerbs): (&Buildings<'_>, &Kerbs<'_>),
    study: &Study,
    assessed: &[Assessed],
) -> Vec<HydrantFinding> {
    let rulebook = &study.rulebook;
    let rules = &rulebook.parameters.water.supply;
    let mut in_plan = vec![0_u32; supply.sources.len()];
    let mut by_hose = vec![0_u32; supply.sources.len()];
    for Assessed { water, sources, .. } in assessed {
        for (source, seen) in sources.iter().zip(&water.sources) {
            in_plan[*source] += u32::from(seen.counts_in_plan);
            by_hose[*source] += u32::from(seen.counts_by_hose == Some(true));
        }
    }
    let along = rulebook.limit("hydrant_spacing").map(|limit_m| lays.spacings(supply, limit_m)).unwrap_or_default();
    let wall_reach_m = rulebook.limit("hydrant_wall_distance");
    let mut in_segment: BTreeMap<&str, u32> = BTreeMap::new();
    for main in supply.sources.iter().filter_map(|source| source.main) {
        if let Some(segment) = &layers.mains[main].segment {
            *in_segment.entry(segment).or_insert(0) += 1;
        }
    }
    layers
        .hydrants
        .iter()
        .enumerate()
        .map(|(index, hydrant)| {
            let source = &supply.sources[index];
            let nearest = supply.nearest_hydrant(index);
            let words = [hydrant.kind.code()];
            let mut rulings = Vec::new();
            // A distance in plan is the least that the distance along a road can be, unless a hydrant between the two is
            // missing from the data; the way along the road is the most.
            let along_m = along.get(index).copied().flatten();
            let spacing = match nearest {
                None if supply.has_all_hydrants => Measure::Unreached,
                None => Measure::Known(Bounds::unknown()),
                Some((_, m)) => Measure::Known(Bounds {
                    low: Metres::new(m).ok().filter(|_| supply.has_all_hydrants),
                    high: along_m.and_then(|m| Metres::new(m).ok()),
                }),
            };
            rulings.extend(rulebook.on("hydrant_spacing", &words).map(|rule| {
                ruling(
                    rule,
                    &spacing,
                    "from the distance in plan to the way along the road to the nearest other hydrant",
                )
            }));
            if let Some(reach_m) = wall_reach_m {
                let wall = buildings.wall_distance(hydrant.at, reach_m);
                rulings.extend(
                    rulebook
                        .on("hydrant_wall_distance", &words)
                        .map(|rule| ruling(rule, &Measure::Known(wall), "to the nearest outer wall of the data")),
                );
            }
            if hydrant.kind != HydrantKind::Wall && rulebook.on("hydrant_kerb_distance", &words).next().is_some() {
                let kerb = kerbs.measure(hydrant.at);
                rulings.extend(
                    rulebook
                        .on("hydrant_kerb_distance", &words)
                        .map(|rule| ruling(rule, &Measure::Known(kerb.bounds), &kerb.because)),
                );
            }
            let main = source.main.map(|main| &layers.mains[main]);
            rulings.extend(of_pipe(hydrant, main, rulebook));
            if let Some(segment) = main.and_then(|main| main.segment.as_ref()) {
                let hydrants = Measure::Known(Bounds::exactly(Count::of(f64::from(in_segment[segment.as_str()]))));
                rulings.extend(
                    rulebook
                        .on("segment_hydrants", &words)
                        .map(|rule| ruling(rule, &hydrants, &format!("hydrants on segment {segment}"))),
                );
            }
            rulings.extend(of_flow_and_pressure(hydrant, rulebook));
            let lps = |dl: u64| LitresPerSecond::new(dl as f64 / 10.0).ok();
            HydrantFinding {
                id: hydrant.id.clone(),
                at: hydrant.at.0,
                kind: hydrant.kind,
                service: hydrant.service,
                tested_on: hydrant.tested_on.clone(),
                origin: hydrant.origin.to_string(),
                flow: Bounds { low: lps(source.flow.0), high: lps(source.flow.1) },
                pressure: hydrant.pressure,
                static_pressure: hydrant.static_pressure,
                outlets: hydrant.outlets.clone(),
                main_layout: source.main.map(|main| layers.mains[main].layout),
                main_mm: source.main.and_then(|main| layers.mains[main].diameter_mm).or(hydrant.main_diameter_mm),
                spacing_m: nearest.map(|(_, m)| m),
                neighbour: nearest.map(|(other, _)| supply.sources[other].id.clone()),
                main: source.main.map(|main| layers.mains[main].id.clone()),
                is_overdue: is_overdue(hydrant, rulebook.as_of, rules.test_days),
                sites_in_plan: in_plan[index],
                sites_by_hose: by_hose[index],
                snapped_m: lays.snaps[index].0.map(|snap| snap.distance_m),
                rulings,
            }
        })
        .collect()
}

/// The rulings on the pipe that feeds a hydrant: its main, or where that or its diameter is not known, its own.
fn of_pipe(hydrant: &Hydrant, main: Option<&Main>, rulebook: &Rulebook) -> Vec<Ruling> {
    let of_main = main.and_then(|main| main.diameter_mm);
    let bore = of_main.or(hydrant.main_diameter_mm).and_then(|mm| Millimetres::new(mm).ok());
    let bore = Measure::Known(bore.map_or(Bounds::unknown(), Bounds::exactly));
    let layout = main.map_or(MainLayout::Unknown, |main| main.layout);
    let because = match main {
        Some(main) if of_main.is_some() || hydrant.main_diameter_mm.is_none() => format!("main {}, {layout}", main.id),
        Some(main) => format!("main {}, {layout}, by what the hydrant states", main.id),
        None => "by what the hydrant states; its main is not known".to_owned(),
    };
    // Every main that feeds hydrants in the open is an outdoor fire main, however it is laid.
    rulebook.on("main_diameter", &[layout.code(), "outdoor"]).map(|rule| ruling(rule, &bore, &because)).collect()
}

/// The rulings on what a hydrant gives, on its pressure meanwhile and on that at rest.
fn of_flow_and_pressure(hydrant: &Hydrant, rulebook: &Rulebook) -> Vec<Ruling> {
    let rules = &rulebook.parameters.water.supply;
    let words = [hydrant.kind.code()];
    let flow = match is_weak(hydrant, rules) {
        false => "flow as the source states it",
        true => "at most the flow as the source states it, which is not at the pressure of the rule",
    };
    let pressure = match (hydrant.pressure.is_unknown(), hydrant.lacks_pressure) {
        (false, _) => "pressure as the source states it",
        (true, true) => "marked as lacking pressure, as the source states it",
        (true, false) => "at most the pressure at rest, as the source states it",
    };
    // The main holds at rest no less than it holds while water is drawn.
    let (at_rest, rest) = if hydrant.static_pressure.is_unknown() {
        let at_least = Bounds { low: hydrant.pressure.low, high: None };
        (at_least, "at least the pressure during a fire, as the source states it")
    } else {
        (hydrant.static_pressure, "pressure at rest as the source states it")
    };
    let gives = Measure::Known(yield_of(hydrant, rules));
    let flows = ["hydrant_flow", "source_yield_flow"].into_iter().flat_map(|measure| rulebook.on(measure, &words));
    let mut rulings: Vec<Ruling> = flows.map(|rule| ruling(rule, &gives, flow)).collect();
    let pressures = [
        ("hydrant_pressure", Measure::Known(pressure_of(hydrant, rules)), pressure),
        ("hydrant_static_pressure", Measure::Known(at_rest), rest),
    ];
    for (measure, known, because) in &pressures {
        rulings.extend(rulebook.on(measure, &words).map(|rule| ruling(rule, known, because)));
    }
    rulings
}

/// One entry a pond, tank, jar group or intake.
pub(super) fn other_sources(
    layers: &Layers,
    supply: &Supply,
    (fleet, lanes): (&Fleet<'_>, &LaneFindings),
    (buildings, kerbs): (&Buildings<'_>, &Kerbs<'_>),
    study: &Study,
    assessed: &[Assessed],
) -> Vec<WaterSourceFinding> {
    let rulebook = &study.rulebook;
    let rules = &rulebook.parameters.water.supply;
    let first = layers.hydrants.len();
    let mut served = vec![(0_u32, 0_u32); supply.sources.len()];
    for Assessed { water, sources, .. } in assessed {
        for (source, seen) in sources.iter().zip(&water.sources) {
            served[*source].0 += u32::from(seen.counts_in_plan);
            served[*source].1 += u32::from(seen.counts_by_hose == Some(true));
        }
    }
    let wall_reach_m = rulebook.limit("intake_wall_distance");
    let of_source = |(index, water): (usize, &WaterSource)| {
        let source = &supply.sources[index];
        let words = [source.kind];
        let mut rulings = Vec::new();
        // A deck below the water is flooded: nothing is drawn there, whatever the lift.
        let lift = match source.suction_m {
            Some(lift_m) if lift_m < 0.0 => Measure::Unreached,
            Some(lift_m) => Measure::Known(Metres::new(lift_m).map_or(Bounds::unknown(), Bounds::exactly)),
            None => Measure::Known(Bounds::unknown()),
        };
        if !matches!(water.kind, WaterSourceKind::Tank | WaterSourceKind::Jars) {
            let because = match source.suction_m {
                Some(lift_m) if lift_m < 0.0 => format!("the deck is {:.1} m under water", -lift_m),
                Some(lift_m) => format!("the pump stands {lift_m:.1} m above the water"),
                None => "the height of the deck or of the water is not known".to_owned(),
            };
            rulings.extend(rulebook.on("suction_lift", &words).map(|rule| ruling(rule, &lift, &because)));
        }
        if let Some(reach_m) = wall_reach_m {
            let wall = buildings.wall_distance(water.at, reach_m);
            rulings.extend(
                rulebook
                    .on("intake_wall_distance", &words)
                    .map(|rule| ruling(rule, &Measure::Known(wall), "to the nearest outer wall of the data")),
            );
        }
        if rulebook.on("intake_lane_distance", &words).next().is_some()
            && !matches!(water.kind, WaterSourceKind::Tank | WaterSourceKind::Jars)
        {
            let kerb = kerbs.measure(water.at);
            let because = format!("to the edge of {}", kerb.because);
            rulings.extend(
                rulebook
                    .on("intake_lane_distance", &words)
                    .map(|rule| ruling(rule, &Measure::Known(kerb.bounds), &because)),
            );
            rulings.extend(turning(water, layers, lanes, rules.draft_reach_m));
        }
        rulings.extend(of_hazards(layers, rulebook, water.at));
        if water.kind == WaterSourceKind::Pond {
            rulings.extend(of_pond(water, rulebook));
        }
        // A flowing source is asked for its flow, which nobody states of an intake; what is stored, for its volume.
        if water.kind != WaterSourceKind::Intake {
            rulings.extend(
                rulebook
                    .on("source_yield_volume", &words)
                    .map(|rule| ruling(rule, &Measure::Known(water.volume), "usable volume as the source states it")),
            );
        }
        let m3 = |litres: u64| CubicMetres::new(litres as f64 / 1000.0).ok();
        let (sure, _) = fleet.reaches[index];
        WaterSourceFinding {
            id: source.id.clone(),
            at: water.at.0,
            kind: source.kind.to_owned(),
            body: water.body.clone(),
            service: water.service,
            volume: Bounds {
                low: m3(source.volume.0),
                high: m3(source.volume.1).filter(|_| source.volume.1 < ENDLESS_VOLUME),
            },
            suction_m: source.suction_m,
            can_draw: source.can_draw,
            appliances: fleet
                .pools
                .iter()
                .enumerate()
                .filter(|(bit, pool)| sure >> bit & 1 == 1 && !pool.code.is_empty())
                .map(|(_, pool)| pool.code.clone())
                .collect(),
            sites_in_plan: served[index].0,
            sites_by_hose: served[index].1,
            origin: water.origin.to_string(),
            rulings,
        }
    };
    layers.water_sources.iter().enumerate().map(|(index, water)| of_source((first + index, water))).collect()
}

/// The rulings on the dead end that a source is drawn from, where its lane is one: an engine that draws there has to turn.
fn turning(water: &WaterSource, layers: &Layers, lanes: &LaneFindings, reach_m: f64) -> Vec<Ruling> {
    let distance_m = |end: &DeadEnd| Euclidean.distance(&water.at, &end.line);
    let nearest = lanes
        .dead_ends
        .iter()
        .map(|end| (distance_m(end), end))
        .filter(|(metres, _)| *metres <= reach_m)
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, end)) = nearest else { return Vec::new() };
    let road = layers.roads.get(end.road).map_or("a road", |road| road.id.as_str());
    let because =
        |ruling: &Ruling| format!("drawn from the dead end of {road}, {:.0} m: {}", end.length_m, ruling.because);
    end.rulings.iter().map(|ruling| Ruling { because: because(ruling), ..ruling.clone() }).collect()
}

/// The rulings on what a pond holds and on how long it takes to fill.
fn of_pond(water: &WaterSource, rulebook: &Rulebook) -> Vec<Ruling> {
    let volume = Measure::Known(water.volume);
    let mut rulings: Vec<Ruling> = ["pond_volume", "pond_compartment"]
        .into_iter()
        .flat_map(|measure| rulebook.on(measure, &["hydrants_only", "compartment", "pond"]))
        .map(|rule| match rule.measure.as_str() {
            "pond_volume" => ruling(rule, &volume, "usable volume as the source states it"),
            // Nobody tells of compartments: a small pond needs none, of a larger one it is not known.
            _ => {
                let undivided = Bounds { low: None, high: water.volume.high };
                ruling(rule, &Measure::Known(undivided), "whether the pond is divided is not known")
            }
        })
        .collect();
    let hours = |m3: CubicMetres, lps: LitresPerSecond| {
        (lps > LitresPerSecond::ZERO).then(|| m3.get() * 1000.0 / lps.get() / 3600.0)
    };
    let refill = |m3: Option<CubicMetres>, lps: Option<LitresPerSecond>| {
        m3.zip(lps).and_then(|(m3, lps)| hours(m3, lps)).and_then(|hours| Hours::new(hours).ok())
    };
    let time =
        Bounds { low: refill(water.volume.low, water.refill.high), high: refill(water.volume.high, water.refill.low) };
    let words = [WaterSourceKind::Pond.code()];
    let rules = rulebook.on("pond_refill_time", &words);
    rulings.extend(rules.map(|rule| ruling(rule, &Measure::Known(time), "usable volume over the refill as stated")));
    rulings
}

/// Whether the last test of a hydrant is older than so many days; `None` where its date is not known, where it is a day to
/// come, and where a month or year alone is known in which some days are older and some are not.
pub(super) fn is_overdue(hydrant: &Hydrant, as_of: Date, days: u32) -> Option<bool> {
    let (earliest, latest) = days_of(hydrant.tested_on.as_deref()?)?;
    let today = number_of(i64::from(as_of.year), i64::from(as_of.month), i64::from(as_of.day));
    let is_old = |day: i64| today - day > i64::from(days);
    match (is_old(earliest), is_old(latest.min(today))) {
        _ if earliest > today => None,
        (true, true) => Some(true),
        (false, false) => Some(false),
        _ => None,
    }
}

/// What is wrong with tests that the data dates after the day of the study, in one problem that names the first of them.
pub(crate) fn tests_to_come(layers: &Layers, as_of: Date) -> Option<Problem> {
    let today = number_of(i64::from(as_of.year), i64::from(as_of.month), i64::from(as_of.day));
    let day = |hydrant: &Hydrant| hydrant.tested_on.as_deref().and_then(days_of).map(|(earliest, _)| earliest);
    let mut to_come = layers.hydrants.iter().filter(|hydrant| day(hydrant).is_some_and(|day| day > today));
    let first = to_come.next()?;
    let tested_on = first.tested_on.as_deref().unwrap_or_default();
    Some(Problem {
        code: "WATER-TEST-LATER".into(),
        severity: Severity::Warning,
        source_name: "hydrants".to_owned(),
        origin: first.origin.clone(),
        at: Some(first.at.0),
        found: format!("{} tests after {as_of}, the first of them on {tested_on} ({})", 1 + to_come.count(), first.id),
        expected: "tests on the day of the study or before it".to_owned(),
        done: Done::Kept,
        repair: "state the day of the study (`rules_as_of`) or correct the dates; here they count as not known"
            .to_owned(),
    })
}

/// The first and the last day that a date of the form `2019-05-20`, `2019-05` or `2019` may be, by number.
fn days_of(text: &str) -> Option<(i64, i64)> {
    let parts = text.split('-').map(|part| part.parse::<u16>().ok().map(i64::from)).collect::<Option<Vec<i64>>>()?;
    let month_after = |year: i64, month: i64| if month < 12 { (year, month + 1) } else { (year + 1, 1) };
    match parts[..] {
        [year] => Some((number_of(year, 1, 1), number_of(year, 12, 31))),
        [year, month @ 1..=12] => {
            let (next, after) = month_after(year, month);
            Some((number_of(year, month, 1), number_of(next, after, 1) - 1))
        }
        [year, month @ 1..=12, day @ 1..=31] => {
            let day = number_of(year, month, day);
            Some((day, day))
        }
        _ => None,
    }
}

/// Days since the first of March of year zero: the leap day ends the counted year.
fn number_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

#[cfg(test)]
mod tests;
