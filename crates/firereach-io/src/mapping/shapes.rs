//! Shapes made usable: taken apart into simple ones, checked, repaired where that leaves no doubt, set aside otherwise.

use firereach_model::problem::{Done, Severity};
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::orient::{Direction, Orient};
use geo::{Area, CoordsIter, MakeValid};
use geo_types::{Coord, Geometry, Line, LineString, Point, Polygon};

use crate::formats::raw::Fault;

/// Coordinates beyond this are no place on Earth in any system in metres or degrees.
const FARTHEST: f64 = 1.0e9;

/// The most vertices for which a broken polygon is rebuilt; the triangulation behind it is not made for coastlines.
const MOST_VERTICES: usize = 100_000;

/// One simple piece of a feature's shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// A point.
    Point(Point<f64>),
    /// A line of at least two different vertices, no two neighbours alike; heights for each vertex, or none.
    Line(LineString<f64>, Vec<Option<f64>>),
    /// A polygon whose rings do not cross.
    Area(Polygon<f64>),
}

/// What became of a shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Checked {
    /// The usable pieces.
    pub(crate) pieces: Vec<Piece>,
    /// What was wrong. A fault whose `done` is "set aside" concerns a piece, and the feature only if no piece is left.
    pub(crate) faults: Vec<Fault>,
}

/// Takes a shape apart and checks every piece. `z` has one height a coordinate, or is empty.
pub(crate) fn check(shape: Geometry<f64>, z: &[f64]) -> Checked {
    let mut checked = Checked::default();
    let z = if z.len() == shape.coords_count() { z } else { &[] };
    let mut at = 0;
    take_apart(shape, z, &mut at, &mut checked);
    checked
}

fn take_apart(shape: Geometry<f64>, z: &[f64], at: &mut usize, checked: &mut Checked) {
    match shape {
        Geometry::Point(point) => {
            *at += 1;
            if check_places(std::iter::once(point.0), checked) {
                checked.pieces.push(Piece::Point(point));
            }
        }
        Geometry::MultiPoint(points) => {
            for point in points {
                take_apart(point.into(), z, at, checked);
            }
        }
        Geometry::Line(line) => take_apart(LineString::from(line).into(), z, at, checked),
        Geometry::LineString(line) => {
            let heights = z.get(*at..*at + line.0.len()).unwrap_or(&[]);
            *at += line.0.len();
            check_line(line, heights, checked);
        }
        Geometry::MultiLineString(lines) => {
            for line in lines {
                take_apart(line.into(), z, at, checked);
            }
        }
        Geometry::Polygon(polygon) => {
            *at += polygon.coords_count();
            check_polygon(polygon, checked);
        }
        Geometry::MultiPolygon(polygons) => {
            for polygon in polygons {
                take_apart(polygon.into(), z, at, checked);
            }
        }
        Geometry::Rect(rect) => take_apart(rect.to_polygon().into(), z, at, checked),
        Geometry::Triangle(triangle) => take_apart(triangle.to_polygon().into(), z, at, checked),
        Geometry::GeometryCollection(members) => {
            for member in members {
                take_apart(member, z, at, checked);
            }
        }
    }
}

fn set_aside(code: &'static str, found: String, expected: &str, repair: &str) -> Fault {
    Fault::new(code, Severity::Error, Done::SetAside, found, expected, repair)
}

fn check_places(mut coords: impl Iterator<Item = Coord<f64>>, checked: &mut Checked) -> bool {
    let bad = coords.find(|c| !(c.x.abs() <= FARTHEST && c.y.abs() <= FARTHEST));
    if let Some(bad) = bad {
        checked.faults.push(set_aside(
            "IO-GEOM-NAN",
            format!("a vertex at {}, {}", bad.x, bad.y),
            "finite coordinates",
            "correct or delete the vertex in the source",
        ));
    }
    bad.is_none()
}

