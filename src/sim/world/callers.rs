//! Callers: they arrive, lose patience, choose what they are offered, and call again; and whom the follow-up list brings
//! back.

use rand::RngExt;

use super::{Fresh, Happening, World};
use crate::engine::{Actor, CallbackTerms, Input, Outcome};
use crate::floor::{Exit, KeyPlan};
use crate::ids::{CallId, FollowUpId, QueueId};
use crate::sim::caller::Caller;
use crate::sim::callers::{Brought, Identity, Part, Source, bring_again, life, number};
use crate::sim::conduct::Conduct;
use crate::time::{Span, Time};

/// A caller who calls again.
#[derive(Clone, Debug)]
pub(super) struct Again {
    identity: Identity,
    brought: Brought,
    prior_call: CallId,
}

/// What a waiting caller may be offered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    /// To be called back.
    Callback,
    /// To leave a message, by a key of this queue's.
    Message(QueueId),
}

impl World {
    // --- arrivals ---

    pub(super) fn expect_arrival(&mut self, after: Time, source: usize) {
        if let Some(at) = self.sources[source].next_arrival(after, self.setting.horizon) {
            self.agenda.push(at, Happening::Arrive { source });
        }
    }

    pub(super) fn arrive(&mut self, at: Time, source: usize, inputs: &mut Vec<(Actor, Input)>) {
        let call = CallId(self.next_call);
        self.next_call += 1;
        let (identity, brought) = self.sources[source].arrive(call);
        self.enter(at, call, identity, brought, None, inputs);
        self.expect_arrival(at, source);
    }

    pub(super) fn arrive_again(&mut self, at: Time, again: Again, inputs: &mut Vec<(Actor, Input)>) {
        let call = self.further_call();
        self.further_calls += 1;
        let Again { identity, brought, prior_call } = again;
        self.enter(at, call, identity, brought, Some(prior_call), inputs);
    }

    fn further_call(&mut self) -> CallId {
        let call = CallId(self.next_further_call);
        self.next_further_call += 1;
        call
    }

    fn enter(
        &mut self,
        at: Time,
        call: CallId,
        identity: Identity,
        brought: Brought,
        prior_call: Option<CallId>,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        if let Some(patience) = brought.patience {
            self.expect_impatience(at, patience, call, 0);
        }
        if let Some((key, after)) = brought.conduct.as_ref().and_then(|conduct| conduct.key) {
            self.agenda.push(at + after, Happening::Presses { call, wait: 0, key });
        }
        let arrival = identity.arrival(call, &brought, prior_call);
        let legs = self.spare_legs.pop().unwrap_or_default();
        self.callers.insert(call, Caller::new(identity, brought, legs));
        inputs.push((Actor::Switch, Input::CallArrived(arrival)));
    }

    pub(super) fn end_patience(&mut self, call: CallId, wait: u32, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        if caller.waits != wait || !caller.waits() || caller.lost {
            return;
        }
        // Who is being joined is seen to hang up.
        caller.lost = caller.legs.is_empty() && self.gremlin.loses_hangup();
        if !caller.lost {
            inputs.push((Actor::Switch, Input::CallerGone { call }));
        }
    }

    /// The callers whom an agent has left, and who are still there, wait for another one.
    pub(super) fn wait_again(&mut self, at: Time) {
        for call in std::mem::take(&mut self.left) {
            let Some(caller) = self.callers.get_mut(call) else { continue };
            if !caller.waits() {
                continue;
            }
            caller.waits += 1;
            let (wait, way) = (caller.waits, caller.brought.way);
            let patience = self.setting.ways.get(way).and_then(|calls| calls.patience.draw(caller.life()));
            if let Some(patience) = patience {
                self.expect_impatience(at, patience, call, wait);
            }
        }
    }

    /// The caller hangs up when the patience ends, if still waiting that time.
    fn expect_impatience(&mut self, at: Time, patience: Span, call: CallId, wait: u32) {
        if patience.is_zero() {
            return self.agenda.push(at, Happening::PatienceEnds { call, wait });
        }
        let turn = self.agenda.turn();
        self.fresh.push(Fresh { at: at + patience, turn, call, wait });
    }

    /// Most callers are answered in the instant in which they come. So it is entered in the agenda when their patience
    /// ends once nothing else is left to happen in that instant, in the turn they came, for those who still wait.
    pub(super) fn enter_patience(&mut self) {
        if self.agenda.is_at_once() {
            return;
        }
        for Fresh { at, turn, call, wait } in self.fresh.drain(..) {
            if self.callers.get(call).is_some_and(|caller| caller.waits == wait) {
                self.agenda.push_in_turn(at, turn, Happening::PatienceEnds { call, wait });
            }
        }
    }

    // --- what waiting callers choose ---

