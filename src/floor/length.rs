//! A length of time as a floor writes it: `"3 rings"`, `"90s"`, `"1m30s"`, `"500ms"`.
//!
//! Rings stay rings until the floor is compiled, so one ring cadence (A1) moves everything that is counted in rings.
//! The text of a length reads back as the same length.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Span;

/// A length of time, in rings or in plain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// So many thousandths of a ring.
    MilliRings(u32),
    /// So much time.
    Span(Span),
}

/// A text that is no length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LengthError {
    /// The text is not written like a length.
    #[error("`{found}` is no length, expected one such as `3 rings`, `1.5 rings`, `90s`, `1m30s` or `500ms`")]
    Malformed {
        /// The text, cut where it is long.
        found: String,
    },
    /// The number does not fit: 4,294,967 rings and some 584 years are the most there is.
    #[error("`{found}` is longer than any length may be")]
    TooLong {
        /// The text, cut where it is long.
        found: String,
    },
}

impl Length {
    /// No time at all.
    pub const ZERO: Self = Self::Span(Span::ZERO);

    /// So many whole rings.
    pub const fn rings(rings: u32) -> Self {
        Self::MilliRings(rings.saturating_mul(1000))
    }

    /// So many whole seconds.
    pub const fn secs(secs: u64) -> Self {
        Self::Span(Span::from_secs(secs))
    }

    /// So many milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self::Span(Span::from_millis(millis))
    }

    /// The time it takes where one ring lasts `ring`; parts of a nanosecond are dropped.
    pub const fn to_span(self, ring: Span) -> Span {
        match self {
            Self::Span(span) => span,
            Self::MilliRings(thousandths) => {
                let nanos = ring.as_nanos() as u128 * thousandths as u128 / 1000;
                Span::from_nanos(if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 })
            }
        }
    }

    /// Whether this is no time at all, whatever a ring lasts.
    pub const fn is_zero(self) -> bool {
        match self {
            Self::Span(span) => span.is_zero(),
            Self::MilliRings(thousandths) => thousandths == 0,
        }
    }
}

impl Default for Length {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<Span> for Length {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

/// Units of plain time, longest first, each at most once in a text and in this order.
const UNITS: [(&str, u64); 4] =
    [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000)];

impl FromStr for Length {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Self, LengthError> {
        let found = || text.chars().take(40).collect::<String>();
        let malformed = || LengthError::Malformed { found: found() };
        let too_long = || LengthError::TooLong { found: found() };
        let rest = text.trim();
        if rest.is_empty() || rest.len() > 64 {
            return Err(malformed());
        }
        if let Some(number) = rest.strip_suffix("rings").or_else(|| rest.strip_suffix("ring")) {
            let thousandths = decimal(number.trim_end(), 1000).ok_or_else(malformed)?;
            return u32::try_from(thousandths).map(Self::MilliRings).map_err(|_| too_long());
        }
        let mut units = UNITS.iter();
        let mut nanos: u128 = 0;
        let mut rest = rest;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(malformed)?;
            let (number, after) = rest.split_at(digits);
            let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
            let (name, after) = after.split_at(letters);
            let (_, unit) = units.find(|(unit, _)| *unit == name).ok_or_else(malformed)?;
            nanos = nanos.saturating_add(decimal(number, *unit).ok_or_else(malformed)?);
            rest = after;
        }
        u64::try_from(nanos).map(|nanos| Self::Span(Span::from_nanos(nanos))).map_err(|_| too_long())
    }
}

/// `number` times `unit`, exactly: a decimal that does not come out whole is no number here.
fn decimal(number: &str, unit: u64) -> Option<u128> {
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || part.is_some_and(|part| !digits(part) || part.len() > 9) {
        return None;
    }
    // More digits than `u128` holds are certainly beyond every bound.
    let whole: u128 = whole.parse().unwrap_or(u128::MAX);
    let mut sum = whole.saturating_mul(u128::from(unit));
    if let Some(part) = part {
        let scale = 10u128.pow(part.len() as u32);
        let scaled = part.parse::<u128>().ok()?.saturating_mul(u128::from(unit));
        if scaled % scale != 0 {
            return None;
        }
        sum = sum.saturating_add(scaled / scale);
    }
    Some(sum)
}

