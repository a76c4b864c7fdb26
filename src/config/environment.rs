//! What the environment says. Nothing else in the program reads it.
use std::{ffi::OsString, path::PathBuf};

/// What the environment says, read once at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a variable that is set or not")]
pub struct Environment {
    /// `FICHA_CONFIG`: the settings file.
    pub config: Option<PathBuf>,
    /// `FICHA_CONNECTION`: the connection where none is named.
    pub connection: Option<String>,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `CLICOLOR` is `0`.
    pub clicolor_off: bool,
    /// `CLICOLOR_FORCE` is set and not `0`.
    pub clicolor_force: bool,
    /// `TERM`; empty when unset.
    pub term: String,
    /// `COLORTERM`; empty when unset.
    pub colorterm: String,
    /// `COLORFGBG`; empty when unset.
    pub colorfgbg: String,
    /// `SSH_TTY` or `SSH_CONNECTION` is set.
    pub is_ssh: bool,
    /// `TMUX` is set.
    pub is_tmux: bool,
    /// `VISUAL`, else `EDITOR`.
    pub editor: Option<String>,
    /// `BROWSER`.
    pub browser: Option<String>,
    /// `LC_ALL`, else `LC_CTYPE`, else `LANG`; empty when unset.
    pub locale: String,
    /// `TZ`.
    pub time_zone: Option<String>,
    /// `FICHA_LOG`: how much is logged.
    pub log: Option<String>,
    /// `COLUMNS`: how wide tables may be.
    pub columns: Option<u16>,
    /// `FICHA_PANIC` is set: F12 breaks the browser. For its tests.
    pub panics: bool,
}

impl Environment {
    /// Reads it.
    pub fn read() -> Self {
        Self::from(&variable)
    }

    /// From a lookup of variables by name.
    pub fn from(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| set(name).unwrap_or_default();
        Self {
            config: set("FICHA_CONFIG").map(PathBuf::from),
            connection: set("FICHA_CONNECTION"),
            no_color: set("NO_COLOR").is_some(),
            clicolor_off: set("CLICOLOR").as_deref() == Some("0"),
            clicolor_force: set("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            term: text("TERM"),
            colorterm: text("COLORTERM"),
            colorfgbg: text("COLORFGBG"),
            is_ssh: set("SSH_TTY").or_else(|| set("SSH_CONNECTION")).is_some(),
            is_tmux: set("TMUX").is_some(),
            editor: set("VISUAL").or_else(|| set("EDITOR")),
            browser: set("BROWSER"),
            locale: set("LC_ALL")
                .or_else(|| set("LC_CTYPE"))
                .or_else(|| set("LANG"))
                .unwrap_or_default(),
            time_zone: set("TZ"),
            log: set("FICHA_LOG"),
            columns: set("COLUMNS").and_then(|value| value.parse().ok()),
            panics: set("FICHA_PANIC").is_some(),
        }
    }

    /// Whether the locale can show more than ASCII.
    pub fn is_utf8(&self) -> bool {
        let locale = self.locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }

    /// Whether colour was asked away: `NO_COLOR`, `CLICOLOR=0`, or a terminal that has none.
    pub fn is_colourless(&self) -> bool {
        self.no_color || self.clicolor_off || self.term == "dumb"
    }
}

/// A variable by name; `None` where it is unset or no Unicode.
pub fn variable(name: &str) -> Option<String> {
    raw(name).and_then(|value| value.into_string().ok())
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn raw(name: &str) -> Option<OsString> {
    // A name with '=' or NUL cannot be one: `var_os` would only say that it is unset.
    std::env::var_os(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_no_color_means_nothing() {
        let with = |value: &'static str| {
            Environment::from(&move |name| (name == "NO_COLOR").then(|| value.to_owned()))
        };
        assert!(!with("").is_colourless());
        assert!(with("1").is_colourless());
    }

    #[test]
    fn the_strongest_locale_variable_decides() {
        let env = Environment::from(&|name| match name {
            "LC_ALL" => Some("C".to_owned()),
            "LANG" => Some("de_DE.UTF-8".to_owned()),
            _ => None,
        });
        assert!(!env.is_utf8());
    }
}
