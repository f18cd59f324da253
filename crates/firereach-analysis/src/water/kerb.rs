//! How far a place stands from the edge of the road, as far as anybody drew or measured that edge.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Road, RoadClass, WidthMeaning};
use firereach_model::layers::Layers;
use firereach_model::parameters::LaneParameters;
use firereach_model::units::Metres;
use geo::{Distance, Euclidean};
use geo_types::{Coord, Geometry, Line, Point};

use crate::clearance::field::Field;
use crate::network::{EdgeId, Network, Snap};

/// A place set out at a distance is measured to be there up to this, metres.
const ROUNDING_M: f64 = 1e-6;

/// The edges of the roads: as drawn where they are, else half of the carriageway to either side of the centre line.
pub(super) struct Kerbs<'a> {
    layers: &'a Layers,
    network: &'a Network,
    lanes: &'a LaneParameters,
    drawn: Option<Field>,
}

/// The distance of a place from the edge of the road.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FromKerb {
    /// Metres outside the road; zero on it.
    pub(super) bounds: Bounds<Metres>,
    /// The road and how its edge is known.
    pub(super) because: String,
}

/// A place seen from the centre line of its road: the foot on the line, the direction from there and the distance.
struct Across<'a> {
    road: &'a Road,
    foot: Coord<f64>,
    away: (f64, f64),
    from_centre_m: f64,
}

impl<'a> Kerbs<'a> {
    pub(super) fn build(layers: &'a Layers, network: &'a Network, lanes: &'a LaneParameters) -> Self {
        Self { layers, network, lanes, drawn: Field::of_kerbs(layers) }
    }

    /// The distance in plan from a place to the edge of the road for vehicles that is nearest to it.
    ///
    /// A kerb or an edge of the carriageway drawn between the place and the centre line tells it. Without one it lies
    /// half of the carriageway from the centre line, and as little is known of it as of the carriageway: a stated width
    /// between kerbs is exact, lanes and the class are least widths, the clear width between what stands beside the road
    /// a greatest one. Without a road within reach nothing is known. A place that certainly lies in the carriageway of
    /// another road is in that one, however near it is to the middle of a narrower one.
    pub(super) fn measure(&self, at: Point<f64>) -> FromKerb {
        let Some(across) = self.around(at).or_else(|| self.across(at)) else {
            let because = format!("no road within {} m", self.lanes.search_m);
            return FromKerb { bounds: Bounds::unknown(), because };
        };
        let id = &across.road.id;
        if let Some(drawn_m) = self.drawn_m(&across) {
            let outside_m = if drawn_m < across.from_centre_m {
                self.nearest_drawn_m(at).unwrap_or(across.from_centre_m - drawn_m)
            } else {
                0.0
            };
            let bounds = Metres::new(outside_m).map_or(Bounds::unknown(), Bounds::exactly);
            return FromKerb { bounds, because: format!("edge of {id} as drawn") };
        }
        let (width, because) = carriageway(across.road, self.lanes);
        let beyond = |width: Metres| Metres::new((across.from_centre_m - width.get() / 2.0).max(0.0)).ok();
        let high = beyond(width.low.unwrap_or(Metres::ZERO));
        FromKerb { bounds: Bounds { low: width.high.and_then(beyond), high }, because: format!("{id}: {because}") }
    }

    /// Places so far outside the edge of the road next to a place, on its own side of the road first.
    ///
    /// Where nothing tells the width of the road, the least that is known of it is taken, at least one lane; what is
    /// measured there says that it is not known. Without a road for vehicles it is the nearest way of any kind.
    pub(super) fn beside(&self, at: Point<f64>, outside_m: f64) -> Vec<Point<f64>> {
        let Some(own) = self.across(at).or_else(|| self.nearest(at, |_| true)) else { return Vec::new() };
        let (width, _) = carriageway(own.road, self.lanes);
        let known_m = width.low.or(width.high).map_or(0.0, Metres::get);
        let half_m = if width.low.is_some() { known_m } else { known_m.max(self.lanes.lane_width_m) } / 2.0;
        [1.0, -1.0]
            .map(|side| {
                let away = (own.away.0 * side, own.away.1 * side);
                let across = Across { road: own.road, foot: own.foot, away, from_centre_m: 0.0 };
                let from_m = self.drawn_m(&across).unwrap_or(half_m) + outside_m;
                Point::new(own.foot.x + away.0 * from_m, own.foot.y + away.1 * from_m)
            })
            .to_vec()
    }

