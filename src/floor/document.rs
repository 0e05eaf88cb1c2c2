//! The text of a floor as a tree of nodes that know their lines; the same for TOML and JSON.
//!
//! Reading stops at nothing but syntax. What the values mean is the business of [`shape`](super::shape); a tree that
//! passed it deserialises into a [`Floor`](super::Floor).

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};

use super::problem::{FieldPath, Problem, ProblemKind, Step};

/// A value with the line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// JSON's `null`: as if left out.
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text.
    Table(Vec<Field>),
    /// Something that no floor holds, described: a fraction, a date, a huge number.
    Other(String),
}

/// A field of a table, with the line its name stands on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) node: Node,
}

impl Node {
    pub(crate) fn new(line: u32, value: Value) -> Self {
        Self { line, value }
    }

    /// The line of the innermost part of this path that the text has.
    pub(crate) fn line_of(&self, path: &FieldPath) -> u32 {
        let (mut node, mut line) = (self, self.line);
        for step in path.steps() {
            match (step, &node.value) {
                (Step::Index(index), Value::List(list)) => {
                    let Some(next) = list.get(*index) else { break };
                    (node, line) = (next, next.line);
                }
                (Step::Field(name), Value::Table(fields)) => {
                    let Some(field) = fields.iter().find(|field| field.name == *name) else { break };
                    (node, line) = (&field.node, field.line);
                }
                _ => break,
            }
        }
        line
    }
}

/// Line numbers by byte offset.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset);
        Self(ends.collect())
    }

    /// The line, from 1, that this byte is on.
    fn at(&self, offset: usize) -> u32 {
        self.0.partition_point(|end| *end < offset) as u32 + 1
    }
}

fn syntax(line: u32, message: &str) -> Problem {
    let first = message.lines().collect::<Vec<_>>().join(", ");
    Problem { line: Some(line), ..Problem::new(ProblemKind::Syntax, FieldPath::default(), first, "") }
}

#[cfg(feature = "toml")]
pub(crate) use from_toml::read as read_toml;

#[cfg(feature = "toml")]
mod from_toml {
    use std::collections::BTreeMap;

    use toml::Spanned;
    use toml::de::{DeTable, DeValue};

    use super::*;

    /// How many lines with broken syntax are reported.
    const SHOWN_MAX: usize = 20;

    /// The tree of a TOML text, or what is wrong with its syntax, line by line.
    pub(crate) fn read(text: &str) -> Result<Node, Vec<Problem>> {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Node::new(1, self::table(table.get_ref(), &lines)));
        }
        // One broken line makes several messages, and a broken bracket breaks every line after it.
        let mut first = BTreeMap::new();
        for error in &errors {
            let line = error.span().map_or(1, |span| lines.at(span.start));
            first.entry(line).or_insert_with(|| syntax(line, error.message()));
        }
        Err(first.into_values().take(SHOWN_MAX).collect())
    }

    fn table(table: &DeTable<'_>, lines: &Lines) -> Value {
        let mut fields: Vec<_> = table.iter().collect();
        fields.sort_by_key(|(name, _)| name.span().start);
        let field = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &Spanned<toml::de::DeString<'_>> = name;
            let line = lines.at(name.span().start);
            Field { name: name.get_ref().to_string(), line, node: node(value, lines) }
        };
        Value::Table(fields.into_iter().map(field).collect())
    }

    fn node(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
        let content = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::Int(number),
                Err(_) => Value::Other("a number that is too large".into()),
            },
            DeValue::Float(_) => Value::Other("a fraction".into()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Datetime(_) => Value::Other("a date".into()),
            DeValue::Array(list) => Value::List(list.iter().map(|value| node(value, lines)).collect()),
            DeValue::Table(inner) => table(inner, lines),
        };
        Node::new(lines.at(value.span().start), content)
    }
}

#[cfg(feature = "json")]
pub(crate) use from_json::read as read_json;

#[cfg(feature = "json")]
mod from_json {
    use core::fmt;

    use serde::de::{MapAccess, SeqAccess};
    use serde_json::value::RawValue;

    use super::*;

    /// Deeper than any floor: the action of a tier's rung, with its fields.
    const DEPTH_MAX: usize = 16;

