//! Puts sites in order, and says how much of the order is worth.

use firereach_model::findings::water::WaterClass;
use firereach_model::parameters::water::RankingParameters;
use rayon::prelude::*;

use crate::water::gap::class_of;

/// What one site brings to the order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contender {
    /// Missing shares of flow, volume, flow after the worst failure, and time; each least and greatest.
    pub gaps: [(f64, f64); 4],
    /// Whether the legal and the hose check disagree; `None` when not known.
    pub disagrees: Option<bool>,
    /// The product of the weights of grade, fuel, exposure and life, least and greatest.
    pub weight: (f64, f64),
}

/// Where one site stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Score, least and greatest.
    pub score: (f64, f64),
    /// Rank with the weights as they are and everything unknown in the middle; 1 is first, ties share.
    pub rank: u32,
    /// The class that it is ranked in: the one that it has there.
    pub class: WaterClass,
    /// Rank that all but a tail of the draws do not come before.
    pub rank_low: u32,
    /// Rank that all but a tail of the draws do not come after.
    pub rank_high: u32,
    /// Share of the draws in which it is among the first ones.
    pub first_probability: f64,
}

/// A place in the order: class first, score second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Key(u8, f64);

/// The classes by how bad they are.
const CLASSES: [WaterClass; 5] =
    [WaterClass::Green, WaterClass::Unknown, WaterClass::Yellow, WaterClass::Orange, WaterClass::Red];

impl Key {
    fn before(&self, other: &Self) -> std::cmp::Ordering {
        other.0.cmp(&self.0).then(other.1.total_cmp(&self.1))
    }
}

impl Contender {
    /// The mean width of the gaps in flow, volume and flow after the worst failure.
    pub(crate) fn width(&self) -> f64 {
        self.gaps[..3].iter().map(|(low, high)| high - low).sum::<f64>() / 3.0
    }

    /// The place where everything unknown lies this share of the way from its best to its worst.
    fn key(&self, share: f64, weights: [f64; 4], ranking: &RankingParameters) -> Key {
        let at = |(low, high): (f64, f64)| low + share * (high - low);
        let gaps = self.gaps.map(at);
        let class = class_of(gaps, self.disagrees.unwrap_or(share >= 0.5), ranking);
        Key(severity(class), at(self.weight) * (0..4).map(|g| weights[g] * gaps[g]).sum::<f64>())
    }
}

fn severity(class: WaterClass) -> u8 {
    (0..).zip(CLASSES).find(|(_, known)| *known == class).map_or(0, |(severity, _)| severity)
}

/// Puts sites in order: worst class first, then the greatest score.
///
/// The rank interval comes from draws. Each draw takes the weights of the gaps from a Dirichlet distribution about the
/// given ones, and puts what is unknown of each site, independently, anywhere between its best and its worst. The same
/// seed gives the same draws, on any number of threads. O(draws x n log n).
pub fn rank_contenders(contenders: &[Contender], weights: [f64; 4], ranking: &RankingParameters) -> Vec<Standing> {
    let weights = normalised(weights);
    let keys: Vec<Key> = contenders.iter().map(|c| c.key(0.5, weights, ranking)).collect();
    let nominal = ranks(&keys);
    let drawn: Vec<Vec<u32>> = (0..ranking.draws)
        .into_par_iter()
        .map(|draw| {
            // Mixed once, so that no draw goes on with the numbers of another.
            let mut random = SplitMix::new(SplitMix::new(ranking.seed ^ u64::from(draw)).next());
            let weights = random.dirichlet(weights, ranking.concentration);
            ranks(&contenders.iter().map(|c| c.key(random.unit(), weights, ranking)).collect::<Vec<_>>())
        })
        .collect();
    (0..contenders.len())
        .into_par_iter()
        .map(|index| {
            let contender = &contenders[index];
            let score = |share: f64| contender.key(share, weights, ranking).1;
            let mut of_draws: Vec<u32> = drawn.iter().map(|ranks| ranks[index]).collect();
            of_draws.sort_unstable();
            let first = of_draws.partition_point(|rank| *rank <= ranking.first);
            let at = |share: f64| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
                let position = (share * of_draws.len() as f64) as usize;
                of_draws.get(position.min(of_draws.len().saturating_sub(1))).copied().unwrap_or(nominal[index])
            };
            Standing {
                score: (score(0.0), score(1.0)),
                rank: nominal[index],
                class: CLASSES[usize::from(keys[index].0)],
                rank_low: at(ranking.tail).min(nominal[index]),
                rank_high: at(1.0 - ranking.tail).max(nominal[index]),
                first_probability: first as f64 / of_draws.len().max(1) as f64,
            }
        })
        .collect()
}

