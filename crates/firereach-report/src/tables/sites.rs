//! The table of protected places: one row per scenario and site.

use std::borrow::Cow;

use firereach_model::bounds::{Bounds, Method};
use firereach_model::feature::Site;
use firereach_model::findings::lanes::{LaneBasis, SiteAccess};
use firereach_model::findings::proposals::SiteFirmness;
use firereach_model::findings::reach::SiteReach;
use firereach_model::findings::water::SiteWater;
use firereach_model::findings::{Findings, Ruling};
use firereach_model::layers::Layers;
use firereach_model::rules::Verdict;
use firereach_model::table::{Cell, Column, Row, ShapeKind, Table};
use firereach_model::units::Quantity;
use geo_types::{Coord, Geometry};

use super::water::most_lps;
use super::{integer, number, text, word};

/// One row per site, in the order of the sites, for one scenario.
pub fn sites(layers: &Layers, findings: &Findings) -> Table {
    let columns = COLUMNS.iter().map(|(column, _)| column.clone()).collect();
    let rows = layers
        .sites
        .iter()
        .enumerate()
        .map(|(index, site)| Row {
            cells: site_cells(site, findings, index).map(|(_, cell)| cell).collect(),
            shape: Some(Geometry::Point(site.point)),
        })
        .collect();
    Table { name: Cow::Borrowed("sites"), columns, shape: ShapeKind::Point, rows }
}

/// The cells of one site, whose place in the findings is `index`, each with the key of its column.
pub fn site_cells<'a>(
    site: &'a Site,
    findings: &'a Findings,
    index: usize,
) -> impl Iterator<Item = (&'static str, Cell)> + 'a {
    let row = SiteRow {
        scenario: &findings.scenario,
        site,
        reach: findings.reach.sites.get(index),
        firmness: findings.reach.sensitivity.sites.get(index),
        access: findings.lanes.sites.get(index),
        water: findings.water.sites.get(index),
        rulings: findings.site_rulings.get(index).map_or(&[], Vec::as_slice),
        findings,
    };
    COLUMNS.iter().map(move |(column, cell)| (column.key.as_ref(), cell(&row)))
}

/// What the cells of one row are made from.
struct SiteRow<'a> {
    scenario: &'a str,
    site: &'a Site,
    reach: Option<&'a SiteReach>,
    firmness: Option<&'a SiteFirmness>,
    access: Option<&'a SiteAccess>,
    water: Option<&'a SiteWater>,
    rulings: &'a [Ruling],
    findings: &'a Findings,
}

impl SiteRow<'_> {
    /// The worst verdict of the rules on these measures; empty when no rule applied.
    fn verdict(&self, measures: &[&str]) -> Cell {
        let worst = self.rulings.iter().filter(|r| measures.contains(&r.measure.as_str())).map(|r| r.verdict).max();
        worst.map_or(Cell::Empty, |verdict: Verdict| Cell::Text(verdict.code().to_owned()))
    }

    fn first(&self, value: impl Fn(&firereach_model::findings::reach::Arrival) -> f64) -> Cell {
        Cell::number(self.reach.and_then(|reach| reach.first.as_ref()).map(value), 1)
    }

    fn width(&self, end: impl Fn(&Bounds<firereach_model::units::Metres>) -> Option<f64>) -> Cell {
        Cell::number(self.access.and_then(|a| a.width.as_ref()).and_then(|c| end(&c.bounds)), 2)
    }

    fn height(&self, end: impl Fn(&Bounds<firereach_model::units::Metres>) -> Option<f64>) -> Cell {
        Cell::number(self.access.and_then(|a| a.height.as_ref()).and_then(|c| end(&c.bounds)), 2)
    }

    fn basis(&self, of: fn(LaneBasis) -> Method) -> Cell {
        Cell::text(self.access.and_then(|a| a.basis).map(|basis| of(basis).code()))
    }

    fn of_water(&self, value: impl Fn(&SiteWater) -> Option<f64>, decimals: u8) -> Cell {
        Cell::number(self.water.and_then(value), decimals)
    }
}

fn low<Q: Quantity>(bounds: &Bounds<Q>) -> Option<f64> {
    bounds.low.map(Quantity::get)
}

fn high<Q: Quantity>(bounds: &Bounds<Q>) -> Option<f64> {
    bounds.high.map(Quantity::get)
}

fn longitude(at: Option<Coord<f64>>) -> Cell {
    at.map_or(Cell::Empty, Cell::Longitude)
}

fn latitude(at: Option<Coord<f64>>) -> Cell {
    at.map_or(Cell::Empty, Cell::Latitude)
}

