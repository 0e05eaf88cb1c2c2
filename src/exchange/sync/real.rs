//! The cells as they run.

use std::sync::Arc;

use arc_swap::ArcSwap;

pub(crate) use core::sync::atomic::{AtomicPtr, AtomicU64};

/// Takes the pointer out that an owner's cell holds.
#[inline]
pub(crate) fn take_mut<T>(pointer: &mut AtomicPtr<T>) -> *mut T {
    core::mem::replace(pointer.get_mut(), core::ptr::null_mut())
}

/// An `Arc` that is loaded as a copy and replaced by one compare-and-swap. Both are lock-free in arc-swap: readers leave
/// their debts in cells of their own, and who replaces pays them; a sleeping reader is paid as well.
pub(crate) struct Root<T>(ArcSwap<T>);

impl<T> Root<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        Self(ArcSwap::new(value))
    }

    pub(crate) fn load(&self) -> Arc<T> {
        self.0.load_full()
    }

    /// Puts `new` in the place of `current`. Whether it has: if not, somebody was faster.
    pub(crate) fn replace(&self, current: &Arc<T>, new: Arc<T>) -> bool {
        let found = self.0.compare_and_swap(current, new);
        Arc::ptr_eq(current, &found)
    }
}
