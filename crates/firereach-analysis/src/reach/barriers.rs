//! What parts a city: expressways, railways and rivers, and which of them a station's area lies across.

use std::collections::{BTreeSet, HashMap};

use firereach_model::feature::{ObstacleKind, Structure, Zone, ZoneKind};
use firereach_model::findings::reach::ReachedRoad;
use firereach_model::layers::Layers;
use firereach_model::parameters::MovementParameters;
use geo::{Area, Intersects};
use geo_types::{Coord, Geometry, Line, LineString};
use rstar::primitives::{GeomWithData, Line as Segment};
use rstar::{AABB, RTree};

/// The barriers of a city.
pub(super) struct Barriers<'a> {
    /// Pieces of roads and rails, with the number of their barrier.
    lines: RTree<GeomWithData<Segment<[f64; 2]>, usize>>,
    /// What the lines are called: pieces of one name are one barrier.
    names: Vec<&'a str>,
    rivers: Vec<&'a Zone>,
}

impl<'a> Barriers<'a> {
    pub(super) fn of(layers: &'a Layers, movement: &MovementParameters) -> Self {
        let roads = layers
            .roads
            .iter()
            .filter(|road| movement.barrier_classes.contains(&road.class) && !road.is_link && !road.is_area)
            .map(|road| (road.name.as_deref().unwrap_or(&road.id), vec![&road.line]));
        let rails = layers
            .obstacles
            .iter()
            .filter(|obstacle| obstacle.kind == ObstacleKind::Rail)
            .map(|rail| (rail.id.as_str(), lines_of(&rail.shape)));
        let mut names: Vec<&str> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut segments = Vec::new();
        for (name, lines) in roads.chain(rails) {
            let number = *numbers.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            let pieces = lines.into_iter().flat_map(LineString::lines);
            segments.extend(pieces.map(|piece| {
                let ends = Segment::new([piece.start.x, piece.start.y], [piece.end.x, piece.end.y]);
                GeomWithData::new(ends, number)
            }));
        }
        let rivers = layers
            .zones
            .iter()
            .filter(|zone| zone.kind == ZoneKind::Water && zone.area.unsigned_area() >= movement.barrier_water_m2)
            .collect();
        Self { lines: RTree::bulk_load(segments), names, rivers }
    }

    /// The barriers that roads reached within a time cross, by name: over or under a road or rails without meeting them, and
    /// over or under water by a bridge or a tunnel.
    pub(super) fn crossed_by<'r>(
        &self,
        layers: &Layers,
        reached: impl Iterator<Item = &'r ReachedRoad>,
    ) -> BTreeSet<&'a str> {
        let mut crossed = BTreeSet::new();
        for part in reached {
            for piece in part.line.lines() {
                let envelope = AABB::from_corners([piece.start.x, piece.start.y], [piece.end.x, piece.end.y]);
                let near = self.lines.locate_in_envelope_intersecting(&envelope);
                crossed.extend(
                    near.filter(|barrier| cross(piece, barrier.geom())).map(|barrier| self.names[barrier.data]),
                );
            }
            if matches!(layers.roads[part.road].structure, Structure::Bridge | Structure::Tunnel) {
                let over = self.rivers.iter().filter(|river| river.area.intersects(&part.line));
                crossed.extend(over.map(|river| river.name.as_deref().unwrap_or(&river.id)));
            }
        }
        crossed
    }
}

fn lines_of(shape: &Geometry<f64>) -> Vec<&LineString<f64>> {
    match shape {
        Geometry::LineString(line) => vec![line],
        Geometry::MultiLineString(lines) => lines.0.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether two pieces cross inside both: those that meet at an end do not.
fn cross(piece: Line<f64>, barrier: &Segment<[f64; 2]>) -> bool {
    let at = |[x, y]: [f64; 2]| Coord { x, y };
    let (from, to) = (at(barrier.from), at(barrier.to));
    let side = |a: Coord<f64>, b: Coord<f64>, c: Coord<f64>| (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    side(piece.start, piece.end, from) * side(piece.start, piece.end, to) < 0.0
        && side(from, to, piece.start) * side(from, to, piece.end) < 0.0
}
