//! Protocol-buffer extracts (`.osm.pbf`), decoded block by block on all threads.

use std::fs::File;
use std::io::BufReader;

use osmpbf::{Blob, BlobDecode, BlobReader, Element, RelMemberType};
use rayon::prelude::*;

use super::extract::{Batch, Extract, Member, MemberKind, Relation, Tags, Way};
use crate::read_error::ReadError;
use crate::source::Source;

/// Features of the format that a file may require and this reader has.
const UNDERSTOOD: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Blocks decoded together: enough to feed the threads, few enough to keep compressed data out of memory.
const BLOCKS_AT_ONCE: usize = 64;

/// Reads a whole extract.
pub(super) fn read(source: &Source, file: File) -> Result<Extract, ReadError> {
    let length = file.metadata().map_err(|e| ReadError::of_file(&source.path, &e))?.len();
    let mut blobs = BlobReader::new_seekable(BufReader::new(file)).map_err(|e| damaged(source, None, &e))?;
    let mut batches = Vec::new();
    let mut has_header = false;
    let mut end = 0;
    loop {
        let mut group: Vec<Blob> = Vec::with_capacity(BLOCKS_AT_ONCE);
        for blob in blobs.by_ref().take(BLOCKS_AT_ONCE) {
            group.push(blob.map_err(|e| damaged(source, Some(end), &e))?);
            end = group.last().and_then(Blob::offset).map_or(end, |offset| offset.0);
        }
        if group.is_empty() {
            break;
        }
        let decoded: Vec<Result<Decoded, ReadError>> = group.par_iter().map(|blob| decode(source, blob)).collect();
        for block in decoded {
            match block? {
                Decoded::Header => has_header = true,
                Decoded::Data(batch) => batches.push(batch),
                Decoded::Other => {}
            }
        }
    }
    if !has_header {
        return Err(ReadError::new(
            &source.shown,
            format!("{length} bytes without an OSMHeader block"),
            "an OpenStreetMap PBF file",
            "download or export the extract again",
        ));
    }
    Ok(Extract::join(batches))
}

enum Decoded {
    Header,
    Data(Batch),
    Other,
}

fn decode(source: &Source, blob: &Blob) -> Result<Decoded, ReadError> {
    let at = blob.offset().map(|offset| offset.0);
    match blob.decode().map_err(|e| damaged(source, at, &e))? {
        BlobDecode::OsmHeader(header) => {
            let unknown: Vec<&str> =
                header.required_features().iter().map(String::as_str).filter(|f| !UNDERSTOOD.contains(f)).collect();
            if !unknown.is_empty() {
                return Err(ReadError::new(
                    &source.shown,
                    format!("the file requires {}", unknown.join(", ")),
                    format!("a plain extract ({})", UNDERSTOOD.join(", ")),
                    "make a plain extract of one date, for example with `osmium time-filter`",
                ));
            }
            Ok(Decoded::Header)
        }
        BlobDecode::OsmData(block) => {
            let mut batch = Batch::default();
            for element in block.elements() {
                take(&mut batch, &element).map_err(|e| damaged(source, at, &e))?;
            }
            Ok(Decoded::Data(batch))
        }
        BlobDecode::Unknown(_) => Ok(Decoded::Other),
    }
}

fn take(batch: &mut Batch, element: &Element<'_>) -> Result<(), osmpbf::Error> {
    match element {
        // Nano-degrees are exact multiples of 100 in every extract of the usual granularity.
        Element::DenseNode(node) => {
            let place = (nearest(node.nano_lon()), nearest(node.nano_lat()));
            batch.push_node(node.id(), place, Tags::pack(node.tags()));
        }
        Element::Node(node) => {
            let place = (nearest(node.nano_lon()), nearest(node.nano_lat()));
            batch.push_node(node.id(), place, Tags::pack(node.tags()));
        }
        Element::Way(way) => {
            batch.ways.push(Way { id: way.id(), refs: way.refs().collect(), tags: Tags::pack(way.tags()) });
        }
        Element::Relation(relation) => {
            let mut members = Vec::new();
            for member in relation.members() {
                let kind = match member.member_type {
                    RelMemberType::Node => MemberKind::Node,
                    RelMemberType::Way => MemberKind::Way,
                    RelMemberType::Relation => MemberKind::Relation,
                };
                members.push(Member { kind, id: member.member_id, role: member.role()?.into() });
            }
            let tags = Tags::pack(relation.tags());
            batch.relations.push(Relation { id: relation.id(), members: members.into(), tags });
        }
    }
    Ok(())
}

/// Nano-degrees in units of 1e-7 degree.
fn nearest(nano: i64) -> i64 {
    (nano + 50).div_euclid(100)
}

fn damaged(source: &Source, byte: Option<u64>, error: &osmpbf::Error) -> ReadError {
    let cause = ReadError::new(
        &source.shown,
        format!("the file is cut off or damaged ({error})"),
        "a complete OpenStreetMap PBF file",
        "download or export the extract again and compare its size and checksum with the provider's",
    );
    match byte {
        Some(byte) => cause.at(format!("block at byte {byte}")),
        None => cause,
    }
}
