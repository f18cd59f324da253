//! What burns at a site and what stands about it: the subject of the need, and the weights of the score.

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Grade, Site};
use firereach_model::layers::Layers;
use firereach_model::parameters::WaterParameters;
use firereach_model::parameters::water::NeedModel;
use firereach_model::units::{CubicMetres, Metres};
use geo::{Area, BoundingRect, Centroid, Distance, Euclidean, Intersects};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use super::boxes::Boxes;
use super::need::{Need, OpenAir, Subject, measure_need, with_further, without_building};

/// The buildings of a city, by place.
pub(super) struct Buildings<'a> {
    layers: &'a Layers,
    boxes: Boxes,
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
        Self {
            layers,
            boxes: Boxes::build(boxes),
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
            .filter(|index| {
                let building = &self.layers.buildings[*index];
                let is_own = site.building.as_deref() == Some(building.id.as_str())
                    || building.id == site.id
                    || building.footprint.intersects(&site.point)
                    || building.footprint.centroid().is_some_and(|c| site.shape.intersects(&c));
                !is_own
            })
            .map(|index| {
                let footprint = Geometry::Polygon(self.layers.buildings[index].footprint.clone());
                (index, Euclidean.distance(&site.shape, &footprint))
            })
            .filter(|(_, distance)| *distance <= reach_m)
            .collect()
    }

    fn subject(&self, index: usize, parameters: &WaterParameters) -> Subject {
        let building = &self.layers.buildings[index];
        Subject::of_building(&building.body, Some(building.footprint.unsigned_area()), false, parameters)
    }

    /// The subject of a site: its building with the adjacent one that adds most, or the two adjacent buildings of an area
    /// that together are largest.
    ///
    /// # Source
    ///
    /// GB 50974-2014, table 3.3.2, note 1.
    pub(super) fn subject_of(&self, site: &Site, parameters: &WaterParameters) -> Subject {
        let need = &parameters.need;
        if site.kind.is_area() {
            return self.largest_pair(site, parameters);
        }
        let area = match &site.shape {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) => Some(site.shape.unsigned_area()).filter(|a| *a > 0.0),
            _ => None,
        };
        let mut subject = Subject::of_building(&site.body, area, true, parameters);
        let neighbours = self.neighbours(site, need.adjacent_m.max(need.nfpa1142.exposure_m));
        let largest = neighbours
            .iter()
            .filter(|(_, distance)| *distance <= need.adjacent_m)
            .map(|(index, _)| (*index, self.subject(*index, parameters)))
            .max_by(|a, b| a.1.volume.high.cmp(&b.1.volume.high).then(b.0.cmp(&a.0)));
        if let Some((index, neighbour)) = largest {
            subject = subject.with_neighbour(&neighbour, &self.layers.buildings[index].id);
        }
        subject.is_exposed =
            self.is_known.then(|| neighbours.iter().any(|(_, distance)| *distance <= need.nfpa1142.exposure_m));
        subject
    }

    fn largest_pair(&self, site: &Site, parameters: &WaterParameters) -> Subject {
        let inside: Vec<(usize, Subject)> = self
            .near(&site.shape, 0.0)
            .into_iter()
            .filter(|index| {
                self.layers.buildings[*index].footprint.centroid().is_some_and(|c| site.shape.intersects(&c))
            })
            .map(|index| {
                let building = &self.layers.buildings[index];
                let area = building.footprint.unsigned_area();
                (index, Subject::of_building(&building.body, Some(area), true, parameters))
            })
            .collect();
        let mut order: Vec<usize> = (0..inside.len()).collect();
        order.sort_by(|a, b| inside[*b].1.volume.high.cmp(&inside[*a].1.volume.high).then(a.cmp(b)));
        let mut best: Option<(CubicMetres, Subject)> = None;
        let high = |subject: &Subject| subject.volume.high.unwrap_or(CubicMetres::ZERO);
        for position in order {
            let (index, subject) = &inside[position];
            // No later building can make a larger pair than twice its own volume.
            if best.as_ref().is_some_and(|(volume, _)| 2.0 * high(subject).get() <= volume.get()) {
                break;
            }
            let own = Geometry::Polygon(self.layers.buildings[*index].footprint.clone());
            let partner = inside
                .iter()
                .filter(|(other, other_subject)| other != index && high(other_subject) <= high(subject))
                .filter(|(other, _)| {
                    Euclidean.distance(&own, &Geometry::Polygon(self.layers.buildings[*other].footprint.clone()))
                        <= parameters.need.adjacent_m
                })
                .max_by(|a, b| high(&a.1).cmp(&high(&b.1)).then(b.0.cmp(&a.0)));
            let pair = match partner {
                Some((other, neighbour)) => subject.with_neighbour(neighbour, &self.layers.buildings[*other].id),
                None => subject.clone(),
            };
            if best.as_ref().is_none_or(|(volume, _)| high(&pair) > *volume) {
                best = Some((high(&pair), pair));
            }
        }
        let mut subject =
            best.map_or_else(|| Subject::of_building(&site.body, None, true, parameters), |(_, pair)| pair);
        subject.is_exposed = Some(inside.len() > 1).filter(|_| self.is_known);
        subject
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

    /// The need of a site by the model that decides, and by those it is compared with.
    pub(super) fn needs(&self, site: &Site, parameters: &WaterParameters) -> (Need, Vec<Need>) {
        let subject = self.subject_of(site, parameters);
        let open_air = OpenAir::of(site, parameters);
        let need = |model| {
            let need = measure_need(&subject, model, parameters);
            // The other models ask for all water of a fire in one figure.
            let need =
                if model == NeedModel::FlowTable { with_further(need, &subject, site.grade, parameters) } else { need };
            match &open_air {
                Some(open_air) => without_building(need, open_air),
                None => need,
            }
        };
        (need(parameters.need.model), parameters.need.compare.iter().map(|model| need(*model)).collect())
    }
}
