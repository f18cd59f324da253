//! Well-known binary to shapes: heights kept, measures dropped, curves turned into short straight pieces.
//!
//! Source: OGC 06-103r4 (simple features), clause 8, and ISO 13249-3 for the curve types; the flag bits of the older
//! extended form are understood too.

use std::f64::consts::TAU;

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

/// The largest angle of an arc that one straight piece stands for: the piece then stays within 0.1 % of the radius.
const ARC_STEP_DEGREES: f64 = 5.0;

/// A shape read from binary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    /// The shape.
    pub(crate) shape: Geometry<f64>,
    /// Heights, one for each coordinate of a point or line in order, or empty.
    pub(crate) z: Vec<f64>,
    /// Whether arcs were turned into straight pieces.
    pub(crate) had_curves: bool,
    /// Whether a ring did not end where it began, and was closed.
    pub(crate) had_open_rings: bool,
}

/// Reads one shape; the text of an error says what is wrong with it.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let mut reader =
        Reader { bytes, at: 0, is_little: true, z: Vec::new(), has_z: false, had_curves: false, had_open_rings: false };
    let shape = reader.geometry()?;
    let z = if reader.has_z { reader.z } else { Vec::new() };
    Ok(Decoded { shape, z, had_curves: reader.had_curves, had_open_rings: reader.had_open_rings })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    is_little: bool,
    z: Vec<f64>,
    has_z: bool,
    had_curves: bool,
    had_open_rings: bool,
}

#[derive(Clone, Copy)]
struct Dimensions {
    has_z: bool,
    has_m: bool,
}

