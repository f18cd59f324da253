//! A slide being drawn: the ground, the marks, the legend and everything about the map.

use std::borrow::Cow;

use firereach_model::feature::StationKind;
use firereach_model::findings::Findings;
use firereach_model::symbols::{Colour, Marker};
use geo_types::{Coord, LineString, MultiPolygon, Rect};

use super::{ground_style, places, plain, sample};
use crate::credit;
use crate::ground::bounds;
use crate::map::drawing::{Anchor, Command, Drawing, Fill, Place, Stroke, Text, rectangle};
use crate::map::furniture::{Entry, Sample, frame, legend, north_arrow, scale_bar};
use crate::map::labels::{Label, Labels, Target, text_width_mm};
use crate::map::signs;
use crate::map::view::View;
use crate::palette;
use crate::sheet::Material;
use crate::words::Language;

/// The size of a slide and of what stands on it, millimetres.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 180.0;
const WINDOW: [f64; 4] = [6.0, 20.0, 240.0, 149.0];
const KEYS: [f64; 4] = [251.0, 20.0, 64.0, 130.0];
const TITLE_MM: f64 = 6.0;
const BANNER_MM: f64 = 3.4;
const NOTE_MM: f64 = 2.4;
const LEGEND_MM: f64 = 3.0;
const NAME_MM: f64 = 2.6;

/// A slide being drawn.
pub(super) struct Slide<'a> {
    material: &'a Material<'a>,
    language: Language,
    title: String,
    scenario: String,
    pub(super) view: View,
    commands: Vec<Command>,
    labels: Labels,
    wanted: Vec<Label>,
    entries: Vec<Entry>,
}