    /// The tree of a JSON text, or what is wrong with its syntax.
    pub(crate) fn read(text: &str) -> Result<Node, Vec<Problem>> {
        let whole: &RawValue = match serde_json::from_str(text) {
            Ok(whole) => whole,
            Err(error) => return Err(vec![syntax(error.line() as u32, &message(&error))]),
        };
        let reader = Reader { text, lines: Lines::of(text) };
        reader.node(whole, 0)
    }

    /// The message without its place, which is reported as a line.
    fn message(error: &serde_json::Error) -> String {
        let message = error.to_string();
        message.split(" at line ").next().unwrap_or_default().to_owned()
    }

    struct Reader<'a> {
        text: &'a str,
        lines: Lines,
    }

    impl<'a> Reader<'a> {
        /// Raw values are slices of the text, so where they begin tells their line.
        fn line(&self, raw: &RawValue) -> u32 {
            let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
            self.lines.at(offset)
        }

        fn node(&self, raw: &'a RawValue, depth: usize) -> Result<Node, Vec<Problem>> {
            let line = self.line(raw);
            let broken = |error: serde_json::Error| vec![syntax(line, &message(&error))];
            if depth > DEPTH_MAX {
                return Err(vec![syntax(line, "nested deeper than any floor")]);
            }
            let text = raw.get();
            let value = match text.as_bytes().first() {
                Some(b'{') => {
                    let Fields(fields) = serde_json::from_str(text).map_err(broken)?;
                    let field = |(name, raw): (String, &'a RawValue)| {
                        let node = self.node(raw, depth + 1)?;
                        Ok::<_, Vec<Problem>>(Field { name, line: node.line, node })
                    };
                    Value::Table(fields.into_iter().map(field).collect::<Result<_, _>>()?)
                }
                Some(b'[') => {
                    let Items(items) = serde_json::from_str(text).map_err(broken)?;
                    Value::List(items.into_iter().map(|raw| self.node(raw, depth + 1)).collect::<Result<_, _>>()?)
                }
                Some(b'"') => Value::Text(serde_json::from_str(text).map_err(broken)?),
                Some(b'n') => Value::Null,
                Some(b't') => Value::Bool(true),
                Some(b'f') => Value::Bool(false),
                _ if text.contains(['.', 'e', 'E']) => Value::Other("a fraction".into()),
                _ => match text.parse() {
                    Ok(number) => Value::Int(number),
                    Err(_) => Value::Other("a number that is too large".into()),
                },
            };
            Ok(Node::new(line, value))
        }
    }

    /// The fields of an object in order, not yet read; a name may not come twice.
    struct Fields<'a>(Vec<(String, &'a RawValue)>);

    impl<'de> serde::Deserialize<'de> for Fields<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Object;

            impl<'de> Visitor<'de> for Object {
                type Value = Fields<'de>;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                    let mut fields = Vec::new();
                    let mut names = std::collections::BTreeSet::new();
                    while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                        if !names.insert(name.clone()) {
                            return Err(A::Error::custom("duplicate key"));
                        }
                        fields.push((name, value));
                    }
                    Ok(Fields(fields))
                }
            }

            deserializer.deserialize_map(Object)
        }
    }

    /// The items of an array, not yet read.
    struct Items<'a>(Vec<&'a RawValue>);

    impl<'de> serde::Deserialize<'de> for Items<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Array;

            impl<'de> Visitor<'de> for Array {
                type Value = Items<'de>;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an array")
                }

                fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                    let mut items = Vec::new();
                    while let Some(item) = seq.next_element::<&'de RawValue>()? {
                        items.push(item);
                    }
                    Ok(Items(items))
                }
            }

            deserializer.deserialize_seq(Array)
        }
    }
}

/// Reading a value out of a node, without its lines.
pub(crate) type DeError = serde::de::value::Error;

impl<'de> IntoDeserializer<'de, DeError> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(list) => visitor.visit_seq(SeqDeserializer::new(list.iter())),
            Value::Table(fields) => {
                visitor.visit_map(MapDeserializer::new(fields.iter().map(|field| (field.name.as_str(), &field.node))))
            }
            Value::Other(what) => Err(DeError::custom(what)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, DeError> {
        visitor.visit_newtype_struct(self)
    }

    /// A name alone, or a table of one name and its content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        match &self.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            Value::Table(fields) => {
                let map = MapDeserializer::new(fields.iter().map(|field| (field.name.as_str(), &field.node)));
                visitor.visit_enum(MapAccessDeserializer::new(map))
            }
            _ => Err(DeError::custom("expected a name or a table of one name")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
