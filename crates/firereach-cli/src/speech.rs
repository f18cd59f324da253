//! What the program says, to whom, and in which language.

use std::io::{IsTerminal, Write};

use firereach_io::study_file;
use firereach_report::words::Language;
use serde::Serialize;

use crate::args;
use crate::failure::Failure;
use crate::progress::Progress;

/// Results go to standard output; everything else goes to standard error.
pub(crate) struct Speech {
    is_json: bool,
    log_format: args::LogFormat,
    verbosity: i8,
    shows_progress: bool,
    typed: Option<Language>,
    language: Language,
}

impl Speech {
    /// From what was typed and, for the language, the environment.
    pub(crate) fn new(voice: &args::Voice) -> Self {
        let typed = voice.lang.map(|language| match language {
            args::Language::Zh => Language::Chinese,
            args::Language::En => Language::English,
        });
        let spoken = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let is_chinese = spoken.is_some_and(|value| value.starts_with("zh"));
        let language = typed.unwrap_or(if is_chinese { Language::Chinese } else { Language::English });
        let verbosity = if voice.quiet { -1 } else { i8::try_from(voice.verbose).unwrap_or(i8::MAX) };
        let is_seen = std::io::stderr().is_terminal() && voice.log_format == args::LogFormat::Text;
        let shows_progress = !voice.quiet && !voice.no_progress && is_seen;
        Self { is_json: voice.json, log_format: voice.log_format, verbosity, shows_progress, typed, language }
    }

    /// The language that was asked for by name.
    pub(crate) fn typed_language(&self) -> Option<Language> {
        self.typed
    }

    /// The language of what a run writes for people: the one asked for by name, else the study's, else that of messages.
    pub(crate) fn written_language(&self, study: Option<study_file::Language>) -> Language {
        self.typed.unwrap_or(match study {
            Some(study_file::Language::Zh) => Language::Chinese,
            Some(study_file::Language::En) => Language::English,
            Some(study_file::Language::Both) | None => self.language,
        })
    }

    /// The language of messages.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The phrase in the language of messages.
    pub(crate) fn say<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        self.language.pick(english, chinese)
    }

    /// The phases of a job: a bar on a terminal, lines in a log that was asked to say more.
    pub(crate) fn progress(&self) -> Progress<'_> {
        Progress::new(self, self.shows_progress)
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

    /// Something done that nobody asked for by name; its code stays the same in every language and version.
    pub(crate) fn note(&self, code: &str, text: &str) {
        if self.verbosity >= 0 {
            self.line("warning", code, text);
        }
    }

    /// A decision or a phase; shown with `--verbose`.
    pub(crate) fn detail(&self, code: &str, text: &str) {
        if self.verbosity >= 1 {
            self.line("info", code, text);
        }
    }

    /// The fault that ends the run.
    pub(crate) fn fail(&self, failure: &Failure) {
        let code = match failure {
            Failure::Input(_) => "INPUT",
            Failure::Study(_) => "STUDY",
        };
        match self.log_format {
            args::LogFormat::Json => self.line("error", code, &failure.to_string()),
            args::LogFormat::Text if self.is_json => {
                let value = serde_json::json!({ "error": failure.to_string(), "exit_code": failure.code() });
                let _ = writeln!(std::io::stderr().lock(), "{value}");
            }
            args::LogFormat::Text => self.line("error", code, &format!("{}: {failure}", self.say("error", "错误"))),
        }
    }

    fn line(&self, level: &str, code: &str, text: &str) {
        let mut out = std::io::stderr().lock();
        // Nobody is left to be told that standard error is closed.
        let _ = match self.log_format {
            args::LogFormat::Text => writeln!(out, "{text}"),
            args::LogFormat::Json => {
                writeln!(out, "{}", serde_json::json!({ "level": level, "code": code, "message": text }))
            }
        };
    }
}
