//! The folder that a verb writes its results into.

use std::path::Path;

use firereach_io::write::OutputFolder;

use crate::failure::Failure;
use crate::speech::Speech;

/// Begins the folder, and says which unfinished folders of killed runs it cleared away.
pub(crate) fn begin_folder(output: &Path, force: bool, speech: &Speech) -> Result<OutputFolder, Failure> {
    let folder = OutputFolder::create(output, force).map_err(|error| Failure::input(&error))?;
    for cleared in folder.cleared() {
        let what = speech.say("removed what a run that was killed left unfinished", "已清除被中止运行的残留");
        speech.note("FOLDER-CLEARED", &format!("{what}: {}", cleared.display()));
    }
    Ok(folder)
}
