//! Random steps: what the switch, the desks and the clock may say at any moment, sensible or not.
//!
//! A step names calls, offers and agents by a [`Pick`]; the [`World`](super::world::World) turns it into an id when the
//! step's turn has come, so that many steps are apt and the others are wrong in every way there is.

use proptest::prelude::*;
use proptest::sample::select;

use cordboard::engine::{ConnectFailure, DialFailure, EndedBy, Endpoint, MonitorMode, OfferFailure};
use cordboard::floor::Need;
use cordboard::{Floor, RoleId, SkillId, TeamId};

use crate::floors::{KEYS, floors};

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
    /// Somebody with the rights of a supervisor, if there is one.
    Supervisor(u8),
}

/// Which call, offer, telephone, entry or agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) aim: Aim,
    pub(crate) draw: u16,
}

/// What the switch has on its lines, as it tells it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// By bit: the calls of the engine's that it has no more.
    pub(crate) missing: u32,
    /// What it has of the legs of the others.
    pub(crate) draws: u32,
    /// Taken so many milliseconds ago.
    pub(crate) ago: Option<u16>,
    /// Calls that only it has: for which queue, how many milliseconds old, and a leg in it.
    pub(crate) unknown: Vec<(u8, u16, Option<Pick>)>,
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
    /// The switch reports on something it was asked for.
    Report(Report),
    Arrive(Arrive),
    CallerGone(Pick),
    Ringing(Pick),
    Accepted(Pick),
    Failed(Pick, OfferFailure),
    Connected(Pick),
    ConnectFailed(Pick, ConnectFailure),
    HoldChanged(Pick, bool),
    LegEnded(Pick, EndedBy),
    LeaseRenewed(Pick),
    Snapshot(View),
    Key(Pick, char),
    MessageTaken(Pick),
    DialRinging(Pick),
    DialAnswered(Pick),
    DialFailed(Pick, DialFailure),
    DialEnded(Pick),
    Endpoint(u8, Endpoint),
    Anchor(i64),
    SignIn(u8),
    SignOut(u8),
    Ready(u8),
    ReadyOnce(u8, Option<u8>),
    NotReady(u8, u8),
    ApproveBreak(u8),
    RefuseBreak(u8),
    WrapUpDone(u8, Option<Pick>, Option<u8>),
    Hold(Pick),
    Unhold(Pick),
    HangUp(Pick),
    CannotAnswer(Pick),
    Complaint(Pick),
    Transfer(Pick, To),
    Consult(Pick, To),
    CompleteTransfer(Pick),
    Conference(Pick),
    CancelTransfer(Pick),
    Monitor(u8, Pick, MonitorMode),
    EndMonitor(u8, Pick),
    TakeOver(u8, Pick),
    Move(Pick, u8),
    Withdraw(Pick),
    ChangeRank(Pick, Option<u8>, Option<u16>),
    AcceptCallback(Pick, Terms),
    CancelCallback(Pick),
    CallBack(Pick, Terms),
    CloseFollowUp(Pick),
    Tick,
}

#[derive(Clone, Debug)]
pub(crate) struct Arrive {
    pub(crate) queue: u8,
    pub(crate) tier: Option<u8>,
    pub(crate) need: Option<Need>,
    /// Under the number of another.
    pub(crate) again: Option<Pick>,
    pub(crate) prior: Option<Pick>,
    pub(crate) preferred: Option<u8>,
    pub(crate) callback: Option<Terms>,
}

/// Which of the reports that the switch owes it now makes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) draw: u16,
    /// One of the latest few.
    pub(crate) latest: bool,
    /// It will come again.
    pub(crate) twice: bool,
}

/// To whom somebody is handed on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum To {
    Queue(u8),
    Agent(u8),
    Extension(u8),
    Number,
}

