//! Turns an SVG into a PNG.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::fonts::Fonts;

/// Why an SVG could not become a PNG.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The SVG is not one.
    #[error("the drawing is not SVG: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture has no or too many pixels.
    #[error("a picture of {width} by {height} pixels cannot be made; ask for another width")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The picture cannot be encoded.
    #[error("the picture cannot be encoded: {0}")]
    Encoding(String),
}

/// Renders an SVG as a PNG so many pixels wide, on white, its texts in the given fonts.
///
/// # Errors
///
/// When the text is not SVG, or no picture of that width can be made.
pub fn render_png(svg: &str, width_px: u32, fonts: &Fonts) -> Result<Vec<u8>, PngError> {
    let mut database = fontdb::Database::new();
    for font in fonts.all() {
        database.load_font_source(fontdb::Source::Binary(Arc::new(font.data().to_vec())));
    }
    let family = fonts.families().first().map(|family| (*family).to_owned()).unwrap_or_default();
    database.set_sans_serif_family(family.clone());
    let options = Options { fontdb: Arc::new(database), font_family: family, ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let scale = f64::from(width_px) / f64::from(tree.size().width());
    let height = (f64::from(tree.size().height()) * scale).round();
    // A float becomes the nearest integer of its range: what is out of range fails below.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and zero or more")]
    let (height_px, scale) = (height as u32, scale as f32);
    let mut picture = Pixmap::new(width_px, height_px).ok_or(PngError::Size { width: width_px, height: height_px })?;
    picture.fill(resvg::tiny_skia::Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| PngError::Encoding(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_width_asked_for_and_the_same_bytes_twice() {
        let fonts = Fonts::find(&[]).expect("the set-up installs a font");
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40mm\" height=\"20mm\" viewBox=\"0 0 40 20\">\
                   <text x=\"1\" y=\"10\" font-size=\"5\">文物 A</text></svg>";
        let picture = render_png(svg, 80, &fonts).expect("it is SVG");
        assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        // Width and height stand in the header, most significant byte first.
        assert_eq!((&picture[16..20], &picture[20..24]), (&80_u32.to_be_bytes()[..], &40_u32.to_be_bytes()[..]));
        assert_eq!(picture, render_png(svg, 80, &fonts).expect("it is SVG"));
    }
}