    /// Whether a place is none for anything to stand: certainly in the carriageway of any road or on steps, or nearer to
    /// the middle of any way than half of the narrowest lane where nobody told how wide it is.
    ///
    /// A hydrant may stand on a footway, as many do, but not in its middle. Ways over or under the ground are not asked.
    pub(super) fn is_in_a_way(&self, at: Point<f64>) -> bool {
        let least_m = self.lanes.lane_width_m / 2.0;
        self.all_across(at, self.lanes.search_m, |road| road.level == 0).iter().any(|across| {
            let known_m = carriageway(across.road, self.lanes).0.low.map(|width| width.get() / 2.0);
            let half_m = match across.road.class {
                class if class.is_for_vehicles() || class == RoadClass::Steps => known_m.unwrap_or(least_m),
                _ => known_m.map_or(least_m, |known_m| known_m.min(least_m)),
            };
            across.from_centre_m + ROUNDING_M < half_m && !self.is_beyond_drawn(across)
        })
    }

    /// Whether everything within so many metres of a place certainly lies off the carriageways of all roads for vehicles.
    ///
    /// A road of unknown width is taken to be as wide as its edges are looked for.
    pub(super) fn is_off_roads(&self, at: Point<f64>, half_m: f64) -> bool {
        let reach_m = half_m + 2.0 * self.lanes.search_m;
        self.all_across(at, reach_m, |road| road.class.is_for_vehicles()).iter().all(|across| {
            let width = carriageway(across.road, self.lanes).0.high;
            let edge_m = self
                .drawn_m(across)
                .filter(|drawn_m| *drawn_m < across.from_centre_m)
                .or(width.map(|width| width.get() / 2.0))
                .unwrap_or(self.lanes.search_m);
            across.from_centre_m - edge_m >= half_m
        })
    }

    fn across(&self, at: Point<f64>) -> Option<Across<'a>> {
        self.nearest(at, |road| road.class.is_for_vehicles())
    }

    fn nearest(&self, at: Point<f64>, is_asked: impl Fn(&Road) -> bool) -> Option<Across<'a>> {
        self.seen_from(at, &self.network.snap(at, self.lanes.search_m, |edge| is_asked(self.road(edge)))?)
    }

    /// The nearest road in whose carriageway a place certainly lies.
    fn around(&self, at: Point<f64>) -> Option<Across<'a>> {
        let is_driven = |road: &Road| road.level == 0 && road.class.is_for_vehicles();
        let is_in = |across: &Across<'_>| {
            let width = carriageway(across.road, self.lanes).0.low;
            width.is_some_and(|width| across.from_centre_m < width.get() / 2.0) && !self.is_beyond_drawn(across)
        };
        let roads = self.all_across(at, self.lanes.search_m, is_driven).into_iter().filter(is_in);
        roads.min_by(|a, b| a.from_centre_m.total_cmp(&b.from_centre_m))
    }

    /// A place seen from every way within reach.
    fn all_across(&self, at: Point<f64>, reach_m: f64, is_asked: impl Fn(&Road) -> bool) -> Vec<Across<'a>> {
        let place = Geometry::Point(at);
        let ways = self.network.snap_all(self.layers, &place, reach_m, |edge| is_asked(self.road(edge)));
        ways.iter().filter_map(|snap| self.seen_from(at, snap)).collect()
    }

    fn seen_from(&self, at: Point<f64>, snap: &Snap) -> Option<Across<'a>> {
        let away = if snap.distance_m > 0.0 {
            ((at.x() - snap.at.x) / snap.distance_m, (at.y() - snap.at.y) / snap.distance_m)
        } else {
            self.left_of(snap)?
        };
        Some(Across { road: self.road(snap.edge), foot: snap.at, away, from_centre_m: snap.distance_m })
    }

    /// Whether an edge is drawn between a place and the middle of a road for vehicles.
    fn is_beyond_drawn(&self, across: &Across<'_>) -> bool {
        across.road.class.is_for_vehicles()
            && self.drawn_m(across).is_some_and(|drawn_m| drawn_m < across.from_centre_m)
    }

    fn road(&self, edge: EdgeId) -> &'a Road {
        &self.layers.roads[self.network.edge(edge).road as usize]
    }

    /// The direction square to a road, to its left.
    fn left_of(&self, snap: &Snap) -> Option<(f64, f64)> {
        let line = self.network.edge_line(self.layers, snap.edge);
        let mut left_m = snap.offset_m;
        let mut direction = None;
        for side in line.lines() {
            let (dx, dy) = (side.end.x - side.start.x, side.end.y - side.start.y);
            let length_m = dx.hypot(dy);
            if length_m > 0.0 {
                direction = Some((-dy / length_m, dx / length_m));
            }
            if left_m <= length_m {
                break;
            }
            left_m -= length_m;
        }
        direction
    }

    /// The distance from the centre line to the first edge drawn on that side within reach.
    fn drawn_m(&self, across: &Across<'_>) -> Option<f64> {
        let drawn = self.drawn.as_ref()?;
        let (reach_m, from) = (self.lanes.search_m, across.foot);
        let to = Coord { x: from.x + across.away.0 * reach_m, y: from.y + across.away.1 * reach_m };
        let ray = Line::new(from, to);
        let low = [from.x.min(to.x), from.y.min(to.y)];
        let high = [from.x.max(to.x), from.y.max(to.y)];
        drawn
            .edges_near(low, high)
            .into_iter()
            .filter_map(|edge| {
                let side = Line::new(edge.segment.a, edge.segment.b);
                match geo::line_intersection::line_intersection(ray, side)? {
                    geo::line_intersection::LineIntersection::SinglePoint { intersection, .. } => Some(intersection),
                    geo::line_intersection::LineIntersection::Collinear { intersection } => Some(intersection.start),
                }
            })
            .map(|crossing| Euclidean.distance(from, crossing))
            .min_by(f64::total_cmp)
    }

    fn nearest_drawn_m(&self, at: Point<f64>) -> Option<f64> {
        let reach_m = self.lanes.search_m;
        let edges =
            self.drawn.as_ref()?.edges_near([at.x() - reach_m, at.y() - reach_m], [at.x() + reach_m, at.y() + reach_m]);
        edges.into_iter().map(|edge| edge.segment.distance_to(at.0)).min_by(f64::total_cmp)
    }
}

