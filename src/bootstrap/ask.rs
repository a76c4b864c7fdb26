//! Secrets typed at the terminal without being shown. The command line itself knows no terminal.
use std::io;

use crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal,
};

use crate::domain::secret::Secret;

/// What was typed until Enter; `None` = Ctrl-C or Esc. Blocks.
pub fn secret() -> io::Result<Option<Secret>> {
    terminal::enable_raw_mode()?;
    let typed = type_blindly();
    // The terminal first, whatever was typed.
    terminal::disable_raw_mode()?;
    typed
}

/// `None` = Ctrl-C or Esc.
fn type_blindly() -> io::Result<Option<Secret>> {
    let mut typed = String::new();
    loop {
        let key = match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => key,
            Event::Paste(text) => {
                typed.push_str(&text);
                continue;
            }
            Event::Key(_)
            | Event::FocusGained
            | Event::FocusLost
            | Event::Mouse(_)
            | Event::Resize(..) => continue,
        };
        match (key.code, key.modifiers.contains(KeyModifiers::CONTROL)) {
            (KeyCode::Enter, _) => return Ok(Some(Secret::new(typed))),
            (KeyCode::Esc, _) | (KeyCode::Char('c' | 'd'), true) => return Ok(None),
            (KeyCode::Char('u'), true) => typed.clear(),
            (KeyCode::Backspace, _) => drop(typed.pop()),
            (KeyCode::Char(letter), false) => typed.push(letter),
            _ => {}
        }
    }
}
