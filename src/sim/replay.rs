//! Replay: recorded calls of one queue, each at its own time, with whatever is known of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::callers::{Brought, Identity, Part, life};
use super::check::Check;
use super::distribution::Sampler;
use super::handling::Given;
use super::scenario::RecordedCall;
use super::setting::{TierSetting, Way};
use crate::floor::{FieldPath, Length, Masked, Need, ProblemKind};
use crate::time::{Span, Time};

/// How often patience is drawn at most until it is longer than the caller is known to have waited.
const DRAWS_MAX: u32 = 1_000;

/// Recorded calls, checked.
#[derive(Debug)]
pub(crate) struct ReplaySetting {
    calls: Arc<[RecordedCall]>,
    /// By name of a tier: the numbers of its callers, and what they bring.
    tiers: BTreeMap<Arc<str>, (Vec<Masked>, Way)>,
    /// Without those that cannot be read.
    needs: BTreeMap<Arc<str>, Option<Arc<Need>>>,
    ring: Span,
}

/// Recorded calls as they are played.
#[derive(Debug)]
pub(crate) struct Replay {
    setting: Arc<ReplaySetting>,
    next: usize,
}

/// A recorded call, played now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Played<'a> {
    setting: &'a ReplaySetting,
    call: &'a RecordedCall,
}

impl Replay {
    pub(crate) fn new(setting: Arc<ReplaySetting>) -> Self {
        Self { setting, next: 0 }
    }

    /// When the next call comes.
    pub(crate) fn next(&self) -> Option<Time> {
        self.setting.calls.get(self.next).map(|call| Time::ZERO + call.at.to_span(self.setting.ring))
    }

    /// Plays it.
    pub(crate) fn play(&mut self) {
        self.next += 1;
    }

    /// The call that was played last.
    pub(crate) fn last(&self) -> Option<Played<'_>> {
        let call = self.setting.calls.get(self.next.checked_sub(1)?)?;
        Some(Played { setting: &self.setting, call })
    }
}

impl Played<'_> {
    /// Who calls, and what for, as far as it is known: `who` picks among the callers of a tier. Gives what they bring.
    pub(crate) fn identify(self, identity: &mut Identity, who: f64) -> Option<Way> {
        let Self { setting, call } = self;
        let tier = call.tier.as_ref().and_then(|tier| setting.tiers.get(tier));
        if let Some((numbers, _)) = tier {
            identity.from = numbers.get((who * numbers.len() as f64) as usize).cloned();
        }
        if let Some(from) = &call.from {
            identity.from = Some(from.clone());
        }
        if let Some(need) = call.need.as_ref().and_then(|need| setting.needs.get(need)) {
            identity.need = need.clone();
        }
        tier.map(|(_, way)| *way)
    }

    /// What is known of what it brings, in place of what was drawn.
    pub(crate) fn bring(self, brought: &mut Brought, patience: &Sampler) {
        let Self { setting, call } = self;
        let known = |length: Option<Length>| length.map(|length| length.to_span(setting.ring));
        let given = Given { talk: known(call.talk), hold: known(call.hold), wrap_up: known(call.wrap_up) };
        if given != Given::default() {
            brought.handled.give(&given);
            brought.given = Some(Box::new(given));
        }
        if let Some(patience) = known(call.patience) {
            brought.patience = Some(patience);
        } else if let (Some(waited), Some(drawn)) = (known(call.waited), brought.patience)
            && drawn <= waited
        {
            let mut again = life(brought.life, Part::Patience);
            let mut draws = (0..DRAWS_MAX).filter_map(|_| patience.draw(&mut again));
            brought.patience = Some(draws.find(|drawn| *drawn > waited).unwrap_or(waited));
        }
    }
}

impl Check<'_> {
    /// The calls that were recorded of a queue with these tiers; calls of other tiers bring what `way` says.
    pub(crate) fn replay(
        &mut self,
        at: &FieldPath,
        calls: &Arc<[RecordedCall]>,
        tiers: &[TierSetting],
        way: Way,
    ) -> Arc<ReplaySetting> {
        let ring = self.plan.ring();
        let time = |call: &RecordedCall| call.at.to_span(ring);
        if let Some(index) = calls.windows(2).position(|pair| time(&pair[0]) > time(&pair[1])) {
            let at = at.index(index + 1).field("at");
            self.report(ProblemKind::OutOfRange, &at, "earlier than the call before".into(), "calls in order of time");
        }
        let mut replay = ReplaySetting { calls: calls.clone(), tiers: BTreeMap::new(), needs: BTreeMap::new(), ring };
        for (index, call) in calls.iter().enumerate() {
            if let Some(name) = call.tier.as_ref().filter(|name| !replay.tiers.contains_key(*name)) {
                let at = at.index(index).field("tier");
                let numbers = self.callers_of(&at, name);
                let own = tiers.iter().find(|tier| tier.name == *name).map(|tier| tier.way);
                replay.tiers.insert(name.clone(), (numbers, own.unwrap_or(way)));
            }
            if let Some(text) = call.need.as_ref().filter(|text| !replay.needs.contains_key(*text)) {
                let at = at.index(index).field("need");
                let need = self.need(&at, text).map(Arc::new);
                replay.needs.insert(text.clone(), need);
            }
        }
        Arc::new(replay)
    }
}
