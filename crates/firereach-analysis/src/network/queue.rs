//! The queue of a flood: what has a label and waits for its turn.

/// Binary digits of a bucket's width: about half a second.
const WIDTH: u32 = 9;
/// Buckets in the ring: those of some seventeen minutes.
const RING: usize = 2048;
const NONE: u32 = u32::MAX;

/// Slots in buckets by the time of their labels; within a bucket in no order.
///
/// What is taken out early is taken out again when it is reached sooner, so the order within a bucket decides how often
/// that happens and nothing else. No label that is pushed lies in a bucket before the one taken out last. Pushing
/// does not branch on whether there is anything to push: half of the time there is, and no processor guesses which half.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// The first waiting item of each bucket of the ring.
    first: Box<[u32; RING]>,
    /// All items of this flood; the room behind `used` is for the next.
    items: Vec<Item>,
    used: usize,
    taken: usize,
    /// The bucket that is being emptied, counted from time zero.
    present: u32,
    /// What lies beyond the ring.
    far: Vec<(u64, u32)>,
    /// The least bucket of `far`.
    far_least: u32,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    slot: u32,
    next: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            first: Box::new([NONE; RING]),
            items: Vec::new(),
            used: 0,
            taken: 0,
            present: 0,
            far: Vec::new(),
            far_least: NONE,
        }
    }
}

/// The bucket of a label, counted from time zero.
#[inline]
pub(super) fn bucket_of(label: u64) -> u32 {
    (label >> (32 + WIDTH)) as u32
}

impl Queue {
    /// Makes an emptied queue ready for a new flood.
    pub(super) fn restart(&mut self) {
        let mut slots = Vec::new();
        while self.take_bucket(&mut slots).is_some() {}
        self.present = 0;
        self.used = 0;
        self.taken = 0;
    }

    /// Makes room for so many pushes.
    #[inline]
    pub(super) fn make_room(&mut self, pushes: usize) {
        if self.used + pushes > self.items.len() {
            let room = (2 * self.items.len()).max(self.used + pushes);
            self.items.resize(room, Item { slot: 0, next: NONE });
        }
    }

    /// Adds a slot; its label is not less than the bucket taken out last.
    pub(super) fn push(&mut self, label: u64, slot: u32) {
        self.make_room(1);
        self.push_where(true, label, slot);
    }

    /// Adds a slot where a condition holds; room was made for it.
    #[inline]
    pub(super) fn push_where(&mut self, is_meant: bool, label: u64, slot: u32) {
        let bucket = bucket_of(label);
        if is_meant & (bucket.wrapping_sub(self.present) >= RING as u32) {
            self.push_far(label, slot);
            return;
        }
        let first = &mut self.first[bucket as usize % RING];
        self.items[self.used] = Item { slot, next: *first };
        #[expect(clippy::cast_possible_truncation, reason = "a city has fewer than four thousand million of anything")]
        let own = self.used as u32;
        *first = std::hint::select_unpredictable(is_meant, own, *first);
        self.used += usize::from(is_meant);
    }

    #[cold]
    fn push_far(&mut self, label: u64, slot: u32) {
        self.far_least = self.far_least.min(bucket_of(label));
        self.far.push((label, slot));
    }

    /// Takes out all slots of the first bucket that holds any, and gives its number.
    #[inline]
    pub(super) fn take_bucket(&mut self, slots: &mut Vec<u32>) -> Option<u32> {
        slots.clear();
        loop {
            let first = &mut self.first[self.present as usize % RING];
            if *first != NONE {
                let mut at = std::mem::replace(first, NONE);
                while at != NONE {
                    let item = self.items[at as usize];
                    slots.push(item.slot);
                    at = item.next;
                }
                self.taken += slots.len();
                return Some(self.present);
            }
            if self.taken == self.used {
                if self.far.is_empty() {
                    return None;
                }
                self.present = self.far_least;
            } else {
                self.present += 1;
            }
            if self.far_least.wrapping_sub(self.present) < RING as u32 {
                self.bring_near();
            }
        }
    }

    /// Takes what lay beyond the ring into it as far as it goes now.
    #[cold]
    fn bring_near(&mut self) {
        self.far_least = NONE;
        for (label, slot) in std::mem::take(&mut self.far) {
            self.push(label, slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Steps of every length, from the same millisecond to hours beyond the ring.
        #[test]
        fn a_queue_gives_everything_bucket_by_bucket(
            steps in prop::collection::vec((0..4u8, 0..1u64 << 22, any::<bool>(), any::<bool>()), 1..300),
        ) {
            let mut queue = Queue::default();
            let mut waiting = std::collections::BTreeSet::new();
            let mut slots = Vec::new();
            let mut last = 0u64;
            for (slot, (length, ms, is_meant, is_taken)) in (0u32..).zip(steps) {
                let ahead = ms >> [22, 15, 8, 0][usize::from(length)];
                let label = ((last >> 32) + ahead) << 32;
                queue.make_room(1);
                queue.push_where(is_meant, label, slot);
                if is_meant {
                    waiting.insert((bucket_of(label), slot, label));
                }
                if is_taken {
                    let bucket = queue.take_bucket(&mut slots);
                    prop_assert_eq!(bucket, waiting.first().map(|item| item.0));
                    let expected: Vec<_> = waiting.iter().copied().take_while(|item| Some(item.0) == bucket).collect();
                    slots.sort_unstable();
                    prop_assert_eq!(&slots, &expected.iter().map(|item| item.1).collect::<Vec<_>>());
                    for item in expected {
                        waiting.remove(&item);
                        last = last.max(item.2);
                    }
                }
            }
            queue.restart();
            prop_assert_eq!(queue.take_bucket(&mut slots), None);
            queue.push(5 << 32, 7);
            prop_assert_eq!(queue.take_bucket(&mut slots), Some(0));
            prop_assert_eq!(slots, vec![7]);
        }
    }
}