fn check_line(line: LineString<f64>, z: &[f64], checked: &mut Checked) {
    if line.0.is_empty() {
        checked.faults.push(empty());
        return;
    }
    if !check_places(line.0.iter().copied(), checked) {
        return;
    }
    let mut vertices: Vec<Coord<f64>> = Vec::with_capacity(line.0.len());
    let mut heights = Vec::with_capacity(z.len());
    for (index, &vertex) in line.0.iter().enumerate() {
        if vertices.last() == Some(&vertex) {
            continue;
        }
        vertices.push(vertex);
        if let Some(&height) = z.get(index) {
            heights.push(Some(height).filter(|h| h.is_finite()));
        }
    }
    if vertices.len() < 2 {
        checked.faults.push(set_aside(
            "IO-GEOM-ZERO-LENGTH",
            "a line without length".to_owned(),
            "at least two different vertices",
            "delete the line or draw it",
        ));
        return;
    }
    checked.pieces.push(Piece::Line(LineString(vertices), heights));
}

/// The fault of a shape that holds nothing.
pub(crate) fn empty() -> Fault {
    set_aside("IO-GEOM-EMPTY", "an empty shape".to_owned(), "a shape", "draw the feature or delete the row")
}

fn check_polygon(polygon: Polygon<f64>, checked: &mut Checked) {
    if polygon.exterior().0.is_empty() {
        checked.faults.push(empty());
        return;
    }
    if !check_places(polygon.coords_iter(), checked) {
        return;
    }
    let (outer, holes) = polygon.into_inner();
    let outer = without_repeats(outer);
    if outer.0.len() < 4 {
        checked.faults.push(set_aside(
            "IO-GEOM-NO-AREA",
            "a ring of fewer than three different vertices".to_owned(),
            "a ring around an area",
            "delete the polygon or draw it",
        ));
        return;
    }
    let all_holes = holes.len();
    let holes: Vec<_> = holes.into_iter().map(without_repeats).filter(|ring| ring.0.len() >= 4).collect();
    let mut holes = holes;
    holes.retain(|hole| {
        hole.0.iter().any(|vertex| coord_pos_relative_to_ring(*vertex, &outer) == CoordPos::Inside)
            || hole.0.iter().all(|vertex| coord_pos_relative_to_ring(*vertex, &outer) == CoordPos::OnBoundary)
    });
    if all_holes > holes.len() {
        checked.faults.push(Fault::new(
            "IO-GEOM-HOLE",
            Severity::Warning,
            Done::Repaired,
            format!("{} holes without area or outside their polygon", all_holes - holes.len()),
            "holes inside",
            "delete the holes in the source; here they were left out",
        ));
    }
    let polygon = Polygon::new(outer, holes);
    let vertices = polygon.coords_count();
    match crossing(&polygon) {
        None if polygon.unsigned_area() > 0.0 => checked.pieces.push(Piece::Area(polygon)),
        None => checked.faults.push(set_aside(
            "IO-GEOM-NO-AREA",
            "a polygon without area".to_owned(),
            "a ring around an area",
            "delete the polygon or draw it",
        )),
        Some(_) if vertices > MOST_VERTICES => checked.faults.push(set_aside(
            "IO-GEOM-CROSSING",
            format!("rings that cross themselves, with {vertices} vertices"),
            "rings that do not cross",
            "repair the polygon in a GIS (check validity, fix geometries)",
        )),
        Some(place) => {
            let repaired = polygon.make_valid().map(|parts| parts.0).unwrap_or_default();
            let parts = in_order(repaired.into_iter().filter(|part| part.unsigned_area() > 0.0).collect());
            if parts.is_empty() {
                checked.faults.push(set_aside(
                    "IO-GEOM-CROSSING",
                    format!("rings that cross themselves at {:.7}, {:.7} and enclose nothing", place.x, place.y),
                    "rings that do not cross",
                    "draw the polygon again",
                ));
                return;
            }
            checked.faults.push(Fault::new(
                "IO-GEOM-CROSSING",
                Severity::Warning,
                Done::Repaired,
                format!("rings that cross themselves at {:.7}, {:.7}", place.x, place.y),
                "rings that do not cross",
                format!(
                    "draw the polygon without crossings; here it became {} part(s) by the even-odd rule",
                    parts.len()
                ),
            ));
            checked.pieces.extend(parts.into_iter().map(Piece::Area));
        }
    }
}

