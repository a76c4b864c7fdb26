//! Days and moments as people write them.
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use crate::domain::value::Value;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day.
///
/// Errors: a sentence, also for `1/2/2026`, which means two days.
pub fn date(text: &str, today: Date) -> Result<Date, String> {
    let plain = text.trim().to_lowercase();
    let found = word(&plain, today)
        .or_else(|| shift(&plain, today))
        .or_else(|| weekday(&plain, today))
        .or_else(|| numeric(&plain, today))
        .or_else(|| month_name(&plain, today));
    found.ok_or_else(|| match plain.matches('/').count() {
        2 => format!("{text} may be two days; write 2026-12-18"),
        _ => format!("\"{text}\" is no date; 2026-12-18, 18 Dec, fri, +2w perhaps"),
    })
}

fn word(text: &str, today: Date) -> Option<Date> {
    match text {
        "today" => Some(today),
        "tomorrow" => today.tomorrow().ok(),
        "yesterday" => today.yesterday().ok(),
        "next week" => today.checked_add(1.week()).ok(),
        "next month" => today.checked_add(1.month()).ok(),
        "end of week" | "eow" => weekday("sun", today.yesterday().ok()?),
        "end of month" | "eom" => Some(today.last_of_month()),
        "end of next month" => Some(today.checked_add(1.month()).ok()?.last_of_month()),
        "end of year" | "eoy" => Some(today.last_of_year()),
        "end of quarter" | "eoq" => {
            let month = (today.month() - 1) / 3 * 3 + 3;
            Some(Date::new(today.year(), month, 1).ok()?.last_of_month())
        }
        _ => None,
    }
}

/// `+2w`, `-3d`, `+1m`, `+1y`.
fn shift(text: &str, today: Date) -> Option<Date> {
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let unit = rest.chars().last()?;
    let number: i32 = rest.strip_suffix(unit)?.trim().parse().ok()?;
    // Spans beyond the calendar panic, so they are not even made.
    let number = sign * Some(number).filter(|number| (0..=7_000).contains(number))?;
    let span = match unit {
        'd' => number.days(),
        'w' => number.weeks(),
        'm' => number.months(),
        'y' => number.years(),
        _ => return None,
    };
    today.checked_add(span).ok()
}

/// The next day of that name, never today; `next fri` is a week later.
fn weekday(text: &str, today: Date) -> Option<Date> {
    let (name, weeks) = match text.strip_prefix("next ") {
        Some(name) => (name, 1),
        None => (text, 0),
    };
    let weekday = match name {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    };
    today.nth_weekday(1 + weeks, weekday).ok()
}

/// `2026-12-18`, `2026/12/18`, `18.12.2026`, `18.12.`.
fn numeric(text: &str, today: Date) -> Option<Date> {
    let parts = |mark: char| -> Option<Vec<i16>> {
        text.trim_end_matches(mark).split(mark).map(|part| part.parse().ok()).collect()
    };
    let small = |number: i16| i8::try_from(number).ok();
    for mark in ['-', '/'] {
        if let Some(&[year @ 1000..=9999, month, day]) = parts(mark).as_deref() {
            return Date::new(year, small(month)?, small(day)?).ok();
        }
    }
    match parts('.')?[..] {
        [day, month, year @ 1000..=9999] => Date::new(year, small(month)?, small(day)?).ok(),
        [day, month, year @ 0..=99] => Date::new(2000 + year, small(month)?, small(day)?).ok(),
        [day, month] => coming(small(month)?, small(day)?, today),
        _ => None,
    }
}

/// `18 Dec`, `Dec 18`, `18 december 2026`.
fn month_name(text: &str, today: Date) -> Option<Date> {
    let words: Vec<&str> = text.split([' ', ',', '.']).filter(|word| !word.is_empty()).collect();
    let (day, name, year) = match words[..] {
        [a, b] if a.parse::<i8>().is_ok() => (a, b, None),
        [a, b] => (b, a, None),
        [a, b, year] if a.parse::<i8>().is_ok() => (a, b, Some(year)),
        [a, b, year] => (b, a, Some(year)),
        _ => return None,
    };
    let begins = |month: &&str| name.starts_with(*month);
    let month = MONTHS.iter().position(begins)?;
    let (month, day) = (i8::try_from(month + 1).ok()?, day.parse().ok()?);
    match year {
        Some(year) => Date::new(year.parse().ok()?, month, day).ok(),
        None => coming(month, day, today),
    }
}

/// That day of this year, or of the next one if it has passed.
fn coming(month: i8, day: i8, today: Date) -> Option<Date> {
    let this = Date::new(today.year(), month, day).ok().filter(|this| *this >= today);
    this.or_else(|| Date::new(today.year().checked_add(1)?, month, day).ok())
}

