//! What crossterm says, in our words.
use std::{
    collections::VecDeque,
    future::ready,
    io::{self, Stdin, stdin},
    time::Duration,
};

use crossterm::{
    event::{
        Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind, poll, read,
    },
    terminal::size,
};
use futures_util::stream::{BoxStream, StreamExt, iter, once, unfold};
use rustix::{
    io::ioctl_fionread,
    termios::{OptionalActions, tcgetattr, tcsetattr},
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep},
};

use super::late::Late;
use crate::app::{
    keymap::{Code, Key},
    msg::{Click, Size},
};

/// A second click so soon after the first is a double one.
const DOUBLE: Duration = Duration::from_millis(350);
/// Rows of one notch of the wheel.
const NOTCH: i16 = 3;
/// How long the rest of an answer that came in parts is waited for.
const REST: Duration = Duration::from_millis(50);

/// What came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// A key, pressed or repeated; releases are dropped here (one choke point).
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// The terminal's new size.
    Resized(Size),
    /// The mouse.
    Mouse(Mouse),
    /// The system wants us to end.
    Quit,
}

/// What the mouse did, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// From 0.
    pub column: u16,
    /// From 0.
    pub row: u16,
    /// Rows of the wheel; 0 = a click.
    pub wheel: i16,
}

/// Tells double clicks from single ones.
#[derive(Debug, Default)]
pub(super) struct Clicks(Option<(Mouse, Instant)>);

impl Clicks {
    pub(super) fn click(&mut self, mouse: Mouse, now: Instant) -> Click {
        if mouse.wheel != 0 {
            return Click::Wheel(mouse.wheel);
        }
        let second = self.0.take().is_some_and(|(last, at)| last == mouse && now - at < DOUBLE);
        if second {
            return Click::Twice;
        }
        self.0 = Some((mouse, now));
        Click::Once
    }
}

/// The terminal, waited for by the loop's own thread. crossterm's stream waits in a thread of its
/// own, and handing a key from there to here takes longer than drawing a frame.
struct Keyboard {
    ready: AsyncFd<Stdin>,
    resized: Signal,
    /// How many came since the last wait; more than one may be a part of more.
    came: usize,
    late: Late,
    /// What was read and not given on yet.
    read: VecDeque<Raw>,
}

/// Ends with [`Raw::Quit`] when the terminal can no longer be read: it is gone, and so is the user.
pub(super) fn stream() -> BoxStream<'static, Raw> {
    let gone = || once(ready(Raw::Quit));
    let Ok(keyboard) = Keyboard::new() else { return gone().boxed() };
    // The size first: whoever dragged the window before we listened is not heard of again.
    let size = size().ok().map(|(width, height)| Raw::Resized(Size { width, height }));
    let next = |mut keyboard: Keyboard| async { keyboard.next().await.map(|raw| (raw, keyboard)) };
    iter(size).chain(unfold(keyboard, next)).chain(gone()).boxed()
}

impl Keyboard {
    #[expect(deprecated, reason = "its successor is unsafe; standard input stays open to the end")]
    fn new() -> io::Result<Self> {
        let ready = AsyncFd::with_interest(stdin(), Interest::READABLE)?;
        let resized = signal(SignalKind::window_change())?;
        Ok(Self { ready, resized, came: 0, late: Late::default(), read: VecDeque::new() })
    }

    async fn next(&mut self) -> Option<Raw> {
        loop {
            if let Some(raw) = self.read.pop_front() {
                return Some(raw);
            }
            while poll(Duration::ZERO).ok()? {
                let event = read().ok()?;
                // A paste alone may have filled what is read at a time.
                self.came += if matches!(event, Event::Paste(_)) { 2 } else { 1 };
                self.read.extend(raw(event).map(|raw| self.late.typed(raw)).into_iter().flatten());
                if let Some(raw) = self.read.pop_front() {
                    return Some(raw);
                }
            }
            if std::mem::take(&mut self.came) > 1 && is_more_there() {
                continue;
            }
            tokio::select! {
                guard = self.ready.readable() => {
                    let mut guard = guard.ok()?;
                    if guard.ready().is_read_closed() {
                        return None;
                    }
                    guard.clear_ready(); // before what came is read: what comes then wakes again
                }
                _ = self.resized.recv() => {
                    let (width, height) = size().ok()?;
                    return Some(Raw::Resized(Size { width, height }));
                }
                () = sleep(REST), if self.late.is_holding() => self.read.extend(self.late.given_up()),
            }
        }
    }
}

/// Whether the terminal holds what crossterm has left there: it reads 1,024 bytes at a time and then
/// waits for more to come, though more is there. Setting the terminal to what it is set to already
/// makes the system tell again that it can be read. One key costs none of this.
fn is_more_there() -> bool {
    let terminal = stdin();
    let is_there = ioctl_fionread(&terminal).is_ok_and(|bytes| bytes > 0);
    let tell_again = || tcsetattr(&terminal, OptionalActions::Now, &tcgetattr(&terminal)?);
    is_there && tell_again().is_ok()
}

fn raw(event: Event) -> Option<Raw> {
    match event {
        Event::Key(key) if !key.is_release() => pressed(key).map(Raw::Key),
        Event::Paste(text) => Some(Raw::Paste(text)),
        Event::Resize(width, height) => Some(Raw::Resized(Size { width, height })),
        Event::Mouse(mouse) => moused(mouse),
        Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn moused(event: MouseEvent) -> Option<Raw> {
    let wheel = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => 0,
        MouseEventKind::ScrollDown => NOTCH,
        MouseEventKind::ScrollUp => -NOTCH,
        MouseEventKind::Down(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => return None,
    };
    Some(Raw::Mouse(Mouse { column: event.column, row: event.row, wheel }))
}

fn pressed(event: KeyEvent) -> Option<Key> {
    let code = named(event.code)?;
    let has = |modifier| event.modifiers.contains(modifier);
    // A letter says its shift itself.
    let shift = has(KeyModifiers::SHIFT) && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Key { code, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT), shift })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "crossterm knows many keys, we a few")]
fn named(code: KeyCode) -> Option<Code> {
    Some(match code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    })
}
