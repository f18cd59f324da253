//! Writes a town as the files a city would hand over, with a study that runs on them and the truth beside them.

mod geojson;
mod prose;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use geo_types::{Geometry, LineString, Point};
use serde_json::{Map, Value, json};

use crate::ground::HeightGrid;
use crate::pinches::class_of;
use crate::plan::ZONE;
use crate::plane::Xy;
use crate::streets::{Bed, Street};
use crate::town::HillTown;
use geojson::Feature;

/// The districts that [`write_district`] knows.
const DISTRICTS: [&str; 1] = ["hill-town"];

/// Why a district could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TownError {
    /// No district has this name.
    #[error("there is no synthetic district `{name}`; the known ones are: {}", known.join(", "))]
    UnknownDistrict {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// A file or the folder could not be written.
    #[error("{}: could not be written: {cause}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub dir: PathBuf,
    /// The study in it, to run.
    pub study: PathBuf,
    /// File names in the order of writing, each with the number of features or lines in it.
    pub files: Vec<(String, usize)>,
}

/// Writes a named synthetic district with its study and its truth into a folder, which is made where it is missing.
///
/// Every file appears whole or not at all. The same name and seed give the same bytes.
///
/// # Errors
///
/// [`TownError::UnknownDistrict`] for a name that is not known, before anything is written; [`TownError::Unwritable`]
/// when the system refuses a file.
pub fn write_district(name: &str, seed: u64, dir: &Path) -> Result<Written, TownError> {
    if !DISTRICTS.contains(&name) {
        return Err(TownError::UnknownDistrict { name: name.to_owned(), known: DISTRICTS.to_vec() });
    }
    write_town(&HillTown::new(seed), seed, dir)
}

/// Writes a town of any size, as [`write_district`] does.
///
/// # Errors
///
/// [`TownError::Unwritable`] when the system refuses a file.
pub fn write_town(town: &HillTown, seed: u64, dir: &Path) -> Result<Written, TownError> {
    fs::create_dir_all(dir).map_err(|cause| TownError::Unwritable { path: dir.to_path_buf(), cause })?;
    let mut written = Written { dir: dir.to_path_buf(), study: dir.join("study.toml"), files: Vec::new() };
    let mut put = |name: &str, count: usize, text: String| -> Result<(), TownError> {
        let path = dir.join(name);
        let unfinished = dir.join(format!(".{name}.unfinished"));
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, &path))
            .map_err(|cause| TownError::Unwritable { path, cause })?;
        written.files.push((name.to_owned(), count));
        Ok(())
    };
    for (name, features) in layers(town) {
        put(&format!("{name}.geojson"), features.len(), geojson::render(name, &features))?;
    }
    put("terrain.asc", town.terrain.heights_m.len(), ascii_grid(&town.terrain))?;
    put("terrain.prj", 1, prose::PROJECTION.to_owned())?;
    let (count, text) = truth(town);
    put("truth.csv", count, text)?;
    let (count, text) = truth_objects(town);
    put("truth_objects.csv", count, text)?;
    let (count, text) = narrow_lanes(town);
    put("narrow_lanes.csv", count, text)?;
    let (count, text) = checked_lanes(town);
    put("checked_lanes.csv", count, text)?;
    put("README.txt", 1, prose::readme(town, seed))?;
    put("study.toml", 1, prose::study(town))?;
    Ok(written)
}

fn truth(town: &HillTown) -> (usize, String) {
    let mut text = String::from(
        "id,x_m,y_m,clear_width_m,clear_height_m,cause,frees_site,frees_people,together_with,cleared_width_m,class_before,\
         class_after\n",
    );
    for pinch in &town.pinches {
        let number = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.2}"));
        let (width, height) = (number(pinch.clear_width_m), number(pinch.clear_height_m));
        let (id, at, cause) = (&pinch.id, pinch.at, pinch.cause.code());
        text.push_str(&format!("{id},{:.4},{:.4},{width},{height},{cause}", at.x, at.y));
        match &pinch.frees {
            Some(frees) => {
                // What has to go together decides together.
                let together = town.pinches.iter().filter(|p| frees.together_with.contains(&p.id) || p.id == pinch.id);
                let before = together.filter_map(|p| p.clear_width_m).fold(f64::INFINITY, f64::min);
                let (with, after) = (frees.together_with.join(" "), frees.cleared_width_m);
                text.push_str(&format!(
                    ",{},{:.0},{with},{after:.2},{},{}\n",
                    frees.site,
                    frees.people,
                    class_of(before),
                    class_of(after)
                ));
            }
            None => text.push_str(",,,,,,\n"),
        }
    }
    (town.pinches.len(), text)
}

