//! The shape of a floor's text: which fields there are and what kind of value each holds.
//!
//! [`mend`] walks a whole document, reports every value that does not fit, and puts something harmless in its place, so
//! that one mistake hides no other and what remains deserialises. A test holds the shapes to the types of the floor.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::compile::shown;
use super::document::{Field, Node, Value};
use super::limits::{AGENTS_MAX, SKILLS_MAX};
use super::need::LEVEL_MAX;
use super::problem::{FieldPath, Found, Hints, Problem, ProblemKind};
use super::{Absence, Choice, Length, WrapUp, defaults, wrap_up};

/// What kind of value a field holds.
pub(crate) enum Shape {
    Text,
    /// Text about a caller, never shown (G13).
    Masked,
    Bool,
    /// A whole number: the largest that can be held at all, and the range it should be in, which is checked later.
    Number(u32, u32, u32),
    Length,
    /// A key of a telephone.
    Key,
    /// One of a few names.
    Name(fn(&Node) -> bool, &'static str),
    List(&'static Shape),
    /// Text, or a list of texts.
    Texts,
    /// Names of the writer's choice, no more than a floor has skills, all with the same kind of value.
    Map(&'static Shape),
    /// Named fields, each of which may be left out.
    Table(&'static [(&'static str, Shape)]),
    /// Named fields, none of which may be left out.
    Whole(&'static [(&'static str, Shape)]),
    /// One of these names alone, the first of which does no harm, or a table of exactly one of these fields.
    OneOf(&'static [&'static str], &'static [(&'static str, Shape)]),
    /// Work after the call: text, or a table of exactly one of these fields.
    WrapUp(&'static [(&'static str, Shape)]),
}

use Shape::{Bool, Key, List, Map, Masked, Name, Number, OneOf, Table, Text, Texts, Whole};

const LEVEL: Shape = Number(u8::MAX as u32, 1, LEVEL_MAX as u32);
const LEVELS: Shape = Number(u8::MAX as u32, 1, LEVEL_MAX as u32 - 1);

const RULES: Shape = Table(&[
    ("choice", Name(|node| Choice::deserialize(node).is_ok(), Choice::NAMES)),
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
    ("wrap_up", Shape::WrapUp(&[(wrap_up::TIMED, Shape::Length), (wrap_up::FIXED, Shape::Length)])),
    ("hold_reminder", Shape::Length),
    ("hold_limit", Shape::Length),
    ("lease", Shape::Length),
    ("after_call", Text),
    ("ring_all_max", Number(u16::MAX as u32, 1, defaults::RING_ALL_MOST as u32)),
    ("ring_all_joins", Bool),
    ("sticky", Shape::Length),
    ("preferred_wait", Shape::Length),
    ("transfer_limit", Shape::Length),
    ("transfer_return", Shape::Length),
    ("transfer_message", Bool),
    ("transfer_resets_age", Bool),
    ("escalation_step", Shape::Length),
    ("escalation_stays", Bool),
    ("complaint_role", Text),
    ("callback_attempts", Number(u16::MAX as u32, 1, defaults::CALLBACK_ATTEMPTS_MAX as u32)),
    ("callback_gap", Shape::Length),
    ("callback_within", Shape::Length),
    ("message_limit", Shape::Length),
    ("refuse_when_empty", ABSENCES),
    ("leave_when_empty", ABSENCES),
    ("length_limit", Number(u32::MAX, 0, defaults::LENGTH_LIMIT_MAX)),
    ("wait_limit", Shape::Length),
    ("wait_limit_spares_ring", Bool),
]);

const ABSENCES: Shape = List(&Name(|node| Absence::deserialize(node).is_ok(), "not_ready, unreachable or busy"));

const CONDITION: Shape = Table(&[
    ("nobody_signed_in", Bool),
    ("length", Number(u32::MAX, 1, defaults::LENGTH_LIMIT_MAX)),
    ("waited", Shape::Length),
    ("hours", Text),
    ("days", List(&Text)),
]);

const LADDER: Shape = List(&Table(&[
    ("after", Shape::Length),
    ("if", CONDITION),
    ("unless", CONDITION),
    (
        "do",
        List(&OneOf(
            &["offer_message", "offer_callback", "message"],
            &[
                ("widen", Text),
                ("need", Text),
                ("lower", Whole(&[("skill", Text), ("by", LEVELS)])),
                ("add_team", Text),
                ("add_role", Text),
                ("class", Text),
                ("credit", Shape::Length),
                ("to_queue", Text),
                ("to_queue_reset", Text),
                ("to_number", Text),
                ("disconnect", Text),
                ("notify", Text),
            ],
        )),
    ),
    ("now", Bool),
]));

const KEYS: Shape = List(&Whole(&[
    ("key", Key),
    ("do", OneOf(&["message", "callback"], &[("to_queue", Text), ("to_number", Text), ("disconnect", Text)])),
]));

