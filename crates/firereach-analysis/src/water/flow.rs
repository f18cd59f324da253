//! The most water that sources, shared mains, outlets and appliances let through to one place.

use super::combine::{Combinations, Share};

/// A line of hose that appliances of one kind may lay from a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoseLine {
    /// The kind of appliance, its place in the list of how many there are.
    pub kind: usize,
    /// How many of them it takes at once: more than one in a relay, none where no pump is needed.
    pub appliances: u32,
    /// What it carries.
    pub carries: u64,
}

/// One source as it comes to one place; amounts in any one unit, decilitres a second or decilitres.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tap {
    /// What it gives.
    pub amount: u64,
    /// The branch main whose water it shares: a branch lets through as much as the greatest of its taps that are there.
    pub branch: Option<usize>,
    /// The most lines that come from it at once.
    pub outlets: u32,
    /// The lines that may be laid from it, each as often as there are appliances and outlets for it.
    pub lines: Vec<HoseLine>,
}

/// On which side to err where more kinds of appliances have to share out the sources than can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Never more than there is.
    Down,
    /// Never less than there is.
    Up,
}

/// Sources as they come to one place, ready to be asked how much comes through when some of them fail.
#[derive(Clone, Debug)]
pub struct Confluence {
    /// The taps that give something, those of one branch together.
    taps: Vec<(usize, Tap)>,
    /// What each of them brings by what it takes of every kind.
    shares: Vec<Vec<Share>>,
    combinations: Combinations,
}

impl Confluence {
    /// Puts taps and appliances together; `appliances` is how many there are of each kind, `u32::MAX` where that is no limit.
    ///
    /// The answers are exact as long as no more than `most_states` ways to give out the appliances have to be told apart; else
    /// fewer appliances are counted on, or some kinds taken together as one, as the rounding says.
    pub fn build(
        appliances: &[u32],
        rounding: Rounding,
        most_states: usize,
        taps: impl IntoIterator<Item = Tap>,
    ) -> Self {
        let mut taps: Vec<(usize, Tap)> = taps.into_iter().enumerate().filter(|(_, tap)| tap.amount > 0).collect();
        // What gives most comes first, so that enough is soon there.
        taps.sort_by_key(|(number, tap)| (tap.branch, std::cmp::Reverse(tap.amount), *number));
        let mut there_are = appliances.to_vec();
        if rounding == Rounding::Down {
            Combinations::lessen(&mut there_are, most_states);
        }
        for (kind, there_are) in there_are.iter_mut().enumerate() {
            let used: u64 = taps.iter().map(|(_, tap)| most_used(tap, kind)).sum();
            if used <= u64::from(*there_are) {
                *there_are = u32::MAX;
            }
        }
        let stands = match rounding {
            Rounding::Down => (0..there_are.len()).collect(),
            Rounding::Up => Combinations::merge(&mut there_are, most_states),
        };
        let combinations = Combinations::of(&there_are, stands);
        let shares = taps.iter().map(|(_, tap)| shares_of(tap, &combinations, |_| true)).collect();
        Self { taps, shares, combinations }
    }

    /// The most that comes through when all is there.
    pub fn most(&self) -> u64 {
        self.most_of(u64::MAX, |_| true, |_, _| true)
    }

