//! From any coordinate system to the working one, in metres on a plane, and back to degrees.
//!
//! Registered systems go through GDAL's coordinate transformation, always in the order east, north; GCJ-02 and BD-09 are
//! this crate's own ([`gcj02`]).

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use firereach_model::layers::Frame;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, CoordTransformOptions, SpatialRef};
use geo_types::Coord;

use crate::gdal_setup::prepare_gdal;

pub mod gcj02;
pub mod magnitude;

/// Degrees on WGS 84, where every conversion from or to a shifted system passes.
const WGS84: &str = "EPSG:4326";

/// Why a coordinate system cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("coordinate system `{given}`: {found}; expected {expected}")]
pub struct ProjectionError {
    /// The system as it was given.
    pub given: String,
    /// What is wrong with it.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// How the two numbers of a position are ordered in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisOrder {
    /// East or longitude first, as nearly every file has it.
    EastNorth,
    /// North or latitude first, as Chinese survey tables and drawings often have it.
    NorthEast,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Registered { is_geographic: bool, metres_per_unit_bits: u64 },
    Gcj02,
    Bd09,
}

/// A coordinate system that a source may be in.
///
/// # Example
///
/// ```
/// use firereach_io::projection::System;
///
/// assert!(System::parse("EPSG:4490")?.is_geographic());
/// assert!(System::parse("gcj02")?.is_geographic());
/// assert!(!System::parse("EPSG:4545 north-east")?.is_geographic());
/// assert!(System::parse("Chongqing local").is_err());
/// # Ok::<(), firereach_io::projection::ProjectionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    kind: Kind,
    definition: Arc<str>,
    name: String,
    /// The order of the two numbers in the file.
    pub axes: AxisOrder,
}

impl System {
    /// Reads an EPSG code (`EPSG:4545` or `4545`), a PROJ string, WKT, `gcj02` or `bd09`.
    ///
    /// ` north-east` behind any of them says that the file has the northing or latitude first.
    ///
    /// # Errors
    ///
    /// When the text names no system that is known here, or one that has no place on the Earth.
    pub fn parse(text: &str) -> Result<Self, ProjectionError> {
        prepare_gdal();
        let trimmed = text.trim();
        let (given, axes) = match trimmed.strip_suffix("north-east") {
            Some(rest) => (rest.trim_end_matches([' ', ',', ';']), AxisOrder::NorthEast),
            None => (trimmed, AxisOrder::EastNorth),
        };
        let word = given.to_ascii_lowercase().replace(['-', '_', ' '], "");
        if word == "gcj02" || word == "bd09" || word == "bd09ll" {
            let (kind, name) = if word == "gcj02" { (Kind::Gcj02, "GCJ-02") } else { (Kind::Bd09, "BD-09") };
            return Ok(Self { kind, definition: name.into(), name: name.to_owned(), axes });
        }
        let fault = |found: String| ProjectionError {
            given: shortened(text),
            found,
            expected: "an EPSG code such as EPSG:4545, a PROJ string, WKT, gcj02 or bd09".to_owned(),
        };
        let is_code = !given.is_empty() && given.bytes().all(|b| b.is_ascii_digit());
        let definition = if is_code { format!("EPSG:{given}") } else { given.to_owned() };
        // GDAL would take other words for the names of files to open.
        let upper = definition.to_ascii_uppercase();
        let is_known_form = upper.starts_with("+PROJ")
            || upper.starts_with("+INIT")
            || upper.starts_with("URN:OGC:DEF:CRS:")
            || ["EPSG:", "ESRI:", "OGC:", "IGNF:"].iter().any(|authority| upper.starts_with(authority))
            || upper.split_once('[').is_some_and(|(head, _)| {
                matches!(
                    head.trim(),
                    "PROJCS" | "GEOGCS" | "COMPD_CS" | "PROJCRS" | "GEOGCRS" | "GEODCRS" | "BOUNDCRS" | "COMPOUNDCRS"
                )
            });
        if !is_known_form {
            return Err(fault("this names no system".to_owned()));
        }
        let reference = reference_of(&definition).map_err(|error| fault(error.to_string()))?;
        let is_geographic = reference.is_geographic();
        if !is_geographic && !reference.is_projected() {
            return Err(fault("it is neither geographic nor projected".to_owned()));
        }
        let name = reference.name().unwrap_or_else(|| definition.clone());
        let definition = match (reference.auth_name(), reference.auth_code()) {
            (Some(authority), Ok(code)) if upper.contains('[') => format!("{authority}:{code}"),
            _ => definition,
        };
        let metres_per_unit_bits = if is_geographic { 0 } else { reference.linear_units().to_bits() };
        Ok(Self {
            kind: Kind::Registered { is_geographic, metres_per_unit_bits },
            definition: definition.into(),
            name,
            axes,
        })
    }

