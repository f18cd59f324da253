//! `firereach demo`: a synthetic district with its study.

use crate::args::Demo;
use crate::failure::Failure;
use crate::folder::begin_folder;
use crate::speech::Speech;

/// Writes the district whole, then says where it is.
pub(crate) fn demo(arguments: &Demo, speech: &Speech) -> Result<u8, Failure> {
    let folder = begin_folder(&arguments.output, arguments.force, speech)?;
    firereach_town::write_district(&arguments.name, arguments.seed, folder.path())
        .map_err(|error| Failure::study(&error))?;
    folder.finish().map_err(|error| Failure::input(&error))?;
    let study = arguments.output.join("study.toml");
    let text = format!(
        "{} {}\n{}: firereach run {} -o {}",
        speech.say("a synthetic district was written; its study is", "已生成虚构街区,研究文件:"),
        study.display(),
        speech.say("next", "下一步"),
        study.display(),
        arguments.output.join("result").display(),
    );
    speech.result(&text, &serde_json::json!({ "study": study, "name": arguments.name, "seed": arguments.seed }))?;
    Ok(0)
}
