//! The driver: the task that fires timers when they are due, tells the engine what the clock on the wall shows, decides
//! what is left undecided behind somebody who has stopped, and looks for room in a full log on behalf of all who wait for
//! it.

use core::sync::atomic::{Ordering, fence};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{sleep, timeout, timeout_at};

use super::anchor::Anchors;
use super::hub::Hub;
use super::room::{Room, Usher};
use crate::engine::Engine;
use crate::exchange::Handle;
use crate::time::{Span, Time};

/// So often he yields before he sleeps while somebody else decides.
const YIELDS: u32 = 64;
/// Then he looks again after this, and as long as somebody waits for room.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// While timers alone wait for room he looks again after this, though nobody has woken him.
const ROOM_AGAIN: Duration = Duration::from_millis(20);
/// A timer whose step panics stays overdue; he tries it again after this.
const OVERDUE_AGAIN: Span = Span::from_secs(1);

/// Runs until the centre is closed.
pub(super) async fn drive(hub: Arc<Hub>, mut handle: Handle<Engine>, mut anchors: Anchors) {
    let _leaves = Leaves(&hub.room);
    let mut usher = Usher::new();
    while !hub.is_closed() {
        let overdue = catch_up(&hub, &mut handle, &mut anchors, &mut usher).await;
        let next = match handle.next_timeout() {
            _ if overdue => hub.clock.now() + OVERDUE_AGAIN,
            Some(next) => next.min(anchors.due()),
            None => anchors.due(),
        };
        let next = if hub.room.is_line() && !overdue { next.min(hub.clock.now() + Span::from_millis(1)) } else { next };
        hub.asleep_until.store(next.as_nanos(), Ordering::SeqCst);
        fence(Ordering::SeqCst);
        // What came forward meanwhile nobody has woken him for.
        let meanwhile = !overdue && handle.next_timeout().is_some_and(|again| again < next);
        if !meanwhile && !hub.is_closed() {
            let _ = timeout_at(hub.clock.wake_at(next), hub.driver.notified()).await;
        }
        hub.asleep_until.store(0, Ordering::SeqCst);
    }
}

/// However the driver ends, nobody stands in a line to which nobody looks.
struct Leaves<'a>(&'a Room);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Does everything that is due. Whether a timer could not fire, for its step panicked.
async fn catch_up(hub: &Hub, handle: &mut Handle<Engine>, anchors: &mut Anchors, usher: &mut Usher) -> bool {
    let (mut turns, mut full) = (0, false);
    while !hub.is_closed() {
        let now = hub.clock.now();
        let due = handle.next_timeout();
        let ticked = handle.tick(now);
        let stands = handle.next_timeout() == due;
        if ticked.is_ok() && !stands {
            note_lateness(hub, due, now);
        }
        let left = ticked.and_then(|left| Ok(anchors.tell(hub, handle, now)? || left));
        hub.news.notify_waiters();
        // After the timers, which are more urgent.
        usher.look(hub, now);
        match left {
            Ok(false) => return stands && due.is_some_and(|due| due <= now),
            // A long step goes on at once; who decides elsewhere is given time.
            Ok(true) if turns < YIELDS => yield_now().await,
            Ok(true) => sleep(LOOK_AGAIN).await,
            // Timers stand still until there is room.
            Err(why) => {
                if !full {
                    hub.log(|| tracing::warn!(%why, "timers stand still: the log is full"));
                }
                full = true;
                let again = if hub.room.is_line() { LOOK_AGAIN } else { ROOM_AGAIN };
                hub.room.set_timers_wait(true);
                let _ = timeout(again, hub.driver.notified()).await;
                hub.room.set_timers_wait(false);
            }
        }
        turns += 1;
    }
    false
}

/// A timer that was due has fired now; not while it stands still.
fn note_lateness(hub: &Hub, due: Option<Time>, now: Time) {
    let Some(due) = due.filter(|due| *due <= now) else { return };
    let late = now - due;
    hub.meters.timer(late);
    if u128::from(late.as_nanos()) > hub.options.late.as_nanos() {
        hub.log(|| tracing::warn!(late_s = late.as_secs_f64(), "a timer fires late"));
    }
}
