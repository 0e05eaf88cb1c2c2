//! The shape of a floor's text: which fields there are and what kind of value each holds.
//!
//! [`mend`] walks a whole document, reports every value that does not fit, and puts something harmless in its place, so
//! that one mistake hides no other and what remains deserialises. A test holds the shapes to the types of the floor.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::compile::shown;
use super::document::{Field, Node, Value};
use super::limits::SKILLS_MAX;
use super::need::LEVEL_MAX;
use super::problem::{FieldPath, Found, Hints, Problem, ProblemKind};
use super::{Choice, Length, defaults};

/// What kind of value a field holds.
pub(crate) enum Shape {
    Text,
    /// Text about a caller, never shown (G13).
    Masked,
    Bool,
    /// A whole number: the largest that can be held at all, and the range it should be in, which is checked later.
    Number(u32, u32, u32),
    Length,
    /// One of a few names.
    Name(fn(&Node) -> bool, &'static str),
    List(&'static Shape),
    /// Names of the writer's choice, no more than a floor has skills, all with the same kind of value.
    Map(&'static Shape),
    /// Named fields, each of which may be left out.
    Table(&'static [(&'static str, Shape)]),
    /// A table of exactly one of these fields.
    OneOf(&'static [(&'static str, Shape)]),
    /// A length or one of these names alone, or a table of exactly one of these fields.
    LengthOr(&'static [&'static str], &'static [(&'static str, Shape)]),
}

use Shape::{Bool, LengthOr, List, Map, Masked, Name, Number, OneOf, Table, Text};

const LEVEL: Shape = Number(u8::MAX as u32, 1, LEVEL_MAX as u32);
const LEVELS: Shape = Number(u8::MAX as u32, 1, LEVEL_MAX as u32 - 1);

const RULES: Shape = Table(&[
    ("choice", Name(|node| Choice::deserialize(node).is_ok(), "longest-idle, best-skilled, linear or random")),
    ("target", Shape::Length),
    ("ring_limit", Shape::Length),
    ("no_ring_limit", Shape::Length),
    ("connect_limit", Shape::Length),
    ("misses", Number(u16::MAX as u32, 0, defaults::MISSES_MAX as u32)),
    ("cool_down", Shape::Length),
    ("delay_missed", Shape::Length),
    ("delay_declined", Shape::Length),
    ("delay_busy", Shape::Length),
    ("delay_unreachable", Shape::Length),
    ("wrap_up", LengthOr(&["until_done"], &[("timed", Shape::Length)])),
    ("hold_reminder", Shape::Length),
    ("hold_limit", Shape::Length),
    ("lease", Shape::Length),
    ("length_limit", Number(u32::MAX, 0, defaults::LENGTH_LIMIT_MAX)),
    ("wait_limit", Shape::Length),
    ("wait_limit_spares_ring", Bool),
]);

const LADDER: Shape = List(&Table(&[
    ("after", Shape::Length),
    (
        "do",
        List(&OneOf(&[
            ("widen", Text),
            ("need", Text),
            ("lower", Table(&[("skill", Text), ("by", LEVELS)])),
            ("add_team", Text),
            ("add_role", Text),
            ("class", Text),
            ("credit", Shape::Length),
            ("to_queue", Text),
            ("to_queue_reset", Text),
            ("to_number", Text),
            ("disconnect", Text),
            ("notify", Text),
        ])),
    ),
    ("now", Bool),
]));

