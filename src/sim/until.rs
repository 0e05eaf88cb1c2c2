//! Until: how precise is precise enough, for replications that end by themselves.

use core::fmt;
use core::str::FromStr;

use crate::stats::{Estimate, Figures, Headline, Unit};

/// So many replications are run at least before a precision counts as reached, and after every so many more it is asked
/// whether it is.
pub const REPLICATIONS_LEAST: u32 = 10;

/// The figures that are watched where none is named: shares and means in which every call or hour has its part, so that
/// more replications make them steady.
const WATCHED: [&str; 4] = ["answer rate", "service level", "speed of answer", "occupancy"];

/// When replications are enough: as soon as half the width of 95 % intervals is small enough.
///
/// As text, which is how `cordboard simulate --until` takes it:
///
/// * `1%`: of the means of the answer rate, the service level, the speed of answer and the occupancy, each;
/// * `service level 1%`: of the mean of this figure, by its name in [`Figures::headline`];
/// * `service level 0.5pp`, `speed of answer 0.3s`, `desk hours 1h`, `answered 20`: of what the figure is counted in.
///
/// Figures that are not defined in any replication are passed over.
///
/// # What it promises, and what not
///
/// It is the sequential procedure of Chow and Robbins with a least number of replications
/// ([`REPLICATIONS_LEAST`]), looked at after every tenth, in order of their numbers, so that where it ends depends on the
/// seed alone. Who stops at the first interval that is narrow enough stops a little too often at one that is narrow by
/// luck: the intervals then hold the truth somewhat less often than in 95 of 100 cases, about 93 in the simplest case
/// (which a test measures). Where that matters, ask for a precision a little finer, or fix the number of replications
/// with another seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Until {
    figure: Option<&'static str>,
    half_width: HalfWidth,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum HalfWidth {
    /// A share of the mean.
    Relative(f64),
    /// In what the figure is counted in.
    Absolute(f64),
}

/// Why a text asks for no precision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UntilError {
    /// No number with a unit at its end.
    #[error("`{found}` is no precision, expected one as `1%`, `service level 0.5pp` or `speed of answer 0.3s`")]
    Malformed {
        /// What was found.
        found: String,
    },
    /// Nothing, less than nothing, or more than the whole.
    #[error("a precision of `{found}`, expected {expected}")]
    OutOfRange {
        /// What was found.
        found: String,
        /// The range.
        expected: &'static str,
    },
    /// There is no such figure.
    #[error("no figure `{found}`, expected one of: {}{}", names(), near(found))]
    UnknownFigure {
        /// What was found.
        found: String,
    },
    /// The figure is counted in something else.
    #[error("`{figure}` is not counted in `{found}`, expected a number with `%`{own}")]
    OtherUnit {
        /// The figure.
        figure: &'static str,
        /// The unit that was found.
        found: String,
        /// What else it may be.
        own: &'static str,
    },
    /// Only per cent hold for every figure.
    #[error("`{found}` of which figure? expected its name before it, as `service level 0.5pp`")]
    NoFigure {
        /// What was found.
        found: String,
    },
}