    /// Degrees of longitude and latitude on WGS 84.
    pub fn wgs84() -> Self {
        Self {
            kind: Kind::Registered { is_geographic: true, metres_per_unit_bits: 0 },
            definition: WGS84.into(),
            name: "WGS 84".to_owned(),
            axes: AxisOrder::EastNorth,
        }
    }

    /// Whether its coordinates are degrees.
    pub fn is_geographic(&self) -> bool {
        !matches!(self.kind, Kind::Registered { is_geographic: false, .. })
    }

    /// Whether it is one of the two shifted systems of Chinese public maps.
    pub fn is_shifted(&self) -> bool {
        matches!(self.kind, Kind::Gcj02 | Kind::Bd09)
    }

    /// Metres in one unit of its plane; `None` for degrees.
    pub fn metres_per_unit(&self) -> Option<f64> {
        match self.kind {
            Kind::Registered { is_geographic: false, metres_per_unit_bits } => {
                Some(f64::from_bits(metres_per_unit_bits))
            }
            _ => None,
        }
    }

    /// The definition, as short as it can be said.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Turns positions of this system into longitude and latitude on WGS 84, in place.
    ///
    /// A position that has none becomes NaN.
    pub fn to_lon_lat(&self, coords: &mut [Coord<f64>]) {
        if self.axes == AxisOrder::NorthEast {
            swap_axes(coords);
        }
        match self.kind {
            Kind::Gcj02 => map_degrees(coords, gcj02::wgs84_from_gcj02),
            Kind::Bd09 => map_degrees(coords, gcj02::wgs84_from_bd09),
            Kind::Registered { .. } => transform(&self.definition, WGS84, coords),
        }
    }

    /// Turns longitude and latitude on WGS 84 into positions of this system, in place.
    pub fn from_lon_lat(&self, coords: &mut [Coord<f64>]) {
        match self.kind {
            Kind::Gcj02 => map_degrees(coords, gcj02::gcj02_from_wgs84),
            Kind::Bd09 => map_degrees(coords, gcj02::bd09_from_wgs84),
            Kind::Registered { .. } => transform(WGS84, &self.definition, coords),
        }
        if self.axes == AxisOrder::NorthEast {
            swap_axes(coords);
        }
    }

    /// The least and greatest longitude and latitude for which the registry recommends the system.
    pub(crate) fn area_of_use(&self) -> Option<(f64, f64, f64, f64)> {
        if self.is_shifted() {
            return Some((72.004, 0.8293, 137.8347, 55.8271));
        }
        let area = reference_of(&self.definition).ok()?.area_of_use()?;
        Some((area.west_lon_degree, area.south_lat_degree, area.east_lon_degree, area.north_lat_degree))
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.name == *self.definition {
            f.write_str(&self.name)?;
        } else {
            write!(f, "{} ({})", shortened(&self.definition), self.name)?;
        }
        if self.axes == AxisOrder::NorthEast { f.write_str(", north first") } else { Ok(()) }
    }
}

