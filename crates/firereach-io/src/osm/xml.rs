//! XML extracts (`.osm`, `.osm.gz`), read as a stream.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::extract::{Batch, Extract, Member, MemberKind, Relation, Tags, Way};
use crate::read_error::ReadError;
use crate::source::Source;

/// Reads a whole extract from text that has been unpacked already.
pub(super) fn read(source: &Source, text: impl BufRead) -> Result<Extract, ReadError> {
    let mut reader = Reader::from_reader(Lines { text, passed: 0 });
    let mut buffer = Vec::new();
    let mut batch = Batch::default();
    let mut open = Open::default();
    let mut depth = 0_usize;
    let mut has_root = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().passed + 1;
        let fault = |found: String| {
            let expected = "OpenStreetMap XML, complete from <osm> to </osm>";
            let remedy = "download or export the extract again and compare its size with the provider's";
            ReadError::new(&source.shown, found, expected, remedy).at(format!("near line {line}"))
        };
        let (start, is_empty) = match event.map_err(|e| fault(format!("the file is cut off or damaged ({e})")))? {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                // Below the root stands one element at a time: a node, a way or a relation.
                if depth == 1 {
                    open.close(&mut batch);
                }
                continue;
            }
            Event::Eof if depth > 0 => return Err(fault("the file ends inside an element".to_owned())),
            Event::Eof => break,
            _ => continue,
        };
        if depth == 0 {
            has_root = true;
            if start.name().as_ref() != b"osm" {
                let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                let remedy = match name.as_str() {
                    "osmChange" => {
                        "a change file is not an extract: apply it first, for example with `osmium apply-changes`"
                    }
                    _ => "name an OpenStreetMap extract, or give the source its own format",
                };
                return Err(ReadError::new(
                    &source.shown,
                    format!("an XML file with the root <{name}>"),
                    "<osm>",
                    remedy,
                ));
            }
        } else {
            open.begin(&start).map_err(fault)?;
            if is_empty && depth == 1 {
                open.close(&mut batch);
            }
        }
        if !is_empty {
            depth += 1;
        }
    }
    if !has_root {
        let remedy = "download or export the extract again";
        return Err(ReadError::new(&source.shown, "a file without any element", "OpenStreetMap XML", remedy));
    }
    Ok(Extract::join(vec![batch]))
}

/// The element that is being read.
#[derive(Default)]
struct Open {
    kind: Option<MemberKind>,
    id: i64,
    place: Option<(i64, i64)>,
    /// Deleted in an editor's file, or an old version.
    is_gone: bool,
    tags: Vec<(String, String)>,
    refs: Vec<i64>,
    members: Vec<Member>,
}

impl Open {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        match start.name().as_ref() {
            b"node" => self.element(start, MemberKind::Node),
            b"way" => self.element(start, MemberKind::Way),
            b"relation" => self.element(start, MemberKind::Relation),
            b"tag" => {
                let (mut key, mut value) = (String::new(), String::new());
                each(start, |name, text| match name {
                    b"k" => key.push_str(text),
                    b"v" => value.push_str(text),
                    _ => {}
                })?;
                self.tags.push((key, value));
                Ok(())
            }
            b"nd" => {
                let mut id = None;
                each(start, |name, text| {
                    if name == b"ref" {
                        id = text.parse().ok();
                    }
                })?;
                self.refs.push(id.ok_or_else(|| format!("<nd> of element {} without a number in `ref`", self.id))?);
                Ok(())
            }
            b"member" => {
                let (mut kind, mut id, mut role) = (None, None, String::new());
                each(start, |name, text| match name {
                    b"type" => {
                        kind = match text {
                            "node" => Some(MemberKind::Node),
                            "way" => Some(MemberKind::Way),
                            "relation" => Some(MemberKind::Relation),
                            _ => None,
                        }
                    }
                    b"ref" => id = text.parse().ok(),
                    b"role" => role.push_str(text),
                    _ => {}
                })?;
                let (Some(kind), Some(id)) = (kind, id) else {
                    return Err(format!(
                        "<member> of relation {} without a known `type` and a number in `ref`",
                        self.id
                    ));
                };
                self.members.push(Member { kind, id, role: role.into() });
                Ok(())
            }
            // Bounds, notes, changesets and the like say nothing about the city.
            _ => Ok(()),
        }
    }

    fn element(&mut self, start: &BytesStart<'_>, kind: MemberKind) -> Result<(), String> {
        *self = Self { kind: Some(kind), ..Self::default() };
        let (mut id, mut lon, mut lat) = (None, None, None);
        let mut is_gone = false;
        each(start, |name, text| match name {
            b"id" => id = text.parse::<i64>().ok(),
            b"lon" => lon = tenmillionths(text),
            b"lat" => lat = tenmillionths(text),
            b"action" => is_gone |= text == "delete",
            b"visible" => is_gone |= text == "false",
            _ => {}
        })?;
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        self.id = id.ok_or_else(|| format!("<{name}> without a number in `id`"))?;
        self.is_gone = is_gone;
        self.place = lon.zip(lat);
        if kind == MemberKind::Node && !is_gone && self.place.is_none() {
            return Err(format!("node {} without numbers in `lon` and `lat`", self.id));
        }
        Ok(())
    }

    fn close(&mut self, batch: &mut Batch) {
        let done = std::mem::take(self);
        if done.is_gone {
            return;
        }
        let tags = Tags::pack(done.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        match done.kind {
            Some(MemberKind::Node) => {
                if let Some(place) = done.place {
                    batch.push_node(done.id, place, tags);
                }
            }
            Some(MemberKind::Way) => batch.ways.push(Way { id: done.id, refs: done.refs.into(), tags }),
            Some(MemberKind::Relation) => {
                batch.relations.push(Relation { id: done.id, members: done.members.into(), tags });
            }
            None => {}
        }
    }
}

/// Degrees in units of 1e-7 degree.
fn tenmillionths(text: &str) -> Option<i64> {
    let degrees: f64 = text.parse().ok()?;
    // A float-to-integer cast saturates, so a place off the globe stays off it.
    degrees.is_finite().then(|| (degrees * 1e7).round() as i64)
}

fn each(start: &BytesStart<'_>, mut take: impl FnMut(&[u8], &str)) -> Result<(), String> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let text = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| e.to_string())?;
        take(attribute.key.as_ref(), &text);
    }
    Ok(())
}

/// Counts the lines that have been passed, for messages.
struct Lines<R> {
    text: R,
    passed: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = {
            let available = self.text.fill_buf()?;
            let length = available.len().min(buffer.len());
            buffer[..length].copy_from_slice(&available[..length]);
            length
        };
        self.consume(taken);
        Ok(taken)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.text.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(available) = self.text.fill_buf() {
            self.passed += available[..amount].iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        self.text.consume(amount);
    }
}
