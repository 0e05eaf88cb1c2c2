//! The cells as the model checkers see them: every access is a point at which loom and shuttle may change threads, and
//! where loom may show an old value if the orderings allow it. The checkers run one thread at a time, so what stands
//! between two such points is one step.
//!
//! [`plant`] makes a cell wrong on purpose: a checker that does not find what is planted proves nothing.

use core::cell::Cell;
use std::sync::{Arc, PoisonError};

#[cfg(cordboard_loom)]
use loom::sync::atomic;
#[cfg(all(cordboard_shuttle, not(cordboard_loom)))]
use shuttle::sync::atomic;

use super::Ordering;
pub(crate) use atomic::AtomicU64;

/// A bug that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// A compare-and-swap that looks, then stores: two may fill one slot.
    LooksThenStores,
    /// The executor is put back by a store, not by a swap.
    StoresExecutor,
    /// Who has put the executor back does not look at the log again.
    LooksNotAgain,
}

thread_local! {
    // The checkers run all threads of a model on the one that has called them.
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

pub(crate) fn plant(bug: Bug) {
    PLANTED.set(Some(bug));
}

pub(crate) fn is_planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// As in `core`, unless a bug is planted in it.
#[derive(Debug)]
pub(crate) struct AtomicPtr<T>(atomic::AtomicPtr<T>);

impl<T> AtomicPtr<T> {
    pub(crate) fn new(pointer: *mut T) -> Self {
        Self(atomic::AtomicPtr::new(pointer))
    }

    pub(crate) fn load(&self, order: Ordering) -> *mut T {
        self.0.load(order)
    }

    pub(crate) fn swap(&self, pointer: *mut T, order: Ordering) -> *mut T {
        if is_planted(Bug::StoresExecutor) && !pointer.is_null() {
            let before = self.0.load(Ordering::Acquire);
            self.0.store(pointer, Ordering::Release);
            return before;
        }
        self.0.swap(pointer, order)
    }

    pub(crate) fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        if is_planted(Bug::LooksThenStores) {
            let found = self.0.load(failure);
            if found != current {
                return Err(found);
            }
            self.0.store(new, success);
            return Ok(found);
        }
        self.0.compare_exchange(current, new, success, failure)
    }
}

/// Takes the pointer out that an owner's cell holds.
pub(crate) fn take_mut<T>(pointer: &mut AtomicPtr<T>) -> *mut T {
    pointer.0.swap(core::ptr::null_mut(), Ordering::AcqRel)
}

/// An `Arc` that is loaded as a copy and replaced by one compare-and-swap: arc-swap, taken at its word.
pub(crate) struct Root<T> {
    turns: AtomicU64,
    #[expect(clippy::disallowed_types, reason = "nobody ever waits for it: one thread runs at a time")]
    value: std::sync::Mutex<Arc<T>>,
}

impl<T> Root<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        #[expect(clippy::disallowed_types, reason = "see there")]
        let value = std::sync::Mutex::new(value);
        Self { turns: AtomicU64::new(0), value }
    }

    pub(crate) fn load(&self) -> Arc<T> {
        self.turns.load(Ordering::SeqCst);
        Arc::clone(&self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, current: &Arc<T>, new: Arc<T>) -> bool {
        self.turns.fetch_add(1, Ordering::SeqCst);
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = Arc::ptr_eq(&value, current);
        if unchanged {
            *value = new;
        }
        unchanged
    }
}
