//! Where an aerial appliance can stand and work beside a building.

use firereach_model::feature::ZoneKind;
use firereach_model::findings::lanes::OperatingSite;
use firereach_model::layers::Layers;
use firereach_model::rules::{Limit, Rulebook};
use geo::Contains;
use geo_types::{Coord, LineString, Polygon};

use super::field::{Field, What};
use super::plane::{Segment, cross, dot, minus};

/// Distances from the wall are tried in this step, metres.
const STEP_M: f64 = 0.5;

/// What rules ask of an operating site, as lengths to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Its greatest length of any rule.
    length_m: f64,
    width_m: f64,
    /// What stands nearer to the wall than this belongs to it.
    on_wall_m: f64,
    /// From the wall to its near edge: least and greatest.
    distance_m: (f64, f64),
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
        Some(Self {
            length_m: limits("aerial_site_length").iter().filter_map(least).max_by(f64::total_cmp)?,
            width_m: limits("aerial_site_width").iter().filter_map(least).max_by(f64::total_cmp)?,
            on_wall_m: rulebook.parameters.lanes.on_wall_m,
            distance_m: (nearest, if farthest.is_finite() { farthest.max(nearest) } else { nearest }),
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

    /// How far along the side a segment runs within a band in front of it: least and greatest.
    fn within(&self, e: &Segment, (from_m, to_m): (f64, f64)) -> Option<(f64, f64)> {
        let (u, n) = self.axes();
        let at = |p: Coord<f64>| (dot(minus(p, self.line.a), u), dot(minus(p, self.line.a), n));
        let ((xa, ya), (xb, yb)) = (at(e.a), at(e.b));
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        let d = yb - ya;
        if d.abs() < 1e-12 {
            if ya <= from_m || ya >= to_m {
                return None;
            }
        } else {
            let (t1, t2) = ((from_m - ya) / d, (to_m - ya) / d);
            from = from.max(t1.min(t2));
            to = to.min(t1.max(t2));
            if from >= to {
                return None;
            }
        }
        let (x1, x2) = (xa + (xb - xa) * from, xa + (xb - xa) * to);
        Some((x1.min(x2), x1.max(x2)))
    }
}

/// The longest strip of free ground in front of one of the sides that a lane reaches, at the distances and of the width
/// that rules ask for; between it and the wall nothing stands either.
///
/// Exact along the side; distances from the wall are tried every half metre, the nearest first. Ground on which the data
/// holds nothing may still be a slope or a garden, so the length is an upper bound unless the ground is drawn as open.
///
/// # Source
///
/// GB 50016-2014 (2018), 7.2.1 and 7.2.2; figures from the rule pack.
pub(crate) fn operating_site(
    field: &Field,
    layers: &Layers,
    sides: &[Side],
    own: Option<usize>,
    lanes: &[Segment],
    lane_half_m: f64,
    asked: &Asked,
) -> Option<OperatingSite> {
    let mut best: Option<OperatingSite> = None;
    for side in sides {
        let mut distance_m = asked.distance_m.0;
        while distance_m <= asked.distance_m.1 + 1e-9 {
            if let Some(found) = on_side(field, layers, side, own, lanes, lane_half_m, asked, distance_m)
                && best
                    .as_ref()
                    .is_none_or(|known| (found.is_open, found.length_m) > (known.is_open, known.length_m + 1e-6))
            {
                best = Some(found);
            }
            distance_m += STEP_M;
        }
    }
    best
}

#[expect(clippy::too_many_arguments, reason = "one place of one side of the search above")]
fn on_side(
    field: &Field,
    layers: &Layers,
    side: &Side,
    own: Option<usize>,
    lanes: &[Segment],
    lane_half_m: f64,
    asked: &Asked,
    distance_m: f64,
) -> Option<OperatingSite> {
    let depth_m = distance_m + asked.width_m;
    let wall_m = side.line.length();
    // The ground may run past the ends of the wall by its own length, as long as some of it lies before the wall.
    let (start, end) = (-asked.length_m, wall_m + asked.length_m);
    let corners = [(start, 0.0), (end, 0.0), (start, depth_m), (end, depth_m)].map(|(x, y)| side.place(x, y));
    let (mut low, mut high) = (corners[0], corners[0]);
    for p in corners {
        low = Coord { x: low.x.min(p.x), y: low.y.min(p.y) };
        high = Coord { x: high.x.max(p.x), y: high.y.max(p.y) };
    }
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let mut take = |e: &Segment, radius_m: f64| {
        if let Some((from, to)) = side.within(e, (asked.on_wall_m - radius_m, depth_m + radius_m)) {
            taken.push((from - radius_m, to + radius_m));
        }
    };
    for edge in field.edges_near([low.x, low.y], [high.x, high.y]) {
        let is_own = matches!(field.thing(edge.thing).what, What::Building(b) if Some(b as usize) == own);
        if edge.is_side && edge.level == 0 && !is_own {
            take(&edge.segment, edge.radius_m);
        }
    }
    let reached: Vec<(f64, f64)> =
        lanes.iter().filter_map(|lane| side.within(lane, (distance_m - lane_half_m, depth_m + lane_half_m))).collect();
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
    let longest = free
        .into_iter()
        .filter(|(from, to)| from < to && *from < wall_m && *to > 0.0)
        .filter(|(from, to)| reached.iter().any(|(x1, x2)| x1 < to && x2 > from))
        .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))?;
    let (from, to) = longest;
    let ring = [(from, distance_m), (to, distance_m), (to, depth_m), (from, depth_m), (from, distance_m)];
    let area = Polygon::new(LineString(ring.iter().map(|&(x, y)| side.place(x, y)).collect()), vec![]);
    let is_open = layers
        .zones
        .iter()
        .any(|zone| matches!(zone.kind, ZoneKind::Open | ZoneKind::Carriageway) && zone.area.contains(&area));
    Some(OperatingSite { area, length_m: to - from, width_m: asked.width_m, distance_m, is_open })
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
