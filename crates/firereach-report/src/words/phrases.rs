//! Chinese for the sentences that findings give as reasons.
//!
//! Findings say why in one line of plain English, made from a few patterns. This is the list of these patterns with
//! their Chinese; what no pattern knows stays as it is, so that nothing is lost.

/// Patterns with holes, the English first. Earlier ones are tried first.
const PATTERNS: &[(&str, &str)] = &[
    // What was added to a reason.
    ("{}, at least by {}", "{}，下限依据：{}"),
    ("{}, less {} m of parked vehicles", "{}，扣除停车 {} m"),
    ("{}, under {} by heights", "{}，按高程在 {} 之下"),
    ("{}, under {}", "{}，在 {} 之下"),
    // Water.
    ("needs {}, gets {}", "需要 {}，可得 {}"),
    ("an unknown supply", "供水情况不明"),
    ("no layer of hydrants was supplied: what is there is not known", "未提供消火栓数据，现状不明"),
    ("no source of water within reach of plan or hose", "平面半径和水带可达范围内均无水源"),
    ("no source can be used by hose; nearest {} {}: {}", "没有水源可经水带供水；最近的{} {}：{}"),
    ("sources within reach give {} of {}", "可达水源可供 {}，需要 {}"),
    ("not enough without {}", "失去{}后不足"),
    ("nothing is asked for what is no building ({})", "非建筑物，不计用水 ({})"),
    ("it needs nothing if no building stands there ({})", "如该处并无建筑物，则不计用水 ({})"),
    ("find out whether a building stands there ({})", "查明该处有无建筑物 ({})"),
    ("nothing if no building stands there", "如无建筑物则不计用水"),
    ("no building, for which nothing is asked", "非建筑物，不计用水"),
    ("draw the roads and paths about the site, along which hose is laid", "补充周边道路和步道，水带沿其铺设"),
    ("where hose can be laid is not known", "水带可铺设路线不明"),
    ("what nobody measured", "尚未测量的内容"),
    ("enough within the legal radius, not enough by hose", "按法定半径足够，按水带实际不足"),
    ("not enough within the legal radius, enough by hose", "按法定半径不足，按水带实际足够"),
    ("{} source(s) within the legal radius cannot be used by hose", "法定半径内有 {} 处水源实际无法经水带使用"),
    ("{} source(s) beyond the legal radius can be used by hose", "法定半径外有 {} 处水源可经水带使用"),
    (
        "list the hydrants about the site with position, state and tested flow",
        "调查周边消火栓的位置、完好状况和实测流量",
    ),
    (
        "list ponds, tanks and intakes about the site with volume and water level",
        "调查周边消防水池、水箱、取水口的容积和水位",
    ),
    ("measure height, structure and fire grade of the building", "测定建筑高度、结构类型和耐火等级"),
    (
        "lanes to {} {}: find out whether an engine gets there, first the width of {}",
        "通往{} {} 的通道：查明消防车能否到达，先测 {} 的宽度",
    ),
    ("lanes to {} {}: find out whether an engine gets there", "通往{} {} 的通道：查明消防车能否到达"),
    ("{} {}: find out {}", "{} {}：查明{}"),
    ("pressure zone {}", "压力分区 {}"),
    ("segment {} of the main", "管段 {}"),
    ("water level at {}", "{} 水位"),
    ("{} %, {} % and {} % if engines get there", "消防车能到达时依次为 {} %、{} %、{} %"),
    (
        "{}: missing flow {} % at most, {} % after the worst failure, volume {} %",
        "{}；流量缺口至多 {} %，最不利失效后 {} %，容积缺口 {} %",
    ),
    ("{}, and {}", "{}，另加{}"),
    ("{} piece hydrant {}", "新建消火栓 {} 处，{}"),
    ("{} piece loop {}", "环状连通 {} 处，{}"),
    ("{} m3 pond {}", "消防水池 {} m3，{}"),
    ("{} piece jars {}", "太平缸 {} 组，{}"),
    ("{} piece intake {}", "取水平台 {} 处，{}"),
    ("{} piece dry riser {}", "干式竖管 {} 处，{}"),
    ("nothing tried clears it for certain, least is left by {}", "所试措施均不能确保消除；余缺最小者为 {}"),
    ("{} piece valve {}", "增设阀门 {} 处，{}"),
    ("on main {} between hydrant {} and hydrant {}", "于给水管 {}，消火栓 {} 与 {} 之间"),
    ("{} piece booster {}", "增压设施 {} 处，{}"),
    ("on main {}, holding {} MPa", "于给水管 {}，维持 {} MPa"),
    (
        "on the main of hydrant {}, which the data does not hold, holding {} MPa",
        "于消火栓 {} 所在管段 (数据未载)，维持 {} MPa",
    ),
    ("whether it still gives what its last test found", "是否仍能达到上次实测结果"),
    ("{} piece hand pump {}", "手抬机动泵 {} 台，{}"),
    ("{} piece fire point {}", "消防点 {} 处，{}"),
    ("{} piece motorcycle {}", "消防摩托车 {} 辆，{}"),
    ("{} piece widen lane {}", "拓宽通道 {} 段，{}"),
    ("on main {} (ring)", "于环状管 {} 旁"),
    ("on main {} (branch)", "于枝状管 {} 旁"),
    ("on main {} (unknown)", "于给水管 {} 旁"),
    ("{} m from the site", "距本处 {} m"),
    ("no wall of the data within {} m", "数据中 {} m 内无外墙"),
    ("{} m from the kerb ({})", "距路缘 {} m ({})"),
    ("to be set out from the kerb, whose place is not known ({})", "路缘位置不明，需现场放样 ({})"),
    ("{}: width of the carriageway not known", "{}：车行道宽度不明"),
    ("no road within {} m", "{} m 内无道路"),
    ("edge of {} as drawn", "{} 路缘以图为准"),
    ("on open {}", "于开敞空间 {}"),
    ("on park {}", "于公园 {}"),
    (
        "at a place to be found: no open ground of the data near it keeps {} m from every wall",
        "选址待定：数据中附近没有距各外墙 {} m 的空地",
    ),
    ("with {} m of new lane to it", "另建通道 {} m"),
    ("for the lowest level, which the data does not hold", "按最低水位设计，数据未载该水位"),
    ("in the yards of the site", "于本处院落内"),
    ("of the branches that feed the hydrants about it", "周边消火栓所在枝状管"),
    ("along the {} m of stairs from {} {}", "沿 {} m 梯道，自{} {}"),
    ("at the site ({})", "配于本处 ({})"),
    ("beside the site, crewed, with a hand pump ({})", "设于本处旁，有人值守并配手抬泵 ({})"),
    ("at the nearest station ({})", "配于最近消防站 ({})"),
    (
        "for {}: {} from {} to {} m, from {} to {} m without {}",
        "供 {} 通行：{} 第 {} 至 {} m，由 {} 拓至 {} m，清除 {}",
    ),
    ("for {}: {} from {} to {} m, from {} to {} m", "供 {} 通行：{} 第 {} 至 {} m，由 {} 拓至 {} m"),
    ("{} from {} to {} m, from {} to {} m without {}", "{} 第 {} 至 {} m，由 {} 拓至 {} m，清除 {}"),
    ("{} from {} to {} m, from {} to {} m", "{} 第 {} 至 {} m，由 {} 拓至 {} m"),
    ("a width nobody knows", "不明宽度"),
    ("between {} and {} m", "{} 至 {} m 之间"),
    ("only {} are certain", "仅 {} 可确认"),
    (
        "good tests of {} would clear it if an engine gets there, of which nothing is certain",
        "若 {} 实测合格且消防车确能到达即可消除",
    ),
    ("good tests of {} would clear it", "若 {} 实测合格即可消除"),
    ("it is clear if an engine gets to its sources, of which nothing is certain", "若消防车确能到达水源即可消除"),
    ("else {}", "否则{}"),
    ("if an engine gets there: {}", "消防车能到达时：{}"),
    ("and {}", "另{}"),
    ("whether its main is a ring", "所在管网是否成环"),
    ("walk about {}: list {} within {} m", "踏勘 {} 周边：登记{}，范围 {} m"),
    ("walk about the site: {} may be missing from the data", "现场踏勘：数据可能缺{}"),
    ("{} may be missing from the data", "数据可能缺{}"),
    ("hydrants, ponds or intakes", "消火栓、水池或取水口"),
    ("ponds, tanks or intakes", "水池、水箱或取水口"),
    ("hydrants", "消火栓"),
    ("{}: leaves {} of {}", "{}：余 {}，原 {}"),
    ("the only lane {} at {}", "唯一通道 {}，位于 {}"),
    ("one source", "一处水源"),
    ("service and flow", "完好状况和流量"),
    ("service", "完好状况"),
    ("flow", "流量"),
    ("volume", "水量"),
    ("its main", "所在管网"),
    ("water level and deck height", "水位与取水平台高程"),
    ("water level", "水位"),
    ("deck height", "取水平台高程"),
    ("nothing", "无"),
    ("hydrant", "消火栓"),
    ("pond", "消防水池"),
    ("tank", "水箱"),
    ("jars", "太平缸"),
    ("intake", "取水口"),
    ("suction_point", "吸水点"),
    ("pool", "水池"),
    ("at least by {}", "下限依据：{}"),
    ("at least {}", "不少于 {}"),
    ("at most {}", "不超过 {}"),
    ("hydrant {}", "消火栓 {}"),
    ("pond {}", "消防水池 {}"),
    ("tank {}", "水箱 {}"),
    ("jars {}", "太平缸 {}"),
    ("intake {}", "取水口 {}"),
    ("main {}", "给水管 {}"),
    ("at {}", "于 {}"),
    ("{} m in plan", "平面距离 {} m"),
    ("{} m of hose way, {} m of it on stairs, {} lengths, {}", "水带路程 {} m，其中梯道 {} m，{} 根水带，{}"),
    ("{} m of hose way, {} lengths, {}", "水带路程 {} m，{} 根水带，{}"),
    ("rise not known", "高差不明"),
    ("rise {} m", "升高 {} m"),
    (
        "in relay of {} pumps up to {} L/s, if an appliance gets there",
        "{} 泵接力供水至多 {} L/s（以消防车能到达为前提）",
    ),
    ("in relay of {} pumps up to {} L/s", "{} 泵接力供水至多 {} L/s"),
    ("up to {} L/s, if an appliance gets there", "至多 {} L/s（以消防车能到达为前提）"),
    ("up to {} L/s", "至多 {} L/s"),
    ("no appliance with a pump gets to it", "带泵车辆均不能到达"),
    ("hose or pressure of the appliances that get there is not enough", "能到达车辆的水带或压力不足"),
    ("its own pressure feeds {} L/s without a pump", "自身压力不经泵可供 {} L/s"),
    ("its own pressure gives {} L/s, less than a nozzle's {}", "自身压力可供 {} L/s，小于单支水枪 {}"),
    ("whether its own pressure feeds a nozzle is not known", "自身压力能否供水枪不明"),
    ("no way for a hose within what appliances carry", "所携水带长度内无铺设路线"),
    ("water too deep or over the deck", "水面过低或漫过取水平台"),
    ("gives no water", "不出水"),
    ("no layer of roads was supplied: where hose can be laid is not known", "未提供道路数据，水带铺设路线不明"),
    ("{}, part {} (valves not known)", "{} 第 {} 段（阀门位置不明）"),
    ("{} to {} L/s", "{} 至 {} L/s"),
    ("{} not known", "{}不明"),
    // Access.
    ("the nearest stop is on a main road itself", "最近停车位置即在主路上"),
    ("under {} by heights", "按高程在 {} 之下"),
    ("{} m between kerbs", "路缘间距 {} m"),
    ("class service", "道路等级：内部道路"),
    ("class {}", "道路等级：{}"),
    ("by {}", "依据 {}"),
    ("no lane leads to within {} m on foot", "步行 {} m 内无车道"),
    ("the widest way of {} m is limited by {}", "最宽通路长 {} m，受限于 {}"),
    ("nothing measured limits the widest way of {} m", "最宽通路长 {} m，无实测限制"),
    ("of {} m the width is unknown", "其中 {} m 宽度不明"),
    ("{} m between {} and {}", "{} m，位于 {} 与 {} 之间"),
    // Obstacles.
    ("building {}", "建筑 {}"),
    ("wall {}", "墙 {}"),
    ("fence {}", "围栏 {}"),
    ("hedge {}", "绿篱 {}"),
    ("gate {}", "大门 {}"),
    ("lift_gate {}", "道闸 {}"),
    ("bollard {}", "隔离桩 {}"),
    ("block {}", "石墩 {}"),
    ("kerb {}", "路缘 {}"),
    ("tree {}", "树木 {}"),
    ("shed {}", "棚屋 {}"),
    ("stall {}", "摊位 {}"),
    ("parked_car {}", "停放车辆 {}"),
    ("pole {}", "杆柱 {}"),
    ("drop {}", "陡坎 {}"),
    ("rail {}", "轨道 {}"),
    ("arch {}", "门洞 {}"),
    ("overhead {}", "架空物 {}"),
    ("chicane {}", "车挡 {}"),
    ("chain {}", "拦链 {}"),
    ("entrance {}", "出入口 {}"),
    ("bridge {}", "桥梁 {}"),
    ("road {}", "道路 {}"),
    // Response.
    ("drive: {} s of {} s", "行车 {} s，占 {} s"),
    ("walk: {} s of {} s", "步行 {} s，占 {} s"),
    ("turnout: {} s of {} s", "出动 {} s，占 {} s"),
    ("call handling: {} s of {} s", "接警 {} s，占 {} s"),
    ("dismounting: {} s of {} s", "下车展开 {} s，占 {} s"),
    ("{} stops before {} ({}): {}", "{} 止于 {} ({})：{}"),
    (
        "no way is certain to let a vehicle through: widths, heights or barriers on all ways are unknown",
        "没有确证可通行的路线：各路线的宽度、高度或障碍情况不明",
    ),
    ("no way within {} m of the site", "{} m 内无道路"),
    ("no way from any staffed station to the site", "各值守消防站均无路可达"),
    ("no brigade station with vehicles is staffed at this hour", "该时段没有配车值守的消防站"),
    ("width", "宽度"),
    ("height", "高度"),
    ("barrier", "路障"),
    ("slope", "坡度"),
    ("corner", "转弯"),
    ("mass", "限重"),
    ("class", "道路类型"),
    ("closed", "封闭"),
    ("access", "禁行"),
    // Classes of roads, as tags have them.
    ("motorway", "高速公路"),
    ("trunk", "快速路"),
    ("primary", "主干路"),
    ("secondary", "次干路"),
    ("tertiary", "支路"),
    ("unclassified", "一般道路"),
    ("residential", "居住区道路"),
    ("living_street", "生活街"),
    ("alley", "巷道"),
    ("track", "便道"),
    ("pedestrian", "步行街"),
    ("footway", "人行道"),
    ("path", "小径"),
    ("cycleway", "自行车道"),
    ("steps", "梯道"),
    ("corridor", "建筑通道"),
    // Clauses.
    ("{} and local texts after it", "{}及其后各地文件"),
    ("District notice of {} on grass-roots fire governance, {}", "区基层消防治理通知（{}）{}"),
    ("Project default: nine lengths of {} m, one appliance", "项目默认：单车 9 根 {} m 水带"),
    ("A provincial rule for villages, province not identified", "某省农村消防规定（省份待核）"),
    ("Design practice before {}; document and clause not verified", "{} 之前的设计惯例；文号与条款未核"),
    ("Older texts, document and clause not verified", "较早文本，文号与条款未核"),
    ("clause not verified", "条款未核"),
    ("{} (approximate)", "{}（约）"),
    ("{}, chapter {} (successor {})", "{} 第{}章（后继标准 {}）"),
    ("{}, commentary", "{} 条文说明"),
    ("{}, table {}", "{} 表{}"),
    ("{}, art. {}", "{} 第{}条"),
    // Where a feature was read.
    ("{}, layer {}, feature {}", "{}，图层 {}，要素 {}"),
    ("{}, feature {}", "{}，要素 {}"),
    // Buildings.
    ("{} tag", "标签 {}"),
    ("column {}", "数据列 {}"),
    ("stated height", "数据标注高度"),
    ("{} levels x {} m", "{} 层 × {} m"),
    ("height tag", "高度标注"),
    ("stated", "数据标注"),
];

