//! Tables as the layers of one GeoPackage, each with its colours.

use std::path::Path;

use firereach_model::symbols::LayerStyle;
use firereach_model::table::{ColumnKind, ShapeKind, Table};
use gdal::vector::{FieldDefn, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType, ToGdal};
use gdal::{Dataset, DriverManager};
use geo_types::{Geometry, MultiLineString, MultiPoint, MultiPolygon};

use super::style::qml;
use super::{Resolved, Stack, WriteError, beside, let_others_read, resolve, stacked};
use crate::gdal_setup::prepare_gdal;
use crate::projection::{Projector, spatial_reference};

/// When the styles say they were made; any fixed instant serves.
const STYLE_TIME: &str = "2000/01/01 00:00:00+00";
/// The name of the geometry column.
const GEOMETRY: &str = "geom";
/// Between the table's name and what else the description of a layer says.
pub(crate) const BEHIND_KEY: &str = ": ";

/// Writes tables as layers of a GeoPackage in working coordinates, with spatial indexes and default styles for QGIS.
///
/// `styles` say how the tables of their names look and how a GIS lists them; a table without one opens as QGIS pleases.
/// Where a layer is listed by another name than the table's, its description in `gpkg_contents` begins with the table's name, by
/// which programs find it in every language. Tables of one name become one layer, one scenario below the other. Lines and
/// polygons become multi-parts, so that a layer has one type; a row without a shape has none. Everything is written in one
/// transaction beside the final name, then renamed; the same tables give the same bytes.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_gpkg(
    path: &Path,
    tables: &[Table],
    styles: &[LayerStyle],
    projector: &Projector,
) -> Result<(), WriteError> {
    prepare_gdal();
    let working = beside(path, "writing.gpkg").with_extension("gpkg");
    let remove = || {
        if working.exists() {
            std::fs::remove_file(&working).map_err(|error| WriteError::of_file(&working, &error))?;
        }
        Ok(())
    };
    remove()?;
    if let Err(error) = write_into(&working, &stacked(tables), styles, projector) {
        remove()?;
        return Err(WriteError::new(path, error.to_string(), "check the folder and the space on the disk"));
    }
    std::fs::rename(&working, path).map_err(|error| WriteError::of_file(path, &error))?;
    let_others_read(path)
}

