//! What would mend a site: each remedy, and each pair of them where none is enough, is tried by assessing the site again.

use firereach_model::feature::{Site, ZoneKind};
use firereach_model::findings::Ruling;
use firereach_model::findings::water::{Remedy, SiteWater, WaterClass, WidenedLane};
use geo::Intersects;
use geo_types::{Coord, Geometry, Point};

use super::Ground;
use super::gap::{Evaluation, Failure, SiteCase, can_be_clear, evaluate_and_reached};
use super::lay::SiteWays;

mod edit;
mod offers;
mod place;

use edit::{Edit, Mended, NewSource};

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
