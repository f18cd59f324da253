//! The Chinese of columns that only layers have; English readers read the keys.

/// Keys with their Chinese, in the order of the keys.
#[rustfmt::skip]
const DETAILS: &[(&str, &str)] = &[
    ("aerial_gap_m", "登高场地间距 (m)"), ("aerial_gap_verdict", "登高场地间距结论"), ("aerial_share_high", "登高场地长度比上限"),
    ("aerial_share_low", "登高场地长度比下限"), ("aerial_share_verdict", "登高场地长度比结论"), ("aerial_site_verdict", "登高场地结论"),
    ("aerial_slope_high_percent", "登高场地坡度上限 (%)"), ("aerial_slope_low_percent", "登高场地坡度下限 (%)"),
    ("aerial_slope_verdict", "登高场地坡度结论"), ("against_first", "与首个情景相比"), ("angle_deg", "转角 (°)"), ("appliance", "供水车辆"),
    ("appliances", "可取水车辆"), ("area_error_share", "面积误差比"), ("area_km2", "面积 (km²)"), ("area_m2", "面积 (m²)"),
    ("as_given_high_s", "现有参数上限 (s)"), ("as_given_low_s", "现有参数下限 (s)"), ("as_given_verdict", "现有参数结论"),
    ("barrier", "路障"), ("block", "街坊编号"), ("body", "所属水体"), ("bounded", "四周有界"), ("boxes", "禁停标字"), ("building_id", "建筑编号"),
    ("buildings", "建筑数"), ("can_draw", "可吸水"), ("centrality_high_share", "居中度上限"), ("centrality_low_share", "居中度下限"),
    ("certain_lat", "确定停车点纬度"), ("certain_lon", "确定停车点经度"), ("certain_sites", "确定按时对象"), ("class", "道路等级"),
    ("class_best", "最好等级"), ("class_cleared", "清障后通行等级"), ("class_high", "通行等级上限"), ("class_low", "通行等级下限"),
    ("class_worst", "最差等级"), ("clear", "清除物"), ("clears_on_condition", "前提成立时消除缺口"), ("cluster", "连片编号"), ("code", "代码"), ("condition", "前提"), ("connections", "接口数"),
    ("corridor_m", "距走廊 (m)"), ("counts_by_hose", "水带计入"), ("court_verdict", "内院结论"), ("cutoff_s", "时限 (s)"),
    ("direction", "方向"), ("disagree", "两种校核不一致"), ("disagreement", "不一致说明"), ("distance_m", "距离 (m)"), ("done", "处理"),
    ("efficient", "有效措施"), ("enough_by_hose", "按水带足够"), ("enough_in_plan", "按平面足够"), ("entrances", "出入口标线"),
    ("expected", "应为"), ("farthest_s", "最远时间 (s)"), ("feature_id", "要素编号"), ("file", "文件"), ("firmness", "结论稳固性"),
    ("first_due_km2", "首达面积 (km²)"), ("first_due_sites", "首达对象"), ("fits", "可通过"), ("force", "力量"),
    ("formula_high_km2", "公式面积上限 (km²)"), ("formula_low_km2", "公式面积下限 (km²)"), ("found", "现为"), ("freed", "清除后可通达"),
    ("freed_widened", "拓宽后可通达"), ("from_m", "起点里程 (m)"), ("from_s", "起点时间 (s)"), ("front_high_m", "沿街长度上限 (m)"),
    ("front_low_m", "沿街长度下限 (m)"), ("front_verdict", "沿街长度结论"), ("gap_flow_after", "措施后流量缺口"),
    ("gap_flow_if_reached", "车辆可达时流量缺口"), ("gap_n1_after", "措施后单项失效缺口"), ("gap_n1_if_reached", "车辆可达时单项失效缺口"),
    ("gap_n1_low", "单项失效缺口下限"), ("gap_time", "时间缺口"), ("gap_time_after", "措施后时间缺口"), ("gap_time_low", "时间缺口下限"),
    ("gap_volume_after", "措施后水量缺口"), ("gap_volume_if_reached", "车辆可达时水量缺口"), ("gap_volume_low", "水量缺口下限"),
    ("hammerhead", "可三点调头"), ("height_because", "净高依据"), ("height_high_m", "高度上限 (m)"), ("height_low_m", "高度下限 (m)"),
    ("height_method", "净高来源"), ("height_verdict", "净高结论"), ("hose_lengths", "水带根数"), ("hose_m", "水带长度 (m)"),
    ("hydrant_id", "消火栓编号"), ("hydrants_for_connection", "供水泵接合器的消火栓"), ("id", "编号"), ("in_protection_zone", "位于保护区划"),
    ("is_proposed", "拟建"), ("is_staffed", "有人值守"), ("kinds", "车道类型"), ("kinds_possible", "可能的车道类型"),
    ("lane_freed_m", "可通达车道 (m)"), ("lane_leads_in", "有车道进入"), ("lane_m", "车道长 (m)"),
    ("largest_vehicle_high", "可能的最大车辆"), ("layer", "图层"), ("length_m", "长度 (m)"), ("length_verdict", "长度结论"),
    ("lift_m", "高差 (m)"), ("line_lps", "单线流量 (L/s)"), ("line_m", "标线长 (m)"), ("link_spacing_high_m", "连通口间距上限 (m)"),
    ("link_verdict", "连通口结论"), ("links_on_foot", "人行连通口"), ("loss_mpa", "水头损失 (MPa)"), ("main", "所在管网"),
    ("main_layout", "管网形式"), ("main_mm", "管径 (mm)"), ("main_road_id", "主路编号"), ("margin_m", "余量 (m)"),
    ("max_gain_s", "最大缩短 (s)"), ("max_mass_t", "限重 (t)"), ("mean_gain_s", "平均缩短 (s)"), ("median_gain_s", "中位缩短 (s)"),
    ("method", "来源"), ("mode", "方式"), ("named", "所列措施"), ("narrower_m", "窄段长 (m)"), ("nearest_hydrant", "最近消火栓"), ("neighbour_id", "相邻建筑"),
    ("neighbours", "相邻站"), ("obstacle", "最近障碍物"), ("obstacles", "障碍物"), ("open_ground", "位于开敞空间"), ("outlets", "出水口"),
    ("part", "部分"), ("part_name", "部分名称"), ("passable_prob", "可通行概率"), ("people_freed", "受益人数"),
    ("people_freed_widened", "拓宽后受益人数"), ("people_high", "人数上限"), ("people_low", "人数下限"), ("piece", "路段编号"),
    ("pinch_ids", "卡口编号"), ("podium_high_m", "裙房进深上限 (m)"), ("podium_low_m", "裙房进深下限 (m)"),
    ("podium_verdict", "裙房进深结论"), ("pressure_high_mpa", "压力上限 (MPa)"), ("pressure_low_mpa", "压力下限 (MPa)"),
    ("protection_zones", "保护区划"), ("pumps", "接力泵数"), ("reach_km2", "可达面积 (km²)"), ("reached_m", "可达道路 (m)"),
    ("remedy", "措施"), ("removable", "可清除"), ("repair", "修复办法"), ("required_high_m", "规定间距上限 (m)"),
    ("required_low_m", "规定间距下限 (m)"), ("ring", "环道"), ("ring_verdict", "环道结论"), ("road_id", "道路编号"),
    ("road_ids", "道路编号"), ("roles", "组合"), ("row", "行"), ("rulings", "判定"), ("score_high", "得分上限"),
    ("score_low", "得分下限"), ("served_percent", "车道覆盖比例 (%)"), ("service", "完好状况"), ("severity", "严重程度"),
    ("short_side_m", "短边 (m)"), ("side_m", "边长 (m)"), ("sides_high", "有车道长边上限"), ("sides_low", "有车道长边下限"),
    ("sides_verdict", "长边车道结论"), ("signs", "标志牌"), ("site_ids", "对象编号"), ("sites_by_grade", "按级别对象数"),
    ("sites_by_hose", "水带可达对象"), ("sites_freed", "清除后可通达对象"), ("sites_freed_widened", "拓宽后可通达对象"),
    ("sites_hanging", "依赖该路的对象"), ("sites_in_plan", "平面范围内对象"), ("size", "规模"), ("slope_high_percent", "坡度上限 (%)"),
    ("slope_low_percent", "坡度下限 (%)"), ("slope_percent", "坡度 (%)"), ("slope_verdict", "坡度结论"),
    ("sooner_sites", "缩短的对象"), ("source", "来源"), ("source_kind", "水源类型"), ("spacing_high_m", "间距上限 (m)"),
    ("spacing_low_m", "间距下限 (m)"), ("spacing_m", "间距 (m)"), ("spacing_verdict", "间距结论"),
    ("speed_down_high_s", "车速降低上限 (s)"), ("speed_down_low_s", "车速降低下限 (s)"), ("speed_down_verdict", "车速降低结论"),
    ("speed_up_high_s", "车速提高上限 (s)"), ("speed_up_low_s", "车速提高下限 (s)"), ("speed_up_verdict", "车速提高结论"),
    ("square_m", "空地边长 (m)"), ("stairs_m", "梯道 (m)"), ("static_high_mpa", "静压上限 (MPa)"),
    ("static_low_mpa", "静压下限 (MPa)"), ("station_id", "消防站编号"), ("stations", "消防站"), ("step", "步骤"),
    ("steps", "梯道"), ("storeys", "层数"), ("stretch_m", "窄段长 (m)"), ("structure", "结构"), ("suction_m", "吸水高度 (m)"),
    ("swept_m", "扫掠宽度 (m)"), ("test_overdue", "测试逾期"), ("tested_on", "测试日期"), ("thing", "侵占物"), ("through", "有穿过建筑的车道"),
    ("time_to_water_low_s", "出水时间下限 (s)"), ("time_to_water_s", "出水时间 (s)"), ("to_m", "终点里程 (m)"),
    ("to_road_id", "转入道路编号"), ("to_s", "终点时间 (s)"), ("to_way_m", "距道路 (m)"), ("turnaround_verdict", "回车结论"),
    ("turnout_down_high_s", "出动缩短上限 (s)"), ("turnout_down_low_s", "出动缩短下限 (s)"), ("turnout_down_verdict", "出动缩短结论"),
    ("turnout_up_high_s", "出动延长上限 (s)"), ("turnout_up_low_s", "出动延长下限 (s)"), ("turnout_up_verdict", "出动延长结论"),
    ("unique_km2", "唯一增加面积 (km²)"), ("unique_site_ids", "唯一增加对象编号"), ("unique_sites", "唯一增加对象"),
    ("unmeasured_m", "宽度不明 (m)"), ("usage", "用途"), ("vehicle", "车辆"), ("vehicles", "车辆"),
    ("vehicles_certain", "确定可通行车辆"), ("vehicles_possible", "可能通行车辆"), ("verdict", "结论"), ("verdicts", "各条结论"),
    ("volume_required_high_m3", "需水量上限 (m³)"), ("volume_required_low_m3", "需水量下限 (m³)"),
    ("wall_distance_high_m", "车道距外墙上限 (m)"), ("wall_distance_low_m", "车道距外墙下限 (m)"),
    ("wall_distance_verdict", "车道距外墙结论"), ("way_m", "通路长 (m)"), ("widened_m", "拓宽后宽度 (m)"), ("width_because", "净宽依据"),
    ("width_cleared_high_m", "清除后净宽上限 (m)"), ("width_high_m", "净宽上限 (m)"), ("width_low_m", "净宽下限 (m)"),
    ("width_m", "净宽 (m)"), ("width_method", "净宽来源"), ("width_verdict", "净宽结论"), ("zone_id", "区域编号"),
];

/// The Chinese of a column of some layer.
pub(super) fn chinese_of(key: &str) -> Option<&'static str> {
    DETAILS.binary_search_by_key(&key, |detail| detail.0).ok().map(|index| DETAILS[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_order_so_that_each_is_found() {
        assert!(DETAILS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(chinese_of("zone_id"), Some("区域编号"));
    }
}
