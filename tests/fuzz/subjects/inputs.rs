//! Inputs to an engine: bytes become what a host hands in, sensible or not, and after each of them everything that is
//! promised has to hold.

use std::collections::BTreeSet;

use cordboard::engine::{
    Actor, Arrival, ConnectFailure, DialFailure, EndedBy, Endpoint, Envelope, Input, LegSeen, MonitorMode,
    OfferFailure, SeenCall, SeenLeg, Snapshot,
};
use cordboard::{CallId, ClassId, DialId, DispositionId, FollowUpId, OfferId, ReasonId, Span, Time};

use super::draw::Draw;
use super::shift::{Shift, Step};

/// So many things happen at most.
const STEPS: usize = 300;
/// How many of what it spoke of last are reported on.
const LATEST: usize = 8;

/// A host that hands in what the bytes say.
pub fn inputs(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let mut shift = Shift::begin(&mut draw);
    let mut calls: BTreeSet<CallId> = BTreeSet::new();
    let cut = usize::from(draw.byte());
    while !draw.is_over() && shift.steps.len() < STEPS {
        let Some(at) = time(&mut draw, &mut shift) else { continue };
        let input = input(&mut draw, &shift);
        match &input {
            Input::CallArrived(arrival) => drop(calls.insert(arrival.call)),
            Input::CallBack { call, .. } => drop(calls.insert(*call)),
            Input::Snapshot(snapshot) => calls.extend(snapshot.calls.iter().map(|seen| seen.arrival.call)),
            _ => {}
        }
        let actor = match draw.below(8) {
            0 => Actor::Agent(draw.agent()),
            1 | 2 => usual(&input, &shift),
            3 => Actor::Switch,
            _ => Actor::Host,
        };
        shift.step(Step::Handle(Envelope { at, actor, input }));
        let asked = draw.0.len() as u64 % 10;
        shift.ask(CallId(asked));
    }
    shift.end(calls.into_iter());
    shift.comes_again(cut);
    shift.keeps_secrets();
}

/// When it happens; `None` where nothing but time passes.
fn time(draw: &mut Draw<'_>, shift: &mut Shift) -> Option<Time> {
    let now = shift.engine.now();
    let due = shift.engine.next_timeout();
    Some(match draw.below(20) {
        0 => {
            shift.fire();
            return None;
        }
        1 => {
            (0..draw.below(10)).for_each(|_| shift.fire());
            return None;
        }
        2 => {
            let at = now + Span::from_millis(u64::from(draw.byte()) * 100);
            shift.step(Step::Timeout(at));
            return None;
        }
        3 => due.unwrap_or(now),
        4 => due.unwrap_or(now) + Span::from_nanos(1),
        5 => Time::from_nanos(now.as_nanos().saturating_sub(draw.number())),
        6 => now + Span::from_millis(u64::from(draw.byte()) * 500),
        // To the end of time: only where nobody waits, who would be rung for all the way there.
        7 if shift.engine.in_progress().calls == 0 => Time::from_nanos(u64::MAX - u64::from(draw.byte())),
        7 | 8 => now + Span::from_secs(u64::from(draw.byte()) * 4),
        9 | 10 => now + Span::from_secs(1),
        _ => now,
    })
}

/// Who would say so on a real floor.
fn usual(input: &Input, shift: &Shift) -> Actor {
    let engine = &shift.engine;
    let has = |call: CallId| engine.call(call).and_then(|view| view.agent).map_or(Actor::Host, Actor::Agent);
    match *input {
        Input::SignIn { agent }
        | Input::SignOut { agent }
        | Input::Ready { agent }
        | Input::ReadyOnce { agent, .. }
        | Input::NotReady { agent, .. }
        | Input::WrapUpDone { agent, .. } => Actor::Agent(agent),
        Input::Monitor { supervisor, .. }
        | Input::EndMonitor { supervisor, .. }
        | Input::TakeOver { supervisor, .. } => Actor::Agent(supervisor),
        Input::Hold { call }
        | Input::Unhold { call }
        | Input::HangUp { call }
        | Input::CannotAnswer { call }
        | Input::Complaint { call }
        | Input::Transfer { call, .. }
        | Input::Consult { call, .. }
        | Input::CompleteTransfer { call }
        | Input::Conference { call }
        | Input::CancelTransfer { call } => has(call),
        _ => Actor::Switch,
    }
}

