//! What a watcher sees of a simulated day, on screens of every size.

use cordboard::engine::{CallState, Presence, SlotState};
use cordboard::{AgentId, QueueId};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::controls::Wish;
use super::*;

const MORNING: Time = Time::from_secs(9 * 3600);

fn hotel() -> Watch {
    let floors = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/floors");
    let plan = Plan::load(format!("{floors}/hotel.toml")).unwrap();
    let scenario = Scenario::load(format!("{floors}/hotel.scenario.toml"), &plan).unwrap();
    Watch::new(Arc::new(plan), &scenario, 1).unwrap()
}

/// The hotel at the first instant from nine o'clock on at which `shown` holds.
fn hotel_when(shown: impl Fn(&Board<'_>) -> bool) -> Watch {
    let mut watch = hotel();
    watch.go_on(MORNING, &mut || false).unwrap();
    while !shown(&board(&watch)) {
        watch.go_on(watch.now() + Span::from_secs(1), &mut || false).unwrap();
        assert!(!watch.ended(), "it never came to that");
    }
    watch
}

fn small(floor: &str, scenario: &str) -> Watch {
    let plan = Plan::from_toml(floor).unwrap();
    let scenario = Scenario::from_toml(scenario, &plan).unwrap();
    Watch::new(Arc::new(plan), &scenario, 1).unwrap()
}

fn controls() -> Controls {
    Controls::new(60, Time::ZERO)
}

fn board(watch: &Watch) -> Board<'_> {
    Board::of(watch, &controls(), None, 200)
}

fn screen(board: &Board<'_>, width: u16, height: u16) -> Vec<String> {
    picture(board, Rect::new(0, 0, width, height)).lines().map(str::to_owned).collect()
}

/// The line that begins with this word, as words.
fn row(lines: &[String], name: &str) -> Vec<String> {
    let found = lines.iter().find(|line| line.split_whitespace().next() == Some(name));
    found.unwrap_or_else(|| panic!("no {name} in {lines:#?}")).split_whitespace().map(str::to_owned).collect()
}

#[test]
fn every_queue_stands_on_an_old_terminal_with_the_engines_own_counts() {
    let watch = hotel_when(|board| board.total.waiting > 0 && board.total.ringing > 0);
    let lines = screen(&board(&watch), 80, 24);
    let engine = watch.engine();
    for (id, queue) in watch.plan().queues().iter().enumerate() {
        let id = QueueId(id as u32);
        let cells = row(&lines, &queue.name);
        let in_state = |states: &[CallState]| {
            let calls = watch.visits().filter(|visit| visit.queue == id);
            calls.filter(|visit| states.contains(&engine.call(visit.call).unwrap().state)).count().to_string()
        };
        assert_eq!(cells[1], in_state(&[CallState::Waiting]), "{lines:#?}");
        assert_eq!(cells[2], in_state(&[CallState::Ringing, CallState::Connecting]), "{lines:#?}");
        let both: u32 = cells[1..3].iter().map(|cell| cell.parse::<u32>().unwrap()).sum();
        assert_eq!(both, engine.queue_length(id));

        let figures = watch.tally().figures(watch.now());
        let visits = &figures.queues[id.index()].visits;
        let counted = [visits.offered, visits.answered, visits.abandoned].map(|count| count.to_string());
        assert_eq!(cells[4..7], counted);
        assert_eq!(cells[7..].join(" "), text::share(visits.in_target_of_offered));
    }
    let sum = |column: usize| -> u64 {
        watch.plan().queues().iter().map(|queue| row(&lines, &queue.name)[column].parse::<u64>().unwrap()).sum()
    };
    for column in [1, 2, 4, 5, 6] {
        assert_eq!(row(&lines, "all")[column], sum(column).to_string());
    }
}

