//! A small house, an engine for it, and what is promised of each thing that happens there.

use std::sync::{Arc, LazyLock};

use cordboard::engine::{Actor, Command, Engine, Envelope, Event, Fact, Input, Output};
use cordboard::{AgentId, CallId, DialId, OfferId, Plan, Time};

use super::draw::Draw;

/// Two of everything; scripts and scenarios are run there too.
pub(super) const HOUSE: &str = include_str!("house.toml");

/// As little as a floor can say, so that all defaults are in force.
const KIOSK: &str = r#"
teams = [{ name = "all" }]
agents = [{ name = "li", team = "all" }, { name = "gao", team = "all", role = "foreman", capacity = 2 }]
queues = [{ name = "desk" }, { name = "bar", rules = { choice = "ring-all", wait_limit = "5m" } }]
"#;

static PLANS: LazyLock<[Arc<Plan>; 2]> = LazyLock::new(|| {
    [HOUSE, KIOSK].map(|floor| Plan::from_toml(floor).unwrap_or_else(|problems| panic!("{problems}")).into())
});

/// What an engine is given.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Handle(Envelope),
    Timeout(Time),
}

impl Step {
    pub(super) fn give(&self, engine: &mut Engine, out: &mut Vec<Output>) {
        match self {
            Self::Handle(envelope) => engine.handle(envelope.clone(), out),
            Self::Timeout(at) => engine.handle_timeout(*at, out),
        }
    }
}

/// An engine at work, with all it was given and all it has said.
pub(super) struct Shift {
    pub(super) engine: Engine,
    house: u8,
    seed: u64,
    pub(super) steps: Vec<Step>,
    pub(super) outputs: Vec<Output>,
    /// The offers and telephones it has spoken of, for reports about them.
    pub(super) offers: Vec<OfferId>,
    pub(super) dials: Vec<DialId>,
}

impl Shift {
    /// Which house, which seed, and whether everybody is at work already.
    pub(super) fn begin(draw: &mut Draw<'_>) -> Self {
        let (kind, seed) = (draw.byte(), draw.byte().into());
        let house = u8::from(kind & 1 == 1);
        let mut shift = Self {
            engine: engine(house, seed),
            house,
            seed,
            steps: Vec::new(),
            outputs: Vec::new(),
            offers: Vec::new(),
            dials: Vec::new(),
        };
        if kind & 2 == 0 {
            for agent in (0..shift.engine.plan().agents().len() as u32).map(AgentId) {
                shift.say(Actor::Agent(agent), Input::SignIn { agent });
                shift.say(Actor::Agent(agent), Input::Ready { agent });
            }
        }
        shift
    }

    /// Hands in an input now.
    pub(super) fn say(&mut self, actor: Actor, input: Input) {
        self.step(Step::Handle(Envelope { at: self.engine.now(), actor, input }));
    }

    /// One step, after which everything has to be in order.
    pub(super) fn step(&mut self, step: Step) {
        let (position, now, first) = (self.engine.position(), self.engine.now(), self.outputs.len());
        step.give(&mut self.engine, &mut self.outputs);
        self.engine.check_invariants().unwrap_or_else(|violation| panic!("{violation} after {step:?}"));
        assert_eq!(self.engine.position(), position + 1);
        let mut latest = now;
        for (index, output) in self.outputs[first..].iter().enumerate() {
            assert_eq!((output.key.position, output.key.index as usize), (position, index), "{output:?}");
            assert!(output.at >= latest && output.at <= self.engine.now(), "out of order: {output:?}");
            latest = output.at;
            is_an_answer(output, &step);
            match output.event {
                Event::Command(Command::OfferCall(ref offered)) => self.offers.push(offered.offer),
                Event::Command(Command::Monitor { offer, .. }) => self.offers.push(offer),
                Event::Command(Command::Dial { dial, .. }) => self.dials.push(dial),
                _ => {}
            }
        }
        self.steps.push(step);
    }

    /// Fires what is due next, if anything is.
    pub(super) fn fire(&mut self) {
        if let Some(due) = self.engine.next_timeout() {
            self.step(Step::Timeout(due));
        }
    }

