//! Room in the log, for requests that wait for it: they stand in one line, in the order in which they came. The exchange
//! does not say when room comes, so the driver looks on behalf of all, and lets as many go on as there is room for.
//! Whoever goes on submits by himself.
//!
//! The line is a tokio semaphore, which is fair. To let somebody go on is to give it a permit, which is used up when he
//! is through; whoever is dropped before that leaves the permit to the next.
//!
//! **Nobody holds up the line.** One who may go on and does not keeps one permit. After a millisecond he is not waited for
//! any more: those behind him go on, and who comes then need not stand in line.
//!
//! **Nobody is passed.** One who goes on and finds no room after all, for others did not stand in line or timers took it,
//! looks again by himself, and a place is kept for him before anybody behind him goes on.
//!
//! **The driver need not be there.** Where he has ended there is no line, and everybody looks for himself.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::hub::Hub;
use crate::time::{Span, Time};

/// So many go on at once at most; the next as soon as they are through.
const AT_ONCE: usize = 256;
/// So long is waited for those who may go on.
const PATIENCE: Span = Span::from_millis(1);

/// The line, as all see it.
#[derive(Debug)]
pub(super) struct Room {
    line: Semaphore,
    /// Those in line and those who go on.
    here: AtomicUsize,
    /// Permits that were given and are not used up.
    given: AtomicUsize,
    /// So many of them have been there for too long.
    asleep: AtomicUsize,
    /// So many have gone on and found no room.
    hungry: AtomicUsize,
    /// The driver's timers wait for room, too.
    timers: AtomicBool,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            line: Semaphore::new(0),
            here: AtomicUsize::new(0),
            given: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            hungry: AtomicUsize::new(0),
            timers: AtomicBool::new(false),
        }
    }

    /// Whether somebody stands in line, has just been let go on or has found no room: then whoever comes stands behind
    /// him, and the driver looks again soon.
    pub(super) fn is_line(&self) -> bool {
        let waits = self.here.load(Ordering::SeqCst) > self.asleep.load(Ordering::SeqCst);
        (waits || self.hungry.load(Ordering::SeqCst) > 0) && !self.line.is_closed()
    }

    /// Stands in line until it is one's turn, or there is no line any more.
    pub(super) async fn turn<'a>(&'a self, driver: &'a Notify) -> Turn<'a> {
        let before = self.here.fetch_add(1, Ordering::SeqCst);
        let mut turn = Turn { room: self, driver, permit: None, is_hungry: false, is_here: true };
        // Whoever stands before him has woken the driver, who looks again until nobody stands there.
        if before <= self.asleep.load(Ordering::SeqCst) {
            driver.notify_one();
        }
        turn.permit = self.line.acquire().await.ok();
        turn
    }

    /// There may be room: the driver looks at once, if somebody waits for it.
    pub(super) fn freed(&self, driver: &Notify) {
        if self.is_line() || self.timers.load(Ordering::SeqCst) {
            driver.notify_one();
        }
    }

    /// Whether the driver's timers wait for room.
    pub(super) fn set_timers_wait(&self, wait: bool) {
        self.timers.store(wait, Ordering::SeqCst);
    }

    /// There is no line any more: the centre is closed, or its driver has ended.
    pub(super) fn close(&self) {
        self.line.close();
    }
}

/// A place in line, and then the turn to submit.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    room: &'a Room,
    driver: &'a Notify,
    permit: Option<SemaphorePermit<'a>>,
    /// He is counted among those who have found no room.
    is_hungry: bool,
    /// He is counted among those who are here.
    is_here: bool,
}

impl Turn<'_> {
    /// Has found no room, and will look again by himself.
    pub(super) fn found_none(&mut self) {
        if self.permit.is_some() && !core::mem::replace(&mut self.is_hungry, true) {
            self.room.hungry.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Is through.
    pub(super) fn used(mut self) {
        let Some(permit) = self.permit.take() else { return };
        permit.forget();
        let given = self.room.given.fetch_sub(1, Ordering::SeqCst) - 1;
        let asleep = self.room.asleep.fetch_min(given, Ordering::SeqCst);
        let here = self.leave();
        // All are through who are waited for. Whoever comes later sees that nobody stands before him.
        if given <= asleep && here > given {
            self.driver.notify_one();
        }
    }

    /// Is not here any more. How many still are.
    fn leave(&mut self) -> usize {
        if core::mem::take(&mut self.is_hungry) {
            self.room.hungry.fetch_sub(1, Ordering::SeqCst);
        }
        self.is_here = false;
        self.room.here.fetch_sub(1, Ordering::SeqCst) - 1
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.is_here {
            self.leave();
        }
    }
}

/// Lets those in line go on; the driver's.
#[derive(Debug)]
pub(super) struct Usher {
    /// When somebody was last let go on.
    last: Time,
}

impl Usher {
    pub(super) fn new() -> Self {
        Self { last: Time::ZERO }
    }

    /// Lets as many go on as there is room for.
    pub(super) fn look(&mut self, hub: &Hub, now: Time) {
        let room = &hub.room;
        let (here, given) = (room.here.load(Ordering::SeqCst), room.given.load(Ordering::SeqCst));
        if now >= self.last + PATIENCE {
            room.asleep.store(given, Ordering::SeqCst);
            // Somebody may have got through meanwhile.
            room.asleep.fetch_min(room.given.load(Ordering::SeqCst), Ordering::SeqCst);
        }
        if here < given {
            // Somebody has left, and nobody stood behind him.
            let unused = room.line.forget_permits(given - here);
            let given = room.given.fetch_sub(unused, Ordering::SeqCst) - unused;
            room.asleep.fetch_min(given, Ordering::SeqCst);
        }
        if here <= given {
            return;
        }
        let going = given.saturating_sub(room.asleep.load(Ordering::SeqCst));
        let places = usize::try_from(hub.exchange.make_room()).unwrap_or(usize::MAX);
        // Those who go on may be hungry already: then too many places are kept, until they have eaten.
        let kept = going + room.hungry.load(Ordering::SeqCst);
        let next = places.min(AT_ONCE).saturating_sub(kept).min(here - given);
        if next > 0 {
            self.last = now;
            room.given.fetch_add(next, Ordering::SeqCst);
            room.line.add_permits(next);
        }
    }
}
