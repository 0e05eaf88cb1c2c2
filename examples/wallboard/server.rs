//! The server: the page, its figures as JSON, and the same as a stream of server-sent events.
//!
//! For browsers and programs: `/` is the page, `/now` the latest reading, `/events` every reading from the latest on.
//! It promises that both carry the same bytes, that a browser that is slow misses readings instead of falling behind,
//! and that browsers ask again by themselves when the stream ends.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;

use crate::board::Board;

pub(crate) const PAGE: &str = include_str!("page.html");
/// The page brings everything with it and speaks with nobody but this server.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// After so long a browser asks again for a stream that has ended.
const RETRY: Duration = Duration::from_secs(1);

/// A board as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    number: u64,
    json: Arc<str>,
}

impl Reading {
    pub(crate) fn of(board: &Board) -> serde_json::Result<Self> {
        Ok(Self { number: board.reading, json: serde_json::to_string(board)?.into() })
    }
}

/// Serves until it fails.
pub(crate) async fn run(listener: TcpListener, readings: Receiver<Reading>) -> io::Result<()> {
    let router = Router::new().route("/", get(page)).route("/now", get(now)).route("/events", get(events));
    axum::serve(listener, router.with_state(readings)).await
}

async fn page() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")], Html(PAGE))
}

async fn now(State(readings): State<Receiver<Reading>>) -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, readings.borrow().json.to_string())
}

async fn events(State(mut readings): State<Receiver<Reading>>) -> impl IntoResponse {
    // Whoever comes sees at once how it stands.
    readings.mark_changed();
    Sse::new(stream::unfold(readings, |mut readings| async {
        readings.changed().await.ok()?;
        let Reading { number, json } = readings.borrow_and_update().clone();
        let event = Event::default().id(number.to_string()).retry(RETRY).data(json);
        Some((Ok::<_, Infallible>(event), readings))
    }))
}
