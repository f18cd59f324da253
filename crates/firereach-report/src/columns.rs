//! What every column is called and what it means, in Chinese and in English.

mod details;

use crate::words::Language;

/// The words of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnWords {
    /// The key in files.
    pub key: &'static str,
    /// The unit as it is printed; empty for none.
    pub unit: &'static str,
    name: (&'static str, &'static str),
    says: (&'static str, &'static str),
}

impl ColumnWords {
    /// The name without its unit.
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.name.0, self.name.1)
    }

    /// The name with its unit, as it heads a column.
    pub fn heading(&self, language: Language) -> String {
        let name = self.name(language);
        match self.unit {
            "" => name.to_owned(),
            unit => format!("{name} ({unit})"),
        }
    }

    /// What the column holds.
    pub fn says(&self, language: Language) -> &'static str {
        language.pick(self.says.0, self.says.1)
    }
}

/// The words of the column with this key, if it has any.
pub fn words_of(key: &str) -> Option<&'static ColumnWords> {
    COLUMNS.iter().find(|column| column.key == key)
}

/// What a reader sees above a column of a layer: its words, and in Chinese at least its name; `None` leaves the key.
pub(crate) fn alias(key: &str, language: Language) -> Option<String> {
    let words = words_of(key).map(|words| words.heading(language));
    words.or_else(|| match language {
        Language::Chinese => details::chinese_of(key).map(str::to_owned),
        Language::English => None,
    })
}

/// Every column that has words.
pub fn all() -> &'static [ColumnWords] {
    COLUMNS
}

const fn of(
    key: &'static str,
    unit: &'static str,
    english: &'static str,
    chinese: &'static str,
    says: &'static str,
    says_chinese: &'static str,
) -> ColumnWords {
    ColumnWords { key, unit, name: (english, chinese), says: (says, says_chinese) }
}

