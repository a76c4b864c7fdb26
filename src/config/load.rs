//! Reads the settings file over the defaults.
use std::{io, ops::Range, path::Path};

use serde::Deserialize;
use toml::{Table, Value};

use super::{Paths, Settings, connections};
use crate::domain::connection::Connection;

/// The defaults, and their documentation.
pub const DEFAULTS: &str = include_str!("../../assets/default.toml");

/// A file of more than this is not ours.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

const SECTIONS: [&str; 4] = ["settings", "connections", "keys", "theme"];

/// Something in the settings that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A sentence for people; raw.
    pub message: String,
    /// Where it stands, counted from 1.
    pub line: Option<usize>,
    /// Which connection cannot be used because of it.
    pub connection: Option<String>,
    /// `false`: a warning, everything else still holds.
    pub is_error: bool,
}

/// What the settings say.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where files stand.
    pub paths: Paths,
    /// `[settings]` over the defaults.
    pub settings: Settings,
    /// `[keys.*]` of the defaults, raw: bootstrap makes the keymap of both.
    pub default_keys: Table,
    /// `[keys.*]` of the user, raw.
    pub keys: Table,
    /// `[theme]` of the defaults, raw.
    pub default_theme: Table,
    /// `[theme]` of the user, raw.
    pub theme: Table,
    /// Those that can be used, in the file's order.
    pub connections: Vec<Connection>,
    /// What cannot be used.
    pub problems: Vec<Problem>,
    /// The user's file as it was read; empty where there is none.
    pub text: String,
}

impl Config {
    /// The connection of that name.
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.name == name)
    }

    /// Why the connection of that name cannot be used, where it is there but broken.
    pub fn problem_of(&self, name: &str) -> Option<&Problem> {
        let about = |problem: &&Problem| problem.connection.as_deref() == Some(name);
        self.problems.iter().filter(about).find(|problem| problem.is_error)
    }
}

/// Reads the settings. Never fails: what cannot be used is a problem.
pub fn load(paths: Paths) -> Config {
    let mut problems = Vec::new();
    let text = match read(&paths.config) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !paths.is_named => String::new(),
        Err(error) => {
            problems.push(Problem {
                message: format!(
                    "The settings {} cannot be read: {error}.",
                    paths.config.display()
                ),
                line: None,
                connection: None,
                is_error: true,
            });
            String::new()
        }
    };
    from_text(paths, text, problems)
}

fn read(path: &Path) -> io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is larger than 4 MiB"));
    }
    std::fs::read_to_string(path)
}

fn from_text(paths: Paths, text: String, problems: Vec<Problem>) -> Config {
    let mut reading = Reading::of(&text, problems);
    let defaults = read_defaults();
    let user = reading.user();
    reading.sections(&user);
    let settings = reading.settings(&defaults, &section(&user, "settings"));
    let connections = reading.connections(&section(&user, "connections"));
    reading.problems.sort_by_key(|problem| problem.line);
    Config {
        paths,
        settings,
        default_keys: section(&defaults, "keys"),
        keys: section(&user, "keys"),
        default_theme: section(&defaults, "theme"),
        theme: section(&user, "theme"),
        connections,
        problems: reading.problems,
        text,
    }
}

/// The defaults as a table. They are part of the program: a test reads them.
#[expect(clippy::expect_used, reason = "assets/default.toml is compiled in, and a test reads it")]
pub(super) fn read_defaults() -> Table {
    DEFAULTS.parse().expect("assets/default.toml is TOML")
}

fn section(table: &Table, name: &str) -> Table {
    table.get(name).and_then(Value::as_table).cloned().unwrap_or_default()
}

