//! A wallboard: what happens in a contact centre, on a web page that follows it live. A program to start from.
//!
//! ```text
//!   simulation ──outputs──► tally ──glance──► board ──JSON──► /now, and /events for the page at /
//! ```
//!
//! `--serve` shows the hotel of `examples/floors` at real time × N, for good: when its day is over, the next begins
//! with another seed. In a program of your own the outputs come from your engine; `centre.rs` is where. Without
//! `--serve` it checks itself: it serves ten minutes of a morning and holds every figure against a tally of its own.
//!
//! It promises that the page shows what the tally says and nothing older without saying so, that callers are never
//! named, that nothing is fetched from elsewhere. It listens on this machine alone: what stands before it in your house
//! decides who may look.
//!
//! `cargo run --features sim --example wallboard -- --serve`

mod board;
mod centre;
mod check;
mod server;

use std::error::Error;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use cordboard::{Span, Time};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use centre::Centre;
use server::Reading;

const USAGE: &str = "\
Usage: wallboard [--check]
       wallboard --serve [--port N] [--speed N] [--from HH:MM] [--goal PERCENT] [--seed N]

  --check         serve ten minutes to itself, compare every figure, and end (without --serve)
  --serve         show the hotel on a page, until it is stopped
  --port N        where to listen, 0 for any free port      [8080]
  --speed N       simulated seconds in a second, 1 to 3600  [20]
  --from HH:MM    begin at this time of the day             [09:00]
  --goal PERCENT  what the service level should be          [80]
  --seed N        chance, as a number                       [1]";
/// From one reading to the next.
const TICK: Duration = Duration::from_millis(250);
/// However long nothing was shown (the machine slept, say), no more real time than this is made up for.
const GAP_MAX: Duration = Duration::from_secs(1);

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    Help,
    Check,
    Serve(Serving),
}

/// How to serve.
#[derive(Clone, Debug, PartialEq)]
struct Serving {
    port: u16,
    speed: u32,
    from: Time,
    /// From 0 to 1.
    goal: f64,
    seed: u64,
}

impl Default for Serving {
    fn default() -> Self {
        Self { port: 8080, speed: 20, from: Time::from_secs(9 * 3600), goal: 0.8, seed: 1 }
    }
}

impl Wish {
    /// Reads the command line; the error says what was expected and what came.
    fn parse<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let (mut check, mut serve, mut needs_serve) = (false, false, None);
        let mut serving = Serving::default();
        while let Some(argument) = arguments.next() {
            let (name, attached) = argument.split_once('=').map_or((argument, None), |(name, of)| (name, Some(of)));
            match (name, attached) {
                ("--help" | "-h", None) => return Ok(Self::Help),
                ("--check", None) => check = true,
                ("--serve", None) => serve = true,
                ("--port" | "--speed" | "--from" | "--goal" | "--seed", _) => {
                    let value = attached.or_else(|| arguments.next());
                    let value = value.ok_or_else(|| format!("`{name}` should have a value behind it"))?;
                    serving.set(name, value)?;
                    needs_serve = Some(name);
                }
                _ => return Err(format!("`{argument}` is no option of the wallboard; --help lists them")),
            }
        }
        match (check, serve, needs_serve) {
            (true, true, _) => Err("`--check` and `--serve` should not be asked for together".to_owned()),
            (_, false, Some(name)) => Err(format!("`{name}` should stand beside `--serve`: the check has its own")),
            (_, true, _) => Ok(Self::Serve(serving)),
            (_, false, None) => Ok(Self::Check),
        }
    }
}

impl Serving {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |expected| format!("`{name}` should be {expected}, got `{value}`");
        match name {
            "--port" => self.port = number(value, 0, u16::MAX).ok_or_else(|| wrong("a port from 0 to 65535"))?,
            "--speed" => self.speed = number(value, 1, 3600).ok_or_else(|| wrong("a whole number from 1 to 3600"))?,
            "--from" => self.from = time_of_day(value).ok_or_else(|| wrong("a time of the day, as 09:00"))?,
            "--goal" => {
                let percent = number(value, 1.0, 100.0).ok_or_else(|| wrong("a percentage from 1 to 100"))?;
                self.goal = percent / 100.0;
            }
            _ => self.seed = number(value, 0, u64::MAX).ok_or_else(|| wrong("a whole number from 0"))?,
        }
        Ok(())
    }
}

fn number<T: FromStr + PartialOrd>(text: &str, least: T, most: T) -> Option<T> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u64, u64) = (number(hours, 0, 23)?, number(minutes, 0, 59)?);
    Some(Time::from_secs(hours * 3600 + minutes * 60))
}

/// Shows the floor until the program is stopped.
async fn serve(serving: &Serving) -> Result<(), Box<dyn Error>> {
    let mut centre = Centre::open(serving.seed)?;
    centre.go_on(serving.from.since(Time::ZERO))?;
    let (readings, shown) = watch::channel(Reading::of(&centre.board(serving.speed, serving.goal))?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, serving.port))
        .await
        .map_err(|error| format!("cannot listen on port {}: {error}", serving.port))?;
    println!("the wallboard is at http://{}/, its figures at http://{0}/now", listener.local_addr()?);
    let server = server::run(listener, shown);
    let time = async {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut before = ticks.tick().await;
        loop {
            let tick = ticks.tick().await;
            let gone = Span::from((tick - before).min(GAP_MAX));
            before = tick;
            centre.go_on(gone.times(serving.speed.into()))?;
            readings.send_replace(Reading::of(&centre.board(serving.speed, serving.goal))?);
        }
    };
    tokio::select! {
        ended = server => Ok(ended?),
        ended = time => ended,
    }
}

fn run(wish: &Wish) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    match wish {
        Wish::Help => println!("{USAGE}"),
        Wish::Check => runtime.block_on(check::check())?,
        Wish::Serve(serving) => runtime.block_on(serve(serving))?,
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wish = match Wish::parse(arguments.iter().map(String::as_str)) {
        Ok(wish) => wish,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::from(2);
        }
    };
    match run(&wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
