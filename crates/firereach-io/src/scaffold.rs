//! A study from nothing but an extract: looks what it holds and writes a commented `study.toml` that runs as it is.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use firereach_model::layers::Layers;
use geo::{BoundingRect, CoordsIter, Intersects};
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use geojson::GeoJson;

use crate::osm::boundary::Search;
use crate::osm::read_osm_to_scaffold;
use crate::projection::System;
use crate::read_error::ReadError;
use crate::rule_file::built_in_packs;
use crate::source::Source;

/// What a study is made from.
#[derive(Clone, Debug, Default)]
pub struct ScaffoldOptions {
    /// The OpenStreetMap extract.
    pub osm: PathBuf,
    /// The study's area: the name of a boundary, or a GeoJSON file; `None` for the whole extract.
    pub area: Option<String>,
    /// Elevation files.
    pub terrain: Vec<PathBuf>,
    /// The folder to write to; made where it is not there.
    pub folder: PathBuf,
    /// Whether files of the same name are written over.
    pub may_overwrite: bool,
}

/// What one layer of the extract holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFound {
    /// The layer (`roads`, `hydrants`, …).
    pub layer: &'static str,
    /// Features that can be used.
    pub count: usize,
    /// Those of them inside the area or on its edge; the same as `count` without one.
    pub inside: usize,
}

/// Where the area came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AreaFound {
    /// A boundary of the extract: its identifier, its name and what it is.
    InExtract {
        /// `relation/4738525`.
        id: String,
        /// Its own name.
        name: String,
        /// What it is, as tags say.
        what: String,
    },
    /// The extract holds no such boundary; a GeoJSON file beside it does.
    Beside {
        /// The file.
        file: String,
        /// The name of the polygon in it.
        name: String,
    },
    /// The file that was named.
    File {
        /// The file.
        file: String,
    },
}

/// What was found and what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaffold {
    /// The study file.
    pub study: PathBuf,
    /// The boundary file, where there is an area.
    pub boundary: Option<PathBuf>,
    /// Where the area came from, where one was asked for.
    pub area: Option<AreaFound>,
    /// Every layer an extract can feed, in a fixed order.
    pub layers: Vec<LayerFound>,
    /// Features that were set aside on reading, by layer, and those that were repaired.
    pub set_aside: u64,
    /// Features that were repaired on reading.
    pub repaired: u64,
    /// Layers of which the area holds nothing; the planner has to supply them.
    pub missing: Vec<&'static str>,
    /// The rule pack that was taken.
    pub rules: &'static str,
    /// The country the addresses name, as a code of two letters.
    pub country: Option<String>,
    /// Decisions and doubts, in plain words.
    pub notes: Vec<String>,
}

/// Layers that a run can do without but whose absence weakens it, with what their absence means.
const WHAT_IS_MISSED: [(&str, &str); 7] = [
    ("roads", "nothing can be reached"),
    ("buildings", "clear widths between buildings stay unknown"),
    ("hydrants", "water from hydrants stays unknown; it is not taken to be none"),
    ("water_sources", "ponds, tanks and intakes stay unknown"),
    ("stations", "nobody can arrive: add a source or `add-station` changes"),
    ("sites", "there is nothing to assess: give a list of protected places"),
    ("zones", "parks, open ground and quarters stay unknown"),
];

