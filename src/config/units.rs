//! Durations and sizes as people write them: `20s`, `1m30s`, `512MB`.
use std::time::Duration;

/// A duration: numbers with `ms`, `s`, `m`, `h`, `d` or `w`; a bare number is seconds.
///
/// Errors: what is wrong, in a few words.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write it like 500ms, 20s or 1m30s");
    let mut millis: u64 = 0;
    for (number, unit) in parts(text).ok_or_else(wrong)? {
        let factor: u64 = match unit.as_str() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(factor).ok_or_else(wrong)?;
        millis = millis.checked_add(part).ok_or_else(wrong)?;
    }
    Ok(Duration::from_millis(millis))
}

/// A size in bytes: a number with `KB`, `MB` or `GB` (thousands), or `KiB`, `MiB`, `GiB`.
///
/// Errors: what is wrong, in a few words.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no size; write it like 512MB");
    let mut parts = parts(text).ok_or_else(wrong)?;
    let (Some((number, unit)), true) = (parts.pop(), parts.is_empty()) else { return Err(wrong()) };
    let factor: u64 = match unit.to_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(wrong()),
    };
    number.checked_mul(factor).ok_or_else(wrong)
}

/// `1m30s` as `[(1, "m"), (30, "s")]`; `None` where a number is missing or too large.
fn parts(text: &str) -> Option<Vec<(u64, String)>> {
    let mut found: Vec<(u64, String)> = Vec::new();
    let mut chars = text.trim().chars().peekable();
    while chars.peek().is_some() {
        let mut digits = String::new();
        while let Some(digit) = chars.next_if(|c| c.is_ascii_digit() || *c == '_') {
            digits.push(digit);
        }
        let mut unit = String::new();
        while let Some(letter) = chars.next_if(|c| !c.is_ascii_digit()) {
            unit.push(letter);
        }
        found.push((digits.replace('_', "").parse().ok()?, unit.trim().to_owned()));
    }
    if found.is_empty() { None } else { Some(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [("20s", 20_000), ("500ms", 500), ("1m30s", 90_000), ("3", 3_000)] {
            assert_eq!(parse_duration(text).unwrap(), Duration::from_millis(millis), "{text}");
        }
        for bad in ["", "s", "5 parsecs", "-1s", "99999999999999999999s", "18446744073709551615w"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse_bytes("512MB").unwrap(), 512_000_000);
        assert_eq!(parse_bytes("1 GiB").unwrap(), 1 << 30);
        assert!(parse_bytes("5MB6").is_err());
        assert!(parse_bytes("many").is_err());
    }
}
