//! Colours by meaning: parsed once, from the shipped file and the user's, for one of four lights.
use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::domain::{connection::Hue, schema::ChoiceStyle};

/// The shipped colours.
const SHIPPED: &str = include_str!("../../assets/themes/ficha.toml");

/// The four lights. SCREENS §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Light {
    /// Truecolour on a dark ground.
    Dark,
    /// Truecolour on a light ground.
    Light,
    /// The terminal's 16 colours, on its own ground.
    Ansi,
    /// None: attributes alone.
    None,
}

/// Styles by role, ready to use. Roles give foregrounds; grounds give backgrounds.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the roles are explained in SCREENS §5")]
pub struct Theme {
    pub light: Light,
    pub text: Style,
    pub strong: Style,
    pub dim: Style,
    pub rule: Style,
    pub accent: Style,
    pub key: Style,
    pub link: Style,
    pub ok: Style,
    pub warn: Style,
    pub bad: Style,
    pub mine: Style,
    pub theirs: Style,
    pub base: Style,
    pub bar: Style,
    pub raised: Style,
    pub popup: Style,
    pub cursor: Style,
    pub cursor_off: Style,
    pub cell: Style,
    pub field: Style,
    pub field_up: Style,
    pub mine_bg: Style,
    pub theirs_bg: Style,
    pub scrim: Style,
    hues: BTreeMap<String, Color>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Wire {
    #[serde(default)]
    role: BTreeMap<String, WireStyle>,
    #[serde(default)]
    ground: BTreeMap<String, WireStyle>,
    #[serde(default)]
    hue: BTreeMap<String, WireStyle>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireStyle {
    dark: Option<String>,
    light: Option<String>,
    ansi: Option<String>,
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    ansi_marks: Vec<String>,
    #[serde(default)]
    none_marks: Vec<String>,
}

impl Theme {
    /// The shipped colours with the user's `[theme]` table laid over them; with all that is wrong.
    pub fn new(
        light: Light,
        own: Option<&toml::Table>,
        paints_ground: bool,
    ) -> (Self, Vec<String>) {
        let mut wire: Wire = toml::from_str(SHIPPED).unwrap_or_default();
        let mut problems = Vec::new();
        if let Some(own) = own {
            match own.clone().try_into::<Wire>() {
                Ok(own) => wire.overlay(own, &mut problems),
                Err(error) => problems.push(format!("[theme]: {}", error.message())),
            }
        }
        let mut theme = Self::of(light, &wire);
        if !paints_ground {
            theme.base = Style::new();
        }
        (theme, problems)
    }

    fn of(light: Light, wire: &Wire) -> Self {
        let role = |name: &str| wire.role.get(name).map_or_else(Style::new, |it| it.text(light));
        let ground =
            |name: &str| wire.ground.get(name).map_or_else(Style::new, |it| it.ground(light));
        let hues = wire.hue.iter().filter_map(|(name, it)| Some((name.clone(), it.color(light)?)));
        let scrim = wire.ground.get("scrim").map_or_else(Style::new, |it| it.text(light));
        Self {
            light,
            text: role("text"),
            strong: role("strong"),
            dim: role("dim"),
            rule: role("rule"),
            accent: role("accent"),
            key: role("key"),
            link: role("link"),
            ok: role("ok"),
            warn: role("warn"),
            bad: role("bad"),
            mine: role("mine"),
            theirs: role("theirs"),
            base: ground("base"),
            bar: ground("bar"),
            raised: ground("raised"),
            popup: ground("popup"),
            cursor: ground("cursor"),
            cursor_off: ground("cursor_off"),
            cell: ground("cell"),
            field: ground("field"),
            field_up: ground("field_up"),
            mine_bg: ground("mine_bg"),
            theirs_bg: ground("theirs_bg"),
            scrim,
            hues: hues.collect(),
        }
    }

    /// Whether grounds are told apart by colour; else popups have a border.
    pub fn has_grounds(&self) -> bool {
        matches!(self.light, Light::Dark | Light::Light)
    }

    /// A connection's square.
    pub fn hue(&self, hue: Hue) -> Style {
        self.hues.get(&hue.to_string()).map_or(self.accent, |color| Style::new().fg(*color))
    }

    /// A connection's chip.
    pub fn chip(&self, hue: Hue) -> Style {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        match (self.light, self.hues.get(&hue.to_string())) {
            (Light::Dark, Some(color)) => bold.bg(*color).fg(Color::Rgb(0x12, 0x15, 0x1a)),
            (Light::Light, Some(color)) => bold.bg(*color).fg(Color::Rgb(0xff, 0xff, 0xff)),
            (Light::Ansi, Some(color)) => bold.fg(*color).add_modifier(Modifier::REVERSED),
            (Light::None | Light::Dark | Light::Light | Light::Ansi, _) => {
                bold.add_modifier(Modifier::REVERSED)
            }
        }
    }

    /// The sign before a choice's word.
    pub fn choice(&self, style: ChoiceStyle) -> Style {
        match style {
            ChoiceStyle::Plain => self.dim,
            ChoiceStyle::Accent => self.accent,
            ChoiceStyle::Good => self.ok,
            ChoiceStyle::Warn => self.warn,
            ChoiceStyle::Bad => self.bad,
        }
    }
}

impl Wire {
    fn overlay(&mut self, own: Self, problems: &mut Vec<String>) {
        for (part, mine, theirs) in [
            ("role", &mut self.role, own.role),
            ("ground", &mut self.ground, own.ground),
            ("hue", &mut self.hue, own.hue),
        ] {
            for (name, style) in theirs {
                match mine.get_mut(&name) {
                    Some(known) => {
                        known.overlay(style, &format!("[theme.{part}.{name}]"), problems);
                    }
                    None => {
                        problems.push(format!("[theme.{part}.{name}]: there is no such colour"));
                    }
                }
            }
        }
    }
}

impl WireStyle {
    fn overlay(&mut self, own: Self, place: &str, problems: &mut Vec<String>) {
        for color in [&own.dark, &own.light, &own.ansi].into_iter().flatten() {
            if read_color(color).is_none() {
                problems.push(format!("{place}: {color:?} is no colour"));
            }
        }
        self.dark = own.dark.or(self.dark.take());
        self.light = own.light.or(self.light.take());
        self.ansi = own.ansi.or(self.ansi.take());
        for (mine, own) in [
            (&mut self.marks, own.marks),
            (&mut self.ansi_marks, own.ansi_marks),
            (&mut self.none_marks, own.none_marks),
        ] {
            if !own.is_empty() {
                *mine = own;
            }
        }
    }

    fn color(&self, light: Light) -> Option<Color> {
        let text = match light {
            Light::Dark => self.dark.as_ref(),
            Light::Light => self.light.as_ref(),
            Light::Ansi => self.ansi.as_ref(),
            Light::None => None,
        };
        text.and_then(|text| read_color(text)).filter(|color| *color != Color::Reset)
    }

    fn modifiers(&self, light: Light) -> Modifier {
        let marks = match light {
            Light::Dark | Light::Light => &self.marks,
            Light::Ansi => &self.ansi_marks,
            Light::None => &self.none_marks,
        };
        marks.iter().fold(Modifier::empty(), |all, mark| {
            all | match mark.as_str() {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                _ => Modifier::empty(),
            }
        })
    }

    fn text(&self, light: Light) -> Style {
        let style = Style::new().add_modifier(self.modifiers(light));
        self.color(light).map_or(style, |color| style.fg(color))
    }

    fn ground(&self, light: Light) -> Style {
        let style = Style::new().add_modifier(self.modifiers(light));
        self.color(light).map_or(style, |color| style.bg(color))
    }
}

/// `#rrggbb`, or a name of the 16.
fn read_color(text: &str) -> Option<Color> {
    if text == "default" { Some(Color::Reset) } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_colours_can_all_be_read() {
        for light in [Light::Dark, Light::Light, Light::Ansi, Light::None] {
            let (theme, problems) = Theme::new(light, None, true);
            assert!(problems.is_empty(), "{problems:?}");
            assert!(light == Light::None || theme.bad != Style::new());
        }
        let (dark, _) = Theme::new(Light::Dark, None, true);
        assert_eq!(dark.accent.fg, Some(Color::Rgb(0x86, 0xbb, 0xfa)));
        assert_eq!(dark.cell.bg, Some(Color::Rgb(0x36, 0x5a, 0x92)));
    }

    #[test]
    fn without_colour_nothing_has_one() {
        let (theme, _) = Theme::new(Light::None, None, true);
        for style in [theme.text, theme.bad, theme.cursor, theme.cell, theme.chip(Hue::Red)] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn a_colour_that_does_not_exist_is_said() {
        let own = toml::from_str("[role.accnt]\ndark = \"#ffffff\"\n[role.bad]\ndark = \"rde\"\n");
        let (_, problems) = Theme::new(Light::Dark, Some(&own.unwrap()), true);
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
