//! Places where engines turn and work, enlarged: tight corners with the tracks of engines, dead ends with the room to turn
//! there, operating sites and courts.

use std::borrow::Cow;
use std::cmp::Reverse;

use firereach_model::feature::ZoneKind;
use firereach_model::findings::lanes::{CornerCheck, DeadEnd, LaneService};
use firereach_model::findings::{Findings, Ruling};
use firereach_model::rules::Verdict;
use firereach_model::units::{Metres, Share};
use geo::{BooleanOps, Contains};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::frame::{Slide, shortened_to};
use super::{line, plain};
use crate::ground::{bounds, lines, meet, polygons, positions};
use crate::map::drawing::{Command, Fill, Place, Stroke, Text};
use crate::map::furniture::{Sample, frame};
use crate::map::signs;
use crate::map::view::View;
use crate::palette;
use crate::sheet::Material;
use crate::words::Language;

/// Windows of one slide, side by side and one below the other.
const COLUMNS: usize = 4;
const ROWS: usize = 3;
/// The area that they share on the slide, and what lies between and above them, millimetres.
const AREA: [f64; 4] = [6.0, 20.0, 240.0, 152.0];
const BETWEEN_MM: f64 = 2.0;
const CAPTION_MM: f64 = 6.6;
const TEXT_MM: f64 = 2.3;
/// Share of a window left free about what it must show.
const MARGIN: f64 = 0.06;

/// Draws what is enlarged, as a view shows it.
type Drawn<'a> = Box<dyn Fn(&View) -> Vec<Command> + 'a>;

/// One place to be enlarged.
struct Enlarged<'a> {
    /// What must be seen.
    shown: Vec<Coord<f64>>,
    /// Two lines above the window.
    caption: [String; 2],
    draw: Drawn<'a>,
}

/// How a thing with a verdict is filled: by colour and by hatching, so that it can be told in black and white.
fn fill(verdict: Verdict) -> Fill {
    let colour = palette::of_verdict(verdict);
    let pale = Cow::Owned(colour.towards(palette::PAPER, 0.75).hex());
    let angle_deg = match verdict {
        Verdict::Pass => 0.0,
        Verdict::Unknown => 90.0,
        Verdict::ExemptWithPlan | Verdict::AdvisoryFail | Verdict::MandatoryFail => 45.0,
    };
    Fill::Hatch { colour: Cow::Owned(colour.hex()), ground: pale, step_mm: 1.2, width_mm: 0.2, angle_deg }
}

fn edge(verdict: Verdict) -> Stroke {
    line(palette::of_verdict(verdict), 0.35)
}

/// The part of an area that a window shows: cut here, because a clip for every window costs a drawing of the whole slide.
fn area(view: &View, of: &Polygon<f64>, fill: Option<Fill>, stroke: Option<Stroke>) -> Option<Command> {
    let window = view.ground();
    let around = bounds(of.exterior().0.iter().copied()).filter(|around| meet(around, &window))?;
    let is_whole = window.contains(&around.min()) && window.contains(&around.max());
    let shown = if is_whole { MultiPolygon(vec![of.clone()]) } else { of.intersection(&window.to_polygon()) };
    let rings: Vec<Vec<Place>> = shown.0.iter().flat_map(|part| view.rings(part)).collect();
    (!rings.is_empty()).then_some(Command::Area { rings, fill, stroke })
}

/// The parts of a line that a window shows.
fn lines_of(view: &View, of: &LineString<f64>, stroke: &Stroke) -> Vec<Command> {
    view.visible(of).into_iter().map(|places| Command::Line { places, stroke: stroke.clone() }).collect()
}

fn worst(rulings: &[Ruling], measures: &[&str]) -> Option<Verdict> {
    let on = rulings.iter().filter(|ruling| measures.contains(&ruling.measure.as_str()));
    on.map(|ruling| ruling.verdict).max()
}

fn name_of_road(material: &Material<'_>, road: usize) -> String {
    material
        .layers
        .roads
        .get(road)
        .map_or_else(String::new, |road| road.name.clone().unwrap_or_else(|| road.id.clone()))
}

/// Whether a place lies in the study's area; where no study states one, every place does. Ways beyond it end where the data
/// ends.
fn is_in_study(material: &Material<'_>, at: Coord<f64>) -> bool {
    let mut areas = material.layers.zones.iter().filter(|zone| zone.kind == ZoneKind::Study).peekable();
    areas.peek().is_none() || areas.any(|zone| zone.area.contains(&at))
}

