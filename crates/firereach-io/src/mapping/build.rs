//! The features of each layer from the pieces of a shape and the values of a row.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use firereach_model::feature::{
    Body, Building, BuildingUse, Direction, Hydrant, HydrantKind, Main, MainLayout, Obstacle, ObstacleKind, Parking,
    ParkingSides, Permission, Road, RoadClass, Service, Site, SiteKind, StatedHeight, StatedWidth, Station,
    StationKind, Structure, WaterSource, WaterSourceKind, WidthMeaning, Zone, ZoneKind,
};
use firereach_model::problem::{Done, Severity};
use firereach_model::units::{CubicMetres, Metres, Percent, Tonnes};
use geo::{Centroid, InteriorPoint};
use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon};

use super::row::Values;
use super::shapes::{Piece, area_of_line};
use super::{Builder, Feature, Twins, words};
use crate::formats::raw::Fault;

// What data can plausibly say. These are no rules: a value beyond them is a slip of the pen or of the unit, and counts as
// not known. They are wide on purpose.

/// The largest flow of one hydrant in L/s: some 4,700 US gallons a minute, more than three open large outlets give.
const MOST_FLOW_LPS: f64 = 300.0;
/// The largest pressure at a hydrant in MPa: pipes and fittings are made for 1.6 to 2.0.
const MOST_PRESSURE_MPA: f64 = 2.5;
/// The quantities that people write in several units of like use, and the most of each that is plausible in the engine's
/// own. A number beyond that in a column that names no unit means that the whole column is in another one; a width or a
/// diameter beyond its most is a slip in one row.
pub(super) const OF_MANY_UNITS: &[(&str, f64)] =
    &[("flow_lps", MOST_FLOW_LPS), ("pressure_mpa", MOST_PRESSURE_MPA), ("static_pressure_mpa", MOST_PRESSURE_MPA)];
/// The largest diameter of a main in millimetres.
const MOST_DIAMETER_MM: f64 = 4000.0;
/// The widest road between property lines in metres.
const MOST_WIDTH_M: f64 = 200.0;
/// The width in metres below which a road is reported, though kept.
const LEAST_USUAL_WIDTH_M: f64 = 1.0;
/// The width in metres above which a road is reported, though kept.
const MOST_USUAL_WIDTH_M: f64 = 60.0;
/// The greatest clear height anybody states, in metres.
const MOST_CLEAR_HEIGHT_M: f64 = 100.0;
/// The highest building in metres.
const MOST_BUILDING_M: f64 = 900.0;
/// The most storeys of a building.
const MOST_STOREYS: u32 = 200;
/// The largest mass limit in tonnes.
const MOST_MASS_T: f64 = 500.0;
/// The largest building or reservoir in cubic metres.
const MOST_VOLUME_M3: f64 = 1.0e8;
/// The longest turnout in seconds.
const MOST_TURNOUT_S: f64 = 3600.0;
/// The most people in one place.
const MOST_PEOPLE: u32 = 100_000_000;