/// The Chinese of a reason; what no pattern knows stays as it is.
pub fn in_chinese(text: &str) -> String {
    translate(text, 6)
}

fn translate(text: &str, depth: u8) -> String {
    if depth == 0 || text.is_empty() {
        return text.to_owned();
    }
    for (english, chinese) in PATTERNS {
        if let Some(holes) = holes_of(english, text) {
            let mut pieces = chinese.split("{}");
            let mut result = pieces.next().unwrap_or_default().to_owned();
            for (hole, piece) in holes.iter().zip(pieces) {
                result.push_str(&translate(hole, depth - 1));
                result.push_str(piece);
            }
            return result;
        }
    }
    if let Some((head, rest)) = text.split_once("; ") {
        return format!("{}；{}", translate(head, depth - 1), translate(rest, depth));
    }
    if text.contains(" | ") {
        let parts: Vec<String> = text.split(" | ").map(|part| translate(part, depth - 1)).collect();
        return parts.join(" | ");
    }
    // A list, unless one of its parts stays English: then it may be a name.
    let parts: Vec<&str> = text.split(", ").flat_map(|part| part.split(" and ")).collect();
    let chinese: Vec<String> = parts.iter().map(|part| translate(part, depth - 1)).collect();
    if parts.len() > 1 && parts.iter().zip(&chinese).all(|(part, own)| part != own) {
        return match chinese.split_last() {
            Some((last, others)) if text.contains(" and ") => format!("{}和{last}", others.join("、")),
            _ => chinese.join("、"),
        };
    }
    text.to_owned()
}

