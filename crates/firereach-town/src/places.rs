//! Protected places and areas: relics, blocks, character areas, protection zones, parks, subdistricts, communities.

use geo::{Area as _, Centroid, Contains};
use geo_types::{Coord, Geometry, Point, Polygon};

use crate::houses::House;
use crate::names;
use crate::pinches::Pinch;
use crate::plan::{AreaKind, CORNER, DEPTH_M, Plan};
use crate::plane::{Xy, polygon, xy};
use crate::random::Random;

/// A protected place.
#[derive(Clone, Debug)]
pub struct TownSite {
    /// The code under which its sheet is filed.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The engine's word for its kind.
    pub kind: &'static str,
    /// The engine's word for its grade.
    pub grade: Option<&'static str>,
    /// Footprint, boundary or point.
    pub shape: Geometry<f64>,
    /// Index of the house that it is; `None` for areas.
    pub house: Option<usize>,
    /// People there.
    pub people: f64,
    /// Owner.
    pub owner: Option<&'static str>,
    /// When it was built.
    pub era: Option<&'static str>,
    /// Address.
    pub address: String,
    /// Use today, the engine's word.
    pub usage: Option<&'static str>,
}

/// A named area.
#[derive(Clone, Debug)]
pub struct TownZone {
    /// Unique.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// The engine's word for what it stands for.
    pub kind: &'static str,
    /// Outline.
    pub outline: Polygon<f64>,
    /// People who live there.
    pub people: Option<f64>,
}

/// Draws all zones.
pub(crate) fn draw_zones(seed: u64, plan: &Plan, houses: &[House], squares: &[[Xy; 4]]) -> Vec<TownZone> {
    let mut random = Random::for_purpose(seed, 13);
    let mut zones = Vec::new();
    let length = plan.size.length_m;
    let mut add = |kind: &'static str, name: Option<String>, ring: Vec<Xy>, people: Option<f64>| {
        zones.push(TownZone { id: format!("Z{:03}", zones.len() + 1), name, kind, outline: polygon(ring), people });
    };
    let frame = || {
        let (east, north) = (CORNER.x + length, CORNER.y + DEPTH_M);
        vec![CORNER, xy(east, CORNER.y), xy(east, north), xy(CORNER.x, north)]
    };
    let total: u32 = houses.iter().map(|h| h.occupants).sum();
    add("study", Some("岚叠区（虚构）研究范围".to_owned()), frame(), None);
    add("district", Some("岚叠区（虚构）".to_owned()), frame(), Some(f64::from(total)));
    for (ring, part) in partition(plan) {
        let outline = polygon(ring.clone());
        let people: u32 = houses.iter().filter(|h| outline.contains(&Point(h.middle))).map(|h| h.occupants).sum();
        let suffix = if part == "subdistrict" { ("街道", "Subdistrict") } else { ("社区", "Community") };
        add(part, Some(names::place(&mut random, suffix).0), ring, Some(f64::from(people)));
    }
    for area in &plan.areas {
        let (kind, suffix) = match area.kind {
            AreaKind::Historic => ("historic_block", ("历史文化街区", "Historic Block")),
            AreaKind::Character => ("character_area", ("传统风貌区", "Character Area")),
            AreaKind::Park => ("park", ("公园", "Park")),
        };
        let name = names::place(&mut random, suffix).0;
        add(kind, Some(name.clone()), plan.outline(area, 0.0), None);
        if area.kind == AreaKind::Historic {
            add("core", Some(format!("{name}核心保护范围")), plan.outline(area, -18.0), None);
            add("control", Some(format!("{name}建设控制地带")), plan.outline(area, 35.0), None);
            let x = (area.west + area.east) / 2.0;
            let gap = plan.row_line(area.rows.0, x - 4.0, x + 4.0, 0.0);
            let mut ring = gap;
            ring.extend(plan.row_line(area.rows.1, x - 4.0, x + 4.0, 0.0).into_iter().rev());
            add("firebreak", Some(format!("{name}防火隔离带")), ring, None);
        }
    }
    for is_north in [false, true] {
        let steps = (length / 25.0).round() as usize;
        let mut ring: Vec<Xy> = (0..=steps).map(|i| plan.bank(is_north, length * i as f64 / steps as f64)).collect();
        let outer = if is_north { CORNER.y + DEPTH_M } else { CORNER.y };
        ring.extend([xy(CORNER.x + length, outer), xy(CORNER.x, outer)]);
        add("water", Some(if is_north { "漱江（虚构）" } else { "岚江（虚构）" }.to_owned()), ring, None);
    }
    for square in squares {
        add("open", Some(names::place(&mut random, ("广场", "Square")).0), square.to_vec(), None);
    }
    for (strip, fraction) in [(0, 0.44), (22, 0.27)] {
        let at = plan.in_strip(strip, length * fraction, 0.5);
        let ring = vec![at + xy(-16.0, -11.0), at + xy(16.0, -11.0), at + xy(16.0, 11.0), at + xy(-16.0, 11.0)];
        add("hazard", Some(names::place(&mut random, ("加油站", "Petrol Station")).0), ring, None);
    }
    zones
}

