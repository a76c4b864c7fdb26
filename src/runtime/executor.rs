//! Runs effects. The one place of the browser that spawns, and so the one that aborts.
use std::{collections::HashMap, ops::ControlFlow, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::{
    runtime::Handle,
    sync::mpsc::UnboundedSender,
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};

use crate::{
    app::{
        msg::{Configure, Configured, Effect, Keep, Msg, Recall, Recalled},
        slots::{Slot, Ticket},
    },
    domain::{
        action::{Action, Answer, Failure},
        check::CheckStep,
        connection::{Connection, ConnectionId},
        error::Error,
        offer::Offer,
        rate::Rate,
        secret::Secret,
        sign_in::SignInStep,
    },
};

/// At the end drafts on their way to the disk, and writes, are waited for so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// What answers: the action layer with journal and settings, or a fake one in tests.
pub trait Port: Clone + Send + Sync + 'static {
    /// Whose threads it works on: not the loop's, so that no answer that is being read keeps a
    /// key waiting.
    fn workers(&self) -> Handle {
        Handle::current()
    }

    /// Asks a connection.
    fn call(
        &self,
        connection: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Asks a connection for what nobody waits for yet.
    fn call_ahead(
        &self,
        connection: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send {
        self.call(connection, action, partial)
    }

    /// What is left of a product's allowance, where it has one.
    fn rate(&self, _connection: ConnectionId) -> Option<Rate> {
        None
    }

    /// Reads from the journal.
    fn recall(&self, recall: Recall) -> impl Future<Output = Recalled> + Send;

    /// Writes to the journal.
    fn keep(&self, keep: Keep) -> impl Future<Output = Result<(), Error>> + Send;

    /// Changes the settings.
    fn configure(
        &self,
        change: Configure,
    ) -> impl Future<Output = Result<Configured, Error>> + Send;

    /// Tests a connection step by step.
    fn check(
        &self,
        connection: Connection,
        secret: Option<Secret>,
        step: impl Fn(CheckStep) + Send + Sync,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Signs in anew.
    fn sign_in(
        &self,
        connection: ConnectionId,
        code: Option<String>,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Signs in by a browser on this machine; `step` is told what to open.
    fn sign_in_by_browser(
        &self,
        connection: ConnectionId,
        step: impl Fn(SignInStep) + Send + Sync,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send {
        let _ = (connection, step);
        std::future::ready(Err(Error::bug("no browser is here").into()))
    }

    /// Begins a sign-in by a browser anywhere: the address to open there.
    fn begin_sign_in(
        &self,
        connection: ConnectionId,
    ) -> impl Future<Output = Result<String, Failure>> + Send {
        let _ = connection;
        std::future::ready(Err(Error::bug("no browser is here").into()))
    }

    /// All that a connection can run by a key.
    fn offers(
        &self,
        connection: ConnectionId,
    ) -> impl Future<Output = Result<Vec<Offer>, Failure>> + Send {
        let _ = connection;
        std::future::ready(Ok(Vec::new()))
    }

    /// Writes a file where nothing stands yet; where it is then.
    fn save(
        &self,
        path: String,
        content: Vec<u8>,
    ) -> impl Future<Output = Result<String, Error>> + Send {
        let _ = (path, content);
        std::future::ready(Err(Error::bug("nothing is saved here")))
    }

    /// Starts the built-in company.
    fn start_demo(&self) -> impl Future<Output = Result<Configured, Error>> + Send;
}

/// What the loop itself must do, since it has the terminal.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// To the clipboard.
    Copy(String),
    /// To the browser.
    Browse(String),
    /// To the user's editor; the text and the file's ending.
    Edit(Ticket, String, &'static str),
    /// To the shell until `fg`.
    Suspend,
    /// Everything anew.
    Redraw,
    /// The end.
    Quit,
}

impl Job {
    /// Whether another program reads and writes the terminal meanwhile.
    pub(super) fn needs_terminal(&self) -> bool {
        match self {
            Self::Edit(..) | Self::Suspend => true,
            Self::Copy(_) | Self::Browse(_) | Self::Redraw | Self::Quit => false,
        }
    }
}

pub(super) struct Executor<P> {
    port: P,
    workers: Handle,
    answers: UnboundedSender<Msg>,
    /// One task a slot. Aborting it drops its future, which closes its exchange.
    tasks: HashMap<Slot, AbortHandle>,
    /// Writes to servers, settings and the journal: never aborted, waited for at the end.
    writes: JoinSet<()>,
}

impl<P: Port> Executor<P> {
    pub(super) fn new(port: P, answers: UnboundedSender<Msg>) -> Self {
        let workers = port.workers();
        Self { port, workers, answers, tasks: HashMap::new(), writes: JoinSet::new() }
    }

    /// Has all of it done; what the loop itself must do, in order.
    pub(super) fn start(&mut self, effects: Vec<Effect>) -> Vec<Job> {
        effects.into_iter().filter_map(|effect| self.run(effect).break_value()).collect()
    }

    fn run(&mut self, effect: Effect) -> ControlFlow<Job> {
        let port = self.port.clone();
        match effect {
            Effect::Call(ticket, connection, action) => self.call(ticket, connection, action),
            Effect::After(ticket, delay) => self.wait(ticket, delay),
            Effect::Cancel(slot) => self.abort(slot),
            Effect::Recall(ticket, recall) => {
                self.read(ticket, async move { Msg::Recalled(ticket, port.recall(recall).await) });
            }
            Effect::Keep(ticket, keep) => {
                self.write(ticket, async move { Msg::Kept(ticket, port.keep(*keep).await) });
            }
            Effect::Configure(ticket, change) => {
                self.write(ticket, async move {
                    Msg::Configured(ticket, port.configure(*change).await)
                });
            }
            Effect::Check(ticket, connection, secret) => self.check(ticket, *connection, secret),
            Effect::SignIn(ticket, connection, code) => self.read(ticket, async move {
                Msg::Answered(ticket, port.sign_in(connection, code).await)
            }),
            Effect::SignInByBrowser(ticket, connection) => self.sign_in(ticket, connection),
            Effect::BeginSignIn(ticket, connection) => self.read(ticket, async move {
                match port.begin_sign_in(connection).await {
                    Ok(url) => Msg::SigningIn(ticket, SignInStep::Open(url)),
                    Err(failure) => Msg::Answered(ticket, Err(failure)),
                }
            }),
            Effect::Offers(ticket, connection) => self
                .read(ticket, async move { Msg::Offered(ticket, port.offers(connection).await) }),
            Effect::Save(ticket, path, content) => {
                self.write(
                    ticket,
                    async move { Msg::Saved(ticket, port.save(path, content).await) },
                );
            }
            Effect::StartDemo(ticket) => {
                self.write(ticket, async move { Msg::Configured(ticket, port.start_demo().await) });
            }
            Effect::Copy(text) => return ControlFlow::Break(Job::Copy(text)),
            Effect::Browse(url) => return ControlFlow::Break(Job::Browse(url)),
            Effect::Edit(ticket, text, ending) => {
                return ControlFlow::Break(Job::Edit(ticket, text, ending));
            }
            Effect::Suspend => return ControlFlow::Break(Job::Suspend),
            Effect::Redraw => return ControlFlow::Break(Job::Redraw),
            Effect::Quit => return ControlFlow::Break(Job::Quit),
        }
        ControlFlow::Continue(())
    }

    /// Waits for what must not be cut off: drafts, settings, changes on their way.
    pub(super) async fn finish(mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
        // Whatever is not done by then is told by its draft at the next start.
        let _ = timeout(PATIENCE, async { while self.writes.join_next().await.is_some() {} }).await;
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "one of all slots is filled ahead")]
    fn call(&mut self, ticket: Ticket, connection: ConnectionId, action: Action) {
        let (port, answers, is_write) =
            (self.port.clone(), self.answers.clone(), action.is_write());
        let work = async move {
            let partial = |answer| {
                let _ = answers.send(Msg::Partial(ticket, answer)); // the loop may have ended
            };
            let result = match ticket.slot() {
                Slot::Ahead(..) | Slot::Follow(_) => {
                    port.call_ahead(connection, action, partial).await
                }
                _ => port.call(connection, action, partial).await,
            };
            if let Some(rate) = port.rate(connection) {
                let _ = answers.send(Msg::Rated(connection, rate)); // the loop may have ended
            }
            Msg::Answered(ticket, result)
        };
        if is_write { self.write(ticket, work) } else { self.read(ticket, work) }
    }

    fn check(&mut self, ticket: Ticket, connection: Connection, secret: Option<Secret>) {
        let (port, answers) = (self.port.clone(), self.answers.clone());
        self.read(ticket, async move {
            let step = |step| {
                let _ = answers.send(Msg::Checked(ticket, step)); // the loop may have ended
            };
            Msg::Answered(ticket, port.check(connection, secret, step).await)
        });
    }

    fn sign_in(&mut self, ticket: Ticket, connection: ConnectionId) {
        let (port, answers) = (self.port.clone(), self.answers.clone());
        self.read(ticket, async move {
            let step = |step| {
                let _ = answers.send(Msg::SigningIn(ticket, step)); // the loop may have ended
            };
            Msg::Answered(ticket, port.sign_in_by_browser(connection, step).await)
        });
    }

    /// A timer: on the loop's own thread, since it does nothing but tell.
    #[expect(clippy::disallowed_methods, reason = "the executor owns what it starts")]
    fn wait(&mut self, ticket: Ticket, delay: Duration) {
        let work = async move {
            sleep(delay).await;
            Msg::Elapsed(ticket)
        };
        self.abort(ticket.slot());
        self.tasks.retain(|_, task| !task.is_finished());
        let task = tokio::spawn(told(ticket, work, self.answers.clone()));
        self.tasks.insert(ticket.slot(), task.abort_handle());
    }

    fn read(&mut self, ticket: Ticket, work: impl Future<Output = Msg> + Send + 'static) {
        self.abort(ticket.slot());
        self.tasks.retain(|_, task| !task.is_finished());
        let task = self.workers.spawn(told(ticket, work, self.answers.clone()));
        self.tasks.insert(ticket.slot(), task.abort_handle());
    }

    fn write(&mut self, ticket: Ticket, work: impl Future<Output = Msg> + Send + 'static) {
        while self.writes.try_join_next().is_some() {}
        self.writes.spawn_on(told(ticket, work, self.answers.clone()), &self.workers);
    }

    fn abort(&mut self, slot: Slot) {
        if let Some(stale) = self.tasks.remove(&slot) {
            stale.abort();
        }
    }
}

/// A task's panic becomes an error for its ticket: the screen stays.
#[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
async fn told(
    ticket: Ticket,
    work: impl Future<Output = Msg> + Send,
    answers: UnboundedSender<Msg>,
) {
    let msg = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| {
        let error = Error::bug("a task panicked; the log has more");
        match ticket.slot() {
            Slot::Draft(_) | Slot::Visit(_) => Msg::Kept(ticket, Err(error)),
            Slot::Saved(_) => Msg::Saved(ticket, Err(error)),
            Slot::Settings(_) => Msg::Configured(ticket, Err(error)),
            _ => Msg::Answered(ticket, Err(error.into())),
        }
    });
    let _ = answers.send(msg); // the loop may have ended: nobody is left to tell
}
