//! The words and the colours of the page.

use std::collections::BTreeMap;

use firereach_model::feature::{Grade, SiteKind, StationKind, ZoneKind};
use firereach_model::findings::water::WaterClass;
use firereach_model::rules::Verdict;
use serde_json::{Value, json};

use crate::palette;
use crate::words::Language;

const VERDICTS: [Verdict; 5] =
    [Verdict::Pass, Verdict::Unknown, Verdict::ExemptWithPlan, Verdict::AdvisoryFail, Verdict::MandatoryFail];
const CLASSES: [WaterClass; 5] =
    [WaterClass::Red, WaterClass::Orange, WaterClass::Yellow, WaterClass::Green, WaterClass::Unknown];

/// Every word by its key, English and Chinese.
pub(super) fn all() -> BTreeMap<String, [String; 2]> {
    let mut words: BTreeMap<String, [String; 2]> = WORDS
        .iter()
        .map(|&(key, english, chinese)| (key.to_owned(), [english.to_owned(), chinese.to_owned()]))
        .collect();
    let mut add = |key: &str, word: &dyn Fn(Language) -> String| {
        words.insert(key.to_owned(), [word(Language::English), word(Language::Chinese)]);
    };
    for verdict in VERDICTS {
        add(verdict.code(), &|language| language.verdict(verdict).to_owned());
    }
    for kind in SiteKind::ALL {
        add(kind.code(), &|language| language.site_kind(*kind).to_owned());
    }
    for grade in Grade::ALL {
        add(grade.code(), &|language| language.grade(*grade).to_owned());
    }
    for kind in StationKind::ALL.iter().filter(|kind| **kind != StationKind::Unknown) {
        add(kind.code(), &|language| language.station_kind(*kind).to_owned());
    }
    for class in CLASSES.into_iter().filter(|class| *class != WaterClass::Unknown) {
        add(class.code(), &|language| language.water_class(class).to_owned());
    }
    for kind in REMEDIES {
        add(&format!("measure_{kind}"), &|language| language.measure_kind(kind));
    }
    words
}

const REMEDIES: &[&str] = &[
    "hydrant",
    "pond",
    "fire_point",
    "micro_station",
    "loop",
    "jars",
    "dry_riser",
    "booster",
    "intake",
    "hand_pump",
    "motorcycle",
    "valve",
    "widen_lane",
    "turnaround",
    "remove_obstacle",
    "prune",
    "parking",
    "marking",
];

/// Every colour by what it stands for.
pub(super) fn symbols() -> Value {
    let verdicts: Vec<Value> = VERDICTS
        .iter()
        .map(|&verdict| {
            let tone = palette::tone_of_verdict(verdict);
            json!([verdict.code(), palette::of_verdict(verdict).hex(), tone.fill.hex(), tone.ink.hex()])
        })
        .collect();
    let water: Vec<Value> = CLASSES
        .iter()
        .map(|&class| {
            let tone = palette::tone_of_water_class(class);
            json!([class.code(), palette::of_water_class(class).hex(), tone.fill.hex(), tone.ink.hex()])
        })
        .collect();
    let mut lanes: Vec<Value> = palette::PASSABILITY
        .iter()
        .zip(["P5", "P4", "P3", "P2", "P1"])
        .map(|(colour, class)| json!([class, colour.hex()]))
        .collect();
    lanes.push(json!(["P0", palette::FAIL.hex()]));
    let zones: Vec<Value> = ZoneKind::ALL
        .iter()
        .map(|&kind| {
            json!([
                kind.code(),
                palette::of_zone(kind).hex(),
                [Language::English.zone_kind(kind), Language::Chinese.zone_kind(kind),]
            ])
        })
        .collect();
    json!({
        "verdicts": verdicts,
        "water": water,
        "lanes": lanes,
        "zones": zones,
        "unknown": palette::UNKNOWN.hex(),
        "heritage": palette::HERITAGE.hex(),
        "hydrant": palette::WATER.hex(),
        "fail": palette::FAIL.hex(),
        "soon": palette::SOON.hex(),
        "late": palette::LATE.hex(),
        "change": {
            "new": palette::NEW.hex(), "gain": palette::GAIN.hex(), "same": palette::SAME.hex(),
            "loss": palette::LOSS.hex(), "lost": palette::LOST.hex(),
        },
    })
}

