//! What a scenario's findings do not share with those of another, so that a run keeps each thing once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Findings;

/// Entries of a list that stand in the other scenario's too: where they stand here, where there, and how many in a row.
pub type Run = (u32, u32, u32);

/// Findings without the entries that another scenario has as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SparseFindings {
    /// What is the scenario's own.
    pub own: Findings,
    /// What was left out, by the name of the list.
    pub shared: BTreeMap<String, Vec<Run>>,
}

/// How far ahead the same entry is looked for where some are missing.
const LOOK_AHEAD: usize = 64;

/// Does the same for every long list of the findings: `$lists!(each)` calls `each!(path to the list)`.
macro_rules! for_each_list {
    ($each:ident) => {
        $each!(reach.sites);
        $each!(reach.reached_roads);
        $each!(reach.isochrones);
        $each!(reach.bands);
        $each!(reach.stations);
        $each!(lanes.pieces);
        $each!(lanes.pinch_points);
        $each!(lanes.sites);
        $each!(lanes.corners);
        $each!(lanes.dead_ends);
        $each!(lanes.dependences);
        $each!(lanes.separations);
        $each!(lanes.encroachments);
        $each!(lanes.markings);
        $each!(lanes.blocks);
        $each!(lanes.services);
        $each!(lanes.problems);
        $each!(water.sites);
        $each!(water.hydrants);
        $each!(water.sources);
        $each!(water.without_hydrant);
        $each!(water.surveys);
        $each!(site_rulings);
        $each!(grounds);
        $each!(problems);
    };
}

impl Findings {
    /// The findings without what they share with those of `first`; [`SparseFindings::whole`] puts it back.
    pub fn against(&self, first: &Self) -> SparseFindings {
        let mut own = self.clone();
        let mut shared = BTreeMap::new();
        let mut note = |name: String, runs: Vec<Run>| {
            if !runs.is_empty() {
                shared.insert(name, runs);
            }
        };
        // Of a site that differs, most of the sources are the same.
        for (index, (site, other)) in own.water.sites.iter_mut().zip(&first.water.sites).enumerate() {
            if site != other {
                note(format!("water.sites.{index}.sources"), take_shared(&mut site.sources, &other.sources));
                note(format!("water.sites.{index}.remedies"), take_shared(&mut site.remedies, &other.remedies));
                note(format!("water.sites.{index}.hose_reach"), take_shared(&mut site.hose_reach, &other.hose_reach));
            }
        }
        macro_rules! take {
            ($($path:ident).+) => {
                note(stringify!($($path).+).to_owned(), take_shared(&mut own.$($path).+, &first.$($path).+));
            };
        }
        for_each_list!(take);
        SparseFindings { own, shared }
    }
}

impl SparseFindings {
    /// The findings with what they share with `first`, the one that they were set against.
    pub fn whole(self, first: &Findings) -> Findings {
        let Self { mut own, shared } = self;
        let runs = |name: &str| shared.get(name).map_or(&[][..], Vec::as_slice);
        macro_rules! put {
            ($($path:ident).+) => {
                put_back(&mut own.$($path).+, &first.$($path).+, runs(stringify!($($path).+)));
            };
        }
        for_each_list!(put);
        for (index, (site, other)) in own.water.sites.iter_mut().zip(&first.water.sites).enumerate() {
            put_back(&mut site.sources, &other.sources, runs(&format!("water.sites.{index}.sources")));
            put_back(&mut site.remedies, &other.remedies, runs(&format!("water.sites.{index}.remedies")));
            put_back(&mut site.hose_reach, &other.hose_reach, runs(&format!("water.sites.{index}.hose_reach")));
        }
        own
    }
}

/// Takes out of a list what stands in another one in the same order.
fn take_shared<T: PartialEq>(own: &mut Vec<T>, first: &[T]) -> Vec<Run> {
    let number = |index: usize| u32::try_from(index).expect("a list of findings is shorter than 2^32");
    let mut runs: Vec<Run> = Vec::new();
    let (mut at, mut expected) = (0, 0);
    own.retain(|entry| {
        let ahead = first.iter().enumerate().skip(expected).take(LOOK_AHEAD);
        let found = ahead.filter(|(_, other)| *other == entry).map(|(from, _)| from).next();
        if let Some(from) = found {
            match runs.last_mut() {
                Some((here, there, count)) if *here + *count == number(at) && *there + *count == number(from) => {
                    *count += 1;
                }
                _ => runs.push((number(at), number(from), 1)),
            }
            expected = from + 1;
        }
        at += 1;
        found.is_none()
    });
    runs
}

/// The opposite of [`take_shared`].
fn put_back<T: Clone>(own: &mut Vec<T>, first: &[T], runs: &[Run]) {
    let mut left = std::mem::take(own).into_iter();
    for &(at, from, count) in runs {
        let before = (at as usize).saturating_sub(own.len());
        own.extend(left.by_ref().take(before));
        own.extend(first.iter().skip(from as usize).take(count as usize).cloned());
    }
    own.extend(left);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::water::{SiteWater, SourceAtSite};

    /// Letters stand for entries; what is left of `own`, and the runs taken out of it.
    #[track_caller]
    fn check(own: &str, first: &str, left: &str, runs: &[Run]) {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let mut list = letters(own);
        assert_eq!(take_shared(&mut list, &letters(first)), runs);
        assert_eq!(list, letters(left));
        put_back(&mut list, &letters(first), runs);
        assert_eq!(list, letters(own));
    }

    #[test]
    fn what_both_lists_hold_in_one_order_is_taken_out_and_put_back() {
        check("abcd", "abcd", "", &[(0, 0, 4)]);
        check("abXd", "abcd", "X", &[(0, 0, 2), (3, 3, 1)]);
        check("aXbcd", "abcd", "X", &[(0, 0, 1), (2, 1, 3)]);
        check("acd", "abcd", "", &[(0, 0, 1), (1, 2, 2)]);
        check("xyz", "abcd", "xyz", &[]);
        check("", "abcd", "", &[]);
        check("aab", "ab", "a", &[(0, 0, 1), (2, 1, 1)]);
    }

    fn site(sources: &[&str], binding: &str) -> SiteWater {
        let sources = sources.iter().map(|id| SourceAtSite {
            id: (*id).to_owned(),
            kind: "hydrant".to_owned(),
            plan_m: 10.0,
            hose_m: None,
            lift_m: None,
            flow: crate::bounds::Bounds::unknown(),
            counts_in_plan: true,
            feeds_connection: None,
            counts_by_hose: None,
            because: String::new(),
            way: None,
            lengths: None,
            stairs_m: 0.0,
            loss_mpa: None,
            pumps: None,
            appliance: None,
            line_lps: None,
            shared: None,
        });
        SiteWater { sources: sources.collect(), binding: binding.to_owned(), ..SiteWater::default() }
    }

    #[test]
    fn a_site_that_differs_keeps_only_the_sources_that_do() {
        let mut first = Findings::default();
        first.water.sites = vec![site(&["a", "b"], "one"), site(&["c", "d"], "two"), site(&[], "three")];
        let mut later = first.clone();
        later.scenario = "later".to_owned();
        later.water.sites[1] = site(&["c", "new", "d"], "other");
        let sparse = later.against(&first);
        let kept: Vec<_> = sparse.own.water.sites.iter().map(|site| site.binding.as_str()).collect();
        assert_eq!(kept, ["other"]);
        assert_eq!(sparse.own.water.sites[0].sources.len(), 1);
        assert_eq!(sparse.whole(&first), later);
    }
}
