use proptest::prelude::*;

use super::*;
use crate::water::fixture::parameters;

const WEIGHTS: [f64; 4] = [0.4, 0.2, 0.2, 0.2];

fn known(gap: f64, weight: f64) -> Contender {
    Contender {
        gaps: [(gap, gap), (gap, gap), (gap, gap), (0.0, 0.0)],
        disagrees: Some(false),
        weight: (weight, weight),
    }
}

fn standings(contenders: &[Contender]) -> Vec<Standing> {
    rank_contenders(contenders, WEIGHTS, &parameters().ranking)
}

#[test]
fn class_comes_before_score() {
    // 60 % missing at a slight site is red; 40 % missing at a grave one is orange though its score is higher.
    let found = standings(&[known(0.4, 2.0), known(0.6, 0.3), known(0.0, 2.0)]);
    assert_eq!(found.iter().map(|s| s.rank).collect::<Vec<_>>(), [2, 1, 3]);
    assert!(found[0].score.0 > found[1].score.0);
}

#[test]
fn ties_share_a_rank() {
    let found = standings(&[known(0.6, 1.0), known(0.6, 1.0), known(0.3, 1.0)]);
    assert_eq!(found.iter().map(|s| s.rank).collect::<Vec<_>>(), [1, 1, 3]);
}

#[test]
fn what_is_known_apart_keeps_its_rank_and_what_is_unknown_spreads() {
    let vague =
        Contender { gaps: [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 0.0)], disagrees: None, weight: (1.0, 1.0) };
    let found = standings(&[known(0.9, 1.0), known(0.0, 1.0), vague]);
    assert_eq!((found[2].rank_low, found[2].rank_high), (1, 2));
    assert_eq!((found[1].rank_low, found[1].rank_high), (3, 3));
    assert_eq!(found[1].first_probability, 1.0);
}

#[test]
fn the_same_seed_gives_the_same_ranks_on_any_number_of_threads() {
    let contenders: Vec<Contender> = (0..40)
        .map(|i| {
            let gap = f64::from(i % 7) / 7.0;
            Contender {
                gaps: [(gap, 1.0), (0.0, gap), (gap, gap), (0.0, 0.5)],
                disagrees: None,
                weight: (0.3, 0.3 + f64::from(i % 5)),
            }
        })
        .collect();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
    assert_eq!(one.install(|| standings(&contenders)), standings(&contenders));
}

#[test]
fn drawn_weights_lie_about_the_given_ones() {
    let mut random = SplitMix::new(7);
    let mut mean = [0.0; 4];
    for _ in 0..20_000 {
        let drawn = random.dirichlet(WEIGHTS, 20.0);
        assert!((drawn.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (sum, weight) in mean.iter_mut().zip(drawn) {
            *sum += weight / 20_000.0;
        }
    }
    for (mean, weight) in mean.iter().zip(WEIGHTS) {
        assert!((mean - weight).abs() < 0.005, "{mean} is not near {weight}");
    }
}

#[test]
fn tau_of_three_things_can_be_counted_by_hand() {
    assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]), 1.0);
    assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0);
    // Two pairs agree, one does not.
    assert!((kendall_tau(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn the_order_of_two_vague_sites_and_one_known_hangs_on_two_pairs_of_three() {
    let vague = |low: f64| Contender {
        gaps: [(low, 1.0), (low, 1.0), (low, 1.0), (0.0, 0.0)],
        disagrees: Some(false),
        weight: (1.0, 1.0),
    };
    // The first is surely red; the others may be anything.
    let share = unsettled_share(&[known(0.0, 1.0), vague(0.6), vague(0.0)], WEIGHTS, &parameters().ranking);
    assert!((share - 2.0 / 3.0).abs() < 1e-12, "{share}");
}

fn slow_tau(a: &[f64], b: &[f64]) -> f64 {
    let (mut sum, mut in_a, mut in_b) = (0.0, 0.0, 0.0);
    for i in 0..a.len() {
        for j in 0..i {
            let side = |x: &[f64]| {
                if x[i] > x[j] {
                    1.0
                } else if x[i] < x[j] {
                    -1.0
                } else {
                    0.0_f64
                }
            };
            sum += side(a) * side(b);
            in_a += side(a).abs();
            in_b += side(b).abs();
        }
    }
    if in_a * in_b == 0.0 { 1.0 } else { sum / f64::sqrt(in_a * in_b) }
}

fn contender() -> impl Strategy<Value = Contender> {
    let end = || (0_u8..4).prop_map(|n| f64::from(n) / 3.0);
    (prop::array::uniform8(end()), prop::option::of(any::<bool>()), any::<bool>()).prop_map(|(g, disagrees, sure)| {
        let pair = |a: f64, b: f64| if sure { (a, a) } else { (a.min(b), a.max(b)) };
        Contender {
            gaps: [pair(g[0], g[1]), pair(g[2], g[3]), pair(g[4], g[5]), pair(g[6], g[7])],
            disagrees: disagrees.or(sure.then_some(false)),
            weight: (1.0, 1.0),
        }
    })
}

proptest! {
    #[test]
    fn tau_is_that_of_counting_all_pairs(pairs in prop::collection::vec((0_u8..6, 0_u8..6), 2..40)) {
        let a: Vec<f64> = pairs.iter().map(|p| f64::from(p.0)).collect();
        let b: Vec<f64> = pairs.iter().map(|p| f64::from(p.1)).collect();
        prop_assert!((kendall_tau(&a, &b) - slow_tau(&a, &b)).abs() < 1e-9);
    }

    #[test]
    fn unsettled_pairs_are_those_found_by_trying_all(contenders in prop::collection::vec(contender(), 2..20)) {
        let ranking = parameters().ranking;
        let ends: Vec<(Key, Key)> =
            contenders.iter().map(|c| (c.key(0.0, WEIGHTS, &ranking), c.key(1.0, WEIGHTS, &ranking))).collect();
        let (mut open, mut all) = (0.0, 0.0);
        for i in 0..ends.len() {
            for j in 0..i {
                let comes_first = |a: usize, b: usize| ends[a].0.before(&ends[b].1).is_lt();
                let is_tie = ends[i].0 == ends[i].1 && ends[j] == ends[i];
                all += 1.0;
                open += if comes_first(i, j) || comes_first(j, i) || is_tie { 0.0 } else { 1.0 };
            }
        }
        prop_assert!((unsettled_share(&contenders, WEIGHTS, &ranking) - open / all).abs() < 1e-9);
    }
}
