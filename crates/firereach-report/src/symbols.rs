//! How every layer looks in a GIS: its name, its classes and marks, its labels, the names of its columns.

mod classes;

use std::collections::BTreeSet;

use firereach_model::symbols::{Class, ClassBy, LayerStyle, Mark, Marker};
use firereach_model::table::{Cell, ShapeKind, Table};

use crate::columns::alias;
use crate::palette;
use crate::tables::is_sparse;
use crate::words::Language;

use classes::{
    causes, differences, firmnesses, passability, services, severities, station_kinds, verdicts, water_classes,
    zone_kinds,
};

/// The sizes of point marks and lines, millimetres.
const POINT_MM: f64 = 2.6;
const LINE_MM: f64 = 0.6;

/// What a layer is called and where it belongs.
struct Layer {
    name: &'static str,
    title: (&'static str, &'static str),
    group: Group,
    label: Option<&'static str>,
    is_shown: bool,
}

/// The part of a project a layer belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Once for each scenario.
    Scenario,
    /// Of the first scenario, for the specialist.
    Detail,
    /// The same in every scenario.
    Ground,
    /// What was wrong with the data.
    Check,
}

impl Group {
    fn title(self, language: Language) -> &'static str {
        match self {
            Self::Scenario => language.pick("Scenario", "情景"),
            Self::Detail => language.pick("Details", "明细"),
            Self::Ground => language.pick("Ground", "底图"),
            Self::Check => language.pick("Check of the data", "数据检查"),
        }
    }
}

const fn layer(
    name: &'static str,
    title: (&'static str, &'static str),
    group: Group,
    label: Option<&'static str>,
    is_shown: bool,
) -> Layer {
    Layer { name, title, group, label, is_shown }
}

/// The layers from the top of a map to its bottom.
static LAYERS: &[Layer] = &[
    layer("sites", ("Protected places", "保护对象"), Group::Scenario, Some("name"), true),
    layer("stations", ("Stations", "消防站"), Group::Scenario, Some("name"), true),
    layer("differences", ("Differences", "情景差异"), Group::Scenario, Some("name"), true),
    layer("pinch_points", ("Pinch points", "卡口"), Group::Scenario, None, false),
    layer("clear_first", ("Clear first", "优先清除"), Group::Scenario, Some("step"), false),
    layer("water_gaps", ("Water gaps", "水源缺口"), Group::Scenario, Some("rank"), false),
    layer("remedies", ("Remedies for water", "补水措施"), Group::Scenario, None, false),
    layer("widened_lanes", ("Lanes to widen", "拟拓宽通道"), Group::Scenario, None, false),
    layer("hydrants", ("Hydrants", "消火栓"), Group::Scenario, None, false),
    layer("hose_lays", ("Hose ways", "水带路径"), Group::Scenario, None, false),
    layer("ranking", ("Order of the water gaps", "水源缺口排序"), Group::Detail, Some("rank"), false),
    layer("without_hydrant", ("Mains and parks without a hydrant", "无消火栓的管段与公园"), Group::Detail, None, false),
    layer("lanes", ("Lanes", "通道"), Group::Scenario, None, true),
    layer("reached_roads", ("Roads by time of arrival", "道路到达时间"), Group::Scenario, None, false),
    layer("isochrones", ("Areas reached", "可达范围"), Group::Scenario, None, false),
    layer("uncovered", ("Sites not covered", "未覆盖对象"), Group::Scenario, Some("name"), false),
    layer("uncovered_buildings", ("Buildings not covered", "未覆盖建筑"), Group::Scenario, None, false),
    layer("uncovered_roads", ("Roads not covered", "未覆盖道路"), Group::Scenario, None, false),
    layer("firmness", ("Firmness of the verdicts", "结论稳固性"), Group::Detail, Some("name"), false),
    layer("water_sources", ("Ponds, tanks, intakes", "水池与取水口"), Group::Detail, None, false),
    layer("surveys", ("Surveys of water", "水源待测点"), Group::Detail, None, false),
    layer("encroachments", ("Encroachments on firebreaks", "防火隔离带占用"), Group::Detail, None, false),
    layer("gaps", ("Gaps at pinch points", "卡口净距"), Group::Detail, Some("width_m"), false),
    layer("corners", ("Corners", "转弯"), Group::Detail, None, false),
    layer("swept_paths", ("Swept paths at corners", "转弯扫掠范围"), Group::Detail, None, false),
    layer("lane_service", ("How lanes serve buildings", "通道服务建筑"), Group::Detail, None, false),
    layer("operating_sites", ("Operating sites", "登高操作场地"), Group::Detail, None, false),
    layer("courts", ("Courts", "内院"), Group::Detail, None, false),
    layer("blocks", ("Blocks between streets", "街坊"), Group::Detail, None, false),
    layer("dead_ends", ("Dead ends", "尽头路"), Group::Detail, None, false),
    layer("turnarounds", ("Turnarounds", "回车场"), Group::Detail, None, false),
    layer("site_access", ("Ways to the sites", "通达路径"), Group::Detail, None, false),
    layer("stops", ("Where vehicles stop", "停车点"), Group::Detail, Some("vehicle"), false),
    layer("dependences", ("Lanes on which sites hang", "唯一通道"), Group::Detail, None, false),
    layer("separation", ("Separation of buildings", "防火间距"), Group::Detail, Some("distance_m"), false),
    layer("marking", ("Marking of lanes", "标识标线"), Group::Detail, None, false),
    layer("problems", ("Problems of the data", "数据问题"), Group::Check, None, false),
    layer("arrivals", ("Arrivals of every engine", "车辆到场顺序"), Group::Detail, None, false),
    layer("coverage", ("Coverage", "覆盖指标"), Group::Detail, None, false),
    layer("proposals", ("What proposed stations add", "拟建站效益"), Group::Detail, None, false),
    layer("sensitivity", ("Sensitivity", "敏感性"), Group::Detail, None, false),
    layer("supply", ("Supply of water", "供水构成"), Group::Detail, None, false),
    layer("needs", ("Need of water by model", "各模型需水量"), Group::Detail, None, false),
    layer("water_figures", ("Figures of the water supply", "供水统计"), Group::Detail, None, false),
    layer("unchanged", ("Layers as in another scenario", "与其他情景相同的图层"), Group::Detail, None, false),
    layer("buildings", ("Buildings", "建筑"), Group::Ground, None, true),
    layer("zones", ("Areas", "区域"), Group::Ground, None, true),
];

