//! Where aerial appliances can work along a building, held against what rules ask of it.

use firereach_model::bounds::Bounds;
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::{LaneService, OperatingSite};
use firereach_model::units::{Metres, Percent, Share};
use geo_types::Polygon;

use super::super::judge::rule_on;
use super::super::operating::{Asked, Before, Side, slope_of};
use super::frontage::half_outline_m;
use super::{Near, Serving, Target, Words, rule_if};

/// What is measured of the operating sites of one building.
#[derive(Default)]
pub(super) struct Aerial {
    pub(super) best: Option<OperatingSite>,
    /// The longest free ground before a long side with a lane or without, where lanes may be missing from the data, metres.
    pub(super) longest_m: Option<f64>,
    pub(super) sites: Vec<OperatingSite>,
    pub(super) share: Bounds<Share>,
    pub(super) gap_m: Option<f64>,
    pub(super) slope: Bounds<Percent>,
    pub(super) podium_m: Bounds<Metres>,
}

fn outline_m(footprint: &Polygon<f64>) -> f64 {
    2.0 * half_outline_m(footprint)
}

impl Serving<'_> {
    /// Looks for operating sites before the sides of a building that is, or may be, high-rise.
    pub(super) fn aerial(
        &self,
        target: &Target<'_>,
        sides: &[Side; 4],
        near: &Near,
        words: &Words,
        asked: Asked,
    ) -> Aerial {
        let segments = near.segments();
        let before = Before {
            field: &self.survey.field,
            layers: self.layers,
            own: target.building,
            boxes: &self.boxes,
            height_m: target.body.height.low.map(Metres::get),
            lanes: Some(&segments),
            crown_m: self.crown_m,
            lane_half_m: self.study.rulebook.limit("lane_clear_width").unwrap_or(0.0) / 2.0,
            asked,
        };
        let best = before.best(&sides[..2]);
        // Where nobody vouches for the roads, a lane that nobody drew may lead to the rest of the free ground.
        let anywhere = Before { lanes: None, ..before };
        let longest_m = self.may_be_undrawn.then(|| anywhere.best(&sides[..2]).map_or(0.0, |site| site.length_m));
        // Gaps are allowed beside what is, or may be, low enough for them.
        let is_low = |list: &[&str]| list.contains(&"up_to_50_m");
        let may_gap = is_low(&words.certain) || is_low(&words.possible);
        let outline_m = outline_m(&target.footprint);
        let whole = before.run(sides, outline_m, false, false);
        let most = if whole.share >= 1.0 || !may_gap { whole } else { before.run(sides, outline_m, false, true) };
        let sure = before.run(sides, outline_m, true, is_low(&words.certain));
        let most_share = if self.may_be_undrawn && most.share < 1.0 {
            anywhere.run(sides, outline_m, false, may_gap).share.max(most.share)
        } else {
            most.share
        };
        // How deep a podium is, is asked of one that is too deep as well.
        let past_podiums = Before { asked: Asked { podium_m: f64::INFINITY, ..asked }, ..before };
        let podium = past_podiums.run(sides, outline_m, false, may_gap).podium_m;
        let lanes = &self.study.rulebook.parameters.lanes;
        let slope = best.as_ref().map_or(Bounds::unknown(), |site| {
            slope_of(site, self.layers, asked.length_m.0, lanes.terrain_curvature_per_m)
        });
        let share = |of: f64| Share::new(of.min(1.0)).ok();
        let metres = |m: f64| Metres::new(m).ok();
        Aerial {
            best,
            longest_m,
            share: Bounds { low: share(sure.share.min(most.share)), high: share(most_share) },
            gap_m: most.gap_m,
            slope,
            // Whether a footprint drawn as one holds a podium nobody said.
            podium_m: podium.map_or(Bounds::unknown(), |(sure, most)| Bounds { low: metres(sure), high: metres(most) }),
            sites: most.sites,
        }
    }

    /// Rules on the operating sites of a building.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.2.1 (AO-01 to AO-03), 7.2.2 (AO-04 to AO-07); figures from the rule pack.
    pub(super) fn judge_aerial(
        &self,
        service: &LaneService,
        longest_m: Option<f64>,
        words: &Words,
        in_core: bool,
    ) -> Vec<Ruling> {
        let book = &self.study.rulebook;
        let mut rulings = Vec::new();
        let ground = |is_open: bool| if is_open { "drawn as open" } else { "free of what the data holds" };
        let (length, text) = match &service.operating_site {
            Some(site) => {
                let length = |m: f64| Metres::new(m).ok();
                let found = Bounds {
                    low: length(site.length_m).filter(|_| site.is_open),
                    high: length(site.length_m.max(longest_m.unwrap_or(0.0))),
                };
                let text = format!(
                    "{:.1} m by {} m at {} m from the wall, beside a lane, {}",
                    site.length_m,
                    site.width_m,
                    site.distance_m,
                    ground(site.is_open)
                );
                (found, text)
            }
            None => {
                let none = "no free ground of the width asked for at a lane before either long side".to_owned();
                (Bounds::at_most(longest_m.and_then(|m| Metres::new(m).ok()).unwrap_or(Metres::ZERO)), none)
            }
        };
        rulings.extend(rule_if(book, "aerial_site_length", words, &length, in_core, &text));
        if let Some(site) = &service.operating_site {
            let far = Metres::new(site.distance_m).map_or(Bounds::unknown(), Bounds::exactly);
            rulings.extend(rule_if(book, "aerial_site_distance", words, &far, in_core, &text));
            let slope = &service.operating_slope;
            rulings.extend(rule_if(book, "aerial_site_slope", words, slope, in_core, &self.tell_slope(slope)));
        }
        let run = &service.operating_run;
        let told = match (run.len(), service.operating_gap_m) {
            (0, _) => "no operating site before any side".to_owned(),
            (1, _) => format!("one stretch of ground before a side, {}", ground(run[0].is_open)),
            (count, None) => format!("{count} stretches of ground that join around the building"),
            (count, Some(gap)) => format!("{count} stretches of ground at most {gap:.1} m apart"),
        };
        let percent = |share: Option<Share>| share.map_or(0.0, |share| share.get() * 100.0);
        let because = format!(
            "along {:.0} to {:.0} % of the length asked for: {told}",
            percent(service.operating_share.low),
            percent(service.operating_share.high)
        );
        rulings.extend(rule_if(book, "aerial_site_share", words, &service.operating_share, in_core, &because));
        if let Some(gap) = service.operating_gap_m.and_then(|gap| Metres::new(gap).ok()) {
            rulings.extend(rule_if(book, "aerial_site_gap", words, &Bounds::exactly(gap), in_core, &because));
        }
        if !run.is_empty() || service.podium_depth_m.high.is_some() {
            let because = match service.podium_depth_m.high {
                Some(depth) => format!("a building against the wall comes out {:.1} m before it", depth.get()),
                None => "no podium is drawn; whether the footprint holds one nobody said".to_owned(),
            };
            rulings.extend(rule_if(book, "podium_depth", words, &service.podium_depth_m, in_core, &because));
        }
        rulings
    }

    fn tell_slope(&self, slope: &Bounds<Percent>) -> String {
        match (slope.high, self.layers.terrain.finest_resolution_m()) {
            (Some(_), Some(resolution)) => {
                format!("slope of the best place; the terrain is known every {resolution} m")
            }
            _ => "no terrain reaches the best place".to_owned(),
        }
    }

    /// Rules on how far apart the links on foot into courts are, of a building along whose front a street certainly runs; of
    /// others, where one may run that nobody drew, nobody knows.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.1.4 (FL-14); the figure is the rule pack's.
    pub(super) fn judge_links(&self, service: &LaneService, in_core: bool) -> Vec<Ruling> {
        let has_front = service.front_m.high.is_some_and(|front| front > Metres::ZERO);
        let has_none = service.front_m.high == Some(Metres::ZERO) && !self.may_be_undrawn;
        if service.courts.is_empty() || has_none {
            return Vec::new();
        }
        let links: u32 = service.courts.iter().map(|court| court.links).sum();
        let because = match service.link_spacing_m.high {
            Some(spacing) => format!(
                "{links} links on foot are drawn; the longest stretch of street front without one is {:.0} m; halls that \
                 lead through are in no layer",
                spacing.get()
            ),
            None => {
                "no link on foot between street and court is drawn; halls that lead through are in no layer".to_owned()
            }
        };
        let spacing_m = if has_front { service.link_spacing_m } else { Bounds::unknown() };
        rule_on(&self.study.rulebook, ("courtyard_link_spacing", &[]), &spacing_m, in_core, &because)
    }
}