/// One of those that were spoken of last, or any.
fn offer(draw: &mut Draw<'_>, shift: &Shift) -> OfferId {
    let byte = usize::from(draw.byte());
    match byte.checked_rem(shift.offers.len().min(LATEST)) {
        Some(back) if byte < 250 => shift.offers[shift.offers.len() - 1 - back],
        _ => OfferId::from_bits(draw.number()),
    }
}

fn dial(draw: &mut Draw<'_>, shift: &Shift) -> DialId {
    let byte = usize::from(draw.byte());
    match byte.checked_rem(shift.dials.len().min(LATEST)) {
        Some(back) if byte < 250 => shift.dials[shift.dials.len() - 1 - back],
        _ => DialId::from_bits(draw.number()),
    }
}

/// What the switch says it has on its lines: some calls that are there, some that are not, legs of theirs and of others.
fn snapshot(draw: &mut Draw<'_>, shift: &Shift) -> Snapshot {
    let now = shift.engine.now();
    let before = |draw: &mut Draw<'_>| Time::from_nanos(now.as_nanos().saturating_sub(draw.number() % 100_000_000_000));
    let seen = |draw: &mut Draw<'_>| {
        let arrived = before(draw);
        let arrival = arrival(draw, now);
        let legs = (0..draw.below(4)).map(|_| SeenLeg {
            offer: offer(draw, shift),
            state: draw.one_of(&[LegSeen::Ringing, LegSeen::Talking, LegSeen::Held]),
        });
        let legs = legs.collect();
        SeenCall { arrived, arrival, legs }
    };
    let taken = if draw.maybe() { now } else { before(draw) };
    let count = draw.below(5);
    Snapshot { taken, calls: (0..count).map(|_| seen(draw)).collect() }
}

