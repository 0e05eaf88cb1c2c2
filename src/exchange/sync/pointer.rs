//! The three cells that own what they hold: the only file of this crate with `unsafe` in it.
//!
//! **Why not in safe Rust.** With `once_cell::race::OnceBox` and crossbeam's `AtomicCell<Option<Box<_>>>` the module
//! works as well, but no safe cell gives a box back that others may have looked at, so each input allocates and frees
//! its entry, its decision and the outputs in it. Counted with callgrind on whole call lives (1,000 agents, one
//! thread), that is 1,430 instructions more for each input than with the boxes used again, where the engine's own step
//! takes 1,650. And an allocator takes locks of its own, which dispatch had better not touch. A [`Shelf`], whose items
//! and outputs stand one after another as they were written, is read and used again in the order of memory: with one
//! thread that is 0.75 of the work of a mutex for the same processor time, where a box for each decision is 0.53
//! (`benches/exchange`, medians of alternating rounds).
//!
//! **Why `Once` and `Swap` are right.** A pointer in a cell comes from `Box::into_raw` and is the cell's alone; it leaves
//! the cell by a swap, by `&mut self`, or in `drop`, each of which leaves null behind, so it becomes a box again exactly
//! once. `Once` lends it out for no longer than `&self`; it takes it back by `&mut self` only, when no loan is left. `Send`
//! and `Sync` ask of `T` what `Box<T>` and `&T` ask, for values move between threads, and `Once` shares them.
//!
//! **Why a `Shelf` is right.**
//!
//! - *Pages live as long as they are looked at.* A page belongs to the shelf it was made for from before anything in it is
//!   published until the shelf is [emptied](Shelf::empty), which takes `&mut self`: no loan is left then.
//! - *A pen never writes into a page that is gone.* It notes the [number](Shelf::number) of the shelf with the page; a shelf
//!   gets a number that was never used before when it is made and when it is emptied, and `publish` writes into the pen's
//!   page only if the numbers are equal: so the page is this shelf's, and `&self` keeps it.
//! - *One writes, and beside what is read.* Only the pen that made a page writes into it, and a pen is neither copied nor
//!   shared. It writes behind what it has published, through raw pointers, and makes no reference to the whole; readers
//!   get references to what was published before only. Release by who fills a slot, acquire by who reads it.
//! - *Each item is dropped once.* A page's two lengths cover what was published and nothing else; they are read when the
//!   page is emptied or dropped, by who owns it, after all who wrote are through with the shelf. What was not published
//!   because another was faster is dropped at once and not counted.

#![expect(unsafe_code, reason = "the one audited file")]

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;
use core::slice;
use core::sync::atomic::AtomicU64;

use super::Ordering;
use super::make::{AtomicPtr, take_mut};

/// Empty, then filled by one compare-and-swap, and the same until its owner empties it.
pub(crate) struct Once<T> {
    pointer: AtomicPtr<T>,
    /// It owns a `T`: it is sent with the cell, and seen by all who see the cell.
    owns: PhantomData<Box<T>>,
}

// SAFETY: sharing it lets other threads see the value (`Sync`), and bring theirs (`Send`).
unsafe impl<T: Send + Sync> Sync for Once<T> {}

impl<T> Once<T> {
    pub(crate) fn new() -> Self {
        Self { pointer: AtomicPtr::new(ptr::null_mut()), owns: PhantomData }
    }

    /// What it holds. Acquire: whoever sees it sees everything its writer had done before.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        let pointer = self.pointer.load(Ordering::Acquire);
        // SAFETY: null, or from `into_raw` in `set`, published by it (release), and not taken back while `self` is lent.
        unsafe { pointer.as_ref() }
    }

    /// Fills it, unless it is filled: then the value comes back. Release: see `get`. Acquire where it fails: what is
    /// there can be read.
    #[inline]
    pub(crate) fn set(&self, value: Box<T>) -> Result<(), Box<T>> {
        let pointer = Box::into_raw(value);
        let set = self.pointer.compare_exchange(ptr::null_mut(), pointer, Ordering::Release, Ordering::Acquire);
        match set {
            Ok(_) => Ok(()),
            // SAFETY: from `into_raw` above, and not in the cell.
            Err(_) => Err(unsafe { Box::from_raw(pointer) }),
        }
    }

    /// Empties it.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Box<T>> {
        boxed(take_mut(&mut self.pointer))
    }
}

impl<T> Drop for Once<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// A box or nothing, exchanged as a whole by one swap. Who has taken a box out owns it.
pub(crate) struct Swap<T> {
    pointer: AtomicPtr<T>,
    owns: PhantomData<Box<T>>,
}

// SAFETY: boxes are moved through it from thread to thread, and never shared.
unsafe impl<T: Send> Sync for Swap<T> {}

