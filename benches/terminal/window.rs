//! A program in a pseudo-terminal of 120x40, and what came to its screen when.
#![expect(
    clippy::disallowed_methods,
    clippy::large_stack_arrays,
    reason = "a bench reads the clock, and the terminal in large pieces"
)]
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };

/// A program in a pseudo-terminal.
pub struct Window {
    child: Box<dyn Child + Send + Sync>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    shared: Arc<(Mutex<Screen>, Condvar)>,
    /// When it was started.
    pub begun: Instant,
    _master: Box<dyn MasterPty + Send>,
}

/// What the reading thread knows.
struct Screen {
    parser: vt100::Parser,
    looks: u64,
    bytes: u64,
    /// The first visible change since it was last forgotten.
    first: Option<Instant>,
    /// The last one.
    last: Option<Instant>,
}

impl Window {
    pub fn open(command: CommandBuilder) -> Self {
        let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
        let reader = pair.master.try_clone_reader().expect("its reading end");
        let keys = Arc::new(Mutex::new(pair.master.take_writer().expect("its writing end")));
        let cells = |cells| NonZeroU16::new(cells).unwrap_or(NonZeroU16::MIN);
        let screen = Screen {
            parser: vt100::Parser::new(cells(SIZE.rows), cells(SIZE.cols), 0),
            looks: 0,
            bytes: 0,
            first: None,
            last: None,
        };
        let shared = Arc::new((Mutex::new(screen), Condvar::new()));
        let (seen, answers) = (shared.clone(), keys.clone());
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        thread::spawn(move || watch(reader, &seen, &answers));
        Self { child, keys, shared, begun, _master: pair.master }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or(0)
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn text(&self) -> String {
        self.screen().parser.screen().contents()
    }

    /// Which rows are seen, as the status line says: `466–500`.
    pub fn rows(&self) -> String {
        let text = self.text();
        let is_range =
            |word: &&str| word.contains('–') && word.starts_with(|c: char| c.is_numeric());
        text.lines()
            .rev()
            .take(3)
            .flat_map(str::split_whitespace)
            .find(is_range)
            .map_or_else(|| "?".to_owned(), str::to_owned)
    }

    /// All that it wrote so far.
    pub fn bytes(&self) -> u64 {
        self.screen().bytes
    }

    /// When anything was first on the screen.
    pub fn first(&self) -> Option<Instant> {
        self.screen().first
    }

    pub fn type_keys(&mut self, keys: &[u8]) {
        let mut writer = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(keys); // a program that has ended shows in what is measured
        let _ = writer.flush();
    }

    /// When the text was there; `None` = not in time.
    pub fn wait_for(&mut self, text: &str, longest: Duration) -> Option<Instant> {
        let ends = Instant::now() + longest;
        let mut screen = self.screen();
        loop {
            if screen.parser.screen().contents().contains(text) {
                return screen.last;
            }
            let left = ends.checked_duration_since(Instant::now())?;
            let waited = self.shared.1.wait_timeout(screen, left);
            screen = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Until nothing has changed for so long.
    pub fn settle(&mut self, quiet: Duration) {
        let mut since = Instant::now();
        loop {
            let last = self.screen().last.map_or(since, |last| last.max(since));
            since = last;
            match (last + quiet).checked_duration_since(Instant::now()) {
                Some(left) => thread::sleep(left),
                None => return,
            }
        }
    }

    /// A key; the time until anything visible changed, `None` = nothing within a second.
    pub fn press(&mut self, key: &[u8]) -> Option<Duration> {
        self.screen().first = None;
        let pressed = Instant::now();
        self.type_keys(key);
        let mut screen = self.screen();
        while screen.first.is_none() {
            let left = Duration::from_secs(1).checked_sub(pressed.elapsed())?;
            let waited = self.shared.1.wait_timeout(screen, left);
            screen = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        screen.first.map(|first| first - pressed)
    }

    /// All keys in one write; the time until the last change before a pause of 70 ms.
    pub fn flood(&mut self, keys: &[u8]) -> Duration {
        let pressed = Instant::now();
        self.type_keys(keys);
        self.settle(Duration::from_millis(70));
        self.screen().last.map_or(Duration::ZERO, |last| last.saturating_duration_since(pressed))
    }

    pub fn close(mut self) {
        self.type_keys(b"q");
        thread::sleep(Duration::from_millis(300));
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

fn watch(
    mut reader: Box<dyn Read + Send>,
    shared: &(Mutex<Screen>, Condvar),
    answers: &Mutex<Box<dyn Write + Send>>,
) {
    let mut chunk = [0_u8; 65_536];
    while let Ok(length @ 1..) = reader.read(&mut chunk) {
        let came = Instant::now();
        let new = chunk.get(..length).unwrap_or_default();
        answer(new, answers);
        let mut screen = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        screen.bytes += length as u64;
        screen.parser.process(new);
        let mut looks = DefaultHasher::new();
        screen.parser.screen().contents_formatted().hash(&mut looks);
        let looks = looks.finish();
        if looks != screen.looks {
            let is_blank = screen.parser.screen().contents().trim().is_empty();
            screen.looks = looks;
            if !is_blank {
                screen.first.get_or_insert(came);
                screen.last = Some(came);
            }
        }
        drop(screen);
        shared.1.notify_all();
    }
}

/// What a terminal is asked for its colours and its kind, it answers at once.
fn answer(new: &[u8], answers: &Mutex<Box<dyn Write + Send>>) {
    let asked = |what: &[u8]| new.windows(what.len()).any(|it| it == what);
    let mut said: Vec<u8> = Vec::new();
    if asked(b"\x1b]10;?") {
        said.extend(b"\x1b]10;rgb:d8d8/d8d8/d8d8\x1b\\");
    }
    if asked(b"\x1b]11;?") {
        said.extend(b"\x1b]11;rgb:1212/1515/1a1a\x1b\\");
    }
    if asked(b"\x1b[c") {
        said.extend(b"\x1b[?62;22c");
    }
    if !said.is_empty() {
        let mut writer = answers.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(&said); // nobody asks any more
        let _ = writer.flush();
    }
}
