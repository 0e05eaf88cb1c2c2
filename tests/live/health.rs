//! What the embedder gives may panic: the centre goes on without it, and says so; and it says how its own tasks end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use cordboard::CallId;
use cordboard::engine::{Actor, Arrival, Command, Input};
use cordboard::exchange::Keep;
use cordboard::live::{CannotDo, Commanded, Live, NotStarted, Options, Switch, SwitchOptions, Task, WallClock};
use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder};
use metrics::{SharedString, Unit};
use tokio::time::{sleep, timeout};

use crate::floor::{GUESTS, LI, WANG, at_work, centre, desks, next_offer, plan};
use crate::full::Deaf;
use crate::watched::Log;

/// What stands in each panic's message.
const SECRET: &str = "5550987654";

/// A recorder that panics: at everything it is told, or as soon as a meter is made.
struct Broken {
    when_made: bool,
    told: Arc<AtomicU64>,
}

/// A meter that panics.
struct Meter(Arc<AtomicU64>);

impl Meter {
    fn panic(&self) -> ! {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("no room for {SECRET}")
    }
}

impl CounterFn for Meter {
    fn increment(&self, _: u64) {
        self.panic()
    }
    fn absolute(&self, _: u64) {
        self.panic()
    }
}

impl GaugeFn for Meter {
    fn increment(&self, _: f64) {
        self.panic()
    }
    fn decrement(&self, _: f64) {
        self.panic()
    }
    fn set(&self, _: f64) {
        self.panic()
    }
}

impl HistogramFn for Meter {
    fn record(&self, _: f64) {
        self.panic()
    }
}

impl Broken {
    fn meter(&self) -> Arc<Meter> {
        assert!(!self.when_made, "no room for {SECRET}");
        Arc::new(Meter(Arc::clone(&self.told)))
    }
}

impl Recorder for Broken {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.meter())
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.meter())
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.meter())
    }
}

/// A clock that panics while this is so.
fn clock(broken: &Arc<AtomicBool>) -> WallClock {
    let broken = Arc::clone(broken);
    WallClock::new(move || {
        assert!(!broken.load(Ordering::Relaxed), "the clock of {SECRET}");
        SystemTime::UNIX_EPOCH + Duration::from_secs(20_000 * 86_400)
    })
}

/// A phone that nobody answers is given up when its time is over, and the next is rung: whoever decides that is awake.
async fn a_phone_is_given_up(centre: &Live) {
    let (lines, ..) = desks(centre);
    let mut commands = centre.commands().unwrap();
    at_work(centre, LI).await;
    at_work(centre, WANG).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    let offer = next_offer(&mut commands).await;
    let rang = lines.ringing(offer.offer).await.unwrap().at;
    assert_ne!(next_offer(&mut commands).await.agent, offer.agent);
    assert_eq!((lines.now() - rang).as_secs_f64().round(), 18.0);
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_panics_stops_no_timer_and_is_believed_again_when_it_goes() {
    let log = Log::default();
    let _tracing = log.listen();
    let broken = Arc::new(AtomicBool::new(false));
    let mut options = Options::default();
    (options.wall_clock, options.anchor_every) = (clock(&broken), Duration::from_secs(60));
    let centre = Live::start(plan(), options).unwrap();
    let mut inputs = centre.exchange().reader(Keep::WhileItKeepsUp).unwrap();
    let mut anchors = move || {
        let mut anchors = 0;
        while let Some(decided) = inputs.next().unwrap() {
            anchors += u32::from(matches!(decided.input().map(|said| &said.input), Some(Input::Anchor { .. })));
        }
        anchors
    };
    assert_eq!((anchors(), centre.health().panics), (1, 0));
    broken.store(true, Ordering::Relaxed);
    sleep(Duration::from_secs(5 * 60 + 1)).await;
    let health = centre.health();
    assert_eq!((anchors(), health.panics, health.is_running()), (0, 5, true), "it was asked each minute");
    a_phone_is_given_up(&centre).await;
    broken.store(false, Ordering::Relaxed);
    sleep(Duration::from_secs(60)).await;
    assert_eq!((anchors(), centre.health().panics), (1, 5));
    let log = log.text();
    let told = log.lines().filter(|line| line.starts_with("ERROR") && line.contains("what=\"wall clock\"")).count();
    assert_eq!(told, 3, "the first, the second and the fourth time: {log}");
    assert!(!log.contains(SECRET), "what a panic says may be about a caller: {log}");
}

#[tokio::test(start_paused = true)]
async fn a_centre_whose_wall_clock_cannot_be_read_is_not_started() {
    let mut options = Options::default();
    options.wall_clock = clock(&Arc::new(AtomicBool::new(true)));
    assert_eq!(Live::start(plan(), options).unwrap_err(), NotStarted::WallClock);
}

#[tokio::test(start_paused = true)]
async fn a_recorder_that_panics_at_every_figure_ends_no_task_and_no_request() {
    let log = Log::default();
    let _tracing = log.listen();
    for when_made in [false, true] {
        let told = Arc::new(AtomicU64::new(0));
        let recorder = Broken { when_made, told: Arc::clone(&told) };
        let _metrics = metrics::set_default_local_recorder(&recorder);
        let centre = centre();
        a_phone_is_given_up(&centre).await;
        let attached = centre.attach(Deaf, SwitchOptions::default()).unwrap();
        sleep(Duration::from_secs(60)).await;
        assert!(!attached.is_finished());
        let health = centre.health();
        assert!(health.is_running() && health.panics > 20, "{health:?}");
        assert!(when_made || health.panics == told.load(Ordering::Relaxed), "each was counted: {health:?}");
        centre.shutdown().await;
    }
    assert!(log.text().contains("what=\"recorder\"") && !log.text().contains(SECRET));
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_to_the_logs_that_panics_ends_no_task() {
    struct Broken;
    impl tracing::Subscriber for Broken {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            metadata.target().starts_with("cordboard")
        }
        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            panic!("no room for {SECRET}")
        }
        fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
        fn event(&self, _: &tracing::Event<'_>) {
            panic!("no room for {SECRET}")
        }
        fn enter(&self, _: &tracing::span::Id) {}
        fn exit(&self, _: &tracing::span::Id) {}
    }
    drop(Log::default().listen());
    let _tracing = tracing::subscriber::set_default(Broken);
    let centre = centre();
    a_phone_is_given_up(&centre).await;
    let health = centre.health();
    assert!(health.is_running() && health.panics > 5, "{health:?}");
}

