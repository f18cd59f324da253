//! What a line of hose carries, how far, how high, and with how many pumps.
//!
//! Heads are in units of 10^4 Pa, which is about one metre of water, as the practice formulas have them.

use firereach_model::parameters::WaterParameters;

/// Heads of 10^4 Pa in one MPa.
const HEADS_PER_MPA: f64 = 100.0;

/// The hose and nozzle of a study, ready for the formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hose {
    /// Length of one hose, metres.
    pub length_m: f64,
    /// Friction of one length: the loss is this times the square of the flow in L/s.
    pub friction: f64,
    /// Head at the nozzle.
    pub nozzle_head: f64,
    /// Flow of the nozzle at that head, L/s.
    pub nozzle_lps: f64,
    /// Share of a pump's pressure that is used.
    pub pump_factor: f64,
    /// Share of the hose that ends up along the way.
    pub slack: f64,
    /// Hose used up by handling, metres.
    pub handling_m: f64,
    /// Head left at the inlet of the next pump of a relay.
    pub residual_head: f64,
}

impl Hose {
    /// The hose that a study lays; without friction for a diameter that its table does not know.
    pub fn of(parameters: &WaterParameters) -> Self {
        Self {
            length_m: parameters.hose_length_m,
            friction: parameters.hose_friction.get(&parameters.supply.hose_diameter).copied().unwrap_or(0.0),
            nozzle_head: parameters.nozzle_head,
            nozzle_lps: parameters.nozzle_lps,
            pump_factor: parameters.pump_factor,
            slack: parameters.supply.hose_slack,
            handling_m: parameters.supply.hose_handling_m,
            residual_head: parameters.supply.residual_head,
        }
    }

    /// The head that a pump of this pressure gives in use.
    pub fn head_of(&self, pump_mpa: f64) -> f64 {
        self.pump_factor * pump_mpa * HEADS_PER_MPA
    }

    /// Head lost in one length.
    pub fn loss_per_length(&self, flow_lps: f64) -> f64 {
        self.friction * flow_lps * flow_lps
    }

    /// The most lengths that still give the nozzle its head when it stands `lift` metres above the pump; `None` when not
    /// even the lift is overcome.
    pub fn most_lengths(&self, pump_mpa: f64, lift_m: f64) -> Option<u32> {
        let left = self.head_of(pump_mpa) - self.nozzle_head - lift_m;
        let lengths = (left / self.loss_per_length(self.nozzle_lps)).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least one, and casts saturate")]
        (lengths >= 1.0).then_some(lengths as u32)
    }

    /// Lengths to carry for a way: laid with curves, and some of it handled at the fire.
    ///
    /// # Source
    ///
    /// The derivation of the 150 m of GB 50974-2014, 7.2.5: `(9 x 20 m - 10 m) x 0.9 = 153 m`.
    pub fn lengths_for(&self, way_m: f64) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "zero or more, and casts saturate")]
        let lengths = ((way_m / self.slack + self.handling_m) / self.length_m - 1e-9).ceil().max(1.0) as u32;
        lengths
    }

    /// Whole lengths that lie along a part of a way.
    pub fn lengths_along(&self, part_m: f64) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "zero or more, and casts saturate")]
        let lengths = (part_m / self.slack / self.length_m + 1e-9).floor().max(0.0) as u32;
        lengths
    }

    /// The longest way for which so much hose is enough; metres.
    pub fn way_for(&self, hose_m: f64) -> f64 {
        let whole = (hose_m / self.length_m + 1e-9).floor() * self.length_m;
        ((whole - self.handling_m) * self.slack).max(0.0)
    }

    /// The flow that a line carries while every nozzle at its end keeps its head; `None` when it does not feed even one.
    ///
    /// Behind the line a divider feeds as many nozzles as the flow allows, so the end of the line keeps the head of one.
    pub fn line_flow(&self, pump_mpa: f64, lengths: u32, lift_m: f64) -> Option<f64> {
        let left = self.head_of(pump_mpa) - self.nozzle_head - lift_m;
        let least = f64::from(lengths) * self.loss_per_length(self.nozzle_lps);
        (left >= least).then(|| (left / (f64::from(lengths) * self.friction)).sqrt())
    }

    /// The flow of one nozzle on a line fed by a hydrant's own pressure, without a pump; a weak jet as a rule.
    pub fn direct_flow(&self, hydrant_mpa: f64, lengths: u32, lift_m: f64) -> Option<f64> {
        let left = hydrant_mpa * HEADS_PER_MPA - lift_m;
        let nozzle = self.nozzle_head / (self.nozzle_lps * self.nozzle_lps);
        (left > 0.0).then(|| (left / (f64::from(lengths) * self.friction + nozzle)).sqrt())
    }

    /// How many equal pumps in line carry the nozzle's flow over so many lengths and so much lift; one is no relay.
    ///
    /// Pumps stand where they share the work evenly. Every pump but the last leaves the residual head for the next one's
    /// inlet, the last one leaves the nozzle its head. `None` when no number of pumps does it: one pump is not enough, and
    /// by itself cannot give a nozzle beside it its head.
    pub fn pumps_for(&self, pump_mpa: f64, lengths: u32, lift_m: f64) -> Option<u32> {
        let head = self.head_of(pump_mpa);
        let work = f64::from(lengths) * self.loss_per_length(self.nozzle_lps) + lift_m;
        let (last, inner) = (head - self.nozzle_head, head - self.residual_head);
        if work <= last {
            return Some(1);
        }
        if last <= 0.0 || inner <= 0.0 {
            return None;
        }
        let further = ((work - last) / inner).max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "zero or more, and casts saturate")]
        Some(1 + (further - 1e-9).ceil().max(0.0) as u32)
    }

    /// Friction at the nozzle's flow in MPa, without the lift.
    pub fn loss_mpa(&self, lengths: u32) -> f64 {
        f64::from(lengths) * self.loss_per_length(self.nozzle_lps) / HEADS_PER_MPA
    }
}

/// Whether water this far below the pump can be drawn; `None` when one of the heights is not known.
///
/// A deck below the water is flooded, and no pump stands there.
pub fn can_draw(deck_m: Option<f64>, water_m: Option<f64>, suction_m: f64) -> Option<bool> {
    let lift = deck_m? - water_m?;
    Some((0.0..=suction_m).contains(&lift))
}

#[cfg(test)]
mod tests;
