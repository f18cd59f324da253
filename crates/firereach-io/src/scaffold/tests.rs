use super::*;

/// The real data, or `None` with a loud word.
fn real(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "the real data is missing: {}", path.display());
    eprintln!("SKIPPED: real data is not here: {}", path.display());
    None
}

/// A town of one road, one hydrant and a square boundary called Hill, also known as Colline.
const TOWN: &str = "<osm version='0.6'>
<node id='1' lon='10.000' lat='50.000'/><node id='2' lon='10.010' lat='50.000'/>
<node id='3' lon='10.010' lat='50.010'/><node id='4' lon='10.000' lat='50.010'/>
<node id='5' lon='10.005' lat='50.005'/><node id='6' lon='10.020' lat='50.005'/>
<node id='7' lon='10.030' lat='50.005'><tag k='emergency' v='fire_hydrant'/></node>
<node id='8' lon='10.001' lat='50.001'><tag k='place' v='hamlet'/><tag k='name' v='Dale'/></node>
<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='3'/></way><way id='2'><nd ref='3'/><nd ref='4'/><nd ref='1'/></way>
<way id='3'><nd ref='5'/><nd ref='6'/><tag k='highway' v='residential'/><tag k='addr:country' v='FI'/></way>
<relation id='9'><member type='way' ref='1' role='outer'/><member type='way' ref='2' role='outer'/>
<tag k='type' v='boundary'/><tag k='boundary' v='administrative'/><tag k='admin_level' v='8'/>
<tag k='name' v='Hill'/><tag k='name:fr' v='Colline'/></relation>
</osm>";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        std::fs::write(folder.path().join("town.osm"), TOWN).expect("a temporary file can be written");
        Self { folder }
    }

    fn options(&self, area: Option<&str>) -> ScaffoldOptions {
        ScaffoldOptions {
            osm: self.folder.path().join("town.osm"),
            area: area.map(str::to_owned),
            folder: self.folder.path().join("out"),
            ..ScaffoldOptions::default()
        }
    }

    fn study(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("out/study.toml")).expect("the study was written")
    }
}

#[test]
fn a_boundary_is_found_by_any_of_its_names() {
    for name in ["Hill", "colline"] {
        let place = Place::new();
        let scaffold = scaffold(&place.options(Some(name))).expect("the boundary is in the extract");
        let id = match scaffold.area {
            Some(AreaFound::InExtract { id, .. }) => id,
            other => panic!("{other:?}"),
        };
        assert_eq!(id, "relation/9");
        let hydrants = scaffold.layers.iter().find(|found| found.layer == "hydrants").expect("hydrants are counted");
        assert_eq!((hydrants.count, hydrants.inside), (1, 0));
        // A hydrant outside still serves the area; a town without protected places has nothing to assess.
        assert_eq!(scaffold.missing, ["buildings", "water_sources", "stations", "sites"]);
    }
}

#[test]
fn the_study_names_its_files_relative_to_itself() {
    let place = Place::new();
    let scaffold = scaffold(&place.options(Some("Hill"))).expect("the boundary is in the extract");
    assert!(scaffold.boundary.is_some_and(|path| path.is_file()));
    let study: toml::Table = place.study().parse().expect("the study is TOML");
    let base = study["base"].as_table().expect("[base] is a table");
    // A boundary out of the extract is in the extract's own system: nothing about it is undecided.
    assert_eq!(base["area"]["path"].as_str(), Some("boundary.geojson"));
    assert_eq!(base["area"]["crs"].as_str(), Some("EPSG:4326"));
    assert_eq!(base["sources"]["osm"]["path"].as_str(), Some("../town.osm"));
    assert_eq!((base["title"].as_str(), base["rules"].as_str()), (Some("Hill"), Some("cn")));
    assert!(place.study().contains("there is none for FI"));
}

#[test]
fn an_unknown_name_is_refused_with_the_names_there_are() {
    let place = Place::new();
    let message = scaffold(&place.options(Some("Dale"))).expect_err("Dale has no boundary").to_string();
    assert!(message.contains("only a point has the name: node/8") && message.contains("one of Hill"), "{message}");
    assert!(!place.folder.path().join("out").exists());
}