/// The working coordinate system: metres on a plane, with the way to it and back to degrees.
///
/// It can be shared between threads; each keeps its own transformations.
#[derive(Clone, Debug)]
pub struct Projector {
    system: System,
    chosen: String,
}

impl Projector {
    /// The working system that a study names.
    ///
    /// # Errors
    ///
    /// When the text names no known system, or one whose coordinates are not metres on a plane.
    pub fn named(text: &str) -> Result<Self, ProjectionError> {
        Self::with_reason(System::parse(text)?, "named in the study".to_owned())
    }

    /// A working system with the reason for its choice.
    ///
    /// # Errors
    ///
    /// When its coordinates are not metres on a plane.
    pub fn with_reason(mut system: System, chosen: String) -> Result<Self, ProjectionError> {
        if system.metres_per_unit() != Some(1.0) {
            let unit = match system.metres_per_unit() {
                None => "its coordinates are degrees".to_owned(),
                Some(metres) => format!("its unit is {metres} m"),
            };
            return Err(ProjectionError {
                given: shortened(system.definition()),
                found: unit,
                expected: "a projected system in metres, for example EPSG:4545, or nothing, to have one chosen"
                    .to_owned(),
            });
        }
        // Working coordinates are east, north whatever a source has.
        system.axes = AxisOrder::EastNorth;
        Ok(Self { system, chosen })
    }

    /// The working system for data around a place: in China the 3-degree zone of CGCS2000 with the nearest central
    /// meridian, without a zone prefix (EPSG:4534 to 4554); elsewhere the UTM zone of WGS 84.
    ///
    /// # Source
    ///
    /// GB/T 22021-2008 for the 3-degree zones of large-scale surveying; the EPSG registry for the codes.
    ///
    /// # Errors
    ///
    /// When the place is not on the Earth or its zone is not in the registry.
    pub fn around(lon: f64, lat: f64) -> Result<Self, ProjectionError> {
        let place = format!("the data lies around longitude {lon:.4}, latitude {lat:.4}");
        if !(-180.0..=180.0).contains(&lon) || !(-84.0..=84.0).contains(&lat) {
            return Err(ProjectionError {
                given: "chosen from the data".to_owned(),
                found: place,
                expected: "data between latitudes 84 S and 84 N; name a working system in the study".to_owned(),
            });
        }
        if gcj02::is_in_china(lon, lat) {
            let meridian = (lon / 3.0).round() * 3.0;
            let code = 4534.0 + (meridian - 75.0) / 3.0;
            let reason = format!(
                "{place}, in China: the CGCS2000 3-degree zone of the nearest central meridian, {meridian:.0} E"
            );
            return Self::with_reason(System::parse(&format!("EPSG:{code:.0}"))?, reason);
        }
        let zone = (((lon + 180.0) / 6.0).floor() + 1.0).min(60.0);
        let code = if lat < 0.0 { 32700.0 } else { 32600.0 } + zone;
        let half = if lat < 0.0 { "south" } else { "north" };
        Self::with_reason(System::parse(&format!("EPSG:{code:.0}"))?, format!("{place}: UTM zone {zone:.0} {half}"))
    }

    /// The working system.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The frame for the layers, before any source has been brought into it.
    pub fn frame(&self) -> Frame {
        Frame {
            crs: self.system.definition().to_owned(),
            name: self.system.name().to_owned(),
            chosen: self.chosen.clone(),
            operations: Vec::new(),
        }
    }

    /// Longitude and latitude (WGS 84) of a working position, degrees; NaN where it has none.
    pub fn to_lon_lat(&self, at: Coord<f64>) -> (f64, f64) {
        let mut one = [at];
        self.system.to_lon_lat(&mut one);
        (one[0].x, one[0].y)
    }

