//! The map of what one scenario changes against another: times diverge from a neutral middle.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::findings::comparison::{Comparison, SiteChange};
use firereach_model::findings::proposals::SetRole;

use super::drawing::{Anchor, Command, Drawing, Fill, Place, Stroke, Text};
use super::furniture::{Entry, Sample, add, frame, legend, north_arrow, scale_bar};
use super::labels::{Label, Labels, Target};
use super::signs::{GREY, INK, SYMBOL_MM, station};
use super::view::View;
use crate::ground::bounds;
use crate::words::Language;

/// What a difference map is made from.
#[derive(Clone, Copy, Debug)]
pub struct DifferenceMaterial<'a> {
    /// The study's title.
    pub title: &'a str,
    /// Said on every output, for example that the data is synthetic.
    pub banner: Option<&'a str>,
    /// What becomes of every site.
    pub comparison: &'a Comparison,
    /// The findings compared with.
    pub from: &'a Findings,
    /// The findings compared.
    pub to: &'a Findings,
    /// The language of the map.
    pub language: Language,
}

/// How a change is drawn: from how many seconds on, its colour, its radius.
const STEPS: [(f64, f64); 4] = [(300.0, 2.6), (180.0, 2.2), (60.0, 1.8), (0.0, 1.4)];
/// Colours of gains in the order of [`STEPS`].
const GAINS: [&str; 4] = ["#01665e", "#35978f", "#80cdc1", "#c7eae5"];
/// Colours of losses.
const LOSSES: [&str; 4] = ["#8c510a", "#bf812d", "#dfc27d", "#f6e8c3"];
/// What only proposed stations reach in time.
const ADDED: &str = "#cfe9e4";
/// Movers that are named.
const NAMED: usize = 12;

/// The class of one site's change, in the order of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    New,
    Gain(usize),
    Same,
    Loss(usize),
    Lost,
    Unreached,
}

impl Class {
    const ALL: [Self; 12] = [
        Self::New,
        Self::Gain(0),
        Self::Gain(1),
        Self::Gain(2),
        Self::Gain(3),
        Self::Same,
        Self::Loss(3),
        Self::Loss(2),
        Self::Loss(1),
        Self::Loss(0),
        Self::Lost,
        Self::Unreached,
    ];

    fn of(site: &SiteChange) -> Self {
        let step = |size: f64| STEPS.iter().position(|&(from_s, _)| size > from_s).unwrap_or(STEPS.len() - 1);
        match (site.before_s, site.after_s, site.gain_s) {
            (None, None, _) => Self::Unreached,
            (None, Some(_), _) => Self::New,
            (Some(_), None, _) => Self::Lost,
            (_, _, Some(gain)) if gain > 0.0 => Self::Gain(step(gain)),
            (_, _, Some(gain)) if gain < 0.0 => Self::Loss(step(-gain)),
            _ => Self::Same,
        }
    }

    /// Round when sooner or the same, square when later, so that it can be told without colour.
    fn mark(self, [x, y]: Place) -> Vec<Command> {
        let circle = |radius_mm: f64, fill: Option<Fill>, stroke: Stroke| Command::Circle {
            at: [x, y],
            radius_mm,
            fill,
            stroke: Some(stroke),
        };
        let square = |half: f64, colour: &'static str| {
            let (left, right, top, bottom) = (x - half, x + half, y - half, y + half);
            Command::Area {
                rings: vec![vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]],
                fill: Some(Fill::plain(colour)),
                stroke: Some(Stroke::solid(INK, 0.2)),
            }
        };
        match self {
            Self::New => vec![
                circle(STEPS[0].1, Some(Fill::plain(GAINS[0])), Stroke::solid(INK, 0.25)),
                circle(0.8, Some(Fill::plain("#ffffff")), Stroke::solid("#ffffff", 0.1)),
            ],
            Self::Gain(step) => {
                vec![circle(STEPS[step].1, Some(Fill::plain(GAINS[step])), Stroke::solid(INK, 0.2))]
            }
            Self::Same => vec![circle(0.9, Some(Fill::plain("#e6e6e6")), Stroke::solid(GREY, 0.2))],
            Self::Loss(step) => vec![square(STEPS[step].1 * 0.9, LOSSES[step])],
            Self::Lost => vec![
                square(STEPS[0].1 * 0.9, LOSSES[0]),
                circle(0.8, Some(Fill::plain("#ffffff")), Stroke::solid("#ffffff", 0.1)),
            ],
            Self::Unreached => vec![circle(0.9, None, Stroke::dashed(GREY, 0.25, &[0.5, 0.4]))],
        }
    }

    fn says(self, language: Language) -> String {
        let range = |step: usize| {
            let from_s = STEPS[step].0;
            match step.checked_sub(1).map(|above| STEPS[above].0) {
                None => format!("> {from_s:.0} s"),
                Some(to_s) => format!("{from_s:.0} - {to_s:.0} s"),
            }
        };
        match self {
            Self::New => language.pick("reached now", "新增可达").to_owned(),
            Self::Gain(step) => format!("{} {}", language.pick("sooner", "缩短"), range(step)),
            Self::Same => language.pick("the same", "不变").to_owned(),
            Self::Loss(step) => format!("{} {}", language.pick("later", "延长"), range(step)),
            Self::Lost => language.pick("no longer reached", "不再可达").to_owned(),
            Self::Unreached => language.pick("reached in neither", "均不可达").to_owned(),
        }
    }
}

