//! How numbers, money, days and moments are shown: SCREENS §7. British order, figures, no
//! running ages. Nothing here reads a clock: `now` is given and renewed by the shell.
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::{Decimal, RoundingStrategy};

use super::shown::is_harmful;

/// How one user wants values shown, and what "today" means to them.
#[derive(Clone, Debug)]
pub struct Format {
    time_zone: TimeZone,
    thousands: String,
    decimal_mark: String,
    now: Timestamp,
    today: Date,
    /// Signs in ASCII only: a minus is `-`.
    pub ascii: bool,
    /// Lists show full stamps (`t`).
    pub full_stamps: bool,
}

impl Format {
    /// From the user's preferences as the server spells them; an unknown zone is UTC, and a mark
    /// that is no harmless single character is the usual one.
    pub fn new(zone: &str, thousands: &str, decimal_mark: &str, now: Timestamp) -> Self {
        let time_zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(time_zone.clone()).date();
        let decimal_mark = mark(decimal_mark).unwrap_or('.');
        // Alike they would make 1.234 of 1234 and of 1,234 the same.
        let thousands = match mark(thousands) {
            Some(mark) if mark == decimal_mark => String::new(),
            Some(mark) => mark.to_string(),
            None => String::new(),
        };
        let decimal_mark = decimal_mark.to_string();
        let (ascii, full_stamps) = (false, false);
        Self { time_zone, thousands, decimal_mark, now, today, ascii, full_stamps }
    }

    /// As on a server without preferences, in UTC.
    pub fn plain(now: Timestamp) -> Self {
        Self::new("UTC", ",", ".", now)
    }

