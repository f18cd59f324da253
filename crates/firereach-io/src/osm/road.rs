//! Roads, lanes, paths and stairs from `highway=*`.

use firereach_model::feature::{
    Direction, Permission, Road, RoadClass, Signal, StatedHeight, StatedWidth, Structure, WidthMeaning,
};
use firereach_model::problem::{Done, Severity};
use firereach_model::units::{Metres, Percent, Tonnes};
use geo_types::LineString;

use super::extract::{Extract, Place, TagView, Way};
use super::geometry::draw;
use super::ledger::{Entry, Layer, Ledger, Remark};
use super::parking;
use super::quantity::{self, Number};

/// What a value of `highway` stands for.
enum Kind {
    /// A way of this class; whether it is a link.
    Road(RoadClass, bool),
    /// Not a way anybody can use today, or no way at all.
    NotARoad(&'static str),
    /// A word this reader does not know.
    Strange,
}

fn kind(tags: &TagView<'_>, highway: &str) -> Kind {
    use RoadClass as C;
    let class = match highway {
        "motorway" => C::Motorway,
        "trunk" => C::Trunk,
        "primary" => C::Primary,
        "secondary" => C::Secondary,
        "tertiary" => C::Tertiary,
        "motorway_link" => return Kind::Road(C::Motorway, true),
        "trunk_link" => return Kind::Road(C::Trunk, true),
        "primary_link" => return Kind::Road(C::Primary, true),
        "secondary_link" => return Kind::Road(C::Secondary, true),
        "tertiary_link" => return Kind::Road(C::Tertiary, true),
        "residential_link" => return Kind::Road(C::Residential, true),
        "unclassified" | "minor" => C::Unclassified,
        "residential" => C::Residential,
        "living_street" => C::LivingStreet,
        "service" if tags.is("service", "alley") => C::Alley,
        "service" | "services_road" | "busway" | "raceway" | "escape" | "access" => C::Service,
        "alley" => C::Alley,
        "track" | "byway" | "unsurfaced" => C::Track,
        "pedestrian" => C::Pedestrian,
        "footway" | "platform" | "crossing" | "sidewalk" | "traffic_island" => C::Footway,
        "path" | "trail" => C::Path,
        "cycleway" => C::Cycleway,
        "bridleway" => C::Bridleway,
        "steps" | "stairs" | "ladder" => C::Steps,
        "corridor" => C::Corridor,
        "elevator" => C::Elevator,
        "road" => C::Unknown,
        "construction" => return Kind::NotARoad("a road under construction"),
        "proposed" | "planned" => return Kind::NotARoad("a road that is only planned"),
        "abandoned" | "disused" | "razed" | "removed" | "demolished" | "dismantled" | "historic" => {
            return Kind::NotARoad("a road that is no longer in use");
        }
        "no" | "rest_area" | "services" | "emergency_bay" | "bus_guideway" | "via_ferrata" | "bus_stop"
        | "toll_gantry" | "street_lamp" => return Kind::NotARoad("no road to drive or walk on"),
        _ => return Kind::Strange,
    };
    Kind::Road(class, false)
}

/// Takes one way with `highway=*`.
pub(super) fn take_way(ledger: &mut Ledger, extract: &Extract, way: &Way, tags: &TagView<'_>) {
    let Some(highway) = tags.get("highway") else { return };
    let drawing = draw(extract, &way.refs);
    let mut entry = ledger.enter(Layer::Roads, format!("way/{}", way.id), drawing.at);
    let Some((class, is_link)) = usable(&mut entry, tags, highway) else { return };
    if drawing.pieces.is_empty() {
        let found = if drawing.missing > 0 {
            format!("{} of {} nodes are not in the extract", drawing.missing, way.refs.len())
        } else {
            format!("a way of {} nodes at one place", way.refs.len())
        };
        let repair = "extract the area with complete ways (for example `osmium extract --strategy complete_ways`)";
        entry.set_aside("OSM-WAY-NODES", Severity::Warning, found, "at least two nodes at different places", repair);
        return;
    }
    if drawing.missing > 0 {
        entry.remark(Remark {
            code: "OSM-WAY-NODES",
            severity: Severity::Warning,
            done: Done::Repaired,
            found: format!(
                "{} of {} nodes are not in the extract; used in {} piece(s) without bridging the gap",
                drawing.missing,
                way.refs.len(),
                drawing.pieces.len()
            ),
            expected: "every node of the way",
            repair: "extract the area with complete ways (for example `osmium extract --strategy complete_ways`)",
        });
    }
    if drawing.repeated > 0 {
        entry.remark(Remark {
            code: "OSM-WAY-REPEAT",
            severity: Severity::Info,
            done: Done::Repaired,
            found: format!("{} node reference(s) repeat the one before", drawing.repeated),
            expected: "a line that moves on from node to node",
            repair: "none needed: the repetition is left out",
        });
    }
    let template = road(&mut entry, tags, class, is_link);
    let is_area = tags.is("area", "yes") && way.is_closed();
    let id = entry.id();
    for (index, piece) in drawing.pieces.into_iter().enumerate() {
        let id = if index == 0 { id.clone() } else { format!("{id}/{}", index + 1) };
        let road = Road { id, line: piece.line, nodes: piece.nodes, is_area, ..template.clone() };
        entry.layers().roads.push(road);
    }
}

/// Takes the outlines of a pedestrian area drawn as a relation; each ring becomes a road that is an area.
pub(super) fn take_area(
    ledger: &mut Ledger,
    id: &str,
    at: Option<Place>,
    tags: &TagView<'_>,
    rings: Vec<(Vec<i64>, LineString<f64>)>,
) {
    let Some(highway) = tags.get("highway") else { return };
    let mut entry = ledger.enter(Layer::Roads, id.to_owned(), at);
    let Some((class, is_link)) = usable(&mut entry, tags, highway) else { return };
    if rings.is_empty() {
        entry.set_aside(
            "OSM-AREA-OPEN",
            Severity::Warning,
            "an area without a closed outline",
            "member ways that close to rings",
            "complete the relation, or extract the area with its whole members",
        );
        return;
    }
    let template = road(&mut entry, tags, class, is_link);
    for (index, (nodes, line)) in rings.into_iter().enumerate() {
        let id = if index == 0 { id.to_owned() } else { format!("{id}/{}", index + 1) };
        entry.layers().roads.push(Road { id, line, nodes, is_area: true, ..template.clone() });
    }
}

fn usable(entry: &mut Entry<'_>, tags: &TagView<'_>, highway: &str) -> Option<(RoadClass, bool)> {
    match kind(tags, highway) {
        Kind::Road(class, is_link) => Some((class, is_link)),
        Kind::NotARoad(why) => {
            let repair = "none needed; add the road in a scenario (`link-road`) to see what it would change";
            entry.set_aside(
                "OSM-ROAD-STATE",
                Severity::Info,
                format!("highway={highway}: {why}"),
                "a road in use",
                repair,
            );
            None
        }
        Kind::Strange => {
            entry.remark(Remark {
                code: "OSM-HIGHWAY-WORD",
                severity: Severity::Warning,
                done: Done::Kept,
                found: format!("`highway` is \"{highway}\""),
                expected: "a kind of road in use in OpenStreetMap",
                repair: "correct the tag; until then it is a road of unknown kind",
            });
            Some((RoadClass::Unknown, false))
        }
    }
}

/// Everything a road is apart from its line.
fn road(entry: &mut Entry<'_>, tags: &TagView<'_>, class: RoadClass, is_link: bool) -> Road {
    let structure = structure(tags, class);
    let (level, is_level_stated) = level(entry, tags, structure);
    Road {
        origin: entry.origin(),
        id: String::new(),
        name: name(tags).or_else(|| tags.get("ref").map(str::to_owned)),
        class,
        is_link,
        line: LineString::new(Vec::new()),
        heights_m: Vec::new(),
        nodes: Vec::new(),
        direction: direction(entry, tags, class),
        motor: motor(tags),
        emergency: emergency(tags),
        foot: foot(tags),
        widths: widths(entry, tags),
        clear_heights: heights(entry, tags),
        max_mass: mass(entry, tags),
        lanes: tags.get("lanes").and_then(|text| {
            let lanes = quantity::count(text).and_then(|n| u8::try_from(n).ok());
            if lanes.is_none() {
                entry.bad_value("lanes", text, "a small whole number");
            }
            lanes
        }),
        incline: incline(entry, tags),
        is_paved: tags.get("surface").and_then(is_paved),
        surface: tags.get("surface").map(str::to_owned),
        max_speed_kmh: tags.get("maxspeed").and_then(|text| match quantity::kilometres_per_hour(text) {
            Number::Is(speed) if speed > 0.0 => Some(speed),
            Number::NotStated => None,
            _ => {
                entry.bad_value("maxspeed", text, "a speed in km/h, or with its unit");
                None
            }
        }),
        parking: parking::sides(tags),
        level,
        is_level_stated,
        structure,
        step_count: tags.get("step_count").and_then(|text| {
            let steps = quantity::count(text);
            if steps.is_none() {
                entry.bad_value("step_count", text, "a whole number");
            }
            steps
        }),
        is_area: false,
    }
}

/// The name in the local language, else another one.
pub(super) fn name(tags: &TagView<'_>) -> Option<String> {
    tags.first(&["name", "name:zh", "official_name", "alt_name", "loc_name", "name:en"])
        .map(|(_, name)| name.to_owned())
}

fn structure(tags: &TagView<'_>, class: RoadClass) -> Structure {
    if tags.has("bridge") {
        return Structure::Bridge;
    }
    match tags.get("tunnel") {
        Some("building_passage" | "avalanche_protector" | "arcade") => return Structure::Covered,
        Some("no") | None => {}
        Some(_) => return Structure::Tunnel,
    }
    if tags.has("covered") || tags.is("indoor", "yes") || class == RoadClass::Corridor {
        return Structure::Covered;
    }
    Structure::Ground
}

/// The vertical order: `layer`, else `level` where it is one whole number, else what bridge and tunnel imply.
fn level(entry: &mut Entry<'_>, tags: &TagView<'_>, structure: Structure) -> (i16, bool) {
    if let Some(text) = tags.get("layer") {
        if let Some(layer) = whole(text) {
            return (layer, true);
        }
        entry.bad_value("layer", text, "one whole number");
    }
    if let Some(level) = tags.get("level").and_then(whole) {
        return (level, true);
    }
    match structure {
        Structure::Bridge => (1, false),
        Structure::Tunnel => (-1, false),
        Structure::Ground | Structure::Covered => (0, false),
    }
}

/// A whole number such as a layer; `+1` and `1.0` are in use.
pub(super) fn whole(text: &str) -> Option<i16> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok()
}

