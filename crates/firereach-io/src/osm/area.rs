//! Polygons from closed ways and from multipolygon relations.

use std::collections::HashMap;

use firereach_model::problem::{Done, Severity};
use geo::{Area as _, BooleanOps, Contains, InteriorPoint, Orient, Validation, orient::Direction as Winding};
use geo_types::{Coord, LineString, MultiPolygon, Point, Polygon};

use super::extract::{Extract, MemberKind, Place, Relation, degrees};
use super::ledger::{Entry, Remark};

/// An area with valid polygons.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// At least one polygon; outer rings run against the clock.
    pub(super) polygons: Vec<Polygon<f64>>,
    /// The outer rings as they were drawn, with their nodes.
    pub(super) outlines: Vec<(Vec<i64>, LineString<f64>)>,
    /// What had to be repaired.
    pub(super) repairs: Vec<String>,
}

/// Why no area could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nodes or member ways that the extract does not hold.
    Missing(String),
    /// The outline does not close.
    Open(String),
    /// The outline encloses nothing.
    Flat,
}

impl Area {
    /// The polygons as one geometry.
    pub(super) fn multi(&self) -> MultiPolygon<f64> {
        MultiPolygon::new(self.polygons.clone())
    }

    /// A point inside the largest polygon.
    pub(super) fn inside(&self) -> Point<f64> {
        let largest = self.polygons.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
        let corner = || largest.and_then(|p| p.exterior().0.first().copied()).unwrap_or_default();
        largest.and_then(InteriorPoint::interior_point).unwrap_or_else(|| corner().into())
    }

    /// Writes down what was repaired.
    pub(super) fn remark(&self, entry: &mut Entry<'_>) {
        for repair in &self.repairs {
            entry.remark(Remark {
                code: "OSM-AREA-REPAIR",
                severity: Severity::Warning,
                done: Done::Repaired,
                found: repair.clone(),
                expected: "closed outlines that do not cross themselves, with every member",
                repair: "correct the outline at the source; the area is used as repaired",
            });
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(found) | Self::Open(found) => f.write_str(found),
            Self::Flat => f.write_str("an outline that encloses nothing"),
        }
    }
}

impl Fault {
    /// Sets the element aside for this reason.
    pub(super) fn set_aside(&self, entry: &mut Entry<'_>) {
        match self {
            Self::Missing(found) => entry.set_aside(
                "OSM-AREA-MEMBERS",
                Severity::Warning,
                found.clone(),
                "every node and way of the outline",
                "extract the area with complete relations (for example `osmium extract --strategy smart`)",
            ),
            Self::Open(found) => entry.set_aside(
                "OSM-AREA-OPEN",
                Severity::Warning,
                found.clone(),
                "an outline that closes",
                "close the outline at the source",
            ),
            Self::Flat => entry.set_aside(
                "OSM-AREA-FLAT",
                Severity::Warning,
                "an outline that encloses nothing",
                "three corners or more that are not on one line",
                "correct the outline at the source",
            ),
        }
    }
}

/// The area of a way. One that does not quite close is closed by a straight line, and that is written down.
pub(super) fn of_way(extract: &Extract, refs: &[i64]) -> Result<Area, Fault> {
    let missing = refs.iter().filter(|id| extract.place(**id).is_none()).count();
    if missing > 0 {
        return Err(Fault::Missing(format!("{missing} of {} nodes of the outline are not in the extract", refs.len())));
    }
    let mut ring = refs.to_vec();
    let mut repairs = Vec::new();
    if ring.len() < 3 {
        return Err(Fault::Flat);
    }
    if ring.first() != ring.last() {
        ring.push(refs[0]);
        let ends = (extract.place(refs[0]), extract.place(refs[refs.len() - 1]));
        if ends.0 != ends.1 {
            repairs.push("the outline did not close; closed by a straight line".to_owned());
        }
    }
    let is_closed_here = !repairs.is_empty();
    let area = build(extract, &[ring], &[], repairs)?;
    // A straight line that crosses the outline is no repair: the way is probably no outline at all.
    if is_closed_here && area.repairs.len() > 1 {
        return Err(Fault::Open(format!("an open line of {} nodes", refs.len())));
    }
    Ok(area)
}

