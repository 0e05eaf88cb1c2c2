//! Work after the call, as a floor writes it: `"20s"`, `"until_done"`, or `{ timed = "20s" }`.

use core::fmt;

use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::Length;

/// Work after the call. Written as a length, which is the same as `{ timed = "20s" }`, or as `until_done`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrapUp {
    /// At most this long; the agent may end it earlier.
    Timed(Length),
    /// Until the agent says so.
    UntilDone,
}

const TIMED: &str = "timed";
const UNTIL_DONE: &str = "until_done";

impl fmt::Display for WrapUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timed(length) => length.fmt(f),
            Self::UntilDone => f.write_str(UNTIL_DONE),
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
        f.write_str("a length such as `20s`, `until_done` or a table of `timed`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WrapUp, E> {
        match text {
            UNTIL_DONE => Ok(WrapUp::UntilDone),
            length => length.parse().map(WrapUp::Timed).map_err(|_| E::invalid_value(Unexpected::Str(length), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrapUp, A::Error> {
        let Some(name) = map.next_key::<String>()? else { return Err(A::Error::invalid_length(0, &self)) };
        if name != TIMED {
            return Err(A::Error::unknown_field(&name, &[TIMED]));
        }
        let length = map.next_value()?;
        match map.next_key::<String>()? {
            None => Ok(WrapUp::Timed(length)),
            Some(_) => Err(A::Error::invalid_length(2, &self)),
        }
    }
}
