//! What of a site is measured on the ground alone: how large it is, and how far dangerous goods are.

use firereach_model::feature::{Site, ZoneKind};
use firereach_model::findings::ground::{HazardNear, SiteGround};
use firereach_model::layers::Layers;
use firereach_model::rules::Rulebook;
use geo::{Area, Distance, Euclidean};
use geo_types::Geometry;
use rayon::prelude::*;

/// Measures every site, in the order of the layer.
///
/// Hazards are those of the layer of areas: the nearest one, and before it in the list all within the radius in which
/// hydrants count (`water.supply.counted_plan_m`).
pub(crate) fn measure_sites(layers: &Layers, rulebook: &Rulebook) -> Vec<SiteGround> {
    let near_m = rulebook.parameters.water.supply.counted_plan_m.1;
    layers.sites.par_iter().map(|site| measure_site(site, layers, near_m)).collect()
}

fn measure_site(site: &Site, layers: &Layers, near_m: f64) -> SiteGround {
    let is_area = matches!(site.shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_));
    let mut hazards: Vec<HazardNear> = layers
        .zones
        .iter()
        .enumerate()
        .filter(|(_, zone)| zone.kind == ZoneKind::Hazard && !zone.area.0.is_empty())
        .map(|(zone, of)| HazardNear {
            zone,
            metres: Euclidean.distance(&site.shape, &Geometry::from(of.area.clone())),
        })
        .collect();
    // Stable: as near ones keep the order of their layer.
    hazards.sort_by(|a, b| a.metres.total_cmp(&b.metres));
    let near = hazards.iter().take_while(|hazard| hazard.metres <= near_m).count();
    hazards.truncate(near.max(1));
    SiteGround { area_m2: is_area.then(|| site.shape.unsigned_area()), near_m, hazards }
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::Zone;
    use firereach_model::origin::Origin;
    use geo_types::{MultiPolygon, Point, Polygon, polygon};

    use super::*;
    use crate::reach::tests::site;

    fn square(west: f64, south: f64, side: f64) -> Polygon<f64> {
        let (east, north) = (west + side, south + side);
        polygon![(x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north)]
    }

    fn hazard(west: f64) -> Zone {
        let area = MultiPolygon(vec![square(west, 0.0, 10.0)]);
        let (origin, id) = (Origin::of_study("test", "hazard"), "hazard".to_owned());
        Zone { origin, id, name: None, kind: ZoneKind::Hazard, area, people: None }
    }

    #[track_caller]
    fn check(shape: Geometry<f64>, hazards: &[f64], area_m2: Option<f64>, expected: &[(usize, f64)]) {
        let zones = hazards.iter().map(|west| hazard(*west)).collect();
        let layers = Layers { zones, ..Layers::default() };
        let site = Site { shape, ..site("temple", 0.0, 0.0) };
        let found = measure_site(&site, &layers, 150.0);
        assert_eq!(found.area_m2, area_m2);
        let near: Vec<(usize, f64)> = found.hazards.iter().map(|hazard| (hazard.zone, hazard.metres)).collect();
        assert_eq!(near, expected);
    }

    #[test]
    fn a_building_has_the_area_of_its_footprint_without_its_court() {
        let mut house = square(4e6, 3e6, 9.0);
        house.interiors_push(square(4e6 + 3.0, 3e6 + 3.0, 3.0).exterior().clone());
        check(house.into(), &[], Some(81.0 - 9.0), &[]);
        check(Point::new(1.0, 2.0).into(), &[], None, &[]);
    }

    #[test]
    fn hazards_within_the_radius_are_told_from_the_nearest_on() {
        let house = || Geometry::from(square(0.0, 0.0, 10.0));
        check(house(), &[110.0, 30.0, 500.0], Some(100.0), &[(1, 20.0), (0, 100.0)]);
        check(house(), &[5.0], Some(100.0), &[(0, 0.0)]);
    }

    #[test]
    fn where_none_is_near_the_nearest_is_told_all_the_same() {
        check(Point::new(0.0, 0.0).into(), &[900.0, 400.0], None, &[(1, 400.0)]);
    }
}
