//! Where shapes lie with respect to each other in plan: boxes and containment, in working metres.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon, Rect};

/// Every position of a shape.
pub(crate) fn positions(shape: &Geometry<f64>) -> Vec<Coord<f64>> {
    let of_polygon = |polygon: &Polygon<f64>| polygon.exterior().0.clone();
    match shape {
        Geometry::Point(point) => vec![point.0],
        Geometry::Line(line) => vec![line.start, line.end],
        Geometry::LineString(line) => line.0.clone(),
        Geometry::Polygon(polygon) => of_polygon(polygon),
        Geometry::MultiPoint(points) => points.0.iter().map(|point| point.0).collect(),
        Geometry::MultiLineString(lines) => lines.0.iter().flat_map(|line| line.0.clone()).collect(),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().flat_map(of_polygon).collect(),
        Geometry::GeometryCollection(parts) => parts.0.iter().flat_map(positions).collect(),
        Geometry::Rect(rect) => vec![rect.min(), rect.max()],
        Geometry::Triangle(triangle) => triangle.to_array().to_vec(),
    }
}

/// The polygons of a shape; none for points and lines.
pub(crate) fn polygons(shape: &Geometry<f64>) -> Vec<&Polygon<f64>> {
    match shape {
        Geometry::Polygon(polygon) => vec![polygon],
        Geometry::MultiPolygon(polygons) => polygons.0.iter().collect(),
        Geometry::GeometryCollection(parts) => parts.0.iter().flat_map(polygons).collect(),
        _ => Vec::new(),
    }
}

/// The lines of a shape that is neither a point nor an area.
pub(crate) fn lines(shape: &Geometry<f64>) -> Vec<&LineString<f64>> {
    match shape {
        Geometry::LineString(line) => vec![line],
        Geometry::MultiLineString(lines) => lines.0.iter().collect(),
        Geometry::GeometryCollection(parts) => parts.0.iter().flat_map(lines).collect(),
        _ => Vec::new(),
    }
}

/// The box around some positions; `None` when there are none.
pub fn bounds(positions: impl IntoIterator<Item = Coord<f64>>) -> Option<Rect<f64>> {
    let mut positions = positions.into_iter();
    let first = positions.next()?;
    Some(positions.fold(Rect::new(first, first), |all, at| {
        let (low, high) = (all.min(), all.max());
        Rect::new(Coord { x: low.x.min(at.x), y: low.y.min(at.y) }, Coord { x: high.x.max(at.x), y: high.y.max(at.y) })
    }))
}

/// Whether two boxes share a place.
pub fn meet(a: &Rect<f64>, b: &Rect<f64>) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

/// Whether any part of the box around some positions lies in another box.
pub(crate) fn touches(positions: &[Coord<f64>], of: &Rect<f64>) -> bool {
    bounds(positions.iter().copied()).is_some_and(|own| meet(&own, of))
}

/// Whether a place lies inside a polygon, holes excluded; by counting the sides that a ray to the east crosses.
pub fn is_inside(at: Coord<f64>, polygon: &Polygon<f64>) -> bool {
    let is_in = |ring: &LineString<f64>| {
        ring.0
            .windows(2)
            .filter(|side| {
                let (a, b) = (side[0], side[1]);
                (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)
            })
            .count()
            % 2
            == 1
    };
    is_in(polygon.exterior()) && !polygon.interiors().iter().any(is_in)
}

/// Whether a place lies inside any of several polygons.
pub fn is_inside_any(at: Coord<f64>, area: &MultiPolygon<f64>) -> bool {
    area.0.iter().any(|polygon| is_inside(at, polygon))
}

/// Whether a place lies inside a shape's polygons.
pub(crate) fn is_inside_shape(at: Coord<f64>, shape: &Geometry<f64>) -> bool {
    polygons(shape).into_iter().any(|polygon| is_inside(at, polygon))
}

/// The area of a shape's polygons, holes excluded, square metres; `None` for points and lines.
pub(crate) fn area_m2(shape: &Geometry<f64>) -> Option<f64> {
    let of_ring = |ring: &LineString<f64>| {
        // About the first corner, as coordinates of a working system are millions of metres.
        let first = ring.0.first().copied().unwrap_or_default();
        let twice: f64 =
            ring.lines().map(|side| (side.start - first, side.end - first)).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
        (twice / 2.0).abs()
    };
    let of_polygon =
        |polygon: &Polygon<f64>| of_ring(polygon.exterior()) - polygon.interiors().iter().map(of_ring).sum::<f64>();
    let all = polygons(shape);
    (!all.is_empty()).then(|| all.into_iter().map(of_polygon).sum())
}

