//! Why a call waits: what keeps those who could take it, what the others lack, and what comes next for it.
//!
//! A question to the engine that changes nothing and may be asked at any time between inputs. It looks at every agent
//! and every waiting call once, so it is for people who ask, not for every step.

use core::cmp::Reverse;
use core::fmt::Write as _;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::deadlines::Deadline;
use super::visit::Visit;
use super::why::agent_name;
use super::{Endpoint, Engine, NotReady, Presence, SlotState};
use crate::bits::Bits;
use crate::floor::{Absences, Need, Plan, Profile, RungEffect};
use crate::ids::{AgentId, CallId, ClassId, NeedId, ProfileId, QueueId, VisitId};
use crate::time::Time;

/// Why a call waits: see [`Engine::why_waiting`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhyWaiting {
    /// The call.
    pub call: CallId,
    /// Its visit.
    pub visit: VisitId,
    /// The queue it waits in.
    pub queue: QueueId,
    /// Its class.
    pub class: ClassId,
    /// When it was asked.
    pub at: Time,
    /// Since when it waits in this queue.
    pub since: Time,
    /// What it needs now.
    pub need: Need,
    /// How the search stands.
    pub search: Search,
    /// How many waiting calls stand before it that one of the same agents, signed in or not, could take: in his order of
    /// queues, where he has one.
    pub ahead: u32,
    /// How many of them have a later rank, and stand before it by such an order alone.
    pub ahead_by_order: u32,
    /// Those who meet the need, or the one agent it waits for: how many by what keeps them, most frequent first.
    pub kept: Vec<Kept>,
    /// Those who are signed in and do not meet the need: how many by what they lack, most frequent first.
    pub lacking: Vec<Lacking>,
    /// The next rung of its ladder, if one has its time.
    pub next_rung: Option<NextRung>,
    /// When it has waited as long as it may.
    pub wait_limit: Option<Time>,
}

/// How the search for an agent stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Search {
    /// It is offered to whoever can be rung next.
    Seeking,
    /// These agents are being rung for it, the latest first.
    Ringing {
        /// Who.
        agents: Vec<AgentId>,
    },
    /// An agent has answered and is being joined with the caller.
    Joining {
        /// Who.
        agent: AgentId,
    },
    /// It waits for one agent alone.
    Awaiting {
        /// For whom.
        agent: AgentId,
        /// Until then; `None` where it was asked at the very end of time.
        until: Option<Time>,
    },
    /// Nobody is to be rung for it before this time.
    NotBefore {
        /// When.
        at: Time,
    },
}

/// How many agents who could take the call are kept by the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Kept {
    /// By what.
    pub by: Obstacle,
    /// How many.
    pub agents: u32,
    /// When the first of them may be free of it, where that is known.
    pub until: Option<Time>,
}

/// What keeps an agent from a call that he could take. Of several, the one that must go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Obstacle {
    /// Nothing: he can be rung, but nobody is sought for the call now.
    Nothing,
    /// Its queue leaves as many of his team to others as are idle.
    Reserved,
    /// He did not take the call, and it is not to be offered to him for a while.
    CoolDown,
    /// He is in this call already, or rung for it.
    InThisCall,
    /// He is left alone for a while after an offer that he did not take.
    Delay,
    /// He is in contact with others, in every slot he has: the state that is nearest to being free.
    Busy(SlotState),
    /// He goes off as soon as the contact in hand is over.
    GoingOff,
    /// His phone is on a call of its own.
    PhoneInUse,
    /// His phone cannot be reached.
    PhoneUnreachable,
    /// He is not ready.
    NotReady(NotReady),
    /// He is not signed in.
    SignedOut,
}

/// How many agents lack the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lacking {
    /// The first part of the need that they do not meet; where one of several would do, of the one they come nearest to.
    pub term: Need,
    /// How many.
    pub agents: u32,
}

/// The next rung of a call's ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NextRung {
    /// Which, from 0.
    pub rung: u16,
    /// When it is due, at the latest.
    pub at: Time,
    /// What figures call it.
    pub effect: RungEffect,
}

