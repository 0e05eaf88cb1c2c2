//! Conduct: what is done about a call beside answering and talking, as a scenario's `calls` say.

use std::sync::Arc;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::check::Check;
use super::distribution::{Distribution, Sampler};
use super::scenario::{Again, Callback, Calls, Consults, KeyShare, Message, Preferred, Retry, Transfer, TransferTo};
use super::streams::happens;
use crate::engine::{Outcome, Target};
use crate::floor::{FieldPath, Length, ProblemKind};
use crate::ids::{AgentId, DispositionId};
use crate::time::Span;

/// What is done about calls, checked and complete.
#[derive(Clone, Debug)]
pub(crate) struct ConductSetting {
    cannot_answer: f64,
    complaints: f64,
    /// Running sums of shares.
    transfers: Arc<[(f64, Errand)]>,
    pub(crate) consults: ConsultSetting,
    preferred: Option<(f64, Arc<[AgentId]>)>,
    /// Running sums of shares.
    keys: Arc<[(f64, char, Sampler)]>,
    callback: f64,
    pub(crate) callbacks: CallbackSetting,
    message: f64,
    pub(crate) message_length: Sampler,
    /// Running sums of shares.
    dispositions: Arc<[(f64, DispositionId)]>,
    again: Option<(f64, Sampler)>,
    retry: Option<RetrySetting>,
}

#[derive(Clone, Debug)]
struct RetrySetting {
    refused: f64,
    abandoned: f64,
    after: Sampler,
}

#[derive(Clone, Debug)]
pub(crate) struct ConsultSetting {
    pub(crate) length: Sampler,
    pub(crate) patience: Sampler,
    /// Running sums of shares.
    conference: f64,
    back: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct CallbackSetting {
    pub(crate) due: Option<Span>,
    pub(crate) reached: f64,
    pub(crate) answer: Sampler,
}

/// Something an agent asks for in the middle of a talk.
#[derive(Clone, Debug)]
pub(crate) enum Errand {
    /// He cannot answer (E1).
    CannotAnswer,
    /// The caller complains (E4).
    Complaint,
    /// He hands the caller on.
    Transfer(Whom),
    /// He consults somebody.
    Consult(Whom),
}

/// To whom an agent turns.
#[derive(Clone, Debug)]
pub(crate) enum Whom {
    /// Always the same.
    One(Target),
    /// Any of these who takes calls then.
    AnyOf(Arc<[AgentId]>),
}

/// What comes of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConsultEnd {
    /// The caller is handed on.
    HandsOn,
    /// The three talk together.
    Conference,
    /// The agent goes on alone.
    Back,
}

/// What is done about one call: drawn when it arrives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conduct {
    /// Errands in order: each agent who gets the caller has the next.
    pub(crate) errands: Vec<Errand>,
    pub(crate) preferred: Option<AgentId>,
    /// A key, and after how long a wait it is pressed.
    pub(crate) key: Option<(char, Span)>,
    pub(crate) takes_callback: bool,
    pub(crate) leaves_message: bool,
    pub(crate) disposition: Option<DispositionId>,
    /// So long after its end the caller calls again.
    pub(crate) again: Option<Span>,
}

impl ConductSetting {
    /// Nothing but what people must do.
    pub(crate) fn none(check: &mut Check<'_>, at: &FieldPath) -> Self {
        let mut of = |field, distribution| check.sampler(&at.field("consults").field(field), &distribution);
        Self {
            cannot_answer: 0.0,
            complaints: 0.0,
            transfers: Arc::new([]),
            consults: ConsultSetting {
                length: of("length", Distribution::Exponential(Length::secs(30))),
                patience: of("patience", Distribution::Fixed(Length::secs(60))),
                conference: 0.0,
                back: 0.0,
            },
            preferred: None,
            keys: Arc::new([]),
            callback: 0.0,
            callbacks: CallbackSetting { due: None, reached: 1.0, answer: Sampler::ZERO },
            message: 0.0,
            message_length: Sampler::ZERO,
            dispositions: Arc::new([]),
            again: None,
            retry: None,
        }
    }

    /// How long after a call that ended like this its caller calls again, and what is left of the stream that was drawn
    /// from; `None` if not.
    pub(crate) fn retried_after(
        &self,
        outcome: Outcome,
        stream: impl FnOnce() -> ChaCha8Rng,
    ) -> Option<(Span, ChaCha8Rng)> {
        let RetrySetting { refused, abandoned, after } = self.retry.as_ref()?;
        let share = match outcome {
            Outcome::Refused(_) => *refused,
            Outcome::Abandoned => *abandoned,
            _ => return None,
        };
        let mut stream = stream();
        if happens(&mut stream, share) { after.draw(&mut stream).map(|after| (after, stream)) } else { None }
    }

