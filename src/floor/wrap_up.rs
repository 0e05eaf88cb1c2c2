//! Work after the call, as a floor writes it: `"20s"`, `"fixed 20s"`, `"until_done"`, `"disposition"`, or a table of
//! one length: `{ timed = "20s" }`, `{ fixed = "20s" }`.

use core::fmt;
use core::str::FromStr;

use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{Length, LengthError};

/// Work after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUp {
    /// At most this long; the agent may end it earlier. Written as the length alone, or `{ timed = "20s" }`.
    Timed(Length),
    /// Exactly this long, for everybody. Written `{ fixed = "20s" }`, or `"fixed 20s"`.
    Fixed(Length),
    /// Until the agent says so. Written `"until_done"`.
    UntilDone,
    /// Until the agent says what came of the call: one of the floor's dispositions. Written `"disposition"`.
    Disposition,
}

pub(crate) const TIMED: &str = "timed";
pub(crate) const FIXED: &str = "fixed";
pub(crate) const UNTIL_DONE: &str = "until_done";
pub(crate) const DISPOSITION: &str = "disposition";

/// The text that reads back as the same.
impl fmt::Display for WrapUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timed(length) => length.fmt(f),
            Self::Fixed(length) => write!(f, "{FIXED} {length}"),
            Self::UntilDone => f.write_str(UNTIL_DONE),
            Self::Disposition => f.write_str(DISPOSITION),
        }
    }
}

impl FromStr for WrapUp {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Self, LengthError> {
        match text {
            UNTIL_DONE => Ok(Self::UntilDone),
            DISPOSITION => Ok(Self::Disposition),
            length => match length.strip_prefix(FIXED) {
                Some(length) => length.parse().map(Self::Fixed),
                None => length.parse().map(Self::Timed),
            },
        }
    }
}

impl Serialize for WrapUp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WrapUp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Formats that do not say what they hold know only how it was serialised.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Written)
        } else {
            deserializer.deserialize_str(Written)
        }
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = WrapUp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a length such as `20s`, `{UNTIL_DONE}`, `{DISPOSITION}` or a table of `{TIMED}` or `{FIXED}`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WrapUp, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrapUp, A::Error> {
        let Some(name) = map.next_key::<String>()? else { return Err(A::Error::invalid_length(0, &self)) };
        let mode = match name.as_str() {
            TIMED => WrapUp::Timed,
            FIXED => WrapUp::Fixed,
            _ => return Err(A::Error::unknown_field(&name, &[TIMED, FIXED])),
        };
        let length = map.next_value()?;
        match map.next_key::<String>()? {
            None => Ok(mode(length)),
            Some(_) => Err(A::Error::invalid_length(2, &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, WrapUp); 4] = [
        ("20s", WrapUp::Timed(Length::secs(20))),
        ("fixed 3 rings", WrapUp::Fixed(Length::rings(3))),
        ("until_done", WrapUp::UntilDone),
        ("disposition", WrapUp::Disposition),
    ];

    #[test]
    fn every_way_of_wrapping_up_reads_back_from_its_text() {
        for (text, wrap_up) in ALL {
            assert_eq!((wrap_up.to_string().as_str(), text.parse()), (text, Ok(wrap_up)));
            let json = serde_json::to_string(&wrap_up).unwrap();
            assert_eq!(serde_json::from_str::<WrapUp>(&json).unwrap(), wrap_up);
        }
    }

    #[test]
    fn a_table_says_whether_the_time_is_fixed() {
        let read = |text| serde_json::from_str::<WrapUp>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"{ "timed": "20s" }"#), Ok(WrapUp::Timed(Length::secs(20))));
        assert_eq!(read(r#"{ "fixed": "20s" }"#), Ok(WrapUp::Fixed(Length::secs(20))));
        for wrong in [r#"{}"#, r#"{ "fix": "20s" }"#, r#"{ "timed": "20s", "fixed": "20s" }"#, r#""fixed""#, "20"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    /// A format that does not say what it holds, and in which everything is one text.
    struct Wordless(String);

    impl<'de> Deserializer<'de> for &'de Wordless {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("nobody said what this is"))
        }

        fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            visitor.visit_str(&self.0)
        }

        fn is_human_readable(&self) -> bool {
            false
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    #[test]
    fn a_format_without_names_reads_back_what_it_wrote() {
        for (_, wrap_up) in ALL {
            assert_eq!(WrapUp::deserialize(&Wordless(wrap_up.to_string())), Ok(wrap_up));
        }
    }
}