/// Draws the map; `size_mm` is its width and height.
///
/// The ways are those that either scenario reaches; what neither reaches within the longest cutoff stays white. Sites of
/// larger change lie on top. Squares, dashes and dots tell apart what colours do, for prints without colour.
pub fn difference_map(material: &DifferenceMaterial<'_>, size_mm: [f64; 2]) -> Drawing {
    let [width, height] = size_mm;
    let mut drawing = Drawing::new(width, height);
    let say = |english: &'static str, chinese: &'static str| material.language.pick(english, chinese);
    let window = [8.0, 22.0, width - 16.0, height - 66.0];
    let stations = material.to.reach.stations.iter().filter_map(|station| Some((station, station.at?.0)));
    let sites = material.comparison.sites.iter().map(|site| site.at.0);
    let Some(extent) = bounds(sites.chain(stations.clone().map(|(_, at)| at))) else { return drawing };
    let view = View::fitted(&extent, window, 0.05);

    let heading = |y: f64, text: String, size: f64, is_bold: bool| {
        Command::Text(Text { is_bold, ..Text::new([8.0, y], text, size) })
    };
    let comparison = material.comparison;
    add(
        &mut drawing,
        [
            heading(10.0, material.title.to_owned(), 4.4, true),
            heading(
                15.5,
                format!(
                    "{} -> {} · {}",
                    comparison.from,
                    comparison.to,
                    say("change of the response to each site", "各对象响应时间变化")
                ),
                3.2,
                false,
            ),
        ],
    );
    if let Some(banner) = material.banner {
        drawing
            .commands
            .push(Command::Text(Text { colour: Cow::Borrowed(GREY), ..Text::new([8.0, 19.8], banner, 2.6) }));
    }

    let mut ground = ways(material, &view);
    let added = added_area(material, &view);
    let has_added = added.is_some();
    ground.splice(0..0, added);
    let mut labels = Labels::new(window);
    let mut marks: Vec<(Class, f64, Place, &SiteChange)> = comparison
        .sites
        .iter()
        .map(|site| (Class::of(site), site.gain_s.unwrap_or(f64::INFINITY).abs(), view.place(site.at.0), site))
        .collect();
    // The smaller change first, so that the larger lies on top; ties by the site.
    let is_still = |class: Class| matches!(class, Class::Same | Class::Unreached);
    marks.sort_by(|a, b| {
        is_still(b.0).cmp(&is_still(a.0)).then(a.1.total_cmp(&b.1)).then_with(|| a.3.site.cmp(&b.3.site))
    });
    for (class, _, at, _) in &marks {
        ground.extend(class.mark(*at));
        if !is_still(*class) {
            labels.keep_off_symbol(*at, STEPS[0].1);
        }
    }
    let known: Vec<&str> = material.from.reach.stations.iter().map(|station| station.station.as_str()).collect();
    for (found, at) in stations {
        let is_new = !known.contains(&found.station.as_str());
        let place = view.place(at);
        ground.extend(station(place, is_new));
        labels.keep_off_symbol(place, SYMBOL_MM);
        if is_new {
            labels.place(&label(found.station.clone(), place, true));
        }
    }
    for (_, _, at, site) in marks.iter().rev().filter(|mark| !is_still(mark.0)).take(NAMED) {
        let change = site.gain_s.map_or_else(String::new, |gain| format!(" {:+.0} s", -gain));
        labels.place(&label(format!("{}{change}", site.name.as_deref().unwrap_or(&site.site)), *at, false));
    }
    ground.extend(labels.into_texts().into_iter().map(Command::Text));
    drawing.commands.push(Command::Clipped { window, commands: ground });
    drawing.commands.push(frame(window));

    let foot = window[1] + window[3] + 5.0;
    let count = |class: Class| marks.iter().filter(|mark| mark.0 == class).count();
    let mut entries: Vec<Entry> = Class::ALL
        .into_iter()
        .filter(|class| count(*class) > 0)
        .map(|class| Entry {
            text: format!("{} ({})", class.says(material.language), count(class)),
            sample: Sample::Symbol(class.mark([0.0, 0.0])),
        })
        .collect();
    entries
        .push(Entry {
            text: say("station", "消防站").to_owned(), sample: Sample::Symbol(station([0.0, 0.0], false))
        });
    entries.push(Entry {
        text: say("station of this scenario only", "本情景新增消防站").to_owned(),
        sample: Sample::Symbol(station([0.0, 0.0], true)),
    });
    if has_added {
        entries.push(Entry {
            text: say("in time with the new stations only", "仅新增站可按时到达").to_owned(),
            sample: Sample::Area(Some(Fill::plain(ADDED)), None),
        });
    }
    let (commands, _) = legend(&entries, [8.0, foot, width - 106.0, height - foot - 6.0], 2.8);
    add(&mut drawing, commands);
    add(&mut drawing, scale_bar(&view, [width - 88.0, foot + 8.0], 60.0));
    add(&mut drawing, north_arrow([width - 14.0, foot + 12.0], 9.0));
    let note = say("what nobody measured is taken as passable in both", "两情景中未测量处均按可通行计");
    drawing.commands.push(Command::Text(Text {
        anchor: Anchor::End,
        colour: Cow::Borrowed(GREY),
        ..Text::new([width - 8.0, height - 4.0], note, 2.2)
    }));
    drawing
}

