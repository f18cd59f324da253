//! The tables of water: hydrants and other sources, gaps, remedies, surveys.

use std::borrow::Cow;

use firereach_model::bounds::Bounds;
use firereach_model::feature::{MainLayout, Site};
use firereach_model::findings::water::{ENDLESS_LPS, Remedy};
use firereach_model::findings::{Findings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use firereach_model::units::{LitresPerSecond, Quantity};
use geo_types::{Coord, Geometry, Point};

use super::{integer, number, text, word};

pub(super) const fn flag(key: &'static str) -> Column {
    Column::new(key, ColumnKind::Flag)
}

pub(super) fn maybe(value: Option<bool>) -> Cell {
    value.map_or(Cell::Empty, Cell::Flag)
}

pub(super) fn low<Q: Quantity>(bounds: &Bounds<Q>) -> Cell {
    Cell::number(bounds.low.map(Q::get), 1)
}

pub(super) fn high<Q: Quantity>(bounds: &Bounds<Q>) -> Cell {
    Cell::number(bounds.high.map(Q::get), 1)
}

/// The upper end of a flow; empty where there is no limit to it.
pub(super) fn most_lps(flow: &Bounds<LitresPerSecond>) -> Cell {
    Cell::number(flow.high.map(Quantity::get).filter(|lps| *lps < f64::from(ENDLESS_LPS)), 1)
}

pub(super) fn whole(value: u32) -> Cell {
    Cell::Integer(i64::from(value))
}

pub(super) fn point(at: Option<Coord<f64>>) -> Option<Geometry<f64>> {
    at.map(|at| Geometry::Point(Point(at)))
}

/// Every hydrant of the inventory, in the order of the layer.
pub fn hydrants(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("hydrant_id"),
        text("kind"),
        text("service"),
        number("flow_low_lps"),
        number("flow_high_lps"),
        number("pressure_low_mpa"),
        number("pressure_high_mpa"),
        number("static_low_mpa"),
        number("static_high_mpa"),
        text("outlets"),
        number("spacing_m"),
        text("nearest_hydrant"),
        text("main"),
        text("main_layout"),
        number("main_mm"),
        text("tested_on"),
        flag("test_overdue"),
        integer("sites_in_plan"),
        integer("sites_by_hose"),
        number("to_way_m"),
        text("verdicts"),
        text("origin"),
    ];
    let rows = findings
        .water
        .hydrants
        .iter()
        .map(|found| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(found.id.clone()),
                Cell::Text(found.kind.code().to_owned()),
                Cell::Text(found.service.code().to_owned()),
                low(&found.flow),
                high(&found.flow),
                Cell::number(found.pressure.low.map(Quantity::get), 2),
                Cell::number(found.pressure.high.map(Quantity::get), 2),
                Cell::number(found.static_pressure.low.map(Quantity::get), 2),
                Cell::number(found.static_pressure.high.map(Quantity::get), 2),
                Cell::text(found.outlets.as_deref()),
                Cell::number(found.spacing_m, 1),
                Cell::text(found.neighbour.as_deref()),
                Cell::text(found.main.as_deref()),
                Cell::text(found.main_layout.map(MainLayout::code)),
                Cell::number(found.main_mm, 0),
                Cell::text(found.tested_on.as_deref()),
                maybe(found.is_overdue),
                whole(found.sites_in_plan),
                whole(found.sites_by_hose),
                Cell::number(found.snapped_m, 1),
                word(&verdicts(&found.rulings)),
                Cell::Text(found.origin.clone()),
            ],
            shape: point(Some(found.at)),
        })
        .collect();
    Table { name: Cow::Borrowed("hydrants"), columns, shape: ShapeKind::Point, rows }
}

/// Every pond, tank, jar group and intake of the inventory, in the order of the layer.
pub fn water_sources(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("source_id"),
        text("kind"),
        text("body"),
        text("service"),
        number("volume_low_m3"),
        number("volume_high_m3"),
        number("suction_m"),
        flag("can_draw"),
        text("appliances"),
        integer("sites_in_plan"),
        integer("sites_by_hose"),
        text("verdicts"),
        text("origin"),
    ];
    let rows = findings
        .water
        .sources
        .iter()
        .map(|found| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(found.id.clone()),
                Cell::Text(found.kind.clone()),
                Cell::text(found.body.as_deref()),
                Cell::Text(found.service.code().to_owned()),
                low(&found.volume),
                high(&found.volume),
                Cell::number(found.suction_m, 1),
                maybe(found.can_draw),
                word(&found.appliances.join("; ")),
                whole(found.sites_in_plan),
                whole(found.sites_by_hose),
                word(&verdicts(&found.rulings)),
                Cell::Text(found.origin.clone()),
            ],
            shape: point(Some(found.at)),
        })
        .collect();
    Table { name: Cow::Borrowed("water_sources"), columns, shape: ShapeKind::Point, rows }
}