/// The shape of a whole floor.
pub(crate) const FLOOR: Shape = Table(&[
    ("name", Text),
    ("ring_cadence", Shape::Length),
    ("chain", List(&Text)),
    ("skills", List(&Text)),
    ("reasons", List(&Text)),
    ("classes", List(&Table(&[("name", Text), ("withdraws_ringing", Bool), ("starvation_bound", Shape::Length)]))),
    ("rules", RULES),
    (
        "limits",
        Table(&[
            ("calls", Number(u32::MAX, 1, defaults::CALLS_MAX)),
            ("moves", Number(u16::MAX as u32, 1, defaults::MOVES_MAX as u32)),
        ]),
    ),
    ("teams", List(&Table(&[("name", Text)]))),
    (
        "agents",
        List(&Table(&[
            ("name", Text),
            ("team", Text),
            ("role", Text),
            ("skills", Map(&LEVEL)),
            ("capacity", Number(u8::MAX as u32, 1, defaults::CAPACITY_MAX as u32)),
            ("endpoint", Text),
        ])),
    ),
    (
        "queues",
        List(&Table(&[
            ("name", Text),
            ("need", Text),
            ("teams", List(&Text)),
            ("class", Text),
            ("credit", Shape::Length),
            ("rules", RULES),
            ("ladder", LADDER),
            ("ladder_for_all", Bool),
        ])),
    ),
    ("tiers", List(&Table(&[("name", Text), ("class", Text), ("credit", Shape::Length), ("ladder", LADDER)]))),
    (
        "directory",
        List(&Table(&[
            ("number", Masked),
            ("name", Masked),
            ("title", Masked),
            ("honorific", Masked),
            ("room", Masked),
            ("tier", Text),
        ])),
    ),
]);

impl Shape {
    fn expected(&self) -> String {
        let names = |names: &mut dyn Iterator<Item = &'static str>| {
            names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        match self {
            Text | Masked => "text in quotes".into(),
            Bool => "true or false".into(),
            Number(_, min, max) => format!("a whole number from {min} to {max}"),
            Shape::Length => "a length such as `\"3 rings\"` or `\"90s\"`".into(),
            Name(_, names) => format!("text: {names}"),
            List(_) => "a list".into(),
            Map(_) | Table(_) => "a table".into(),
            OneOf(fields) => format!("a table of one of {}", names(&mut fields.iter().map(|(name, _)| *name))),
            LengthOr(alone, fields) => {
                let all = names(&mut alone.iter().chain(fields.iter().map(|(name, _)| name)).copied());
                format!("a length such as `\"20s\"` or one of {all}")
            }
        }
    }

    /// What stands in a list for an item that did not fit; what the floor says about it afterwards is not reported.
    fn harmless(&self) -> Value {
        match self {
            Table(_) | Map(_) => Value::Table(Vec::new()),
            List(_) => Value::List(Vec::new()),
            OneOf(_) => {
                let line = 0;
                let node = Node::new(line, Value::Text(String::new()));
                Value::Table(vec![Field { name: "notify".into(), line, node }])
            }
            _ => Value::Text(String::new()),
        }
    }
}

/// Fields that a scenario has and a floor has not; enough to tell one from the other.
const SCENARIO: [&str; 6] = ["hours", "drain", "calls", "switch", "shifts", "faults"];

/// A scenario that was handed in as a floor: one problem tells more than one for every field.
pub(crate) fn scenario(document: &Node) -> Option<Problem> {
    let (Value::Table(fields), Table(known)) = (&document.value, FLOOR) else { return None };
    let shared = ["name", "agents", "queues"];
    let of_floors = |name: &str| !shared.contains(&name) && known.iter().any(|(known, _)| *known == name);
    if fields.iter().any(|field| of_floors(&field.name)) {
        return None;
    }
    let first = fields.iter().find(|field| SCENARIO.contains(&field.name.as_str()))?;
    let found = format!("this looks like a scenario, as it has `{}`", first.name);
    let expected = "a floor; a scenario is the second file of `cordboard simulate`";
    let problem = Problem::new(ProblemKind::Malformed, FieldPath::default(), found, expected);
    Some(Problem { line: Some(first.line), ..problem })
}

/// Reports everything in the document that does not fit the shape of a floor, and takes it out.
///
/// Gives the problems, and the paths of which nothing more should be said: what stands there is not the writer's.
pub(crate) fn mend(document: &mut Node) -> (Found, BTreeSet<FieldPath>) {
    let mut mender = Mender::default();
    if !mender.fits(&FLOOR, document, &FieldPath::default()) {
        document.value = Value::Table(Vec::new());
    }
    mender.replaced.extend(mender.problems.kept().iter().map(|problem| problem.path.clone()));
    (mender.problems, mender.replaced)
}

#[derive(Default)]
struct Mender {
    problems: Found,
    replaced: BTreeSet<FieldPath>,
    hints: Hints,
    /// Whether the present value lies in the directory, whose content is never shown (G13).
    masked: bool,
}

