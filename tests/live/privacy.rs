//! Caller data in a noisy day: it stands in no log, meter, `Debug` or panic message (S5, G13).

use std::fmt::{Debug, Write};
use std::panic;
use std::sync::Arc;
use std::time::Duration;

use cordboard::engine::{
    Actor, Arrival, CallbackTerms, ConnectFailure, Envelope, Input, OfferFailure, SeenCall, Snapshot, Target,
};
use cordboard::live::{CannotDo, Live, Options, SwitchOptions, WallClock};
use cordboard::{CallId, Plan};
use parking_lot::Mutex;
use tokio::time::sleep;

use crate::floor::{GUESTS, LI, WANG, at_work, desks};
use crate::watched::{Log, Meters};

/// What callers are known by: a number, the number they called, data of the host's, a number to be called back at, one
/// that is dialled for them.
const SECRETS: [&str; 5] = ["5550987654", "8005551212", "dossier-4711", "5550001111", "5559998888"];

/// A floor that knows one of them, and remembers who served whom.
const FLOOR: &str = r#"
name = "house"
reasons = ["break"]
queues = [{ name = "guests" }]
teams = [{ name = "operators" }]
agents = [{ name = "li", team = "operators" }, { name = "wang", team = "operators" }]
rules = { misses = 0, sticky = "1h", preferred_wait = "5s", wrap_up = { timed = "10s" } }
tiers = [{ name = "gold" }]
directory = [{ number = "5550987654", tier = "gold", name = "Mrs dossier-4711" }]
"#;

/// A switch that carries nothing out, and says so.
struct Broken;

impl cordboard::live::Switch for Broken {
    async fn carry_out(&self, commanded: &cordboard::live::Commanded) -> Result<(), CannotDo> {
        Err(CannotDo::now(format!("no line for {commanded:?}")))
    }
}

fn arrival(call: u64) -> Arrival {
    Arrival {
        from: Some(SECRETS[0].into()),
        to: Some(SECRETS[1].into()),
        attributes: Some(SECRETS[2].as_bytes().into()),
        ..Arrival::new(CallId(call), GUESTS)
    }
}

fn terms() -> CallbackTerms {
    CallbackTerms { number: Some(SECRETS[3].into()), ..CallbackTerms::default() }
}

/// Everything of this day that could be shown to somebody: what `Debug` says of all that passes by.
async fn noisy_day(shown: &mut String) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
    let mut show = |what: &dyn Debug| writeln!(shown, "{what:?} {what:#?}").unwrap();
    let mut options = Options::default();
    options.wall_clock = WallClock::system();
    let centre = Live::start(Arc::clone(&plan), options).unwrap();
    let (lines, host, li) = desks(&centre);
    let mut facts = centre.facts().unwrap();
    at_work(&centre, LI).await;
    at_work(&centre, WANG).await;

    // A switch that fails, until it is taken away.
    let switch = centre.attach(Broken, SwitchOptions::default()).unwrap();
    for call in 1..=3 {
        show(&lines.arrive(arrival(call)));
        show(&lines.arrive(arrival(call)).await);
        show(&lines.arrive(arrival(call)).await); // twice
    }
    sleep(Duration::from_secs(20)).await;
    show(&switch);
    switch.detach().await;

    // One that works by hand.
    let mut commands = centre.commands().unwrap();
    show(&host.accept_callback(CallId(3), terms()).await);
    for _ in 0..200 {
        let Ok(Some(commanded)) = tokio::time::timeout(Duration::from_secs(5), commands.next()).await else { break };
        show(&commanded);
        commands.acknowledge(commanded.key);
        if let cordboard::engine::Command::OfferCall(offer) = &commanded.command {
            let offer = offer.offer;
            show(&lines.ringing(offer).await);
            show(&lines.accept(offer).await);
            show(&lines.connect_failed(offer, ConnectFailure::Failed).await);
            show(&lines.connected(offer).await);
            show(&lines.fail_offer(offer, OfferFailure::Busy).await);
            show(&li.transfer(commanded.call.unwrap(), Target::Number(SECRETS[4].into())).await);
            show(&host.consult(commanded.call.unwrap(), Target::Number(SECRETS[4].into())).await);
        }
    }
    show(&lines.say(Input::Snapshot(Snapshot {
        taken: lines.now(),
        calls: vec![SeenCall { arrived: lines.now(), arrival: arrival(9), legs: Vec::new() }].into(),
    })));
    show(&lines.submit(Actor::Switch, Input::CallArrived(arrival(10))));
    show(&Envelope {
        at: lines.now(),
        actor: Actor::Host,
        input: Input::AcceptCallback { call: CallId(1), terms: terms() },
    });
    while let Ok(Some(told)) = facts.next_now() {
        show(&told);
    }
    show(&centre.engine().unwrap());
    show(&(&centre, &lines, &commands, &facts, centre.exchange()));
    // Who takes for granted what is not so prints it.
    let done = lines.arrive(arrival(13)).await;
    let surprised = panic::catch_unwind(panic::AssertUnwindSafe(|| done.unwrap_err()));
    assert!(surprised.is_err(), "the call was taken");
    show(&centre.drain(Duration::from_secs(1)).await);
    show(&lines.arrive(arrival(11)).now());
    centre.shutdown().await;
    show(&lines.arrive(arrival(12)).await);
}

#[tokio::test(start_paused = true)]
async fn a_noisy_day_shows_nothing_of_any_caller() {
    let (meters, log) = (Meters::default(), Log::default());
    let _metrics = metrics::set_default_local_recorder(&meters);
    let _tracing = log.listen();
    let panics = Arc::new(Mutex::new(String::new()));
    let before = panic::take_hook();
    panic::set_hook(Box::new({
        let (panics, here) = (Arc::clone(&panics), std::thread::current().id());
        // Other tests run meanwhile, and panic on purpose.
        move |info| {
            if std::thread::current().id() == here {
                writeln!(panics.lock(), "{info}").unwrap();
            }
        }
    }));
    let mut shown = String::new();
    noisy_day(&mut shown).await;
    panic::set_hook(before);

    let names: Vec<String> = meters.names();
    let heard =
        [("Debug", shown), ("log", log.text()), ("meters", names.join("\n")), ("panics", panics.lock().clone())];
    for (what, text) in &heard {
        assert!(text.len() > 100, "nothing was heard of {what}: {text}");
    }
    for (what, text) in &heard {
        for secret in SECRETS {
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret} stands in {what}: {line:?}");
            // Bytes as numbers, as `Debug` shows them.
            let bytes: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
            assert!(!text.contains(&bytes.join(", ")), "{secret} stands in {what} as bytes");
        }
    }
}
