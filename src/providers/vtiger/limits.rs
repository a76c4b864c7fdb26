//! How often the cloud may still be asked, as the headers of its answers say. B: a minute's share
//! and a day's, each with the moment at which it is renewed. Open source says nothing.
use std::time::Duration;

use crate::{domain::rate::Rate, net::exchange::Response};

/// So few calls of a minute are left for what comes next, that a conversation waits. B.
pub const SPARED: u32 = 5;

/// A share: the contract's spelling leaves open whether the span stands in all three names.
struct Share([&'static str; 2]);

const MINUTE: Share = Share(["x-floodcontrol-minute", "x-floodcontrol-"]);
const DAY: Share = Share(["x-ratelimit-daily", "x-ratelimit-"]);

impl Share {
    fn number(&self, response: &Response, what: &str) -> Option<i64> {
        let Self(names) = self;
        let told = names.iter().find_map(|name| response.header(&format!("{name}{what}")))?;
        told.trim().parse().ok()
    }

    fn rate(&self, response: &Response) -> Option<Rate> {
        let count = |what| self.number(response, what)?.try_into().ok();
        Some(Rate { left: count("remaining")?, of: count("limit")? })
    }

    /// Until it is renewed, by the server's own clock.
    fn wait(&self, response: &Response) -> Option<Duration> {
        let date = response.header("date")?;
        let now = jiff::Timestamp::try_from(httpdate::parse_http_date(&date).ok()?).ok()?;
        let reset = self.number(response, "reset")?;
        u64::try_from(reset.saturating_sub(now.as_second())).ok().map(Duration::from_secs)
    }
}

/// What is left: of the share that is nearer to its end.
pub fn rate(response: &Response) -> Option<Rate> {
    let shares = [MINUTE, DAY];
    shares.iter().filter_map(|share| share.rate(response)).min_by_key(|rate| rate.left)
}

/// How many calls are left of the minute's share; `None` = nobody counts.
pub fn left(response: &Response) -> Option<u32> {
    MINUTE.number(response, "remaining")?.try_into().ok()
}

/// Until when to wait, if hardly anything is left of the minute's share.
pub fn pause(response: &Response) -> Option<Duration> {
    if left(response)? > SPARED { None } else { MINUTE.wait(response) }
}

/// Until when to wait after a refusal: until the share that is used up is renewed.
pub fn wait(response: &Response) -> Option<Duration> {
    if let Some(wait) = response.retry_after() {
        return Some(wait);
    }
    let is_spent = |share: &Share| share.rate(response).is_some_and(|rate| rate.left == 0);
    let day = Some(DAY).filter(is_spent).and_then(|day| day.wait(response));
    day.or_else(|| MINUTE.wait(response)).or_else(|| DAY.wait(response))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&str, &str)]) -> Response {
        let date = ("date", "Sun, 22 Nov 2026 20:00:46 GMT");
        let headers = headers.iter().chain([&date]);
        let headers = headers.map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
        Response { status: 200, headers: headers.collect(), body: vec![] }
    }

    #[test]
    fn both_spellings_of_the_headers_are_read() {
        for span in ["minute", ""] {
            let names = ["remaining", "reset"].map(|what| format!("x-floodcontrol-{span}{what}"));
            let response = told(&[
                ("x-floodcontrol-minutelimit", "60"),
                (&names[0], "5"),
                (&names[1], "1795377676"),
            ]);
            assert_eq!(rate(&response), Some(Rate { left: 5, of: 60 }), "{span}");
            assert_eq!(pause(&response), Some(Duration::from_secs(30)), "{span}");
        }
    }

    #[test]
    fn a_day_that_is_used_up_is_waited_for_and_a_minute_only_where_it_is_short() {
        let response = told(&[
            ("x-floodcontrol-minutelimit", "60"),
            ("x-floodcontrol-minuteremaining", "59"),
            ("x-floodcontrol-minutereset", "1795377676"),
            ("x-ratelimit-dailylimit", "24000"),
            ("x-ratelimit-dailyremaining", "0"),
            ("x-ratelimit-dailyreset", "1795381246"),
        ]);
        assert_eq!(pause(&response), None);
        assert_eq!(wait(&response), Some(Duration::from_secs(3_600)));
        assert_eq!(rate(&response), Some(Rate { left: 0, of: 24_000 }));
        assert_eq!(rate(&told(&[])), None, "open source says nothing");
    }
}