/// The area of a multipolygon or boundary relation.
pub(super) fn of_relation(extract: &Extract, relation: &Relation) -> Result<Area, Fault> {
    let mut missing = 0;
    let (mut outer, mut inner) = (Vec::new(), Vec::new());
    for member in relation.members.iter().filter(|m| m.kind == MemberKind::Way) {
        let ways = match &*member.role {
            "inner" | "enclave" => &mut inner,
            "outer" | "" | "exclave" | "outline" => &mut outer,
            _ => continue,
        };
        match extract.way(member.id) {
            Some(way) if way.refs.len() > 1 => ways.push(&*way.refs),
            Some(_) => {}
            None => missing += 1,
        }
    }
    let (outer, outer_open) = stitch(&outer);
    let (inner, inner_open) = stitch(&inner);
    let mut repairs = Vec::new();
    if outer.is_empty() && missing > 0 {
        return Err(Fault::Missing(format!("{missing} member way(s) of the outline are not in the extract")));
    }
    if outer.is_empty() {
        return Err(Fault::Open(format!("{outer_open} open line(s) and no closed outline")));
    }
    // Half a boundary bounds nothing; half of the wings of a building are still wings.
    if relation.tags.view().is("type", "boundary") && (missing > 0 || outer_open > 0) {
        return Err(Fault::Missing(format!(
            "{missing} member way(s) of the boundary are not in the extract, {outer_open} outline(s) stay open"
        )));
    }
    if missing > 0 || outer_open > 0 {
        repairs.push(format!(
            "{missing} member way(s) are not in the extract and {outer_open} outline(s) stay open; the closed ones are used"
        ));
    }
    if inner_open > 0 {
        repairs.push(format!("{inner_open} hole(s) do not close and are left out"));
    }
    build(extract, &outer, &inner, repairs)
}

/// Joins lines at their ends to closed rings; also says how many open lines stay over.
fn stitch(ways: &[&[i64]]) -> (Vec<Vec<i64>>, usize) {
    let mut at_end: HashMap<i64, Vec<usize>> = HashMap::new();
    let ends = |way: &[i64]| way.first().copied().zip(way.last().copied());
    for (index, way) in ways.iter().enumerate() {
        if let Some((first, last)) = ends(way).filter(|(first, last)| first != last) {
            at_end.entry(first).or_default().push(index);
            at_end.entry(last).or_default().push(index);
        }
    }
    let mut used = vec![false; ways.len()];
    let (mut rings, mut open) = (Vec::new(), 0);
    for index in 0..ways.len() {
        if std::mem::replace(&mut used[index], true) {
            continue;
        }
        let mut ring = ways[index].to_vec();
        while ring.first() != ring.last() {
            let tail = ring[ring.len() - 1];
            let next = at_end.get(&tail).and_then(|list| list.iter().copied().find(|&way| !used[way]));
            let Some(next) = next else { break };
            used[next] = true;
            if ways[next].first() == Some(&tail) {
                ring.extend(&ways[next][1..]);
            } else {
                ring.extend(ways[next].iter().rev().skip(1));
            }
        }
        if ring.first() == ring.last() && ring.len() > 3 {
            rings.push(ring);
        } else {
            open += 1;
        }
    }
    (rings, open)
}

