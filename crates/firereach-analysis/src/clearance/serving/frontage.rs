//! How long a building stands along streets, whether a lane runs through it, and which courts it encloses.

use firereach_model::bounds::Bounds;
use firereach_model::feature::Structure;
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::{Court, LaneService};
use firereach_model::units::Metres;
use geo::{Contains, MinimumRotatedRect};
use geo_types::{Geometry, LineString, Point, Polygon};

use super::super::judge::rule_on;
use super::super::operating::Side;
use super::super::plane::Segment;
use super::{Near, Serving, Target};
use crate::network::EdgeId;

/// What is measured of a building's front and courts.
#[derive(Default)]
pub(super) struct Frontage {
    pub(super) front_m: Bounds<Metres>,
    pub(super) length_m: Bounds<Metres>,
    pub(super) through: (bool, bool),
    pub(super) courts: Vec<Court>,
}

/// Half of the length of an outline, metres: no building is longer.
pub(super) fn half_outline_m(footprint: &Polygon<f64>) -> f64 {
    footprint.exterior().lines().map(|l| Segment { a: l.start, b: l.end }.length()).sum::<f64>() / 2.0
}

/// The shorter side of the smallest rectangle around a ring, metres.
fn short_side_m(ring: &LineString<f64>) -> Option<f64> {
    let around = ring.minimum_rotated_rect()?;
    let sides = around.exterior().lines().map(|l| Segment { a: l.start, b: l.end }.length());
    sides.min_by(f64::total_cmp)
}

