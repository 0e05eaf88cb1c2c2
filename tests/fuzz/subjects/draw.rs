//! Bytes as a source of decisions. When they are used up, everything is zero.

use cordboard::engine::{Attributes, CallbackTerms, Target};
use cordboard::floor::{Masked, Need};
use cordboard::{AgentId, CallId, ExtensionId, QueueId, RoleId, SkillId, Span, TeamId, Time};

/// What every number that is handed in as a caller's begins with; nobody is to see it (G13).
pub(super) const SECRET: &str = "+86-secret-";

/// Bytes that are used up.
pub(super) struct Draw<'a>(pub(super) &'a [u8]);

impl Draw<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below this one.
    pub(super) fn below(&mut self, limit: u8) -> u8 {
        self.byte() % limit
    }

    pub(super) fn maybe(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// Any number at all.
    pub(super) fn number(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// One of the first few, as a rule; now and then one that there is never.
    pub(super) fn id(&mut self, few: u8) -> u64 {
        match self.byte() {
            255 => u64::MAX,
            254 => self.number(),
            byte => u64::from(byte % few),
        }
    }

    pub(super) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.byte()) % of.len()]
    }

    pub(super) fn call(&mut self) -> CallId {
        CallId(self.id(10))
    }

    /// There are six.
    pub(super) fn agent(&mut self) -> AgentId {
        AgentId(self.id(7) as u32)
    }

    /// There are five.
    pub(super) fn queue(&mut self) -> QueueId {
        QueueId(self.id(6) as u32)
    }

    pub(super) fn span(&mut self) -> Span {
        match self.byte() {
            255 => Span::MAX,
            254 => Span::from_nanos(self.number()),
            byte => Span::from_millis(u64::from(byte) * 250),
        }
    }

    pub(super) fn masked(&mut self) -> Masked {
        format!("{SECRET}{}", self.below(4)).into()
    }

    pub(super) fn attributes(&mut self) -> Attributes {
        let length = usize::from(self.below(8)).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        Attributes::from(bytes)
    }

    pub(super) fn target(&mut self) -> Target {
        match self.below(4) {
            0 => Target::Queue(self.queue()),
            1 => Target::Agent(self.agent()),
            2 => Target::Extension(ExtensionId(self.id(3) as u32)),
            _ => Target::Number(self.masked()),
        }
    }

    pub(super) fn terms(&mut self, now: Time) -> CallbackTerms {
        let wanted = self.byte();
        CallbackTerms {
            number: (wanted & 1 != 0).then(|| self.masked()),
            not_before: (wanted & 2 != 0).then(|| now + self.span()),
            due: (wanted & 4 != 0).then(|| now + self.span()),
        }
    }

    /// Levels that there are not, names that there are not, and now and then deeper than is allowed.
    pub(super) fn need(&mut self, depth: u8) -> Need {
        let kind = if depth > 40 { 0 } else { self.below(8) };
        let list = |draw: &mut Self| (0..draw.below(4)).map(|_| draw.need(depth + 1)).collect();
        match kind {
            0 | 1 => {
                let (min, max) = (self.below(12), self.below(12));
                Need::Skill { skill: SkillId(self.id(4) as u16), min, max }
            }
            2 => Need::skill(SkillId(self.id(3) as u16), 1),
            3 => Need::Team(TeamId(self.id(3) as u16)),
            4 => Need::Role(RoleId(self.id(5) as u16)),
            5 => Need::Not(Box::new(self.need(depth + 1))),
            6 => Need::All(list(self)),
            _ => Need::AnyOf(list(self)),
        }
    }
}
