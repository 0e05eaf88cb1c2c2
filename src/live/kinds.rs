//! The names of inputs, commands and ends, for logs and figures: those of their written form.

use crate::engine::{CancelReason, Command, Input, OfferEnd, Outcome, Presence, SlotState};

pub(super) fn of_input(input: &Input) -> &'static str {
    match input {
        Input::CallArrived(_) => "call_arrived",
        Input::CallerGone { .. } => "caller_gone",
        Input::LegRinging { .. } => "leg_ringing",
        Input::OfferAccepted { .. } => "offer_accepted",
        Input::OfferFailed { .. } => "offer_failed",
        Input::Connected { .. } => "connected",
        Input::ConnectFailed { .. } => "connect_failed",
        Input::HoldChanged { .. } => "hold_changed",
        Input::LegEnded { .. } => "leg_ended",
        Input::LeaseRenewed { .. } => "lease_renewed",
        Input::KeyPressed { .. } => "key_pressed",
        Input::MessageTaken { .. } => "message_taken",
        Input::DialRinging { .. } => "dial_ringing",
        Input::DialAnswered { .. } => "dial_answered",
        Input::DialFailed { .. } => "dial_failed",
        Input::DialEnded { .. } => "dial_ended",
        Input::EndpointState { .. } => "endpoint_state",
        Input::Anchor { .. } => "anchor",
        Input::Snapshot(_) => "snapshot",
        Input::SignIn { .. } => "sign_in",
        Input::SignOut { .. } => "sign_out",
        Input::Ready { .. } => "ready",
        Input::ReadyOnce { .. } => "ready_once",
        Input::NotReady { .. } => "not_ready",
        Input::ApproveBreak { .. } => "approve_break",
        Input::RefuseBreak { .. } => "refuse_break",
        Input::WrapUpDone { .. } => "wrap_up_done",
        Input::Hold { .. } => "hold",
        Input::Unhold { .. } => "unhold",
        Input::HangUp { .. } => "hang_up",
        Input::CannotAnswer { .. } => "cannot_answer",
        Input::Complaint { .. } => "complaint",
        Input::Transfer { .. } => "transfer",
        Input::Consult { .. } => "consult",
        Input::CompleteTransfer { .. } => "complete_transfer",
        Input::Conference { .. } => "conference",
        Input::CancelTransfer { .. } => "cancel_transfer",
        Input::Monitor { .. } => "monitor",
        Input::EndMonitor { .. } => "end_monitor",
        Input::TakeOver { .. } => "take_over",
        Input::MoveCall { .. } => "move_call",
        Input::WithdrawCall { .. } => "withdraw_call",
        Input::ChangeRank { .. } => "change_rank",
        Input::AcceptCallback { .. } => "accept_callback",
        Input::CancelCallback { .. } => "cancel_callback",
        Input::CallBack { .. } => "call_back",
        Input::CloseFollowUp { .. } => "close_follow_up",
        Input::Tick => "tick",
    }
}

pub(super) fn of_command(command: &Command) -> &'static str {
    match command {
        Command::Queue { .. } => "queue",
        Command::OfferCall(_) => "offer_call",
        Command::CancelOffer { .. } => "cancel_offer",
        Command::Connect { .. } => "connect",
        Command::RejectCall { .. } => "reject_call",
        Command::Hold { .. } => "hold",
        Command::Unhold { .. } => "unhold",
        Command::Divert { .. } => "divert",
        Command::Consult { .. } => "consult",
        Command::Conference { .. } => "conference",
        Command::Monitor { .. } => "monitor",
        Command::Dial { .. } => "dial",
        Command::EndDial { .. } => "end_dial",
        Command::ConnectDial { .. } => "connect_dial",
        Command::OfferMessage { .. } => "offer_message",
        Command::OfferCallback { .. } => "offer_callback",
        Command::ConfirmCallback { .. } => "confirm_callback",
        Command::TakeMessage { .. } => "take_message",
        Command::EndLeg { .. } => "end_leg",
        Command::EndCall { .. } => "end_call",
        Command::Notify { .. } => "notify",
    }
}

pub(super) fn of_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed(_) => "completed",
        Outcome::Abandoned => "abandoned",
        Outcome::TimedOut => "timed_out",
        Outcome::Diverted => "diverted",
        Outcome::Disconnected => "disconnected",
        Outcome::Refused(_) => "refused",
        Outcome::Lost => "lost",
        Outcome::NobodyThere => "nobody_there",
        Outcome::LeftByKey => "left_by_key",
        Outcome::Withdrawn => "withdrawn",
        Outcome::TransferredOut => "transferred_out",
        Outcome::MessageTaken => "message_taken",
        Outcome::CallbackFulfilled => "callback_fulfilled",
        Outcome::CallbackFailed => "callback_failed",
    }
}

pub(super) fn of_offer_end(end: OfferEnd) -> &'static str {
    match end {
        OfferEnd::Missed => "missed",
        OfferEnd::NeverRang => "never_rang",
        OfferEnd::Declined => "declined",
        OfferEnd::Busy => "busy",
        OfferEnd::Unreachable => "unreachable",
        OfferEnd::Cancelled(CancelReason::CallerGone) => "caller_gone",
        OfferEnd::Cancelled(_) => "cancelled",
        OfferEnd::ConnectFailed => "connect_failed",
    }
}

/// The names of presences, by [`presence`].
pub(super) const PRESENCES: [&str; 3] = ["signed_out", "not_ready", "ready"];

pub(super) fn presence(presence: Presence) -> usize {
    match presence {
        Presence::SignedOut => 0,
        Presence::NotReady(_) => 1,
        Presence::Ready => 2,
    }
}

/// The names of the states of a contact slot, by [`slot`].
pub(super) const SLOTS: [&str; 7] = ["free", "ringing", "connecting", "talking", "holding", "monitoring", "wrap_up"];

pub(super) fn slot(state: SlotState) -> usize {
    match state {
        SlotState::Free => 0,
        SlotState::Ringing => 1,
        SlotState::Connecting => 2,
        SlotState::Talking => 3,
        SlotState::Holding => 4,
        SlotState::Monitoring => 5,
        SlotState::WrapUp => 6,
    }
}
