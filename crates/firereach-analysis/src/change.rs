//! Applies the changes of a scenario to a copy of the layers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firereach_model::feature::{
    Parking, ParkingKind, Permission, Road, RoadClass, StatedHeight, StatedWidth, WidthMeaning,
};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use firereach_model::study::{Change, Scenario};
use firereach_model::units::{Metres, Tonnes};
use geo::{Distance, Euclidean};
use geo_types::{Coord, LineString, Point};

/// The city as one scenario has it.
#[derive(Clone, Debug)]
pub struct Conditions<'a> {
    /// The layers: the base's own where the scenario changes nothing in them.
    pub layers: Cow<'a, Layers>,
    /// The hour of the day, 0 to 23.
    pub hour: u8,
    /// Factor on all driving speeds.
    pub speed_factor: f64,
    /// Seconds added to every turnout.
    pub turnout_shift_s: f64,
    /// Roads closed to vehicles, by index; ordered.
    pub closed: Vec<u32>,
    /// Roads opened to vehicles whatever their tags say, by index; ordered.
    pub opened: Vec<u32>,
    /// Roads on which parking was turned on or off, by index; ordered.
    pub parking: BTreeMap<u32, bool>,
    /// Parking turned on or off everywhere; a road's own switch is stronger.
    pub parking_everywhere: Option<bool>,
    /// Identifiers of the stations the scenario adds, in the order of its changes.
    pub added_stations: Vec<String>,
    /// Whether roads were added, so that the network has to be built anew; other changes only need a new price.
    pub is_shape_changed: bool,
}

impl<'a> Conditions<'a> {
    /// The layers as they are, at an hour of the day.
    pub fn of(layers: &'a Layers, hour: u8) -> Self {
        Self {
            layers: Cow::Borrowed(layers),
            hour,
            speed_factor: 1.0,
            turnout_shift_s: 0.0,
            closed: Vec::new(),
            opened: Vec::new(),
            parking: BTreeMap::new(),
            parking_everywhere: None,
            added_stations: Vec::new(),
            is_shape_changed: false,
        }
    }

    /// The same conditions over the same layers, without a copy of them, with driving speeds changed by a factor.
    pub(crate) fn at_speed(&self, factor: f64) -> Conditions<'_> {
        Conditions {
            layers: Cow::Borrowed(&self.layers),
            hour: self.hour,
            speed_factor: self.speed_factor * factor,
            turnout_shift_s: self.turnout_shift_s,
            closed: self.closed.clone(),
            opened: self.opened.clone(),
            parking: self.parking.clone(),
            parking_everywhere: self.parking_everywhere,
            added_stations: self.added_stations.clone(),
            is_shape_changed: self.is_shape_changed,
        }
    }

    /// Whether the scenario closes a road to vehicles.
    pub fn is_closed(&self, road: u32) -> bool {
        self.closed.binary_search(&road).is_ok()
    }

    /// Whether the scenario opens a road to vehicles.
    pub fn is_opened(&self, road: u32) -> bool {
        self.opened.binary_search(&road).is_ok()
    }

    /// Whether the scenario turned parking on or off on a road.
    pub fn parking_switch(&self, road: u32) -> Option<bool> {
        self.parking.get(&road).copied().or(self.parking_everywhere)
    }

    /// Whether something that is there at given hours is there now; no hours mean always.
    pub fn is_hour_in(&self, hours: &[(u8, u8)]) -> bool {
        is_hour_in(self.hour, hours)
    }
}

/// Whether an hour lies in one of the spans `[from, to)`; a span whose end is below its beginning passes midnight, and no
/// spans mean always.
pub fn is_hour_in(hour: u8, hours: &[(u8, u8)]) -> bool {
    hours.is_empty()
        || hours
            .iter()
            .any(|&(from, to)| if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to })
}

/// Applies a scenario's changes, in their order, without touching the base.
///
/// Ids were checked when the study was read. A change that names a feature that an earlier change took away has no
/// effect. `link_limit_m` is how far the ends of an added road are carried to the nearest road to be joined to it.
pub fn apply<'a>(layers: &'a Layers, scenario: &Scenario, link_limit_m: f64) -> Conditions<'a> {
    let mut conditions = Conditions::of(layers, scenario.hour);
    for change in &scenario.changes {
        apply_one(&mut conditions, change, &scenario.name, link_limit_m);
    }
    conditions
}