/// The traffic light that a node of a road stands for. Lights of crossings for people on foot are not counted: most stand
/// beside one of a junction.
pub(super) fn signal(node: i64, tags: &TagView<'_>) -> Option<Signal> {
    if !tags.is("highway", "traffic_signals") {
        return None;
    }
    let direction = match tags.first(&["traffic_signals:direction", "direction"]) {
        Some((_, "forward")) => Direction::Forward,
        Some((_, "backward")) => Direction::Backward,
        _ => Direction::Both,
    };
    Some(Signal { node, direction })
}

fn direction(entry: &mut Entry<'_>, tags: &TagView<'_>, class: RoadClass) -> Direction {
    // Where emergency vehicles may go both ways, an engine on a call does.
    if tags.is("oneway:emergency", "no") {
        return Direction::Both;
    }
    let stated = tags.first(&["oneway:motor_vehicle", "oneway:vehicle", "oneway"]);
    match stated {
        Some((_, "yes" | "true" | "1")) => return Direction::Forward,
        Some((_, "-1" | "reverse")) => return Direction::Backward,
        Some((_, "no" | "false" | "0")) => return Direction::Both,
        // The sense changes with the hour; neither can be excluded.
        Some((_, "reversible" | "alternating")) => return Direction::Both,
        Some((key, value)) => entry.bad_value(key, value, "yes, no, -1, reversible or alternating"),
        None => {}
    }
    let is_ring = matches!(tags.get("junction"), Some("roundabout" | "circular" | "mini_roundabout"));
    if is_ring || class == RoadClass::Motorway { Direction::Forward } else { Direction::Both }
}

