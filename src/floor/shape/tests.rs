//! The shapes are held to the types of the floor.

use std::collections::BTreeMap;

use super::super::document::read_json;
use super::super::*;
use super::{FLOOR, Shape};

/// A floor in which nothing is left out.
fn full() -> Floor {
    let length = Some(Length::secs(1));
    let text = || "x".to_string();
    let rules = Rules {
        choice: Some(Choice::Linear),
        target: length,
        ring_limit: length,
        no_ring_limit: length,
        connect_limit: length,
        misses: Some(1),
        cool_down: length,
        delay_missed: length,
        delay_declined: length,
        delay_busy: length,
        delay_unreachable: length,
        wrap_up: Some(WrapUp::Timed(Length::secs(1))),
        hold_reminder: length,
        hold_limit: length,
        lease: length,
        after_call: Some(text()),
        ring_all_max: Some(1),
        ring_all_joins: Some(true),
        sticky: length,
        preferred_wait: length,
        transfer_limit: length,
        transfer_return: length,
        transfer_message: Some(true),
        transfer_resets_age: Some(true),
        escalation_step: length,
        escalation_stays: Some(true),
        complaint_role: Some(text()),
        callback_attempts: Some(1),
        callback_gap: length,
        callback_within: length,
        message_limit: length,
        refuse_when_empty: Some(vec![Absence::Busy]),
        leave_when_empty: Some(vec![Absence::NotReady, Absence::Unreachable, Absence::Busy]),
        length_limit: Some(1),
        wait_limit: length,
        wait_limit_spares_ring: Some(true),
    };
    let actions = vec![
        RungAction::Widen(text()),
        RungAction::Need(text()),
        RungAction::Lower(Lower { skill: text(), by: 1 }),
        RungAction::AddTeam(text()),
        RungAction::AddRole(text()),
        RungAction::Class(text()),
        RungAction::Credit(Length::secs(1)),
        RungAction::ToQueue(text()),
        RungAction::ToQueueReset(text()),
        RungAction::ToNumber(text()),
        RungAction::Disconnect(text()),
        RungAction::Message,
        RungAction::OfferMessage,
        RungAction::OfferCallback,
        RungAction::Notify(text()),
    ];
    let condition =
        Condition { nobody_signed_in: true, length: Some(1), waited: length, hours: Some(text()), days: vec![text()] };
    let (only_if, unless) = (Some(condition.clone()), Some(condition));
    let ladder = vec![Rung { after: Length::rings(3), only_if, unless, actions, now: true }];
    let actions = [
        KeyAction::Message,
        KeyAction::Callback,
        KeyAction::ToQueue(text()),
        KeyAction::ToNumber(text()),
        KeyAction::Disconnect(text()),
    ];
    let keys = Key::ALL.chars().zip(actions).map(|(key, action)| Key { key, action }).collect();
    Floor {
        name: text(),
        zone: Some(text()),
        ring_cadence: length,
        chain: vec![text()],
        supervision: Some(text()),
        skills: vec![text()],
        reasons: vec![text()],
        approval: vec![text()],
        dispositions: vec![text()],
        classes: vec![Class { name: text(), withdraws_ringing: true, starvation_bound: length }],
        rules: rules.clone(),
        limits: Limits { calls: Some(1), moves: Some(1), follow_ups: Some(0), remembered: Some(0) },
        trunks: Some(1),
        waiting_limit: Some(0),
        teams: vec![Team { name: text(), order: vec![OrderLevel::Alike(vec![text()])] }],
        agents: vec![Agent {
            name: text(),
            team: text(),
            role: Some(text()),
            skills: BTreeMap::from([(text(), 1)]),
            order: Some(vec![OrderLevel::Queue(text()), OrderLevel::Alike(vec![text(), text()])]),
            capacity: Some(1),
            weight: Some(1),
            endpoint: Some(text()),
        }],
        extensions: vec![Extension { name: text(), number: text() }],
        queues: vec![Queue {
            name: text(),
            need: Some(text()),
            teams: vec![text()],
            prefer: vec![text()],
            reserve: vec![Reserve { team: text(), keep: 1 }],
            class: Some(text()),
            credit: length,
            rules: Rules { wrap_up: Some(WrapUp::UntilDone), ..rules },
            ladder: ladder.clone(),
            ladder_for_all: true,
            keys,
        }],
        tiers: vec![Tier { name: text(), class: Some(text()), credit: length, ladder: Some(ladder) }],
        directory: vec![Entry {
            number: "1".into(),
            name: "x".into(),
            title: Some("x".into()),
            honorific: Some("x".into()),
            room: Some("x".into()),
            tier: Some(text()),
        }],
    }
}

/// Every field of a shape that the document does not have, by path.
fn absent(shape: &Shape, node: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    match shape {
        Shape::Table(fields) | Shape::Whole(fields) => {
            for (name, shape) in *fields {
                match node.get(name) {
                    Some(node) => absent(shape, node, &format!("{path}.{name}"), found),
                    None => found.push(format!("{path}.{name}")),
                }
            }
        }
        Shape::OneOf(alone, fields) => {
            let all = node.as_array().unwrap();
            let there = |name: &str| all.iter().any(|item| item.as_str() == Some(name) || item.get(name).is_some());
            let names = alone.iter().chain(fields.iter().map(|(name, _)| name));
            found.extend(names.filter(|name| !there(name)).map(|name| format!("{path}.{name}")));
        }
        Shape::List(item) if matches!(**item, Shape::OneOf(..)) => absent(item, node, path, found),
        // What only some of a list have is looked for in all of them together.
        Shape::List(item) if path.ends_with(".keys") => {
            let Shape::Whole(fields) = **item else { return };
            for (name, shape) in fields {
                let all = node.as_array().unwrap().iter().filter_map(|key| key.get(name)).cloned().collect();
                absent(shape, &serde_json::Value::Array(all), &format!("{path}.{name}"), found);
            }
        }
        Shape::List(item) => match node.get(0) {
            Some(node) => absent(item, node, path, found),
            None => found.push(path.to_owned()),
        },
        _ => {}
    }
}

#[test]
fn the_shapes_are_those_of_the_floors_types() {
    let floor = full();
    let json = serde_json::to_string(&floor).unwrap();
    // Every field of the types is known to the shapes …
    assert_eq!(Floor::from_json(&json).as_ref(), Ok(&floor));
    // … and every field of the shapes is one of the types'.
    let mut found = Vec::new();
    absent(&FLOOR, &serde_json::from_str(&json).unwrap(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
    assert!(read_json(&json).is_ok());
}

#[cfg(feature = "toml")]
#[test]
fn a_floor_reads_back_from_its_own_toml_and_json() {
    let floor = full();
    assert_eq!(Floor::from_toml(&toml::to_string(&floor).unwrap()).as_ref(), Ok(&floor));
    let empty = Floor::default();
    assert_eq!(Floor::from_json(&serde_json::to_string(&empty).unwrap()).as_ref(), Ok(&empty));
    assert_eq!(Floor::from_toml(&toml::to_string(&empty).unwrap()).as_ref(), Ok(&empty));
}