fn write_into(
    path: &Path,
    stacks: &[Stack<'_>],
    styles: &[LayerStyle],
    projector: &Projector,
) -> gdal::errors::Result<()> {
    let definition = projector.system().definition();
    let reference =
        spatial_reference(definition).map_err(|error| gdal::errors::GdalError::BadArgument(error.to_string()))?;
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
    let mut transaction = dataset.start_transaction()?;
    let mut documents = Vec::new();
    for stack in stacks {
        let style = styles.iter().find(|style| style.layer == stack.name);
        write_layer(&mut transaction, stack, style, projector, &reference)?;
        let drawn = style.filter(|_| stack.shape != ShapeKind::None);
        documents.extend(drawn.map(|style| (style, qml(stack.shape, style))));
    }
    write_styles(&mut transaction, &documents)?;
    transaction.commit()?;
    dataset.close()
}

fn write_layer(
    dataset: &mut Dataset,
    stack: &Stack<'_>,
    style: Option<&LayerStyle>,
    projector: &Projector,
    reference: &gdal::spatial_ref::SpatialRef,
) -> gdal::errors::Result<()> {
    let ty = match stack.shape {
        ShapeKind::None => OGRwkbGeometryType::wkbNone,
        ShapeKind::Point => OGRwkbGeometryType::wkbPoint,
        ShapeKind::Line => OGRwkbGeometryType::wkbMultiLineString,
        ShapeKind::Polygon => OGRwkbGeometryType::wkbMultiPolygon,
    };
    let name = style.map_or(stack.name, |style| style.listed_as.as_str());
    let geometry_name = format!("GEOMETRY_NAME={GEOMETRY}");
    // Programs that show more than the table's name show its name for a reader.
    let title = style.map(|style| format!("IDENTIFIER={}", style.title.replace('\0', "")));
    // A view of the table's name would be listed by QGIS as one more table.
    let said = style.map_or("", |style| style.description.as_str()).replace('\0', "");
    let description = match (name != stack.name, said.is_empty()) {
        (false, true) => None,
        (true, true) => Some(format!("DESCRIPTION={}", stack.name)),
        (_, false) => Some(format!("DESCRIPTION={}{BEHIND_KEY}{said}", stack.name)),
    };
    let mut options = vec!["FID=fid", "SPATIAL_INDEX=YES", geometry_name.as_str()];
    options.extend([title.as_deref(), description.as_deref()].into_iter().flatten());
    let srs = (stack.shape != ShapeKind::None).then_some(reference);
    let layer = dataset.create_layer(LayerOptions { name, srs, ty, options: Some(&options) })?;
    for column in stack.columns {
        let kind = match column.kind {
            ColumnKind::Text => OGRFieldType::OFTString,
            ColumnKind::Integer => OGRFieldType::OFTInteger64,
            ColumnKind::Number => OGRFieldType::OFTReal,
            ColumnKind::Flag => OGRFieldType::OFTInteger,
        };
        FieldDefn::new(&column.key, kind)?.add_to_layer(&layer)?;
    }
    let defn = layer.defn();
    let mut degrees = stack.degrees(projector).into_iter();
    for row in &stack.rows {
        let mut feature = gdal::vector::Feature::new(defn)?;
        for (index, cell) in row.cells.iter().enumerate() {
            match resolve(cell, &mut degrees) {
                Resolved::Empty => feature.set_field_null(index)?,
                // A zero byte would end the text in SQLite.
                Resolved::Text(text) => feature.set_field_string(index, &text.replace('\0', ""))?,
                Resolved::Integer(value) => feature.set_field_integer64(index, value)?,
                Resolved::Number(value, _) => feature.set_field_double(index, value)?,
                Resolved::Flag(value) => feature.set_field_integer(index, i32::from(value))?,
            }
        }
        if let Some(shape) = row.shape.as_ref().and_then(|shape| fitting(shape, stack.shape)) {
            feature.set_geometry(shape.to_gdal()?)?;
        }
        feature.create(&layer)?;
    }
    Ok(())
}

/// A shape as its layer's type wants it; `None` for one that does not belong there.
fn fitting(shape: &Geometry<f64>, kind: ShapeKind) -> Option<Geometry<f64>> {
    let fitted = match (kind, shape.clone()) {
        (ShapeKind::Point, Geometry::Point(point)) => Some(Geometry::Point(point)),
        (ShapeKind::Point, Geometry::MultiPoint(MultiPoint(points))) => points.first().copied().map(Geometry::Point),
        (ShapeKind::Line, Geometry::Line(line)) => Some(Geometry::MultiLineString(MultiLineString(vec![line.into()]))),
        (ShapeKind::Line, Geometry::LineString(line)) => Some(Geometry::MultiLineString(MultiLineString(vec![line]))),
        (ShapeKind::Line, lines @ Geometry::MultiLineString(_)) => Some(lines),
        (ShapeKind::Polygon, Geometry::Polygon(polygon)) => Some(Geometry::MultiPolygon(MultiPolygon(vec![polygon]))),
        (ShapeKind::Polygon, Geometry::Rect(rect)) => {
            Some(Geometry::MultiPolygon(MultiPolygon(vec![rect.to_polygon()])))
        }
        (ShapeKind::Polygon, polygons @ Geometry::MultiPolygon(_)) => Some(polygons),
        _ => None,
    };
    debug_assert!(fitted.is_some(), "a table's shapes are of the kind it says");
    fitted
}

/// The table that QGIS looks for.
fn write_styles(dataset: &mut Dataset, styles: &[(&LayerStyle, String)]) -> gdal::errors::Result<()> {
    let options =
        LayerOptions { name: "layer_styles", srs: None, ty: OGRwkbGeometryType::wkbNone, options: Some(&["FID=id"]) };
    let layer = dataset.create_layer(options)?;
    let text = OGRFieldType::OFTString;
    let fields = [
        ("f_table_catalog", text),
        ("f_table_schema", text),
        ("f_table_name", text),
        ("f_geometry_column", text),
        ("styleName", text),
        ("styleQML", text),
        ("styleSLD", text),
        ("useAsDefault", OGRFieldType::OFTInteger),
        ("description", text),
        ("owner", text),
        ("ui", text),
        ("update_time", OGRFieldType::OFTDateTime),
    ];
    for (name, kind) in fields {
        FieldDefn::new(name, kind)?.add_to_layer(&layer)?;
    }
    for (style, qml) in styles {
        let mut feature = gdal::vector::Feature::new(layer.defn())?;
        let texts = ["", "", &style.listed_as, GEOMETRY, &style.title, qml, ""];
        for (index, text) in texts.into_iter().enumerate() {
            feature.set_field_string(index, text)?;
        }
        feature.set_field_integer(7, 1)?;
        feature.set_field_string(8, "")?;
        feature.set_field_string(9, "")?;
        feature.set_field_null(10)?;
        feature.set_field_string(11, STYLE_TIME)?;
        feature.create(&layer)?;
    }
    Ok(())
}
