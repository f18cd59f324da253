//! What burns at a site and what stands about it: the subject of the need, and the weights of the score.

use std::collections::{HashMap, HashSet};

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Grade, Site};
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::parameters::water::NeedModel;
use firereach_model::units::Metres;
use geo::{Area, BooleanOps, BoundingRect, Centroid, Closest, ClosestPoint, Distance, Euclidean, Intersects, Length};
use geo_types::{Coord, Geometry, Line, LineString, MultiLineString, Point, Polygon};

use super::boxes::Boxes;
use super::need::{Need, OpenAir, Standing, Subject, measure_need, with_further, without_building};

/// A way that cuts off no more than this of a building's corner leads past it, as maps are drawn no truer; metres.
const MAPPED_OFF_M: f64 = 0.5;

/// The buildings of a city, by place.
pub(super) struct Buildings<'a> {
    layers: &'a Layers,
    boxes: Boxes,
    /// The identifiers of those that are protected themselves: the buildings of sites that are no areas.
    protected: HashSet<&'a str>,
    is_known: bool,
}

impl<'a> Buildings<'a> {
    pub(super) fn build(layers: &'a Layers) -> Self {
        let boxes = layers
            .buildings
            .iter()
            .enumerate()
            .filter(|(_, building)| !building.is_roof)
            .filter_map(|(index, building)| Some((index, building.footprint.bounding_rect()?)));
        let single = || layers.sites.iter().filter(|site| !site.kind.is_area());
        Self {
            layers,
            boxes: Boxes::build(boxes),
            protected: single().flat_map(|site| [Some(site.id.as_str()), site.building.as_deref()]).flatten().collect(),
            is_known: layers.is_supplied("buildings") || !layers.buildings.is_empty(),
        }
    }

    /// Buildings whose box comes within so many metres of the box of a shape, by number.
    fn near(&self, shape: &Geometry<f64>, reach_m: f64) -> Vec<usize> {
        self.boxes.near(shape, reach_m)
    }

    /// The distance in plan from a place to the nearest outer wall within so many metres.
    pub(super) fn wall_m(&self, at: Point<f64>, reach_m: f64) -> Option<f64> {
        let place = Geometry::Point(at);
        self.near(&place, reach_m)
            .into_iter()
            .map(|index| Euclidean.distance(&place, &Geometry::Polygon(self.layers.buildings[index].footprint.clone())))
            .filter(|wall_m| *wall_m <= reach_m)
            .min_by(f64::total_cmp)
    }

    /// The distance from a place to the nearest outer wall, as far as it is looked for.
    ///
    /// A building that the data lacks may stand nearer than all of them, unless the study vouches for its buildings.
    pub(super) fn wall_distance(&self, at: Point<f64>, reach_m: f64) -> Bounds<Metres> {
        let nearest = self.wall_m(at, reach_m);
        let is_certain = self.layers.is_complete("buildings");
        let metres = |m: f64| Metres::new(m).ok();
        Bounds { low: metres(nearest.unwrap_or(reach_m)).filter(|_| is_certain), high: nearest.and_then(metres) }
    }

    /// The other buildings about a site's own one, each with its distance.
    fn neighbours(&self, site: &Site, reach_m: f64) -> Vec<(usize, f64)> {
        self.near(&site.shape, reach_m)
            .into_iter()
            .filter(|index| !self.is_own(site, *index))
            .map(|index| {
                let footprint = Geometry::Polygon(self.layers.buildings[index].footprint.clone());
                (index, Euclidean.distance(&site.shape, &footprint))
            })
            .filter(|(_, distance)| *distance <= reach_m)
            .collect()
    }

    /// Whether a building is the site's own, or one of those of an area.
    fn is_own(&self, site: &Site, index: usize) -> bool {
        let building = &self.layers.buildings[index];
        site.building.as_deref() == Some(building.id.as_str())
            || building.id == site.id
            || building.footprint.intersects(&site.point)
            || building.footprint.centroid().is_some_and(|c| site.shape.intersects(&c))
    }

    /// Whether nothing but the site's own walls stands between a place and the site, in a straight line.
    pub(super) fn is_open_between(&self, site: &Site, from: Coord<f64>) -> bool {
        let (Closest::Intersection(to) | Closest::SinglePoint(to)) = site.shape.closest_point(&Point(from)) else {
            return true;
        };
        let line = Line::new(from, to.0);
        let across = MultiLineString(vec![LineString::from(line)]);
        self.near(&Geometry::Line(line), 0.0)
            .into_iter()
            .filter(|index| !self.is_own(site, *index))
            .map(|index| &self.layers.buildings[index].footprint)
            .filter(|footprint| footprint.intersects(&line))
            .all(|footprint| Euclidean.length(&footprint.clip(&across, false)) <= MAPPED_OFF_M)
    }

