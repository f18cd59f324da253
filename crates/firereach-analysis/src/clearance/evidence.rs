//! How pieces of evidence about one clearance are put together.

use firereach_model::bounds::Method;
use firereach_model::findings::lanes::Clearance;
use firereach_model::units::Metres;
use geo_types::Coord;

use super::overhead::Low;

/// Two figures of one width that differ by less agree, metres.
pub(crate) const AGREES_M: f64 = 0.05;

/// A length in metres, rounded to a tenth of a millimetre so that turning a map does not turn a verdict.
pub(crate) fn metres(value: f64) -> Option<Metres> {
    Metres::new((value * 1e4).round() / 1e4).ok()
}

/// Lowers an upper bound; returns the stated lower bound that contradicts it, which gives way.
pub(crate) fn narrow(
    of: &mut Clearance,
    high_m: f64,
    at: Coord<f64>,
    by: Method,
    because: String,
) -> Option<(Metres, String)> {
    let high = metres(high_m)?;
    if of.bounds.high.is_some_and(|known| known <= high) {
        return None;
    }
    let because_before = std::mem::replace(&mut of.because, because);
    let mut contradicted = None;
    if let Some(low) = of.bounds.low.filter(|low| *low > high) {
        if low.get() <= high.get() + AGREES_M {
            of.bounds.low = Some(high);
        } else {
            // What stands on a carriageway narrows it and contradicts nobody.
            if !(of.low_by.is_assumed() || of.low_by == Method::Polygon) {
                contradicted = Some((low, because_before.clone()));
            }
            of.bounds.low = None;
            of.low_by = Method::Unmeasured;
        }
    }
    if of.bounds.low.is_some() && !because_before.is_empty() {
        of.because = format!("{}, at least by {because_before}", of.because);
    }
    (of.bounds.high, of.high_by, of.at) = (Some(high), by, Some(at));
    contradicted
}

/// The clear height under a deck whose surface lies so far above the road, when neither height is off by more than half of
/// `off_m`; `None` where nobody knows, or where the heights do not lift the deck off the road.
pub(crate) fn under_deck_m(rise_m: Option<f64>, (thin, thick): (f64, f64), off_m: f64) -> Option<(f64, f64)> {
    let rise = rise_m.filter(|rise| *rise > thin)?;
    Some(((rise - thick - off_m).max(0.0), rise - thin + off_m))
}

/// Takes in a deck overhead, known to be between two heights above the road.
pub(crate) fn pass_under(of: &mut Clearance, (least, most): (f64, f64), low: &Low) {
    let (least, most) = (metres(least), metres(most));
    if let Some((known, new)) = of.bounds.low.zip(least).filter(|(known, new)| new < known) {
        debug_assert!(new < known, "the deck is lower than what was assumed");
        (of.bounds.low, of.low_by) = (Some(new), Method::Terrain);
        of.because = format!("{}, under {} by heights", of.because, low.name);
    }
    if let Some(most) = most
        && of.bounds.high.is_none_or(|known| most < known)
    {
        (of.bounds.high, of.high_by, of.at) = (Some(most), Method::Terrain, Some(low.at));
        of.because = format!("under {} by heights", low.name);
    }
}

/// Drops a lower bound that only the class or the number of lanes suggests.
pub(crate) fn forget_assumed(of: &mut Clearance) -> bool {
    let is_assumed = of.bounds.low.is_some() && of.low_by.is_assumed();
    if is_assumed {
        of.bounds.low = None;
        of.low_by = Method::Unmeasured;
    }
    is_assumed
}