impl Until {
    /// How far these estimates are from precise enough: the widest of their half widths over what is asked, so at most 1
    /// once it is reached. `None` of a mean that has no interval yet, where none of the figures is defined, and where a
    /// share is asked of a single figure that is nothing so far.
    pub fn ratio(&self, figures: impl IntoIterator<Item = (&'static str, Estimate)>) -> Option<f64> {
        let watched = |name: &str| match self.figure {
            Some(figure) => figure == name,
            None => WATCHED.contains(&name),
        };
        let mut widest = None::<f64>;
        for (_, estimate) in figures.into_iter().filter(|(name, _)| watched(name)) {
            let Some(mean) = estimate.mean else { continue };
            let half_width = estimate.half_width?;
            let asked = match self.half_width {
                HalfWidth::Relative(share) => share * mean.abs(),
                HalfWidth::Absolute(asked) => asked,
            };
            // What has been nothing so far is not known to a share of itself: it may only be rare.
            if self.figure.is_some() && mean == 0.0 && matches!(self.half_width, HalfWidth::Relative(_)) {
                return None;
            }
            // Of what is the same in every replication, there is no interval to make narrower.
            let ratio = if half_width > 0.0 { half_width / asked } else { 0.0 };
            widest = Some(widest.map_or(ratio, |widest| widest.max(ratio)));
        }
        widest
    }

    /// Whether the differences of alternatives are watched rather than their own figures: those are what a comparison is
    /// made for, but near 0 no share of them can be asked for.
    pub(crate) fn of_differences(&self) -> bool {
        matches!(self.half_width, HalfWidth::Absolute(_))
    }

    /// About how many replications will be needed, judged by those that there are: half widths fall with the root of
    /// their number. At most `most`.
    pub(crate) fn expected(&self, replications: u32, ratio: Option<f64>, most: u32) -> u32 {
        let needed = ratio.map_or(0.0, |ratio| f64::from(replications) * ratio * ratio).ceil();
        // From float to integer saturates.
        (needed as u32).max(replications + u32::from(ratio.is_none_or(|ratio| ratio > 1.0))).clamp(1, most.max(1))
    }
}

/// Every headline figure: its name and what it is counted in.
fn headline() -> Vec<Headline> {
    Figures::default().headline()
}

fn names() -> String {
    headline().iter().map(|figure| figure.name).collect::<Vec<_>>().join(", ")
}

/// A hint at the name that was meant.
fn near(found: &str) -> String {
    let near =
        headline().into_iter().map(|figure| figure.name).min_by_key(|name| strsim::damerau_levenshtein(name, found));
    match near.filter(|name| strsim::damerau_levenshtein(name, found) <= 3) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

impl FromStr for Until {
    type Err = UntilError;

    fn from_str(text: &str) -> Result<Self, UntilError> {
        let text = text.trim();
        let shown = |text: &str| text.chars().take(40).flat_map(char::escape_debug).collect::<String>();
        let found = || shown(text);
        // The number begins after the last blank, its unit after its last digit.
        let (name, precision) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
        let digits = precision.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.').len();
        let (number, unit) = precision.split_at(digits);
        let malformed = || UntilError::Malformed { found: found() };
        let number: f64 = number.parse().map_err(|_| malformed())?;
        let name = name.trim();
        let figure = headline().into_iter().find(|figure| figure.name == name);
        let figure = match figure {
            None if !name.is_empty() => {
                return Err(UntilError::UnknownFigure { found: shown(name) });
            }
            figure => figure,
        };
        let half_width = match (&figure, unit) {
            (_, "%") => HalfWidth::Relative(number / 100.0),
            (Some(figure), unit) => {
                let (scale, own, hint) = match figure.unit {
                    Unit::Share => (100.0, "pp", " or `pp`, percentage points"),
                    Unit::Seconds => (1.0, "s", " or `s`, seconds"),
                    Unit::Hours => (1.0, "h", " or `h`, hours"),
                    _ => (1.0, "", " or without unit"),
                };
                if unit != own {
                    return Err(UntilError::OtherUnit { figure: figure.name, found: unit.to_owned(), own: hint });
                }
                HalfWidth::Absolute(number / scale)
            }
            (None, "pp" | "s" | "h" | "") => return Err(UntilError::NoFigure { found: found() }),
            (None, _) => return Err(malformed()),
        };
        let out_of_range = |expected| Err(UntilError::OutOfRange { found: found(), expected });
        match half_width {
            HalfWidth::Relative(share) if !(share > 0.0 && share <= 1.0) => {
                out_of_range("more than 0 and at most 100%")
            }
            HalfWidth::Absolute(asked) if !(asked > 0.0 && asked.is_finite()) => out_of_range("more than 0"),
            _ => Ok(Self { figure: figure.map(|figure| figure.name), half_width }),
        }
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = headline().into_iter().find(|figure| Some(figure.name) == self.figure).map(|figure| figure.unit);
        if let Some(figure) = self.figure {
            write!(f, "{figure} ")?;
        }
        match (self.half_width, unit) {
            (HalfWidth::Relative(share), _) => write!(f, "{}%", rounded(share * 100.0)),
            (HalfWidth::Absolute(asked), Some(Unit::Share)) => write!(f, "{}pp", rounded(asked * 100.0)),
            (HalfWidth::Absolute(asked), Some(Unit::Seconds)) => write!(f, "{asked}s"),
            (HalfWidth::Absolute(asked), Some(Unit::Hours)) => write!(f, "{asked}h"),
            (HalfWidth::Absolute(asked), _) => write!(f, "{asked}"),
        }
    }
}

/// Without what dividing by a hundred and multiplying again has added.
fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_distr::{Distribution as _, StandardNormal};

    use super::*;
    use crate::stats::Average;

    fn until(text: &str) -> Until {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        Estimate { mean: Some(mean), half_width: Some(half_width), n: 10 }
    }

    #[test]
    fn a_precision_is_said_again_as_it_was_asked_for() {
        for text in
            ["1%", "0.1%", "service level 0.5pp", "speed of answer 0.3s", "desk hours 1h", "answered 20", "wait p90 3%"]
        {
            assert_eq!(until(text).to_string(), text);
        }
        assert_eq!(until("  occupancy   2%  ").to_string(), "occupancy 2%");
    }

    #[test]
    fn what_is_no_precision_is_said_with_what_would_be() {
        for (text, said) in [
            ("", "is no precision"),
            ("soon", "is no precision"),
            ("NaN%", "is no precision"),
            ("1e400%", "at most 100%"),
            ("1 furlong", "is no precision"),
            ("5‰", "is no precision"),
            ("0%", "more than 0 and at most 100%"),
            ("-1%", "more than 0 and at most 100%"),
            ("101%", "at most 100%"),
            ("service level 0pp", "expected more than 0"),
            ("0.5pp", "of which figure?"),
            ("12", "of which figure?"),
            ("service levle 1%", "did you mean `service level`?"),
            ("weather 1%", "expected one of: calls, answered, answer rate"),
            ("service level 3s", "not counted in `s`, expected a number with `%` or `pp`"),
            ("speed of answer 3", "not counted in ``, expected a number with `%` or `s`"),
        ] {
            let error = text.parse::<Until>().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn the_widest_interval_of_the_watched_figures_decides() {
        let figures = [
            ("calls", estimate(100.0, 90.0)),
            ("answer rate", estimate(0.5, 0.01)),
            ("service level", Estimate::default()),
            ("occupancy", estimate(0.0, 0.0)),
        ];
        assert_eq!(until("1%").ratio(figures), Some(2.0));
        assert_eq!(until("4%").ratio(figures), Some(0.5));
        assert_eq!(until("answer rate 0.5pp").ratio(figures), Some(2.0));
        assert_eq!(until("calls 90").ratio(figures), Some(1.0));
        assert_eq!(until("speed of answer 1s").ratio(figures), None, "what is not there is not known");
        assert_eq!(
            until("occupancy 1%").ratio(figures),
            None,
            "what may only be rare is not known to a share of itself"
        );
        assert_eq!(until("occupancy 1pp").ratio(figures), Some(0.0));
        let one = [("answer rate", Estimate { mean: Some(0.5), half_width: None, n: 1 })];
        assert_eq!(until("1%").ratio(one), None);
    }

    #[test]
    fn twice_the_width_asked_for_takes_four_times_the_replications() {
        let until = until("1%");
        assert_eq!(until.expected(10, Some(2.0), 10_000), 40);
        assert_eq!(until.expected(10, Some(200.0), 10_000), 10_000);
        assert_eq!(until.expected(20, Some(0.5), 10_000), 20);
        assert_eq!(until.expected(10, None, 10_000), 11);
        assert_eq!(until.expected(10, Some(f64::INFINITY), u32::MAX), u32::MAX);
    }

    /// What the documentation says of the procedure.
    #[test]
    fn intervals_at_which_it_stops_hold_the_truth_in_about_93_of_100_cases() {
        let mut random = rand::rngs::ChaCha8Rng::seed_from_u64(1);
        let until = until("1%");
        let (mut hold, mut replications) = (0, 0);
        for _ in 0..4_000 {
            let mut average = Average::default();
            let estimate = loop {
                for _ in 0..REPLICATIONS_LEAST {
                    let normal: f64 = StandardNormal.sample(&mut random);
                    average.push(1.0 + 0.03 * normal);
                }
                let estimate = average.estimate();
                if until.ratio([("occupancy", estimate)]).is_some_and(|ratio| ratio <= 1.0) {
                    break estimate;
                }
            };
            let (mean, half_width) = (estimate.mean.unwrap(), estimate.half_width.unwrap());
            hold += u32::from((mean - 1.0).abs() <= half_width);
            replications += estimate.n;
        }
        let share = f64::from(hold) / 4_000.0;
        assert!((0.92..0.95).contains(&share), "{share}");
        // (1.96 · 0.03 / 0.01)² = 34.6, looked at by tens.
        let mean = f64::from(replications) / 4_000.0;
        assert!((32.0..45.0).contains(&mean), "{mean}");
    }
}
