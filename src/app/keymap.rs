//! Keys to commands, as data. What is wrong in a user's file is reported, never fatal.
use std::{collections::BTreeMap, fmt, str::FromStr};

use strum::{Display, EnumIter, EnumString};

use super::command::Command;

/// A key of the keyboard, with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift, where the code does not say it already.
    pub shift: bool,
}

/// A key without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "keys are named by what stands on them")]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Home,
    End,
    PageUp,
    PageDown,
    Up,
    Down,
    Left,
    Right,
    F(u8),
}

const NAMED: &[(&str, &str, Code)] = &[
    ("enter", "Enter", Code::Enter),
    ("esc", "Esc", Code::Esc),
    ("tab", "Tab", Code::Tab),
    ("backtab", "S-Tab", Code::BackTab),
    ("backspace", "Bksp", Code::Backspace),
    ("delete", "Del", Code::Delete),
    ("insert", "Ins", Code::Insert),
    ("home", "Home", Code::Home),
    ("end", "End", Code::End),
    ("pageup", "PgUp", Code::PageUp),
    ("pagedown", "PgDn", Code::PageDown),
    ("up", "↑", Code::Up),
    ("down", "↓", Code::Down),
    ("left", "←", Code::Left),
    ("right", "→", Code::Right),
    ("space", "Space", Code::Char(' ')),
];

impl Key {
    /// The key alone.
    pub fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A letter, digit or sign.
    pub fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// With Ctrl.
    pub fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The character that it types, if it types one.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most keys are alike here")]
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl FromStr for Key {
    type Err = String;

    /// `j`, `esc`, `ctrl-s`, `shift-up`, `f1`.
    fn from_str(name: &str) -> Result<Self, String> {
        let unknown = || format!("there is no key {name:?}");
        let (mut rest, mut key) = (name, Self::char(' '));
        loop {
            let lower = rest.to_lowercase();
            let cut = |n: usize| rest.get(n..).filter(|left| !left.is_empty());
            if let (true, Some(left)) = (lower.starts_with("ctrl-"), cut(5)) {
                (key.ctrl, rest) = (true, left);
            } else if let (true, Some(left)) = (lower.starts_with("alt-"), cut(4)) {
                (key.alt, rest) = (true, left);
            } else if let (true, Some(left)) = (lower.starts_with("shift-"), cut(6)) {
                (key.shift, rest) = (true, left);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(c),
            _ => code(&rest.to_lowercase()).ok_or_else(unknown)?,
        };
        Ok(key)
    }
}

fn code(name: &str) -> Option<Code> {
    if let Some((.., code)) = NAMED.iter().find(|(file, ..)| *file == name) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    /// As hints show it: `C-s`, `Enter`, `Space`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most keys are alike here")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marks = [(self.ctrl, "C-"), (self.alt, "M-"), (self.shift, "S-")];
        marks.iter().filter(|(on, _)| *on).try_for_each(|(_, mark)| f.write_str(mark))?;
        match self.code {
            Code::F(number) => write!(f, "F{number}"),
            Code::Char(c) if c != ' ' => write!(f, "{c}"),
            code => {
                let named = NAMED.iter().find(|(_, _, known)| *known == code);
                f.write_str(named.map_or("?", |(_, shown, _)| shown))
            }
        }
    }
}

/// Several keys, one after another: `g g`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord(pub Vec<Key>);

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let keys: Result<Vec<Key>, String> = text.split_whitespace().map(str::parse).collect();
        let keys = keys?;
        if keys.is_empty() { Err("a key has a name".to_owned()) } else { Ok(Self(keys)) }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let long = self.0.iter().any(|key| key.typed().is_none_or(|c| c == ' '));
        let gap = if long { " " } else { "" };
        let keys: Vec<_> = self.0.iter().map(Key::to_string).collect();
        f.write_str(&keys.join(gap))
    }
}

/// What the view on top listens to; `[keys.NAME]` in the settings.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter, EnumString,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Context {
    /// Everywhere, also while text is typed.
    Everywhere,
    /// Wherever no text is typed.
    Browse,
    /// The list of connections.
    Picker,
    /// The settings of one connection.
    Connection,
    /// A list and its rail.
    List,
    /// The filter above a list.
    Filter,
    /// One record.
    Detail,
    /// A comment being written.
    Composer,
    /// A record's form.
    Form,
    /// The lines of a record, in its form.
    Lines,
    /// What hangs under a form's field.
    Popup,
    /// Three versions of a record.
    Conflict,
    /// Records like a new one.
    Duplicates,
    /// The palette.
    Palette,
    /// The help.
    Help,
    /// A question.
    Confirm,
    /// Columns and presets.
    Menu,
    /// What else the product can do.
    Deeds,
    /// What a deed gave.
    Result,
    /// Where a file is to be saved.
    Path,
    /// Everything that can be run.
    Actions,
    /// A sign-in that ends in the browser.
    SignIn,
    /// What was exchanged.
    Exchange,
}

/// What keys mean so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This.
    Command(Command),
    /// More keys are needed.
    Pending,
    /// Nothing here.
    None,
}

/// All bindings.
#[derive(Clone, Debug, Default)]
pub struct Keymap(BTreeMap<Context, BTreeMap<Chord, Command>>);

/// One line of a settings file: context, keys, and the command or "none".
pub type Binding = (String, String, String);

impl Keymap {
    /// The shipped bindings with the user's laid over them; with all that is wrong, in words.
    pub fn new(shipped: &[Binding], own: &[Binding]) -> (Self, Vec<String>) {
        let (mut keymap, mut problems) = (Self::default(), Vec::new());
        for binding in shipped.iter().chain(own) {
            if let Err(problem) = keymap.bind(binding) {
                problems.push(problem);
            }
        }
        problems.extend(keymap.hidden());
        (keymap, problems)
    }

