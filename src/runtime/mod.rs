//! The shell of the terminal browser: the loop between messages, effects and the screen.
use std::{collections::VecDeque, future::pending, io, iter, time::Duration};

use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use ratatui::backend::Backend;
use tokio::{
    sync::mpsc,
    task::yield_now,
    time::{Instant, sleep_until},
};

use crate::{
    app::{
        msg::{Effect, Msg},
        state::State,
        update::{begin, update},
    },
    ui::canvas::Look,
};
use executor::Executor;
pub use executor::{Job, Port};
use frames::Frames;
pub use input::{Mouse, Raw};

mod executor;
pub mod frames;
mod input;
mod late;
pub mod log;
pub mod outside;
mod pen;
pub mod sheet;
pub mod terminal;

const FRAME: Duration = Duration::from_millis(16);
const BATCH: usize = 256;

/// The terminal's other side: where input comes from, and what needs the terminal for itself.
pub trait Shell {
    /// Ready input. Dropped before the terminal is handed to another program.
    type Input: Stream<Item = Raw> + Unpin;

    /// Input from now on.
    fn input(&mut self) -> Self::Input;

    /// Now.
    fn now(&self) -> Timestamp;

    /// To the clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// A web page, in the browser.
    fn browse(&mut self, url: &str) -> io::Result<()>;

    /// Hands the terminal over until the job is done. Input was dropped.
    fn hand_over(&mut self, job: &Job) -> Result<Option<String>, crate::domain::error::Error>;

    /// Before and after each frame is written: a terminal that knows how shows it all at once.
    fn frame(&mut self, begins: bool) -> io::Result<()>;
}

/// Runs until the user quits or the input ends; the frames drawn.
///
/// Errors: the terminal cannot be written to.
pub async fn run<B, P, S>(
    terminal: &mut B,
    mut state: State,
    look: &Look,
    mut shell: S,
    port: P,
    first: Vec<Msg>,
) -> io::Result<usize>
where
    B: Backend<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    P: Port,
    S: Shell,
{
    let (tx, mut answers) = mpsc::unbounded_channel();
    let mut executor = Executor::new(port, tx);
    let mut screen = Screen::new(terminal, look);
    // Every key that is ready, polled with our own waker: after `now_or_never` crossterm's
    // stream would keep a waker that wakes nobody, and the next key would hang.
    let mut input = Some(shell.input().ready_chunks(BATCH));
    update(&mut state, Msg::Now(shell.now()));
    let mut effects = begin(&mut state);
    effects.extend(first.into_iter().flat_map(|msg| update(&mut state, msg)));
    let mut jobs = VecDeque::from(executor.start(effects));
    loop {
        if let Some(job) = jobs.pop_front() {
            if job.needs_terminal() {
                drop(input.take()); // not only left alone: it would read the other's keys
            }
            let msgs = outside_job(&job, &mut shell, &mut screen)?;
            match msgs {
                Some(msgs) => {
                    let effects = feed(msgs, &mut state, &mut shell);
                    jobs.extend(executor.start(effects));
                }
                None => break,
            }
            input = input.or_else(|| Some(shell.input().ready_chunks(BATCH)));
            screen.ask(true);
            continue;
        }
        // Here and not in select!, so that no flood starves the screen.
        screen.draw_if_due(&state, &mut shell)?;
        yield_now().await; // nor the tasks: input that is always ready never waits
        let Some(ready) = &mut input else { break };
        let (raws, answer) = tokio::select! {
            biased;
            raws = ready.next() => match raws {
                Some(raws) => (raws, None),
                None => break, // the terminal is gone, and so is the user
            },
            answer = answers.recv() => (Vec::new(), answer),
            () = screen.frame() => continue,
        };
        let pressed = !raws.is_empty();
        // After keys too, so that a flood of them does not starve the answers.
        let ready: Vec<Msg> = iter::from_fn(|| answers.try_recv().ok()).take(BATCH).collect();
        let keys: Vec<Msg> = raws.into_iter().filter_map(|raw| screen.meaning(raw)).collect();
        let msgs = keys.into_iter().chain(answer).chain(ready).collect();
        let effects = feed(msgs, &mut state, &mut shell);
        if state.take_dirty() {
            screen.ask(pressed);
        }
        // First what the key did is shown: waking those who work on it takes as long as drawing.
        screen.draw_if_due(&state, &mut shell)?;
        jobs.extend(executor.start(effects));
    }
    executor.finish().await;
    Ok(screen.frames.count)
}

