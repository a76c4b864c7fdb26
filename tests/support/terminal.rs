//! A terminal in memory that others can watch.
use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use ratatui::{
    backend::{Backend, ClearType, TestBackend, WindowSize},
    buffer::{Buffer, Cell},
    layout::{Position, Size},
};
use tokio::sync::watch;

/// One frame as it was shown.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its cells.
    pub cells: Buffer,
    /// How many inputs the program had taken before it drew this.
    pub taken: usize,
    /// Counted from 0, the empty screen.
    pub number: usize,
    /// Where the text cursor stands.
    pub cursor: Position,
}

/// The program's side.
pub struct Watched {
    screen: Arc<Mutex<TestBackend>>,
    taken: Arc<AtomicUsize>,
    frames: watch::Sender<Frame>,
}

/// The watcher's side.
#[derive(Clone)]
pub struct Watcher {
    screen: Arc<Mutex<TestBackend>>,
    /// Counts the inputs that the program took; whoever feeds it counts here.
    pub taken: Arc<AtomicUsize>,
    /// The newest frame.
    pub frames: watch::Receiver<Frame>,
}

/// Both sides of a terminal of that size.
pub fn watched(width: u16, height: u16) -> (Watched, Watcher) {
    let backend = TestBackend::new(width, height);
    let (cells, cursor) = (backend.buffer().clone(), Position::ORIGIN);
    let (tx, rx) = watch::channel(Frame { cells, taken: 0, number: 0, cursor });
    let (screen, taken) = (Arc::new(Mutex::new(backend)), Arc::<AtomicUsize>::default());
    let watcher = Watcher { screen: screen.clone(), taken: taken.clone(), frames: rx };
    (Watched { screen, taken, frames: tx }, watcher)
}

impl Watcher {
    /// Changes the terminal's size, as a user's drag would; the program still has to be told.
    pub fn resize(&self, width: u16, height: u16) {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).resize(width, height);
    }
}

impl Watched {
    fn on<T>(&self, act: impl FnOnce(&mut TestBackend) -> T) -> T {
        act(&mut self.screen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Backend for Watched {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.on(|screen| screen.draw(content))
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.on(TestBackend::hide_cursor)
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.on(TestBackend::show_cursor)
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.on(TestBackend::get_cursor_position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.on(|screen| screen.set_cursor_position(position))
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.on(TestBackend::clear)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        self.on(|screen| screen.clear_region(clear_type))
    }

    fn size(&self) -> Result<Size, Infallible> {
        self.on(|screen| screen.size())
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.on(TestBackend::window_size)
    }

    /// The end of a frame: whoever watches sees it now.
    fn flush(&mut self) -> Result<(), Infallible> {
        let (cells, cursor) =
            self.on(|screen| (screen.buffer().clone(), screen.get_cursor_position()));
        let (taken, cursor) = (self.taken.load(SeqCst), cursor?);
        self.frames.send_modify(|frame| {
            *frame = Frame { cells, taken, number: frame.number + 1, cursor };
        });
        Ok(())
    }
}
