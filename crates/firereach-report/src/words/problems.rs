//! What the codes of problems stand for, and in Chinese how to mend them.

use super::Language;

/// Codes with what they stand for in English and in Chinese, and the repair in Chinese.
///
/// Every problem states its own repair in English, made for its case.
const PROBLEMS: &[(&str, &str, &str, &str)] = &[
    ("AREA-OUTSIDE", "a site outside of the study's area", "对象位于研究范围之外", "无需处理，或扩大研究文件的 area"),
    ("COUNT-EXPECTED", "another number than the study expects", "数量与研究文件预期不符", "补全数据，或改正预期数量"),
    ("CRS-ABSENT", "a source without a coordinate system", "来源未注明坐标系", "在研究文件中为该来源写明 crs"),
    ("CRS-APART", "a source far from the others", "来源与其他数据相距过远", "核对坐标系，并确认该来源属于本市"),
    (
        "CRS-DATUM-UNDECIDED",
        "a datum that the data cannot decide",
        "无法由数据判定是否为 GCJ-02 或 BD-09",
        "在研究文件中写明 crs：EPSG:4490、gcj02 或 bd09",
    ),
    ("CRS-NO-PLACE", "positions that are no places", "坐标无效", "在源数据中改正坐标"),
    ("CRS-STRAY", "a feature far from the rest", "要素远离其余数据", "在源数据中改正该要素坐标"),
    ("ID-DUPLICATE", "an identifier a second time", "编号重复", "各要素使用不同编号"),
    (
        "IO-COLUMN-UNIT",
        "a column whose unit nobody states",
        "列的单位不明，整列不采用",
        "在研究文件的 fields 中写明该列的 unit",
    ),
    ("IO-COORD-GARBAGE", "a coordinate that cannot be read", "坐标无法识别", "在源数据中改正坐标"),
    ("IO-COORD-SWAPPED", "coordinates in the other order", "坐标次序颠倒", "核对东、北坐标的列次序"),
    (
        "IO-CRS-GEOJSON",
        "GeoJSON with a coordinate system of its own",
        "GeoJSON 自带坐标系声明",
        "GeoJSON 应为 WGS 84，或在研究文件中写明 crs",
    ),
    ("IO-CRS-MISSING", "a file without a coordinate system", "文件无坐标系", "在研究文件中写明 crs"),
    (
        "IO-DRAWING-LAYER",
        "a drawing layer that nothing names",
        "图纸图层未映射",
        "需要时在 drawing_layers 中映射该图层",
    ),
    ("IO-DRAWING-TEXT", "text of a drawing", "图纸文字", "无需处理；需要时将文字内容写入属性"),
    ("IO-DUPLICATE", "a copy of another row", "与另一行完全相同", "删除重复行"),
    ("IO-EPANET-LINE", "a line of an EPANET file that cannot be read", "EPANET 文件行无法识别", "改正该行"),
    ("IO-EPANET-RESERVOIR", "a reservoir at the edge of a model", "管网模型边界水库", "如有取水口，另列为水源"),
    ("IO-GEOM-AS-POINT", "an area or line where a point is meant", "应为点而给出线或面", "给出取水点或出入口位置"),
    ("IO-GEOM-BROKEN", "a geometry that cannot be read", "几何无法读取", "在源数据中修复几何"),
    ("IO-GEOM-CROSSING", "rings that cross themselves", "面边界自相交", "在源数据中修复边界"),
    ("IO-GEOM-CURVE", "curves", "曲线几何", "无需处理；已按折线近似"),
    ("IO-GEOM-EMPTY", "an empty geometry", "几何为空", "补绘该要素"),
    ("IO-GEOM-HOLE", "a hole outside of its polygon", "孔洞位于面外", "在源数据中修复孔洞"),
    ("IO-GEOM-LINE-AS-AREA", "a closed line taken as an area", "闭合线按面处理", "若为轮廓则无需处理"),
    ("IO-GEOM-MISSING", "a row without a geometry", "缺少几何", "补绘该要素"),
    ("IO-GEOM-NAN", "a coordinate that is no number", "坐标非数值", "在源数据中改正坐标"),
    ("IO-GEOM-NO-AREA", "an area without extent", "面积为零", "在源数据中改正轮廓"),
    ("IO-GEOM-TYPE", "a geometry of another kind", "几何类型不符", "按图层要求的类型绘制"),
    ("IO-GEOM-UNCLOSED", "an open ring", "环未闭合", "闭合该环；此处已自动闭合"),
    ("IO-GEOM-ZERO-LENGTH", "a line without length", "线长度为零", "删除或重新绘制"),
    ("IO-ID-DUPLICATE", "an identifier a second time", "编号重复", "各要素使用不同编号"),
    ("IO-ID-MISSING", "a feature without an identifier", "缺少编号", "补充编号"),
    ("IO-JSON-NAN", "a number that JSON has not", "JSON 中出现非数值", "改正该值"),
    ("IO-ROAD-DIRECTED", "one line for each direction", "每方向各一条线", "每条道路一条线，方向另列"),
    ("IO-ROAD-DUPLICATE", "a road a second time", "道路重复", "删除其中之一"),
    ("IO-ROAD-TWICE", "a road that runs along another one", "道路与另一道路重叠", "每条道路只保留一条线"),
    ("IO-ROAD-WIDTH", "an unusual width of a road", "道路宽度异常", "核对宽度及其单位"),
    ("IO-SHP-NO-INDEX", "a shapefile without its .shx", "Shapefile 缺少 .shx", "补充 .shx 文件"),
    ("IO-SHP-NO-TABLE", "a shapefile without its .dbf", "Shapefile 缺少 .dbf", "补充 .dbf 文件"),
    (
        "IO-TEXT-CPG",
        "an encoding that the bytes contradict",
        "声明的编码与内容不符",
        "改正 .cpg，或在研究文件中写明 encoding",
    ),
    ("IO-TEXT-CUT", "a text cut within a character", "文字被截断", "加长字段后重新导出"),
    ("IO-TEXT-LOST", "characters lost in the file", "文字已丢失", "以正确编码重新导出"),
    ("IO-VALUE-GARBAGE", "a value that cannot be read", "数值无法识别", "改正该值"),
    ("IO-VALUE-IMPLAUSIBLE", "a value that cannot be", "数值不合理", "核对数值及其单位"),
    ("IO-VALUE-LIST", "several values in one cell", "一格多值", "在数值变化处拆分要素"),
    ("IO-VALUE-ZERO", "zero where nothing was measured", "以零代替未测", "未测处留空"),
    ("IO-WATER-KIND", "an unknown kind of water source", "水源类型未知", "改用已知类型"),
    ("IO-WORD-UNKNOWN", "an unknown word", "词语未知", "在 fields 中为该词建立对应"),
    ("IO-ZONE-KIND", "an unknown kind of area", "区域类型未知", "改用已知类型"),
    ("LANE-THROUGH-BUILDING", "a lane through a building", "道路穿过建筑", "注明过街楼及其宽高，或将线绘于建筑旁"),
    ("LANE-WIDTH-CONTRADICTED", "a stated width that does not fit", "标注宽度大于实际间距", "现场实测；此前以间距为准"),
    ("NET-CROSSING", "lines that cross without a node", "道路相交而无节点", "补充节点或层级"),
    ("NET-DANGLE", "an end that nearly touches", "端点未接上", "能通行时予以连接"),
    ("NET-DUPLICATE", "a road a second time", "道路重复", "删除其中之一"),
    ("NET-ISLAND", "roads without a way to the others", "道路与路网不连通", "补充缺失的路口或道路；范围边缘属正常"),
    ("NET-LENGTH", "a road without length", "道路长度为零", "删除或重新绘制"),
    ("NET-RESTRICTION", "a turn restriction that fits no junction", "转向限制与路口不符", "改正转向限制的成员"),
    ("NET-TEE", "an end that meets a line without a node", "端点接于线上而无节点", "在该处补充节点"),
    ("OSM-AREA-FLAT", "an outline that encloses nothing", "轮廓不成面", "在源数据中改正轮廓"),
    ("OSM-AREA-MEMBERS", "an outline with parts missing", "轮廓成员缺失", "按完整要素重新提取"),
    ("OSM-AREA-NONE", "an area without an outline", "区域无轮廓", "在源数据中绘制轮廓"),
    ("OSM-AREA-OPEN", "an open outline", "轮廓未闭合", "在源数据中闭合轮廓"),
    ("OSM-AREA-REPAIR", "an outline that was repaired", "轮廓已修复", "在源数据中改正轮廓"),
    ("OSM-BARRIER-STATE", "a barrier that does not stand", "障碍物不存在或未建", "无需处理"),
    ("OSM-BUILDING-WORD", "no building", "非建筑", "无需处理"),
    ("OSM-HAZARD-POINT", "a hazard drawn as a point", "危险源仅以点表示", "绘制其范围"),
    ("OSM-HIGHWAY-WORD", "an unknown kind of road", "道路类型未知", "改正 highway 标签"),
    ("OSM-HYDRANT-SUCTION", "a hydrant without pressure", "无压消火栓", "无需处理：按无压计，须由消防车吸水"),
    ("OSM-ID-REPEAT", "an element a second time", "要素重复", "用 osmium merge 合并提取文件"),
    ("OSM-NODE-PLACE", "a node without a place", "节点无坐标", "在源数据中改正坐标"),
    ("OSM-OUTLINE-TWICE", "an outline that is drawn twice", "轮廓重复", "每栋建筑保留一个要素"),
    ("OSM-ROAD-STATE", "a road that is not in use", "道路未启用", "无需处理"),
    ("OSM-SITE-STATE", "a place that does not stand", "对象已不存在", "无需处理"),
    ("OSM-STATION-TWICE", "a station that is drawn twice", "消防站重复", "保留轮廓，删除点"),
    ("OSM-TAG-VALUE", "a tag that cannot be read", "标签值无法识别", "改正标签，或现场核实"),
    ("OSM-TURN-APART", "a turn whose roads do not meet", "转向限制的道路不相接", "改正关系成员"),
    ("OSM-TURN-MANY", "a turn with several roads", "转向限制含多条道路", "拆分该关系"),
    ("OSM-TURN-MEMBERS", "a turn with members missing", "转向限制成员缺失", "补全关系成员"),
    ("OSM-TURN-OTHERS", "a turn for some only", "转向限制仅对部分车辆或时段", "无需处理"),
    ("OSM-TURN-OUTSIDE", "a turn at the edge of the extract", "转向限制超出提取范围", "无需处理"),
    ("OSM-TURN-ROAD", "a turn on a road not in use", "转向限制的道路未启用", "改正关系成员"),
    ("OSM-TURN-WORD", "an unknown turn restriction", "转向限制类型未知", "改正标签"),
    (
        "OSM-WAY-NODES",
        "a way without its nodes",
        "道路节点缺失",
        "按完整要素提取（osmium extract --strategy complete_ways）",
    ),
    ("OSM-WAY-REPEAT", "a node twice in a row", "道路节点连续重复", "无需处理"),
    ("TERRAIN-BESIDE", "terrain beside the city", "高程文件与数据不重叠", "从研究文件中移除，或核对坐标系"),
    ("WATER-TEST-LATER", "tests after the day of the study", "检测日期晚于基准日", "写明 rules_as_of，或改正日期"),
];

impl Language {
    /// What a code of a problem stands for, and in Chinese how to mend it; empty for a code that is not listed.
    pub fn problem(self, code: &str) -> String {
        let known = PROBLEMS.binary_search_by_key(&code, |problem| problem.0).ok().map(|index| PROBLEMS[index]);
        match (known, self) {
            (None, _) => String::new(),
            (Some((_, english, ..)), Self::English) => english.to_owned(),
            (Some((_, _, chinese, repair)), Self::Chinese) => format!("{chinese}；{repair}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_so_that_each_is_found() {
        assert!(PROBLEMS.is_sorted_by_key(|problem| problem.0));
        assert_eq!(Language::English.problem("NET-TEE"), "an end that meets a line without a node");
        assert!(Language::Chinese.problem("CRS-STRAY").contains("坐标"));
        assert_eq!(Language::Chinese.problem("NO-SUCH"), "");
    }
}
