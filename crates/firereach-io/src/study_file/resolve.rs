//! Checks a study against the data: every id exists, every place is a place, every figure is in its range.

use std::collections::BTreeSet;
use std::ops::Range;

use firereach_model::bounds::Bounds;
use firereach_model::feature::{Hydrant, HydrantKind, Service, Station, StationKind, WaterSource, WaterSourceKind};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::study::{Change, Scenario, Study};
use firereach_model::units::{BadQuantity, CubicMetres, LitresPerSecond, Megapascals};
use geo_types::{Coord, Geometry, LineString, Point};
use toml::Spanned;

use super::StudyFile;
use super::form::{
    AddHydrant, AddStation, AddWaterSource, ChangeForm, Everything, FactorForm, LinkRoad, RestrictRoad, ShiftForm,
};
use crate::projection::System;
use crate::study_error::{Reader, StudyError, did_you_mean, nearest};

/// The scenario of a study that states none.
pub(super) const ONLY_SCENARIO: &str = "today";

impl StudyFile {
    /// Checks every scenario against the data and turns the study into what a run is asked to do.
    ///
    /// `to_working` takes a longitude and a latitude (WGS 84, degrees) to the working frame of `layers`.
    ///
    /// # Errors
    ///
    /// With every id that does not exist, with the nearest ones that do, every vehicle that is not in the catalogue and
    /// every place or figure out of range, in all scenarios at once.
    pub fn resolve(&self, layers: &Layers, to_working: &dyn Fn(f64, f64) -> Coord<f64>) -> Result<Study, StudyError> {
        let mut resolver =
            Resolver { reader: Reader::new(&self.file, &self.text), study: self, to_working, known: Known::of(layers) };
        let base = &self.form.base;
        let default_hour = base.hour.as_ref().map_or(self.parameters.movement.default_hour, |hour| *hour.get_ref());
        let mut scenarios = Vec::new();
        for form in &self.form.scenario {
            resolver.known = Known::of(layers);
            let mut scenario = Scenario {
                name: form.name.get_ref().clone(),
                hour: form.hour.as_ref().map_or(default_hour, |hour| *hour.get_ref()),
                changes: Vec::new(),
                change_texts: Vec::new(),
            };
            for change in &form.change {
                if let Some(resolved) = resolver.change(change) {
                    scenario.changes.push(resolved);
                    scenario.change_texts.push(stated(&self.text, change.span()));
                }
            }
            scenarios.push(scenario);
        }
        if scenarios.is_empty() {
            scenarios.push(Scenario {
                name: ONLY_SCENARIO.to_owned(),
                hour: default_hour,
                changes: Vec::new(),
                change_texts: Vec::new(),
            });
        }
        let mut marks = Vec::new();
        for mark in &base.marks {
            if let Some(at) = resolver.place(&mark.at, mark.crs.as_ref()) {
                marks.push((mark.name.clone(), Geometry::Point(Point(at))));
            }
        }
        resolver.reader.finish()?;
        Ok(Study {
            title: self.title(),
            rulebook: self.rulebook(),
            vehicles: self.vehicles.clone(),
            scenarios,
            parameters: self.origins.clone(),
            data_date: base.data_date.as_ref().map(|stamp| stamp.0.clone()),
            expected_counts: base.expected_counts.clone(),
            responsibilities: base.responsibilities.clone(),
            remedies: base.remedies.clone(),
            template: base.template.as_ref().map(|path| path.get_ref().clone()),
            banner: base.banner.clone(),
            marks,
        })
    }
}

/// A change as the study states it, on one line.
fn stated(text: &str, span: Range<usize>) -> String {
    let text = text.get(span).unwrap_or_default().trim();
    let text = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ids that exist at one point of a scenario.
struct Known {
    stations: BTreeSet<String>,
    roads: BTreeSet<String>,
    obstacles: BTreeSet<String>,
    hydrants: BTreeSet<String>,
    water_sources: BTreeSet<String>,
    mains: BTreeSet<String>,
    gauges: BTreeSet<String>,
}

impl Known {
    fn of(layers: &Layers) -> Self {
        Self {
            stations: layers.stations.iter().map(|it| it.id.clone()).collect(),
            roads: layers.roads.iter().map(|it| it.id.clone()).collect(),
            obstacles: layers.obstacles.iter().map(|it| it.id.clone()).collect(),
            hydrants: layers.hydrants.iter().map(|it| it.id.clone()).collect(),
            water_sources: layers.water_sources.iter().map(|it| it.id.clone()).collect(),
            mains: layers.mains.iter().map(|it| it.id.clone()).collect(),
            gauges: layers.water_sources.iter().filter_map(|it| it.gauge.clone()).collect(),
        }
    }
}

struct Resolver<'a> {
    reader: Reader<'a>,
    study: &'a StudyFile,
    to_working: &'a dyn Fn(f64, f64) -> Coord<f64>,
    known: Known,
}

