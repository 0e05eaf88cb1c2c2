//! The book a run keeps: who is who on this floor, what the script calls its calls, and every offer ever made, so that
//! a script can report on one that is long over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Unexpected;
use super::verbs::Name;
use super::words::quoted;
use crate::engine::{Command, Engine, Event, Output, SlotState};
use crate::floor::Plan;
use crate::ids::{AgentId, CallId, ClassId, OfferId, QueueId, ReasonId, TierId};

/// See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Book {
    plan: Arc<Plan>,
    calls: BTreeMap<Name, CallId>,
    call_names: BTreeMap<CallId, Name>,
    /// In the order they were made.
    offers: Vec<Made>,
    places: BTreeMap<OfferId, usize>,
}

/// An offer that was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) offer: OfferId,
    pub(super) call: CallId,
    pub(super) agent: AgentId,
}

impl Book {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let (calls, call_names) = (BTreeMap::new(), BTreeMap::new());
        Self { plan, calls, call_names, offers: Vec::new(), places: BTreeMap::new() }
    }

    /// Writes down the offers among these outputs.
    pub(super) fn note(&mut self, outputs: &[Output]) {
        for output in outputs {
            if let Event::Command(Command::OfferCall(made)) = &output.event {
                self.places.insert(made.offer, self.offers.len());
                self.offers.push(Made { offer: made.offer, call: made.call, agent: made.agent });
            }
        }
    }

    pub(super) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    // --- from names ---

    /// The call of this name, which gets the next number if it is new.
    pub(super) fn name_call(&mut self, name: &str) -> Result<CallId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(CallId(number));
        }
        if let Some(call) = self.calls.get(name) {
            return Ok(*call);
        }
        let call = CallId(self.calls.len() as u64 + 1);
        self.calls.insert(name.into(), call);
        self.call_names.insert(call, name.into());
        Ok(call)
    }

    pub(super) fn find_call(&self, name: &str) -> Result<CallId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(CallId(number));
        }
        let known = self.calls.get(name).copied();
        known.ok_or_else(|| Unexpected::word("a call that has arrived", name, self.calls.keys().map(|name| &**name)))
    }

    pub(super) fn find_agent(&self, name: &str) -> Result<AgentId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(AgentId(number));
        }
        let names = self.plan.agents().iter().map(|agent| &*agent.name);
        self.plan.agent(name).ok_or_else(|| Unexpected::word("an agent of this floor", name, names))
    }

    pub(super) fn find_queue(&self, name: &str) -> Result<QueueId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(QueueId(number));
        }
        let names = self.plan.queues().iter().map(|queue| &*queue.name);
        self.plan.queue(name).ok_or_else(|| Unexpected::word("a queue of this floor", name, names))
    }

    pub(super) fn find_reason(&self, name: &str) -> Result<ReasonId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(ReasonId(number));
        }
        let names = self.plan.floor().reasons.iter().map(|reason| &**reason);
        self.plan.reason(name).ok_or_else(|| Unexpected::word("a reason of this floor", name, names))
    }

    /// The leg meant by `connected anna` or `held anna li`: the one that the call has or had; with an agent, his latest
    /// offer for the call; `None` where there never was one.
    pub(super) fn find_leg(&self, engine: &Engine, call: CallId, agent: Option<AgentId>) -> Option<OfferId> {
        let with = engine.call(call).and_then(|call| call.agent);
        let meant = |made: &&Made| made.call == call && agent.or(with).is_none_or(|agent| agent == made.agent);
        self.offers.iter().rev().find(meant).map(|made| made.offer)
    }

    /// The offer meant by `ring li`, `answer li anna` or `hangup li`: the live one in a slot of these states; without
    /// one, the latest ever made, so that a script can be late; `None` where there never was one.
    pub(super) fn find_offer(
        &self,
        engine: &Engine,
        agent: AgentId,
        call: Option<CallId>,
        states: &[SlotState],
    ) -> Result<Option<OfferId>, Unexpected> {
        let meant = |other: CallId| call.is_none_or(|call| call == other);
        let live: Vec<(OfferId, CallId)> = engine
            .slots(agent)
            .filter(|slot| states.contains(&slot.state))
            .filter_map(|slot| slot.offer.zip(slot.call))
            .filter(|(_, call)| meant(*call))
            .collect();
        match live[..] {
            [(offer, _)] => return Ok(Some(offer)),
            [(_, first), (_, second), ..] => {
                let got = format!("{} for {} and {}", self.agent(agent), self.call(first), self.call(second));
                return Err(Unexpected::new("the call to be named as well", got));
            }
            [] => {}
        }
        let past = self.offers.iter().rev().find(|made| made.agent == agent && meant(made.call));
        Ok(past.map(|made| made.offer))
    }

    // --- to names ---

    pub(super) fn call(&self, call: CallId) -> String {
        self.call_names.get(&call).map_or_else(|| format!("#{call}"), |name| quoted(name).into_owned())
    }

    pub(super) fn agent(&self, agent: AgentId) -> String {
        let name = self.plan.agents().get(agent.index()).map(|agent| &*agent.name);
        named(name, agent.0)
    }

    pub(super) fn queue(&self, queue: QueueId) -> String {
        let name = self.plan.queues().get(queue.index()).map(|queue| &*queue.name);
        named(name, queue.0)
    }

    pub(super) fn class(&self, class: ClassId) -> String {
        let name = self.plan.classes().get(class.index()).map(|class| &*class.name);
        named(name, class.0.into())
    }

    pub(super) fn tier(&self, tier: TierId) -> String {
        let name = self.plan.tiers().get(tier.index()).map(|tier| &*tier.name);
        named(name, tier.0.into())
    }

    pub(super) fn reason(&self, reason: ReasonId) -> String {
        let name = self.plan.floor().reasons.get(reason.index()).map(|reason| &**reason);
        named(name, reason.0.into())
    }

    /// Whether the agent may have several contacts at once.
    pub(super) fn has_several(&self, agent: AgentId) -> bool {
        self.plan.agents().get(agent.index()).is_some_and(|agent| agent.capacity > 1)
    }

    pub(super) fn offer(&self, offer: OfferId) -> Option<Made> {
        self.places.get(&offer).and_then(|place| self.offers.get(*place)).copied()
    }
}

fn named(name: Option<&str>, number: u32) -> String {
    name.map_or_else(|| format!("#{number}"), |name| quoted(name).into_owned())
}

/// Reads `#7`; `None` if it is a name.
fn numbered<N: core::str::FromStr>(name: &str) -> Result<Option<N>, Unexpected> {
    let Some(digits) = name.strip_prefix('#') else { return Ok(None) };
    let number = digits.parse().map_err(|_| Unexpected::word("a number that such a thing can have", name, []))?;
    Ok(Some(number))
}
