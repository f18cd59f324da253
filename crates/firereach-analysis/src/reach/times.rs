//! The quickest arrival of every station at every site, from the dispatch order.

use super::arrivals::UnitRuns;
use super::units::Post;
use crate::network::Assumption;

/// Milliseconds by station, in the order of the posts, and by site.
pub(super) struct StationTimes {
    site_count: usize,
    /// What nobody measured taken as passable.
    possible: Vec<Option<u32>>,
    /// What nobody measured taken as impassable.
    certain: Vec<Option<u32>>,
}

/// The earliest and the latest arrival, milliseconds from the dispatch order; `None` when there is none.
pub(super) type Arrivals = (Option<u32>, Option<u32>);

impl StationTimes {
    /// The quickest of each station's units.
    pub(super) fn of(runs: &UnitRuns, post_count: usize, site_count: usize) -> Self {
        let mut times = Self {
            site_count,
            possible: vec![None; post_count * site_count],
            certain: vec![None; post_count * site_count],
        };
        for ((unit, assumption), arrivals) in runs.runs.iter().zip(&runs.times) {
            let table = match assumption {
                Assumption::Optimistic => &mut times.possible,
                Assumption::Cautious => &mut times.certain,
            };
            for (site, arrival) in arrivals.iter().enumerate() {
                let best = &mut table[unit.post * site_count + site];
                *best = earlier(*best, arrival.map(|(ms, _)| ms));
            }
        }
        times
    }

    /// The quickest of some stations at a site.
    pub(super) fn first(&self, posts: impl IntoIterator<Item = usize>, site: usize) -> Arrivals {
        posts.into_iter().fold((None, None), |(possible, certain), post| {
            let at = post * self.site_count + site;
            (earlier(possible, self.possible[at]), earlier(certain, self.certain[at]))
        })
    }

    /// The same with every turnout longer by so many milliseconds; no turnout is shorter than nothing, and what arrives
    /// after `longest_ms` does not arrive.
    pub(super) fn with_turnouts(&self, posts: &[Post<'_>], shift_ms: i64, longest_ms: u32) -> Self {
        let shift = |table: &[Option<u32>]| {
            let moved = |(at, time): (usize, &Option<u32>)| {
                let turnout_ms = i64::from(posts[at / self.site_count].turnout_ms);
                let moved = i64::from((*time)?) - turnout_ms + (turnout_ms + shift_ms).max(0);
                u32::try_from(moved).ok().filter(|&ms| ms <= longest_ms)
            };
            table.iter().enumerate().map(moved).collect()
        };
        Self { site_count: self.site_count, possible: shift(&self.possible), certain: shift(&self.certain) }
    }
}

/// The smaller of two times, where no time is later than any.
pub(super) fn earlier(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
