//! Words of tables and what they mean to the engine: classes, kinds, states, in Chinese and English.
//!
//! Every function takes a text as [`compact`](super::header::compact) writes it.

use firereach_model::feature::{
    BuildingStructure, BuildingUse, Direction, Grade, HydrantKind, MainLayout, ObstacleKind, ParkingKind, Permission,
    RoadClass, Service, SiteKind, StationKind, WaterSourceKind, WidthMeaning, ZoneKind,
};

use super::header::compact;

/// The first entry whose pattern is the whole text; a pattern that begins with `~` may stand anywhere in it.
fn find<T: Copy>(text: &str, entries: &[(&[&str], T)]) -> Option<T> {
    let exact = entries.iter().find(|(patterns, _)| patterns.contains(&text));
    exact
        .or_else(|| {
            entries.iter().find(|(patterns, _)| {
                patterns.iter().any(|pattern| pattern.strip_prefix('~').is_some_and(|part| text.contains(part)))
            })
        })
        .map(|entry| entry.1)
}

/// The variant whose code, compacted, is the text.
fn by_code<T: Copy>(text: &str, all: &[T], code: fn(T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|&variant| compact(code(variant)) == text)
}

/// Whether a word says something as an attribute of a layer.
pub(crate) fn is_known(layer: &str, key: &str, text: &str) -> bool {
    let text = compact(text);
    let text = text.as_str();
    match (layer, key) {
        ("roads", "class") => road_class(text).is_some(),
        ("roads", "direction") => direction(text).is_some() || text == "1",
        (_, "width_meaning") => width_meaning(text).is_some(),
        (_, "parking_left" | "parking_right") => parking(text).is_some(),
        (_, "access" | "motor" | "foot" | "emergency") => permission(text).is_some(),
        ("obstacles", "kind") => obstacle(text).is_some(),
        ("hydrants", "kind") => hydrant(text).is_some(),
        ("water_sources", "kind") => water_source(text).is_some(),
        ("stations", "kind") => station(text).is_some(),
        ("sites", "kind") => site(text).is_some(),
        ("zones", "kind") => zone(text).is_some(),
        (_, "status") => service(text).is_some(),
        (_, "layout") => layout(text).is_some(),
        (_, "structure") => structure(text).is_some(),
        (_, "fire_grade") => fire_grade(text).is_some(),
        (_, "usage") => building_use(text).is_some(),
        (_, "grade") => grade(text).is_some(),
        _ => true,
    }
}

/// Yes or no.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" | "t" | "y" | "1" | "10" | "是" | "有" | "对" | "√" | "viaduct" | "buildingpassage"
        | "culvert" | "covered" | "roof" | "arcade" => Some(true),
        "no" | "false" | "f" | "n" | "0" | "00" | "否" | "无" | "非" | "×" | "不" => Some(false),
        _ => None,
    }
}

/// A road's class, and whether it is a link.
pub(crate) fn road_class(text: &str) -> Option<(RoadClass, bool)> {
    if text.contains("匝道") || text == "ramp" {
        return Some((RoadClass::Unknown, true));
    }
    let (body, is_link) = match text.strip_suffix("link") {
        Some(body) if !body.is_empty() => (body, true),
        _ => (text, false),
    };
    let class = by_code(body, RoadClass::ALL, RoadClass::code).or_else(|| {
        find(
            body,
            &[
                (&["高速公路", "高速", "freeway", "interstate", "expressway"], RoadClass::Motorway),
                (&["快速路", "城市快速路", "国道"], RoadClass::Trunk),
                (
                    &[
                        "主干路",
                        "主干道",
                        "城市主干路",
                        "干路",
                        "arterial",
                        "majorroad",
                        "major",
                        "省道",
                        "principalarterial",
                    ],
                    RoadClass::Primary,
                ),
                (&["次干路", "次干道", "城市次干路", "minorarterial", "县道"], RoadClass::Secondary),
                (&["支路", "城市支路", "collector", "乡道", "街道"], RoadClass::Tertiary),
                (&["local", "localroad", "minor", "minorroad", "road", "村道", "其他道路"], RoadClass::Unclassified),
                (&["localstreet", "street", "居住区道路", "小区道路", "小区路", "住宅区道路"], RoadClass::Residential),
                (&["内部道路", "驿道", "driveway", "private", "专用道路", "通道"], RoadClass::Service),
                (&["巷", "巷道", "里弄", "弄", "胡同", "街巷", "巷弄", "背街小巷", "lane"], RoadClass::Alley),
                (&["步行街", "商业步行街", "pedestrianstreet", "mall"], RoadClass::Pedestrian),
                (
                    &["步道", "人行道", "人行步道", "步行道", "sidewalk", "walkway", "crossing", "人行天桥"],
                    RoadClass::Footway,
                ),
                (&["小路", "小径", "trail"], RoadClass::Path),
                (&["梯道", "台阶", "阶梯", "梯坎", "石阶", "stairs", "stairway", "步梯", "stair"], RoadClass::Steps),
                (&["机耕路", "土路", "fieldtrack"], RoadClass::Track),
                (&["自行车道", "绿道", "bikepath"], RoadClass::Cycleway),
                (&["~快速"], RoadClass::Trunk),
                (&["~主干"], RoadClass::Primary),
                (&["~次干"], RoadClass::Secondary),
                (&["~支路"], RoadClass::Tertiary),
                (&["~梯", "~台阶"], RoadClass::Steps),
                (&["~巷"], RoadClass::Alley),
            ],
        )
    })?;
    Some((class, is_link))
}