/// Milliseconds from now, or before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) number: bool,
    pub(crate) not_before: Option<i32>,
    pub(crate) due: Option<i32>,
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
        2 => (0..12u8).prop_map(Who::Supervisor),
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
    prop_oneof![
        60 => report(),
        30 => arrive().prop_map(Op::Arrive),
        40 => of_switch(),
        40 => of_agents(),
        40 => of_calls(),
        24 => of_supervisors(),
        12 => of_callbacks(),
        6 => Just(Op::Tick),
    ]
    .boxed()
}

fn report() -> impl Strategy<Value = Op> {
    (any::<u16>(), prop::bool::weighted(0.7), prop::bool::weighted(0.1))
        .prop_map(|(draw, latest, twice)| Op::Report(Report { draw, latest, twice }))
}

fn arrive() -> BoxedStrategy<Arrive> {
    let numbers = (0..5u8, prop::option::weighted(0.3, 0..4u8));
    let rare = (prop::option::weighted(0.05, pick()), prop::option::weighted(0.15, pick()));
    let wishes = (prop::option::weighted(0.2, 0..9u8), prop::option::weighted(0.08, terms()));
    (numbers, prop::option::weighted(0.25, need()), rare, wishes)
        .prop_map(|((queue, tier), need, (again, prior), (preferred, callback))| Arrive {
            queue,
            tier,
            need,
            again,
            prior,
            preferred,
            callback,
        })
        .boxed()
}

fn of_switch() -> BoxedStrategy<Op> {
    let failure = select(vec![
        OfferFailure::Busy,
        OfferFailure::NoAnswer,
        OfferFailure::Declined,
        OfferFailure::Unreachable,
        OfferFailure::Gone,
    ]);
    let connect_failure = select(vec![ConnectFailure::CallerGone, ConnectFailure::AgentGone, ConnectFailure::Failed]);
    let dial_failure = select(vec![DialFailure::Busy, DialFailure::NoAnswer, DialFailure::Unreachable]);
    let by = select(vec![EndedBy::Caller, EndedBy::Agent, EndedBy::Switch, EndedBy::Transfer]);
    let key = prop_oneof![8 => select(KEYS.to_vec()), 1 => any::<char>()];
    prop_oneof![
        4 => pick().prop_map(Op::CallerGone),
        6 => pick().prop_map(Op::Ringing),
        6 => pick().prop_map(Op::Accepted),
        6 => (pick(), failure).prop_map(|(pick, why)| Op::Failed(pick, why)),
        6 => pick().prop_map(Op::Connected),
        4 => (pick(), connect_failure).prop_map(|(pick, why)| Op::ConnectFailed(pick, why)),
        6 => (pick(), any::<bool>()).prop_map(|(pick, held)| Op::HoldChanged(pick, held)),
        6 => (pick(), by).prop_map(|(pick, by)| Op::LegEnded(pick, by)),
        2 => pick().prop_map(Op::LeaseRenewed),
        2 => view().prop_map(Op::Snapshot),
        5 => (pick(), key).prop_map(|(pick, key)| Op::Key(pick, key)),
        2 => pick().prop_map(Op::MessageTaken),
        2 => pick().prop_map(Op::DialRinging),
        3 => pick().prop_map(Op::DialAnswered),
        3 => (pick(), dial_failure).prop_map(|(pick, why)| Op::DialFailed(pick, why)),
        3 => pick().prop_map(Op::DialEnded),
    ]
    .boxed()
}

/// What the switch sees when it is asked: mostly what the engine knows too.
fn view() -> BoxedStrategy<View> {
    let unknown = (0..5u8, 0..20_000u16, prop::option::weighted(0.2, pick()));
    (any::<u32>(), any::<u32>(), prop::option::weighted(0.3, 0..5_000u16), prop::collection::vec(unknown, 0..3))
        .prop_map(|(missing, draws, ago, unknown)| View { missing, draws, ago, unknown })
        .boxed()
}

