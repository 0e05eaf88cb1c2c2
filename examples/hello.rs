//! The smallest host: one call, rung, answered, talked and ended, in virtual time.

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Engine, Envelope, Event, Fact, Input, Outcome};
use cordboard::{CallId, Plan, Time};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plan = Plan::from_toml(
        r#"
        teams = [{ name = "operators" }]
        agents = [{ name = "li", team = "operators" }]
        queues = [{ name = "reservations" }]
        "#,
    )?;
    let li = plan.agent("li").ok_or("no such agent")?;
    let queue = plan.queue("reservations").ok_or("no such queue")?;
    let mut engine = Engine::new(plan.into(), 1);
    let mut tell = |secs, input| {
        let mut out = Vec::new();
        engine.handle(Envelope { at: Time::from_secs(secs), actor: Actor::Switch, input }, &mut out);
        out.into_iter().map(|output| output.event).collect::<Vec<_>>()
    };
    tell(0, Input::SignIn { agent: li });
    tell(0, Input::Ready { agent: li });
    let events = tell(10, Input::CallArrived(Arrival::new(CallId(1), queue)));
    let offer = events.iter().find_map(|event| match event {
        Event::Command(Command::OfferCall(offer)) => Some(offer.offer),
        _ => None,
    });
    let offer = offer.ok_or("li was free and was not rung")?;
    tell(11, Input::LegRinging { offer });
    tell(15, Input::OfferAccepted { offer });
    tell(15, Input::Connected { offer });
    let events = tell(75, Input::LegEnded { offer, by: EndedBy::Agent });
    let is_end = |event: &Event| matches!(event, Event::Fact(Fact::CallEnded { outcome: Outcome::Completed(_), .. }));
    assert!(events.iter().any(is_end));
    println!("The call was answered after 5 s and lasted 60 s.");
    Ok(())
}
