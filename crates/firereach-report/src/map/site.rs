//! The map of one policy sheet: the site, how engines come to it, where its water is, what stands in the way.

mod lanes;
mod water;

use std::borrow::Cow;

use firereach_model::findings::reach::Arrival;
use geo_types::{Coord, LineString, Rect};

use super::drawing::{Command, Drawing, Place, Stroke, Text, rectangle};
use super::furniture::{Entry, Sample, frame, legend, north_arrow, scale_bar};
use super::labels::{Label, Labels, Target};
use super::signs::{self, LaneClass};
use super::view::View;
use crate::ground::{bounds, halfway, lines, meet, polygons, positions, touches};
use crate::sheet::Material;
use crate::words::Wording;

/// How large a map is and in which language it speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapOptions {
    /// Width with everything, millimetres.
    pub width_mm: f64,
    /// Height with the strip of scale and legend, millimetres.
    pub height_mm: f64,
    /// The language of legend and notes.
    pub wording: Wording,
}

/// A finished map.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteMap {
    /// What to draw.
    pub drawing: Drawing,
    /// Metres on the ground for one metre on paper.
    pub scale: f64,
    /// Labels for which there was no room.
    pub labels_left_out: usize,
}

/// The largest denominator a sheet's map has unless the site itself needs more.
const SMALLEST_SHEET_SCALE: f64 = 2000.0;

/// Height of the strip below the map, millimetres.
const STRIP_MM: f64 = 36.0;

/// A building that reaches farther to the side has its name on it, millimetres.
const WIDE_MM: f64 = 22.0;

/// Share of the window left free about what must be seen.
const MARGIN: f64 = 0.08;

/// What a legend may list, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Listed {
    Site,
    OtherSite,
    Stop,
    Engine,
    Foot,
    Hose,
    HoseUnusable,
    Hydrant,
    HydrantUnknown,
    HydrantOut,
    Radius,
    HoseReach,
    WaterSource,
    Proposal,
    Station,
    Pinch,
    PinchDoubtful,
    Track,
    TrackDoubtful,
    Lane(LaneClass),
    Building(u8),
    Zone(u8),
}

struct Painter<'a> {
    material: &'a Material<'a>,
    wording: Wording,
    index: usize,
    view: View,
    ground: Rect<f64>,
    commands: Vec<Command>,
    labels: Labels,
    wanted: Vec<(u8, Label)>,
    listed: Vec<(Listed, Entry)>,
}

/// Draws the map of the site with this index.
///
/// # Panics
///
/// When there are no findings, or no such site.
pub fn site_map(material: &Material<'_>, index: usize, options: &MapOptions) -> SiteMap {
    let window = [0.2, 0.2, options.width_mm - 0.4, options.height_mm - STRIP_MM - 0.2];
    let view = view_of(material, index, window);
    let mut painter = Painter {
        material,
        wording: options.wording,
        index,
        ground: view.ground(),
        view,
        commands: Vec::new(),
        labels: Labels::new([window[0] + 1.0, window[1] + 1.0, window[2] - 2.0, window[3] - 2.0]),
        wanted: Vec::new(),
        listed: Vec::new(),
    };
    painter.zones(true);
    painter.hose_reach();
    painter.zones(false);
    painter.buildings();
    painter.lanes();
    painter.corners();
    painter.circles();
    painter.hoses();
    painter.ways();
    painter.sites();
    painter.pinches();
    painter.supplies();
    painter.places();
    painter.finish(options)
}

/// The view that shows the site with its stop and nearest water at one of the scales of a sheet, or the site alone.
fn view_of(material: &Material<'_>, index: usize, window: [f64; 4]) -> View {
    let site = &material.layers.sites[index];
    let base = material.findings.first().expect("a run has at least one scenario");
    let own = positions(&site.shape);
    let mut near = own.clone();
    near.extend(base.lanes.sites.get(index).and_then(|access| access.stop));
    let first = base.reach.sites.get(index).and_then(|reach| reach.first.as_ref());
    near.extend(first.and_then(|arrival| arrival.stop));
    near.extend(first.and_then(|arrival| arrival.walk.as_ref()).into_iter().flat_map(|walk| walk.0.iter().copied()));
    let mut wide = near.clone();
    let sources = base.water.sites.get(index).map_or(&[][..], |water| &water.sources);
    let ways = sources.iter().filter_map(|source| source.way.as_ref()).take(2);
    wide.extend(ways.flat_map(|way| way.0.iter().copied()));
    let of = |places: Vec<Coord<f64>>| {
        let found = bounds(places).unwrap_or_else(|| Rect::new(site.point.0, site.point.0));
        View::at_stated_scale(&found, window, MARGIN)
    };
    [wide, near].into_iter().map(of).find(|view| view.scale <= SMALLEST_SHEET_SCALE).unwrap_or_else(|| of(own))
}

