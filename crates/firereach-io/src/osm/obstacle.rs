//! What stands in the way: barriers, posts, trees and things that hang over a road.

use firereach_model::feature::{Obstacle, ObstacleKind};
use firereach_model::problem::{Done, Severity};
use firereach_model::units::Metres;
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use super::extract::{Extract, Node, TagView, Way, degrees};
use super::geometry::{Piece, draw};
use super::ledger::{Entry, Layer, Ledger, Remark};
use super::quantity::{self, Number};
use super::road::{length, whole};

/// Rails nearer to a road's crossing than this along the line bound no lane, metres: the deck of a crossing is level with them,
/// and how wide it is nobody says.
const CROSSING_M: f64 = 10.0;
/// A degree of latitude, metres.
const METRES_A_DEGREE: f64 = 111_320.0;

/// What a node stands for, where it is an obstacle at all.
fn kind_of_node(tags: &TagView<'_>) -> Option<ObstacleKind> {
    if let Some(barrier) = tags.get("barrier") {
        return Some(kind_of_barrier(barrier));
    }
    if tags.is("natural", "tree") {
        return Some(ObstacleKind::Tree);
    }
    if tags.is("highway", "street_lamp") || tags.is("power", "pole") || tags.is("man_made", "utility_pole") {
        return Some(ObstacleKind::Pole);
    }
    if tags.first(&["maxheight:physical", "maxheight"]).is_some() {
        return Some(ObstacleKind::Overhead);
    }
    if tags.first(&["maxwidth:physical", "maxwidth"]).is_some() {
        return Some(ObstacleKind::Chicane);
    }
    None
}

/// What a way stands for, where it is an obstacle at all.
fn kind_of_way(tags: &TagView<'_>) -> Option<ObstacleKind> {
    match (tags.get("barrier"), tags.get("natural")) {
        (Some(barrier), _) => Some(kind_of_barrier(barrier)),
        (None, Some("tree_row")) => Some(ObstacleKind::Tree),
        (None, Some("cliff" | "earth_bank")) => Some(ObstacleKind::Drop),
        (None, Some("coastline")) => Some(ObstacleKind::Water),
        (None, None) if tags.is("man_made", "embankment") => Some(ObstacleKind::Drop),
        // How high wires hang no tag says; ladders are not raised under them.
        (None, None) if tags.is("power", "line") || tags.is("power", "minor_line") => {
            (!tags.is("location", "underground")).then_some(ObstacleKind::Overhead)
        }
        _ => None,
    }
}

fn kind_of_barrier(barrier: &str) -> ObstacleKind {
    use ObstacleKind as K;
    match barrier {
        "wall" | "city_wall" | "hoarding" => K::Wall,
        "fence" | "guard_rail" | "handrail" | "railing" | "cable_barrier" | "wire_fence" | "barrier_board"
        | "chain_link" | "security_fence" => K::Fence,
        "hedge" | "hedge_bank" => K::Hedge,
        "retaining_wall" | "ditch" => K::Drop,
        "kerb" | "curb" | "step" => K::Kerb,
        "gate" | "sliding_gate" | "hampshire_gate" | "wicket_gate" | "kissing_gate" | "door" | "bump_gate"
        | "gate;toll_booth" => K::Gate,
        "lift_gate" | "swing_gate" | "bar" | "boom" => K::LiftGate,
        "bollard" | "bollards" | "delineator" | "delineators" => K::Bollard,
        "block" | "jersey_barrier" | "debris" | "log" | "rock" | "stone" | "planter" | "tank_trap" | "boulder" => {
            K::Block
        }
        "cycle_barrier"
        | "motorcycle_barrier"
        | "horse_stile"
        | "stile"
        | "turnstile"
        | "full-height_turnstile"
        | "chicane"
        | "squeeze" => K::Chicane,
        "chain" | "rope" | "chain_and_post" => K::Chain,
        "entrance" | "opening" => K::Entrance,
        "height_restrictor" => K::Overhead,
        "sally_port" | "arch" => K::Arch,
        "water" => K::Water,
        _ => K::Other,
    }
}