/// Reads the extract, finds the area, and writes `study.toml` and `boundary.geojson`.
///
/// A named area is looked for in the extract by every kind of name a boundary has; where the extract holds none, in the
/// GeoJSON files beside it. It is never guessed.
///
/// # Errors
///
/// When the extract, an elevation file or the boundary file cannot be read, when no or more than one area has the name
/// (the message lists the names there are), when the area holds no road, or when a file would be overwritten.
pub fn scaffold(options: &ScaffoldOptions) -> Result<Scaffold, ReadError> {
    let shown = options.osm.display().to_string();
    let study = options.folder.join("study.toml");
    let boundary = options.folder.join("boundary.geojson");
    for path in [&study, &boundary] {
        if path.exists() && !options.may_overwrite {
            let remedy = "choose another folder, or allow overwriting (`--force`)";
            return Err(ReadError::new(path.display().to_string(), "a file that exists", "a new file", remedy));
        }
    }
    for path in &options.terrain {
        std::fs::metadata(path).map_err(|e| ReadError::of_file(path, &e))?;
    }
    let source = Source { name: "osm".to_owned(), path: options.osm.clone(), shown, ..Source::default() };
    let named = options.area.as_deref();
    let area_file = named.map(Path::new).filter(|path| path.is_file());
    let survey = read_osm_to_scaffold(&source, named.filter(|_| area_file.is_none()))?;
    let mut notes = survey.part.notes.clone();

    let area = match (area_file, survey.area, named) {
        (Some(path), ..) => {
            let polygons = polygons_of_file(path, &mut notes)?;
            let polygons = polygons.into_iter().flat_map(|(_, polygons)| polygons).collect();
            Some((MultiPolygon::new(polygons), AreaFound::File { file: path.display().to_string() }))
        }
        (None, Some(search), Some(name)) => Some(chosen(&source, search, name, &mut notes)?),
        _ => None,
    };

    let layers = count_layers(&survey.part.layers, area.as_ref().map(|(area, _)| area));
    if area.is_some() && layers.iter().any(|found| found.layer == "roads" && found.count > 0 && found.inside == 0) {
        let remedy = "check that the boundary belongs to this city and is in degrees (WGS 84)";
        let path = named.unwrap_or_default();
        return Err(ReadError::new(path, "an area without a single road of the extract", "an area inside it", remedy));
    }
    // Stations and water serve an area from outside too.
    let is_missing = |found: &LayerFound| match found.layer {
        "stations" | "hydrants" | "water_sources" => found.count == 0,
        _ => found.inside == 0,
    };
    let missing = WHAT_IS_MISSED
        .iter()
        .map(|(layer, _)| *layer)
        .filter(|layer| layers.iter().any(|found| found.layer == *layer && is_missing(found)))
        .collect();
    let centre = area.as_ref().and_then(|(area, _)| area.bounding_rect()).or_else(|| {
        let lines: Vec<Geometry<f64>> = survey.part.layers.roads.iter().map(|road| road.line.clone().into()).collect();
        geo_types::GeometryCollection::from(lines).bounding_rect()
    });
    let (rules, why) = pack_for(survey.country.as_deref());
    notes.push(why.clone());
    let counts = &survey.part.counts;
    let scaffold = Scaffold {
        study,
        boundary: area.is_some().then_some(boundary),
        area: area.as_ref().map(|(_, found)| found.clone()),
        layers,
        set_aside: counts.iter().map(|count| count.set_aside).sum(),
        repaired: counts.iter().map(|count| count.repaired).sum(),
        missing,
        rules,
        country: survey.country,
        notes,
    };
    std::fs::create_dir_all(&options.folder).map_err(|e| ReadError::of_file(&options.folder, &e))?;
    if let (Some(path), Some((area, found))) = (&scaffold.boundary, &area) {
        write_whole(path, &boundary_text(area, found))?;
    }
    write_whole(&scaffold.study, &study_text(options, &scaffold, &why, centre.map(|frame| frame.center()))?)?;
    Ok(scaffold)
}

/// Names that a message lists.
const NAMES_LISTED: usize = 40;