/// The width of a road between its kerbs, as far as its tags, lanes and class tell, and by what.
fn carriageway(road: &Road, lanes: &LaneParameters) -> (Bounds<Metres>, String) {
    let mut bounds = Bounds::unknown();
    let mut because = Vec::new();
    for stated in &road.widths {
        let evidence = match stated.meaning {
            WidthMeaning::Carriageway => Bounds::exactly(stated.width),
            WidthMeaning::Clear | WidthMeaning::RightOfWay | WidthMeaning::Estimated => Bounds::at_most(stated.width),
            WidthMeaning::Limit => continue,
        };
        if let Some(both) = bounds.intersection(evidence) {
            bounds = both;
            because.push(format!("{}={}", stated.key, stated.width.get()));
        }
    }
    let by_lanes = road.lanes.filter(|count| *count > 0).map(|count| f64::from(count) * lanes.lane_width_m);
    let assumed = by_lanes.or_else(|| lanes.class_width_m.get(&road.class).copied());
    if bounds.low.is_none()
        && let Some(least) = assumed.and_then(|metres| Metres::new(metres).ok())
        && let Some(both) = bounds.intersection(Bounds::at_least(least))
    {
        bounds = both;
        because.push(road.lanes.map_or_else(|| format!("class {}", road.class), |count| format!("lanes={count}")));
    }
    if because.is_empty() {
        because.push("width of the carriageway not known".to_owned());
    }
    (bounds, because.join(", "))
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::{Obstacle, ObstacleKind, StatedWidth};
    use geo_types::LineString;

    use super::*;
    use crate::network::tests::{road, town};
    use crate::reach::tests::study;

    /// A street along y = 0, of a stated carriageway where one is given, with a kerb at y = 4 where it is drawn.
    fn street(carriageway_m: Option<f64>, has_kerb: bool) -> Layers {
        let mut street = road("street", RoadClass::Residential, &[(0.0, 0.0), (100.0, 0.0)], &[]);
        street.widths = carriageway_m
            .map(|metres| StatedWidth {
                width: Metres::new(metres).expect("a width"),
                meaning: WidthMeaning::Carriageway,
                key: "width".to_owned(),
            })
            .into_iter()
            .collect();
        let mut layers = town(vec![street]);
        if has_kerb {
            let line = LineString::from(vec![(0.0, 4.0), (100.0, 4.0)]);
            layers.obstacles.push(Obstacle::plain("kerb", ObstacleKind::Kerb, Geometry::LineString(line)));
        }
        layers
    }

    /// The distance from the kerb at `(50, y)`, as `low..high`.
    #[track_caller]
    fn check(layers: &Layers, y: f64, expected: &str) {
        let network = Network::build(layers, 0.5);
        let lanes = study().rulebook.parameters.lanes;
        let bounds = Kerbs::build(layers, &network, &lanes).measure(Point::new(50.0, y)).bounds;
        let show = |end: Option<Metres>| end.map_or("?".to_owned(), |m| format!("{:.2}", m.get()));
        assert_eq!(format!("{}..{}", show(bounds.low), show(bounds.high)), expected);
    }

    #[test]
    fn a_stated_carriageway_ends_half_its_width_from_the_centre_line() {
        check(&street(Some(6.0), false), 4.25, "1.25..1.25");
        check(&street(Some(6.0), false), -2.0, "0.00..0.00");
    }

    #[test]
    fn without_a_width_the_kerb_is_anywhere_between_the_centre_line_and_the_place() {
        check(&street(None, false), 4.25, "?..4.25");
        check(&street(None, false), 40.0, "?..?");
    }

    #[test]
    fn a_kerb_as_drawn_is_firmer_than_a_width_and_holds_for_its_side_only() {
        check(&street(Some(6.0), true), 5.5, "1.50..1.50");
        check(&street(Some(6.0), true), 3.5, "0.00..0.00");
        check(&street(Some(6.0), true), -5.5, "2.50..2.50");
    }

    #[test]
    fn places_beside_a_road_are_as_far_outside_as_asked_on_both_sides() {
        let layers = street(Some(6.0), true);
        let network = Network::build(&layers, 0.5);
        let lanes = study().rulebook.parameters.lanes;
        let kerbs = Kerbs::build(&layers, &network, &lanes);
        let places = kerbs.beside(Point::new(50.0, 0.0), 1.25);
        assert_eq!(places, [Point::new(50.0, 5.25), Point::new(50.0, -4.25)]);
        for place in places {
            let bounds = kerbs.measure(place).bounds;
            assert_eq!(bounds.low.zip(bounds.high).map(|(low, high)| (low.get(), high.get())), Some((1.25, 1.25)));
        }
    }

    /// Whether anything may stand at `(50, y)` beside ways of some classes and widths along y = 0.
    fn may_stand(ways: &[(RoadClass, Option<f64>)], y: f64) -> bool {
        let mut layers = street(None, false);
        let plain = layers.roads[0].clone();
        layers.roads = ways
            .iter()
            .map(|(class, metres)| Road { class: *class, widths: carriageway_of(*metres), ..plain.clone() })
            .collect();
        let network = Network::build(&layers, 0.5);
        let lanes = study().rulebook.parameters.lanes;
        !Kerbs::build(&layers, &network, &lanes).is_in_a_way(Point::new(50.0, y))
    }

    fn carriageway_of(metres: Option<f64>) -> Vec<StatedWidth> {
        street(metres, false).roads[0].widths.clone()
    }

    #[test]
    fn nothing_stands_in_a_carriageway_or_on_steps_or_within_half_a_lane_of_the_middle_of_any_way() {
        use RoadClass::{Footway, Residential, Steps};
        // Half of the narrowest lane of 2.75 m is 1.375 m.
        assert_eq!([1.3, 1.4].map(|y| may_stand(&[(Residential, None)], y)), [false, true]);
        assert_eq!([2.9, 3.1].map(|y| may_stand(&[(Residential, Some(6.0))], y)), [false, true]);
        assert_eq!([1.3, 1.4].map(|y| may_stand(&[(Footway, None)], y)), [false, true]);
        assert_eq!([2.9, 3.1].map(|y| may_stand(&[(Steps, Some(6.0))], y)), [false, true]);
        // A wide footway is where hydrants stand, only not in its middle.
        assert_eq!([1.3, 1.4].map(|y| may_stand(&[(Footway, Some(6.0))], y)), [false, true]);
    }

    #[test]
    fn a_place_beside_a_lane_and_in_the_road_next_to_it_is_in_that_road() {
        let mut layers = street(None, false);
        let mut wide = road("wide", RoadClass::Residential, &[(0.0, 8.0), (100.0, 8.0)], &[]);
        wide.widths = carriageway_of(Some(12.0));
        layers.roads.push(wide);
        // 3 m from the middle of the lane, 5 m from that of a road 6 m wide to either side.
        check(&layers, 3.0, "0.00..0.00");
        check(&layers, 1.5, "?..1.50");
        let network = Network::build(&layers, 0.5);
        let lanes = study().rulebook.parameters.lanes;
        let kerbs = Kerbs::build(&layers, &network, &lanes);
        assert_eq!([1.5, 3.0].map(|y| kerbs.is_in_a_way(Point::new(50.0, y))), [false, true]);
    }

    #[test]
    fn what_lies_as_far_from_a_road_as_it_is_wide_is_off_it_and_beside_an_unknown_width_nothing_is() {
        let is_off = |carriageway_m: Option<f64>, y: f64| {
            let layers = street(carriageway_m, false);
            let network = Network::build(&layers, 0.5);
            let lanes = study().rulebook.parameters.lanes;
            Kerbs::build(&layers, &network, &lanes).is_off_roads(Point::new(50.0, y), 3.0)
        };
        // 3 m of carriageway and 3 m of the pond; of an unknown width 15 m, as far as its edges are looked for.
        assert_eq!([5.9, 6.1].map(|y| is_off(Some(6.0), y)), [false, true]);
        assert_eq!([6.1, 17.9, 18.1].map(|y| is_off(None, y)), [false, false, true]);
    }
}