fn label(text: String, at: Place, is_bold: bool) -> Label {
    Label { text, size_mm: 2.4, colour: Cow::Borrowed(INK), is_bold, to: Target::Symbol(at, STEPS[0].1) }
}

/// The ways that either scenario reaches.
fn ways(material: &DifferenceMaterial<'_>, view: &View) -> Vec<Command> {
    let reached = material.from.reach.reached_roads.iter().chain(&material.to.reach.reached_roads);
    reached
        .flat_map(|part| view.visible(&part.line))
        .map(|places| Command::Line { places, stroke: Stroke::solid("#bdbdbd", 0.18) })
        .collect()
}

/// What only the proposed stations reach in time, where the first scenario has none.
fn added_area(material: &DifferenceMaterial<'_>, view: &View) -> Option<Command> {
    let all = material.to.reach.proposals.iter().find(|set| !set.is_micro && set.roles.contains(&SetRole::All))?;
    let is_comparable = material.from.reach.proposals.is_empty() && !all.area.0.is_empty();
    is_comparable.then(|| Command::Area {
        rings: all.area.0.iter().flat_map(|polygon| view.rings(polygon)).collect(),
        fill: Some(Fill::plain(ADDED)),
        stroke: None,
    })
}

#[cfg(test)]
mod tests {
    use geo_types::{Coord, Point};

    use super::*;

    fn site(id: &str, before_s: Option<f64>, after_s: Option<f64>) -> SiteChange {
        SiteChange {
            site: id.to_owned(),
            name: None,
            at: Point(Coord { x: f64::from(u32::try_from(id.len()).unwrap_or(0)) * 100.0, y: 50.0 }),
            before_s,
            after_s,
            gain_s: before_s.zip(after_s).map(|(before, after)| before - after),
            station_before: None,
            station_after: None,
            verdicts: Vec::new(),
            water_class: None,
            because: None,
        }
    }

    #[test]
    fn classes_diverge_from_what_stays_the_same() {
        let class = |before, after| Class::of(&site("x", before, after));
        assert_eq!(class(Some(700.0), Some(300.0)), Class::Gain(0));
        assert_eq!(class(Some(400.0), Some(300.0)), Class::Gain(2));
        assert_eq!(class(Some(300.0), Some(300.0)), Class::Same);
        assert_eq!(class(Some(300.0), Some(330.0)), Class::Loss(3));
        assert_eq!((class(None, Some(1.0)), class(Some(1.0), None)), (Class::New, Class::Lost));
        assert_eq!(class(None, None), Class::Unreached);
    }

    #[test]
    fn a_map_counts_every_site_and_names_what_moved() {
        let sites =
            vec![site("a", Some(400.0), Some(300.0)), site("bb", Some(300.0), Some(300.0)), site("ccc", None, None)];
        let comparison = Comparison { from: "today".to_owned(), to: "more".to_owned(), sites, coverage: Vec::new() };
        let (from, to) = (Findings::default(), Findings::default());
        let material = DifferenceMaterial {
            title: "town",
            banner: None,
            comparison: &comparison,
            from: &from,
            to: &to,
            language: Language::English,
        };
        let drawing = difference_map(&material, [297.0, 210.0]);
        let texts: Vec<&str> = drawing.texts().iter().map(|text| text.text.as_str()).collect();
        for wanted in ["sooner 60 - 180 s (1)", "the same (1)", "reached in neither (1)", "a -100 s"] {
            assert!(texts.contains(&wanted), "{wanted} is not among {texts:?}");
        }
    }
}