    /// The working position of a place in degrees (WGS 84); NaN where it has none.
    pub fn from_lon_lat(&self, lon: f64, lat: f64) -> Coord<f64> {
        let mut one = [Coord { x: lon, y: lat }];
        self.system.from_lon_lat(&mut one);
        one[0]
    }

    /// Turns working positions into longitude and latitude, in place and in bulk.
    pub fn all_to_lon_lat(&self, coords: &mut [Coord<f64>]) {
        self.system.to_lon_lat(coords);
    }

    /// Turns longitudes and latitudes into working positions, in place and in bulk.
    pub fn all_from_lon_lat(&self, coords: &mut [Coord<f64>]) {
        self.system.from_lon_lat(coords);
    }

    /// Brings positions of a source's system into the working one, in place; NaN where that is impossible.
    pub fn project(&self, from: &System, coords: &mut [Coord<f64>]) {
        if from.definition == self.system.definition {
            if from.axes == AxisOrder::NorthEast {
                swap_axes(coords);
            }
            return;
        }
        if from.is_shifted() {
            from.to_lon_lat(coords);
            self.system.from_lon_lat(coords);
        } else {
            if from.axes == AxisOrder::NorthEast {
                swap_axes(coords);
            }
            transform(&from.definition, &self.system.definition, coords);
        }
    }

    /// One sentence about how positions of a source's system come here and how exactly.
    pub fn operation(&self, from: &System) -> String {
        let to = self.system.definition();
        if from.definition == self.system.definition {
            return format!("{from}: already the working system");
        }
        if from.is_shifted() {
            return format!(
                "{from} -> WGS 84 by inverting the published formula to 0.01 mm (how far the formula itself is off the \
                 official shift is not published, a few metres are usual) -> {to}"
            );
        }
        let accuracy = match accuracy_of(from.definition(), to) {
            Accuracy::Exact => "same datum, exact to the projection's 0.1 mm".to_owned(),
            Accuracy::Within(metres) => format!("stated accuracy {metres} m or better"),
            Accuracy::Ballpark => "the registry knows no transformation between the two datums: treated as identical, \
                                   below 1 m for CGCS2000 and WGS 84"
                .to_owned(),
        };
        format!("{from} -> {to}: {accuracy}")
    }
}

/// What the registry says about a transformation.
enum Accuracy {
    Exact,
    Within(f64),
    Ballpark,
}

/// Asks for better and better transformations until there is none.
fn accuracy_of(from: &str, to: &str) -> Accuracy {
    let (Ok(source), Ok(target)) = (reference_of(from), reference_of(to)) else { return Accuracy::Ballpark };
    if let (Ok(a), Ok(b)) = (source.geog_cs(), target.geog_cs()) {
        let same = |x: &SpatialRef, y: &SpatialRef| match (x.get_attr_value("DATUM", 0), y.get_attr_value("DATUM", 0)) {
            (Ok(Some(x)), Ok(Some(y))) => x == y && x != "unknown",
            _ => false,
        };
        if same(&a, &b) {
            return Accuracy::Exact;
        }
    }
    let exists = |accuracy: Option<f64>| {
        let Ok(mut options) = CoordTransformOptions::new() else { return false };
        let is_set = options.set_ballpark_allowed(false).is_ok()
            && accuracy.is_none_or(|metres| options.desired_accuracy(metres).is_ok());
        is_set && CoordTransform::new_with_options(&source, &target, &options).is_ok()
    };
    if !exists(None) {
        return Accuracy::Ballpark;
    }
    for metres in [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0] {
        if exists(Some(metres)) {
            return Accuracy::Within(metres);
        }
    }
    Accuracy::Ballpark
}

fn reference_of(definition: &str) -> Result<SpatialRef, gdal::errors::GdalError> {
    let mut reference = SpatialRef::from_definition(definition)?;
    reference.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    Ok(reference)
}

