//! The book a run keeps: who is who on this floor, what the script calls its calls, and every offer ever made, so that
//! a script can report on one that is long over; and so for telephones dialled and entries of the follow-up list.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Unexpected;
use super::verbs::Name;
use super::words::quoted;
use crate::engine::{Command, Engine, Event, Fact, Output, SlotState};
use crate::floor::{Plan, defaults};
use crate::ids::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId, RoleId,
    TierId,
};

/// See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Book {
    plan: Arc<Plan>,
    calls: BTreeMap<Name, CallId>,
    call_names: BTreeMap<CallId, Name>,
    /// In the order they were made.
    offers: Vec<Made>,
    places: BTreeMap<OfferId, usize>,
    /// The telephones that were dialled, each for its call.
    dials: BTreeMap<DialId, CallId>,
    /// By call, the last that was dialled for it.
    last_dials: BTreeMap<CallId, DialId>,
    /// By call, its entries on the follow-up list, those still open last.
    follow_ups: BTreeMap<CallId, Vec<FollowUpId>>,
}

/// An offer that was made, or a supervisor's leg.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) offer: OfferId,
    pub(super) call: CallId,
    pub(super) agent: AgentId,
    pub(super) monitors: bool,
}

impl Book {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        Self {
            plan,
            calls: BTreeMap::new(),
            call_names: BTreeMap::new(),
            offers: Vec::new(),
            places: BTreeMap::new(),
            dials: BTreeMap::new(),
            last_dials: BTreeMap::new(),
            follow_ups: BTreeMap::new(),
        }
    }

    /// Writes down what these outputs bring into being.
    pub(super) fn note(&mut self, outputs: &[Output]) {
        for output in outputs {
            match &output.event {
                Event::Command(Command::OfferCall(made)) => {
                    self.note_offer(Made { offer: made.offer, call: made.call, agent: made.agent, monitors: false });
                }
                Event::Command(Command::Monitor { offer, call, supervisor, .. }) => {
                    self.note_offer(Made { offer: *offer, call: *call, agent: *supervisor, monitors: true });
                }
                Event::Command(Command::Dial { dial, call, .. }) => {
                    self.dials.insert(*dial, *call);
                    self.last_dials.insert(*call, *dial);
                }
                Event::Fact(Fact::FollowUpAdded { follow_up, call, .. }) => {
                    self.follow_ups.entry(*call).or_default().push(*follow_up);
                }
                Event::Fact(Fact::FollowUpClosed { follow_up, call, .. }) => {
                    let entries = self.follow_ups.entry(*call).or_default();
                    entries.retain(|entry| entry != follow_up);
                    entries.insert(0, *follow_up);
                }
                _ => {}
            }
        }
    }

    /// A supervisor's leg is spoken of again when he listens in another way.
    fn note_offer(&mut self, made: Made) {
        if !self.places.contains_key(&made.offer) {
            self.places.insert(made.offer, self.offers.len());
            self.offers.push(made);
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

    pub(super) fn find_class(&self, name: &str) -> Result<ClassId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(ClassId(number));
        }
        let names = self.plan.classes().iter().map(|class| &*class.name);
        self.plan.class(name).ok_or_else(|| Unexpected::word("a class of this floor", name, names))
    }

    pub(super) fn find_extension(&self, name: &str) -> Result<ExtensionId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(ExtensionId(number));
        }
        let names = self.plan.extensions().iter().map(|extension| &*extension.name);
        self.plan.extension(name).ok_or_else(|| Unexpected::word("an extension of this floor", name, names))
    }

    pub(super) fn find_disposition(&self, name: &str) -> Result<DispositionId, Unexpected> {
        if let Some(number) = numbered(name)? {
            return Ok(DispositionId(number));
        }
        let names = self.plan.floor().dispositions.iter().map(|disposition| &**disposition);
        self.plan.disposition(name).ok_or_else(|| Unexpected::word("a disposition of this floor", name, names))
    }

    /// The telephone that was dialled last for this call.
    pub(super) fn find_dial(&self, call: CallId) -> Option<DialId> {
        self.last_dials.get(&call).copied()
    }

    /// This call's entry on the follow-up list: the latest that is open, else one that is closed.
    pub(super) fn find_follow_up(&self, call: CallId) -> Option<FollowUpId> {
        self.follow_ups.get(&call)?.last().copied()
    }

    /// The leg meant by `connected anna` or `held anna li`: the live one in a slot of these states; without one, that of
    /// the agent the call is with, or the latest ever; `None` where there never was one.
    pub(super) fn find_leg(
        &self,
        engine: &Engine,
        call: CallId,
        agent: Option<AgentId>,
        states: &[SlotState],
    ) -> Result<Option<OfferId>, Unexpected> {
        let meant = || {
            let rev = self.offers.iter().rev().filter(move |made| made.call == call);
            rev.filter(move |made| agent.map_or(!made.monitors, |agent| agent == made.agent))
        };
        let is_live = |made: &&Made| {
            engine.slots(made.agent).any(|slot| slot.offer == Some(made.offer) && states.contains(&slot.state))
        };
        let mut live = meant().filter(is_live);
        match (live.next(), live.next()) {
            (Some(one), None) => return Ok(Some(one.offer)),
            (Some(first), Some(second)) => {
                let got =
                    format!("{} with {} and {}", self.call(call), self.agent(second.agent), self.agent(first.agent));
                return Err(Unexpected::new("the agent to be named as well", got));
            }
            (None, _) => {}
        }
        let with = engine.call(call).and_then(|call| call.agent);
        let past = meant().find(|made| with == Some(made.agent)).or_else(|| meant().next());
        Ok(past.map(|made| made.offer))
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

    pub(super) fn role(&self, role: RoleId) -> String {
        let name = match self.plan.floor().chain.as_slice() {
            [] => defaults::CHAIN.get(role.index()).copied(),
            chain => chain.get(role.index()).map(|role| &**role),
        };
        named(name, role.0.into())
    }

    pub(super) fn extension(&self, extension: ExtensionId) -> String {
        let name = self.plan.extensions().get(extension.index()).map(|extension| &*extension.name);
        named(name, extension.0)
    }

    pub(super) fn disposition(&self, disposition: DispositionId) -> String {
        let name = self.plan.floor().dispositions.get(disposition.index()).map(|name| &**name);
        named(name, disposition.0.into())
    }

    /// Whether the agent may have several contacts at once.
    pub(super) fn has_several(&self, agent: AgentId) -> bool {
        self.plan.agents().get(agent.index()).is_some_and(|agent| agent.capacity > 1)
    }

    /// For which call a telephone was dialled.
    pub(super) fn dial(&self, dial: DialId) -> Option<CallId> {
        self.dials.get(&dial).copied()
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