/// The style of each table, from the top of a map to its bottom; tables nobody described come before the ground. Of tables
/// without shapes it is the names alone.
pub fn styles(tables: &[Table], language: Language) -> Vec<LayerStyle> {
    let rank = |table: &Table| {
        LAYERS.iter().position(|layer| layer.name == table.name).unwrap_or(LAYERS.len() - GROUND_LAYERS)
    };
    let mut drawn: Vec<&Table> = tables.iter().collect();
    drawn.sort_by_key(|table| rank(table));
    drawn.dedup_by(|a, b| a.name == b.name);
    drawn.into_iter().map(|table| style_of(table, language)).collect()
}

const GROUND_LAYERS: usize = 2;

/// The style of one table.
pub fn style_of(table: &Table, language: Language) -> LayerStyle {
    let known = LAYERS.iter().find(|layer| layer.name == table.name);
    let has = |key: &str| table.columns.iter().any(|column| column.key == key);
    let (by, classes) = classes_of(table, language);
    let title = known.map_or(table.name.as_ref(), |layer| language.pick(layer.title.0, layer.title.1));
    LayerStyle {
        layer: table.name.clone().into_owned(),
        // English readers read the keys; one name for scripts and people is worth more than a capital letter.
        listed_as: language.pick(table.name.as_ref(), title).to_owned(),
        title: title.to_owned(),
        description: description_of(table, language).to_owned(),
        group: known.map_or(Group::Detail, |layer| layer.group).title(language).to_owned(),
        is_in_every_scenario: known.is_some_and(|layer| layer.group == Group::Scenario) && has("scenario"),
        by,
        classes,
        label_key: known.and_then(|layer| layer.label).filter(|key| has(key)).map(str::to_owned),
        // One picture of the areas reached: those of all stations together. The others are in the layer too.
        only: (table.name == "isochrones")
            .then(|| "\"station_id\" IS NULL AND \"kind\" = 'reach' AND \"direction\" = 'from'".to_owned()),
        is_shown: known.is_some_and(|layer| layer.is_shown),
        aliases: table
            .columns
            .iter()
            .filter_map(|column| Some((column.key.clone().into_owned(), alias(&column.key, language)?)))
            .collect(),
    }
}

/// What no column says of a layer's rows.
fn description_of(table: &Table, language: Language) -> &'static str {
    match table.name.as_ref() {
        "isochrones" => language.pick(
            "Later scenarios list the area of a single station only where it is not that of the first scenario.",
            "后续情景仅列出与首个情景不同的单站范围。",
        ),
        name if is_sparse(name) => language.pick(
            "A row of the first scenario holds in every later one that has no row for the same site and source; the column against_first says of each row whether it is first, changed, new or gone.",
            "首个情景的行适用于未另列同一对象与水源的后续情景;against_first 列注明各行为 first(首个)、changed(变更)、new(新增)或 gone(消失)。",
        ),
        _ => "",
    }
}