#[test]
fn agents_are_counted_by_what_the_engine_says_they_do() {
    let watch = hotel_when(|board| board.states.len() >= 6);
    let (board, engine) = (board(&watch), watch.engine());
    let agents = || (0..watch.plan().agents().len()).map(|agent| AgentId(agent as u32));
    let count = |does: &dyn Fn(AgentId) -> bool| agents().filter(|agent| does(*agent)).count();
    let with = |state| count(&|agent| engine.slots(agent).any(|slot| slot.state == state));
    let free = |agent| engine.slots(agent).all(|slot| slot.state == SlotState::Free);
    let expected = [
        ("talking", with(SlotState::Talking)),
        ("holding", with(SlotState::Holding)),
        ("connecting", with(SlotState::Connecting)),
        ("ringing", with(SlotState::Ringing)),
        ("wrap-up", with(SlotState::WrapUp)),
        ("idle", count(&|agent| free(agent) && engine.agent(agent).unwrap().presence == Presence::Ready)),
        ("signed out", count(&|agent| engine.agent(agent).unwrap().presence == Presence::SignedOut)),
    ];
    for (state, agents) in expected {
        let shown = board.states.iter().find(|(name, _)| *name == state).map_or(0, |(_, count)| *count);
        assert_eq!(shown, agents, "{state}");
    }
    let lines = screen(&board, 80, 24);
    assert!(lines.iter().any(|line| line.contains(&format!("{} talking", with(SlotState::Talking)))), "{lines:#?}");
    for agent in agents().filter(|agent| engine.agent(*agent).unwrap().presence != Presence::SignedOut) {
        let name = &watch.plan().agents()[agent.index()].name;
        let section = lines.iter().skip_while(|line| !line.contains("─ agents")).skip(1);
        let mut section = section.take_while(|line| !line.starts_with('─'));
        assert!(section.any(|line| line.split_whitespace().any(|word| word == &**name)), "{name} in {lines:#?}");
    }
}

#[test]
fn a_call_that_waits_says_for_how_long_and_why_and_a_call_that_rings_who_is_rung() {
    let watch = hotel_when(|board| board.total.waiting > 0 && board.total.ringing > 0);
    let board = board(&watch);
    let lines = screen(&board, 80, 24);
    let (mut waiting, mut ringing) = (0, 0);
    for (visit, shown) in watch.visits().zip(&board.calls) {
        let cells = row(&lines, &visit.call.to_string());
        assert!(cells.contains(&text::length(watch.now().since(visit.started))), "{cells:?}");
        match watch.engine().call(visit.call).unwrap().state {
            CallState::Ringing => {
                let rung = watch.engine().offers(visit.call).next().unwrap().agent;
                let name = &watch.plan().agents()[rung.index()].name;
                assert!(shown.what.starts_with(&format!("rings {name}")), "{}", shown.what);
                ringing += 1;
            }
            CallState::Waiting => {
                let why = watch.engine().why_waiting(visit.call).unwrap();
                assert_eq!(shown.what, why.reasons(watch.plan(), &text::clock));
                assert!(shown.what.contains(cells.last().unwrap().trim_end_matches('…')), "{} {cells:?}", shown.what);
                waiting += 1;
            }
            _ => {}
        }
    }
    assert!(waiting > 0 && ringing > 0);
}

