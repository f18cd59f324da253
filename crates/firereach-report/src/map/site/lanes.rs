//! Lanes by passability class, pinch points with their widths, and the tracks of engines at corners too tight for them.

use firereach_model::findings::lanes::CornerCheck;
use geo_types::LineString;

use super::super::drawing::Stroke;
use super::super::furniture::Sample;
use super::super::labels::Target;
use super::super::signs::{self, LaneClass, SYMBOL_MM};
use super::{Listed, Painter};
use crate::ground::touches;
use crate::sheet::measures::Numbers;

impl Painter<'_> {
    pub(super) fn lanes(&mut self) {
        let classes = &self.material.record.rulebook.parameters.lanes.classes;
        let codes: Vec<&str> = classes.iter().map(|class| class.code.as_str()).collect();
        let (layers, ground) = (self.material.layers, self.ground);
        let findings = &self.material.findings[0];
        let mut drawn: Vec<(LaneClass, &LineString<f64>)> = Vec::new();
        let mut named: Vec<(usize, f64, &LineString<f64>)> = Vec::new();
        for piece in findings.lanes.pieces.iter().filter(|piece| touches(&piece.line.0, &ground)) {
            drawn.push((LaneClass::of(piece, &codes), &piece.line));
            if layers.roads.get(piece.road).is_some_and(|road| road.name.is_some()) {
                let own = piece.to_m - piece.from_m;
                match named.iter_mut().find(|(road, ..)| *road == piece.road) {
                    Some(entry) if entry.1 < own => (entry.1, entry.2) = (own, &piece.line),
                    Some(_) => {}
                    None => named.push((piece.road, own, &piece.line)),
                }
            }
        }
        // Narrow lanes first, so that the wide ones lie above them; casings before cores, so that crossings are open.
        drawn.sort_by_key(|(class, _)| std::cmp::Reverse(*class));
        let is_certain = |class: &LaneClass| matches!(class, LaneClass::Certain(_));
        for (layer, certain) in [(0, false), (1, false), (0, true)] {
            for (class, line) in drawn.iter().filter(|(class, _)| is_certain(class) == certain) {
                if let Some(stroke) = class.strokes().get(layer) {
                    self.line(line, std::slice::from_ref(stroke));
                }
            }
        }
        for (class, _) in drawn {
            let text = match class {
                LaneClass::Certain(class) => {
                    let class = &classes[class];
                    format!("{} {}", class.code, self.wording.say(&class.means, &class.means_zh))
                }
                LaneClass::ByRoad(class) => {
                    let code = &classes[class].code;
                    self.say(
                        &format!("{code} by the class of the road, not measured"),
                        &format!("{code}（按道路等级推定，未实测）"),
                    )
                }
                LaneClass::AtBest(class) => {
                    let code = &classes[class].code;
                    self.say(&format!("{code} at best, not proven"), &format!("至多 {code}，未证实"))
                }
                LaneClass::Unknown => self.say("lane of unknown class", "等级不明"),
            };
            self.list(Listed::Lane(class), text, Sample::Line(class.strokes()));
        }
        let mut names: Vec<&str> = Vec::new();
        for (road, _, line) in named {
            let Some(name) = layers.roads[road].name.as_deref() else { continue };
            let Some(part) = self.longest_visible(line) else { continue };
            if !names.contains(&name) {
                names.push(name);
                self.want(6, name, 2.2, "#3a3a3a", Target::Along(part));
            }
        }
    }

    pub(super) fn pinches(&mut self) {
        let deciding = self.base().lanes.sites.get(self.index).and_then(|access| access.pinch);
        let limit = self.material.record.rulebook.limit("lane_clear_width");
        let pinches = &self.material.findings[0].lanes.pinch_points;
        let numbers = Numbers::of(&self.material.findings[0], &self.material.layers.sites[self.index], self.index);
        for (index, pinch) in pinches.iter().enumerate() {
            let at = self.view.place(pinch.at);
            if !self.view.shows(at) {
                continue;
            }
            let is_narrow = pinch.width.high.zip(limit).is_some_and(|(high, limit)| high.get() < limit);
            if let Some(gap) = &pinch.gap {
                self.line(gap, &[Stroke::solid(signs::FAIL, 0.3)]);
            }
            self.commands.extend(signs::pinch(at, is_narrow));
            self.labels.keep_off_symbol(at, SYMBOL_MM);
            let (what, text) = if is_narrow {
                (Listed::Pinch, self.say("pinch point with clear width", "瓶颈点及净宽"))
            } else {
                (Listed::PinchDoubtful, self.say("place limited in height, or in doubt", "限高或存疑处"))
            };
            self.list(what, text, Sample::Symbol(signs::pinch([0.0, 0.0], is_narrow)));
            let width = |end: Option<firereach_model::units::Metres>| end.map(|m| format!("{:.2} m", m.get()));
            let text = width(pinch.width.high).or_else(|| width(pinch.width.low)).or_else(|| {
                let height = pinch.height.high.or(pinch.height.low);
                height.map(|m| self.say(&format!("height {:.2} m", m.get()), &format!("净高 {:.2} m", m.get())))
            });
            if let Some(text) = text {
                let number = numbers.of_pinch(index);
                let order = if deciding == Some(index) || number.is_some() { 1 } else { 5 };
                let text = number.map_or(text.clone(), |number| format!("[{number}] {text}"));
                self.want(order, text, 2.1, signs::FAIL, Target::Led(at, 1.8));
            }
        }
    }

    /// The track of the vehicle that sweeps least of those that do not get round a corner, or may not.
    pub(super) fn corners(&mut self) {
        let mut shown: Vec<&CornerCheck> = Vec::new();
        for check in
            self.material.findings[0].lanes.corners.iter().filter(|check| self.view.shows(self.view.place(check.at)))
        {
            match shown.iter_mut().find(|other| other.at == check.at) {
                Some(other) if check.swept_m < other.swept_m => *other = check,
                Some(_) => {}
                None => shown.push(check),
            }
        }
        for check in shown {
            let is_certain = check.fits == Some(false);
            let stroke = signs::track(is_certain);
            self.line(&check.outer, std::slice::from_ref(&stroke));
            self.line(&check.inner, std::slice::from_ref(&stroke));
            let (what, text) = if is_certain {
                (Listed::Track, self.say("track of an engine that does not get round", "消防车转弯轨迹（不能通过）"))
            } else {
                (Listed::TrackDoubtful, self.say("track of an engine that may not get round", "消防车转弯轨迹（待查）"))
            };
            self.list(what, text, Sample::Line(vec![stroke]));
            let at = self.view.place(check.at);
            self.want(7, check.vehicle.clone(), 2.0, signs::INK, Target::Symbol(at, 1.2));
        }
    }
}
