//! Where engines pass and what stands in their way, as tables.

use std::borrow::Cow;

use firereach_model::bounds::Bounds;
use firereach_model::findings::lanes::{Clearance, FirstStep, Freed, PinchPoint, SiteAccess, VehicleAccess};
use firereach_model::findings::{Findings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use firereach_model::units::{Metres, Quantity};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};

use super::{integer, number, text, word};

pub(super) const fn flag(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Flag)
}

pub(super) fn low<Q: Quantity>(bounds: &Bounds<Q>) -> Cell {
    Cell::number(bounds.low.map(Q::get), 2)
}

pub(super) fn high<Q: Quantity>(bounds: &Bounds<Q>) -> Cell {
    Cell::number(bounds.high.map(Q::get), 2)
}

pub(super) fn whole(value: usize) -> Cell {
    i64::try_from(value).map_or(Cell::Empty, Cell::Integer)
}

/// The worst verdict among rulings on one measure; empty where no rule applied.
pub(super) fn verdict(rulings: &[Ruling], measure: &str) -> Cell {
    let worst = rulings.iter().filter(|ruling| ruling.measure == measure).map(|ruling| ruling.verdict).max();
    worst.map_or(Cell::Empty, |verdict| Cell::Text(verdict.code().to_owned()))
}

fn methods(of: &Clearance) -> Cell {
    Cell::Text(format!("{} / {}", of.low_by.code(), of.high_by.code()))
}

pub(super) fn road_id(layers: &Layers, road: usize) -> Cell {
    layers.roads.get(road).map_or(Cell::Empty, |road| Cell::Text(road.id.clone()))
}

fn road_name(layers: &Layers, road: usize) -> Cell {
    Cell::text(layers.roads.get(road).and_then(|road| road.name.as_deref()))
}

/// A line a layer can hold: at least two places.
pub(super) fn line(of: &LineString<f64>) -> Option<Geometry<f64>> {
    (of.0.len() >= 2).then(|| Geometry::LineString(of.clone()))
}

pub(super) fn point(at: Coord<f64>) -> Option<Geometry<f64>> {
    Some(Geometry::Point(Point(at)))
}

fn sites_freed(freed: Option<&Freed>) -> Cell {
    freed.map_or(Cell::Empty, |freed| {
        let mut sites: Vec<&str> = freed.sites.iter().map(|(site, _)| site.as_str()).collect();
        sites.dedup();
        whole(sites.len())
    })
}

fn pairs_freed(freed: Option<&Freed>) -> Cell {
    freed.map_or(Cell::Empty, |freed| {
        Cell::Text(freed.sites.iter().map(|(site, vehicle)| format!("{site}:{vehicle}")).collect::<Vec<_>>().join(" "))
    })
}

