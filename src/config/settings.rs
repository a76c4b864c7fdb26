//! `[settings]`, typed. Its defaults stand in `assets/default.toml` and nowhere else.
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};
use strum::{Display, EnumString};

use super::{parse_bytes, parse_duration};

/// `[settings]`: what the user can choose. See `assets/default.toml` for each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How long one answer may take.
    #[serde(deserialize_with = "duration")]
    pub timeout: Duration,
    /// How many records a page asks for, 1 to 200.
    #[serde(deserialize_with = "page_size")]
    pub page_size: u32,
    /// After so long an open list asks what changed, where its product tells; none = never.
    #[serde(deserialize_with = "maybe_duration")]
    pub follow: Option<Duration>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Signs and borders.
    pub signs: Signs,
    /// Colours.
    pub theme: ThemeChoice,
    /// How wide characters of ambiguous width are.
    pub ambiguous_width: AmbiguousWidth,
    /// How text is copied.
    pub clipboard: Clipboard,
    /// The command that opens a web page; empty = the desktop's own.
    pub browser: String,
    /// The command that edits long text; empty = `VISUAL`, then `EDITOR`.
    pub editor: String,
    /// The connection where none is named; empty = the only one.
    pub connection: String,
    /// Nothing is ever written to a CRM.
    pub read_only: bool,
    /// Nothing is asked of the network.
    pub offline: bool,
    /// `[settings.cache]`.
    pub cache: CacheLimits,
}

/// `[settings.cache]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheLimits {
    /// How large it may grow, bytes.
    #[serde(deserialize_with = "bytes")]
    pub max_bytes: u64,
    /// How long what was not looked at is kept.
    #[serde(deserialize_with = "duration")]
    pub max_age: Duration,
}

/// Signs and borders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Signs {
    /// By the locale.
    Auto,
    /// Box drawing and arrows.
    Unicode,
    /// Nothing beyond ASCII.
    Ascii,
}

/// Colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ThemeChoice {
    /// Asks the terminal for its background.
    Auto,
    /// On a dark background.
    Dark,
    /// On a light background.
    Light,
    /// The terminal's own sixteen.
    Ansi,
    /// None: bold, dim and reverse only.
    None,
}

/// How wide characters of ambiguous width are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum AmbiguousWidth {
    /// One cell.
    Narrow,
    /// Two cells.
    Wide,
}

/// How text is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Clipboard {
    /// OSC 52 over SSH and in tmux, else the desktop's.
    Auto,
    /// By the terminal.
    Osc52,
    /// Not at all.
    None,
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let duration = parse_duration(&String::deserialize(from)?).map_err(D::Error::custom)?;
    if duration.is_zero() {
        Err(D::Error::custom("it must be more than nothing"))
    } else {
        Ok(duration)
    }
}

/// `"never"`, or a duration.
fn maybe_duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(from)?;
    if text == "never" {
        return Ok(None);
    }
    let duration = parse_duration(&text).map_err(D::Error::custom)?;
    if duration.is_zero() {
        return Err(D::Error::custom("it must be more than nothing, or \"never\""));
    }
    Ok(Some(duration))
}

fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    parse_bytes(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn page_size<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        size @ 1..=200 => Ok(size),
        size => Err(D::Error::custom(format!("{size} is not between 1 and 200"))),
    }
}
