//! Questions to a person at the terminal; on standard error, so that the result stays clean.
use std::io::{self, BufRead as _, Write as _};

use super::{
    sentence::{Fault, Stop, status},
    shell::Shell,
};
use crate::domain::secret::Secret;

/// A question that `y` answers with yes.
pub fn yes(question: &str) -> Result<bool, Stop> {
    prompt(&format!("{question} [y/N] "))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// A secret, typed without being shown.
pub fn secret(question: &str, shell: &Shell) -> Result<Secret, Stop> {
    prompt(question)?;
    let typed = (shell.type_secret)();
    prompt("\n")?;
    let interrupted = || Fault::new("interrupted", status::INTERRUPTED, "Interrupted.").into();
    typed?.ok_or_else(interrupted)
}

fn prompt(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
}