/// Takes one node. `is_on_road` says whether a road runs through it.
pub(super) fn take_node(ledger: &mut Ledger, node: &Node, tags: &TagView<'_>, is_on_road: bool) {
    let Some(kind) = kind_of_node(tags) else { return };
    let mut entry = ledger.enter(Layer::Obstacles, format!("node/{}", node.id), Some(node.at));
    if is_denied(&mut entry, tags) {
        return;
    }
    let shape = Geometry::Point(Point(degrees(node.at)));
    let mut obstacle = obstacle(&mut entry, tags, kind, shape);
    obstacle.node = is_on_road.then_some(node.id);
    entry.layers().obstacles.push(obstacle);
}

/// Takes one way, in as many pieces as its known nodes give.
pub(super) fn take_way(ledger: &mut Ledger, extract: &Extract, way: &Way, tags: &TagView<'_>) {
    let Some(kind) = kind_of_way(tags) else { return };
    let drawing = draw(extract, &way.refs);
    let mut entry = ledger.enter(Layer::Obstacles, format!("way/{}", way.id), drawing.at);
    if is_denied(&mut entry, tags) {
        return;
    }
    if drawing.pieces.is_empty() {
        entry.set_aside(
            "OSM-WAY-NODES",
            Severity::Warning,
            format!("a way without two known nodes at different places ({} missing)", drawing.missing),
            "at least two nodes at different places",
            "extract the area with complete ways",
        );
        return;
    }
    if drawing.missing > 0 {
        entry.remark(Remark {
            code: "OSM-WAY-NODES",
            severity: Severity::Warning,
            done: Done::Repaired,
            found: format!(
                "{} of {} nodes are not in the extract; the gap is left open",
                drawing.missing,
                way.refs.len()
            ),
            expected: "every node of the way",
            repair: "extract the area with complete ways",
        });
    }
    let is_area = tags.is("area", "yes") && way.is_closed() && drawing.missing == 0;
    let id = entry.id();
    for (index, piece) in drawing.pieces.into_iter().enumerate() {
        let shape = if is_area {
            Geometry::Polygon(Polygon::new(piece.line, Vec::new()))
        } else {
            Geometry::LineString(piece.line)
        };
        let mut obstacle = obstacle(&mut entry, tags, kind, shape);
        if index > 0 {
            obstacle.id = format!("{id}/{}", index + 1);
        }
        entry.layers().obstacles.push(obstacle);
    }
}

/// Whether a way is a railway whose rails lie on the ground and stand out of it: not in a tunnel, on a bridge or in a street.
fn is_rail(tags: &TagView<'_>) -> bool {
    let is_line = matches!(tags.get("railway"), Some("rail" | "light_rail" | "narrow_gauge" | "subway" | "funicular"));
    let is_elsewhere = ["tunnel", "bridge", "covered", "embedded", "embedded_rails"].iter().any(|key| tags.has(key));
    is_line && !is_elsewhere && !tags.is("location", "underground")
}

/// Takes one railway, apart from the pieces of line next to where a road crosses it: there it can be driven over, and how far
/// nobody says. `on_road` holds the nodes of all roads in their order.
pub(super) fn take_rails(ledger: &mut Ledger, extract: &Extract, way: &Way, tags: &TagView<'_>, on_road: &[i64]) {
    if !is_rail(tags) {
        return;
    }
    let drawing = draw(extract, &way.refs);
    if drawing.pieces.is_empty() {
        return;
    }
    let mut entry = ledger.enter(Layer::Obstacles, format!("way/{}", way.id), drawing.at);
    let id = entry.id();
    let mut count = 0;
    for piece in &drawing.pieces {
        for part in between_crossings(piece, on_road) {
            let mut rail = obstacle(&mut entry, tags, ObstacleKind::Rail, Geometry::LineString(part));
            count += 1;
            if count > 1 {
                rail.id = format!("{id}/{count}");
            }
            entry.layers().obstacles.push(rail);
        }
    }
}