impl Builder<'_> {
    /// Adds the features of one row to their layer.
    pub(super) fn build_features(
        &mut self,
        feed: &'static str,
        pieces: Vec<Piece>,
        values: &mut Values<'_>,
        feature: &mut Feature,
        twins: &mut Twins,
    ) {
        match feed {
            "roads" => self.build_roads(pieces, values, feature, twins),
            "obstacles" => self.build_obstacles(pieces, values, feature),
            "buildings" => self.build_buildings(pieces, values, feature),
            "hydrants" => self.build_hydrants(pieces, values, feature),
            "water_sources" => self.build_water_sources(pieces, values, feature),
            "mains" => self.build_mains(pieces, values, feature),
            "stations" => self.build_stations(pieces, values, feature),
            "sites" => self.build_sites(pieces, values, feature),
            "zones" => self.build_zones(pieces, values, feature),
            _ => {}
        }
    }

    fn build_roads(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature, twins: &mut Twins) {
        let lines = lines(pieces, feature);
        if lines.is_empty() {
            return;
        }
        let (class, is_link) = match values.class {
            Some(class) => words::road_class(&super::header::compact(class)).unwrap_or((RoadClass::Unknown, false)),
            None => values
                .word("class", words::road_class, "a class of road, such as residential, alley, 主干路 or 巷")
                .unwrap_or((RoadClass::Unknown, false)),
        };
        let structure = if values.flag("bridge") == Some(true) {
            Structure::Bridge
        } else if values.flag("tunnel") == Some(true) {
            Structure::Tunnel
        } else if values.flag("covered") == Some(true) {
            Structure::Covered
        } else {
            Structure::Ground
        };
        let surface = values.text("surface");
        let parking = ParkingSides { left: parking(values, "parking_left"), right: parking(values, "parking_right") };
        let level = values.whole("level");
        let road = Road {
            origin: feature.origin.clone(),
            id: String::new(),
            name: values.text("name"),
            class,
            is_link,
            line: LineString(Vec::new()),
            heights_m: Vec::new(),
            nodes: Vec::new(),
            direction: direction(values),
            motor: permission(values, "motor").or_else(|| permission(values, "access")).unwrap_or(Permission::Unsaid),
            emergency: permission(values, "emergency").unwrap_or(Permission::Unsaid),
            foot: permission(values, "foot").unwrap_or(Permission::Unsaid),
            widths: widths(values),
            clear_heights: clear_heights(values),
            max_mass: values
                .plausible("max_mass_t", MOST_MASS_T, "tonnes")
                .and_then(|found| Tonnes::new(found.amount.single()?).ok()),
            #[expect(clippy::cast_possible_truncation, reason = "the count is at most 20")]
            lanes: values.count("lanes", 20).map(|lanes| lanes as u8),
            incline: values.quantity("incline_percent").and_then(|found| Percent::new(found.amount.single()?).ok()),
            is_paved: surface.as_deref().and_then(is_paved),
            surface,
            max_speed_kmh: values
                .plausible("max_speed_kmh", 200.0, "kilometres an hour")
                .and_then(|found| found.amount.single()),
            parking,
            level: level.unwrap_or(0),
            is_level_stated: level.is_some(),
            structure,
            step_count: values.count("step_count", 10_000),
            is_area: false,
        };
        for (part, (line, heights_m)) in lines.into_iter().enumerate() {
            if self.is_drawn_already(&line, &road, feature, twins) {
                continue;
            }
            let id = self.unique("roads", feature, part);
            self.part.layers.roads.push(Road { id, line, heights_m, ..road.clone() });
        }
    }

    /// Whether a road with the same line, class and level is there already; reports it.
    fn is_drawn_already(
        &mut self,
        line: &LineString<f64>,
        road: &Road,
        feature: &mut Feature,
        twins: &mut Twins,
    ) -> bool {
        let roads = &self.part.layers.roads;
        let same = self.lines.entry(fingerprint(line)).or_default();
        for &index in same.iter() {
            let other = &roads[index];
            let is_same = other.line == *line;
            let is_reverse = !is_same && other.line.0.iter().eq(line.0.iter().rev());
            if !(is_same || is_reverse)
                || (other.class, other.level, other.structure) != (road.class, road.level, road.structure)
            {
                continue;
            }
            let runs = if is_same { "the same way as" } else { "back over" };
            if is_reverse {
                twins.reversed += 1;
                twins.paired.insert(index);
                if road.direction != Direction::Both || other.direction != Direction::Both {
                    // Two one-way lines, one each way: both are needed.
                    continue;
                }
            }
            feature.faults.push(Fault::new(
                if is_same { "IO-ROAD-DUPLICATE" } else { "IO-ROAD-TWICE" },
                Severity::Info,
                Done::SetAside,
                format!("a line that runs {runs} that of `{}` (feature {})", other.id, other.origin.row),
                "every road once",
                "delete one of the two in the source; here the first one is used",
            ));
            return true;
        }
        same.push(roads.len());
        false
    }

    fn build_obstacles(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let kind = match values.class {
            Some(class) => words::obstacle(&super::header::compact(class)),
            None => values.word("kind", words::obstacle, "a kind of obstacle, such as wall, gate, 围墙 or 树"),
        };
        let metres = |found: Option<super::row::Found>| found.and_then(|f| Metres::new(f.amount.single()?).ok());
        let obstacle = Obstacle {
            origin: feature.origin.clone(),
            id: String::new(),
            kind: kind.unwrap_or(ObstacleKind::Other),
            shape: Geometry::Point(Point::new(0.0, 0.0)),
            node: None,
            is_removable: values.flag("removable"),
            clear_width: metres(values.plausible("clear_width_m", MOST_WIDTH_M, "metres")),
            clear_height: metres(values.plausible("clear_height_m", MOST_CLEAR_HEIGHT_M, "metres")),
            lets_engines_pass: values.flag("lets_engines_pass"),
            level: values.whole("level").unwrap_or(0),
            radius: metres(values.plausible("radius_m", MOST_WIDTH_M, "metres")),
            crown_radius: metres(values.plausible("crown_m", MOST_WIDTH_M, "metres"))
                .and_then(|across| Metres::new(across.get() / 2.0).ok()),
            hours: values.hours("hours"),
        };
        for (part, piece) in pieces.into_iter().enumerate() {
            let shape = match piece {
                Piece::Point(point) => point.into(),
                Piece::Line(line, _) => line.into(),
                Piece::Area(area) => area.into(),
            };
            let id = self.unique("obstacles", feature, part);
            self.part.layers.obstacles.push(Obstacle { id, shape, ..obstacle.clone() });
        }
    }

    fn build_buildings(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let areas = areas(pieces, values, feature);
        if areas.is_empty() {
            return;
        }
        let is_roof = values.flag("roof") == Some(true) || values.text("usage").as_deref() == Some("roof");
        let building = Building {
            origin: feature.origin.clone(),
            id: String::new(),
            name: values.text("name"),
            footprint: Polygon::new(LineString(Vec::new()), Vec::new()),
            body: body(values),
            min_height: values
                .quantity("min_height_m")
                .and_then(|found| Metres::new(found.amount.single()?).ok())
                .filter(|height| *height > Metres::ZERO),
            level: values.whole("level").unwrap_or(0),
            is_roof,
        };
        for (part, footprint) in areas.into_iter().enumerate() {
            let id = self.unique("buildings", feature, part);
            self.part.layers.buildings.push(Building { id, footprint, ..building.clone() });
        }
    }

    fn build_hydrants(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let points = points(pieces, feature);
        let kind = match values.class {
            Some(class) => words::hydrant(&super::header::compact(class)),
            None => values.word("kind", words::hydrant, "a kind of hydrant, such as pillar, underground, 地上 or 地下"),
        };
        let flow = values.plausible("flow_lps", MOST_FLOW_LPS, "litres a second, as one hydrant can give");
        let pressure = values.plausible("pressure_mpa", MOST_PRESSURE_MPA, "megapascals, as pipes can bear");
        let static_pressure =
            values.plausible("static_pressure_mpa", MOST_PRESSURE_MPA, "megapascals, as pipes can bear");
        let hydrant = Hydrant {
            origin: feature.origin.clone(),
            id: String::new(),
            at: Point::new(0.0, 0.0),
            kind: kind.unwrap_or(HydrantKind::Unknown),
            service: service(values),
            flow: flow.and_then(|found| found.amount.bounds()).unwrap_or_default(),
            pressure: pressure.and_then(|found| found.amount.bounds()).unwrap_or_default(),
            static_pressure: static_pressure.and_then(|found| found.amount.bounds()).unwrap_or_default(),
            lacks_pressure: values.flag("lacks_pressure") == Some(true),
            main_diameter_mm: values
                .plausible("diameter_mm", MOST_DIAMETER_MM, "millimetres")
                .and_then(|found| found.amount.single()),
            main_id: values.text("main_id"),
            outlets: values.text("outlets"),
            tested_on: values.date("tested_on"),
            height_m: values.quantity("height_m").and_then(|found| found.amount.single()),
            level: values.whole("level").unwrap_or(0),
        };
        for (part, at) in points.into_iter().enumerate() {
            let id = self.unique("hydrants", feature, part);
            self.part.layers.hydrants.push(Hydrant { id, at, ..hydrant.clone() });
        }
    }

    fn build_water_sources(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let points = points(pieces, feature);
        let kind = match values.class {
            Some(class) => words::water_source(&super::header::compact(class)),
            None => {
                values.word("kind", words::water_source, "a kind of water source, such as pond, intake, 水池 or 取水口")
            }
        };
        let Some(kind) = kind else {
            // Whether there is a volume behind a source or a river decides how it counts, so it cannot be left open.
            feature.faults.push(Fault::new(
                "IO-WATER-KIND",
                Severity::Error,
                Done::SetAside,
                "a source of water of no known kind",
                format!("one of {}", codes(WaterSourceKind::ALL, WaterSourceKind::code)),
                "state the kind in a column or for the whole source in `constants`",
            ));
            return;
        };
        let source = WaterSource {
            origin: feature.origin.clone(),
            id: String::new(),
            name: values.text("name"),
            kind,
            at: Point::new(0.0, 0.0),
            body: values.text("body"),
            service: service(values),
            volume: values
                .plausible("volume_m3", MOST_VOLUME_M3, "cubic metres")
                .and_then(|found| found.amount.bounds())
                .unwrap_or_default(),
            refill: values.quantity("refill_lps").and_then(|found| found.amount.bounds()).unwrap_or_default(),
            deck_height_m: values.quantity("deck_height_m").and_then(|found| found.amount.single()),
            water_level_m: values.quantity("water_level_m").and_then(|found| found.amount.single()),
            gauge: values.text("gauge"),
            height_m: None,
        };
        for (part, at) in points.into_iter().enumerate() {
            let id = self.unique("water_sources", feature, part);
            self.part.layers.water_sources.push(WaterSource { id, at, ..source.clone() });
        }
    }

    fn build_mains(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let lines = lines(pieces, feature);
        if lines.is_empty() {
            return;
        }
        let layout = match values.class {
            Some(class) => words::layout(&super::header::compact(class)),
            None => values.word("layout", words::layout, "ring or branch"),
        };
        let main = Main {
            origin: feature.origin.clone(),
            id: String::new(),
            line: LineString(Vec::new()),
            diameter_mm: values
                .plausible("diameter_mm", MOST_DIAMETER_MM, "millimetres")
                .and_then(|found| found.amount.single()),
            layout: layout.unwrap_or(MainLayout::Unknown),
            segment: values.text("segment"),
            pressure_zone: values.text("pressure_zone"),
        };
        for (part, (line, _)) in lines.into_iter().enumerate() {
            let id = self.unique("mains", feature, part);
            self.part.layers.mains.push(Main { id, line, ..main.clone() });
        }
    }

    fn build_stations(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let outline = pieces.iter().find_map(|piece| match piece {
            Piece::Area(area) => Some(area.clone()),
            _ => None,
        });
        // Where the outline is drawn, its inner point stands for the gate until the study gives a better place.
        let at = match &outline {
            Some(area) => area.interior_point().into_iter().collect(),
            None => points(pieces, feature),
        };
        let kind = match values.class {
            Some(class) => words::station(&super::header::compact(class)),
            None => {
                values.word("kind", words::station, "a kind of station, such as first, small, 一级站 or 微型消防站")
            }
        };
        let vehicles = values.text("vehicles").map_or_else(Vec::new, |text| {
            let separators = [';', ',', '，', '；', '、', ' ', '+'];
            text.split(separators).map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect()
        });
        let station = Station {
            origin: feature.origin.clone(),
            id: String::new(),
            name: values.text("name"),
            kind: kind.unwrap_or(StationKind::Unknown),
            at: Point::new(0.0, 0.0),
            outline,
            vehicles,
            turnout_s: values
                .quantity("turnout_s")
                .and_then(|found| found.amount.single())
                .filter(|seconds| (0.0..=MOST_TURNOUT_S).contains(seconds)),
            hours: values.hours("hours"),
            crew: values.count("crew", 10_000),
            is_proposed: values.flag("proposed") == Some(true),
            is_co_built: values.flag("co_built"),
            accuracy_m: values
                .quantity("accuracy_m")
                .and_then(|found| found.amount.single())
                .filter(|accuracy| *accuracy >= 0.0),
            level: values.whole("level"),
        };
        for (part, at) in at.into_iter().enumerate() {
            let id = self.unique("stations", feature, part);
            self.part.layers.stations.push(Station { id, at, ..station.clone() });
        }
    }

    fn build_sites(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let mut areas = Vec::new();
        let mut others = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Area(area) => areas.push(area),
                Piece::Line(line, _) => match area_of_line(&line) {
                    Some((area, mut faults)) => {
                        feature.faults.append(&mut faults);
                        areas.push(area);
                    }
                    None => others.push(Geometry::LineString(line)),
                },
                Piece::Point(point) => others.push(point.into()),
            }
        }
        let shape = match (areas.len(), others.len()) {
            (0, 0) => return,
            (0, _) => others.swap_remove(0),
            (1, _) => areas.swap_remove(0).into(),
            _ => Geometry::MultiPolygon(MultiPolygon(areas)),
        };
        let Some(point) = point_of(&shape) else { return };
        let kind = match values.class {
            Some(class) => words::site(&super::header::compact(class)),
            None => {
                values.word("kind", words::site, "a kind of site, such as relic, historic_block, 文物建筑 or 历史建筑")
            }
        };
        let grade = values.word("grade", words::grade, "a level of protection, such as national, 市级 or 区保");
        let used: Vec<usize> = values.plan.used_columns().collect();
        let mut details: BTreeMap<String, String> = values
            .table
            .columns
            .iter()
            .zip(&values.row.values)
            .enumerate()
            .filter(|(column, _)| !used.contains(column) && !values.table.place_columns.contains(column))
            .filter_map(|(_, (name, value))| Some((name.clone(), value.shown()?)))
            .filter(|(_, text)| !super::quantity::is_missing(text))
            .collect();
        let known = super::fields::SITE_DETAILS.iter();
        details.extend(known.filter_map(|field| {
            let text = values.text(field.key).filter(|text| !super::quantity::is_missing(text))?;
            Some((field.key.to_owned(), text))
        }));
        let kind = kind.unwrap_or(SiteKind::Historic);
        let people = values.count("people", MOST_PEOPLE).map(f64::from);
        let site = Site {
            origin: feature.origin.clone(),
            id: self.unique("sites", feature, 0),
            name: values.text("name"),
            kind,
            grade,
            shape,
            body: if kind.is_area() { Body::default() } else { body(values) },
            people,
            // The pipeline fills in what depends on the coordinate system.
            lon_lat: (0.0, 0.0),
            point,
            height_m: None,
            level: values.whole("level"),
            building: None,
            details,
        };
        self.part.layers.sites.push(site);
    }

    fn build_zones(&mut self, pieces: Vec<Piece>, values: &mut Values<'_>, feature: &mut Feature) {
        let areas = areas(pieces, values, feature);
        if areas.is_empty() {
            return;
        }
        let kind = match values.class {
            Some(class) => words::zone(&super::header::compact(class)),
            None => values.word("kind", words::zone, "a kind of area, such as subdistrict, park, 街道 or 历史文化街区"),
        };
        let Some(kind) = kind else {
            feature.faults.push(Fault::new(
                "IO-ZONE-KIND",
                Severity::Error,
                Done::SetAside,
                "an area of no known kind",
                format!("one of {}", codes(ZoneKind::ALL, ZoneKind::code)),
                "state the kind in a column or for the whole source in `constants`",
            ));
            return;
        };
        let zone = Zone {
            origin: feature.origin.clone(),
            id: self.unique("zones", feature, 0),
            name: values.text("name"),
            kind,
            area: MultiPolygon(areas),
            people: values.count("people", MOST_PEOPLE).map(f64::from),
        };
        self.part.layers.zones.push(zone);
    }
}

