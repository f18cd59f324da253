//! What sites take from the rest of the data: footprints, areas, their own places.

use std::collections::{BTreeMap, HashMap};

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Body, Building, Site, SiteKind, Zone, ZoneKind};
use firereach_model::layers::Layers;
use firereach_model::parameters::water::NoBuilding;
use geo::{Area, BoundingRect, Contains, Distance, Euclidean, InteriorPoint, Intersects};
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::projection::Projector;

/// Finds the building of every site that is not an area, and lends it what the site does not know of itself.
///
/// A site drawn as a point takes the footprint that contains it, the smallest where several do, or else the nearest within
/// `within_m`; roofs that one passes under do not count. A statue beside a house is not the house: what its source calls no
/// building, or perhaps none, takes only a footprint that contains it, unless it hangs on a wall. A site drawn as an outline keeps it and is tied to the building
/// with its identifier, or to the one whose footprint holds its inner point. Ties go to the earlier building. Returns how
/// many points took a footprint.
pub(super) fn match_buildings(layers: &mut Layers, within_m: f64, no_building: Option<&NoBuilding>) -> usize {
    let buildings = &layers.buildings;
    let boxes =
        buildings.iter().enumerate().filter(|(_, building)| !building.is_roof).filter_map(|(index, building)| {
            let bounds = building.footprint.bounding_rect()?;
            let corners = ([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y]);
            Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
        });
    let boxes = RTree::bulk_load(boxes.collect());
    let by_id: HashMap<&str, usize> =
        buildings.iter().enumerate().map(|(index, building)| (building.id.as_str(), index)).collect();
    let mut matched = 0;
    for site in layers.sites.iter_mut().filter(|site| !site.kind.is_area()) {
        let found = match &site.shape {
            Geometry::Point(at) => {
                let stands_free = no_building.is_some_and(|words| words.stands_free(&site.details));
                building_at(buildings, &boxes, at.0, if stands_free { 0.0 } else { within_m })
            }
            shape => {
                let by_name = by_id.get(site.id.as_str()).copied();
                by_name.or_else(|| building_at(buildings, &boxes, inner_point(shape)?.0, 0.0))
            }
        };
        let Some(building) = found.map(|index| &buildings[index]) else { continue };
        if matches!(site.shape, Geometry::Point(_)) {
            site.shape = Geometry::Polygon(building.footprint.clone());
            matched += 1;
        }
        site.building = Some(building.id.clone());
        lend(&mut site.body, &building.body);
    }
    matched
}

fn building_at(
    buildings: &[Building],
    boxes: &RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    at: Coord<f64>,
    within_m: f64,
) -> Option<usize> {
    let around = AABB::from_corners([at.x - within_m, at.y - within_m], [at.x + within_m, at.y + within_m]);
    let mut best: Option<(f64, f64, usize)> = None;
    for found in boxes.locate_in_envelope_intersecting(&around) {
        let footprint = &buildings[found.data].footprint;
        let is_inside = footprint.contains(&Point(at));
        let distance = if is_inside { 0.0 } else { Euclidean.distance(&Point(at), footprint) };
        if distance > within_m {
            continue;
        }
        let candidate = (distance, footprint.unsigned_area(), found.data);
        let is_better = best.is_none_or(|known| {
            candidate
                .0
                .total_cmp(&known.0)
                .then(candidate.1.total_cmp(&known.1))
                .then(candidate.2.cmp(&known.2))
                .is_lt()
        });
        if is_better {
            best = Some(candidate);
        }
    }
    best.map(|(_, _, index)| index)
}

/// Fills what is unknown of a body from another; what is known stays.
fn lend(body: &mut Body, from: &Body) {
    if body.height == Bounds::unknown() {
        body.height = from.height;
        body.height_from.clone_from(&from.height_from);
    }
    body.storeys = body.storeys.or(from.storeys);
    body.structure = body.structure.or(from.structure);
    body.fire_grade = body.fire_grade.or(from.fire_grade);
    body.usage = body.usage.or(from.usage);
    body.volume = body.volume.or(from.volume);
    body.occupants = body.occupants.or(from.occupants);
}

/// Makes a site of every historic block and character area that no source lists as a site already; returns how many.
pub(super) fn add_area_sites(layers: &mut Layers) -> usize {
    let before = layers.sites.len();
    let is_listed = |sites: &[Site], zone: &Zone, kind: SiteKind| {
        sites
            .iter()
            .any(|site| site.id == zone.id || (site.kind == kind && site.name.is_some() && site.name == zone.name))
    };
    for zone in &layers.zones {
        let kind = match zone.kind {
            ZoneKind::HistoricBlock => SiteKind::HistoricBlock,
            ZoneKind::CharacterArea => SiteKind::CharacterArea,
            _ => continue,
        };
        if is_listed(&layers.sites, zone, kind) {
            continue;
        }
        layers.sites.push(Site {
            origin: zone.origin.clone(),
            id: zone.id.clone(),
            name: zone.name.clone(),
            kind,
            grade: None,
            shape: Geometry::MultiPolygon(zone.area.clone()),
            body: Body::default(),
            people: zone.people,
            lon_lat: (f64::NAN, f64::NAN),
            point: Point::new(f64::NAN, f64::NAN),
            height_m: None,
            level: None,
            building: None,
            details: BTreeMap::new(),
        });
    }
    layers.sites.len() - before
}

/// Gives every site its representative point, in working coordinates and in degrees.
pub(super) fn place(sites: &mut [Site], projector: &Projector) {
    let mut points: Vec<Coord<f64>> = sites
        .iter()
        .map(|site| inner_point(&site.shape).map_or(Coord { x: f64::NAN, y: f64::NAN }, |at| at.0))
        .collect();
    for (site, at) in sites.iter_mut().zip(&points) {
        site.point = Point(*at);
    }
    projector.all_to_lon_lat(&mut points);
    for (site, at) in sites.iter_mut().zip(&points) {
        site.lon_lat = (at.x, at.y);
    }
}

/// A point inside a polygon, on a line, or the point itself.
pub(super) fn inner_point(shape: &Geometry<f64>) -> Option<Point<f64>> {
    match shape {
        Geometry::Point(at) => Some(*at),
        shape => shape.interior_point(),
    }
}

/// Whether a site belongs to an area: its point lies in it, or for areas any part of it does.
pub(super) fn is_within(site: &Site, area: &MultiPolygon<f64>) -> bool {
    if site.kind.is_area() { area.intersects(&site.shape) } else { area.intersects(&site.point) }
}
