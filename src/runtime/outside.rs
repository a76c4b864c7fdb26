//! The desktop and the system around the terminal: clipboard, browser, editor, signals.
use std::{
    io::{self, Write, stdout},
    path::Path,
    process::{Command, Stdio},
};

use crossterm::{clipboard::CopyToClipboard, execute};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use super::{Raw, Shell, executor::Job, input, sheet::Sheet, terminal::Taken};
use crate::{
    app::keymap::{Code, Key},
    domain::error::Error,
};

/// OSC 52 is limited to this by many terminals.
const LONGEST_COPY: usize = 74_994;

/// The real terminal and the real desktop.
#[derive(Debug)]
pub struct Outside {
    /// The terminal.
    pub taken: Taken,
    /// What frames are written on.
    pub sheet: Sheet,
    /// The shell's clock.
    pub clock: fn() -> Timestamp,
    /// Whether anything is copied at all.
    pub copies: bool,
    /// The browser's command; empty = the desktop's own.
    pub browser: String,
    /// The editor's command; empty = there is none.
    pub editor: String,
    /// Whether F12 breaks the program: how it is tested that a panic gives the terminal back.
    pub panics: bool,
}

impl Shell for Outside {
    type Input = stream::BoxStream<'static, Raw>;

    fn input(&mut self) -> Self::Input {
        let sheet = self.sheet.clone();
        let resized = move |raw: &Raw| {
            if matches!(raw, Raw::Resized(_)) {
                sheet.forget();
            }
        };
        let raws = stream::select(input::stream().inspect(resized), ends());
        if self.panics { raws.inspect(break_at_f12).boxed() } else { raws.boxed() }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        if !self.copies || text.len() > LONGEST_COPY {
            return Ok(());
        }
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn browse(&mut self, url: &str) -> io::Result<()> {
        // Only web pages: a server must not make us run anything else.
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(io::Error::other("not a web address"));
        }
        if self.browser.is_empty() {
            open::that_detached(url)
        } else {
            open::with_detached(url, &self.browser)
        }
    }

    fn hand_over(&mut self, job: &Job) -> Result<Option<String>, Error> {
        self.taken.leave();
        let done = match job {
            Job::Suspend => suspend().map(|()| None),
            Job::Edit(_, text, ending) => edit(&self.editor, text, ending),
            Job::Copy(_) | Job::Browse(_) | Job::Redraw | Job::Quit => Ok(None),
        };
        self.sheet.forget();
        let back = self.taken.enter();
        let disk = |error: io::Error| Error::Disk { reason: error.to_string() };
        back.map_err(disk)?;
        done.map_err(disk)
    }

    fn frame(&mut self, begins: bool) -> io::Result<()> {
        self.sheet.frame(begins)
    }
}

fn break_at_f12(raw: &Raw) {
    assert!(*raw != Raw::Key(Key::plain(Code::F(12))), "F12 was pressed, and FICHA_PANIC is set");
}

/// SIGTERM and SIGHUP end the program as its user would; drafts are kept.
fn ends() -> impl Stream<Item = Raw> + Send + Unpin {
    let kinds = [SignalKind::terminate(), SignalKind::hangup()];
    let signals = kinds.into_iter().filter_map(|kind| signal(kind).ok());
    let streams = signals.map(|signal| {
        stream::unfold(signal, |mut signal| async move {
            signal.recv().await.map(|()| (Raw::Quit, signal))
        })
        .boxed()
    });
    stream::select_all(streams.collect::<Vec<_>>()).chain(stream::pending())
}

/// Stops this process as Ctrl-Z does elsewhere; returns after `fg`.
fn suspend() -> io::Result<()> {
    // The shell's own `kill` knows the signal by name on every Unix: no unsafe code here.
    let pid = std::process::id().to_string();
    Command::new("kill").args(["-STOP", &pid]).stdin(Stdio::null()).status().map(|_| ())
}

/// The user's editor on a file of our own; `None` = left as it was.
fn edit(editor: &str, text: &str, ending: &str) -> io::Result<Option<String>> {
    let mut words = editor.split_whitespace();
    let Some(program) = words.next() else {
        return Err(io::Error::other(
            "no editor is set: VISUAL, EDITOR, or `editor` in the settings",
        ));
    };
    let mut file = tempfile::Builder::new().prefix("ficha-").suffix(ending).tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let status = Command::new(program).args(words).arg(file.path()).status()?;
    if !status.success() {
        return Ok(None);
    }
    let edited = read(file.path())?;
    Ok((edited != text).then_some(edited))
}

/// Editors end files with a line break that nobody typed.
fn read(path: &Path) -> io::Result<String> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.strip_suffix('\n').map_or(text.clone(), str::to_owned))
}
