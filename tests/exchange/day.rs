//! A seeded day of whole call lives: arrivals, ringing, answers, declines, holds, hang-ups, work after the call, and the
//! ticks between, recorded from one engine. What comes of a call depends on what the engine decides, so the inputs make
//! sense in this order; handed in by several threads in another, many still do, and none does harm (G6).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use cordboard::engine::{Actor, Arrival, Command, EndedBy, Engine, Envelope, Event, Input, OfferFailure, Output};
use cordboard::floor::{Agent, Entry, Floor, Length, Limits, Queue, Rules, Team, Tier, WrapUp};
use cordboard::{AgentId, CallId, Plan, Time};

/// A floor of so many agents with 16 skills, a queue for each, and VIPs in the directory.
pub(crate) fn plan(agents: u32) -> Arc<Plan> {
    let skill = |number: u32| format!("skill{}", number % 16);
    let agent = |number: u32| Agent {
        name: format!("agent{number}"),
        team: "all".into(),
        // Four of the 16 skills each.
        skills: (0..4).map(|more| (skill(number + 5 * more), 1 + (number % 10) as u8)).collect(),
        ..Agent::default()
    };
    let queue = |number: u32| Queue {
        name: format!("queue{number}"),
        need: Some(format!("skill{number} >= {}", 1 + number % 3)),
        ..Queue::default()
    };
    let vip = |number: u32| Entry {
        number: format!("7{number:03}").as_str().into(),
        name: "somebody".into(),
        tier: Some("gold".into()),
        ..Entry::default()
    };
    let floor = Floor {
        skills: (0..16).map(skill).collect(),
        teams: vec![Team { name: "all".into(), ..Team::default() }],
        agents: (0..agents).map(agent).collect(),
        queues: (0..16).map(queue).collect(),
        tiers: vec![Tier { name: "gold".into(), class: Some("vip".into()), ..Tier::default() }],
        directory: (0..50).map(vip).collect(),
        // Who misses a call stays ready.
        rules: Rules { wrap_up: Some(WrapUp::Timed(Length::secs(10))), misses: Some(0), ..Rules::default() },
        // A list of those who have hung up that nobody works off would grow for ever.
        limits: Limits { follow_ups: Some(100), ..Limits::default() },
        ..Floor::default()
    };
    Arc::new(floor.compile().expect("the floor is right"))
}

/// The inputs of so many calls, in their order, which keep so many of a hundred agents busy.
pub(crate) fn record(plan: &Arc<Plan>, seed: u64, calls: u64, busy: u64) -> Vec<Envelope> {
    let mut day = Day {
        engine: Engine::new(Arc::clone(plan), seed),
        random: seed | 1,
        ahead: BinaryHeap::new(),
        inputs: BTreeMap::new(),
        number: 0,
        record: Vec::new(),
    };
    let agents = plan.agents().len() as u64;
    for agent in (0..agents as u32).map(AgentId) {
        day.plan(0, Actor::Agent(agent), Input::SignIn { agent });
        day.plan(0, Actor::Agent(agent), Input::Ready { agent });
    }
    // Some 75 seconds a call.
    let gap = 75_000 * 100 / busy / agents.max(1);
    for call in 0..calls {
        let queue = cordboard::QueueId(day.draw(16) as u32);
        let from = day.draw(500);
        let mut arrival = Arrival::new(CallId(call), queue);
        arrival.from = Some(format!("7{from:03}").as_str().into());
        let jitter = day.draw(gap.max(1) * 2);
        day.plan(1_000 + call * gap + jitter, Actor::Switch, Input::CallArrived(arrival));
        if day.draw(10) == 0 {
            let patience = 1_000 + day.draw(90_000);
            day.plan(1_000 + call * gap + jitter + patience, Actor::Switch, Input::CallerGone { call: CallId(call) });
        }
    }
    day.run();
    day.record
}

struct Day {
    engine: Engine,
    random: u64,
    ahead: BinaryHeap<Reverse<(u64, u64)>>,
    inputs: BTreeMap<u64, (Actor, Input)>,
    number: u64,
    record: Vec<Envelope>,
}

impl Day {
    fn draw(&mut self, below: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    fn plan(&mut self, millis: u64, actor: Actor, input: Input) {
        self.ahead.push(Reverse((millis, self.number)));
        self.inputs.insert(self.number, (actor, input));
        self.number += 1;
    }

    fn run(&mut self) {
        while let Some(Reverse((millis, number))) = self.ahead.pop() {
            let at = Time::from_nanos(millis * 1_000_000);
            while let Some(due) = self.engine.next_timeout().filter(|due| *due < at) {
                self.tell(Envelope { at: due, actor: Actor::Host, input: Input::Tick });
            }
            let (actor, input) = self.inputs.remove(&number).expect("planned");
            self.tell(Envelope { at, actor, input });
        }
    }

    fn tell(&mut self, envelope: Envelope) {
        let mut out = Vec::new();
        let now = envelope.at.as_nanos() / 1_000_000;
        self.record.push(envelope.clone());
        self.engine.handle(envelope, &mut out);
        out.iter().for_each(|output| self.react(now, output));
    }

    fn react(&mut self, now: u64, output: &Output) {
        let switch = Actor::Switch;
        match &output.event {
            Event::Command(Command::OfferCall(offer)) => {
                let id = offer.offer;
                self.plan(now + 100, switch, Input::LegRinging { offer: id });
                match self.draw(20) {
                    0 => self.plan(now + 3_000, switch, Input::OfferFailed { offer: id, why: OfferFailure::Declined }),
                    1 => {}
                    _ => {
                        let reply = now + 1_000 + self.draw(9_000);
                        self.plan(reply, switch, Input::OfferAccepted { offer: id });
                    }
                }
            }
            Event::Command(Command::Connect { call, offer, .. }) => {
                self.plan(now + 50, switch, Input::Connected { offer: *offer });
                let talk = 10_000 + self.draw(110_000);
                if self.draw(5) == 0 {
                    self.plan(now + talk / 3, switch, Input::HoldChanged { offer: *offer, held: true });
                    self.plan(now + talk / 2, switch, Input::HoldChanged { offer: *offer, held: false });
                }
                self.plan(now + talk / 2, switch, Input::LeaseRenewed { call: *call });
                self.plan(now + talk, switch, Input::LegEnded { offer: *offer, by: EndedBy::Caller });
            }
            _ => {}
        }
    }
}