impl Mender {
    /// Whether the node, mended inside, may stay.
    fn fits(&mut self, shape: &Shape, node: &mut Node, path: &FieldPath) -> bool {
        let line = node.line;
        match (shape, &mut node.value) {
            (Text | Masked, Value::Text(_)) | (Bool, Value::Bool(_)) => true,
            (Number(max, ..), Value::Int(number)) if (0..=i64::from(*max)).contains(number) => true,
            (Shape::Length, Value::Text(text)) => match text.parse::<Length>() {
                Ok(_) => true,
                Err(error) => {
                    let found = format!("found `{}`", shown(text));
                    let expected = match error {
                        super::LengthError::Malformed { .. } => "a length such as `3 rings`, `90s` or `1m30s`",
                        super::LengthError::TooLong { .. } => "a shorter length",
                    };
                    self.report(ProblemKind::Malformed, path, line, found, expected);
                    false
                }
            },
            (Name(known, names), Value::Text(text)) => {
                let found = format!("found `{}`", shown(text));
                if known(node) {
                    return true;
                }
                let text = if let Value::Text(text) = &node.value { text.as_str() } else { "" };
                let near = self.hints.nearest(text, names.split([',', ' ']));
                self.report_near(ProblemKind::Malformed, path, line, found, *names, near);
                false
            }
            (List(item), Value::List(list)) => {
                for (index, node) in list.iter_mut().enumerate() {
                    if !self.fits(item, node, &path.index(index)) {
                        node.value = item.harmless();
                        // With that many problems nothing more will be said about any path.
                        if !self.problems.is_full() {
                            self.replaced.insert(path.index(index));
                        }
                    }
                }
                true
            }
            (Map(value), Value::Table(fields)) => {
                let count = fields.len();
                if count > SKILLS_MAX {
                    let found = format!("found {count}");
                    self.report(ProblemKind::TooMany, path, line, found, format!("at most {SKILLS_MAX}"));
                    return false;
                }
                fields.retain_mut(|field| self.fits(value, &mut field.node, &path.field(&field.name)));
                true
            }
            (Table(known), Value::Table(_)) => {
                let before = self.problems.count();
                self.fields(known, node, path);
                self.complete(known, node, path, before)
            }
            (OneOf(known) | LengthOr(_, known), Value::Table(_)) => {
                let before = self.problems.count();
                self.fields(known, node, path);
                let Value::Table(fields) = &node.value else { return false };
                if fields.len() == 1 {
                    return true;
                }
                if self.problems.count() == before {
                    let found = format!("found a table of {}", fields.len());
                    self.report(ProblemKind::Malformed, path, line, found, shape.expected());
                }
                false
            }
            (LengthOr(alone, _), Value::Text(text))
                if alone.contains(&text.as_str()) || text.parse::<Length>().is_ok() =>
            {
                true
            }
            (_, value) => {
                let found = format!("found {}", self.describe(value, matches!(shape, Masked)));
                self.report(ProblemKind::Malformed, path, line, found, shape.expected());
                false
            }
        }
    }

    /// Takes out what is null, unknown or does not fit.
    fn fields(&mut self, known: &[(&str, Shape)], node: &mut Node, path: &FieldPath) {
        let Value::Table(fields) = &mut node.value else { return };
        fields.retain_mut(|field| {
            if field.node.value == Value::Null {
                return false;
            }
            let Some((name, shape)) = known.iter().find(|(name, _)| *name == field.name) else {
                self.no_field(known, field, path);
                return false;
            };
            let path = path.field(name);
            let outside = self.masked;
            self.masked |= *name == "directory";
            let fits = self.fits(shape, &mut field.node, &path);
            self.masked = outside;
            fits
        });
    }

    fn no_field(&mut self, known: &[(&str, Shape)], field: &Field, path: &FieldPath) {
        let names = known.iter().map(|(name, _)| *name);
        let near = self.hints.nearest(&field.name, names.clone());
        let (path, found) = if self.masked {
            (path.field("***"), "no such field".to_owned())
        } else {
            (path.field(&field.name), format!("no field `{}`", shown(&field.name)))
        };
        let all = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        self.report_near(ProblemKind::UnknownField, &path, field.line, found, format!("one of {all}"), near);
    }

