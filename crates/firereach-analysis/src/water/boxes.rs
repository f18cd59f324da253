//! What lies near a shape, by the boxes about both.

use geo::{BoundingRect, Rect};
use geo_types::Geometry;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// The boxes of some things, by number.
pub(super) struct Boxes(RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>);

impl Boxes {
    /// Takes each thing's number and box.
    pub(super) fn build(boxes: impl Iterator<Item = (usize, Rect<f64>)>) -> Self {
        let corners = |rect: Rect<f64>| ([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
        let all = boxes.map(|(number, rect)| {
            let (min, max) = corners(rect);
            GeomWithData::new(Rectangle::from_corners(min, max), number)
        });
        Self(RTree::bulk_load(all.collect()))
    }

    /// The things whose box comes within so many metres of the box of a shape, in order.
    pub(super) fn near(&self, shape: &Geometry<f64>, reach_m: f64) -> Vec<usize> {
        let Some(bounds) = shape.bounding_rect() else { return Vec::new() };
        let reach = AABB::from_corners(
            [bounds.min().x - reach_m, bounds.min().y - reach_m],
            [bounds.max().x + reach_m, bounds.max().y + reach_m],
        );
        let mut near: Vec<usize> = self.0.locate_in_envelope_intersecting(&reach).map(|found| found.data).collect();
        near.sort_unstable();
        near
    }
}
