//! The order of the sites by their gap in water, what it rests on, and the figures of the whole city.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Row, ShapeKind, Table};
use geo_types::Geometry;

use super::water::{flag, high, low, whole};
use super::{integer, number, text, word};

/// The sites in the order in which their gaps are to be mended, first one first; those of one rank in the order of the
/// sites.
pub fn ranking(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        integer("rank"),
        integer("rank_low"),
        integer("rank_high"),
        number("first_probability"),
        text("site_id"),
        text("name"),
        text("kind"),
        text("grade"),
        text("water_class"),
        text("class_best"),
        text("class_worst"),
        text("class_ranked"),
        number("score_low"),
        number("score_high"),
        number("gap_flow_low"),
        number("gap_flow"),
        number("gap_volume"),
        number("gap_n1"),
        number("gap_time"),
        text("worst_failure"),
        text("binding"),
        text("cheapest_remedy"),
        text("survey"),
    ];
    let mut sites: Vec<_> = layers.sites.iter().zip(&findings.water.sites).collect();
    sites.sort_by_key(|(_, water)| water.rank.unwrap_or(u32::MAX));
    let rank = |rank: Option<u32>| rank.map_or(Cell::Empty, whole);
    let share = |value: f64| Cell::Number(value, 3);
    let rows = sites
        .into_iter()
        .map(|(site, water)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                rank(water.rank),
                rank(water.rank_low),
                rank(water.rank_high),
                share(water.first_probability),
                Cell::Text(site.id.clone()),
                Cell::text(site.name.as_deref()),
                Cell::Text(site.kind.code().to_owned()),
                Cell::text(site.grade.map(|grade| grade.code())),
                Cell::Text(water.class.code().to_owned()),
                Cell::Text(water.class_best.code().to_owned()),
                Cell::Text(water.class_worst.code().to_owned()),
                Cell::Text(water.class_ranked.code().to_owned()),
                share(water.score.0),
                share(water.score.1),
                share(water.gap_flow.0),
                share(water.gap_flow.1),
                share(water.gap_volume.1),
                share(water.gap_n1.1),
                share(water.gap_time.1),
                Cell::text(water.worst_failure.as_deref()),
                word(&water.binding),
                Cell::text(water.cheapest_remedy.as_deref()),
                word(&water.surveys.join("; ")),
            ],
            shape: Some(Geometry::Point(site.point)),
        })
        .collect();
    Table { name: Cow::Borrowed("ranking"), columns, shape: ShapeKind::Point, rows }
}

/// The need of every site by the model that decides, by those it is compared with, and the spread over all of them.
///
/// Of several scenarios, the later ones list only what is not as in the first.
pub fn needs(layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("site_id"),
        text("model"),
        flag("decides"),
        number("flow_required_low_lps"),
        number("flow_required_high_lps"),
        number("volume_required_low_m3"),
        number("volume_required_high_m3"),
        text("because"),
    ];
    let sites = layers.sites.iter().zip(&findings.water.sites);
    let rows = sites
        .flat_map(|(site, water)| {
            let compared = water.needs.iter().map(|need| (need.model.code(), &need.flow, &need.volume, ""));
            std::iter::once(("decides", &water.flow_required, &water.volume_required, water.need_because.as_str()))
                .chain(compared)
                .chain(std::iter::once(("spread", &water.flow_spread, &water.volume_spread, "")))
                .map(move |(model, flow, volume, because)| (site, model, flow, volume, because))
        })
        .map(|(site, model, flow, volume, because)| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(site.id.clone()),
                Cell::Text(model.to_owned()),
                Cell::Flag(model == "decides"),
                low(flow),
                high(flow),
                low(volume),
                high(volume),
                word(because),
            ],
            shape: None,
        })
        .collect();
    Table { name: Cow::Borrowed("needs"), columns, shape: ShapeKind::None, rows }
}

/// Counts and shares over the whole city: coverage, what stands without one thing, the stock of hydrants, how firm the
/// order is.
pub fn water_figures(_layers: &Layers, findings: &Findings) -> Table {
    let columns = vec![
        text("scenario"),
        text("measure"),
        text("part"),
        number("low"),
        number("high"),
        number("of"),
        text("unit"),
    ];
    let rows = findings
        .water
        .figures
        .iter()
        .map(|figure| Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(figure.measure.clone()),
                Cell::Text(figure.part.clone()),
                Cell::Number(figure.low, 3),
                Cell::Number(figure.high, 3),
                Cell::Number(figure.of, 3),
                Cell::Text(figure.unit.clone()),
            ],
            shape: None,
        })
        .collect();
    Table { name: Cow::Borrowed("water_figures"), columns, shape: ShapeKind::None, rows }
}
