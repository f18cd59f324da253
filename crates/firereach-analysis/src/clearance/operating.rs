//! Where an aerial appliance can stand and work beside a building.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{ObstacleKind, ZoneKind};
use firereach_model::findings::lanes::OperatingSite;
use firereach_model::layers::Layers;
use firereach_model::rules::{Limit, Rulebook};
use firereach_model::units::{Metres, Percent};
use geo::Contains;
use geo_types::{Coord, LineString, Polygon};

use super::field::{Field, What};
use super::plane::{Segment, cross, dot, minus};
use super::separation::{Boxes, buildings_at};

/// Distances from the wall are tried in this step, metres.
const STEP_M: f64 = 0.5;

/// What rules ask of operating sites, as lengths to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// The length of one site: the least of any rule, and the greatest.
    pub(crate) length_m: (f64, f64),
    pub(crate) width_m: f64,
    /// What stands nearer to the wall than this belongs to it.
    pub(crate) on_wall_m: f64,
    /// From the wall to its near edge: least and greatest.
    pub(crate) distance_m: (f64, f64),
    /// The gap that may lie between two sites of one run; `None` where rules allow none.
    pub(crate) gap_m: Option<f64>,
    /// A lower part of the building no deeper than this may stand between it and the site.
    pub(crate) podium_m: f64,
}

impl Asked {
    /// `None` where the rulebook asks for no length or no width.
    pub(crate) fn of(rulebook: &Rulebook) -> Option<Self> {
        let limits = |measure: &str| {
            let rules = rulebook.rules.iter().filter(move |rule| rule.measure == measure);
            rules.map(|rule| rule.limit).collect::<Vec<_>>()
        };
        let least = |limit: &Limit| if let Limit::AtLeast(m) = limit { Some(*m) } else { None };
        let most = |limit: &Limit| if let Limit::AtMost(m) = limit { Some(*m) } else { None };
        let distances = limits("aerial_site_distance");
        let nearest = distances.iter().filter_map(least).fold(0.0, f64::max);
        let farthest = distances.iter().filter_map(most).fold(f64::INFINITY, f64::min);
        let lengths: Vec<f64> = limits("aerial_site_length").iter().filter_map(least).collect();
        Some(Self {
            length_m: (
                lengths.iter().copied().min_by(f64::total_cmp)?,
                lengths.iter().copied().max_by(f64::total_cmp)?,
            ),
            width_m: limits("aerial_site_width").iter().filter_map(least).max_by(f64::total_cmp)?,
            on_wall_m: rulebook.parameters.lanes.on_wall_m,
            distance_m: (nearest, if farthest.is_finite() { farthest.max(nearest) } else { nearest }),
            gap_m: limits("aerial_site_gap").iter().filter_map(most).max_by(f64::total_cmp),
            podium_m: limits("podium_depth").iter().filter_map(most).max_by(f64::total_cmp).unwrap_or(0.0),
        })
    }
}

/// A straight side of a building, seen from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    /// Its line, with the building on its left.
    pub(crate) line: Segment,
}

impl Side {
    /// Along the side, and away from the building: unit vectors.
    pub(crate) fn axes(&self) -> (Coord<f64>, Coord<f64>) {
        let d = minus(self.line.b, self.line.a);
        let length = self.line.length().max(1e-9);
        let u = Coord { x: d.x / length, y: d.y / length };
        (u, Coord { x: u.y, y: -u.x })
    }

    /// A place by how far along the side and how far in front of it it lies, metres.
    pub(crate) fn place(&self, along_m: f64, before_m: f64) -> Coord<f64> {
        let (u, n) = self.axes();
        Coord { x: self.line.a.x + u.x * along_m + n.x * before_m, y: self.line.a.y + u.y * along_m + n.y * before_m }
    }

    /// A place by how far along the side and how far in front of it it lies, the inverse of [`Side::place`].
    pub(crate) fn at(&self, p: Coord<f64>) -> (f64, f64) {
        let (u, n) = self.axes();
        (dot(minus(p, self.line.a), u), dot(minus(p, self.line.a), n))
    }

