//! The verbs of a desk: one for each input of the engine.

use std::sync::Arc;

use super::desk::Desk;
use super::request::Request;
use crate::engine::{
    Arrival, CallbackTerms, ConnectFailure, DialFailure, EndedBy, Endpoint, Input, MonitorMode, OfferFailure, Snapshot,
    Target,
};
use crate::ids::{AgentId, CallId, ClassId, DialId, DispositionId, FollowUpId, OfferId, QueueId, ReasonId};
use crate::time::Span;

impl Desk {
    // --- facts about calls: the switch says them ---

    /// A call has come; or somebody is to be called back, where the arrival says so.
    pub fn arrive(&self, arrival: Arrival) -> Request<'_> {
        self.say(Input::CallArrived(arrival))
    }

    /// The caller has hung up.
    pub fn caller_gone(&self, call: CallId) -> Request<'_> {
        self.say(Input::CallerGone { call })
    }

    /// The agent's phone rings.
    pub fn ringing(&self, offer: OfferId) -> Request<'_> {
        self.say(Input::LegRinging { offer })
    }

    /// The agent has answered.
    pub fn accept(&self, offer: OfferId) -> Request<'_> {
        self.say(Input::OfferAccepted { offer })
    }

    /// The agent's phone will not be answered.
    pub fn fail_offer(&self, offer: OfferId, why: OfferFailure) -> Request<'_> {
        self.say(Input::OfferFailed { offer, why })
    }

    /// Caller and agent are joined.
    pub fn connected(&self, offer: OfferId) -> Request<'_> {
        self.say(Input::Connected { offer })
    }

    /// Caller and agent could not be joined.
    pub fn connect_failed(&self, offer: OfferId, why: ConnectFailure) -> Request<'_> {
        self.say(Input::ConnectFailed { offer, why })
    }

    /// The caller was put on hold or brought back.
    pub fn hold_changed(&self, offer: OfferId, held: bool) -> Request<'_> {
        self.say(Input::HoldChanged { offer, held })
    }

    /// The agent's leg has ended.
    pub fn leg_ended(&self, offer: OfferId, by: EndedBy) -> Request<'_> {
        self.say(Input::LegEnded { offer, by })
    }

    /// The call is still alive.
    pub fn renew_lease(&self, call: CallId) -> Request<'_> {
        self.say(Input::LeaseRenewed { call })
    }

    /// A caller has pressed a key: `0` to `9`, `*` or `#`.
    pub fn key_pressed(&self, call: CallId, key: char) -> Request<'_> {
        self.say(Input::KeyPressed { call, key })
    }

    /// The caller has left a message.
    pub fn message_taken(&self, call: CallId) -> Request<'_> {
        self.say(Input::MessageTaken { call })
    }

    // --- facts about telephones that were dialled, about phones and the time ---

    /// The telephone rings.
    pub fn dial_ringing(&self, dial: DialId) -> Request<'_> {
        self.say(Input::DialRinging { dial })
    }

    /// Somebody has answered there.
    pub fn dial_answered(&self, dial: DialId) -> Request<'_> {
        self.say(Input::DialAnswered { dial })
    }

    /// It will not be answered.
    pub fn dial_failed(&self, dial: DialId, why: DialFailure) -> Request<'_> {
        self.say(Input::DialFailed { dial, why })
    }

    /// Who had answered has hung up.
    pub fn dial_ended(&self, dial: DialId) -> Request<'_> {
        self.say(Input::DialEnded { dial })
    }

    /// The state of an agent's phone.
    pub fn endpoint(&self, agent: AgentId, state: Endpoint) -> Request<'_> {
        self.say(Input::EndpointState { agent, state })
    }

    /// The clock on the wall shows so many nanoseconds after 1970-01-01T00:00Z. The centre says so by itself.
    pub fn anchor(&self, utc: i64) -> Request<'_> {
        self.say(Input::Anchor { utc })
    }

    /// Which callers are on the switch's lines, after it or the adapter was away.
    pub fn snapshot(&self, snapshot: Snapshot) -> Request<'_> {
        self.say(Input::Snapshot(snapshot))
    }

    /// Time has passed. The centre says so by itself.
    pub fn tick(&self) -> Request<'_> {
        self.say(Input::Tick)
    }

    // --- requests about agents ---

    /// The agent starts work, not ready yet.
    pub fn sign_in(&self, agent: AgentId) -> Request<'_> {
        self.say(Input::SignIn { agent })
    }

    /// The agent ends work, once no contact is in hand.
    pub fn sign_out(&self, agent: AgentId) -> Request<'_> {
        self.say(Input::SignOut { agent })
    }

    /// The agent will take calls.
    pub fn ready(&self, agent: AgentId) -> Request<'_> {
        self.say(Input::Ready { agent })
    }

    /// The agent will take one call, and then have this break; `None`: be off.
    pub fn ready_once(&self, agent: AgentId, then: Option<ReasonId>) -> Request<'_> {
        self.say(Input::ReadyOnce { agent, then })
    }

    /// The agent takes no calls, once no contact is in hand.
    pub fn not_ready(&self, agent: AgentId, reason: ReasonId) -> Request<'_> {
        self.say(Input::NotReady { agent, reason })
    }

    /// The break that the agent has asked for is approved.
    pub fn approve_break(&self, agent: AgentId) -> Request<'_> {
        self.say(Input::ApproveBreak { agent })
    }

    /// The break that the agent has asked for is refused.
    pub fn refuse_break(&self, agent: AgentId) -> Request<'_> {
        self.say(Input::RefuseBreak { agent })
    }

    /// The agent has finished the work after a call; `None`: after the first of several.
    pub fn wrap_up_done(
        &self,
        agent: AgentId,
        call: Option<CallId>,
        disposition: Option<DispositionId>,
    ) -> Request<'_> {
        self.say(Input::WrapUpDone { agent, call, disposition })
    }

    // --- requests about a call, of an agent who is in it ---

    /// The agent wants the caller on hold.
    pub fn hold(&self, call: CallId) -> Request<'_> {
        self.say(Input::Hold { call })
    }

    /// The agent wants the caller back.
    pub fn unhold(&self, call: CallId) -> Request<'_> {
        self.say(Input::Unhold { call })
    }

    /// The agent leaves the call.
    pub fn hang_up(&self, call: CallId) -> Request<'_> {
        self.say(Input::HangUp { call })
    }

    /// The agent cannot answer: the call goes up the chain of command (E1).
    pub fn cannot_answer(&self, call: CallId) -> Request<'_> {
        self.say(Input::CannotAnswer { call })
    }

    /// The caller complains (E4).
    pub fn complaint(&self, call: CallId) -> Request<'_> {
        self.say(Input::Complaint { call })
    }

    /// The agent hands the caller on, and is free.
    pub fn transfer(&self, call: CallId, to: Target) -> Request<'_> {
        self.say(Input::Transfer { call, to })
    }

    /// The agent holds the caller and asks somebody else to come to the telephone.
    pub fn consult(&self, call: CallId, to: Target) -> Request<'_> {
        self.say(Input::Consult { call, to })
    }

    /// The caller is handed to whoever the agent consults.
    pub fn complete_transfer(&self, call: CallId) -> Request<'_> {
        self.say(Input::CompleteTransfer { call })
    }

    /// The caller, the agent and whoever he consults talk together.
    pub fn conference(&self, call: CallId) -> Request<'_> {
        self.say(Input::Conference { call })
    }

    /// The agent needs nobody else any more.
    pub fn cancel_transfer(&self, call: CallId) -> Request<'_> {
        self.say(Input::CancelTransfer { call })
    }

    // --- requests of supervisors (E8), and of the host ---

    /// The supervisor listens to a call, or changes the way in which he does.
    pub fn monitor(&self, supervisor: AgentId, call: CallId, mode: MonitorMode) -> Request<'_> {
        self.say(Input::Monitor { supervisor, call, mode })
    }

    /// The supervisor listens no more.
    pub fn end_monitor(&self, supervisor: AgentId, call: CallId) -> Request<'_> {
        self.say(Input::EndMonitor { supervisor, call })
    }

    /// The supervisor takes the caller over from whoever talks with him.
    pub fn take_over(&self, supervisor: AgentId, call: CallId) -> Request<'_> {
        self.say(Input::TakeOver { supervisor, call })
    }

    /// A waiting call goes to another queue.
    pub fn move_call(&self, call: CallId, to: QueueId) -> Request<'_> {
        self.say(Input::MoveCall { call, to })
    }

    /// A waiting call is taken out and ended.
    pub fn withdraw_call(&self, call: CallId) -> Request<'_> {
        self.say(Input::WithdrawCall { call })
    }

    /// A waiting call gets another class or another age advantage; `None` leaves it.
    pub fn change_rank(&self, call: CallId, class: Option<ClassId>, credit: Option<Span>) -> Request<'_> {
        self.say(Input::ChangeRank { call, class, credit })
    }

    // --- requests about callbacks and follow-up ---

    /// A waiting caller wants to be called back.
    pub fn accept_callback(&self, call: CallId, terms: CallbackTerms) -> Request<'_> {
        self.say(Input::AcceptCallback { call, terms })
    }

    /// Nobody needs to call back any more.
    pub fn cancel_callback(&self, call: CallId) -> Request<'_> {
        self.say(Input::CancelCallback { call })
    }

    /// Somebody from the follow-up list is to be called back, in a new call.
    pub fn call_back(&self, follow_up: FollowUpId, call: CallId, terms: CallbackTerms) -> Request<'_> {
        self.say(Input::CallBack { follow_up, call, terms })
    }

    /// An entry is taken off the follow-up list without a callback.
    pub fn close_follow_up(&self, follow_up: FollowUpId, reason: Arc<str>) -> Request<'_> {
        self.say(Input::CloseFollowUp { follow_up, reason })
    }
}