    /// Whether anything may happen about a call that has to be drawn when it arrives.
    fn is_eventful(&self) -> bool {
        let shares = [self.cannot_answer, self.complaints, self.callback, self.message];
        shares.iter().any(|share| *share > 0.0)
            || !(self.transfers.is_empty() && self.keys.is_empty() && self.dispositions.is_empty())
            || self.preferred.is_some()
            || self.again.is_some()
    }

    /// What is done about the next call; `None` for nothing at all. Each call draws from a stream of its own.
    pub(crate) fn decide(&self, rng: impl FnOnce() -> ChaCha8Rng) -> Option<Box<Conduct>> {
        if !self.is_eventful() {
            return None;
        }
        let mut rng = rng();
        let rng = &mut rng;
        let mut conduct = Conduct::default();
        let transfer: f64 = rng.random();
        conduct.errands.extend(chosen(&self.transfers, transfer, |(sum, _)| *sum).map(|(_, errand)| errand.clone()));
        conduct.errands.extend(happens(rng, self.cannot_answer).then_some(Errand::CannotAnswer));
        conduct.errands.extend(happens(rng, self.complaints).then_some(Errand::Complaint));
        let [preferred, whom]: [f64; 2] = rng.random();
        if let Some((share, agents)) = &self.preferred
            && preferred < *share
        {
            conduct.preferred = agents.get((whom * agents.len() as f64) as usize).copied();
        }
        let key: f64 = rng.random();
        conduct.takes_callback = happens(rng, self.callback);
        conduct.leaves_message = happens(rng, self.message);
        let disposition: f64 = rng.random();
        conduct.disposition = chosen(&self.dispositions, disposition, |(sum, _)| *sum).map(|(_, id)| *id);
        let again: f64 = rng.random();
        conduct.again = self.again.as_ref().filter(|(share, _)| again < *share).and_then(|(_, after)| after.draw(rng));
        let pressed = chosen(&self.keys, key, |(sum, ..)| *sum);
        conduct.key = pressed.and_then(|(_, key, after)| Some((*key, after.draw(rng)?)));
        Some(Box::new(conduct))
    }
}

impl ConsultSetting {
    pub(crate) fn end(&self, rng: &mut ChaCha8Rng) -> ConsultEnd {
        match rng.random::<f64>() {
            share if share < self.conference => ConsultEnd::Conference,
            share if share < self.back => ConsultEnd::Back,
            _ => ConsultEnd::HandsOn,
        }
    }
}

/// The first whose running sum is above the share.
fn chosen<T>(list: &[T], share: f64, sum: impl Fn(&T) -> f64) -> Option<&T> {
    list.iter().find(|item| share < sum(item))
}

