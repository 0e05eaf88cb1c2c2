//! Staffing, changes and sweeps, on small floors.

use std::collections::BTreeSet;
use std::sync::Arc;

use cordboard::floor::Length;
use cordboard::planning::{
    Change, ChangeError, CheckOptions, Forecast, Pattern, StaffError, StaffOptions, Staffing, Sweep, SweepError, staff,
    what_if,
};
use cordboard::sim::scenario::{Arrivals, RecordedCall};
use cordboard::sim::{Ended, Moment, Runs, Scenario};
use cordboard::{Plan, Span, Time};

const FLOOR: &str = r#"
    name = "Two languages"
    skills = ["english", "spanish"]
    teams = [{ name = "english desk" }, { name = "spanish desk" }, { name = "chiefs" }]
    agents = [
        { name = "ann", team = "english desk", skills = { english = 5 } },
        { name = "bob", team = "english desk", skills = { english = 5 } },
        { name = "cat", team = "english desk", skills = { english = 5 } },
        { name = "dora", team = "spanish desk", skills = { spanish = 5 } },
        { name = "eva", team = "spanish desk", skills = { spanish = 5, english = 1 } },
        { name = "zoe", team = "chiefs", role = "manager" },
    ]
    rules = { target = "20s", wrap_up = { timed = "30s" } }
    queues = [
        { name = "english", need = "english >= 3", teams = ["english desk"] },
        { name = "spanish", need = "spanish >= 3", teams = ["spanish desk"] },
    ]
"#;

const SCENARIO: &str = r#"
    name = "A day"
    calls = { patience = { exponential = "2m" }, talk = { exponential = "3m" }, wrap_up = { fixed = "1m" } }
    [[queues]]
    queue = "english"
    arrivals = { per_hour = [0,0,0,0,0,0,0,0, 20,30,40,40, 30,30,40,40, 30,20,10,0, 0,0,0,0] }
    [[queues]]
    queue = "spanish"
    arrivals = { per_hour = [0,0,0,0,0,0,0,0, 5,5,5,5, 5,5,5,5, 5,5,0,0, 0,0,0,0] }
    calls = { talk = { fixed = "4m" } }
    [[shifts]]
    teams = ["english desk", "spanish desk"]
    from = "08:00"
    to = "19:00"
    [[shifts]]
    teams = ["chiefs"]
    from = "00:00"
    to = "24:00"
"#;

fn given() -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap());
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap();
    (plan, scenario)
}

#[test]
fn a_forecast_has_the_calls_of_each_interval_and_the_time_they_take() {
    let (plan, scenario) = given();
    let forecast = Forecast::of(&plan, &scenario, Span::from_secs(1_800)).unwrap();
    let [english, spanish] = &forecast.queues[..] else { panic!("{forecast:?}") };
    assert_eq!((english.calls.len(), english.calls[15], english.calls[16], english.calls[21]), (48, 0.0, 10.0, 20.0));
    assert_eq!(english.calls.iter().sum::<f64>(), 330.0);
    // 3 min of talk and 30 s of the minute of wrap-up that the floor allows.
    assert_eq!((english.handle_s, spanish.handle_s), (210.0, 270.0));
    assert_eq!((english.delay_s, english.patience_s), (0.0, Some(120.0)));
}

#[test]
fn recorded_calls_are_forecast_as_the_mean_of_their_days_and_cannot_be_multiplied() {
    let (plan, mut scenario) = given();
    let call = |secs, talk: Option<u64>| RecordedCall {
        at: Length::secs(secs),
        talk: talk.map(Length::secs),
        ..RecordedCall::default()
    };
    // At nine on the first day two, on the third day one; the fourth day is not simulated.
    let calls = [(32_400, Some(60)), (32_500, Some(120)), (2 * 86_400 + 33_000, None), (3 * 86_400 + 32_400, None)];
    let calls: Vec<RecordedCall> = calls.into_iter().map(|(at, talk)| call(at, talk)).collect();
    scenario.hours = Some(72.0);
    scenario.queues[0].arrivals = Arrivals { recorded: Some(calls.into()), ..Arrivals::default() };
    let forecast = Forecast::of(&plan, &scenario, Span::from_secs(3_600)).unwrap();
    let english = &forecast.queues[0];
    assert_eq!((english.calls[9], english.calls.iter().sum::<f64>()), (1.5, 1.5));
    // Two thirds of them talk 90 s, the others 3 min; half a minute of wrap-up.
    assert!((english.handle_s - (2.0 * 90.0 + 180.0) / 3.0 - 30.0).abs() < 1e-9, "{}", english.handle_s);
    let error = Change::of("volume", "2").unwrap().apply(&plan, &scenario).unwrap_err();
    assert_eq!(error, ChangeError::Recorded("english".into()));
    let longer = Change::of("handle_time.spanish", "2").unwrap().apply(&plan, &scenario).unwrap().1;
    assert_eq!(longer.queues[0].arrivals, scenario.queues[0].arrivals);
}

