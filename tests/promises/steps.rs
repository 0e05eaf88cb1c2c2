//! Random steps: what the switch, the desks and the clock may say at any moment, sensible or not.
//!
//! A step names calls, offers and agents by a [`Pick`]; the [`World`](super::world::World) turns it into an id when the
//! step's turn has come, so that many steps are apt and the others are wrong in every way there is.

use proptest::prelude::*;
use proptest::sample::select;

use cordboard::engine::{ConnectFailure, EndedBy, Endpoint, OfferFailure};
use cordboard::floor::Need;
use cordboard::{Floor, RoleId, SkillId, TeamId};

use crate::floors::floors;

/// A floor, a seed, and what happens there.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) floor: Floor,
    pub(crate) seed: u64,
    /// Everybody is signed in and ready from the start.
    pub(crate) staffed: bool,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) gap: Gap,
    pub(crate) actor: Who,
    pub(crate) op: Op,
}

/// How much time passes before.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gap {
    None,
    Millis(u32),
    /// Until the next timer is due.
    ToTimer,
    /// Until one nanosecond after the next timer is due.
    PastTimer,
    /// The stamp lies this many milliseconds in the past.
    Back(u32),
    /// To so many nanoseconds before the end of time.
    End(u32),
}

/// Who says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// Whom one would expect.
    Right,
    Host,
    Switch,
    Agent(u8),
}

/// Which call, offer or agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) aim: Aim,
    pub(crate) draw: u16,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// One for which the step makes sense, if there is one.
    Apt,
    /// One that is alive.
    Live,
    /// One that is or was.
    Ever,
    /// Any number.
    Garbage,
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Arrive { queue: u8, tier: Option<u8>, need: Option<Need>, again: Option<Pick> },
    CallerGone(Pick),
    Ringing(Pick),
    Accepted(Pick),
    Failed(Pick, OfferFailure),
    Connected(Pick),
    ConnectFailed(Pick, ConnectFailure),
    HoldChanged(Pick, bool),
    LegEnded(Pick, EndedBy),
    LeaseRenewed(Pick),
    Endpoint(u8, Endpoint),
    SignIn(u8),
    SignOut(u8),
    Ready(u8),
    NotReady(u8, u8),
    WrapUpDone(u8, Option<Pick>),
    Hold(Pick),
    Unhold(Pick),
    HangUp(Pick),
    Tick,
}

/// Some steps at the end of time, after those of a usual case.
pub(crate) fn late_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (step(), prop_oneof![1 => (0..3u32).prop_map(Some), 1 => (0..u32::MAX).prop_map(Some), 3 => Just(None)])
        .prop_map(|(step, end)| Step { gap: end.map_or(step.gap, Gap::End), ..step });
    prop::collection::vec(step, 1..40)
}

pub(crate) fn cases(steps: core::ops::Range<usize>) -> impl Strategy<Value = Case> {
    (floors(), any::<u64>(), prop::bool::weighted(0.8), prop::collection::vec(step(), steps))
        .prop_map(|(floor, seed, staffed, steps)| Case { floor, seed, staffed, steps })
}

fn step() -> BoxedStrategy<Step> {
    let actor = prop_oneof![
        12 => Just(Who::Right),
        2 => Just(Who::Host),
        1 => Just(Who::Switch),
        2 => (0..12u8).prop_map(Who::Agent),
    ];
    (gap(), actor, op()).prop_map(|(gap, actor, op)| Step { gap, actor, op }).boxed()
}

fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        8 => Just(Gap::None),
        3 => select(vec![1000u32, 2000, 3000]).prop_map(Gap::Millis),
        3 => (1..4000u32).prop_map(Gap::Millis),
        5 => Just(Gap::ToTimer),
        2 => Just(Gap::PastTimer),
        1 => (0..5000u32).prop_map(Gap::Back),
        1 => (10_000..60_000u32).prop_map(Gap::Millis),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    let aim = prop_oneof![
        20 => Just(Aim::Apt),
        3 => Just(Aim::Live),
        2 => Just(Aim::Ever),
        1 => Just(Aim::Garbage),
    ];
    (aim, any::<u16>()).prop_map(|(aim, draw)| Pick { aim, draw })
}

