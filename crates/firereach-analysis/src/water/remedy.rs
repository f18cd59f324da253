//! What would mend a site: each remedy, and each pair of them where none is enough, is tried by assessing the site again.

use firereach_model::feature::{MainLayout, Site, WaterSourceKind, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::water::{Remedy, SiteWater, WaterClass, WidenedLane};
use firereach_model::parameters::WaterParameters;
use geo::{Euclidean, InterpolateLine, Intersects, LineLocatePoint};
use geo_types::{Coord, Geometry, Point};

use super::Ground;
use super::amounts::{decilitres, whole};
use super::fleet::Pool;
use super::gap::{Candidate, Evaluation, Failure, SiteCase, can_be_clear, evaluate_and_reached};
use super::lay::SiteWays;
use super::supply::{ENDLESS_FLOW, ENDLESS_VOLUME, is_of_mains};

mod edit;
mod place;

use crate::network::EdgeId;
use edit::{Edit, Mended, Mover, NewSource};
use place::{OnMain, Spot};

/// A remedy before its effect is known.
#[derive(Clone, Debug)]
struct Trial {
    kind: String,
    quantity: f64,
    unit: &'static str,
    at: Option<Coord<f64>>,
    place: String,
    /// Where each piece stands.
    places: Vec<Coord<f64>>,
    rulings: Vec<Ruling>,
    lanes: Vec<WidenedLane>,
    edits: Vec<Edit>,
    /// What nobody knows to hold and it hangs on, in words; none where it can be done for certain.
    conditions: Vec<String>,
    /// Cost and heritage impact by the study; none where it gives none for a part.
    price: Option<(f64, f64)>,
}

/// Everything that the remedies of one site are tried on.
struct Case<'a> {
    ground: &'a Ground<'a>,
    ways: &'a SiteWays<'a>,
    site: &'a Site,
    base: Mended<'a>,
    found: &'a Evaluation,
    water: &'a SiteWater,
    /// The number in the city of each source of the site.
    numbers: &'a [usize],
}

/// Tries the remedies that the data offers a place for, and writes them to the site with the cheapest that clears it.
///
/// Not to be called where nobody lists hydrants or draws ways: there a survey comes first, as it does where it may be that
/// nothing is needed. Costs and heritage impact are the study's own;
/// without them the remedy that clears with the smallest quantity is named first. A remedy on a condition that nobody knows
/// to hold, such as a place to be found, never clears for certain, and is named only where no other clears. New sources stand where the rules on
/// distances to walls allow it, and water comes from them along the same ways and with the same appliances as from any
/// other source. Where no single remedy clears the site, the most promising ones are tried in pairs.
pub(super) fn try_remedies(
    ground: &Ground<'_>,
    ways: &SiteWays<'_>,
    site: &Site,
    (case, numbers): (&SiteCase, &[usize]),
    found: &Evaluation,
    water: &mut SiteWater,
) {
    if found.worst == WaterClass::Green {
        return;
    }
    if case.need_lps.0 == Some(0.0) {
        water.cheapest_remedy.clone_from(&water.survey_first);
        return;
    }
    let base = Mended::of(ground, case, &water.sources, numbers);
    let told = Case { ground, ways, site, base, found, water, numbers }.remedies();
    (water.remedies, water.named_remedy, water.cheapest_remedy) = told;
}