impl Check<'_> {
    pub(crate) fn conduct(&mut self, at: &FieldPath, calls: &Calls, wider: &ConductSetting) -> ConductSetting {
        let mut of = wider.clone();
        for (field, given, share) in [
            ("cannot_answer", calls.cannot_answer, &mut of.cannot_answer),
            ("complaints", calls.complaints, &mut of.complaints),
        ] {
            if let Some(given) = given {
                self.share(&at.field(field), given);
                *share = given;
            }
        }
        if let Some(transfers) = &calls.transfers {
            of.transfers = self.transfers(&at.field("transfers"), transfers);
        }
        if let Some(consults) = &calls.consults {
            of.consults = self.consults(&at.field("consults"), consults, &wider.consults);
        }
        if let Some(Preferred { share, agents }) = &calls.preferred {
            let at = at.field("preferred");
            self.share(&at.field("share"), *share);
            if agents.is_empty() {
                self.report(ProblemKind::Missing, &at, "nobody".into(), "agents");
            }
            let agents = agents.iter().enumerate();
            let agents = agents.filter_map(|(index, name)| self.agent(&at.field("agents").index(index), name));
            of.preferred = Some((*share, agents.collect()));
        }
        if let Some(keys) = &calls.keys {
            of.keys = self.keys(&at.field("keys"), keys);
        }
        if let Some(Callback { share, due, reached, answer }) = &calls.callback {
            let at = at.field("callback");
            let reached = reached.unwrap_or(1.0);
            self.share(&at.field("share"), *share);
            self.share(&at.field("reached"), reached);
            let due = due.map(|due| due.to_span(self.plan.ring()));
            let answer = self.optional(&at.field("answer"), answer.as_ref(), Sampler::ZERO);
            of.callback = *share;
            of.callbacks = CallbackSetting { due, reached, answer };
        }
        if let Some(Message { share, length }) = &calls.message {
            let at = at.field("message");
            self.share(&at.field("share"), *share);
            of.message = *share;
            of.message_length = self.sampler(&at.field("length"), length);
        }
        if let Some(dispositions) = &calls.dispositions {
            let at = at.field("dispositions");
            let mut sum = 0.0;
            let mut list = Vec::new();
            for (name, share) in dispositions {
                self.share(&at.field(name), *share);
                sum += share.clamp(0.0, 1.0);
                match self.plan.disposition(name) {
                    Some(disposition) => list.push((sum, disposition)),
                    None => {
                        let known = self.plan.floor().dispositions.iter().map(|name| &**name);
                        self.unknown(&at.field(name), "disposition", name, known);
                    }
                }
            }
            self.sum(&at, sum);
            of.dispositions = list.into();
        }
        if let Some(Again { share, after }) = &calls.again {
            let at = at.field("again");
            self.share(&at.field("share"), *share);
            of.again = Some((*share, self.sampler(&at.field("after"), after)));
        }
        if let Some(Retry { refused, abandoned, after }) = &calls.retry {
            let at = at.field("retry");
            self.share(&at.field("refused"), *refused);
            self.share(&at.field("abandoned"), *abandoned);
            let after = self.sampler(&at.field("after"), after);
            of.retry = Some(RetrySetting { refused: *refused, abandoned: *abandoned, after });
        }
        of
    }

    fn transfers(&mut self, at: &FieldPath, transfers: &[Transfer]) -> Arc<[(f64, Errand)]> {
        let mut sum = 0.0;
        let mut list = Vec::new();
        for (index, Transfer { share, to, consult }) in transfers.iter().enumerate() {
            let at = at.index(index);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            let Some(to) = to else {
                self.report(ProblemKind::Missing, &at, "no `to`".into(), "whom to turn to");
                continue;
            };
            if let Some(whom) = self.whom(&at.field("to"), to) {
                list.push((sum, if *consult { Errand::Consult(whom) } else { Errand::Transfer(whom) }));
            }
        }
        self.sum(at, sum);
        list.into()
    }

    fn whom(&mut self, at: &FieldPath, to: &TransferTo) -> Option<Whom> {
        let plan = self.plan;
        match to {
            TransferTo::Queue(name) => {
                self.queue(&at.field("queue"), name).map(|queue| Whom::One(Target::Queue(queue)))
            }
            TransferTo::Agent(name) => {
                self.agent(&at.field("agent"), name).map(|agent| Whom::One(Target::Agent(agent)))
            }
            TransferTo::Team(name) => {
                let Some(team) = plan.team(name) else {
                    let known = plan.floor().teams.iter().map(|team| &*team.name);
                    self.unknown(&at.field("team"), "team", name, known);
                    return None;
                };
                let agents = plan.agents().iter().zip(0..).filter(|(agent, _)| agent.team == team);
                Some(Whom::AnyOf(agents.map(|(_, id)| AgentId(id)).collect()))
            }
            TransferTo::Extension(name) => match plan.extension(name) {
                Some(extension) => Some(Whom::One(Target::Extension(extension))),
                None => {
                    let known = plan.extensions().iter().map(|extension| &*extension.name);
                    self.unknown(&at.field("extension"), "extension", name, known);
                    None
                }
            },
            TransferTo::Number(number) => Some(Whom::One(Target::Number(number.clone()))),
        }
    }

    fn consults(&mut self, at: &FieldPath, consults: &Consults, wider: &ConsultSetting) -> ConsultSetting {
        let Consults { length, patience, conference, back } = consults;
        self.share(&at.field("conference"), *conference);
        self.share(&at.field("back"), *back);
        let sum = conference.clamp(0.0, 1.0) + back.clamp(0.0, 1.0);
        self.sum(at, sum);
        ConsultSetting {
            length: self.optional(&at.field("length"), length.as_ref(), wider.length.clone()),
            patience: self.optional(&at.field("patience"), patience.as_ref(), wider.patience.clone()),
            conference: *conference,
            back: sum,
        }
    }

    fn keys(&mut self, at: &FieldPath, keys: &[KeyShare]) -> Arc<[(f64, char, Sampler)]> {
        let mut sum = 0.0;
        let mut list = Vec::new();
        for (index, KeyShare { key, share, after }) in keys.iter().enumerate() {
            let at = at.index(index);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            if !matches!(key, '0'..='9' | '*' | '#') {
                let found = format!("`{}`", key.escape_debug());
                self.report(ProblemKind::Malformed, &at.field("key"), found, "one of `0` to `9`, `*` and `#`");
            }
            list.push((sum, *key, self.optional(&at.field("after"), after.as_ref(), Sampler::ZERO)));
        }
        self.sum(at, sum);
        list.into()
    }
}