impl Engine {
    /// Why this call waits; `None` if nobody is sought for it, because it is over, talks or is elsewhere. Takes a look at
    /// every agent and every waiting call.
    pub fn why_waiting(&self, call: CallId) -> Option<WhyWaiting> {
        let slot = self.calls.find(call)?;
        let visit_slot = self.calls[slot].visit.get()?;
        let visit = &self.visits[visit_slot];
        let need = self.needs.need(visit.need)?.clone();
        let (ahead, ahead_by_order) = self.ahead_of(visit_slot);
        Some(WhyWaiting {
            call,
            visit: visit.id,
            queue: visit.queue,
            class: visit.class,
            at: self.now,
            since: visit.started,
            search: self.search(visit_slot),
            ahead,
            ahead_by_order,
            kept: self.kept(visit_slot),
            lacking: if self.awaits(visit_slot).is_some() { Vec::new() } else { self.lacking(visit.need, &need) },
            need,
            next_rung: visit.deadlines.get(Deadline::Rung).and_then(|at| {
                let rungs = &self.plan.ladders.get(visit.ladder.0 as usize)?.rungs;
                let effect = rungs.get(usize::from(visit.rung))?.effect;
                Some(NextRung { rung: visit.rung, at, effect })
            }),
            wait_limit: visit.deadlines.get(Deadline::WaitLimit),
        })
    }

    fn search(&self, visit: u32) -> Search {
        let rung = core::iter::successors(self.visits[visit].offers.get(), |offer| self.offers[*offer].next);
        let agents: Vec<AgentId> = rung.map(|offer| self.offers[offer].agent).collect();
        match (self.joining(visit), self.looks_not_before(visit), self.awaits(visit)) {
            (Some(agent), _, _) => Search::Joining { agent },
            _ if !agents.is_empty() => Search::Ringing { agents },
            (_, Some(at), _) => Search::NotBefore { at },
            (_, _, Some((agent, until))) => Search::Awaiting { agent, until },
            _ => Search::Seeking,
        }
    }

    /// Who has answered the visit and is being joined.
    fn joining(&self, visit: u32) -> Option<AgentId> {
        self.visits[visit].joining.get().map(|offer| self.offers[offer].agent)
    }

    /// The one agent the visit waits for, and until when.
    fn awaits(&self, visit: u32) -> Option<(AgentId, Option<Time>)> {
        let visit = &self.visits[visit];
        visit.awaits.map(|agent| (agent, visit.deadlines.get(Deadline::Await)))
    }

    /// How many waiting calls stand before it that somebody could take who could take this one too, and how many of them
    /// only by an order of queues.
    fn ahead_of(&self, visit: u32) -> (u32, u32) {
        let own = self.place(visit);
        let people = self.people(visit);
        let own_queue = self.visits[visit].queue;
        // Whether one of them could take both, takes that queue's calls at an earlier level, and does so at the same.
        let mut known: BTreeMap<(NeedId, QueueId), [bool; 3]> = BTreeMap::new();
        let mut levels = |need: NeedId, queue: QueueId| {
            *known.entry((need, queue)).or_insert_with(|| {
                let shared = self.needs.profiles_of(need).both(&people);
                let profiles = shared.map(|profile| self.needs.profile(ProfileId(profile as u16)));
                profiles.fold([false; 3], |[_, earlier, same], profile| {
                    let (other, own) = (profile.level(queue), profile.level(own_queue));
                    [true, earlier || other < own, same || other == own]
                })
            })
        };
        let (mut ahead, mut by_order) = (0, 0);
        for (need, place) in self.waiting.iter() {
            let [shared, earlier, same] = levels(need, self.visits[place.visit].queue);
            let by_rank = self.is_before_orders(&place) || self.is_before_orders(&own);
            let is_ahead = if by_rank { shared && place < own } else { earlier || (same && place < own) };
            ahead += u32::from(is_ahead);
            by_order += u32::from(is_ahead && place > own);
        }
        let by_name = self
            .awaited
            .iter()
            .filter(|(agent, place)| *place < own && people.contains(self.agents[agent.index()].profile.index()));
        (ahead + by_name.count() as u32, by_order)
    }

    /// The profiles of those who could take the call.
    fn people(&self, visit: u32) -> Bits {
        match self.awaits(visit) {
            None => self.needs.profiles_of(self.visits[visit].need).clone(),
            Some((agent, _)) => {
                let mut profile = Bits::default();
                profile.insert(self.agents[agent.index()].profile.index());
                profile
            }
        }
    }

    /// Those who could take the call, by what keeps them.
    fn kept(&self, visit: u32) -> Vec<Kept> {
        let awaited = self.awaits(visit).map(|(agent, _)| agent);
        let need = self.visits[visit].need;
        let mut kept: BTreeMap<Obstacle, Kept> = BTreeMap::new();
        for (agent, state) in (0..).map(AgentId).zip(&self.agents) {
            let concerned = match awaited {
                Some(awaited) => agent == awaited,
                None => self.needs.fits(need, state.profile),
            };
            if concerned {
                let (by, until) = self.obstacle(visit, agent);
                let kept = kept.entry(by).or_insert(Kept { by, agents: 0, until });
                kept.agents += 1;
                kept.until = [kept.until, until].into_iter().flatten().min();
            }
        }
        let mut kept: Vec<Kept> = kept.into_values().collect();
        kept.sort_by_key(|kept| Reverse(kept.agents));
        kept
    }