/// Subdistricts, and the communities they are divided into; neighbours share their boundary vertex by vertex.
fn partition(plan: &Plan) -> Vec<(Vec<Xy>, &'static str)> {
    let length = plan.size.length_m;
    let count = plan.size.subdistricts;
    let mut parts = Vec::new();
    let halves = [(false, count.div_ceil(2)), (true, count / 2)];
    // Every boundary that runs along the town has a vertex at each of these places.
    let mut places: Vec<f64> = (0..=(length / 50.0) as usize).map(|i| i as f64 * 50.0).collect();
    let cut = |of: usize, i: usize, quarter: usize| length * (i as f64 + quarter as f64 / 2.0) / of as f64;
    for (_, of) in halves {
        places.extend((0..of).flat_map(|i| [cut(of, i, 0), cut(of, i, 1), cut(of, i, 2)]));
    }
    places.sort_by(f64::total_cmp);
    places.dedup();
    for (is_north, of) in halves {
        let edge = |x: f64| xy(CORNER.x + x, if is_north { CORNER.y + DEPTH_M } else { CORNER.y });
        let middle = |x: f64| (edge(x) + plan.crest(x)) / 2.0;
        let crest = |x: f64| plan.crest(x);
        let ring = |low: &dyn Fn(f64) -> Xy, high: &dyn Fn(f64) -> Xy, west: f64, east: f64| {
            let between: Vec<f64> = places.iter().copied().filter(|x| (west..=east).contains(x)).collect();
            let mut ring: Vec<Xy> = between.iter().map(|&x| low(x)).collect();
            ring.extend(between.iter().rev().map(|&x| high(x)));
            ring
        };
        for i in 0..of {
            let (west, half, east) = (cut(of, i, 0), cut(of, i, 1), cut(of, i, 2));
            parts.push((ring(&edge, &crest, west, east), "subdistrict"));
            for (w, e) in [(west, half), (half, east)] {
                parts.push((ring(&edge, &middle, w, e), "community"));
                parts.push((ring(&middle, &crest, w, e), "community"));
            }
        }
    }
    parts
}

/// Chooses as many houses as the plan has relics, most of them in the protected areas, and ages those that are too new.
pub(crate) fn choose_relics(seed: u64, plan: &Plan, houses: &mut [House]) -> Vec<usize> {
    let mut random = Random::for_purpose(seed, 16);
    let courts: Vec<usize> = (0..houses.len()).filter(|&i| houses[i].is_court).collect();
    let is_free = |i: &usize| !houses[*i].is_gatehouse && !houses[*i].is_court;
    let old: Vec<usize> = (0..houses.len()).filter(is_free).filter(|&i| houses[i].is_in_area).collect();
    let new: Vec<usize> = (0..houses.len()).filter(is_free).filter(|&i| !houses[i].is_in_area).collect();
    let scattered = plan.size.relics / 6;
    let spread = |from: &[usize], count: usize| -> Vec<usize> {
        let count = count.min(from.len());
        (0..count).map(|i| from[i * from.len() / count]).collect()
    };
    let mut chosen = spread(&old, plan.size.relics - scattered);
    chosen.extend(&courts);
    chosen.extend(spread(&new, plan.size.relics.saturating_sub(chosen.len())));
    chosen.sort_unstable();
    for &index in &chosen {
        let house = &mut houses[index];
        if house.storeys > 4 || house.structure == "concrete" {
            house.structure = random.pick(&["timber", "brick_timber", "masonry"]);
            house.fire_grade = if house.structure == "timber" { 4 } else { 3 };
            house.occupants = house.occupants * 2 / house.storeys.max(2);
            house.storeys = 2;
            house.height_m = house.height_m.map(|_| 7.2);
        }
    }
    chosen
}