/// Footprints, lanes and what stands beside them in a window.
fn ground(material: &Material<'_>, base: &Findings, view: &View) -> Vec<Command> {
    let window = view.ground();
    let touches = |shape: &[Coord<f64>]| bounds(shape.iter().copied()).is_some_and(|rect| meet(&rect, &window));
    let mut commands = Vec::new();
    for building in material.layers.buildings.iter().filter(|b| !b.is_roof) {
        let stroke = Some(line(palette::BUILDING_EDGE, 0.12));
        commands.extend(area(view, &building.footprint, Some(plain(palette::BUILDING)), stroke));
    }
    let lane = line(palette::UNKNOWN, 0.25);
    for piece in base.lanes.pieces.iter().filter(|piece| touches(&piece.line.0)) {
        commands.extend(lines_of(view, &piece.line, &lane));
    }
    let stroke = obstacle_stroke();
    for obstacle in material.layers.obstacles.iter().filter(|obstacle| touches(&positions(&obstacle.shape))) {
        if let geo_types::Geometry::Point(at) = &obstacle.shape {
            let radius_mm = view.millimetres(obstacle.radius.map_or(0.0, Metres::get)).max(0.35);
            let at = view.place(at.0);
            commands.push(Command::Circle { at, radius_mm, fill: None, stroke: Some(stroke.clone()) });
        }
        for polygon in polygons(&obstacle.shape) {
            commands.extend(area(view, polygon, Some(plain(palette::BUILDING_EDGE)), Some(stroke.clone())));
        }
        for of in lines(&obstacle.shape) {
            commands.extend(lines_of(view, of, &stroke));
        }
    }
    commands
}

fn obstacle_stroke() -> Stroke {
    line(palette::INK, 0.22)
}

/// Draws the places into the windows of a slide, as many as it has.
fn windows(slide: &mut Slide<'_>, material: &Material<'_>, base: &Findings, places: &[Enlarged<'_>]) {
    let (width, height) = (
        (AREA[2] - BETWEEN_MM * (COLUMNS as f64 - 1.0)) / COLUMNS as f64,
        (AREA[3] - BETWEEN_MM * (ROWS as f64 - 1.0)) / ROWS as f64,
    );
    for (i, place) in places.iter().take(COLUMNS * ROWS).enumerate() {
        let (column, row) = ((i % COLUMNS) as f64, (i / COLUMNS) as f64);
        let (left, top) = (AREA[0] + column * (width + BETWEEN_MM), AREA[1] + row * (height + BETWEEN_MM));
        let window = [left, top + CAPTION_MM, width, height - CAPTION_MM];
        let Some(shown) = bounds(place.shown.iter().copied()) else { continue };
        let view = View::at_stated_scale(&shown, window, MARGIN);
        for command in ground(material, base, &view).into_iter().chain((place.draw)(&view)) {
            slide.push(command);
        }
        slide.push(frame(window));
        let captions = [place.caption[0].clone(), format!("{} · 1:{:.0}", place.caption[1], view.scale)];
        for (line, text) in captions.iter().enumerate() {
            let at = [left, top + 2.4 + 3.0 * line as f64];
            let text = shortened_to(text, TEXT_MM, width);
            slide.push(Command::Text(Text { is_bold: line == 0, ..Text::new(at, text, TEXT_MM) }));
        }
    }
}

fn list_verdicts(slide: &mut Slide<'_>, verdicts: impl IntoIterator<Item = Verdict>, language: Language) {
    let mut all: Vec<Verdict> = verdicts.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    for verdict in all {
        slide.list(language.verdict(verdict).to_owned(), Sample::Area(Some(fill(verdict)), Some(edge(verdict))));
    }
}

/// The tightest corners: at each the tracks of the vehicle that sweeps least of those that do not get round, or may not.
pub(super) fn corners<'a>(material: &'a Material<'_>, base: &'a Findings, language: Language) -> Option<Slide<'a>> {
    let order = |check: &CornerCheck| (check.fits != Some(false), check.swept_m);
    let mut checks: Vec<&CornerCheck> = Vec::new();
    for check in &base.lanes.corners {
        match checks.iter_mut().find(|known| known.at == check.at && known.to_road == check.to_road) {
            Some(known) if order(check) < order(known) => *known = check,
            Some(_) => {}
            None => checks.push(check),
        }
    }
    checks.retain(|check| is_in_study(material, check.at));
    checks.sort_by(|a, b| {
        let margin = |check: &CornerCheck| check.margin_m.unwrap_or(f64::INFINITY);
        order(a).0.cmp(&order(b).0).then(margin(a).total_cmp(&margin(b)))
    });
    let place = |check: &&'a CornerCheck| {
        let check: &'a CornerCheck = check;
        let margin = check.margin_m.unwrap_or(0.0);
        let caption = match language {
            Language::English => format!("{} · {:.0}° · {margin:+.2} m to spare", check.vehicle, check.angle_deg),
            Language::Chinese => format!("{} · 转角{:.0}° · 余量{margin:+.2}米", check.vehicle, check.angle_deg),
        };
        Enlarged {
            shown: check.outer.0.iter().chain(&check.inner.0).copied().collect(),
            caption: [name_of_road(material, check.road), caption],
            draw: Box::new(|view| {
                let stroke = signs::track(check.fits == Some(false));
                [&check.outer, &check.inner].into_iter().flat_map(|of| lines_of(view, of, &stroke)).collect()
            }),
        }
    };
    let places: Vec<Enlarged<'_>> = checks.iter().take(COLUMNS * ROWS).map(place).collect();
    if places.is_empty() {
        return None;
    }
    let title = language.pick("Corners too tight for engines, or in doubt", "转弯不足或待查的路口与弯道");
    let mut slide = Slide::new(material, title, &base.scenario, language);
    windows(&mut slide, material, base, &places);
    for (is_certain, english, chinese) in [
        (true, "track of an engine that does not get round", "消防车转弯轨迹(不能通过)"),
        (false, "track of an engine that may not get round", "消防车转弯轨迹(待查)"),
    ] {
        if checks.iter().take(COLUMNS * ROWS).any(|check| (check.fits == Some(false)) == is_certain) {
            slide.list(language.pick(english, chinese).to_owned(), Sample::Line(vec![signs::track(is_certain)]));
        }
    }
    list_ground(&mut slide, language);
    Some(slide)
}

