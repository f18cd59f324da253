//! Where people live, as far as the layers say: counted in buildings, or stated for areas and spread over homes.

use firereach_model::feature::{BuildingUse, ZoneKind};
use firereach_model::layers::Layers;
use firereach_model::parameters::movement::MovementParameters;
use geo::{Area, BoundingRect, Centroid, Contains};
use rayon::prelude::*;

/// Kinds of areas whose people are spread, from the finest; the first kind of which any area states its people is taken.
const KINDS: [ZoneKind; 3] = [ZoneKind::Community, ZoneKind::Subdistrict, ZoneKind::District];

/// The people of every building, as data or as shares of the people of its area.
pub(super) struct Residents {
    homes: Vec<Home>,
    areas: Vec<Populated>,
}

/// One building.
#[derive(Clone, Copy, Default)]
struct Home {
    /// The populated area it lies in.
    area: Option<usize>,
    /// People counted in it.
    counted: Option<f64>,
    /// Floor area of homes in it, least and greatest, m2.
    floors_m2: (f64, f64),
}

/// One area whose people are stated.
struct Populated {
    /// Its kind and identifier, as coverage names its parts.
    part: String,
    /// Its people.
    people: f64,
    /// Its people without those counted in buildings.
    left: f64,
}

impl Residents {
    /// Who lives where; `None` when neither a building nor an area states people.
    ///
    /// The people of an area live in its mapped buildings, in proportion to the floor area of homes. A building whose use
    /// nobody stated may be one or not, and one without storeys has as many as the parameters allow, so a share of the people
    /// is an interval.
    pub(super) fn of(layers: &Layers, movement: &MovementParameters) -> Option<Self> {
        let zones_of = |kind: ZoneKind| {
            layers.zones.iter().filter(move |zone| zone.kind == kind).filter(|zone| zone.people.is_some())
        };
        let kind = KINDS.into_iter().find(|&kind| zones_of(kind).next().is_some());
        let zones: Vec<_> = kind.into_iter().flat_map(zones_of).collect();
        if zones.is_empty() && layers.buildings.iter().all(|building| building.body.occupants.is_none()) {
            return None;
        }
        let boxes: Vec<_> = zones.iter().map(|zone| zone.area.bounding_rect()).collect();
        let (least, most) = movement.home_storeys;
        let homes: Vec<Home> = layers
            .buildings
            .par_iter()
            .map(|building| {
                let area = building.footprint.centroid().and_then(|at| {
                    let is_here =
                        |z: &usize| boxes[*z].is_some_and(|b| b.contains(&at)) && zones[*z].area.contains(&at);
                    (0..zones.len()).find(is_here)
                });
                let footprint_m2 = building.footprint.unsigned_area();
                let storeys =
                    building.body.storeys.map_or((f64::from(least), f64::from(most)), |s| (f64::from(s), f64::from(s)));
                let floors_m2 = match building.body.usage.unwrap_or(BuildingUse::Unknown) {
                    _ if building.is_roof => (0.0, 0.0),
                    BuildingUse::Dwelling => (footprint_m2 * storeys.0, footprint_m2 * storeys.1),
                    BuildingUse::Unknown => (0.0, footprint_m2 * storeys.1),
                    _ => (0.0, 0.0),
                };
                Home { area, counted: building.body.occupants.map(f64::from), floors_m2 }
            })
            .collect();
        let areas = zones
            .iter()
            .enumerate()
            .map(|(index, zone)| {
                let own = homes.iter().filter(|home| home.area == Some(index));
                let counted: f64 = own.filter_map(|home| home.counted).sum();
                let people = zone.people.unwrap_or(0.0).max(counted);
                Populated { part: format!("{}:{}", zone.kind, zone.id), people, left: people - counted }
            })
            .collect();
        Some(Self { homes, areas })
    }

    /// All people: those of the areas, and those counted in buildings outside them.
    pub(super) fn total(&self) -> f64 {
        let outside = self.homes.iter().filter(|home| home.area.is_none()).filter_map(|home| home.counted);
        outside.sum::<f64>() + self.areas.iter().map(|area| area.people).sum::<f64>()
    }

