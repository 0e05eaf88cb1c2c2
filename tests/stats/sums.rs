//! Sums that hold of any figures, and between figures and what the engine said.

use std::collections::BTreeMap;

use cordboard::Span;
use cordboard::engine::{Event, Fact, Output, SlotState};
use cordboard::stats::{CallFigures, Figures, VisitFigures};

/// Every visit has one cause and one exit, every call one outcome, and queues and agents add up to the totals.
pub(crate) fn adds_up(figures: &Figures) {
    let Figures { calls, visits, work, .. } = figures;
    let causes = |visits: &VisitFigures| {
        visits.each().filter(|(name, _)| name.starts_with("came_")).filter_map(|(_, value)| value).sum::<f64>() as u64
    };
    let exits = |visits: &VisitFigures| {
        let exits = [
            "answered",
            "abandoned",
            "timed_out",
            "overflowed",
            "diverted",
            "disconnected",
            "refused",
            "nobody_there",
            "left_by_key",
            "moved",
            "withdrawn",
            "to_message",
            "to_callback",
            "not_taken",
            "called_off",
            "callback_failed",
            "waiting",
        ];
        visits.each().filter(|(name, _)| exits.contains(name)).filter_map(|(_, value)| value).sum::<f64>() as u64
    };
    let cuts = figures.queues.iter().map(|queue| &queue.visits).chain(figures.hours.iter().map(|hour| &hour.visits));
    for visits in cuts.chain([visits]) {
        assert_eq!((causes(visits), exits(visits)), (visits.offered, visits.offered), "{visits:?}");
    }
    assert_eq!(outcomes(calls) + calls.live, calls.offered, "{calls:?}");

    let total: BTreeMap<String, f64> =
        figures.metrics().filter_map(|(name, value)| Some((name.to_string(), value?))).collect();
    let additive = |name: &str| {
        !["mean", "longest", "rate", "in_target_", "speed", "occupancy"].iter().any(|of| name.contains(of))
    };
    for section in ["transfers", "callbacks", "follow_ups"] {
        let names = total.keys().filter(|name| name.starts_with(&format!("{section}/")));
        for name in names.filter(|name| additive(name)) {
            let parts = figures.queues.iter().map(|queue| total[&format!("queues/{}/{name}", queue.name)]);
            assert_eq!(parts.sum::<f64>(), total[name], "{name}");
        }
    }
    for (place, (name, whole)) in work.each().enumerate().filter(|(_, (name, _))| additive(name)) {
        let of = |figure: Option<Option<f64>>| figure.flatten().unwrap_or(0.0);
        let value = |work: &cordboard::stats::WorkFigures| of(work.each().nth(place).map(|(_, value)| value));
        let agents: f64 = figures.agents.iter().map(|agent| value(&agent.work)).sum();
        let teams: f64 = figures.teams.iter().map(|team| value(&team.work)).sum();
        assert_eq!((agents, teams), (of(Some(whole)), of(Some(whole))), "{name}");
        if name != "agents" {
            let hours: f64 = figures.hours.iter().map(|hour| value(&hour.work)).sum();
            assert!((hours - of(Some(whole))).abs() < 1e-9, "{name}");
        }
    }
}

pub(crate) fn outcomes(calls: &CallFigures) -> u64 {
    [
        calls.completed_by_caller,
        calls.completed_by_agent,
        calls.completed_by_switch,
        calls.transferred_out,
        calls.callback_fulfilled,
        calls.abandoned,
        calls.timed_out,
        calls.nobody_there,
        calls.left_by_key,
        calls.diverted,
        calls.message_taken,
        calls.callback_failed,
        calls.disconnected,
        calls.withdrawn,
        calls.refused,
        calls.lost,
    ]
    .iter()
    .sum()
}

/// Times of slots and legs are the same (G10).
pub(crate) fn agrees(figures: &Figures, outputs: &[Output]) {
    let (mut talk, mut hold, mut consult) = (Span::ZERO, Span::ZERO, Span::ZERO);
    let mut slots: BTreeMap<SlotState, Span> = BTreeMap::new();
    for output in outputs {
        match output.event {
            Event::Fact(Fact::LegEnded { talk: talked, hold: held, consult: consulted, .. }) => {
                (talk, hold, consult) = (talk + talked, hold + held, consult + consulted);
            }
            Event::Fact(Fact::SlotChanged { from, lasted, .. }) => {
                let time = slots.entry(from).or_default();
                *time += lasted;
            }
            _ => {}
        }
    }
    let slot = |state| slots.get(&state).copied().unwrap_or_default().as_secs_f64();
    let work = figures.work;
    assert_eq!((work.talk_s, work.hold_s), (talk.as_secs_f64(), hold.as_secs_f64()));
    assert_eq!(work.consult_s, consult.as_secs_f64());
    assert_eq!(work.talk_s + work.consult_s, slot(SlotState::Talking));
    assert_eq!(work.hold_s, slot(SlotState::Holding));
    assert_eq!(work.monitor_s, slot(SlotState::Monitoring));
    assert_eq!(work.wrap_up_s, slot(SlotState::WrapUp));
    assert_eq!(work.ringing_s, slot(SlotState::Ringing));
    let handled = |mean: Option<f64>| mean.unwrap_or(0.0) * figures.visits.handled as f64;
    assert!((handled(figures.visits.talk_mean_s) - work.talk_s).abs() < 1e-9);
    assert!((handled(figures.visits.hold_mean_s) - work.hold_s).abs() < 1e-9);
    assert!((handled(figures.visits.wrap_up_mean_s) - work.wrap_up_s).abs() < 1e-9);
}
