//! Every field of a scenario stands in the table of its documentation.

use std::collections::{BTreeMap, BTreeSet};

use cordboard::floor::Length;
use cordboard::sim::Distribution;
use cordboard::sim::scenario::*;

fn length() -> Option<Distribution> {
    Some(Distribution::Fixed(Length::secs(1)))
}

fn hold() -> Option<Hold> {
    Some(Hold { share: 0.5, length: Distribution::Never })
}

fn calls() -> Calls {
    Calls {
        patience: length(),
        talk: length(),
        hold: hold(),
        wrap_up: length(),
        ended_by_agent: Some(0.5),
        answer: length(),
        cannot_answer: Some(0.5),
        complaints: Some(0.5),
        transfers: Some(vec![Transfer { share: 0.5, to: Some(TransferTo::Queue("x".into())), consult: true }]),
        consults: Some(Consults { length: length(), patience: length(), conference: 0.5, back: 0.5 }),
        preferred: Some(Preferred { share: 0.5, agents: vec!["x".into()] }),
        keys: Some(vec![KeyShare { key: '1', share: 0.5, after: length() }]),
        callback: Some(Callback { share: 0.5, due: Some(Length::secs(1)), reached: Some(0.5), answer: length() }),
        message: Some(Message { share: 0.5, length: Distribution::Never }),
        dispositions: Some(BTreeMap::from([("*".into(), 0.5)])),
        again: Some(Again { share: 0.5, after: Distribution::Never }),
        retry: Some(Retry { refused: 0.5, abandoned: 0.5, after: Distribution::Never }),
    }
}

fn shift() -> Shift {
    Shift {
        name: "x".into(),
        teams: vec!["x".into()],
        agents: vec!["x".into()],
        days: vec!["mon".into()],
        from: "x".into(),
        to: "x".into(),
        breaks: vec![Break { at: "x".into(), stagger: Length::secs(1), length: Length::secs(1), reason: "x".into() }],
        allowance: Some(Allowance { breaks: vec![Length::secs(1)], reason: "x".into(), margin: Length::secs(1) }),
    }
}

fn inflow() -> Inflow {
    Inflow {
        queue: "x".into(),
        arrivals: Arrivals {
            per_hour: Some(1.0.into()),
            per_minute: Some(1.0.into()),
            every: Some(Length::secs(1)),
            overdispersed: Some(Overdispersion { cv: 0.5, every: Some(Length::secs(1)), shared: Some("x".into()) }),
            bursts: Some(Bursts { per_hour: 1.0, calls: BurstSize::Fixed(1), after: length() }),
            recorded: Some([RecordedCall::default()].into()),
        },
        tiers: BTreeMap::from([("*".into(), TierShare { share: 0.5, calls: calls() })]),
        needs: vec![NeedShare { share: 0.5, need: "x".into() }],
        calls: calls(),
        teams: BTreeMap::from([(
            "*".into(),
            TeamCalls { answer: length(), talk: length(), hold: hold(), wrap_up: length() },
        )]),
    }
}

/// A scenario with every field there is: without `..`, so that a new one cannot be forgotten.
fn everything() -> Scenario {
    Scenario {
        name: "x".into(),
        begins: Some("2024-01-01".into()),
        hours: Some(1.0),
        warm_up: Some(Length::secs(1)),
        drain: Some(Length::secs(1)),
        calls: calls(),
        agents: Agents {
            missed: 0.5,
            declined: 0.5,
            busy: 0.5,
            unreachable: 0.5,
            back_after_miss: length(),
            back_after_call: length(),
            late: Some(Late { share: 0.5, by: Distribution::Never }),
            absent: 0.5,
            phone_failures: Some(PhoneFailures { every: Length::secs(1), repair: Distribution::Never }),
        },
        supervisors: Supervisors {
            listen: Some(Listen {
                per_hour: 1.0,
                length: Distribution::Never,
                whisper: 0.5,
                barge: 0.5,
                take_over: 0.5,
            }),
            moves: Some(Moves { per_hour: 1.0, to: vec!["x".into()] }),
            approval: Approval { after: length(), refused: 0.5 },
        },
        switch: Switch { ring_delay: length(), connect_delay: length() },
        telephones: Telephones { answered: Some(0.5), busy: 0.5, answer: length() },
        follow_up: FollowUp { called_back: 0.5, closed: 0.5, after: length() },
        queues: vec![inflow()],
        shifts: vec![shift()],
        alternatives: vec![Roster { name: "x".into(), shifts: vec![shift()] }],
        faults: Faults {
            lost_hangups: 0.5,
            vanishing_agents: 0.5,
            back_after_vanishing: length(),
            duplicates: 0.5,
            late_answers: 0.5,
            nonsense: 0.5,
        },
    }
}

/// The path of everything in a value that is no table.
fn leaves(value: &toml::Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                leaves(value, &[path, name].join(if path.is_empty() { "" } else { "." }), paths);
            }
        }
        toml::Value::Array(list) if list.iter().any(toml::Value::is_table) => {
            list.iter().for_each(|item| leaves(item, path, paths));
        }
        _ => {
            paths.insert(path.to_owned());
        }
    }
}

#[test]
fn the_table_has_every_field_that_a_scenario_may_have_and_no_other() {
    let table =
        include_str!("../../src/sim/scenario/fields.rs").lines().filter_map(|line| line.strip_prefix("//! | `"));
    let rows: Vec<&str> = table.filter_map(|row| row.split_once("` |")).map(|(field, _)| field).collect();
    let text = toml::to_string(&everything()).unwrap();
    let mut paths = BTreeSet::new();
    leaves(&toml::Value::Table(text.parse().unwrap()), "", &mut paths);
    let covers =
        |row: &str, path: &str| path.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    for path in &paths {
        let found: Vec<_> = rows.iter().filter(|row| covers(row, path)).collect();
        assert_eq!(found.len(), 1, "`{path}` stands in {found:?}");
    }
    for row in &rows {
        assert!(paths.iter().any(|path| covers(row, path)), "no scenario has `{row}`");
    }
}
