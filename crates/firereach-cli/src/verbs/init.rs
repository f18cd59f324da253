//! `firereach init`: a study from an OpenStreetMap extract.

use firereach_io::scaffold::scaffold;
use firereach_io::write::OutputFolder;

use crate::args::Init;
use crate::failure::Failure;
use crate::speech::Speech;

/// Writes the study and says what was found and what is missing.
pub(crate) fn init(arguments: &Init, speech: &Speech) -> Result<u8, Failure> {
    let folder = OutputFolder::create(&arguments.output, arguments.force).map_err(|error| Failure::input(&error))?;
    let found = scaffold(&arguments.osm, arguments.area.as_deref(), &arguments.terrain, folder.path(), &arguments.output)
        .map_err(|error| Failure::input(&error))?;
    folder.finish().map_err(|error| Failure::input(&error))?;
    speech.result(&found.render(speech.language()), &found)?;
    Ok(0)
}
