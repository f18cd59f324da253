//! Turns an SVG into a PNG.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use typst::foundations::Bytes;

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

/// Draws pictures, all of them with the same fonts in one memory.
pub struct Painter {
    fonts: Arc<fontdb::Database>,
    families: Vec<String>,
}

impl Painter {
    /// A painter that sets texts in these fonts.
    pub fn new(fonts: &Fonts) -> Self {
        let mut database = fontdb::Database::new();
        let mut known: Vec<&Bytes> = Vec::new();
        for font in fonts.all() {
            // The faces of a collection stand in one file, which is loaded once, and shared with whoever else reads it.
            if known.iter().all(|other| !std::ptr::eq(other.as_ptr(), font.data().as_ptr())) {
                known.push(font.data());
                database.load_font_source(fontdb::Source::Binary(Arc::new(font.data().clone())));
            }
        }
        let families: Vec<String> = fonts.families().into_iter().map(str::to_owned).collect();
        database.set_sans_serif_family(families.first().cloned().unwrap_or_default());
        Self { fonts: Arc::new(database), families }
    }

    /// The families of the fonts, the first one first.
    pub fn families(&self) -> Vec<&str> {
        self.families.iter().map(String::as_str).collect()
    }

    /// Renders an SVG as a PNG so many pixels wide, on white.
    ///
    /// # Errors
    ///
    /// When the text is not SVG, or no picture of that width can be made.
    pub fn render_png(&self, svg: &str, width_px: u32) -> Result<Vec<u8>, PngError> {
        let font_family = self.families.first().cloned().unwrap_or_default();
        let options = Options { fontdb: Arc::clone(&self.fonts), font_family, ..Options::default() };
        render(svg, width_px, &options)
    }
}

fn render(svg: &str, width_px: u32, options: &Options<'_>) -> Result<Vec<u8>, PngError> {
    let tree = Tree::from_str(svg, options)?;
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
        let painter = Painter::new(&fonts);
        let picture = painter.render_png(svg, 80).expect("it is SVG");
        assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        // Width and height stand in the header, most significant byte first.
        assert_eq!((&picture[16..20], &picture[20..24]), (&80_u32.to_be_bytes()[..], &40_u32.to_be_bytes()[..]));
        assert_eq!(picture, painter.render_png(svg, 80).expect("it is SVG"));
    }
}
