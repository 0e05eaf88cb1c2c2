//! Which rungs a visit climbs: its queue's or its caller's own, those up the chain of command, or none.
//!
//! The way up is told here from the floor's own words, not from the plan's ladders.

use cordboard::engine::VisitCause;
use cordboard::floor::{LadderId, Need, RungPlan, defaults};
use cordboard::{AgentId, ClassId, Plan, QueueId, RoleId, Span, TierId, Time};

#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// The queue's ladder, or the one that callers of this tier climb there, or what is left of it without rungs whose
    /// conditions did not hold.
    Ladder(LadderId),
    /// From role to role: the first at once, each one above after a step.
    Up { first: RoleId, last: RoleId, step: Span },
    /// It waits for one agent alone, and for nothing else.
    None,
}

impl Way {
    /// The way of a visit that begins so. Whether it begins by waiting for one agent alone, and whether it is about a
    /// complaint, must be told.
    pub(crate) fn of(
        plan: &Plan,
        queue: QueueId,
        tier: Option<TierId>,
        cause: VisitCause,
        alone: bool,
        complaint: bool,
    ) -> Self {
        match cause {
            VisitCause::Escalated { from } => Self::up(plan, queue, from, complaint),
            VisitCause::Transferred { .. } | VisitCause::Consult { .. } | VisitCause::TakenOver { .. } if alone => {
                Self::None
            }
            _ => {
                let queue = &plan.queues()[queue.index()];
                Self::Ladder(tier.map_or(queue.ladder, |tier| queue.tier_ladders[tier.index()]))
            }
        }
    }

    /// The way on where the condition of this rung does not hold.
    pub(crate) fn without(&self, plan: &Plan, number: u16) -> Self {
        let otherwise = self.rung(plan, number).and_then(|rung| rung.planned()?.otherwise);
        otherwise.map_or_else(|| self.clone(), Self::Ladder)
    }

    fn up(plan: &Plan, queue: QueueId, from: AgentId, complaint: bool) -> Self {
        let floor = plan.floor();
        let own = &floor.queues[queue.index()].rules;
        let step = own.escalation_step.or(floor.rules.escalation_step).unwrap_or(defaults::ESCALATION_STEP);
        let next = plan.agents()[from.index()].role.0 + 1;
        let at_least = own.complaint_role.as_ref().or(floor.rules.complaint_role.as_ref()).filter(|_| complaint);
        let at_least = at_least.map_or(0, |role| plan.role(role).expect("a known role").0);
        Self::Up { first: RoleId(next.max(at_least)), last: RoleId(roles(plan) - 1), step: step.to_span(plan.ring()) }
    }

    pub(crate) fn rung<'a>(&self, plan: &'a Plan, number: u16) -> Option<Rung<'a>> {
        match self {
            Self::Ladder(id) => {
                plan.ladder_at(*id).expect("it has a ladder").rungs.get(usize::from(number)).map(Rung::Planned)
            }
            Self::Up { first, last, step } => {
                let highest = first.0 + number;
                let after = if number == 0 { Span::ZERO } else { *step };
                (highest <= last.0).then_some(Rung::Up { first: *first, highest, last: *last, after })
            }
            Self::None => None,
        }
    }

    /// When the rung of this number is due, if the one before it was taken at `from`.
    pub(crate) fn due(&self, plan: &Plan, number: u16, from: Time) -> Time {
        self.rung(plan, number).map_or(Time::MAX, |rung| from + rung.after())
    }
}

pub(crate) fn roles(plan: &Plan) -> u16 {
    let chain = plan.floor().chain.len();
    if chain == 0 { defaults::CHAIN.len() as u16 } else { chain as u16 }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rung<'a> {
    Planned(&'a RungPlan),
    Up { first: RoleId, highest: u16, last: RoleId, after: Span },
}

impl<'a> Rung<'a> {
    pub(crate) fn after(&self) -> Span {
        match self {
            Self::Planned(rung) => rung.after,
            Self::Up { after, .. } => *after,
        }
    }

    pub(crate) fn class(&self) -> Option<ClassId> {
        match self {
            Self::Planned(rung) => rung.class,
            Self::Up { .. } => None,
        }
    }

    pub(crate) fn planned(&self) -> Option<&'a RungPlan> {
        match self {
            Self::Planned(rung) => Some(rung),
            Self::Up { .. } => None,
        }
    }

    /// What the call needs from this rung on, its own need apart.
    pub(crate) fn need(&self, plan: &Plan) -> Option<Need> {
        match self {
            Self::Planned(rung) => rung.need.map(|need| plan.need(need).expect("the plan knows its needs").clone()),
            Self::Up { first, highest, last, .. } => {
                let from = Need::Role(*first);
                let above = RoleId(highest + 1);
                Some(if *highest == last.0 {
                    from
                } else {
                    Need::All(vec![from, Need::Not(Box::new(Need::Role(above)))])
                })
            }
        }
    }
}
