//! The two cells that own what they hold: the only file of this crate with `unsafe` in it.
//!
//! **Why not in safe Rust.** With `once_cell::race::OnceBox` and crossbeam's `AtomicCell<Option<Box<_>>>` the module works
//! as well, but no safe cell gives a box back that others may have looked at, so each input allocates and frees its
//! entry, its decision and the outputs in it. Counted with callgrind on whole call lives (1,000 agents, one thread), that
//! is 1,430 instructions more for each input than with the boxes used again, where the engine's own step takes 1,650. And
//! an allocator takes locks of its own, which dispatch had better not touch.
//!
//! **Why it is right.** A pointer in a cell comes from `Box::into_raw` and is the cell's alone; it leaves the cell by a
//! swap, by `&mut self`, or in `drop`, each of which leaves null behind, so it becomes a box again exactly once. `Once`
//! lends it out for no longer than `&self`; it takes it back by `&mut self` only, when no loan is left. `Send` and `Sync`
//! ask of `T` what `Box<T>` and `&T` ask, for values move between threads, and `Once` shares them.

#![expect(unsafe_code, reason = "the one audited file")]

use core::marker::PhantomData;
use core::ptr;

use super::Ordering;
use super::make::AtomicPtr;

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
        boxed(self.pointer.swap(ptr::null_mut(), Ordering::Acquire))
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

/// The box of a pointer that has just been swapped out of a cell.
fn boxed<T>(pointer: *mut T) -> Option<Box<T>> {
    // SAFETY: called with what a cell held, which comes from `into_raw` and is in no cell any more.
    (!pointer.is_null()).then(|| unsafe { Box::from_raw(pointer) })
}