/// The area a name stands for, or why there is none.
fn chosen(
    source: &Source,
    search: Search,
    name: &str,
    notes: &mut Vec<String>,
) -> Result<(MultiPolygon<f64>, AreaFound), ReadError> {
    let Search { found, unusable, places, others } = search;
    let mut found = found.into_iter();
    if let Some(best) = found.next() {
        for other in found {
            notes.push(format!("{} ({}) is called {name} too; {} was taken", other.id, other.what, best.id));
        }
        return Ok((best.area, AreaFound::InExtract { id: best.id, name: best.name, what: best.what }));
    }
    for fault in &unusable {
        notes.push(format!("a boundary called {name} cannot be used: {fault}"));
    }
    let mut beside = areas_beside(&source.path, name);
    if beside.len() == 1 {
        let (path, area) = beside.remove(0);
        let file = path.display().to_string();
        notes
            .push(format!("the extract holds no complete boundary called {name}; {file} beside it does and was taken"));
        return Ok((area, AreaFound::Beside { file, name: name.to_owned() }));
    }
    let mut reason = format!("no complete boundary called \"{name}\"");
    for fault in &unusable {
        _ = write!(reason, "; {fault}");
    }
    if !places.is_empty() {
        _ = write!(reason, "; only a point has the name: {}", places.join(", "));
    }
    let files: Vec<String> = beside.iter().map(|(path, _)| path.display().to_string()).collect();
    if !files.is_empty() {
        _ = write!(reason, "; several files beside it hold one: {}", files.join(", "));
    }
    let expected = match others.as_slice() {
        [] => "a boundary; the extract holds no complete one at all".to_owned(),
        few if few.len() <= NAMES_LISTED => format!("one of {}", few.join(", ")),
        many => format!("one of {} and {} more", many[..NAMES_LISTED].join(", "), many.len() - NAMES_LISTED),
    };
    let remedy = "name one of these, give a GeoJSON boundary file, or leave the area out to take the whole extract";
    Err(ReadError::new(&source.shown, reason, expected, remedy))
}

/// Areas of that name in the GeoJSON files of the extract's folder, in the order of their names.
///
/// Only `.geojson` is searched: by its standard it is in WGS 84, while a plain `.json` from a mapping service in China is
/// usually not and does not say so.
fn areas_beside(extract: &Path, name: &str) -> Vec<(PathBuf, MultiPolygon<f64>)> {
    let folder = extract.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("geojson")))
        .collect();
    paths.sort();
    let mut areas = Vec::new();
    for path in paths {
        // Most files beside an extract are large and never mention the name; a name may be written in escapes, though.
        let mentions = std::fs::read(&path).is_ok_and(|bytes| holds(&bytes, name.as_bytes()) || holds(&bytes, b"\\u"));
        if !mentions {
            continue;
        }
        // A file that cannot be read holds no area; it was not asked for, so it is no fault either.
        let Ok(polygons) = polygons_of_file(&path, &mut Vec::new()) else { continue };
        let named = polygons.into_iter().filter(|(names, _)| names.iter().any(|known| known == name));
        let area: Vec<_> = named.flat_map(|(_, polygons)| polygons).collect();
        if !area.is_empty() {
            areas.push((path, MultiPolygon::new(area)));
        }
    }
    areas
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

/// The names and polygons of one feature of a file.
type NamedPolygons = (Vec<String>, Vec<geo_types::Polygon<f64>>);

/// Every feature of a GeoJSON file that has an area, in degrees (WGS 84).
fn polygons_of_file(path: &Path, notes: &mut Vec<String>) -> Result<Vec<NamedPolygons>, ReadError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| ReadError::of_file(path, &e))?;
    let expected = "GeoJSON with at least one polygon, in degrees";
    let fault = |found: String, remedy: &str| ReadError::new(&shown, found, expected, remedy);
    let parsed: GeoJson = text.parse().map_err(|e: geojson::Error| {
        fault(e.to_string(), "convert the boundary: `ogr2ogr -t_srs EPSG:4326 boundary.geojson FILE`")
    })?;
    let features = match parsed {
        GeoJson::FeatureCollection(collection) => collection.features,
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::Geometry(geometry) => vec![geojson::Feature { geometry: Some(geometry), ..Default::default() }],
    };
    let system = shifted_by_name(&shown);
    let mut named = Vec::new();
    for feature in features {
        let Some(geometry) = feature.geometry else { continue };
        let polygons = match Geometry::<f64>::try_from(geometry) {
            Ok(Geometry::Polygon(polygon)) => vec![polygon],
            Ok(Geometry::MultiPolygon(several)) => several.0,
            _ => continue,
        };
        let names = feature
            .properties
            .iter()
            .flatten()
            .filter(|(key, _)| matches!(key.as_str(), "name" | "NAME" | "Name" | "名称") || key.starts_with("name:"))
            .filter_map(|(_, value)| value.as_str().map(str::to_owned))
            .collect();
        named.push((names, polygons));
    }
    if named.is_empty() {
        return Err(fault("no polygon".to_owned(), "draw the boundary as one closed polygon"));
    }
    let in_degrees = |c: Coord<f64>| c.x.abs() <= 180.0 && c.y.abs() <= 90.0;
    if named.iter().flat_map(|(_, polygons)| polygons).flat_map(|p| p.coords_iter()).any(|c| !in_degrees(c)) {
        return Err(fault(
            "coordinates that are no degrees".to_owned(),
            "convert the boundary: `ogr2ogr -t_srs EPSG:4326 boundary.geojson FILE`",
        ));
    }
    if let Some((word, system)) = system {
        notes.push(format!("{shown} says {word} in its name: its coordinates were brought back to WGS 84"));
        for (_, polygons) in &mut named {
            for polygon in polygons.iter_mut() {
                unshift(polygon, &system);
            }
        }
    }
    Ok(named)
}