#[test]
fn recorded_calls_last_longer_and_their_callers_are_more_patient_too() {
    let (plan, mut scenario) = given();
    let secs = |secs: u64| Some(Length::secs(secs));
    let call = |at, talk, patience, waited| RecordedCall { at, talk, patience, waited, ..RecordedCall::default() };
    let calls = [call(Length::secs(32_400), secs(60), None, secs(7)), call(Length::secs(32_500), None, secs(40), None)];
    scenario.queues[0].arrivals = Arrivals { recorded: Some(calls.into()), ..Arrivals::default() };
    let recorded = |change: &str| {
        let changed = change.parse::<Change>().unwrap().apply(&plan, &scenario).unwrap().1;
        let calls = changed.queues[0].arrivals.recorded.clone().unwrap();
        calls.iter().map(|call| (call.at, call.talk, call.patience, call.waited)).collect::<Vec<_>>()
    };
    let (first, second) = (Length::secs(32_400), Length::secs(32_500));
    assert_eq!(recorded("handle_time=2"), [(first, secs(120), None, secs(7)), (second, None, secs(40), None)]);
    assert_eq!(recorded("patience=2"), [(first, secs(60), None, secs(14)), (second, None, secs(80), None)]);
}

#[test]
fn queues_that_share_nobody_are_staffed_apart_and_who_is_not_planned_works_as_before() {
    let (plan, scenario) = given();
    let options = StaffOptions { check: None, ..StaffOptions::default() };
    let staffing = staff(&plan, &scenario, &options, &|_| true).unwrap();
    let [english, spanish] = &staffing.pools[..] else { panic!("{staffing:?}") };
    assert_eq!((&english.queues[..], &spanish.queues[..]), (&["english".to_owned()][..], &["spanish".to_owned()][..]));
    for pool in [english, spanish] {
        assert!(
            pool.proven_least
                && pool.people as usize == pool.shifts.iter().map(|shift| shift.agents.len()).sum::<usize>()
        );
        for interval in &pool.intervals {
            assert!(interval.cover >= interval.scheduled && interval.scheduled == interval.required, "{interval:?}");
            assert!(interval.required == 0 || interval.calls > 0.0, "{interval:?}");
            assert!(interval.calls == 0.0 || interval.expected_level > Some(0.8), "{interval:?}");
        }
        let names: BTreeSet<&String> = pool.shifts.iter().flat_map(|shift| &shift.agents).collect();
        assert_eq!(names.len(), pool.people as usize, "nobody works twice a day");
    }
    // Forty calls an hour of 210 s, mean patience 2 min: 67.8 % in 20 s by three agents, 84.8 % by four.
    assert_eq!(english.intervals[21].required, 4);
    assert_eq!(english.people as usize - english.hired.len(), 3);
    assert!(english.hired.iter().all(|name| staffing.plan.agent(name).is_some()), "{:?}", english.hired);
    let chiefs = staffing.rostered.shifts.iter().filter(|shift| shift.teams == ["chiefs"]).count();
    assert_eq!(chiefs, 1);
}

#[test]
fn the_roster_reads_back_from_what_is_pasted_and_is_what_was_planned() {
    let (plan, scenario) = given();
    let options = StaffOptions { check: None, ..StaffOptions::default() };
    let staffing = staff(&plan, &scenario, &options, &|_| true).unwrap();
    let pasted = format!("name = \"A day\"\n{}", staffing.shifts_toml());
    let read = Scenario::from_toml(&pasted, &staffing.plan).unwrap();
    let planned = staffing.rostered.shifts.iter().filter(|shift| shift.teams.is_empty());
    assert!(planned.eq(&read.shifts));
}

