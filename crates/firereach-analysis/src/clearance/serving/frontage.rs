//! How long a building stands along streets, whether a lane runs through it, and which courts it encloses.

use firereach_model::bounds::Bounds;
use firereach_model::feature::Structure;
use firereach_model::findings::Ruling;
use firereach_model::findings::lanes::{Court, LaneService};
use firereach_model::units::Metres;
use geo::{Contains, MinimumRotatedRect};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use super::super::judge::rule_on;
use super::super::operating::Side;
use super::super::plane::{Segment, along};
use super::{Near, Serving, Target, hit};
use crate::network::EdgeId;

/// What is measured of a building's front and courts.
#[derive(Default)]
pub(super) struct Frontage {
    pub(super) front_m: Bounds<Metres>,
    pub(super) length_m: Bounds<Metres>,
    pub(super) through: (bool, bool),
    pub(super) courts: Vec<Court>,
    pub(super) link_spacing_m: Bounds<Metres>,
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

/// The longest stretch of a side without a link, metres: between two of them, or from one to the end of the side.
fn spacing_on(side: &Side, sides: &[Side; 4], links: &[Coord<f64>]) -> f64 {
    let length = side.line.length();
    let nearest = |p: Coord<f64>| {
        let far = |of: &Side| of.line.distance_to(p);
        sides.iter().all(|other| far(side) <= far(other))
    };
    let mut places: Vec<f64> =
        links.iter().filter(|p| nearest(**p)).map(|p| side.at(*p).0.clamp(0.0, length)).collect();
    places.extend([0.0, length]);
    places.sort_by(f64::total_cmp);
    places.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
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
        let mut along_streets: Vec<&Side> = Vec::new();
        for side in sides {
            let (certain, possible) = self.share(side, target, near);
            let length = side.line.length();
            front = (front.0.max(certain * length), front.1.max(possible * length));
            along_streets.extend((possible > 0.0).then_some(side));
        }
        let outline = target.footprint.exterior();
        let crossings = |is_certain: bool| self.crossings(outline, near, is_certain);
        let courts = target.footprint.interiors().iter().filter_map(|ring| self.court(ring, near)).collect();
        // A link that nobody drew may be there, so that the drawn ones bound the spacing from above.
        let link_spacing_m = match self.links(target) {
            links if links.is_empty() => Bounds::unknown(),
            links => {
                let worst = along_streets.iter().map(|side| spacing_on(side, sides, &links));
                Bounds { low: None, high: metres(worst.fold(0.0, f64::max)) }
            }
        };
        Frontage {
            front_m: Bounds { low: metres(front.0), high: metres(front.1) },
            length_m: Bounds { low: metres(longest_m.min(half_m)), high: metres(half_m.max(longest_m)) },
            // What runs through comes in and goes out.
            through: (crossings(true) > 1, crossings(false) > 1),
            courts,
            link_spacing_m,
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
            verdict: None,
            area,
        })
    }

    /// Where ways on foot that lead into a court cross the outline of the building.
    fn links(&self, target: &Target<'_>) -> Vec<Coord<f64>> {
        let segments = |ring: &LineString<f64>| -> Vec<Segment> {
            ring.lines().map(|l| Segment { a: l.start, b: l.end }).collect()
        };
        let outer = Polygon::new(target.footprint.exterior().clone(), vec![]);
        let (outline, courts) = (segments(outer.exterior()), target.footprint.interiors());
        let on_foot = |edge: EdgeId| {
            let road = &self.layers.roads[self.network.edge(edge).road as usize];
            road.class.is_walkable() && self.is_on_ground(edge)
        };
        let ways = self.network.snap_all(self.layers, &Geometry::Polygon(outer.clone()), 0.0, on_foot);
        let lines: Vec<(EdgeId, Vec<Segment>)> =
            ways.iter().map(|way| (way.edge, segments(&self.network.edge_line(self.layers, way.edge)))).collect();
        let leads_in = |line: &[Segment]| {
            courts.iter().any(|court| {
                let area = Polygon::new(court.clone(), vec![]);
                line.iter()
                    .any(|piece| area.contains(&Point(piece.a)) || segments(court).iter().any(|wall| wall.meets(piece)))
            })
        };
        // What joins inside the outline is one way, however many pieces it is drawn in.
        let mut is_link: Vec<bool> = lines.iter().map(|(_, line)| leads_in(line)).collect();
        let mut waiting: Vec<usize> = (0..lines.len()).filter(|&i| is_link[i]).collect();
        while let Some(i) = waiting.pop() {
            let ends = |i: usize| [self.network.edge(lines[i].0).from, self.network.edge(lines[i].0).to];
            let inside = ends(i).into_iter().filter(|&node| outer.contains(&Point(self.network.node_at(node))));
            for node in inside {
                for other in (0..lines.len()).filter(|&other| ends(other).contains(&node)) {
                    if !std::mem::replace(&mut is_link[other], true) {
                        waiting.push(other);
                    }
                }
            }
        }
        let found = lines.iter().zip(&is_link).filter(|(_, is)| **is).flat_map(|((_, line), _)| line);
        found
            .flat_map(|piece| outline.iter().filter_map(|wall| Some(along(piece.a, piece.b, hit(piece, wall)?))))
            .collect()
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
    pub(super) fn judge_frontage(&self, service: &mut LaneService, in_core: bool) -> Vec<Ruling> {
        let book = &self.study.rulebook;
        let mut rulings = Vec::new();
        // A passage that nobody drew may lead through or in.
        let may_be_undrawn = self.may_be_undrawn;
        let relieved = (service.through.0 || service.ring.0, service.through.1 || service.ring.1 || may_be_undrawn);
        let led_in = |court: &Court| (court.led_in.0, court.led_in.1 || may_be_undrawn);
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
        for court in &mut service.courts {
            let Some(short) = Metres::new(court.short_side_m).ok() else { continue };
            let is_asked = book.limit("courtyard_side").is_some_and(|limit| court.short_side_m > limit);
            let held =
                rule_on(book, ("courtyard_side", &[]), &without(Bounds::exactly(short), led_in(court)), in_core, "");
            court.verdict = held.iter().map(|ruling| ruling.verdict).max().filter(|_| is_asked);
        }
        let is_wide = |court: &&Court| book.limit("courtyard_side").is_some_and(|limit| court.short_side_m > limit);
        let wide: Vec<&Court> = service.courts.iter().filter(is_wide).collect();
        let sides = wide
            .iter()
            .filter_map(|court| Some(without(Bounds::exactly(Metres::new(court.short_side_m).ok()?), led_in(court))));
        if let Some(worst) = sides.reduce(Bounds::larger) {
            let widest = wide.iter().map(|court| court.short_side_m).fold(0.0, f64::max);
            let led = wide.iter().filter(|court| court.led_in.1).count();
            let because = format!("{} wide courts, up to {widest:.1} m; lanes may lead into {led} of them", wide.len());
            rulings.extend(rule_on(book, ("courtyard_side", &[]), &worst, in_core, &because));
        }
        rulings.extend(self.judge_links(service, in_core));
        rulings
    }
}