#[rustfmt::skip]
static COLUMNS: &[ColumnWords] = &[
    of("scenario", "", "Scenario", "情景", "The set of conditions assessed; the first is the base", "评估条件组合;首个为基准情景"),
    of("site_id", "", "Code", "编号", "The site's identifier in the data", "对象在数据中的编号"),
    of("name", "", "Name", "名称", "The name as the data states it", "数据所载名称"),
    of("kind", "", "Kind", "类别", "Kind of the object", "对象类别"),
    of("grade", "", "Grade", "级别", "Grade of protection", "保护级别"),
    of("subdistrict", "", "Subdistrict", "街道", "The subdistrict in which the site's point lies", "对象点位所在街道"),
    of("lon", "°", "Longitude", "经度", "WGS 84", "WGS 84"),
    of("lat", "°", "Latitude", "纬度", "WGS 84", "WGS 84"),
    of("response_s", "s", "Response", "到场时间", "From the alarm to the first crew at the site, what nobody measured taken as passable", "自接警至首批力量到达对象;未测处按可通行"),
    of("response_low_s", "s", "Response, least", "到场时间下限", "Lower end of the response", "到场时间下限"),
    of("response_high_s", "s", "Response, greatest", "到场时间上限", "What nobody measured taken as impassable; empty when nobody gets there for certain", "未测处按不可通行;空格表示无法确保到达"),
    of("response_verdict", "", "Response verdict", "到场结论", "The worst verdict of the rules on the response", "到场时间各条款中最差结论"),
    of("response_station", "", "First station", "首达站", "The station that arrives first", "最先到达的消防站"),
    of("response_vehicle", "", "First vehicle", "首达车辆", "The code of its vehicle", "车辆代号"),
    of("call_s", "s", "Call", "接警", "Call handling", "接警处置用时"),
    of("turnout_s", "s", "Turnout", "出动", "From the order to the engine's wheels turning", "自下令至车辆驶出"),
    of("drive_s", "s", "Drive", "行车", "Driving", "行车用时"),
    of("dismount_s", "s", "Dismount", "下车", "From the stop to the crew on foot", "停车至人员徒步出发"),
    of("walk_s", "s", "Walk", "步行", "On foot with equipment", "携装步行用时"),
    of("drive_m", "m", "Driven", "行车距离", "Length driven", "行车距离"),
    of("walk_m", "m", "Walked", "步行距离", "Length walked", "步行距离"),
    of("state", "", "State", "状态", "not_certain: in time only if what nobody measured lets the engine pass; late; not_reached", "not_certain:未测处可通行时方能按时;late:超时;not_reached:不可达"),
    of("limit_s", "s", "Time allowed", "允许时间", "From the dispatch order", "自下达出动令起"),
    of("after_dispatch_low_s", "s", "Nearest time", "最短到达时间", "First arrival from the dispatch order, what nobody measured taken as passable", "自下令至首批力量到达;未测处按可通行"),
    of("after_dispatch_high_s", "s", "Nearest time, certain", "确保到达时间", "The same, what nobody measured taken as impassable", "同上;未测处按不可通行"),
    of("cause", "", "What keeps it", "制约因素", "too_far, barred (a lane is too narrow, low, steep, closed …), unmeasured, no_way, no_station, no_data", "too_far:距离过远;barred:通道受阻;unmeasured:通道未测;no_way:无路可达;no_station:无站值守;no_data:数据中无道路"),
    of("best_s", "s", "Best possible", "最优到达时间", "First arrival from the dispatch order if nothing stood, narrowed, sloped or was closed on the way", "假设途中无障碍、狭窄、陡坡与封闭时的到达时间"),
    of("bar_road_id", "", "Barred lane", "受阻通道编号", "The first lane on the quickest way that the vehicle may not enter; empty where only its speed is in doubt", "最快路径上车辆不能进入的首条通道;仅车速存疑时为空"),
    of("bar_name", "", "Barred lane, name", "受阻通道名称", "Its name", "名称"),
    of("bar_vehicle", "", "Barred vehicle", "受阻车辆", "The code of the vehicle", "车辆代号"),
    of("bar_reason", "", "Barred by", "受阻原因", "width, height, mass, slope, corner, barrier, closed; speed (it gets through, how quickly nobody measured)", "净宽、净高、荷载、坡度、转弯、障碍、封闭;speed:可通行,车速取决于未测净宽"),
    of("pinch_id", "", "Pinch point", "卡口编号", "The narrowest known pinch point there", "该处最窄卡口"),
    of("gain_class", "", "Size of the change", "变化幅度", "From much sooner over the same to much later", "由大幅缩短经不变至大幅延长"),
    of("second_due_s", "s", "Second arrival", "次达时间", "First arrival from another station", "另一消防站最先到达的时间"),
    of("second_due_station", "", "Second station", "次达站", "The station of the second arrival", "次达消防站"),
    of("arrive_in_time_prob_low", "0–1", "Chance in time, least", "按时概率下限", "Chance to arrive within the limit under the error of driving times, what nobody measured taken as impassable", "计入行车时间误差后按时到达的概率;未测处按不可通行"),
    of("arrive_in_time_prob", "0–1", "Chance in time", "按时概率", "The same, what nobody measured taken as passable", "同上;未测处按可通行"),
    of("micro_response_s", "s", "Micro-station", "微型站到场", "First arrival from a micro-station or fire point, from the call, what nobody measured taken as passable", "微型消防站或消防点最先到场时间,自接警起;未测处按可通行"),
    of("micro_response_high_s", "s", "Micro-station, greatest", "微型站到场上限", "The same, what nobody measured taken as impassable", "同上;未测处按不可通行"),
    of("micro_station", "", "Which micro-station", "到场微型站", "The micro-station or fire point that arrives first", "最先到场的微型消防站或消防点"),
    of("micro_vehicle", "", "By", "微型站车辆", "The code of its vehicle; what is carried comes on foot", "车辆代号;手抬器材为徒步"),
    of("micro_verdict", "", "Micro-station verdict", "微型站到场结论", "The verdict on its time", "微型站到场时间结论"),
    of("response_firmness", "", "Firmness", "结论稳固性", "Whether the verdict on the response stays the same when speeds and turnouts vary", "车速与出动时间变动时到场结论是否不变"),
    of("snapped_m", "m", "To the network", "距路网", "Distance from the network", "距路网距离"),
    of("response_because", "", "What binds the response", "到场制约因素", "What keeps the time from being shorter", "缩短到场时间的制约因素"),
    of("clear_width_low_m", "m", "Clear width, least", "净宽下限", "The way is certainly at least so wide; empty when nobody measured it", "确保净宽;空格表示未测"),
    of("clear_width_high_m", "m", "Clear width, greatest", "净宽上限", "The way is at most so wide, by what stands there", "按障碍物可判定的最大净宽"),
    of("clear_width_by", "", "Width obtained by", "净宽依据", "How the width was obtained", "净宽取得方式"),
    of("clear_height_low_m", "m", "Clear height, least", "净高下限", "The way is certainly at least so high", "确保净高"),
    of("clear_height_high_m", "m", "Clear height, greatest", "净高上限", "The way is at most so high", "最大净高"),
    of("lane_verdict", "", "Lane verdict", "通道结论", "The worst verdict of the rules on clear width and height", "净宽净高各条款中最差结论"),
    of("lane_basis", "", "Lane verdict rests on", "通道结论依据", "Where the way is wide and high enough, the weakest evidence on it where it is firmest: surveyed, tagged, polygon (kerbs or carriageway drawn) make a pass; from_lanes, from_class (nobody looked at the lane itself) leave it unknown; of a failure what proves it; unmeasured where nothing is known", "通路足够宽、高时,为最可靠通路上最弱的依据:surveyed实测、tagged标注、polygon路缘或车行道图形可判合格;from_lanes按车道数、from_class按道路等级推定(无人实测)仍为待查;不合格时为判定依据;不明为unmeasured"),
    of("width_basis", "", "Clear width rests on", "净宽结论依据", "The same for clear width alone", "同上,仅净宽"),
    of("height_basis", "", "Clear height rests on", "净高结论依据", "The same for clear height alone", "同上,仅净高"),
    of("lane_by_class", "", "Of these wide enough by class", "其中按等级应合格", "Of the lanes with unknown verdict, those that would pass by the class of the road or its number of lanes; nobody looked at the lane", "待查对象中,按道路等级或车道数推定应合格、但无人实测者"),
    of("largest_vehicle", "", "Largest vehicle, certain", "确能到达的最大车辆", "The largest vehicle that certainly comes within reach", "确能接近的最大车辆代号"),
    of("largest_vehicle_possible", "", "Largest vehicle, possible", "可能到达的最大车辆", "The largest vehicle that may come within reach", "可能接近的最大车辆代号"),
    of("passability_class", "", "Passability class", "通行等级", "P5 all engines, P4 light, P3 mini, P2 motorcycles, P1 on foot, P0 nothing; a range where nobody measured", "P5各类消防车,P4轻型,P3微型,P2摩托与手推,P1徒步,P0不可通行;未测时为区间"),
    of("stop_lon", "°", "Stop longitude", "停车点经度", "Where the engine stops, WGS 84", "停车点,WGS 84"),
    of("stop_lat", "°", "Stop latitude", "停车点纬度", "Where the engine stops, WGS 84", "停车点,WGS 84"),
    of("stop_to_site_m", "m", "Stop to site", "停车点至对象", "From the stop to the site on foot", "停车点至对象步行距离"),
    of("pinch_width_m", "m", "Width at the pinch", "卡口净宽", "Clear width at the deciding pinch point", "控制卡口净宽"),
    of("pinch_lon", "°", "Pinch longitude", "卡口经度", "The deciding pinch point, WGS 84", "控制卡口,WGS 84"),
    of("pinch_lat", "°", "Pinch latitude", "卡口纬度", "The deciding pinch point, WGS 84", "控制卡口,WGS 84"),
    of("lane_because", "", "Why, lane", "通道依据", "The reason in one line", "依据"),
    of("flow_required_lps", "L/s", "Flow needed", "需水流量", "Fire flow needed", "所需消防流量"),
    of("flow_required_low_lps", "L/s", "Flow needed, least", "需水流量下限", "Lower end over what is not known of the building", "建筑信息不全时的下限"),
    of("flow_required_high_lps", "L/s", "Flow needed, greatest", "需水流量上限", "Upper end over what is not known of the building", "建筑信息不全时的上限"),
    of("volume_required_m3", "m³", "Volume needed", "需水量", "Water needed for the whole fire", "一次火灾所需水量"),
    of("hydrants_plan_150m", "", "Hydrants in the legal radius", "保护半径内消火栓数", "Hydrants that count by distance in plan; empty when the study has no layer of hydrants", "按平面距离计入的消火栓;无消火栓图层时为空"),
    of("sources_by_hose", "", "Sources by hose", "水带可达水源数", "Sources from which hose certainly reaches", "水带确可到达的水源"),
    of("flow_low_lps", "L/s", "Flow available, least", "可用流量下限", "Flow that certainly comes", "确保可用流量"),
    of("flow_high_lps", "L/s", "Flow available, greatest", "可用流量上限", "Flow that may come; empty without an upper end", "可能可用流量;无上限则为空"),
    of("volume_low_m3", "m³", "Volume available, least", "可用水量下限", "Water that certainly comes", "确保可用水量"),
    of("volume_high_m3", "m³", "Volume available, greatest", "可用水量上限", "Water that may come", "可能可用水量"),
    of("gap_flow_low", "0–1", "Missing flow, least", "流量缺口下限", "Least missing share of the flow", "流量缺口比例下限"),
    of("gap_flow", "0–1", "Missing flow", "流量缺口", "Greatest missing share of the flow", "流量缺口比例上限"),
    of("gap_volume", "0–1", "Missing volume", "水量缺口", "Greatest missing share of the volume", "水量缺口比例上限"),
    of("gap_n1", "0–1", "Missing flow, one failure", "单点失效缺口", "Greatest missing share of the flow when the one thing that hurts most fails", "最不利单点失效后的流量缺口比例"),
    of("worst_failure", "", "Worst failure", "最不利失效", "That one thing", "最不利失效对象"),
    of("water_disagreement", "", "Where the two checks disagree", "两法差异", "Distance in plan against hose", "平面距离与水带路径两法的差异"),
    of("water_verdict", "", "Water verdict", "水源结论", "The worst verdict of the rules on water", "水源各条款中最差结论"),
    of("water_class", "", "Water class", "水源等级", "Red: over half of the flow is missing; orange: fails when one thing fails, or in volume; yellow: the two checks disagree; green: nothing missing", "红:流量缺过半;橙:单点失效或水量不足;黄:两法不一致;绿:无缺口"),
    of("rank", "", "Rank", "排序", "Order of the water gap, 1 first", "水源缺口排序,1为最先"),
    of("class_ranked", "", "Class ranked in", "排序所用等级", "The class with everything unknown in the middle of its interval; the rank takes this class first, then the score", "未知量取区间中值时的等级;排序先按此等级,再按评分"),
    of("rank_low", "", "Rank, best", "排序下限", "Lowest rank number under the weights and what is not known", "权重与未知量抽样下的最前名次"),
    of("rank_high", "", "Rank, worst", "排序上限", "Highest rank number", "最后名次"),
    of("cheapest_remedy", "", "Cheapest remedy", "最省措施", "The cheapest remedy that clears the site, after what to survey first; where none clears it, what leaves least missing", "可消除缺口的最省措施(先列应查事项);均不能消除时列余缺最小者"),
    of("water_because", "", "Why, water", "水源依据", "The reason in one line", "依据"),
    of("origin", "", "Read from", "数据来源", "File, layer, row and identifier", "文件、图层、行号与编号"),
    of("lead", "", "Lead unit", "牵头单位", "From the study's table of responsibilities; empty where it names none", "研究文件责任表;未列则为空"),
    of("support", "", "Supporting units", "配合单位", "From the study's table of responsibilities", "研究文件责任表"),
    of("due", "", "Due", "完成时限", "From the study's table of responsibilities", "研究文件责任表"),
    of("measure", "", "Measure", "措施", "What is to be done", "应采取的措施"),
    of("place", "", "Place", "位置", "Where", "位置"),
    of("quantity", "", "Quantity", "数量", "How many, or how much", "数量"),
    of("unit", "", "Unit", "单位", "The quantity's unit", "计量单位"),
    of("cost", "", "Cost", "费用", "By the study's unit costs and in its currency; empty where it states none", "按研究文件单价;未列则为空"),
    of("heritage_impact", "0–1", "Heritage impact", "对文物影响", "As the study states it", "研究文件所列"),
    of("clears_if_reached", "", "Clears the site if an engine gets there", "车辆能到达时是否消除缺口", "Whether the site is green afterwards once it is certain that the appliances that may get to its sources do", "确认消防车可到达水源后是否为绿"),
    of("clears", "", "Clears the site", "是否消除缺口", "Whether nothing is missing afterwards, whatever single thing fails", "实施后任一单项失效时是否仍无缺口"),
    of("class_after", "", "Class afterwards", "实施后等级", "The water class with this measure alone", "单独实施后的水源等级"),
    of("because", "", "Why", "依据", "The reason in one line", "依据"),
    of("sites", "", "Sites", "对象数", "Sites in the row", "对象数"),
    of("people", "", "People", "人数", "Where stated", "数据所载人数"),
    of("response_pass", "", "In time", "按时", "Sites whose response passes", "到场时间符合的对象数"),
    of("response_unknown", "", "Response unknown", "到场待查", "Sites whose response hangs on what nobody measured", "到场结论取决于未测数据的对象数"),
    of("response_fail", "", "Late", "超时", "Sites whose response fails", "到场时间不符合的对象数"),
    of("lane_pass", "", "Lane passes", "通道符合", "Sites whose lane passes", "通道符合的对象数"),
    of("lane_unknown", "", "Lane unknown", "通道待查", "Sites whose lane nobody measured", "通道未测的对象数"),
    of("lane_fail", "", "Lane fails", "通道不符合", "Sites whose lane fails", "通道不符合的对象数"),
    of("water_red", "", "Water red", "水源红", "Sites of this class", "该等级对象数"),
    of("water_orange", "", "Water orange", "水源橙", "Sites of this class", "该等级对象数"),
    of("water_yellow", "", "Water yellow", "水源黄", "Sites of this class", "该等级对象数"),
    of("water_green", "", "Water green", "水源绿", "Sites of this class", "该等级对象数"),
    of("water_unknown", "", "Water unknown", "水源待查", "Sites of this class", "该等级对象数"),
    of("median_response_s", "s", "Median response", "到场中位数", "Of the sites that are reached; the upper one of two", "可到达对象的中位数;偶数取上位"),
    of("source_id", "", "Source", "水源编号", "The hydrant, pond or site", "消火栓、水池或对象编号"),
    of("survey", "", "Survey", "待测内容", "What to measure", "应实测的内容"),
    of("settles", "", "Settles", "可消除的不确定", "How much narrower the gaps in flow, volume and after a failure become (their mean, of a good and a bad result), summed over sites", "查明后流量、水量与失效后缺口区间平均缩小的宽度(好坏结果取平均),按对象累计"),
    of("class_low_by", "", "Certain class by", "确定等级依据", "The weaker of the methods behind the certain width and height; from_class and from_lanes: nobody looked at the lane", "确定净宽与净高中较弱的依据;from_class、from_lanes为推定,无人实测"),
    of("closed", "", "Closed", "封闭", "Something stands there that lets no engine pass", "该处有不能通行的障碍"),
    of("also_removable", "", "Also removable there", "同段其他可清除物", "What else can be removed that narrows the same stretch, less than those do", "同一窄段内其他可清除的障碍(其余净宽较大)"),
    of("cluster_buildings", "", "Buildings in the group", "连片栋数", "Buildings through which fire can spread from one to the next", "可能相互蔓延的连片建筑栋数"),
    of("cluster_m2", "m²", "Ground of the group", "连片占地", "Ground that these buildings cover together", "连片建筑占地面积之和"),
    of("widenable", "", "May be set back", "可拓宽", "Building work may set back what stands there, as far as anybody said", "据现有资料可通过工程后退"),
    of("how", "", "How", "方式", "remove: clear away; widen: building work, once everything removable is gone", "remove:清除;widen:工程拓宽(可清除者清除之后)"),
    of("certain_m", "m", "On foot, certain", "步行距离(确定)", "From where the vehicle certainly can stop nearest", "确可停靠的最近处步行至对象"),
    of("possible_m", "m", "On foot, possible", "步行距离(可能)", "From where it may be able to stop nearest", "可能停靠的最近处步行至对象"),
    of("against_first", "", "Against the first scenario", "与首个情景相比", "first: a row of the first scenario, which holds in every later one without a row for the same thing; changed, new or gone: how a later scenario differs", "first:首个情景的行,后续情景未另列者同此;changed、new、gone:后续情景的变更、新增与消失"),
    of("model", "", "Model of need", "需水模型", "decides: the model that decides; spread: from the least to the greatest of all models", "decides:采用的模型;spread:各模型的下限至上限"),
    of("nearest_hydrant_m", "m", "Nearest hydrant", "最近消火栓", "Distance in plan to the nearest hydrant that is not out of service", "至最近可用消火栓的平面距离"),
    of("binding", "", "What binds", "制约因素", "What keeps the site from being better, in one line", "制约对象的因素"),
    of("first_probability", "0–1", "Chance to be among the first", "进入前列的概率", "Share of the draws of weights and unknowns in which it is among the first", "权重与未知量抽样中进入前列的比例"),
    of("rule", "", "Rule", "条款编号", "The rule's identifier in the pack", "规则包内编号"),
    of("measure_key", "", "Measured thing", "量测项", "The measure it rules on", "所约束的量测项"),
    of("limit", "", "Limit", "限值", "The value it has to keep", "应满足的限值"),
    of("limit_unit", "", "Unit of the limit", "限值单位", "m, s, L/s, percent", "米、秒、升每秒、百分比"),
    of("level", "", "Level", "约束力", "How binding it is", "约束力"),
    of("basis", "", "Basis", "依据条文", "Document and clause", "文件与条文"),
    of("known_from", "", "Source known from", "来源可靠性", "How well the source of the figure is known", "数值来源的可靠程度"),
    of("says", "", "What it asks", "要求", "The requirement in words", "条文要求"),
    of("conflict", "", "Where sources disagree", "来源分歧", "Where sources disagree about the figure or its standing", "不同来源对数值或效力的分歧"),
];

#[cfg(test)]
mod tests {
    use firereach_model::findings::Findings;
    use firereach_model::layers::Layers;
    use firereach_model::table::ShapeKind;

    use super::*;

    #[test]
    fn no_column_is_described_twice() {
        for (index, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..index].iter().all(|earlier| earlier.key != column.key), "{}", column.key);
        }
    }

    #[test]
    fn every_column_of_every_layer_has_a_chinese_name() {
        let tables = crate::tables::all(&Layers::default(), &[Findings::default()]);
        let bare: Vec<String> = tables
            .iter()
            .filter(|table| table.shape != ShapeKind::None)
            .flat_map(|table| table.columns.iter().map(move |column| format!("{}.{}", table.name, column.key)))
            .filter(|name| alias(name.split_once('.').expect("made above").1, Language::Chinese).is_none())
            .collect();
        assert!(bare.is_empty(), "without a Chinese name: {bare:?}");
    }

    #[test]
    fn a_heading_names_its_unit() {
        let words = words_of("walk_m").expect("described");
        assert_eq!(words.heading(Language::English), "Walked (m)");
        assert_eq!(words.heading(Language::Chinese), "步行距离 (m)");
    }
}