#[rustfmt::skip]
static WORDS: &[(&str, &str, &str)] = &[
    ("sites", "Sites", "对象"),
    ("charts", "Charts", "图表"),
    ("todo", "Measures", "措施"),
    ("about", "About", "说明"),
    ("search", "Search by name or code", "按名称或编号查找"),
    ("sort", "Order", "排序"),
    ("sort_rank", "by water gap", "按水源缺口"),
    ("sort_response", "slowest first", "按到场时间"),
    ("sort_id", "by code", "按编号"),
    ("sort_change", "by change", "按变化"),
    ("all_kinds", "all kinds", "全部类别"),
    ("all_classes", "all results", "全部结论"),
    ("kind", "Kind", "类别"),
    ("result", "Result", "结论"),
    ("scenario", "Scenario", "情景"),
    ("compare_with", "Compare with", "对比"),
    ("no_comparison", "nothing", "不对比"),
    ("colour_by", "Colour sites by", "对象着色"),
    ("by_response", "response", "到场"),
    ("by_lane", "lane", "通道"),
    ("by_water", "water", "水源"),
    ("by_change", "change of response", "到场变化"),
    ("layers", "Layers", "图层"),
    ("legend", "Legend", "图例"),
    ("layer_zones", "Areas", "区域"),
    ("layer_buildings", "Buildings", "建筑"),
    ("layer_reached", "Reached within", "可达范围"),
    ("layer_lanes", "Lanes by class", "通道等级"),
    ("layer_pinches", "Pinch points", "卡口"),
    ("layer_hydrants", "Hydrants", "消火栓"),
    ("layer_sources", "Ponds, tanks, intakes", "水池与取水口"),
    ("layer_stations", "Stations", "消防站"),
    ("layer_sites", "Protected places", "保护对象"),
    ("layer_names", "Names", "名称"),
    ("station", "station", "消防站"),
    ("proposed", "proposed", "拟建"),
    ("not_staffed", "not staffed at this hour", "该时段无人值守"),
    ("hydrant", "hydrant", "消火栓"),
    ("pond", "pond", "水池"),
    ("tank", "tank", "水箱"),
    ("jars", "jars", "水缸"),
    ("suction_point", "suction point", "取水点"),
    ("pool", "pool", "泳池"),
    ("fire_point", "fire point", "消防点"),
    ("in_service", "in service", "在用"),
    ("out_of_service", "out of service", "停用"),
    ("pinch", "pinch point", "卡口"),
    ("lane", "lane", "通道"),
    ("width", "Clear width", "净宽"),
    ("height", "Clear height", "净高"),
    ("removable", "removable", "可清除"),
    ("not_removable", "not removable", "不可清除"),
    ("nobody_knows", "nobody measured", "未测"),
    ("by_road_only", "by the class of the road, not measured", "按道路等级推定,未实测"),
    ("p5", "all engines", "各类消防车"),
    ("p4", "light engines", "轻型消防车"),
    ("p3", "mini engines", "微型消防车"),
    ("p2", "motorcycles, hand carts", "摩托与手推装备"),
    ("p1", "crew on foot", "徒步"),
    ("p0", "nothing passes", "不可通行"),
    ("change_new", "reached now", "新增可达"),
    ("change_gain", "sooner", "缩短"),
    ("change_same", "the same", "不变"),
    ("change_loss", "later", "延长"),
    ("change_lost", "no longer reached", "不再可达"),
    ("zoom_in", "Zoom in", "放大"),
    ("zoom_out", "Zoom out", "缩小"),
    ("whole", "Whole area", "全图"),
    ("print", "Print", "打印"),
    ("language", "中文", "English"),
    ("swipe", "Move the line between the two scenarios", "移动两情景分界线"),
    ("map", "Map. Arrow keys move it, plus and minus zoom, zero shows everything.", "地图。方向键平移,加减号缩放,数字零显示全图。"),
    ("close", "Close", "关闭"),
    ("of", "of", "/"),
    ("shown", "shown", "项"),
    ("none_found", "Nothing matches.", "无匹配对象。"),
    ("first_arrival", "first, unmeasured passable", "首达(未测按可通行)"),
    ("cautious", "first, unmeasured impassable", "首达(未测按不可通行)"),
    ("assumed_note", "* rests on an assumption, not on a measurement", "* 依据假定,非实测"),
    ("show_rest", "show {} more", "其余 {} 行"),
    ("nobody", "nobody gets there", "无法到达"),
    ("call", "call", "接警"), ("turnout", "turnout", "出动"), ("drive", "drive", "行车"),
    ("dismount", "dismount", "下车"), ("walk", "walk", "步行"),
    ("vehicle", "Vehicle", "车辆"),
    ("certain", "certain", "确保"),
    ("possible", "possible", "可能"),
    ("to_site", "stop to site (m)", "停车点至对象 (m)"),
    ("measure", "Measure", "措施"),
    ("quantity", "Quantity", "数量"),
    ("cost", "Cost", "费用"),
    ("support", "Support", "配合"),
    ("due", "Due", "时限"),
    ("no_lead", "(nobody named)", "(未指定)"),
    ("piece", "pcs", "个"),
    ("c_response", "Sites in time, by scenario", "各情景按时到场的对象"),
    ("c_curve", "How many sites are reached within a time", "限时可达对象数"),
    ("c_curve_note", "Line: what nobody measured is passable. Lower line: it is not.", "上线:未测处按可通行;下线:按不可通行。"),
    ("c_lane", "Lanes of the sites, by scenario", "各情景对象通道"),
    ("c_water", "Water classes, by scenario", "各情景水源等级"),
    ("c_coverage", "Coverage in this scenario", "本情景覆盖指标"),
    ("c_seconds", "seconds from the alarm", "自接警起(秒)"),
    ("in_time", "in time", "按时"),
    ("late", "late", "超时"),
    ("passes", "passes", "符合"),
    ("fails", "fails", "不符合"),
    ("a_data", "Data", "数据"),
    ("a_files", "Files", "文件"),
    ("a_counts", "Read = kept + repaired + set aside", "读取=保留+修复+搁置"),
    ("a_columns", "What the figures mean", "指标释义"),
    ("data_date", "Date of the data", "数据日期"),
    ("crs", "Coordinate system", "坐标系"),
    ("sources", "Data from", "数据来源"),
    ("digest", "Digest of the input", "输入摘要"),
    ("version", "Version", "版本"),
    ("rule_pack", "Rule pack", "规则包"),
    ("rules_as_of", "Rules as of", "规则时点"),
    ("base", "the base", "基准"),
    ("hour", "hour", "时"),
    ("not_stated", "not stated", "未注明"),
    ("unreached", "unreached", "不可达"),
    ("rank", "rank", "排序"),
];
