//! The date words of a where item (E§5) as ranges of days.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

/// Days from the first to before the second; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
}

/// The days that a word means. `None`: not a date word, or its value is no number.
pub fn days(word: &str, value: Option<&str>, today: Date) -> Option<Days> {
    let number = || {
        value.and_then(|text| text.trim().parse::<i64>().ok()).filter(|days| days.abs() < 100_000)
    };
    let date = || value.and_then(|text| text.get(..10)).and_then(|text| text.parse::<Date>().ok());
    let plus = |date: Date, span: Span| date.checked_add(span).ok();
    let span = |from: Option<Date>, until: Option<Date>| Some(Days { from, until });
    let next = |date: Date| plus(date, 1.day());
    match word {
        "on" => span(Some(date()?), next(date()?)),
        "before" => span(None, Some(date()?)),
        "after" => span(next(date()?), None),
        "today" => span(Some(today), next(today)),
        "past" => span(None, Some(today)),
        "future" => span(next(today), None),
        "lastSevenDays" => span(plus(today, -7.days()), next(today)),
        "lastXDays" => span(plus(today, Span::new().days(-number()?)), next(today)),
        "nextXDays" => span(Some(today), plus(today, Span::new().days(number()? + 1))),
        "olderThanXDays" => span(None, plus(today, Span::new().days(-number()?))),
        "afterXDays" => span(plus(today, Span::new().days(number()? + 1)), None),
        "currentMonth" => months(today.first_of_month(), 0, 1),
        "lastMonth" => months(today.first_of_month(), -1, 1),
        "nextMonth" => months(today.first_of_month(), 1, 1),
        "currentQuarter" | "currentFiscalQuarter" => months(quarter(today), 0, 3),
        "lastQuarter" | "lastFiscalQuarter" => months(quarter(today), -3, 3),
        "currentYear" | "currentFiscalYear" => months(today.first_of_year(), 0, 12),
        "lastYear" | "lastFiscalYear" => months(today.first_of_year(), -12, 12),
        _ => None,
    }
}

fn months(first: Date, shift: i64, length: i64) -> Option<Days> {
    let from = first.checked_add(Span::new().months(shift)).ok()?;
    let until = from.checked_add(Span::new().months(length)).ok()?;
    Some(Days { from: Some(from), until: Some(until) })
}

fn quarter(today: Date) -> Date {
    let back = (today.month() - 1) % 3;
    let first = today.first_of_month();
    first.checked_sub(Span::new().months(back)).unwrap_or(first)
}

/// The first moment of a day in a zone, as stored (UTC).
pub fn start_of_day(date: Date, zone: &TimeZone) -> Option<String> {
    let start = date.to_zoned(zone.clone()).ok()?;
    Some(crate::demo::clock::moment(start.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_the_days_they_mean() {
        let today: Date = "2026-11-23".parse().unwrap();
        let range = |word, value| {
            let days = days(word, value, today).unwrap();
            (days.from.map(|date| date.to_string()), days.until.map(|date| date.to_string()))
        };
        let pair = |from: &str, until: &str| (Some(from.to_owned()), Some(until.to_owned()));
        assert_eq!(range("currentQuarter", None), pair("2026-10-01", "2027-01-01"));
        assert_eq!(range("lastMonth", None), pair("2026-10-01", "2026-11-01"));
        assert_eq!(range("lastXDays", Some("7")), pair("2026-11-16", "2026-11-24"));
        assert_eq!(days("lastXDays", Some("x"), today), None);
    }
}