#[test]
fn a_roster_that_misses_in_simulation_gets_more_people_until_it_does_not() {
    let (plan, mut scenario) = given();
    // Every third phone rings out: the formulas do not know.
    scenario.agents.missed = 0.3;
    let check = CheckOptions { seed: 1, replications: 10, rounds: 0 };
    let options = StaffOptions { check: Some(check), ..StaffOptions::default() };
    let once = staff(&plan, &scenario, &options, &|_| true).unwrap();
    assert_eq!((once.met, once.rounds), (Some(false), 1));
    let options = StaffOptions { check: Some(CheckOptions { rounds: 20, ..check }), ..options };
    let often = staff(&plan, &scenario, &options, &|_| true).unwrap();
    assert_eq!(often.met, Some(true));
    assert!(often.rounds > 1 && often.pools[0].paid_hours > once.pools[0].paid_hours);
    for interval in often.pools.iter().flat_map(|pool| &pool.intervals).filter(|interval| interval.calls > 0.0) {
        let level = interval.simulated_level.unwrap();
        assert!(level.mean.unwrap() + level.half_width.unwrap() >= 0.8 && level.n == 10, "{interval:?}");
    }
}

#[test]
fn whoever_stops_the_check_of_a_roster_gets_what_is_known_of_it_and_no_verdict() {
    let (plan, scenario) = given();
    // Long enough to be stopped in.
    let scenario = Scenario { hours: Some(480.0), ..scenario };
    let check = CheckOptions { replications: 20, ..CheckOptions::default() };
    let options = StaffOptions { check: Some(check), ..StaffOptions::default() };
    let third = |moment: &Moment| moment.replication < 3;
    let stopped = staff(&plan, &scenario, &options, &third).unwrap();
    assert_eq!((stopped.ended, stopped.met, stopped.rounds), (Ended::Stopped, None, 1));
    let ended = stopped.replications;
    assert!((1..20).contains(&ended), "those that had ended: {ended}");
    let level = |staffing: &Staffing| staffing.pools[0].intervals[21].simulated_level;
    assert_eq!(level(&stopped).unwrap().n, ended);
    let planned = |moment: &Moment| moment.at == Time::ZERO;
    let none = staff(&plan, &scenario, &options, &planned).unwrap();
    assert_eq!((none.ended, none.rounds, none.replications, level(&none)), (Ended::Stopped, 0, 0, None));
    let unchecked = StaffOptions { check: None, ..options };
    let unchecked = staff(&plan, &scenario, &unchecked, &planned).unwrap();
    assert_eq!((unchecked.ended, &unchecked.pools), (Ended::Count, &none.pools), "the roster by the formulas");
}

#[test]
fn whoever_stops_the_planning_gets_the_roster_before_and_without_one_what_was_asked_for() {
    let (plan, mut scenario) = given();
    scenario.agents.missed = 0.3;
    let check = CheckOptions { seed: 1, replications: 10, rounds: 20 };
    let options = StaffOptions { check: Some(check), ..StaffOptions::default() };
    for check in [options.check, None] {
        let none = staff(&plan, &scenario, &StaffOptions { check, ..options.clone() }, &|_| false).unwrap();
        assert_eq!((none.ended, none.rounds, none.met, none.pools.len()), (Ended::Stopped, 0, None, 0));
        assert_eq!((none.share, none.seed), (0.8, check.map(|check| check.seed)));
    }
    let first = |moment: &Moment| moment.alternative == 0;
    let stopped = staff(&plan, &scenario, &options, &first).unwrap();
    assert_eq!(
        (stopped.ended, stopped.met, stopped.rounds, stopped.replications),
        (Ended::Stopped, Some(false), 1, 10)
    );
    assert!(stopped.pools.iter().flat_map(|pool| &pool.intervals).all(|interval| interval.raised == 0));
}

#[test]
fn who_is_away_for_shrinkage_is_paid_and_the_others_are_enough() {
    let (plan, scenario) = given();
    let check = CheckOptions { replications: 10, ..CheckOptions::default() };
    let options = StaffOptions { shrinkage: 0.3, check: Some(check), ..StaffOptions::default() };
    let staffing = staff(&plan, &scenario, &options, &|_| true).unwrap();
    for interval in staffing.pools.iter().flat_map(|pool| &pool.intervals) {
        let needed = f64::from(interval.required + interval.raised);
        assert!(f64::from(interval.scheduled) * 0.7 >= needed - 1e-9, "{interval:?}");
        assert!(f64::from(interval.scheduled) * 0.7 < needed + 0.7, "{interval:?}");
    }
    assert_eq!(staffing.met, Some(true));
    // The same people without shrinkage are too many: the check has not had all of them at their desks.
    let full =
        what_if(&staffing.plan, &staffing.rostered, &["volume=1".parse().unwrap()], &Runs::new(10), 1, &|_| true)
            .unwrap();
    let level = full.alternatives[0].get("service level").unwrap().value.mean.unwrap();
    assert!(level > 0.9, "{level}");
}