/// A number that two lines share when they have the same vertices, in this order or the other.
fn fingerprint(line: &LineString<f64>) -> u64 {
    let key = |c: &geo_types::Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let is_forward = line.0.iter().map(key).le(line.0.iter().rev().map(key));
    let mut hasher = DefaultHasher::new();
    if is_forward {
        line.0.iter().for_each(|c| key(c).hash(&mut hasher));
    } else {
        line.0.iter().rev().for_each(|c| key(c).hash(&mut hasher));
    }
    hasher.finish()
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> String {
    all.iter().map(|&variant| code(variant)).collect::<Vec<_>>().join(", ")
}

fn wrong_type(found: &str, expected: &str) -> Fault {
    Fault::new(
        "IO-GEOM-TYPE",
        Severity::Error,
        Done::SetAside,
        found,
        expected,
        "give the feature to the layer it belongs to, or draw it as expected",
    )
}

fn lines(pieces: Vec<Piece>, feature: &mut Feature) -> Vec<(LineString<f64>, Vec<Option<f64>>)> {
    let mut lines = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Line(line, heights) => lines.push((line, heights)),
            Piece::Point(_) => feature.faults.push(wrong_type("a point", "a line")),
            Piece::Area(_) => feature.faults.push(wrong_type("an area", "a line")),
        }
    }
    lines
}