impl<T> Swap<T> {
    pub(crate) fn new(value: Option<Box<T>>) -> Self {
        Self { pointer: AtomicPtr::new(raw(value)), owns: PhantomData }
    }

    /// Acquire and release: who takes a box out sees what who put it in had done; and who finds nothing is seen, with
    /// all he had done, by who puts the next box in.
    #[inline]
    pub(crate) fn swap(&self, value: Option<Box<T>>) -> Option<Box<T>> {
        boxed(self.pointer.swap(raw(value), Ordering::AcqRel))
    }
}

impl<T> Drop for Swap<T> {
    fn drop(&mut self) {
        drop(self.swap(None));
    }
}

fn raw<T>(value: Option<Box<T>>) -> *mut T {
    value.map_or(ptr::null_mut(), Box::into_raw)
}

/// The box of a pointer that has just been taken out of a cell.
fn boxed<T>(pointer: *mut T) -> Option<Box<T>> {
    // SAFETY: called with what a cell held, which comes from `into_raw` and is in no cell any more.
    (!pointer.is_null()).then(|| unsafe { Box::from_raw(pointer) })
}

/// Slots that are each filled once, by one compare-and-swap, with an item and the outputs that go with it; read in place,
/// and emptied all at once by the owner. What one thread fills stands one after another in its pages.
pub(crate) struct Shelf<T, O> {
    /// Of this shelf since it was emptied last, and of no other.
    number: u64,
    slots: Box<[AtomicPtr<Item<T, O>>]>,
    /// Those made for it, each pointing to the one before.
    pages: AtomicPtr<Page<T, O>>,
    owns: PhantomData<Box<Page<T, O>>>,
}

// SAFETY: sharing it lets other threads see items and outputs (`Sync`), and bring theirs (`Send`).
unsafe impl<T: Send + Sync, O: Send + Sync> Sync for Shelf<T, O> {}

struct Item<T, O> {
    value: T,
    outputs: *const O,
    count: usize,
}

/// A piece of memory for items and their outputs. It owns the page after it.
pub(crate) struct Page<T, O> {
    /// Room for `ITEMS` items and for so many outputs. Reached by these pointers only: a reference to the whole would
    /// lie over what readers look at.
    items: *mut Item<T, O>,
    outputs: *mut O,
    outputs_room: usize,
    /// So many of each are written and published.
    items_used: usize,
    outputs_used: usize,
    next: *mut Page<T, O>,
}

// SAFETY: it owns its items and outputs, the pointers of items go to outputs of the same page, and `next` is owned.
unsafe impl<T: Send, O: Send> Send for Page<T, O> {}

/// By which one thread fills shelves.
pub(crate) struct Pen<T, O> {
    /// The page it writes in, of the shelf with this number.
    page: *mut Page<T, O>,
    shelf: u64,
    /// Used before.
    spare: Option<Box<Page<T, O>>>,
}

// SAFETY: who has the pen is the only one to write in its page; the spare ones are owned.
unsafe impl<T: Send, O: Send> Send for Pen<T, O> {}

/// How many items a page has room for, and how many outputs, if not one item alone has more.
const ITEMS: usize = 32;
const OUTPUTS: usize = 96;