    fn bind(&mut self, (context, keys, command): &Binding) -> Result<(), String> {
        let place: Context =
            context.parse().map_err(|_| format!("[keys.{context}]: there is no such part"))?;
        let chord: Chord = keys.parse().map_err(|why| format!("[keys.{context}]: {why}"))?;
        let bindings = self.0.entry(place).or_default();
        if command == "none" {
            bindings.remove(&chord);
            return Ok(());
        }
        let command = command
            .parse()
            .map_err(|_| format!("[keys.{context}] {keys}: there is no command {command:?}"))?;
        bindings.insert(chord, command);
        Ok(())
    }

    /// A chord that begins with another one can never be typed.
    fn hidden(&self) -> Vec<String> {
        let mut hidden = Vec::new();
        for (context, bindings) in &self.0 {
            for chord in bindings.keys() {
                let shorter = bindings.keys().find(|other| is_start(&other.0, &chord.0));
                hidden.extend(shorter.map(|other| {
                    format!("[keys.{context}]: {chord} can never be typed, since {other} is bound")
                }));
            }
        }
        hidden
    }

    /// What the keys mean, looked up in the contexts one after another.
    pub fn meaning(&self, contexts: &[Context], keys: &[Key]) -> Meaning {
        for bindings in contexts.iter().filter_map(|context| self.0.get(context)) {
            if let Some((_, command)) = bindings.iter().find(|(chord, _)| chord.0 == keys) {
                return Meaning::Command(*command);
            }
            if bindings.keys().any(|chord| is_start(keys, &chord.0)) {
                return Meaning::Pending;
            }
        }
        Meaning::None
    }

    /// The keys to name in a hint: the shortest, a letter before a named key.
    pub fn chord(&self, contexts: &[Context], command: Command) -> Option<&Chord> {
        contexts.iter().filter_map(|context| self.0.get(context)).find_map(|bindings| {
            let bound = bindings.iter().filter(|(_, bound)| **bound == command);
            bound.map(|(chord, _)| chord).min_by_key(|chord| weight(chord))
        })
    }

    /// Everything that works in the contexts, a key once: the first context that has it holds.
    pub fn bindings(&self, contexts: &[Context]) -> Vec<(Context, &Chord, Command)> {
        let mut seen: Vec<&Chord> = Vec::new();
        let mut all = Vec::new();
        for context in contexts {
            for (chord, command) in self.0.get(context).into_iter().flatten() {
                if !seen.contains(&chord) {
                    seen.push(chord);
                    all.push((*context, chord, *command));
                }
            }
        }
        all
    }

    /// What may follow the keys typed so far.
    pub fn following(&self, contexts: &[Context], keys: &[Key]) -> Vec<(&Chord, Command)> {
        let all = self.bindings(contexts);
        let fits = all.into_iter().filter(|(_, chord, _)| is_start(keys, &chord.0));
        fits.map(|(_, chord, command)| (chord, command)).collect()
    }
}

fn is_start(start: &[Key], of: &[Key]) -> bool {
    start.len() < of.len() && of.starts_with(start)
}

/// Hints prefer Enter and Esc, then what is typed with one plain key.
fn weight(chord: &Chord) -> (usize, u8) {
    let rank = match chord.0.first() {
        Some(Key { code: Code::Enter | Code::Esc | Code::Tab, .. }) => 0,
        Some(key) if key.typed().is_some() => 1,
        Some(key) if key.ctrl => 2,
        _ => 3,
    };
    (chord.0.len(), rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(context: &str, keys: &str, command: &str) -> Binding {
        (context.to_owned(), keys.to_owned(), command.to_owned())
    }

    #[test]
    fn keys_are_spelled_as_people_do() {
        for (text, shown) in
            [("j", "j"), ("ctrl-s", "C-s"), ("space", "Space"), ("f1", "F1"), ("shift-up", "S-↑")]
        {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), shown);
        }
        assert!("escp".parse::<Key>().is_err() && "".parse::<Chord>().is_err());
        assert_eq!("ctrl--".parse::<Key>().unwrap(), Key::ctrl('-'));
    }

    #[test]
    fn a_chord_waits_for_its_second_key() {
        let (keymap, problems) = Keymap::new(&[binding("list", "g g", "first")], &[]);
        assert!(problems.is_empty());
        let g = Key::char('g');
        assert_eq!(keymap.meaning(&[Context::List], &[g]), Meaning::Pending);
        assert_eq!(keymap.meaning(&[Context::List], &[g, g]), Meaning::Command(Command::First));
        assert_eq!(keymap.meaning(&[Context::List], &[g, Key::char('x')]), Meaning::None);
    }

    #[test]
    fn what_is_wrong_in_a_users_file_is_said_and_the_rest_works() {
        let own = [
            binding("list", "j", "nxt"),
            binding("lists", "j", "next"),
            binding("list", "escp", "next"),
            binding("list", "g", "last"),
            binding("list", "k", "previous"),
        ];
        let (keymap, problems) = Keymap::new(&[binding("list", "g g", "first")], &own);
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems[0].contains("nxt") && problems[1].contains("lists"));
        assert!(problems[2].contains("escp") && problems[3].contains("can never be typed"));
        let meaning = keymap.meaning(&[Context::List], &[Key::char('k')]);
        assert_eq!(meaning, Meaning::Command(Command::Previous));
    }

    #[test]
    fn a_key_can_be_unbound() {
        let shipped = [binding("list", "j", "next")];
        let (keymap, _) = Keymap::new(&shipped, &[binding("list", "j", "none")]);
        assert_eq!(keymap.meaning(&[Context::List], &[Key::char('j')]), Meaning::None);
    }
}