type CellOf = fn(&SiteRow<'_>) -> Cell;

/// The columns in order, each with how its cell is made.
static COLUMNS: &[(Column, CellOf)] = &[
    (text("scenario"), |row| Cell::Text(row.scenario.to_owned())),
    (text("site_id"), |row| Cell::Text(row.site.id.clone())),
    (text("name"), |row| Cell::text(row.site.name.as_deref())),
    (text("kind"), |row| Cell::Text(row.site.kind.code().to_owned())),
    (text("grade"), |row| Cell::text(row.site.grade.map(|grade| grade.code()))),
    (number("lon"), |row| Cell::Number(row.site.lon_lat.0, 7)),
    (number("lat"), |row| Cell::Number(row.site.lon_lat.1, 7)),
    (number("response_s"), |row| row.first(|a| a.components.total_s())),
    (number("response_low_s"), |row| row.first(|a| a.components.total_s())),
    (number("response_high_s"), |row| {
        Cell::number(row.reach.and_then(|r| r.cautious.as_ref()).map(|a| a.components.total_s()), 1)
    }),
    (text("response_verdict"), |row| row.verdict(&["response_time"])),
    (text("response_station"), |row| Cell::text(row.reach.and_then(|r| r.first.as_ref()).map(|a| a.station.as_str()))),
    (text("response_vehicle"), |row| Cell::text(row.reach.and_then(|r| r.first.as_ref()).map(|a| a.vehicle.as_str()))),
    (number("call_s"), |row| row.first(|a| a.components.call_s)),
    (number("turnout_s"), |row| row.first(|a| a.components.turnout_s)),
    (number("drive_s"), |row| row.first(|a| a.components.drive_s)),
    (number("dismount_s"), |row| row.first(|a| a.components.dismount_s)),
    (number("walk_s"), |row| row.first(|a| a.components.walk_s)),
    (number("drive_m"), |row| row.first(|a| a.drive_m)),
    (number("walk_m"), |row| row.first(|a| a.walk_m)),
    (number("second_due_s"), |row| {
        Cell::number(row.reach.and_then(|r| r.second.as_ref()).map(|a| a.components.total_s()), 1)
    }),
    (text("second_due_station"), |row| {
        Cell::text(row.reach.and_then(|r| r.second.as_ref()).map(|a| a.station.as_str()))
    }),
    (number("arrive_in_time_prob_low"), |row| Cell::number(row.reach.and_then(|r| r.arrive_in_time_prob_low), 3)),
    (number("arrive_in_time_prob"), |row| Cell::number(row.reach.and_then(|r| r.arrive_in_time_prob), 3)),
    (number("micro_response_s"), |row| {
        Cell::number(row.reach.and_then(|r| r.micro.as_ref()).map(|a| a.components.total_s()), 1)
    }),
    (number("micro_response_high_s"), |row| {
        Cell::number(row.reach.and_then(|r| r.micro_cautious.as_ref()).map(|a| a.components.total_s()), 1)
    }),
    (text("micro_station"), |row| Cell::text(row.reach.and_then(|r| r.micro.as_ref()).map(|a| a.station.as_str()))),
    (text("micro_vehicle"), |row| Cell::text(row.reach.and_then(|r| r.micro.as_ref()).map(|a| a.vehicle.as_str()))),
    (text("micro_verdict"), |row| row.verdict(&["micro_response_time"])),
    (text("response_firmness"), |row| {
        Cell::text(row.firmness.and_then(|f| f.firmness).map(|firmness| firmness.code()))
    }),
    (number("snapped_m"), |row| Cell::number(row.reach.and_then(|r| r.snapped_m), 1)),
    (text("response_because"), |row| row.reach.map_or(Cell::Empty, |r| word(&r.binding))),
    (number("clear_width_low_m"), |row| row.width(low)),
    (number("clear_width_high_m"), |row| row.width(high)),
    (text("clear_width_by"), |row| {
        Cell::text(
            row.access
                .and_then(|a| a.width.as_ref())
                .map(|c| if c.bounds.low.is_some() { c.low_by.code() } else { c.high_by.code() }),
        )
    }),
    (number("clear_height_low_m"), |row| row.height(low)),
    (number("clear_height_high_m"), |row| row.height(high)),
    (text("lane_verdict"), |row| row.verdict(&["lane_clear_width", "lane_clear_height"])),
    (text("lane_basis"), |row| row.basis(|basis| basis.both)),
    (text("width_basis"), |row| row.basis(|basis| basis.width)),
    (text("height_basis"), |row| row.basis(|basis| basis.height)),
    (text("largest_vehicle"), |row| Cell::text(row.access.and_then(|a| a.largest_vehicle.as_deref()))),
    (text("largest_vehicle_possible"), |row| Cell::text(row.access.and_then(|a| a.largest_vehicle_high.as_deref()))),
    (text("passability_class"), |row| Cell::text(row.access.and_then(|a| a.passability_class.as_deref()))),
    (number("stop_lon"), |row| longitude(row.access.and_then(|a| a.stop))),
    (number("stop_lat"), |row| latitude(row.access.and_then(|a| a.stop))),
    (number("stop_to_site_m"), |row| Cell::number(row.access.and_then(|a| a.stop_to_site_m), 1)),
    (number("pinch_width_m"), |row| {
        let pinch = row.access.and_then(|a| a.pinch).and_then(|p| row.findings.lanes.pinch_points.get(p));
        Cell::number(pinch.and_then(|p| high(&p.width).or(low(&p.width))), 2)
    }),
    (number("pinch_lon"), |row| {
        longitude(row.access.and_then(|a| a.pinch).and_then(|p| row.findings.lanes.pinch_points.get(p)).map(|p| p.at))
    }),
    (number("pinch_lat"), |row| {
        latitude(row.access.and_then(|a| a.pinch).and_then(|p| row.findings.lanes.pinch_points.get(p)).map(|p| p.at))
    }),
    (text("lane_because"), |row| row.access.map_or(Cell::Empty, |a| word(&a.because))),
    (number("flow_required_lps"), |row| row.of_water(|w| high(&w.flow_required).or(low(&w.flow_required)), 1)),
    (number("flow_required_low_lps"), |row| row.of_water(|w| low(&w.flow_required), 1)),
    (number("flow_required_high_lps"), |row| row.of_water(|w| high(&w.flow_required), 1)),
    (number("volume_required_m3"), |row| row.of_water(|w| high(&w.volume_required).or(low(&w.volume_required)), 1)),
    (integer("hydrants_plan_150m"), |row| {
        // A layer that nobody supplied is unknown, not zero.
        let known = row.water.filter(|_| row.findings.water.hydrants_supplied);
        known.map_or(Cell::Empty, |w| Cell::Integer(w.hydrants_in_plan.into()))
    }),
    (integer("sources_by_hose"), |row| {
        let is_known = row.findings.water.hydrants_supplied || row.findings.water.sources_supplied;
        row.water.filter(|_| is_known).map_or(Cell::Empty, |w| Cell::Integer(w.sources_by_hose.into()))
    }),
    (number("flow_low_lps"), |row| row.of_water(|w| low(&w.flow_available), 1)),
    (number("flow_high_lps"), |row| row.water.map_or(Cell::Empty, |w| most_lps(&w.flow_available))),
    (number("volume_low_m3"), |row| row.of_water(|w| low(&w.volume_available), 1)),
    (number("volume_high_m3"), |row| row.of_water(|w| high(&w.volume_available), 1)),
    (number("gap_flow_low"), |row| row.of_water(|w| Some(w.gap_flow.0), 3)),
    (number("gap_flow"), |row| row.of_water(|w| Some(w.gap_flow.1), 3)),
    (number("gap_volume"), |row| row.of_water(|w| Some(w.gap_volume.1), 3)),
    (number("gap_n1"), |row| row.of_water(|w| Some(w.gap_n1.1), 3)),
    (text("worst_failure"), |row| row.water.map_or(Cell::Empty, |w| Cell::text(w.worst_failure.as_deref()))),
    (text("water_disagreement"), |row| row.water.map_or(Cell::Empty, |w| Cell::text(w.disagreement.as_deref()))),
    (text("water_verdict"), |row| row.verdict(&["flow_gap", "volume_gap"])),
    (text("water_class"), |row| row.water.map_or(Cell::Empty, |w| Cell::Text(w.class.code().to_owned()))),
    (integer("rank"), |row| row.water.and_then(|w| w.rank).map_or(Cell::Empty, |rank| Cell::Integer(rank.into()))),
    (text("class_ranked"), |row| row.water.map_or(Cell::Empty, |w| Cell::Text(w.class_ranked.code().to_owned()))),
    (integer("rank_low"), |row| {
        row.water.and_then(|w| w.rank_low).map_or(Cell::Empty, |rank| Cell::Integer(rank.into()))
    }),
    (integer("rank_high"), |row| {
        row.water.and_then(|w| w.rank_high).map_or(Cell::Empty, |rank| Cell::Integer(rank.into()))
    }),
    (text("cheapest_remedy"), |row| row.water.map_or(Cell::Empty, |w| Cell::text(w.cheapest_remedy.as_deref()))),
    (text("water_because"), |row| row.water.map_or(Cell::Empty, |w| word(&w.because))),
    (text("origin"), |row| Cell::Text(row.site.origin.to_string())),
];