/// The file being read, and what was found wrong with it.
struct Reading<'a> {
    text: &'a str,
    spans: Option<toml_edit::Document<&'a str>>,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    fn of(text: &'a str, problems: Vec<Problem>) -> Self {
        Self { text, spans: toml_edit::Document::parse(text).ok(), problems }
    }

    fn user(&mut self) -> Table {
        match self.text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let place = error.span().map(|span| self.place(&span));
                let (line, column) = place.unwrap_or((1, 1));
                // Only the parser's own words: the line itself may hold what nobody should see.
                let message = format!(
                    "The settings cannot be read (line {line}, column {column}): {}. The defaults are used.",
                    error.message().trim_end_matches('.').replace('\n', ", ")
                );
                self.problems.push(Problem {
                    message,
                    line: Some(line),
                    connection: None,
                    is_error: true,
                });
                Table::new()
            }
        }
    }

    fn sections(&mut self, user: &Table) {
        for (name, value) in user {
            if !SECTIONS.contains(&name.as_str()) {
                let message =
                    format!("The settings file {}", connections::unknown(name, &SECTIONS));
                self.warn(&[name], message);
            } else if !value.is_table() {
                self.warn(&[name], format!("{name} is a section: write it as [{name}]."));
            }
        }
    }

    /// The defaults with each of the user's values that fits; the others are problems.
    fn settings(&mut self, defaults: &Table, user: &Table) -> Settings {
        let mut merged = section(defaults, "settings");
        for (name, value) in user {
            let known = merged.clone();
            let (Value::Table(inner), Some(Value::Table(inner_known))) = (value, known.get(name))
            else {
                self.setting(&mut merged, &known, &[name], value);
                continue;
            };
            for (inner_name, inner_value) in inner {
                self.setting(&mut merged, inner_known, &[name, inner_name], inner_value);
            }
        }
        typed(&merged)
    }

    fn setting(&mut self, merged: &mut Table, known: &Table, path: &[&str], value: &Value) {
        let Some(name) = path.last() else { return };
        let place: Vec<&str> = std::iter::once("settings").chain(path.iter().copied()).collect();
        if !known.contains_key(*name) {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            self.warn(&place, format!("[settings] {}", connections::unknown(name, &names)));
            return;
        }
        let mut tried = merged.clone();
        put(&mut tried, path, value.clone());
        match Settings::deserialize(tried.clone()) {
            Ok(_) => *merged = tried,
            Err(error) => {
                let reason = error.message().trim_end_matches('.').replace('\n', ", ");
                let message = format!(
                    "settings.{} cannot be used: {reason}. The default is used.",
                    path.join(".")
                );
                self.warn(&place, message);
            }
        }
    }

    fn connections(&mut self, user: &Table) -> Vec<Connection> {
        let mut found = Vec::new();
        let mut in_order: Vec<_> = user.iter().collect();
        in_order.sort_by_key(|(name, _)| self.line(&["connections", name]));
        for (name, value) in in_order {
            let place = ["connections", name.as_str()];
            let read = value.as_table().ok_or_else(|| "is no table".to_owned());
            match read.and_then(|table| connections::from_table(name, table)) {
                Ok((connection, strange)) => {
                    for strange in strange {
                        self.report(
                            &place,
                            format!("Connection {name} {strange}"),
                            Some(name),
                            false,
                        );
                    }
                    found.push(connection);
                }
                Err(reason) => {
                    self.report(&place, format!("Connection {name} {reason}."), Some(name), true);
                }
            }
        }
        found
    }

    fn warn(&mut self, path: &[&str], message: String) {
        self.report(path, message, None, false);
    }

    fn report(&mut self, path: &[&str], message: String, connection: Option<&str>, is_error: bool) {
        let line = self.line(path);
        let connection = connection.map(str::to_owned);
        self.problems.push(Problem { message, line, connection, is_error });
    }

    fn line(&self, path: &[&str]) -> Option<usize> {
        let mut item = self.spans.as_ref()?.as_item();
        let mut span = None;
        for name in path {
            item = item.get(name)?;
            span = item.span().or(span);
        }
        span.map(|span| self.place(&span).0)
    }

    fn place(&self, span: &Range<usize>) -> (usize, usize) {
        let before = self.text.get(..span.start.min(self.text.len())).unwrap_or(self.text);
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

fn put(table: &mut Table, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            table.insert((*name).to_owned(), value);
        }
        [name, rest @ ..] => {
            if let Some(inner) = table.get_mut(*name).and_then(Value::as_table_mut) {
                put(inner, rest, value);
            }
        }
    }
}

#[expect(clippy::expect_used, reason = "each step was checked; a test reads the defaults")]
fn typed(merged: &Table) -> Settings {
    Settings::deserialize(merged.clone()).expect("assets/default.toml holds every setting")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn config(text: &str) -> Config {
        from_text(Paths::below(Path::new("/nowhere")), text.to_owned(), Vec::new())
    }

    #[test]
    fn the_defaults_are_whole_and_without_problems() {
        let config = config("");
        assert_eq!(config.settings.timeout, Duration::from_secs(20));
        assert!(config.settings.mouse);
        assert_eq!(config.settings.cache.max_bytes, 512_000_000);
        assert!(config.problems.is_empty(), "{:?}", config.problems);
    }

    #[test]
    fn a_misspelt_setting_is_a_warning_that_names_the_line_and_the_nearest() {
        let config = config(
            "[settings]\nmouse = false\ntiemout = \"3s\"\n[settings.cache]\nmax_byte = \"1MB\"\n",
        );
        assert!(!config.settings.mouse);
        let lines: Vec<_> = config.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(3), Some(5)]);
        assert!(config.problems[0].message.contains("did you mean timeout?"));
        assert!(config.problems[1].message.contains("did you mean max_bytes?"));
    }

    #[test]
    fn a_wrong_value_costs_only_itself() {
        let config = config("[settings]\ntimeout = \"soon\"\npage_size = 7000\nmouse = false\n");
        assert_eq!(config.settings.timeout, Duration::from_secs(20));
        assert_eq!(config.settings.page_size, 100);
        assert!(!config.settings.mouse);
        assert_eq!(config.problems.len(), 2);
    }

    #[test]
    fn a_broken_file_leaves_the_defaults_and_says_line_and_column() {
        let config = config("[settings]\nmouse = flase\n");
        assert!(config.settings.mouse);
        assert!(config.problems[0].is_error);
        assert!(config.problems[0].message.contains("line 2"), "{:?}", config.problems);
    }

    #[test]
    fn one_broken_connection_leaves_the_others() {
        let config = config(
            "[connections.a]\nkind='vtiger'\nurl='https://a.example'\n[connections.b]\nkind='espocrm'\nurl='https://b.example'\n",
        );
        assert_eq!(config.connections.len(), 1);
        assert!(config.problem_of("a").unwrap().message.contains("names no user"));
        assert!(config.problem_of("b").is_none());
    }
}