/// What stands in the holes of a pattern, if the text has its form; a hole holds no `; `, unless it is the last one and
/// follows a colon.
fn holes_of<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let pieces: Vec<&str> = pieces.collect();
    let mut holes = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        let at = if index + 1 == pieces.len() {
            rest.len().checked_sub(piece.len()).filter(|_| rest.ends_with(piece))?
        } else {
            rest.find(piece)?
        };
        let (hole, after) = rest.split_at(at);
        let may_go_on = index + 1 == pieces.len() && piece.is_empty() && pattern.ends_with(": {}");
        if hole.is_empty() || hole.contains("; ") && !may_go_on {
            return None;
        }
        holes.push(hole);
        rest = &after[piece.len()..];
    }
    rest.is_empty().then_some(holes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(english: &str, chinese: &str) {
        assert_eq!(in_chinese(english), chinese);
    }

    #[test]
    fn reasons_are_translated_part_by_part() {
        check("hydrant H-12: find out service and flow", "消火栓 H-12：查明完好状况和流量");
        check(
            "needs 40 L/s, gets at most 15 L/s; not enough without hydrant H-3",
            "需要 40 L/s，可得 不超过 15 L/s；失去消火栓 H-3后不足",
        );
        check("class service; at least by class alley", "道路等级：内部道路；下限依据：道路等级：巷道");
        check("2.31 m between wall W-1 and building B-7", "2.31 m，位于 墙 W-1 与 建筑 B-7 之间");
        check(
            "hydrant H-1: find out service, flow and whether its main is a ring",
            "消火栓 H-1：查明完好状况、流量和所在管网是否成环",
        );
        check(
            "12.99 m between tree T and wall W, at least by lanes=2, less 2.1 m of parked vehicles; at least by class alley",
            "12.99 m，位于 树木 T 与 墙 W 之间，下限依据：lanes=2，扣除停车 2.1 m；下限依据：道路等级：巷道",
        );
        check(
            "no source can be used by hose; nearest pool P: 61 m in plan; rise not known; service, volume not known",
            "没有水源可经水带供水；最近的水池 P：平面距离 61 m；高差不明；完好状况、水量不明",
        );
    }

    #[test]
    fn what_no_pattern_knows_stays_as_it_is() {
        check("something new; something more", "something new；something more");
        check("Tom and Jerry", "Tom and Jerry");
    }

    #[test]
    fn every_pattern_keeps_its_holes() {
        for (english, chinese) in PATTERNS {
            assert_eq!(english.matches("{}").count(), chinese.matches("{}").count(), "{english}");
        }
    }
}
