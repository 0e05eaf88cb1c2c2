//! Bounds on what a floor may hold and on what a running engine may be asked to hold (G12).

use serde::{Deserialize, Serialize};

use super::defaults;
use super::need::DEPTH_MAX;

/// Bounds that a floor may set for its engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// How many calls may be alive at once, 1 to 10,000,000; the next is refused. Default 1,000,000.
    pub calls: Option<u32>,
    /// How many times a call may be moved from queue to queue, 1 to 1,000; a rung that would move it once more is
    /// passed. Default 32.
    pub moves: Option<u16>,
    /// How many entries the follow-up list holds, 0 to 10,000,000; 0 for no such list. Default 100,000.
    pub follow_ups: Option<u32>,
    /// How many callers are remembered with their last agent, 0 to 10,000,000; the one who called longest ago is
    /// forgotten first. Default 100,000.
    pub remembered: Option<u32>,
}

impl Limits {
    /// How many calls may be alive at once, the default where the floor says nothing.
    pub fn calls(&self) -> u32 {
        self.calls.unwrap_or(defaults::CALLS)
    }

    /// How many times a call may be moved, the default where the floor says nothing.
    pub fn moves(&self) -> u16 {
        self.moves.unwrap_or(defaults::MOVES)
    }

    /// How many entries the follow-up list holds, the default where the floor says nothing.
    pub fn follow_ups(&self) -> u32 {
        self.follow_ups.unwrap_or(defaults::FOLLOW_UPS)
    }

    /// How many callers are remembered, the default where the floor says nothing.
    pub fn remembered(&self) -> u32 {
        self.remembered.unwrap_or(defaults::REMEMBERED)
    }
}

/// Characters in a name, a number, an endpoint or another text.
pub(crate) const NAME_MAX: usize = 100;
/// Skills on a floor.
pub(crate) const SKILLS_MAX: usize = 1024;
/// Teams on a floor.
pub(crate) const TEAMS_MAX: usize = 4096;
/// Roles in the chain of command.
pub(crate) const ROLES_MAX: usize = 64;
/// Not-ready reasons on a floor, and dispositions.
pub(crate) const REASONS_MAX: usize = 1024;
/// Extensions on a floor.
pub(crate) const EXTENSIONS_MAX: usize = 100_000;
/// Classes of calls on a floor.
pub(crate) const CLASSES_MAX: usize = 64;
/// VIP tiers on a floor.
pub(crate) const TIERS_MAX: usize = 256;
/// Agents on a floor.
pub(crate) const AGENTS_MAX: usize = 100_000;
/// Queues on a floor.
pub(crate) const QUEUES_MAX: usize = 4096;
/// Known callers in the directory.
pub(crate) const ENTRIES_MAX: usize = 1_000_000;
/// Expressions of preference in a queue.
pub(crate) const PREFER_MAX: usize = 64;
/// Levels in an order of queues.
pub(crate) const ORDER_LEVELS_MAX: usize = 64;
/// Rungs in a ladder.
pub(crate) const RUNGS_MAX: usize = 64;
/// Actions in a rung.
pub(crate) const ACTIONS_MAX: usize = 16;
/// Rungs in a ladder that may change the need or not, by a condition, and are followed by others that change it: each
/// doubles the ways up.
pub(crate) const FORKS_MAX: usize = 8;
/// Rungs of all ladders together, each queue's, each tier's in each queue, and each way up counted.
pub(crate) const RUNGS_TOTAL_MAX: usize = 1_000_000;
/// Terms of a need after all the rungs that widened it.
pub(crate) const RUNG_TERMS_MAX: usize = 256;
/// Terms in the needs after all rungs of all ladders together; equal ladders of equal queues are counted once.
pub(crate) const RUNG_TERMS_TOTAL_MAX: usize = 4_000_000;
/// Nesting of such a need: two levels more than a text may have, for the people beside the expression and the
/// alternatives beside both.
pub(crate) const RUNG_DEPTH_MAX: usize = DEPTH_MAX + 2;
/// Names that a description shows of a group of agents.
pub(crate) const NAMES_SHOWN: usize = 8;
