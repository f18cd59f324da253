//! The front door: what was typed becomes what is meant, and is done.

mod args;
mod failure;
mod folder;
mod pipeline;
mod progress;
mod publish;
mod speech;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Verb};
use crate::failure::Failure;
use crate::speech::Speech;

/// Typesetting makes and drops small things by the million on every thread; the system's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version are answers, not errors; everything else is a fault of usage.
            let code = if error.use_stderr() { Failure::USAGE } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let speech = Speech::new(&arguments.voice);
    let outcome = match arguments.verb {
        Verb::Demo(verb) => verbs::demo::demo(&verb, &speech),
        Verb::Init(verb) => verbs::init::init(&verb, &speech),
        Verb::Check(verb) => verbs::check::check(&verb, &speech),
        Verb::Plan(study) => verbs::plan::plan(&study, &speech),
        Verb::Run(verb) => verbs::run::run(&verb, &speech),
        Verb::Gather(verb) => verbs::gather::gather(&verb, &speech),
        Verb::Explain(verb) => verbs::explain::explain(&verb, &speech),
        Verb::Compare(verb) => verbs::compare::compare(&verb, &speech),
        Verb::Network(verb) => verbs::network::network(&verb, &speech),
        Verb::Schema => verbs::schema::schema(&speech),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            speech.fail(&failure);
            ExitCode::from(failure.code())
        }
    }
}