/// The parts of a line none of whose vertices is a crossing, or lies within [`CROSSING_M`] of one along the line.
fn between_crossings(piece: &Piece, on_road: &[i64]) -> Vec<LineString<f64>> {
    let points = &piece.line.0;
    let metres = |a: Coord<f64>, b: Coord<f64>| {
        let east = (b.x - a.x) * ((a.y + b.y) / 2.0).to_radians().cos();
        east.hypot(b.y - a.y) * METRES_A_DEGREE
    };
    let mut far_m = vec![f64::INFINITY; points.len()];
    for (i, node) in piece.nodes.iter().enumerate() {
        if on_road.binary_search(node).is_ok() {
            far_m[i] = 0.0;
        }
    }
    for i in 1..points.len() {
        far_m[i] = far_m[i].min(far_m[i - 1] + metres(points[i - 1], points[i]));
    }
    for i in (1..points.len()).rev() {
        far_m[i - 1] = far_m[i - 1].min(far_m[i] + metres(points[i - 1], points[i]));
    }
    let near = |i: usize| far_m[i] < CROSSING_M;
    let mut parts: Vec<LineString<f64>> = Vec::new();
    let mut part: Vec<Coord<f64>> = Vec::new();
    for (i, p) in points.iter().enumerate() {
        if near(i) {
            parts.push(LineString::new(std::mem::take(&mut part)));
        } else {
            part.push(*p);
        }
    }
    parts.push(LineString::new(part));
    parts.retain(|part| part.0.len() > 1);
    parts
}

fn is_denied(entry: &mut Entry<'_>, tags: &TagView<'_>) -> bool {
    let Some(value @ ("no" | "removed" | "proposed")) = tags.get("barrier") else { return false };
    let found = format!("barrier={value}");
    entry.set_aside("OSM-BARRIER-STATE", Severity::Info, found, "a barrier that stands", "none needed");
    true
}

fn obstacle(entry: &mut Entry<'_>, tags: &TagView<'_>, kind: ObstacleKind, shape: Geometry<f64>) -> Obstacle {
    let is_point = matches!(shape, Geometry::Point(_));
    let clear_width = clear_width(entry, tags, kind, is_point);
    let physical = length(entry, tags, "maxheight:physical");
    let signed = length(entry, tags, "maxheight");
    Obstacle {
        origin: entry.origin(),
        id: entry.id(),
        kind,
        shape,
        node: None,
        is_removable: is_removable(tags, kind),
        clear_width,
        clear_height: physical.or(signed),
        lets_engines_pass: lets_engines_pass(tags, kind),
        level: tags.first(&["layer", "level"]).and_then(|(_, text)| whole(text)).unwrap_or(0),
        radius: radius(entry, tags, kind, is_point),
        crown_radius: (kind == ObstacleKind::Tree)
            .then(|| length(entry, tags, "diameter_crown"))
            .flatten()
            .and_then(|across| Metres::new(across.get() / 2.0).ok()),
        hours: Vec::new(),
    }
}

/// The opening that is left. `width` is the opening of a thing with an opening, and the thickness of any other.
fn clear_width(entry: &mut Entry<'_>, tags: &TagView<'_>, kind: ObstacleKind, is_point: bool) -> Option<Metres> {
    use ObstacleKind as K;
    let has_opening =
        is_point && matches!(kind, K::Gate | K::LiftGate | K::Entrance | K::Chain | K::Arch | K::Chicane | K::Overhead);
    let keys: &[&str] = if has_opening {
        &["maxwidth:physical", "opening", "width", "maxwidth"]
    } else {
        &["maxwidth:physical", "maxwidth"]
    };
    keys.iter().find_map(|key| length(entry, tags, key))
}

/// Half of the extent across: of a wall from its thickness, of a tree from its girth.
fn radius(entry: &mut Entry<'_>, tags: &TagView<'_>, kind: ObstacleKind, is_point: bool) -> Option<Metres> {
    if kind == ObstacleKind::Tree {
        let girth = tags.get("circumference").map(quantity::metres);
        if let Some(Number::Is(metres)) = girth {
            return Metres::new(metres / std::f64::consts::TAU).ok();
        }
        return None;
    }
    let has_thickness =
        matches!(kind, ObstacleKind::Wall | ObstacleKind::Fence | ObstacleKind::Hedge | ObstacleKind::Kerb);
    if is_point || !has_thickness {
        return None;
    }
    length(entry, tags, "width").and_then(|width| Metres::new(width.get() / 2.0).ok())
}