/// Which way a road may be driven.
pub(crate) fn direction(text: &str) -> Option<Direction> {
    by_code(text, Direction::ALL, Direction::code).or_else(|| {
        find(
            text,
            &[
                (
                    &["yes", "true", "1", "10", "是", "单行", "单向", "ft", "顺", "顺向", "正向", "t"],
                    Direction::Forward,
                ),
                (&["1reverse", "reverse", "反", "反向", "逆向", "tf", "逆"], Direction::Backward),
                (
                    &["no", "false", "0", "00", "否", "双向", "双行", "b", "f", "非单行", "alternating", "reversible"],
                    Direction::Both,
                ),
            ],
        )
    })
}

/// Direction as a signed number says it: minus one is against the line.
pub(crate) fn direction_of_number(text: &str) -> Option<Direction> {
    match text.trim() {
        "-1" | "-1.0" => Some(Direction::Backward),
        _ => None,
    }
}

/// What a stated width is the width of.
pub(crate) fn width_meaning(text: &str) -> Option<WidthMeaning> {
    by_code(text, WidthMeaning::ALL, WidthMeaning::code).or_else(|| {
        find(
            text,
            &[
                (&["净宽", "~净"], WidthMeaning::Clear),
                (&["车行道", "路面", "~路面"], WidthMeaning::Carriageway),
                (&["row", "红线", "~红线"], WidthMeaning::RightOfWay),
                (&["估计", "估算", "estimate"], WidthMeaning::Estimated),
                (&["限宽", "maxwidth"], WidthMeaning::Limit),
            ],
        )
    })
}

/// Whether a road may be used.
pub(crate) fn permission(text: &str) -> Option<Permission> {
    by_code(text, Permission::ALL, Permission::code).or_else(|| {
        find(
            text,
            &[
                (&["designated", "permissive", "official", "public", "允许", "可", "是", "true"], Permission::Yes),
                (
                    &["private", "destination", "delivery", "customers", "permit", "residents", "限制", "内部"],
                    Permission::Limited,
                ),
                (&["no", "禁止", "禁行", "否", "false", "forbidden"], Permission::No),
            ],
        )
    })
}

/// How vehicles are parked.
pub(crate) fn parking(text: &str) -> Option<ParkingKind> {
    by_code(text, ParkingKind::ALL, ParkingKind::code).or_else(|| {
        find(
            text,
            &[
                (&["no", "noparking", "nostopping", "无", "禁停", "false", "否"], ParkingKind::None),
                (&["平行", "平行式", "lane", "onstreet"], ParkingKind::Parallel),
                (&["斜列", "斜列式", "斜停"], ParkingKind::Diagonal),
                (&["垂直", "垂直式"], ParkingKind::Perpendicular),
                (&["halfonkerb", "onkerb", "占道", "半占道", "路缘"], ParkingKind::HalfOnKerb),
                (&["yes", "有", "是", "true", "停车"], ParkingKind::Unknown),
            ],
        )
    })
}