fn truth_objects(town: &HillTown) -> (usize, String) {
    let mut text = String::from("id,road,obstacles\n");
    for pinch in &town.pinches {
        text.push_str(&format!("{},{},{}\n", pinch.id, pinch.street, pinch.obstacles.join(" ")));
    }
    (town.pinches.len(), text)
}

fn narrow_lanes(town: &HillTown) -> (usize, String) {
    let mut text = String::from("id,road,clear_width_m\n");
    let mut count = 0;
    for street in &town.streets {
        if let Some(clear) = street.narrow_m {
            count += 1;
            text.push_str(&format!("N{count:03},{},{clear:.2}\n", street.id));
        }
    }
    (count, text)
}

fn checked_lanes(town: &HillTown) -> (usize, String) {
    let mut text = String::from("road,length_m,other_gaps_at_least_m,pinch_points\n");
    let mut count = 0;
    for street in town.streets.iter().filter(|s| s.is_checked) {
        count += 1;
        let pinches: Vec<&str> = town.pinches.iter().filter(|p| p.street == street.id).map(|p| p.id.as_str()).collect();
        let least = 2.0 * street.half_gap_m;
        text.push_str(&format!("{},{:.1},{least:.2},{}\n", street.id, street.length_m(), pinches.join(" ")));
    }
    (count, text)
}

fn ascii_grid(grid: &HeightGrid) -> String {
    let mut text = format!(
        "ncols {}\nnrows {}\nxllcorner {:.3}\nyllcorner {:.3}\ncellsize {}\nNODATA_value -9999\n",
        grid.columns, grid.rows, grid.corner.x, grid.corner.y, grid.cell_m
    );
    for row in grid.heights_m.chunks(grid.columns) {
        for (index, height) in row.iter().enumerate() {
            let separator = if index + 1 == row.len() { '\n' } else { ' ' };
            write!(text, "{height:.2}{separator}").expect("a string takes any text");
        }
    }
    text
}

/// Properties, leaving out what nobody stated.
struct Properties(Map<String, Value>);

impl Properties {
    fn new(id: &str) -> Self {
        let mut map = Map::new();
        map.insert("id".to_owned(), json!(id));
        Self(map)
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.0.insert(key.to_owned(), value);
        }
        self
    }

    fn on(self, shape: impl Into<Geometry<f64>>) -> Feature {
        Feature { shape: shape.into(), properties: self.0 }
    }
}

fn point(at: Xy) -> Point<f64> {
    Point(at)
}

/// Every layer with its features, in the order of writing.
fn layers(town: &HillTown) -> Vec<(&'static str, Vec<Feature>)> {
    vec![
        ("roads", town.streets.iter().map(road).collect()),
        ("obstacles", obstacles(town)),
        ("buildings", buildings(town)),
        ("hydrants", hydrants(town)),
        ("water_sources", water_sources(town)),
        ("mains", mains(town)),
        ("stations", stations(town)),
        ("sites", sites(town)),
        ("zones", zones(town)),
    ]
}

fn road(street: &Street) -> Feature {
    let side = |index: usize| street.parking[index].map(|side| side.kind);
    let hours = street.parking.iter().flatten().find_map(|side| side.hours);
    let structure = match street.bed {
        Bed::Ground => None,
        Bed::Bridge => Some("bridge"),
        Bed::Tunnel => Some("tunnel"),
        Bed::Covered => Some("covered"),
    };
    let level = match street.bed {
        Bed::Bridge => 1,
        Bed::Tunnel => -1,
        Bed::Ground | Bed::Covered => 0,
    };
    Properties::new(&street.id)
        .with("name", street.name.clone())
        .with("class", street.class)
        .with("level", level)
        .with("bridge", street.bed == Bed::Bridge)
        .with("tunnel", street.bed == Bed::Tunnel)
        .with("structure", structure)
        .with("covered", (street.bed == Bed::Covered).then_some(true))
        .with("lanes", street.lanes)
        .with("direction", street.direction)
        .with("width_m", street.stated_width.map(|w| (w.0 * 100.0).round() / 100.0))
        .with("width_meaning", street.stated_width.map(|w| w.1))
        .with("clear_height_m", street.clear_height_m)
        .with("parking_left", side(0))
        .with("parking_right", side(1))
        .with("parking_hours", hours)
        .with("step_count", street.step_count)
        .with("surface", street.surface)
        .with("max_mass_t", street.max_mass_t)
        .on(LineString(street.line.clone()))
}

