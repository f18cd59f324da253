//! The words for the things of a city: structures, uses, areas, sources, roads, measures.

use firereach_model::feature::{BuildingStructure, BuildingUse, RoadClass, Service, WaterSourceKind, ZoneKind};

use super::Language;

impl Language {
    /// What a building is built of.
    pub fn structure(self, structure: BuildingStructure) -> &'static str {
        let (english, chinese) = match structure {
            BuildingStructure::Timber => ("timber", "木结构"),
            BuildingStructure::BrickTimber => ("brick and timber", "砖木结构"),
            BuildingStructure::Mixed => ("mixed", "混合结构"),
            BuildingStructure::Masonry => ("masonry", "砖石结构"),
            BuildingStructure::Concrete => ("reinforced concrete", "钢筋混凝土"),
            BuildingStructure::Steel => ("steel", "钢结构"),
        };
        self.pick(english, chinese)
    }

    /// What a building is used for.
    pub fn usage(self, usage: BuildingUse) -> &'static str {
        let (english, chinese) = match usage {
            BuildingUse::Dwelling => ("dwelling", "居住"),
            BuildingUse::Public => ("public", "公共"),
            BuildingUse::Catering => ("catering, lodging", "餐饮住宿"),
            BuildingUse::Museum => ("museum, exhibition", "博物展览"),
            BuildingUse::Worship => ("worship", "宗教活动"),
            BuildingUse::Office => ("office", "办公"),
            BuildingUse::Shop => ("shop", "商业"),
            BuildingUse::Storage => ("storage", "仓储"),
            BuildingUse::Industrial => ("industrial", "工业"),
            BuildingUse::Assembly => ("assembly", "人员密集场所"),
            BuildingUse::Vacant => ("vacant", "空置"),
            BuildingUse::Unknown => ("not stated", "未注明"),
        };
        self.pick(english, chinese)
    }

    /// What an area stands for.
    pub fn zone_kind(self, kind: ZoneKind) -> &'static str {
        let (english, chinese) = match kind {
            ZoneKind::Study => ("study area", "研究范围"),
            ZoneKind::District => ("district", "区"),
            ZoneKind::Subdistrict => ("subdistrict", "街道"),
            ZoneKind::Community => ("community", "社区"),
            ZoneKind::HistoricBlock => ("historic block", "历史文化街区"),
            ZoneKind::CharacterArea => ("character area", "传统风貌区"),
            ZoneKind::Core => ("core protection range", "核心保护范围"),
            ZoneKind::Protection => ("protection range", "保护范围"),
            ZoneKind::Control => ("construction control zone", "建设控制地带"),
            ZoneKind::Park => ("park", "公园绿地"),
            ZoneKind::Water => ("water", "水域"),
            ZoneKind::Firebreak => ("firebreak", "防火隔离带"),
            ZoneKind::Carriageway => ("carriageway", "车行道"),
            ZoneKind::Open => ("open ground", "开敞空间"),
            ZoneKind::Hazard => ("hazard", "危险源"),
        };
        self.pick(english, chinese)
    }

    /// Whether a source of water can be used.
    pub fn service(self, service: Service) -> &'static str {
        let (english, chinese) = match service {
            Service::InService => ("in service", "完好"),
            Service::OutOfService => ("out of service", "停用"),
            Service::Unknown => ("not known", "待查"),
        };
        self.pick(english, chinese)
    }

    /// A source of water by the word that findings use for its kind; an unknown word as it is.
    pub fn source_kind(self, code: &str) -> String {
        let (english, chinese) = match (code, WaterSourceKind::from_code(code)) {
            ("hydrant", _) => ("hydrant", "消火栓"),
            (_, Some(WaterSourceKind::Pond)) => ("pond", "消防水池"),
            (_, Some(WaterSourceKind::Tank)) => ("tank", "水箱"),
            (_, Some(WaterSourceKind::Jars)) => ("water jars", "太平缸"),
            (_, Some(WaterSourceKind::Intake)) => ("intake", "取水口"),
            (_, Some(WaterSourceKind::SuctionPoint)) => ("suction point", "吸水点"),
            (_, Some(WaterSourceKind::Pool)) => ("pool", "水池"),
            _ => (code, code),
        };
        self.pick(english, chinese).to_owned()
    }

    /// What kind of way a road is.
    pub fn road_class(self, class: RoadClass) -> &'static str {
        let (english, chinese) = match class {
            RoadClass::Motorway => ("expressway", "高速公路"),
            RoadClass::Trunk => ("urban expressway", "快速路"),
            RoadClass::Primary => ("arterial", "主干路"),
            RoadClass::Secondary => ("secondary", "次干路"),
            RoadClass::Tertiary => ("collector", "支路"),
            RoadClass::Unclassified => ("minor road", "一般道路"),
            RoadClass::Residential => ("residential", "居住区道路"),
            RoadClass::LivingStreet => ("shared street", "生活街"),
            RoadClass::Service => ("service", "内部道路"),
            RoadClass::Alley => ("alley", "巷道"),
            RoadClass::Track => ("track", "便道"),
            RoadClass::Pedestrian => ("pedestrian", "步行街"),
            RoadClass::Footway => ("footway", "人行道"),
            RoadClass::Path => ("path", "小径"),
            RoadClass::Cycleway => ("cycleway", "自行车道"),
            RoadClass::Bridleway => ("bridleway", "马道"),
            RoadClass::Steps => ("steps", "梯道"),
            RoadClass::Corridor => ("corridor", "建筑通道"),
            RoadClass::Elevator => ("lift", "电梯"),
            RoadClass::Unknown => ("way", "道路"),
        };
        self.pick(english, chinese)
    }

    /// A kind of measure by its key in the study's tables; an unknown key as it is.
    pub fn measure_kind(self, key: &str) -> String {
        let (english, chinese) = match key {
            "hydrant" => ("new hydrant", "增设消火栓"),
            "loop" => ("close mains to a loop", "管网成环"),
            "valve" => ("isolation valve", "增设检修阀门"),
            "booster" => ("booster", "增设增压设施"),
            "pond" => ("fire pond", "建设消防水池"),
            "jars" => ("groups of water jars", "设置太平缸"),
            "dry_riser" => ("dry riser", "敷设干式消防竖管"),
            "intake" => ("intake", "建设取水口"),
            "hand_pump" => ("hand-carried pump", "配置手抬机动泵"),
            "motorcycle" => ("fire motorcycle", "配置消防摩托车"),
            "widen_lane" => ("widen lane", "拓宽通道"),
            "turnaround" => ("turnaround", "设置回车场"),
            "remove_obstacle" => ("remove obstacle", "清除障碍物"),
            "prune" => ("prune", "修剪树木"),
            "parking" => ("order parking", "整治停车"),
            "marking" => ("mark fire lane", "消防通道标识化"),
            "micro_station" => ("micro-station", "建设微型消防站"),
            "fire_point" => ("fire point", "设置消防点"),
            "survey" => ("survey", "补充调查"),
            other => {
                // Two measures as one: `pond+jars`.
                return match other.split_once('+') {
                    Some((one, two)) => {
                        let (one, two) = (self.measure_kind(one), self.measure_kind(two));
                        format!("{one}{}{two}", self.pick(" and ", "，"))
                    }
                    None => other.replace('_', " "),
                };
            }
        };
        self.pick(english, chinese).to_owned()
    }

    /// A unit of quantities in findings; an unknown unit as it is.
    pub fn unit(self, unit: &str) -> String {
        let (english, chinese) = match unit {
            "piece" => ("pcs", "处"),
            "pair" => ("pair", "组"),
            "m3" => ("m³", "m³"),
            "m2" => ("m²", "m²"),
            "km2" => ("km²", "km²"),
            "lps" => ("L/s", "L/s"),
            "mpa" => ("MPa", "MPa"),
            "percent" => ("%", "%"),
            "count" => ("", ""),
            "share" => ("", ""),
            other => (other, other),
        };
        self.pick(english, chinese).to_owned()
    }

    /// Of what kind a measure is: building work, management or equipment.
    pub fn measure_type(self, key: &str) -> &'static str {
        let (english, chinese) = match key {
            "parking" | "survey" | "fire_point" => ("management", "管理"),
            "hand_pump" | "motorcycle" => ("technical", "技术"),
            _ => ("engineering", "工程"),
        };
        self.pick(english, chinese)
    }

    /// A detail of a site, or a column of the source, as a heading of the sheet; an unknown one as it is.
    pub fn detail(self, key: &str) -> String {
        let (english, chinese) = match key.to_ascii_lowercase().as_str() {
            "batch" => ("batch", "公布批次"),
            "listed_on" => ("listed on", "公布日期"),
            "era" => ("era", "年代"),
            "owner" => ("owner", "产权人"),
            "user" => ("user", "使用人"),
            "address" | "addr:full" => ("address", "地址"),
            "floor_area" => ("floor area", "建筑面积"),
            "opening_hours" => ("opening hours", "开放时间"),
            "visitors" => ("visitors", "参观人数"),
            "photograph" => ("photograph", "照片"),
            "protection_range" => ("protection range", "保护范围"),
            "control_zone" => ("construction control zone", "建设控制地带"),
            "planning_constraints" => ("planning constraints", "规划控制要求"),
            "approval_body" => ("approval body", "审批机关"),
            "responsible" => ("fire-safety responsible", "消防安全责任人"),
            "manager" => ("fire-safety manager", "消防安全管理人"),
            "telephone" => ("telephone", "联系电话"),
            "grid_member" => ("grid member", "网格员"),
            "micro_station" => ("micro-station", "微型消防站"),
            "volunteers" => ("volunteer team", "志愿消防队"),
            "joint_defence" => ("joint-defence neighbours", "联防单位"),
            "electrical" => ("electrical installation", "电气线路与用电"),
            "open_flame" => ("open flame", "明火"),
            "gas" => ("gas", "燃气"),
            "storage" => ("combustible storage", "可燃物存放"),
            "unauthorised" => ("unauthorised structures", "违章搭建"),
            "e_bikes" => ("electric bicycles", "电动自行车"),
            "lightning" => ("lightning protection", "防雷"),
            "firebreak" => ("firebreak kept free", "防火间距占用"),
            "alarm" => ("fire alarm", "火灾自动报警"),
            "extinguishers" => ("extinguishers", "灭火器"),
            "hose_reels" => ("hose reels", "消防软管卷盘"),
            "pumps" => ("hand-carried pumps", "手抬机动泵"),
            "motorcycles" => ("fire motorcycles", "消防摩托车"),
            "sub_zones" => ("fire sub-zones", "防火控制分区"),
            "joint_plan" => ("joint plan", "联勤联动预案"),
            "name_en" | "name:en" => ("English name", "英文名"),
            "name:zh" => ("Chinese name", "中文名"),
            "subdistrict" | "街道" => ("subdistrict", "街道"),
            "heritage" => ("heritage level", "保护级别代码"),
            "heritage:operator" => ("heritage authority", "文物主管机构"),
            "heritage:website" => ("heritage web page", "文物网页"),
            "protection_title" => ("protection title", "保护名称"),
            "historic" => ("historic", "历史要素类型"),
            "memorial" => ("memorial", "纪念物类型"),
            "tomb" => ("tomb", "墓葬类型"),
            "construction_date" => ("construction", "建造日期"),
            "architect" => ("architect", "建筑师"),
            "addr:district" => ("district", "所在区"),
            "addr:housenumber" => ("house number", "门牌号"),
            "inscription" => ("inscription", "铭文"),
            "ruins" => ("ruins", "遗址"),
            "wikidata" => ("Wikidata", "维基数据"),
            "wikipedia" => ("Wikipedia", "维基百科"),
            "website" | "url" => ("web page", "网址"),
            _ => match key.strip_prefix("heritage:ref").or_else(|| key.strip_prefix("ref:")) {
                Some(_) => return format!("{} {key}", self.pick("list number", "名录编号")),
                None => return key.to_owned(),
            },
        };
        self.pick(english, chinese).to_owned()
    }
}
