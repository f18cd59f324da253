//! What the program says, to whom, and in which language.

use std::io::{IsTerminal, Write};

use firereach_report::words::Language;
use serde::Serialize;

use crate::args;
use crate::failure::Failure;
use crate::progress::Progress;

/// Results go to standard output; everything else goes to standard error.
pub(crate) struct Speech {
    is_json: bool,
    verbosity: i8,
    shows_progress: bool,
    language: Language,
}

impl Speech {
    /// From what was typed and, for the language, the environment.
    pub(crate) fn new(voice: &args::Voice) -> Self {
        let language = match voice.lang {
            Some(args::Language::Zh) => Language::Chinese,
            Some(args::Language::En) => Language::English,
            None if ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
                .is_some_and(|value| value.starts_with("zh")) =>
            {
                Language::Chinese
            }
            None => Language::English,
        };
        let verbosity = if voice.quiet { -1 } else { i8::try_from(voice.verbose).unwrap_or(i8::MAX) };
        let shows_progress = !voice.quiet && !voice.no_progress && std::io::stderr().is_terminal();
        Self { is_json: voice.json, verbosity, shows_progress, language }
    }

    /// The language of messages.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The phrase in the language of messages.
    pub(crate) fn say<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        self.language.pick(english, chinese)
    }

    /// A bar for one phase; silent when standard error is not a terminal.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.shows_progress)
    }

    /// The result: `json` when JSON was asked for, `text` otherwise.
    pub(crate) fn result(&self, text: &str, json: &impl Serialize) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        let written = if self.is_json {
            serde_json::to_writer_pretty(&mut out, json).map_err(std::io::Error::from).and_then(|()| writeln!(out))
        } else {
            writeln!(out, "{text}")
        };
        match written {
            // Whoever reads our output may stop reading it.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::input(&error)),
            _ => Ok(()),
        }
    }

    /// Something done that nobody asked for by name.
    pub(crate) fn note(&self, text: &str) {
        self.line(text);
    }

    /// A decision; shown with `--verbose`.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbosity >= 1 {
            self.line(text);
        }
    }

    /// The fault that ends the run.
    pub(crate) fn fail(&self, failure: &Failure) {
        if self.is_json {
            let value = serde_json::json!({ "error": failure.to_string(), "exit_code": failure.code() });
            self.line(&value.to_string());
        } else {
            self.line(&format!("{}: {failure}", self.say("error", "错误")));
        }
    }

    #[expect(clippy::unused_self, reason = "all that is said goes through the one who speaks")]
    fn line(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}