/// What stands in the way.
pub(crate) fn obstacle(text: &str) -> Option<ObstacleKind> {
    by_code(text, ObstacleKind::ALL, ObstacleKind::code).or_else(|| {
        find(
            text,
            &[
                (
                    &["挡墙", "挡土墙", "陡坎", "坎", "retainingwall", "cliff", "embankment", "~挡墙"],
                    ObstacleKind::Drop,
                ),
                (&["墙", "围墙", "院墙", "citywall", "~墙"], ObstacleKind::Wall),
                (&["栅栏", "栏杆", "护栏", "围栏", "guardrail", "handrail", "~栏"], ObstacleKind::Fence),
                (&["绿篱", "树篱"], ObstacleKind::Hedge),
                (&["升降杆", "道闸", "栏杆机", "swinggate", "liftgate", "barriergate"], ObstacleKind::LiftGate),
                (&["门", "大门", "铁门", "~大门"], ObstacleKind::Gate),
                (&["桩", "隔离桩", "石墩", "车止石", "阻车桩", "~桩", "~墩"], ObstacleKind::Bollard),
                (&["隔离墩", "水马", "jerseybarrier", "concreteblock"], ObstacleKind::Block),
                (&["路缘石", "路沿", "curb"], ObstacleKind::Kerb),
                (&["树", "树木", "行道树", "古树", "~树"], ObstacleKind::Tree),
                (&["棚", "违建", "违章建筑", "搭建", "雨棚", "~棚", "~违"], ObstacleKind::Shed),
                (&["摊", "摊位", "摊点", "~摊"], ObstacleKind::Stall),
                (&["停车", "车辆", "停放车辆", "parking", "car", "~停车"], ObstacleKind::ParkedCar),
                (&["杆", "电杆", "路灯", "灯杆", "电线杆", "streetlamp", "powerpole", "~杆"], ObstacleKind::Pole),
                (&["铁路", "轨道", "railway"], ObstacleKind::Rail),
                (
                    &["牌坊", "拱", "拱门", "门洞", "过街楼", "限高架", "heightrestrictor", "~拱", "~牌坊"],
                    ObstacleKind::Arch,
                ),
                (&["电线", "线缆", "架空线", "招牌", "广告牌", "横幅", "wire", "~线"], ObstacleKind::Overhead),
                (&["cyclebarrier", "motorcyclebarrier", "s形栏"], ObstacleKind::Chicane),
                (&["链", "铁链"], ObstacleKind::Chain),
                (&["出入口", "入口"], ObstacleKind::Entrance),
                (&["水", "河", "岸线"], ObstacleKind::Water),
                (&["其他", "其它"], ObstacleKind::Other),
            ],
        )
    })
}

/// What a building is built of.
pub(crate) fn structure(text: &str) -> Option<BuildingStructure> {
    by_code(text, BuildingStructure::ALL, BuildingStructure::code).or_else(|| {
        find(
            text,
            &[
                (&["砖木", "砖木结构", "~砖木"], BuildingStructure::BrickTimber),
                (&["木", "木结构", "木构", "wood", "timberframing", "穿斗", "~木结构"], BuildingStructure::Timber),
                (&["混合", "砖混", "混合结构", "砖混结构", "~混合", "~砖混"], BuildingStructure::Mixed),
                (
                    &["钢筋混凝土", "钢混", "框架", "钢砼", "rc", "reinforcedconcrete", "~混凝土", "~框架", "~剪力墙"],
                    BuildingStructure::Concrete,
                ),
                (&["钢", "钢结构", "metal", "~钢结构"], BuildingStructure::Steel),
                (
                    &["砖", "砖石", "石", "砌体", "brick", "stone", "bricks", "~砖石", "~砌体"],
                    BuildingStructure::Masonry,
                ),
            ],
        )
    })
}

/// Fire-resistance grade.
pub(crate) fn fire_grade(text: &str) -> Option<u8> {
    match text.trim_end_matches("耐火等级").trim_end_matches('级').trim_end_matches("0").trim_end_matches('.') {
        "1" | "一" | "i" | "ⅰ" => Some(1),
        "2" | "二" | "ii" | "ⅱ" => Some(2),
        "3" | "三" | "iii" | "ⅲ" => Some(3),
        "4" | "四" | "iv" | "ⅳ" => Some(4),
        _ => None,
    }
}