#[derive(Clone, Copy)]
struct Vertex {
    at: Coord<f64>,
    z: f64,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let piece = self.bytes.get(self.at..self.at + N).ok_or("the geometry ends too early")?;
        self.at += N;
        let mut array = [0; N];
        array.copy_from_slice(piece);
        Ok(array)
    }

    fn number(&mut self) -> Result<u32, String> {
        let bytes = self.take::<4>()?;
        Ok(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// A count of items of at least `size` bytes each, checked against what is left so that no lie reserves memory.
    fn count(&mut self, size: usize) -> Result<usize, String> {
        let count = self.number()? as usize;
        if count > (self.bytes.len() - self.at) / size {
            return Err(format!("the geometry announces {count} items and ends before"));
        }
        Ok(count)
    }

    fn float(&mut self) -> Result<f64, String> {
        let bytes = self.take::<8>()?;
        Ok(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn header(&mut self) -> Result<(u32, Dimensions), String> {
        self.is_little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("the geometry has byte order {other}")),
        };
        let code = self.number()?;
        let (z_flag, m_flag, srid_flag) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0, code & 0x2000_0000 != 0);
        if srid_flag {
            self.number()?;
        }
        let plain = code & 0x0fff_ffff;
        let thousands = plain / 1000;
        let dimensions = Dimensions { has_z: z_flag || matches!(thousands, 1 | 3), has_m: m_flag || thousands >= 2 };
        self.has_z |= dimensions.has_z;
        Ok((plain % 1000, dimensions))
    }

    fn vertex(&mut self, dimensions: Dimensions) -> Result<Vertex, String> {
        let at = Coord { x: self.float()?, y: self.float()? };
        let z = if dimensions.has_z { self.float()? } else { f64::NAN };
        if dimensions.has_m {
            self.float()?;
        }
        Ok(Vertex { at, z })
    }

    fn vertices(&mut self, dimensions: Dimensions) -> Result<Vec<Vertex>, String> {
        let size = 16 + 8 * usize::from(dimensions.has_z) + 8 * usize::from(dimensions.has_m);
        let count = self.count(size)?;
        (0..count).map(|_| self.vertex(dimensions)).collect()
    }

    fn line(&mut self, vertices: Vec<Vertex>) -> LineString<f64> {
        self.z.extend(vertices.iter().map(|v| v.z));
        LineString(vertices.into_iter().map(|v| v.at).collect())
    }

    /// The vertices of a line string, circular string or compound curve, header included.
    fn curve(&mut self) -> Result<Vec<Vertex>, String> {
        let (kind, dimensions) = self.header()?;
        match kind {
            2 => self.vertices(dimensions),
            8 => {
                self.had_curves = true;
                Ok(arcs(&self.vertices(dimensions)?))
            }
            9 => {
                let mut whole: Vec<Vertex> = Vec::new();
                for _ in 0..self.count(5)? {
                    let piece = self.curve()?;
                    let skip =
                        usize::from(whole.last().zip(piece.first()).is_some_and(|(last, first)| last.at == first.at));
                    whole.extend(piece.into_iter().skip(skip));
                }
                Ok(whole)
            }
            other => Err(format!("geometry type {other} where a curve should be")),
        }
    }

    fn rings(&mut self, dimensions: Dimensions) -> Result<Polygon<f64>, String> {
        let mut rings = Vec::new();
        for _ in 0..self.count(4)? {
            let ring = self.vertices(dimensions)?;
            rings.push(self.line(ring));
        }
        Ok(self.polygon(rings))
    }

    /// A polygon of rings, the first the outer one; closes what is open and remembers it.
    fn polygon(&mut self, mut rings: Vec<LineString<f64>>) -> Polygon<f64> {
        self.had_open_rings |= rings.iter().any(|ring| !ring.is_closed());
        if rings.is_empty() {
            return Polygon::new(LineString(Vec::new()), Vec::new());
        }
        let outer = rings.remove(0);
        Polygon::new(outer, rings)
    }

    fn polygons(&mut self) -> Result<MultiPolygon<f64>, String> {
        let mut polygons = Vec::new();
        for _ in 0..self.count(5)? {
            match self.geometry()? {
                Geometry::Polygon(polygon) => polygons.push(polygon),
                Geometry::MultiPolygon(several) => polygons.extend(several),
                _ => return Err("a surface holds something that is no polygon".to_owned()),
            }
        }
        Ok(MultiPolygon(polygons))
    }

    fn geometry(&mut self) -> Result<Geometry<f64>, String> {
        let start = self.at;
        let (kind, dimensions) = self.header()?;
        Ok(match kind {
            1 => {
                let vertex = self.vertex(dimensions)?;
                if vertex.at.x.is_nan() && vertex.at.y.is_nan() {
                    return Ok(Geometry::MultiPoint(MultiPoint(Vec::new())));
                }
                self.z.push(vertex.z);
                Point(vertex.at).into()
            }
            2 | 8 | 9 => {
                self.at = start;
                let vertices = self.curve()?;
                self.line(vertices).into()
            }
            3 | 17 => self.rings(dimensions)?.into(),
            4 => {
                let mut points = Vec::new();
                for _ in 0..self.count(5)? {
                    if let Geometry::Point(point) = self.geometry()? {
                        points.push(point);
                    }
                }
                MultiPoint(points).into()
            }
            5 | 11 => {
                let mut lines = Vec::new();
                for _ in 0..self.count(5)? {
                    let vertices = self.curve()?;
                    lines.push(self.line(vertices));
                }
                MultiLineString(lines).into()
            }
            6 | 12 | 15 | 16 => self.polygons()?.into(),
            7 => {
                let mut members = Vec::new();
                for _ in 0..self.count(5)? {
                    members.push(self.geometry()?);
                }
                Geometry::GeometryCollection(GeometryCollection(members))
            }
            10 => {
                let mut rings = Vec::new();
                for _ in 0..self.count(5)? {
                    let vertices = self.curve()?;
                    rings.push(self.line(vertices));
                }
                self.polygon(rings).into()
            }
            other => return Err(format!("geometry type {other} is not known")),
        })
    }
}

/// Turns a chain of arcs, each through three points, into straight pieces.
fn arcs(points: &[Vertex]) -> Vec<Vertex> {
    let mut line: Vec<Vertex> = points.first().copied().into_iter().collect();
    let mut rest = points;
    while let [a, b, c, ..] = *rest {
        line.extend(arc(a, b, c));
        rest = &rest[2..];
    }
    if let [_, last] = *rest {
        line.push(last);
    }
    line
}

