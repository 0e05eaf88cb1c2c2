//! The controls: how fast simulated time goes, whether it goes, and which queue is looked at.

use core::time::Duration;

use cordboard::{Span, Time};

/// The speeds that the keys go through; any other may be asked for on the command line.
const SPEEDS: [u32; 17] =
    [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200, SPEED_MAX];
/// A day in a second.
pub(super) const SPEED_MAX: u32 = 86_400;
/// However long nothing was shown (the machine slept, say), no more real time than this is made up for.
const GAP_MAX: Duration = Duration::from_millis(500);

/// What somebody at the keyboard wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Quit,
    Pause,
    Faster,
    Slower,
    NextQueue,
    PreviousQueue,
    AllQueues,
}

/// Where the controls stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Controls {
    /// Simulated seconds in a second, at least 1.
    pub(super) speed: u32,
    pub(super) paused: bool,
    /// Time goes as fast as it can until here.
    pub(super) forward_to: Option<Time>,
    /// The place of the queue looked at; `None` for all of them.
    pub(super) queue: Option<usize>,
}

impl Controls {
    /// Running at this speed, after going on to `from` as fast as possible; looking at all queues.
    pub(super) fn new(speed: u32, from: Time) -> Self {
        Self {
            speed: speed.max(1),
            paused: false,
            forward_to: Some(from).filter(|from| *from > Time::ZERO),
            queue: None,
        }
    }

    /// Grants a wish, on a floor with so many queues; all but quitting.
    pub(super) fn grant(&mut self, wish: Wish, queues: usize) {
        match wish {
            Wish::Quit => {}
            Wish::Pause => self.paused = !self.paused,
            Wish::Faster => self.speed = SPEEDS.into_iter().find(|speed| *speed > self.speed).unwrap_or(SPEED_MAX),
            Wish::Slower => self.speed = SPEEDS.into_iter().rev().find(|speed| *speed < self.speed).unwrap_or(1),
            Wish::NextQueue => {
                self.queue = Some(self.queue.map_or(0, |queue| queue + 1)).filter(|queue| *queue < queues);
            }
            Wish::PreviousQueue => self.queue = self.queue.unwrap_or(queues).checked_sub(1),
            Wish::AllQueues => self.queue = None,
        }
    }

    /// The instant to go on to, so long in real time after `now` was reached.
    pub(super) fn target(&self, now: Time, gone: Duration) -> Time {
        match self.forward_to {
            _ if self.paused => now,
            Some(until) => until.max(now),
            None => now + Span::from(gone.min(GAP_MAX)).times(self.speed.into()),
        }
    }

    /// Time has come to `now`.
    pub(super) fn reached(&mut self, now: Time) {
        self.forward_to = self.forward_to.filter(|until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn keys_go_up_and_down_the_speeds_and_stop_at_both_ends() {
        let mut controls = Controls::new(45, Time::ZERO);
        controls.grant(Wish::Faster, 0);
        assert_eq!(controls.speed, 60);
        controls.grant(Wish::Slower, 0);
        assert_eq!(controls.speed, 30);
        (0..50).for_each(|_| controls.grant(Wish::Slower, 0));
        assert_eq!(controls.speed, 1);
        (0..50).for_each(|_| controls.grant(Wish::Faster, 0));
        assert_eq!(controls.speed, SPEED_MAX);
    }

    #[test]
    fn time_stands_while_paused_and_does_not_make_up_for_a_long_absence() {
        let mut controls = Controls::new(60, Time::ZERO);
        let now = Time::from_secs(100);
        assert_eq!(controls.target(now, SECOND / 4), Time::from_secs(115));
        assert_eq!(controls.target(now, SECOND * 3600), Time::from_secs(130));
        controls.grant(Wish::Pause, 0);
        assert_eq!(controls.target(now, SECOND), now);
    }

    #[test]
    fn time_goes_on_at_once_to_where_it_should_begin() {
        let mut controls = Controls::new(60, Time::from_secs(8 * 3600));
        assert_eq!(controls.target(Time::ZERO, Duration::ZERO), Time::from_secs(8 * 3600));
        controls.reached(Time::from_secs(3600));
        assert_eq!(controls.forward_to, Some(Time::from_secs(8 * 3600)));
        controls.reached(Time::from_secs(8 * 3600));
        assert_eq!(controls.target(Time::from_secs(8 * 3600), SECOND / 2), Time::from_secs(8 * 3600 + 30));
    }

    #[test]
    fn the_queue_looked_at_goes_round_through_all_of_them() {
        let mut controls = Controls::new(1, Time::ZERO);
        let mut press = |wish| {
            controls.grant(wish, 2);
            controls.queue
        };
        assert_eq!([(); 3].map(|()| press(Wish::NextQueue)), [Some(0), Some(1), None]);
        assert_eq!([(); 3].map(|()| press(Wish::PreviousQueue)), [Some(1), Some(0), None]);
        press(Wish::NextQueue);
        assert_eq!(press(Wish::AllQueues), None);
        controls.grant(Wish::NextQueue, 0);
        assert_eq!(controls.queue, None, "a floor without queues");
    }
}
