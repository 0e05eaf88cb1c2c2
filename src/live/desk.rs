//! A desk: from where somebody speaks to the running centre. Its verbs are in `verbs.rs`.

use core::fmt;
use std::sync::Arc;

use super::hub::Hub;
use super::request::Request;
use crate::engine::{Actor, Input};
use crate::time::Time;

/// From where somebody speaks to the centre. Cheap to clone, `Send` and `Sync`: any number of tasks and threads may
/// speak from one or from clones, at the same time.
///
/// It speaks in one name, its [`Actor`]: an agent's, the switch's, or the host's, who may do what anybody may. Each
/// input of the engine has a verb here; what they mean, and who may say what, is told at [`Input`]'s variants. What a
/// verb gives is a [`Request`], and nothing is said before that is awaited or said [`now`](Request::now).
///
/// It has no handle of the exchange for itself: each time something is said one is borrowed from a few that the centre
/// keeps, so a hundred thousand desks need no more handles than threads speak at once. There is no lock in that.
#[derive(Clone)]
pub struct Desk {
    pub(super) hub: Arc<Hub>,
    actor: Actor,
}

impl Desk {
    pub(super) fn new(hub: &Arc<Hub>, actor: Actor) -> Self {
        Self { hub: Arc::clone(hub), actor }
    }

    /// In whose name it speaks.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// A desk that speaks in another name.
    pub fn of(&self, actor: Actor) -> Self {
        Self::new(&self.hub, actor)
    }

    /// The engine's present: nanoseconds since the centre was started.
    pub fn now(&self) -> Time {
        self.hub.clock.now()
    }

    /// Says anything, in anybody's name.
    pub fn submit(&self, actor: Actor, input: Input) -> Request<'_> {
        Request::new(&self.hub, actor, input)
    }

    /// Says anything.
    pub fn say(&self, input: Input) -> Request<'_> {
        self.submit(self.actor, input)
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("actor", &self.actor).finish_non_exhaustive()
    }
}
