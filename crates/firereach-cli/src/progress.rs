//! Progress on standard error, one line a phase.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::speech::Speech;

/// The phases of a run, shown while they last and timed.
pub(crate) struct Progress<'a> {
    speech: &'a Speech,
    bar: ProgressBar,
    started: Instant,
    phase: Option<(String, Instant)>,
    timings: Vec<(String, Duration)>,
}

impl<'a> Progress<'a> {
    /// With a visible bar or a silent one; `speech` logs the phases.
    pub(crate) fn new(speech: &'a Speech, is_visible: bool) -> Self {
        let bar = if is_visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        if is_visible {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { speech, bar, started: Instant::now(), phase: None, timings: Vec::new() }
    }

    /// The bar itself, for messages within a phase.
    pub(crate) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Ends the phase before and begins the next.
    pub(crate) fn phase(&mut self, name: &str) {
        self.end_phase();
        self.bar.set_message(name.to_owned());
        self.speech.detail("PHASE", name);
        self.phase = Some((name.to_owned(), Instant::now()));
    }

    fn end_phase(&mut self) {
        if let Some((name, since)) = self.phase.take() {
            self.timings.push((name, since.elapsed()));
        }
    }

    /// Ends the last phase; the wall time of each and of all together.
    pub(crate) fn finish(mut self) -> (Vec<(String, Duration)>, Duration) {
        self.end_phase();
        self.bar.finish_and_clear();
        (std::mem::take(&mut self.timings), self.started.elapsed())
    }
}