/// What a value of an access tag allows; `None` for a word that says nothing.
fn permission(value: &str) -> Option<Permission> {
    match value {
        "yes" | "permissive" | "designated" | "official" | "public" | "allowed" => Some(Permission::Yes),
        "no" | "use_sidepath" | "restricted" | "prohibited" => Some(Permission::No),
        "unknown" | "variable" => None,
        // private, destination, delivery, customers, permit, residents, agricultural, forestry, discouraged …
        _ => Some(Permission::Limited),
    }
}

/// The most specific tag counts. A rule that holds only at times leaves the way open to some.
fn permitted(tags: &TagView<'_>, keys: &[&str], conditional: &[&str]) -> Permission {
    if let Some((_, value)) = tags.first(keys) {
        return permission(value).unwrap_or(Permission::Unsaid);
    }
    match tags.first(conditional) {
        Some(_) => Permission::Limited,
        None => Permission::Unsaid,
    }
}

fn motor(tags: &TagView<'_>) -> Permission {
    if matches!(tags.get("service"), Some("emergency_access" | "fire_lane")) && tags.first(&MOTOR_KEYS).is_none() {
        return Permission::No;
    }
    // A lane for buses alone is closed to everybody else unless a tag opens it.
    if matches!(tags.get("highway"), Some("busway" | "raceway")) && tags.first(&MOTOR_KEYS).is_none() {
        return Permission::No;
    }
    permitted(
        tags,
        &MOTOR_KEYS,
        &["motorcar:conditional", "motor_vehicle:conditional", "vehicle:conditional", "access:conditional"],
    )
}

const MOTOR_KEYS: [&str; 4] = ["motor_vehicle", "motorcar", "vehicle", "access"];

