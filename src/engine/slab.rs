//! A slab: things that come and go, each in a numbered slot whose generation tells a late reference from a live one.

use core::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

use super::copies::copies;

#[derive(Debug, Hash, Serialize, Deserialize)]
pub(super) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

copies!(Slab<T> { slots, free });

#[derive(Clone, Copy, Debug, Hash, Serialize, Deserialize)]
struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    pub(super) fn insert(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize].value = Some(value);
                slot
            }
            None => {
                self.slots.push(Slot { generation: 0, value: Some(value) });
                self.slots.len() as u32 - 1
            }
        }
    }

    /// Takes the value out of a slot, which must hold one.
    pub(super) fn remove(&mut self, slot: u32) -> T {
        let entry = &mut self.slots[slot as usize];
        entry.generation = entry.generation.wrapping_add(1);
        self.free.push(slot);
        entry.value.take().expect("only live slots are removed")
    }

    #[inline]
    pub(super) fn get(&self, slot: u32) -> Option<&T> {
        self.slots.get(slot as usize)?.value.as_ref()
    }

    /// Whether this slot holds a value of this generation.
    #[inline]
    pub(super) fn holds(&self, slot: u32, generation: u32) -> bool {
        self.slots.get(slot as usize).is_some_and(|slot| slot.value.is_some() && slot.generation == generation)
    }

    #[inline]
    pub(super) fn generation(&self, slot: u32) -> u32 {
        self.slots[slot as usize].generation
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// All values with their slots, by slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.slots.iter().enumerate().filter_map(|(slot, entry)| Some((slot as u32, entry.value.as_ref()?)))
    }
}

/// An optional slot, in four bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Option<u32>", into = "Option<u32>")]
pub(super) struct Link(u32);

impl Link {
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) const fn to(slot: u32) -> Self {
        Self(slot)
    }

    pub(super) fn get(self) -> Option<u32> {
        (self != Self::NONE).then_some(self.0)
    }

    pub(super) fn is_some(self) -> bool {
        self != Self::NONE
    }

    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Leaves none behind.
    pub(super) fn take(&mut self) -> Option<u32> {
        core::mem::replace(self, Self::NONE).get()
    }
}

impl PartialEq<Option<u32>> for Link {
    fn eq(&self, other: &Option<u32>) -> bool {
        self.get() == *other
    }
}

impl From<Option<u32>> for Link {
    fn from(slot: Option<u32>) -> Self {
        slot.map_or(Self::NONE, Self::to)
    }
}

impl From<Link> for Option<u32> {
    fn from(link: Link) -> Self {
        link.get()
    }
}

impl core::fmt::Debug for Link {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.get().fmt(f)
    }
}

/// Slots are handed out by this slab only, so a vacant one is a bug of the engine's.
impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, slot: u32) -> &T {
        self.slots[slot as usize].value.as_ref().expect("the slot is live")
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut T {
        self.slots[slot as usize].value.as_mut().expect("the slot is live")
    }
}
