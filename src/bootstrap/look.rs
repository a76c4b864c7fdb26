//! Keys and colours of the settings, made what the browser needs.
use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
use toml::{Table, Value};

use crate::{
    app::keymap::{Binding, Keymap},
    config::{AmbiguousWidth, Config, Environment, Problem, Signs as SignChoice, ThemeChoice},
    ui::{
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};

/// A terminal that knows answers in a few ms; the others are not waited for.
const ASKED: Duration = Duration::from_millis(100);

/// The keys, with all that is wrong in words.
pub fn keymap(config: &Config) -> (Keymap, Vec<String>) {
    Keymap::new(&bindings(&config.default_keys), &bindings(&config.keys))
}

/// What is wrong with the settings' keys and colours.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let (_, mut wrong) = keymap(config);
    wrong.extend(Theme::new(Light::Dark, Some(&config.theme), true).1);
    let problem = |message| Problem { message, line: None, connection: None, is_error: false };
    wrong.into_iter().map(problem).collect()
}

/// `[keys.PLACE] "keys" = "command"`, line by line.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the values that differ are named, the rest are alike"
)]
fn bindings(keys: &Table) -> Vec<Binding> {
    let mut all = Vec::new();
    for (place, table) in keys {
        let Some(table) = table.as_table() else {
            all.push((place.clone(), String::new(), String::new()));
            continue;
        };
        all.extend(table.iter().map(|(chord, command)| {
            let command = match command {
                Value::String(command) => command.clone(),
                other => other.to_string(),
            };
            (place.clone(), chord.clone(), command)
        }));
    }
    all
}

/// Colours and signs, with all that is wrong in words.
pub fn look(config: &Config, environment: &Environment, no_color: bool) -> (Look, Vec<String>) {
    let light = light(config, environment, no_color);
    let mut own = config.theme.clone();
    // On a ground that was chosen and not asked for, text could be unreadable: it is painted.
    let is_chosen = matches!(config.settings.theme, ThemeChoice::Dark | ThemeChoice::Light);
    let is_wished = own.get("ground").and_then(Value::as_str) == Some("palette");
    if own.get("ground").is_some_and(Value::is_str) {
        own.remove("ground");
    }
    let paints = is_chosen || is_wished;
    let (theme, problems) = Theme::new(light, Some(&own), paints);
    let plain = matches!(environment.term.as_str(), "linux" | "dumb");
    let wide = config.settings.ambiguous_width == AmbiguousWidth::Wide;
    let signs = match config.settings.signs {
        SignChoice::Ascii => Signs::ASCII,
        SignChoice::Auto if plain || wide || !environment.is_utf8() => Signs::ASCII,
        SignChoice::Unicode | SignChoice::Auto => Signs::UNICODE,
    };
    (Look { theme, signs }, problems)
}

fn light(config: &Config, environment: &Environment, no_color: bool) -> Light {
    if no_color || environment.is_colourless() {
        return Light::None;
    }
    match config.settings.theme {
        ThemeChoice::Dark => Light::Dark,
        ThemeChoice::Light => Light::Light,
        ThemeChoice::Ansi => Light::Ansi,
        ThemeChoice::None => Light::None,
        ThemeChoice::Auto => asked(environment),
    }
}

/// Truecolour only where the terminal tells its own ground: else its 16 colours are safe on it.
fn asked(environment: &Environment) -> Light {
    if !matches!(environment.colorterm.as_str(), "truecolor" | "24bit") {
        return Light::Ansi;
    }
    let mut options = QueryOptions::default();
    options.timeout = ASKED;
    match theme_mode(options) {
        Ok(ThemeMode::Dark) => Light::Dark,
        Ok(ThemeMode::Light) => Light::Light,
        Err(_) => Light::Ansi,
    }
}
