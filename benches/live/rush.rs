//! A rush: 5,000 agents, and more calls than they can take.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard::engine::{Actor, Arrival, Command, EndedBy};
use cordboard::exchange;
use cordboard::live::{Commands, Desk, Live, Options};
use cordboard::{AgentId, CallId, OfferId, Plan, QueueId, Span, Time};
use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant as Moment, sleep_until, timeout_at};

use crate::process;
use crate::report::Report;
use crate::times::Times;

const AGENTS: u32 = 5_000;
const QUEUES: u32 = 16;
const PER_SECOND: u64 = 200;
/// So many come at the beginning at fifty times that pace, so that nobody is left who has nothing to do.
const FIRST: u64 = AGENTS as u64 + 1_000;
const RINGS: Duration = Duration::from_secs(3);
const WRAP_UP: Duration = Duration::from_secs(6);
/// An agent who is rung within so much of the engine's time has found somebody waiting.
const AT_ONCE: Span = Span::from_millis(1);

/// By agent: when he became free and was not rung since, on the wall and in the engine's time.
type Freed = Mutex<Vec<Option<(Instant, Time)>>>;

/// Something that happens at the switch or at a desk. Those of one instant in the order in which they were planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrives(CallId),
    Answers(OfferId),
    Joined(OfferId),
    Ends(OfferId),
    /// The agent has finished the work after the call.
    Done(AgentId),
}

pub(crate) fn measure(report: &mut Report, quick: bool) {
    let (virtually, really) = (600, if quick { None } else { Some(60) });
    report.title(&format!("A rush: {AGENTS} agents, {PER_SECOND} calls a second"));

    let paused = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let before = (process::processor(), Instant::now());
    let (times, calls) = paused.expect("there is a runtime").block_on(rush(Duration::from_secs(virtually)));
    let (processor, took) = (process::processor() - before.0, before.1.elapsed());
    report.line(&format!(
        "{virtually} s in virtual time: {calls} calls in {:.1} s, {:.1} s of processor time ({:.1} % of one at real \
         pace), {:.0} MiB",
        took.as_secs_f64(),
        processor.as_secs_f64(),
        100.0 * processor.as_secs_f64() / virtually as f64,
        process::memory() as f64 / f64::from(1 << 20),
    ));
    report.line(&format!("from a free agent to his next phone: {times}"));
    report.judge(times.judge("agent free to next offer p99.9, virtual, ms", 0.999, 1.0));

    let Some(really) = really else { return };
    let threads = tokio::runtime::Builder::new_multi_thread().enable_time().build();
    let before = process::processor();
    let (times, calls) = threads.expect("there are threads").block_on(rush(Duration::from_secs(really)));
    let share = 100.0 * (process::processor() - before).as_secs_f64() / really as f64;
    report.line(&format!("{really} s in real time: {calls} calls, {share:.0} % of a processor"));
    report.line(&format!("from a free agent to his next phone: {times}"));
    report.judge(times.judge("agent free to next offer p99.9, real, ms", 0.999, 1.0));
}

/// How long whoever became free waited for his next phone to be asked to ring, and how many calls came.
async fn rush(length: Duration) -> (Times, u64) {
    let exchange = exchange::Options { log_max: 1 << 17, ..exchange::Options::default() };
    let mut options = Options::default();
    options.exchange = exchange;
    let centre = Live::start(plan(), options).expect("a runtime runs");
    let freed: Arc<Freed> = Arc::new(Mutex::new(vec![None; AGENTS as usize]));
    let times = Arc::new(Times::default());
    let (plans, planned) = unbounded_channel();
    let commands = centre.commands().expect("nobody has it");
    let switch = tokio::spawn(carry_out(commands, Arc::clone(&freed), Arc::clone(&times), plans));

    let desk = centre.desk(Actor::Switch);
    for agent in (0..AGENTS).map(AgentId) {
        let own = desk.of(Actor::Agent(agent));
        own.sign_in(agent).await.expect("he is signed out");
        own.ready(agent).await.expect("he is signed in");
    }
    let calls = play(&desk, length, planned, &freed).await;
    let drained = centre.drain(Duration::from_secs(3600)).await.expect("there is room for a reader");
    assert!(drained.is_empty(), "calls are lost: {drained:?}");
    centre.shutdown().await;
    switch.await.expect("the switch does not panic");
    (Arc::into_inner(times).expect("the switch has ended"), calls)
}