fn classes_of(table: &Table, language: Language) -> (ClassBy, Vec<Class>) {
    let has = |key: &str| table.columns.iter().any(|column| column.key == key);
    let size = if table.shape == ShapeKind::Point { POINT_MM } else { LINE_MM };
    let value = |key: &str| ClassBy::Value(key.to_owned());
    match table.name.as_ref() {
        "reached_roads" if has("to_s") => bands(table, "to_s", size, language),
        "isochrones" if has("cutoff_s") => bands(table, "cutoff_s", size, language),
        "uncovered" | "uncovered_buildings" | "uncovered_roads" if has("cause") => {
            (value("cause"), causes(size, language))
        }
        "differences" if has("gain_class") => (value("gain_class"), differences(size, language)),
        "firmness" if has("firmness") => (value("firmness"), firmnesses(size, language)),
        "hydrants" if has("service") => (value("service"), services(language)),
        "stations" if has("kind") => (value("kind"), station_kinds(language)),
        "water_gaps" if has("water_class") => (value("water_class"), water_classes(size, language)),
        "remedies" if has("class_after") => (value("class_after"), water_classes(size, language)),
        "problems" if has("severity") => (value("severity"), severities(language)),
        "zones" if has("kind") => (value("kind"), zone_kinds(language)),
        "lanes" if has("class_low") && has("class_high") && has("class_low_by") => {
            let [low, high, low_by] = ["class_low", "class_high", "class_low_by"].map(str::to_owned);
            (ClassBy::Agreed { low, high, low_by }, passability(size, language))
        }
        "buildings" => (
            ClassBy::Nothing,
            vec![Class {
                value: String::new(),
                label: language.pick("building", "建筑").to_owned(),
                mark: Mark { opacity: 1.0, ..area(palette::BUILDING, palette::BUILDING_EDGE) },
            }],
        ),
        name => {
            let is_verdict = |key: &str| key == "verdict" || key.ends_with("_verdict");
            let columns = table.columns.iter().map(|column| column.key.as_ref());
            let keys: Vec<String> = columns.filter(|key| is_verdict(key)).map(str::to_owned).collect();
            if keys.is_empty() {
                let title = LAYERS.iter().find(|layer| layer.name == name);
                let label = title.map_or(name, |layer| language.pick(layer.title.0, layer.title.1)).to_owned();
                let mark = match name {
                    "hose_lays" | "surveys" => mark(palette::WATER, size, Marker::Circle),
                    "water_sources" => mark(palette::WATER, size, Marker::Diamond),
                    "encroachments" | "gaps" | "dependences" => mark(palette::FAIL, size, Marker::Square),
                    "pinch_points" | "clear_first" => mark(palette::FAIL, size, Marker::Triangle),
                    "turnarounds" => area(palette::SOON, palette::PASS),
                    "proposals" => area(palette::GAIN, palette::NEW),
                    _ => mark(palette::HERITAGE, size, Marker::Diamond),
                };
                return (ClassBy::Nothing, vec![Class { value: String::new(), label, mark }]);
            }
            let by = if let [only] = keys.as_slice() { ClassBy::Value(only.clone()) } else { ClassBy::Worst(keys) };
            (by, verdicts(size, language))
        }
    }
}

fn mark(colour: firereach_model::symbols::Colour, size_mm: f64, marker: Marker) -> Mark {
    Mark { colour, outline: palette::INK, size_mm, marker, is_unknown: false, opacity: 0.6 }
}

fn area(fill: firereach_model::symbols::Colour, outline: firereach_model::symbols::Colour) -> Mark {
    Mark { colour: fill, outline, size_mm: LINE_MM, marker: Marker::Square, is_unknown: false, opacity: 0.6 }
}