impl Serving<'_> {
    /// Whether rules ask about a building for its length or for one of its courts.
    pub(super) fn is_long_or_has_a_court(&self, footprint: &Polygon<f64>) -> bool {
        let book = &self.study.rulebook;
        let lengths = ["building_frontage", "building_length"].into_iter().filter_map(|measure| book.limit(measure));
        let half_m = half_outline_m(footprint);
        let court_m = book.limit("courtyard_side");
        let is_wide = |ring: &LineString<f64>| court_m.zip(short_side_m(ring)).is_some_and(|(limit, m)| m > limit);
        lengths.into_iter().any(|limit| half_m > limit) || footprint.interiors().iter().any(is_wide)
    }

    /// Measures front, length, passage and courts. The front counts along streets that engines certainly use at least, and
    /// along those that they may use at most.
    pub(super) fn frontage(&self, target: &Target<'_>, sides: &[Side; 4], near: &Near) -> Frontage {
        let metres = |m: f64| Metres::new(m).ok();
        let half_m = half_outline_m(&target.footprint);
        let longest_m = sides[0].line.length();
        let mut front = (0.0_f64, 0.0_f64);
        for side in sides {
            let (certain, possible) = self.share(side, target, near);
            let length = side.line.length();
            front = (front.0.max(certain * length), front.1.max(possible * length));
        }
        let outline = target.footprint.exterior();
        let crossings = |is_certain: bool| self.crossings(outline, near, is_certain);
        let courts = target.footprint.interiors().iter().filter_map(|ring| self.court(ring, near)).collect();
        Frontage {
            front_m: Bounds { low: metres(front.0), high: metres(front.1) },
            length_m: Bounds { low: metres(longest_m.min(half_m)), high: metres(half_m.max(longest_m)) },
            // What runs through comes in and goes out.
            through: (crossings(true) > 1, crossings(false) > 1),
            courts,
        }
    }

    /// How often lanes on the ground cross an outline.
    fn crossings(&self, outline: &LineString<f64>, near: &Near, is_certain: bool) -> usize {
        let walls: Vec<Segment> = outline.lines().map(|l| Segment { a: l.start, b: l.end }).collect();
        let lines = near.lines.iter().filter(|(_, is)| *is || !is_certain);
        lines.map(|(line, _)| walls.iter().filter(|wall| wall.meets(line)).count()).sum()
    }

    fn court(&self, ring: &LineString<f64>, near: &Near) -> Option<Court> {
        let area = Polygon::new(ring.clone(), vec![]);
        let leads_in = |line: &Segment| area.contains(&Point(line.a)) || area.contains(&Point(line.b));
        let led = |is_certain: bool| {
            near.lines.iter().any(|(line, is)| (*is || !is_certain) && (leads_in(line))) // a lane ends or bends inside
                || self.crossings(ring, near, is_certain) > 0
        };
        let on_foot = |edge: EdgeId| self.layers.roads[self.network.edge(edge).road as usize].class.is_walkable();
        let shape = Geometry::Polygon(area.clone());
        let walls: Vec<Segment> = ring.lines().map(|l| Segment { a: l.start, b: l.end }).collect();
        let ways = self.network.snap_all(self.layers, &shape, 0.0, on_foot);
        let crosses = |edge: EdgeId| {
            let line = self.network.edge_line(self.layers, edge);
            let pieces = line.lines().map(|l| Segment { a: l.start, b: l.end });
            pieces.map(|piece| walls.iter().filter(|wall| wall.meets(&piece)).count()).sum::<usize>()
        };
        let links = ways.iter().map(|snap| crosses(snap.edge)).sum::<usize>();
        Some(Court {
            short_side_m: short_side_m(ring)?,
            led_in: (led(true), led(false)),
            links: u32::try_from(links).unwrap_or(u32::MAX),
            area,
        })
    }

    /// Whether a street or a lane runs over the ground there.
    pub(super) fn is_on_ground(&self, edge: EdgeId) -> bool {
        let road = &self.layers.roads[self.network.edge(edge).road as usize];
        matches!(road.structure, Structure::Ground | Structure::Covered)
    }

    /// Rules on front, length and courts.
    ///
    /// A front or a length counts in full where neither a lane runs through nor a ring of lanes around, and not at all where
    /// one does; a court where no lane leads in. Links on foot that nobody drew may be there.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.1.1 (FL-11), 7.1.4 (FL-13); figures from the rule pack.
    pub(super) fn judge_frontage(&self, service: &LaneService, in_core: bool) -> Vec<Ruling> {
        let book = &self.study.rulebook;
        let mut rulings = Vec::new();
        let relieved = (service.through.0 || service.ring.0, service.through.1 || service.ring.1);
        let without = |of: Bounds<Metres>, (certain, possible): (bool, bool)| Bounds {
            low: if certain || possible { Some(Metres::ZERO) } else { of.low },
            high: if certain { Some(Metres::ZERO) } else { of.high },
        };
        let told = |of: &Bounds<Metres>| {
            let end = |m: Option<Metres>| m.map_or_else(String::new, |m| format!("{:.0}", m.get()));
            format!("{} to {} m", end(of.low), end(of.high))
        };
        let relief = match relieved {
            (true, _) => "a lane runs through it or around it",
            (false, true) => "a lane may run through it or around it",
            (false, false) => "no lane runs through it or around it",
        };
        for (measure, of, what) in [
            ("building_frontage", service.front_m, "along a street"),
            ("building_length", service.length_m, "long in all"),
        ] {
            let is_asked = book.limit(measure).zip(of.high).is_some_and(|(limit, high)| high.get() > limit);
            if is_asked {
                let because = format!("{} {what}; {relief}", told(&of));
                rulings.extend(rule_on(book, (measure, &[]), &without(of, relieved), in_core, &because));
            }
        }
        let is_wide = |court: &&Court| book.limit("courtyard_side").is_some_and(|limit| court.short_side_m > limit);
        let wide: Vec<&Court> = service.courts.iter().filter(is_wide).collect();
        let sides = wide
            .iter()
            .filter_map(|court| Some(without(Bounds::exactly(Metres::new(court.short_side_m).ok()?), court.led_in)));
        if let Some(worst) = sides.reduce(Bounds::larger) {
            let widest = wide.iter().map(|court| court.short_side_m).fold(0.0, f64::max);
            let led = wide.iter().filter(|court| court.led_in.1).count();
            let because = format!("{} wide courts, up to {widest:.1} m; lanes may lead into {led} of them", wide.len());
            rulings.extend(rule_on(book, ("courtyard_side", &[]), &worst, in_core, &because));
        }
        rulings
    }
}
