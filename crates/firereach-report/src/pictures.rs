//! The main maps for slides: stations and areas reached, lanes, water, and what scenarios change.

mod difference;
mod enlarged;
mod frame;

use std::borrow::Cow;

use firereach_model::feature::ZoneKind;
use firereach_model::findings::Findings;
use firereach_model::findings::comparison::Comparison;
use firereach_model::findings::water::WaterClass;
use firereach_model::parameters::movement::Heading;
use firereach_model::symbols::{Colour, Marker};
use geo::Simplify;
use geo_types::{Coord, MultiPolygon};

use crate::map::drawing::{Anchor, Command, Drawing, Fill, Stroke, Text};
use crate::map::furniture::Sample;
use crate::map::labels::{Label, Target};
use crate::map::signs::{self, LaneClass};
use crate::palette;
use crate::sheet::Material;
use crate::words::Language;

use frame::{Slide, mark};

pub use difference::difference;

/// One map.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The file's name without its ending.
    pub name: String,
    /// What to draw.
    pub drawing: Drawing,
}

/// Draws the main maps of a run: areas reached, lanes and water of the base, what is tight in its lanes, and what each
/// comparison changes.
///
/// Every map has the shape of a slide, the same window on the ground, a legend, a scale bar, a north arrow, the banner of
/// the study and a line that says what it rests on.
pub fn pictures(material: &Material<'_>, comparisons: &[Comparison], language: Language) -> Vec<Picture> {
    let Some(base) = material.findings.first() else { return Vec::new() };
    let mut pictures = vec![
        Picture { name: "reach".to_owned(), drawing: reach(material, base, Heading::From, language) },
        Picture { name: "lanes".to_owned(), drawing: lanes(material, base, language) },
        Picture { name: "water".to_owned(), drawing: water(material, base, language) },
    ];
    let tight = [
        ("corners", enlarged::corners(material, base, language)),
        ("dead-ends", enlarged::dead_ends(material, base, language)),
        ("operating-sites", enlarged::working_ground(material, base, language)),
    ];
    for (name, slide) in tight {
        pictures.extend(slide.map(|slide| Picture { name: name.to_owned(), drawing: slide.finish_windows() }));
    }
    if base.reach.isochrones.iter().any(|isochrone| isochrone.heading == Heading::To) {
        let drawing = reach(material, base, Heading::To, language);
        pictures.push(Picture { name: "reach-to".to_owned(), drawing });
    }
    for (number, comparison) in (1..).zip(comparisons) {
        let name = format!("difference-{number:02}");
        pictures.push(Picture { name, drawing: difference(material, comparison, language) });
    }
    pictures
}

fn plain(colour: Colour) -> Fill {
    Fill::Plain(Cow::Owned(colour.hex()))
}

fn line(colour: Colour, width_mm: f64) -> Stroke {
    Stroke { colour: Cow::Owned(colour.hex()), width_mm, dash_mm: Cow::Borrowed(&[]) }
}

/// Areas of all stations together, the largest first; the picture of a place is that of its soonest area.
fn reach(material: &Material<'_>, base: &Findings, heading: Heading, language: Language) -> Drawing {
    let title = match heading {
        Heading::From => language.pick("Stations and what they reach", "消防站与可达范围"),
        Heading::To => language.pick("From where a station is reached", "可到达消防站的范围"),
    };
    let mut slide = Slide::new(material, title, &base.scenario, language);
    let mut areas: Vec<(u32, &MultiPolygon<f64>)> = base
        .reach
        .isochrones
        .iter()
        .filter(|isochrone| isochrone.station.is_none() && !isochrone.is_first_due && isochrone.heading == heading)
        .map(|isochrone| (isochrone.cutoff_s, &isochrone.area))
        .collect();
    areas.sort_by_key(|(cutoff_s, _)| *cutoff_s);
    slide.ground(false);
    for (index, (_, area)) in areas.iter().enumerate().rev() {
        let fill = Some(plain(palette::of_band(index, areas.len())));
        // Half a pixel of a slide is more than these metres.
        let area = area.simplify(slide.view.scale / 1000.0 * 0.15);
        slide.area(&area, fill, None);
    }
    slide.houses(true);
    slide.streets(Colour(158, 163, 170), 0.14);
    for (index, (cutoff_s, _)) in areas.iter().enumerate() {
        let text = match (heading, language) {
            (Heading::From, Language::English) => format!("within {cutoff_s} s of the order"),
            (Heading::From, Language::Chinese) => format!("下令后{cutoff_s}秒内"),
            (Heading::To, Language::English) => format!("at a station within {cutoff_s} s"),
            (Heading::To, Language::Chinese) => format!("{cutoff_s}秒内到站"),
        };
        slide.list(text, Sample::Area(Some(plain(palette::of_band(index, areas.len()))), None));
    }
    slide.sites(|site| {
        let verdicts = base.site_rulings.get(site)?.iter().filter(|ruling| ruling.measure == "response_time");
        let worst = verdicts.map(|ruling| ruling.verdict).max()?;
        let marker = match worst {
            firereach_model::rules::Verdict::Pass => Marker::Circle,
            firereach_model::rules::Verdict::Unknown => Marker::Cross,
            firereach_model::rules::Verdict::ExemptWithPlan => Marker::Pentagon,
            firereach_model::rules::Verdict::AdvisoryFail => Marker::Triangle,
            firereach_model::rules::Verdict::MandatoryFail => Marker::Square,
        };
        let text = format!("{}: {}", language.pick("response", "到场"), language.verdict(worst));
        Some((worst as u32, text, marker, palette::of_verdict(worst)))
    });
    slide.stations(base, true);
    slide.finish()
}

