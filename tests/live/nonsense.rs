//! Inputs that make no sense, or make sense by chance, in anybody's name.

use cordboard::engine::{
    Actor, Arrival, CallbackTerms, ConnectFailure, DialFailure, EndedBy, Endpoint, Input, LegSeen, MonitorMode,
    OfferFailure, SeenCall, SeenLeg, Snapshot, Target,
};
use cordboard::{
    AgentId, CallId, ClassId, DialId, DispositionId, ExtensionId, FollowUpId, OfferId, QueueId, ReasonId, Span, Time,
};

use crate::phones::Chance;

/// Something that somebody says. Calls that it brings have numbers of their own, from `fresh`.
pub(crate) fn nonsense(chance: &Chance, calls: u64, fresh: &mut u64) -> (Actor, Input) {
    let below = |most| chance.below(most);
    let agent = AgentId(below(8) as u32);
    let actor = match below(4) {
        0 => Actor::Switch,
        1 => Actor::Host,
        _ => Actor::Agent(agent),
    };
    let call = CallId(below(calls.max(1) + 5));
    let offer = OfferId::from_bits(below(12) | below(20) << 32);
    let dial = DialId::from_bits(below(4) | below(8) << 32);
    let queue = QueueId(below(4) as u32);
    let supervisor = AgentId(below(8) as u32);
    let follow_up = FollowUpId(below(20));
    let terms = || CallbackTerms {
        number: Some("5550".into()),
        not_before: chance.percent(50).then(|| Time::from_secs(below(7200))),
        due: chance.percent(50).then(|| Time::from_secs(below(7200))),
    };
    let to = match below(5) {
        0 => Target::Queue(queue),
        1 => Target::Agent(supervisor),
        2 => Target::Extension(ExtensionId(below(3) as u32)),
        _ => Target::Number("5551".into()),
    };
    let mode = [MonitorMode::Listen, MonitorMode::Whisper, MonitorMode::Barge][below(3) as usize];
    let input = match below(44) {
        0 => Input::CallerGone { call },
        1 => Input::LegRinging { offer },
        2 => Input::OfferAccepted { offer },
        3 => Input::OfferFailed { offer, why: OfferFailure::Busy },
        4 => Input::Connected { offer },
        5 => Input::ConnectFailed { offer, why: ConnectFailure::CallerGone },
        6 => Input::HoldChanged { offer, held: chance.percent(50) },
        7 => Input::LegEnded { offer, by: EndedBy::Switch },
        8 => Input::LeaseRenewed { call },
        9 => Input::KeyPressed { call, key: ['1', '#', 'x'][below(3) as usize] },
        10 => Input::MessageTaken { call },
        11 => Input::DialRinging { dial },
        12 => Input::DialAnswered { dial },
        13 => Input::DialFailed { dial, why: DialFailure::NoAnswer },
        14 => Input::DialEnded { dial },
        15 => Input::EndpointState { agent, state: Endpoint::InUse },
        16 | 17 => Input::EndpointState { agent, state: Endpoint::Registered },
        18 if chance.percent(50) => Input::Anchor { utc: below(u64::MAX) as i64 },
        18 => {
            // Few are on the lines, and some whom nobody knows.
            let seen = |index: u64| SeenCall {
                arrived: Time::from_secs(below(3600)),
                arrival: Arrival::new(CallId(*fresh + 1 + index), queue),
                legs: vec![SeenLeg { offer, state: LegSeen::Talking }; below(2) as usize],
            };
            let known = SeenCall { arrived: Time::ZERO, arrival: Arrival::new(call, queue), legs: Vec::new() };
            let calls = (0..below(3)).map(seen).chain([known]).collect();
            *fresh += 3;
            Input::Snapshot(Snapshot { taken: Time::from_secs(below(3600)), calls })
        }
        19 => Input::SignIn { agent },
        20 => Input::SignOut { agent },
        21 | 22 => Input::Ready { agent },
        23 => Input::ReadyOnce { agent, then: chance.percent(50).then_some(ReasonId(0)) },
        24 => Input::NotReady { agent, reason: ReasonId(below(3) as u16) },
        25 => Input::ApproveBreak { agent },
        26 => Input::RefuseBreak { agent },
        27 => Input::WrapUpDone { agent, call: None, disposition: chance.percent(20).then_some(DispositionId(0)) },
        28 => Input::Hold { call },
        29 => Input::Unhold { call },
        30 => Input::HangUp { call },
        31 => Input::CannotAnswer { call },
        32 => Input::Complaint { call },
        33 => Input::Transfer { call, to },
        34 => Input::Consult { call, to },
        35 => Input::CompleteTransfer { call },
        36 => Input::Conference { call },
        37 => Input::CancelTransfer { call },
        38 => Input::Monitor { supervisor, call, mode },
        39 => [Input::EndMonitor { supervisor, call }, Input::TakeOver { supervisor, call }][below(2) as usize].clone(),
        40 => Input::MoveCall { call, to: queue },
        41 => match below(4) {
            0 => Input::WithdrawCall { call },
            1 => Input::ChangeRank { call, class: Some(ClassId(0)), credit: Some(Span::from_secs(below(60))) },
            2 => Input::CloseFollowUp { follow_up, reason: "it was nothing".into() },
            _ => Input::CancelCallback { call },
        },
        42 => Input::AcceptCallback { call, terms: terms() },
        _ => {
            *fresh += 1;
            match below(3) {
                0 => Input::CallBack { follow_up, call: CallId(*fresh), terms: terms() },
                // A number that may be in use.
                1 => Input::CallArrived(Arrival::new(call, queue)),
                _ => Input::CallArrived(Arrival {
                    callback: Some(Box::new(terms())),
                    preferred: Some(agent),
                    ..Arrival::new(CallId(*fresh), queue)
                }),
            }
        }
    };
    (actor, input)
}