fn apply_one(conditions: &mut Conditions<'_>, change: &Change, scenario: &str, link_limit_m: f64) {
    match change {
        Change::SpeedFactor(factor) => conditions.speed_factor *= factor,
        Change::TurnoutShift(seconds) => conditions.turnout_shift_s += seconds,
        Change::CloseRoad(id) => set_open(conditions, id, false),
        Change::OpenRoad(id) => set_open(conditions, id, true),
        Change::Parking { road, is_on } => set_parking(conditions, road.as_deref(), *is_on),
        Change::AddStation(station) => {
            conditions.layers.to_mut().stations.push(station.clone());
            conditions.added_stations.push(station.id.clone());
        }
        Change::RemoveStation(id) => {
            conditions.layers.to_mut().stations.retain(|station| station.id != *id);
            conditions.added_stations.retain(|added| added != id);
        }
        Change::MoveStation { id, to } => {
            for station in conditions.layers.to_mut().stations.iter_mut().filter(|station| station.id == *id) {
                station.at = *to;
                station.outline = None;
            }
        }
        Change::ChangeStation { id, vehicles, turnout_s, hours } => {
            for station in conditions.layers.to_mut().stations.iter_mut().filter(|station| station.id == *id) {
                if let Some(vehicles) = vehicles {
                    station.vehicles.clone_from(vehicles);
                }
                station.turnout_s = turnout_s.or(station.turnout_s);
                if let Some(hours) = hours {
                    station.hours.clone_from(hours);
                }
            }
        }
        Change::WidenRoad { id, clear_width_m } => {
            on_road(conditions, id, |road| set_width(road, *clear_width_m, "widen-road"));
        }
        Change::RestrictRoad { id, clear_width_m, clear_height_m, max_mass_t } => on_road(conditions, id, |road| {
            if let Some(width) = clear_width_m {
                set_width(road, *width, "restrict-road");
            }
            if let Some(height) = clear_height_m.and_then(|height| Metres::new(height).ok()) {
                road.clear_heights = vec![StatedHeight { height, is_physical: true, key: "restrict-road".to_owned() }];
            }
            if let Some(mass) = max_mass_t.and_then(|mass| Tonnes::new(mass).ok()) {
                road.max_mass = Some(mass);
            }
        }),
        Change::LinkRoad { id, line, clear_width_m } => {
            let road = link_road(&conditions.layers, scenario, id, line, *clear_width_m, link_limit_m);
            conditions.layers.to_mut().roads.push(road);
            conditions.is_shape_changed = true;
        }
        Change::RemoveObstacle(id) => conditions.layers.to_mut().obstacles.retain(|obstacle| obstacle.id != *id),
        Change::RemoveRemovable => {
            conditions.layers.to_mut().obstacles.retain(|obstacle| obstacle.is_removable != Some(true));
        }
        Change::AddHydrant(hydrant) => conditions.layers.to_mut().hydrants.push(hydrant.clone()),
        Change::RemoveHydrant(id) => conditions.layers.to_mut().hydrants.retain(|hydrant| hydrant.id != *id),
        Change::AddWaterSource(source) => conditions.layers.to_mut().water_sources.push(source.clone()),
        Change::RemoveWaterSource(id) => {
            conditions.layers.to_mut().water_sources.retain(|source| source.id != *id);
        }
        Change::WaterLevel { gauge, level_m } => {
            for source in conditions.layers.to_mut().water_sources.iter_mut() {
                if source.gauge.as_deref() == Some(gauge.as_str()) {
                    source.water_level_m = Some(*level_m);
                }
            }
        }
    }
}

fn road_indices(conditions: &Conditions<'_>, id: &str) -> Vec<u32> {
    let roads = conditions.layers.roads.iter().enumerate();
    roads.filter(|(_, road)| road.id == id).filter_map(|(i, _)| u32::try_from(i).ok()).collect()
}

