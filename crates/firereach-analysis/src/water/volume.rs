//! The most water that appliances bring from sources over some time, moving on from one to the next as they please.

use super::flow::Tap;

/// So many kinds are tried on both sides of a cut; of more only all or none.
const MOST_CUT: usize = 8;

/// No less than what can be brought in so many seconds; amounts of taps in one unit, and what lines carry in it a second.
///
/// A kind of appliance brings no more than it does at the sources that its lines carry most from, each as long as there is
/// water, for all the time that all of its appliances have together; and no tap or branch gives more than it holds. What a kind
/// brings is limited by the first, what the others bring by the second, and the least over all sets of kinds is the answer.
/// It is exact where all appliances are of one kind, no two sources share a branch and no line takes a relay; the time to
/// move on is not counted.
pub(super) fn most_over(duration_s: u64, appliances: &[u32], taps: &[Tap]) -> u64 {
    let there_are = |kind: usize| appliances.get(kind).copied().filter(|count| *count != u32::MAX);
    let mut order: Vec<&Tap> = taps.iter().filter(|tap| tap.amount > 0).collect();
    order.sort_by_key(|tap| tap.branch);
    let of_kind: Vec<(usize, u64)> = (0..appliances.len())
        .filter_map(|kind| Some((kind, brought(kind, u64::from(there_are(kind)?), duration_s, &order)?)))
        .collect();
    let all = (1_u64 << of_kind.len().min(MOST_CUT)) - 1;
    let sets = (0..=all).map(|set| if of_kind.len() > MOST_CUT && set == all { u64::MAX } else { set });
    let through = |set: u64| {
        let is_cut =
            |kind: usize| of_kind.iter().enumerate().any(|(bit, (cut, _))| set >> bit & 1 == 1 && *cut == kind);
        let by_kinds: u64 =
            of_kind.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, kind)| kind.1).sum();
        let by_taps = order.chunk_by(|a, b| a.branch.is_some() && a.branch == b.branch).map(|together| {
            let each = together.iter().map(|tap| {
                let lines = tap.lines.iter().filter(|line| !is_cut(line.kind));
                most_through(tap, duration_s, lines.map(|line| line.carries).max().unwrap_or(0))
            });
            let whole = together.iter().map(|tap| tap.amount).max().unwrap_or(0);
            each.sum::<u64>().min(whole)
        });
        by_kinds + by_taps.sum::<u64>()
    };
    sets.map(through).min().unwrap_or(0)
}

/// What comes through the outlets of a tap by lines that carry so much.
fn most_through(tap: &Tap, duration_s: u64, carries: u64) -> u64 {
    tap.amount.min(carries.saturating_mul(duration_s).saturating_mul(u64::from(tap.outlets)))
}

/// What a kind brings by itself, the best sources first; none where it can empty them all.
fn brought(kind: usize, there_are: u64, duration_s: u64, taps: &[&Tap]) -> Option<u64> {
    // What a line brings, and what one appliance of it brings in a second.
    let mut lines: Vec<(u64, f64)> = taps
        .iter()
        .filter_map(|tap| {
            let lines = || tap.lines.iter().filter(|line| line.kind == kind);
            let a_second = |line: &super::flow::HoseLine| line.carries as f64 / f64::from(line.appliances.max(1));
            let most = most_through(tap, duration_s, lines().map(|line| line.carries).max()?);
            (most > 0).then(|| (most, lines().map(a_second).fold(0.0, f64::max)))
        })
        .collect();
    lines.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut left_s = (there_are * duration_s) as f64;
    let mut brought = 0.0;
    for (amount, a_second) in lines {
        let takes_s = amount as f64 / a_second;
        if takes_s > left_s {
            // What is off by rounding is no drop more.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "zero or more, and casts saturate"
            )]
            return Some((brought + left_s * a_second - 1e-6).ceil() as u64);
        }
        left_s -= takes_s;
        brought += amount as f64;
    }
    None
}

#[cfg(test)]
mod tests;
