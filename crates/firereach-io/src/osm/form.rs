//! The shape of an element that is not a road: a point, a line, an area, or nothing usable.

use geo::{InterpolateLine, Length};
use geo_types::{Geometry, LineString, Point};

use super::area::{Area, Fault};
use super::extract::{Place, degrees};
use super::ledger::Entry;

/// The shape of one element, in degrees.
pub(super) enum Form {
    Point(Place),
    Line(LineString<f64>),
    Area(Area),
    Nothing(Fault),
}

impl Form {
    /// The shape; an element without one is set aside. Repairs are written down.
    pub(super) fn shape(&self, entry: &mut Entry<'_>) -> Option<Geometry<f64>> {
        Some(match self {
            Self::Point(place) => Geometry::Point(Point(degrees(*place))),
            Self::Line(line) => Geometry::LineString(line.clone()),
            Self::Area(area) => {
                area.remark(entry);
                match area.polygons.as_slice() {
                    [one] => Geometry::Polygon(one.clone()),
                    _ => Geometry::MultiPolygon(area.multi()),
                }
            }
            Self::Nothing(fault) => {
                fault.set_aside(entry);
                return None;
            }
        })
    }

    /// The area; an element that is none is set aside. Repairs are written down.
    pub(super) fn area(&self, entry: &mut Entry<'_>) -> Option<&Area> {
        match self {
            Self::Area(area) => {
                area.remark(entry);
                Some(area)
            }
            Self::Nothing(fault) => {
                fault.set_aside(entry);
                None
            }
            Self::Point(_) | Self::Line(_) => {
                let drawn = if matches!(self, Self::Point(_)) { "a single point" } else { "an open line" };
                entry.set_aside(
                    "OSM-AREA-NONE",
                    firereach_model::problem::Severity::Info,
                    drawn,
                    "an outline",
                    "draw the outline at the source",
                );
                None
            }
        }
    }

    /// A point that stands for it: itself, the middle of a line, a point inside an area.
    pub(super) fn point(&self) -> Option<Point<f64>> {
        match self {
            Self::Point(place) => Some(Point(degrees(*place))),
            Self::Line(line) => {
                let middle =
                    (geo::Euclidean.length(line) > 0.0).then(|| geo::Euclidean.point_at_ratio_from_start(line, 0.5));
                middle.flatten().or_else(|| line.0.first().map(|c| Point(*c)))
            }
            Self::Area(area) => Some(area.inside()),
            Self::Nothing(_) => None,
        }
    }
}
