//! The words and the colours of the page.

use std::collections::BTreeMap;

use firereach_model::feature::{BuildingStructure, BuildingUse, Grade, SiteKind, StationKind, ZoneKind};
use firereach_model::findings::water::WaterClass;
use firereach_model::rules::{KnownFrom, Level, Verdict};
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
    for level in [Level::Mandatory, Level::Recommended, Level::Guidance, Level::Project] {
        let key = match level {
            Level::Mandatory => "level_mandatory",
            Level::Recommended => "level_recommended",
            Level::Guidance => "level_guidance",
            Level::Project => "level_project",
        };
        add(key, &|language| language.level(level).to_owned());
    }
    for known in [KnownFrom::Primary, KnownFrom::Secondary, KnownFrom::Memory, KnownFrom::Project] {
        let key = match known {
            KnownFrom::Primary => "known_primary",
            KnownFrom::Secondary => "known_secondary",
            KnownFrom::Memory => "known_memory",
            KnownFrom::Project => "known_project",
        };
        add(key, &|language| language.known_from(known).to_owned());
    }
    for structure in BuildingStructure::ALL {
        add(structure.code(), &|language| language.structure(*structure).to_owned());
    }
    for usage in BuildingUse::ALL {
        add(&format!("usage_{}", usage.code()), &|language| language.usage(*usage).to_owned());
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
    ("tall", "Height", "高度"),
    ("removable", "removable", "可清除"),
    ("not_removable", "not removable", "不可清除"),
    ("within", "within", "不超过"),
    ("nobody_knows", "nobody measured", "未测"),
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
    ("s_identity", "Identity", "基本信息"),
    ("s_response", "Response", "到场"),
    ("s_access", "Access", "通达"),
    ("s_water", "Water", "水源"),
    ("s_verdicts", "Verdicts", "结论"),
    ("s_measures", "What would mend it", "可选措施"),
    ("s_surveys", "What to measure first", "优先实测"),
    ("first_arrival", "first, unmeasured passable", "首达(未测按可通行)"),
    ("cautious", "first, unmeasured impassable", "首达(未测按不可通行)"),
    ("nobody", "nobody gets there", "无法到达"),
    ("call", "call", "接警"), ("turnout", "turnout", "出动"), ("drive", "drive", "行车"),
    ("dismount", "dismount", "下车"), ("walk", "walk", "步行"),
    ("vehicle", "Vehicle", "车辆"),
    ("certain", "certain", "确保"),
    ("possible", "possible", "可能"),
    ("to_site", "stop to site (m)", "停车点至对象 (m)"),
    ("source", "Source", "水源"),
    ("plan_m", "plan (m)", "平距 (m)"),
    ("hose_m", "hose (m)", "水带 (m)"),
    ("lift_m", "lift (m)", "高差 (m)"),
    ("flow_lps", "flow (L/s)", "流量 (L/s)"),
    ("by_plan", "legal radius", "保护半径"),
    ("by_hose", "by hose", "水带可达"),
    ("yes", "yes", "是"), ("no", "no", "否"), ("perhaps", "unknown", "待查"),
    ("rule", "Rule", "条款"),
    ("measured", "Measured", "实测值"),
    ("limit", "Limit", "限值"),
    ("verdict", "Verdict", "结论"),
    ("not_reached", "not reached", "不可达"),
    ("measure", "Measure", "措施"),
    ("quantity", "Quantity", "数量"),
    ("cost", "Cost", "费用"),
    ("after", "Class after", "实施后"),
    ("place", "Place", "位置"),
    ("lead", "Lead", "牵头"),
    ("support", "Support", "配合"),
    ("due", "Due", "时限"),
    ("no_lead", "(nobody named)", "(未指定)"),
    ("in_protection_zone", "in a protection zone", "位于保护范围"),
    ("piece", "pcs", "个"),
    ("code", "Code", "编号"),
    ("grade", "Grade", "级别"),
    ("people", "People", "人数"),
    ("storeys", "Storeys", "层数"),
    ("structure", "Structure", "结构"),
    ("usage", "Use", "用途"),
    ("lon_lat", "Longitude, latitude", "经纬度"),
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
    ("median", "median", "中位数"),
    ("a_data", "Data", "数据"),
    ("a_rules", "Rules", "规则"),
    ("a_files", "Files", "文件"),
    ("a_counts", "Read = kept + repaired + set aside", "读取=保留+修复+搁置"),
    ("a_columns", "What the figures mean", "指标释义"),
    ("data_date", "Date of the data", "数据日期"),
    ("crs", "Coordinate system", "坐标系"),
    ("digest", "Digest of the input", "输入摘要"),
    ("version", "Version", "版本"),
    ("rule_pack", "Rule pack", "规则包"),
    ("rules_as_of", "Rules as of", "规则时点"),
    ("changes", "Changes", "变更"),
    ("base", "the base", "基准"),
    ("hour", "hour", "时"),
    ("not_stated", "not stated", "未注明"),
    ("unreached", "unreached", "不可达"),
    ("rank", "rank", "排序"),
    ("show_more", "more", "更多"),
    ("back", "Back to the list", "返回列表"),
];