/// A subscriber to the logs that panics at every line, and at the end of a span that a panic ends.
struct Poisoned;

impl tracing::Subscriber for Poisoned {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("cordboard")
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        panic!("no room for {SECRET}")
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {
        assert!(!std::thread::panicking(), "twice at once, which ends the process");
    }
    fn try_close(&self, _: tracing::span::Id) -> bool {
        assert!(!std::thread::panicking(), "twice at once, which ends the process");
        true
    }
}

/// A switch on which no phone can be rung for the time being; how often it was asked to.
struct Busy(Arc<AtomicU64>);

impl Switch for Busy {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        match commanded.command {
            Command::OfferCall(_) => {
                self.0.fetch_add(1, Ordering::Relaxed);
                Err(CannotDo::now("no line is free"))
            }
            _ => Ok(()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_a_line_of_the_log_ends_no_process_and_takes_no_try_from_a_switch() {
    let _broken = tracing::subscriber::set_default(Poisoned);
    let centre = centre();
    let (lines, ..) = desks(&centre);
    centre.desk(Actor::Agent(LI)).ready(LI).await.unwrap_err();
    sleep(Duration::from_secs(1)).await;
    let heard = centre.health();
    assert!(heard.is_running() && heard.panics >= 1, "a refusal is a line: {heard:?}");
    let tried = Arc::new(AtomicU64::new(0));
    let _attached = centre.attach(Busy(Arc::clone(&tried)), SwitchOptions::default()).unwrap();
    at_work(&centre, LI).await;
    lines.arrive(Arrival::new(CallId(1), GUESTS)).await.unwrap();
    sleep(Duration::from_millis(700)).await;
    assert_eq!(tried.load(Ordering::Relaxed), u64::from(SwitchOptions::default().tries));
    let mut facts = centre.facts().unwrap();
    centre.drain(Duration::from_millis(1)).await.unwrap();
    assert!(centre.health().is_running() && centre.health().panics > heard.panics);
    assert!(facts.next_now().is_ok());
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_a_centre_is_told_when_it_was_shut_down() {
    let centre = centre();
    let ended = centre.ended();
    let watcher = tokio::spawn(centre.ended());
    assert!(timeout(Duration::from_secs(3600), ended).await.is_err(), "it runs");
    assert!(centre.health().is_running() && !watcher.is_finished());
    let asked_late = centre.ended();
    centre.shutdown().await;
    let health = watcher.await.unwrap();
    assert!(health.driver == Task::Closed || health.observer == Task::Closed, "{health:?}");
    let health = asked_late.await;
    assert_eq!((health.driver, health.observer), (Task::Closed, Task::Closed));
}

#[test]
fn whoever_asks_is_told_that_the_runtime_has_gone_under_a_centre() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let centre = runtime.block_on(async { centre() });
    drop(runtime);
    let health = centre.health();
    assert_eq!((health.driver, health.observer), (Task::Aborted, Task::Aborted));
    let mut ended = std::pin::pin!(centre.ended());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert_eq!(ended.as_mut().poll(&mut context), std::task::Poll::Ready(health));
}