impl Case<'_> {
    /// What mends something, which of it is named, and the line that names it.
    fn remedies(&self) -> (Vec<Remedy>, Option<usize>, Option<String>) {
        let parameters = self.ground.parameters();
        let singles: Vec<(Trial, Remedy)> =
            self.trials().into_iter().filter_map(|trial| Some((trial.clone(), self.tried(trial)?))).collect();
        let mut remedies: Vec<Remedy> = singles.iter().map(|(_, remedy)| remedy.clone()).collect();
        let clears = |remedy: &Remedy| remedy.clears || remedy.clears_if_reached;
        if !remedies.iter().any(clears) {
            let may_clear = remedies.iter().any(|remedy| remedy.clears_on_condition);
            let mut best: Vec<&(Trial, Remedy)> = singles.iter().collect();
            let left = |remedy: &Remedy| {
                let (flow, volume, after_failure) = remedy.left_if_reached;
                remedy.gap_flow.1 + remedy.gap_volume.1 + remedy.gap_n1.1 + flow + volume + after_failure
            };
            // What hangs on a condition is paired only where little else is left to try.
            best.sort_by(|a, b| {
                let (on_condition_a, on_condition_b) = (a.1.condition.is_some(), b.1.condition.is_some());
                on_condition_a.cmp(&on_condition_b).then(left(&a.1).total_cmp(&left(&b.1)))
            });
            best.truncate(parameters.remedies.pair_of as usize);
            for (position, (first, _)) in best.iter().enumerate() {
                for (second, _) in best[position + 1..].iter().filter(|(second, _)| second.kind != first.kind) {
                    let mended = self.mended(&edits_of_pair(first, second));
                    if can_be_clear(&mended.case, &parameters.ranking) {
                        let told = self.told_of(pair(first, second), &mended);
                        remedies.extend(told.filter(|told| clears(told) || told.clears_on_condition && !may_clear));
                    }
                }
            }
        }
        mark_efficient(&mut remedies);
        let cost = |remedy: &Remedy| remedy.cost.unwrap_or(f64::INFINITY);
        remedies.sort_by(|a, b| {
            b.is_efficient
                .cmp(&a.is_efficient)
                .then(standing(a).cmp(&standing(b)))
                .then(cost(a).total_cmp(&cost(b)))
                .then(a.quantity.total_cmp(&b.quantity))
                .then(a.kind.cmp(&b.kind))
        });
        let cheapest = |is_clear: &dyn Fn(&Remedy) -> bool| {
            let clear = remedies.iter().enumerate().filter(|(_, remedy)| is_clear(remedy));
            clear.min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)).then(a.quantity.total_cmp(&b.quantity)))
        };
        let line = |prefix: &str, (index, remedy): (usize, &Remedy)| (index, format!("{prefix}{}", remedy.because));
        let named = cheapest(&|remedy| remedy.clears)
            .map(|found| line("", found))
            .or_else(|| {
                cheapest(&|remedy| remedy.clears_if_reached).map(|found| line("if an engine gets there: ", found))
            })
            .or_else(|| {
                cheapest(&|remedy| remedy.clears_on_condition)
                    .map(|found| line("on a condition that nobody knows to hold: ", found))
            })
            .or_else(|| {
                self.leaves_least(&remedies)
                    .map(|found| line("nothing tried clears it for certain, least is left by ", found))
            });
        let (named, line) = named.unzip();
        let line = match (&self.water.survey_first, line) {
            (Some(survey), Some(line)) => Some(format!("{survey}; else {line}")),
            (Some(survey), None) => Some(survey.clone()),
            (None, line) => line,
        };
        (remedies, named, line)
    }

    /// The remedy with what it leaves missing; `None` when it mends nothing.
    fn tried(&self, trial: Trial) -> Option<Remedy> {
        let mended = self.mended(&trial.edits);
        self.told_of(trial, &mended)
    }

    /// The case with some edits made to it.
    fn mended(&self, edits: &[Edit]) -> Mended<'_> {
        let mut mended = self.base.clone();
        for edit in edits {
            mended.apply(edit);
        }
        mended
    }

    /// What a trial leaves missing, by the case that it makes.
    fn told_of(&self, trial: Trial, mended: &Mended<'_>) -> Option<Remedy> {
        let (after, reached) = evaluate_and_reached(&mended.case, &self.ground.parameters().ranking);
        let is_less = |gap: usize| {
            after.gaps[gap].1 < self.found.gaps[gap].1 - 1e-9 || after.gaps[gap].0 < self.found.gaps[gap].0 - 1e-9
        };
        if !(0..4).any(is_less) {
            return None;
        }
        let was_short = matches!(self.found.worst, WaterClass::Red | WaterClass::Orange);
        let clears =
            |found: &Evaluation| found.worst == WaterClass::Green || found.worst == WaterClass::Yellow && was_short;
        let is_certain = trial.conditions.is_empty();
        let left_if_reached = (reached.gaps[0].1, reached.gaps[1].1, reached.gaps[2].1);
        let places = trial.places.iter().map(|at| Geometry::Point(Point(*at)));
        let lines = trial.lanes.iter().map(|lane| Geometry::LineString(lane.line.clone()));
        let mut zones: Vec<String> =
            places.chain(lines).flat_map(|place| protection_zones(self.ground, &place)).collect();
        zones.sort();
        zones.dedup();
        Some(Remedy {
            quantity: trial.quantity,
            unit: trial.unit.to_owned(),
            at: trial.at,
            places: trial.places.clone(),
            in_protection_zone: !zones.is_empty(),
            zones,
            rulings: trial.rulings.clone(),
            lanes: trial.lanes.clone(),
            clears: is_certain && clears(&after),
            clears_if_reached: is_certain && !clears(&after) && clears(&reached),
            clears_on_condition: !is_certain && (clears(&after) || clears(&reached)),
            condition: (!is_certain).then(|| trial.conditions.join("; ")),
            class: if is_certain || after.class() == self.found.class() { after.class() } else { WaterClass::Unknown },
            left_if_reached,
            gap_flow: after.gaps[0],
            gap_volume: after.gaps[1],
            gap_n1: after.gaps[2],
            gap_time: after.gaps[3],
            cost: trial.price.map(|(cost, _)| cost),
            heritage_impact: trial.price.map(|(_, impact)| impact),
            is_efficient: true,
            because: format!("{}: {}", what(&trial), told(&after, &reached)),
            kind: trial.kind,
            place: trial.place,
        })
    }

    /// A trial of one kind with the study's price for it.
    fn trial(&self, kind: &str, quantity: f64, unit: &'static str, (at, place): (Option<Coord<f64>>, String)) -> Trial {
        let step_m3 = self.ground.parameters().remedies.pond_step_m3;
        let pieces = if unit == "m3" { quantity / step_m3 } else { quantity };
        let price = self.ground.study.remedies.get(kind);
        Trial {
            kind: kind.to_owned(),
            quantity,
            unit,
            at,
            place,
            places: at.into_iter().collect(),
            rulings: Vec::new(),
            lanes: Vec::new(),
            edits: Vec::new(),
            conditions: Vec::new(),
            price: price.map(|price| (price.cost * pieces, price.heritage_impact)),
        }
    }

    /// What is named where nothing that was tried clears a site: what of it leaves least missing, in what is certain or at
    /// least where engines get there, if that is worth naming.
    fn leaves_least<'r>(&self, remedies: &'r [Remedy]) -> Option<(usize, &'r Remedy)> {
        let parameters = self.ground.parameters();
        let left = |remedy: &Remedy| {
            let (flow, volume, after_failure) = remedy.left_if_reached;
            (remedy.gap_flow.1 + remedy.gap_volume.1 + remedy.gap_n1.1, flow + volume + after_failure)
        };
        let missing = |found: &Evaluation| found.gaps[..3].iter().map(|gap| gap.1).sum::<f64>();
        let (today, reached) = evaluate_and_reached(&self.base.case, &parameters.ranking);
        let gain = parameters.remedies.least_gain;
        let helps =
            |remedy: &Remedy| left(remedy).0 < missing(&today) - gain || left(remedy).1 < missing(&reached) - gain;
        let cost = |remedy: &Remedy| remedy.cost.unwrap_or(f64::INFINITY);
        remedies.iter().enumerate().filter(|(_, remedy)| helps(remedy)).min_by(|(_, a), (_, b)| {
            let ((sure_a, may_a), (sure_b, may_b)) = (left(a), left(b));
            sure_a
                .total_cmp(&sure_b)
                .then(may_a.total_cmp(&may_b))
                .then(a.condition.is_some().cmp(&b.condition.is_some()))
                .then(cost(a).total_cmp(&cost(b)))
                .then(a.quantity.total_cmp(&b.quantity))
        })
    }

    fn trials(&self) -> Vec<Trial> {
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

/// What a remedy leaves missing, in words; what may be less once engines certainly get there is said.
fn told(after: &Evaluation, reached: &Evaluation) -> String {
    let left = |found: &Evaluation| [0, 2, 1].map(|gap: usize| format!("{:.0}", found.gaps[gap].1 * 100.0));
    let [flow, after_failure, volume] = left(after);
    let mut text =
        format!("missing flow {flow} % at most, {after_failure} % after the worst failure, volume {volume} %");
    if left(reached) != [flow, after_failure, volume] {
        let [flow, after_failure, volume] = left(reached);
        text.push_str(&format!("; {flow} %, {after_failure} % and {volume} % if engines get there"));
    }
    text
}

/// What the legal screen counts of a new source of so much, dL/s, least and greatest: each counts as one hydrant, and a pond
/// as one whatever it holds.
fn counted(flow: u64, parameters: &WaterParameters) -> (u64, u64) {
    let (low, high) = parameters.counted_lps;
    (flow.min(decilitres(low)), flow.min(decilitres(high)))
}

/// The edits of two remedies together.
fn edits_of_pair(first: &Trial, second: &Trial) -> Vec<Edit> {
    let apart = |edit: Edit| match edit {
        Edit::Source(source) => Edit::Source(NewSource { number: source.number + PAIRED, ..source }),
        other => other,
    };
    first.edits.iter().cloned().chain(second.edits.iter().cloned().map(apart)).collect()
}

/// Two remedies together.
fn pair(first: &Trial, second: &Trial) -> Trial {
    Trial {
        kind: format!("{}+{}", first.kind, second.kind),
        quantity: 1.0,
        unit: "pair",
        at: first.at.or(second.at),
        place: format!("{}, and {}", what(first), what(second)),
        places: first.places.iter().chain(&second.places).copied().collect(),
        rulings: first.rulings.iter().chain(&second.rulings).cloned().collect(),
        lanes: first.lanes.iter().chain(&second.lanes).cloned().collect(),
        edits: edits_of_pair(first, second),
        conditions: first.conditions.iter().chain(&second.conditions).cloned().collect(),
        price: first.price.zip(second.price).map(|(a, b)| (a.0 + b.0, a.1.max(b.1))),
    }
}

/// Keeps the new sources of the second remedy of a pair apart from those of the first.
const PAIRED: u32 = 1 << 16;

/// A remedy in words: how many, of what, where.
fn what(trial: &Trial) -> String {
    match trial.unit {
        "pair" => trial.place.clone(),
        unit => format!("{} {unit} {} {}", trial.quantity, trial.kind.replace('_', " "), trial.place),
    }
}

/// How well a remedy clears its site, the best first: for certain, if engines get there, on a condition, not at all.
fn standing(remedy: &Remedy) -> u8 {
    match (remedy.clears, remedy.clears_if_reached, remedy.clears_on_condition) {
        (true, ..) => 0,
        (_, true, _) => 1,
        (.., true) => 2,
        _ => 3,
    }
}

/// Marks what another remedy beats.
fn mark_efficient(remedies: &mut [Remedy]) {
    let is_beaten: Vec<bool> = remedies.iter().map(|own| remedies.iter().any(|by| beats(by, own))).collect();
    for (remedy, is_beaten) in remedies.iter_mut().zip(is_beaten) {
        remedy.is_efficient = !is_beaten;
    }
}

/// Whether a remedy is at least as cheap, as gentle and as good as another one, and better in one.
///
/// Where the study gives a cost or an impact of one of the two only, nobody can say which is cheaper or gentler, and
/// neither beats the other.
fn beats(by: &Remedy, own: &Remedy) -> bool {
    let figures = |remedy: &Remedy| {
        let (flow, volume, after_failure) = remedy.left_if_reached;
        let gaps = [remedy.gap_flow.1, remedy.gap_volume.1, remedy.gap_n1.1, remedy.gap_time.1];
        let hangs = f64::from(u8::from(remedy.condition.is_some()));
        gaps.into_iter().chain([flow, volume, after_failure, f64::from(standing(remedy)), hangs])
    };
    let prices = [(by.cost, own.cost), (by.heritage_impact, own.heritage_impact)];
    if prices.iter().any(|(by, own)| by.is_some() != own.is_some()) {
        return false;
    }
    let known = prices.into_iter().filter_map(|(by, own)| by.zip(own));
    let pairs: Vec<(f64, f64)> = figures(by).zip(figures(own)).chain(known).collect();
    pairs.iter().all(|(by, own)| by <= own) && pairs.iter().any(|(by, own)| by < own)
}

/// The zones that a place lies in where the heritage authority has to agree, by what they are and their names.
fn protection_zones(ground: &Ground<'_>, place: &Geometry<f64>) -> Vec<String> {
    let near = ground.zones.near(place, 0.0);
    near.into_iter()
        .map(|index| &ground.layers.zones[index])
        .filter(|zone| matches!(zone.kind, ZoneKind::Core | ZoneKind::Protection | ZoneKind::Control))
        .filter(|zone| zone.area.intersects(place))
        .map(|zone| format!("{} {}", zone.kind, zone.name.as_deref().unwrap_or(&zone.id)))
        .collect()
}

#[cfg(test)]
mod tests;
