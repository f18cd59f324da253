//! Why engines come as near to a site as they do, and how lanes serve it.

use firereach_model::findings::Findings;
use firereach_model::findings::lanes::{Clearance, Freed, LaneService, SiteAccess};

use super::interval;
use crate::words::Language;

/// The lines on one site: the way to it, what narrows it, who comes how near, what it hangs on, and how lanes serve it.
pub(super) fn lines(findings: &Findings, site: usize, id: &str, language: Language) -> Vec<String> {
    let say = |english: &str, chinese: &str| language.pick(english, chinese).to_owned();
    let lanes = &findings.lanes;
    let Some(access) = lanes.sites.get(site) else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(main) = access.main_road_told.as_ref().filter(|_| access.way_m > 0.0) {
        lines.push(format!(
            "{} {main}: {:.0} m, {} {:.0} m",
            say("widest way from main road", "最宽通路起自主路"),
            access.way_m,
            say("width unknown over", "宽度待查"),
            access.unmeasured_m
        ));
    }
    let mut clearance = |title: String, clearance: Option<&Clearance>| {
        if let Some(c) = clearance {
            lines.push(format!(
                "{title}: {} ({} / {}): {}",
                interval(&c.bounds),
                language.method(c.low_by),
                language.method(c.high_by),
                language.reason(&c.because)
            ));
        }
    };
    clearance(say("clear width of the way", "通道净宽"), access.width.as_ref());
    clearance(say("clear height of the way", "通道净高"), access.height.as_ref());
    if let Some(basis) = access.basis {
        let mark = if basis.both.is_assumed() {
            say(" * nobody looked at the lane itself, so it passes nothing", " *未实测,系推定,不能判合格")
        } else {
            String::new()
        };
        lines.push(format!(
            "{}: {} ({} {}, {} {}){mark}",
            say("what the lane verdict rests on", "通道结论依据"),
            language.method(basis.both),
            say("width:", "净宽:"),
            language.method(basis.width),
            say("height:", "净高:"),
            language.method(basis.height),
        ));
    }
    for (title, value) in [
        (say("largest vehicle that certainly comes near", "确能接近的最大车辆"), &access.largest_vehicle),
        (say("largest vehicle that may come near", "可能接近的最大车辆"), &access.largest_vehicle_high),
        (say("passability class", "通行等级"), &access.passability_class),
    ] {
        lines.push(format!("{title}: {}", value.as_deref().unwrap_or("-")));
    }
    if let Some(metres) = access.stop_to_site_m {
        lines.push(format!("{}: {metres:.0} m", say("from the stop to the site", "停车点至对象")));
    }
    if !access.vehicles.is_empty() {
        lines.push(format!(
            "{}: {}",
            say("on foot from where each vehicle stops, certain / possible, m", "各车停车点步行距离(确定/可能),米"),
            on_foot(access)
        ));
    }
    if let Some(pinch) = access.pinch.and_then(|p| lanes.pinch_points.get(p)) {
        let (what, bounds) = if pinch.width.is_unknown() {
            (say("clear height", "净高"), interval(&pinch.height))
        } else {
            (say("clear width", "净宽"), interval(&pinch.width))
        };
        lines.push(format!(
            "{} {}: {what} {bounds} ({})",
            say("deciding pinch point", "控制点"),
            pinch.id,
            language.reason(&pinch.obstacles.join(" | "))
        ));
        if let Some(freed) = pinch.frees.as_ref().filter(|freed| !freed.sites.is_empty()) {
            lines.push(format!("{}: {}", say("clearing it alone frees", "单独清除后可新增通达"), told(freed)));
        }
    }
    if !access.because.is_empty() {
        lines.push(language.reason(&access.because));
    }
    let hangs: Vec<String> = lanes
        .dependences
        .iter()
        .filter(|dependence| dependence.sites.iter().any(|hanging| hanging == id))
        .map(|dependence| format!("{}: {}", dependence.road_told, dependence.sites.len()))
        .collect();
    if !hangs.is_empty() {
        lines.push(format!(
            "{}: {}",
            say("hangs on single lanes (sites on each)", "所依赖的唯一通道(涉及对象数)"),
            hangs.join("; ")
        ));
    }
    for (k, step) in lanes.first_steps.iter().enumerate() {
        if step.frees.sites.iter().any(|(freed, _)| freed == id) {
            let pinches: Vec<String> = step
                .pinches
                .iter()
                .filter_map(|&p| lanes.pinch_points.get(p))
                .map(|p| format!("{} ({})", p.id, language.reason(&p.obstacles.join(" | "))))
                .collect();
            let how = if step.is_widening {
                say("freed by setting back, step", "拓宽步骤")
            } else {
                say("freed by clearing, step", "清除步骤")
            };
            let vehicles =
                step.frees.sites.iter().filter(|(freed, _)| freed == id).map(|(_, vehicle)| vehicle.as_str());
            let vehicles = vehicles.collect::<Vec<_>>().join(", ");
            lines.push(format!("{how} {}: {}: {vehicles}", k + 1, pinches.join("; ")));
        }
    }
    if let Some(service) = lanes.services.iter().find(|service| service.site.as_deref() == Some(id)) {
        lines.extend(serves(service, language));
    }
    lines
}

