//! Projects written and read back as XML.

use firereach_model::symbols::ClassBy;
use firereach_model::table::{Column, ColumnKind, Row};
use geo_types::{Geometry, Point};

use super::*;

fn table(name: &'static str, scenarios: &[&str]) -> Table {
    let row = |scenario: &&str| Row {
        cells: vec![Cell::Text((*scenario).to_owned())],
        shape: Some(Geometry::Point(Point::new(360_000.0, 3_272_000.0))),
    };
    Table {
        name: name.into(),
        columns: vec![Column::new("scenario", ColumnKind::Text)],
        shape: ShapeKind::Point,
        rows: scenarios.iter().map(row).collect(),
    }
}

fn style(layer: &str, is_in_every_scenario: bool) -> LayerStyle {
    LayerStyle {
        layer: layer.to_owned(),
        listed_as: layer.to_owned(),
        title: format!("<{layer}> & \"more\""),
        description: String::new(),
        group: "Ground".to_owned(),
        is_in_every_scenario,
        by: ClassBy::Nothing,
        classes: Vec::new(),
        label_key: Some("name".to_owned()),
        only: None,
        is_shown: true,
        aliases: vec![("name".to_owned(), "名称".to_owned())],
    }
}

/// The project's own document, taken out of its archive.
fn project(scenarios: &[&str], styles: &[LayerStyle], tables: &[Table]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("project.qgz");
    let project = QgisProject {
        title: "<script>alert(1)</script>",
        banner: Some("synthetic"),
        note: "note",
        layout: "A3",
        geopackage: "findings.gpkg",
        scenarios,
        styles,
    };
    let projector = Projector::named("EPSG:4545").expect("known");
    write_qgis_project(&path, &project, tables, &projector).expect("written");
    let first = std::fs::read(&path).expect("a file");
    write_qgis_project(&path, &project, tables, &projector).expect("written");
    assert!(first == std::fs::read(&path).expect("a file"), "the same bytes");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(first)).expect("an archive");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("project.qgs").expect("the document"), &mut text).expect("text");
    let mut reader = quick_xml::Reader::from_str(&text);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    text
}

#[test]
fn each_scenario_has_its_group_and_only_the_first_is_shown() {
    let tables = [table("sites", &["today", "the mayor's"]), table("zones", &["today"]), table("lanes", &[])];
    let styles = [style("sites", true), style("lanes", true), style("zones", false)];
    let text = project(&["today", "the mayor's"], &styles, &tables);
    let groups: Vec<&str> = text.lines().filter(|line| line.contains("<layer-tree-group name=")).collect();
    assert_eq!(groups.len(), 3, "{groups:?}");
    assert!(groups[0].contains("name=\"today\" checked=\"Qt::Checked\""), "{groups:?}");
    assert!(
        groups[1].contains("Qt::Unchecked") && groups[2].contains("name=\"Ground\" checked=\"Qt::Checked\""),
        "{groups:?}"
    );
    assert!(text.contains("|subset=&quot;scenario&quot; = 'the mayor''s'"), "a quote is doubled");
    assert_eq!(text.matches("<maplayer ").count(), 3, "a layer without rows is left out");
}

#[test]
fn paths_are_relative_and_text_is_escaped() {
    let text = project(&["today"], &[style("sites", true)], &[table("sites", &["today"])]);
    assert!(text.contains("<datasource>./findings.gpkg|layername=sites|subset="));
    assert!(!text.contains("<script>") && text.contains("&lt;script&gt;"));
    assert!(text.contains("EPSG:4545"));
}