/// The dead ends with the worst verdicts, the longest first, with the free square or the bar of a hammerhead near their ends.
pub(super) fn dead_ends<'a>(material: &'a Material<'_>, base: &'a Findings, language: Language) -> Option<Slide<'a>> {
    let verdict = |end: &DeadEnd| end.rulings.iter().map(|r| r.verdict).max().unwrap_or(Verdict::Unknown);
    let mut ends: Vec<&DeadEnd> = base.lanes.dead_ends.iter().filter(|end| is_in_study(material, end.at)).collect();
    ends.sort_by(|a, b| verdict(b).cmp(&verdict(a)).then(b.length_m.total_cmp(&a.length_m)));
    ends.truncate(COLUMNS * ROWS);
    let place = |end: &&'a DeadEnd| {
        let end: &'a DeadEnd = end;
        let ruled = verdict(end);
        let room = match (end.square_m, &end.hammerhead, language) {
            (Some(side), _, Language::English) => format!("{side:.0} m square"),
            (Some(side), _, Language::Chinese) => format!("{side:.0}米见方"),
            (None, Some(_), _) => language.pick("hammerhead only", "仅T形回车").to_owned(),
            (None, None, _) => language.pick("no room to turn", "无回车场地").to_owned(),
        };
        const ABOUT_M: f64 = 30.0;
        let about = |dx: f64, dy: f64| Coord { x: end.at.x + dx, y: end.at.y + dy };
        let turns: Vec<&Polygon<f64>> = end.square.iter().chain(&end.hammerhead).collect();
        let corners = turns.iter().flat_map(|area| area.exterior().0.iter().copied());
        Enlarged {
            shown: [about(-ABOUT_M, -ABOUT_M), about(ABOUT_M, ABOUT_M)].into_iter().chain(corners).collect(),
            caption: [name_of_road(material, end.road), format!("{:.0} m · {room}", end.length_m)],
            draw: Box::new(move |view| {
                let stroke = line(palette::of_verdict(ruled), 0.8);
                let mut commands = lines_of(view, &end.line, &stroke);
                for turn in end.square.iter().chain(&end.hammerhead) {
                    commands.extend(area(view, turn, Some(fill(ruled)), Some(edge(ruled))));
                }
                commands
            }),
        }
    };
    let places: Vec<Enlarged<'_>> = ends.iter().map(place).collect();
    if places.is_empty() {
        return None;
    }
    let title = language.pick("Dead ends and room to turn", "尽头式车道与回车场地");
    let mut slide = Slide::new(material, title, &base.scenario, language);
    windows(&mut slide, material, base, &places);
    list_verdicts(&mut slide, ends.iter().map(|end| verdict(end)), language);
    list_ground(&mut slide, language);
    Some(slide)
}