/// The shape of a whole floor.
pub(crate) const FLOOR: Shape = Table(&[
    ("name", Text),
    ("zone", Text),
    ("ring_cadence", Shape::Length),
    ("chain", List(&Text)),
    ("supervision", Text),
    ("skills", List(&Text)),
    ("reasons", List(&Text)),
    ("approval", List(&Text)),
    ("dispositions", List(&Text)),
    ("classes", List(&Table(&[("name", Text), ("withdraws_ringing", Bool), ("starvation_bound", Shape::Length)]))),
    ("rules", RULES),
    (
        "limits",
        Table(&[
            ("calls", Number(u32::MAX, 1, defaults::CALLS_MAX)),
            ("moves", Number(u16::MAX as u32, 1, defaults::MOVES_MAX as u32)),
            ("follow_ups", Number(u32::MAX, 0, defaults::FOLLOW_UPS_MAX)),
            ("remembered", Number(u32::MAX, 0, defaults::REMEMBERED_MAX)),
        ]),
    ),
    ("trunks", Number(u32::MAX, 1, defaults::TRUNKS_MAX)),
    ("waiting_limit", Number(u32::MAX, 0, defaults::LENGTH_LIMIT_MAX)),
    ("teams", List(&Table(&[("name", Text), ("order", List(&Texts))]))),
    (
        "agents",
        List(&Table(&[
            ("name", Text),
            ("team", Text),
            ("role", Text),
            ("skills", Map(&LEVEL)),
            ("order", List(&Texts)),
            ("capacity", Number(u8::MAX as u32, 1, defaults::CAPACITY_MAX as u32)),
            ("weight", Number(u8::MAX as u32, 1, defaults::WEIGHT_MAX as u32)),
            ("endpoint", Text),
        ])),
    ),
    ("extensions", List(&Table(&[("name", Text), ("number", Text)]))),
    (
        "queues",
        List(&Table(&[
            ("name", Text),
            ("need", Text),
            ("teams", List(&Text)),
            ("prefer", List(&Text)),
            ("reserve", List(&Whole(&[("team", Text), ("keep", Number(u32::MAX, 1, AGENTS_MAX as u32))]))),
            ("class", Text),
            ("credit", Shape::Length),
            ("rules", RULES),
            ("ladder", LADDER),
            ("ladder_for_all", Bool),
            ("keys", KEYS),
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
            Key => "one of `0` to `9`, `*`, `#`, in quotes".into(),
            Shape::Length => "a length such as `\"3 rings\"` or `\"90s\"`".into(),
            Name(_, names) => format!("text: {names}"),
            List(_) => "a list".into(),
            Texts => "text in quotes, or a list of such".into(),
            Map(_) | Table(_) | Whole(_) => "a table".into(),
            OneOf(alone, fields) => {
                let fields = names(&mut fields.iter().map(|(name, _)| *name));
                let alone = names(&mut alone.iter().copied());
                format!("one of {alone} alone, or a table of one of {fields}")
            }
            Shape::WrapUp(fields) => {
                let alone = names(&mut [wrap_up::UNTIL_DONE, wrap_up::DISPOSITION].into_iter());
                let fields = names(&mut fields.iter().map(|(name, _)| *name));
                format!("a length such as `\"20s\"`, one of {alone}, or a table of one of {fields}")
            }
        }
    }

    /// What stands in a list for an item that did not fit; what the floor says about it afterwards is not reported.
    fn harmless(&self) -> Value {
        match self {
            Table(_) | Map(_) => Value::Table(Vec::new()),
            List(_) => Value::List(Vec::new()),
            Whole(fields) => {
                let line = 0;
                let field = |(name, shape): &(&str, Shape)| Field {
                    name: (*name).into(),
                    line,
                    node: Node::new(line, shape.harmless()),
                };
                Value::Table(fields.iter().map(field).collect())
            }
            OneOf(alone, _) => Value::Text(alone.first().copied().unwrap_or_default().into()),
            Number(_, min, _) => Value::Int(i64::from(*min)),
            Key => Value::Text('\0'.into()),
            Name(_, names) => Value::Text(names.split(',').next().unwrap_or_default().into()),
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
            (Key, Value::Text(text)) if text.chars().count() == 1 => true,
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
            (Texts, Value::Text(_)) => true,
            (Texts, Value::List(_)) => self.fits(&List(&Text), node, path),
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
                self.fields(known, node, path);
                true
            }
            (Whole(known), Value::Table(_)) => {
                let before = self.problems.count();
                self.fields(known, node, path);
                self.complete(known, node, path, before)
            }
            (OneOf(alone, _), Value::Text(name)) if alone.contains(&name.as_str()) => true,
            (OneOf(alone, known), Value::Text(name)) => {
                let name = core::mem::take(name);
                let found = format!("found `\"{}\"`", shown(&name));
                if known.iter().any(|(known, _)| *known == name) {
                    self.report(ProblemKind::Malformed, path, line, found, format!("`{{ {name} = … }}`"));
                    return false;
                }
                let near = self.hints.nearest(&name, alone.iter().copied());
                self.report_near(ProblemKind::Malformed, path, line, found, shape.expected(), near);
                false
            }
            (OneOf(alone, _), Value::Table(fields))
                if let [field] = fields.as_slice()
                    && alone.contains(&field.name.as_str()) =>
            {
                let (name, line) = (&field.name, field.line);
                let (found, expected) = (format!("found `{name}` with a value"), format!("`\"{name}\"` alone"));
                self.report(ProblemKind::Malformed, path, line, found, expected);
                false
            }
            (OneOf(_, known) | Shape::WrapUp(known), Value::Table(_)) => {
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
            (Shape::WrapUp(_), Value::Text(text)) if text.parse::<WrapUp>().is_ok() => true,
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

    /// Whether no field is left out. What was wrong inside the table is among the problems from `before` on.
    fn complete(&mut self, known: &[(&str, Shape)], node: &Node, path: &FieldPath, before: usize) -> bool {
        let Value::Table(fields) = &node.value else { return false };
        let all = known.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        for (name, _) in known {
            let path = path.field(name);
            let there = fields.iter().any(|field| field.name == *name);
            if !there && !self.problems.kept().iter().skip(before).any(|problem| problem.path == path) {
                self.report(ProblemKind::Missing, &path, node.line, format!("found no `{name}`"), all.clone());
            }
        }
        fields.len() == known.len()
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
mod tests;