/// What a building is used for.
pub(crate) fn building_use(text: &str) -> Option<BuildingUse> {
    by_code(text, BuildingUse::ALL, BuildingUse::code).or_else(|| {
        find(
            text,
            &[
                (
                    &[
                        "residential",
                        "apartments",
                        "house",
                        "detached",
                        "dormitory",
                        "terrace",
                        "住宅",
                        "居住",
                        "民居",
                        "宿舍",
                        "semidetachedhouse",
                        "bungalow",
                        "~住宅",
                        "~居",
                    ],
                    BuildingUse::Dwelling,
                ),
                (
                    &["餐饮", "酒店", "旅馆", "民宿", "hotel", "restaurant", "宾馆", "guesthouse", "~餐", "~酒店"],
                    BuildingUse::Catering,
                ),
                (&["博物馆", "展览", "纪念馆", "陈列馆", "~博物", "~展"], BuildingUse::Museum),
                (
                    &[
                        "church",
                        "temple",
                        "mosque",
                        "chapel",
                        "cathedral",
                        "shrine",
                        "寺庙",
                        "教堂",
                        "道观",
                        "宗教",
                        "~寺",
                        "~教堂",
                    ],
                    BuildingUse::Worship,
                ),
                (&["办公", "写字楼", "government", "行政办公", "~办公"], BuildingUse::Office),
                (&["商店", "商业", "retail", "commercial", "supermarket", "kiosk", "商铺", "~商"], BuildingUse::Shop),
                (&["仓库", "仓储", "warehouse", "shed", "garage", "garages", "~仓"], BuildingUse::Storage),
                (&["工业", "厂房", "factory", "manufacture", "~厂"], BuildingUse::Industrial),
                (
                    &[
                        "hospital",
                        "school",
                        "kindergarten",
                        "university",
                        "college",
                        "cinema",
                        "theatre",
                        "stadium",
                        "医院",
                        "学校",
                        "幼儿园",
                        "影院",
                        "剧院",
                        "体育馆",
                        "~医院",
                        "~学校",
                        "~校",
                    ],
                    BuildingUse::Assembly,
                ),
                (&["空置", "闲置", "废弃", "ruins", "abandoned"], BuildingUse::Vacant),
                (&["公共", "公共建筑", "civic", "trainstation", "transportation", "~公共"], BuildingUse::Public),
                (
                    &["yes", "building", "其他", "不明", "true", "buildingpart", "roof", "construction"],
                    BuildingUse::Unknown,
                ),
            ],
        )
    })
}

/// Whether a source of water works.
pub(crate) fn service(text: &str) -> Option<Service> {
    by_code(text, Service::ALL, Service::code).or_else(|| {
        find(
            text,
            &[
                (
                    &[
                        "正常",
                        "在用",
                        "完好",
                        "可用",
                        "使用",
                        "使用中",
                        "良好",
                        "启用",
                        "active",
                        "operational",
                        "ok",
                        "good",
                        "yes",
                        "true",
                        "1",
                        "是",
                        "inuse",
                    ],
                    Service::InService,
                ),
                (
                    &[
                        "停用",
                        "损坏",
                        "故障",
                        "报废",
                        "拆除",
                        "废弃",
                        "无水",
                        "不可用",
                        "维修",
                        "inactive",
                        "broken",
                        "abandoned",
                        "no",
                        "false",
                        "0",
                        "否",
                        "oos",
                        "removed",
                        "~停用",
                        "~损坏",
                        "~故障",
                        "~无水",
                    ],
                    Service::OutOfService,
                ),
            ],
        )
    })
}

/// How a hydrant is built.
pub(crate) fn hydrant(text: &str) -> Option<HydrantKind> {
    by_code(text, HydrantKind::ALL, HydrantKind::code).or_else(|| {
        find(
            text,
            &[
                (
                    &["地上", "地上式", "地面", "drybarrel", "wetbarrel", "standpipe", "h1", "上", "~地上"],
                    HydrantKind::Pillar,
                ),
                (&["地下", "地下式", "下", "flush", "~地下"], HydrantKind::Underground),
                (&["墙壁", "墙壁式", "墙式", "壁式", "~墙"], HydrantKind::Wall),
                (&["干式", "干管", "dryhydrant", "h2", "dryriser", "pipe"], HydrantKind::DryRiser),
            ],
        )
    })
}

/// What a source of water is.
pub(crate) fn water_source(text: &str) -> Option<WaterSourceKind> {
    by_code(text, WaterSourceKind::ALL, WaterSourceKind::code).or_else(|| {
        find(
            text,
            &[
                (
                    &["水池", "消防水池", "池塘", "塘", "firewaterpond", "cistern", "~水池", "~塘"],
                    WaterSourceKind::Pond,
                ),
                (&["水箱", "水罐", "watertank", "蓄水池", "~水箱", "~蓄水"], WaterSourceKind::Tank),
                (&["水缸", "太平缸", "水缸群", "~缸"], WaterSourceKind::Jars),
                (
                    &["取水口", "天然水源", "河流取水", "码头", "江边取水", "river", "lake", "~取水", "~河", "~江"],
                    WaterSourceKind::Intake,
                ),
                (
                    &[
                        "取水点",
                        "吸水点",
                        "dryhydrant",
                        "draftingsite",
                        "pressurizedhydrant",
                        "h2",
                        "h3",
                        "h4",
                        "~吸水",
                    ],
                    WaterSourceKind::SuctionPoint,
                ),
                (&["游泳池", "泳池", "swimmingpool", "~泳池"], WaterSourceKind::Pool),
            ],
        )
    })
}

