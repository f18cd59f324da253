//! The queue of a flood: what has a label and waits for its turn.

/// Binary digits of a bucket's width: 64 ms.
const WIDTH: u32 = 6;
/// Buckets in the ring: those of some four minutes.
const RING: u32 = 4096;
const NONE: u32 = u32::MAX;

/// States by label, least first and then by number: exactly the order of a heap.
///
/// Labels hold their milliseconds in the upper half, and none that is pushed is less than the last one popped. So labels
/// wait in buckets by time, each a chain in one array, and only those of the present bucket are kept in order. What lies
/// beyond the ring of buckets waits apart.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    now: Heap,
    /// The bucket that `now` holds, counted from time zero.
    present: u32,
    /// The first waiting item of each bucket of the ring.
    first: Vec<u32>,
    /// One bit a bucket: whether anything waits in it.
    filled: Vec<u64>,
    waiting: Vec<Waiting>,
    /// The first item of `waiting` that is free again.
    free: u32,
    far: Vec<(u64, u32)>,
    /// The least bucket of `far`.
    far_least: u32,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    label: u64,
    state: u32,
    next: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            now: Heap::default(),
            present: 0,
            first: vec![NONE; RING as usize],
            filled: vec![0; RING as usize / 64],
            waiting: Vec::new(),
            free: NONE,
            far: Vec::new(),
            far_least: NONE,
        }
    }
}

fn bucket_of(label: u64) -> u32 {
    (label >> (32 + WIDTH)) as u32
}

impl Queue {
    /// Makes an emptied queue ready for a new flood.
    pub(super) fn restart(&mut self) {
        while self.pop().is_some() {}
        self.present = 0;
        self.waiting.clear();
        self.free = NONE;
    }

    /// Adds a state; its label is not less than the last one popped.
    pub(super) fn push(&mut self, label: u64, state: u32) {
        let bucket = bucket_of(label);
        if bucket <= self.present {
            self.now.push(label, state);
        } else if bucket - self.present < RING {
            self.wait(bucket, label, state);
        } else {
            self.far_least = self.far_least.min(bucket);
            self.far.push((label, state));
        }
    }

    fn wait(&mut self, bucket: u32, label: u64, state: u32) {
        let place = bucket % RING;
        let item = Waiting { label, state, next: self.first[place as usize] };
        if self.free == NONE {
            self.first[place as usize] = super::build::number(self.waiting.len());
            self.waiting.push(item);
        } else {
            let at = self.free;
            self.free = self.waiting[at as usize].next;
            self.waiting[at as usize] = item;
            self.first[place as usize] = at;
        }
        self.filled[place as usize / 64] |= 1 << (place % 64);
    }

    /// Takes out the state with the least label.
    pub(super) fn pop(&mut self) -> Option<(u64, u32)> {
        loop {
            if let Some(least) = self.now.pop() {
                return Some(least);
            }
            let next = self.next_filled();
            if self.far_least != NONE && next.is_none_or(|next| self.far_least <= next) {
                self.bring_near();
                continue;
            }
            let next = next?;
            self.present = next;
            let place = next % RING;
            self.filled[place as usize / 64] &= !(1 << (place % 64));
            let first = std::mem::replace(&mut self.first[place as usize], NONE);
            let item = self.take(first);
            if item.next == NONE {
                // Most buckets hold one state: it need not be put in order.
                return Some((item.label, item.state));
            }
            self.now.push(item.label, item.state);
            let mut at = item.next;
            while at != NONE {
                let item = self.take(at);
                self.now.push(item.label, item.state);
                at = item.next;
            }
        }
    }

    /// Frees a waiting item.
    fn take(&mut self, at: u32) -> Waiting {
        let item = self.waiting[at as usize];
        self.waiting[at as usize].next = self.free;
        self.free = at;
        item
    }

    /// Makes the least bucket beyond the ring the present one, and takes what lies beyond the ring into it as far as it
    /// goes now; what waits in the ring for the same bucket follows.
    fn bring_near(&mut self) {
        self.present = self.far_least;
        self.far_least = NONE;
        for (label, state) in std::mem::take(&mut self.far) {
            self.push(label, state);
        }
        let place = self.present % RING;
        self.filled[place as usize / 64] &= !(1 << (place % 64));
        let mut at = std::mem::replace(&mut self.first[place as usize], NONE);
        while at != NONE {
            let item = self.take(at);
            self.now.push(item.label, item.state);
            at = item.next;
        }
    }

    /// The first bucket after the present one in which anything waits.
    fn next_filled(&self) -> Option<u32> {
        let words = RING / 64;
        let start = (self.present + 1) % RING;
        for k in 0..=words {
            let word = (start / 64 + k) % words;
            let mut bits = self.filled[word as usize];
            if k == 0 {
                bits &= u64::MAX << (start % 64);
            } else if k == words {
                bits &= !(u64::MAX << (start % 64));
            }
            if bits != 0 {
                let place = word * 64 + bits.trailing_zeros();
                return Some(self.present + 1 + (place + RING - start) % RING);
            }
        }
        None
    }
}

/// A heap of labels with four children a node.
#[derive(Clone, Debug, Default)]
struct Heap {
    items: Vec<(u64, u32)>,
}

impl Heap {
    fn push(&mut self, label: u64, state: u32) {
        let mut hole = self.items.len();
        self.items.push((label, state));
        while hole > 0 {
            let parent = (hole - 1) / 4;
            if self.items[parent] <= (label, state) {
                break;
            }
            self.items[hole] = self.items[parent];
            hole = parent;
        }
        self.items[hole] = (label, state);
    }

    fn pop(&mut self) -> Option<(u64, u32)> {
        let last = self.items.pop()?;
        let Some(&top) = self.items.first() else { return Some(last) };
        let length = self.items.len();
        let mut hole = 0;
        loop {
            let first = hole * 4 + 1;
            if first >= length {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + 4).min(length) {
                if self.items[child] < self.items[least] {
                    least = child;
                }
            }
            if last <= self.items[least] {
                break;
            }
            self.items[hole] = self.items[least];
            hole = least;
        }
        self.items[hole] = last;
        Some(top)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Steps of every length, from the same millisecond to hours beyond the ring.
        #[test]
        fn a_queue_gives_the_order_of_a_sorted_list(
            steps in prop::collection::vec((0..4u8, 0..1u64 << 22, 0..3u32, 0..5u32, any::<bool>()), 1..300),
        ) {
            let mut queue = Queue::default();
            let mut sorted = std::collections::BTreeSet::new();
            let mut last = 0u64;
            for (length, ms, owner, state, is_pop) in steps {
                let ahead = ms >> [22, 15, 8, 0][usize::from(length)];
                let label = (((last >> 32) + ahead) << 32) | u64::from(owner);
                if label >= last && sorted.insert((label, state)) {
                    queue.push(label, state);
                }
                if is_pop {
                    let popped = queue.pop();
                    prop_assert_eq!(popped, sorted.pop_first());
                    last = popped.map_or(last, |(label, _)| label);
                }
            }
            while let Some(least) = sorted.pop_first() {
                prop_assert_eq!(queue.pop(), Some(least));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
