//! Which attributes each layer has, and under which headers they are usually found.

use super::quantity::Dimension;

/// What kind of value an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// A number with a unit.
    Quantity(Dimension),
    /// A word of a list.
    Word,
    /// Yes or no.
    Flag,
}

/// One attribute of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The name under which a study maps it; ends in the engine's unit.
    pub(crate) key: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Usual headers, as [`compact`](super::header::compact) writes them, the likeliest first.
    pub(crate) headers: &'static [&'static str],
}

const fn text(key: &'static str, headers: &'static [&'static str]) -> Field {
    Field { key, kind: Kind::Text, headers }
}

const fn word(key: &'static str, headers: &'static [&'static str]) -> Field {
    Field { key, kind: Kind::Word, headers }
}

const fn flag(key: &'static str, headers: &'static [&'static str]) -> Field {
    Field { key, kind: Kind::Flag, headers }
}

const fn quantity(key: &'static str, dimension: Dimension, headers: &'static [&'static str]) -> Field {
    Field { key, kind: Kind::Quantity(dimension), headers }
}

/// The layers a table can feed.
pub(crate) const LAYERS: &[&str] =
    &["roads", "obstacles", "buildings", "hydrants", "water_sources", "mains", "stations", "sites", "zones"];

const NAME: Field = text(
    "name",
    &[
        "name",
        "名称",
        "names",
        "namezh",
        "namech",
        "title",
        "fullname",
        "itemlabel",
        "departmentname",
        "comment",
        "名字",
    ],
);
const LEVEL: Field = quantity("level", Dimension::Count, &["level", "layer", "层", "标高层", "竖向层"]);
const HOURS: Field = text("hours", &["hours", "时段", "开放时间", "时间段"]);

const ROADS: &[Field] = &[
    text(
        "id",
        &[
            "id",
            "roadid",
            "道路编号",
            "路段编号",
            "编号",
            "编码",
            "linkid",
            "eid",
            "edgeid",
            "fullid",
            "osmid",
            "objectid",
            "fid",
            "gid",
            "no",
            "rawid",
        ],
    ),
    text("name", &["name", "道路名称", "路名", "名称", "stname", "streetname", "roadname", "street", "fullname"]),
    word(
        "class",
        &[
            "class",
            "highway",
            "roadlevel",
            "道路等级",
            "道路类型",
            "道路级别",
            "等级",
            "级别",
            "类型",
            "fclass",
            "roadclass",
            "roadtype",
            "sttype",
            "kind",
            "type",
        ],
    ),
    quantity("clear_width_m", Dimension::Length, &["clearwidth", "净宽", "通行宽度", "净宽度", "可通行宽度"]),
    quantity(
        "width_m",
        Dimension::Length,
        &[
            "width",
            "路宽",
            "宽度",
            "道路宽度",
            "路面宽",
            "路面宽度",
            "车行道宽",
            "车行道宽度",
            "carriagewaywidth",
            "宽",
        ],
    ),
    quantity("right_of_way_m", Dimension::Length, &["rightofway", "红线宽", "红线宽度", "道路红线", "道路红线宽度"]),
    quantity("estimated_width_m", Dimension::Length, &["estwidth", "estimatedwidth", "估计宽度"]),
    quantity("max_width_m", Dimension::Length, &["maxwidth", "限宽", "限制宽度"]),
    word("width_meaning", &["widthmeaning", "宽度含义"]),
    quantity("clear_height_m", Dimension::Length, &["clearheight", "净高", "净空", "净空高度", "通行高度"]),
    quantity("max_height_m", Dimension::Length, &["maxheight", "限高", "限制高度"]),
    quantity("max_mass_t", Dimension::Mass, &["maxmass", "maxweight", "限重", "限载", "荷载", "承载"]),
    quantity("lanes", Dimension::Count, &["lanes", "车道数", "车道", "cds", "lanenum", "numlanes"]),
    word("direction", &["direction", "oneway", "单行", "单向", "通行方向", "是否单行", "单行线"]),
    LEVEL,
    flag("bridge", &["bridge", "桥", "是否桥梁", "桥梁"]),
    flag("tunnel", &["tunnel", "隧道", "是否隧道"]),
    flag("covered", &["covered", "骑楼", "是否有顶"]),
    quantity("incline_percent", Dimension::Slope, &["inclinepercent", "incline", "坡度", "纵坡", "slope", "gradient"]),
    quantity("step_count", Dimension::Count, &["stepcount", "台阶数", "踏步数", "级数"]),
    text("surface", &["surface", "路面", "路面材料", "铺装", "路面类型"]),
    quantity("max_speed_kmh", Dimension::Speed, &["maxspeedkmh", "maxspeed", "限速", "设计速度", "设计车速", "speed"]),
    word("parking_left", &["parkingleft", "左侧停车", "左停车"]),
    word("parking_right", &["parkingright", "右侧停车", "右停车"]),
    text("parking_hours", &["parkinghours", "停车时段"]),
    text("parking_probability", &["parkingprobability", "停车概率"]),
    word("access", &["access", "通行权", "准入"]),
    word("motor", &["motor", "motorvehicle", "机动车"]),
    word("foot", &["foot", "步行"]),
    word("emergency", &["emergency", "应急", "消防通行"]),
];

const OBSTACLES: &[Field] = &[
    text("id", &["id", "编号", "障碍编号", "编码", "fullid", "osmid", "objectid", "fid", "gid"]),
    word("kind", &["kind", "类型", "类别", "种类", "障碍类型", "barrier", "type", "class", "natural"]),
    flag("removable", &["removable", "可移除", "可拆除", "是否可拆", "是否可移除"]),
    quantity("clear_width_m", Dimension::Length, &["clearwidth", "净宽", "开口宽度", "maxwidth", "width"]),
    quantity("clear_height_m", Dimension::Length, &["clearheight", "净高", "净空", "离地高度", "maxheight"]),
    flag("lets_engines_pass", &["letsenginespass", "可通行", "消防可通行", "可开启"]),
    LEVEL,
    quantity("radius_m", Dimension::Length, &["radius", "半径"]),
    quantity("crown_m", Dimension::Length, &["crown", "冠幅", "树冠", "树冠直径", "diametercrown", "crowndiameter"]),
    HOURS,
];

const BODY: &[Field] = &[
    quantity("height_m", Dimension::Length, &["height", "高度", "建筑高度", "檐高", "楼高", "bheight", "heightm"]),
    quantity(
        "storeys",
        Dimension::Count,
        &[
            "storeys",
            "层数",
            "楼层",
            "楼层数",
            "地上层数",
            "建筑层数",
            "buildinglevels",
            "floors",
            "floor",
            "stories",
            "levels",
        ],
    ),
    word(
        "structure",
        &["structure", "结构", "建筑结构", "结构类型", "buildingmaterial", "buildingstructure", "material"],
    ),
    word("fire_grade", &["firegrade", "耐火等级", "耐火"]),
    word("usage", &["usage", "用途", "建筑用途", "使用功能", "功能", "使用性质", "building", "buildingtype"]),
    quantity("volume_m3", Dimension::Volume, &["volume", "体积", "建筑体积"]),
    quantity("occupants", Dimension::Count, &["occupants", "使用人数", "居住人数"]),
];

const BUILDINGS: &[Field] = &[
    text(
        "id",
        &[
            "id",
            "编号",
            "建筑编号",
            "编码",
            "楼栋编号",
            "fullid",
            "osmid",
            "buildinid",
            "buildingid",
            "objectid",
            "fid",
            "gid",
            "uid",
        ],
    ),
    text("name", &["name", "名称", "建筑名称", "楼名", "title"]),
    quantity("min_height_m", Dimension::Length, &["minheight", "底部净高", "架空高度"]),
    quantity("level", Dimension::Count, &["layer"]),
    flag("roof", &["roof", "isroof", "顶棚"]),
];

const HYDRANTS: &[Field] = &[
    text(
        "id",
        &[
            "id",
            "编号",
            "消火栓编号",
            "消防栓编号",
            "设施编号",
            "hydrantid",
            "编码",
            "自订编号",
            "fullid",
            "osmid",
            "ref",
            "objectid",
            "fid",
            "gid",
        ],
    ),
    word(
        "kind",
        &[
            "kind",
            "种类",
            "类型",
            "类别",
            "消火栓类型",
            "型式",
            "形式",
            "hydranttype",
            "firehydranttype",
            "style",
            "type",
        ],
    ),
    word(
        "status",
        &["status", "service", "状态", "使用状态", "运行状态", "是否完好", "完好情况", "设备状态", "operationalstatus"],
    ),
    flag("out_of_service", &["outofservice", "是否停用", "停用", "是否损坏"]),
    quantity(
        "flow_lps",
        Dimension::Flow,
        &["flow", "流量", "出水量", "出流量", "供水流量", "flowrate", "firehydrantflowrate", "flowcapacity"],
    ),
    quantity(
        "pressure_mpa",
        Dimension::Pressure,
        &[
            "动水压",
            "动压",
            "动水压力",
            "residualpressure",
            "residual",
            "flowpressure",
            "pressure",
            "压力",
            "水压",
            "出水压力",
            "栓口压力",
            "firehydrantpressure",
        ],
    ),
    quantity(
        "static_pressure_mpa",
        Dimension::Pressure,
        &["静水压", "静压", "静水压力", "staticpressure", "static", "staticpre"],
    ),
    flag("lacks_pressure", &["水压不足", "压力不足", "lowpressure"]),
    quantity(
        "diameter_mm",
        Dimension::Diameter,
        &["diameter", "管径", "公称直径", "管道直径", "firehydrantdiameter", "dn", "maindiameter"],
    ),
    text("main_id", &["mainid", "管道编号", "管线编号", "所属管道", "供水管编号"]),
    text(
        "outlets",
        &["outlets", "出水口型式", "出水口", "栓口", "出水口数", "couplings", "numberof", "numberofoutlets"],
    ),
    text("tested_on", &["testedon", "测试日期", "检测日期", "检查日期", "dateinspe"]),
    quantity("height_m", Dimension::Length, &["groundheight", "地面高程", "高程", "标高"]),
    LEVEL,
];

const WATER_SOURCES: &[Field] = &[
    text("id", &["id", "编号", "编码", "hydrantid", "水源编号", "fullid", "osmid", "objectid", "fid", "gid"]),
    NAME,
    word("kind", &["kind", "类型", "类别", "种类", "水源类型", "hydranttype", "type"]),
    text("body", &["body", "水体", "所属水池", "所属水体", "pondid", "waterbody"]),
    word("status", &["status", "service", "状态", "使用状态", "是否可用"]),
    flag("out_of_service", &["outofservice", "是否停用", "停用"]),
    quantity(
        "volume_m3",
        Dimension::Volume,
        &["volume", "容积", "有效容积", "蓄水量", "储水量", "容量", "watertankvolume"],
    ),
    quantity("refill_lps", Dimension::Flow, &["refill", "补水流量", "补水量"]),
    quantity("deck_height_m", Dimension::Length, &["deckheight", "取水平台高程", "平台高程", "平台标高"]),
    quantity("water_level_m", Dimension::Length, &["waterlevel", "水位", "最低水位", "设计水位"]),
    text("gauge", &["gauge", "水位站", "水文站"]),
];

const MAINS: &[Field] = &[
    text("id", &["id", "编号", "管道编号", "管线编号", "编码", "pipeid", "objectid", "fid", "gid"]),
    quantity("diameter_mm", Dimension::Diameter, &["diameter", "管径", "公称直径", "口径", "dn", "diam"]),
    word("layout", &["layout", "布置", "管网形式", "环状枝状", "布置形式"]),
    text("segment", &["segment", "管段", "分段", "阀门段"]),
    text("pressure_zone", &["pressurezone", "压力分区", "供水分区", "分区"]),
];

const STATIONS: &[Field] = &[
    text("id", &["id", "编号", "站编号", "编码", "stationid", "fullid", "osmid", "objectid", "fid", "gid"]),
    text("name", &["name", "名称", "站名", "消防站名称", "departmentname", "stationname", "title"]),
    word("kind", &["kind", "类型", "类别", "等级", "级别", "站类别", "消防站类别", "stationtype", "type"]),
    text("vehicles", &["vehicles", "车辆", "车辆配置", "车辆编号"]),
    quantity("turnout_s", Dimension::Time, &["turnout", "出动时间", "turnouttime"]),
    HOURS,
    quantity("crew", Dimension::Count, &["crew", "人数", "执勤人数", "在岗人数", "编制人数"]),
    flag("proposed", &["proposed", "规划", "是否规划", "拟建", "是否拟建"]),
    flag("co_built", &["cobuilt", "合建", "是否合建"]),
    quantity("accuracy_m", Dimension::Length, &["accuracy", "精度", "定位精度"]),
    LEVEL,
];

const SITES: &[Field] = &[
    text(
        "id",
        &[
            "id",
            "编号",
            "文物编号",
            "档案编号",
            "编码",
            "代码",
            "code",
            "heritageref",
            "ref",
            "uri",
            "item",
            "fullid",
            "osmid",
            "objectid",
            "fid",
            "gid",
        ],
    ),
    NAME,
    word("kind", &["kind", "类别", "类型", "保护类别", "保护类型", "type", "heritage"]),
    word("grade", &["grade", "级别", "保护级别", "文保级别", "等级", "保护等级", "type", "heritage"]),
    quantity("people", Dimension::Count, &["people", "人口", "居住人口", "人数"]),
    quantity("level", Dimension::Count, &["level"]),
];

/// What sheets print as it stands; the keys are [`SITE_DETAILS`](firereach_model::feature::SITE_DETAILS).
pub(crate) const SITE_DETAILS: &[Field] = &[
    text("batch", &["公布批次", "批次", "文物批次", "保护批次"]),
    text("listed_on", &["公布日期", "公布时间", "公布年份", "列入时间", "dateoflisting"]),
    text(
        "era",
        &["年代", "建筑年代", "建造年代", "始建年代", "建成年代", "时代", "age", "startdate", "constructiondate"],
    ),
    text("owner", &["产权", "产权人", "产权单位", "所有人", "所有权人", "权属", "产权归属"]),
    text("user", &["使用人", "使用单位", "使用者", "occupier"]),
    text("address", &["地址", "详细地址", "门牌", "坐落", "位置", "addrfull", "addr"]),
    text("floor_area", &["建筑面积", "总建筑面积", "floorarea", "gfa"]),
    text("opening_hours", &["开放时间", "开放时段", "openinghours", "营业时间"]),
    text("visitors", &["年参观人数", "参观人数", "游客量", "年游客量", "日均客流", "客流量"]),
    text("photograph", &["照片", "照片文件", "影像", "photo", "image", "picture", "照片路径"]),
    text("protection_range", &["保护范围"]),
    text("control_zone", &["建设控制地带", "建控地带"]),
    text("planning_constraints", &["规划要求", "规划限制", "规划控制要求"]),
    text("approval_body", &["审批机关", "审批部门", "批准机关", "公布机关"]),
    text("responsible", &["消防安全责任人", "责任人", "安全责任人", "firesafetyresponsible"]),
    text("manager", &["消防安全管理人", "管理人", "安全管理人"]),
    text("telephone", &["联系电话", "电话", "手机", "phone", "tel"]),
    text("grid_member", &["网格员", "网格长"]),
    text("micro_station", &["微型消防站", "所属微型消防站", "微站"]),
    text("volunteers", &["志愿消防队", "义务消防队", "志愿队"]),
    text("joint_defence", &["联防单位", "联勤联防单位", "邻里联防", "联防联动单位"]),
    text("electrical", &["电气", "电气线路", "用电", "电气隐患", "用电情况"]),
    text("open_flame", &["明火", "用火", "明火作业", "用火情况"]),
    text("gas", &["燃气", "用气", "用气情况", "瓶装气"]),
    text("storage", &["可燃物", "存放可燃物", "堆放", "可燃物堆放", "储存"]),
    text("unauthorised", &["违建", "违章搭建", "私搭乱建", "违法建设"]),
    text("e_bikes", &["电动车", "电动自行车", "电动车停放充电"]),
    text("lightning", &["防雷", "防雷设施", "雷击", "避雷"]),
    text("firebreak", &["防火间距占用", "占用防火间距"]),
    text("alarm", &["报警", "火灾自动报警", "报警系统", "烟感", "火灾报警"]),
    text("extinguishers", &["灭火器", "灭火器数量"]),
    text("hose_reels", &["消防卷盘", "消防软管卷盘", "软管卷盘"]),
    text("pumps", &["手抬泵", "手抬机动泵", "消防泵"]),
    text("motorcycles", &["消防摩托车", "消防摩托"]),
    text("sub_zones", &["防火分区", "防火控制分区", "分区编号"]),
    text("joint_plan", &["联动预案", "应急预案", "灭火预案", "联勤预案"]),
];

const ZONES: &[Field] = &[
    text("id", &["id", "编号", "编码", "代码", "code", "adcode", "fullid", "osmid", "objectid", "fid", "gid"]),
    NAME,
    word("kind", &["kind", "类型", "类别", "区域类型", "type", "level"]),
    quantity("people", Dimension::Count, &["people", "人口", "常住人口", "population", "pop"]),
];

/// The attributes of a layer.
pub(crate) fn of_layer(layer: &str) -> Vec<Field> {
    match layer {
        "roads" => ROADS.to_vec(),
        "obstacles" => OBSTACLES.to_vec(),
        "buildings" => BUILDINGS.iter().chain(BODY).copied().collect(),
        "hydrants" => HYDRANTS.to_vec(),
        "water_sources" => WATER_SOURCES.to_vec(),
        "mains" => MAINS.to_vec(),
        "stations" => STATIONS.to_vec(),
        "sites" => SITES.iter().chain(BODY).chain(SITE_DETAILS).copied().collect(),
        "zones" => ZONES.to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::SITE_DETAILS;

    #[test]
    fn every_detail_of_a_sheet_can_be_mapped() {
        let keys: Vec<&str> = SITE_DETAILS.iter().map(|field| field.key).collect();
        assert_eq!(keys, firereach_model::feature::SITE_DETAILS);
    }
}