#[test]
fn own_shifts_and_minimums_and_a_stricter_time_are_kept() {
    let (plan, scenario) = given();
    let own = Pattern::of_scenario(&scenario);
    assert_eq!(own, [Pattern { from: 0, minutes: 1_440 }, Pattern { from: 480, minutes: 660 }]);
    let options = StaffOptions {
        within: Some(Span::from_secs(5)),
        minimum: 3,
        peak_minimum: 9,
        patterns: own,
        check: None,
        teams: vec!["english desk".into(), "spanish desk".into()],
        ..StaffOptions::default()
    };
    let staffing = staff(&plan, &scenario, &options, &|_| true).unwrap();
    let spanish = &staffing.pools[1];
    // All its intervals are of the peak.
    assert!(spanish.intervals.iter().all(|interval| interval.required == if interval.calls > 0.0 { 9 } else { 0 }));
    assert_eq!((spanish.shifts.len(), spanish.paid_hours), (1, 99.0));
    assert_eq!(staffing.plan.queues()[0].rules.target, Span::from_secs(5));
}

#[test]
fn what_cannot_be_staffed_says_why() {
    let (plan, scenario) = given();
    let staffing = |options: StaffOptions| staff(&plan, &scenario, &options, &|_| true).unwrap_err();
    let none = StaffOptions { check: None, ..StaffOptions::default() };
    assert_eq!(
        staffing(StaffOptions { teams: vec!["x".into()], ..none.clone() }),
        StaffError::NoTeam {
            name: "x".into(),
            known: ["english desk", "spanish desk", "chiefs"].map(str::to_owned).into()
        }
    );
    let chiefs = StaffOptions { teams: vec!["chiefs".into()], ..none.clone() };
    assert_eq!(staffing(chiefs), StaffError::Nobody("english".into()));
    for wrong in [
        StaffOptions { interval: Span::from_secs(7 * 60), ..none.clone() },
        StaffOptions { interval: Span::from_millis(90_500), ..none.clone() },
        StaffOptions { shrinkage: 1.0, ..none.clone() },
        StaffOptions { shrinkage: f64::NAN, ..none.clone() },
        StaffOptions { check: Some(CheckOptions { replications: 1, ..CheckOptions::default() }), ..none.clone() },
    ] {
        assert!(matches!(staffing(wrong), StaffError::Option { .. }));
    }
    assert!(matches!(staffing(StaffOptions { share: 1.0, ..none.clone() }), StaffError::Erlang(_)));
    assert!(matches!(staffing(StaffOptions { patterns: Vec::new(), ..none }), StaffError::Cover(_)));
}

#[test]
fn two_more_spanish_speakers_make_spanish_callers_wait_less_and_change_nothing_for_the_others() {
    let (plan, scenario) = given();
    let comparison = what_if(&plan, &scenario, &["2 spanish".parse().unwrap()], &Runs::new(10), 1, &|_| true).unwrap();
    let [now, then] = &comparison.alternatives[..] else { panic!() };
    assert_eq!((now.name.as_str(), then.name.as_str()), ("as it is", "2 spanish"));
    let level = |queue: usize| then.queues[queue].get("service level").unwrap().difference.unwrap();
    assert!(level(1).mean.unwrap() - level(1).half_width.unwrap() > 0.0, "{:?}", level(1));
    // The very same calls, the very same agents.
    assert_eq!((level(0).mean, level(0).half_width), (Some(0.0), Some(0.0)));
    let hours = then.get("desk hours").unwrap().difference.unwrap();
    // Eleven hours each, and to the end of their last calls.
    assert!((hours.mean.unwrap() - 22.0).abs() < 0.5, "{hours:?}");
}