    /// The most that comes through from the taps that are there, by the lines that are laid: a tap's number, and a kind. Any
    /// number that is no less than `enough` where that much comes through.
    ///
    /// It is the best of all ways to give out the appliances to the taps: no appliance works at two of them, no outlet
    /// feeds two lines, and the taps of one branch share the water of its greatest. O(taps x ways to give out the appliances
    /// x ways to work one tap).
    ///
    /// # Source
    ///
    /// GB 50974-2014, 6.1.5, for the branch.
    pub fn most_of(
        &self,
        enough: u64,
        is_there: impl Fn(usize) -> bool,
        is_laid: impl Fn(usize, usize) -> bool,
    ) -> u64 {
        let combinations = &self.combinations;
        let mut best = combinations.nothing();
        let all: Vec<usize> = (0..self.taps.len()).collect();
        let add = |best: &mut [u64], index: usize| {
            let (number, tap) = &self.taps[index];
            if tap.lines.iter().all(|line| is_laid(*number, line.kind)) {
                combinations.add(best, &self.shares[index]);
            } else {
                combinations.add(best, &shares_of(tap, combinations, |line| is_laid(*number, line.kind)));
            }
        };
        let branch = |index: &usize| self.taps[*index].1.branch;
        for together in all.chunk_by(|a, b| branch(a).is_some() && branch(a) == branch(b)) {
            let mut there = together.iter().copied().filter(|index| is_there(self.taps[*index].0));
            if let &[index] = together {
                there.for_each(|_| add(&mut best, index));
            } else if let Some(first) = there.next() {
                let mut of_branch = combinations.nothing();
                let mut whole = 0;
                for index in std::iter::once(first).chain(there) {
                    whole = whole.max(self.taps[index].1.amount);
                    add(&mut of_branch, index);
                }
                combinations.add(&mut best, &combinations.shares_up_to(&of_branch, whole));
            }
            if Combinations::whole(&best) >= enough {
                break;
            }
        }
        Combinations::whole(&best)
    }
}

/// No fewer than the appliances of a kind that can be of any use at a tap.
fn most_used(tap: &Tap, kind: usize) -> u64 {
    let lines = || tap.lines.iter().filter(|line| line.kind == kind && line.carries > 0);
    let Some(least) = lines().map(|line| line.carries).min() else { return 0 };
    let appliances = lines().map(|line| line.appliances).max().unwrap_or(0);
    tap.amount.div_ceil(least).min(u64::from(tap.outlets)) * u64::from(appliances)
}

/// What a tap brings by what its lines take of every kind; of what brings no more and takes no less only one is left.
fn shares_of(tap: &Tap, combinations: &Combinations, is_laid: impl Fn(&HoseLine) -> bool) -> Vec<Share> {
    let laid = || tap.lines.iter().filter(|line| line.carries > 0 && is_laid(line));
    // With outlets for all of them, single pumps bring whatever a relay of as many does not bring more of.
    let does_as_much = |one: &HoseLine, line: &HoseLine| {
        one.kind == line.kind
            && one.appliances > 0
            && one.appliances < line.appliances
            && line.appliances.is_multiple_of(one.appliances)
            && one.carries.saturating_mul(u64::from(line.appliances / one.appliances)) >= line.carries
    };
    let is_of_use = |line: &&HoseLine| tap.outlets < u32::MAX || !laid().any(|one| does_as_much(one, line));
    let lines: Vec<HoseLine> = laid().filter(is_of_use).copied().collect();
    let mut shares = Vec::new();
    lay(tap.amount, &lines, tap.outlets, Share::default(), combinations, &mut shares);
    combinations.keep_best(&mut shares);
    shares
}

/// Lays the first line none, once, twice, and so on, and after it the others, as long as that brings more.
fn lay(
    amount: u64,
    lines: &[HoseLine],
    outlets: u32,
    laid: Share,
    combinations: &Combinations,
    shares: &mut Vec<Share>,
) {
    let Some((line, others)) = lines.split_first().filter(|_| outlets > 0 && laid.brings < amount) else {
        shares.push(laid);
        return;
    };
    if outlets == u32::MAX && combinations.is_unlimited(line) {
        shares.push(laid.bringing(amount));
        return;
    }
    let mut next = Some(laid);
    for times in 0..=outlets {
        let Some(laid) = next else { break };
        let left = if outlets == u32::MAX { u32::MAX } else { outlets - times };
        lay(amount, others, left, laid, combinations, shares);
        if laid.brings >= amount {
            break;
        }
        let brings = laid.brings.saturating_add(line.carries).min(amount);
        next = combinations.take(laid, line).map(|laid| laid.bringing(brings));
    }
}

#[cfg(test)]
mod tests;