    /// `lower` is the one table whose fields must all be there. What was wrong inside it is among the problems from
    /// `before` on.
    fn complete(&mut self, known: &[(&str, Shape)], node: &Node, path: &FieldPath, before: usize) -> bool {
        let Value::Table(fields) = &node.value else { return false };
        let required = ["skill", "by"];
        if !known.iter().map(|(name, _)| *name).eq(required) {
            return true;
        }
        for name in required {
            let path = path.field(name);
            let there = fields.iter().any(|field| field.name == name);
            if !there && !self.problems.kept().iter().skip(before).any(|problem| problem.path == path) {
                self.report(
                    ProblemKind::Missing,
                    &path,
                    node.line,
                    format!("found no `{name}`"),
                    "a skill and by how much",
                );
            }
        }
        fields.len() == required.len()
    }

    fn describe(&self, value: &Value, masked: bool) -> String {
        match value {
            Value::Null => "nothing".into(),
            Value::Text(_) if self.masked || masked => "text".into(),
            Value::Int(_) | Value::Bool(_) if self.masked => "something else".into(),
            Value::Text(text) => format!("`\"{}\"`", shown(text)),
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(number) => format!("`{number}`"),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
            Value::Other(what) => what.clone(),
        }
    }

    fn report(&mut self, kind: ProblemKind, path: &FieldPath, line: u32, found: String, expected: impl Into<String>) {
        self.report_near(kind, path, line, found, expected, None);
    }

    fn report_near(
        &mut self,
        kind: ProblemKind,
        path: &FieldPath,
        line: u32,
        found: String,
        expected: impl Into<String>,
        near: Option<&str>,
    ) {
        let problem = Problem::new(kind, path.clone(), found, expected).near(near);
        self.problems.push(Problem { line: Some(line), ..problem });
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use std::collections::BTreeMap;

    use super::super::document::read_json;
    use super::super::*;
    use super::{FLOOR, Shape};

    /// A floor in which nothing is left out.
    fn full() -> Floor {
        let length = Some(Length::secs(1));
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
            length_limit: Some(1),
            wait_limit: length,
            wait_limit_spares_ring: Some(true),
        };
        let text = || "x".to_string();
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
            RungAction::Notify(text()),
        ];
        let ladder = vec![Rung { after: Length::rings(3), actions, now: true }];
        Floor {
            name: text(),
            ring_cadence: length,
            chain: vec![text()],
            skills: vec![text()],
            reasons: vec![text()],
            classes: vec![Class { name: text(), withdraws_ringing: true, starvation_bound: length }],
            rules: rules.clone(),
            limits: Limits { calls: Some(1), moves: Some(1) },
            teams: vec![Team { name: text() }],
            agents: vec![Agent {
                name: text(),
                team: text(),
                role: Some(text()),
                skills: BTreeMap::from([(text(), 1)]),
                capacity: Some(1),
                endpoint: Some(text()),
            }],
            queues: vec![Queue {
                name: text(),
                need: Some(text()),
                teams: vec![text()],
                class: Some(text()),
                credit: length,
                rules: Rules { wrap_up: Some(WrapUp::UntilDone), ..rules },
                ladder: ladder.clone(),
                ladder_for_all: true,
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
            Shape::Table(fields) => {
                for (name, shape) in *fields {
                    match node.get(name) {
                        Some(node) => absent(shape, node, &format!("{path}.{name}"), found),
                        None => found.push(format!("{path}.{name}")),
                    }
                }
            }
            Shape::List(item) => match node.get(0) {
                Some(node) if !matches!(**item, Shape::OneOf(_)) => absent(item, node, path, found),
                Some(_) => {
                    let Shape::OneOf(fields) = **item else { return };
                    let all = node.as_array().unwrap();
                    let missing = fields.iter().filter(|(name, _)| !all.iter().any(|item| item.get(name).is_some()));
                    found.extend(missing.map(|(name, _)| format!("{path}.{name}")));
                }
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
}
