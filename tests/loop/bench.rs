//! A terminal, a port and keys for the loop, all fakes.
use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use ficha::{
    app::msg::{Configure, Configured, Keep, Msg, Recall, Recalled, Size},
    domain::{
        action::{Action, Answer, Failure, Outcome, Source},
        check::CheckStep,
        connection::{Connection, ConnectionId},
        error::Error,
        secret::Secret,
    },
    runtime::{self, Job, Raw, Shell},
    ui::{
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use ratatui::backend::TestBackend;
use tokio::{sync::Notify, task::yield_now, time::sleep};

use crate::support::{company, keys as spelled, screen};

/// What happened while the keys were played.
pub struct Play {
    /// Drawn.
    pub frames: usize,
    /// The last screen.
    pub screen: String,
    /// Copied, in order.
    pub copies: Vec<String>,
}

/// Runs the keys to their end, on a list of contacts.
pub async fn play(input: impl Stream<Item = Raw> + Send + 'static, port: &Port) -> Play {
    let mut terminal = TestBackend::new(100, 30);
    let first = vec![Msg::Resized(Size { width: 100, height: 30 }), Msg::Go(company::contacts())];
    let copies = Arc::<Mutex<Vec<String>>>::default();
    let shell = Desk { input: Arc::new(Mutex::new(input.boxed())), copies: copies.clone() };
    let look = look();
    let running = runtime::run(&mut terminal, company::state(), &look, shell, port.clone(), first);
    let frames = running.await.unwrap();
    let copies = copies.lock().unwrap().clone();
    Play { frames, screen: screen::text(terminal.buffer()), copies }
}

fn look() -> Look {
    Look { theme: Theme::new(Light::None, None, false).0, signs: Signs::UNICODE }
}

/// One key.
pub fn key(name: &str) -> Raw {
    Raw::Key(name.parse().unwrap())
}

/// All at once.
pub fn keys(line: &str) -> impl Stream<Item = Raw> + Send + use<> {
    stream::iter(spelled::keys(line).into_iter().map(Raw::Key))
}

/// After a pause.
pub fn after(pause: Duration, line: &str) -> impl Stream<Item = Raw> + Send + use<> {
    let keys = spelled::keys(line).into_iter().map(Raw::Key);
    let wait = stream::once(async move { sleep(pause).await }).filter_map(async |()| None);
    wait.chain(stream::iter(keys))
}

struct Desk {
    input: Arc<Mutex<stream::BoxStream<'static, Raw>>>,
    copies: Arc<Mutex<Vec<String>>>,
}

impl Shell for Desk {
    type Input = stream::BoxStream<'static, Raw>;

    fn input(&mut self) -> Self::Input {
        // The loop drops its input before each job, and takes it anew: it goes on where it was.
        let input = self.input.clone();
        stream::poll_fn(move |cx| input.lock().unwrap().poll_next_unpin(cx)).boxed()
    }

    fn now(&self) -> Timestamp {
        company::now()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.copies.lock().unwrap().push(text.to_owned());
        Ok(())
    }

    fn browse(&mut self, _url: &str) -> io::Result<()> {
        Ok(())
    }

    fn hand_over(&mut self, _job: &Job) -> Result<Option<String>, Error> {
        Ok(None)
    }

    fn frame(&mut self, _begins: bool) -> io::Result<()> {
        Ok(())
    }
}

/// How lists and writes are answered. Everything else is answered at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Does {
    /// Once, after so long.
    Answers { after: Duration },
    /// Again and again, without end.
    AnswersForEver,
    /// Not at all.
    Panics,
}

/// How often something happened.
#[derive(Clone, Default)]
pub struct Counts {
    /// Begun.
    pub started: Arc<AtomicUsize>,
    /// Run to its end.
    pub finished: Arc<AtomicUsize>,
    /// Cut off.
    pub dropped: Arc<AtomicUsize>,
    /// A thousand answers were given.
    pub enough: Arc<Notify>,
}

impl Counts {
    fn begin(&self) -> Running {
        self.started.fetch_add(1, SeqCst);
        Running { counts: self.clone(), is_done: false }
    }
}

/// Counts its end, whichever it is.
struct Running {
    counts: Counts,
    is_done: bool,
}

impl Running {
    fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let end = if self.is_done { &self.counts.finished } else { &self.counts.dropped };
        end.fetch_add(1, SeqCst);
    }
}

/// The company without a network.
#[derive(Clone)]
pub struct Port {
    does: Does,
    /// Lists asked for.
    pub lists: Counts,
    /// Writes asked for.
    pub writes: Counts,
    /// What the journal was to keep.
    pub keeps: Counts,
}

impl Port {
    /// One that does so.
    pub fn that(does: Does) -> Self {
        let (lists, writes, keeps) = Default::default();
        Self { does, lists, writes, keeps }
    }

    async fn slowly(
        &self,
        counts: &Counts,
        action: &Action,
        partial: &(impl Fn(Answer) + Sync),
    ) -> Result<Answer, Failure> {
        let running = counts.begin();
        match self.does {
            Does::Answers { after } if after.is_zero() => {}
            Does::Answers { after } => sleep(after).await,
            Does::AnswersForEver => {
                for sent in 0.. {
                    partial(answered(action));
                    if sent == 1_000 {
                        counts.enough.notify_one();
                    }
                    yield_now().await;
                }
            }
            Does::Panics => panic!("as asked"),
        }
        running.done();
        Ok(answered(action))
    }
}

fn answered(action: &Action) -> Answer {
    from_network(company::answer(action).unwrap())
}

fn from_network(outcome: Outcome) -> Answer {
    Answer { outcome, source: Source::Network, seen: company::now(), took_ms: 12 }
}

impl runtime::Port for Port {
    async fn call(
        &self,
        _: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> Result<Answer, Failure> {
        if matches!(action, Action::List(_)) {
            return self.slowly(&self.lists, &action, &partial).await;
        }
        if action.is_write() {
            return self.slowly(&self.writes, &action, &partial).await;
        }
        Ok(answered(&action))
    }

    async fn recall(&self, recall: Recall) -> Recalled {
        match recall {
            Recall::Columns(..) => Recalled::Columns(None),
            Recall::Draft(..) => Recalled::Draft(None),
            Recall::Recents(_) => Recalled::Recents(Vec::new()),
            Recall::Drafts(_) => Recalled::Drafts(Vec::new()),
        }
    }

    async fn keep(&self, _: Keep) -> Result<(), Error> {
        let running = self.keeps.begin();
        sleep(Duration::from_secs(2)).await;
        running.done();
        Ok(())
    }

    async fn configure(&self, _: Configure) -> Result<Configured, Error> {
        Err(Error::bug("no test asks this"))
    }

    async fn check(
        &self,
        _: Connection,
        _: Option<Secret>,
        _: impl Fn(CheckStep) + Send + Sync,
    ) -> Result<Answer, Failure> {
        Err(Error::bug("no test asks this").into())
    }

    async fn sign_in(&self, _: ConnectionId, _: Option<String>) -> Result<Answer, Failure> {
        Ok(answered(&Action::Whoami))
    }

    async fn start_demo(&self) -> Result<Configured, Error> {
        Err(Error::bug("no test asks this"))
    }
}
