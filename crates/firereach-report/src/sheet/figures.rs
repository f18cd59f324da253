//! The cells of one row of `sites.csv`, as text for a sheet.

use firereach_model::bounds::Bounds;
use firereach_model::feature::Site;
use firereach_model::findings::Findings;
use firereach_model::rules::Verdict;
use firereach_model::table::Cell;
use firereach_model::units::Quantity;

use super::{Phrase, Value};
use crate::tables::site_cells;

/// One site's row of `sites.csv` in one scenario.
pub(super) struct Figures(Vec<(&'static str, Cell)>);

impl Figures {
    pub(super) fn of(site: &Site, findings: &Findings, index: usize) -> Self {
        Self(site_cells(site, findings, index).collect())
    }

    fn cell(&self, key: &str) -> &Cell {
        let found = self.0.iter().find(|(own, _)| *own == key).map(|(_, cell)| cell);
        found.expect("sheets ask for columns that the table of sites has")
    }

    /// A cell as the file shows it; `None` for an empty one.
    pub(super) fn shown(&self, key: &str) -> Option<String> {
        match self.cell(key) {
            Cell::Empty | Cell::Longitude(_) | Cell::Latitude(_) => None,
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(value) => Some(value.to_string()),
            Cell::Number(value, decimals) => Some(number(*value, *decimals)),
            Cell::Flag(value) => Some(value.to_string()),
        }
    }

    /// A cell as a value; an empty one is not known.
    pub(super) fn value(&self, key: &str) -> Value {
        self.shown(key).map_or_else(Value::unknown, Value::same)
    }

    /// Two cells as the interval between them.
    pub(super) fn interval(&self, low: &str, high: &str) -> Value {
        interval(self.shown(low), self.shown(high))
    }

    /// A cell that holds a verdict.
    pub(super) fn verdict(&self, key: &str) -> Option<Verdict> {
        let code = self.shown(key)?;
        [Verdict::Pass, Verdict::Unknown, Verdict::ExemptWithPlan, Verdict::AdvisoryFail, Verdict::MandatoryFail]
            .into_iter()
            .find(|verdict| verdict.code() == code)
    }
}

/// A number with fixed decimals, never a negative zero.
pub(super) fn number(value: f64, decimals: u8) -> String {
    let text = format!("{value:.*}", usize::from(decimals));
    if text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) { text.trim_start_matches('-').to_owned() } else { text }
}

/// What is known of a quantity, given as the two ends that are known.
pub(super) fn interval(low: Option<String>, high: Option<String>) -> Value {
    match (low, high) {
        (Some(low), Some(high)) if low == high => Value::same(low),
        (Some(low), Some(high)) => Value::same(format!("{low}–{high}")),
        (Some(low), None) => Value::same(format!("≥ {low}")),
        (None, Some(high)) => Value::same(format!("≤ {high}")),
        (None, None) => Value::unknown(),
    }
}

/// Bounds with so many decimals and their unit.
pub(super) fn bounds<Q: Quantity>(of: &Bounds<Q>, decimals: u8) -> Value {
    interval(of.low.map(|q| number(q.get(), decimals)), of.high.map(|q| number(q.get(), decimals)))
}

/// A share as a percentage with one decimal where it has one: 0.25 is 25.
pub(super) fn percent_of(share: f64) -> String {
    let text = number(share * 100.0, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// What is known of a share, as percentages.
pub(super) fn percent((low, high): (f64, f64)) -> Value {
    interval(Some(percent_of(low)), Some(percent_of(high))).unit("%")
}

/// Yes, no or not known.
pub(super) fn yes_or_no(value: Option<bool>) -> Value {
    match value {
        Some(true) => Value::text(Phrase::new("yes", "是")),
        Some(false) => Value::text(Phrase::new("no", "否")),
        None => Value::unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_shows_the_ends_that_are_known() {
        let shown =
            |low: Option<&str>, high: Option<&str>| interval(low.map(str::to_owned), high.map(str::to_owned)).text.en;
        assert_eq!(shown(Some("3.2"), Some("4.0")), "3.2–4.0");
        assert_eq!(shown(Some("3.2"), Some("3.2")), "3.2");
        assert_eq!(shown(None, Some("4.0")), "≤ 4.0");
        assert_eq!(shown(Some("3.2"), None), "≥ 3.2");
        assert!(interval(None, None).is_unknown);
    }

    #[test]
    fn there_is_no_negative_zero() {
        assert_eq!([number(-0.001, 2), number(-1.5, 1)], ["0.00", "-1.5"]);
    }
}
