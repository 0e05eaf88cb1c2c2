//! Times, lengths and shares as the board writes them, and texts cut to a width.

use std::borrow::Cow;

use cordboard::{Span, Time};
use ratatui::text;

const DAY_S: u64 = 24 * 60 * 60;

/// The time of day, `08:15:30`, from the second day on with the day before it: `day 2 08:15:30`.
pub(super) fn clock(at: Time) -> String {
    let day = whole_seconds(at.since(Time::ZERO)) / DAY_S;
    if day == 0 { time_of_day(at) } else { format!("day {} {}", day + 1, time_of_day(at)) }
}

/// The time of day without the day, `08:15:30`.
pub(super) fn time_of_day(at: Time) -> String {
    let seconds = whole_seconds(at.since(Time::ZERO)) % DAY_S;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A length in whole seconds begun and done: `0:42`, `12:05`, `1:00:00`.
pub(super) fn length(span: Span) -> String {
    let seconds = whole_seconds(span);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// A length in at most five columns: `0:42`, `12:05`, `1h02`, `120h`.
pub(super) fn short_length(span: Span) -> String {
    match whole_seconds(span) / 60 {
        0..60 => length(span),
        minutes @ 60..6_000 => format!("{}h{:02}", minutes / 60, minutes % 60),
        minutes @ 6_000..600_000 => format!("{}h", minutes / 60),
        _ => "-".to_owned(),
    }
}

/// A share as `84.5 %`; `-` where there is none.
pub(super) fn share(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text::Span::raw(text).width()
}

/// The text in at most so many columns; where it is longer, its end is an ellipsis.
pub(super) fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let mut used = 0;
    let mut char_buffer = [0; 4];
    let end = text.char_indices().find_map(|(place, char)| {
        used += width(char.encode_utf8(&mut char_buffer));
        (used > room).then_some(place)
    });
    let kept = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

fn whole_seconds(span: Span) -> u64 {
    span.as_nanos() / 1_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_days_from_the_second_on() {
        let at = |secs| clock(Time::from_secs(secs));
        assert_eq!(at(0), "00:00:00");
        assert_eq!(at(8 * 3600 + 15 * 60 + 30), "08:15:30");
        assert_eq!(at(DAY_S + 59), "day 2 00:00:59");
        assert!(clock(Time::MAX).starts_with("day 213504 "));
    }

    #[test]
    fn lengths_show_hours_only_where_there_are_any() {
        assert_eq!(length(Span::from_millis(42_999)), "0:42");
        assert_eq!(length(Span::from_secs(725)), "12:05");
        assert_eq!(length(Span::from_secs(3600)), "1:00:00");
    }

    #[test]
    fn a_short_length_never_takes_more_than_five_columns() {
        assert_eq!(short_length(Span::from_secs(3599)), "59:59");
        assert_eq!(short_length(Span::from_secs(3720)), "1h02");
        assert_eq!(short_length(Span::from_secs(3600 * 120)), "120h");
        let spans = (0..64).map(|bits| Span::from_nanos(1 << bits)).chain([Span::MAX]);
        assert!(spans.map(short_length).all(|text| text.len() <= 5));
    }

    #[test]
    fn a_text_that_is_cut_says_so_and_never_exceeds_its_width() {
        assert_eq!(fit("reservations", 12), "reservations");
        assert_eq!(fit("reservations", 8), "reserva…");
        assert_eq!(fit("外线电话", 8), "外线电话");
        assert_eq!(fit("外线电话", 6), "外线…");
        assert_eq!(fit("li", 1), "…");
        assert_eq!(fit("li", 0), "");
    }
}