    /// What keeps this agent from the call, and until when if that is known.
    fn obstacle(&self, visit: u32, agent: AgentId) -> (Obstacle, Option<Time>) {
        let state = &self.agents[agent.index()];
        let Visit { call, queue, .. } = self.visits[visit];
        let slots = || state.slots().map(|slot| &self.slots[slot as usize]);
        let in_this_call = |offer: u32| self.offers[offer].call == call;
        match state.presence {
            _ if slots().filter_map(|slot| slot.offer).any(in_this_call) => (Obstacle::InThisCall, None),
            Presence::SignedOut => (Obstacle::SignedOut, None),
            Presence::NotReady(why) => (Obstacle::NotReady(why), None),
            Presence::Ready if state.pending.is_some() => (Obstacle::GoingOff, None),
            Presence::Ready if state.endpoint == Endpoint::Unregistered => (Obstacle::PhoneUnreachable, None),
            Presence::Ready if state.busy >= state.capacity => {
                let nearest = slots().map(|slot| slot.state).max().unwrap_or_default();
                let ends = slots().filter(|slot| slot.state == SlotState::WrapUp).filter_map(|slot| slot.wrap_up);
                (Obstacle::Busy(nearest), ends.map(|timer| self.timers.due(timer)).min())
            }
            Presence::Ready if state.endpoint == Endpoint::InUse => (Obstacle::PhoneInUse, None),
            Presence::Ready => match (state.delay, self.cools_until(call, agent)) {
                (Some(delay), _) => (Obstacle::Delay, Some(self.timers.due(delay))),
                (None, Some(until)) => (Obstacle::CoolDown, Some(until)),
                (None, None) if self.visits[visit].awaits.is_none() && self.is_kept_from(queue, agent) => {
                    (Obstacle::Reserved, None)
                }
                (None, None) => (Obstacle::Nothing, None),
            },
        }
    }

    /// Those who are signed in and do not meet the need, by what they lack.
    fn lacking(&self, id: NeedId, need: &Need) -> Vec<Lacking> {
        let needs = &self.needs;
        let mut lacking: BTreeMap<&Need, u32> = BTreeMap::new();
        for profile in self.staff.signed_in().without(needs.profiles_of(id)) {
            let lacks = first_unmet(need, needs.profile(ProfileId(profile as u16)));
            if let Some((term, _)) = lacks {
                *lacking.entry(term).or_default() += self.staff.there(Absences::default(), profile).unwrap_or(0);
            }
        }
        let lacking = lacking.into_iter().map(|(term, agents)| Lacking { term: term.clone(), agents });
        let mut lacking: Vec<Lacking> = lacking.collect();
        lacking.sort_by_key(|lacking| Reverse(lacking.agents));
        lacking
    }
}

/// The first term that this profile does not meet, and how many there are; of parts one of which would do, that with the
/// fewest. `None` if the need is met.
fn first_unmet<'a>(need: &'a Need, profile: &Profile) -> Option<(&'a Need, u32)> {
    match need {
        met if met.met_by(profile) => None,
        Need::All(needs) => {
            let mut unmet = needs.iter().filter_map(|need| first_unmet(need, profile));
            let (first, count) = unmet.next()?;
            Some((first, unmet.map(|(_, more)| more).sum::<u32>() + count))
        }
        Need::AnyOf(needs) if !needs.is_empty() => {
            needs.iter().filter_map(|need| first_unmet(need, profile)).min_by_key(|(_, count)| *count)
        }
        term => Some((term, 1)),
    }
}

/// So many different obstacles and lacks are said one by one.
const SAID_MAX: usize = 6;

impl WhyWaiting {
    /// One line that says it: `waits 42s for booking >= 3: 3 on break, 2 lack english >= 5, 1 in wrap-up until 724s; 2
    /// calls before it; rung 2 at 60s`. Times are engine time. Names agents, never the caller (G13). The plan is the
    /// engine's.
    pub fn text(&self, plan: &Plan) -> String {
        let mut text = format!("waits {} for ", self.at - self.since);
        // Writing to a string does not fail.
        let _ = match &self.search {
            Search::Awaiting { agent, until: None } => write!(text, "{} alone", agent_name(plan, *agent)),
            Search::Awaiting { agent, until: Some(until) } => {
                write!(text, "{} alone until {until}", agent_name(plan, *agent))
            }
            Search::Seeking => write!(text, "{}", plan.need_text(&self.need)),
            Search::NotBefore { at } => write!(text, "{}, not before {at}", plan.need_text(&self.need)),
            Search::Joining { agent } => {
                write!(text, "{}, answered by {}", plan.need_text(&self.need), agent_name(plan, *agent))
            }
            Search::Ringing { agents } => {
                let names: Vec<String> = agents.iter().map(|agent| agent_name(plan, *agent)).collect();
                write!(text, "{}, rings at {}", plan.need_text(&self.need), names.join(" and "))
            }
        };
        text + ": " + &self.reasons(plan, &|at| at.to_string())
    }

