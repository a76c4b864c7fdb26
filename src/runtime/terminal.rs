//! The terminal: taken, handed over, given back exactly as it was.
use std::{
    cell::Cell,
    io::{self, stdout},
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};

/// Whether it is ours now: giving it back happens once.
static TAKEN: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread draws: its panic ends the program, that of a task does not.
    static DRAWS: Cell<bool> = const { Cell::new(false) };
}

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Taken {
    mouse: bool,
}

impl Taken {
    /// Takes it; from then on a panic of this thread gives it back before it speaks.
    ///
    /// Errors: it cannot be set up.
    pub fn take(mouse: bool) -> io::Result<Self> {
        give_back_on_panic();
        let taken = Self { mouse };
        taken.enter()?;
        Ok(taken)
    }

    /// Sets it up, also after it was handed over.
    ///
    /// Errors: it cannot be set up.
    pub fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        Ok(())
    }

    /// Gives it back for a while.
    pub fn leave(&self) {
        give_back();
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives it back, once; what cannot be undone then cannot be undone at all.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ =
        execute!(stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// A panic of a task stays in its task; one of the loop's own thread ends the program, and must
/// be readable.
fn give_back_on_panic() {
    DRAWS.set(true);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if DRAWS.get() {
            give_back();
            usual(info);
        } else {
            tracing::error!(
                "a task panicked: {}",
                info.location().map_or(String::new(), ToString::to_string)
            );
        }
    }));
}
