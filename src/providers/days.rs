//! Days in the user's time zone, and the moments at which they begin.
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::{
    domain::{query::Span, value::Value},
    providers::Context,
};

/// The user's calendar.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    today: Date,
}

/// A stretch of time: from `start` up to, but without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first moment.
    pub start: Timestamp,
    /// The first moment behind it.
    pub end: Timestamp,
}

impl Calendar {
    /// As the user's preferences say; UTC where the zone is not known.
    pub fn new(context: &Context) -> Self {
        let name = context.schema.as_ref().map(|schema| schema.preferences.time_zone.as_str());
        let zone = name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let today = context.now.to_zoned(zone.clone()).date();
        Self { zone, today }
    }

    /// The first and the last day of a span.
    pub fn days(&self, span: Span) -> (Date, Date) {
        let today = self.today;
        match span {
            Span::Today => (today, today),
            Span::Last(days) => (shifted(today, -(i64::from(days.max(1)) - 1)), today),
            Span::Next(days) => (today, shifted(today, i64::from(days.max(1)) - 1)),
            Span::Between(first, last) => (first.min(last), first.max(last)),
        }
    }

    /// From the beginning of the first day to the end of the last.
    pub fn stretch(&self, first: Date, last: Date) -> Option<Stretch> {
        let end = self.begin(last.checked_add(1.day()).unwrap_or(Date::MAX))?;
        Some(Stretch { start: self.begin(first)?, end })
    }

    /// The time that a value takes: a whole day, or a second.
    pub fn stretch_of(&self, value: &Value) -> Option<Stretch> {
        match moment_or_day(value)? {
            MomentOrDay::Day(day) => self.stretch(day, day),
            MomentOrDay::Moment(start) => {
                let end = start.checked_add(1.second()).ok()?;
                Some(Stretch { start, end })
            }
        }
    }

    /// The day of a value.
    pub fn day_of(&self, value: &Value) -> Option<Date> {
        match moment_or_day(value)? {
            MomentOrDay::Day(day) => Some(day),
            MomentOrDay::Moment(at) => Some(at.to_zoned(self.zone.clone()).date()),
        }
    }

    fn begin(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }
}

enum MomentOrDay {
    Day(Date),
    Moment(Timestamp),
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no time")]
fn moment_or_day(value: &Value) -> Option<MomentOrDay> {
    match value {
        Value::Date(day) => Some(MomentOrDay::Day(*day)),
        Value::DateTime(at) => Some(MomentOrDay::Moment(*at)),
        Value::Text(text) => text
            .parse()
            .ok()
            .map(MomentOrDay::Day)
            .or_else(|| moment(text).map(MomentOrDay::Moment)),
        _ => None,
    }
}

/// `YYYY-MM-DD HH:mm:ss`, seconds may be missing; UTC.
pub fn moment(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Days beyond the calendar's ends are its ends; years before 1 cannot be written.
fn shifted(day: Date, days: i64) -> Date {
    let first = Date::constant(1, 1, 1);
    let bound = if days < 0 { first } else { Date::MAX };
    let days = days.clamp(-7_000_000, 7_000_000);
    day.checked_add(days.days()).unwrap_or(bound).max(first)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::domain::schema::{Preferences, Schema};

    fn calendar(zone: &str) -> Calendar {
        let preferences = Preferences { time_zone: zone.to_owned(), ..Preferences::default() };
        let schema = Schema { preferences, ..Schema::default() };
        let now = "2026-03-28T23:30:00Z".parse().unwrap();
        Calendar::new(&Context {
            now,
            site: String::new(),
            schema: Some(Arc::new(schema)),
            ..Context::default()
        })
    }

    #[test]
    fn today_is_the_users_day_and_the_last_seven_days_include_it() {
        assert_eq!(calendar("UTC").days(Span::Today).0, date(2026, 3, 28));
        let berlin = calendar("Europe/Berlin");
        assert_eq!(berlin.days(Span::Last(7)), (date(2026, 3, 23), date(2026, 3, 29)));
        assert_eq!(berlin.days(Span::Next(1)), (date(2026, 3, 29), date(2026, 3, 29)));
        assert_eq!(calendar("Not/AZone").days(Span::Today).0, date(2026, 3, 28));
    }

    #[test]
    fn the_day_on_which_clocks_change_has_23_hours() {
        let day = date(2026, 3, 29);
        let stretch = calendar("Europe/Berlin").stretch(day, day).unwrap();
        assert_eq!(stretch.start.to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(stretch.end.to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn huge_spans_end_with_the_calendar() {
        let (first, _) = calendar("UTC").days(Span::Last(u32::MAX));
        assert_eq!(first, date(1, 1, 1));
    }
}
