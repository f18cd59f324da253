//! Appliances of several kinds given out to places of work, each way to do so told apart by a number.

use super::flow::HoseLine;

/// So many of one kind are told apart at most, and so many kinds.
const MOST_OF_A_KIND: u32 = 127;
const MOST_KINDS: usize = 8;

/// More shares than these are compared by what they take, fewer one by one.
const FEW_SHARES: usize = 16;

/// All ways to give out so many appliances of every kind that is limited.
///
/// A way is how many of each kind are given out, written as a number with a digit for each kind. The same digits stand a
/// second time in the bytes of one word, so that a single subtraction tells whether all of them are large enough.
#[derive(Clone, Debug)]
pub(super) struct Combinations {
    /// For each kind its digit; none where it is not limited.
    places: Vec<Option<Digit>>,
    /// The kind that stands for each.
    stands: Vec<usize>,
    /// The digits of each number, a byte a kind.
    digits: Vec<u64>,
    /// The highest bit of every byte in use.
    guard: u64,
}

/// The digit of one kind.
#[derive(Clone, Copy, Debug)]
struct Digit {
    /// What one more adds to a number.
    step: usize,
    /// Where its byte begins.
    bit: u32,
    /// How many there are.
    most: u32,
}

/// What something brings, and the appliances that it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    /// What it brings.
    pub(super) brings: u64,
    /// What it takes, as a number.
    number: usize,
    /// What it takes, a byte a kind.
    digits: u64,
}

impl Share {
    /// The same where it brings so much.
    pub(super) fn bringing(self, brings: u64) -> Self {
        Self { brings, ..self }
    }
}

impl Combinations {
    /// The ways to give out so many of each kind, `u32::MAX` where that is no limit; another kind may stand for each.
    pub(super) fn of(there_are: &[u32], stands: Vec<usize>) -> Self {
        let mut all = Self { places: Vec::with_capacity(there_are.len()), stands, digits: vec![0], guard: 0 };
        let mut bit = 0;
        for &most in there_are {
            let step = all.digits.len();
            all.places.push((most != u32::MAX).then_some(Digit { step, bit, most }));
            if most == 0 || most == u32::MAX {
                continue;
            }
            all.guard |= 0x80 << bit;
            for more in 1..=u64::from(most) {
                for number in 0..step {
                    all.digits.push(all.digits[number] | more << bit);
                }
            }
            bit += 8;
        }
        all
    }

    /// How many numbers tell the ways apart; more than any limit where there are more kinds than can be told apart.
    fn size(there_are: &[u32]) -> usize {
        let limited = || there_are.iter().filter(|count| **count != u32::MAX && **count > 0);
        match limited().count() {
            0..=MOST_KINDS => limited().fold(1, |size: usize, count| size.saturating_mul(*count as usize + 1)),
            _ => usize::MAX,
        }
    }

    /// Lessens the most numerous kinds until there are no more than so many ways to give them out.
    pub(super) fn lessen(there_are: &mut [u32], most_states: usize) {
        there_are.iter_mut().filter(|count| **count != u32::MAX).for_each(|count| *count = MOST_OF_A_KIND.min(*count));
        while Self::size(there_are) > most_states {
            let limited = there_are.iter_mut().filter(|count| **count != u32::MAX && **count > 0);
            let Some(most) = limited.max_by_key(|count| **count) else { break };
            *most -= 1;
        }
    }

    /// Takes kinds together, those with fewest appliances first, until there are no more than so many ways to give them out;
    /// the kind that stands for each. Where kinds are taken together, one may lay the lines of the other.
    pub(super) fn merge(there_are: &mut [u32], most_states: usize) -> Vec<usize> {
        there_are.iter_mut().filter(|count| **count > MOST_OF_A_KIND).for_each(|count| *count = u32::MAX);
        let mut stands: Vec<usize> = (0..there_are.len()).collect();
        while Self::size(there_are) > most_states {
            let mut limited: Vec<usize> =
                (0..there_are.len()).filter(|kind| stands[*kind] == *kind && there_are[*kind] != u32::MAX).collect();
            limited.sort_by_key(|kind| (there_are[*kind], *kind));
            let (into, from) = match limited[..] {
                [into, from, ..] => (into, from),
                [only] => {
                    there_are[only] = u32::MAX;
                    break;
                }
                [] => break,
            };
            let together = there_are[into].saturating_add(there_are[from]);
            there_are[into] = if together > MOST_OF_A_KIND { u32::MAX } else { together };
            there_are[from] = u32::MAX;
            stands.iter_mut().filter(|kind| **kind == from).for_each(|kind| *kind = into);
        }
        stands
    }