fn on_foot(access: &SiteAccess) -> String {
    let metres = |stop: Option<f64>| stop.map_or_else(|| "-".to_owned(), |m| format!("{m:.0}"));
    let each = access.vehicles.iter().map(|vehicle| {
        format!(
            "{} {}/{}",
            vehicle.vehicle,
            metres(vehicle.certain.map(|s| s.1)),
            metres(vehicle.possible.map(|s| s.1))
        )
    });
    each.collect::<Vec<_>>().join(", ")
}

fn told(freed: &Freed) -> String {
    freed.sites.iter().map(|(site, vehicle)| format!("{site}:{vehicle}")).collect::<Vec<_>>().join(" ")
}

/// What is ruled of a building's front and courts.
const FRONT: [&str; 4] = ["building_frontage", "building_length", "courtyard_side", "courtyard_link_spacing"];

/// What is ruled of the places where aerial appliances work.
const AERIAL: [&str; 6] = [
    "aerial_site_length",
    "aerial_site_distance",
    "aerial_site_slope",
    "aerial_site_share",
    "aerial_site_gap",
    "podium_depth",
];

fn serves(service: &LaneService, language: Language) -> Vec<String> {
    let say = |english: &str, chinese: &str| language.pick(english, chinese).to_owned();
    let mut lines =
        vec![format!("{}: {}", say("lanes that serve it", "服务消防车道"), language.reason(&service.because))];
    if service.piece.is_some() {
        lines.push(format!(
            "{}: {}; {}: {}",
            say("from the edge of the lane to the wall", "车道边缘至外墙"),
            interval(&service.wall_distance_m),
            say("slope there", "该处坡度"),
            interval(&service.working_slope)
        ));
    }
    for (title, measures) in
        [(say("front and courts", "沿街面与内院"), &FRONT[..]), (say("operating ground", "登高操作场地"), &AERIAL[..])]
    {
        for ruling in service.rulings.iter().filter(|r| measures.contains(&r.measure.as_str())) {
            lines.push(format!(
                "{title}: {} {}: {}",
                ruling.rule,
                language.verdict(ruling.verdict),
                language.reason(&ruling.because)
            ));
        }
    }
    if let Some(site) = &service.operating_site {
        lines.push(format!(
            "{}: {:.1} x {:.0} m, {:.1} m",
            say("place for an aerial appliance, and from it to the wall", "登高操作场地及其距外墙"),
            site.length_m,
            site.width_m,
            site.distance_m
        ));
    }
    lines
}
