//! Failures on request: how often the server answers wrongly, late, or not at all.

use super::random::Random;
use std::str::FromStr;
use std::time::Duration;

/// A plan of failures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    fault: Fault,
    /// In a million.
    chance: u32,
}

/// One failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another status, with nothing useful in the body; 429 says when to come again.
    Status(u16),
    /// The connection closes with no answer.
    Drop,
    /// Half of the body, then the connection closes.
    Half,
    /// What was asked is done, and then the answer is a 500 with nothing: a write has landed.
    Landed,
    /// The answer comes this much later.
    Slow(Duration),
    /// A body that is no JSON, called JSON.
    Garbage,
    /// A page of somebody's proxy instead of an answer.
    Html,
    /// A JSON body of this many bytes.
    Fat(u64),
    /// A redirect to another host.
    Redirect,
    /// Nothing, ever.
    Hang,
    /// Every connection is closed at once.
    Offline,
}

/// What is wrong with a plan's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{part}` is not a failure: {why}. Known: 429:10%, 500:5%, status:503:5%, drop:1%, half:1%, landed:1%, slow:20%@3s, garbage:1%, html:1%, fat:50MB:1%, redirect:1%, hang, offline"
)]
pub struct BadFaults {
    /// The part that cannot be read.
    pub part: String,
    /// Why.
    pub why: &'static str,
}

impl Faults {
    /// The failure of one request, if it has one.
    pub fn draw(&self, random: &mut Random) -> Option<Fault> {
        let hit =
            |rule: &&Rule| random.below(1_000_000) < usize::try_from(rule.chance).unwrap_or(0);
        self.rules.iter().find(hit).map(|rule| rule.fault)
    }

    /// Whether connections are to be closed at once.
    pub fn is_offline(&self) -> bool {
        self.rules.iter().any(|rule| rule.fault == Fault::Offline)
    }
}

impl FromStr for Faults {
    type Err = BadFaults;

    fn from_str(text: &str) -> Result<Faults, BadFaults> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let rules: Result<Vec<Rule>, BadFaults> = parts
            .map(|part| rule(part).map_err(|why| BadFaults { part: part.to_owned(), why }))
            .collect();
        Ok(Faults { rules: rules? })
    }
}

fn rule(part: &str) -> Result<Rule, &'static str> {
    let words: Vec<&str> = part.split(':').collect();
    let always = 1_000_000;
    let (fault, chance) = match words.as_slice() {
        ["hang"] => (Fault::Hang, always),
        ["offline"] => (Fault::Offline, always),
        ["hang", share] => (Fault::Hang, percent(share)?),
        ["drop", share] => (Fault::Drop, percent(share)?),
        ["half", share] => (Fault::Half, percent(share)?),
        ["landed", share] => (Fault::Landed, percent(share)?),
        ["garbage", share] => (Fault::Garbage, percent(share)?),
        ["html", share] => (Fault::Html, percent(share)?),
        ["redirect", share] => (Fault::Redirect, percent(share)?),
        ["fat", size, share] => (Fault::Fat(bytes(size)?), percent(share)?),
        ["slow", rest] => {
            let (share, late) =
                rest.split_once('@').ok_or("slow needs a share and a time: slow:20%@3s")?;
            (Fault::Slow(duration(late)?), percent(share)?)
        }
        ["status", code, share] | [code, share] => (Fault::Status(status(code)?), percent(share)?),
        _ => return Err("its form is not known"),
    };
    Ok(Rule { fault, chance })
}

fn status(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .ok()
        .filter(|code| (400..=599).contains(code))
        .ok_or("a status is a number from 400 to 599")
}

/// `0.5%` in a million.
fn percent(text: &str) -> Result<u32, &'static str> {
    let wrong = "a share is a number from 0 to 100 with a percent sign";
    let number = text.strip_suffix('%').ok_or(wrong)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong);
    }
    let part: u32 = format!("{part:0<4}").parse().map_err(|_| wrong)?;
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 100).ok_or(wrong)?;
    Some(whole * 10_000 + part).filter(|share| *share <= 1_000_000).ok_or(wrong)
}

fn bytes(text: &str) -> Result<u64, &'static str> {
    let wrong = "a size is a number with KB, MB or GB";
    let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let found =
        units.iter().find_map(|(unit, size)| text.strip_suffix(unit).map(|number| (number, *size)));
    let (number, size) = found.ok_or(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong)?;
    number.checked_mul(size).filter(|size| *size <= 4_000_000_000).ok_or("a size is at most 4 GB")
}

/// `3s` or `250ms`.
pub fn duration(text: &str) -> Result<Duration, &'static str> {
    let wrong = "a time is a number with ms or s";
    let millis = |number: &str, each: u64| {
        let number: u64 = number.parse().map_err(|_| wrong)?;
        number.checked_mul(each).map(Duration::from_millis).ok_or(wrong)
    };
    match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => millis(number, 1),
        (None, Some(number)) => millis(number, 1000),
        (None, None) => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_and_a_bad_part_is_named() {
        let plan: Faults = "429:10%, slow:20%@3s,fat:50MB:1%,status:503:0.5%,hang".parse().unwrap();
        assert_eq!(plan.rules.len(), 5);
        assert_eq!(plan.rules[1].fault, Fault::Slow(Duration::from_secs(3)));
        assert_eq!(plan.rules[2].fault, Fault::Fat(50_000_000));
        assert_eq!(plan.rules[3].chance, 5_000);
        for bad in
            ["drop", "drop:1", "700:1%", "slow:3%", "fat:9:1%", "nope:1%", "drop:101%", "drop:-1%"]
        {
            let error = bad.parse::<Faults>().unwrap_err();
            assert_eq!(error.part, bad);
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_failures() {
        let plan: Faults = "drop:30%,500:30%".parse().unwrap();
        let draw = || {
            let mut random = Random::new(7);
            (0..50).map(|_| plan.draw(&mut random)).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
        assert!(draw().contains(&None) && draw().contains(&Some(Fault::Drop)));
    }
}