/// The switch: takes what it is asked to do, and plans what becomes of it.
async fn carry_out(
    mut commands: Commands,
    freed: Arc<Freed>,
    times: Arc<Times>,
    plans: UnboundedSender<(Duration, Event)>,
) {
    while let Some(commanded) = commands.next().await {
        let planned = match commanded.command {
            Command::OfferCall(ref offer) => {
                let mut freed = freed.lock();
                // Not of who had to wait for somebody to call.
                if let Some((since, at)) = freed[offer.agent.index()].take()
                    && commanded.at - at < AT_ONCE
                {
                    times.record(since.elapsed());
                }
                Some((RINGS, Event::Answers(offer.offer)))
            }
            Command::Connect { offer, .. } => Some((Duration::from_millis(100), Event::Joined(offer))),
            _ => None,
        };
        commands.acknowledge(commanded.key);
        if let Some(planned) = planned {
            // Once nothing happens any more, nobody listens.
            let _ = plans.send(planned);
        }
    }
}

/// Lets calls come for so long, and everything happen that follows. How many came.
async fn play(desk: &Desk, length: Duration, mut planned: UnboundedReceiver<(Duration, Event)>, freed: &Freed) -> u64 {
    let gap = Duration::from_secs(1) / PER_SECOND as u32;
    let begun = Moment::now();
    let end = begun + length;
    let mut agenda = BinaryHeap::from([Reverse((begun, Event::Arrives(CallId(0))))]);
    let (mut calls, mut live) = (0, 0u64);
    let mut serves = std::collections::BTreeMap::new();
    loop {
        let next = agenda.peek().map(|Reverse((at, _))| *at);
        // What the switch plans comes in between.
        let news = match next {
            Some(at) => timeout_at(at, planned.recv()).await.ok().flatten(),
            None if live == 0 => return calls,
            None => planned.recv().await,
        };
        if let Some((after, event)) = news {
            agenda.push(Reverse((Moment::now() + after, event)));
            continue;
        }
        let Some(Reverse((at, event))) = agenda.pop() else { continue };
        sleep_until(at).await;
        let said = match event {
            Event::Arrives(call) => {
                let queue = QueueId((call.0 % u64::from(QUEUES)) as u32);
                (calls, live) = (calls + 1, live + 1);
                let next = at + if call.0 < FIRST { gap / 50 } else { gap };
                if next < end {
                    agenda.push(Reverse((next, Event::Arrives(CallId(call.0 + 1)))));
                }
                desk.arrive(Arrival::new(call, queue)).now()
            }
            Event::Answers(offer) => desk.accept(offer).now(),
            Event::Joined(offer) => {
                // From 10 to 30 s, by the offer, the same each time.
                let talk = Duration::from_millis(10_000 + offer.to_bits().wrapping_mul(2_654_435_761) % 20_000);
                agenda.push(Reverse((at + talk, Event::Ends(offer))));
                let done = desk.connected(offer).await.expect("it is taken");
                let agent = done.outputs.iter().find_map(|output| match &output.event {
                    cordboard::engine::Event::Fact(cordboard::engine::Fact::Connected { agent, .. }) => Some(*agent),
                    _ => None,
                });
                serves.insert(offer, agent.expect("the two are joined"));
                continue;
            }
            Event::Ends(offer) => {
                live -= 1;
                let agent = serves.remove(&offer).expect("he has talked");
                agenda.push(Reverse((at + WRAP_UP, Event::Done(agent))));
                desk.leg_ended(offer, EndedBy::Caller).now()
            }
            Event::Done(agent) => {
                freed.lock()[agent.index()] = Some((Instant::now(), desk.now()));
                desk.of(Actor::Agent(agent)).wrap_up_done(agent, None, None).now()
            }
        };
        said.unwrap_or_else(|why| panic!("{event:?}: {why}"));
        // In life nothing else happens at the same nanosecond: the switch goes on before the next thing does.
        tokio::task::yield_now().await;
    }
}

/// Twenty teams who know two of sixteen skills each.
fn plan() -> Plan {
    const TEAMS: u32 = 20;
    let mut floor = String::from(
        "name = 'Rush'\nrules = { wrap_up = 'until_done', lease = '4h', wait_limit = '2h' }\nlimits = { follow_ups = 10 }\n",
    );
    let skills: Vec<String> = (0..QUEUES).map(|skill| format!("'s{skill}'")).collect();
    let _ = writeln!(floor, "skills = [{}]", skills.join(", "));
    for queue in 0..QUEUES {
        let _ = writeln!(floor, "[[queues]]\nname = 'q{queue}'\nneed = 's{queue}'");
    }
    for team in 0..TEAMS {
        let _ = writeln!(floor, "[[teams]]\nname = 't{team}'");
    }
    for agent in 0..AGENTS {
        let team = agent % TEAMS;
        let (one, other) = (team % QUEUES, (team * 7 + 3) % QUEUES);
        let other = if one == other { (other + 1) % QUEUES } else { other };
        let _ =
            writeln!(floor, "[[agents]]\nname = 'a{agent}'\nteam = 't{team}'\nskills = {{ s{one} = 5, s{other} = 4 }}");
    }
    Plan::from_toml(&floor).unwrap_or_else(|problems| panic!("{problems}"))
}