impl<'a> Slide<'a> {
    /// An empty slide that shows the whole study.
    pub(super) fn new(material: &'a Material<'a>, title: &str, scenario: &str, language: Language) -> Self {
        let nowhere = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1000.0, y: 1000.0 });
        let shown = bounds(places(material)).unwrap_or(nowhere);
        let [x, y, width, height] = WINDOW;
        Self {
            material,
            language,
            title: title.to_owned(),
            scenario: scenario.to_owned(),
            view: View::fitted(&shown, WINDOW, 0.02),
            commands: Vec::new(),
            labels: Labels::new([x + 1.0, y + 1.0, width - 2.0, height - 2.0]),
            wanted: Vec::new(),
            entries: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks for a label; those asked for first are placed first.
    pub(super) fn want(&mut self, label: Label) {
        self.wanted.push(label);
    }

    /// Keeps labels off a mark.
    pub(super) fn keep_off(&mut self, at: Place, radius_mm: f64) {
        self.labels.keep_off_symbol(at, radius_mm);
    }

    pub(super) fn list(&mut self, text: String, sample: Sample) {
        if self.entries.iter().all(|entry| entry.text != text) {
            self.entries.push(Entry { text, sample });
        }
    }

    /// How many more entries the legend holds in one column.
    pub(super) fn room_in_legend(&self) -> usize {
        const LINES: usize = 26;
        LINES.saturating_sub(self.entries.len())
    }

    pub(super) fn line(&mut self, line: &LineString<f64>, stroke: Stroke) {
        let places = self.view.line(line);
        self.push(Command::Line { places, stroke });
    }

    pub(super) fn area(&mut self, area: &MultiPolygon<f64>, fill: Option<Fill>, stroke: Option<Stroke>) {
        let rings: Vec<Vec<Place>> = area.0.iter().flat_map(|polygon| self.view.rings(polygon)).collect();
        if !rings.is_empty() {
            self.push(Command::Area { rings, fill, stroke });
        }
    }

    /// Water, parks, protected areas and borders; filled areas lie below the others.
    pub(super) fn ground(&mut self, has_keys: bool) {
        let layers = self.material.layers;
        for is_filled in [true, false] {
            for zone in &layers.zones {
                let Some((fill, stroke)) = ground_style(zone.kind) else { continue };
                if fill.is_some() != is_filled {
                    continue;
                }
                self.area(&zone.area, fill.clone(), stroke.clone());
                if has_keys {
                    let text = self.language.zone_kind(zone.kind).to_owned();
                    self.list(text, Sample::Area(fill, stroke));
                }
            }
        }
    }

    /// All footprints as one area.
    pub(super) fn houses(&mut self, is_faint: bool) {
        let footprints = self.material.layers.buildings.iter().filter(|building| !building.is_roof);
        let rings: Vec<Vec<Place>> = footprints.flat_map(|building| self.view.rings(&building.footprint)).collect();
        let grey = if is_faint { palette::BUILDING_EDGE } else { palette::BUILDING };
        if !rings.is_empty() {
            self.push(Command::Area { rings, fill: Some(plain(grey)), stroke: None });
        }
    }

    /// All ways in one thin line.
    pub(super) fn streets(&mut self, colour: Colour, width_mm: f64) {
        let stroke = super::line(colour, width_mm);
        for road in &self.material.layers.roads {
            self.line(&road.line, stroke.clone());
        }
    }

    /// The protected places, each with its order in the legend, its word, its mark and its colour; `None` leaves one out.
    ///
    /// What comes first in the legend is drawn last, above the others.
    pub(super) fn sites(&mut self, class_of: impl Fn(usize) -> Option<(u32, String, Marker, Colour)>) {
        const RADIUS_MM: f64 = 1.15;
        let mut marks: Vec<(u32, String, Marker, Colour, usize)> = (0..self.material.layers.sites.len())
            .filter_map(|site| {
                let (order, text, marker, colour) = class_of(site)?;
                Some((order, text, marker, colour, site))
            })
            .collect();
        marks.sort_by_key(|mark| (mark.0, mark.4));
        for (_, _, marker, colour, site) in marks.iter().rev() {
            let site = &self.material.layers.sites[*site];
            let at = self.view.place(site.point.0);
            self.commands.extend(mark(at, *marker, *colour, RADIUS_MM));
            self.labels.keep_off_symbol(at, RADIUS_MM);
        }
        for (_, text, marker, colour, _) in marks {
            self.list(text, sample(marker, colour));
        }
        for site in self.material.layers.sites.iter().filter(|site| site.kind.is_area()) {
            let text = site.name.clone().unwrap_or_else(|| site.id.clone());
            self.wanted.push(Label {
                text: shortened(&text),
                size_mm: NAME_MM,
                colour: Cow::Owned(palette::HERITAGE.hex()),
                is_bold: false,
                to: Target::Symbol(self.view.place(site.point.0), RADIUS_MM),
            });
        }
    }

    /// The stations as the scenario has them.
    pub(super) fn stations(&mut self, found: &Findings, has_names: bool) {
        let layers = self.material.layers;
        for reach in &found.reach.stations {
            let of_the_base = || layers.stations.iter().find(|station| station.id == reach.station);
            let Some(station) = reach.as_it_is.as_ref().or_else(of_the_base) else { continue };
            let is_minor = matches!(station.kind, StationKind::Micro | StationKind::FirePoint);
            let at = self.view.place(station.at.0);
            if is_minor {
                let red = Stroke::solid("#d5202c", 0.3);
                self.push(rectangle([at[0] - 0.9, at[1] - 0.9, 1.8, 1.8], Some(Fill::plain(signs::PAPER)), Some(red)));
                continue;
            }
            self.commands.extend(signs::station(at, station.is_proposed));
            self.labels.keep_off_symbol(at, 1.9);
            if has_names {
                let text = station.name.clone().unwrap_or_else(|| station.id.clone());
                let label = Label {
                    text: shortened(&text),
                    size_mm: NAME_MM,
                    colour: Cow::Borrowed("#7a1620"),
                    is_bold: true,
                    to: Target::Symbol(at, 2.0),
                };
                self.wanted.insert(0, label);
            }
        }
        let kinds = |is_minor: bool, is_proposed: bool| {
            found.reach.stations.iter().filter_map(|reach| reach.as_it_is.as_ref()).any(|station| {
                matches!(station.kind, StationKind::Micro | StationKind::FirePoint) == is_minor
                    && (is_minor || station.is_proposed == is_proposed)
            })
        };
        if kinds(false, false) {
            let text = self.language.pick("fire station", "消防站").to_owned();
            self.list(text, Sample::Symbol(signs::station([0.0, 0.0], false)));
        }
        if kinds(false, true) {
            let text = self.language.pick("fire station, proposed", "消防站(拟建)").to_owned();
            self.list(text, Sample::Symbol(signs::station([0.0, 0.0], true)));
        }
        if kinds(true, false) {
            let red = Stroke::solid("#d5202c", 0.3);
            let square = rectangle([-0.9, -0.9, 1.8, 1.8], Some(Fill::plain(signs::PAPER)), Some(red));
            let text = self.language.pick("micro-station, fire point", "微型站、消防点").to_owned();
            self.list(text, Sample::Symbol(vec![square]));
        }
    }

    /// The finished slide of one map.
    pub(super) fn finish(self) -> Drawing {
        self.finish_with(true)
    }

    /// The finished slide of several windows, each at the scale written above it.
    pub(super) fn finish_windows(self) -> Drawing {
        self.finish_with(false)
    }

    fn finish_with(mut self, is_one_map: bool) -> Drawing {
        let mut drawing = Drawing::new(WIDTH, HEIGHT);
        let paper = rectangle([0.0, 0.0, WIDTH, HEIGHT], Some(Fill::plain(signs::PAPER)), None);
        drawing.commands.push(paper);
        for label in std::mem::take(&mut self.wanted) {
            self.labels.place(&label);
        }
        let mut commands = self.commands;
        commands.extend(self.labels.leaders());
        commands.extend(self.labels.into_texts().into_iter().map(Command::Text));
        if is_one_map {
            drawing.commands.push(Command::Clipped { window: WINDOW, commands });
            drawing.commands.push(frame(WINDOW));
        } else {
            drawing.commands.extend(commands);
        }
        let record = self.material.record;
        let title = Text { is_bold: true, ..fitted([WINDOW[0], 10.0], &self.title, TITLE_MM, 190.0) };
        drawing.commands.push(Command::Text(title));
        let about = if record.title.is_empty() {
            self.scenario.clone()
        } else {
            format!("{} · {}", record.title, self.scenario)
        };
        drawing.commands.push(Command::Text(fitted([WINDOW[0], 16.0], &about, 3.4, WINDOW[2])));
        if let Some(banner) = &record.banner {
            let room = WIDTH - 206.0;
            let text = fitted([WIDTH - 6.0, 9.0], banner, BANNER_MM, room);
            drawing.commands.push(Command::Text(Text {
                anchor: Anchor::End,
                is_bold: true,
                colour: Cow::Borrowed("#8a5a00"),
                ..text
            }));
        }
        let (keys, _) = legend(&self.entries, KEYS, LEGEND_MM);
        drawing.commands.extend(keys);
        if is_one_map {
            drawing.commands.extend(scale_bar(&self.view, [KEYS[0] + 2.0, 160.0], 44.0));
        }
        drawing.commands.extend(north_arrow([WIDTH - 10.0, 164.0], 11.0));
        let note = note(self.material, self.language);
        drawing.commands.push(Command::Text(Text {
            colour: Cow::Borrowed("#555555"),
            ..fitted([WINDOW[0], HEIGHT - 5.0], &note, NOTE_MM, WIDTH - 12.0)
        }));
        drawing
    }
}

