//! The terminal: taken, handed over, given back exactly as it was.
use std::{
    cell::Cell,
    io::{self, Write, stdout},
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::Show,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{
        BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
        disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{Terminal, backend::CrosstermBackend};

/// Whether it is ours now: giving it back happens once.
static TAKEN: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread draws: its panic ends the program, that of a task does not.
    static DRAWS: Cell<bool> = const { Cell::new(false) };
}

/// What is written to: buffered, so that a frame is one write.
pub type Backend = CrosstermBackend<io::BufWriter<io::Stdout>>;

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

/// A ratatui terminal on standard output.
///
/// Errors: its size cannot be read.
pub fn screen() -> io::Result<Terminal<Backend>> {
    Terminal::new(CrosstermBackend::new(io::BufWriter::with_capacity(64 * 1024, stdout())))
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

/// Tells the terminal that a frame begins or ends, so that it shows it all at once.
pub(super) fn synchronize(begins: bool) -> io::Result<()> {
    let mut out = stdout();
    if begins {
        execute!(out, BeginSynchronizedUpdate)
    } else {
        execute!(out, EndSynchronizedUpdate)
    }?;
    out.flush()
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