/// Messages into the state; what it wants done.
fn feed<S: Shell>(msgs: Vec<Msg>, state: &mut State, shell: &mut S) -> Vec<Effect> {
    update(state, Msg::Now(shell.now()));
    msgs.into_iter().flat_map(|msg| update(state, msg)).collect()
}

/// What needs the terminal or the desktop; `None` = the end.
fn outside_job<B, S>(
    job: &Job,
    shell: &mut S,
    screen: &mut Screen<'_, B>,
) -> io::Result<Option<Vec<Msg>>>
where
    B: Backend<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    S: Shell,
{
    match job {
        Job::Quit => return Ok(None),
        Job::Redraw => screen.frames.lose(),
        Job::Copy(text) => shell.copy(text)?,
        Job::Browse(url) => {
            if shell.browse(url).is_err() {
                shell.copy(url)?;
            }
        }
        Job::Suspend => {
            let _ = shell.hand_over(job); // a shell that is back is all that is wanted
            screen.frames.lose();
            return Ok(Some(vec![Msg::Resumed]));
        }
        Job::Edit(ticket, ..) => {
            let edited = shell.hand_over(job);
            screen.frames.lose();
            return Ok(Some(vec![Msg::Edited(*ticket, edited)]));
        }
    }
    Ok(Some(Vec::new()))
}

/// When to draw: at once for the user's own keys, at the next frame for answers.
struct Screen<'a, B: Backend> {
    frames: Frames<'a, B>,
    clicks: input::Clicks,
    next_frame: Instant,
    due: Option<Instant>,
}

#[expect(clippy::disallowed_methods, reason = "a shell reads the clock")]
impl<'a, B> Screen<'a, B>
where
    B: Backend<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    fn new(terminal: &'a mut B, look: &'a Look) -> Self {
        let (now, clicks) = (Instant::now(), input::Clicks::default());
        Self { frames: Frames::new(terminal, look), clicks, next_frame: now, due: Some(now) }
    }

    fn ask(&mut self, at_once: bool) {
        self.due = Some(if at_once { Instant::now() } else { self.next_frame });
    }

    /// Never comes while there is nothing to draw: no ticks at rest.
    async fn frame(&self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => pending().await,
        }
    }

    fn draw_if_due(&mut self, state: &State, shell: &mut impl Shell) -> io::Result<()> {
        if self.due.is_none_or(|due| due > Instant::now()) {
            return Ok(());
        }
        shell.frame(true)?;
        self.frames.draw(state)?;
        shell.frame(false)?;
        self.next_frame = Instant::now() + FRAME;
        self.due = None;
        Ok(())
    }

    /// What the terminal said, in our words; the mouse by what was drawn last.
    fn meaning(&mut self, raw: Raw) -> Option<Msg> {
        match raw {
            Raw::Key(key) => Some(Msg::Key(key)),
            Raw::Paste(text) => Some(Msg::Paste(text)),
            Raw::Resized(size) => Some(Msg::Resized(size)),
            Raw::Mouse(mouse) => {
                let click = self.clicks.click(mouse, Instant::now());
                let target = self.frames.hits().at(mouse.column, mouse.row)?;
                Some(Msg::Pointed(target.clone(), click))
            }
            Raw::Quit => Some(Msg::Act(crate::app::command::Command::Quit)),
        }
    }
}