/// A GDAL reference of a definition in the order east, north, for the readers and writers of this crate.
pub(crate) fn spatial_reference(definition: &str) -> Result<SpatialRef, ProjectionError> {
    prepare_gdal();
    reference_of(definition).map_err(|error| ProjectionError {
        given: shortened(definition),
        found: error.to_string(),
        expected: "a system that GDAL knows".to_owned(),
    })
}

/// Transforms in place; what cannot be transformed becomes NaN.
fn transform(from: &str, to: &str, coords: &mut [Coord<f64>]) {
    /// Transformations a thread keeps; a run needs two or three.
    const KEPT: usize = 8;
    /// Positions handed over at a time.
    const CHUNK: usize = 4096;
    thread_local! {
        /// GDAL's transformations belong to one thread, and making one takes longer than using it a thousand times.
        static TRANSFORMS: RefCell<Vec<(String, String, Option<CoordTransform>)>> = const { RefCell::new(Vec::new()) };
    }
    if from == to {
        return;
    }
    TRANSFORMS.with_borrow_mut(|kept| {
        let place = kept.iter().position(|(a, b, _)| a == from && b == to).unwrap_or_else(|| {
            prepare_gdal();
            let made = reference_of(from)
                .and_then(|source| reference_of(to).and_then(|target| CoordTransform::new(&source, &target)));
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((from.to_owned(), to.to_owned(), made.ok()));
            kept.len() - 1
        });
        let Some(transform) = &kept[place].2 else {
            coords.fill(Coord { x: f64::NAN, y: f64::NAN });
            return;
        };
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for chunk in coords.chunks_mut(CHUNK) {
            xs.clear();
            ys.clear();
            xs.extend(chunk.iter().map(|c| c.x));
            ys.extend(chunk.iter().map(|c| c.y));
            if transform.transform_coords(&mut xs, &mut ys, &mut []).is_err() {
                // Some position of the chunk has no image; the others are asked for one by one.
                for (i, at) in chunk.iter().enumerate() {
                    let (mut x, mut y) = ([at.x], [at.y]);
                    let is_good = transform.transform_coords(&mut x, &mut y, &mut []).is_ok();
                    (xs[i], ys[i]) = if is_good { (x[0], y[0]) } else { (f64::NAN, f64::NAN) };
                }
            }
            for (at, (x, y)) in chunk.iter_mut().zip(xs.iter().zip(&ys)) {
                *at = if x.is_finite() && y.is_finite() {
                    Coord { x: *x, y: *y }
                } else {
                    Coord { x: f64::NAN, y: f64::NAN }
                };
            }
        }
    });
}

fn swap_axes(coords: &mut [Coord<f64>]) {
    for at in coords {
        std::mem::swap(&mut at.x, &mut at.y);
    }
}

fn map_degrees(coords: &mut [Coord<f64>], by: fn(f64, f64) -> (f64, f64)) {
    for at in coords {
        (at.x, at.y) = by(at.x, at.y);
    }
}