/// Every ruling with its verdict, in one cell.
fn verdicts(rulings: &[Ruling]) -> String {
    rulings.iter().map(|ruling| format!("{}: {}", ruling.rule, ruling.verdict.code())).collect::<Vec<_>>().join("; ")
}

/// What is missing at every site, in the order of the sites.
pub fn water_gaps(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("name"),
        text("water_class"),
        text("class_best"),
        text("class_worst"),
        integer("rank"),
        integer("rank_low"),
        integer("rank_high"),
        number("first_probability"),
        number("score_low"),
        number("score_high"),
        number("flow_required_low_lps"),
        number("flow_required_high_lps"),
        number("flow_low_lps"),
        number("flow_high_lps"),
        number("volume_required_low_m3"),
        number("volume_required_high_m3"),
        number("volume_low_m3"),
        number("volume_high_m3"),
        number("gap_flow_low"),
        number("gap_flow"),
        number("gap_volume_low"),
        number("gap_volume"),
        number("gap_n1_low"),
        number("gap_n1"),
        number("gap_time_low"),
        number("gap_time"),
        number("time_to_water_low_s"),
        number("time_to_water_s"),
        text("worst_failure"),
        integer("hydrants_for_connection"),
        flag("enough_in_plan"),
        flag("enough_by_hose"),
        flag("disagree"),
        text("disagreement"),
        text("binding"),
        text("cheapest_remedy"),
        text("survey"),
        text("because"),
    ];
    let share = |value: f64| Cell::Number(value, 3);
    let rows = layers
        .sites
        .iter()
        .zip(&findings.water.sites)
        .map(|(site, water)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(site.id.clone()),
                Cell::text(site.name.as_deref()),
                Cell::Text(water.class.code().to_owned()),
                Cell::Text(water.class_best.code().to_owned()),
                Cell::Text(water.class_worst.code().to_owned()),
                water.rank.map_or(Cell::Empty, whole),
                water.rank_low.map_or(Cell::Empty, whole),
                water.rank_high.map_or(Cell::Empty, whole),
                share(water.first_probability),
                share(water.score.0),
                share(water.score.1),
                low(&water.flow_required),
                high(&water.flow_required),
                low(&water.flow_available),
                most_lps(&water.flow_available),
                low(&water.volume_required),
                high(&water.volume_required),
                low(&water.volume_available),
                high(&water.volume_available),
                share(water.gap_flow.0),
                share(water.gap_flow.1),
                share(water.gap_volume.0),
                share(water.gap_volume.1),
                share(water.gap_n1.0),
                share(water.gap_n1.1),
                share(water.gap_time.0),
                share(water.gap_time.1),
                Cell::number(water.time_to_water_s.0, 0),
                Cell::number(water.time_to_water_s.1, 0),
                Cell::text(water.worst_failure.as_deref()),
                water.hydrants_for_connection.filter(|_| findings.water.hydrants_supplied).map_or(Cell::Empty, whole),
                maybe(water.is_enough_in_plan),
                maybe(water.is_enough_by_hose),
                maybe(water.is_enough_in_plan.zip(water.is_enough_by_hose).map(|(plan, hose)| plan != hose)),
                Cell::text(water.disagreement.as_deref()),
                word(&water.binding),
                Cell::text(water.cheapest_remedy.as_deref()),
                word(&water.surveys.join("; ")),
                word(&water.because),
            ],
            shape: Some(Geometry::Point(site.point)),
        })
        .collect();
    Table { name: Cow::Borrowed("water_gaps"), columns, shape: ShapeKind::Point, rows }
}

/// The remedies tried at every site, by site, efficient ones first, and whether the site's line names it.
fn tried<'a>(layers: &'a Layers, findings: &'a Findings) -> impl Iterator<Item = (&'a Site, &'a Remedy, bool)> {
    let sites = layers.sites.iter().zip(&findings.water.sites);
    sites.flat_map(|(site, water)| {
        let is_named = move |index: usize| water.named_remedy == Some(index);
        water.remedies.iter().enumerate().map(move |(index, remedy)| (site, remedy, is_named(index)))
    })
}

