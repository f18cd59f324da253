//! Chinese for the sentences that findings give as reasons.
//!
//! Findings say why in one line of plain English, made from a few patterns. What no pattern knows stays as it is, so that
//! nothing is lost.

mod patterns;

use patterns::PATTERNS;

/// How deep reasons stand in each other.
const DEPTH: u8 = 10;

/// The Chinese of a reason; what no pattern knows stays as it is.
pub fn in_chinese(text: &str) -> String {
    translate(text, DEPTH)
}

fn translate(text: &str, depth: u8) -> String {
    if depth == 0 || text.is_empty() {
        return text.to_owned();
    }
    for pattern in &PREPARED {
        if let Some(holes) = pattern.holes(text) {
            let mut pieces = pattern.chinese.split("{}");
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
    if let Some((low, high)) = text.split_once(" to ").filter(|(low, high)| is_number(low) && is_number(high)) {
        return format!("{low} 至 {high}");
    }
    // A list, unless one of its parts stays English: then it may be a name.
    let parts: Vec<&str> = text.split(", ").flat_map(|part| part.split(" and ")).collect();
    if parts.len() > 1 {
        let chinese: Vec<String> = parts.iter().map(|part| translate(part, depth - 1)).collect();
        if parts.iter().zip(&chinese).all(|(part, own)| part != own || is_code(part)) {
            return match chinese.split_last() {
                Some((last, others)) if text.contains(" and ") => format!("{}和{last}", others.join("、")),
                _ => chinese.join("、"),
            };
        }
    }
    text.to_owned()
}

/// Whether a text is a number, with or without a percent sign.
fn is_number(text: &str) -> bool {
    text.strip_suffix(" %").unwrap_or(text).parse::<f64>().is_ok()
}

/// Whether a text is an identifier: one word with a digit.
fn is_code(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.contains(|c: char| c.is_ascii_digit())
}

/// A pattern as it is looked for: what a text must begin with, what it must end with, and the pieces between its holes.
struct Pattern {
    english: &'static str,
    chinese: &'static str,
    /// Before the first hole; the whole of a pattern without holes.
    head: &'static str,
    /// After the last hole; `None` without holes.
    tail: Option<&'static str>,
}

/// All patterns, taken apart when the program is built.
static PREPARED: [Pattern; PATTERNS.len()] = {
    const EMPTY: Pattern = Pattern { english: "", chinese: "", head: "", tail: None };
    let mut all = [EMPTY; PATTERNS.len()];
    let mut index = 0;
    while index < PATTERNS.len() {
        let (english, chinese) = PATTERNS[index];
        let head = match hole_at(english, 0) {
            Some(first) => english.split_at(first).0,
            None => english,
        };
        all[index] = Pattern { english, chinese, head, tail: tail_of(english) };
        index += 1;
    }
    all
};

/// Where the first hole at or after a place begins.
const fn hole_at(pattern: &str, from: usize) -> Option<usize> {
    let bytes = pattern.as_bytes();
    let mut at = from;
    while at + 1 < bytes.len() {
        if bytes[at] == b'{' && bytes[at + 1] == b'}' {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn tail_of(pattern: &'static str) -> Option<&'static str> {
    let mut rest = None;
    let mut from = 0;
    while let Some(at) = hole_at(pattern, from) {
        from = at + 2;
        rest = Some(pattern.split_at(from).1);
    }
    rest
}

impl Pattern {
    /// What stands in the holes, if the text has this form; a hole holds no `; `, unless it is the last one and follows a
    /// colon.
    fn holes<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let Some(tail) = self.tail else { return (text == self.head).then(Vec::new) };
        // Most patterns do not fit, and most of these already at an end of the text.
        let inner = text.strip_prefix(self.head)?.strip_suffix(tail)?;
        let between = &self.english[self.head.len() + 2..self.english.len() - tail.len()];
        let mut holes = Vec::new();
        let mut rest = inner;
        // Between the first hole and the last every piece has a hole behind it.
        for piece in between.strip_suffix("{}").into_iter().flat_map(|pieces| pieces.split("{}")) {
            let (hole, after) = rest.split_once(piece)?;
            holes.push(hole);
            rest = after;
        }
        holes.push(rest);
        let may_go_on = tail.is_empty() && self.english.ends_with(": {}");
        let (last, others) = holes.split_last()?;
        let is_plain = |hole: &str| !hole.is_empty() && !hole.contains("; ");
        let fits = others.iter().all(|hole| is_plain(hole)) && !last.is_empty() && (may_go_on || is_plain(last));
        fits.then_some(holes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn codes_and_spans_are_joined_as_a_chinese_sentence_joins_them() {
        check("good tests of H0277 and H0236 and H0221 would clear it", "若 H0277、H0236和H0221 实测合格即可消除");
        check("else 1 piece hydrant on main M0236 (ring)", "否则新建消火栓 1 处，于环状管 M0236 旁");
        check("lanes along 0 to 100 % and 0 % of its long sides", "两长边旁有车道的比例分别为 0 至 100 % 和 0 %");
        check(
            "if an engine gets there: 110 m3 pond on park P-1, and 1 piece dry riser along the 109 m of stairs from intake W050",
            "消防车能到达时：消防水池 110 m3，于公园 P-1，另加干式竖管 1 处，沿 109 m 梯道，自取水口 W050",
        );
    }

    #[test]
    fn what_a_remedy_hangs_on_is_said_in_chinese() {
        check(
            "on a condition that nobody knows to hold: 1 piece hydrant on main M1 (ring); if main M1 is at least DN100, which nobody tells",
            "前提尚待查明：新建消火栓 1 处，于环状管 M1 旁；以给水管 M1 不小于 DN100 为前提，管径不明",
        );
        check("if a place for it is found", "以找到合适地点为前提");
        check("3.0 m above the water at intake W-1", "高出水面 3.0 m，水位据取水口 W-1");
        check(
            "if the water there is at most 6 m below it, which nobody tells",
            "以该处水面低于平台不超过 6 m 为前提，水位不明",
        );
    }

    #[test]
    fn what_no_pattern_knows_stays_as_it_is() {
        check("something new; something more", "something new；something more");
        check("Tom and Jerry", "Tom and Jerry");
    }

    proptest! {
        #[test]
        fn a_pattern_is_found_where_a_slow_search_finds_it(index in 0..PATTERNS.len(), fill in "[a-z0-9]{1,3}", noise in "[a-z ;]{0,2}") {
            let text = PATTERNS[index].0.replace("{}", &fill) + &noise;
            for pattern in &PREPARED {
                let pieces: Vec<&str> = pattern.english.split("{}").collect();
                let may_go_on = pattern.english.ends_with(": {}");
                prop_assert_eq!(pattern.holes(&text).is_some(), slowly(&text, &pieces, true, may_go_on), "{}", pattern.english);
            }
        }
    }

    /// Whether a text has a pattern's form: the first piece stands here, then a hole that ends at the first place of the next piece, and so on; the last piece
    /// stands at the end.
    fn slowly(text: &str, pieces: &[&str], is_first: bool, may_go_on: bool) -> bool {
        let (piece, others) = pieces.split_first().expect("a pattern has a piece");
        let fits = |hole: &str, is_last: bool| !hole.is_empty() && (!hole.contains("; ") || is_last && may_go_on);
        if is_first {
            let Some(rest) = text.strip_prefix(piece) else { return false };
            return if others.is_empty() { rest.is_empty() } else { slowly(rest, others, false, may_go_on) };
        }
        if others.is_empty() {
            return text.strip_suffix(piece).is_some_and(|hole| fits(hole, true));
        }
        let last = pieces.last().expect("a pattern has a piece");
        // The end is the last piece's alone.
        let Some(room) = text.len().checked_sub(last.len()) else { return false };
        (0..=room)
            .filter(|at| text.is_char_boundary(*at))
            .find(|at| text[*at..room.max(*at)].starts_with(piece))
            .is_some_and(|at| fits(&text[..at], false) && slowly(&text[at + piece.len()..], others, false, may_go_on))
    }

    #[test]
    fn every_pattern_keeps_its_holes() {
        for (english, chinese) in PATTERNS {
            assert_eq!(english.matches("{}").count(), chinese.matches("{}").count(), "{english}");
        }
    }
}