    pub(super) fn accept_callback(&self, at: Time, call: CallId, wait: u32, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get(call) else { return };
        if caller.waits != wait || !caller.waits() || caller.lost {
            return;
        }
        let calls = self.setting.ways.get(caller.brought.way);
        let due = calls.and_then(|calls| calls.conduct.callbacks.due).map(|due| at + due);
        let terms = CallbackTerms { due, ..CallbackTerms::default() };
        inputs.push((Actor::Host, Input::AcceptCallback { call, terms }));
    }

    pub(super) fn end_message(&mut self, call: CallId, left: bool, inputs: &mut Vec<(Actor, Input)>) {
        let Some(caller) = self.callers.get_mut(call) else { return };
        caller.lost = caller.lost || self.gremlin.loses_hangup();
        if !caller.lost {
            let input = if left { Input::MessageTaken { call } } else { Input::CallerGone { call } };
            inputs.push((Actor::Switch, input));
        }
    }

    /// The caller is offered something while he waits.
    pub(super) fn offer_choice(&mut self, at: Time, call: CallId, wanted: fn(&Conduct) -> bool, choice: Choice) {
        let Some(caller) = self.callers.get(call) else { return };
        if caller.aside || caller.lost || !caller.brought.conduct.as_deref().is_some_and(wanted) {
            return;
        }
        let wait = caller.waits;
        match choice {
            Choice::Callback => self.agenda.push(at, Happening::AcceptsCallback { call, wait }),
            Choice::Message(queue) => {
                let keys = self.plan.queues().get(queue.index()).map(|queue| &queue.keys);
                let leads = |plan: &KeyPlan| matches!(plan, KeyPlan::Exit(Exit::Message));
                if let Some((key, _)) = keys.into_iter().flatten().find(|(_, plan)| leads(plan)) {
                    self.agenda.push(at, Happening::Presses { call, wait, key: *key });
                }
            }
        }
    }

    /// The caller waits no more: he leaves a message, or hangs up and is called back.
    pub(super) fn set_aside(&mut self, call: CallId) {
        if let Some(caller) = self.callers.get_mut(call) {
            caller.waits += 1;
            caller.aside = true;
        }
    }

    // --- after calls ---

    pub(super) fn end_call(&mut self, at: Time, call: CallId, outcome: Outcome) {
        self.ended.push(call);
        let Some(caller) = self.callers.get_mut(call) else { return };
        let way = caller.brought.way;
        let Some(calls) = self.setting.ways.get(way) else { return };
        let retry = || life(caller.brought.life, Part::Retry);
        let (after, brought) = if let Some((after, mut retry)) = calls.conduct.retried_after(outcome, retry) {
            (after, bring_again(&self.setting.ways, way, &mut retry))
        } else if let Some(after) = caller.brought.conduct.as_ref().and_then(|conduct| conduct.again) {
            (after, bring_again(&self.setting.ways, way, caller.life()))
        } else {
            return;
        };
        if at + after < self.setting.horizon {
            let identity =
                Identity { from: caller.identity.from.clone().or(Some(number(call))), ..caller.identity.clone() };
            let again = Again { identity, brought, prior_call: call };
            self.agenda.push(at + after, Happening::ArrivesAgain(Box::new(again)));
        }
    }

    pub(super) fn expect_follow_up(&mut self, at: Time, follow_up: FollowUpId, queue: Option<QueueId>) {
        let setting = &self.setting.follow_up;
        let share: f64 = self.follow_up.random();
        let after = setting.after.draw(&mut self.follow_up).unwrap_or_default();
        if share < setting.closed && at + after < self.setting.horizon {
            let calls = share < setting.called_back;
            self.agenda.push(at + after, Happening::FollowsUp { follow_up, queue, calls });
        }
    }

    pub(super) fn follow_up(
        &mut self,
        follow_up: FollowUpId,
        queue: Option<QueueId>,
        calls: bool,
        inputs: &mut Vec<(Actor, Input)>,
    ) {
        if !calls {
            let reason = "settled without a call".into();
            return inputs.push((Actor::Host, Input::CloseFollowUp { follow_up, reason }));
        }
        let Some(queue) = queue else { return };
        let Some(way) = self.sources.iter().find(|source| source.queue() == queue).map(Source::way) else { return };
        let call = self.further_call();
        let brought = bring_again(&self.setting.ways, way, &mut self.follow_up);
        let number = Some(number(call));
        let identity = Identity { queue, from: number.clone(), need: None };
        let mut caller = Caller::new(identity, brought, self.spare_legs.pop().unwrap_or_default());
        caller.aside = true;
        self.called_back = Some((call, caller));
        let terms = CallbackTerms { number, ..CallbackTerms::default() };
        inputs.push((Actor::Host, Input::CallBack { follow_up, call, terms }));
    }
}