/// The buildings whose operating sites or courts have the worst verdicts, those with something to draw and sites first: the
/// ground where aerial appliances can work, and the courts into which a lane should lead.
pub(super) fn working_ground<'a>(
    material: &'a Material<'_>,
    base: &'a Findings,
    language: Language,
) -> Option<Slide<'a>> {
    const AERIAL: [&str; 3] = ["aerial_site_share", "aerial_site_length", "aerial_site_gap"];
    let of_ground = |service: &LaneService| worst(&service.rulings, &AERIAL);
    let of_courts = |service: &LaneService| service.courts.iter().filter_map(|court| court.verdict).max();
    let verdict = |service: &LaneService| of_ground(service).max(of_courts(service));
    let mut services: Vec<&LaneService> = base.lanes.services.iter().filter(|s| verdict(s).is_some()).collect();
    // A stable order: what the findings list first comes first among equals.
    let is_empty = |service: &LaneService| service.operating_run.is_empty() && of_courts(service).is_none();
    services.sort_by_key(|service| (Reverse(verdict(service)), is_empty(service), service.site.is_none()));
    services.truncate(COLUMNS * ROWS);
    let name = |service: &LaneService| {
        let site = material.layers.sites.iter().find(|site| Some(&site.id) == service.site.as_ref());
        let named = site.and_then(|site| site.name.clone()).or_else(|| service.site.clone());
        named.or_else(|| service.building.clone()).unwrap_or_default()
    };
    let caption = |service: &LaneService| {
        let share = &service.operating_share;
        let percent = |of: Option<Share>| of.map_or(0.0, |share| share.get() * 100.0);
        let (low, high) = (percent(share.low), percent(share.high));
        let ground = share.high.filter(|_| of_ground(service).is_some()).map(|_| match language {
            Language::English => format!("ground along {low:.0} to {high:.0} %"),
            Language::Chinese => format!("场地覆盖{low:.0}~{high:.0}%"),
        });
        let courts = service.courts.iter().filter(|court| court.verdict.is_some());
        let court = courts.map(|court| court.short_side_m).max_by(f64::total_cmp).map(|side| match language {
            Language::English => format!("court {side:.0} m"),
            Language::Chinese => format!("内院短边{side:.0}米"),
        });
        [ground, court].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let place = |service: &&'a LaneService| {
        let service: &'a LaneService = service;
        let sides = service.long_sides.iter().flat_map(|side| side.0.iter().copied());
        let runs = service.operating_run.iter().flat_map(|site| site.area.exterior().0.iter().copied());
        let courts = service.courts.iter().flat_map(|court| court.area.exterior().0.iter().copied());
        let ruled = of_ground(service).unwrap_or(Verdict::Unknown);
        Enlarged {
            shown: sides.chain(runs).chain(courts).collect(),
            caption: [name(service), caption(service)],
            draw: Box::new(move |view| {
                let mut commands = Vec::new();
                for court in &service.courts {
                    if let Some(verdict) = court.verdict {
                        commands.extend(area(view, &court.area, Some(fill(verdict)), Some(edge(verdict))));
                    }
                }
                for site in &service.operating_run {
                    commands.extend(area(view, &site.area, Some(fill(ruled)), Some(edge(ruled))));
                }
                for side in &service.long_sides {
                    commands.extend(lines_of(view, side, &line(palette::INK, 0.4)));
                }
                commands
            }),
        }
    };
    let places: Vec<Enlarged<'_>> = services.iter().map(place).collect();
    if places.is_empty() {
        return None;
    }
    let title = language.pick("Operating sites and courts", "登高操作场地与内院");
    let mut slide = Slide::new(material, title, &base.scenario, language);
    windows(&mut slide, material, base, &places);
    list_verdicts(&mut slide, services.iter().filter_map(|service| verdict(service)), language);
    let long_side = language.pick("long side of the building", "建筑长边").to_owned();
    slide.list(long_side, Sample::Line(vec![line(palette::INK, 0.4)]));
    list_ground(&mut slide, language);
    Some(slide)
}

fn list_ground(slide: &mut Slide<'_>, language: Language) {
    slide.list(
        language.pick("building", "建筑").to_owned(),
        Sample::Area(Some(plain(palette::BUILDING)), Some(line(palette::BUILDING_EDGE, 0.12))),
    );
    slide.list(language.pick("lane or way", "通道").to_owned(), Sample::Line(vec![line(palette::UNKNOWN, 0.25)]));
    let obstacle = language.pick("wall, fence or other obstacle", "围墙、栅栏等障碍").to_owned();
    slide.list(obstacle, Sample::Line(vec![obstacle_stroke()]));
}