/// What a picture rests on, in one line; maps for the public need a review number.
fn note(material: &Material<'_>, language: Language) -> String {
    let record = material.record;
    let book = &record.rulebook;
    let date = match (record.data_date.as_deref(), language) {
        (Some(date), Language::English) => format!("data of {date}"),
        (Some(date), Language::Chinese) => format!("数据日期 {date}"),
        (None, _) => language.pick("date of the data not stated", "数据日期未注明").to_owned(),
    };
    let digest = record.input_digest.get(..12).unwrap_or(&record.input_digest);
    let sources = credit::sources(record, language);
    let from =
        if sources.is_empty() { String::new() } else { format!("{} {sources} · ", language.pick("from", "数据")) };
    match language {
        Language::English => format!(
            "{from}{date} · {} · rules {} {} as of {} · firereach {} · input {digest} · map review number: ________",
            record.frame.crs, book.name, book.version, book.as_of, record.version
        ),
        Language::Chinese => format!(
            "{from}{date} · {} · 规则 {} {}({}) · firereach {} · 输入 {digest} · 审图号:________",
            record.frame.crs, book.name, book.version, book.as_of, record.version
        ),
    }
}

/// A text that is set smaller where it would be wider than its room, down to half its size, and cut beyond that.
fn fitted(at: Place, text: &str, size_mm: f64, room_mm: f64) -> Text {
    let natural = text_width_mm(text, size_mm);
    let size = if natural > room_mm { (size_mm * room_mm / natural).max(size_mm * 0.5) } else { size_mm };
    let mut said: String = text.to_owned();
    while text_width_mm(&said, size) > room_mm && said.chars().count() > 1 {
        said.pop();
        said.pop();
        said.push('…');
    }
    Text::new(at, said, size)
}