/// Protects the chosen houses and the areas; relics of a high grade get a protection range among the zones.
pub(crate) fn protect(seed: u64, chosen: &[usize], houses: &[House], zones: &mut Vec<TownZone>) -> Vec<TownSite> {
    let mut random = Random::for_purpose(seed, 14);
    let mut sites = Vec::new();
    for &index in chosen {
        let house = &houses[index];
        let (name, name_en) = names::relic(&mut random);
        let grade = match random.unit() {
            v if v < 0.04 => "national",
            v if v < 0.18 => "municipal",
            v if v < 0.45 => "district",
            _ => "registered",
        };
        let shape: Geometry<f64> =
            if random.chance(0.65) { house.footprint.clone().into() } else { inner_point(house).into() };
        if matches!(grade, "national" | "municipal") {
            let around = |dx: f64, dy: f64| house.middle + xy(dx * 22.0, dy * 22.0);
            zones.push(TownZone {
                id: format!("Z{:03}", zones.len() + 1),
                name: Some(format!("{name}保护范围")),
                kind: "protection",
                outline: polygon(vec![around(-1.0, -1.0), around(1.0, -1.0), around(1.0, 1.0), around(-1.0, 1.0)]),
                people: None,
            });
        }
        sites.push(TownSite {
            id: format!("WW-{:03}", sites.len() + 1),
            address: format!("{}{}号", names::street(&mut random, ("巷", "Alley")), 1 + random.index(180)),
            name,
            name_en,
            kind: "relic",
            grade: Some(grade),
            shape,
            house: Some(index),
            people: f64::from(house.occupants),
            owner: Some(random.pick(&["国有", "集体", "私有"])),
            era: Some(random.pick(&["明", "清", "清末", "民国", "1950年代"])),
            usage: Some(if grade == "national" { "museum" } else { house.usage }),
        });
    }
    for (kind, prefix) in [("historic_block", "JQ"), ("character_area", "FM")] {
        for (number, zone) in zones.iter().filter(|z| z.kind == kind).enumerate() {
            let people: u32 =
                houses.iter().filter(|h| zone.outline.contains(&Point(h.middle))).map(|h| h.occupants).sum();
            sites.push(TownSite {
                id: format!("{prefix}-{:02}", number + 1),
                name: zone.name.clone().unwrap_or_default(),
                name_en: format!(
                    "{} {}",
                    if kind == "historic_block" { "Historic block" } else { "Character area" },
                    number + 1
                ),
                kind,
                grade: None,
                shape: zone.outline.clone().into(),
                house: None,
                people: f64::from(people),
                owner: None,
                era: None,
                address: "岚叠区（虚构）".to_owned(),
                usage: None,
            });
        }
    }
    sites
}

/// Names the site and the people that clearing a court frees; until then a court goes by its number.
pub(crate) fn name_freed(pinches: &mut [Pinch], houses: &[House], sites: &[TownSite]) {
    let courts: Vec<&TownSite> =
        sites.iter().filter(|site| site.house.is_some_and(|house| houses[house].is_court)).collect();
    for frees in pinches.iter_mut().filter_map(|pinch| pinch.frees.as_mut()) {
        if let Some(site) = frees.site.parse::<usize>().ok().and_then(|number| courts.get(number)) {
            (frees.site, frees.people) = (site.id.clone(), site.people);
        }
    }
}

/// A point inside a house, also inside one with a corner cut out.
fn inner_point(house: &House) -> Point<f64> {
    let corners = &house.footprint.exterior().0;
    let near = |share: f64, corner: Coord<f64>, centre: Coord<f64>| Point(centre + (corner - centre) * share);
    let centre = house.footprint.centroid().map_or(house.middle, |c| c.0);
    let first = Point(centre);
    if house.footprint.contains(&first) || house.footprint.unsigned_area() == 0.0 {
        return first;
    }
    corners.iter().map(|&c| near(0.5, c, centre)).find(|p| house.footprint.contains(p)).unwrap_or(first)
}