    /// The reasons alone, what stands behind the colon in [`text`](Self::text), with instants written by `say`: as the
    /// time of day, for example.
    pub fn reasons(&self, plan: &Plan, say: &dyn Fn(Time) -> String) -> String {
        let mut text = self.people_text(plan, say);
        if text.is_empty() {
            text += "nobody is there";
        }
        // Writing to a string does not fail.
        let _ = match self.ahead {
            0 => Ok(()),
            1 => write!(text, "; 1 call before it"),
            many => write!(text, "; {many} calls before it"),
        };
        if self.ahead_by_order > 0 {
            let _ = write!(text, ", {} by an order of queues alone", self.ahead_by_order);
        }
        if let Some(NextRung { rung, at, .. }) = self.next_rung {
            let _ = write!(text, "; rung {} at {}", u32::from(rung) + 1, say(at));
        }
        text
    }

    /// What keeps people and what they lack, most frequent first; who is signed out comes last.
    fn people_text(&self, plan: &Plan, say: &dyn Fn(Time) -> String) -> String {
        let last = |kept: &Kept| kept.by == Obstacle::SignedOut;
        let kept = self.kept.iter().map(|kept| (last(kept), kept.agents, kept.text(plan, say)));
        let lacking = self.lacking.iter().map(|lacking| (false, lacking.agents, lacking.text(plan)));
        let mut said: Vec<_> = kept.chain(lacking).collect();
        said.sort_by_key(|(last, agents, _)| (*last, Reverse(*agents)));
        let others: u32 = said.iter().skip(SAID_MAX).map(|(_, agents, _)| agents).sum();
        said.truncate(SAID_MAX);
        let mut said: Vec<String> = said.into_iter().map(|(_, _, text)| text).collect();
        if others > 0 {
            said.push(format!("{others} otherwise"));
        }
        said.join(", ")
    }
}

impl Kept {
    fn text(&self, plan: &Plan, say: &dyn Fn(Time) -> String) -> String {
        let reason = |why| match why {
            NotReady::SignedIn => "not ready since signing in".into(),
            NotReady::Missed => "not ready after a miss".into(),
            NotReady::Reason(reason) => {
                let name = plan.floor().reasons.get(reason.index());
                name.map_or_else(|| format!("not ready for reason {reason}"), |name| format!("on {name}"))
            }
        };
        let by: String = match self.by {
            Obstacle::Nothing => "free".into(),
            Obstacle::Reserved => "left to other queues".into(),
            Obstacle::CoolDown => "kept from this call".into(),
            Obstacle::InThisCall => "in this call".into(),
            Obstacle::Delay => "left alone".into(),
            Obstacle::Busy(SlotState::Free) => "free".into(),
            Obstacle::Busy(SlotState::Ringing) => "rung for others".into(),
            Obstacle::Busy(SlotState::Connecting) => "answering".into(),
            Obstacle::Busy(SlotState::Talking) => "talking".into(),
            Obstacle::Busy(SlotState::Holding) => "with a caller on hold".into(),
            Obstacle::Busy(SlotState::Monitoring) => "listening in".into(),
            Obstacle::Busy(SlotState::WrapUp) => "in wrap-up".into(),
            Obstacle::GoingOff => "about to go off".into(),
            Obstacle::PhoneInUse => "on calls of their own".into(),
            Obstacle::PhoneUnreachable => "unreachable".into(),
            Obstacle::NotReady(why) => reason(why),
            Obstacle::SignedOut => "signed out".into(),
        };
        match (self.agents, self.until) {
            (agents, None) => format!("{agents} {by}"),
            (1, Some(until)) => format!("1 {by} until {}", say(until)),
            (agents, Some(until)) => format!("{agents} {by}, the first until {}", say(until)),
        }
    }
}

impl Lacking {
    fn text(&self, plan: &Plan) -> String {
        let Self { term, agents } = self;
        match term {
            Need::AnyOf(needs) if needs.is_empty() => format!("{agents} who may not yet"),
            Need::Not(ruled_out) => format!("{agents} ruled out by {}", plan.need_text(ruled_out)),
            term => format!("{agents} {} {}", if *agents == 1 { "lacks" } else { "lack" }, plan.need_text(term)),
        }
    }
}

#[cfg(test)]
mod tests;
