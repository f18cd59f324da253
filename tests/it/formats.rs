//! One city's layer in several formats and systems is one layer.

use firereach_io::read::{ReadOptions, Reading, read_layers};
use firereach_io::source::Source;

use crate::program::real_data;

fn hydrants(name: &str) -> Option<Reading> {
    let path = real_data(&format!("freeport-bahamas/{name}"))?;
    let source = Source {
        name: "hydrants".to_owned(),
        path,
        shown: name.to_owned(),
        feeds: vec!["hydrants".to_owned()],
        ..Source::default()
    };
    let options = ReadOptions { crs: Some("EPSG:32617"), ..ReadOptions::default() };
    Some(read_layers(&[source], &options).expect("the layer is sound"))
}

#[test]
fn projected_and_geographic_hydrants_stand_at_the_same_places() {
    let Some(shapefile) = hydrants("Fire_Hydrants_shp.zip") else { return };
    assert!(shapefile.layers.hydrants.len() > 150);
    for name in ["fire_hydrants.csv", "fire_hydrants.geojson", "fire_hydrants.gml", "fire_hydrants.kml"] {
        let Some(other) = hydrants(name) else { return };
        assert_eq!(other.layers.hydrants.len(), shapefile.layers.hydrants.len(), "{name}");
        for hydrant in &other.layers.hydrants {
            let distance = |at: geo_types::Point<f64>| (at.x() - hydrant.at.x()).hypot(at.y() - hydrant.at.y());
            let nearest = shapefile.layers.hydrants.iter().map(|h| distance(h.at)).fold(f64::INFINITY, f64::min);
            assert!(nearest < 0.2, "{name}: {} lies {nearest:.2} m from any of the shapefile", hydrant.origin);
        }
    }
}