/// The shifted system that a file's name announces.
fn shifted_by_name(shown: &str) -> Option<(&'static str, System)> {
    let name = Path::new(shown).file_name()?.to_string_lossy().to_lowercase();
    ["gcj02", "bd09"].into_iter().find(|word| name.contains(word)).and_then(|w| Some((w, System::parse(w).ok()?)))
}

fn unshift(polygon: &mut geo_types::Polygon<f64>, system: &System) {
    polygon.exterior_mut(|ring| system.to_lon_lat(&mut ring.0));
    polygon.interiors_mut(|rings| rings.iter_mut().for_each(|ring| system.to_lon_lat(&mut ring.0)));
}

fn count_layers(layers: &Layers, area: Option<&MultiPolygon<f64>>) -> Vec<LayerFound> {
    let frame = area.and_then(BoundingRect::bounding_rect);
    let is_inside = |c: Coord<f64>| match (area, frame) {
        (Some(area), Some(frame)) => {
            c.x >= frame.min().x
                && c.x <= frame.max().x
                && c.y >= frame.min().y
                && c.y <= frame.max().y
                && area.intersects(&Point(c))
        }
        _ => true,
    };
    let any = |mut coords: Box<dyn Iterator<Item = Coord<f64>> + '_>| coords.any(is_inside);
    let found = |layer, count, inside| LayerFound { layer, count, inside };
    let near: HashSet<&str> = layers
        .roads
        .iter()
        .filter(|road| any(Box::new(road.line.coords().copied())))
        .map(|road| road.id.as_str())
        .collect();
    vec![
        found("roads", layers.roads.len(), near.len()),
        found(
            "restrictions",
            layers.restrictions.len(),
            layers.restrictions.iter().filter(|r| near.contains(r.from.as_str())).count(),
        ),
        found(
            "obstacles",
            layers.obstacles.len(),
            layers.obstacles.iter().filter(|o| any(Box::new(o.shape.coords_iter()))).count(),
        ),
        found(
            "buildings",
            layers.buildings.len(),
            layers.buildings.iter().filter(|b| any(Box::new(b.footprint.exterior().coords().copied()))).count(),
        ),
        found("hydrants", layers.hydrants.len(), layers.hydrants.iter().filter(|h| is_inside(h.at.0)).count()),
        found(
            "water_sources",
            layers.water_sources.len(),
            layers.water_sources.iter().filter(|w| is_inside(w.at.0)).count(),
        ),
        found("stations", layers.stations.len(), layers.stations.iter().filter(|s| is_inside(s.at.0)).count()),
        found("sites", layers.sites.len(), layers.sites.iter().filter(|s| is_inside(s.point.0)).count()),
        found("zones", layers.zones.len(), layers.zones.iter().filter(|z| any(Box::new(z.area.coords_iter()))).count()),
    ]
}

/// The rule pack for a country, and why.
fn pack_for(country: Option<&str>) -> (&'static str, String) {
    let wanted = match country {
        Some("US" | "CA") => Some("nfpa-ifc-iso"),
        Some("GB" | "UK") => Some("uk"),
        Some("JP") => Some("jp"),
        Some("CN") => Some("cn"),
        _ => None,
    };
    let pack = wanted.and_then(|wanted| built_in_packs().find(|pack| *pack == wanted));
    match (pack, country) {
        (Some(pack), Some(country)) => (pack, format!("rule pack {pack}, because the addresses name {country}")),
        (None, Some(country)) => {
            ("cn", format!("rule pack cn: there is none for {country}, where the addresses lie; choose what applies"))
        }
        (_, None) => ("cn", "rule pack cn: no address of the extract names a country; choose what applies".to_owned()),
    }
}