    /// Time went on.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
        self.today = now.to_zoned(self.time_zone.clone()).date();
    }

    /// The moment that this format was told last.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The user's day.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The user's zone.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// What stands before decimals.
    pub fn decimal_mark(&self) -> &str {
        &self.decimal_mark
    }

    /// What stands between thousands; may be empty.
    pub fn thousands(&self) -> &str {
        &self.thousands
    }

    /// `12,304`.
    pub fn integer(&self, number: i64) -> String {
        self.digits(number < 0, &number.unsigned_abs().to_string())
    }

    /// `12,304.5`, with the decimals it has.
    pub fn decimal(&self, number: Decimal) -> String {
        self.digits(number.is_sign_negative() && !number.is_zero(), &number.abs().to_string())
    }

    /// `60 %`.
    pub fn percent(&self, number: Decimal) -> String {
        format!("{} %", self.decimal(number.normalize()))
    }

    /// `48,200`, or `48,200.00` with cents; more decimals than two are kept with them.
    pub fn amount(&self, amount: Decimal, cents: bool) -> String {
        let mut amount = amount.normalize();
        if cents {
            amount.rescale(amount.scale().max(2));
        } else {
            amount = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        }
        self.decimal(amount)
    }

    /// `48,200.00 EUR`; the code is from outside and raw.
    pub fn money(&self, amount: Decimal, currency: &str, cents: bool) -> String {
        let amount = self.amount(amount, cents);
        if currency.is_empty() { amount } else { format!("{amount} {currency}") }
    }

    /// In a list: `18 Dec`, in another year `Mar 2025`; with full stamps as in a detail.
    pub fn date_short(&self, date: Date) -> String {
        if self.full_stamps {
            self.date(date)
        } else if date.year() == self.today.year() {
            date.strftime("%-d %b").to_string()
        } else {
            date.strftime("%b %Y").to_string()
        }
    }

    /// In a detail: `18 Dec 2026`.
    pub fn date(&self, date: Date) -> String {
        date.strftime("%-d %b %Y").to_string()
    }

    /// With the cursor on it: `Fri 18 Dec 2026`.
    pub fn date_long(&self, date: Date) -> String {
        date.strftime("%a %-d %b %Y").to_string()
    }

    /// `in 24 days`, `tomorrow`, `today`, `yesterday`, `24 days ago`.
    pub fn distance(&self, date: Date) -> String {
        match days(self.today, date) {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            -1 => "yesterday".to_owned(),
            ahead @ 1.. => format!("in {} days", self.integer(ahead)),
            behind => format!("{} days ago", self.integer(-behind)),
        }
    }

    /// In a list: today `14:05`, up to six days ago `Sat 14:05`, then as dates. What is ahead
    /// says its day, since `Sat` means the last one.
    pub fn stamp_short(&self, stamp: Timestamp) -> String {
        let local = stamp.to_zoned(self.time_zone.clone());
        match days(self.today, local.date()) {
            _ if self.full_stamps => self.stamp(stamp),
            0 => local.strftime("%H:%M").to_string(),
            -6..=-1 => local.strftime("%a %H:%M").to_string(),
            1..=6 => local.strftime("%-d %b %H:%M").to_string(),
            _ => self.date_short(local.date()),
        }
    }

    /// In a detail: `24 Nov 2026 14:05`.
    pub fn stamp(&self, stamp: Timestamp) -> String {
        stamp.to_zoned(self.time_zone.clone()).strftime("%-d %b %Y %H:%M").to_string()
    }

    /// `14:05`.
    pub fn clock(&self, stamp: Timestamp) -> String {
        stamp.to_zoned(self.time_zone.clone()).strftime("%H:%M").to_string()
    }

    /// `14:05:31`.
    pub fn clock_with_seconds(&self, stamp: Timestamp) -> String {
        stamp.to_zoned(self.time_zone.clone()).strftime("%H:%M:%S").to_string()
    }

    /// `seen` times: `14:05` today, else with its day.
    pub fn seen(&self, stamp: Timestamp) -> String {
        let day = stamp.to_zoned(self.time_zone.clone()).date();
        if day == self.today { self.clock(stamp) } else { self.stamp(stamp) }
    }

    /// Seconds as hours and minutes: `0:35`.
    pub fn duration(&self, seconds: i64) -> String {
        let minutes = seconds.unsigned_abs() / 60;
        let hours = self.digits(seconds < 0 && minutes > 0, &(minutes / 60).to_string());
        format!("{hours}:{:02}", minutes % 60)
    }

    /// Seconds of a running timer: `00:18:42`.
    pub fn running(&self, seconds: u64) -> String {
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The size of a file: `640 B`, `12.3 kB`, `4.0 MB`.
    pub fn bytes(&self, size: u64) -> String {
        if size < 1000 {
            return format!("{size} B");
        }
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
        let mut tenths = size / 100;
        let mut unit = 0;
        while tenths >= 10_000 && unit + 1 < units.len() {
            tenths /= 1000;
            unit += 1;
        }
        let unit = units.get(unit).copied().unwrap_or_default();
        format!("{}{}{} {unit}", tenths / 10, self.decimal_mark, tenths % 10)
    }

    /// Groups the digits before the point and puts the marks in; `digits` is ASCII.
    fn digits(&self, is_negative: bool, digits: &str) -> String {
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
        if is_negative {
            out.push(if self.ascii { '-' } else { '\u{2212}' });
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push_str(&self.thousands);
            }
            out.push(digit);
        }
        if !decimals.is_empty() {
            out.push_str(&self.decimal_mark);
            out.push_str(decimals);
        }
        out
    }
}

/// Whether an amount has cents to show; one on a page makes all show them.
pub fn has_cents(amount: Decimal) -> bool {
    !amount.fract().is_zero()
}

/// The first character, if it is one that may stand in a number. Servers may send several.
fn mark(text: &str) -> Option<char> {
    let mark = text.chars().next()?;
    (!is_harmful(mark) && !mark.is_ascii_digit() && super::width::width(text) == 1).then_some(mark)
}

