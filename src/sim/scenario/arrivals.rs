//! When calls arrive at a queue.
//!
//! ```toml
//! [[queues]]
//! queue = "outside"
//! arrivals = { per_hour = 20 }                                      # all day
//!
//! [[queues]]
//! queue = "guests"
//! [queues.arrivals]
//! every = "6h"                                                      # four rates a day
//! per_hour = { weekdays = [5, 40, 60, 20], sat = [5, 20, 30, 10], sun = 8 }
//! overdispersed = { cv = 0.2, shared = "weather" }                  # busy days and quiet days
//! bursts = { per_hour = 0.1, calls = { geometric = 30 }, after = { uniform = ["0s", "5m"] } }
//! ```

use core::fmt;
use std::sync::Arc;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::super::Distribution;
use super::RecordedCall;
use crate::floor::Length;

/// When calls arrive: the sum of a Poisson process, bursts and recorded calls. Default: no calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arrivals {
    /// Calls per hour, as a Poisson process; each rate from 0 to 10,000,000. Default: none.
    pub per_hour: Option<Rates>,
    /// The same per minute, in its place.
    pub per_minute: Option<Rates>,
    /// For how long each rate of a list holds, in order from midnight on: 1 min to 24 h, a whole part of a day. Default
    /// 1 h.
    pub every: Option<Length>,
    /// What makes some times busier than others beyond chance. Default: nothing, plain Poisson.
    pub overdispersed: Option<Overdispersion>,
    /// Many calls at once, beside the others. Default: never.
    pub bursts: Option<Bursts>,
    /// Calls that were recorded, beside the others, in order of time. A scenario that is read from a file may name a file
    /// of them, `recorded = "calls.csv"` or `queue_log = "queue_log"`: see [`recording`](super::recording). Default: none.
    pub recorded: Option<Arc<[RecordedCall]>>,
}

/// Rates of arrival by day of the week.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Rates {
    /// The same every day.
    EveryDay(Rate),
    /// By day of the week.
    ByDay(Week),
}

/// Rates of arrival in one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Rate {
    /// The same all day.
    Constant(f64),
    /// One for each interval of the day; the first begins at midnight.
    ByInterval(Vec<f64>),
}

/// Rates of arrival by day of the week: a day's own, or else those of `weekdays` or `weekend`, or else no calls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    /// Monday to Friday.
    pub weekdays: Option<Rate>,
    /// Saturday and Sunday.
    pub weekend: Option<Rate>,
    /// Monday.
    pub mon: Option<Rate>,
    /// Tuesday.
    pub tue: Option<Rate>,
    /// Wednesday.
    pub wed: Option<Rate>,
    /// Thursday.
    pub thu: Option<Rate>,
    /// Friday.
    pub fri: Option<Rate>,
    /// Saturday.
    pub sat: Option<Rate>,
    /// Sunday.
    pub sun: Option<Rate>,
}

/// Busy and quiet times: all rates of a period are multiplied by one factor, drawn from a gamma distribution of mean 1.
/// So a count of calls that would have the mean and variance *m* has the variance *m* + *cv*²*m*²: a negative binomial
/// distribution (Jongbloed and Koole, "Managing uncertainty in call centres using Poisson mixtures", Applied Stochastic
/// Models in Business and Industry 17, 2001; the busyness factor of Avramidis, Deslauriers and L'Ecuyer, "Modeling daily
/// arrivals to a telephone call center", Management Science 50, 2004).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overdispersion {
    /// Coefficient of variation of the factor, 0 to 10.
    pub cv: f64,
    /// How long a period is, from the scenario's start on: at least 1 min. Default 24 h.
    pub every: Option<Length>,
    /// Queues that give the same name here, with the same `cv` and `every`, have the same factors: what makes one busy
    /// makes the others so too. Default: factors of its own.
    pub shared: Option<String>,
}

/// Bursts: a broadcast, a power cut, a mailing. They begin by chance, and each brings many calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bursts {
    /// How many begin per hour, as a Poisson process; 0 to 10,000.
    pub per_hour: f64,
    /// How many calls each brings.
    pub calls: BurstSize,
    /// How long after the beginning of the burst each of its calls arrives. Default: at once.
    #[serde(default)]
    pub after: Option<Distribution>,
}

/// How many calls a burst brings, 1 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BurstSize {
    /// Always so many.
    Fixed(u32),
    /// At least one, and on average so many: after each, it goes on with the same probability.
    Geometric(f64),
}

impl Arrivals {
    /// A Poisson process with these calls per hour: one rate, a list of 24, or a week.
    pub fn per_hour(rates: impl Into<Rates>) -> Self {
        Self { per_hour: Some(rates.into()), ..Self::default() }
    }

    /// A Poisson process with these calls per minute: one rate, a list of 24, or a week.
    pub fn per_minute(rates: impl Into<Rates>) -> Self {
        Self { per_minute: Some(rates.into()), ..Self::default() }
    }
}

impl Week {
    /// What holds on each day, Monday first.
    pub fn days(&self) -> [Option<&Rate>; 7] {
        let Self { weekdays, weekend, mon, tue, wed, thu, fri, sat, sun } = self;
        let [mon, tue, wed, thu, fri] = [mon, tue, wed, thu, fri].map(|day| day.as_ref().or(weekdays.as_ref()));
        let [sat, sun] = [sat, sun].map(|day| day.as_ref().or(weekend.as_ref()));
        [mon, tue, wed, thu, fri, sat, sun]
    }
}

impl From<f64> for Rates {
    fn from(rate: f64) -> Self {
        Self::EveryDay(Rate::Constant(rate))
    }
}

impl From<Vec<f64>> for Rates {
    fn from(rates: Vec<f64>) -> Self {
        Self::EveryDay(Rate::ByInterval(rates))
    }
}

impl From<Week> for Rates {
    fn from(week: Week) -> Self {
        Self::ByDay(week)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Day;

        impl<'de> Visitor<'de> for Day {
            type Value = Rate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a list of numbers")
            }

            fn visit_f64<E: serde::de::Error>(self, rate: f64) -> Result<Rate, E> {
                Ok(Rate::Constant(rate))
            }

            fn visit_i64<E: serde::de::Error>(self, rate: i64) -> Result<Rate, E> {
                self.visit_f64(rate as f64)
            }

            fn visit_u64<E: serde::de::Error>(self, rate: u64) -> Result<Rate, E> {
                self.visit_f64(rate as f64)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Rate, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Rate::ByInterval)
            }
        }

        deserializer.deserialize_any(Day)
    }
}

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Days;

        impl<'de> Visitor<'de> for Days {
            type Value = Rates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a list of numbers, or one of them by day of the week")
            }

            fn visit_f64<E: serde::de::Error>(self, rate: f64) -> Result<Rates, E> {
                Ok(rate.into())
            }

            fn visit_i64<E: serde::de::Error>(self, rate: i64) -> Result<Rates, E> {
                self.visit_f64(rate as f64)
            }

            fn visit_u64<E: serde::de::Error>(self, rate: u64) -> Result<Rates, E> {
                self.visit_f64(rate as f64)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Rates, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Rates::from)
            }

            fn visit_map<A: MapAccess<'de>>(self, days: A) -> Result<Rates, A::Error> {
                Week::deserialize(MapAccessDeserializer::new(days)).map(Rates::from)
            }
        }

        deserializer.deserialize_any(Days)
    }
}