    /// A building as a subject of its own; `standing` is that of one that is not protected itself.
    fn subject(&self, index: usize, standing: Standing, parameters: &WaterParameters) -> Subject {
        let building = &self.layers.buildings[index];
        let standing = if self.protected.contains(building.id.as_str()) { Standing::Protected } else { standing };
        let area = building.footprint.unsigned_area();
        let subject = Subject::of_building(&building.body, Some(area), standing, parameters);
        Subject { because: format!("building {}; {}", building.id, subject.because), ..subject }
    }

    /// What may burn at a site: its building, or each of those of an area, and the pairs of adjacent buildings by which the
    /// table of design flows may ask for more than by any of them alone.
    ///
    /// # Source
    ///
    /// GB 50974-2014, table 3.3.2, note 1. The other models have no such note and take buildings one by one.
    fn subjects_of(&self, site: &Site, parameters: &WaterParameters) -> (Vec<Subject>, Vec<Subject>) {
        let need = &parameters.need;
        if site.kind.is_area() {
            return self.subjects_inside(site, parameters);
        }
        let area = match &site.shape {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) => Some(site.shape.unsigned_area()).filter(|a| *a > 0.0),
            _ => None,
        };
        let neighbours = self.neighbours(site, need.adjacent_m.max(need.nfpa1142.exposure_m));
        let mut own = Subject::of_building(&site.body, area, Standing::Protected, parameters);
        own.is_exposed =
            self.is_known.then(|| neighbours.iter().any(|(_, distance)| *distance <= need.nfpa1142.exposure_m));
        let adjacent = neighbours.iter().filter(|(_, distance)| *distance <= need.adjacent_m);
        let pairs = adjacent
            .flat_map(|(index, _)| {
                let neighbour = self.subject(*index, Standing::Other, parameters);
                let id = &self.layers.buildings[*index].id;
                [own.with_neighbour(&neighbour, id), neighbour.with_neighbour(&own, &site.id)]
            })
            .collect();
        (vec![own], pairs)
    }

    /// The buildings of an area, the largest first, and their pairs.
    fn subjects_inside(&self, site: &Site, parameters: &WaterParameters) -> (Vec<Subject>, Vec<Subject>) {
        let mut inside: Vec<(usize, Subject)> = self
            .near(&site.shape, 0.0)
            .into_iter()
            .filter(|index| {
                self.layers.buildings[*index].footprint.centroid().is_some_and(|c| site.shape.intersects(&c))
            })
            .map(|index| (index, self.subject(index, Standing::InProtectedArea, parameters)))
            .collect();
        inside.sort_by(|a, b| b.1.volume.high.cmp(&a.1.volume.high).then(a.0.cmp(&b.0)));
        let pairs = self.pairs_among(&inside, parameters);
        let is_exposed = Some(inside.len() > 1).filter(|_| self.is_known);
        let mut alone: Vec<Subject> =
            inside.into_iter().map(|(_, subject)| Subject { is_exposed, ..subject }).collect();
        if alone.is_empty() {
            let unseen = Subject::of_building(&site.body, None, Standing::Protected, parameters);
            alone.push(Subject { is_exposed, ..unseen });
        }
        (alone, pairs)
    }

    /// Of the pairs of adjacent buildings those by which the table of design flows asks for more, at either end, than by all
    /// buildings alone and the pairs before.
    ///
    /// With the largest buildings first few later pairs do, and only of these the distance is measured.
    fn pairs_among(&self, buildings: &[(usize, Subject)], parameters: &WaterParameters) -> Vec<Subject> {
        let by_table = |subject: &Subject| measure_need(subject, NeedModel::FlowTable, parameters);
        let alone: Vec<Need> = buildings.iter().map(|(_, subject)| by_table(subject)).collect();
        let Some(mut greatest) = Need::largest(&alone) else { return Vec::new() };
        let places: HashMap<usize, usize> =
            buildings.iter().enumerate().map(|(place, (index, _))| (*index, place)).collect();
        let wall = |index: usize| Geometry::Polygon(self.layers.buildings[index].footprint.clone());
        let reach_m = parameters.need.adjacent_m;
        let mut pairs = Vec::new();
        for (place, (index, subject)) in buildings.iter().enumerate() {
            let own = wall(*index);
            for other in self.near(&own, reach_m) {
                let Some(later) = places.get(&other).filter(|later| **later > place) else { continue };
                let (_, neighbour) = &buildings[*later];
                let id = |index: usize| self.layers.buildings[index].id.as_str();
                let both =
                    [subject.with_neighbour(neighbour, id(other)), neighbour.with_neighbour(subject, id(*index))];
                let asks_more = both.iter().any(|pair| by_table(pair).exceeds(&greatest));
                if !asks_more || Euclidean.distance(&own, &wall(other)) > reach_m {
                    continue;
                }
                for pair in both {
                    let need = by_table(&pair);
                    if need.exceeds(&greatest) {
                        greatest = Need::largest(&[greatest, need]).expect("there are two");
                        pairs.push(pair);
                    }
                }
            }
        }
        pairs
    }

    /// The share of a site's outline within the separation of another building; `None` when buildings are not known.
    fn exposed_share(&self, site: &Site, parameters: &WaterParameters) -> Option<f64> {
        if !self.is_known {
            return None;
        }
        let outlines: Vec<&LineString<f64>> = match &site.shape {
            Geometry::Polygon(polygon) => vec![polygon.exterior()],
            Geometry::MultiPolygon(many) => many.iter().map(Polygon::exterior).collect(),
            _ => return None,
        };
        let reach = parameters.ranking.exposure_m;
        let neighbours: Vec<Geometry<f64>> = self
            .neighbours(site, reach)
            .into_iter()
            .map(|(index, _)| Geometry::Polygon(self.layers.buildings[index].footprint.clone()))
            .collect();
        let (mut all, mut near) = (0.0, 0.0);
        for line in outlines.into_iter().flat_map(LineString::lines) {
            let (dx, dy) = (line.end.x - line.start.x, line.end.y - line.start.y);
            let length = dx.hypot(dy);
            // Each side is asked at its quarters: at the middle of four equal parts.
            for part in 0..4 {
                let t = (f64::from(part) + 0.5) / 4.0;
                let at = Geometry::Point(Point(Coord { x: line.start.x + dx * t, y: line.start.y + dy * t }));
                all += length / 4.0;
                if neighbours.iter().any(|other| Euclidean.distance(&at, other) <= reach) {
                    near += length / 4.0;
                }
            }
        }
        (all > 0.0).then(|| near / all)
    }

    /// The product of the weights of grade, fuel, exposure and life, least and greatest; nothing where nothing burns.
    ///
    /// # Source
    ///
    /// The project's formula of risk; values from the rule pack.
    pub(super) fn weight(&self, site: &Site, parameters: &WaterParameters) -> (f64, f64) {
        let ranking = &parameters.ranking;
        let range = |values: &mut dyn Iterator<Item = f64>| {
            values.fold(None, |range: Option<(f64, f64)>, v| {
                Some(range.map_or((v, v), |(low, high)| (low.min(v), high.max(v))))
            })
        };
        let grade = site
            .grade
            .and_then(|grade: Grade| parameters.grade_weight.get(&grade))
            .or_else(|| ranking.kind_weight.get(&site.kind))
            .map(|w| (*w, *w))
            .or_else(|| range(&mut parameters.grade_weight.values().copied()));
        let structure = site
            .body
            .structure
            .and_then(|structure| parameters.structure_weight.get(&structure))
            .map(|w| (*w, *w))
            .or_else(|| range(&mut parameters.structure_weight.values().copied()));
        let usage = site
            .body
            .usage
            .and_then(|usage| parameters.use_weight.get(&usage))
            .map(|w| (*w, *w))
            .or_else(|| range(&mut parameters.use_weight.values().copied()));
        let (base, span) = ranking.exposure_weight;
        let exposure = self
            .exposed_share(site, parameters)
            .map_or((base, base + span), |share| (base + span * share, base + span * share));
        let life = site
            .body
            .occupants
            .map(f64::from)
            .and_then(|people| ranking.life_weight.iter().find(|(most, _)| people <= *most))
            .map(|(_, w)| (*w, *w))
            .or_else(|| range(&mut ranking.life_weight.iter().map(|(_, w)| *w)));
        let burns = OpenAir::of(site, parameters).map(|open_air| (0.0, f64::from(u8::from(!open_air.is_certain))));
        [grade, structure, usage, Some(exposure), life, burns]
            .into_iter()
            .flatten()
            .fold((1.0, 1.0), |all, factor| (all.0 * factor.0, all.1 * factor.1))
    }

    /// The need of a site by the model that decides, and by those it is compared with: the largest of what may burn there.
    pub(super) fn needs(&self, site: &Site, parameters: &WaterParameters) -> (Need, Vec<Need>) {
        let (alone, pairs) = self.subjects_of(site, parameters);
        let open_air = OpenAir::of(site, parameters);
        let largest = |needs: Vec<Need>| Need::largest(&needs).expect("every site has a subject");
        let need = |model| {
            let pairs = if model == NeedModel::FlowTable { &pairs[..] } else { &[] };
            let each = alone.iter().chain(pairs).map(|subject| measure_need(subject, model, parameters));
            let need = largest(each.collect());
            // The other models ask for all water of a fire in one figure.
            let need = if model == NeedModel::FlowTable {
                let further = |subject| with_further(need.clone(), subject, site.grade, parameters);
                largest(alone.iter().map(further).collect())
            } else {
                need
            };
            match &open_air {
                Some(open_air) => without_building(need, open_air),
                None => need,
            }
        };
        (need(parameters.need.model), parameters.need.compare.iter().map(|model| need(*model)).collect())
    }
}

#[cfg(test)]
mod tests;