/// The vertices after the first of the arc from `a` through `b` to `c`; a full circle when `a` and `c` are one point.
fn arc(a: Vertex, b: Vertex, c: Vertex) -> Vec<Vertex> {
    let centre = if a.at == c.at { Some((a.at + b.at) / 2.0) } else { circle_centre(a.at, b.at, c.at) };
    let Some(centre) = centre else { return vec![b, c] };
    let radius = (a.at.x - centre.x).hypot(a.at.y - centre.y);
    let angle = |v: Coord<f64>| (v.y - centre.y).atan2(v.x - centre.x);
    let (from, middle, to) = (angle(a.at), angle(b.at), angle(c.at));
    let ccw_middle = (middle - from).rem_euclid(TAU);
    let ccw_to = (to - from).rem_euclid(TAU);
    let sweep = if a.at == c.at {
        TAU
    } else if ccw_middle <= ccw_to {
        ccw_to
    } else {
        ccw_to - TAU
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 72 pieces to a circle")]
    let pieces = (sweep.abs() / ARC_STEP_DEGREES.to_radians()).ceil().max(2.0) as u32;
    let mut line: Vec<Vertex> = (1..pieces)
        .map(|i| {
            let share = f64::from(i) / f64::from(pieces);
            let (sin, cos) = (from + sweep * share).sin_cos();
            let at = Coord { x: centre.x + radius * cos, y: centre.y + radius * sin };
            Vertex { at, z: a.z + (c.z - a.z) * share }
        })
        .collect();
    line.push(c);
    line
}

/// The centre of the circle through three points; `None` when they lie on one line.
fn circle_centre(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Option<Coord<f64>> {
    let (u, v) = (b - a, c - a);
    let twice_cross = 2.0 * (u.x * v.y - u.y * v.x);
    let scale = (u.x * u.x + u.y * u.y).max(v.x * v.x + v.y * v.y);
    if twice_cross.abs() <= 1e-12 * scale {
        return None;
    }
    let (uu, vv) = (u.x * u.x + u.y * u.y, v.x * v.x + v.y * v.y);
    Some(Coord { x: a.x + (v.y * uu - u.y * vv) / twice_cross, y: a.y + (u.x * vv - v.x * uu) / twice_cross })
}

#[cfg(test)]
mod tests {
    use geo::{Area, Euclidean, Length};
    use geo_types::{Geometry, LineString};

    use super::decode;

    fn of_wkt(wkt: &str) -> super::Decoded {
        let geometry = gdal::vector::Geometry::from_wkt(wkt).expect("the test's text is a geometry");
        decode(&geometry.wkb().expect("a geometry can be written")).expect("what was written can be read")
    }

    #[test]
    fn a_half_circle_is_as_long_as_half_a_circle() {
        let Geometry::LineString(line) = of_wkt("CIRCULARSTRING (0 0, 10 10, 20 0)").shape else {
            panic!("a curve becomes a line")
        };
        let length = Euclidean.length(&line);
        assert!((length - 31.4159).abs() < 0.02, "{length}");
        assert_eq!(line.0.last().map(|c| (c.x, c.y)), Some((20.0, 0.0)));
    }

    #[test]
    fn a_circle_keeps_its_area() {
        let decoded = of_wkt("CURVEPOLYGON (CIRCULARSTRING (0 0, 20 0, 0 0))");
        let Geometry::Polygon(disc) = decoded.shape else { panic!("a curve polygon becomes a polygon") };
        assert!(decoded.had_curves);
        assert!((disc.unsigned_area() - 314.159).abs() < 0.5, "{}", disc.unsigned_area());
    }

    #[test]
    fn a_compound_curve_is_one_line_without_double_vertices() {
        let decoded = of_wkt("COMPOUNDCURVE ((0 0, 5 0), CIRCULARSTRING (5 0, 6 1, 7 0), (7 0, 9 0))");
        let Geometry::LineString(line) = decoded.shape else { panic!("a compound curve becomes a line") };
        assert!(line.0.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(line.0.last().map(|c| c.x), Some(9.0));
    }

    #[test]
    fn heights_are_kept_and_measures_are_not() {
        let decoded = of_wkt("LINESTRING ZM (0 0 5 100, 1 0 6 101)");
        assert_eq!(decoded.z, [5.0, 6.0]);
        assert_eq!(decoded.shape, LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]).into());
    }

    #[test]
    fn a_lie_about_the_length_is_an_error() {
        let mut bytes = gdal::vector::Geometry::from_wkt("LINESTRING (0 0, 1 1)")
            .and_then(|g| g.wkb())
            .expect("the test's text is a geometry");
        bytes[5] = 0xff;
        bytes[8] = 0x7f;
        assert!(decode(&bytes).is_err());
    }
}
