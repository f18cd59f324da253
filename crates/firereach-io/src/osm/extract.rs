//! An OpenStreetMap extract as plain elements: what the file says, before anybody asks what it means.

use geo_types::Coord;

/// Ten-millionths of a degree, the resolution of OpenStreetMap; east and north.
pub(super) type Place = (i32, i32);

/// A place in degrees.
pub(super) fn degrees((lon, lat): Place) -> Coord<f64> {
    Coord { x: f64::from(lon) / 1e7, y: f64::from(lat) / 1e7 }
}

/// The tags of one element, packed into one text: key, NUL, value, NUL and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags(Box<str>);

impl Tags {
    /// Packs tags in the order given.
    pub(super) fn pack<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut text = String::new();
        for (key, value) in tags {
            // A NUL cannot be typed into a tag; a corrupt one would shift every later pair.
            if key.contains('\0') || value.contains('\0') {
                continue;
            }
            text.push_str(key);
            text.push('\0');
            text.push_str(value);
            text.push('\0');
        }
        Self(text.into_boxed_str())
    }

    /// The tags to ask.
    pub(super) fn view(&self) -> TagView<'_> {
        let mut parts = self.0.split('\0');
        let mut pairs = Vec::new();
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            pairs.push((key, value));
        }
        TagView { pairs }
    }
}

/// The tags of one element, unpacked.
pub(super) struct TagView<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> TagView<'a> {
    /// The trimmed value of a key; `None` where it is absent or empty.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let value = self.pairs.iter().find(|(k, _)| *k == key)?.1.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The first of several keys that has a value, with that value.
    pub(super) fn first<'k>(&self, keys: &[&'k str]) -> Option<(&'k str, &'a str)> {
        keys.iter().find_map(|key| Some((*key, self.get(key)?)))
    }

    /// Whether a key is present and not denied by `no`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "no")
    }

    /// Whether a key has exactly this value.
    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Every pair, in the order of the file.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.pairs.iter().copied()
    }
}

/// A node that has tags of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) id: i64,
    pub(super) at: Place,
    pub(super) tags: Tags,
}

/// A way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) id: i64,
    pub(super) refs: Box<[i64]>,
    pub(super) tags: Tags,
}

impl Way {
    /// Whether it ends where it begins.
    pub(super) fn is_closed(&self) -> bool {
        self.refs.len() > 3 && self.refs.first() == self.refs.last()
    }
}

/// What a member of a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    Node,
    Way,
    Relation,
}

/// One member of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) kind: MemberKind,
    pub(super) id: i64,
    pub(super) role: Box<str>,
}

/// A relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) id: i64,
    pub(super) members: Box<[Member]>,
    pub(super) tags: Tags,
}

/// A whole extract, every kind ordered by identifier, so that the order of the file changes nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Extract {
    /// Identifiers of all nodes, rising.
    node_ids: Vec<i64>,
    /// Their places, one each.
    node_places: Vec<Place>,
    /// Nodes with tags.
    pub(super) nodes: Vec<Node>,
    /// Ways.
    pub(super) ways: Vec<Way>,
    /// Relations.
    pub(super) relations: Vec<Relation>,
    /// Elements that came more than once; the last of each was taken.
    pub(super) repeated: u64,
    /// Nodes whose place is not on the globe, left out.
    pub(super) misplaced: Vec<i64>,
}

/// Elements in the order of the file: one block of a PBF, or a whole XML file.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) places: Vec<(i64, Place)>,
    pub(super) nodes: Vec<Node>,
    pub(super) ways: Vec<Way>,
    pub(super) relations: Vec<Relation>,
    pub(super) misplaced: Vec<i64>,
}

impl Batch {
    /// Takes a node; its place in units of 1e-7 degree, wide enough to see that it is off the globe.
    pub(super) fn push_node(&mut self, id: i64, (lon, lat): (i64, i64), tags: Tags) {
        const HALF_TURN: i64 = 1_800_000_000;
        let place = (i32::try_from(lon), i32::try_from(lat));
        let (Ok(x), Ok(y)) = place else {
            self.misplaced.push(id);
            return;
        };
        if lon.abs() > HALF_TURN || lat.abs() > HALF_TURN / 2 {
            self.misplaced.push(id);
            return;
        }
        self.places.push((id, (x, y)));
        if tags != Tags::default() {
            self.nodes.push(Node { id, at: (x, y), tags });
        }
    }
}

impl Extract {
    /// Joins batches and orders every kind by identifier; of elements that came twice the last is taken.
    pub(super) fn join(batches: Vec<Batch>) -> Self {
        let mut extract = Self::default();
        let mut places = Vec::with_capacity(batches.iter().map(|b| b.places.len()).sum());
        for batch in batches {
            places.extend(batch.places);
            extract.nodes.extend(batch.nodes);
            extract.ways.extend(batch.ways);
            extract.relations.extend(batch.relations);
            extract.misplaced.extend(batch.misplaced);
        }
        extract.repeated =
            order(&mut places, |p| p.0) + order(&mut extract.ways, |w| w.id) + order(&mut extract.relations, |r| r.id);
        order(&mut extract.nodes, |n| n.id);
        extract.misplaced.sort_unstable();
        (extract.node_ids, extract.node_places) = places.into_iter().unzip();
        extract
    }

    /// Where a node is; `None` when the extract does not hold it.
    pub(super) fn place(&self, node: i64) -> Option<Place> {
        self.node_ids.binary_search(&node).ok().map(|i| self.node_places[i])
    }

    /// The way with this identifier.
    pub(super) fn way(&self, id: i64) -> Option<&Way> {
        self.ways.binary_search_by_key(&id, |w| w.id).ok().map(|i| &self.ways[i])
    }

    /// How many nodes there are, with and without tags.
    pub(super) fn node_count(&self) -> usize {
        self.node_ids.len()
    }
}

/// Orders by identifier, keeps the last of equal ones, and says how many fell out.
fn order<T>(items: &mut Vec<T>, id: impl Fn(&T) -> i64) -> u64 {
    let before = items.len();
    if !items.is_sorted_by(|a, b| id(a) < id(b)) {
        items.sort_by_key(&id);
        items.reverse();
        items.dedup_by_key(|item| id(item));
        items.reverse();
    }
    (before - items.len()) as u64
}