    /// Asks everything that can be asked of a call.
    pub(super) fn ask(&self, call: CallId) {
        let engine = &self.engine;
        let Some(view) = engine.call(call) else {
            assert!(engine.why_waiting(call).is_none() && engine.offers(call).next().is_none());
            return;
        };
        assert!(view.arrived <= engine.now());
        for leg in engine.legs(call) {
            let in_hand = engine.slots(leg.agent).any(|slot| slot.offer == Some(leg.offer));
            assert!(in_hand, "{leg:?} is in no slot");
        }
        if let Some(why) = engine.why_waiting(call) {
            assert_eq!(why.call, call);
            assert!(!why.text(engine.plan()).is_empty());
        }
    }

    /// Everybody hangs up and nobody is called back any more: nothing is left but what agents say themselves (G5).
    pub(super) fn end(&mut self, calls: impl Iterator<Item = CallId>) {
        for call in calls {
            self.say(Actor::Switch, Input::CallerGone { call });
            if self.engine.call(call).is_some() {
                self.say(Actor::Host, Input::CancelCallback { call });
            }
            assert!(self.engine.call(call).is_none(), "G5: call {call} is left: {:?}", self.engine.call(call));
        }
        let mut left = 10_000;
        while self.engine.next_timeout().is_some() {
            assert!(left > 0, "G5: {:?} are still alive", self.engine.in_progress());
            left -= 1;
            self.fire();
        }
        let live = self.engine.in_progress();
        assert_eq!((live.calls, live.visits, live.offers, live.dials, live.timers), (0, 0, 0, 0, 0), "G5");
    }

    /// The same again, and by copies that are taken after so many steps (G7).
    pub(super) fn comes_again(&self, cut: usize) {
        let (before, after) = self.steps.split_at(cut.min(self.steps.len()));
        let (mut again, mut outputs) = (engine(self.house, self.seed), Vec::new());
        before.iter().for_each(|step| step.give(&mut again, &mut outputs));
        let said = outputs.len();
        let mut copied = engine(self.house, self.seed);
        before.iter().take(cut / 2).for_each(|step| step.give(&mut copied, &mut Vec::new()));
        copied.clone_from(&again);
        let text = serde_json::to_string(&again).expect("an engine can be written as JSON");
        let mut read: Engine = serde_json::from_str(&text).expect("an engine can be read from JSON");
        after.iter().for_each(|step| step.give(&mut again, &mut outputs));
        assert!(outputs == self.outputs, "G7: the same inputs gave other outputs");
        assert_eq!(again.state_hash(), self.engine.state_hash(), "G7: the same inputs led elsewhere");
        for (copy, kind) in [(&mut copied, "copied"), (&mut read, "read back")] {
            let mut outputs = Vec::new();
            after.iter().for_each(|step| step.give(copy, &mut outputs));
            assert!(outputs == self.outputs[said..], "G7: one that was {kind} says something else");
            assert_eq!(copy.state_hash(), self.engine.state_hash(), "G7: one that was {kind} is elsewhere");
        }
    }

    /// Nothing that is shown says who called (G13).
    pub(super) fn keeps_secrets(&self) {
        let shown = format!("{:?}{:?}", self.outputs, self.engine);
        assert!(!shown.contains("secret"), "G13: callers are shown");
    }
}

fn engine(house: u8, seed: u64) -> Engine {
    Engine::new(PLANS[usize::from(house)].clone(), seed)
}

/// Whose an output is, and that only requests are refused and only reports are ignored.
fn is_an_answer(output: &Output, step: &Step) {
    let (refused, ignored) = match &output.event {
        Event::Fact(Fact::Refused(_)) => (true, false),
        Event::Fact(Fact::Ignored { .. }) => (false, true),
        _ => (false, false),
    };
    let Step::Handle(envelope) = step else {
        return assert!(output.actor.is_none() && !refused && !ignored, "time asks for nothing: {output:?}");
    };
    assert!(output.actor.is_none_or(|actor| actor == envelope.actor), "whose is it? {output:?}");
    assert!(!refused || !envelope.input.is_report(), "a report cannot be refused: {envelope:?}");
    assert!(!ignored || envelope.input.is_report(), "a request is not ignored: {envelope:?}");
}