/// Numbers of shelves. They order nothing.
fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T, O> Shelf<T, O> {
    pub(crate) fn new(length: usize) -> Self {
        let slots = (0..length).map(|_| AtomicPtr::new(ptr::null_mut())).collect();
        Self { number: next_number(), slots, pages: AtomicPtr::new(ptr::null_mut()), owns: PhantomData }
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// What stands in a slot. Acquire: whoever sees it sees everything its writer had done before.
    #[inline]
    pub(crate) fn get(&self, slot: usize) -> Option<(&T, &[O])> {
        let item = self.slots.get(slot)?.load(Ordering::Acquire);
        // SAFETY: null, or published by `publish` (release) in a page that is this shelf's until it is emptied by `&mut
        // self`, and not written again until then.
        let item = unsafe { item.as_ref() }?;
        // SAFETY: so many outputs were written there before the item was published, likewise.
        Some((&item.value, unsafe { slice::from_raw_parts(item.outputs, item.count) }))
    }

    /// Whether a slot is filled. Acquire, as `get`.
    #[inline]
    pub(crate) fn is_filled(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(|slot| !slot.load(Ordering::Acquire).is_null())
    }

    /// Fills a slot with a value and all these outputs, unless it is filled: then nothing changes but that they are
    /// dropped. Whether it was filled by this. `used` finds pages that were used before. Release: see `get`.
    #[inline]
    pub(crate) fn publish(
        &self,
        slot: usize,
        value: T,
        outputs: &mut Vec<O>,
        pen: &mut Pen<T, O>,
        used: impl FnOnce() -> Option<Box<Page<T, O>>>,
    ) -> bool {
        let cell = &self.slots[slot];
        let count = outputs.len();
        // SAFETY: the numbers are equal, so the page is this shelf's, and alive as long as `&self`.
        if pen.shelf != self.number || !unsafe { pen.has_room(count) } {
            self.open(pen, count, used);
        }
        let page = pen.page;
        // SAFETY: as above, and nobody else writes in it; there is room for an item and `count` outputs behind what is
        // used. No reference is made to the page or to what others may be reading.
        unsafe {
            let (items_used, outputs_used) = ((*page).items_used, (*page).outputs_used);
            let to = (*page).outputs.add(outputs_used);
            ptr::copy_nonoverlapping(outputs.as_ptr(), to, count);
            // They are in the page now.
            outputs.set_len(0);
            let item = (*page).items.add(items_used);
            item.write(Item { value, outputs: to, count });
            if cell.compare_exchange(ptr::null_mut(), item, Ordering::Release, Ordering::Relaxed).is_ok() {
                (*page).items_used = items_used + 1;
                (*page).outputs_used = outputs_used + count;
                // As many as most have.
                prefetch(to.add(count), 3.min((*page).outputs_room - outputs_used - count));
                prefetch(item.wrapping_add(1), 1);
                return true;
            }
            // Nobody has seen them, and the lengths do not count them.
            item.drop_in_place();
            ptr::slice_from_raw_parts_mut(to, count).drop_in_place();
        }
        false
    }

    /// Gives the pen a page of this shelf's with room for so many outputs.
    #[cold]
    fn open(&self, pen: &mut Pen<T, O>, outputs: usize, used: impl FnOnce() -> Option<Box<Page<T, O>>>) {
        let page = if outputs <= OUTPUTS { pen.spare(used) } else { None };
        let mut page = page.unwrap_or_else(|| Page::new(outputs.max(OUTPUTS)));
        page.clear();
        let page = Box::into_raw(page);
        // Pages are added and never taken out but by `&mut self`, so one that is found again is the same (no ABA). Release,
        // and acquire by who adds the next: who has the shelf to himself sees them all.
        let mut before = self.pages.load(Ordering::Acquire);
        loop {
            // SAFETY: it is in no list yet, so it is ours alone.
            unsafe { (*page).next = before };
            match self.pages.compare_exchange(before, page, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break,
                Err(found) => before = found,
            }
        }
        pen.page = page;
        pen.shelf = self.number;
    }

    /// Empties all slots, and gives the pages, for use again. What stands in them is dropped when they are.
    pub(crate) fn empty(&mut self) -> Option<Box<Page<T, O>>> {
        self.number = next_number();
        for slot in &mut self.slots {
            take_mut(slot);
        }
        boxed(take_mut(&mut self.pages))
    }
}

impl<T, O> Drop for Shelf<T, O> {
    fn drop(&mut self) {
        drop(self.empty());
    }
}

impl<T, O> Pen<T, O> {
    pub(crate) fn new() -> Self {
        // No shelf has this number.
        Self { page: ptr::null_mut(), shelf: 0, spare: None }
    }

    /// Whether its page has room for one more item with so many outputs.
    ///
    /// # Safety
    /// The page is there, and alive.
    unsafe fn has_room(&self, outputs: usize) -> bool {
        let page = self.page;
        // SAFETY: the caller's promise; nobody else changes the lengths.
        unsafe { (*page).items_used < ITEMS && (*page).outputs_room - (*page).outputs_used >= outputs }
    }

    /// A page that was used before.
    fn spare(&mut self, used: impl FnOnce() -> Option<Box<Page<T, O>>>) -> Option<Box<Page<T, O>>> {
        let mut found = self.spare.take().or_else(used);
        loop {
            let mut page = found?;
            let next = boxed(core::mem::replace(&mut page.next, ptr::null_mut()));
            // One that was made for a single huge item is not kept.
            if page.outputs_room == OUTPUTS {
                self.spare = next;
                return Some(page);
            }
            found = next;
        }
    }
}

impl<T, O> Page<T, O> {
    fn new(outputs: usize) -> Box<Self> {
        Box::new(Self {
            items: Box::into_raw(Box::<[Item<T, O>]>::new_uninit_slice(ITEMS)).cast(),
            outputs: Box::into_raw(Box::<[O]>::new_uninit_slice(outputs)).cast(),
            outputs_room: outputs,
            items_used: 0,
            outputs_used: 0,
            next: ptr::null_mut(),
        })
    }

    /// Drops what stands in it.
    fn clear(&mut self) {
        let items = ptr::slice_from_raw_parts_mut(self.items, core::mem::take(&mut self.items_used));
        let outputs = ptr::slice_from_raw_parts_mut(self.outputs, core::mem::take(&mut self.outputs_used));
        // SAFETY: so many were written and are owned by it; none is counted any more, so none is dropped twice.
        unsafe {
            items.drop_in_place();
            outputs.drop_in_place();
        }
    }
}

impl<T, O> Drop for Page<T, O> {
    fn drop(&mut self) {
        self.clear();
        // SAFETY: made by `new`, of these lengths, and not used any more.
        unsafe {
            drop(Box::from_raw(ptr::slice_from_raw_parts_mut(self.items.cast::<MaybeUninit<Item<T, O>>>(), ITEMS)));
            drop(Box::from_raw(ptr::slice_from_raw_parts_mut(
                self.outputs.cast::<MaybeUninit<O>>(),
                self.outputs_room,
            )));
        }
        // One after another: a long list would be a deep stack.
        let mut next = boxed(core::mem::replace(&mut self.next, ptr::null_mut()));
        while let Some(mut page) = next {
            next = boxed(core::mem::replace(&mut page.next, ptr::null_mut()));
        }
    }
}

/// Has the processor fetch what will be written next, if it is not in its cache: so many things from here on. What was
/// used before is in another's cache, or in none; each swap or compare-and-swap waits until what was written before it is
/// there. Nothing else comes of it.
#[inline(always)]
pub(crate) fn prefetch<T>(first: *const T, count: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        for line in (0..count * size_of::<T>()).step_by(64) {
            // SAFETY: a hint, of which no address is wrong: it neither reads nor writes.
            unsafe { _mm_prefetch::<_MM_HINT_ET0>(first.cast::<i8>().wrapping_add(line)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (first, count);
}

#[cfg(all(test, not(any(cordboard_loom, cordboard_shuttle))))]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;

    /// Counts how many of them there are.
    struct Counted(Rc<Cell<isize>>);

    impl Counted {
        fn new(count: &Rc<Cell<isize>>) -> Self {
            count.set(count.get() + 1);
            Self(Rc::clone(count))
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }

    #[test]
    fn what_is_on_a_shelf_is_dropped_once_whether_it_was_published_came_too_late_or_is_used_again() {
        let count = Rc::new(Cell::new(0));
        let outputs = |many: usize| (0..many).map(|_| Counted::new(&count)).collect::<Vec<_>>();
        let mut shelf = Shelf::new(200);
        let mut pen = Pen::new();
        let mut other = Pen::new();
        let mut pages = None;
        for round in 0..5 {
            let mut on_it = 0;
            for slot in 0..200 {
                // Now and then more than a page has room for.
                let many = if slot % 50 == 7 { OUTPUTS + slot } else { slot % 5 };
                assert!(shelf.publish(slot, Counted::new(&count), &mut outputs(many), &mut pen, || pages.take()));
                on_it += 1 + many as isize;
                assert!(!shelf.publish(slot, Counted::new(&count), &mut outputs(3), &mut other, || None));
                assert_eq!(shelf.get(slot).map(|(_, outputs)| outputs.len()), Some(many));
            }
            assert!(count.get() >= on_it);
            let emptied = shelf.empty();
            assert!((0..200).all(|slot| !shelf.is_filled(slot)));
            if round % 2 == 0 { pages = emptied } else { drop(emptied) }
        }
        drop((pages, pen, other, shelf));
        assert_eq!(count.get(), 0);
    }

    #[test]
    fn a_pen_that_comes_back_to_a_shelf_that_was_emptied_takes_a_new_page() {
        let mut shelf = Shelf::new(2);
        let mut pen = Pen::new();
        assert!(shelf.publish(0, 1, &mut vec![10], &mut pen, || None));
        drop(shelf.empty());
        assert!(shelf.publish(0, 2, &mut vec![20, 21], &mut pen, || None));
        assert_eq!(shelf.get(0), Some((&2, &[20, 21][..])));
        assert_eq!(shelf.get(1), None);
        assert_eq!(shelf.get(2), None);
    }

    #[test]
    fn of_many_who_fill_the_same_slots_one_is_seen_with_his_own_outputs_and_read_meanwhile() {
        let shelf = Arc::new(Shelf::new(500));
        let filled = AtomicUsize::new(0);
        thread::scope(|scope| {
            for who in 0..3_usize {
                let (shelf, filled) = (&shelf, &filled);
                scope.spawn(move || {
                    let mut pen = Pen::new();
                    for slot in 0..500 {
                        let mut outputs = vec![(slot, who); slot % 7];
                        let first = shelf.publish(slot, who, &mut outputs, &mut pen, || None);
                        filled.fetch_add(usize::from(first), Ordering::Relaxed);
                        for looked_at in [0, slot / 2, slot] {
                            let (who, outputs) = shelf.get(looked_at).expect("it is filled");
                            assert_eq!(outputs, vec![(looked_at, *who); looked_at % 7]);
                        }
                    }
                });
            }
        });
        assert_eq!(filled.into_inner(), 500);
    }
}