/// Share of the pairs of sites whose order hangs on something unknown, with the weights as they are; 0 for fewer than two.
///
/// A pair is settled when one of the two comes first even at its best against the other at its worst, or when nothing is
/// unknown about either. O(n log n).
pub fn unsettled_share(contenders: &[Contender], weights: [f64; 4], ranking: &RankingParameters) -> f64 {
    let weights = normalised(weights);
    let pairs = contenders.len() * contenders.len().saturating_sub(1) / 2;
    if pairs == 0 {
        return 0.0;
    }
    let ends: Vec<(Key, Key)> =
        contenders.iter().map(|c| (c.key(0.0, weights, ranking), c.key(1.0, weights, ranking))).collect();
    let mut worst: Vec<Key> = ends.iter().map(|(_, worst)| *worst).collect();
    worst.sort_by(|a, b| b.before(a));
    let strictly: usize = ends.iter().map(|(best, _)| worst.partition_point(|other| other.before(best).is_gt())).sum();
    // Two sites that are both fully known and equal are settled as a tie.
    let mut known: Vec<Key> = ends.iter().filter(|(best, worst)| best == worst).map(|(best, _)| *best).collect();
    known.sort_by(Key::before);
    let ties: usize = known.chunk_by(|a, b| a == b).map(|run| run.len() * (run.len() - 1) / 2).sum();
    1.0 - (strictly + ties) as f64 / pairs as f64
}

/// The nominal places of sites as single numbers, greatest first, for comparing two orders.
pub fn places(contenders: &[Contender], weights: [f64; 4], ranking: &RankingParameters) -> Vec<f64> {
    let weights = normalised(weights);
    let keys: Vec<Key> = contenders.iter().map(|c| c.key(0.5, weights, ranking)).collect();
    ranks(&keys).into_iter().map(|rank| -f64::from(rank)).collect()
}

/// Kendall's tau-b between two lists of numbers about the same things; 1 where there is nothing to compare.
///
/// # Source
///
/// Kendall, *Rank Correlation Methods*, chapter 3 (ties); Knight, "A computer method for calculating Kendall's tau with
/// ungrouped data", 1966: O(n log n).
///
/// # Panics
///
/// When the lists differ in length.
pub fn kendall_tau(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "two orders of the same things are equally long");
    let mut pairs: Vec<(f64, f64)> = a.iter().copied().zip(b.iter().copied()).collect();
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let choose = |n: usize| (n * n.saturating_sub(1) / 2) as f64;
    let all = choose(pairs.len());
    let ties_a: f64 = pairs.chunk_by(|x, y| x.0 == y.0).map(|run| choose(run.len())).sum();
    let ties_both: f64 = pairs.chunk_by(|x, y| x == y).map(|run| choose(run.len())).sum();
    let mut second: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    let swaps = sort_counting(&mut second) as f64;
    let ties_b: f64 = second.chunk_by(|x, y| x == y).map(|run| choose(run.len())).sum();
    let spread = ((all - ties_a) * (all - ties_b)).sqrt();
    if spread == 0.0 {
        return 1.0;
    }
    (all - ties_a - ties_b + ties_both - 2.0 * swaps) / spread
}

/// Sorts by merging and counts the pairs that stood the wrong way round.
fn sort_counting(values: &mut [f64]) -> usize {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut swaps = sort_counting(left) + sort_counting(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (0, 0);
    while l < left.len() || r < right.len() {
        if r == right.len() || l < left.len() && left[l] <= right[r] {
            merged.push(left[l]);
            l += 1;
        } else {
            merged.push(right[r]);
            swaps += left.len() - l;
            r += 1;
        }
    }
    values.copy_from_slice(&merged);
    swaps
}

/// Ranks of keys: 1 is first, equal keys share.
fn ranks(keys: &[Key]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(keys.len()).expect("fewer sites than 2^32")).collect();
    order.sort_unstable_by(|a, b| keys[*a as usize].before(&keys[*b as usize]).then(a.cmp(b)));
    let mut ranks = vec![0; keys.len()];
    let mut rank = 1;
    for (position, index) in (1_u32..).zip(&order) {
        let previous = (position as usize).checked_sub(2).map(|p| order[p] as usize);
        if previous.is_none_or(|p| keys[p] != keys[*index as usize]) {
            rank = position;
        }
        ranks[*index as usize] = rank;
    }
    ranks
}

fn normalised(weights: [f64; 4]) -> [f64; 4] {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 { weights.map(|w| w / sum) } else { weights }
}

/// A small generator of random numbers whose sequence is the same everywhere.
///
/// # Source
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix(u64);

impl SplitMix {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1, 1 excluded.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A normal number, by the polar method without its second one.
    fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// A gamma number of this shape and scale one.
    ///
    /// # Source
    ///
    /// Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape <= 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            let lift = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * lift;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    fn dirichlet(&mut self, mean: [f64; 4], concentration: f64) -> [f64; 4] {
        let drawn = mean.map(|m| self.gamma(m * concentration));
        normalised(drawn)
    }
}

#[cfg(test)]
mod tests;