fn lanes(material: &Material<'_>, base: &Findings, language: Language) -> Drawing {
    let title = language.pick("Lanes by what can pass them", "通道通行等级");
    let mut slide = Slide::new(material, title, &base.scenario, language);
    slide.ground(true);
    slide.houses(false);
    let classes = &material.record.rulebook.parameters.lanes.classes;
    let codes: Vec<&str> = classes.iter().map(|class| class.code.as_str()).collect();
    let mut drawn: Vec<(LaneClass, usize)> =
        base.lanes.pieces.iter().enumerate().map(|(index, piece)| (LaneClass::of(piece, &codes), index)).collect();
    drawn.sort_by_key(|(class, index)| (std::cmp::Reverse(*class), *index));
    // Whole groups are drawn stroke by stroke, so that crossings stay open; thinner than on a sheet of one site.
    const THINNER: f64 = 0.5;
    let mut groups: Vec<(LaneClass, Vec<usize>)> = Vec::new();
    for (class, index) in drawn {
        match groups.last_mut() {
            Some((known, members)) if *known == class => members.push(index),
            _ => groups.push((class, vec![index])),
        }
    }
    for (class, members) in &groups {
        for stroke in class.strokes() {
            let stroke = Stroke { width_mm: stroke.width_mm * THINNER, ..stroke };
            for &index in members {
                slide.line(&base.lanes.pieces[index].line, stroke.clone());
            }
        }
    }
    groups.sort_by_key(|(class, _)| *class);
    for (class, _) in &groups {
        let text = match class {
            LaneClass::Certain(class) => {
                let class = &classes[*class];
                format!("{} {}", class.code, language.pick(&class.means, &class.means_zh))
            }
            LaneClass::ByRoad(class) => {
                let code = &classes[*class].code;
                match language {
                    Language::English => format!("{code} by the class of the road, not measured"),
                    Language::Chinese => format!("{code}(按道路等级推定,未实测)"),
                }
            }
            LaneClass::AtBest(class) => {
                let code = &classes[*class].code;
                match language {
                    Language::English => format!("{code} at best, not proven"),
                    Language::Chinese => format!("至多{code},未证实"),
                }
            }
            LaneClass::Unknown => language.pick("class unknown", "等级不明").to_owned(),
        };
        slide.list(text, Sample::Line(class.strokes()));
    }
    slide.stations(base, false);
    slide.finish()
}

fn water(material: &Material<'_>, base: &Findings, language: Language) -> Drawing {
    let title = language.pick("Water gaps by rank", "水源缺口排序");
    let mut slide = Slide::new(material, title, &base.scenario, language);
    slide.ground(true);
    slide.houses(false);
    slide.streets(Colour(190, 194, 198), 0.16);
    for hydrant in &base.water.hydrants {
        let stroke = line(palette::WATER, 0.12);
        let is_used = hydrant.service == firereach_model::feature::Service::InService;
        let fill = plain(if is_used { palette::WATER } else { palette::PAPER });
        slide.push(Command::Circle {
            at: slide.view.place(hydrant.at),
            radius_mm: 0.45,
            fill: Some(fill),
            stroke: Some(stroke),
        });
    }
    if !base.water.hydrants.is_empty() {
        let at = |fill: Colour| {
            let circle = Command::Circle {
                at: [0.0, 0.0],
                radius_mm: 0.7,
                fill: Some(plain(fill)),
                stroke: Some(line(palette::WATER, 0.2)),
            };
            Sample::Symbol(vec![circle])
        };
        slide.list(language.pick("hydrant in service", "消火栓(在用)").to_owned(), at(palette::WATER));
        slide.list(language.pick("hydrant, unknown or out", "消火栓(待查或停用)").to_owned(), at(palette::PAPER));
    }
    let class_of = |site: usize| base.water.sites.get(site).map(|water| water.class);
    slide.sites(|site| {
        let class = class_of(site)?;
        let marker = match class {
            WaterClass::Red => Marker::Square,
            WaterClass::Orange => Marker::Triangle,
            WaterClass::Yellow => Marker::Diamond,
            WaterClass::Green => Marker::Circle,
            WaterClass::Unknown => Marker::Cross,
        };
        let text = format!("{}: {}", language.pick("water", "水源"), language.water_class(class));
        Some((class as u32, text, marker, palette::of_water_class(class)))
    });
    let ranks = (0..material.layers.sites.len()).filter_map(|site| Some((base.water.sites.get(site)?.rank?, site)));
    let (ranked, shared) = first_ranks(ranks.collect());
    if let Some((rank, places)) = shared {
        let text = match language {
            Language::English => format!("rank {rank}: {places} places, without number"),
            Language::Chinese => format!("第{rank}位并列{places}处,图上不编号"),
        };
        slide.list(text, Sample::Symbol(Vec::new()));
    }
    // The same numbers with their names, as far as the legend has room.
    let room = slide.room_in_legend();
    for &(rank, site) in ranked.iter().take(room) {
        let site = &material.layers.sites[site];
        let number = Text { anchor: Anchor::Middle, is_bold: true, ..Text::new([0.0, 0.9], rank.to_string(), 2.6) };
        let text = match site.name.as_deref().filter(|name| !name.trim().is_empty()) {
            Some(name) => format!("{name} ({})", site.id),
            None => site.id.clone(),
        };
        slide.list(text, Sample::Symbol(vec![Command::Text(number)]));
    }
    for (rank, site) in ranked {
        let place = slide.view.place(material.layers.sites[site].point.0);
        slide.want(Label {
            text: rank.to_string(),
            size_mm: 2.6,
            colour: Cow::Borrowed(signs::INK),
            is_bold: true,
            to: Target::Led(place, 1.3),
        });
    }
    slide.finish()
}