impl Painter<'_> {
    fn base(&self) -> &firereach_model::findings::Findings {
        &self.material.findings[0]
    }

    fn say(&self, en: &str, zh: &str) -> String {
        self.wording.say(en, zh)
    }

    fn list(&mut self, what: Listed, text: String, sample: Sample) {
        if self.listed.iter().all(|(known, _)| *known != what) {
            self.listed.push((what, Entry { text, sample }));
        }
    }

    /// Asks for a label; the smallest number is placed first.
    fn want(&mut self, order: u8, text: impl Into<String>, size_mm: f64, colour: &'static str, to: Target) {
        let label =
            Label { text: shortened(&text.into()), size_mm, colour: Cow::Borrowed(colour), is_bold: order <= 1, to };
        self.wanted.push((order, label));
    }

    fn line(&mut self, line: &LineString<f64>, strokes: &[Stroke]) {
        let places = self.view.line(line);
        self.commands
            .extend(strokes.iter().map(|stroke| Command::Line { places: places.clone(), stroke: stroke.clone() }));
    }

    /// Keeps labels off what the window shows of a line, as far as they have another place.
    fn keep_clear(&mut self, line: &LineString<f64>) {
        for part in self.view.visible(line) {
            self.labels.rather_not_cross(&part);
        }
    }

    /// The longest part of a line that the window shows.
    fn longest_visible(&self, line: &LineString<f64>) -> Option<Vec<Place>> {
        let length =
            |part: &Vec<Place>| part.windows(2).map(|s| (s[1][0] - s[0][0]).hypot(s[1][1] - s[0][1])).sum::<f64>();
        self.view.visible(line).into_iter().max_by(|a, b| length(a).total_cmp(&length(b)))
    }

    /// Areas that are filled, or those that are only edged, which lie above them.
    fn zones(&mut self, is_filled: bool) {
        let layers = self.material.layers;
        for zone in &layers.zones {
            let Some((fill, stroke)) = signs::zone(zone.kind) else { continue };
            if fill.is_some() != is_filled || zone.id == layers.sites[self.index].id {
                continue;
            }
            let mut is_drawn = false;
            for polygon in &zone.area {
                if !touches(&polygon.exterior().0, &self.ground) {
                    continue;
                }
                let is_all_around = !is_filled
                    && polygon.exterior().lines().all(|side| !meet(&Rect::new(side.start, side.end), &self.ground));
                if is_all_around {
                    continue;
                }
                is_drawn = true;
                let rings = self.view.rings(polygon);
                self.commands.push(Command::Area { rings, fill: fill.clone(), stroke: stroke.clone() });
            }
            if is_drawn {
                let order = u8::try_from(
                    firereach_model::feature::ZoneKind::ALL
                        .iter()
                        .position(|kind| *kind == zone.kind)
                        .unwrap_or_default(),
                )
                .unwrap_or(u8::MAX);
                let text = self.wording.of(|language| language.zone_kind(zone.kind));
                self.list(Listed::Zone(order), text, Sample::Area(fill.clone(), stroke.clone()));
                if is_filled && let Some(name) = zone.name.clone() {
                    let parts = zone.area.0.iter().flat_map(|p| p.exterior().0.clone()).collect::<Vec<_>>();
                    if let Some(middle) = visible_middle(&parts, &self.ground) {
                        self.want(8, name, 2.4, "#4d6a7f", Target::Centre(self.view.place(middle)));
                    }
                }
            }
        }
    }

    fn buildings(&mut self) {
        let layers = self.material.layers;
        let own = layers.sites[self.index].building.as_deref();
        for building in &layers.buildings {
            if Some(building.id.as_str()) == own || !touches(&building.footprint.exterior().0, &self.ground) {
                continue;
            }
            let (fill, stroke) = signs::building(building.body.structure);
            let rings = self.view.rings(&building.footprint);
            let (order, text) = match building.body.structure {
                Some(structure) => (structure as u8, self.wording.of(|language| language.structure(structure))),
                None => (u8::MAX, self.say("structure not stated", "结构不明")),
            };
            self.list(Listed::Building(order), text, Sample::Area(Some(fill.clone()), Some(stroke.clone())));
            let fill = if building.is_roof { None } else { Some(fill) };
            self.commands.push(Command::Area { rings, fill, stroke: Some(stroke) });
        }
    }

    fn ways(&mut self) {
        let reach = self.base().reach.sites.get(self.index);
        let first: Option<Arrival> = reach.and_then(|reach| reach.first.clone());
        let access_stop = self.base().lanes.sites.get(self.index).and_then(|access| access.stop);
        if let Some(arrival) = &first {
            if let Some(drive) = &arrival.drive {
                self.line(drive, &signs::engine_way());
                self.keep_clear(drive);
                let text = self.say("way of the first engine", "首达消防车路线");
                self.list(Listed::Engine, text, Sample::Line(signs::engine_way().to_vec()));
                if let Some(part) = self.longest_visible(drive) {
                    let text = format!("{} {} {:.1} m", arrival.station, arrival.vehicle, arrival.drive_m);
                    self.want(2, text, 2.4, signs::ENGINE, Target::Along(part));
                }
            }
            if let Some(walk) = arrival.walk.as_ref().filter(|_| arrival.walk_m > 0.0) {
                self.line(walk, &signs::foot_way());
                self.keep_clear(walk);
                let text = self.say("crew on foot", "队员步行");
                self.list(Listed::Foot, text, Sample::Line(signs::foot_way().to_vec()));
                if let Some(part) = self.longest_visible(walk) {
                    self.want(3, format!("{:.1} m", arrival.walk_m), 2.2, signs::FOOT, Target::Along(part));
                }
            }
        }
        let stop = first.as_ref().and_then(|arrival| arrival.stop).or(access_stop);
        if let Some(at) = stop.map(|at| self.view.place(at)).filter(|at| self.view.shows(*at)) {
            self.commands.extend(signs::stop(at));
            self.labels.keep_off_symbol(at, 2.1);
            let text = self.say("stop of the engine", "消防车停车位置");
            self.list(Listed::Stop, text, Sample::Symbol(signs::stop([0.0, 0.0])));
        }
    }

    fn sites(&mut self) {
        let layers = self.material.layers;
        for (index, site) in layers.sites.iter().enumerate() {
            let is_subject = index == self.index;
            let outline = positions(&site.shape);
            if !is_subject && !touches(&outline, &self.ground) {
                continue;
            }
            let (fill, stroke) = signs::site(site.kind, is_subject);
            let areas = polygons(&site.shape);
            for polygon in &areas {
                let rings = self.view.rings(polygon);
                self.commands.push(Command::Area { rings, fill: fill.clone(), stroke: Some(stroke.clone()) });
            }
            for line in lines(&site.shape) {
                self.line(line, std::slice::from_ref(&stroke));
            }
            let at = self.view.place(site.point.0);
            if areas.is_empty() {
                self.commands.push(signs::site_dot(at, is_subject));
            }
            let name = site.name.clone().filter(|n| !n.trim().is_empty()).unwrap_or_else(|| site.id.clone());
            if is_subject {
                let text = self.say("this site", "本处");
                self.list(Listed::Site, text, Sample::Area(fill, Some(stroke)));
                let reach = self.reach_of(&outline, at);
                let to =
                    if site.kind.is_area() || reach > WIDE_MM { Target::Centre(at) } else { Target::Symbol(at, reach) };
                self.want(0, name, 3.4, signs::HERITAGE, to);
                if !site.kind.is_area() {
                    self.labels.keep_off_symbol(at, 1.2);
                }
            } else {
                let text = self.say("other protected place", "其他保护对象");
                self.list(Listed::OtherSite, text, Sample::Area(fill, Some(stroke)));
                self.want(7, name, 2.1, signs::HERITAGE, Target::Symbol(at, 1.4));
            }
        }
    }

    /// How far an outline reaches to the side of a place, millimetres, so that a name stands beside it.
    fn reach_of(&self, outline: &[Coord<f64>], [x, _]: Place) -> f64 {
        outline.iter().map(|at| (self.view.place(*at)[0] - x).abs()).fold(2.4, f64::max)
    }

    fn places(&mut self) {
        for station in &self.material.layers.stations {
            let at = self.view.place(station.at.0);
            if !self.view.shows(at) {
                continue;
            }
            self.commands.extend(signs::station(at, station.is_proposed));
            self.labels.keep_off_symbol(at, 1.9);
            let text = self.say("fire station", "消防站点");
            self.list(Listed::Station, text, Sample::Symbol(signs::station([0.0, 0.0], false)));
            let name = station.name.clone().unwrap_or_else(|| station.id.clone());
            self.want(3, name, 2.4, "#a31621", Target::Symbol(at, 1.9));
        }
    }

    fn finish(mut self, options: &MapOptions) -> SiteMap {
        // Stable: labels of one order keep the order of their layer.
        self.wanted.sort_by_key(|(order, _)| *order);
        let mut left_out = 0;
        for (_, label) in &self.wanted {
            if !self.labels.place(label) {
                left_out += 1;
            }
        }
        let mut drawing = Drawing::new(options.width_mm, options.height_mm);
        let window = self.view.window;
        let mut commands = std::mem::take(&mut self.commands);
        commands.extend(self.labels.leaders());
        commands.extend(self.labels.clone().into_texts().into_iter().map(Command::Text));
        drawing.commands.push(rectangle(window, Some(super::drawing::Fill::plain(signs::PAPER)), None));
        drawing.commands.push(Command::Clipped { window, commands });
        drawing.commands.push(frame(window));
        self.strip(options, &mut drawing);
        SiteMap { drawing, scale: self.view.scale, labels_left_out: left_out }
    }

    /// Scale, north and notes at the left below the map, the legend at the right.
    fn strip(&mut self, options: &MapOptions, drawing: &mut Drawing) {
        let top = options.height_mm - STRIP_MM;
        let strip = [0.2, top, options.width_mm - 0.4, STRIP_MM - 0.2];
        let left_width = 62.0;
        drawing.commands.extend(north_arrow([9.0, top + 17.5], 11.0));
        drawing.commands.extend(scale_bar(&self.view, [18.0, top + 10.5], 38.0));
        let record = self.material.record;
        let frame_name = if record.frame.name.is_empty() { &record.frame.crs } else { &record.frame.name };
        let mut notes = vec![format!("{} ({})", frame_name, record.frame.crs)];
        if let Some(date) = &record.data_date {
            notes.push(self.say(&format!("data as of {date}"), &format!("数据日期 {date}")));
        }
        notes.push(self.say("scenario: ", "情景：") + &self.base().scenario);
        notes.push(self.say("north is that of the grid", "北向为坐标北"));
        for (row, note) in (0..).map(f64::from).zip(notes) {
            let natural = super::labels::text_width_mm(&note, 2.1);
            let size = if natural > left_width - 6.0 { 2.1 * (left_width - 6.0) / natural } else { 2.1 };
            drawing.commands.push(Command::Text(Text::new([3.0, top + 22.4 + row * 3.4], note, size)));
        }
        self.listed.sort_by_key(|(what, _)| *what);
        let entries: Vec<Entry> = self.listed.drain(..).map(|(_, entry)| entry).collect();
        let area = [left_width + 3.0, top + 2.0, options.width_mm - left_width - 5.0, STRIP_MM - 4.0];
        let (commands, _) = legend(&entries, area, 2.15);
        drawing.commands.extend(commands);
        drawing.commands.push(frame(strip));
        drawing.commands.push(Command::Line {
            places: vec![[left_width, top], [left_width, options.height_mm - 0.2]],
            stroke: Stroke::solid(signs::INK, 0.2),
        });
    }
}

/// A label of at most forty characters, cut with an ellipsis.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= MOST {
        return text;
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

/// The middle of what a box shows of some positions.
fn visible_middle(of: &[Coord<f64>], window: &Rect<f64>) -> Option<Coord<f64>> {
    let own = bounds(of.iter().copied())?;
    let (low, high) = (own.min(), own.max());
    let (west, south) = (low.x.max(window.min().x), low.y.max(window.min().y));
    let (east, north) = (high.x.min(window.max().x), high.y.min(window.max().y));
    halfway(&LineString(vec![Coord { x: west, y: south }, Coord { x: east, y: north }]))
}
