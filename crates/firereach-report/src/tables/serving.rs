//! How lanes serve buildings, where aerial appliances work, and the blocks between streets, as tables.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::findings::lanes::LaneService;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};
use geo_types::{Geometry, MultiLineString};

use super::lanes::{flag, high, line, low, road_id, verdict, whole};
use super::{integer, number, text, word};

/// Certain, possible or none, by what holds for certain and at most.
fn how_sure((certain, possible): (bool, bool)) -> Cell {
    Cell::Text(
        if certain {
            "certain"
        } else if possible {
            "possible"
        } else {
            "none"
        }
        .to_owned(),
    )
}

/// How lanes serve every building that rules ask about, drawn as the line from its wall to the nearest lane beside it; its
/// long sides where no lane runs beside it.
pub fn lane_service(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("building_id"),
        text("kinds"),
        text("kinds_possible"),
        text("ring"),
        text("ring_verdict"),
        integer("sides_low"),
        integer("sides_high"),
        text("served_percent"),
        text("sides_verdict"),
        text("road_id"),
        number("wall_distance_low_m"),
        number("wall_distance_high_m"),
        text("wall_distance_verdict"),
        number("slope_low_percent"),
        number("slope_high_percent"),
        text("slope_verdict"),
        text("aerial_site_verdict"),
        number("aerial_share_low"),
        number("aerial_share_high"),
        text("aerial_share_verdict"),
        number("aerial_gap_m"),
        text("aerial_gap_verdict"),
        number("aerial_slope_low_percent"),
        number("aerial_slope_high_percent"),
        text("aerial_slope_verdict"),
        number("podium_low_m"),
        number("podium_high_m"),
        text("podium_verdict"),
        number("front_low_m"),
        number("front_high_m"),
        text("front_verdict"),
        text("through"),
        text("court_verdict"),
        number("link_spacing_high_m"),
        text("link_verdict"),
        text("because"),
    ];
    let row = |service: &LaneService| {
        let percent = |(low, high): &(f64, f64)| format!("{:.0}-{:.0}", low * 100.0, high * 100.0);
        let piece = service.piece.and_then(|piece| findings.lanes.pieces.get(piece));
        let sides = MultiLineString(service.long_sides.clone());
        Row {
            cells: vec![
                word(&findings.scenario),
                Cell::text(service.site.as_deref()),
                Cell::text(service.building.as_deref()),
                word(&service.words.join(" ")),
                word(&service.words_possible.join(" ")),
                how_sure(service.ring),
                verdict(&service.rulings, "ring_lane"),
                Cell::Integer(service.sides.0.into()),
                Cell::Integer(service.sides.1.into()),
                word(&service.served.iter().map(percent).collect::<Vec<_>>().join(" ")),
                verdict(&service.rulings, "lane_long_sides"),
                piece.map_or(Cell::Empty, |piece| road_id(layers, piece.road)),
                low(&service.wall_distance_m),
                high(&service.wall_distance_m),
                verdict(&service.rulings, "lane_wall_distance"),
                low(&service.working_slope),
                high(&service.working_slope),
                verdict(&service.rulings, "working_slope"),
                verdict(&service.rulings, "aerial_site_length"),
                low(&service.operating_share),
                high(&service.operating_share),
                verdict(&service.rulings, "aerial_site_share"),
                Cell::number(service.operating_gap_m, 1),
                verdict(&service.rulings, "aerial_site_gap"),
                low(&service.operating_slope),
                high(&service.operating_slope),
                verdict(&service.rulings, "aerial_site_slope"),
                low(&service.podium_depth_m),
                high(&service.podium_depth_m),
                verdict(&service.rulings, "podium_depth"),
                low(&service.front_m),
                high(&service.front_m),
                verdict(&service.rulings, "building_frontage"),
                how_sure(service.through),
                verdict(&service.rulings, "courtyard_side"),
                high(&service.link_spacing_m),
                verdict(&service.rulings, "courtyard_link_spacing"),
                word(&service.because),
            ],
            shape: service.to_lane.as_ref().and_then(line).or(Some(Geometry::MultiLineString(sides))),
        }
    };
    let rows = findings.lanes.services.iter().map(row).collect();
    Table { name: Cow::Borrowed("lane_service"), columns, shape: ShapeKind::Line, rows }
}

/// The places found for aerial appliances beside buildings that are, or may be, high-rise: the best single one, and those that
/// together run along most of what rules ask for.
pub fn operating_sites(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("building_id"),
        number("length_m"),
        number("width_m"),
        number("distance_m"),
        flag("open_ground"),
        text("part"),
        text("verdict"),
    ];
    let found = findings.lanes.services.iter().flat_map(|s| {
        let best = s.operating_site.iter().map(move |site| (s, "best", site));
        best.chain(s.operating_run.iter().map(move |site| (s, "run", site)))
    });
    let rows = found.map(|(service, part, site)| Row {
        cells: vec![
            word(&findings.scenario),
            Cell::text(service.site.as_deref()),
            Cell::text(service.building.as_deref()),
            Cell::Number(site.length_m, 1),
            Cell::Number(site.width_m, 1),
            Cell::Number(site.distance_m, 1),
            Cell::Flag(site.is_open),
            word(part),
            verdict(&service.rulings, if part == "best" { "aerial_site_length" } else { "aerial_site_share" }),
        ],
        shape: Some(Geometry::Polygon(site.area.clone())),
    });
    Table { name: Cow::Borrowed("operating_sites"), columns, shape: ShapeKind::Polygon, rows: rows.collect() }
}

/// The courts of buildings that rules ask about, and whether lanes and ways on foot lead in.
pub fn courts(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("building_id"),
        number("short_side_m"),
        text("lane_leads_in"),
        integer("links_on_foot"),
        text("verdict"),
    ];
    let found = findings.lanes.services.iter().flat_map(|s| s.courts.iter().map(move |court| (s, court)));
    let rows = found.map(|(service, court)| Row {
        cells: vec![
            word(&findings.scenario),
            Cell::text(service.site.as_deref()),
            Cell::text(service.building.as_deref()),
            Cell::Number(court.short_side_m, 1),
            how_sure(court.led_in),
            Cell::Integer(court.links.into()),
            Cell::text(court.verdict.map(|verdict| verdict.code())),
        ],
        shape: Some(Geometry::Polygon(court.area.clone())),
    });
    Table { name: Cow::Borrowed("courts"), columns, shape: ShapeKind::Polygon, rows: rows.collect() }
}

/// The blocks with buildings in them, and how far apart the streets around them lie.
pub fn blocks(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        integer("block"),
        number("area_m2"),
        integer("buildings"),
        text("site_ids"),
        text("ring"),
        integer("connections"),
        number("spacing_low_m"),
        number("spacing_high_m"),
        text("spacing_verdict"),
        number("lon"),
        number("lat"),
    ];
    let rows = findings.lanes.blocks.iter().enumerate().map(|(i, block)| Row {
        cells: vec![
            word(&findings.scenario),
            whole(i + 1),
            Cell::Number(block.area_m2, 0),
            whole(block.buildings),
            word(&block.sites.join(" ")),
            how_sure((block.is_certain, true)),
            Cell::Integer(block.connections.into()),
            low(&block.spacing_m),
            high(&block.spacing_m),
            verdict(&block.rulings, "street_spacing"),
            Cell::Longitude(block.deepest),
            Cell::Latitude(block.deepest),
        ],
        shape: Some(Geometry::Polygon(block.ring.clone())),
    });
    Table { name: Cow::Borrowed("blocks"), columns, shape: ShapeKind::Polygon, rows: rows.collect() }
}