fn on_road(conditions: &mut Conditions<'_>, id: &str, edit: impl Fn(&mut Road)) {
    conditions.layers.to_mut().roads.iter_mut().filter(|road| road.id == id).for_each(edit);
}

fn set_open(conditions: &mut Conditions<'_>, id: &str, is_open: bool) {
    let roads = road_indices(conditions, id);
    let (into, out_of) = if is_open {
        (&mut conditions.opened, &mut conditions.closed)
    } else {
        (&mut conditions.closed, &mut conditions.opened)
    };
    into.extend(&roads);
    into.sort_unstable();
    into.dedup();
    out_of.retain(|road| !roads.contains(road));
}

/// Turns parking on or off: off takes the stated parking away, on makes sides of which nothing is known parked.
fn set_parking(conditions: &mut Conditions<'_>, road: Option<&str>, is_on: bool) {
    match road {
        Some(id) => {
            for road in road_indices(conditions, id) {
                conditions.parking.insert(road, is_on);
            }
        }
        None => {
            conditions.parking.clear();
            conditions.parking_everywhere = Some(is_on);
        }
    }
    let parked = || Parking { kind: ParkingKind::Unknown, hours: Vec::new(), probability: None };
    let edit = |of: &mut Road| {
        for side in [&mut of.parking.left, &mut of.parking.right] {
            match side {
                _ if !is_on => *side = Some(Parking { kind: ParkingKind::None, ..parked() }),
                None => *side = Some(parked()),
                Some(parking) => {
                    parking.hours.clear();
                    parking.probability = Some(1.0);
                }
            }
        }
    };
    let is_meant = |of: &Road| road.is_none_or(|id| of.id == id);
    conditions.layers.to_mut().roads.iter_mut().filter(|of| is_meant(of)).for_each(edit);
}

/// States a clear width; everything the sources said about the width before is replaced.
fn set_width(road: &mut Road, width_m: f64, key: &str) {
    if let Ok(width) = Metres::new(width_m) {
        road.widths = vec![StatedWidth { width, meaning: WidthMeaning::Clear, key: key.to_owned() }];
    }
}

/// A new road whose ends are carried to the nearest road within the limit.
fn link_road(
    layers: &Layers,
    scenario: &str,
    id: &str,
    line: &LineString<f64>,
    clear_width_m: Option<f64>,
    limit_m: f64,
) -> Road {
    let mut vertices = line.0.clone();
    if let (Some(&first), Some(&last)) = (line.0.first(), line.0.last()) {
        if let Some(at) = nearest_on_roads(layers, first, limit_m).filter(|&at| at != first) {
            vertices.insert(0, at);
        }
        if let Some(at) = nearest_on_roads(layers, last, limit_m).filter(|&at| at != last) {
            vertices.push(at);
        }
    }
    let heights_m = vertices.iter().map(|&at| layers.terrain.height_at(at).map(|h| h.height_m)).collect();
    let mut road = Road {
        origin: Origin::of_study(scenario, id),
        motor: Permission::Yes,
        emergency: Permission::Yes,
        is_paved: Some(true),
        heights_m,
        ..Road::plain(id, RoadClass::Service, LineString(vertices))
    };
    if let Some(width) = clear_width_m {
        set_width(&mut road, width, "link-road");
    }
    road
}

fn nearest_on_roads(layers: &Layers, from: Coord<f64>, limit_m: f64) -> Option<Coord<f64>> {
    let mut best: Option<(f64, Coord<f64>)> = None;
    for segment in layers.roads.iter().filter(|road| road.level == 0).flat_map(|road| road.line.lines()) {
        let distance_m = Euclidean.distance(&Point(from), &segment);
        if distance_m <= limit_m && best.is_none_or(|(least, _)| distance_m < least) {
            let (dx, dy) = (segment.end.x - segment.start.x, segment.end.y - segment.start.y);
            let squared = dx * dx + dy * dy;
            let share = if squared > 0.0 {
                (((from.x - segment.start.x) * dx + (from.y - segment.start.y) * dy) / squared).clamp(0.0, 1.0)
            } else {
                0.0
            };
            best = Some((distance_m, Coord { x: segment.start.x + dx * share, y: segment.start.y + dy * share }));
        }
    }
    best.map(|(_, at)| at)
}
