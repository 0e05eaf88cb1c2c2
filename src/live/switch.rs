//! A switch: what an adapter to a telephony server implements, and how its commands are tried.

use core::future::Future;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::commands::Commanded;
use crate::engine::{Command, ConnectFailure, DialFailure, EndedBy, Input, OfferFailure, SeenCall};

/// A telephony server, as an adapter shows it to the centre. Methods for what else a centre may ask of one may be
/// added, with a default.
///
/// An adapter has two sides. What the centre wants of the server comes to [`carry_out`](Self::carry_out); what the
/// server reports, the adapter says at a [`Desk`](super::Desk) of its own. The table at [`Command`] says which
/// command is followed by which reports.
pub trait Switch: Send + Sync + 'static {
    /// Carries one command out, or hands it to a server that will: then it is acknowledged. What becomes of it is
    /// reported at a desk, whenever it is known, before this returns or after.
    ///
    /// It must not block its thread: what does not await is not dropped when patience ends, and on a runtime of one thread
    /// nothing else happens meanwhile, timers included.
    ///
    /// A command that was tried before comes with the same [key](Commanded::key), also after a restart of the adapter;
    /// doing it twice must do no more than doing it once. A future that has taken longer than
    /// [`SwitchOptions::patience`] is dropped.
    ///
    /// # Errors
    /// [`CannotDo`], which says whether to try again.
    fn carry_out(&self, commanded: &Commanded) -> impl Future<Output = Result<(), CannotDo>> + Send;

    /// Every caller on the server's lines, so that both agree again where one of them was away: asked when the switch is
    /// attached, before any command comes, and whenever [`Attached::reconcile`](super::Attached::reconcile) wants it. Where
    /// the log is full commands come first, for room, and it is asked again.
    /// What the engine makes of it: [`Snapshot`](crate::engine::Snapshot). What had happened when it was asked is said at
    /// a desk before this returns, and what happens after, after.
    ///
    /// `None`, as it is unless it is implemented, where there is nothing to say.
    ///
    /// # Errors
    /// [`CannotDo`]: it is asked again, as often as a command is tried.
    fn snapshot(&self) -> impl Future<Output = Result<Option<Vec<SeenCall>>, CannotDo>> + Send {
        async { Ok(None) }
    }
}

impl<S: Switch> Switch for Arc<S> {
    fn carry_out(&self, commanded: &Commanded) -> impl Future<Output = Result<(), CannotDo>> + Send {
        S::carry_out(self, commanded)
    }

    fn snapshot(&self) -> impl Future<Output = Result<Option<Vec<SeenCall>>, CannotDo>> + Send {
        S::snapshot(self)
    }
}

/// A command could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct CannotDo {
    why: Cow<'static, str>,
    again: bool,
}

impl CannotDo {
    /// Not now: it is tried again. The reason is for the log; no caller data.
    pub fn now(why: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into(), again: true }
    }

    /// Not at all: it is given up at once. The reason is for the log; no caller data.
    pub fn ever(why: impl Into<Cow<'static, str>>) -> Self {
        Self { why: why.into(), again: false }
    }

    /// Whether to try again.
    pub fn is_worth_trying_again(&self) -> bool {
        self.again
    }
}

/// How a switch's commands are tried.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SwitchOptions {
    /// How long one try may take. Default: 2 s.
    pub patience: Duration,
    /// How often a command is tried before it is given up, at least once. Default: 3 times.
    pub tries: u32,
    /// How long it is left alone between two tries. Default: 250 ms.
    pub pause: Duration,
    /// How many commands are carried out at the same time, at least 1. Default: 64.
    pub at_once: usize,
    /// How many commands are taken out of the stream before the first of them is acknowledged, at least as many as
    /// `at_once`. Default: 1024.
    pub in_hand: usize,
}

impl Default for SwitchOptions {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(2),
            tries: 3,
            pause: Duration::from_millis(250),
            at_once: 64,
            in_hand: 1024,
        }
    }
}

/// Whether the caller's line is the engine's no more once this has been carried out.
pub(super) fn lets_go(command: &Command) -> bool {
    matches!(
        command,
        Command::EndCall { .. }
            | Command::RejectCall { .. }
            | Command::Divert { .. }
            | Command::ConnectDial { with: None, .. }
    )
}

/// What it means that the switch has said that it cannot carry out a command, as a report; and another, should the first
/// have meant nothing.
pub(super) fn given_up(command: &Command) -> [Option<Input>; 2] {
    let offer_failed = |offer| Some(Input::OfferFailed { offer, why: OfferFailure::Unreachable });
    match *command {
        Command::OfferCall(ref offer) => [offer_failed(offer.offer), None],
        Command::Monitor { offer, .. } => [offer_failed(offer), None],
        Command::Connect { offer, .. } | Command::Consult { offer, .. } => [
            Some(Input::ConnectFailed { offer, why: ConnectFailure::Failed }),
            // The leg of who was consulted counts as joined already.
            Some(Input::LegEnded { offer, by: EndedBy::Switch }),
        ],
        Command::Dial { dial, .. } => [Some(Input::DialFailed { dial, why: DialFailure::Unreachable }), None],
        _ => [None, None],
    }
}