    /// Parts with their people, as coverage names them.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, &str, f64)> {
        self.areas.iter().enumerate().map(|(index, area)| (index, area.part.as_str(), area.people))
    }

    /// How many live in the buildings of which `is_in` says so, least and greatest.
    pub(super) fn living_in(&self, is_in: impl Fn(usize) -> bool) -> (f64, f64) {
        let outside = self.homes.iter().enumerate().filter(|(index, home)| home.area.is_none() && is_in(*index));
        let counted: f64 = outside.filter_map(|(_, home)| home.counted).sum();
        let areas = (0..self.areas.len()).map(|area| self.living_in_area(area, &is_in));
        areas.fold((counted, counted), |sum, (low, high)| (sum.0 + low, sum.1 + high))
    }

    /// The same for one part.
    ///
    /// The share is least when the homes in question are as small and all others as large as they may be, and greatest the
    /// other way round. Where no building may be a home, nobody can be placed: from none to all.
    pub(super) fn living_in_area(&self, area: usize, is_in: &impl Fn(usize) -> bool) -> (f64, f64) {
        let (mut inside, mut outside) = ((0.0, 0.0), (0.0, 0.0));
        let (mut counted, mut is_any) = (0.0, false);
        for (index, home) in self.homes.iter().enumerate().filter(|(_, home)| home.area == Some(area)) {
            let is_inside = is_in(index);
            is_any |= is_inside;
            match home.counted {
                Some(people) if is_inside => counted += people,
                Some(_) => {}
                None => {
                    let sum = if is_inside { &mut inside } else { &mut outside };
                    sum.0 += home.floors_m2.0;
                    sum.1 += home.floors_m2.1;
                }
            }
        }
        let left = self.areas[area].left;
        let share = |part: f64, rest: f64, none: f64| if part + rest > 0.0 { part / (part + rest) } else { none };
        let low = share(inside.0, outside.1, 0.0);
        let high = share(inside.1, outside.0, if is_any { 1.0 } else { 0.0 });
        (counted + left * low, counted + left * high)
    }
}

#[cfg(test)]
mod tests {
    use firereach_model::feature::{Body, Building, Zone};
    use firereach_model::origin::Origin;
    use geo_types::{MultiPolygon, Rect, coord};

    use super::*;

    fn square(x: f64, side: f64) -> geo_types::Polygon<f64> {
        Rect::new(coord! { x: x, y: 0.0 }, coord! { x: x + side, y: side }).to_polygon()
    }

    /// Buildings of 100 m2 side by side, each with its storeys, use and people, in one area of `people`.
    fn check(
        people: Option<f64>,
        homes: &[(Option<u16>, BuildingUse, Option<u32>)],
        is_in: &[bool],
    ) -> Option<(f64, f64)> {
        let buildings = homes.iter().zip(0u32..).map(|(&(storeys, usage, occupants), i)| Building {
            origin: Origin::of_study("test", "building"),
            id: i.to_string(),
            name: None,
            footprint: square(f64::from(i) * 20.0, 10.0),
            body: Body { storeys, usage: Some(usage), occupants, ..Body::default() },
            min_height: None,
            level: 0,
            is_roof: false,
        });
        let zone = Zone {
            origin: Origin::of_study("test", "zone"),
            id: "z".to_owned(),
            name: None,
            kind: ZoneKind::Subdistrict,
            area: MultiPolygon(vec![square(-5.0, 1000.0)]),
            people,
        };
        let layers = Layers { buildings: buildings.collect(), zones: vec![zone], ..Layers::default() };
        let mut movement = super::super::tests::study().rulebook.parameters.movement;
        movement.home_storeys = (1, 9);
        Some(Residents::of(&layers, &movement)?.living_in(|i| is_in[i]))
    }

    const HOME: BuildingUse = BuildingUse::Dwelling;

    #[test]
    fn people_are_spread_over_the_floors_of_homes() {
        let homes = [(Some(3), HOME, None), (Some(1), HOME, None), (Some(9), BuildingUse::Office, None)];
        assert_eq!(check(Some(400.0), &homes, &[true, false, true]), Some((300.0, 300.0)));
    }

    #[test]
    fn unknown_storeys_make_an_interval() {
        // Of 1 to 9 storeys against one: from a half to nine tenths.
        let homes = [(None, HOME, None), (Some(1), HOME, None)];
        assert_eq!(check(Some(100.0), &homes, &[true, false]), Some((50.0, 90.0)));
    }

    #[test]
    fn a_building_of_unknown_use_may_hold_nobody() {
        let homes = [(Some(1), BuildingUse::Unknown, None), (Some(1), HOME, None)];
        assert_eq!(check(Some(100.0), &homes, &[true, false]), Some((0.0, 50.0)));
    }

    #[test]
    fn counted_people_are_data_and_leave_the_rest_to_be_spread() {
        let homes = [(Some(1), HOME, Some(30)), (Some(1), HOME, None), (Some(1), HOME, None)];
        assert_eq!(check(Some(100.0), &homes, &[true, true, false]), Some((65.0, 65.0)));
    }

    #[test]
    fn where_no_building_may_be_a_home_nobody_can_be_placed() {
        let homes = [(Some(1), BuildingUse::Office, None)];
        assert_eq!(check(Some(100.0), &homes, &[true]), Some((0.0, 100.0)));
        assert_eq!(check(Some(100.0), &homes, &[false]), Some((0.0, 0.0)));
    }

    #[test]
    fn nobody_said_how_many_live_where() {
        assert_eq!(check(None, &[(Some(1), HOME, None)], &[true]), None);
    }
}