fn obstacles(town: &HillTown) -> Vec<Feature> {
    let feature = |o: &crate::pinches::TownObstacle| {
        Properties::new(&o.id)
            .with("kind", o.kind)
            .with("removable", o.is_removable)
            .with("clear_width_m", o.clear_width_m)
            .with("clear_height_m", o.clear_height_m)
            .with("lets_engines_pass", o.lets_engines_pass)
            .with("radius_m", o.radius_m)
            .with("level", 0)
            .with("hours", o.hours)
            .on(o.shape.clone())
    };
    town.obstacles.iter().map(feature).collect()
}

fn buildings(town: &HillTown) -> Vec<Feature> {
    let feature = |h: &crate::houses::House| {
        Properties::new(&h.id)
            .with("height_m", h.height_m)
            .with("storeys", h.storeys)
            .with("structure", h.structure)
            .with("fire_grade", h.fire_grade)
            .with("usage", h.usage)
            .with("occupants", h.occupants)
            .on(h.footprint.clone())
    };
    town.houses.iter().map(feature).collect()
}

fn hydrants(town: &HillTown) -> Vec<Feature> {
    let feature = |h: &crate::supply::TownHydrant| {
        Properties::new(&h.id)
            .with("kind", h.kind)
            .with("status", h.status)
            .with("flow_lps", h.flow_lps)
            .with("pressure_mpa", h.pressure_mpa)
            .with("diameter_mm", h.diameter_mm)
            .with("main_id", h.main_id.clone())
            .with("tested_on", h.tested_on.clone())
            .on(point(h.at))
    };
    town.hydrants.iter().map(feature).collect()
}

fn water_sources(town: &HillTown) -> Vec<Feature> {
    let feature = |w: &crate::supply::TownWater| {
        Properties::new(&w.id)
            .with("name", w.name.clone())
            .with("kind", w.kind)
            .with("volume_m3", w.volume_m3)
            .with("refill_lps", w.refill_lps)
            .with("deck_height_m", w.deck_height_m)
            .with("water_level_m", w.water_level_m)
            .with("gauge", w.gauge)
            .with("status", w.status)
            .on(point(w.at))
    };
    town.waters.iter().map(feature).collect()
}

fn mains(town: &HillTown) -> Vec<Feature> {
    let feature = |m: &crate::supply::TownMain| {
        Properties::new(&m.id)
            .with("diameter_mm", m.diameter_mm)
            .with("layout", m.layout)
            .with("segment", m.segment.clone())
            .with("pressure_zone", m.pressure_zone.clone())
            .on(m.line.clone())
    };
    town.mains.iter().map(feature).collect()
}

fn stations(town: &HillTown) -> Vec<Feature> {
    let feature = |s: &crate::supply::TownStation| {
        Properties::new(&s.id)
            .with("name", s.name.clone())
            .with("kind", s.kind)
            .with("vehicles", s.vehicles.clone())
            .with("turnout_s", s.turnout_s)
            .with("crew", s.crew)
            .with("hours", s.hours)
            .on(point(s.at))
    };
    town.stations.iter().map(feature).collect()
}

fn sites(town: &HillTown) -> Vec<Feature> {
    let feature = |s: &crate::places::TownSite| {
        let house = s.house.map(|index| &town.houses[index]);
        Properties::new(&s.id)
            .with("name", s.name.clone())
            .with("name_en", s.name_en.clone())
            .with("kind", s.kind)
            .with("grade", s.grade)
            .with("structure", house.map(|h| h.structure))
            .with("storeys", house.map(|h| h.storeys))
            .with("height_m", house.and_then(|h| h.height_m))
            .with("usage", s.usage)
            .with("people", s.people)
            .with("occupants", house.map(|h| h.occupants))
            .with("owner", s.owner)
            .with("era", s.era)
            .with("address", s.address.clone())
            .on(s.shape.clone())
    };
    town.sites.iter().map(feature).collect()
}

fn zones(town: &HillTown) -> Vec<Feature> {
    let feature = |z: &crate::places::TownZone| {
        Properties::new(&z.id)
            .with("name", z.name.clone())
            .with("kind", z.kind)
            .with("people", z.people)
            .on(z.outline.clone())
    };
    town.zones.iter().map(feature).collect()
}

/// Longitude and latitude as text with ten decimals, a hundredth of a millimetre.
fn lon_lat(at: Xy) -> String {
    let (lon, lat) = ZONE.backward(at);
    format!("{lon:.10}, {lat:.10}")
}