/// From one day to the other; negative when it is before.
fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// Tue 24 Nov 2026, 14:05 in Berlin.
    fn format() -> Format {
        Format::new("Europe/Berlin", ",", ".", "2026-11-24T13:05:00Z".parse().unwrap())
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_grouped_as_the_user_wants() {
        let format = format();
        assert_eq!(format.integer(12_304), "12,304");
        assert_eq!(format.integer(-999), "\u{2212}999");
        assert_eq!(format.integer(i64::MIN), "\u{2212}9,223,372,036,854,775,808");
        assert_eq!(format.decimal(decimal("1234567.250")), "1,234,567.250");
        let german = Format::new("UTC", ".", ",", format.now());
        assert_eq!(german.decimal(decimal("-1234.5")), "\u{2212}1.234,5");
        let bare = Format::new("UTC", "", ",", format.now());
        assert_eq!(bare.integer(12_304), "12304");
    }

    #[test]
    fn money_shows_cents_where_asked() {
        let format = format();
        assert_eq!(format.money(decimal("48200"), "EUR", false), "48,200 EUR");
        assert_eq!(format.money(decimal("48200.5"), "EUR", true), "48,200.50 EUR");
        assert_eq!(format.money(decimal("-346.77"), "", true), "\u{2212}346.77");
        assert_eq!(format.amount(decimal("0.125"), true), "0.125");
        assert_eq!(format.percent(decimal("60.00")), "60 %");
        assert!(has_cents(decimal("1.50")) && !has_cents(decimal("1.00")));
    }

    #[test]
    fn days_are_short_in_lists_and_whole_in_details() {
        let mut format = format();
        assert_eq!(format.date_short(date(2026, 12, 18)), "18 Dec");
        assert_eq!(format.date_short(date(2025, 3, 9)), "Mar 2025");
        assert_eq!(format.date(date(2026, 12, 8)), "8 Dec 2026");
        assert_eq!(format.date_long(date(2026, 12, 18)), "Fri 18 Dec 2026");
        format.full_stamps = true;
        assert_eq!(format.date_short(date(2025, 3, 9)), "9 Mar 2025");
    }

    #[test]
    fn moments_are_in_the_users_zone() {
        let mut format = format();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(format.stamp_short(at("2026-11-23T23:05:00Z")), "00:05");
        assert_eq!(format.stamp_short(at("2026-11-21T13:05:00Z")), "Sat 14:05");
        assert_eq!(format.stamp_short(at("2026-11-17T13:05:00Z")), "17 Nov");
        assert_eq!(format.stamp_short(at("2026-11-25T13:05:00Z")), "25 Nov 14:05");
        assert_eq!(format.stamp_short(at("2025-03-17T13:05:00Z")), "Mar 2025");
        assert_eq!(format.stamp(at("2026-11-24T13:05:00Z")), "24 Nov 2026 14:05");
        assert_eq!(format.clock_with_seconds(at("2026-07-01T12:00:09Z")), "14:00:09");
        assert_eq!(format.seen(at("2026-11-23T13:05:00Z")), "23 Nov 2026 14:05");
        format.set_now(at("2026-11-25T13:05:00Z"));
        assert_eq!(format.stamp_short(at("2026-11-25T13:05:00Z")), "14:05");
    }

    #[test]
    fn a_distance_is_told_in_days() {
        let format = format();
        assert_eq!(format.distance(date(2026, 12, 18)), "in 24 days");
        assert_eq!(format.distance(date(2026, 11, 25)), "tomorrow");
        assert_eq!(format.distance(date(2026, 11, 24)), "today");
        assert_eq!(format.distance(date(2025, 11, 24)), "365 days ago");
    }

    #[test]
    fn durations_and_sizes_are_short() {
        let format = format();
        assert_eq!(format.duration(35 * 60), "0:35");
        assert_eq!(format.duration(-90 * 60), "\u{2212}1:30");
        assert_eq!(format.running(18 * 60 + 42), "00:18:42");
        assert_eq!(format.bytes(640), "640 B");
        assert_eq!(format.bytes(12_345), "12.3 kB");
        assert_eq!(format.bytes(u64::MAX), "18.4 EB");
    }

    #[test]
    fn what_the_server_prefers_is_not_trusted() {
        let odd = Format::new("Mars/Base", "\u{1b}[2J", "1", format().now());
        assert_eq!(odd.decimal(decimal("1234.5")), "1234.5");
        let alike = Format::new("UTC", ",", ",", format().now());
        assert_eq!(alike.decimal(decimal("1234.5")), "1234,5");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn any_value_can_be_shown(number in any::<i64>(), scale in 0..28_u32, seconds in -377_705_023_201_i64..=253_402_207_200_i64) {
            let format = format();
            let decimal = Decimal::from_i128_with_scale(i128::from(number), scale);
            let stamp = Timestamp::from_second(seconds).unwrap();
            prop_assert!(!format.money(decimal, "EUR", true).is_empty());
            prop_assert!(!format.amount(decimal, false).contains('.'));
            prop_assert!(!format.stamp_short(stamp).is_empty());
            prop_assert!(!format.duration(number).is_empty());
            prop_assert!(!format.distance(stamp.to_zoned(TimeZone::UTC).date()).is_empty());
        }
    }
}
