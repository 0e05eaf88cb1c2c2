//! Names for things: the ids that inputs and outputs speak of.
//!
//! Calls are numbered by the host. Everything configured (agents, queues, …) is numbered by its place in the floor's
//! description. Offers and visits are numbered by the engine; an offer's id carries a generation, so a late report
//! about an ended offer is recognised and harms nothing (G6).

use core::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl $name {
            /// The number as an index into the plan's list of such things.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A call, numbered by the host; a number may be used again after its call has ended.
    CallId(u64)
}
id! {
    /// A visit (one stay of a call in one queue), numbered by the engine in order of start, never used twice.
    VisitId(u64)
}
id! {
    /// An agent, by place in [`Floor::agents`](crate::floor::Floor::agents); ties between agents end in this order.
    AgentId(u32)
}
id! {
    /// A queue, by place in [`Floor::queues`](crate::floor::Floor::queues).
    QueueId(u32)
}
id! {
    /// A team, by place in [`Floor::teams`](crate::floor::Floor::teams).
    TeamId(u16)
}
id! {
    /// A role, by place in [`Floor::chain`](crate::floor::Floor::chain), lowest first.
    RoleId(u16)
}
id! {
    /// A skill, by place in [`Floor::skills`](crate::floor::Floor::skills).
    SkillId(u16)
}
id! {
    /// A class of calls, by place in [`Floor::classes`](crate::floor::Floor::classes): the smaller, the earlier served.
    ClassId(u8)
}
id! {
    /// A VIP tier, by place in [`Floor::tiers`](crate::floor::Floor::tiers).
    TierId(u16)
}
id! {
    /// A directory entry, by place in [`Floor::directory`](crate::floor::Floor::directory).
    EntryId(u32)
}
id! {
    /// A not-ready reason, by place in [`Floor::reasons`](crate::floor::Floor::reasons).
    ReasonId(u16)
}
id! {
    /// What came of a call, by place in [`Floor::dispositions`](crate::floor::Floor::dispositions).
    DispositionId(u16)
}
id! {
    /// An extension, by place in [`Floor::extensions`](crate::floor::Floor::extensions).
    ExtensionId(u32)
}
id! {
    /// An entry of the follow-up list, numbered by the engine in order of coming, never used twice.
    FollowUpId(u64)
}
id! {
    /// A profile: all agents with the same static facts share one.
    ProfileId(u16)
}
id! {
    /// A need, interned: all calls with the same requirement share one.
    NeedId(u16)
}

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Never used twice: a slot number and the slot's generation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            pub(crate) const fn new(slot: u32, generation: u32) -> Self {
                Self((generation as u64) << 32 | slot as u64)
            }

            pub(crate) const fn slot(self) -> u32 {
                self.0 as u32
            }

            pub(crate) const fn generation(self) -> u32 {
                (self.0 >> 32) as u32
            }

            /// The id as one integer, for hosts that pass it through a telephony server.
            pub const fn to_bits(self) -> u64 {
                self.0
            }

            /// The id that [`to_bits`](Self::to_bits) gave. Any integer is allowed: one that names nothing alive is
            /// treated as late.
            pub const fn from_bits(bits: u64) -> Self {
                Self(bits)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.slot(), self.generation())
            }
        }
    };
}

handle! {
    /// An offer of a call to an agent, and the agent's leg that grows out of it; also a supervisor's ear on a call.
    OfferId
}
handle! {
    /// A telephone outside the floor's desks that is dialled for a call: an extension, a number, a caller to be called
    /// back.
    DialId
}