/// A definition short enough for one line.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain("…".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn projector(text: &str) -> Projector {
        Projector::named(text).expect("the test names a known system")
    }

    #[test]
    fn yuzhong_gets_the_zone_of_108_east() {
        let found = Projector::around(106.55, 29.56).expect("the place is on the Earth");
        assert_eq!(found.system().definition(), "EPSG:4545");
        assert!(found.frame().chosen.contains("108 E"), "{}", found.frame().chosen);
    }

    #[test]
    fn every_three_degree_zone_has_the_central_meridian_it_says() {
        for (lon, lat) in [(75.5, 39.0), (87.6, 43.8), (104.9, 30.0), (116.4, 39.9), (121.5, 31.2), (132.9, 46.5)] {
            let found = Projector::around(lon, lat).expect("the place is in China");
            let on_meridian = found.from_lon_lat((lon / 3.0_f64).round() * 3.0, lat);
            assert!((on_meridian.x - 500_000.0).abs() < 1e-3, "{lon}: {on_meridian:?}");
        }
    }

    #[test]
    fn outside_china_the_utm_zone_is_taken() {
        for (lon, lat, code) in
            [(24.94, 60.17, "EPSG:32635"), (7.42, 43.73, "EPSG:32632"), (-43.2, -22.9, "EPSG:32723")]
        {
            let found = Projector::around(lon, lat).expect("the place is on the Earth");
            assert_eq!(found.system().definition(), code);
        }
    }

    #[test]
    fn coordinates_are_east_north_whatever_the_registry_says() {
        // EPSG:4545 is northing first in the registry. On the central meridian x is the false easting.
        let at = projector("EPSG:4545").from_lon_lat(108.0, 29.5);
        assert!((at.x - 500_000.0).abs() < 1e-6 && (3_264_000.0..3_266_000.0).contains(&at.y), "{at:?}");
    }

    #[test]
    fn a_working_system_is_metres_on_a_plane() {
        for text in ["EPSG:4326", "gcj02", "EPSG:3547"] {
            assert!(Projector::named(text).is_err(), "{text}");
        }
        let message = Projector::named("EPSG:4326").map_err(|e| e.to_string()).map(|_| ());
        assert!(message.is_err_and(|m| m.contains("degrees")));
    }

    #[test]
    fn words_that_name_no_system_are_refused_and_never_opened_as_files() {
        for text in ["", "/etc/passwd", "Chongqing 2000", "EPSG:999999", "+proj=nothing", "LOCAL_CS[\"drawing\"]"] {
            assert!(System::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_with_the_northing_first_gives_the_same_places() {
        let (usual, swapped) = ("EPSG:4545", "EPSG:4545 north-east");
        let mut a = [Coord { x: 359_000.0, y: 3_272_000.0 }];
        let mut b = [Coord { x: 3_272_000.0, y: 359_000.0 }];
        let working = projector("EPSG:4544");
        working.project(&System::parse(usual).expect("known"), &mut a);
        working.project(&System::parse(swapped).expect("known"), &mut b);
        assert_eq!(a, b);
    }

    #[test]
    fn a_shifted_source_lands_where_its_true_twin_does() {
        let working = projector("EPSG:4545");
        let mut gcj = [Coord { x: 106.57493, y: 29.55452 }];
        working.project(&System::parse("gcj02").expect("known"), &mut gcj);
        let truth = working.from_lon_lat(106.571_238, 29.557_402);
        assert!((gcj[0].x - truth.x).hypot(gcj[0].y - truth.y) < 0.2, "{gcj:?} {truth:?}");
    }

    #[test]
    fn what_has_no_place_becomes_nan_and_spares_its_neighbours() {
        let working = projector("EPSG:32635");
        let mut coords = [Coord { x: 24.9, y: 60.2 }, Coord { x: 900.0, y: 1200.0 }, Coord { x: 24.9, y: 60.2 }];
        working.all_from_lon_lat(&mut coords);
        assert!(coords[0].x.is_finite() && coords[0] == coords[2], "{coords:?}");
        assert!(coords[1].x.is_nan());
    }

    #[test]
    fn the_operation_says_how_exact_it_is() {
        let working = projector("EPSG:4545");
        assert!(
            working.operation(&System::wgs84()).contains("treated as identical"),
            "{}",
            working.operation(&System::wgs84())
        );
        assert!(working.operation(&System::parse("EPSG:4490").expect("known")).contains("same datum"));
        assert!(working.operation(&System::parse("gcj02").expect("known")).contains("formula"));
    }

    proptest! {
        #[test]
        fn there_and_back_is_a_hundredth_of_a_millimetre(lon in 106.0..107.0, lat in 29.0..30.0) {
            let working = projector("EPSG:4545");
            let at = working.from_lon_lat(lon, lat);
            let (x, y) = working.to_lon_lat(at);
            prop_assert!((x - lon).abs() < 1e-10 && (y - lat).abs() < 1e-10, "{x} {y}");
        }
    }
}
