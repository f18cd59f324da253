//! `firereach init`: a study from an OpenStreetMap extract.

use firereach_io::scaffold::{AreaFound, Scaffold, ScaffoldOptions, scaffold};
use firereach_report::summary::align;

use crate::args::Init;
use crate::failure::Failure;
use crate::speech::Speech;

/// Writes the study and says what was found and what is missing.
pub(crate) fn init(arguments: &Init, speech: &Speech) -> Result<u8, Failure> {
    let options = ScaffoldOptions {
        osm: arguments.osm.clone(),
        area: arguments.area.clone(),
        terrain: arguments.terrain.clone(),
        folder: arguments.output.clone(),
        may_overwrite: arguments.force,
    };
    let mut progress = speech.progress();
    progress.phase(speech.say("reading the extract", "读取数据"));
    let found = scaffold(&options).map_err(|error| Failure::input(&error))?;
    progress.finish();
    speech.result(&render(&found, speech), &json(&found))?;
    Ok(0)
}

fn render(found: &Scaffold, speech: &Speech) -> String {
    let mut lines = Vec::new();
    if let Some(area) = &found.area {
        lines.push(match area {
            AreaFound::InExtract { id, name, what } => {
                format!("{}: {name} ({what}, {id})", speech.say("area from the extract", "范围取自数据"))
            }
            AreaFound::Beside { file, name } => {
                format!("{}: {name} ({file})", speech.say("area from a file beside the extract", "范围取自同目录文件"))
            }
            AreaFound::File { file } => format!("{}: {file}", speech.say("area from the file", "范围取自文件")),
        });
    }
    let mut rows = vec![vec![
        speech.say("layer", "图层").to_owned(),
        speech.say("features", "要素").to_owned(),
        speech.say("inside the area", "范围内").to_owned(),
    ]];
    rows.extend(found.layers.iter().map(|l| vec![l.layer.to_owned(), l.count.to_string(), l.inside.to_string()]));
    lines.extend(align(&rows));
    lines.push(format!(
        "{}: {}; {}: {}",
        speech.say("repaired", "修复"),
        found.repaired,
        speech.say("set aside", "搁置"),
        found.set_aside
    ));
    if !found.missing.is_empty() {
        lines.push(format!("{}: {}", speech.say("missing, to be supplied", "缺失,需补充"), found.missing.join(", ")));
    }
    lines.extend(found.notes.iter().cloned());
    lines.push(format!(
        "{}: {}\n{}: firereach run {} -o {}",
        speech.say("study", "研究文件"),
        found.study.display(),
        speech.say("next", "下一步"),
        found.study.display(),
        found.study.with_file_name("result").display(),
    ));
    lines.join("\n")
}

fn json(found: &Scaffold) -> serde_json::Value {
    serde_json::json!({
        "study": found.study,
        "boundary": found.boundary,
        "layers": found.layers.iter().map(|l| serde_json::json!({ "layer": l.layer, "count": l.count, "inside": l.inside })).collect::<Vec<_>>(),
        "repaired": found.repaired,
        "set_aside": found.set_aside,
        "missing": found.missing,
        "rules": found.rules,
        "country": found.country,
        "notes": found.notes,
    })
}
