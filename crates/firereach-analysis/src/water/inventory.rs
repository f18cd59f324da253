//! Stock of the hydrants and of the other sources, each with its rulings.

use std::collections::BTreeMap;

use firereach_model::bounds::{Bounds, Measure};
use firereach_model::feature::{Hydrant, HydrantKind, WaterSource, WaterSourceKind};
use firereach_model::findings::lanes::DeadEnd;
use firereach_model::findings::water::{HydrantFinding, WaterSourceFinding};
use firereach_model::findings::{LaneFindings, Ruling};
use firereach_model::layers::Layers;
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
use super::supply::{ENDLESS_VOLUME, Supply};

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
            if let Some(main) = source.main.map(|main| &layers.mains[main]) {
                let bore = main.diameter_mm.and_then(|mm| Millimetres::new(mm).ok());
                let bore = Measure::Known(bore.map_or(Bounds::unknown(), Bounds::exactly));
                rulings.extend(
                    rulebook
                        .on("main_diameter", &[main.layout.code()])
                        .map(|rule| ruling(rule, &bore, &format!("main {}, {}", main.id, main.layout))),
                );
                if let Some(segment) = &main.segment {
                    let hydrants = Measure::Known(Bounds::exactly(Count::of(f64::from(in_segment[segment.as_str()]))));
                    rulings.extend(
                        rulebook
                            .on("segment_hydrants", &words)
                            .map(|rule| ruling(rule, &hydrants, &format!("hydrants on segment {segment}"))),
                    );
                }
            }
            let flow = Measure::Known(hydrant.flow);
            rulings.extend(
                rulebook.on("hydrant_flow", &words).map(|rule| ruling(rule, &flow, "flow as the source states it")),
            );
            let pressure = Measure::Known(hydrant.pressure);
            rulings.extend(
                rulebook
                    .on("hydrant_pressure", &words)
                    .map(|rule| ruling(rule, &pressure, "pressure as the source states it")),
            );
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
        let m3 = |litres: u64| CubicMetres::new(litres as f64 / 1000.0).ok();
        let (sure, _) = fleet.reaches[index];
        WaterSourceFinding {
            id: source.id.clone(),
            at: water.at.0,
            kind: source.kind.to_owned(),
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

/// Whether the last test of a hydrant is older than so many days; `None` where its date is not known.
pub(super) fn is_overdue(hydrant: &Hydrant, as_of: Date, days: u32) -> Option<bool> {
    let tested = hydrant.tested_on.as_deref().and_then(day_number)?;
    Some(number_of(as_of) - tested > i64::from(days))
}

/// The number of a day written `year-month-day`.
fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(number_of(Date { year, month, day }))
}

/// Days since the first of March of year zero: the leap day ends the counted year.
fn number_of(date: Date) -> i64 {
    let (year, month, day) = (i64::from(date.year), i64::from(date.month), i64::from(date.day));
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_year_has_366_days_and_text_that_is_no_date_has_no_number() {
        let day = |text| day_number(text).expect("a date");
        assert_eq!(day("2025-01-01") - day("2024-01-01"), 366);
        assert_eq!(day("2024-03-01") - day("2024-02-28"), 2);
        assert_eq!(day_number("last year"), None);
    }
}
