//! The built program in a pseudo-terminal, watched by a terminal emulator.
use std::{
    io::{Read as _, Write},
    num::NonZeroU16,
    path::Path,
    process::Command,
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use portable_pty::{
    Child, ChildKiller, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system,
};
use vt100::{MouseProtocolMode, Parser, Screen};

/// A debug build on a busy machine needs some; whatever takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one try of many may take.
const A_TRY: Duration = Duration::from_millis(300);

struct Seen {
    parser: Parser,
    bytes: Vec<u8>,
}

/// The program, its terminal, and who watches it.
pub struct Tty {
    pid: u32,
    killer: Box<dyn ChildKiller + Send + Sync>,
    ended: Receiver<u32>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    /// Kept open, so that the terminal outlives the program and can be looked at.
    _slave: Box<dyn SlavePty + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    modes_before: String,
    _home: Option<tempfile::TempDir>,
}

/// What a run begins with.
pub struct Begin<'a> {
    /// After the program's name.
    pub args: &'a [&'a str],
    /// Over the usual ones; nothing else of the caller's environment comes through.
    pub env: &'a [(&'a str, &'a str)],
    /// Columns and rows.
    pub size: (u16, u16),
    /// Where an earlier run left its files; `None` = a home of its own.
    pub home: Option<&'a Path>,
}

impl Default for Begin<'_> {
    fn default() -> Self {
        Self { args: &["demo"], env: &[], size: (100, 30), home: None }
    }
}

impl Tty {
    /// Starts the program.
    pub fn start(begin: &Begin<'_>) -> Self {
        let own = begin.home.is_none().then(|| tempfile::tempdir().unwrap());
        let home = begin.home.or(own.as_ref().map(tempfile::TempDir::path)).unwrap();
        let pair = native_pty_system().openpty(size(begin.size)).unwrap();
        let modes_before = modes(pair.master.as_ref());
        let reader = pair.master.try_clone_reader().unwrap();
        let (columns, rows) = begin.size;
        let parser = Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, bytes: Vec::new() }), Condvar::new()));
        watch(reader, seen.clone());
        let child = pair.slave.spawn_command(command(begin, home)).unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (master, slave) = (pair.master, pair.slave);
        let (pid, killer) = (child.process_id().unwrap(), child.clone_killer());
        let ended = await_end(child);
        Self { pid, killer, ended, master, writer, _slave: slave, seen, modes_before, _home: own }
    }

    /// Types bytes as a terminal sends them.
    pub fn types(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Pastes text, as a terminal with bracketed paste does.
    pub fn pastes(&mut self, text: &str) {
        self.types(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Waits until the screen is as wished; its text.
    #[track_caller]
    pub fn until(&self, wish: &str, fits: impl Fn(&Screen) -> bool) -> String {
        match self.try_until(PATIENCE, &fits) {
            Ok(text) => text,
            Err(text) => panic!("waited in vain until {wish}; on the screen:\n{text}"),
        }
    }

    /// Waits until the screen shows the text.
    #[track_caller]
    pub fn sees(&self, text: &str) -> String {
        self.until(&format!("{text:?} is shown"), |screen| screen.contents().contains(text))
    }

    fn try_until(
        &self,
        patience: Duration,
        fits: &dyn Fn(&Screen) -> bool,
    ) -> Result<String, String> {
        let (seen, changed) = &*self.seen;
        let waits = |seen: &mut Seen| !fits(seen.parser.screen());
        let (seen, waited) =
            changed.wait_timeout_while(seen.lock().unwrap(), patience, waits).unwrap();
        let text = seen.parser.screen().contents();
        if waited.timed_out() { Err(text) } else { Ok(text) }
    }

    /// Everything the program has written, escape codes and all.
    pub fn bytes(&self) -> Vec<u8> {
        self.look().bytes.clone()
    }

    fn look(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap()
    }

    /// The user drags the window.
    pub fn resize(&self, to: (u16, u16)) {
        let (columns, rows) = to;
        self.look().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(to)).unwrap();
    }

    /// Sends a signal by name: `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.pid.to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Wakes the stopped program, as `fg` does, until the screen is as wished. A signal that
    /// comes before the stop wakes nobody, so it is sent again.
    #[track_caller]
    pub fn wakes(&self, fits: impl Fn(&Screen) -> bool) -> String {
        let mut last = String::new();
        for _ in 0..100 {
            self.signal("CONT");
            match self.try_until(A_TRY, &fits) {
                Ok(text) => return text,
                Err(text) => last = text,
            }
        }
        panic!("it does not come back:\n{last}")
    }

    /// Waits for its end; the exit status.
    #[track_caller]
    pub fn ends(&mut self) -> u32 {
        self.ended.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            panic!("it does not end:\n{}", self.look().parser.screen().contents())
        })
    }

    /// That the terminal is as it was before the program began.
    #[track_caller]
    pub fn is_restored(&self) {
        self.until("the terminal is given back", |screen| {
            !screen.alternate_screen()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == MouseProtocolMode::None
                && !screen.hide_cursor()
        });
        // Raw mode goes after the codes, with no byte to wait for.
        for _ in 0..100 {
            if modes(self.master.as_ref()) == self.modes_before {
                return;
            }
            let _ = self.try_until(A_TRY / 10, &|_| false);
        }
        panic!("raw mode stayed on");
    }

    /// That the program has the terminal.
    #[track_caller]
    pub fn is_taken(&self) {
        self.until("the terminal is taken", |screen| {
            screen.alternate_screen() && screen.bracketed_paste()
        });
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.killer.kill(); // it may have ended
    }
}

/// In a thread, since it blocks.
fn await_end(mut child: Box<dyn Child + Send + Sync>) -> Receiver<u32> {
    let (tx, rx) = channel();
    thread::spawn(move || {
        let status = child.wait().unwrap();
        let _ = tx.send(status.exit_code()); // the test may have failed already
    });
    rx
}

fn watch(mut reader: Box<dyn std::io::Read + Send>, seen: Arc<(Mutex<Seen>, Condvar)>) {
    thread::spawn(move || {
        let mut buffer = [0; 8_192];
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            let mut now = seen.0.lock().unwrap();
            now.parser.process(&buffer[..read]);
            now.bytes.extend_from_slice(&buffer[..read]);
            seen.1.notify_all();
        }
    });
}

fn command(begin: &Begin<'_>, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ficha"));
    command.args(begin.args);
    command.env_clear();
    command.env("HOME", home);
    for (name, folder) in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
    ] {
        command.env(name, home.join(folder));
    }
    let usual = [
        ("PATH", "/usr/bin:/bin"),
        ("TERM", "xterm-256color"),
        ("LANG", "C.UTF-8"),
        // No test writes into somebody's keyring.
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
    ];
    for (name, value) in usual.iter().chain(begin.env) {
        command.env(name, value);
    }
    command.cwd(home);
    command
}

/// How the terminal treats what is typed.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}