/// The distance in plan between a shape and an area, metres; zero where they share a place, `None` when one is empty.
pub(crate) fn distance(shape: &Geometry<f64>, area: &MultiPolygon<f64>) -> Option<f64> {
    let own = positions(shape);
    let is_shared = own.iter().any(|at| is_inside_any(*at, area))
        || area.0.iter().flat_map(|polygon| &polygon.exterior().0).any(|at| is_inside_shape(*at, shape));
    if is_shared {
        return Some(0.0);
    }
    let sides: Vec<(Coord<f64>, Coord<f64>)> = match own.as_slice() {
        [at] => vec![(*at, *at)],
        several => several.windows(2).map(|side| (side[0], side[1])).collect(),
    };
    let others = area.0.iter().flat_map(|polygon| polygon.exterior().lines());
    others
        .flat_map(|other| sides.iter().map(move |side| ((other.start, other.end), *side)))
        .map(|(a, b)| [to_side(a.0, b), to_side(a.1, b), to_side(b.0, a), to_side(b.1, a)])
        .map(|four| four.into_iter().fold(f64::INFINITY, f64::min))
        .min_by(f64::total_cmp)
}

/// The distance from a place to a straight piece.
fn to_side(at: Coord<f64>, (from, to): (Coord<f64>, Coord<f64>)) -> f64 {
    let (along, off) = (to - from, at - from);
    let square = along.x * along.x + along.y * along.y;
    let share = if square > 0.0 { ((off.x * along.x + off.y * along.y) / square).clamp(0.0, 1.0) } else { 0.0 };
    (off.x - share * along.x).hypot(off.y - share * along.y)
}

/// The place halfway along a line; `None` for a line without length.
pub(crate) fn halfway(line: &LineString<f64>) -> Option<Coord<f64>> {
    let length = |side: &[Coord<f64>]| (side[1].x - side[0].x).hypot(side[1].y - side[0].y);
    let half = line.0.windows(2).map(length).sum::<f64>() / 2.0;
    let mut gone = 0.0;
    for side in line.0.windows(2) {
        let own = length(side);
        if own > 0.0 && gone + own >= half {
            let t = (half - gone) / own;
            return Some(Coord {
                x: side[0].x + t * (side[1].x - side[0].x),
                y: side[0].y + t * (side[1].y - side[0].y),
            });
        }
        gone += own;
    }
    None
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    #[test]
    fn a_place_in_a_hole_is_not_inside() {
        let ring = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)],
            interiors: [[(x: 3.0, y: 3.0), (x: 6.0, y: 3.0), (x: 6.0, y: 6.0), (x: 3.0, y: 6.0)]],
        );
        let inside = |x, y| is_inside(Coord { x, y }, &ring);
        assert_eq!([inside(1.0, 1.0), inside(4.5, 4.5), inside(10.0, 4.0)], [true, false, false]);
    }

    #[test]
    fn a_square_with_a_hole_has_the_area_of_both() {
        let ring = polygon!(
            exterior: [(x: 4e6, y: 3e6), (x: 4e6 + 9.0, y: 3e6), (x: 4e6 + 9.0, y: 3e6 + 9.0), (x: 4e6, y: 3e6 + 9.0)],
            interiors: [[(x: 4e6 + 3.0, y: 3e6 + 3.0), (x: 4e6 + 6.0, y: 3e6 + 3.0), (x: 4e6 + 6.0, y: 3e6 + 6.0)]],
        );
        assert_eq!(area_m2(&ring.into()), Some(81.0 - 4.5));
        assert_eq!(area_m2(&geo_types::Point::new(1.0, 2.0).into()), None);
    }

    #[test]
    fn a_distance_is_measured_between_the_nearest_places() {
        let area =
            MultiPolygon(vec![polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)]]);
        let from = |x, y| distance(&geo_types::Point::new(x, y).into(), &area);
        assert_eq!([from(5.0, 5.0), from(13.0, 5.0), from(13.0, 14.0)], [Some(0.0), Some(3.0), Some(5.0)]);
        let beside = polygon![(x: 12.0, y: -5.0), (x: 20.0, y: -5.0), (x: 20.0, y: 25.0), (x: 12.0, y: 25.0)];
        assert_eq!(distance(&beside.into(), &area), Some(2.0));
        let around = polygon![(x: -9.0, y: -9.0), (x: 20.0, y: -9.0), (x: 20.0, y: 25.0), (x: -9.0, y: 25.0)];
        assert_eq!(distance(&around.into(), &area), Some(0.0));
    }

    #[test]
    fn halfway_along_an_angle_is_at_half_its_length() {
        let line = LineString::from(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 30.0)]);
        assert_eq!(halfway(&line), Some(Coord { x: 10.0, y: 10.0 }));
        assert_eq!(halfway(&LineString::from(vec![(1.0, 1.0), (1.0, 1.0)])), None);
    }
}