/// Makes valid polygons of closed rings of nodes.
fn build(extract: &Extract, outer: &[Vec<i64>], inner: &[Vec<i64>], mut repairs: Vec<String>) -> Result<Area, Fault> {
    let mut polygons: Vec<Polygon<f64>> = Vec::new();
    let mut outlines = Vec::new();
    let mut missing = 0;
    for nodes in outer {
        let Some(places) = places(extract, nodes) else {
            missing += 1;
            continue;
        };
        let drawn = ring_of(&places);
        polygons.extend(polygons_of(&places, &mut repairs));
        outlines.push((nodes.clone(), drawn));
    }
    if missing > 0 {
        repairs.push(format!("{missing} outline(s) with nodes that are not in the extract are left out"));
    }
    if polygons.is_empty() {
        return Err(if missing > 0 {
            Fault::Missing("every outline has nodes that are not in the extract".to_owned())
        } else {
            Fault::Flat
        });
    }
    for nodes in inner {
        let Some(places) = places(extract, nodes) else {
            repairs.push("a hole with nodes that are not in the extract is left out".to_owned());
            continue;
        };
        for hole in polygons_of(&places, &mut repairs) {
            let Some(probe) = hole.interior_point() else { continue };
            let around = polygons
                .iter_mut()
                .filter(|polygon| Polygon::new(polygon.exterior().clone(), Vec::new()).contains(&probe))
                .min_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
            match around {
                Some(polygon) => polygon.interiors_push(hole.exterior().clone()),
                None => repairs.push("a hole outside every outline is left out".to_owned()),
            }
        }
    }
    // Rings are simple by now; only their position to each other can still be wrong.
    let mut sound = Vec::new();
    for polygon in polygons {
        if polygon.interiors().is_empty() || polygon.is_valid() {
            sound.push(polygon.orient(Winding::Default));
        } else {
            repairs.push("holes that touch or cross the outline are cut out of it".to_owned());
            sound.extend(parts_of(&polygon).into_iter().map(|p| p.orient(Winding::Default)));
        }
    }
    if sound.is_empty() { Err(Fault::Flat) } else { Ok(Area { polygons: sound, outlines, repairs }) }
}

fn places(extract: &Extract, nodes: &[i64]) -> Option<Vec<Place>> {
    nodes.iter().map(|id| extract.place(*id)).collect()
}

fn ring_of(places: &[Place]) -> LineString<f64> {
    LineString::new(places.iter().map(|place| degrees(*place)).collect::<Vec<Coord<f64>>>())
}

/// The polygon inside one closed ring; several where the ring crosses itself, none where it encloses nothing.
fn polygons_of(places: &[Place], repairs: &mut Vec<String>) -> Vec<Polygon<f64>> {
    let mut ring = places.to_vec();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 {
        return Vec::new();
    }
    let is_simple = is_simple(&ring);
    ring.push(ring[0]);
    let polygon = Polygon::new(ring_of(&ring), Vec::new());
    if is_simple {
        return vec![polygon.orient(Winding::Default)];
    }
    let parts: Vec<Polygon<f64>> = parts_of(&polygon).into_iter().filter(|part| part.unsigned_area() > 0.0).collect();
    if !parts.is_empty() {
        repairs.push(format!("the outline crosses or touches itself; taken as {} part(s)", parts.len()));
    }
    parts
}

/// What a crossing ring encloses an odd number of times.
fn parts_of(polygon: &Polygon<f64>) -> Vec<Polygon<f64>> {
    polygon.union(&MultiPolygon::new(Vec::new())).0
}

/// Whether a ring, given without its closing vertex, neither crosses nor touches itself.
///
/// Exact, in whole ten-millionths of a degree. O(n log n) for rings that do not double back.
fn is_simple(ring: &[Place]) -> bool {
    let n = ring.len();
    let mut corners = ring.to_vec();
    corners.sort_unstable();
    if corners.windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let side = |i: usize| (ring[i], ring[(i + 1) % n]);
    let west = |i: usize| side(i).0.0.min(side(i).1.0);
    let east = |i: usize| side(i).0.0.max(side(i).1.0);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&i| (west(i), i));
    let mut active: Vec<usize> = Vec::new();
    for i in order {
        active.retain(|&j| east(j) >= west(i));
        for &j in &active {
            let (a, b) = if (i + 1) % n == j || (j + 1) % n == i {
                // Neighbours share a corner; they are at fault only where they fold back on each other.
                let (first, second) = if (i + 1) % n == j { (i, j) } else { (j, i) };
                let (start, middle, end) = (ring[first], ring[second], ring[(second + 1) % n]);
                if cross(start, middle, end) == 0 && dot(middle, start, end) > 0 {
                    return false;
                }
                continue;
            } else {
                (side(i), side(j))
            };
            if meet(a, b) {
                return false;
            }
        }
        active.push(i);
    }
    true
}