#[test]
fn agents_come_like_an_agent_a_team_or_a_skill_and_go_again() {
    let (plan, scenario) = given();
    let after = |text: &str| text.parse::<Change>().unwrap().apply(&plan, &scenario).unwrap();
    let names = |text: &str| -> Vec<String> {
        after(text).0.agents().iter().skip(6).map(|agent| agent.name.to_string()).collect()
    };
    assert_eq!(names("3 spanish"), ["dora 2", "eva 2", "dora 3"]);
    assert_eq!(names("1 english desk"), ["ann 2"]);
    assert_eq!(names("agents.bob=1"), ["bob 2"]);
    assert_eq!(names("0 bob"), Vec::<String>::new());
    let shifts = after("-1 english desk").1.shifts;
    assert_eq!(shifts[0].agents, ["ann", "bob", "dora", "eva"]);
    let named = Scenario { shifts: shifts.clone(), ..scenario.clone() };
    let joined = Change::of("agents.bob", "1").unwrap().apply(&plan, &named).unwrap().1;
    assert_eq!(joined.shifts[0].agents, ["ann", "bob", "dora", "eva", "bob 2"]);
}

#[test]
fn calls_handle_times_patience_targets_and_any_field_can_be_changed() {
    let (plan, scenario) = given();
    let after = |text: &str| text.parse::<Change>().unwrap().apply(&plan, &scenario).unwrap();
    let forecast = |text: &str| {
        let (plan, scenario) = after(text);
        Forecast::of(&plan, &scenario, Span::from_secs(3_600)).unwrap().queues
    };
    let calls = |text: &str| -> Vec<f64> { forecast(text).iter().map(|queue| queue.calls.iter().sum()).collect() };
    assert_eq!((calls("volume=1.5"), calls("volume.spanish=0")), (vec![495.0, 75.0], vec![330.0, 0.0]));
    let handle = |text: &str| -> Vec<f64> { forecast(text).iter().map(|queue| queue.handle_s).collect() };
    // The floor cuts the wrap-up at 30 s, a quarter of it is 15 s.
    assert_eq!(handle("handle_time=2"), [390.0, 510.0]);
    assert_eq!(handle("handle_time.english=0.25"), [60.0, 270.0]);
    assert_eq!(forecast("patience=0.5")[0].patience_s, Some(60.0));
    assert_eq!(
        forecast("patience.spanish=3").iter().map(|q| q.patience_s).collect::<Vec<_>>(),
        [Some(120.0), Some(360.0)]
    );
    assert_eq!(after("target=45s").0.queues()[1].rules.target, Span::from_secs(45));
    assert_eq!(after("floor.queues.english.rules.target=9s").0.queues()[0].rules.target, Span::from_secs(9));
    assert_eq!(after("floor.agents.eva.skills.english=7").0.floor().agents[4].skills["english"], 7);
    assert_eq!(after("scenario.agents.missed=0.1").1.agents.missed, 0.1);
    assert_eq!(after("scenario.hours=48").1.hours, Some(48.0));
    for text in ["2 spanish", "-3 ann", "volume.english=1.2", "target=20s", "floor.rules.misses=3", "scenario.hours=2"]
    {
        assert_eq!(text.parse::<Change>().unwrap().to_string().parse::<Change>().unwrap(), text.parse().unwrap());
    }
}

#[test]
fn a_change_that_cannot_be_made_says_why() {
    let (plan, scenario) = given();
    let wrong = |text: &str| match text.parse::<Change>() {
        Ok(change) => change.apply(&plan, &scenario).unwrap_err(),
        Err(error) => error,
    };
    for text in ["", "spanish", "two spanish", "volume", "volume=much", "speed=2", "target=soon", "floor=2"] {
        assert!(matches!(wrong(text), ChangeError::Malformed(_)), "{text}: {:?}", wrong(text));
    }
    for text in ["volume=-1", "handle_time=0", "patience=NaN", "1001 spanish", "-4 english desk"] {
        assert!(matches!(wrong(text), ChangeError::OutOfRange { .. }), "{text}: {:?}", wrong(text));
    }
    let unknown = wrong("2 dutch").to_string();
    assert!(unknown.contains("`dutch`") && unknown.contains("spanish desk"), "{unknown}");
    assert!(wrong("volume.dutch=2").to_string().contains("english, spanish"));
    assert!(wrong("floor.queues.dutch.rules.target=2s").to_string().contains("expected one of english, spanish"));
    assert!(matches!(wrong("floor.rules.choise=longest-idle"), ChangeError::Misfit { .. }));
    assert!(matches!(wrong("floor.agents.ann.team=x"), ChangeError::Problems(_)));
    assert!(matches!(wrong("floor.name.x=2"), ChangeError::Misfit { .. }));
}