fn emergency(tags: &TagView<'_>) -> Permission {
    match tags.get("emergency") {
        Some(
            "yes" | "designated" | "official" | "fire_lane" | "fire_access" | "emergency" | "permissive"
            | "destination",
        ) => {
            return Permission::Yes;
        }
        Some("no") => return Permission::No,
        Some("private") => return Permission::Limited,
        // Other values say that something stands there (a hydrant, an exit), not who may drive.
        _ => {}
    }
    let is_emergency_lane = matches!(tags.get("service"), Some("emergency_access" | "fire_lane"));
    let is_for_emergencies = tags.first(&MOTOR_KEYS).is_some_and(|(_, value)| value == "emergency");
    if is_emergency_lane || is_for_emergencies { Permission::Yes } else { Permission::Unsaid }
}

fn foot(tags: &TagView<'_>) -> Permission {
    if tags.is("motorroad", "yes") && tags.get("foot").is_none() {
        return Permission::No;
    }
    permitted(tags, &["foot", "access"], &["foot:conditional", "access:conditional"])
}

fn widths(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Vec<StatedWidth> {
    let is_estimate = ["width:source", "source:width"]
        .iter()
        .any(|key| tags.get(key).is_some_and(|source| source.starts_with("estimat") || source.starts_with("aerial")));
    let between_kerbs = if is_estimate { WidthMeaning::Estimated } else { WidthMeaning::Carriageway };
    let mut widths = Vec::new();
    for (key, meaning) in [
        ("maxwidth:physical", WidthMeaning::Clear),
        ("width:carriageway", between_kerbs),
        ("width", between_kerbs),
        ("est_width", WidthMeaning::Estimated),
        ("maxwidth", WidthMeaning::Limit),
    ] {
        if let Some(width) = length(entry, tags, key).filter(|w| w.get() > 0.0) {
            widths.push(StatedWidth { width, meaning, key: key.to_owned() });
        }
    }
    widths
}

fn heights(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Vec<StatedHeight> {
    let mut heights = Vec::new();
    for (key, is_physical) in [("maxheight:physical", true), ("maxheight", false), ("maxheight:legal", false)] {
        if let Some(height) = length(entry, tags, key).filter(|h| h.get() > 0.0) {
            heights.push(StatedHeight { height, is_physical, key: key.to_owned() });
        }
    }
    heights
}

/// A length in metres from one tag; what cannot be one is written down.
pub(super) fn length(entry: &mut Entry<'_>, tags: &TagView<'_>, key: &str) -> Option<Metres> {
    let text = tags.get(key)?;
    let metres = match quantity::metres(text) {
        Number::Is(number) => Metres::new(number).ok(),
        Number::NotStated => return None,
        Number::Bad => None,
    };
    if metres.is_none_or(|m| m == Metres::ZERO) {
        entry.bad_value(key, text, "one length above zero in metres, or with its unit");
    }
    metres
}

fn mass(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Option<Tonnes> {
    let mut least: Option<Tonnes> = None;
    // A limit on the actual mass binds an engine; a limit by rating binds it too, since it runs full.
    for key in ["maxweight", "maxweight:physical", "maxweightrating"] {
        let Some(text) = tags.get(key) else { continue };
        match quantity::tonnes(text) {
            Number::Is(number) if number > 0.0 => {
                if let Ok(mass) = Tonnes::new(number) {
                    least = Some(least.map_or(mass, |l| l.min(mass)));
                }
            }
            Number::NotStated => {}
            _ => entry.bad_value(key, text, "one mass above zero in tonnes, or with its unit"),
        }
    }
    least
}

fn incline(entry: &mut Entry<'_>, tags: &TagView<'_>) -> Option<Percent> {
    let text = tags.get("incline")?;
    match quantity::slope_percent(text) {
        Number::Is(slope) => Percent::new(slope).ok(),
        Number::NotStated => None,
        Number::Bad => {
            entry.bad_value("incline", text, "a slope in percent or degrees, or up or down");
            None
        }
    }
}

fn is_paved(surface: &str) -> Option<bool> {
    match surface.split([':', ';']).next().unwrap_or(surface) {
        "paved" | "asphalt" | "concrete" | "paving_stones" | "sett" | "cobblestone" | "unhewn_cobblestone"
        | "metal" | "metal_grid" | "wood" | "brick" | "bricks" | "tiles" | "tile" | "rubber" | "chipseal"
        | "granite" | "stone" | "plastic" | "acrylic" | "grass_paver" | "marble" | "slabs" => Some(true),
        "unpaved" | "gravel" | "fine_gravel" | "compacted" | "dirt" | "ground" | "earth" | "grass" | "mud" | "sand"
        | "pebblestone" | "rock" | "rocks" | "woodchips" | "clay" | "ice" | "snow" | "soil" | "stepping_stones" => {
            Some(false)
        }
        _ => None,
    }
}
