//! Lines from node references, with what is missing said aloud.

use geo_types::{Coord, LineString};

use super::extract::{Extract, Place, degrees};

/// A run of nodes whose places are all known.
pub(super) struct Piece {
    pub(super) nodes: Vec<i64>,
    pub(super) line: LineString<f64>,
}

/// A way drawn from its nodes: in one piece, or in several where nodes are missing in its middle.
pub(super) struct Drawing {
    pub(super) pieces: Vec<Piece>,
    /// References to nodes that the extract does not hold.
    pub(super) missing: usize,
    /// References that repeat the one before.
    pub(super) repeated: usize,
    /// The first node that has a place.
    pub(super) at: Option<Place>,
}

/// Draws a list of node references. A gap is never bridged: nobody knows how the way runs there.
pub(super) fn draw(extract: &Extract, refs: &[i64]) -> Drawing {
    let mut drawing = Drawing { pieces: Vec::new(), missing: 0, repeated: 0, at: None };
    let (mut nodes, mut line): (Vec<i64>, Vec<Coord<f64>>) = (Vec::new(), Vec::new());
    for &id in refs {
        let Some(place) = extract.place(id) else {
            drawing.missing += 1;
            finish(&mut drawing, &mut nodes, &mut line);
            continue;
        };
        if nodes.last() == Some(&id) {
            drawing.repeated += 1;
            continue;
        }
        drawing.at = drawing.at.or(Some(place));
        nodes.push(id);
        line.push(degrees(place));
    }
    finish(&mut drawing, &mut nodes, &mut line);
    drawing
}

fn finish(drawing: &mut Drawing, nodes: &mut Vec<i64>, line: &mut Vec<Coord<f64>>) {
    let (nodes, line) = (std::mem::take(nodes), std::mem::take(line));
    // A line needs two different places, whatever its nodes are called.
    if line.iter().any(|c| *c != line[0]) {
        drawing.pieces.push(Piece { nodes, line: LineString::new(line) });
    }
}