/// Every piece of road between two junctions, in the order of the roads.
pub fn lanes(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        integer("piece"),
        text("road_id"),
        text("name"),
        text("class"),
        number("from_m"),
        number("to_m"),
        text("class_low"),
        text("class_high"),
        text("class_cleared"),
        text("class_low_by"),
        number("width_low_m"),
        number("width_high_m"),
        text("width_method"),
        text("width_because"),
        text("width_verdict"),
        number("height_low_m"),
        number("height_high_m"),
        text("height_method"),
        text("height_because"),
        text("height_verdict"),
        number("slope_percent"),
        text("slope_verdict"),
        number("max_mass_t"),
        integer("steps"),
        text("barrier"),
        text("narrower_m"),
        number("passable_prob"),
        text("vehicles_certain"),
        text("vehicles_possible"),
        integer("sites_hanging"),
    ];
    let mut hanging = vec![0usize; findings.lanes.pieces.len()];
    for dependence in &findings.lanes.dependences {
        if let Some(count) = hanging.get_mut(dependence.piece) {
            *count = dependence.sites.len();
        }
    }
    let rows = findings.lanes.pieces.iter().enumerate().map(|(i, piece)| Row {
        cells: vec![
            word(&findings.scenario),
            whole(i),
            road_id(layers, piece.road),
            road_name(layers, piece.road),
            layers.roads.get(piece.road).map_or(Cell::Empty, |road| Cell::Text(road.class.code().to_owned())),
            Cell::Number(piece.from_m, 1),
            Cell::Number(piece.to_m, 1),
            word(&piece.class_low),
            word(&piece.class_high),
            Cell::text(piece.class_cleared.as_deref()),
            piece.class_low_by().map_or(Cell::Empty, |by| Cell::Text(by.code().to_owned())),
            low(&piece.width.bounds),
            high(&piece.width.bounds),
            methods(&piece.width),
            word(&piece.width.because),
            verdict(&piece.rulings, "lane_clear_width"),
            low(&piece.height.bounds),
            high(&piece.height.bounds),
            methods(&piece.height),
            word(&piece.height.because),
            verdict(&piece.rulings, "lane_clear_height"),
            Cell::number(piece.slope_percent, 1),
            verdict(&piece.rulings, "lane_slope"),
            Cell::number(piece.max_mass_t, 1),
            layers
                .roads
                .get(piece.road)
                .and_then(|road| road.step_count)
                .map_or(Cell::Empty, |count| Cell::Integer(count.into())),
            word(&piece.barrier),
            word(&piece.narrower_m.iter().map(|m| format!("{m:.1}")).collect::<Vec<_>>().join(" ")),
            Cell::number(piece.passable_prob, 2),
            word(&piece.vehicles_certain.join(" ")),
            word(&piece.vehicles_possible.join(" ")),
            whole(hanging[i]),
        ],
        shape: line(&piece.line),
    });
    Table { name: Cow::Borrowed("lanes"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// Places narrower or lower than a limit, as points; the gap itself is in [`gaps`].
pub fn pinch_points(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("pinch_id"),
        text("road_id"),
        text("name"),
        integer("piece"),
        number("width_low_m"),
        number("width_high_m"),
        number("height_low_m"),
        number("height_high_m"),
        text("method"),
        number("stretch_m"),
        text("obstacles"),
        text("also_removable"),
        flag("removable"),
        flag("closed"),
        flag("widenable"),
        number("width_cleared_high_m"),
        integer("sites"),
        text("site_ids"),
        integer("sites_freed"),
        text("freed"),
        number("people_freed"),
        number("lane_freed_m"),
        integer("sites_freed_widened"),
        text("freed_widened"),
        number("people_freed_widened"),
        number("lon"),
        number("lat"),
    ];
    let rows = findings.lanes.pinch_points.iter().map(|pinch| {
        let freed = pinch.frees.as_ref();
        Row {
            cells: vec![
                word(&findings.scenario),
                word(&pinch.id),
                road_id(layers, pinch.road),
                road_name(layers, pinch.road),
                whole(pinch.piece),
                low(&pinch.width),
                high(&pinch.width),
                low(&pinch.height),
                high(&pinch.height),
                Cell::Text(pinch.method.code().to_owned()),
                Cell::Number(pinch.stretch_m.1 - pinch.stretch_m.0, 1),
                word(&pinch.obstacles.join(" | ")),
                word(&pinch.also_removable.join(" | ")),
                pinch.is_removable.map_or(Cell::Empty, Cell::Flag),
                Cell::Flag(pinch.is_closed),
                Cell::Flag(pinch.is_widenable),
                high(&pinch.width_cleared),
                whole(pinch.sites.len()),
                word(&pinch.sites.join(" ")),
                sites_freed(freed),
                pairs_freed(freed),
                Cell::number(freed.map(|f| f.people), 0),
                Cell::number(freed.map(|f| f.lane_m), 0),
                sites_freed(pinch.frees_widened.as_ref()),
                pairs_freed(pinch.frees_widened.as_ref()),
                Cell::number(pinch.frees_widened.as_ref().map(|f| f.people), 0),
                Cell::Longitude(pinch.at),
                Cell::Latitude(pinch.at),
            ],
            shape: point(pinch.at),
        }
    });
    Table { name: Cow::Borrowed("pinch_points"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// The gap of each pinch point as a short line between the two things that make it.
pub fn gaps(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![text("scenario"), text("pinch_id"), text("road_id"), number("width_m"), text("obstacles")];
    let measured = findings.lanes.pinch_points.iter().filter_map(|pinch| pinch.gap.as_ref().map(|gap| (pinch, gap)));
    let rows = measured.map(|(pinch, gap)| Row {
        cells: vec![
            word(&findings.scenario),
            word(&pinch.id),
            road_id(layers, pinch.road),
            high(&pinch.width),
            word(&pinch.obstacles.join(" | ")),
        ],
        shape: line(gap),
    });
    Table { name: Cow::Borrowed("gaps"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// What a step takes away at a pinch point: where it is narrowest, and what else can be removed along the stretch.
fn to_clear(pinch: &PinchPoint, step: &FirstStep) -> String {
    let also: &[String] = if step.is_widening { &[] } else { &pinch.also_removable };
    pinch.obstacles.iter().chain(also).map(String::as_str).collect::<Vec<_>>().join(" | ")
}

/// What to clear first, one row a step of the best sequence.
pub fn clear_first(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        integer("step"),
        text("how"),
        text("pinch_ids"),
        text("road_ids"),
        text("obstacles"),
        integer("sites_freed"),
        text("freed"),
        number("people_freed"),
        number("lane_freed_m"),
    ];
    let rows = findings.lanes.first_steps.iter().enumerate().map(|(i, step)| {
        let pinches: Vec<_> = step.pinches.iter().filter_map(|&p| findings.lanes.pinch_points.get(p)).collect();
        let mut roads: Vec<&str> =
            pinches.iter().filter_map(|p| layers.roads.get(p.road)).map(|road| road.id.as_str()).collect();
        roads.dedup();
        Row {
            cells: vec![
                word(&findings.scenario),
                whole(i + 1),
                word(if step.is_widening { "widen" } else { "remove" }),
                word(&pinches.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(" ")),
                word(&roads.join(" ")),
                word(&pinches.iter().map(|p| to_clear(p, step)).collect::<Vec<_>>().join("; ")),
                sites_freed(Some(&step.frees)),
                pairs_freed(Some(&step.frees)),
                Cell::Number(step.frees.people, 0),
                Cell::Number(step.frees.lane_m, 0),
            ],
            shape: pinches.first().and_then(|p| point(p.at)),
        }
    });
    Table { name: Cow::Borrowed("clear_first"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// The tracks of vehicles that do not get round a corner, or may not: two lines a row.
pub fn corners(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("road_id"),
        text("to_road_id"),
        text("vehicle"),
        number("angle_deg"),
        number("swept_m"),
        number("width_low_m"),
        number("width_high_m"),
        flag("fits"),
        number("margin_m"),
        text("obstacle"),
        number("lon"),
        number("lat"),
    ];
    let rows = findings.lanes.corners.iter().map(|corner| Row {
        cells: vec![
            word(&findings.scenario),
            road_id(layers, corner.road),
            road_id(layers, corner.to_road),
            word(&corner.vehicle),
            Cell::Number(corner.angle_deg, 0),
            Cell::Number(corner.swept_m, 2),
            low(&corner.width),
            high(&corner.width),
            corner.fits.map_or(Cell::Empty, Cell::Flag),
            Cell::number(corner.margin_m, 2),
            Cell::text(corner.obstacle.as_deref()),
            Cell::Longitude(corner.at),
            Cell::Latitude(corner.at),
        ],
        shape: Some(Geometry::MultiLineString(geo_types::MultiLineString(vec![
            corner.outer.clone(),
            corner.inner.clone(),
        ]))),
    });
    Table { name: Cow::Borrowed("corners"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// The ground that vehicles sweep at corners they do not get round, or may not: the outline between the two tracks.
pub fn swept_paths(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("road_id"),
        text("to_road_id"),
        text("vehicle"),
        number("swept_m"),
        flag("fits"),
        number("margin_m"),
    ];
    let rows = findings.lanes.corners.iter().map(|corner| {
        let ring = corner.outer.0.iter().chain(corner.inner.0.iter().rev()).copied().collect();
        Row {
            cells: vec![
                word(&findings.scenario),
                road_id(layers, corner.road),
                road_id(layers, corner.to_road),
                word(&corner.vehicle),
                Cell::Number(corner.swept_m, 2),
                corner.fits.map_or(Cell::Empty, Cell::Flag),
                Cell::number(corner.margin_m, 2),
            ],
            shape: Some(Geometry::Polygon(Polygon::new(ring, vec![]))),
        }
    });
    Table { name: Cow::Borrowed("swept_paths"), columns, shape: ShapeKind::Polygon, rows: rows.collect() }
}

/// Dead ends longer than the limit, as the way from the last junction to the end.
pub fn dead_ends(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("road_id"),
        text("name"),
        number("length_m"),
        text("length_verdict"),
        number("square_m"),
        flag("hammerhead"),
        flag("bounded"),
        text("turnaround_verdict"),
        text("because"),
        number("lon"),
        number("lat"),
    ];
    let rows = findings.lanes.dead_ends.iter().map(|end| Row {
        cells: vec![
            word(&findings.scenario),
            road_id(layers, end.road),
            road_name(layers, end.road),
            Cell::Number(end.length_m, 1),
            verdict(&end.rulings, "dead_end_length"),
            Cell::number(end.square_m, 1),
            Cell::Flag(end.has_hammerhead),
            Cell::Flag(end.is_bounded),
            verdict(&end.rulings, "turnaround_side"),
            end.rulings.first().map_or(Cell::Empty, |ruling| word(&ruling.because)),
            Cell::Longitude(end.at),
            Cell::Latitude(end.at),
        ],
        shape: line(&end.line),
    });
    Table { name: Cow::Borrowed("dead_ends"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// The free squares found near dead ends, and the bars of hammerheads where no square is free.
pub fn turnarounds(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![text("scenario"), text("road_id"), text("kind"), number("side_m")];
    let found = findings.lanes.dead_ends.iter().filter_map(|end| {
        let square = end.square.as_ref().map(|square| (end, "square", square));
        square.or_else(|| end.hammerhead.as_ref().map(|bar| (end, "hammerhead", bar)))
    });
    let rows = found.map(|(end, kind, area)| Row {
        cells: vec![word(&findings.scenario), road_id(layers, end.road), word(kind), Cell::number(end.square_m, 1)],
        shape: Some(Geometry::Polygon(area.clone())),
    });
    Table { name: Cow::Borrowed("turnarounds"), columns, shape: ShapeKind::Polygon, rows: rows.collect() }
}

/// The widest way to every site, with what it lets through.
pub fn site_access(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("largest_vehicle"),
        text("largest_vehicle_high"),
        text("passability_class"),
        text("lane_basis"),
        text("main_road_id"),
        number("way_m"),
        number("unmeasured_m"),
        number("width_low_m"),
        number("width_high_m"),
        number("height_low_m"),
        number("height_high_m"),
        number("stop_lon"),
        number("stop_lat"),
        number("stop_to_site_m"),
        text("pinch_id"),
        text("vehicles"),
        text("because"),
    ];
    let rows = findings.lanes.sites.iter().enumerate().map(|(i, access)| {
        let width = access.width.as_ref().map(|w| w.bounds).unwrap_or_default();
        let height = access.height.as_ref().map(|h| h.bounds).unwrap_or_default();
        let metres = |stop: Option<(Coord<f64>, f64)>| stop.map_or("-".to_owned(), |(_, m)| format!("{m:.0}"));
        let vehicles: Vec<String> = access
            .vehicles
            .iter()
            .map(|v| format!("{} {}/{}", v.vehicle, metres(v.certain), metres(v.possible)))
            .collect();
        let pinch = access.pinch.and_then(|p| findings.lanes.pinch_points.get(p));
        Row {
            cells: vec![
                word(&findings.scenario),
                layers.sites.get(i).map_or(Cell::Empty, |site| Cell::Text(site.id.clone())),
                Cell::text(access.largest_vehicle.as_deref()),
                Cell::text(access.largest_vehicle_high.as_deref()),
                Cell::text(access.passability_class.as_deref()),
                Cell::text(access.basis.map(|basis| basis.both.code())),
                access.main_road.map_or(Cell::Empty, |road| road_id(layers, road)),
                Cell::Number(access.way_m, 0),
                Cell::Number(access.unmeasured_m, 0),
                low::<Metres>(&width),
                high::<Metres>(&width),
                low::<Metres>(&height),
                high::<Metres>(&height),
                access.stop.map_or(Cell::Empty, Cell::Longitude),
                access.stop.map_or(Cell::Empty, Cell::Latitude),
                Cell::number(access.stop_to_site_m, 0),
                Cell::text(pinch.map(|p| p.id.as_str())),
                word(&vehicles.join("; ")),
                word(&access.because),
            ],
            shape: access.way.as_ref().and_then(line),
        }
    });
    Table { name: Cow::Borrowed("site_access"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// Where every vehicle stops on its way to every site, drawn where it may stop nearest; one that nowhere may has no place.
pub fn stops(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("vehicle"),
        number("certain_m"),
        number("possible_m"),
        number("certain_lon"),
        number("certain_lat"),
        number("lon"),
        number("lat"),
    ];
    let metres = |stop: Option<(Coord<f64>, f64)>| Cell::number(stop.map(|(_, m)| m), 1);
    let place =
        |stop: Option<(Coord<f64>, f64)>, cell: fn(Coord<f64>) -> Cell| stop.map_or(Cell::Empty, |(at, _)| cell(at));
    let of_site = |(i, access): (usize, &SiteAccess)| {
        let site = layers.sites.get(i).map_or(Cell::Empty, |site| Cell::Text(site.id.clone()));
        let row = |vehicle: &VehicleAccess| Row {
            cells: vec![
                word(&findings.scenario),
                site.clone(),
                word(&vehicle.vehicle),
                metres(vehicle.certain),
                metres(vehicle.possible),
                place(vehicle.certain, Cell::Longitude),
                place(vehicle.certain, Cell::Latitude),
                place(vehicle.possible, Cell::Longitude),
                place(vehicle.possible, Cell::Latitude),
            ],
            shape: vehicle.possible.and_then(|(at, _)| point(at)),
        };
        access.vehicles.iter().map(row).collect::<Vec<_>>()
    };
    let rows = findings.lanes.sites.iter().enumerate().flat_map(of_site).collect();
    Table { name: Cow::Borrowed("stops"), columns, shape: ShapeKind::Point, rows }
}

/// Single lanes on which sites hang, the one with most sites first.
pub fn dependences(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        integer("piece"),
        text("road_id"),
        text("name"),
        integer("sites"),
        number("people"),
        text("site_ids"),
    ];
    let rows = findings.lanes.dependences.iter().map(|dependence| {
        let piece = findings.lanes.pieces.get(dependence.piece);
        let road = piece.map_or(usize::MAX, |piece| piece.road);
        Row {
            cells: vec![
                word(&findings.scenario),
                whole(dependence.piece),
                road_id(layers, road),
                road_name(layers, road),
                whole(dependence.sites.len()),
                Cell::Number(dependence.people, 0),
                word(&dependence.sites.join(" ")),
            ],
            shape: piece.and_then(|piece| line(&piece.line)),
        }
    });
    Table { name: Cow::Borrowed("dependences"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// Neighbours nearer than the table distance, as the shortest line between them.
pub fn separation(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("building_id"),
        text("neighbour_id"),
        number("distance_m"),
        number("required_low_m"),
        number("required_high_m"),
        integer("cluster"),
        integer("cluster_buildings"),
        number("cluster_m2"),
        text("rule"),
        text("verdict"),
        text("because"),
    ];
    let rows = findings.lanes.separations.iter().map(|pair| Row {
        cells: vec![
            word(&findings.scenario),
            Cell::text(pair.site.as_deref()),
            word(&pair.building),
            word(&pair.neighbour),
            Cell::Number(pair.distance_m, 2),
            Cell::Number(pair.required_m.0, 1),
            Cell::Number(pair.required_m.1, 1),
            Cell::Integer(i64::from(pair.cluster)),
            Cell::Integer(i64::from(pair.cluster_buildings)),
            Cell::Number(pair.cluster_m2, 0),
            word(&pair.ruling.rule),
            Cell::Text(pair.ruling.verdict.code().to_owned()),
            word(&pair.ruling.because),
        ],
        // Where two buildings touch there is no line to draw.
        shape: line(&pair.line).filter(|_| pair.distance_m > 0.0),
    });
    Table { name: Cow::Borrowed("separation"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}

/// What stands in firebreaks.
pub fn encroachments(_layers: &Layers, findings: &Findings) -> Table {
    let columns =
        vec![text("scenario"), text("zone_id"), text("thing"), number("area_m2"), number("lon"), number("lat")];
    let rows = findings.lanes.encroachments.iter().map(|found| Row {
        cells: vec![
            word(&findings.scenario),
            word(&found.zone),
            word(&found.thing),
            Cell::Number(found.area_m2, 1),
            Cell::Longitude(found.at),
            Cell::Latitude(found.at),
        ],
        shape: point(found.at),
    });
    Table { name: Cow::Borrowed("encroachments"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// What has to be painted and put up along the lanes that ways to sites use.
pub fn marking(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("road_id"),
        text("name"),
        number("lane_m"),
        number("line_m"),
        integer("boxes"),
        integer("entrances"),
        integer("signs"),
    ];
    let rows = findings.lanes.markings.iter().map(|marking| Row {
        cells: vec![
            word(&findings.scenario),
            road_id(layers, marking.road),
            road_name(layers, marking.road),
            Cell::Number(marking.lane_m, 1),
            Cell::Number(marking.line_m, 1),
            Cell::Integer(i64::from(marking.boxes)),
            Cell::Integer(i64::from(marking.entrances)),
            Cell::Integer(i64::from(marking.signs)),
        ],
        shape: line(&marking.line),
    });
    Table { name: Cow::Borrowed("marking"), columns, shape: ShapeKind::Line, rows: rows.collect() }
}