/// As a floor file would write it: `3 rings`, `1h30m`, `1m0.25s`, `500ms`.
impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MilliRings(1000) => f.write_str("1 ring"),
            Self::MilliRings(thousandths) if thousandths % 1000 == 0 => write!(f, "{} rings", thousandths / 1000),
            Self::MilliRings(thousandths) => {
                let part = format!("{:03}", thousandths % 1000);
                write!(f, "{}.{} rings", thousandths / 1000, part.trim_end_matches('0'))
            }
            Self::Span(span) => {
                let nanos = span.as_nanos();
                if nanos != 0 && nanos < 1_000_000_000 && nanos % 1_000_000 == 0 {
                    return write!(f, "{}ms", nanos / 1_000_000);
                }
                let (hours, minutes) = (nanos / UNITS[0].1, nanos % UNITS[0].1 / UNITS[1].1);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if minutes > 0 {
                    write!(f, "{minutes}m")?;
                }
                let seconds = nanos % UNITS[1].1;
                if seconds > 0 || nanos == 0 { write!(f, "{}", Span::from_nanos(seconds)) } else { Ok(()) }
            }
        }
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Length;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length such as `3 rings` or `90s`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Length, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(text: &str) -> Length {
        text.parse().unwrap()
    }

    #[test]
    fn three_rings_last_eighteen_seconds_at_the_hotels_cadence() {
        assert_eq!(length("3 rings").to_span(Span::from_secs(6)), Span::from_secs(18));
        assert_eq!(length("1.5 rings").to_span(Span::from_secs(6)), Span::from_secs(9));
        assert_eq!(length("1 ring"), Length::rings(1));
        assert_eq!(length("3rings"), Length::rings(3));
    }

    #[test]
    fn plain_time_is_written_in_hours_minutes_seconds_and_milliseconds() {
        assert_eq!(length("90s"), length("1m30s"));
        assert_eq!(length("1h30m"), Length::secs(5400));
        assert_eq!(length("500ms"), length("0.5s"));
        assert_eq!(length("0s"), Length::ZERO);
        assert_eq!(length("1m0.25s").to_string(), "1m0.25s");
        assert_eq!(Length::secs(3600).to_string(), "1h");
        assert_eq!(Length::millis(500).to_string(), "500ms");
    }

    #[test]
    fn what_is_no_length_says_what_one_looks_like() {
        for text in [
            "",
            "3",
            "s",
            "rings",
            "-3s",
            "3 s",
            "1s1m",
            "1s1s",
            "1.2.3s",
            ".5s",
            "5.s",
            "1e3s",
            "3 rungs",
            "½s",
            "0.0001 rings",
        ] {
            assert!(matches!(text.parse::<Length>(), Err(LengthError::Malformed { .. })), "{text}");
        }
        for text in ["5000000 rings", "99999999999999999999h", "999999999999999999999999999999999999999999999s"] {
            assert!(matches!(text.parse::<Length>(), Err(LengthError::TooLong { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_length_reads_back_from_its_text(rings in any::<u32>(), nanos in any::<u64>(), millis in 0u64..200_000_000) {
            for length in [Length::MilliRings(rings), Span::from_nanos(nanos).into(), Length::millis(millis)] {
                prop_assert_eq!(length.to_string().parse::<Length>(), Ok(length));
            }
        }

        #[test]
        fn no_text_makes_the_reader_of_lengths_panic(text in ".{0,80}", number in "[0-9.]{0,70}", unit in "h|m|s|ms| rings|") {
            let _ = text.parse::<Length>();
            let _ = format!("{number}{unit}").parse::<Length>();
        }
    }
}
