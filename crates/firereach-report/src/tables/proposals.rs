//! What proposed stations add, and which verdicts on the response are firm.

use std::borrow::Cow;

use firereach_model::findings::Findings;
use firereach_model::findings::proposals::{ProposalSet, SetRole, SiteFirmness};
use firereach_model::layers::Layers;
use firereach_model::table::{Cell, Column, ColumnKind, Row, ShapeKind, Table};
use geo_types::Geometry;

use super::{integer, number, text, word};

/// One row a set of proposed stations: alone, in pairs, all together, and all but one.
///
/// Sites, people and area are what the set adds to the scenario without any proposal; the columns that begin with `unique`
/// say what would be lost if it were left out of all. The shape is the area it adds.
pub fn proposals(_layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.proposals.iter().map(|set| Row {
        cells: vec![
            Cell::Text(findings.scenario.clone()),
            Cell::Text(set.stations.join(" + ")),
            Cell::Text(roles(set)),
            Cell::Text(if set.is_micro { "micro" } else { "brigade" }.to_owned()),
            Cell::Number(set.limit_s, 1),
            count(set.sites.len()),
            count(set.certain_sites.len()),
            count(set.unique_sites.len()),
            Cell::number(set.people.map(|people| people.0), 0),
            Cell::number(set.people.map(|people| people.1), 0),
            Cell::number(set.area_km2, 4),
            Cell::number(set.unique_km2, 4),
            Cell::Integer(i64::from(set.sooner)),
            Cell::number(set.mean_gain_s, 1),
            Cell::number(set.median_gain_s, 1),
            Cell::number(set.max_gain_s, 1),
            word(&grades(set)),
            word(&set.sites.join(" ")),
            word(&set.unique_sites.join(" ")),
        ],
        shape: (!set.area.0.is_empty()).then(|| Geometry::MultiPolygon(set.area.clone())),
    });
    Table {
        name: Cow::Borrowed("proposals"),
        columns: vec![
            text("scenario"),
            text("stations"),
            text("roles"),
            text("force"),
            number("limit_s"),
            integer("sites"),
            integer("certain_sites"),
            integer("unique_sites"),
            number("people_low"),
            number("people_high"),
            number("area_km2"),
            number("unique_km2"),
            integer("sooner_sites"),
            number("mean_gain_s"),
            number("median_gain_s"),
            number("max_gain_s"),
            text("sites_by_grade"),
            text("site_ids"),
            text("unique_site_ids"),
        ],
        shape: ShapeKind::Polygon,
        rows: rows.collect(),
    }
}

/// Why a set is looked at, for example `pair; all without N3`.
pub fn roles(set: &ProposalSet) -> String {
    let roles: Vec<String> = set
        .roles
        .iter()
        .map(|role| match role {
            SetRole::Alone => "alone".to_owned(),
            SetRole::Pair => "pair".to_owned(),
            SetRole::All => "all".to_owned(),
            SetRole::Without(station) => format!("all without {station}"),
        })
        .collect();
    roles.join("; ")
}

fn grades(set: &ProposalSet) -> String {
    let grades: Vec<String> = set.by_grade.iter().map(|(grade, sites)| format!("{grade} {sites}")).collect();
    grades.join("; ")
}

fn count(of: usize) -> Cell {
    i64::try_from(of).map_or(Cell::Empty, Cell::Integer)
}

/// One row a variant of the scenario: as given, at other speeds, at other turnouts; how many sites are in time then, and
/// which verdicts differ.
pub fn sensitivity(_layers: &Layers, findings: &Findings) -> Table {
    let rows = findings.reach.sensitivity.variants.iter().map(|variant| {
        let of = f64::from(variant.of);
        let share = |sites: u32| Cell::number((variant.of > 0).then(|| f64::from(sites) / of), 4);
        let flips: Vec<String> = variant
            .flips
            .iter()
            .map(|(site, before, after)| format!("{site}: {} -> {}", before.code(), after.code()))
            .collect();
        Row {
            cells: vec![
                Cell::Text(findings.scenario.clone()),
                Cell::Text(variant.name.clone()),
                Cell::Number(variant.speed_factor, 2),
                Cell::Number(variant.turnout_shift_s, 1),
                Cell::Number(variant.limit_s, 1),
                Cell::Integer(i64::from(variant.in_time_low)),
                Cell::Integer(i64::from(variant.in_time_high)),
                Cell::Integer(i64::from(variant.of)),
                share(variant.in_time_low),
                share(variant.in_time_high),
                Cell::number(variant.median_s, 1),
                count(variant.flips.len()),
                word(&flips.join("; ")),
            ],
            shape: None,
        }
    });
    Table {
        name: Cow::Borrowed("sensitivity"),
        columns: vec![
            text("scenario"),
            text("variant"),
            number("speed_factor"),
            number("turnout_shift_s"),
            number("limit_s"),
            integer("in_time_low"),
            integer("in_time_high"),
            integer("of"),
            number("low_share"),
            number("high_share"),
            number("median_after_dispatch_s"),
            integer("flips"),
            text("flipped_sites"),
        ],
        shape: ShapeKind::None,
        rows: rows.collect(),
    }
}

/// One row a site: what the verdict on its response hangs on, and its times from the dispatch order in every variant.
pub fn firmness(layers: &Layers, findings: &Findings) -> Table {
    let sensitivity = &findings.reach.sensitivity;
    let names: Vec<&str> = sensitivity.variants.iter().map(|variant| variant.name.as_str()).collect();
    let rows = layers.sites.iter().zip(&findings.reach.sites).zip(&sensitivity.sites).map(|((site, reach), of)| {
        let mut cells = vec![
            Cell::Text(findings.scenario.clone()),
            Cell::Text(site.id.clone()),
            Cell::text(site.name.as_deref()),
            Cell::Text(site.kind.code().to_owned()),
            Cell::text(site.grade.map(|grade| grade.code())),
            Cell::text(of.firmness.map(|firmness| firmness.code())),
            Cell::number(reach.arrive_in_time_prob_low, 3),
            Cell::number(reach.arrive_in_time_prob, 3),
        ];
        for variant in VARIANTS {
            cells.extend(of_variant(of, names.iter().position(|name| *name == variant)));
        }
        Row { cells, shape: Some(Geometry::Point(site.point)) }
    });
    let mut columns = vec![
        text("scenario"),
        text("site_id"),
        text("name"),
        text("kind"),
        text("grade"),
        text("firmness"),
        number("arrive_in_time_prob_low"),
        number("arrive_in_time_prob"),
    ];
    for variant in VARIANTS {
        columns.extend([
            Column { key: Cow::Owned(format!("{variant}_verdict")), kind: ColumnKind::Text },
            Column { key: Cow::Owned(format!("{variant}_low_s")), kind: ColumnKind::Number },
            Column { key: Cow::Owned(format!("{variant}_high_s")), kind: ColumnKind::Number },
        ]);
    }
    Table { name: Cow::Borrowed("firmness"), columns, shape: ShapeKind::Point, rows: rows.collect() }
}

/// The variants that have columns, whether or not a scenario has them.
const VARIANTS: [&str; 5] = ["as_given", "speed_up", "speed_down", "turnout_up", "turnout_down"];

fn of_variant(site: &SiteFirmness, variant: Option<usize>) -> [Cell; 3] {
    let verdict = variant.and_then(|v| site.verdicts.get(v).copied().flatten());
    let time = |times: &[Option<f64>]| Cell::number(variant.and_then(|v| times.get(v).copied().flatten()), 1);
    [Cell::text(verdict.map(|verdict| verdict.code())), time(&site.possible_s), time(&site.certain_s)]
}