/// Parts of a repaired polygon in an order of their own: rings run from their least vertex, outer ones against the clock.
///
/// The repair keeps pieces in hash maps, so that rings begin and parts come in another order on every run.
fn in_order(parts: Vec<Polygon<f64>>) -> Vec<Polygon<f64>> {
    let compare = |a: &Coord<f64>, b: &Coord<f64>| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    let from_least = |ring: &LineString<f64>| {
        let mut open = ring.0[..ring.0.len().saturating_sub(1)].to_vec();
        let least = (0..open.len()).min_by(|a, b| compare(&open[*a], &open[*b])).unwrap_or(0);
        open.rotate_left(least);
        open.extend(open.first().copied());
        LineString(open)
    };
    let by_vertices = |a: &LineString<f64>, b: &LineString<f64>| {
        a.0.iter().zip(&b.0).map(|(a, b)| compare(a, b)).find(|o| o.is_ne()).unwrap_or(a.0.len().cmp(&b.0.len()))
    };
    let mut parts: Vec<Polygon<f64>> = parts
        .into_iter()
        .map(|part| {
            let (outer, holes) = part.orient(Direction::Default).into_inner();
            let mut holes: Vec<LineString<f64>> = holes.iter().map(from_least).collect();
            holes.sort_by(by_vertices);
            Polygon::new(from_least(&outer), holes)
        })
        .collect();
    parts.sort_by(|a, b| by_vertices(a.exterior(), b.exterior()));
    parts
}

/// A closed ring in which no two neighbours are alike.
fn without_repeats(ring: LineString<f64>) -> LineString<f64> {
    let mut vertices = ring.0;
    vertices.dedup();
    LineString(vertices)
}

/// A place where rings of a polygon cross or run over each other, if there is one.
///
/// Rings may touch in single points. The segments are swept from left to right, so that each is only compared with
/// those beside it.
fn crossing(polygon: &Polygon<f64>) -> Option<Coord<f64>> {
    struct Segment {
        line: Line<f64>,
        ring: usize,
        index: usize,
        count: usize,
        min: Coord<f64>,
        max: Coord<f64>,
    }
    let mut segments = Vec::new();
    for (ring, string) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
        let count = string.0.len().saturating_sub(1);
        for (index, line) in string.lines().enumerate() {
            let (a, b) = (line.start, line.end);
            let min = Coord { x: a.x.min(b.x), y: a.y.min(b.y) };
            let max = Coord { x: a.x.max(b.x), y: a.y.max(b.y) };
            segments.push(Segment { line, ring, index, count, min, max });
        }
    }
    segments.sort_by(|a, b| a.min.x.total_cmp(&b.min.x));
    for (i, a) in segments.iter().enumerate() {
        for b in segments[i + 1..].iter().take_while(|b| b.min.x <= a.max.x) {
            if b.min.y > a.max.y || b.max.y < a.min.y {
                continue;
            }
            match line_intersection(a.line, b.line) {
                Some(LineIntersection::Collinear { intersection }) if intersection.start != intersection.end => {
                    return Some(intersection.start);
                }
                None | Some(LineIntersection::Collinear { .. }) => {}
                Some(LineIntersection::SinglePoint { intersection, is_proper }) => {
                    let (low, high) = (a.index.min(b.index), a.index.max(b.index));
                    let are_neighbours = a.ring == b.ring && (high - low == 1 || (low == 0 && high + 1 == a.count));
                    if is_proper && !are_neighbours {
                        return Some(intersection);
                    }
                }
            }
        }
    }
    None
}