/// A rank and the number of the site that has it.
type Ranked = (u32, usize);

/// The sites of the first ranks, and the rank that too many share with how many do: more numbers than these would cover each
/// other at the scale of a slide.
fn first_ranks(mut ranked: Vec<Ranked>) -> (Vec<Ranked>, Option<(u32, usize)>) {
    const NUMBERED: usize = 20;
    ranked.sort_unstable();
    let mut numbered: Vec<Ranked> = Vec::new();
    for sharing in ranked.chunk_by(|a, b| a.0 == b.0) {
        if numbered.len() + sharing.len() > NUMBERED {
            let shared = Some((sharing[0].0, sharing.len())).filter(|_| sharing.len() > 1);
            return (numbered, shared);
        }
        numbered.extend_from_slice(sharing);
    }
    (numbered, None)
}

/// Whether an area is drawn on the ground of every picture, and whether only its border is.
fn ground_style(kind: ZoneKind) -> Option<(Option<Fill>, Option<Stroke>)> {
    let border = |width: f64, dash: &'static [f64]| Stroke {
        colour: Cow::Borrowed("#8a9098"),
        width_mm: width,
        dash_mm: Cow::Borrowed(dash),
    };
    match kind {
        ZoneKind::Water | ZoneKind::Park => Some((Some(plain(palette::of_zone(kind))), None)),
        ZoneKind::HistoricBlock | ZoneKind::CharacterArea => {
            let pale = palette::of_zone(kind).towards(palette::PAPER, 0.4);
            Some((Some(plain(pale)), Some(line(palette::HERITAGE, 0.3))))
        }
        ZoneKind::Study | ZoneKind::District => Some((None, Some(border(0.4, &[2.4, 1.0])))),
        ZoneKind::Subdistrict => Some((None, Some(border(0.18, &[1.6, 0.8, 0.4, 0.8])))),
        _ => None,
    }
}

/// The legend's sample of a mark.
fn sample(marker: Marker, colour: Colour) -> Sample {
    Sample::Symbol(mark([0.0, 0.0], marker, colour, 1.15))
}

/// Places that a picture must show.
fn places(material: &Material<'_>) -> Vec<Coord<f64>> {
    let layers = material.layers;
    let of_zones: Vec<Coord<f64>> = layers
        .zones
        .iter()
        .filter(|zone| matches!(zone.kind, ZoneKind::Study | ZoneKind::District))
        .flat_map(|zone| zone.area.0.iter().flat_map(|polygon| polygon.exterior().0.iter().copied()))
        .collect();
    let sites = layers.sites.iter().map(|site| site.point.0);
    let placed = material.findings.iter().flat_map(|found| &found.reach.stations).filter_map(|station| station.at);
    let stations = layers.stations.iter().map(|station| station.at).chain(placed).map(|at| at.0);
    if of_zones.is_empty() { sites.chain(stations).collect() } else { of_zones.into_iter().chain(sites).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_that_too_many_share_is_counted_and_not_numbered() {
        let ranks = |of: &[u32]| first_ranks(of.iter().copied().zip(0..).collect());
        let (all, shared) = ranks(&[2, 1, 2]);
        assert_eq!((all, shared), (vec![(1, 1), (2, 0), (2, 2)], None));
        let (few, shared) = ranks(&[[1; 3].as_slice(), &[4; 40], &[44; 5]].concat());
        assert_eq!((few.len(), shared), (3, Some((4, 40))));
        let (first, shared) = ranks(&(1..=50).collect::<Vec<u32>>());
        assert_eq!((first.len(), shared), (20, None));
    }
}
