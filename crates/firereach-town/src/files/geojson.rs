//! RFC 7946 text: one feature a line, outer rings counter-clockwise, ten decimals of a degree.

use geo_types::{Geometry, LineString};
use serde_json::{Map, Value};

use super::lon_lat;
use crate::plane::Xy;

/// One feature, still in working coordinates.
pub(super) struct Feature {
    pub(super) shape: Geometry<f64>,
    pub(super) properties: Map<String, Value>,
}

/// A feature collection.
pub(super) fn render(layer: &str, features: &[Feature]) -> String {
    let note = "Synthetic district, invented throughout; no real place. 虚构街区，并非真实地点。";
    let mut text = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":{},\"note\":{},\"features\":[\n",
        Value::from(layer),
        Value::from(note)
    );
    for (index, feature) in features.iter().enumerate() {
        if index > 0 {
            text.push_str(",\n");
        }
        text.push_str("{\"type\":\"Feature\",\"properties\":");
        text.push_str(&Value::Object(feature.properties.clone()).to_string());
        text.push_str(",\"geometry\":");
        render_geometry(&mut text, &feature.shape);
        text.push('}');
    }
    text.push_str("\n]}\n");
    text
}

fn position(at: Xy) -> String {
    format!("[{}]", lon_lat(at).replace(' ', ""))
}

fn positions(line: &LineString<f64>) -> String {
    let all: Vec<String> = line.0.iter().copied().map(position).collect();
    format!("[{}]", all.join(","))
}

fn render_geometry(text: &mut String, shape: &Geometry<f64>) {
    let (kind, coordinates) = match shape {
        Geometry::Point(point) => ("Point", position(point.0)),
        Geometry::LineString(line) => ("LineString", positions(line)),
        Geometry::Polygon(polygon) => {
            let rings: Vec<String> =
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(positions).collect();
            ("Polygon", format!("[{}]", rings.join(",")))
        }
        other => unreachable!("a town is drawn with points, lines and polygons, not with {other:?}"),
    };
    text.push_str(&format!("{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}"));
}