fn areas(pieces: Vec<Piece>, values: &Values<'_>, feature: &mut Feature) -> Vec<Polygon<f64>> {
    let mut areas = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Area(area) => areas.push(area),
            Piece::Point(_) => feature.faults.push(wrong_type("a point", "an area")),
            Piece::Line(line, _) => match area_of_line(&line) {
                Some((area, mut faults)) => {
                    feature.faults.append(&mut faults);
                    // In a drawing a closed line is how an area is drawn.
                    if values.table.drawing_layer.is_none() {
                        feature.faults.push(Fault::new(
                            "IO-GEOM-LINE-AS-AREA",
                            Severity::Info,
                            Done::Repaired,
                            "a line that ends where it begins",
                            "an area",
                            "nothing needs to be done if the line is an outline; here it was taken as one",
                        ));
                    }
                    areas.push(area);
                }
                None => feature.faults.push(wrong_type("a line that encloses nothing", "an area")),
            },
        }
    }
    areas
}

/// Points as they are; the one of a line or area that stands for it.
fn points(pieces: Vec<Piece>, feature: &mut Feature) -> Vec<Point<f64>> {
    if pieces.iter().all(|piece| matches!(piece, Piece::Point(_))) {
        return pieces
            .into_iter()
            .filter_map(|piece| if let Piece::Point(point) = piece { Some(point) } else { None })
            .collect();
    }
    let (what, point) = match pieces.as_slice() {
        [Piece::Area(area)] => ("an area", area.interior_point()),
        [Piece::Line(line, _)] => ("a line", line.centroid()),
        several => {
            let members: Vec<Geometry<f64>> = several
                .iter()
                .map(|piece| match piece {
                    Piece::Point(point) => (*point).into(),
                    Piece::Line(line, _) => line.clone().into(),
                    Piece::Area(area) => area.clone().into(),
                })
                .collect();
            ("several lines or areas", geo_types::GeometryCollection(members).centroid())
        }
    };
    if point.is_some() {
        feature.faults.push(Fault::new(
            "IO-GEOM-AS-POINT",
            Severity::Info,
            Done::Repaired,
            what,
            "a point",
            "give the point where water is drawn or people leave; here a point in the middle stands for the shape",
        ));
    }
    point.into_iter().collect()
}