/// A line that ends where it begins, as an area.
pub(crate) fn area_of_line(line: &LineString<f64>) -> Option<(Polygon<f64>, Vec<Fault>)> {
    if !line.is_closed() || line.0.len() < 4 {
        return None;
    }
    let mut checked = Checked::default();
    check_polygon(Polygon::new(line.clone(), Vec::new()), &mut checked);
    match checked.pieces.pop() {
        Some(Piece::Area(area)) if checked.pieces.is_empty() => Some((area, checked.faults)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Validation};
    use geo_types::{Geometry, LineString, MultiPoint, Polygon, line_string, polygon};
    use proptest::prelude::*;

    use super::{Piece, check};

    fn area(piece: &Piece) -> f64 {
        match piece {
            Piece::Area(polygon) => polygon.unsigned_area(),
            _ => 0.0,
        }
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let tie = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 10.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)];
        let checked = check(tie.into(), &[]);
        assert_eq!(checked.pieces.iter().map(area).collect::<Vec<_>>(), [25.0, 25.0]);
        assert_eq!(checked.faults[0].code, "IO-GEOM-CROSSING");
    }

    #[test]
    fn what_a_repair_makes_is_the_same_every_time() {
        // A star drawn in one stroke crosses itself five times.
        let tip = |i: u32| {
            let turn = f64::from(i * 2 % 5) * std::f64::consts::TAU / 5.0;
            (100.3 + 9.0 * turn.sin(), 200.7 + 9.0 * turn.cos())
        };
        let star = Polygon::new((0..=5).map(|i| tip(i % 5)).collect(), vec![]);
        let first = check(star.clone().into(), &[]).pieces;
        assert_eq!(first.len(), 5);
        for _ in 0..20 {
            assert_eq!(check(star.clone().into(), &[]).pieces, first);
        }
    }

    #[test]
    fn a_hole_outside_is_left_out_and_one_inside_is_kept() {
        let outer = LineString::from(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]);
        let square = |x: f64| LineString::from(vec![(x, 4.0), (x + 2.0, 4.0), (x + 2.0, 6.0), (x, 6.0), (x, 4.0)]);
        let checked = check(Polygon::new(outer, vec![square(4.0), square(20.0)]).into(), &[]);
        assert_eq!(checked.pieces.iter().map(area).collect::<Vec<_>>(), [96.0]);
        assert_eq!(checked.faults[0].code, "IO-GEOM-HOLE");
    }

    #[test]
    fn repeated_vertices_go_with_their_heights() {
        let line = line_string![(x: 0.0, y: 0.0), (x: 0.0, y: 0.0), (x: 5.0, y: 0.0)];
        let checked = check(line.into(), &[1.0, 2.0, f64::NAN]);
        let expected = Piece::Line(line_string![(x: 0.0, y: 0.0), (x: 5.0, y: 0.0)], vec![Some(1.0), None]);
        assert_eq!((checked.pieces, checked.faults), (vec![expected], vec![]));
    }

    #[test]
    fn what_is_no_shape_is_set_aside_with_its_reason() {
        let code = |shape: Geometry<f64>| {
            let checked = check(shape, &[]);
            assert!(checked.pieces.is_empty());
            checked.faults.first().map(|fault| fault.code)
        };
        assert_eq!(code(line_string![(x: 1.0, y: 1.0), (x: 1.0, y: 1.0)].into()), Some("IO-GEOM-ZERO-LENGTH"));
        assert_eq!(code(line_string![(x: 1.0, y: 1.0), (x: f64::NAN, y: 1.0)].into()), Some("IO-GEOM-NAN"));
        assert_eq!(code(LineString::new(vec![]).into()), Some("IO-GEOM-EMPTY"));
        let flat = polygon![(x: 0.0, y: 0.0), (x: 5.0, y: 0.0), (x: 9.0, y: 0.0)];
        assert!(matches!(code(flat.into()), Some("IO-GEOM-NO-AREA" | "IO-GEOM-CROSSING")));
        assert_eq!(code(MultiPoint(vec![]).into()), None);
    }

    proptest! {
        #[test]
        fn every_area_that_comes_out_is_valid(
            ring in prop::collection::vec((0..12_i32, 0..12_i32), 3..9),
        ) {
            let ring: Vec<(f64, f64)> = ring.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
            for piece in check(Polygon::new(ring.into(), vec![]).into(), &[]).pieces {
                let Piece::Area(area) = piece else { panic!("a polygon yields areas") };
                prop_assert!(area.unsigned_area() > 0.0);
                // Rings may touch themselves in points, which the strict test below refuses; crossings are refused here.
                prop_assert!(super::crossing(&area).is_none() || area.is_valid());
            }
        }
    }
}
