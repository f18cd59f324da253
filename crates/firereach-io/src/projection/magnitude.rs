//! What the size of coordinates says about the system they are in.
//!
//! A wrong system is a fault of the whole source: the run stops with the evidence and the remedy, and nothing is corrected
//! behind anyone's back.

use geo_types::Coord;

use super::{AxisOrder, System};
use crate::read_error::ReadError;

/// How far outside the registry's area of use the middle of a source may lie, degrees: neighbouring zones are used often.
const BESIDE_DEGREES: f64 = 5.0;
/// How far apart the sources of one study may lie, degrees, before one of them is doubted.
const APART_DEGREES: f64 = 0.5;

/// The middle of a set of positions: the median of each axis, so that a few strays do not matter.
pub fn middle(coords: &[Coord<f64>]) -> Option<Coord<f64>> {
    let [west, _, south, _] = span(coords, 0.5)?;
    Some(Coord { x: west, y: south })
}

/// The span that holds all positions but a share at each end: least and greatest x, least and greatest y.
fn span(coords: &[Coord<f64>], share: f64) -> Option<[f64; 4]> {
    let ends = |value: fn(&Coord<f64>) -> f64| {
        let mut values: Vec<f64> = coords.iter().filter(|c| c.x.is_finite() && c.y.is_finite()).map(value).collect();
        if values.is_empty() {
            return None;
        }
        values.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let cut = ((values.len() - 1) as f64 * share) as usize;
        Some((values[cut], values[values.len() - 1 - cut.min(values.len() - 1)]))
    };
    let ((west, east), (south, north)) = (ends(|c| c.x)?, ends(|c| c.y)?);
    Some([west, east, south, north])
}

/// Says in words which system coordinates of this size may be in.
fn guess(at: Coord<f64>) -> String {
    let Coord { x, y } = at;
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        return "they look like degrees: EPSG:4326 or EPSG:4490, or gcj02 or bd09 when they come from a Chinese map service"
            .to_owned();
    }
    if x.abs() <= 90.0 && y.abs() <= 180.0 {
        return "they look like degrees with the latitude first: write `EPSG:4326 north-east`".to_owned();
    }
    let is_chinese_northing = |v: f64| (1_900_000.0..6_000_000.0).contains(&v);
    let is_easting = |v: f64| (100_000.0..900_000.0).contains(&v);
    for (easting, northing, suffix) in [(x, y, ""), (y, x, " north-east")] {
        if !is_chinese_northing(northing) {
            continue;
        }
        let zone = (easting / 1_000_000.0).floor();
        if (25.0..=45.0).contains(&zone) {
            let code = 4513.0 + zone - 25.0;
            return format!(
                "they look like CGCS2000 in 3-degree zone {zone:.0} with the zone before the easting: EPSG:{code:.0}{suffix}"
            );
        }
        if (13.0..=23.0).contains(&zone) {
            let code = 4491.0 + zone - 13.0;
            return format!(
                "they look like CGCS2000 in 6-degree zone {zone:.0} with the zone before the easting: EPSG:{code:.0}{suffix}"
            );
        }
        if is_easting(easting) {
            return format!(
                "they look like a transverse Mercator zone; in China one of EPSG:4534 to 4554 (central meridians 75 to 135 E), \
                 elsewhere a UTM zone{}",
                if suffix.is_empty() { "" } else { ", with the northing first: add ` north-east`" }
            );
        }
    }
    if x.abs() > 1_000_000.0 && x.abs() < 20_037_509.0 && y.abs() < 20_037_509.0 {
        return "they may be Web Mercator, EPSG:3857".to_owned();
    }
    "they look like a local grid: give its PROJ string".to_owned()
}

