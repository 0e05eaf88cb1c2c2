//! The wallboard held against what it should say: `wallboard --check`.
//!
//! It serves ten minutes of the morning to itself, over HTTP, and folds the same morning into a tally of its own. It
//! promises to fail where `/now` or an event says anything else than that tally, where the figures stand still, where
//! the page or the figures name a caller, and where a wrong command line is let through.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use cordboard::sim::{Scenario, Simulation};
use cordboard::stats::{AgentState, Glance, QueueGlance, Tally};
use cordboard::{Plan, Span, Time};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::board::clock;
use crate::centre::Centre;
use crate::server::{self, PAGE, Reading};
use crate::{Serving, Wish};

const SEED: u64 = 1;
const FROM: Time = Time::from_secs(9 * 3600);
const STEP: Span = Span::from_secs(10);
const STEPS: usize = 60;
const GOAL: f64 = 0.8;
/// For what comes at once unless something is broken.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn check() -> Result<(), Box<dyn Error>> {
    command_lines();
    let plan = Arc::new(Plan::load(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.toml"))?);
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors/hotel.scenario.toml");
    let scenario = Scenario::load(scenario, &plan)?;
    let mut simulation = Simulation::new(plan.clone(), &scenario, SEED)?;
    let mut tally = Tally::new(&plan, simulation.tally_options());

    let mut centre = Centre::open(SEED)?;
    centre.go_on(FROM.since(Time::ZERO))?;
    let (readings, shown) = watch::channel(Reading::of(&centre.board(1, GOAL))?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::run(listener, shown));

    let page = get(address, "/").await?;
    assert!(page.contains(PAGE), "the page is served as it is");
    let mut events = BufReader::new(ask(address, "/events").await?).lines();
    let (mut compared, mut seen) = (0, Vec::new());
    let mut now = FROM;
    for step in 0..STEPS {
        if step > 0 {
            now = now + STEP;
            centre.go_on(STEP)?;
            readings.send_replace(Reading::of(&centre.board(1, GOAL))?);
        }
        let event = loop {
            let line = timeout(PATIENCE, events.next_line()).await??.ok_or("the stream has ended")?;
            if let Some(data) = line.strip_prefix("data: ") {
                break data.to_owned();
            }
        };
        let answer = get(address, "/now").await?;
        let body = answer.split_once("\r\n\r\n").ok_or("no answer")?.1;
        assert_eq!(body, event, "the event and /now say the same");
        assert!(!names_a_caller(&plan, body.split('"').skip(1).step_by(2)), "callers are not named");

        simulation.run_until(now, &mut |output| tally.fold(output))?;
        let board: Value = serde_json::from_str(body)?;
        same(&board["at_s"], now.as_secs_f64());
        compared += compare(&board, &tally.glance(now), &plan, now);
        let vips = tally.figures(now).vips.visits;
        same(&board["vips"]["waiting"], vips.waiting);
        same(&board["vips"]["offered"], vips.offered);
        same(&board["vips"]["service_level"], vips.in_target_of_offered);
        same(&board["vips"]["abandoned"], vips.abandoned);
        assert_eq!(board["vips"]["calls"].as_array().map(Vec::len), Some(vips.waiting as usize));
        assert_eq!(board["vips"]["longest_wait_s"], board["vips"]["calls"][0]["waited_s"], "the first waits longest");
        compared += 6;
        seen.push(board);
    }
    let differ = |path: &str| {
        let mut values: Vec<String> = seen.iter().filter_map(|board| Some(board.pointer(path)?.to_string())).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    for path in ["/clock", "/total/waiting", "/total/longest_wait_s", "/total/free", "/queues/0/offered"] {
        assert!(differ(path) > 3, "{path} moves");
    }
    assert!(differ("/total/service_level") > 3 && differ("/agents") > 3 && differ("/alarms") > 3);
    assert!(!names_a_caller(&plan, [PAGE]));
    let (from, to) = (clock(FROM), clock(now));
    println!(
        "{STEPS} readings from {from} to {to}: each event is what /now says, and {compared} figures are the tally's"
    );
    println!("{} different readings of who waits, {} of the alarms", differ("/total/waiting"), differ("/alarms"));
    Ok(())
}

/// The board says what the glance says; how many figures that are.
fn compare(board: &Value, glance: &Glance, plan: &Plan, now: Time) -> usize {
    let mut compared = compare_row(&board["total"], &glance.total);
    for (place, (figures, queue)) in glance.queues.iter().zip(plan.queues()).enumerate() {
        let row = &board["queues"][place];
        assert_eq!(row["name"], *queue.name);
        compared += compare_row(row, figures);
        let late = figures.longest_wait.is_some_and(|wait| wait > queue.rules.target);
        assert_eq!(row["late"], late);
        let alarm = format!("Waits beyond {} s: {}", queue.rules.target.as_secs_f64(), queue.name);
        let alarms = board["alarms"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(alarms.iter().any(|raised| raised["what"] == alarm), late, "{alarm}");
    }
    let mut shown = board["agents"].as_array().map_or(&[][..], Vec::as_slice).iter();
    for (agent, of) in glance.agents.iter().zip(plan.agents()) {
        if agent.state == AgentState::SignedOut {
            continue;
        }
        let row = shown.next().unwrap_or(&Value::Null);
        assert_eq!(row["name"], *of.name);
        same(&row["lasts_s"], now.since(agent.since).as_secs_f64());
        compared += 1;
    }
    assert_eq!(shown.next(), None, "who is signed out is not shown");
    let count = |names: &[&str]| {
        let states = glance.agents_by_state().filter(|(name, _)| names.contains(name));
        states.map(|(_, count)| count as u64).sum::<u64>()
    };
    same(&board["total"]["free"], count(&["idle"]));
    same(&board["total"]["away"], count(&["not ready"]));
    same(&board["signed_out"], count(&["signed out"]));
    let busy = plan.agents().len() as u64 - count(&["idle", "not ready", "signed out"]);
    same(&board["total"]["busy"], busy);
    same(&board["follow_ups"], glance.follow_ups);
    compared + 5
}

fn compare_row(row: &Value, figures: &QueueGlance) -> usize {
    same(&row["waiting"], figures.waiting);
    same(&row["longest_wait_s"], figures.longest_wait.map(Span::as_secs_f64));
    same(&row["callbacks"], figures.callbacks);
    same(&row["offered"], figures.offered);
    same(&row["answered"], figures.answered);
    same(&row["abandoned"], figures.abandoned);
    same(&row["service_level"], figures.service_level);
    7
}

/// The reader of JSON may miss a fraction's last bit: it reads both.
fn same(shown: &Value, figure: impl Into<Value>) {
    let figure = figure.into().to_string();
    assert_eq!(serde_json::from_str::<Value>(&figure).ok().as_ref(), Some(shown), "{figure}");
}

/// Whether any text in it (of the page, the whole of it) has a caller's name or number.
fn names_a_caller<'a>(plan: &Plan, texts: impl IntoIterator<Item = &'a str>) -> bool {
    let mut texts = texts.into_iter();
    let known = |text: &str| {
        let mut entries = plan.floor().directory.iter().flat_map(|entry| [&entry.name, &entry.number]);
        entries.any(|known| text.contains(known.reveal()))
    };
    texts.any(known)
}

/// Asks as a browser of old, so that the answer comes as it is and the connection ends with it.
async fn ask(address: SocketAddr, path: &str) -> Result<TcpStream, Box<dyn Error>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    Ok(stream)
}

async fn get(address: SocketAddr, path: &str) -> Result<String, Box<dyn Error>> {
    let mut answer = String::new();
    timeout(PATIENCE, ask(address, path).await?.read_to_string(&mut answer)).await??;
    assert!(answer.starts_with("HTTP/1.0 200"), "{path} is answered");
    Ok(answer)
}

/// What is wrong is said; what is right is understood.
fn command_lines() {
    let wrong = [
        ("--speed", "--serve --speed"),
        ("--speed", "--serve --speed fast"),
        ("--from", "--serve --from 24:00"),
        ("--port", "--serve --port 65536"),
        ("--goal", "--serve --goal 0"),
        ("--serve", "--port 0"),
        ("--serve", "--check --serve"),
        ("--loud", "--loud"),
    ];
    for (says, line) in wrong {
        let error = Wish::parse(line.split(' ')).expect_err(line);
        assert!(error.contains(says), "{line}: {error}");
    }
    let serving = Serving { port: 0, speed: 60, ..Serving::default() };
    assert_eq!(Wish::parse(["--serve", "--port=0", "--speed", "60"]), Ok(Wish::Serve(serving)));
    assert_eq!(Wish::parse([]), Ok(Wish::Check));
}
