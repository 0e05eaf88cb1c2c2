//! How agents treat calls: how long they let the phone ring, talk, hold and work after it; by queue, and by the team of
//! the agent where the queue says so.

use std::sync::Arc;

use rand::RngExt;

use super::callers::{Part, life};
use super::check::Check;
use super::distribution::{Distribution, Sampler};
use super::scenario::{Hold, Inflow, TeamCalls};
use super::streams::happens;
use crate::floor::FieldPath;
use crate::time::Span;

/// How agents treat calls, complete.
#[derive(Clone, Debug)]
pub(crate) struct Handling {
    pub(crate) answer: Sampler,
    pub(crate) talk: Sampler,
    pub(crate) hold_share: f64,
    pub(crate) hold_length: Sampler,
    pub(crate) wrap_up: Sampler,
}

/// By team, where a queue's calls are treated in another way there; empty where no team differs.
pub(crate) type TeamHandlings = Arc<[Option<Handling>]>;

/// What one place of a scenario says of it.
#[derive(Clone, Debug)]
pub(crate) struct OwnHandling {
    answer: Option<Sampler>,
    talk: Option<Sampler>,
    hold: Option<(f64, Sampler)>,
    wrap_up: Option<Sampler>,
}

/// A call as one agent has it.
#[derive(Clone, Debug)]
pub(crate) struct Handled {
    pub(crate) talk: Span,
    /// After which part of the talk the caller is put on hold, and for how long.
    pub(crate) hold: Option<(f64, Span)>,
    pub(crate) wrap_up: Span,
}

/// What is known of how a recorded call was treated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) talk: Option<Span>,
    /// No time for not at all.
    pub(crate) hold: Option<Span>,
    pub(crate) wrap_up: Option<Span>,
}

impl Handled {
    /// Puts what is known in place of what was drawn.
    pub(crate) fn give(&mut self, given: &Given) {
        self.talk = given.talk.unwrap_or(self.talk);
        self.wrap_up = given.wrap_up.unwrap_or(self.wrap_up);
        if let Some(length) = given.hold {
            let part = self.hold.map_or(0.5, |(part, _)| part);
            self.hold = (!length.is_zero()).then_some((part, length));
        }
    }
}

impl Handling {
    /// The call with this life, drawn from streams of its own: so the same team treats it alike on every floor, another
    /// one with the same luck, and no other call is touched by who has this one.
    pub(crate) fn of_call(&self, call: u64) -> Handled {
        let talk = self.talk.draw(&mut life(call, Part::Talk)).unwrap_or_default();
        let wrap_up = self.wrap_up.draw(&mut life(call, Part::WrapUp)).unwrap_or_default();
        let mut hold = life(call, Part::Hold);
        let held = self.hold_share > 0.0 && happens(&mut hold, self.hold_share);
        let hold = held.then(|| {
            let part: f64 = hold.random();
            (part, self.hold_length.draw(&mut hold).unwrap_or_default())
        });
        Handled { talk, hold, wrap_up }
    }
}

impl OwnHandling {
    /// What is said here, and for the rest what is said in a wider place.
    pub(crate) fn over(&self, wider: &Handling) -> Handling {
        let own = |own: &Option<Sampler>, wider: &Sampler| own.as_ref().unwrap_or(wider).clone();
        let (hold_share, hold_length) =
            self.hold.clone().unwrap_or_else(|| (wider.hold_share, wider.hold_length.clone()));
        Handling {
            answer: own(&self.answer, &wider.answer),
            talk: own(&self.talk, &wider.talk),
            hold_share,
            hold_length,
            wrap_up: own(&self.wrap_up, &wider.wrap_up),
        }
    }
}

impl Check<'_> {
    /// What these fields say.
    pub(crate) fn handling(
        &mut self,
        at: &FieldPath,
        [answer, talk, wrap_up]: [Option<&Distribution>; 3],
        hold: Option<&Hold>,
    ) -> OwnHandling {
        let mut own = |field, given: Option<&Distribution>| given.map(|given| self.sampler(&at.field(field), given));
        let (answer, talk, wrap_up) = (own("answer", answer), own("talk", talk), own("wrap_up", wrap_up));
        let hold = hold.map(|Hold { share, length }| {
            let at = at.field("hold");
            self.share(&at.field("share"), *share);
            (*share, self.sampler(&at.field("length"), length))
        });
        OwnHandling { answer, talk, hold, wrap_up }
    }

    /// How the teams differ in a queue whose calls are treated like this by all others.
    pub(crate) fn teams(&mut self, at: &FieldPath, inflow: &Inflow, wider: &Handling) -> TeamHandlings {
        let plan = self.plan;
        let mut handlings = vec![None; if inflow.teams.is_empty() { 0 } else { plan.floor().teams.len() }];
        for (name, TeamCalls { answer, talk, hold, wrap_up }) in &inflow.teams {
            let at = at.field(name);
            let given = [answer.as_ref(), talk.as_ref(), wrap_up.as_ref()];
            let own = self.handling(&at, given, hold.as_ref());
            match plan.team(name).and_then(|team| handlings.get_mut(team.index())) {
                Some(place) => *place = Some(own.over(wider)),
                None => self.unknown(&at, "team", name, plan.floor().teams.iter().map(|team| &*team.name)),
            }
        }
        handlings.into()
    }
}
