//! Column headers as people write them, made comparable.

use super::quantity::{half_width, is_unit};

/// A header with its unit taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Lower case, simplified, without blanks, underscores and brackets.
    pub(crate) name: String,
    /// The unit in brackets, after a slash or after the last underscore.
    pub(crate) unit: Option<String>,
    /// The name with a unit after the last underscore taken off, where there is one.
    pub(crate) stem: Option<String>,
}

/// Makes a header comparable: `流量（L/min）` is `流量` in `L/min`; `Width_cm` is `widthcm`, or `width` in `cm`.
pub(crate) fn plain(header: &str) -> Header {
    let header = half_width(header);
    let header = header.trim();
    let (mut body, mut unit) = (header.to_owned(), None);
    if let Some((before, after)) = header.split_once(['(', '[']) {
        let inside = after.trim_end_matches([')', ']', ' ']);
        body = before.to_owned();
        unit = is_unit(inside).then(|| inside.to_owned());
    } else if let Some((before, after)) = header.split_once('/')
        && is_unit(after)
    {
        body = before.to_owned();
        unit = Some(after.to_owned());
    }
    let mut stem = None;
    if unit.is_none()
        && let Some((before, after)) = body.rsplit_once('_')
        && is_unit(after)
        && !before.is_empty()
    {
        unit = Some(after.to_owned());
        stem = Some(compact(before));
    }
    Header { name: compact(&body), unit, stem }
}

/// Lower case and simplified, without blanks and joining signs.
pub(crate) fn compact(text: &str) -> String {
    half_width(text)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !"_-.:@#/\"'*".contains(*c))
        .map(simplified)
        .collect()
}

/// The simplified form of the traditional characters that occur in headers and codes of this field.
pub(crate) fn simplified(c: char) -> char {
    const PAIRS: &[(char, char)] = &[
        ('編', '编'),
        ('號', '号'),
        ('種', '种'),
        ('類', '类'),
        ('稱', '称'),
        ('經', '经'),
        ('緯', '纬'),
        ('壓', '压'),
        ('狀', '状'),
        ('態', '态'),
        ('寬', '宽'),
        ('級', '级'),
        ('層', '层'),
        ('構', '构'),
        ('結', '结'),
        ('單', '单'),
        ('雙', '双'),
        ('標', '标'),
        ('誌', '志'),
        ('點', '点'),
        ('區', '区'),
        ('鄉', '乡'),
        ('鎮', '镇'),
        ('說', '说'),
        ('產', '产'),
        ('權', '权'),
        ('開', '开'),
        ('關', '关'),
        ('東', '东'),
        ('時', '时'),
        ('間', '间'),
        ('樓', '楼'),
        ('車', '车'),
        ('輛', '辆'),
        ('長', '长'),
        ('淨', '净'),
        ('橋', '桥'),
        ('徑', '径'),
        ('墻', '墙'),
        ('牆', '墙'),
        ('壁', '壁'),
        ('損', '损'),
        ('壞', '坏'),
        ('廢', '废'),
        ('棄', '弃'),
        ('歷', '历'),
        ('屬', '属'),
        ('數', '数'),
        ('網', '网'),
        ('環', '环'),
        ('狀', '状'),
        ('幹', '干'),
        ('頭', '头'),
        ('門', '门'),
        ('樹', '树'),
        ('電', '电'),
    ];
    PAIRS.iter().find(|(traditional, _)| *traditional == c).map_or(c, |(_, simple)| *simple)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_unit_is_found_in_brackets_after_a_slash_and_after_an_underscore() {
        let shown = |header: &str| {
            let header = plain(header);
            (header.name, header.unit.unwrap_or_default(), header.stem.unwrap_or_default())
        };
        let of = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(shown("流量（L/min）"), of("流量", "L/min", ""));
        assert_eq!(shown("出水壓力/kPa"), of("出水压力", "kPa", ""));
        assert_eq!(shown("Width_cm"), of("widthcm", "cm", "width"));
        assert_eq!(shown("ST_NAME"), of("stname", "", ""));
        assert_eq!(shown("消防栓 編號"), of("消防栓编号", "", ""));
    }
}