fn boundary_text(area: &MultiPolygon<f64>, found: &AreaFound) -> String {
    let (name, from) = match found {
        AreaFound::InExtract { id, name, what } => (name.clone(), format!("{id} ({what})")),
        AreaFound::Beside { file, name } => (name.clone(), file_name(file)),
        AreaFound::File { file } => (String::new(), file_name(file)),
    };
    let feature = serde_json::json!({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": { "name": name, "from": from },
            "geometry": geojson::Geometry::new(area.into()),
        }],
    });
    format!("{feature}\n")
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn study_text(
    options: &ScaffoldOptions,
    scaffold: &Scaffold,
    why_rules: &str,
    centre: Option<Coord<f64>>,
) -> Result<String, ReadError> {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let osm = quoted(&path_from(&options.folder, &options.osm)?);
    let title = match &scaffold.area {
        Some(AreaFound::InExtract { name, .. } | AreaFound::Beside { name, .. }) => name.clone(),
        Some(AreaFound::File { file }) => stem(file),
        None => stem(&options.osm.display().to_string()),
    };
    let mut text = String::new();
    let mut line = |content: &str| {
        text.push_str(content);
        text.push('\n');
    };
    line("# A firereach study, made by `firereach init`. It runs as it is; paths are relative to this file.");
    line("# firereach 研究文件，由 `firereach init` 生成，可直接运行；路径相对于本文件。");
    line("#");
    line("# What the extract holds / 数据内容:");
    for found in &scaffold.layers {
        let inside = if scaffold.area.is_some() { format!(", {} in the area", found.inside) } else { String::new() };
        line(&format!("#   {:<14} {:>7}{inside}", found.layer, found.count));
    }
    line(&format!(
        "#   repaired {}, set aside {}: `firereach check` lists them",
        scaffold.repaired, scaffold.set_aside
    ));
    if !scaffold.missing.is_empty() {
        line("#");
        line("# What is missing / 缺少的数据:");
        for (layer, meaning) in WHAT_IS_MISSED.iter().filter(|(layer, _)| scaffold.missing.contains(layer)) {
            line(&format!("#   {layer}: {meaning}"));
        }
    }
    line("");
    line("[base]");
    line(&format!("title = {}", quoted(&title)));
    line(&format!("# {why_rules}"));
    let packs: Vec<&str> = built_in_packs().collect();
    line(&format!("# Packs / 规则包: {}; or the path of your own.", packs.join(", ")));
    line(&format!("rules = {}", quoted(scaffold.rules)));
    line("# rules_as_of = 2026-01-01          # the day whose rules hold; omitted: the newest / 规则基准日");
    line("# crs = \"EPSG:4545\"                # working system; omitted: chosen from the data / 工作坐标系");
    match &scaffold.area {
        Some(AreaFound::InExtract { id, what, .. }) => {
            line(&format!("# The boundary is {id} of the extract ({what})."))
        }
        Some(AreaFound::Beside { file, .. }) => {
            line(&format!(
                "# The extract holds no such boundary; this one was taken from {} beside it.",
                file_name(file)
            ));
        }
        Some(AreaFound::File { file }) => line(&format!("# The boundary was given as {}.", file_name(file))),
        None => line("# area = \"boundary.geojson\"        # only sites inside are assessed / 只评估边界内的对象"),
    }
    if scaffold.area.is_some() {
        line(
            "# Only sites inside are assessed; roads, stations and water outside still serve them. / 只评估边界内的对象",
        );
        if matches!(scaffold.area, Some(AreaFound::InExtract { .. })) {
            line("area = { path = \"boundary.geojson\", crs = \"EPSG:4326\" }");
        } else {
            line(
                "# A boundary from a map service may be shifted: { path = \"boundary.geojson\", crs = \"gcj02\" }, or",
            );
            line("# \"EPSG:4326\" once you know that it is not. / 边界若取自地图服务，可能为 GCJ-02，请注明坐标系");
            line("area = \"boundary.geojson\"");
        }
    }
    if options.terrain.is_empty() {
        line("# terrain = [\"dem.tif\"]            # heights for slopes, stairs and pump lift / 地形");
    } else {
        let files: Result<Vec<String>, ReadError> =
            options.terrain.iter().map(|path| Ok(quoted(&path_from(&options.folder, path)?))).collect();
        line(&format!("terrain = [{}]", files?.join(", ")));
    }
    line(
        "# Nobody vouches that an extract holds every road, hydrant and pond, so none is certainly missing. Once you know that it does:",
    );
    line(
        "# complete = [\"roads\", \"hydrants\", \"water_sources\"]   # 确认数据完整无遗漏后启用;否则无车道、缺水只能判为未知",
    );
    line("");
    line("# With this table a run writes a policy sheet (PDF) for every site. / 有此表即输出每处一张的图则");
    line("[base.sheets]");
    line("# paper = \"A4\"                     # omitted: A3 / 图幅");
    line("# office = \"\"                      # for the title block / 编制单位");
    line("");
    line("# One extract feeds every layer it holds. / 一个提取文件提供其全部图层。");
    line("[base.sources.osm]");
    line(&format!("path = {osm}"));
    line("");
    line("# Better data of your own goes beside it, one source a layer. / 补充自有数据，每个图层一个来源:");
    for (layer, example) in [
        ("hydrants", "fields = { id = \"编号\", flow_lps = { from = \"流量\", unit = \"L/s\" } }"),
        ("sites", "fields = { id = \"编号\", name = \"名称\", grade = \"级别\" }"),
    ] {
        line(&format!("# [base.sources.{layer}]"));
        line(&format!("# path = \"{layer}.shp\""));
        line("# encoding = \"cp936\"               # omitted: sniffed / 编码，省略则自动识别");
        line("# crs = \"gcj02\"                    # omitted: the file's own / 坐标系");
        line(&format!("# {example}"));
    }
    line("");
    line("# The first scenario is the one the others are compared with. / 第一个情景为基准。");
    line("[[scenario]]");
    line("name = \"today\"");
    line("");
    line("# [[scenario]]");
    line("# name = \"a small station more, evening\"");
    line("# hour = 20");
    line("# change = [");
    let Coord { x, y } = centre.unwrap_or_default();
    line(&format!(
        "#   {{ add-station = {{ id = \"new-1\", at = [{x:.5}, {y:.5}], vehicles = [\"V3\", \"V4\"], turnout_s = 60 }} }},"
    ));
    line("# ]");
    Ok(text)
}