#[test]
fn a_sweep_goes_from_value_to_value_with_the_same_calls() {
    let (plan, scenario) = given();
    let sweep: Sweep = "agents.spanish=0..2".parse().unwrap();
    let result = sweep.run(&plan, &scenario, &Runs::new(5), 1, &|_| true).unwrap();
    let of = |name| -> Vec<f64> {
        result.points.iter().map(|point| point.compared.get(name).unwrap().value.mean.unwrap()).collect()
    };
    assert_eq!(result.points.iter().map(|point| point.value.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    let (calls, levels) = (of("calls"), of("service level"));
    assert!(calls.iter().all(|count| *count == calls[0]) && levels.is_sorted(), "{calls:?} {levels:?}");
    let third = |moment: &Moment| moment.replication < 2;
    let stopped = sweep.run(&plan, &scenario, &Runs::new(5), 1, &third).unwrap();
    assert_eq!((result.ended, stopped.ended), (Ended::Count, Ended::Stopped));
    let whole = sweep.run(&plan, &scenario, &Runs::new(stopped.replications), 1, &|_| true).unwrap();
    assert!(
        (1..5).contains(&stopped.replications) && stopped.points == whole.points,
        "the replications that all had ended"
    );
    let values = |text: &str| text.parse::<Sweep>().unwrap().values;
    assert_eq!(values("volume=0.8..1.2..0.1"), ["0.8", "0.9", "1", "1.1", "1.2"]);
    assert_eq!(values("target=10s..40s..15s"), ["10s", "25s", "40s"]);
    assert_eq!(values("floor.rules.choice=longest-idle, best-skilled"), ["longest-idle", "best-skilled"]);
    for text in ["volume", "volume=2..1", "volume=1..2..0", "target=1..2s", "volume=1..2..3..4"] {
        assert!(matches!(text.parse::<Sweep>(), Err(SweepError::Malformed(_))), "{text}");
    }
    assert_eq!("volume=0..1..0.001".parse::<Sweep>(), Err(SweepError::Values(1001)));
    let wrong = Sweep { knob: "volume".into(), values: vec!["1".into(), "x".into()] };
    assert!(matches!(wrong.run(&plan, &scenario, &Runs::new(2), 1, &|_| true), Err(SweepError::Change { .. })));
}

#[test]
fn a_roster_is_checked_on_the_day_on_which_most_calls_come() {
    let (plan, mut scenario) = given();
    let arrivals = |text: &str| Scenario::from_toml(text, &plan).unwrap().queues.remove(0).arrivals;
    // A Monday with four times the calls of any other day, and phones that are not answered.
    let week = "queues = [{ queue = \"english\", arrivals = { per_hour = { mon = 60, tue = 15, wed = 15, thu = 15, \
                fri = 15, sat = 15, sun = 15 } } }]";
    scenario.queues.truncate(1);
    scenario.queues[0].arrivals = arrivals(week);
    scenario.agents.missed = 0.3;
    scenario.hours = Some(168.0);
    let once = |scenario: &Scenario, hours: f64| {
        let scenario = Scenario { hours: Some(hours), ..scenario.clone() };
        let options = StaffOptions {
            interval: Span::from_secs(4 * 3_600),
            patterns: Pattern::grid(&[480], 240),
            check: Some(CheckOptions { rounds: 0, replications: 10, seed: 1 }),
            ..StaffOptions::default()
        };
        let staffing = staff(&plan, &scenario, &options, &|_| true).unwrap();
        let levels: Vec<f64> =
            staffing.pools[0].intervals.iter().map(|of| of.simulated_level.unwrap().mean.unwrap()).collect();
        (staffing, levels)
    };
    let (staffing, levels) = once(&scenario, 168.0);
    let (monday, alone) = once(&scenario, 24.0);
    assert!(staffing.days_differ && !monday.days_differ);
    assert_eq!(staffing.pools[0].people, monday.pools[0].people);
    for (level, alone) in levels.iter().zip(&alone) {
        assert!((level - alone).abs() < 0.06, "{levels:?} and {alone:?}");
    }
    assert_eq!(staffing.met, Some(false), "{levels:?}");
    // What comes in the warm-up is not counted, so Monday cannot be looked at.
    scenario.warm_up = Some(Length::secs(86_400));
    let (_, tuesday) = once(&scenario, 168.0);
    assert!(tuesday.iter().zip(&levels).all(|(quiet, busy)| quiet > busy), "{tuesday:?} and {levels:?}");
}