/// What happens. The first two thirds of the bytes stand for what happens often.
fn input(draw: &mut Draw<'_>, shift: &Shift) -> Input {
    let now = shift.engine.now();
    let disposition = |draw: &mut Draw<'_>| draw.maybe().then(|| DispositionId(draw.id(3) as u16));
    match draw.byte() % 64 {
        0..=6 => Input::CallArrived(arrival(draw, now)),
        7..=9 => Input::LegRinging { offer: offer(draw, shift) },
        10..=14 => Input::OfferAccepted { offer: offer(draw, shift) },
        15..=18 => Input::Connected { offer: offer(draw, shift) },
        19 => Input::Snapshot(snapshot(draw, shift)),
        20 => Input::CallerGone { call: draw.call() },
        21 => Input::OfferFailed { offer: offer(draw, shift), why: draw.one_of(&OFFER_FAILURES) },
        22 => Input::ConnectFailed {
            offer: offer(draw, shift),
            why: draw.one_of(&[ConnectFailure::CallerGone, ConnectFailure::AgentGone, ConnectFailure::Failed]),
        },
        23 => Input::HoldChanged { offer: offer(draw, shift), held: draw.maybe() },
        24 => Input::LegEnded {
            offer: offer(draw, shift),
            by: draw.one_of(&[EndedBy::Caller, EndedBy::Agent, EndedBy::Switch, EndedBy::Transfer]),
        },
        25 => Input::LeaseRenewed { call: draw.call() },
        26 | 27 => {
            Input::KeyPressed { call: draw.call(), key: draw.one_of(&['1', '2', '3', '4', '#', '*', '\0', '日']) }
        }
        28 => Input::MessageTaken { call: draw.call() },
        29 => Input::DialRinging { dial: dial(draw, shift) },
        30 | 31 => Input::DialAnswered { dial: dial(draw, shift) },
        32 => Input::DialFailed {
            dial: dial(draw, shift),
            why: draw.one_of(&[DialFailure::Busy, DialFailure::NoAnswer, DialFailure::Unreachable]),
        },
        33 => Input::DialEnded { dial: dial(draw, shift) },
        34 => Input::EndpointState {
            agent: draw.agent(),
            state: draw.one_of(&[Endpoint::Registered, Endpoint::Unregistered, Endpoint::InUse]),
        },
        35 => Input::Anchor { utc: draw.number() as i64 },
        36 => Input::SignIn { agent: draw.agent() },
        37 => Input::SignOut { agent: draw.agent() },
        38 | 39 => Input::Ready { agent: draw.agent() },
        40 => Input::ReadyOnce { agent: draw.agent(), then: draw.maybe().then(|| ReasonId(draw.id(3) as u16)) },
        41 => Input::NotReady { agent: draw.agent(), reason: ReasonId(draw.id(3) as u16) },
        42 => Input::ApproveBreak { agent: draw.agent() },
        43 => Input::RefuseBreak { agent: draw.agent() },
        44 => Input::WrapUpDone {
            agent: draw.agent(),
            call: draw.maybe().then(|| draw.call()),
            disposition: disposition(draw),
        },
        45 => Input::Hold { call: draw.call() },
        46 => Input::Unhold { call: draw.call() },
        47 => Input::HangUp { call: draw.call() },
        48 => Input::CannotAnswer { call: draw.call() },
        49 => Input::Complaint { call: draw.call() },
        50 => Input::Transfer { call: draw.call(), to: draw.target() },
        51 | 52 => Input::Consult { call: draw.call(), to: draw.target() },
        53 => Input::CompleteTransfer { call: draw.call() },
        54 => Input::Conference { call: draw.call() },
        55 => Input::CancelTransfer { call: draw.call() },
        56 => Input::Monitor {
            supervisor: draw.agent(),
            call: draw.call(),
            mode: draw.one_of(&[MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge]),
        },
        57 => Input::EndMonitor { supervisor: draw.agent(), call: draw.call() },
        58 => Input::TakeOver { supervisor: draw.agent(), call: draw.call() },
        59 => Input::MoveCall { call: draw.call(), to: draw.queue() },
        60 => Input::WithdrawCall { call: draw.call() },
        61 => Input::ChangeRank {
            call: draw.call(),
            class: draw.maybe().then(|| ClassId(draw.id(4) as u8)),
            credit: draw.maybe().then(|| draw.span()),
        },
        62 => match draw.below(3) {
            0 => Input::CancelCallback { call: draw.call() },
            1 => Input::Tick,
            _ => Input::CloseFollowUp { follow_up: FollowUpId(draw.id(6)), reason: "settled".into() },
        },
        _ if draw.maybe() => Input::AcceptCallback { call: draw.call(), terms: draw.terms(now) },
        _ => Input::CallBack { follow_up: FollowUpId(draw.id(6)), call: draw.call(), terms: draw.terms(now) },
    }
}

const OFFER_FAILURES: [OfferFailure; 5] =
    [OfferFailure::Busy, OfferFailure::NoAnswer, OfferFailure::Declined, OfferFailure::Unreachable, OfferFailure::Gone];

fn arrival(draw: &mut Draw<'_>, now: Time) -> Arrival {
    let (call, queue, wanted) = (draw.call(), draw.queue(), draw.byte());
    Arrival {
        from: (wanted & 1 != 0).then(|| draw.masked()),
        to: (wanted & 2 != 0).then(|| draw.masked()),
        attributes: (wanted & 4 != 0).then(|| draw.attributes()),
        need: (wanted & 24 == 24).then(|| draw.need(0).into()),
        prior_call: (wanted & 32 != 0).then(|| draw.call()),
        preferred: (wanted & 64 != 0).then(|| draw.agent()),
        callback: (wanted & 144 == 144).then(|| draw.terms(now).into()),
        ..Arrival::new(call, queue)
    }
}