#[test]
fn no_column_is_cut_and_nothing_leaves_the_screen_whatever_its_size() {
    let watch = hotel_when(|board| board.total.ringing > 0);
    let board = board(&watch);
    let whole = screen(&board, 200, 60);
    let whole_row = |name: &str| row(&whole, name);
    for width in 1..=130 {
        for height in [1, 2, 3, 4, 5, 6, 8, 10, 13, 24, 50] {
            let lines = screen(&board, width, height);
            assert_eq!(lines.len(), usize::from(height));
            for line in &lines {
                assert!(text::width(line) <= width.into(), "{line}");
            }
            let Some(head) = lines.iter().position(|line| line.starts_with("queue ")) else {
                assert!(width < 24 || height < 5, "no queues at {width}x{height}");
                continue;
            };
            let headings = ["waiting", "ringing", "longest", "to", "call", "back", "offered", "answered"];
            let more = ["abandoned", "in", "target", "speed", "of", "answer", "queue"];
            let known: Vec<&str> = headings.into_iter().chain(more).collect();
            assert!(lines[head].split_whitespace().all(|word| known.contains(&word)), "{}", lines[head]);
            assert!(lines[head].contains("waiting"), "{}", lines[head]);
            for line in
                lines[head + 1..].iter().take_while(|line| !line.starts_with('─') && !line.starts_with("q quit"))
            {
                let mut cells = line.split_whitespace();
                let name = cells.next().unwrap().trim_end_matches('…');
                let name = watch.plan().queues().iter().map(|queue| &*queue.name).find(|full| full.starts_with(name));
                let whole = whole_row(name.unwrap_or("all"));
                assert!(cells.all(|cell| whole.iter().any(|whole| whole == cell)), "{line} of {whole:?}");
            }
        }
    }
}

#[test]
fn the_terminal_shows_the_very_picture_that_is_printed_and_follows_its_size() {
    let watch = hotel_when(|board| board.total.ringing > 0);
    let board = board(&watch);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    for (width, height) in [(80, 24), (120, 40), (40, 10), (1, 1)] {
        terminal.backend_mut().resize(width, height);
        terminal.draw(|frame| draw::draw(&board, frame.area(), frame.buffer_mut())).unwrap();
        let cells = terminal.backend().buffer().content().chunks(width.into());
        let shown: Vec<String> = cells.map(|cells| cells.iter().map(|cell| cell.symbol()).collect()).collect();
        let shown: Vec<&str> = shown.iter().map(|line| line.trim_end()).collect();
        assert_eq!(shown, screen(&board, width, height));
    }
}

#[test]
fn the_same_day_is_shown_however_it_is_cut_into_frames() {
    let (mut at_once, mut in_pieces) = (hotel(), hotel());
    at_once.go_on(MORNING, &mut || false).unwrap();
    let mut pieces = 0;
    while in_pieces.now() < MORNING {
        in_pieces.go_on(MORNING, &mut || true).unwrap();
        pieces += 1;
    }
    assert!(pieces > 10, "{pieces}");
    assert_eq!(at_once.engine().state_hash(), in_pieces.engine().state_hash());
    assert_eq!(screen(&board(&at_once), 80, 24), screen(&board(&in_pieces), 80, 24));
}

#[test]
fn a_frame_is_left_as_soon_as_its_time_is_used_however_much_there_is_to_simulate() {
    let mut watch = hotel();
    watch.go_on(MORNING, &mut || false).unwrap();
    let mut asked = 0;
    watch
        .go_on(Time::MAX, &mut || {
            asked += 1;
            asked == 3
        })
        .unwrap();
    assert_eq!(asked, 3);
    let gone = watch.now().since(MORNING);
    assert!(gone > Span::ZERO && gone < Span::from_secs(3600 * 3), "{gone}");
}

#[test]
fn the_last_events_come_first_and_can_be_those_of_one_queue() {
    let watch = hotel_when(|board| board.total.ringing > 0);
    let all = board(&watch);
    assert!(all.news.len() > 100);
    assert!(all.news.is_sorted_by(|later, earlier| later.at >= earlier.at));
    assert!(all.news.iter().any(|row| row.what.contains(" answers call ")));
    let lines = screen(&all, 80, 24);
    let newest = lines.iter().position(|line| line.contains("last events")).unwrap() + 1;
    assert!(lines[newest].starts_with(&all.news[0].at) && lines[newest].contains(&all.news[0].what), "{lines:#?}");

    let mut looking = controls();
    looking.grant(Wish::NextQueue, 4);
    let one = Board::of(&watch, &looking, None, 200);
    let comes = |board: &Board<'_>, queue: &str| {
        board.news.iter().filter(|row| row.what.contains(&format!(" comes to {queue}"))).count()
    };
    assert!(comes(&all, "guests") > 0 && comes(&all, "outside") > 0);
    assert!(comes(&one, "guests") == 0 && comes(&one, "outside") > 0);
    assert!(one.calls.iter().all(|row| row.queue == "outside"));
}