fn point_of(shape: &Geometry<f64>) -> Option<Point<f64>> {
    shape.interior_point()
}

fn direction(values: &mut Values<'_>) -> Direction {
    if let Some(direction) = values.text("direction").and_then(|text| words::direction_of_number(&text)) {
        return direction;
    }
    values.word("direction", words::direction, "forward, backward or both").unwrap_or(Direction::Both)
}

fn permission(values: &mut Values<'_>, key: &str) -> Option<Permission> {
    values.word(key, words::permission, "yes, limited or no")
}

fn parking(values: &mut Values<'_>, key: &str) -> Option<Parking> {
    let kind = values.word(
        key,
        words::parking,
        "a way of parking: none, parallel, diagonal, perpendicular or half_on_kerb",
    )?;
    let probability = values
        .text("parking_probability")
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|share| (0.0..=1.0).contains(share));
    Some(Parking { kind, hours: values.hours("parking_hours"), probability })
}

/// Every width a row states, each with its meaning.
fn widths(values: &mut Values<'_>) -> Vec<StatedWidth> {
    let named =
        values.word("width_meaning", words::width_meaning, "clear, carriageway, right_of_way, estimated or limit");
    let of_mapping =
        values.meaning("width_m").and_then(|meaning| words::width_meaning(&super::header::compact(meaning)));
    let usual = of_mapping.or(named).unwrap_or(WidthMeaning::Carriageway);
    let mut widths = Vec::new();
    for (key, meaning) in [
        ("clear_width_m", WidthMeaning::Clear),
        ("width_m", usual),
        ("right_of_way_m", WidthMeaning::RightOfWay),
        ("estimated_width_m", WidthMeaning::Estimated),
        ("max_width_m", WidthMeaning::Limit),
    ] {
        let Some(found) = values.plausible(key, MOST_WIDTH_M, "metres, as roads are wide") else { continue };
        let Some(width) = found.amount.single().and_then(|width| Metres::new(width).ok()) else { continue };
        if width.get() < LEAST_USUAL_WIDTH_M || width.get() > MOST_USUAL_WIDTH_M {
            values.faults.push(Fault::new(
                "IO-ROAD-WIDTH",
                Severity::Warning,
                Done::Kept,
                format!("{}, which is {width:.2}", found.written),
                format!("a width from {LEAST_USUAL_WIDTH_M} to {MOST_USUAL_WIDTH_M} m"),
                "check the value and its unit; here it is used as it stands",
            ));
        }
        widths.push(StatedWidth { width, meaning, key: found.column });
    }
    widths
}