#[test]
fn a_geojson_file_beside_the_extract_may_hold_the_boundary() {
    let place = Place::new();
    let ring = "[[[10.0,50.0],[10.006,50.0],[10.006,50.01],[10.0,50.01],[10.0,50.0]]]";
    let feature = format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"name\":\"Dale\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{ring}}}}}"
    );
    std::fs::write(place.folder.path().join("limits.geojson"), &feature).expect("a temporary file can be written");
    let found = scaffold(&place.options(Some("Dale"))).expect("the boundary lies beside the extract");
    assert!(matches!(found.area, Some(AreaFound::Beside { .. })));
    assert!(place.study().contains("taken from limits.geojson beside it"));

    let options = ScaffoldOptions { may_overwrite: true, ..place.options(None) };
    std::fs::write(place.folder.path().join("other.geojson"), feature).expect("a temporary file can be written");
    let message = scaffold(&ScaffoldOptions { area: Some("Dale".to_owned()), ..options })
        .expect_err("two files hold the name")
        .to_string();
    assert!(message.contains("several files"), "{message}");
}

#[test]
fn nothing_is_overwritten_without_leave() {
    let place = Place::new();
    scaffold(&place.options(None)).expect("the first study is written");
    let message = scaffold(&place.options(None)).expect_err("the study exists").to_string();
    assert!(message.contains("--force"), "{message}");
    scaffold(&ScaffoldOptions { may_overwrite: true, ..place.options(None) }).expect("overwriting was allowed");
}

#[test]
fn a_boundary_elsewhere_is_refused() {
    let place = Place::new();
    let path = place.folder.path().join("far.geojson");
    let ring = "[[[1.0,5.0],[1.1,5.0],[1.1,5.1],[1.0,5.0]]]";
    std::fs::write(&path, format!("{{\"type\":\"Polygon\",\"coordinates\":{ring}}}")).expect("it can be written");
    let message = scaffold(&place.options(path.to_str())).expect_err("the area lies elsewhere").to_string();
    assert!(message.contains("without a single road"), "{message}");
}

#[test]
fn a_far_file_is_named_by_its_whole_path() {
    let near = path_from(Path::new("/home/anna/study"), Path::new("/home/anna/data/city.osm.pbf"));
    assert_eq!(near, Ok("../data/city.osm.pbf".to_owned()));
    let far = path_from(Path::new("/tmp/a"), Path::new("/data/city.osm.pbf"));
    assert_eq!(far, Ok("/data/city.osm.pbf".to_owned()));
}

#[test]
fn a_real_district_whose_boundary_lies_beside_the_extract_gets_its_study() {
    let (Some(osm), Some(terrain)) = (real("yuzhong/yuzhong.osm.pbf"), real("yuzhong/elevation_srtm30_utm48n.tif"))
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let options = ScaffoldOptions {
        osm,
        area: Some("渝中区".to_owned()),
        terrain: vec![terrain],
        folder: folder.path().to_owned(),
        ..ScaffoldOptions::default()
    };
    let found = scaffold(&options).expect("the boundary lies beside the extract");
    assert!(matches!(found.area, Some(AreaFound::Beside { .. })));
    let count = |layer: &str| found.layers.iter().find(|f| f.layer == layer).map(|f| (f.count, f.inside));
    assert_eq!(count("hydrants"), Some((0, 0)));
    assert_eq!(count("stations").map(|c| c.0), Some(1));
    let (roads, inside) = count("roads").expect("roads are counted");
    assert!(roads == 3201 && inside > 2000 && inside < roads, "{inside}");
}

#[test]
fn a_shifted_boundary_file_is_brought_back() {
    let (Some(plain), Some(shifted)) =
        (real("yuzhong/boundary_osm_wgs84.geojson"), real("yuzhong/boundary_500103_gcj02.json"))
    else {
        return;
    };
    let centre = |path: &Path| {
        let mut notes = Vec::new();
        let polygons = polygons_of_file(path, &mut notes).expect("the boundary is GeoJSON");
        let area = MultiPolygon::new(polygons.into_iter().flat_map(|(_, p)| p).collect());
        (area.bounding_rect().expect("the boundary has an extent"), notes.len())
    };
    let (plain, shifted) = (centre(&plain), centre(&shifted));
    assert_eq!((plain.1, shifted.1), (0, 1));
    // The two outlines were drawn apart; the shift of some 0.003 degrees is gone all the same.
    assert!((plain.0.max().x - shifted.0.max().x).abs() < 0.002, "{plain:?} {shifted:?}");
}
