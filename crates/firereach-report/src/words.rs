//! Every word that a person reads, in Chinese and in English. Keys and codes stay English and are not here.

pub mod phrases;
mod problems;
mod things;

use firereach_model::bounds::Method;
use firereach_model::feature::{Grade, SiteKind, StationKind};
use firereach_model::findings::proposals::Firmness;
use firereach_model::findings::water::WaterClass;
use firereach_model::rules::{KnownFrom, Level, Verdict};

/// A language of reports and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    #[default]
    English,
}

/// The language or languages of a printed thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wording {
    /// Chinese alone.
    Chinese,
    /// English alone.
    English,
    /// Both, the Chinese first.
    #[default]
    Both,
}

impl Wording {
    /// Two phrases of one meaning as they are printed: one of them, or both unless they are the same.
    pub fn say(self, english: &str, chinese: &str) -> String {
        match self {
            Self::Chinese => chinese.to_owned(),
            Self::English => english.to_owned(),
            Self::Both if english == chinese => english.to_owned(),
            Self::Both => format!("{chinese} {english}"),
        }
    }

    /// What [`Language`] says of something, as it is printed.
    pub fn of<T: AsRef<str>>(self, say: impl Fn(Language) -> T) -> String {
        self.say(say(Language::English).as_ref(), say(Language::Chinese).as_ref())
    }
}

impl Language {
    /// The one of two phrases that is in this language.
    pub fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// A reason as findings give it; in Chinese as far as its pattern is known.
    pub fn reason(self, text: &str) -> String {
        match self {
            Self::Chinese => phrases::in_chinese(text),
            Self::English => text.to_owned(),
        }
    }

    /// A verdict.
    pub fn verdict(self, verdict: Verdict) -> &'static str {
        let (english, chinese) = match verdict {
            Verdict::Pass => ("pass", "符合"),
            Verdict::Unknown => ("unknown", "待查"),
            Verdict::ExemptWithPlan => ("exempt with plan", "不符合(可由防火安全保障方案替代)"),
            Verdict::AdvisoryFail => ("advisory fail", "不符合(宜)"),
            Verdict::MandatoryFail => ("mandatory fail", "不符合(应)"),
        };
        self.pick(english, chinese)
    }

    /// What became of a site's response, by the word that tables use.
    pub fn change(self, kind: &'static str) -> &'static str {
        let chinese = match kind {
            "new" => "新增可达",
            "gain" => "缩短",
            "same" => "不变",
            "loss" => "延长",
            "lost" => "不再可达",
            other => other,
        };
        self.pick(kind, chinese)
    }

    /// How binding a rule is.
    pub fn level(self, level: Level) -> &'static str {
        let (english, chinese) = match level {
            Level::Mandatory => ("mandatory", "强制"),
            Level::Recommended => ("recommended", "推荐"),
            Level::Guidance => ("guidance", "导则"),
            Level::Project => ("project default", "项目默认"),
        };
        self.pick(english, chinese)
    }

    /// How well a source is known.
    pub fn known_from(self, known: KnownFrom) -> &'static str {
        let (english, chinese) = match known {
            KnownFrom::Primary => ("text read", "原文"),
            KnownFrom::Secondary => ("quoted by another text", "转引"),
            KnownFrom::Memory => ("from memory, to be verified", "凭记忆,待核"),
            KnownFrom::Project => ("chosen by this project", "本项目设定"),
        };
        self.pick(english, chinese)
    }

    /// What kind of place a site is.
    pub fn site_kind(self, kind: SiteKind) -> &'static str {
        let (english, chinese) = match kind {
            SiteKind::Relic => ("relic building", "文物建筑"),
            SiteKind::HistoricBuilding => ("historic building", "历史建筑"),
            SiteKind::HistoricBlock => ("historic block", "历史文化街区"),
            SiteKind::CharacterArea => ("character area", "传统风貌区"),
            SiteKind::Historic => ("historic feature", "历史要素"),
        };
        self.pick(english, chinese)
    }

    /// A grade of protection.
    pub fn grade(self, grade: Grade) -> &'static str {
        let (english, chinese) = match grade {
            Grade::National => ("national", "国保"),
            Grade::Municipal => ("municipal", "市保"),
            Grade::District => ("district", "区保"),
            Grade::Registered => ("registered", "一般不可移动文物"),
        };
        self.pick(english, chinese)
    }

    /// A kind of station.
    pub fn station_kind(self, kind: StationKind) -> &'static str {
        let (english, chinese) = match kind {
            StationKind::First => ("first-class station", "一级站"),
            StationKind::Second => ("second-class station", "二级站"),
            StationKind::Small => ("small station", "小型站"),
            StationKind::Special => ("special station", "特勤站"),
            StationKind::Micro => ("micro-station", "微型消防站"),
            StationKind::FirePoint => ("fire point", "消防点"),
            StationKind::Unknown => ("station", "消防站"),
        };
        self.pick(english, chinese)
    }

    /// A water class.
    pub fn water_class(self, class: WaterClass) -> &'static str {
        let (english, chinese) = match class {
            WaterClass::Red => ("red", "红"),
            WaterClass::Orange => ("orange", "橙"),
            WaterClass::Yellow => ("yellow", "黄"),
            WaterClass::Green => ("green", "绿"),
            WaterClass::Unknown => ("unknown", "待查"),
        };
        self.pick(english, chinese)
    }

    /// Whether a verdict on the response is firm, or what it hangs on.
    pub fn firmness(self, firmness: Firmness) -> &'static str {
        let (english, chinese) = match firmness {
            Firmness::Firm => ("firm", "确定"),
            Firmness::Unmeasured => ("hangs on what nobody measured", "取决于未测数据"),
            Firmness::Speed => ("hangs on the speed", "取决于车速"),
            Firmness::Turnout => ("hangs on the turnout", "取决于出动时间"),
            Firmness::SpeedAndTurnout => ("hangs on speed and turnout", "取决于车速与出动时间"),
        };
        self.pick(english, chinese)
    }

    /// How a measure was obtained.
    pub fn method(self, method: Method) -> &'static str {
        let (english, chinese) = match method {
            Method::Surveyed => ("surveyed", "实测"),
            Method::Tagged => ("stated by the source", "数据标注"),
            Method::Polygon => ("from a carriageway polygon", "路面面域"),
            Method::BetweenObstacles => ("gap between obstacles", "障碍物间净距"),
            Method::Terrain => ("from terrain", "地形"),
            Method::FromLanes => ("from the number of lanes", "车道数推算"),
            Method::FromClass => ("from the road class", "道路等级推算"),
            Method::Computed => ("computed", "计算"),
            Method::Assumed => ("assumed", "假定"),
            Method::Unmeasured => ("not measured", "未测"),
        };
        self.pick(english, chinese)
    }
}
