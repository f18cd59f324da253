//! Sources of water, the circle that the law draws about them, the ways of the hose, and what is proposed.

use firereach_model::feature::Service;
use firereach_model::findings::water::{SiteWater, SourceAtSite};
use geo_types::{Coord, Rect};

use super::super::drawing::{Command, Place};
use super::super::furniture::Sample;
use super::super::labels::Target;
use super::super::signs::{self, SYMBOL_MM};
use super::{Listed, Painter};
use crate::ground::touches;
use crate::sheet::measures::Numbers;
use crate::words::Language;

/// Width of the band along the ways of the hose, millimetres.
const BAND_MM: f64 = 7.0;

/// Kinds of measures at one place, each with its numbers.
type Kinds<'a> = Vec<(&'a str, String)>;

impl Painter<'_> {
    /// The ways along which the hose of one appliance leads to the site, as a band with an outline about it.
    ///
    /// Wide lines in the colour of the outline lie under somewhat narrower ones in the colour of the ground; what of the
    /// former is seen is the outline of all of them together.
    pub(super) fn hose_reach(&mut self) {
        let Some(water) = self.material.findings[0].water.sites.get(self.index) else { return };
        if water.hose_reach.is_empty() {
            return;
        }
        // A band is seen where its line just is not.
        let margin = BAND_MM * self.view.scale / 1000.0;
        let margin = Coord { x: margin, y: margin };
        let ground = Rect::new(self.ground.min() - margin, self.ground.max() + margin);
        let near = water.hose_reach.iter().filter(|line| touches(&line.0, &ground));
        let lines: Vec<Vec<Place>> = near.map(|line| self.view.line(line)).collect();
        for stroke in signs::hose_reach(BAND_MM) {
            self.commands.push(Command::Band { lines: lines.clone(), stroke });
        }
        let metres = water.hose_reach_m;
        let text = self
            .say(&format!("in reach of one engine's hose, {metres:.0} m"), &format!("单车水带可及（{metres:.0} m）"));
        let [outer, inner] = signs::hose_reach(1.6);
        self.list(Listed::HoseReach, text, Sample::Line(vec![outer, inner]));
    }

    /// The sources that a map of the site shows.
    pub(super) fn sources(&self) -> &[SourceAtSite] {
        self.material.findings[0].water.sites.get(self.index).map_or(&[], |water| &water.sources)
    }

    pub(super) fn place_of(&self, source: &SourceAtSite) -> Option<(Coord<f64>, Service)> {
        let layers = self.material.layers;
        let hydrant = layers.hydrants.iter().find(|hydrant| hydrant.id == source.id);
        let other = layers.water_sources.iter().find(|other| other.id == source.id);
        hydrant.map(|h| (h.at.0, h.service)).or(other.map(|o| (o.at.0, o.service)))
    }

    pub(super) fn circles(&mut self) {
        let radius_m = self.material.record.rulebook.parameters.water.supply.counted_plan_m.1;
        let radius_mm = self.view.millimetres(radius_m);
        let counted: Vec<Place> = self
            .sources()
            .iter()
            .filter(|source| source.kind == "hydrant" && source.counts_in_plan)
            .take(3)
            .filter_map(|source| self.place_of(source))
            .map(|(at, _)| self.view.place(at))
            .collect();
        for at in counted {
            self.commands.push(Command::Circle { at, radius_mm, fill: None, stroke: Some(signs::radius()) });
            let text = self.say(&format!("{radius_m} m about a hydrant"), &format!("消火栓 {radius_m} m 范围"));
            self.list(Listed::Radius, text, Sample::Line(vec![signs::radius()]));
        }
    }

    pub(super) fn hoses(&mut self) {
        let shown: Vec<SourceAtSite> =
            self.sources().iter().filter(|source| source.way.is_some()).take(4).cloned().collect();
        for source in shown {
            let Some(way) = &source.way else { continue };
            let is_usable = source.counts_by_hose == Some(true);
            self.line(way, &signs::hose(is_usable));
            self.keep_clear(way);
            let (what, text) = if is_usable {
                (Listed::Hose, self.say("hose, usable", "水带（可用）"))
            } else {
                (Listed::HoseUnusable, self.say("hose way, not proven usable", "水带路线（不可用或待查）"))
            };
            self.list(what, text, Sample::Line(signs::hose(is_usable).to_vec()));
            if let (Some(metres), Some(part)) = (source.hose_m, self.longest_visible(way)) {
                let lift = source.lift_m.map(|lift| format!(" {}{lift:.1} m", if lift >= 0.0 { "↑" } else { "↓" }));
                let lift = lift.map(|text| text.replace("↓-", "↓")).unwrap_or_default();
                let text = format!("{} {metres:.1} m{lift}", source.id);
                self.want(4, text, 2.2, signs::WATER, Target::Along(part));
            }
        }
    }

    pub(super) fn supplies(&mut self) {
        let layers = self.material.layers;
        let counted: Vec<String> = self.sources().iter().map(|source| source.id.clone()).collect();
        for hydrant in &layers.hydrants {
            let at = self.view.place(hydrant.at.0);
            if !self.view.shows(at) {
                continue;
            }
            self.commands.extend(signs::hydrant(at, hydrant.service));
            self.labels.keep_off_symbol(at, SYMBOL_MM);
            let (what, text) = match hydrant.service {
                Service::InService => (Listed::Hydrant, self.say("hydrant in service", "消火栓（完好）")),
                Service::Unknown => {
                    (Listed::HydrantUnknown, self.say("hydrant, state not known", "消火栓（状况不明）"))
                }
                Service::OutOfService => (Listed::HydrantOut, self.say("hydrant out of service", "消火栓（停用）")),
            };
            self.list(what, text, Sample::Symbol(signs::hydrant([0.0, 0.0], hydrant.service)));
            let order = if counted.contains(&hydrant.id) { 4 } else { 9 };
            let to = if order < 9 { Target::Led(at, SYMBOL_MM) } else { Target::Symbol(at, SYMBOL_MM) };
            self.want(order, hydrant.id.clone(), 2.0, "#a31621", to);
        }
        for source in &layers.water_sources {
            let at = self.view.place(source.at.0);
            if !self.view.shows(at) {
                continue;
            }
            self.commands.extend(signs::water_source(at, source.service));
            self.labels.keep_off_symbol(at, SYMBOL_MM);
            let text = self.say("pond, tank or intake", "水池、水箱、取水口");
            self.list(Listed::WaterSource, text, Sample::Symbol(signs::water_source([0.0, 0.0], source.service)));
            let name = source.name.clone().unwrap_or_else(|| source.id.clone());
            self.want(4, name, 2.0, signs::WATER, Target::Symbol(at, SYMBOL_MM));
        }
        let water = self.material.findings[0].water.sites.get(self.index);
        let remedies = water.into_iter().flat_map(SiteWater::listed_remedies);
        // Where, and of what kind with its numbers.
        let mut drawn: Vec<(Coord<f64>, Kinds<'_>)> = Vec::new();
        let numbers = Numbers::of(self.base(), &layers.sites[self.index], self.index);
        for (position, remedy) in remedies.enumerate() {
            let Some(at) = remedy.at else { continue };
            let number = format!("[{}]", numbers.of_remedy(position));
            let here = match drawn.iter_mut().find(|(place, _)| *place == at) {
                Some((_, kinds)) => kinds,
                None => {
                    drawn.push((at, Vec::new()));
                    &mut drawn.last_mut().expect("one was put there").1
                }
            };
            match here.iter_mut().find(|(kind, _)| *kind == remedy.kind) {
                Some((_, own)) => own.push_str(&number),
                None => here.push((&remedy.kind, number)),
            }
        }
        for (at, kinds) in drawn {
            let said = |(kind, numbers): &(&str, String)| {
                format!("{numbers} {}", self.wording.of(|language: Language| language.measure_kind(kind)))
            };
            let words: Vec<String> = kinds.iter().map(said).collect();
            let at = self.view.place(at);
            if !self.view.shows(at) {
                continue;
            }
            self.commands.extend(signs::proposal(at));
            self.labels.keep_off_symbol(at, 1.7);
            let text = self.say("proposed; [no.] of the measure", "拟建设施，[序号]同措施表");
            self.list(Listed::Proposal, text, Sample::Symbol(signs::proposal([0.0, 0.0])));
            self.want(4, words.join(" / "), 2.1, signs::PROPOSED, Target::Led(at, 1.7));
        }
    }
}