#[test]
fn the_pace_says_whether_time_goes_and_how_fast() {
    let mut watch = small("queues = [{ name = 'desk' }]", "hours = 1");
    let pace = |watch: &Watch, controls: &Controls, kept| Board::of(watch, controls, kept, 24).pace;
    let mut controls = controls();
    assert_eq!(pace(&watch, &controls, None), "x60");
    assert_eq!(pace(&watch, &controls, Some(12)), "x60 (keeps x12)");
    controls.grant(Wish::Pause, 1);
    assert_eq!(pace(&watch, &controls, None), "x60 paused");
    assert_eq!(pace(&watch, &Controls::new(60, Time::from_secs(1800)), None), "on to 00:30:00");
    watch.go_on(Time::MAX, &mut || false).unwrap();
    assert!(watch.ended());
    assert_eq!(pace(&watch, &controls, None), "ended");
}

#[test]
fn of_many_queues_the_one_looked_at_is_shown_and_the_total_always() {
    let queues: Vec<String> = (0..60).map(|queue| format!("{{ name = 'queue-{queue}' }}")).collect();
    let watch = small(&format!("queues = [{}]", queues.join(", ")), "hours = 1");
    for looked_at in 0..60 {
        let controls = Controls { queue: Some(looked_at), ..controls() };
        let lines = screen(&Board::of(&watch, &controls, None, 24), 80, 24);
        row(&lines, &format!("queue-{looked_at}"));
        row(&lines, "all");
        assert!(lines.iter().any(|line| line.contains(&format!("calls in queue-{looked_at}:"))), "{lines:#?}");
    }
}

#[test]
fn agents_for_whom_there_is_no_room_are_counted() {
    let agents: Vec<String> = (0..500).map(|agent| format!("{{ name = 'a{agent}', team = 'all' }}")).collect();
    let floor =
        format!("queues = [{{ name = 'desk' }}]\nteams = [{{ name = 'all' }}]\nagents = [{}]", agents.join(", "));
    let mut watch = small(&floor, "hours = 1\nshifts = [{ teams = ['all'], from = '00:00', to = '24:00' }]");
    watch.go_on(Time::from_secs(60), &mut || false).unwrap();
    let board = board(&watch);
    let lines = screen(&board, 80, 24);
    let above = lines.iter().take_while(|line| !line.starts_with("─ calls"));
    let cells = above.flat_map(|line| line.split_whitespace());
    let shown = cells.filter(|word| word.starts_with('a') && word[1..].parse::<u32>().is_ok()).count();
    assert!(shown > 8, "{lines:#?}");
    let more = format!("and {} more", 500 - shown);
    assert!(lines.iter().any(|line| line.contains(&more)), "{more} in {lines:#?}");
}

#[test]
fn chinese_names_keep_the_columns_in_line() {
    let floor = "queues = [{ name = '外线' }, { name = 'reservations' }]";
    let watch = small(floor, "hours = 1");
    let lines = screen(&board(&watch), 80, 24);
    let ends = |word: &str| lines.iter().find(|line| line.starts_with(word)).map(|line| text::width(line)).unwrap();
    assert_eq!(ends("外线"), ends("reservations"));
}

#[test]
fn a_time_to_begin_at_is_hours_and_minutes() {
    assert_eq!(time_of_day("08:30"), Ok(Time::from_secs(8 * 3600 + 1800)));
    assert_eq!(time_of_day("32:00"), Ok(Time::from_secs(32 * 3600)));
    for wrong in ["", "8", "8:60", "-1:00", "08:3x", "99999999999:00"] {
        assert!(time_of_day(wrong).is_err(), "{wrong}");
    }
}
