//! A floor of two operators at one queue, and a centre for it.

use std::sync::Arc;
use std::time::Duration;

use cordboard::engine::{Actor, Command, OfferCall};
use cordboard::live::{Commands, Desk, Live, Options};
use cordboard::{AgentId, Plan, QueueId};

pub(crate) const LI: AgentId = AgentId(0);
pub(crate) const WANG: AgentId = AgentId(1);
pub(crate) const GUESTS: QueueId = QueueId(0);

/// Three rings are 18 s; who misses one stays ready.
pub(crate) const FLOOR: &str = r#"
name = "house"
ring_cadence = "6s"
reasons = ["break"]
queues = [{ name = "guests" }, { name = "evenings", rules = { wait_limit = "1h" } }]
agents = [{ name = "li", team = "operators" }, { name = "wang", team = "operators" }]
teams = [{ name = "operators" }]
limits = { follow_ups = 100 }

[rules]
ring_limit = "18s"
misses = 0
cool_down = "5s"
wrap_up = { timed = "10s" }
hold_limit = "60s"
lease = "1h"
"#;

pub(crate) fn plan() -> Arc<Plan> {
    Arc::new(Plan::from_toml(FLOOR).expect("the floor is right"))
}

pub(crate) fn centre() -> Live {
    Live::start(plan(), Options::default()).expect("a centre starts in a runtime")
}

/// The desks of the switch, of the host, and of an agent.
pub(crate) fn desks(centre: &Live) -> (Desk, Desk, Desk) {
    (centre.desk(Actor::Switch), centre.desk(Actor::Host), centre.desk(Actor::Agent(LI)))
}

/// Somebody is at work.
pub(crate) async fn at_work(centre: &Live, agent: AgentId) {
    let desk = centre.desk(Actor::Agent(agent));
    desk.sign_in(agent).await.expect("he is signed out");
    desk.ready(agent).await.expect("he is signed in");
}

/// The next command, acknowledged; there is one within a day.
pub(crate) async fn next(commands: &mut Commands) -> Command {
    let next = tokio::time::timeout(Duration::from_secs(86_400), commands.next()).await;
    let commanded = next.expect("there is one within a day").expect("the centre is open");
    commands.acknowledge(commanded.key);
    commanded.command
}

/// The next phone to be rung; everything else is passed over.
pub(crate) async fn next_offer(commands: &mut Commands) -> OfferCall {
    loop {
        if let Command::OfferCall(offer) = next(commands).await {
            return offer;
        }
    }
}