fn is_removable(tags: &TagView<'_>, kind: ObstacleKind) -> Option<bool> {
    match tags.get("removable").or_else(|| tags.get("bollard")) {
        Some("yes" | "removable" | "foldable" | "rising" | "lowering" | "retractable" | "lift" | "unlockable") => {
            return Some(true);
        }
        Some("no" | "irremovable" | "fixed" | "unremovable") => return Some(false),
        _ => {}
    }
    match kind {
        ObstacleKind::Chain => Some(true),
        ObstacleKind::Block if matches!(tags.get("barrier"), Some("debris" | "planter")) => Some(true),
        _ => None,
    }
}

/// Whether an engine gets through, as far as tags say; the width it leaves is another question.
fn lets_engines_pass(tags: &TagView<'_>, kind: ObstacleKind) -> Option<bool> {
    use ObstacleKind as K;
    match tags.get("emergency") {
        Some("yes" | "designated" | "official") => return Some(true),
        Some("no") => return Some(false),
        _ => {}
    }
    if matches!(
        tags.get("barrier"),
        Some(
            "stile"
                | "horse_stile"
                | "kissing_gate"
                | "turnstile"
                | "full-height_turnstile"
                | "cycle_barrier"
                | "motorcycle_barrier"
                | "wicket_gate"
                | "squeeze"
        )
    ) {
        return Some(false);
    }
    if let Some((_, "yes" | "permissive" | "designated" | "public")) =
        tags.first(&["motor_vehicle", "motorcar", "vehicle", "access"])
    {
        return Some(true);
    }
    match kind {
        K::Entrance => Some(true),
        K::Other if matches!(tags.get("barrier"), Some("toll_booth" | "border_control" | "cattle_grid")) => Some(true),
        K::Gate | K::LiftGate if tags.is("locked", "no") => Some(true),
        K::Bollard | K::Block if is_removable(tags, kind) == Some(true) => Some(true),
        K::Bollard | K::Block if is_removable(tags, kind) == Some(false) => {
            // A fixed post may still leave room beside it where a width says so.
            tags.first(&["maxwidth:physical", "maxwidth"]).is_none().then_some(false)
        }
        K::Kerb if matches!(tags.get("kerb"), Some("lowered" | "flush" | "rolled" | "no")) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line along the equator with a vertex at each of these metres east of 0; nodes are numbered from 1.
    fn piece(at_m: &[f64]) -> Piece {
        let line = at_m.iter().map(|m| Coord { x: m / METRES_A_DEGREE, y: 0.0 }).collect();
        Piece { nodes: (1..).take(at_m.len()).collect(), line }
    }

    #[track_caller]
    fn check(at_m: &[f64], on_road: &[i64], expected: &[(f64, f64)]) {
        let metres = |c: Option<&Coord<f64>>| c.map_or(f64::NAN, |c| (c.x * METRES_A_DEGREE).round());
        let parts = between_crossings(&piece(at_m), on_road);
        let found: Vec<(f64, f64)> = parts.iter().map(|p| (metres(p.0.first()), metres(p.0.last()))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn rails_bound_no_lane_where_a_road_crosses_them() {
        check(&[0.0, 100.0, 200.0], &[], &[(0.0, 200.0)]);
        check(&[0.0, 50.0, 100.0, 150.0, 200.0], &[3], &[(0.0, 50.0), (150.0, 200.0)]);
        // Vertices within ten metres of the crossing go with it.
        check(&[0.0, 50.0, 95.0, 100.0, 105.0, 150.0, 200.0], &[4], &[(0.0, 50.0), (150.0, 200.0)]);
        check(&[0.0, 100.0], &[1], &[]);
    }
}
