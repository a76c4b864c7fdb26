//! Questions to a person at the terminal; on standard error, so that the result stays clean.
use std::io::{self, BufRead as _, Write as _};

use crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal,
};

use super::sentence::{Fault, Stop, status};
use crate::domain::secret::Secret;

/// A question that `y` answers with yes.
pub fn yes(question: &str) -> Result<bool, Stop> {
    prompt(&format!("{question} [y/N] "))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// A secret, typed without being shown.
pub fn secret(question: &str) -> Result<Secret, Stop> {
    prompt(question)?;
    terminal::enable_raw_mode()?;
    let typed = type_blindly();
    // The terminal first, whatever was typed.
    terminal::disable_raw_mode()?;
    prompt("\n")?;
    let typed = typed?;
    typed.ok_or_else(|| Fault::new("interrupted", status::INTERRUPTED, "Interrupted.").into())
}

fn prompt(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
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