    /// What is brought by each way to give out appliances when there is nothing to work at.
    pub(super) fn nothing(&self) -> Vec<u64> {
        vec![0; self.digits.len()]
    }

    /// What is brought when every appliance may be given out.
    pub(super) fn whole(best: &[u64]) -> u64 {
        best.last().copied().unwrap_or(0)
    }

    fn digit(&self, line: &HoseLine) -> Option<Digit> {
        let kind = *self.stands.get(line.kind)?;
        self.places[kind].filter(|_| line.appliances > 0)
    }

    /// Whether a line can be laid as often as one likes.
    pub(super) fn is_unlimited(&self, line: &HoseLine) -> bool {
        self.digit(line).is_none()
    }

    /// The same with what one more line takes; none where there are not so many appliances.
    pub(super) fn take(&self, share: Share, line: &HoseLine) -> Option<Share> {
        let Some(Digit { step, bit, most }) = self.digit(line) else { return Some(share) };
        let count = line.appliances;
        if count > most {
            return None;
        }
        let taken = share.digits >> bit & 0x7F;
        (taken + u64::from(count) <= u64::from(most)).then(|| Share {
            number: share.number + step * count as usize,
            digits: share.digits + (u64::from(count) << bit),
            ..share
        })
    }

    /// Whether so many of each kind can be taken from so many.
    fn fits(&self, from: u64, taken: u64) -> bool {
        ((from | self.guard) - taken) & self.guard == self.guard
    }

    /// Adds one more place of work, which takes one of its shares or none, to what every way to give out appliances brings.
    pub(super) fn add(&self, best: &mut [u64], shares: &[Share]) {
        if let [only] = shares
            && only.number == 0
        {
            best.iter_mut().for_each(|best| *best += only.brings);
            return;
        }
        for number in (0..best.len()).rev() {
            let digits = self.digits[number];
            let mut most = best[number];
            for share in shares {
                if share.number <= number && self.fits(digits, share.digits) {
                    most = most.max(best[number - share.number] + share.brings);
                }
            }
            best[number] = most;
        }
    }

    /// Leaves of some shares those that bring more than every other that takes no more.
    pub(super) fn keep_best(&self, shares: &mut Vec<Share>) {
        if shares.len() > FEW_SHARES {
            let mut best = self.nothing();
            for share in shares.iter() {
                best[share.number] = best[share.number].max(share.brings);
            }
            *shares = self.efficient(best);
            return;
        }
        shares.sort_unstable_by(|a, b| b.brings.cmp(&a.brings).then(a.number.cmp(&b.number)));
        let mut kept: Vec<Share> = Vec::with_capacity(shares.len());
        for share in shares.iter().filter(|share| share.brings > 0) {
            if kept.iter().all(|other| !self.fits(share.digits, other.digits)) {
                kept.push(*share);
            }
        }
        *shares = kept;
    }

    /// The same of what each way to give out appliances brings.
    fn efficient(&self, brings: Vec<u64>) -> Vec<Share> {
        // What is brought by a way or by any that takes no more, one kind after the other.
        let mut most = brings.clone();
        let mut shares = Vec::new();
        let steps: Vec<Digit> = self.places.iter().flatten().filter(|digit| digit.most > 0).copied().collect();
        for number in 0..brings.len() {
            let digits = self.digits[number];
            let has_one_less = |digit: &&Digit| digits >> digit.bit & 0x7F > 0;
            let less = steps.iter().filter(has_one_less).map(|digit| most[number - digit.step]).max().unwrap_or(0);
            most[number] = most[number].max(less);
            if brings[number] > less {
                shares.push(Share { brings: brings[number], number, digits });
            }
        }
        shares
    }

    /// What every way to give out appliances brings, no more than `whole`, as shares of one place of work.
    pub(super) fn shares_up_to(&self, best: &[u64], whole: u64) -> Vec<Share> {
        self.efficient(best.iter().map(|brings| whole.min(*brings)).collect())
    }
}