/// A name that is not longer than a slide can take.
fn shortened(text: &str) -> String {
    shortened_to(text, NAME_MM, 52.0)
}

/// A text cut to a width in a size, millimetres.
pub(super) fn shortened_to(text: &str, size_mm: f64, most_mm: f64) -> String {
    if text_width_mm(text, size_mm) <= most_mm {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while text_width_mm(&short, size_mm) > most_mm {
        short.pop();
    }
    short.push('…');
    short
}

/// A mark about a place; what nobody knows ([`Marker::Cross`]) is hollow.
pub(super) fn mark(at: Place, marker: Marker, colour: Colour, radius_mm: f64) -> Vec<Command> {
    let edge = Some(Stroke::solid(signs::PAPER, 0.2));
    let ring = |count: u32, turn: f64, radius: &dyn Fn(u32) -> f64| {
        let place = |index: u32| {
            let angle = turn + f64::from(index) * std::f64::consts::TAU / f64::from(count);
            [at[0] + radius(index) * angle.cos(), at[1] + radius(index) * angle.sin()]
        };
        let mut places: Vec<Place> = (0..count).map(place).collect();
        places.push(places[0]);
        vec![Command::Area { rings: vec![places], fill: Some(plain(colour)), stroke: edge.clone() }]
    };
    let up = -std::f64::consts::FRAC_PI_2;
    match marker {
        Marker::Circle => {
            vec![Command::Circle { at, radius_mm, fill: Some(plain(colour)), stroke: edge }]
        }
        Marker::Square => ring(4, std::f64::consts::FRAC_PI_4, &|_| radius_mm * 1.2),
        Marker::Diamond => ring(4, 0.0, &|_| radius_mm * 1.3),
        Marker::Triangle => ring(3, up, &|_| radius_mm * 1.35),
        Marker::Pentagon => ring(5, up, &|_| radius_mm * 1.15),
        Marker::Star => ring(10, up, &|index| if index % 2 == 0 { radius_mm * 1.4 } else { radius_mm * 0.6 }),
        Marker::Cross => vec![Command::Circle {
            at,
            radius_mm: radius_mm * 0.85,
            fill: Some(Fill::plain(signs::PAPER)),
            stroke: Some(super::line(colour, 0.35)),
        }],
    }
}