/// How a main is laid.
pub(crate) fn layout(text: &str) -> Option<MainLayout> {
    by_code(text, MainLayout::ALL, MainLayout::code).or_else(|| {
        find(
            text,
            &[(&["环状", "环", "环网", "~环"], MainLayout::Ring), (&["枝状", "支状", "枝", "~枝"], MainLayout::Branch)],
        )
    })
}

/// What kind of station it is.
pub(crate) fn station(text: &str) -> Option<StationKind> {
    by_code(text, StationKind::ALL, StationKind::code).or_else(|| {
        find(
            text,
            &[
                (&["一级", "一级站", "一级普通消防站", "一级普通站", "~一级"], StationKind::First),
                (&["二级", "二级站", "二级普通消防站", "二级普通站", "~二级"], StationKind::Second),
                (&["小型", "小型站", "小型消防站", "小型普通消防站", "~小型"], StationKind::Small),
                (&["特勤", "特勤站", "特勤消防站", "~特勤"], StationKind::Special),
                (&["微型", "微型站", "微型消防站", "~微型"], StationKind::Micro),
                (&["消防点", "执勤点", "~执勤点", "~消防点"], StationKind::FirePoint),
                (&["firestation", "消防站", "消防队"], StationKind::Unknown),
            ],
        )
    })
}

/// What kind of protected place a site is.
pub(crate) fn site(text: &str) -> Option<SiteKind> {
    by_code(text, SiteKind::ALL, SiteKind::code).or_else(|| {
        find(
            text,
            &[
                (
                    &["文物", "文物建筑", "文保单位", "文物保护单位", "~文物", "~文保", "~国保", "~市保", "~区保"],
                    SiteKind::Relic,
                ),
                (&["历史建筑", "优秀历史建筑", "~历史建筑"], SiteKind::HistoricBuilding),
                (&["历史文化街区", "历史街区", "~街区", "~风貌保护区", "~历史文化风貌区"], SiteKind::HistoricBlock),
                (&["传统风貌区", "风貌区", "~风貌"], SiteKind::CharacterArea),
            ],
        )
    })
}

/// The level of protection; of several in one text the highest.
pub(crate) fn grade(text: &str) -> Option<Grade> {
    by_code(text, Grade::ALL, Grade::code).or_else(|| {
        find(
            text,
            &[
                (&["国保", "国家级", "全国重点", "~全国重点", "~国家级", "~国保"], Grade::National),
                (
                    &["市保", "省保", "市级", "省级", "~市文物保护单位", "~省文物保护单位", "~市级", "~省级", "~市保"],
                    Grade::Municipal,
                ),
                (&["区保", "县保", "区级", "县级", "~区级", "~县级", "~区文物保护单位", "~区保"], Grade::District),
                (&["一般", "登记", "未定级", "~一般不可移动", "~保护点", "~尚未核定", "~登记"], Grade::Registered),
            ],
        )
    })
}

/// What an area stands for.
pub(crate) fn zone(text: &str) -> Option<ZoneKind> {
    by_code(text, ZoneKind::ALL, ZoneKind::code).or_else(|| {
        find(
            text,
            &[
                (&["研究范围", "规划范围", "~研究范围"], ZoneKind::Study),
                (&["行政区", "区县", "区"], ZoneKind::District),
                (&["街道", "镇街", "街镇"], ZoneKind::Subdistrict),
                (&["社区", "村", "居委会"], ZoneKind::Community),
                (&["历史文化街区", "历史街区", "~历史文化街区"], ZoneKind::HistoricBlock),
                (&["传统风貌区", "风貌区", "~风貌"], ZoneKind::CharacterArea),
                (&["核心保护范围", "核心保护区", "~核心"], ZoneKind::Core),
                (&["保护范围", "~保护范围"], ZoneKind::Protection),
                (&["建设控制地带", "建控地带", "~控制地带"], ZoneKind::Control),
                (&["公园", "绿地", "garden", "~公园", "~绿地"], ZoneKind::Park),
                (&["水域", "水体", "河流", "湖泊", "river", "lake", "~水域"], ZoneKind::Water),
                (&["防火隔离带", "隔离带", "~隔离带"], ZoneKind::Firebreak),
                (&["车行道", "路面", "kerb", "road"], ZoneKind::Carriageway),
                (&["空地", "广场", "停车场", "square", "parking", "~广场", "~停车场"], ZoneKind::Open),
                (&["危险源", "加油站", "危化品", "~加油", "~危"], ZoneKind::Hazard),
            ],
        )
    })
}