    /// How far along the side a segment runs within a band in front of it: least and greatest.
    pub(crate) fn within(&self, e: &Segment, band: (f64, f64)) -> Option<(f64, f64)> {
        let ((xa, ya), (xb, yb)) = (self.at(e.a), self.at(e.b));
        part((ya, yb), (xa, xb), band)
    }

    /// How far in front of the side a segment comes beside a part of it: least and greatest.
    fn before(&self, e: &Segment, beside: (f64, f64)) -> Option<(f64, f64)> {
        let ((xa, ya), (xb, yb)) = (self.at(e.a), self.at(e.b));
        part((xa, xb), (ya, yb), beside)
    }
}

/// What one coordinate of a segment runs through while the other lies inside a band.
fn part((from, to): (f64, f64), other: (f64, f64), band: (f64, f64)) -> Option<(f64, f64)> {
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    let d = to - from;
    if d.abs() < 1e-12 {
        if from <= band.0 || from >= band.1 {
            return None;
        }
    } else {
        let (t1, t2) = ((band.0 - from) / d, (band.1 - from) / d);
        start = start.max(t1.min(t2));
        end = end.min(t1.max(t2));
        if start >= end {
            return None;
        }
    }
    let at = |t: f64| other.0 + (other.1 - other.0) * t;
    Some((at(start).min(at(end)), at(start).max(at(end))))
}

/// The ground before one building: what stands there, and the lanes that reach it.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) field: &'a Field,
    pub(crate) layers: &'a Layers,
    /// The building itself, by index.
    pub(crate) own: Option<usize>,
    /// All buildings on the ground, by place.
    pub(crate) boxes: &'a Boxes,
    /// Its least height, metres: what adjoins it and is certainly lower is a podium.
    pub(crate) height_m: Option<f64>,
    /// The lanes about it; `None` where every place counts as reached.
    pub(crate) lanes: Option<&'a [Segment]>,
    pub(crate) lane_half_m: f64,
    /// How far the branches of any tree reach, metres.
    pub(crate) crown_m: f64,
    pub(crate) asked: Asked,
}

/// A lower part of a building, or a neighbour against its wall.
#[derive(Clone, Copy, Debug)]
struct Podium {
    building: usize,
    /// How far it comes out before the wall, metres.
    depth_m: f64,
    /// Where it stands along the wall.
    beside: (f64, f64),
    /// Whether it is certainly lower.
    is_lower: bool,
}

/// One free strip of ground before a side, reached by a lane.
#[derive(Clone, Copy, Debug)]
struct Strip {
    from_m: f64,
    to_m: f64,
    distance_m: f64,
    is_open: bool,
}

/// What runs along a building.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Its sites around the building.
    pub(crate) sites: Vec<OperatingSite>,
    /// Part of the length asked for, 0 to 1 and more.
    pub(crate) share: f64,
    /// The widest gap between two of them, metres.
    pub(crate) gap_m: Option<f64>,
    /// Depth of the podiums before it: of what is certainly lower, and of whatever adjoins; `None` where nothing does.
    pub(crate) podium_m: Option<(f64, f64)>,
}

