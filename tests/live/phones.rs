//! A telephony server in the process, by seed and without a clock of its own: phones ring, are answered or not, people
//! talk and hang up. It fails in every way a real one does, as long as it is told to.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cordboard::CallId;
use cordboard::engine::{Command, ConnectFailure, DialFailure, EndedBy, Endpoint, Input, OfferFailure, OutputKey};
use cordboard::live::{CannotDo, Commanded, Desk, Switch};
use parking_lot::Mutex;
use tokio::time::sleep;

/// Chance by seed; the same for the same seed, as long as one thread asks.
#[derive(Debug)]
pub(crate) struct Chance(AtomicU64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Less than this.
    pub(crate) fn below(&self, most: u64) -> u64 {
        let step = 0x9e37_79b9_7f4a_7c15_u64;
        let mut mixed = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    /// So many times in a hundred.
    pub(crate) fn percent(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) async fn pause(&self, most: Duration) {
        sleep(Duration::from_micros(self.below(most.as_micros() as u64 + 1))).await;
    }
}

/// The telephony server.
pub(crate) struct Phones {
    desk: Desk,
    pub(crate) chance: Chance,
    /// Whether it fails.
    pub(crate) faulty: AtomicBool,
    /// What was carried out, and how often.
    carried_out: Mutex<BTreeMap<OutputKey, u32>>,
    /// Of each call: the last command that was carried out.
    last: Mutex<BTreeMap<CallId, OutputKey>>,
    /// Commands of one call that overtook each other.
    pub(crate) overtaken: AtomicU64,
}

impl Phones {
    pub(crate) fn new(desk: Desk, seed: u64, faulty: bool) -> Arc<Self> {
        Arc::new(Self {
            desk,
            chance: Chance::new(seed),
            faulty: AtomicBool::new(faulty),
            carried_out: Mutex::default(),
            last: Mutex::default(),
            overtaken: AtomicU64::new(0),
        })
    }

    /// How many commands were carried out, and how many of them more than once.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let carried_out = self.carried_out.lock();
        (carried_out.len(), carried_out.values().filter(|times| **times > 1).count())
    }

    fn is_faulty(&self) -> bool {
        self.faulty.load(Ordering::Relaxed)
    }

    /// Now and then something goes wrong, if it is to.
    fn fault(&self, percent: u64) -> bool {
        self.is_faulty() && self.chance.percent(percent)
    }

    /// Reports, unless the report is lost; perhaps late, perhaps twice.
    async fn report(&self, input: Input) {
        if self.fault(8) {
            return;
        }
        if self.fault(15) {
            self.chance.pause(Duration::from_secs(30)).await;
        }
        let times = if self.fault(10) { 2 } else { 1 };
        for _ in 0..times {
            // While the log is full a server tries again; a faulty one gives up.
            while self.desk.say(input.clone()).await.is_err_and(|undone| undone.to_string().contains("full")) {
                if self.is_faulty() {
                    break;
                }
            }
        }
    }

    /// What becomes of a command that was carried out.
    async fn happen(self: Arc<Self>, command: Command) {
        let chance = &self.chance;
        match command {
            Command::OfferCall(offered) => {
                let offer = offered.offer;
                let early = self.fault(10);
                if early {
                    self.report(Input::OfferAccepted { offer }).await;
                }
                chance.pause(Duration::from_secs(1)).await;
                self.report(Input::LegRinging { offer }).await;
                match chance.below(10) {
                    0 => {}
                    1 => self.report(Input::OfferFailed { offer, why: OfferFailure::Declined }).await,
                    2 => {
                        let (agent, state) = (offered.agent, Endpoint::Unregistered);
                        self.report(Input::EndpointState { agent, state }).await;
                        chance.pause(Duration::from_secs(20)).await;
                        self.report(Input::EndpointState { agent, state: Endpoint::Registered }).await;
                    }
                    _ => {
                        chance.pause(Duration::from_secs(20)).await;
                        self.report(Input::OfferAccepted { offer }).await;
                    }
                }
            }
            Command::Connect { call, offer, .. } => {
                chance.pause(Duration::from_secs(1)).await;
                if self.fault(5) {
                    return self.report(Input::ConnectFailed { offer, why: ConnectFailure::AgentGone }).await;
                }
                self.report(Input::Connected { offer }).await;
                chance.pause(Duration::from_secs(120)).await;
                match chance.below(3) {
                    0 => self.report(Input::LegEnded { offer, by: EndedBy::Agent }).await,
                    1 => self.report(Input::LegEnded { offer, by: EndedBy::Caller }).await,
                    _ => self.report(Input::CallerGone { call }).await,
                }
            }
            Command::Consult { offer, .. } | Command::Monitor { offer, .. } => {
                chance.pause(Duration::from_secs(2)).await;
                self.report(Input::Connected { offer }).await;
            }
            Command::Hold { offer, .. } => self.report(Input::HoldChanged { offer, held: true }).await,
            Command::Unhold { offer, .. } => self.report(Input::HoldChanged { offer, held: false }).await,
            Command::Dial { dial, .. } => {
                self.report(Input::DialRinging { dial }).await;
                chance.pause(Duration::from_secs(20)).await;
                if chance.percent(30) {
                    return self.report(Input::DialFailed { dial, why: DialFailure::Busy }).await;
                }
                self.report(Input::DialAnswered { dial }).await;
                chance.pause(Duration::from_secs(60)).await;
                self.report(Input::DialEnded { dial }).await;
            }
            Command::TakeMessage { call, .. } => {
                chance.pause(Duration::from_secs(30)).await;
                self.report(Input::MessageTaken { call }).await;
            }
            _ => {}
        }
    }
}

/// Its own, for reports go on after the command is carried out.
pub(crate) struct Server(pub(crate) Arc<Phones>);

impl Switch for Server {
    async fn carry_out(&self, commanded: &Commanded) -> Result<(), CannotDo> {
        let phones = &self.0;
        if phones.is_faulty() {
            phones.chance.pause(Duration::from_millis(500)).await;
            match phones.chance.below(20) {
                0 => return pending().await,
                1 => return Err(CannotDo::now("all lines are taken")),
                2 => return Err(CannotDo::ever("no such phone")),
                3 => return Ok(()), // lost
                4 if phones.chance.percent(20) => panic!("a bug in the adapter"),
                _ => {}
            }
        }
        let times = {
            let mut carried_out = phones.carried_out.lock();
            let times = carried_out.entry(commanded.key).or_default();
            *times += 1;
            *times
        };
        if times > 1 {
            // It has been done before: nothing more.
            return Ok(());
        }
        if let Some(call) = commanded.call
            && let Some(last) = phones.last.lock().insert(call, commanded.key)
            && last > commanded.key
        {
            phones.overtaken.fetch_add(1, Ordering::Relaxed);
        }
        tokio::spawn(Arc::clone(phones).happen(commanded.command.clone()));
        // Done, but the word of it may be lost: it is asked for again.
        if phones.fault(5) { pending().await } else { Ok(()) }
    }
}