/// The system of a source, from what the study and the file say about it and from the size of its coordinates.
///
/// `shown` is the file as the study names it; `stated` what the study says, `own` what the file says. A silent file whose
/// coordinates can only be degrees is taken as WGS 84, and the second value says so.
///
/// # Errors
///
/// When nobody says which system plane coordinates are in, when the system is unknown, or when the coordinates cannot be
/// in it: degrees where metres are said or the reverse, axes in the other order, a zone before the easting where none is
/// said, another zone.
pub fn settle_system(
    shown: &str,
    stated: Option<&str>,
    own: Option<&str>,
    coords: &[Coord<f64>],
) -> Result<(System, Option<String>), ReadError> {
    let at = middle(coords);
    let Some(text) = stated.or(own) else {
        return match at {
            None => Ok((System::wgs84(), None)),
            Some(at) if at.x.abs() <= 180.0 && at.y.abs() <= 90.0 => Ok((
                System::wgs84(),
                Some(format!(
                    "the file states no coordinate system; its middle is {:.5}, {:.5}, so it is taken as longitude and \
                     latitude on WGS 84",
                    at.x, at.y
                )),
            )),
            Some(at) => Err(ReadError::new(
                shown,
                format!("no coordinate system; the middle of its coordinates is {:.2}, {:.2}", at.x, at.y),
                "a file or a study that states it",
                format!("{}; write `crs = \"…\"` for this source in the study", guess(at)),
            )),
        };
    };
    let system = System::parse(text).map_err(|error| {
        ReadError::new(
            shown,
            error.to_string(),
            "a known coordinate system",
            "write `crs = \"EPSG:…\"`, a PROJ string, `gcj02` or `bd09` for this source in the study",
        )
    })?;
    if let Some(at) = at {
        check_magnitude(shown, &system, at)?;
    }
    Ok((system, None))
}

fn check_magnitude(shown: &str, system: &System, at: Coord<f64>) -> Result<(), ReadError> {
    let fault = |found: &str, remedy: String| {
        Err(ReadError::new(
            shown,
            format!("{found}: the middle of its coordinates is {:.4}, {:.4}", at.x, at.y),
            format!("coordinates of {system}"),
            remedy,
        ))
    };
    let state = "write the right `crs = \"…\"` for this source in the study";
    let (x, y) = match system.axes {
        AxisOrder::EastNorth => (at.x, at.y),
        AxisOrder::NorthEast => (at.y, at.x),
    };
    let looks_like_degrees = x.abs() <= 180.0 && y.abs() <= 90.0;
    if system.is_geographic() {
        return if looks_like_degrees {
            Ok(())
        } else if y.abs() <= 180.0 && x.abs() <= 90.0 {
            fault(
                "latitude and longitude are swapped",
                format!(
                    "exchange the two columns, or write `crs = \"{} north-east\"` for this source",
                    system.definition()
                ),
            )
        } else {
            fault("coordinates in metres in a file that says degrees", format!("{}; {state}", guess(at)))
        };
    }
    let fits = |candidate: &System| place_of(candidate, at).is_some_and(|place| is_within_use(candidate, place));
    if system.area_of_use().is_none() {
        // A PROJ string has no area of use. A city in degrees lies within a few units, one in metres does not.
        return if looks_like_degrees && place_of(system, at).is_none_or(|place| place.y.abs() < 0.01) {
            fault("coordinates in degrees in a file that says metres", format!("{}; {state}", guess(at)))
        } else {
            Ok(())
        };
    }
    if fits(system) {
        return Ok(());
    }
    if looks_like_degrees {
        return fault("coordinates in degrees in a file that says metres", format!("{}; {state}", guess(at)));
    }
    let mut swapped = system.clone();
    swapped.axes = match system.axes {
        AxisOrder::EastNorth => AxisOrder::NorthEast,
        AxisOrder::NorthEast => AxisOrder::EastNorth,
    };
    if fits(&swapped) {
        return fault(
            "easting and northing are swapped",
            match swapped.axes {
                AxisOrder::NorthEast => format!("write `crs = \"{} north-east\"` for this source", system.definition()),
                AxisOrder::EastNorth => format!("write `crs = \"{}\"` for this source", system.definition()),
            },
        );
    }
    fault("coordinates that cannot be in the system stated", format!("{}; {state}", guess(at)))
}

/// The place of a position in degrees, if it has one.
fn place_of(system: &System, at: Coord<f64>) -> Option<Coord<f64>> {
    let mut one = [at];
    system.to_lon_lat(&mut one);
    (one[0].x.is_finite() && one[0].y.is_finite()).then_some(one[0])
}

