//! The map of what one scenario changes against another.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::findings::comparison::{Comparison, SiteChange};
use firereach_model::findings::proposals::SetRole;
use firereach_model::symbols::Colour;

use super::frame::Slide;
use super::{line, plain};
use crate::gain::GainClass;
use crate::map::drawing::{Command, Drawing, Fill, Place, Stroke};
use crate::map::furniture::Sample;
use crate::map::labels::{Label, Target};
use crate::map::signs::{GREY, INK};
use crate::sheet::Material;
use crate::words::Language;

/// The radius of the largest mark, millimetres.
const LARGEST_MM: f64 = 2.1;
/// What only proposed stations reach in time.
const ADDED: Colour = Colour(186, 225, 217);
/// Ways.
const WAYS: Colour = Colour(176, 180, 184);
/// Movers that are named.
const NAMED: usize = 12;

/// Draws the map over whatever ground the material's layers have.
///
/// Where they have no roads, the ways are those that either scenario reaches. Sites of larger change lie on top. Squares,
/// dots and rings tell apart what colours do, for prints without colour. Both scenarios' findings are among the
/// material's.
pub fn difference(material: &Material<'_>, comparison: &Comparison, language: Language) -> Drawing {
    let found = |name: &str| material.findings.iter().find(|found| found.scenario == name);
    let title = language.pick("What changes in the response", "到场时间变化");
    let scenarios = format!("{} → {}", comparison.from, comparison.to);
    let mut slide = Slide::new(material, title, &scenarios, language);
    let (Some(from), Some(to)) = (found(&comparison.from), found(&comparison.to)) else { return slide.finish() };
    slide.ground(false);
    let added = added_area(from, to);
    if let Some(area) = added {
        slide.area(area, Some(plain(ADDED)), None);
    }
    slide.houses(false);
    if material.layers.roads.is_empty() {
        for part in from.reach.reached_roads.iter().chain(&to.reach.reached_roads) {
            slide.line(&part.line, line(WAYS, 0.16));
        }
    } else {
        slide.streets(WAYS, 0.16);
    }

    let mut marks: Vec<(GainClass, f64, &SiteChange)> = comparison
        .sites
        .iter()
        .map(|site| (GainClass::of(site), site.gain_s.unwrap_or(f64::INFINITY).abs(), site))
        .collect();
    // The smaller change first, so that the larger lies on top; ties by the site.
    marks.sort_by(|a, b| {
        b.0.is_still().cmp(&a.0.is_still()).then(a.1.total_cmp(&b.1)).then_with(|| a.2.site.cmp(&b.2.site))
    });
    for (class, _, site) in &marks {
        let at = slide.view.place(site.at.0);
        for command in mark(*class, at) {
            slide.push(command);
        }
        if !class.is_still() {
            slide.keep_off(at, LARGEST_MM * class.size());
        }
    }
    for class in GainClass::ALL {
        let count = marks.iter().filter(|mark| mark.0 == class).count();
        if count > 0 {
            let text = format!("{} ({count})", class.says(language));
            slide.list(text, Sample::Symbol(mark(class, [0.0, 0.0])));
        }
    }
    slide.stations(to, true);
    for (class, _, site) in marks.iter().rev().filter(|mark| !mark.0.is_still()).take(NAMED) {
        let change = site.gain_s.map_or_else(String::new, |gain| format!(" {:+.0} s", -gain));
        let at = slide.view.place(site.at.0);
        slide.want(Label {
            text: format!("{}{change}", site.name.as_deref().unwrap_or(&site.site)),
            size_mm: 2.4,
            colour: Cow::Borrowed(INK),
            is_bold: false,
            to: Target::Led(at, LARGEST_MM * class.size()),
        });
    }
    if added.is_some() {
        let text = language.pick("in time with the new stations only", "仅新增站可按时到达").to_owned();
        slide.list(text, Sample::Area(Some(plain(ADDED)), None));
    }
    slide.finish()
}

/// Round when sooner or the same, square when later, so that it can be told without colour.
fn mark(class: GainClass, [x, y]: Place) -> Vec<Command> {
    let radius_mm = LARGEST_MM * class.size();
    let circle = |radius_mm: f64, fill: Option<Fill>, stroke: Stroke| Command::Circle {
        at: [x, y],
        radius_mm,
        fill,
        stroke: Some(stroke),
    };
    let fill = || Some(plain(class.colour()));
    let square = || {
        let half = radius_mm * 0.9;
        let (left, right, top, bottom) = (x - half, x + half, y - half, y + half);
        Command::Area {
            rings: vec![vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]],
            fill: fill(),
            stroke: Some(Stroke::solid(INK, 0.2)),
        }
    };
    let hole = || circle(radius_mm * 0.35, Some(Fill::plain("#ffffff")), Stroke::solid("#ffffff", 0.1));
    match class {
        GainClass::New => vec![circle(radius_mm, fill(), Stroke::solid(INK, 0.2)), hole()],
        GainClass::Gain(_) => vec![circle(radius_mm, fill(), Stroke::solid(INK, 0.2))],
        GainClass::Same => vec![circle(radius_mm, fill(), Stroke::solid(GREY, 0.2))],
        GainClass::Loss(_) => vec![square()],
        GainClass::Lost => vec![square(), hole()],
        GainClass::Unreached => vec![circle(radius_mm, None, Stroke::dashed(GREY, 0.25, &[0.5, 0.4]))],
    }
}

/// What only the proposed stations reach in time, where the first scenario has none.
fn added_area<'a>(from: &Findings, to: &'a Findings) -> Option<&'a geo_types::MultiPolygon<f64>> {
    let all = to.reach.proposals.iter().find(|set| !set.is_micro && set.roles.contains(&SetRole::All))?;
    (from.reach.proposals.is_empty() && !all.area.0.is_empty()).then_some(&all.area)
}