fn of_agents() -> BoxedStrategy<Op> {
    let agent = || 0..9u8;
    let endpoint = prop_oneof![
        3 => Just(Endpoint::Registered),
        1 => Just(Endpoint::Unregistered),
        1 => Just(Endpoint::InUse),
    ];
    let disposition = || prop::option::weighted(0.5, 0..3u8);
    let done = (agent(), prop::option::weighted(0.3, pick()), disposition());
    // Any hour of a week, and years in which there is no calendar any more.
    let anchor = prop_oneof![8 => (0..168i64).prop_map(|hour| hour * 3_600_000_000_000), 1 => any::<i64>()];
    prop_oneof![
        4 => (agent(), endpoint).prop_map(|(agent, state)| Op::Endpoint(agent, state)),
        1 => anchor.prop_map(Op::Anchor),
        6 => agent().prop_map(Op::SignIn),
        2 => agent().prop_map(Op::SignOut),
        14 => agent().prop_map(Op::Ready),
        2 => (agent(), prop::option::of(0..3u8)).prop_map(|(agent, then)| Op::ReadyOnce(agent, then)),
        5 => (agent(), 0..3u8).prop_map(|(agent, reason)| Op::NotReady(agent, reason)),
        2 => agent().prop_map(Op::ApproveBreak),
        2 => agent().prop_map(Op::RefuseBreak),
        8 => done.prop_map(|(agent, call, disposition)| Op::WrapUpDone(agent, call, disposition)),
    ]
    .boxed()
}

fn of_calls() -> BoxedStrategy<Op> {
    let to = || {
        prop_oneof![
            2 => (0..5u8).prop_map(To::Queue),
            4 => (0..9u8).prop_map(To::Agent),
            2 => (0..3u8).prop_map(To::Extension),
            1 => Just(To::Number),
        ]
    };
    prop_oneof![
        2 => pick().prop_map(Op::Hold),
        2 => pick().prop_map(Op::Unhold),
        4 => pick().prop_map(Op::HangUp),
        4 => pick().prop_map(Op::CannotAnswer),
        4 => pick().prop_map(Op::Complaint),
        8 => (pick(), to()).prop_map(|(pick, to)| Op::Transfer(pick, to)),
        8 => (pick(), to()).prop_map(|(pick, to)| Op::Consult(pick, to)),
        4 => pick().prop_map(Op::CompleteTransfer),
        3 => pick().prop_map(Op::Conference),
        3 => pick().prop_map(Op::CancelTransfer),
    ]
    .boxed()
}

fn of_supervisors() -> BoxedStrategy<Op> {
    let agent = || 0..9u8;
    let mode = select(vec![MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge]);
    let rank = (pick(), prop::option::of(0..5u8), prop::option::of(0..20_000u16));
    prop_oneof![
        5 => (agent(), pick(), mode).prop_map(|(agent, pick, mode)| Op::Monitor(agent, pick, mode)),
        2 => (agent(), pick()).prop_map(|(agent, pick)| Op::EndMonitor(agent, pick)),
        5 => (agent(), pick()).prop_map(|(agent, pick)| Op::TakeOver(agent, pick)),
        3 => (pick(), 0..5u8).prop_map(|(pick, queue)| Op::Move(pick, queue)),
        1 => pick().prop_map(Op::Withdraw),
        3 => rank.prop_map(|(pick, class, credit)| Op::ChangeRank(pick, class, credit)),
    ]
    .boxed()
}

fn of_callbacks() -> BoxedStrategy<Op> {
    prop_oneof![
        4 => (pick(), terms()).prop_map(|(pick, terms)| Op::AcceptCallback(pick, terms)),
        1 => pick().prop_map(Op::CancelCallback),
        3 => (pick(), terms()).prop_map(|(pick, terms)| Op::CallBack(pick, terms)),
        2 => pick().prop_map(Op::CloseFollowUp),
    ]
    .boxed()
}

fn terms() -> BoxedStrategy<Terms> {
    let moment = || prop_oneof![3 => Just(None), 3 => (0..15i32).prop_map(|s| Some(s * 1000)), 1 => (-2000..2000i32).prop_map(Some)];
    (prop::bool::weighted(0.8), moment(), moment())
        .prop_map(|(number, not_before, due)| Terms { number, not_before, due })
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
