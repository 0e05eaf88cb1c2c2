//! Keys: a waiting caller presses one and leaves his place for where it leads.

use super::Engine;
use super::visit::{Stay, Visit};
use super::{CallbackTerms, CancelReason, Command, EndedBy, Fact, Outcome, Subject, VisitCause, VisitExit};
use crate::floor::{Exit, KeyPlan};
use crate::ids::CallId;

impl Engine {
    pub(super) fn key_pressed(&mut self, id: CallId, key: char) {
        let Ok((call, visit)) = self.waiting_visit(id) else { return self.ignore_key(id) };
        let Visit { queue, aged_from, .. } = self.visits[visit];
        let plan = self.plan.clone();
        let Some(leads_to) = plan.queues()[queue.index()].keys.get(&key) else { return self.ignore_key(id) };
        if self.is_caller_away(call) {
            return self.ignore_key(id);
        }
        let exit = match leads_to {
            KeyPlan::Callback => {
                return match self.calls[call].from.clone() {
                    Some(number) => self.turn_into_callback(call, visit, number, &CallbackTerms::default()),
                    None => self.ignore_key(id),
                };
            }
            KeyPlan::Exit(exit) => exit,
        };
        if let Exit::ToQueue { queue, .. } = exit
            && self.check_move(call, *queue).is_err()
        {
            return self.ignore_key(id);
        }
        self.call_off(call, VisitExit::LeftByKey { key }, CancelReason::Withdrawn);
        match exit {
            Exit::ToQueue { queue, .. } => {
                self.calls[call].moves += 1;
                let visit = self.start_visit(call, Stay::new(*queue, aged_from, VisitCause::Key));
                self.await_next_rung(visit);
            }
            Exit::ToNumber(number) => {
                self.command(|| Command::Divert { call: id, number: number.clone() });
                self.end_call(call, EndedBy::Switch, Outcome::Diverted);
            }
            Exit::Message => self.start_message(call),
            Exit::Disconnect(reason) => {
                let (outcome, reason) = (Outcome::LeftByKey, Some(reason.clone()));
                self.command(|| Command::EndCall { call: id, outcome, reason });
                self.end_call(call, EndedBy::Switch, outcome);
            }
        }
    }

    fn ignore_key(&mut self, id: CallId) {
        self.fact(|| Fact::Ignored { subject: Subject::Key(id) });
    }
}