fn is_within_use(system: &System, place: Coord<f64>) -> bool {
    system.area_of_use().is_none_or(|(west, south, east, north)| {
        let is_between = |v: f64, low: f64, high: f64| v >= low - BESIDE_DEGREES && v <= high + BESIDE_DEGREES;
        // An area across the 180th meridian has its west beyond its east.
        let is_lon_good = if west <= east {
            is_between(place.x, west, east)
        } else {
            place.x >= west - BESIDE_DEGREES || place.x <= east + BESIDE_DEGREES
        };
        is_lon_good && is_between(place.y, south, north)
    })
}

/// One source of a study for [`check_together`].
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    /// The file as the study names it.
    pub shown: &'a str,
    /// The system its coordinates were read in.
    pub system: &'a System,
    /// Some of its positions, in that system.
    pub coords: &'a [Coord<f64>],
}

/// Compares where a source lies with where the others do.
///
/// Returns a sentence when it lies apart and no other reading of its coordinates would change that.
///
/// # Errors
///
/// When it lies apart, and with its axes exchanged or in a neighbouring zone it would not: that is no accident.
pub fn check_together(source: &Placed<'_>, reference: &Placed<'_>) -> Result<Option<String>, ReadError> {
    let span_of = |system: &System, coords: &[Coord<f64>], share: f64| {
        let mut places = coords.to_vec();
        system.to_lon_lat(&mut places);
        span(&places, share)
    };
    let Some(home) = span_of(reference.system, reference.coords, 0.0) else { return Ok(None) };
    let is_at_home = |[west, east, south, north]: [f64; 4]| {
        west <= home[1] + APART_DEGREES
            && east >= home[0] - APART_DEGREES
            && south <= home[3] + APART_DEGREES
            && north >= home[2] - APART_DEGREES
    };
    let Some(here) = span_of(source.system, source.coords, 0.05) else { return Ok(None) };
    if is_at_home(here) {
        return Ok(None);
    }
    let mut swapped = source.system.clone();
    swapped.axes = match swapped.axes {
        AxisOrder::EastNorth => AxisOrder::NorthEast,
        AxisOrder::NorthEast => AxisOrder::EastNorth,
    };
    let mut candidates = vec![(swapped, "its axes are in the other order")];
    if let Some(code) = source.system.definition().strip_prefix("EPSG:").and_then(|code| code.parse::<u32>().ok()) {
        let families =
            [(4491, 4512), (4513, 4533), (4534, 4554), (32601, 32660), (32701, 32760), (2327, 2390), (2401, 2442)];
        for (low, high) in families {
            if (low..=high).contains(&code) {
                candidates.extend((low..=high).filter(|other| *other != code && other.abs_diff(code) <= 3).filter_map(
                    |other| {
                        System::parse(&format!("EPSG:{other}"))
                            .ok()
                            .map(|system| (system, "it is in a neighbouring zone"))
                    },
                ));
            }
        }
    }
    let where_it_is = format!(
        "it lies between longitudes {:.3} and {:.3}, latitudes {:.3} and {:.3}, while {} lies between {:.3} and {:.3}, {:.3} and {:.3}",
        here[0], here[1], here[2], here[3], reference.shown, home[0], home[1], home[2], home[3]
    );
    for (candidate, why) in candidates {
        if span_of(&candidate, source.coords, 0.05).is_some_and(is_at_home) {
            let text = match candidate.axes {
                AxisOrder::EastNorth => candidate.definition().to_owned(),
                AxisOrder::NorthEast => format!("{} north-east", candidate.definition()),
            };
            return Err(ReadError::new(
                source.shown,
                format!("read as {} {where_it_is}", source.system),
                "sources of one city",
                format!("it would fit if {why}: write `crs = \"{text}\"` for this source if that is so"),
            ));
        }
    }
    Ok(Some(where_it_is))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The middle of Yuzhong in several systems.
    const DEGREES: Coord<f64> = Coord { x: 106.56, y: 29.555 };

    fn in_system(text: &str) -> Coord<f64> {
        let mut one = [DEGREES];
        System::parse(text).expect("known").from_lon_lat(&mut one);
        one[0]
    }

    #[track_caller]
    fn check_refused(stated: Option<&str>, at: Coord<f64>, words: &[&str]) {
        let error =
            settle_system("hydrants.shp", stated, None, &[at]).expect_err("the coordinates contradict the system");
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }

    #[test]
    fn good_coordinates_pass_in_every_system_that_a_district_uses() {
        for text in [
            "EPSG:4326",
            "EPSG:4490",
            "gcj02",
            "bd09",
            "EPSG:4544",
            "EPSG:4545",
            "EPSG:4523",
            "EPSG:4524",
            "EPSG:32648",
            "EPSG:3857",
        ] {
            let (system, note) = settle_system("a", Some(text), None, &[in_system(text)]).expect(text);
            assert!(note.is_none());
            assert_eq!(system, System::parse(text).expect("known"));
        }
    }

    #[test]
    fn contradictions_are_named_with_their_remedy() {
        check_refused(Some("EPSG:4326"), Coord { x: 29.555, y: 106.56 }, &["swapped", "EPSG:4326 north-east"]);
        check_refused(Some("EPSG:4545"), DEGREES, &["degrees in a file that says metres", "EPSG:4490"]);
        check_refused(Some("EPSG:4490"), in_system("EPSG:4523"), &["metres in a file that says degrees", "EPSG:4523"]);
        check_refused(Some("EPSG:4544"), in_system("EPSG:4523"), &["cannot be", "zone 35", "EPSG:4523"]);
        let at = in_system("EPSG:4545");
        check_refused(Some("EPSG:4545"), Coord { x: at.y, y: at.x }, &["swapped", "EPSG:4545 north-east"]);
        check_refused(None, in_system("EPSG:4524"), &["no coordinate system", "EPSG:4524"]);
        check_refused(None, in_system("EPSG:4545"), &["EPSG:4534 to 4554"]);
        check_refused(Some("Chongqing"), DEGREES, &["Chongqing", "gcj02"]);
    }

    #[test]
    fn silent_degrees_are_taken_as_wgs84_and_said_so() {
        let (system, note) = settle_system("jinan.shp", None, None, &[DEGREES]).expect("degrees");
        assert_eq!(system, System::wgs84());
        assert!(note.is_some_and(|note| note.contains("WGS 84")));
    }

    #[test]
    fn a_layer_in_the_neighbouring_zone_is_found_out() {
        let (wgs, declared) = (System::wgs84(), System::parse("EPSG:4544").expect("known"));
        let truth = [in_system("EPSG:4545")];
        let roads = Placed { shown: "roads", system: &wgs, coords: &[DEGREES] };
        let error = check_together(&Placed { shown: "mains.shp", system: &declared, coords: &truth }, &roads);
        assert!(error.expect_err("300 km away").to_string().contains("EPSG:4545"));
    }

    #[test]
    fn swapped_degrees_that_are_still_degrees_are_found_out() {
        // Freeport: 26.5 N, 78.7 W; exchanged it is a place in the Antarctic.
        let wgs = System::wgs84();
        let (good, swapped) = ([Coord { x: -78.7, y: 26.5 }], [Coord { x: 26.5, y: -78.7 }]);
        let roads = Placed { shown: "roads", system: &wgs, coords: &good };
        let error = check_together(&Placed { shown: "hydrants.csv", system: &wgs, coords: &swapped }, &roads);
        assert!(error.expect_err("in the Antarctic").to_string().contains("north-east"));
    }

    #[test]
    fn sources_of_one_city_are_left_in_peace() {
        let (wgs, plane) = (System::wgs84(), System::parse("EPSG:4545").expect("known"));
        let here = [in_system("EPSG:4545")];
        let roads = Placed { shown: "roads", system: &wgs, coords: &[DEGREES] };
        assert_eq!(check_together(&Placed { shown: "mains", system: &plane, coords: &here }, &roads), Ok(None));
    }
}