fn op() -> BoxedStrategy<Op> {
    let agent = || 0..9u8;
    let failure = select(vec![
        OfferFailure::Busy,
        OfferFailure::NoAnswer,
        OfferFailure::Declined,
        OfferFailure::Unreachable,
        OfferFailure::Gone,
    ]);
    let connect_failure = select(vec![ConnectFailure::CallerGone, ConnectFailure::AgentGone, ConnectFailure::Failed]);
    let by = select(vec![EndedBy::Caller, EndedBy::Agent, EndedBy::Switch]);
    let endpoint = prop_oneof![
        3 => Just(Endpoint::Registered),
        1 => Just(Endpoint::Unregistered),
        1 => Just(Endpoint::InUse),
    ];
    let arrive = (
        0..5u8,
        prop::option::weighted(0.3, 0..3u8),
        prop::option::weighted(0.25, need()),
        prop::option::weighted(0.05, pick()),
    )
        .prop_map(|(queue, tier, need, again)| Op::Arrive { queue, tier, need, again });
    prop_oneof![
        30 => arrive,
        4 => pick().prop_map(Op::CallerGone),
        16 => pick().prop_map(Op::Ringing),
        16 => pick().prop_map(Op::Accepted),
        6 => (pick(), failure).prop_map(|(pick, why)| Op::Failed(pick, why)),
        14 => pick().prop_map(Op::Connected),
        4 => (pick(), connect_failure).prop_map(|(pick, why)| Op::ConnectFailed(pick, why)),
        6 => (pick(), any::<bool>()).prop_map(|(pick, held)| Op::HoldChanged(pick, held)),
        6 => (pick(), by).prop_map(|(pick, by)| Op::LegEnded(pick, by)),
        2 => pick().prop_map(Op::LeaseRenewed),
        4 => (agent(), endpoint).prop_map(|(agent, state)| Op::Endpoint(agent, state)),
        6 => agent().prop_map(Op::SignIn),
        2 => agent().prop_map(Op::SignOut),
        12 => agent().prop_map(Op::Ready),
        4 => (agent(), 0..3u8).prop_map(|(agent, reason)| Op::NotReady(agent, reason)),
        6 => (agent(), prop::option::weighted(0.3, pick())).prop_map(|(agent, call)| Op::WrapUpDone(agent, call)),
        2 => pick().prop_map(Op::Hold),
        2 => pick().prop_map(Op::Unhold),
        4 => pick().prop_map(Op::HangUp),
        6 => Just(Op::Tick),
    ]
    .boxed()
}

/// What a call may ask for of its own: mostly sensible, sometimes of things that are not there, sometimes absurd.
fn need() -> BoxedStrategy<Need> {
    let skill = (0..4u16, 1..=10u8).prop_map(|(skill, min)| Need::skill(SkillId(skill), min));
    let leaf = prop_oneof![
        8 => skill,
        2 => (0..4u16).prop_map(|team| Need::Team(TeamId(team))),
        2 => (0..5u16).prop_map(|role| Need::Role(RoleId(role))),
        1 => Just(Need::ANYBODY),
        1 => Just(Need::AnyOf(Vec::new())),
    ];
    let small = leaf.clone().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|need| Need::Not(Box::new(need))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Need::All),
            prop::collection::vec(inner, 1..3).prop_map(Need::AnyOf),
        ]
    });
    let deep =
        (1..80usize, leaf.clone()).prop_map(|(depth, need)| (0..depth).fold(need, |need, _| Need::Not(Box::new(need))));
    let wide = (1..100usize, leaf).prop_map(|(width, need)| Need::AnyOf(vec![need; width]));
    let upside_down =
        (any::<u8>(), any::<u8>()).prop_map(|(min, max)| Need::Skill { skill: SkillId(u16::MAX), min, max });
    prop_oneof![12 => small, 1 => deep, 1 => wide, 1 => upside_down].boxed()
}
