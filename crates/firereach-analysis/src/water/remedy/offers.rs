//! What is offered at a site: each kind of remedy where the data has a place for it.

use firereach_model::feature::{MainLayout, WaterSourceKind};
use firereach_model::findings::water::WidenedLane;
use firereach_model::parameters::WaterParameters;
use geo::{Euclidean, InterpolateLine, LineLocatePoint};
use geo_types::Coord;

use super::edit::{Edit, Mover, NewSource};
use super::place::{OnMain, Spot};
use super::{Case, Trial};
use crate::network::EdgeId;
use crate::water::amounts::{decilitres, whole};
use crate::water::fleet::Pool;
use crate::water::gap::{Candidate, Failure};
use crate::water::supply::{ENDLESS_FLOW, ENDLESS_VOLUME, is_of_mains};

impl Case<'_> {
    /// Everything that the data offers a place for.
    pub(super) fn trials(&self) -> Vec<Trial> {
        let mut trials = self.hydrants();
        trials.extend(self.looped());
        trials.extend(self.valve());
        trials.extend(self.booster());
        trials.extend(self.ponds());
        trials.push(self.jars());
        trials.extend(self.intake());
        trials.extend(self.riser());
        trials.extend(self.carried());
        trials.extend(self.widened());
        if self.ways.is_walled_in {
            // No water gets there for certain until somebody knows how hose does.
            let way = "if hose gets past the buildings about it, which nobody tells";
            trials.iter_mut().for_each(|trial| trial.conditions.push(way.to_owned()));
        }
        trials
    }

    /// One to a few hydrants on mains that take them, nearest first.
    fn hydrants(&self) -> Vec<Trial> {
        let parameters = self.ground.parameters();
        let rules = &parameters.remedies;
        let places = self.places_on_mains();
        let mut chosen: Vec<Edit> = Vec::new();
        let mut trials = Vec::new();
        for (number, spot) in (0_u32..).zip(places.iter().take(rules.hydrants as usize)) {
            let layout = self.ground.layers.mains[spot.main].layout;
            let litres = whole(rules.hydrant_lps * self.base.case.duration_s as f64);
            chosen.push(Edit::Source(NewSource {
                number,
                flow: decilitres(rules.hydrant_lps),
                litres: match (parameters.supply.volume_needs_ring, layout) {
                    (false, _) | (true, MainLayout::Ring) => (litres, litres),
                    (true, MainLayout::Unknown) => (0, litres),
                    (true, MainLayout::Branch) => (0, 0),
                },
                draw: decilitres(rules.hydrant_lps),
                in_plan: counted(decilitres(rules.hydrant_lps), parameters),
                outlets: parameters.supply.hydrant_lines,
                on_main: Some((spot.main, spot.along_m)),
                failures: Vec::new(),
                lay: self.lay_from(spot.at, parameters.supply.coupling_reach_m),
            }));
            let first = &places[0];
            let on = &self.ground.layers.mains[first.main];
            let mut place = format!(
                "on main {} ({}); {:.0} m from the site; no wall of the data within {:.0} m{}",
                on.id, on.layout, first.plan_m, rules.hydrant_wall_m, first.beside
            );
            let condition = self.is_wide_enough(&places[..=number as usize]);
            if let Some(condition) = &condition {
                place = format!("{place}; {condition}");
            }
            let mut trial = self.trial("hydrant", f64::from(number + 1), "piece", (Some(first.at.0), place));
            trial.places = places[..=number as usize].iter().map(|place| place.at.0).collect();
            trial.rulings = places[..=number as usize].iter().flat_map(|place| place.rulings.clone()).collect();
            trial.edits.clone_from(&chosen);
            trial.conditions.extend(condition);
            trials.push(trial);
        }
        trials
    }

    /// What has to hold of the mains of some hydrants whose diameter nobody told, in words; none where all are known.
    fn is_wide_enough(&self, places: &[OnMain]) -> Option<String> {
        let mains = &self.ground.layers.mains;
        let mut unknown: Vec<usize> =
            places.iter().map(|place| place.main).filter(|main| mains[*main].diameter_mm.is_none()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let names: Vec<&str> = unknown.iter().map(|main| mains[*main].id.as_str()).collect();
        let least_mm = self.ground.parameters().remedies.main_mm;
        match names.as_slice() {
            [] => None,
            [name] => Some(format!("if main {name} is at least DN{least_mm:.0}, which nobody tells")),
            names => Some(format!("if mains {} are at least DN{least_mm:.0}, which nobody tells", names.join(", "))),
        }
    }

    /// Closing every branch about the site to a loop.
    fn looped(&self) -> Option<Trial> {
        let is_branch = |branch: Option<usize>| branch.is_some_and(is_of_mains);
        let on_branch = self.base.case.candidates.iter().any(|candidate| is_branch(candidate.branch.0));
        if self.ground.layers.mains.is_empty() || !on_branch {
            return None;
        }
        let place = "of the branches that feed the hydrants about it".to_owned();
        let mut trial = self.trial("loop", 1.0, "piece", (None, place));
        trial.edits.push(Edit::Loop);
        Some(trial)
    }

    /// A valve in the middle of the segment whose failure takes most hydrants of the site, between two of them.
    fn valve(&self) -> Option<Trial> {
        let candidates = &self.base.case.candidates;
        let on_segment = |spot: usize, segment: Failure| candidates[spot].may_fail_with(segment);
        let failures = |candidate: &Candidate| [&candidate.failures[..], &candidate.failures_in_doubt].concat();
        let mut segments: Vec<Failure> = candidates.iter().flat_map(failures).collect();
        segments.retain(|failure| matches!(failure, Failure::Segment(_)));
        segments.sort_unstable();
        segments.dedup();
        let most = |segment: &Failure| -> u64 {
            let all = candidates.iter().filter(|candidate| candidate.may_fail_with(*segment));
            all.map(|candidate| candidate.flow.1).sum()
        };
        let segment = segments.into_iter().max_by(|a, b| most(a).cmp(&most(b)).then(b.cmp(a)))?;
        let sources = &self.ground.supply.sources;
        let mut along: Vec<(usize, f64, usize)> = (0..self.numbers.len())
            .filter(|spot| on_segment(*spot, segment) && candidates[*spot].flow.1 > 0)
            .filter_map(|spot| {
                let source = &sources[self.numbers[spot]];
                let main = source.main?;
                let share = self.ground.layers.mains[main].line.line_locate_point(&source.at)?;
                Some((main, share, spot))
            })
            .collect();
        along.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        if along.len() < 2 {
            return None;
        }
        let (before, beyond) = along.split_at(along.len() / 2);
        let (from, to) = (before[before.len() - 1], beyond[0]);
        let line = &self.ground.layers.mains[to.0].line;
        let share = if from.0 == to.0 { (from.1 + to.1) / 2.0 } else { to.1 / 2.0 };
        let at = Euclidean.point_at_ratio_from_start(line, share).map(|at| at.0);
        let [from, to] = [from, to].map(|(.., spot)| sources[self.numbers[spot]].id.as_str());
        let place = format!(
            "on main {} between hydrant {from} and hydrant {to}",
            self.ground.layers.mains[along[along.len() / 2].0].id
        );
        let mut trial = self.trial("valve", 1.0, "piece", (at, place));
        trial.edits.push(Edit::Valve { segment, beyond: beyond.iter().map(|(.., spot)| *spot).collect() });
        Some(trial)
    }

    /// Pressure held at the hydrants about the site, so that they feed a nozzle where no engine comes.
    fn booster(&self) -> Option<Trial> {
        let mpa = self.ground.parameters().remedies.booster_mpa;
        let fed = (0..self.numbers.len()).find(|spot| {
            let source = &self.ground.supply.sources[self.numbers[*spot]];
            source.is_hydrant && source.flow.1 > 0 && self.water.sources[*spot].lengths.is_some()
        })?;
        let source = &self.ground.supply.sources[self.numbers[fed]];
        let on = match source.main {
            Some(main) => format!("main {}", self.ground.layers.mains[main].id),
            None => format!("the main of hydrant {}, which the data does not hold", source.id),
        };
        let mut trial = self.trial("booster", 1.0, "piece", (Some(source.at.0), format!("on {on}, holding {mpa} MPa")));
        trial.edits.push(Edit::Booster(mpa));
        Some(trial)
    }

    /// A pond of what is missing, and one of all that is needed, then two of them, so that one may fail. What is more than a
    /// single pond may hold is parted among as few as may hold it.
    fn ponds(&self) -> Vec<Trial> {
        let rules = &self.ground.parameters().remedies;
        let Some(need_m3) = self.base.case.need_m3.1 else { return Vec::new() };
        let sized = |m3: f64| (m3.max(rules.pond_m3) / rules.pond_step_m3).ceil() * rules.pond_step_m3;
        let parts = |m3: f64| {
            let least = (1..=rules.ponds as usize)
                .find(|ponds| rules.pond_most_m3.is_none_or(|most| sized(m3 / *ponds as f64) <= most))?;
            Some((least, sized(m3 / least as f64)))
        };
        let mut sizes: Vec<(usize, f64)> =
            [need_m3 - self.found.volume_m3.0, need_m3].into_iter().filter_map(parts).collect();
        sizes.dedup();
        let Some(least) = sizes.iter().map(|(ponds, _)| *ponds).max() else { return Vec::new() };
        let spots = self.places_for_ponds(sizes.iter().map(|(_, m3)| *m3).fold(0.0, f64::max), least);
        let mut trials = Vec::new();
        for number in 1..=spots.len() {
            for m3 in sizes.iter().filter(|(least, _)| *least <= number).map(|(_, m3)| *m3) {
                trials.push(self.pond_at(&spots[..number], m3));
            }
        }
        trials
    }

    /// A pond of so many m3 at each of some places.
    fn pond_at(&self, spots: &[Spot], m3: f64) -> Trial {
        let parameters = self.ground.parameters();
        let places: Vec<Coord<f64>> = spots.iter().filter_map(|spot| spot.at.map(|at| at.0)).collect();
        let words = spots.iter().map(|spot| spot.words.as_str()).collect::<Vec<_>>().join("; and ");
        let at = (places.first().copied(), words);
        let mut trial = self.trial(WaterSourceKind::Pond.code(), spots.len() as f64 * m3, "m3", at);
        trial.rulings = spots.iter().flat_map(|spot| spot.rulings.clone()).collect();
        trial.conditions = spots.iter().filter_map(|spot| spot.condition.clone()).collect();
        trial.conditions.dedup();
        trial.places = places;
        let litres = whole(m3 * 1000.0);
        let flow = litres * 10 / self.base.case.duration_s.max(1);
        let pond = |(number, spot): (u32, &Spot)| {
            Edit::Source(NewSource {
                number,
                flow,
                litres: (litres, litres),
                draw: u64::MAX,
                in_plan: counted(ENDLESS_FLOW, parameters),
                outlets: parameters.supply.intake_lines,
                on_main: None,
                failures: spot.failures.clone(),
                lay: spot.lay.clone(),
            })
        };
        trial.edits = (0_u32..).zip(spots).map(pond).collect();
        trial
    }

    fn jars(&self) -> Trial {
        let rules = &self.ground.parameters().remedies;
        let m3 = rules.jars_m3 * f64::from(rules.jar_groups);
        let place = "in the yards of the site".to_owned();
        let mut trial = self.trial("jars", f64::from(rules.jar_groups), "piece", (Some(self.site.point.0), place));
        trial.edits.push(Edit::Source(NewSource {
            number: 0,
            flow: decilitres(m3 * 1000.0 / self.base.case.duration_s.max(1) as f64),
            litres: (whole(m3 * 1000.0), whole(m3 * 1000.0)),
            draw: u64::MAX,
            in_plan: (0, 0),
            outlets: self.ground.parameters().supply.intake_lines,
            on_main: None,
            failures: Vec::new(),
            lay: Some(self.lay_at_site()),
        }));
        trial
    }

    /// A platform at the nearest water from which an engine draws, with a road to it where none is near.
    fn intake(&self) -> Option<Trial> {
        let spot = self.place_at_water()?;
        let mut trial = self.trial("intake", 1.0, "piece", (spot.at.map(|at| at.0), spot.words));
        trial.rulings = spot.rulings;
        trial.conditions.extend(spot.condition);
        trial.edits.push(Edit::Source(NewSource {
            number: 0,
            flow: ENDLESS_FLOW,
            litres: (ENDLESS_VOLUME, ENDLESS_VOLUME),
            draw: u64::MAX,
            in_plan: counted(ENDLESS_FLOW, self.ground.parameters()),
            outlets: self.ground.parameters().supply.intake_lines,
            on_main: None,
            failures: spot.failures,
            lay: spot.lay,
        }));
        Some(trial)
    }

    /// A dry riser in place of the hose on the stairs of the way that has most of them.
    fn riser(&self) -> Option<Trial> {
        let index = (0..self.water.sources.len())
            .filter(|index| {
                self.water.sources[*index].stairs_m > 0.0
                    && self.base.case.candidates[*index].flow.1 > 0
                    && self.water.sources[*index].lengths.is_some()
            })
            .max_by(|a, b| {
                let key = |index: usize| (self.base.case.candidates[index].flow.1, self.water.sources[index].stairs_m);
                let ((flow_a, stairs_a), (flow_b, stairs_b)) = (key(*a), key(*b));
                flow_a.cmp(&flow_b).then(stairs_a.total_cmp(&stairs_b)).then(b.cmp(a))
            })?;
        let source = &self.water.sources[index];
        let place = format!("along the {:.0} m of stairs from {} {}", source.stairs_m, source.kind, source.id);
        let at = self.ground.lays.way(self.ways, *self.numbers.get(index)?).and_then(|way| way.stairs_at);
        let mut trial = self.trial("dry_riser", 1.0, "piece", (at, place));
        trial.edits.push(Edit::Riser { source: index, stairs_m: source.stairs_m });
        Some(trial)
    }

    /// Hand pumps, a fire point with them, and a motorcycle: each is put at every source a hose way leads to and it gets
    /// to, as far as its hose and pressure go.
    fn carried(&self) -> Vec<Trial> {
        let rules = &self.ground.parameters().remedies;
        let find = |code: &str| self.ground.study.vehicles.iter().find(|vehicle| vehicle.code == code);
        let kinds = [("hand_pump", "at the site"), ("fire_point", "beside the site, crewed, with a hand pump")];
        let mut trials: Vec<Trial> = kinds
            .into_iter()
            .flat_map(|kind| (1..=rules.hand_pumps).map(move |pumps| (kind, pumps)))
            .filter_map(|((kind, place), pumps)| {
                let pool = Pool::of(find(&rules.hand_pump)?, 1)?;
                let is_point = kind == "fire_point";
                // One fire point may hold several pumps.
                let (quantity, held) = match (is_point, pumps) {
                    (true, 2..) => (1, format!("{place} ({pumps} x {})", rules.hand_pump)),
                    (true, _) => (1, format!("{place} ({})", rules.hand_pump)),
                    (false, _) => (pumps, format!("{place} ({})", rules.hand_pump)),
                };
                let mut trial = self.trial(kind, f64::from(quantity), "piece", (None, held));
                if is_point && pumps > 1 {
                    let more = self.ground.study.remedies.get("hand_pump");
                    trial.price = trial.price.zip(more).map(|((cost, impact), pump)| {
                        (cost + pump.cost * f64::from(pumps - 1), impact.max(pump.heritage_impact))
                    });
                }
                // Each draws and lays its own line, several from one source if need be.
                trial.edits.extend((0..pumps).map(|_| Edit::Pool(pool.clone(), Mover::Carried)));
                if is_point {
                    trial.at = Some(self.site.point.0);
                    trial.places.extend(trial.at);
                    trial.edits.push(Edit::CrewWithin(self.ground.parameters().ranking.target_s));
                }
                Some(trial)
            })
            .collect();
        if let Some(motorcycle) = &self.ground.fleet.motorcycle {
            let place = format!("at the nearest station ({})", rules.motorcycle);
            let mut trial = self.trial("motorcycle", 1.0, "piece", (None, place));
            trial.edits.push(Edit::Pool(motorcycle.pool.clone(), Mover::Motorcycle));
            trials.push(trial);
        }
        trials
    }

    /// Lanes widened so that an engine gets to one source, to two, and so on, those with the least to widen first.
    fn widened(&self) -> Vec<Trial> {
        let rules = &self.ground.parameters().remedies;
        let Some(widening) = &self.ground.fleet.widening else { return Vec::new() };
        let metres = |edges: &[EdgeId]| edges.iter().map(|edge| self.ground.network.edge(*edge).plan_m()).sum::<f64>();
        let mut sets: Vec<(f64, usize, &[EdgeId])> = self
            .numbers
            .iter()
            .enumerate()
            .filter(|(spot, _)| self.water.sources[*spot].lengths.is_some())
            .filter_map(|(spot, number)| widening.to_source(*number).map(|edges| (metres(edges), spot, edges)))
            .collect();
        sets.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut all: Vec<EdgeId> = Vec::new();
        let mut trials: Vec<Trial> = Vec::new();
        for (_, _, edges) in sets {
            if trials.len() >= rules.widenings as usize {
                break;
            }
            if edges.iter().all(|edge| all.contains(edge)) {
                continue;
            }
            all.extend(edges);
            all.sort_unstable();
            all.dedup();
            let lanes = widening.stretches(&all);
            let told = lanes.iter().map(WidenedLane::told).collect::<Vec<_>>().join("; ");
            let middle = lanes.first().and_then(|lane| lane.line.0.get(lane.line.0.len() / 2).copied());
            let place = format!("for {}: {told}", widening.code);
            let mut trial = self.trial("widen_lane", lanes.len() as f64, "piece", (middle, place));
            trial.lanes = lanes;
            trial.edits.push(Edit::Widen(all.clone()));
            trials.push(trial);
        }
        trials
    }
}

/// What the legal screen counts of a new source of so much, dL/s, least and greatest: each counts as one hydrant, and a pond
/// as one whatever it holds.
fn counted(flow: u64, parameters: &WaterParameters) -> (u64, u64) {
    let (low, high) = parameters.counted_lps;
    (flow.min(decilitres(low)), flow.min(decilitres(high)))
}