/// A moment: a day and a time in the user's zone, or RFC 3339. A day alone begins at midnight.
pub fn moment(text: &str, today: Date, zone: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(exact);
    }
    let (day, time) = day_and_time(text);
    let day = if day.is_empty() { today } else { date(day, today)? };
    let local = DateTime::from_parts(day, time.unwrap_or(Time::midnight()));
    // A time that a change of clocks skips is taken as the one behind the gap.
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    zone.to_timestamp(local).map_err(|error| error.to_string())
}

/// A day where no time is written, else a moment.
pub fn date_or_moment(text: &str, today: Date, zone: &str) -> Result<Value, String> {
    if let Ok(exact) = text.trim().parse::<Timestamp>() {
        return Ok(Value::DateTime(exact));
    }
    match day_and_time(text.trim()) {
        (day, None) => date(day, today).map(Value::Date),
        (_, Some(_)) => moment(text, today, zone).map(Value::DateTime),
    }
}

/// Parts `tomorrow 15:00` and `2026-12-18T15:00`; the time may stand alone.
fn day_and_time(text: &str) -> (&str, Option<Time>) {
    if let Some(time) = clock_time(text) {
        return ("", Some(time));
    }
    let parted = text.rsplit_once([' ', 'T']);
    match parted.and_then(|(day, time)| Some((day, clock_time(time)?))) {
        Some((day, time)) => (day.trim().trim_end_matches(" at"), Some(time)),
        None => (text, None),
    }
}

/// `15:00`, `15:00:30`, `3pm`, `3:30pm`.
fn clock_time(text: &str) -> Option<Time> {
    let text = text.trim().to_lowercase();
    let (plain, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(plain), _) => (plain, Some(0)),
        (_, Some(plain)) => (plain, Some(12)),
        (None, None) => (text.as_str(), None),
    };
    let parts: Option<Vec<i8>> = plain.trim().split(':').map(|part| part.parse().ok()).collect();
    let parts = parts?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        [hour] if half.is_some() => (hour, 0, 0),
        _ => return None,
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;
    use proptest::prelude::*;

    use super::*;

    /// A Monday.
    const TODAY: Date = day(2026, 11, 23);

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for (typed, expected) in [
            ("today", TODAY),
            ("Tomorrow", day(2026, 11, 24)),
            ("yesterday", day(2026, 11, 22)),
            ("+2w", day(2026, 12, 7)),
            ("-3d", day(2026, 11, 20)),
            ("+1m", day(2026, 12, 23)),
            ("end of month", day(2026, 11, 30)),
            ("eoq", day(2026, 12, 31)),
            ("end of week", day(2026, 11, 29)),
            ("fri", day(2026, 11, 27)),
            ("Monday", day(2026, 11, 30)),
            ("next fri", day(2026, 12, 4)),
            ("2026-12-18", day(2026, 12, 18)),
            ("2026/12/18", day(2026, 12, 18)),
            ("18.12.2026", day(2026, 12, 18)),
            ("18.12.", day(2026, 12, 18)),
            ("18 Dec", day(2026, 12, 18)),
            ("Dec 18, 2027", day(2027, 12, 18)),
            ("1 march", day(2027, 3, 1)),
        ] {
            assert_eq!(date(typed, TODAY), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn what_means_two_days_or_none_is_refused() {
        for typed in ["1/2/2026", "2026-02-30", "32 dec", "soon", "+99999999y", "", "+", "é"] {
            assert!(date(typed, TODAY).is_err(), "{typed}");
        }
        assert!(date("1/2/2026", TODAY).unwrap_err().contains("two days"));
    }

    #[test]
    fn a_moment_has_a_time_in_the_users_zone() {
        for (typed, expected) in [
            ("tomorrow 15:00", "2026-11-24T14:00:00Z"),
            ("2026-12-18T09:30", "2026-12-18T08:30:00Z"),
            ("18 Dec 3:30pm", "2026-12-18T14:30:00Z"),
            ("fri at 9:00", "2026-11-27T08:00:00Z"),
            ("12am", "2026-11-22T23:00:00Z"),
            ("today", "2026-11-22T23:00:00Z"),
            ("2026-12-18T15:00:00+02:00", "2026-12-18T13:00:00Z"),
        ] {
            let expected: Timestamp = expected.parse().unwrap();
            assert_eq!(moment(typed, TODAY, "Europe/Berlin"), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn a_day_or_a_moment_is_what_was_written() {
        let zone = "Europe/Berlin";
        assert_eq!(date_or_moment("fri", TODAY, zone), Ok(Value::Date(day(2026, 11, 27))));
        assert!(matches!(date_or_moment("fri 9:00", TODAY, zone), Ok(Value::DateTime(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default()
        })]

        #[test]
        fn any_text_gives_a_moment_or_a_reason(text in "\\PC{0,16}", shift in "[+-][0-9]{1,12}[dwmy]") {
            let _ = moment(&text, TODAY, "Nowhere/None");
            let _ = date(&shift, Date::MAX);
            let _ = date(&shift, Date::MIN);
        }
    }
}