fn cross(o: Place, a: Place, b: Place) -> i128 {
    let d = |p: Place| (i128::from(p.0) - i128::from(o.0), i128::from(p.1) - i128::from(o.1));
    let (a, b) = (d(a), d(b));
    a.0 * b.1 - a.1 * b.0
}

fn dot(o: Place, a: Place, b: Place) -> i128 {
    let d = |p: Place| (i128::from(p.0) - i128::from(o.0), i128::from(p.1) - i128::from(o.1));
    let (a, b) = (d(a), d(b));
    a.0 * b.0 + a.1 * b.1
}

/// Whether two closed segments share a point.
fn meet((a, b): (Place, Place), (c, d): (Place, Place)) -> bool {
    let within = |p: Place, q: Place, r: Place| {
        r.0 >= p.0.min(q.0) && r.0 <= p.0.max(q.0) && r.1 >= p.1.min(q.1) && r.1 <= p.1.max(q.1)
    };
    let sides = [cross(a, b, c).signum(), cross(a, b, d).signum(), cross(c, d, a).signum(), cross(c, d, b).signum()];
    if sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0 {
        return true;
    }
    (sides[0] == 0 && within(a, b, c))
        || (sides[1] == 0 && within(a, b, d))
        || (sides[2] == 0 && within(c, d, a))
        || (sides[3] == 0 && within(c, d, b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_square_is_simple_and_a_bow_tie_is_not() {
        assert!(is_simple(&[(0, 0), (10, 0), (10, 10), (0, 10)]));
        assert!(!is_simple(&[(0, 0), (10, 10), (10, 0), (0, 10)]));
    }

    #[test]
    fn a_spike_and_a_touching_corner_are_not_simple() {
        assert!(!is_simple(&[(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)]));
        assert!(!is_simple(&[(0, 0), (10, 0), (20, 0), (15, 0), (10, 10)]));
        assert!(!is_simple(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)]));
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let mut repairs = Vec::new();
        let parts = polygons_of(&[(0, 0), (1000, 1000), (1000, 0), (0, 1000), (0, 0)], &mut repairs);
        assert_eq!((parts.len(), repairs.len()), (2, 1));
    }

    #[test]
    fn lines_in_any_order_and_direction_close_to_one_ring() {
        let (rings, open) = stitch(&[&[1, 2, 3], &[5, 4, 3], &[5, 1], &[8, 9]]);
        assert_eq!((rings, open), (vec![vec![1, 2, 3, 4, 5, 1]], 1));
    }

    proptest! {
        /// The sweep against every pair of sides.
        #[test]
        fn a_ring_is_simple_when_no_two_sides_meet(ring in prop::collection::vec((-6..6_i32, -6..6_i32), 3..8)) {
            prop_assume!((0..ring.len()).all(|i| ring[i] != ring[(i + 1) % ring.len()]));
            let n = ring.len();
            let mut expected = true;
            for i in 0..n {
                for j in 0..i {
                    let (a, b, c, d) = (ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n]);
                    if j + 1 == i || (j == 0 && i == n - 1) {
                        // Neighbours share one corner; beyond it they may not lie on each other.
                        let (shared, p, q) = if j + 1 == i { (a, b, c) } else { (b, a, d) };
                        expected &= !(cross(shared, p, q) == 0 && dot(shared, p, q) > 0);
                    } else {
                        expected &= !meet((a, b), (c, d));
                    }
                }
            }
            prop_assert_eq!(is_simple(&ring), expected);
        }
    }
}
