//! The screen: the terminal, its keys, and real time.
//!
//! Whatever happens, the terminal is given back as it was: at the end, after an error, after a panic, and when somebody
//! ends the program from outside. Simulating
//! gets a part of each frame only, so keys are heard at any speed; what the machine cannot keep up with is left undone,
//! and the board says so.

#![expect(clippy::disallowed_methods, reason = "real time stands here, and only here, beside simulated time")]

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use cordboard::Time;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::Error;
use super::board::Board;
use super::controls::{Controls, Wish};
use super::draw::draw;
use super::watch::Watch;

/// From one picture to the next.
const FRAME: Duration = Duration::from_millis(50);
/// The part of it for simulating.
const SIMULATING: Duration = Duration::from_millis(30);
/// So often it is measured which speed the machine keeps up with.
const MEASURE: Duration = Duration::from_secs(1);

/// What ends a program from outside.
#[cfg(unix)]
const SIGNALS: &[i32] = &[signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: &[i32] = &[signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT];

/// Shows the simulation until somebody has seen enough.
pub(super) fn show(watch: &mut Watch, controls: Controls) -> Result<(), Error> {
    // Before anything is changed, so that it is also undone if only half of it can be.
    let _restored = Restored;
    let mut terminal = ratatui::try_init().map_err(Error::Terminal)?;
    let ended = Arc::new(AtomicBool::new(false));
    for signal in SIGNALS {
        signal_hook::flag::register(*signal, ended.clone()).map_err(Error::Terminal)?;
    }
    watch_it(watch, controls, &mut terminal, &ended)
}

/// Gives the terminal back when dropped. After a panic that is done already, before its message.
struct Restored;

impl Drop for Restored {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            ratatui::restore();
        }
    }
}

fn watch_it(
    watch: &mut Watch,
    mut controls: Controls,
    terminal: &mut DefaultTerminal,
    ended: &AtomicBool,
) -> Result<(), Error> {
    let mut shown = Instant::now();
    let mut meter = Meter::new(watch.now());
    while !ended.load(Ordering::Relaxed) {
        let began = Instant::now();
        let until = controls.target(watch.now(), began.duration_since(shown));
        shown = began;
        watch.go_on(until, &mut || began.elapsed() >= SIMULATING)?;
        meter.read(watch.now() < until && controls.forward_to.is_none(), watch.now());
        controls.reached(watch.now());
        let kept = meter.kept;
        let drawn = terminal.draw(|frame| {
            let area = frame.area();
            draw(&Board::of(watch, &controls, kept, area.height.into()), area, frame.buffer_mut());
        });
        drawn.map_err(Error::Terminal)?;
        loop {
            let left = FRAME.saturating_sub(began.elapsed());
            if !event::poll(left).map_err(Error::Terminal)? {
                break;
            }
            match wish(&event::read().map_err(Error::Terminal)?) {
                Some(Wish::Quit) => return Ok(()),
                Some(wish) => {
                    controls.grant(wish, watch.plan().queues().len());
                    meter = Meter::new(watch.now());
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// Measures which speed the machine keeps up with.
struct Meter {
    since: Instant,
    from: Time,
    late: bool,
    /// The speed, where it was less than what was asked for.
    kept: Option<u32>,
}

impl Meter {
    fn new(now: Time) -> Self {
        Self { since: Instant::now(), from: now, late: false, kept: None }
    }

    fn read(&mut self, late: bool, now: Time) {
        self.late |= late;
        let gone = self.since.elapsed();
        if gone >= MEASURE {
            let speed = now.since(self.from).as_secs_f64() / gone.as_secs_f64();
            *self = Self { kept: self.late.then_some(speed as u32), ..Self::new(now) };
        }
    }
}

/// What an event of the terminal asks for.
fn wish(event: &Event) -> Option<Wish> {
    let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press | KeyEventKind::Repeat, .. }) = event else {
        return None;
    };
    match code {
        KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => Some(Wish::Quit),
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Some(Wish::Quit),
        KeyCode::Char(' ') => Some(Wish::Pause),
        KeyCode::Char('+' | '=') | KeyCode::Right => Some(Wish::Faster),
        KeyCode::Char('-' | '_') | KeyCode::Left => Some(Wish::Slower),
        KeyCode::Down | KeyCode::Tab => Some(Wish::NextQueue),
        KeyCode::Up | KeyCode::BackTab => Some(Wish::PreviousQueue),
        KeyCode::Char('a' | 'A') => Some(Wish::AllQueues),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_keys_quit() {
        let key = |code, modifiers| wish(&Event::Key(KeyEvent::new(code, modifiers)));
        assert_eq!(key(KeyCode::Char('q'), KeyModifiers::NONE), Some(Wish::Quit));
        assert_eq!(key(KeyCode::Esc, KeyModifiers::NONE), Some(Wish::Quit));
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Wish::Quit));
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::NONE), None);
        assert_eq!(wish(&Event::Resize(80, 24)), None);
    }
}