fn clear_heights(values: &mut Values<'_>) -> Vec<StatedHeight> {
    let mut heights = Vec::new();
    for (key, is_physical) in [("clear_height_m", true), ("max_height_m", false)] {
        let Some(found) = values.plausible(key, MOST_CLEAR_HEIGHT_M, "metres above a road") else { continue };
        let Some(height) = found.amount.single().and_then(|height| Metres::new(height).ok()) else { continue };
        heights.push(StatedHeight { height, is_physical, key: found.column });
    }
    heights
}

/// What a row says of a building's body.
fn body(values: &mut Values<'_>) -> Body {
    let height = values.plausible("height_m", MOST_BUILDING_M, "metres, as buildings are high");
    let usage = values.word("usage", words::building_use, "a use, such as dwelling, public, 住宅 or 办公");
    Body {
        height_from: height.as_ref().map(|found| format!("column {}", found.column)),
        height: height.and_then(|found| found.amount.bounds::<Metres>()).unwrap_or_default(),
        #[expect(clippy::cast_possible_truncation, reason = "the count is at most 200")]
        storeys: values.count("storeys", MOST_STOREYS).map(|storeys| storeys as u16),
        structure: values.word("structure", words::structure, "a structure, such as timber, masonry, 砖木 or 框架"),
        fire_grade: values.word("fire_grade", words::fire_grade, "a fire-resistance grade from 1 to 4"),
        usage: usage.filter(|usage| *usage != BuildingUse::Unknown),
        volume: values
            .plausible("volume_m3", MOST_VOLUME_M3, "cubic metres")
            .and_then(|found| CubicMetres::new(found.amount.single()?).ok()),
        occupants: values.count("occupants", MOST_PEOPLE),
    }
}

fn service(values: &mut Values<'_>) -> Service {
    if let Some(is_out) = values.flag("out_of_service") {
        return if is_out { Service::OutOfService } else { Service::InService };
    }
    values.word("status", words::service, "in_service or out_of_service, 正常 or 停用").unwrap_or(Service::Unknown)
}

fn is_paved(surface: &str) -> Option<bool> {
    match super::header::compact(surface).as_str() {
        "asphalt" | "concrete" | "paved" | "pavingstones" | "sett" | "cobblestone" | "bricks" | "沥青" | "混凝土"
        | "水泥" | "石板" | "铺装" | "青石板" | "砖" | "concreteplates" | "metal" | "wood" => Some(true),
        "unpaved" | "gravel" | "dirt" | "ground" | "earth" | "grass" | "sand" | "compacted" | "finegravel" | "mud"
        | "土" | "土路" | "砂石" | "碎石" => Some(false),
        _ => None,
    }
}
