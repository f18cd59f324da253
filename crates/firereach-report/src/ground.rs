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
    fn halfway_along_an_angle_is_at_half_its_length() {
        let line = LineString::from(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 30.0)]);
        assert_eq!(halfway(&line), Some(Coord { x: 10.0, y: 10.0 }));
        assert_eq!(halfway(&LineString::from(vec![(1.0, 1.0), (1.0, 1.0)])), None);
    }
}