/// Every remedy tried, by site, efficient ones first.
pub fn remedies(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("remedy"),
        number("quantity"),
        text("unit"),
        text("place"),
        flag("in_protection_zone"),
        text("protection_zones"),
        text("verdicts"),
        flag("clears"),
        flag("clears_if_reached"),
        text("condition"),
        flag("clears_on_condition"),
        flag("efficient"),
        flag("named"),
        text("class_after"),
        number("gap_flow_after"),
        number("gap_volume_after"),
        number("gap_n1_after"),
        number("gap_time_after"),
        number("gap_flow_if_reached"),
        number("gap_volume_if_reached"),
        number("gap_n1_if_reached"),
        number("cost"),
        number("heritage_impact"),
        text("because"),
    ];
    let rows = tried(layers, findings)
        .map(|(site, remedy, is_named)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(site.id.clone()),
                Cell::Text(remedy.kind.clone()),
                Cell::Number(remedy.quantity, 1),
                Cell::Text(remedy.unit.clone()),
                word(&remedy.place),
                Cell::Flag(remedy.in_protection_zone),
                word(&remedy.zones.join("; ")),
                word(&verdicts(&remedy.rulings)),
                Cell::Flag(remedy.clears),
                Cell::Flag(remedy.clears_if_reached),
                Cell::text(remedy.condition.as_deref()),
                Cell::Flag(remedy.clears_on_condition),
                Cell::Flag(remedy.is_efficient),
                Cell::Flag(is_named),
                Cell::Text(remedy.class.code().to_owned()),
                Cell::Number(remedy.gap_flow.1, 3),
                Cell::Number(remedy.gap_volume.1, 3),
                Cell::Number(remedy.gap_n1.1, 3),
                Cell::Number(remedy.gap_time.1, 3),
                Cell::Number(remedy.left_if_reached.0, 3),
                Cell::Number(remedy.left_if_reached.1, 3),
                Cell::Number(remedy.left_if_reached.2, 3),
                Cell::number(remedy.cost, 2),
                Cell::number(remedy.heritage_impact, 2),
                word(&remedy.because),
            ],
            shape: point(remedy.at.or(Some(site.point.0))),
        })
        .collect();
    Table { name: Cow::Borrowed("remedies"), columns, shape: ShapeKind::Point, rows }
}

/// Every stretch of lane that a remedy widens, by site and remedy.
pub fn widened_lanes(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("remedy"),
        text("road_id"),
        text("name"),
        number("from_m"),
        number("to_m"),
        number("width_low_m"),
        number("width_high_m"),
        number("widened_m"),
        text("clear"),
        text("because"),
    ];
    let rows = tried(layers, findings)
        .flat_map(|(site, remedy, _)| remedy.lanes.iter().map(move |lane| (site, remedy, lane)))
        .map(|(site, remedy, lane)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(site.id.clone()),
                Cell::Text(remedy.kind.clone()),
                Cell::Text(lane.road.clone()),
                Cell::text(lane.name.as_deref()),
                Cell::Number(lane.from_m, 1),
                Cell::Number(lane.to_m, 1),
                Cell::number(lane.width.low.map(Quantity::get), 2),
                Cell::number(lane.width.high.map(Quantity::get), 2),
                Cell::Number(lane.widened_m, 2),
                word(&lane.clear.join("; ")),
                word(&lane.because),
            ],
            shape: Some(Geometry::LineString(lane.line.clone())),
        })
        .collect();
    Table { name: Cow::Borrowed("widened_lanes"), columns, shape: ShapeKind::Line, rows }
}

/// Surveys of sources, the most telling first.
pub fn surveys(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![text("scenario"), text("source_id"), text("survey"), integer("sites"), number("settles")];
    let rows = findings
        .water
        .surveys
        .iter()
        .map(|survey| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(survey.id.clone()),
                Cell::Text(survey.what.clone()),
                whole(survey.sites),
                Cell::Number(survey.settles, 3),
            ],
            shape: point(survey.at),
        })
        .collect();
    Table { name: Cow::Borrowed("surveys"), columns, shape: ShapeKind::Point, rows }
}

/// Every main and every park without a hydrant.
pub fn without_hydrant(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("kind"),
        text("id"),
        text("name"),
        number("size"),
        text("unit"),
        number("nearest_hydrant_m"),
    ];
    let rows = findings
        .water
        .without_hydrant
        .iter()
        .map(|without| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(without.kind.clone()),
                Cell::Text(without.id.clone()),
                Cell::text(without.name.as_deref()),
                Cell::Number(without.size, 0),
                Cell::Text(if without.kind == "park" { "m2" } else { "m" }.to_owned()),
                Cell::number(without.nearest_m, 1),
            ],
            shape: point(without.at),
        })
        .collect();
    Table { name: Cow::Borrowed("without_hydrant"), columns, shape: ShapeKind::Point, rows }
}