impl Resolver<'_> {
    /// One change; `None` when it is at fault, which has then been noted.
    fn change(&mut self, stated: &Spanned<ChangeForm>) -> Option<Change> {
        let form = stated.get_ref();
        let kinds = count_kinds(form);
        if kinds != 1 {
            let cause = format!("a change has {kinds} kinds");
            self.reader.fault(
                Some(stated.span()),
                cause,
                "write one kind in each pair of braces, as { close-road = \"way/1\" }",
            );
            return None;
        }
        if let Some(form) = &form.add_station {
            return self.add_station(form).map(Change::AddStation);
        }
        if let Some(form) = &form.remove_station {
            let id = self.existing("station", form.get_ref().id(), form.span(), |known| &mut known.stations)?;
            self.known.stations.remove(&id);
            return Some(Change::RemoveStation(id));
        }
        if let Some(form) = &form.move_station {
            let id = self.existing("station", form.station.get_ref(), form.station.span(), |known| &mut known.stations);
            let to = self.place(&form.at, form.crs.as_ref());
            return Some(Change::MoveStation { id: id?, to: Point(to?) });
        }
        if let Some(form) = &form.change_station {
            let id = self.existing("station", form.station.get_ref(), form.station.span(), |known| &mut known.stations);
            let vehicles = form.vehicles.as_ref().map(|codes| self.vehicles(codes));
            let hours = form.hours.as_ref().map(|hours| self.hours(hours));
            let turnout_s = form.turnout_s.as_ref().map(|seconds| self.not_negative("turnout_s", seconds));
            return Some(Change::ChangeStation { id: id?, vehicles, turnout_s, hours });
        }
        if let Some(form) = &form.close_road {
            return self.road(form.get_ref().id(), form.span()).map(Change::CloseRoad);
        }
        if let Some(form) = &form.open_road {
            return self.road(form.get_ref().id(), form.span()).map(Change::OpenRoad);
        }
        if let Some(form) = &form.widen_road {
            let id = self.road(form.road.get_ref(), form.road.span());
            let clear_width_m = self.not_negative("clear_width_m", &form.clear_width_m);
            return Some(Change::WidenRoad { id: id?, clear_width_m });
        }
        if let Some(form) = &form.link_road {
            return self.link_road(form);
        }
        if let Some(form) = &form.restrict_road {
            return self.restrict_road(form, stated.span());
        }
        if let Some(form) = &form.remove_obstacle {
            let id = self.existing("obstacle", form.get_ref().id(), form.span(), |known| &mut known.obstacles)?;
            self.known.obstacles.remove(&id);
            return Some(Change::RemoveObstacle(id));
        }
        if let Some(form) = &form.remove_removable {
            if matches!(form, Everything::Truth(false)) {
                self.reader.fault(Some(stated.span()), "`remove-removable = false` changes nothing", "leave it out");
                return None;
            }
            return Some(Change::RemoveRemovable);
        }
        if let Some(form) = &form.parking {
            let road = match &form.road {
                Some(road) => Some(self.road(road.get_ref(), road.span())?),
                None => None,
            };
            return Some(Change::Parking { road, is_on: form.on });
        }
        if let Some(form) = &form.add_hydrant {
            return self.add_hydrant(form).map(Change::AddHydrant);
        }
        if let Some(form) = &form.remove_hydrant {
            let id = self.existing("hydrant", form.get_ref().id(), form.span(), |known| &mut known.hydrants)?;
            self.known.hydrants.remove(&id);
            return Some(Change::RemoveHydrant(id));
        }
        if let Some(form) = &form.add_water_source {
            return self.add_water_source(form).map(Change::AddWaterSource);
        }
        if let Some(form) = &form.remove_water_source {
            let id =
                self.existing("water source", form.get_ref().id(), form.span(), |known| &mut known.water_sources)?;
            self.known.water_sources.remove(&id);
            return Some(Change::RemoveWaterSource(id));
        }
        if let Some(form) = &form.water_level {
            let gauge = self.existing("gauge", form.gauge.get_ref(), form.gauge.span(), |known| &mut known.gauges)?;
            return Some(Change::WaterLevel { gauge, level_m: form.level_m });
        }
        if let Some(form) = &form.speed_factor {
            let (FactorForm::Bare(factor) | FactorForm::Named { factor }) = *form.get_ref();
            if !(factor.is_finite() && factor > 0.0) {
                self.reader.fault(
                    Some(form.span()),
                    format!("{factor} is no factor of speed"),
                    "expected more than zero",
                );
                return None;
            }
            return Some(Change::SpeedFactor(factor));
        }
        let form = form.turnout_shift.as_ref()?;
        let (ShiftForm::Bare(seconds) | ShiftForm::Named { seconds }) = *form.get_ref();
        if !seconds.is_finite() {
            self.reader.fault(
                Some(form.span()),
                format!("{seconds} is no number of seconds"),
                "expected a finite number",
            );
            return None;
        }
        Some(Change::TurnoutShift(seconds))
    }

    fn add_station(&mut self, form: &AddStation) -> Option<Station> {
        let id = self.new_id("station", &form.id, |known| &mut known.stations);
        let at = self.place(&form.at, form.crs.as_ref());
        let kind = self.word(
            "station kind",
            form.kind.as_ref(),
            StationKind::from_code,
            StationKind::ALL,
            StationKind::Unknown,
        );
        let vehicles = self.vehicles(&form.vehicles);
        let hours = self.hours(&form.hours);
        let turnout_s = form.turnout_s.as_ref().map(|seconds| self.not_negative("turnout_s", seconds));
        let id = id?;
        Some(Station {
            origin: Origin::of_study(&self.study.file, &id),
            id,
            name: form.name.clone(),
            kind: kind?,
            at: Point(at?),
            outline: None,
            vehicles,
            turnout_s,
            hours,
            crew: form.crew,
            is_proposed: true,
            is_co_built: form.co_built,
            accuracy_m: form.accuracy_m,
            level: form.level,
        })
    }

    fn link_road(&mut self, form: &LinkRoad) -> Option<Change> {
        let id = self.new_id("road", &form.id, |known| &mut known.roads);
        let clear_width_m = form.clear_width_m.as_ref().map(|width| self.not_negative("clear_width_m", width));
        let mut line = Vec::new();
        for &place in form.line.get_ref() {
            line.push(self.place(&Spanned::new(form.line.span(), place), form.crs.as_ref())?);
        }
        line.dedup();
        if line.len() < 2 {
            self.reader.fault(
                Some(form.line.span()),
                "the line of a new road has fewer than two different places",
                "add places",
            );
            return None;
        }
        Some(Change::LinkRoad { id: id?, line: LineString(line), clear_width_m })
    }

    fn restrict_road(&mut self, form: &RestrictRoad, span: Range<usize>) -> Option<Change> {
        let id = self.road(form.road.get_ref(), form.road.span());
        let mut limit =
            |name: &str, value: &Option<Spanned<f64>>| value.as_ref().map(|value| self.not_negative(name, value));
        let clear_width_m = limit("clear_width_m", &form.clear_width_m);
        let clear_height_m = limit("clear_height_m", &form.clear_height_m);
        let max_mass_t = limit("max_mass_t", &form.max_mass_t);
        if clear_width_m.is_none() && clear_height_m.is_none() && max_mass_t.is_none() {
            self.reader.fault(
                Some(span),
                "a restriction limits nothing",
                "add clear_width_m, clear_height_m or max_mass_t",
            );
            return None;
        }
        Some(Change::RestrictRoad { id: id?, clear_width_m, clear_height_m, max_mass_t })
    }

    fn add_hydrant(&mut self, form: &AddHydrant) -> Option<Hydrant> {
        let id = self.new_id("hydrant", &form.id, |known| &mut known.hydrants);
        let at = self.place(&form.at, form.crs.as_ref());
        let kind = self.word(
            "hydrant kind",
            form.kind.as_ref(),
            HydrantKind::from_code,
            HydrantKind::ALL,
            HydrantKind::Unknown,
        );
        let main_id = match &form.main {
            Some(main) => Some(self.existing("main", main.get_ref(), main.span(), |known| &mut known.mains)?),
            None => None,
        };
        let flow = self.quantity(form.flow_lps.as_ref(), LitresPerSecond::new);
        let pressure = self.quantity(form.pressure_mpa.as_ref(), Megapascals::new);
        let static_pressure = self.quantity(form.static_pressure_mpa.as_ref(), Megapascals::new);
        let main_diameter_mm = form.main_diameter_mm.as_ref().map(|it| self.not_negative("main_diameter_mm", it));
        let id = id?;
        Some(Hydrant {
            origin: Origin::of_study(&self.study.file, &id),
            id,
            at: Point(at?),
            kind: kind?,
            service: Service::InService,
            flow: flow.map_or_else(Bounds::unknown, Bounds::exactly),
            pressure: pressure.map_or_else(Bounds::unknown, Bounds::exactly),
            static_pressure: static_pressure.map_or_else(Bounds::unknown, Bounds::exactly),
            lacks_pressure: false,
            main_diameter_mm,
            main_id,
            outlets: None,
            tested_on: None,
            height_m: None,
            level: form.level,
        })
    }

    fn add_water_source(&mut self, form: &AddWaterSource) -> Option<WaterSource> {
        let id = self.new_id("water source", &form.id, |known| &mut known.water_sources);
        let at = self.place(&form.at, form.crs.as_ref());
        let kind = self.word(
            "kind of water source",
            Some(&form.kind),
            WaterSourceKind::from_code,
            WaterSourceKind::ALL,
            WaterSourceKind::Pond,
        );
        let volume = self.quantity(form.volume_m3.as_ref(), CubicMetres::new);
        let refill = self.quantity(form.refill_lps.as_ref(), LitresPerSecond::new);
        let id = id?;
        self.known.gauges.extend(form.gauge.clone());
        Some(WaterSource {
            origin: Origin::of_study(&self.study.file, &id),
            id,
            name: form.name.clone(),
            kind: kind?,
            at: Point(at?),
            body: form.body.clone(),
            service: Service::InService,
            volume: volume.map_or_else(Bounds::unknown, Bounds::exactly),
            refill: refill.map_or_else(Bounds::unknown, Bounds::exactly),
            deck_height_m: form.deck_height_m,
            water_level_m: form.water_level_m,
            gauge: form.gauge.clone(),
            height_m: None,
        })
    }

    fn road(&mut self, id: &str, span: Range<usize>) -> Option<String> {
        self.existing("road", id, span, |known| &mut known.roads)
    }

    /// An id that has to exist.
    fn existing(
        &mut self,
        what: &str,
        id: &str,
        span: Range<usize>,
        ids: impl Fn(&mut Known) -> &mut BTreeSet<String>,
    ) -> Option<String> {
        let ids = ids(&mut self.known);
        if ids.contains(id) {
            return Some(id.to_owned());
        }
        let remedy = match did_you_mean(&nearest(id, ids.iter().map(String::as_str))) {
            Some(remedy) => remedy,
            None if ids.is_empty() => format!("the data and the changes before this one hold no {what} at all"),
            None => format!("the data and the changes before this one hold {} of them", ids.len()),
        };
        self.reader.fault(Some(span), format!("there is no {what} `{id}`"), remedy);
        None
    }

    /// An id that must not exist yet.
    fn new_id(
        &mut self,
        what: &str,
        id: &Spanned<String>,
        ids: impl Fn(&mut Known) -> &mut BTreeSet<String>,
    ) -> Option<String> {
        let is_new = ids(&mut self.known).insert(id.get_ref().clone());
        if !is_new {
            let cause = format!("there is a {what} `{}` already", id.get_ref());
            self.reader.fault(Some(id.span()), cause, "give the new one another id");
        }
        is_new.then(|| id.get_ref().clone())
    }

    /// A place in working coordinates.
    fn place(&mut self, at: &Spanned<[f64; 2]>, crs: Option<&Spanned<String>>) -> Option<Coord<f64>> {
        let [lon, lat] = *at.get_ref();
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            let remedy = "expected [longitude, latitude] in degrees, the longitude first";
            self.reader.fault(Some(at.span()), format!("[{lon}, {lat}] is no place"), remedy);
            return None;
        }
        let mut place = [Coord { x: lon, y: lat }];
        if let Some(crs) = crs {
            match System::parse(crs.get_ref()) {
                Ok(system) if system.is_geographic() => system.to_lon_lat(&mut place),
                Ok(_) => {
                    let cause = format!("`{}` is not a system of longitude and latitude", crs.get_ref());
                    self.reader.fault(Some(crs.span()), cause, "places of a study are given in degrees");
                    return None;
                }
                Err(error) => {
                    self.reader.fault(
                        Some(crs.span()),
                        error.to_string(),
                        "expected gcj02 or bd09, or leave it out for WGS 84",
                    );
                    return None;
                }
            }
        }
        let working = (self.to_working)(place[0].x, place[0].y);
        if working.x.is_finite() && working.y.is_finite() {
            return Some(working);
        }
        self.reader.fault(
            Some(at.span()),
            format!("[{lon}, {lat}] lies outside the working system"),
            "check the coordinates",
        );
        None
    }

    /// Codes of vehicles; those that are not in the catalogue are noted.
    fn vehicles(&mut self, codes: &[Spanned<String>]) -> Vec<String> {
        let catalogue = &self.study.vehicles;
        for code in codes {
            if !catalogue.iter().any(|vehicle| vehicle.code == *code.get_ref()) {
                let known: Vec<&str> = catalogue.iter().map(|vehicle| vehicle.code.as_str()).collect();
                let cause = format!("the catalogue has no vehicle `{}`", code.get_ref());
                self.reader.fault(Some(code.span()), cause, format!("it holds {}", known.join(", ")));
            }
        }
        codes.iter().map(|code| code.get_ref().clone()).collect()
    }

    fn hours(&mut self, hours: &[Spanned<(u8, u8)>]) -> Vec<(u8, u8)> {
        for pair in hours {
            let (from, to) = *pair.get_ref();
            if from > 23 || to > 24 || from == to {
                self.reader.fault(
                    Some(pair.span()),
                    format!("[{from}, {to}] are no hours"),
                    "expected hours such as [8, 20], or [20, 8] past midnight",
                );
            }
        }
        hours.iter().map(|pair| *pair.get_ref()).collect()
    }

    fn not_negative(&mut self, name: &str, value: &Spanned<f64>) -> f64 {
        let number = *value.get_ref();
        if !(number.is_finite() && number >= 0.0) {
            self.reader.fault(Some(value.span()), format!("`{name}` is {number}"), "expected zero or more");
        }
        number
    }

    fn quantity<Q>(&mut self, value: Option<&Spanned<f64>>, new: impl Fn(f64) -> Result<Q, BadQuantity>) -> Option<Q> {
        let value = value?;
        match new(*value.get_ref()) {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                self.reader.fault(Some(value.span()), error.to_string(), "correct the figure");
                None
            }
        }
    }

    fn word<T: Copy + std::fmt::Display>(
        &mut self,
        what: &str,
        word: Option<&Spanned<String>>,
        from_code: impl Fn(&str) -> Option<T>,
        all: &[T],
        default: T,
    ) -> Option<T> {
        let Some(word) = word else { return Some(default) };
        let found = from_code(word.get_ref());
        if found.is_none() {
            let known: Vec<String> = all.iter().map(T::to_string).collect();
            self.reader.fault(
                Some(word.span()),
                format!("there is no {what} `{}`", word.get_ref()),
                format!("expected {}", known.join(", ")),
            );
        }
        found
    }
}

/// How many kinds a change names.
fn count_kinds(form: &ChangeForm) -> usize {
    let ChangeForm {
        add_station,
        remove_station,
        move_station,
        change_station,
        close_road,
        open_road,
        widen_road,
        link_road,
        restrict_road,
        remove_obstacle,
        remove_removable,
        parking,
        add_hydrant,
        remove_hydrant,
        add_water_source,
        remove_water_source,
        water_level,
        speed_factor,
        turnout_shift,
        reason: _,
    } = form;
    [
        add_station.is_some(),
        remove_station.is_some(),
        move_station.is_some(),
        change_station.is_some(),
        close_road.is_some(),
        open_road.is_some(),
        widen_road.is_some(),
        link_road.is_some(),
        restrict_road.is_some(),
        remove_obstacle.is_some(),
        remove_removable.is_some(),
        parking.is_some(),
        add_hydrant.is_some(),
        remove_hydrant.is_some(),
        add_water_source.is_some(),
        remove_water_source.is_some(),
        water_level.is_some(),
        speed_factor.is_some(),
        turnout_shift.is_some(),
    ]
    .into_iter()
    .filter(|is_there| *is_there)
    .count()
}