/// Time bands from light to dark: the values of the column where they are few, otherwise whole minutes.
fn bands(table: &Table, key: &str, size: f64, language: Language) -> (ClassBy, Vec<Class>) {
    const MOST: usize = 24;
    const MINUTE: u32 = 60;
    let column = table.columns.iter().position(|column| column.key == key);
    let mut seconds: BTreeSet<u32> = BTreeSet::new();
    let mut is_whole = true;
    for row in &table.rows {
        match column.and_then(|column| row.cells.get(column)) {
            Some(Cell::Integer(value)) => seconds.extend(u32::try_from(*value)),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a drive")]
            Some(Cell::Number(value, _)) if value.is_finite() => {
                is_whole &= value.fract() == 0.0;
                seconds.insert(value.ceil().max(0.0) as u32);
            }
            _ => {}
        }
    }
    let by = if is_whole && seconds.len() <= MOST {
        ClassBy::Value(key.to_owned())
    } else {
        seconds = seconds.iter().map(|value| value.div_ceil(MINUTE) * MINUTE).collect();
        ClassBy::Step(key.to_owned(), MINUTE)
    };
    let count = seconds.len().min(MOST);
    let mut classes: Vec<Class> = seconds
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(index, seconds)| Class {
            value: seconds.to_string(),
            label: match language {
                Language::English => format!("up to {seconds} s"),
                Language::Chinese => format!("{seconds}秒内"),
            },
            mark: mark(palette::of_band(index, count), size, Marker::Circle),
        })
        .collect();
    if table.shape != ShapeKind::Polygon {
        let label = language.pick("later, or not reached", "更晚或未达").to_owned();
        classes.push(Class { value: String::new(), label, mark: classes::unknown(size) });
    }
    (by, classes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use firereach_model::table::{Column, ColumnKind, Row};

    fn table(name: &'static str, shape: ShapeKind, keys: &[&'static str], cells: &[i64]) -> Table {
        Table {
            name: name.into(),
            columns: keys.iter().map(|key| Column::new(key, ColumnKind::Integer)).collect(),
            shape,
            rows: cells.iter().map(|&cell| Row { cells: vec![Cell::Integer(cell)], shape: None }).collect(),
        }
    }

    #[test]
    fn a_layer_knows_its_name_in_the_reader_s_language() {
        let lanes = table("lanes", ShapeKind::Line, &["class_high"], &[]);
        assert_eq!(style_of(&lanes, Language::Chinese).title, "通道");
        assert_eq!(style_of(&lanes, Language::Chinese).listed_as, "通道");
        assert_eq!(style_of(&lanes, Language::English).title, "Lanes");
        assert_eq!(style_of(&lanes, Language::English).listed_as, "lanes");
    }

    #[test]
    fn no_two_layers_go_by_one_name() {
        for (index, layer) in LAYERS.iter().enumerate() {
            for other in &LAYERS[..index] {
                assert!(other.name != layer.name && other.title.0 != layer.title.0 && other.title.1 != layer.title.1);
            }
        }
    }

    #[test]
    fn every_table_of_a_run_has_a_name_in_both_languages() {
        let tables = crate::tables::all(&Default::default(), &[Default::default()]);
        for table in tables {
            assert!(LAYERS.iter().any(|layer| layer.name == table.name), "`{}` has no title", table.name);
        }
    }

    #[test]
    fn a_lane_has_a_class_only_where_its_least_and_its_greatest_agree() {
        let lanes = table("lanes", ShapeKind::Line, &["class_low", "class_high", "class_low_by"], &[]);
        let style = style_of(&lanes, Language::English);
        assert!(matches!(style.by, ClassBy::Agreed { .. }));
        assert!(style.classes.iter().any(|class| class.value.is_empty() && class.mark.is_unknown));
        let colour =
            |value: &str| style.classes.iter().find(|class| class.value == value).map(|class| class.mark.colour);
        assert_ne!(colour("P5"), colour("P5~"), "what nobody looked at is drawn otherwise");
        assert!(colour("P5~").is_some());
    }

    #[test]
    fn time_bands_run_from_light_to_dark_over_the_values_there_are() {
        let areas = table("isochrones", ShapeKind::Polygon, &["cutoff_s"], &[300, 180, 300, 600]);
        let style = style_of(&areas, Language::English);
        let values: Vec<&str> = style.classes.iter().map(|class| class.value.as_str()).collect();
        assert_eq!(values, ["180", "300", "600"]);
        assert_eq!(style.classes[0].mark.colour, palette::SOON);
        assert_eq!(style.classes[2].mark.colour, palette::LATE);
    }

    #[test]
    fn tables_of_one_name_have_one_style_and_the_ground_lies_at_the_bottom() {
        let tables = [
            table("zones", ShapeKind::Polygon, &["kind"], &[]),
            table("sites", ShapeKind::Point, &["lane_verdict"], &[]),
            table("sites", ShapeKind::Point, &["lane_verdict"], &[]),
            table("something", ShapeKind::Line, &["x"], &[]),
            table("coverage", ShapeKind::None, &["x"], &[]),
        ];
        let names: Vec<String> = styles(&tables, Language::English).into_iter().map(|style| style.layer).collect();
        assert_eq!(names, ["sites", "coverage", "something", "zones"]);
    }
}
