//! Lanes: queues among which no agent's order makes a difference, and that leave the same teams to others, share one.
//!
//! A need belongs to a lane, so that waiting calls of different lanes never stand in one line, and an agent who becomes
//! free finds the first call of each level of his order by the heads of lines alone. A floor without orders and reserves
//! has one lane.

use std::collections::BTreeMap;

use super::plan::{Profile, ReservePlan};
use crate::ids::{ProfileId, QueueId, TeamId};

/// The number of a lane.
pub(crate) type Lane = u16;

/// The lanes of a floor, and what decides between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lanes {
    of_queue: Vec<Lane>,
    /// The orders that agents have: by level, the lanes in it. The first is that of no order.
    orders: Vec<Vec<Box<[Lane]>>>,
    /// By profile.
    order_of: Vec<u16>,
    /// By team: the lanes of queues that leave some of it to others, and how many. Empty where no queue does.
    kept: Vec<Vec<(u32, Lane)>>,
}

impl Lanes {
    /// The lanes of queues with these reserves, for agents of these profiles in so many teams.
    pub(crate) fn new(profiles: &[Profile], reserves: &[Box<[ReservePlan]>], teams: usize) -> Self {
        let mut orders = BTreeMap::from([(&[][..], 0)]);
        let mut order_of = Vec::with_capacity(profiles.len());
        for profile in profiles {
            let next = orders.len() as u16;
            order_of.push(*orders.entry(&*profile.order).or_insert(next));
        }
        let mut lanes = BTreeMap::new();
        let mut of_queue = Vec::with_capacity(reserves.len());
        for (queue, reserve) in reserves.iter().enumerate() {
            let levels: Vec<u8> = orders.keys().map(|order| order.get(queue).copied().unwrap_or(0)).collect();
            let next = lanes.len() as Lane;
            of_queue.push(*lanes.entry((levels, reserve)).or_insert(next));
        }
        let mut by_level = vec![Vec::new(); orders.len()];
        for (order, number) in &orders {
            let levels: &mut Vec<Vec<Lane>> = &mut by_level[usize::from(*number)];
            for (level, lane) in order.iter().zip(&of_queue) {
                let level = usize::from(*level);
                levels.resize(levels.len().max(level + 1), Vec::new());
                if !levels[level].contains(lane) {
                    levels[level].push(*lane);
                }
            }
        }
        let mut kept = Vec::new();
        if reserves.iter().any(|reserve| !reserve.is_empty()) {
            kept.resize(teams, Vec::new());
        }
        for (reserve, lane) in reserves.iter().zip(&of_queue) {
            for reserve in reserve {
                let lanes: &mut Vec<(u32, Lane)> = &mut kept[reserve.team.index()];
                if !lanes.contains(&(reserve.keep, *lane)) {
                    lanes.push((reserve.keep, *lane));
                }
            }
        }
        let levels = |levels: Vec<Vec<Lane>>| levels.into_iter().map(Vec::into_boxed_slice).collect();
        Self { of_queue, orders: by_level.into_iter().map(levels).collect(), order_of, kept }
    }

    pub(crate) fn of(&self, queue: QueueId) -> Lane {
        self.of_queue.get(queue.index()).copied().unwrap_or(0)
    }

    /// Whether any agent has an order of queues.
    pub(crate) fn have_orders(&self) -> bool {
        self.orders.len() > 1
    }

    /// Whether any queue leaves some of a team to others.
    pub(crate) fn have_reserves(&self) -> bool {
        !self.kept.is_empty()
    }

    /// By level of this profile's order, the lanes in it; empty where it has no order.
    pub(crate) fn levels(&self, profile: ProfileId) -> &[Box<[Lane]>] {
        &self.orders[usize::from(self.order_of[profile.index()])]
    }

    /// The lanes whose queues leave some of this team to others, and how many.
    pub(crate) fn kept(&self, team: TeamId) -> &[(u32, Lane)] {
        self.kept.get(team.index()).map_or(&[], Vec::as_slice)
    }
}

impl Profile {
    /// At which level of the order calls of this queue come, 0 first.
    pub fn level(&self, queue: QueueId) -> u8 {
        self.order.get(queue.index()).copied().unwrap_or(0)
    }
}

#[cfg(all(test, feature = "toml"))]
mod tests {
    use crate::Plan;

    fn lanes(order: &str, reserve: &str) -> Vec<u16> {
        let plan = Plan::from_toml(&format!(
            r#"
            teams = [{{ name = "front", order = [{order}] }}, {{ name = "back" }}]
            agents = [{{ name = "li", team = "front" }}, {{ name = "wang", team = "back", order = ["sales"] }}]
            queues = [{{ name = "desk", reserve = [{reserve}] }}, {{ name = "sales" }}, {{ name = "bar" }}, {{ name = "door" }}]
            "#
        ));
        let plan = plan.unwrap();
        ["desk", "sales", "bar", "door"].map(|queue| plan.lanes.of(plan.queue(queue).unwrap())).to_vec()
    }

    #[test]
    fn queues_share_a_lane_unless_an_order_or_what_they_leave_to_others_tells_them_apart() {
        assert_eq!(lanes("", ""), [0, 1, 0, 0]);
        assert_eq!(lanes(r#""sales""#, ""), [0, 1, 0, 0]);
        assert_eq!(lanes(r#""bar""#, ""), [0, 1, 2, 0]);
        assert_eq!(lanes(r#"["bar", "door"]"#, ""), [0, 1, 2, 2]);
        assert_eq!(lanes(r#"["bar", "door"]"#, r#"{ team = "back", keep = 1 }"#), [0, 1, 2, 2]);
        assert_eq!(lanes("", r#"{ team = "back", keep = 1 }"#), [0, 1, 2, 2]);
    }

    #[test]
    fn a_floor_without_orders_and_reserves_has_one_lane() {
        let plan = Plan::from_toml(
            r#"
            teams = [{ name = "front" }]
            agents = [{ name = "li", team = "front" }]
            queues = [{ name = "desk" }, { name = "sales" }]
            "#,
        );
        let lanes = plan.unwrap().lanes;
        assert!(!lanes.have_orders() && !lanes.have_reserves());
        assert_eq!(lanes.of_queue, [0, 0]);
    }
}