impl Before<'_> {
    /// The longest strip of free ground in front of one of the sides that a lane reaches, at the distances and of the width
    /// that rules ask for; between it and the wall nothing stands either but a podium no deeper than they allow.
    ///
    /// Exact along the side; distances from the wall are tried every half metre, the nearest first. Ground on which the
    /// data holds nothing may still be a slope or a garden, so the length is an upper bound unless the ground is drawn as
    /// open. Wires over the ground take it.
    ///
    /// # Source
    ///
    /// GB 50016-2014 (2018), 7.2.1 and 7.2.2; GB 55037-2022, 3.4.5 (wires); figures from the rule pack.
    pub(crate) fn best(&self, sides: &[Side]) -> Option<OperatingSite> {
        let mut best: Option<OperatingSite> = None;
        for side in sides {
            let podiums = self.podiums(side);
            for distance_m in self.distances() {
                let strips = self.strips(side, distance_m, &podiums);
                let longest = strips.iter().max_by(|a, b| (a.to_m - a.from_m).total_cmp(&(b.to_m - b.from_m)));
                let Some(found) = longest.map(|strip| self.site(side, strip)) else { continue };
                let is_better =
                    |known: &OperatingSite| (found.is_open, found.length_m) > (known.is_open, known.length_m + 1e-6);
                if best.as_ref().is_none_or(is_better) {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// The sites that run along most of what rules ask for: without a break along a long side, or along as much of the
    /// outline as a quarter of it and a long side are; with `may_gap`, with the gaps that rules allow.
    ///
    /// `sides` are those of [`sides_of`]; each counts at the distance at which most of it is free. With `is_certain` only
    /// ground drawn as open counts.
    pub(crate) fn run(&self, sides: &[Side; 4], outline_m: f64, is_certain: bool, may_gap: bool) -> Run {
        // Around the building, the long sides first and third.
        let around = [0, 2, 1, 3].map(|k| sides[k]);
        let long_m = around[0].line.length().max(around[2].line.length());
        let around_m = (outline_m / 4.0).max(long_m);
        let perimeter_m: f64 = around.iter().map(|side| side.line.length()).sum();
        // Pieces by where they begin and end around the building.
        let mut pieces: Vec<(f64, f64, usize, Strip)> = Vec::new();
        let mut start = 0.0;
        let podiums = around.map(|side| self.podiums(&side));
        for (k, side) in around.iter().enumerate() {
            let wall_m = side.line.length();
            let clamped = |strip: &Strip| (strip.from_m.max(0.0), strip.to_m.min(wall_m));
            let total = |strips: &[Strip]| strips.iter().map(|s| clamped(s).1 - clamped(s).0).sum::<f64>();
            let is_counted = |strip: &Strip| {
                (strip.is_open || !is_certain) && strip.to_m - strip.from_m >= self.asked.length_m.0 - 1e-9
            };
            let mut best: Vec<Strip> = Vec::new();
            for distance_m in self.distances() {
                let strips: Vec<Strip> =
                    self.strips(side, distance_m, &podiums[k]).into_iter().filter(is_counted).collect();
                if total(&strips) > total(&best) + 1e-6 {
                    best = strips;
                }
            }
            for strip in best {
                let (from, to) = clamped(&strip);
                pieces.push((start + from, start + to, k, strip));
            }
            start += wall_m;
        }
        if pieces.is_empty() {
            return Run::default();
        }
        let allowed_m = self.asked.gap_m.filter(|_| may_gap).unwrap_or(0.0);
        let mut best: Option<(f64, Vec<usize>, f64)> = None;
        for first in 0..pieces.len() {
            let (mut members, mut length_m, mut widest_m) = (vec![first], pieces[first].1 - pieces[first].0, 0.0_f64);
            for step in 1..=pieces.len() {
                let is_whole = members.len() == 1 && pieces[first].2.is_multiple_of(2);
                let wall_m = around[pieces[first].2].line.length();
                // A run without a break may be that of one long side; any other is held to the outline's quarter, or, with
                // gaps, to a long side in all.
                let asked_m = if is_whole {
                    wall_m
                } else if widest_m > 0.0 {
                    long_m
                } else {
                    around_m
                };
                let share = length_m / asked_m.max(1e-9);
                if best.as_ref().is_none_or(|(known, ..)| share > known + 1e-9) {
                    best = Some((share, members.clone(), widest_m));
                }
                if step == pieces.len() {
                    break;
                }
                let (last, next) = (pieces[members[members.len() - 1]], (first + step) % pieces.len());
                let gap_m = (pieces[next].0 - last.1).rem_euclid(perimeter_m);
                let gap_m = if perimeter_m - gap_m < 1e-6 { 0.0 } else { gap_m };
                if gap_m > allowed_m + 1e-9 {
                    break;
                }
                widest_m = widest_m.max(if gap_m > 1e-6 { gap_m } else { 0.0 });
                length_m += pieces[next].1 - pieces[next].0;
                members.push(next);
            }
        }
        let Some((share, members, gap_m)) = best else { return Run::default() };
        let mut podium_m: Option<(f64, f64)> = None;
        for &m in &members {
            let (_, _, k, strip) = pieces[m];
            let before = podiums[k].iter().filter(|p| p.beside.0 < strip.to_m && p.beside.1 > strip.from_m);
            for podium in before {
                let (sure, most) = podium_m.unwrap_or((0.0, 0.0));
                let sure = if podium.is_lower { sure.max(podium.depth_m) } else { sure };
                podium_m = Some((sure, most.max(podium.depth_m)));
            }
        }
        Run {
            sites: members.iter().map(|&m| self.site(&around[pieces[m].2], &pieces[m].3)).collect(),
            share,
            gap_m: (gap_m > 0.0).then_some(gap_m),
            podium_m,
        }
    }

    fn distances(&self) -> impl Iterator<Item = f64> + use<> {
        let (nearest, farthest) = self.asked.distance_m;
        std::iter::successors(Some(nearest), |m| Some(m + STEP_M)).take_while(move |m| *m <= farthest + 1e-9)
    }

    /// Buildings against the wall of a side, or around it, with how far they come out before it.
    fn podiums(&self, side: &Side) -> Vec<Podium> {
        let wall_m = side.line.length();
        let reach_m = self.asked.distance_m.1 + self.asked.width_m;
        let on_wall_m = self.asked.on_wall_m;
        let mut candidates: Vec<usize> = self
            .near(side, reach_m)
            .into_iter()
            .filter(|edge| edge.level == 0)
            .filter_map(|edge| match self.field.thing(edge.thing).what {
                What::Building(b) => Some(b as usize),
                What::Obstacle(_) | What::Water(_) | What::Carriageway => None,
            })
            .collect();
        // A tower may stand in the middle of its podium, whose walls are far away.
        candidates.extend([0.25, 0.5, 0.75].iter().flat_map(|t| self.around(side.place(wall_m * t, 2.0 * on_wall_m))));
        candidates.sort_unstable();
        candidates.dedup();
        let podium = |b: usize| {
            let building = &self.layers.buildings[b];
            let walls = || building.footprint.exterior().lines().map(|l| Segment { a: l.start, b: l.end });
            let before = || walls().filter_map(|wall| side.before(&wall, (0.0, wall_m)));
            let nearest_m = before().map(|(least, _)| least).fold(f64::INFINITY, f64::min);
            let depth_m = before().map(|(_, most)| most).fold(f64::NEG_INFINITY, f64::max);
            if nearest_m > on_wall_m || depth_m <= on_wall_m {
                return None;
            }
            let beside = || walls().filter_map(|wall| side.within(&wall, (0.0, depth_m)));
            let from = beside().map(|x| x.0).fold(f64::INFINITY, f64::min);
            let to = beside().map(|x| x.1).fold(f64::NEG_INFINITY, f64::max);
            let is_lower = self.height_m.zip(building.body.height.high).is_some_and(|(own, high)| high.get() < own);
            Some(Podium { building: b, depth_m, beside: (from, to), is_lower })
        };
        candidates.into_iter().filter(|&b| Some(b) != self.own).filter_map(podium).collect()
    }

    /// Other buildings on the ground that hold a place, in their order.
    fn around(&self, at: Coord<f64>) -> Vec<usize> {
        let mut found = buildings_at(self.layers, self.boxes, at, 0);
        found.retain(|&b| Some(b) != self.own);
        found
    }

    fn near(&self, side: &Side, depth_m: f64) -> Vec<super::field::Edge> {
        let wall_m = side.line.length();
        let past_m = self.asked.length_m.1;
        let corners = [(-past_m, -1.0), (wall_m + past_m, -1.0), (-past_m, depth_m), (wall_m + past_m, depth_m)];
        let corners = corners.map(|(x, y)| side.place(x, y));
        let (mut low, mut high) = (corners[0], corners[0]);
        for p in corners {
            low = Coord { x: low.x.min(p.x), y: low.y.min(p.y) };
            high = Coord { x: high.x.max(p.x), y: high.y.max(p.y) };
        }
        self.field.edges_near([low.x, low.y], [high.x, high.y])
    }

    /// The free strips before a side at one distance that a lane reaches and that lie before the wall at least in part.
    fn strips(&self, side: &Side, distance_m: f64, podiums: &[Podium]) -> Vec<Strip> {
        let depth_m = distance_m + self.asked.width_m;
        let wall_m = side.line.length();
        // The ground may run past the ends of the wall by its own length, as long as some of it lies before the wall.
        let (start, end) = (-self.asked.length_m.1, wall_m + self.asked.length_m.1);
        let is_podium = |b: usize| podiums.iter().any(|p| p.building == b && p.depth_m <= self.asked.podium_m);
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for edge in self.near(side, depth_m + self.crown_m) {
            let what = self.field.thing(edge.thing).what;
            let (is_own, is_shallow) = match what {
                What::Building(b) => (Some(b as usize) == self.own, is_podium(b as usize)),
                What::Obstacle(_) | What::Water(_) | What::Carriageway => (false, false),
            };
            let obstacle = match what {
                What::Obstacle(i) => Some(&self.layers.obstacles[i as usize]),
                What::Building(_) | What::Water(_) | What::Carriageway => None,
            };
            let is_wire = obstacle.is_some_and(|obstacle| obstacle.kind == ObstacleKind::Overhead);
            if is_own || !(is_wire || edge.is_side && edge.level == 0) {
                continue;
            }
            let crown_m = obstacle.and_then(|obstacle| obstacle.crown_radius).map_or(0.0, Metres::get);
            let radius_m = if is_wire { 0.0 } else { edge.radius_m.max(crown_m) };
            // One works over a podium as deep as rules allow; where the same building comes out farther past the wall's ends,
            // it takes the ground like any other.
            let from_m = if is_shallow { self.asked.podium_m } else { self.asked.on_wall_m - radius_m };
            let band = (from_m, depth_m + radius_m);
            if let Some((from, to)) = side.within(&edge.segment, band) {
                taken.push((from - radius_m, to + radius_m));
            }
        }
        taken.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut free: Vec<(f64, f64)> = Vec::new();
        let mut at = start;
        for &(from, to) in taken.iter().filter(|(_, to)| *to > start) {
            if from > at {
                free.push((at, from.min(end)));
            }
            at = at.max(to);
        }
        free.push((at, end));
        let half_m = self.lane_half_m;
        let beside = |lane: &Segment| side.within(lane, (distance_m - half_m, depth_m + half_m));
        let reached: Option<Vec<(f64, f64)>> = self.lanes.map(|lanes| lanes.iter().filter_map(beside).collect());
        let is_reached = |from: f64, to: f64| {
            reached.as_ref().is_none_or(|lanes| lanes.iter().any(|(x1, x2)| *x1 < to && *x2 > from))
        };
        free.into_iter()
            .filter(|(from, to)| from < to && *from < wall_m && *to > 0.0)
            .filter(|(from, to)| is_reached(*from, *to))
            // Where no wall crosses the strip, one place of it tells whether all of it lies inside a building.
            .filter(|(from, to)| {
                let middle = side.place((from + to) / 2.0, distance_m + self.asked.width_m / 2.0);
                let is_over_a_podium = |b| is_podium(b) && distance_m + self.asked.width_m / 2.0 <= self.asked.podium_m;
                self.around(middle).into_iter().all(is_over_a_podium)
            })
            .map(|(from_m, to_m)| {
                let mut strip = Strip { from_m, to_m, distance_m, is_open: false };
                let area = self.area(side, &strip);
                let zones = self.layers.zones.iter();
                let mut open = zones.filter(|zone| matches!(zone.kind, ZoneKind::Open | ZoneKind::Carriageway));
                strip.is_open = open.any(|zone| zone.area.contains(&area));
                strip
            })
            .collect()
    }

    fn area(&self, side: &Side, strip: &Strip) -> Polygon<f64> {
        let (near, far) = (strip.distance_m, strip.distance_m + self.asked.width_m);
        let ring =
            [(strip.from_m, near), (strip.to_m, near), (strip.to_m, far), (strip.from_m, far), (strip.from_m, near)];
        Polygon::new(LineString(ring.iter().map(|&(x, y)| side.place(x, y)).collect()), vec![])
    }

    fn site(&self, side: &Side, strip: &Strip) -> OperatingSite {
        OperatingSite {
            area: self.area(side, strip),
            length_m: strip.to_m - strip.from_m,
            width_m: self.asked.width_m,
            distance_m: strip.distance_m,
            is_open: strip.is_open,
        }
    }
}

/// The steepest slope of the ground of a site, over pieces of it about as long as one site; unknown where the terrain does
/// not reach.
///
/// The ground may bend between two heights of the terrain, so the slope is an interval: `curvature_per_m` times the square
/// of the resolution over eight may be wrong over the width of the site.
pub(crate) fn slope_of(site: &OperatingSite, layers: &Layers, piece_m: f64, curvature_per_m: f64) -> Bounds<Percent> {
    let corners = &site.area.exterior().0;
    let [a, b, c, d] = [0, 1, 2, 3].map(|i| corners[i]);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a site is a few dozen metres long")]
    let pieces = (site.length_m / piece_m.max(1.0)).round().max(1.0) as u32;
    let between = |p: Coord<f64>, q: Coord<f64>, t: f64| Coord { x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t };
    let mut steepest: Option<(f64, f64)> = None;
    for i in 0..pieces {
        let (from, to) = (f64::from(i) / f64::from(pieces), f64::from(i + 1) / f64::from(pieces));
        let places = [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)];
        let heights = places.map(|place| layers.terrain.height_at(place));
        let [Some(h0), Some(h1), Some(h2), Some(h3)] = heights else { return Bounds::unknown() };
        let length_m = site.length_m / f64::from(pieces);
        let along = ((h1.height_m - h0.height_m) + (h2.height_m - h3.height_m)) / 2.0 / length_m.max(1e-9);
        let across = ((h3.height_m - h0.height_m) + (h2.height_m - h1.height_m)) / 2.0 / site.width_m.max(1e-9);
        let resolution_m = [h0, h1, h2, h3].iter().map(|h| h.resolution_m).fold(0.0, f64::max);
        let off = curvature_per_m * resolution_m * resolution_m / 8.0 / site.width_m.min(length_m).max(1e-9);
        let slope = along.hypot(across);
        if steepest.is_none_or(|(known, _)| slope > known) {
            steepest = Some((slope, off));
        }
    }
    let Some((slope, off)) = steepest else { return Bounds::unknown() };
    let percent = |of: f64| Percent::new((of * 1e4).round() / 100.0).ok();
    Bounds { low: percent((slope - off).max(0.0)), high: percent(slope + off) }
}

/// The four sides of the smallest rectangle around a footprint, the long ones first; each with the footprint on its left.
pub(crate) fn sides_of(footprint: &Polygon<f64>) -> Option<[Side; 4]> {
    use geo::MinimumRotatedRect;
    let rectangle = footprint.minimum_rotated_rect()?;
    let mut corners: Vec<Coord<f64>> = rectangle.exterior().0.iter().copied().take(4).collect();
    if corners.len() < 4 {
        return None;
    }
    if cross(minus(corners[1], corners[0]), minus(corners[2], corners[1])) < 0.0 {
        corners.reverse();
    }
    let side = |i: usize| Side { line: Segment { a: corners[i % 4], b: corners[(i + 1) % 4] } };
    let (first, second) = (side(0), side(1));
    // The sides of a square are told apart by nothing: the first pair is as good as the other.
    let k = usize::from(second.line.length() > first.line.length() + 1e-9);
    Some([side(k), side(k + 2), side(k + 1), side(k + 3)])
}