fn stem(path: &str) -> String {
    let name = file_name(path);
    name.split('.').next().unwrap_or(&name).to_owned()
}

/// Steps up that a relative path may take before the absolute one is easier to read and to keep.
const STEPS_UP: usize = 3;

/// A path as the study in `folder` should name it: relative where the two lie near each other, absolute otherwise.
fn path_from(folder: &Path, path: &Path) -> Result<String, ReadError> {
    let whole = |path: &Path| std::path::absolute(path).map_err(|e| ReadError::of_file(path, &e));
    let (folder, path) = (plain(&whole(folder)?), plain(&whole(path)?));
    let shared = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().count() - shared;
    // What shares no more than the root is elsewhere altogether.
    if shared < 2 || up > STEPS_UP {
        return Ok(path.to_string_lossy().into_owned());
    }
    let mut parts = vec!["..".to_owned(); up];
    parts.extend(path.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned()));
    Ok(parts.join("/"))
}

/// An absolute path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Writes a file under a temporary name and renames it when it is whole.
fn write_whole(path: &Path, text: &str) -> Result<(), ReadError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let of_file = |e: std::io::Error| ReadError::of_file(path, &e);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(of_file)?;
    file.write_all(text.as_bytes()).map_err(of_file)?;
    file.persist(path).map_err(|e| of_file(e.error))?;
    Ok(())
}

#[cfg(test)]
mod tests;
