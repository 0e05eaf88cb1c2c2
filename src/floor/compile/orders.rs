//! The part of the check that knows orders of queues: at which level an agent takes the calls of each.

use std::sync::Arc;

use super::Checker;
use crate::floor::OrderLevel;
use crate::floor::limits::*;
use crate::floor::problem::{FieldPath, ProblemKind};

impl Checker<'_> {
    /// By team, the order of its members.
    pub(super) fn team_orders(&mut self, list: &FieldPath) -> Vec<Arc<[u8]>> {
        let teams = self.floor.teams.iter().enumerate().take(TEAMS_MAX);
        teams.map(|(index, team)| self.order(&list.index(index).field("order"), &team.order)).collect()
    }

    /// By queue, its level; empty where all queues are alike.
    pub(super) fn order(&mut self, list: &FieldPath, levels: &[OrderLevel]) -> Arc<[u8]> {
        if levels.len() > ORDER_LEVELS_MAX {
            let found = format!("found {}", levels.len());
            self.problem(ProblemKind::TooMany, list, found, format!("at most {ORDER_LEVELS_MAX}"));
        }
        let queues = self.floor.queues.len().min(QUEUES_MAX);
        let last = levels.len().min(ORDER_LEVELS_MAX) as u8;
        let mut order = vec![last; queues];
        for (place, level) in levels.iter().enumerate().take(ORDER_LEVELS_MAX) {
            let path = list.index(place);
            match level {
                OrderLevel::Queue(queue) => self.put(&path, queue, place as u8, last, &mut order),
                OrderLevel::Alike(queues) => {
                    for (index, queue) in queues.iter().enumerate().take(QUEUES_MAX) {
                        self.put(&path.index(index), queue, place as u8, last, &mut order);
                    }
                }
            }
        }
        let alike = order.windows(2).all(|pair| pair[0] == pair[1]);
        if alike { [].into() } else { order.into() }
    }

    fn put(&mut self, path: &FieldPath, queue: &str, level: u8, last: u8, order: &mut [u8]) {
        let Some(queue) = self.find(path, "queue", queue, |names| &names.queues) else { return };
        let Some(place) = order.get_mut(queue.index()) else { return };
        if core::mem::replace(place, level) != last {
            self.problem(ProblemKind::Duplicate, path, "the same queue again", "each queue once");
        }
    }
}
